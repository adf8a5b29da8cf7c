/* Another body that reports are passed on to: its settings, start and stop. */
#include "neighbour.h"

#include <stddef.h>

#include "base/percent.h"
#include "smtp_message.h"
#include "spine/config.h"

enum { MS = 1000, FIRST_S = 10 };

#define AT(field) offsetof(struct neighbour_channel, field)

static const struct setting settings[] = {
    { .name = "name",
      .kind = SETTING_TEXT,
      .offset = AT(of.name),
      .help = "what residents and clerks know it as; the channel's name if "
              "not set" },
    { .name = "url",
      .kind = SETTING_TEXT,
      .offset = AT(of.url),
      .help = "of its Open311 endpoint: https://HOST/PATH, before "
              "/requests.json" },
    { .name = "mail",
      .kind = SETTING_TEXT,
      .offset = AT(of.mail),
      .help = "the address reports are mailed to, where it has no Open311" },
    { .name = "key",
      .kind = SETTING_SECRET,
      .offset = AT(key),
      .help = "the api_key it has given the town, or \"file PATH\"" },
    { .name = "jurisdiction",
      .kind = SETTING_TEXT,
      .offset = AT(jurisdiction),
      .help = "its jurisdiction_id, where it asks for one" },
    { .name = "service",
      .kind = SETTING_LIST,
      .offset = AT(of.services),
      .help = "CATEGORY = SERVICE_CODE, what it calls a category; * stands "
              "for all others; may stand several times" },
    { .name = "from",
      .kind = SETTING_LIST,
      .offset = AT(of.from),
      .help = "what else its own reports come from: an address, @DOMAIN or "
              "the host of its pages; may stand several times" },
    { .name = "with-contact",
      .kind = SETTING_FLAG,
      .offset = AT(of.with_contact),
      .fallback = "no",
      .help = "is it told who reported, and how to reach them?" },
    { .name = "trust",
      .kind = SETTING_FLAG,
      .offset = AT(of.trusted),
      .fallback = "no",
      .help = "is a report done when it says so? no: a clerk looks first" },
    { .name = "poll",
      .kind = SETTING_SECONDS,
      .offset = AT(every),
      .min = 1,
      .max = 24 * 3600,
      .fallback = "5m",
      .help = "how often it is asked what became of them" },
    { .name = "timeout",
      .kind = SETTING_SECONDS,
      .offset = AT(timeout),
      .min = 1,
      .max = 300,
      .fallback = "30s",
      .help = "how long it may take to answer" },
    { .name = "ca-file",
      .kind = SETTING_TEXT,
      .offset = AT(ca_file),
      .help = "certificates to trust instead of the system's" },
    { .name = NULL },
};

const char *neighbour_url(const struct neighbour_channel *n, const char *path,
                          const char *more, struct arena *a)
{
    const char *base = arena_printf(a, "%.*s/%s.%s", STR_FMT(n->of.url), path,
                                    n->xml ? "xml" : "json");

    if (more == NULL)
        return base;
    return arena_printf(a, "%s?jurisdiction_id=%.*s&api_key=%.*s%s", base,
                        STR_FMT(percent_encode(a, n->jurisdiction)),
                        STR_FMT(percent_encode(a, n->key)), more);
}

/* A server that knows JSON says in JSON what it does not know. */
bool neighbour_wants_xml(struct neighbour_channel *n,
                         const struct transfer_result *r)
{
    struct neighbour_answer got;
    struct arena a = { NULL };
    struct error e;
    bool known;

    if (n->xml || (r->status != 404 && r->status != 406 && r->status != 415))
        return false;
    known = neighbour_answer_read(&got, r->body, &a, &e) == 0 &&
            got.fault.n > 0 && str_trim(r->body).p[0] != '<';
    arena_free(&a);
    n->xml = !known;
    return n->xml;
}

/* ---- its life ---- */

static int url_check(struct neighbour_channel *n, struct error *e)
{
    struct str *url = &n->of.url;
    bool good = url_is_safe(*url);

    for (size_t i = 0; i < url->n; i++) {
        good = good && (unsigned char)url->p[i] > ' ' && url->p[i] != '@' &&
               url->p[i] != '?' && url->p[i] != '#';
    }
    if (!good) {
        return error(e, E_CONFIG,
                     "url: an address like https://HOST/PATH, or http:// on "
                     "this machine");
    }
    while (url->n > 0 && url->p[url->n - 1] == '/')
        url->n--;
    return 0;
}

static int services_check(const struct neighbour_channel *n, struct error *e)
{
    for (const struct setting_list *l = n->of.services; l != NULL;
         l = l->next) {
        struct str code = l->value;
        struct str category = str_trim(str_until(&code, STR("=")));

        if (category.n == 0 || str_trim(code).n == 0) {
            return error(e, E_CONFIG,
                         "service: CATEGORY = SERVICE_CODE, not \"%.*s\"",
                         STR_FMT(l->value));
        }
    }
    if (n->of.services == NULL) {
        return error(e, E_CONFIG,
                     "service: what it calls a category, or "
                     "\"* = SERVICE_CODE\" for all");
    }
    return 0;
}

static int neighbour_open(struct channel *ch, struct error *e)
{
    struct neighbour_channel *n = (struct neighbour_channel *)ch;
    int rc;

    if (n->of.name.n == 0)
        n->of.name = str_of(ch->name);
    if ((n->of.url.n > 0) == (n->of.mail.n > 0))
        return error(e, E_CONFIG, "one of url and mail, and not both");
    if (n->of.mail.n > 0) {
        return smtp_address_good(n->of.mail)
                   ? 0
                   : error(e, E_CONFIG, "mail: an address and nothing else");
    }
    rc = url_check(n, e);
    return rc < 0 ? rc : services_check(n, e);
}

static void due(uv_timer_t *t)
{
    neighbour_poll_begin(t->data);
}

static void neighbour_start(struct channel *ch)
{
    struct neighbour_channel *n = (struct neighbour_channel *)ch;
    int64_t first = n->every < FIRST_S ? n->every : FIRST_S;

    uv_timer_init(ch->loop, &n->timer);
    n->timer.data = n;
    n->started = true;
    if (n->of.url.n > 0) {
        uv_timer_start(&n->timer, due, (uint64_t)(first * MS),
                       (uint64_t)(n->every * MS));
    }
}

static void timer_closed(uv_handle_t *handle)
{
    struct neighbour_channel *n = handle->data;

    n->stopped(&n->of.channel);
}

static void neighbour_stop(struct channel *ch, channel_stopped_fn *stopped)
{
    struct neighbour_channel *n = (struct neighbour_channel *)ch;

    n->stopping = true;
    n->stopped = stopped;
    neighbour_send_stop(n);
    neighbour_poll_stop(n);
    uv_close((uv_handle_t *)&n->timer, timer_closed);
}

const struct adapter neighbour_adapter = {
    .name = "neighbour",
    .help = "another body that reports are passed on to, by Open311 or mail",
    .can = ADAPTER_NEIGHBOUR,
    .settings = settings,
    .size = sizeof(struct neighbour_channel),
    .open = neighbour_open,
    .start = neighbour_start,
    .send = neighbour_send,
    .stop = neighbour_stop,
};
