/*
 * UTF-8 (RFC 3629). Inside the core every text is valid, in NFC and without
 * NUL: it is made so once, by utf8_clean(), where a message is read.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/arena.h"

/* Bytes of the character s begins with: 1 to 4; 0 where it is none. */
size_t utf8_len(struct str s);
bool utf8_valid(struct str s); /* and without NUL */

/*
 * A copy that is valid and in NFC: bad bytes and NUL become U+FFFD, CR LF
 * becomes LF, other control characters but tab and LF become a space.
 */
struct str utf8_clean(struct arena *a, struct str s);

/* A copy on one line: control characters become a space, ends are trimmed. */
struct str utf8_line(struct arena *a, struct str s);

/* The first n bytes at most, never cutting a character. */
struct str utf8_head(struct str s, size_t n);

#endif
