/* Settings, start and stop of the adapter "twilio". See twilio.h. */
#include "twilio.h"

#include "base/log.h"

enum { DAY = 86400 };

#define AT(field) offsetof(struct twilio, field)

static const struct setting settings[] = {
    { .name = "account",
      .kind = SETTING_TEXT,
      .offset = AT(account),
      .needed = true,
      .help = "the account's SID, AC..." },
    { .name = "token",
      .kind = SETTING_SECRET,
      .offset = AT(token),
      .needed = true,
      .help = "the account's auth token, or \"file PATH\"" },
    { .name = "token-old",
      .kind = SETTING_SECRET,
      .offset = AT(token_old),
      .help = "the token before, still good while it is being changed" },
    { .name = "number",
      .kind = SETTING_TEXT,
      .offset = AT(number),
      .help = "the number texts come to and go out from, +1555..." },
    { .name = "messaging-service",
      .kind = SETTING_TEXT,
      .offset = AT(service),
      .help = "the messaging service to send through, MG..." },
    { .name = "path",
      .kind = SETTING_TEXT,
      .offset = AT(path),
      .help = "where Twilio calls; /hook/ and the channel's name if not set" },
    { .name = "url",
      .kind = SETTING_TEXT,
      .offset = AT(url),
      .help = "the whole address as set at Twilio, where it is not public-url "
              "and path" },
    { .name = "poll",
      .kind = SETTING_SECONDS,
      .offset = AT(poll_every),
      .max = DAY,
      .fallback = "5m",
      .help = "how often to look for texts whose webhook was lost; 0: never" },
    { .name = "media-host",
      .kind = SETTING_LIST,
      .offset = AT(media_hosts),
      .help = "a host, or .ending, pictures may be fetched from; Twilio's own "
              "if not set" },
    { .name = "api",
      .kind = SETTING_TEXT,
      .offset = AT(api),
      .fallback = "https://api.twilio.com",
      .help = "Twilio's api" },
    { .name = "ca-file",
      .kind = SETTING_TEXT,
      .offset = AT(ca_file),
      .help = "certificates to trust instead of the system's" },
    { .name = NULL },
};

/* Where Twilio keeps pictures: A1 of its media documentation. */
static const char *const media_hosts[] = {
    ".twilio.com",
    "mms.twiliocdn.com",
    "media.twiliocdn.com",
    "s3-external-1.amazonaws.com",
};

static struct str before_any(struct str s, const char *any)
{
    size_t n = 0;

    while (n < s.n && strchr(any, s.p[n]) == NULL)
        n++;
    return str_slice(s, 0, n);
}

static bool plain_word(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
            return false;
    }
    return true;
}

static bool letters_and_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
            !(c >= 'a' && c <= 'z'))
            return false;
    }
    return true;
}

/* https anywhere; http only to this machine, for a stand-in. */
static int check_api(struct twilio *t, struct error *e)
{
    static const char *const inside[] = { "127.0.0.1", "localhost", "[::1]" };
    struct arena *a = t->channel.arena;
    struct str rest = t->api;
    struct str scheme = str_until(&rest, STR("://"));
    struct str host = before_any(rest, "/");

    while (t->api.n > 0 && t->api.p[t->api.n - 1] == '/')
        t->api.n--;
    if (host.n == 0 || !plain_word(t->api) || str_find(host, STR("@")) < host.n)
        return error(e, E_CONFIG, "api is an address like https://HOST");
    host = host.p[0] == '[' ? str_slice(host, 0, str_find(host, STR("]")) + 1)
                            : before_any(host, ":");
    t->api_host = arena_dup(a, host);
    for (size_t i = 0; i < COUNT_OF(inside); i++)
        t->api_inside |= str_case_eq(host, str_of(inside[i]));
    if (!str_eq(scheme, STR("https")) &&
        !(str_eq(scheme, STR("http")) && t->api_inside)) {
        return error(e, E_CONFIG,
                     "api must begin with https://: the token goes there");
    }
    return 0;
}

static int check_hook(struct twilio *t, struct error *e)
{
    struct arena *a = t->channel.arena;
    const char *name = t->channel.name;
    struct str base = t->channel.town->public_url;

    if (t->path.n == 0)
        t->path = str_of(arena_printf(a, "/hook/%s", name));
    if (t->path.p[0] != '/' || !plain_word(t->path) ||
        before_any(t->path, "?#").n < t->path.n)
        return error(e, E_CONFIG, "path begins with a slash and has no query");
    if (t->url.n > 0) {
        t->hook = arena_dup(a, before_any(t->url, "?#"));
    } else {
        t->hook = arena_printf(a, "%.*s%.*s", STR_FMT(base), STR_FMT(t->path));
    }
    if (str_find(str_of(t->hook), STR("://")) == strlen(t->hook)) {
        return error(e, E_CONFIG,
                     "public-url is missing: Twilio signs the address it "
                     "calls");
    }
    if (str_starts(str_of(t->hook), STR("https://")))
        t->status_hook = arena_printf(a, "%s/status", t->hook);
    return 0;
}

static void add_host(struct twilio *t, const char *host)
{
    struct setting_list *item =
        arena_new(t->channel.arena, struct setting_list);

    item->value = str_of(host);
    item->next = t->media_hosts;
    t->media_hosts = item;
}

static int twilio_open(struct channel *c, struct error *e)
{
    struct twilio *t = (struct twilio *)c;
    int rc;

    if (!letters_and_digits(t->account))
        return error(e, E_CONFIG, "account is letters and digits, AC...");
    if (t->number.n == 0 && t->service.n == 0)
        return error(e, E_CONFIG, "number or messaging-service is missing");
    if (!plain_word(t->number) || !letters_and_digits(t->service))
        return error(e, E_CONFIG, "number is written like +15555550123");
    rc = check_api(t, e);
    if (rc == 0)
        rc = check_hook(t, e);
    if (rc < 0)
        return rc;
    if (t->media_hosts == NULL) {
        for (size_t i = 0; i < COUNT_OF(media_hosts); i++)
            add_host(t, media_hosts[i]);
        add_host(t, t->api_host);
    }
    t->hosts = t->media_hosts;
    t->tokens[0] = t->token;
    t->tokens[1] = t->token_old;
    return 0;
}

static void twilio_start(struct channel *c)
{
    struct twilio *t = (struct twilio *)c;

    twilio_routes(t);
    twilio_media_start(t);
    twilio_poll_start(t);
}

static void stopped(struct twilio *t)
{
    twilio_media_free(t);
    t->stopped(&t->channel);
}

static void timer_closed(uv_handle_t *h)
{
    struct twilio *t = h->data;

    if (--t->handles == 0)
        stopped(t);
}

static void stop_if_idle(struct twilio *t)
{
    if (!t->stopping || t->busy > 0)
        return;
    if (t->handles == 0) { /* never started */
        stopped(t);
        return;
    }
    uv_close((uv_handle_t *)&t->media_timer, timer_closed);
    uv_close((uv_handle_t *)&t->poll_timer, timer_closed);
}

void twilio_begin(struct twilio *t)
{
    t->busy++;
}

void twilio_end(struct twilio *t)
{
    t->busy--;
    stop_if_idle(t);
}

static void twilio_stop(struct channel *c, channel_stopped_fn *done)
{
    struct twilio *t = (struct twilio *)c;

    t->stopping = true;
    t->stopped = done;
    if (t->handles > 0) {
        uv_timer_stop(&t->media_timer);
        uv_timer_stop(&t->poll_timer);
    }
    stop_if_idle(t);
}

const struct adapter twilio_adapter = {
    .name = "twilio",
    .help = "texts, pictures and WhatsApp messages through Twilio",
    .can = ADAPTER_RECEIVES | ADAPTER_SENDS_TEXT,
    .ending = ".form",
    .format = RAW_FORM,
    .settings = settings,
    .size = sizeof(struct twilio),
    .read = twilio_read,
    .part = twilio_part,
    .open = twilio_open,
    .start = twilio_start,
    .accepted = twilio_accepted,
    .send = twilio_send,
    .stop = twilio_stop,
};
