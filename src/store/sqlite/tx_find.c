/* Which ticket does this belong to? Each gives 0 where there is none. */
#include "base/digest.h"
#include "store/sqlite/sqlite_internal.h"

static int find_text(struct store_tx *tx, enum statement st, struct str text,
                     int64_t *ticket, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, st, e);

    *ticket = 0;
    if (rc < 0)
        return rc;
    query_text(&q, text);
    return query_value(&q, ticket, e);
}

int tx_find_token(struct store_tx *tx, struct str token, int64_t *ticket,
                  struct error *e)
{
    return find_text(tx, ST_FIND_TOKEN, token, ticket, e);
}

int tx_find_message_id(struct store_tx *tx, struct str id, int64_t *ticket,
                       struct error *e)
{
    int rc = find_text(tx, ST_FIND_OURS, id, ticket, e);

    if (rc == 0 && *ticket == 0)
        rc = find_text(tx, ST_FIND_THEIRS, id, ticket, e);
    return rc;
}

static int find_same_bytes(struct store_tx *tx, int64_t raw, int64_t *ticket,
                           struct error *e)
{
    struct query q;
    struct str format;
    struct str sha256;
    int rc = query_open(&q, tx->db, ST_RAW_KIND, e);

    if (rc < 0)
        return rc;
    query_int(&q, raw);
    rc = query_row(&q, e);
    if (rc <= 0)
        return rc;
    q.column = 1; /* the channel does not matter */
    format = query_get_text(&q, tx->arena);
    sha256 = query_get_text(&q, tx->arena);
    query_end(&q);
    if (!str_eq(format, str_of(raw_format_names[RAW_RFC822])))
        return 0;
    rc = query_open(&q, tx->db, ST_FIND_SAME_RAW, e);
    if (rc < 0)
        return rc;
    query_blob(&q, sha256);
    query_int(&q, raw);
    return query_value(&q, ticket, e);
}

int tx_find_same(struct store_tx *tx, int64_t raw, const struct message *m,
                 int64_t *ticket, struct error *e)
{
    struct query q;
    int rc;

    *ticket = 0;
    if (m->message_id.n == 0)
        return find_same_bytes(tx, raw, ticket, e);
    rc = query_open(&q, tx->db, ST_FIND_SAME, e);
    if (rc < 0)
        return rc;
    query_text(&q, m->message_id);
    query_int(&q, raw);
    query_blob(&q, digest(tx->arena, DIGEST_SHA256, m->text));
    query_text(&q, m->sender.address);
    query_int(&q, m->sent_at);
    return query_value(&q, ticket, e);
}

static bool is_among(const struct talk *talks, int n, int64_t ticket)
{
    while (n > 0 && talks[n - 1].ticket != ticket)
        n--;
    return n > 0;
}

int tx_find_talks(struct store_tx *tx, struct str channel, struct str sender,
                  int64_t since, struct talk out[TALKS_MAX], struct error *e)
{
    struct query q;
    int n = 0;
    int rc = query_open(&q, tx->db, ST_FIND_TALKS, e);

    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_text(&q, sender);
    query_int(&q, since);
    while ((rc = query_row(&q, e)) > 0) {
        int64_t ticket = query_get_int(&q);
        int64_t at = query_get_int(&q);

        if (n < TALKS_MAX && !is_among(out, n, ticket))
            out[n++] = (struct talk){ ticket, at };
    }
    return rc < 0 ? rc : n;
}

int tx_find_origin(struct store_tx *tx, struct str channel, struct str origin,
                   int64_t *ticket, struct error *e)
{
    struct query q;
    bool is_new;
    int rc = query_open(&q, tx->db, ST_FIND_ORIGIN, e);

    *ticket = 0;
    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_text(&q, origin);
    rc = query_row(&q, e);
    if (rc <= 0)
        return rc;
    *ticket = query_get_int(&q);
    is_new = query_get_int(&q) == RAW_NEW;
    query_end(&q);
    if (is_new && *ticket == 0)
        return error(e, E_BUSY, "what it belongs to is not filed yet");
    return 0;
}

int tx_subjects(struct store_tx *tx, int64_t ticket, int64_t but_raw,
                struct word_list **out, struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, tx->db, ST_SUBJECTS, ticket, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    query_int(&q, but_raw);
    while ((rc = query_row(&q, e)) > 0) {
        *out = arena_new(a, struct word_list);
        (*out)->word = query_get_text(&q, a);
        out = &(*out)->next;
    }
    return rc;
}
