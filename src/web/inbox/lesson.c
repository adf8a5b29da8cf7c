#include "web/inbox/lesson.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "geo/gaz_learn.h"
#include "geo/name.h"
#include "rules/rules.h"

const char *const lesson_file_names[LESSON_FILES] = {
    [LESSON_PLACES] = LEARNED_PLACES,
    [LESSON_RULES] = "learned.rules",
};

static const struct str first_line =
    STR_INIT("# What clerks have taught, an entry between two empty lines.\n");

const char *lesson_path(const struct town *town, enum lesson_file file,
                        struct arena *a)
{
    return arena_printf(a, "%.*s/%s", STR_FMT(town->learned),
                        lesson_file_names[file]);
}

/* The lines up to the next empty one; what begins with "#" is none of it. */
static struct str entry_cut(struct str *text)
{
    struct str entry = STR_NONE;

    while (text->n > 0) {
        struct str line = str_line(text);
        struct str bare = str_trim(line);

        if (bare.n == 0 && entry.n > 0)
            break;
        if (bare.n == 0 || bare.p[0] == '#')
            continue;
        if (entry.n == 0)
            entry.p = line.p;
        entry.n = (size_t)(line.p + line.n - entry.p);
    }
    return entry;
}

int lesson_read(struct lesson_entry **out, const struct town *town,
                enum lesson_file file, struct arena *a, struct error *e)
{
    const char *path = lesson_path(town, file, a);
    struct str text = STR_NONE;
    int rc = file_read(a, path, LESSON_FILE_MAX, &text, e);

    *out = NULL;
    if (rc == -ENOENT)
        rc = 0;
    while (rc == 0 && text.n > 0) {
        struct str entry = entry_cut(&text);

        if (entry.n == 0)
            break;
        *out = arena_new(a, struct lesson_entry);
        (*out)->text = entry;
        out = &(*out)->next;
    }
    return rc;
}

struct str lesson_file_text(const struct lesson_entry *entries, struct arena *a)
{
    struct buf out = buf_init((size_t)LESSON_FILE_MAX * 2);
    struct str text;

    buf_add(&out, first_line);
    for (; entries != NULL; entries = entries->next) {
        buf_byte(&out, '\n');
        buf_add(&out, entries->text);
        buf_byte(&out, '\n');
    }
    text = arena_str(a, buf_str(&out));
    buf_free(&out);
    return text;
}

/* ---- would it load? ---- */

static int places_check(const struct town *town, struct str text,
                        struct arena *a, struct error *e)
{
    struct learned *l;

    (void)town;
    return learned_read(&l, text, LEARNED_PLACES, a, e);
}

/* The folders of rules, with another one for the one that is taught. */
static struct setting_list *folders_with(const struct town *town,
                                         struct str instead, struct arena *a)
{
    struct setting_list *first = NULL;
    struct setting_list **tail = &first;

    for (const struct setting_list *s = town->rules; s != NULL; s = s->next) {
        *tail = arena_new(a, struct setting_list);
        (*tail)->value = s->next == NULL ? instead : s->value;
        tail = &(*tail)->next;
    }
    return first;
}

/* The folder of the trial says nothing to a person. */
static void without_folder(struct error *e, struct str folder)
{
    struct str text = str_of(e->text);
    size_t at = str_find(text, folder);

    if (at + folder.n + 1 < text.n) {
        memmove(e->text + at, e->text + at + folder.n + 1,
                text.n - at - folder.n);
    }
}

static int rules_check(const struct town *town, struct str text,
                       struct arena *a, struct error *e)
{
    char *folder =
        arena_printf(a, "%.*s/.trial-XXXXXX", STR_FMT(town->learned));
    struct rules *rules;
    const char *path;
    int rc;

    if (mkdtemp(folder) == NULL) {
        return error(e, -errno, "cannot write into %.*s: %s",
                     STR_FMT(town->learned), strerror(errno));
    }
    path = arena_printf(a, "%s/%s", folder, lesson_file_names[LESSON_RULES]);
    rc = file_replace(path, text, e);
    if (rc == 0)
        rc = rules_load(&rules, folders_with(town, str_of(folder), a), e);
    if (rc == 0)
        rules_free(rules);
    if (rc < 0)
        without_folder(e, str_of(folder));
    unlink(path);
    rmdir(folder);
    return rc;
}

int lesson_check(const struct town *town, enum lesson_file file,
                 struct str text, struct error *e)
{
    static int (*const checks[LESSON_FILES])(const struct town *town,
                                             struct str text, struct arena *a,
                                             struct error *e) = {
        [LESSON_PLACES] = places_check,
        [LESSON_RULES] = rules_check,
    };
    struct arena a = { 0 };
    int rc = checks[file](town, text, &a, e);

    arena_free(&a);
    return rc;
}

bool lesson_same_name(struct str entry, struct str name, struct arena *a)
{
    struct learned *l;
    struct error e;

    return learned_read(&l, entry, LEARNED_PLACES, a, &e) == 0 && l != NULL &&
           str_eq(name_fold(a, l->name), name_fold(a, name));
}
