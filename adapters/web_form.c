/* The fields of a report's form, and what they may be. */
#include "base/utf8.h"
#include "web.h"

enum { POINT_TEXT = 40 };

static bool is_multipart(struct str content_type)
{
    struct str kind = str_until(&content_type, STR(";"));

    return str_case_eq(str_trim(kind), STR("multipart/form-data"));
}

static struct str text_of(const struct web_form *f, const char *name,
                          struct arena *a)
{
    return str_trim(utf8_clean(a, form_value(f->fields, name)));
}

static bool is_language(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z'))
            return false;
    }
    return s.n == 2 || s.n == 3;
}

static bool is_category(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && s.p[i] != '-')
            return false;
    }
    return s.n > 0 && s.n < 64;
}

int web_form_read(struct web_form *f, struct str content_type, struct str body,
                  struct arena *a, struct error *e)
{
    int rc = is_multipart(content_type)
                 ? multipart_read(&f->fields, content_type, body, a, e)
                 : form_read(&f->fields, body, a, e);

    if (rc < 0)
        return rc;
    f->report = text_of(f, "report", a);
    if (f->report.n == 0)
        f->report = text_of(f, "text", a); /* of a reply */
    f->address = text_of(f, "address", a);
    f->lat = text_of(f, "lat", a);
    f->lon = text_of(f, "lon", a);
    f->name = text_of(f, "name", a);
    f->contact = text_of(f, "contact", a);
    f->category = text_of(f, "category", a);
    f->language = text_of(f, "language", a);
    f->key = text_of(f, "key", a);
    f->website = text_of(f, "website", a);
    f->consent = text_of(f, "consent", a).n > 0;
    if (!is_category(f->category))
        f->category = STR_NONE;
    if (!is_language(f->language))
        f->language = STR_NONE;
    web_answers_read(f, a);
    return 0;
}

/* A browser sends an empty file where none was chosen. */
const struct form_field *web_photo(const struct web_form *f,
                                   const struct form_field *at)
{
    at = at == NULL ? f->fields : at->next;
    while (at != NULL && (at->file_name.p == NULL || at->value.n == 0))
        at = at->next;
    return at;
}

/* ---- coordinates ---- */

/* "41.3083" or "41,3083", with or without a degree sign. */
static bool degrees(struct str s, double most, double *out)
{
    char text[POINT_TEXT];
    size_t n;

    if (str_ends(s, STR("\xc2\xb0")))
        s.n -= 2;
    s = str_trim(s);
    if (s.n == 0 || s.n >= sizeof(text))
        return false;
    for (n = 0; n < s.n; n++) {
        text[n] = s.p[n];
        if (text[n] == ',')
            text[n] = '.';
        if (strchr("+-.0123456789", text[n]) == NULL || text[n] == '\0')
            return false;
    }
    return str_double((struct str){ text, n }, out) && *out >= -most &&
           *out <= most;
}

bool web_point(struct str lat, struct str lon, struct point *out)
{
    *out = (struct point){ 0 };
    if (lat.n == 0 && lon.n == 0)
        return true;
    out->known = degrees(lat, 90, &out->lat) && degrees(lon, 180, &out->lon);
    return out->known;
}
