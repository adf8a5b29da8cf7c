/* Answers on their way out, and what follows when they are gone. */
#include "http/connection.h"

static void shut_down(uv_shutdown_t *req, int rc)
{
    struct connection *c = req->data;

    if (rc < 0 || c->eof)
        connection_close(c);
}

void connection_linger(struct connection *c)
{
    connection_phase(c, PHASE_LINGER);
    c->shutdown.data = c;
    if (uv_shutdown(&c->shutdown, &c->io.stream, shut_down) < 0)
        connection_close(c);
}

void connection_rest(struct buf *b)
{
    if (b->size > HTTP_KEEP) {
        buf_free(b);
    } else {
        buf_clear(b);
    }
}

void connection_release(struct connection *c)
{
    struct http_request *r = c->request;

    c->request = NULL;
    if (r != NULL && !r->calling) {
        request_free(r);
    } else if (r != NULL) {
        r->connection = NULL;
    }
}

/* The answer is with the kernel: on to the next request, or to the end. */
static void written(struct connection *c)
{
    connection_release(c);
    connection_rest(&c->out);
    c->since = uv_now(c->server->loop);
    if (c->last || c->eof || c->server->closing) {
        connection_linger(c);
        return;
    }
    c->scan = (struct head_scan){ 0 };
    connection_rest(&c->head);
    connection_phase(c, PHASE_IDLE);
}

static void write_done(uv_write_t *req, int rc)
{
    struct connection *c = req->data;

    c->writing = false;
    if (rc < 0 || c->phase == PHASE_CLOSED) {
        connection_close(c);
        return;
    }
    written(c);
    connection_run(c);
}

static void write_out(struct connection *c)
{
    uv_buf_t all = uv_buf_init(c->out.p, (unsigned)c->out.n);
    int n = uv_try_write(&c->io.stream, &all, 1);

    if (n < 0 && n != UV_EAGAIN) {
        connection_close(c);
        return;
    }
    if (n > 0 && (size_t)n == c->out.n) {
        written(c);
        return;
    }
    if (n > 0)
        buf_drop(&c->out, (size_t)n);
    all = uv_buf_init(c->out.p, (unsigned)c->out.n);
    connection_phase(c, PHASE_WRITE);
    c->write.data = c;
    c->writing = true;
    if (uv_write(&c->write, &c->io.stream, &all, 1, write_done) < 0) {
        c->writing = false;
        connection_close(c);
    }
}

/* r NULL: there never was a request, or none that could be read. */
void connection_answer(struct connection *c, const struct http_request *r,
                       const struct http_response *response)
{
    struct http_answer a = {
        .response = response,
        .head_only = r != NULL && str_eq(r->method, STR("HEAD")),
        .minor = r == NULL || r->minor,
    };

    /* the rest of a body nobody wanted cannot be told from a request */
    c->last = r == NULL || !r->keep_alive || r->body.n < r->length ||
              c->server->closing || c->eof;
    a.close = c->last;
    buf_clear(&c->out);
    if (answer_write(&c->out, &a) < 0) {
        connection_close(c);
    } else {
        write_out(c);
    }
}

void connection_respond(struct connection *c, struct http_request *r,
                        const struct http_response *response)
{
    connection_answer(c, r, response);
    connection_run(c); /* nothing where connection_run() called the route: it
                          goes on by itself */
}

void connection_refuse(struct connection *c, int status)
{
    struct arena a = { 0 };
    struct http_response response;
    struct http_request *r = c->request;

    answer_error(&response, r, status, NULL, &a);
    if (r != NULL)
        r->keep_alive = false;
    connection_answer(c, r, &response);
    arena_free(&a);
}
