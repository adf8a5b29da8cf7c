/*
 * What strangers may send to the webhook: its signature is checked, and what
 * had been let in is read. The first byte chooses between form and JSON.
 */
#include "../../adapters/segments.h"
#include "../../adapters/twilio.h"
#include "../../adapters/twilio_signature.h"
#include <stdlib.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_it(const struct raw *raw, struct arena *a)
{
    struct message m;
    struct error e;

    if (twilio_read(&m, raw, NULL, a, &e) < 0)
        return;
    if (!utf8_valid(m.text) || !utf8_valid(m.sender.address) ||
        !utf8_valid(m.address) || m.text.n > MESSAGE_TEXT_MAX)
        abort();
    segments_of(segments_fold(a, m.text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum raw_format formats[] = { RAW_FORM, RAW_JSON, RAW_MEDIA };
    static const struct str token = { "0123456789abcdef", 16 };
    struct arena a = { 0 };
    struct raw raw = { .origin = STR("SM1/media/0"),
                       .envelope = STR("content-type: image/jpeg\n") };
    struct twilio_call call = { .url = STR("https://a.example/h?x=1"),
                                .type = STR("application/"
                                            "x-www-form-urlencoded"),
                                .signature = STR("AAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                                 "=") };

    if (size == 0)
        return 0;
    raw.format = formats[data[0] % COUNT_OF(formats)];
    raw.bytes = (struct str){ (const char *)data + 1, size - 1 };
    call.body = raw.bytes;
    if (twilio_signed(&call, &token, 1, &a))
        abort();
    read_it(&raw, &a);
    arena_free(&a);
    return 0;
}
