/* What a clerk's page sends, or whoever has stolen its cookie: a body of JSON
 * (behind a 'j') or the query of a list, read within its limits. */
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "web/inbox/desk.h"
#include "web/inbox/filter.h"
#include "web/inbox/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { TEXT_MAX = 100, LIST_MAX = 10 };

struct read {
    struct str text, inside;
    int64_t number;
    double real;
    bool flag;
    struct body_numbers numbers;
};

static const struct body_field inner[] = {
    { "inside", BODY_TEXT, offsetof(struct read, inside), TEXT_MAX, NULL },
    { NULL, BODY_TEXT, 0, 0, NULL },
};

static const struct body_field fields[] = {
    { "text", BODY_TEXT, offsetof(struct read, text), TEXT_MAX, NULL },
    { "number", BODY_NUMBER, offsetof(struct read, number), 0, NULL },
    { "real", BODY_DOUBLE, offsetof(struct read, real), 0, NULL },
    { "flag", BODY_FLAG, offsetof(struct read, flag), 0, NULL },
    { "numbers", BODY_NUMBERS, offsetof(struct read, numbers), LIST_MAX, NULL },
    { "object", BODY_OBJECT, 0, 0, inner },
    { NULL, BODY_TEXT, 0, 0, NULL },
};

static void body(struct str in, struct arena *a)
{
    json_t *j =
        json_loadb(in.p, in.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    struct read r = { .number = 0 };
    struct error e;

    if (j != NULL && body_read(j, fields, &r, a, &e) == 0 &&
        (r.text.n > TEXT_MAX || r.inside.n > TEXT_MAX ||
         r.numbers.n > LIST_MAX || !utf8_valid(r.text)))
        abort();
    json_decref(j);
}

static void query(struct str in, struct arena *a)
{
    struct ticket_filter f;
    struct str next = session_next(in);
    struct error e;

    if (next.p[0] != '/' || (next.n > 1 && next.p[1] == '/'))
        abort();
    if (filter_read(&f, in, STR("Ana"), a, &e) < 0)
        return;
    if (f.limit < 1 || f.limit > FILTER_LIMIT || f.offset < 0 || f.upto < 0 ||
        f.states >= 1U << TICKET_STATES || !utf8_valid(f.search) ||
        !utf8_valid(f.category) || !(f.west >= -180 && f.west <= 180))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct str in = { (const char *)bytes, n };
    struct arena a = { 0 };

    if (n > 0 && bytes[0] == 'j') {
        body(str_slice(in, 1, n), &a);
    } else if (n > 0) {
        query(in, &a);
    }
    arena_free(&a);
    return 0;
}
