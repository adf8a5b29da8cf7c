/*
 * What the files of the machine behind text.h share: what is under way in one
 * channel, and how a text goes into the store. For text_*.c and tests alone.
 */
#ifndef ADAPTERS_TEXT_INTERNAL_H
#define ADAPTERS_TEXT_INTERNAL_H

#include <uv.h>

#include "base/buf.h"
#include "net/transfer.h"
#include "text.h"
#include "text_hook.h"

enum {
    TEXT_STATES = 256,  /* sent texts whose state is remembered */
    TEXT_STATE_ID = 80, /* a provider's id; longer ones are not remembered */
    TEXT_ID_MAX = 200,  /* of an id that is an origin as it stands */
    TEXT_NEEDS_KEPT = 4,
};

struct text_file_due; /* a file still to be fetched */
struct text_poll;     /* one reading of the provider's list */
struct text_group;    /* a long text whose parts are not all here */
struct text_fetch;    /* what a signature needs, on its way */

struct text_state {
    char id[TEXT_STATE_ID];
    int rank;
};

/* One line a minute at most, however many there are. */
struct text_warning {
    int64_t at; /* the last line; monotonic */
    int64_t n;  /* since then */
};

struct text_need {
    struct arena arena;
    struct str url, bytes;
    bool failed;
    int64_t until; /* seconds since 1970 */
};

struct text_machine {
    struct text_channel *t;
    const struct text_provider *provider;
    const char *api_host; /* "" where there is no api */
    bool api_inside;      /* the api is on this machine: a stand-in */
    const struct setting_list *hosts; /* to fetch files from */
    const struct setting_list *login_hosts, *need_hosts;
    bool refused; /* the provider does not know our account any more */

    struct text_file_due *due; /* in order of coming */
    int fetching;
    uv_timer_t media_timer;

    struct text_poll *poll; /* under way; or NULL */
    uv_timer_t poll_timer;

    struct text_group *groups;
    uv_timer_t join_timer;

    struct text_need needs[TEXT_NEEDS_KEPT];
    size_t next_need;
    struct text_fetch *fetch;

    struct text_state states[TEXT_STATES];
    size_t next_state;
    struct text_warning forged, stale;

    int busy; /* what must end before the channel may */
    int handles;
    bool stopping;
    channel_stopped_fn *stopped;
};

const struct text_provider *text_provider_of(const struct text_channel *t);

/* For everything that is under way: the channel ends when nothing is. */
void text_begin(struct text_machine *m);
void text_end(struct text_machine *m);

/* Is it an address of the stand-in on this machine? */
bool text_at_stand_in(const struct text_machine *m, struct str url);

/* Asks the api; done calls text_end() when it is through. */
void text_ask(struct text_machine *m, const struct text_request *r,
              transfer_done_fn *done, void *arg);

/* The request for path, of the api, with what opens it. */
struct text_request text_api_request(const struct text_machine *m,
                                     struct str path, struct arena *a);

/* A word of a cursor's line: without blanks, and there. */
bool text_one_word(struct str s, size_t max);
/* However it is written: "+1 555...", "1555...". */
bool text_same_number(struct str x, struct str y);
struct str text_percent_decode(struct arena *a, struct str text);

/* ---- a text on its way into the store: text_hook.c ---- */

enum text_source { TEXT_OF_HOOK, TEXT_OF_LIST, TEXT_OF_MEDIA, TEXT_OF_JOIN };

struct text_taking;

struct text_offer {
    struct text_machine *m;
    struct arena arena; /* holds the offer itself */
    enum text_source source;
    struct str origin;
    struct text text;
    struct text_taking *taking; /* TEXT_OF_HOOK: one of several */
    struct text_file_due *due;  /* TEXT_OF_MEDIA */
    struct text_group *group;   /* TEXT_OF_JOIN; or a part's */
};

struct text_offer *text_offer_new(struct text_machine *m,
                                  enum text_source source);
void text_offer_free(struct text_offer *o);
void text_offer_text(struct text_offer *o, const struct text *text);

/* Stores the message of o as raw; its files are noted with it. */
void text_offer(struct text_offer *o, struct raw *raw);

/* What a message is known by in the store. */
struct str text_origin(const struct text *text, struct str bytes,
                       struct arena *a);

/* Is there such an origin? marked: what belongs to it is here too. */
bool text_stored(const struct text_machine *m, struct str origin, bool *marked);

/* What became of a text of ours; counts what the hook tells. */
void text_receipt(struct text_machine *m, const struct text *text,
                  enum text_source source);
/* Moves a text's state up, never down. False: nothing new. */
bool text_state_move(struct text_machine *m, struct str id,
                     enum delivery delivery);

void text_routes(struct text_machine *m);
void text_needs_free(struct text_machine *m);

/* ---- text_need.c: what a signature needs ---- */

typedef void text_need_fn(void *arg, const struct text_need *need);

/*
 * What is at url: kept for a day, one fetch at a time. need NULL: another is
 * being fetched; need->failed: it cannot be had. May call before it returns.
 */
void text_need_get(struct text_machine *m, struct str url, text_need_fn *done,
                   void *arg);
/* Fetches url once: failed, or not. */
void text_visit(struct text_machine *m, struct str url, text_need_fn *done,
                void *arg);

/* ---- text_list.c ---- */

void text_list_start(struct text_machine *m);
void text_list_accepted(struct text_machine *m, int rc);

/* ---- text_media.c ---- */

void text_media_start(struct text_machine *m);
/*
 * Notes the files of a message; those there are already are left out. They
 * are kept back until text_media_ready(): first the message, then they.
 */
void text_media_add(struct text_machine *m, struct str origin,
                    const struct text_file *files);
void text_media_ready(struct text_machine *m, struct str origin);
void text_media_forget(struct text_machine *m, struct str origin);
bool text_media_waits(const struct text_machine *m, struct str origin);
void text_media_accepted(struct text_machine *m, struct text_file_due *f,
                         int rc);
void text_media_free(struct text_machine *m);
/* What opens the account is for the provider's hosts and for nobody else. */
bool text_may_know_key(const struct text_machine *m, struct str url);

/* ---- text_join.c ---- */

void text_join_start(struct text_machine *m);
/*
 * Holds a part until the others are here. NULL: it is taken as it is, for it
 * is whole, or there is no room, or it was joined before.
 */
struct text_group *text_join_add(struct text_machine *m, struct str origin,
                                 const struct text *text);
/* The raw of a part, or of what was joined, is stored, or is not. */
void text_join_part(struct text_machine *m, struct text_group *g,
                    struct str origin, int rc);
void text_join_accepted(struct text_machine *m, struct text_group *g, int rc);
void text_join_free(struct text_machine *m);

/* ---- text_read.c ---- */

/* The texts of bytes that are messages; at: 0 is the first. */
const struct text *text_message_at(const struct text *texts, int64_t at);

#endif
