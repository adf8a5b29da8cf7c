#include "cmd/mails.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "spine/raw.h"

enum {
    LINE = 64 * 1024, /* a longer line is read in pieces */
    DATE_BYTES = 64,
};

struct mails {
    struct arena arena;
    struct arena one; /* of the mail given last */
    const char *path;
    int (*next)(struct mails *, struct mail_found *, struct error *);
    bool ended; /* of a single file: it was given */
    /* an mbox */
    FILE *file;
    int64_t size;
    char *line;
    bool begun;      /* the line read last begins a mail */
    bool line_whole; /* what was read before ended a line */
    bool blank;      /* and that line was empty */
    struct buf mail;
    /* a maildir */
    struct file_name *files, *file_at;
    int count, given;
};

/* ---- an mbox ---- */

/* "From ana@example.org Thu Nov 26 09:30:00 2026": when; -1: it is none. */
static int64_t from_line(const char *line)
{
    const char *at = strncmp(line, "From ", 5) == 0 ? line + 5 : NULL;

    for (; at != NULL && *at != '\0'; at++) {
        struct tm t = { 0 };
        const char *end;

        if (at[-1] != ' ' || !isupper((unsigned char)*at))
            continue;
        end = strptime(at, "%a %b %d %H:%M:%S %Y", &t);
        if (end == NULL) /* with a zone before the year */
            end = strptime(at, "%a %b %d %H:%M:%S %Z %Y", &t);
        if (end != NULL)
            return (int64_t)timegm(&t);
    }
    return -1;
}

/* A line of the mail; ">From " was "From " once (mboxrd). */
static void line_keep(struct mails *m, size_t n, int64_t *full)
{
    struct str line = { m->line, n };
    size_t marks = 0;
    size_t room;

    while (marks < n && m->line[marks] == '>')
        marks++;
    if (m->line_whole && marks > 0 &&
        str_starts(str_slice(line, marks, n), STR("From ")))
        line = str_slice(line, 1, n);
    *full += (int64_t)line.n;
    room = m->mail.max - m->mail.n;
    buf_add(&m->mail, str_slice(line, 0, room));
}

/* The next piece of a line, NULs and all; 0 at the end of the file. */
static size_t line_read(struct mails *m)
{
    size_t n = 0;
    int c = 0;

    while (n < LINE - 1 && c != '\n' && (c = getc_unlocked(m->file)) != EOF)
        m->line[n++] = (char)c;
    m->line[n] = '\0';
    return n;
}

static bool is_blank(const char *line)
{
    return line[0] == '\n' || (line[0] == '\r' && line[1] == '\n');
}

static int mbox_next(struct mails *m, struct mail_found *out, struct error *e)
{
    int64_t at = m->begun ? from_line(m->line) : -1;
    size_t n = 0;

    *out = (struct mail_found){ .at = at > 0 ? at : 0 };
    buf_clear(&m->mail);
    m->begun = false;
    while ((n = line_read(m)) > 0) {
        if (m->line_whole && m->blank && from_line(m->line) >= 0) {
            m->begun = true;
            break;
        }
        line_keep(m, n, &out->full_size);
        m->blank = m->line_whole && is_blank(m->line);
        m->line_whole = m->line[n - 1] == '\n';
    }
    if (ferror(m->file))
        return error(e, -EIO, "cannot read %s: %s", m->path, strerror(errno));
    out->bytes = buf_str(&m->mail);
    /* The blank line behind it is the mbox's. */
    if (m->blank && out->bytes.n > 0 && out->full_size <= RAW_MAX) {
        out->bytes.n -= str_ends(out->bytes, STR("\r\n")) ? 2 : 1;
        out->full_size = (int64_t)out->bytes.n;
    }
    return str_trim(out->bytes).n > 0 || m->begun;
}

/* true: it begins as an mbox does. */
static bool mbox_begin(struct mails *m)
{
    m->line = arena_alloc(&m->arena, LINE);
    m->mail = buf_init(RAW_MAX);
    m->line_whole = true;
    m->begun = line_read(m) > 0 && from_line(m->line) >= 0;
    return m->begun;
}

/* ---- a file, a maildir ---- */

static int file_take(struct mails *m, const char *path, struct mail_found *out,
                     struct error *e)
{
    struct stat st;
    int rc;

    arena_free(&m->one);
    rc = file_read(&m->one, path, (size_t)1 << 30, &out->bytes, e);
    if (rc < 0)
        return rc;
    out->full_size = (int64_t)out->bytes.n;
    out->bytes = str_slice(out->bytes, 0, RAW_MAX);
    out->at = stat(path, &st) == 0 ? (int64_t)st.st_mtime : 0;
    return 1;
}

static int one_next(struct mails *m, struct mail_found *out, struct error *e)
{
    int rc;

    if (m->ended)
        return 0;
    m->ended = true;
    rc = file_take(m, m->path, out, e);
    out->at = 0; /* a file may have been copied since */
    return rc;
}

/* "T" behind a name: thrown away; "D": a draft, never sent. */
static bool is_left_out(const char *path)
{
    const char *flags = strrchr(path, ',');

    if (flags == NULL || flags - path < 2 || flags[-1] != '2' ||
        flags[-2] != ':')
        return false;
    return strpbrk(flags, "TD") != NULL;
}

static int maildir_next(struct mails *m, struct mail_found *out,
                        struct error *e)
{
    while (m->file_at != NULL) {
        const char *path = m->file_at->path;

        m->file_at = m->file_at->next;
        m->given++;
        if (!is_left_out(path))
            return file_take(m, path, out, e);
    }
    return 0;
}

static int maildir_list(struct mails *m, const char *sub, struct error *e)
{
    struct file_name **end = &m->files;
    struct file_name *more = NULL;
    int rc =
        file_list(&m->arena, arena_printf(&m->arena, "%s/%s", m->path, sub), "",
                  &more, e);

    while (*end != NULL)
        end = &(*end)->next;
    *end = more;
    for (; more != NULL; more = more->next)
        m->count++;
    return rc;
}

static int maildir_begin(struct mails *m, struct error *e)
{
    int rc = maildir_list(m, "cur", e);

    if (rc == 0)
        rc = maildir_list(m, "new", e);
    m->file_at = m->files;
    m->next = maildir_next;
    if (rc < 0) {
        return error(e, rc,
                     "%s is a folder and no maildir: no cur or new in it",
                     m->path);
    }
    return 0;
}

/* ---- any of them ---- */

static int file_begin(struct mails *m, struct error *e)
{
    m->file = fopen(m->path, "re");
    if (m->file == NULL)
        return error(e, -errno, "cannot read %s: %s", m->path, strerror(errno));
    m->next = mbox_begin(m) ? mbox_next : one_next;
    return 0;
}

int mails_open(struct mails **out, const char *path, struct error *e)
{
    struct mails *m = calloc(1, sizeof(*m));
    struct stat st;
    int rc = 0;

    if (m == NULL)
        abort();
    m->path = path;
    if (stat(path, &st) < 0)
        rc = error(e, -errno, "cannot read %s: %s", path, strerror(errno));
    if (rc == 0) {
        m->size = (int64_t)st.st_size;
        rc = S_ISDIR(st.st_mode) ? maildir_begin(m, e) : file_begin(m, e);
    }
    if (rc < 0) {
        mails_close(m);
        return rc;
    }
    *out = m;
    return 0;
}

int mails_next(struct mails *m, struct mail_found *out, struct error *e)
{
    *out = (struct mail_found){ 0 };
    return m->next(m, out, e);
}

int mails_percent(const struct mails *m)
{
    if (m->count > 0)
        return (int)(100LL * m->given / m->count);
    if (m->file == NULL || m->size == 0 || m->next == one_next)
        return 100;
    return (int)(100 * (int64_t)ftello(m->file) / m->size);
}

void mails_close(struct mails *m)
{
    if (m->file != NULL)
        fclose(m->file);
    buf_free(&m->mail);
    arena_free(&m->one);
    arena_free(&m->arena);
    free(m);
}
