#include "spine/raw.h"

struct str raw_envelope(const struct raw *raw, const char *name)
{
    struct str rest = raw->envelope;

    while (rest.n > 0) {
        struct str value = str_line(&rest);
        struct str key = str_until(&value, STR(":"));

        if (str_case_eq(key, str_of(name)))
            return str_trim(value);
    }
    return STR_NONE;
}
