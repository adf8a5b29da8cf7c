/*
 * Delivery reports: what became of which mail of ours. Of those in a form of
 * their own (RFC 3464 on mails that did not arrive, RFC 8098 on mails that
 * were read, RFC 5965 on mails called spam) the fields say it; of what older
 * programs write, the first address and the first code in the text.
 */
#include <ctype.h>

#include "base/utf8.h"
#include "mail/mail_domain.h"
#include "mail/mail_internal.h"

enum {
    GROUPS_MAX = 50, /* of fields, one a recipient */
    RECEIPTS_MAX = 50,
    IDS_MAX = 3,
    LINES_MAX = 400,
    LINE_BYTES = 1000,
    WHY_BYTES = 300,
};

/* What is gathered before it is known of which mail and whom. */
struct told {
    struct arena *a;
    const struct message *m;
    const struct reading_context *ctx;
    struct str ids[IDS_MAX];
    int id_count;
    struct receipt **end;
    int count;
};

/* ---- what a code means ---- */

/* Of these nothing sent later will arrive (RFC 3463; 7505 for 5.1.10). */
static const struct str dead_codes[] = {
    STR_INIT("5.1.1"), STR_INIT("5.1.2"),  STR_INIT("5.1.3"),
    STR_INIT("5.1.6"), STR_INIT("5.1.10"), STR_INIT("5.2.1"),
};

/* Where the code does not say more than that it failed. */
static const struct str vague_codes[] = {
    STR_INIT(""),      STR_INIT("5.0.0"), STR_INIT("5.1.0"),
    STR_INIT("5.2.0"), STR_INIT("5.3.0"), STR_INIT("5.5.0"),
};

static const struct str dead_words[] = {
    STR_INIT("user unknown"),        STR_INIT("unknown user"),
    STR_INIT("no such user"),        STR_INIT("no such address"),
    STR_INIT("no mailbox here"),     STR_INIT("does not exist"),
    STR_INIT("doesn't exist"),       STR_INIT("invalid recipient"),
    STR_INIT("unknown recipient"),   STR_INIT("recipient unknown"),
    STR_INIT("no such mailbox"),     STR_INIT("unknown mailbox"),
    STR_INIT("unrouteable address"), STR_INIT("invalid user address"),
    STR_INIT("no longer active"),    STR_INIT("account disabled"),
    STR_INIT("host not found"),      STR_INIT("domain not found"),
};

static const struct str delayed_words[] = {
    STR_INIT("delayed"),        STR_INIT("will be retried"),
    STR_INIT("will retry"),     STR_INIT("not yet been delivered"),
    STR_INIT("still trying"),   STR_INIT("warning message only"),
    STR_INIT("could not send"),
};

static bool is_among(struct str code, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(code, list[i]))
            return true;
    }
    return false;
}

static bool is_dead(struct str code, struct str why)
{
    if (is_among(code, dead_codes, COUNT_OF(dead_codes)))
        return true;
    return is_among(code, vague_codes, COUNT_OF(vague_codes)) &&
           text_has_any(why, dead_words, COUNT_OF(dead_words));
}

/* The first "5.1.1" of line, a word of its own; or empty. */
static struct str code_in(struct str line)
{
    for (size_t i = 0; i + 4 < line.n; i++) {
        size_t n = i + 2;
        int dots = 1;

        if (line.p[i] < '2' || line.p[i] > '5' || line.p[i] == '3' ||
            line.p[i + 1] != '.' ||
            (i > 0 &&
             (isalnum((unsigned char)line.p[i - 1]) || line.p[i - 1] == '.')))
            continue;
        while (n < line.n && (isdigit((unsigned char)line.p[n]) ||
                              (line.p[n] == '.' && line.p[n - 1] != '.'))) {
            dots += line.p[n] == '.';
            n++;
        }
        if (dots == 2 && line.p[n - 1] != '.' && n - i <= 9)
            return str_slice(line, i, n);
    }
    return STR_NONE;
}

/* A reply of SMTP, "550 ", where a line says no more. */
static bool has_reply(struct str line)
{
    for (size_t i = 0; i + 3 < line.n; i++) {
        if ((line.p[i] == '4' || line.p[i] == '5') &&
            isdigit((unsigned char)line.p[i + 1]) &&
            isdigit((unsigned char)line.p[i + 2]) &&
            (line.p[i + 3] == ' ' || line.p[i + 3] == '-') &&
            (i == 0 || line.p[i - 1] == ' ' || line.p[i - 1] == ':'))
            return true;
    }
    return false;
}

/* ---- receipts ---- */

static void id_add(struct told *t, struct str raw)
{
    struct str id = thread_id_first(raw, t->a);

    for (int i = 0; i < t->id_count; i++) {
        if (str_eq(t->ids[i], id))
            return;
    }
    if (id.n > 0 && t->id_count < IDS_MAX)
        t->ids[t->id_count++] = id;
}

/* One for each mail that it may be of: only one of them can be ours. */
static void receipt_add(struct told *t, const struct receipt *of)
{
    int n = t->id_count > 0 ? t->id_count : 1;

    for (int i = 0; i < n && t->count < RECEIPTS_MAX; i++, t->count++) {
        struct receipt *r = arena_new(t->a, struct receipt);

        *r = *of;
        if (i < t->id_count)
            r->message_id = t->ids[i];
        *t->end = r;
        t->end = &r->next;
    }
}

/* The mail it is of: returned, or else what it answers. */
static void ids_find(struct told *t, const struct mail_parts *parts)
{
    struct headers h;

    if (parts->returned.n > 0) {
        headers_read(&h, parts->returned, t->a);
        id_add(t, header_first(&h, HEADER_MESSAGE_ID));
    }
    for (const struct thread_id *id = t->m->thread; id != NULL; id = id->next)
        id_add(t, id->id);
}

/* ---- those in a form of their own ---- */

/* "rfc822; ana@example.org" */
static struct str address_field(struct told *t, struct str value)
{
    struct str rest = value;
    struct mailbox box;

    if (str_find(value, STR(";")) < value.n)
        str_until(&rest, STR(";"));
    return address_first(t->a, rest, &box) ? box.address : STR_NONE;
}

static struct str why_words(struct told *t, struct str code, struct str said)
{
    struct str why = str_trim(said);

    if (str_case_starts(why, STR("smtp;")))
        why = str_trim(str_slice(why, 5, why.n));
    why = header_text(t->a, why);
    if (code.n > 0 && str_find(why, code) == why.n) {
        why = str_of(
            arena_printf(t->a, "%.*s %.*s", STR_FMT(code), STR_FMT(why)));
    }
    return str_trim(utf8_head(why, WHY_BYTES));
}

static const struct {
    struct str action;
    enum delivery is;
} actions[] = {
    { STR_INIT("failed"), DELIVERY_FAILED },
    { STR_INIT("delayed"), DELIVERY_DELAYED },
    { STR_INIT("delivered"), DELIVERY_DELIVERED },
    { STR_INIT("expanded"), DELIVERY_DELIVERED },
    { STR_INIT("relayed"), DELIVERY_SENT },
};

static enum delivery action_of(struct str action, struct str code)
{
    for (size_t i = 0; i < COUNT_OF(actions); i++) {
        if (str_case_starts(action, actions[i].action))
            return actions[i].is;
    }
    if (str_starts(code, STR("2")))
        return DELIVERY_DELIVERED;
    return str_starts(code, STR("4")) ? DELIVERY_DELAYED : DELIVERY_FAILED;
}

/* RFC 3464, 2.3: one of these for each recipient. */
static void recipient_read(struct told *t, const struct headers *h)
{
    struct str code = code_in(header_first(h, HEADER_STATUS));
    struct str said = header_first(h, HEADER_DIAGNOSTIC);
    struct receipt r = {
        .address = address_field(t, header_first(h, HEADER_ORIGINAL_RECIPIENT)),
        .delivery = action_of(header_first(h, HEADER_ACTION), code),
        .why = why_words(t, arena_str(t->a, code), said),
    };

    if (r.address.n == 0)
        r.address = address_field(t, header_first(h, HEADER_FINAL_RECIPIENT));
    if (code_in(said).n > 0 &&
        is_among(code, vague_codes, COUNT_OF(vague_codes)))
        code = code_in(said);
    r.dead = r.delivery == DELIVERY_FAILED && is_dead(code, r.why);
    receipt_add(t, &r);
}

/* RFC 8098, 3.2.6: "manual-action/MDN-sent-manually; displayed" */
static void disposition_read(struct told *t, const struct headers *h)
{
    struct str how = header_first(h, HEADER_DISPOSITION);
    struct receipt r = {
        .address = address_field(t, header_first(h, HEADER_FINAL_RECIPIENT)),
        .delivery = DELIVERY_DELIVERED,
    };

    str_until(&how, STR(";"));
    if (str_case_starts(str_trim(how), STR("displayed")))
        r.delivery = DELIVERY_READ;
    id_add(t, header_first(h, HEADER_ORIGINAL_MESSAGE_ID));
    receipt_add(t, &r);
}

/* RFC 5965: who has it does not want more of it. */
static void feedback_read(struct told *t, const struct headers *h)
{
    struct receipt r = {
        .address = address_field(t, header_first(h, HEADER_ORIGINAL_RCPT_TO)),
        .delivery = DELIVERY_DELIVERED,
    };

    r.dead =
        str_case_starts(header_first(h, HEADER_FEEDBACK_TYPE), STR("abuse"));
    r.why = r.dead ? STR("its reader calls it spam") : STR_NONE;

    receipt_add(t, &r);
}

static const struct {
    enum header_id by;
    void (*read)(struct told *, const struct headers *);
} groups[] = {
    { HEADER_FINAL_RECIPIENT, recipient_read },
    { HEADER_ORIGINAL_RECIPIENT, recipient_read },
    { HEADER_FEEDBACK_TYPE, feedback_read },
};

static void group_read(struct told *t, const struct headers *h)
{
    if (header_first(h, HEADER_DISPOSITION).n > 0) {
        disposition_read(t, h);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(groups); i++) {
        if (header_first(h, groups[i].by).n > 0) {
            groups[i].read(t, h);
            return;
        }
    }
}

static void fields_read(struct told *t, struct str fields)
{
    for (int i = 0; i < GROUPS_MAX && fields.n > 0; i++) {
        struct headers h;

        headers_read(&h, fields, t->a);
        group_read(t, &h);
        if (h.body.n >= fields.n)
            return;
        fields = h.body;
    }
}

bool report_within(struct str text)
{
    static const struct str fields[] = { STR_INIT("Final-Recipient: "),
                                         STR_INIT("Action: "),
                                         STR_INIT("Status: ") };
    size_t found = 0;

    for (size_t i = 0; i < COUNT_OF(fields); i++)
        found += str_find(text, fields[i]) < text.n;
    return found == COUNT_OF(fields);
}

/* ---- what older programs write ---- */

static bool is_own(const struct told *t, struct str address)
{
    const struct setting_list *own = t->ctx->own_addresses;

    while (own != NULL && !address_same(own->value, address))
        own = own->next;
    return own != NULL || str_case_eq(address, t->m->sender.address);
}

struct lines {
    struct str address, code, why;
};

static void line_look(struct told *t, struct lines *l, struct str line)
{
    struct str code = code_in(line);
    struct mailbox box;

    if (l->address.n == 0 && str_find(line, STR("@")) < line.n &&
        address_first(t->a, line, &box) && !is_own(t, box.address))
        l->address = box.address;
    if (l->why.n == 0 && (code.n > 0 || has_reply(line)))
        l->why = line;
    if (l->code.n == 0 && code.n > 0) {
        l->code = code;
        l->why = line;
    }
}

/* What stands above the returned mail; its Message-ID ends the look. */
static void lines_look(struct told *t, struct lines *l, struct str text)
{
    for (int i = 0; i < LINES_MAX && text.n > 0; i++) {
        struct str line = utf8_head(str_trim(str_line(&text)), LINE_BYTES);

        if (str_case_starts(line, STR("message-id:"))) {
            id_add(t, str_slice(line, 11, line.n));
            return;
        }
        line_look(t, l, line);
    }
}

static void text_read(struct told *t, const struct headers *h)
{
    struct str failed = header_first(h, HEADER_FAILED_RECIPIENTS);
    struct lines l = { .address = address_field(t, failed) };
    struct receipt r = { .delivery = DELIVERY_FAILED };

    lines_look(t, &l, t->m->text);
    if (l.address.n == 0 || l.why.n == 0)
        return;
    r.address = l.address;
    r.why = why_words(t, l.code, l.why);
    if (str_starts(l.code, STR("4")) ||
        text_has_any(t->m->text, delayed_words, COUNT_OF(delayed_words)) ||
        text_has_any(t->m->subject, delayed_words, COUNT_OF(delayed_words)))
        r.delivery = DELIVERY_DELAYED;
    r.dead = r.delivery == DELIVERY_FAILED && is_dead(l.code, r.why);
    receipt_add(t, &r);
}

void report_read(struct message *m, const struct headers *h,
                 const struct mail_parts *parts,
                 const struct reading_context *ctx, struct arena *a)
{
    struct told t = { .a = a, .m = m, .ctx = ctx, .end = &m->receipts };

    if (m->automatic != AUTOMATIC_BOUNCE && m->automatic != AUTOMATIC_REPORT)
        return;
    ids_find(&t, parts);
    fields_read(&t, parts->report);
    if (t.count == 0 && m->automatic == AUTOMATIC_BOUNCE)
        text_read(&t, h);
}
