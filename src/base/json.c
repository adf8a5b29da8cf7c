#include "base/json.h"

#include <math.h>

#include "base/utf8.h"

static void before_value(struct json *j)
{
    if (j->comma[j->depth])
        buf_byte(j->out, ',');
    j->comma[j->depth] = true;
}

static void open_with(struct json *j, char c)
{
    before_value(j);
    buf_byte(j->out, c);
    if (j->depth + 1 < JSON_DEPTH)
        j->depth++;
    j->comma[j->depth] = false;
}

static void close_with(struct json *j, char c)
{
    buf_byte(j->out, c);
    if (j->depth > 0)
        j->depth--;
    j->comma[j->depth] = true;
}

void json_begin_object(struct json *j)
{
    open_with(j, '{');
}

void json_begin_array(struct json *j)
{
    open_with(j, '[');
}

void json_end_object(struct json *j)
{
    close_with(j, '}');
}

void json_end_array(struct json *j)
{
    close_with(j, ']');
}

static void escape(struct buf *out, unsigned char c)
{
    static const struct {
        char c;
        const char *text;
    } shorts[] = { { '"', "\\\"" },
                   { '\\', "\\\\" },
                   { '\n', "\\n" },
                   { '\r', "\\r" },
                   { '\t', "\\t" } };

    for (size_t i = 0; i < COUNT_OF(shorts); i++) {
        if (c == (unsigned char)shorts[i].c) {
            buf_add(out, str_of(shorts[i].text));
            return;
        }
    }
    buf_printf(out, "\\u%04x", c);
}

static void quoted(struct buf *out, struct str s)
{
    buf_byte(out, '"');
    while (s.n > 0) {
        size_t plain = 0;
        size_t len = 1;

        while (plain < s.n) {
            unsigned char c = (unsigned char)s.p[plain];

            if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f)
                break;
            len = c < 0x80 ? 1 : utf8_len(str_slice(s, plain, s.n));
            if (len == 0)
                break;
            plain += len;
        }
        buf_add(out, str_slice(s, 0, plain));
        s = str_slice(s, plain, s.n);
        if (s.n == 0)
            break;
        if ((unsigned char)s.p[0] < 0x80) {
            escape(out, (unsigned char)s.p[0]);
        } else {
            buf_add(out, STR("\xef\xbf\xbd"));
        }
        s = str_slice(s, 1, s.n);
    }
    buf_byte(out, '"');
}

void json_key(struct json *j, const char *key)
{
    before_value(j);
    quoted(j->out, str_of(key));
    buf_byte(j->out, ':');
    j->comma[j->depth] = false;
}

void json_str(struct json *j, struct str s)
{
    before_value(j);
    quoted(j->out, s);
}

void json_str_or_null(struct json *j, struct str s)
{
    if (s.n == 0) {
        json_put_null(j);
    } else {
        json_str(j, s);
    }
}

void json_int(struct json *j, int64_t n)
{
    before_value(j);
    buf_printf(j->out, "%lld", (long long)n);
}

void json_num(struct json *j, double n, int decimals)
{
    before_value(j);
    if (isfinite(n)) {
        buf_printf(j->out, "%.*f", decimals, n);
    } else {
        buf_add(j->out, STR("null"));
    }
}

void json_bool(struct json *j, bool b)
{
    before_value(j);
    buf_add(j->out, b ? STR("true") : STR("false"));
}

void json_put_null(struct json *j)
{
    before_value(j);
    buf_add(j->out, STR("null"));
}

void json_kv(struct json *j, const char *key, struct str value)
{
    json_key(j, key);
    json_str(j, value);
}

void json_kv_int(struct json *j, const char *key, int64_t n)
{
    json_key(j, key);
    json_int(j, n);
}

void json_kv_bool(struct json *j, const char *key, bool b)
{
    json_key(j, key);
    json_bool(j, b);
}
