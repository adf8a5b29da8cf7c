/*
 * The front alone: takes a text provider's webhook, reads its form, thanks,
 * and stores nothing. make bench holds the daemon against it.
 *
 *   http_bare [ADDRESS:PORT]     says where it listens, serves until killed
 */
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "http/form.h"
#include "http/http.h"

enum { BODY_BYTES = 256 * 1024 };

static void route_hook(struct http_request *r, void *arg)
{
    struct form_field *f;
    struct error e;

    (void)arg;
    if (form_read(&f, http_body(r), http_arena(r), &e) < 0 ||
        form_value(f, "MessageSid").n == 0) {
        http_respond_error(r, 400, "This is not a message.");
        return;
    }
    http_respond(r, &(struct http_response){ .status = 200,
                                             .type = "text/xml",
                                             .body = STR("<Response/>") });
}

static const struct route routes[] = {
    { "POST", "/hook/bench", BODY_BYTES, route_hook },
    { NULL, NULL, 0, NULL },
};

int main(int argc, char **argv)
{
    const char *where = argc > 1 ? argv[1] : "127.0.0.1:0";
    struct http_server *http;
    uv_loop_t loop;
    struct error e;
    int rc;

    uv_loop_init(&loop);
    rc = http_open(&http, &loop, &e);
    if (rc == 0) {
        http_routes(http, routes, "", NULL);
        rc = http_listen(http, str_of(where), &e);
    }
    if (rc < 0) {
        fprintf(stderr, "http_bare: %s\n", e.text);
        return 1;
    }
    printf("http_bare: ready on http://127.0.0.1:%d/\n", http_port(http));
    fflush(stdout);
    return uv_run(&loop, UV_RUN_DEFAULT);
}
