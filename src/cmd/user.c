/* inlet user: who may sign in, and what they may do. */
#include <getopt.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/password.h"
#include "base/percent.h"
#include "base/totp.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "store/people.h"

static const char usage[] =
    "user add [-c FILE] [--role ROLE] [--language CODE] NAME\n"
    "       inlet user list [-c FILE] [--json]\n"
    "       inlet user password [-c FILE] NAME\n"
    "       inlet user role [-c FILE] NAME ROLE\n"
    "       inlet user disable|enable [-c FILE] NAME\n"
    "       inlet user totp [-c FILE] [--off] NAME";

enum { NAME_MAX_BYTES = 80, LINE_MAX_BYTES = 1024 };

struct asked {
    const char *conf;
    const char *role;
    const char *language;
    bool json, off;
    int count;
    char **rest;
    struct store *store;
    struct arena arena;
};

/* ---- who changes it ---- */

static struct str actor(struct arena *a)
{
    const struct passwd *who = getpwuid(getuid());

    return str_of(arena_printf(a, "%s (command line)",
                               who == NULL ? "somebody" : who->pw_name));
}

/* What a change writes: the user, and that it was changed. */
struct change {
    struct user *user;
    struct audit audit;
    bool ends_sessions;
};

static int add(struct store_tx *tx, void *arg, struct error *e)
{
    struct change *c = arg;
    int rc = tx_user_add(tx, c->user, e);

    return rc < 0 ? rc : tx_audit_add(tx, &c->audit, e);
}

static int set(struct store_tx *tx, void *arg, struct error *e)
{
    struct change *c = arg;
    int rc = tx_user_set(tx, c->user, e);

    if (rc == 0 && c->ends_sessions)
        rc = tx_sessions_end(tx, c->user->id, e);
    return rc < 0 ? rc : tx_audit_add(tx, &c->audit, e);
}

static struct change change_of(struct asked *asked, struct user *u,
                               const char *what, struct str more)
{
    struct arena *a = &asked->arena;

    return (struct change){
        .user = u,
        .audit = { .at = clock_now(),
                   .actor = actor(a),
                   .what = str_of(what),
                   .text = str_of(
                       arena_printf(a, "%.*s%s%.*s", STR_FMT(u->name),
                                    more.n > 0 ? ": " : "", STR_FMT(more))) },
    };
}

/* ---- passwords ---- */

/* A line without its end; without echo where it comes from a terminal. */
static bool line_read(const char *prompt, struct str *out, struct arena *a)
{
    char *line = arena_array(a, char, LINE_MAX_BYTES);
    struct termios old;
    struct termios quiet;
    bool terminal = tcgetattr(STDIN_FILENO, &old) == 0;
    bool good;

    if (terminal) {
        quiet = old;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
        fprintf(stderr, "%s", prompt);
    }
    good = fgets(line, LINE_MAX_BYTES, stdin) != NULL;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
        fputc('\n', stderr);
    }
    line[strcspn(line, "\r\n")] = '\0';
    *out = str_of(line);
    return good;
}

static int password_ask(struct asked *asked, struct user *u, struct error *e)
{
    struct str one;
    struct str two;

    if (!line_read("New password: ", &one, &asked->arena))
        return error(e, E_SYNTAX, "no password was given");
    if (one.n < PASSWORD_MIN || one.n > PASSWORD_MAX) {
        return error(e, E_SYNTAX,
                     "a password has %d to %d characters; a few words are "
                     "better than a short riddle",
                     PASSWORD_MIN, PASSWORD_MAX);
    }
    if (str_case_find(one, u->name) < one.n)
        return error(e, E_SYNTAX, "a password does not hold the name");
    if (isatty(STDIN_FILENO) &&
        (!line_read("Once more: ", &two, &asked->arena) || !str_eq(one, two)))
        return error(e, E_SYNTAX, "the two are not the same");
    u->password = password_hash(&asked->arena, one);
    return 0;
}

/* ---- what is asked for ---- */

static int role_named(const char *name, enum role *out, struct error *e)
{
    for (int i = 0; i < ROLES; i++) {
        if (strcmp(name, role_names[i]) == 0) {
            *out = (enum role)i;
            return 0;
        }
    }
    return error(e, E_SYNTAX,
                 "\"%s\" is no role: there are reader, clerk, supervisor and "
                 "admin",
                 name);
}

static int user_add(struct asked *asked, struct error *e)
{
    struct user u = { .name = utf8_clean(&asked->arena,
                                         str_trim(str_of(asked->rest[0]))),
                      .role = ROLE_CLERK,
                      .language = str_of(asked->language),
                      .created_at = clock_now() };
    struct user other;
    struct change c;
    int rc = 0;

    if (u.name.n == 0 || u.name.n > NAME_MAX_BYTES)
        return error(e, E_SYNTAX, "a name has 1 to %d bytes", NAME_MAX_BYTES);
    if (asked->role != NULL)
        rc = role_named(asked->role, &u.role, e);
    if (rc < 0)
        return rc;
    /* Before the password is asked for. */
    rc = store_user_named(asked->store, u.name, &other, &asked->arena, e);
    if (rc == 0) {
        return error(e, E_DUPLICATE, "there is a user called \"%.*s\"",
                     STR_FMT(other.name));
    }
    if (rc == E_NONE)
        rc = password_ask(asked, &u, e);
    if (rc < 0)
        return rc;
    c = change_of(asked, &u, "user added", str_of(role_names[u.role]));
    return store_run(asked->store, add, &c, e);
}

static int user_password(struct asked *asked, struct user *u, struct error *e)
{
    struct change c;
    int rc = password_ask(asked, u, e);

    if (rc < 0)
        return rc;
    c = change_of(asked, u, "password", STR_NONE);
    c.ends_sessions = true;
    return store_run(asked->store, set, &c, e);
}

static int user_role(struct asked *asked, struct user *u, struct error *e)
{
    struct change c;
    int rc = role_named(asked->rest[1], &u->role, e);

    if (rc < 0)
        return rc;
    c = change_of(asked, u, "role", str_of(role_names[u->role]));
    return store_run(asked->store, set, &c, e);
}

static int user_disable(struct asked *asked, struct user *u, struct error *e)
{
    struct change c;

    u->disabled_at = clock_now();
    c = change_of(asked, u, "disabled", STR_NONE);
    c.ends_sessions = true;
    return store_run(asked->store, set, &c, e);
}

static int user_enable(struct asked *asked, struct user *u, struct error *e)
{
    struct change c;

    u->disabled_at = 0;
    c = change_of(asked, u, "enabled", STR_NONE);
    return store_run(asked->store, set, &c, e);
}

static int user_totp(struct asked *asked, struct user *u, struct error *e)
{
    struct change c;
    int rc;

    u->totp = asked->off ? STR_NONE : totp_secret(&asked->arena);
    u->totp_used = 0;
    c = change_of(asked, u, asked->off ? "totp off" : "totp", STR_NONE);
    c.ends_sessions = true;
    rc = store_run(asked->store, set, &c, e);
    if (rc == 0 && !asked->off) {
        printf("secret for the app: %.*s\n", STR_FMT(u->totp));
        printf("otpauth://totp/inlet:%.*s?secret=%.*s&issuer=inlet\n",
               STR_FMT(percent_encode(&asked->arena, u->name)),
               STR_FMT(u->totp));
    }
    return rc;
}

static void user_print(struct buf *out, const struct user *u, bool as_json)
{
    struct json j = json_to(out);
    char at[CLOCK_TEXT];

    clock_rfc3339(u->created_at, at);
    if (!as_json) {
        buf_printf(out, "%-24.*s  %-10s  %s%s\n", STR_FMT(u->name),
                   role_names[u->role],
                   u->disabled_at != 0 ? "may not sign in" : "may sign in",
                   u->totp.n > 0 ? ", with a code" : "");
        return;
    }
    json_begin_object(&j);
    json_kv(&j, "name", u->name);
    json_kv(&j, "role", str_of(role_names[u->role]));
    json_kv(&j, "language", u->language);
    json_kv_bool(&j, "totp", u->totp.n > 0);
    json_kv_bool(&j, "disabled", u->disabled_at != 0);
    json_kv(&j, "created_at", str_of(at));
    json_end_object(&j);
    buf_byte(out, '\n');
}

static int user_list(struct asked *asked, struct error *e)
{
    struct buf out = buf_init(16 * 1024 * 1024);
    struct user_list *list;
    int rc = store_users(asked->store, &list, &asked->arena, e);

    for (; rc == 0 && list != NULL; list = list->next)
        user_print(&out, &list->user, asked->json);
    cmd_print(&out);
    buf_free(&out);
    return rc;
}

/* ---- which ---- */

static const struct {
    const char *word;
    int count; /* of words after it */
    int (*all)(struct asked *asked, struct error *e);
    int (*one)(struct asked *asked, struct user *u, struct error *e);
} words[] = {
    { "add", 1, user_add, NULL },           { "list", 0, user_list, NULL },
    { "password", 1, NULL, user_password }, { "role", 2, NULL, user_role },
    { "disable", 1, NULL, user_disable },   { "enable", 1, NULL, user_enable },
    { "totp", 1, NULL, user_totp },
};

static int word_of(const char *name, int count)
{
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(words[i].word, name) == 0)
            return words[i].count == count ? (int)i : -1;
    }
    return -1;
}

static int run(struct asked *asked, int word, struct error *e)
{
    struct user u;
    int rc;

    if (words[word].all != NULL)
        return words[word].all(asked, e);
    rc = store_user_named(asked->store, str_of(asked->rest[0]), &u,
                          &asked->arena, e);
    if (rc == E_NONE) {
        return error(e, E_NONE, "there is no user called \"%s\"",
                     asked->rest[0]);
    }
    return rc < 0 ? rc : words[word].one(asked, &u, e);
}

static int options(int argc, char **argv, struct asked *a)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "role", required_argument, NULL, 'r' },
        { "language", required_argument, NULL, 'l' },
        { "json", no_argument, NULL, 'j' },
        { "off", no_argument, NULL, 'o' },
        { 0 },
    };
    int c;

    while ((c = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
        if (c == 'c') {
            a->conf = optarg;
        } else if (c == 'r') {
            a->role = optarg;
        } else if (c == 'l') {
            a->language = optarg;
        } else if (c == 'j') {
            a->json = true;
        } else if (c == 'o') {
            a->off = true;
        } else {
            return -1;
        }
    }
    a->rest = argv + optind;
    a->count = argc - optind;
    return 0;
}

int cmd_user(int argc, char **argv)
{
    struct asked asked = { 0 };
    struct config *c;
    struct error e;
    int word = -1;
    int rc;

    if (argc > 1 && options(argc - 1, argv + 1, &asked) == 0)
        word = word_of(argv[1], asked.count);
    if (word < 0)
        return cmd_usage(usage);
    rc = cmd_config(&c, asked.conf, &e);
    if (rc < 0)
        return cmd_failed(&e);
    rc = cmd_store(&asked.store, c, words[word].all == user_list, &e);
    if (rc == 0) {
        rc = run(&asked, word, &e);
        store_close(asked.store);
    }
    config_free(c);
    arena_free(&asked.arena);
    return rc < 0 ? cmd_failed(&e) : EX_OK;
}
