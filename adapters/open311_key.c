/* Keys: several, each with a name, and two of one name while one is changed. */
#include "base/digest.h"
#include "base/file.h"
#include "open311.h"

enum { KEY_MIN = 16, KEY_MAX = 1000 };

static int key_text(struct str value, struct arena *a, struct str *out,
                    struct error *e)
{
    struct str rest = value;
    struct str bytes;
    int rc;

    *out = value;
    if (!str_eq(str_word(&rest), STR("file")) || rest.n == 0)
        return 0;
    rc = file_read(a, arena_dup(a, str_trim(rest)), KEY_MAX, &bytes, e);
    if (rc == 0)
        *out = str_trim(bytes);
    return rc;
}

/* It stands on tickets' trails, and in the store's names of what came. */
static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' &&
            c != '_' && c != '.')
            return false;
    }
    return s.n > 0 && s.n <= 50;
}

static int key_open(struct open311 *o, struct str value, struct error *e)
{
    struct arena *a = o->channel.arena;
    struct open311_key *k = arena_new(a, struct open311_key);
    struct str text;
    int rc;

    k->name = str_word(&value);
    if (!is_name(k->name)) {
        return error(e, E_CONFIG,
                     "key: a name of a-z 0-9 - _ . and then the key, not "
                     "\"%.*s\"",
                     STR_FMT(k->name));
    }
    rc = key_text(str_trim(value), a, &text, e);
    if (rc < 0)
        return error_in(e, "key %.*s", STR_FMT(k->name));
    if (text.n < KEY_MIN || text.n > KEY_MAX) {
        return error(e, E_CONFIG, "key %.*s: a key has %d characters or more",
                     STR_FMT(k->name), KEY_MIN);
    }
    k->hash = digest(a, DIGEST_SHA256, text);
    k->next = o->key_list;
    o->key_list = k;
    return 0;
}

static int trust(struct open311 *o, struct str name, struct error *e)
{
    bool found = false;

    for (struct open311_key *k = o->key_list; k != NULL; k = k->next) {
        if (str_eq(k->name, name)) {
            k->trusted = true;
            found = true;
        }
    }
    return found ? 0
                 : error(e, E_CONFIG, "trust: no key is called \"%.*s\"",
                         STR_FMT(name));
}

int open311_keys_open(struct open311 *o, struct error *e)
{
    int rc = 0;

    o->key_list = NULL;
    for (const struct setting_list *l = o->keys; rc == 0 && l != NULL;
         l = l->next)
        rc = key_open(o, l->value, e);
    for (const struct setting_list *l = o->trusted; rc == 0 && l != NULL;
         l = l->next)
        rc = trust(o, l->value, e);
    return rc;
}

/* All are held against it, so that the time tells nothing. */
const struct open311_key *open311_key_find(const struct open311 *o,
                                           struct str key, struct arena *a)
{
    struct str hash = digest(a, DIGEST_SHA256, key);
    const struct open311_key *found = NULL;

    for (const struct open311_key *k = o->key_list; k != NULL; k = k->next) {
        if (digest_same(k->hash, hash))
            found = k;
    }
    return found;
}

struct str open311_actor(const struct open311 *o, const struct open311_key *k,
                         struct arena *a)
{
    return str_of(
        arena_printf(a, "%.*s (%s)", STR_FMT(k->name), o->channel.name));
}
