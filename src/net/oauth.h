/*
 * Sign-in by token instead of a password (OAuth 2.0, RFC 6749), as Microsoft
 * and Google ask for it of who reads and sends mail: the requests, what their
 * answers mean, and the file a token is kept in. Nothing here uses the
 * network: see oauth_keeper.h for that.
 *
 * Five ways lead to a token. By hand, once, with inlet login: a code shown to
 * the person (RFC 8628), or their browser sent back to us (RFC 8252 with RFC
 * 7636); the refresh token that comes of it makes all later ones. Without
 * anybody: client credentials (RFC 6749, 4.4), or a claim signed with a
 * service account's key (RFC 7523).
 */
#ifndef NET_OAUTH_H
#define NET_OAUTH_H

#include "base/conf.h"

enum oauth_provider {
    OAUTH_NONE,
    OAUTH_MICROSOFT,
    OAUTH_GOOGLE,
    OAUTH_OTHER,
};

enum oauth_flow {
    OAUTH_USUAL, /* of that provider */
    OAUTH_DEVICE,
    OAUTH_CODE,
    OAUTH_CLIENT,
    OAUTH_SERVICE,
};

enum oauth_endpoint {
    OAUTH_TOKEN,
    OAUTH_AUTHORIZE,
    OAUTH_DEVICECODE,
    OAUTH_ENDPOINTS,
};

/* In the struct of a channel that can sign in; see OAUTH_SETTINGS. */
struct oauth_settings {
    int provider, flow;
    struct str tenant, client, secret, scope;
    struct str file; /* where the token is kept; oauth_open() fills it in */
    struct str key;  /* a service account's, the JSON that Google gives out */
    struct setting_list *urls; /* "token https://...", over the presets */

    /* Filled in by oauth_open(). */
    const char *channel; /* for the sentence that says what to run */
    struct str user;     /* whose mailbox it is */
    const char *url[OAUTH_ENDPOINTS]; /* NULL: there is none */
};

/* at: where in its channel struct oauth_settings is. */
/* clang-format off */
#define OAUTH_SETTINGS(at)                                                     \
    { .name = "oauth", .kind = SETTING_CHOICE,                                 \
      .offset = (at) + offsetof(struct oauth_settings, provider),              \
      .fallback = "none",                                                      \
      .choices = oauth_providers,                                              \
      .help = "Who gives out tokens to sign in with, instead of a password." },\
    { .name = "oauth-flow", .kind = SETTING_CHOICE,                            \
      .offset = (at) + offsetof(struct oauth_settings, flow),                  \
      .fallback = "usual",                                                     \
      .choices = oauth_flows,                                                  \
      .help = "How: device, code, client or service-account; usual is device " \
              "at microsoft and code elsewhere." },                            \
    { .name = "oauth-tenant", .kind = SETTING_TEXT,                            \
      .offset = (at) + offsetof(struct oauth_settings, tenant),                \
      .fallback = "organizations",                                             \
      .help = "Microsoft: the directory's id or domain." },                    \
    { .name = "oauth-client", .kind = SETTING_TEXT,                            \
      .offset = (at) + offsetof(struct oauth_settings, client),                \
      .help = "The application's (client) id, as registered there." },         \
    { .name = "oauth-secret", .kind = SETTING_SECRET,                          \
      .offset = (at) + offsetof(struct oauth_settings, secret),                \
      .help = "Its secret, where it has one, or \"file PATH\"." },             \
    { .name = "oauth-scope", .kind = SETTING_TEXT,                             \
      .offset = (at) + offsetof(struct oauth_settings, scope),                 \
      .help = "What to ask for, where it is not reading and sending mail as "  \
              "the provider calls them." },                                    \
    { .name = "oauth-file", .kind = SETTING_TEXT,                              \
      .offset = (at) + offsetof(struct oauth_settings, file),                  \
      .help = "Where the token is kept; beside the database, by user, if not " \
              "set." },                                                        \
    { .name = "oauth-key", .kind = SETTING_SECRET,                             \
      .offset = (at) + offsetof(struct oauth_settings, key),                   \
      .help = "service-account: its key, as \"file PATH\" of Google's JSON." },\
    { .name = "oauth-url", .kind = SETTING_LIST,                               \
      .offset = (at) + offsetof(struct oauth_settings, urls),                  \
      .help = "An address of the provider: token, authorize or device, then "  \
              "https://..." }
/* clang-format on */

extern const char *const oauth_providers[];
extern const char *const oauth_flows[];

/*
 * Checks s and fills in the rest; what it makes lives in a. database is
 * the town's, beside which tokens are kept. Does nothing where s names no
 * provider.
 */
CHECKED int oauth_open(struct oauth_settings *s, const char *channel,
                       struct str user, struct str database, struct arena *a,
                       struct error *e);

/* Is nobody needed for a token? */
bool oauth_alone(const struct oauth_settings *s);

/* ---- tokens ---- */

struct oauth_token {
    struct str access;  /* empty: there is none */
    struct str refresh; /* empty: none, or none needed */
    int64_t obtained_at;
    int64_t expires_at;
};

enum { OAUTH_TOKEN_MAX = 64 * 1024, OAUTH_ANSWER_MAX = 256 * 1024 };

int64_t oauth_renew_at(const struct oauth_token *t); /* at 80 % of its life */
bool oauth_usable(const struct oauth_token *t, int64_t now);

/*
 * Reads the file, or a systemd credential of its name where that is the newer
 * of the two. E_NONE: there is neither.
 */
CHECKED int oauth_load(const struct oauth_settings *s, struct arena *a,
                       struct oauth_token *t, struct error *e);

/* Mode 0600, whole or not at all; as root, for the owner of its folder. */
CHECKED int oauth_save(const struct oauth_settings *s,
                       const struct oauth_token *t, struct error *e);

/* ---- requests: bodies of application/x-www-form-urlencoded ---- */

struct str oauth_form_device(const struct oauth_settings *s, struct arena *a);
struct str oauth_form_poll(const struct oauth_settings *s, struct str code,
                           struct arena *a);
struct str oauth_form_code(const struct oauth_settings *s, struct str code,
                           struct str verifier, struct str redirect,
                           struct arena *a);

/* For the next token, from t or from the key; E_NONE: by hand only. */
CHECKED int oauth_form_renew(const struct oauth_settings *s,
                             const struct oauth_token *t, struct arena *a,
                             struct str *form, struct error *e);

/* What the browser is to open; state and verifier are random, ours. */
const char *oauth_authorize_url(const struct oauth_settings *s,
                                struct str state, struct str verifier,
                                struct str redirect, struct arena *a);
struct str oauth_challenge(struct arena *a, struct str verifier); /* S256 */

/* "localhost" or "127.0.0.1": which of them may be sent back to. */
const char *oauth_redirect_host(const struct oauth_settings *s);

/* ---- answers ---- */

/*
 * status and body of an answer of the token endpoint. 0: *t is filled in, its
 * texts live in a. E_AGAIN: the person has not done it yet; E_BUSY: ask more
 * seldom; E_DENIED: a no that only a person can change, and what to do is in
 * e; E_REMOTE: it may be better later. *t is left alone then.
 */
CHECKED int oauth_answer(const struct oauth_settings *s, long status,
                         struct str body, struct arena *a,
                         struct oauth_token *t, struct error *e);

struct oauth_device {
    struct str code;      /* ours, to ask with */
    struct str user_code; /* the person's, to type in */
    struct str url;
    int64_t interval; /* seconds between questions */
    int64_t expires_in;
};
CHECKED int oauth_device_answer(const struct oauth_settings *s, long status,
                                struct str body, struct arena *a,
                                struct oauth_device *d, struct error *e);

#endif
