/* Settings, the folders, start and stop of the adapter "spool". See spool.h. */
#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "control.h"

enum {
    FLYING_MAX = 64,
    TURN_FILES = 256, /* looked at before the loop goes on */
    STEP = 4096,
    RETRY_MS = 1000,
    RETRY_MOST_MS = 10 * 60 * 1000,
    RAW_BYTES = 4 * SPOOL_PARTS * SPOOL_FILE_BYTES,
};

struct spool_flight {
    struct spool *s;
    int n;
    char *names[SPOOL_PARTS];
    struct spool_flight *next;
};

static struct spool *spool_of(struct channel *c)
{
    return (struct spool *)(void *)c;
}

/* What stays in the folder is said once, and not at each look. */
PRINTF(3, 4)
static void odd(struct spool *s, const char *name, const char *fmt, ...)
{
    char why[200];
    va_list ap;

    if (s->odd++ > 0)
        return;
    va_start(ap, fmt);
    vsnprintf(why, sizeof(why), fmt, ap);
    va_end(ap);
    snprintf(s->why_odd, sizeof(s->why_odd), "%.80s: %s", name, why);
}

static void health(struct spool *s)
{
    char now[sizeof(s->told_odd)] = "";

    if (s->odd > 0) {
        snprintf(now, sizeof(now), "%d in %.*s: %.200s", s->odd,
                 (int)(s->in.n < 60 ? s->in.n : 60), s->in.p, s->why_odd);
    }
    if (strcmp(now, s->told_odd) == 0)
        return;
    snprintf(s->told_odd, sizeof(s->told_odd), "%s", now);
    if (s->odd > 0) {
        inbox_health(&s->text.channel, "%s %s",
                     "files that are no texts:", now);
    } else {
        inbox_health(&s->text.channel, NULL);
    }
}

/* ---- files of a text into the store ---- */

static void look_again(struct spool *s, int64_t ms);

static void flight_end(struct spool_flight *f)
{
    struct spool_flight **at = &f->s->flights;

    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    f->s->flying--;
    for (int i = 0; i < f->n; i++)
        free(f->names[i]);
    free(f);
}

/* Out of in: a file that has gone already is as good. */
static void leave(struct spool *s, const char *name)
{
    struct arena a = { 0 };
    const char *from = arena_printf(&a, "%.*s/%s", STR_FMT(s->in), name);
    int rc =
        s->done.n == 0
            ? unlink(from)
            : rename(from, arena_printf(&a, "%.*s/%s", STR_FMT(s->done), name));

    if (rc < 0 && errno != ENOENT) {
        inbox_health(&s->text.channel, "cannot move or delete %s: %s", from,
                     strerror(errno));
    }
    arena_free(&a);
}

static void taken(void *arg, int rc)
{
    struct spool_flight *f = arg;
    struct spool *s = f->s;
    int64_t ms = RETRY_MS;

    if (rc == 0) {
        s->refused = 0;
        for (int i = 0; i < f->n; i++)
            leave(s, f->names[i]);
    } else {
        for (int i = 0; i < s->refused && ms < RETRY_MOST_MS; i++)
            ms *= 2;
        s->refused++;
    }
    flight_end(f);
    look_again(s, rc == 0 ? 0 : ms);
}

static bool is_flying(const struct spool *s, const char *name)
{
    for (const struct spool_flight *f = s->flights; f != NULL; f = f->next) {
        for (int i = 0; i < f->n; i++) {
            if (str_eq(str_of(f->names[i]), str_of(name)))
                return true;
        }
    }
    return false;
}

static struct spool_flight *flight_new(struct spool *s)
{
    struct spool_flight *f = calloc(1, sizeof(*f));

    if (f == NULL)
        abort();
    f->s = s;
    f->next = s->flights;
    s->flights = f;
    s->flying++;
    return f;
}

static const char *flight_add(struct spool_flight *f, struct str name)
{
    char *copy = calloc(1, name.n + 1);

    if (copy == NULL)
        abort();
    for (size_t i = 0; i < name.n; i++)
        copy[i] = name.p[i];
    f->names[f->n++] = copy;
    return copy;
}

/* False: they are no text, and stay. */
static bool give(struct spool_flight *f, struct str bytes)
{
    struct spool *s = f->s;
    struct arena a = { 0 };
    struct text *text = NULL;
    struct error e;

    if (spool_read(&text, RAW_FORM, bytes, &a, &e) < 0) {
        odd(s, f->names[0], "%s", e.text);
        arena_free(&a);
        return false;
    }
    if (control_consent(text->words, &a) == CONTROL_STOP)
        spool_withdraw(s, text->from);
    text_take(&s->text,
              &(struct text_taken){
                  .format = RAW_FORM, .bytes = bytes, .texts = text },
              taken, f);
    arena_free(&a);
    return true;
}

/* ---- one file ---- */

static bool file_bytes(int fd, struct buf *b)
{
    ssize_t got;

    do {
        size_t room = b->max - b->n < STEP ? b->max - b->n : STEP;
        char *at = room > 0 ? buf_room(b, room) : NULL;

        if (at == NULL)
            return true;
        got = read(fd, at, room);
        b->n -= room - (size_t)(got > 0 ? got : 0);
    } while (got > 0 || (got < 0 && errno == EINTR));
    return got == 0;
}

/* 1: it is in out; 0: not yet; -1: it is none. */
static int file_open_read(struct spool *s, const char *name, int fd,
                          struct buf *out)
{
    struct buf bytes = buf_init(SPOOL_FILE_BYTES);
    int64_t now = clock_now();
    struct stat st;
    char at[32];
    int rc = 1;

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        odd(s, name, "it is no plain file");
        return -1;
    }
    if (st.st_size > SPOOL_FILE_BYTES) {
        odd(s, name, "it is too large for a text");
        return -1;
    }
    /* Who writes it in place may not be through yet. */
    if (st.st_mtime <= now && now - st.st_mtime < s->settle)
        return 0;
    if (!file_bytes(fd, &bytes)) {
        odd(s, name, "it cannot be read");
        rc = -1;
    } else {
        if (out->n == 0) {
            snprintf(at, sizeof(at), "%lld", (long long)st.st_mtime);
            spool_pack(out, "at", str_of(at));
            snprintf(at, sizeof(at), "%ld", st.st_mtim.tv_nsec);
            spool_pack(out, "ns", str_of(at));
        }
        spool_pack(out, "file", str_of(name));
        spool_pack(out, "text", buf_str(&bytes));
    }
    buf_free(&bytes);
    return rc;
}

static int file_read(struct spool *s, const char *name, struct buf *out)
{
    struct arena a = { 0 };
    const char *path = arena_printf(&a, "%.*s/%s", STR_FMT(s->in), name);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    int rc = -1;

    if (fd >= 0) {
        rc = file_open_read(s, name, fd, out);
        close(fd);
    } else if (errno != ENOENT) {
        odd(s, name, "%s",
            errno == ELOOP ? "it is no plain file" : strerror(errno));
    }
    arena_free(&a);
    return rc;
}

/* ---- looking through in ---- */

static bool ends_with(const char *name, const char *ending)
{
    return str_ends(str_of(name), str_of(ending));
}

/* What others are still writing is hidden, or says so. */
static int is_file(const struct dirent *d)
{
    return d->d_name[0] != '.' && !ends_with(d->d_name, ".LOCK") &&
           !ends_with(d->d_name, ".tmp");
}

static int name_order(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* How many of names, from the first on, are one text. */
static int parts(struct dirent *const *names, int n)
{
    struct spool_name first;
    struct spool_name other;
    int i = 1;

    if (!spool_name(str_of(names[0]->d_name), &first))
        return 1;
    while (i < n && i < SPOOL_PARTS &&
           spool_name(str_of(names[i]->d_name), &other) &&
           str_eq(first.all_parts, other.all_parts))
        i++;
    return i;
}

/* False: it has to be looked at again soon. */
static bool take(struct spool *s, struct dirent *const *names, int n)
{
    struct buf bytes = buf_init(RAW_BYTES);
    struct spool_flight *f = flight_new(s);
    int rc = 1;

    for (int i = 0; rc > 0 && i < n; i++)
        rc = file_read(s, flight_add(f, str_of(names[i]->d_name)), &bytes);
    if (rc <= 0 || bytes.over || !give(f, buf_str(&bytes)))
        flight_end(f);
    buf_free(&bytes);
    return rc != 0;
}

/* Gives how long to wait for the next look, in milliseconds. */
static int64_t look_through(struct spool *s)
{
    struct arena a = { 0 };
    struct dirent **names = NULL;
    bool settled = true;
    int n = scandir(arena_dup(&a, s->in), &names, is_file, name_order);
    int i = 0;

    s->odd = 0;
    if (n < 0)
        odd(s, "the folder", "%s", strerror(errno));
    if (names == NULL)
        n = 0;
    while (i < n && i < TURN_FILES && s->flying < FLYING_MAX) {
        int of_one = parts(names + i, n - i);

        if (!is_flying(s, names[i]->d_name))
            settled = take(s, names + i, of_one) && settled;
        i += of_one;
    }
    for (int k = 0; k < n; k++)
        free(names[k]);
    free(names);
    arena_free(&a);
    health(s);
    return settled ? s->scan * 1000 : RETRY_MS;
}

static void on_timer(uv_timer_t *t)
{
    struct spool *s = t->data;

    spool_look(s);
    look_again(s, look_through(s));
}

/* The earlier of two looks counts. */
static void look_again(struct spool *s, int64_t ms)
{
    if (s->stopping || (uv_is_active((uv_handle_t *)&s->timer) &&
                        (int64_t)uv_timer_get_due_in(&s->timer) <= ms))
        return;
    uv_timer_start(&s->timer, on_timer, (uint64_t)ms, 0);
}

static void on_event(uv_fs_event_t *w, const char *name, int events, int status)
{
    (void)name;
    (void)events;
    (void)status;
    look_again(w->data, 0);
}

/* ---- what the program asks of an adapter ---- */

static int spool_open(struct channel *c, struct error *e)
{
    const struct spool *s = spool_of(c);

    if (str_eq(s->in, s->out))
        return error(e, E_CONFIG, "in and out must be two folders");
    return text_open(c, e);
}

static void watch(struct spool *s, int i, struct str folder)
{
    struct arena a = { 0 };

    uv_fs_event_init(s->text.channel.loop, &s->watch[i]);
    s->watch[i].data = s;
    s->handles++;
    if (folder.n > 0 && uv_fs_event_start(&s->watch[i], on_event,
                                          arena_dup(&a, folder), 0) < 0) {
        log_warn("%s: %.*s is not watched but looked at every %lld s",
                 s->text.channel.name, STR_FMT(folder), (long long)s->scan);
    }
    arena_free(&a);
}

static void spool_start(struct channel *c)
{
    struct spool *s = spool_of(c);

    text_start(c);
    text_hold(&s->text);
    s->started = true;
    uv_timer_init(c->loop, &s->timer);
    s->timer.data = s;
    s->handles++;
    watch(s, 0, s->in);
    watch(s, 1, s->sent);
    watch(s, 2, s->failed);
    look_again(s, 0);
}

static void handle_closed(uv_handle_t *h)
{
    struct spool *s = h->data;

    if (--s->handles == 0)
        text_let_go(&s->text);
}

static void spool_stop(struct channel *c, channel_stopped_fn *stopped)
{
    struct spool *s = spool_of(c);

    s->stopping = true;
    text_stop(c, stopped);
    if (!s->started)
        return;
    uv_close((uv_handle_t *)&s->timer, handle_closed);
    for (size_t i = 0; i < COUNT_OF(s->watch); i++)
        uv_close((uv_handle_t *)&s->watch[i], handle_closed);
}

#define AT(field) offsetof(struct spool, field)

static const char *const styles[] = { "plain", "gammu", "smstools", NULL };

static const struct setting settings[] = {
    { .name = "in",
      .kind = SETTING_TEXT,
      .offset = AT(in),
      .needed = true,
      .help = "the folder where texts appear" },
    { .name = "out",
      .kind = SETTING_TEXT,
      .offset = AT(out),
      .needed = true,
      .help = "the folder for texts to be sent" },
    { .name = "sent",
      .kind = SETTING_TEXT,
      .offset = AT(sent),
      .help = "where the modem's program puts what it has sent" },
    { .name = "failed",
      .kind = SETTING_TEXT,
      .offset = AT(failed),
      .help = "where it puts what it could not send" },
    { .name = "done",
      .kind = SETTING_TEXT,
      .offset = AT(done),
      .help = "where to put texts that are safe here; deleted if not set" },
    { .name = "style",
      .kind = SETTING_CHOICE,
      .offset = AT(style),
      .choices = styles,
      .fallback = "plain",
      .help = "how files to be sent are written: plain, gammu or smstools" },
    { .name = "number",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(number),
      .help = "the modem's own number, +1555..." },
    { .name = "scan",
      .kind = SETTING_SECONDS,
      .offset = AT(scan),
      .min = 1,
      .max = 86400,
      .fallback = "30s",
      .help = "how often to look even where the system has told of nothing" },
    { .name = "settle",
      .kind = SETTING_SECONDS,
      .offset = AT(settle),
      .max = 3600,
      .fallback = "2s",
      .help = "how long a file must be as it is before it is read" },
    { .name = NULL },
};

const struct text_provider spool_provider = {
    .adapter = {
        .name = "spool",
        .help = "texts as files in a folder: gammu-smsd, smstools, scripts",
        .settings = settings,
        .can = ADAPTER_RECEIVES | ADAPTER_SENDS_TEXT | ADAPTER_KEYWORDS,
        .format = RAW_FORM,
        .size = sizeof(struct spool),
        .read = text_read,
        .part = text_part,
        .open = spool_open,
        .start = spool_start,
        .accepted = text_accepted,
        .send = spool_send,
        .stop = spool_stop,
    },
    .called = "the folder",
    .words_max = 1000,
    .read = spool_read,
};
