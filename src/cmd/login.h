/*
 * A sign-in by hand, step by step: the program waits for the person and does
 * nothing else meanwhile.
 */
#ifndef CMD_LOGIN_H
#define CMD_LOGIN_H

#include "net/oauth.h"

struct login {
    struct arena arena;
    const struct oauth_settings *settings;
    struct uv_loop_s *loop;
    struct transfers *transfers;
    bool json;
    int port; /* for the browser to come back to; 0: any */
};

/* A question to one of the provider's addresses, and its answer. */
struct login_answer {
    int rc; /* < 0: there is none, why is in the error */
    long status;
    struct str body; /* lives in the login's arena */
};
CHECKED int login_ask(struct login *l, enum oauth_endpoint to, struct str form,
                      struct login_answer *answer, struct error *e);

/* Each gives a token, or says why there is none. */
typedef int login_fn(struct login *l, struct oauth_token *t, struct error *e);
login_fn login_device, login_browser;

#endif
