#include "web/inbox/enter.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/percent.h"
#include "spine/contact.h"
#include "web/inbox/live.h"
#include "web/inbox/row.h"

enum {
    DOORS = 2,
    BODY_MAX = 64 * 1024,
    NAME_MAX_BYTES = 100,
    KEY_BYTES = 16,
    DEGREES = 7,
    NOWHERE = 1000,
};

const char *const enter_doors[DOORS + 1] = { "phone", "counter", NULL };

struct enter {
    struct desk *desk;
    struct adapter adapter; /* the one that reads them, but it answers here */
    struct channel doors[DOORS];
    struct arena arena;
    bool stopping;
};

/* One on its way to its number. In the request's memory. */
struct entry {
    struct desk *desk;
    struct http_request *request;
    const struct person *who;
    struct str text, category, label, name, contact, language, door, key;
    double lat, lon;
    struct channel *channel;
    bool again; /* it was there: its trail says so already */
    struct event event;
};

static const struct body_field fields[] = {
    { "text", BODY_TEXT, offsetof(struct entry, text), ENTER_TEXT_MAX, NULL },
    { "category", BODY_TEXT, offsetof(struct entry, category), NAME_MAX_BYTES,
      NULL },
    { "label", BODY_TEXT, offsetof(struct entry, label), ENTER_LINE_MAX, NULL },
    { "name", BODY_TEXT, offsetof(struct entry, name), ENTER_LINE_MAX, NULL },
    { "contact", BODY_TEXT, offsetof(struct entry, contact), ENTER_LINE_MAX,
      NULL },
    { "language", BODY_TEXT, offsetof(struct entry, language), NAME_MAX_BYTES,
      NULL },
    { "door", BODY_TEXT, offsetof(struct entry, door), NAME_MAX_BYTES, NULL },
    { "key", BODY_TEXT, offsetof(struct entry, key), NAME_MAX_BYTES, NULL },
    { "lat", BODY_DOUBLE, offsetof(struct entry, lat), 0, NULL },
    { "lon", BODY_DOUBLE, offsetof(struct entry, lon), 0, NULL },
    { NULL, BODY_TEXT, 0, 0, NULL },
};

/* ---- what became of it ---- */

/* Who entered it, and by which door, is a line of the trail. */
static int entered_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct entry *entry = arg;

    return entry->again ? 0 : tx_event_add(tx, &entry->event, e);
}

static void entered(struct desk *d, struct http_request *r,
                    const struct person *who, void *arg, int rc,
                    const struct error *e)
{
    const struct entry *entry = arg;
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);
    struct row_writer w = { d, &j, who->language, http_arena(r), NULL };
    struct ticket t;
    struct error own = *e;

    if (rc == 0) {
        rc = store_ticket_get(d->store, entry->event.ticket, &t, http_arena(r),
                              &own);
    }
    if (rc < 0) {
        buf_free(&out);
        desk_fail(d, r, who, &own);
        return;
    }
    live_look(d->live);
    json_begin_object(&j);
    json_key(&j, "ticket");
    row_json(&w, &t);
    json_end_object(&j);
    desk_answer(r, 201, &out);
}

static void entry_filed(struct channel *ch, void *arg, const struct filed *f)
{
    struct entry *entry = arg;
    struct error e = { .code = E_BUSY };

    if (f == NULL) {
        error(&e, E_BUSY, "it is kept, and not filed yet");
        desk_fail(entry->desk, entry->request, entry->who, &e);
        return;
    }
    entry->event = (struct event){
        .ticket = f->ticket,
        .at = clock_now(),
        .kind = STR("entered"),
        .actor = entry->who->user.name,
        .text = str_of(ch->name),
    };
    desk_submit(entry->desk, entry->request, entry->who,
                &(struct desk_write){ entered_work, entry, entered });
}

static void entry_accepted(struct channel *ch, void *arg, int rc)
{
    struct entry *entry = arg;
    struct error e;

    (void)ch;
    entry->again = rc == E_DUPLICATE;
    if (rc == 0 || rc == E_DUPLICATE)
        return; /* entry_filed() follows */
    error(&e, rc, "a report that was entered is not stored");
    desk_fail(entry->desk, entry->request, entry->who, &e);
}

/* ---- in ---- */

static void field_add(struct buf *to, struct arena *a, const char *name,
                      struct str value)
{
    if (value.n == 0)
        return;
    buf_printf(to, "%s%s=%.*s", to->n > 0 ? "&" : "", name,
               STR_FMT(percent_encode(a, value)));
}

static bool is_placed(const struct entry *entry)
{
    return entry->lat >= -90 && entry->lat <= 90 && entry->lon >= -180 &&
           entry->lon <= 180;
}

/* As the web form sends it. The caller agrees to be answered: they called. */
static struct str form_of(const struct entry *entry, struct arena *a)
{
    struct buf form = buf_init((size_t)BODY_MAX * 4);
    struct str out;

    field_add(&form, a, "report", entry->text);
    field_add(&form, a, "address", entry->label);
    field_add(&form, a, "name", entry->name);
    field_add(&form, a, "contact", entry->contact);
    field_add(&form, a, "category", entry->category);
    field_add(&form, a, "language", entry->language);
    field_add(&form, a, "consent", STR("yes"));
    if (is_placed(entry)) {
        buf_printf(&form, "&lat=%.*f&lon=%.*f", DEGREES, entry->lat, DEGREES,
                   entry->lon);
    }
    out = arena_str(a, buf_str(&form));
    buf_free(&form);
    return out;
}

static struct channel *door_of(struct enter *en, struct str door)
{
    for (size_t i = 0; i < DOORS; i++) {
        if (str_eq(door, str_of(en->doors[i].name)))
            return &en->doors[i];
    }
    return NULL;
}

/* NULL: it may come in; else the word that says what is wrong. */
static const char *fault_of(struct enter *en, struct entry *entry,
                            struct arena *a)
{
    struct str address;
    bool said = entry->lat < NOWHERE || entry->lon < NOWHERE;

    entry->channel =
        door_of(en, entry->door.n > 0 ? entry->door : STR("phone"));
    if (entry->channel == NULL)
        return "request";
    if (entry->text.n == 0)
        return "report_empty";
    if (said && !is_placed(entry))
        return "point";
    if (entry->contact.n > 0 && !contact_read(entry->contact, a, &address))
        return "contact";
    return NULL;
}

static void hand_in(struct entry *entry)
{
    struct arena *a = http_arena(entry->request);
    struct str key = entry->key;
    struct raw raw = {
        .received_at = clock_now(),
        .format = RAW_FORM,
        .envelope = str_of(arena_printf(a,
                                        "content-type: "
                                        "application/x-www-form-urlencoded\n"
                                        "by: %.*s\n",
                                        STR_FMT(entry->who->user.name))),
        .bytes = form_of(entry, a),
    };

    /* with a key of the page's own, what is sent twice is one report */
    if (key.n == 0)
        key = digest_token(a, KEY_BYTES);
    raw.origin = str_of(arena_printf(
        a, "%lld:%.*s", (long long)entry->who->user.id, STR_FMT(key)));
    raw.full_size = (int64_t)raw.bytes.n;
    http_hold(entry->request);
    inbox_accept(entry->channel, &raw, entry);
}

static void post_report(struct desk *d, struct http_request *r,
                        const struct person *who)
{
    struct entry *entry = arena_new(http_arena(r), struct entry);
    struct error e = { .code = E_BUSY };
    const char *fault;

    *entry = (struct entry){
        .desk = d, .request = r, .who = who, .lat = NOWHERE, .lon = NOWHERE
    };
    if (!desk_read(d, r, who, fields, entry))
        return;
    fault = fault_of(d->enter, entry, http_arena(r));
    if (fault != NULL) {
        desk_refuse(d, r, who, 422, fault);
    } else if (d->enter->stopping) {
        desk_fail(d, r, who, &e);
    } else {
        hand_in(entry);
    }
}

const struct desk_route enter_routes[] = {
    { "POST", "/api/report", BODY_MAX, ROLE_CLERK, post_report },
    { NULL, NULL, 0, ROLE_READER, NULL },
};

/* ---- its life ---- */

int enter_open(struct enter **out, struct desk *d, struct error *e)
{
    const struct adapter *reads = adapter_find(STR("desk"));
    struct enter *en = calloc(1, sizeof(*en));

    if (en == NULL)
        abort();
    *out = en;
    en->desk = d;
    if (reads == NULL)
        return error(e, E_NONE, "nothing reads what clerks enter");
    en->adapter = *reads;
    en->adapter.accepted = entry_accepted;
    en->adapter.filed = entry_filed;
    for (size_t i = 0; i < DOORS; i++) {
        en->doors[i] = (struct channel){ .adapter = &en->adapter,
                                         .name = enter_doors[i],
                                         .town = &d->config->town,
                                         .arena = &en->arena,
                                         .loop = d->loop,
                                         .inbox = d->inbox };
    }
    return 0;
}

void enter_stop(struct enter *en)
{
    en->stopping = true;
}

void enter_close(struct enter *en)
{
    if (en == NULL)
        return;
    arena_free(&en->arena);
    free(en);
}
