/* Who may sign in: passwords, codes, sessions, and who fails too often. */
#include "base/password.h"
#include "base/totp.h"
#include "store/people.h"

#include "../tap.h"
#include "store_fixture.h"

static void a_password_is_known_by_its_hash_alone(void)
{
    struct arena a = { 0 };
    struct str hash = password_hash(&a, STR("correct horse battery"));

    CHECK(str_starts(hash, STR("$argon2id$v=19$m=65536,t=2,p=1$")));
    CHECK(password_is(hash, STR("correct horse battery")));
    CHECK(!password_is(hash, STR("correct horse batterz")));
    CHECK(!password_is(hash, STR("")));
    CHECK(!password_is(STR(""), STR("")));
    CHECK(!password_is(STR("no hash"), STR("no hash")));
    CHECK(!password_is_stale(hash));
    CHECK(password_is_stale(STR("$argon2id$v=19$m=8192,t=1,p=1$AAAA$AAAA")));
    arena_free(&a);
}

/* RFC 6238, appendix B: SHA-1, the last six of its eight digits. */
static void codes_are_those_of_the_standard(void)
{
    static const struct {
        int64_t at;
        const char *code;
    } vectors[] = {
        { 59, "287082" },         { 1111111109, "081804" },
        { 1111111111, "050471" }, { 1234567890, "005924" },
        { 2000000000, "279037" }, { INT64_C(20000000000), "353130" },
    };
    const struct str secret = STR("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");

    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        int64_t at = vectors[i].at;
        struct str code = str_of(vectors[i].code);
        int64_t step = totp_step(secret, code, at, 0);

        CHECK(step == at / 30);
        CHECK(totp_step(secret, code, at + 30, 0) == step);
        CHECK(totp_step(secret, code, at + 90, 0) == 0);
        CHECK(totp_step(secret, code, at, step) == 0); /* used */
    }
    CHECK(totp_step(secret, STR("28708"), 59, 0) == 0);
    CHECK(totp_step(STR(""), STR("287082"), 59, 0) == 0);
    CHECK(totp_step(STR("not base 32!"), STR("287082"), 59, 0) == 0);
}

static void secrets_differ(void)
{
    struct arena a = { 0 };
    struct str one = totp_secret(&a);

    CHECK(one.n == 32);
    CHECK(!str_eq(one, totp_secret(&a)));
    arena_free(&a);
}

struct wish {
    struct user user;
    struct session session;
    struct str name, address;
    int64_t since;
};

static int add_user(struct store_tx *tx, void *arg, struct error *e)
{
    struct wish *w = arg;

    return tx_user_add(tx, &w->user, e);
}

static int set_user(struct store_tx *tx, void *arg, struct error *e)
{
    struct wish *w = arg;

    return tx_user_set(tx, &w->user, e);
}

static int add_session(struct store_tx *tx, void *arg, struct error *e)
{
    struct wish *w = arg;

    return tx_session_add(tx, &w->session, e);
}

static int end_sessions(struct store_tx *tx, void *arg, struct error *e)
{
    struct wish *w = arg;

    return tx_sessions_end(tx, w->user.id, e);
}

static int forget_sessions(struct store_tx *tx, void *arg, struct error *e)
{
    struct wish *w = arg;

    return tx_sessions_forget(tx, w->since, e);
}

static int fail(struct store_tx *tx, void *arg, struct error *e)
{
    struct wish *w = arg;

    return tx_sign_in_failed(tx, w->name, w->address, w->since, e);
}

static int succeed(struct store_tx *tx, void *arg, struct error *e)
{
    struct wish *w = arg;

    return tx_sign_in_good(tx, w->name, w->address, e);
}

static struct wish ada(void)
{
    return (struct wish){ .user = { .name = STR("Ada"),
                                    .password = STR("$argon2id$..."),
                                    .role = ROLE_SUPERVISOR,
                                    .created_at = 1700000000 } };
}

static void a_name_is_somebodys_in_any_case(void)
{
    struct fixture f;
    struct wish w = ada();
    struct wish other = { .user = { .name = STR("ADA") } };
    struct user got;

    fixture_begin(&f);
    CHECK(store_run(f.store, add_user, &w, &f.e) == 0);
    CHECK(store_run(f.store, add_user, &other, &f.e) == E_DUPLICATE);
    other.user.name = STR("Inlet"); /* a clerk's acts would be the program's */
    CHECK(store_run(f.store, add_user, &other, &f.e) == E_SYNTAX);
    CHECK(store_user_named(f.store, STR("ada"), &got, &f.a, &f.e) == 0);
    CHECK(got.id == w.user.id && got.role == ROLE_SUPERVISOR);
    CHECK_STR(got.name, "Ada");
    CHECK(store_user_named(f.store, STR("Bo"), &got, &f.a, &f.e) == E_NONE);
    fixture_end(&f);
}

static void a_session_ends_with_its_user(void)
{
    struct fixture f;
    struct wish w = ada();
    struct session s;
    struct user u;

    fixture_begin(&f);
    CHECK(store_run(f.store, add_user, &w, &f.e) == 0);
    w.session = (struct session){ .id = STR("hash"),
                                  .user = w.user.id,
                                  .created_at = 100,
                                  .seen_at = 200,
                                  .address = STR("203.0.113.9") };
    CHECK(store_run(f.store, add_session, &w, &f.e) == 0);
    CHECK(store_session_get(f.store, STR("hash"), &s, &u, &f.a, &f.e) == 0);
    CHECK(s.seen_at == 200);
    CHECK_STR(u.name, "Ada");
    CHECK(store_session_get(f.store, STR("hasi"), &s, &u, &f.a, &f.e) ==
          E_NONE);
    w.user.disabled_at = 300;
    CHECK(store_run(f.store, set_user, &w, &f.e) == 0);
    CHECK(store_session_get(f.store, STR("hash"), &s, &u, &f.a, &f.e) ==
          E_NONE);
    w.user.disabled_at = 0;
    CHECK(store_run(f.store, set_user, &w, &f.e) == 0);
    w.since = 200;
    CHECK(store_run(f.store, forget_sessions, &w, &f.e) == 0);
    CHECK(store_session_get(f.store, STR("hash"), &s, &u, &f.a, &f.e) == 0);
    CHECK(store_run(f.store, end_sessions, &w, &f.e) == 0);
    CHECK(store_session_get(f.store, STR("hash"), &s, &u, &f.a, &f.e) ==
          E_NONE);
    fixture_end(&f);
}

static int64_t failures(struct fixture *f, const struct wish *w, int64_t since)
{
    int64_t n = -1;

    CHECK(store_sign_in_failures(f->store, w->name, w->address, since, &n,
                                 &f->e) == 0);
    return n;
}

static void failures_are_counted_by_name_and_address(void)
{
    struct fixture f;
    struct wish w = { .name = STR("ada"), .address = STR("203.0.113.9") };
    struct wish elsewhere = { .name = STR("ADA"),
                              .address = STR("203.0.113.10") };
    int64_t now = clock_now();

    fixture_begin(&f);
    for (int i = 0; i < 3; i++)
        CHECK(store_run(f.store, fail, &w, &f.e) == 0);
    CHECK(failures(&f, &w, now) == 3);
    CHECK(failures(&f, &w, now + 1000) == 0);
    CHECK(failures(&f, &elsewhere, now) == 0);
    w.since = now + 1000; /* all before are too old to count */
    CHECK(store_run(f.store, fail, &w, &f.e) == 0);
    CHECK(failures(&f, &w, now) == 1);
    CHECK(store_run(f.store, succeed, &w, &f.e) == 0);
    CHECK(failures(&f, &w, now) == 0);
    fixture_end(&f);
}

int main(void)
{
    a_password_is_known_by_its_hash_alone();
    codes_are_those_of_the_standard();
    secrets_differ();
    a_name_is_somebodys_in_any_case();
    a_session_ends_with_its_user();
    failures_are_counted_by_name_and_address();
    return tap_done();
}
