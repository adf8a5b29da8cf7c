#include "spine/config.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/file.h"
#include "spine/config_internal.h"
#include "spine/location.h"

enum { CONFIG_MAX = 1024 * 1024 };

#define AT(field) offsetof(struct town, field)

const struct setting town_settings[] = {
    { .name = "town",
      .kind = SETTING_TEXT,
      .offset = AT(name),
      .fallback = "the town",
      .help = "The town's name, as residents call it." },
    { .name = "jurisdiction",
      .kind = SETTING_TEXT,
      .offset = AT(jurisdiction),
      .fallback = "town",
      .help = "A short name that every row carries." },
    { .name = "language",
      .kind = SETTING_LIST,
      .offset = AT(languages),
      .help = "A language residents are answered in; the first one is used "
              "for who has not shown another. May stand several times." },
    { .name = "public-url",
      .kind = SETTING_TEXT,
      .offset = AT(public_url),
      .fallback = "http://127.0.0.1:8311",
      .help = "How the world reaches the web pages and webhooks." },
    { .name = "emergency",
      .kind = SETTING_TEXT,
      .offset = AT(emergency),
      .fallback = "911",
      .help = "The number to call when somebody is in danger." },
    { .name = "mail-from",
      .kind = SETTING_TEXT,
      .offset = AT(mail_from),
      .help = "Who mail to residents is from: Name <address>." },
    { .name = "colour",
      .kind = SETTING_TEXT,
      .offset = AT(colour),
      .fallback = "#005ea2",
      .help = "The town's colour on residents' pages, like #1a5f8a." },
    { .name = "embed",
      .kind = SETTING_LIST,
      .offset = AT(embed),
      .help = "A site that may show the report form in a frame: "
              "https://HOST. May stand several times." },
    { .name = "database",
      .kind = SETTING_TEXT,
      .offset = AT(database),
      .fallback = "inlet.db",
      .help = "The file that is the inbox." },
    { .name = "gazetteer",
      .kind = SETTING_TEXT,
      .offset = AT(gazetteer),
      .help = "The town's map, made by inlet gaz import." },
    { .name = "rules",
      .kind = SETTING_LIST,
      .offset = AT(rules),
      .help = "A folder of rule files; a later one overrides an earlier." },
    { .name = "learned",
      .kind = SETTING_TEXT,
      .offset = AT(learned),
      .help = "A folder inlet may write to, for what clerks teach it; it is "
              "read as the last folder of rules." },
    { .name = "templates",
      .kind = SETTING_TEXT,
      .offset = AT(templates),
      .help = "A folder whose files replace the built-in templates." },
    { .name = "listen",
      .kind = SETTING_TEXT,
      .offset = AT(listen),
      .fallback = "127.0.0.1:8311",
      .help = "Where the web server listens: ADDRESS:PORT or unix:PATH." },
    { .name = "own-address",
      .kind = SETTING_LIST,
      .offset = AT(own_addresses),
      .help = "An address that is ours: mail from it is never answered." },
    { .name = "forwarder",
      .kind = SETTING_LIST,
      .offset = AT(forwarders),
      .help = "Staff who forward mail: an address, or @domain." },
    { .name = "workers",
      .kind = SETTING_NUMBER,
      .offset = AT(workers),
      .min = 1,
      .max = 64,
      .fallback = "2",
      .help = "How many processes read messages." },
    { .name = "reserve",
      .kind = SETTING_BYTES,
      .offset = AT(reserve),
      .min = 0,
      .max = (int64_t)1 << 50,
      .fallback = "64m",
      .help = "Room on the disk that is never used." },
    { .name = "geocoder",
      .kind = SETTING_CHOICE,
      .offset = AT(geocoder),
      .fallback = "none",
      .choices = remote_service_names,
      .help = "A service asked for places that the gazetteer lacks." },
    { .name = "geocoder-url",
      .kind = SETTING_TEXT,
      .offset = AT(geocoder_url),
      .help = "Where that service is, without its /search or /api." },
    { .name = "geocoder-rate",
      .kind = SETTING_NUMBER,
      .offset = AT(geocoder_rate),
      .min = 1,
      .max = 100,
      .fallback = "1",
      .help = "How many times a second it may be asked." },
    { .name = "rspamd",
      .kind = SETTING_TEXT,
      .offset = AT(rspamd),
      .help = "An rspamd that each mail is shown to before it is read." },
    { .name = "rspamd-wait",
      .kind = SETTING_NUMBER,
      .offset = AT(rspamd_wait),
      .min = 1,
      .max = 60,
      .fallback = "10",
      .help = "How many seconds a mail waits for its answer, at most." },
    { .name = "tile-url",
      .kind = SETTING_TEXT,
      .offset = AT(tile_url),
      .help = "A map from outside: https://HOST/{z}/{x}/{y}.png; without it "
              "the map is drawn from the gazetteer." },
    { .name = "tile-attribution",
      .kind = SETTING_TEXT,
      .offset = AT(tile_attribution),
      .help = "Who is to be named with that map." },
    { .name = "public-map",
      .kind = SETTING_FLAG,
      .offset = AT(public_map),
      .fallback = "no",
      .help = "Is there a page /map that shows everybody recent reports?" },
    { .name = "public-words",
      .kind = SETTING_FLAG,
      .offset = AT(public_words),
      .fallback = "no",
      .help = "Does it show what residents wrote? Their names, addresses and "
              "numbers are left out." },
    { .name = "public-hide",
      .kind = SETTING_LIST,
      .offset = AT(public_hide),
      .help = "A category that is never shown there, besides those that say "
              "who was at whose door. May stand several times." },
    { .name = NULL },
};

struct loader {
    struct config *config;
    struct config_channel **tail;
    struct channel *channel; /* the block we are in, or NULL */
};

static int channel_named(const struct config *c, const char *name)
{
    for (const struct config_channel *ch = c->channels; ch != NULL;
         ch = ch->next) {
        if (strcmp(ch->channel->name, name) == 0)
            return ch->line;
    }
    return 0;
}

static int name_check(struct str name, struct error *e)
{
    for (size_t i = 0; i < name.n; i++) {
        if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.", name.p[i]) ==
            NULL) {
            return error(e, E_SYNTAX,
                         "a channel's name is made of a-z 0-9 - _ . only, "
                         "not \"%.*s\"",
                         STR_FMT(name));
        }
    }
    if (name.n == 0)
        return error(e, E_SYNTAX, "channel needs a kind and a name");
    return 0;
}

static int channel_begin(struct loader *l, struct str value, int line,
                         struct error *e)
{
    struct arena *a = &l->config->arena;
    struct str kind = str_word(&value);
    const struct adapter *adapter = adapter_find(kind);
    struct config_channel *item = arena_new(a, struct config_channel);
    struct channel *ch;

    if (adapter == NULL) {
        return error(e, E_NONE, "there is no kind of channel \"%.*s\"",
                     STR_FMT(kind));
    }
    if (name_check(value, e) < 0)
        return e->code;
    ch = arena_alloc(a, adapter->size);
    ch->adapter = adapter;
    ch->name = arena_dup(a, value);
    ch->town = &l->config->town;
    ch->arena = a;
    if (channel_named(l->config, ch->name) != 0) {
        return error(e, E_CONFIG, "channel %s stands at line %d already",
                     ch->name, channel_named(l->config, ch->name));
    }
    item->channel = ch;
    item->line = line;
    *l->tail = item;
    l->tail = &item->next;
    l->channel = ch;
    if (adapter->settings == NULL)
        return 0;
    return settings_default(adapter->settings, ch, a, e);
}

static int statement(void *arg, struct str keyword, struct str value, int line,
                     struct error *e)
{
    struct loader *l = arg;
    struct arena *a = &l->config->arena;

    if (str_eq(keyword, STR("channel")))
        return channel_begin(l, value, line, e);
    if (l->channel == NULL) {
        return settings_set(town_settings, &l->config->town, keyword, value, a,
                            e);
    }
    if (l->channel->adapter->settings == NULL) {
        return error(e, E_NONE, "a %s channel has no settings",
                     l->channel->adapter->name);
    }
    return settings_set(l->channel->adapter->settings, l->channel, keyword,
                        value, a, e);
}

static int channels_check(struct config *c, struct error *e)
{
    for (const struct config_channel *item = c->channels; item != NULL;
         item = item->next) {
        struct channel *ch = item->channel;
        int rc = 0;

        if (ch->adapter->settings != NULL)
            rc = settings_check(ch->adapter->settings, ch, e);
        if (rc == 0)
            rc = ch->adapter->open(ch, e);
        if (rc < 0) {
            return error_in(e, "%s:%d: channel %s", c->path, item->line,
                            ch->name);
        }
    }
    return 0;
}

/* What answers are sent from is ours, whether or not it is named again. */
static void own_address_add(struct config *c)
{
    struct setting_list **tail = &c->town.own_addresses;
    struct str address = c->town.mail_from;

    if (str_find(address, STR("<")) < address.n)
        str_until(&address, STR("<"));
    address = str_trim(str_until(&address, STR(">")));
    if (address.n == 0)
        return;
    for (; *tail != NULL; tail = &(*tail)->next) {
        if (str_case_eq((*tail)->value, address))
            return;
    }
    *tail = arena_new(&c->arena, struct setting_list);
    (*tail)->value = address;
}

/* What clerks teach is read after all that the town has written. */
static void learned_add(struct config *c)
{
    struct setting_list **tail = &c->town.rules;

    if (c->town.learned.n == 0)
        return;
    while (*tail != NULL)
        tail = &(*tail)->next;
    *tail = arena_new(&c->arena, struct setting_list);
    (*tail)->value = c->town.learned;
}

static void town_finish(struct config *c)
{
    struct town *t = &c->town;

    own_address_add(c);
    learned_add(c);
    if (t->languages == NULL) {
        t->languages = arena_new(&c->arena, struct setting_list);
        t->languages->value = STR("en");
    }
    t->language = t->languages->value;
    while (t->public_url.n > 0 && t->public_url.p[t->public_url.n - 1] == '/') {
        t->public_url = arena_str(
            &c->arena, str_slice(t->public_url, 0, t->public_url.n - 1));
    }
}

/* https anywhere; http only to this machine. */
static int geocoder_check(const struct config *c, struct error *e)
{
    const struct town *t = &c->town;
    struct str url = t->geocoder_url;

    if (t->geocoder == REMOTE_NONE)
        return 0;
    if (t->gazetteer.n == 0) {
        return error(e, E_CONFIG,
                     "%s: geocoder needs a gazetteer, to know what lies in "
                     "the town",
                     c->path);
    }
    if (url_is_safe(url) && str_find(url, STR("@")) == url.n &&
        str_find(url, STR("?")) == url.n)
        return 0;
    return error(e, E_CONFIG,
                 "%s: geocoder-url is an address like https://HOST, or "
                 "http:// on this machine",
                 c->path);
}

static int load(struct config *c, struct error *e)
{
    struct loader l = { .config = c, .tail = &c->channels };
    struct str text;
    int rc = settings_default(town_settings, &c->town, &c->arena, e);

    if (rc == 0 && c->path != NULL)
        rc = file_read(&c->arena, c->path, CONFIG_MAX, &text, e);
    if (rc == 0 && c->path != NULL)
        rc = conf_read(text, c->path, statement, &l, e);
    if (rc < 0)
        return rc;
    town_finish(c);
    rc = geocoder_check(c, e);
    if (rc == 0)
        rc = town_rspamd_check(&c->town, c->path, e);
    if (rc == 0)
        rc = town_look_check(&c->town, c->path, e);
    return rc < 0 ? rc : channels_check(c, e);
}

int config_load(struct config **out, const char *path, struct error *e)
{
    struct config *c = calloc(1, sizeof(*c));
    int rc;

    if (c == NULL)
        abort();
    c->path = path;
    rc = load(c, e);
    if (rc < 0) {
        config_free(c);
        return rc;
    }
    *out = c;
    return 0;
}

void config_free(struct config *c)
{
    arena_free(&c->arena);
    free(c);
}
