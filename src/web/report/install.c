#include "web/report/install.h"

#include <stdlib.h>

#include "base/colour.h"
#include "base/json.h"
#include "http/page.h"
#include "web/embedded.h"

enum { STYLE_MAX = 4 * 1024, MANIFEST_MAX = 16 * 1024 };

struct install {
    const struct templates *templates;
    const struct town *town;
};

/* ---- the town's colour ---- */

/* What inlet.css has as --paper and --on-link. */
static const struct colour white = { 0xff, 0xff, 0xff };
static const struct colour black = { 0x00, 0x00, 0x00 };
static const struct colour night = { 0x15, 0x18, 0x1c };

enum { PRESSED = 25 /* per cent darker, or lighter */ };
#define DARK_CONTRAST 7.0

int install_style(struct str colour, struct buf *out, struct error *e)
{
    char light[2][COLOUR_TEXT];
    char dark[2][COLOUR_TEXT];
    struct colour c;
    struct colour at_night;
    int rc = colour_read(&c, colour, e);

    if (rc < 0)
        return rc;
    at_night = colour_until(c, white, night, DARK_CONTRAST);
    buf_printf(
        out,
        ":root{--link:%s;--press:%s}\n"
        "@media (prefers-color-scheme:dark){:root{--link:%s;--press:%s}}\n",
        colour_write(c, light[0]),
        colour_write(colour_mix(c, black, PRESSED / 100.0), light[1]),
        colour_write(at_night, dark[0]),
        colour_write(colour_mix(at_night, white, 2 * PRESSED / 100.0),
                     dark[1]));
    return 0;
}

static void respond(struct http_request *r, const char *type, struct buf *out)
{
    const struct http_header_line lines[] = {
        { "Cache-Control", STR("public, max-age=3600") },
        { NULL, STR_NONE },
    };

    http_respond(r, &(struct http_response){ .status = 200,
                                             .type = type,
                                             .body = buf_str(out),
                                             .headers = lines });
    buf_free(out);
}

static void get_style(struct http_request *r, void *arg)
{
    const struct install *i = arg;
    struct buf out = buf_init(STYLE_MAX);
    struct error e;

    /* checked when inlet.conf was read: else the sheet's own colours stay */
    if (install_style(i->town->colour, &out, &e) < 0)
        buf_clear(&out);
    respond(r, "text/css; charset=utf-8", &out);
}

/* A pin on the town's colour. */
static void get_icon(struct http_request *r, void *arg)
{
    const struct install *i = arg;
    struct buf out = buf_init(STYLE_MAX);

    buf_printf(&out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 "
               "64\"><rect width=\"64\" height=\"64\" rx=\"12\" "
               "fill=\"%.*s\"/><path d=\"M32 10a16 16 0 0 0-16 16c0 12 16 28 "
               "16 28s16-16 16-28a16 16 0 0 0-16-16zm0 22a6 6 0 1 1 0-12 6 6 "
               "0 0 1 0 12z\" fill=\"#fff\"/></svg>\n",
               STR_FMT(i->town->colour));
    respond(r, "image/svg+xml", &out);
}

/* ---- on a phone ---- */

static void icon_write(struct json *j, const char *src, const char *sizes,
                       const char *type)
{
    json_begin_object(j);
    json_kv(j, "src", str_of(src));
    json_kv(j, "sizes", str_of(sizes));
    json_kv(j, "type", str_of(type));
    json_end_object(j);
}

/* Web application manifest (W3C). */
static void manifest_write(struct json *j, const struct page *p)
{
    struct str town = p->town->name;

    json_begin_object(j);
    json_kv(j, "name",
            str_of(arena_printf(p->a, "%.*s: %.*s", STR_FMT(town),
                                STR_FMT(page_word(p, "report.title")))));
    json_kv(j, "short_name", town);
    json_kv(j, "lang", p->language);
    json_kv(j, "start_url", STR("/report"));
    json_kv(j, "scope", STR("/"));
    json_kv(j, "display", STR("standalone"));
    json_kv(j, "theme_color", p->town->colour);
    json_kv(j, "background_color", STR("#ffffff"));
    json_key(j, "icons");
    json_begin_array(j);
    icon_write(j, "/assets/icon.svg", "any", "image/svg+xml");
    icon_write(j, "/assets/icon-192.png", "192x192", "image/png");
    icon_write(j, "/assets/icon-512.png", "512x512", "image/png");
    json_end_array(j);
    json_end_object(j);
}

static void get_manifest(struct http_request *r, void *arg)
{
    const struct install *i = arg;
    struct buf out = buf_init(MANIFEST_MAX);
    struct json j = json_to(&out);
    struct page p = { .templates = i->templates,
                      .town = i->town,
                      .a = http_arena(r),
                      .language =
                          page_language(i->town, r, http_query(r, "lang")) };

    manifest_write(&j, &p);
    respond(r, "application/manifest+json", &out);
}

/* A worker has the policy of its own answer, not of a page's. */
static void get_worker(struct http_request *r, void *arg)
{
    const struct http_header_line lines[] = {
        { "Content-Security-Policy",
          STR("default-src 'none'; connect-src 'self'") },
        { "Cache-Control", STR("no-cache") },
        { NULL, STR_NONE },
    };
    const struct asset *a = built_in_assets;

    (void)arg;
    while (a->name != NULL && strcmp(a->name, "worker.js") != 0)
        a++;
    if (a->name == NULL) {
        http_respond_error(r, 404, NULL);
        return;
    }
    http_respond(r, &(struct http_response){ .status = 200,
                                             .type = "text/javascript; "
                                                     "charset=utf-8",
                                             .body = a->bytes,
                                             .headers = lines });
}

/* ---- its life ---- */

static const struct route routes[] = {
    { "GET", "/assets/town.css", 0, get_style },
    { "GET", "/assets/icon.svg", 0, get_icon },
    { "GET", "/manifest.webmanifest", 0, get_manifest },
    { "GET", "/worker.js", 0, get_worker },
    { NULL, NULL, 0, NULL },
};

int install_open(struct install **out, struct http_server *http,
                 const struct templates *templates, const struct town *town,
                 struct error *e)
{
    struct install *i = calloc(1, sizeof(*i));

    (void)e;
    if (i == NULL)
        abort();
    *i = (struct install){ templates, town };
    http_routes(http, routes, "", i);
    *out = i;
    return 0;
}

void install_close(struct install *i)
{
    free(i);
}
