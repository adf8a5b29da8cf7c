/*
 * rspamd, asked about each mail before it is read: POST URL/checkv2
 * (https://rspamd.com/doc/developers/protocol.html). A few are asked about at
 * once, and none waits longer than the town has set: where there is no answer
 * the mail goes through unchecked, and health says so. What it said is not
 * stored with the mail, only on the ticket: after a restart it is asked again.
 */
#ifndef PIPELINE_SPAM_CHECK_H
#define PIPELINE_SPAM_CHECK_H

#include "net/transfer.h"
#include "spine/config.h"
#include "store/store.h"

/* Under which health has it: no channel can be called so. */
#define SPAM_CHECK_HEALTH "Rspamd"

struct spam_check;

struct spam_check_options {
    struct uv_loop_s *loop;
    const struct config *config;
    struct store *store;
    struct transfers *transfers;
};

/* *out is NULL where the town has set none; the others take that. */
CHECKED int spam_check_open(struct spam_check **out,
                            const struct spam_check_options *, struct error *e);

/*
 * 0: words say who says that it is spam, or are empty. E_TIMEOUT: inlet ends
 * before that is known.
 */
typedef void spam_checked_fn(void *arg, int rc, struct str words);

/* Borrows raw until done, which may be called before it returns. */
void spam_check_ask(struct spam_check *, const struct raw *raw,
                    spam_checked_fn *done, void *arg);

/* Before transfers_close(): who waits is told E_TIMEOUT. */
void spam_check_close(struct spam_check *);
void spam_check_free(struct spam_check *); /* after the loop has run out */

/*
 * Reads an answer. *words: "rspamd: add header, 7.1", or empty where it is no
 * spam. E_SYNTAX: it is no answer of rspamd.
 */
CHECKED int spam_check_answer(struct arena *a, struct str body,
                              struct str *words, struct error *e);

/* Tells the reader of raw, in the jail; raw in the store stays as it is. */
void spam_check_tell(struct raw *raw, struct str words, struct arena *a);

/* Are these words, on a ticket's trail, rspamd's? */
bool spam_check_said(struct str words);

#endif
