/*
 * What main process and workers say to each other: a head of two numbers, then
 * that many bytes. Both ends are the same binary, so numbers go as they are.
 */
#ifndef JAIL_FRAME_H
#define JAIL_FRAME_H

#include "base/buf.h"
#include "spine/raw.h"

enum frame_kind {
    FRAME_READ,    /* to a worker: a raw to be read */
    FRAME_PART,    /* to a worker: the same, and which part of it */
    FRAME_PICTURE, /* to a worker: the same; the part is a picture */
    FRAME_HTML,    /* to a worker: a raw whose HTML is asked for */
    FRAME_READING, /* from it: a reading */
    FRAME_BYTES,   /* from it: what a part, a picture or a page is */
    FRAME_FAILED,  /* from it: a code and a sentence */
    FRAME_KINDS
};

struct frame_head {
    uint32_t kind;
    uint32_t size;
};

enum { FRAME_MAX = RAW_MAX + 1024 * 1024 };

/* All of raw but its bytes, which follow the head's size last. */
void frame_raw(struct buf *out, enum frame_kind kind, const struct raw *raw,
               int part);

/* What frame_raw() wrote, and the bytes behind it. Points into payload. */
CHECKED int frame_raw_read(struct raw *raw, int *part, struct str payload);

void frame_failed(struct buf *out, int code, const char *text);
int frame_failed_read(struct str payload, struct error *e);

#endif
