#include "pipeline/filing_notice.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/template.h"

enum { SUBJECT_MAX = 500, TEXT_MAX = 64 * 1024, MESSAGE_ID_BYTES = 16 };

/* The channel that carries an answer to address: its own, or the first. */
static const struct channel *sender_for(const struct filing *f,
                                        struct str address)
{
    bool mail = str_find(address, STR("@")) < address.n;
    unsigned need = mail ? ADAPTER_SENDS_MAIL : ADAPTER_SENDS_TEXT;
    const struct channel *first = NULL;

    for (const struct config_channel *c = f->config->channels; c != NULL;
         c = c->next) {
        if ((c->channel->adapter->can & need) == 0)
            continue;
        if (str_eq(str_of(c->channel->name), f->raw->channel))
            return c->channel;
        if (first == NULL)
            first = c->channel;
    }
    return first;
}

static bool is_ours(const struct filing *f, struct str address)
{
    for (const struct setting_list *own = f->config->town.own_addresses;
         own != NULL; own = own->next) {
        if (str_case_eq(own->value, address))
            return true;
    }
    return false;
}

/* What of the message itself forbids an answer; NULL: nothing does. */
static const char *silence(const struct filing *f)
{
    const struct message *m = &f->reading->message;
    int64_t now = clock_now();

    if (m->reply_to.n == 0)
        return "nobody to answer";
    if (f->raw->quiet || f->raw->received_at < now - FILING_ANSWER_AGE)
        return "too old to be answered";
    if (m->automatic != AUTOMATIC_NO)
        return "written by a program";
    if (m->no_answer)
        return "it asks not to be answered";
    if (is_ours(f, m->reply_to) || is_ours(f, m->sender.address))
        return "it is from one of our own addresses";
    return NULL;
}

/* What of the past forbids an answer: opting out, too many already. */
static int limits(struct store_tx *tx, const struct filing *f, const char **why,
                  struct error *e)
{
    struct str to = f->reading->message.reply_to;
    int64_t hour = clock_now() - 3600;
    int64_t sent = 0;
    int64_t all = 0;
    bool in = true;
    int rc = tx_opt_get(tx, to, &in, e);

    if (rc == 0)
        rc = tx_notice_count(tx, to, hour, &sent, e);
    if (rc == 0)
        rc = tx_notice_count(tx, STR_NONE, hour, &all, e);
    if (!in) {
        *why = "the reporter has opted out";
    } else if (sent >= FILING_NOTICES_PER_ADDRESS) {
        *why = "this address was told enough within the hour";
    } else if (all >= FILING_NOTICES_IN_ALL) {
        *why = "too many notices within the hour";
    }
    return rc;
}

static const char *kind_of(const struct filing *f)
{
    if (f->reading->extract.urgent)
        return "emergency";
    return f->reading->question.n > 0 ? "ask" : "received";
}

static int render(const struct filing *f, const struct ticket *t,
                  const char *name, struct buf *out, struct error *e)
{
    const struct town *town = &f->config->town;
    const struct reading *r = f->reading;
    struct arena a = { 0 };
    struct template_value values[] = {
        { "town", town->name, NULL },
        { "number", str_of(arena_printf(&a, "%lld", (long long)t->id)), NULL },
        { "url",
          str_of(arena_printf(&a, "%.*s/t/%.*s", STR_FMT(town->public_url),
                              STR_FMT(t->token))),
          NULL },
        { "category", r->extract.category.label, NULL },
        { "place", t->label, NULL },
        { "title", t->title, NULL },
        { "name", r->message.sender.name, NULL },
        { "question", r->question, NULL },
        { "emergency", town->emergency, NULL },
        { NULL, STR_NONE, NULL },
    };
    int rc = template_render(f->templates, t->language, name, values, out, e);

    arena_free(&a);
    return rc;
}

/* "Springfield <reports@example.org>": example.org. */
static struct str domain_of(struct str mailbox)
{
    struct str domain = mailbox;

    str_until(&domain, STR("@"));
    domain = str_until(&domain, STR(">"));
    return domain.n > 0 ? domain : STR("inlet.invalid");
}

static int write_notice(struct store_tx *tx, struct filing *f,
                        const struct ticket *t, const struct channel *by,
                        int64_t event, struct error *e)
{
    const struct message *m = &f->reading->message;
    struct arena *a = &f->arena;
    bool mail = (by->adapter->can & ADAPTER_SENDS_MAIL) != 0 &&
                str_find(m->reply_to, STR("@")) < m->reply_to.n;
    struct buf subject = buf_init(SUBJECT_MAX);
    struct buf text = buf_init(TEXT_MAX);
    const char *kind = kind_of(f);
    struct notice n;
    int rc = render(f, t, arena_printf(a, "%s.%s", kind, mail ? "txt" : "sms"),
                    &text, e);

    if (rc == 0 && mail)
        rc = render(f, t, arena_printf(a, "%s.subject", kind), &subject, e);
    n = (struct notice){
        .ticket = t->id,
        .kind = str_of(kind),
        .channel = str_of(by->name),
        .to = m->reply_to,
        .subject = str_trim(buf_str(&subject)),
        .text = buf_str(&text),
        .message_id = str_of(
            arena_printf(a, "%s@%.*s", digest_token(a, MESSAGE_ID_BYTES).p,
                         STR_FMT(domain_of(f->config->town.mail_from)))),
        .in_reply_to = mail ? m->message_id : STR_NONE,
        .token = t->token,
        .next_at = clock_now(),
    };
    if (rc == 0)
        rc = tx_notice_add(tx, &n, event, e);
    buf_free(&subject);
    buf_free(&text);
    f->noticed = rc == 0;
    return rc == E_DUPLICATE ? 0 : rc;
}

int filing_notice(struct store_tx *tx, struct filing *f, const struct ticket *t,
                  int64_t event, struct error *e)
{
    const struct channel *by = sender_for(f, f->reading->message.reply_to);
    const char *why = silence(f);
    int rc = 0;

    if (why == NULL)
        rc = limits(tx, f, &why, e);
    if (rc < 0)
        return rc;
    if (why == NULL && by != NULL)
        return write_notice(tx, f, t, by, event, e);
    if (why == NULL)
        why = "no channel can carry it";
    return tx_event_add(tx,
                        &(struct event){ .ticket = t->id,
                                         .at = clock_now(),
                                         .kind = STR("not-answered"),
                                         .actor = STR("inlet"),
                                         .text = str_of(why) },
                        e);
}
