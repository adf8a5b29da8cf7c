/*
 * The parts of the adapter "web": the form at /report.
 *
 *   web.c          settings, start and stop, what came of a report
 *   web_post.c     a form comes in: checks, then the inbox; so does a reply
 *                  to a ticket, from its page /t/TOKEN
 *   web_page.c     the pages
 *   web_form.c     the fields of a form, and what they may be
 *   web_answers.c  the questions of a category, asked and answered
 *   web_read.c     a raw becomes a message; runs in the jail
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
    struct answer *answers; /* of its category; empty ones are not there */
    bool consent;
};

/* What is wrong with it: the words' keys, NULL where nothing is. */
struct web_faults {
    const char *report, *address, *lat, *photos, *contact, *website;
    bool answers; /* web_answer_fault() says which */
    bool any;
};

CHECKED int web_form_read(struct web_form *f, struct str content_type,
                          struct str body, struct arena *a, struct error *e);

/* The next file after at, or the first where at is NULL; NULL: no more. */
const struct form_field *web_photo(const struct web_form *f,
                                   const struct form_field *at);

/*
 * Fills in f->answers: fields "answer[CODE]", or "answer[CATEGORY.CODE]" of a
 * page that asks for every category at once. Who picked no category and
 * answered for one has picked that.
 */
void web_answers_read(struct web_form *f, struct arena *a);
struct str web_answer(const struct web_form *f, struct str code);

/* What is wrong with the answer to q: a word's key, or NULL. */
struct question;
const char *web_answer_fault(const struct web_form *f,
                             const struct question *q);

/* What every category asks, with the answers in f. */
struct page;
struct services;
const struct template_scope *web_questions(const struct page *p,
                                           const struct services *s,
                                           const struct web_form *f,
                                           bool faults);

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
    struct str token; /* of the ticket it is a reply to; empty: a report */
    bool stored;
    int64_t due_ms;        /* where the page goes out without a number */
    struct web_post *next; /* of those in use, or of those free */
};

struct web {
    struct channel channel;

    struct str path;
    int64_t photos, photo_bytes, per_hour;
    struct setting_list *categories;

    struct route routes[4];
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
void web_take_reply(struct http_request *r, void *arg);

struct web_post *web_post_new(struct web *w);

/* ---- pages ---- */

/* The form, empty or as it was sent. */
struct web_form_page {
    int status;
    const struct web_form *form;
    const struct web_faults *faults; /* or NULL */
    const char *notice;              /* a sentence above the form; or NULL */
    struct str language;
    struct str token; /* of the ticket it is a reply to; empty: a report */
    bool fresh;       /* not sent yet: languages may be changed */
    int64_t wait_minutes;
};
void web_show_form(struct web *w, struct http_request *r,
                   const struct web_form_page *form);

/* f NULL: its number is not known yet. */
void web_show_thanks(struct web *w, struct http_request *r,
                     const struct web_form *form, struct str language,
                     const struct filed *f);
/* A reply has arrived: the ticket's page says so. */
void web_show_ticket(struct http_request *r, struct str token);
void web_show_error(struct web *w, struct http_request *r, int status,
                    struct str language, const char *word);

/* ---- in the jail ---- */

int web_read(struct message *m, const struct raw *raw,
             const struct reading_context *, struct arena *a, struct error *);
int web_part(struct str *bytes, const struct raw *raw, int part,
             struct arena *a, struct error *);

#endif
