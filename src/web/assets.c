#include "web/assets.h"

#include "base/digest.h"
#include "web/embedded.h"

static const struct {
    const char *ending, *type;
} types[] = {
    { ".js", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
};

static const char *type_of(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        if (str_ends(str_of(name), str_of(types[i].ending)))
            return types[i].type;
    }
    return "application/octet-stream";
}

static const struct asset *asset_named(struct str name)
{
    const struct asset *a = built_in_assets;

    while (a->name != NULL && !str_eq(str_of(a->name), name))
        a++;
    return a->name == NULL ? NULL : a;
}

/* A browser asks each time whether it is still the same: 304, no body. */
static void get_asset(struct http_request *r, void *arg)
{
    const struct asset *asset = asset_named(http_param(r, "name"));
    struct str takes = http_header(r, "Accept-Encoding");
    struct str gzip = STR("gzip");
    struct arena *a = http_arena(r);
    struct http_header_line lines[] = {
        { "Cache-Control", STR("no-cache") },
        { "Vary", STR("Accept-Encoding") },
        { "ETag", STR_NONE },
        { NULL, STR_NONE },
        { NULL, STR_NONE },
    };
    bool packed = str_case_find(takes, gzip) < takes.n;
    struct str hash;

    (void)arg;
    if (asset == NULL) {
        http_respond_error(r, 404, NULL);
        return;
    }
    hash = digest_base64url(a, digest(a, DIGEST_SHA256, asset->bytes));
    lines[2].value = str_of(
        arena_printf(a, "\"%.*s%s\"", STR_FMT(hash), packed ? "-gz" : ""));
    if (packed)
        lines[3] = (struct http_header_line){ "Content-Encoding", gzip };
    if (str_eq(http_header(r, "If-None-Match"), lines[2].value)) {
        lines[3] = (struct http_header_line){ NULL, STR_NONE };
        http_respond(
            r, &(struct http_response){ .status = 304, .headers = lines });
        return;
    }
    http_respond(r, &(struct http_response){ .status = 200,
                                             .type = type_of(asset->name),
                                             .body = packed ? asset->packed
                                                            : asset->bytes,
                                             .headers = lines });
}

void assets_open(struct http_server *http)
{
    static const struct route routes[] = {
        { "GET", "/assets/:name", 0, get_asset },
        { NULL, NULL, 0, NULL },
    };

    http_routes(http, routes, "", NULL);
}
