/* Files read whole, and the folders that hold them. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"

/* Reads all of path, at most max bytes, with a NUL after it. */
CHECKED int file_read(struct arena *a, const char *path, size_t max,
                      struct str *out, struct error *e);

/* Reads fd to its end, at most max bytes. name is for the sentence. */
CHECKED int file_read_fd(struct arena *a, int fd, const char *name, size_t max,
                         struct str *out, struct error *e);

/*
 * Puts text at path: whole, and on disk, or not at all. What was there goes
 * only then.
 */
CHECKED int file_replace(const char *path, struct str text, struct error *e);

/*
 * The same for what nobody but its owner may read (mode 0600). Where root
 * writes it, its owner is the folder's: the daemon has to read it.
 */
CHECKED int file_replace_secret(const char *path, struct str text,
                                struct error *e);

struct file_name {
    const char *path; /* folder and name */
    struct file_name *next;
};

/* The files in folder whose names end in ending, in byte order of name. */
CHECKED int file_list(struct arena *a, const char *folder, const char *ending,
                      struct file_name **out, struct error *e);

#endif
