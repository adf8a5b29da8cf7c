/*
 * The line format that inlet.conf and the rule files share. One statement a
 * line: a keyword, then its value as it stands, trimmed; no quotes, escapes or
 * continuation. "#" begins a comment at the start of a line only. Some
 * keywords open a block; indentation is for the eye.
 *
 * A table of settings is parser, range check, default and help in one.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/arena.h"

/* Called for each statement; line counts from 1. keyword is never empty. */
typedef int conf_statement_fn(void *arg, struct str keyword, struct str value,
                              int line, struct error *e);

/* Reads text; an error gets "path:line: " in front and ends the reading. */
CHECKED int conf_read(struct str text, const char *path,
                      conf_statement_fn *each, void *arg, struct error *e);

enum setting_kind {
    SETTING_TEXT,    /* struct str */
    SETTING_SECRET,  /* struct str; "file PATH" reads it from there */
    SETTING_LIST,    /* struct setting_list *: may stand several times */
    SETTING_NUMBER,  /* int64_t, min..max */
    SETTING_SECONDS, /* int64_t, min..max; 90, 30s, 5m, 2h, 7d */
    SETTING_BYTES,   /* int64_t, min..max; 500, 64k, 35m */
    SETTING_FLAG,    /* bool; yes or no */
    SETTING_CHOICE,  /* int: the place in choices */
};

struct setting_list {
    struct str value;
    struct setting_list *next; /* in the order of the file */
};

struct setting {
    const char *name; /* as it is spelt in the file */
    enum setting_kind kind;
    size_t offset; /* in the struct that holds the settings */
    int64_t min, max;
    const char *fallback; /* as it would be written; NULL: none */
    bool needed;
    const char *const *choices; /* SETTING_CHOICE: ended by NULL */
    const char *help;           /* one line, for the man page and doctor */
};

/* Puts every fallback of table (ended by a NULL name) into base. */
CHECKED int settings_default(const struct setting *table, void *base,
                             struct arena *a, struct error *e);

/* Sets the one called keyword; values are copied into a. E_NONE: no such. */
CHECKED int settings_set(const struct setting *table, void *base,
                         struct str keyword, struct str value, struct arena *a,
                         struct error *e);

/* Says which needed one is missing. */
CHECKED int settings_check(const struct setting *table, const void *base,
                           struct error *e);

#endif
