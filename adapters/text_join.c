/*
 * Long texts that come in parts. Each part is a raw as it came; what it says
 * is kept in the channel's cursor "parts" too, a line each, percent-encoded
 * ("%": empty):
 *
 *   ORIGIN FROM TO REF N OF AT WORDS
 *
 * The line is written before the raw, so that none is on disk whose words are
 * not here. When all are there, or a minute after the first, a raw of our own
 * is stored with the whole text, and then the lines are struck out: a crash in
 * between stores it again under the same origin.
 */
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/percent.h"
#include "text_internal.h"

enum {
    PARTS_MAX = 255,     /* of one text: a byte counts them */
    HELD_MAX = 512,      /* in all */
    HELD_OF_SENDER = 64, /* from one number */
    WORDS_BYTES = 2000,  /* of a part: 153 characters, and some room */
    WORD_BYTES = 256,    /* of a number or a reference */
    LIST_BYTES = 8 * 1024 * 1024,
    JOINED_BYTES = 4 * 1024 * 1024,
    RETRY_S = 30,
};

struct part {
    struct str origin; /* empty: not here yet */
    struct str words;
    int64_t at;
    bool stored;
};

struct text_group {
    struct text_machine *m;
    struct arena arena; /* holds this itself */
    struct str from, to, ref;
    int of, here;
    int64_t since; /* of its first part */
    int64_t not_before;
    int pending;  /* raws whose accepted() is owed */
    bool joining; /* the whole is on its way into the store */
    bool done;
    struct text_group *next;
    struct part parts[]; /* of them */
};

static void look(struct text_machine *m);

/* ---- the cursor ---- */

static void add_word(struct buf *b, struct arena *a, struct str word)
{
    struct str coded = word.n > 0 ? percent_encode(a, word) : STR("%");

    buf_printf(b, "%.*s ", STR_FMT(coded));
}

static void save(struct text_machine *m)
{
    struct buf b = buf_init(LIST_BYTES);
    struct arena a = { 0 };

    for (struct text_group *g = m->groups; g != NULL; g = g->next) {
        for (int i = 0; i < g->of && !g->done; i++) {
            const struct part *p = &g->parts[i];

            if (p->origin.n == 0)
                continue;
            add_word(&b, &a, p->origin);
            add_word(&b, &a, g->from);
            add_word(&b, &a, g->to);
            add_word(&b, &a, g->ref);
            buf_printf(&b, "%d %d %lld ", i + 1, g->of, (long long)p->at);
            add_word(&b, &a, p->words);
            buf_byte(&b, '\n');
        }
    }
    inbox_cursor_set(&m->t->channel, "parts", buf_str(&b));
    buf_free(&b);
    arena_free(&a);
}

/* ---- the parts that are held ---- */

static struct text_group *group_new(struct text_machine *m,
                                    const struct text *text)
{
    struct arena a = { 0 };
    struct text_group *g =
        arena_alloc(&a, sizeof(*g) + (size_t)text->parts * sizeof(struct part));
    struct text_group **tail = &m->groups;

    g->arena = a;
    g->m = m;
    g->from = arena_str(&g->arena, text->from);
    g->to = arena_str(&g->arena, text->to);
    g->ref = arena_str(&g->arena, text->ref);
    g->of = text->parts;
    while (*tail != NULL)
        tail = &(*tail)->next;
    *tail = g;
    return g;
}

static void group_free(struct text_group *g)
{
    struct arena a = g->arena;

    arena_free(&a);
}

static void group_drop(struct text_group *gone)
{
    struct text_group **at = &gone->m->groups;

    while (*at != NULL && *at != gone)
        at = &(*at)->next;
    if (*at != NULL)
        *at = gone->next;
    group_free(gone);
}

static struct part *part_of(struct text_group *g, struct str origin)
{
    for (int i = 0; i < g->of; i++) {
        if (g->parts[i].origin.n > 0 && str_eq(g->parts[i].origin, origin))
            return &g->parts[i];
    }
    return NULL;
}

/*
 * References are small numbers that come round: a taken place is another's,
 * and the text that has waited longest is likely to go on first.
 */
static struct text_group *group_for(struct text_machine *m,
                                    const struct text *text)
{
    for (struct text_group *g = m->groups; g != NULL; g = g->next) {
        if (!g->joining && !g->done && g->of == text->parts &&
            g->parts[text->part - 1].origin.n == 0 &&
            str_eq(g->from, text->from) && str_eq(g->to, text->to) &&
            str_eq(g->ref, text->ref))
            return g;
    }
    return NULL;
}

static bool has_room(const struct text_machine *m, const struct text *text)
{
    int all = 0;
    int of_sender = 0;

    for (const struct text_group *g = m->groups; g != NULL; g = g->next) {
        all += g->here;
        of_sender += str_eq(g->from, text->from) ? g->here : 0;
    }
    return all < HELD_MAX && of_sender < HELD_OF_SENDER;
}

static bool can_be_held(const struct text *text)
{
    return text->parts <= PARTS_MAX && text->part >= 1 &&
           text->part <= text->parts && text->files == NULL &&
           text->words.n <= WORDS_BYTES && text->from.n > 0 &&
           text->from.n <= WORD_BYTES && text->to.n <= WORD_BYTES &&
           text->ref.n <= WORD_BYTES;
}

static struct text_group *hold(struct text_machine *m, struct str origin,
                               const struct text *text, int64_t at)
{
    struct text_group *g = group_for(m, text);
    struct part *p;

    if (g == NULL)
        g = group_new(m, text);
    p = &g->parts[text->part - 1];
    p->origin = arena_str(&g->arena, origin);
    p->words = arena_str(&g->arena, text->words);
    p->at = at;
    if (g->here == 0 || at < g->since)
        g->since = at;
    g->here++;
    return g;
}

struct text_group *text_join_add(struct text_machine *m, struct str origin,
                                 const struct text *text)
{
    struct text_group *g = m->groups;
    bool marked;

    if (!can_be_held(text))
        return NULL;
    while (g != NULL && part_of(g, origin) == NULL)
        g = g->next;
    if (g == NULL) {
        if (text_stored(m, origin, &marked))
            return NULL;
        if (!has_room(m, text)) {
            inbox_count(&m->t->channel, "limited");
            return NULL;
        }
        g = hold(m, origin, text, clock_now());
        save(m);
    }
    g->pending++;
    return g;
}

/* ---- the whole ---- */

static void put_words(struct buf *b, const struct text_group *g)
{
    for (int i = 0; i < g->of; i++) {
        if (g->parts[i].origin.n > 0) {
            buf_add(b, g->parts[i].words);
        } else if (i == 0 || g->parts[i - 1].origin.n > 0) {
            buf_add(b, STR("[...]"));
        }
    }
}

static void write_whole(struct buf *out, const struct text_group *g,
                        struct str id)
{
    struct json j = json_to(out);
    struct buf words = buf_init(JOINED_BYTES);

    put_words(&words, g);
    json_begin_object(&j);
    json_kv(&j, "id", id);
    json_kv(&j, "from", g->from);
    json_kv(&j, "to", g->to);
    json_kv(&j, "words", buf_str(&words));
    json_key(&j, "parts");
    json_begin_array(&j);
    for (int i = 0; i < g->of; i++)
        json_str_or_null(&j, g->parts[i].origin);
    json_end_array(&j);
    json_end_object(&j);
    buf_free(&words);
}

static void join(struct text_group *g)
{
    struct text_offer *o = text_offer_new(g->m, TEXT_OF_JOIN);
    struct buf out = buf_init(JOINED_BYTES);
    struct raw raw = { .format = RAW_JSON };
    int first = 0;

    while (g->parts[first].origin.n == 0)
        first++;
    write_whole(&out, g, g->parts[first].origin);
    raw.bytes = buf_str(&out);
    raw.envelope = STR("content-type: application/json\njoined: yes\n");
    o->origin = str_of(arena_printf(&o->arena, "joined/%.*s",
                                    STR_FMT(g->parts[first].origin)));
    o->text.from = g->from;
    o->group = g;
    g->joining = true;
    if (g->here < g->of) {
        log_warn("%s: %d of the %d parts of a text have not come",
                 g->m->t->channel.name, g->of - g->here, g->of);
    }
    text_offer(o, &raw);
    buf_free(&out);
}

static int64_t due_at(const struct text_group *g)
{
    int64_t at = g->here == g->of ? g->since : g->since + TEXT_PARTS_WAIT_S;

    return at > g->not_before ? at : g->not_before;
}

static void on_timer(uv_timer_t *timer)
{
    look(timer->data);
}

/* Joins what is due; then the clock is set for what is due next. */
static void look(struct text_machine *m)
{
    int64_t now = clock_now();
    int64_t next = INT64_MAX;

    for (struct text_group *g = m->groups; g != NULL && !m->stopping;
         g = g->next) {
        if (g->since > now) /* the clock was set back */
            g->since = now;
        if (g->pending > 0 || g->joining || g->done)
            continue;
        if (due_at(g) <= now) {
            join(g);
        } else if (due_at(g) < next) {
            next = due_at(g);
        }
    }
    if (next != INT64_MAX && !m->stopping) {
        uv_timer_start(&m->join_timer, on_timer, (uint64_t)(next - now) * 1000,
                       0);
    }
}

/* It was not stored: who sent it will send it again. */
static void let_part_go(struct text_group *g, struct part *p)
{
    *p = (struct part){ 0 };
    g->here--;
    save(g->m);
}

void text_join_part(struct text_machine *m, struct text_group *g,
                    struct str origin, int rc)
{
    struct part *p = part_of(g, origin);

    g->pending--;
    if (p != NULL && (rc == 0 || rc == E_DUPLICATE)) {
        p->stored = true;
    } else if (p != NULL && !p->stored) {
        let_part_go(g, p);
    }
    if (g->pending == 0 && (g->here == 0 || g->done))
        group_drop(g);
    look(m);
}

void text_join_accepted(struct text_machine *m, struct text_group *g, int rc)
{
    g->joining = false;
    if (rc == 0 || rc == E_DUPLICATE) {
        g->done = true;
        save(m);
    } else {
        g->not_before = clock_now() + RETRY_S;
    }
    if (g->done && g->pending == 0)
        group_drop(g);
    look(m);
}

/* ---- after a restart ---- */

static struct str take_word(struct str *line, struct arena *a)
{
    struct str word = str_word(line);

    return str_eq(word, STR("%")) ? STR("") : text_percent_decode(a, word);
}

/* What did not reach the store was not thanked for: it comes again. */
static void load_line(struct text_machine *m, struct str line, struct arena *a)
{
    struct text text = { 0 };
    struct str origin = take_word(&line, a);
    struct text_group *g;
    int64_t n;
    int64_t of;
    int64_t at;
    bool marked;

    text.from = take_word(&line, a);
    text.to = take_word(&line, a);
    text.ref = take_word(&line, a);
    if (!str_int(str_word(&line), &n) || !str_int(str_word(&line), &of) ||
        !str_int(str_word(&line), &at) || of > PARTS_MAX || n > of)
        return;
    text.part = (int)n;
    text.parts = (int)of;
    text.words = take_word(&line, a);
    if (!can_be_held(&text) || origin.n == 0 ||
        !text_stored(m, origin, &marked))
        return;
    g = hold(m, origin, &text, at);
    part_of(g, origin)->stored = true;
}

void text_join_start(struct text_machine *m)
{
    struct arena a = { 0 };
    struct str list;
    struct error e;

    uv_timer_init(m->t->channel.loop, &m->join_timer);
    m->join_timer.data = m;
    m->handles++;
    if (inbox_cursor_get(&m->t->channel, "parts", &a, &list, &e) < 0) {
        log_error("%s: %s", m->t->channel.name, e.text);
        list = STR_NONE;
    }
    while (list.n > 0)
        load_line(m, str_line(&list), &a);
    arena_free(&a);
    look(m);
}

void text_join_free(struct text_machine *m)
{
    while (m->groups != NULL)
        group_drop(m->groups);
}
