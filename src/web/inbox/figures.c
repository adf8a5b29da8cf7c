/* The figures: how many, how long, and who said what was right. */
#include "store/figures.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "web/inbox/desk.h"

enum { AREA_MAX = 200, USUAL_S = 90 * 24 * 3600 };

struct writer {
    struct desk *d;
    struct json j;
    struct arena *a;
    struct str language;
};

static void put_tally(struct writer *w, const struct tally *t,
                      const char *prefix)
{
    struct str label = t->name;

    if (prefix != NULL)
        label = desk_word(w->d, w->a, w->language, prefix, t->name);
    json_begin_object(&w->j);
    json_kv(&w->j, "name", t->name);
    json_kv(&w->j, "label", label);
    json_kv_int(&w->j, "n", t->n);
    json_end_object(&w->j);
}

static void put_tallies(struct writer *w, const char *key,
                        const struct tally *t, const char *prefix)
{
    json_key(&w->j, key);
    json_begin_array(&w->j);
    for (; t != NULL; t = t->next)
        put_tally(w, t, prefix);
    json_end_array(&w->j);
}

/* {"at": Monday, "category": {"pothole": 3, ...}} */
static void put_weeks(struct writer *w, const struct tally *t)
{
    json_key(&w->j, "weeks");
    json_begin_array(&w->j);
    while (t != NULL) {
        int64_t at = t->at;

        json_begin_object(&w->j);
        json_kv_int(&w->j, "at", at);
        json_key(&w->j, "category");
        json_begin_object(&w->j);
        for (; t != NULL && t->at == at; t = t->next)
            json_kv_int(&w->j, arena_dup(w->a, t->name), t->n);
        json_end_object(&w->j);
        json_end_object(&w->j);
    }
    json_end_array(&w->j);
}

static void put_lapse(struct writer *w, const char *key, const struct lapse *l)
{
    json_key(&w->j, key);
    json_begin_object(&w->j);
    json_kv_int(&w->j, "n", l->n);
    json_kv_int(&w->j, "median_s", l->median_s);
    json_kv_int(&w->j, "p90_s", l->p90_s);
    json_end_object(&w->j);
}

static void put_said(struct writer *w, const char *key, const struct said_by *s)
{
    json_key(&w->j, key);
    json_begin_object(&w->j);
    json_kv_int(&w->j, "by_machine", s->machine);
    json_kv_int(&w->j, "corrected", s->corrected);
    json_kv_int(&w->j, "by_clerk", s->clerk);
    json_kv_int(&w->j, "none", s->nobody);
    json_end_object(&w->j);
}

/* "days": up to so many; the last has none: older than all. */
static void put_ages(struct writer *w, const struct figures *f)
{
    json_key(&w->j, "open_by_age");
    json_begin_array(&w->j);
    for (int i = 0; i < FIGURES_AGES; i++) {
        json_begin_object(&w->j);
        json_key(&w->j, "days");
        if (i < FIGURES_AGES - 1) {
            json_int(&w->j, figures_age_days[i]);
        } else {
            json_put_null(&w->j);
        }
        json_kv_int(&w->j, "n", f->open_by_age[i]);
        json_end_object(&w->j);
    }
    json_end_array(&w->j);
}

static void put_all(struct writer *w, const struct figures_of *of,
                    const struct figures *f)
{
    json_begin_object(&w->j);
    json_kv_int(&w->j, "from", of->from);
    json_kv_int(&w->j, "to", of->to);
    json_kv_int(&w->j, "tickets", f->tickets);
    put_weeks(w, f->weeks);
    put_tallies(w, "by_category", f->categories, "category");
    put_tallies(w, "by_area", f->areas, NULL);
    put_lapse(w, "first_answer", &f->answered);
    put_lapse(w, "done", &f->done);
    put_said(w, "placed", &f->placed);
    put_said(w, "categorised", &f->categorised);
    put_ages(w, f);
    json_end_object(&w->j);
}

/* A number of seconds in the query, or what is usual where it says none. */
static bool read_time(const struct http_request *r, const char *name,
                      int64_t usual, int64_t *out)
{
    struct str text = http_query(r, name);

    *out = usual;
    return text.n == 0 || (str_int(text, out) && *out >= 0);
}

static void get_figures(struct desk *d, struct http_request *r,
                        const struct person *who)
{
    struct arena *a = http_arena(r);
    struct figures_of of = { .area = utf8_clean(a, http_query(r, "area")) };
    struct writer w = { d, { 0 }, a, who->language };
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct figures figures;
    struct error e;

    if (!read_time(r, "to", clock_now() + 1, &of.to) ||
        !read_time(r, "from", of.to - USUAL_S, &of.from) ||
        of.area.n > AREA_MAX) {
        desk_refuse(d, r, who, 400, "request");
        return;
    }
    if (store_figures(d->store, &of, &figures, a, &e) < 0) {
        desk_fail(d, r, who, &e);
        return;
    }
    w.j = json_to(&out);
    put_all(&w, &of, &figures);
    desk_answer(r, 200, &out);
}

const struct desk_route figures_routes[] = {
    { "GET", "/api/figures", 0, ROLE_READER, get_figures },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
