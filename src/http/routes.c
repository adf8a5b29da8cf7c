/* Which route serves a path: a table walked from its begin. */
#include <stdlib.h>

#include "base/utf8.h"
#include "http/http_internal.h"

void http_routes(struct http_server *s, const struct route *table,
                 const char *prefix, void *arg)
{
    struct route_group **at = &s->groups;
    struct route_group *g = calloc(1, sizeof(*g));

    if (g == NULL)
        abort();
    *g = (struct route_group){ table, prefix, arg, NULL };
    while (*at != NULL)
        at = &(*at)->next;
    *at = g;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at;

    if (c >= 'A' && c <= 'F')
        c = (char)(c - 'A' + 'a');
    at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? -1 : (int)(at - digits);
}

bool percent_decode(struct arena *a, struct str in, struct str *out)
{
    char *to = arena_alloc(a, in.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < in.n; i++) {
        int high;
        int low;

        if (in.p[i] != '%') {
            to[n++] = in.p[i];
            continue;
        }
        if (in.n - i < 3)
            return false;
        high = hex_digit(in.p[i + 1]);
        low = hex_digit(in.p[i + 2]);
        if (high < 0 || low < 0)
            return false;
        to[n++] = (char)(high * 16 + low);
        i += 2;
    }
    *out = (struct str){ to, n };
    return utf8_valid(*out);
}

/* Cuts the first part, between slashes, off path. */
static struct str part(struct str *path)
{
    struct str rest = str_slice(*path, 1, path->n);
    struct str got = str_slice(rest, 0, str_find(rest, STR("/")));

    *path = str_slice(rest, got.n, rest.n);
    return got;
}

/* 0: it is this one; 404; 400: a parameter that cannot be decoded. */
static int match(struct http_request *r, struct str pattern, struct str path)
{
    r->param_count = 0;
    while (pattern.n > 0 && path.n > 0) {
        struct str want = part(&pattern);
        struct str got = part(&path);
        struct http_field *p = &r->params[r->param_count];

        if (!str_starts(want, STR(":"))) {
            if (!str_eq(want, got))
                return 404;
            continue;
        }
        if (got.n == 0 || r->param_count == HTTP_PARAMS)
            return 404;
        p->name = str_slice(want, 1, want.n);
        if (!percent_decode(&r->arena, got, &p->value))
            return 400;
        r->param_count++;
    }
    return pattern.n == 0 && path.n == 0 ? 0 : 404;
}

static bool serves(const struct route *route, struct str method)
{
    struct str own = str_of(route->method);

    return str_eq(own, method) ||
           (str_eq(own, STR("GET")) && str_eq(method, STR("HEAD")));
}

static int match_group(struct http_request *r, const struct route_group *g,
                       struct str *allow)
{
    struct str prefix = str_of(g->prefix);
    int found = 404;

    if (!str_starts(r->path, prefix))
        return 404;
    for (const struct route *t = g->table; t->method != NULL; t++) {
        int rc =
            match(r, str_of(t->path), str_slice(r->path, prefix.n, r->path.n));

        if (rc == 0 && serves(t, r->method)) {
            r->route = t;
            r->route_arg = g->arg;
            return 0;
        }
        if (rc == 0) {
            *allow = str_of(arena_printf(
                &r->arena, "%.*s%s%s%s", STR_FMT(*allow),
                allow->n > 0 ? ", " : "", t->method,
                str_eq(str_of(t->method), STR("GET")) ? ", HEAD" : ""));
            found = 405;
        } else if (rc == 400) {
            found = 400;
        }
    }
    return found;
}

int route_find(struct http_request *r, struct str *allow)
{
    int found = 404;

    *allow = STR_NONE;
    for (const struct route_group *g = r->server->groups; g != NULL;
         g = g->next) {
        int rc = match_group(r, g, allow);

        if (rc == 0)
            return 0;
        if (rc != 404)
            found = rc;
    }
    return found;
}
