#include "pipeline/conversation.h"

#include "base/clock.h"
#include "base/template.h"
#include "geo/geometry.h"
#include "pipeline/filing_notice.h"
#include "pipeline/notice_write.h"
#include "pipeline/placing.h"
#include "spine/asked.h"
#include "spine/contact.h"

enum {
    HEARD_MAX = 4 * TALKS_MAX, /* tickets that are looked at */
    MERGED_DEEP = 100,
    ANSWER_WORDS = 6, /* of an answer that is a number */
    NAMES_MAX = 60,   /* bytes: a question is one text message */
};

static const double near_m = 150;

static const char cause_which[] = "which";

/* The tickets of one person, the one they wrote on last first. */
struct talks {
    struct ticket t[TALKS_MAX];
    int64_t at[TALKS_MAX];
    int n;
};

/* ---- their tickets ---- */

static bool is_open(const struct ticket *t)
{
    return t->state == TICKET_NEW || t->state == TICKET_OPEN ||
           t->state == TICKET_WAITING;
}

static bool is_there(const struct talks *k, int64_t id)
{
    for (int i = 0; i < k->n; i++) {
        if (k->t[i].id == id)
            return true;
    }
    return false;
}

/* What was merged is what it was merged into. */
static int take(struct store_tx *tx, struct filing *f, struct talks *k,
                const struct talk *talk, struct error *e)
{
    int64_t now = clock_now();
    int64_t id = talk->ticket;
    struct ticket t = { .duplicate_of = id };
    int rc = 0;

    for (int i = 0; rc == 0 && t.duplicate_of != 0 && i < MERGED_DEEP; i++) {
        id = t.duplicate_of;
        rc = tx_ticket_get(tx, id, &t, &f->arena, e);
    }
    if (rc < 0 || is_there(k, t.id) ||
        (is_open(&t) && t.changed_at < now - CONVERSATION_S))
        return rc;
    k->t[k->n] = t;
    k->at[k->n++] = talk->at;
    return 0;
}

static void sort(struct talk *all, int n)
{
    for (int i = 1; i < n; i++) {
        for (int k = i; k > 0 && all[k].at > all[k - 1].at; k--) {
            struct talk t = all[k];

            all[k] = all[k - 1];
            all[k - 1] = t;
        }
    }
}

/* What was found by all doors so far. */
struct heard {
    struct talk all[HEARD_MAX];
    int n;
};

static int hear(struct store_tx *tx, struct heard *h, const struct channel *by,
                struct str address, struct error *e)
{
    struct talk got[TALKS_MAX];
    int n = tx_find_talks(tx, str_of(by->name), address,
                          clock_now() - CONVERSATION_DONE_S, got, e);

    for (int i = 0; i < n && h->n < HEARD_MAX; i++)
        h->all[h->n++] = got[i];
    return n < 0 ? n : 0;
}

/* By every door that texts come in by, from each address of the number. */
static int talks_find(struct store_tx *tx, struct filing *f, struct talks *k,
                      struct error *e)
{
    struct str person = contact_person(f->reading->message.sender.address);
    struct str whatsapp = str_of(
        arena_printf(&f->arena, CONTACT_WHATSAPP "%.*s", STR_FMT(person)));
    struct heard h = { .n = 0 };
    int rc = 0;

    for (const struct config_channel *c = f->config->channels;
         rc == 0 && c != NULL; c = c->next) {
        if ((c->channel->adapter->can & ADAPTER_SENDS_TEXT) == 0)
            continue;
        rc = hear(tx, &h, c->channel, person, e);
        if (rc == 0)
            rc = hear(tx, &h, c->channel, whatsapp, e);
    }
    sort(h.all, h.n);
    for (int i = 0; rc == 0 && i < h.n && k->n < TALKS_MAX; i++)
        rc = take(tx, f, k, &h.all[i], e);
    return rc;
}

/* ---- what the message says ---- */

bool conversation_is_wordless(const struct message *m)
{
    return str_trim(m->visible).n == 0 && m->subject.n == 0;
}

static bool has_category(const struct reading *r)
{
    const struct category *c = &r->extract.category;

    return c->score > 0 && c->name.n > 0 && !str_eq(c->name, STR("other"));
}

static const struct location *place_of(const struct reading *r)
{
    const struct location *l = placing_best(r);

    return l != NULL && l->at.known ? l : NULL;
}

static bool is_near(const struct ticket *t, const struct location *l)
{
    return t->at.known && geo_distance(t->at, l->at) <=
                              near_m + t->uncertainty_m + l->uncertainty_m;
}

static bool is_same_kind(const struct ticket *t, const struct reading *r)
{
    return str_eq(t->category, r->extract.category.name);
}

/* The words of a message, one by one, without the marks around them. */
static struct str next_word(struct str *rest)
{
    struct str word;

    *rest = str_trim(*rest);
    word = str_word(rest);
    while (word.n > 0 && strchr(".,!?:;)", word.p[word.n - 1]) != NULL)
        word.n--;
    return word;
}

static bool says_number(struct str word)
{
    static const char *const words[] = {
        "no",     "nr",     "num",     "number", "numero", "n\303\272mero",
        "report", "ticket", "reporte", "aviso",  "caso",   "case",
    };

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (str_case_eq(word, str_of(words[i])))
            return true;
    }
    return false;
}

static bool number_of(struct str word, int64_t *n)
{
    if (str_starts(word, STR("#")))
        word = str_slice(word, 1, word.n);
    return word.n > 0 && word.p[0] >= '0' && word.p[0] <= '9' &&
           str_int(word, n);
}

/* "#12", "report 12": a ticket of theirs by its number. 0: none. */
static int64_t named(const struct message *m, const struct talks *k)
{
    struct str rest = m->visible;
    bool marked = false;

    while (str_trim(rest).n > 0) {
        struct str word = next_word(&rest);
        int64_t n = 0;

        if ((marked || str_starts(word, STR("#"))) && number_of(word, &n) &&
            is_there(k, n))
            return n;
        marked = says_number(word);
    }
    return 0;
}

/* The number that a short answer gives, where it is one of those asked. */
static int64_t answered(const struct asked *q, const struct message *m)
{
    struct str rest = m->visible;
    int64_t found = 0;
    int words = 0;

    while (str_trim(rest).n > 0) {
        struct str word = next_word(&rest);
        int64_t n = 0;
        int64_t choice = 0;

        if (++words > ANSWER_WORDS)
            return 0;
        if (!number_of(word, &n))
            continue;
        if (found != 0)
            return 0;
        for (int i = 0; i < q->choice_count; i++) {
            if (str_int(q->choices[i], &choice) && choice == n)
                found = n;
        }
        if (found == 0)
            return 0;
    }
    return found;
}

/* ---- which of their tickets ---- */

struct choice {
    const struct filing *f;
    const struct talks *k;
    struct home *home;
};

static void join(struct choice *c, const struct ticket *t, const char *why)
{
    c->home->ticket = t->id;
    c->home->why = why;
}

static int open_count(const struct talks *k)
{
    int n = 0;

    for (int i = 0; i < k->n; i++)
        n += is_open(&k->t[i]);
    return n;
}

static const struct ticket *first_open(const struct talks *k)
{
    int i = 0;

    while (i < k->n && !is_open(&k->t[i]))
        i++;
    return i < k->n ? &k->t[i] : NULL;
}

/* A ticket of its own, and its sender is asked whether it should be. */
static void doubt(struct choice *c)
{
    struct home *home = c->home;

    for (int i = 0; i < c->k->n && home->maybe_count < CONVERSATION_MAX; i++) {
        if (is_open(&c->k->t[i]))
            home->maybe[home->maybe_count++] = c->k->t[i].id;
    }
}

static bool is_recent(const struct talks *k)
{
    return k->at[0] >= clock_now() - CONVERSATION_MINUTES_S;
}

static void join_the_one(struct choice *c, const char *why)
{
    const struct ticket *first = first_open(c->k);

    if (first != NULL && open_count(c->k) == 1) {
        join(c, first, why);
    } else if (is_recent(c->k)) {
        join(c, &c->k->t[0], "the same number wrote minutes before");
    } else if (first != NULL) {
        doubt(c);
    }
}

/* What is reported where: the ticket of the same kind there, or a new one. */
static void choose_by_both(struct choice *c, const struct location *l)
{
    for (int i = 0; i < c->k->n; i++) {
        const struct ticket *t = &c->k->t[i];

        if (is_open(t) && is_same_kind(t, c->f->reading) &&
            (!t->at.known || is_near(t, l))) {
            join(c, t, "the same number wrote of the same thing there");
            return;
        }
    }
}

static void choose_by_kind(struct choice *c)
{
    const struct ticket *same = NULL;
    int n = 0;

    for (int i = c->k->n - 1; i >= 0; i--) {
        const struct ticket *t = &c->k->t[i];

        if (is_open(t) && is_same_kind(t, c->f->reading)) {
            same = t;
            n++;
        }
    }
    if (same != NULL && (n == 1 || is_recent(c->k))) {
        join(c, same, "the same number wrote of the same thing");
    } else {
        doubt(c);
    }
}

static void choose_by_place(struct choice *c, const struct location *l)
{
    for (int i = 0; i < c->k->n; i++) {
        const struct ticket *t = &c->k->t[i];

        if (is_open(t) && (!t->at.known || is_near(t, l))) {
            join(c, t, "the same number wrote of that place");
            return;
        }
    }
    doubt(c);
}

static void choose(struct choice *c)
{
    const struct reading *r = c->f->reading;
    const struct location *l = place_of(r);

    if (has_category(r) && l != NULL) {
        choose_by_both(c, l);
    } else if (has_category(r)) {
        choose_by_kind(c);
    } else if (l != NULL) {
        choose_by_place(c, l);
    } else if (open_count(c->k) > 0) {
        join_the_one(c, "the same number wrote within a day");
    } else {
        join(c, &c->k->t[0], "the same number wrote within the week");
    }
}

/* Has it a category and a place of its own, and other ones? A new report. */
static bool stands_alone(const struct reading *r, const struct ticket *t)
{
    const struct location *l = place_of(r);

    return has_category(r) && l != NULL &&
           (!is_same_kind(t, r) || (t->at.known && !is_near(t, l)));
}

/* Was its reporter asked something that this may answer? */
static bool awaits(const struct ticket *t)
{
    return is_open(t) && t->asked.n > 0 && t->decision == DECISION_ASK;
}

static bool settle(struct choice *c)
{
    const struct message *m = &c->f->reading->message;
    const struct ticket *last = &c->k->t[0];
    struct asked q = asked_read(last->asked);
    int64_t n = named(m, c->k);

    if (str_eq(q.cause, str_of(cause_which)) && is_open(last) &&
        answered(&q, m) != 0) {
        c->home->ticket = answered(&q, m);
        c->home->instead = last->id;
        c->home->why = "the sender said that it is about this ticket";
    } else if (n != 0) {
        c->home->ticket = n;
        c->home->why = "it names this ticket's number";
    } else if (conversation_is_wordless(m)) {
        join_the_one(c, "the same number wrote within a day");
    } else if (last->title.n == 0 && is_open(last) && is_recent(c->k)) {
        join(c, last, "the same number sent a picture minutes before");
    } else if (awaits(last) && !stands_alone(c->f->reading, last)) {
        join(c, last, "the same number was asked where it is");
    } else if (filing_is_thanks(c->f)) {
        join(c, last, "it says thanks");
    } else {
        return false;
    }
    return true;
}

/* A door that proves whose number it is: a form would take any. */
static bool is_text(const struct filing *f)
{
    const struct channel *by = notice_door(f->config, f->raw->channel);
    struct str person = contact_person(f->reading->message.sender.address);

    return by != NULL && (by->adapter->can & ADAPTER_SENDS_TEXT) != 0 &&
           str_starts(person, STR("+"));
}

int conversation_home(struct store_tx *tx, struct filing *f, struct home *home,
                      struct error *e)
{
    struct talks k = { .n = 0 };
    struct choice c = { f, &k, home };
    int rc;

    if (!is_text(f))
        return 0;
    rc = talks_find(tx, f, &k, e);
    if (rc == 0 && k.n > 0 && !settle(&c))
        choose(&c);
    return rc;
}

/* ---- the question ---- */

void conversation_ask(struct ticket *t, const struct home *home,
                      struct arena *a)
{
    struct asked q = asked_read(t->asked);

    if (home->maybe_count == 0)
        return;
    q.cause = str_of(cause_which);
    q.category = t->category;
    q.choice_count = 0;
    for (int i = 0; i < home->maybe_count && i < ASKED_CHOICES; i++) {
        q.choices[q.choice_count++] =
            str_of(arena_printf(a, "%lld", (long long)home->maybe[i]));
    }
    t->asked = asked_write(&q, a);
}

/* " (pothole)", where there is such a word. */
static struct str category_words(struct filing *f, struct str category,
                                 struct str language)
{
    const char *key =
        arena_printf(&f->arena, "category.%.*s", STR_FMT(category));
    struct str word = template_word(f->templates, language, key);

    if (str_eq(word, str_of(key)) || str_eq(category, STR("other")))
        return STR("");
    return str_of(arena_printf(&f->arena, " (%.*s)", STR_FMT(word)));
}

int conversation_names(struct store_tx *tx, struct filing *f,
                       const struct home *home, struct str language,
                       struct error *e)
{
    struct str full = STR("");
    struct str bare = STR("");
    int rc = 0;

    for (int i = 0; rc == 0 && i < home->maybe_count; i++) {
        const char *comma = i > 0 ? ", " : "";
        struct ticket t;

        rc = tx_ticket_get(tx, home->maybe[i], &t, &f->arena, e);
        if (rc < 0)
            break;
        full = str_of(arena_printf(
            &f->arena, "%.*s%s%lld%.*s", STR_FMT(full), comma, (long long)t.id,
            STR_FMT(category_words(f, t.category, language))));
        bare = str_of(arena_printf(&f->arena, "%.*s%s%lld", STR_FMT(bare),
                                   comma, (long long)t.id));
    }
    f->doubt = full.n <= NAMES_MAX ? full : bare;
    return rc;
}
