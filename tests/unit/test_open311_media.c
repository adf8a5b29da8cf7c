/* Pictures elsewhere: fetched once, from who may be asked, after a restart too.
 */
#include "../tap.h"
#include "fake_inbox.h"

#include "../../adapters/open311.h"
#include "base/clock.h"
#include "net/transfer.h"

extern const struct adapter open311_adapter;

/* ---- what stands around it ---- */

static struct {
    int64_t ticket; /* of every request; 0: not filed yet */
    int rc;
} listed;

int listing_origin(struct channel *c, struct str origin, int64_t *ticket,
                   struct error *e)
{
    (void)c;
    (void)origin;
    *ticket = listed.ticket;
    return listed.rc < 0 ? error(e, listed.rc, "none") : 0;
}

int listing_read(struct channel *c, const struct listing_asked *q,
                 struct listed **out, struct arena *a, struct error *e)
{
    (void)c;
    (void)q;
    (void)a;
    *out = NULL;
    return error(e, E_NONE, "none");
}

int listing_updates(struct channel *c, const struct listing_span *span,
                    struct listed_update **out, struct arena *a,
                    struct error *e)
{
    (void)c;
    (void)span;
    (void)a;
    *out = NULL;
    return error(e, E_NONE, "none");
}

void listing_settle(struct channel *c, const struct listing_change *change,
                    listing_done_fn *done, void *arg)
{
    (void)c;
    (void)change;
    done(arg, 0, NULL);
}

static struct {
    int n; /* asked for so far */
    char url[200];
    bool guarded;
    const struct setting_list *hosts;
    transfer_done_fn *done;
    void *args[200]; /* of each */
} asked;

void transfer_start(struct transfers *t, const struct transfer *ask,
                    transfer_done_fn *done, void *arg)
{
    (void)t;
    asked.args[asked.n++ % 200] = arg;
    snprintf(asked.url, sizeof(asked.url), "%s", ask->url);
    asked.guarded = ask->guarded && !ask->plain && ask->user == NULL;
    asked.hosts = ask->hosts;
    asked.done = done;
}

/* ---- a channel ---- */

static struct arena a;
static uv_loop_t loop;
static struct open311 channel;
static struct setting_list ending = { STR_INIT(".pictures.example.org"), NULL };
static struct setting_list hosts = { STR_INIT("photos.example.org"), &ending };

static void channel_begin(void)
{
    channel = (struct open311){ .channel = { .adapter = &open311_adapter,
                                             .name = "vendors",
                                             .arena = &a,
                                             .loop = &loop },
                                .media_hosts = &hosts,
                                .files = 5,
                                .file_bytes = 1000 };
    asked.n = 0;
    listed.ticket = 7;
    listed.rc = 0;
}

static void add(const char *origin, const char *body)
{
    struct open311_form f;
    struct error e;

    CHECK(open311_form_read(&f, STR("application/x-www-form-urlencoded"),
                            str_of(body), &a, &e) == 0);
    open311_media_add(&channel, str_of(origin), &f, &a);
}

/* Answers the last request, or one so many before it. */
static void answer_to(int before, int rc, long status, const char *bytes)
{
    struct transfer_result r = { .rc = rc,
                                 .status = status,
                                 .body = str_of(bytes),
                                 .type = STR("image/jpeg") };

    error(&r.why, rc, "because");
    asked.done(asked.args[(asked.n - 1 - before) % 200], &r);
    while (fake_inbox.waiting > 0)
        uv_run(&loop, UV_RUN_DEFAULT);
    uv_run(&loop, UV_RUN_NOWAIT);
}

static void answer(int rc, long status, const char *bytes)
{
    answer_to(0, rc, status, bytes);
}

static void channel_end(void)
{
    channel.stopping = true;
    open311_media_stop(&channel);
    fake_inbox_reset();
}

/* ---- the tests ---- */

static void only_named_hosts_are_asked(void)
{
    static const char *const never[] = {
        "http://photos.example.org/1.jpg",
        "https://photos.example.org.evil.example/1.jpg",
        "https://evil.example/photos.example.org",
        "https://evil.example@x/",
        "https://pictures.example.org/1.jpg",
        "https://xphotos.example.org/1.jpg",
        "https://127.0.0.1/1.jpg",
        "ftp://photos.example.org/1.jpg",
        "//photos.example.org/1.jpg",
    };

    channel_begin();
    for (size_t i = 0; i < COUNT_OF(never); i++)
        add("r-1", arena_printf(&a, "media_url=%s", never[i]));
    CHECK(channel.media == NULL);
    add("r-2", "media_url=https://PHOTOS.example.org/2.jpg");
    open311_media_look(&channel);
    CHECK(asked.n == 1 && asked.guarded && asked.hosts == &hosts);
    CHECK_STR(str_of(asked.url), "https://PHOTOS.example.org/2.jpg");
    answer(0, 200, "picture");
    CHECK(channel.media == NULL);
    CHECK_STR(fake_row("r-2/media/0")->raw.parent, "r-2");
    CHECK_STR(fake_row("r-2/media/0")->raw.bytes, "picture");
    CHECK(fake_row("r-2/media/0")->raw.format == RAW_MEDIA);
    channel.media_hosts = NULL;
    add("r-3", "media_url=https://photos.example.org/2.jpg");
    CHECK(channel.media == NULL);
    channel_end();
}

static void it_waits_for_its_request(void)
{
    channel_begin();
    listed.ticket = 0;
    add("r-1", "media_url=https://a.pictures.example.org/1.jpg");
    open311_media_look(&channel);
    CHECK(asked.n == 0); /* or it would be a ticket of its own */
    listed.ticket = 7;
    clock_set(clock_now() + 2);
    open311_media_look(&channel);
    CHECK(asked.n == 1);
    answer(0, 200, "x");
    listed.rc = E_NONE;
    add("r-2", "media_url=https://a.pictures.example.org/1.jpg");
    open311_media_look(&channel);
    CHECK(asked.n == 1 && channel.media == NULL);
    channel_end();
}

static void the_same_again_is_not_fetched_again(void)
{
    const char *two = "media_url[]=https://photos.example.org/1.jpg&"
                      "media_url[]=https://photos.example.org/2.jpg";

    channel_begin();
    add("r-1", two);
    add("r-1", two);
    open311_media_look(&channel);
    answer(0, 200, "first or second");
    CHECK(asked.n == 2);
    add("r-1", two);
    open311_media_look(&channel);
    CHECK(asked.n == 2);
    channel_end();
    CHECK(channel.media != NULL); /* one is under way: let go as it ends */
    answer_to(1, E_TIMEOUT, 0, "");
    CHECK(channel.media == NULL);
    fake_inbox_reset();
}

static void a_restart_goes_on(void)
{
    channel_begin();
    add("r-1", "media_url=https://photos.example.org/1.jpg");
    open311_media_stop(&channel);
    CHECK(channel.media == NULL);
    channel_begin();
    open311_media_start(&channel);
    open311_media_look(&channel);
    CHECK_STR(str_of(asked.url), "https://photos.example.org/1.jpg");
    answer(E_TIMEOUT, 0, "");
    CHECK(channel.media != NULL);
    open311_media_look(&channel);
    CHECK(asked.n == 1); /* not at once */
    clock_set(clock_now() + 60);
    open311_media_look(&channel);
    answer(0, 200, "x");
    CHECK(channel.media == NULL && fake_row("r-1/media/0") != NULL);
    channel_end();
}

static void what_cannot_be_had_is_given_up(void)
{
    static const struct {
        int rc;
        long status;
        bool at_once;
    } all[] = {
        { E_DENIED, 0, true },  { E_LIMIT, 0, true }, { 0, 410, true },
        { 0, 404, false },      { 0, 500, false },    { E_TIMEOUT, 0, false },
        { E_REMOTE, 0, false },
    };

    for (size_t i = 0; i < COUNT_OF(all); i++) {
        int tries = 0;

        channel_begin();
        add("r-1", "media_url=https://photos.example.org/1.jpg");
        while (channel.media != NULL && tries < 100) {
            clock_set(clock_now() + 5 * 3600);
            open311_media_look(&channel);
            answer(all[i].rc, all[i].status, "");
            tries++;
        }
        CHECK(all[i].at_once ? tries == 1 : tries > 3 && tries < 20);
        CHECK(fake_count("media-lost") == 1 && fake_inbox.n == 0);
        channel_end();
    }
}

static void a_cursor_that_is_none_is_left_alone(void)
{
    static const char *const bad[] = { "",
                                       "\n\n",
                                       "r-1",
                                       "r-1 0 0",
                                       "r-1 x 0 0 https://a/",
                                       "r-1 0 99 0 https://a/",
                                       "r-1 0 -1 0 https://a/" };

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        channel_begin();
        inbox_cursor_set(&channel.channel, "media", str_of(bad[i]));
        open311_media_start(&channel);
        CHECK(channel.media == NULL);
        channel_end();
    }
}

int main(void)
{
    uv_loop_init(&loop);
    clock_set(1000000);
    only_named_hosts_are_asked();
    it_waits_for_its_request();
    the_same_again_is_not_fetched_again();
    a_restart_goes_on();
    what_cannot_be_had_is_given_up();
    a_cursor_that_is_none_is_left_alone();
    arena_free(&a);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return tap_done();
}
