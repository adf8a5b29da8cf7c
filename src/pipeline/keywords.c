#include "pipeline/keywords.h"

#include "base/clock.h"
#include "pipeline/notice_write.h"
#include "spine/contact.h"

enum { TEXT_MAX = 1000 };

static const char *const templates_of[CONTROLS] = {
    [CONTROL_STOP] = "stopped",
    [CONTROL_START] = "started",
    [CONTROL_HELP] = "help",
};

/* May we say anything, and must we? */
static bool is_ours(const struct filing *f)
{
    const struct channel *by = notice_door(f->config, f->raw->channel);
    const struct message *m = &f->reading->message;

    return by != NULL && (by->adapter->can & ADAPTER_KEYWORDS) != 0 &&
           !f->raw->quiet && m->automatic == AUTOMATIC_NO &&
           m->reply_to.n > 0 &&
           f->raw->received_at >= clock_now() - FILING_ANSWER_AGE &&
           !notice_is_ours(f->config, m->reply_to);
}

static bool is_word_of(const struct filing *f, struct str word,
                       struct str language)
{
    struct str words = template_word(f->templates, language, "keywords");

    while (words.n > 0) {
        if (str_case_eq(str_word(&words), word))
            return true;
        words = str_trim(words);
    }
    return false;
}

static bool is_letter(char c)
{
    return (unsigned char)c >= 0x80 || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

static bool is_written_in(const struct filing *f, struct str language)
{
    struct str rest = str_trim(f->reading->message.visible);

    while (rest.n > 0) {
        struct str word = str_word(&rest);

        while (word.n > 0 && !is_letter(word.p[word.n - 1]))
            word.n--;
        if (word.n > 0 && is_word_of(f, word, language))
            return true;
        rest = str_trim(rest);
    }
    return false;
}

static struct str language_of(const struct filing *f, struct str otherwise)
{
    const struct setting_list *l = f->config->town.languages;

    while (l != NULL && !is_written_in(f, l->value))
        l = l->next;
    return l != NULL ? l->value : otherwise;
}

/* *due: it was not said within the hour; from now on it was. */
static int claim(struct store_tx *tx, struct filing *f, const char *kind,
                 bool *due, struct error *e)
{
    struct str person = contact_person(f->reading->message.sender.address);
    const char *key = arena_printf(&f->arena, "%s:%.*s", kind, STR_FMT(person));
    int64_t now = clock_now();
    int64_t last = 0;
    struct str was;
    int rc = tx_cursor_get(tx, f->raw->channel, key, &f->arena, &was, e);

    *due = !str_int(was, &last) || last <= now - KEYWORDS_APART_S || last > now;
    if (rc < 0 || !*due)
        return rc;
    return tx_cursor_set(
        tx, f->raw->channel, key,
        str_of(arena_printf(&f->arena, "%lld", (long long)now)), e);
}

static int answer(struct store_tx *tx, struct filing *f, const char *kind,
                  struct str language, struct error *e)
{
    const struct town *town = &f->config->town;
    struct buf text = buf_init(TEXT_MAX);
    struct template_value values[] = {
        { "town", town->name, NULL },
        { "emergency", town->emergency, NULL },
        { "url", town->public_url, NULL },
        { NULL, STR_NONE, NULL },
    };
    bool due = false;
    int rc = claim(tx, f, kind, &due, e);

    if (rc == 0 && due) {
        rc = template_render(f->templates, language,
                             arena_printf(&f->arena, "%s.sms", kind), values,
                             &text, e);
    }
    if (rc == 0 && due) {
        f->said.kind = str_of(kind);
        f->said.to = f->reading->message.reply_to;
        f->said.text = arena_str(&f->arena, str_trim(buf_str(&text)));
    }
    buf_free(&text);
    return rc;
}

int keywords_file(struct store_tx *tx, struct filing *f, struct str otherwise,
                  struct error *e)
{
    const struct message *m = &f->reading->message;
    int rc = 0;

    if (m->control == CONTROL_PART) /* of a long text: kept, and no more */
        return 0;
    if (m->control != CONTROL_HELP) {
        rc = tx_opt_set(tx, m->sender.address, m->control == CONTROL_START, e);
    }
    if (rc < 0 || !is_ours(f))
        return rc;
    return answer(tx, f, templates_of[m->control], language_of(f, otherwise),
                  e);
}
