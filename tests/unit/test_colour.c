/* Colours: what can be read, and what is made of the town's own. */
#include <stdio.h>

#include "base/colour.h"
#include "web/report/install.h"

#include "../tap.h"

static struct arena a;

static struct colour of(const char *text)
{
    struct colour c = { 0 };
    struct error e;

    CHECK(colour_read(&c, str_of(text), &e) == 0);
    return c;
}

static void a_colour_is_six_digits(void)
{
    static const char *const wrong[] = { "",        "red",     "#fff",
                                         "#12345g", "1234567", "#1234567",
                                         "#12 456", "#-12345" };
    char text[COLOUR_TEXT];

    CHECK_STR(str_of(colour_write(of("#1A5f8a"), text)), "#1a5f8a");
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct colour c;
        struct error e;

        CHECK(colour_read(&c, str_of(wrong[i]), &e) == E_SYNTAX);
    }
}

/* WCAG 2.1's own figures. */
static void contrast_is_that_of_the_standard(void)
{
    double grey = colour_contrast(of("#767676"), of("#ffffff"));

    CHECK(colour_contrast(of("#000000"), of("#ffffff")) > 20.99);
    CHECK(colour_contrast(of("#123456"), of("#123456")) < 1.001);
    CHECK(grey > 4.5 && grey < 4.6);
    CHECK(colour_contrast(of("#777777"), of("#ffffff")) < 4.5);
}

/* The value of the n-th "--link:" of a style. */
static struct colour link_of(struct str style, int n)
{
    for (int i = 0; i < n; i++)
        str_until(&style, STR("--link:"));
    return of(arena_printf(&a, "%.*s", STR_FMT(str_slice(style, 0, 7))));
}

static void links_can_be_read_by_day_and_by_night(void)
{
    static const char *const towns[] = { "#005ea2", "#000000", "#7a1f5c",
                                         "#767676", "#00008b", "#b50909" };

    for (size_t i = 0; i < COUNT_OF(towns); i++) {
        struct buf out = buf_init(4096);
        struct error e;

        CHECK(install_style(str_of(towns[i]), &out, &e) == 0);
        CHECK(colour_contrast(link_of(buf_str(&out), 1), of("#ffffff")) >=
              COLOUR_READABLE);
        CHECK(colour_contrast(link_of(buf_str(&out), 2), of("#15181c")) >=
              COLOUR_READABLE);
        buf_free(&out);
    }
}

int main(void)
{
    a_colour_is_six_digits();
    contrast_is_that_of_the_standard();
    links_can_be_read_by_day_and_by_night();
    arena_free(&a);
    return tap_done();
}
