/*
 * The page of one report, /t/TOKEN: where it stands, what has happened, a way
 * to write to it, to be told of it and to be told no more.
 */
#ifndef WEB_REPORT_FOLLOW_H
#define WEB_REPORT_FOLLOW_H

#include "base/buf.h"
#include "base/template.h"
#include "http/http.h"
#include "pipeline/outbox.h"
#include "spine/config.h"
#include "store/store.h"

struct follow;

/* Adds the routes. What it is given must live as long as http does. */
struct follow_with {
    struct http_server *http;
    struct store *store;
    struct outbox *outbox;
    const struct templates *templates;
    const struct config *config;
};
CHECKED int follow_open(struct follow **out, const struct follow_with *with,
                        struct error *e);
void follow_close(struct follow *f); /* after http has closed */

struct follow_view {
    const struct templates *templates;
    const struct town *town;
    struct str language;
    const struct ticket *ticket;
    const struct event_row *events; /* oldest first */
    const struct ticket *other;     /* whose duplicate it is; or NULL */
    struct str token;               /* as it was asked for */
    struct str key;                 /* of the form to write to it */
    bool writable;                  /* by this token, and there is a door */
    const char *said;  /* a word: what has just been done; or NULL */
    const char *fault; /* a word: what is wrong with contact; or NULL */
    struct str contact;
    int64_t wait_minutes; /* for the sentence of fault; 0: none */
};

/*
 * The page. Only events whose kind has an "event.KIND" among the words are
 * shown, and without their text: it may say how somebody is reached.
 */
CHECKED int follow_page(const struct follow_view *v, struct arena *a,
                        struct buf *out, struct error *e);

#endif
