/*
 * Multiparts by their look, where the headers are of no use.
 *
 * The text of a mail that is not given to GMime, because it has thousands of
 * parts: the first part that says it is text, or says nothing, and holds some.
 * One pass over the body; structure is not looked at.
 */
#include "mail/mail_internal.h"

enum {
    LOOSE_MAX = 8 * 1024 * 1024,
    LOOSE_HEAD = 1024,
    LOOSE_TRIES = 100,
    PREAMBLE_LINES = 20,
    BOUNDARY_MAX = 70 /* RFC 2046 */
};

size_t delimiter_find(struct str s)
{
    const char *at = s.p;
    const char *end;

    if (s.n == 0)
        return 0;
    end = s.p + s.n;
    while (at < end) {
        at = memchr(at, '\n', (size_t)(end - at));
        if (at == NULL)
            break;
        if (end - at >= 3 && at[1] == '-' && at[2] == '-')
            return (size_t)(at - s.p);
        at++;
    }
    return s.n;
}

/* Cuts what is before the next delimiter off s, and the delimiter's dashes. */
static struct str part_cut(struct str *s)
{
    size_t at = delimiter_find(*s);
    struct str part = str_slice(*s, 0, at);

    *s = str_slice(*s, at + 3, s->n);
    return part;
}

static bool says_text(struct str part)
{
    struct str head = str_slice(part, 0, LOOSE_HEAD);

    if (head.n > 0 && (head.p[0] == '\n' || head.p[0] == '\r'))
        return true;
    return str_case_find(head, STR("text/plain")) < head.n ||
           str_case_find(head, STR("text/html")) < head.n;
}

static struct str part_text(struct str part, struct arena *a)
{
    struct headers h;
    struct leaf leaf;
    bool bare = part.p[0] == '\n' || part.p[0] == '\r';

    headers_read(&h, bare ? STR_NONE : part, a);
    if (bare)
        h.body = part;
    leaf_of_headers(&leaf, &h, a);
    if (leaf.attached || !str_starts(leaf.type, STR("text/")))
        return STR_NONE;
    return leaf_text(&leaf, a);
}

struct str loose_text(const struct headers *h, struct arena *a)
{
    struct str rest = str_slice(h->body, 0, LOOSE_MAX);
    int tries = 0;

    (void)part_cut(&rest);
    while (rest.n > 0 && tries < LOOSE_TRIES) {
        struct str part = part_cut(&rest);
        struct str text;

        (void)str_line(&part); /* the rest of the delimiter */
        if (str_trim(part).n == 0 || !says_text(part))
            continue;
        tries++;
        text = part_text(part, a);
        if (str_trim(text).n > 0)
            return text;
    }
    return STR_NONE;
}

/* Whether a line is the last delimiter of a multipart. */
static bool ends_parts(struct str line, struct str boundary)
{
    line = str_trim(line);
    return line.n == boundary.n + 4 && str_starts(line, STR("--")) &&
           str_ends(line, STR("--")) &&
           str_starts(str_slice(line, 2, line.n), boundary);
}

static bool is_boundary(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("\"\\", s.p[i]) != NULL)
            return false;
    }
    return s.n > 0 && s.n <= BOUNDARY_MAX;
}

struct str boundary_shown(struct str body)
{
    struct str rest = body;
    struct str boundary = STR_NONE;

    for (int i = 0; i < PREAMBLE_LINES && rest.n > 0 && boundary.n == 0; i++) {
        struct str line = str_trim(str_line(&rest));

        if (str_starts(line, STR("--")))
            boundary = str_slice(line, 2, line.n);
    }
    if (!is_boundary(boundary))
        return STR_NONE;
    while (rest.n > 0) {
        if (ends_parts(str_line(&rest), boundary))
            return boundary;
    }
    return STR_NONE;
}
