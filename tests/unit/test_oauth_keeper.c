/* The keeper of tokens, against a provider of our own. */
#include <sys/stat.h>
#include <unistd.h>

#include "../tap.h"
#include "../temp.h"
#include "base/clock.h"
#include "base/file.h"
#include "fake_server.h"
#include "net/oauth_keeper.h"
#include "net/transfer.h"

static uv_loop_t loop;
static struct transfers *transfers;
static struct fake_server server;
static struct oauth_keeper *keeper;
static struct arena setup;
static char folder[TEMP_ROOM];

/* What the provider answers, and what it was asked last. */
static struct {
    const char *status;
    const char *body;
    bool rotates; /* a new refresh token with each answer */
    char asked[1024];
    int n;
    void (*before)(void); /* it answers; or NULL */
} provider;

static void take(struct fake_conn *c)
{
    struct str r = fake_request(c);
    struct str body = r;
    char made[256];

    if (r.n == 0)
        return;
    (void)str_until(&body, STR("\r\n\r\n"));
    snprintf(provider.asked, sizeof(provider.asked), "%.*s", STR_FMT(body));
    provider.n++;
    snprintf(made, sizeof(made),
             "{\"access_token\":\"A%d\",\"refresh_token\":\"R%d\","
             "\"expires_in\":1000}",
             provider.n, provider.n);
    fake_taken(c, r.n);
    if (provider.before != NULL)
        provider.before();
    fake_http(c, provider.status,
              "Connection: close\r\nContent-Type: application/json\r\n",
              str_of(provider.rotates ? made : provider.body));
}

static void on_give_up(uv_timer_t *t)
{
    *(bool *)t->data = true;
    uv_stop(t->loop);
}

/* Turns the loop until done(); false: it never is. */
static bool turn_until(bool (*done)(void))
{
    uv_timer_t timer;
    bool late = false;

    uv_timer_init(&loop, &timer);
    timer.data = &late;
    uv_timer_start(&timer, on_give_up, 20000, 0);
    while (!done() && !late)
        uv_run(&loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&loop, UV_RUN_NOWAIT);
    return done();
}

static struct {
    int news[2];
    struct oauth_user users[2];
    struct oauth_settings settings[2];
    struct oauth_account *account;
} mine;

static void note_news(void *arg)
{
    (*(int *)arg)++;
}

/* Two channels, in for imap and out for smtp, of one mailbox. */
static void begin(const struct oauth_token *kept)
{
    struct error e;

    memset(&mine, 0, sizeof(mine));
    provider.n = 0;
    provider.before = NULL;
    provider.rotates = false;
    provider.status = "200 OK";
    provider.body = "{\"access_token\":\"new\",\"expires_in\":1000}";
    for (int i = 0; i < 2; i++) {
        struct oauth_settings *s = &mine.settings[i];

        s->provider = OAUTH_OTHER;
        s->flow = OAUTH_DEVICE;
        s->client = STR("app");
        s->channel = i == 0 ? "in" : "out";
        s->user = STR("town@example.org");
        s->file = str_of(arena_printf(&setup, "%s/t.oauth", folder));
        s->url[OAUTH_TOKEN] =
            arena_printf(&setup, "http://127.0.0.1:%d/token", server.port);
    }
    unlink(mine.settings[0].file.p);
    if (kept != NULL)
        CHECK(oauth_save(&mine.settings[0], kept, &e) == 0);
    oauth_keeper_open(&keeper, &loop, transfers);
    for (int i = 0; i < 2; i++) {
        struct oauth_account *o = NULL;

        mine.users[i] =
            (struct oauth_user){ .news = note_news, .arg = &mine.news[i] };
        CHECK(oauth_join(keeper, &mine.settings[i], &mine.users[i], &o, &e) ==
              0);
        CHECK(mine.account == NULL || mine.account == o);
        mine.account = o;
    }
}

static bool ended;

static void note_end(void *arg)
{
    (void)arg;
    ended = true;
}

static bool has_ended(void)
{
    return ended;
}

static void end(void)
{
    ended = false;
    oauth_keeper_close(keeper, note_end, NULL);
    CHECK(turn_until(has_ended));
    unlink(mine.settings[0].file.p);
}

static bool told(void)
{
    return mine.news[0] > 0 && mine.news[1] > 0;
}

static struct str kept_refresh(void)
{
    struct oauth_token t = { 0 };
    struct error e;

    if (oauth_load(&mine.settings[0], &setup, &t, &e) < 0)
        return STR("none");
    return t.refresh;
}

static struct oauth_token token_of(int64_t age, int64_t life)
{
    int64_t at = clock_now() - age;

    return (struct oauth_token){ STR("old"), STR("R0"), at, at + life };
}

static void a_token_that_is_good_is_not_renewed(void)
{
    struct oauth_token t = token_of(100, 1000);
    struct str got = STR("");
    struct error e;

    begin(&t);
    CHECK(oauth_take(mine.account, &got, &e) == 0);
    CHECK_STR(got, "old");
    uv_run(&loop, UV_RUN_NOWAIT);
    CHECK(provider.n == 0);
    end();
}

static void one_request_serves_two_channels(void)
{
    struct oauth_token t = token_of(2000, 1000);
    struct str got = STR("");
    struct error e;

    begin(&t);
    provider.rotates = true;
    CHECK(oauth_take(mine.account, &got, &e) == E_AGAIN);
    CHECK(turn_until(told));
    CHECK(provider.n == 1);
    CHECK(strstr(provider.asked, "grant_type=refresh_token") != NULL);
    CHECK(strstr(provider.asked, "refresh_token=R0") != NULL);
    CHECK(oauth_take(mine.account, &got, &e) == 0);
    CHECK_STR(got, "A1");
    CHECK_STR(kept_refresh(), "R1"); /* the old one may be worthless now */
    CHECK(oauth_expires_at(mine.account) == clock_now() + 1000 ||
          oauth_expires_at(mine.account) == clock_now() + 999);
    end();
}

static void at_four_fifths_it_is_renewed_while_the_old_one_serves(void)
{
    struct oauth_token t = token_of(850, 1000);
    struct str got = STR("");
    struct error e;

    begin(&t);
    CHECK(oauth_take(mine.account, &got, &e) == 0);
    CHECK_STR(got, "old");
    CHECK(turn_until(told));
    CHECK(oauth_take(mine.account, &got, &e) == 0);
    CHECK_STR(got, "new");
    CHECK_STR(kept_refresh(), "R0"); /* none came: the old one stays */
    end();
}

static void a_no_is_told_and_not_asked_again_at_once(void)
{
    struct oauth_token t = token_of(850, 1000);
    struct str got = STR("");
    struct error e;

    begin(&t);
    provider.status = "400 Bad Request";
    provider.body = "{\"error\":\"invalid_grant\"}";
    CHECK(turn_until(told));
    CHECK(oauth_trouble(mine.account) != NULL &&
          strstr(oauth_trouble(mine.account)->text, "inlet login in") != NULL);
    CHECK(oauth_take(mine.account, &got, &e) == 0); /* while it lasts */
    CHECK(!oauth_refused(
        mine.account,
        oauth_serial(mine.account))); /* nothing better is to be had */
    CHECK(oauth_take(mine.account, &got, &e) == E_DENIED);
    end();
}

static void who_signs_in_again_is_taken_up(void)
{
    struct oauth_token t = token_of(2000, 1000);
    struct oauth_token again;
    struct str got = STR("");
    struct error e;

    begin(&t);
    provider.status = "400 Bad Request";
    provider.body = "{\"error\":\"invalid_grant\"}";
    CHECK(turn_until(told));
    CHECK(oauth_take(mine.account, &got, &e) == E_DENIED);
    mine.news[0] = mine.news[1] = 0;
    again = (struct oauth_token){ STR("fresh"), STR("R9"), clock_now(),
                                  clock_now() + 1000 };
    CHECK(oauth_save(&mine.settings[0], &again, &e) == 0);
    CHECK(turn_until(told));
    CHECK(oauth_trouble(mine.account) == NULL);
    CHECK(oauth_take(mine.account, &got, &e) == 0);
    CHECK_STR(got, "fresh");
    CHECK(provider.n == 1);
    end();
}

static bool twice(void)
{
    return provider.n >= 2 && oauth_trouble(mine.account) == NULL &&
           mine.news[0] >= 2;
}

static void a_provider_that_is_down_is_asked_again(void)
{
    struct oauth_token t = token_of(2000, 1000);
    struct str got = STR("");
    struct error e;

    begin(&t);
    provider.status = "503 Service Unavailable";
    provider.body = "<html>";
    CHECK(turn_until(told));
    CHECK(oauth_trouble(mine.account) == NULL); /* it passes */
    CHECK(oauth_take(mine.account, &got, &e) == E_REMOTE);
    provider.status = "200 OK";
    provider.body = "{\"access_token\":\"new\",\"expires_in\":1000}";
    CHECK(turn_until(twice));
    CHECK(oauth_take(mine.account, &got, &e) == 0);
    end();
}

static void a_token_the_server_refuses_is_renewed_once(void)
{
    struct oauth_token t = token_of(100, 1000);
    struct str got = STR("");
    struct error e;

    begin(&t);
    CHECK(oauth_refused(mine.account, oauth_serial(mine.account)));
    CHECK(oauth_take(mine.account, &got, &e) == E_AGAIN);
    CHECK(turn_until(told));
    CHECK(oauth_take(mine.account, &got, &e) == 0);
    CHECK_STR(got, "new");
    CHECK(!oauth_refused(mine.account,
                         oauth_serial(mine.account))); /* as new as can be */
    CHECK(provider.n == 1);
    end();
}

/* It was refused while somebody signed in: theirs is not to blame. */
static void a_token_that_was_refused_too_late_is_let_go(void)
{
    struct oauth_token t = token_of(100, 1000);
    struct str got = STR("");
    struct error e;
    int old;

    begin(&t);
    CHECK(oauth_refused(mine.account, oauth_serial(mine.account)));
    old = oauth_serial(mine.account);
    CHECK(turn_until(told));
    CHECK(oauth_refused(mine.account, old));
    CHECK(oauth_take(mine.account, &got, &e) == 0);
    CHECK_STR(got, "new");
    CHECK(provider.n == 1);
    end();
}

static void who_never_signed_in_is_told_what_to_run(void)
{
    struct str got = STR("");
    struct error e;

    begin(NULL);
    CHECK(turn_until(told));
    CHECK(oauth_take(mine.account, &got, &e) < 0);
    CHECK(strstr(e.text, "inlet login in") != NULL);
    CHECK(provider.n == 0);
    CHECK(oauth_expires_at(mine.account) == 0);
    end();
}

static void two_sign_ins_never_share_a_file(void)
{
    struct oauth_settings other;
    struct oauth_user u = { .news = note_news, .arg = &mine.news[0] };
    struct oauth_account *o;
    struct error e;

    begin(NULL);
    other = mine.settings[0];
    other.client = STR("another");
    CHECK(oauth_join(keeper, &other, &u, &o, &e) == E_CONFIG);
    end();
}

static void a_token_that_cannot_be_kept_still_serves_and_is_told(void)
{
    struct oauth_token t = token_of(2000, 1000);
    struct str got = STR("");
    struct error e;

    begin(&t);
    provider.rotates = true;
    CHECK(rename(folder, arena_printf(&setup, "%s-away", folder)) == 0);
    CHECK(turn_until(told));
    CHECK(oauth_take(mine.account, &got, &e) == 0);
    CHECK_STR(got, "A1");
    CHECK(oauth_trouble(mine.account) != NULL);
    CHECK(rename(arena_printf(&setup, "%s-away", folder), folder) == 0);
    mine.news[0] = mine.news[1] = 0;
    CHECK(turn_until(told));
    CHECK(oauth_trouble(mine.account) == NULL);
    CHECK_STR(kept_refresh(), "R1");
    end();
}

static void close_keeper(void)
{
    oauth_keeper_close(keeper, note_end, NULL);
    CHECK(!ended);
}

/* What was rotated on the way to the end would be lost for good. */
static void an_end_waits_for_what_was_asked(void)
{
    struct oauth_token t = token_of(2000, 1000);

    begin(&t);
    provider.rotates = true;
    provider.before = close_keeper;
    ended = false;
    CHECK(turn_until(has_ended));
    CHECK_STR(kept_refresh(), "R1");
    CHECK(mine.news[0] == 0); /* the channels are gone by then */
    unlink(mine.settings[0].file.p);
}

static void closed(void *arg)
{
    (void)arg;
}

int main(void)
{
    struct error e;

    uv_loop_init(&loop);
    if (!temp_folder(folder, "keeper") ||
        transfers_open(&transfers, &loop, &e) < 0)
        return 1;
    fake_open(&server, &loop, take);
    a_token_that_is_good_is_not_renewed();
    one_request_serves_two_channels();
    at_four_fifths_it_is_renewed_while_the_old_one_serves();
    a_no_is_told_and_not_asked_again_at_once();
    who_signs_in_again_is_taken_up();
    a_provider_that_is_down_is_asked_again();
    a_token_the_server_refuses_is_renewed_once();
    a_token_that_was_refused_too_late_is_let_go();
    who_never_signed_in_is_told_what_to_run();
    two_sign_ins_never_share_a_file();
    a_token_that_cannot_be_kept_still_serves_and_is_told();
    an_end_waits_for_what_was_asked();
    transfers_close(transfers, closed, NULL);
    fake_shut(&server);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
    rmdir(folder);
    arena_free(&setup);
    return tap_done();
}
