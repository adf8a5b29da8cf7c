/*
 * Texts through a phone with Ushahidi's app SMSSync.
 *
 * Fields and tasks: github.com/ushahidi/SMSSync, website-src/content/
 * developers/index.md. The phone calls us, never we the phone: it posts what
 * it received and asks now and then what there is to send (?task=send), says
 * what of it is in its hands (?task=sent) and what became of it
 * (?task=result). "Message Results API" has to be set in the app.
 *
 * The secret stands in the form and in the query, so TLS keeps it, and the
 * proxy's log must not.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "control.h"
#include "http/form.h"
#include "http/http.h"
#include "segments.h"
#include "text_hook.h"
#include "text_json.h"

enum {
    HELD_MAX = 16,    /* texts that wait for the phone to ask */
    AWAITED_MAX = 64, /* texts whose result the phone is asked for */
    ID_SHOWN = 32,
    ANSWER_BYTES = 256 * 1024,
    MS = 1000,
};

/* A text for the phone; gone once the phone has it, or may have it. */
struct held {
    struct arena arena; /* holds this itself */
    struct str uuid, to, words;
    notice_sent_fn *sent;
    void *arg;
    int64_t handed_at; /* monotonic ms; 0: not yet */
    struct held *next; /* in order of coming */
};

struct smssync {
    struct text_channel text;
    struct held *held;
    int count;
    int64_t confirm; /* seconds the phone has to say that it has them */
    bool stopping;
    char awaited[AWAITED_MAX][ID_SHOWN + 1];
    size_t next_awaited;
};

static struct smssync *smssync_of(struct text_channel *t)
{
    return (struct smssync *)(void *)t;
}

static const struct setting settings[] = {
    { .name = "secret",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret),
      .needed = true,
      .help = "the secret key set in the app, or \"file PATH\"" },
    { .name = "secret-old",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret_old),
      .help = "the key before, still good while it is being changed" },
    { .name = "number",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(number),
      .help = "the phone's own number, +1555..." },
    { .name = "confirm",
      .kind = SETTING_SECONDS,
      .offset = offsetof(struct smssync, confirm),
      .min = 1,
      .max = 86400,
      .fallback = "5m",
      .help = "how long the phone has to say that it has what it fetched" },
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    { .name = NULL },
};

static bool knows_secret(const struct text_channel *t, struct str said)
{
    bool now = t->with.secret.n > 0 && digest_same(said, t->with.secret);
    bool old =
        t->with.secret_old.n > 0 && digest_same(said, t->with.secret_old);

    return now || old;
}

static enum text_verdict check(const struct text_channel *t,
                               struct text_call *call, struct arena *a)
{
    struct form_field *form = NULL;
    struct error e;

    if (!str_eq(call->method, STR("POST")) ||
        form_read(&form, call->body, a, &e) < 0)
        return TEXT_FORGED;
    return knows_secret(t, form_value(form, "secret")) ? TEXT_GENUINE
                                                       : TEXT_FORGED;
}

/* ---- what it tells ---- */

/* A phone that was set up anew counts from 1 again. */
static struct str identity(const struct form_field *form, struct arena *a)
{
    struct str all = str_of(arena_printf(
        a, "%.*s\n%.*s\n%.*s\n%.*s", STR_FMT(form_value(form, "device_id")),
        STR_FMT(form_value(form, "message_id")),
        STR_FMT(form_value(form, "sent_timestamp")),
        STR_FMT(form_value(form, "from"))));

    return str_slice(digest_hex(a, digest(a, DIGEST_SHA256, all)), 0, ID_SHOWN);
}

/* Milliseconds, and seconds of early versions. */
static int64_t sent_at(const struct form_field *form)
{
    static const int64_t last_second = 100000000000; /* in the year 5138 */
    int64_t at = 0;

    if (!str_int(form_value(form, "sent_timestamp"), &at) || at < 0)
        return 0;
    return at > last_second ? at / MS : at;
}

static int read_text(struct text **out, enum raw_format format,
                     struct str bytes, struct arena *a, struct error *e)
{
    struct text *t = arena_new(a, struct text);
    struct form_field *form = NULL;
    int rc = format == RAW_FORM ? form_read(&form, bytes, a, e)
                                : error(e, E_SYNTAX, "not a form");

    *out = NULL;
    if (rc < 0)
        return rc;
    t->from = form_value(form, "from");
    t->to = form_value(form, "sent_to");
    t->words = form_value(form, "message");
    t->sent_at = sent_at(form);
    t->id = identity(form, a);
    t->kind = t->from.n > 0 ? TEXT_MESSAGE : TEXT_NOTHING;
    *out = t;
    return 0;
}

/* ---- texts that wait for the phone ---- */

static void held_end(struct smssync *s, struct held *h, enum outcome outcome,
                     const char *why)
{
    struct held **at = &s->held;
    struct arena a = h->arena;
    struct error e;

    while (*at != h)
        at = &(*at)->next;
    *at = h->next;
    s->count--;
    if (why != NULL)
        error(&e, E_REMOTE, "%s", why);
    h->sent(h->arg, outcome, outcome == OUTCOME_DONE ? h->uuid : STR_NONE,
            why != NULL ? &e : NULL);
    arena_free(&a);
}

/* Handed over and never confirmed: it may be on its way. */
static void held_look(struct smssync *s)
{
    int64_t now = clock_monotonic_ms();
    struct held *next;

    for (struct held *h = s->held; h != NULL; h = next) {
        next = h->next;
        if (h->handed_at != 0 && now - h->handed_at >= s->confirm * MS) {
            held_end(s, h, OUTCOME_UNKNOWN,
                     "the phone took it and has not said that it has it");
        }
    }
}

static void smssync_send(struct channel *c, const struct notice *n,
                         notice_sent_fn *sent, void *arg)
{
    struct smssync *s = (struct smssync *)(void *)c;
    struct held **tail = &s->held;
    struct arena a = { 0 };
    struct held *h;
    struct error e;

    held_look(s);
    if (s->stopping || s->count == HELD_MAX) {
        error(&e, E_BUSY, "the phone has not asked for what waits already");
        sent(arg, OUTCOME_LATER, STR_NONE, &e);
        return;
    }
    h = arena_new(&a, struct held);
    h->uuid = str_slice(
        digest_hex(&a, digest(&a, DIGEST_SHA256, n->message_id)), 0, ID_SHOWN);
    h->to = arena_str(&a, n->to);
    h->words = segments_fold(&a, n->text);
    h->sent = sent;
    h->arg = arg;
    h->arena = a;
    while (*tail != NULL)
        tail = &(*tail)->next;
    *tail = h;
    s->count++;
}

/* Who says stop gets nothing that was still to be fetched. */
static void held_drop(struct smssync *s, struct str to)
{
    struct held *next;

    for (struct held *h = s->held; h != NULL; h = next) {
        next = h->next;
        if (h->handed_at == 0 && str_eq(h->to, to))
            held_end(s, h, OUTCOME_NEVER, "the reporter has opted out");
    }
}

/* ---- what the phone asks for ---- */

static void answer(struct http_request *r, struct buf *b)
{
    http_respond(
        r, &(struct http_response){ .status = b->over ? 500 : 200,
                                    .type = "application/json; charset=utf-8",
                                    .body = buf_str(b) });
    buf_free(b);
}

/* Whatever is handed over here is never handed over again. */
static void task_send(struct smssync *s, struct http_request *r)
{
    struct buf b = buf_init(ANSWER_BYTES);
    struct json j = json_to(&b);

    json_begin_object(&j);
    json_key(&j, "payload");
    json_begin_object(&j);
    json_kv(&j, "task", STR("send"));
    json_kv(&j, "secret", http_query(r, "secret"));
    json_key(&j, "messages");
    json_begin_array(&j);
    for (struct held *h = s->held; h != NULL && !s->stopping; h = h->next) {
        if (h->handed_at != 0)
            continue;
        h->handed_at = clock_monotonic_ms();
        json_begin_object(&j);
        json_kv(&j, "to", h->to);
        json_kv(&j, "message", h->words);
        json_kv(&j, "uuid", h->uuid);
        json_end_object(&j);
    }
    json_end_array(&j);
    json_end_object(&j);
    json_end_object(&j);
    answer(r, &b);
}

static void await(struct smssync *s, struct str uuid)
{
    char *at = s->awaited[s->next_awaited++ % AWAITED_MAX];

    memcpy(at, uuid.p, ID_SHOWN);
    at[ID_SHOWN] = '\0';
}

static char *awaited(struct smssync *s, struct str uuid)
{
    for (size_t i = 0; i < AWAITED_MAX && uuid.n == ID_SHOWN; i++) {
        if (str_eq(uuid, str_of(s->awaited[i])))
            return s->awaited[i];
    }
    return NULL;
}

static struct held *held_of(const struct smssync *s, struct str uuid)
{
    struct held *h = s->held;

    while (h != NULL && (h->handed_at == 0 || !str_eq(h->uuid, uuid)))
        h = h->next;
    return h;
}

static void uuids(struct http_request *r, const json_t *list,
                  const struct smssync *s)
{
    struct buf b = buf_init(ANSWER_BYTES);
    struct json j = json_to(&b);
    const json_t *item;
    size_t i;

    json_begin_object(&j);
    json_key(&j, "message_uuids");
    json_begin_array(&j);
    json_array_foreach(list, i, item)
    {
        if (json_is_string(item))
            json_str(&j, str_of(json_string_value(item)));
    }
    for (size_t k = 0; s != NULL && k < AWAITED_MAX; k++) {
        if (s->awaited[k][0] != '\0')
            json_str(&j, str_of(s->awaited[k]));
    }
    json_end_array(&j);
    json_end_object(&j);
    answer(r, &b);
}

static void held_confirm(struct smssync *s, struct held *h)
{
    await(s, h->uuid);
    held_end(s, h, OUTCOME_DONE, NULL);
}

static void task_sent(struct smssync *s, struct http_request *r)
{
    json_t *top = text_json(http_body(r));
    const json_t *queued = json_object_get(top, "queued_messages");
    const json_t *item;
    size_t i;

    json_array_foreach(queued, i, item)
    {
        struct held *h = !json_is_string(item)
                             ? NULL
                             : held_of(s, str_of(json_string_value(item)));

        if (h != NULL)
            held_confirm(s, h);
    }
    uuids(r, queued, NULL);
    json_decref(top);
}

static void task_result(struct smssync *s, struct http_request *r)
{
    json_t *top = text_json(http_body(r));
    const json_t *item;
    size_t i;

    json_array_foreach(json_object_get(top, "message_result"), i, item)
    {
        bool sent = text_json_int(item, "sent_result_code", -1) == 0;
        bool there = text_json_int(item, "delivered_result_code", -1) == 0;
        struct receipt told = {
            .remote_id = text_json_str(item, "uuid"),
            .delivery = there  ? DELIVERY_DELIVERED
                        : sent ? DELIVERY_SENT
                               : DELIVERY_FAILED,
        };
        struct held *h = held_of(s, told.remote_id);
        char *at;

        if (h != NULL) /* it has it, whether it has said so or not */
            held_confirm(s, h);
        if (told.remote_id.n != ID_SHOWN)
            continue;
        at = awaited(s, told.remote_id);
        if (!sent && !there)
            told.why = text_json_str(item, "sent_result_message");
        if (at != NULL && told.delivery != DELIVERY_SENT)
            at[0] = '\0';
        inbox_told(&s->text.channel, &told);
    }
    json_decref(top);
    uuids(r, NULL, s);
}

static const struct {
    const char *name;
    void (*handle)(struct smssync *s, struct http_request *r);
} tasks[] = {
    { "send", task_send },
    { "sent", task_sent },
    { "result", task_result },
};

/* A stop on its way in overtakes what waits to go out. */
static void look_for_stop(struct smssync *s, const struct http_request *r)
{
    struct arena a = { 0 };
    struct form_field *form = NULL;
    struct error e;

    if (form_read(&form, http_body(r), &a, &e) == 0 &&
        knows_secret(&s->text, form_value(form, "secret")) &&
        control_consent(form_value(form, "message"), &a) == CONTROL_STOP)
        held_drop(s, form_value(form, "from"));
    arena_free(&a);
}

static bool serve(struct text_channel *t, struct http_request *r)
{
    struct smssync *s = smssync_of(t);
    struct str task = http_query(r, "task");

    if (task.n == 0) {
        look_for_stop(s, r);
        return false;
    }
    if (!knows_secret(t, http_query(r, "secret"))) {
        text_refuse(t, r);
        return true;
    }
    held_look(s);
    for (size_t i = 0; i < COUNT_OF(tasks); i++) {
        if (str_eq(task, str_of(tasks[i].name))) {
            tasks[i].handle(s, r);
            return true;
        }
    }
    http_respond_error(r, 404, "There is no such task.");
    return true;
}

static void smssync_stop(struct channel *c, channel_stopped_fn *stopped)
{
    struct smssync *s = (struct smssync *)(void *)c;

    s->stopping = true;
    while (s->held != NULL) {
        bool handed = s->held->handed_at != 0;

        held_end(s, s->held, handed ? OUTCOME_UNKNOWN : OUTCOME_LATER,
                 handed ? "the phone took it and has not said that it has it"
                        : "stopping");
    }
    text_stop(c, stopped);
}

const struct text_provider smssync_provider = {
    .adapter = {
        .name = "smssync",
        .help = "texts through the app SMSSync",
        .settings = settings,
        .can = ADAPTER_RECEIVES | ADAPTER_SENDS_TEXT | ADAPTER_KEYWORDS |
               ADAPTER_WAITS,
        .format = RAW_FORM,
        .size = sizeof(struct smssync),
        .read = text_read,
        .part = text_part,
        .open = text_open,
        .start = text_start,
        .accepted = text_accepted,
        .send = smssync_send,
        .stop = smssync_stop,
    },
    .called = "SMSSync",
    .words_max = 1000,
    .thanks_type = "application/json",
    .thanks = "{\"payload\":{\"success\":true,\"error\":null}}",
    .check = check,
    .read = read_text,
    .serve = serve,
};
