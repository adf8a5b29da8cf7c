/* inlet list: the inbox as a table. */
#include <getopt.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "cmd/cmd.h"

static const char usage[] =
    "list [-c FILE] [--json] [--state STATE] [--category NAME] "
    "[--channel NAME] [--department NAME] [--search WORDS] [--urgent] "
    "[--limit N]";

static void print_json(const struct ticket *t)
{
    struct buf out = buf_init(1024 * 1024);
    struct json j = json_to(&out);

    json_begin_object(&j);
    ticket_json(&j, t);
    json_end_object(&j);
    buf_byte(&out, '\n');
    cmd_print(&out);
    buf_free(&out);
}

/* Cut to so many characters, with blanks after it up to there. */
static void column(struct str s, int width)
{
    int shown = 0;

    while (s.n > 0 && shown < width) {
        size_t n = utf8_len(s);

        if (n == 0)
            n = 1;
        fwrite(s.p, 1, n, stdout);
        s = str_slice(s, n, s.n);
        shown++;
    }
    printf("%*s  ", width - shown, "");
}

static void print_row(const struct ticket *t)
{
    time_t at = (time_t)t->created_at;
    char when[32];
    struct tm tm;

    localtime_r(&at, &tm);
    strftime(when, sizeof(when), "%d %b %H:%M", &tm);
    printf("%6lld%c ", (long long)t->id, t->urgent ? '!' : ' ');
    column(str_of(when), 12);
    column(str_of(ticket_state_names[t->state]), 8);
    column(t->category, 17);
    column(t->label.n > 0 ? t->label : STR("-"), 30);
    column(t->at.known ? str_of(decision_names[t->decision]) : STR("-"), 6);
    column(t->channel, 14);
    column(t->title, 40);
    putchar('\n');
}

static void each_json(void *arg, const struct ticket *t)
{
    (void)arg;
    print_json(t);
}

static void each_row(void *arg, const struct ticket *t)
{
    (void)arg;
    print_row(t);
}

static int state_named(const char *name)
{
    for (int i = 0; i < TICKET_STATES; i++) {
        if (str_eq(str_of(name), str_of(ticket_state_names[i])))
            return i;
    }
    return -1;
}

struct asked {
    const char *conf;
    bool json;
    struct ticket_filter filter;
};

static bool option_read(struct asked *a, int c)
{
    int64_t n;

    if (c == 'c') {
        a->conf = optarg;
    } else if (c == 'j') {
        a->json = true;
    } else if (c == 's') {
        a->filter.state = state_named(optarg);
    } else if (c == 'g') {
        a->filter.category = str_of(optarg);
    } else if (c == 'n') {
        a->filter.channel = str_of(optarg);
    } else if (c == 'd') {
        a->filter.department = str_of(optarg);
    } else if (c == 'w') {
        a->filter.search = str_of(optarg);
    } else if (c == 'u') {
        a->filter.urgent = true;
    } else if (c == 'l' && str_int(str_of(optarg), &n) && n > 0 &&
               n <= 1000000) {
        a->filter.limit = (int)n;
    } else {
        return false;
    }
    return c != 's' || a->filter.state >= 0;
}

static int options(int argc, char **argv, struct asked *a)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "json", no_argument, NULL, 'j' },
        { "state", required_argument, NULL, 's' },
        { "category", required_argument, NULL, 'g' },
        { "channel", required_argument, NULL, 'n' },
        { "department", required_argument, NULL, 'd' },
        { "search", required_argument, NULL, 'w' },
        { "urgent", no_argument, NULL, 'u' },
        { "limit", required_argument, NULL, 'l' },
        { 0 },
    };
    int c;

    a->filter.state = -1;
    a->filter.limit = 1000;
    while ((c = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
        if (!option_read(a, c))
            return -1;
    }
    return optind == argc ? 0 : -1;
}

static int list(struct config *c, const struct asked *asked, struct error *e)
{
    struct store *store;
    int rc = cmd_store(&store, c, true, e);

    if (rc < 0)
        return rc;
    if (!asked->json) {
        puts("number  received      state     category           place"
             "                           sure    channel         title");
    }
    rc = store_tickets(store, &asked->filter,
                       asked->json ? each_json : each_row, NULL, e);
    store_close(store);
    return rc;
}

int cmd_list(int argc, char **argv)
{
    struct asked asked = { 0 };
    struct config *c;
    struct error e;
    int rc;

    if (options(argc, argv, &asked) < 0)
        return cmd_usage(usage);
    rc = cmd_config(&c, asked.conf, &e);
    if (rc == 0) {
        rc = list(c, &asked, &e);
        config_free(c);
    }
    return rc < 0 ? cmd_failed(&e) : EX_OK;
}
