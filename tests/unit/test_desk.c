/* What the desk reads of addresses and texts, before it asks the store. */
#include <stdlib.h>

#include "../tap.h"
#include "base/clock.h"
#include "web/inbox/filter.h"
#include "web/inbox/session.h"
#include "web/inbox/spans.h"

/* ---- units ---- */

static void units_count_as_a_browser_does(void)
{
    static const struct {
        const char *text;
        size_t at;
        uint32_t units;
    } cases[] = {
        { "", 0, 0 },
        { "", 9, 0 },
        { "Elm", 2, 2 },
        { "Elm", 99, 3 },
        { "\xc3\xb1-", 2, 1 },         /* two bytes, one unit */
        { "\xe2\x82\xac-", 3, 1 },     /* three bytes, one unit */
        { "\xf0\x9f\x98\x80-", 4, 2 }, /* four bytes, two units */
        { "\xf0\x9f\x98\x80-", 5, 3 },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena a = { 0 };
        struct units u;

        units_count(&u, str_of(cases[i].text), &a);
        CHECK(units_at(&u, cases[i].at) == cases[i].units);
        arena_free(&a);
    }
}

/* Every place of a long text, against counting from its begin. */
static void units_are_right_all_along_a_long_text(void)
{
    static const char *const parts[] = { "a", "\xc3\xb1", "\xe2\x82\xac",
                                         "\xf0\x9f\x98\x80" };
    static const uint32_t units[] = { 1, 1, 1, 2 };
    struct arena a = { 0 };
    struct buf b = buf_init(4096);
    uint32_t want[4096];
    struct units u;
    uint32_t n = 0;
    int wrong = 0;

    for (int i = 0; i < 700; i++) {
        size_t k = (size_t)(i * 7 + i / 5) % 4;

        for (size_t byte = 0; byte < strlen(parts[k]); byte++)
            want[b.n + byte] = n + (byte > 0 ? units[k] : 0);
        buf_add(&b, str_of(parts[k]));
        n += units[k];
    }
    units_count(&u, buf_str(&b), &a);
    for (size_t i = 0; i < b.n; i++)
        wrong += units_at(&u, i) != want[i];
    CHECK(wrong == 0);
    CHECK(units_at(&u, b.n) == n);
    buf_free(&b);
    arena_free(&a);
}

/* ---- where one is sent on to ---- */

static void only_paths_of_our_own_are_gone_on_to(void)
{
    static const char *const ours[] = { "/", "/inbox", "/inbox/7?q=a%20b#map" };
    static const char *const bad[] = {
        "",     "inbox",    "//evil.example", "/\\evil",      "/a\\b",
        "/a b", "/a\nX: y", "http://a/",      "javascript:1", "/\t/evil"
    };

    for (size_t i = 0; i < COUNT_OF(ours); i++)
        CHECK_STR(session_next(str_of(ours[i])), ours[i]);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CHECK_STR(session_next(str_of(bad[i])), "/inbox");
}

/* ---- queries ---- */

enum { NOW = 1795879433, DAY = 86400 };

static int asked(struct ticket_filter *f, const char *query, struct arena *a)
{
    struct error e;

    return filter_read(f, str_of(query), STR("Ana"), a, &e);
}

static void an_empty_query_asks_for_what_is_worked_on(void)
{
    struct arena a = { 0 };
    struct ticket_filter f;

    clock_set(NOW);
    CHECK(asked(&f, "", &a) == 0);
    CHECK(f.state == -1 && f.limit == FILTER_LIMIT_USUAL);
    CHECK(f.states ==
          (1 << TICKET_NEW | 1 << TICKET_OPEN | 1 << TICKET_WAITING));
    CHECK(f.awake_at == NOW && f.asleep_at == 0);
    CHECK(f.category.n == 0 && f.search.n == 0 && !f.urgent);
    arena_free(&a);
}

static void a_query_says_what_is_asked_for(void)
{
    struct arena a = { 0 };
    struct ticket_filter f;

    CHECK(asked(&f,
                "state=done,not-ours&category=tree&area=Ward+1&department=A%26B"
                "&assignee=me&channel=mail&needs=place&urgent=1&age=7d"
                "&q=elm+street&order=changed&offset=100&limit=9999&upto=77"
                "&bbox=-71.9,43.4,-71.8,43.6&unknown=1",
                &a) == 0);
    CHECK(f.states == (1 << TICKET_DONE | 1 << TICKET_NOT_OURS));
    CHECK_STR(f.category, "tree");
    CHECK_STR(f.area, "Ward 1");
    CHECK_STR(f.department, "A&B");
    CHECK_STR(f.assignee, "Ana");
    CHECK_STR(f.channel, "mail");
    CHECK_STR(f.search, "elm street");
    CHECK(f.unplaced && !f.uncategorised && f.urgent);
    CHECK(f.made_before == NOW - 7 * DAY);
    CHECK(f.order == ORDER_CHANGED && f.offset == 100 && f.upto == 77);
    CHECK(f.limit == FILTER_LIMIT);
    CHECK(f.west == -71.9 && f.south == 43.4 && f.east == -71.8 &&
          f.north == 43.6);
    CHECK(asked(&f, "state=any&snoozed=1&done=7d", &a) == 0);
    CHECK(f.states == 0 && f.awake_at == 0 && f.asleep_at == NOW);
    CHECK(f.done_since == NOW - 7 * DAY && f.changed_since == f.done_since);
    CHECK(asked(&f, "assignee=-", &a) == 0);
    CHECK_STR(f.assignee, "-");
    arena_free(&a);
}

static void what_no_query_can_say_is_refused(void)
{
    static const char *const bad[] = {
        "state=nonsense", "state=done,,x",   "needs=money",
        "age=7",          "age=-1d",         "age=d",
        "age=99999999d",  "order=id;--",     "offset=-1",
        "offset=1e3",     "limit=x",         "upto=99999999999999999999",
        "bbox=1,2,3",     "bbox=1,2,3,4,5",  "bbox=a,b,c,d",
        "bbox=1,2,3,nan", "bbox=1,2,3,9999",
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct arena a = { 0 };
        struct ticket_filter f;

        CHECK(asked(&f, bad[i], &a) == E_SYNTAX);
        arena_free(&a);
    }
}

int main(void)
{
    units_count_as_a_browser_does();
    units_are_right_all_along_a_long_text();
    only_paths_of_our_own_are_gone_on_to();
    an_empty_query_asks_for_what_is_worked_on();
    a_query_says_what_is_asked_for();
    what_no_query_can_say_is_refused();
    return tap_done();
}
