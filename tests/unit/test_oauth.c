/* Sign-in by token: what is asked, what answers mean, how it is kept. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "net/oauth.h"

#include "../tap.h"
#include "../temp.h"

static const struct setting table[] = {
    OAUTH_SETTINGS(0),
    { .name = NULL },
};

/* Settings as lines "name value", opened for a mailbox. */
static int settings(struct oauth_settings *s, const char *lines,
                    struct arena *a, struct error *e)
{
    struct str text = str_of(lines);
    int rc = settings_default(table, s, a, e);

    while (rc == 0 && text.n > 0) {
        struct str value = str_line(&text);
        struct str word = str_word(&value);

        rc = settings_set(table, s, word, value, a, e);
    }
    return rc < 0 ? rc
                  : oauth_open(s, "post", STR("town@example.org"),
                               STR("/var/lib/inlet/inlet.db"), a, e);
}

static void microsoft_is_known(void)
{
    struct oauth_settings s = { 0 };
    struct arena a = { 0 };
    struct error e = { 0 };

    CHECK(settings(&s,
                   "oauth microsoft\noauth-client abc\n"
                   "oauth-tenant town.example.org",
                   &a, &e) == 0);
    CHECK(s.flow == OAUTH_DEVICE);
    CHECK_STR(str_of(s.url[OAUTH_TOKEN]),
              "https://login.microsoftonline.com/town.example.org/oauth2/v2.0/"
              "token");
    CHECK_STR(s.file, "/var/lib/inlet/town@example.org.oauth");
    CHECK_STR(oauth_form_device(&s, &a),
              "client_id=abc&scope=https%3A%2F%2Foutlook.office.com%2FIMAP."
              "AccessAsUser.All%20https%3A%2F%2Foutlook.office.com%2FSMTP.Send"
              "%20offline_access");
    arena_free(&a);
}

static void what_does_not_fit_is_refused(void)
{
    static const struct {
        const char *lines, *sentence;
    } wrong[] = {
        { "oauth microsoft", "needs oauth-client" },
        { "oauth google\noauth-client a\noauth-flow device",
          "google gives no access to mail by oauth-flow device" },
        { "oauth google\noauth-client a\noauth-flow client",
          "google gives no access" },
        { "oauth microsoft\noauth-client a\noauth-flow service-account",
          "microsoft gives no access" },
        { "oauth microsoft\noauth-client a\noauth-flow client",
          "needs oauth-secret" },
        { "oauth microsoft\noauth-client a\noauth-flow client\n"
          "oauth-secret s",
          "needs oauth-tenant" },
        { "oauth microsoft\noauth-client a\noauth-tenant ../x",
          "oauth-tenant is" },
        { "oauth google\noauth-flow service-account", "needs oauth-key" },
        { "oauth other\noauth-client a", "needs oauth-url token" },
        { "oauth other\noauth-client a\noauth-url token https://h/t",
          "needs oauth-url authorize" },
        { "oauth other\noauth-client a\noauth-url token http://h.org/t",
          "oauth-url is" },
        { "oauth other\noauth-client a\noauth-url token "
          "http://localhost:80@h.org/t",
          "oauth-url is" },
        { "oauth other\noauth-client a\noauth-url tokens https://h/t",
          "oauth-url is" },
        { "oauth aol", "oauth is one of" },
    };

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct oauth_settings s = { 0 };
        struct arena a = { 0 };
        struct error e = { 0 };

        CHECK(settings(&s, wrong[i].lines, &a, &e) < 0);
        CHECK(strstr(e.text, wrong[i].sentence) != NULL);
        if (strstr(e.text, wrong[i].sentence) == NULL)
            printf("# got  %s\n# want %s\n", e.text, wrong[i].sentence);
        arena_free(&a);
    }
}

static const char code_lines[] =
    "oauth other\noauth-client a b\noauth-url token https://id.example.org/t\n"
    "oauth-url authorize https://id.example.org/a\n"
    "oauth-url device https://id.example.org/d\noauth-scope mail";

static void the_browsers_address_has_all_of_it(void)
{
    struct oauth_settings s = { 0 };
    struct arena a = { 0 };
    struct error e;
    struct str verifier = STR("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");

    /* RFC 7636, appendix B */
    CHECK_STR(oauth_challenge(&a, verifier),
              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    CHECK(settings(&s, code_lines, &a, &e) == 0);
    CHECK_STR(str_of(oauth_authorize_url(&s, STR("st"), verifier,
                                         STR("http://127.0.0.1:9"), &a)),
              "https://id.example.org/a?response_type=code&client_id=a%20b&"
              "redirect_uri=http%3A%2F%2F127.0.0.1%3A9&scope=mail&state=st&"
              "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&"
              "code_challenge_method=S256&login_hint=town%40example.org");
    CHECK_STR(oauth_form_code(&s, STR("c&1"), verifier,
                              STR("http://127.0.0.1:9"), &a),
              "grant_type=authorization_code&client_id=a%20b&code=c%261&"
              "redirect_uri=http%3A%2F%2F127.0.0.1%3A9&code_verifier="
              "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    arena_free(&a);
}

static void google_is_asked_for_a_token_that_lasts(void)
{
    struct oauth_settings s = { 0 };
    struct arena a = { 0 };
    struct error e;
    struct str url;

    CHECK(settings(&s, "oauth google\noauth-client a", &a, &e) == 0);
    url = str_of(oauth_authorize_url(&s, STR("s"), STR("v"),
                                     STR("http://127.0.0.1:9"), &a));
    CHECK(str_find(url, STR("&access_type=offline&prompt=consent")) < url.n);
    CHECK(str_find(url, STR("scope=https%3A%2F%2Fmail.google.com%2F&")) <
          url.n);
    arena_free(&a);
}

static void the_next_token_is_asked_for(void)
{
    struct oauth_settings s = { 0 };
    struct oauth_token t = { .refresh = STR("r+1") };
    struct arena a = { 0 };
    struct error e;
    struct str form;

    CHECK(settings(&s, code_lines, &a, &e) == 0);
    CHECK(oauth_form_renew(&s, &t, &a, &form, &e) == 0);
    CHECK_STR(form, "grant_type=refresh_token&client_id=a%20b&"
                    "refresh_token=r%2B1&scope=mail");
    t.refresh = STR("");
    CHECK(oauth_form_renew(&s, &t, &a, &form, &e) == E_NONE);
    CHECK(strstr(e.text, "inlet login post") != NULL);
    s.flow = OAUTH_CLIENT;
    s.secret = STR("x y");
    CHECK(oauth_form_renew(&s, &t, &a, &form, &e) == 0);
    CHECK_STR(form, "grant_type=client_credentials&client_id=a%20b&"
                    "client_secret=x%20y&scope=mail");
    s.flow = OAUTH_SERVICE;
    s.key = STR("{\"client_email\": \"x\", \"private_key\": \"no key\"}");
    CHECK(oauth_form_renew(&s, &t, &a, &form, &e) == E_DENIED);
    s.key = STR("[]");
    CHECK(oauth_form_renew(&s, &t, &a, &form, &e) == E_DENIED);
    CHECK(strstr(e.text, "oauth-key") != NULL);
    arena_free(&a);
}

/* ---- answers ---- */

static void a_token_is_taken(void)
{
    static const struct {
        const char *body;
        int64_t life;
    } answers[] = {
        { "{\"access_token\":\"A\",\"expires_in\":100,"
          "\"refresh_token\":\"R\",\"token_type\":\"bearer\"}",
          100 },
        { "{\"access_token\":\"A\",\"expires_in\":\"100\","
          "\"refresh_token\":\"R\"}",
          100 },
        { "{\"access_token\":\"A\",\"refresh_token\":\"R\"}", 3600 },
        { "{\"access_token\":\"A\",\"refresh_token\":\"R\","
          "\"expires_in\":-5}",
          3600 },
        { "{\"access_token\":\"A\",\"refresh_token\":\"R\","
          "\"expires_in\":1e300}",
          3600 },
        { "{\"access_token\":\"A\",\"refresh_token\":\"R\","
          "\"expires_in\":99999999999}",
          30 * 86400 },
    };
    struct oauth_settings s = { 0 };
    struct arena a = { 0 };
    struct error e;

    CHECK(settings(&s, code_lines, &a, &e) == 0);
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        struct oauth_token t = { 0 };

        CHECK(oauth_answer(&s, 200, str_of(answers[i].body), &a, &t, &e) == 0);
        CHECK_STR(t.access, "A");
        CHECK_STR(t.refresh, "R");
        CHECK(t.expires_at == 1000 + answers[i].life);
    }
    arena_free(&a);
}

static void each_no_says_what_to_do(void)
{
    static const struct {
        long status;
        const char *body;
        int code;
        const char *sentence;
    } noes[] = {
        { 400, "{\"error\":\"authorization_pending\"}", E_AGAIN, "not been" },
        { 400, "{\"error\":\"slow_down\"}", E_BUSY, "" },
        { 400, "{\"error\":\"expired_token\"}", E_DENIED, "inlet login post" },
        { 400, "{\"error\":\"invalid_grant\"}", E_DENIED, "inlet login post" },
        { 400,
          "{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS65001: "
          "The user or administrator has not consented\\r\\nTrace ID: 1\"}",
          E_DENIED, "an administrator has to consent" },
        { 401,
          "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222:"
          " "
          "expired\"}",
          E_DENIED, "has expired: make a new one" },
        { 401, "{\"error\":\"invalid_client\"}", E_DENIED, "oauth-secret" },
        { 400, "{\"error\":\"odd\"}", E_DENIED, "refuses the sign-in: odd" },
        { 500, "{\"error\":\"odd\"}", E_REMOTE, "answers 500" },
        { 429, "{\"error\":\"odd\"}", E_REMOTE, "answers 429" },
        { 503, "<html>", E_REMOTE, "answers 503" },
        { 400, "", E_REMOTE, "answers 400" },
        { 302, "", E_REMOTE, "answers 302" },
        { 200, "[]", E_REMOTE, "answers 200" },
        { 200, "{}", E_REMOTE, "no token that can be used" },
        { 200, "{\"access_token\":5}", E_REMOTE, "no token" },
        { 200, "{\"access_token\":\"a\\r\\nX: y\"}", E_REMOTE, "no token" },
        { 200, "{\"access_token\":\"a\\u0001b\"}", E_REMOTE, "no token" },
        { 200, "{\"access_token\":\"a\",\"token_type\":\"mac\"}", E_REMOTE,
          "no token" },
        { 200, "{\"access_token\":\"a\",\"access_token\":\"b\"}", E_REMOTE,
          "answers 200" },
    };
    struct oauth_settings s = { 0 };
    struct arena a = { 0 };
    struct error e;

    CHECK(settings(&s, code_lines, &a, &e) == 0);
    for (size_t i = 0; i < COUNT_OF(noes); i++) {
        struct oauth_token t = { .access = STR("old") };

        CHECK(oauth_answer(&s, noes[i].status, str_of(noes[i].body), &a, &t,
                           &e) == noes[i].code);
        CHECK(strstr(e.text, noes[i].sentence) != NULL);
        CHECK_STR(t.access, "old");
        CHECK(strchr(e.text, '\n') == NULL && strstr(e.text, "%s") == NULL);
        if (strstr(e.text, noes[i].sentence) == NULL)
            printf("# got  %s\n# want %s\n", e.text, noes[i].sentence);
    }
    arena_free(&a);
}

static void a_code_to_type_in_is_taken(void)
{
    struct oauth_settings s = { 0 };
    struct oauth_device d;
    struct arena a = { 0 };
    struct error e;

    CHECK(settings(&s, code_lines, &a, &e) == 0);
    CHECK(oauth_device_answer(&s, 200,
                              STR("{\"device_code\":\"D\",\"user_code\":"
                                  "\"AB\\u001b[2J\\nCD\","
                                  "\"verification_uri\":\"https://m/x\","
                                  "\"interval\":0,\"expires_in\":9e9}"),
                              &a, &d, &e) == 0);
    CHECK_STR(d.user_code, "AB [2J"); /* nothing for the terminal to obey */
    CHECK(d.interval == 5 && d.expires_in == 900);
    CHECK(oauth_device_answer(&s, 200, STR("{\"device_code\":\"D\"}"), &a, &d,
                              &e) == E_REMOTE);
    CHECK(oauth_device_answer(&s, 400, STR("{\"error\":\"invalid_scope\"}"), &a,
                              &d, &e) == E_DENIED);
    arena_free(&a);
}

/* ---- the file ---- */

static void a_token_is_kept_for_its_owner_alone(void)
{
    char folder[TEMP_ROOM];
    struct oauth_settings s = { 0 };
    struct oauth_token t = { STR("A"), STR("R"), 1000, 2000 };
    struct oauth_token got;
    struct arena a = { 0 };
    struct error e;
    struct stat st = { 0 };
    struct file_name *files = NULL;

    if (!temp_folder(folder, "oauth"))
        abort();
    CHECK(settings(&s, code_lines, &a, &e) == 0);
    s.file = str_of(arena_printf(&a, "%s/t.oauth", folder));
    CHECK(oauth_load(&s, &a, &got, &e) == E_NONE);
    CHECK(strstr(e.text, "inlet login post") != NULL);
    CHECK(oauth_save(&s, &t, &e) == 0);
    CHECK(stat(s.file.p, &st) == 0 && (st.st_mode & 07777) == 0600);
    CHECK(oauth_load(&s, &a, &got, &e) == 0);
    CHECK_STR(got.access, "A");
    CHECK_STR(got.refresh, "R");
    CHECK(got.obtained_at == 1000 && got.expires_at == 2000);
    CHECK(file_list(&a, folder, "", &files, &e) == 0 && files != NULL &&
          files->next == NULL); /* nothing half written lies about */
    s.client = STR("another");
    CHECK(oauth_load(&s, &a, &got, &e) == E_DENIED);
    CHECK(file_replace(s.file.p, STR("{\"access"), &e) == 0);
    CHECK(oauth_load(&s, &a, &got, &e) == E_SYNTAX);
    unlink(s.file.p);
    rmdir(folder);
    arena_free(&a);
}

static void a_credential_of_systemd_is_read(void)
{
    char folder[TEMP_ROOM];
    struct oauth_settings given = { 0 };
    struct oauth_settings s;
    struct oauth_token t = { STR("A"), STR("R"), 1000, 2000 };
    struct oauth_token got;
    struct arena a = { 0 };
    struct error e;

    if (!temp_folder(folder, "oauth"))
        abort();
    CHECK(settings(&given, code_lines, &a, &e) == 0);
    s = given;
    s.file = str_of(arena_printf(&a, "%s/state.d-t.oauth", folder));
    given.file = str_of(arena_printf(&a, "%s/c/state.d-t.oauth", folder));
    CHECK(mkdir(arena_printf(&a, "%s/c", folder), 0700) == 0);
    CHECK(oauth_save(&given, &t, &e) == 0);
    setenv("CREDENTIALS_DIRECTORY", arena_printf(&a, "%s/c", folder), 1);
    CHECK(oauth_load(&s, &a, &got, &e) == 0);
    CHECK_STR(got.refresh, "R");
    t = (struct oauth_token){ STR("A2"), STR("R2"), 1001, 2000 };
    CHECK(oauth_save(&s, &t, &e) == 0); /* rotated since */
    CHECK(oauth_load(&s, &a, &got, &e) == 0);
    CHECK_STR(got.refresh, "R2");
    unsetenv("CREDENTIALS_DIRECTORY");
    unlink(s.file.p);
    unlink(given.file.p);
    rmdir(arena_printf(&a, "%s/c", folder));
    rmdir(folder);
    arena_free(&a);
}

static void a_token_is_renewed_before_it_ends(void)
{
    struct oauth_token t = { STR("A"), STR("R"), 1000, 2000 };

    CHECK(oauth_renew_at(&t) == 1800);
    CHECK(oauth_usable(&t, 1949));
    CHECK(!oauth_usable(&t, 1950));
    t.access = STR("");
    CHECK(!oauth_usable(&t, 1001));
}

int main(void)
{
    clock_set(1000);
    microsoft_is_known();
    what_does_not_fit_is_refused();
    the_browsers_address_has_all_of_it();
    google_is_asked_for_a_token_that_lasts();
    the_next_token_is_asked_for();
    a_token_is_taken();
    each_no_says_what_to_do();
    a_code_to_type_in_is_taken();
    a_token_is_kept_for_its_owner_alone();
    a_credential_of_systemd_is_read();
    a_token_is_renewed_before_it_ends();
    return tap_done();
}
