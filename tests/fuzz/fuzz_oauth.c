/* What a provider of tokens, or whoever answers in its place, may say. */
#include <stdlib.h>

#include "base/clock.h"
#include "net/oauth.h"

static void check_line(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ')
            abort();
    }
}

static void check_token(struct str t)
{
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] <= ' ' || t.p[i] >= 0x7f)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct oauth_settings s = { .provider = OAUTH_MICROSOFT,
                                .flow = OAUTH_DEVICE,
                                .channel = "post" };
    struct arena a = { 0 };
    struct oauth_token t = { 0 };
    struct oauth_device d;
    struct error e;
    struct str body;
    long status;

    if (size == 0)
        return 0;
    clock_set(1000);
    status = data[0] < 128 ? 200 : 300 + data[0];
    body = (struct str){ (const char *)data + 1, size - 1 };
    if (oauth_answer(&s, status, body, &a, &t, &e) < 0) {
        check_line(e.text);
    } else {
        check_token(t.access);
        check_token(t.refresh);
        if (t.access.n == 0 || t.expires_at <= 1000 ||
            oauth_renew_at(&t) > t.expires_at)
            abort();
    }
    if (oauth_device_answer(&s, status, body, &a, &d, &e) < 0) {
        check_line(e.text);
    } else {
        check_line(arena_dup(&a, d.user_code));
        check_line(arena_dup(&a, d.url));
        if (d.interval <= 0 || d.expires_in <= 0)
            abort();
    }
    arena_free(&a);
    return 0;
}
