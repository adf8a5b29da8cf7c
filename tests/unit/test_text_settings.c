/* Which api a door for texts may be set to: secrets go there. */
#include "../../adapters/text_providers.h"
#include "../tap.h"
#include "fake_adapters.h"
#include "fake_http.h"
#include "fake_inbox.h"

static struct arena a;
static struct error e;
static struct town town = { .public_url =
                                STR_INIT("https://town.example.org") };

static int opened(const struct text_provider *p, const char *api)
{
    struct text_channel *t = arena_new(&a, struct text_channel);

    t->channel = (struct channel){
        .adapter = &p->adapter, .name = "texts", .town = &town, .arena = &a
    };
    t->with = (struct text_settings){ .account = STR("AC1"),
                                      .user = STR("town"),
                                      .password = STR("pass"),
                                      .key = STR("key"),
                                      .secret = STR("secret"),
                                      .number = STR("+15555550100"),
                                      .api = str_of(api) };
    return text_open(&t->channel, &e);
}

static void secrets_go_out_in_the_open_to_this_machine_alone(void)
{
    CHECK(opened(&twilio_provider, "https://api.example.org") == 0);
    CHECK(opened(&twilio_provider, "http://127.0.0.1:8080") == 0);
    CHECK(opened(&twilio_provider, "http://api.example.org") == E_CONFIG);
    CHECK(opened(&twilio_provider, "http://192.168.1.20:8080") == E_CONFIG);
}

static void a_phone_in_the_towns_own_network_may_be_asked_in_the_open(void)
{
    CHECK(opened(&capcom6_provider, "http://192.168.1.20:8080") == 0);
    CHECK(opened(&capcom6_provider, "http://10.0.0.7") == 0);
    CHECK(opened(&capcom6_provider, "http://8.8.8.8") == E_CONFIG);
    CHECK(opened(&capcom6_provider, "http://192.168.1.20.example.org") ==
          E_CONFIG);
    CHECK(opened(&capcom6_provider, "http://phone.example.org") == E_CONFIG);
    CHECK(opened(&capcom6_provider, "http://me@192.168.1.20") == E_CONFIG);
}

int main(void)
{
    secrets_go_out_in_the_open_to_this_machine_alone();
    a_phone_in_the_towns_own_network_may_be_asked_in_the_open();
    arena_free(&a);
    return tap_done();
}
