/*
 * The jail's promise: whatever reading a raw does to a worker, the raw gets
 * an answer, the next raw is read, and nothing was let out.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "base/log.h"
#include "jail/jail.h"

#include "../tap.h"

#if defined(__SANITIZE_ADDRESS__)
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

static int do_echo(struct message *m, const struct raw *raw, struct error *e)
{
    (void)e;
    m->visible = str_slice(raw->bytes, 0, 100);
    return 0;
}

static int do_refuse(struct message *m, const struct raw *raw, struct error *e)
{
    (void)m;
    (void)raw;
    return error(e, E_SYNTAX, "this is no message");
}

static int do_crash(struct message *m, const struct raw *raw, struct error *e)
{
    (void)m;
    (void)raw;
    (void)e;
    abort();
}

static int do_spin(struct message *m, const struct raw *raw, struct error *e)
{
    for (volatile unsigned i = 0; raw->bytes.n > 0; i = i + 1)
        continue;
    return do_echo(m, raw, e);
}

static int do_open(struct message *m, const struct raw *raw, struct error *e)
{
    (void)raw;
    (void)e;
    m->visible =
        open("/etc/passwd", O_RDONLY) < 0 ? STR("refused") : STR("opened");
    return 0;
}

static int do_connect(struct message *m, const struct raw *raw, struct error *e)
{
    (void)raw;
    (void)e;
    m->visible =
        socket(AF_INET, SOCK_STREAM, 0) < 0 ? STR("refused") : STR("connected");
    return 0;
}

static int do_fork(struct message *m, const struct raw *raw, struct error *e)
{
    (void)raw;
    (void)e;
    m->visible = fork() < 0 ? STR("refused") : STR("forked");
    return 0;
}

static int do_eat(struct message *m, const struct raw *raw, struct error *e)
{
    void *p = mmap(NULL, (size_t)2 << 30, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)raw;
    (void)e;
    m->visible = p == MAP_FAILED ? STR("refused") : STR("eaten");
    return 0;
}

static int do_run(struct message *m, const struct raw *raw, struct error *e)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)raw;
    (void)e;
    m->visible = p == MAP_FAILED ? STR("refused") : STR("executable");
    return 0;
}

static const struct {
    const char *word;
    int (*act)(struct message *m, const struct raw *raw, struct error *e);
} acts[] = {
    { "refuse", do_refuse },   { "crash", do_crash }, { "spin", do_spin },
    { "open", do_open },       { "eat", do_eat },     { "run", do_run },
    { "connect", do_connect }, { "fork", do_fork },
};

static int test_read(struct message *m, const struct raw *raw,
                     const struct reading_context *context, struct arena *a,
                     struct error *e)
{
    (void)context;
    (void)a;
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        if (str_eq(raw->bytes, str_of(acts[i].word)))
            return acts[i].act(m, raw, e);
    }
    return do_echo(m, raw, e);
}

static const struct adapter test_adapter = { .name = "test",
                                             .read = test_read };
const struct adapter *const adapters[] = { &test_adapter, NULL };

const struct adapter *adapter_find(struct str name)
{
    return str_eq(name, STR("test")) ? &test_adapter : NULL;
}

const struct adapter *adapter_for_file(struct str path)
{
    (void)path;
    return NULL;
}

struct asked {
    struct raw raw;
    int answers;
    int rc;
    char visible[128];
    struct jail *jail;
    int *left;
};

static void answered(void *arg, int rc, const struct reading *reading,
                     struct arena *home, const struct error *why)
{
    struct asked *a = arg;

    (void)home;
    (void)why;
    a->answers++;
    a->rc = rc;
    if (rc == 0 && reading->message.visible.n < sizeof(a->visible))
        memcpy(a->visible, reading->message.visible.p,
               reading->message.visible.n);
    if (--*a->left == 0)
        jail_stop(a->jail);
}

enum { MOST = 200 };

/* Reads the texts in a jail of its own, until each has had its answer. */
static void read_all(const char *const *texts, struct asked *asked, int n)
{
    static const struct jail_limits limits = {
        .wall_ms = 1500, .cpu_s = 1, .memory_mb = 256, .recycle = 50
    };
    struct setting_list rules = { .value = STR("rules") };
    struct town town = { .workers = 2, .rules = &rules };
    struct jail *jail;
    struct error e;
    uv_loop_t loop;
    int left = n;

    if (jail_prepare(&jail, &town, &limits, &e) < 0)
        abort();
    uv_loop_init(&loop);
    if (jail_start(jail, &loop, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        abort();
    }
    for (int i = 0; i < n; i++) {
        asked[i] = (struct asked){ .jail = jail, .left = &left };
        asked[i].raw.adapter = STR("test");
        asked[i].raw.bytes = str_of(texts[i]);
        jail_read(jail, &asked[i].raw, answered, &asked[i]);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    jail_free(jail);
    uv_loop_close(&loop);
}

static void a_message_that_kills_its_reader_costs_only_itself(void)
{
    const char *texts[] = { "one", "crash", "two", "crash", "refuse", "three" };
    struct asked asked[COUNT_OF(texts)];

    read_all(texts, asked, COUNT_OF(texts));
    CHECK_STR(str_of(asked[0].visible), "one");
    CHECK(asked[1].rc == E_DIED);
    CHECK_STR(str_of(asked[2].visible), "two");
    CHECK(asked[3].rc == E_DIED);
    CHECK(asked[4].rc == E_SYNTAX);
    CHECK_STR(str_of(asked[5].visible), "three");
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        CHECK(asked[i].answers == 1);
}

static void a_message_that_never_ends_is_ended(void)
{
    const char *texts[] = { "spin", "after" };
    struct asked asked[COUNT_OF(texts)];

    read_all(texts, asked, COUNT_OF(texts));
    CHECK(asked[0].rc == E_DIED || asked[0].rc == E_TIMEOUT);
    CHECK_STR(str_of(asked[1].visible), "after");
}

static void nothing_is_let_out(void)
{
    const char *texts[] = { "open", "run", "eat", "connect", "fork" };
    struct asked asked[COUNT_OF(texts)];

    read_all(texts, asked, COUNT_OF(texts));
    CHECK_STR(str_of(asked[0].visible), "refused");
    CHECK(strcmp(asked[1].visible, "executable") != 0);
    if (!sanitized) { /* there, the sanitizer needs what is refused here */
        CHECK_STR(str_of(asked[2].visible), "refused");
        CHECK(asked[3].rc == E_DIED);
        CHECK(asked[4].rc == E_DIED);
    }
}

static void workers_are_replaced_and_no_message_is_lost_by_it(void)
{
    static const char *texts[MOST];
    static struct asked asked[MOST];
    int answered_well = 0;

    for (int i = 0; i < MOST; i++)
        texts[i] = "again";
    read_all(texts, asked, MOST);
    for (int i = 0; i < MOST; i++)
        answered_well += asked[i].rc == 0 && asked[i].answers == 1;
    CHECK(answered_well == MOST);
}

int main(void)
{
    log_level_set(LOG_ERROR);
    a_message_that_kills_its_reader_costs_only_itself();
    a_message_that_never_ends_is_ended();
    nothing_is_let_out();
    workers_are_replaced_and_no_message_is_lost_by_it();
    return tap_done();
}
