/*
 * Loading anew what the town has written: rules, services and the gazetteer,
 * in the workers and in the pages. It is done on asking, and where a file of
 * theirs has changed. What does not load leaves what is there in use, and its
 * sentence is kept for the clerks.
 */
#ifndef WEB_LOADING_H
#define WEB_LOADING_H

#include "jail/jail.h"
#include "spine/config.h"
#include "spine/service.h"
#include "web/atlas.h"

struct loading;

struct loading_with {
    struct uv_loop_s *loop;
    struct config *config;
    struct jail *jail;
    struct atlas *atlas;
    struct services **services; /* the town's: replaced, the old ones freed */
};

/* How it went the last time. Texts are good until the next. */
struct loading_state {
    int64_t rules_at;       /* when they were loaded */
    struct str rules_error; /* why newer ones are not in use; or empty */
    struct str map_error;
};

void loading_open(struct loading **out, const struct loading_with *with);

/* Takes up what changes by itself from now on. */
void loading_watch(struct loading *l);

/*
 * Loads all anew; where that is under way already, once more after it. done
 * (or NULL) is told what the workers said, never from within this.
 */
typedef void loading_done_fn(void *arg, int rc, const struct error *why);
void loading_again(struct loading *l, loading_done_fn *done, void *arg);

const struct loading_state *loading_state(const struct loading *l);

void loading_stop(struct loading *l); /* no more is begun */
void loading_free(struct loading *l); /* after the loop has run out */

#endif
