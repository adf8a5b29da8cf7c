/* What a channel keeps: cursor, counters, health; and its residents. */
#include "base/clock.h"
#include "spine/contact.h"
#include "store/sqlite/sqlite_internal.h"

static int opt_put(struct store_tx *tx, struct str address, bool in,
                   struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_OPT_SET, e);

    if (rc < 0)
        return rc;
    query_text(&q, address);
    query_int(&q, in);
    query_int(&q, clock_now());
    return query_run(&q, e);
}

/* One person, however many doors their number has. */
int tx_opt_set(struct store_tx *tx, struct str address, bool in,
               struct error *e)
{
    struct str person = contact_person(address);
    int rc = opt_put(tx, person, in, e);

    if (rc == 0 && str_starts(person, STR("+"))) {
        rc = opt_put(tx,
                     str_of(arena_printf(tx->arena, CONTACT_WHATSAPP "%.*s",
                                         STR_FMT(person))),
                     in, e);
    }
    return rc;
}

int tx_opt_get(struct store_tx *tx, struct str address, enum opt *opt,
               struct error *e)
{
    struct query q;
    int64_t found = OPT_IN;
    int rc = query_open(&q, tx->db, ST_OPT_GET, e);

    *opt = OPT_OUT; /* not known: not told */
    if (rc < 0)
        return rc;
    query_text(&q, address);
    rc = query_value(&q, &found, e);
    if (rc == 0)
        *opt = (enum opt)found;
    return rc;
}

int tx_opt_dead(struct store_tx *tx, struct str address, struct str why,
                struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_OPT_DEAD, e);

    if (rc < 0)
        return rc;
    query_text(&q, address);
    query_int(&q, clock_now());
    query_text(&q, why.n > 0 ? why : STR("it came back"));
    return query_run(&q, e);
}

/* Who writes from an address reads there. */
static int alive(struct store_tx *tx, struct str address, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_OPT_ALIVE, e);

    if (rc < 0)
        return rc;
    query_text(&q, address);
    return query_run(&q, e);
}

int tx_reporter_seen(struct store_tx *tx, const struct mailbox *who,
                     struct str language, struct error *e)
{
    struct query q;
    int rc;

    if (who->address.n == 0)
        return 0;
    rc = alive(tx, who->address, e);
    if (rc == 0)
        rc = query_open(&q, tx->db, ST_REPORTER_SEEN, e);
    if (rc < 0)
        return rc;
    query_text(&q, who->address);
    query_text(&q, who->name);
    query_text(&q, language);
    query_int(&q, clock_now());
    return query_run(&q, e);
}

int tx_cursor_set(struct store_tx *tx, struct str channel, const char *key,
                  struct str value, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_CURSOR_SET, e);

    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_text(&q, str_of(key));
    query_text(&q, value);
    return query_run(&q, e);
}

int tx_cursor_get(struct store_tx *tx, struct str channel, const char *key,
                  struct arena *a, struct str *value, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_CURSOR_GET, e);

    *value = STR("");
    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_text(&q, str_of(key));
    rc = query_row(&q, e);
    if (rc <= 0)
        return rc;
    *value = query_get_text(&q, a);
    query_end(&q);
    return 0;
}

int tx_counter_add(struct store_tx *tx, struct str channel, const char *what,
                   struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_COUNTER_ADD, e);

    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_text(&q, str_of(what));
    return query_run(&q, e);
}

int tx_health_set(struct store_tx *tx, struct str channel, struct str sentence,
                  struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_HEALTH_SET, e);

    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_text(&q, sentence);
    query_int(&q, clock_now());
    return query_run(&q, e);
}
