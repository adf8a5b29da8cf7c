/* One ticket, and all that hangs on it. */
#include "store/sqlite/sqlite_internal.h"

int store_ticket_get(struct store *s, int64_t id, struct ticket *t,
                     struct arena *a, struct error *e)
{
    return ticket_get(&s->read, id, t, a, e);
}

int store_ticket_by_token(struct store *s, struct str token, struct ticket *t,
                          struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_TICKET_BY_TOKEN, e);

    if (rc < 0)
        return rc;
    query_text(&q, token);
    return ticket_read(&q, t, a, e);
}

static int thread_read(struct db *db, struct message_row *m, struct arena *a,
                       struct error *e)
{
    struct thread_id **end = &m->message.thread;
    struct query q;
    int rc = query_of(&q, db, ST_THREAD, m->id, e);

    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        *end = arena_new(a, struct thread_id);
        (*end)->id = query_get_text(&q, a);
        end = &(*end)->next;
    }
    return rc;
}

static int attachments_read(struct db *db, struct message_row *m,
                            struct arena *a, struct error *e)
{
    struct attachment **end = &m->message.attachments;
    struct query q;
    int rc = query_of(&q, db, ST_ATTACHMENTS, m->id, e);

    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        *end = arena_new(a, struct attachment);
        query_get_fields(&q, attachment_columns, *end, a);
        end = &(*end)->next;
    }
    return rc;
}

static int answers_read(struct db *db, struct message_row *m, struct arena *a,
                        struct error *e)
{
    struct answer **end = &m->message.answers;
    struct query q;
    int rc = query_of(&q, db, ST_ANSWERS, m->id, e);

    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        *end = arena_new(a, struct answer);
        query_get_fields(&q, answer_columns, *end, a);
        end = &(*end)->next;
    }
    return rc;
}

static int findings_read(struct db *db, struct message_row *m, struct arena *a,
                         struct error *e)
{
    struct finding **end = &m->findings;
    struct query q;
    int rc = query_of(&q, db, ST_FINDINGS, m->id, e);

    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        *end = arena_new(a, struct finding);
        query_get_fields(&q, finding_columns, *end, a);
        end = &(*end)->next;
    }
    return rc;
}

static int locations_read(struct db *db, struct message_row *m, struct arena *a,
                          struct error *e)
{
    struct location **end = &m->locations;
    struct query q;
    int rc = query_of(&q, db, ST_LOCATIONS, m->id, e);

    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        *end = arena_new(a, struct location);
        query_get_fields(&q, location_columns, *end, a);
        end = &(*end)->next;
    }
    return rc;
}

static int rows_read(struct db *db, int64_t ticket, struct message_row **end,
                     struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, db, ST_MESSAGES, ticket, e);

    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        struct message_row *m = arena_new(a, struct message_row);
        bool same;

        m->id = query_get_int(&q);
        m->raw = query_get_int(&q);
        m->received_at = query_get_int(&q);
        m->channel = query_get_text(&q, a);
        m->origin = query_get_text(&q, a);
        query_get_fields(&q, message_columns, &m->message, a);
        same = query_get_null(&q);
        m->message.visible = same ? m->message.text : query_get_text(&q, a);
        *end = m;
        end = &m->next;
    }
    return rc;
}

static int messages_read(struct db *db, int64_t ticket,
                         struct message_row **out, struct arena *a,
                         struct error *e)
{
    int rc = rows_read(db, ticket, out, a, e);

    for (struct message_row *m = *out; rc == 0 && m != NULL; m = m->next) {
        rc = thread_read(db, m, a, e);
        if (rc == 0)
            rc = attachments_read(db, m, a, e);
        if (rc == 0)
            rc = answers_read(db, m, a, e);
        if (rc == 0)
            rc = findings_read(db, m, a, e);
        if (rc == 0)
            rc = locations_read(db, m, a, e);
    }
    return rc;
}

int tx_messages(struct store_tx *tx, int64_t ticket, struct message_row **out,
                struct arena *a, struct error *e)
{
    *out = NULL;
    return messages_read(tx->db, ticket, out, a, e);
}

static int events_read(struct db *db, int64_t ticket, struct event_row **end,
                       struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, db, ST_EVENTS, ticket, e);

    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        *end = arena_new(a, struct event_row);
        (*end)->event.id = query_get_int(&q);
        query_get_fields(&q, event_columns, &(*end)->event, a);
        end = &(*end)->next;
    }
    return rc;
}

int store_ticket_whole(struct store *s, int64_t id, struct ticket_whole *out,
                       struct arena *a, struct error *e)
{
    struct error ignored;
    struct query q;
    int rc = db_run(&s->read, ST_BEGIN_READ, e); /* all as of one moment */

    *out = (struct ticket_whole){ .messages = NULL };
    if (rc < 0)
        return rc;
    rc = ticket_get(&s->read, id, &out->ticket, a, e);
    if (rc == 0)
        rc = messages_read(&s->read, id, &out->messages, a, e);
    if (rc == 0)
        rc = events_read(&s->read, id, &out->events, a, e);
    if (rc == 0)
        rc = query_of(&q, &s->read, ST_NOTICES_OF, id, e);
    if (rc == 0)
        rc = notices_read(&q, &out->notices, a, e);
    if (db_run(&s->read, ST_COMMIT, &ignored) < 0 && rc == 0)
        rc = error(e, ignored.code, "%s", ignored.text);
    return rc;
}

int store_message_ref(struct store *s, int64_t id, struct message_ref *out,
                      struct error *e)
{
    struct query q;
    int rc = query_of(&q, &s->read, ST_MESSAGE_REF, id, e);

    if (rc == 0)
        rc = query_row(&q, e);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return error(e, E_NONE, "there is no message %lld", (long long)id);
    out->raw = query_get_int(&q);
    out->ticket = query_get_int(&q);
    query_end(&q);
    return 0;
}

int store_attachment_get(struct store *s, int64_t message, int64_t n,
                         struct attachment *out, struct arena *a,
                         struct error *e)
{
    struct query q;
    int rc = query_of(&q, &s->read, ST_ATTACHMENT, message, e);

    if (rc < 0)
        return rc;
    query_int(&q, n);
    rc = query_row(&q, e);
    if (rc < 0)
        return rc;
    if (rc == 0) {
        return error(e, E_NONE, "message %lld has no attachment %lld",
                     (long long)message, (long long)n);
    }
    *out = (struct attachment){ 0 };
    query_get_fields(&q, attachment_columns, out, a);
    query_end(&q);
    return 0;
}
