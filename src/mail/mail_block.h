/* A mail within the text of another, as mail programs write one. */
#ifndef MAIL_BLOCK_H
#define MAIL_BLOCK_H

#include "base/arena.h"
#include "mail/mail_marker.h"

enum block_how {
    BLOCK_NONE,
    BLOCK_MARKED,   /* "---- Forwarded message ----" and a head */
    BLOCK_ORIGINAL, /* "---- Original message ----": answered or forwarded */
    BLOCK_DASHED,   /* a head under "---- words we do not know ----" */
    BLOCK_HEAD,     /* a head alone, as Outlook writes it */
    BLOCK_WROTE,    /* "On ... wrote:" */
};

/* What of a text is what. All but line are slices of it, or copies in a. */
struct mail_block {
    enum block_how how;
    bool ruled; /* a line of underscores stands before it, or it is
                   quoted below a line that ends in a colon */
    bool quoted;
    struct str above; /* before it, without the rule that underlines it */
    struct str from, to, cc, date, subject; /* as they stand; or empty */
    struct str body;  /* after its head, no longer quoted */
    struct str below; /* what follows a body that was quoted */
};

/*
 * The first block of text. body is not quoted any more.
 */
bool block_search(struct mail_block *, struct str text, struct arena *a);

/* The block text begins with, without what is above. */
bool block_at(struct mail_block *, struct str text, struct arena *a);

/* The head text begins with, 3 fields at least with who sent it among them:
   the length of it and its fields; or 0. */
size_t block_head(struct mail_block *, struct str text, int least);

/* Who an address field of a block names first; false: no address, but
   perhaps a name. */
struct mailbox;
bool block_mailbox(struct arena *a, struct str field, struct mailbox *);
/* The field as a header would have it, without the links of HTML. */
struct str block_addresses(struct arena *a, struct str field);

#endif
