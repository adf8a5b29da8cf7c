/* Rows go in, and come back as they were. */
#include "../tap.h"
#include "store_fixture.h"

static int add_raw(struct store_tx *tx, void *arg, struct error *e)
{
    struct filing *f = arg;

    return tx_raw_add(tx, &f->raw, &f->raw_id, e);
}

static void a_raw_comes_back_as_it_was(void)
{
    static const char bytes[] = "From: a\0b\r\n\r\n\xff\xfe";
    struct fixture f;
    struct filing one = { .raw = raw_made("1:7", "") };
    struct raw got;

    fixture_begin(&f);
    one.raw.bytes = (struct str){ bytes, sizeof(bytes) };
    one.raw.full_size = 99;
    one.raw.quiet = true;
    one.raw.parent = STR("1:6");
    one.raw.format = RAW_MEDIA;
    CHECK(store_run(f.store, add_raw, &one, &f.e) == 0);
    CHECK(store_raw_get(f.store, one.raw_id, &got, &f.a, &f.e) == 0);
    CHECK(got.id == one.raw_id);
    CHECK(str_eq(got.bytes, one.raw.bytes));
    CHECK_STR(got.channel, "publicworks-mail");
    CHECK_STR(got.adapter, "imap");
    CHECK_STR(got.origin, "1:7");
    CHECK_STR(got.parent, "1:6");
    CHECK_STR(got.envelope, "rcpt-to: reports@example.org\n");
    CHECK(got.format == RAW_MEDIA && got.quiet && got.full_size == 99);
    CHECK(got.received_at == 1700000000);
    CHECK(store_raw_get(f.store, 99, &got, &f.a, &f.e) == E_NONE);
    fixture_end(&f);
}

static void an_origin_is_stored_once(void)
{
    struct fixture f;
    struct filing one = { .raw = raw_made("1:7", "first") };
    struct filing two = { .raw = raw_made("1:7", "second") };
    struct filing other = { .raw = raw_made("1:7", "third") };
    struct raw got;

    fixture_begin(&f);
    other.raw.channel = STR("parks-mail");
    CHECK(store_run(f.store, add_raw, &one, &f.e) == 0);
    CHECK(store_run(f.store, add_raw, &two, &f.e) == E_DUPLICATE);
    CHECK(two.raw_id == one.raw_id);
    CHECK(store_run(f.store, add_raw, &other, &f.e) == 0);
    CHECK(store_raw_get(f.store, one.raw_id, &got, &f.a, &f.e) == 0);
    CHECK_STR(got.bytes, "first");
    fixture_end(&f);
}

static void another_jurisdiction_sees_nothing(void)
{
    struct fixture f;
    struct filing one = filing_made("1:7", "pothole on Elm");
    struct filing two = { .raw = raw_made("1:7", "theirs") };
    struct ticket t;
    struct raw got;
    int64_t ids[4];

    fixture_begin(&f);
    CHECK(store_run(f.store, filing_work, &one, &f.e) == 0);
    store_close(f.store);
    CHECK(fixture_open(&f, "shelbyville") == 0);
    CHECK(store_raw_get(f.store, one.raw_id, &got, &f.a, &f.e) == E_NONE);
    CHECK(store_ticket_get(f.store, one.ticket.id, &t, &f.a, &f.e) == E_NONE);
    CHECK(store_raws(f.store, RAW_FILED, 0, ids, 4, &f.e) == 0);
    CHECK(store_run(f.store, add_raw, &two, &f.e) == 0);
    CHECK(two.raw_id != one.raw_id);
    fixture_end(&f);
}

static int set_state(struct store_tx *tx, void *arg, struct error *e)
{
    struct filing *f = arg;

    return tx_raw_state(tx, f->raw_id, RAW_QUARANTINE, STR("died"), e);
}

static int mark(struct store_tx *tx, void *arg, struct error *e)
{
    struct filing *f = arg;

    return tx_raw_mark(tx, f->raw.channel, f->raw.origin, e);
}

struct origins {
    int n, marked;
    char text[64];
};

static void origin_seen(void *arg, struct str origin, bool marked)
{
    struct origins *o = arg;

    o->n++;
    o->marked += marked;
    snprintf(o->text + strlen(o->text), sizeof(o->text) - strlen(o->text),
             "%.*s ", STR_FMT(origin));
}

static void raws_are_found_by_state_and_by_origin(void)
{
    static const char *const origins[] = { "1:10", "1:9", "2:1", "1:%" };
    struct fixture f;
    struct filing raws[4];
    struct filing none = { .raw = raw_made("9:9", "") };
    struct origins seen = { 0 };
    int64_t ids[4] = { 0 };

    fixture_begin(&f);
    for (int i = 0; i < 4; i++) {
        raws[i] = (struct filing){ .raw = raw_made(origins[i], "x") };
        CHECK(store_run(f.store, add_raw, &raws[i], &f.e) == 0);
    }
    CHECK(store_run(f.store, set_state, &raws[1], &f.e) == 0);
    CHECK(store_run(f.store, mark, &raws[0], &f.e) == 0);
    CHECK(store_run(f.store, mark, &none, &f.e) == E_NONE);
    CHECK(store_raws(f.store, RAW_NEW, 0, ids, 4, &f.e) == 3);
    CHECK(ids[0] == raws[0].raw_id && ids[1] == raws[2].raw_id);
    CHECK(store_raws(f.store, RAW_NEW, ids[0], ids, 1, &f.e) == 1);
    CHECK(ids[0] == raws[2].raw_id);
    CHECK(store_raws(f.store, RAW_QUARANTINE, 0, ids, 4, &f.e) == 1);
    CHECK(ids[0] == raws[1].raw_id);
    CHECK(store_origins(f.store, raws[0].raw.channel, STR("1:"), origin_seen,
                        &seen, &f.e) == 0);
    CHECK(seen.n == 3 && seen.marked == 1);
    CHECK_STR(str_of(seen.text), "1:% 1:10 1:9 ");
    fixture_end(&f);
}

static struct ticket ticket_full(void)
{
    return (struct ticket){
        .state = TICKET_OPEN,
        .urgent = true,
        .category = STR("streetlight"),
        .title = STR("Lamp out"),
        .language = STR("es"),
        .label = STR("12 Elm St"),
        .at = { 41.5, -71.25, true },
        .method = METHOD_ADDRESS_POINT,
        .uncertainty_m = 15,
        .confidence = 0.875,
        .decision = DECISION_CLERK,
        .assignee = STR("joe"),
        .channel = STR("text"),
    };
}

static bool same_ticket(const struct ticket *a, const struct ticket *b)
{
    return a->id == b->id && str_eq(a->token, b->token) &&
           a->state == b->state && a->urgent == b->urgent &&
           str_eq(a->category, b->category) && str_eq(a->title, b->title) &&
           str_eq(a->language, b->language) && str_eq(a->label, b->label) &&
           a->at.known == b->at.known && a->at.lat == b->at.lat &&
           a->at.lon == b->at.lon && a->method == b->method &&
           a->uncertainty_m == b->uncertainty_m &&
           a->confidence == b->confidence && a->decision == b->decision &&
           str_eq(a->assignee, b->assignee) && str_eq(a->channel, b->channel) &&
           a->created_at == b->created_at;
}

static int add_ticket(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_ticket_add(tx, arg, e);
}

static int set_ticket(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_ticket_set(tx, arg, e);
}

static void a_ticket_comes_back_and_is_changed(void)
{
    struct fixture f;
    struct ticket t = ticket_full();
    struct ticket got;

    fixture_begin(&f);
    clock_set(1700000100);
    CHECK(store_run(f.store, add_ticket, &t, &f.e) == 0);
    CHECK(t.id == 1 && t.token.n == 22 && t.created_at == 1700000100);
    t.token = arena_str(&f.a, t.token);
    CHECK(store_ticket_get(f.store, t.id, &got, &f.a, &f.e) == 0);
    CHECK(same_ticket(&t, &got));
    clock_set(1700000200);
    t.state = TICKET_DONE;
    t.urgent = false;
    t.at = (struct point){ 0 };
    t.assignee = STR("");
    t.title = STR("Lamp out on Elm");
    CHECK(store_run(f.store, set_ticket, &t, &f.e) == 0);
    CHECK(store_ticket_by_token(f.store, t.token, &got, &f.a, &f.e) == 0);
    CHECK(same_ticket(&t, &got));
    CHECK(got.changed_at == 1700000200 && got.created_at == 1700000100);
    CHECK(store_ticket_by_token(f.store, STR("no"), &got, &f.a, &f.e) ==
          E_NONE);
    t.id = 77;
    CHECK(store_run(f.store, set_ticket, &t, &f.e) == E_NONE);
    clock_set(0);
    fixture_end(&f);
}

static void message_fill(struct message *m)
{
    m->visible = STR("Lamp out");
    m->forwarder = (struct mailbox){ STR("Joe"), STR("joe@example.org") };
    m->reply_to = STR("ana@example.org");
    m->subject = STR("Light");
    m->token = STR("tok");
    m->automatic = AUTOMATIC_LIST;
    m->no_answer = true;
    m->control = CONTROL_HELP;
    m->note = STR("please see");
    m->pin = (struct point){ -1, -2, true };
    m->address = STR("12 Elm");
    m->category = STR("other");
    m->language = STR("en");
}

static struct filing filing_full(void)
{
    static struct thread_id second;
    static struct thread_id first;
    static struct attachment photo;
    static struct finding finding;
    static struct location place;
    static struct location refused;
    struct filing one = filing_made("full@example.org", "Lamp out\n> quoted");

    first = (struct thread_id){ STR("b@example.org"), &second };
    second = (struct thread_id){ STR("a@example.org"), NULL };
    photo = (struct attachment){ .name = STR("a.jpg"),
                                 .media_type = STR("image/jpeg"),
                                 .size = 12345,
                                 .sha256 = STR("abc"),
                                 .part = -1,
                                 .url = STR("https://example.org/a"),
                                 .photo = true,
                                 .exif = { 1.5, 2.5, true },
                                 .width = 640,
                                 .height = 480 };
    finding = (struct finding){ .field = STR("category"),
                                .value = STR("streetlight"),
                                .rule = STR("streets.rules:12"),
                                .score = 2.5,
                                .span = { 3, 9, ZONE_TITLE } };
    refused = (struct location){ .kind = LOCATION_STREET,
                                 .streets = { STR("Oak Av") },
                                 .street_count = 1,
                                 .rejected = STR("too far off") };
    place = (struct location){ .kind = LOCATION_INTERSECTION,
                               .number = STR("12"),
                               .streets = { STR("Elm St"), STR("Oak Av") },
                               .street_count = 2,
                               .label = STR("Elm St & Oak Av"),
                               .span = { 1, 5, ZONE_VISIBLE },
                               .at = { 41.5, -71.5, true },
                               .method = METHOD_INTERSECTION,
                               .uncertainty_m = 20,
                               .confidence = 0.75,
                               .rule = STR("corner"),
                               .features = STR("bare=-0.8"),
                               .next = &refused };
    one.message.thread = &first;
    one.message.attachments = &photo;
    message_fill(&one.message);
    one.reading.extract.findings = &finding;
    one.reading.locations = &place;
    return one;
}

static void check_message(const struct message *m)
{
    CHECK_STR(m->sender.name, "Ana");
    CHECK_STR(m->sender.address, "ana@example.org");
    CHECK_STR(m->forwarder.address, "joe@example.org");
    CHECK_STR(m->reply_to, "ana@example.org");
    CHECK_STR(m->subject, "Light");
    CHECK_STR(m->message_id, "full@example.org");
    CHECK_STR(m->token, "tok");
    CHECK_STR(m->text, "Lamp out\n> quoted");
    CHECK_STR(m->visible, "Lamp out");
    CHECK_STR(m->note, "please see");
    CHECK_STR(m->address, "12 Elm");
    CHECK_STR(m->category, "other");
    CHECK_STR(m->language, "en");
    CHECK(m->sent_at == 1700000000 && m->automatic == AUTOMATIC_LIST);
    CHECK(m->no_answer && m->control == CONTROL_HELP);
    CHECK(m->pin.known && m->pin.lat == -1 && m->pin.lon == -2);
    CHECK_STR(m->thread->id, "b@example.org");
    CHECK_STR(m->thread->next->id, "a@example.org");
    CHECK(m->thread->next->next == NULL);
}

static void check_attachment(const struct attachment *at)
{
    CHECK_STR(at->name, "a.jpg");
    CHECK_STR(at->url, "https://example.org/a");
    CHECK(at->part == -1 && at->photo && at->size == 12345);
    CHECK(at->exif.known && at->exif.lon == 2.5);
    CHECK(at->width == 640 && at->height == 480 && at->next == NULL);
}

static void check_location(const struct location *l)
{
    CHECK(l->kind == LOCATION_INTERSECTION && l->street_count == 2);
    CHECK_STR(l->streets[1], "Oak Av");
    CHECK_STR(l->label, "Elm St & Oak Av");
    CHECK_STR(l->features, "bare=-0.8");
    CHECK(l->at.known && l->at.lat == 41.5 && l->uncertainty_m == 20);
    CHECK(l->method == METHOD_INTERSECTION && l->span.end == 5);
    CHECK_STR(l->next->rejected, "too far off");
    CHECK(!l->next->at.known && l->next->next == NULL);
}

static void a_whole_ticket_has_all_that_was_filed(void)
{
    struct fixture f;
    struct filing one = filing_full();
    struct filing two = filing_made("2@example.org", "still out");
    struct ticket_whole w;

    fixture_begin(&f);
    CHECK(store_run(f.store, filing_work, &one, &f.e) == 0);
    two.ticket.id = one.ticket.id;
    CHECK(store_run(f.store, filing_work, &two, &f.e) == 0);
    CHECK(store_ticket_whole(f.store, one.ticket.id, &w, &f.a, &f.e) == 0);
    CHECK(w.messages->id == one.message_id && w.messages->raw == one.raw_id);
    CHECK(w.messages->received_at == 1700000000);
    CHECK_STR(w.messages->origin, "full@example.org");
    check_message(&w.messages->message);
    check_attachment(w.messages->message.attachments);
    CHECK_STR(w.messages->findings->rule, "streets.rules:12");
    CHECK(w.messages->findings->span.in == ZONE_TITLE);
    CHECK(w.messages->findings->score == 2.5);
    check_location(w.messages->locations);
    CHECK_STR(w.messages->next->message.visible, "still out");
    CHECK(w.messages->next->next == NULL);
    CHECK_STR(w.events->event.kind, "received");
    CHECK(w.events->event.at > 0 && w.events->next->next == NULL);
    CHECK_STR(w.notices->notice.to, "ana@example.org");
    CHECK(w.notices->next->next == NULL);
    CHECK(store_ticket_whole(f.store, 99, &w, &f.a, &f.e) == E_NONE);
    fixture_end(&f);
}

static int second_message(struct store_tx *tx, void *arg, struct error *e)
{
    struct filing *f = arg;
    int64_t ticket = 0;
    int64_t id;
    int rc = tx_raw_ticket(tx, f->raw_id, &ticket, e);

    CHECK(rc == 0 && ticket == f->ticket.id);
    return tx_message_add(tx, f->raw_id, ticket, &f->message, &id, e);
}

static void a_raw_has_one_message_only(void)
{
    struct fixture f;
    struct filing one = filing_made("1@example.org", "x");
    struct ticket_whole w;

    fixture_begin(&f);
    CHECK(store_run(f.store, filing_work, &one, &f.e) == 0);
    CHECK(store_run(f.store, second_message, &one, &f.e) == E_DUPLICATE);
    CHECK(store_ticket_whole(f.store, 1, &w, &f.a, &f.e) == 0);
    CHECK(w.messages->next == NULL);
    fixture_end(&f);
}

int main(void)
{
    a_raw_comes_back_as_it_was();
    an_origin_is_stored_once();
    another_jurisdiction_sees_nothing();
    raws_are_found_by_state_and_by_origin();
    a_ticket_comes_back_and_is_changed();
    a_whole_ticket_has_all_that_was_filed();
    a_raw_has_one_message_only();
    return tap_done();
}
