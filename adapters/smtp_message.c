#include "smtp_message.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "mail/mail_domain.h"

enum {
    LINE = 76,
    LINE_HARD = 998,
    WORD_BYTES = 39, /* of text in one encoded word: 64 characters */
    SUBJECT_BYTES = 400,
    ID_BYTES = 900,
    ADDRESS_BYTES = 320, /* RFC 5321 4.5.3.1 */
};

static bool ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    }
    return true;
}

static void add_encoded(struct buf *out, struct arena *a, struct str text)
{
    bool first = true;

    while (text.n > 0) {
        struct str part = utf8_head(text, WORD_BYTES);

        if (part.n == 0) /* not UTF-8: one byte is better than none */
            part = str_slice(text, 0, 1);
        buf_printf(out, "%s=?utf-8?B?%.*s?=", first ? "" : "\r\n ",
                   STR_FMT(digest_base64(a, part)));
        text = str_slice(text, part.n, text.n);
        first = false;
    }
}

/* Words of text, folded where a line would grow past LINE. */
static void add_folded(struct buf *out, struct str text, size_t column)
{
    bool first = true;

    while (text.n > 0) {
        struct str word = str_word(&text);

        if (!first && column + 1 + word.n > LINE) {
            buf_add(out, STR("\r\n"));
            column = 0;
        }
        if (!first) {
            buf_byte(out, ' ');
            column++;
        }
        buf_add(out, word);
        column += word.n;
        first = false;
    }
}

static void add_text(struct buf *out, struct arena *a, const char *name,
                     struct str value)
{
    struct str text = utf8_line(a, value);

    buf_printf(out, "%s: ", name);
    if (ascii(text) && str_find(text, STR("=?")) == text.n) {
        add_folded(out, text, strlen(name) + 2);
    } else {
        add_encoded(out, a, text);
    }
    buf_add(out, STR("\r\n"));
}

/* A display name: as it is where it may be, else quoted, else encoded. */
static void add_phrase(struct buf *out, struct arena *a, struct str name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789 !#$%&'*+-/^_`{|}~";
    bool atoms = true;

    if (!ascii(name) || str_find(name, STR("=?")) < name.n) {
        add_encoded(out, a, name);
        return;
    }
    for (size_t i = 0; i < name.n; i++)
        atoms = atoms && strchr(plain, name.p[i]) != NULL;
    if (!atoms)
        buf_byte(out, '"');
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '"' || name.p[i] == '\\')
            buf_byte(out, '\\');
        buf_byte(out, name.p[i]);
    }
    if (!atoms)
        buf_byte(out, '"');
}

static bool all_printing(struct str s, const char *but)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f ||
            strchr(but, s.p[i]) != NULL)
            return false;
    }
    return s.n > 0;
}

bool smtp_address_good(struct str address)
{
    struct str domain = address;
    struct str local = str_until(&domain, STR("@"));

    return address.n <= ADDRESS_BYTES && local.n > 0 && local.p[0] != '-' &&
           all_printing(local, "()<>[]:;@\\,\"") &&
           all_printing(domain, "()<>[];@\\,\"'");
}

struct str smtp_address(struct str mailbox, struct str *name)
{
    struct str rest = str_trim(mailbox);

    *name = STR("");
    if (rest.n == 0 || rest.p[rest.n - 1] != '>')
        return rest;
    *name = str_trim(str_until(&rest, STR("<")));
    if (name->n >= 2 && name->p[0] == '"' && name->p[name->n - 1] == '"')
        *name = str_slice(*name, 1, name->n - 1);
    return str_slice(rest, 0, rest.n - 1);
}

bool smtp_is_answer(const struct notice *n)
{
    static const char *const answers[] = { "received", "emergency", "ask" };

    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        if (str_eq(n->kind, str_of(answers[i])))
            return true;
    }
    return n->in_reply_to.n > 0;
}

static void add_id(struct buf *out, const char *name, struct str id)
{
    if (id.n <= ID_BYTES && all_printing(id, "<>"))
        buf_printf(out, "%s: <%.*s>\r\n", name, STR_FMT(id));
}

/* The answer's address carries the token (RFC 5233). */
static void add_reply_to(struct buf *out, struct str address, struct str token)
{
    struct str domain = address;
    struct str local = str_until(&domain, STR("@"));

    if (all_printing(token, "()<>[]:;@\\,\"") && token.n < ADDRESS_BYTES) {
        buf_printf(out, "Reply-To: %.*s+%.*s@%.*s\r\n", STR_FMT(local),
                   STR_FMT(token), STR_FMT(domain));
    } else {
        buf_printf(out, "Reply-To: %.*s\r\n", STR_FMT(address));
    }
}

static void add_from(struct buf *out, struct arena *a, struct str name,
                     struct str address)
{
    buf_add(out, STR("From: "));
    if (name.n > 0) {
        add_phrase(out, a, utf8_head(utf8_line(a, name), SUBJECT_BYTES));
        buf_byte(out, ' ');
    }
    buf_printf(out, "<%.*s>\r\n", STR_FMT(address));
}

/* What a clerk passes on is written to be answered, if by a program first. */
static void add_marks(struct buf *out, struct arena *a,
                      const struct smtp_letter *l)
{
    bool passed = str_eq(l->notice->kind, STR(NOTICE_PASSED));

    if (!passed) {
        buf_printf(out, "Auto-Submitted: %s\r\n",
                   smtp_is_answer(l->notice) ? "auto-replied"
                                             : "auto-generated");
        buf_add(out, STR("X-Auto-Response-Suppress: OOF, AutoReply, DR, RN, NRN"
                         "\r\n"));
    }
    if (l->instance.n > 0)
        add_text(out, a, "X-Inlet-Loop", utf8_head(l->instance, SUBJECT_BYTES));
}

/* Lines of ASCII, none too long, can go as they are. */
static bool plain_body(struct str text)
{
    if (!ascii(text))
        return false;
    while (text.n > 0) {
        if (str_line(&text).n > LINE_HARD)
            return false;
    }
    return true;
}

static void add_plain(struct buf *out, struct str text)
{
    while (text.n > 0) {
        struct str line = str_line(&text);

        for (size_t i = 0; i < line.n; i++) {
            if (line.p[i] != '\r' && line.p[i] != '\0')
                buf_byte(out, line.p[i]);
        }
        buf_add(out, STR("\r\n"));
    }
}

/* One line as quoted-printable (RFC 2045, 6.7), broken softly at LINE. */
static void add_quoted_line(struct buf *out, struct str line)
{
    size_t column = 0;

    for (size_t i = 0; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];
        bool last = i + 1 == line.n;
        bool plain = (c > ' ' && c < 0x7f && c != '=') ||
                     ((c == ' ' || c == '\t') && !last);
        size_t width = 3;

        /* Mailbox files quote a line that begins so (RFC 4155). */
        if (i == 0 && str_starts(line, STR("From ")))
            plain = false;
        if (plain)
            width = 1;
        if (column + width > LINE - 1) {
            buf_add(out, STR("=\r\n"));
            column = 0;
        }
        if (plain) {
            buf_byte(out, (char)c);
        } else {
            buf_printf(out, "=%02X", c);
        }
        column += width;
    }
    buf_add(out, STR("\r\n"));
}

static void add_body(struct buf *out, struct str text)
{
    bool plain = plain_body(text);

    buf_printf(out,
               "MIME-Version: 1.0\r\n"
               "Content-Type: text/plain; charset=utf-8\r\n"
               "Content-Transfer-Encoding: %s\r\n\r\n",
               plain ? "7bit" : "quoted-printable");
    if (plain) {
        add_plain(out, text);
        return;
    }
    while (text.n > 0)
        add_quoted_line(out, str_line(&text));
}

int smtp_compose(struct buf *out, const struct smtp_letter *l, struct error *e)
{
    const struct notice *n = l->notice;
    struct arena a = { 0 };
    char date[CLOCK_TEXT];
    struct str name;
    struct str from = smtp_address(l->from, &name);
    struct str reply_to = l->reply_to.n > 0 ? l->reply_to : from;

    if (!smtp_address_good(from) || !smtp_address_good(reply_to)) {
        return error(e, E_SYNTAX, "\"%.*s\" is no address to send from",
                     STR_FMT(l->from));
    }
    if (!smtp_address_good(n->to))
        return error(e, E_SYNTAX, "this is no address to send to");
    reply_to = address_wire(&a, reply_to);
    add_from(out, &a, name, address_wire(&a, from));
    buf_printf(out, "To: <%.*s>\r\n", STR_FMT(address_wire(&a, n->to)));
    add_text(out, &a, "Subject", utf8_head(n->subject, SUBJECT_BYTES));
    buf_printf(out, "Date: %s\r\n", clock_rfc5322(l->now, date));
    add_id(out, "Message-ID", n->message_id);
    add_id(out, "In-Reply-To", n->in_reply_to);
    add_id(out, "References", n->in_reply_to);
    if (n->token.n > 0 || l->reply_to.n > 0)
        add_reply_to(out, reply_to, n->token);
    add_marks(out, &a, l);
    add_body(out, n->text);
    arena_free(&a);
    if (out->over)
        return error(e, E_LIMIT, "a mail of more than %zu bytes", out->max);
    return 0;
}
