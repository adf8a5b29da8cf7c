/* Places to be asked for elsewhere: none is lost, none is asked twice. */
#include "store_fixture.h"

#include "../tap.h"

struct job {
    struct filing filing;
    struct lookup lookup;
    struct geocode geocode;
    int64_t before;
};

static int file_and_ask(struct store_tx *tx, void *arg, struct error *e)
{
    struct job *j = arg;
    int rc = filing_work(tx, &j->filing, e);

    j->lookup.ticket = j->filing.ticket.id;
    j->lookup.message = 1;
    return rc < 0 ? rc : tx_lookup_add(tx, &j->lookup, e);
}

static int later(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_lookup_set(tx, &((struct job *)arg)->lookup, e);
}

static int answered(struct store_tx *tx, void *arg, struct error *e)
{
    struct job *j = arg;
    struct location l = { .kind = LOCATION_ADDRESS,
                          .label = STR("12 Quarry Lane"),
                          .at = j->geocode.at,
                          .method = METHOD_REMOTE,
                          .rule = STR("nominatim") };
    int rc = tx_geocode_set(tx, STR("https://geo/?q=1"), &j->geocode, e);

    if (rc == 0)
        rc = tx_location_add(tx, j->lookup.message, j->lookup.ticket, &l, e);
    return rc < 0 ? rc : tx_lookup_end(tx, j->lookup.id, e);
}

static int forget(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_geocode_forget(tx, ((struct job *)arg)->before, e);
}

static void a_place_is_asked_for_until_there_is_an_answer(void)
{
    struct fixture f;
    struct job j = { .filing = filing_made("1", "Pothole"),
                     .lookup = { .kind = LOCATION_ADDRESS,
                                 .question = STR("12 Quarry Lane, M"),
                                 .label = STR("12 Quarry Lane"),
                                 .next_at = 100 },
                     .geocode = { .asked_at = 300,
                                  .at = { 43.5, -71.9, true },
                                  .uncertainty_m = 30,
                                  .name = STR("Quarry") } };
    struct ticket_whole whole;
    struct lookup due;
    struct geocode got;
    int64_t next;

    fixture_begin(&f);
    CHECK(store_run(f.store, file_and_ask, &j, &f.e) == 0);
    CHECK(store_lookup_due(f.store, 99, &due, &f.a, &f.e) == E_NONE);
    CHECK(store_lookup_next(f.store, &next, &f.e) == 0 && next == 100);
    CHECK(store_lookup_due(f.store, 100, &due, &f.a, &f.e) == 0);
    CHECK_STR(due.question, "12 Quarry Lane, M");
    CHECK(due.kind == LOCATION_ADDRESS && due.message == 1);
    j.lookup = due;
    j.lookup.tries = 1;
    j.lookup.next_at = 200;
    CHECK(store_run(f.store, later, &j, &f.e) == 0);
    CHECK(store_lookup_due(f.store, 199, &due, &f.a, &f.e) == E_NONE);
    CHECK(store_lookup_due(f.store, 200, &due, &f.a, &f.e) == 0);
    CHECK(due.tries == 1);
    CHECK(store_run(f.store, answered, &j, &f.e) == 0);
    CHECK(store_lookup_due(f.store, 999, &due, &f.a, &f.e) == E_NONE);
    CHECK(store_lookup_next(f.store, &next, &f.e) == 0 && next == 0);
    CHECK(store_ticket_whole(f.store, j.lookup.ticket, &whole, &f.a, &f.e) ==
          0);
    CHECK(whole.messages->locations->method == METHOD_REMOTE);
    CHECK(store_geocode_get(f.store, STR("https://geo/?q=1"), 300, &got, &f.a,
                            &f.e) == 0);
    CHECK(got.at.known && got.at.lat == 43.5 && got.uncertainty_m == 30);
    CHECK_STR(got.name, "Quarry");
    CHECK(store_geocode_get(f.store, STR("https://geo/?q=1"), 301, &got, &f.a,
                            &f.e) == E_NONE);
    CHECK(store_geocode_get(f.store, STR("https://geo/?q=2"), 0, &got, &f.a,
                            &f.e) == E_NONE);
    j.before = 301;
    CHECK(store_run(f.store, forget, &j, &f.e) == 0);
    CHECK(store_geocode_get(f.store, STR("https://geo/?q=1"), 0, &got, &f.a,
                            &f.e) == E_NONE);
    fixture_end(&f);
}

static void another_town_sees_none_of_it(void)
{
    struct fixture f;
    struct job j = { .filing = filing_made("1", "Pothole"),
                     .lookup = { .question = STR("q"), .next_at = 1 },
                     .geocode = { .asked_at = 1 } };
    struct lookup due;
    struct geocode got;

    fixture_begin(&f);
    CHECK(store_run(f.store, file_and_ask, &j, &f.e) == 0);
    j.lookup.id = 99;
    CHECK(store_run(f.store, answered, &j, &f.e) == 0);
    store_close(f.store);
    CHECK(fixture_open(&f, "shelbyville") == 0);
    CHECK(store_lookup_due(f.store, 9, &due, &f.a, &f.e) == E_NONE);
    CHECK(store_geocode_get(f.store, STR("https://geo/?q=1"), 0, &got, &f.a,
                            &f.e) == E_NONE);
    fixture_end(&f);
}

int main(void)
{
    a_place_is_asked_for_until_there_is_an_answer();
    another_town_sees_none_of_it();
    return tap_done();
}
