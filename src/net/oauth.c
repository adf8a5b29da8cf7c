/* Who the providers are, where they are asked, and what is checked first. */
#include "net/oauth_internal.h"

#include "spine/config.h"

enum { NAME_MAX_BYTES = 200, URL_MAX = 1024 };

const char *const oauth_providers[] = { "none", "microsoft", "google", "other",
                                        NULL };
const char *const oauth_flows[] = { "usual",  "device",          "code",
                                    "client", "service-account", NULL };

/*
 * Scopes and addresses: Microsoft's "Authenticate an IMAP, POP or SMTP
 * connection using OAuth", Google's "OAuth 2.0 for IMAP and SMTP". %s is the
 * tenant. Google gives nobody a scope for mail by device code.
 */
static const struct preset {
    enum oauth_flow usual;
    unsigned flows; /* 1 << OAUTH_* */
    const char *url[OAUTH_ENDPOINTS];
    const char *scope;       /* in a person's name */
    const char *alone_scope; /* in the application's own */
    const char *home;        /* where a browser may be sent back to */
} presets[] = {
    [OAUTH_MICROSOFT] = {
        OAUTH_DEVICE,
        1 << OAUTH_DEVICE | 1 << OAUTH_CODE | 1 << OAUTH_CLIENT,
        { "https://login.microsoftonline.com/%.*s/oauth2/v2.0/token",
          "https://login.microsoftonline.com/%.*s/oauth2/v2.0/authorize",
          "https://login.microsoftonline.com/%.*s/oauth2/v2.0/devicecode" },
        "https://outlook.office.com/IMAP.AccessAsUser.All "
        "https://outlook.office.com/SMTP.Send offline_access",
        "https://outlook.office365.com/.default",
        "localhost",
    },
    [OAUTH_GOOGLE] = {
        OAUTH_CODE,
        1 << OAUTH_CODE | 1 << OAUTH_SERVICE,
        { "https://oauth2.googleapis.com/token",
          "https://accounts.google.com/o/oauth2/v2/auth", NULL },
        "https://mail.google.com/",
        "https://mail.google.com/",
        "127.0.0.1",
    },
    [OAUTH_OTHER] = {
        OAUTH_CODE,
        1 << OAUTH_DEVICE | 1 << OAUTH_CODE | 1 << OAUTH_CLIENT |
            1 << OAUTH_SERVICE,
        { NULL, NULL, NULL },
        "", "", "127.0.0.1",
    },
};

static const char *const endpoint_words[] = {
    [OAUTH_TOKEN] = "token",
    [OAUTH_AUTHORIZE] = "authorize",
    [OAUTH_DEVICECODE] = "device",
};

const char *oauth_called(const struct oauth_settings *s)
{
    static const char *const names[] = { "nobody", "Microsoft", "Google",
                                         "the provider" };

    return names[s->provider];
}

bool oauth_alone(const struct oauth_settings *s)
{
    return s->flow == OAUTH_CLIENT || s->flow == OAUTH_SERVICE;
}

const char *oauth_redirect_host(const struct oauth_settings *s)
{
    return presets[s->provider].home;
}

/* It is put between the slashes of an address, or is a file's name. */
static bool is_plain(struct str text, const char *also)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '\0' || (strchr(plain, c) == NULL && strchr(also, c) == NULL))
            return false;
    }
    return text.n > 0 && text.n <= NAME_MAX_BYTES && text.p[0] != '.';
}

static bool url_good(struct str url)
{
    for (size_t i = 0; i < url.n; i++) {
        if (url.p[i] <= ' ' || url.p[i] == 0x7f)
            return false;
    }
    return url.n <= URL_MAX && url_is_safe(url) &&
           str_find(url, STR("@")) == url.n;
}

static int url_take(struct oauth_settings *s, struct str value, struct arena *a,
                    struct error *e)
{
    struct str url = value;
    struct str word = str_word(&url);

    for (int i = 0; i < OAUTH_ENDPOINTS; i++) {
        if (!str_eq(word, str_of(endpoint_words[i])) || !url_good(url))
            continue;
        s->url[i] = arena_dup(a, url);
        return 0;
    }
    return error(e, E_CONFIG,
                 "oauth-url is token, authorize or device, then https://...; "
                 "http:// to this machine only; not \"%.*s\"",
                 STR_FMT(value));
}

static int urls_fill(struct oauth_settings *s, struct arena *a, struct error *e)
{
    const struct preset *p = &presets[s->provider];
    int rc = 0;

    if (!is_plain(s->tenant, ""))
        return error(e, E_CONFIG, "oauth-tenant is an id or a domain");
    for (int i = 0; i < OAUTH_ENDPOINTS; i++) {
        struct str from = str_of(p->url[i]);
        size_t at = str_find(from, STR("%.*s"));

        s->url[i] = p->url[i];
        if (at < from.n) {
            s->url[i] = arena_printf(
                a, "%.*s%.*s%.*s", STR_FMT(str_slice(from, 0, at)),
                STR_FMT(s->tenant), STR_FMT(str_slice(from, at + 4, from.n)));
        }
    }
    for (const struct setting_list *u = s->urls; rc == 0 && u != NULL;
         u = u->next)
        rc = url_take(s, u->value, a, e);
    return rc;
}

/* What each way needs besides. */
static int flow_check(const struct oauth_settings *s, struct error *e)
{
    const char *flow = oauth_flows[s->flow];
    const char *provider = oauth_providers[s->provider];
    bool service = s->flow == OAUTH_SERVICE;

    if ((presets[s->provider].flows & 1U << s->flow) == 0) {
        return error(e, E_CONFIG, "%s gives no access to mail by oauth-flow %s",
                     provider, flow);
    }
    if (!service && s->client.n == 0)
        return error(e, E_CONFIG, "oauth needs oauth-client");
    if (s->flow == OAUTH_CLIENT && s->secret.n == 0)
        return error(e, E_CONFIG, "oauth-flow client needs oauth-secret");
    if (service && s->key.n == 0)
        return error(e, E_CONFIG, "oauth-flow %s needs oauth-key", flow);
    if (s->flow == OAUTH_CLIENT && s->provider == OAUTH_MICROSOFT &&
        str_eq(s->tenant, STR("organizations"))) {
        return error(e, E_CONFIG,
                     "oauth-flow client needs oauth-tenant: the directory's "
                     "id or domain");
    }
    if (s->url[OAUTH_TOKEN] == NULL)
        return error(e, E_CONFIG, "oauth other needs oauth-url token");
    if (s->flow == OAUTH_DEVICE && s->url[OAUTH_DEVICECODE] == NULL)
        return error(e, E_CONFIG, "oauth-flow device needs oauth-url device");
    if (s->flow == OAUTH_CODE && s->url[OAUTH_AUTHORIZE] == NULL)
        return error(e, E_CONFIG, "oauth-flow code needs oauth-url authorize");
    return 0;
}

static int file_fill(struct oauth_settings *s, struct str database,
                     struct arena *a, struct error *e)
{
    size_t n = database.n;

    if (s->file.n > 0)
        return 0;
    if (!is_plain(s->user, "@_+=")) {
        return error(e, E_CONFIG,
                     "no file can be named after user \"%.*s\": set oauth-file",
                     STR_FMT(s->user));
    }
    while (n > 0 && database.p[n - 1] != '/')
        n--;
    s->file = str_of(arena_printf(a, "%.*s%.*s.oauth",
                                  STR_FMT(str_slice(database, 0, n)),
                                  STR_FMT(s->user)));
    return 0;
}

int oauth_open(struct oauth_settings *s, const char *channel, struct str user,
               struct str database, struct arena *a, struct error *e)
{
    const struct preset *p = &presets[s->provider];

    if (s->provider == OAUTH_NONE)
        return 0;
    s->channel = channel;
    s->user = user;
    if (user.n == 0)
        return error(e, E_CONFIG, "oauth needs user: whose mailbox it is");
    if (s->flow == OAUTH_USUAL)
        s->flow = (int)p->usual;
    if (s->scope.n == 0)
        s->scope = str_of(oauth_alone(s) ? p->alone_scope : p->scope);
    if (urls_fill(s, a, e) < 0 || flow_check(s, e) < 0)
        return e->code;
    return file_fill(s, database, a, e);
}
