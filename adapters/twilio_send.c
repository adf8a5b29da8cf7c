/*
 * What we say. A request to send is not idempotent at Twilio: whatever is not
 * known to have failed is looked up in its list of messages, and never simply
 * said again.
 */
#include <jansson.h>

#include "base/clock.h"
#include "base/log.h"
#include "segments.h"
#include "twilio.h"
#include "twilio_json.h"

enum {
    TEXT_MAX = 1600, /* characters, Twilio's limit */
    FORM_BYTES = 64 * 1024,
    CLOCKS_APART = 120, /* seconds that theirs may differ from ours */
    ERROR_OPTED_OUT = 21610,
};

struct sending {
    struct twilio *t;
    struct arena arena; /* holds this itself */
    notice_sent_fn *sent;
    void *arg;
    struct str to, text;
    int64_t began;
    enum outcome otherwise; /* where the list does not have it */
    struct error why;
};

static void finish(struct sending *s, enum outcome outcome, struct str id)
{
    struct arena a = s->arena;
    bool done = outcome == OUTCOME_DONE;

    s->sent(s->arg, outcome, id, done ? NULL : &s->why);
    arena_free(&a);
}

void twilio_add_pair(struct buf *out, const char *name, struct str value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

    if (out->n > 0)
        buf_byte(out, '&');
    buf_add(out, str_of(name));
    buf_byte(out, '=');
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];

        if (c != '\0' && strchr(plain, c) != NULL) {
            buf_byte(out, c);
        } else {
            buf_printf(out, "%%%02X", (unsigned char)c);
        }
    }
}

void twilio_ask(struct twilio *t, const char *path, struct str body,
                transfer_done_fn *done, void *arg)
{
    static const char *const headers[] = {
        "Content-Type: application/x-www-form-urlencoded",
        "Accept: application/json", NULL
    };
    struct arena a = { 0 };
    struct transfer ask = {
        .url = arena_printf(&a, "%.*s%s", STR_FMT(t->api), path),
        .body = body,
        .headers = headers + (body.n == 0),
        .user = arena_dup(&a, t->account),
        .password = arena_dup(&a, t->token),
        .ca_file = t->ca_file.n > 0 ? arena_dup(&a, t->ca_file) : NULL,
        .max_bytes = TWILIO_ANSWER_BYTES,
        .timeout_ms = TWILIO_TIMEOUT_MS,
    };

    twilio_begin(t);
    transfer_start(t->channel.transfers, &ask, done, arg);
    arena_free(&a);
}

/* Is it this notice, and not one that was sent before? */
static bool is_ours(const struct sending *s, const json_t *item)
{
    return str_eq(twilio_json_text(item, "body"), s->text) &&
           str_eq(twilio_json_text(item, "to"), s->to) &&
           !str_eq(twilio_json_text(item, "direction"), STR("inbound")) &&
           twilio_json_date(item, "date_created") >= s->began - CLOCKS_APART;
}

static void listed(void *arg, const struct transfer_result *r)
{
    struct sending *s = arg;
    struct twilio *t = s->t;
    json_t *top = r->rc == 0 && r->status == 200 ? twilio_json(r->body) : NULL;
    json_t *item;
    size_t i;
    struct str id = STR("");

    json_array_foreach(json_object_get(top, "messages"), i, item)
    {
        if (id.n == 0 && is_ours(s, item))
            id = arena_str(&s->arena, twilio_json_text(item, "sid"));
    }
    if (id.n > 0) {
        finish(s, OUTCOME_DONE, id);
    } else if (top != NULL) {
        finish(s, s->otherwise, STR(""));
    } else {
        finish(s, OUTCOME_UNKNOWN, STR(""));
    }
    json_decref(top);
    twilio_end(t);
}

/* It may have gone out: Twilio's own list knows. */
static void look_up(struct sending *s, enum outcome otherwise)
{
    struct buf query = buf_init(FORM_BYTES);

    s->otherwise = otherwise;
    twilio_add_pair(&query, "To", s->to);
    twilio_add_pair(&query, "PageSize", STR("50"));
    twilio_ask(s->t,
               arena_printf(&s->arena,
                            "/2010-04-01/Accounts/%.*s/Messages.json?%s",
                            STR_FMT(s->t->account), buf_cstr(&query)),
               STR_NONE, listed, s);
    buf_free(&query);
}

static void refused(struct sending *s, const struct transfer_result *r)
{
    struct twilio *t = s->t;
    json_t *top = twilio_json(r->body);
    int64_t code = json_integer_value(json_object_get(top, "code"));
    struct str says = twilio_json_text(top, "message");

    error(&s->why, E_REMOTE, "Twilio's error %lld: %.*s", (long long)code,
          STR_FMT(says.n > 0 ? says : STR("it does not say why")));
    if (code == ERROR_OPTED_OUT)
        inbox_opt(&t->channel, s->to, false);
    json_decref(top);
    finish(s, OUTCOME_NEVER, STR(""));
}

/* What the status means for the notice; the rest of 4xx is a no to it. */
static void answer(struct sending *s, const struct transfer_result *r)
{
    long status = r->status;

    if (status >= 200 && status < 300) {
        json_t *top = twilio_json(r->body);
        struct str id = arena_str(&s->arena, twilio_json_text(top, "sid"));

        json_decref(top);
        finish(s, OUTCOME_DONE, id);
        return;
    }
    error(&s->why, E_REMOTE, "Twilio answers with HTTP %ld", status);
    if (status == 401 || status == 404) {
        inbox_health(&s->t->channel, "Twilio refuses the account or its token");
        finish(s, OUTCOME_LATER, STR(""));
    } else if (status == 408 || status == 429 || status == 503) {
        finish(s, OUTCOME_LATER, STR(""));
    } else if (status >= 400 && status < 500) {
        refused(s, r);
    } else {
        look_up(s, OUTCOME_LATER);
    }
}

static void answered(void *arg, const struct transfer_result *r)
{
    struct sending *s = arg;
    struct twilio *t = s->t;

    if (r->rc == 0) {
        answer(s, r);
    } else {
        s->why = r->why;
        error_in(&s->why, "Twilio");
        if (!r->sent) {
            finish(s, OUTCOME_LATER, STR(""));
        } else if (t->stopping) {
            finish(s, OUTCOME_UNKNOWN, STR(""));
        } else {
            look_up(s, OUTCOME_UNKNOWN);
        }
    }
    twilio_end(t);
}

/* "+15555550123", "whatsapp:+15555550123", a short code. */
static bool is_number(struct str to)
{
    if (str_starts(to, STR("whatsapp:")))
        str_until(&to, STR(":"));
    if (to.n > 0 && to.p[0] == '+')
        to = str_slice(to, 1, to.n);
    for (size_t i = 0; i < to.n; i++) {
        if (to.p[i] < '0' || to.p[i] > '9')
            return false;
    }
    return to.n >= 3 && to.n <= 15;
}

static struct str cut(struct str text)
{
    size_t end = 0;

    for (size_t n = 0; end < text.n; end++) {
        if (((unsigned char)text.p[end] & 0xc0) != 0x80 && n++ == TEXT_MAX)
            break;
    }
    return str_slice(text, 0, end);
}

static void say(struct sending *s)
{
    struct twilio *t = s->t;
    struct buf form = buf_init(FORM_BYTES);
    bool whatsapp = str_starts(s->to, STR("whatsapp:"));
    struct str from = t->number;

    if (whatsapp && !str_starts(from, STR("whatsapp:"))) {
        from = str_of(
            arena_printf(&s->arena, "whatsapp:%.*s", STR_FMT(t->number)));
    }
    twilio_add_pair(&form, "To", s->to);
    if (t->service.n > 0) {
        twilio_add_pair(&form, "MessagingServiceSid", t->service);
    } else {
        twilio_add_pair(&form, "From", from);
    }
    twilio_add_pair(&form, "Body", s->text);
    if (t->status_hook != NULL)
        twilio_add_pair(&form, "StatusCallback", str_of(t->status_hook));
    twilio_ask(t,
               arena_printf(&s->arena,
                            "/2010-04-01/Accounts/%.*s/Messages.json",
                            STR_FMT(t->account)),
               buf_str(&form), answered, s);
    buf_free(&form);
}

void twilio_send(struct channel *c, const struct notice *n,
                 notice_sent_fn *sent, void *arg)
{
    struct twilio *t = (struct twilio *)c;
    struct arena a = { 0 };
    struct sending *s = arena_new(&a, struct sending);
    struct segments cost;

    s->arena = a;
    s->t = t;
    s->sent = sent;
    s->arg = arg;
    s->began = clock_now();
    s->to = arena_str(&s->arena, n->to);
    s->text = cut(segments_fold(&s->arena, n->text));
    if (t->stopping) {
        error(&s->why, E_BUSY, "stopping");
        finish(s, OUTCOME_LATER, STR(""));
        return;
    }
    if (!is_number(s->to) || s->text.n == 0) {
        error(&s->why, E_SYNTAX,
              s->text.n == 0 ? "there is nothing to say"
                             : "this is no number to text to");
        finish(s, OUTCOME_NEVER, STR(""));
        return;
    }
    cost = segments_of(s->text);
    if (!cost.gsm && cost.count > 1) {
        log_info("%s: notice %lld takes %zu segments because of \"%.*s\"",
                 c->name, (long long)n->id, cost.count, STR_FMT(cost.odd));
    }
    say(s);
}
