/* Parts that hold others in a form of their own. */
#include "mail/mail_calendar.h"
#include "mail/mail_sealed.h"
#include "mail/mail_tree.h"
#include "mail/rtf.h"
#include "mail/tnef.h"

static bool leaf_named(const struct leaf *leaf, struct str name)
{
    return str_case_eq(leaf->name, name);
}

static bool leaf_is_tnef(const struct leaf *leaf)
{
    return str_eq(leaf->type, STR("application/ms-tnef")) ||
           str_eq(leaf->type, STR("application/vnd.ms-tnef")) ||
           leaf_named(leaf, STR("winmail.dat"));
}

static bool leaf_is_smime(const struct leaf *leaf)
{
    return str_eq(leaf->type, STR("application/pkcs7-mime")) ||
           str_eq(leaf->type, STR("application/x-pkcs7-mime")) ||
           leaf_named(leaf, STR("smime.p7m"));
}

/* Where no other part has said it. */
static void tnef_text(struct walk *w, const struct tnef *t)
{
    struct leaf html = { .type = STR("text/html"), .bytes = t->html };

    if (w->text_met || t->text.n + t->html.n + t->rtf.n == 0)
        return;
    w->text_met = true;
    if (t->html.n > 0 && w->sheet != NULL)
        sheet_html(w->sheet, &html, w->nested);
    if (w->text == NULL)
        return;
    if (str_trim(t->text).n > 0) {
        tree_text(w, t->text);
    } else if (t->html.n > 0) {
        tree_text(w, leaf_text(&html, w->a));
    } else if (t->rtf.n > 0) {
        tree_text(w,
                  rtf_text(w->a, rtf_unpack(w->a, t->rtf, MAIL_HTML_MAX / 4)));
    }
}

static void tnef_files(struct walk *w, const struct tnef *t)
{
    for (const struct tnef_file *f = t->files; f != NULL; f = f->next) {
        struct leaf leaf = {
            .type = f->type.n > 0 ? f->type : STR("application/octet-stream"),
            .name = f->name,
            .content_id = f->content_id,
            .attached = true,
            .bytes = f->bytes,
        };

        if (++w->parts <= MAIL_PARTS_MAX)
            tree_leaf(w, &leaf);
    }
}

/* Its own file stays where something in it could not be read. */
static bool tnef_take(struct walk *w, const struct leaf *leaf)
{
    struct tnef t;

    if (!tnef_read(&t, transfer_decode(w->a, leaf->bytes, leaf->encoding),
                   w->a))
        return false;
    if (!t.whole)
        tree_attachment(w, leaf);
    tnef_text(w, &t);
    tnef_files(w, &t);
    return true;
}

/* What is signed is a mail without sender and subject. */
static bool smime_take(struct walk *w, const struct leaf *leaf)
{
    struct str bytes = transfer_decode(w->a, leaf->bytes, leaf->encoding);
    bool report = w->report;
    struct headers h;
    struct str inside;
    enum smime is = smime_open(&inside, bytes, w->a);

    if (is == SMIME_SEALED && w->kind != NULL && w->nested == 0)
        w->kind->sealed = true;
    if (is != SMIME_SIGNED)
        return false;
    headers_read(&h, inside, w->a);
    tree_mail(w, &h);
    w->report = report;
    return true;
}

bool tree_wrapped(struct walk *w, const struct leaf *leaf)
{
    bool taken = false;

    if (w->wraps >= MAIL_WRAPPED_DEPTH || w->found_it)
        return false;
    w->wraps++;
    if (leaf_is_tnef(leaf)) {
        taken = tnef_take(w, leaf);
    } else if (leaf_is_smime(leaf)) {
        taken = smime_take(w, leaf);
    }
    w->wraps--;
    return taken;
}

/* An invitation says in its file what its text may leave out. */
void tree_calendar(struct walk *w, const struct leaf *leaf)
{
    struct str ics;

    if (!str_eq(leaf->type, STR("text/calendar")) || w->out == NULL ||
        w->nested > 0 || w->out->calendar.n > 0)
        return;
    ics = transfer_decode(w->a, str_slice(leaf->bytes, 0, MESSAGE_TEXT_MAX),
                          leaf->encoding);
    ics = charset_text(w->a, ics, leaf->charset);
    w->out->calendar = calendar_text(ics, w->a);
}

/* The lines of an invitation that the text does not have. */
void tree_calendar_add(struct walk *w, struct str lines)
{
    while (lines.n > 0) {
        struct str line = str_line(&lines);

        if (str_find(buf_str(w->text), line) == w->text->n)
            tree_text(w, line);
    }
}
