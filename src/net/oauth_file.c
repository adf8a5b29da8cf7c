/* The file a token is kept in: JSON, readable by its owner alone. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "net/oauth_internal.h"

enum { FILE_MAX = 256 * 1024, RENEW_PERCENT = 80, LAST_PART = 20 };

int64_t oauth_renew_at(const struct oauth_token *t)
{
    return t->obtained_at +
           (t->expires_at - t->obtained_at) * RENEW_PERCENT / 100;
}

bool oauth_usable(const struct oauth_token *t, int64_t now)
{
    int64_t life = t->expires_at - t->obtained_at;

    return t->access.n > 0 && now < t->expires_at - life / LAST_PART;
}

static int64_t date_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* Another user's token never opens this one's mailbox. */
static int token_read(const struct oauth_settings *s, const char *path,
                      struct str text, struct arena *a, struct oauth_token *t,
                      struct error *e)
{
    json_t *root = json_loadb(text.p, text.n, 0, NULL);
    int rc = 0;

    if (!json_is_object(root)) {
        rc = error(e, E_SYNTAX, "%s holds no token; run: inlet login %s", path,
                   s->channel);
    } else {
        t->access = arena_str(a, oauth_text(root, "access_token"));
        t->refresh = arena_str(a, oauth_text(root, "refresh_token"));
        t->obtained_at = date_of(root, "obtained_at");
        t->expires_at = date_of(root, "expires_at");
        if (!str_eq(oauth_text(root, "client"), s->client)) {
            rc = error(e, E_DENIED,
                       "%s holds a token of another oauth-client; run: "
                       "inlet login %s",
                       path, s->channel);
        }
    }
    json_decref(root);
    return rc;
}

static int load_one(const struct oauth_settings *s, const char *path,
                    struct arena *a, struct oauth_token *t, struct error *e)
{
    struct str text;
    int rc = file_read(a, path, FILE_MAX, &text, e);

    *t = (struct oauth_token){ 0 };
    if (rc == -ENOENT) {
        return error(e, E_NONE, "not signed in; run: inlet login %s",
                     s->channel);
    }
    return rc < 0 ? rc : token_read(s, path, text, a, t, e);
}

/* Where systemd puts LoadCredential=NAME: of the file's own name. */
static const char *credential_path(const struct oauth_settings *s,
                                   struct arena *a)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    struct str name = s->file;

    while (str_find(name, STR("/")) < name.n)
        (void)str_until(&name, STR("/"));
    if (folder == NULL)
        return NULL;
    return arena_printf(a, "%s/%.*s", folder, STR_FMT(name));
}

int oauth_load(const struct oauth_settings *s, struct arena *a,
               struct oauth_token *t, struct error *e)
{
    const char *path = credential_path(s, a);
    struct oauth_token given;
    struct error ignored;
    int rc = load_one(s, arena_dup(a, s->file), a, t, e);

    if (path == NULL || load_one(s, path, a, &given, &ignored) < 0)
        return rc;
    if (rc < 0 || given.obtained_at > t->obtained_at)
        *t = given;
    return 0;
}

static struct str written(const struct oauth_settings *s,
                          const struct oauth_token *t, struct buf *b)
{
    struct json j = json_to(b);

    json_begin_object(&j);
    json_kv(&j, "user", s->user);
    json_kv(&j, "client", s->client);
    json_kv(&j, "access_token", t->access);
    json_kv(&j, "refresh_token", t->refresh);
    json_kv_int(&j, "obtained_at", t->obtained_at);
    json_kv_int(&j, "expires_at", t->expires_at);
    json_end_object(&j);
    buf_byte(b, '\n');
    return buf_str(b);
}

int oauth_save(const struct oauth_settings *s, const struct oauth_token *t,
               struct error *e)
{
    struct buf b = buf_init(FILE_MAX);
    struct arena a = { 0 };
    int rc = file_replace_secret(arena_dup(&a, s->file), written(s, t, &b), e);

    buf_free(&b);
    arena_free(&a);
    return rc;
}
