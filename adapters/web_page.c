/* The pages of the form: values for templates/report.html and thanks.html. */
#include "http/page.h"
#include "spine/service.h"
#include "web.h"

enum { MB = 1024 * 1024, FAULTS = 6 };

/* The order is that of the fields on the page. */
static const char *const own_categories[] = {
    "pothole",        "road",
    "sidewalk",       "streetlight",
    "traffic-signal", "sign",
    "traffic-safety", "tree",
    "park",           "trash",
    "dumping",        "graffiti",
    "snow",           "water-sewer-drain",
    "parking",        "abandoned-vehicle",
    "property-code",  "animal",
    "dead-animal",    "noise",
    "police",         "homeless",
    "other",
};

/* Only what was asked for to be framed may be, and only by those named. */
static bool is_embedded(struct http_request *r)
{
    return str_eq(http_query(r, "embed"), STR("1"));
}

static struct str framers(const struct town *town, struct http_request *r)
{
    const char *all = "";

    if (!is_embedded(r))
        return STR_NONE;
    for (const struct setting_list *l = town->embed; l != NULL; l = l->next)
        all = arena_printf(http_arena(r), "%s %.*s", all, STR_FMT(l->value));
    return str_trim(str_of(all));
}

static struct page page_of(const struct web *w, struct http_request *r,
                           struct str language)
{
    return (struct page){
        .templates = w->channel.templates,
        .town = w->channel.town,
        .a = http_arena(r),
        .language = language,
        .framed_by = framers(w->channel.town, r),
    };
}

/* How all these pages are, beside what more says. */
static void begin(struct page *p, const char *title, struct http_request *r,
                  unsigned more)
{
    unsigned frame = PAGE_SCRIPT | PAGE_INSTALL | more;

    if (is_embedded(r))
        frame |= PAGE_EMBEDDED;
    page_begin(p, page_word(p, title), frame);
}

/* ---- the form ---- */

static struct template_scope *category(const struct page *p, struct str name,
                                       struct str picked)
{
    struct str label = page_word_of(p, "category", name);
    const struct template_value values[] = {
        { "value", name, NULL },
        { "label", label.n > 0 ? label : name, NULL },
        { "picked", str_eq(name, picked) ? STR("1") : STR_NONE, NULL },
    };

    return page_scope(p->a, values, COUNT_OF(values));
}

static const struct template_scope *
categories(const struct page *p, const struct web *w, struct str picked)
{
    struct template_scope head = { NULL, NULL };
    struct template_scope *last = &head;

    for (const struct setting_list *l = w->categories; l != NULL; l = l->next) {
        struct template_scope *s = category(p, l->value, picked);

        last->next = s;
        last = s;
    }
    for (size_t i = 0; w->categories == NULL && i < COUNT_OF(own_categories);
         i++) {
        struct template_scope *s =
            category(p, str_of(own_categories[i]), picked);

        last->next = s;
        last = s;
    }
    return head.next;
}

/* "12 MB", or "1.5". */
static struct str megabytes(const struct page *p, int64_t bytes)
{
    if (bytes % MB == 0)
        return str_of(arena_printf(p->a, "%lld", (long long)(bytes / MB)));
    return str_of(arena_printf(p->a, "%.1f", (double)bytes / MB));
}

/* A sentence that needs a number ends with it. */
static struct str fault_text(const struct page *p, const struct web *w,
                             const char *key)
{
    const struct {
        const char *key;
        struct str number;
    } numbers[] = {
        { "error.report_long", str_of(arena_printf(p->a, "%d", WEB_TEXT_MAX)) },
        { "error.photos_many",
          str_of(arena_printf(p->a, "%lld", (long long)w->photos)) },
        { "error.photos_large", megabytes(p, w->photo_bytes) },
    };
    struct str text = page_word(p, key);

    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        if (strcmp(numbers[i].key, key) == 0) {
            text = str_of(arena_printf(p->a, "%.*s %.*s.", STR_FMT(text),
                                       STR_FMT(numbers[i].number)));
        }
    }
    return text;
}

/* What is wrong, in the order of the fields: for the list at the top. */
struct fault_list {
    struct page *page;
    struct template_scope head, *last;
};

static void fault_add(struct fault_list *l, struct str field, struct str text)
{
    const struct template_value values[] = {
        { "field", field, NULL },
        { "text", text, NULL },
    };

    struct template_scope *fault;

    if (text.n == 0)
        return;
    fault = page_scope(l->page->a, values, COUNT_OF(values));
    l->last->next = fault;
    l->last = fault;
}

/* With its question: its field may be folded away. */
static void answer_faults(struct fault_list *l, const struct web *w,
                          const struct web_form *f)
{
    struct page *p = l->page;
    const struct question *q =
        service_questions(w->channel.services, f->category);

    for (; q != NULL; q = q->next) {
        const char *fault = web_answer_fault(f, q);
        struct str field = str_of(arena_printf(
            p->a, "answer-%.*s-%.*s", STR_FMT(f->category), STR_FMT(q->code)));

        if (fault == NULL)
            continue;
        fault_add(l, field,
                  str_of(arena_printf(p->a, "%.*s %.*s",
                                      STR_FMT(said_in(q->text, p->language)),
                                      STR_FMT(page_word(p, fault)))));
    }
}

static void put_faults(struct page *p, const struct web *w,
                       const struct web_form_page *form)
{
    static const struct web_faults none = { 0 };
    const struct web_faults *f = form->faults == NULL ? &none : form->faults;
    const struct {
        const char *field, *name, *key;
    } all[FAULTS] = {
        { "report", "report_error", f->report },
        { "address", "address_error", f->address },
        { "lat", "lat_error", f->lat },
        { "photos", "photos_error", f->photos },
        { "contact", "contact_error", f->contact },
        { "website", "website_error", f->website },
    };
    struct fault_list list = { .page = p };

    list.last = &list.head;
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct str text =
            all[i].key == NULL ? STR_NONE : fault_text(p, w, all[i].key);

        page_put(p, all[i].name, text);
        fault_add(&list, str_of(all[i].field), text);
        if (i == 0 && f->answers)
            answer_faults(&list, w, form->form);
    }
    page_put(p, "errors_title",
             f->any ? page_word(p, "error.title_one") : STR_NONE);
    page_put_list(p, "errors", list.head.next);
}

static void put_form(struct page *p, const struct web *w,
                     const struct web_form *f)
{
    bool open = f->lat.n > 0 || f->lon.n > 0;

    page_put(p, "key", f->key);
    page_put(p, "language", f->language);
    page_put(p, "report", f->report);
    page_put(p, "address", f->address);
    page_put(p, "lat", f->lat);
    page_put(p, "lon", f->lon);
    page_put(p, "name", f->name);
    page_put(p, "contact", f->contact);
    page_put(p, "website", f->website);
    page_put(p, "consent", f->consent ? STR("1") : STR_NONE);
    page_put(p, "point_open", open ? STR("1") : STR_NONE);
    page_put(p, "had_photos", web_photo(f, NULL) != NULL ? STR("1") : STR_NONE);
    page_put_list(p, "categories", categories(p, w, f->category));
}

static void put_questions(struct page *p, const struct web *w,
                          const struct web_form_page *form)
{
    const struct template_scope *list =
        web_questions(p, w->channel.services, form->form, form->faults != NULL);
    bool open = form->form->answers != NULL ||
                (form->faults != NULL && form->faults->answers);

    page_put(p, "services_open", list == NULL ? STR_NONE : STR("1"));
    page_put(p, "answers_open", open ? STR("1") : STR_NONE);
    page_put_list(p, "services", list);
}

/* Where its form goes: a page that may be framed answers with such a one. */
static struct str action_of(const struct web *w, struct http_request *r,
                            struct str token)
{
    if (token.n > 0) {
        return str_of(
            arena_printf(http_arena(r), "/t/%.*s/reply", STR_FMT(token)));
    }
    if (!is_embedded(r))
        return w->path;
    return str_of(
        arena_printf(http_arena(r), "%.*s?embed=1", STR_FMT(w->path)));
}

void web_show_form(struct web *w, struct http_request *r,
                   const struct web_form_page *form)
{
    bool reply = form->token.n > 0;
    struct page p = page_of(w, r, form->language);
    struct str notice = STR_NONE;

    begin(&p, reply ? "reply.title" : "report.title", r,
          (form->fresh ? PAGE_LANGUAGES : 0) | (reply ? PAGE_PRIVATE : 0));
    if (form->notice != NULL)
        notice = page_word(&p, form->notice);
    if (form->wait_minutes > 0) {
        notice = str_of(arena_printf(p.a, "%.*s %lld.", STR_FMT(notice),
                                     (long long)form->wait_minutes));
    }
    page_put(&p, "action", action_of(w, r, form->token));
    page_put(&p, "notice", notice);
    page_put(&p, "photos_most",
             str_of(arena_printf(p.a, "%lld", (long long)w->photos)));
    page_put(&p, "photo_megabytes", megabytes(&p, w->photo_bytes));
    put_faults(&p, w, form);
    put_form(&p, w, form->form);
    put_questions(&p, w, form);
    page_send(&p, r, form->status, reply ? "reply.html" : "report.html");
}

/* ---- afterwards ---- */

void web_show_thanks(struct web *w, struct http_request *r,
                     const struct web_form *form, struct str language,
                     const struct filed *f)
{
    struct page p = page_of(w, r, language);
    struct str number = STR_NONE;
    struct str url = STR_NONE;

    if (f != NULL) {
        number = str_of(arena_printf(p.a, "%lld", (long long)f->ticket));
        url = str_of(arena_printf(p.a, "%.*s/t/%.*s",
                                  STR_FMT(w->channel.town->public_url),
                                  STR_FMT(f->token)));
    }
    begin(&p, "thanks.title", r, PAGE_PRIVATE);
    page_put(&p, "action", action_of(w, r, STR_NONE));
    page_put(&p, "number", number);
    page_put(&p, "url", url);
    page_put(&p, "told", form->consent ? form->contact : STR_NONE);
    page_send(&p, r, 200, "thanks.html");
}

void web_show_error(struct web *w, struct http_request *r, int status,
                    struct str language, const char *word)
{
    struct page p = page_of(w, r, language);

    begin(&p, "error.trouble_title", r, PAGE_PRIVATE);
    page_put(&p, "sentence", page_word(&p, word));
    page_send(&p, r, status, "error.html");
}

void web_show_ticket(struct http_request *r, struct str token)
{
    const struct http_header_line lines[] = {
        { "Location", str_of(arena_printf(http_arena(r), "/t/%.*s?said=1",
                                          STR_FMT(token))) },
        { NULL, STR_NONE },
    };

    http_respond(r, &(struct http_response){ .status = 303, .headers = lines });
}
