/* What the Content-* headers of one part say of it. */
#include "base/utf8.h"
#include "mail/mail_internal.h"

#define TYPE_CHARS                                                             \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.+_"

enum {
    CONTENT_VALUE_MAX = 4096,
    TYPE_HEAD = 2048, /* of a part, to tell text from other bytes */
};

static struct str lower(struct arena *a, const char *z)
{
    struct str s = str_of(z);
    char *p = arena_alloc(a, s.n + 1);

    for (size_t i = 0; i < s.n; i++)
        p[i] = g_ascii_tolower(s.p[i]);
    return (struct str){ p, s.n };
}

/* Whether a declaration is one: a word and a "/". */
static bool is_type(const char *declared)
{
    declared += strspn(declared, " \t\r\n");
    return declared[strspn(declared, TYPE_CHARS)] == '/';
}

/* What is declared as nothing that is a type is text (RFC 2045, 5.2), unless
   its bytes are none. */
static struct str type_by_bytes(const struct leaf *leaf, struct arena *a)
{
    struct str head = transfer_decode(a, str_slice(leaf->bytes, 0, TYPE_HEAD),
                                      leaf->encoding);

    if (head.n > 0 && memchr(head.p, '\0', head.n) != NULL)
        return STR("application/octet-stream");
    return STR("text/plain");
}

static struct str type_of(GMimeContentType *type, struct arena *a)
{
    const char *main = g_mime_content_type_get_media_type(type);
    const char *sub = g_mime_content_type_get_media_subtype(type);

    if (main == NULL || sub == NULL)
        return STR("text/plain");
    return lower(a, arena_printf(a, "%s/%s", main, sub));
}

static bool param_is(GMimeContentType *type, const char *name, const char *want)
{
    const char *value = g_mime_content_type_get_parameter(type, name);

    return value != NULL && g_ascii_strcasecmp(value, want) == 0;
}

static void type_read(struct leaf *leaf, GMimeContentType *type,
                      struct arena *a)
{
    const char *charset = g_mime_content_type_get_parameter(type, "charset");
    const char *name = g_mime_content_type_get_parameter(type, "name");

    leaf->type = type_of(type, a);
    leaf->charset = arena_str(a, str_of(charset));
    leaf->name = header_text(a, str_of(name));
    leaf->flowed = param_is(type, "format", "flowed");
    leaf->delsp = param_is(type, "delsp", "yes");
}

static void disposition_read(struct leaf *leaf, GMimeContentDisposition *d,
                             struct arena *a)
{
    const char *name = g_mime_content_disposition_get_parameter(d, "filename");

    leaf->attached = g_mime_content_disposition_is_attachment(d);
    if (name != NULL)
        leaf->name = header_text(a, str_of(name));
}

/* Without the quotes and the ";" that programs put around it. */
static GMimeContentEncoding encoding_of(const char *said)
{
    char word[20];
    size_t n = 0;

    for (; *said != '\0' && strchr(";(", *said) == NULL; said++) {
        if (g_ascii_isgraph(*said) && strchr("\"'", *said) == NULL &&
            n + 1 < sizeof(word))
            word[n++] = *said;
    }
    word[n] = '\0';
    return g_mime_content_encoding_from_string(word);
}

static const char *value_dup(const struct headers *h, enum header_id id,
                             struct arena *a)
{
    return arena_dup(a, str_slice(header_first(h, id), 0, CONTENT_VALUE_MAX));
}

void leaf_of_headers(struct leaf *leaf, const struct headers *h,
                     struct arena *a)
{
    const char *declared = value_dup(h, HEADER_CONTENT_TYPE, a);
    const char *how = value_dup(h, HEADER_CONTENT_DISPOSITION, a);
    GMimeContentType *type = g_mime_content_type_parse(
        NULL, is_type(declared) ? declared : "text/plain");

    *leaf = (struct leaf){ .bytes = h->body };
    type_read(leaf, type, a);
    g_object_unref(type);
    if (how[0] != '\0') {
        GMimeContentDisposition *d =
            g_mime_content_disposition_parse(NULL, how);

        disposition_read(leaf, d, a);
        g_object_unref(d);
    }
    leaf->encoding = encoding_of(value_dup(h, HEADER_CONTENT_ENCODING, a));
    leaf->untyped = declared[0] != '\0' && !is_type(declared);
    if (leaf->untyped)
        leaf->type = type_by_bytes(leaf, a);
    leaf->content_id = header_first(h, HEADER_CONTENT_ID);
}

void leaf_of_part(struct leaf *leaf, GMimeObject *part, struct str bytes,
                  struct arena *a)
{
    GMimeContentDisposition *d = g_mime_object_get_content_disposition(part);
    const char *declared;
    const char *how;

    *leaf = (struct leaf){ .bytes = bytes };
    type_read(leaf, g_mime_object_get_content_type(part), a);
    if (d != NULL)
        disposition_read(leaf, d, a);
    leaf->content_id = arena_str(a, str_of(g_mime_object_get_content_id(part)));
    how = g_mime_object_get_header(part, "Content-Transfer-Encoding");
    if (GMIME_IS_PART(part) && how != NULL)
        leaf->encoding = encoding_of(how);
    declared = g_mime_object_get_header(part, "Content-Type");
    if (declared != NULL && !is_type(declared))
        leaf->type = type_by_bytes(leaf, a);
}
