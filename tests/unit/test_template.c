/* Templates: what they fill in is escaped, and a mistake is found at start. */
#include "../tap.h"
#include "../temp.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/template.h"

static struct arena a;

static struct templates *load(const struct template_file *files,
                              struct error *e)
{
    struct templates *t;

    return templates_load(&t, files, "", e) == 0 ? t : NULL;
}

/* One template, loaded and rendered; or the sentence that says why not. */
static struct str one(const char *name, const char *text, const char *language,
                      const struct template_value *values)
{
    const struct template_file files[] = {
        { "words.en", STR("send Send <it>\n# a remark\n\nyes Yes\n") },
        { "words.es", STR("send Enviar\n") },
        { "head.html", STR("<b>{{title}}</b>\n") },
        { "loop.html", STR("{{>loop}}") },
        { name, str_of(text) },
        { NULL, STR_NONE },
    };
    struct buf out = buf_init(4096);
    struct error e;
    struct templates *t = load(files, &e);
    struct str got;

    if (t == NULL ||
        template_render(t, str_of(language), name, values, &out, &e) < 0)
        got = str_of(arena_printf(&a, "%s", e.text));
    else
        got = arena_str(&a, buf_str(&out));
    buf_free(&out);
    templates_free(t);
    return got;
}

static const struct template_value elm[] = {
    { "street", STR_INIT("Elm"), NULL }, { NULL, { NULL, 0 }, NULL }
};
static const struct template_value oak[] = {
    { "street", STR_INIT("<Oak>"), NULL }, { NULL, { NULL, 0 }, NULL }
};
static const struct template_scope second = { oak, NULL };
static const struct template_scope first = { elm, &second };

static const struct template_value values[] = {
    { "title", STR_INIT("<script>'\"&"), NULL },
    { "lines",
      STR_INIT("a\r\nb\tc\x01"
               "d\n"),
      NULL },
    { "empty", { NULL, 0 }, NULL },
    { "list", { NULL, 0 }, &first },
    { NULL, { NULL, 0 }, NULL },
};

static void each_kind_escapes_in_its_own_way(void)
{
    CHECK_STR(one("t.html", "{{title}}", "en", values),
              "&lt;script&gt;&#39;&quot;&amp;");
    CHECK_STR(one("t.txt", "{{title}}|{{lines}}|\n", "en", values),
              "<script>'\"&|a\nb\tc d\n|\n");
    CHECK_STR(one("t.sms", "\nHi {{lines}}\n there\n", "en", values),
              "Hi a b c d there");
    CHECK_STR(one("t.subject", "Re:  {{lines}}\r\nBcc: x\n", "en", values),
              "Re: a b c d Bcc: x");
    CHECK_STR(one("t.css", "a{b:c}{{title}}", "en", values), "a{b:c}{{title}}");
}

static void sections_repeat_or_not(void)
{
    CHECK_STR(
        one("t.html", "{{#list}}[{{street}} {{title}}]{{/list}}", "en", values),
        "[Elm &lt;script&gt;&#39;&quot;&amp;]"
        "[&lt;Oak&gt; &lt;script&gt;&#39;&quot;&amp;]");
    CHECK_STR(one("t.txt", "{{^list}}none{{/list}}{{^empty}}empty{{/empty}}",
                  "en", values),
              "empty");
    CHECK_STR(one("t.txt", "{{#empty}}no{{/empty}}{{#lines}}yes{{/lines}}",
                  "en", values),
              "yes");
}

static void a_tag_alone_on_its_line_leaves_no_line(void)
{
    CHECK_STR(one("t.txt",
                  "one\n  {{#list}}\n- {{street}}\n  {{/list}}  \r\n{{! no }}"
                  "\ntwo {{! here }}\n{{#lines}}{{/lines}}\n",
                  "en", values),
              "one\n- Elm\n- <Oak>\ntwo \n\n");
}

static void partials_see_the_names_around_them(void)
{
    CHECK_STR(one("t.html", "a\n{{>head}}\nb", "en", values),
              "a\n<b>&lt;script&gt;&#39;&quot;&amp;</b>\nb");
}

static void words_come_in_the_language_asked_for(void)
{
    const char *text = "{{.words.send}} {{.words.yes}}";

    CHECK_STR(one("t.html", text, "en", values), "Send &lt;it&gt; Yes");
    CHECK_STR(one("t.html", text, "es", values), "Enviar Yes");
    CHECK_STR(one("t.html", text, "es-MX", values), "Enviar Yes");
    CHECK_STR(one("t.html", text, "xx", values), "Send &lt;it&gt; Yes");
}

static void a_mistake_is_named_with_file_and_line(void)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        { "a\n{{nobody}}", "t.html:2: nothing is given for {{nobody}}" },
        { "\n\n{{#list}}\n",
          "t.html:3: a section that is not ended: {{list}}" },
        { "{{/list}}", "t.html:1: no section to be ended here by /{{list}}" },
        { "{{#list}}{{/lost}}",
          "t.html:1: no section to be ended here by /{{lost}}" },
        { "{{{title}}}", "t.html:1: everything is escaped, there is no "
                         "{{{title}}" },
        { "{{&title}}", "t.html:1: everything is escaped, there is no "
                        "{{&title}}" },
        { "{{ a b }}", "t.html:1: not a name: {{a b}}" },
        { "{{}}", "t.html:1: not a name: {{}}" },
        { "x\n{{title", "t.html:2: a tag that is not ended" },
        { "{{>nowhere}}", "t.html:1: there is no partial nowhere.html" },
        { "\n{{.words.nil}}", "t.html:2: there is no word \"nil\"" },
        { "{{.title}}", "t.html:1: only words begin with a dot: {{.title}}" },
        { "{{>loop}}", "loop.html:1: partials that never end" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        CHECK_STR(one("t.html", cases[i].text, "en", values), cases[i].said);
    CHECK_STR(one("t.doc", "", "en", values),
              "t.doc: a template ends in .html, .txt, .sms, .subject or .css");
    CHECK_STR(one("words.fr", "a\n", "en", values),
              "words.fr:1: nothing is said for \"a\"");
}

static void too_much_is_an_error_not_half_a_page(void)
{
    const struct template_file files[] = {
        { "t.txt", STR("{{lines}}{{lines}}") }, { NULL, STR_NONE }
    };
    struct buf out = buf_init(10);
    struct error e;
    struct templates *t = load(files, &e);

    CHECK(template_render(t, STR("en"), "t.txt", values, &out, &e) == E_LIMIT);
    templates_free(t);
    buf_free(&out);
}

static void file_put(const char *folder, const char *name, const char *text)
{
    FILE *f = fopen(arena_printf(&a, "%s/%s", folder, name), "w");

    if (f == NULL)
        abort();
    fputs(text, f);
    fclose(f);
}

static void a_towns_own_folder_comes_first(void)
{
    const struct template_file files[] = {
        { "words.en", STR("send Send\nyes Yes\n") },
        { "en/ack.txt", STR("built in") },
        { "t.txt", STR("{{.words.send}} {{.words.yes}}") },
        { NULL, STR_NONE },
    };
    char folder[TEMP_ROOM];
    struct buf out = buf_init(4096);
    struct templates *t;
    struct error e;

    if (!temp_folder(folder, "test") ||
        mkdir(arena_printf(&a, "%s/en", folder), 0700) < 0)
        abort();
    file_put(folder, "words.en", "send Go\n");
    file_put(folder, "en/ack.txt", "the town's");
    CHECK(templates_load(&t, files, folder, &e) == 0);
    CHECK(template_render(t, STR("en"), "t.txt", values, &out, &e) == 0);
    CHECK_STR(buf_str(&out), "Go Yes");
    buf_clear(&out);
    CHECK(template_render(t, STR("es"), "ack.txt", values, &out, &e) == 0);
    CHECK_STR(buf_str(&out), "the town's");
    CHECK(template_has(t, STR("en"), "ack.txt"));
    CHECK(!template_has(t, STR("es"), "ack.txt"));
    CHECK(template_has(t, STR("es"), "t.txt"));
    CHECK_STR(template_word(t, STR("es"), "send"), "Go");
    CHECK_STR(template_word(t, STR("es"), "nothing.such"), "nothing.such");
    templates_free(t);

    file_put(folder, "t.txt", "\n{{#x}}\n");
    CHECK(templates_load(&t, files, folder, &e) == E_SYNTAX);
    CHECK_STR(str_of(e.text),
              arena_printf(&a, "%s/t.txt:2: a section that is not ended: {{x}}",
                           folder));
    unlink(arena_printf(&a, "%s/words.en", folder));
    unlink(arena_printf(&a, "%s/t.txt", folder));
    unlink(arena_printf(&a, "%s/en/ack.txt", folder));
    rmdir(arena_printf(&a, "%s/en", folder));
    rmdir(folder);
    buf_free(&out);
}

int main(void)
{
    each_kind_escapes_in_its_own_way();
    sections_repeat_or_not();
    a_tag_alone_on_its_line_leaves_no_line();
    partials_see_the_names_around_them();
    words_come_in_the_language_asked_for();
    a_mistake_is_named_with_file_and_line();
    too_much_is_an_error_not_half_a_page();
    a_towns_own_folder_comes_first();
    arena_free(&a);
    return tap_done();
}
