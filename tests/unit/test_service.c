/* What a category asks, and what is often answered to it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spine/service.h"

#include "../tap.h"
#include "../temp.h"

static struct arena a;

/* Loads texts as files of folders of their own, in their order. */
static int load(const char *const *texts, int n, struct services **out,
                struct error *e)
{
    char base[TEMP_ROOM];
    struct setting_list *folders = NULL;
    int rc;

    if (!temp_folder(base, "services"))
        abort();
    for (int i = n - 1; i >= 0; i--) {
        struct setting_list *l = arena_new(&a, struct setting_list);
        const char *folder = arena_printf(&a, "%s/%d", base, i);
        FILE *f;

        if (mkdir(folder, 0700) < 0)
            abort();
        f = fopen(arena_printf(&a, "%s/a.services", folder), "w");
        if (f == NULL || fputs(texts[i], f) < 0 || fclose(f) != 0)
            abort();
        *l = (struct setting_list){ str_of(folder), folders };
        folders = l;
    }
    rc = services_load(out, folders, e);
    for (int i = 0; i < n; i++) {
        unlink(arena_printf(&a, "%s/%d/a.services", base, i));
        rmdir(arena_printf(&a, "%s/%d", base, i));
    }
    rmdir(base);
    return rc;
}

static const char hole[] = "service pothole\n"
                           "  ask size choice needed\n"
                           "    question en How large is it?\n"
                           "    question es \302\277Qu\303\251 tan grande?\n"
                           "    choice small en Like a hand\n"
                           "    choice small es Como una mano\n"
                           "    choice large en Larger\n"
                           "  ask pole number\n"
                           "    question en Which pole?\n"
                           "  ask since date\n"
                           "    question en Since when?\n"
                           "  reply filled en Ticket {number} of {town}.\n"
                           "service *\n"
                           "  reply thanks en Thank you.\n"
                           "  reply thanks es Gracias.\n";

static void a_category_asks_its_questions_in_the_readers_language(void)
{
    const char *texts[] = { hole };
    struct services *s;
    struct error e;
    const struct question *q;

    CHECK(load(texts, 1, &s, &e) == 0);
    q = service_questions(s, STR("pothole"));
    CHECK_STR(q->code, "size");
    CHECK(q->needed && q->kind == QUESTION_CHOICE);
    CHECK_STR(said_in(q->text, STR("en")), "How large is it?");
    CHECK_STR(said_in(q->text, STR("es")), "\302\277Qu\303\251 tan grande?");
    CHECK_STR(said_in(q->next->text, STR("es")), "Which pole?");
    CHECK_STR(
        answer_label(s, STR("pothole"), STR("size"), STR("small"), STR("es")),
        "Como una mano");
    CHECK_STR(
        answer_label(s, STR("pothole"), STR("gone"), STR("12"), STR("en")),
        "12");
    CHECK_STR(question_label(s, STR("pothole"), STR("pole"), STR("en")),
              "Which pole?");
    CHECK(service_questions(s, STR("tree")) == NULL);
    CHECK(service_questions(NULL, STR("pothole")) == NULL);
    services_free(s);
}

static void an_answer_fits_its_question(void)
{
    static const struct {
        const char *code, *value;
        bool good;
    } cases[] = {
        { "size", "small", true },
        { "size", "", false },
        { "size", "huge", false },
        { "pole", "", true },
        { "pole", "12", true },
        { "pole", "12.5", true },
        { "pole", "twelve", false },
        { "pole", "1e999", false },
        { "since", "2026-11-24", true },
        { "since", "2026-13-24", false },
        { "since", "24.11.2026", false },
        { "since", "2026-1--24", false },
        { "since", "", true },
    };
    const char *texts[] = { hole };
    struct services *s;
    struct error e;

    CHECK(load(texts, 1, &s, &e) == 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct question *q = question_find(
            service_questions(s, STR("pothole")), str_of(cases[i].code));

        if (question_takes(q, str_of(cases[i].value)) != cases[i].good) {
            printf("# %s=%s\n", cases[i].code, cases[i].value);
            CHECK(!"it fits");
        }
    }
    services_free(s);
}

static void replies_are_the_categorys_own_first(void)
{
    const char *texts[] = { hole };
    const struct service_fill with = { .number = STR("42"),
                                       .town = STR("Millbrook") };
    struct service_reply *r;
    struct services *s;
    struct error e;

    CHECK(load(texts, 1, &s, &e) == 0);
    r = service_replies(s, STR("pothole"), STR("es"), &a);
    CHECK_STR(r->name, "filled");
    CHECK_STR(service_fill(r->text, &with, &a), "Ticket 42 of Millbrook.");
    CHECK_STR(service_fill(STR("no } mark { here"), &with, &a),
              "no } mark { here");
    CHECK_STR(r->next->text, "Gracias.");
    CHECK(r->next->next == NULL);
    r = service_replies(s, STR("tree"), STR("en"), &a);
    CHECK(r != NULL && r->next == NULL);
    CHECK_STR(r->text, "Thank you.");
    CHECK(service_replies(NULL, STR("tree"), STR("en"), &a) == NULL);
    services_free(s);
}

static void a_later_folder_replaces_a_service_whole(void)
{
    const char *texts[] = { hole, "service pothole\n"
                                  " ask lane text\n"
                                  "  question en Which lane?\n" };
    struct services *s;
    struct error e;

    CHECK(load(texts, 2, &s, &e) == 0);
    CHECK(services_count(s) == 2);
    CHECK_STR(service_questions(s, STR("pothole"))->code, "lane");
    CHECK(service_questions(s, STR("pothole"))->next == NULL);
    CHECK_STR(service_replies(s, STR("pothole"), STR("en"), &a)->name,
              "thanks");
    services_free(s);
}

static void what_is_wrong_is_named_with_its_line(void)
{
    static const struct {
        const char *text, *sentence;
    } wrong[] = {
        { "ask size choice\n", ":1: ask comes after service" },
        { "service\n", ":1: service needs a value" },
        { "service Pothole!\n", ":1: \"Pothole!\" is no category" },
        { "service a\nservice a\n", ":2: service a stands at" },
        { "service a\nask b colour\n", ":2: a question is choice, text" },
        { "service a\nask b text soon\n", "only \"needed\" may stand" },
        { "service a\nask b text\n", ":2: ask b has no question" },
        { "service a\nask b text\nask c text\n", ":3: ask b has no question" },
        { "service a\nask b choice\nquestion en B?\n", "ask b has no choice" },
        { "service a\nask b text\nquestion en B?\nchoice c en C\n",
          ":4: choice comes after ask CODE choice" },
        { "service a\nask b text\nquestion B?\n", ":3: a language like en" },
        { "service a\nask b text\nquestion en\n", ":3: there is nothing said" },
        { "service a\nask b text\nquestion en B?\nquestion en B?\n",
          ":4: this was said in en already" },
        { "service a\nask b]c text\n", "\"b]c\" is no code" },
        { "service a\nask b text\nquestion en B?\nask b text\n",
          ":4: b is asked already" },
        { "service *\nask b text\n", "it only replies" },
        { "service a\nreply b en Ask {mayor}\n", "{mayor} stands for nothing" },
        { "service a\nquestion en B?\n", ":2: question comes after ask" },
        { "service a\nanswer b\n", ":2: unknown word \"answer\"" },
        { "service a\nreply b en \377\n", ":2: this line is not UTF-8" },
    };

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct services *s;
        struct error e = { 0 };

        CHECK(load(&wrong[i].text, 1, &s, &e) < 0);
        if (strstr(e.text, wrong[i].sentence) == NULL) {
            printf("# %s\n", e.text);
            CHECK(!wrong[i].sentence);
        }
    }
}

static void what_ships_loads_and_speaks_both_languages(void)
{
    struct setting_list rules = { STR("rules"), NULL };
    struct services *s;
    struct error e;

    if (services_load(&s, &rules, &e) < 0) {
        printf("# %s\n", e.text);
        CHECK(!"it loads");
        return;
    }
    for (const struct service *v = services_first(s); v != NULL; v = v->next) {
        for (const struct question *q = v->questions; q; q = q->next) {
            CHECK(q->text->next != NULL);
            for (const struct choice *c = q->choices; c; c = c->next)
                CHECK(c->label->next != NULL);
        }
        for (const struct canned *c = v->replies; c; c = c->next)
            CHECK(c->text->next != NULL);
    }
    CHECK(service_replies(s, STR("animal"), STR("es"), &a) != NULL);
    services_free(s);
}

int main(void)
{
    a_category_asks_its_questions_in_the_readers_language();
    an_answer_fits_its_question();
    replies_are_the_categorys_own_first();
    a_later_folder_replaces_a_service_whole();
    what_is_wrong_is_named_with_its_line();
    what_ships_loads_and_speaks_both_languages();
    arena_free(&a);
    return tap_done();
}
