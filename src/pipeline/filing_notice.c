#include "pipeline/filing_notice.h"

#include "base/clock.h"
#include "pipeline/conversation.h"
#include "pipeline/notice_write.h"
#include "pipeline/passing.h"

/* What of the message itself forbids an answer at any time; NULL: nothing. */
static const char *unanswerable(const struct filing *f)
{
    const struct message *m = &f->reading->message;

    if (m->reply_to.n == 0)
        return "nobody to answer";
    if (m->automatic != AUTOMATIC_NO)
        return "written by a program";
    if (m->spam.n > 0)
        return "it is probably spam";
    if (m->no_answer)
        return "it asks not to be answered";
    if (notice_is_ours(f->config, m->reply_to) ||
        notice_is_ours(f->config, m->sender.address))
        return "it is from one of our own addresses";
    return NULL;
}

static const struct neighbour *writer_of(const struct filing *f)
{
    return passing_wrote(f->config, f->reading->message.sender.address);
}

static const char *silence(const struct filing *f)
{
    const char *why = unanswerable(f);

    if (why == NULL && f->reading->message.inlet)
        why = "another inlet passed it on";
    if (why == NULL && writer_of(f) != NULL)
        why = "a neighbour wrote it";
    if (why == NULL && (f->raw->quiet ||
                        f->raw->received_at < clock_now() - FILING_ANSWER_AGE))
        why = "too old to be answered";
    return why;
}

static const char *kind_of(const struct filing *f)
{
    if (f->reading->extract.urgent)
        return "emergency";
    if (f->doubt.n > 0)
        return "which";
    return f->reading->question.n > 0 ? "ask" : "received";
}

static int write_answer(struct store_tx *tx, struct filing *f,
                        const struct ticket *t, const struct channel *by,
                        int64_t event, struct error *e)
{
    const struct message *m = &f->reading->message;
    struct notice_draft d = {
        .config = f->config,
        .templates = f->templates,
        .ticket = t,
        .event = event,
        .kind = kind_of(f),
        .to = m->reply_to,
        .in_reply_to = m->message_id,
        .name = m->sender.name,
        .category = f->reading->extract.category.label,
        .question = f->reading->question,
        .text = f->doubt,
    };

    /* Words may follow a picture: they are answered, and not it. */
    if ((by->adapter->can & ADAPTER_SENDS_TEXT) != 0 &&
        conversation_is_wordless(m) && f->doubt.n == 0)
        d.not_before = clock_now() + CONVERSATION_WAIT_S;

    return notice_write(tx, &d, by, &f->noticed, e);
}

int filing_notice(struct store_tx *tx, struct filing *f, const struct ticket *t,
                  int64_t event, struct error *e)
{
    struct str to = f->reading->message.reply_to;
    const struct channel *by = notice_channel(f->config, to, f->raw->channel);
    const char *why = silence(f);
    int rc = 0;

    if (why == NULL)
        rc = notice_opted_out(tx, to, &why, e);
    if (rc == 0 && why == NULL)
        rc = notice_limits(tx, to, &why, e);
    if (rc < 0)
        return rc;
    if (why == NULL && by != NULL)
        return write_answer(tx, f, t, by, event, e);
    if (why == NULL)
        why = "no channel can carry it";
    return notice_untold(tx, t->id, str_of(why), e);
}

int filing_follow(struct store_tx *tx, const struct filing *f,
                  const struct ticket *t, struct str language, struct error *e)
{
    struct follower who = {
        .ticket = t->id,
        .address = f->reading->message.reply_to,
        .channel = f->raw->channel,
        .language = language,
    };

    const struct neighbour *n = writer_of(f);
    struct passed_count passed = { 0, 0 };
    int rc = 0;

    if (unanswerable(f) != NULL)
        return 0;
    /* Who only answers what was passed on to them does not follow it. */
    if (n != NULL)
        rc = tx_passed_to(tx, t->id, str_of(n->channel.name), &passed, e);
    return rc < 0 || passed.all > 0 ? rc : tx_follower_add(tx, &who, e);
}

bool filing_is_word(const struct filing *f)
{
    const struct message *m = &f->reading->message;

    if (m->automatic != AUTOMATIC_REPLY && m->automatic != AUTOMATIC_BULK)
        return false;
    return m->inlet || (m->automatic == AUTOMATIC_BULK && writer_of(f) != NULL);
}

enum { THANKS_WORDS = 12 };

static bool is_mark(char c)
{
    return c == '.' || c == ',' || c == '!' || c == '\'' || c == '"';
}

/* Without the marks around it. */
static struct str bare(struct str word)
{
    if (str_starts(word, STR("¡")))
        word = str_slice(word, STR("¡").n, word.n);
    while (word.n > 0 && is_mark(word.p[0]))
        word = str_slice(word, 1, word.n);
    while (word.n > 0 && is_mark(word.p[word.n - 1]))
        word = str_slice(word, 0, word.n - 1);
    return word;
}

static bool is_among(struct str word, struct str words)
{
    bool found = false;

    while (words.n > 0 && !found) {
        found = str_case_eq(str_word(&words), word);
        words = str_trim(words);
    }
    return found;
}

static bool thanks_in(const struct filing *f, struct str language)
{
    struct str words = template_word(f->templates, language, "joined.thanks");
    struct str rest = str_trim(f->reading->message.visible);
    int n = 0;

    while (rest.n > 0 && n <= THANKS_WORDS) {
        struct str word = bare(str_word(&rest));

        rest = str_trim(rest);
        if (word.n > 0 && !is_among(word, words))
            return false;
        n += word.n > 0;
    }
    return n > 0 && n <= THANKS_WORDS;
}

bool filing_is_thanks(const struct filing *f)
{
    bool is = false;

    if (f->reading->message.attachments != NULL)
        return false;
    for (const struct setting_list *l = f->config->town.languages; l != NULL;
         l = l->next)
        is = is || thanks_in(f, l->value);
    return is || thanks_in(f, f->config->town.language);
}

int filing_reopened(struct store_tx *tx, struct filing *f,
                    const struct ticket *t, int64_t event, struct error *e)
{
    struct notice_round r = {
        .draft = { .config = f->config,
                   .templates = f->templates,
                   .event = event,
                   .kind = "reopened" },
        .ticket = t,
        .by_program = true,
    };
    int rc = f->raw->quiet ? 0 : notice_round(tx, &r, e);

    f->noticed = f->noticed || r.told > 0;
    return rc;
}
