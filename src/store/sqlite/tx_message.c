/* A message with all that hangs on it: thread, attachments, evidence. */
#include "base/digest.h"
#include "store/sqlite/sqlite_internal.h"

/* What a message's row takes from its raw's. */
struct kind {
    struct str channel;
    struct str format;
    struct str sha256;
};

static int raw_kind(struct store_tx *tx, int64_t raw, struct kind *k,
                    struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_RAW_KIND, e);

    if (rc < 0)
        return rc;
    query_int(&q, raw);
    rc = query_row(&q, e);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return error(e, E_NONE, "there is no raw %lld", (long long)raw);
    k->channel = query_get_text(&q, tx->arena);
    k->format = query_get_text(&q, tx->arena);
    k->sha256 = query_get_text(&q, tx->arena);
    query_end(&q);
    return 0;
}

/* The whole raw's hash tells a mail without Message-ID; else nothing. */
static struct str hash_instead(const struct kind *k, const struct message *m)
{
    bool mail = str_eq(k->format, str_of(raw_format_names[RAW_RFC822]));

    return mail && m->message_id.n == 0 ? k->sha256 : STR_NONE;
}

static int message_insert(struct store_tx *tx, int64_t raw, int64_t ticket,
                          const struct message *m, struct error *e)
{
    struct kind k;
    struct query q;
    int rc = raw_kind(tx, raw, &k, e);

    if (rc == 0)
        rc = query_open(&q, tx->db, ST_MESSAGE_ADD, e);
    if (rc < 0)
        return rc;
    query_fields(&q, message_columns, m);
    query_int(&q, raw);
    query_int(&q, ticket);
    query_text(&q, k.channel);
    if (str_eq(m->visible, m->text)) {
        query_blob(&q, STR_NONE);
    } else {
        query_text(&q, m->visible);
    }
    query_blob(&q, digest(tx->arena, DIGEST_SHA256, m->text));
    query_blob(&q, hash_instead(&k, m));
    tx->bytes += (int64_t)(m->text.n + m->visible.n);
    return query_run(&q, e);
}

static int thread_insert(struct store_tx *tx, int64_t message,
                         const struct message *m, struct error *e)
{
    int n = 0;
    int rc = 0;

    for (struct thread_id *t = m->thread; rc == 0 && t != NULL; t = t->next) {
        struct query q;

        rc = query_open(&q, tx->db, ST_THREAD_ADD, e);
        if (rc < 0)
            return rc;
        query_int(&q, message);
        query_int(&q, n++);
        query_text(&q, t->id);
        rc = query_run(&q, e);
    }
    return rc;
}

static int answers_insert(struct store_tx *tx, int64_t message,
                          const struct message *m, struct error *e)
{
    int n = 0;
    int rc = 0;

    for (struct answer *at = m->answers; rc == 0 && at != NULL; at = at->next) {
        struct query q;

        rc = query_open(&q, tx->db, ST_ANSWER_ADD, e);
        if (rc < 0)
            return rc;
        query_fields(&q, answer_columns, at);
        query_int(&q, message);
        query_int(&q, n++);
        rc = query_run(&q, e);
    }
    return rc;
}

/* A row of what hangs on a message: its place in the list, and to whom. */
struct hung {
    enum statement st;
    const struct column *columns;
    int64_t message;
    int n;
    int64_t of; /* the raw, or the ticket */
};

static int hung_insert(struct store_tx *tx, const struct hung *h,
                       const void *from, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, h->st, e);

    if (rc < 0)
        return rc;
    query_fields(&q, h->columns, from);
    query_int(&q, h->message);
    query_int(&q, h->n);
    query_int(&q, h->of);
    return query_run(&q, e);
}

int tx_message_add(struct store_tx *tx, int64_t raw, int64_t ticket,
                   const struct message *m, int64_t *id, struct error *e)
{
    int rc = message_insert(tx, raw, ticket, m, e);

    if (rc < 0)
        return rc;
    *id = sqlite3_last_insert_rowid(tx->db->sql);
    rc = thread_insert(tx, *id, m, e);
    if (rc == 0)
        rc = answers_insert(tx, *id, m, e);
    struct hung h = { ST_ATTACHMENT_ADD, attachment_columns, *id, 0, raw };
    for (struct attachment *at = m->attachments; rc == 0 && at != NULL;
         at = at->next) {
        rc = hung_insert(tx, &h, at, e);
        h.n++;
    }
    return rc;
}

int tx_evidence_add(struct store_tx *tx, int64_t message, int64_t ticket,
                    const struct reading *r, struct error *e)
{
    struct hung h = { ST_FINDING_ADD, finding_columns, message, 0, ticket };
    int rc = 0;

    for (struct finding *f = r->extract.findings; rc == 0 && f != NULL;
         f = f->next) {
        rc = hung_insert(tx, &h, f, e);
        h.n++;
    }
    h = (struct hung){ ST_LOCATION_ADD, location_columns, message, 0, ticket };
    for (struct location *l = r->locations; rc == 0 && l != NULL; l = l->next) {
        rc = hung_insert(tx, &h, l, e);
        h.n++;
    }
    return rc;
}

int tx_evidence_replace(struct store_tx *tx, int64_t message, int64_t ticket,
                        const struct reading *r, struct error *e)
{
    int rc = run_of(tx->db, ST_FINDINGS_DROP, message, e);

    if (rc == 0)
        rc = run_of(tx->db, ST_LOCATIONS_DROP, message, e);
    return rc < 0 ? rc : tx_evidence_add(tx, message, ticket, r, e);
}

int tx_message_move(struct store_tx *tx, int64_t message, int64_t ticket,
                    struct error *e)
{
    static const enum statement moves[] = { ST_MESSAGE_MOVE, ST_FINDINGS_MOVE,
                                            ST_LOCATIONS_MOVE,
                                            ST_LOOKUPS_MOVE };
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < COUNT_OF(moves); i++) {
        struct query q;

        rc = query_of(&q, tx->db, moves[i], message, e);
        if (rc < 0)
            return rc;
        query_int(&q, ticket);
        rc = query_run(&q, e);
        if (rc == 0 && i == 0 && sqlite3_changes(tx->db->sql) == 0) {
            rc = error(e, E_NONE, "there is no message %lld",
                       (long long)message);
        }
    }
    return rc;
}

int tx_message_id_of(struct store_tx *tx, int64_t ticket, struct str address,
                     struct str *id, struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, tx->db, ST_MESSAGE_ID_OF, ticket, e);

    *id = STR_NONE;
    if (rc < 0)
        return rc;
    query_text(&q, address);
    rc = query_row(&q, e);
    if (rc <= 0)
        return rc;
    *id = query_get_text(&q, a);
    query_end(&q);
    return 0;
}
