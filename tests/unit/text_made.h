/* A provider that never was, a channel of it, and a stand-in for its api. */
#ifndef TEXT_MADE_H
#define TEXT_MADE_H
#include "../../adapters/text_internal.h"
#include "../../adapters/text_json.h"

#include "api_made.h"
#include "base/clock.h"
#include "base/digest.h"
#include "fake_adapters.h"

enum { NOON = 1795512600 };

/* What the provider does next. */
static struct {
    const char *cert_status;
    int certs, visits, sends, files;
    const char *visit_status;
    const char *send_status; /* NULL: the line is cut */
    const char *send_body;
    char sent[1024];
    bool key; /* the last file was asked for with it */
} toy;

static inline void serve_file(struct fake_conn *c, struct str request)
{
    toy.files++;
    toy.key = str_find(request, STR("X-Key: k3y\r\n")) < request.n;
    fake_http(c, "200 OK", "Content-Type: image/jpeg\r\n",
              STR("\xff\xd8\xff jpeg"));
}

static inline void serve_api(struct fake_conn *c)
{
    struct str r = fake_request(c);

    if (r.n == 0)
        return;
    if (str_starts(r, STR("GET /cert"))) {
        toy.certs++;
        fake_http(c, toy.cert_status, "", STR("cert"));
    } else if (str_starts(r, STR("GET /visit"))) {
        toy.visits++;
        fake_http(c, toy.visit_status, "", STR("welcome"));
    } else if (str_starts(r, STR("GET /file"))) {
        serve_file(c, r);
    } else if (toy.send_status != NULL) {
        toy.sends++;
        snprintf(toy.sent, sizeof(toy.sent), "%.*s", STR_FMT(r));
        fake_http(c, toy.send_status, "", str_of(toy.send_body));
    } else {
        toy.sends++;
        snprintf(toy.sent, sizeof(toy.sent), "%.*s", STR_FMT(r));
        fake_close(c);
    }
    fake_taken(c, r.n);
}

/* ---- the provider ---- */

static inline enum text_verdict
toy_check(const struct text_channel *t, struct text_call *call, struct arena *a)
{
    struct str signature = call->header(call->from, "x-twilio-signature");

    if (str_starts(signature, STR("/"))) {
        call->need = str_of(arena_printf(a, "%.*s%.*s", STR_FMT(t->with.api),
                                         STR_FMT(signature)));
        if (call->fetched.n == 0)
            return TEXT_NEEDS;
        return str_eq(call->fetched, STR("cert")) ? TEXT_GENUINE : TEXT_FORGED;
    }
    if (str_eq(signature, STR("more"))) {
        call->need = str_of(arena_printf(a, "%.*s/cert", STR_FMT(t->with.api)));
        return TEXT_NEEDS;
    }
    if (str_eq(signature, STR("stale")))
        return TEXT_STALE;
    if (str_eq(signature, STR("again")))
        return TEXT_AGAIN;
    return str_eq(signature, STR("good")) ? TEXT_GENUINE : TEXT_FORGED;
}

static inline enum text_kind kind_of(struct str word)
{
    if (str_eq(word, STR("visit")))
        return TEXT_VISIT;
    if (str_eq(word, STR("receipt")))
        return TEXT_RECEIPT;
    return word.n > 0 ? TEXT_NOTHING : TEXT_MESSAGE;
}

static inline void file_of(struct text *text, const json_t *item,
                           struct arena *a)
{
    struct text_file *f = arena_new(a, struct text_file);

    f->url = arena_str(a, text_json_str(item, "file"));
    f->bytes = arena_str(a, text_json_str(item, "inline"));
    f->sha256 = arena_str(a, text_json_str(item, "sha256"));
    f->name = arena_str(a, text_json_str(item, "file-name"));
    if (f->url.n + f->bytes.n > 0)
        text->files = f;
}

static inline struct text *one_of(const json_t *item, struct arena *a)
{
    struct text *text = arena_new(a, struct text);

    text->kind = kind_of(text_json_str(item, "kind"));
    text->id = arena_str(a, text_json_str(item, "id"));
    text->from = arena_str(a, text_json_str(item, "from"));
    text->to = arena_str(a, text_json_str(item, "to"));
    text->words = arena_str(a, text_json_str(item, "words"));
    text->url = arena_str(a, text_json_str(item, "url"));
    text->ref = arena_str(a, text_json_str(item, "ref"));
    text->part = (int)text_json_int(item, "part", 0);
    text->parts = (int)text_json_int(item, "parts", 0);
    text->opted_out = text_json_int(item, "out", 0) != 0;
    text->delivery = (enum delivery)text_json_int(item, "delivery", 0);
    file_of(text, item, a);
    return text;
}

static inline int toy_read(struct text **out, enum raw_format format,
                           struct str bytes, struct arena *a, struct error *e)
{
    json_t *top = format == RAW_JSON ? text_json_any(bytes) : NULL;
    const json_t *item;
    size_t i;

    if (top == NULL)
        return error(e, E_SYNTAX, "not JSON");
    json_array_foreach(top, i, item)
    {
        *out = one_of(item, a);
        out = &(*out)->next;
    }
    json_decref(top);
    return 0;
}

static inline void toy_login(struct text_request *out,
                             const struct text_channel *t, struct arena *a)
{
    out->headers[0] = arena_printf(a, "X-Key: %.*s", STR_FMT(t->with.key));
}

static inline int toy_say(struct text_request *out,
                          const struct text_channel *t,
                          const struct text_order *order, struct arena *a,
                          struct error *e)
{
    (void)e;
    out->url = arena_printf(a, "%.*s/send", STR_FMT(t->with.api));
    out->body = str_of(arena_printf(
        a, "%.*s|%.*s|%.*s|%.*s", STR_FMT(order->to), STR_FMT(order->from),
        STR_FMT(order->words), STR_FMT(order->ours)));
    return 0;
}

static inline void toy_said(struct text_answer *out, long status,
                            struct str body, struct arena *a)
{
    (void)status;
    if (str_eq(body, STR("busy")))
        out->outcome = OUTCOME_LATER;
    if (str_eq(body, STR("opted out"))) {
        out->outcome = OUTCOME_NEVER;
        out->account = false;
        out->opted_out = true;
    }
    out->id = arena_str(a, body);
}

static const struct setting toy_settings[] = {
    { .name = "number", .kind = SETTING_TEXT, .offset = TEXT_AT(number) },
    { .name = "key", .kind = SETTING_SECRET, .offset = TEXT_AT(key) },
    { .name = "api", .kind = SETTING_TEXT, .offset = TEXT_AT(api) },
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    { .name = NULL },
};

static const char *const toy_hosts[] = { ".toy.example", NULL };

#define TOY                                                                    \
    .adapter = TEXT_ADAPTER("toy", "made up", toy_settings, NULL, RAW_JSON),   \
    .called = "Toy", .words_max = 12, .thanks_type = "text/plain",             \
    .thanks = "thanks", .login_hosts = toy_hosts, .login = toy_login,          \
    .check = toy_check, .read = toy_read, .say = toy_say, .said = toy_said

static const struct text_provider forgetful = { TOY };
static const struct text_provider mindful = { TOY, .knows_ours = true };

#define ANA "+15555550123"

/* ---- the channel ---- */

static inline struct text_channel *start_of(const struct text_provider *p)
{
    struct text_channel *t = arena_new(&setup, struct text_channel);
    struct error e;

    fake_adapter = &p->adapter;
    t->channel = (struct channel){
        .adapter = &p->adapter,
        .name = "texts",
        .town = &town,
        .arena = &setup,
        .loop = &loop,
        .transfers = transfers,
    };
    t->with.number = STR("+15555550100");
    t->with.key = STR("k3y");
    t->with.api =
        str_of(arena_printf(&setup, "http://127.0.0.1:%d", server.port));
    if (p->adapter.open(&t->channel, &e) < 0)
        printf("Bail out! %s\n", e.text);
    p->adapter.start(&t->channel);
    return t;
}

static inline struct text_channel *start(void)
{
    return start_of(&forgetful);
}

static inline void stop(struct text_channel *t)
{
    int n = stops;

    t->channel.adapter->stop(&t->channel, stopped);
    while (stops == n)
        uv_run(&loop, UV_RUN_ONCE);
}

static inline struct http_request call_of(const char *signature,
                                          const char *body)
{
    return (struct http_request){
        .method = "POST",
        .target = "/hook/texts",
        .type = "application/json; charset=utf-8",
        .signature = signature,
        .body = str_of(arena_dup(&setup, str_of(body))),
    };
}

static inline int deliver(const char *signature, const char *body)
{
    struct http_request r = call_of(signature, body);

    fake_call(&r);
    WAIT(r.answers > 0 && fake_inbox.waiting == 0);
    arena_free(&r.arena);
    return r.answers == 1 ? r.status : -r.answers;
}

/* What the jail makes of the row, or an empty message. */
static inline struct message jailed(const struct fake_row *row)
{
    struct message m = { 0 };
    struct error e;

    if (row == NULL || text_read(&m, &row->raw, NULL, &setup, &e) < 0)
        return (struct message){ .text = STR("unread") };
    return m;
}

static inline const char *cursor(const char *key)
{
    return fake_pair(fake_inbox.cursors, key)->value;
}

#endif
