/* To which ticket something belongs, and whom it may be told. */
#include "../tap.h"
#include "store/sqlite/sqlite_internal.h"
#include "store_fixture.h"

/* One call inside a transaction, with what it asks and what it gave. */
struct ask {
    int (*find)(struct store_tx *, struct ask *, struct error *);
    struct str channel, text;
    int64_t since, raw, got;
    const struct message *message;
    bool in;
};

static int ask_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct ask *a = arg;

    return a->find(tx, a, e);
}

static int64_t asked(struct fixture *f, struct ask a)
{
    a.got = -1;
    if (store_run(f->store, ask_work, &a, &f->e) < 0) {
        printf("# %s\n", f->e.text);
        return f->e.code;
    }
    return a.got;
}

static int by_token(struct store_tx *tx, struct ask *a, struct error *e)
{
    return tx_find_token(tx, a->text, &a->got, e);
}

static int by_id(struct store_tx *tx, struct ask *a, struct error *e)
{
    return tx_find_message_id(tx, a->text, &a->got, e);
}

static int by_origin(struct store_tx *tx, struct ask *a, struct error *e)
{
    return tx_find_origin(tx, a->channel, a->text, &a->got, e);
}

static int by_sender(struct store_tx *tx, struct ask *a, struct error *e)
{
    struct talk talks[TALKS_MAX];
    int n = tx_find_talks(tx, a->channel, a->text, a->since, talks, e);

    a->got = n > 0 ? talks[0].ticket : 0;
    return n < 0 ? n : 0;
}

static int by_sameness(struct store_tx *tx, struct ask *a, struct error *e)
{
    return tx_find_same(tx, a->raw, a->message, &a->got, e);
}

static int raw_ticket(struct store_tx *tx, struct ask *a, struct error *e)
{
    return tx_raw_ticket(tx, a->raw, &a->got, e);
}

static int64_t file(struct fixture *f, struct filing *one)
{
    CHECK(store_run(f->store, filing_work, one, &f->e) == 0);
    return one->ticket.id;
}

static void an_answer_finds_its_ticket(void)
{
    struct fixture f;
    struct filing one = filing_made("a@example.org", "Pothole");
    struct filing two = filing_made("b@example.org", "Lamp");
    struct str token;

    fixture_begin(&f);
    two.notice.message_id = STR("ours@inlet.example.org");
    file(&f, &one);
    token = arena_str(&f.a, one.ticket.token);
    file(&f, &two);
    CHECK(asked(&f, (struct ask){ by_token, .text = token }) == 1);
    CHECK(asked(&f, (struct ask){ by_token, .text = STR("x") }) == 0);
    CHECK(asked(&f, (struct ask){ by_token, .text = STR("") }) == 0);
    CHECK(asked(&f, (struct ask){ by_id, .text = STR("b@example.org") }) == 2);
    CHECK(asked(&f, (struct ask){
                        by_id, .text = STR("ours@inlet.example.org") }) == 2);
    CHECK(asked(&f, (struct ask){ by_id, .text = STR("c@example.org") }) == 0);
    CHECK(asked(&f, (struct ask){ by_id, .text = STR("") }) == 0);
    CHECK(asked(&f, (struct ask){ by_origin, .channel = one.raw.channel,
                                  .text = STR("b@example.org") }) == 2);
    CHECK(asked(&f, (struct ask){ by_origin, .channel = STR("other"),
                                  .text = STR("b@example.org") }) == 0);
    CHECK(asked(&f, (struct ask){ raw_ticket, .raw = two.raw_id }) == 2);
    CHECK(asked(&f, (struct ask){ raw_ticket, .raw = 77 }) == 0);
    fixture_end(&f);
}

static int add_raw(struct store_tx *tx, struct ask *a, struct error *e)
{
    struct raw raw = raw_made("copy", "Pothole");

    raw.channel = a->channel;
    raw.format = a->in ? RAW_RFC822 : RAW_FORM;
    return tx_raw_add(tx, &raw, &a->got, e);
}

static void the_same_mail_by_another_way_is_told_from_another(void)
{
    struct fixture f;
    struct filing one = filing_made("a@example.org", "Pothole");
    struct message m = one.message;
    struct ask same = { by_sameness, .raw = 99, .message = &m };

    fixture_begin(&f);
    file(&f, &one);
    CHECK(asked(&f, same) == 1);
    m.sender.address = STR("ANA@example.org"); /* the same mailbox */
    CHECK(asked(&f, same) == 1);
    m.text = STR("Pothole!");
    CHECK(asked(&f, same) == 0);
    m = one.message;
    m.sent_at++;
    CHECK(asked(&f, same) == 0);
    m = one.message;
    m.sender.address = STR("bo@example.org");
    CHECK(asked(&f, same) == 0);
    m = one.message;
    m.message_id = STR("b@example.org");
    CHECK(asked(&f, same) == 0);
    m = one.message;
    same.raw = one.raw_id; /* not the same as itself */
    CHECK(asked(&f, same) == 0);
    fixture_end(&f);
}

static void a_mail_without_an_id_is_told_by_all_its_bytes(void)
{
    struct fixture f;
    struct filing one = filing_made("a", "Pothole");
    struct ask same = { by_sameness, .message = &one.message };

    fixture_begin(&f);
    one.message.message_id = STR("");
    file(&f, &one);
    same.raw = asked(
        &f, (struct ask){ add_raw, .channel = STR("second"), .in = true });
    CHECK(same.raw > 0 && asked(&f, same) == 1);
    same.raw = one.raw_id;
    CHECK(asked(&f, same) == 0);
    /* Two forms with the same words are two reports. */
    same.raw = asked(&f, (struct ask){ add_raw, .channel = STR("form") });
    CHECK(same.raw > 0 && asked(&f, same) == 0);
    fixture_end(&f);
}

static int close_ticket(struct store_tx *tx, struct ask *a, struct error *e)
{
    struct arena arena = { 0 };
    struct ticket t;
    int rc = tx_ticket_get(tx, a->raw, &t, &arena, e);

    t.state = TICKET_NOT_OURS;
    if (rc == 0)
        rc = tx_ticket_set(tx, &t, e);
    arena_free(&arena);
    a->got = rc;
    return rc;
}

static void a_conversation_goes_on_with_its_latest_open_ticket(void)
{
    struct fixture f;
    struct filing one = filing_made("1", "Pothole");
    struct filing two = filing_made("2", "Lamp");
    struct filing bo = filing_made("3", "Noise");
    struct ask open = { by_sender, .channel = one.raw.channel,
                        .text = STR("ana@example.org") };

    fixture_begin(&f);
    bo.message.sender.address = STR("");
    clock_set(1700000000);
    file(&f, &one);
    clock_set(1700000500);
    file(&f, &two);
    file(&f, &bo);
    CHECK(asked(&f, open) == 2);
    open.since = 1700000501;
    CHECK(asked(&f, open) == 0);
    open.since = 1700000000;
    CHECK(asked(&f, (struct ask){ close_ticket, .raw = 2 }) == 0);
    CHECK(asked(&f, open) == 2);
    open.channel = STR("text");
    CHECK(asked(&f, open) == 0);
    open.channel = one.raw.channel;
    open.text = STR(""); /* nobody is nobody's conversation */
    CHECK(asked(&f, open) == 0);
    clock_set(0);
    fixture_end(&f);
}

/* ---- notices ---- */

static int add_notice(struct store_tx *tx, void *arg, struct error *e)
{
    struct filing *f = arg;

    return tx_notice_add(tx, &f->notice, f->event.id, e);
}

static int set_notice(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_notice_set(tx, arg, e);
}

static void a_ticket_tells_each_event_once_to_each(void)
{
    struct fixture f;
    struct filing one = filing_made("1", "Pothole");

    fixture_begin(&f);
    file(&f, &one);
    CHECK(store_run(f.store, add_notice, &one, &f.e) == E_DUPLICATE);
    one.notice.to = STR("Ana@Example.ORG");
    CHECK(store_run(f.store, add_notice, &one, &f.e) == E_DUPLICATE);
    one.notice.to = STR("joe@example.org");
    CHECK(store_run(f.store, add_notice, &one, &f.e) == 0);
    CHECK(one.notice.id == 2);
    one.event.id = 55; /* no such event */
    CHECK(store_run(f.store, add_notice, &one, &f.e) < 0);
    fixture_end(&f);
}

static void due(struct fixture *f, int64_t now, int max, const char *want)
{
    struct notice_list *l;
    const char *text = "";

    CHECK(store_notices_due(f->store, now, max, &l, &f->a, &f->e) == 0);
    for (; l != NULL; l = l->next)
        text = arena_printf(&f->a, "%s%lld ", text, (long long)l->notice.id);
    CHECK_STR(str_of(text), want);
}

static void notices_wait_their_turn_and_come_back_when_claimed(void)
{
    static const int64_t at[] = { 0, 300, 100, 200, 0 };
    struct fixture f;
    struct filing one[5];
    struct notice_list *l;
    int64_t next = -1;

    fixture_begin(&f);
    CHECK(store_notice_next(f.store, &next, &f.e) == 0 && next == 0);
    for (int i = 1; i < 5; i++) {
        one[i] = filing_made(arena_printf(&f.a, "%d", i), "x");
        one[i].notice.next_at = at[i];
        one[i].notice.subject = STR("Re: x");
        one[i].notice.token = STR("t");
        file(&f, &one[i]);
    }
    due(&f, 0, 9, "4 ");
    due(&f, 200, 9, "4 2 3 ");
    due(&f, 999, 2, "4 2 ");
    CHECK(store_notice_next(f.store, &next, &f.e) == 0 && next == 1);
    one[1].notice.state = NOTICE_CLAIMED; /* interrupted */
    CHECK(store_run(f.store, set_notice, &one[1].notice, &f.e) == 0);
    one[4].notice.state = NOTICE_SENT;
    one[4].notice.tries = 2;
    one[4].notice.remote_id = STR("SM1");
    CHECK(store_run(f.store, set_notice, &one[4].notice, &f.e) == 0);
    due(&f, 150, 9, "2 1 ");
    CHECK(store_notice_next(f.store, &next, &f.e) == 0 && next == 100);
    CHECK(store_notices_due(f.store, 100, 1, &l, &f.a, &f.e) == 0);
    CHECK_STR(l->notice.subject, "Re: x");
    CHECK_STR(l->notice.token, "t");
    CHECK_STR(l->notice.kind, "received");
    CHECK(l->notice.ticket == 2 && l->notice.state == NOTICE_PENDING);
    fixture_end(&f);
}

static int count_to(struct store_tx *tx, struct ask *a, struct error *e)
{
    return tx_notice_count(tx, a->text, a->since, &a->got, e);
}

static void notices_are_counted_by_address_and_in_all(void)
{
    struct fixture f;
    struct filing one;

    fixture_begin(&f);
    for (int i = 0; i < 6; i++) {
        one = filing_made(arena_printf(&f.a, "%d", i), "x");
        if (i == 5)
            one.notice.to = STR("joe@example.org");
        clock_set(1000 + i * 100);
        file(&f, &one);
    }
    CHECK(asked(&f, (struct ask){ count_to, .text = STR("ANA@example.org"),
                                  .since = 1200 }) == 3);
    CHECK(asked(&f, (struct ask){ count_to, .since = 1200 }) == 4);
    clock_set(1250); /* put back: the future does not count */
    CHECK(asked(&f, (struct ask){ count_to, .since = 1200 }) == 1);
    clock_set(0);
    fixture_end(&f);
}

/* ---- residents and channels ---- */

static int opt_set(struct store_tx *tx, struct ask *a, struct error *e)
{
    a->got = 0;
    return tx_opt_set(tx, a->text, a->in, e);
}

static int opt_get(struct store_tx *tx, struct ask *a, struct error *e)
{
    enum opt opt = OPT_OUT;
    int rc = tx_opt_get(tx, a->text, &opt, e);

    a->got = opt;
    return rc;
}

static int opt_dead(struct store_tx *tx, struct ask *a, struct error *e)
{
    a->got = 0;
    return tx_opt_dead(tx, a->text, STR("5.1.1 no such user"), e);
}

static int seen(struct store_tx *tx, struct ask *a, struct error *e)
{
    struct mailbox who = { .address = a->text };

    a->got = 0;
    return tx_reporter_seen(tx, &who, STR("en"), e);
}

static void who_says_stop_is_told_nothing_until_they_say_start(void)
{
    struct fixture f;
    struct str ana = STR("+15555550101");

    fixture_begin(&f);
    CHECK(asked(&f, (struct ask){ opt_get, .text = ana }) == OPT_IN);
    asked(&f, (struct ask){ opt_set, .text = ana, .in = false });
    CHECK(asked(&f, (struct ask){ opt_get, .text = ana }) == OPT_OUT);
    CHECK(asked(&f, (struct ask){ opt_get, .text = STR("+15555550102") }) ==
          OPT_IN);
    asked(&f, (struct ask){ opt_set, .text = ana, .in = true });
    CHECK(asked(&f, (struct ask){ opt_get, .text = ana }) == OPT_IN);
    fixture_end(&f);
}

/* A wish outlives a mailbox that was full; a dead address a letter from it. */
static void an_address_is_dead_until_somebody_writes_from_it(void)
{
    struct fixture f;
    struct str ana = STR("ana@example.org");
    struct str bob = STR("bob@example.org");

    fixture_begin(&f);
    asked(&f, (struct ask){ opt_dead, .text = ana });
    CHECK(asked(&f, (struct ask){ opt_get, .text = ana }) == OPT_DEAD);
    asked(&f, (struct ask){ seen, .text = ana });
    CHECK(asked(&f, (struct ask){ opt_get, .text = ana }) == OPT_IN);
    asked(&f, (struct ask){ opt_set, .text = bob, .in = false });
    asked(&f, (struct ask){ opt_dead, .text = bob });
    asked(&f, (struct ask){ seen, .text = bob });
    CHECK(asked(&f, (struct ask){ opt_get, .text = bob }) == OPT_OUT);
    fixture_end(&f);
}

static int channel_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct str mail = STR("publicworks-mail");
    int rc = tx_counter_add(tx, STR("text"), "forged", e);

    (void)arg;
    if (rc == 0)
        rc = tx_counter_add(tx, STR("text"), "limited", e);
    if (rc == 0)
        rc = tx_counter_add(tx, STR("text"), "forged", e);
    if (rc == 0)
        rc = tx_health_set(tx, mail, STR("cannot log in"), e);
    if (rc == 0)
        rc = tx_cursor_set(tx, mail, "uid", STR("7"), e);
    if (rc == 0)
        rc = tx_cursor_set(tx, mail, "uid", STR("8"), e);
    return rc;
}

static int late_raw(struct store_tx *tx, struct ask *a, struct error *e)
{
    struct raw raw = raw_made("late", "x");

    return tx_raw_add(tx, &raw, &a->got, e);
}

static void a_channel_says_how_it_is(void)
{
    struct fixture f;
    struct filing one = filing_made("1", "x");
    struct channel_row *c;
    struct str value;

    fixture_begin(&f);
    clock_set(5000);
    CHECK(store_run(f.store, channel_work, NULL, &f.e) == 0);
    file(&f, &one);
    clock_set(6000);
    CHECK(asked(&f, (struct ask){ .find = late_raw }) == 2);
    CHECK(store_run(f.store, channel_work, NULL, &f.e) == 0);
    CHECK(store_channels(f.store, &c, &f.a, &f.e) == 0);
    CHECK_STR(c->channel, "publicworks-mail");
    CHECK_STR(c->health, "cannot log in");
    CHECK(c->health_at == 5000); /* since then, though said again */
    CHECK(c->raws == 2 && c->waiting == 1 && c->quarantined == 0);
    CHECK(c->last_at == 6000);
    c = c->next;
    CHECK_STR(c->channel, "text");
    CHECK_STR(c->counters, "forged=4 limited=2");
    CHECK(c->health.n == 0 && c->next == NULL);
    CHECK(store_cursor_get(f.store, STR("publicworks-mail"), "uid", &f.a,
                           &value, &f.e) == 0);
    CHECK_STR(value, "8");
    CHECK(store_cursor_get(f.store, STR("text"), "uid", &f.a, &value, &f.e) ==
          0);
    CHECK_STR(value, "");
    clock_set(0);
    fixture_end(&f);
}

static int seen_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct mailbox nobody = { STR("Nobody"), STR("") };
    int rc = tx_reporter_seen(tx, arg, STR("es"), e);

    return rc < 0 ? rc : tx_reporter_seen(tx, &nobody, STR("en"), e);
}

static void a_reporter_keeps_the_name_they_gave(void)
{
    struct fixture f;
    struct mailbox ana = { STR("Ana"), STR("ana@example.org") };
    int64_t n = 0;

    fixture_begin(&f);
    CHECK(store_run(f.store, seen_work, &ana, &f.e) == 0);
    ana.name = STR("");
    CHECK(store_run(f.store, seen_work, &ana, &f.e) == 0);
    CHECK(db_int(&f.store->read,
                 "SELECT count(*) FROM reporters WHERE name = 'Ana'", &n,
                 &f.e) == 0);
    CHECK(n == 1);
    CHECK(db_int(&f.store->read, "SELECT count(*) FROM reporters", &n, &f.e) ==
          0);
    CHECK(n == 1);
    fixture_end(&f);
}

int main(void)
{
    an_answer_finds_its_ticket();
    the_same_mail_by_another_way_is_told_from_another();
    a_mail_without_an_id_is_told_by_all_its_bytes();
    a_conversation_goes_on_with_its_latest_open_ticket();
    a_ticket_tells_each_event_once_to_each();
    notices_wait_their_turn_and_come_back_when_claimed();
    notices_are_counted_by_address_and_in_all();
    who_says_stop_is_told_nothing_until_they_say_start();
    an_address_is_dead_until_somebody_writes_from_it();
    a_channel_says_how_it_is();
    a_reporter_keeps_the_name_they_gave();
    return tap_done();
}
