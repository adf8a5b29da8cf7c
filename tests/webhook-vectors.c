/*
 * webhook-vectors FILE.json...: asks the adapters' own code whether each
 * request of a file of signature cases may come in, and compares.
 */
#include <jansson.h>
#include <stdio.h>

#include "../adapters/twilio_signature.h"
#include "base/clock.h"

struct request {
    struct str url, type, body, secret;
    json_t *headers;
};

static struct str text_of(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);

    if (!json_is_string(v))
        return STR("");
    return (struct str){ json_string_value(v), json_string_length(v) };
}

/* Names of headers are not looked at for their case. */
static struct str header(const struct request *r, const char *name)
{
    const char *key;
    json_t *v;

    json_object_foreach(r->headers, key, v)
    {
        if (str_case_eq(str_of(key), str_of(name)))
            return text_of(r->headers, key);
    }
    return STR("");
}

static bool let_in_twilio(const struct request *r, struct arena *a)
{
    struct twilio_call call = {
        .url = r->url,
        .type = r->type,
        .body = r->body,
        .signature = header(r, "X-Twilio-Signature"),
    };

    return twilio_signed(&call, &r->secret, 1, a);
}

static const struct {
    const char *provider;
    bool (*let_in)(const struct request *r, struct arena *a);
} providers[] = {
    { "twilio", let_in_twilio },
};

static int passed;
static int failed;

static bool decide(const json_t *c, size_t provider)
{
    struct arena a = { 0 };
    struct request r = {
        .url = text_of(c, "url"),
        .type = text_of(c, "content_type"),
        .body = text_of(c, "body"),
        .secret = text_of(c, "secret"),
        .headers = json_object_get(c, "headers"),
    };
    const json_t *now = json_object_get(c, "now");
    bool in;

    clock_set(json_is_integer(now) ? json_integer_value(now) : 0);
    in = providers[provider].let_in(&r, &a);
    arena_free(&a);
    return in;
}

static void run_case(const char *path, const json_t *c, size_t provider)
{
    struct str want = text_of(c, "expect");
    const char *got = decide(c, provider) ? "accept" : "reject";

    if (str_eq(want, str_of(got))) {
        passed++;
        return;
    }
    failed++;
    printf("%s: %.*s: %s, not %.*s\n", path, STR_FMT(text_of(c, "name")), got,
           STR_FMT(want));
}

static int run_file(const char *path)
{
    json_error_t why;
    json_t *top = json_load_file(path, 0, &why);
    struct str name = text_of(top, "provider");
    size_t provider = 0;
    const json_t *c;
    size_t i;

    if (top == NULL) {
        printf("%s:%d: %s\n", path, why.line, why.text);
        return 1;
    }
    while (provider < COUNT_OF(providers) &&
           !str_eq(name, str_of(providers[provider].provider)))
        provider++;
    if (provider == COUNT_OF(providers)) {
        printf("%s: nothing here reads the provider \"%.*s\"\n", path,
               STR_FMT(name));
        json_decref(top);
        return 1;
    }
    json_array_foreach(json_object_get(top, "cases"), i, c)
    {
        run_case(path, c, provider);
    }
    json_decref(top);
    return 0;
}

int main(int argc, char **argv)
{
    int unread = 0;

    for (int i = 1; i < argc; i++)
        unread += run_file(argv[i]);
    printf("%d passed, %d failed\n", passed, failed + unread);
    return failed + unread > 0 || argc < 2;
}
