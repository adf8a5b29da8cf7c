/* What the other side tells of a notice: late, twice and in any order. */
#include "store_fixture.h"

#include "../tap.h"
#include "pipeline/receipts.h"
#include "store/work.h"

enum { STATES = 6, ORDERS = 720 };

struct telling {
    struct str channel;
    struct receipt receipt;
    struct notice notice; /* as it is afterwards, where id is set */
    int64_t ticket;
    struct arena *a;
};

static int tell(struct store_tx *tx, void *arg, struct error *e)
{
    struct telling *t = arg;

    return receipt_take(tx, t->channel, &t->receipt, &t->ticket, e);
}

/* The answer to our own request, and with it the provider's id. */
static int sent(struct store_tx *tx, void *arg, struct error *e)
{
    struct telling *t = arg;
    int rc;

    t->notice.state = NOTICE_SENT;
    t->notice.remote_id = t->receipt.remote_id;
    rc = tx_notice_set(tx, &t->notice, e);
    return rc < 0 ? rc : receipts_early(tx, &t->notice, e);
}

static int look(struct store_tx *tx, void *arg, struct error *e)
{
    struct telling *t = arg;

    return tx_notice_get(tx, t->notice.id, &t->notice, t->a, e);
}

static void run(struct fixture *f, store_work_fn *work, struct telling *t)
{
    t->a = &f->a;
    if (store_run(f->store, work, t, &f->e) < 0) {
        printf("# %s\n", f->e.text);
        abort();
    }
}

static struct filing filed(struct fixture *f, const char *origin)
{
    struct filing one = filing_made(origin, "Pothole");

    one.notice.message_id =
        str_of(arena_printf(&f->a, "notice-%s@example.org", origin));
    if (store_run(f->store, filing_work, &one, &f->e) < 0) {
        printf("# %s\n", f->e.text);
        abort();
    }
    return one;
}

static struct telling telling_of(const struct filing *f, const char *id)
{
    return (struct telling){
        .channel = f->notice.channel,
        .receipt = { .remote_id = str_of(id) },
        .notice = f->notice,
    };
}

/* The nth order of the six; at the end, what is left of n. */
static int order_of(int n, enum delivery *out)
{
    enum delivery left[STATES] = { DELIVERY_QUEUED, DELIVERY_SENDING,
                                   DELIVERY_SENT,   DELIVERY_DELAYED,
                                   DELIVERY_FAILED, DELIVERY_DELIVERED };

    for (int i = STATES; i > 0; i--) {
        int at = n % i;

        n /= i;
        out[STATES - i] = left[at];
        for (int k = at; k + 1 < i; k++)
            left[k] = left[k + 1];
    }
    return n;
}

static void any_order_ends_the_same(void)
{
    struct fixture f;
    int right = 0;

    fixture_begin(&f);
    for (int n = 0; n < ORDERS; n++) {
        const char *id = arena_printf(&f.a, "SM%d", n);
        struct filing one = filed(&f, id);
        struct telling t = telling_of(&one, id);
        enum delivery order[STATES];

        order_of(n, order);
        for (int i = 0; i < STATES; i++) {
            if (i == n % (STATES + 1))
                run(&f, sent, &t);
            t.receipt.delivery = order[i];
            run(&f, tell, &t);
        }
        if (n % (STATES + 1) == STATES)
            run(&f, sent, &t);
        run(&f, look, &t);
        right += t.notice.delivery == DELIVERY_DELIVERED &&
                 t.notice.state == NOTICE_SENT;
    }
    CHECK(right == ORDERS);
    fixture_end(&f);
}

static int count_events(struct fixture *f, int64_t ticket, const char *kind)
{
    struct ticket_whole w;
    int n = 0;

    if (store_ticket_whole(f->store, ticket, &w, &f->a, &f->e) < 0)
        return -1;
    for (const struct event_row *r = w.events; r != NULL; r = r->next)
        n += str_eq(r->event.kind, str_of(kind));
    return n;
}

static void what_did_not_arrive_is_said_once(void)
{
    struct fixture f;
    struct filing one;
    struct telling t;

    fixture_begin(&f);
    one = filed(&f, "1");
    t = telling_of(&one, "SM1");
    run(&f, sent, &t);
    t.receipt.delivery = DELIVERY_FAILED;
    t.receipt.why = STR("30003: the phone is off");
    run(&f, tell, &t);
    run(&f, tell, &t);
    CHECK(t.ticket == one.ticket.id);
    run(&f, look, &t);
    CHECK(str_eq(t.notice.delivery_why, STR("30003: the phone is off")));
    CHECK(count_events(&f, one.ticket.id, "undelivered") == 1);
    fixture_end(&f);
}

static void a_mail_is_known_by_our_message_id(void)
{
    struct fixture f;
    struct filing one;
    struct telling t;

    fixture_begin(&f);
    one = filed(&f, "1");
    t = telling_of(&one, "");
    t.channel = STR("another-mailbox");
    t.receipt.message_id = t.notice.message_id;
    t.receipt.delivery = DELIVERY_FAILED;
    t.receipt.dead = true;
    run(&f, tell, &t);
    CHECK(t.ticket == one.ticket.id);
    t.receipt.message_id = STR("a.strangers@example.org");
    run(&f, tell, &t);
    CHECK(t.ticket == 0);
    t.receipt.message_id = STR_NONE; /* names nothing: is of nobody */
    run(&f, tell, &t);
    CHECK(t.ticket == 0);
    fixture_end(&f);
}

/* Two providers may call two texts the same. */
static void an_id_counts_in_its_own_channel(void)
{
    struct fixture f;
    struct filing one;
    struct telling t;

    fixture_begin(&f);
    one = filed(&f, "1");
    t = telling_of(&one, "7");
    run(&f, sent, &t);
    t.channel = STR("another");
    t.receipt.delivery = DELIVERY_FAILED;
    run(&f, tell, &t);
    CHECK(t.ticket == 0);
    run(&f, look, &t);
    CHECK(t.notice.delivery == DELIVERY_UNTOLD);
    fixture_end(&f);
}

int main(void)
{
    any_order_ends_the_same();
    what_did_not_arrive_is_said_once();
    a_mail_is_known_by_our_message_id();
    an_id_counts_in_its_own_channel();
    return tap_done();
}
