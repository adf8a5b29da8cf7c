/* A store in a folder of its own, and rows to put into it. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "../temp.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "store/store.h"

struct fixture {
    char folder[TEMP_ROOM];
    char path[TEMP_ROOM + 16];
    struct store *store;
    struct arena a;
    struct error e;
};

static inline int fixture_open(struct fixture *f, const char *jurisdiction)
{
    return store_open(&f->store,
                      &(struct store_options){
                          .path = f->path,
                          .jurisdiction = str_of(jurisdiction),
                          .create = true,
                      },
                      &f->e);
}

static inline void fixture_folder(struct fixture *f)
{
    *f = (struct fixture){ .store = NULL };
    if (!temp_folder(f->folder, "store"))
        abort();
    snprintf(f->path, sizeof(f->path), "%s/inlet.db", f->folder);
}

static inline void fixture_begin(struct fixture *f)
{
    fixture_folder(f);
    if (fixture_open(f, "springfield") < 0) {
        printf("# %s\n", f->e.text);
        abort();
    }
}

static inline int fixture_remove(const char *path, const struct stat *st,
                                 int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void fixture_end(struct fixture *f)
{
    store_close(f->store);
    nftw(f->folder, fixture_remove, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(&f->a);
}

static inline struct raw raw_made(const char *origin, const char *bytes)
{
    return (struct raw){
        .channel = STR("publicworks-mail"),
        .adapter = STR("imap"),
        .origin = str_of(origin),
        .received_at = 1700000000,
        .format = RAW_RFC822,
        .envelope = STR("rcpt-to: reports@example.org\n"),
        .bytes = str_of(bytes),
        .full_size = (int64_t)strlen(bytes),
    };
}

/* One raw with its ticket, message, event and notice: what filing stores. */
struct filing {
    struct raw raw;
    struct ticket ticket;
    struct message message;
    struct reading reading;
    struct event event;
    struct notice notice;
    int64_t raw_id, message_id;
};

static inline int filing_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct filing *f = arg;
    int rc = tx_raw_add(tx, &f->raw, &f->raw_id, e);

    if (rc == 0 && f->ticket.id == 0)
        rc = tx_ticket_add(tx, &f->ticket, e);
    if (rc == 0)
        rc = tx_message_add(tx, f->raw_id, f->ticket.id, &f->message,
                            &f->message_id, e);
    if (rc == 0)
        rc = tx_evidence_add(tx, f->message_id, f->ticket.id, &f->reading, e);
    f->event.ticket = f->ticket.id;
    if (rc == 0)
        rc = tx_event_add(tx, &f->event, e);
    f->notice.ticket = f->ticket.id;
    if (rc == 0 && f->notice.to.n > 0)
        rc = tx_notice_add(tx, &f->notice, f->event.id, e);
    if (rc == 0)
        rc = tx_raw_state(tx, f->raw_id, RAW_FILED, STR_NONE, e);
    return rc;
}

static inline struct filing filing_made(const char *origin, const char *text)
{
    return (struct filing){
        .raw = raw_made(origin, text),
        .ticket = { .title = str_of(text),
                    .category = STR("pothole"),
                    .channel = STR("publicworks-mail") },
        .message = { .sender = { STR("Ana"), STR("ana@example.org") },
                     .text = str_of(text),
                     .visible = str_of(text),
                     .sent_at = 1700000000,
                     .message_id = str_of(origin) },
        .event = { .kind = STR("received"), .actor = STR("inlet") },
        .notice = { .kind = STR("received"),
                    .channel = STR("publicworks-mail"),
                    .to = STR("ana@example.org"),
                    .text = STR("Thank you."),
                    .message_id = STR_NONE },
    };
}

#endif
