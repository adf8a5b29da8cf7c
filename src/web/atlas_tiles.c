/*
 * The map's tiles: cut beside the loop, packed, kept while there is room for
 * them, and told apart from those of another gazetteer by their ETag.
 */
#include <glib.h>
#include <stdlib.h>
#include <uv.h>

#include "base/pack.h"
#include "web/atlas_internal.h"

enum { SHELF_BYTES = 16 * 1024 * 1024, SHELF_EXTRA = 128, NUMBER_MAX = 10 };

/* ---- the shelf: what was cut, the longest unused goes first ---- */

struct kept {
    uint64_t key;
    struct str bytes;
    GList *link; /* in by_use */
};

struct shelf {
    GHashTable *of_key;
    GQueue by_use; /* of struct kept, the latest first */
    size_t bytes;
};

static void kept_free(gpointer data)
{
    struct kept *k = data;
    union {
        const char *in;
        char *out;
    } bytes = { k->bytes.p };

    free(bytes.out);
    free(k);
}

struct shelf *shelf_new(void)
{
    struct shelf *s = calloc(1, sizeof(*s));

    if (s == NULL)
        abort();
    s->of_key =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, kept_free);
    g_queue_init(&s->by_use);
    return s;
}

void shelf_clear(struct shelf *s)
{
    g_queue_clear(&s->by_use);
    g_hash_table_remove_all(s->of_key);
    s->bytes = 0;
}

void shelf_free(struct shelf *s)
{
    shelf_clear(s);
    g_hash_table_destroy(s->of_key);
    free(s);
}

static uint64_t key_of(struct tile at)
{
    return (uint64_t)at.z << 58 | (uint64_t)at.x << 29 | (uint64_t)at.y;
}

static bool shelf_get(struct shelf *s, struct tile at, struct str *bytes)
{
    uint64_t key = key_of(at);
    struct kept *k = g_hash_table_lookup(s->of_key, &key);

    if (k == NULL)
        return false;
    g_queue_unlink(&s->by_use, k->link);
    g_queue_push_head_link(&s->by_use, k->link);
    *bytes = k->bytes;
    return true;
}

static size_t weight(const struct kept *k)
{
    return k->bytes.n + SHELF_EXTRA;
}

static void shelf_put(struct shelf *s, struct tile at, struct str bytes)
{
    struct kept *k = calloc(1, sizeof(*k));
    char *own = malloc(bytes.n + 1);

    if (k == NULL || own == NULL)
        abort();
    if (bytes.n > 0)
        memcpy(own, bytes.p, bytes.n);
    k->key = key_of(at);
    k->bytes = (struct str){ own, bytes.n };
    if (g_hash_table_contains(s->of_key, &k->key)) { /* cut twice at once */
        kept_free(k);
        return;
    }
    g_queue_push_head(&s->by_use, k);
    k->link = s->by_use.head;
    g_hash_table_insert(s->of_key, &k->key, k);
    s->bytes += weight(k);
    while (s->bytes > SHELF_BYTES) {
        struct kept *last = g_queue_pop_tail(&s->by_use);

        s->bytes -= weight(last);
        g_hash_table_remove(s->of_key, &last->key);
    }
}

/* ---- answers ---- */

static bool takes_gzip(const struct http_request *r)
{
    struct str takes = http_header(r, "Accept-Encoding");

    return str_case_find(takes, STR("gzip")) < takes.n;
}

/*
 * Who asks with the edition's own tag has an address that will never mean
 * another tile; who asks without looks again after some minutes.
 */
static struct str lifetime(const struct http_request *r,
                           const struct edition *e)
{
    bool fixed = e != NULL && str_eq(http_query(r, "v"), e->tag);

    return fixed ? STR("public, max-age=31536000, immutable")
                 : STR("public, max-age=600");
}

static struct str tag_for(struct http_request *r, const struct edition *e)
{
    struct str tag = e == NULL ? STR("none") : e->tag;

    return str_of(arena_printf(http_arena(r), "\"%.*s%s\"", STR_FMT(tag),
                               takes_gzip(r) ? "-gz" : ""));
}

/* Whoever asks has it: it need not be cut to say so. */
static bool has_it(struct http_request *r, const struct edition *e)
{
    return str_eq(http_header(r, "If-None-Match"), tag_for(r, e));
}

/* tile is packed; empty: nothing is there. */
static void answer(struct http_request *r, const struct edition *e,
                   struct str tile)
{
    bool packed = takes_gzip(r) && tile.n > 0;
    struct buf plain = buf_init(3 * (size_t)TILE_MAX);
    struct http_header_line lines[] = {
        { "Cache-Control", lifetime(r, e) },
        { "Vary", STR("Accept-Encoding") },
        { "ETag", tag_for(r, e) },
        { packed ? "Content-Encoding" : NULL, STR("gzip") },
        { NULL, STR_NONE },
    };

    if (has_it(r, e)) {
        lines[3].name = NULL;
        http_respond(
            r, &(struct http_response){ .status = 304, .headers = lines });
    } else if (!packed && tile.n > 0 && unpack_gzip(tile, &plain) < 0) {
        http_respond_error(r, 500, NULL);
    } else {
        http_respond(r, &(struct http_response){
                            .status = 200,
                            .type = "application/vnd.mapbox-vector-tile",
                            .body = packed ? tile : buf_str(&plain),
                            .headers = lines });
    }
    buf_free(&plain);
}

/* ---- cutting ---- */

struct job {
    uv_work_t work;
    struct atlas *atlas;
    struct edition *edition;
    struct http_request *request;
    struct tile at;
    struct buf packed;
};

static void cut(uv_work_t *work)
{
    struct job *job = work->data;
    struct buf tile = buf_init(3 * (size_t)TILE_MAX);

    tile_cut(job->edition->chart, job->at, &tile);
    if (tile.n > 0 && pack_gzip(buf_str(&tile), &job->packed) < 0)
        buf_clear(&job->packed);
    buf_free(&tile);
}

static void cut_done(uv_work_t *work, int status)
{
    struct job *job = work->data;

    (void)status;
    if (job->edition == job->atlas->edition)
        shelf_put(job->atlas->shelf, job->at, buf_str(&job->packed));
    answer(job->request, job->edition, buf_str(&job->packed));
    edition_let_go(job->edition);
    buf_free(&job->packed);
    free(job);
}

static void cut_later(struct atlas *a, struct http_request *r, struct tile at)
{
    struct job *job = calloc(1, sizeof(*job));

    if (job == NULL)
        abort();
    *job = (struct job){ .atlas = a,
                         .edition = a->edition,
                         .request = r,
                         .at = at,
                         .packed = buf_init(2 * (size_t)TILE_MAX) };
    job->work.data = job;
    a->edition->users++;
    http_hold(r);
    if (uv_queue_work(http_loop(a->http), &job->work, cut, cut_done) < 0)
        cut_done(&job->work, 0);
}

/* "12.mvt" */
static bool read_y(struct str text, int64_t *y)
{
    struct str ending = STR(".mvt");

    return str_ends(text, ending) &&
           str_int(str_slice(text, 0, text.n - ending.n), y);
}

static bool read_tile(const struct http_request *r, struct tile *at)
{
    struct str z = http_param(r, "z");
    struct str x = http_param(r, "x");
    struct str y = http_param(r, "y");

    return z.n <= NUMBER_MAX && x.n <= NUMBER_MAX && str_int(z, &at->z) &&
           str_int(x, &at->x) && read_y(y, &at->y) && tile_is(*at);
}

static bool meets(struct box a, struct box b)
{
    return a.south <= b.north && a.north >= b.south && a.west <= b.east &&
           a.east >= b.west;
}

void atlas_tile(struct http_request *r, void *arg)
{
    struct atlas *a = arg;
    struct tile at;
    struct str bytes;

    if (!read_tile(r, &at)) {
        http_respond_error(r, 404, NULL);
    } else if (a->edition == NULL || has_it(r, a->edition) ||
               !meets(tile_box(at), gaz_box(a->edition->gaz))) {
        answer(r, a->edition, STR_NONE);
    } else if (shelf_get(a->shelf, at, &bytes)) {
        answer(r, a->edition, bytes);
    } else {
        cut_later(a, r, at);
    }
}
