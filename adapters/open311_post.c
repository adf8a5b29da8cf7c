/*
 * A request comes in: checks, then the inbox. What is wrong with it is said all
 * at once, in the spec's shape.
 */
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "open311.h"
#include "spine/service.h"

enum {
    WINDOW_S = 600,
    SEEN = 64 * 1024, /* bytes of a file that make it another */
    HASH_HEX = 32,
    DAY_TEXT = 10, /* "2026-11-24" */
    ABOUT_MAX = 100,
};

/* ---- what may be wrong ---- */

static size_t characters(struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

static void check_service(const struct open311_call *c,
                          const struct open311_form *f,
                          struct open311_faults *faults)
{
    if (f->service_code.n == 0) {
        open311_fault(faults, 400, "open311.service_missing", STR_NONE);
    } else if (!open311_is_service(c, f->service_code)) {
        open311_fault(faults, 404, "open311.service", STR_NONE);
    }
}

static void check_place(const struct open311_form *f,
                        struct open311_faults *faults)
{
    struct point at;

    if ((f->lat.n > 0) != (f->lon.n > 0)) {
        open311_fault(faults, 400, "open311.half", STR_NONE);
    } else if (f->lat.n > 0 && !open311_point(f->lat, f->lon, &at)) {
        open311_fault(faults, 400, "open311.degrees", STR_NONE);
    } else if (f->lat.n == 0 && f->address.n == 0) {
        open311_fault(faults, 400, "open311.place", STR_NONE);
    }
}

static void check_texts(const struct open311_form *f,
                        struct open311_faults *faults)
{
    const struct {
        const char *name;
        struct str value;
    } lines[] = {
        { "address_string", f->address },
        { "email", f->email },
        { "phone", f->phone },
        { "first_name", f->first_name },
        { "last_name", f->last_name },
    };

    if (characters(f->description) > OPEN311_DESCRIPTION)
        open311_fault(faults, 400, "open311.description", STR_NONE);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        if (lines[i].value.n > OPEN311_LINE)
            open311_fault(faults, 400, "open311.long", str_of(lines[i].name));
    }
}

/* A day is asked for; the spec's datetime brings the hour too. */
static bool takes(const struct question *q, struct str value)
{
    int64_t at;

    return question_takes(q, value) ||
           (q->kind == QUESTION_DATE && open311_date(value, &at) &&
            question_takes(q, str_slice(value, 0, DAY_TEXT)));
}

static void check_answers(const struct open311_call *c,
                          const struct open311_form *f,
                          struct open311_faults *faults)
{
    const struct question *q =
        service_questions(c->of->channel.services, f->service_code);

    for (; q != NULL; q = q->next) {
        struct str value = open311_answer_of(f, q->code);

        if (takes(q, value))
            continue;
        open311_fault(faults, 400,
                      value.n == 0 ? "open311.attribute_missing"
                                   : "open311.attribute",
                      q->code);
    }
}

static void check_files(const struct open311 *o, const struct open311_form *f,
                        struct open311_faults *faults)
{
    int64_t n = 0;

    for (const struct form_field *p = open311_file(f, NULL); p != NULL;
         p = open311_file(f, p)) {
        n++;
        if ((int64_t)p->value.n > o->file_bytes)
            open311_fault(faults, 400, "open311.file_large", STR_NONE);
    }
    if (n > o->files)
        open311_fault(faults, 400, "open311.files", STR_NONE);
}

/* ---- the same form twice is one report ---- */

static void count_in(struct buf *b, struct str s)
{
    buf_printf(b, "%zu:", s.n);
    buf_add(b, s);
}

/*
 * Who sends, and what. The key itself is not in it: it may be changed between
 * two tries. What has no id of its sender's is another when it comes later.
 */
static struct str origin_of(const struct open311_post *p,
                            const struct open311_form *f, struct arena *a)
{
    struct str id = p->update ? f->update_id : f->client_id;
    struct buf b = buf_init(RAW_MAX);
    struct str hex;

    count_in(&b, p->key->name);
    if (id.n == 0)
        buf_printf(&b, "%lld:", (long long)(clock_now() / WINDOW_S));
    for (const struct form_field *at = f->fields; at != NULL; at = at->next) {
        if (str_eq(at->name, STR("api_key")))
            continue;
        count_in(&b, at->name);
        count_in(&b, at->file_name);
        buf_printf(&b, "%zu/", at->value.n);
        count_in(&b, str_slice(at->value, 0, SEEN));
    }
    hex = digest_hex(a, digest(a, DIGEST_SHA256, buf_str(&b)));
    buf_free(&b);
    return str_of(
        arena_printf(a, "%s-%.*s", p->update ? "u" : "r", HASH_HEX, hex.p));
}

/* ---- in ---- */

void open311_hand_in(struct open311_post *p, const struct open311_form *form,
                     struct str ticket_token)
{
    struct http_request *r = p->request;
    struct arena *a = http_arena(r);
    struct str type = http_header(r, "Content-Type");
    struct str kind = type;
    struct raw raw = {
        .received_at = clock_now(),
        .bytes = http_body(r),
        .full_size = (int64_t)http_body(r).n,
        .format = RAW_FORM,
    };

    p->token = origin_of(p, form, a);
    raw.origin = p->token;
    raw.envelope = str_of(arena_printf(
        a, "content-type: %.*s\nkind: %s\nkey: %.*s\n%s%s%s%.*s\n",
        STR_FMT(str_slice(type, 0, RAW_ENVELOPE_MAX / 2)),
        p->update ? "update" : "request", STR_FMT(p->key->name),
        p->key->trusted ? "trusted: yes\n" : "",
        p->of->answer ? "answer: yes\n" : "",
        ticket_token.n > 0 ? "token: " : "", STR_FMT(ticket_token)));
    kind = str_trim(str_until(&kind, STR(";")));
    if (str_case_eq(kind, STR("multipart/form-data")))
        raw.format = RAW_MULTIPART;
    http_hold(r);
    p->of->busy++;
    inbox_accept(&p->of->channel, &raw, p);
    /* Behind it in the store's order, and before anybody is thanked. */
    open311_media_add(p->of, raw.origin, form, a);
}

static bool form_take(struct open311_call *c, struct open311_form *f)
{
    struct str type = http_header(c->request, "Content-Type");
    struct error e;

    if (c->of->stopping) {
        open311_refuse_one(c, 503, "error.trouble");
        return false;
    }
    if (open311_form_read(f, type, http_body(c->request), c->a, &e) == 0)
        return true;
    log_info("%s: a form could not be read: %s", c->of->channel.name, e.text);
    inbox_count(&c->of->channel, "unreadable");
    open311_refuse_one(c, 400, "open311.form");
    return false;
}

bool open311_let_in(struct open311_call *c, struct open311_form *f,
                    open311_check_fn *check)
{
    struct open311_faults faults = { .n = 0 };

    if (!form_take(c, f))
        return false;
    open311_form_faults(c, f, &faults);
    if (faults.n == 0) {
        check(c, f, &faults);
        check_files(c->of, f, &faults);
    }
    if (faults.n == 0 &&
        limit_take(c->of->posts_limit, c->key->name, c->of->per_hour) > 0) {
        inbox_count(&c->of->channel, "limited");
        open311_fault(&faults, 429, "open311.limited", STR_NONE);
    }
    if (faults.n > 0)
        open311_refuse(c, &faults);
    return faults.n == 0;
}

struct open311_post *open311_post_begin(const struct open311_call *c)
{
    struct open311_post *p = open311_post_new(c->of);

    p->request = c->request;
    p->xml = c->xml;
    p->language = c->language;
    p->key = c->key;
    return p;
}

static void check_request(const struct open311_call *c,
                          const struct open311_form *f,
                          struct open311_faults *faults)
{
    check_service(c, f, faults);
    check_place(f, faults);
    check_texts(f, faults);
    if (faults->n == 0)
        check_answers(c, f, faults);
}

void open311_take_request(struct open311_call *c)
{
    struct open311_form f;

    if (open311_let_in(c, &f, check_request))
        open311_hand_in(open311_post_begin(c), &f, STR_NONE);
}
