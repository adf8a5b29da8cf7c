/* What the pages keep: followers, views, likenesses, answers, news. */
#include "../tap.h"
#include "store/work.h"
#include "store_fixture.h"

/* One piece of work for store_run(), by its kind. */
struct step {
    struct follower follow;
    struct view view;
    struct str end; /* the follower who stops */
    int64_t ticket, user, until;
    int rc;
};

static int follow(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_follower_add(tx, &((struct step *)arg)->follow, e);
}

static int unfollow(struct store_tx *tx, void *arg, struct error *e)
{
    const struct step *s = arg;

    return tx_follower_end(tx, s->ticket, s->end, e);
}

static int64_t ticket_add(struct fixture *f, struct filing one)
{
    one.notice.to = STR_NONE;
    if (store_run(f->store, filing_work, &one, &f->e) < 0) {
        printf("# %s\n", f->e.text);
        abort();
    }
    return one.ticket.id;
}

static const char *followers(struct fixture *f, int64_t ticket)
{
    struct follower_list *l = NULL;
    const char *text = "";

    if (store_followers(f->store, ticket, &l, &f->a, &f->e) < 0)
        return f->e.text;
    for (; l != NULL; l = l->next)
        text = arena_printf(&f->a, "%s%s%lld:%.*s:%.*s", text,
                            text[0] ? " " : "", (long long)l->follower.ticket,
                            STR_FMT(l->follower.address),
                            STR_FMT(l->follower.language));
    return text;
}

static void who_follows_is_told_until_they_stop(void)
{
    struct fixture f;
    struct step s = { .follow = { .address = STR("ana@example.org"),
                                  .channel = STR("mail"),
                                  .language = STR("en") } };

    fixture_begin(&f);
    s.ticket = s.follow.ticket = ticket_add(&f, filing_made("1", "hole"));
    s.end = STR("ANA@example.org");
    CHECK(store_run(f.store, follow, &s, &f.e) == 0);
    s.follow.language = STR("es");
    s.follow.address = STR("Ana@Example.org");
    CHECK(store_run(f.store, follow, &s, &f.e) == 0); /* stays as they are */
    CHECK_STR(str_of(followers(&f, s.ticket)), "1:ana@example.org:en");
    CHECK(store_run(f.store, unfollow, &s, &f.e) == 0);
    CHECK_STR(str_of(followers(&f, s.ticket)), "");
    CHECK(store_run(f.store, follow, &s, &f.e) == 0); /* begins again */
    CHECK_STR(str_of(followers(&f, s.ticket)), "1:ana@example.org:es");
    fixture_end(&f);
}

static int merge(struct store_tx *tx, void *arg, struct error *e)
{
    const int64_t *pair = arg;
    struct arena a = { 0 };
    struct ticket t;
    int rc = tx_ticket_get(tx, pair[0], &t, &a, e);

    t.duplicate_of = pair[1];
    t.state = TICKET_DUPLICATE;
    if (rc == 0)
        rc = tx_ticket_set(tx, &t, e);
    arena_free(&a);
    return rc;
}

static void followers_of_merged_tickets_follow_what_remains(void)
{
    static const char *const who[] = { "a@example.org", "b@example.org",
                                       "c@example.org" };
    int64_t pairs[][2] = { { 2, 1 }, { 3, 2 }, { 1, 3 } };
    struct fixture f;
    int64_t n;

    fixture_begin(&f);
    for (int i = 0; i < 3; i++) {
        struct step s = { .follow = { .address = str_of(who[i]) } };

        s.follow.ticket = ticket_add(&f, filing_made(who[i], "hole"));
        CHECK(store_run(f.store, follow, &s, &f.e) == 0);
    }
    CHECK(store_run(f.store, merge, pairs[0], &f.e) == 0);
    CHECK(store_run(f.store, merge, pairs[1], &f.e) == 0);
    CHECK_STR(str_of(followers(&f, 1)),
              "1:a@example.org: 2:b@example.org: 3:c@example.org:");
    CHECK_STR(str_of(followers(&f, 2)), "2:b@example.org: 3:c@example.org:");
    CHECK(store_duplicates(f.store, 1, &n, &f.e) == 0 && n == 1);
    CHECK(store_duplicates(f.store, 3, &n, &f.e) == 0 && n == 0);
    CHECK(store_run(f.store, merge, pairs[2], &f.e) == 0); /* a circle ends */
    CHECK_STR(str_of(followers(&f, 1)),
              "1:a@example.org: 2:b@example.org: 3:c@example.org:");
    fixture_end(&f);
}

/* ---- views ---- */

static int view_add(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_view_add(tx, &((struct step *)arg)->view, e);
}

static int view_end(struct store_tx *tx, void *arg, struct error *e)
{
    const struct step *s = arg;

    return tx_view_end(tx, s->view.id, s->user, e);
}

static void a_view_is_its_owners_or_everybodys(void)
{
    struct step mine = { .view = { .user = 1,
                                   .name = STR("My trees"),
                                   .filter = STR("category=tree") },
                         .user = 1 };
    struct step shared = { .view = { .name = STR("Urgent") } };
    struct view_list *l;
    struct fixture f;

    fixture_begin(&f);
    CHECK(store_run(f.store, view_add, &mine, &f.e) == 0);
    CHECK(store_run(f.store, view_add, &shared, &f.e) == 0);
    CHECK(store_views(f.store, 1, &l, &f.a, &f.e) == 0);
    CHECK(l != NULL && l->view.id == shared.view.id);
    CHECK(l->next != NULL && l->next->view.user == 1);
    CHECK_STR(l->next->view.filter, "category=tree");
    CHECK(store_views(f.store, 2, &l, &f.a, &f.e) == 0);
    CHECK(l != NULL && l->next == NULL);
    mine.user = 2;
    CHECK(store_run(f.store, view_end, &mine, &f.e) == E_NONE);
    mine.user = 1;
    CHECK(store_run(f.store, view_end, &mine, &f.e) == 0);
    CHECK(store_run(f.store, view_end, &mine, &f.e) == E_NONE);
    fixture_end(&f);
}

/* ---- likenesses ---- */

static struct filing near_made(struct fixture *f, const char *text,
                               double metres, const char *category)
{
    static int n;
    struct filing one = filing_made(arena_printf(&f->a, "like-%d", n++), text);

    one.ticket.at = (struct point){ 41.5 + metres / 111194.9, -72.5, true };
    one.ticket.category = str_of(category);
    return one;
}

static void likenesses_come_likest_first(void)
{
    struct fixture f;
    struct filing one;
    struct likeness *l;
    struct ticket t;
    int64_t pair[2];

    fixture_begin(&f);
    clock_set(1764331200);
    ticket_add(&f, near_made(&f, "Deep pothole before the bakery", 0,
                             "pothole"));                    /* 1 */
    ticket_add(&f, near_made(&f, "a hole", 140, "pothole")); /* 2 */
    ticket_add(&f, near_made(&f, "BAKERY: the pothole is so deep", 5,
                             "pothole"));                     /* 3 */
    ticket_add(&f, near_made(&f, "Pothole", 151, "pothole")); /* 4: too far */
    ticket_add(&f, near_made(&f, "Tree down", 1, "tree"));    /* 5: no */
    ticket_add(&f, near_made(&f, "deep hole bakery", 5, "other")); /* 6 */
    one = near_made(&f, "Deep pothole before the bakery", 0, "pothole");
    one.ticket.state = TICKET_DONE;
    ticket_add(&f, one); /* 7: settled */
    pair[0] = ticket_add(&f, near_made(&f, "Pothole", 0, "pothole")); /* 8 */
    pair[1] = 1;
    CHECK(store_run(f.store, merge, pair, &f.e) == 0);
    clock_set(1764331200 - 91 * 24 * 3600);
    ticket_add(&f, near_made(&f, "Pothole", 0, "pothole")); /* 9: long ago */
    clock_set(0);
    CHECK(store_ticket_get(f.store, 1, &t, &f.a, &f.e) == 0);
    CHECK(store_ticket_likes(f.store, &(struct likes_asked){ &t, 150, 10 }, &l,
                             &f.a, &f.e) == 0);
    CHECK(l != NULL && l->ticket.id == 3);
    CHECK(l->metres > 4.9 && l->metres < 5.1 && l->words > 0.7);
    CHECK(l->score > 0.9 && l->score <= 1);
    CHECK(l->next != NULL && l->next->ticket.id == 6);
    CHECK(l->next->next != NULL && l->next->next->ticket.id == 2);
    CHECK(l->next->next->next == NULL);
    CHECK(store_ticket_likes(f.store, &(struct likes_asked){ &t, 150, 1 }, &l,
                             &f.a, &f.e) == 0);
    CHECK(l != NULL && l->ticket.id == 3 && l->next == NULL);
    t.at.known = false;
    CHECK(store_ticket_likes(f.store, &(struct likes_asked){ &t, 150, 9 }, &l,
                             &f.a, &f.e) == 0);
    CHECK(l == NULL);
    fixture_end(&f);
}

/* ---- answers, events, notices ---- */

static void answers_come_back_in_their_order(void)
{
    static struct answer answers[] = {
        { STR_INIT("depth"), STR_INIT("knee"), &answers[1] },
        { STR_INIT("lane"), STR_INIT("'left'; --"), NULL },
    };
    struct filing one = filing_made("1", "hole");
    struct ticket_whole w;
    const struct answer *got;
    struct fixture f;

    fixture_begin(&f);
    one.message.answers = answers;
    CHECK(store_ticket_whole(f.store, ticket_add(&f, one), &w, &f.a, &f.e) ==
          0);
    got = w.messages->message.answers;
    CHECK(got != NULL && got->next != NULL && got->next->next == NULL);
    CHECK_STR(got->code, "depth");
    CHECK_STR(got->next->value, "'left'; --");
    fixture_end(&f);
}

static int undone(struct store_tx *tx, void *arg, struct error *e)
{
    (void)arg;
    return tx_event_undone(tx, 1, 2, e);
}

static void news_say_what_happened_since_and_what_is_new(void)
{
    struct filing more = filing_made("3", "again");
    struct news *n;
    struct event ev;
    struct fixture f;
    int64_t last;

    fixture_begin(&f);
    CHECK(store_event_last(f.store, &last, &f.e) == 0 && last == 0);
    ticket_add(&f, filing_made("1", "hole"));
    ticket_add(&f, filing_made("2", "lamp"));
    more.ticket.id = 1;
    more.event.kind = STR("joined");
    more.event.actor = STR("Bea");
    ticket_add(&f, more);
    CHECK(store_event_last(f.store, &last, &f.e) == 0 && last == 3);
    CHECK(store_events_after(f.store, 1, 10, &n, &f.a, &f.e) == 0);
    CHECK(n != NULL && n->event == 2 && n->ticket == 2 && n->first);
    CHECK(n->next != NULL && n->next->ticket == 1 && !n->next->first);
    CHECK_STR(n->next->kind, "joined");
    CHECK_STR(n->next->actor, "Bea");
    CHECK(n->next->next == NULL);
    CHECK(store_events_after(f.store, 0, 1, &n, &f.a, &f.e) == 0);
    CHECK(n != NULL && n->event == 1 && n->next == NULL);
    CHECK(store_events_after(f.store, 3, 10, &n, &f.a, &f.e) == 0);
    CHECK(n == NULL);
    CHECK(store_run(f.store, undone, NULL, &f.e) == 0);
    CHECK(store_event_get(f.store, 1, &ev, &f.a, &f.e) == 0);
    CHECK(ev.undone_by == 2);
    CHECK(store_event_get(f.store, 4, &ev, &f.a, &f.e) == E_NONE);
    fixture_end(&f);
}

static void notices_are_counted_until_they_are_sent(void)
{
    static const enum notice_state states[] = { NOTICE_PENDING, NOTICE_SENT,
                                                NOTICE_FAILED, NOTICE_FAILED };
    int64_t n[NOTICE_STATES];
    struct notice got;
    struct fixture f;

    fixture_begin(&f);
    for (size_t i = 0; i < COUNT_OF(states); i++) {
        struct filing one = filing_made(arena_printf(&f.a, "%zu", i), "hole");

        one.notice.state = states[i];
        CHECK(store_run(f.store, filing_work, &one, &f.e) == 0);
    }
    CHECK(store_notice_counts(f.store, n, &f.e) == 0);
    CHECK(n[NOTICE_PENDING] == 1 && n[NOTICE_FAILED] == 2);
    CHECK(n[NOTICE_SENT] == 0 && n[NOTICE_UNKNOWN] == 0);
    CHECK(store_notice_get(f.store, 3, &got, &f.a, &f.e) == 0);
    CHECK(got.state == NOTICE_FAILED && got.ticket == 3);
    CHECK(store_notice_get(f.store, 9, &got, &f.a, &f.e) == E_NONE);
    fixture_end(&f);
}

static const char *words(struct fixture *f, struct word_list *l)
{
    const char *text = "";

    for (; l != NULL; l = l->next)
        text = arena_printf(&f->a, "%s%.*s,", text, STR_FMT(l->word));
    return text;
}

static int areas_set(struct store_tx *tx, void *arg, struct error *e)
{
    struct area ward = { .name = STR("Ward 1") };
    struct area park = { .name = STR("Park"), .next = &ward };
    const int64_t *ids = arg;
    int rc = tx_ticket_areas(tx, ids[0], &park, e);

    if (rc == 0)
        rc = tx_ticket_areas(tx, ids[1], &park, e);
    return rc < 0 ? rc : tx_ticket_areas(tx, ids[1], &ward, e);
}

static void words_of_tickets_are_named_once(void)
{
    static const char *const has[] = { "Streets", "", "Parks", "Streets" };
    struct word_list *l;
    struct area *areas;
    struct fixture f;
    int64_t ids[4];

    fixture_begin(&f);
    CHECK(store_departments(f.store, &l, &f.a, &f.e) == 0 && l == NULL);
    for (int i = 0; i < 4; i++) {
        struct filing one = filing_made(arena_printf(&f.a, "%d", i), "hole");

        one.ticket.department = str_of(has[i]);
        ids[i] = ticket_add(&f, one);
    }
    CHECK(store_departments(f.store, &l, &f.a, &f.e) == 0);
    CHECK_STR(str_of(words(&f, l)), "Parks,Streets,");
    CHECK(store_run(f.store, areas_set, ids, &f.e) == 0);
    CHECK(store_areas(f.store, &l, &f.a, &f.e) == 0);
    CHECK_STR(str_of(words(&f, l)), "Park,Ward 1,");
    CHECK(store_areas_of(f.store, ids[1], &areas, &f.a, &f.e) == 0);
    CHECK(areas != NULL && areas->next == NULL);
    fixture_end(&f);
}

int main(void)
{
    who_follows_is_told_until_they_stop();
    followers_of_merged_tickets_follow_what_remains();
    a_view_is_its_owners_or_everybodys();
    likenesses_come_likest_first();
    answers_come_back_in_their_order();
    news_say_what_happened_since_and_what_is_new();
    notices_are_counted_until_they_are_sent();
    words_of_tickets_are_named_once();
    return tap_done();
}
