/*
 * inlet doctor: what is wrong with this installation, a sentence each, and
 * what to do about it. Changes nothing.
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/template.h"
#include "cmd/cmd.h"
#include "geo/gaz.h"
#include "jail/seal.h"
#include "net/oauth.h"
#include "rules/rules.h"
#include "spine/service.h"
#include "web/embedded.h"

enum { GAZ_OLD_S = 400 * 86400 };

static const char usage[] = "doctor [-c FILE] [--json]";

enum grade { GOOD, LOOK, BAD };

static const char *const grade_names[] = { "good", "look", "bad" };

struct doctor {
    struct config *config;
    bool json;
    int counts[3];
};

static void say(struct doctor *d, enum grade grade, const char *fmt, ...)
    PRINTF(3, 4);

static void say(struct doctor *d, enum grade grade, const char *fmt, ...)
{
    struct buf out = buf_init(16 * 1024);
    struct json j = json_to(&out);
    char text[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    d->counts[grade]++;
    if (d->json) {
        json_begin_object(&j);
        json_kv(&j, "grade", str_of(grade_names[grade]));
        json_kv(&j, "text", str_of(text));
        json_end_object(&j);
        buf_byte(&out, '\n');
    } else {
        buf_printf(&out, "%s  %s\n", grade_names[grade], text);
    }
    cmd_print(&out);
    buf_free(&out);
}

static void check_config(struct doctor *d)
{
    const struct config *c = d->config;
    struct stat st;

    if (c->path == NULL) {
        say(d, LOOK,
            "there is no /etc/inlet.conf: the defaults are used and no "
            "channel is open; start from the commented sample");
        return;
    }
    if (stat(c->path, &st) == 0 && (st.st_mode & 077) != 0 &&
        c->channels != NULL) {
        say(d, LOOK,
            "%s can be read by others: chmod 600, or keep secrets in files "
            "of their own (password file PATH)",
            c->path);
    }
    if (c->channels == NULL) {
        say(d, BAD, "%s opens no channel: nothing can come in", c->path);
    } else {
        say(d, GOOD, "%s is well formed", c->path);
    }
}

static bool some_channel_can(const struct config *c, unsigned can)
{
    for (const struct config_channel *ch = c->channels; ch != NULL;
         ch = ch->next) {
        if ((ch->channel->adapter->can & can) != 0)
            return true;
    }
    return false;
}

static void check_town(struct doctor *d)
{
    const struct town *t = &d->config->town;

    if (!str_starts(t->public_url, STR("https://"))) {
        say(d, LOOK,
            "public-url is %.*s: residents and providers need https, through "
            "a proxy such as the samples show",
            STR_FMT(t->public_url));
    }
    if (some_channel_can(d->config, ADAPTER_SENDS_MAIL) && t->mail_from.n == 0)
        say(d, BAD, "mail can be sent but mail-from is not set");
    if (!some_channel_can(d->config, ADAPTER_SENDS_MAIL | ADAPTER_SENDS_TEXT)) {
        say(d, LOOK,
            "no channel sends: residents are not told that their report has "
            "come in");
    }
    if (t->own_addresses == NULL) {
        say(d, LOOK,
            "no own-address is set: name the town's own addresses, so that "
            "it never answers itself");
    }
}

static void check_rules(struct doctor *d)
{
    struct rules *r;
    struct error e;

    if (rules_load(&r, d->config->town.rules, &e) < 0) {
        say(d, BAD, "the rules do not load: %s", e.text);
        return;
    }
    say(d, GOOD, "the rules load and pass their %d tests", rules_test_count(r));
    rules_free(r);
}

/* Where clerks teach; without it their pages say so. */
static void check_learned(struct doctor *d)
{
    struct str folder = d->config->town.learned;

    if (folder.n == 0) {
        say(d, LOOK,
            "no learned is set: name a folder inlet may write to, so that "
            "clerks can teach it names and words");
    } else if (access(folder.p, R_OK | W_OK | X_OK) < 0) {
        say(d, BAD,
            "the folder that learned names, %.*s, cannot be written to: make "
            "it, owned by who runs inlet",
            STR_FMT(folder));
    }
}

static void check_services(struct doctor *d)
{
    struct services *s;
    struct error e;

    if (services_load(&s, d->config->town.rules, &e) < 0) {
        say(d, BAD, "what the form asks does not load: %s", e.text);
        return;
    }
    if (services_count(s) == 0) {
        say(d, LOOK,
            "no folder of rules has a file of services: the form asks no "
            "questions and clerks have no canned replies");
    }
    services_free(s);
}

static void check_gazetteer(struct doctor *d)
{
    struct str path = d->config->town.gazetteer;
    struct gaz_stats s;
    struct gaz *g;
    struct error e;

    if (path.n == 0) {
        say(d, BAD,
            "no gazetteer is named: reports cannot be placed; make one with "
            "inlet gaz import");
        return;
    }
    if (gaz_open_learned(&g, path.p, d->config->town.rules, &e) < 0) {
        say(d, BAD, "the gazetteer does not open: %s", e.text);
        return;
    }
    gaz_stats(g, &s);
    gaz_close(g);
    if (s.streets == 0) {
        say(d, BAD, "the gazetteer has no streets");
    } else if (clock_now() - s.built_at > GAZ_OLD_S) {
        say(d, LOOK, "the gazetteer is older than a year: import it again");
    } else {
        say(d, GOOD, "the gazetteer has %lld streets and %lld addresses",
            (long long)s.streets, (long long)s.addresses);
    }
}

static void check_templates(struct doctor *d)
{
    struct templates *t;
    struct error e;

    if (templates_load(&t, built_in_templates, d->config->town.templates.p,
                       &e) < 0) {
        say(d, BAD, "the templates do not load: %s", e.text);
        return;
    }
    for (const struct setting_list *l = d->config->town.languages; l != NULL;
         l = l->next) {
        if (!template_has(t, l->value, "received.txt")) {
            say(d, BAD, "there are no templates in language %.*s",
                STR_FMT(l->value));
        }
    }
    templates_free(t);
}

static void check_disk(struct doctor *d)
{
    char *folder = arena_dup(&d->config->arena, d->config->town.database);
    size_t n = strlen(folder);
    struct statvfs v;
    int64_t room;

    while (n > 0 && folder[n - 1] != '/')
        n--;
    folder[n] = '\0';
    if (statvfs(n > 0 ? folder : ".", &v) < 0) {
        say(d, BAD, "the folder of the database, %s, cannot be reached",
            n > 0 ? folder : ".");
        return;
    }
    room = (int64_t)v.f_bavail * (int64_t)v.f_frsize;
    if (room < d->config->town.reserve) {
        say(d, BAD,
            "the disk has %lld MB left, less than the reserve: nothing is "
            "taken in until there is room",
            (long long)(room >> 20));
    } else if (room < 4 * d->config->town.reserve) {
        say(d, LOOK, "the disk has only %lld MB left", (long long)(room >> 20));
    }
}

static void check_channels(struct doctor *d, struct store *store)
{
    struct arena a = { 0 };
    struct channel_row *row = NULL;
    struct error e;

    if (store_channels(store, &row, &a, &e) < 0)
        say(d, BAD, "the channels' state cannot be read: %s", e.text);
    for (; row != NULL; row = row->next) {
        if (row->health.n > 0) {
            say(d, BAD, "channel %.*s: %.*s", STR_FMT(row->channel),
                STR_FMT(row->health));
        }
        if (row->quarantined > 0) {
            say(d, LOOK,
                "channel %.*s: %lld messages could not be read by machine",
                STR_FMT(row->channel), (long long)row->quarantined);
        }
    }
    arena_free(&a);
}

static void check_sign_ins(struct doctor *d)
{
    struct arena a = { 0 };

    for (const struct config_channel *ch = d->config->channels; ch != NULL;
         ch = ch->next) {
        const struct adapter *adapter = ch->channel->adapter;
        const struct oauth_settings *s =
            (const void *)((const char *)ch->channel + adapter->oauth);
        struct oauth_token t;
        struct error e;

        if (adapter->oauth == 0 || s->provider == OAUTH_NONE)
            continue;
        if (oauth_load(s, &a, &t, &e) < 0 && !oauth_alone(s))
            say(d, BAD, "channel %s: %s", ch->channel->name, e.text);
    }
    arena_free(&a);
}

static void check_store(struct doctor *d)
{
    struct store *store;
    struct error e;

    if (cmd_store(&store, d->config, true, &e) < 0) {
        say(d, e.code == E_NONE ? LOOK : BAD, "%s", e.text);
        return;
    }
    say(d, GOOD, "the database %.*s opens", STR_FMT(d->config->town.database));
    check_channels(d, store);
    store_close(store);
}

static void check_kernel(struct doctor *d)
{
    const char *missing = seal_missing();

    if (missing != NULL)
        say(d, LOOK, "%s", missing);
}

int cmd_doctor(int argc, char **argv)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    struct doctor d = { 0 };
    const char *conf = NULL;
    struct error e;
    int option;

    while ((option = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
        if (option == 'c') {
            conf = optarg;
        } else if (option == 'j') {
            d.json = true;
        } else {
            return cmd_usage(usage);
        }
    }
    if (optind != argc)
        return cmd_usage(usage);
    if (cmd_config(&d.config, conf, &e) < 0) {
        say(&d, BAD, "the configuration does not load: %s", e.text);
        return EX_CONFIG;
    }
    check_config(&d);
    check_town(&d);
    check_rules(&d);
    check_learned(&d);
    check_services(&d);
    check_gazetteer(&d);
    check_templates(&d);
    check_disk(&d);
    check_sign_ins(&d);
    check_store(&d);
    check_kernel(&d);
    config_free(d.config);
    return d.counts[BAD] > 0 ? EX_CONFIG : EX_OK;
}
