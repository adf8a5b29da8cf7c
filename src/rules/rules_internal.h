/*
 * Shared by the files of src/rules: rules_parse.c makes what rules_match.c
 * searches with and rules_apply.c adds up.
 */
#ifndef RULES_RULES_INTERNAL_H
#define RULES_RULES_INTERNAL_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/buf.h"
#include "rules/phrases.h"
#include "rules/rules.h"
#include "rules/rules_filter.h"

enum {
    RULES_FILE_MAX = 1024 * 1024, /* bytes of one rule file */
    RULES_REGEX_MAX = 64 * 1024,  /* bytes of one regex, %{name} filled in */
    RULES_LINES_MAX = 20000,      /* words, match and unless lines in all */
    RULES_PHRASES_MAX = 200000,   /* phrases in all */
    RULES_GROUPS_MAX = 100,       /* in one regex */
    RULES_SUBJECT_MAX = 16 * 1024 /* bytes of a title or a text searched */
};

enum part { PART_NUMBER, PART_STREET, PART_CROSS, PART_PLACE, PARTS };

extern const char *const part_names[PARTS];

/* A named group of a regex that gives a part of an address. */
struct part_group {
    uint32_t group;
    enum part part;
    struct part_group *next;
};

/* One words, match or unless line. */
struct matcher {
    bool unless;
    double score;
    struct str rule; /* "streets.rules:12" */
    struct str
        language; /* of a words line: finding it tells the language; or empty */
    pcre2_code *code;
    bool jit;
    struct literals literals; /* what a match must begin with or hold */
    struct part_group *parts;
    struct matcher *next;
};

struct in_language {
    struct str language;
    struct str text;
    struct in_language *next;
};

enum block_kind {
    BLOCK_CATEGORY,
    BLOCK_ADDRESS,
    BLOCK_EMERGENCY,
    BLOCK_ASK,
    BLOCK_ROUTE,
    BLOCK_KINDS
};

extern const char *const block_names[BLOCK_KINDS]; /* "category", ... */

/* A yes or no line: a text the block must, or must not, be chosen for. */
struct rule_test {
    bool want;
    struct str text;
    struct str parts; /* "number=12; street=Oak St", or empty */
    const char *path; /* of its file: a block may go on in another */
    int line;
    struct rule_test *next;
};

/* Names of categories or areas, of which one has to fit. */
struct name_list {
    struct str name;
    struct name_list *next;
};

/* Of a route: where to, and for what and where. */
struct route {
    struct str department;
    struct name_list *categories, *areas; /* NULL: any */
    struct str rule;                      /* "routes.rules:3" */
};

struct block {
    enum block_kind kind;
    struct str name;
    const char *path; /* the file it stands in */
    int line;
    int folder; /* which of the folders, from 0 */
    int index;  /* among all blocks */
    double weight;
    double base; /* its score before anything is found */
    struct matcher *matchers, **matcher_tail;
    struct phrase *phrases, **phrase_tail;
    struct in_language *names, **name_tail; /* name, and text of an ask */
    struct rule_test *tests, **test_tail;
    struct route route;
    struct block *next;
};

struct fragment {
    struct str name;
    struct str regex;
    struct fragment *next;
};

/* Nanoseconds of some clock; tests put their own here. */
typedef int64_t rules_clock_fn(void);

/* What a search works in, and what is left of its time. */
struct search {
    pcre2_match_context *context;
    pcre2_match_data *data;
    pcre2_jit_stack *stack;
    struct filter *filter;
    struct str text; /* that of the last search_turn() */
    rules_clock_fn *wall, *cpu;
    int64_t cpu_began, cpu_seen; /* when this message began; the last look */
    int64_t wall_seen;
    size_t starts;    /* tried since the last look at a clock */
    bool out_of_time; /* nothing more is searched for in this message */
};

struct rules {
    struct arena arena;
    struct fragment *fragments; /* the last one first */
    struct block *blocks, **block_tail;
    int block_count;
    struct phrases *phrases; /* of all blocks */
    int lines;
    int phrase_count;
    int tests;
    struct search search;
};

/* rules_parse.c: adds the statements of one file to r. */
CHECKED int rules_parse(struct rules *r, const char *path, int folder,
                        struct str text, struct error *e);

/* rules_words.c: the regex of "pothole*, pot hole*", or an error. */
CHECKED int words_regex(struct str list, struct buf *regex, struct error *e);

/* Reads the files of folders in order; rules_ready() is still to be called. */
CHECKED int rules_read(struct rules *r, const struct setting_list *folders,
                       struct error *e);

/* rules_route.c: the lines of a route block. */
CHECKED int route_department(struct rules *r, struct block *b, struct str value,
                             struct error *e);
CHECKED int route_categories(struct rules *r, struct block *b, struct str value,
                             struct error *e);
CHECKED int route_areas(struct rules *r, struct block *b, struct str value,
                        struct error *e);
/* After all files: every route leads somewhere, from what there is. */
CHECKED int routes_check(const struct rules *r, struct error *e);

/* The block of that kind and name, or NULL. */
struct block *rules_block(const struct rules *r, enum block_kind kind,
                          struct str name);

/* rules.c: an empty set, and what makes a parsed one ready to search with. */
struct rules *rules_new(void);
void rules_ready(struct rules *r);

/* rules_test.c: runs every yes and no line against the whole set. */
CHECKED int rules_test(struct rules *r, struct error *e);

/* rules_match.c */
enum search_result { SEARCH_NONE, SEARCH_FOUND, SEARCH_SLOW };

void search_open(struct search *s);
void search_close(struct search *s);

/* A message begins: its 50 ms count from here. */
void search_begin(struct search *s);

/* Turns to text, which stays until the next turn: searches are in it. */
void search_turn(struct search *s, struct str text);

/*
 * The first match of m that begins at from or later; its groups are what
 * search_group() gives. SEARCH_SLOW: given up, for this line or for good.
 */
enum search_result search_next(struct search *s, const struct matcher *m,
                               size_t from);

/* A group of the match just found, 0 the whole of it; NULL: not matched. */
struct str search_group(const struct search *s, uint32_t group);

/* language.c */
struct language_votes {
    int en, es;
};

void language_count(struct language_votes *v, struct str text);
void language_vote(struct language_votes *v, struct str language);
struct str language_of(const struct language_votes *v);

/* Calls each for every category of which something is in the text. */
typedef void score_fn(void *arg, struct str category, double score);
void rules_scores(struct rules *r, const struct rules_text *text,
                  score_fn *each, void *arg);

#endif
