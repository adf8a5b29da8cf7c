#include "geo/pluscode.h"

#include <math.h>

enum {
    PLUS_AT = 8,     /* digits before the + of a full code */
    PAIRS = 10,      /* digits that come in pairs, latitude first */
    DIGITS_MAX = 15, /* with those of the finer grid */
    BASE = 20,
    GRID_ROWS = 5,
    GRID_COLUMNS = 4
};

static const char digits[] = "23456789CFGHJMPQRVWX";
/* Steps of the finest digit in a degree: 20^3 * 5^5 and 20^3 * 4^5. */
static const int64_t lat_steps = 25000000;
static const int64_t lon_steps = 8192000;

static int digit_of(char c)
{
    const char *at;

    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? -1 : (int)(at - digits);
}

/* ---- what is a code ---- */

/* "7FG49Q00+": zeros in pairs up to the +, and nothing behind it. */
static bool padding_is_good(struct str code, size_t plus)
{
    size_t first = str_find(code, STR("0"));

    if (first == code.n)
        return true;
    if (first == 0 || first % 2 != 0 || plus != PLUS_AT || code.n != plus + 1)
        return false;
    for (size_t i = first; i < plus; i++) {
        if (code.p[i] != '0')
            return false;
    }
    return true;
}

bool pluscode_is_valid(struct str code)
{
    size_t plus = str_find(code, STR("+"));

    if (plus == code.n || code.n < 2 || plus > PLUS_AT || plus % 2 != 0 ||
        code.n == plus + 2 || !padding_is_good(code, plus))
        return false;
    for (size_t i = 0; i < code.n; i++) {
        if (i != plus && code.p[i] != '0' && digit_of(code.p[i]) < 0)
            return false;
    }
    return true;
}

bool pluscode_is_short(struct str code)
{
    return pluscode_is_valid(code) && str_find(code, STR("+")) < PLUS_AT;
}

bool pluscode_is_full(struct str code)
{
    if (!pluscode_is_valid(code) || str_find(code, STR("+")) != PLUS_AT)
        return false;
    return digit_of(code.p[0]) * BASE < 180 && digit_of(code.p[1]) * BASE < 360;
}

/* ---- to a place and back ---- */

struct pluscode_area pluscode_decode(struct str code)
{
    int64_t lat = 0;
    int64_t lon = 0;
    int64_t lat_unit = lat_steps * BASE * BASE;
    int64_t lon_unit = lon_steps * BASE * BASE;
    int n = 0;

    for (size_t i = 0; i < code.n && n < DIGITS_MAX; i++) {
        int digit = digit_of(code.p[i]);

        if (digit < 0)
            continue; /* the +, padding */
        if (n >= PAIRS) {
            lat_unit /= GRID_ROWS;
            lon_unit /= GRID_COLUMNS;
            lat += digit / GRID_COLUMNS * lat_unit;
            lon += digit % GRID_COLUMNS * lon_unit;
        } else if (n % 2 == 0) {
            lat_unit /= BASE;
            lat += digit * lat_unit;
        } else {
            lon_unit /= BASE;
            lon += digit * lon_unit;
        }
        n++;
    }
    return (struct pluscode_area){
        .south = (double)lat / (double)lat_steps - 90,
        .west = (double)lon / (double)lon_steps - 180,
        .north = (double)(lat + lat_unit) / (double)lat_steps - 90,
        .east = (double)(lon + lon_unit) / (double)lon_steps - 180,
        .length = n,
    };
}

static void digits_write(char out[DIGITS_MAX], int64_t lat, int64_t lon)
{
    for (int i = DIGITS_MAX - 1; i >= PAIRS; i--) {
        out[i] = digits[lat % GRID_ROWS * GRID_COLUMNS + lon % GRID_COLUMNS];
        lat /= GRID_ROWS;
        lon /= GRID_COLUMNS;
    }
    for (int i = PAIRS - 1; i > 0; i -= 2) {
        out[i] = digits[lon % BASE];
        out[i - 1] = digits[lat % BASE];
        lat /= BASE;
        lon /= BASE;
    }
}

/* Rounded where a step's border is meant but no double is it. */
static int64_t steps_of(double degrees, int64_t steps)
{
    return (int64_t)floor(round(degrees * (double)steps * 1e6) / 1e6);
}

struct str pluscode_encode(struct arena *a, struct point at, int length)
{
    int64_t lat_most = 180 * lat_steps;
    int64_t lon_most = 360 * lon_steps;
    int64_t lat = steps_of(at.lat, lat_steps) + lat_most / 2;
    int64_t lon = steps_of(at.lon, lon_steps) + lon_most / 2;
    char *out = arena_alloc(a, PLUSCODE_MAX + 1);
    char all[DIGITS_MAX];
    size_t n = 0;

    if (length > DIGITS_MAX)
        length = DIGITS_MAX;
    lat = lat < 0 ? 0 : lat >= lat_most ? lat_most - 1 : lat;
    lon = ((lon % lon_most) + lon_most) % lon_most;
    digits_write(all, lat, lon);
    for (int i = 0; i < length || i < PLUS_AT; i++) {
        if (i == PLUS_AT)
            out[n++] = '+';
        out[n++] = i < length ? all[i] : '0';
    }
    if (length <= PLUS_AT)
        out[n++] = '+';
    return (struct str){ out, n };
}

static struct str upper(struct arena *a, struct str code)
{
    char *out = arena_dup(a, code);

    for (size_t i = 0; i < code.n; i++) {
        if (out[i] >= 'a' && out[i] <= 'z')
            out[i] = (char)(out[i] - 'a' + 'A');
    }
    return (struct str){ out, code.n };
}

struct str pluscode_recover(struct arena *a, struct str code, struct point near)
{
    size_t missing = PLUS_AT - str_find(code, STR("+"));
    double step = pow(BASE, 2.0 - (double)missing / 2);
    struct str head;
    struct pluscode_area area;
    struct point at;

    if (!pluscode_is_short(code))
        return upper(a, code);
    near.lat = fmin(90, fmax(-90, near.lat));
    head = pluscode_encode(a, near, PAIRS);
    head = str_of(
        arena_printf(a, "%.*s%.*s", (int)missing, head.p, STR_FMT(code)));
    area = pluscode_decode(head);
    at.lat = (area.south + area.north) / 2;
    at.lon = (area.west + area.east) / 2;
    if (near.lat + step / 2 < at.lat && at.lat - step >= -90) {
        at.lat -= step;
    } else if (near.lat - step / 2 > at.lat && at.lat + step <= 90) {
        at.lat += step;
    }
    if (near.lon + step / 2 < at.lon) {
        at.lon -= step;
    } else if (near.lon - step / 2 > at.lon) {
        at.lon += step;
    }
    return pluscode_encode(a, at, area.length);
}
