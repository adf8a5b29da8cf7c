/*
 * What strangers may post by Open311: read as the daemon and as the jail read
 * it, and written back in both shapes. The first byte chooses between a form
 * and its parts, and between a request and an update.
 */
#include <stdlib.h>

#include "../../adapters/open311.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_it(const struct message *m, bool as_xml, struct arena *a)
{
    struct buf b = buf_init(16 * 1024 * 1024);
    struct open311_out o = open311_to(&b, as_xml);

    open311_list(&o, "requests");
    open311_thing(&o, "request");
    open311_text(&o, "description", m->text);
    for (const struct answer *t = m->answers; t != NULL; t = t->next)
        open311_text(&o, "value", t->value);
    open311_end(&o);
    open311_end(&o);
    if (b.over || o.depth != 0 || !utf8_valid(arena_str(a, buf_str(&b))))
        abort();
    buf_free(&b);
}

static void read_it(const struct raw *raw, struct arena *a)
{
    struct message m;
    struct error e;
    int part = 0;

    if (open311_read(&m, raw, NULL, a, &e) < 0)
        return;
    if (!utf8_valid(m.text) || !utf8_valid(m.sender.name) ||
        !utf8_valid(m.address) || !utf8_valid(m.category) ||
        m.text.n > MESSAGE_TEXT_MAX)
        abort();
    for (const struct answer *t = m.answers; t != NULL; t = t->next) {
        if (!utf8_valid(t->code) || !utf8_valid(t->value))
            abort();
    }
    for (const struct attachment *at = m.attachments; at != NULL;
         at = at->next) {
        struct str bytes;

        if (at->part >= 0 && (at->part != part++ ||
                              open311_part(&bytes, raw, at->part, a, &e) < 0 ||
                              (int64_t)bytes.n != at->size))
            abort();
        if (!utf8_valid(at->url) || !utf8_valid(at->name))
            abort();
    }
    write_it(&m, true, a);
    write_it(&m, false, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const envelopes[] = {
        "kind: request\nanswer: yes\n",
        "kind: update\ntoken: AAAAAAAAAAAAAAAAAAAAAA\n",
        "content-type: multipart/form-data; boundary=b\nkind: request\n",
        "content-type: multipart/form-data; boundary=b\nkind: update\n",
    };
    struct arena a = { 0 };
    struct raw raw = { .origin = STR("r-1") };
    int64_t at;

    if (size == 0)
        return 0;
    raw.envelope = str_of(envelopes[data[0] % COUNT_OF(envelopes)]);
    raw.bytes = (struct str){ (const char *)data + 1, size - 1 };
    if (open311_date(raw.bytes, &at) && at < -(int64_t)24 * 3600)
        abort();
    read_it(&raw, &a);
    arena_free(&a);
    return 0;
}
