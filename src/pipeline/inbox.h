/*
 * The inbox: raws come in from channels, are stored, read in the jail and
 * filed. It owns what adapter.h promises in the name of inbox_*().
 */
#ifndef PIPELINE_INBOX_H
#define PIPELINE_INBOX_H

#include "jail/jail.h"
#include "pipeline/geocoder.h"
#include "pipeline/outbox.h"
#include "pipeline/spam_check.h"
#include "spine/config.h"
#include "store/store.h"

struct inbox_options {
    struct uv_loop_s *loop;
    struct config *config;
    struct store *store;
    struct jail *jail;
    const struct templates *templates;
    struct outbox *outbox;
    struct geocoder *geocoder;     /* NULL: none */
    struct spam_check *spam_check; /* NULL: none */
};

CHECKED int inbox_open(struct inbox **out, const struct inbox_options *,
                       struct error *e);

/* Takes up what was stored and not filed when inlet last ended. */
void inbox_resume(struct inbox *);

/*
 * Reads a raw of the quarantine once more. done: E_NONE, it is not there;
 * E_SYNTAX, it still cannot be read, and why; 0, its ticket says what it says.
 */
typedef void inbox_retried_fn(void *arg, int rc, int64_t ticket,
                              const struct error *why);
void inbox_retry(struct inbox *, int64_t raw, struct str actor,
                 inbox_retried_fn *done, void *arg);
/* The same for one that was set aside: 0, it is a ticket. */
void inbox_after_all(struct inbox *, int64_t raw, struct str actor,
                     inbox_retried_fn *done, void *arg);

/* The cursor of what inbox_backlog_told() was told. */
#define INBOX_SERVER_HAS "server-has"

/* And of what inbox_sign_in_told() was told. */
#define INBOX_SIGN_IN_ENDS "sign-in-ends"

/* No more is read; what is under way comes to its end. */
void inbox_close(struct inbox *);
void inbox_free(struct inbox *); /* after the loop has run out */

/* Raws stored and not yet filed, as far as this process knows. */
int inbox_backlog(const struct inbox *);

#endif
