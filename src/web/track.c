#include "web/track.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/log.h"
#include "http/page.h"

enum { HEALTH_MAX = 64 * 1024 };

struct track {
    struct store *store;
    const struct templates *templates;
    const struct town *town;
};

static struct page page_for(const struct track *t, struct http_request *r)
{
    return (struct page){
        .templates = t->templates,
        .town = t->town,
        .a = http_arena(r),
        .language = page_language(t->town, r, http_query(r, "lang")),
    };
}

/* ---- the start page and the stylesheet ---- */

static void get_start(struct http_request *r, void *arg)
{
    struct page p = page_for(arg, r);

    page_begin(&p, page_word(&p, "start.title"), PAGE_LANGUAGES);
    page_send(&p, r, 200, "start.html");
}

static void get_style(struct http_request *r, void *arg)
{
    const struct track *t = arg;
    static const struct template_value nothing[] = {
        { NULL, { NULL, 0 }, NULL }
    };
    const struct http_header_line lines[] = {
        { "Cache-Control", STR("public, max-age=3600") },
        { NULL, STR_NONE },
    };
    struct buf out = buf_init(PAGE_MAX);
    struct error e;

    if (template_render(t->templates, STR_NONE, "inlet.css", nothing, &out,
                        &e) < 0) {
        http_respond_error(r, 404, NULL);
    } else {
        http_respond(r, &(struct http_response){
                            .status = 200,
                            .type = "text/css; charset=utf-8",
                            .body = buf_str(&out),
                            .headers = lines,
                        });
    }
    buf_free(&out);
}

/* ---- health ---- */

static void channel_write(struct json *j, const struct channel_row *c)
{
    json_begin_object(j);
    json_kv(j, "channel", c->channel);
    json_key(j, "trouble");
    json_str_or_null(j, c->health);
    json_kv_int(j, "messages", c->raws);
    json_kv_int(j, "waiting", c->waiting);
    json_kv_int(j, "quarantined", c->quarantined);
    json_kv_int(j, "last_at", c->last_at);
    json_end_object(j);
}

/*
 * Names and sentences are for who sits at the machine: a proxy passes on
 * where others come from, so they are seen as what they are.
 */
static bool is_inside(const struct http_request *r)
{
    struct str peer = http_peer(r);

    return str_starts(peer, STR("127.")) || str_eq(peer, STR("::1")) ||
           str_eq(peer, STR("unix"));
}

static void health_write(struct json *j, const struct channel_row *list, int rc,
                         bool inside)
{
    bool well = rc == 0;

    for (const struct channel_row *c = list; c != NULL; c = c->next)
        well = well && c->health.n == 0;
    json_begin_object(j);
    json_kv(j, "status", well ? STR("well") : STR("trouble"));
    json_kv_bool(j, "store", rc == 0);
    if (inside) {
        json_key(j, "channels");
        json_begin_array(j);
        for (const struct channel_row *c = list; c != NULL; c = c->next)
            channel_write(j, c);
        json_end_array(j);
    }
    json_end_object(j);
}

static void get_health(struct http_request *r, void *arg)
{
    struct track *t = arg;
    struct channel_row *list = NULL;
    struct buf out = buf_init(HEALTH_MAX);
    struct json j = json_to(&out);
    struct error e;
    int rc = store_channels(t->store, &list, http_arena(r), &e);

    if (rc < 0)
        log_error("the store does not answer: %s", e.text);
    health_write(&j, rc < 0 ? NULL : list, rc, is_inside(r));
    buf_byte(&out, '\n');
    http_respond(r, &(struct http_response){ .status = rc == 0 ? 200 : 503,
                                             .type = "application/json",
                                             .body = buf_str(&out) });
    buf_free(&out);
}

/* ---- its life ---- */

static const struct route routes[] = {
    { "GET", "/", 0, get_start },
    { "GET", "/assets/inlet.css", 0, get_style },
    { "GET", "/health", 0, get_health },
    { NULL, NULL, 0, NULL },
};

int track_open(struct track **out, struct http_server *http,
               struct store *store, const struct templates *templates,
               const struct town *town, struct error *e)
{
    struct track *t = calloc(1, sizeof(*t));

    (void)e;
    if (t == NULL)
        abort();
    *t = (struct track){ store, templates, town };
    http_routes(http, routes, "", t);
    *out = t;
    return 0;
}

void track_close(struct track *t)
{
    free(t);
}
