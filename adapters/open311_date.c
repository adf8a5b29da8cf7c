/* Dates of ISO 8601, as the W3C's note has them (NOTE-datetime). */
#include <time.h>

#include "open311.h"

enum { HOUR_S = 3600, MINUTE_S = 60, YEAR_MIN = 1970, YEAR_MAX = 9999 };

/* Cuts so many digits off s. */
static bool digits(struct str *s, size_t n, int *out)
{
    if (s->n < n)
        return false;
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        if (s->p[i] < '0' || s->p[i] > '9')
            return false;
        *out = *out * 10 + (s->p[i] - '0');
    }
    *s = str_slice(*s, n, s->n);
    return true;
}

static bool mark(struct str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_slice(*s, 1, s->n);
    return true;
}

static bool day(struct str *s, struct tm *t)
{
    bool good = digits(s, 4, &t->tm_year) && mark(s, '-') &&
                digits(s, 2, &t->tm_mon) && mark(s, '-') &&
                digits(s, 2, &t->tm_mday);

    if (!good || t->tm_year < YEAR_MIN || t->tm_year > YEAR_MAX ||
        t->tm_mon < 1 || t->tm_mon > 12 || t->tm_mday < 1 || t->tm_mday > 31)
        return false;
    t->tm_year -= 1900;
    t->tm_mon -= 1;
    return true;
}

static bool hour(struct str *s, struct tm *t)
{
    bool good =
        digits(s, 2, &t->tm_hour) && mark(s, ':') && digits(s, 2, &t->tm_min);

    if (good && mark(s, ':'))
        good = digits(s, 2, &t->tm_sec);
    if (good && mark(s, '.')) {
        int tenth;

        good = digits(s, 1, &tenth);
        while (good && digits(s, 1, &tenth))
            ;
    }
    return good && t->tm_hour < 24 && t->tm_min < 60 && t->tm_sec < 61;
}

/* A "+" that a form has made a blank is one. */
static bool zone(struct str *s, int *ahead)
{
    int hours;
    int minutes;
    int sign = 1;

    *ahead = 0;
    if (s->n == 0 || mark(s, 'Z') || mark(s, 'z'))
        return true;
    if (mark(s, '-')) {
        sign = -1;
    } else if (!mark(s, '+') && !mark(s, ' ')) {
        return false;
    }
    if (!digits(s, 2, &hours))
        return false;
    (void)mark(s, ':');
    if (!digits(s, 2, &minutes) || hours > 14 || minutes > 59)
        return false;
    *ahead = sign * (hours * HOUR_S + minutes * MINUTE_S);
    return true;
}

bool open311_date(struct str text, int64_t *out)
{
    struct str s = str_trim(text);
    struct tm t = { .tm_isdst = 0 };
    int ahead = 0;

    if (!day(&s, &t))
        return false;
    if (s.n > 0 && !((mark(&s, 'T') || mark(&s, 't') || mark(&s, ' ')) &&
                     hour(&s, &t) && zone(&s, &ahead)))
        return false;
    *out = (int64_t)timegm(&t) - ahead;
    return s.n == 0;
}
