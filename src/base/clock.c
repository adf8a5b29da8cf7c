#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t stopped_at;

int64_t clock_now(void)
{
    return stopped_at != 0 ? stopped_at : (int64_t)time(NULL);
}

int64_t clock_monotonic_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void clock_set(int64_t now)
{
    stopped_at = now;
}

char *clock_rfc3339(int64_t at, char text[CLOCK_TEXT])
{
    time_t t = (time_t)at;
    struct tm tm;

    gmtime_r(&t, &tm);
    strftime(text, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return text;
}

char *clock_rfc5322(int64_t at, char text[CLOCK_TEXT])
{
    static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed",
                                     "Thu", "Fri", "Sat" };
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr",
                                        "May", "Jun", "Jul", "Aug",
                                        "Sep", "Oct", "Nov", "Dec" };
    time_t t = (time_t)at;
    struct tm tm;

    gmtime_r(&t, &tm);
    snprintf(text, CLOCK_TEXT, "%s, %d %s %d %02d:%02d:%02d +0000",
             days[tm.tm_wday % 7], tm.tm_mday, months[tm.tm_mon % 12],
             tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
    return text;
}
