/* inlet show: one ticket with its messages, why it is where it is, its trail.
 */
#include <getopt.h>
#include <stdio.h>

#include "base/clock.h"
#include "cmd/cmd.h"

static const char usage[] = "show [-c FILE] [--json] [--original] NUMBER";

/* ---- for a program ---- */

static void put_messages(struct json *j, const struct message_row *m)
{
    json_key(j, "messages");
    json_begin_array(j);
    for (; m != NULL; m = m->next) {
        struct reading r = { .message = m->message,
                             .extract = { .findings = m->findings },
                             .locations = m->locations };

        json_begin_object(j);
        json_kv_int(j, "raw", m->raw);
        json_kv(j, "channel", m->channel);
        json_kv(j, "origin", m->origin);
        reading_json(j, &r);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_events(struct json *j, const struct event_row *row)
{
    char when[CLOCK_TEXT];

    json_key(j, "events");
    json_begin_array(j);
    for (; row != NULL; row = row->next) {
        json_begin_object(j);
        json_kv(j, "at", str_of(clock_rfc3339(row->event.at, when)));
        json_kv(j, "kind", row->event.kind);
        json_kv(j, "actor", row->event.actor);
        json_kv(j, "text", row->event.text);
        json_kv_bool(j, "undone", row->event.undone_by != 0);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_notices(struct json *j, const struct notice_list *row)
{
    json_key(j, "notices");
    json_begin_array(j);
    for (; row != NULL; row = row->next) {
        const struct notice *n = &row->notice;

        json_begin_object(j);
        json_kv(j, "kind", n->kind);
        json_kv(j, "channel", n->channel);
        json_kv(j, "to", n->to);
        json_kv(j, "subject", n->subject);
        json_kv(j, "text", n->text);
        json_kv(j, "state", str_of(notice_state_names[n->state]));
        json_kv_int(j, "tries", n->tries);
        json_kv(j, "why", n->why);
        json_kv(j, "delivery", str_of(delivery_names[n->delivery]));
        json_kv(j, "delivery_why", n->delivery_why);
        json_end_object(j);
    }
    json_end_array(j);
}

static void show_json(const struct ticket_whole *w)
{
    struct buf out = buf_init(256 * 1024 * 1024);
    struct json j = json_to(&out);

    json_begin_object(&j);
    ticket_json(&j, &w->ticket);
    put_messages(&j, w->messages);
    put_events(&j, w->events);
    put_notices(&j, w->notices);
    json_end_object(&j);
    buf_byte(&out, '\n');
    cmd_print(&out);
    buf_free(&out);
}

/* ---- for a person ---- */

static void show_work(const struct ticket *t)
{
    char when[CLOCK_TEXT];

    if (t->department.n > 0)
        printf("  office    %.*s\n", STR_FMT(t->department));
    if (t->assignee.n > 0)
        printf("  has it    %.*s\n", STR_FMT(t->assignee));
    if (t->reason.n > 0)
        printf("  reason    %.*s\n", STR_FMT(t->reason));
    if (t->duplicate_of != 0)
        printf("  same as   ticket %lld\n", (long long)t->duplicate_of);
    if (t->snoozed_until != 0)
        printf("  snoozed   until %s\n", clock_rfc3339(t->snoozed_until, when));
}

static void show_ticket(const struct ticket *t)
{
    printf("ticket %lld  %s%s\n", (long long)t->id,
           ticket_state_names[t->state], t->urgent ? "  URGENT" : "");
    printf("  category  %.*s\n", STR_FMT(t->category));
    if (t->label.n > 0) {
        printf("  place     %.*s (%s, within %.0f m, sure %.0f%%)\n",
               STR_FMT(t->label), location_method_names[t->method],
               t->uncertainty_m, t->confidence * 100);
    }
    if (t->at.known)
        printf("  point     %.6f, %.6f\n", t->at.lat, t->at.lon);
    show_work(t);
    printf("  token     %.*s\n", STR_FMT(t->token));
    if (t->unread)
        puts("  could not be read by machine: see --original");
}

/* Who said it, and who passed it on with what words. */
static void show_people(const struct message *m)
{
    printf("  from      %.*s <%.*s>\n", STR_FMT(m->sender.name),
           STR_FMT(m->sender.address));
    if (m->forwarder.address.n > 0) {
        printf("  forwarded by %.*s <%.*s>\n", STR_FMT(m->forwarder.name),
               STR_FMT(m->forwarder.address));
    }
    if (m->note.n > 0)
        printf("  note      %.*s\n", STR_FMT(m->note));
}

static void show_message(const struct message_row *m)
{
    char when[CLOCK_TEXT];

    printf("\nmessage by %.*s, %s, raw %lld\n", STR_FMT(m->channel),
           clock_rfc3339(m->received_at, when), (long long)m->raw);
    show_people(&m->message);
    if (m->message.subject.n > 0)
        printf("  subject   %.*s\n", STR_FMT(m->message.subject));
    printf("%.*s\n", STR_FMT(m->message.visible));
    for (const struct answer *w = m->message.answers; w != NULL; w = w->next) {
        printf("  answer    %.*s: %.*s\n", STR_FMT(w->code), STR_FMT(w->value));
    }
    for (const struct attachment *at = m->message.attachments; at != NULL;
         at = at->next) {
        printf("  file      %.*s, %.*s, %lld bytes\n", STR_FMT(at->name),
               STR_FMT(at->media_type), (long long)at->size);
    }
    for (const struct finding *f = m->findings; f != NULL; f = f->next) {
        printf("  found     %.*s = %.*s (%.*s)\n", STR_FMT(f->field),
               STR_FMT(f->value), STR_FMT(f->rule));
    }
    for (const struct location *l = m->locations; l != NULL; l = l->next) {
        printf("  place     %.*s, %s, within %.0f m, sure %.0f%%%s%.*s\n",
               STR_FMT(l->label), location_method_names[l->method],
               l->uncertainty_m, l->confidence * 100,
               l->rejected.n > 0 ? ", refused: " : "", STR_FMT(l->rejected));
    }
}

/* Who did it, where a person did. */
static void show_event(const struct event *ev)
{
    char when[CLOCK_TEXT];
    bool person = !str_eq(ev->actor, STR("inlet"));

    printf("  %s  %-12.*s %.*s", clock_rfc3339(ev->at, when), STR_FMT(ev->kind),
           STR_FMT(ev->text));
    if (person)
        printf("%sby %.*s", ev->text.n > 0 ? ", " : "", STR_FMT(ev->actor));
    puts(ev->undone_by != 0 ? " (undone)" : "");
}

static void show_person(const struct ticket_whole *w)
{
    show_ticket(&w->ticket);
    for (const struct message_row *m = w->messages; m != NULL; m = m->next)
        show_message(m);
    puts("\ntrail");
    for (const struct event_row *r = w->events; r != NULL; r = r->next)
        show_event(&r->event);
    for (const struct notice_list *n = w->notices; n != NULL; n = n->next) {
        const char *delivery = delivery_names[n->notice.delivery];

        printf("  notice \"%.*s\" to %.*s by %.*s: %s%s%s\n",
               STR_FMT(n->notice.kind), STR_FMT(n->notice.to),
               STR_FMT(n->notice.channel), notice_state_names[n->notice.state],
               delivery[0] != '\0' ? ", " : "", delivery);
    }
}

static int show_original(struct store *store, const struct ticket_whole *w,
                         struct arena *a, struct error *e)
{
    struct raw raw;
    int rc;

    if (w->messages == NULL) {
        return error(e, E_NONE, "ticket %lld has no message",
                     (long long)w->ticket.id);
    }
    rc = store_raw_get(store, w->messages->raw, &raw, a, e);
    if (rc == 0)
        fwrite(raw.bytes.p, 1, raw.bytes.n, stdout);
    return rc;
}

struct asked {
    const char *conf;
    bool json, original;
    int64_t number;
};

static int show(struct config *c, const struct asked *asked, struct error *e)
{
    struct arena a = { 0 };
    struct ticket_whole whole;
    struct store *store;
    int rc = cmd_store(&store, c, true, e);

    if (rc < 0)
        return rc;
    rc = store_ticket_whole(store, asked->number, &whole, &a, e);
    if (rc == 0 && asked->original) {
        rc = show_original(store, &whole, &a, e);
    } else if (rc == 0 && asked->json) {
        show_json(&whole);
    } else if (rc == 0) {
        show_person(&whole);
    }
    arena_free(&a);
    store_close(store);
    return rc;
}

static int options(int argc, char **argv, struct asked *asked)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "json", no_argument, NULL, 'j' },
        { "original", no_argument, NULL, 'o' },
        { 0 },
    };
    int c;

    while ((c = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
        if (c == 'c') {
            asked->conf = optarg;
        } else if (c == 'j') {
            asked->json = true;
        } else if (c == 'o') {
            asked->original = true;
        } else {
            return -1;
        }
    }
    return optind + 1 == argc && str_int(str_of(argv[optind]), &asked->number)
               ? 0
               : -1;
}

int cmd_show(int argc, char **argv)
{
    struct asked asked = { 0 };
    struct config *c;
    struct error e;
    int rc;

    if (options(argc, argv, &asked) < 0)
        return cmd_usage(usage);
    rc = cmd_config(&c, asked.conf, &e);
    if (rc == 0) {
        rc = show(c, &asked, &e);
        config_free(c);
    }
    return rc < 0 ? cmd_failed(&e) : EX_OK;
}
