/*
 * A message: who said what, to be answered where; the same for every channel.
 * Made in the jail by the adapter's read(), a pure function of the raw. All
 * text is valid UTF-8 in NFC without NUL.
 */
#ifndef SPINE_MESSAGE_H
#define SPINE_MESSAGE_H

#include "base/arena.h"
#include "spine/notice.h"
#include "spine/raw.h"

enum {
    MESSAGE_TEXT_MAX = 1024 * 1024, /* bytes of decoded text */
    MESSAGE_ATTACHMENTS_MAX = 50,
    MESSAGE_THREAD_MAX = 100,
    MESSAGE_NAME_MAX = 1024, /* a name, an address, a file name, an id */
};

/* Whether a program wrote it. Anything but AUTOMATIC_NO is never answered. */
enum automatic {
    AUTOMATIC_NO,
    AUTOMATIC_REPLY,  /* out of office (RFC 3834) */
    AUTOMATIC_BOUNCE, /* a delivery report (RFC 3464) */
    AUTOMATIC_REPORT, /* read receipt (RFC 8098), abuse report (RFC 5965) */
    AUTOMATIC_LIST,   /* a mailing list (RFC 2919) */
    AUTOMATIC_BULK,   /* another program: a web form, a newsletter */
    AUTOMATICS
};

extern const char *const automatic_names[AUTOMATICS]; /* "no", "reply", ... */

/* What a text message asks of the channel itself (reference: CTIA). */
enum control {
    CONTROL_NONE,
    CONTROL_STOP,
    CONTROL_START,
    CONTROL_HELP,
    CONTROL_PART, /* a piece: it comes whole later */
    CONTROLS
};

extern const char *const control_names[CONTROLS];

struct mailbox {
    struct str name;
    struct str address; /* "ana@example.org", "+15555550123"; empty: unknown */
};

struct point {
    double lat, lon; /* WGS 84 degrees */
    bool known;
};

struct attachment {
    struct str name;       /* safe to show and to save under */
    struct str media_type; /* sniffed from the bytes, not as declared */
    int64_t size;          /* bytes */
    struct str sha256;     /* hex; empty while only a url is known */
    /*
     * Where the bytes are: the part of the raw, counted by the adapter's
     * read() from 0, or, where part is -1, still at url.
     */
    int part;
    struct str url;
    bool photo;            /* for the gallery: not a logo, not a signature */
    struct point exif;     /* where the camera was */
    int32_t width, height; /* pixels; 0: no picture or not known */
    struct attachment *next;
};

/* What was answered to a question of the category; see spine/service.h. */
struct answer {
    struct str code;  /* the question's */
    struct str value; /* as chosen or typed */
    struct answer *next;
};

struct thread_id {
    struct str id; /* a Message-ID without <>, or another channel's id */
    struct thread_id *next;
};

struct message {
    struct mailbox sender;    /* the resident */
    struct mailbox forwarder; /* who passed it on; empty: nobody */
    struct str reply_to;      /* where an answer goes; empty: nowhere */
    struct str subject;       /* empty on channels that have none */
    int64_t sent_at;          /* 0: not said */
    struct str message_id;    /* without <>; empty: none */
    struct thread_id *thread; /* what it answers, the likeliest first */
    struct str token;         /* our own reply token, unverified; or empty */
    enum automatic automatic;
    bool no_answer;  /* asks not to be answered, or has not agreed to it */
    struct str spam; /* who says that it probably is; empty: nobody */
    bool sealed;     /* encrypted: only its reader's mail program opens it */
    bool inlet;      /* another inlet wrote it, and says so (X-Inlet-Loop) */
    enum control control;
    struct str text;    /* the whole body */
    struct str visible; /* text without quotes and signature */
    struct str note;    /* a forwarder's own words; empty: none */
    /* What only some doors ask for; empty or unknown elsewhere. */
    struct point pin;
    struct str address;  /* the place as typed into its own field */
    struct str category; /* as picked by the resident */
    struct str language; /* as picked or as the sender's program says */
    struct answer *answers;
    struct attachment *attachments;
    struct receipt *receipts; /* a delivery report: of what; see notice.h */
};

#endif
