#include "mail/mail_calendar.h"

#include <ctype.h>

#include "base/buf.h"

enum { LINE_MAX_BYTES = 64 * 1024, CALENDAR_MAX = 256 * 1024 };

/* What is told, in this order. */
enum { SUMMARY, BEGINS, PLACE, TOLD, FIELDS };

static const struct str names[FIELDS] = {
    [SUMMARY] = STR_INIT("SUMMARY"),
    [BEGINS] = STR_INIT("DTSTART"),
    [PLACE] = STR_INIT("LOCATION"),
    [TOLD] = STR_INIT("DESCRIPTION"),
};

static bool goes_on(struct str rest)
{
    return rest.n > 0 && (rest.p[0] == ' ' || rest.p[0] == '\t');
}

/* The next line, put together from those it was broken into. */
static struct str line_whole(struct str *rest, struct buf *room)
{
    buf_clear(room);
    buf_add(room, str_line(rest));
    while (goes_on(*rest)) {
        struct str more = str_line(rest);

        buf_add(room, str_slice(more, 1, more.n));
    }
    return buf_str(room);
}

/* "LOCATION;LANGUAGE=en:12 Elm Street": its value, if it is that property. */
static bool value_of(struct str line, struct str name, struct str *value)
{
    bool quoted = false;

    if (!str_case_starts(line, name) || line.n == name.n ||
        (line.p[name.n] != ':' && line.p[name.n] != ';'))
        return false;
    for (size_t i = name.n; i < line.n; i++) {
        quoted = quoted != (line.p[i] == '"');
        if (line.p[i] == ':' && !quoted) {
            *value = str_slice(line, i + 1, line.n);
            return true;
        }
    }
    return false;
}

static struct str unescaped(struct str s, struct arena *a)
{
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        bool escape = s.p[i] == '\\' && i + 1 < s.n;
        char c = escape ? s.p[++i] : s.p[i];

        out[n++] = escape && (c == 'n' || c == 'N') ? '\n' : c;
    }
    return str_trim((struct str){ out, n });
}

/* "20261128T140000Z": 2026-11-28 14:00; anything else as it is. */
static struct str time_words(struct str s, struct arena *a)
{
    for (size_t i = 0; i < 8; i++) {
        if (s.n < 8 || !isdigit((unsigned char)s.p[i]))
            return s;
    }
    if (s.n < 13 || s.p[8] != 'T')
        return str_of(arena_printf(a, "%.4s-%.2s-%.2s", s.p, s.p + 4, s.p + 6));
    return str_of(arena_printf(a, "%.4s-%.2s-%.2s %.2s:%.2s%s", s.p, s.p + 4,
                               s.p + 6, s.p + 9, s.p + 11,
                               str_ends(s, STR("Z")) ? " UTC" : ""));
}

static void fields_read(struct str *fields, struct str ics, struct arena *a)
{
    struct buf room = buf_init(LINE_MAX_BYTES);
    bool within = false;

    while (ics.n > 0) {
        struct str line = line_whole(&ics, &room);
        struct str value;

        if (str_case_starts(line, STR("BEGIN:VEVENT")) ||
            str_case_starts(line, STR("BEGIN:VTODO")))
            within = true;
        if (within && str_case_starts(line, STR("END:V")))
            break;
        for (size_t i = 0; within && i < FIELDS; i++) {
            if (fields[i].n == 0 && value_of(line, names[i], &value))
                fields[i] = unescaped(value, a);
        }
        if (str_case_starts(line, STR("BEGIN:VALARM")))
            within = false; /* its description is another one */
    }
    buf_free(&room);
}

struct str calendar_text(struct str ics, struct arena *a)
{
    struct str fields[FIELDS] = { 0 };
    struct buf out = buf_init(CALENDAR_MAX);
    struct str text;

    fields_read(fields, str_slice(ics, 0, CALENDAR_MAX), a);
    fields[BEGINS] = time_words(fields[BEGINS], a);
    for (size_t i = 0; i < FIELDS; i++) {
        if (fields[i].n == 0)
            continue;
        if (out.n > 0)
            buf_byte(&out, '\n');
        buf_add(&out, fields[i]);
    }
    text = arena_str(a, buf_str(&out));
    buf_free(&out);
    return text;
}
