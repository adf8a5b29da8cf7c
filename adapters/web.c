/*
 * The form residents fill in on the web. A report is answered with its number
 * once it is on disk and filed; who waits too long is told that it is saved.
 */
#include "web.h"

#include <stddef.h>

#include "base/clock.h"

#define AT(field) offsetof(struct web, field)

enum { LOOK_MS = 1000, LIMIT_MOST = 1000 * 1000 };

static const struct setting settings[] = {
    { .name = "path",
      .kind = SETTING_TEXT,
      .offset = AT(path),
      .fallback = "/report",
      .help = "where the form stands, below public-url" },
    { .name = "photos",
      .kind = SETTING_NUMBER,
      .offset = AT(photos),
      .max = 20,
      .fallback = "5",
      .help = "how many photos a report may have" },
    { .name = "photo-bytes",
      .kind = SETTING_BYTES,
      .offset = AT(photo_bytes),
      .min = 1024,
      .max = RAW_MAX,
      .fallback = "10m",
      .help = "how large each of them may be; all together: 35m" },
    { .name = "limit",
      .kind = SETTING_NUMBER,
      .offset = AT(per_hour),
      .max = LIMIT_MOST,
      .fallback = "20",
      .help = "reports from one network address within an hour; 0: any" },
    { .name = "category",
      .kind = SETTING_LIST,
      .offset = AT(categories),
      .help = "a category to choose from; may stand several times; none: all" },
    { 0 },
};

/* ---- reports on their way ---- */

struct web_post *web_post_new(struct web *w)
{
    struct web_post *p = w->spare;

    if (p != NULL) {
        w->spare = p->next;
    } else {
        p = arena_new(w->channel.arena, struct web_post);
    }
    *p = (struct web_post){ .web = w, .next = w->posts };
    w->posts = p;
    return p;
}

static void post_free(struct web_post *p)
{
    struct web *w = p->web;
    struct web_post **at = &w->posts;

    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    p->next = w->spare;
    w->spare = p;
}

static void post_answer(struct web_post *p, const struct filed *f)
{
    struct http_request *r = p->request;

    p->request = NULL;
    if (r != NULL && p->token.n > 0) {
        web_show_ticket(r, p->token);
    } else if (r != NULL) {
        web_show_thanks(p->web, r, &p->form, p->language, f);
    }
}

static void timer_closed(uv_handle_t *h)
{
    struct web *w = h->data;

    w->stopped(&w->channel);
}

static void stop_if_idle(struct web *w)
{
    if (!w->stopping || w->busy > 0)
        return;
    if (w->started) {
        uv_close((uv_handle_t *)&w->timer, timer_closed);
    } else {
        w->stopped(&w->channel);
    }
}

static void web_accepted(struct channel *ch, void *arg, int rc)
{
    struct web *w = (struct web *)ch;
    struct web_post *p = arg;
    struct http_request *r = p->request;

    w->busy--;
    if (rc < 0 && rc != E_DUPLICATE) {
        struct web_form form = p->form;
        struct web_form_page page = { .status = 503,
                                      .form = &form,
                                      .notice = "error.not_stored",
                                      .language = p->language,
                                      .token = p->token };

        post_free(p);
        web_show_form(w, r, &page);
    } else {
        p->stored = true;
        p->due_ms = clock_monotonic_ms() + WEB_WAIT_MS;
        if (w->stopping)
            post_answer(p, NULL);
    }
    stop_if_idle(w);
}

static void web_filed(struct channel *ch, void *arg, const struct filed *f)
{
    struct web_post *p = arg;

    (void)ch;
    post_answer(p, f);
    post_free(p);
}

/* Their numbers are late: the reports are safe, so they are thanked now. */
static void answer_late(struct web *w, int64_t now)
{
    for (struct web_post *p = w->posts; p != NULL; p = p->next) {
        if (p->stored && p->due_ms <= now)
            post_answer(p, NULL);
    }
}

static void look(uv_timer_t *t)
{
    answer_late(t->data, clock_monotonic_ms());
}

/* ---- its life ---- */

static int web_open(struct channel *ch, struct error *e)
{
    struct web *w = (struct web *)ch;
    const char *path = arena_dup(ch->arena, w->path);

    if (!str_starts(w->path, STR("/")) || w->path.n < 2 ||
        strpbrk(path, "?#: \"<>%") != NULL) {
        return error(e, E_CONFIG, "path: \"%s\" is not a path like /report",
                     path);
    }
    w->limit = arena_new(ch->arena, struct limit);
    w->routes[0] = (struct route){ "GET", path, 0, web_get };
    w->routes[1] = (struct route){ "POST", path, RAW_MAX, web_take };
    w->routes[2] =
        (struct route){ "POST", "/t/:token/reply", RAW_MAX, web_take_reply };
    return 0;
}

static void web_start(struct channel *ch)
{
    struct web *w = (struct web *)ch;

    limit_begin(w->limit);
    uv_timer_init(ch->loop, &w->timer);
    w->timer.data = w;
    uv_timer_start(&w->timer, look, LOOK_MS, LOOK_MS);
    w->started = true;
    http_routes(ch->http, w->routes, "", w);
}

static void web_stop(struct channel *ch, channel_stopped_fn *stopped)
{
    struct web *w = (struct web *)ch;

    w->stopping = true;
    w->stopped = stopped;
    answer_late(w, INT64_MAX);
    stop_if_idle(w);
}

const struct adapter web_adapter = {
    .name = "web",
    .help = "the form residents fill in on the web",
    .can = ADAPTER_RECEIVES | ADAPTER_TAKES_REPLIES,
    .ending = ".multipart",
    .format = RAW_MULTIPART,
    .settings = settings,
    .size = sizeof(struct web),
    .read = web_read,
    .part = web_part,
    .open = web_open,
    .start = web_start,
    .accepted = web_accepted,
    .filed = web_filed,
    .stop = web_stop,
};
