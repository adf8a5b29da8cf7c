#include "web/passed.h"

#include "base/digest.h"
#include "base/log.h"

static int ticket_of(struct passed_photos *p, struct http_request *r,
                     struct ticket *t, struct error *e)
{
    struct str token = http_param(r, "token");
    struct str rest = token;
    int64_t id;
    int rc;

    if (!str_int(str_until(&rest, STR("-")), &id))
        return error(e, E_NONE, "no token of ours looks like that");
    rc = store_ticket_get(p->store, id, t, http_arena(r), e);
    if (rc == 0 && !digest_same(ticket_photo_token(t, http_arena(r)), token))
        rc = error(e, E_NONE, "the token is not of that ticket");
    return rc;
}

static void get_photo(struct http_request *r, void *arg)
{
    struct passed_photos *p = arg;
    struct ticket t;
    int64_t message;
    int64_t n;
    struct error e;
    int rc = ticket_of(p, r, &t, &e);

    if (rc < 0 && rc != E_NONE)
        log_error("a photo cannot be shown: %s", e.text);
    if (rc < 0 || !str_int(http_param(r, "message"), &message) ||
        !str_int(http_param(r, "n"), &n)) {
        http_respond_error(r, 404, NULL);
        return;
    }
    original_photo(p->originals, r, t.id, message, n);
}

static const struct route routes[] = {
    { "GET", "/passed/:token/:message/:n", 0, get_photo },
    { NULL, NULL, 0, NULL },
};

void passed_photos_open(struct passed_photos *p, struct http_server *http)
{
    http_routes(http, routes, "", p);
}
