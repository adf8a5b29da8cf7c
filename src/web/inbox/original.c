/*
 * What was sent, as it was sent: the whole as a file, a mail's own page in a
 * frame where nothing runs and nothing is fetched, pictures made safe, and
 * everything else as files.
 */
#include "web/original.h"
#include "base/percent.h"
#include "web/inbox/desk.h"

struct asked {
    struct desk *desk;
    const struct person *who;
    struct original what;
};

static struct asked *ask_of(struct desk *d, struct http_request *r,
                            const struct person *who, enum original_kind kind)
{
    struct asked *asked = arena_new(http_arena(r), struct asked);

    *asked = (struct asked){ d, who, { .kind = kind, .message = desk_id(r) } };
    return asked;
}

/* ---- files ---- */

/* A name in ASCII for old programs, and the real one (RFC 6266). */
static struct str disposition(struct arena *a, struct str name)
{
    char *plain = arena_dup(a, name);

    for (size_t i = 0; i < name.n; i++) {
        if (plain[i] < ' ' || plain[i] > '~' || plain[i] == '"' ||
            plain[i] == '\\')
            plain[i] = '_';
    }
    return str_of(
        arena_printf(a, "attachment; filename=\"%s\"; filename*=UTF-8''%.*s",
                     plain, STR_FMT(percent_encode(a, name))));
}

static void answer_file(struct http_request *r, struct str name,
                        struct str bytes)
{
    const struct http_header_line lines[] = {
        { "Content-Disposition", disposition(http_arena(r), name) },
        { "Content-Security-Policy", STR("default-src 'none'; sandbox") },
        { "Cross-Origin-Resource-Policy", STR("same-origin") },
        { NULL, STR_NONE },
    };

    http_respond(r, &(struct http_response){ .status = 200,
                                             .type = "application/octet-stream",
                                             .body = bytes,
                                             .headers = lines });
}

static void raw_given(struct http_request *r, void *arg, int rc,
                      const struct original_found *found, struct str bytes,
                      const struct error *why)
{
    static const char *const endings[RAW_FORMATS] = {
        [RAW_RFC822] = "eml", [RAW_FORM] = "form", [RAW_MULTIPART] = "form",
        [RAW_JSON] = "json",  [RAW_MEDIA] = "bin",
    };
    const struct asked *asked = arg;

    if (rc < 0) {
        desk_fail(asked->desk, r, asked->who, why);
        return;
    }
    answer_file(r,
                str_of(arena_printf(http_arena(r), "message-%lld.%s",
                                    (long long)asked->what.message,
                                    endings[found->format])),
                bytes);
}

static void get_original(struct desk *d, struct http_request *r,
                         const struct person *who)
{
    struct asked *asked = ask_of(d, r, who, ORIGINAL_RAW);

    original_ask(d->originals, r, &asked->what, raw_given, asked);
}

static void file_given(struct http_request *r, void *arg, int rc,
                       const struct original_found *found, struct str bytes,
                       const struct error *why)
{
    const struct asked *asked = arg;

    if (rc < 0) {
        desk_fail(asked->desk, r, asked->who, why);
    } else {
        answer_file(r, found->attachment.name, bytes);
    }
}

/* ---- attachments ---- */

static void picture_given(struct http_request *r, void *arg, int rc,
                          const struct original_found *found, struct str bytes,
                          const struct error *why)
{
    struct asked *asked = arg;
    bool no_picture = rc == E_LIMIT || rc == E_SYNTAX || rc == E_NONE;

    if (rc == 0) {
        original_photo_answer(r, bytes);
    } else if (no_picture && found->attachment.name.n > 0) {
        asked->what.kind = ORIGINAL_FILE;
        original_ask(asked->desk->originals, r, &asked->what, file_given,
                     asked);
    } else {
        desk_fail(asked->desk, r, asked->who, why);
    }
}

static void get_attachment(struct desk *d, struct http_request *r,
                           const struct person *who)
{
    bool saved = str_eq(http_query(r, "download"), STR("1"));
    struct asked *asked =
        ask_of(d, r, who, saved ? ORIGINAL_FILE : ORIGINAL_PICTURE);

    if (!str_int(http_param(r, "n"), &asked->what.attachment))
        asked->what.attachment = -1;
    original_ask(d->originals, r, &asked->what,
                 saved ? file_given : picture_given, asked);
}

/* ---- the page of a mail ---- */

/*
 * Nothing runs, nothing is fetched, nothing is sent, nothing goes elsewhere
 * but by a click, and that into a window of its own.
 */
static void answer_page(struct http_request *r, struct str html)
{
    static const struct http_header_line lines[] = {
        { "Content-Security-Policy",
          STR_INIT("default-src 'none'; img-src data:; "
                   "style-src 'unsafe-inline'; form-action 'none'; "
                   "base-uri 'none'; frame-ancestors 'self'; "
                   "sandbox allow-popups") },
        { "Referrer-Policy", STR_INIT("no-referrer") },
        { "X-DNS-Prefetch-Control", STR_INIT("off") },
        { "Cross-Origin-Resource-Policy", STR_INIT("same-origin") },
        { NULL, STR_INIT("") },
    };

    http_respond(r, &(struct http_response){ .status = 200,
                                             .type = "text/html; charset=utf-8",
                                             .body = html,
                                             .headers = lines });
}

/* In place of the mail's page, in its frame. */
static void answer_sentence(const struct asked *asked, struct http_request *r,
                            const char *key)
{
    const struct desk *d = asked->desk;
    struct page p = { .templates = d->templates,
                      .town = &d->config->town,
                      .a = http_arena(r),
                      .language = asked->who->language };
    struct buf out = buf_init(PAGE_MAX);
    struct error e;

    page_begin(&p, page_word(&p, "inbox.original"), PAGE_PRIVATE);
    page_put(&p, "sentence", page_word(&p, key));
    if (page_write(&p, "original.html", &out, &e) < 0) {
        desk_fail(asked->desk, r, asked->who, &e);
    } else {
        answer_page(r, buf_str(&out));
    }
    buf_free(&out);
}

static void html_given(struct http_request *r, void *arg, int rc,
                       const struct original_found *found, struct str bytes,
                       const struct error *why)
{
    const struct asked *asked = arg;

    if (rc == 0) {
        struct buf page = buf_init(bytes.n + 64);

        buf_add(&page, STR("<base target=\"_blank\">"));
        buf_add(&page, bytes);
        answer_page(r, buf_str(&page));
        buf_free(&page);
    } else if (found->raw > 0 && (rc == E_NONE || rc == E_LIMIT)) {
        answer_sentence(asked, r, "inbox.original_none");
    } else if (found->raw > 0 && (rc == E_DIED || rc == E_TIMEOUT)) {
        answer_sentence(asked, r, "inbox.original_unread");
    } else {
        desk_fail(asked->desk, r, asked->who, why);
    }
}

static void get_html(struct desk *d, struct http_request *r,
                     const struct person *who)
{
    struct asked *asked = ask_of(d, r, who, ORIGINAL_HTML);

    original_ask(d->originals, r, &asked->what, html_given, asked);
}

const struct desk_route original_routes[] = {
    { "GET", "/api/messages/:id/original", 0, ROLE_READER, get_original },
    { "GET", "/api/messages/:id/html", 0, ROLE_READER, get_html },
    { "GET", "/api/messages/:id/attachments/:n", 0, ROLE_READER,
      get_attachment },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
