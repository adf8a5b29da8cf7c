/*
 * The server's side of LMTP (RFC 2033), without a network: bytes in, replies
 * out, and now and then a mail that is whole. With PIPELINING (RFC 2920), SIZE
 * (1870), 8BITMIME (6152), SMTPUTF8 (6531) and ENHANCEDSTATUSCODES (2034).
 *
 * Of a mail longer than RAW_MAX the beginning is taken, as all doors do: a
 * report whose sender cannot be reached by a bounce, a web form or a scanner,
 * would be lost otherwise. Only what is beyond LMTP_MAIL_MOST is refused, and
 * that is said beforehand, so that the mail server tells its sender.
 */
#ifndef ADAPTERS_LMTP_TALK_H
#define ADAPTERS_LMTP_TALK_H

#include "base/arena.h"
#include "base/buf.h"

enum {
    LMTP_MAIL_MOST = 128 * 1024 * 1024,
    LMTP_LINE_MOST = 4096, /* of a command */
    LMTP_PATH_MOST = 320,
    LMTP_TO_MOST = 100,
};

struct lmtp_to {
    struct str address;
    struct lmtp_to *next;
};

/* Where in a line of the mail we are; "." alone in one is its end. */
enum lmtp_data { DATA_START, DATA_DOT, DATA_DOT_CR, DATA_LINE, DATA_CR };

struct lmtp_talk {
    struct buf out;  /* replies; whoever sends them clears it */
    bool over;       /* it is to be closed once they are sent */
    bool whole;      /* a mail is there: to be answered for, then next() */
    struct buf mail; /* "Return-Path:", then what came; of it at most RAW_MAX */
    size_t head;     /* how much of it is ours */
    int64_t full;    /* bytes that came */
    struct str from; /* empty: a bounce */
    struct lmtp_to *to;
    int to_n;

    /* Its own. */
    struct arena arena; /* of one mail */
    struct lmtp_to **last;
    int64_t *left; /* memory, shared by all talks */
    bool greeted, sending, has_from;
    bool crowded; /* there was no memory left for this mail */
    enum lmtp_data data;
    struct buf line;
    bool skipping; /* the rest of a line that is too long */
    int faults;
};

/* left: how many bytes of mail all may hold together; kept. */
void lmtp_begin(struct lmtp_talk *t, int64_t *left);

/*
 * Takes bytes up to the end of a mail, or all of them; gives how many. Not to
 * be called while there is a whole one.
 */
size_t lmtp_take(struct lmtp_talk *t, struct str bytes);

/* Answers for the next recipient: 0 or E_DUPLICATE, it is on disk. */
void lmtp_answer(struct lmtp_talk *t, const struct lmtp_to *to, int rc);

/* Whether the mail can be handed on; if not, all are answered already. */
bool lmtp_good(struct lmtp_talk *t);

/* After all recipients have been answered for. */
void lmtp_next(struct lmtp_talk *t);

/* "421 ...": why it is over. */
void lmtp_hang_up(struct lmtp_talk *t, const char *why);

void lmtp_end(struct lmtp_talk *t);

#endif
