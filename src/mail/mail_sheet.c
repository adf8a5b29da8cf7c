/*
 * A mail's page: its HTML as it is, for a frame where nothing runs and nothing
 * is fetched. Pictures of its own are put in, as data. And the tags that make
 * Chromium open a connection are unlearnt: it does so before it asks what the
 * policy forbids (seen with 156), and policy and sandbox make them useless.
 */
#include "base/digest.h"
#include "base/utf8.h"
#include "mail/mail_internal.h"
#include "mail/picture.h"

struct sheet_picture {
    struct str id; /* Content-ID without <> */
    struct leaf leaf;
    struct str data; /* "data:image/png;base64,..."; empty: not yet made */
    struct sheet_picture *next;
};

struct str leaf_html(const struct leaf *leaf, struct arena *a)
{
    struct str bytes = transfer_decode(
        a, str_slice(leaf->bytes, 0, MAIL_HTML_MAX * 2UL), leaf->encoding);
    struct str charset = leaf->charset;

    bytes = str_slice(bytes, 0, MAIL_HTML_MAX);
    if (charset.n == 0)
        charset = charset_of_html(bytes);
    return utf8_clean(a, charset_text(a, bytes, charset));
}

/* Several of one mail follow each other: programs break pages at pictures. */
void sheet_html(struct mail_sheet *sheet, const struct leaf *leaf, int nested)
{
    if (sheet->html.n > 0 && nested != sheet->nested)
        return; /* an attached mail's, beside its own */
    sheet->nested = nested;
    buf_add(&sheet->html, leaf_html(leaf, sheet->a));
}

/* The tree forgets its bytes, and the text names what comes later. */
void sheet_picture(struct mail_sheet *sheet, const struct leaf *leaf)
{
    struct str id = str_trim(leaf->content_id);
    struct sheet_picture *p;

    if (str_starts(id, STR("<")) && str_ends(id, STR(">")))
        id = str_slice(id, 1, id.n - 1);
    if (id.n == 0)
        return;
    p = arena_new(sheet->a, struct sheet_picture);
    p->id = arena_str(sheet->a, id);
    p->leaf = *leaf;
    p->leaf.bytes = arena_str(sheet->a, leaf->bytes);
    p->next = sheet->pictures;
    sheet->pictures = p;
}

static int hex(char c)
{
    return g_ascii_xdigit_value(c);
}

/* Whether url, which may be percent-encoded (RFC 2392), names id. */
static bool names(struct str url, struct str id)
{
    size_t n = 0;

    for (size_t i = 0; i < url.n; i++, n++) {
        char c = url.p[i];

        if (c == '%' && i + 2 < url.n && hex(url.p[i + 1]) >= 0 &&
            hex(url.p[i + 2]) >= 0) {
            c = (char)(hex(url.p[i + 1]) * 16 + hex(url.p[i + 2]));
            i += 2;
        }
        if (n >= id.n || id.p[n] != c)
            return false;
    }
    return n == id.n;
}

/* One that cannot be shown is an empty picture. */
static void data_make(struct sheet_picture *p, struct arena *a)
{
    struct str bytes = transfer_decode(a, p->leaf.bytes, p->leaf.encoding);
    struct str safe;
    struct error e;

    p->data = STR("data:,");
    if (picture_safe(&safe, bytes, a, &e) < 0)
        return;
    p->data = str_of(arena_printf(a, "data:%s;base64,%.*s", picture_type(safe),
                                  STR_FMT(digest_base64(a, safe))));
}

static struct str data_of(struct mail_sheet *sheet, struct str url)
{
    struct sheet_picture *p = sheet->pictures;

    while (p != NULL && !names(url, p->id))
        p = p->next;
    if (p == NULL)
        return STR_NONE;
    if (p->data.n == 0)
        data_make(p, sheet->a);
    return p->data;
}

static size_t url_end(struct str s)
{
    size_t n = 0;

    while (n < s.n && strchr("\"'<>() \t\r\n\f\\", s.p[n]) == NULL)
        n++;
    return n;
}

/* What opens connections: by rel=preconnect, and for a page within. */
static const struct str unlearnt[] = {
    STR_INIT("<link"),   STR_INIT("<iframe"), STR_INIT("<frame"),
    STR_INIT("<embed"),  STR_INIT("<object"), STR_INIT("<fencedframe"),
    STR_INIT("<portal"),
};

static bool is_unlearnt(struct str tag)
{
    for (size_t i = 0; i < COUNT_OF(unlearnt); i++) {
        if (str_case_starts(tag, unlearnt[i]))
            return true;
    }
    return false;
}

/* A tag begins with these letters in a row, or it is none (HTML, 13.2.5.6). */
static void tags_unlearn(struct mail_sheet *sheet)
{
    struct str rest = buf_str(&sheet->html);
    struct buf out = buf_init(rest.n * 2);

    while (rest.n > 0) {
        size_t at = str_find(rest, STR("<"));

        buf_add(&out, str_slice(rest, 0, at));
        rest = str_slice(rest, at, rest.n);
        buf_add(&out, is_unlearnt(rest) ? STR("<no-") : str_slice(rest, 0, 1));
        rest = str_slice(rest, 1, rest.n);
    }
    out.over = out.over || sheet->html.over;
    buf_free(&sheet->html);
    sheet->html = out;
}

/* Puts the pictures where "cid:" names them; what it does not know stays. */
void sheet_write(struct mail_sheet *sheet, struct buf *out)
{
    static const struct str cid = STR_INIT("cid:");
    struct str rest;
    size_t room;

    tags_unlearn(sheet);
    rest = buf_str(&sheet->html);
    room = out->max - rest.n;
    for (;;) {
        size_t at = str_case_find(rest, cid);
        struct str url = str_slice(rest, at + cid.n, rest.n);
        struct str data;

        buf_add(out, str_slice(rest, 0, at));
        if (at >= rest.n)
            return;
        url = str_slice(url, 0, url_end(url));
        data = data_of(sheet, url);
        if (data.n > room)
            data = STR("data:,"); /* too many, or one too often */
        room -= data.n < room ? data.n : room;
        if (data.n == 0)
            buf_add(out, str_slice(rest, at, at + cid.n + url.n));
        buf_add(out, data);
        rest = str_slice(rest, at + cid.n + url.n, rest.n);
    }
}
