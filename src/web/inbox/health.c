/* Health: is everything that comes in taken, read and answered? */
#include <stddef.h>
#include <sys/statvfs.h>

#include "base/clock.h"
#include "pipeline/spam_check.h"
#include "web/inbox/desk.h"
#include "web/inbox/live.h"

enum { BODY_MAX = 1024, QUARANTINE_MAX = 500 };

struct writer {
    struct desk *d;
    struct json j;
    struct arena *a;
    struct str language;
};

/* ---- channels ---- */

static const struct channel *channel_of(const struct desk *d, struct str name)
{
    const struct config_channel *c = d->config->channels;

    while (c != NULL && !str_eq(str_of(c->channel->name), name))
        c = c->next;
    return c == NULL ? NULL : c->channel;
}

/* What the channel itself remembers, as key. */
static int put_told(struct writer *w, struct str channel, const char *cursor,
                    const char *key, struct error *e)
{
    struct str text;
    int64_t n;
    int rc = store_cursor_get(w->d->store, channel, cursor, w->a, &text, e);

    if (rc == 0 && str_int(text, &n))
        json_kv_int(&w->j, key, n);
    return rc;
}

/* {"forged": 3} of "forged=3 limited=1" */
static void put_counters(struct writer *w, struct str counters)
{
    json_key(&w->j, "counters");
    json_begin_object(&w->j);
    while (counters.n > 0) {
        struct str value = str_word(&counters);
        struct str what = str_until(&value, STR("="));
        int64_t n;

        if (str_int(value, &n))
            json_kv_int(&w->j, arena_dup(w->a, what), n);
    }
    json_end_object(&w->j);
}

/* In use by inlet.conf, though rspamd is none of its channels. */
static bool is_open(const struct writer *w, const struct channel *ch,
                    struct str name)
{
    return ch != NULL || (str_eq(name, STR(SPAM_CHECK_HEALTH)) &&
                          w->d->config->town.rspamd.n > 0);
}

/* One of inlet.conf, or (ch NULL) one that was there, or a door of the desk. */
static int put_channel(struct writer *w, const struct channel *ch,
                       const struct channel_row *row, struct error *e)
{
    struct str kind = ch == NULL ? row->channel : str_of(ch->adapter->name);
    int rc = 0;

    json_begin_object(&w->j);
    json_kv(&w->j, "name", row->channel);
    json_kv(&w->j, "kind", kind);
    json_kv(&w->j, "label", desk_word(w->d, w->a, w->language, "door", kind));
    json_kv_bool(&w->j, "open", is_open(w, ch, row->channel));
    json_kv_bool(
        &w->j, "receives",
        !str_eq(kind, STR(SPAM_CHECK_HEALTH)) &&
            (ch == NULL || (ch->adapter->can & ADAPTER_RECEIVES) != 0));
    json_kv(&w->j, "trouble", row->health);
    json_kv_int(&w->j, "trouble_at", row->health_at);
    json_kv_int(&w->j, "last_at", row->last_at);
    json_kv_int(&w->j, "messages", row->raws);
    json_kv_int(&w->j, "waiting", row->waiting);
    json_kv_int(&w->j, "quarantined", row->quarantined);
    put_counters(w, row->counters);
    if (ch != NULL)
        rc = put_told(w, row->channel, INBOX_SERVER_HAS, "server_has", e);
    if (rc == 0 && ch != NULL && ch->adapter->oauth != 0) {
        rc = put_told(w, row->channel, INBOX_SIGN_IN_ENDS, "token_expires_at",
                      e);
    }
    json_end_object(&w->j);
    return rc;
}

static const struct channel_row *row_of(const struct channel_row *rows,
                                        struct str name)
{
    while (rows != NULL && !str_eq(rows->channel, name))
        rows = rows->next;
    return rows;
}

/* In the order of inlet.conf, then what else has ever brought something. */
static int put_channels(struct writer *w, struct error *e)
{
    struct channel_row *rows;
    int rc = store_channels(w->d->store, &rows, w->a, e);

    if (rc < 0)
        return rc;
    json_key(&w->j, "channels");
    json_begin_array(&w->j);
    for (const struct config_channel *c = w->d->config->channels;
         rc == 0 && c != NULL; c = c->next) {
        struct channel_row none = { .channel = str_of(c->channel->name) };
        const struct channel_row *row = row_of(rows, none.channel);

        rc = put_channel(w, c->channel, row == NULL ? &none : row, e);
    }
    for (const struct channel_row *row = rows; rc == 0 && row != NULL;
         row = row->next) {
        if (channel_of(w->d, row->channel) == NULL)
            rc = put_channel(w, NULL, row, e);
    }
    json_end_array(&w->j);
    return rc;
}

/* ---- the rest ---- */

static void put_loaded(struct writer *w)
{
    const struct loading_state *state = loading_state(w->d->loading);
    const struct gaz *g = atlas_gaz(w->d->atlas);
    struct gaz_stats stats = { 0 };

    if (g != NULL)
        gaz_stats(g, &stats);
    json_key(&w->j, "rules");
    json_begin_object(&w->j);
    json_kv_int(&w->j, "loaded_at", state->rules_at);
    json_kv(&w->j, "error", state->rules_error);
    json_end_object(&w->j);
    json_key(&w->j, "gazetteer");
    json_begin_object(&w->j);
    json_kv_bool(&w->j, "there", g != NULL);
    json_kv_int(&w->j, "built_at", stats.built_at);
    json_kv_int(&w->j, "streets", stats.streets);
    json_kv_int(&w->j, "addresses", stats.addresses);
    json_kv(&w->j, "error", state->map_error);
    json_end_object(&w->j);
}

static int put_outbox(struct writer *w, struct error *e)
{
    int64_t n[NOTICE_STATES];
    int rc = store_notice_counts(w->d->store, n, e);

    if (rc < 0)
        return rc;
    json_key(&w->j, "outbox");
    json_begin_object(&w->j);
    json_kv_int(&w->j, "pending", n[NOTICE_PENDING] + n[NOTICE_CLAIMED]);
    json_kv_int(&w->j, "failed", n[NOTICE_FAILED]);
    json_kv_int(&w->j, "unknown", n[NOTICE_UNKNOWN]);
    json_end_object(&w->j);
    return 0;
}

/* Where the database lies: what is full first. */
static void put_disk(struct writer *w)
{
    const struct town *town = &w->d->config->town;
    char *folder = arena_dup(w->a, town->database);
    size_t n = strlen(folder);
    struct statvfs v;

    while (n > 0 && folder[n - 1] != '/')
        n--;
    folder[n] = '\0';
    json_kv_int(&w->j, "disk_reserve", town->reserve);
    json_key(&w->j, "disk_free");
    if (statvfs(n > 0 ? folder : ".", &v) < 0) {
        json_put_null(&w->j);
    } else {
        json_int(&w->j, (int64_t)v.f_bavail * (int64_t)v.f_frsize);
    }
}

static void get_health(struct desk *d, struct http_request *r,
                       const struct person *who)
{
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct writer w = { d, json_to(&out), http_arena(r), who->language };
    struct error e;
    int rc;

    json_begin_object(&w.j);
    json_kv_int(&w.j, "at", clock_now());
    rc = put_channels(&w, &e);
    if (rc == 0)
        rc = put_outbox(&w, &e);
    put_loaded(&w);
    json_kv_int(&w.j, "backlog", inbox_backlog(d->inbox));
    put_disk(&w);
    json_end_object(&w.j);
    if (rc < 0) {
        buf_free(&out);
        desk_fail(d, r, who, &e);
        return;
    }
    desk_answer(r, 200, &out);
}

/* ---- what could not be read, or was set aside ---- */

static void get_quarantine(struct desk *d, struct http_request *r,
                           const struct person *who)
{
    struct quarantine_row *rows;
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);
    struct error e;

    if (store_quarantine(d->store, QUARANTINE_MAX, &rows, http_arena(r), &e) <
        0) {
        desk_fail(d, r, who, &e);
        return;
    }
    json_begin_array(&j);
    for (; rows != NULL; rows = rows->next) {
        json_begin_object(&j);
        json_kv_int(&j, "raw", rows->raw);
        json_kv_int(&j, "ticket", rows->ticket);
        json_kv(&j, "channel", rows->channel);
        json_kv_int(&j, "received_at", rows->received_at);
        json_kv(&j, "why", rows->why);
        json_end_object(&j);
    }
    json_end_array(&j);
    desk_answer(r, 200, &out);
}

struct retry {
    struct desk *d;
    struct http_request *r;
    const struct person *who;
    int64_t raw;
};

static const struct body_field retry_fields[] = {
    { "raw", BODY_NUMBER, offsetof(struct retry, raw), 0, NULL },
    { NULL, BODY_TEXT, 0, 0, NULL },
};

/* Why it still cannot be read is for the clerk to see. */
static void retried(void *arg, int rc, int64_t ticket, const struct error *why)
{
    const struct retry *t = arg;
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);

    if (rc == E_SYNTAX) {
        desk_refuse_text(t->r, 422, "unreadable", str_of(why->text));
        return;
    }
    if (rc < 0) {
        desk_fail(t->d, t->r, t->who, why);
        return;
    }
    live_look(t->d->live);
    json_begin_object(&j);
    json_kv_int(&j, "ticket", ticket);
    json_end_object(&j);
    desk_answer(t->r, 200, &out);
}

/* NULL: the body was not understood, and that is answered. */
static struct retry *retry_read(struct desk *d, struct http_request *r,
                                const struct person *who)
{
    struct retry *t = arena_new(http_arena(r), struct retry);

    *t = (struct retry){ d, r, who, 0 };
    if (!desk_read(d, r, who, retry_fields, t))
        return NULL;
    http_hold(r);
    return t;
}

static void post_retry(struct desk *d, struct http_request *r,
                       const struct person *who)
{
    struct retry *t = retry_read(d, r, who);

    if (t != NULL)
        inbox_retry(d->inbox, t->raw, who->user.name, retried, t);
}

static void post_after_all(struct desk *d, struct http_request *r,
                           const struct person *who)
{
    struct retry *t = retry_read(d, r, who);

    if (t != NULL)
        inbox_after_all(d->inbox, t->raw, who->user.name, retried, t);
}

const struct desk_route health_routes[] = {
    { "GET", "/api/health", 0, ROLE_READER, get_health },
    { "GET", "/api/quarantine", 0, ROLE_READER, get_quarantine },
    { "POST", "/api/retry", BODY_MAX, ROLE_CLERK, post_retry },
    { "POST", "/api/after-all", BODY_MAX, ROLE_CLERK, post_after_all },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
