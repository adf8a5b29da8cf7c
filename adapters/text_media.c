/*
 * Files, fetched after their message is stored. What is still to be fetched
 * is kept in the channel's cursor "media", a line each:
 *
 *   ORIGIN N TRIES NEXT_AT URL [sha256=HEX] [name=NAME] CONTENT-TYPE
 *
 * so that a restart goes on where it was. A message whose files are all
 * there, or given up, is marked: reading the provider's list leaves it alone.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/percent.h"
#include "text_internal.h"

enum {
    AT_ONCE = 2,
    TRIES_MAX = 20, /* over about a day */
    FIRST_WAIT = 15,
    LONGEST_WAIT = 2 * 3600,
    LIST_BYTES = 4 * 1024 * 1024,
    URL_BYTES = 2000,
    NAME_BYTES = 200,
};

struct text_file_due {
    struct text_machine *m;
    struct arena arena; /* holds the file itself */
    struct str origin, url, type, sha256, name;
    int n;
    int tries;
    int64_t next_at;
    bool held; /* its message is not stored yet */
    bool busy;
    struct text_file_due *next;
};

static void go(struct text_machine *m);

static void save(struct text_machine *m)
{
    struct buf b = buf_init(LIST_BYTES);
    struct arena a = { 0 };

    for (struct text_file_due *f = m->due; f != NULL; f = f->next) {
        buf_printf(&b, "%.*s %d %d %lld %.*s", STR_FMT(f->origin), f->n,
                   f->tries, (long long)f->next_at, STR_FMT(f->url));
        if (f->sha256.n > 0)
            buf_printf(&b, " sha256=%.*s", STR_FMT(f->sha256));
        if (f->name.n > 0) {
            buf_printf(&b, " name=%.*s", STR_FMT(percent_encode(&a, f->name)));
        }
        buf_printf(&b, " %.*s\n", STR_FMT(f->type));
    }
    if (b.over)
        log_error("%s: too many files wait to be noted", m->t->channel.name);
    inbox_cursor_set(&m->t->channel, "media", buf_str(&b));
    buf_free(&b);
    arena_free(&a);
}

static struct text_file_due *append(struct text_machine *m, struct str origin,
                                    int n, const struct text_file *file)
{
    struct arena a = { 0 };
    struct text_file_due *f = arena_new(&a, struct text_file_due);
    struct text_file_due **tail = &m->due;
    struct str type = file->type;

    f->arena = a;
    f->m = m;
    f->origin = arena_str(&f->arena, origin);
    f->url = arena_str(&f->arena, file->url);
    f->type = arena_str(&f->arena, str_line(&type));
    if (text_one_word(file->sha256, SHA256_HEX))
        f->sha256 = arena_str(&f->arena, file->sha256);
    f->name = arena_str(&f->arena, str_slice(file->name, 0, NAME_BYTES));
    f->n = n;
    while (*tail != NULL)
        tail = &(*tail)->next;
    *tail = f;
    return f;
}

static void free_one(struct text_file_due *f)
{
    struct arena a = f->arena;

    arena_free(&a);
}

static void drop(struct text_file_due *gone)
{
    struct text_machine *m = gone->m;
    struct text_file_due **at = &m->due;

    while (*at != NULL && *at != gone)
        at = &(*at)->next;
    if (*at != NULL)
        *at = gone->next;
    if (!text_media_waits(m, gone->origin))
        inbox_marked(&m->t->channel, gone->origin);
    free_one(gone);
    save(m);
}

bool text_media_waits(const struct text_machine *m, struct str origin)
{
    for (const struct text_file_due *f = m->due; f != NULL; f = f->next) {
        if (str_eq(f->origin, origin))
            return true;
    }
    return false;
}

static bool waits_for(const struct text_machine *m, struct str origin, int n)
{
    for (const struct text_file_due *f = m->due; f != NULL; f = f->next) {
        if (f->n == n && str_eq(f->origin, origin))
            return true;
    }
    return false;
}

struct stored {
    size_t skip;    /* of each origin: "ORIGIN/media/" */
    unsigned there; /* a bit for each number */
};

static void note_stored(void *arg, struct str origin, bool marked)
{
    struct stored *s = arg;
    int64_t n;

    (void)marked;
    if (str_int(str_slice(origin, s->skip, origin.n), &n) && n >= 0 &&
        n < TEXT_FILES_MAX)
        s->there |= 1U << n;
}

static unsigned stored_already(struct text_machine *m, struct str origin)
{
    struct arena a = { 0 };
    const char *prefix = arena_printf(&a, "%.*s/media/", STR_FMT(origin));
    struct stored s = { .skip = strlen(prefix) };
    struct error e;

    if (inbox_origins(&m->t->channel, str_of(prefix), note_stored, &s, &e) < 0)
        log_warn("%s: %s", m->t->channel.name, e.text);
    arena_free(&a);
    return s.there;
}

void text_media_add(struct text_machine *m, struct str origin,
                    const struct text_file *files)
{
    unsigned there = files == NULL ? 0 : stored_already(m, origin);
    bool added = false;

    for (int i = 0; files != NULL && i < TEXT_FILES_MAX; files = files->next) {
        bool known = (there >> i & 1U) != 0 || waits_for(m, origin, i);

        if (!known && text_one_word(files->url, URL_BYTES)) {
            append(m, origin, i, files)->held = true;
            added = true;
        }
        i++;
    }
    if (added)
        save(m);
}

void text_media_ready(struct text_machine *m, struct str origin)
{
    for (struct text_file_due *f = m->due; f != NULL; f = f->next) {
        if (str_eq(f->origin, origin))
            f->held = false;
    }
    go(m);
}

void text_media_forget(struct text_machine *m, struct str origin)
{
    struct text_file_due **at = &m->due;
    bool gone = false;

    while (*at != NULL) {
        struct text_file_due *f = *at;

        if (!f->held || !str_eq(f->origin, origin)) {
            at = &f->next;
            continue;
        }
        *at = f->next;
        free_one(f);
        gone = true;
    }
    if (gone)
        save(m);
}

/* Later, ever later; or not at all. */
static void put_off(struct text_file_due *f, const char *why)
{
    struct text_machine *m = f->m;
    int64_t wait = (int64_t)FIRST_WAIT << (f->tries < 16 ? f->tries : 16);

    if (++f->tries >= TRIES_MAX) {
        log_error("%s: file %d of %.*s is given up: %s", m->t->channel.name,
                  f->n, STR_FMT(f->origin), why);
        inbox_count(&m->t->channel, "media-lost");
        drop(f);
        return;
    }
    f->next_at = clock_now() + (wait < LONGEST_WAIT ? wait : LONGEST_WAIT);
    log_info("%s: file %d of %.*s is not there yet: %s", m->t->channel.name,
             f->n, STR_FMT(f->origin), why);
    save(m);
}

static void give_up(struct text_file_due *f, const char *why)
{
    f->tries = TRIES_MAX;
    put_off(f, why);
}

static void store(struct text_file_due *f, const struct transfer_result *r)
{
    struct text_offer *o = text_offer_new(f->m, TEXT_OF_MEDIA);
    struct str type = f->type.n > 0 ? f->type : r->type;
    struct raw raw = {
        .format = RAW_MEDIA,
        .parent = f->origin,
        .bytes = r->body,
    };
    const char *name = "";

    if (f->name.n > 0) {
        name = arena_printf(&o->arena, "name: %.*s\n",
                            STR_FMT(percent_encode(&o->arena, f->name)));
    }
    o->origin = str_of(
        arena_printf(&o->arena, "%.*s/media/%d", STR_FMT(f->origin), f->n));
    raw.envelope = str_of(
        arena_printf(&o->arena, "content-type: %.*s\n%s",
                     STR_FMT(str_slice(type, 0, RAW_ENVELOPE_MAX / 2)), name));
    o->due = f;
    text_offer(o, &raw);
}

/* Is it what the provider said it would be? */
static bool as_announced(struct text_file_due *f, struct str bytes)
{
    struct arena a = { 0 };
    struct str sum = digest_hex(&a, digest(&a, DIGEST_SHA256, bytes));
    bool good = f->sha256.n == 0 || str_case_eq(sum, f->sha256);

    arena_free(&a);
    return good;
}

static void fetched(void *arg, const struct transfer_result *r)
{
    struct text_file_due *f = arg;
    struct text_machine *m = f->m;
    bool here = r->rc == 0 && r->status == 200;
    char text[32];

    m->fetching--;
    if (here && as_announced(f, r->body)) {
        store(f, r); /* stays busy until it is in the store */
    } else {
        f->busy = false;
        snprintf(text, sizeof(text), "HTTP %ld", r->status);
        if (r->rc == E_DENIED || r->rc == E_LIMIT || r->rc == E_SYNTAX) {
            give_up(f, r->why.text);
        } else if (r->rc == 0 && r->status == 410) {
            give_up(f, text);
        } else if (here) {
            put_off(f, "its bytes are not those that were announced");
        } else {
            put_off(f, r->rc < 0 ? r->why.text : text);
        }
    }
    go(m);
    text_end(m);
}

void text_media_accepted(struct text_machine *m, struct text_file_due *f,
                         int rc)
{
    f->busy = false;
    if (rc == 0 || rc == E_DUPLICATE) {
        drop(f);
    } else {
        put_off(f, "it could not be stored");
    }
    go(m);
}

/* The host of an https url, or of any url that begins as the api does. */
static struct str host_of(const struct text_machine *m, struct str url)
{
    struct str rest = url;
    struct str scheme = str_until(&rest, STR("://"));
    size_t n = 0;

    if (!str_case_eq(scheme, STR("https")) && !text_at_stand_in(m, url))
        return STR_NONE;
    while (n < rest.n && strchr("/?#\\", rest.p[n]) == NULL)
        n++;
    rest = str_slice(rest, 0, n);
    if (str_find(rest, STR("@")) < rest.n)
        return STR_NONE;
    return str_until(&rest, STR(":"));
}

bool text_may_know_key(const struct text_machine *m, struct str url)
{
    struct str host = host_of(m, url);

    return host.n > 0 && transfer_host_listed(m->login_hosts, host);
}

static void fetch(struct text_file_due *f)
{
    struct text_machine *m = f->m;
    struct arena *a = &f->arena;
    struct str ca = m->t->with.ca_file;
    struct text_request opens = { 0 };
    struct transfer ask = {
        .url = arena_dup(a, f->url),
        .ca_file = ca.n > 0 ? arena_dup(a, ca) : NULL,
        /* A stand-in on this machine is as trusted as the file naming it. */
        .guarded = !text_at_stand_in(m, f->url),
        .hosts = m->hosts,
        .max_bytes = TEXT_FILE_BYTES,
        .timeout_ms = TEXT_TIMEOUT_MS,
    };

    if (text_may_know_key(m, f->url))
        opens = text_api_request(m, STR(""), a);
    ask.headers = opens.headers;
    ask.user = opens.user;
    ask.password = opens.password;
    f->busy = true;
    m->fetching++;
    text_begin(m);
    transfer_start(m->t->channel.transfers, &ask, fetched, f);
}

static void on_timer(uv_timer_t *timer)
{
    go(timer->data);
}

/* Fetches what is due; then the clock is set for what is due next. */
static void go(struct text_machine *m)
{
    int64_t now = clock_now();
    int64_t next = INT64_MAX;

    if (m->stopping)
        return;
    for (struct text_file_due *f = m->due; f != NULL; f = f->next) {
        if (f->busy || f->held)
            continue;
        if (f->next_at <= now && m->fetching < AT_ONCE) {
            fetch(f);
        } else if (f->next_at > now && f->next_at < next) {
            next = f->next_at;
        }
    }
    if (next == INT64_MAX) {
        uv_timer_stop(&m->media_timer);
        return;
    }
    next -= now;
    uv_timer_start(&m->media_timer, on_timer,
                   (uint64_t)(next < LONGEST_WAIT ? next : LONGEST_WAIT) * 1000,
                   0);
}

/* "name=VALUE " off the front of line, where it stands there. */
static struct str option(struct str *line, const char *name)
{
    struct str rest = *line;
    struct str word = str_word(&rest);
    size_t n = strlen(name);

    if (!str_starts(word, str_of(name)))
        return STR("");
    *line = rest;
    return str_slice(word, n, word.n);
}

static void load_line(struct text_machine *m, struct str line, struct arena *a)
{
    struct str origin = str_word(&line);
    struct str number = str_word(&line);
    struct str tried = str_word(&line);
    struct str due = str_word(&line);
    struct text_file file = { .url = str_word(&line) };
    int64_t n;
    int64_t tries;
    int64_t next_at;
    struct text_file_due *f;

    if (!str_int(number, &n) || !str_int(tried, &tries) ||
        !str_int(due, &next_at) || file.url.n == 0)
        return;
    file.sha256 = option(&line, "sha256=");
    file.name = text_percent_decode(a, option(&line, "name="));
    file.type = line;
    f = append(m, origin, (int)n, &file);
    f->tries = (int)tries;
    f->next_at = next_at;
}

void text_media_start(struct text_machine *m)
{
    struct arena a = { 0 };
    struct str list;
    struct error e;

    uv_timer_init(m->t->channel.loop, &m->media_timer);
    m->media_timer.data = m;
    m->handles++;
    if (inbox_cursor_get(&m->t->channel, "media", &a, &list, &e) < 0) {
        log_error("%s: %s", m->t->channel.name, e.text);
        list = STR_NONE;
    }
    while (list.n > 0)
        load_line(m, str_line(&list), &a);
    arena_free(&a);
    go(m);
}

void text_media_free(struct text_machine *m)
{
    while (m->due != NULL) {
        struct text_file_due *f = m->due;

        m->due = f->next;
        free_one(f);
    }
}
