/*
 * The jail: worker processes that read strangers' bytes. Each holds its own
 * reader and is then sealed: no network, no files, no new processes, bounded
 * memory and time. A worker that dies or runs over its time costs the one
 * raw it had; another takes its place.
 *
 * jail_prepare() must be called before any thread is started and before the
 * database is opened: it forks the process that the workers are forked from.
 */
#ifndef JAIL_JAIL_H
#define JAIL_JAIL_H

#include "spine/adapter.h"
#include "spine/reading.h"

struct jail;
struct uv_loop_s;

struct jail_limits {
    int wall_ms;   /* for one raw */
    int cpu_s;     /* for one raw */
    int memory_mb; /* beyond what the reader takes */
    int recycle;   /* raws until a worker is replaced */
};

/* limits NULL: 20 s, 10 s, 512 MB and 10,000 raws. */
CHECKED int jail_prepare(struct jail **out, const struct town *town,
                         const struct jail_limits *limits, struct error *e);

/* Starts town->workers workers; e says what of rules or gazetteer is wrong. */
CHECKED int jail_start(struct jail *j, struct uv_loop_s *loop, struct error *e);

/*
 * Called once: rc 0 and the reading; or E_DIED, E_TIMEOUT, or what read()
 * gave, with the sentence in why. What reading points at lives in home, which
 * done may take over: it copies *home and leaves it empty.
 */
typedef void jail_done_fn(void *arg, int rc, const struct reading *reading,
                          struct arena *home, const struct error *why);

/* raw stays good until done has been called. */
void jail_read(struct jail *j, const struct raw *raw, jail_done_fn *done,
               void *arg);

/*
 * For somebody who waits, so before what is read in the background: the bytes
 * of one attachment; a picture made safe to show (mail/picture.h); a mail's
 * HTML, for a frame where nothing runs. Good until done returns.
 */
typedef void jail_part_fn(void *arg, int rc, struct str bytes,
                          const struct error *why);
void jail_part(struct jail *j, const struct raw *raw, int part,
               jail_part_fn *done, void *arg);
void jail_picture(struct jail *j, const struct raw *raw, int part,
                  jail_part_fn *done, void *arg);
void jail_html(struct jail *j, const struct raw *raw, jail_part_fn *done,
               void *arg);

/*
 * New workers with the rules and gazetteer as they are now. Where those do
 * not load the old workers stay and done gets the sentence.
 */
typedef void jail_reload_fn(void *arg, int rc, const struct error *why);
void jail_reload(struct jail *j, jail_reload_fn *done, void *arg);

/* How many raws wait or are being read. */
int jail_backlog(const struct jail *j);

/* Ends the workers; done is called for what was under way (E_DIED). */
void jail_stop(struct jail *j);
void jail_free(struct jail *j); /* after the loop has run out */

#endif
