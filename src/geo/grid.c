#include "geo/grid.h"

#include <math.h>

enum { SIDE_MAX = 1000 }; /* cells */

static const double cell_degrees = 0.0015;

struct cells {
    int west, east, south, north;
};

static int clamp(double x, int most)
{
    if (!(x > 0))
        return 0;
    return x >= most ? most - 1 : (int)x;
}

static struct cells cells_of(const struct grid *g, struct box b)
{
    return (struct cells){
        .west = clamp((b.west - g->box.west) / g->lon_step, g->columns),
        .east = clamp((b.east - g->box.west) / g->lon_step, g->columns),
        .south = clamp((b.south - g->box.south) / g->lat_step, g->rows),
        .north = clamp((b.north - g->box.south) / g->lat_step, g->rows),
    };
}

static int side(double degrees, double *step)
{
    double n = fmin(SIDE_MAX, fmax(1, ceil(degrees / cell_degrees)));

    *step = fmax(cell_degrees, degrees / n);
    return (int)n;
}

static void measure(struct grid *g, int items, grid_box_fn *box,
                    const void *arg)
{
    g->box = (struct box){ 1000, 1000, -1000, -1000 };
    for (int i = 0; i < items; i++) {
        struct box b = box(arg, i);

        g->box.south = fmin(g->box.south, b.south);
        g->box.west = fmin(g->box.west, b.west);
        g->box.north = fmax(g->box.north, b.north);
        g->box.east = fmax(g->box.east, b.east);
    }
    g->rows = side(g->box.north - g->box.south, &g->lat_step);
    g->columns = side(g->box.east - g->box.west, &g->lon_step);
}

/* Counts into, or puts into, each cell of the box. */
static void place(struct grid *g, struct box b, int item, int *at)
{
    struct cells c = cells_of(g, b);

    for (int y = c.south; y <= c.north; y++) {
        for (int x = c.west; x <= c.east; x++) {
            int cell = y * g->columns + x;

            if (g->items == NULL) {
                g->begin[cell + 1]++;
            } else {
                g->items[at[cell]++] = item;
            }
        }
    }
}

void grid_build(struct grid *g, struct arena *a, int items, grid_box_fn *box,
                const void *arg)
{
    size_t cells;
    int *at;

    *g = (struct grid){ .items = NULL };
    measure(g, items, box, arg);
    cells = (size_t)g->rows * (size_t)g->columns;
    g->begin = arena_array(a, int, cells + 2);
    at = arena_array(a, int, cells + 1);
    for (int i = 0; i < items; i++)
        place(g, box(arg, i), i, at);
    for (size_t i = 0; i < cells; i++)
        g->begin[i + 1] += g->begin[i];
    memcpy(at, g->begin, cells * sizeof(*at));
    g->items = arena_array(a, int, (size_t)g->begin[cells] + 1);
    for (int i = 0; i < items; i++)
        place(g, box(arg, i), i, at);
}

void grid_each(const struct grid *g, struct box box, grid_item_fn *each,
               void *arg)
{
    struct cells c;

    if (g->begin == NULL || box.east < g->box.west || box.west > g->box.east ||
        box.north < g->box.south || box.south > g->box.north)
        return;
    c = cells_of(g, box);
    for (int y = c.south; y <= c.north; y++) {
        for (int x = c.west; x <= c.east; x++) {
            int cell = y * g->columns + x;

            for (int i = g->begin[cell]; i < g->begin[cell + 1]; i++)
                each(arg, g->items[i]);
        }
    }
}

struct box grid_around(struct point at, double metres)
{
    double lat = metres / GEO_METRES_A_DEGREE;
    double lon = lat / fmax(0.05, cos(at.lat * M_PI / 180));

    return (struct box){ at.lat - lat, at.lon - lon, at.lat + lat,
                         at.lon + lon };
}
