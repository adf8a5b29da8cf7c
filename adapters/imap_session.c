#include "imap_session_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "imap_text.h"

enum {
    SLOWEST = 32,        /* bytes a millisecond */
    SPARE = 1024 * 1024, /* beyond what sizes promise */
};

/* ---- one command ---- */

void imap_text_noted(struct imap_session *s, struct str text)
{
    int64_t ms = imap_text_backoff(text);

    if (ms > 0)
        s->backoff = ms;
}

/* The server's last words, where the line broke after a BYE. */
static struct str bye_text(const struct imap_session *s)
{
    struct str all = { s->imap->imap_stream_buffer->str,
                       s->imap->imap_stream_buffer->len };

    while (all.n > 0) {
        struct str line = str_line(&all);

        if (str_case_starts(line, STR("* BYE")))
            return str_trim(str_slice(line, 5, line.n));
    }
    return STR_NONE;
}

int imap_line_broke(struct imap_session *s, struct error *e)
{
    const struct error *why = imap_stream_error(s->line);
    struct str bye = why->code == UV_ECANCELED ? STR_NONE : bye_text(s);

    s->broken = true;
    imap_text_noted(s, bye);
    if (bye.n > 0) {
        return error(e, s->backoff > 0 ? E_BUSY : E_REMOTE,
                     "%s hung up: %.*s%s", s->at->host,
                     STR_FMT(str_slice(bye, 0, IMAP_TEXT_SHOWN)),
                     imap_text_advice(bye));
    }
    if (why->code != 0) {
        *e = *why;
        return e->code;
    }
    return error(e, E_REMOTE, "the connection to %s broke", s->at->host);
}

/* What libetpan gave for doing, as one of ours. */
static int answer_failed(struct imap_session *s, int r, const char *doing,
                         struct error *e)
{
    struct str text = str_of(s->imap->imap_response);
    struct mailimap_response_info *info = s->imap->imap_response_info;

    if (imap_stream_error(s->line)->code != 0)
        return imap_line_broke(s, e);
    if (r == MAILIMAP_ERROR_PARSE || r == MAILIMAP_ERROR_NEEDS_MORE_DATA) {
        s->broken = true;
        return error(e, E_SYNTAX, "%s: %s answers what is not IMAP", doing,
                     s->at->host);
    }
    imap_text_noted(s, text);
    if (info != NULL && s->backoff == 0 &&
        str_case_eq(str_of(info->rsp_atom), STR("THROTTLED")))
        imap_text_noted(s, STR("[THROTTLED]"));
    s->broken = s->broken || r != 0 || s->backoff > 0;
    return error(e,
                 s->backoff > 0 ? E_BUSY
                 : r == 0       ? E_NONE
                                : E_REMOTE,
                 "%s: %s refuses: %.*s%s", doing, s->at->host,
                 STR_FMT(str_slice(text, 0, IMAP_TEXT_SHOWN)),
                 imap_text_advice(text));
}

/*
 * The server tells of new mail whenever it likes, and once: who looks for it
 * in the answer to IDLE alone sleeps through the rest.
 */
static void news_noted(struct imap_session *s)
{
    struct mailimap_selection_info *info = s->imap->imap_selection_info;

    if (info == NULL || !info->sel_has_exists)
        return;
    s->news = s->news || info->sel_exists > s->exists;
    s->exists = info->sel_exists;
    info->sel_has_exists = 0;
}

static int answer_read(struct imap_session *s, const char *doing,
                       struct error *e)
{
    struct mailimap_response *answer;
    int type;
    int r;

    if (mailimap_read_line(s->imap) == NULL)
        return imap_line_broke(s, e);
    r = mailimap_parse_response(s->imap, &answer);
    if (r == MAILIMAP_ERROR_STREAM)
        return imap_line_broke(s, e);
    if (r != MAILIMAP_NO_ERROR)
        return answer_failed(s, r, doing, e);
    type = answer->rsp_resp_done->rsp_data.rsp_tagged->rsp_cond_state->rsp_type;
    mailimap_response_free(answer);
    news_noted(s);
    if (type != MAILIMAP_RESP_COND_STATE_OK)
        return answer_failed(s, 0, doing, e);
    return 0;
}

int imap_command_send(struct imap_session *s, struct str text, struct error *e)
{
    mailstream *lines = s->imap->imap_stream;

    if (mailimap_send_current_tag(s->imap) != MAILIMAP_NO_ERROR ||
        mailstream_write(lines, text.p, text.n) < 0 ||
        mailstream_write(lines, "\r\n", 2) < 0 || mailstream_flush(lines) < 0)
        return imap_line_broke(s, e);
    return 0;
}

int imap_command(struct imap_session *s, struct buf *cmd, const char *doing,
                 int64_t expected, struct error *e)
{
    int64_t ms = s->at->patience_ms;
    int rc;

    if (cmd->over) {
        buf_free(cmd);
        s->broken = true;
        return error(e, E_LIMIT, "%s: the command is too long", doing);
    }
    ms += expected / SLOWEST;
    imap_stream_allow(s->line, ms, expected * 2 + SPARE);
    rc = imap_command_send(s, buf_str(cmd), e);
    buf_free(cmd);
    return rc < 0 ? rc : answer_read(s, doing, e);
}

int imap_command_text(struct imap_session *s, const char *text, struct error *e)
{
    struct buf cmd = buf_init(IMAP_COMMAND_MAX);

    buf_printf(&cmd, "%s", text);
    return imap_command(s, &cmd, text, IMAP_SMALL, e);
}

/* ---- coming in ---- */

uint32_t imap_session_exists(const struct imap_session *s)
{
    return s->exists;
}

bool imap_session_can(const struct imap_session *s, const char *capability)
{
    char name[64];

    snprintf(name, sizeof(name), "%s", capability);
    return s->imap->imap_connection_info->imap_capability != NULL &&
           mailimap_has_extension(s->imap, name) != 0;
}

/* By hand: libetpan's own reader of greetings loses the memory of a BYE. */
static int greeting_read(struct imap_session *s, struct error *e)
{
    struct str line;

    imap_stream_allow(s->line, s->at->patience_ms, IMAP_SMALL);
    s->imap->imap_stream = imap_stream_lines(s->line);
    s->imap->imap_connection_info = mailimap_connection_info_new();
    if (s->imap->imap_connection_info == NULL)
        abort();
    if (mailimap_read_line(s->imap) == NULL)
        return imap_line_broke(s, e);
    line = str_trim(str_of(s->imap->imap_stream_buffer->str));
    s->entered = str_case_starts(line, STR("* PREAUTH"));
    if (s->entered || str_case_starts(line, STR("* OK")))
        return 0;
    s->broken = true;
    if (!str_case_starts(line, STR("* BYE")))
        return error(e, E_SYNTAX, "%s does not speak IMAP", s->at->host);
    imap_text_noted(s, line);
    return error(e, s->backoff > 0 ? E_BUSY : E_REMOTE,
                 "%s does not want to talk: %.*s", s->at->host,
                 STR_FMT(str_slice(str_trim(bye_text(s)), 0, IMAP_TEXT_SHOWN)));
}

/* What was said before the line was safe is asked again by the caller. */
static int upgrade(struct imap_session *s, struct error *e)
{
    if (s->entered) {
        return error(e, E_DENIED,
                     "%s let us in without TLS: somebody may be in between",
                     s->at->host);
    }
    if (imap_command_text(s, "STARTTLS", e) < 0)
        return e->code;
    s->broken = true; /* until it is safe nothing more is said */
    if (imap_stream_starttls(s->line, e) < 0)
        return e->code;
    s->broken = false;
    return 0;
}

static int session_begin(struct imap_session *s, struct error *e)
{
    if (greeting_read(s, e) < 0)
        return e->code;
    if (s->at->tls == IMAP_TLS_STARTTLS && upgrade(s, e) < 0)
        return e->code;
    return imap_command_text(s, "CAPABILITY", e);
}

int imap_session_on(struct imap_session **out, struct imap_stream *line,
                    const struct imap_endpoint *at, struct error *e)
{
    struct imap_session *s = calloc(1, sizeof(*s));

    if (s == NULL)
        abort();
    s->line = line;
    s->at = at;
    s->imap = mailimap_new(0, NULL);
    if (s->imap == NULL)
        abort();
    *out = s;
    return session_begin(s, e);
}

int imap_session_open(struct imap_session **out, struct co *co,
                      const struct imap_endpoint *at, struct error *e)
{
    struct imap_stream *line;

    *out = NULL;
    if (imap_stream_open(&line, co, at, at->patience_ms, e) < 0)
        return e->code;
    return imap_session_on(out, line, at, e);
}

/* ---- folders ---- */

void imap_put_mailbox(struct buf *cmd, struct str folder)
{
    struct buf name = buf_init(IMAP_COMMAND_MAX);

    imap_text_mailbox(&name, folder);
    imap_text_quoted(cmd, buf_str(&name));
    cmd->over = cmd->over || name.over;
    buf_free(&name);
}

static int folder_command(struct imap_session *s, const char *what,
                          struct str folder, const char *doing, struct error *e)
{
    struct buf cmd = buf_init(IMAP_COMMAND_MAX);

    if (!imap_text_safe(folder))
        return error(e, E_CONFIG, "a folder's name holds a line break");
    buf_printf(&cmd, "%s ", what);
    imap_put_mailbox(&cmd, folder);
    return imap_command(s, &cmd, doing, IMAP_SMALL, e);
}

int imap_session_make(struct imap_session *s, struct str folder,
                      struct error *e)
{
    if (folder_command(s, "LIST \"\"", folder, "looking for a folder", e) < 0)
        return e->code;
    if (clist_count(s->imap->imap_response_info->rsp_mailbox_list) > 0)
        return 0;
    return folder_command(s, "CREATE", folder, "making a folder", e);
}

/* Asked of by cmd, a SELECT. */
static int folder_open(struct imap_session *s, struct buf *cmd,
                       struct imap_folder *out, struct error *e)
{
    mailimap *imap = s->imap;

    if (imap->imap_selection_info != NULL)
        mailimap_selection_info_free(imap->imap_selection_info);
    imap->imap_selection_info = mailimap_selection_info_new();
    if (imap->imap_selection_info == NULL)
        abort();
    if (imap_command(s, cmd, "opening the folder", IMAP_SMALL, e) < 0)
        return e->code;
    s->news = false; /* all is looked through next */
    out->validity = imap->imap_selection_info->sel_uidvalidity;
    out->next = imap->imap_selection_info->sel_uidnext;
    if (out->validity == 0) {
        s->broken = true;
        return error(e, E_REMOTE, "%s gives no UIDVALIDITY", s->at->host);
    }
    return 0;
}

int imap_session_select(struct imap_session *s, struct str folder,
                        struct imap_folder *out, struct error *e)
{
    struct buf cmd = buf_init(IMAP_COMMAND_MAX);

    if (!imap_text_safe(folder))
        return error(e, E_CONFIG, "a folder's name holds a line break");
    buf_printf(&cmd, "SELECT ");
    imap_put_mailbox(&cmd, folder);
    return folder_open(s, &cmd, out, e);
}

static bool is_junk(const struct mailimap_mailbox_list *folder)
{
    const struct mailimap_mbx_list_flags *flags = folder->mb_flag;
    const clistiter *at = flags == NULL ? NULL : clist_begin(flags->mbf_oflags);
    bool is = false;

    for (; at != NULL; at = clist_next(at)) {
        const struct mailimap_mbx_list_oflag *flag = clist_content(at);

        is = is || (flag->of_flag_ext != NULL &&
                    str_case_eq(str_of(flag->of_flag_ext), STR("Junk")));
    }
    return is;
}

/*
 * The name stays as the server writes it. One that cannot be asked may tell of
 * it all the same (RFC 6154, 2).
 */
int imap_session_select_junk(struct imap_session *s, struct imap_folder *out,
                             struct error *e)
{
    bool can = imap_session_can(s, "SPECIAL-USE");
    struct buf cmd = buf_init(IMAP_COMMAND_MAX);
    const clistiter *at;

    buf_printf(&cmd, "LIST \"\" \"*\"%s", can ? " RETURN (SPECIAL-USE)" : "");
    if (imap_command(s, &cmd, "looking for the junk folder", IMAP_SMALL, e) < 0)
        return e->code;
    at = clist_begin(s->imap->imap_response_info->rsp_mailbox_list);
    for (; at != NULL; at = clist_next(at)) {
        const struct mailimap_mailbox_list *folder = clist_content(at);

        if (is_junk(folder) && imap_text_safe(str_of(folder->mb_name))) {
            buf_printf(&cmd, "SELECT ");
            imap_text_quoted(&cmd, str_of(folder->mb_name));
            return folder_open(s, &cmd, out, e);
        }
    }
    return error(e, E_CONFIG,
                 "%s does not say which folder is its junk folder%s: name it "
                 "in inlet.conf",
                 s->at->host, can ? "" : ", for it has no SPECIAL-USE");
}

/* ---- staying and going ---- */

int imap_session_noop(struct imap_session *s, struct error *e)
{
    return imap_command_text(s, "NOOP", e);
}

int64_t imap_session_backoff(const struct imap_session *s)
{
    return s->backoff;
}

/*
 * The stream is closed first: mailimap_free() would speak on it and wait. A
 * session that came in by STARTTLS or TLS says good-bye, nothing more.
 */
void imap_session_close(struct imap_session *s)
{
    struct error ignored;

    if (!s->broken && imap_stream_error(s->line)->code == 0) {
        imap_stream_allow(s->line, 1000, 0);
        (void)!imap_command_send(s, STR("LOGOUT"), &ignored);
    }
    imap_stream_close(s->line);
    s->imap->imap_stream = NULL;
    mailimap_free(s->imap);
    free(s);
}
