#include "web/original.h"

#include <stdlib.h>

#include "base/log.h"
#include "mail/picture.h"

struct originals {
    struct store *store;
    struct jail *jail;
    struct wish *queue;
    struct wish **queue_tail;
    int under_way;
};

/* Lives in its request. */
struct wish {
    struct originals *of;
    struct http_request *request;
    struct original what;
    struct original_found found;
    struct raw raw;
    struct arena home; /* the raw's bytes */
    original_fn *done;
    void *arg;
    struct wish *next;
};

int originals_open(struct originals **out, struct store *store,
                   struct jail *jail, struct error *e)
{
    struct originals *o = calloc(1, sizeof(*o));

    (void)e;
    if (o == NULL)
        abort();
    *o = (struct originals){ .store = store, .jail = jail };
    o->queue_tail = &o->queue;
    *out = o;
    return 0;
}

void originals_close(struct originals *o)
{
    free(o);
}

/* The wish is gone with its request once done has answered that. */
static void wish_end(struct wish *w, int rc, struct str bytes,
                     const struct error *why)
{
    struct arena home = w->home;

    w->of->under_way--;
    w->done(w->request, w->arg, rc, &w->found, bytes, why);
    arena_free(&home);
}

static void turn(struct originals *o);

static void given(void *arg, int rc, struct str bytes, const struct error *why)
{
    struct wish *w = arg;
    struct originals *o = w->of;

    wish_end(w, rc, bytes, why);
    turn(o);
}

static void wish_begin(struct originals *o, struct wish *w)
{
    struct error e = { 0 };
    int rc = E_NONE;

    o->under_way++;
    if (http_alive(w->request))
        rc = store_raw_get(o->store, w->found.raw, &w->raw, &w->home, &e);
    w->found.format = w->raw.format;
    if (rc < 0 || w->what.kind == ORIGINAL_RAW) {
        wish_end(w, rc, w->raw.bytes, &e);
    } else if (w->what.kind == ORIGINAL_HTML) {
        jail_html(o->jail, &w->raw, given, w);
    } else if (w->what.kind == ORIGINAL_PICTURE) {
        jail_picture(o->jail, &w->raw, w->found.attachment.part, given, w);
    } else {
        jail_part(o->jail, &w->raw, w->found.attachment.part, given, w);
    }
}

static void turn(struct originals *o)
{
    while (o->queue != NULL && o->under_way < ORIGINALS_AT_ONCE) {
        struct wish *w = o->queue;

        o->queue = w->next;
        if (o->queue == NULL)
            o->queue_tail = &o->queue;
        wish_begin(o, w);
    }
}

static int look_up(struct originals *o, const struct original *what,
                   struct original_found *found, struct arena *a,
                   struct error *e)
{
    struct message_ref ref;
    int rc = store_message_ref(o->store, what->message, &ref, e);

    if (rc < 0)
        return rc;
    found->ticket = ref.ticket;
    found->raw = ref.raw;
    if (what->kind == ORIGINAL_RAW || what->kind == ORIGINAL_HTML)
        return 0;
    rc = store_attachment_get(o->store, what->message, what->attachment,
                              &found->attachment, a, e);
    if (rc == 0 && found->attachment.part < 0)
        return error(e, E_NONE, "the attachment is kept as another message");
    return rc;
}

void original_ask(struct originals *o, struct http_request *r,
                  const struct original *what, original_fn *done, void *arg)
{
    struct arena *a = http_arena(r);
    struct wish *w = arena_new(a, struct wish);
    struct error e;
    int rc;

    *w = (struct wish){
        .of = o, .request = r, .what = *what, .done = done, .arg = arg
    };
    http_hold(r);
    rc = look_up(o, what, &w->found, a, &e);
    if (rc < 0) {
        done(r, arg, rc, &w->found, STR_NONE, &e);
        return;
    }
    *o->queue_tail = w;
    o->queue_tail = &w->next;
    turn(o);
}

/* ---- pictures ---- */

bool original_is_shown(const struct attachment *at, const char **why_not)
{
    bool large;
    bool shown =
        picture_shows(at->media_type, at->width, at->height, at->size, &large);

    *why_not = NULL;
    if (at->part < 0) {
        *why_not = "inbox.not_shown_apart";
    } else if (!shown) {
        *why_not = large ? "inbox.not_shown_size" : "inbox.not_shown_kind";
    } else if (at->width <= 0 || at->height <= 0) {
        *why_not = "inbox.not_shown_broken";
    }
    return *why_not == NULL;
}

void original_photo_answer(struct http_request *r, struct str bytes)
{
    const struct http_header_line lines[] = {
        { "Content-Security-Policy", STR("default-src 'none'; sandbox") },
        { "Cross-Origin-Resource-Policy", STR("same-origin") },
        { "Content-Disposition", STR("inline") },
        { "Cache-Control", STR("private, max-age=3600") },
        { NULL, STR_NONE },
    };
    const char *type = picture_type(bytes);

    if (type == NULL) { /* what read it has been taken over: say nothing */
        log_error("a picture that is none has left the jail");
        http_respond_error(r, 404, NULL);
        return;
    }
    http_respond(
        r, &(struct http_response){
               .status = 200, .type = type, .body = bytes, .headers = lines });
}

static void photo_given(struct http_request *r, void *arg, int rc,
                        const struct original_found *found, struct str bytes,
                        const struct error *why)
{
    const int64_t *ticket = arg;

    if (rc == E_DIED || rc == E_TIMEOUT || rc == E_STORE)
        log_error("a photo cannot be shown: %s", why->text);
    if (rc < 0 || found->ticket != *ticket) {
        http_respond_error(r, 404, NULL);
    } else {
        original_photo_answer(r, bytes);
    }
}

void original_photo(struct originals *o, struct http_request *r, int64_t ticket,
                    int64_t message, int64_t attachment)
{
    const struct original what = { ORIGINAL_PICTURE, message, attachment };
    int64_t *of = arena_new(http_arena(r), int64_t);

    *of = ticket;
    original_ask(o, r, &what, photo_given, of);
}
