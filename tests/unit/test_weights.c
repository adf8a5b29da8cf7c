/* The weights of places: their file, and their fit to what came true. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "geo/fit.h"

#include "../tap.h"
#include "../temp.h"

static char path[TEMP_ROOM];

static int load(struct weights *w, const char *text, struct error *e)
{
    FILE *f = fopen(path, "w");

    if (f == NULL)
        abort();
    fputs(text, f);
    fclose(f);
    return weights_load(w, path, e);
}

static void what_is_printed_loads_as_it_was(void)
{
    struct weights w;
    struct weights again;
    struct error e;
    struct buf out = buf_init(64 * 1024);

    CHECK(weights_default(&w, &e) == 0);
    weights_print(&w, STR("# a comment\n"), &out);
    CHECK(load(&again, buf_cstr(&out), &e) == 0);
    for (int i = 0; i < FEATURES; i++)
        CHECK(fabs(w.of[i] - again.of[i]) < 0.001);
    CHECK(fabs(w.scale[METHOD_STREET] - again.scale[METHOD_STREET]) < 0.01);
    buf_free(&out);
}

static void a_wrong_file_is_refused_with_its_line(void)
{
    static const struct {
        const char *text, *sentence;
    } bad[] = {
        { "", "no weight for \"address\"" },
        { "base 0\nbeare 1\n", ":2: there is no feature \"beare\"" },
        { "bare much\n", ":1: \"much\" is no number" },
        { "bare nan\n", ":1: \"nan\" is no number" },
        { "bare 1e99\n", "no number from -50 to 50" },
        { "scale-nowhere 1\n", "no method \"nowhere\"" },
        { "scale-street 0\n", "a scale is above 0" },
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct weights w;
        struct error e;

        CHECK(load(&w, bad[i].text, &e) < 0);
        if (strstr(e.text, bad[i].sentence) == NULL)
            printf("# %s\n", e.text);
        CHECK(strstr(e.text, bad[i].sentence) != NULL);
    }
}

static void features_shown_give_the_same_confidence(void)
{
    struct weights w;
    struct error e;
    uint64_t set = (uint64_t)1 << FEATURE_BARE | (uint64_t)1 << FEATURE_CROSS;

    CHECK(weights_default(&w, &e) == 0);
    CHECK(features_of(STR("bare=-0.57 cross=2.44")) == set);
    CHECK(features_of(STR("nothing=1 =2 bare")) == (uint64_t)1 << FEATURE_BARE);
    CHECK(fabs(weights_confidence(&w, set) -
               1 / (1 + exp(-w.base - w.of[FEATURE_BARE] -
                            w.of[FEATURE_CROSS]))) < 1e-9);
}

/* Bare names are right one time of ten, whole ones nine times. */
static void a_fit_learns_what_tells_right_from_wrong(void)
{
    enum { N = 2000 };
    struct fit_row *rows = calloc(N, sizeof(*rows));
    struct fit_result result;
    struct weights w;
    struct error e;
    double kept;

    if (rows == NULL)
        abort();
    CHECK(weights_default(&w, &e) == 0);
    kept = w.of[FEATURE_PIN];
    for (int i = 0; i < N; i++) {
        bool bare = i % 2 == 0;

        rows[i].features = (uint64_t)1 << (bare ? FEATURE_BARE : FEATURE_FULL);
        rows[i].right = bare ? i % 20 == 0 : i % 20 != 1;
        rows[i].first = true;
        rows[i].method = METHOD_ADDRESS_POINT;
        rows[i].uncertainty_m = 10;
        rows[i].off_m = i % 100;
    }
    fit_weights(&w, rows, N, &result);
    CHECK(result.loss_after <= result.loss_before);
    CHECK(fabs(weights_confidence(&w, rows[0].features) - 0.1) < 0.03);
    CHECK(fabs(weights_confidence(&w, rows[1].features) - 0.9) < 0.03);
    CHECK(w.of[FEATURE_PIN] == kept);
    CHECK(fabs(w.scale[METHOD_ADDRESS_POINT] - 9) < 0.3);
    CHECK(result.within > 0.87 && result.within < 0.93);
    free(rows);
}

/* Streets that only come near each other are told seldom. */
static void a_fit_of_few_places_stretches_them_too(void)
{
    struct fit_row rows[12] = { { 0 } };
    struct fit_result result;
    struct weights w;
    struct error e;

    CHECK(weights_default(&w, &e) == 0);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        rows[i].features = (uint64_t)1 << FEATURE_PIN;
        rows[i].right = rows[i].first = true;
        rows[i].method = METHOD_NEAR_APPROACH;
        rows[i].uncertainty_m = 20;
        rows[i].off_m = 60;
    }
    fit_weights(&w, rows, COUNT_OF(rows), &result);
    CHECK(fabs(w.scale[METHOD_NEAR_APPROACH] - 3) < 0.01);
    w.scale[METHOD_NEAR_APPROACH] = 1;
    fit_weights(&w, rows, 9, &result);
    CHECK(w.scale[METHOD_NEAR_APPROACH] == 1); /* of nine it says nothing */
}

int main(void)
{
    int fd = temp_file(path, "weights");

    if (fd < 0)
        abort();
    close(fd);
    what_is_printed_loads_as_it_was();
    a_wrong_file_is_refused_with_its_line();
    features_shown_give_the_same_confidence();
    a_fit_learns_what_tells_right_from_wrong();
    a_fit_of_few_places_stretches_them_too();
    unlink(path);
    return tap_done();
}
