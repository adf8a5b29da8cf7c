/* A ticket is passed on to another body; see spine/neighbour.h. */
#include "base/utf8.h"
#include "pipeline/action_internal.h"
#include "pipeline/notice_write.h"
#include "pipeline/passing.h"

enum { TEXT_MAX = 16 * 1024, SUBJECT_MAX = 500 };

static bool has_place(const struct ticket *t)
{
    return t->at.known || t->label.n > 0;
}

/* Open311 needs a place, and a word of theirs for what it is. */
static int suits(const struct neighbour *n, const struct ticket *t,
                 struct error *e)
{
    if (n->url.n == 0)
        return 0;
    if (!has_place(t))
        return error(e, E_DENIED, "it has no place yet");
    if (neighbour_service(n, t->category).n == 0) {
        return error(e, E_DENIED, "%.*s takes nothing that is called %.*s",
                     STR_FMT(n->name), STR_FMT(t->category));
    }
    return 0;
}

static int may_go(struct doing *d, const struct neighbour *n, struct error *e)
{
    struct message_row *messages = NULL;
    struct passed_count count;
    int rc = tx_passed_to(d->tx, d->t.id, str_of(n->channel.name), &count, e);

    if (rc == 0)
        rc = tx_messages(d->tx, d->t.id, &messages, d->a, e);
    if (rc < 0)
        return rc;
    if (count.open > 0 && n->url.n > 0)
        return error(e, E_DENIED, "it is with them already");
    if (passing_came_from(n, messages))
        return error(e, E_DENIED, "it came from them");
    return suits(n, &d->t, e);
}

int action_pass(struct doing *d, struct error *e)
{
    const struct neighbour *n = passing_named(d->act->config, d->act->value);
    int rc;

    if (n == NULL) {
        return error(e, E_SYNTAX, "no neighbour is called \"%.*s\"",
                     STR_FMT(d->act->value));
    }
    if (d->act->text.n > NEIGHBOUR_NOTE) {
        return error(e, E_LIMIT, "more words than %d bytes to a neighbour",
                     NEIGHBOUR_NOTE);
    }
    if (!action_is_active(d->t.state))
        return error(e, E_DENIED, "it is ended");
    rc = may_go(d, n, e);
    if (rc < 0)
        return rc;
    d->t.state = TICKET_WAITING;
    d->name = n->name;
    d->kind = "passed";
    d->text = d->act->text.n == 0
                  ? n->name
                  : str_of(arena_printf(d->a, "%.*s\n%.*s", STR_FMT(n->name),
                                        STR_FMT(d->act->text)));
    return 0;
}

/* ---- what they get ---- */

static struct str words_of(const struct message_row *m, struct arena *a)
{
    struct str subject = m == NULL ? STR_NONE : m->message.subject;
    struct str words = m == NULL ? STR_NONE : m->message.visible;
    struct str all = str_of(arena_printf(a, "%.*s%s%.*s", STR_FMT(subject),
                                         subject.n > 0 ? "\n\n" : "",
                                         STR_FMT(str_trim(words))));

    if (all.n <= NEIGHBOUR_WORDS)
        return all;
    return str_of(
        arena_printf(a, "%.*s...", STR_FMT(utf8_head(all, NEIGHBOUR_WORDS))));
}

static struct str contact_of(const struct neighbour *n,
                             const struct message_row *m, struct arena *a)
{
    const struct mailbox *who = m == NULL ? NULL : &m->message.sender;

    if (!n->with_contact || who == NULL || who->address.n == 0)
        return STR_NONE;
    return str_trim(str_of(arena_printf(a, "%.*s %.*s", STR_FMT(who->name),
                                        STR_FMT(who->address))));
}

static struct str category_of(const struct doing *d)
{
    const char *key =
        arena_printf(d->a, "category.%.*s", STR_FMT(d->t.category));

    return template_word(d->act->templates, d->act->config->town.language, key);
}

static int render(struct doing *d, const struct template_value *values,
                  const char *name, struct str *out, struct error *e)
{
    struct buf b = buf_init(TEXT_MAX);
    int rc = template_render(d->act->templates, d->act->config->town.language,
                             name, values, &b, e);

    *out = arena_str(d->a, str_trim(buf_str(&b)));
    buf_free(&b);
    return rc;
}

static int compose(struct doing *d, const struct neighbour *n,
                   struct notice *out, struct error *e)
{
    const struct town *town = &d->act->config->town;
    struct message_row *messages = NULL;
    int rc = tx_messages(d->tx, d->t.id, &messages, d->a, e);
    const struct ticket *t = &d->t;
    struct template_value values[] = {
        { "town", town->name, NULL },
        { "number", str_of(arena_printf(d->a, "%lld", (long long)t->id)),
          NULL },
        { "url",
          str_of(arena_printf(d->a, "%.*s/t/%.*s", STR_FMT(town->public_url),
                              STR_FMT(ticket_public_token(t, d->a)))),
          NULL },
        { "category", category_of(d), NULL },
        { "place", t->label, NULL },
        { "at",
          t->at.known
              ? str_of(arena_printf(d->a, "%.6f, %.6f", t->at.lat, t->at.lon))
              : STR_NONE,
          NULL },
        { "words", words_of(messages, d->a), NULL },
        { "photos", passing_photos(town, t, messages, d->a), NULL },
        { "note", d->act->text, NULL },
        { "contact", contact_of(n, messages, d->a), NULL },
        { "name", n->name, NULL },
        { NULL, STR_NONE, NULL },
    };

    if (rc == 0 && n->url.n == 0)
        rc = render(d, values, "passed.subject", &out->subject, e);
    if (rc == 0) {
        rc = render(d, values,
                    n->url.n > 0 ? "passed-open311.txt" : "passed.txt",
                    &out->text, e);
    }
    return rc;
}

/* By Open311 the neighbour carries it itself; a mail goes as any mail does. */
static int address(struct doing *d, const struct neighbour *n,
                   struct notice *out, struct error *e)
{
    const struct channel *by =
        n->url.n > 0 ? &n->channel
                     : notice_channel(d->act->config, n->mail, STR_NONE);

    if (by == NULL)
        return error(e, E_DENIED, "no channel can carry it");
    out->channel = str_of(by->name);
    out->to = n->url.n > 0 ? n->name : n->mail;
    out->token = n->url.n > 0 ? STR_NONE : d->t.token;
    return 0;
}

static int send(struct doing *d, const struct neighbour *n, struct notice *out,
                struct error *e)
{
    struct passed_row row = { .ticket = d->t.id,
                              .channel = str_of(n->channel.name) };
    int rc = tx_notice_add(d->tx, out, d->event, e);

    row.notice = out->id;
    if (rc == 0)
        rc = tx_passed_add(d->tx, &row, e);
    d->act->noticed = d->act->noticed || rc == 0;
    return rc;
}

int action_pass_tell(struct doing *d, struct error *e)
{
    const struct neighbour *n = passing_named(d->act->config, d->act->value);
    struct notice out = {
        .ticket = d->t.id,
        .kind = STR(NOTICE_PASSED),
        .message_id = notice_message_id(d->act->config, d->a),
        .next_at = d->now + ACTION_UNDO_S,
    };
    int rc = address(d, n, &out, e);

    if (rc == 0)
        rc = compose(d, n, &out, e);
    if (rc == 0)
        rc = send(d, n, &out, e);
    return rc < 0 ? rc : action_tell(d, &d->t, "passed-on", e);
}

/* Of a mail nothing is asked afterwards: its answers are mails too. */
int action_pass_again(struct doing *d, const struct notice *n, struct error *e)
{
    const struct passed_row row = { .ticket = d->t.id,
                                    .notice = n->id,
                                    .channel = n->channel };

    return passing_named(d->act->config, n->channel) == NULL
               ? 0
               : tx_passed_add(d->tx, &row, e);
}
