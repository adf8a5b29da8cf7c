#include "mail/mail_sealed.h"

#include <gnutls/pkcs7.h>

#include "base/buf.h"

enum { BESIDE_MAX = 40 }; /* letters beside a sealed block */

/* ---- S/MIME ---- */

/* What kind of content it is: an OID, DER, soon after the outer sequence. */
static bool says(struct str bytes, const char *oid, size_t n)
{
    return str_find(str_slice(bytes, 0, 32), (struct str){ oid, n }) < 32 &&
           bytes.n > 32;
}

#define PKCS7_OID "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"

static bool is_sealed(struct str bytes)
{
    static const char enveloped[] = PKCS7_OID "\x03";
    static const char authenticated[] =
        "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17";

    return says(bytes, enveloped, sizeof(enveloped) - 1) ||
           says(bytes, authenticated, sizeof(authenticated) - 1);
}

static bool signed_read(struct str *inside, gnutls_pkcs7_t p7, struct str bytes,
                        struct arena *a)
{
    char *copy = arena_dup(a, bytes);
    gnutls_datum_t der = { (unsigned char *)copy, (unsigned)bytes.n };
    gnutls_datum_t got = { 0 };

    if (gnutls_pkcs7_import(p7, &der, GNUTLS_X509_FMT_DER) < 0 ||
        gnutls_pkcs7_get_embedded_data(p7, 0, &got) < 0)
        return false;
    *inside = arena_str(a, (struct str){ (const char *)got.data, got.size });
    gnutls_free(got.data);
    return true;
}

enum smime smime_open(struct str *inside, struct str bytes, struct arena *a)
{
    gnutls_pkcs7_t p7;
    bool good;

    if (is_sealed(bytes))
        return SMIME_SEALED;
    if (!says(bytes, PKCS7_OID "\x02", 11) || gnutls_pkcs7_init(&p7) < 0)
        return SMIME_NONE;
    good = signed_read(inside, p7, bytes, a);
    gnutls_pkcs7_deinit(p7);
    return good ? SMIME_SIGNED : SMIME_NONE;
}

/* ---- PGP within a text ---- */

/* Where a block stands among the lines of a text. */
enum armour { OUTSIDE, HEAD, SIGNED, BLOCK };

struct line_of {
    struct str begin;
    enum armour then;
    bool sealed;
};

static const struct line_of lines[] = {
    { STR_INIT("-----BEGIN PGP SIGNED MESSAGE-----"), HEAD, false },
    { STR_INIT("-----BEGIN PGP SIGNATURE-----"), BLOCK, false },
    { STR_INIT("-----BEGIN PGP MESSAGE-----"), BLOCK, true },
    { STR_INIT("-----BEGIN PGP PUBLIC KEY BLOCK-----"), BLOCK, false },
    { STR_INIT("-----END PGP "), OUTSIDE, false },
};

static const struct line_of *armour_line(struct str line)
{
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        if (str_starts(line, lines[i].begin))
            return &lines[i];
    }
    return NULL;
}

/* Gives what stands outside the armour; sealed: a block is encrypted. */
static void armour_off(struct str text, struct buf *out, bool *sealed)
{
    enum armour at = OUTSIDE;

    while (text.n > 0) {
        struct str whole = text;
        struct str line = str_line(&text);
        const struct line_of *mark = armour_line(line);
        bool dashed = at == SIGNED && str_starts(line, STR("- "));

        if (mark != NULL) {
            at = mark->then;
            *sealed = *sealed || mark->sealed;
        } else if (at == HEAD) {
            at = str_trim(line).n == 0 ? SIGNED : HEAD;
        } else if (at != BLOCK) {
            size_t n = whole.n - text.n;

            buf_add(out, str_slice(whole, dashed ? 2 : 0, n));
        }
    }
}

bool pgp_is_sealed(struct str text)
{
    struct buf out = buf_init(text.n + 1);
    bool sealed = false;

    armour_off(text, &out, &sealed);
    sealed = sealed && str_trim(buf_str(&out)).n <= BESIDE_MAX;
    buf_free(&out);
    return sealed;
}

struct str pgp_bare(struct str text, struct arena *a)
{
    struct buf out;
    struct str bare;
    bool sealed = false;

    if (str_find(text, STR("-----BEGIN PGP ")) == text.n)
        return text;
    out = buf_init(text.n + 1);
    armour_off(text, &out, &sealed);
    bare = arena_str(a, str_trim(buf_str(&out)));
    buf_free(&out);
    return bare;
}
