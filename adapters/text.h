/*
 * What all doors for texts share: the hook a provider calls, files fetched
 * afterwards, what we say, the list of messages read again. A provider is a
 * table of functions over its own fields: pure, without network, files or
 * state, so that its vectors alone test them. It is one file, and one line in
 * adapters.c.
 *
 *   text.c         settings, start and stop
 *   text_hook.c    what a provider tells us, as it happens
 *   text_need.c    what must be fetched before that can be believed
 *   text_take.c    on their way into the store; what became of ours
 *   text_list.c    what it would have told us, had we been there
 *   text_media.c   files, fetched afterwards
 *   text_join.c    long texts that come in parts
 *   text_send.c    what we say
 *   text_read.c    a raw becomes a message; runs in the jail
 *   text_sign.c    HMACs and signed tokens; text_json.c: lenient JSON
 *
 * The rules they keep: body size, signature, store, thank you, in this order.
 * A text that may have gone out is looked up in the provider's list and never
 * simply said again. Times are seconds since 1970 (UTC).
 */
#ifndef ADAPTERS_TEXT_H
#define ADAPTERS_TEXT_H

#include "spine/adapter.h"

struct http_request;
struct text_channel;

enum {
    TEXT_FILES_MAX = 10,
    TEXT_FILE_BYTES = 16 * 1024 * 1024,
    TEXT_HOOK_BYTES = 256 * 1024, /* of one webhook, where no more is said */
    TEXT_ITEMS_MAX = 200,         /* texts that one webhook tells of */
    TEXT_ANSWER_BYTES = 8 * 1024 * 1024,
    TEXT_TIMEOUT_MS = 20 * 1000,
    TEXT_PARTS_WAIT_S = 60, /* for the rest of a long text */
    TEXT_HEADERS_MAX = 8,
};

/* ---- what a provider tells ---- */

enum text_kind {
    TEXT_MESSAGE, /* somebody wrote */
    TEXT_RECEIPT, /* what became of a text of ours */
    TEXT_VISIT,   /* url is to be fetched once: a subscription confirmed */
    TEXT_NOTHING, /* genuine, and of no interest */
};

/* A file that came with a text: at url, or with its bytes. */
struct text_file {
    struct str url;
    struct str type;   /* as declared; the bytes decide */
    struct str name;   /* may be empty */
    struct str sha256; /* hex, where the provider says it; else empty */
    struct str bytes;  /* where they came along; lives in the arena */
    struct text_file *next;
};

struct text {
    enum text_kind kind;
    struct str id;   /* the provider's; a message's is never empty */
    struct str from; /* "+15555550123", "whatsapp:+15555550123", "24273" */
    struct str to;
    struct str name;      /* of the sender's profile */
    struct str words;     /* what was written */
    int64_t sent_at;      /* 0: not said */
    struct str answers;   /* the id of the text it answers; or empty */
    enum control control; /* where the provider says so itself */
    struct point pin;
    struct str address; /* beside the pin */
    struct text_file *files;

    /*
     * One part of a long text: parts that share from, to and ref belong. Of
     * one of ours in a list: text_order.ours, where the provider keeps it.
     */
    struct str ref;
    int part, parts; /* 1 of 3; parts 0 or 1: it is whole */

    /* A receipt. delivery DELIVERY_UNTOLD: none worth keeping. */
    enum delivery delivery;
    bool opted_out; /* the provider refuses to send: they said stop */
    bool dead;      /* there is no such phone */
    struct str why; /* "30003: the phone is off" */

    /* In a provider's list: */
    bool outgoing;       /* one of ours */
    struct str item;     /* these bytes alone, as read() takes them */
    struct str files_at; /* a path of the api that lists its files */

    struct str url; /* TEXT_VISIT */
    struct text *next;
};

/* ---- who has called ---- */

struct text_call {
    struct str method; /* "POST", "GET" */
    struct str url;  /* the public one as set at the provider, with the query */
    struct str type; /* Content-Type */
    struct str body; /* as it came */
    struct str (*header)(const void *from, const char *name);
    const void *from;
    struct str fetched; /* what was at need, once it was fetched */
    /* Given back with TEXT_NEEDS: a url, https, of one of need_hosts. */
    struct str need;
};

enum text_verdict {
    TEXT_FORGED, /* 403, one log line a minute, nothing stored */
    TEXT_GENUINE,
    TEXT_STALE, /* as forged, but it was genuine once: a replay */
    TEXT_AGAIN, /* 503: the provider must call again, signed */
    TEXT_NEEDS, /* call->need must be fetched before it can be said */
};

/* ---- requests out ---- */

struct text_request {
    const char *method; /* NULL: GET, or POST where body is set */
    const char *url;
    struct str body;
    const char *headers[TEXT_HEADERS_MAX]; /* "Name: value", ended by NULL */
    const char *user, *password;           /* Basic; NULL: none */
    const char *aws; /* or they sign: see struct transfer */
};

/* What we want to say. */
struct text_order {
    struct str to, from;
    struct str words;      /* folded and cut to the provider's length */
    struct str ours;       /* our own id of it: the same for each try */
    struct str status_url; /* where receipts may go; or empty */
};

/* What the provider answered to it. */
struct text_answer {
    enum outcome outcome; /* set by the machine from the status; may be bettered
                           */
    struct str id;
    bool opted_out;
    bool account; /* our account or its key is refused: health says so */
    struct str why;
};

/* What is asked of the provider's list of messages. */
struct text_question {
    int64_t since;   /* those received or made since then */
    struct str to;   /* ours to that number; empty: those to us */
    struct str page; /* as text_listing.next said; empty: the first */
};

struct text_listing {
    struct text *texts; /* any order */
    /* The page behind, or several, a line each; empty: that was all. */
    struct str next;
};

/* ---- a provider ---- */

struct text_provider {
    struct adapter adapter;           /* its first member: see TEXT_ADAPTER */
    const char *called;               /* for people: "Plivo" */
    size_t words_max;                 /* characters of one text */
    size_t hook_bytes;                /* 0: TEXT_HOOK_BYTES */
    const char *thanks_type, *thanks; /* the body of 200; NULL: none */
    const char *const *media_hosts;   /* where files may be; ended by NULL */
    const char *const *login_hosts;   /* of those, who may know user and key */
    const char *const *need_hosts;
    bool nearby;     /* a device of the town's: http in its own network */
    bool knows_ours; /* the same text_order.ours is never sent twice */

    /* Checks and completes the settings; may be NULL. */
    int (*open)(struct text_channel *t, struct error *e);

    /* Who has sent this? Never true for a body that is not covered. NULL:
     * there is no hook, and so no path and no url. */
    enum text_verdict (*check)(const struct text_channel *t,
                               struct text_call *call, struct arena *a);

    /*
     * What bytes tell: a webhook's, or one item of the list. Also runs in the
     * jail, without a channel. What it gives lives in a or in bytes.
     */
    int (*read)(struct text **out, enum raw_format format, struct str bytes,
                struct arena *a, struct error *e);

    /*
     * What opens files at login_hosts and files_at: user and password, or
     * headers. NULL: Basic, with account and key.
     */
    void (*login)(struct text_request *out, const struct text_channel *t,
                  struct arena *a);

    /* The request that says it. */
    int (*say)(struct text_request *out, const struct text_channel *t,
               const struct text_order *order, struct arena *a,
               struct error *e);
    /* What the answer to it means; status and body are the provider's. */
    void (*said)(struct text_answer *out, long status, struct str body,
                 struct arena *a);

    /*
     * NULL: it has no list. Items are read in the adapter's format; what is
     * for another number of the account may be left out.
     */
    int (*list)(struct text_request *out, const struct text_channel *t,
                const struct text_question *q, struct arena *a,
                struct error *e);
    int (*listed)(struct text_listing *out, const struct text_channel *t,
                  struct str body, struct arena *a, struct error *e);
    /*
     * The body at files_at becomes text->files, and part of text->item, so
     * that read() finds them there too; NULL: read() had them.
     */
    int (*files)(struct text *text, const struct text_channel *t,
                 struct str body, struct arena *a, struct error *e);

    /*
     * A protocol of its own at the hook, before check(): true where it has
     * answered r. NULL: none. See text_hook.h.
     */
    bool (*serve)(struct text_channel *t, struct http_request *r);
};

/*
 * The settings that providers have, each under its own name in its own table
 * (TEXT_AT). What a provider has no use for stays empty.
 */
struct text_settings {
    struct str account;    /* SID, auth id, application, topic, device */
    struct str user;       /* of the hook, where it is Basic */
    struct str key;        /* opens the api; a secret */
    struct str secret;     /* signs what comes in; a secret, or a public key */
    struct str secret_old; /* still good while it is being changed */
    struct str password;   /* of the hook or the api; a secret */
    struct str number;     /* texts come to it and go out from it */
    struct str service;    /* a pool of numbers, a profile, a plan */
    struct str api;        /* "https://api.example.org", no slash at the end */
    struct str path;       /* of the hook; /hook/NAME if not set */
    struct str url; /* the whole address of it as the provider knows it */
    struct str ca_file;
    struct setting_list *media_hosts; /* instead of the provider's */
    int64_t poll_every;               /* seconds; 0: never */
};

struct text_machine; /* what is under way; see text_internal.h */

struct text_channel {
    struct channel channel;
    struct text_settings with;
    const char *hook;       /* our url, without a query */
    const char *status_url; /* where receipts may go; or NULL */
    struct text_machine *machine;
};

#define TEXT_AT(field) offsetof(struct text_channel, with.field)

/* Lines for a provider's table of settings. */
#define TEXT_SETTING_NUMBER(must)                                              \
    {                                                                          \
        .name = "number", .kind = SETTING_TEXT, .offset = TEXT_AT(number),     \
        .needed = (must),                                                      \
        .help = "the number texts come to and go out from, +1555..."           \
    }
#define TEXT_SETTING_PATH                                                      \
    {                                                                          \
        .name = "path", .kind = SETTING_TEXT, .offset = TEXT_AT(path),         \
        .help = "where the provider calls; /hook/ and the channel's name if "  \
                "not set"                                                      \
    }
#define TEXT_SETTING_URL                                                       \
    {                                                                          \
        .name = "url", .kind = SETTING_TEXT, .offset = TEXT_AT(url),           \
        .help = "the whole address as set at the provider, where it is not "   \
                "public-url and path"                                          \
    }
#define TEXT_SETTING_CA                                                        \
    {                                                                          \
        .name = "ca-file", .kind = SETTING_TEXT, .offset = TEXT_AT(ca_file),   \
        .help = "certificates to trust instead of the system's"                \
    }
#define TEXT_SETTING_POLL                                                      \
    {                                                                          \
        .name = "poll", .kind = SETTING_SECONDS,                               \
        .offset = TEXT_AT(poll_every), .max = 86400, .fallback = "5m",         \
        .help = "how often to look for texts whose webhook was lost; 0: never" \
    }
#define TEXT_SETTING_MEDIA                                                     \
    {                                                                          \
        .name = "media-host", .kind = SETTING_LIST,                            \
        .offset = TEXT_AT(media_hosts),                                        \
        .help =                                                                \
            "a host, or .ending, files may be fetched from; the provider's "   \
            "own if not set"                                                   \
    }

/* The machine, for a provider's struct adapter. */
int text_open(struct channel *c, struct error *e);
void text_start(struct channel *c);
void text_accepted(struct channel *c, void *arg, int rc);
void text_send(struct channel *c, const struct notice *n, notice_sent_fn *sent,
               void *arg);
void text_stop(struct channel *c, channel_stopped_fn *stopped);
int text_read(struct message *m, const struct raw *raw,
              const struct reading_context *ctx, struct arena *a,
              struct error *e);
int text_part(struct str *bytes, const struct raw *raw, int part,
              struct arena *a, struct error *e);

/* name, help and table of settings; ending is NULL for all but one. */
#define TEXT_ADAPTER(its_name, its_help, its_settings, its_ending, its_format) \
    TEXT_ADAPTER_MORE(0, its_name, its_help, its_settings, its_ending,         \
                      its_format)

/* more: ADAPTER_KEYWORDS, where the provider answers neither STOP nor HELP. */
#define TEXT_ADAPTER_MORE(more, its_name, its_help, its_settings, its_ending,  \
                          its_format)                                          \
    {                                                                          \
        .name = (its_name), .help = (its_help), .settings = (its_settings),    \
        .can = ADAPTER_RECEIVES | ADAPTER_SENDS_TEXT | (more),                 \
        .ending = (its_ending), .format = (its_format),                        \
        .size = sizeof(struct text_channel), .read = text_read,                \
        .part = text_part, .open = text_open, .start = text_start,             \
        .accepted = text_accepted, .send = text_send, .stop = text_stop,       \
    }

#endif
