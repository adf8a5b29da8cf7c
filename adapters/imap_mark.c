/* What is done with mails on the server when they are safe here. */
#include "imap_session_internal.h"
#include "imap_text.h"

static int uids_command(struct imap_session *s, const char *what,
                        struct str set, const char *rest, struct error *e)
{
    struct buf cmd = buf_init(IMAP_COMMAND_MAX);

    buf_printf(&cmd, "%s %.*s%s", what, STR_FMT(set), rest);
    return imap_command(s, &cmd, "marking mail", IMAP_SMALL, e);
}

static int flag_set(struct imap_session *s, struct str set, struct error *e)
{
    int rc =
        uids_command(s, "UID STORE", set, " +FLAGS.SILENT (\\Seen $Inlet)", e);

    if (rc != E_NONE) /* not every server takes words of our own */
        return rc;
    return uids_command(s, "UID STORE", set, " +FLAGS.SILENT (\\Seen)", e);
}

/* Never a plain EXPUNGE: it would take what others have marked, too. */
static int delete_set(struct imap_session *s, struct str set, struct error *e)
{
    int rc = uids_command(s, "UID STORE", set, " +FLAGS.SILENT (\\Deleted)", e);

    if (rc < 0 || !imap_session_can(s, "UIDPLUS"))
        return rc;
    return uids_command(s, "UID EXPUNGE", set, "", e);
}

static int move_set(struct imap_session *s, struct str set, struct str folder,
                    struct error *e)
{
    struct buf to = buf_init(IMAP_COMMAND_MAX);
    bool can_move = imap_session_can(s, "MOVE");
    int rc;

    buf_byte(&to, ' ');
    imap_put_mailbox(&to, folder);
    if (to.over) {
        rc = error(e, E_CONFIG, "a folder's name is too long");
    } else {
        rc = uids_command(s, can_move ? "UID MOVE" : "UID COPY", set,
                          buf_cstr(&to), e);
    }
    buf_free(&to);
    if (rc < 0 || can_move)
        return rc;
    rc = delete_set(s, set, e);
    return rc == E_NONE ? 1 : rc; /* or each try would leave one more copy */
}

int imap_session_flag(struct imap_session *s, const uint32_t *uids, size_t n,
                      size_t *taken, struct error *e)
{
    struct buf set = buf_init(IMAP_COMMAND_MAX);
    int rc;

    *taken = imap_text_set(&set, uids, n);
    rc = flag_set(s, buf_str(&set), e);
    buf_free(&set);
    return rc;
}

int imap_session_move(struct imap_session *s, const uint32_t *uids, size_t n,
                      struct str folder, size_t *taken, struct error *e)
{
    struct buf set = buf_init(IMAP_COMMAND_MAX);
    int rc;

    *taken = imap_text_set(&set, uids, n);
    rc = move_set(s, buf_str(&set), folder, e);
    buf_free(&set);
    return rc;
}

int imap_session_delete(struct imap_session *s, const uint32_t *uids, size_t n,
                        size_t *taken, struct error *e)
{
    struct buf set = buf_init(IMAP_COMMAND_MAX);
    int rc;

    *taken = imap_text_set(&set, uids, n);
    rc = delete_set(s, buf_str(&set), e);
    buf_free(&set);
    return rc;
}
