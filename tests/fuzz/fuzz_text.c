/*
 * What strangers and providers may send to a door for texts. The first byte
 * chooses the provider, the second how it was stored; what read() lets through
 * is read as the jail does it, and the rest as an answer and a list of
 * messages.
 */
#include <stdlib.h>

#include "../../adapters/segments.h"
#include "../../adapters/text.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct adapter *choose(uint8_t n)
{
    const struct adapter *all[64];
    size_t count = 0;

    for (size_t i = 0; adapters[i] != NULL && count < COUNT_OF(all); i++) {
        if (adapters[i]->read == text_read)
            all[count++] = adapters[i];
    }
    return all[n % count];
}

static void read_it(const struct raw *raw, struct arena *a)
{
    struct message m;
    struct str bytes;
    struct error e;

    if (text_read(&m, raw, NULL, a, &e) < 0)
        return;
    if (!utf8_valid(m.text) || !utf8_valid(m.sender.address) ||
        !utf8_valid(m.sender.name) || !utf8_valid(m.message_id) ||
        !utf8_valid(m.address) || m.text.n > MESSAGE_TEXT_MAX)
        abort();
    for (const struct attachment *at = m.attachments; at != NULL;
         at = at->next) {
        if (!utf8_valid(at->name) || !utf8_valid(at->url))
            abort();
        if (at->part >= 0 && text_part(&bytes, raw, at->part, a, &e) < 0)
            abort();
    }
    segments_of(segments_fold(a, m.text));
}

static void answer_it(const struct adapter *adapter, struct str body,
                      struct arena *a)
{
    const struct text_provider *p =
        (const struct text_provider *)(const void *)adapter;
    struct text_channel t = { .channel = { .adapter = adapter } };
    struct text_listing listing = { 0 };
    struct text_answer said = { .outcome = OUTCOME_DONE };
    struct error e;

    if (p->said != NULL)
        p->said(&said, 200, body, a);
    if (p->listed == NULL || p->listed(&listing, &t, body, a, &e) < 0)
        return;
    if (listing.texts != NULL && p->files != NULL)
        (void)!p->files(listing.texts, &t, body, a, &e);
}

/* Nobody has signed it, and no header says that anybody has. */
static struct str header(const void *from, const char *name)
{
    (void)from;
    return strstr(name, "timestamp") != NULL ? STR("1790000000") : STR("AAAA");
}

static void sign_it(const struct adapter *adapter, struct str body,
                    struct arena *a)
{
    const struct text_provider *p =
        (const struct text_provider *)(const void *)adapter;
    struct text_channel t = {
        .channel = { .adapter = adapter },
        .hook = "https://a.example/h",
        .with = { .account = STR("arn:aws:sns:us-east-1:1:a"),
                  .key = STR("0123456789abcdef"),
                  .secret = STR("0123456789abcdef"),
                  .url = STR("https://a.example/h") },
    };
    struct text_call call = {
        .method = STR("POST"),
        .url = STR("https://a.example/h?x=1"),
        .type = STR("application/x-www-form-urlencoded"),
        .body = body,
        .header = header,
        .fetched = body,
    };

    if (p->check != NULL && p->check(&t, &call, a) == TEXT_GENUINE)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum raw_format formats[] = { RAW_FORM, RAW_JSON, RAW_MEDIA };
    struct arena a = { 0 };
    struct raw raw = { .origin = STR("SM1/media/0"),
                       .envelope = STR("content-type: image/jpeg\n") };
    const struct adapter *adapter;

    if (size < 2)
        return 0;
    adapter = choose(data[0]);
    raw.adapter = str_of(adapter->name);
    raw.format = formats[data[1] % COUNT_OF(formats)];
    if (data[1] & 0x80)
        raw.envelope = STR("joined: yes\n");
    if (data[1] & 0x40)
        raw.envelope = STR("item: 1\n");
    raw.bytes = (struct str){ (const char *)data + 2, size - 2 };
    sign_it(adapter, raw.bytes, &a);
    read_it(&raw, &a);
    answer_it(adapter, raw.bytes, &a);
    arena_free(&a);
    return 0;
}
