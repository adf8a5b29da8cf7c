/* Plus codes against the published vectors, where they are at hand. */
#include "geo/pluscode.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../tap.h"

enum { FIELDS = 8 };

typedef void row_fn(struct str fields[FIELDS], int n);

/* How many rows of a vector file were held against; 0: it is not here. */
static int each_row(const char *name, row_fn *each)
{
    const char *folder = getenv("INLET_SHARED");
    char path[512];
    char *line = NULL;
    size_t size = 0;
    int rows = 0;
    ssize_t n;
    FILE *f;

    snprintf(path, sizeof(path), "%s/data/pluscodes/%s",
             folder != NULL ? folder : "../shared", name);
    f = fopen(path, "r");
    while (f != NULL && (n = getline(&line, &size, f)) > 0) {
        struct str rest = str_trim((struct str){ line, (size_t)n });
        struct str fields[FIELDS] = { STR_NONE };
        int count = 0;

        if (rest.n == 0 || rest.p[0] == '#')
            continue;
        while (rest.n > 0 && count < FIELDS)
            fields[count++] = str_until(&rest, STR(","));
        each(fields, count);
        rows++;
    }
    free(line);
    if (f == NULL) {
        printf("ok %d # SKIP no %s\n", ++tap_run, path);
    } else {
        fclose(f);
    }
    return rows;
}

static double number(struct str s)
{
    double d = NAN;

    CHECK(str_double(s, &d));
    return d;
}

static void valid_row(struct str f[FIELDS], int n)
{
    (void)n;
    CHECK(pluscode_is_valid(f[0]) == str_eq(f[1], STR("true")));
    CHECK(pluscode_is_short(f[0]) == str_eq(f[2], STR("true")));
    CHECK(pluscode_is_full(f[0]) == str_eq(f[3], STR("true")));
}

static void decode_row(struct str f[FIELDS], int n)
{
    struct pluscode_area a = pluscode_decode(f[0]);

    (void)n;
    CHECK(pluscode_is_full(f[0]));
    CHECK(a.length == (int)number(f[1]));
    CHECK(fabs(a.south - number(f[2])) < 1e-10);
    CHECK(fabs(a.west - number(f[3])) < 1e-10);
    CHECK(fabs(a.north - number(f[4])) < 1e-10);
    CHECK(fabs(a.east - number(f[5])) < 1e-10);
}

static void encode_row(struct str f[FIELDS], int n)
{
    struct arena a = { NULL };
    struct point at = { number(f[0]), number(f[1]), true };
    int length = (int)number(f[4]);

    (void)n;
    CHECK_STR(pluscode_encode(&a, at, length),
              f[5].n == 0 ? "" : arena_dup(&a, f[5]));
    arena_free(&a);
}

static void short_row(struct str f[FIELDS], int n)
{
    struct arena a = { NULL };
    struct point near = { number(f[1]), number(f[2]), true };

    (void)n;
    if (!str_eq(f[4], STR("S"))) {
        CHECK_STR(pluscode_recover(&a, f[3], near), arena_dup(&a, f[0]));
    }
    arena_free(&a);
}

static void a_code_and_its_place_are_one(void)
{
    struct arena a = { NULL };
    struct point at = { 43.50371, -71.89815, true };
    struct str code = pluscode_encode(&a, at, 10);
    struct pluscode_area area = pluscode_decode(code);
    struct str head = str_slice(code, 4, code.n);

    CHECK(pluscode_is_full(code));
    CHECK(area.south <= at.lat && at.lat < area.north);
    CHECK(area.west <= at.lon && at.lon < area.east);
    CHECK(pluscode_is_short(head));
    CHECK_STR(pluscode_recover(&a, head, at), arena_dup(&a, code));
    arena_free(&a);
}

static void what_is_no_code_is_none(void)
{
    static const char *const none[] = { "",          "+",          "2345+G",
                                        "C++",       "8FWC2345",   "X3456789+",
                                        "8FWC2_45+", "8FWC2300+23" };

    for (size_t i = 0; i < COUNT_OF(none); i++)
        CHECK(!pluscode_is_full(str_of(none[i])));
    CHECK(!pluscode_is_valid(STR("C++")));
}

int main(void)
{
    a_code_and_its_place_are_one();
    what_is_no_code_is_none();
    printf("# %d\n", each_row("validityTests.csv", valid_row));
    printf("# %d\n", each_row("decoding.csv", decode_row));
    printf("# %d\n", each_row("encoding.csv", encode_row));
    printf("# %d\n", each_row("shortCodeTests.csv", short_row));
    return tap_done();
}
