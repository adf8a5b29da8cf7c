/*
 * The tree of parts: which of them are the text, which are attachments. The
 * order in which attachments are met is their number, for parts_read() and
 * parts_find() alike, so what is counted depends on the tree alone and never
 * on what a part holds.
 */
#include "mail/mail_tree.h"
#include "base/utf8.h"
#include "mail/photo.h"

/*
 * Where a part's bytes are in the source; GMime keeps only offsets. Where a
 * mail of CR LF lines has one of LF before a delimiter, GMime takes a byte too
 * many for the line's end.
 */
static struct str part_bytes(const struct walk *w, GMimeObject *part)
{
    GMimeDataWrapper *content;
    GMimeStream *stream;
    size_t begin;
    size_t end;

    content =
        GMIME_IS_PART(part) ? g_mime_part_get_content((GMimePart *)part) : NULL;
    if (content == NULL)
        return STR_NONE;
    stream = g_mime_data_wrapper_get_stream(content);
    if (stream == NULL || g_mime_stream_reset(stream) != 0)
        return STR_NONE;
    begin = (size_t)g_mime_stream_tell(stream);
    end = begin + (size_t)g_mime_stream_length(stream);
    if (str_starts(str_slice(w->source, end + 1, w->source.n), STR("\n")) &&
        w->source.p[end] != '\r' && w->source.p[end] != '\n')
        end++;
    return str_slice(w->source, begin, end);
}

void tree_text(struct walk *w, struct str text)
{
    text = str_slice(text, 0, MESSAGE_TEXT_MAX);
    if (str_trim(text).n == 0)
        return;
    if (w->text->n > 0 && w->text->p[w->text->n - 1] != '\n')
        buf_byte(w->text, '\n');
    buf_add(w->text, text);
}

static bool leaf_is_text(const struct walk *w, const struct leaf *leaf)
{
    if (leaf->attached)
        return false;
    if (!str_eq(leaf->type, STR("text/plain")) &&
        !str_eq(leaf->type, STR("text/html")))
        return false;
    /* A text file shown inline is a file, unless it is all there is. */
    return leaf->name.n == 0 || !w->text_met;
}

static void kind_note(struct walk *w, struct str type)
{
    if (w->nested > 0 || w->kind == NULL)
        return;
    if (str_eq(type, STR("message/delivery-status")))
        w->kind->delivery_status = true;
    if (str_eq(type, STR("message/disposition-notification")))
        w->kind->disposition = true;
    if (str_eq(type, STR("message/feedback-report")))
        w->kind->feedback = true;
    if (str_eq(type, STR("application/pgp-encrypted")))
        w->kind->sealed = true;
}

/* The parts that a delivery report is made of (RFC 3464, 8098, 5965, 6533). */
static const struct {
    struct str type;
    size_t member; /* of struct mail_parts */
} report_parts[] = {
#define REPORT(type, member)                                                   \
    {                                                                          \
        STR_INIT(type), offsetof(struct mail_parts, member)                    \
    }
    REPORT("message/delivery-status", report),
    REPORT("message/global-delivery-status", report),
    REPORT("message/disposition-notification", report),
    REPORT("message/global-disposition-notification", report),
    REPORT("message/feedback-report", report),
    REPORT("message/rfc822", returned),
    REPORT("message/global", returned),
    REPORT("text/rfc822-headers", returned),
    REPORT("message/global-headers", returned),
#undef REPORT
};

static void report_note(struct walk *w, const struct leaf *leaf)
{
    if (w->nested > 0 || w->out == NULL)
        return;
    for (size_t i = 0; i < COUNT_OF(report_parts); i++) {
        struct str *kept =
            (struct str *)((char *)w->out + report_parts[i].member);

        if (str_eq(leaf->type, report_parts[i].type) && kept->n == 0) {
            *kept = arena_str(w->a, transfer_decode(w->a,
                                                    str_slice(leaf->bytes, 0,
                                                              MAIL_REPORT_MAX),
                                                    leaf->encoding));
        }
    }
}

static struct str html_source(struct walk *w)
{
    if (w->html_bytes.n == 0 && w->html.bytes.n > 0)
        w->html_bytes = transfer_decode(w->a, w->html.bytes, w->html.encoding);
    return w->html_bytes;
}

static void attachment_add(struct walk *w, const struct leaf *leaf,
                           struct str bytes)
{
    struct attachment *at = arena_new(w->a, struct attachment);
    struct str name = leaf->name;

    if (name.n == 0 && str_eq(leaf->type, STR("message/rfc822")))
        name = STR("message.eml");
    at->part = w->count;
    at->name = attachment_name(w->a, name);
    attachment_sniff(at, bytes, leaf->type, w->a);
    if (at->photo && !leaf->attached &&
        picture_is_decoration(at, leaf->content_id, html_source(w)))
        at->photo = false;
    /* An icon someone attached; a picture that knows its place is none. */
    if (at->photo && at->size < 5 * 1024 && at->width < 200 && !at->exif.known)
        at->photo = false;
    *w->end = at;
    w->end = &at->next;
}

/* A mail within the mail: its attachments count after it. */
static void nested_take(struct walk *w, struct str bytes)
{
    struct walk inner = *w;
    struct headers h;

    size_t before = w->text == NULL ? 0 : w->text->n;

    if (w->report || w->nested >= MAIL_NESTED_DEPTH)
        return;
    if (w->nested == 0 && w->out != NULL && w->out->mails++ == 0)
        w->out->mail = arena_str(w->a, bytes);
    inner.nested++;
    inner.text = before == 0 ? w->text : NULL;
    inner.html = (struct leaf){ 0 };
    inner.html_bytes = STR_NONE;
    headers_read(&h, bytes, w->a);
    tree_mail(&inner, &h);
    w->parts = inner.parts;
    w->end = inner.end;
    w->count = inner.count;
    w->found = inner.found;
    w->found_it = inner.found_it;
    if (inner.text != NULL && w->nested == 0)
        w->mails_end = inner.text->n;
}

/* An attached mail, whatever the program that attached it calls it. */
static bool leaf_is_mail(const struct leaf *leaf)
{
    return str_eq(leaf->type, STR("message/rfc822")) ||
           str_eq(leaf->type, STR("message/global")) ||
           (leaf->name.n > 4 &&
            str_case_eq(str_slice(leaf->name, leaf->name.n - 4, leaf->name.n),
                        STR(".eml")));
}

void tree_attachment(struct walk *w, const struct leaf *leaf)
{
    bool mail = leaf_is_mail(leaf);
    bool wanted = w->want == w->count;
    struct arena scratch = { 0 };
    struct str bytes = STR_NONE;

    if (w->count >= MESSAGE_ATTACHMENTS_MAX || w->found_it)
        return;
    if (w->sheet != NULL)
        sheet_picture(w->sheet, leaf);
    if (mail || wanted) {
        bytes = transfer_decode(w->a, leaf->bytes, leaf->encoding);
    } else if (w->want == WANT_ALL) {
        bytes = transfer_decode(&scratch, leaf->bytes, leaf->encoding);
    }
    if (wanted) {
        w->found = bytes;
        w->found_it = true;
    } else if (w->want == WANT_ALL) {
        attachment_add(w, leaf, bytes);
    }
    w->count++;
    if (mail)
        nested_take(w, bytes);
    arena_free(&scratch);
}

void tree_leaf(struct walk *w, const struct leaf *leaf)
{
    kind_note(w, leaf->type);
    report_note(w, leaf);
    if (!leaf_is_text(w, leaf)) {
        tree_calendar(w, leaf);
        if (!tree_wrapped(w, leaf))
            tree_attachment(w, leaf);
        return;
    }
    w->text_met = true;
    if (str_eq(leaf->type, STR("text/html"))) {
        w->html = *leaf;
        w->html_bytes = STR_NONE;
        if (w->sheet != NULL)
            sheet_html(w->sheet, leaf, w->nested);
    }
    if (w->text != NULL)
        tree_text(w, leaf_text(leaf, w->a));
}

static void object_walk(struct walk *w, GMimeObject *part, int depth);

static bool is_type(GMimeObject *part, const char *type, const char *sub)
{
    return g_mime_content_type_is_type(g_mime_object_get_content_type(part),
                                       type, sub);
}

static void plain_add(struct buf *all, struct str text)
{
    if (str_eq(str_trim(buf_str(all)), str_trim(text)))
        return;
    if (all->n > 0 && all->p[all->n - 1] != '\n')
        buf_byte(all, '\n');
    buf_add(all, text);
}

/*
 * The plain text of an alternative. Some programs put several into one, each
 * with words of its own.
 */
static struct str alternative_plain(struct walk *w, GMimeMultipart *m)
{
    struct buf all = buf_init(2UL * MESSAGE_TEXT_MAX);
    int n = g_mime_multipart_get_count(m);
    struct str plain;

    for (int i = 0; i < n && i < MAIL_PARTS_MAX; i++) {
        GMimeObject *part = g_mime_multipart_get_part(m, i);
        struct leaf leaf;

        if (!GMIME_IS_PART(part) || !is_type(part, "text", "plain"))
            continue;
        leaf_of_part(&leaf, part, part_bytes(w, part), w->a);
        if (!leaf.attached && (all.n == 0 || leaf.name.n == 0))
            plain_add(&all, leaf_text(&leaf, w->a));
    }
    plain = arena_str(w->a, buf_str(&all));
    buf_free(&all);
    return plain;
}

/*
 * The same said in several ways: plain text, unless that only says that the
 * HTML should be read. Pictures and calendars within are attachments anyhow.
 */
static void alternative_walk(struct walk *w, GMimeMultipart *m, int depth)
{
    struct buf *text = w->text;
    struct str plain = text == NULL ? STR_NONE : alternative_plain(w, m);
    bool take_plain = !text_is_stand_in(plain);
    size_t before = text == NULL ? 0 : text->n;
    int n = g_mime_multipart_get_count(m);

    for (int i = 0; i < n; i++) {
        GMimeObject *part = g_mime_multipart_get_part(m, i);
        bool is_plain = GMIME_IS_PART(part) && is_type(part, "text", "plain");

        w->text = take_plain || is_plain ? NULL : text;
        object_walk(w, part, depth);
    }
    w->text = text;
    if (text != NULL && (take_plain || text->n == before))
        tree_text(w, plain);
}

static void object_walk(struct walk *w, GMimeObject *part, int depth)
{
    struct leaf leaf;
    int n;

    if (part == NULL || w->found_it)
        return;
    if (++w->parts > MAIL_PARTS_MAX || depth > MAIL_MULTIPART_DEPTH) {
        w->cut = true;
        return;
    }
    if (!GMIME_IS_MULTIPART(part)) {
        leaf_of_part(&leaf, part, part_bytes(w, part), w->a);
        tree_leaf(w, &leaf);
        return;
    }
    if (is_type(part, "multipart", "alternative")) {
        alternative_walk(w, (GMimeMultipart *)part, depth + 1);
        return;
    }
    n = g_mime_multipart_get_count((GMimeMultipart *)part);
    for (int i = 0; i < n; i++) {
        object_walk(w, g_mime_multipart_get_part((GMimeMultipart *)part, i),
                    depth + 1);
    }
}

static void content_header(GByteArray *out, const char *name, struct str value)
{
    value = str_slice(value, 0, 4096);
    if (value.n == 0)
        return;
    g_byte_array_append(out, (const guint8 *)name, (guint)strlen(name));
    g_byte_array_append(out, (const guint8 *)value.p, (guint)value.n);
    g_byte_array_append(out, (const guint8 *)"\n", 1);
}

/* What GMime is given: the headers of the content, then the body. */
static GByteArray *gmime_source(const struct headers *h, struct str type)
{
    bool cr_ends =
        memchr(h->body.p == NULL ? "" : h->body.p, '\n', h->body.n) == NULL;
    GByteArray *out = g_byte_array_sized_new((guint)h->body.n + 16384);
    guint begin;

    content_header(out, "Content-Type: ", type);
    content_header(out, "Content-Transfer-Encoding: ",
                   header_first(h, HEADER_CONTENT_ENCODING));
    g_byte_array_append(out, (const guint8 *)"\n", 1);
    begin = out->len;
    g_byte_array_append(out, (const guint8 *)h->body.p, (guint)h->body.n);
    for (guint i = begin; cr_ends && i < out->len; i++)
        out->data[i] = out->data[i] == '\r' ? '\n' : out->data[i];
    return out;
}

static void multipart_walk(struct walk *w, const struct headers *h,
                           struct str type)
{
    GByteArray *source = gmime_source(h, type);
    GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(source);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeObject *top = g_mime_parser_construct_part(parser, NULL);
    struct str before = w->source;

    w->source = (struct str){ (const char *)source->data, source->len };
    object_walk(w, top, 0);
    /* What is kept of the source outlives it. */
    if (w->found_it)
        w->found = arena_str(w->a, w->found);
    w->html_bytes = STR_NONE;
    w->html = (struct leaf){ 0 };
    w->source = before;
    if (top != NULL)
        g_object_unref(top);
    g_object_unref(parser);
    g_object_unref(stream);
}

/* More of them than this and GMime's time grows with their square. */
static bool too_many_delimiters(struct str body)
{
    int n = 0;

    while (body.n > 0) {
        size_t at = delimiter_find(body);

        if (at == body.n)
            return false;
        if (++n > MAIL_DELIMITERS_MAX)
            return true;
        body = str_slice(body, at + 3, body.n);
    }
    return false;
}

/* As it is declared; where that gives no parts, by the boundary it shows. */
static void multipart_try(struct walk *w, const struct headers *h,
                          const struct leaf *leaf)
{
    struct str type = leaf->untyped ? STR("multipart/mixed") : leaf->type;
    struct str boundary;
    int parts = w->parts;

    if (!leaf->untyped)
        multipart_walk(w, h, header_first(h, HEADER_CONTENT_TYPE));
    if (w->parts > parts + 1 || w->cut || w->found_it)
        return;
    boundary = boundary_shown(h->body);
    if (boundary.n == 0)
        return;
    type = str_of(arena_printf(w->a, "%.*s; boundary=\"%.*s\"", STR_FMT(type),
                               STR_FMT(boundary)));
    multipart_walk(w, h, type);
}

/*
 * A multipart: by GMime, or by its look where it is too much for that or has
 * hidden its text too deep. One that has no parts at all is taken as text.
 */
static void parts_walk(struct walk *w, const struct headers *h,
                       const struct leaf *leaf)
{
    size_t before = w->text == NULL ? 0 : w->text->n;
    int parts = w->parts;

    w->cut = too_many_delimiters(h->body);
    if (!w->cut)
        multipart_try(w, h, leaf);
    if (w->text == NULL || w->text->n > before)
        return;
    if (w->cut) {
        tree_text(w, loose_text(h, w->a));
    } else if (w->parts <= parts + 1) {
        tree_text(w, charset_text(w->a, h->body, STR_NONE));
    }
}

void tree_mail(struct walk *w, const struct headers *h)
{
    struct leaf leaf;

    leaf_of_headers(&leaf, h, w->a);
    if (!str_starts(leaf.type, STR("multipart/")) &&
        !(leaf.untyped && boundary_shown(h->body).n > 0)) {
        w->parts++;
        tree_leaf(w, &leaf);
        return;
    }
    w->report = str_eq(leaf.type, STR("multipart/report"));
    parts_walk(w, h, &leaf);
}

static void kind_read(struct mail_kind *kind, const struct headers *h,
                      struct arena *a)
{
    struct str value = str_slice(header_first(h, HEADER_CONTENT_TYPE), 0, 4096);
    GMimeContentType *type;
    const char *report;

    if (!str_case_starts(value, STR("multipart/report")))
        return;
    type = g_mime_content_type_parse(NULL, arena_dup(a, value));
    report = g_mime_content_type_get_parameter(type, "report-type");
    kind->type = STR("multipart/report");
    kind->report_type = arena_str(a, str_of(report));
    g_object_unref(type);
}

void parts_read(struct mail_parts *out, const struct headers *h,
                struct arena *a)
{
    struct buf text = buf_init(2UL * MESSAGE_TEXT_MAX);
    struct walk w = { .a = a,
                      .text = &text,
                      .want = WANT_ALL,
                      .kind = &out->kind,
                      .out = out,
                      .end = &out->attachments };

    *out = (struct mail_parts){ 0 };
    kind_read(&out->kind, h, a);
    tree_mail(&w, h);
    tree_calendar_add(&w, out->calendar);
    out->text = utf8_head(utf8_clean(a, buf_str(&text)), MESSAGE_TEXT_MAX);
    out->own = out->text;
    if (w.mails_end > 0) {
        out->own =
            utf8_clean(a, str_slice(buf_str(&text), w.mails_end, text.n));
    }
    buf_free(&text);
}

void parts_sheet(struct mail_sheet *sheet, const struct headers *h)
{
    struct walk w = { .a = sheet->a, .sheet = sheet, .want = WANT_NONE };

    tree_mail(&w, h);
}

bool parts_find(struct str *bytes, const struct headers *h, int want,
                struct arena *a)
{
    struct walk w = { .a = a, .want = want };

    if (want < 0)
        return false;
    tree_mail(&w, h);
    *bytes = w.found;
    return w.found_it;
}
