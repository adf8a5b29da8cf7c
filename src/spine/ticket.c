#include "spine/ticket.h"

#include "base/digest.h"

static struct str token_for(const struct ticket *t, struct str what,
                            struct arena *a)
{
    struct str mac = digest_hmac(a, DIGEST_SHA256, t->token, what);

    mac = digest_base64url(a, str_slice(mac, 0, TICKET_TOKEN_BYTES));
    return str_of(arena_printf(a, "%lld-%.*s", (long long)t->id, STR_FMT(mac)));
}

struct str ticket_public_token(const struct ticket *t, struct arena *a)
{
    return token_for(t, STR("follow"), a);
}

struct str ticket_photo_token(const struct ticket *t, struct arena *a)
{
    return token_for(t, STR("photo"), a);
}

static void put_time(struct json *j, const char *key, int64_t at)
{
    char text[CLOCK_TEXT];

    json_kv(j, key, str_of(clock_rfc3339(at, text)));
}

static void put_place(struct json *j, const struct ticket *t)
{
    json_key(j, "place");
    json_str_or_null(j, t->label);
    json_key(j, "lat");
    if (t->at.known) {
        json_num(j, t->at.lat, 7);
    } else {
        json_put_null(j);
    }
    json_key(j, "lon");
    if (t->at.known) {
        json_num(j, t->at.lon, 7);
    } else {
        json_put_null(j);
    }
    json_kv(j, "method", str_of(location_method_names[t->method]));
    json_key(j, "uncertainty_m");
    json_num(j, t->uncertainty_m, 0);
    json_key(j, "confidence");
    json_num(j, t->confidence, 3);
    json_key(j, "department");
    json_str_or_null(j, t->department);
    json_kv(j, "decision", str_of(decision_names[t->decision]));
}

static void put_number_or_null(struct json *j, const char *key, int64_t n)
{
    json_key(j, key);
    if (n != 0) {
        json_int(j, n);
    } else {
        json_put_null(j);
    }
}

static void put_work(struct json *j, const struct ticket *t)
{
    json_key(j, "assignee");
    json_str_or_null(j, t->assignee);
    json_key(j, "reason");
    json_str_or_null(j, t->reason);
    put_number_or_null(j, "duplicate_of", t->duplicate_of);
    if (t->snoozed_until != 0) {
        put_time(j, "snoozed_until", t->snoozed_until);
    } else {
        json_key(j, "snoozed_until");
        json_put_null(j);
    }
}

void ticket_json(struct json *j, const struct ticket *t)
{
    json_kv_int(j, "number", t->id);
    json_kv(j, "token", t->token);
    json_kv(j, "state", str_of(ticket_state_names[t->state]));
    json_kv_bool(j, "urgent", t->urgent);
    json_kv_bool(j, "unread", t->unread);
    json_kv(j, "category", t->category);
    json_kv(j, "title", t->title);
    json_kv(j, "language", t->language);
    put_place(j, t);
    put_work(j, t);
    json_kv(j, "channel", t->channel);
    put_time(j, "created_at", t->created_at);
    put_time(j, "changed_at", t->changed_at);
}
