/*
 * Which mails are wanted: what is on the server is compared with what the
 * inbox has on disk. \Seen means nothing here, for anyone may have looked at
 * the mailbox.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "imap_internal.h"

enum {
    OLD_S = 48 * 3600,
    SKEW_S = 3600, /* between the server's clock and ours */
    RETRY_MS = 1000,
    RETRY_MOST_MS = 10 * 60 * 1000,
};

/* ---- the beginning ---- */

static void begin_set(struct imap *m)
{
    char text[80];

    snprintf(text, sizeof(text), "%u %u %lld %d", m->validity, m->begin_uid,
             (long long)m->begin_at, m->jumped);
    inbox_cursor_set(&m->channel, "begin", str_of(text));
}

static int begin_first(struct imap *m, const struct imap_folder *f,
                       struct error *e)
{
    uint32_t *uids;
    size_t n;

    m->begin_at = clock_now();
    m->begin_uid = f->next;
    m->jumped = false;
    if (f->next == 0) {
        if (imap_session_search(m->session, 1, &uids, &n, e) < 0)
            return e->code;
        m->begin_uid = n > 0 ? uids[n - 1] + 1 : 1;
        free(uids);
    }
    begin_set(m);
    return 0;
}

int imap_begin(struct imap *m, const struct imap_folder *f, struct error *e)
{
    struct arena a = { 0 };
    struct str text = STR_NONE;
    int64_t n[4] = { 0 };
    int rc = inbox_cursor_get(&m->channel, "begin", &a, &text, e);
    bool known = rc == 0 && text.n > 0;

    for (size_t i = 0; known && i < COUNT_OF(n); i++)
        known = str_int(str_word(&text), &n[i]);
    arena_free(&a);
    m->validity = f->validity;
    m->known_to = 0;
    if (rc < 0)
        return rc;
    if (!known)
        return begin_first(m, f, e);
    m->begin_uid = (uint32_t)n[1];
    m->begin_at = n[2];
    m->jumped = n[3] != 0;
    if (n[0] == f->validity)
        return 0;
    log_warn("%s: the server has numbered %.*s anew; all of it is looked at "
             "again",
             m->channel.name, STR_FMT(m->folder));
    m->begin_uid = 0;
    m->jumped = true;
    m->suspects_n = 0;
    begin_set(m);
    return 0;
}

/* A mail that was there before us, and that nobody asked us to take. */
static bool is_before(const struct imap *m, const struct imap_mail *mail)
{
    if (m->first != IMAP_FROM_NOW)
        return false;
    if (mail->uid < m->begin_uid)
        return true;
    return m->jumped && mail->at != 0 && mail->at < m->begin_at - SKEW_S;
}

static bool is_quiet(const struct imap *m, const struct imap_mail *mail)
{
    return mail->uid < m->begin_uid ||
           (m->jumped && mail->at < clock_now() - OLD_S);
}

/* ---- what is wanted ---- */

static int todo_order(const void *a, const void *b)
{
    const struct imap_todo *x = a;
    const struct imap_todo *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->uid > y->uid) - (x->uid < y->uid);
}

static void todo_add(struct imap *m, const struct imap_mail *mail)
{
    if (is_before(m, mail))
        return;
    if (imap_weight(m, mail->uid) >= IMAP_WEIGHT_SKIP) {
        m->skipped++;
        return;
    }
    m->todo[m->todo_n++] = (struct imap_todo){
        .uid = mail->uid,
        .at = mail->at,
        .size = mail->size,
        .quiet = is_quiet(m, mail),
    };
}

/* Makes the n uids the work to be done; they are ascending. */
static int todo_make(struct imap *m, const uint32_t *uids, size_t n,
                     struct error *e)
{
    struct imap_mail *mails = calloc(n + 1, sizeof(*mails));
    int rc = 0;

    free(m->todo);
    m->todo = calloc(n + 1, sizeof(*m->todo));
    m->todo_n = 0;
    m->todo_done = 0;
    if (mails == NULL || m->todo == NULL)
        abort();
    while (n > 0 && rc == 0) {
        struct imap_asked q = { .uids = uids, .n = n, .mails = mails };

        rc = imap_session_describe(m->session, &q, e);
        for (size_t i = 0; rc == 0 && i < q.got; i++)
            todo_add(m, &mails[i]);
        uids += q.taken;
        n -= q.taken;
    }
    free(mails);
    qsort(m->todo, m->todo_n, sizeof(*m->todo), todo_order);
    return rc;
}

void imap_safe_add(struct imap *m, uint32_t uid, bool cut)
{
    if (m->safe_n == m->safe_size) {
        m->safe_size = m->safe_size * 2 + 64;
        m->safe = reallocarray(m->safe, m->safe_size, sizeof(*m->safe));
        if (m->safe == NULL)
            abort();
    }
    m->safe[m->safe_n++] = (struct imap_safe){ uid, cut };
}

struct str imap_origin(char text[IMAP_ORIGIN], uint32_t validity, uint32_t uid,
                       bool cut)
{
    snprintf(text, IMAP_ORIGIN, "%u/%u%s", validity, uid, cut ? "/cut" : "");
    return str_of(text);
}

void imap_marked(struct imap *m, uint32_t uid, bool cut)
{
    char text[IMAP_ORIGIN];

    inbox_marked(&m->channel, imap_origin(text, m->validity, uid, cut));
}

/* ---- all there is against all that is known ---- */

struct known {
    uint32_t uid;
    bool marked;
    bool cut;
};

struct journal {
    struct known *known;
    size_t n, size;
};

static void journal_add(void *arg, struct str origin, bool is_marked)
{
    struct journal *j = arg;
    int64_t uid;

    (void)str_until(&origin, STR("/"));
    if (!str_int(str_until(&origin, STR("/")), &uid))
        return;
    if (j->n == j->size) {
        j->size = j->size * 2 + 256;
        j->known = reallocarray(j->known, j->size, sizeof(*j->known));
        if (j->known == NULL)
            abort();
    }
    j->known[j->n++] = (struct known){ (uint32_t)uid, is_marked, origin.n > 0 };
}

static int known_order(const void *a, const void *b)
{
    const struct known *x = a;
    const struct known *y = b;

    return (x->uid > y->uid) - (x->uid < y->uid);
}

static int journal_read(struct imap *m, struct journal *j, struct error *e)
{
    char prefix[IMAP_ORIGIN];
    int rc;

    snprintf(prefix, sizeof(prefix), "%u/", m->validity);
    rc = inbox_origins(&m->channel, str_of(prefix), journal_add, j, e);
    if (j->n > 0)
        qsort(j->known, j->n, sizeof(*j->known), known_order);
    return rc;
}

static bool is_flying(const struct imap *m, uint32_t uid)
{
    for (const struct imap_flight *f = m->flights; f != NULL; f = f->next) {
        if (f->uid == uid && f->validity == m->validity)
            return true;
    }
    return false;
}

/* Somebody has taken it away: there is nothing left to do with it. */
static void gone(struct imap *m, const struct known *k)
{
    if (!k->marked && !is_flying(m, k->uid))
        imap_marked(m, k->uid, k->cut);
}

/*
 * Both lists ascend. What is on the server only is left in uids: it gives
 * how many. What is known and still there is to be marked; what is known and
 * has gone from there is done with.
 */
static size_t compare(struct imap *m, const struct journal *j, uint32_t *uids,
                      size_t n)
{
    size_t fresh = 0;
    size_t k = 0;

    for (size_t i = 0; i < n; i++) {
        for (; k < j->n && j->known[k].uid < uids[i]; k++)
            gone(m, &j->known[k]);
        if (is_flying(m, uids[i]))
            continue;
        if (k == j->n || j->known[k].uid != uids[i])
            uids[fresh++] = uids[i];
        for (; k < j->n && j->known[k].uid == uids[i]; k++) {
            if (!j->known[k].marked)
                imap_safe_add(m, uids[i], j->known[k].cut);
        }
    }
    for (; k < j->n; k++)
        gone(m, &j->known[k]);
    return fresh;
}

/* Mails below begin_uid are not even asked after where they are not wanted. */
static size_t before_count(const struct imap *m, const uint32_t *uids, size_t n)
{
    size_t i = 0;

    while (m->first == IMAP_FROM_NOW && i < n && uids[i] < m->begin_uid)
        i++;
    return i;
}

int imap_reconcile(struct imap *m, struct error *e)
{
    struct journal j = { 0 };
    uint32_t *uids = NULL;
    size_t n = 0;
    size_t skip;
    int rc = imap_session_search(m->session, 1, &uids, &n, e);

    if (rc == 0)
        rc = journal_read(m, &j, e);
    if (rc == 0) {
        if (n > 0 && uids[n - 1] > m->known_to)
            m->known_to = uids[n - 1];
        m->safe_n = 0;
        m->skipped = 0;
        n = compare(m, &j, uids, n);
        skip = before_count(m, uids, n);
        rc = todo_make(m, uids + skip, n - skip, e);
        m->reconcile_at = clock_monotonic_ms() + m->idle_renew * 1000;
    }
    free(j.known);
    free(uids);
    return rc;
}

int imap_news(struct imap *m, struct error *e)
{
    uint32_t *uids = NULL;
    size_t n = 0;
    int rc = imap_session_search(m->session, m->known_to + 1, &uids, &n, e);

    if (rc == 0 && n > 0) {
        m->known_to = uids[n - 1];
        rc = todo_make(m, uids, n, e);
    }
    free(uids);
    return rc;
}

/* All looked at again, but not before a while. */
void imap_look_again(struct imap *m, int times)
{
    int64_t ms = RETRY_MS;
    int64_t at;

    for (int i = 1; i < times && ms < RETRY_MOST_MS; i++)
        ms *= 2;
    at = clock_monotonic_ms() + (ms < RETRY_MOST_MS ? ms : RETRY_MOST_MS);
    if (at < m->reconcile_at)
        m->reconcile_at = at;
}
