#include "mail/tnef.h"

#include "mail/mail_internal.h"

enum {
    SIGNATURE = 0x223e9f78,
    FILES_MAX = 100,
    PROPERTIES_MAX = 10000,
    NAME_MAX_BYTES = 4096,
    GUID = 16,
};

/* What a stream is made of: attributes (MS-OXTNEF 2.1.3). */
enum {
    ATTRIBUTE_BODY = 0x0002800c,
    ATTRIBUTE_CODEPAGE = 0x00069007,
    ATTRIBUTE_PROPERTIES = 0x00069003,
    ATTRIBUTE_FILE_BEGIN = 0x00069002,
    ATTRIBUTE_FILE_NAME = 0x00018010,
    ATTRIBUTE_FILE_BYTES = 0x0006800f,
    ATTRIBUTE_FILE_PROPERTIES = 0x00069005,
};

/* Properties within an attribute, and their types (MS-OXPROPS, MS-OXCDATA). */
enum {
    PROPERTY_BODY = 0x1000,
    PROPERTY_RTF = 0x1009,
    PROPERTY_HTML = 0x1013,
    PROPERTY_FILE_BYTES = 0x3701,
    PROPERTY_FILE_SHORT = 0x3704,
    PROPERTY_FILE_LONG = 0x3707,
    PROPERTY_FILE_TYPE = 0x370e,
    PROPERTY_FILE_ID = 0x3712,
};

enum {
    TYPE_OBJECT = 0x0d,
    TYPE_STRING = 0x1e,
    TYPE_UNICODE = 0x1f,
    TYPE_BINARY = 0x102,
    TYPE_MANY = 0x1000,
};

/* The values of a length of their own, filled up to four bytes. */
static const struct {
    uint32_t type;
    size_t bytes;
} fixed[] = {
    { 0x02, 4 }, { 0x03, 4 }, { 0x04, 4 },  { 0x05, 8 },
    { 0x06, 8 }, { 0x07, 8 }, { 0x0a, 4 },  { 0x0b, 4 },
    { 0x14, 8 }, { 0x40, 8 }, { 0x48, 16 },
};

struct input {
    struct str left;
    bool bad;
};

struct property {
    uint32_t id, type;
    struct str value; /* the first one */
};

struct reader {
    struct arena *a;
    struct tnef *out;
    struct str charset;
    struct tnef_file *file; /* the one being read */
    struct tnef_file **end;
    int files;
};

static struct str take(struct input *in, size_t n)
{
    struct str got = str_slice(in->left, 0, n);

    if (n > in->left.n) {
        in->bad = true;
        in->left = STR_NONE;
        return STR_NONE;
    }
    in->left = str_slice(in->left, n, in->left.n);
    return got;
}

static uint32_t number(struct input *in, size_t n)
{
    struct str bytes = take(in, n);
    uint32_t value = 0;

    for (size_t i = bytes.n; i > 0; i--)
        value = value << 8 | (unsigned char)bytes.p[i - 1];
    return value;
}

/* n bytes and what fills them up; at the very end that may be missing. */
static struct str take_filled(struct input *in, size_t n)
{
    struct str got = take(in, n);
    size_t fill = (4 - n % 4) % 4;

    take(in, fill < in->left.n ? fill : in->left.n);
    return got;
}

static size_t fixed_bytes(uint32_t type)
{
    for (size_t i = 0; i < COUNT_OF(fixed); i++) {
        if (fixed[i].type == type)
            return fixed[i].bytes;
    }
    return 0;
}

static bool has_length(uint32_t type)
{
    return type == TYPE_OBJECT || type == TYPE_STRING || type == TYPE_UNICODE ||
           type == TYPE_BINARY;
}

/* A property with a name of its own says it before its value. */
static void name_skip(struct input *in)
{
    take(in, GUID);
    if (number(in, 4) == 0) {
        take(in, 4);
    } else {
        take_filled(in, number(in, 4));
    }
}

static struct property property_take(struct input *in)
{
    struct property p = { .type = number(in, 2) };
    uint32_t type = p.type & ~(uint32_t)TYPE_MANY;
    size_t bytes = fixed_bytes(type);
    uint32_t count = 1;

    p.id = number(in, 2);
    if (p.id >= 0x8000)
        name_skip(in);
    if (bytes == 0 && !has_length(type))
        in->bad = true;
    if ((p.type & TYPE_MANY) != 0 || has_length(type))
        count = number(in, 4);
    if (count > in->left.n)
        in->bad = true;
    for (uint32_t i = 0; i < count && !in->bad; i++) {
        struct str value = take_filled(in, bytes > 0 ? bytes : number(in, 4));

        p.value = i == 0 ? value : p.value;
    }
    return p;
}

/* ---- what is taken out ---- */

static struct str words(const struct reader *r, const struct property *p)
{
    struct str text =
        charset_text(r->a, str_slice(p->value, 0, 2UL * MESSAGE_TEXT_MAX),
                     p->type == TYPE_UNICODE ? STR("utf-16le") : r->charset);

    while (text.n > 0 && text.p[text.n - 1] == '\0')
        text.n--;
    return text;
}

static struct str name_words(const struct reader *r, const struct property *p)
{
    struct property head = *p;

    head.value = str_slice(p->value, 0, NAME_MAX_BYTES);
    return words(r, &head);
}

static void body_property(struct reader *r, const struct property *p)
{
    if (p->id == PROPERTY_BODY && p->value.n > 0)
        r->out->text = words(r, p);
    if (p->id == PROPERTY_RTF)
        r->out->rtf = p->value;
    if (p->id == PROPERTY_HTML)
        r->out->html = p->type == TYPE_BINARY ? p->value : words(r, p);
}

/* A mail within is an object: a mark of sixteen bytes, then a stream. */
static void file_object(struct tnef_file *file, struct str value)
{
    struct input in = { .left = str_slice(value, GUID, value.n) };
    bool inner = number(&in, 4) == SIGNATURE;

    file->bytes = inner ? str_slice(value, GUID, value.n) : value;
    if (inner)
        file->type = STR("application/ms-tnef");
}

static void file_property(struct reader *r, const struct property *p)
{
    struct tnef_file *file = r->file;

    if (file == NULL)
        return;
    if (p->id == PROPERTY_FILE_LONG ||
        (p->id == PROPERTY_FILE_SHORT && file->name.n == 0))
        file->name = name_words(r, p);
    if (p->id == PROPERTY_FILE_TYPE && file->type.n == 0)
        file->type = name_words(r, p);
    if (p->id == PROPERTY_FILE_ID)
        file->content_id = name_words(r, p);
    if (p->id == PROPERTY_FILE_BYTES && p->type == TYPE_OBJECT)
        file_object(file, p->value);
    if (p->id == PROPERTY_FILE_BYTES && p->type == TYPE_BINARY)
        file->bytes = p->value;
}

static void properties(struct reader *r, struct str bytes,
                       void (*each)(struct reader *, const struct property *))
{
    struct input in = { .left = bytes };
    uint32_t count = number(&in, 4);

    if (count > PROPERTIES_MAX)
        in.bad = true;
    for (uint32_t i = 0; i < count && !in.bad; i++) {
        struct property p = property_take(&in);

        if (!in.bad)
            each(r, &p);
    }
    r->out->whole = r->out->whole && !in.bad;
}

/* ---- one after the other ---- */

static void body_read(struct reader *r, struct str bytes)
{
    struct property p = { PROPERTY_BODY, TYPE_STRING, bytes };

    if (r->out->text.n == 0)
        body_property(r, &p);
}

static void codepage_read(struct reader *r, struct str bytes)
{
    struct input in = { .left = bytes };

    r->charset = str_of(arena_printf(r->a, "windows-%u", number(&in, 4)));
}

static void properties_read(struct reader *r, struct str bytes)
{
    properties(r, bytes, body_property);
}

static void file_begin(struct reader *r, struct str bytes)
{
    (void)bytes;
    r->file = NULL;
    if (++r->files > FILES_MAX) {
        r->out->whole = false;
        return;
    }
    r->file = arena_new(r->a, struct tnef_file);
    *r->end = r->file;
    r->end = &r->file->next;
}

static void file_name(struct reader *r, struct str bytes)
{
    struct property p = { PROPERTY_FILE_SHORT, TYPE_STRING, bytes };

    file_property(r, &p);
}

static void file_bytes(struct reader *r, struct str bytes)
{
    if (r->file != NULL)
        r->file->bytes = bytes;
}

static void file_properties(struct reader *r, struct str bytes)
{
    properties(r, bytes, file_property);
}

static const struct {
    uint32_t tag;
    void (*read)(struct reader *, struct str bytes);
} attributes[] = {
    { ATTRIBUTE_BODY, body_read },
    { ATTRIBUTE_CODEPAGE, codepage_read },
    { ATTRIBUTE_PROPERTIES, properties_read },
    { ATTRIBUTE_FILE_BEGIN, file_begin },
    { ATTRIBUTE_FILE_NAME, file_name },
    { ATTRIBUTE_FILE_BYTES, file_bytes },
    { ATTRIBUTE_FILE_PROPERTIES, file_properties },
};

static void attribute_take(struct reader *r, struct input *in)
{
    uint32_t tag;
    struct str bytes;

    take(in, 1); /* of the mail or of a file: the tag says so, too */
    tag = number(in, 4);
    bytes = take(in, number(in, 4));
    take(in, 2); /* a sum: a damaged picture is still a picture */
    for (size_t i = 0; i < COUNT_OF(attributes) && !in->bad; i++) {
        if (attributes[i].tag == tag)
            attributes[i].read(r, bytes);
    }
}

bool tnef_read(struct tnef *out, struct str bytes, struct arena *a)
{
    struct input in = { .left = bytes };
    struct reader r = {
        .a = a, .out = out, .charset = STR("windows-1252"), .end = &out->files
    };

    *out = (struct tnef){ .whole = true };
    if (number(&in, 4) != SIGNATURE)
        return false;
    take(&in, 2); /* a key that nobody uses */
    while (in.left.n > 0 && !in.bad)
        attribute_take(&r, &in);
    out->whole = out->whole && !in.bad;
    return true;
}
