/* Any bytes as winmail.dat, rich text, an invitation or a signed mail. */
#include <stdlib.h>

#include "base/utf8.h"
#include "mail/mail.h"
#include "mail/mail_calendar.h"
#include "mail/mail_sealed.h"
#include "mail/rtf.h"
#include "mail/tnef.h"

enum { UNPACKED_MAX = 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void within(struct str part, struct str whole)
{
    if (part.n > 0 && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
        abort();
}

static void tnef_check(struct str bytes, struct arena *a)
{
    struct tnef t;

    if (!tnef_read(&t, bytes, a))
        return;
    for (struct tnef_file *f = t.files; f != NULL; f = f->next)
        within(f->bytes, bytes);
    within(t.rtf, bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct str s = { (const char *)bytes, n };
    struct arena a = { 0 };
    struct str inside;

    mail_prepare();
    tnef_check(s, &a);
    if (!utf8_valid(rtf_text(&a, s)) ||
        rtf_unpack(&a, s, UNPACKED_MAX).n > UNPACKED_MAX)
        abort();
    rtf_text(&a, rtf_unpack(&a, s, UNPACKED_MAX));
    calendar_text(s, &a);
    pgp_bare(s, &a);
    smime_open(&inside, s, &a);
    arena_free(&a);
    return 0;
}
