/* inlet verify: is every stored message still what came in? */
#include <getopt.h>
#include <stdio.h>

#include "cmd/cmd.h"

static const char usage[] = "verify [-c FILE] [--json]";

static void say(const struct store_verdict *v, bool as_json)
{
    struct buf out = buf_init(64 * 1024 * 1024);
    struct json j = json_to(&out);

    if (as_json) {
        json_begin_object(&j);
        json_kv_int(&j, "messages", v->raws);
        json_kv_int(&j, "damaged", v->damaged);
        json_kv(&j, "text", v->text);
        json_end_object(&j);
        buf_byte(&out, '\n');
    } else {
        buf_printf(&out, "%lld messages, %lld damaged\n%.*s",
                   (long long)v->raws, (long long)v->damaged, STR_FMT(v->text));
    }
    cmd_print(&out);
    buf_free(&out);
}

static int verify(struct config *c, bool as_json, bool *sound, struct error *e)
{
    struct arena a = { 0 };
    struct store_verdict v;
    struct store *store;
    int rc = cmd_store(&store, c, true, e);

    if (rc < 0)
        return rc;
    rc = store_verify(store, &v, &a, e);
    if (rc == 0) {
        say(&v, as_json);
        *sound = v.damaged == 0 && v.text.n == 0;
    }
    arena_free(&a);
    store_close(store);
    return rc;
}

int cmd_verify(int argc, char **argv)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    const char *conf = NULL;
    bool as_json = false;
    bool sound = false;
    struct config *c;
    struct error e;
    int option;
    int rc;

    while ((option = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
        if (option == 'c') {
            conf = optarg;
        } else if (option == 'j') {
            as_json = true;
        } else {
            return cmd_usage(usage);
        }
    }
    if (optind != argc)
        return cmd_usage(usage);
    rc = cmd_config(&c, conf, &e);
    if (rc == 0) {
        rc = verify(c, as_json, &sound, &e);
        config_free(c);
    }
    if (rc < 0)
        return cmd_failed(&e);
    return sound ? EX_OK : EX_DATAERR;
}
