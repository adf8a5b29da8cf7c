/* JPEG (ITU T.81, annex B): the tables, the frame and its scans are kept. */
#include "mail/picture_internal.h"

enum marker {
    M_FIRST_FRAME = 0xc0,
    M_LAST_FRAME = 0xc2, /* what is above is drawn by no browser */
    M_HUFFMAN = 0xc4,
    M_ARITHMETIC_JPG = 0xc8,
    M_ARITHMETIC = 0xcc,
    M_FRAMES_END = 0xcf,
    M_RESTART = 0xd0,
    M_RESTART_END = 0xd7,
    M_BEGIN = 0xd8,
    M_END = 0xd9,
    M_SCAN = 0xda,
    M_QUANTIZERS = 0xdb,
    M_INTERVAL = 0xdd,
    M_JFIF = 0xe0,
    M_ADOBE = 0xee,
};

enum { SIZE_FIELD = 2, JFIF_KEPT = 12, ADOBE_KEPT = 12, FRAME_LEAST = 6 };

struct jpeg {
    struct str in;
    size_t at;
    struct buf *out;
    bool framed;
    int scans;
};

/* A segment of which only so much is kept, the rest being zero or gone. */
static void head_write(struct jpeg *j, unsigned marker, struct str kept,
                       struct str rest)
{
    put_be16(j->out, 0xff00U | marker);
    put_be16(j->out, (uint32_t)(kept.n + rest.n + SIZE_FIELD));
    buf_add(j->out, kept);
    buf_add(j->out, rest);
}

static void segment_copy(struct jpeg *j, unsigned marker, struct str data)
{
    head_write(j, marker, data, STR_NONE);
}

static int frame_take(struct jpeg *j, unsigned marker, struct str data,
                      struct error *e)
{
    int rc;

    if (marker > M_LAST_FRAME)
        return error(e, E_NONE, "a JPEG of a kind that is not shown");
    if (j->framed || data.n < FRAME_LEAST)
        return error(e, E_SYNTAX, "a JPEG with a frame that cannot be");
    rc = picture_size(be16(data.p + 3), be16(data.p + 1), e);
    if (rc == 0)
        segment_copy(j, marker, data);
    j->framed = true;
    return rc;
}

/* What is drawn, up to the next marker that is not part of it. */
static void drawing_copy(struct jpeg *j)
{
    size_t begin = j->at;

    while (j->at < j->in.n) {
        const char *ff = memchr(j->in.p + j->at, 0xff, j->in.n - j->at);
        unsigned char next;

        j->at = ff == NULL ? j->in.n : (size_t)(ff - j->in.p);
        if (j->at + 1 >= j->in.n) { /* a lone last byte begins no marker */
            buf_add(j->out, str_slice(j->in, begin, j->at));
            j->at = j->in.n;
            return;
        }
        next = (unsigned char)j->in.p[j->at + 1];
        if (next != 0 && next != 0xff &&
            (next < M_RESTART || next > M_RESTART_END))
            break;
        j->at += next == 0xff ? 1 : 2;
    }
    buf_add(j->out, str_slice(j->in, begin, j->at));
}

static int scan_take(struct jpeg *j, struct str data, struct error *e)
{
    if (!j->framed)
        return error(e, E_SYNTAX, "a JPEG that draws before it has a size");
    if (++j->scans > PICTURE_SCANS_MAX)
        return error(e, E_LIMIT, "a JPEG that is drawn too often");
    segment_copy(j, M_SCAN, data);
    drawing_copy(j);
    return 0;
}

static bool is_frame(unsigned marker)
{
    return marker >= M_FIRST_FRAME && marker <= M_FRAMES_END &&
           marker != M_HUFFMAN && marker != M_ARITHMETIC_JPG &&
           marker != M_ARITHMETIC;
}

static int segment_take(struct jpeg *j, unsigned marker, struct str data,
                        struct error *e)
{
    static const struct str thumbless = STR_INIT("\0\0");

    if (is_frame(marker))
        return frame_take(j, marker, data, e);
    if (marker == M_SCAN)
        return scan_take(j, data, e);
    if (marker == M_HUFFMAN || marker == M_QUANTIZERS || marker == M_INTERVAL) {
        segment_copy(j, marker, data);
    } else if (marker == M_JFIF && data.n >= JFIF_KEPT &&
               str_starts(data, (struct str){ "JFIF\0", 5 })) {
        head_write(j, marker, str_slice(data, 0, JFIF_KEPT), thumbless);
    } else if (marker == M_ADOBE && data.n >= ADOBE_KEPT &&
               str_starts(data, STR("Adobe"))) {
        head_write(j, marker, str_slice(data, 0, ADOBE_KEPT), STR_NONE);
    }
    return 0;
}

/* One marker and what belongs to it; *ended: there is no more to take. */
static int marker_take(struct jpeg *j, bool *ended, struct error *e)
{
    unsigned marker;
    uint32_t n;

    if (j->in.p[j->at] != '\xff')
        return error(e, E_SYNTAX, "a JPEG without a marker where one must be");
    marker = (unsigned char)j->in.p[j->at + 1];
    if (marker == 0xff) { /* filling */
        j->at++;
        return 0;
    }
    *ended = marker == M_END;
    if (*ended)
        return 0;
    n = j->at + 4 <= j->in.n ? be16(j->in.p + j->at + 2) : 0;
    if (n >= SIZE_FIELD && j->at + 2 + n <= j->in.n) {
        struct str data = str_slice(j->in, j->at + 4, j->at + 2 + n);

        j->at += 2 + n;
        return segment_take(j, marker, data, e);
    }
    *ended = true; /* cut: what was drawn before is shown */
    return 0;
}

int jpeg_safe(struct buf *out, struct str in, struct error *e)
{
    struct jpeg j = { .in = in, .at = 2, .out = out };
    int turn = exif_turn(exif_find(in, STR("image/jpeg")));
    bool ended = false;
    int rc = 0;

    put_be16(out, 0xff00U | M_BEGIN);
    if (turn != TURN_UP) {
        put_be16(out, 0xffe1U);
        put_be16(out, SIZE_FIELD + 6 + TURN_BLOCK);
        buf_add(out, STR("Exif\0\0"));
        turn_write(out, turn);
    }
    while (rc == 0 && !ended && j.at + 2 <= in.n)
        rc = marker_take(&j, &ended, e);
    if (rc == 0 && j.scans == 0)
        rc = error(e, E_SYNTAX, "a JPEG that draws nothing");
    put_be16(out, 0xff00U | M_END);
    return rc;
}
