/*
 * The list as a file: CSV (RFC 4180) for spreadsheets, GeoJSON (RFC 7946) for
 * maps. Nobody's name or address is in it.
 */
#include "base/clock.h"
#include "web/inbox/filter.h"
#include "web/inbox/row.h"

enum { PAGE = 10000, DEGREES = 7 };

struct writer {
    struct desk *d;
    struct buf out;
    struct json j;
    struct row_writer row;
    int64_t n; /* written so far, of this page */
};

/* ---- CSV ---- */

/*
 * A spreadsheet takes text that begins so for a formula, and would run it: an
 * apostrophe in front makes it text.
 */
static bool is_formula(struct str s)
{
    struct str marks = STR("=+-@\t\r");

    return s.n > 0 && memchr(marks.p, s.p[0], marks.n) != NULL;
}

static void cell(struct buf *out, struct str s)
{
    buf_byte(out, '"');
    if (is_formula(s))
        buf_byte(out, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_byte(out, '"');
        buf_byte(out, s.p[i]);
    }
    buf_byte(out, '"');
}

static void put_text(struct buf *out, const struct ticket *t, size_t at)
{
    cell(out, *(const struct str *)((const char *)t + at));
}

static void put_number(struct buf *out, const struct ticket *t, size_t at)
{
    int64_t n = *(const int64_t *)((const char *)t + at);

    if (n != 0)
        buf_printf(out, "%lld", (long long)n);
}

static void put_time(struct buf *out, const struct ticket *t, size_t at)
{
    int64_t when = *(const int64_t *)((const char *)t + at);
    char text[CLOCK_TEXT];

    if (when != 0)
        buf_printf(out, "%s", clock_rfc3339(when, text));
}

static void put_state(struct buf *out, const struct ticket *t, size_t at)
{
    (void)at;
    buf_printf(out, "%s", ticket_state_names[t->state]);
}

static void put_urgent(struct buf *out, const struct ticket *t, size_t at)
{
    (void)at;
    buf_printf(out, "%s", t->urgent ? "yes" : "no");
}

static void put_method(struct buf *out, const struct ticket *t, size_t at)
{
    (void)at;
    buf_printf(out, "%s", location_method_names[t->method]);
}

static void put_lat(struct buf *out, const struct ticket *t, size_t at)
{
    (void)at;
    if (t->at.known)
        buf_printf(out, "%.*f", DEGREES, t->at.lat);
}

static void put_lon(struct buf *out, const struct ticket *t, size_t at)
{
    (void)at;
    if (t->at.known)
        buf_printf(out, "%.*f", DEGREES, t->at.lon);
}

static void put_metres(struct buf *out, const struct ticket *t, size_t at)
{
    (void)at;
    if (t->at.known)
        buf_printf(out, "%.0f", t->uncertainty_m);
}

#define AT(field) offsetof(struct ticket, field)

static const struct {
    const char *name;
    void (*put)(struct buf *out, const struct ticket *t, size_t at);
    size_t at;
} columns[] = {
    { "number", put_number, AT(id) },
    { "state", put_state, 0 },
    { "reason", put_text, AT(reason) },
    { "urgent", put_urgent, 0 },
    { "category", put_text, AT(category) },
    { "title", put_text, AT(title) },
    { "place", put_text, AT(label) },
    { "lat", put_lat, 0 },
    { "lon", put_lon, 0 },
    { "method", put_method, 0 },
    { "uncertainty_m", put_metres, 0 },
    { "department", put_text, AT(department) },
    { "assignee", put_text, AT(assignee) },
    { "channel", put_text, AT(channel) },
    { "language", put_text, AT(language) },
    { "duplicate_of", put_number, AT(duplicate_of) },
    { "created_at", put_time, AT(created_at) },
    { "answered_at", put_time, AT(answered_at) },
    { "done_at", put_time, AT(done_at) },
    { "changed_at", put_time, AT(changed_at) },
};

static void csv_begin(struct writer *w)
{
    buf_add(&w->out, STR("\xef\xbb\xbf")); /* without it Excel sees Latin-1 */
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        buf_printf(&w->out, "%s%s", i == 0 ? "" : ",", columns[i].name);
    buf_add(&w->out, STR("\r\n"));
}

static void csv_row(void *arg, const struct ticket *t)
{
    struct writer *w = arg;

    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        if (i > 0)
            buf_byte(&w->out, ',');
        columns[i].put(&w->out, t, columns[i].at);
    }
    buf_add(&w->out, STR("\r\n"));
    w->n++;
}

static void csv_end(struct writer *w)
{
    (void)w;
}

/* ---- GeoJSON ---- */

static void geojson_begin(struct writer *w)
{
    json_begin_object(&w->j);
    json_kv(&w->j, "type", STR("FeatureCollection"));
    json_key(&w->j, "features");
    json_begin_array(&w->j);
}

/* One without a place has no geometry, and is there all the same. */
static void geojson_row(void *arg, const struct ticket *t)
{
    struct writer *w = arg;

    json_begin_object(&w->j);
    json_kv(&w->j, "type", STR("Feature"));
    json_kv_int(&w->j, "id", t->id);
    json_key(&w->j, "geometry");
    if (t->at.known) {
        json_begin_object(&w->j);
        json_kv(&w->j, "type", STR("Point"));
        json_key(&w->j, "coordinates");
        json_begin_array(&w->j);
        json_num(&w->j, t->at.lon, DEGREES);
        json_num(&w->j, t->at.lat, DEGREES);
        json_end_array(&w->j);
        json_end_object(&w->j);
    } else {
        json_put_null(&w->j);
    }
    json_key(&w->j, "properties");
    json_begin_object(&w->j);
    row_members(&w->row, t);
    json_end_object(&w->j);
    json_end_object(&w->j);
    w->n++;
}

static void geojson_end(struct writer *w)
{
    json_end_array(&w->j);
    json_end_object(&w->j);
}

/* ---- both ---- */

struct form {
    const char *type;
    struct str name;
    void (*begin)(struct writer *w);
    store_ticket_fn *row;
    void (*end)(struct writer *w);
};

static const struct form csv = { "text/csv; charset=utf-8",
                                 STR_INIT("reports.csv"), csv_begin, csv_row,
                                 csv_end };
static const struct form geojson = { "application/geo+json",
                                     STR_INIT("reports.geojson"), geojson_begin,
                                     geojson_row, geojson_end };

static int write_all(struct writer *w, const struct form *form,
                     struct ticket_filter *f, struct error *e)
{
    int rc = store_ticket_last(w->d->store, &f->upto, e);

    form->begin(w);
    f->limit = PAGE;
    f->offset = 0;
    w->n = PAGE;
    while (rc == 0 && w->n == PAGE) {
        w->n = 0;
        rc = store_tickets(w->d->store, f, form->row, w, e);
        f->offset += PAGE;
    }
    form->end(w);
    if (rc == 0 && w->out.over)
        rc = error(e, E_LIMIT, "the list is too long to be exported at once");
    return rc;
}

static void respond(struct http_request *r, const struct form *form,
                    struct writer *w)
{
    const struct http_header_line lines[] = {
        { "Content-Disposition",
          str_of(arena_printf(http_arena(r), "attachment; filename=\"%.*s\"",
                              STR_FMT(form->name))) },
        { NULL, STR_NONE },
    };

    http_respond(r, &(struct http_response){ .status = 200,
                                             .type = form->type,
                                             .body = buf_str(&w->out),
                                             .headers = lines });
}

static void export(struct desk *d, struct http_request *r,
                   const struct person *who, const struct form *form)
{
    struct writer w = { .d = d, .out = buf_init(DESK_ANSWER_MAX) };
    struct ticket_filter f;
    struct error e;
    int rc = filter_read(&f, filter_query(http_target(r)), who->user.name,
                         http_arena(r), &e);

    w.j = json_to(&w.out);
    w.row = (struct row_writer){ d, &w.j, who->language, http_arena(r), NULL };
    if (rc == 0)
        rc = write_all(&w, form, &f, &e);
    if (rc == 0) {
        respond(r, form, &w);
    } else {
        desk_fail(d, r, who, &e);
    }
    buf_free(&w.out);
}

static void get_csv(struct desk *d, struct http_request *r,
                    const struct person *who)
{
    export(d, r, who, &csv);
}

static void get_geojson(struct desk *d, struct http_request *r,
                        const struct person *who)
{
    export(d, r, who, &geojson);
}

const struct desk_route export_routes[] = {
    { "GET", "/api/export.csv", 0, ROLE_READER, get_csv },
    { "GET", "/api/export.geojson", 0, ROLE_READER, get_geojson },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
