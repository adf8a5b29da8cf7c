/*
 * The search: what the literal filter leaves out must never have matched, and
 * no pattern may hold a message.
 */
#include <stdlib.h>

#include "../tap.h"
#include "base/utf8.h"
#include "rules/rules_internal.h"

static struct rules *set_of(const char *text)
{
    struct rules *r = rules_new();
    struct error e;

    if (rules_parse(r, "a.rules", 0, str_of(text), &e) < 0)
        printf("# %s\n", e.text);
    rules_ready(r);
    return r;
}

/* Where PCRE2 itself finds regex in text; begin > end: nowhere. */
static struct span plain(const char *regex, struct str text)
{
    uint32_t flags = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_DUPNAMES;
    struct span span = { 1, 0, ZONE_VISIBLE };
    pcre2_match_data *data = pcre2_match_data_create(100, NULL);
    const size_t *at = pcre2_get_ovector_pointer(data);
    int rc;
    size_t where;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED,
                                     flags, &rc, &where, NULL);

    if (pcre2_match(code, (PCRE2_SPTR)text.p, text.n, 0, 0, data, NULL) > 0)
        span = (struct span){ (uint32_t)at[0], (uint32_t)at[1], ZONE_VISIBLE };
    pcre2_code_free(code);
    pcre2_match_data_free(data);
    return span;
}

/* Where the rules find it. */
static struct span ours(const char *regex, struct str text)
{
    struct arena a = { NULL };
    struct rules *r = set_of(arena_printf(&a, "category a\nmatch %s\n", regex));
    const struct matcher *m = r->blocks->matchers;
    struct span span = { 1, 0, ZONE_VISIBLE };

    search_begin(&r->search);
    search_turn(&r->search, text);
    if (m != NULL && search_next(&r->search, m, 0) == SEARCH_FOUND) {
        struct str all = search_group(&r->search, 0);

        span.begin = (uint32_t)(all.p - text.p);
        span.end = span.begin + (uint32_t)all.n;
    }
    rules_free(r);
    arena_free(&a);
    return span;
}

static bool agree(const char *regex, struct str text)
{
    struct span a = plain(regex, text);
    struct span b = ours(regex, text);

    if (a.begin == b.begin && a.end == b.end)
        return true;
    printf("# /%s/ in \"%.*s\": %u-%u, not %u-%u\n", regex, STR_FMT(text),
           b.begin, b.end, a.begin, a.end);
    return false;
}

static const char *const regexes[] = {
    "\\bpot(?:hole|[\\s-]hole)s?\\b",
    "pot[\\s-]?holes?",
    "\\b(?:st|ave)\\b|\\broad",
    "k",
    "s+t",
    "\\bÁrbol|ñandú",
    "[áa]rbol\\w*",
    "\\d{3}",
    "\\b\\d+ (?:oak|elm)\\b",
    "(?<number>\\d+)?[ab]c",
    "(?:ab){2}c",
    "(?:ab){0}c",
    "colou?r*s",
    "a(?=bc)b",
    "(?<!x)yz",
    "(?i:tree)s",
    "(?i)tree(?-i)S",
    "(?x) t r e e",
    "[[:digit:]]+x",
    "[^a]bc",
    "[a-c]bd",
    "\\Qa+b\\E",
    "(a)\\1b",
    "(?<x>ab|cd)(?&x)e",
    "(?|(ab)c|(cd)e)",
    "(?>ab|a)c",
    "\\x61\\x62",
    "^on\\s.{5,80}wrote:",
    "ß|straße",
    "a\\Kb",
    "(?:|ab)c",
    "\\bthe\\b[^.]{0,20}\\bend\\b",
    "{,5}",
    "a{,5}b",
    "]x",
    "\\p{L}{3}9",
    "[\\]x]y",
    "[]x]y",
    "(?:(?:(?:deep)))",
    "\\bno",
    "å",
    "×2|3÷",
    "ÿ",
};

static const char *const texts[] = {
    "",
    "Potholes and pot holes, a POT-HOLE in the spot hole",
    "12 Oak St and 7 elm, road, broad",
    "\xe2\x84\xaa sign", /* Kelvin */
    "ma\xc5\xbft",       /* long s */
    "un \xe2\x84\xabr",  /* Angstrom */
    "un ÁRBOL, arbol; Ñandú nandu",
    "tel. 555-0123 y ١٢٣ elm",
    "abababc ababc aac bc xyz yz ayz",
    "aaaaaab color colrrs colours abc",
    "trees TREES treeS tree S",
    "a+b aab ababe cdcde abc ac cde",
    "On some day, someone wrote: hello",
    "STRASSE straße STRAẞE ÿ Ÿ Å",
    "2×2, 3÷2, ×2",
    "the very end. the rest ends; the thing {,5} a{,5}b ]x ]y xy",
    "abd bbd zbd xbc deep no know 1x abc9",
};

static void the_filter_never_hides_a_match(void)
{
    for (size_t i = 0; i < COUNT_OF(regexes); i++) {
        bool same = true;

        for (size_t k = 0; k < COUNT_OF(texts); k++)
            same = agree(regexes[i], str_of(texts[k])) && same;
        CHECK(same);
    }
}

/*
 * The filter compares ASCII and Latin-1 without case by itself. That is only
 * right while no other character but those it looks out for folds to one.
 */
static void no_other_character_folds_to_one_of_a_literal(void)
{
    int unexpected = 0;

    for (uint32_t c = 0x100; c < 0x30000; c++) {
        char bytes[4] = { (char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 63)),
                          (char)(0x80 | (c & 63)) };
        struct str one = { bytes, 3 };

        if (c < 0x800) {
            bytes[0] = (char)(0xc0 | c >> 6);
            bytes[1] = (char)(0x80 | (c & 63));
            one.n = 2;
        } else if (c >= 0x10000) {
            bytes[0] = (char)(0xf0 | c >> 18);
            bytes[1] = (char)(0x80 | (c >> 12 & 63));
            bytes[2] = (char)(0x80 | (c >> 6 & 63));
            bytes[3] = (char)(0x80 | (c & 63));
            one.n = 4;
        }
        if (!utf8_valid(one) || c == 0x17f || c == 0x212a || c == 0x212b ||
            c == 0x178 || c == 0x1e9e)
            continue;
        unexpected += plain("[a-z0-9\xc3\xa0-\xc3\xbe]", one).end > 0 ? 1 : 0;
    }
    CHECK(unexpected == 0);
}

/* A clock that goes one millisecond on whenever it is looked at. */
static int64_t looks;

static int64_t counted_clock(void)
{
    return looks++ * 1000000;
}

/* piece again and again, at least n bytes, then tail. */
static struct str bytes_of(struct arena *a, const char *piece, size_t n,
                           const char *tail)
{
    struct buf b = buf_init(n + 64);
    struct str s;

    while (b.n < n)
        buf_add(&b, str_of(piece));
    buf_add(&b, str_of(tail));
    s = arena_str(a, buf_str(&b));
    buf_free(&b);
    return s;
}

/* A regex that takes for ever, and the text it does so on. */
static const struct {
    const char *regex, *piece, *tail;
} greedy[] = {
    { "(a+)+$", "a", "!" },
    { "(?:a|aa)+b", "a", "cb" },
    { "(?:.*a){12}b", "a", "\nb" },
    { "\\s+(?:St|Ave)\\b", " ", "xSt" },
    { "\\b\\d+\\s+(?:\\w+\\s*)+(?:St|Ave)\\b", "12 some words ", "-St" },
    { "(?:\\w+\\s?)*x{3}", "12 some words ", "-xx" },
    { "([a-z]+)*\\1z", "a", "-z" },
    { "^(?:[^z]*[^y]*)*z$", "ab", "zy" },
};

static const struct finding *field(const struct extract *x, const char *name)
{
    const struct finding *f = x->findings;

    while (f != NULL && !str_eq(f->field, str_of(name)))
        f = f->next;
    return f;
}

/* How often the clock is looked at while greedy rule i goes on. */
static int64_t looks_at(size_t i, bool jit, bool *slow)
{
    struct arena a = { NULL };
    struct rules *r = set_of(arena_printf(&a,
                                          "category a\nmatch %s\n"
                                          "category tree\nwords en tree\n",
                                          greedy[i].regex));
    struct rules_text in = { .title = STR("a tree") };
    struct extract x;

    in.text = bytes_of(&a, greedy[i].piece, 16000, greedy[i].tail);
    for (struct block *b = r->blocks; b != NULL; b = b->next)
        b->matchers->jit = b->matchers->jit && jit;
    r->search.wall = counted_clock;
    r->search.cpu = counted_clock;
    looks = 0;
    rules_apply(r, &in, &x, &a);
    *slow = field(&x, "slow") != NULL;
    CHECK_STR(x.category.name, "tree");
    rules_free(r);
    arena_free(&a);
    return looks;
}

static void a_greedy_rule_is_given_up_and_leaves_a_word(void)
{
    for (size_t i = 0; i < COUNT_OF(greedy) * 2; i++) {
        bool slow = false;

        CHECK(looks_at(i / 2, i % 2 == 0, &slow) < 120);
        CHECK(slow);
    }
}

static void many_greedy_rules_share_one_budget(void)
{
    struct arena a = { NULL };
    struct buf text = buf_init((size_t)64 * 1024);
    struct rules_text in = { .text = bytes_of(&a, " ", 16000, "xSt") };
    struct extract x;
    struct rules *r;

    for (int i = 0; i < 200; i++)
        buf_printf(&text, "category c%d\nmatch \\s+(?:St|Av%d)\\b\n", i, i);
    r = set_of(buf_cstr(&text));
    r->search.wall = counted_clock;
    r->search.cpu = counted_clock;
    looks = 0;
    rules_apply(r, &in, &x, &a);
    CHECK(r->search.out_of_time);
    CHECK(looks < 120);
    CHECK(field(&x, "slow") != NULL);
    CHECK_STR(x.category.name, "other");
    rules_free(r);
    buf_free(&text);
    arena_free(&a);
}

static void a_greedy_rule_leaves_time_for_the_others(void)
{
    struct arena a = { NULL };
    struct rules *r = set_of("category a\nmatch \\s+(?:St|Ave)\\b\n"
                             "category tree\nwords en tree\n");
    struct rules_text in = { .text = bytes_of(&a, " ", 16000, "xSt tree") };
    struct extract x;

    r->search.wall = counted_clock;
    r->search.cpu = counted_clock;
    rules_apply(r, &in, &x, &a);
    CHECK(field(&x, "slow") != NULL);
    CHECK_STR(x.category.name, "tree");
    rules_free(r);
    arena_free(&a);
}

static void only_the_head_of_a_long_text_is_searched(void)
{
    struct arena a = { NULL };
    struct buf b = buf_init((size_t)64 * 1024);
    struct rules *r = set_of("category a\nwords en tree\n");
    struct rules_text in;
    struct extract x;

    buf_add(&b, bytes_of(&a, "ñ ", RULES_SUBJECT_MAX, ""));
    buf_add(&b, STR(" tree"));
    in = (struct rules_text){ .text = buf_str(&b) };
    rules_apply(r, &in, &x, &a);
    CHECK_STR(x.category.name, "other");
    buf_clear(&b);
    buf_add(&b, bytes_of(&a, "ñ ", RULES_SUBJECT_MAX - 20, ""));
    buf_add(&b, STR(" tree"));
    in.text = buf_str(&b);
    rules_apply(r, &in, &x, &a);
    CHECK_STR(x.category.name, "a");
    rules_free(r);
    buf_free(&b);
    arena_free(&a);
}

static void bytes_that_are_no_text_end_the_search(void)
{
    struct arena a = { NULL };
    struct rules *r = set_of("category a\nmatch tree|.x\n");
    struct rules_text in = { .text = STR("a tree \xff x") };
    struct extract x;

    rules_apply(r, &in, &x, &a);
    CHECK_STR(x.category.name, "a");
    in.text = STR("\xff tree");
    rules_apply(r, &in, &x, &a);
    CHECK_STR(x.category.name, "other");
    rules_free(r);
    arena_free(&a);
}

int main(void)
{
    the_filter_never_hides_a_match();
    no_other_character_folds_to_one_of_a_literal();
    a_greedy_rule_is_given_up_and_leaves_a_word();
    many_greedy_rules_share_one_budget();
    a_greedy_rule_leaves_time_for_the_others();
    only_the_head_of_a_long_text_is_searched();
    bytes_that_are_no_text_end_the_search();
    return tap_done();
}
