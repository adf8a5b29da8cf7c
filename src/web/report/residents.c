#include "web/report/residents.h"

#include <stdlib.h>

#include "web/report/follow.h"
#include "web/report/install.h"
#include "web/report/nearby.h"
#include "web/report/public.h"

struct residents {
    struct follow *follow;
    struct install *install;
    struct nearby *nearby;
    struct public *public;
};

int residents_open(struct residents **out, const struct residents_with *with,
                   struct error *e)
{
    const struct town *town = &with->config->town;
    const struct nearby_with near = { with->store, with->atlas, with->templates,
                                      town };
    const struct follow_with follow = { with->http, with->store, with->outbox,
                                        with->templates, with->config };
    struct residents *s = calloc(1, sizeof(*s));
    int rc;

    if (s == NULL)
        abort();
    rc = follow_open(&s->follow, &follow, e);
    if (rc == 0)
        rc = nearby_open(&s->nearby, with->http, &near, e);
    if (rc == 0)
        rc = install_open(&s->install, with->http, with->templates, town, e);
    if (rc == 0)
        rc = public_open(&s->public, with, e);
    *out = s;
    return rc;
}

void residents_close(struct residents *s)
{
    follow_close(s->follow);
    nearby_close(s->nearby);
    public_close(s->public);
    install_close(s->install);
    free(s);
}
