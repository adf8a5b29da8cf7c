#include "jail/reader.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "geo/vcard.h"
#include "jail/decide.h"
#include "mail/mail.h"
#include "mail/picture.h"
#include "spine/asked.h"

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
        rc = gaz_open_learned(&r->gaz, town->gazetteer.p, town->rules, e);
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

/* Which areas hold the place, and who has a report of this category there. A
   street alone may be in several. */
static void route(struct reader *r, struct reading *reading,
                  struct str category, struct arena *a)
{
    const struct location *l = reading->locations;

    reading->areas = NULL;
    if (l != NULL && l->rejected.n == 0 && l->at.known &&
        l->kind != LOCATION_STREET)
        reading->areas = gaz_areas_at(r->gaz, l->at, a);
    reading->department = rules_route(r->rules, category, reading->areas,
                                      &reading->department_rule);
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
    if (m->spam.n > 0) {
        reading->extract.category = (struct category){
            .name = STR("spam"),
            .score = 1,
            .rule = m->spam,
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
    decide(r->rules, r->gaz, reading, a);
    route(r, reading, reading->extract.category.name, a);
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

/*
 * What was asked makes an answer whole: "14" is a place on the street of the
 * question. It stands only where it is better than what the words say alone.
 */
static void answer(struct reader *r, const struct asked *asked,
                   struct reading *reading, struct arena *a)
{
    struct reading meant = *reading;
    struct str text = asked_answer(asked, reading->message.visible, a);
    struct gaz_query q = {
        .address = text,
        .language = reading->extract.language,
    };

    if (r->gaz == NULL || text.n == 0 || reading->decision == DECISION_ACCEPT)
        return;
    meant.locations = gaz_find(r->gaz, &q, a);
    for (struct location *l = meant.locations; l != NULL; l = l->next)
        l->span = (struct span){ .in = ZONE_NONE }; /* in no text of theirs */
    decide(r->rules, r->gaz, &meant, a);
    if (meant.decision < reading->decision)
        *reading = meant;
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
    if (rc == 0 && raw->asked.n > 0) {
        struct asked asked = asked_read(raw->asked);

        answer(r, &asked, out, a);
        route(r, out, asked.category, a);
    }
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

int reader_picture(const struct raw *raw, int part, struct str *bytes,
                   struct arena *a, struct error *e)
{
    struct str as_sent;
    int rc = reader_part(raw, part, &as_sent, a, e);

    return rc < 0 ? rc : picture_safe(bytes, as_sent, a, e);
}

int reader_html(const struct raw *raw, int part, struct str *bytes,
                struct arena *a, struct error *e)
{
    (void)part;
    if (raw->format != RAW_RFC822)
        return error(e, E_NONE, "not a mail: it has no HTML");
    return mail_html(bytes, raw, a, e);
}
