/* What the parts of the session share. */
#ifndef ADAPTERS_IMAP_SESSION_INTERNAL_H
#define ADAPTERS_IMAP_SESSION_INTERNAL_H

#include <libetpan/mailimap.h>

#include "imap_session.h"

enum {
    IMAP_COMMAND_MAX = 4096,
    IMAP_SMALL = 256 * 1024, /* most bytes of an answer without mails */
    IMAP_TEXT_SHOWN = 200,   /* of what a server says */
};

struct imap_session {
    struct imap_stream *line;
    const struct imap_endpoint *at;
    mailimap *imap;
    bool entered; /* by PREAUTH */
    bool broken;
    bool news;       /* a command's answer told of new mail */
    uint32_t exists; /* mails in the folder, as last told */
    int64_t backoff;
    struct buf into; /* what is streamed */
    int64_t streamed;
};

/*
 * Sends what cmd holds and frees it, then reads the answer of about expected
 * bytes; what came is in imap->imap_response_info until the next command.
 * doing is for the sentence.
 */
CHECKED int imap_command(struct imap_session *s, struct buf *cmd,
                         const char *doing, int64_t expected, struct error *e);

/* A command that is no more than text, which also names it. */
CHECKED int imap_command_text(struct imap_session *s, const char *text,
                              struct error *e);

CHECKED int imap_command_send(struct imap_session *s, struct str text,
                              struct error *e);

/* A line in the middle of a command that talks to and fro. */
enum imap_line {
    IMAP_LINE_GO,   /* "+": it is our turn */
    IMAP_LINE_NEWS, /* the folder has changed */
    IMAP_LINE_OTHER,
    IMAP_LINE_OVER, /* the command has come to its end */
};

/* Reads it: *line is good until the next. Gives which, or what went wrong. */
CHECKED int imap_line(struct imap_session *s, struct str *line,
                      struct error *e);

/* The line broke: why, with the server's last words where it had some. */
int imap_line_broke(struct imap_session *s, struct error *e);

/* Remembers it where the server asks to be left alone. */
void imap_text_noted(struct imap_session *s, struct str text);

void imap_put_mailbox(struct buf *cmd, struct str folder);

#endif
