/* Recent reports as RSS 2.0 (www.rssboard.org/rss-specification). */
#include "base/clock.h"
#include "base/percent.h"
#include "web/report/public_internal.h"

enum { FEED_MOST = 50 };

/* XML 1.0 has no place at all for most control characters. */
static void escaped(struct buf *out, struct str s)
{
    static const struct {
        char c;
        const char *as;
    } marks[] = {
        { '&', "&amp;" },  { '<', "&lt;" },   { '>', "&gt;" },
        { '"', "&quot;" }, { '\'', "&#39;" },
    };

    for (size_t i = 0; i < s.n; i++) {
        const char *as = (unsigned char)s.p[i] < 0x20 ? " " : NULL;

        for (size_t k = 0; k < COUNT_OF(marks) && as == NULL; k++)
            as = marks[k].c == s.p[i] ? marks[k].as : NULL;
        buf_add(out, as == NULL ? str_slice(s, i, i + 1) : str_of(as));
    }
}

static void element(struct buf *out, const char *name, struct str text)
{
    buf_printf(out, "<%s>", name);
    escaped(out, text);
    buf_printf(out, "</%s>\n", name);
}

static struct str title_of(const struct public_list *l,
                           const struct public_report *r)
{
    if (r->label.n == 0)
        return r->category_label;
    return str_of(arena_printf(l->page.a, "%.*s: %.*s",
                               STR_FMT(r->category_label), STR_FMT(r->label)));
}

static struct str link_of(const struct public_list *l)
{
    struct arena *a = l->page.a;

    return str_of(arena_printf(a, "%.*s/map?area=%.*s&category=%.*s",
                               STR_FMT(l->public->town->public_url),
                               STR_FMT(percent_encode(a, l->area)),
                               STR_FMT(percent_encode(a, l->category))));
}

static void item(const struct public_list *l, const struct public_report *r,
                 struct buf *out)
{
    char when[CLOCK_TEXT];
    struct str link = str_of(arena_printf(
        l->page.a, "%.*s#r%lld", STR_FMT(link_of(l)), (long long)r->id));

    buf_add(out, STR("<item>\n"));
    element(out, "title", title_of(l, r));
    element(out, "link", link);
    buf_add(out, STR("<guid isPermaLink=\"false\">"));
    escaped(out, l->public->town->jurisdiction);
    buf_printf(out, "-%lld</guid>\n", (long long)r->id);
    element(out, "pubDate", str_of(clock_rfc5322(r->created_at, when)));
    element(out, "category", r->category_label);
    element(
        out, "description",
        str_of(arena_printf(l->page.a, "%.*s%s%.*s", STR_FMT(r->state_label),
                            r->words.n > 0 ? ". " : "", STR_FMT(r->words))));
    buf_add(out, STR("</item>\n"));
}

void public_feed_write(const struct public_list *l, struct buf *out)
{
    const struct page *p = &l->page;
    struct str name = l->public->town->name;

    buf_add(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<rss version=\"2.0\">\n<channel>\n"));
    element(out, "title",
            str_of(arena_printf(p->a, "%.*s: %.*s%s%.*s", STR_FMT(name),
                                STR_FMT(page_word(p, "public.title")),
                                l->area.n > 0 ? ", " : "", STR_FMT(l->area))));
    element(out, "link", link_of(l));
    element(out, "description", page_word(p, "public.text"));
    element(out, "language", p->language);
    for (int i = 0; i < l->n && i < FEED_MOST; i++)
        item(l, &l->all[i], out);
    buf_add(out, STR("</channel>\n</rss>\n"));
}
