/* What a message makes of a ticket: who follows it, and what it wakes. */
#include "pipeline/filing.h"

#include "../tap.h"
#include "filing_made.h"

enum { NOW = 1764331200 };

static const struct adapter by_mail = { .name = "mail",
                                        .can = ADAPTER_SENDS_MAIL };
static struct channel post = { .adapter = &by_mail, .name = "post" };
static struct config_channel post_line = { .channel = &post };
static struct setting_list spanish = { STR_INIT("es"), NULL };
static struct setting_list english = { STR_INIT("en"), &spanish };
static struct setting_list own = { STR_INIT("reports@example.org"), NULL };
static struct config town = {
    .town = { .name = STR_INIT("Millbrook"),
              .language = STR_INIT("en"),
              .languages = &english,
              .emergency = STR_INIT("911"),
              .public_url = STR_INIT("https://reports.example.org"),
              .mail_from = STR_INIT("Millbrook <reports@example.org>"),
              .own_addresses = &own },
    .channels = &post_line,
};

/* ---- messages come in ---- */

static int take_in(struct store_tx *tx, void *arg, struct error *err)
{
    struct filing *f = arg;
    struct raw raw = *f->raw;
    int rc = tx_raw_add(tx, &raw, &raw.id, err);

    f->raw = &raw;
    f->config = &town;
    f->templates = templates;
    if (rc == 0)
        rc = filing_file(tx, f, err);
    return rc;
}

static struct reading said(const char *text)
{
    static int n;

    return (struct reading){
        .message = { .sender = { STR("Ana"), STR("ana@example.org") },
                     .reply_to = STR("ana@example.org"),
                     .text = str_of(text),
                     .visible = str_of(text),
                     .message_id =
                         str_of(arena_printf(&a, "m%d@example.org", n++)) },
        .extract = { .language = STR("en") },
        .decision = DECISION_CLERK,
    };
}

static struct filing file_of(const struct reading *r, int64_t full_size)
{
    static int n;
    struct raw raw = {
        .channel = STR("publicworks"),
        .adapter = STR("mail"),
        .origin = str_of(arena_printf(&a, "%d", n++)),
        .received_at = NOW,
        .format = RAW_RFC822,
        .bytes = str_of(arena_printf(&a, "bytes %d", n)),
        .full_size = full_size,
    };
    struct filing f = { .raw = &raw, .reading = r };

    if (store_run(store, take_in, &f, &e) < 0)
        printf("# %s\n", e.text);
    f.filed.token = arena_str(&a, f.filed.token);
    arena_free(&f.arena);
    return f;
}

static struct filing file(const struct reading *r)
{
    return file_of(r, 0);
}

static int64_t file_new(const char *text)
{
    struct reading r = said(text);

    return file(&r).filed.ticket;
}

static struct ticket now(int64_t id)
{
    struct ticket t = { .id = 0 };

    if (store_ticket_get(store, id, &t, &a, &e) < 0)
        printf("# %s\n", e.text);
    return t;
}

/* Says it to the ticket's own address. */
static struct filing join(int64_t ticket, struct reading r)
{
    r.message.token = now(ticket).token;
    return file(&r);
}

static int ticket_set(struct store_tx *tx, void *arg, struct error *err)
{
    return tx_ticket_set(tx, arg, err);
}

static void put(struct ticket t)
{
    if (store_run(store, ticket_set, &t, &e) < 0)
        abort();
}

static void put_state(int64_t id, enum ticket_state state)
{
    struct ticket t = now(id);

    t.state = state;
    t.done_at = state == TICKET_DONE ? NOW : 0;
    t.reason = state == TICKET_DONE ? STR("fixed") : STR("");
    put(t);
}

static int told(int64_t id, const char *kind)
{
    struct ticket_whole w;
    int n = 0;

    if (store_ticket_whole(store, id, &w, &a, &e) < 0)
        abort();
    for (const struct notice_list *l = w.notices; l != NULL; l = l->next)
        n += str_eq(l->notice.kind, str_of(kind));
    return n;
}

static int followed(int64_t id)
{
    struct follower_list *l = NULL;
    int n = 0;

    if (store_followers(store, id, &l, &a, &e) < 0)
        abort();
    for (; l != NULL; l = l->next)
        n++;
    return n;
}

/* ---- tests ---- */

static void a_new_ticket_has_its_photo_its_areas_and_its_reporter(void)
{
    struct area ward = { .name = STR("Ward 2"), .kind = STR("ward") };
    struct attachment photo = { .photo = true };
    struct location place = { .at = { 41.5, -72.5, true },
                              .method = METHOD_PIN,
                              .label = STR("12 Elm Street") };
    struct reading r = said("Hay un bache");
    struct follower_list *who;
    struct area *areas;
    int64_t id;

    r.extract.language = STR("es");
    r.message.attachments = &photo;
    r.locations = &place;
    r.areas = &ward;
    id = file(&r).filed.ticket;
    CHECK(now(id).photo);
    CHECK(store_areas_of(store, id, &areas, &a, &e) == 0 && areas != NULL);
    CHECK_STR(areas->name, "Ward 2");
    CHECK(store_followers(store, id, &who, &a, &e) == 0 && who != NULL);
    CHECK_STR(who->follower.address, "ana@example.org");
    CHECK_STR(who->follower.channel, "publicworks");
    CHECK_STR(who->follower.language, "es");
    CHECK(who->follower.since == NOW);
}

static void who_must_not_be_answered_does_not_follow(void)
{
    struct reading r = said("Pothole");

    CHECK(followed(file(&r).filed.ticket) == 1);
    r = said("Pothole");
    r.message.no_answer = true;
    CHECK(followed(file(&r).filed.ticket) == 0);
    r = said("Pothole");
    r.message.automatic = AUTOMATIC_BULK;
    CHECK(followed(file(&r).filed.ticket) == 0);
    r = said("Pothole");
    r.message.reply_to = STR("");
    CHECK(followed(file(&r).filed.ticket) == 0);
    r = said("Pothole");
    r.message.reply_to = STR("REPORTS@example.org");
    CHECK(followed(file(&r).filed.ticket) == 0);
}

static void what_is_done_is_taken_up_again_once(void)
{
    int64_t id = file_new("Pothole");
    struct filing f;

    put_state(id, TICKET_DONE);
    f = join(id, said("It is still there"));
    CHECK(f.filed.ticket == id && f.filed.joined && f.noticed);
    CHECK(now(id).state == TICKET_OPEN && now(id).done_at == 0);
    CHECK(now(id).reason.n == 0);
    f = join(id, said("and deeper"));
    CHECK(!f.noticed);
    CHECK(happened(id, "reopened") == 1 && told(id, "reopened") == 1);
    put_state(id, TICKET_NOT_OURS);
    join(id, said("But it is your street"));
    CHECK(now(id).state == TICKET_OPEN && happened(id, "reopened") == 2);
}

static void thanks_and_programs_open_nothing(void)
{
    static const char *const thanks[] = { "Thank you!",
                                          "Thanks so much, great job",
                                          "¡Muchas gracias!", "ok. THANK YOU" };
    static const char *const not_so[] = { "Thank you, but it is still there",
                                          "Is it fixed?", "no", "...",
                                          "Gracias, pero sigue igual" };
    struct attachment photo = { .photo = true };
    struct reading r = said("Out of office");
    int64_t id = file_new("Pothole");

    put_state(id, TICKET_DONE);
    r.message.automatic = AUTOMATIC_REPLY;
    join(id, r);
    CHECK(now(id).state == TICKET_DONE);
    for (size_t i = 0; i < COUNT_OF(thanks); i++) {
        join(id, said(thanks[i]));
        CHECK(now(id).state == TICKET_DONE);
    }
    for (size_t i = 0; i < COUNT_OF(not_so); i++) {
        put_state(id, TICKET_DONE);
        join(id, said(not_so[i]));
        CHECK(now(id).state == TICKET_OPEN);
    }
    put_state(id, TICKET_DONE);
    r = said("thanks");
    r.message.attachments = &photo;
    join(id, r);
    CHECK(now(id).state == TICKET_OPEN && now(id).photo);
}

static void the_same_mail_by_another_way_opens_nothing(void)
{
    struct reading r = said("Pothole");
    int64_t id = file(&r).filed.ticket;

    put_state(id, TICKET_DONE);
    CHECK(file(&r).filed.ticket == id);
    CHECK(now(id).state == TICKET_DONE);
}

static void what_waits_or_sleeps_is_woken(void)
{
    int64_t id = file_new("Pothole");
    struct ticket t = now(id);

    t.state = TICKET_WAITING;
    t.snoozed_until = NOW + 86400;
    put(t);
    join(id, said("On the left side"));
    CHECK(now(id).state == TICKET_OPEN && now(id).snoozed_until == 0);
    CHECK(happened(id, "woken") == 1 && happened(id, "state") == 1);
    CHECK(told(id, "reopened") == 0);
    t = now(id);
    t.snoozed_until = NOW + 86400;
    put(t);
    join(id, said("Hello?"));
    CHECK(now(id).state == TICKET_OPEN && now(id).snoozed_until == 0);
}

static void a_duplicates_message_is_on_what_remains(void)
{
    int64_t first = file_new("Pothole");
    int64_t second = file_new("Hole");
    int64_t third = file_new("Deep hole");
    struct ticket t = now(second);
    struct filing f;

    t.state = TICKET_DUPLICATE;
    t.duplicate_of = first;
    put(t);
    t = now(third);
    t.state = TICKET_DUPLICATE;
    t.duplicate_of = second;
    put(t);
    f = join(third, said("Any news?"));
    CHECK(f.filed.ticket == first && happened(first, "joined") == 1);
    CHECK(str_eq(f.filed.token, now(first).token));
    CHECK(happened(third, "joined") == 0);
    CHECK(now(third).state == TICKET_DUPLICATE);
}

static int placed_by_a_clerk(struct store_tx *tx, void *arg, struct error *err)
{
    struct event ev = { .ticket = *(int64_t *)arg,
                        .kind = STR(EVENT_PLACE),
                        .actor = STR("Bea") };

    return tx_event_add(tx, &ev, err);
}

static void a_clerks_place_is_not_moved_by_a_message(void)
{
    struct location place = { .at = { 41.5, -72.5, true },
                              .method = METHOD_ADDRESS_POINT,
                              .label = STR("12 Elm Street") };
    struct reading r = said("at 12 Elm Street");
    int64_t id = file_new("Pothole");
    struct ticket t = now(id);

    t.method = METHOD_STREET;
    t.at = (struct point){ 41, -72, true };
    t.label = STR("Oak Avenue");
    put(t);
    r.locations = &place;
    CHECK(store_run(store, placed_by_a_clerk, &id, &e) == 0);
    join(id, r);
    CHECK_STR(now(id).label, "Oak Avenue");
}

static struct notice notice_of(int64_t id)
{
    struct ticket_whole w;

    if (store_ticket_whole(store, id, &w, &a, &e) < 0 || w.notices == NULL)
        abort();
    return w.notices->notice;
}

static struct reading bounce_of(struct receipt *r)
{
    struct reading bounce = said("");

    bounce.message.sender.address = STR("mailer-daemon@example.org");
    bounce.message.reply_to = STR("");
    bounce.message.automatic = AUTOMATIC_BOUNCE;
    bounce.message.receipts = r;
    return bounce;
}

static struct reading said_by(struct str address)
{
    struct reading r = said("A street light is out");

    r.message.sender.address = address;
    r.message.reply_to = address;
    return r;
}

static void a_bounce_of_ours_is_told_on_its_notice(void)
{
    struct reading r = said_by(STR("bo@example.org"));
    int64_t id = file(&r).filed.ticket;
    struct notice n = notice_of(id);
    struct receipt failed = { .message_id = n.message_id,
                              .delivery = DELIVERY_FAILED,
                              .dead = true,
                              .why = STR("5.1.1 no such user") };
    struct filing f;

    r = bounce_of(&failed);
    f = file(&r);
    CHECK(f.filed.ticket == 0 && !f.noticed);
    n = notice_of(id);
    CHECK(n.delivery == DELIVERY_FAILED);
    CHECK_STR(n.delivery_why, "5.1.1 no such user");
    CHECK(happened(id, "undelivered") == 1 && happened(id, "joined") == 0);
    file(&r); /* the same again, by another way */
    CHECK(happened(id, "undelivered") == 1);
}

/* What is told of an address stops at it, and begins when it writes again. */
static void a_dead_address_is_told_nothing_until_it_writes(void)
{
    struct reading r = said_by(STR("cy@example.org"));
    int64_t id = file(&r).filed.ticket;
    struct receipt failed = { .message_id = notice_of(id).message_id,
                              .delivery = DELIVERY_FAILED,
                              .dead = true };

    put_state(id, TICKET_DONE);
    r = bounce_of(&failed);
    file(&r);
    join(id, said_by(STR("ed@example.org")));
    CHECK(told(id, "reopened") == 1); /* to who has said so, not to cy */
    CHECK(happened(id, "not-answered") == 1);
    r = said_by(STR("cy@example.org"));
    CHECK(told(file(&r).filed.ticket, "received") == 1);
}

static void who_calls_it_spam_is_told_no_more(void)
{
    struct reading r = said_by(STR("di@example.org"));
    int64_t id = file(&r).filed.ticket;
    struct receipt spam = { .message_id = notice_of(id).message_id,
                            .delivery = DELIVERY_DELIVERED,
                            .dead = true };

    r = bounce_of(&spam);
    r.message.automatic = AUTOMATIC_REPORT;
    file(&r);
    CHECK(notice_of(id).delivery == DELIVERY_DELIVERED);
    put_state(id, TICKET_DONE);
    join(id, said_by(STR("ed@example.org")));
    CHECK(told(id, "reopened") == 1); /* to ed */
}

static void a_bounce_of_no_mail_of_ours_makes_no_ticket(void)
{
    struct receipt failed = { .message_id = STR("x@spam.example"),
                              .address = STR("nobody@example.net"),
                              .delivery = DELIVERY_FAILED };
    struct reading r = bounce_of(&failed);
    struct quarantine_row *rows = NULL;

    CHECK(file(&r).filed.ticket == 0);
    CHECK(store_quarantine(store, 10, &rows, &a, &e) == 0 && rows != NULL);
    CHECK(rows->ticket == 0 &&
          str_find(rows->why, STR("nobody@example.net")) < rows->why.n);
    /* What only looks like one may be somebody's words. */
    r = bounce_of(NULL);
    CHECK(file(&r).filed.ticket != 0);
}

/* Or a clerk thinks that nothing more was said. */
static void a_mail_cut_short_says_so_on_its_ticket(void)
{
    struct reading r = said("A long story");

    CHECK(happened(file(&r).filed.ticket, "cut") == 0);
    r = said("A longer story");
    CHECK(happened(file_of(&r, 60 << 20).filed.ticket, "cut") == 1);
}

static void what_is_probably_spam_is_kept_and_not_answered(void)
{
    struct reading r = said_by(STR("flo@example.org"));
    int64_t id;

    r.message.spam = STR("the junk folder");
    id = file(&r).filed.ticket;
    CHECK(id != 0 && happened(id, "spam") == 1);
    CHECK(told(id, "received") == 0 && followed(id) == 0);
}

static void a_sealed_mail_says_so_on_its_ticket(void)
{
    struct reading r = said("");

    r.message.sealed = true;
    CHECK(happened(file(&r).filed.ticket, "sealed") == 1);
}

static int with_subject(int64_t ticket, const char *subject)
{
    struct reading r = said("Again");
    int before = happened(ticket, "subject");

    r.message.subject = str_of(subject);
    CHECK(join(ticket, r).filed.ticket == ticket);
    return happened(ticket, "subject") - before;
}

static void an_answer_has_the_subject_of_what_it_answers(void)
{
    static const char *const same[] = {
        "Pothole",
        "Re: pothole",
        "RV: Re[2]:  Pothole ",
        "[EXTERNAL] RE: [Millbrook no. 12] Fwd: Pothole [SEC]",
        "",
        "Re:",
    };
    struct reading r = said_by(STR("gil@example.org"));
    struct str ours;
    int64_t id;

    r.message.subject = STR("Pothole");
    id = file(&r).filed.ticket;
    for (size_t i = 0; i < COUNT_OF(same); i++)
        CHECK(with_subject(id, same[i]) == 0);
    ours = notice_of(id).subject;
    CHECK_STR(str_slice(ours, 0, 27), "Millbrook: your report is n");
    CHECK(with_subject(id, arena_printf(&a, "RE: %.*s", STR_FMT(ours))) == 0);
    CHECK(with_subject(id, arena_printf(&a, "Re:\t%.*s, still not fixed",
                                        STR_FMT(ours))) == 0);
}

/* It stays where it came to, and a clerk may split it off. */
static void another_subject_is_told_once(void)
{
    struct reading r = said_by(STR("hal@example.org"));
    int64_t id;

    r.message.subject = STR("Pothole");
    id = file(&r).filed.ticket;
    CHECK(with_subject(id, "Re: Pothole on Oak Avenue") == 1);
    CHECK(with_subject(id, "Re: Pothole on Oak Avenue") == 0);
    CHECK(with_subject(id, "Street light") == 1);
    r = said("I am away");
    r.message.subject = STR("Out of office");
    r.message.automatic = AUTOMATIC_REPLY;
    join(id, r);
    r = said("Checked");
    r.message.sender.address = STR("reports@example.org");
    r.message.subject = STR("From a colleague");
    join(id, r);
    CHECK(happened(id, "subject") == 2);
}

static void who_answers_of_a_duplicate_saw_that_one(void)
{
    struct reading r = said_by(STR("jo@example.org"));
    struct ticket t = now(file(&r).filed.ticket);

    r = said_by(STR("kim@example.org"));
    t.duplicate_of = file(&r).filed.ticket;
    t.state = TICKET_DUPLICATE;
    put(t);
    r = said_by(STR("jo@example.org"));
    r.message.subject = notice_of(t.id).subject;
    join(t.id, r);
    CHECK(happened(t.duplicate_of, "subject") == 0);
}

static void a_repetition_with_another_subject_is_none(void)
{
    struct reading r = said_by(STR("ian@example.org"));
    int64_t id = file(&r).filed.ticket;

    r.message.subject = STR("(no subject)");
    CHECK(file(&r).filed.ticket == id);
    CHECK(happened(id, "subject") == 0);
}

static int opt_of(struct store_tx *tx, void *arg, struct error *err)
{
    return tx_opt_get(tx, STR("ana@example.org"), arg, err);
}

static void a_piece_of_a_text_waits_for_the_whole(void)
{
    struct reading r = said("Deep pothole at 12 Elm St, and the");
    enum opt opt = OPT_OUT;
    struct filing f;

    r.message.control = CONTROL_PART;
    f = file(&r);
    CHECK(f.filed.ticket == 0 && !f.noticed);
    CHECK(store_run(store, opt_of, &opt, &e) == 0);
    CHECK(opt == OPT_IN); /* nor has anyone said STOP or START */
}

int main(void)
{
    town_begin(NOW);
    a_new_ticket_has_its_photo_its_areas_and_its_reporter();
    who_must_not_be_answered_does_not_follow();
    what_is_done_is_taken_up_again_once();
    thanks_and_programs_open_nothing();
    the_same_mail_by_another_way_opens_nothing();
    what_waits_or_sleeps_is_woken();
    a_duplicates_message_is_on_what_remains();
    a_clerks_place_is_not_moved_by_a_message();
    a_bounce_of_ours_is_told_on_its_notice();
    a_dead_address_is_told_nothing_until_it_writes();
    who_calls_it_spam_is_told_no_more();
    a_bounce_of_no_mail_of_ours_makes_no_ticket();
    a_mail_cut_short_says_so_on_its_ticket();
    what_is_probably_spam_is_kept_and_not_answered();
    a_sealed_mail_says_so_on_its_ticket();
    an_answer_has_the_subject_of_what_it_answers();
    another_subject_is_told_once();
    who_answers_of_a_duplicate_saw_that_one();
    a_repetition_with_another_subject_is_none();
    a_piece_of_a_text_waits_for_the_whole();
    town_end();
    return tap_done();
}
