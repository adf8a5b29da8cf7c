/*
 * Pictures that are elsewhere, fetched once their request is filed, and only
 * from hosts that the town has named. What is still to be fetched is kept in
 * the channel's cursor "media", a line each, so that a restart goes on:
 *
 *   ORIGIN N TRIES NEXT_AT URL
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/transfer.h"
#include "open311.h"

enum {
    AT_ONCE = 2,
    WAITING_MAX = 1000,
    TRIES_MAX = 12, /* over about a day */
    FIRST_WAIT = 15,
    LONGEST_WAIT = 4 * 3600,
    LIST_BYTES = 4 * 1024 * 1024,
    TIMEOUT_MS = 60 * 1000,
    GONE = 410,
};

struct open311_media {
    struct open311 *of;
    struct arena arena;
    struct str origin, url; /* of the request; where the picture is */
    int n, tries;
    int64_t next_at;
    bool busy;
    struct open311_media *next;
};

static void save(struct open311 *o)
{
    struct buf b = buf_init(LIST_BYTES);

    for (const struct open311_media *m = o->media; m != NULL; m = m->next) {
        buf_printf(&b, "%.*s %d %d %lld %.*s\n", STR_FMT(m->origin), m->n,
                   m->tries, (long long)m->next_at, STR_FMT(m->url));
    }
    inbox_cursor_set(&o->channel, "media", buf_str(&b));
    buf_free(&b);
}

static struct open311_media *append(struct open311 *o, struct str origin, int n,
                                    struct str url)
{
    struct open311_media **end = &o->media;
    struct arena a = { NULL };
    struct open311_media *m = arena_new(&a, struct open311_media);

    m->arena = a;
    m->of = o;
    m->origin = arena_str(&m->arena, origin);
    m->url = arena_str(&m->arena, url);
    m->n = n;
    while (*end != NULL)
        end = &(*end)->next;
    *end = m;
    return m;
}

static void media_free(struct open311_media *m)
{
    struct arena a = m->arena;

    arena_free(&a);
}

/* Its line in the cursor stays. */
static void let_go(struct open311_media *gone)
{
    struct open311_media **at = &gone->of->media;

    while (*at != NULL && *at != gone)
        at = &(*at)->next;
    if (*at != NULL)
        *at = gone->next;
    media_free(gone);
}

static void drop(struct open311_media *gone)
{
    struct open311 *o = gone->of;

    let_go(gone);
    save(o);
}

/* ---- what is to be fetched ---- */

static struct str host_of(struct str url)
{
    size_t n = 0;

    if (!str_case_starts(url, STR("https://")))
        return STR_NONE;
    url = str_slice(url, strlen("https://"), url.n);
    while (n < url.n && strchr("/?#:@\\", url.p[n]) == NULL)
        n++;
    return str_slice(url, 0, n);
}

static bool is_named(const struct open311 *o, struct str url)
{
    struct str host = host_of(url);
    const struct setting_list *l = o->media_hosts;

    while (l != NULL &&
           !(str_case_eq(host, l->value) ||
             (str_starts(l->value, STR(".")) && host.n > l->value.n &&
              str_case_eq(str_slice(host, host.n - l->value.n, host.n),
                          l->value))))
        l = l->next;
    return host.n > 0 && l != NULL;
}

struct there {
    struct str origin;
    bool is;
};

static void there_look(void *arg, struct str origin, bool marked)
{
    struct there *t = arg;

    (void)marked;
    t->is = t->is || str_eq(origin, t->origin);
}

static struct str origin_of(struct str request, int n, struct arena *a)
{
    return str_of(arena_printf(a, "%.*s/media/%d", STR_FMT(request), n));
}

/* In the store, or waited for: the same request came before. */
static bool is_known(struct open311 *o, struct str request, int n,
                     struct arena *a)
{
    struct there t = { origin_of(request, n, a), false };
    struct error e;

    for (const struct open311_media *m = o->media; m != NULL; m = m->next)
        t.is = t.is || (m->n == n && str_eq(m->origin, request));
    if (!t.is && inbox_origins(&o->channel, t.origin, there_look, &t, &e) < 0)
        log_warn("%s: %s", o->channel.name, e.text);
    return t.is;
}

static int waiting(const struct open311 *o)
{
    int n = 0;

    for (const struct open311_media *m = o->media; m != NULL; m = m->next)
        n++;
    return n;
}

void open311_media_add(struct open311 *o, struct str origin,
                       const struct open311_form *form, struct arena *a)
{
    int room = WAITING_MAX - waiting(o);
    bool added = false;
    int n = 0;

    for (const struct form_field *p = open311_link(form, NULL);
         p != NULL && n < o->files; p = open311_link(form, p), n++) {
        struct str url = str_trim(p->value);

        if (!is_named(o, url) || room <= 0 || is_known(o, origin, n, a))
            continue;
        append(o, origin, n, url);
        room--;
        added = true;
    }
    if (added)
        save(o);
}

/* ---- fetching ---- */

/* Later, ever later; or not at all: the address is on the ticket anyway. */
static void put_off(struct open311_media *m, bool hopeless, const char *why)
{
    struct open311 *o = m->of;
    int64_t wait = (int64_t)FIRST_WAIT << m->tries;

    m->busy = false;
    if (hopeless || ++m->tries >= TRIES_MAX) {
        log_warn("%s: a picture is not fetched: %s", o->channel.name, why);
        inbox_count(&o->channel, "media-lost");
        drop(m);
        return;
    }
    m->next_at = clock_now() + (wait < LONGEST_WAIT ? wait : LONGEST_WAIT);
    save(o);
}

static void store(struct open311_media *m, const struct transfer_result *r)
{
    struct open311_post *p = open311_post_new(m->of);
    struct raw raw = {
        .received_at = clock_now(),
        .format = RAW_MEDIA,
        .parent = m->origin,
        .bytes = r->body,
        .full_size = (int64_t)r->body.n,
    };

    raw.origin = origin_of(m->origin, m->n, &m->arena);
    raw.envelope =
        str_of(arena_printf(&m->arena, "content-type: %.*s\n",
                            STR_FMT(str_slice(r->type, 0, OPEN311_LINE))));
    p->media = m;
    m->of->busy++;
    inbox_accept(&m->of->channel, &raw, p);
}

void open311_media_accepted(struct open311_media *m, int rc)
{
    if (m->of->stopping) {
        let_go(m);
    } else if (rc == 0 || rc == E_DUPLICATE) {
        drop(m);
    } else {
        put_off(m, false, "it could not be stored");
    }
}

static void fetched(void *arg, const struct transfer_result *r)
{
    struct open311_media *m = arg;
    bool hopeless = r->rc == E_DENIED || r->rc == E_LIMIT ||
                    r->rc == E_SYNTAX || (r->rc == 0 && r->status == GONE);
    char text[32];

    m->of->fetching--;
    snprintf(text, sizeof(text), "HTTP %ld", r->status);
    if (m->of->stopping) {
        let_go(m); /* the next start goes on */
    } else if (r->rc == 0 && r->status == 200 && r->body.n > 0) {
        store(m, r); /* stays busy until it is in the store */
    } else {
        put_off(m, hopeless, r->rc < 0 ? r->why.text : text);
    }
}

static void fetch(struct open311_media *m)
{
    const struct transfer ask = {
        .url = arena_dup(&m->arena, m->url),
        .guarded = true,
        .hosts = m->of->media_hosts,
        .max_bytes = (size_t)m->of->file_bytes,
        .timeout_ms = TIMEOUT_MS,
    };

    m->busy = true;
    m->of->fetching++;
    transfer_start(m->of->channel.transfers, &ask, fetched, m);
}

/* Before its request is filed it would be a ticket of its own. */
static void turn(struct open311_media *m)
{
    struct open311 *o = m->of;
    int64_t ticket = 0;
    struct error e;
    int rc = listing_origin(&o->channel, m->origin, &ticket, &e);

    if (rc == E_NONE) {
        drop(m); /* the request was not stored */
    } else if (rc == 0 && ticket != 0) {
        fetch(m);
    } else {
        m->next_at = clock_now() + 1;
    }
}

void open311_media_look(struct open311 *o)
{
    int64_t now = clock_now();
    struct open311_media *next;

    for (struct open311_media *m = o->media; m != NULL && o->fetching < AT_ONCE;
         m = next) {
        next = m->next;
        if (!m->busy && m->next_at <= now)
            turn(m);
    }
}

/* ---- its life ---- */

static void load_line(struct open311 *o, struct str line)
{
    struct str origin = str_word(&line);
    struct str words[3];
    int64_t n[COUNT_OF(words)];

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        words[i] = str_word(&line);
        if (!str_int(words[i], &n[i]))
            return;
    }
    if (n[1] >= 0 && n[1] < TRIES_MAX && line.n > 0) {
        struct open311_media *m = append(o, origin, (int)n[0], line);

        m->tries = (int)n[1];
        m->next_at = n[2];
    }
}

void open311_media_start(struct open311 *o)
{
    struct arena a = { NULL };
    struct str list;
    struct error e;

    if (inbox_cursor_get(&o->channel, "media", &a, &list, &e) < 0) {
        log_error("%s: pictures to fetch: %s", o->channel.name, e.text);
        list = STR_NONE;
    }
    while (list.n > 0)
        load_line(o, str_line(&list));
    arena_free(&a);
}

/* Those under way are let go when they end. */
void open311_media_stop(struct open311 *o)
{
    struct open311_media *next;

    for (struct open311_media *m = o->media; m != NULL; m = next) {
        next = m->next;
        if (!m->busy)
            let_go(m);
    }
}
