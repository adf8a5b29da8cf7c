#include "http/multipart.h"

#include "http/form.h"

static multipart_state_fn in_bytes;
static multipart_state_fn after_delimiter;
static multipart_state_fn in_head;
static multipart_state_fn in_end;

static int fail(struct multipart *m, int code, const char *what)
{
    m->rc = error(&m->e, code, "multipart: %s", what);
    return m->rc;
}

/* ---- parameters of a header: ; name="value" ---- */

/*
 * Browsers write a quote as %22 and take no backslash for special; others
 * write \" and \\ (RFC 9110, 5.6.4). A backslash before anything else is a
 * folder in a file's name.
 */
static struct str quoted(struct str *rest, struct arena *a)
{
    char *to = arena_alloc(a, rest->n + 1);
    size_t n = 0;
    size_t i;

    for (i = 0; i < rest->n && rest->p[i] != '"'; i++) {
        bool escape = rest->p[i] == '\\' && i + 1 < rest->n &&
                      (rest->p[i + 1] == '"' || rest->p[i + 1] == '\\');

        if (escape)
            i++;
        to[n++] = rest->p[i];
    }
    *rest = str_slice(*rest, i + 1, rest->n);
    return (struct str){ to, n };
}

/* The value of a parameter; p NULL: there is none. */
static struct str parameter(struct str rest, const char *name, struct arena *a)
{
    str_until(&rest, STR(";"));
    while (rest.n > 0) {
        struct str key = str_trim(str_slice(rest, 0, str_find(rest, STR("="))));
        struct str value;

        rest = str_slice(rest, str_find(rest, STR("=")) + 1, rest.n);
        if (str_starts(rest, STR("\""))) {
            rest = str_slice(rest, 1, rest.n);
            value = quoted(&rest, a);
            str_until(&rest, STR(";"));
        } else {
            value = str_trim(str_until(&rest, STR(";")));
        }
        if (str_case_eq(key, str_of(name)))
            return value.p == NULL ? STR("") : value;
    }
    return STR_NONE;
}

/* "%22", "%0D" and "%0A" as browsers write them (WHATWG HTML, 4.10.21.8). */
static struct str unescaped(struct str s, struct arena *a)
{
    static const struct {
        struct str code;
        char c;
    } codes[] = {
        { STR_INIT("%22"), '"' },
        { STR_INIT("%0D"), '\r' },
        { STR_INIT("%0A"), '\n' },
    };
    char *to = arena_alloc(a, s.n + 1);
    size_t n = 0;

    if (s.p == NULL)
        return s;
    while (s.n > 0) {
        size_t k = 0;

        while (k < COUNT_OF(codes) && !str_case_starts(s, codes[k].code))
            k++;
        to[n] = s.p[0];
        if (k < COUNT_OF(codes))
            to[n] = codes[k].c;
        n++;
        s = str_slice(s, k < COUNT_OF(codes) ? codes[k].code.n : 1, s.n);
    }
    return (struct str){ to, n };
}

/* ---- the headers of a part ---- */

struct part_head {
    struct str disposition, type, encoding;
};

static void head_line(struct part_head *h, struct str line)
{
    const struct {
        const char *name;
        struct str *to;
    } wanted[] = {
        { "Content-Disposition", &h->disposition },
        { "Content-Type", &h->type },
        { "Content-Transfer-Encoding", &h->encoding },
    };
    struct str name = str_until(&line, STR(":"));

    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        if (str_case_eq(name, str_of(wanted[i].name)))
            *wanted[i].to = str_trim(line);
    }
}

/* RFC 7578, 4.7: nobody should encode; who does would not be understood. */
static bool is_plain(struct str encoding)
{
    return encoding.n == 0 || str_case_eq(encoding, STR("binary")) ||
           str_case_eq(encoding, STR("8bit")) ||
           str_case_eq(encoding, STR("7bit"));
}

static int part_begin(struct multipart *m)
{
    struct arena a = { 0 };
    struct part_head h = { 0 };
    struct multipart_part part;
    struct str rest = buf_str(&m->head);
    struct str kind;

    while (rest.n > 0)
        head_line(&h, str_line(&rest));
    kind = str_trim(
        str_slice(h.disposition, 0, str_find(h.disposition, STR(";"))));
    part = (struct multipart_part){
        .name = unescaped(parameter(h.disposition, "name", &a), &a),
        .file_name = unescaped(parameter(h.disposition, "filename", &a), &a),
        .type = h.type,
    };
    if (!str_case_eq(kind, STR("form-data")) || part.name.p == NULL) {
        fail(m, E_SYNTAX, "a part without a name");
    } else if (part.name.n > FORM_NAME) {
        fail(m, E_LIMIT, "a name is too long");
    } else if (!is_plain(h.encoding)) {
        fail(m, E_SYNTAX, "an encoded part");
    } else {
        m->rc = m->sink->begin(m->sink->arg, &part, &m->e);
    }
    arena_free(&a);
    return m->rc;
}

/* ---- states: each takes some of in and says how much ---- */

/* Headers, until an empty line. A part may have none, but then no name. */
static size_t in_head(struct multipart *m, struct str in)
{
    const char *lf = memchr(in.p, '\n', in.n);
    size_t n = lf == NULL ? in.n : (size_t)(lf - in.p) + 1;

    if (m->head.n + n > MULTIPART_PART_HEAD) {
        fail(m, E_LIMIT, "a part's headers are too long");
        return n;
    }
    buf_add(&m->head, str_slice(in, 0, n));
    if (str_eq(buf_str(&m->head), STR("\r\n")) ||
        str_ends(buf_str(&m->head), STR("\r\n\r\n"))) {
        m->in_part = true;
        m->matched = 0;
        m->state = in_bytes;
        part_begin(m);
    }
    return n;
}

/* "--" and the end, or blanks and a line's end. */
static size_t after_delimiter(struct multipart *m, struct str in)
{
    struct str have;
    char c = in.p[0];

    buf_byte(&m->head, c);
    have = buf_str(&m->head);
    if (str_eq(have, STR("--"))) {
        m->ended = true;
        m->state = in_end;
    } else if (str_ends(have, STR("\r\n"))) {
        buf_clear(&m->head);
        m->state = in_head;
    } else if (have.n > MULTIPART_PART_HEAD / 2 ||
               (have.n > 1 && have.p[have.n - 2] == '\r') ||
               (have.n > 1 && have.p[0] == '-') ||
               (c != ' ' && c != '\t' && c != '\r' && (c != '-' || have.n > 1)))
        fail(m, E_SYNTAX, "a line that begins as a boundary and goes on");
    return 1;
}

static size_t in_end(struct multipart *m, struct str in)
{
    (void)m;
    return in.n; /* the epilogue is nobody's */
}

static void give(struct multipart *m, struct str bytes)
{
    if (m->in_part && bytes.n > 0 && m->rc == 0)
        m->rc = m->sink->bytes(m->sink->arg, bytes, &m->e);
}

static void delimiter_done(struct multipart *m)
{
    m->matched = 0;
    m->in_part = false;
    buf_clear(&m->head);
    m->state = after_delimiter;
}

/*
 * Goes on with a delimiter that began in an earlier slice. Its CR stands at
 * its begin only, so what is no delimiter after all is given on as it is.
 */
static size_t in_bytes_resumed(struct multipart *m, struct str in)
{
    size_t n = 0;

    while (n < in.n && m->matched < m->delimiter_n &&
           in.p[n] == m->delimiter[m->matched]) {
        n++;
        m->matched++;
    }
    if (m->matched == m->delimiter_n) {
        delimiter_done(m);
    } else if (n < in.n) {
        give(m, (struct str){ m->delimiter, m->matched });
        m->matched = 0;
    }
    return n;
}

/* How much of the delimiter s begins with, or all that is left of s. */
static size_t matching(const struct multipart *m, struct str s)
{
    size_t n = 0;

    while (n < s.n && n < m->delimiter_n && s.p[n] == m->delimiter[n])
        n++;
    return n;
}

static size_t in_bytes(struct multipart *m, struct str in)
{
    size_t i = 0;

    if (m->matched > 0)
        return in_bytes_resumed(m, in);
    while (i < in.n) {
        const char *cr = memchr(in.p + i, '\r', in.n - i);
        size_t n;

        if (cr == NULL)
            break;
        i = (size_t)(cr - in.p);
        n = matching(m, str_slice(in, i, in.n));
        if (n == m->delimiter_n) {
            give(m, str_slice(in, 0, i));
            delimiter_done(m);
            return i + n;
        }
        if (i + n == in.n) {
            give(m, str_slice(in, 0, i));
            m->matched = n;
            return in.n;
        }
        i += n;
    }
    give(m, in);
    return in.n;
}

/* ---- the whole ---- */

static bool is_boundary(struct str s)
{
    if (s.n == 0 || s.n > MULTIPART_BOUNDARY || s.p[s.n - 1] == ' ')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    }
    return true;
}

int multipart_begin(struct multipart *m, struct str content_type,
                    const struct multipart_sink *sink, struct error *e)
{
    struct arena a = { 0 };
    struct str kind =
        str_slice(content_type, 0, str_find(content_type, STR(";")));
    struct str boundary = parameter(content_type, "boundary", &a);
    int rc = 0;

    *m = (struct multipart){
        .sink = sink,
        .state = in_bytes,
        .head = buf_init(MULTIPART_PART_HEAD),
    };
    if (!str_case_eq(str_trim(kind), STR("multipart/form-data")) ||
        boundary.p == NULL || !is_boundary(boundary)) {
        rc = error(e, E_SYNTAX, "multipart: no boundary is named");
    } else {
        memcpy(m->delimiter, "\r\n--", 4);
        memcpy(m->delimiter + 4, boundary.p, boundary.n);
        m->delimiter_n = 4 + boundary.n;
        m->matched = 2; /* the first stands at the begin of a line too */
    }
    arena_free(&a);
    return rc;
}

int multipart_feed(struct multipart *m, struct str slice, struct error *e)
{
    while (slice.n > 0 && m->rc == 0)
        slice = str_slice(slice, m->state(m, slice), slice.n);
    if (m->rc < 0)
        *e = m->e;
    return m->rc;
}

int multipart_end(struct multipart *m, struct error *e)
{
    if (m->rc == 0 && !m->ended)
        fail(m, E_SYNTAX, "it is cut short");
    if (m->rc < 0)
        *e = m->e;
    buf_free(&m->head);
    return m->rc;
}

/* ---- into a list of fields ---- */

struct list {
    struct arena *a;
    struct form_field **at;
    struct form_field *last;
    size_t count;
};

static int list_begin(void *arg, const struct multipart_part *p,
                      struct error *e)
{
    struct list *l = arg;
    struct form_field *f;

    if (++l->count > FORM_FIELDS)
        return error(e, E_LIMIT, "a form with over %d fields", FORM_FIELDS);
    f = arena_new(l->a, struct form_field);
    f->name = arena_str(l->a, p->name);
    f->type = arena_str(l->a, p->type);
    if (p->file_name.p != NULL)
        f->file_name = arena_str(l->a, p->file_name);
    f->value = STR("");
    *l->at = f;
    l->at = &f->next;
    l->last = f;
    return 0;
}

/* One slice goes in, so a value's pieces lie side by side in it. */
static int list_bytes(void *arg, struct str bytes, struct error *e)
{
    struct list *l = arg;
    struct str *value = &l->last->value;

    (void)e;
    if (value->n == 0)
        value->p = bytes.p;
    value->n += bytes.n;
    return 0;
}

int multipart_read(struct form_field **out, struct str content_type,
                   struct str body, struct arena *a, struct error *e)
{
    struct list l = { .a = a, .at = out };
    struct multipart_sink sink = { list_begin, list_bytes, &l };
    struct multipart m;
    int rc = multipart_begin(&m, content_type, &sink, e);
    int end;

    *out = NULL;
    if (rc == 0)
        rc = multipart_feed(&m, body, e);
    end = multipart_end(&m, e);
    return rc < 0 ? rc : end;
}
