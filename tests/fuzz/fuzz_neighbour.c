/* What another body's Open311, or whoever answers in its place, may say. */
#include <stdlib.h>

#include "../../adapters/neighbour.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_id(struct str id)
{
    if (id.n > NEIGHBOUR_ID || !utf8_valid(id))
        abort();
    for (size_t i = 0; i < id.n; i++) {
        if ((unsigned char)id.p[i] <= ' ')
            abort();
    }
}

static void check_text(struct str text)
{
    if (text.n > NEIGHBOUR_TEXT || !utf8_valid(text))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct neighbour_answer got;
    struct error e;
    int n = 0;

    if (neighbour_answer_read(&got, (struct str){ (const char *)data, size },
                              &a, &e) < 0 &&
        (got.requests != NULL || got.fault.n > 0))
        abort();
    for (const struct neighbour_request *q = got.requests; q != NULL;
         q = q->next, n++) {
        check_id(q->id);
        check_id(q->token);
        check_text(q->status);
        check_text(q->notes);
        check_text(q->description);
        if (q->id.n == 0 && q->token.n == 0)
            abort();
    }
    check_text(got.fault);
    if (n > NEIGHBOUR_REQUESTS || str_find(got.fault, STR("\n")) < got.fault.n)
        abort();
    arena_free(&a);
    return 0;
}
