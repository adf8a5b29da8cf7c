/* What a provider answers (RFC 6749, 5; RFC 8628, 3.2 and 3.5). */

#include "base/clock.h"
#include "base/utf8.h"
#include "net/oauth_internal.h"

enum {
    LIFE_S = 3600, /* where nothing is said of it */
    LIFE_MOST_S = 30 * 86400,
    INTERVAL_S = 5,
    INTERVAL_MOST_S = 300,
    CODE_S = 900,
    CODE_MOST_S = 86400,
    SHOWN = 200, /* of what the provider says */
    DEPTH_FLAGS = JSON_REJECT_DUPLICATES,
};

/*
 * What to do about a no, the first that fits: where stands is in what was
 * said, or all of the error's name. %s is the channel.
 */
static const struct {
    const char *said;
    int code;
    const char *advice;
} noes[] = {
    { "authorization_pending", E_AGAIN, "the code has not been used yet" },
    { "slow_down", E_BUSY, "asked too often" },
    { "expired_token", E_DENIED,
      "the code is too old; begin again: inlet login %s" },
    { "temporarily_unavailable", E_REMOTE, "it is out of order for now" },
    { "server_error", E_REMOTE, "it is out of order for now" },
    { "AADSTS65001", E_DENIED,
      "an administrator has to consent to what the application asks for (in "
      "the Entra admin center: Enterprise applications, Permissions, Grant "
      "admin consent); then run: inlet login %s" },
    { "AADSTS7000218", E_DENIED,
      "the application has to allow public client flows (in the Entra admin "
      "center: App registrations, Authentication), or oauth-secret is "
      "missing" },
    { "AADSTS7000215", E_DENIED,
      "oauth-secret is wrong: it is the secret's value, not its id" },
    { "AADSTS7000222", E_DENIED,
      "oauth-secret has expired: make a new one at the provider" },
    { "AADSTS700016", E_DENIED,
      "the directory knows no such application: look at oauth-client and "
      "oauth-tenant" },
    { "AADSTS90002", E_DENIED,
      "there is no such directory: look at oauth-tenant" },
    { "AADSTS5007", E_DENIED,
      "a second factor is asked for; run: inlet login %s" },
    { "admin_policy_enforced", E_DENIED,
      "the Workspace's administrator has to allow the application" },
    { "invalid_grant", E_DENIED,
      "the sign-in has ended or was taken back; run: inlet login %s" },
    { "interaction_required", E_DENIED, "run: inlet login %s" },
    { "access_denied", E_DENIED,
      "somebody said no; begin again: inlet login %s" },
    { "invalid_client", E_DENIED,
      "look at oauth-client and oauth-secret: one is wrong, or has expired" },
    { "unauthorized_client", E_DENIED,
      "the application may not do this: a Workspace's administrator allows a "
      "service account by its client id and scope (domain-wide delegation); "
      "elsewhere it is the registration of the application" },
    { "invalid_scope", E_DENIED,
      "the application may not ask for this: look at its permissions, and at "
      "oauth-scope and oauth-flow" },
};

struct str oauth_text(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);

    return json_is_string(v)
               ? (struct str){ json_string_value(v), json_string_length(v) }
               : STR_NONE;
}

/* Some say numbers as text. */
static int64_t number_of(const json_t *object, const char *key,
                         int64_t fallback, int64_t most)
{
    const json_t *v = json_object_get(object, key);
    int64_t n = fallback;

    if (json_is_integer(v)) {
        n = json_integer_value(v);
    } else if (json_is_real(v) && json_real_value(v) < (double)most) {
        n = (int64_t)json_real_value(v);
    } else if (json_is_string(v) && !str_int(oauth_text(object, key), &n)) {
        n = fallback;
    }
    if (n <= 0)
        return fallback;
    return n < most ? n : most;
}

/* It goes into a header and a line of IMAP: letters, digits and marks only. */
static bool token_good(struct str t)
{
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] <= ' ' || t.p[i] >= 0x7f)
            return false;
    }
    return t.n <= OAUTH_TOKEN_MAX;
}

static struct str first_line(struct arena *a, struct str text)
{
    struct str line = str_line(&text);
    char *copy = arena_dup(a, utf8_head(line, SHOWN));

    for (char *p = copy; *p != '\0'; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
    }
    return str_of(copy);
}

static bool fits(const char *said, struct str name, struct str described)
{
    struct str s = str_of(said);

    return str_eq(name, s) || (str_starts(s, STR("AADSTS")) &&
                               str_find(described, s) < described.n);
}

static int refused(const struct oauth_settings *s, long status,
                   const json_t *body, struct arena *a, struct error *e)
{
    struct str name = oauth_text(body, "error");
    struct str described = oauth_text(body, "error_description");
    struct str shown = first_line(a, described.n > 0 ? described : name);

    for (size_t i = 0; i < COUNT_OF(noes); i++) {
        struct str advice = str_of(noes[i].advice);
        size_t at = str_find(advice, STR("%s"));

        if (!fits(noes[i].said, name, described))
            continue;
        return error(e, noes[i].code, "%.*s%s (%s said: %.*s)",
                     STR_FMT(str_slice(advice, 0, at)),
                     at < advice.n ? s->channel : "", oauth_called(s),
                     STR_FMT(shown));
    }
    if (status >= 500 || status == 429 || name.n == 0) {
        return error(e, E_REMOTE, "%s answers %ld to a sign-in%s%.*s",
                     oauth_called(s), status, shown.n > 0 ? ": " : "",
                     STR_FMT(shown));
    }
    return error(e, E_DENIED,
                 "%s refuses the sign-in: %.*s; run: inlet login %s",
                 oauth_called(s), STR_FMT(shown), s->channel);
}

static int token_take(const struct oauth_settings *s, const json_t *body,
                      struct arena *a, struct oauth_token *t, struct error *e)
{
    int64_t now = clock_now();
    struct str access = oauth_text(body, "access_token");
    struct str refresh = oauth_text(body, "refresh_token");
    struct str type = oauth_text(body, "token_type");

    if (access.n == 0 || !token_good(access) || !token_good(refresh) ||
        (type.n > 0 && !str_case_eq(type, STR("Bearer")))) {
        return error(e, E_REMOTE, "%s gives no token that can be used",
                     oauth_called(s));
    }
    t->access = arena_str(a, access);
    t->refresh = arena_str(a, refresh);
    t->obtained_at = now;
    t->expires_at = now + number_of(body, "expires_in", LIFE_S, LIFE_MOST_S);
    return 0;
}

int oauth_answer(const struct oauth_settings *s, long status, struct str body,
                 struct arena *a, struct oauth_token *t, struct error *e)
{
    json_t *root = json_loadb(body.p, body.n, DEPTH_FLAGS, NULL);
    int rc;

    if (status == 200 && json_is_object(root)) {
        rc = token_take(s, root, a, t, e);
    } else {
        rc = refused(s, status, root, a, e);
    }
    json_decref(root);
    return rc;
}

static int device_take(const struct oauth_settings *s, const json_t *body,
                       struct arena *a, struct oauth_device *d, struct error *e)
{
    struct str url = oauth_text(body, "verification_uri");

    if (url.n == 0) /* before the RFC was one */
        url = oauth_text(body, "verification_url");
    *d = (struct oauth_device){
        .code = arena_str(a, oauth_text(body, "device_code")),
        .user_code = first_line(a, oauth_text(body, "user_code")),
        .url = first_line(a, url),
        .interval = number_of(body, "interval", INTERVAL_S, INTERVAL_MOST_S),
        .expires_in = number_of(body, "expires_in", CODE_S, CODE_MOST_S),
    };
    if (d->code.n > 0 && d->user_code.n > 0 && d->url.n > 0)
        return 0;
    return error(e, E_REMOTE, "%s gives no code to type in", oauth_called(s));
}

int oauth_device_answer(const struct oauth_settings *s, long status,
                        struct str body, struct arena *a,
                        struct oauth_device *d, struct error *e)
{
    json_t *root = json_loadb(body.p, body.n, DEPTH_FLAGS, NULL);
    int rc;

    if (status == 200 && json_is_object(root)) {
        rc = device_take(s, root, a, d, e);
    } else {
        rc = refused(s, status, root, a, e);
    }
    json_decref(root);
    return rc;
}
