/* What the page of a report and its forms share. */
#ifndef WEB_REPORT_FOLLOW_INTERNAL_H
#define WEB_REPORT_FOLLOW_INTERNAL_H

#include "http/limit.h"
#include "http/page.h"
#include "web/report/follow.h"

struct follow {
    struct store *store;
    struct outbox *outbox;
    const struct templates *templates;
    const struct config *config;
    struct limit guesses; /* of tokens that lead nowhere */
    struct limit follows; /* of who asks to be told */
};

/* A report that somebody has asked for by one of its tokens. */
struct followed {
    struct ticket ticket;
    bool own; /* by its own */
};

/* E_NONE: the token leads nowhere. E_DENIED: that was tried too often. */
CHECKED int follow_find(struct follow *f, struct http_request *r,
                        struct followed *out, struct error *e);

/* Answers with the page; v says what was done or is wrong, no more. */
void follow_show(struct follow *f, struct http_request *r, int status,
                 const struct followed *of, struct follow_view *v);
/* Answers in place of it, for an error of follow_find() or of the store. */
void follow_refuse(struct follow *f, struct http_request *r, int rc,
                   const struct error *e);

struct str follow_language(const struct follow *f, struct http_request *r,
                           struct str of_ticket);

/* Puts what v says into a page that has nothing yet. */
void follow_values(struct page *p, const struct follow_view *v);

/* follow_forms.c */
void follow_start(struct http_request *r, void *arg);
void follow_stop(struct http_request *r, void *arg);

#endif
