/*
 * Where workers come from. One process is forked before there is a thread or
 * a database, and does nothing but fork. From it come nurseries, each with a
 * reader loaded from the files as they then are; from a nursery come workers,
 * in a millisecond and sharing its memory.
 */
#ifndef JAIL_NURSERY_H
#define JAIL_NURSERY_H

#include <sys/types.h>

#include "jail/jail.h"

/* Forks the first process; *fd speaks to it and ends it when closed. */
CHECKED int nursery_prepare(const struct town *town,
                            const struct jail_limits *limits, int *fd,
                            struct error *e);

/*
 * Asks for a nursery. *nursery becomes readable once it has loaded or failed:
 * then nursery_ready() says which.
 */
CHECKED int nursery_new(int first, int *nursery, struct error *e);
CHECKED int nursery_ready(int nursery, struct error *e);

/* A worker, its socket and its process id. */
CHECKED int nursery_worker(int nursery, int *fd, pid_t *pid, struct error *e);

#endif
