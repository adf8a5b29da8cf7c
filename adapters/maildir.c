/*
 * Mail in, from a maildir: a folder with new/, cur/ and tmp/ in it, where a
 * mail server or a script puts one file a mail into new/.
 *
 * The origin of a mail is the name of its file and when that was written, so
 * that a name used again for another mail is another mail.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "mail/mail.h"
#include "spine/adapter.h"

enum {
    FLYING_MAILS = 64,
    FLYING_BYTES = 32 * 1024 * 1024,
    TURN_BYTES = 4 * 1024 * 1024, /* read before the loop goes on */
    STEP = 64 * 1024,
    RETRY_MS = 1000,
    RETRY_MOST_MS = 10 * 60 * 1000,
};

enum maildir_after { MAILDIR_KEEP, MAILDIR_DELETE, MAILDIR_MOVE };

/* A mail that was given to the inbox and not yet answered for. */
struct flight {
    char *name;
    char *origin;
    int64_t bytes;
    struct flight *next;
};

struct maildir {
    struct channel channel;
    struct str path, move_to;
    int64_t scan;
    int after, junk;

    uv_fs_event_t watch;
    uv_timer_t timer;
    int open_handles;
    bool ill;
    bool stopping;
    struct dirent **names; /* of new/, those from names_done on to be taken */
    int names_n, names_done;
    int refused; /* times the inbox could not store, in a row */
    struct flight *flights;
    int flying;
    int64_t flying_bytes;
    channel_stopped_fn *stopped;
};

static struct maildir *maildir_of(struct channel *ch)
{
    return (struct maildir *)(void *)ch;
}

static char *path_of(struct arena *a, const struct maildir *m,
                     const char *folder, const char *name)
{
    return arena_printf(a, "%.*s/%s/%s", STR_FMT(m->path), folder, name);
}

static void sick(struct maildir *m, const char *doing, const char *path)
{
    m->ill = true;
    inbox_health(&m->channel, "cannot %s %s: %s", doing, path, strerror(errno));
}

/* ---- a file into the inbox ---- */

static bool is_flying(const struct maildir *m, const char *name)
{
    const struct flight *f = m->flights;

    while (f != NULL && strcmp(f->name, name) != 0)
        f = f->next;
    return f != NULL;
}

static void give(struct maildir *m, const char *name, const struct stat *st,
                 struct str bytes)
{
    struct flight *f = calloc(1, sizeof(*f));
    struct arena a = { 0 };
    int64_t now = clock_now();
    struct raw raw = {
        .received_at = st->st_mtime < now ? st->st_mtime : now,
        .format = RAW_RFC822,
        .bytes = bytes,
        .full_size = st->st_size,
        .envelope = mail_junk_envelope(m->junk),
    };

    if (f == NULL)
        abort();
    f->name = strdup(name);
    f->origin = strdup(arena_printf(&a, "%s/%lld.%09ld", name,
                                    (long long)st->st_mtim.tv_sec,
                                    st->st_mtim.tv_nsec));
    if (f->name == NULL || f->origin == NULL)
        abort();
    f->bytes = (int64_t)bytes.n;
    f->next = m->flights;
    m->flights = f;
    m->flying++;
    m->flying_bytes += f->bytes;
    raw.origin = str_of(f->origin);
    inbox_accept(&m->channel, &raw, f);
    arena_free(&a);
}

/* What fd holds, as far as a raw may hold it. */
static int bytes_read(int fd, struct buf *b)
{
    ssize_t got;

    do {
        size_t room = b->max - b->n < STEP ? b->max - b->n : STEP;
        char *at = room > 0 ? buf_room(b, room) : NULL;

        if (at == NULL)
            return 0;
        got = read(fd, at, room);
        b->n -= room - (size_t)(got > 0 ? got : 0);
    } while (got > 0 || (got < 0 && errno == EINTR));
    return got < 0 ? -errno : 0;
}

/* Gives how many bytes were read; what is no plain file is left alone. */
static int64_t take_open(struct maildir *m, const char *name, int fd,
                         const char *path)
{
    struct buf b = buf_init(RAW_MAX);
    struct stat st;
    int64_t n;

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return 0;
    if (bytes_read(fd, &b) < 0) {
        sick(m, "read", path);
    } else {
        give(m, name, &st, buf_str(&b));
    }
    n = (int64_t)b.n;
    buf_free(&b);
    return n;
}

static int64_t take(struct maildir *m, const char *name)
{
    struct arena a = { 0 };
    const char *path = path_of(&a, m, "new", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    int64_t n = 0;

    if (fd >= 0) {
        n = take_open(m, name, fd, path);
        close(fd);
    } else if (errno != ENOENT && errno != ELOOP && errno != ENXIO) {
        sick(m, "open", path);
    }
    arena_free(&a);
    return n;
}

/* ---- looking through new/ ---- */

static bool has_room(const struct maildir *m)
{
    return m->flying < FLYING_MAILS && m->flying_bytes < FLYING_BYTES;
}

static int not_hidden(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static bool folder_make(struct maildir *m, const char *path)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return true;
    sick(m, "make", path);
    return false;
}

static bool folders_make(struct maildir *m)
{
    static const char *const parts[] = { "tmp", "new", "cur" };
    struct arena a = { 0 };
    bool good = folder_make(m, arena_dup(&a, m->path));

    for (size_t i = 0; good && i < COUNT_OF(parts); i++)
        good = folder_make(m, path_of(&a, m, parts[i], ""));
    if (good && m->after == MAILDIR_MOVE)
        good = folder_make(m, arena_dup(&a, m->move_to));
    arena_free(&a);
    return good;
}

static void on_scan(uv_timer_t *t);

static void scan_in(struct maildir *m, int64_t ms)
{
    if (!m->stopping)
        uv_timer_start(&m->timer, on_scan, (uint64_t)ms, 0);
}

static int name_order(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void names_drop(struct maildir *m)
{
    for (int i = m->names_done; i < m->names_n; i++)
        free(m->names[i]);
    free(m->names);
    m->names = NULL;
    m->names_n = 0;
    m->names_done = 0;
}

/* Lists new/ where all that was listed before has been taken. */
static void names_read(struct maildir *m, const char *folder)
{
    int n;

    if (m->names_done < m->names_n)
        return;
    names_drop(m);
    n = scandir(folder, &m->names, not_hidden, name_order);
    if (n < 0) {
        m->names = NULL;
        sick(m, "open", folder);
        return;
    }
    m->names_n = n;
}

/* Gives false where there is more to be taken than one turn should. */
static bool scan(struct maildir *m, const char *folder)
{
    int64_t bytes = 0;

    m->ill = false;
    names_read(m, folder);
    while (m->names != NULL && m->names_done < m->names_n && has_room(m) &&
           bytes < TURN_BYTES) {
        struct dirent *d = m->names[m->names_done++];

        if (!is_flying(m, d->d_name))
            bytes += take(m, d->d_name);
        free(d);
    }
    return m->names_done == m->names_n;
}

static void on_event(uv_fs_event_t *w, const char *name, int events, int status)
{
    (void)name;
    (void)events;
    (void)status;
    scan_in(w->data, 0);
}

static void watch_begin(struct maildir *m, const char *folder)
{
    int rc;

    if (uv_is_active((uv_handle_t *)&m->watch))
        return;
    rc = uv_fs_event_start(&m->watch, on_event, folder, 0);
    if (rc < 0) {
        log_warn("%s: %s is not watched but looked at every %lld s: %s",
                 m->channel.name, folder, (long long)m->scan, uv_strerror(rc));
    }
}

static void on_scan(uv_timer_t *t)
{
    struct maildir *m = t->data;
    struct arena a = { 0 };
    const char *folder = path_of(&a, m, "new", "");
    bool was_ill = m->ill;
    bool all = true;

    if (folders_make(m)) {
        watch_begin(m, folder);
        all = scan(m, folder);
        if (was_ill && !m->ill)
            inbox_health(&m->channel, NULL);
    }
    arena_free(&a);
    scan_in(m, all || !has_room(m) ? m->scan * 1000 : 0);
}

/* ---- what the program asks of an adapter ---- */

static int maildir_open(struct channel *ch, struct error *e)
{
    const struct maildir *m = maildir_of(ch);

    if (m->after == MAILDIR_MOVE && m->move_to.n == 0)
        return error(e, E_CONFIG, "after move needs move-to, a folder");
    return 0;
}

static void maildir_start(struct channel *ch)
{
    struct maildir *m = maildir_of(ch);

    uv_fs_event_init(ch->loop, &m->watch);
    uv_timer_init(ch->loop, &m->timer);
    m->watch.data = m;
    m->timer.data = m;
    m->open_handles = 2;
    scan_in(m, 0);
}

/* Out of new/: a file that has gone already is as good. */
static int leave(const struct maildir *m, const char *name, struct arena *a)
{
    const char *from = path_of(a, m, "new", name);
    const char *colon = strstr(name, ":2,");
    const char *to;
    int rc;

    if (m->after == MAILDIR_DELETE) {
        rc = unlink(from);
    } else {
        if (m->after == MAILDIR_MOVE) {
            to = arena_printf(a, "%.*s/%s", STR_FMT(m->move_to), name);
        } else {
            to = path_of(
                a, m, "cur",
                arena_printf(a, "%s%s", name, colon == NULL ? ":2,S" : ""));
        }
        rc = rename(from, to);
    }
    return rc < 0 && errno != ENOENT ? -errno : 0;
}

static void put_away(struct maildir *m, const struct flight *f)
{
    struct arena a = { 0 };

    if (leave(m, f->name, &a) < 0) {
        sick(m, "move or delete", path_of(&a, m, "new", f->name));
    } else {
        inbox_marked(&m->channel, str_of(f->origin));
    }
    arena_free(&a);
}

static void stop_if_done(struct maildir *m)
{
    if (!m->stopping || m->open_handles > 0 || m->flying > 0)
        return;
    names_drop(m);
    m->stopped(&m->channel);
}

static void refused(struct maildir *m)
{
    int64_t ms = RETRY_MS;

    m->refused++;
    names_drop(m);
    for (int i = 1; i < m->refused && ms < RETRY_MOST_MS; i++)
        ms *= 2;
    scan_in(m, ms < RETRY_MOST_MS ? ms : RETRY_MOST_MS);
}

static void maildir_accepted(struct channel *ch, void *arg, int rc)
{
    struct maildir *m = maildir_of(ch);
    struct flight *f = arg;
    struct flight **at = &m->flights;
    bool was_full = !has_room(m);

    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    m->flying--;
    m->flying_bytes -= f->bytes;
    if (rc == 0 || rc == E_DUPLICATE) {
        m->refused = 0;
        put_away(m, f);
        if (was_full)
            scan_in(m, 0);
    } else {
        refused(m);
    }
    free(f->name);
    free(f->origin);
    free(f);
    stop_if_done(m);
}

static void handle_closed(uv_handle_t *h)
{
    struct maildir *m = h->data;

    m->open_handles--;
    stop_if_done(m);
}

static void maildir_stop(struct channel *ch, channel_stopped_fn *stopped)
{
    struct maildir *m = maildir_of(ch);

    m->stopped = stopped;
    m->stopping = true;
    if (m->open_handles == 0) { /* never started */
        stop_if_done(m);
        return;
    }
    uv_close((uv_handle_t *)&m->watch, handle_closed);
    uv_close((uv_handle_t *)&m->timer, handle_closed);
}

#define AT(field) offsetof(struct maildir, field)

static const char *const after_words[] = { "keep", "delete", "move", NULL };

static const struct setting settings[] = {
    { .name = "path",
      .kind = SETTING_TEXT,
      .offset = AT(path),
      .needed = true,
      .help = "The maildir; it and its new, cur and tmp are made where they "
              "are missing." },
    { .name = "after",
      .kind = SETTING_CHOICE,
      .offset = AT(after),
      .choices = after_words,
      .fallback = "keep",
      .help = "What becomes of the file once the mail is safe here: keep "
              "puts it into cur, as seen; delete; or move." },
    { .name = "move-to",
      .kind = SETTING_TEXT,
      .offset = AT(move_to),
      .help = "The folder for after move, on the same file system." },
    { .name = "junk",
      .kind = SETTING_CHOICE,
      .offset = AT(junk),
      .choices = mail_junk_words,
      .fallback = "no",
      .help = MAIL_JUNK_HELP },
    { .name = "scan",
      .kind = SETTING_SECONDS,
      .offset = AT(scan),
      .min = 1,
      .max = 86400,
      .fallback = "60s",
      .help = "How often to look even where the system has told of nothing." },
    { .name = NULL },
};

const struct adapter maildir_adapter = {
    .name = "maildir",
    .help = "Mail from a folder on this machine.",
    .can = ADAPTER_RECEIVES,
    .ending = ".eml",
    .format = RAW_RFC822,
    .settings = settings,
    .size = sizeof(struct maildir),
    .read = mail_read,
    .part = mail_part,
    .open = maildir_open,
    .start = maildir_start,
    .accepted = maildir_accepted,
    .stop = maildir_stop,
};
