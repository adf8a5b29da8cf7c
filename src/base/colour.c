#include "base/colour.h"

#include <math.h>
#include <stdio.h>

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

int colour_read(struct colour *out, struct str s, struct error *e)
{
    uint8_t *const to[] = { &out->red, &out->green, &out->blue };
    bool good = s.n == 7 && s.p[0] == '#';

    for (size_t i = 0; good && i < COUNT_OF(to); i++) {
        int high = hex(s.p[1 + 2 * i]);
        int low = hex(s.p[2 + 2 * i]);

        good = high >= 0 && low >= 0;
        if (good)
            *to[i] = (uint8_t)(high * 16 + low);
    }
    if (good)
        return 0;
    return error(e, E_SYNTAX, "\"%.*s\" is no colour like #1a5f8a", STR_FMT(s));
}

const char *colour_write(struct colour c, char to[COLOUR_TEXT])
{
    snprintf(to, COLOUR_TEXT, "#%02x%02x%02x", c.red, c.green, c.blue);
    return to;
}

/* WCAG 2.1, "relative luminance". */
static double linear(uint8_t part)
{
    double v = part / 255.0;

    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour c)
{
    return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) +
           0.0722 * linear(c.blue);
}

double colour_contrast(struct colour a, struct colour b)
{
    double la = luminance(a);
    double lb = luminance(b);

    return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}

static uint8_t between(uint8_t a, uint8_t b, double much)
{
    return (uint8_t)lround(a + (b - a) * much);
}

struct colour colour_mix(struct colour c, struct colour to, double much)
{
    return (struct colour){ between(c.red, to.red, much),
                            between(c.green, to.green, much),
                            between(c.blue, to.blue, much) };
}

struct colour colour_until(struct colour c, struct colour towards,
                           struct colour behind, double contrast)
{
    enum { STEPS = 20 };
    struct colour got = c;

    for (int i = 1; i <= STEPS && colour_contrast(got, behind) < contrast; i++)
        got = colour_mix(c, towards, (double)i / STEPS);
    return got;
}
