#include "open311_write.h"

#include <stdlib.h>

#include "base/utf8.h"

enum { DECIMALS = 6 /* of a degree: ten centimetres */ };

struct open311_out open311_to(struct buf *to, bool xml)
{
    struct open311_out o = { .xml = xml, .to = to, .json = json_to(to) };

    if (xml)
        buf_add(to, STR("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"));
    return o;
}

/* ---- text ---- */

static const char replacement[] = "\xef\xbf\xbd";

/* Has XML 1.0 (2.2, Char) a place for it? One character of valid UTF-8. */
static bool is_char(struct str c)
{
    unsigned char first = (unsigned char)c.p[0];

    if (c.n == 1)
        return first >= 0x20 || first == '\t' || first == '\n' || first == '\r';
    return !str_eq(c, STR("\xef\xbf\xbe")) && !str_eq(c, STR("\xef\xbf\xbf"));
}

static void escaped(struct buf *to, struct str c)
{
    static const struct {
        char c;
        const char *as;
    } marks[] = {
        { '&', "&amp;" },  { '<', "&lt;" },    { '>', "&gt;" },
        { '"', "&quot;" }, { '\'', "&apos;" }, { '\r', "&#13;" },
    };

    for (size_t i = 0; c.n == 1 && i < COUNT_OF(marks); i++) {
        if (marks[i].c == c.p[0]) {
            buf_add(to, str_of(marks[i].as));
            return;
        }
    }
    buf_add(to, c);
}

typedef void char_fn(struct buf *to, struct str c);

static void plain(struct buf *to, struct str c)
{
    buf_add(to, c);
}

/* How many bytes at the head of text are the same in either shape. */
static size_t usual(struct str text)
{
    size_t n = 0;

    while (n < text.n && text.p[n] >= ' ' && text.p[n] < 0x7f &&
           strchr("&<>\"'", text.p[n]) == NULL)
        n++;
    return n;
}

static void chars(struct buf *to, struct str text, char_fn *each)
{
    while (text.n > 0) {
        size_t n = usual(text);

        buf_add(to, str_slice(text, 0, n));
        text = str_slice(text, n, text.n);
        if (text.n == 0)
            break;
        n = utf8_len(text);

        if (n == 0) {
            each(to, STR(replacement));
            n = 1;
        } else if (is_char(str_slice(text, 0, n))) {
            each(to, str_slice(text, 0, n));
        }
        text = str_slice(text, n, text.n);
    }
}

/* ---- what holds others ---- */

/* The member's name, where JSON wants one. */
static void key(struct open311_out *o, const char *name)
{
    if (o->depth > 0 && !o->levels[o->depth - 1].list)
        json_key(&o->json, name);
}

static void begin(struct open311_out *o, const char *name, bool list)
{
    if (o->depth == OPEN311_DEPTH)
        abort();
    if (o->xml) {
        buf_printf(o->to, "<%s>", name);
    } else {
        key(o, name);
        (list ? json_begin_array : json_begin_object)(&o->json);
    }
    o->levels[o->depth++] = (struct open311_level){ name, list };
}

void open311_thing(struct open311_out *o, const char *name)
{
    begin(o, name, false);
}

void open311_list(struct open311_out *o, const char *name)
{
    begin(o, name, true);
}

void open311_end(struct open311_out *o)
{
    const struct open311_level *l = &o->levels[--o->depth];

    if (o->xml) {
        buf_printf(o->to, "</%s>%s", l->name, o->depth < 2 ? "\n" : "");
    } else {
        (l->list ? json_end_array : json_end_object)(&o->json);
    }
}

/* ---- what holds text ---- */

void open311_nothing(struct open311_out *o, const char *name)
{
    if (o->xml) {
        buf_printf(o->to, "<%s/>", name);
    } else {
        key(o, name);
        json_put_null(&o->json);
    }
}

void open311_text(struct open311_out *o, const char *name, struct str text)
{
    struct buf held = buf_init(o->to->max);

    if (text.n == 0) {
        open311_nothing(o, name);
        return;
    }
    if (o->xml) {
        buf_printf(o->to, "<%s>", name);
        chars(o->to, text, escaped);
        buf_printf(o->to, "</%s>", name);
        return;
    }
    chars(&held, text, plain);
    key(o, name);
    json_str_or_null(&o->json, buf_str(&held));
    buf_free(&held);
}

static void bare(struct open311_out *o, const char *name, const char *value)
{
    buf_printf(o->to, "<%s>%s</%s>", name, value, name);
}

void open311_flag(struct open311_out *o, const char *name, bool yes)
{
    if (o->xml) {
        bare(o, name, yes ? "true" : "false");
    } else {
        key(o, name);
        json_bool(&o->json, yes);
    }
}

void open311_int(struct open311_out *o, const char *name, int64_t n)
{
    if (o->xml) {
        buf_printf(o->to, "<%s>%lld</%s>", name, (long long)n, name);
    } else {
        key(o, name);
        json_int(&o->json, n);
    }
}

void open311_degrees(struct open311_out *o, const char *name, double degrees)
{
    if (o->xml) {
        buf_printf(o->to, "<%s>%.*f</%s>", name, DECIMALS, degrees, name);
    } else {
        key(o, name);
        json_num(&o->json, degrees, DECIMALS);
    }
}
