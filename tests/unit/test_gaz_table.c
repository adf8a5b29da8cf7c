/* Tables become a gazetteer, whatever their columns are called. */
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

#include "../tap.h"
#include "../temp.h"
#include "gaz_made.h"

static char folder[TEMP_ROOM];

static struct made made(const char *text)
{
    return gaz_made_of(folder, "in.csv", str_of(text));
}

static void made_free(struct made *m)
{
    arena_free(&m->a);
}

static void a_row_may_have_any_shape(void)
{
    struct made m =
        made("name\tkind\twkt\n"
             "Elm Street\t\tLINESTRING(-71.9 43.5, -71.91 43.51)\n"
             "Oak Street\t\tMULTILINESTRING M ((-71.9 43.5 1, -71.91 43.51 2),"
             "(-71.8 43.5 1,-71.81 43.51 2))\n"
             "Ward 1\tward\tMULTIPOLYGON Z (((-71.9 43.5 1, -71.8 43.5 1, "
             "-71.8 43.6 1, -71.9 43.5 1)))\n"
             "Town Hall\ttownhall\tSRID=4326;POINT(-71.9 43.5)\n"
             "Lost Lane\t\tLINESTRING EMPTY\n");

    CHECK(m.rc == 0 && m.report->refused == 0);
    CHECK_STR(rows(&m, "SELECT DISTINCT name FROM street ORDER BY name"),
              "Elm Street | Lost Lane | Oak Street");
    CHECK_STR(rows(&m, "SELECT count(*) FROM seg"), "3");
    CHECK_STR(rows(&m, "SELECT name || ',' || kind FROM area"), "Ward 1,ward");
    CHECK_STR(rows(&m, "SELECT name || ' ' || lat || ' ' || lon FROM place"),
              "Town Hall 435000000 -719000000");
    made_free(&m);
}

static void a_shape_that_is_none_is_refused(void)
{
    static const char *const bad[] = {
        "CIRCLE(1 2)",
        "POINT",
        "POINT(",
        "POINT(-71.9)",
        "POINT(a b)",
        "POINT -71.9 43.5",
        "POINT(-71.9 43.5))",
        "LINESTRING(-71.9 43.5",
        "LINESTRING((((((((((",
        "POLYGON()",
        "0101000020E6100000",
        ")(",
    };
    struct arena a = { 0 };

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct made m =
            made(arena_printf(&a, "name\twkt\nElm Street\t%s\n", bad[i]));

        CHECK(m.rc == 0 && m.report->taken == 0 && m.report->refused == 1);
        CHECK(is_refused(m.report, "well-known text"));
        made_free(&m);
    }
    arena_free(&a);
}

static void latin_1_is_read_too(void)
{
    struct made m = made("number;street;lat;lon\n"
                         "1;Calle Pe\xf1"
                         "a;43.5;-71.9\n"
                         "1;Rue de l'\xc3\x89glise;43.6;-71.9\n");

    CHECK_STR(rows(&m, "SELECT name FROM street ORDER BY name"),
              "Calle Pe\xc3\xb1"
              "a | Rue de l'\xc3\x89glise");
    made_free(&m);
}

static void house_numbers_are_written_in_many_ways(void)
{
    struct made m = made("number,street,lat,lon\n"
                         "12-14,Elm St,43.5,-71.9\n"
                         "20 1/2,Elm St,43.5,-71.9\n"
                         "22A,Elm St,43.5,-71.9\n"
                         "24 a,Elm St,43.5,-71.9\n"
                         "26-B,Elm St,43.5,-71.9\n"
                         "30;32,Elm St,43.5,-71.9\n"
                         "37-06,Elm St,43.5,-71.9\n"
                         "40-200,Elm St,43.5,-71.9\n"
                         "N6W23001,Elm St,43.5,-71.9\n"
                         "99999999999999999999,Elm St,43.5,-71.9\n");

    CHECK_STR(rows(&m, "SELECT number || suffix FROM addr WHERE number < 999"
                       " ORDER BY number"),
              "12 | 14 | 20 1/2 | 22a | 24a | 26b | 30 | 32 | 37-06 | 40-200");
    CHECK(is_refused(m.report, "\"N6W23001\" is no house number"));
    made_free(&m);
}

static void what_is_refused_is_counted_by_reason(void)
{
    struct made m = made("number,street,lat,lon\n"
                         "x1,Elm St,43.5,-71.9\n"
                         "x2,Elm St,43.5,-71.9\n"
                         "3,Elm St,nan,inf\n"
                         "x3,Elm St,43.5,-71.9\n"
                         "4,Elm St,0,0\n");
    const struct gaz_refusal *no = m.report->refusals;

    CHECK(m.report->refused == 5);
    CHECK(no->row == 2 && no->count == 3);
    CHECK_STR(no->why, "\"x1\" is no house number");
    CHECK(no->next->count == 1 && no->next->next->count == 1);
    CHECK(no->next->next->next == NULL);
    made_free(&m);
}

static void a_table_of_names_has_streets_without_a_place(void)
{
    struct made m = made("street\nElm Street\nOak Street\n");

    CHECK_STR(rows(&m, "SELECT name FROM street WHERE lat IS NULL"
                       " ORDER BY name"),
              "Elm Street | Oak Street");
    made_free(&m);
}

static void a_town_tells_what_its_columns_mean(void)
{
    struct arena a = { 0 };
    const char *map = arena_printf(&a, "%s/town.map", folder);
    struct made m;

    file_put(folder, "in.csv",
             STR("House No,Pre,Street Name,Y1,X1,Was\n"
                 "12,North,Elm Street,43.5,-71.9,Mill Road\n"));
    file_put(folder, "town.map",
             STR("# of the assessor\n"
                 "number House No\nstreet Pre + street name\n"
                 "latitude Y1\nlongitude X1\nalias Wass | Was\n"));
    m = gaz_made(folder, "in.csv", map);
    CHECK(m.rc < 0);
    CHECK(strstr(m.e.text, "has no column \"Wass\"; it has House No, Pre") !=
          NULL);
    made_free(&m);
    file_put(folder, "town.map",
             STR("number House No\nstreet Pre + street name\n"
                 "latitude Y1\nlongitude X1\nalias X1 | Was\nalias Was\n"));
    m = gaz_made(folder, "in.csv", map);
    CHECK(m.rc == 0);
    CHECK_STR(rows(&m, "SELECT street.name || ' ' || number || ' ' ||"
                       " alias.name FROM addr"
                       " JOIN street ON street.id = addr.street"
                       " JOIN alias ON alias.street = street.id"),
              "North Elm Street 12 Mill Road");
    made_free(&m);
    file_put(folder, "town.map", STR("\nnumbre House No\n"));
    m = gaz_made(folder, "in.csv", map);
    CHECK(m.rc < 0);
    CHECK(strstr(m.e.text, "town.map:2: ") != NULL);
    CHECK(strstr(m.e.text, "number-prefix") != NULL);
    made_free(&m);
    arena_free(&a);
}

static void a_hostile_table_costs_only_its_rows(void)
{
    size_t most = (size_t)17 * 1024 * 1024;
    struct buf text = buf_init(2 * most);
    struct made m;

    buf_printf(&text, "number,street,lat,lon\n1,Elm St,43.5,-71.9\n");
    for (size_t i = 0; i < most; i++)
        buf_byte(&text, 'x');
    buf_printf(&text, "\n3,\"Elm St,43.5,-71.9\n4,Elm St,43.5,-71.9\n");
    m = gaz_made_of(folder, "in.csv", buf_str(&text));
    buf_free(&text);
    CHECK(m.rc == 0 && m.report->taken == 1);
    CHECK(is_refused(m.report, "over 16 MB"));
    CHECK(is_refused(m.report, "no coordinates"));
    made_free(&m);
    m = gaz_made_of(folder, "in.csv",
                    STR("number,street,lat,lon\n1,Elm\0 St,43.5,-71.9\n"
                        "2,,,,,,,,,,\n\0\0\0\n3\n"));
    CHECK(m.rc == 0 && m.report->taken == 1 && m.report->refused == 3);
    made_free(&m);
}

int main(void)
{
    if (!temp_folder(folder, "table"))
        abort();
    a_row_may_have_any_shape();
    a_shape_that_is_none_is_refused();
    latin_1_is_read_too();
    house_numbers_are_written_in_many_ways();
    what_is_refused_is_counted_by_reason();
    a_table_of_names_has_streets_without_a_place();
    a_town_tells_what_its_columns_mean();
    a_hostile_table_costs_only_its_rows();
    return tap_done();
}
