/* Answers: the head with its security headers, and error pages. */
#include "http/http_internal.h"

#include "base/clock.h"

static const struct {
    int status;
    const char *name;
    const char *sentence; /* for a person */
} statuses[] = {
    { 200, "OK", NULL },
    { 201, "Created", NULL },
    { 202, "Accepted", NULL },
    { 204, "No Content", NULL },
    { 206, "Partial Content", NULL },
    { 301, "Moved Permanently", NULL },
    { 302, "Found", NULL },
    { 303, "See Other", NULL },
    { 304, "Not Modified", NULL },
    { 400, "Bad Request", "The request could not be understood." },
    { 401, "Unauthorized", "Please sign in first." },
    { 403, "Forbidden", "This is not allowed." },
    { 404, "Not Found", "There is no such page." },
    { 405, "Method Not Allowed", "That cannot be done with this page." },
    { 406, "Not Acceptable", NULL },
    { 408, "Request Timeout", "The request took too long to arrive." },
    { 409, "Conflict", "Somebody else has changed this meanwhile." },
    { 411, "Length Required", "The request does not say how long it is." },
    { 413, "Content Too Large",
      "What was sent is too large. Please go back, choose fewer or smaller "
      "files and send it again." },
    { 415, "Unsupported Media Type", "This kind of content is not taken." },
    { 417, "Expectation Failed", "The request expects what is not offered." },
    { 422, "Unprocessable Content", "Something in the form is not right." },
    { 429, "Too Many Requests", "That was too often. Please wait a while." },
    { 431, "Request Header Fields Too Large", "The request is too long." },
    { 500, "Internal Server Error", "Something went wrong here." },
    { 501, "Not Implemented", "This is not offered." },
    { 502, "Bad Gateway", "Another server did not answer as it should." },
    { 503, "Service Unavailable",
      "This cannot be done just now. Please try again in a few minutes." },
    { 505, "HTTP Version Not Supported", "This is not HTTP/1.1." },
};

const char *status_name(int status)
{
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        if (statuses[i].status == status)
            return statuses[i].name;
    }
    return "Unknown";
}

const char *status_sentence(int status)
{
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        if (statuses[i].status == status && statuses[i].sentence != NULL)
            return statuses[i].sentence;
    }
    return status < 500 ? "The request could not be understood."
                        : "Something went wrong here.";
}

/* Each is left out where the answer brings its own of that name. */
static const struct http_header_line guards[] = {
    { "Content-Security-Policy",
      STR_INIT("default-src 'none'; style-src 'self'; img-src 'self'; "
               "form-action 'self'; base-uri 'none'; "
               "frame-ancestors 'none'") },
    { "X-Content-Type-Options", STR_INIT("nosniff") },
    { "Referrer-Policy", STR_INIT("same-origin") },
    { "Cross-Origin-Opener-Policy", STR_INIT("same-origin") },
    { "Cache-Control", STR_INIT("no-store") },
};

static bool brings(const struct http_response *r, const char *name)
{
    for (const struct http_header_line *h = r->headers;
         h != NULL && h->name != NULL; h++) {
        if (str_case_eq(str_of(h->name), str_of(name)))
            return true;
    }
    return false;
}

/* No value can end its line: what would is written as a blank. */
static void header_write(struct buf *out, const char *name, struct str value)
{
    buf_printf(out, "%s: ", name);
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];

        if ((unsigned char)c < 0x20 || c == 0x7f)
            c = ' ';
        buf_byte(out, c);
    }
    buf_add(out, STR("\r\n"));
}

static void date_write(struct buf *out)
{
    char text[CLOCK_TEXT];
    struct str date = str_of(clock_rfc5322(clock_now(), text));

    /* RFC 9110, 5.6.7: the zone is spelt GMT */
    date = str_slice(date, 0, str_find(date, STR(" +0000")));
    buf_printf(out, "Date: %.*s GMT\r\n", STR_FMT(date));
}

int answer_write(struct buf *out, const struct http_answer *a)
{
    const struct http_response *r = a->response;
    bool bodiless = r->status == 204 || r->status == 304;

    buf_printf(out, "HTTP/1.1 %d %s\r\n", r->status, status_name(r->status));
    date_write(out);
    if (r->type != NULL && !bodiless)
        header_write(out, "Content-Type", str_of(r->type));
    if (!bodiless && !a->open)
        buf_printf(out, "Content-Length: %zu\r\n", r->body.n);
    if (a->close) {
        buf_add(out, STR("Connection: close\r\n"));
    } else if (!a->minor) {
        buf_add(out, STR("Connection: keep-alive\r\n"));
    }
    for (size_t i = 0; i < COUNT_OF(guards); i++) {
        if (!brings(r, guards[i].name))
            header_write(out, guards[i].name, guards[i].value);
    }
    for (const struct http_header_line *h = r->headers;
         h != NULL && h->name != NULL; h++)
        header_write(out, h->name, h->value);
    buf_add(out, STR("\r\n"));
    if (!a->head_only && !bodiless)
        buf_add(out, r->body);
    return out->over ? E_LIMIT : 0;
}

/* ---- error pages: no template, for they must not fail themselves ---- */

static void escaped(struct buf *out, struct str s)
{
    static const struct {
        char c;
        const char *as;
    } marks[] = {
        { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }
    };

    for (size_t i = 0; i < s.n; i++) {
        const char *as = NULL;

        for (size_t k = 0; k < COUNT_OF(marks) && as == NULL; k++)
            as = marks[k].c == s.p[i] ? marks[k].as : NULL;
        buf_add(out, as == NULL ? str_slice(s, i, i + 1) : str_of(as));
    }
}

static bool wants_html(const struct http_request *r)
{
    struct str accept = r == NULL ? STR_NONE : http_header(r, "Accept");

    return str_case_find(accept, STR("text/html")) < accept.n;
}

enum { ERROR_PAGE_MAX = 8 * 1024 };

void answer_error(struct http_response *to, const struct http_request *r,
                  int status, const char *sentence, struct arena *a)
{
    struct buf page = buf_init(ERROR_PAGE_MAX);
    bool html = wants_html(r);

    if (sentence == NULL)
        sentence = status_sentence(status);
    if (html) {
        buf_printf(&page,
                   "<!doctype html>\n<html lang=\"en\">\n<meta "
                   "charset=\"utf-8\">\n<meta name=\"viewport\" "
                   "content=\"width=device-width\">\n<title>%s</title>\n<link "
                   "rel=\"stylesheet\" href=\"/assets/inlet.css\">\n"
                   "<main>\n<h1>%s</h1>\n<p>",
                   status_name(status), status_name(status));
        escaped(&page, str_of(sentence));
        buf_add(&page, STR("</p>\n</main>\n</html>\n"));
    } else {
        buf_printf(&page, "%s\n", sentence);
    }
    *to = (struct http_response){
        .status = status,
        .type = html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
        .body = arena_str(a, buf_str(&page)),
    };
    buf_free(&page);
}

void http_respond_error(struct http_request *r, int status,
                        const char *sentence)
{
    struct http_response response;

    answer_error(&response, r, status, sentence, &r->arena);
    http_respond(r, &response);
}

struct http_stream *http_stream_begin(struct http_request *r,
                                      const struct http_response *head,
                                      http_stream_closed_fn *closed, void *arg)
{
    struct http_server *s = r->server;

    if (r->answered)
        return NULL;
    if (s->closing || s->streams >= s->limits.streams) {
        http_respond_error(r, 503, NULL);
        return NULL;
    }
    if (r->connection == NULL || str_eq(r->method, STR("HEAD"))) {
        http_respond(r, head);
        return NULL;
    }
    r->answered = true;
    return connection_stream(r->connection, head, closed, arg);
}

void http_respond(struct http_request *r, const struct http_response *response)
{
    if (r->answered)
        return;
    r->answered = true;
    if (r->connection != NULL) {
        connection_respond(r->connection, r, response);
    } else if (!r->calling) {
        request_free(r);
    }
}
