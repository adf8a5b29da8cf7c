/* A tile is cut: what lies in it, clipped, made simpler and written. */
#include <math.h>
#include <stdio.h>

#include "geo/chart_internal.h"
#include "geo/gaz_internal.h"
#include "geo/tile_clip.h"

enum {
    MARGIN = 64,      /* of a tile, that lines are drawn into it from there */
    LABEL_MARGIN = 0, /* a point is in one tile only */
    SIMPLE = 4,       /* half a pixel of the screen */
    SIMPLE_CLOSE = 1, /* the last zoom is drawn much larger, too */
    AREA_LEAST = 2 * 256, /* twice what is left out as too small to see */
    DOORS_MAX = 20000,
};

struct cutting {
    const struct chart *chart;
    struct tile at;
    struct chart_box reach;  /* what of the world is looked at */
    double left, top, scale; /* of the tile in the world */
    struct clip clip;
    struct tile_layer layer; /* that is being written */
    int *value_of;           /* text -> value of the layer + 1 */
    struct tile_pen pen;
    struct tile_spot *spots; /* scratch */
    int room;
    GArray *dots, *spare; /* of struct dot: scratch */
    double tolerance;
    int drawn; /* parts of the feature */
    int doors;
};

static struct dot dot_of(const struct cutting *c, struct chart_spot at)
{
    return (struct dot){ ((double)at.x - c->left) * c->scale,
                         ((double)at.y - c->top) * c->scale };
}

static struct tile_spot *spots_for(struct cutting *c, int n)
{
    if (n > c->room) {
        c->room = n + n / 2 + 64;
        c->spots = g_renew(struct tile_spot, c->spots, c->room);
    }
    return c->spots;
}

/* ---- the three forms ---- */

static void points_draw(struct cutting *c, const struct chart_part *part)
{
    const struct chart_spot *at =
        &g_array_index(c->chart->spots, struct chart_spot, part->first);
    struct dot dot = dot_of(c, *at);
    struct tile_spot spot = { (int32_t)floor(dot.x), (int32_t)floor(dot.y) };

    if (spot.x < 0 || spot.x >= TILE_EXTENT || spot.y < 0 ||
        spot.y >= TILE_EXTENT)
        return;
    tile_pen_points(&c->pen, &spot, 1);
    c->drawn++;
}

static void piece_draw(void *arg, const struct dot *dots, int n)
{
    struct cutting *c = arg;
    struct dot *own;

    g_array_set_size(c->spare, 0);
    g_array_append_vals(c->spare, dots, (guint)n);
    own = &g_array_index(c->spare, struct dot, 0);
    n = simplify(own, n, c->tolerance);
    n = round_dots(own, n, spots_for(c, n));
    if (n < 2)
        return;
    tile_pen_line(&c->pen, c->spots, n);
    c->drawn++;
}

static void dots_take(struct cutting *c, const struct chart_part *part)
{
    const struct chart_spot *at =
        &g_array_index(c->chart->spots, struct chart_spot, part->first);

    g_array_set_size(c->dots, 0);
    for (int i = 0; i < part->n; i++) {
        struct dot dot = dot_of(c, at[i]);

        g_array_append_val(c->dots, dot);
    }
}

static void line_draw(struct cutting *c, const struct chart_part *part)
{
    dots_take(c, part);
    clip_line(&c->clip, &g_array_index(c->dots, struct dot, 0),
              (int)c->dots->len, piece_draw, c);
}

/* False: too small to be seen, or not in the tile. */
static bool ring_draw(struct cutting *c, const struct chart_part *part)
{
    GArray *whole =
        g_array_sized_new(FALSE, FALSE, sizeof(struct dot), (guint)part->n + 1);
    struct dot *dots;
    int64_t area;
    int n;

    dots_take(c, part);
    clip_ring(&c->clip, &g_array_index(c->dots, struct dot, 0),
              (int)c->dots->len, whole, c->spare);
    if (whole->len > 0) { /* closed, so that the last stretch is seen too */
        struct dot first = g_array_index(whole, struct dot, 0);

        g_array_append_val(whole, first);
    }
    dots = &g_array_index(whole, struct dot, 0);
    n = simplify(dots, (int)whole->len, c->tolerance);
    n = round_dots(dots, n, spots_for(c, n + 1));
    g_array_free(whole, TRUE);
    if (n > 1 && c->spots[0].x == c->spots[n - 1].x &&
        c->spots[0].y == c->spots[n - 1].y)
        n--;
    if (n < 3)
        return false;
    area = ring_area(c->spots, n);
    if (part->hole ? area > -AREA_LEAST : area < AREA_LEAST)
        return false;
    tile_pen_ring(&c->pen, c->spots, n);
    c->drawn++;
    return true;
}

/* ---- features ---- */

static bool meets(const struct chart_box *a, const struct chart_box *b)
{
    return a->west <= b->east && a->east >= b->west && a->north <= b->south &&
           a->south >= b->north;
}

static int value_of(struct cutting *c, int text)
{
    if (text == 0)
        return -1;
    if (c->value_of[text] == 0) {
        c->value_of[text] =
            1 + tile_value(&c->layer, chart_word(c->chart, text));
    }
    return c->value_of[text] - 1;
}

static void pen_begin(struct cutting *c)
{
    buf_clear(&c->pen.commands);
    c->pen.x = 0;
    c->pen.y = 0;
    c->drawn = 0;
}

static void feature_draw(struct cutting *c, const struct chart_feature *f)
{
    bool outer = false;
    int values[2];

    pen_begin(c);
    for (int i = 0; i < f->n; i++) {
        const struct chart_part *part = &g_array_index(
            c->chart->parts, struct chart_part, f->first + (guint)i);

        if (f->form == CHART_POINT) {
            points_draw(c, part);
        } else if (f->form == CHART_LINE) {
            line_draw(c, part);
        } else if (!part->hole) {
            outer = ring_draw(c, part);
        } else if (outer) {
            ring_draw(c, part);
        }
    }
    if (c->drawn == 0)
        return;
    values[0] = value_of(c, f->name);
    values[1] = value_of(c, f->kind);
    tile_feature(&c->layer, (int)f->form, values, &c->pen);
}

static void layer_cut(struct cutting *c, enum chart_layer which,
                      const char *name, struct buf *out)
{
    c->layer = (struct tile_layer){
        .name = name,
        .keys = { "name", "kind" },
        .features = buf_init(TILE_MAX),
        .values = buf_init(TILE_MAX),
    };
    memset(c->value_of, 0, sizeof(int) * c->chart->texts->len);
    for (guint i = c->chart->begin[which]; i < c->chart->begin[which + 1];
         i++) {
        const struct chart_feature *f =
            &g_array_index(c->chart->features, struct chart_feature, i);

        if (f->least <= c->at.z && meets(&f->box, &c->reach))
            feature_draw(c, f);
    }
    tile_layer_end(&c->layer, out);
}

/* ---- house numbers ---- */

static void door_draw(void *arg, int item)
{
    struct cutting *c = arg;
    const struct gaz_door *door = &c->chart->gaz->doors[item];
    struct dot at = dot_of(c, chart_spot(gaz_door_at(door)));
    struct tile_spot spot = { (int32_t)floor(at.x), (int32_t)floor(at.y) };
    char text[24];
    int value;
    int n;

    if (spot.x < 0 || spot.x >= TILE_EXTENT || spot.y < 0 ||
        spot.y >= TILE_EXTENT || c->doors >= DOORS_MAX)
        return;
    c->doors++;
    n = snprintf(text, sizeof(text), "%d%.4s", (int)door->number, door->suffix);
    value = tile_value(&c->layer, (struct str){ text, (size_t)n });
    pen_begin(c);
    tile_pen_points(&c->pen, &spot, 1);
    tile_feature(&c->layer, CHART_POINT, &value, &c->pen);
}

static void doors_cut(struct cutting *c, struct buf *out)
{
    if (c->at.z < TILE_ZOOM_MAX || c->chart->gaz == NULL)
        return;
    c->layer = (struct tile_layer){
        .name = "doors",
        .keys = { "number" },
        .features = buf_init(TILE_MAX),
        .values = buf_init(TILE_MAX),
    };
    grid_each(&c->chart->gaz->doors_near, tile_box(c->at), door_draw, c);
    tile_layer_end(&c->layer, out);
}

/* ---- the tile ---- */

static uint32_t held(double at)
{
    return at <= 0 ? 0 : at >= UINT32_MAX ? UINT32_MAX : (uint32_t)at;
}

void tile_cut(const struct chart *chart, struct tile at, struct buf *out)
{
    static const char *const names[] = {
        [CHART_LAND] = "land",     [CHART_WATER] = "water",
        [CHART_ROADS] = "roads",   [CHART_AREAS] = "areas",
        [CHART_PLACES] = "places",
    };
    double side = 4294967296.0 / (double)((int64_t)1 << at.z);
    double beyond = side * MARGIN / TILE_EXTENT;
    struct cutting c = {
        .chart = chart,
        .at = at,
        .left = (double)at.x * side,
        .top = (double)at.y * side,
        .scale = TILE_EXTENT / side,
        .clip = { -MARGIN, TILE_EXTENT + MARGIN },
        .tolerance = at.z == TILE_ZOOM_MAX ? SIMPLE_CLOSE : SIMPLE,
        .pen = { .commands = buf_init(TILE_MAX) },
        .dots = g_array_new(FALSE, FALSE, sizeof(struct dot)),
        .spare = g_array_new(FALSE, FALSE, sizeof(struct dot)),
        .value_of = g_new(int, chart->texts->len + 1),
    };

    c.reach = (struct chart_box){ held(c.left - beyond), held(c.top - beyond),
                                  held(c.left + side + beyond),
                                  held(c.top + side + beyond) };
    for (size_t i = 0; i < COUNT_OF(names); i++)
        layer_cut(&c, (enum chart_layer)i, names[i], out);
    doors_cut(&c, out);
    g_array_free(c.dots, TRUE);
    g_array_free(c.spare, TRUE);
    g_free(c.value_of);
    g_free(c.spots);
    buf_free(&c.pen.commands);
}
