#include "segments.h"

#include "base/utf8.h"

enum { GSM_ONE = 160, GSM_PART = 153, UCS_ONE = 70, UCS_PART = 67 };

/* The alphabet beyond ASCII; what ASCII has and it lacks is "`" and tab. */
static const char gsm_more[] = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";
static const char gsm_twice[] = "^{}\\[~]|€\f";

static bool one_of(const char *set, struct str c)
{
    struct str all = str_of(set);

    return str_find(all, c) < all.n;
}

/* Septets of a character, 0 where the alphabet lacks it. */
static size_t septets(struct str c)
{
    if (one_of(gsm_twice, c))
        return 2;
    if (c.n > 1)
        return one_of(gsm_more, c) ? 1 : 0;
    if (*c.p == '\n' || *c.p == '\r')
        return 1;
    return *c.p >= 0x20 && *c.p < 0x7f && *c.p != '`' ? 1 : 0;
}

static size_t units16(struct str c)
{
    return c.n == 4 ? 2 : 1;
}

static struct str first_char(struct str s)
{
    size_t n = utf8_len(s);

    return (struct str){ s.p, n > 0 ? n : 1 };
}

static struct str after(struct str s, struct str head)
{
    return (struct str){ s.p + head.n, s.n - head.n };
}

/* Fills segments of part units each; a character is never cut in two. */
static void fill(struct segments *s, struct str text, size_t one, size_t part)
{
    size_t used = 0;

    s->units = 0;
    s->count = 1;
    while (text.n > 0) {
        struct str c = first_char(text);
        size_t n = s->gsm ? septets(c) : units16(c);

        s->units += n;
        if (used + n > part) {
            s->count++;
            used = 0;
        }
        used += n;
        text = after(text, c);
    }
    if (s->units <= one)
        s->count = 1;
}

struct segments segments_of(struct str text)
{
    struct segments s = { .gsm = true };

    for (struct str rest = text; rest.n > 0 && s.gsm;) {
        struct str c = first_char(rest);

        if (septets(c) == 0) {
            s.gsm = false;
            s.odd = c;
        }
        rest = after(rest, c);
    }
    fill(&s, text, s.gsm ? GSM_ONE : UCS_ONE, s.gsm ? GSM_PART : UCS_PART);
    return s;
}

static const struct {
    const char *from, *to;
} folds[] = {
    { "‘", "'" },
    { "’", "'" },
    { "‚", "'" },
    { "‛", "'" },
    { "“", "\"" },
    { "”", "\"" },
    { "„", "\"" },
    { "‟", "\"" },
    { "«", "\"" },
    { "»", "\"" },
    { "‹", "'" },
    { "›", "'" },
    { "‐", "-" },
    { "‑", "-" },
    { "‒", "-" },
    { "–", "-" },
    { "—", "-" },
    { "―", "-" },
    { "−", "-" },
    { "…", "..." },
    { "•", "*" },
    { "·", "." },
    { "´", "'" },
    { "`", "'" },
    { "\t", " " },
    { "\xc2\xa0", " " },     /* no-break space */
    { "\xe2\x80\xaf", " " }, /* narrow no-break space */
    { "\xe2\x80\x89", " " }, /* thin space */
    { "\xe2\x80\x8b", "" },  /* zero width space */
    { "\xc2\xad", "" },      /* soft hyphen */
    { "\xef\xbb\xbf", "" },  /* byte order mark */
};

struct str segments_fold(struct arena *a, struct str text)
{
    /* "…" is the only one that grows, and it has three bytes already. */
    char *out = arena_alloc(a, text.n + 1);
    size_t n = 0;

    while (text.n > 0) {
        struct str c = first_char(text);
        struct str to = c;

        for (size_t i = 0; i < COUNT_OF(folds); i++) {
            if (str_eq(c, str_of(folds[i].from)))
                to = str_of(folds[i].to);
        }
        for (size_t i = 0; i < to.n; i++)
            out[n++] = to.p[i];
        text = after(text, c);
    }
    return (struct str){ out, n };
}
