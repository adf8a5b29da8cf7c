#include "web/inbox/presence.h"

#include <stdlib.h>

#include "base/arena.h"
#include "web/inbox/live.h"

enum { PEOPLE_MAX = 500 };

struct one {
    struct arena arena;
    struct present now;
    struct one *next;
};

struct presence {
    struct one *first;
    int count;
};

struct presence *presence_new(void)
{
    struct presence *p = calloc(1, sizeof(*p));

    if (p == NULL)
        abort();
    return p;
}

static void one_remove(struct presence *p, struct one **at)
{
    struct one *gone = *at;

    *at = gone->next;
    p->count--;
    arena_free(&gone->arena);
    free(gone);
}

void presence_free(struct presence *p)
{
    while (p->first != NULL)
        one_remove(p, &p->first);
    free(p);
}

static void one_add(struct presence *p, const struct present *now)
{
    struct one *new;

    if (p->count >= PEOPLE_MAX)
        return;
    new = calloc(1, sizeof(*new));
    if (new == NULL)
        abort();
    new->now = *now;
    new->now.user = arena_str(&new->arena, now->user);
    new->next = p->first;
    p->first = new;
    p->count++;
}

void presence_set(struct presence *p, const struct present *now,
                  presence_changed_fn *changed, void *arg)
{
    struct one **at = &p->first;
    struct present was = { .ticket = 0 };

    while (*at != NULL && !str_eq((*at)->now.user, now->user))
        at = &(*at)->next;
    if (*at != NULL) {
        was = (*at)->now;
        one_remove(p, at);
    }
    if (now->ticket != 0)
        one_add(p, now);
    if (was.ticket != 0 && was.ticket != now->ticket)
        changed(arg, was.ticket);
    if (now->ticket != 0 &&
        (was.ticket != now->ticket || was.writing != now->writing))
        changed(arg, now->ticket);
}

void presence_expire(struct presence *p, int64_t now,
                     presence_changed_fn *changed, void *arg)
{
    struct one **at = &p->first;

    while (*at != NULL) {
        int64_t ticket = (*at)->now.ticket;

        if ((*at)->now.at + LIVE_PRESENCE_S > now) {
            at = &(*at)->next;
            continue;
        }
        one_remove(p, at);
        changed(arg, ticket);
    }
}

void presence_json(const struct presence *p, struct json *j, int64_t ticket,
                   struct str but)
{
    json_begin_array(j);
    for (const struct one *at = p->first; at != NULL; at = at->next) {
        if (at->now.ticket != ticket || str_eq(at->now.user, but))
            continue;
        json_begin_object(j);
        json_kv(j, "user", at->now.user);
        json_kv(j, "doing", at->now.writing ? STR("writing") : STR("reading"));
        json_end_object(j);
    }
    json_end_array(j);
}
