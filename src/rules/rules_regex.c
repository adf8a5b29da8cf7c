/*
 * Reads a PCRE2 pattern as far as it takes to know its literals. Sound rather
 * than clever: a piece that is not understood stands for anything, and a
 * pattern that is not understood has no literals.
 */
#include "base/utf8.h"
#include "rules/rules_literals.h"

enum { DEPTH_MAX = 40, CLASS_MAX = 12 };

/* What most texts hold is not worth being looked for. */
static const double TOO_FREQUENT = 0.05;

struct regex {
    struct str rest;
    int depth;
    bool lost;          /* not understood: nothing is known */
    const char *banned; /* what cannot be searched for in pieces */
};

/* A piece of regex: how its matches begin, and what they hold at least. */
struct piece {
    struct literals_set first;
    struct literals_set inner; /* the rarest run of characters in it */
    struct literals_set later; /* the rarest after the one it begins with */
    bool at_word;              /* begins with \b */
};

static void read_either(struct regex *x, struct piece *out);

static char peek(const struct regex *x)
{
    if (x->rest.n == 0)
        return '\0';
    return x->rest.p[0];
}

static void skip(struct regex *x, size_t n)
{
    x->rest = str_slice(x->rest, n, x->rest.n);
}

static bool take(struct regex *x, const char *head)
{
    if (!str_starts(x->rest, str_of(head)))
        return false;
    skip(x, strlen(head));
    return true;
}

static void skip_past(struct regex *x, char end)
{
    while (x->rest.n > 0 && peek(x) != end)
        skip(x, 1);
    if (x->rest.n == 0)
        x->lost = true;
    skip(x, 1);
}

/*
 * The lower case of the character s begins with, into low; its length, or 0
 * where case is not so simple.
 */
static size_t fold(struct str s, char low[2])
{
    unsigned char c = (unsigned char)s.p[0];

    low[0] = s.p[0];
    if (c >= 'A' && c <= 'Z')
        low[0] = "abcdefghijklmnopqrstuvwxyz"[c - 'A'];
    if (c < 0x80)
        return 1;
    if (c != 0xc3 || s.n < 2)
        return 0;
    c = (unsigned char)s.p[1];
    if (c == 0x9f || c == 0xbf) /* sharp s, y with diaeresis */
        return 0;
    low[1] = (char)(c | 0x20); /* the filter takes both, of × and ÷ too */
    return 2;
}

/* One character that stands for itself. */
static void read_char(struct regex *x, struct literals_set *s)
{
    size_t len = utf8_len(x->rest);
    char low[2];
    size_t n = len == 0 ? 0 : fold(x->rest, low);

    if (len == 0)
        x->lost = true;
    s->count = 0;
    if (n == 0) {
        set_anything(s);
    } else {
        set_add(s, (struct str){ low, n }, true);
    }
    skip(x, len == 0 ? 1 : len);
}

static void add_digits(struct literals_set *s)
{
    for (int i = 0; i < 10; i++) {
        set_add(s, str_slice(STR("0123456789"), (size_t)i, (size_t)i + 1),
                true);
    }
}

/* A member of a class. False: more than a few characters. */
static bool read_member(struct regex *x, struct literals_set *s)
{
    struct literals_set one = { .count = 0 };

    if (take(x, "\\d") || take(x, "0-9")) {
        add_digits(s);
        return true;
    }
    if (peek(x) == '\\') {
        bool named = x->rest.n > 1 &&
                     strchr("-.]['/#&+*?!,:;()\"@_ ", x->rest.p[1]) != NULL;

        skip(x, 1);
        if (!named) {
            x->lost = x->rest.n == 0 || strchr("QEc", peek(x)) != NULL;
            skip(x, 1);
            return false;
        }
    }
    if (peek(x) == '[' && x->rest.n > 1 && strchr(":.=", x->rest.p[1])) {
        x->lost = true; /* [[:alpha:]] */
        return false;
    }
    read_char(x, &one);
    return set_union(s, &one) && one.of[0].exact;
}

/* "[...]", after the "[". */
static void read_class(struct regex *x, struct literals_set *s)
{
    bool few = !take(x, "^");
    bool begun = false;

    s->count = 0;
    while (x->rest.n > 0 && !x->lost && (peek(x) != ']' || !begun)) {
        begun = true;
        few = read_member(x, s) && few;
        if (peek(x) == '-' && x->rest.n > 1 && x->rest.p[1] != ']') {
            few = false; /* a range: its end is read as one more */
            skip(x, 1);
        }
    }
    if (!take(x, "]"))
        x->lost = true;
    if (!few || s->count == 0 || s->count > CLASS_MAX)
        set_anything(s);
}

/* "\...", after the backslash. */
static void read_escape(struct regex *x, struct piece *out)
{
    char c = peek(x);

    set_anything(&out->first);
    if (c == 'G')
        x->banned = "\\G";
    if (strchr("bBAzZ", c) != NULL && c != '\0') {
        set_nothing(&out->first);
        out->at_word = c == 'b';
        skip(x, 1);
    } else if (c == 'd') {
        out->first.count = 0;
        add_digits(&out->first);
        skip(x, 1);
    } else if ((c == 'p' || c == 'P') && x->rest.n > 1 && x->rest.p[1] == '{') {
        skip_past(x, '}');
    } else if (c == 'p' || c == 'P') {
        skip(x, 2);
    } else if (strchr("DsSwWhHvVNRXtnrfeaK", c) != NULL && c != '\0') {
        skip(x, 1);
    } else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z') || c == '\0') {
        x->lost = true;
    } else {
        read_char(x, &out->first);
    }
}

/* "(?i)", "(?i:" and the like, after "(?"; false: it is none of these. */
static bool read_options(struct regex *x, bool *group)
{
    size_t n = 0;

    while (n < x->rest.n && strchr("imsnJU^-", x->rest.p[n]) != NULL &&
           x->rest.p[n] != '\0')
        n++;
    if (n == x->rest.n || (x->rest.p[n] != ')' && x->rest.p[n] != ':'))
        return false;
    *group = x->rest.p[n] == ':';
    skip(x, n + 1);
    return true;
}

/* What "(" opens. */
enum opening {
    OPEN_GROUP,
    OPEN_LOOK,   /* around: matches nothing itself */
    OPEN_CALL,   /* (?&name), (?1): matches who knows what; closed */
    OPEN_NOTHING /* an option; closed */
};

static enum opening read_opening(struct regex *x)
{
    bool group;

    if (peek(x) == '*') {
        x->banned = "a verb such as (*COMMIT)";
        x->lost = true;
    }
    if (!take(x, "?") || take(x, "|") || take(x, ">"))
        return OPEN_GROUP;
    if (take(x, "=") || take(x, "!") || take(x, "<=") || take(x, "<!"))
        return OPEN_LOOK;
    if (take(x, "P<") || take(x, "<")) {
        skip_past(x, '>');
        return OPEN_GROUP;
    }
    if (take(x, "&") || take(x, "P>") || take(x, "P=") || take(x, "R")) {
        skip_past(x, ')');
        return OPEN_CALL;
    }
    if (read_options(x, &group))
        return group ? OPEN_GROUP : OPEN_NOTHING;
    x->lost = true;
    return OPEN_GROUP;
}

/* "(...)", after the "(". */
static void read_group(struct regex *x, struct piece *out)
{
    enum opening opening = read_opening(x);

    if (opening == OPEN_GROUP || opening == OPEN_LOOK) {
        if (++x->depth > DEPTH_MAX)
            x->lost = true;
        if (!x->lost)
            read_either(x, out);
        x->depth--;
        if (!take(x, ")"))
            x->lost = true;
    }
    if (opening != OPEN_GROUP) {
        set_nothing(&out->first);
        set_anything(&out->inner);
    }
    if (opening == OPEN_CALL)
        set_anything(&out->first);
    out->at_word = false;
}

static void read_atom(struct regex *x, struct piece *out)
{
    set_anything(&out->first);
    set_anything(&out->inner);
    out->at_word = false;
    if (take(x, "\\")) {
        read_escape(x, out);
    } else if (take(x, "(")) {
        read_group(x, out);
    } else if (take(x, "[")) {
        read_class(x, &out->first);
    } else if (take(x, "^") || take(x, "$")) {
        set_nothing(&out->first);
    } else if (!take(x, ".")) {
        read_char(x, &out->first);
    }
}

/* "{2,5}" and the like; false: the brace stands for itself. */
static bool read_braces(struct regex *x, bool *none, bool *once)
{
    size_t n = 1;
    size_t digits;

    while (n < x->rest.n && x->rest.p[n] >= '0' && x->rest.p[n] <= '9')
        n++;
    digits = n - 1;
    *none = digits > 0 && x->rest.p[1] == '0';
    *once = digits == 1 && x->rest.p[1] == '1';
    if (n < x->rest.n && x->rest.p[n] == ',') {
        *once = false;
        n++;
        while (n < x->rest.n && x->rest.p[n] >= '0' && x->rest.p[n] <= '9')
            n++;
        if (digits == 0)
            x->lost = true; /* "{,5}": what it is depends on the version */
    }
    if (n == x->rest.n || x->rest.p[n] != '}' || n == 1)
        return false;
    skip(x, n + 1);
    return true;
}

/* A quantifier, if there is one, changes what out says. False: none. */
static bool read_quantifier(struct regex *x, struct piece *out)
{
    bool none = false;
    bool once = false;
    char c = peek(x);

    if (c == '?' || c == '*' || c == '+') {
        none = c != '+';
        once = c == '?';
        skip(x, 1);
    } else if (c != '{' || !read_braces(x, &none, &once)) {
        return false;
    }
    if (!take(x, "?"))
        take(x, "+");
    if (!once)
        set_cut(&out->first);
    if (none && !set_add(&out->first, STR(""), true))
        set_anything(&out->first);
    if (none)
        set_anything(&out->inner);
    return true;
}

static void keep_rarer(struct literals_set *best, const struct literals_set *s)
{
    if (set_frequency(s) < set_frequency(best))
        *best = *s;
}

static void end_run(struct piece *out, const struct literals_set *run,
                    bool first_done)
{
    keep_rarer(&out->inner, run);
    if (first_done) {
        keep_rarer(&out->later, run);
    } else {
        out->first = *run;
    }
}

/* One thing after the other, up to "|", ")" or the end. */
static void read_sequence(struct regex *x, struct piece *out)
{
    struct literals_set run;
    bool first_done = false;
    bool begun = false;

    set_nothing(&run);
    set_anything(&out->inner);
    set_anything(&out->later);
    out->at_word = false;
    while (x->rest.n > 0 && peek(x) != '|' && peek(x) != ')' && !x->lost) {
        struct piece next;

        read_atom(x, &next);
        while (read_quantifier(x, &next))
            ;
        if (!begun)
            out->at_word = next.at_word;
        begun = true;
        keep_rarer(&out->inner, &next.inner);
        if (first_done)
            keep_rarer(&out->later, &next.inner);
        if (set_any_exact(&run) && set_follow(&run, &next.first))
            continue;
        set_cut(&run);
        end_run(out, &run, first_done);
        first_done = true;
        run = next.first;
    }
    end_run(out, &run, first_done);
}

/* One or the other, up to ")" or the end. */
static void read_either(struct regex *x, struct piece *out)
{
    read_sequence(x, out);
    while (!x->lost && take(x, "|")) {
        struct piece other;

        read_sequence(x, &other);
        if (!set_union(&out->first, &other.first))
            set_anything(&out->first);
        set_cut(&other.inner);
        set_cut(&out->inner);
        if (!set_union(&out->inner, &other.inner))
            set_anything(&out->inner);
        set_anything(&out->later);
        out->at_word = out->at_word && other.at_word;
    }
}

static void set_store(struct literal_set *out, struct literals_set *s,
                      struct arena *a)
{
    set_shorten(s);
    *out = (struct literal_set){ 0 };
    for (int i = 0; i < s->count; i++) {
        if (s->of[i].n == 0)
            return;
    }
    out->of = arena_array(a, struct str, (size_t)s->count);
    out->ids = arena_array(a, uint32_t, (size_t)s->count);
    out->count = s->count;
    for (int i = 0; i < s->count; i++)
        out->of[i] = arena_str(a, (struct str){ s->of[i].bytes, s->of[i].n });
}

int literals_of(struct literals *l, struct str regex, struct arena *a,
                struct error *e)
{
    struct regex x = { .rest = regex };
    struct piece all;

    *l = (struct literals){ 0 };
    read_either(&x, &all);
    if (x.banned != NULL)
        return error(e, E_SYNTAX, "%s is not allowed in a rule", x.banned);
    if (x.lost || x.rest.n > 0)
        return 0;
    l->at_word = all.at_word;
    if (set_frequency(&all.inner) < set_frequency(&all.first) / 2)
        set_store(&l->inner, &all.inner, a);
    set_store(&l->first, &all.first, a);
    if (set_frequency(&all.later) < TOO_FREQUENT)
        set_store(&l->later, &all.later, a);
    return 0;
}
