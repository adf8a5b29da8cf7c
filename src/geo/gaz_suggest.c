/* Names that look like one the gazetteer does not have. */
#include "geo/gaz.h"
#include "geo/gaz_internal.h"
#include "geo/name.h"

enum { FAR_MOST = 3 }; /* letters off */

struct guess {
    int street;
    int off;
};

/* What kind of street it is says little: "elmwod st" looks like "Elmwood Ave".
 */
static struct str bare(struct arena *a, struct str name)
{
    size_t n;
    const struct word *words = words_of(a, name, &n);
    struct str all = name_fold(a, name);

    if (n > 1 && words[n - 1].kind == WORD_SUFFIX &&
        all.n > words[n - 1].folded.n)
        return str_trim(str_slice(all, 0, all.n - words[n - 1].folded.n));
    return all;
}

static void keep(struct guess *best, int most, struct guess guess)
{
    for (int i = 0; i < most; i++) {
        if (guess.off < best[i].off) {
            struct guess other = best[i];

            best[i] = guess;
            guess = other;
        }
    }
}

int gaz_suggest(const struct gaz *g, struct str name, struct str *out, int most,
                struct arena *a)
{
    struct guess *best = arena_array(a, struct guess, (size_t)most);
    struct str wanted = bare(a, name);
    int far = wanted.n < 6 ? 1 : FAR_MOST;
    int n = 0;

    for (int i = 0; i < most; i++)
        best[i].off = far + 1;
    for (int i = 0; i < g->stats.streets; i++) {
        struct arena own = { NULL };
        struct guess guess = { i, 0 };

        guess.off = name_distance(wanted, bare(&own, g->streets[i].name), far);
        keep(best, most, guess);
        arena_free(&own);
    }
    while (n < most && best[n].off <= far) {
        out[n] = g->streets[best[n].street].name;
        n++;
    }
    return n;
}
