/* What is in the folder, and the mails themselves. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "imap_session_internal.h"
#include "imap_text.h"

enum { SEARCHED = 8 * 1024 * 1024 }; /* UIDs of a million mails */

static int uid_order(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void uids_take(clist *found, uint32_t first, uint32_t **uids, size_t *n)
{
    size_t count = found == NULL ? 0 : (size_t)clist_count(found);
    uint32_t *all = calloc(count + 1, sizeof(*all));
    size_t kept = 0;

    if (all == NULL)
        abort();
    if (found != NULL) {
        for (clistiter *at = clist_begin(found); at != NULL; at = at->next) {
            uint32_t uid = *(const uint32_t *)at->data;

            if (uid >= first && uid != 0)
                all[kept++] = uid;
        }
    }
    qsort(all, kept, sizeof(*all), uid_order);
    *n = 0;
    for (size_t i = 0; i < kept; i++) {
        if (*n == 0 || all[*n - 1] != all[i])
            all[(*n)++] = all[i];
    }
    *uids = all;
}

/* "n:*" always names the last mail, even one below n: it is dropped. */
int imap_session_search(struct imap_session *s, uint32_t first, uint32_t **uids,
                        size_t *n, struct error *e)
{
    struct buf cmd = buf_init(IMAP_COMMAND_MAX);
    struct mailimap_response_info *info;

    *uids = NULL;
    *n = 0;
    s->news = false;
    if (first <= 1) {
        buf_printf(&cmd, "UID SEARCH ALL");
    } else {
        buf_printf(&cmd, "UID SEARCH UID %u:*", first);
    }
    if (imap_command(s, &cmd, "looking for mail", SEARCHED, e) < 0)
        return e->code;
    info = s->imap->imap_response_info;
    uids_take(info->rsp_search_result, first, uids, n);
    return 0;
}

static int64_t date_seconds(const struct mailimap_date_time *d)
{
    struct tm t = { .tm_year = d->dt_year - 1900,
                    .tm_mon = d->dt_month - 1,
                    .tm_mday = d->dt_day,
                    .tm_hour = d->dt_hour,
                    .tm_min = d->dt_min,
                    .tm_sec = d->dt_sec };
    int minutes = d->dt_zone / 100 * 60 + d->dt_zone % 100;

    return (int64_t)timegm(&t) - (int64_t)minutes * 60;
}

static void item_take(struct imap_mail *m,
                      const struct mailimap_msg_att_item *item)
{
    const struct mailimap_msg_att_static *st;

    if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
        return;
    st = item->att_data.att_static;
    if (st->att_type == MAILIMAP_MSG_ATT_UID)
        m->uid = st->att_data.att_uid;
    if (st->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE)
        m->size = st->att_data.att_rfc822_size;
    if (st->att_type == MAILIMAP_MSG_ATT_INTERNALDATE &&
        st->att_data.att_internal_date != NULL)
        m->at = date_seconds(st->att_data.att_internal_date);
    if (st->att_type == MAILIMAP_MSG_ATT_BODY_SECTION &&
        st->att_data.att_body_section != NULL) {
        m->bytes = (struct str){
            st->att_data.att_body_section->sec_body_part,
            st->att_data.att_body_section->sec_length,
        };
    }
}

static bool was_asked(const struct imap_asked *q, uint32_t uid)
{
    return bsearch(&uid, q->uids, q->taken, sizeof(uid), uid_order) != NULL;
}

/* Servers may send of others too, or of one twice, or a change of flags. */
static void mails_take(const struct imap_session *s, struct imap_asked *q,
                       bool bodies)
{
    clist *all = s->imap->imap_response_info->rsp_fetch_list;

    for (clistiter *at = clist_begin(all); at != NULL && q->got < q->taken;
         at = at->next) {
        const struct mailimap_msg_att *att = at->data;
        struct imap_mail *m = &q->mails[q->got];

        *m = (struct imap_mail){ 0 };
        for (clistiter *i = clist_begin(att->att_list); i != NULL; i = i->next)
            item_take(m, i->data);
        if (was_asked(q, m->uid) && (!bodies || m->bytes.p != NULL))
            q->got++;
    }
}

static int fetch(struct imap_session *s, struct imap_asked *q,
                 const char *items, int64_t expected, struct error *e)
{
    struct buf cmd = buf_init(IMAP_COMMAND_MAX);

    q->got = 0;
    buf_printf(&cmd, "UID FETCH ");
    q->taken = imap_text_set(&cmd, q->uids, q->n);
    buf_printf(&cmd, " %s", items);
    return imap_command(s, &cmd, "fetching mail", expected, e);
}

int imap_session_describe(struct imap_session *s, struct imap_asked *q,
                          struct error *e)
{
    if (fetch(s, q, "(UID INTERNALDATE RFC822.SIZE)", IMAP_SMALL, e) < 0)
        return e->code;
    mails_take(s, q, false);
    return 0;
}

int imap_session_fetch(struct imap_session *s, struct imap_asked *q,
                       int64_t expected, struct error *e)
{
    if (fetch(s, q, "(UID BODY.PEEK[])", expected, e) < 0)
        return e->code;
    mails_take(s, q, true);
    return 0;
}

int imap_session_head(struct imap_session *s, struct imap_asked *q,
                      int64_t most, struct error *e)
{
    char items[64];

    snprintf(items, sizeof(items), "(UID BODY.PEEK[]<0.%lld>)",
             (long long)most);
    if (fetch(s, q, items, most, e) < 0)
        return e->code;
    mails_take(s, q, true);
    return 0;
}

/* Never false: libetpan would stop in the middle and be out of step. */
static bool on_body(int type, struct mailimap_msg_att_body_section *section,
                    const char *bytes, size_t n, void *arg)
{
    struct imap_session *s = arg;
    size_t room = s->into.max - s->into.n;

    (void)type;
    (void)section;
    s->streamed += (int64_t)n;
    buf_add(&s->into, (struct str){ bytes, n < room ? n : room });
    return true;
}

int imap_session_stream(struct imap_session *s, uint32_t uid, int64_t expected,
                        struct buf *out, int64_t *whole, struct error *e)
{
    struct imap_mail mail = { 0 };
    struct imap_asked q = { .uids = &uid, .n = 1, .mails = &mail };
    int rc;

    s->into = *out;
    s->streamed = 0;
    mailimap_set_msg_body_handler(s->imap, on_body, s);
    rc = fetch(s, &q, "(UID BODY.PEEK[])", expected, e);
    mailimap_set_msg_body_handler(s->imap, NULL, NULL);
    *out = s->into;
    s->into = (struct buf){ 0 };
    if (rc < 0)
        return rc;
    mails_take(s, &q, true);
    *whole = s->streamed;
    if (s->streamed == 0 && q.got > 0) { /* not as a literal: small */
        *whole = (int64_t)mail.bytes.n;
        buf_add(out, mail.bytes);
    }
    return *whole > 0 ? 0 : error(e, E_NONE, "no mail came");
}
