/* GIF (89a): its colours, its pictures, when each is shown, how often. */
#include "mail/picture_internal.h"

enum {
    SCREEN_BYTES = 13, /* signature and screen */
    IMAGE_BYTES = 10,
    CONTROL_BYTES = 8,
    LOOP_BYTES = 19,
    B_EXTENSION = 0x21,
    B_IMAGE = 0x2c,
    B_CONTROL = 0xf9,
    B_APPLICATION = 0xff,
};

struct gif {
    struct str in;
    size_t at;
    struct buf *out;
    int frames;
};

/* The bytes of a table of colours, by the flags that announce it. */
static size_t colours(char flags)
{
    return (flags & 0x80) != 0 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

/* Past the blocks from at on, each with its size; *cut: the last is not all
   there, nor what ends them, and it is past those before it. */
static size_t blocks_end(struct str in, size_t at, bool *cut)
{
    size_t next = at;

    while (next < in.n && in.p[next] != '\0') {
        at = next;
        next += 1 + (size_t)(unsigned char)in.p[next];
    }
    *cut = next >= in.n;
    if (next == in.n)
        return next;
    return *cut ? at : next + 1;
}

static int image_take(struct gif *g, bool *ended, struct error *e)
{
    struct str rest = str_slice(g->in, g->at, g->in.n);
    size_t data;
    int rc;

    *ended = true;
    if (rest.n < IMAGE_BYTES + 1 || g->frames == PICTURE_FRAMES_MAX)
        return 0;
    rc = picture_size(le16(rest.p + 5), le16(rest.p + 7), e);
    data = IMAGE_BYTES + colours(rest.p[9]) + 1; /* and the code size */
    if (rc < 0 || data >= rest.n)
        return rc;
    data = blocks_end(rest, data, ended);
    buf_add(g->out, str_slice(rest, 0, data));
    if (*ended)
        buf_byte(g->out, 0);
    g->frames++;
    g->at += data;
    return 0;
}

/* One that says when, or how often; nobody needs the others. */
static void extension_take(struct gif *g, bool *ended)
{
    struct str rest = str_slice(g->in, g->at, g->in.n);
    size_t n;

    *ended = rest.n < 3;
    if (*ended)
        return;
    n = blocks_end(rest, 2, ended);
    g->at += n;
    if (*ended)
        return;
    if (((unsigned char)rest.p[1] == B_CONTROL && n == CONTROL_BYTES) ||
        ((unsigned char)rest.p[1] == B_APPLICATION && n == LOOP_BYTES &&
         str_starts(str_slice(rest, 2, n), STR("\x0bNETSCAPE2.0\x03\x01"))))
        buf_add(g->out, str_slice(rest, 0, n));
}

int gif_safe(struct buf *out, struct str in, struct error *e)
{
    struct gif g = { .in = in, .at = SCREEN_BYTES, .out = out };
    bool ended = false;
    int rc;

    if (in.n < SCREEN_BYTES)
        return error(e, E_SYNTAX, "a GIF without its head");
    rc = picture_size(le16(in.p + 6), le16(in.p + 8), e);
    g.at += colours(in.p[10]);
    buf_add(out, str_slice(in, 0, g.at));
    while (rc == 0 && !ended && g.at < in.n) {
        if ((unsigned char)in.p[g.at] == B_IMAGE) {
            rc = image_take(&g, &ended, e);
        } else if ((unsigned char)in.p[g.at] == B_EXTENSION) {
            extension_take(&g, &ended);
        } else {
            ended = true; /* its end, or noise */
        }
    }
    if (rc == 0 && g.frames == 0)
        rc = error(e, E_SYNTAX, "a GIF that draws nothing");
    buf_byte(out, ';');
    return rc;
}
