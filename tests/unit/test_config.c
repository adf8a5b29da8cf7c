/* inlet.conf: what is wrong is named with its line; the manual has it all. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "spine/config.h"

#include "../tap.h"
#include "../temp.h"

static int load(const char *text, struct config **c, struct error *e)
{
    char path[TEMP_ROOM];
    int fd = temp_file(path, "conf");
    int rc;

    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        abort();
    close(fd);
    rc = config_load(c, path, e);
    unlink(path);
    return rc;
}

static void what_is_wrong_is_named_with_its_line(void)
{
    static const struct {
        const char *text, *sentence;
    } wrong[] = {
        { "town Elm\nlisten\n", ":2: listen needs a value" },
        { "# a remark\n\ntwon Elm\n", ":3: unknown word \"twon\"" },
        { "workers many\n", ":1: workers is a number, not \"many\"" },
        { "workers 0\n", ":1: workers is 1 to 64, not 0" },
        { "channel pigeon loft\n",
          ":1: there is no kind of channel \"pigeon\"" },
        { "channel web site\nchannel web site\n",
          ":2: channel site stands at line 1 already" },
        { "channel web My Site\n", "made of a-z" },
        { "channel imap post\n  user x\n  password y\n", "host is missing" },
        { "channel imap post\n  tls maybe\n", "tls is one of" },
        { "geocoder google\n", "geocoder is one of" },
        { "geocoder photon\ngeocoder-url https://h\n", "needs a gazetteer" },
        { "gazetteer g\ngeocoder photon\n", "geocoder-url is an address" },
        { "gazetteer g\ngeocoder photon\ngeocoder-url http://h.org\n",
          "geocoder-url is an address" },
        { "gazetteer g\ngeocoder photon\n"
          "geocoder-url http://127.0.0.1.h.org/\n",
          "geocoder-url is an address" },
        { "gazetteer g\ngeocoder photon\n"
          "geocoder-url http://localhost@h.org/\n",
          "geocoder-url is an address" },
        { "colour red\n", "colour: \"red\" is no colour like #1a5f8a" },
        { "colour #ffdd00\n", "cannot be read on white" },
        { "colour #767677\ncolour #777777\n", "contrast is 4.48" },
        { "embed www.example.org\n", "is not a site like https://" },
        { "embed http://www.example.org\n", "is not a site like https://" },
        { "embed https://a.org; script-src *\n", "is not a site like" },
        { "embed https://a.org/page\n", "is not a site like" },
        { "rspamd http://rspamd.example.org:11333\n",
          "rspamd is an address like" },
        { "rspamd http://8.8.8.8:11333\n", "rspamd is an address like" },
        { "rspamd http://172.32.0.1:11333\n", "rspamd is an address like" },
        { "rspamd http://10.0.0.1.h.org\n", "rspamd is an address like" },
        { "rspamd http://10.0.0.1@h.org\n", "rspamd is an address like" },
        { "rspamd http://[2001:db8::1]:11333\n", "rspamd is an address like" },
        { "rspamd https://h.org?a\n", "rspamd is an address like" },
        { "rspamd 127.0.0.1:11333\n", "rspamd is an address like" },
        { "rspamd-wait 0\n", "rspamd-wait is 1 to 60" },
        { "geocoder-rate 0\n", "geocoder-rate is 1 to 100" },
    };

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct config *c;
        struct error e = { 0 };

        CHECK(load(wrong[i].text, &c, &e) < 0);
        CHECK(strstr(e.text, wrong[i].sentence) != NULL);
        if (strstr(e.text, wrong[i].sentence) == NULL)
            printf("# got  %s\n# want %s\n", e.text, wrong[i].sentence);
    }
}

static void a_good_file_fills_its_channels(void)
{
    struct config *c;
    struct error e;

    CHECK(load("town Elm\nlanguage es\nlanguage en\n"
               "mail-from Elm <Reports@example.org>\n"
               "public-url https://elm.example.org/\n"
               "channel web site\n    limit 7\n",
               &c, &e) == 0);
    CHECK_STR(c->town.name, "Elm");
    CHECK_STR(c->town.language, "es");
    CHECK_STR(c->town.public_url, "https://elm.example.org");
    CHECK_STR(c->town.own_addresses->value, "Reports@example.org");
    CHECK(strcmp(c->channels->channel->name, "site") == 0);
    CHECK(c->town.workers == 2);
    config_free(c);
}

static void a_geocoder_may_be_elsewhere_or_here(void)
{
    struct config *c;
    struct error e;

    CHECK(load("gazetteer g\ngeocoder nominatim\n"
               "geocoder-url https://geo.example.org/\n",
               &c, &e) == 0);
    CHECK(c->town.geocoder_rate == 1);
    config_free(c);
    CHECK(load("gazetteer g\ngeocoder photon\n"
               "geocoder-url http://[::1]:2322\n",
               &c, &e) == 0);
    config_free(c);
}

static void rspamd_is_here_or_near_or_behind_tls(void)
{
    static const char *const places[] = {
        "rspamd http://127.0.0.1:11333\n",   "rspamd http://localhost:11333/\n",
        "rspamd http://10.1.2.3:11333\n",    "rspamd http://172.31.0.1\n",
        "rspamd http://192.168.0.9:1\n",     "rspamd http://[fd00::5]:11333\n",
        "rspamd https://spam.example.org\n",
    };

    for (size_t i = 0; i < COUNT_OF(places); i++) {
        struct config *c;
        struct error e = { 0 };

        CHECK(load(places[i], &c, &e) == 0);
        if (e.code != 0)
            continue;
        CHECK(c->town.rspamd_wait == 10);
        config_free(c);
    }
}

static void the_sample_loads(void)
{
    struct config *c;
    struct error e = { 0 };

    CHECK(config_load(&c, "etc/inlet.conf", &e) == 0);
    if (e.code == 0)
        config_free(c);
}

static void all_told(struct str manual, const struct setting *s)
{
    for (; s != NULL && s->name != NULL; s++) {
        struct arena a = { 0 };
        struct str item = str_of(arena_printf(&a, ".It Ic %s ", s->name));

        CHECK(str_find(manual, item) < manual.n);
        if (str_find(manual, item) == manual.n)
            printf("# inlet.conf.5 does not tell of %s\n", s->name);
        arena_free(&a);
    }
}

static void the_manual_tells_of_every_setting(void)
{
    struct arena a = { 0 };
    struct str manual;
    struct error e;

    CHECK(file_read(&a, "man/inlet.conf.5", 1 << 20, &manual, &e) == 0);
    all_told(manual, town_settings);
    for (size_t i = 0; adapters[i] != NULL; i++)
        all_told(manual, adapters[i]->settings);
    arena_free(&a);
}

int main(void)
{
    what_is_wrong_is_named_with_its_line();
    a_good_file_fills_its_channels();
    a_geocoder_may_be_elsewhere_or_here();
    rspamd_is_here_or_near_or_behind_tls();
    the_sample_loads();
    the_manual_tells_of_every_setting();
    return tap_done();
}
