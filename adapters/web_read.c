/* A form as it came becomes a message. Runs in the jail; pure. */
#include "base/utf8.h"
#include "mail/photo.h"
#include "spine/contact.h"
#include "spine/service.h"
#include "web.h"

static int form_of(struct web_form *f, const struct raw *raw, struct arena *a,
                   struct error *e)
{
    struct str type = raw_envelope(raw, "content-type");

    *f = (struct web_form){ 0 };
    return web_form_read(f, type, raw->bytes, a, e);
}

static struct attachment *attachments(const struct web_form *f, struct arena *a)
{
    struct attachment *list = NULL;
    struct attachment **at = &list;
    int part = 0;

    for (const struct form_field *p = web_photo(f, NULL);
         p != NULL && part < MESSAGE_ATTACHMENTS_MAX; p = web_photo(f, p)) {
        struct attachment *new = arena_new(a, struct attachment);

        new->name = attachment_name(a, p->file_name);
        new->part = part++;
        attachment_sniff(new, p->value, p->type, a);
        *at = new;
        at = &new->next;
    }
    return list;
}

/* As long as an answer may be: the main process has said more already. */
static struct answer *answers(const struct web_form *f)
{
    for (struct answer *t = f->answers; t != NULL; t = t->next)
        t->value = utf8_head(t->value, SERVICE_ANSWER_MAX);
    return f->answers;
}

int web_read(struct message *m, const struct raw *raw,
             const struct reading_context *context, struct arena *a,
             struct error *e)
{
    struct web_form f;
    int rc = form_of(&f, raw, a, e);

    (void)context;
    if (rc < 0)
        return rc;
    *m = (struct message){
        .sent_at = raw->received_at,
        .text = utf8_head(f.report, MESSAGE_TEXT_MAX),
        .address = utf8_line(a, utf8_head(f.address, MESSAGE_NAME_MAX)),
        .category = f.category,
        .language = f.language,
        .no_answer = !f.consent,
        .token = raw_envelope(raw, "token"),
        .answers = answers(&f),
        .attachments = attachments(&f, a),
    };
    m->visible = m->text;
    m->sender.name = utf8_line(a, utf8_head(f.name, MESSAGE_NAME_MAX));
    if (f.contact.n > 0 && contact_read(f.contact, a, &m->sender.address)) {
        m->reply_to = m->sender.address;
    } else {
        m->sender.address = STR_NONE;
    }
    if (!web_point(f.lat, f.lon, &m->pin))
        m->pin = (struct point){ 0 };
    return 0;
}

int web_part(struct str *bytes, const struct raw *raw, int part,
             struct arena *a, struct error *e)
{
    struct web_form f;
    const struct form_field *p;
    int rc = form_of(&f, raw, a, e);

    if (rc < 0)
        return rc;
    p = web_photo(&f, NULL);
    for (int i = 0; i < part && p != NULL; i++)
        p = web_photo(&f, p);
    if (p == NULL || part < 0)
        return error(e, E_NONE, "there is no photo %d", part);
    *bytes = p->value;
    return 0;
}
