/* How the pages look and who may frame them: what may stand in inlet.conf. */
#include "base/colour.h"
#include "spine/config.h"
#include "spine/config_internal.h"

struct str url_host(struct str url)
{
    size_t n = 0;

    (void)str_until(&url, STR("://"));
    if (url.n > 0 && url.p[0] == '[')
        return str_slice(url, 0, str_find(url, STR("]")) + 1);
    while (n < url.n && strchr("/:?#", url.p[n]) == NULL)
        n++;
    return str_slice(url, 0, n);
}

bool url_is_safe(struct str url)
{
    static const struct str inside[] = { STR_INIT("127.0.0.1"),
                                         STR_INIT("localhost"),
                                         STR_INIT("[::1]") };
    struct str host = url_host(url);
    bool good = str_starts(url, STR("https://"));

    for (size_t i = 0; i < COUNT_OF(inside); i++) {
        good = good || (str_starts(url, STR("http://")) &&
                        str_case_eq(host, inside[i]));
    }
    return good && host.n > 0;
}

/* It goes into a header, among words: scheme, host and port, no more. */
static bool is_origin(struct str s)
{
    struct str rest = s;

    (void)str_until(&rest, STR("://"));
    for (size_t i = 0; i < rest.n; i++) {
        char c = rest.p[i];

        if (c == '\0' ||
            strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                   "0123456789.-:[]",
                   c) == NULL)
            return false;
    }
    return url_is_safe(s);
}

static int colour_check(const struct town *t, struct error *e)
{
    static const struct colour white = { 0xff, 0xff, 0xff };
    struct colour c;
    double contrast;
    int rc = colour_read(&c, t->colour, e);

    if (rc < 0)
        return error_in(e, "colour");
    contrast = colour_contrast(c, white);
    if (contrast >= COLOUR_READABLE)
        return 0;
    return error(e, E_CONFIG,
                 "colour: %.*s cannot be read on white, nor white on it: "
                 "their contrast is %.2f, and %.1f is needed; take a darker "
                 "one",
                 STR_FMT(t->colour), contrast, COLOUR_READABLE);
}

/* "https://tiles.example.org" of "https://tiles.example.org/{z}/{x}.png" */
static struct str origin_of(struct str url)
{
    struct str rest = url;

    (void)str_until(&rest, STR("://"));
    return str_slice(url, 0, url.n - rest.n + str_find(rest, STR("/")));
}

static bool has(struct str text, const char *part)
{
    return str_find(text, str_of(part)) < text.n;
}

static int tiles_check(struct town *t, struct error *e)
{
    struct str url = t->tile_url;

    t->tile_origin = origin_of(url);
    if (url.n == 0 || (is_origin(t->tile_origin) && has(url, "{z}") &&
                       has(url, "{x}") && has(url, "{y}")))
        return 0;
    return error(e, E_CONFIG,
                 "tile-url: \"%.*s\" is no address like "
                 "https://HOST/{z}/{x}/{y}.png",
                 STR_FMT(url));
}

int town_look_check(struct town *t, const char *path, struct error *e)
{
    int rc = colour_check(t, e);

    if (rc == 0)
        rc = tiles_check(t, e);

    for (const struct setting_list *l = t->embed; rc == 0 && l != NULL;
         l = l->next) {
        if (!is_origin(l->value)) {
            rc = error(e, E_CONFIG,
                       "embed: \"%.*s\" is not a site like "
                       "https://www.example.org",
                       STR_FMT(l->value));
        }
    }
    return rc < 0 && path != NULL ? error_in(e, "%s", path) : rc;
}
