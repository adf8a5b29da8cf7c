/*
 * The geocoder elsewhere: asks it for the places that filed reports name and
 * the gazetteer lacks, one at a time, no faster than the town has set. Which
 * places those are stands in the store, so that a restart forgets none.
 */
#ifndef PIPELINE_GEOCODER_H
#define PIPELINE_GEOCODER_H

#include "net/transfer.h"
#include "spine/config.h"
#include "store/store.h"

struct geocoder;

struct geocoder_options {
    struct uv_loop_s *loop;
    const struct config *config;
    struct store *store;
    struct transfers *transfers;
};

/* *out is NULL where the town has set none; the others take that. */
CHECKED int geocoder_open(struct geocoder **out,
                          const struct geocoder_options *, struct error *e);

/* Looks for what waits: at the start, and when something was filed. */
void geocoder_kick(struct geocoder *);

/* Before transfers_close(): what is under way is asked again at a restart. */
void geocoder_close(struct geocoder *);
void geocoder_free(struct geocoder *); /* after the loop has run out */

/* A message as it is filed. */
struct geocoder_report {
    const struct ticket *ticket;
    int64_t message;
    const struct reading *reading;
};

/*
 * Inside the transaction that files it: makes a lookup of what is to be asked
 * for it, if anything is. *made: something is.
 */
CHECKED int geocoder_ask(struct store_tx *tx, const struct town *town,
                         const struct geocoder_report *r, bool *made,
                         struct error *e);

#endif
