/* What may be said to the LMTP door, in pieces as the first byte has it. */
#include <stdlib.h>

#include "../../adapters/lmtp_talk.h"
#include "base/utf8.h"
#include "spine/raw.h"

enum { LEFT = 64 * 1024 };

static void check_mail(struct lmtp_talk *t)
{
    const struct lmtp_to *to = t->to;

    if (t->to_n == 0 || t->to_n > LMTP_TO_MOST || t->mail.n > RAW_MAX ||
        t->from.n > LMTP_PATH_MOST || !utf8_valid(t->from))
        abort();
    if (lmtp_good(t)) {
        if (t->full + (int64_t)t->head != (int64_t)t->mail.n)
            abort();
        for (int i = 0; i < t->to_n; i++, to = to->next) {
            if (to->address.n == 0 || !utf8_valid(to->address))
                abort();
            lmtp_answer(t, to, i % 2 == 0 ? 0 : E_FULL);
        }
    }
    lmtp_next(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lmtp_talk t;
    int64_t left = LEFT;
    struct str rest;
    size_t step;

    if (size == 0)
        return 0;
    step = (size_t)data[0] + 1;
    rest = (struct str){ (const char *)data + 1, size - 1 };
    lmtp_begin(&t, &left);
    while (rest.n > 0 && !t.over) {
        size_t n = lmtp_take(&t, str_slice(rest, 0, step));

        if (n == 0)
            abort();
        rest = str_slice(rest, n, rest.n);
        if (t.whole)
            check_mail(&t);
        if (t.out.over || left < 0)
            abort();
        buf_clear(&t.out);
    }
    lmtp_end(&t);
    if (left != LEFT)
        abort();
    return 0;
}
