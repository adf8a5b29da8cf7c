/*
 * What mail programs write around the words of others: rules/mail.markers,
 * as a table. Kinds stand in the order of src/mail/markers.awk.
 */
#ifndef MAIL_MARKER_H
#define MAIL_MARKER_H

#include "base/str.h"

enum marker_kind {
    MARKER_BEGIN,
    MARKER_ORIGINAL,
    MARKER_FROM,
    MARKER_TO,
    MARKER_CC,
    MARKER_DATE,
    MARKER_SUBJECT,
    MARKER_OTHER,
    MARKER_WROTE,
    MARKER_TAGLINE,
    MARKER_CUT,
    MARKER_INLINE,
    MARKER_FORWARD,
    MARKER_ANSWER,
    MARKERS
};

struct marker {
    const char *language;
    struct str phrase;
};

struct marker_range {
    int begin, end; /* of mail_markers */
};

extern const struct marker mail_markers[];
extern const struct marker_range mail_marker_ranges[MARKERS];

/* Whether s begins with a phrase of that kind. */
bool marker_begins(struct str s, enum marker_kind);
/* Whether s is one; or holds one. */
bool marker_is(struct str s, enum marker_kind);
bool marker_within(struct str s, enum marker_kind);

/* Where phrase first stands in s, or s.n; as str_case_find(), but faster. */
size_t phrase_find(struct str s, struct str phrase);

/* What a subject's first word says: MARKER_FORWARD, MARKER_ANSWER, or
   MARKERS for neither. */
enum marker_kind subject_kind(struct str subject);
/* The subject without such words before it. */
struct str subject_bare(struct str subject);

/* Blanks as mail programs use them: also NBSP, BOM, and marks of direction. */
struct str text_trim(struct str s);
/* A line without what quotes it ("> ", ">"); *quoted: something did. */
struct str line_unquote(struct str line, bool *quoted);
/* A line without "*" around words: bold, as plain text is written. */
struct str line_unbold(struct str line);

/* A field of a head: what stands before the colon says which; MARKERS: none.
 *value is what follows. */
enum marker_kind field_of(struct str line, struct str *value);

/*
 * The line that says who wrote when, at the head of text and perhaps folded:
 * its length with its last line's end, or 0. *line is it in one piece, in
 * room, without its colon.
 */
enum { WROTE_MAX = 400, WROTE_LINES = 4 };
bool wrote_may(struct str text); /* cheap: false is sure */
size_t wrote_len(struct str text, char room[WROTE_MAX], struct str *line);

/*
 * A line that says that an older mail follows ("---- Forwarded message ----").
 * *after: what stands behind it on the same line.
 */
bool line_begins_mail(struct str line, enum marker_kind, struct str *after);

#endif
