/* The way of the mails into the inbox, and what is done with them then. */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "imap_internal.h"
#include "mail/mail.h"

enum {
    BATCH_MAILS = 50,
    BATCH_BYTES = 2 * 1024 * 1024,
    BATCH_SIZE = 256 * 1024, /* what is larger is streamed by itself */
    FLYING_MAILS = 64,
    FLYING_BYTES = 32 * 1024 * 1024,
    HEAD_BYTES = 256 * 1024, /* of what is too large: header and some text */
    WEIGHT_HEAD = 6,         /* from here on only the beginning is asked for */
    WEIGHT_LINE = 1,  /* the line broke: it may be no fault of the mail */
    WEIGHT_FAULT = 3, /* the server gives more than it says, or nonsense */
};

static const struct imap_suspect *suspect(const struct imap *m, uint32_t uid)
{
    for (size_t i = 0; i < m->suspects_n; i++) {
        if (m->suspects[i].uid == uid)
            return &m->suspects[i];
    }
    return NULL;
}

int imap_weight(const struct imap *m, uint32_t uid)
{
    const struct imap_suspect *s = suspect(m, uid);

    return s == NULL ? 0 : s->weight;
}

/* ---- into the inbox ---- */

bool imap_wants(const struct imap *m)
{
    return m->todo_done < m->todo_n;
}

static int64_t taken_size(const struct imap *m, const struct imap_todo *t)
{
    bool head = t->size > RAW_MAX || imap_weight(m, t->uid) >= WEIGHT_HEAD;

    return head ? HEAD_BYTES : t->size;
}

bool imap_has_room(const struct imap *m)
{
    if (m->flying == 0)
        return true;
    return m->flying < FLYING_MAILS &&
           m->flying_bytes + taken_size(m, &m->todo[m->todo_done]) <=
               FLYING_BYTES;
}

static void give(struct imap *m, const struct imap_todo *t, struct str bytes,
                 int64_t full_size)
{
    struct imap_flight *f = calloc(1, sizeof(*f));
    char text[IMAP_ORIGIN];
    int64_t now = clock_now();
    struct raw raw = {
        .received_at = t->at > 0 && t->at < now ? t->at : now,
        .format = RAW_RFC822,
        .bytes = bytes,
        .full_size = full_size,
        .quiet = t->quiet,
        .envelope = mail_junk_envelope(m->junk),
    };

    if (f == NULL)
        abort();
    f->validity = m->validity;
    f->uid = t->uid;
    f->cut = full_size > (int64_t)bytes.n;
    f->bytes = (int64_t)bytes.n;
    f->next = m->flights;
    m->flights = f;
    m->flying++;
    m->flying_bytes += f->bytes;
    raw.origin = imap_origin(text, f->validity, f->uid, f->cut);
    inbox_accept(&m->channel, &raw, f);
}

static void suspect_drop(struct imap *m, uint32_t uid)
{
    for (size_t i = 0; i < m->suspects_n; i++) {
        if (m->suspects[i].uid == uid)
            m->suspects[i--] = m->suspects[--m->suspects_n];
    }
}

static void suspect_add(struct imap *m, uint32_t uid, int more)
{
    struct imap_suspect s = { uid, imap_weight(m, uid) + more };

    suspect_drop(m, uid);
    if (m->suspects_n < IMAP_SUSPECTS)
        m->suspects[m->suspects_n++] = s;
}

/* count mails from the next one on did not come: why is in e. */
static int fetch_failed(struct imap *m, size_t count, struct error *e)
{
    int more = WEIGHT_LINE;

    if (e->code == E_BUSY || e->code == -ECANCELED)
        return e->code;
    if (e->code == E_NONE || e->code == E_SYNTAX || e->code == E_LIMIT)
        more = WEIGHT_FAULT;
    for (size_t i = 0; i < count; i++)
        suspect_add(m, m->todo[m->todo_done + i].uid, more);
    if (e->code != E_NONE)
        return e->code;
    log_warn("%s: %s", m->channel.name, e->text);
    m->todo_done += count;
    imap_look_again(m, 1);
    return 0;
}

static const struct imap_mail *mail_of(const struct imap_asked *q, uint32_t uid)
{
    for (size_t i = 0; i < q->got; i++) {
        if (q->mails[i].uid == uid)
            return &q->mails[i];
    }
    return NULL;
}

/* In the order of the work, which is that of their coming. */
static void give_all(struct imap *m, const struct imap_asked *q, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct imap_todo *t = &m->todo[m->todo_done + i];
        const struct imap_mail *mail = mail_of(q, t->uid);
        int64_t n;

        if (mail == NULL) { /* gone meanwhile, or not to be had */
            suspect_add(m, t->uid, WEIGHT_FAULT);
            imap_look_again(m, 1);
            continue;
        }
        suspect_drop(m, t->uid);
        n = (int64_t)mail->bytes.n;
        give(m, t, str_slice(mail->bytes, 0, RAW_MAX), n);
    }
    m->todo_done += count;
}

static int uid_order(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* How many of the next are fetched at once: small ones, and none suspected. */
static size_t batch_size(const struct imap *m, int64_t *bytes)
{
    size_t most = m->todo_n - m->todo_done;
    size_t n = 0;

    *bytes = 0;
    if (most > BATCH_MAILS)
        most = BATCH_MAILS;
    if (most > (size_t)(FLYING_MAILS - m->flying))
        most = (size_t)(FLYING_MAILS - m->flying);
    while (n < most) {
        const struct imap_todo *t = &m->todo[m->todo_done + n];
        bool alone = t->size > BATCH_SIZE || imap_weight(m, t->uid) > 0;

        if (n > 0 && (alone || *bytes + t->size > BATCH_BYTES))
            break;
        *bytes += t->size;
        n++;
        if (alone)
            break;
    }
    return n > 0 ? n : 1;
}

static int fetch_batch(struct imap *m, size_t n, int64_t bytes, struct error *e)
{
    uint32_t uids[BATCH_MAILS];
    struct imap_mail mails[BATCH_MAILS];
    struct imap_asked q = { .uids = uids, .n = n, .mails = mails };

    for (size_t i = 0; i < n; i++)
        uids[i] = m->todo[m->todo_done + i].uid;
    qsort(uids, n, sizeof(uids[0]), uid_order);
    if (imap_session_fetch(m->session, &q, bytes, e) < 0)
        return fetch_failed(m, n, e);
    give_all(m, &q, n);
    return 0;
}

static int fetch_stream(struct imap *m, struct error *e)
{
    const struct imap_todo *t = &m->todo[m->todo_done];
    struct buf b = buf_init(RAW_MAX);
    int64_t whole = 0;
    int rc = imap_session_stream(m->session, t->uid, t->size, &b, &whole, e);

    if (rc < 0) {
        rc = fetch_failed(m, 1, e);
    } else {
        suspect_drop(m, t->uid);
        give(m, t, buf_str(&b), whole);
        m->todo_done++;
    }
    buf_free(&b);
    return rc;
}

static int fetch_head(struct imap *m, struct error *e)
{
    const struct imap_todo *t = &m->todo[m->todo_done];
    struct imap_mail mail = { 0 };
    struct imap_asked q = { .uids = &t->uid, .n = 1, .mails = &mail };

    if (imap_session_head(m->session, &q, HEAD_BYTES, e) < 0)
        return fetch_failed(m, 1, e);
    if (q.got == 0) {
        return fetch_failed(
            m, 1, (error(e, E_NONE, "mail %u does not come", t->uid), e));
    }
    log_warn("%s: mail %u of %lld bytes is taken in part only; the whole of "
             "it stays on the server",
             m->channel.name, t->uid, (long long)t->size);
    suspect_drop(m, t->uid);
    give(m, t, mail.bytes,
         t->size > (int64_t)mail.bytes.n ? t->size : (int64_t)mail.bytes.n + 1);
    m->todo_done++;
    return 0;
}

int imap_fetch_some(struct imap *m, struct error *e)
{
    const struct imap_todo *t = &m->todo[m->todo_done];
    int64_t bytes;
    size_t n;

    if (t->size > RAW_MAX || imap_weight(m, t->uid) >= WEIGHT_HEAD)
        return fetch_head(m, e);
    if (t->size > BATCH_SIZE)
        return fetch_stream(m, e);
    n = batch_size(m, &bytes);
    return fetch_batch(m, n, bytes, e);
}

/* ---- and what it says ---- */

static void answer(struct imap *m, const struct imap_flight *f)
{
    if (f->rc < 0 && f->rc != E_DUPLICATE) {
        m->refused++;
        m->todo_done = m->todo_n;
        imap_look_again(m, m->refused);
        return;
    }
    m->refused = 0;
    if (f->validity == m->validity)
        imap_safe_add(m, f->uid, f->cut);
}

void imap_answers(struct imap *m)
{
    struct imap_flight **at = &m->flights;

    while (*at != NULL) {
        struct imap_flight *f = *at;

        if (!f->answered) {
            at = &f->next;
            continue;
        }
        *at = f->next;
        m->flying--;
        m->flying_bytes -= f->bytes;
        answer(m, f);
        free(f);
    }
}

static int safe_order(const void *a, const void *b)
{
    const struct imap_safe *x = a;
    const struct imap_safe *y = b;

    return (x->uid > y->uid) - (x->uid < y->uid);
}

static int mark_some(struct imap *m, const uint32_t *uids, size_t n,
                     size_t *taken, struct error *e)
{
    *taken = n;
    if (m->after == IMAP_FLAG)
        return imap_session_flag(m->session, uids, n, taken, e);
    if (m->after == IMAP_MOVE)
        return imap_session_move(m->session, uids, n, m->move_to, taken, e);
    if (m->after == IMAP_DELETE)
        return imap_session_delete(m->session, uids, n, taken, e);
    return 0;
}

/* A mail of which we have the beginning only is not deleted. */
static size_t mark_list(struct imap *m, uint32_t *uids)
{
    size_t n = 0;

    for (size_t i = 0; i < m->safe_n; i++) {
        if (m->safe[i].cut && m->after == IMAP_DELETE) {
            imap_marked(m, m->safe[i].uid, true);
        } else {
            m->safe[n++] = m->safe[i];
        }
    }
    m->safe_n = n;
    for (size_t i = 0; i < n; i++)
        uids[i] = m->safe[i].uid;
    return n;
}

int imap_mark(struct imap *m, struct error *e)
{
    uint32_t *uids = calloc(m->safe_n + 1, sizeof(*uids));
    size_t n;
    bool refused = false;
    int rc = 0;

    if (uids == NULL)
        abort();
    if (m->safe_n > 0)
        qsort(m->safe, m->safe_n, sizeof(*m->safe), safe_order);
    n = mark_list(m, uids);
    for (size_t at = 0, taken = 0; at < n && rc >= 0; at += taken) {
        rc = mark_some(m, uids + at, n - at, &taken, e);
        for (size_t i = at; rc >= 0 && i < at + taken; i++)
            imap_marked(m, m->safe[i].uid, m->safe[i].cut);
        refused = refused || rc == 1 || rc == E_NONE;
    }
    m->safe_n = 0;
    free(uids);
    if (refused) { /* the mails are safe; only the server's copies stay */
        inbox_health(&m->channel, "%s", e->text);
        m->ill = true;
    }
    return rc == E_NONE || rc == 1 ? 0 : rc;
}

void imap_forget(struct imap *m)
{
    m->todo_n = 0;
    m->todo_done = 0;
    m->safe_n = 0;
}
