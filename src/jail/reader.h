/*
 * The reader: rules and gazetteer loaded, and the one pure function that makes
 * a reading of a raw. The same function serves the daemon's workers, inlet
 * try, the rule tests, the benchmark and the fuzzers.
 */
#ifndef JAIL_READER_H
#define JAIL_READER_H

#include "geo/gaz.h"
#include "rules/rules.h"
#include "spine/adapter.h"
#include "spine/reading.h"

struct reader;

/* Loads town's rules and, where one is named, its gazetteer. */
CHECKED int reader_open(struct reader **out, const struct town *town,
                        struct error *e);
void reader_close(struct reader *r);

/* Reads raw. Fails only where raw->adapter is unknown or cannot read it. */
CHECKED int reader_read(struct reader *r, const struct raw *raw,
                        struct reading *out, struct arena *a, struct error *e);

/* Makes extract, locations and decision for a message there already is. */
void reader_think(struct reader *r, struct reading *reading, struct arena *a);

/* The bytes of one attachment, as its message counts them. */
CHECKED int reader_part(const struct raw *raw, int part, struct str *bytes,
                        struct arena *a, struct error *e);

/* The same, a picture that is made safe to show; see mail/picture.h. */
CHECKED int reader_picture(const struct raw *raw, int part, struct str *bytes,
                           struct arena *a, struct error *e);

/* The HTML of a mail, see mail/mail.h; E_NONE: it has none. No part. */
CHECKED int reader_html(const struct raw *raw, int part, struct str *bytes,
                        struct arena *a, struct error *e);

/* What it holds; the gazetteer is NULL where none is named. */
struct rules *reader_rules(struct reader *r);
struct gaz *reader_gaz(struct reader *r);

#endif
