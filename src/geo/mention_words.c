/*
 * The words around a mention: what leads to it, what makes it doubtful. A
 * whole name is evidence enough; a bare one ("Elm"), and a misspelt one, want
 * some more.
 */
#include "geo/find_internal.h"

/* "Elm Road" where there is only Elm Street; but not "Elm way too loud". */
static bool is_plain_suffix(const struct find *f, size_t i)
{
    static const char *const kinds[] = { "st",   "ave", "rd",  "dr",
                                         "blvd", "ln",  "ct",  "ter",
                                         "pkwy", "hwy", "cir", "sq" };

    if (i >= f->n || f->words[i].kind != WORD_SUFFIX)
        return false;
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        if (str_eq(f->words[i].folded, str_of(kinds[k])))
            return true;
    }
    return false;
}

/* A street's kind behind its bare name, or before it: "calle Elm". */
static void mention_extend(const struct find *f, struct mention *m)
{
    size_t next = word_mark(f, m->last + 1, '.') ? m->last + 2 : m->last + 1;

    size_t begins = f->count > 0 ? f->mentions[f->count - 1].last + 1 : 0;

    if (m->form != FORM_BARE || !m->street)
        return;
    if (is_plain_suffix(f, m->last + 1) ||
        (next == m->last + 2 && is_plain_suffix(f, next) &&
         m->last == m->first && f->words[m->last].text.n < 4)) {
        m->last = next;
        m->other_suffix = true;
    } else if (m->first > begins &&
               (f->words[m->first - 1].kind == WORD_PREFIX ||
                (f->words[m->first - 1].kind == WORD_SUFFIX &&
                 str_case_starts(f->words[m->first - 1].text, STR("av"))))) {
        m->first--;
        m->prefixed = true;
    }
}

static bool is_number_mark(const struct find *f, size_t i)
{
    return i + 1 < f->n &&
           (f->words[i + 1].kind == WORD_NUMBER || word_mark(f, i + 1, '.'));
}

/* "not 34 Elm", "no en la Elm"; but not "no. 34". */
static bool is_negated(const struct find *f, size_t i)
{
    for (int n = 0; i > 0 && n < 4; n++) {
        i--;
        if (word_is(f, i, IS_NOT)) {
            return !str_eq(f->words[i].folded, STR("no")) ||
                   !is_number_mark(f, i);
        }
        if (!word_is(f, i, IS_FILLER | IS_LEADING) &&
            f->words[i].kind != WORD_NUMBER &&
            f->words[i].kind != WORD_DIRECTION)
            return false;
    }
    return false;
}

static bool leads(const struct find *f, size_t first)
{
    size_t i = first;

    for (int n = 0; i > 0 && n < 2; n++) {
        if (!word_is(f, i - 1, IS_FILLER) &&
            f->words[i - 1].kind != WORD_DIRECTION)
            break;
        if (word_is(f, i - 1, IS_LEADING))
            return true;
        i--;
    }
    return i > 0 && (word_is(f, i - 1,
                             IS_LEADING | IS_JOINING | IS_BETWEEN | IS_CORNER |
                                 IS_NEAR) ||
                     f->words[i - 1].kind == WORD_NUMBER);
}

/* "on Elm", "corner of Elm": one is on a street, and at or in a place. */
static bool is_along(const struct find *f, size_t first)
{
    static const char *const words[] = { "on", "onto",  "down",
                                         "up", "along", "off" };

    if (first > 1 && str_eq(f->words[first - 1].folded, STR("of")))
        return word_is(f, first - 2, IS_CORNER | IS_BLOCK);
    for (size_t i = 0; first > 0 && i < COUNT_OF(words); i++) {
        if (str_eq(f->words[first - 1].folded, str_of(words[i])))
            return true;
    }
    return false;
}

static bool is_one_of(struct str word, const char *const *words)
{
    while (*words != NULL && !str_eq(word, str_of(*words)))
        words++;
    return *words != NULL;
}

/* "my address is", "mi casa es": words end before i. */
static bool is_my_address(const struct find *f, size_t i)
{
    static const char *const my[] = { "my", "our", "mi", "nuestra", NULL };
    static const char *const homes[] = { "address",   "home", "house",
                                         "direccion", "casa", NULL };

    while (i > 0 && is_one_of(f->words[i - 1].folded, homes))
        i--;
    return i > 0 && i < f->n && is_one_of(f->words[i].folded, homes) &&
           is_one_of(f->words[i - 1].folded, my);
}

/* "I live at 9 Elm", "vivo en la calle Elm": perhaps not where it is. */
static bool is_home(const struct find *f, size_t first)
{
    static const char *const live[] = { "live",      "lives",   "living",
                                        "reside",    "resides", "residing",
                                        "vivo",      "vivimos", "resido",
                                        "residimos", NULL };
    static const char *const between[] = { "is", "es", "of", "del", NULL };

    for (int n = 0; first > 0 && n < 6; n++) {
        struct str word = f->words[--first].folded;

        if (is_one_of(word, live) || is_my_address(f, first + 1))
            return true;
        if (!word_is(f, first, IS_FILLER | IS_LEADING | IS_CORNER | IS_NEAR) &&
            f->words[first].kind == WORD_PLAIN && !is_one_of(word, between))
            return false;
    }
    return false;
}

/* "elm street" needs no capital; but a "cross street" is any. */
static bool is_whole(const struct mention *m, const struct word *first)
{
    return m->street && m->form < FORM_ALIAS && m->last > m->first &&
           (m->along || (first->is & (IS_WORD | IS_JOINING)) == 0);
}

/* "Elm school" is no street, in lower case neither. */
static bool is_site(struct str word)
{
    static const char *const sites[] = { "school",    "library", "hospital",
                                         "church",    "plaza",   "mall",
                                         "museum",    "station", "cemetery",
                                         "apartment", "market",  "pharmacy",
                                         "condos",    "bank",    "apartments" };

    for (size_t i = 0; i < COUNT_OF(sites); i++) {
        if (str_eq(word, str_of(sites[i])))
            return true;
    }
    return false;
}

/* A capital word beside a bare name: it is part of some other one. */
static bool is_longer(const struct find *f, const struct mention *m)
{
    const unsigned places = IS_LEADING | IS_JOINING | IS_BETWEEN | IS_CORNER |
                            IS_NEAR | IS_FILLER | IS_CLOSING | IS_BLOCK;
    const struct word *w;

    if (m->last + 1 < f->n && is_site(f->words[m->last + 1].folded))
        return true;
    if (f->shouting)
        return false;
    if (m->last + 1 < f->n) {
        w = &f->words[m->last + 1];
        if (w->kind == WORD_PLAIN && w->capital && !w->first &&
            (w->is & places) == 0 && !w->all_capitals)
            return true;
    }
    if (m->first == 0)
        return false;
    w = &f->words[m->first - 1];
    return w->kind == WORD_PLAIN && w->capital && !w->first &&
           (w->is & (places | IS_WORD)) == 0;
}

/* "Baltimore" in Baltimore is seldom Baltimore Street. */
static bool is_town(const struct find *f, const struct mention *m)
{
    struct str rest = f->gaz->town;
    size_t i = m->first;

    if (rest.n == 0 || m->form != FORM_BARE)
        return false;
    while (rest.n > 0 && i <= m->last) {
        if (!str_eq(str_word(&rest), f->words[i++].folded))
            return false;
    }
    return rest.n == 0 && i == m->last + 1;
}

/* A misspelt name wants the more evidence, the shorter it is. */
static bool is_credible(const struct find *f, const struct mention *m)
{
    bool number = m->first > 0 && f->words[m->first - 1].kind == WORD_NUMBER;

    if (m->edits == 0 || f->zone == ZONE_ADDRESS)
        return true;
    if (m->form < FORM_BARE || m->other_suffix || m->prefixed) {
        return number || m->leading || m->edits == 1 ||
               word_is(f, m->last + 1, IS_JOINING);
    }
    if (m->edits > 1)
        return false;
    return number || (m->leading && (m->capital || f->no_case) &&
                      f->words[m->first].folded.n > 4);
}

bool mention_describe(const struct find *f, struct mention *m)
{
    const struct word *w = &f->words[m->first];

    if (m->form == FORM_BARE && m->first == m->last && w->text.n == 1)
        return false; /* "Oak e Ivy", "in the E": no East Street */
    m->common = m->first == m->last && m->form == FORM_BARE &&
                (w->is & (IS_COMMON | IS_WORD | IS_LEADING | IS_NEAR |
                          IS_CORNER | IS_BLOCK)) != 0;
    m->weak = is_town(f, m) ||
              (m->first == m->last && m->form == FORM_BARE &&
               (w->kind == WORD_DIRECTION || w->kind == WORD_SUFFIX));
    m->plain = m->common && (w->is & IS_COMMON) == 0;
    mention_extend(f, m);
    w = &f->words[m->first];
    m->capital = w->capital && !w->first && !f->shouting;
    m->leading = leads(f, m->first);
    m->along = is_along(f, m->first);
    m->uncased = !m->capital && (f->shouting || f->no_inner || w->first ||
                                 w->kind == WORD_ORDINAL || is_whole(m, w));
    m->common = m->common && !(m->capital && m->along);
    m->heads = w->capital && w->first && !m->common && !f->shouting;
    m->negated = is_negated(f, m->first);
    m->longer = m->form == FORM_BARE && !m->other_suffix && is_longer(f, m);
    m->signature = m->first > f->closing;
    m->home = is_home(f, m->first);
    return is_credible(f, m);
}
