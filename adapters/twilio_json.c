#include "twilio_json.h"

#include <time.h>

enum { DATE_ROOM = 64 };

json_t *twilio_json(struct str body)
{
    json_t *top = json_loadb(body.n > 0 ? body.p : "", body.n, 0, NULL);

    if (json_is_object(top))
        return top;
    json_decref(top);
    return NULL;
}

struct str twilio_json_text(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);

    if (!json_is_string(v))
        return STR("");
    return (struct str){ json_string_value(v), json_string_length(v) };
}

int64_t twilio_date(struct str text)
{
    char z[DATE_ROOM];
    struct tm tm = { 0 };
    const char *end;

    if (text.n == 0 || text.n >= sizeof(z))
        return 0;
    memcpy(z, text.p, text.n);
    z[text.n] = '\0';
    end = strptime(z, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    return end != NULL && *end == '\0' ? (int64_t)timegm(&tm) : 0;
}

int64_t twilio_json_date(const json_t *object, const char *key)
{
    return twilio_date(twilio_json_text(object, key));
}
