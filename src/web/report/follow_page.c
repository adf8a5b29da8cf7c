/* The page of a report: values for templates/track.html. */
#include "base/clock.h"
#include "web/report/follow_internal.h"

static const struct template_scope *created(const struct page *p, int64_t at)
{
    struct template_value values[PAGE_DATE];

    page_date(p, at, values);
    return page_scope(p->a, values, COUNT_OF(values));
}

/* "done (fixed)": what it was settled as, and why. */
static struct str state_event(const struct page *p, struct str text)
{
    struct str rest = text;
    struct str line = str_line(&rest);
    struct str reason = line;
    struct str state = str_until(&reason, STR(" ("));
    struct str what = page_word_of(p, "event.state", state);
    struct str why = page_word_of(p, "reason", str_until(&reason, STR(")")));

    if (what.n == 0 || why.n == 0)
        return what;
    return str_of(
        arena_printf(p->a, "%.*s %.*s.", STR_FMT(what), STR_FMT(why)));
}

/*
 * What residents are told of: the kinds that have words, and nothing that was
 * taken back. An event's own text stays inside: it may say how somebody is
 * reached.
 */
static struct str event_text(const struct page *p, const struct event *ev)
{
    struct str what = STR_NONE;

    if (ev->undone_by != 0)
        return STR_NONE;
    if (str_eq(ev->kind, STR("state")))
        what = state_event(p, ev->text);
    return what.n > 0 ? what : page_word_of(p, "event", ev->kind);
}

static const struct template_scope *history(const struct page *p,
                                            const struct event_row *events)
{
    struct template_scope head = { NULL, NULL };
    struct template_scope *last = &head;

    for (; events != NULL; events = events->next) {
        struct template_value values[PAGE_DATE + 1];
        struct str what = event_text(p, &events->event);
        struct template_scope *s;

        if (what.n == 0)
            continue;
        page_date(p, events->event.at, values);
        values[PAGE_DATE] = (struct template_value){ "what", what, NULL };
        s = page_scope(p->a, values, COUNT_OF(values));
        last->next = s;
        last = s;
    }
    return head.next;
}

static struct str number_of(const struct page *p, const struct ticket *t)
{
    return str_of(arena_printf(p->a, "%lld", (long long)t->id));
}

static struct str state_word(const struct page *p, const char *prefix,
                             const struct ticket *t)
{
    return page_word_of(p, prefix, str_of(ticket_state_names[t->state]));
}

/* A duplicate is dealt with elsewhere: where that stands. */
static const struct template_scope *other(const struct page *p,
                                          const struct ticket *t)
{
    const struct template_value values[] = {
        { "other_number", t == NULL ? STR_NONE : number_of(p, t), NULL },
        { "other_token", t == NULL ? STR_NONE : ticket_public_token(t, p->a),
          NULL },
        { "other_state", t == NULL ? STR_NONE : state_word(p, "state", t),
          NULL },
        { "other_text", t == NULL ? STR_NONE : state_word(p, "state_text", t),
          NULL },
    };

    return t == NULL ? NULL : page_scope(p->a, values, COUNT_OF(values));
}

static void put_forms(struct page *p, const struct follow_view *v)
{
    struct str fault = v->fault == NULL ? STR_NONE : page_word(p, v->fault);

    if (v->wait_minutes > 0) {
        fault = str_of(arena_printf(p->a, "%.*s %lld.", STR_FMT(fault),
                                    (long long)v->wait_minutes));
    }
    page_put(p, "token", v->token);
    page_put(p, "key", v->key);
    page_put(p, "writable", v->writable ? STR("1") : STR_NONE);
    page_put(p, "said", v->said == NULL ? STR_NONE : page_word(p, v->said));
    page_put(p, "fault", fault);
    page_put(p, "contact", v->contact);
}

void follow_values(struct page *p, const struct follow_view *v)
{
    const struct ticket *t = v->ticket;
    struct str number = number_of(p, t);
    struct str category = page_word_of(p, "category", t->category);
    struct str title = str_of(arena_printf(p->a, "%.*s %.*s",
                                           STR_FMT(page_word(p, "track.title")),
                                           STR_FMT(number)));

    page_begin(p, title, PAGE_LANGUAGES | PAGE_PRIVATE);
    page_put(p, "number", number);
    page_put(p, "state", str_of(ticket_state_names[t->state]));
    page_put(p, "state_label", state_word(p, "state", t));
    page_put(p, "state_text", state_word(p, "state_text", t));
    page_put(p, "reason", page_word_of(p, "reason", t->reason));
    page_put(p, "category", category.n > 0 ? category : t->category);
    page_put(p, "place", t->label);
    page_put_list(p, "created", created(p, t->created_at));
    page_put_list(p, "history", history(p, v->events));
    page_put_list(p, "other", other(p, v->other));
    put_forms(p, v);
}

int follow_page(const struct follow_view *v, struct arena *a, struct buf *out,
                struct error *e)
{
    struct page p = { .templates = v->templates,
                      .town = v->town,
                      .a = a,
                      .language = v->language };

    follow_values(&p, v);
    return page_write(&p, "track.html", out, e);
}
