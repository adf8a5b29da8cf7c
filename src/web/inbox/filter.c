#include "web/inbox/filter.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "http/form.h"

enum { DAY_S = 24 * 3600, TEXT_MAX = 200, DAYS_MAX = 36500 };

struct asked {
    struct ticket_filter *f;
    struct str me;
    struct arena *a;
};

typedef bool value_fn(const struct asked *q, struct str value);

enum {
    ACTIVE = 1 << TICKET_NEW | 1 << TICKET_OPEN | 1 << TICKET_WAITING,
};

/* "new", "active", "any", or several with commas between. */
static bool read_state(const struct asked *q, struct str value)
{
    q->f->states = 0;
    if (str_eq(value, STR("any")))
        return true;
    while (value.n > 0) {
        struct str one = str_until(&value, STR(","));
        unsigned bits = str_eq(one, STR("active")) ? ACTIVE : 0;

        for (unsigned i = 0; i < TICKET_STATES; i++) {
            if (str_eq(one, str_of(ticket_state_names[i])))
                bits |= 1U << i;
        }
        if (bits == 0)
            return false;
        q->f->states |= bits;
    }
    return true;
}

static bool text(const struct asked *q, struct str value, struct str *to)
{
    *to = str_trim(utf8_clean(q->a, value));
    return to->n <= TEXT_MAX;
}

static bool read_category(const struct asked *q, struct str value)
{
    return text(q, value, &q->f->category);
}

static bool read_area(const struct asked *q, struct str value)
{
    return text(q, value, &q->f->area);
}

static bool read_department(const struct asked *q, struct str value)
{
    return text(q, value, &q->f->department);
}

static bool read_channel(const struct asked *q, struct str value)
{
    return text(q, value, &q->f->channel);
}

static bool read_search(const struct asked *q, struct str value)
{
    q->f->search = utf8_head(str_trim(utf8_clean(q->a, value)), TEXT_MAX);
    return true;
}

static bool read_assignee(const struct asked *q, struct str value)
{
    if (str_eq(value, STR("me"))) {
        q->f->assignee = q->me;
        return true;
    }
    return text(q, value, &q->f->assignee);
}

static bool read_needs(const struct asked *q, struct str value)
{
    q->f->unplaced = str_eq(value, STR("place"));
    q->f->uncategorised = str_eq(value, STR("category"));
    return q->f->unplaced || q->f->uncategorised;
}

static bool read_urgent(const struct asked *q, struct str value)
{
    q->f->urgent = str_eq(value, STR("1"));
    return true;
}

static bool read_snoozed(const struct asked *q, struct str value)
{
    if (str_eq(value, STR("1"))) {
        q->f->asleep_at = q->f->awake_at;
        q->f->awake_at = 0;
    } else if (str_eq(value, STR("any"))) {
        q->f->awake_at = 0;
    }
    return true;
}

/* "7d": so many days ago. */
static bool days_ago(struct str value, int64_t *at)
{
    int64_t days;

    if (!str_ends(value, STR("d")) ||
        !str_int(str_slice(value, 0, value.n - 1), &days) || days < 0 ||
        days > DAYS_MAX)
        return false;
    *at = clock_now() - days * DAY_S;
    return true;
}

static bool read_age(const struct asked *q, struct str value)
{
    return days_ago(value, &q->f->made_before);
}

static bool read_since(const struct asked *q, struct str value)
{
    return days_ago(value, &q->f->made_since);
}

static bool read_done(const struct asked *q, struct str value)
{
    bool good = days_ago(value, &q->f->done_since);

    q->f->changed_since = q->f->done_since;
    return good;
}

static bool read_order(const struct asked *q, struct str value)
{
    static const struct {
        const char *name;
        enum ticket_order order;
    } orders[] = { { "urgent", ORDER_URGENT },
                   { "oldest", ORDER_OLDEST },
                   { "changed", ORDER_CHANGED } };

    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        if (str_eq(value, str_of(orders[i].name))) {
            q->f->order = orders[i].order;
            return true;
        }
    }
    return false;
}

static bool number(struct str value, int64_t most, int64_t *to)
{
    return str_int(value, to) && *to >= 0 && *to <= most;
}

static bool read_offset(const struct asked *q, struct str value)
{
    return number(value, INT32_MAX, &q->f->offset);
}

static bool read_upto(const struct asked *q, struct str value)
{
    return number(value, INT64_MAX, &q->f->upto);
}

static bool read_limit(const struct asked *q, struct str value)
{
    int64_t n;

    if (!number(value, INT32_MAX, &n))
        return false;
    q->f->limit = n < 1 ? 1 : n > FILTER_LIMIT ? FILTER_LIMIT : (int)n;
    return true;
}

/* "west,south,east,north" in degrees. */
static bool read_box(const struct asked *q, struct str value)
{
    double *const sides[] = { &q->f->west, &q->f->south, &q->f->east,
                              &q->f->north };

    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        struct str one = str_until(&value, STR(","));

        if (!str_double(one, sides[i]) || *sides[i] < -180 || *sides[i] > 180)
            return false;
    }
    return value.n == 0;
}

static const struct {
    const char *name;
    value_fn *read;
} values[] = {
    { "state", read_state },       { "category", read_category },
    { "area", read_area },         { "department", read_department },
    { "assignee", read_assignee }, { "channel", read_channel },
    { "needs", read_needs },       { "urgent", read_urgent },
    { "age", read_age },           { "since", read_since },
    { "done", read_done },         { "q", read_search },
    { "snoozed", read_snoozed },   { "order", read_order },
    { "offset", read_offset },     { "limit", read_limit },
    { "upto", read_upto },         { "bbox", read_box },
};

static int value_read(const struct asked *q, const struct form_field *field,
                      struct error *e)
{
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        if (!str_eq(field->name, str_of(values[i].name)) || field->value.n == 0)
            continue;
        if (!values[i].read(q, field->value)) {
            return error(e, E_SYNTAX, "%s cannot be \"%.*s\"", values[i].name,
                         STR_FMT(field->value));
        }
    }
    return 0;
}

int filter_read(struct ticket_filter *f, struct str query, struct str me,
                struct arena *a, struct error *e)
{
    struct asked q = { f, me, a };
    struct form_field *fields = NULL;
    int rc = form_read(&fields, query, a, e);

    *f = (struct ticket_filter){
        .state = -1,
        .states = ACTIVE,
        .awake_at = clock_now(),
        .limit = FILTER_LIMIT_USUAL,
    };
    for (; rc == 0 && fields != NULL; fields = fields->next)
        rc = value_read(&q, fields, e);
    return rc;
}

struct str filter_query(struct str target)
{
    (void)str_until(&target, STR("?"));
    return target;
}
