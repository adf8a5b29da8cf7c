/* What is asked of a provider. */

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/jwt.h"
#include "base/percent.h"
#include "net/oauth_internal.h"

enum { FORM_MAX = 128 * 1024, CLAIMS_MAX = 8 * 1024, CLAIM_S = 3600 };

static void put(struct buf *b, struct arena *a, const char *name,
                struct str value)
{
    if (value.n == 0)
        return;
    buf_printf(b, "%s%s=", b->n > 0 ? "&" : "", name);
    buf_add(b, percent_encode(a, value));
}

static struct str taken(struct buf *b, struct arena *a)
{
    struct str out = arena_str(a, buf_str(b));

    buf_free(b);
    return out;
}

/* An application that has a secret shows it with every request. */
static struct buf form(const struct oauth_settings *s, const char *grant,
                       struct arena *a)
{
    struct buf b = buf_init(FORM_MAX);

    put(&b, a, "grant_type", str_of(grant));
    put(&b, a, "client_id", s->client);
    put(&b, a, "client_secret", s->secret);
    return b;
}

struct str oauth_form_device(const struct oauth_settings *s, struct arena *a)
{
    struct buf b = buf_init(FORM_MAX);

    put(&b, a, "client_id", s->client);
    put(&b, a, "scope", s->scope);
    return taken(&b, a);
}

struct str oauth_form_poll(const struct oauth_settings *s, struct str code,
                           struct arena *a)
{
    struct buf b = form(s, "urn:ietf:params:oauth:grant-type:device_code", a);

    put(&b, a, "device_code", code);
    return taken(&b, a);
}

struct str oauth_form_code(const struct oauth_settings *s, struct str code,
                           struct str verifier, struct str redirect,
                           struct arena *a)
{
    struct buf b = form(s, "authorization_code", a);

    put(&b, a, "code", code);
    put(&b, a, "redirect_uri", redirect);
    put(&b, a, "code_verifier", verifier);
    return taken(&b, a);
}

struct str oauth_challenge(struct arena *a, struct str verifier)
{
    return digest_base64url(a, digest(a, DIGEST_SHA256, verifier));
}

const char *oauth_authorize_url(const struct oauth_settings *s,
                                struct str state, struct str verifier,
                                struct str redirect, struct arena *a)
{
    struct buf b = buf_init(FORM_MAX);
    struct str url = str_of(s->url[OAUTH_AUTHORIZE]);
    bool more = str_find(url, STR("?")) < url.n;
    const char *out;

    put(&b, a, "response_type", STR("code"));
    put(&b, a, "client_id", s->client);
    put(&b, a, "redirect_uri", redirect);
    put(&b, a, "scope", s->scope);
    put(&b, a, "state", state);
    put(&b, a, "code_challenge", oauth_challenge(a, verifier));
    put(&b, a, "code_challenge_method", STR("S256"));
    put(&b, a, "login_hint", s->user);
    if (s->provider == OAUTH_GOOGLE) {
        /* Else there is no refresh token, or at the first time only. */
        put(&b, a, "access_type", STR("offline"));
        put(&b, a, "prompt", STR("consent"));
    }
    out = arena_printf(a, "%.*s%c%.*s", STR_FMT(url), more ? '&' : '?',
                       STR_FMT(buf_str(&b)));
    buf_free(&b);
    return out;
}

/* ---- a service account ---- */

static struct str claims(const struct oauth_settings *s, const json_t *key,
                         struct arena *a)
{
    int64_t now = clock_now();
    struct str to = oauth_text(key, "token_uri");
    struct buf b = buf_init(CLAIMS_MAX);
    struct json j = json_to(&b);

    if (to.n == 0)
        to = str_of(s->url[OAUTH_TOKEN]);
    json_begin_object(&j);
    json_kv(&j, "iss", oauth_text(key, "client_email"));
    json_kv(&j, "sub", s->user);
    json_kv(&j, "scope", s->scope);
    json_kv(&j, "aud", to);
    json_kv_int(&j, "iat", now);
    json_kv_int(&j, "exp", now + CLAIM_S);
    json_end_object(&j);
    return taken(&b, a);
}

static int form_service(const struct oauth_settings *s, struct arena *a,
                        struct str *out, struct error *e)
{
    json_t *key = json_loadb(s->key.p, s->key.n, 0, NULL);
    struct buf b = buf_init(FORM_MAX);
    struct str signed_claims;
    int rc = 0;

    if (oauth_text(key, "client_email").n == 0 ||
        oauth_text(key, "private_key").n == 0) {
        rc = error(e, E_DENIED,
                   "oauth-key is not the JSON key of a service account");
    }
    if (rc == 0 &&
        jwt_rs256(a, claims(s, key, a), oauth_text(key, "private_key"),
                  oauth_text(key, "private_key_id"), &signed_claims, e) < 0) {
        e->code = E_DENIED;
        rc = error_in(e, "oauth-key");
    }
    if (rc == 0) {
        put(&b, a, "grant_type",
            STR("urn:ietf:params:oauth:grant-type:jwt-bearer"));
        put(&b, a, "assertion", signed_claims);
        *out = arena_str(a, buf_str(&b));
    }
    buf_free(&b);
    json_decref(key);
    return rc;
}

int oauth_form_renew(const struct oauth_settings *s,
                     const struct oauth_token *t, struct arena *a,
                     struct str *out, struct error *e)
{
    struct buf b;

    if (s->flow == OAUTH_SERVICE)
        return form_service(s, a, out, e);
    if (s->flow == OAUTH_CLIENT) {
        b = form(s, "client_credentials", a);
    } else if (t->refresh.n > 0) {
        b = form(s, "refresh_token", a);
        put(&b, a, "refresh_token", t->refresh);
    } else {
        return error(e, E_NONE, "not signed in; run: inlet login %s",
                     s->channel);
    }
    put(&b, a, "scope", s->scope);
    *out = taken(&b, a);
    return 0;
}
