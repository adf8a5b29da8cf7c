#include "spine/reading.h"

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

static void put_point(struct json *j, const struct point *p)
{
    json_key(j, "lat");
    if (p->known) {
        json_num(j, p->lat, 7);
    } else {
        json_put_null(j);
    }
    json_key(j, "lon");
    if (p->known) {
        json_num(j, p->lon, 7);
    } else {
        json_put_null(j);
    }
}

static void put_attachment(struct json *j, const struct attachment *at)
{
    json_begin_object(j);
    json_kv(j, "name", at->name);
    json_kv(j, "media_type", at->media_type);
    json_kv_int(j, "bytes", at->size);
    json_key(j, "sha256");
    json_str_or_null(j, at->sha256);
    if (at->url.n > 0)
        json_kv(j, "url", at->url);
    json_kv_bool(j, "photo", at->photo);
    put_point(j, &at->exif);
    json_end_object(j);
}

static void put_or_null(struct json *j, const char *key, struct str value)
{
    json_key(j, key);
    json_str_or_null(j, value);
}

static void put_answers(struct json *j, const struct answer *answer)
{
    json_key(j, "answers");
    json_begin_array(j);
    for (; answer != NULL; answer = answer->next) {
        json_begin_object(j);
        json_kv(j, "code", answer->code);
        json_kv(j, "value", answer->value);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_receipts(struct json *j, const struct receipt *r)
{
    json_key(j, "receipts");
    json_begin_array(j);
    for (; r != NULL; r = r->next) {
        json_begin_object(j);
        json_kv(j, "message_id", r->message_id);
        json_kv(j, "address", r->address);
        json_kv(j, "delivery", str_of(delivery_names[r->delivery]));
        json_kv_bool(j, "dead", r->dead);
        json_kv(j, "why", r->why);
        json_end_object(j);
    }
    json_end_array(j);
}

/* What only some doors ask for is left out where it was not said. */
static void put_said(struct json *j, const struct message *m)
{
    if (m->spam.n > 0)
        json_kv(j, "spam", m->spam);
    if (m->sealed)
        json_kv_bool(j, "sealed", true);
    if (m->control != CONTROL_NONE)
        json_kv(j, "control", str_of(control_names[m->control]));
    if (m->token.n > 0)
        json_kv(j, "token", m->token);
    if (m->address.n > 0)
        json_kv(j, "address", m->address);
    if (m->category.n > 0)
        json_kv(j, "category", m->category);
    if (m->pin.known) {
        json_key(j, "pin");
        json_begin_object(j);
        put_point(j, &m->pin);
        json_end_object(j);
    }
    if (m->answers != NULL)
        put_answers(j, m->answers);
    if (m->receipts != NULL)
        put_receipts(j, m->receipts);
}

static void put_message(struct json *j, const struct message *m)
{
    json_key(j, "message");
    json_begin_object(j);
    put_mailbox(j, "sender", &m->sender);
    put_mailbox(j, "forwarder", &m->forwarder);
    json_kv(j, "reply_to", m->reply_to);
    json_kv(j, "subject", m->subject);
    json_key(j, "sent_at");
    if (m->sent_at != 0) {
        json_int(j, m->sent_at);
    } else {
        json_put_null(j);
    }
    json_kv(j, "message_id", m->message_id);
    json_key(j, "thread");
    json_begin_array(j);
    for (const struct thread_id *t = m->thread; t != NULL; t = t->next)
        json_str(j, t->id);
    json_end_array(j);
    json_kv(j, "automatic", str_of(automatic_names[m->automatic]));
    json_kv(j, "text", m->text);
    json_kv(j, "visible", m->visible);
    put_or_null(j, "note", m->note);
    put_said(j, m);
    json_key(j, "attachments");
    json_begin_array(j);
    for (const struct attachment *at = m->attachments; at != NULL;
         at = at->next)
        put_attachment(j, at);
    json_end_array(j);
    json_end_object(j);
}

static void put_span(struct json *j, const struct span *s)
{
    json_key(j, "span");
    json_begin_array(j);
    json_int(j, s->begin);
    json_int(j, s->end);
    json_end_array(j);
    if (s->in != ZONE_VISIBLE)
        json_kv(j, "in", str_of(zone_names[s->in]));
}

static void put_category(struct json *j, const char *key,
                         const struct category *c)
{
    json_key(j, key);
    if (c->name.n == 0) {
        json_put_null(j);
        return;
    }
    json_begin_object(j);
    json_kv(j, "name", c->name);
    json_key(j, "score");
    json_num(j, c->score, 3);
    put_or_null(j, "rule", c->rule);
    put_span(j, &c->span);
    json_end_object(j);
}

static void put_extract(struct json *j, const struct extract *x)
{
    json_key(j, "extract");
    json_begin_object(j);
    put_category(j, "category", &x->category);
    put_category(j, "runner_up", &x->runner_up);
    json_kv(j, "language", x->language);
    json_kv_bool(j, "urgent", x->urgent);
    json_key(j, "findings");
    json_begin_array(j);
    for (const struct finding *f = x->findings; f != NULL; f = f->next) {
        json_begin_object(j);
        json_kv(j, "field", f->field);
        json_kv(j, "value", f->value);
        json_kv(j, "rule", f->rule);
        put_span(j, &f->span);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

void location_json(struct json *j, const struct location *l)
{
    json_begin_object(j);
    json_kv(j, "kind", str_of(location_kind_names[l->kind]));
    put_or_null(j, "number", l->number);
    json_key(j, "streets");
    json_begin_array(j);
    for (int i = 0; i < l->street_count; i++)
        json_str(j, l->streets[i]);
    json_end_array(j);
    put_or_null(j, "place", l->place);
    json_kv(j, "label", l->label);
    put_span(j, &l->span);
    put_point(j, &l->at);
    json_kv(j, "method", str_of(location_method_names[l->method]));
    json_key(j, "uncertainty_m");
    json_num(j, l->uncertainty_m, 0);
    json_key(j, "confidence");
    json_num(j, l->confidence, 3);
    json_kv(j, "rule", l->rule);
    if (l->features.n > 0)
        json_kv(j, "features", l->features);
    put_or_null(j, "rejected", l->rejected);
    json_end_object(j);
}

static void put_areas(struct json *j, const struct area *areas)
{
    json_key(j, "areas");
    json_begin_array(j);
    for (; areas != NULL; areas = areas->next) {
        json_begin_object(j);
        json_kv(j, "name", areas->name);
        json_kv(j, "kind", areas->kind);
        json_end_object(j);
    }
    json_end_array(j);
}

void reading_json(struct json *j, const struct reading *r)
{
    put_message(j, &r->message);
    put_extract(j, &r->extract);
    json_key(j, "locations");
    json_begin_array(j);
    for (const struct location *l = r->locations; l != NULL; l = l->next)
        location_json(j, l);
    json_end_array(j);
    if (r->areas != NULL)
        put_areas(j, r->areas);
    if (r->department.n > 0) {
        json_kv(j, "department", r->department);
        json_kv(j, "department_rule", r->department_rule);
    }
    json_kv(j, "decision", str_of(decision_names[r->decision]));
    put_or_null(j, "question", r->question);
    if (r->failed.n > 0)
        json_kv(j, "failed", r->failed);
}
