/* What walks the parts of a mail, and what opens those that wrap others. */
#ifndef MAIL_MAIL_TREE_H
#define MAIL_MAIL_TREE_H

#include "mail/mail_internal.h"

enum { WANT_ALL = -1, WANT_NONE = -2 };

struct walk {
    struct arena *a;
    struct str source; /* what GMime's offsets count from */
    struct buf *text;  /* NULL: nobody asks for text now */
    bool text_met;     /* a text part has been met, wanted or not */
    int parts, nested;
    int wraps;        /* how many wrappers the mail at hand is in */
    bool cut;         /* there is more than may be looked at */
    bool report;      /* attached mails are our own, come back */
    struct leaf html; /* the last HTML part met, for its pictures */
    struct str html_bytes;
    struct mail_sheet *sheet; /* NULL: nobody asks for it */
    struct mail_kind *kind;
    struct attachment **end;
    int count;
    int want; /* the attachment whose bytes are asked for, or WANT_ */
    struct str found;
    bool found_it;
    struct mail_parts *out; /* what is said of mails attached; or NULL */
    size_t mails_end;       /* of their text, which begins text; or 0 */
};

void tree_mail(struct walk *w, const struct headers *h);
void tree_leaf(struct walk *w, const struct leaf *leaf);
void tree_attachment(struct walk *w, const struct leaf *leaf);
void tree_text(struct walk *w, struct str text);

/*
 * winmail.dat, and what is signed as a whole (S/MIME): their parts are taken
 * instead. false: leaf is something else, or cannot be opened.
 */
bool tree_wrapped(struct walk *w, const struct leaf *leaf);

/* What the first invitation says; its lines that the text does not have. */
void tree_calendar(struct walk *w, const struct leaf *leaf);
void tree_calendar_add(struct walk *w, struct str lines);

#endif
