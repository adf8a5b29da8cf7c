/*
 * say TO KIND SUBJECT TEXT [SETTING VALUE]...
 *
 * Sends one notice through the adapter "smtp"; prints the outcome and why.
 */
#include <stdio.h>

#include "../unit/fake_inbox.h"
#include "net/transfer.h"

extern const struct adapter smtp_adapter;

static void note_sent(void *arg, enum outcome outcome, struct str id,
                      const struct error *why)
{
    static const char *const names[] = { "DONE", "LATER", "NEVER", "UNKNOWN" };

    (void)arg;
    printf("%s %.*s%s\n", names[outcome], STR_FMT(id),
           why == NULL ? "" : why->text);
}

static void closed(void *arg)
{
    (void)arg;
}

static int channel_open(struct channel *c, char **settings, struct error *e)
{
    int rc = settings_default(smtp_adapter.settings, c, c->arena, e);

    for (; rc == 0 && settings[0] != NULL && settings[1] != NULL;
         settings += 2) {
        rc = settings_set(smtp_adapter.settings, c, str_of(settings[0]),
                          str_of(settings[1]), c->arena, e);
    }
    if (rc == 0)
        rc = settings_check(smtp_adapter.settings, c, e);
    return rc < 0 ? rc : smtp_adapter.open(c, e);
}

int main(int argc, char **argv)
{
    static const struct town town = { .jurisdiction = { "springfield", 11 } };
    struct arena a = { 0 };
    struct channel *c = arena_alloc(&a, smtp_adapter.size);
    uv_loop_t loop;
    struct error e;

    if (argc < 5)
        return 64;
    uv_loop_init(&loop);
    c->adapter = &smtp_adapter;
    c->name = "mail";
    c->town = &town;
    c->arena = &a;
    c->loop = &loop;
    if (channel_open(c, argv + 5, &e) < 0 ||
        transfers_open(&c->transfers, &loop, &e) < 0) {
        printf("CONFIG %s\n", e.text);
        uv_loop_close(&loop);
        arena_free(&a);
        return 78;
    }
    smtp_adapter.send(c,
                      &(struct notice){ .to = str_of(argv[1]),
                                        .kind = str_of(argv[2]),
                                        .subject = str_of(argv[3]),
                                        .text = str_of(argv[4]),
                                        .message_id = STR("n1@example.org"),
                                        .token = STR("t0k3n") },
                      note_sent, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    transfers_close(c->transfers, closed, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    arena_free(&a);
    return 0;
}
