/* What is due is sent once, and what was withdrawn is not sent at all. */
#include "pipeline/outbox.h"

#include "../tap.h"
#include "store/work.h"
#include "store_fixture.h"

static int sends;

/* Says at once that it is with the other side. */
static void send_now(struct channel *ch, const struct notice *n,
                     notice_sent_fn *sent, void *arg)
{
    (void)ch;
    (void)n;
    sends++;
    sent(arg, OUTCOME_DONE, STR("theirs-1"), NULL);
}

static const struct adapter by_mail = { .name = "mail",
                                        .can = ADAPTER_SENDS_MAIL,
                                        .send = send_now };
static struct channel post = { .adapter = &by_mail,
                               .name = "publicworks-mail" };
static struct config_channel post_line = { .channel = &post };
static struct config town = { .channels = &post_line };

struct running {
    struct fixture f;
    uv_loop_t loop;
    struct outbox *outbox;
};

/* One notice that is due. */
static void running_begin(struct running *r)
{
    struct filing one = filing_made("1", "hole");

    sends = 0;
    fixture_begin(&r->f);
    uv_loop_init(&r->loop);
    if (store_run(r->f.store, filing_work, &one, &r->f.e) < 0 ||
        outbox_open(&r->outbox, &r->loop, &town, r->f.store, &r->f.e) < 0)
        abort();
}

static void running_end(struct running *r)
{
    outbox_free(r->outbox);
    store_close(r->f.store);
    r->f.store = NULL;
    uv_run(&r->loop, UV_RUN_DEFAULT);
    uv_loop_close(&r->loop);
    fixture_end(&r->f);
}

/* What was submitted goes to the writer now, in its order. */
static void run(struct running *r)
{
    if (store_attach(r->f.store, &r->loop, &r->f.e) < 0)
        abort();
    outbox_close(r->outbox);
    uv_run(&r->loop, UV_RUN_DEFAULT);
}

static enum notice_state state_now(struct running *r)
{
    struct notice n = { .id = 0 };

    if (store_notice_get(r->f.store, 1, &n, &r->f.a, &r->f.e) < 0)
        abort();
    return n.state;
}

static void what_is_due_is_sent_once(void)
{
    struct running r;

    running_begin(&r);
    outbox_kick(r.outbox);
    outbox_kick(r.outbox);
    run(&r);
    CHECK(sends == 1);
    CHECK(state_now(&r) == NOTICE_SENT);
    running_end(&r);
}

static int withdraw(struct store_tx *tx, void *arg, struct error *e)
{
    struct running *r = arg;
    struct notice n;
    int rc = tx_notice_get(tx, 1, &n, &r->f.a, e);

    n.state = NOTICE_WITHDRAWN;
    return rc < 0 ? rc : tx_notice_set(tx, &n, e);
}

static void ignore(void *arg, int rc, const struct error *e)
{
    (void)arg;
    (void)rc;
    (void)e;
}

/* The outbox has seen it due, but the writer comes to the undoing first. */
static void what_was_undone_in_the_last_moment_is_not_sent(void)
{
    struct running r;

    running_begin(&r);
    store_submit(r.f.store, withdraw, ignore, &r);
    outbox_kick(r.outbox);
    run(&r);
    CHECK(sends == 0);
    CHECK(state_now(&r) == NOTICE_WITHDRAWN);
    running_end(&r);
}

int main(void)
{
    what_is_due_is_sent_once();
    what_was_undone_in_the_last_moment_is_not_sent();
    return tap_done();
}
