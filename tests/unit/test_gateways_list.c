/* Phones as doors for texts: their lists, and the shared cases of who signs. */
#include "gateways_made.h"

/* ---- their lists ---- */

static struct text_listing list_read(const struct text_provider *p,
                                     const char *body)
{
    struct text_listing out = { .texts = NULL };

    CHECK(p->listed(&out, &door, str_of(body), &a, &e) == 0);
    return out;
}

static const char *list_url(const struct text_provider *p,
                            struct text_question q)
{
    struct text_request r;

    return p->list(&r, &door, &q, &a, &e) < 0 ? "" : r.url;
}

static void the_list_has_what_the_webhook_would_have_told(void)
{
    struct text_listing l = list_read(
        &textbee_provider,
        "{\"data\":[{\"_id\":\"s\",\"sender\":\"+15555550123\",\"message\":"
        "\"Hole\",\"receivedAt\":\"2026-09-21T15:33:20.000Z\"},"
        "{\"_id\":\"o\",\"smsBatch\":\"b\",\"recipient\":\"+15555550123\","
        "\"message\":\"Thanks\",\"requestedAt\":\"2026-09-21T15:33:21Z\"}],"
        "\"meta\":{\"page\":1,\"totalPages\":3}}");
    const struct text *t = l.texts;
    const struct text *again;

    CHECK(t != NULL && t->kind == TEXT_MESSAGE && !t->outgoing);
    CHECK_STR(t->id, "s");
    CHECK_STR(l.next, "2");
    again = told(&textbee_provider, arena_dup(&a, t->item));
    CHECK(again != NULL && str_eq(again->id, t->id));
    CHECK(t->next != NULL && t->next->outgoing);
    CHECK_STR(t->next->id, "b");
    CHECK(t->next->sent_at == 1790004801);
    CHECK_STR(str_of(list_url(&textbee_provider,
                              (struct text_question){ .page = STR("2") })),
              "https://api.example.org/v1/gateway/devices/phone%201/messages"
              "?type=all&page=2&limit=50");
    CHECK(textbee_provider.listed(&l, &door, STR("{\"data\":7}"), &a, &e) < 0);
    CHECK(textbee_provider.listed(&l, &door, STR("busy"), &a, &e) < 0);
}

static void contacts_are_asked_about_one_by_one(void)
{
    struct text_listing l;
    const struct text *again;

    clock_set(1790004800);
    l = list_read(
        &httpsms_provider,
        "{\"data\":[{\"contact\":\"+15555550123\",\"last_message_id\":\"m\","
        "\"order_timestamp\":\"2026-09-21T15:33:20Z\"},"
        "{\"contact\":\"+15555550124\",\"last_message_id\":\"m\","
        "\"order_timestamp\":\"2026-09-21T15:33:20Z\"},"
        "{\"contact\":\"+15555550125\",\"last_message_id\":\"m\","
        "\"order_timestamp\":\"2025-09-21T15:33:20Z\"}]}");
    CHECK(l.texts == NULL);
    CHECK_STR(l.next, "contact=+15555550123\ncontact=+15555550124");
    CHECK_STR(str_of(list_url(&httpsms_provider,
                              (struct text_question){
                                  .page = STR("contact=+15555550123") })),
              "https://api.example.org/v1/messages?owner=%2B15555550100"
              "&contact=%2B15555550123&limit=20");
    CHECK_STR(str_of(list_url(&httpsms_provider, (struct text_question){ 0 })),
              "https://api.example.org/v1/message-threads?owner=%2B15555550100"
              "&limit=20");
    l = list_read(
        &httpsms_provider,
        "{\"data\":[{\"id\":\"m\",\"type\":\"mobile-originated\",\"owner\":"
        "\"+15555550100\",\"contact\":\"+15555550123\",\"content\":\"Hole\"},"
        "{\"id\":\"u\",\"type\":\"mobile-terminated\",\"owner\":"
        "\"+15555550100\",\"contact\":\"+15555550123\",\"content\":\"Ok\"},"
        "{\"id\":\"c\",\"type\":\"call/missed\",\"owner\":\"+15555550100\"}]}");
    CHECK(l.texts != NULL && !l.texts->outgoing && l.next.n == 0);
    CHECK_STR(l.texts->from, "+15555550123");
    again = told(&httpsms_provider, arena_dup(&a, l.texts->item));
    CHECK(again != NULL && again->kind == TEXT_MESSAGE);
    CHECK_STR(again->id, "m");
    CHECK(l.texts->next->outgoing);
    CHECK_STR(l.texts->next->to, "+15555550123");
    CHECK(l.texts->next->next->kind == TEXT_NOTHING);
}

/* ---- the shared cases, where they are on this machine ---- */

struct shared {
    const struct text_provider *provider;
    struct text_channel door;
    struct call c;
};

static struct str member_of(const json_t *o, const char *key)
{
    return str_of(member(o, key));
}

static bool let_in(struct shared *s)
{
    struct arena own = { 0 };
    bool in;

    s->c.call.header = header_of;
    s->c.call.from = &s->c;
    in = s->provider->check(&s->door, &s->c.call, &own) == TEXT_GENUINE;
    arena_free(&own);
    return in;
}

/* How many of the one-byte changes of part are let in. */
static int changed(struct shared *s, struct str *part)
{
    struct str kept = *part;
    char *p = arena_dup(&a, kept);
    int in = 0;

    *part = (struct str){ p, kept.n };
    for (size_t i = 0; i < kept.n; i++) {
        for (int bit = 0; bit < 8; bit++) {
            p[i] = (char)(kept.p[i] ^ (1 << bit));
            in += let_in(s);
        }
        p[i] = kept.p[i];
    }
    *part = kept;
    return in;
}

static struct shared shared_case(const json_t *c)
{
    static const struct text_provider *const all[] = { &capcom6_provider,
                                                       &textbee_provider,
                                                       &httpsms_provider,
                                                       &smssync_provider };
    const json_t *headers = json_object_get(c, "headers");
    struct shared s = {
        .door = { .with = { .secret = member_of(c, "secret") } },
        .c = { .call = { .method = STR("POST"),
                         .url = member_of(c, "url"),
                         .body = member_of(c, "body") },
               .signature = member_of(headers, "X-Signature"),
               .at = member_of(headers, "X-Timestamp"),
               .authorization = member_of(headers, "Authorization") },
    };

    for (size_t i = 0; i < COUNT_OF(all); i++) {
        if (str_eq(member_of(c, "provider"), str_of(all[i]->adapter.name)))
            s.provider = all[i];
    }
    clock_set(json_integer_value(json_object_get(c, "now")));
    return s;
}

/*
 * The token of httpSMS covers no body, and SMSSync has its secret in it: there
 * a change of the words is not seen, one of what lets in is.
 */
static void no_change_of_what_is_signed_is_let_in(void)
{
    json_t *top = shared_json("sms/android-gateways.json");
    const json_t *c;
    size_t i;

    if (top == NULL) {
        printf("# the shared cases are not on this machine\n");
        return;
    }
    json_array_foreach(json_object_get(top, "cases"), i, c)
    {
        struct shared s = shared_case(c);
        bool accept = str_eq(member_of(c, "expect"), STR("accept"));

        CHECK(s.provider != NULL && let_in(&s) == accept);
        if (s.provider == NULL || !accept)
            continue;
        if (s.provider == &smssync_provider) {
            CHECK(changed(&s, &s.door.with.secret) == 0);
            continue;
        }
        CHECK(changed(&s, &s.c.signature) == 0);
        CHECK(changed(&s, &s.c.at) == 0);
        CHECK(changed(&s, &s.c.call.url) == 0);
        if (s.provider != &httpsms_provider)
            CHECK(changed(&s, &s.c.call.body) == 0);
        if (s.provider == &httpsms_provider) {
            struct str kept = s.c.authorization;

            /* "Bearer" in any case is "Bearer"; the last letter has spare
             * bits. */
            s.c.authorization = str_slice(kept, 0, kept.n - 1);
            CHECK(!let_in(&s));
        }
    }
    json_decref(top);
}

int main(void)
{
    the_list_has_what_the_webhook_would_have_told();
    contacts_are_asked_about_one_by_one();
    no_change_of_what_is_signed_is_let_in();
    arena_free(&a);
    return tap_done();
}
