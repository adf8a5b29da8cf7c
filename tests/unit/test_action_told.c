/* Residents hear of what concerns them: once, by their door, in time. */
#include "../../adapters/segments.h"
#include "action_fixture.h"

static int opt_out(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_opt_set(tx, str_of(arg), false, e);
}

static int follow(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_follower_add(tx, arg, e);
}

static bool has(struct str s, const char *part)
{
    return str_find(s, str_of(part)) < s.n;
}

static void a_notice_waits_until_the_time_to_undo_is_over(void)
{
    struct notice_list *due;
    struct acting x;
    struct notice n;
    int64_t next;
    int64_t id;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    CHECK(act(&x,
              (struct action){ .kind = ACTION_STATE,
                               .value = STR("done"),
                               .reason = STR("fixed"),
                               .text = STR("Filled on Monday.") },
              id) == 0);
    CHECK(x.act.noticed);
    n = last_notice(&x, id);
    CHECK(n.next_at == NOW + ACTION_UNDO_S);
    CHECK_STR(n.kind, "done");
    CHECK_STR(n.channel, "post");
    CHECK(has(n.text, "It has been fixed") && has(n.text, "Filled on Monday."));
    CHECK(has(n.text, "About:  Pothole"));
    CHECK(has(n.text, arena_printf(&x.f.a, "https://reports.example.org/t/%.*s",
                                   STR_FMT(ticket_now(&x, id).token))));
    CHECK(has(n.in_reply_to, "@example.org"));
    CHECK(str_ends(n.message_id, STR("@example.org")));
    CHECK(store_notices_due(x.f.store, NOW + 9, 5, &due, &x.f.a, &x.f.e) == 0);
    CHECK(due == NULL);
    CHECK(store_notice_next(x.f.store, &next, &x.f.e) == 0 && next == NOW + 10);
    CHECK(act_undo(&x, x.act.events[0]) == 0);
    CHECK(!x.act.noticed);
    CHECK_STR(told(&x, id), "done ana@example.org withdrawn");
    CHECK(store_notices_due(x.f.store, NOW + 99, 5, &due, &x.f.a, &x.f.e) == 0);
    CHECK(due == NULL);
    acting_end(&x);
}

static void what_was_told_is_told_otherwise_when_undone(void)
{
    struct acting x;
    int64_t id;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    CHECK(act_value(&x, ACTION_STATE, "not-ours", id) == 0);
    notice_becomes(&x, last_notice(&x, id).id, NOTICE_SENT);
    CHECK(act_undo(&x, x.act.events[0]) == 0);
    CHECK(x.act.noticed);
    CHECK_STR(told(&x, id), "not-ours ana@example.org sent, "
                            "reopened ana@example.org pending");
    acting_end(&x);
}

static void a_reply_that_has_left_cannot_be_taken_back(void)
{
    struct acting x;
    int64_t id;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    CHECK(
        act(&x,
            (struct action){ .kind = ACTION_REPLY, .text = STR("Which side?") },
            id) == 0);
    CHECK(ticket_now(&x, id).state == TICKET_OPEN);
    notice_becomes(&x, last_notice(&x, id).id, NOTICE_CLAIMED);
    CHECK(act_undo(&x, x.act.events[0]) == E_DENIED);
    CHECK_STR(told(&x, id), "reply ana@example.org claimed");
    CHECK_STR(trail(&x, id), "received replied");
    acting_end(&x);
}

static void only_what_concerns_them_is_told(void)
{
    static const struct action quiet[] = {
        { .kind = ACTION_NOTE, .text = STR_INIT("rude man") },
        { .kind = ACTION_CATEGORY, .value = STR_INIT("tree") },
        { .kind = ACTION_DEPARTMENT, .value = STR_INIT("Parks") },
        { .kind = ACTION_URGENT, .value = STR_INIT("yes") },
        { .kind = ACTION_STATE, .value = STR_INIT("waiting") },
        { .kind = ACTION_SNOOZE, .number = NOW + 100 },
        { .kind = ACTION_PLACE, .at = { 41, -72, true } },
    };
    struct acting x;
    int64_t id;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    for (size_t i = 0; i < COUNT_OF(quiet); i++)
        CHECK(act(&x, quiet[i], id) == 0 && !x.act.noticed);
    CHECK_STR(told(&x, id), "");
    CHECK(act_value(&x, ACTION_ASSIGN, "Bea", id) == 0);
    CHECK(act_value(&x, ACTION_ASSIGN, "Carl", id) == 0);
    CHECK_STR(told(&x, id), "assigned ana@example.org pending");
    CHECK(act_value(&x, ACTION_STATE, "done", id) == 0);
    CHECK(act_value(&x, ACTION_STATE, "done", id) == 0);
    CHECK(act_value(&x, ACTION_STATE, "open", id) == 0);
    CHECK_STR(told(&x, id), "assigned ana@example.org pending, "
                            "done ana@example.org pending, "
                            "reopened ana@example.org pending");
    acting_end(&x);
}

static void somebody_took_it_up_is_told_again_if_it_was_never_sent(void)
{
    struct acting x;
    int64_t id;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    CHECK(act_value(&x, ACTION_ASSIGN, "Bea", id) == 0);
    CHECK(act_undo(&x, x.act.events[0]) == 0);
    CHECK(ticket_now(&x, id).answered_at == 0);
    CHECK(act_value(&x, ACTION_ASSIGN, "Carl", id) == 0);
    CHECK_STR(told(&x, id), "assigned ana@example.org withdrawn, "
                            "assigned ana@example.org pending");
    acting_end(&x);
}

static void each_is_told_by_their_door_in_their_language(void)
{
    struct follower cy = { .address = STR("+15555550123"),
                           .channel = STR("texts"),
                           .language = STR("es") };
    struct follower us = { .address = STR("Reports@example.org") };
    struct acting x;
    struct notice n;

    acting_begin(&x);
    cy.ticket = us.ticket = report_add(&x, "Hole", "ana@example.org", 0);
    CHECK(store_run(x.f.store, follow, &cy, &x.f.e) == 0);
    CHECK(store_run(x.f.store, follow, &us, &x.f.e) == 0);
    CHECK(act(&x,
              (struct action){ .kind = ACTION_STATE,
                               .value = STR("done"),
                               .reason = STR("fixed") },
              cy.ticket) == 0);
    CHECK_STR(told(&x, cy.ticket), "done +15555550123 pending, "
                                   "done ana@example.org pending");
    n = whole_now(&x, cy.ticket).notices->notice;
    CHECK_STR(n.channel, "texts");
    CHECK(n.subject.n == 0 && n.in_reply_to.n == 0);
    CHECK(has(n.text, "se ha resuelto (Se ha arreglado)"));
    CHECK_STR(trail(&x, cy.ticket), "received state not-answered");
    acting_end(&x);
}

static void who_has_opted_out_is_left_alone(void)
{
    static char ana[] = "ana@example.org";
    struct acting x;
    int64_t id;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", ana, 0);
    CHECK(act(&x, (struct action){ .kind = ACTION_REPLY, .text = STR("Hm?") },
              id) == 0);
    notice_becomes(&x, last_notice(&x, id).id, NOTICE_FAILED);
    CHECK(store_run(x.f.store, opt_out, ana, &x.f.e) == 0);
    CHECK(act_value(&x, ACTION_STATE, "done", id) == 0);
    CHECK(!x.act.noticed);
    CHECK_STR(trail(&x, id), "received replied state not-answered");
    CHECK(act(&x, (struct action){ .kind = ACTION_REPLY, .text = STR("Hm?") },
              id) == E_DENIED);
    CHECK(act(&x,
              (struct action){ .kind = ACTION_RESEND,
                               .number = last_notice(&x, id).id },
              id) == E_DENIED);
    CHECK_STR(told(&x, id), "reply ana@example.org failed");
    acting_end(&x);
}

static void what_failed_is_sent_again_when_a_clerk_says_so(void)
{
    struct acting x;
    struct notice first;
    struct notice second;
    int64_t other;
    int64_t id;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    other = report_add(&x, "Lamp", "ben@example.org", 0);
    CHECK(act(&x, (struct action){ .kind = ACTION_REPLY, .text = STR("Hm?") },
              id) == 0);
    first = last_notice(&x, id);
    struct action again = { .kind = ACTION_RESEND, .number = first.id };
    CHECK(act(&x, again, id) == E_DENIED); /* it has not left yet */
    notice_becomes(&x, first.id, NOTICE_UNKNOWN);
    CHECK(act(&x, again, other) == E_NONE);
    CHECK(act(&x, again, id) == 0);
    CHECK(x.act.noticed);
    second = last_notice(&x, id);
    CHECK(second.id != first.id && second.state == NOTICE_PENDING);
    CHECK(second.tries == 0 && second.next_at == NOW + ACTION_UNDO_S);
    CHECK(str_eq(second.text, first.text));
    CHECK(str_eq(second.message_id, first.message_id));
    CHECK(act_undo(&x, x.act.events[0]) == 0);
    CHECK(last_notice(&x, id).state == NOTICE_WITHDRAWN);
    again.number = second.id;
    CHECK(act(&x, again, id) == E_DENIED);
    notice_becomes(&x, first.id, NOTICE_FAILED);
    again.number = first.id;
    CHECK(act(&x, again, id) == 0);
    CHECK(!str_eq(last_notice(&x, id).message_id, first.message_id));
    acting_end(&x);
}

/* ---- merging and splitting ---- */

static void all_who_reported_it_hear_of_the_end(void)
{
    struct acting x;
    struct notice_list *n;
    int64_t first;
    int64_t merged[2];

    acting_begin(&x);
    first = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    merged[0] = report_add(&x, "Hole in Elm", "ben@example.org", 0);
    merged[1] = report_add(&x, "Elm is broken", "cy@example.org", 0);
    report_add(&x, "again", "ANA@example.org", merged[1]);
    CHECK(act_on(&x, (struct action){ .kind = ACTION_MERGE, .number = first },
                 merged, 2) == 0);
    CHECK(!x.act.noticed && x.act.event_count == 2);
    CHECK(ticket_now(&x, merged[1]).state == TICKET_DUPLICATE);
    CHECK(ticket_now(&x, merged[1]).duplicate_of == first);
    CHECK(act_value(&x, ACTION_STATE, "done", first) == 0);
    CHECK_STR(told(&x, first), "done ana@example.org pending");
    CHECK_STR(told(&x, merged[0]), "done ben@example.org pending");
    CHECK_STR(told(&x, merged[1]), "done cy@example.org pending");
    n = whole_now(&x, merged[1]).notices;
    CHECK(has(n->notice.text,
              arena_printf(&x.f.a, "/t/%.*s",
                           STR_FMT(ticket_now(&x, merged[1]).token))));
    CHECK(str_eq(n->notice.token, ticket_now(&x, merged[1]).token));
    CHECK(act_undo(&x, x.act.events[0]) == 0);
    CHECK_STR(told(&x, merged[1]), "done cy@example.org withdrawn");
    acting_end(&x);
}

static void a_duplicate_of_what_is_done_is_told_at_once(void)
{
    struct acting x;
    int64_t first;
    int64_t late;

    acting_begin(&x);
    first = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    CHECK(act(&x,
              (struct action){ .kind = ACTION_STATE,
                               .value = STR("done"),
                               .reason = STR("planned") },
              first) == 0);
    late = report_add(&x, "Hole in Elm", "ben@example.org", 0);
    CHECK(act(&x, (struct action){ .kind = ACTION_MERGE, .number = first },
              late) == 0);
    CHECK_STR(told(&x, late), "done ben@example.org pending");
    CHECK(has(last_notice(&x, late).text, "The work is planned"));
    CHECK(ticket_now(&x, late).reason.n == 0);
    CHECK(act_undo(&x, x.act.events[0]) == 0);
    CHECK(ticket_now(&x, late).state == TICKET_NEW);
    CHECK_STR(told(&x, late), "done ben@example.org withdrawn");
    acting_end(&x);
}

static void duplicates_lead_to_what_remains_and_never_in_a_circle(void)
{
    struct acting x;
    int64_t a;
    int64_t b;
    int64_t c;

    acting_begin(&x);
    a = report_add(&x, "Pothole", "ana@example.org", 0);
    b = report_add(&x, "Pothole", "ben@example.org", 0);
    c = report_add(&x, "Pothole", "cy@example.org", 0);
    CHECK(act(&x, (struct action){ .kind = ACTION_MERGE, .number = b }, a) ==
          0);
    CHECK(act(&x, (struct action){ .kind = ACTION_MERGE, .number = a }, c) ==
          0);
    CHECK(ticket_now(&x, c).duplicate_of == b);
    CHECK(act(&x, (struct action){ .kind = ACTION_MERGE, .number = c }, b) ==
          E_SYNTAX);
    CHECK(act(&x, (struct action){ .kind = ACTION_MERGE, .number = a }, b) ==
          E_SYNTAX);
    CHECK(ticket_now(&x, b).state == TICKET_NEW);
    CHECK(act_value(&x, ACTION_STATE, "open", a) == 0); /* after all not */
    CHECK(ticket_now(&x, a).duplicate_of == 0);
    acting_end(&x);
}

static void one_that_is_two_becomes_two_and_one_again(void)
{
    struct follower_list *who;
    struct ticket_whole w;
    struct acting x;
    int64_t made;
    int64_t id;
    int64_t event;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    report_add(&x, "A lamp is out\nat Oak", "ben@example.org", id);
    CHECK(act(&x, (struct action){ .kind = ACTION_SPLIT, .number = 2 }, id) ==
          0);
    made = x.act.made;
    event = x.act.events[0];
    w = whole_now(&x, made);
    CHECK(made != id && w.messages != NULL && w.messages->id == 2);
    CHECK_STR(w.ticket.title, "A lamp is out");
    CHECK(w.ticket.state == TICKET_NEW);
    CHECK_STR(trail(&x, made), "split");
    CHECK(whole_now(&x, id).messages->next == NULL);
    CHECK(store_followers(x.f.store, made, &who, &x.f.a, &x.f.e) == 0);
    CHECK(who != NULL && who->next == NULL);
    CHECK_STR(who->follower.address, "ben@example.org");
    CHECK(store_followers(x.f.store, id, &who, &x.f.a, &x.f.e) == 0);
    CHECK(who != NULL && who->next == NULL);
    CHECK(act_undo(&x, event) == 0);
    CHECK(whole_now(&x, id).messages->next != NULL);
    CHECK(whole_now(&x, made).messages == NULL);
    CHECK(ticket_now(&x, made).duplicate_of == id);
    CHECK(store_followers(x.f.store, id, &who, &x.f.a, &x.f.e) == 0);
    CHECK(who != NULL && who->next != NULL); /* Ben hears by his own link */
    acting_end(&x);
}

static void what_was_split_off_and_worked_on_stays(void)
{
    struct acting x;
    int64_t id;
    int64_t event;

    acting_begin(&x);
    id = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    report_add(&x, "A lamp is out", "ben@example.org", id);
    CHECK(act(&x, (struct action){ .kind = ACTION_SPLIT, .number = 2 }, id) ==
          0);
    event = x.act.events[0];
    CHECK(act_value(&x, ACTION_URGENT, "yes", x.act.made) == 0);
    CHECK(act_undo(&x, event) == E_DENIED);
    CHECK(whole_now(&x, id).messages->next == NULL);
    acting_end(&x);
}

/* ---- words ---- */

static void a_text_costs_one_segment(void)
{
    static const struct {
        const char *kind, *value, *reason, *text;
    } said[] = {
        { "assign", "Bea", "", "" },
        { "state", "done", "", "" },
        { "state", "open", "", "" },
        { "state", "not-ours", "county", "" },
        { "reply", "", "", "Which side of the street?" },
    };
    const char *const languages[] = { "en", "es" };
    struct acting x;

    acting_begin(&x);
    for (size_t l = 0; l < COUNT_OF(languages); l++) {
        struct follower cy = { .address = STR("+15555550123"),
                               .language = str_of(languages[l]) };

        cy.ticket = report_add(&x, "Hole", "", 0);
        CHECK(store_run(x.f.store, follow, &cy, &x.f.e) == 0);
        for (size_t i = 0; i < COUNT_OF(said); i++) {
            struct action a = { .value = str_of(said[i].value),
                                .reason = str_of(said[i].reason),
                                .text = str_of(said[i].text) };
            struct str text;

            while (strcmp(action_names[a.kind], said[i].kind) != 0)
                a.kind++;
            CHECK(act(&x, a, cy.ticket) == 0);
            text = last_notice(&x, cy.ticket).text;
            CHECK(segments_of(text).gsm && segments_of(text).count == 1);
            if (segments_of(text).count != 1)
                printf("# %zu %.*s\n", text.n, STR_FMT(text));
        }
    }
    acting_end(&x);
}

static void a_long_reply_is_cut_for_a_text_and_whole_in_a_mail(void)
{
    static char large[ACTION_TEXT_MAX];
    struct follower cy = { .address = STR("+15555550123") };
    struct ticket_whole w;
    struct acting x;

    acting_begin(&x);
    memset(large, 'x', sizeof(large));
    cy.ticket = report_add(&x, "Hole", "ana@example.org", 0);
    CHECK(store_run(x.f.store, follow, &cy, &x.f.e) == 0);
    CHECK(act(&x,
              (struct action){ .kind = ACTION_REPLY,
                               .text = { large, sizeof(large) } },
              cy.ticket) == 0);
    w = whole_now(&x, cy.ticket);
    CHECK(w.notices->notice.text.n < 800);
    CHECK(has(w.notices->notice.text, "xxx... https://"));
    CHECK(w.notices->next->notice.text.n > sizeof(large));
    acting_end(&x);
}

int main(void)
{
    a_notice_waits_until_the_time_to_undo_is_over();
    what_was_told_is_told_otherwise_when_undone();
    a_reply_that_has_left_cannot_be_taken_back();
    only_what_concerns_them_is_told();
    somebody_took_it_up_is_told_again_if_it_was_never_sent();
    each_is_told_by_their_door_in_their_language();
    who_has_opted_out_is_left_alone();
    what_failed_is_sent_again_when_a_clerk_says_so();
    all_who_reported_it_hear_of_the_end();
    a_duplicate_of_what_is_done_is_told_at_once();
    duplicates_lead_to_what_remains_and_never_in_a_circle();
    one_that_is_two_becomes_two_and_one_again();
    what_was_split_off_and_worked_on_stays();
    a_text_costs_one_segment();
    a_long_reply_is_cut_for_a_text_and_whole_in_a_mail();
    return tap_done();
}
