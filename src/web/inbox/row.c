#include "web/inbox/row.h"

#include "base/log.h"

enum { DEGREES = 7, METRES = 1, SURE = 3 };

struct row_label {
    struct str name, label;
    struct row_label *next;
};

/* A list of hundreds has few categories. */
static struct str label_of(struct row_writer *w, struct str category)
{
    struct row_label *l = w->labels;

    while (l != NULL && !str_eq(l->name, category))
        l = l->next;
    if (l == NULL) {
        l = arena_new(w->a, struct row_label);
        l->name = arena_str(w->a, category);
        l->label = desk_word(w->desk, w->a, w->language, "category", l->name);
        l->next = w->labels;
        w->labels = l;
    }
    return l->label;
}

void row_text(struct json *j, const char *key, struct str text)
{
    json_key(j, key);
    json_str_or_null(j, text);
}

void row_point(struct json *j, const struct point *at)
{
    json_key(j, "lat");
    if (at->known) {
        json_num(j, at->lat, DEGREES);
        json_key(j, "lon");
        json_num(j, at->lon, DEGREES);
    } else {
        json_put_null(j);
        json_key(j, "lon");
        json_put_null(j);
    }
}

static void put_place(struct json *j, const struct ticket *t)
{
    json_kv(j, "label", t->label);
    row_point(j, &t->at);
    json_kv(j, "method", str_of(location_method_names[t->method]));
    json_key(j, "uncertainty_m");
    json_num(j, t->uncertainty_m, METRES);
    json_key(j, "confidence");
    json_num(j, t->confidence, SURE);
    json_kv(j, "decision", str_of(decision_names[t->decision]));
}

static int64_t duplicates_of(struct desk *d, const struct ticket *t)
{
    int64_t n = 0;
    struct error e;

    if (store_duplicates(d->store, t->id, &n, &e) < 0)
        log_warn("duplicates are not counted: %s", e.text);
    return n;
}

void row_members(struct row_writer *w, const struct ticket *t)
{
    struct json *j = w->j;

    json_kv_int(j, "id", t->id);
    json_kv_int(j, "revision", t->revision);
    json_kv(j, "state", str_of(ticket_state_names[t->state]));
    json_kv_bool(j, "urgent", t->urgent);
    json_kv_bool(j, "unread", t->unread);
    json_kv(j, "category", t->category);
    json_kv(j, "category_label",
            t->category.n > 0 ? label_of(w, t->category) : STR_NONE);
    json_kv(j, "title", t->title);
    put_place(j, t);
    json_kv(j, "department", t->department);
    json_kv(j, "assignee", t->assignee);
    json_kv(j, "channel", t->channel);
    json_kv(j, "language", t->language);
    json_kv_bool(j, "photo", t->photo);
    json_kv_int(j, "snoozed_until", t->snoozed_until);
    json_kv_int(j, "duplicate_of", t->duplicate_of);
    json_kv_int(j, "duplicates", duplicates_of(w->desk, t));
    json_kv(j, "reason", t->reason);
    json_kv_int(j, "created_at", t->created_at);
    json_kv_int(j, "changed_at", t->changed_at);
}

void row_json(struct row_writer *w, const struct ticket *t)
{
    json_begin_object(w->j);
    row_members(w, t);
    json_end_object(w->j);
}
