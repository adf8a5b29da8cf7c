/*
 * Damage is looked for in two ways: every raw's bytes against the hash that
 * was made when they came, since SQLite's own check does not see a changed
 * byte inside a value; and SQLite's check of its pages and indexes.
 */
#include <stdio.h>

#include "base/buf.h"
#include "base/digest.h"
#include "store/sqlite/sqlite_internal.h"

enum { TEXT_MAX = 64 * 1024, CHECK_LINES = 100 };

struct verify {
    struct store *store;
    struct store_verdict *out;
    struct buf text;
};

static void damage_add(struct verify *v, const char *line)
{
    v->out->damaged++;
    buf_printf(&v->text, "%s\n", line);
}

/* 1: looked at raw *id; 0: none above it; negative: cannot be read. */
static int raw_check(struct verify *v, int64_t *id, struct error *e)
{
    static const char next[] =
        "SELECT r.id, r.sha256, b.bytes, r.channel, r.origin FROM raws r"
        " LEFT JOIN raw_bytes b ON b.raw = r.id WHERE r.id > ?2"
        " ORDER BY r.id LIMIT 1";
    struct arena a = { 0 };
    struct query q;
    int rc = query_make(&q, &v->store->read, next, e);

    if (rc < 0)
        return rc;
    query_int(&q, *id);
    rc = query_row(&q, e);
    if (rc <= 0)
        return rc;
    *id = query_get_int(&q);
    struct str want = query_get_text(&q, &a);
    bool missing = query_get_null(&q);
    struct str bytes = query_get_text(&q, &a);
    struct str channel = query_get_text(&q, &a);
    struct str origin = query_get_text(&q, &a);
    query_end(&q);
    if (missing || !str_eq(want, digest(&a, DIGEST_SHA256, bytes))) {
        damage_add(v, arena_printf(&a, "raw %lld (%.*s, %.*s): its bytes %s",
                                   (long long)*id, STR_FMT(channel),
                                   STR_FMT(origin),
                                   missing ? "are gone" : "have changed"));
    }
    v->out->raws++;
    arena_free(&a);
    return 1;
}

/* A raw whose page cannot be read is damage too: the next one is tried. */
static int raws_check(struct verify *v, struct error *e)
{
    struct error bad;
    int64_t id = 0;
    int64_t last = 0;
    int rc = db_int(&v->store->read, "SELECT max(id) FROM raws", &last, e);

    while (rc == 0 && id < last) {
        int64_t was = id;
        int got = raw_check(v, &id, &bad);

        if (got == 0)
            break;
        if (got < 0) {
            char line[640];

            if (bad.code == E_BUSY)
                return error(e, bad.code, "%s", bad.text);
            id = id > was ? id : was + 1;
            snprintf(line, sizeof(line), "raw %lld: %s", (long long)id,
                     bad.text);
            damage_add(v, line);
        }
    }
    return rc;
}

static int pages_check(struct verify *v, struct error *e)
{
    struct arena a = { 0 };
    struct query q;
    int n = 0;
    int rc = query_make(&q, &v->store->read, "PRAGMA quick_check(100)", e);

    if (rc < 0)
        return rc;
    while (n++ < CHECK_LINES && (rc = query_row(&q, e)) > 0) {
        struct str line = query_get_text(&q, &a);

        if (!str_eq(line, STR("ok")))
            damage_add(v, arena_dup(&a, line));
    }
    if (rc > 0)
        query_end(&q);
    arena_free(&a);
    return rc > 0 ? 0 : rc;
}

int store_verify(struct store *s, struct store_verdict *out, struct arena *a,
                 struct error *e)
{
    struct verify v = { s, out, buf_init(TEXT_MAX) };
    struct error bad;
    int rc;

    *out = (struct store_verdict){ .raws = 0 };
    rc = raws_check(&v, &bad);
    if (rc < 0 && rc != E_BUSY) {
        damage_add(&v, bad.text);
        rc = 0;
    }
    if (rc == 0) {
        rc = pages_check(&v, &bad);
        if (rc < 0 && rc != E_BUSY) {
            damage_add(&v, bad.text);
            rc = 0;
        }
    }
    if (rc < 0)
        error(e, bad.code, "%s", bad.text);
    out->text = arena_str(a, buf_str(&v.text));
    buf_free(&v.text);
    return rc;
}
