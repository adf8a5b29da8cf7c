/*
 * What strangers have sent, on its way to a page: the bytes from the store,
 * and from the jail what they mean. A raw may be 35 MB, so only a few are in
 * memory at once and the others wait.
 */
#ifndef WEB_ORIGINAL_H
#define WEB_ORIGINAL_H

#include "http/http.h"
#include "jail/jail.h"
#include "store/store.h"

struct originals;

enum { ORIGINALS_AT_ONCE = 2 };

CHECKED int originals_open(struct originals **out, struct store *store,
                           struct jail *jail, struct error *e);
void originals_close(struct originals *); /* after http has closed */

enum original_kind {
    ORIGINAL_RAW,     /* all of it, as it came */
    ORIGINAL_HTML,    /* a mail's HTML; see mail/mail.h */
    ORIGINAL_PICTURE, /* an attachment made safe to show; mail/picture.h */
    ORIGINAL_FILE,    /* an attachment as it came, to be saved */
};

struct original {
    enum original_kind kind;
    int64_t message;
    int64_t attachment; /* which of the message, from 0 */
};

/*
 * Called once, with what was found of it in the store and rc 0; or E_NONE,
 * E_LIMIT, E_SYNTAX (a picture that is not shown), E_DIED, E_TIMEOUT, E_STORE.
 * It answers r. bytes are good until it returns.
 */
struct original_found {
    int64_t ticket;
    int64_t raw;
    struct attachment attachment;
    enum raw_format format;
};
typedef void original_fn(struct http_request *r, void *arg, int rc,
                         const struct original_found *found, struct str bytes,
                         const struct error *why);

/* Holds r. arg lives as long as r does. */
void original_ask(struct originals *, struct http_request *r,
                  const struct original *what, original_fn *done, void *arg);

/*
 * Answers r with a picture of one message of ticket, for who may see that
 * ticket: written anew, without what it says of place and camera. 404 where
 * there is none that is shown. Holds r.
 */
void original_photo(struct originals *, struct http_request *r, int64_t ticket,
                    int64_t message, int64_t attachment);

/* The same picture as an answer; cached by who may see it, asked each time. */
void original_photo_answer(struct http_request *r, struct str bytes);

/* Whether an attachment is shown; *why_not: the word that says why not. */
bool original_is_shown(const struct attachment *at, const char **why_not);

#endif
