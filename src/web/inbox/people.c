/* People: who may sign in and what they may do; for admins. */
#include <stddef.h>

#include "web/inbox/people_internal.h"

enum { BODY_MAX = 4 * 1024, TEXT_MAX = 1024, AUDITS_MAX = 500 };

/* ---- who there is ---- */

static void get_people(struct desk *d, struct http_request *r,
                       const struct person *who)
{
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);
    struct user_list *list;
    struct error e;

    if (store_users(d->store, &list, http_arena(r), &e) < 0) {
        desk_fail(d, r, who, &e);
        return;
    }
    json_begin_array(&j);
    for (; list != NULL; list = list->next) {
        json_begin_object(&j);
        user_json(&j, &list->user);
        json_end_object(&j);
    }
    json_end_array(&j);
    desk_answer(r, 200, &out);
}

/* ---- adding and changing ---- */

/* What is not told stays as it is. language empty: the browser's. */
static const struct body_field fields[] = {
    { "name", BODY_TEXT, offsetof(struct user_change, name), TEXT_MAX, NULL },
    { "role", BODY_TEXT, offsetof(struct user_change, role_name), TEXT_MAX,
      NULL },
    { "language", BODY_TEXT, offsetof(struct user_change, language), 20, NULL },
    { "password", BODY_SECRET, offsetof(struct user_change, password), TEXT_MAX,
      NULL },
    { NULL, BODY_TEXT, 0, 0, NULL },
};

/* The actors of what nobody does would be mistaken for a person. */
static bool is_name(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        if ((unsigned char)name.p[i] < ' ' || name.p[i] == 0x7f)
            return false;
    }
    return name.n > 0 && name.n <= USER_NAME_MAX &&
           !str_case_eq(name, STR("inlet")) &&
           !str_case_eq(name, STR("resident"));
}

static bool role_read(struct user_change *c)
{
    for (int i = 0; i < ROLES; i++) {
        if (str_eq(c->role_name, str_of(role_names[i]))) {
            c->role = (enum role)i;
            c->role_set = true;
            return true;
        }
    }
    return c->role_name.n == 0;
}

static bool language_fits(const struct desk *d, struct str language)
{
    const struct setting_list *l = d->config->town.languages;

    while (l != NULL && !str_eq(l->value, language))
        l = l->next;
    return l != NULL || language.n == 0;
}

/* The word of what is wrong; NULL: nothing. */
static const char *fault_of(struct user_change *c)
{
    if (!role_read(c) || !language_fits(c->d, c->language))
        return "request";
    return NULL;
}

static void post_people(struct desk *d, struct http_request *r,
                        const struct person *who)
{
    struct user_change *c = user_change_new(d, r, who);
    const char *fault;

    c->role = ROLE_CLERK;
    if (!desk_read(d, r, who, fields, c))
        return;
    fault = fault_of(c);
    if (fault == NULL && !is_name(c->name))
        fault = "name";
    if (fault == NULL && !user_password_fits(c->password, c->name))
        fault = "password";
    if (fault != NULL) {
        desk_refuse(d, r, who, 422, fault);
    } else {
        user_change_begin(c);
    }
}

struct flags {
    bool disabled, totp;
    struct str language;
};

/* What a body says of one's state; what it leaves out stays as it is. */
static const struct body_field flag_fields[] = {
    { "disabled", BODY_FLAG, offsetof(struct flags, disabled), 0, NULL },
    { "totp", BODY_FLAG, offsetof(struct flags, totp), 0, NULL },
    { "language", BODY_TEXT, offsetof(struct flags, language), 20, NULL },
    { NULL, BODY_TEXT, 0, 0, NULL },
};

/*
 * An admin takes away a second factor whose device is lost, and cannot give
 * one: that is its owner's.
 */
static bool flags_read(struct user_change *c, const struct user *now)
{
    struct flags f = { now->disabled_at != 0, now->totp.n > 0, now->language };

    if (!desk_read(c->d, c->r, c->who, flag_fields, &f))
        return false;
    c->disabled_set = f.disabled != (now->disabled_at != 0);
    c->disabled = c->disabled_set && f.disabled;
    c->totp_set = now->totp.n > 0 && !f.totp;
    c->language = f.language;
    c->language_set = !str_eq(f.language, now->language);
    return true;
}

static void post_person(struct desk *d, struct http_request *r,
                        const struct person *who)
{
    struct user_change *c = user_change_new(d, r, who);
    struct user now;
    const char *fault;
    struct error e;

    c->id = desk_id(r);
    if (store_user_get(d->store, c->id, &now, http_arena(r), &e) < 0) {
        desk_fail(d, r, who, &e);
        return;
    }
    if (!desk_read(d, r, who, fields, c) || !flags_read(c, &now))
        return;
    fault = fault_of(c);
    if (fault == NULL && c->password.n > 0 &&
        !user_password_fits(c->password, now.name))
        fault = "password";
    if (fault != NULL) {
        desk_refuse(d, r, who, 422, fault);
    } else {
        user_change_begin(c);
    }
}

/* ---- what was changed ---- */

static void get_audit(struct desk *d, struct http_request *r,
                      const struct person *who)
{
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);
    struct audit_list *list;
    struct error e;

    if (store_audits(d->store, AUDITS_MAX, &list, http_arena(r), &e) < 0) {
        desk_fail(d, r, who, &e);
        return;
    }
    json_begin_array(&j);
    for (; list != NULL; list = list->next) {
        json_begin_object(&j);
        json_kv_int(&j, "at", list->audit.at);
        json_kv(&j, "actor", list->audit.actor);
        json_kv(&j, "what", list->audit.what);
        json_kv(&j, "text", list->audit.text);
        json_end_object(&j);
    }
    json_end_array(&j);
    desk_answer(r, 200, &out);
}

const struct desk_route people_routes[] = {
    { "GET", "/api/people", 0, ROLE_ADMIN, get_people },
    { "POST", "/api/people", BODY_MAX, ROLE_ADMIN, post_people },
    { "POST", "/api/people/:id", BODY_MAX, ROLE_ADMIN, post_person },
    { "GET", "/api/audit", 0, ROLE_ADMIN, get_audit },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
