/* HTML as mail programs write it must read as its writer saw it. */
#include <string.h>

#include "../tap.h"
#include "base/utf8.h"
#include "mail/html.h"

static struct arena arena;

static struct str text_of(const char *html)
{
    return html_to_text(&arena, str_of(html));
}

static void words_do_not_join_over_block_edges(void)
{
    CHECK_STR(text_of("<div>at</div><div>1234 Grand Ave</div>"),
              "at\n1234 Grand Ave");
    CHECK_STR(text_of("at<br>12 Elm"), "at\n12 Elm");
    CHECK_STR(text_of("a<br/><br>b"), "a\n\nb");
    CHECK_STR(text_of("<p>one</p>\n<p>two</p>"), "one\n\ntwo");
    CHECK_STR(text_of("<ul><li>one<li>two</ul>end"), "- one\n- two\nend");
    CHECK_STR(text_of("<table><tr><td>Street<td>Elm</tr><tr><td>No<td>12"),
              "Street Elm\nNo 12");
    CHECK_STR(text_of("12 <b>El</b>m\n\n   St"), "12 Elm St");
    CHECK_STR(text_of("<pre>a\n  b</pre>c"), "a\n  b\nc");
}

static void what_is_not_shown_is_left_out(void)
{
    CHECK_STR(text_of("<head><title>T</title><style>p{}</style></head>x"), "x");
    CHECK_STR(text_of("a<script>if (a<b) c()</script>b"), "ab");
    CHECK_STR(text_of("a<style>p > a {}</style>b"), "ab");
    CHECK_STR(text_of("<div style='color:red; DISPLAY : none'>no<div>no</div>"
                      "</div>yes"),
              "yes");
    CHECK_STR(text_of("<span hidden>no</span>yes"), "yes");
    CHECK_STR(text_of("<p style=\"display:none\">no<p>yes"), "yes");
    CHECK_STR(text_of("a<!-- no <b> -->b<!--[if mso]>no<![endif]-->c"), "abc");
    CHECK_STR(text_of("<!doctype html><?xml a?>a"), "a");
    CHECK_STR(text_of("<head><meta charset=utf-8><body>yes"), "yes");
}

static void links_keep_their_address_where_it_is_not_the_text(void)
{
    CHECK_STR(text_of("<a href=\"https://maps.example.org/?q=1&amp;r=2\">here"
                      "</a> it is"),
              "here <https://maps.example.org/?q=1&r=2> it is");
    CHECK_STR(text_of("<a href='http://www.example.org/'>www.example.org</a>"),
              "www.example.org");
    CHECK_STR(text_of("<a href='mailto:a@example.org'>a@example.org</a>"),
              "a@example.org");
    CHECK_STR(text_of("<a href='#top'>up</a><a name=x>y</a>"), "upy");
    CHECK_STR(text_of("<a href='javascript:x()'>go</a>"), "go");
}

static void quotes_keep_their_depth(void)
{
    CHECK_STR(text_of("new<blockquote>old<blockquote>older</blockquote>"
                      "</blockquote>end"),
              "new\n> old\n>> older\nend");
    CHECK_STR(text_of("<blockquote><p>a</p><p>b</p></blockquote>"),
              "> a\n>\n> b");
}

/* "More indent" in a mail that is being written makes a blockquote too. */
static void what_is_only_indented_is_no_quote(void)
{
#define INDENT                                                                 \
    "<blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\">"
#define QUOTE "<blockquote style='border:none;border-left:solid #CCC 1.0pt'>"
    CHECK_STR(text_of("Hello" INDENT "At 12 Elm</blockquote>end"),
              "Hello\nAt 12 Elm\nend");
    CHECK_STR(text_of(INDENT "a<blockquote>b</blockquote>c</blockquote>d"),
              "a\n> b\nc\nd");
    CHECK_STR(text_of(QUOTE "a" INDENT "b</blockquote>c</blockquote>d"),
              "> a\n> b\n> c\nd");
#undef INDENT
#undef QUOTE
}

static void entities_are_characters(void)
{
    CHECK_STR(text_of("a&nbsp;b &amp; &lt;c&gt; &eacute;&#233;&#xE9;"),
              "a b & <c> \xc3\xa9\xc3\xa9\xc3\xa9");
    CHECK_STR(text_of("&#146;&#x1F600;"), "\xe2\x80\x99\xf0\x9f\x98\x80");
    CHECK_STR(text_of("Smith & Sons &nosuch; &"), "Smith & Sons &nosuch; &");
    CHECK_STR(text_of("a&#0;b&shy;c&#55555;"), "abc\xef\xbf\xbd");
}

static void broken_html_ends_and_loses_nothing_before(void)
{
    CHECK_STR(text_of("text <"), "text <");
    CHECK_STR(text_of("text </"), "text </");
    CHECK_STR(text_of("a < b and c<3"), "a < b and c<3");
    CHECK_STR(text_of("text <b"), "text");
    CHECK_STR(text_of("text <a href=\"x"), "text");
    CHECK_STR(text_of("text <!-- open"), "text open");
    CHECK_STR(text_of("text <script> open"), "text");
    CHECK_STR(text_of("text &"), "text &");
    CHECK_STR(text_of(""), "");
    CHECK_STR(text_of("</blockquote></pre></a>text"), "text");
}

/* n times what, between before and after. */
static struct str many(const char *before, const char *what, int n,
                       const char *after)
{
    size_t len = strlen(what);
    size_t head = strlen(before);
    char *p = arena_alloc(&arena, head + len * (size_t)n + strlen(after) + 1);

    memcpy(p, before, head);
    for (int i = 0; i < n; i++)
        memcpy(p + head + len * (size_t)i, what, len);
    memcpy(p + head + len * (size_t)n, after, strlen(after));
    return str_of(p);
}

/* Each takes minutes where a token looks at the rest more than once. */
static void hostile_html_is_read_in_one_pass(void)
{
    static const struct {
        const char *before, *what, *after, *end;
    } cases[] = {
        { "", "<div>", "Elm", "Elm" },
        { "", "<b><i><font>", "Elm", "Elm" },
        { "<a ", "a=\"b\" ", ">Elm", "Elm" },
        { "", "<!--", "Elm", "Elm" },
        { "", "<", " Elm", "Elm" },
        { "", "<blockquote>", "Elm", "Elm" },
        { "", "&", " Elm", "Elm" },
        { "", "<a href=http://a>", "Elm", "<http://a>" },
        { "", "<p style='display:none'>", "</p>Elm", "Elm" },
        { "", "<script></", "script>Elm", "Elm" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str html =
            many(cases[i].before, cases[i].what, 200000, cases[i].after);
        struct str text = html_to_text(&arena, html);

        CHECK(str_ends(text, str_of(cases[i].end)));
        CHECK(utf8_valid(text));
    }
}

int main(void)
{
    words_do_not_join_over_block_edges();
    what_is_not_shown_is_left_out();
    links_keep_their_address_where_it_is_not_the_text();
    quotes_keep_their_depth();
    what_is_only_indented_is_no_quote();
    entities_are_characters();
    broken_html_ends_and_loses_nothing_before();
    hostile_html_is_read_in_one_pass();
    arena_free(&arena);
    return tap_done();
}
