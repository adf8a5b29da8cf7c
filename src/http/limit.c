#include "http/limit.h"

#include <arpa/inet.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/digest.h"

enum {
    HOUR_MS = 3600 * 1000,
    MINUTE_MS = 60 * 1000,
    HOME_BYTES = 8,
    SEED_BYTES = 16
};

/* FNV-1a from a seed nobody knows. */
static uint64_t hash(uint64_t h, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;

    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * 0x100000001b3U;
    h ^= h >> 32;
    return h == 0 ? 1 : h;
}

/* A household has 2^64 addresses of IPv6: its network counts. */
static uint64_t who(const struct limit *l, struct str peer)
{
    char text[INET6_ADDRSTRLEN];
    unsigned char six[16];

    if (peer.n < sizeof(text)) {
        memcpy(text, peer.p, peer.n);
        text[peer.n] = '\0';
        if (inet_pton(AF_INET6, text, six) == 1)
            return hash(l->seed, six, HOME_BYTES);
    }
    return hash(l->seed, peer.p, peer.n);
}

void limit_begin(struct limit *l)
{
    struct arena a = { 0 };
    struct str seed = digest_token(&a, SEED_BYTES);

    memcpy(&l->seed, seed.p, sizeof(l->seed));
    arena_free(&a);
}

int64_t limit_take(struct limit *l, struct str peer, int64_t most)
{
    int64_t now = clock_monotonic_ms();
    uint64_t id = who(l, peer);
    struct limit_visits *set = l->seen[id % LIMIT_SETS];
    struct limit_visits *mine = &set[0];

    if (most == 0)
        return 0;
    for (int i = 0; i < LIMIT_WAYS; i++) {
        if (set[i].who == id) {
            mine = &set[i];
            break;
        }
        if (set[i].since_ms < mine->since_ms)
            mine = &set[i];
    }
    if (mine->who != id || now - mine->since_ms >= HOUR_MS)
        *mine = (struct limit_visits){ .who = id, .since_ms = now };
    if (mine->count >= most)
        return (mine->since_ms + HOUR_MS - now) / MINUTE_MS + 1;
    mine->count++;
    return 0;
}

bool limit_spent(const struct limit *l, struct str peer, int64_t most)
{
    int64_t now = clock_monotonic_ms();
    uint64_t id = who(l, peer);
    const struct limit_visits *set = l->seen[id % LIMIT_SETS];

    for (int i = 0; i < LIMIT_WAYS; i++) {
        if (set[i].who == id && now - set[i].since_ms < HOUR_MS)
            return set[i].count >= most;
    }
    return false;
}
