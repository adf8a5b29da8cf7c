#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 2048 };

static enum log_level threshold = LOG_INFO;

static const struct {
    const char *journal; /* sd-daemon(3) */
    const char *person;
} prefixes[] = {
    [LOG_ERROR] = { "<3>", "error: " },
    [LOG_WARN] = { "<4>", "warning: " },
    [LOG_INFO] = { "<6>", "" },
    [LOG_DEBUG] = { "<7>", "" },
};

void log_level_set(enum log_level level)
{
    threshold = level;
}

void log_line(enum log_level level, const char *fmt, ...)
{
    char text[LINE_MAX_BYTES];
    char line[2 * LINE_MAX_BYTES];
    size_t n;
    va_list ap;

    if (level > threshold)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);

    n = (size_t)snprintf(line, sizeof(line), "%s",
                         isatty(STDERR_FILENO) ? prefixes[level].person
                                               : prefixes[level].journal);
    for (const char *p = text; *p != '\0' && n < sizeof(line) - 6; p++) {
        unsigned char c = (unsigned char)*p;

        if (c >= 0x20 && c != 0x7f) {
            line[n++] = *p;
        } else {
            n += (size_t)snprintf(line + n, 5, "\\x%02x", c);
        }
    }
    line[n++] = '\n';
    if (write(STDERR_FILENO, line, n) < 0)
        return; /* nobody is left to tell */
}
