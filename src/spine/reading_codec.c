/*
 * The bytes between worker and main process. One walk serves both ways: it
 * writes each field, or fills it in, so the two can never disagree. When
 * filling in, nothing is believed: lengths, kinds and spans are checked, and
 * the first thing wrong spoils the whole.
 */
#include <math.h>

#include "base/utf8.h"
#include "spine/reading.h"

enum { LIST_MAX = 10000 };

struct walk {
    struct buf *out; /* writing; or NULL */
    struct str in;   /* what is left to read */
    struct arena *a; /* of what is read */
    bool bad;
};

static void walk_bytes(struct walk *w, void *at, size_t n)
{
    if (w->out != NULL) {
        buf_add(w->out, (struct str){ at, n });
        return;
    }
    if (w->bad || w->in.n < n) {
        w->bad = true;
        memset(at, 0, n);
        return;
    }
    memcpy(at, w->in.p, n);
    w->in = str_slice(w->in, n, w->in.n);
}

static void walk_u32(struct walk *w, uint32_t *n)
{
    walk_bytes(w, n, sizeof(*n));
}

static void walk_i64(struct walk *w, int64_t *n)
{
    walk_bytes(w, n, sizeof(*n));
}

static void walk_double(struct walk *w, double *n)
{
    walk_bytes(w, n, sizeof(*n));
    if (!isfinite(*n)) {
        *n = 0;
        w->bad = w->bad || w->out == NULL;
    }
}

static void walk_bool(struct walk *w, bool *b)
{
    uint32_t n = *b;

    walk_u32(w, &n);
    *b = n != 0;
}

/* A number below limit: an enum, or a count. */
static uint32_t walk_below(struct walk *w, uint32_t n, uint32_t limit)
{
    walk_u32(w, &n);
    if (n >= limit) {
        w->bad = true;
        return 0;
    }
    return n;
}

static void walk_str(struct walk *w, struct str *s)
{
    uint32_t n = (uint32_t)s->n;

    walk_u32(w, &n);
    if (w->out != NULL) {
        buf_add(w->out, *s);
        return;
    }
    if (w->bad || n > w->in.n) {
        w->bad = true;
        *s = STR_NONE;
        return;
    }
    *s = str_slice(w->in, 0, n);
    w->in = str_slice(w->in, n, w->in.n);
    if (!utf8_valid(*s))
        w->bad = true;
}

static void walk_point(struct walk *w, struct point *p)
{
    walk_bool(w, &p->known);
    walk_double(w, &p->lat);
    walk_double(w, &p->lon);
    if (fabs(p->lat) > 90 || fabs(p->lon) > 180)
        w->bad = w->bad || w->out == NULL;
}

static void walk_mailbox(struct walk *w, struct mailbox *m)
{
    walk_str(w, &m->name);
    walk_str(w, &m->address);
}

/*
 * Lists: a 1 before each item and a 0 at the end. *at is the list's next
 * item; true says that there is one, made where it is being read.
 */
static bool walk_more(struct walk *w, void **at, size_t size, int *count)
{
    bool more = *at != NULL;

    walk_bool(w, &more);
    if (w->bad || !more || ++*count > LIST_MAX) {
        w->bad = w->bad || *count > LIST_MAX;
        return false;
    }
    if (w->out == NULL)
        *at = arena_alloc(w->a, size);
    return *at != NULL;
}

static void walk_attachment(struct walk *w, struct attachment *at)
{
    int64_t part = at->part;
    int64_t width = at->width;
    int64_t height = at->height;

    walk_str(w, &at->name);
    walk_str(w, &at->media_type);
    walk_i64(w, &at->size);
    walk_str(w, &at->sha256);
    walk_i64(w, &part);
    walk_str(w, &at->url);
    walk_bool(w, &at->photo);
    walk_point(w, &at->exif);
    walk_i64(w, &width);
    walk_i64(w, &height);
    if (at->size < 0 || part < -1 || part > INT32_MAX || width < 0 ||
        width > INT32_MAX || height < 0 || height > INT32_MAX) {
        w->bad = true;
        return;
    }
    at->part = (int)part;
    at->width = (int32_t)width;
    at->height = (int32_t)height;
}

static void walk_attachments(struct walk *w, struct attachment **list)
{
    int count = 0;

    for (void *at = *list; walk_more(w, &at, sizeof(**list), &count);) {
        *list = at;
        walk_attachment(w, at);
        list = &(*list)->next;
        at = *list;
    }
}

static void walk_thread(struct walk *w, struct thread_id **list)
{
    int count = 0;

    for (void *at = *list; walk_more(w, &at, sizeof(**list), &count);) {
        *list = at;
        walk_str(w, &(*list)->id);
        list = &(*list)->next;
        at = *list;
    }
}

static void walk_answers(struct walk *w, struct answer **list)
{
    int count = 0;

    for (void *at = *list; walk_more(w, &at, sizeof(**list), &count);) {
        *list = at;
        walk_str(w, &(*list)->code);
        walk_str(w, &(*list)->value);
        list = &(*list)->next;
        at = *list;
    }
}

static void walk_receipts(struct walk *w, struct receipt **list)
{
    int count = 0;

    for (void *at = *list; walk_more(w, &at, sizeof(**list), &count);) {
        struct receipt *r = at;

        *list = r;
        walk_str(w, &r->remote_id);
        walk_str(w, &r->message_id);
        walk_str(w, &r->address);
        r->delivery = walk_below(w, r->delivery, DELIVERIES);
        walk_bool(w, &r->dead);
        walk_str(w, &r->why);
        list = &r->next;
        at = *list;
    }
}

static void walk_message(struct walk *w, struct message *m)
{
    walk_mailbox(w, &m->sender);
    walk_mailbox(w, &m->forwarder);
    walk_str(w, &m->reply_to);
    walk_str(w, &m->subject);
    walk_i64(w, &m->sent_at);
    walk_str(w, &m->message_id);
    walk_thread(w, &m->thread);
    walk_str(w, &m->token);
    m->automatic = walk_below(w, m->automatic, AUTOMATICS);
    walk_bool(w, &m->no_answer);
    walk_str(w, &m->spam);
    walk_bool(w, &m->sealed);
    walk_bool(w, &m->inlet);
    m->control = walk_below(w, m->control, CONTROLS);
    walk_str(w, &m->text);
    walk_str(w, &m->visible);
    walk_str(w, &m->note);
    walk_point(w, &m->pin);
    walk_str(w, &m->address);
    walk_str(w, &m->category);
    walk_str(w, &m->language);
    walk_answers(w, &m->answers);
    walk_attachments(w, &m->attachments);
    walk_receipts(w, &m->receipts);
}

/* Spans are held against the texts they count in. */
static void walk_span(struct walk *w, const struct message *m, struct span *s)
{
    size_t ends[ZONES] = { m->visible.n, m->subject.n, m->address.n, 0 };

    walk_u32(w, &s->begin);
    walk_u32(w, &s->end);
    s->in = walk_below(w, s->in, ZONES);
    if (s->begin > s->end || s->end > ends[s->in]) {
        w->bad = w->bad || w->out == NULL;
        *s = (struct span){ .in = ZONE_NONE };
    }
}

static void walk_category(struct walk *w, const struct message *m,
                          struct category *c)
{
    walk_str(w, &c->name);
    walk_str(w, &c->label);
    walk_double(w, &c->score);
    walk_str(w, &c->rule);
    walk_span(w, m, &c->span);
}

static void walk_extract(struct walk *w, const struct message *m,
                         struct extract *x)
{
    struct finding **list = &x->findings;
    int count = 0;

    walk_category(w, m, &x->category);
    walk_category(w, m, &x->runner_up);
    walk_str(w, &x->language);
    walk_bool(w, &x->urgent);
    for (void *at = *list; walk_more(w, &at, sizeof(**list), &count);) {
        *list = at;
        walk_str(w, &(*list)->field);
        walk_str(w, &(*list)->value);
        walk_str(w, &(*list)->rule);
        walk_double(w, &(*list)->score);
        walk_span(w, m, &(*list)->span);
        list = &(*list)->next;
        at = *list;
    }
}

static void walk_location(struct walk *w, const struct message *m,
                          struct location *l)
{
    l->kind = walk_below(w, l->kind, LOCATION_KINDS);
    walk_str(w, &l->number);
    l->street_count =
        (int)walk_below(w, (uint32_t)l->street_count, LOCATION_STREETS + 1);
    for (int i = 0; i < l->street_count; i++)
        walk_str(w, &l->streets[i]);
    walk_str(w, &l->place);
    walk_str(w, &l->label);
    walk_span(w, m, &l->span);
    walk_point(w, &l->at);
    l->method = walk_below(w, l->method, METHODS);
    walk_double(w, &l->uncertainty_m);
    walk_double(w, &l->confidence);
    walk_str(w, &l->rule);
    walk_str(w, &l->features);
    walk_str(w, &l->rejected);
}

static void walk_areas(struct walk *w, struct area **list)
{
    int count = 0;

    for (void *at = *list; walk_more(w, &at, sizeof(**list), &count);) {
        *list = at;
        walk_str(w, &(*list)->name);
        walk_str(w, &(*list)->kind);
        list = &(*list)->next;
        at = *list;
    }
}

static void walk_reading(struct walk *w, struct reading *r)
{
    struct location **list = &r->locations;
    int count = 0;

    walk_message(w, &r->message);
    walk_extract(w, &r->message, &r->extract);
    for (void *at = *list; walk_more(w, &at, sizeof(**list), &count);) {
        *list = at;
        walk_location(w, &r->message, *list);
        list = &(*list)->next;
        at = *list;
    }
    walk_areas(w, &r->areas);
    walk_str(w, &r->department);
    walk_str(w, &r->department_rule);
    r->decision = walk_below(w, r->decision, DECISIONS);
    walk_str(w, &r->question);
    walk_str(w, &r->asked);
    walk_str(w, &r->failed);
}

void reading_encode(const struct reading *r, struct buf *out)
{
    struct walk w = { .out = out };
    struct reading copy = *r;

    walk_reading(&w, &copy);
}

int reading_decode(struct reading *r, struct str bytes, struct arena *a,
                   struct error *e)
{
    struct walk w = { .in = bytes, .a = a };

    *r = (struct reading){ 0 };
    walk_reading(&w, r);
    if (w.bad || w.in.n > 0)
        return error(e, E_SYNTAX, "a worker's answer is not well formed");
    return 0;
}
