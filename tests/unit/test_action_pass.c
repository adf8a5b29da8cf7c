/* A ticket is passed on: to whom it may go, what goes, and who is told. */
#include "action_fixture.h"
#include "pipeline/passing.h"

static const struct adapter by_neighbour = { .name = "neighbour",
                                             .can = ADAPTER_NEIGHBOUR };
static struct setting_list holes = { STR_INIT("pothole = 001"), NULL };
static struct setting_list domain = { STR_INIT("@county.example.org"), NULL };
static struct neighbour utility = { .channel = { .adapter = &by_neighbour,
                                                 .name = "utility" },
                                    .name = STR_INIT("Millbrook Light"),
                                    .mail = STR_INIT("out@power.example.org") };
static struct neighbour county = {
    .channel = { .adapter = &by_neighbour, .name = "county" },
    .name = STR_INIT("Adams County"),
    .url = STR_INIT("https://311.example.org/v2"),
    .from = &domain,
    .services = &holes
};
static struct config_channel utility_line = { .channel = &utility.channel };
static struct config_channel county_line = { .channel = &county.channel,
                                             .next = &utility_line };

static bool has(struct str s, const char *part)
{
    return str_find(s, str_of(part)) < s.n;
}

static void begin(struct acting *x)
{
    acting_begin(x);
    texts_line.next = &county_line;
}

static int64_t placed_report(struct acting *x, const char *who)
{
    struct action place = { .kind = ACTION_PLACE,
                            .value = STR("12 Elm Street"),
                            .at = { 41.3, -72.9, true },
                            .method = METHOD_PIN,
                            .uncertainty_m = 5 };
    int64_t id = report_add(x, "Pothole on Elm", who, 0);

    CHECK(act(x, place, id) == 0);
    return id;
}

static struct notice passed_notice(struct acting *x, int64_t id)
{
    struct notice last = { .id = 0 };

    for (struct notice_list *n = whole_now(x, id).notices; n != NULL;
         n = n->next) {
        if (str_eq(n->notice.kind, STR(NOTICE_PASSED)))
            last = n->notice;
    }
    return last;
}

static void it_goes_to_them_and_its_reporter_is_told(void)
{
    struct acting x;
    struct notice n;
    int64_t id;

    begin(&x);
    id = placed_report(&x, "ana@example.org");
    CHECK(act(&x,
              (struct action){ .kind = ACTION_PASS,
                               .value = STR("county"),
                               .text = STR("Your side.") },
              id) == 0);
    CHECK(ticket_now(&x, id).state == TICKET_WAITING);
    CHECK(x.act.noticed);
    CHECK_STR(told(&x, id), "passed Adams County pending, "
                            "passed-on ana@example.org pending");
    CHECK(has(last_notice(&x, id).text, "Adams County"));
    n = passed_notice(&x, id);
    CHECK_STR(n.channel, "county");
    CHECK(n.next_at == NOW + ACTION_UNDO_S && n.token.n == 0);
    CHECK(has(n.text, "Pothole on Elm") && has(n.text, "Your side."));
    CHECK(!has(n.text, "ana@example.org") && !has(n.text, "Ana"));
    CHECK(!has(n.text, arena_dup(&x.f.a, ticket_now(&x, id).token)));
    acting_end(&x);
}

static void a_mail_can_be_answered(void)
{
    struct acting x;
    struct notice n;
    int64_t id;

    begin(&x);
    id = report_add(&x, "Lamp out on Elm", "ana@example.org", 0);
    utility.with_contact = true;
    CHECK(act_value(&x, ACTION_PASS, "utility", id) == 0);
    utility.with_contact = false;
    n = passed_notice(&x, id);
    CHECK_STR(n.channel, "post");
    CHECK_STR(n.to, "out@power.example.org");
    CHECK(str_eq(n.token, ticket_now(&x, id).token));
    CHECK(has(n.text, "Ana ana@example.org") && has(n.subject, "Millbrook"));
    acting_end(&x);
}

static void who_cannot_have_it_is_refused(void)
{
    struct acting x;
    int64_t id;

    begin(&x);
    id = report_add(&x, "Pothole on Elm", "ana@example.org", 0);
    CHECK(act_value(&x, ACTION_PASS, "elsewhere", id) == E_SYNTAX);
    CHECK(act_value(&x, ACTION_PASS, "post", id) == E_SYNTAX);
    CHECK(act_value(&x, ACTION_PASS, "county", id) == E_DENIED); /* no place */
    id = placed_report(&x, "ana@example.org");
    CHECK(act_value(&x, ACTION_CATEGORY, "tree", id) == 0);
    CHECK(act_value(&x, ACTION_PASS, "county", id) == E_DENIED);
    CHECK(act_value(&x, ACTION_CATEGORY, "pothole", id) == 0);
    CHECK(act_value(&x, ACTION_STATE, "done", id) == 0);
    CHECK(act_value(&x, ACTION_PASS, "county", id) == E_DENIED);
    CHECK(act_value(&x, ACTION_STATE, "open", id) == 0);
    CHECK(act_value(&x, ACTION_PASS, "county", id) == 0);
    CHECK(act_value(&x, ACTION_PASS, "county", id) == E_DENIED); /* twice */
    notice_becomes(&x, passed_notice(&x, id).id, NOTICE_FAILED);
    CHECK(act_value(&x, ACTION_PASS, "county", id) == 0);
    acting_end(&x);
}

static void what_is_sent_is_not_undone(void)
{
    struct acting x;
    int64_t id;

    begin(&x);
    id = placed_report(&x, "ana@example.org");
    CHECK(act_value(&x, ACTION_PASS, "county", id) == 0);
    CHECK(act_undo(&x, x.act.events[0]) == 0);
    CHECK(ticket_now(&x, id).state == TICKET_NEW);
    CHECK(passed_notice(&x, id).state == NOTICE_WITHDRAWN);
    CHECK(act_value(&x, ACTION_PASS, "county", id) == 0);
    notice_becomes(&x, passed_notice(&x, id).id, NOTICE_SENT);
    CHECK(act_undo(&x, x.act.events[0]) == E_DENIED);
    acting_end(&x);
}

static void once_more_is_the_same_request(void)
{
    struct acting x;
    struct notice n;
    int64_t id;

    begin(&x);
    id = placed_report(&x, "ana@example.org");
    CHECK(act_value(&x, ACTION_PASS, "county", id) == 0);
    n = passed_notice(&x, id);
    notice_becomes(&x, n.id, NOTICE_UNKNOWN);
    CHECK(act(&x, (struct action){ .kind = ACTION_RESEND, .number = n.id },
              id) == 0);
    CHECK(passed_notice(&x, id).id != n.id);
    CHECK(str_eq(passed_notice(&x, id).message_id, n.message_id));
    CHECK_STR(passed_notice(&x, id).channel, "county");
    acting_end(&x);
}

static void a_neighbour_is_known_by_what_it_writes_from(void)
{
    struct answer came = { .code = STR(PASSED_BY) };
    struct message_row row = { .message = { .answers = &came } };

    CHECK(passing_wrote(&town, STR("OUT@power.example.org")) == &utility);
    CHECK(passing_wrote(&town, STR("joe@County.example.org")) == &county);
    CHECK(passing_wrote(&town, STR("joe@xcounty.example.org")) == NULL);
    CHECK(passing_wrote(&town, STR("joe@power.example.org")) == NULL);
    CHECK(passing_wrote(&town, STR("")) == NULL);
    came.value = STR("https://x.example.org/t/1-a https://311.example.org/t/2");
    CHECK(passing_came_from(&county, &row));
    CHECK(!passing_came_from(&utility, &row));
    came.value = STR("https://311.example.org.evil.example/t/1 nonsense ://");
    CHECK(!passing_came_from(&county, &row));
    came.value = STR_NONE;
    row.message.sender.address = STR("out@power.example.org");
    CHECK(passing_came_from(&utility, &row));
    CHECK(!passing_came_from(&utility, NULL));
}

int main(void)
{
    it_goes_to_them_and_its_reporter_is_told();
    a_mail_can_be_answered();
    who_cannot_have_it_is_refused();
    what_is_sent_is_not_undone();
    once_more_is_the_same_request();
    a_neighbour_is_known_by_what_it_writes_from();
    return tap_done();
}
