#include "web/inbox/spans.h"

enum { SPANS_STEP = 64, SURE = 3 };

/* ---- bytes and units ---- */

/* A character of four bytes is two units; bytes within one are none. */
static uint32_t units_of(unsigned char c)
{
    if ((c & 0xc0) == 0x80)
        return 0;
    return c >= 0xf0 ? 2 : 1;
}

void units_count(struct units *u, struct str text, struct arena *a)
{
    uint32_t n = 0;

    u->text = text;
    u->before = arena_array(a, uint32_t, text.n / SPANS_STEP + 1);
    for (size_t i = 0; i < text.n; i++) {
        if (i % SPANS_STEP == 0)
            u->before[i / SPANS_STEP] = n;
        n += units_of((unsigned char)text.p[i]);
    }
    if (text.n % SPANS_STEP == 0)
        u->before[text.n / SPANS_STEP] = n;
}

uint32_t units_at(const struct units *u, size_t at)
{
    uint32_t n;

    if (u->before == NULL)
        return 0;
    if (at > u->text.n)
        at = u->text.n;
    n = u->before[at / SPANS_STEP];
    for (size_t i = at - at % SPANS_STEP; i < at; i++)
        n += units_of((unsigned char)u->text.p[i]);
    return n;
}

/* ---- spans ---- */

struct writer {
    struct json *j;
    const struct message_row *m;
    struct units zones[ZONES];
};

static bool is_shown(const struct span *s)
{
    return s->in < ZONE_NONE && s->begin < s->end;
}

static bool holds(const struct span *outer, const struct span *inner)
{
    return outer->in == inner->in && outer->begin <= inner->begin &&
           outer->end >= inner->end && outer->begin < outer->end;
}

/* The best candidate whose words these are, or are among; -1: none. */
static int candidate_of(const struct writer *w, const struct span *s)
{
    int n = 0;

    for (const struct location *l = w->m->locations; l != NULL; l = l->next) {
        if (holds(&l->span, s))
            return n;
        n++;
    }
    return -1;
}

struct shown {
    struct span span;
    struct str what, value, rule;
    double score;
};

static void put(struct writer *w, const struct shown *s)
{
    const struct units *u = &w->zones[s->span.in];
    int candidate = candidate_of(w, &s->span);

    json_begin_object(w->j);
    json_kv(w->j, "in", str_of(zone_names[s->span.in]));
    json_kv_int(w->j, "begin", units_at(u, s->span.begin));
    json_kv_int(w->j, "end", units_at(u, s->span.end));
    json_kv(w->j, "what", s->what);
    json_kv(w->j, "value", s->value);
    json_kv(w->j, "rule", s->rule);
    json_key(w->j, "score");
    json_num(w->j, s->score, SURE);
    json_key(w->j, "candidate");
    if (candidate >= 0) {
        json_int(w->j, candidate);
    } else {
        json_put_null(w->j);
    }
    json_end_object(w->j);
}

/* Of several places read from the same words the best speaks for them. */
static bool is_first(const struct writer *w, const struct location *l)
{
    const struct location *o = w->m->locations;

    while (o != l &&
           !(o->span.in == l->span.in && o->span.begin == l->span.begin &&
             o->span.end == l->span.end))
        o = o->next;
    return o == l;
}

void spans_json(struct json *j, const struct message_row *m, struct arena *a)
{
    struct writer w = { .j = j, .m = m };

    units_count(&w.zones[ZONE_VISIBLE], m->message.visible, a);
    units_count(&w.zones[ZONE_TITLE], m->message.subject, a);
    units_count(&w.zones[ZONE_ADDRESS], m->message.address, a);
    json_begin_array(j);
    for (const struct location *l = m->locations; l != NULL; l = l->next) {
        if (is_shown(&l->span) && is_first(&w, l)) {
            put(&w, &(struct shown){ l->span, STR("place"), l->label, l->rule,
                                     l->confidence });
        }
    }
    for (const struct finding *f = m->findings; f != NULL; f = f->next) {
        if (is_shown(&f->span)) {
            put(&w, &(struct shown){ f->span, f->field, f->value, f->rule,
                                     f->score });
        }
    }
    json_end_array(j);
}
