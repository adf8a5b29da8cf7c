#include "pipeline/hook_body.h"

static void put_time(struct json *j, const char *key, int64_t at)
{
    char text[CLOCK_TEXT];

    json_key(j, key);
    json_str_or_null(j, at == 0 ? STR_NONE : str_of(clock_rfc3339(at, text)));
}

static void put_text(struct json *j, const char *key, struct str text)
{
    json_key(j, key);
    json_str_or_null(j, text);
}

static void put_degrees(struct json *j, const char *key, bool known,
                        double degrees)
{
    json_key(j, key);
    if (known) {
        json_num(j, degrees, 7);
    } else {
        json_put_null(j);
    }
}

/* By the neighbours' token: the reporter's own stays inside. */
static void put_url(struct json *j, const struct town *town,
                    const struct ticket *t)
{
    struct arena a = { NULL };

    json_kv(j, "url",
            str_of(arena_printf(&a, "%.*s/t/%.*s", STR_FMT(town->public_url),
                                STR_FMT(ticket_public_token(t, &a)))));
    arena_free(&a);
}

static void put_ticket(struct json *j, const struct town *town,
                       const struct ticket *t)
{
    json_key(j, "ticket");
    json_begin_object(j);
    json_kv_int(j, "number", t->id);
    json_kv_int(j, "revision", t->revision);
    json_kv(j, "state", str_of(ticket_state_names[t->state]));
    put_text(j, "reason", t->reason);
    json_kv_bool(j, "urgent", t->urgent);
    put_text(j, "category", t->category);
    put_text(j, "title", t->title);
    put_text(j, "language", t->language);
    put_text(j, "place", t->label);
    put_degrees(j, "lat", t->at.known, t->at.lat);
    put_degrees(j, "lon", t->at.known, t->at.lon);
    json_kv(j, "decision", str_of(decision_names[t->decision]));
    put_text(j, "department", t->department);
    put_text(j, "assignee", t->assignee);
    json_key(j, "duplicate_of");
    if (t->duplicate_of != 0) {
        json_int(j, t->duplicate_of);
    } else {
        json_put_null(j);
    }
    put_text(j, "channel", t->channel);
    put_time(j, "created_at", t->created_at);
    put_time(j, "changed_at", t->changed_at);
    put_time(j, "done_at", t->done_at);
    put_url(j, town, t);
    json_end_object(j);
}

/* An event's own text may say how somebody is reached: these do not. */
static bool is_told(struct str kind)
{
    static const char *const all[] = { "state", "reopened", "replied" };

    for (size_t i = 0; i < COUNT_OF(all); i++) {
        if (str_eq(kind, str_of(all[i])))
            return true;
    }
    return false;
}

void hook_body(struct buf *out, const struct town *town, const struct event *ev,
               const struct ticket *t)
{
    struct json j = json_to(out);

    json_begin_object(&j);
    json_kv_int(&j, "id", ev->id);
    json_kv(&j, "event", ev->kind);
    put_time(&j, "at", ev->at);
    json_kv(&j, "actor", ev->actor);
    put_text(&j, "text", is_told(ev->kind) ? ev->text : STR_NONE);
    json_kv(&j, "jurisdiction", town->jurisdiction);
    put_ticket(&j, town, t);
    json_end_object(&j);
}
