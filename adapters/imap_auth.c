/* Coming in: by password, or by a token. */
#include <jansson.h>

#include "base/digest.h"
#include "imap_session_internal.h"
#include "imap_text.h"

/* What it can do may differ now; some say so unasked, not all. */
static int greet(struct imap_session *s, struct error *e)
{
    if (imap_command_text(s, "CAPABILITY", e) < 0)
        return e->code;
    if (imap_session_can(s, "ID") &&
        imap_command_text(s, "ID (\"name\" \"inlet\")", e) < 0 &&
        e->code != E_NONE)
        return e->code;
    return 0;
}

int imap_session_login(struct imap_session *s, struct str user,
                       struct str password, struct error *e)
{
    struct buf cmd = buf_init(IMAP_COMMAND_MAX);

    if (s->entered)
        return 0;
    if (imap_session_can(s, "LOGINDISABLED")) {
        return error(e, E_DENIED, "%s takes no password on this connection",
                     s->at->host);
    }
    if (!imap_text_safe(user) || !imap_text_safe(password))
        return error(e, E_CONFIG, "user or password holds a line break");
    buf_printf(&cmd, "LOGIN ");
    imap_text_quoted(&cmd, user);
    buf_byte(&cmd, ' ');
    imap_text_quoted(&cmd, password);
    if (imap_command(s, &cmd, "login", IMAP_SMALL, e) < 0) {
        if (e->code == E_NONE)
            e->code = E_DENIED;
        return e->code;
    }
    return greet(s, e);
}

/* ---- by a token: Google's and Microsoft's XOAUTH2 ---- */

/* "user=NAME^Aauth=Bearer TOKEN^A^A" in base64. */
static struct str answer_make(struct arena *a, struct str user,
                              struct str token)
{
    const char *text = arena_printf(a, "user=%.*s\001auth=Bearer %.*s\001\001",
                                    STR_FMT(user), STR_FMT(token));

    return digest_base64(a, str_of(text));
}

static int say(struct imap_session *s, struct str text, struct error *e)
{
    mailstream *lines = s->imap->imap_stream;

    if (mailstream_write(lines, text.p, text.n) < 0 ||
        mailstream_write(lines, "\r\n", 2) < 0 || mailstream_flush(lines) < 0)
        return imap_line_broke(s, e);
    return 0;
}

/*
 * The no comes in two: a challenge that holds JSON, {"status": "401", ...},
 * and after our empty answer the command's own. Who only looks at the second
 * is told "Invalid credentials" whatever the matter is.
 */
static struct str challenge_read(struct arena *a, struct str line)
{
    struct str text = STR_NONE;
    json_t *root;
    const char *status;

    line = str_trim(str_slice(line, 1, line.n));
    if (line.n == 0 || !digest_unbase64(a, line, &text))
        return STR_NONE;
    root = json_loadb(text.p, text.n, 0, NULL);
    status = json_string_value(json_object_get(root, "status"));
    if (status != NULL)
        text = str_of(arena_printf(a, "status %s", status));
    json_decref(root);
    return arena_str(a, str_slice(text, 0, IMAP_TEXT_SHOWN));
}

static int denied(struct imap_session *s, struct str line, struct str more,
                  struct error *e)
{
    struct str said = str_slice(str_trim(line), 0, IMAP_TEXT_SHOWN);

    (void)str_word(&said); /* the tag */
    imap_text_noted(s, line);
    s->broken = true;
    return error(e, s->backoff > 0 ? E_BUSY : E_DENIED,
                 "sign-in: %s refuses: %.*s%s%.*s%s%s", s->at->host,
                 STR_FMT(said), more.n > 0 ? " (" : "", STR_FMT(more),
                 more.n > 0 ? ")" : "", imap_text_advice(line));
}

/* To the end of the command; answer is what is still to be said. */
static int talk(struct imap_session *s, struct str answer, struct arena *a,
                struct error *e)
{
    struct str line = STR_NONE;
    struct str more = STR_NONE;
    char *text;
    int got = 0;

    while (got >= 0 && got != IMAP_LINE_OVER) {
        got = imap_line(s, &line, e);
        if (got != IMAP_LINE_GO)
            continue;
        if (answer.n == 0)
            more = challenge_read(a, line);
        if (say(s, answer, e) < 0)
            return e->code;
        answer = STR("");
    }
    if (got < 0)
        return got;
    text = arena_dup(a, line);
    line = str_of(text);
    (void)str_word(&line);
    if (str_case_starts(line, STR("OK")))
        return 0;
    return denied(s, str_of(text), more, e);
}

static int authenticate(struct imap_session *s, struct str answer,
                        struct arena *a, struct error *e)
{
    bool at_once = imap_session_can(s, "SASL-IR");
    const char *command =
        arena_printf(a, "AUTHENTICATE XOAUTH2%s%.*s", at_once ? " " : "",
                     at_once ? (int)answer.n : 0, answer.p);

    imap_stream_allow(s->line, s->at->patience_ms, IMAP_SMALL);
    if (imap_command_send(s, str_of(command), e) < 0)
        return e->code;
    return talk(s, at_once ? STR("") : answer, a, e);
}

/* libetpan keeps AUTH=... apart from all else a server can. */
static bool takes_token(const struct imap_session *s)
{
    const struct mailimap_capability_data *all =
        s->imap->imap_connection_info->imap_capability;

    if (all == NULL)
        return false;
    for (clistiter *at = clist_begin(all->cap_list); at != NULL;
         at = at->next) {
        const struct mailimap_capability *one = at->data;

        if (one->cap_type == MAILIMAP_CAPABILITY_AUTH_TYPE &&
            str_case_eq(str_of(one->cap_data.cap_auth_type), STR("XOAUTH2")))
            return true;
    }
    return false;
}

int imap_session_login_token(struct imap_session *s, struct str user,
                             struct str token, struct error *e)
{
    struct arena a = { 0 };
    int rc;

    if (s->entered)
        return 0;
    if (!takes_token(s)) {
        return error(e, E_CONFIG,
                     "%s takes no token (its CAPABILITY lacks AUTH=XOAUTH2)",
                     s->at->host);
    }
    rc = authenticate(s, answer_make(&a, user, token), &a, e);
    arena_free(&a);
    return rc < 0 ? rc : greet(s, e);
}
