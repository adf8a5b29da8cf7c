/*
 * Mail passed on by people: who really said it, and what who passed it on
 * added. Believed only of a configured forwarder; anybody else may write a
 * mail that only looks like one.
 */
#ifndef MAIL_FORWARD_H
#define MAIL_FORWARD_H

#include "mail/mail_block.h"
#include "spine/adapter.h"

struct headers;
struct mail_parts;

/*
 * Puts who is said to have written it in m's sender and who sent it in its
 * forwarder; the words of the latter become its note. A mail of nobody who
 * forwards stays as it is. no_answer where it is not sure who wrote it.
 */
void forward_read(struct message *m, const struct headers *h,
                  const struct mail_parts *parts,
                  const struct reading_context *ctx, struct arena *a);

/*
 * The forwarded mail within text, by the subject of the mail that holds it;
 * answers: that mail answers another one. False: it forwards none.
 */
bool forward_block(struct mail_block *b, struct str subject, struct str text,
                   bool answers, struct arena *a);
/* Who wrote it; false: no address is given, but perhaps a name. */
bool forward_sender(struct mailbox *box, const struct mail_block *b,
                    struct arena *a);

#endif
