/*
 * webhook-vectors [--mutate] FILE.json...: asks the adapters' own code whether
 * each request of a file of signature cases may come in, and compares.
 *
 * --mutate also changes each bit of each byte of the body, of the address and
 * of the headers of every request that is let in. What comes of it must be
 * refused, or be read as exactly the same: "%3a" for "%3A", a field of the
 * body that its provider does not sign and we do not read.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "../adapters/text_providers.h"
#include "../adapters/text_write.h"
#include "base/clock.h"
#include "base/percent.h"

struct request {
    struct str method, url, type, body, secret, certificate;
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
static struct str header(const void *from, const char *name)
{
    const json_t *headers = from;
    json_t *v;
    const char *key;

    json_object_foreach((json_t *)(uintptr_t)headers, key, v)
    {
        if (str_case_eq(str_of(key), str_of(name)))
            return text_of(headers, key);
    }
    return STR("");
}

static const struct kind {
    const char *name; /* as the cases spell it */
    const struct text_provider *provider;
    const char *account; /* the cases mean this one */
} kinds[] = {
    { "aws", &sns_provider, "arn:aws:sns:us-east-1:123456789012:inlet" },
    { "capcom6", &capcom6_provider, "" },
    { "httpsms", &httpsms_provider, "" },
    { "messagebird/bird", &messagebird_provider, "" },
    { "plivo", &plivo_provider, "" },
    { "sinch", &sinch_provider, "" },
    { "smssync", &smssync_provider, "" },
    { "telnyx", &telnyx_provider, "" },
    { "textbee", &textbee_provider, "" },
    { "twilio", &twilio_provider, "" },
    { "vonage", &vonage_provider, "" },
    { "vonage-sms-legacy", &vonage_provider, "" },
};

static int passed;
static int failed;

/* Of one part of the requests. */
struct tally {
    const char *part;
    int changed, refused, the_same;
};

static struct tally of_body = { .part = "body" };
static struct tally of_address = { .part = "address" };
static struct tally of_headers = { .part = "headers" };

static bool let_in(const struct kind *k, const struct request *r,
                   struct arena *a)
{
    struct text_channel t = {
        .hook = arena_dup(a, r->url),
        .with = { .account = str_of(k->account != NULL ? k->account : ""),
                  .key = r->secret,
                  .secret = r->secret,
                  .url = r->url },
    };
    struct text_call call = {
        .method = r->method,
        .url = r->url,
        .type = r->type,
        .body = r->body,
        .header = header,
        .from = r->headers,
    };
    enum text_verdict v;

    v = k->provider->check(&t, &call, a);
    if (v == TEXT_NEEDS) {
        call.fetched = r->certificate;
        v = k->provider->check(&t, &call, a);
    }
    return v == TEXT_GENUINE;
}

/* ---- what is read of a request, in one string ---- */

static void add_text(struct buf *out, const struct text *t)
{
    const struct str fields[] = {
        t->id,  t->from,    t->to,  t->name, t->words, t->answers,
        t->ref, t->address, t->why, t->url,  t->item,
    };

    for (size_t i = 0; i < COUNT_OF(fields); i++)
        buf_printf(out, "%zu:%.*s,", fields[i].n, STR_FMT(fields[i]));
    buf_printf(out, "%d %lld %d %d %d %d %d %d %d %f %f\n", t->kind,
               (long long)t->sent_at, t->control, t->part, t->parts,
               t->delivery, t->opted_out, t->dead, t->pin.known, t->pin.lat,
               t->pin.lon);
    for (const struct text_file *f = t->files; f != NULL; f = f->next) {
        buf_printf(out, "%.*s %.*s %.*s %.*s %zu\n", STR_FMT(f->url),
                   STR_FMT(f->type), STR_FMT(f->name), STR_FMT(f->sha256),
                   f->bytes.n);
    }
}

/* As the hook decides it. */
static enum raw_format format_of(const struct kind *k, const struct request *r)
{
    if (str_eq(r->method, STR("GET")) ||
        str_find(r->type, STR("urlencoded")) < r->type.n)
        return RAW_FORM;
    if (str_find(r->type, STR("json")) < r->type.n)
        return RAW_JSON;
    return k->provider->adapter.format;
}

static struct str reading_of(const struct kind *k, const struct request *r,
                             struct arena *a)
{
    struct buf out = buf_init(1024 * 1024);
    struct str bytes = r->body;
    struct str query = r->url;
    struct text *t = NULL;
    struct error e;

    str_until(&query, STR("?"));
    if (str_eq(r->method, STR("GET")))
        bytes = query;
    if (k->provider->read(&t, format_of(k, r), bytes, a, &e) < 0)
        return STR("unread");
    for (; t != NULL; t = t->next)
        add_text(&out, t);
    return text_kept(a, &out);
}

/* ---- every one-bit change ---- */

/* A request that is let in, and what it says. */
struct change {
    const struct kind *kind;
    struct request *r;
    struct str was;
    const char *name;
    struct tally *tally;
};

static void look(const struct change *c, size_t at)
{
    struct arena a = { 0 };

    c->tally->changed++;
    if (!let_in(c->kind, c->r, &a)) {
        c->tally->refused++;
    } else if (str_eq(reading_of(c->kind, c->r, &a), c->was)) {
        c->tally->the_same++;
    } else {
        failed++;
        printf("%s: let in with byte %zu of its %s changed\n", c->name, at,
               c->tally->part);
    }
    arena_free(&a);
}

static void change_str(const struct change *c, struct str *part)
{
    struct str kept = *part;
    struct arena a = { 0 };
    char *p = arena_dup(&a, kept);

    *part = (struct str){ p, kept.n };
    for (size_t i = 0; i < kept.n; i++) {
        for (int bit = 0; bit < 8; bit++) {
            p[i] = (char)(kept.p[i] ^ (1 << bit));
            look(c, i);
        }
        p[i] = kept.p[i];
    }
    *part = kept;
    arena_free(&a);
}

/* A header is text: bytes that cannot stand in JSON are left out. */
static void change_header(const struct change *c, const char *key)
{
    json_t *headers = c->r->headers;
    struct arena a = { 0 };
    struct str kept = arena_str(&a, text_of(headers, key));
    char *p = arena_dup(&a, kept);

    for (size_t i = 0; i < kept.n; i++) {
        for (int bit = 0; bit < 7; bit++) {
            p[i] = (char)(kept.p[i] ^ (1 << bit));
            if (p[i] != '\0' &&
                json_object_set_new(headers, key, json_stringn(p, kept.n)) == 0)
                look(c, i);
        }
        p[i] = kept.p[i];
    }
    json_object_set_new(headers, key, json_stringn(kept.p, kept.n));
    arena_free(&a);
}

/* A token beside the body, a secret in it: neither says what else it says. */
static bool is_covered(const struct kind *k)
{
    return k->provider != &httpsms_provider && k->provider != &smssync_provider;
}

static void change_all(const struct kind *k, struct request *r,
                       const char *name)
{
    json_t *names = json_deep_copy(r->headers);
    struct arena a = { 0 };
    struct change c = {
        .kind = k, .r = r, .was = reading_of(k, r, &a), .name = name
    };
    json_t *v;
    const char *key;

    c.tally = &of_body;
    if (is_covered(k))
        change_str(&c, &r->body);
    c.tally = &of_address;
    change_str(&c, &r->url);
    c.tally = &of_headers;
    json_object_foreach(names, key, v)
    {
        change_header(&c, key);
    }
    json_decref(names);
    arena_free(&a);
}

/* ---- the cases ---- */

/* What a case gives as fields alone is a form. */
static struct str form_of(const json_t *params, struct arena *a)
{
    struct buf out = buf_init(1024 * 1024);
    const char *key;
    json_t *v;

    json_object_foreach((json_t *)(uintptr_t)params, key, v)
    {
        text_pair(&out, key, text_of(params, key));
    }
    return text_kept(a, &out);
}

static struct request request_of(const json_t *c, struct arena *a)
{
    struct request r = {
        .method = text_of(c, "method"),
        .url = text_of(c, "url"),
        .type = text_of(c, "content_type"),
        .body = text_of(c, "body"),
        .secret = text_of(c, "secret"),
        .certificate = text_of(c, "certificate_pem"),
        .headers = json_object_get(c, "headers"),
    };
    struct str query = text_of(c, "query");

    if (r.secret.n == 0)
        r.secret = text_of(c, "public_key_base64");
    if (r.url.n == 0)
        r.url = STR("https://town.example.org/hook/texts");
    if (r.method.n == 0)
        r.method = STR("POST");
    if (r.body.n == 0 && query.n == 0)
        r.body = form_of(json_object_get(c, "params"), a);
    if (query.n > 0) {
        r.method = STR("GET");
        r.url = str_of(
            arena_printf(a, "%.*s?%.*s", STR_FMT(r.url), STR_FMT(query)));
    }
    return r;
}

static const struct kind *kind_of(const json_t *top, const json_t *c)
{
    struct str name = text_of(c, "provider");

    if (name.n == 0)
        name = text_of(top, "provider");
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (str_eq(name, str_of(kinds[i].name)))
            return &kinds[i];
    }
    return NULL;
}

static void run_case(const char *path, const json_t *top, const json_t *c,
                     bool mutate)
{
    const struct kind *k = kind_of(top, c);
    const json_t *now = json_object_get(c, "now");
    struct str want = text_of(c, "expect");
    struct arena a = { 0 };
    struct request r = request_of(c, &a);
    const char *name =
        arena_printf(&a, "%s: %.*s", path, STR_FMT(text_of(c, "name")));
    const char *got = "nothing reads that provider";

    clock_set(json_is_integer(now) ? json_integer_value(now) : 0);
    if (k != NULL)
        got = let_in(k, &r, &a) ? "accept" : "reject";
    if (!str_eq(want, str_of(got))) {
        failed++;
        printf("%s: %s, not %.*s\n", name, got, STR_FMT(want));
    } else {
        passed++;
        if (mutate && str_eq(want, STR("accept")))
            change_all(k, &r, name);
    }
    arena_free(&a);
}

static int run_file(const char *path, bool mutate)
{
    json_error_t why;
    json_t *top = json_load_file(path, 0, &why);
    const json_t *c;
    size_t i;

    if (top == NULL) {
        printf("%s:%d: %s\n", path, why.line, why.text);
        return 1;
    }
    json_array_foreach(json_object_get(top, "cases"), i, c)
    {
        if (json_object_get(c, "expect") != NULL)
            run_case(path, top, c, mutate);
    }
    json_decref(top);
    return 0;
}

static void tell(const struct tally *t)
{
    printf("%s: %d changes, %d refused, %d read as the same\n", t->part,
           t->changed, t->refused, t->the_same);
}

int main(int argc, char **argv)
{
    bool mutate = argc > 1 && strcmp(argv[1], "--mutate") == 0;
    int unread = 0;

    for (int i = mutate ? 2 : 1; i < argc; i++)
        unread += run_file(argv[i], mutate);
    printf("%d passed, %d failed\n", passed, failed + unread);
    if (mutate) {
        tell(&of_body);
        tell(&of_address);
        tell(&of_headers);
    }
    return failed + unread > 0 || argc < 2;
}
