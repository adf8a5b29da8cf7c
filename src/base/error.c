#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error(struct error *e, int code, const char *fmt, ...)
{
    va_list ap;

    e->code = code;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof(e->text), fmt, ap);
    va_end(ap);
    return code;
}

int error_in(struct error *e, const char *fmt, ...)
{
    char was[sizeof(e->text)];
    va_list ap;
    int n;

    snprintf(was, sizeof(was), "%s", e->text);
    va_start(ap, fmt);
    n = vsnprintf(e->text, sizeof(e->text), fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof(e->text))
        snprintf(e->text + n, sizeof(e->text) - (size_t)n, ": %s", was);
    return e->code;
}

const char *error_name(int code)
{
    switch (code) {
#define X(name, number, text)                                                  \
    case name:                                                                 \
        return text;
        ERROR_CODES(X)
#undef X
    default:
        return strerror(code < 0 ? -code : code);
    }
}
