/* A report's own page: what a resident may see of it, in plain words. */
#include "../tap.h"
#include "web/embedded.h"
#include "web/report/follow.h"

static struct setting_list spanish = { STR_INIT("es"), NULL };
static struct setting_list english = { STR_INIT("en"), &spanish };
static const struct town town = {
    .name = STR_INIT("Springfield"),
    .language = STR_INIT("en"),
    .languages = &english,
    .emergency = STR_INIT("911"),
};

static struct arena a;
static struct templates *templates;

static bool has(struct str s, const char *part)
{
    return str_find(s, str_of(part)) < s.n;
}

static struct str page(const char *language, const struct ticket *t,
                       const struct event_row *events)
{
    struct buf out = buf_init(64 * 1024);
    struct error e;
    struct str got;
    struct follow_view v = { .templates = templates,
                             .town = &town,
                             .language = str_of(language),
                             .ticket = t,
                             .events = events };

    if (follow_page(&v, &a, &out, &e) < 0)
        got = str_of(arena_printf(&a, "%s", e.text));
    else
        got = arena_str(&a, buf_str(&out));
    buf_free(&out);
    return got;
}

static struct ticket made_up(void)
{
    return (struct ticket){
        .id = 4711,
        .state = TICKET_OPEN,
        .category = STR("pothole"),
        .label = STR("12 <Elm> St"),
        .title = STR("my neighbour's secret"),
        .created_at = 1764331200, /* 2025-11-28 12:00 UTC */
    };
}

static void a_page_says_where_things_stand(void)
{
    struct ticket t = made_up();
    struct str got = page("en", &t, NULL);

    CHECK(has(got, "4711") && has(got, "In work") && has(got, "Pothole"));
    CHECK(has(got, "12 &lt;Elm&gt; St"));
    CHECK(has(got, "November 28, 2025"));
    CHECK(has(got, "datetime=\"2025-11-28T12:00:00Z\""));
    CHECK(has(got, "content=\"noindex, nofollow\""));
    CHECK(!has(got, "secret"));
}

static void it_says_so_in_the_readers_language(void)
{
    struct ticket t = made_up();
    struct str got = page("es", &t, NULL);

    CHECK(has(got, "<html lang=\"es\">") && has(got, "En curso"));
    CHECK(has(got, "28 de noviembre de 2025") && has(got, "Bache"));
    CHECK(has(got, "href=\"?lang=en\""));
}

static void every_state_has_words_in_every_language(void)
{
    const char *const languages[] = { "en", "es" };
    struct ticket t = made_up();

    for (size_t l = 0; l < COUNT_OF(languages); l++) {
        for (int s = 0; s < TICKET_STATES; s++) {
            const char *key =
                arena_printf(&a, "state_text.%s", ticket_state_names[s]);

            t.state = (enum ticket_state)s;
            CHECK(template_word(templates, str_of(languages[l]), key).p != key);
            CHECK(has(page(languages[l], &t, NULL), "class=\"state "));
        }
    }
}

static void both_languages_have_the_same_words(void)
{
    static const char *const files[] = { "words.en", "words.es" };
    struct str texts[2] = { STR_NONE, STR_NONE };

    for (const struct template_file *f = built_in_templates; f->name != NULL;
         f++) {
        for (size_t i = 0; i < COUNT_OF(files); i++) {
            if (strcmp(f->name, files[i]) == 0)
                texts[i] = f->text;
        }
    }
    CHECK(texts[0].n > 0 && texts[1].n > 0);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct str rest = texts[i];

        while (rest.n > 0) {
            struct str line = str_line(&rest);
            struct str key = str_word(&line);
            const char *start = arena_printf(&a, "\n%.*s ", STR_FMT(key));

            if (key.n == 0 || key.p[0] == '#')
                continue;
            if (!has(texts[1 - i], start)) {
                printf("# %s lacks %.*s\n", files[1 - i], STR_FMT(key));
                CHECK(!"the same words");
            }
        }
    }
}

static void only_what_concerns_the_resident_is_told(void)
{
    struct ticket t = made_up();
    struct event_row second = {
        .event = { .at = 1764331200,
                   .kind = STR("not-answered"),
                   .text = STR("+15555550123 has opted out") }
    };
    struct event_row first = { .event = { .at = 1764331200,
                                          .kind = STR("received"),
                                          .text = STR("desk-mail") },
                               .next = &second };
    struct str got = page("en", &t, &first);

    CHECK(has(got, "Your report arrived."));
    CHECK(!has(got, "desk-mail") && !has(got, "555") && !has(got, "opted"));
    CHECK(!has(got, "not-answered"));
}

static void a_place_that_is_not_known_is_said_to_be(void)
{
    struct ticket t = made_up();

    t.label = STR_NONE;
    t.category = STR("a-towns-own");
    CHECK(has(page("en", &t, NULL), "We could not tell from your words"));
    CHECK(has(page("en", &t, NULL), "a-towns-own"));
}

static struct event_row state_event(const char *text, int64_t undone_by)
{
    return (struct event_row){ .event = { .at = 1764331200,
                                          .kind = STR("state"),
                                          .text = str_of(text),
                                          .undone_by = undone_by } };
}

static void what_settled_it_is_said_with_its_reason(void)
{
    struct event_row done = state_event("done (fixed)\nBob has done it", 0);
    struct event_row plain = state_event("waiting", 0);
    struct event_row odd = state_event("on fire (maybe", 0);
    struct event_row undone = state_event("not-ours (state)", 7);
    struct ticket t = made_up();
    struct str got;

    t.state = TICKET_DONE;
    t.reason = STR("fixed");
    got = page("en", &t, &done);
    CHECK(has(got, "It was settled. It has been fixed."));
    CHECK(!has(got, "Bob"));
    CHECK(has(page("en", &t, &plain), "We wait for an answer."));
    CHECK(has(page("en", &t, &odd), "Its state changed."));
    CHECK(!has(page("en", &t, &undone), "It is not ours"));
}

static void a_neighbours_token_tells_nothing_of_the_reporters(void)
{
    struct ticket t = made_up();
    struct ticket next = made_up();
    struct str token;

    t.token = STR("AAAAAAAAAAAAAAAAAAAAAA");
    next.token = STR("AAAAAAAAAAAAAAAAAAAAAB");
    token = ticket_public_token(&t, &a);
    CHECK(str_starts(token, STR("4711-")) && token.n == 5 + 22);
    CHECK(!has(token, "AAAAAAAAAA"));
    CHECK(!str_eq(token, ticket_public_token(&next, &a)));
    CHECK(str_eq(token, ticket_public_token(&t, &a)));
}

static void a_duplicate_shows_where_the_other_one_stands(void)
{
    struct ticket other = { .id = 17,
                            .state = TICKET_DONE,
                            .token = STR("CCCCCCCCCCCCCCCCCCCCCC") };
    struct ticket t = made_up();
    struct buf out = buf_init(64 * 1024);
    struct follow_view v = { .templates = templates,
                             .town = &town,
                             .language = STR("en"),
                             .ticket = &t,
                             .other = &other,
                             .token = STR("4711-x"),
                             .writable = true };
    struct error e;

    t.state = TICKET_DUPLICATE;
    CHECK(follow_page(&v, &a, &out, &e) == 0);
    CHECK(has(buf_str(&out), "report number 17</a>: <strong>Done"));
    CHECK(!has(buf_str(&out), "CCCCCCCC")); /* another reporter's */
    CHECK(has(buf_str(&out), "action=\"/t/4711-x/reply\""));
    buf_clear(&out);
    v.writable = false;
    CHECK(follow_page(&v, &a, &out, &e) == 0);
    CHECK(!has(buf_str(&out), "/reply"));
    buf_free(&out);
}

int main(void)
{
    struct error e;

    if (templates_load(&templates, built_in_templates, "", &e) < 0) {
        printf("Bail out! %s\n", e.text);
        return 1;
    }
    a_page_says_where_things_stand();
    it_says_so_in_the_readers_language();
    every_state_has_words_in_every_language();
    both_languages_have_the_same_words();
    only_what_concerns_the_resident_is_told();
    a_place_that_is_not_known_is_said_to_be();
    what_settled_it_is_said_with_its_reason();
    a_neighbours_token_tells_nothing_of_the_reporters();
    a_duplicate_shows_where_the_other_one_stands();
    templates_free(templates);
    arena_free(&a);
    return tap_done();
}
