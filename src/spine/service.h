/*
 * Services: what a category asks of who reports it, and what clerks often
 * answer to it. Read from the files *.services of the rules' folders; see
 * inlet-services(5). A service in a later folder replaces the earlier one.
 */
#ifndef SPINE_SERVICE_H
#define SPINE_SERVICE_H

#include "base/conf.h"

enum {
    SERVICE_QUESTIONS = 20, /* of one category */
    SERVICE_ANSWER_MAX = 1000,
};

enum question_kind {
    QUESTION_CHOICE, /* one of its choices */
    QUESTION_TEXT,
    QUESTION_NUMBER, /* "12", "1.5" */
    QUESTION_DATE,   /* "2026-11-24" */
    QUESTION_KINDS
};

extern const char *const question_kind_names[QUESTION_KINDS];

/* The same thing said in each language. */
struct said {
    struct str language, text;
    struct said *next;
};

/* In the language, else the first one given; empty: nothing is said. */
struct str said_in(const struct said *s, struct str language);

struct choice {
    struct str value;
    struct said *label;
    struct choice *next;
};

struct question {
    struct str code; /* a-z 0-9 _ - */
    enum question_kind kind;
    bool needed;
    struct said *text;
    struct choice *choices; /* of QUESTION_CHOICE, in the file's order */
    struct question *next;
};

/* What a clerk often answers; several languages are said of one name. */
struct canned {
    struct str name; /* "scheduled" */
    struct said *text;
    struct canned *next;
};

struct service {
    struct str category;
    struct question *questions; /* in the file's order */
    struct canned *replies;
    int line;
    const char *path;
    int folder; /* of the folders, in their order */
    struct service *next;
};

struct services;

/* A folder without such files is one too. e says file and line. */
CHECKED int services_load(struct services **out,
                          const struct setting_list *folders, struct error *e);
void services_free(struct services *s);

int services_count(const struct services *s);

/* Those that ask something, in the order of the files. */
const struct service *services_first(const struct services *s);

/* NULL: it asks nothing. s may be NULL: nothing is asked. */
const struct question *service_questions(const struct services *s,
                                         struct str category);
const struct question *question_find(const struct question *list,
                                     struct str code);

/* Can value answer q? An empty one answers what is not needed. */
bool question_takes(const struct question *q, struct str value);

/*
 * An answer as a person reads it: a choice's label, else the value. Empty
 * label where the question is not known any more.
 */
struct str question_label(const struct services *s, struct str category,
                          struct str code, struct str language);
struct str answer_label(const struct services *s, struct str category,
                        struct str code, struct str value, struct str language);

struct service_reply {
    struct str name, text;
    struct service_reply *next;
};

/*
 * What is often answered to a category, its own before everybody's ("*"), in
 * the language.
 */
struct service_reply *service_replies(const struct services *s,
                                      struct str category, struct str language,
                                      struct arena *a);

/* What stands in a reply for what is the ticket's own: "{number}", ... */
struct service_fill {
    struct str number, category, place, url, town;
};
struct str service_fill(struct str text, const struct service_fill *with,
                        struct arena *a);
/* The first {name} of text that stands for nothing; empty: all are known. */
struct str service_unknown(struct str text);

#endif
