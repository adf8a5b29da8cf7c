/* How a request is answered: its shape, and what is wrong with it. */
#include "base/log.h"
#include "http/page.h"
#include "open311.h"

enum {
    ANSWER_MAX = 64 * 1024 * 1024,
    QUESTIONS = 600, /* an hour, of one network address, without a key */
    ASKED = 36000,   /* the same with one */
    GUESSES = 100,   /* an hour, of keys that are none */
};

/* Any site's pages may ask: there is no cookie that would speak for them. */
static const struct http_header_line shared[] = {
    { "Access-Control-Allow-Origin", STR_INIT("*") },
    { "Cross-Origin-Resource-Policy", STR_INIT("cross-origin") },
    { NULL, { NULL, 0 } },
};

static void answer(const struct open311_call *c, int status, struct buf *out)
{
    if (out->over) {
        log_error("%s: an answer is too long", c->of->channel.name);
        http_respond_error(c->request, 500, NULL);
    } else {
        http_respond(c->request,
                     &(struct http_response){
                         .status = status,
                         .type = c->xml ? "text/xml; charset=utf-8"
                                        : "application/json; charset=utf-8",
                         .body = buf_str(out),
                         .headers = shared,
                     });
    }
    buf_free(out);
}

void open311_respond(const struct open311_call *c, struct buf *out)
{
    answer(c, 200, out);
}

/* ---- what is wrong ---- */

void open311_fault(struct open311_faults *f, int status, const char *word,
                   struct str about)
{
    if (f->n == OPEN311_FAULTS)
        return;
    f->all[f->n].status = status;
    f->all[f->n].word = word;
    f->all[f->n].about = about;
    f->n++;
}

static struct str sentence(const struct open311_call *c, const char *word,
                           struct str about)
{
    struct str text =
        template_word(c->of->channel.templates, c->language, word);

    if (about.n == 0)
        return text;
    return str_of(
        arena_printf(c->a, "%.*s: %.*s", STR_FMT(text), STR_FMT(about)));
}

void open311_refuse(const struct open311_call *c,
                    const struct open311_faults *f)
{
    struct buf buf = buf_init(ANSWER_MAX);
    struct open311_out o = open311_to(&buf, c->xml);

    open311_list(&o, "errors");
    for (int i = 0; i < f->n; i++) {
        open311_thing(&o, "error");
        open311_int(&o, "code", f->all[i].status);
        open311_text(&o, "description",
                     sentence(c, f->all[i].word, f->all[i].about));
        open311_end(&o);
    }
    open311_end(&o);
    answer(c, f->n > 0 ? f->all[0].status : 400, &buf);
}

void open311_refuse_one(const struct open311_call *c, int status,
                        const char *word)
{
    struct open311_faults f = { .n = 0 };

    open311_fault(&f, status, word, STR_NONE);
    open311_refuse(c, &f);
}

/* ---- who asks, and for what ---- */

bool open311_call_begin(struct open311_call *c, struct open311 *o,
                        struct http_request *r, struct str file)
{
    *c = (struct open311_call){ .of = o, .request = r, .a = http_arena(r) };
    c->language = page_language(o->channel.town, r, http_query(r, "locale"));
    c->xml = !str_ends(file, STR(".json"));
    c->id = file;
    if (str_ends(file, STR(".xml"))) {
        c->id = str_slice(file, 0, file.n - strlen(".xml"));
    } else if (!c->xml) {
        c->id = str_slice(file, 0, file.n - strlen(".json"));
    } else {
        open311_refuse_one(c, 404, "open311.format");
        return false;
    }
    return true;
}

static bool is_known(const struct open311 *o, struct str jurisdiction)
{
    const struct setting_list *l = o->jurisdictions;

    if (l == NULL)
        return str_eq(jurisdiction, o->channel.town->jurisdiction);
    while (l != NULL && !str_eq(l->value, jurisdiction))
        l = l->next;
    return l != NULL;
}

static void jurisdiction_faults(const struct open311 *o, struct str given,
                                struct open311_faults *f)
{
    bool several = o->jurisdictions != NULL && o->jurisdictions->next != NULL;

    if (given.n == 0 && several) {
        open311_fault(f, 400, "open311.jurisdiction_missing", STR_NONE);
    } else if (given.n > 0 && !is_known(o, given)) {
        open311_fault(f, 404, "open311.jurisdiction", STR_NONE);
    }
}

static void key_take(struct open311_call *c, struct str key)
{
    c->key = key.n == 0 ? NULL : open311_key_find(c->of, key, c->a);
    c->view = c->key == NULL    ? LISTING_EVERYBODY
              : c->key->trusted ? LISTING_TRUSTED
                                : LISTING_PARTNER;
}

/* Counts a key that is none; true: there were too many. */
static bool guessed(struct open311_call *c)
{
    inbox_count(&c->of->channel, "forged");
    return limit_take(c->of->guesses_limit, http_peer(c->request), GUESSES) > 0;
}

bool open311_may_read(struct open311_call *c)
{
    struct open311_faults f = { .n = 0 };
    struct str key = http_query(c->request, "api_key");
    struct str peer = http_peer(c->request);

    if (limit_spent(c->of->guesses_limit, peer, GUESSES)) {
        open311_refuse_one(c, 429, "open311.limited");
        return false;
    }
    key_take(c, key);
    if (limit_take(c->of->gets_limit, peer,
                   c->key == NULL ? QUESTIONS : ASKED) > 0) {
        open311_refuse_one(c, 429, "open311.limited");
        return false;
    }
    if (key.n > 0 && c->key == NULL) {
        (void)guessed(c);
        open311_fault(&f, 403, "open311.key", STR_NONE);
    }
    jurisdiction_faults(c->of, http_query(c->request, "jurisdiction_id"), &f);
    if (f.n > 0)
        open311_refuse(c, &f);
    return f.n == 0;
}

void open311_form_faults(struct open311_call *c, const struct open311_form *f,
                         struct open311_faults *faults)
{
    struct str key = form_value(f->fields, "api_key");
    struct str place = form_value(f->fields, "jurisdiction_id");
    struct str peer = http_peer(c->request);

    if (key.n == 0)
        key = http_query(c->request, "api_key");
    if (place.n == 0)
        place = http_query(c->request, "jurisdiction_id");
    if (limit_spent(c->of->guesses_limit, peer, GUESSES)) {
        open311_fault(faults, 429, "open311.limited", STR_NONE);
        return;
    }
    key_take(c, key);
    if (key.n == 0) {
        open311_fault(faults, 403, "open311.key_missing", STR_NONE);
    } else if (c->key == NULL) {
        bool much = guessed(c);

        open311_fault(faults, much ? 429 : 403,
                      much ? "open311.limited" : "open311.key", STR_NONE);
    }
    jurisdiction_faults(c->of, place, faults);
}

struct str open311_word(const struct open311_call *c, const char *prefix,
                        struct str name)
{
    const char *key = arena_printf(c->a, "%s.%.*s", prefix, STR_FMT(name));
    struct str word = template_word(c->of->channel.templates, c->language, key);

    return name.n == 0 || str_eq(word, str_of(key)) ? STR_NONE : word;
}
