/*
 * JSON written as it goes (RFC 8259), into a buffer, without a tree. Commas
 * and nesting are kept by the writer. Strings must be UTF-8; a byte that is
 * not is written as U+FFFD. A number that is no number is written as null.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

enum { JSON_DEPTH = 32 };

struct json {
    struct buf *out; /* borrowed for the life of the writer */
    int depth;
    bool comma[JSON_DEPTH];
};

static inline struct json json_to(struct buf *out)
{
    return (struct json){ .out = out };
}

void json_begin_object(struct json *j);
void json_begin_array(struct json *j);
void json_end_object(struct json *j);
void json_end_array(struct json *j);
void json_key(struct json *j, const char *key);

void json_str(struct json *j, struct str s);
void json_str_or_null(struct json *j, struct str s); /* empty: null */
void json_int(struct json *j, int64_t n);
void json_num(struct json *j, double n, int decimals);
void json_bool(struct json *j, bool b);
void json_put_null(struct json *j);

/* A key and its value in one. */
void json_kv(struct json *j, const char *key, struct str value);
void json_kv_int(struct json *j, const char *key, int64_t n);
void json_kv_bool(struct json *j, const char *key, bool b);

#endif
