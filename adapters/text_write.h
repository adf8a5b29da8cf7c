/*
 * What requests to providers are written with, and the small readings that
 * most of them share. Whatever is given lives in the arena.
 */
#ifndef ADAPTERS_TEXT_WRITE_H
#define ADAPTERS_TEXT_WRITE_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "text.h"

enum { TEXT_REQUEST_BYTES = 128 * 1024 };

/* name=value, after "&" where out has something already. */
void text_pair(struct buf *out, const char *name, struct str value);

/* What b holds, copied; b is freed. Too long: an empty string. */
struct str text_kept(struct arena *a, struct buf *b);

/* "before?query", likewise. */
struct str text_query(struct arena *a, const char *before, struct buf *query);

/* api and the rest of an address, written like printf. */
const char *text_at(struct arena *a, const struct text_channel *t,
                    const char *fmt, ...) PRINTF(3, 4);

/* "Name: value", the value without line breaks. */
const char *text_header(struct arena *a, const char *name, struct str value);

/* Seconds since 1970 as "2026-09-21T15:33:20Z". */
struct str text_stamp(struct arena *a, int64_t at);

/* "15555550123" as "+15555550123"; a short code and a name stay. */
struct str text_plus(struct arena *a, struct str number);
struct str text_no_plus(struct str number);

/* The string of that name, copied: the object may go. */
struct str text_json_kept(const json_t *object, const char *key,
                          struct arena *a);

/* One item of a list, as bytes that read() takes. */
struct str text_json_item(const json_t *item, struct arena *a);

/* A new text at the end of the list. */
struct text *text_add(struct text **list, enum text_kind kind, struct arena *a);

/* Puts a file of that url behind those there are, up to TEXT_FILES_MAX. */
struct text_file *text_file_add(struct text *text, struct str url,
                                struct arena *a);

/* It begins with "{" or "[", whatever its Content-Type says. */
bool text_is_json(struct str bytes);

/* "30003: the phone is off"; either may be empty. */
struct str text_why(struct arena *a, struct str code, struct str sentence);

/* A provider's word for a state, and ours. */
struct text_word {
    const char *word;
    enum delivery delivery;
};

/* table ends with a NULL word; unknown words are DELIVERY_UNTOLD. */
enum delivery text_word_of(const struct text_word *table, struct str word);

/* Is code one of those? The list ends with 0. */
bool text_code_among(const int64_t *codes, int64_t code);

/* For providers whose api is opened by "Authorization: Bearer KEY". */
void text_login_bearer(struct text_request *out, const struct text_channel *t,
                       struct arena *a);

/* read() of a provider that sends one JSON object: top is never NULL. */
typedef int text_object_fn(struct text **out, const json_t *top,
                           struct arena *a, struct error *e);
CHECKED int text_read_object(struct text **out, struct str bytes,
                             text_object_fn *read, struct arena *a,
                             struct error *e);

/* said() where a yes has "id", and a no a code and a sentence by those names.
 */
void text_said_flat(struct text_answer *out, long status, const json_t *top,
                    const char *const names[2], struct arena *a);

#endif
