#include "http/page.h"

#include <time.h>

#include "base/clock.h"
#include "base/log.h"

enum { YEAR_ZERO = 1900 };

static bool offers(const struct town *town, struct str language)
{
    if (str_eq(language, town->language))
        return true;
    for (const struct setting_list *l = town->languages; l != NULL;
         l = l->next) {
        if (str_eq(l->value, language))
            return true;
    }
    return false;
}

struct str page_language(const struct town *town, const struct http_request *r,
                         struct str asked)
{
    struct str accept = http_header(r, "Accept-Language");

    if (asked.n > 0 && offers(town, asked))
        return asked;
    while (accept.n > 0) { /* browsers put the best first */
        struct str one = str_until(&accept, STR(","));

        one = str_trim(str_until(&one, STR(";")));
        one = str_until(&one, STR("-"));
        if (one.n > 0 && offers(town, one))
            return one;
    }
    return town->language;
}

void page_put(struct page *p, const char *name, struct str text)
{
    if (p->n < PAGE_VALUES)
        p->values[p->n++] = (struct template_value){ name, text, NULL };
}

void page_put_list(struct page *p, const char *name,
                   const struct template_scope *items)
{
    if (p->n < PAGE_VALUES)
        p->values[p->n++] = (struct template_value){ name, STR_NONE, items };
}

struct template_scope *page_scope(struct arena *a,
                                  const struct template_value *values, size_t n)
{
    struct template_value *own = arena_array(a, struct template_value, n + 1);
    struct template_scope *s = arena_new(a, struct template_scope);

    memcpy(own, values, n * sizeof(*own));
    s->values = own;
    return s;
}

struct str page_word(const struct page *p, const char *key)
{
    return template_word(p->templates, p->language, key);
}

void page_date(const struct page *p, int64_t at,
               struct template_value to[PAGE_DATE])
{
    char stamp[CLOCK_TEXT];
    time_t when = (time_t)at;
    struct tm day = { 0 };

    localtime_r(&when, &day);
    to[0] = (struct template_value){
        "stamp", arena_str(p->a, str_of(clock_rfc3339(at, stamp))), NULL
    };
    to[1] = (struct template_value){
        "day", str_of(arena_printf(p->a, "%d", day.tm_mday)), NULL
    };
    to[2] = (struct template_value){
        "month", page_word(p, arena_printf(p->a, "month.%d", day.tm_mon + 1)),
        NULL
    };
    to[3] = (struct template_value){
        "year", str_of(arena_printf(p->a, "%d", day.tm_year + YEAR_ZERO)), NULL
    };
}

struct str page_word_of(const struct page *p, const char *prefix,
                        struct str name)
{
    const char *key = arena_printf(p->a, "%s.%.*s", prefix, STR_FMT(name));
    struct str word = page_word(p, key);

    return word.p == key ? STR_NONE : word;
}

static const struct template_scope *other_languages(const struct page *p)
{
    struct template_scope head = { NULL, NULL };
    struct template_scope *last = &head;

    for (const struct setting_list *l = p->town->languages; l != NULL;
         l = l->next) {
        const struct template_value values[] = {
            { "code", l->value, NULL },
            { "name", template_word(p->templates, l->value, "language.name"),
              NULL },
        };
        struct template_scope *s;

        if (str_eq(l->value, p->language))
            continue;
        s = page_scope(p->a, values, COUNT_OF(values));
        last->next = s;
        last = s;
    }
    return head.next;
}

static struct str width_of(unsigned frame)
{
    if ((frame & PAGE_EMBEDDED) != 0)
        return STR("embedded");
    return (frame & PAGE_WIDE) != 0 ? STR("wide") : STR("column");
}

void page_begin(struct page *p, struct str title, unsigned frame)
{
    bool private = (frame & PAGE_PRIVATE) != 0;
    bool links = (frame & PAGE_LANGUAGES) != 0;
    bool bare = (frame & PAGE_EMBEDDED) != 0;
    bool install = (frame & PAGE_INSTALL) != 0;

    p->frame = frame;
    page_put(p, "lang", p->language);
    page_put(p, "town", p->town->name);
    page_put(p, "title", title);
    page_put(p, "width", width_of(frame));
    page_put(p, "colour", p->town->colour);
    page_put(p, "install", install ? STR("1") : STR_NONE);
    page_put(p, "embedded", bare ? STR("1") : STR_NONE);
    page_put(p, "robots", private ? STR("noindex, nofollow") : STR("index"));
    page_put(p, "emergency", p->town->emergency);
    page_put_list(p, "languages", links ? other_languages(p) : NULL);
}

int page_write(struct page *p, const char *template, struct buf *out,
               struct error *e)
{
    p->values[p->n] = (struct template_value){ NULL, STR_NONE, NULL };
    return template_render(p->templates, p->language, template, p->values, out,
                           e);
}

/*
 * What a page with scripts may do: nothing that is not from here, but for a
 * map that the town has elsewhere.
 */
static struct str script_policy(const struct page *p)
{
    struct str by = p->framed_by.n > 0 ? p->framed_by : STR("'none'");

    return str_of(
        arena_printf(p->a,
                     "default-src 'none'; script-src 'self'; style-src 'self'; "
                     "img-src 'self' data: blob:%s%.*s; connect-src 'self'; "
                     "font-src 'self'; manifest-src 'self'; worker-src 'self'; "
                     "frame-src 'self'; form-action 'self'; base-uri 'none'; "
                     "frame-ancestors %.*s",
                     p->town->tile_origin.n > 0 ? " " : "",
                     STR_FMT(p->town->tile_origin), STR_FMT(by)));
}

void page_send(struct page *p, struct http_request *r, int status,
               const char *template)
{
    struct buf out = buf_init(PAGE_MAX);
    const struct http_header_line lines[] = {
        { "Content-Language", p->language },
        { "Vary", STR("Accept-Language") },
        { (p->frame & PAGE_SCRIPT) != 0 ? "Content-Security-Policy" : NULL,
          script_policy(p) },
        { NULL, STR_NONE },
    };
    struct error e;

    if (page_write(p, template, &out, &e) < 0) {
        log_error("a page cannot be shown: %s", e.text);
        http_respond_error(r, 500, NULL);
    } else {
        http_respond(r, &(struct http_response){
                            .status = status,
                            .type = "text/html; charset=utf-8",
                            .body = buf_str(&out),
                            .headers = lines,
                        });
    }
    buf_free(&out);
}
