#include "mail/mail_forward.h"

#include "base/utf8.h"
#include "mail/mail_domain.h"
#include "mail/mail_internal.h"

enum {
    /* So few words only pass a mail on: "FYI", "can you take care of this?" */
    PASSING_WORDS_MAX = 120,
};

static bool listed(const struct setting_list *list, struct str address)
{
    size_t at = str_find(address, STR("@"));

    for (; list != NULL && at < address.n; list = list->next) {
        struct str pattern = list->value;

        if (str_starts(pattern, STR("@"))
                ? address_same(pattern, str_slice(address, at, address.n))
                : address_same(pattern, address))
            return true;
    }
    return false;
}

/* ---- a mail written into the text of another ---- */

bool forward_block(struct mail_block *b, struct str subject, struct str text,
                   bool answers, struct arena *a)
{
    enum marker_kind kind = subject_kind(subject);

    if (!block_search(b, text, a))
        return false;
    if (b->how == BLOCK_MARKED || kind == MARKER_FORWARD)
        return b->how != BLOCK_WROTE || str_find(b->from, STR("@")) < b->from.n;
    return (b->how == BLOCK_ORIGINAL || b->how == BLOCK_DASHED ||
            (b->how == BLOCK_HEAD && b->ruled)) &&
           kind != MARKER_ANSWER && !answers;
}

/* What may stand between a time and a name. */
static const struct str between[] = {
    STR_INIT("am "),        STR_INIT("pm "),  STR_INIT("a.m. "),
    STR_INIT("p.m. "),      STR_INIT("uhr "), STR_INIT("\xd0\xb3. "),
    STR_INIT("\xd1\x80. "), STR_INIT("- "),   STR_INIT("h "),
    STR_INIT(". "),
};

/* Takes one word off name that is no part of it: of a time, or a verb. */
static bool lead_drop(struct str *name)
{
    struct marker_range range = mail_marker_ranges[MARKER_WROTE];

    for (size_t i = 0; i < COUNT_OF(between); i++) {
        if (str_case_starts(*name, between[i])) {
            *name = text_trim(str_slice(*name, between[i].n, name->n));
            return true;
        }
    }
    for (int i = range.begin; i < range.end; i++) {
        struct str phrase = mail_markers[i].phrase;
        struct str rest = phrase;

        while (rest.n > 0) {
            struct str piece = text_trim(str_until(&rest, STR("...")));

            if (piece.n == 0 || name->n <= piece.n || name->p[piece.n] != ' ' ||
                !str_case_starts(*name, piece))
                continue;
            *name = text_trim(str_slice(*name, piece.n, name->n));
            return true;
        }
    }
    return false;
}

/* The name before an address in a line that says who wrote when. */
static struct str name_in(struct str head)
{
    size_t begin = 0;

    static const struct {
        struct str open, close;
    } quotes[] = { { STR_INIT("\xc2\xab"), STR_INIT("\xc2\xbb") },
                   { STR_INIT("\xe2\x80\x9e"), STR_INIT("\xe2\x80\x9d") },
                   { STR_INIT("\xe2\x80\x9e"), STR_INIT("\xe2\x80\x9c") },
                   { STR_INIT("\xe2\x80\x9c"), STR_INIT("\xe2\x80\x9d") } };

    head = text_trim(head);
    for (size_t i = 0; i < COUNT_OF(quotes); i++) {
        size_t at = str_find(head, quotes[i].open);

        if (at < head.n && str_ends(head, quotes[i].close)) {
            return text_trim(str_slice(head, at + quotes[i].open.n,
                                       head.n - quotes[i].close.n));
        }
    }
    if (head.n > 1 && head.p[head.n - 1] == '"') {
        head = str_slice(head, 0, head.n - 1);
        for (size_t i = 0; i < head.n; i++)
            begin = head.p[i] == '"' ? i + 1 : begin;
        return str_slice(head, begin, head.n);
    }
    for (size_t i = 0; i < head.n; i++) {
        if ((head.p[i] >= '0' && head.p[i] <= '9') || head.p[i] == ',')
            begin = i + 1;
    }
    head = text_trim(str_slice(head, begin, head.n));
    while (lead_drop(&head))
        ;
    return head;
}

/* 'On 28/10/2021 12:46, "Ana Torres" <ana@example.org> wrote' */
static bool wrote_mailbox(struct mailbox *box, struct str line, struct arena *a)
{
    struct str made = block_addresses(a, line);
    size_t at = str_find(made, STR("@"));
    size_t begin = at;
    size_t end = at;

    while (begin > 0 && strchr(" <([\"", made.p[begin - 1]) == NULL)
        begin--;
    while (end < made.n && strchr(" >)]\",", made.p[end]) == NULL)
        end++;
    if (!address_first(a, str_slice(made, begin, end), box))
        return false;
    while (begin > 0 && strchr(" <([", made.p[begin - 1]) != NULL)
        begin--;
    box->name = name_in(str_slice(made, 0, begin));
    return true;
}

bool forward_sender(struct mailbox *box, const struct mail_block *b,
                    struct arena *a)
{
    if (b->how == BLOCK_WROTE)
        return wrote_mailbox(box, b->from, a);
    return block_mailbox(a, b->from, box);
}

/* ---- a mail within a mail ---- */

/* One mail of the chain that forwards make. */
struct said {
    struct mailbox sender;
    struct str reply_to, subject, text;
    struct str own;    /* text without that of a mail attached to it */
    struct str mail;   /* the one mail attached to it, or empty */
    struct headers *h; /* NULL: it was written into a text */
    struct mail_kind kind;
    int64_t sent_at;
    bool answers;
    bool sure; /* that it was forwarded, and by whom it was written */
};

static void said_parts(struct said *s, const struct mail_parts *parts)
{
    s->text = parts->text;
    s->own = parts->own;
    s->mail = parts->mails == 1 ? parts->mail : STR_NONE;
    s->kind = parts->kind;
}

static bool attached_read(struct said *in, const struct said *outer,
                          struct arena *a)
{
    struct mail_parts parts;

    if (outer->mail.n == 0 || subject_kind(outer->subject) == MARKER_ANSWER)
        return false;
    in->h = arena_new(a, struct headers);
    headers_read(in->h, outer->mail, a);
    if (header_first(in->h, HEADER_FROM).n == 0)
        return false;
    sender_read(&in->sender, in->h, a);
    in->subject = subject_read(in->h, a);
    in->sent_at = date_read(in->h, a);
    in->answers = header_first(in->h, HEADER_IN_REPLY_TO).n > 0;
    in->reply_to = reply_to_read(in->h, in->sender.address, a);
    parts_read(&parts, in->h, a);
    said_parts(in, &parts);
    in->sure = in->sender.address.n > 0;
    return true;
}

static bool block_read(struct said *in, struct str *words,
                       const struct said *outer, struct arena *a)
{
    bool forward = subject_kind(outer->subject) == MARKER_FORWARD;
    struct mail_block b;

    if (!forward_block(&b, outer->subject, outer->own, outer->answers, a))
        return false;
    in->sure = forward_sender(&in->sender, &b, a) &&
               (forward || b.how == BLOCK_MARKED);
    if (in->sender.address.n == 0 && in->sender.name.n == 0)
        return false;
    in->reply_to = in->sender.address;
    in->subject =
        utf8_head(b.subject.n > 0 ? b.subject : subject_bare(outer->subject),
                  MESSAGE_NAME_MAX);
    in->sent_at = outer->sent_at;
    in->text = in->own = str_trim(b.body);
    *words = b.above;
    if (b.below.n > 0) {
        *words =
            str_of(arena_printf(a, "%.*s%s%.*s", STR_FMT(b.above),
                                b.above.n > 0 ? "\n\n" : "", STR_FMT(b.below)));
    }
    return true;
}

/* The mail that outer passes on; words: what outer says of its own. */
static bool said_within(struct said *in, struct str *words,
                        const struct said *outer, struct arena *a)
{
    *in = (struct said){ 0 };
    if (attached_read(in, outer, a)) {
        *words = str_trim(outer->own);
        return true;
    }
    *in = (struct said){ 0 };
    return block_read(in, words, outer, a);
}

/*
 * Whether who wrote s only passed a mail on. Staff do; another who says
 * little of his own does, too, but then it is not sure who is meant.
 */
static bool passes_on(const struct said *s, struct str words,
                      const struct reading_context *ctx, struct arena *a)
{
    if (listed(ctx->forwarders, s->sender.address))
        return true;
    return visible_of(words, s->subject, s->answers, a).n <= PASSING_WORDS_MAX;
}

static void note_add(struct str *note, struct str words, struct arena *a)
{
    if (words.n == 0)
        return;
    *note = note->n == 0 ? words
                         : str_of(arena_printf(a, "%.*s\n\n%.*s",
                                               STR_FMT(*note), STR_FMT(words)));
    *note = utf8_head(*note, MESSAGE_TEXT_MAX);
}

/* What the inner mail says of thread and sender becomes m's. */
static void said_take(struct message *m, const struct said *s,
                      const struct reading_context *ctx, struct arena *a)
{
    static const struct headers none = { 0 };
    const struct headers *h = s->h == NULL ? &none : s->h;

    m->forwarder = m->sender;
    m->sender = s->sender;
    m->reply_to = s->reply_to;
    m->subject = s->subject;
    m->text = s->text;
    m->sent_at = s->sent_at > 0 ? s->sent_at : m->sent_at;
    m->language = language_read(h, a);
    if (s->h != NULL)
        thread_join(m, s->h, a);
    m->automatic = automatic_of(m, h, &s->kind, ctx);
    m->no_answer = m->no_answer || !s->sure || answer_unwanted(h);
    m->visible = visible_of(m->text, m->subject, s->answers, a);
}

/* A bounce, an absence or what went through inlet before is no forward. */
static bool may_forward(const struct message *m, const struct headers *h,
                        const struct reading_context *ctx)
{
    return listed(ctx->forwarders, m->sender.address) &&
           (m->automatic == AUTOMATIC_NO || m->automatic == AUTOMATIC_BULK) &&
           !listed(ctx->own_addresses, m->sender.address) &&
           header_first(h, HEADER_INLET_LOOP).n == 0;
}

/*
 * The server passed it on: From is still the resident's, and the headers say
 * by whose mailbox it came. A list may have put itself into From.
 */
static void redirect_read(struct message *m, const struct headers *h,
                          const struct reading_context *ctx, struct arena *a)
{
    static const enum header_id by[] = { HEADER_RESENT_FROM,
                                         HEADER_X_FORWARDED_FOR,
                                         HEADER_RULES_LOOP };
    struct mailbox box;

    if (listed(ctx->forwarders, m->sender.address)) {
        if (!address_first(a, header_first(h, HEADER_X_ORIGINAL_FROM), &box))
            return;
        m->forwarder = m->sender;
        m->sender = box;
        if (str_case_eq(m->reply_to, m->forwarder.address))
            m->reply_to = box.address;
        return;
    }
    for (size_t i = 0; i < COUNT_OF(by); i++) {
        if (address_first(a, header_first(h, by[i]), &box) &&
            listed(ctx->forwarders, box.address)) {
            m->forwarder = box;
            return;
        }
    }
}

void forward_read(struct message *m, const struct headers *h,
                  const struct mail_parts *parts,
                  const struct reading_context *ctx, struct arena *a)
{
    struct said s = { .subject = m->subject,
                      .sent_at = m->sent_at,
                      .sender = m->sender,
                      .answers = header_first(h, HEADER_IN_REPLY_TO).n > 0 };
    struct said in;
    struct str words;
    bool sure = true;
    int depth = 0;

    if (!may_forward(m, h, ctx)) {
        redirect_read(m, h, ctx, a);
        return;
    }
    said_parts(&s, parts);
    while (depth < MAIL_NESTED_DEPTH && said_within(&in, &words, &s, a) &&
           !listed(ctx->own_addresses, in.sender.address) &&
           passes_on(&s, words, ctx, a)) {
        sure = sure && in.sure && listed(ctx->forwarders, s.sender.address);
        note_add(&m->note, words, a);
        s = in;
        depth++;
    }
    if (depth == 0 || str_case_eq(s.sender.address, m->sender.address)) {
        m->note = STR_NONE;
        redirect_read(m, h, ctx, a);
        return;
    }
    s.sure = sure;
    said_take(m, &s, ctx, a);
}
