#include "spine/contact.h"

enum { PHONE_MIN = 8, PHONE_MAX = 15, PHONE_US = 10 };

/* Enough to catch a slip of the finger; only the mail itself can tell. */
static bool is_mail(struct str s)
{
    struct str domain = s;
    struct str local = str_until(&domain, STR("@"));

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c <= ' ' || c == 0x7f || strchr("<>()[]\\,;:\"", c) != NULL)
            return false;
    }
    return local.n > 0 && local.n <= 64 && domain.n >= 3 && s.n <= 254 &&
           str_find(domain, STR("@")) == domain.n &&
           str_find(domain, STR(".")) < domain.n - 1 &&
           !str_starts(domain, STR(".")) && !str_ends(domain, STR("."));
}

/* "(555) 555-0123" is "+15555550123": ten digits are of this country. */
static bool phone(struct str s, struct arena *a, struct str *out)
{
    char digits[PHONE_MAX + 1];
    size_t n = 0;
    bool plus = str_starts(s, STR("+"));
    bool good;

    for (size_t i = plus ? 1 : 0; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9' && n < PHONE_MAX) {
            digits[n++] = s.p[i];
        } else if (strchr(" ().-/", s.p[i]) == NULL || s.p[i] == '\0') {
            return false;
        }
    }
    digits[n] = '\0';
    good = plus ? n >= PHONE_MIN && digits[0] != '0'
                : n == PHONE_US || (n == PHONE_US + 1 && digits[0] == '1');
    if (good) {
        *out = str_of(arena_printf(a, "+%s%s",
                                   !plus && n == PHONE_US ? "1" : "", digits));
    }
    return good;
}

bool contact_read(struct str contact, struct arena *a, struct str *out)
{
    if (str_find(contact, STR("@")) == contact.n)
        return phone(contact, a, out);
    *out = contact;
    return is_mail(contact);
}

struct str contact_person(struct str address)
{
    static const struct str door = STR_INIT(CONTACT_WHATSAPP);

    return str_starts(address, door) ? str_slice(address, door.n, address.n)
                                     : address;
}
