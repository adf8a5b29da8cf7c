/*
 * A text becomes a file that the modem's program finds in out, whole: it is
 * written under a name that program passes over, and then renamed. Where it
 * is moved afterwards says what became of it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/utf8.h"
#include "segments.h"
#include "spool.h"

static const char mark[] = "_inlet"; /* before the id, in each name of ours */

/* ---- what is in the file ---- */

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    }
    return true;
}

static uint32_t code_point(struct str c)
{
    uint32_t v = (unsigned char)c.p[0];

    if (c.n > 1)
        v &= 0x7fU >> c.n;
    for (size_t i = 1; i < c.n; i++)
        v = v << 6 | ((unsigned char)c.p[i] & 0x3f);
    return v;
}

static void put_unit(struct buf *out, uint32_t unit)
{
    buf_byte(out, (char)(unit >> 8));
    buf_byte(out, (char)(unit & 0xff));
}

/* With the mark of its byte order: gammu takes nothing else as Unicode. */
static void put_utf16(struct buf *out, struct str text)
{
    put_unit(out, 0xfeff);
    while (text.n > 0) {
        size_t n = utf8_len(text);
        uint32_t v;

        if (n == 0)
            break;
        v = code_point((struct str){ text.p, n });
        if (v >= 0x10000) {
            put_unit(out, 0xd800 + ((v - 0x10000) >> 10));
            v = 0xdc00 + ((v - 0x10000) & 0x3ff);
        }
        put_unit(out, v);
        text = str_slice(text, n, text.n);
    }
}

static void content(const struct spool *s, struct str to, struct str id,
                    struct str words, struct buf *out)
{
    if (s->style == SPOOL_GAMMU) {
        if (is_ascii(words)) {
            buf_add(out, words);
        } else {
            put_utf16(out, words);
        }
        return;
    }
    if (s->style == SPOOL_SMSTOOLS) {
        to = str_slice(to, str_starts(to, STR("+")), to.n);
        buf_printf(out, "To: %.*s\nAlphabet: UTF-8\n\n", STR_FMT(to));
    } else {
        buf_printf(out, "To: %.*s\nId: %.*s\n\n", STR_FMT(to), STR_FMT(id));
    }
    buf_add(out, words);
}

static const char *file_name(const struct spool *s, struct str to,
                             struct str id, struct arena *a)
{
    char date[32] = "19700101_000000";
    time_t now = (time_t)clock_now();
    struct tm tm;

    if (s->style != SPOOL_GAMMU)
        return arena_printf(a, "to_%.*s%s%.*s", STR_FMT(to), mark, STR_FMT(id));
    if (gmtime_r(&now, &tm) != NULL)
        strftime(date, sizeof(date), "%Y%m%d_%H%M%S", &tm);
    return arena_printf(a, "OUTC%s_00_%.*s%s%.*s.txt", date, STR_FMT(to), mark,
                        STR_FMT(id));
}

/* ---- the file ---- */

static int write_all(int fd, struct str bytes)
{
    while (bytes.n > 0) {
        ssize_t n = write(fd, bytes.p, bytes.n);

        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0)
            bytes = str_slice(bytes, (size_t)n, bytes.n);
    }
    return 0;
}

static int file_write(const struct spool *s, const char *name, struct str bytes,
                      struct error *e)
{
    struct arena a = { 0 };
    const char *path = arena_printf(&a, "%.*s/%s", STR_FMT(s->out), name);
    const char *part = arena_printf(&a, "%.*s/.%s.LOCK", STR_FMT(s->out), name);
    int fd =
        open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0660);
    int rc = fd < 0 ? -errno : write_all(fd, bytes);

    if (fd >= 0 && close(fd) < 0 && rc == 0)
        rc = -errno;
    if (rc == 0 && rename(part, path) < 0)
        rc = -errno;
    if (rc < 0) {
        if (fd >= 0)
            unlink(part);
        error(e, rc, "cannot write to %.*s: %s", STR_FMT(s->out),
              strerror(-rc));
    }
    arena_free(&a);
    return rc;
}

/* "+15555550123", a short code: it becomes part of a name. */
static bool is_number(struct str to)
{
    to = str_slice(to, str_starts(to, STR("+")), to.n);
    for (size_t i = 0; i < to.n; i++) {
        if (to.p[i] < '0' || to.p[i] > '9')
            return false;
    }
    return to.n >= 3 && to.n <= 15;
}

void spool_send(struct channel *c, const struct notice *n, notice_sent_fn *sent,
                void *arg)
{
    struct spool *s = (struct spool *)(void *)c;
    struct arena a = { 0 };
    struct buf bytes = buf_init(2 * SPOOL_FILE_BYTES);
    struct str id = str_slice(
        digest_hex(&a, digest(&a, DIGEST_SHA256, n->message_id)), 0, SPOOL_ID);
    struct str words = segments_fold(&a, n->text);
    enum outcome outcome = OUTCOME_NEVER;
    struct error e;

    content(s, n->to, id, words, &bytes);
    if (s->stopping) {
        outcome = OUTCOME_LATER;
        error(&e, E_BUSY, "stopping");
    } else if (!is_number(n->to)) {
        error(&e, E_SYNTAX, "this is no number to text to");
    } else if (words.n == 0 || bytes.over) {
        error(&e, E_SYNTAX, "there is nothing to say, or too much");
    } else if (file_write(s, file_name(s, n->to, id, &a), buf_str(&bytes), &e) <
               0) {
        outcome = OUTCOME_LATER; /* it was never seen under its name */
    } else {
        outcome = OUTCOME_DONE;
    }
    sent(arg, outcome, outcome == OUTCOME_DONE ? id : STR_NONE,
         outcome == OUTCOME_DONE ? NULL : &e);
    buf_free(&bytes);
    arena_free(&a);
}

/* ---- what became of it ---- */

/* The id in a name of ours; or an empty string. */
static struct str id_in(const char *name)
{
    const char *at = strstr(name, mark);
    struct str id;

    if (at == NULL)
        return STR("");
    id = str_of(at + strlen(mark));
    id = str_slice(id, 0, SPOOL_ID);
    for (size_t i = 0; i < id.n; i++) {
        if (strchr("0123456789abcdef", id.p[i]) == NULL)
            return STR("");
    }
    return id.n == SPOOL_ID ? id : STR("");
}

static void tell(struct spool *s, struct str folder, const char *name,
                 const struct receipt *r)
{
    struct arena a = { 0 };
    const char *path = arena_printf(&a, "%.*s/%s", STR_FMT(folder), name);

    inbox_told(&s->text.channel, r);
    if (unlink(path) < 0 && errno != ENOENT) {
        log_warn("%s: cannot delete %s: %s", s->text.channel.name, path,
                 strerror(errno));
    }
    arena_free(&a);
}

/* Files of ours in folder, or those of one number where that is given. */
static void look_into(struct spool *s, struct str folder, struct str number,
                      struct receipt told)
{
    struct arena a = { 0 };
    DIR *d = folder.n > 0 ? opendir(arena_dup(&a, folder)) : NULL;
    const char *whose = arena_printf(&a, "_%.*s%s", STR_FMT(number), mark);
    struct dirent *entry;

    while (d != NULL && (entry = readdir(d)) != NULL) {
        told.remote_id = id_in(entry->d_name);
        if (told.remote_id.n > 0 && entry->d_name[0] != '.' &&
            (number.n == 0 || strstr(entry->d_name, whose) != NULL))
            tell(s, folder, entry->d_name, &told);
    }
    if (d != NULL)
        closedir(d);
    arena_free(&a);
}

void spool_look(struct spool *s)
{
    look_into(s, s->sent, STR(""),
              (struct receipt){ .delivery = DELIVERY_SENT });
    look_into(s, s->failed, STR(""),
              (struct receipt){ .delivery = DELIVERY_FAILED,
                                .why = STR("the modem could not send it") });
}

void spool_withdraw(struct spool *s, struct str number)
{
    if (number.n > 0) {
        look_into(s, s->out, number,
                  (struct receipt){ .delivery = DELIVERY_FAILED,
                                    .why = STR("the reporter has opted out "
                                               "before it was sent") });
    }
}
