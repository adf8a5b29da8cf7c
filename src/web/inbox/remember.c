/*
 * "Remember this": what a clerk has put right becomes a line in a file that
 * rules or gazetteer are loaded with, so that the next report is right by
 * itself. It is tried before it is written; what then does not load all the
 * same is taken back.
 */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "geo/gaz_learn.h"
#include "web/inbox/desk.h"
#include "web/inbox/lesson.h"

enum {
    BODY_MAX = 16 * 1024,
    TEXT_MAX = 500,
    NAME_LEAST = 3, /* a shorter one is in too many words */
    UNKNOWN = 1000, /* no latitude, no longitude */
    ENTRY_MAX = 2 * TEXT_MAX + 300,
};

static const double radius_usual = 50;

struct lesson {
    struct desk *d;
    struct http_request *r;
    const struct person *who;
    /* what was asked for */
    struct str kind, name, means, category, language, words, yes;
    struct str file_name, text;
    double lat, lon, radius_m;
    /* what is done */
    const char *done; /* the word of the audit: "remembered", "forgotten" */
    enum lesson_file file;
    struct str entry, before, after;
    uv_work_t work;
    struct error error;
    int rc;
    struct audit audit;
};

/* ---- the answer ---- */

/* On one line, for a sentence or a row of the audit. */
static struct str one_line(struct arena *a, struct str s)
{
    char *out = arena_array(a, char, s.n + 1);
    size_t n = 0;

    s = str_trim(s);
    for (size_t i = 0; i < s.n; i++) {
        bool blank = (unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f;

        if (blank && n > 0 && out[n - 1] == ' ')
            continue;
        out[n++] = blank ? ' ' : s.p[i];
    }
    return (struct str){ out, n };
}

static void end(struct lesson *l)
{
    l->d->teaching = false;
}

static int audit_work(struct store_tx *tx, void *arg, struct error *e)
{
    const struct lesson *l = arg;

    return tx_audit_add(tx, &l->audit, e);
}

static void audited(struct desk *d, struct http_request *r,
                    const struct person *who, void *arg, int rc,
                    const struct error *e)
{
    struct lesson *l = arg;
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);

    end(l);
    if (rc < 0) {
        buf_free(&out);
        desk_fail(d, r, who, e);
        return;
    }
    json_begin_object(&j);
    json_kv(&j, "line", one_line(http_arena(r), l->entry));
    json_kv(&j, "file", str_of(lesson_file_names[l->file]));
    json_kv(&j, "text", l->entry);
    json_end_object(&j);
    desk_answer(r, 200, &out);
}

/* The sentence names the line and what is wrong: the clerk can mend that. */
static void refuse(struct lesson *l, const struct error *why)
{
    end(l);
    log_warn("not %s: %s", l->done, why->text);
    desk_refuse_text(l->r, 422, "rule", str_of(why->text));
}

/* ---- trying, writing, loading ---- */

static void loaded(void *arg, int rc, const struct error *why)
{
    struct lesson *l = arg;
    const struct town *town = &l->d->config->town;
    struct error e;

    if (rc == 0) {
        l->audit = (struct audit){
            .at = clock_now(),
            .actor = l->who->user.name,
            .what = str_of(l->done),
            .text = one_line(http_arena(l->r), l->entry),
        };
        desk_submit(l->d, l->r, l->who,
                    &(struct desk_write){ audit_work, l, audited });
        return;
    }
    if (file_replace(lesson_path(town, l->file, http_arena(l->r)), l->before,
                     &e) < 0)
        log_error("what was taught is not taken back: %s", e.text);
    loading_again(l->d->loading, NULL, NULL);
    refuse(l, why);
}

static void write_work(uv_work_t *work)
{
    struct lesson *l = work->data;
    const struct town *town = &l->d->config->town;
    struct arena a = { 0 };

    l->rc = lesson_check(town, l->file, l->after, &l->error);
    if (l->rc == 0) {
        l->rc =
            file_replace(lesson_path(town, l->file, &a), l->after, &l->error);
    }
    arena_free(&a);
}

static void written(uv_work_t *work, int status)
{
    struct lesson *l = work->data;

    if (status < 0)
        l->rc = error(&l->error, status, "nothing was tried");
    if (l->rc < 0) {
        refuse(l, &l->error);
    } else {
        loading_again(l->d->loading, loaded, l);
    }
}

/* entries is what the file shall hold from now on. */
static void teach(struct lesson *l, const struct lesson_entry *was,
                  const struct lesson_entry *entries)
{
    struct arena *a = http_arena(l->r);

    l->before = lesson_file_text(was, a);
    l->after = lesson_file_text(entries, a);
    l->d->teaching = true;
    l->work.data = l;
    http_hold(l->r);
    if (uv_queue_work(l->d->loop, &l->work, write_work, written) < 0)
        abort();
}

/* ---- what is asked for ---- */

static const struct body_field fields[] = {
    { "kind", BODY_TEXT, offsetof(struct lesson, kind), 20, NULL },
    { "name", BODY_TEXT, offsetof(struct lesson, name), LEARNED_NAME_MAX,
      NULL },
    { "means", BODY_TEXT, offsetof(struct lesson, means), TEXT_MAX, NULL },
    { "category", BODY_TEXT, offsetof(struct lesson, category), 60, NULL },
    { "language", BODY_TEXT, offsetof(struct lesson, language), 20, NULL },
    { "words", BODY_TEXT, offsetof(struct lesson, words), TEXT_MAX, NULL },
    { "yes", BODY_TEXT, offsetof(struct lesson, yes), TEXT_MAX, NULL },
    { "lat", BODY_DOUBLE, offsetof(struct lesson, lat), 0, NULL },
    { "lon", BODY_DOUBLE, offsetof(struct lesson, lon), 0, NULL },
    { "radius_m", BODY_DOUBLE, offsetof(struct lesson, radius_m), 0, NULL },
    { NULL, BODY_TEXT, 0, 0, NULL },
};

static const struct body_field forget_fields[] = {
    { "file", BODY_TEXT, offsetof(struct lesson, file_name), 60, NULL },
    { "text", BODY_TEXT, offsetof(struct lesson, text), ENTRY_MAX, NULL },
    { NULL, BODY_TEXT, 0, 0, NULL },
};

static bool holds(struct str s, const char *part)
{
    return str_find(s, str_of(part)) < s.n;
}

/* Names of blocks and languages: what a rule file takes for one. */
static bool is_word(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-", s.p[i]) == NULL ||
            s.p[i] == '\0')
            return false;
    }
    return s.n > 0;
}

static bool is_name(struct str s)
{
    return s.n >= NAME_LEAST && s.p[0] != '#' && !holds(s, "=");
}

/*
 * Each makes the entry, or gives the word of what is wrong with it. One that
 * the gazetteer has already would be two places from then on.
 */
static const char *alias_entry(struct lesson *l, struct arena *a)
{
    const struct gaz *g = atlas_gaz(l->d->atlas);

    if (!is_name(l->name))
        return "remember_name";
    if (g == NULL || !gaz_knows(g, l->means, a) || holds(l->means, "="))
        return "remember_means";
    if (gaz_knows(g, l->name, a))
        return "there";
    l->entry = str_of(arena_printf(a, "alias %.*s = %.*s", STR_FMT(l->name),
                                   STR_FMT(l->means)));
    return NULL;
}

static const char *place_entry(struct lesson *l, struct arena *a)
{
    const struct gaz *g = atlas_gaz(l->d->atlas);

    if (!is_name(l->name))
        return "remember_name";
    if (g == NULL || !gaz_covers(g, (struct point){ l->lat, l->lon, true }))
        return "point";
    if (!(l->radius_m >= 1 && l->radius_m <= LEARNED_RADIUS_MAX))
        return "request";
    l->entry =
        str_of(arena_printf(a, "place %.*s = %.7f %.7f %.0f", STR_FMT(l->name),
                            l->lat, l->lon, l->radius_m));
    return NULL;
}

/* Two: what a person says outweighs a word or two that happen to be there. */
static const char *words_entry(struct lesson *l, struct arena *a)
{
    if (!is_word(l->category) || !is_word(l->language))
        return "request";
    if (l->words.n < NAME_LEAST || l->yes.n == 0 || holds(l->yes, "=>"))
        return "remember_words";
    l->file = LESSON_RULES;
    l->entry = str_of(
        arena_printf(a, "extend %.*s\n    words %.*s 2: %.*s\n    yes %.*s",
                     STR_FMT(l->category), STR_FMT(l->language),
                     STR_FMT(l->words), STR_FMT(l->yes)));
    return NULL;
}

static const struct {
    const char *kind;
    const char *(*make)(struct lesson *l, struct arena *a);
} kinds[] = {
    { "alias", alias_entry },
    { "place", place_entry },
    { "words", words_entry },
};

/* What is wrong whatever is taught; NULL: nothing. */
static const char *unfit(const struct desk *d, int *status)
{
    *status = 409;
    if (d->config->town.learned.n == 0)
        return "remember_off";
    *status = 503;
    return d->teaching ? "remember_busy" : NULL;
}

static struct lesson *lesson_new(struct desk *d, struct http_request *r,
                                 const struct person *who)
{
    struct lesson *l = arena_new(http_arena(r), struct lesson);

    *l = (struct lesson){ .d = d,
                          .r = r,
                          .who = who,
                          .lat = UNKNOWN,
                          .lon = UNKNOWN,
                          .radius_m = radius_usual };
    return l;
}

static const char *entry_make(struct lesson *l)
{
    struct arena *a = http_arena(l->r);
    struct str *const texts[] = { &l->name, &l->means, &l->words, &l->yes };

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = one_line(a, *texts[i]);
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (str_eq(l->kind, str_of(kinds[i].kind)))
            return kinds[i].make(l, a);
    }
    return "request";
}

/* The file with the entry at its end; the same name, taught before, goes. */
static void remember(struct lesson *l, const struct lesson_entry *was)
{
    struct arena *a = http_arena(l->r);
    struct lesson_entry *first = NULL;
    struct lesson_entry **tail = &first;
    int n = 0;

    for (const struct lesson_entry *at = was; at != NULL; at = at->next) {
        if (str_eq(at->text, l->entry)) {
            desk_refuse(l->d, l->r, l->who, 409, "there");
            return;
        }
        if (l->file == LESSON_PLACES && lesson_same_name(at->text, l->name, a))
            continue;
        *tail = arena_new(a, struct lesson_entry);
        (*tail)->text = at->text;
        tail = &(*tail)->next;
        n++;
    }
    if (n >= LESSON_ENTRIES_MAX) {
        desk_refuse(l->d, l->r, l->who, 413, "limit");
        return;
    }
    *tail = arena_new(a, struct lesson_entry);
    (*tail)->text = l->entry;
    teach(l, was, first);
}

static void post_remember(struct desk *d, struct http_request *r,
                          const struct person *who)
{
    struct lesson *l = lesson_new(d, r, who);
    struct lesson_entry *was;
    const char *fault;
    struct error e;
    int status;

    if (!desk_read(d, r, who, fields, l))
        return;
    l->done = "remembered";
    fault = unfit(d, &status);
    if (fault == NULL) {
        fault = entry_make(l);
        status = fault != NULL && strcmp(fault, "there") == 0 ? 409 : 422;
    }
    if (fault != NULL) {
        desk_refuse(d, r, who, status, fault);
    } else if (lesson_read(&was, &d->config->town, l->file, http_arena(r), &e) <
               0) {
        desk_fail(d, r, who, &e);
    } else {
        remember(l, was);
    }
}

/* ---- forgetting ---- */

static void forget(struct lesson *l, const struct lesson_entry *was)
{
    struct arena *a = http_arena(l->r);
    struct lesson_entry *first = NULL;
    struct lesson_entry **tail = &first;
    bool gone = false;

    for (const struct lesson_entry *at = was; at != NULL; at = at->next) {
        if (!gone && str_eq(at->text, l->text)) {
            gone = true;
            continue;
        }
        *tail = arena_new(a, struct lesson_entry);
        (*tail)->text = at->text;
        tail = &(*tail)->next;
    }
    l->entry = l->text;
    if (gone) {
        teach(l, was, first);
    } else {
        desk_refuse(l->d, l->r, l->who, 404, "gone");
    }
}

static bool file_of(struct lesson *l)
{
    for (int i = 0; i < LESSON_FILES; i++) {
        if (str_eq(l->file_name, str_of(lesson_file_names[i]))) {
            l->file = (enum lesson_file)i;
            return true;
        }
    }
    return false;
}

static void post_forget(struct desk *d, struct http_request *r,
                        const struct person *who)
{
    struct lesson *l = lesson_new(d, r, who);
    struct lesson_entry *was;
    const char *fault;
    struct error e;
    int status;

    if (!desk_read(d, r, who, forget_fields, l))
        return;
    l->done = "forgotten";
    fault = unfit(d, &status);
    if (fault != NULL) {
        desk_refuse(d, r, who, status, fault);
    } else if (!file_of(l)) {
        desk_refuse(d, r, who, 404, "gone");
    } else if (lesson_read(&was, &d->config->town, l->file, http_arena(r), &e) <
               0) {
        desk_fail(d, r, who, &e);
    } else {
        forget(l, was);
    }
}

/* ---- what is remembered ---- */

static void get_remembered(struct desk *d, struct http_request *r,
                           const struct person *who)
{
    const struct town *town = &d->config->town;
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);
    struct error e;
    int rc = 0;

    json_begin_object(&j);
    json_kv_bool(&j, "on", town->learned.n > 0);
    json_key(&j, "entries");
    json_begin_array(&j);
    for (int i = 0; rc == 0 && town->learned.n > 0 && i < LESSON_FILES; i++) {
        struct lesson_entry *at;

        rc = lesson_read(&at, town, (enum lesson_file)i, http_arena(r), &e);
        for (; rc == 0 && at != NULL; at = at->next) {
            json_begin_object(&j);
            json_kv(&j, "file", str_of(lesson_file_names[i]));
            json_kv(&j, "text", at->text);
            json_end_object(&j);
        }
    }
    json_end_array(&j);
    json_end_object(&j);
    if (rc < 0) {
        buf_free(&out);
        desk_fail(d, r, who, &e);
        return;
    }
    desk_answer(r, 200, &out);
}

const struct desk_route remember_routes[] = {
    { "GET", "/api/remember", 0, ROLE_SUPERVISOR, get_remembered },
    { "POST", "/api/remember", BODY_MAX, ROLE_SUPERVISOR, post_remember },
    { "POST", "/api/forget", BODY_MAX, ROLE_SUPERVISOR, post_forget },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
