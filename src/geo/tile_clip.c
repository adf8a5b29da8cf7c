#include "geo/tile_clip.h"

#include <math.h>

/* ---- lines ---- */

/* One edge of Liang and Barsky's: false where nothing is left of the line. */
static bool trim(double step, double gap, double *from, double *to)
{
    double t;

    if (step == 0)
        return gap >= 0;
    t = gap / step;
    if (step < 0) {
        if (t > *to)
            return false;
        *from = fmax(*from, t);
    } else {
        if (t < *from)
            return false;
        *to = fmin(*to, t);
    }
    return true;
}

/* The part of a-b within the square, as shares of its length. */
static bool within(const struct clip *c, struct dot a, struct dot b,
                   double *from, double *to)
{
    double dx = b.x - a.x;
    double dy = b.y - a.y;

    *from = 0;
    *to = 1;
    return trim(-dx, a.x - c->low, from, to) &&
           trim(dx, c->high - a.x, from, to) &&
           trim(-dy, a.y - c->low, from, to) &&
           trim(dy, c->high - a.y, from, to);
}

static struct dot along(struct dot a, struct dot b, double t)
{
    return (struct dot){ a.x + t * (b.x - a.x), a.y + t * (b.y - a.y) };
}

void clip_line(const struct clip *c, const struct dot *dots, int n,
               clip_piece_fn *piece, void *arg)
{
    GArray *now = g_array_new(FALSE, FALSE, sizeof(struct dot));

    for (int i = 1; i <= n; i++) {
        double from;
        double to;
        bool in = i < n && within(c, dots[i - 1], dots[i], &from, &to);

        if (now->len > 0 && (!in || from > 0)) {
            piece(arg, &g_array_index(now, struct dot, 0), (int)now->len);
            g_array_set_size(now, 0);
        }
        if (!in)
            continue;
        if (now->len == 0) {
            struct dot first = along(dots[i - 1], dots[i], from);

            g_array_append_val(now, first);
        }
        {
            struct dot last = along(dots[i - 1], dots[i], to);

            g_array_append_val(now, last);
        }
        if (to < 1) {
            piece(arg, &g_array_index(now, struct dot, 0), (int)now->len);
            g_array_set_size(now, 0);
        }
    }
    g_array_free(now, TRUE);
}

/* ---- rings: Sutherland and Hodgman's way, an edge at a time ---- */

enum edge { EDGE_WEST, EDGE_EAST, EDGE_NORTH, EDGE_SOUTH, EDGES };

/* How far a dot is on the good side of an edge. */
static double depth(const struct clip *c, enum edge edge, struct dot at)
{
    const double depths[EDGES] = {
        [EDGE_WEST] = at.x - c->low,
        [EDGE_EAST] = c->high - at.x,
        [EDGE_NORTH] = at.y - c->low,
        [EDGE_SOUTH] = c->high - at.y,
    };

    return depths[edge];
}

static void cut_edge(const struct clip *c, enum edge edge, const GArray *in,
                     GArray *out)
{
    g_array_set_size(out, 0);
    for (guint i = 0; i < in->len; i++) {
        struct dot a =
            g_array_index(in, struct dot, i == 0 ? in->len - 1 : i - 1);
        struct dot b = g_array_index(in, struct dot, i);
        double da = depth(c, edge, a);
        double db = depth(c, edge, b);

        if ((da < 0) != (db < 0)) {
            struct dot at = along(a, b, da / (da - db));

            g_array_append_val(out, at);
        }
        if (db >= 0)
            g_array_append_val(out, b);
    }
}

void clip_ring(const struct clip *c, const struct dot *dots, int n, GArray *out,
               GArray *spare)
{
    g_array_set_size(out, 0);
    g_array_append_vals(out, dots, (guint)n);
    for (int edge = 0; edge < EDGES; edge += 2) {
        cut_edge(c, (enum edge)edge, out, spare);
        cut_edge(c, (enum edge)(edge + 1), spare, out);
    }
}

/* ---- simpler ---- */

static double off_line(struct dot p, struct dot a, struct dot b)
{
    double dx = b.x - a.x;
    double dy = b.y - a.y;
    double length = dx * dx + dy * dy;
    double t = 0;

    if (length > 0)
        t = ((p.x - a.x) * dx + (p.y - a.y) * dy) / length;
    t = fmin(1, fmax(0, t));
    dx = p.x - a.x - t * dx;
    dy = p.y - a.y - t * dy;
    return dx * dx + dy * dy;
}

struct stretch {
    int first, last;
};

/* The dot between that stands farthest off, or -1. */
static int farthest(const struct dot *dots, struct stretch s, double tolerance)
{
    double most = tolerance * tolerance;
    int found = -1;

    for (int i = s.first + 1; i < s.last; i++) {
        double off = off_line(dots[i], dots[s.first], dots[s.last]);

        if (off > most) {
            most = off;
            found = i;
        }
    }
    return found;
}

int simplify(struct dot *dots, int n, double tolerance)
{
    GArray *left = g_array_new(FALSE, FALSE, sizeof(struct stretch));
    struct stretch s = { 0, n - 1 };
    int kept = 0;

    if (n <= 2) {
        g_array_free(left, TRUE);
        return n;
    }
    g_array_append_val(left, s);
    /* The nearer half is done first: what is kept comes in order. */
    while (left->len > 0) {
        int middle;

        s = g_array_index(left, struct stretch, left->len - 1);
        g_array_set_size(left, left->len - 1);
        middle = farthest(dots, s, tolerance);
        if (middle < 0) {
            dots[kept++] = dots[s.first];
        } else {
            struct stretch near = { s.first, middle };
            struct stretch far = { middle, s.last };

            g_array_append_val(left, far);
            g_array_append_val(left, near);
        }
    }
    dots[kept++] = dots[n - 1];
    g_array_free(left, TRUE);
    return kept;
}

int round_dots(const struct dot *dots, int n, struct tile_spot *out)
{
    int kept = 0;

    for (int i = 0; i < n; i++) {
        struct tile_spot at = { (int32_t)lround(dots[i].x),
                                (int32_t)lround(dots[i].y) };

        if (kept == 0 || out[kept - 1].x != at.x || out[kept - 1].y != at.y)
            out[kept++] = at;
    }
    return kept;
}

int64_t ring_area(const struct tile_spot *ring, int n)
{
    int64_t sum = 0;

    for (int i = 0, j = n - 1; i < n; j = i++)
        sum += (int64_t)ring[j].x * ring[i].y - (int64_t)ring[i].x * ring[j].y;
    return sum;
}
