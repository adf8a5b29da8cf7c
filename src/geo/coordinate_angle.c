/* Angles as people write them, and two of them as a point. */
#include <math.h>

#include "geo/coordinate_internal.h"
#include "geo/geometry.h"

enum {
    DIGITS_MAX = 17, /* of one number; more is none of a place */
    BLANKS_MAX = 3,  /* between two parts */
    PRECISE = 9      /* decimals, where there are minutes */
};

enum axis { AXIS_ANY, AXIS_LAT, AXIS_LON };

struct angle {
    double value;
    double step; /* degrees: one of its last digit */
    int decimals;
    enum axis axis;
    bool lettered; /* N, W or "lat" stands with it */
    bool negative;
    bool sign;    /* + or - stands before it */
    bool degrees; /* a degree sign does */
    bool minutes; /* it has minutes */
    bool comma;   /* 41,3083 */
};

/* What is still to be read. */
struct scan {
    struct str rest;
    size_t at; /* bytes read */
};

static void step(struct scan *s, size_t n)
{
    s->rest = str_slice(s->rest, n, s->rest.n);
    s->at += n;
}

static char peek(const struct scan *s, size_t i)
{
    return i < s->rest.n ? s->rest.p[i] : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

/* Takes the first of list that stands there. */
static bool take(struct scan *s, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_case_starts(s->rest, list[i])) {
            step(s, list[i].n);
            return true;
        }
    }
    return false;
}

static void blanks(struct scan *s)
{
    static const struct str hard = STR_INIT("\xc2\xa0");

    for (int i = 0; i < BLANKS_MAX; i++) {
        if (peek(s, 0) == ' ' || peek(s, 0) == '\t') {
            step(s, 1);
        } else if (!take(s, &hard, 1)) {
            return;
        }
    }
}

/* ---- marks ---- */

static bool take_degree(struct scan *s)
{
    static const struct str marks[] = {
        STR_INIT("\xc2\xb0"), /* degree sign */
        STR_INIT("\xc2\xba"), /* the ordinal that keyboards have */
        STR_INIT("\xcb\x9a"), /* ring above */
        STR_INIT("degrees"),  STR_INIT("degree"), STR_INIT("deg."),
        STR_INIT("deg"),      STR_INIT("grados"),
    };

    return take(s, marks, COUNT_OF(marks));
}

static bool take_second(struct scan *s)
{
    static const struct str marks[] = {
        STR_INIT("\""),
        STR_INIT("\xe2\x80\xb3"), /* double prime */
        STR_INIT("\xe2\x80\x9d"), /* the quotes of word processors */
        STR_INIT("\xe2\x80\x9c"),
        STR_INIT("\xe2\x80\xb2\xe2\x80\xb2"),
        STR_INIT("\xe2\x80\x99\xe2\x80\x99"),
        STR_INIT("''"),
        STR_INIT("sec"),
    };

    return take(s, marks, COUNT_OF(marks));
}

static bool take_minute(struct scan *s)
{
    static const struct str marks[] = {
        STR_INIT("'"),
        STR_INIT("\xe2\x80\xb2"), /* prime */
        STR_INIT("\xe2\x80\x99"), /* the quotes of word processors */
        STR_INIT("\xe2\x80\x98"),
        STR_INIT("\xc2\xb4"), /* acute */
        STR_INIT("`"),
        STR_INIT("min"),
    };
    struct scan before = *s;

    if (take_second(&before)) /* '' is no minute */
        return false;
    return take(s, marks, COUNT_OF(marks));
}

/* A mark, a blank before it or not. */
static bool take_mark(struct scan *s, bool (*take_it)(struct scan *))
{
    struct scan before = *s;

    blanks(s);
    if (take_it(s))
        return true;
    *s = before;
    return false;
}

static bool take_minus(struct scan *s)
{
    static const struct str marks[] = {
        STR_INIT("-"), STR_INIT("\xe2\x88\x92"), /* minus sign */
        STR_INIT("\xe2\x80\x93"),                /* en dash */
    };

    return take(s, marks, COUNT_OF(marks));
}

/* A letter of the compass that stands alone. O is the west in Spanish. */
static bool take_compass(struct scan *s, struct angle *a)
{
    static const char letters[] = "NSEWOnsewo";
    const char *found = peek(s, 0) == '\0' ? NULL : strchr(letters, peek(s, 0));

    if (found == NULL || is_letter(peek(s, 1)))
        return false;
    a->axis = strchr("NSns", *found) != NULL ? AXIS_LAT : AXIS_LON;
    a->negative = strchr("SWOswo", *found) != NULL;
    a->lettered = true;
    step(s, 1);
    return true;
}

static bool take_label(struct scan *s, struct angle *a)
{
    static const struct str lat[] = { STR_INIT("latitude"), STR_INIT("latitud"),
                                      STR_INIT("lat.") };
    static const struct str lon[] = { STR_INIT("longitude"),
                                      STR_INIT("longitud"), STR_INIT("long."),
                                      STR_INIT("lon.") };
    static const struct str brief_lat = STR_INIT("lat");
    static const struct str brief_lon[] = { STR_INIT("long"), STR_INIT("lon"),
                                            STR_INIT("lng") };
    struct scan before = *s;

    if (take(s, lat, COUNT_OF(lat)) || take(s, &brief_lat, 1)) {
        a->axis = AXIS_LAT;
    } else if (take(s, lon, COUNT_OF(lon)) ||
               take(s, brief_lon, COUNT_OF(brief_lon))) {
        a->axis = AXIS_LON;
    } else {
        return false;
    }
    blanks(s);
    if (peek(s, 0) == ':' || peek(s, 0) == '=')
        step(s, 1);
    blanks(s);
    if (is_letter(peek(s, 0))) { /* "later" */
        *s = before;
        a->axis = AXIS_ANY;
        return false;
    }
    a->lettered = true;
    return true;
}

/* ---- numbers ---- */

struct number {
    double value;
    int decimals;
    bool comma;
};

static size_t digits_at(const struct scan *s, size_t at)
{
    size_t n = 0;

    while (n <= DIGITS_MAX && is_digit(peek(s, at + n)))
        n++;
    return n;
}

/*
 * A comma is one of decimals where nobody would set one for thousands, or
 * where a mark follows: "41,3083", "18,5'".
 */
static bool comma_is_point(const struct scan *s, size_t whole, size_t behind)
{
    struct scan mark = { str_slice(s->rest, whole + 1 + behind, s->rest.n), 0 };

    if (behind == 0 || peek(&mark, 0) == '.')
        return false;
    return behind > 3 || take_degree(&mark) || take_second(&mark) ||
           take_minute(&mark);
}

static bool take_number(struct scan *s, struct number *out)
{
    size_t whole = digits_at(s, 0);
    size_t behind;
    double unit = 1;

    *out = (struct number){ 0 };
    if (whole == 0 || whole > 3)
        return false;
    for (size_t i = 0; i < whole; i++)
        out->value = out->value * 10 + (s->rest.p[i] - '0');
    if (peek(s, whole) == '.' || peek(s, whole) == ',') {
        behind = digits_at(s, whole + 1);
        if (behind > DIGITS_MAX)
            return false;
        out->comma = peek(s, whole) == ',';
        if (out->comma && !comma_is_point(s, whole, behind)) {
            out->comma = false;
        } else if (behind > 0) {
            for (size_t i = whole + 1; i <= whole + behind; i++) {
                unit /= 10;
                out->value += (s->rest.p[i] - '0') * unit;
            }
            out->decimals = (int)behind;
            whole += 1 + behind;
        }
    }
    step(s, whole);
    return true;
}

/* 41° 18.309 N: the letter ends it as well as a mark. */
static bool compass_follows(const struct scan *s)
{
    struct scan ahead = *s;
    struct angle none = { 0 };

    blanks(&ahead);
    return take_compass(&ahead, &none);
}

/* Minutes and seconds behind whole degrees; what is none is left unread. */
static bool take_minutes(struct scan *s, struct angle *a, bool marks)
{
    struct scan before = *s;
    struct number minutes;
    struct number seconds;

    if (!marks && peek(s, 0) != ' ' && peek(s, 0) != ':')
        return false;
    if (peek(s, 0) == ':')
        step(s, 1);
    blanks(s);
    if (!take_number(s, &minutes) || minutes.value >= 60 ||
        (!take_mark(s, take_minute) && marks && !compass_follows(s))) {
        *s = before;
        return false;
    }
    a->value += minutes.value / 60;
    a->step = pow(10, -minutes.decimals) / 60;
    a->minutes = true;
    before = *s;
    if (minutes.decimals > 0)
        return true;
    if (peek(s, 0) == ':')
        step(s, 1);
    blanks(s);
    if (!take_number(s, &seconds) || seconds.value >= 60 ||
        (!take_mark(s, take_second) && marks)) {
        *s = before;
        return true;
    }
    a->value += seconds.value / 3600;
    a->step = pow(10, -seconds.decimals) / 3600;
    return true;
}

/* ---- one angle ---- */

/* 41 18 30 N: numbers in a row are an angle if a letter says so. */
static void take_row(struct scan *s, struct angle *a)
{
    struct scan before = *s;
    struct angle row = *a;

    if (!take_minutes(s, &row, false))
        return;
    if (a->lettered) {
        *a = row;
        return;
    }
    blanks(s);
    if (take_compass(s, &row)) {
        *a = row;
    } else {
        *s = before;
    }
}

static bool take_angle(struct scan *s, struct angle *a)
{
    struct number whole;
    struct scan before;

    *a = (struct angle){ 0 };
    if (take_label(s, a) || take_compass(s, a))
        blanks(s);
    if (take_minus(s)) {
        a->negative = true;
        a->sign = true;
    } else if (peek(s, 0) == '+') {
        a->sign = true;
        step(s, 1);
    }
    if (!take_number(s, &whole))
        return false;
    a->value = whole.value;
    a->decimals = whole.decimals;
    a->comma = whole.comma;
    a->step = pow(10, -whole.decimals);
    a->degrees = take_mark(s, take_degree);
    if (a->degrees && whole.decimals == 0)
        take_minutes(s, a, true);
    if (!a->degrees && whole.decimals == 0)
        take_row(s, a);
    before = *s;
    blanks(s);
    if (a->lettered || !take_compass(s, a))
        *s = before;
    if (a->negative)
        a->value = -a->value;
    return true;
}

/* ---- two of them ---- */

static void take_between(struct scan *s)
{
    static const struct str marks[] = { STR_INIT(","), STR_INIT(";"),
                                        STR_INIT("/"), STR_INIT("|"),
                                        STR_INIT("~"), STR_INIT("\r\n"),
                                        STR_INIT("\n") };

    blanks(s);
    take(s, marks, COUNT_OF(marks));
    blanks(s);
}

static bool is_marked(const struct angle *a)
{
    return (a->lettered && (a->decimals > 1 || a->degrees || a->minutes)) ||
           (a->degrees && a->minutes) || (a->degrees && a->decimals > 2);
}

static int least_decimals(const struct angle *a, const struct angle *b)
{
    int x = a->minutes ? PRECISE : a->decimals;
    int y = b->minutes ? PRECISE : b->decimals;

    return x < y ? x : y;
}

/* What follows may not make another number or word of it. */
static bool ends_well(const struct scan *s)
{
    char c = peek(s, 0);

    if (c == '.')
        return !is_digit(peek(s, 1));
    return !is_digit(c) && !is_letter(c) && c != '%' && c != '$' && c != '+';
}

bool pair_read(struct str text, size_t at, struct pair *out)
{
    struct scan s = { str_slice(text, at, text.n), at };
    struct angle a;
    struct angle b;
    size_t first;

    if (!take_angle(&s, &a))
        return false;
    first = s.at;
    take_between(&s);
    if (s.at == first || !take_angle(&s, &b) || !ends_well(&s) ||
        a.comma != b.comma || (a.axis != AXIS_ANY && a.axis == b.axis))
        return false;
    *out = (struct pair){
        .end = s.at,
        .decimals = least_decimals(&a, &b),
        .step_m = fmax(a.step, b.step) * GEO_METRES_A_DEGREE,
        .marked = is_marked(&a) && is_marked(&b),
        .ordered = a.axis != b.axis,
    };
    if (a.axis == AXIS_LON || b.axis == AXIS_LAT) {
        out->at = geo_point(b.value, a.value);
    } else {
        out->at = geo_point(a.value, b.value);
    }
    return fabs(a.value) <= 180 && fabs(b.value) <= 180;
}
