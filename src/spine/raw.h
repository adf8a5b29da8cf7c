/*
 * A raw: the bytes as they came, before anyone has made sense of them. It is
 * the first thing stored and is never changed. Everything later on the spine
 * can be made again from it, after a crash or with better rules.
 *
 * (channel, origin) is unique: an adapter that offers the same origin again,
 * after a crash or because the other side repeats itself, stores nothing new.
 */
#ifndef SPINE_RAW_H
#define SPINE_RAW_H

#include "base/str.h"

enum raw_format {
    RAW_RFC822,    /* a mail (RFC 5322) */
    RAW_FORM,      /* application/x-www-form-urlencoded */
    RAW_MULTIPART, /* multipart/form-data (RFC 7578) */
    RAW_JSON,
    RAW_MEDIA, /* a file fetched afterwards for another raw: see parent */
    RAW_FORMATS
};

extern const char *const raw_format_names[RAW_FORMATS];

/* The most bytes of one raw; what is longer is cut by its adapter. */
enum { RAW_MAX = 35 * 1024 * 1024, RAW_ENVELOPE_MAX = 16 * 1024 };

struct raw {
    int64_t id;          /* 0 until it is stored */
    struct str channel;  /* which channel of inlet.conf: "publicworks-mail" */
    struct str adapter;  /* what kind of channel: "imap" */
    struct str origin;   /* the channel's own id for it */
    int64_t received_at; /* seconds since 1970, UTC */
    enum raw_format format;
    /*
     * What the protocol said beside the bytes, as lines "name: value":
     * "content-type: ..." of a form, "rcpt-to: ..." of a mail.
     */
    struct str envelope;
    /* RAW_MEDIA: the origin, in the same channel, of what it belongs to. */
    struct str parent;
    struct str bytes;
    int64_t full_size; /* as the other side counts it; more than bytes.n: cut */
    /* Its sender was asked this (see asked.h); not stored with it. */
    struct str asked;
    bool quiet; /* old mail taken over: a ticket, but no notices */
};

/* The value of a line of raw->envelope, or an empty string. */
struct str raw_envelope(const struct raw *raw, const char *name);

#endif
