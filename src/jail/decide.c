#include "jail/decide.h"

#include "base/utf8.h"
#include "geo/geometry.h"
#include "spine/asked.h"

/* Sure enough to be filed without a look (see inlet-rules(5), "ask"). */
static const double accept_confidence = 0.85;
static const double accept_uncertainty_m = 400;
static const double clerk_confidence = 0.45;

/* Two are as good as each other, and not next door: the resident knows. */
static const double equal_share = 0.8; /* of the better one's confidence */
static const double apart_m = 150;

static const struct location *best(const struct reading *r)
{
    const struct location *l = r->locations;

    return l != NULL && l->rejected.n == 0 ? l : NULL;
}

static bool is_ambiguous(const struct location *l)
{
    const struct location *second = l == NULL ? NULL : l->next;

    return second != NULL && second->rejected.n == 0 && l->at.known &&
           second->at.known && l->kind == second->kind &&
           l->kind != LOCATION_STREET &&
           second->confidence >= equal_share * l->confidence &&
           geo_distance(l->at, second->at) > apart_m;
}

/* A pin here and an address typed beside it there: one of them is a slip. */
static bool is_contradicted(const struct location *l)
{
    const struct location *other = l->method == METHOD_PIN ? l->next : NULL;

    for (; other != NULL && other->rejected.n == 0; other = other->next) {
        if (other->span.in == ZONE_ADDRESS && other->at.known &&
            other->method != METHOD_STREET && other->method != METHOD_AREA &&
            other->confidence >= accept_confidence &&
            geo_distance(l->at, other->at) > apart_m)
            return true;
    }
    return false;
}

/* A street or an address whose street is not known. */
static const struct location *unknown_street(const struct reading *r)
{
    for (const struct location *l = r->locations; l != NULL; l = l->next) {
        if (l->rejected.n > 0 && l->street_count > 0 && !l->at.known)
            return l;
    }
    return NULL;
}

/* ---- why, and what there is to choose from ---- */

static void choice_add(struct asked *q, struct str label)
{
    for (int i = 0; i < q->choice_count; i++) {
        if (str_eq(q->choices[i], label))
            return;
    }
    if (q->choice_count < ASKED_CHOICES && label.n > 0)
        q->choices[q->choice_count++] = label;
}

static void choices_found(struct asked *q, const struct location *l)
{
    for (; l != NULL && l->rejected.n == 0; l = l->next)
        choice_add(q, l->label);
}

static void choices_like(struct asked *q, const struct gaz *g,
                         const struct location *l, struct arena *a)
{
    struct str names[ASKED_CHOICES];
    int n = g == NULL ? 0 : gaz_suggest(g, q->street, names, ASKED_CHOICES, a);

    for (int i = 0; i < n; i++) {
        choice_add(q,
                   l->number.n == 0
                       ? names[i]
                       : str_of(arena_printf(a, "%.*s %.*s", STR_FMT(l->number),
                                             STR_FMT(names[i]))));
    }
}

static struct asked ask(const struct reading *r, const struct gaz *g,
                        struct arena *a)
{
    const struct location *l = best(r);
    const struct location *unknown = unknown_street(r);
    struct asked q = { .cause = STR("nothing") };

    if (l != NULL && l->kind == LOCATION_STREET) {
        q.cause = STR("street-only");
        q.street = l->streets[0];
    } else if (is_ambiguous(l)) {
        q.cause = STR("ambiguous");
        choices_found(&q, l);
    } else if (l == NULL && unknown != NULL) {
        q.cause = STR("unknown-street");
        q.street = unknown->streets[0];
        choices_like(&q, g, unknown, a);
    }
    return q;
}

/* ---- the sentence ---- */

/*
 * The letters of Latin-1 that would make a text message cost twice as its
 * alphabet (GSM 03.38) does not have them: written bare. From U+00C0 on; '-':
 * it has that one, or there is no bare one.
 */
static const char latin1[] = "AAAA----E-EEIIII--OOOO---UUU-Y--"
                             "-aaa---c--ee-iii---ooo----uu-y-y";

static char bare_letter(struct str s)
{
    unsigned char lead = s.n > 1 ? (unsigned char)s.p[0] : 0;
    unsigned char next = s.n > 1 ? (unsigned char)s.p[1] : 0;

    if (lead != 0xc3 || next < 0x80 || next > 0xbf)
        return '-';
    return latin1[next - 0x80];
}

static struct str bare(struct arena *a, struct str s)
{
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;

    while (s.n > 0) {
        char c = bare_letter(s);

        out[n++] = c == '-' ? s.p[0] : c;
        s = str_slice(s, c == '-' ? 1 : 2, s.n);
    }
    return (struct str){ out, n };
}

/* text with value where name stands; the same where it does not. */
static struct str fill(struct str text, const char *name, struct str value,
                       struct arena *a)
{
    struct str rest = text;
    struct str before = str_until(&rest, str_of(name));

    if (before.n == text.n)
        return text;
    return str_of(arena_printf(a, "%.*s%.*s%.*s", STR_FMT(before),
                               STR_FMT(value), STR_FMT(rest)));
}

/* "1) 9 Park Street 2) 9 Park Avenue" */
static struct str choice_list(const struct asked *q, struct arena *a)
{
    struct str all = STR("");

    for (int i = 0; i < q->choice_count; i++) {
        all = str_of(arena_printf(a, "%.*s%s%d) %.*s", STR_FMT(all),
                                  i == 0 ? "" : " ", i + 1,
                                  STR_FMT(q->choices[i])));
    }
    return all;
}

static struct str sentence(struct str question, const struct asked *q,
                           struct arena *a)
{
    question = fill(question, "{street}",
                    bare(a, utf8_head(q->street, QUESTION_MAX / 3)), a);
    question = fill(question, "{choices}", bare(a, choice_list(q, a)), a);
    return str_trim(question);
}

/* Where it is too long for one message, there is less to choose from. */
static struct str question_of(const struct rules *rules, struct asked *q,
                              struct str language, struct arena *a)
{
    struct str question =
        rules_question(rules, arena_dup(a, q->cause), language);
    struct str full = sentence(question, q, a);

    while (full.n > QUESTION_MAX && q->choice_count > 0) {
        q->choice_count--;
        full = sentence(question, q, a);
    }
    return full;
}

void decide(const struct rules *rules, const struct gaz *g,
            struct reading *reading, struct arena *a)
{
    const struct location *l = best(reading);
    struct asked q;

    reading->question = STR("");
    reading->asked = STR("");
    /* The answer may be in it, or the question never be asked for. */
    if (reading->message.sealed || reading->message.spam.n > 0) {
        reading->decision = DECISION_CLERK;
        return;
    }
    if (l != NULL && l->at.known && l->confidence >= accept_confidence &&
        l->uncertainty_m <= accept_uncertainty_m && !is_contradicted(l)) {
        reading->decision = DECISION_ACCEPT;
        return;
    }
    if (l != NULL && l->kind != LOCATION_STREET && !is_ambiguous(l) &&
        l->confidence >= clerk_confidence) {
        reading->decision = DECISION_CLERK;
        return;
    }
    reading->decision = DECISION_ASK;
    q = ask(reading, g, a);
    q.category = reading->extract.category.name;
    reading->question = question_of(rules, &q, reading->extract.language, a);
    reading->asked = asked_write(&q, a);
}
