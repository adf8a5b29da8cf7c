#include "pipeline/filing_subject.h"

#include "base/clock.h"
#include "mail/mail_marker.h"
#include "pipeline/notice_write.h"
#include "pipeline/passing.h"
#include "store/work.h"

enum {
    MARK_MAX = 60,  /* bytes of a mark such as "[Millbrook no. 12]" */
    WORDS_SURE = 3, /* what begins with so many is the subject continued */
};

/* Without a mark before it and one behind it. */
static struct str unmarked(struct str s)
{
    size_t end = str_find(s, STR("]"));

    if (s.n > 0 && s.p[0] == '[' && end < s.n && end < MARK_MAX)
        s = text_trim(str_slice(s, end + 1, s.n));
    if (!str_ends(s, STR("]")))
        return s;
    for (size_t n = 1; n <= s.n && n <= MARK_MAX; n++) {
        if (s.p[s.n - n] == '[')
            return text_trim(str_slice(s, 0, s.n - n));
    }
    return s;
}

/* "RE: [Millbrook no. 12] Fwd: Pothole": Pothole. */
static struct str bare(struct str subject)
{
    size_t n;

    do {
        n = subject.n;
        subject = unmarked(subject_bare(subject));
    } while (subject.n < n);
    return subject;
}

/* The next word without what ends a sentence. */
static struct str next_word(struct str *s)
{
    struct str word = str_word(s);

    while (word.n > 0 && strchr(".,;:!?", word.p[word.n - 1]) != NULL)
        word.n--;
    return word;
}

/* Both bare. Whatever the blanks: programs fold long lines anew. */
static bool is_same(struct str subject, struct str known)
{
    int words = 0;

    while (known.n > 0) {
        if (!str_case_eq(next_word(&known), next_word(&subject)))
            return false;
        words++;
        known = text_trim(known);
        subject = text_trim(subject);
    }
    return words > 0 && (subject.n == 0 || words >= WORDS_SURE);
}

static bool may_be_new(const struct filing *f, const struct home *home)
{
    const struct message *m = &f->reading->message;
    struct str from = m->sender.address;

    return f->raw->format == RAW_RFC822 && !home->known &&
           m->automatic == AUTOMATIC_NO && !m->inlet && m->spam.n == 0 &&
           !notice_is_ours(f->config, from) &&
           passing_wrote(f->config, from) == NULL;
}

/* *seen: there is a subject on that ticket; *same: and it is this. */
static int look(struct store_tx *tx, struct filing *f, int64_t ticket,
                bool *seen, bool *same, struct error *e)
{
    struct str subject = bare(f->reading->message.subject);
    struct word_list *known;
    int rc = tx_subjects(tx, ticket, f->raw->id, &known, &f->arena, e);

    if (rc < 0)
        return rc;
    for (; known != NULL; known = known->next) {
        *seen = true;
        *same = *same || is_same(subject, bare(known->word));
    }
    return 0;
}

int filing_subject(struct store_tx *tx, struct filing *f, int64_t ticket,
                   const struct home *home, struct error *e)
{
    struct event ev = {
        .ticket = ticket,
        .at = clock_now(),
        .kind = STR("subject"),
        .actor = STR("inlet"),
        .text = bare(f->reading->message.subject),
    };
    bool seen = false;
    bool same = false;
    int rc = 0;

    if (!may_be_new(f, home) || ev.text.n == 0)
        return 0;
    rc = look(tx, f, ticket, &seen, &same, e);
    if (rc == 0 && home->ticket != ticket) /* a duplicate: they saw that one */
        rc = look(tx, f, home->ticket, &seen, &same, e);
    return rc < 0 || same || !seen ? rc : tx_event_add(tx, &ev, e);
}
