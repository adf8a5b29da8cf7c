#include "text_json.h"

#include <math.h>
#include <time.h>

enum { DATE_ROOM = 64, HOUR = 3600, MINUTE = 60 };

json_t *text_json_any(struct str body)
{
    return json_loadb(body.n > 0 ? body.p : "", body.n, 0, NULL);
}

json_t *text_json(struct str body)
{
    json_t *top = text_json_any(body);

    if (json_is_object(top))
        return top;
    json_decref(top);
    return NULL;
}

struct str text_json_str(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);

    if (!json_is_string(v))
        return STR("");
    return (struct str){ json_string_value(v), json_string_length(v) };
}

struct str text_json_either(const json_t *object, const char *key,
                            const char *other)
{
    struct str s = text_json_str(object, key);

    return s.n > 0 ? s : text_json_str(object, other);
}

int64_t text_json_int(const json_t *object, const char *key, int64_t otherwise)
{
    const json_t *v = json_object_get(object, key);
    int64_t n;

    if (json_is_integer(v))
        return json_integer_value(v);
    return str_int(text_json_str(object, key), &n) ? n : otherwise;
}

/* "Z", "+02:00", "-0500", or nothing: seconds east of Greenwich. */
static bool zone(const char *p, int64_t *east)
{
    int hours;
    int minutes;
    int used = 0;

    *east = 0;
    if (*p == '\0' || strcmp(p, "Z") == 0)
        return true;
    if (strlen(p) < 5 || (*p != '+' && *p != '-') ||
        sscanf(p + 1, p[3] == ':' ? "%2d:%2d%n" : "%2d%2d%n", &hours, &minutes,
               &used) < 2 ||
        p[1 + used] != '\0')
        return false;
    *east = (int64_t)hours * HOUR + (int64_t)minutes * MINUTE;
    if (*p == '-')
        *east = -*east;
    return true;
}

int64_t text_date(struct str text)
{
    static const char *const forms[] = {
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M:%S",
        "%a, %d %b %Y %H:%M:%S ",
    };
    char z[DATE_ROOM];

    if (text.n == 0 || text.n >= sizeof(z))
        return 0;
    memcpy(z, text.p, text.n);
    z[text.n] = '\0';
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        struct tm tm = { 0 };
        const char *end = strptime(z, forms[i], &tm);
        int64_t east;

        if (end == NULL)
            continue;
        if (*end == '.')
            end += 1 + strspn(end + 1, "0123456789");
        while (*end == ' ')
            end++;
        if (zone(end, &east))
            return (int64_t)timegm(&tm) - east;
    }
    return 0;
}
