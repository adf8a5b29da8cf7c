/*
 * The parts of the adapter "spool": texts as files in folders, the way
 * gammu-smsd(1), SMS Server Tools and scripts leave them.
 *
 *   spool.c       settings, the folders, start and stop
 *   spool_read.c  files become a text; runs in the jail
 *   spool_send.c  a text becomes a file, and what became of that
 */
#ifndef ADAPTERS_SPOOL_H
#define ADAPTERS_SPOOL_H

#include <uv.h>

#include "base/buf.h"
#include "text_hook.h"

enum {
    SPOOL_FILE_BYTES = 64 * 1024,
    SPOOL_PARTS = 32, /* files of one text */
    SPOOL_NAME_MAX = 255,
    SPOOL_ID = 32, /* hex digits of an id of ours */
};

enum spool_style { SPOOL_PLAIN, SPOOL_GAMMU, SPOOL_SMSTOOLS };

struct spool_flight; /* files whose text is on its way into the store */

struct spool {
    struct text_channel text;
    struct str in, out, sent, failed, done;
    int style;
    int64_t scan, settle; /* seconds */

    uv_fs_event_t watch[3]; /* in, sent, failed */
    uv_timer_t timer;
    int handles;
    bool started, stopping;
    struct spool_flight *flights;
    int flying;
    int refused; /* times in a row the store took none */
    int odd;     /* files that are no texts, as of this look */
    char why_odd[320];
    char told_odd[320]; /* what health says of them */
    channel_stopped_fn *stopped;
};

/*
 * A raw of this adapter is a form: "at", when the first file was written, then
 * "file" and "text" for each, in order.
 */
void spool_pack(struct buf *out, const char *key, struct str value);

int spool_read(struct text **out, enum raw_format format, struct str bytes,
               struct arena *a, struct error *e);

/* What the name of a file of gammu's says: IN20211130_021531_00_+4540_01.txt */
struct spool_name {
    struct str all_parts; /* up to the part's number: the same for each */
    struct str number;
};
bool spool_name(struct str file, struct spool_name *out);

void spool_send(struct channel *c, const struct notice *n, notice_sent_fn *sent,
                void *arg);
/* Looks into the folders sent and failed. */
void spool_look(struct spool *s);
/* Takes back what is still in out for that number. */
void spool_withdraw(struct spool *s, struct str number);

#endif
