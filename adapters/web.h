/*
 * The parts of the adapter "web": the form at /report.
 *
 *   web.c        settings, start and stop, what came of a report
 *   web_post.c   a form comes in: checks, then the inbox
 *   web_page.c   the pages
 *   web_form.c   the fields of a form, and what they may be
 *   web_read.c   a raw becomes a message; runs in the jail
 */
#ifndef ADAPTERS_WEB_H
#define ADAPTERS_WEB_H

#include <uv.h>

#include "base/buf.h"
#include "http/form.h"
#include "http/http.h"
#include "http/limit.h"
#include "spine/adapter.h"

enum {
    WEB_TEXT_MAX = 20 * 1000, /* bytes of a report */
    WEB_LINE_MAX = 1000,      /* bytes of any other field */
    WEB_KEY_MIN = 16,
    WEB_KEY_MAX = 64,
    WEB_WAIT_MS = 15 * 1000, /* for the number of a report */
    WEB_SEEN = 64 * 1024,    /* bytes of a photo that make it another */
};

/* ---- the form ---- */

/* What was sent; text is valid UTF-8, trimmed. */
struct web_form {
    struct form_field *fields; /* as they came */
    struct str report, address, lat, lon, name, contact, category, language;
    struct str key, website;
    bool consent;
};

/* What is wrong with it: the words' keys, NULL where nothing is. */
struct web_faults {
    const char *report, *address, *lat, *photos, *contact, *website;
    bool any;
};

CHECKED int web_form_read(struct web_form *f, struct str content_type,
                          struct str body, struct arena *a, struct error *e);

/* The next file after at, or the first where at is NULL; NULL: no more. */
const struct form_field *web_photo(const struct web_form *f,
                                   const struct form_field *at);

/* An address mail or texts go to. False: contact is neither. */
bool web_contact(struct str contact, struct arena *a, struct str *out);

/* Degrees on the globe. False: they are none. Both empty: not known. */
bool web_point(struct str lat, struct str lon, struct point *out);

/* ---- the channel ---- */

struct web;

/* A report on its way to its number. Lives as long as the channel. */
struct web_post {
    struct web *web;
    struct http_request *request; /* NULL: answered */
    struct web_form form;         /* in the request's memory */
    struct str language;
    bool stored;
    int64_t due_ms;        /* where the page goes out without a number */
    struct web_post *next; /* of those in use, or of those free */
};

struct web {
    struct channel channel;

    struct str path;
    int64_t photos, photo_bytes, per_hour;
    struct setting_list *categories;

    struct route routes[3];
    struct limit *limit;
    struct web_post *posts; /* between the form and the number */
    struct web_post *spare;
    uv_timer_t timer;
    bool started, stopping;
    int busy; /* not stored yet */
    channel_stopped_fn *stopped;
};

void web_get(struct http_request *r, void *arg);
void web_take(struct http_request *r, void *arg);

struct web_post *web_post_new(struct web *w);

/* ---- pages ---- */

/* The form, empty or as it was sent. */
struct web_form_page {
    int status;
    const struct web_form *form;
    const struct web_faults *faults; /* or NULL */
    const char *notice;              /* a sentence above the form; or NULL */
    struct str language;
    bool fresh; /* not sent yet: languages may be changed */
    int64_t wait_minutes;
};
void web_show_form(struct web *w, struct http_request *r,
                   const struct web_form_page *form);

/* f NULL: its number is not known yet. */
void web_show_thanks(struct web *w, struct http_request *r,
                     const struct web_form *form, struct str language,
                     const struct filed *f);
void web_show_error(struct web *w, struct http_request *r, int status,
                    struct str language, const char *word);

/* ---- in the jail ---- */

int web_read(struct message *m, const struct raw *raw,
             const struct reading_context *, struct arena *a, struct error *);
int web_part(struct str *bytes, const struct raw *raw, int part,
             struct arena *a, struct error *);

#endif
