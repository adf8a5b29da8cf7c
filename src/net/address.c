#include "net/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/str.h"

struct block {
    const char *net;
    unsigned bits;
};

static const struct block inward4[] = {
    { "0.0.0.0", 8 },      { "10.0.0.0", 8 },     { "100.64.0.0", 10 },
    { "127.0.0.0", 8 },    { "169.254.0.0", 16 }, { "172.16.0.0", 12 },
    { "192.0.0.0", 24 },   { "192.0.2.0", 24 },   { "192.88.99.0", 24 },
    { "192.168.0.0", 16 }, { "198.18.0.0", 15 },  { "198.51.100.0", 24 },
    { "203.0.113.0", 24 }, { "224.0.0.0", 4 },    { "240.0.0.0", 4 },
};

/* Outside 2000::/3 nothing is public; inside it these are not. */
static const struct block inward6[] = {
    { "2001::", 23 }, /* Teredo, ORCHID and other protocols */
    { "2001:db8::", 32 },
    { "2002::", 16 }, /* 6to4: an IPv4 address inside */
    { "3fff::", 20 },
};

static bool same_bits(const unsigned char *a, const unsigned char *b,
                      unsigned bits)
{
    unsigned whole = bits / 8;
    unsigned char rest = (unsigned char)(0xff00 >> (bits % 8));

    return memcmp(a, b, whole) == 0 &&
           (bits % 8 == 0 || ((a[whole] ^ b[whole]) & rest) == 0);
}

static bool in_blocks(int family, const void *bytes, const struct block *blocks,
                      size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char net[16] = { 0 };

        if (inet_pton(family, blocks[i].net, net) == 1 &&
            same_bits(bytes, net, blocks[i].bits))
            return true;
    }
    return false;
}

bool address_public(const struct sockaddr *address)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof(v4));
        return !in_blocks(AF_INET, &v4.sin_addr, inward4, COUNT_OF(inward4));
    }
    if (address->sa_family == AF_INET6) {
        memcpy(&v6, address, sizeof(v6));
        return (v6.sin6_addr.s6_addr[0] & 0xe0) == 0x20 &&
               !in_blocks(AF_INET6, &v6.sin6_addr, inward6, COUNT_OF(inward6));
    }
    return false;
}

bool address_loopback(const struct sockaddr *address)
{
    static const struct block own4[] = { { "127.0.0.0", 8 } };
    static const struct block own6[] = { { "::1", 128 } };
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof(v4));
        return in_blocks(AF_INET, &v4.sin_addr, own4, COUNT_OF(own4));
    }
    if (address->sa_family == AF_INET6) {
        memcpy(&v6, address, sizeof(v6));
        return in_blocks(AF_INET6, &v6.sin6_addr, own6, COUNT_OF(own6));
    }
    return false;
}
