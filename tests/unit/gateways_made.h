/* A call as a phone's app would make it. */
#ifndef GATEWAYS_MADE_H
#define GATEWAYS_MADE_H
#include "../../adapters/text.h"

#include <jansson.h>

#include "../tap.h"
#include "base/clock.h"
#include "base/digest.h"
#include "shared.h"

extern const struct text_provider capcom6_provider;
extern const struct text_provider textbee_provider;
extern const struct text_provider httpsms_provider;
extern const struct text_provider smssync_provider;

enum { NOW = 1790000003 };

static struct arena a;
static struct error e;

static const struct text_channel door = {
    .with = { .account = STR_INIT("phone 1"),
              .user = STR_INIT("town"),
              .password = STR_INIT("pass"),
              .key = STR_INIT("key"),
              .secret = STR_INIT("new"),
              .secret_old = STR_INIT("old"),
              .number = STR_INIT("+15555550100"),
              .api = STR_INIT("https://api.example.org/v1") },
    .hook = "https://reports.example.org/hook/phone",
};

/* ---- a call ---- */

struct call {
    struct text_call call;
    struct str signature, at, authorization;
};

static inline struct str header_of(const void *from, const char *name)
{
    const struct call *c = from;

    if (str_case_eq(str_of(name), STR("X-Signature")))
        return c->signature;
    if (str_case_eq(str_of(name), STR("X-Timestamp")))
        return c->at;
    return str_case_eq(str_of(name), STR("Authorization")) ? c->authorization
                                                           : STR("");
}

static inline enum text_verdict verdict(const struct text_provider *p,
                                        struct call c)
{
    c.call.method = STR("POST");
    c.call.url = str_of(door.hook);
    c.call.header = header_of;
    c.call.from = &c;
    return p->check(&door, &c.call, &a);
}

static inline struct str hmac(const char *secret, struct str said)
{
    return digest_hex(&a, digest_hmac(&a, DIGEST_SHA256, str_of(secret), said));
}

static inline struct call of_capcom6(const char *secret, const char *body,
                                     const char *at)
{
    return (struct call){
        .call = { .body = str_of(body) },
        .at = str_of(at),
        .signature = hmac(secret, str_of(arena_printf(&a, "%s%s", body, at))),
    };
}

static inline struct str token(const char *claims, const char *secret)
{
    struct str said = str_of(
        arena_printf(&a, "%.*s.%.*s",
                     STR_FMT(digest_base64url(&a, STR("{\"alg\":\"HS256\"}"))),
                     STR_FMT(digest_base64url(&a, str_of(claims)))));
    struct str sum = digest_hmac(&a, DIGEST_SHA256, str_of(secret), said);

    return str_of(arena_printf(&a, "Bearer %.*s.%.*s", STR_FMT(said),
                               STR_FMT(digest_base64url(&a, sum))));
}

static inline struct call of_httpsms(const char *claims)
{
    return (struct call){ .authorization = token(claims, "new") };
}

static inline struct call of_form(const char *form)
{
    return (struct call){ .call = { .body = str_of(form) } };
}

static inline const struct text *told(const struct text_provider *p,
                                      const char *body)
{
    struct text *t = NULL;

    if (p->read(&t, p->adapter.format, str_of(body), &a, &e) < 0) {
        printf("# %s\n", e.text);
        return NULL;
    }
    return t;
}

/* A string of an object, or an empty one. */
static inline const char *member(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));

    return s == NULL ? "" : arena_dup(&a, str_of(s));
}

#endif
