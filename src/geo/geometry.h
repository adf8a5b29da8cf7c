/* Points on the ground, in degrees; distances in metres. */
#ifndef GEO_GEOMETRY_H
#define GEO_GEOMETRY_H

#include "spine/message.h"

/* Mean sphere, 6371 km. */
#define GEO_METRES_A_DEGREE 111194.9

double geo_distance(struct point a, struct point b);

/* Distance of p from the line a-b; *at is the nearest point of it. */
double geo_to_line(struct point p, struct point a, struct point b,
                   struct point *at);

/* Do a-b and c-d cross? *at: where. */
bool geo_cross(const struct point line[2], const struct point other[2],
               struct point *at);

bool geo_in_ring(struct point p, const struct point *ring, size_t n);

static inline struct point geo_point(double lat, double lon)
{
    return (struct point){ lat, lon, true };
}

static inline struct point geo_between(struct point a, struct point b, double t)
{
    return geo_point(a.lat + t * (b.lat - a.lat), a.lon + t * (b.lon - a.lon));
}

#endif
