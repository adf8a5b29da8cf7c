/*
 * How often one network address may do a thing within the hour. A small table
 * that forgets the longest ago: it need not be exact, it has to stay small.
 */
#ifndef HTTP_LIMIT_H
#define HTTP_LIMIT_H

#include <stdint.h>

#include "base/str.h"

enum { LIMIT_SETS = 1024, LIMIT_WAYS = 4 };

struct limit_visits {
    uint64_t who;
    int64_t since_ms;
    int64_t count;
};

struct limit {
    uint64_t seed; /* one that nobody knows */
    struct limit_visits seen[LIMIT_SETS][LIMIT_WAYS];
};

/* A seed from the system's own source. */
void limit_begin(struct limit *l);

/* Counts a visit. 0: let in; else the minutes to wait. most 0: any number. */
int64_t limit_take(struct limit *l, struct str peer, int64_t most);

/* Has it come so often already? Counts nothing. */
bool limit_spent(const struct limit *l, struct str peer, int64_t most);

#endif
