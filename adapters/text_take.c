/*
 * Texts on their way into the store, from wherever they come; and what a
 * provider tells of ours.
 */
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "control.h"
#include "text_internal.h"

/* What came together: thanked for when all of it is on disk. */
struct text_taking {
    struct text_machine *m;
    struct arena arena; /* holds this itself */
    text_taken_fn *done;
    void *arg;
    int waiting;
    int rc;
};

static void one_less(struct text_taking *k, int rc)
{
    struct text_machine *m = k->m;
    struct arena a = k->arena;

    if (rc < 0)
        k->rc = rc;
    if (--k->waiting > 0)
        return;
    k->done(k->arg, k->rc);
    arena_free(&a);
    text_end(m);
}

static void visited(void *arg, const struct text_need *need)
{
    one_less(arg, need == NULL || need->failed ? E_REMOTE : 0);
}

static const char *type_of(enum raw_format format)
{
    return format == RAW_JSON ? "application/json"
                              : "application/x-www-form-urlencoded";
}

static void take_message(struct text_taking *k, const struct text_taken *what,
                         const struct text *text, int64_t at)
{
    struct text_offer *o = text_offer_new(k->m, TEXT_OF_HOOK);
    struct str type =
        what->type.n > 0 ? what->type : str_of(type_of(what->format));
    struct raw raw = { .format = what->format, .bytes = what->bytes };
    const char *item = "";

    if (at > 0)
        item = arena_printf(&o->arena, "item: %lld\n", (long long)at);
    type = str_slice(type, 0, RAW_ENVELOPE_MAX / 2);
    raw.envelope = str_of(arena_printf(&o->arena, "content-type: %.*s\n%s",
                                       STR_FMT(str_line(&type)), item));
    text_offer_text(o, text);
    o->origin = text_origin(text, what->bytes, &o->arena);
    if (at > 0 && text->id.n == 0) {
        o->origin = str_of(arena_printf(&o->arena, "%.*s/%lld",
                                        STR_FMT(o->origin), (long long)at));
    }
    o->taking = k;
    k->waiting++;
    text_offer(o, &raw);
}

void text_take(struct text_channel *t, const struct text_taken *what,
               text_taken_fn *done, void *arg)
{
    struct arena a = { 0 };
    struct text_taking *k = arena_new(&a, struct text_taking);
    int64_t at = 0;

    k->arena = a;
    k->m = t->machine;
    k->done = done;
    k->arg = arg;
    k->waiting = 1; /* until all have been looked at */
    text_begin(k->m);
    for (const struct text *text = what->texts; text != NULL;
         text = text->next) {
        if (text->kind == TEXT_MESSAGE) {
            take_message(k, what, text, at++);
        } else if (text->kind == TEXT_RECEIPT) {
            text_receipt(k->m, text, TEXT_OF_HOOK);
        } else if (text->kind == TEXT_VISIT) {
            k->waiting++;
            text_visit(k->m, text->url, visited, k);
        }
    }
    one_less(k, 0);
}

/* ---- the offer: what goes into the store ---- */

struct text_offer *text_offer_new(struct text_machine *m,
                                  enum text_source source)
{
    struct arena a = { 0 };
    struct text_offer *o = arena_new(&a, struct text_offer);

    o->arena = a;
    o->m = m;
    o->source = source;
    return o;
}

void text_offer_free(struct text_offer *o)
{
    struct arena a = o->arena;

    arena_free(&a);
}

/* A file whose bytes came along has no url to go to. */
static struct text_file *files_copy(struct arena *a, const struct text_file *f)
{
    struct text_file *first = NULL;
    struct text_file **tail = &first;

    for (int n = 0; f != NULL && n < TEXT_FILES_MAX; f = f->next, n++) {
        struct text_file *copy = arena_new(a, struct text_file);

        copy->url = arena_str(a, f->bytes.n > 0 ? STR("") : f->url);
        copy->type = arena_str(a, f->type);
        copy->name = arena_str(a, f->name);
        copy->sha256 = arena_str(a, f->sha256);
        *tail = copy;
        tail = &copy->next;
    }
    return first;
}

void text_offer_text(struct text_offer *o, const struct text *text)
{
    struct arena *a = &o->arena;

    o->text = *text;
    o->text.id = arena_str(a, text->id);
    o->text.from = arena_str(a, text->from);
    o->text.to = arena_str(a, text->to);
    o->text.name = arena_str(a, text->name);
    o->text.words = arena_str(a, text->words);
    o->text.ref = arena_str(a, text->ref);
    o->text.files = files_copy(a, text->files);
    o->text.next = NULL;
}

/* What is known by no id is known by its bytes: better twice than never. */
struct str text_origin(const struct text *text, struct str bytes,
                       struct arena *a)
{
    struct str of = text->id.n > 0 ? text->id : bytes;

    if (text_one_word(text->id, TEXT_ID_MAX))
        return arena_str(a, text->id);
    return str_of(
        arena_printf(a, "sha256:%.*s",
                     STR_FMT(digest_hex(a, digest(a, DIGEST_SHA256, of)))));
}

struct stored {
    struct str origin;
    bool there, marked;
};

static void note_stored(void *arg, struct str origin, bool marked)
{
    struct stored *s = arg;

    if (str_eq(origin, s->origin)) {
        s->there = true;
        s->marked = marked;
    }
}

bool text_stored(const struct text_machine *m, struct str origin, bool *marked)
{
    struct stored s = { .origin = origin };
    struct error e;

    if (inbox_origins(&m->t->channel, origin, note_stored, &s, &e) < 0) {
        log_warn("%s: %s", m->t->channel.name, e.text);
        return false;
    }
    *marked = s.marked;
    return s.there;
}

/*
 * A part is noted before its raw goes into the store, so that none is on disk
 * whose words are not kept for joining. What is not held, for want of room,
 * is a message by itself.
 */
static void hold_part(struct text_offer *o, struct raw *raw)
{
    o->group = text_join_add(o->m, o->origin, &o->text);
    if (o->group == NULL) {
        raw->envelope = str_of(arena_printf(&o->arena, "%.*swhole: yes\n",
                                            STR_FMT(raw->envelope)));
    }
}

void text_offer(struct text_offer *o, struct raw *raw)
{
    struct text_machine *m = o->m;

    raw->origin = o->origin;
    raw->channel = str_of(m->t->channel.name);
    raw->adapter = str_of(m->provider->adapter.name);
    raw->received_at = clock_now();
    raw->full_size = (int64_t)raw->bytes.n;
    if (o->text.parts > 1 &&
        (o->source == TEXT_OF_HOOK || o->source == TEXT_OF_LIST))
        hold_part(o, raw);
    text_begin(m);
    inbox_accept(&m->t->channel, raw, o);
    /*
     * Behind the message in the store's order, and before anyone is thanked:
     * a crash keeps both, or leaves the message to be offered again.
     */
    if (o->source != TEXT_OF_MEDIA)
        text_media_add(m, o->origin, o->text.files);
}

/* Providers name it; else the text says it. See A10 of the rules for texts. */
static void consent_note(struct text_offer *o)
{
    enum control c = o->text.control;

    if (c == CONTROL_NONE)
        c = control_consent(o->text.words, &o->arena);
    if (o->text.from.n > 0 && (c == CONTROL_STOP || c == CONTROL_START))
        inbox_opt(&o->m->t->channel, o->text.from, c == CONTROL_START);
}

static void message_accepted(struct text_offer *o, int rc)
{
    struct text_machine *m = o->m;
    bool stored = rc == 0 || rc == E_DUPLICATE;

    /*
     * A repetition of the provider's own comes at once, and may be the first
     * we get to see through. What the list repeats is old: a START may stand
     * since.
     */
    if (o->text.parts <= 1 &&
        (rc == 0 || (stored && o->source == TEXT_OF_HOOK)))
        consent_note(o);
    if (stored) {
        text_media_add(m, o->origin, o->text.files);
        text_media_ready(m, o->origin);
    } else {
        text_media_forget(m, o->origin);
    }
    if (o->source == TEXT_OF_JOIN) {
        text_join_accepted(m, o->group, rc);
    } else if (o->group != NULL) {
        text_join_part(m, o->group, o->origin, rc);
    }
    if (o->source == TEXT_OF_LIST)
        text_list_accepted(m, rc);
    if (o->taking != NULL)
        one_less(o->taking, stored ? 0 : rc);
}

void text_accepted(struct channel *c, void *arg, int rc)
{
    struct text_offer *o = arg;
    struct text_machine *m = o->m;

    (void)c;
    if (o->source == TEXT_OF_MEDIA) {
        text_media_accepted(m, o->due, rc);
    } else {
        message_accepted(o, rc);
    }
    text_offer_free(o);
    text_end(m);
}

/* ---- what became of ours ---- */

/* Equal ranks are ends that exclude each other: one is counted. */
static int rank_of(enum delivery d)
{
    static const int ranks[DELIVERIES] = {
        [DELIVERY_QUEUED] = 1, [DELIVERY_SENDING] = 2,
        [DELIVERY_SENT] = 3,   [DELIVERY_DELAYED] = 4,
        [DELIVERY_FAILED] = 5, [DELIVERY_DELIVERED] = 5,
        [DELIVERY_READ] = 6,
    };

    return ranks[d];
}

bool text_state_move(struct text_machine *m, struct str id,
                     enum delivery delivery)
{
    int rank = rank_of(delivery);
    struct text_state *s = NULL;

    if (rank == 0 || id.n == 0 || id.n >= TEXT_STATE_ID)
        return false;
    for (size_t i = 0; i < TEXT_STATES && s == NULL; i++) {
        if (str_eq(id, str_of(m->states[i].id)))
            s = &m->states[i];
    }
    if (s != NULL && s->rank >= rank)
        return false;
    if (s == NULL) {
        s = &m->states[m->next_state++ % TEXT_STATES];
        memcpy(s->id, id.p, id.n);
        s->id[id.n] = '\0';
    }
    s->rank = rank;
    return true;
}

static void count(struct text_machine *m, const struct text *text)
{
    struct channel *c = &m->t->channel;

    if (text->delivery == DELIVERY_DELIVERED) {
        inbox_count(c, "delivered");
    } else if (text->delivery == DELIVERY_FAILED) {
        inbox_count(c, "undelivered");
        log_warn("%s: text %.*s was not delivered%s%.*s", c->name,
                 STR_FMT(text->id), text->why.n > 0 ? ": " : "",
                 STR_FMT(text->why));
    }
}

void text_receipt(struct text_machine *m, const struct text *text,
                  enum text_source source)
{
    struct receipt told = {
        .remote_id = text->id,
        .address = text->to,
        .delivery = text->delivery,
        .dead = text->dead,
        .why = text->why,
    };
    bool moved = text_state_move(m, text->id, text->delivery);

    /* The list says the same again each time it is read. */
    if (source == TEXT_OF_LIST && !moved)
        return;
    if (text->id.n > 0 && (told.delivery != DELIVERY_UNTOLD || told.dead))
        inbox_told(&m->t->channel, &told);
    if (moved && source == TEXT_OF_HOOK)
        count(m, text);
    /* Told once: a START may have come since. */
    if (text->opted_out && (moved || text->delivery == DELIVERY_UNTOLD))
        inbox_opt(&m->t->channel, text->to, false);
}
