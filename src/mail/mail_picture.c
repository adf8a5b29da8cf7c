/*
 * Inline pictures: telephones and Outlook put real photos into the text, and
 * so do signatures their logos. Size and place in the page decide.
 */
#include "mail/mail_internal.h"

enum { PIXELS_MIN = 200, BYTES_MIN = 20 * 1024 };

/* Where a signature begins, as mail programs mark it. */
static const struct str signatures[] = {
    STR_INIT("gmail_signature"),   STR_INIT("moz-signature"),
    STR_INIT("id=\"signature\""),  STR_INIT("id=\"Signature\""),
    STR_INIT("id=Signature"),      STR_INIT(">-- <"),
    STR_INIT("class=\"signature"),
};

static bool after_signature(struct str content_id, struct str html)
{
    struct str id = content_id;
    size_t at;

    if (id.n > 0 && id.p[0] == '<')
        id = str_slice(id, 1, id.n - 1);
    if (id.n < 3 || html.n == 0)
        return false;
    at = str_find(html, id);
    if (at == html.n)
        return false;
    for (size_t i = 0; i < COUNT_OF(signatures); i++) {
        if (str_find(str_slice(html, 0, at), signatures[i]) < at)
            return true;
    }
    return false;
}

bool picture_is_decoration(const struct attachment *at, struct str content_id,
                           struct str html)
{
    bool sized = at->width > 0 && at->height > 0;

    if (at->exif.known)
        return false;
    if (sized && (at->width < PIXELS_MIN || at->height < PIXELS_MIN))
        return true;
    return at->size < BYTES_MIN || after_signature(content_id, html);
}
