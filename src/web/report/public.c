#include "web/report/public_internal.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/percent.h"
#include "web/report/discreet.h"

enum {
    DAYS = 90,       /* that are recent */
    LOOKED_AT = 600, /* reports, for PUBLIC_MOST that may be shown */
    QUESTIONS = 600, /* an hour, of one network address */
    ANSWER_MAX = 512 * 1024,
    FILTER_MAX = 200, /* bytes of an area or a category */
    MAP_VALUES = 5 + PAGE_DATE + 5,
    DAY_S = 24 * 3600,
};

/* Ten metres: which house it is does not show where only a corner was told. */
static const double grain = 1e4;

/* ---- which reports ---- */

static void take(void *arg, const struct ticket *t)
{
    struct public_list *l = arg;
    struct arena *a = l->page.a;
    struct public_report *r = &l->all[l->n];
    struct str state = str_of(ticket_state_names[t->state]);

    if (l->n == PUBLIC_MOST || t->urgent || t->unread ||
        category_is_hidden(l->public->town, t->category))
        return;
    *r = (struct public_report){
        .id = t->id,
        .category = arena_str(a, t->category),
        .category_label = page_word_of(&l->page, "category", t->category),
        .state = state,
        .state_label = page_word_of(&l->page, "state", state),
        .label = arena_str(a, t->label),
        .at = t->at,
        .created_at = t->created_at,
    };
    if (r->category_label.n == 0)
        r->category_label = r->category;
    if (l->public->town->public_words) {
        r->words = words_for_all(l->page.templates, l->public->town,
                                 l->page.language, t->title, a);
    }
    r->at.lat = round(t->at.lat * grain) / grain;
    r->at.lon = round(t->at.lon * grain) / grain;
    l->n++;
}

static int list_read(struct public_list *l, struct error *e)
{
    struct ticket_filter filter = {
        .state = -1,
        .states = 1U << TICKET_NEW | 1U << TICKET_OPEN | 1U << TICKET_WAITING |
                  1U << TICKET_DONE | 1U << TICKET_NOT_OURS,
        .category = l->category,
        .area = l->area,
        .made_since = clock_now() - DAYS * DAY_S,
        .order = ORDER_CHANGED,
        .limit = LOOKED_AT,
    };

    return store_tickets(l->public->with.store, &filter, take, l, e);
}

/* NULL: refused, and answered. */
static struct public_list *list_for(struct http_request *r, void *arg)
{
    struct public *p = arg;
    struct public_list *l = arena_new(http_arena(r), struct public_list);
    struct error e;

    l->public = p;
    l->page = (struct page){ .templates = p->with.templates,
                             .town = p->town,
                             .a = http_arena(r),
                             .language = page_language(p->town, r,
                                                       http_query(r, "lang")) };
    l->area = http_query(r, "area");
    l->category = http_query(r, "category");
    if (!p->town->public_map) {
        http_respond_error(r, 404, NULL);
    } else if (l->area.n > FILTER_MAX || l->category.n > FILTER_MAX) {
        http_respond_error(r, 400, NULL);
    } else if (limit_take(&p->limit, http_peer(r), QUESTIONS) > 0) {
        http_respond_error(r, 429, NULL);
    } else if (list_read(l, &e) < 0) {
        log_error("the public list cannot be made: %s", e.text);
        http_respond_error(r, 503, NULL);
    } else {
        return l;
    }
    return NULL;
}

/* ---- the page ---- */

static struct str degrees(const struct public_list *l, double n)
{
    return str_of(arena_printf(l->page.a, "%.4f", n));
}

static const struct template_scope *reports(const struct public_list *l)
{
    struct template_scope head = { NULL, NULL };
    struct template_scope *last = &head;

    for (int i = 0; i < l->n; i++) {
        const struct public_report *r = &l->all[i];
        struct str number =
            str_of(arena_printf(l->page.a, "%lld", (long long)r->id));
        struct template_value values[MAP_VALUES] = {
            { "number", number, NULL },
            { "lat", r->at.known ? degrees(l, r->at.lat) : STR_NONE, NULL },
            { "lon", r->at.known ? degrees(l, r->at.lon) : STR_NONE, NULL },
            { "category", r->category_label, NULL },
            { "state", r->state, NULL },
            { "state_label", r->state_label, NULL },
            { "label", r->label, NULL },
            { "words", r->words, NULL },
        };
        struct template_scope *s;

        page_date(&l->page, r->created_at, values + 8);
        s = page_scope(l->page.a, values, 8 + PAGE_DATE);
        last->next = s;
        last = s;
    }
    return head.next;
}

/* A choice of the form: {{name}} {{label}} {{#chosen}}. */
static struct template_scope *choice(const struct public_list *l,
                                     struct str name, struct str label,
                                     struct str chosen)
{
    static const struct template_value nothing[] = { { NULL, STR_INIT(""),
                                                       NULL } };
    static const struct template_scope yes = { nothing, NULL };
    const struct template_value values[] = {
        { "name", name, NULL },
        { "label", label, NULL },
        { "chosen", STR_NONE, str_eq(name, chosen) ? &yes : NULL },
    };

    return page_scope(l->page.a, values, COUNT_OF(values));
}

static const struct template_scope *areas(struct public_list *l)
{
    struct template_scope head = { NULL, NULL };
    struct template_scope *last = &head;
    struct word_list *names = NULL;
    struct error e;

    if (store_areas(l->public->with.store, &names, l->page.a, &e) < 0)
        log_warn("the areas cannot be told: %s", e.text);
    for (; names != NULL; names = names->next) {
        struct template_scope *s = choice(l, names->word, names->word, l->area);

        last->next = s;
        last = s;
    }
    return head.next;
}

struct categories {
    const struct public_list *list;
    struct template_scope *last;
};

static void category_add(void *arg, struct str key, struct str word)
{
    struct categories *c = arg;
    struct str name = str_slice(key, strlen("category."), key.n);
    struct template_scope *s;

    if (!str_starts(key, STR("category.")) ||
        category_is_hidden(c->list->public->town, name))
        return;
    s = choice(c->list, name, word, c->list->category);
    c->last->next = s;
    c->last = s;
}

static struct str feed_address(const struct public_list *l)
{
    struct arena *a = l->page.a;

    return str_of(arena_printf(
        a, "/map/feed.xml?lang=%.*s&area=%.*s&category=%.*s",
        STR_FMT(l->page.language), STR_FMT(percent_encode(a, l->area)),
        STR_FMT(percent_encode(a, l->category))));
}

static void get_page(struct http_request *r, void *arg)
{
    struct public_list *l = list_for(r, arg);
    struct template_scope head = { NULL, NULL };
    struct categories categories = { l, &head };

    if (l == NULL)
        return;
    template_words(l->page.templates, l->page.language, category_add,
                   &categories);
    page_begin(&l->page, page_word(&l->page, "public.title"),
               PAGE_LANGUAGES | PAGE_WIDE | PAGE_SCRIPT);
    page_put_list(&l->page, "areas", areas(l));
    page_put_list(&l->page, "categories", head.next);
    page_put_list(&l->page, "reports", reports(l));
    page_put(&l->page, "feed", feed_address(l));
    page_send(&l->page, r, 200, "map.html");
}

/* ---- the same for scripts ---- */

static void report_write(struct json *j, const struct public_report *r)
{
    json_begin_object(j);
    json_kv_int(j, "id", r->id);
    json_kv(j, "category", r->category);
    json_kv(j, "category_label", r->category_label);
    json_kv(j, "state", r->state);
    json_kv(j, "state_label", r->state_label);
    json_kv(j, "label", r->label);
    if (r->words.n > 0)
        json_kv(j, "words", r->words);
    if (r->at.known) {
        json_key(j, "lat");
        json_num(j, r->at.lat, 4);
        json_key(j, "lon");
        json_num(j, r->at.lon, 4);
    }
    json_kv_int(j, "created_at", r->created_at);
    json_end_object(j);
}

static void respond(struct http_request *r, const char *type, struct buf *out)
{
    if (out->over) {
        http_respond_error(r, 500, NULL);
    } else {
        http_respond(r, &(struct http_response){ .status = 200,
                                                 .type = type,
                                                 .body = buf_str(out) });
    }
    buf_free(out);
}

static void get_tickets(struct http_request *r, void *arg)
{
    struct public_list *l = list_for(r, arg);
    struct buf out = buf_init(ANSWER_MAX);
    struct json j = json_to(&out);

    if (l == NULL)
        return;
    json_begin_object(&j);
    json_key(&j, "tickets");
    json_begin_array(&j);
    for (int i = 0; i < l->n; i++)
        report_write(&j, &l->all[i]);
    json_end_array(&j);
    json_end_object(&j);
    respond(r, "application/json", &out);
}

static void get_feed(struct http_request *r, void *arg)
{
    struct public_list *l = list_for(r, arg);
    struct buf out = buf_init(ANSWER_MAX);

    if (l == NULL)
        return;
    public_feed_write(l, &out);
    respond(r, "application/rss+xml; charset=utf-8", &out);
}

/* ---- its life ---- */

static const struct route routes[] = {
    { "GET", "/map", 0, get_page },
    { "GET", "/map/tickets", 0, get_tickets },
    { "GET", "/map/feed.xml", 0, get_feed },
    { NULL, NULL, 0, NULL },
};

int public_open(struct public **out, const struct residents_with *with,
                struct error *e)
{
    struct public *p = calloc(1, sizeof(*p));

    (void)e;
    if (p == NULL)
        abort();
    p->with = *with;
    p->town = &with->config->town;
    limit_begin(&p->limit);
    http_routes(with->http, routes, "", p);
    *out = p;
    return 0;
}

void public_close(struct public *p)
{
    free(p);
}
