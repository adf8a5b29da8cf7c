/* Settings, start and stop of a door for texts. See text.h. */
#include "text.h"

#include "base/log.h"
#include "net/address.h"
#include "text_internal.h"

const struct text_provider *text_provider_of(const struct text_channel *t)
{
    return (const struct text_provider *)(const void *)t->channel.adapter;
}

static struct str before_any(struct str s, const char *any)
{
    size_t n = 0;

    while (n < s.n && strchr(any, s.p[n]) == NULL)
        n++;
    return str_slice(s, 0, n);
}

bool text_one_word(struct str s, size_t max)
{
    if (s.n == 0 || s.n > max)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
            return false;
    }
    return true;
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

struct str text_percent_decode(struct arena *a, struct str text)
{
    char *out = arena_alloc(a, text.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        int high = i + 2 < text.n ? hex(text.p[i + 1]) : -1;
        int low = i + 2 < text.n ? hex(text.p[i + 2]) : -1;

        if (text.p[i] == '%' && high >= 0 && low >= 0) {
            out[n++] = (char)(high << 4 | low);
            i += 2;
        } else {
            out[n++] = text.p[i];
        }
    }
    return (struct str){ out, n };
}

bool text_same_number(struct str x, struct str y)
{
    size_t i = 0;
    size_t k = 0;

    for (;;) {
        while (i < x.n && (x.p[i] < '0' || x.p[i] > '9'))
            i++;
        while (k < y.n && (y.p[k] < '0' || y.p[k] > '9'))
            k++;
        if (i == x.n || k == y.n)
            return i == x.n && k == y.n;
        if (x.p[i++] != y.p[k++])
            return false;
    }
}

/* ---- settings ---- */

/* 192.168.1.20 and its like, written out: no name can lead elsewhere. */
static bool is_private(struct text_machine *m, struct str host)
{
    struct sockaddr_in at;

    return uv_ip4_addr(arena_dup(m->t->channel.arena, host), 0, &at) == 0 &&
           !address_public((const struct sockaddr *)&at);
}

/*
 * https anywhere; http only to this machine, for a stand-in, and to a phone in
 * the town's own network, which speaks nothing else.
 */
static int check_api(struct text_machine *m, struct error *e)
{
    static const char *const inside[] = { "127.0.0.1", "localhost", "[::1]" };
    struct str *api = &m->t->with.api;
    struct str rest = *api;
    struct str scheme = str_until(&rest, STR("://"));
    struct str host = before_any(rest, "/");

    m->api_host = "";
    if (api->n == 0)
        return 0;
    while (api->n > 0 && api->p[api->n - 1] == '/')
        api->n--;
    if (host.n == 0 || !text_one_word(*api, api->n) ||
        str_find(host, STR("@")) < host.n)
        return error(e, E_CONFIG, "api is an address like https://HOST");
    host = host.p[0] == '[' ? str_slice(host, 0, str_find(host, STR("]")) + 1)
                            : before_any(host, ":");
    m->api_host = arena_dup(m->t->channel.arena, host);
    for (size_t i = 0; i < COUNT_OF(inside); i++)
        m->api_inside |= str_case_eq(host, str_of(inside[i]));
    if (!str_eq(scheme, STR("https")) &&
        !(str_eq(scheme, STR("http")) &&
          (m->api_inside || (m->provider->nearby && is_private(m, host))))) {
        return error(e, E_CONFIG,
                     "api must begin with https://: secrets go there");
    }
    return 0;
}

static int check_hook(struct text_machine *m, struct error *e)
{
    struct text_channel *t = m->t;
    struct arena *a = t->channel.arena;
    struct str base = t->channel.town->public_url;
    struct str *path = &t->with.path;

    if (path->n == 0)
        *path = str_of(arena_printf(a, "/hook/%s", t->channel.name));
    if (path->p[0] != '/' || !text_one_word(*path, path->n) ||
        before_any(*path, "?#").n < path->n)
        return error(e, E_CONFIG, "path begins with a slash and has no query");
    if (t->with.url.n > 0) {
        t->hook = arena_dup(a, before_any(t->with.url, "?#"));
    } else {
        t->hook = arena_printf(a, "%.*s%.*s", STR_FMT(base), STR_FMT(*path));
    }
    if (str_find(str_of(t->hook), STR("://")) == strlen(t->hook)) {
        return error(e, E_CONFIG,
                     "public-url is missing: %s signs the address it calls",
                     m->provider->called);
    }
    if (str_starts(str_of(t->hook), STR("https://")))
        t->status_url = arena_printf(a, "%s/status", t->hook);
    return 0;
}

static struct setting_list *
add_host(struct text_machine *m, struct setting_list *list, const char *host)
{
    struct setting_list *item =
        arena_new(m->t->channel.arena, struct setting_list);

    item->value = str_of(host);
    item->next = list;
    return item;
}

static struct setting_list *host_list(struct text_machine *m,
                                      const char *const *names)
{
    struct setting_list *list = NULL;

    for (; names != NULL && *names != NULL; names++)
        list = add_host(m, list, *names);
    return m->api_host[0] != '\0' ? add_host(m, list, m->api_host) : list;
}

bool text_at_stand_in(const struct text_machine *m, struct str url)
{
    struct str api = m->t->with.api;

    return m->api_inside && url.n > api.n && str_starts(url, api) &&
           url.p[api.n] == '/';
}

int text_open(struct channel *c, struct error *e)
{
    struct text_channel *t = (struct text_channel *)c;
    struct text_machine *m = arena_new(c->arena, struct text_machine);
    int rc = 0;

    m->t = t;
    m->provider = text_provider_of(t);
    t->machine = m;
    if (m->provider->open != NULL)
        rc = m->provider->open(t, e);
    if (rc == 0)
        rc = check_api(m, e);
    if (rc == 0 && (m->provider->check != NULL || m->provider->serve != NULL))
        rc = check_hook(m, e);
    if (rc < 0)
        return rc;
    m->hosts = t->with.media_hosts;
    if (m->hosts == NULL)
        m->hosts = host_list(m, m->provider->media_hosts);
    m->login_hosts = host_list(m, m->provider->login_hosts);
    m->need_hosts = host_list(m, m->provider->need_hosts);
    return 0;
}

/* ---- start and stop ---- */

void text_start(struct channel *c)
{
    struct text_machine *m = ((struct text_channel *)c)->machine;

    if (m->t->hook != NULL)
        text_routes(m);
    text_media_start(m);
    text_join_start(m);
    text_list_start(m);
}

static void ended(struct text_machine *m)
{
    text_media_free(m);
    text_join_free(m);
    text_needs_free(m);
    m->stopped(&m->t->channel);
}

static void timer_closed(uv_handle_t *h)
{
    struct text_machine *m = h->data;

    if (--m->handles == 0)
        ended(m);
}

static void stop_if_idle(struct text_machine *m)
{
    if (!m->stopping || m->busy > 0)
        return;
    if (m->handles == 0) { /* never started */
        ended(m);
        return;
    }
    uv_close((uv_handle_t *)&m->media_timer, timer_closed);
    uv_close((uv_handle_t *)&m->join_timer, timer_closed);
    uv_close((uv_handle_t *)&m->poll_timer, timer_closed);
}

void text_begin(struct text_machine *m)
{
    m->busy++;
}

void text_end(struct text_machine *m)
{
    m->busy--;
    stop_if_idle(m);
}

void text_hold(struct text_channel *t)
{
    text_begin(t->machine);
}

void text_let_go(struct text_channel *t)
{
    text_end(t->machine);
}

bool text_stopping(const struct text_channel *t)
{
    return t->machine->stopping;
}

void text_stop(struct channel *c, channel_stopped_fn *stopped)
{
    struct text_machine *m = ((struct text_channel *)c)->machine;

    m->stopping = true;
    m->stopped = stopped;
    if (m->handles > 0) {
        uv_timer_stop(&m->media_timer);
        uv_timer_stop(&m->join_timer);
        uv_timer_stop(&m->poll_timer);
    }
    stop_if_idle(m);
}

/* ---- requests out ---- */

void text_ask(struct text_machine *m, const struct text_request *r,
              transfer_done_fn *done, void *arg)
{
    struct arena a = { 0 };
    struct str ca = m->t->with.ca_file;
    struct transfer ask = {
        .url = r->url,
        .method = r->method,
        .body = r->body,
        .headers = r->headers,
        .user = r->user,
        .password = r->password,
        .aws = r->aws,
        .ca_file = ca.n > 0 ? arena_dup(&a, ca) : NULL,
        .max_bytes = TEXT_ANSWER_BYTES,
        .timeout_ms = TEXT_TIMEOUT_MS,
    };

    text_begin(m);
    transfer_start(m->t->channel.transfers, &ask, done, arg);
    arena_free(&a);
}

struct text_request text_api_request(const struct text_machine *m,
                                     struct str path, struct arena *a)
{
    const struct text_settings *with = &m->t->with;
    struct text_request r = { 0 };

    r.url = arena_printf(a, "%.*s%.*s", STR_FMT(with->api), STR_FMT(path));
    if (m->provider->login != NULL) {
        m->provider->login(&r, m->t, a);
    } else {
        r.user = arena_dup(a, with->account);
        r.password = arena_dup(a, with->key);
    }
    return r;
}
