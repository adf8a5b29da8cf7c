/*
 * The mail forwarded within a text, with the recipients that a message does
 * not keep, for mail-reading to compare.
 *
 *   mail_blocks FILE...   the first line of each is the subject of the mail
 *                         that holds the text below it; prints a line of JSON
 */
#include <stdio.h>

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "mail/mail.h"
#include "mail/mail_forward.h"
#include "mail/mail_internal.h"

enum { TEXT_MAX = 1024 * 1024, OUT_MAX = 4 * 1024 * 1024 };

static void put_box(struct json *j, const struct mailbox *box)
{
    json_begin_object(j);
    json_key(j, "name");
    json_str_or_null(j, box->name);
    json_key(j, "address");
    json_str_or_null(j, box->address);
    json_end_object(j);
}

struct list {
    struct json *j;
    int count;
};

static bool box_put(void *arg, const struct mailbox *box)
{
    struct list *list = arg;

    put_box(list->j, box);
    list->count++;
    return true;
}

static void put_list(struct json *j, const char *key, struct str field,
                     struct arena *a)
{
    struct list list = { .j = j };
    struct str made = block_addresses(a, field);
    struct mailbox box;

    json_key(j, key);
    json_begin_array(j);
    address_each(a, made, box_put, &list);
    if (list.count == 0 && made.n > 0) {
        address_first(a, made, &box);
        put_box(j, &box);
    }
    json_end_array(j);
}

static void text_put(struct json *j, struct str all, struct arena *a)
{
    struct str text = utf8_clean(a, all);
    struct str subject = str_line(&text);
    struct mail_block b;
    struct mailbox from;
    bool forwarded = forward_block(&b, subject, text, false, a);

    json_begin_object(j);
    json_kv_bool(j, "forwarded", forwarded);
    if (forwarded) {
        forward_sender(&from, &b, a);
        json_key(j, "from");
        put_box(j, &from);
        put_list(j, "to", b.to, a);
        put_list(j, "cc", b.cc, a);
        json_kv(j, "subject",
                b.subject.n > 0 ? b.subject : subject_bare(subject));
        json_kv(j, "body", b.body);
        json_key(j, "message");
        json_str_or_null(j, b.above);
    }
    json_end_object(j);
}

int main(int argc, char **argv)
{
    int bad = 0;

    mail_prepare();
    for (int i = 1; i < argc; i++) {
        struct buf out = buf_init(OUT_MAX);
        struct json j = json_to(&out);
        struct arena a = { 0 };
        struct error e;
        struct str all;

        if (file_read(&a, argv[i], TEXT_MAX, &all, &e) < 0) {
            fprintf(stderr, "%s\n", e.text);
            bad = 1;
        } else {
            text_put(&j, all, &a);
            printf("%.*s\n", STR_FMT(buf_str(&out)));
        }
        buf_free(&out);
        arena_free(&a);
    }
    return bad;
}
