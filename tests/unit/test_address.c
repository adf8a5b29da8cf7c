#include "net/address.h"

#include <arpa/inet.h>

#include "../tap.h"
#include "base/str.h"

static bool public4(const char *text)
{
    struct sockaddr_in a = { .sin_family = AF_INET };

    if (inet_pton(AF_INET, text, &a.sin_addr) != 1)
        printf("Bail out! %s is no address\n", text);
    return address_public((const struct sockaddr *)&a);
}

static bool public6(const char *text)
{
    struct sockaddr_in6 a = { .sin6_family = AF_INET6 };

    if (inet_pton(AF_INET6, text, &a.sin6_addr) != 1)
        printf("Bail out! %s is no address\n", text);
    return address_public((const struct sockaddr *)&a);
}

static void what_leads_inward_is_not_public(void)
{
    static const char *const v4[] = {
        "0.0.0.0",       "0.1.2.3",         "10.0.0.1",    "100.64.0.1",
        "100.127.255.1", "127.0.0.1",       "127.255.1.1", "169.254.169.254",
        "172.16.0.1",    "172.31.255.255",  "192.0.0.8",   "192.168.1.1",
        "198.18.0.1",    "198.19.255.1",    "192.0.2.1",   "198.51.100.7",
        "203.0.113.9",   "224.0.0.1",       "239.1.2.3",   "240.0.0.1",
        "192.88.99.1",   "255.255.255.255",
    };
    static const char *const v6[] = {
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::7f00:1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2001::1",
        "64:ff9b::a00:1",
        "100::1",
        "3fff::1",
    };

    for (size_t i = 0; i < COUNT_OF(v4); i++) {
        if (public4(v4[i]))
            printf("# %s\n", v4[i]);
        CHECK(!public4(v4[i]));
    }
    for (size_t i = 0; i < COUNT_OF(v6); i++) {
        if (public6(v6[i]))
            printf("# %s\n", v6[i]);
        CHECK(!public6(v6[i]));
    }
}

static void neighbours_of_those_are_public(void)
{
    static const char *const v4[] = {
        "1.1.1.1",     "9.255.255.255", "11.0.0.0",      "100.63.255.255",
        "100.128.0.0", "126.255.1.1",   "128.0.0.1",     "169.253.1.1",
        "172.15.1.1",  "172.32.0.0",    "192.167.1.1",   "192.169.0.1",
        "198.17.1.1",  "198.20.0.1",    "223.255.255.1",
    };
    static const char *const v6[] = { "2606:4700::1111", "2a00:1450::1",
                                      "2001:4860::8888", "2400::1" };

    for (size_t i = 0; i < COUNT_OF(v4); i++)
        CHECK(public4(v4[i]));
    for (size_t i = 0; i < COUNT_OF(v6); i++)
        CHECK(public6(v6[i]));
}

static void a_local_socket_is_not_public(void)
{
    struct sockaddr a = { .sa_family = AF_UNIX };

    CHECK(!address_public(&a));
}

int main(void)
{
    what_leads_inward_is_not_public();
    neighbours_of_those_are_public();
    a_local_socket_is_not_public();
    return tap_done();
}
