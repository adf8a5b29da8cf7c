#include "pipeline/notice_write.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "mail/mail_domain.h"
#include "spine/contact.h"

enum {
    SUBJECT_MAX = 500,
    TEXT_MAX = 64 * 1024,
    MESSAGE_ID_BYTES = 16,
    SMS_TEXT_MAX = 600, /* bytes of a clerk's words; the page has them all */
    SMS_ONE = 160,      /* characters that cost one text */
};

static bool is_mail(struct str address)
{
    return str_find(address, STR("@")) < address.n;
}

const struct channel *notice_channel(const struct config *c, struct str address,
                                     struct str door)
{
    unsigned need = is_mail(address) ? ADAPTER_SENDS_MAIL : ADAPTER_SENDS_TEXT;
    const struct channel *first = NULL;

    for (const struct config_channel *ch = c->channels; ch != NULL;
         ch = ch->next) {
        if ((ch->channel->adapter->can & need) == 0)
            continue;
        if (str_eq(str_of(ch->channel->name), door))
            return ch->channel;
        if (first == NULL)
            first = ch->channel;
    }
    return first;
}

const struct channel *notice_door(const struct config *c, struct str name)
{
    const struct config_channel *at = c->channels;

    while (at != NULL && !str_eq(str_of(at->channel->name), name))
        at = at->next;
    return at == NULL ? NULL : at->channel;
}

bool notice_is_ours(const struct config *c, struct str address)
{
    for (const struct setting_list *own = c->town.own_addresses; own != NULL;
         own = own->next) {
        if (address_same(own->value, address))
            return true;
    }
    return false;
}

int notice_opted_out(struct store_tx *tx, struct str address, const char **why,
                     struct error *e)
{
    static const char *const reasons[] = {
        [OPT_OUT] = "the reporter has opted out",
        [OPT_DEAD] = "what is sent to this address comes back",
    };
    enum opt opt = OPT_IN;
    int rc = tx_opt_get(tx, address, &opt, e);

    if (rc == 0 && opt != OPT_IN)
        *why = reasons[opt];
    return rc;
}

int notice_limits(struct store_tx *tx, struct str address, const char **why,
                  struct error *e)
{
    int64_t hour = clock_now() - 3600;
    int64_t sent = 0;
    int64_t all = 0;
    int rc = tx_notice_count(tx, address, hour, &sent, e);

    if (rc == 0)
        rc = tx_notice_count(tx, STR_NONE, hour, &all, e);
    if (sent >= NOTICES_PER_ADDRESS) {
        *why = "this address was told enough within the hour";
    } else if (all >= NOTICES_IN_ALL) {
        *why = "too many notices within the hour";
    }
    return rc;
}

/* ---- words ---- */

static struct str text_for(const struct notice_draft *d, bool mail,
                           struct arena *a)
{
    if (mail || d->text.n <= SMS_TEXT_MAX)
        return d->text;
    return str_of(
        arena_printf(a, "%.*s...", STR_FMT(utf8_head(d->text, SMS_TEXT_MAX))));
}

static int render(const struct notice_draft *d, struct str name,
                  const char *ending, struct buf *out, struct error *e)
{
    const struct town *town = &d->config->town;
    const struct ticket *t = d->ticket;
    struct arena a = { 0 };
    struct str language = d->language.n > 0 ? d->language : t->language;
    struct str token = d->neighbour ? ticket_public_token(t, &a) : t->token;
    struct template_value values[] = {
        { "town", name, NULL },
        { "number", str_of(arena_printf(&a, "%lld", (long long)t->id)), NULL },
        { "url",
          str_of(arena_printf(&a, "%.*s/t/%.*s", STR_FMT(town->public_url),
                              STR_FMT(token))),
          NULL },
        { "category", d->category, NULL },
        { "place", t->label, NULL },
        { "title", t->title, NULL },
        { "name", d->name, NULL },
        { "question", d->question, NULL },
        { "reason", d->reason, NULL },
        { "text", text_for(d, is_mail(d->to), &a), NULL },
        { "emergency", town->emergency, NULL },
        { NULL, STR_NONE, NULL },
    };
    int rc = template_render(d->templates, language,
                             arena_printf(&a, "%s.%s", d->kind, ending), values,
                             out, e);

    arena_free(&a);
    return rc;
}

static size_t characters(struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

/* A question is one text, if need be without the town's name. */
static int render_text(const struct notice_draft *d, struct buf *out,
                       struct error *e)
{
    bool asks = strcmp(d->kind, "ask") == 0 || strcmp(d->kind, "which") == 0;
    int rc = render(d, d->config->town.name, "sms", out, e);

    if (rc == 0 && asks && characters(str_trim(buf_str(out))) > SMS_ONE) {
        buf_clear(out);
        rc = render(d, STR(""), "sms", out, e);
    }
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

struct str notice_message_id(const struct config *c, struct arena *a)
{
    return str_of(arena_printf(a, "%s@%.*s",
                               digest_token(a, MESSAGE_ID_BYTES).p,
                               STR_FMT(domain_of(c->town.mail_from))));
}

int notice_write(struct store_tx *tx, const struct notice_draft *d,
                 const struct channel *by, bool *added, struct error *e)
{
    bool mail = is_mail(d->to);
    struct arena a = { 0 };
    struct buf subject = buf_init(SUBJECT_MAX);
    struct buf text = buf_init(TEXT_MAX);
    struct str town = d->config->town.name;
    int rc = mail ? render(d, town, "txt", &text, e) : render_text(d, &text, e);

    *added = false;
    if (rc == 0 && mail)
        rc = render(d, town, "subject", &subject, e);
    if (rc == 0) {
        struct notice n = {
            .ticket = d->ticket->id,
            .kind = str_of(d->kind),
            .channel = str_of(by->name),
            .to = d->to,
            .subject = str_trim(buf_str(&subject)),
            .text = buf_str(&text),
            .message_id = notice_message_id(d->config, &a),
            .in_reply_to = mail ? d->in_reply_to : STR_NONE,
            .token = d->neighbour ? STR_NONE : d->ticket->token,
            .next_at = d->not_before > 0 ? d->not_before : clock_now(),
        };

        rc = tx_notice_add(tx, &n, d->event, e);
        *added = rc == 0;
    }
    buf_free(&subject);
    buf_free(&text);
    arena_free(&a);
    return rc == E_DUPLICATE ? 0 : rc;
}

int notice_untold(struct store_tx *tx, int64_t ticket, struct str text,
                  struct error *e)
{
    return tx_event_add(tx,
                        &(struct event){ .ticket = ticket,
                                         .at = clock_now(),
                                         .kind = STR("not-answered"),
                                         .actor = STR("inlet"),
                                         .text = text },
                        e);
}

/* ---- all who follow ---- */

static bool was_before(const struct follower_list *list,
                       const struct follower_list *at)
{
    struct str who = contact_person(at->follower.address);

    /* Once, though by two doors: the first one they came in by. */
    while (list != at &&
           !str_case_eq(contact_person(list->follower.address), who))
        list = list->next;
    return list != at;
}

static int silence(struct store_tx *tx, const struct notice_round *r,
                   const struct follower *f, const char **why, struct error *e)
{
    int rc;

    if (notice_is_ours(r->draft.config, f->address)) {
        *why = "it is one of our own addresses";
        return 0;
    }
    rc = notice_opted_out(tx, f->address, why, e);
    if (rc == 0 && *why == NULL && r->by_program)
        rc = notice_limits(tx, f->address, why, e);
    return rc;
}

/* "category.pothole" of the language; a town's own has perhaps no word. */
static struct str category_words(const struct notice_draft *d, struct arena *a)
{
    const char *key =
        arena_printf(a, "category.%.*s", STR_FMT(d->ticket->category));
    struct str word = template_word(d->templates, d->language, key);

    return str_eq(word, str_of(key)) ? STR_NONE : word;
}

static struct str reason_words(const struct notice_draft *d, struct arena *a)
{
    if (d->reason.n == 0)
        return STR_NONE;
    return template_word(d->templates, d->language,
                         arena_printf(a, "reason.%.*s", STR_FMT(d->reason)));
}

static int tell(struct store_tx *tx, struct notice_round *r,
                const struct follower *f, struct arena *a, struct error *e)
{
    const struct channel *by =
        notice_channel(r->draft.config, f->address, f->channel);
    struct notice_draft d = r->draft;
    struct ticket theirs = *r->ticket;
    const char *why = NULL;
    bool added = false;
    int rc = silence(tx, r, f, &why, e);

    if (rc == 0 && why == NULL && by == NULL)
        why = "no channel can carry it";
    if (rc == 0 && why != NULL) {
        return notice_untold(
            tx, f->ticket,
            str_of(arena_printf(a, "%.*s: %s", STR_FMT(f->address), why)), e);
    }
    if (rc == 0 && f->ticket != theirs.id)
        rc = tx_ticket_get(tx, f->ticket, &theirs, a, e);
    if (rc == 0)
        rc = tx_message_id_of(tx, f->ticket, f->address, &d.in_reply_to, a, e);
    if (rc < 0)
        return rc;
    d.ticket = &theirs;
    d.to = f->address;
    d.neighbour = f->channel.n == 0;
    d.language = f->language.n > 0 ? f->language : theirs.language;
    d.category = category_words(&d, a);
    d.reason = reason_words(&d, a);
    rc = notice_write(tx, &d, by, &added, e);
    r->told += added;
    return rc;
}

int notice_round(struct store_tx *tx, struct notice_round *r, struct error *e)
{
    struct follower_list *all = NULL;
    struct arena a = { 0 };
    int rc = tx_followers(tx, r->ticket->id, &all, &a, e);

    r->told = 0;
    for (const struct follower_list *f = all; rc == 0 && f != NULL;
         f = f->next) {
        if (!was_before(all, f))
            rc = tell(tx, r, &f->follower, &a, e);
    }
    arena_free(&a);
    return rc;
}
