#include "web/inbox/ticket_json.h"

#include "spine/service.h"
#include "web/inbox/spans.h"
#include "web/original.h"

enum {
    SURE = 3,
    METRES = 1,
};

static struct str word(const struct row_writer *w, const char *key)
{
    return template_word(w->desk->templates, w->language, key);
}

/* ---- messages ---- */

static void put_mailbox(struct json *j, const char *key,
                        const struct mailbox *m)
{
    json_key(j, key);
    if (m->name.n == 0 && m->address.n == 0) {
        json_put_null(j);
        return;
    }
    json_begin_object(j);
    json_kv(j, "name", m->name);
    json_kv(j, "address", m->address);
    json_end_object(j);
}

static void put_attachments(struct row_writer *w, const struct attachment *at)
{
    struct json *j = w->j;

    json_key(j, "attachments");
    json_begin_array(j);
    for (int n = 0; at != NULL; at = at->next, n++) {
        const char *why;

        json_begin_object(j);
        json_kv_int(j, "n", n);
        json_kv(j, "name", at->name);
        json_kv(j, "media_type", at->media_type);
        json_kv_int(j, "size", at->size);
        json_kv_bool(j, "photo", at->photo);
        json_kv_int(j, "width", at->width);
        json_kv_int(j, "height", at->height);
        row_point(j, &at->exif);
        json_kv_bool(j, "shown", original_is_shown(at, &why));
        row_text(j, "why_not", why == NULL ? STR_NONE : word(w, why));
        json_end_object(j);
    }
    json_end_array(j);
}

/* As a person reads it: the question and the choice in words. */
static void put_answers(struct row_writer *w, struct str category,
                        const struct answer *answer)
{
    const struct services *s = *w->desk->services;
    struct json *j = w->j;

    json_key(j, "answers");
    json_begin_array(j);
    for (; answer != NULL; answer = answer->next) {
        json_begin_object(j);
        json_kv(j, "code", answer->code);
        json_kv(j, "label",
                question_label(s, category, answer->code, w->language));
        json_kv(j, "value",
                answer_label(s, category, answer->code, answer->value,
                             w->language));
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_candidates(struct json *j, const struct location *l)
{
    json_key(j, "candidates");
    json_begin_array(j);
    for (; l != NULL; l = l->next)
        location_json(j, l);
    json_end_array(j);
}

/* Only mails have another form than their text. */
static bool is_mail(const struct row_writer *w, struct str channel)
{
    for (const struct config_channel *c = w->desk->config->channels; c != NULL;
         c = c->next) {
        if (str_eq(str_of(c->channel->name), channel))
            return c->channel->adapter->format == RAW_RFC822;
    }
    return false;
}

static void put_message(struct row_writer *w, const struct message_row *row)
{
    const struct message *m = &row->message;
    struct json *j = w->j;

    json_begin_object(j);
    json_kv_int(j, "id", row->id);
    json_kv_int(j, "raw", row->raw);
    json_kv(j, "channel", row->channel);
    json_kv_int(j, "received_at", row->received_at);
    json_kv_int(j, "sent_at", m->sent_at);
    put_mailbox(j, "from", &m->sender);
    put_mailbox(j, "forwarder", &m->forwarder);
    json_kv(j, "subject", m->subject);
    json_kv(j, "text", m->text);
    json_kv(j, "visible", m->visible);
    row_text(j, "note", m->note);
    row_text(j, "address", m->address);
    json_kv(j, "automatic", str_of(automatic_names[m->automatic]));
    json_kv_bool(j, "html", is_mail(w, row->channel));
    json_kv_bool(j, "original", row->raw > 0);
    json_key(j, "spans");
    spans_json(j, row, w->a);
    put_candidates(j, row->locations);
    put_attachments(w, m->attachments);
    put_answers(w, m->category, m->answers);
    json_end_object(j);
}

/* ---- the trail ---- */

static void put_event(struct row_writer *w, const struct event *ev)
{
    struct json *j = w->j;

    json_begin_object(j);
    json_kv_int(j, "id", ev->id);
    json_kv_int(j, "at", ev->at);
    json_kv(j, "kind", ev->kind);
    json_kv(j, "label",
            desk_word(w->desk, w->a, w->language, "trail", ev->kind));
    json_kv(j, "actor", ev->actor);
    json_kv(j, "text", ev->text);
    json_kv_bool(j, "undoable", ev->before.n > 0 && ev->undone_by == 0);
    json_kv_bool(j, "undone", ev->undone_by != 0);
    json_end_object(j);
}

static void put_notice(struct json *j, const struct notice *n)
{
    json_begin_object(j);
    json_kv_int(j, "id", n->id);
    json_kv(j, "kind", n->kind);
    json_kv(j, "channel", n->channel);
    json_kv(j, "to", n->to);
    row_text(j, "subject", n->subject);
    json_kv(j, "text", n->text);
    json_kv(j, "state", str_of(notice_state_names[n->state]));
    row_text(j, "why", n->why);
    row_text(j, "remote_id", n->remote_id);
    json_kv(j, "delivery", str_of(delivery_names[n->delivery]));
    row_text(j, "delivery_why", n->delivery_why);
    json_kv_int(j, "created_at", n->created_at);
    json_kv_int(j, "next_at", n->next_at);
    json_kv_int(j, "tries", n->tries);
    json_end_object(j);
}

static void put_likes(struct row_writer *w, const struct likeness *like)
{
    struct json *j = w->j;

    json_key(j, "likes");
    json_begin_array(j);
    for (; like != NULL; like = like->next) {
        json_begin_object(j);
        row_members(w, &like->ticket);
        json_key(j, "metres");
        json_num(j, like->metres, METRES);
        json_key(j, "score");
        json_num(j, like->score, SURE);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_followers(struct json *j, const struct follower_list *l)
{
    json_key(j, "followers");
    json_begin_array(j);
    for (; l != NULL; l = l->next) {
        json_begin_object(j);
        json_kv(j, "address", l->follower.address);
        json_kv(j, "channel", l->follower.channel);
        json_kv(j, "language", l->follower.language);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_ticket(struct row_writer *w, const struct ticket_parts *p)
{
    const struct ticket *t = &p->whole.ticket;
    struct json *j = w->j;

    json_key(j, "ticket");
    json_begin_object(j);
    row_members(w, t);
    json_kv(j, "token", t->token);
    row_text(j, "asked", t->asked);
    json_kv_int(j, "answered_at", t->answered_at);
    json_kv_int(j, "done_at", t->done_at);
    json_key(j, "areas");
    json_begin_array(j);
    for (const struct area *n = p->areas; n != NULL; n = n->next)
        json_str(j, n->name);
    json_end_array(j);
    json_end_object(j);
}

void ticket_parts_json(struct row_writer *w, const struct ticket_parts *p)
{
    struct json *j = w->j;

    put_ticket(w, p);
    json_key(j, "messages");
    json_begin_array(j);
    for (const struct message_row *m = p->whole.messages; m != NULL;
         m = m->next)
        put_message(w, m);
    json_end_array(j);
    json_key(j, "events");
    json_begin_array(j);
    for (const struct event_row *ev = p->whole.events; ev != NULL;
         ev = ev->next)
        put_event(w, &ev->event);
    json_end_array(j);
    json_key(j, "notices");
    json_begin_array(j);
    for (const struct notice_list *n = p->whole.notices; n != NULL; n = n->next)
        put_notice(j, &n->notice);
    json_end_array(j);
    put_followers(j, p->followers);
    put_likes(w, p->likes);
}
