#include "jail/reader.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "geo/vcard.h"

/* Sure enough to be filed without a look (see inlet-rules(5), "ask"). */
static const double accept_confidence = 0.85;
static const double accept_uncertainty_m = 400;
static const double clerk_confidence = 0.4;

struct reader {
    const struct town *town;
    struct rules *rules;
    struct gaz *gaz; /* NULL: no gazetteer is named */
};

int reader_open(struct reader **out, const struct town *town, struct error *e)
{
    struct reader *r = calloc(1, sizeof(*r));
    int rc;

    if (r == NULL)
        abort();
    r->town = town;
    rc = rules_load(&r->rules, town->rules, e);
    if (rc == 0 && town->gazetteer.n > 0)
        rc = gaz_open(&r->gaz, town->gazetteer.p, e);
    if (rc == 0 && r->gaz != NULL)
        rc = gaz_weigh(r->gaz, town->rules, e);
    if (rc < 0) {
        reader_close(r);
        return rc;
    }
    *out = r;
    return 0;
}

void reader_close(struct reader *r)
{
    if (r->gaz != NULL)
        gaz_close(r->gaz);
    if (r->rules != NULL)
        rules_free(r->rules);
    free(r);
}

struct rules *reader_rules(struct reader *r)
{
    return r->rules;
}

struct gaz *reader_gaz(struct reader *r)
{
    return r->gaz;
}

static struct point photo_point(const struct message *m)
{
    for (const struct attachment *at = m->attachments; at != NULL;
         at = at->next) {
        if (at->photo && at->exif.known)
            return at->exif;
    }
    return (struct point){ .known = false };
}

static const struct location *best(const struct reading *r)
{
    const struct location *l = r->locations;

    return l != NULL && l->rejected.n == 0 ? l : NULL;
}

/* Why a place is not sure: which "ask" block has the words for it. */
static const char *ask_cause(const struct reading *r)
{
    const struct location *l = best(r);
    bool unknown = false;

    for (const struct location *at = r->locations; at != NULL; at = at->next)
        unknown = unknown || (at->rejected.n > 0 && at->street_count > 0);
    if (l == NULL)
        return unknown ? "unknown-street" : "nothing";
    if (l->kind == LOCATION_STREET)
        return "street-only";
    return l->next != NULL && l->next->rejected.n == 0 ? "ambiguous"
                                                       : "nothing";
}

/* Puts the street's name where the question has {street}. */
static struct str question_fill(struct str question, const struct location *l,
                                struct arena *a)
{
    struct str rest = question;
    struct str before = str_until(&rest, STR("{street}"));
    struct str street = STR_NONE;

    if (before.n == question.n)
        return question;
    if (l != NULL && l->street_count > 0)
        street = l->streets[0];
    return str_of(arena_printf(a, "%.*s%.*s%.*s", STR_FMT(before),
                               STR_FMT(street), STR_FMT(rest)));
}

static void decide(struct reader *r, struct reading *reading, struct arena *a)
{
    const struct location *l = best(reading);

    if (l != NULL && l->at.known && l->confidence >= accept_confidence &&
        l->uncertainty_m <= accept_uncertainty_m) {
        reading->decision = DECISION_ACCEPT;
        return;
    }
    if (l != NULL && l->kind != LOCATION_STREET &&
        l->confidence >= clerk_confidence) {
        reading->decision = DECISION_CLERK;
        return;
    }
    reading->decision = DECISION_ASK;
    reading->question =
        rules_question(r->rules, ask_cause(reading), reading->extract.language);
    reading->question =
        question_fill(reading->question, l != NULL ? l : reading->locations, a);
}

void reader_think(struct reader *r, struct reading *reading, struct arena *a)
{
    const struct message *m = &reading->message;
    struct rules_text text = { m->subject, m->visible, m->language };

    rules_apply(r->rules, &text, &reading->extract, a);
    if (m->category.n > 0) {
        reading->extract.category = (struct category){
            .name = m->category,
            .score = 1,
            .rule = STR("resident"),
            .span = { .in = ZONE_NONE },
        };
    }
    reading->extract.category.label = rules_label(
        r->rules, reading->extract.category.name, reading->extract.language);
    if (r->gaz != NULL) {
        struct gaz_query q = {
            .title = m->subject,
            .text = m->visible,
            .address = m->address,
            .language = reading->extract.language,
            .pin = m->pin,
            .exif = photo_point(m),
            .findings = reading->extract.findings,
        };

        reading->locations = gaz_find(r->gaz, &q, a);
    }
    decide(r, reading, a);
}

/* A place that a phone has sent as a card is as good as a pin on a map. */
static void card_pin(const struct adapter *adapter, const struct raw *raw,
                     struct message *m, struct arena *a)
{
    struct error e;

    for (const struct attachment *at = m->attachments;
         at != NULL && !m->pin.known; at = at->next) {
        struct str bytes;

        if (at->part >= 0 && vcard_is_type(at->media_type) &&
            adapter->part != NULL &&
            adapter->part(&bytes, raw, at->part, a, &e) == 0)
            m->pin = vcard_point(a, bytes);
    }
}

/* A file that came for a message of its own: one attachment and no words. */
static bool says_something(const struct message *m)
{
    return m->visible.n > 0 || m->subject.n > 0 || m->address.n > 0 ||
           m->pin.known || m->attachments != NULL;
}

int reader_read(struct reader *r, const struct raw *raw, struct reading *out,
                struct arena *a, struct error *e)
{
    const struct adapter *adapter = adapter_find(raw->adapter);
    struct reading_context context = {
        .own_addresses = r->town->own_addresses,
        .forwarders = r->town->forwarders,
        .instance = r->town->jurisdiction.p,
    };
    int rc;

    *out = (struct reading){ 0 };
    if (adapter == NULL || adapter->read == NULL) {
        return error(e, E_NONE, "no kind of channel reads \"%.*s\"",
                     STR_FMT(raw->adapter));
    }
    rc = adapter->read(&out->message, raw, &context, a, e);
    if (rc == 0)
        card_pin(adapter, raw, &out->message, a);
    if (rc == 0 && says_something(&out->message))
        reader_think(r, out, a);
    return rc;
}

int reader_part(const struct raw *raw, int part, struct str *bytes,
                struct arena *a, struct error *e)
{
    const struct adapter *adapter = adapter_find(raw->adapter);

    if (adapter == NULL || adapter->part == NULL) {
        return error(e, E_NONE, "a %.*s message has no parts",
                     STR_FMT(raw->adapter));
    }
    return adapter->part(bytes, raw, part, a, e);
}
