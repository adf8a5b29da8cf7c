/* A channel of Twilio's and a stand-in for its api. */
#ifndef TWILIO_MADE_H
#define TWILIO_MADE_H
#include "../../adapters/text_internal.h"

#include "api_made.h"
#include "base/clock.h"
#include "base/digest.h"
#include "fake_adapters.h"
#include "http/form.h"

#define TOKEN "0123456789abcdef"

extern const struct text_provider twilio_provider;

static const struct adapter *const adapter = &twilio_provider.adapter;

/* What Twilio does next. */
static struct {
    const char *send_status; /* of POST Messages.json; NULL: silence */
    const char *send_body;
    const char *list_status;
    char list[8192];
    const char *media_status;
    int posts, lists, fetches;
    char post[4096];
    char list_target[512];
    bool password;
} twilio;

static inline void serve_api(struct fake_conn *c)
{
    struct str r = fake_request(c);
    struct str line = r;
    struct str target;

    if (r.n == 0)
        return;
    line = str_line(&line);
    str_word(&line);
    target = str_word(&line);
    twilio.password =
        str_find(r, STR("Authorization: Basic QUMxMjM6MDEyMzQ1Njc4OWFiY2RlZg"
                        "==\r\n")) < r.n;
    if (str_starts(r, STR("POST "))) {
        twilio.posts++;
        snprintf(twilio.post, sizeof(twilio.post), "%.*s", STR_FMT(r));
        if (twilio.send_status != NULL)
            fake_http(c, twilio.send_status, "", str_of(twilio.send_body));
        else
            fake_close(c);
    } else if (str_find(target, STR("/Media.json")) < target.n) {
        fake_http(c, "200 OK", "",
                  STR("{\"media_list\":[{\"content_type\":\"image/png\","
                      "\"uri\":\"/pictures/late.json\"}]}"));
    } else if (str_find(target, STR("/Messages.json")) < target.n) {
        twilio.lists++;
        snprintf(twilio.list_target, sizeof(twilio.list_target), "%.*s",
                 STR_FMT(target));
        fake_http(c, twilio.list_status, "", str_of(twilio.list));
    } else {
        twilio.fetches++;
        fake_http(c, twilio.media_status, "Content-Type: image/jpeg\r\n",
                  STR("\xff\xd8\xff jpeg"));
    }
    fake_taken(c, r.n);
}

static inline struct text_channel *channel_new(const char *poll,
                                               const char *const *more)
{
    struct text_channel *t = arena_new(&setup, struct text_channel);
    const char *api = arena_printf(&setup, "http://127.0.0.1:%d", server.port);
    const char *const basic[] = { "account", "AC123",  "token",
                                  TOKEN,     "number", "+15555550100",
                                  "poll",    poll,     "api",
                                  api,       NULL };
    const char *const *lists[] = { basic, more };
    const struct setting *table = adapter->settings;
    struct error e;
    int rc = settings_default(table, t, &setup, &e);

    t->channel = (struct channel){
        .adapter = adapter,
        .name = "texts",
        .town = &town,
        .arena = &setup,
        .loop = &loop,
        .transfers = transfers,
    };
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        for (const char *const *s = lists[i];
             rc == 0 && s != NULL && *s != NULL; s += 2)
            rc = settings_set(table, t, str_of(s[0]), str_of(s[1]), &setup, &e);
    }
    if (rc == 0)
        rc = settings_check(table, t, &e);
    if (rc == 0)
        rc = adapter->open(&t->channel, &e);
    if (rc < 0)
        printf("Bail out! %s\n", e.text);
    return t;
}

static inline struct text_channel *channel_start(const char *poll)
{
    struct text_channel *t = channel_new(poll, NULL);

    adapter->start(&t->channel);
    return t;
}

static inline void turn(void)
{
    uv_run(&loop, UV_RUN_NOWAIT);
}

static inline void channel_stop(struct text_channel *t)
{
    int n = stops;

    adapter->stop(&t->channel, stopped);
    while (stops == n)
        uv_run(&loop, UV_RUN_ONCE);
}

static inline const char *sign(const char *url, struct str body)
{
    static char text[64];
    struct arena a = { 0 };
    struct buf b = buf_init(65536);
    struct form_field *f;
    struct error e;

    /* The bodies of these tests have their names in order. */
    buf_add(&b, str_of(url));
    if (form_read(&f, body, &a, &e) == 0) {
        for (; f != NULL; f = f->next) {
            buf_add(&b, f->name);
            buf_add(&b, f->value);
        }
    }
    snprintf(text, sizeof(text), "%.*s",
             STR_FMT(digest_base64(
                 &a, digest_hmac(&a, DIGEST_SHA1, STR(TOKEN), buf_str(&b)))));
    buf_free(&b);
    arena_free(&a);
    return text;
}

static inline struct http_request post(const char *target, struct str body)
{
    char url[512];
    struct http_request r = {
        .method = "POST",
        .target = target,
        .type = "application/x-www-form-urlencoded",
        .body = body,
    };

    snprintf(url, sizeof(url), PUBLIC "%s", target);
    r.signature = arena_dup(&setup, str_of(sign(url, body)));
    return r;
}

static inline void deliver(struct http_request *r)
{
    fake_call(r);
    WAIT(r->answers > 0);
    arena_free(&r->arena);
}

#define TEXT(sid, words)                                                       \
    STR("Body=" words "&From=%2B15555550123&MessageSid=" sid                   \
        "&NumMedia=0&To=%2B15555550100")

#endif
