#include "geo/geometry.h"

#include <math.h>

/* p seen from o, in metres east and north: good enough within a county. */
static void flat(struct point o, struct point p, double *x, double *y)
{
    *x = (p.lon - o.lon) * GEO_METRES_A_DEGREE * cos(o.lat * M_PI / 180);
    *y = (p.lat - o.lat) * GEO_METRES_A_DEGREE;
}

double geo_distance(struct point a, struct point b)
{
    double x;
    double y;

    flat(a, b, &x, &y);
    return hypot(x, y);
}

/* Called for every pair of neighbouring lines: one cosine, no hypot. */
double geo_to_line(struct point p, struct point a, struct point b,
                   struct point *at)
{
    double east = GEO_METRES_A_DEGREE * cos(p.lat * M_PI / 180);
    double ax = (a.lon - p.lon) * east;
    double ay = (a.lat - p.lat) * GEO_METRES_A_DEGREE;
    double dx = (b.lon - a.lon) * east;
    double dy = (b.lat - a.lat) * GEO_METRES_A_DEGREE;
    double length = dx * dx + dy * dy;
    double t = 0;

    if (length > 0)
        t = -(ax * dx + ay * dy) / length;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    *at = geo_between(a, b, t);
    ax += t * dx;
    ay += t * dy;
    return sqrt(ax * ax + ay * ay);
}

bool geo_cross(const struct point line[2], const struct point other[2],
               struct point *at)
{
    double ax = line[1].lon - line[0].lon;
    double ay = line[1].lat - line[0].lat;
    double bx = other[1].lon - other[0].lon;
    double by = other[1].lat - other[0].lat;
    double cx = other[0].lon - line[0].lon;
    double cy = other[0].lat - line[0].lat;
    double area = ax * by - ay * bx;
    double t;
    double u;

    if (fabs(area) < 1e-18)
        return false;
    t = (cx * by - cy * bx) / area;
    u = (cx * ay - cy * ax) / area;
    *at = geo_between(line[0], line[1], t);
    return t >= 0 && t <= 1 && u >= 0 && u <= 1;
}

bool geo_in_ring(struct point p, const struct point *ring, size_t n)
{
    bool in = false;

    for (size_t i = 0, j = n - 1; i < n; j = i++) {
        if ((ring[i].lat > p.lat) != (ring[j].lat > p.lat) &&
            p.lon < (ring[j].lon - ring[i].lon) * (p.lat - ring[i].lat) /
                            (ring[j].lat - ring[i].lat) +
                        ring[i].lon)
            in = !in;
    }
    return in;
}
