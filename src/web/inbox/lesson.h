/*
 * The files of what clerks have taught: entries with an empty line between
 * them, in the folder that the setting "learned" names.
 */
#ifndef WEB_INBOX_LESSON_H
#define WEB_INBOX_LESSON_H

#include "spine/adapter.h"

enum lesson_file { LESSON_PLACES, LESSON_RULES, LESSON_FILES };

extern const char *const lesson_file_names[LESSON_FILES];

struct lesson_entry {
    struct str text; /* its lines, without the end of the last */
    struct lesson_entry *next;
};

enum { LESSON_FILE_MAX = 1024 * 1024, LESSON_ENTRIES_MAX = 5000 };

/* What is in the file now; one that is not there is empty. */
CHECKED int lesson_read(struct lesson_entry **out, const struct town *town,
                        enum lesson_file file, struct arena *a,
                        struct error *e);

/* The whole file of these entries. */
struct str lesson_file_text(const struct lesson_entry *entries,
                            struct arena *a);

const char *lesson_path(const struct town *town, enum lesson_file file,
                        struct arena *a);

/*
 * Would the town's rules and places load with text as that file? e is the
 * sentence of what would not. Takes a while: for another thread.
 */
CHECKED int lesson_check(const struct town *town, enum lesson_file file,
                         struct str text, struct error *e);

/* Two names for one thing: the same however they are spelt. */
bool lesson_same_name(struct str entry, struct str name, struct arena *a);

#endif
