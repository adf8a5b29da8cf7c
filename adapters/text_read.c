/*
 * A raw becomes a message. Runs in the jail: nothing but the raw and the
 * provider's read() is known here.
 */
#include "base/utf8.h"
#include "control.h"
#include "mail/photo.h"
#include "text_internal.h"
#include "text_json.h"

enum { SHORT_CODE = 6 };

static const struct text_provider *provider_of(const struct raw *raw)
{
    const struct adapter *a = adapter_find(raw->adapter);

    if (a == NULL || a->read != text_read)
        return NULL;
    return (const struct text_provider *)(const void *)a;
}

const struct text *text_message_at(const struct text *texts, int64_t at)
{
    for (; texts != NULL; texts = texts->next) {
        if (texts->kind == TEXT_MESSAGE && at-- == 0)
            return texts;
    }
    return NULL;
}

static struct str clean(struct arena *a, struct str s, size_t max)
{
    return utf8_head(utf8_clean(a, utf8_head(s, max)), max);
}

/* A short code or a name in letters: no person sends from one. */
static bool is_program(struct str from)
{
    size_t digits = 0;

    for (size_t i = 0; i < from.n; i++)
        digits += from.p[i] >= '0' && from.p[i] <= '9';
    return digits <= SHORT_CODE && from.n > 0;
}

static const char *ending_of(struct str type)
{
    static const struct {
        const char *type, *ending;
    } endings[] = {
        { "image/jpeg", ".jpg" },      { "image/png", ".png" },
        { "image/gif", ".gif" },       { "image/heic", ".heic" },
        { "image/webp", ".webp" },     { "video/mp4", ".mp4" },
        { "video/3gpp", ".3gp" },      { "audio/amr", ".amr" },
        { "audio/ogg", ".ogg" },       { "text/vcard", ".vcf" },
        { "application/pdf", ".pdf" },
    };

    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        if (str_case_eq(type, str_of(endings[i].type)))
            return endings[i].ending;
    }
    return "";
}

/* By its own name, or by its number and what its bytes are. */
static struct str name_of(const struct attachment *at, struct str name,
                          struct str number, struct arena *a)
{
    if (name.n == 0) {
        name = str_of(arena_printf(a, "media-%.*s%s", STR_FMT(number),
                                   ending_of(at->media_type)));
    }
    return attachment_name(a, name);
}

static void file_to_come(struct attachment *at, const struct text_file *f,
                         struct str number, struct arena *a)
{
    at->part = -1;
    at->url = clean(a, f->url, MESSAGE_NAME_MAX);
    at->media_type = clean(a, f->type, MESSAGE_NAME_MAX);
    at->photo = str_case_starts(at->media_type, STR("image/"));
    at->name = f->name.n > 0
                   ? attachment_name(a, f->name)
                   : str_of(arena_printf(a, "media-%.*s", STR_FMT(number)));
}

static void files_read(struct message *m, const struct text *text,
                       struct arena *a)
{
    struct attachment **tail = &m->attachments;
    int n = 0;
    int part = 0;

    for (const struct text_file *f = text->files;
         f != NULL && n < TEXT_FILES_MAX; f = f->next) {
        struct attachment *at = arena_new(a, struct attachment);
        struct str number = str_of(arena_printf(a, "%d", n++));

        if (f->bytes.n > 0) {
            attachment_sniff(at, f->bytes, f->type, a);
            at->name = name_of(at, f->name, number, a);
            at->part = part++;
        } else {
            file_to_come(at, f, number, a);
        }
        *tail = at;
        tail = &at->next;
    }
}

static struct point pin_of(struct point p)
{
    bool good =
        p.known && p.lat >= -90 && p.lat <= 90 && p.lon >= -180 && p.lon <= 180;

    return good ? p : (struct point){ 0 };
}

static void fill(struct message *m, const struct text *text, struct arena *a)
{
    m->sender.address = clean(a, text->from, MESSAGE_NAME_MAX);
    m->sender.name = clean(a, text->name, MESSAGE_NAME_MAX);
    m->reply_to = m->sender.address;
    m->message_id = clean(a, text->id, MESSAGE_NAME_MAX);
    m->sent_at = text->sent_at;
    m->text = clean(a, text->words, MESSAGE_TEXT_MAX);
    m->visible = m->text;
    m->control =
        text->control != CONTROL_NONE ? text->control : control_of(m->text, a);
    m->pin = pin_of(text->pin);
    m->address = clean(a, text->address, MESSAGE_NAME_MAX);
    if (is_program(text->from))
        m->automatic = AUTOMATIC_BULK;
    if (text->answers.n > 0) {
        m->thread = arena_new(a, struct thread_id);
        m->thread->id = clean(a, text->answers, MESSAGE_NAME_MAX);
    }
    files_read(m, text, a);
}

/* A file by itself; what it belongs to is raw->parent. */
static void file_read_raw(struct message *m, const struct raw *raw,
                          struct arena *a)
{
    struct attachment *at = arena_new(a, struct attachment);
    struct str n = raw->origin;

    attachment_sniff(at, raw->bytes, raw_envelope(raw, "content-type"), a);
    while (str_find(n, STR("/")) < n.n)
        str_until(&n, STR("/"));
    at->name =
        name_of(at, text_percent_decode(a, raw_envelope(raw, "name")), n, a);
    m->attachments = at;
}

/* What text_join.c has written. */
static int joined_read(struct message *m, const struct raw *raw,
                       struct arena *a, struct error *e)
{
    json_t *top = text_json(raw->bytes);
    struct text text = {
        .id = text_json_str(top, "id"),
        .from = text_json_str(top, "from"),
        .words = text_json_str(top, "words"),
    };

    if (top == NULL)
        return error(e, E_SYNTAX, "not a JSON object");
    fill(m, &text, a);
    json_decref(top);
    return 0;
}

/* NULL: e says why. */
static const struct text *text_of(const struct raw *raw, struct arena *a,
                                  struct error *e)
{
    const struct text_provider *p = provider_of(raw);
    const struct text *one;
    struct text *texts = NULL;
    int64_t at;

    if (p == NULL) {
        error(e, E_NONE, "nothing here reads texts of \"%.*s\"",
              STR_FMT(raw->adapter));
        return NULL;
    }
    if (p->read(&texts, raw->format, raw->bytes, a, e) < 0)
        return NULL;
    if (!str_int(raw_envelope(raw, "item"), &at))
        at = 0;
    one = text_message_at(texts, at);
    if (one == NULL)
        error(e, E_NONE, "there is no message in it");
    return one;
}

int text_read(struct message *m, const struct raw *raw,
              const struct reading_context *ctx, struct arena *a,
              struct error *e)
{
    const struct text *text;

    (void)ctx;
    *m = (struct message){ 0 };
    if (raw->format == RAW_MEDIA) {
        file_read_raw(m, raw, a);
        return 0;
    }
    if (str_eq(raw_envelope(raw, "joined"), STR("yes")))
        return joined_read(m, raw, a, e);
    text = text_of(raw, a, e);
    if (text == NULL)
        return e->code;
    fill(m, text, a);
    if (text->parts > 1 && !str_eq(raw_envelope(raw, "whole"), STR("yes")))
        m->control = CONTROL_PART;
    return 0;
}

int text_part(struct str *bytes, const struct raw *raw, int part,
              struct arena *a, struct error *e)
{
    bool file = raw->format == RAW_MEDIA;
    const struct text *text = file ? NULL : text_of(raw, a, e);
    const struct text_file *f = text == NULL ? NULL : text->files;
    int n = 0;

    if (file && part == 0) {
        *bytes = raw->bytes;
        return 0;
    }
    for (; f != NULL; f = f->next) {
        if (f->bytes.n > 0 && n++ == part) {
            *bytes = f->bytes;
            return 0;
        }
    }
    return error(e, E_NONE, "a text has no part %d", part);
}
