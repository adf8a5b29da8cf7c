/* The text of a part: decoded, in UTF-8, its lines as they were written. */
#include <ctype.h>

#include "base/utf8.h"
#include "mail/html.h"
#include "mail/mail_internal.h"

/* Said by programs instead of a text, where only the HTML holds it. */
static const struct str stand_ins[] = {
    STR_INIT("view this email in"),    STR_INIT("view this message in"),
    STR_INIT("view in html"),          STR_INIT("view it in html"),
    STR_INIT("does not support html"), STR_INIT("doesn't support html"),
    STR_INIT("html compatible email"), STR_INIT("html-compatible email"),
    STR_INIT("html capable"),          STR_INIT("this is an html"),
    STR_INIT("formato html"),          STR_INIT("no admite html"),
    STR_INIT("no soporta html"),       STR_INIT("ver este correo en"),
    STR_INIT("ver este mensaje en"),
};

enum {
    STAND_IN_MAX = 400, /* a longer text is a text */
    SEARCHED = 512,
};

bool text_has_any(struct str text, const struct str *list, size_t n)
{
    char lower[SEARCHED];
    struct str head = str_slice(text, 0, sizeof(lower));

    for (size_t i = 0; i < head.n; i++)
        lower[i] = (char)tolower((unsigned char)head.p[i]);
    head.p = lower;
    for (size_t i = 0; i < n; i++) {
        if (str_find(head, list[i]) < head.n)
            return true;
    }
    return false;
}

bool text_is_stand_in(struct str plain)
{
    plain = str_trim(plain);
    if (plain.n > STAND_IN_MAX)
        return false;
    return plain.n == 0 || text_has_any(plain, stand_ins, COUNT_OF(stand_ins));
}

/* How deep line is quoted, and the line without its ">" (RFC 3676, 4.5). */
static size_t flowed_depth(struct str *line)
{
    size_t depth = 0;

    while (depth < line->n && line->p[depth] == '>')
        depth++;
    *line = str_slice(*line, depth, line->n);
    if (line->n > 0 && line->p[0] == ' ')
        *line = str_slice(*line, 1, line->n);
    return depth;
}

/* Joins the lines that end in a space with those that follow (RFC 3676). */
static struct str flowed_unfold(struct arena *a, struct str text, bool delsp)
{
    struct buf out = buf_init(text.n * 2 + 16);
    struct str unfolded;
    size_t before = 0;
    bool open = false; /* the line before goes on */

    while (text.n > 0) {
        struct str line = str_line(&text);
        size_t depth = flowed_depth(&line);
        bool signature = str_eq(line, STR("-- "));

        if (open && (depth != before || signature)) {
            buf_byte(&out, '\n');
            open = false;
        }
        for (size_t i = 0; !open && i < depth; i++)
            buf_add(&out, i + 1 < depth ? STR(">") : STR("> "));
        open = !signature && line.n > 0 && line.p[line.n - 1] == ' ';
        buf_add(&out, str_slice(line, 0, line.n - (open && delsp ? 1 : 0)));
        if (!open)
            buf_byte(&out, '\n');
        before = depth;
    }
    unfolded = arena_str(a, buf_str(&out));
    buf_free(&out);
    return unfolded;
}

struct str leaf_text(const struct leaf *leaf, struct arena *a)
{
    bool html = str_eq(leaf->type, STR("text/html"));
    struct str bytes;
    struct str text;

    if (html)
        return html_to_text(a, leaf_html(leaf, a));
    bytes = transfer_decode(
        a, str_slice(leaf->bytes, 0, 4UL * MESSAGE_TEXT_MAX), leaf->encoding);
    text = charset_text(a, str_slice(bytes, 0, 2UL * MESSAGE_TEXT_MAX),
                        leaf->charset);
    return leaf->flowed ? flowed_unfold(a, text, leaf->delsp) : text;
}
