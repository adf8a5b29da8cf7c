#include "mail/mail.h"

#include <pthread.h>
#include <time.h>

#include "base/utf8.h"
#include "mail/mail_forward.h"
#include "mail/mail_internal.h"
#include "mail/mail_sealed.h"

/*
 * GMime forgets the five rows of its table that are replaced here. The leak
 * checker, where the program is built with one, is told that it is known.
 */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

/* Attached mails stay bytes: see mail_internal.h. */
static void nested_stay_bytes(void)
{
    static const char *const kinds[] = { "rfc822", "global", "news", "rfc2822",
                                         "partial" };

    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        g_mime_object_register_type("message", kinds[i],
                                    g_mime_part_get_type());
    }
}

static void prepare(void)
{
    tzset();
    if (__lsan_disable != NULL)
        __lsan_disable();
    g_mime_init();
    nested_stay_bytes();
    if (__lsan_enable != NULL)
        __lsan_enable();
    charset_prepare();
}

void mail_prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, prepare);
}

/*
 * Who an address stands for that a server has written anew to pass a mail on:
 * "SRS0=HASH=DAY=example.org=ana@town.example" is ana@example.org. SRS1 puts
 * one more server before it.
 */
static struct str srs_origin(struct str address, struct arena *a)
{
    struct str rest = address;
    struct str local = str_until(&rest, STR("@"));
    size_t at = str_case_find(local, STR("SRS0="));
    struct str domain;

    if (at == local.n && str_case_starts(local, STR("SRS1=")))
        at = str_find(local, STR("==")) - 3;
    if (at >= local.n || (at > 0 && !str_case_starts(local, STR("SRS1="))))
        return address;
    local = str_slice(local, at + 5, local.n);
    str_until(&local, STR("="));
    str_until(&local, STR("="));
    domain = str_until(&local, STR("="));
    if (domain.n == 0 || local.n == 0)
        return address;
    return str_of(
        arena_printf(a, "%.*s@%.*s", STR_FMT(local), STR_FMT(domain)));
}

void sender_read(struct mailbox *sender, const struct headers *h,
                 struct arena *a)
{
    static const enum header_id places[] = { HEADER_FROM, HEADER_SENDER,
                                             HEADER_REPLY_TO,
                                             HEADER_RETURN_PATH };

    for (size_t i = 0; i < COUNT_OF(places); i++) {
        struct mailbox box;

        if (address_first(a, header_first(h, places[i]), &box)) {
            if (places[i] == HEADER_RETURN_PATH)
                box.address = srs_origin(box.address, a);
            if (box.name.n == 0)
                box.name = sender->name;
            *sender = box;
            return;
        }
        if (sender->name.n == 0)
            sender->name = box.name;
    }
}

struct str reply_to_read(const struct headers *h, struct str sender,
                         struct arena *a)
{
    struct mailbox box;

    if (address_first(a, header_first(h, HEADER_REPLY_TO), &box))
        return box.address;
    return sender;
}

struct str subject_read(const struct headers *h, struct arena *a)
{
    return utf8_head(header_text(a, header_first(h, HEADER_SUBJECT)),
                     MESSAGE_NAME_MAX);
}

int64_t date_read(const struct headers *h, struct arena *a)
{
    struct str value =
        str_slice(header_first(h, HEADER_DATE), 0, MAIL_DATE_MAX);
    GDateTime *date;
    gint64 at;

    if (value.n == 0)
        return 0;
    date = g_mime_utils_header_decode_date(arena_dup(a, value));
    if (date == NULL)
        return 0;
    at = g_date_time_to_unix(date);
    g_date_time_unref(date);
    return at < 0 ? 0 : at;
}

/* The first of the languages a mail names (RFC 3282), if it is a tag. */
struct str language_read(const struct headers *h, struct arena *a)
{
    struct str list = header_first(h, HEADER_CONTENT_LANGUAGE);
    struct str tag = str_trim(str_until(&list, STR(",")));

    if (tag.n < 2 || tag.n > 35)
        return STR_NONE;
    for (size_t i = 0; i < tag.n; i++) {
        if (!g_ascii_isalnum(tag.p[i]) && tag.p[i] != '-')
            return STR_NONE;
    }
    return arena_str(a, tag);
}

int mail_read(struct message *m, const struct raw *raw,
              const struct reading_context *ctx, struct arena *a,
              struct error *e)
{
    struct mail_parts parts;
    struct headers h;

    (void)e; /* every mail gives a message */
    mail_prepare();
    *m = (struct message){ 0 };
    headers_read(&h, raw->bytes, a);
    sender_read(&m->sender, &h, a);
    m->subject = subject_read(&h, a);
    m->sent_at = date_read(&h, a);
    thread_read(m, &h, a);
    m->token = thread_token(raw, &h, ctx, a);
    m->language = language_read(&h, a);
    parts_read(&parts, &h, a);
    m->text = parts.text;
    m->attachments = parts.attachments;
    m->automatic = automatic_of(m, &h, &parts.kind, ctx);
    m->no_answer = answer_unwanted(&h);
    m->inlet = inlet_wrote(&h, ctx);
    m->spam = spam_read(raw, &h);
    report_read(m, &h, &parts, ctx, a);
    if (m->automatic != AUTOMATIC_BOUNCE)
        m->reply_to = reply_to_read(&h, m->sender.address, a);
    m->sealed = parts.kind.sealed || pgp_is_sealed(m->text);
    m->visible =
        visible_of(pgp_bare(m->text, a), m->subject, m->thread != NULL, a);
    forward_read(m, &h, &parts, ctx, a);
    return 0;
}

int mail_part(struct str *bytes, const struct raw *raw, int part,
              struct arena *a, struct error *e)
{
    struct headers h;

    mail_prepare();
    headers_read(&h, raw->bytes, a);
    if (!parts_find(bytes, &h, part, a))
        return error(e, E_NONE, "the mail has no attachment %d", part);
    return 0;
}

int mail_html(struct str *html, const struct raw *raw, struct arena *a,
              struct error *e)
{
    struct mail_sheet sheet = { .a = a, .html = buf_init(MAIL_HTML_MAX) };
    struct buf out = buf_init(MAIL_SHEET_MAX);
    struct headers h;
    int rc = 0;

    mail_prepare();
    headers_read(&h, raw->bytes, a);
    parts_sheet(&sheet, &h);
    sheet_write(&sheet, &out);
    *html = arena_str(a, buf_str(&out));
    if (sheet.html.n == 0)
        rc = error(e, E_NONE, "the mail has no HTML");
    if (sheet.html.over || out.over)
        rc = error(e, E_LIMIT, "the mail's HTML is too long");
    buf_free(&sheet.html);
    buf_free(&out);
    return rc;
}
