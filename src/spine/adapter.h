/*
 * The contract between the program and one kind of channel.
 *
 * An adapter knows a protocol and nothing else: it hands in raws as they come,
 * says in the jail what they mean, and carries notices out. It does not know
 * the store, the rules or the map, and never blocks the loop.
 *
 * Who owns what: a pointer given to a function is good until it returns,
 * unless the comment on that function says longer. A struct channel belongs
 * to the program, which frees it after stopped() and not before. All but
 * read() run on the loop's thread.
 */
#ifndef SPINE_ADAPTER_H
#define SPINE_ADAPTER_H

#include "base/conf.h"
#include "base/error.h"
#include "spine/message.h"
#include "spine/notice.h"
#include "spine/raw.h"

struct channel;
struct http_server;
struct inbox;
struct listing;
struct oauth_keeper;
struct passing;
struct services;
struct templates;
struct transfers;
struct uv_loop_s;

enum outcome {
    OUTCOME_DONE,    /* it is with the other side */
    OUTCOME_LATER,   /* not now: the program tries again, ever less often */
    OUTCOME_NEVER,   /* not this one: a clerk is told */
    OUTCOME_UNKNOWN, /* it may have arrived: a clerk decides */
};

enum {
    ADAPTER_RECEIVES = 1 << 0,
    ADAPTER_SENDS_MAIL = 1 << 1,
    ADAPTER_SENDS_TEXT = 1 << 2,
    ADAPTER_TAKES_REPLIES = 1 << 3, /* at /t/TOKEN/reply */
    ADAPTER_KEYWORDS = 1 << 4,      /* STOP and HELP are answered by us alone */
    ADAPTER_WAITS = 1 << 5, /* sends when the other side asks, 16 at most */
    ADAPTER_SENDS_EVENTS = 1 << 6, /* to programs: see pipeline/hook.h */
    ADAPTER_NEIGHBOUR = 1 << 7,    /* see spine/neighbour.h */
};

/* remote_id: what the provider calls it, or empty. Called once. */
typedef void notice_sent_fn(void *arg, enum outcome, struct str remote_id,
                            const struct error *why);
typedef void channel_stopped_fn(struct channel *);

/* What became of a raw: the ticket it made or joined. */
struct filed {
    int64_t ticket;
    struct str token; /* for /t/TOKEN */
    bool joined;      /* an answer or a repetition of a ticket there was */
};

/* What read() may know of its channel: the same for every message. */
struct reading_context {
    const struct setting_list *own_addresses; /* mail that is ours: loops */
    const struct setting_list *forwarders;    /* staff who may forward */
    const char *instance;                     /* our X-Inlet-Loop value */
};

struct adapter {
    const char *name; /* as inlet.conf spells it: "imap" */
    const char *help; /* one line: what it is for */
    unsigned can;     /* ADAPTER_* */
    /*
     * How its messages are kept as files, for inlet try and the samples:
     * ".eml", and the format such a file has. NULL: another adapter's.
     */
    const char *ending;
    enum raw_format format;
    const struct setting *settings; /* offsets count from the channel */
    size_t size;  /* of its own struct, whose first member is the channel */
    size_t oauth; /* where in it struct oauth_settings is; 0: nowhere */

    /*
     * Reads raw into m, in a worker without network, files or secrets. What m
     * points at lives in a or in raw. Pure: the same raw gives the same m.
     */
    int (*read)(struct message *m, const struct raw *raw,
                const struct reading_context *, struct arena *a,
                struct error *);

    /*
     * The bytes of one attachment as read() counted them, lives in a or raw.
     * In a worker too.
     */
    int (*part)(struct str *bytes, const struct raw *raw, int part,
                struct arena *a, struct error *);

    /* Checks the settings, keeps what it needs. No network, no files yet. */
    int (*open)(struct channel *, struct error *);

    /* Begins to receive. From here on trouble is logged and tried again. */
    void (*start)(struct channel *);

    /*
     * Once for each raw handed to inbox_accept() with its arg: it is on disk
     * (rc 0, or E_DUPLICATE: it was before) and may be flagged, deleted or
     * answered with 200; or it is not (rc < 0) and must be offered again.
     */
    void (*accepted)(struct channel *, void *arg, int rc);

    /*
     * May be NULL. After accepted() with 0 or E_DUPLICATE: what became of it.
     * f is NULL where that is not known yet. Not called for a raw whose
     * reading waits for a restart.
     */
    void (*filed)(struct channel *, void *arg, const struct filed *f);

    /* Sends n, which stays good until sent() has been called, once. */
    void (*send)(struct channel *, const struct notice *n, notice_sent_fn *sent,
                 void *arg);

    /* Lets go of everything: sent() for what is under way, then stopped(). */
    void (*stop)(struct channel *, channel_stopped_fn *stopped);
};

struct channel {
    const struct adapter *adapter;
    const char *name;        /* as inlet.conf calls it: "publicworks-mail" */
    const struct town *town; /* what all channels share */
    struct arena *arena;     /* lives as long as the channel */
    struct uv_loop_s *loop;
    struct inbox *inbox;
    struct http_server *http;    /* for routes; see http/http.h */
    struct transfers *transfers; /* for requests out; see net/transfer.h */
    struct oauth_keeper *oauth;  /* for tokens; see net/oauth_keeper.h */
    const struct templates *templates; /* see base/template.h */
    const struct services *services;   /* see spine/service.h; may change */
    struct listing *listing;           /* see spine/listing.h */
    const struct passing *passing;     /* see spine/neighbour.h */
};

/* The settings of inlet.conf outside any channel: config.c has their table. */
struct town {
    struct str name; /* "Springfield" */
    struct str jurisdiction;
    struct str language; /* of who has not shown another: "en" */
    struct setting_list *languages;
    struct str public_url; /* "https://reports.example.org", no slash at end */
    struct str emergency;  /* the number to call: "911" */
    struct str mail_from;  /* "Springfield <reports@example.org>" */
    struct str colour;     /* "#1a5f8a", of the pages */
    struct setting_list *embed; /* sites that may frame the form */
    struct str database;
    struct str gazetteer;
    struct setting_list *rules; /* folders, the later ones override */
    struct str learned;   /* the last of them, that we write to; or empty */
    struct str templates; /* a folder over the built-in ones; or empty */
    struct str listen;    /* "127.0.0.1:8311", "unix:/run/inlet.sock" */
    struct setting_list *own_addresses;
    struct setting_list *forwarders;
    int64_t workers;
    int64_t reserve; /* bytes to be left free on the disk */
    int geocoder;    /* enum remote_service, for what gazetteer lacks */
    struct str geocoder_url;
    int64_t geocoder_rate;  /* requests a second, at most */
    struct str rspamd;      /* "http://127.0.0.1:11333"; empty: none */
    int64_t rspamd_wait;    /* seconds a mail waits for it, at most */
    struct str tile_url;    /* of a map from outside; empty: our own */
    struct str tile_origin; /* its scheme, host and port */
    struct str tile_attribution;
    bool public_map;                  /* is there a page /map? */
    bool public_words;                /* does it show what residents wrote? */
    struct setting_list *public_hide; /* categories that it never shows */
};

/* Every adapter there is, ended by NULL. To add one, add it there. */
extern const struct adapter *const adapters[];

const struct adapter *adapter_find(struct str name); /* NULL: no such */

/* The adapter that reads a file of this name, by its ending; or NULL. */
const struct adapter *adapter_for_file(struct str path);

/*
 * Stores raw, then calls the adapter's accepted() with arg, never before it
 * returns. Copies raw before it returns.
 */
void inbox_accept(struct channel *, const struct raw *raw, void *arg);

/*
 * Calls each for every stored origin of this channel that begins with prefix.
 * marked: inbox_marked() has been called for it.
 */
typedef void origin_fn(void *arg, struct str origin, bool marked);
CHECKED int inbox_origins(struct channel *, struct str prefix, origin_fn *each,
                          void *arg, struct error *);

/* Remembers that the other side's copy has been flagged, moved or deleted. */
void inbox_marked(struct channel *, struct str origin);

/*
 * A value the channel keeps between runs; key is the channel's own. Setting
 * is done in the background, in order with what was accepted before.
 */
void inbox_cursor_set(struct channel *, const char *key, struct str value);
CHECKED int inbox_cursor_get(struct channel *, const char *key, struct arena *a,
                             struct str *value,
                             struct error *); /* never set: empty */

/* How the channel is, for the clerk: fmt NULL means well. */
void inbox_health(struct channel *, const char *fmt, ...) PRINTF(2, 3);

/* How many messages the other side has for us, where it tells. */
void inbox_backlog_told(struct channel *, int64_t n);

/* When the token it signs in with ends; 0: it has none. For the clerk. */
void inbox_sign_in_told(struct channel *, int64_t ends_at);

/* 0: there is a ticket with that token; E_NONE: there is none. */
CHECKED int inbox_token(struct channel *, struct str token, struct error *);

/* Counts a thing that leaves nothing else behind: "forged", "limited". */
void inbox_count(struct channel *, const char *what);

/* What the other side tells of a notice sent before. Copies r. */
void inbox_told(struct channel *, const struct receipt *r);

/* How far sending to address may go: false after STOP. */
void inbox_opt(struct channel *, struct str address, bool in);

#endif
