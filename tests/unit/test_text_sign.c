/* Signed tokens and dates, as providers of texts send them. */
#include "../../adapters/text_json.h"
#include "../../adapters/text_sign.h"
#include "../tap.h"
#include "base/clock.h"
#include "base/digest.h"

static struct arena a;

/* A token whose header and claims are these, signed as kind says. */
static struct str token(const char *header, const char *claims,
                        enum digest_kind kind, const char *secret)
{
    struct str said = str_of(arena_printf(
        &a, "%.*s.%.*s", STR_FMT(digest_base64url(&a, str_of(header))),
        STR_FMT(digest_base64url(&a, str_of(claims)))));
    struct str sum = digest_hmac(&a, kind, str_of(secret), said);

    return str_of(arena_printf(&a, "%.*s.%.*s", STR_FMT(said),
                               STR_FMT(digest_base64url(&a, sum))));
}

static bool let_in(struct str t)
{
    const struct str secrets[] = { STR_NONE, STR("old"), STR("new") };
    json_t *claims = text_token(t, secrets, COUNT_OF(secrets), &a);
    bool in = claims != NULL;

    json_decref(claims);
    return in;
}

static void any_of_the_secrets_may_have_signed(void)
{
    CHECK(let_in(token("{\"alg\":\"HS256\"}", "{}", DIGEST_SHA256, "old")));
    CHECK(let_in(token("{\"alg\":\"HS384\"}", "{}", DIGEST_SHA384, "new")));
    CHECK(let_in(token("{\"alg\":\"HS512\"}", "{}", DIGEST_SHA512, "new")));
    CHECK(!let_in(token("{\"alg\":\"HS256\"}", "{}", DIGEST_SHA256, "else")));
    CHECK(!let_in(token("{\"alg\":\"HS256\"}", "{}", DIGEST_SHA256, "")));
}

static void no_other_algorithm_is_taken(void)
{
    CHECK(!let_in(token("{\"alg\":\"none\"}", "{}", DIGEST_SHA256, "new")));
    CHECK(!let_in(token("{\"alg\":\"HS512\"}", "{}", DIGEST_SHA256, "new")));
    CHECK(!let_in(token("{\"alg\":\"hs256\"}", "{}", DIGEST_SHA256, "new")));
    CHECK(!let_in(token("[]", "{}", DIGEST_SHA256, "new")));
    CHECK(!let_in(STR("")));
    CHECK(!let_in(STR("..")));
    CHECK(!let_in(STR("a.b")));
}

/* Each letter stands for six bits that are all looked at, but the last. */
static void a_changed_letter_is_refused(void)
{
    struct str t =
        token("{\"alg\":\"HS256\"}", "{\"iss\":\"x\"}", DIGEST_SHA256, "new");
    char *p = arena_dup(&a, t);
    int in = 0;

    for (size_t i = 0; i + 1 < t.n; i++) {
        char was = p[i];

        p[i] = was == 'A' ? 'B' : 'A';
        in += let_in((struct str){ p, t.n });
        p[i] = was;
    }
    CHECK(in == 0);
    CHECK(let_in((struct str){ p, t.n }));
}

static void a_password_is_told_by_itself_alone(void)
{
    struct str said = STR("Basic YW5hOm9wZW4gc2VzYW1l"); /* ana:open sesame */

    CHECK(text_basic(said, STR("ana"), STR("open sesame"), &a));
    CHECK(!text_basic(said, STR("ana"), STR("open"), &a));
    CHECK(!text_basic(STR("Basic YW5hOg=="), STR("ana"), STR(""), &a));
    CHECK(!text_basic(STR(""), STR("ana"), STR("open sesame"), &a));
    CHECK_STR(text_bearer(STR("Bearer abc ")), "abc");
    CHECK_STR(text_bearer(STR("Basic abc")), "");
}

static void a_time_is_digits_and_near(void)
{
    clock_set(1790000000);
    CHECK(text_recent(STR("1790000300"), 300));
    CHECK(text_recent(STR("1789999700"), 300));
    CHECK(!text_recent(STR("1789999699"), 300));
    CHECK(!text_recent(STR("1790000301"), 300));
    CHECK(!text_recent(STR("NaN"), 300));
    CHECK(!text_recent(STR("-1"), 300));
    CHECK(!text_recent(STR("+1790000000"), 300));
    CHECK(!text_recent(STR("99999999999999999999"), 300));
    clock_set(0);
}

static void dates_are_read_as_they_are_written(void)
{
    CHECK(text_date(STR("2026-09-21T15:33:20.123Z")) == 1790004800);
    CHECK(text_date(STR("2026-09-21T15:33:20+00:00")) == 1790004800);
    CHECK(text_date(STR("2026-09-21T17:33:20+02:00")) == 1790004800);
    CHECK(text_date(STR("2026-09-21 10:33:20 -0500")) == 1790004800);
    CHECK(text_date(STR("2026-09-21 15:33:20")) == 1790004800);
    CHECK(text_date(STR("Mon, 21 Sep 2026 15:33:20 +0000")) == 1790004800);
    CHECK(text_date(STR("yesterday")) == 0);
    CHECK(text_date(STR("2026-09-21T15:33:20+2")) == 0);
    CHECK(text_date(STR("")) == 0);
}

static void a_keyed_hash_is_in_small_letters(void)
{
    const struct str secrets[] = { STR_NONE, STR("new") };
    struct str said = STR("body");
    struct str hex =
        digest_hex(&a, digest_hmac(&a, DIGEST_SHA256, STR("new"), said));
    char *big = arena_dup(&a, hex);

    CHECK(text_hex_hmac(hex, secrets, 2, said, &a));
    CHECK(!text_hex_hmac(hex, secrets, 1, said, &a));
    CHECK(!text_hex_hmac(hex, secrets, 2, STR("body "), &a));
    CHECK(!text_hex_hmac(STR(""), secrets, 2, said, &a));
    for (char *p = big; *p != '\0'; p++)
        *p = *p >= 'a' ? (char)(*p - 'a' + 'A') : *p;
    CHECK(!text_hex_hmac(str_of(big), secrets, 2, said, &a));
    /* An empty secret signs nothing. */
    hex = digest_hex(&a, digest_hmac(&a, DIGEST_SHA256, STR(""), said));
    CHECK(!text_hex_hmac(hex, secrets, 2, said, &a));
}

int main(void)
{
    a_keyed_hash_is_in_small_letters();
    any_of_the_secrets_may_have_signed();
    no_other_algorithm_is_taken();
    a_changed_letter_is_refused();
    a_password_is_told_by_itself_alone();
    a_time_is_digits_and_near();
    dates_are_read_as_they_are_written();
    arena_free(&a);
    return tap_done();
}
