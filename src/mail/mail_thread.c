/* What a mail answers: Message-IDs, and our token in a plus address. */
#include "base/utf8.h"
#include "mail/mail_internal.h"

static struct str id_clean(struct arena *a, struct str id)
{
    id = str_trim(id);
    if (id.n == 0 || id.n > MESSAGE_NAME_MAX)
        return STR_NONE;
    return utf8_clean(a, charset_text(a, id, STR_NONE));
}

/* Cuts the first id off raw: what stands in <>, else a word with an "@". */
static struct str id_next(struct str *raw)
{
    struct str rest = *raw;
    size_t open = str_find(rest, STR("<"));

    if (open < rest.n) {
        struct str id = str_slice(rest, open + 1, rest.n);

        *raw = id;
        return str_until(raw, STR(">"));
    }
    while (raw->n > 0) {
        struct str word = str_word(raw);

        if (str_find(word, STR("@")) < word.n)
            return word;
    }
    return STR_NONE;
}

struct str thread_id_first(struct str raw, struct arena *a)
{
    return id_clean(a, id_next(&raw));
}

static bool thread_has(const struct thread_id *list, struct str id)
{
    for (; list != NULL; list = list->next) {
        if (str_eq(list->id, id))
            return true;
    }
    return false;
}

struct ids {
    struct str id[MESSAGE_THREAD_MAX];
    int count;
};

/* The last ones are the nearest: a long thread loses its middle. */
static void ids_read(struct ids *ids, struct str raw, struct arena *a)
{
    while (raw.n > 0) {
        struct str id = id_clean(a, id_next(&raw));

        if (id.n == 0)
            continue;
        if (ids->count == MESSAGE_THREAD_MAX) {
            memmove(ids->id, ids->id + 1, sizeof(ids->id) - sizeof(ids->id[0]));
            ids->count--;
        }
        ids->id[ids->count++] = id;
    }
}

/* Adds ids to the end of a thread, the last first. */
static void thread_extend(struct message *m, struct ids *ids, struct arena *a)
{
    struct thread_id **end = &m->thread;
    int left = MESSAGE_THREAD_MAX;

    for (; *end != NULL; end = &(*end)->next)
        left--;
    while (ids->count > 0 && left > 0) {
        struct str id = ids->id[--ids->count];

        if (thread_has(m->thread, id))
            continue;
        *end = arena_new(a, struct thread_id);
        (*end)->id = id;
        end = &(*end)->next;
        left--;
    }
}

void thread_join(struct message *m, const struct headers *h, struct arena *a)
{
    struct ids ids = { .count = 0 };

    ids_read(&ids, header_first(h, HEADER_REFERENCES), a);
    ids_read(&ids, header_first(h, HEADER_IN_REPLY_TO), a);
    ids_read(&ids, header_first(h, HEADER_MESSAGE_ID), a);
    thread_extend(m, &ids, a);
}

void thread_read(struct message *m, const struct headers *h, struct arena *a)
{
    struct str raw = header_first(h, HEADER_MESSAGE_ID);
    struct ids ids = { .count = 0 };

    m->message_id = id_clean(a, id_next(&raw));
    ids_read(&ids, header_first(h, HEADER_REFERENCES), a);
    ids_read(&ids, header_first(h, HEADER_IN_REPLY_TO), a);
    thread_extend(m, &ids, a);
}

enum { TOKEN_MIN = 16 }; /* shorter ones are people's own plus addresses */

struct token_search {
    const struct setting_list *own;
    struct str ours;   /* of an address that is ours */
    struct str likely; /* of another that looks like it: an alias of ours */
};

static bool token_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
}

/* Own addresses are "name@domain"; "@domain" stands for all of one. */
static bool is_own(const struct setting_list *own, struct str name,
                   struct str domain)
{
    for (; own != NULL; own = own->next) {
        struct str at_domain = own->value;
        struct str at_name = str_until(&at_domain, STR("@"));

        if (str_case_eq(at_domain, domain) &&
            (at_name.n == 0 || str_case_eq(at_name, name)))
            return true;
    }
    return false;
}

static bool token_look(void *arg, const struct mailbox *box)
{
    struct token_search *search = arg;
    struct str domain = box->address;
    struct str token = str_until(&domain, STR("@"));
    struct str name = str_until(&token, STR("+"));

    if (token.n == 0)
        return true;
    for (size_t i = 0; i < token.n; i++) {
        if (!token_byte(token.p[i]))
            return true;
    }
    if (is_own(search->own, name, domain)) {
        search->ours = token;
        return false;
    }
    if (token.n >= TOKEN_MIN && search->likely.n == 0)
        search->likely = token;
    return true;
}

struct str thread_token(const struct raw *raw, const struct headers *h,
                        const struct reading_context *ctx, struct arena *a)
{
    static const enum header_id places[] = { HEADER_DELIVERED_TO,
                                             HEADER_X_ORIGINAL_TO, HEADER_TO,
                                             HEADER_CC };
    struct token_search search = { .own = ctx->own_addresses };

    address_each(a, raw_envelope(raw, "rcpt-to"), token_look, &search);
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        for (int k = 0; k < h->count && search.ours.n == 0; k++) {
            if (h->list[k].id == places[i] &&
                memchr(h->list[k].value.p, '+', h->list[k].value.n) != NULL)
                address_each(a, h->list[k].value, token_look, &search);
        }
    }
    return search.ours.n > 0 ? search.ours : search.likely;
}
