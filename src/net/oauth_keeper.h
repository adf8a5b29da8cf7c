/*
 * Keeps the tokens of a program's mailboxes fresh: one account for each file
 * of tokens, however many channels use it, and one request for it under way
 * at most. A token is renewed at 80 % of its life; what inlet login puts into
 * the file is taken up by itself.
 */
#ifndef NET_OAUTH_KEEPER_H
#define NET_OAUTH_KEEPER_H

#include "net/oauth.h"

struct oauth_account;
struct oauth_keeper;
struct transfers;
struct uv_loop_s;

void oauth_keeper_open(struct oauth_keeper **out, struct uv_loop_s *loop,
                       struct transfers *transfers);

/*
 * Waits for what is under way: a provider that has given out a new refresh
 * token may take the old one no more. Then calls closed, perhaps before it
 * returns; transfers_close() is for after that.
 */
typedef void oauth_closed_fn(void *arg);
void oauth_keeper_close(struct oauth_keeper *k, oauth_closed_fn *closed,
                        void *arg);

/* Who is told of a new token and of trouble; the channel's own, kept. */
struct oauth_user {
    void (*news)(void *arg);
    void *arg;
    struct oauth_user *next;
};

/*
 * The account of s, which is kept. E_CONFIG: another channel uses the same
 * file with other settings. u->news is not called before this returns.
 */
CHECKED int oauth_join(struct oauth_keeper *k, const struct oauth_settings *s,
                       struct oauth_user *u, struct oauth_account **out,
                       struct error *e);
void oauth_leave(struct oauth_account *o, struct oauth_user *u);

/*
 * A token that is good now, until the loop's next turn. E_AGAIN: not yet;
 * there will be news. Else: not before somebody does what e says, or the
 * provider is there again; there will be news of that as well.
 */
CHECKED int oauth_take(struct oauth_account *o, struct str *token,
                       struct error *e);

/* Of the token that is there now: another number, another token. */
int oauth_serial(const struct oauth_account *o);

/*
 * The mail server has refused the token of that serial. True: another one is
 * there, or on its way. False: there was another one just now, and it fared
 * no better.
 */
bool oauth_refused(struct oauth_account *o, int serial);

/* When the token ends; 0: there is none. */
int64_t oauth_expires_at(const struct oauth_account *o);

/* What only a person can mend, also while the token still holds; or NULL. */
const struct error *oauth_trouble(const struct oauth_account *o);

#endif
