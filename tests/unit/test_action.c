/* What a clerk does is done, is on the trail, and can be taken back. */
#include "action_fixture.h"

#include <math.h>

static bool same_work(const struct ticket *a, const struct ticket *b)
{
    return a->state == b->state && a->urgent == b->urgent &&
           str_eq(a->category, b->category) && str_eq(a->label, b->label) &&
           a->at.known == b->at.known && a->at.lat == b->at.lat &&
           a->at.lon == b->at.lon && a->method == b->method &&
           a->uncertainty_m == b->uncertainty_m &&
           a->confidence == b->confidence && a->decision == b->decision &&
           str_eq(a->department, b->department) &&
           str_eq(a->assignee, b->assignee) && str_eq(a->reason, b->reason) &&
           a->duplicate_of == b->duplicate_of &&
           a->snoozed_until == b->snoozed_until && a->done_at == b->done_at &&
           a->answered_at == b->answered_at;
}

static struct action place_of(double lat, double lon)
{
    return (struct action){ .kind = ACTION_PLACE,
                            .value = STR("12 Elm Street"),
                            .at = { lat, lon, true },
                            .method = METHOD_PIN,
                            .uncertainty_m = 5 };
}

static void every_act_is_undone_whole(void)
{
    struct area ward = { .name = STR("Ward 2") };
    struct acting x;
    int64_t id;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    report_add(&x, "and a lamp is out", "ben@example.org", id);
    struct action acts[] = {
        { .kind = ACTION_STATE, .value = STR("done"), .reason = STR("fixed") },
        { .kind = ACTION_STATE, .value = STR("not-ours") },
        { .kind = ACTION_STATE, .value = STR("waiting") },
        { .kind = ACTION_ASSIGN, .value = STR("bea") },
        { .kind = ACTION_DEPARTMENT, .value = STR("Streets") },
        { .kind = ACTION_CATEGORY, .value = STR("tree") },
        place_of(41.25, -72.123456789012345),
        { .kind = ACTION_URGENT, .value = STR("yes") },
        { .kind = ACTION_NOTE, .text = STR("ask the crew") },
        { .kind = ACTION_REPLY, .text = STR("Which side?") },
        { .kind = ACTION_SNOOZE, .number = NOW + 3600 },
        { .kind = ACTION_MERGE,
          .number = report_add(&x, "hole", "cy@example.org", 0) },
    };
    acts[6].areas = &ward;
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        struct ticket was = ticket_now(&x, id);
        struct ticket t;

        CHECK(act(&x, acts[i], id) == 0);
        if (x.rc < 0)
            printf("# %s\n", x.f.e.text);
        CHECK(x.act.event_count == 1);
        t = ticket_now(&x, id);
        CHECK(t.answered_at == NOW && t.revision == was.revision + 1);
        CHECK(act_undo(&x, x.act.events[0]) == 0);
        if (x.rc < 0)
            printf("# %s: %s\n", action_names[acts[i].kind], x.f.e.text);
        t = ticket_now(&x, id);
        CHECK(same_work(&was, &t));
        CHECK(t.revision == was.revision + 2);
        CHECK(x.act.event_count == 1);
    }
    acting_end(&x);
}

static void an_act_does_what_it_says(void)
{
    struct acting x;
    struct ticket t;
    int64_t id;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "", 0);
    CHECK(act_value(&x, ACTION_ASSIGN, "BEA", id) == 0);
    t = ticket_now(&x, id);
    CHECK_STR(t.assignee, "Bea");
    CHECK(t.state == TICKET_OPEN);
    CHECK(act_value(&x, ACTION_ASSIGN, "", id) == 0);
    CHECK(ticket_now(&x, id).assignee.n == 0);
    CHECK(act_value(&x, ACTION_DEPARTMENT, "Parks", id) == 0);
    CHECK(act_value(&x, ACTION_CATEGORY, "tree", id) == 0);
    CHECK(act(&x, place_of(41.5, -72.5), id) == 0);
    CHECK(act_value(&x, ACTION_URGENT, "yes", id) == 0);
    CHECK(act(&x,
              (struct action){ .kind = ACTION_STATE,
                               .value = STR("done"),
                               .reason = STR("planned") },
              id) == 0);
    t = ticket_now(&x, id);
    CHECK(t.state == TICKET_DONE && t.done_at == NOW && t.urgent);
    CHECK_STR(t.reason, "planned");
    CHECK_STR(t.department, "Parks");
    CHECK_STR(t.category, "tree");
    CHECK_STR(t.label, "12 Elm Street");
    CHECK(t.at.lat == 41.5 && t.method == METHOD_PIN && t.confidence == 1);
    CHECK(t.decision == DECISION_ACCEPT);
    CHECK(act_value(&x, ACTION_STATE, "open", id) == 0);
    t = ticket_now(&x, id);
    CHECK(t.done_at == 0 && t.reason.n == 0);
    CHECK_STR(trail(&x, id), "received assigned assigned routed categorised "
                             "placed urgent state reopened");
    acting_end(&x);
}

static void what_is_so_already_is_no_event_but_a_choice_is(void)
{
    struct ticket_hold hold;
    struct acting x;
    int64_t id;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "", 0);
    CHECK(act_value(&x, ACTION_STATE, "new", id) == 0);
    CHECK(act_value(&x, ACTION_URGENT, "no", id) == 0);
    CHECK(x.act.event_count == 0 && ticket_now(&x, id).revision == 0);
    CHECK(store_ticket_hold(x.f.store, id, &hold, &x.f.e) == 0);
    CHECK(!hold.category && !hold.department && !hold.place);
    CHECK(act_value(&x, ACTION_CATEGORY, "pothole", id) == 0);
    CHECK(x.act.event_count == 1);
    CHECK(store_ticket_hold(x.f.store, id, &hold, &x.f.e) == 0);
    CHECK(hold.category && !hold.department);
    CHECK(act_undo(&x, x.act.events[0]) == 0);
    CHECK(store_ticket_hold(x.f.store, id, &hold, &x.f.e) == 0);
    CHECK(!hold.category);
    acting_end(&x);
}

static void two_clerks_at_once_do_not_overwrite_each_other(void)
{
    struct acting x;
    struct ticket t;
    int64_t id;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    CHECK(act_value(&x, ACTION_URGENT, "yes", id) == 0);
    t = ticket_now(&x, id);
    CHECK(act(&x,
              (struct action){ .kind = ACTION_STATE,
                               .value = STR("done"),
                               .revision = t.revision },
              id) == 0);
    CHECK(act(&x,
              (struct action){ .kind = ACTION_STATE,
                               .value = STR("not-ours"),
                               .actor = STR("Carl"),
                               .revision = t.revision },
              id) == E_AGAIN);
    CHECK(ticket_now(&x, id).state == TICKET_DONE);
    CHECK_STR(told(&x, id), "done ana@example.org pending");
    acting_end(&x);
}

static void what_was_changed_since_is_not_undone(void)
{
    struct acting x;
    int64_t id;
    int64_t first;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "", 0);
    CHECK(act_value(&x, ACTION_CATEGORY, "tree", id) == 0);
    first = x.act.events[0];
    CHECK(act_value(&x, ACTION_URGENT, "yes", id) == 0);
    CHECK(act_value(&x, ACTION_CATEGORY, "trash", id) == 0);
    CHECK(act_undo(&x, first) == E_DENIED);
    CHECK(strstr(x.f.e.text, "category") != NULL);
    CHECK(act_undo(&x, first + 2) == 0);
    CHECK(act_undo(&x, first + 2) == E_DENIED);
    CHECK(act_undo(&x, first + 3) == E_DENIED); /* an undoing */
    CHECK(act_undo(&x, first) == 0); /* urgency does not stand in the way */
    CHECK(ticket_now(&x, id).urgent);
    CHECK_STR(ticket_now(&x, id).category, "pothole");
    CHECK(act_undo(&x, 1) == E_DENIED); /* received */
    CHECK(act_undo(&x, 9999) == E_NONE);
    CHECK(act_undo(&x, -1) == E_NONE);
    acting_end(&x);
}

static void a_place_has_its_areas_and_gets_them_back(void)
{
    struct area ward = { .name = STR("Ward 2") };
    struct area other = { .name = STR("Ward 3") };
    struct action first = place_of(41.1, -72);
    struct action second = place_of(41.2, -72);
    struct area *got;
    struct acting x;
    int64_t id;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "", 0);
    first.areas = &ward;
    second.areas = &other;
    CHECK(act(&x, first, id) == 0 && act(&x, second, id) == 0);
    CHECK(store_areas_of(x.f.store, id, &got, &x.f.a, &x.f.e) == 0);
    CHECK(got != NULL && got->next == NULL);
    CHECK_STR(got->name, "Ward 3");
    CHECK(act_undo(&x, x.act.events[0]) == 0);
    CHECK(store_areas_of(x.f.store, id, &got, &x.f.a, &x.f.e) == 0);
    CHECK(got != NULL && got->next == NULL);
    CHECK_STR(got->name, "Ward 2");
    acting_end(&x);
}

static void many_at_once_are_all_done_or_none(void)
{
    struct acting x;
    int64_t ids[ACTION_TICKETS + 1];

    acting_begin(&x);
    for (int i = 0; i < 3; i++)
        ids[i] = report_add(&x, "Pothole on Elm", "", 0);
    CHECK(act_on(&x,
                 (struct action){ .kind = ACTION_URGENT,
                                  .value = STR("yes"),
                                  .revision = 77 },
                 ids, 3) == 0);
    CHECK(x.act.event_count == 3);
    CHECK(ticket_now(&x, ids[2]).urgent);
    ids[1] = 9999;
    CHECK(act_on(&x,
                 (struct action){ .kind = ACTION_URGENT, .value = STR("no") },
                 ids, 3) == E_NONE);
    CHECK(strstr(x.f.e.text, "ticket 9999") != NULL);
    CHECK(ticket_now(&x, ids[0]).urgent);
    for (int i = 0; i <= ACTION_TICKETS; i++)
        ids[i] = 1;
    CHECK(act_on(&x, (struct action){ .kind = ACTION_NOTE, .text = STR("x") },
                 ids, ACTION_TICKETS + 1) == E_LIMIT);
    CHECK(act_on(&x, (struct action){ .kind = ACTION_NOTE, .text = STR("x") },
                 ids, ACTION_TICKETS) == 0);
    CHECK(x.act.event_count == ACTION_TICKETS);
    acting_end(&x);
}

struct hostile {
    struct action act;
    int rc;
};

static void refuse(struct acting *x, int64_t id, const struct hostile *all,
                   size_t n)
{
    for (size_t i = 0; i < n; i++) {
        CHECK(act(x, all[i].act, id) == all[i].rc);
        if (x->rc != all[i].rc)
            printf("# %zu: %d %s\n", i, x->rc, x->f.e.text);
    }
    CHECK_STR(trail(x, id), "received");
    CHECK(ticket_now(x, id).revision == 0);
}

static void words_that_make_no_sense_are_refused_with_a_sentence(void)
{
    static char large[1024 * 1024];
    struct acting x;
    int64_t id;

    acting_begin(&x);
    memset(large, 'x', sizeof(large));
    id = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    const struct hostile hostile[] = {
        { { .kind = ACTION_STATE, .value = STR("closed") }, E_SYNTAX },
        { { .kind = ACTION_STATE, .value = STR("duplicate") }, E_SYNTAX },
        { { .kind = ACTION_STATE }, E_SYNTAX },
        { { .kind = ACTION_STATE,
            .value = STR("done"),
            .reason = STR("county") },
          E_SYNTAX },
        { { .kind = ACTION_STATE,
            .value = STR("open"),
            .reason = STR("fixed") },
          E_SYNTAX },
        { { .kind = ACTION_NOTE, .text = { large, sizeof(large) } }, E_LIMIT },
        { { .kind = ACTION_NOTE, .text = STR(" \n") }, E_SYNTAX },
        { { .kind = ACTION_NOTE, .text = STR("caf\xe9") }, E_SYNTAX },
        { { .kind = ACTION_NOTE, .text = STR("a\0b") }, E_SYNTAX },
        { { .kind = ACTION_REPLY }, E_SYNTAX },
        { { .kind = ACTION_ASSIGN, .value = STR("Nobody") }, E_NONE },
        { { .kind = ACTION_ASSIGN, .value = STR("Rita") }, E_DENIED },
        { { .kind = ACTION_ASSIGN, .value = STR("Gone") }, E_DENIED },
        { { .kind = ACTION_ASSIGN, .value = { large, 600 } }, E_LIMIT },
        { { .kind = ACTION_CATEGORY }, E_SYNTAX },
        { { .kind = ACTION_CATEGORY, .value = STR("<b>") }, E_SYNTAX },
        { { .kind = ACTION_CATEGORY, .value = { large, 65 } }, E_SYNTAX },
        { { .kind = ACTION_URGENT, .value = STR("perhaps") }, E_SYNTAX },
        { { .kind = ACTIONS }, E_SYNTAX },
        { { .kind = ACTION_NOTE, .text = STR("x"), .actor = STR("inlet") },
          E_SYNTAX },
        { { .kind = ACTION_NOTE, .text = STR("x"), .actor = STR("resident") },
          E_SYNTAX },
    };
    refuse(&x, id, hostile, COUNT_OF(hostile));
    acting_end(&x);
}

static void numbers_that_make_no_sense_are_refused_with_a_sentence(void)
{
    struct acting x;
    int64_t id;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    const struct hostile hostile[] = {
        { { .kind = ACTION_PLACE, .value = STR("x") }, E_SYNTAX },
        { place_of(91, 0), E_SYNTAX },
        { place_of(0, -181), E_SYNTAX },
        { place_of((double)NAN, 0), E_SYNTAX },
        { { .kind = ACTION_PLACE,
            .at = { 1, 1, true },
            .method = (enum location_method)99 },
          E_SYNTAX },
        { { .kind = ACTION_PLACE, .at = { 1, 1, true }, .uncertainty_m = -1 },
          E_SYNTAX },
        { { .kind = ACTION_SNOOZE, .number = NOW }, E_SYNTAX },
        { { .kind = ACTION_SNOOZE, .number = -5 }, E_SYNTAX },
        { { .kind = ACTION_SNOOZE, .number = INT64_MAX }, E_LIMIT },
        { { .kind = ACTION_MERGE, .number = id }, E_SYNTAX },
        { { .kind = ACTION_MERGE, .number = 0 }, E_NONE },
        { { .kind = ACTION_MERGE, .number = -1 }, E_NONE },
        { { .kind = ACTION_SPLIT, .number = 99 }, E_NONE },
        { { .kind = ACTION_SPLIT, .number = 1 }, E_DENIED },
        { { .kind = ACTION_RESEND, .number = 99 }, E_NONE },
    };
    refuse(&x, id, hostile, COUNT_OF(hostile));
    CHECK(act_value(&x, ACTION_URGENT, "yes", 0) == E_NONE);
    CHECK(act_value(&x, ACTION_URGENT, "yes", -7) == E_NONE);
    CHECK(act_on(&x,
                 (struct action){ .kind = ACTION_URGENT, .value = STR("yes") },
                 NULL, 0) == E_SYNTAX);
    acting_end(&x);
}

static void every_reason_has_words_in_every_language(void)
{
    const char *const languages[] = { "en", "es" };
    struct acting x;

    acting_begin(&x);
    for (const struct action_reason *r = action_reasons; r->name != NULL; r++) {
        for (size_t i = 0; i < COUNT_OF(languages); i++) {
            const char *key = arena_printf(&x.f.a, "reason.%s", r->name);

            CHECK(template_word(x.templates, str_of(languages[i]), key).p !=
                  key);
        }
    }
    acting_end(&x);
}

int main(void)
{
    every_act_is_undone_whole();
    an_act_does_what_it_says();
    what_is_so_already_is_no_event_but_a_choice_is();
    two_clerks_at_once_do_not_overwrite_each_other();
    what_was_changed_since_is_not_undone();
    a_place_has_its_areas_and_gets_them_back();
    many_at_once_are_all_done_or_none();
    words_that_make_no_sense_are_refused_with_a_sentence();
    numbers_that_make_no_sense_are_refused_with_a_sentence();
    every_reason_has_words_in_every_language();
    return tap_done();
}
