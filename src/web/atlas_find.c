/* Places while somebody types, and what is near a point. */
#include "web/atlas_internal.h"

enum {
    ANSWER_MAX = 64 * 1024,
    DECIMALS = 6,
    BESIDE_M = 300,   /* of a street, for a point to be in the town */
    ASKS_MOST = 6000, /* of one address within the hour: a town hall is one */
};

/* What went wrong, for a script: its code is what counts. */
static void refuse(struct http_request *r, int status, const char *code,
                   const char *sentence)
{
    struct buf out = buf_init(ANSWER_MAX);
    struct json j = json_to(&out);

    json_begin_object(&j);
    json_kv(&j, "error", str_of(sentence));
    json_kv(&j, "code", str_of(code));
    json_end_object(&j);
    http_respond(r, &(struct http_response){ .status = status,
                                             .type = "application/json",
                                             .body = buf_str(&out) });
    buf_free(&out);
}

/* False, and answered: this address asks too often. */
static bool let_in(struct atlas *a, struct http_request *r)
{
    if (a->knows != NULL && a->knows(a->knows_arg, r))
        return true;
    if (limit_take(&a->limit, http_peer(r), ASKS_MOST) == 0)
        return true;
    refuse(r, 429, "often", "That was too often. Please wait a while.");
    return false;
}

static void suggestion_write(const struct suggestion *s, struct json *j)
{
    json_begin_object(j);
    json_kv(j, "label", s->label);
    json_key(j, "lat");
    json_num(j, s->at.lat, DECIMALS);
    json_key(j, "lon");
    json_num(j, s->at.lon, DECIMALS);
    json_kv(j, "kind", str_of(s->kind));
    json_end_object(j);
}

static int most_of(const struct http_request *r)
{
    int64_t most;

    if (!str_int(http_query(r, "limit"), &most) || most < 1 ||
        most > TYPING_MOST)
        return TYPING_MOST;
    return (int)most;
}

void atlas_find(struct http_request *r, void *arg)
{
    struct atlas *a = arg;
    struct str text = http_query(r, "q");
    struct suggestion all[TYPING_MOST];
    struct buf out = buf_init(ANSWER_MAX);
    struct json j = json_to(&out);
    int n = 0;

    if (!let_in(a, r))
        return;
    if (text.n > TYPING_TEXT_MAX) {
        refuse(r, 400, "long", "That is too long for a place.");
        return;
    }
    if (a->edition != NULL) {
        n = typing_find(a->edition->typing, text, all, most_of(r),
                        http_arena(r));
    }
    json_begin_object(&j);
    json_key(&j, "places");
    json_begin_array(&j);
    for (int i = 0; i < n; i++)
        suggestion_write(&all[i], &j);
    json_end_array(&j);
    json_end_object(&j);
    atlas_answer(r, &out);
}

static void areas_write(const struct area *areas, struct json *j)
{
    json_key(j, "areas");
    json_begin_array(j);
    for (; areas != NULL; areas = areas->next)
        json_str(j, areas->name);
    json_end_array(j);
}

static struct str first_of(struct str a, struct str b)
{
    return a.n > 0 ? a : b;
}

/*
 * Towns seldom have one boundary in what they import: a point is inside in one
 * of their areas, or where one of their streets is not far.
 */
static bool is_inside(const struct area *areas, const struct gaz_near *near)
{
    return areas != NULL || (near->street.n > 0 && near->street_m < BESIDE_M);
}

void atlas_near(struct http_request *r, void *arg)
{
    struct atlas *a = arg;
    const struct gaz *g = atlas_gaz(a);
    struct buf out = buf_init(ANSWER_MAX);
    struct json j = json_to(&out);
    struct point at = { .known = true };
    struct gaz_near near = { .address_m = 0 };
    struct arena *arena = http_arena(r);
    struct area *areas = NULL;

    if (!let_in(a, r))
        return;
    if (!str_double(http_query(r, "lat"), &at.lat) ||
        !str_double(http_query(r, "lon"), &at.lon) ||
        !(at.lat >= -90 && at.lat <= 90 && at.lon >= -180 && at.lon <= 180)) {
        refuse(r, 400, "degrees", "lat and lon are to be degrees.");
        return;
    }
    if (g != NULL) {
        gaz_near(g, at, &near, arena);
        areas = gaz_areas_at(g, at, arena);
    }
    json_begin_object(&j);
    json_kv(&j, "label",
            first_of(g == NULL ? STR_NONE : gaz_label_at(g, at, arena),
                     first_of(near.street, near.crossing)));
    json_kv(&j, "address", near.address);
    json_kv(&j, "street", near.street);
    json_kv(&j, "crossing", near.crossing);
    areas_write(areas, &j);
    json_kv_bool(&j, "inside", is_inside(areas, &near));
    json_end_object(&j);
    atlas_answer(r, &out);
}
