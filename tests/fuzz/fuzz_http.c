/*
 * The head of a request, fed in slices: the first byte says how it is cut.
 * However it is cut the outcome is the same, and what is taken keeps the
 * promises the routes rely on.
 */
#include <stdint.h>
#include <stdlib.h>

#include "http/http_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void route_any(struct http_request *r, void *arg)
{
    (void)r;
    (void)arg;
}

static const struct route routes[] = {
    { "GET", "/", 0, route_any },
    { "POST", "/report", 1000, route_any },
    { "GET", "/t/:token", 0, route_any },
    { "GET", "/a/:b/c/:d", 0, route_any },
    { NULL, NULL, 0, NULL },
};

static struct http_server server;

/* The status of the head that input begins with; 0: it is whole and good. */
static int read_head(struct str in, size_t slice, struct http_request *r)
{
    struct head_scan scan = { 0 };
    struct buf head = buf_init(HTTP_HEADER_BYTES);
    int rc = HEAD_MORE;

    while (in.n > 0 && rc == HEAD_MORE) {
        struct str part = str_slice(in, 0, slice);
        size_t used;
        size_t skip;

        rc = head_scan(&scan, part, &used, &skip);
        if (skip > 0)
            buf_clear(&head);
        if (buf_add(&head, str_slice(part, skip, used)) < 0)
            rc = 431;
        in = str_slice(in, used, in.n);
    }
    if (rc == HEAD_DONE)
        rc = request_parse(r, buf_str(&head));
    else if (rc == HEAD_MORE)
        rc = -1; /* more is to come */
    buf_free(&head);
    return rc;
}

static void promise(bool kept)
{
    if (!kept)
        abort();
}

static void hold_promises(struct http_request *r)
{
    struct str allow;
    size_t hosts = 0;

    promise(str_starts(r->path, STR("/")));
    promise(r->field_count <= HTTP_HEADERS);
    for (size_t i = 0; i < r->field_count; i++) {
        struct http_field f = r->fields[i];

        promise(f.name.n > 0);
        promise(f.value.n == 0 || (memchr(f.value.p, '\r', f.value.n) == NULL &&
                                   memchr(f.value.p, '\n', f.value.n) == NULL &&
                                   memchr(f.value.p, '\0', f.value.n) == NULL));
        promise(!str_case_eq(f.name, STR("Transfer-Encoding")));
        hosts += str_case_eq(f.name, STR("Host"));
    }
    promise(hosts == 1 || (hosts == 0 && !r->minor));
    promise(r->length == 0 || http_header(r, "Content-Length").n > 0);
    if (route_find(r, &allow) == 0)
        promise(r->route != NULL);
    request_forwarded(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct str in = { (const char *)bytes + 1, n - 1 };
    struct http_request *whole;
    struct http_request *cut;
    int rc;

    if (n < 1)
        return 0;
    if (server.groups == NULL)
        http_routes(&server, routes, "", NULL);
    whole = request_new(&server);
    cut = request_new(&server);
    rc = read_head(in, in.n == 0 ? 1 : in.n, whole);
    promise(rc == read_head(in, bytes[0] % 32U + 1, cut));
    if (rc == 0) {
        promise(str_eq(whole->target, cut->target));
        promise(whole->length == cut->length);
        hold_promises(whole);
    }
    request_free(whole);
    request_free(cut);
    return 0;
}
