#include "lmtp_talk.h"

#include <string.h>

#include "base/utf8.h"
#include "spine/raw.h"

enum {
    OUT_MOST = 1024 * 1024,
    FAULTS_MOST = 20,
    HEAD_MOST = LMTP_PATH_MOST + 64,
};

static void reply(struct lmtp_talk *t, const char *line)
{
    if (line[0] == '5' && ++t->faults > FAULTS_MOST) {
        lmtp_hang_up(t, "4.7.0 too many errors");
        return;
    }
    buf_printf(&t->out, "%s\r\n", line);
}

void lmtp_hang_up(struct lmtp_talk *t, const char *why)
{
    if (!t->over)
        buf_printf(&t->out, "421 %s\r\n", why);
    t->over = true;
}

/* ---- one mail ---- */

void lmtp_next(struct lmtp_talk *t)
{
    *t->left += (int64_t)t->mail.n;
    buf_free(&t->mail);
    t->mail = buf_init(RAW_MAX);
    arena_free(&t->arena);
    t->from = STR("");
    t->to = NULL;
    t->last = &t->to;
    t->to_n = 0;
    t->head = 0;
    t->full = 0;
    t->has_from = false;
    t->sending = false;
    t->whole = false;
    t->crowded = false;
}

static void mail_put(struct lmtp_talk *t, struct str bytes)
{
    t->full += (int64_t)bytes.n;
    bytes = str_slice(bytes, 0, RAW_MAX - t->mail.n);
    if (t->crowded || bytes.n == 0)
        return;
    if ((int64_t)bytes.n > *t->left) {
        t->crowded = true;
        *t->left += (int64_t)t->mail.n;
        buf_free(&t->mail);
        return;
    }
    *t->left -= (int64_t)bytes.n;
    buf_add(&t->mail, bytes);
}

/* RFC 5321, 4.4: who delivers at last says where it came from. */
static void mail_begin(struct lmtp_talk *t)
{
    const char *line =
        arena_printf(&t->arena, "Return-Path: <%.*s>\r\n", STR_FMT(t->from));

    t->sending = true;
    t->data = DATA_START;
    mail_put(t, str_of(line));
    t->head = t->mail.n;
    t->full = 0;
}

/* What c makes of the line; out is what it adds to the mail. */
static bool data_step(struct lmtp_talk *t, char c, struct str *out)
{
    switch (t->data) {
    case DATA_START:
        if (c == '.') {
            t->data = DATA_DOT;
            *out = STR("");
            return false;
        }
        break;
    case DATA_DOT:
        if (c == '\r') {
            t->data = DATA_DOT_CR;
            *out = STR("");
            return false;
        }
        break;
    case DATA_DOT_CR:
        if (c == '\n')
            return true;
        mail_put(t, STR("\r"));
        break;
    case DATA_CR:
        if (c == '\n') {
            t->data = DATA_START;
            return false;
        }
        break;
    case DATA_LINE:
    default:
        break;
    }
    t->data = c == '\r' ? DATA_CR : DATA_LINE;
    return false;
}

/*
 * Only CR LF "." CR LF is the end: who takes a bare LF for a line's end lets
 * a mail hold another one.
 */
static size_t data_take(struct lmtp_talk *t, struct str bytes)
{
    size_t i = 0;

    while (i < bytes.n) {
        struct str out = { bytes.p + i, 1 };
        const char *cr;

        if (t->data == DATA_LINE) {
            cr = memchr(out.p, '\r', bytes.n - i);
            out.n = cr == NULL ? bytes.n - i : (size_t)(cr - out.p);
            mail_put(t, out);
            i += out.n;
            if (cr != NULL) {
                mail_put(t, STR("\r"));
                t->data = DATA_CR;
                i++;
            }
            continue;
        }
        i++;
        if (data_step(t, *out.p, &out)) {
            t->whole = true;
            return i;
        }
        mail_put(t, out);
    }
    return i;
}

bool lmtp_good(struct lmtp_talk *t)
{
    const char *line = NULL;

    if (t->full > LMTP_MAIL_MOST)
        line = "552 5.3.4 the mail is too large";
    if (t->crowded)
        line = "452 4.3.1 too much at once";
    for (int i = 0; line != NULL && i < t->to_n; i++)
        buf_printf(&t->out, "%s\r\n", line);
    return line == NULL;
}

void lmtp_answer(struct lmtp_talk *t, const struct lmtp_to *to, int rc)
{
    if (rc == 0 || rc == E_DUPLICATE) {
        buf_printf(&t->out, "250 2.0.0 <%.*s> kept\r\n", STR_FMT(to->address));
    } else if (rc == E_FULL) {
        buf_printf(&t->out, "452 4.3.1 there is no room to keep it\r\n");
    } else {
        buf_printf(&t->out, "451 4.3.0 it cannot be kept now\r\n");
    }
}

/* ---- commands ---- */

static void say_lhlo(struct lmtp_talk *t, struct str args)
{
    if (args.n == 0) {
        reply(t, "501 5.5.4 LHLO and a name");
        return;
    }
    lmtp_next(t);
    t->greeted = true;
    buf_printf(&t->out,
               "250-inlet\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n"
               "250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE %d\r\n",
               LMTP_MAIL_MOST);
}

static void say_not_smtp(struct lmtp_talk *t, struct str args)
{
    (void)args;
    reply(t, "500 5.5.1 this is LMTP: LHLO");
}

/* Where the path that s begins with ends: a ">" may stand in quotes. */
static size_t path_end(struct str s)
{
    bool quoted = false;

    for (size_t i = 1; i < s.n; i++) {
        if (quoted && s.p[i] == '\\') {
            i++;
        } else if (s.p[i] == '"') {
            quoted = !quoted;
        } else if (s.p[i] == '>' && !quoted) {
            return i;
        }
    }
    return s.n;
}

static bool path_safe(struct str path)
{
    for (size_t i = 0; i < path.n; i++) {
        if ((unsigned char)path.p[i] <= ' ' || path.p[i] == 0x7f)
            return false;
    }
    return path.n <= LMTP_PATH_MOST && utf8_valid(path);
}

/* "FROM:<ana@example.org> SIZE=5": leaves what comes after the path. */
static bool path_read(struct str *args, struct str word, struct str *path)
{
    struct str s = *args;
    size_t end;

    if (!str_case_starts(s, word))
        return false;
    s = str_trim(str_slice(s, word.n, s.n));
    end = path_end(s);
    if (s.n == 0 || s.p[0] != '<' || end == s.n)
        return false;
    *path = str_slice(s, 1, end);
    *args = str_trim(str_slice(s, end + 1, s.n));
    if (str_starts(*path, STR("@"))) /* a route: RFC 5321, appendix C */
        (void)str_until(path, STR(":"));
    return path_safe(*path);
}

/* Gives the reply where a parameter is none of ours, or NULL. */
static const char *from_parameter(struct str p)
{
    struct str value = p;
    struct str name = str_until(&value, STR("="));
    int64_t size;

    if (str_case_eq(name, STR("SMTPUTF8")))
        return NULL;
    if (str_case_eq(name, STR("BODY"))) {
        return str_case_eq(value, STR("7BIT")) ||
                       str_case_eq(value, STR("8BITMIME"))
                   ? NULL
                   : "501 5.5.4 BODY is 7BIT or 8BITMIME";
    }
    if (!str_case_eq(name, STR("SIZE")))
        return "555 5.5.4 that parameter is not known here";
    if (!str_int(value, &size) || size < 0)
        return "501 5.5.4 SIZE is a number";
    return size > LMTP_MAIL_MOST ? "552 5.3.4 the mail is too large" : NULL;
}

static void say_mail(struct lmtp_talk *t, struct str args)
{
    const char *wrong = NULL;
    struct str path;

    if (!t->greeted) {
        wrong = "503 5.5.1 LHLO first";
    } else if (t->has_from) {
        wrong = "503 5.5.1 one mail at a time";
    } else if (!path_read(&args, STR("FROM:"), &path)) {
        wrong = "501 5.1.7 MAIL FROM:<address>";
    }
    while (wrong == NULL && args.n > 0)
        wrong = from_parameter(str_word(&args));
    if (wrong != NULL) {
        reply(t, wrong);
        return;
    }
    t->from = arena_str(&t->arena, path);
    t->has_from = true;
    reply(t, "250 2.1.0 ok");
}

static void to_add(struct lmtp_talk *t, struct str path)
{
    struct lmtp_to *to = arena_new(&t->arena, struct lmtp_to);

    to->address = arena_str(&t->arena, path);
    *t->last = to;
    t->last = &to->next;
    t->to_n++;
}

static void say_rcpt(struct lmtp_talk *t, struct str args)
{
    struct str path;

    if (!t->has_from) {
        reply(t, "503 5.5.1 MAIL first");
    } else if (!path_read(&args, STR("TO:"), &path) || path.n == 0) {
        reply(t, "501 5.1.3 RCPT TO:<address>");
    } else if (args.n > 0) {
        reply(t, "555 5.5.4 that parameter is not known here");
    } else if (t->to_n >= LMTP_TO_MOST) {
        reply(t, "452 4.5.3 too many recipients at once");
    } else {
        to_add(t, path);
        reply(t, "250 2.1.5 ok");
    }
}

static void say_data(struct lmtp_talk *t, struct str args)
{
    if (args.n > 0) {
        reply(t, "501 5.5.4 DATA, and nothing else");
    } else if (t->to_n == 0) {
        reply(t, "503 5.5.1 no recipient was taken");
    } else {
        reply(t, "354 go on, end with a dot");
        mail_begin(t);
    }
}

static void say_rset(struct lmtp_talk *t, struct str args)
{
    (void)args;
    lmtp_next(t);
    reply(t, "250 2.0.0 ok");
}

static void say_noop(struct lmtp_talk *t, struct str args)
{
    (void)args;
    reply(t, "250 2.0.0 ok");
}

static void say_vrfy(struct lmtp_talk *t, struct str args)
{
    (void)args;
    reply(t, "252 2.1.5 send it, and see");
}

static void say_quit(struct lmtp_talk *t, struct str args)
{
    (void)args;
    reply(t, "221 2.0.0 bye");
    t->over = true;
}

static const struct {
    const char *word;
    void (*say)(struct lmtp_talk *t, struct str args);
} commands[] = {
    { "LHLO", say_lhlo },     { "MAIL", say_mail }, { "RCPT", say_rcpt },
    { "DATA", say_data },     { "RSET", say_rset }, { "NOOP", say_noop },
    { "QUIT", say_quit },     { "VRFY", say_vrfy }, { "HELO", say_not_smtp },
    { "EHLO", say_not_smtp },
};

static void command(struct lmtp_talk *t, struct str line)
{
    struct str args = str_trim(line);
    struct str word = str_word(&args);

    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (str_case_eq(word, str_of(commands[i].word))) {
            commands[i].say(t, args);
            return;
        }
    }
    reply(t, "500 5.5.2 that is no command of LMTP");
}

/* The bytes of one command, or of a part of it. */
static size_t command_take(struct lmtp_talk *t, struct str bytes)
{
    const char *end = memchr(bytes.p, '\n', bytes.n);
    size_t n = end == NULL ? bytes.n : (size_t)(end - bytes.p) + 1;

    if (!t->skipping && buf_add(&t->line, str_slice(bytes, 0, n)) < 0) {
        t->skipping = true;
        buf_clear(&t->line);
    }
    if (end == NULL)
        return n;
    if (t->skipping) {
        reply(t, "500 5.5.2 the line is too long");
    } else {
        command(t, buf_str(&t->line));
    }
    t->skipping = false;
    t->line.over = false;
    buf_clear(&t->line);
    return n;
}

size_t lmtp_take(struct lmtp_talk *t, struct str bytes)
{
    size_t i = 0;

    while (i < bytes.n && !t->whole && !t->over) {
        struct str rest = str_slice(bytes, i, bytes.n);

        i += t->sending ? data_take(t, rest) : command_take(t, rest);
    }
    return t->over ? bytes.n : i;
}

void lmtp_begin(struct lmtp_talk *t, int64_t *left)
{
    *t = (struct lmtp_talk){ 0 };
    t->left = left;
    t->out = buf_init(OUT_MOST);
    t->line = buf_init(LMTP_LINE_MOST);
    lmtp_next(t);
    reply(t, "220 inlet LMTP");
}

void lmtp_end(struct lmtp_talk *t)
{
    lmtp_next(t);
    buf_free(&t->mail);
    buf_free(&t->out);
    buf_free(&t->line);
}
