/*
 * Pictures, fetched after their message is stored. What is still to be
 * fetched is kept in the channel's cursor "media", a line each:
 *
 *   SID N TRIES NEXT_AT URL CONTENT-TYPE
 *
 * so that a restart goes on where it was. A message whose pictures are all
 * there, or given up, is marked: reading Twilio's list leaves it alone.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "twilio.h"

enum {
    AT_ONCE = 2,
    TRIES_MAX = 20, /* over about a day */
    FIRST_WAIT = 15,
    LONGEST_WAIT = 2 * 3600,
    LIST_BYTES = 4 * 1024 * 1024,
    URL_BYTES = 2000,
};

struct twilio_media {
    struct twilio *t;
    struct arena arena; /* holds the picture itself */
    struct str sid, url, type;
    int n;
    int tries;
    int64_t next_at;
    bool held; /* its message is not stored yet */
    bool busy;
    struct twilio_media *next;
};

static void go(struct twilio *t);

/* A word of the cursor's line: without blanks, and there. */
static bool one_word(struct str s)
{
    if (s.n == 0 || s.n > URL_BYTES)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
            return false;
    }
    return true;
}

static void save(struct twilio *t)
{
    struct buf b = buf_init(LIST_BYTES);

    for (struct twilio_media *m = t->media; m != NULL; m = m->next) {
        buf_printf(&b, "%.*s %d %d %lld %.*s %.*s\n", STR_FMT(m->sid), m->n,
                   m->tries, (long long)m->next_at, STR_FMT(m->url),
                   STR_FMT(m->type));
    }
    if (b.over)
        log_error("%s: too many pictures wait to be noted", t->channel.name);
    inbox_cursor_set(&t->channel, "media", buf_str(&b));
    buf_free(&b);
}

static struct twilio_media *append(struct twilio *t, struct str sid, int n,
                                   struct str url, struct str type)
{
    struct arena a = { 0 };
    struct twilio_media *m = arena_new(&a, struct twilio_media);
    struct twilio_media **tail = &t->media;

    m->arena = a;
    m->t = t;
    m->sid = arena_str(&m->arena, sid);
    m->url = arena_str(&m->arena, url);
    m->type = arena_str(&m->arena, str_line(&type));
    m->n = n;
    while (*tail != NULL)
        tail = &(*tail)->next;
    *tail = m;
    return m;
}

static void free_one(struct twilio_media *m)
{
    struct arena a = m->arena;

    arena_free(&a);
}

static void drop(struct twilio *t, struct twilio_media *gone)
{
    for (struct twilio_media **at = &t->media; *at != NULL; at = &(*at)->next) {
        if (*at == gone) {
            *at = gone->next;
            break;
        }
    }
    if (!twilio_media_waits(t, gone->sid))
        inbox_marked(&t->channel, gone->sid);
    free_one(gone);
    save(t);
}

bool twilio_media_waits(const struct twilio *t, struct str sid)
{
    for (const struct twilio_media *m = t->media; m != NULL; m = m->next) {
        if (str_eq(m->sid, sid))
            return true;
    }
    return false;
}

static bool waits_for(const struct twilio *t, struct str sid, int n)
{
    for (const struct twilio_media *m = t->media; m != NULL; m = m->next) {
        if (m->n == n && str_eq(m->sid, sid))
            return true;
    }
    return false;
}

struct stored {
    size_t skip;    /* of each origin: "SID/media/" */
    unsigned there; /* a bit for each number */
};

static void note_stored(void *arg, struct str origin, bool marked)
{
    struct stored *s = arg;
    int64_t n;

    (void)marked;
    if (str_int(str_slice(origin, s->skip, origin.n), &n) && n >= 0 &&
        n < TWILIO_MEDIA_FILES)
        s->there |= 1U << n;
}

void twilio_media_add(struct twilio *t, struct str sid,
                      const struct form_field *fields)
{
    int count = twilio_media_count(fields);
    struct stored s = { 0 };
    struct arena a = { 0 };
    struct error e;
    bool added = false;

    if (count > 0 && one_word(sid)) {
        const char *prefix = arena_printf(&a, "%.*s/media/", STR_FMT(sid));

        s.skip = strlen(prefix);
        if (inbox_origins(&t->channel, str_of(prefix), note_stored, &s, &e) < 0)
            log_warn("%s: %s", t->channel.name, e.text);
        for (int i = 0; i < count; i++) {
            struct str url = twilio_numbered(fields, "MediaUrl", i);
            struct str type = twilio_numbered(fields, "MediaContentType", i);

            if ((s.there >> i & 1U) != 0 || waits_for(t, sid, i) ||
                !one_word(url))
                continue;
            append(t, sid, i, url, type)->held = true;
            added = true;
        }
    }
    arena_free(&a);
    if (added)
        save(t);
}

void twilio_media_ready(struct twilio *t, struct str sid)
{
    for (struct twilio_media *m = t->media; m != NULL; m = m->next) {
        if (str_eq(m->sid, sid))
            m->held = false;
    }
    go(t);
}

void twilio_media_forget(struct twilio *t, struct str sid)
{
    struct twilio_media **at = &t->media;
    bool gone = false;

    while (*at != NULL) {
        struct twilio_media *m = *at;

        if (!m->held || !str_eq(m->sid, sid)) {
            at = &m->next;
            continue;
        }
        *at = m->next;
        free_one(m);
        gone = true;
    }
    if (gone)
        save(t);
}

/* Later, ever later; or not at all. */
static void put_off(struct twilio_media *m, const char *why)
{
    struct twilio *t = m->t;
    int64_t wait = (int64_t)FIRST_WAIT << (m->tries < 16 ? m->tries : 16);

    if (++m->tries >= TRIES_MAX) {
        log_error("%s: picture %d of %.*s is given up: %s", t->channel.name,
                  m->n, STR_FMT(m->sid), why);
        inbox_count(&t->channel, "media-lost");
        drop(t, m);
        return;
    }
    m->next_at = clock_now() + (wait < LONGEST_WAIT ? wait : LONGEST_WAIT);
    log_info("%s: picture %d of %.*s is not there yet: %s", t->channel.name,
             m->n, STR_FMT(m->sid), why);
    save(t);
}

static void give_up(struct twilio_media *m, const char *why)
{
    m->tries = TRIES_MAX;
    put_off(m, why);
}

static void store(struct twilio_media *m, const struct transfer_result *r)
{
    struct twilio_offer *o = twilio_offer_new(m->t, TWILIO_MEDIA);
    struct str type = m->type.n > 0 ? m->type : r->type;
    struct raw raw = {
        .format = RAW_MEDIA,
        .parent = m->sid,
        .bytes = r->body,
    };

    raw.origin =
        str_of(arena_printf(&o->arena, "%.*s/media/%d", STR_FMT(m->sid), m->n));
    raw.envelope =
        str_of(arena_printf(&o->arena, "content-type: %.*s\n",
                            STR_FMT(str_slice(type, 0, RAW_ENVELOPE_MAX / 2))));
    o->media = m;
    twilio_offer(o, &raw);
}

static void fetched(void *arg, const struct transfer_result *r)
{
    struct twilio_media *m = arg;
    struct twilio *t = m->t;
    char text[32];

    t->fetching--;
    if (r->rc == 0 && r->status == 200) {
        store(m, r); /* stays busy until it is in the store */
    } else {
        m->busy = false;
        snprintf(text, sizeof(text), "HTTP %ld", r->status);
        if (r->rc == E_DENIED || r->rc == E_LIMIT || r->rc == E_SYNTAX) {
            give_up(m, r->why.text);
        } else if (r->rc == 0 && r->status == 410) {
            give_up(m, text);
        } else {
            put_off(m, r->rc < 0 ? r->why.text : text);
        }
    }
    go(t);
    twilio_end(t);
}

void twilio_media_accepted(struct twilio *t, struct twilio_media *m, int rc)
{
    m->busy = false;
    if (rc == 0 || rc == E_DUPLICATE) {
        drop(t, m);
    } else {
        put_off(m, "it could not be stored");
    }
    go(t);
}

/* The host of an https url, or of any url that begins as the api does. */
static struct str host_of(const struct twilio *t, struct str url)
{
    struct str rest = url;
    struct str scheme = str_until(&rest, STR("://"));
    size_t n = 0;

    if (!str_case_eq(scheme, STR("https")) && !str_starts(url, t->api))
        return STR_NONE;
    while (n < rest.n && strchr("/?#:@\\", rest.p[n]) == NULL)
        n++;
    return str_slice(rest, 0, n);
}

static bool at_api(const struct twilio *t, struct str url)
{
    return url.n > t->api.n && str_starts(url, t->api) &&
           url.p[t->api.n] == '/';
}

/* The account's token is for Twilio's own hosts and for nobody else. */
static bool may_know_token(const struct twilio *t, struct str url)
{
    struct str host = host_of(t, url);

    return str_case_eq(host, str_of(t->api_host)) ||
           (host.n > 11 && str_case_eq(str_slice(host, host.n - 11, host.n),
                                       STR(".twilio.com")));
}

static void fetch(struct twilio_media *m)
{
    struct twilio *t = m->t;
    struct arena *a = &m->arena;
    bool known = may_know_token(t, m->url);
    struct transfer ask = {
        .url = arena_dup(a, m->url),
        .user = known ? arena_dup(a, t->account) : NULL,
        .password = known ? arena_dup(a, t->token) : NULL,
        .ca_file = t->ca_file.n > 0 ? arena_dup(a, t->ca_file) : NULL,
        /* A stand-in on this machine is as trusted as the file naming it. */
        .guarded = !(t->api_inside && at_api(t, m->url)),
        .hosts = t->hosts,
        .max_bytes = TWILIO_MEDIA_BYTES,
        .timeout_ms = TWILIO_TIMEOUT_MS,
    };

    m->busy = true;
    t->fetching++;
    twilio_begin(t);
    transfer_start(t->channel.transfers, &ask, fetched, m);
}

static void on_timer(uv_timer_t *timer)
{
    go(timer->data);
}

/* Fetches what is due; then the clock is set for what is due next. */
static void go(struct twilio *t)
{
    int64_t now = clock_now();
    int64_t next = INT64_MAX;

    if (t->stopping)
        return;
    for (struct twilio_media *m = t->media; m != NULL; m = m->next) {
        if (m->busy || m->held)
            continue;
        if (m->next_at <= now && t->fetching < AT_ONCE) {
            fetch(m);
        } else if (m->next_at > now && m->next_at < next) {
            next = m->next_at;
        }
    }
    if (next == INT64_MAX) {
        uv_timer_stop(&t->media_timer);
        return;
    }
    next -= now;
    uv_timer_start(&t->media_timer, on_timer,
                   (uint64_t)(next < LONGEST_WAIT ? next : LONGEST_WAIT) * 1000,
                   0);
}

static void load_line(struct twilio *t, struct str line)
{
    struct str sid = str_word(&line);
    struct str number = str_word(&line);
    struct str tried = str_word(&line);
    struct str due = str_word(&line);
    struct str url = str_word(&line);
    int64_t n;
    int64_t tries;
    int64_t next_at;
    struct twilio_media *m;

    if (!str_int(number, &n) || !str_int(tried, &tries) ||
        !str_int(due, &next_at) || url.n == 0)
        return;
    m = append(t, sid, (int)n, url, line);
    m->tries = (int)tries;
    m->next_at = next_at;
}

void twilio_media_start(struct twilio *t)
{
    struct arena a = { 0 };
    struct str list;
    struct error e;

    uv_timer_init(t->channel.loop, &t->media_timer);
    t->media_timer.data = t;
    t->handles++;
    if (inbox_cursor_get(&t->channel, "media", &a, &list, &e) < 0) {
        log_error("%s: %s", t->channel.name, e.text);
        list = STR_NONE;
    }
    while (list.n > 0)
        load_line(t, str_line(&list));
    arena_free(&a);
    go(t);
}

void twilio_media_free(struct twilio *t)
{
    while (t->media != NULL) {
        struct twilio_media *m = t->media;

        t->media = m->next;
        free_one(m);
    }
}
