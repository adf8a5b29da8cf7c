/* What a neighbour's Open311 answers is read, whatever it is. */
#include "../../adapters/neighbour.h"

#include "../tap.h"

struct got {
    struct arena a;
    struct neighbour_answer answer;
    struct error e;
    int rc;
};

static const struct neighbour_request *answer_of(struct got *g,
                                                 const char *text)
{
    *g = (struct got){ .rc = 0 };
    g->rc = neighbour_answer_read(&g->answer, str_of(text), &g->a, &g->e);
    return g->answer.requests;
}

static bool is_one(const char *text, const char *id, const char *token)
{
    struct got g;
    const struct neighbour_request *q = answer_of(&g, text);
    bool good = g.rc == 0 && q != NULL && q->next == NULL &&
                str_eq(q->id, str_of(id)) && str_eq(q->token, str_of(token));

    arena_free(&g.a);
    return good;
}

static void an_id_is_read_in_every_shape(void)
{
    CHECK(is_one("[{\"service_request_id\":\"293944\"}]", "293944", ""));
    CHECK(is_one("[{\"service_request_id\":293944}]", "293944", ""));
    CHECK(is_one("{\"service_request_id\":\"A-1\"}", "A-1", ""));
    CHECK(is_one("{\"service_requests\":[{\"token\":\"t\"}]}", "", "t"));
    CHECK(
        is_one("{\"service_requests\":{\"request\":{\"token\":7}}}", "", "7"));
    CHECK(is_one("<service_requests><request><service_request_id>1 "
                 "</service_request_id></request></service_requests>",
                 "1", ""));
    CHECK(is_one("\xef\xbb\xbf\n<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                 "<service_requests type=\"array\"><request><token>t</token>"
                 "<service_request_id/></request></service_requests>",
                 "", "t"));
}

static void what_is_said_of_it_is_read(void)
{
    struct got g;
    const struct neighbour_request *q =
        answer_of(&g, "[{\"service_request_id\":1,\"status\":\"closed\","
                      "\"status_notes\":null,\"description\":\"a\\u0000b\"}]");

    CHECK(g.rc < 0); /* a NUL is no text */
    arena_free(&g.a);
    q = answer_of(&g,
                  "<service_requests><request><service_request_id>1"
                  "</service_request_id><status>closed</status><status_notes>"
                  "Crew &amp; <![CDATA[<truck>]]></status_notes></request>"
                  "<request><service_request_id>2</service_request_id>"
                  "</request></service_requests>");
    CHECK(q != NULL && str_eq(q->status, STR("closed")));
    CHECK(q != NULL && str_eq(q->notes, STR("Crew & <truck>")));
    CHECK(q != NULL && q->next != NULL && q->next->status.n == 0);
    arena_free(&g.a);
}

static void a_fault_is_told_in_one_line(void)
{
    struct got g;

    CHECK(answer_of(&g, "[{\"code\":403,\"description\":\"Wrong\\nkey\"}]") ==
              NULL &&
          str_eq(g.answer.fault, STR("Wrong key")));
    arena_free(&g.a);
    CHECK(answer_of(&g, "<errors><error><code>404</code><description>No such "
                        "service</description></error></errors>") == NULL &&
          str_eq(g.answer.fault, STR("No such service")));
    arena_free(&g.a);
}

static void what_is_no_answer_says_so(void)
{
    static const char *const bad[] = {
        "",
        "hello",
        "[",
        "<request>",
        "<html><p>unclosed</html>",
        /* entities may be meant to grow */
        "<!DOCTYPE a [<!ENTITY b \"c\">]><request><token>&b;</token>"
        "</request>",
        "{\"service_code\":001}",
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct got g;

        CHECK(answer_of(&g, bad[i]) == NULL && g.rc == E_SYNTAX);
        arena_free(&g.a);
    }
}

static void a_page_is_no_list(void)
{
    struct got g;

    answer_of(&g, "<html><body>Sign in</body></html>");
    CHECK(g.rc == 0 && !g.answer.is_list);
    arena_free(&g.a);
    answer_of(&g, "{\"error\":\"no\"}");
    CHECK(g.rc == 0 && !g.answer.is_list);
    arena_free(&g.a);
    answer_of(&g, "[{\"service_notice\":\"thanks\"}]");
    CHECK(g.rc == 0 && g.answer.is_list && g.answer.requests == NULL);
    arena_free(&g.a);
    answer_of(&g, "<service_requests><request/></service_requests>");
    CHECK(g.rc == 0 && g.answer.is_list && g.answer.requests == NULL);
    arena_free(&g.a);
}

static void an_id_that_could_be_more_is_none(void)
{
    struct got g;

    CHECK(answer_of(&g, "[{\"service_request_id\":\"1/../2 3\"}]") == NULL);
    arena_free(&g.a);
    CHECK(answer_of(&g, "[{\"service_request_id\":{\"a\":1}},[],7,null]") ==
              NULL &&
          g.rc == 0);
    arena_free(&g.a);
}

static void nesting_and_numbers_have_an_end(void)
{
    struct buf b = buf_init(1 << 20);
    struct got g;
    int n = 0;

    for (int i = 0; i < 5000; i++)
        buf_add(&b, STR("<request>"));
    CHECK(answer_of(&g, buf_cstr(&b)) == NULL && g.rc == E_SYNTAX);
    arena_free(&g.a);
    buf_clear(&b);
    buf_add(&b, STR("[{\"token\":1}"));
    for (int i = 0; i < 2 * NEIGHBOUR_REQUESTS; i++)
        buf_add(&b, STR(",{\"token\":1}"));
    buf_add(&b, STR("]"));
    for (const struct neighbour_request *q = answer_of(&g, buf_cstr(&b));
         q != NULL; q = q->next)
        n++;
    CHECK(n == NEIGHBOUR_REQUESTS);
    arena_free(&g.a);
    buf_free(&b);
}

static void a_category_has_a_name_there(void)
{
    struct setting_list all = { STR("* = 999"), NULL };
    struct setting_list hole = { STR("pothole=001"), &all };
    struct neighbour n = { .services = &hole };

    CHECK(str_eq(neighbour_service(&n, STR("pothole")), STR("001")));
    CHECK(str_eq(neighbour_service(&n, STR("tree")), STR("999")));
    hole.next = NULL;
    CHECK(neighbour_service(&n, STR("tree")).n == 0);
}

int main(void)
{
    an_id_is_read_in_every_shape();
    what_is_said_of_it_is_read();
    a_fault_is_told_in_one_line();
    what_is_no_answer_says_so();
    a_page_is_no_list();
    an_id_that_could_be_more_is_none();
    nesting_and_numbers_have_an_end();
    a_category_has_a_name_there();
    return tap_done();
}
