/*
 * What Twilio tells us as it happens: messages, and how sending went. Size,
 * signature, store, thank you, in this order; everything else comes later.
 */
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "control.h"
#include "http/http.h"
#include "twilio.h"
#include "twilio_signature.h"

enum { WARN_MS = 60 * 1000, ERROR_OPTED_OUT = 21610 };

static struct str query_of(const struct http_request *r)
{
    struct str target = http_target(r);
    size_t at = str_find(target, STR("?"));

    return str_slice(target, at, target.n);
}

/* One line a minute at most, however many there are. */
static void warn_forged(struct twilio *t, const struct http_request *r)
{
    int64_t now = clock_monotonic_ms();

    inbox_count(&t->channel, "forged");
    t->forged++;
    if (t->warned_at != 0 && now - t->warned_at < WARN_MS)
        return;
    log_warn("%s: %lld requests whose signature is wrong, the last from %.*s; "
             "if they are Twilio's: is the token right, and is %s the address "
             "set there?",
             t->channel.name, (long long)t->forged, STR_FMT(http_peer(r)),
             t->hook);
    t->warned_at = now;
    t->forged = 0;
}

/* Answers by itself where it returns false. */
static bool let_in(struct twilio *t, struct http_request *r, const char *hook)
{
    struct arena *a = http_arena(r);
    struct str query = query_of(r);
    struct twilio_call call = {
        .url = str_of(arena_printf(a, "%s%.*s", hook, STR_FMT(query))),
        .type = http_header(r, "content-type"),
        .body = http_body(r),
        .signature = str_trim(http_header(r, "x-twilio-signature")),
    };

    if (t->stopping) {
        http_respond_error(r, 503, "Stopping: try again.");
        return false;
    }
    if (str_eq(http_method(r), STR("HEAD"))) {
        http_respond_error(r, 405, "Only GET and POST are understood here.");
        return false;
    }
    if (twilio_signed(&call, t->tokens, COUNT_OF(t->tokens), a))
        return true;
    warn_forged(t, r);
    http_respond_error(r, 403, "The signature is wrong.");
    return false;
}

static void thank(struct http_request *r)
{
    http_respond(r, &(struct http_response){ .status = 200,
                                             .type = "text/xml",
                                             .body = STR("<Response/>") });
}

static enum raw_format format_of(const struct http_request *r)
{
    struct str type = http_header(r, "content-type");
    struct str kind = str_trim(str_until(&type, STR(";")));

    return str_case_eq(kind, STR("application/json")) ? RAW_JSON : RAW_FORM;
}

/* The bytes that carry the fields: the body, or all after "?". */
static struct str bytes_of(const struct http_request *r)
{
    struct str query = query_of(r);

    if (str_eq(http_method(r), STR("GET")))
        return str_slice(query, 1, query.n);
    return http_body(r);
}

/* How far a sent text has got; equal ranks are ends that exclude each other. */
int twilio_status_rank(struct str status)
{
    static const struct {
        const char *word;
        int rank;
    } ranks[] = {
        { "accepted", 1 },  { "scheduled", 1 },   { "queued", 2 },
        { "sending", 3 },   { "sent", 4 },        { "canceled", 5 },
        { "delivered", 5 }, { "undelivered", 5 }, { "failed", 5 },
        { "read", 6 },
    };

    for (size_t i = 0; i < COUNT_OF(ranks); i++) {
        if (str_eq(status, str_of(ranks[i].word)))
            return ranks[i].rank;
    }
    return 0;
}

bool twilio_status_move(struct twilio *t, struct str sid, struct str status)
{
    int rank = twilio_status_rank(status);
    struct twilio_state *s = NULL;

    if (rank == 0 || sid.n == 0 || sid.n >= sizeof(s->sid))
        return false;
    for (size_t i = 0; i < TWILIO_STATUSES && s == NULL; i++) {
        if (str_eq(sid, str_of(t->states[i].sid)))
            s = &t->states[i];
    }
    if (s != NULL && s->rank >= rank)
        return false;
    if (s == NULL) {
        s = &t->states[t->next_state++ % TWILIO_STATUSES];
        memcpy(s->sid, sid.p, sid.n);
        s->sid[sid.n] = '\0';
    }
    s->rank = rank;
    return true;
}

static void status_note(struct twilio *t, const struct form_field *fields)
{
    struct str sid = twilio_sid(fields);
    struct str status = form_value(fields, "MessageStatus");
    int64_t code = 0;

    if (!twilio_status_move(t, sid, status))
        return;
    if (str_eq(status, STR("delivered"))) {
        inbox_count(&t->channel, "delivered");
    } else if (str_eq(status, STR("undelivered")) ||
               str_eq(status, STR("failed"))) {
        if (!str_int(form_value(fields, "ErrorCode"), &code))
            code = 0;
        inbox_count(&t->channel, "undelivered");
        log_warn("%s: text %.*s was not delivered: Twilio's error %lld",
                 t->channel.name, STR_FMT(sid), (long long)code);
    }
    if (code == ERROR_OPTED_OUT)
        inbox_opt(&t->channel, form_value(fields, "To"), false);
}

static void take_status(struct http_request *r, void *arg)
{
    struct twilio *t = arg;
    struct form_field *fields;
    struct error e;

    if (t->status_hook == NULL) {
        http_respond_error(r, 404, "There is nothing here.");
        return;
    }
    if (!let_in(t, r, t->status_hook))
        return;
    if (twilio_fields(&fields, format_of(r), bytes_of(r), http_arena(r), &e) <
        0) {
        http_respond_error(r, 400, "The form cannot be read.");
        return;
    }
    status_note(t, fields);
    thank(r);
}

/* What is known by no id is known by its bytes: better twice than never. */
static struct str origin_of(const struct form_field *fields, struct str bytes,
                            struct arena *a)
{
    struct str sid = twilio_sid(fields);

    if (sid.n > 0)
        return sid;
    if (form_value(fields, "From").n == 0)
        return STR_NONE;
    return str_of(
        arena_printf(a, "sha256:%.*s",
                     STR_FMT(digest_hex(a, digest(a, DIGEST_SHA256, bytes)))));
}

static void take_message(struct http_request *r, void *arg)
{
    struct twilio *t = arg;
    struct twilio_offer *o;
    struct form_field *fields;
    struct raw raw = { .format = format_of(r), .bytes = bytes_of(r) };
    struct str type = http_header(r, "content-type");
    struct arena *a = http_arena(r);
    struct error e;

    if (!let_in(t, r, t->hook))
        return;
    if (twilio_fields(&fields, raw.format, raw.bytes, a, &e) < 0) {
        http_respond_error(r, 400, "The form cannot be read.");
        return;
    }
    if (form_value(fields, "MessageStatus").n > 0) {
        status_note(t, fields);
        thank(r);
        return;
    }
    raw.origin = origin_of(fields, raw.bytes, a);
    if (raw.origin.n == 0) {
        log_warn("%s: a signed request that is no message", t->channel.name);
        http_respond_error(r, 400, "This is no message.");
        return;
    }
    raw.envelope = str_of(arena_printf(
        a, "content-type: %.*s\n",
        STR_FMT(str_slice(type.n > 0 ? type
                                     : STR("application/"
                                           "x-www-form-urlencoded"),
                          0, RAW_ENVELOPE_MAX / 2))));
    o = twilio_offer_new(t, TWILIO_WEBHOOK);
    o->request = r;
    http_hold(r);
    twilio_offer_read(o, &raw);
    o->sid = arena_str(&o->arena, raw.origin);
    twilio_offer(o, &raw);
}

void twilio_routes(struct twilio *t)
{
    static const struct route table[] = {
        { "POST", "", TWILIO_BODY_BYTES, take_message },
        { "GET", "", 0, take_message },
        { "POST", "/status", TWILIO_BODY_BYTES, take_status },
        { NULL, NULL, 0, NULL },
    };

    http_routes(t->channel.http, table, arena_dup(t->channel.arena, t->path),
                t);
}

/* The offer: what goes into the store, and what is done once it is there. */

struct twilio_offer *twilio_offer_new(struct twilio *t,
                                      enum twilio_source source)
{
    struct arena a = { 0 };
    struct twilio_offer *o = arena_new(&a, struct twilio_offer);

    o->arena = a;
    o->t = t;
    o->source = source;
    return o;
}

void twilio_offer_read(struct twilio_offer *o, const struct raw *raw)
{
    struct str bytes = arena_str(&o->arena, raw->bytes);
    struct error e;

    if (twilio_fields(&o->fields, raw->format, bytes, &o->arena, &e) < 0)
        o->fields = NULL;
}

void twilio_offer_free(struct twilio_offer *o)
{
    struct arena a = o->arena;

    arena_free(&a);
}

void twilio_offer(struct twilio_offer *o, const struct raw *raw)
{
    struct twilio *t = o->t;
    struct raw full = *raw;

    full.channel = str_of(t->channel.name);
    full.adapter = str_of(twilio_adapter.name);
    full.received_at = clock_now();
    full.full_size = (int64_t)raw->bytes.n;
    twilio_begin(t);
    inbox_accept(&t->channel, &full, o);
    /*
     * Behind the message in the store's order, and before anyone is thanked:
     * a crash keeps both, or leaves the message to be offered again.
     */
    if (o->source != TWILIO_MEDIA)
        twilio_media_add(t, o->sid, o->fields);
}

/* Providers name it; else the text says it. See A10 of the rules for texts. */
static void consent_note(struct twilio_offer *o)
{
    struct str from = form_value(o->fields, "From");
    struct str said = form_value(o->fields, "OptOutType");
    enum control c = control_consent(form_value(o->fields, "Body"), &o->arena);

    if (said.n > 0) {
        c = str_case_eq(said, STR("STOP"))    ? CONTROL_STOP
            : str_case_eq(said, STR("START")) ? CONTROL_START
                                              : CONTROL_HELP;
    }
    if (from.n > 0 && (c == CONTROL_STOP || c == CONTROL_START))
        inbox_opt(&o->t->channel, from, c == CONTROL_START);
}

static void message_accepted(struct twilio_offer *o, int rc)
{
    struct twilio *t = o->t;
    bool stored = rc == 0 || rc == E_DUPLICATE;

    /*
     * A repetition of Twilio's own comes at once, and may be the first we get
     * to see through. What the list repeats is old: a START may stand since.
     */
    if (rc == 0 || (stored && o->source == TWILIO_WEBHOOK))
        consent_note(o);
    if (stored) {
        twilio_media_add(t, o->sid, o->fields);
        twilio_media_ready(t, o->sid);
    } else {
        twilio_media_forget(t, o->sid);
    }
    if (o->source == TWILIO_POLL) {
        twilio_poll_accepted(t, rc);
    } else if (stored) {
        thank(o->request);
    } else {
        http_respond_error(o->request, 503, "Not stored: try again.");
    }
}

void twilio_accepted(struct channel *c, void *arg, int rc)
{
    struct twilio_offer *o = arg;
    struct twilio *t = o->t;

    (void)c;
    if (o->source == TWILIO_MEDIA) {
        twilio_media_accepted(t, o->media, rc);
    } else {
        message_accepted(o, rc);
    }
    twilio_offer_free(o);
    twilio_end(t);
}
