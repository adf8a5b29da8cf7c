/* Shapefiles become a gazetteer, written here as a county writes them. */
#include <shapefil.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tap.h"
#include "../temp.h"
#include "gaz_made.h"

static char folder[TEMP_ROOM];

enum { COLUMNS_MAX = 8, POINTS = 12 };

struct row {
    const char *values[COLUMNS_MAX];
    int begin[3]; /* of each part */
    int parts, points;
    double lon[POINTS], lat[POINTS];
};

static const char *in_folder(struct arena *a, const char *name)
{
    return arena_printf(a, "%s/%s", folder, name);
}

/* A column whose name begins with "#" is one of floating-point numbers. */
static void fields_write(const char *path, const char *const *columns,
                         const struct row *r, int n)
{
    DBFHandle h = DBFCreate(path);

    for (int i = 0; columns[i] != NULL; i++) {
        bool number = columns[i][0] == '#';

        DBFAddField(h, columns[i] + number, number ? FTDouble : FTString,
                    number ? 19 : 40, number ? 8 : 0);
    }
    for (int i = 0; i < n; i++) {
        for (int k = 0; columns[k] != NULL; k++) {
            if (columns[k][0] == '#') {
                DBFWriteDoubleAttribute(h, i, k, atof(r[i].values[k]));
            } else {
                DBFWriteStringAttribute(h, i, k, r[i].values[k]);
            }
        }
    }
    DBFClose(h);
}

static void shapes_write(const char *path, int type, const struct row *r, int n)
{
    SHPHandle h = SHPCreate(path, type);

    for (int i = 0; i < n; i++) {
        SHPObject *o = SHPCreateObject(
            r[i].points == 0 ? SHPT_NULL : type, -1, r[i].parts, r[i].begin,
            NULL, r[i].points, r[i].lon, r[i].lat, NULL, NULL);

        SHPWriteObject(h, -1, o);
        SHPDestroyObject(o);
    }
    SHPClose(h);
}

static void county_write(int type, const char *const *columns,
                         const struct row *r, int n)
{
    struct arena a = { 0 };

    fields_write(in_folder(&a, "county.dbf"), columns, r, n);
    shapes_write(in_folder(&a, "county.shp"), type, r, n);
    arena_free(&a);
}

static struct made made(void)
{
    return gaz_made(folder, "county.shp", NULL);
}

static const char *const edges[] = { "FULLNAME", "LFROMADD", "LTOADD",
                                     "RFROMADD", "RTOADD",   "MTFCC",
                                     NULL };
static const struct row roads[] = {
    { { "Elm St", "1", "99", "2", "98", "S1400" },
      { 0 },
      1,
      2,
      { -71.9, -71.91 },
      { 43.5, 43.51 } },
    { { "B & M Railroad", "", "", "", "", "R1011" },
      { 0 },
      1,
      2,
      { -71.9, -71.91 },
      { 43.5, 43.51 } },
    { { "Mill Path", "", "", "", "", "S1710" }, { 0 }, 0, 0, { 0 }, { 0 } },
};

static void edges_of_tiger_are_streets(void)
{
    struct made m;

    county_write(SHPT_ARC, edges, roads, COUNT_OF(roads));
    m = made();
    CHECK(m.rc == 0);
    CHECK_STR(str_of(m.report->preset), "tiger-edges");
    CHECK_STR(rows(&m, "SELECT name || ' ' || left_from || '-' || left_to ||"
                       " ' ' || right_from || '-' || right_to FROM seg JOIN"
                       " street ON street.id = seg.street"),
              "Elm St 1-99 2-98");
    CHECK_STR(rows(&m, "SELECT layer || ' ' || kind FROM shape"), "roads rail");
    CHECK_STR(rows(&m, "SELECT name FROM street WHERE lat IS NULL"),
              "Mill Path");
    arena_free(&m.a);
}

static void points_of_a_county_are_addresses(void)
{
    static const char *const columns[] = { "#Add_Number", "AddNum_Suf",
                                           "St_PreDir",   "St_Name",
                                           "St_PosTyp",   NULL };
    static const struct row doors[] = {
        { { "12", "", "North", "Elm", "Street" },
          { 0 },
          0,
          1,
          { -71.9 },
          { 43.5 } },
        { { "14", "A", "",
            "Pe\xf1"
            "a",
            "Avenue" },
          { 0 },
          0,
          1,
          { -71.9 },
          { 43.6 } },
    };
    struct made m;

    county_write(SHPT_POINTZ, columns, doors, COUNT_OF(doors));
    m = made();
    CHECK(m.rc == 0 && m.report->taken == 2);
    CHECK_STR(str_of(m.report->preset), "ng911-address");
    CHECK_STR(rows(&m, "SELECT number || suffix || ' ' || name || ' ' ||"
                       " addr.lat FROM addr JOIN street ON"
                       " street.id = addr.street ORDER BY number"),
              "12 North Elm Street 435000000 | "
              "14a Pe\xc3\xb1"
              "a Avenue 436000000");
    arena_free(&m.a);
}

static void wards_are_areas_with_their_holes(void)
{
    static const char *const columns[] = { "NAME", "KIND", NULL };
    static const struct row wards[] = {
        { { "Ward 1", "ward" },
          { 0, 5 },
          2,
          10,
          { -72, -72, -71, -71, -72, -71.6, -71.4, -71.4, -71.6, -71.6 },
          { 43, 44, 44, 43, 43, 43.4, 43.4, 43.6, 43.6, 43.4 } },
    };
    struct made m;

    county_write(SHPT_POLYGON, columns, wards, COUNT_OF(wards));
    m = made();
    CHECK_STR(rows(&m, "SELECT name || ',' || kind FROM area"), "Ward 1,ward");
    CHECK_STR(rows(&m, "SELECT count(*) FROM ring"), "2");
    arena_free(&m.a);
}

static void a_projection_is_refused_with_what_converts_it(void)
{
    static const char *const bad[] = {
        "PROJCS[\"NAD_1983_StatePlane_Connecticut\",GEOGCS[\"NAD83\"]]",
        "COMPD_CS[\"x\",PROJCS[\"UTM\"]]",
        "GEOGCS[\"GCS_North_American_1927\"]",
    };

    county_write(SHPT_ARC, edges, roads, COUNT_OF(roads));
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct made m;

        file_put(folder, "county.prj", str_of(bad[i]));
        m = made();
        CHECK(m.rc < 0);
        CHECK(strstr(m.e.text, "ogr2ogr -t_srs EPSG:4326 OUT.shp") != NULL);
        arena_free(&m.a);
    }
    file_put(folder, "county.prj", STR("GEOGCS[\"GCS_North_American_1983\"]"));
    {
        struct made m = made();

        CHECK(m.rc == 0);
        arena_free(&m.a);
    }
}

static void feet_are_refused_without_a_projection_too(void)
{
    static const char *const columns[] = { "NAME", NULL };
    static const struct row far[] = {
        { { "Town Hall" }, { 0 }, 0, 1, { 950000 }, { 670000 } }
    };
    struct made m;

    county_write(SHPT_POINT, columns, far, 1);
    m = made();
    CHECK(m.rc == 0 && m.report->taken == 0);
    CHECK(is_refused(m.report, "EPSG:4326"));
    arena_free(&m.a);
}

static void fields_alone_are_a_table(void)
{
    static const char *const columns[] = { "NUMBER", "STREET", "#LAT", "#LON",
                                           NULL };
    static const struct row doors[] = { { .values = { "7", "Elm St", "43.5",
                                                      "-71.9" } } };
    static const char *const nothing[] = { "A", NULL };
    struct arena a = { 0 };
    struct made m;

    fields_write(in_folder(&a, "doors.dbf"), columns, doors, 1);
    m = gaz_made(folder, "doors.dbf", NULL);
    CHECK(m.rc == 0);
    CHECK_STR(rows(&m, "SELECT number || ' ' || lat || ' ' || lon FROM addr"),
              "7 435000000 -719000000");
    arena_free(&m.a);
    fields_write(in_folder(&a, "doors.dbf"), nothing, doors, 1);
    m = gaz_made(folder, "doors.dbf", NULL);
    CHECK(m.rc < 0 && strstr(m.e.text, "has no columns") != NULL);
    arena_free(&m.a);
    arena_free(&a);
}

static void one_of_three_files_says_which_belong_to_it(void)
{
    struct arena a = { 0 };
    struct made m;

    county_write(SHPT_ARC, edges, roads, COUNT_OF(roads));
    unlink(in_folder(&a, "county.dbf"));
    m = made();
    CHECK(m.rc < 0 && strstr(m.e.text, ".shp, .shx and .dbf") != NULL);
    arena_free(&m.a);
    m = gaz_made_of(folder, "county.zip", STR("PK"));
    CHECK(m.rc < 0 && strstr(m.e.text, "unpack it first") != NULL);
    arena_free(&m.a);
    arena_free(&a);
}

/* Each file cut at every length: an error or fewer rows, and no crash. */
static void a_file_cut_short_harms_nobody(void)
{
    static const char *const files[] = { "county.shp", "county.shx",
                                         "county.dbf" };
    struct arena a = { 0 };

    for (size_t i = 0; i < COUNT_OF(files); i++) {
        const char *path = in_folder(&a, files[i]);
        struct stat whole;
        int worse = 0;

        county_write(SHPT_ARC, edges, roads, COUNT_OF(roads));
        CHECK(stat(path, &whole) == 0);
        for (off_t n = whole.st_size - 3; n >= 0; n -= 3) {
            struct made m;

            CHECK(truncate(path, n) == 0);
            m = made();
            worse += m.rc < 0 || m.report->taken < 2;
            arena_free(&m.a);
        }
        CHECK(worse > 0);
    }
    arena_free(&a);
}

int main(void)
{
    if (!temp_folder(folder, "shape"))
        abort();
    edges_of_tiger_are_streets();
    points_of_a_county_are_addresses();
    wards_are_areas_with_their_holes();
    a_projection_is_refused_with_what_converts_it();
    feet_are_refused_without_a_projection_too();
    fields_alone_are_a_table();
    one_of_three_files_says_which_belong_to_it();
    a_file_cut_short_harms_nobody();
    return tap_done();
}
