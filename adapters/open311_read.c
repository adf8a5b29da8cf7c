/* A request or an update as it came becomes a message. In the jail; pure. */
#include "base/utf8.h"
#include "mail/photo.h"
#include "open311.h"
#include "spine/contact.h"
#include "spine/service.h"

/* A picture by itself; what it belongs to is raw->parent. */
static void media_read(struct message *m, const struct raw *raw,
                       struct arena *a)
{
    struct attachment *at = arena_new(a, struct attachment);

    attachment_sniff(at, raw->bytes, raw_envelope(raw, "content-type"), a);
    at->name = attachment_name(a, STR("media"));
    *m = (struct message){ .sent_at = raw->received_at,
                           .no_answer = true,
                           .attachments = at };
}

static int form_of(struct open311_form *f, const struct raw *raw,
                   struct arena *a, struct error *e)
{
    return open311_form_read(f, raw_envelope(raw, "content-type"), raw->bytes,
                             a, e);
}

/* Files first: part() counts them alone. */
static struct attachment *attachments(const struct open311_form *f,
                                      struct arena *a)
{
    struct attachment *list = NULL;
    struct attachment **end = &list;
    int n = 0;

    for (const struct form_field *p = open311_file(f, NULL);
         p != NULL && n < MESSAGE_ATTACHMENTS_MAX; p = open311_file(f, p)) {
        *end = arena_new(a, struct attachment);
        (*end)->name = attachment_name(a, p->file_name);
        (*end)->part = n++;
        attachment_sniff(*end, p->value, p->type, a);
        end = &(*end)->next;
    }
    for (const struct form_field *p = open311_link(f, NULL);
         p != NULL && n < MESSAGE_ATTACHMENTS_MAX; p = open311_link(f, p)) {
        *end = arena_new(a, struct attachment);
        (*end)->url = utf8_clean(a, str_trim(p->value));
        (*end)->name = attachment_name(a, (*end)->url);
        (*end)->part = -1;
        end = &(*end)->next;
        n++;
    }
    return list;
}

static struct str name_of(const struct open311_form *f, struct arena *a)
{
    struct str both = str_of(arena_printf(
        a, "%.*s %.*s", STR_FMT(f->first_name), STR_FMT(f->last_name)));

    return utf8_line(a, utf8_head(both, MESSAGE_NAME_MAX));
}

/* What else was said has no field of its own, and is shown like an answer. */
static void say_too(struct message *m, const char *code, struct str value,
                    struct arena *a)
{
    struct answer **end = &m->answers;

    if (value.n == 0)
        return;
    while (*end != NULL)
        end = &(*end)->next;
    *end = arena_new(a, struct answer);
    (*end)->code = str_of(code);
    (*end)->value = utf8_head(value, SERVICE_ANSWER_MAX);
}

/*
 * A number alone is where an answer goes, not who writes: two reports from one
 * number within a day are two, which they would not be as texts.
 */
static void sender(struct message *m, const struct open311_form *f,
                   struct arena *a)
{
    struct str phone = STR_NONE;

    m->sender.name = name_of(f, a);
    if (!contact_read(f->phone, a, &phone))
        phone = STR_NONE;
    if (contact_read(f->email, a, &m->sender.address)) {
        m->reply_to = m->sender.address;
    } else {
        m->sender.address = STR_NONE;
        m->reply_to = phone;
    }
    if (m->reply_to.n == 0 || !str_eq(m->reply_to, phone))
        say_too(m, "phone", f->phone, a);
}

static bool is_service_code(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
            !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '-')
            return false;
    }
    return s.n > 0 && s.n < 64;
}

/* What a town's own system has settled is not opened by its saying so. */
static void update(struct message *m, const struct open311_form *f,
                   const struct raw *raw, struct arena *a)
{
    const struct open311_state *state = open311_state_find(f->status);

    m->token = raw_envelope(raw, "token");
    m->no_answer = true;
    if ((state != NULL && state->settles) || raw_envelope(raw, "trusted").n > 0)
        m->automatic = AUTOMATIC_BULK;
    say_too(m, "status", f->status, a);
}

static void request(struct message *m, const struct open311_form *f,
                    const struct raw *raw, struct arena *a)
{
    m->no_answer = raw_envelope(raw, "answer").n == 0;
    m->address = utf8_line(a, utf8_head(f->address, MESSAGE_NAME_MAX));
    say_too(m, "passed_by",
            utf8_line(a, utf8_head(f->passed_by, MESSAGE_NAME_MAX)), a);
    if (is_service_code(f->service_code))
        m->category = f->service_code;
    if (!open311_point(f->lat, f->lon, &m->pin))
        m->pin = (struct point){ .known = false };
}

int open311_read(struct message *m, const struct raw *raw,
                 const struct reading_context *context, struct arena *a,
                 struct error *e)
{
    struct open311_form f;
    int rc;

    (void)context;
    if (raw->format == RAW_MEDIA) {
        media_read(m, raw, a);
        return 0;
    }
    rc = form_of(&f, raw, a, e);
    if (rc < 0)
        return rc;
    *m = (struct message){
        .sent_at = raw->received_at,
        .text = utf8_head(f.description, MESSAGE_TEXT_MAX),
        .answers = f.answers,
        .attachments = attachments(&f, a),
    };
    m->visible = m->text;
    for (struct answer *t = m->answers; t != NULL; t = t->next)
        t->value = utf8_head(t->value, SERVICE_ANSWER_MAX);
    sender(m, &f, a);
    for (const struct form_field *p = open311_link(&f, NULL); p != NULL;
         p = open311_link(&f, p))
        say_too(m, "media_url", utf8_clean(a, str_trim(p->value)), a);
    if (str_eq(raw_envelope(raw, "kind"), STR("update"))) {
        update(m, &f, raw, a);
    } else {
        request(m, &f, raw, a);
    }
    return 0;
}

int open311_part(struct str *bytes, const struct raw *raw, int part,
                 struct arena *a, struct error *e)
{
    struct open311_form f;
    const struct form_field *p;
    int rc;

    if (raw->format == RAW_MEDIA && part == 0) {
        *bytes = raw->bytes;
        return 0;
    }
    rc = form_of(&f, raw, a, e);
    if (rc < 0)
        return rc;
    p = open311_file(&f, NULL);
    for (int i = 0; i < part && p != NULL; i++)
        p = open311_file(&f, p);
    if (p == NULL || part < 0)
        return error(e, E_NONE, "there is no file %d", part);
    *bytes = p->value;
    return 0;
}
