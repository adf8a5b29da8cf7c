/*
 * Runs the mail channels of a config file without the rest of the program:
 * the inbox is a text file, and every event is a line on standard output.
 *
 * usage: imap_harness CONF JOURNAL [refuse=N] [hold]
 *
 * refuse=N: the first N raws cannot be stored. hold: nothing is answered for
 * before SIGUSR1. SIGTERM stops the channels, then the program.
 *
 * A journal line is "raw CHANNEL ORIGIN", "mark CHANNEL ORIGIN" or
 * "cursor CHANNEL KEY VALUE".
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "mail/mail.h"
#include "net/oauth_keeper.h"
#include "net/transfer.h"
#include "spine/config.h"

enum { JOURNAL_MAX = 64 * 1024 * 1024 };

struct scripted {
    struct channel *channel;
    void *arg;
    int rc;
    struct scripted *next;
};

/* The stand-in for the inbox. */
struct inbox {
    struct buf journal; /* all lines so far */
    FILE *file;
    uv_timer_t soon;
    uv_signal_t term, go;
    struct scripted *first, **last;
    struct config *config;
    struct transfers *transfers;
    struct oauth_keeper *oauth;
    int refuse;
    int running;
    bool hold;
};

static struct str word_after(struct str line, const char *a, const char *b)
{
    struct str rest = line;

    if (!str_eq(str_word(&rest), str_of(a)) ||
        !str_eq(str_word(&rest), str_of(b)))
        return STR_NONE;
    return str_trim(rest);
}

static void journal_line(struct inbox *in, const char *kind,
                         const struct channel *ch, struct str rest)
{
    size_t at = in->journal.n;

    buf_printf(&in->journal, "%s %s %.*s\n", kind, ch->name, STR_FMT(rest));
    fwrite(in->journal.p + at, 1, in->journal.n - at, in->file);
    fflush(in->file);
}

static bool journal_has(const struct inbox *in, const char *kind,
                        const struct channel *ch, struct str what)
{
    struct str all = buf_str(&in->journal);

    while (all.n > 0) {
        if (str_eq(word_after(str_line(&all), kind, ch->name), what))
            return true;
    }
    return false;
}

static void on_soon(uv_timer_t *t)
{
    struct inbox *in = t->data;

    while (in->first != NULL && !in->hold) {
        struct scripted *a = in->first;

        in->first = a->next;
        if (in->first == NULL)
            in->last = &in->first;
        a->channel->adapter->accepted(a->channel, a->arg, a->rc);
        free(a);
    }
}

static int store(struct inbox *in, const struct channel *ch, struct str origin)
{
    if (in->refuse > 0) {
        in->refuse--;
        return E_FULL;
    }
    if (journal_has(in, "raw", ch, origin))
        return E_DUPLICATE;
    journal_line(in, "raw", ch, origin);
    return 0;
}

void inbox_accept(struct channel *ch, const struct raw *raw, void *arg)
{
    struct inbox *in = ch->inbox;
    struct scripted *a = calloc(1, sizeof(*a));
    struct arena home = { 0 };
    struct str sum =
        digest_hex(&home, digest(&home, DIGEST_SHA256, raw->bytes));
    struct str junk = raw_envelope(raw, "junk");

    if (a == NULL)
        abort();
    a->channel = ch;
    a->arg = arg;
    a->rc = store(in, ch, raw->origin);
    *in->last = a;
    in->last = &a->next;
    printf("accept %s %.*s bytes=%zu full=%lld quiet=%d at=%lld sha256=%.*s "
           "junk=%.*s %s\n",
           ch->name, STR_FMT(raw->origin), raw->bytes.n,
           (long long)raw->full_size, raw->quiet, (long long)raw->received_at,
           STR_FMT(sum), STR_FMT(junk.n > 0 ? junk : STR("no")),
           a->rc == 0             ? "stored"
           : a->rc == E_DUPLICATE ? "again"
                                  : "refused");
    arena_free(&home);
    uv_timer_start(&in->soon, on_soon, 0, 0);
}

int inbox_origins(struct channel *ch, struct str prefix, origin_fn *each,
                  void *arg, struct error *e)
{
    struct str all = buf_str(&ch->inbox->journal);

    (void)e;
    while (all.n > 0) {
        struct str origin = word_after(str_line(&all), "raw", ch->name);

        if (origin.n > 0 && str_starts(origin, prefix))
            each(arg, origin, journal_has(ch->inbox, "mark", ch, origin));
    }
    return 0;
}

void inbox_marked(struct channel *ch, struct str origin)
{
    journal_line(ch->inbox, "mark", ch, origin);
    printf("marked %s %.*s\n", ch->name, STR_FMT(origin));
}

void inbox_cursor_set(struct channel *ch, const char *key, struct str value)
{
    struct arena a = { 0 };

    journal_line(ch->inbox, "cursor", ch,
                 str_of(arena_printf(&a, "%s %.*s", key, STR_FMT(value))));
    printf("cursor %s %s %.*s\n", ch->name, key, STR_FMT(value));
    arena_free(&a);
}

int inbox_cursor_get(struct channel *ch, const char *key, struct arena *a,
                     struct str *value, struct error *e)
{
    struct str all = buf_str(&ch->inbox->journal);

    (void)e;
    *value = STR_NONE;
    while (all.n > 0) {
        struct str rest = word_after(str_line(&all), "cursor", ch->name);

        if (str_eq(str_word(&rest), str_of(key)))
            *value = arena_str(a, rest);
    }
    return 0;
}

void inbox_backlog_told(struct channel *ch, int64_t n)
{
    (void)ch;
    (void)n;
}

void inbox_sign_in_told(struct channel *ch, int64_t ends_at)
{
    printf("sign-in %s %lld\n", ch->name, (long long)ends_at);
}

void inbox_health(struct channel *ch, const char *fmt, ...)
{
    va_list ap;

    printf(fmt == NULL ? "well %s" : "health %s ", ch->name);
    if (fmt != NULL) {
        va_start(ap, fmt);
        vprintf(fmt, ap);
        va_end(ap);
    }
    printf("\n");
}

/* Nobody's mail names a ticket here. */
int inbox_token(struct channel *ch, struct str token, struct error *e)
{
    (void)token;
    return error(e, E_NONE, "%s has no tickets", ch->name);
}

void inbox_count(struct channel *ch, const char *what)
{
    printf("count %s %s\n", ch->name, what);
}

void inbox_opt(struct channel *ch, struct str address, bool in)
{
    printf("opt %s %.*s %d\n", ch->name, STR_FMT(address), in);
}

void inbox_told(struct channel *ch, const struct receipt *r)
{
    printf("told %s %.*s %s\n", ch->name, STR_FMT(r->remote_id),
           delivery_names[r->delivery]);
}

/* Reading is another's work: here no mail is ever read. */
__attribute__((weak)) int mail_read(struct message *m, const struct raw *raw,
                                    const struct reading_context *c,
                                    struct arena *a, struct error *e)
{
    (void)m;
    (void)raw;
    (void)c;
    (void)a;
    return error(e, E_NONE, "not here");
}

__attribute__((weak)) int mail_part(struct str *bytes, const struct raw *raw,
                                    int part, struct arena *a, struct error *e)
{
    (void)bytes;
    (void)raw;
    (void)part;
    (void)a;
    return error(e, E_NONE, "not here");
}

static void transfers_gone(void *arg)
{
    (void)arg;
}

static void tokens_kept(void *arg)
{
    struct inbox *in = arg;

    transfers_close(in->transfers, transfers_gone, NULL);
}

static void stopped(struct channel *ch)
{
    struct inbox *in = ch->inbox;

    printf("stopped %s\n", ch->name);
    if (--in->running > 0)
        return;
    oauth_keeper_close(in->oauth, tokens_kept, in);
    uv_close((uv_handle_t *)&in->soon, NULL);
    uv_close((uv_handle_t *)&in->term, NULL);
    uv_close((uv_handle_t *)&in->go, NULL);
}

static void on_term(uv_signal_t *s, int number)
{
    struct inbox *in = s->data;

    (void)number;
    uv_signal_stop(s);
    in->hold = false;
    uv_timer_start(&in->soon, on_soon, 0, 0);
    for (struct config_channel *c = in->config->channels; c != NULL;
         c = c->next)
        c->channel->adapter->stop(c->channel, stopped);
}

static void on_go(uv_signal_t *s, int number)
{
    struct inbox *in = s->data;

    (void)number;
    in->hold = false;
    uv_timer_start(&in->soon, on_soon, 0, 0);
}

static int prepare(struct inbox *in, char **argv, struct error *e)
{
    struct arena a = { 0 };
    struct str old = STR_NONE;

    in->journal = buf_init(JOURNAL_MAX);
    in->last = &in->first;
    in->file = fopen(argv[2], "a");
    if (in->file == NULL)
        return error(e, E_NONE, "cannot open %s", argv[2]);
    if (file_read(&a, argv[2], JOURNAL_MAX, &old, e) < 0)
        return e->code;
    buf_add(&in->journal, old);
    arena_free(&a);
    for (char **arg = argv + 3; *arg != NULL; arg++) {
        int64_t n;

        if (strcmp(*arg, "hold") == 0)
            in->hold = true;
        else if (strncmp(*arg, "refuse=", 7) == 0 &&
                 str_int(str_of(*arg + 7), &n))
            in->refuse = (int)n;
    }
    return config_load(&in->config, argv[1], e);
}

static void begin(struct inbox *in, uv_loop_t *loop)
{
    struct error e;

    uv_timer_init(loop, &in->soon);
    uv_signal_init(loop, &in->term);
    uv_signal_init(loop, &in->go);
    in->soon.data = in;
    in->term.data = in;
    in->go.data = in;
    uv_signal_start(&in->term, on_term, SIGTERM);
    uv_signal_start(&in->go, on_go, SIGUSR1);
    if (transfers_open(&in->transfers, loop, &e) < 0)
        abort();
    oauth_keeper_open(&in->oauth, loop, in->transfers);
    for (struct config_channel *c = in->config->channels; c != NULL;
         c = c->next) {
        c->channel->loop = loop;
        c->channel->inbox = in;
        c->channel->oauth = in->oauth;
        in->running++;
        c->channel->adapter->start(c->channel);
    }
    printf("ready\n");
}

int main(int argc, char **argv)
{
    struct inbox in = { 0 };
    uv_loop_t loop;
    struct error e;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 3) {
        fprintf(stderr, "usage: %s CONF JOURNAL [refuse=N] [hold]\n", argv[0]);
        return 64;
    }
    log_level_set(LOG_DEBUG);
    if (prepare(&in, argv, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return 78;
    }
    uv_loop_init(&loop);
    begin(&in, &loop);
    uv_run(&loop, UV_RUN_DEFAULT);
    printf(uv_loop_close(&loop) == 0 ? "clean\n" : "handles are left\n");
    config_free(in.config);
    buf_free(&in.journal);
    fclose(in.file);
    return 0;
}
