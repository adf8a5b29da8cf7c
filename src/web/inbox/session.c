#include "web/inbox/session.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/utf8.h"
#include "http/form.h"

enum {
    VALUE_BYTES = 32,
    VALUE_CHARS = 43, /* of VALUE_BYTES in base64url */
    SEEN_EVERY_S = 60,
    BROWSER_MAX = 200,
    NEXT_MAX = 1000,
};

static bool is_https(const struct desk *d)
{
    return str_starts(d->config->town.public_url, STR("https://"));
}

/* With "__Host-" no other host and no plain connection can have set it. */
static struct str cookie_name(const struct desk *d)
{
    return is_https(d) ? STR("__Host-inlet") : STR("inlet");
}

static struct str cookie_value(const struct desk *d,
                               const struct http_request *r)
{
    struct str rest = http_header(r, "Cookie");
    struct str name = cookie_name(d);

    while (rest.n > 0) {
        struct str one = str_trim(str_until(&rest, STR(";")));
        struct str value = one;

        if (str_eq(str_until(&value, STR("=")), name))
            return value;
    }
    return STR_NONE;
}

static struct str cookie_line(const struct desk *d, struct arena *a,
                              struct str value, int age)
{
    return str_of(arena_printf(
        a, "%.*s=%.*s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s",
        STR_FMT(cookie_name(d)), STR_FMT(value), age,
        is_https(d) ? "; Secure" : ""));
}

static struct str hash_of(struct arena *a, struct str value)
{
    return digest_hex(a, digest(a, DIGEST_SHA256, value));
}

/* ---- who it is ---- */

/* A session's row says when it was last used, to the minute. */
struct seen {
    struct arena arena;
    struct str id;
};

static int seen_work(struct store_tx *tx, void *arg, struct error *e)
{
    const struct seen *seen = arg;

    return tx_session_seen(tx, seen->id, clock_now(), e);
}

static void seen_done(void *arg, int rc, const struct error *e)
{
    struct seen *seen = arg;

    if (rc < 0)
        log_warn("a session's last use is not kept: %s", e->text);
    arena_free(&seen->arena);
    free(seen);
}

static void seen_now(struct desk *d, struct str id)
{
    struct seen *seen = calloc(1, sizeof(*seen));

    if (seen == NULL)
        abort();
    seen->id = arena_str(&seen->arena, id);
    store_submit(d->store, seen_work, seen_done, seen);
}

int session_person(struct desk *d, struct http_request *r, struct person *who,
                   struct error *e)
{
    struct arena *a = http_arena(r);
    struct str value = cookie_value(d, r);
    int64_t now = clock_now();
    int rc;

    if (value.n != VALUE_CHARS)
        return error(e, E_NONE, "there is no session");
    rc = store_session_get(d->store, hash_of(a, value), &who->session,
                           &who->user, a, e);
    if (rc < 0)
        return rc;
    if (who->session.seen_at < now - SESSION_IDLE_S ||
        who->session.created_at < now - SESSION_MOST_S)
        return error(e, E_NONE, "the session is over");
    if (who->session.seen_at <= now - SEEN_EVERY_S)
        seen_now(d, who->session.id);
    who->csrf =
        digest_base64url(a, digest_hmac(a, DIGEST_SHA256, value, STR("csrf")));
    who->language = page_language(&d->config->town, r, who->user.language);
    return 0;
}

void session_make(const struct desk *d, struct http_request *r, int64_t user,
                  struct session *out, struct str *cookie)
{
    struct arena *a = http_arena(r);
    struct str value = digest_token(a, VALUE_BYTES);
    struct str browser = utf8_clean(a, http_header(r, "User-Agent"));

    *out = (struct session){
        .id = hash_of(a, value),
        .user = user,
        .created_at = clock_now(),
        .seen_at = clock_now(),
        .address = http_peer(r),
        .browser = utf8_head(browser, BROWSER_MAX),
    };
    *cookie = cookie_line(d, a, value, SESSION_MOST_S);
}

/* ---- where a request comes from ---- */

bool session_says_origin(const struct http_request *r)
{
    return http_header(r, "Sec-Fetch-Site").n > 0 ||
           http_header(r, "Origin").n > 0;
}

bool session_same_origin(const struct desk *d, const struct http_request *r)
{
    struct str site = http_header(r, "Sec-Fetch-Site");
    struct str origin = http_header(r, "Origin");
    struct str host = origin;

    if (site.n > 0)
        return str_eq(site, STR("same-origin")) || str_eq(site, STR("none"));
    if (origin.n == 0)
        return false;
    if (str_case_eq(origin, d->config->town.public_url))
        return true;
    (void)str_until(&host, STR("://"));
    return host.n > 0 && str_case_eq(host, http_header(r, "Host"));
}

bool session_token_given(struct http_request *r, const struct person *who)
{
    struct str given = http_header(r, "X-CSRF");
    struct form_field *form = NULL;
    struct error e;

    if (given.n == 0 &&
        str_case_starts(http_header(r, "Content-Type"),
                        STR("application/x-www-form-urlencoded")) &&
        form_read(&form, http_body(r), http_arena(r), &e) == 0)
        given = form_value(form, "csrf");
    return digest_same(given, who->csrf);
}

struct str session_next(struct str asked)
{
    bool good = asked.n > 0 && asked.n <= NEXT_MAX && asked.p[0] == '/';

    for (size_t i = 0; i < asked.n && good; i++) {
        char c = asked.p[i];

        /* a browser takes "/\" for "//", which names another host */
        good = (unsigned char)c > ' ' && c != 0x7f && c != '\\' &&
               !(i == 1 && c == '/');
    }
    return good ? asked : STR("/inbox");
}

/* ---- its end ---- */

static int end_work(struct store_tx *tx, void *arg, struct error *e)
{
    const struct person *who = arg;
    struct audit audit = { .at = clock_now(),
                           .actor = who->user.name,
                           .what = STR("signed out"),
                           .text = who->session.address };
    int rc = tx_session_end(tx, who->session.id, e);

    return rc < 0 ? rc : tx_audit_add(tx, &audit, e);
}

static void ended(struct desk *d, struct http_request *r,
                  const struct person *who, void *arg, int rc,
                  const struct error *e)
{
    const struct http_header_line lines[] = {
        { "Location", STR("/sign-in") },
        { "Set-Cookie", cookie_line(d, http_arena(r), STR_NONE, 0) },
        { NULL, STR_NONE },
    };

    (void)arg;
    if (rc < 0) {
        desk_fail(d, r, who, e);
        return;
    }
    http_respond(r, &(struct http_response){ .status = 303, .headers = lines });
}

static void post_sign_out(struct desk *d, struct http_request *r,
                          const struct person *who)
{
    struct person *own = arena_new(http_arena(r), struct person);

    *own = *who;
    desk_submit(d, r, who, &(struct desk_write){ end_work, own, ended });
}

enum { FORM_MAX = 8 * 1024 };

const struct desk_route session_routes[] = {
    { "POST", "/sign-out", FORM_MAX, ROLE_READER, post_sign_out },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
