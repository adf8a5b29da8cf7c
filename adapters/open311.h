/*
 * The parts of the adapter "open311": a GeoReport v2 server (the frozen spec at
 * wiki.open311.org/GeoReport_v2), with FixMyStreet's service request updates.
 *
 *   open311.c         settings, routes, start and stop, what came of a request
 *   open311_key.c     who asks: API keys; and whether they may
 *   open311_answer.c  errors in the spec's shape, and answers
 *   open311_service.c discovery, services, what a service asks
 *   open311_list.c    requests and updates, listed
 *   open311_query.c   what a listing is asked for
 *   open311_post.c    a request comes in: checks, then the inbox
 *   open311_update.c  so does an update of one
 *   open311_media.c   pictures that are elsewhere
 *   open311_form.c    the fields of both
 *   open311_read.c    a raw becomes a message; runs in the jail
 *   open311_date.c    dates of ISO 8601
 *   open311_write.c   XML and JSON
 */
#ifndef ADAPTERS_OPEN311_H
#define ADAPTERS_OPEN311_H

#include <uv.h>

#include "base/buf.h"
#include "http/form.h"
#include "http/http.h"
#include "http/limit.h"
#include "open311_write.h"
#include "spine/adapter.h"
#include "spine/listing.h"

enum {
    OPEN311_DESCRIPTION = 4000, /* characters; the spec's */
    OPEN311_LINE = 1000,        /* bytes of any other field */
    OPEN311_ANSWERS = 40,
    OPEN311_LOOK_MS = 200,
    OPEN311_PAGES = 10 * 1000,
    OPEN311_DAYS = 90, /* the spec's, of a list */
};

/* ---- a form ---- */

/* What was sent; text is valid UTF-8, trimmed. */
struct open311_form {
    struct form_field *fields; /* as they came */
    struct str service_code, lat, lon, address, address_id, description;
    struct str email, phone, first_name, last_name;
    struct str client_id; /* client_request_id */
    struct str passed_by; /* pages of the inlets it came through */
    /* of an update */
    struct str title, request_id, update_id, status, updated_at;
    struct answer *answers; /* attribute[CODE] */
};

CHECKED int open311_form_read(struct open311_form *f, struct str content_type,
                              struct str body, struct arena *a,
                              struct error *e);

/* The next file after at, or the first where at is NULL; NULL: no more. */
const struct form_field *open311_file(const struct open311_form *f,
                                      const struct form_field *at);
/* So for the values of media_url and media_url[]. */
const struct form_field *open311_link(const struct open311_form *f,
                                      const struct form_field *at);

struct str open311_answer_of(const struct open311_form *f, struct str code);

/* Degrees on the globe, both. False: they are none. */
bool open311_point(struct str lat, struct str lon, struct point *out);

/*
 * "2010-01-01T00:00:00Z", "...-05:00", with or without parts of seconds; a day
 * alone is its beginning, a time without a zone UTC's. False: it is no date.
 */
bool open311_date(struct str text, int64_t *out);

/* FixMyStreet's states, without regard to case, as one of ours. */
struct open311_state {
    const char *word;
    enum ticket_state state;
    const char *reason; /* see action_reasons; NULL: none */
    bool settles;       /* the matter is closed with it */
};
/* NULL: it says nothing of how the ticket stands here. */
const struct open311_state *open311_state_find(struct str word);
/* What a ticket's state is called there. */
const char *open311_state_word(enum ticket_state state, struct str reason);

/* ---- who asks ---- */

struct open311_key {
    struct str name;
    struct str hash; /* SHA-256 of the key itself */
    bool trusted;
    struct open311_key *next;
};

struct open311;

/* Reads the settings "key" and "trust". */
CHECKED int open311_keys_open(struct open311 *o, struct error *e);

/* NULL: there is no such key. */
const struct open311_key *open311_key_find(const struct open311 *o,
                                           struct str key, struct arena *a);

/* In whose name it acts on tickets: "NAME (CHANNEL)". */
struct str open311_actor(const struct open311 *o, const struct open311_key *k,
                         struct arena *a);

/* ---- the channel ---- */

/* A request or an update on its way. Lives as long as the channel. */
struct open311_post {
    struct open311 *of;
    struct http_request *request; /* NULL: answered */
    bool xml;
    struct str language;
    struct str token; /* the raw's origin */
    const struct open311_key *key;
    const struct open311_state *state; /* of an update; NULL: none */
    struct open311_media *media;       /* a picture by itself; else NULL */
    bool update;
    bool stored;
    bool waiting;   /* another of the same is being filed: looked for */
    bool settling;  /* its ticket is being changed */
    int64_t due_ms; /* when it is answered without a number */
    struct open311_post *next;
};

struct open311 {
    struct channel channel;

    struct str path, contact, key_service, test_url;
    struct setting_list *keys, *trusted, *jurisdictions, *categories;
    struct setting_list *media_hosts;
    int64_t files, file_bytes, per_hour, wait;
    bool public, answer;

    struct open311_key *key_list;
    struct route *routes;
    struct limit *posts_limit, *gets_limit, *guesses_limit;
    struct open311_post *posts, *spare;
    struct open311_media *media; /* to be fetched, in order */
    int fetching;
    uv_timer_t timer;
    bool started, stopping;
    int busy; /* not stored yet */
    channel_stopped_fn *stopped;
};

struct open311_post *open311_post_new(struct open311 *o);
void open311_post_free(struct open311_post *p);

/* ---- pictures that are elsewhere ---- */

/* Notes the links of a request that is being stored, from hosts with a name. */
void open311_media_add(struct open311 *o, struct str origin,
                       const struct open311_form *form, struct arena *a);
void open311_media_start(struct open311 *o); /* what was noted before */
void open311_media_look(struct open311 *o);  /* fetches what is due */
void open311_media_stop(struct open311 *o);
void open311_media_accepted(struct open311_media *m, int rc);

/* ---- answers ---- */

/* A request, and in which shape it is answered. */
struct open311_call {
    struct open311 *of;
    struct http_request *request;
    struct arena *a;
    bool xml;
    struct str language;
    struct str id; /* of a path's last part, without its ending */
    const struct open311_key *key; /* NULL: none was given */
    enum listing_view view;
};

/* What is wrong with a request; the first says with which status. */
enum { OPEN311_FAULTS = 8 };
struct open311_faults {
    int n;
    struct {
        int status;
        const char *word; /* "open311.key" */
        struct str about; /* stands behind the sentence; or empty */
    } all[OPEN311_FAULTS];
};

void open311_fault(struct open311_faults *f, int status, const char *word,
                   struct str about);

/* Answers with what is wrong. */
void open311_refuse(const struct open311_call *c,
                    const struct open311_faults *f);
void open311_refuse_one(const struct open311_call *c, int status,
                        const char *word);

/* Answers with what was written, which is freed. */
void open311_respond(const struct open311_call *c, struct buf *out);

/* False: answered already, for it asks for no shape we have. */
bool open311_call_begin(struct open311_call *c, struct open311 *o,
                        struct http_request *r, struct str file);

/*
 * May it read? Its key (in name or in a form), its jurisdiction, and not too
 * often. False: answered.
 */
bool open311_may_read(struct open311_call *c);
/* The faults of a key and a jurisdiction in a form. */
void open311_form_faults(struct open311_call *c, const struct open311_form *f,
                         struct open311_faults *faults);

/* A word of the pages; empty where there is none. */
struct str open311_word(const struct open311_call *c, const char *prefix,
                        struct str name);

/* Is it a service of this channel? */
bool open311_is_service(const struct open311_call *c, struct str code);

/* ---- routes ---- */

void open311_get_service(struct http_request *r, void *arg);
void open311_get_request(struct http_request *r, void *arg);
void open311_get_token(struct http_request *r, void *arg);

void open311_discovery(struct open311_call *c);
void open311_services(struct open311_call *c);
void open311_requests(struct open311_call *c);
void open311_updates(struct open311_call *c);

/* What is asked of a list. False: answered, with what is wrong. */
bool open311_query(const struct open311_call *c, struct listing_asked *out);
bool open311_span(const struct open311_call *c, struct listing_span *out);

/* One request's members; extra: with those of extensions=true. */
void open311_request_write(const struct open311_call *c, struct open311_out *o,
                           const struct listed *l, bool extra);

/* Reads the form and lets it be checked. False: refused, and answered. */
typedef void open311_check_fn(const struct open311_call *c,
                              const struct open311_form *f,
                              struct open311_faults *faults);
bool open311_let_in(struct open311_call *c, struct open311_form *f,
                    open311_check_fn *check);
struct open311_post *open311_post_begin(const struct open311_call *c);

void open311_take_request(struct open311_call *c);
void open311_take_update(struct open311_call *c);

/* Hands a raw of p in; form is that of its request. */
void open311_hand_in(struct open311_post *p, const struct open311_form *form,
                     struct str ticket_token);
/*
 * Answers p: ticket 0, its number is not known yet. An update is answered with
 * its own id.
 */
void open311_post_answer(struct open311_post *p, int64_t ticket);
/* Answers p: it is not taken, and may be sent again. */
void open311_post_again(struct open311_post *p);
/* Does to the ticket what an update says, then answers. */
void open311_update_filed(struct open311_post *p, int64_t ticket);

/* ---- in the jail ---- */

int open311_read(struct message *m, const struct raw *raw,
                 const struct reading_context *, struct arena *a,
                 struct error *);
int open311_part(struct str *bytes, const struct raw *raw, int part,
                 struct arena *a, struct error *);

#endif
