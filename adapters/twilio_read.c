/*
 * A raw becomes a message. Runs in the jail: nothing but the raw is known
 * here. FromCity and FromZip are where the number was sold, not where the
 * sender stands: they are never looked at.
 */
#include <jansson.h>
#include <stdio.h>

#include "base/utf8.h"
#include "control.h"
#include "mail/photo.h"
#include "twilio.h"
#include "twilio_json.h"

enum { JSON_BYTES = 1024 * 1024, SHORT_CODE = 6, NAME_ROOM = 40 };

static struct str json_text(json_t *v, struct arena *a)
{
    if (json_is_string(v)) {
        return arena_str(
            a, (struct str){ json_string_value(v), json_string_length(v) });
    }
    if (json_is_integer(v)) {
        return str_of(
            arena_printf(a, "%lld", (long long)json_integer_value(v)));
    }
    if (json_is_real(v))
        return str_of(arena_printf(a, "%.7f", json_real_value(v)));
    return STR("");
}

static int json_fields(struct form_field **out, struct str bytes,
                       struct arena *a, struct error *e)
{
    struct form_field **tail = out;
    json_error_t why;
    json_t *top;
    const char *key;
    json_t *v;

    *out = NULL;
    if (bytes.n > JSON_BYTES)
        return error(e, E_LIMIT, "JSON of %zu bytes", bytes.n);
    top = json_loadb(bytes.n > 0 ? bytes.p : "", bytes.n, 0, &why);
    if (!json_is_object(top)) {
        json_decref(top);
        return error(e, E_SYNTAX, "not a JSON object");
    }
    json_object_foreach(top, key, v)
    {
        struct form_field *f = arena_new(a, struct form_field);

        f->name = arena_str(a, str_of(key));
        f->value = json_text(v, a);
        *tail = f;
        tail = &f->next;
    }
    json_decref(top);
    return 0;
}

int twilio_fields(struct form_field **out, enum raw_format format,
                  struct str bytes, struct arena *a, struct error *e)
{
    if (format == RAW_JSON)
        return json_fields(out, bytes, a, e);
    return form_read(out, bytes, a, e);
}

struct str twilio_sid(const struct form_field *fields)
{
    static const char *const names[] = { "MessageSid", "SmsMessageSid",
                                         "SmsSid" };

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct str sid = form_value(fields, names[i]);

        if (sid.n > 0)
            return sid;
    }
    return STR("");
}

struct str twilio_numbered(const struct form_field *fields, const char *name,
                           int n)
{
    char full[NAME_ROOM];

    snprintf(full, sizeof(full), "%s%d", name, n);
    return form_value(fields, full);
}

int twilio_media_count(const struct form_field *fields)
{
    int64_t n;

    if (!str_int(form_value(fields, "NumMedia"), &n) || n < 0)
        return 0;
    return n < TWILIO_MEDIA_FILES ? (int)n : TWILIO_MEDIA_FILES;
}

static struct str clean(struct arena *a, struct str s, size_t max)
{
    return utf8_head(utf8_clean(a, utf8_head(s, max)), max);
}

static struct point pin_read(const struct form_field *fields)
{
    struct point p = { 0 };

    p.known = str_double(form_value(fields, "Latitude"), &p.lat) &&
              str_double(form_value(fields, "Longitude"), &p.lon) &&
              p.lat >= -90 && p.lat <= 90 && p.lon >= -180 && p.lon <= 180;
    return p.known ? p : (struct point){ 0 };
}

static enum control control_read(const struct form_field *fields,
                                 struct str text, struct arena *a)
{
    struct str said = form_value(fields, "OptOutType");

    for (int i = CONTROL_STOP; i < CONTROLS; i++) {
        if (str_case_eq(said, str_of(control_names[i])))
            return (enum control)i;
    }
    return control_of(text, a);
}

/* A short code or a name in letters: no person sends from one. */
static bool is_program(struct str from)
{
    size_t digits = 0;

    for (size_t i = 0; i < from.n; i++)
        digits += from.p[i] >= '0' && from.p[i] <= '9';
    return digits <= SHORT_CODE && from.n > 0;
}

static void media_read(struct message *m, const struct form_field *fields,
                       struct arena *a)
{
    struct attachment **tail = &m->attachments;
    int n = twilio_media_count(fields);

    for (int i = 0; i < n; i++) {
        struct attachment *at = arena_new(a, struct attachment);
        struct str type = twilio_numbered(fields, "MediaContentType", i);

        at->part = -1;
        at->url =
            clean(a, twilio_numbered(fields, "MediaUrl", i), MESSAGE_NAME_MAX);
        at->media_type = clean(a, type, MESSAGE_NAME_MAX);
        at->photo = str_case_starts(at->media_type, STR("image/"));
        at->name = str_of(arena_printf(a, "media-%d", i));
        *tail = at;
        tail = &at->next;
    }
}

static void text_read(struct message *m, const struct form_field *fields,
                      struct arena *a)
{
    struct str from = form_value(fields, "From");
    struct str answers = form_value(fields, "OriginalRepliedMessageSid");

    m->sender.address = clean(a, from, MESSAGE_NAME_MAX);
    m->sender.name =
        clean(a, form_value(fields, "ProfileName"), MESSAGE_NAME_MAX);
    m->reply_to = m->sender.address;
    m->message_id = clean(a, twilio_sid(fields), MESSAGE_NAME_MAX);
    m->sent_at = twilio_date(form_value(fields, "DateSent"));
    m->text = clean(a, form_value(fields, "Body"), MESSAGE_TEXT_MAX);
    m->visible = m->text;
    m->control = control_read(fields, m->text, a);
    m->pin = pin_read(fields);
    m->address = clean(a, form_value(fields, "Address"), MESSAGE_NAME_MAX);

    if (is_program(from))
        m->automatic = AUTOMATIC_BULK;
    if (answers.n > 0) {
        m->thread = arena_new(a, struct thread_id);
        m->thread->id = clean(a, answers, MESSAGE_NAME_MAX);
    }
    media_read(m, fields, a);
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

/* A picture by itself; what it belongs to is raw->parent. */
static void file_read_raw(struct message *m, const struct raw *raw,
                          struct arena *a)
{
    struct attachment *at = arena_new(a, struct attachment);
    struct str n = raw->origin;

    attachment_sniff(at, raw->bytes, raw_envelope(raw, "content-type"), a);
    while (str_find(n, STR("/")) < n.n)
        str_until(&n, STR("/"));
    at->name =
        attachment_name(a, str_of(arena_printf(a, "media-%.*s%s", STR_FMT(n),
                                               ending_of(at->media_type))));
    m->attachments = at;
}

int twilio_read(struct message *m, const struct raw *raw,
                const struct reading_context *ctx, struct arena *a,
                struct error *e)
{
    struct form_field *fields;
    int rc;

    (void)ctx;
    *m = (struct message){ 0 };
    if (raw->format == RAW_MEDIA) {
        file_read_raw(m, raw, a);
        return 0;
    }
    rc = twilio_fields(&fields, raw->format, raw->bytes, a, e);
    if (rc < 0)
        return rc;
    text_read(m, fields, a);
    return 0;
}

int twilio_part(struct str *bytes, const struct raw *raw, int part,
                struct arena *a, struct error *e)
{
    (void)a;
    if (raw->format != RAW_MEDIA || part != 0)
        return error(e, E_NONE, "a text has no part %d", part);
    *bytes = raw->bytes;
    return 0;
}
