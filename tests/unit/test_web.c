/* The form on the web: what is typed arrives, or comes back with a reason. */
#include "../tap.h"
#include "http_client.h"
#include "web_parts.h"

#include "../../adapters/web.h"
#include "base/digest.h"
#include "base/template.h"
#include "spine/contact.h"
#include "spine/service_internal.h"
#include "web/embedded.h"

extern const struct adapter web_adapter;

/* ---- an inbox of the test's own ---- */

struct inbox {
    uv_loop_t *loop;
    int rc;      /* what accepted() is to be told */
    bool number; /* filed() is told a ticket */
    bool silent; /* nothing is told, until inbox_speak() */
    int accepted, honeypot, limited, unreadable;
    char origin[200], envelope[400], bytes[4096];
    size_t n;
    struct channel *ch;
    void *arg;
};

static struct inbox inbox;

static void speak(struct inbox *in)
{
    struct filed f = { 4711, STR("AAAAAAAAAAAAAAAAAAAAAA"), false };

    in->ch->adapter->accepted(in->ch, in->arg, in->rc);
    if (in->rc == 0 || in->rc == E_DUPLICATE)
        in->ch->adapter->filed(in->ch, in->arg, in->number ? &f : NULL);
}

static void told_closed(uv_handle_t *h)
{
    free(h);
}

static void told(uv_timer_t *t)
{
    uv_close((uv_handle_t *)t, told_closed);
    speak(&inbox);
}

static void keep(char *to, size_t size, struct str s)
{
    snprintf(to, size, "%.*s", STR_FMT(s));
}

void inbox_accept(struct channel *ch, const struct raw *raw, void *arg)
{
    uv_timer_t *t;

    inbox.accepted++;
    keep(inbox.origin, sizeof(inbox.origin), raw->origin);
    keep(inbox.envelope, sizeof(inbox.envelope), raw->envelope);
    keep(inbox.bytes, sizeof(inbox.bytes), raw->bytes);
    inbox.n = raw->bytes.n;
    inbox.ch = ch;
    inbox.arg = arg;
    if (inbox.silent)
        return;
    t = calloc(1, sizeof(*t));
    if (t == NULL)
        abort();
    uv_timer_init(ch->loop, t);
    uv_timer_start(t, told, 0, 0);
}

int inbox_token(struct channel *ch, struct str token, struct error *e)
{
    (void)ch;
    if (str_eq(token, STR("AAAAAAAAAAAAAAAAAAAAAA")))
        return 0;
    return error(e, E_NONE, "there is no such ticket");
}

void inbox_count(struct channel *ch, const char *what)
{
    (void)ch;
    inbox.honeypot += strcmp(what, "honeypot") == 0;
    inbox.limited += strcmp(what, "limited") == 0;
    inbox.unreadable += strcmp(what, "unreadable") == 0;
}

/* ---- the channel on a site ---- */

static struct setting_list spanish = { STR_INIT("es"), NULL };
static struct setting_list english = { STR_INIT("en"), &spanish };
static struct town town = {
    .name = STR_INIT("Springfield <&>"),
    .language = STR_INIT("en"),
    .languages = &english,
    .public_url = STR_INIT("https://reports.example.org"),
    .emergency = STR_INIT("911"),
};

static struct arena a;
static struct web web;
static struct templates *templates;
static struct services *services;
static struct site site;
static int stopped;

static void was_stopped(struct channel *ch)
{
    (void)ch;
    stopped++;
}

static void route_stop(struct http_request *r, void *arg)
{
    (void)arg;
    web_adapter.stop(&web.channel, was_stopped);
    http_respond(r, &(struct http_response){ .status = 200 });
}

static void route_speak(struct http_request *r, void *arg)
{
    (void)arg;
    speak(&inbox);
    http_respond(r, &(struct http_response){ .status = 200 });
}

static const struct route test_routes[] = {
    { "POST", "/stop", 0, route_stop },
    { "POST", "/speak", 0, route_speak },
    { NULL, NULL, 0, NULL },
};

static void channel_begin(struct site *s)
{
    web.channel.loop = &s->loop;
    web.channel.http = s->http;
    web_adapter.start(&web.channel);
}

static const char asked[] = "service pothole\n"
                            " ask size choice needed\n"
                            "  question en How large?\n"
                            "  question es \302\277Qu\303\251 tan grande?\n"
                            "  choice small en Small\n"
                            "  choice large en Large\n"
                            " ask depth number\n"
                            "  question en How deep, in inches?\n"
                            "service streetlight\n"
                            " ask size text\n"
                            "  question en How tall <is> the pole?\n";

static void start(const char *limit)
{
    struct error e;

    services = services_new();
    if (services_parse(services, "a.services", 0, str_of(asked), &e) < 0)
        abort();

    stopped = 0;
    web = (struct web){ .channel = { .adapter = &web_adapter,
                                     .name = "site",
                                     .town = &town,
                                     .arena = &a } };
    if (templates_load(&templates, built_in_templates, "", &e) < 0 ||
        settings_default(web_adapter.settings, &web, &a, &e) < 0 ||
        settings_set(web_adapter.settings, &web, STR("limit"), str_of(limit),
                     &a, &e) < 0 ||
        settings_set(web_adapter.settings, &web, STR("photo-bytes"), STR("1k"),
                     &a, &e) < 0 ||
        settings_set(web_adapter.settings, &web, STR("photos"), STR("2"), &a,
                     &e) < 0 ||
        web_adapter.open(&web.channel, &e) < 0) {
        printf("# %s\n", e.text);
        abort();
    }
    web.channel.templates = templates;
    web.channel.services = services;
    inbox = (struct inbox){ .number = true };
    site = (struct site){ .routes = test_routes, .begin = channel_begin };
    site_start(&site);
}

static struct str ask(const char *method, const char *path, const char *more,
                      struct str body)
{
    struct buf b = buf_init(256 * 1024);
    struct str got;

    buf_printf(&b,
               "%s %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%s"
               "Content-Length: %zu\r\n\r\n",
               method, path, more, body.n);
    buf_add(&b, body);
    got = client_ask(&site, buf_str(&b), &a);
    buf_free(&b);
    return got;
}

static struct str post(const char *form)
{
    return ask("POST", "/report",
               "Content-Type: application/x-www-form-urlencoded\r\n",
               str_of(form));
}

static void site_end(void)
{
    CHECK(site_stop(&site));
    CHECK(stopped == 1);
    templates_free(templates);
    services_free(services);
}

static void finish(void)
{
    CHECK(status_of(ask("POST", "/stop", "", STR_NONE)) == 200);
    site_end();
}

#define KEY "key=0123456789abcdef&"

static void a_report_gets_its_number_and_its_address(void)
{
    struct str got = post(KEY "report=Pothole%0D%0Aon+Elm&"
                              "contact=ana%40example.org&consent=yes");

    CHECK(status_of(got) == 200);
    CHECK(has(got, "4711"));
    CHECK(has(got, "https://reports.example.org/t/AAAAAAAAAAAAAAAAAAAAAA"));
    CHECK(has(got, "ana@example.org"));
    CHECK(has(got, "Springfield &lt;&amp;&gt;"));
    CHECK(has(got, "<html lang=\"en\">"));
    CHECK(inbox.accepted == 1);
    CHECK_STR(str_of(inbox.bytes), KEY "report=Pothole%0D%0Aon+Elm&"
                                       "contact=ana%40example.org&consent=yes");
    CHECK(has(str_of(inbox.envelope),
              "content-type: application/x-www-form-urlencoded\n"));
}

static void the_same_form_twice_has_one_origin_and_other_words_another(void)
{
    char first[200];

    post(KEY "report=one");
    snprintf(first, sizeof(first), "%s", inbox.origin);
    CHECK(str_starts(str_of(first), STR("key:0123456789abcdef:")));
    inbox.rc = E_DUPLICATE;
    CHECK(has(post(KEY "report=one"), "4711"));
    CHECK_STR(str_of(inbox.origin), first);
    inbox.rc = 0;
    post(KEY "report=two");
    CHECK(strcmp(inbox.origin, first) != 0);
    /* without a key of ours, by who sends what when */
    post("key=short&report=one");
    snprintf(first, sizeof(first), "%s", inbox.origin);
    CHECK(str_starts(str_of(first), STR("hash:")));
    post("key=%22%3E&report=one");
    CHECK_STR(str_of(inbox.origin), first);
}

static void what_was_typed_comes_back_with_the_reason(void)
{
    struct str got =
        post(KEY "report=++%0A&address=12+%22Elm%22+%3Cb%3E&name=Ana&lat=91&"
                 "lon=2&contact=nowhere&category=tree&consent=1&language=en");

    CHECK(status_of(got) == 422);
    CHECK(inbox.accepted == 0);
    CHECK(has(got, "role=\"alert\""));
    CHECK(has(got, "href=\"#report\""));
    CHECK(has(got, "aria-describedby=\"report-hint report-error\" "
                   "aria-invalid=\"true\""));
    CHECK(has(got, "href=\"#lat\"") && has(got, "href=\"#contact\""));
    CHECK(has(got, "value=\"12 &quot;Elm&quot; &lt;b&gt;\""));
    CHECK(has(got, "value=\"nowhere\"") && has(got, "value=\"91\""));
    CHECK(has(got, "<option value=\"tree\" selected>"));
    CHECK(has(got, "value=\"yes\" checked"));
    CHECK(has(got, "name=\"key\" value=\"0123456789abcdef\""));
}

static void photos_have_limits_and_the_words_stay(void)
{
    struct str got;
    struct buf b = buf_init(64 * 1024);

    got = ask("POST", "/report", MULTIPART,
              STR(PART "report\"\r\n\r\nHole\r\n" FILE_PART("", "")
                      FILE_PART("a.jpg", "1") FILE_PART("b.jpg", "2")
                          FILE_PART("c.jpg", "3") "--" B "--"));
    CHECK(status_of(got) == 422);
    CHECK(has(got, "the most is 2.") && has(got, ">Hole</textarea>"));
    buf_add(&b, STR(PART "report\"\r\n\r\nHole\r\n" PART
                         "photos\"; filename=\"a.jpg\"\r\n\r\n"));
    memset(buf_room(&b, 1025), 'x', 1025);
    buf_add(&b, STR("\r\n--" B "--"));
    got = ask("POST", "/report", MULTIPART, buf_str(&b));
    CHECK(status_of(got) == 422);
    CHECK(has(got, "One of the photos is too large"));
    CHECK(inbox.accepted == 0);
    got = ask("POST", "/report", MULTIPART,
              STR(PART "report\"\r\n\r\nHole\r\n" FILE_PART("", "")
                      FILE_PART("a.jpg", "1") "--" B "--\r\n"));
    CHECK(status_of(got) == 200);
    CHECK(has(str_of(inbox.envelope), "boundary=" B "\n"));
    CHECK(str_starts(str_of(inbox.bytes), STR("--" B "\r\n")));
    buf_free(&b);
}

static void what_cannot_be_read_is_not_taken(void)
{
    CHECK(status_of(ask("POST", "/report", MULTIPART,
                        STR(PART "report\"\r\n\r\nHole"))) == 400);
    CHECK(inbox.unreadable == 1 && inbox.accepted == 0);
}

static void a_failed_store_says_that_nothing_was_saved(void)
{
    struct str got;

    inbox.rc = E_FULL;
    got = post(KEY "report=Tree+down&address=Elm");
    CHECK(status_of(got) == 503);
    CHECK(has(got, "could not be saved"));
    CHECK(has(got, ">Tree down</textarea>"));
    CHECK(has(got, "value=\"Elm\""));
    CHECK(!has(got, "4711"));
}

static void a_number_that_is_not_known_is_not_made_up(void)
{
    struct str got;

    inbox.number = false;
    got = post(KEY "report=Tree+down");
    CHECK(status_of(got) == 200);
    CHECK(has(got, "It is saved") && !has(got, "/t/"));
}

static void a_filled_trap_is_shown_and_counted_not_swallowed(void)
{
    struct str got = post(KEY "report=Tree+down&website=x");

    CHECK(status_of(got) == 422);
    CHECK(inbox.honeypot == 1 && inbox.accepted == 0);
    CHECK(has(got, "id=\"website-error\"") && has(got, ">Tree down<"));
    got = ask("GET", "/report", "", STR_NONE);
    CHECK(has(got, "class=\"field trap\"") && has(got, "tabindex=\"-1\""));
}

static void a_page_comes_in_the_readers_language(void)
{
    struct str got =
        ask("GET", "/report", "Accept-Language: fr, es-MX;q=0.8\r\n", STR_NONE);

    CHECK(has(got, "<html lang=\"es\">") && has(got, "Enviar el aviso"));
    CHECK(has(got, "name=\"language\" value=\"es\""));
    CHECK(has(got, "href=\"?lang=en\""));
    got = ask("GET", "/report?lang=en", "Accept-Language: es\r\n", STR_NONE);
    CHECK(has(got, "<html lang=\"en\">"));
    got = ask("GET", "/report?lang=../x", "", STR_NONE);
    CHECK(has(got, "<html lang=\"en\">") && !has(got, "name=\"language\""));
    got = post(KEY "report=&language=es");
    CHECK(has(got, "describa el problema"));
}

static void every_form_has_a_key_of_its_own(void)
{
    struct str one = ask("GET", "/report", "", STR_NONE);
    struct str two = ask("GET", "/report", "", STR_NONE);
    struct str mark = STR("name=\"key\" value=\"");
    struct str first = str_slice(one, str_find(one, mark) + mark.n, one.n);
    struct str second = str_slice(two, str_find(two, mark) + mark.n, two.n);

    CHECK(str_find(first, STR("\"")) == 22);
    CHECK(!str_eq(str_slice(first, 0, 22), str_slice(second, 0, 22)));
}

static void a_report_that_is_stored_is_thanked_when_the_channel_ends(void)
{
    int fd;
    struct str got;

    inbox.silent = true;
    fd = client_open(&site);
    client_send(fd, STR("POST /report HTTP/1.1\r\nHost: a\r\nConnection: "
                        "close\r\nContent-Length: 8\r\n\r\nreport=x"));
    do { /* until it is with the inbox, seen through a page */
        got = ask("GET", "/report", "", STR_NONE);
    } while (inbox.accepted == 0);
    CHECK(status_of(ask("POST", "/stop", "", STR_NONE)) == 200);
    CHECK(stopped == 0); /* the store has not said yet */
    CHECK(status_of(post(KEY "report=late")) == 503);
    CHECK(status_of(ask("POST", "/speak", "", STR_NONE)) == 200);
    got = client_rest(fd, &a);
    CHECK(status_of(got) == 200 && has(got, "It is saved"));
    close(fd);
    site_end();
}

static void a_client_may_leave_before_the_store_has_said(void)
{
    int fd;

    inbox.silent = true;
    fd = client_open(&site);
    client_send(fd, STR("POST /report HTTP/1.1\r\nHost: a\r\n"
                        "Content-Length: 8\r\n\r\nreport=x"));
    while (inbox.accepted == 0)
        ask("GET", "/report", "", STR_NONE);
    close(fd);
    CHECK(status_of(ask("POST", "/speak", "", STR_NONE)) == 200);
    inbox.silent = false;
    CHECK(status_of(post(KEY "report=y")) == 200);
}

static void who_sends_too_often_waits_and_keeps_the_words(void)
{
    struct str got;

    start("3");
    for (int i = 0; i < 3; i++)
        CHECK(status_of(post(KEY "report=x")) == 200);
    got = post(KEY "report=once+more");
    CHECK(status_of(got) == 429);
    CHECK(has(got, ">once more</textarea>"));
    CHECK(inbox.limited == 1 && inbox.accepted == 3);
    CHECK(status_of(ask("POST", "/report", "X-Forwarded-For: 192.0.2.1\r\n",
                        STR("report=x"))) == 200);
    finish();
}

static void a_form_asks_what_its_category_asks(void)
{
    struct str got = ask("GET", "/report", "", STR_NONE);

    CHECK(has(got, "How large?") && has(got, "data-service=\"pothole\""));
    CHECK(has(got, "name=\"answer[pothole.size]\" value=\"large\""));
    CHECK(has(got, "How tall &lt;is&gt; the pole?"));
    got = post(KEY "report=x&category=pothole&answer[depth]=deep");
    CHECK(status_of(got) == 422 && inbox.accepted == 0);
    CHECK(has(got, "href=\"#answer-pothole-size\""));
    CHECK(has(got, "Please answer this question."));
    CHECK(has(got, "Please give a number here."));
    CHECK(has(got, "value=\"deep\""));
    CHECK(has(got, "<details id=\"questions\" open>"));
    got = post(KEY "report=x&category=pothole&answer[size]=huge");
    CHECK(has(got, "Please choose one of the answers."));
    CHECK(status_of(post(KEY "report=x&category=tree&answer[size]=")) == 200);
    got = post(KEY "report=x&category=pothole&answer[pothole.size]=large");
    CHECK(status_of(got) == 200 && inbox.accepted == 2);
}

static struct str reply(const char *token, const char *form)
{
    return ask("POST", arena_printf(&a, "/t/%s/reply", token),
               "Content-Type: application/x-www-form-urlencoded\r\n",
               str_of(form));
}

static void a_reply_needs_the_tickets_own_token(void)
{
    struct str got = reply("AAAAAAAAAAAAAAAAAAAAAA", KEY "text=It+is+blue");
    char first[200];

    CHECK(status_of(got) == 303);
    CHECK(has(got, "Location: /t/AAAAAAAAAAAAAAAAAAAAAA?said=1"));
    CHECK(has(str_of(inbox.envelope), "token: AAAAAAAAAAAAAAAAAAAAAA\n"));
    snprintf(first, sizeof(first), "%s", inbox.origin);
    post(KEY "text=It+is+blue"); /* a report in the same words is another */
    CHECK(strcmp(inbox.origin, first) != 0);
    CHECK(!has(str_of(inbox.envelope), "token:"));
    CHECK(inbox.accepted == 2);
    CHECK(status_of(reply("BBBBBBBBBBBBBBBBBBBBBB", KEY "text=x")) == 404);
    CHECK(status_of(reply("42-AAAAAAAAAAAAAAAAAAAAAA", KEY "text=x")) == 404);
    CHECK(inbox.accepted == 2);
    got = reply("AAAAAAAAAAAAAAAAAAAAAA", KEY "text=+&website=x");
    CHECK(status_of(got) == 422);
    CHECK(has(got, "action=\"/t/AAAAAAAAAAAAAAAAAAAAAA/reply\""));
}

static void only_a_named_site_may_frame_the_form(void)
{
    static struct setting_list second = { STR_INIT("https://b.example.org"),
                                          NULL };
    static struct setting_list first = { STR_INIT("https://a.example.org"),
                                         &second };
    struct str got = ask("GET", "/report?embed=1", "", STR_NONE);

    CHECK(has(got, "frame-ancestors 'none'"));
    town.embed = &first;
    got = ask("GET", "/report?embed=1", "", STR_NONE);
    CHECK(has(got, "frame-ancestors https://a.example.org "
                   "https://b.example.org\r\n"));
    CHECK(has(got, "action=\"/report?embed=1\""));
    CHECK(has(got, "href=\"?lang=es&amp;embed=1\""));
    CHECK(has(ask("GET", "/report", "", STR_NONE), "frame-ancestors 'none'"));
    town.embed = NULL;
}

static void alone(void (*test)(void))
{
    start("0");
    test();
    finish();
}

int main(void)
{
    alone(a_report_gets_its_number_and_its_address);
    alone(the_same_form_twice_has_one_origin_and_other_words_another);
    alone(what_was_typed_comes_back_with_the_reason);
    alone(photos_have_limits_and_the_words_stay);
    alone(what_cannot_be_read_is_not_taken);
    alone(a_failed_store_says_that_nothing_was_saved);
    alone(a_number_that_is_not_known_is_not_made_up);
    alone(a_filled_trap_is_shown_and_counted_not_swallowed);
    alone(a_page_comes_in_the_readers_language);
    alone(every_form_has_a_key_of_its_own);
    alone(a_form_asks_what_its_category_asks);
    alone(a_reply_needs_the_tickets_own_token);
    alone(only_a_named_site_may_frame_the_form);
    alone(a_client_may_leave_before_the_store_has_said);
    start("0");
    a_report_that_is_stored_is_thanked_when_the_channel_ends();
    who_sends_too_often_waits_and_keeps_the_words();
    return tap_done();
}
