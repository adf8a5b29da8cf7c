/* Where rspamd may be: residents' mail goes there as it is. */
#include <arpa/inet.h>

#include "spine/config.h"
#include "spine/config_internal.h"

enum { HOST_MAX = 64 /* bytes, of an address in figures */ };

/* Private addresses of IPv4 (RFC 1918), and this machine. */
static bool is_private4(uint32_t address)
{
    static const struct {
        uint32_t net, mask;
    } nets[] = {
        { 0x0a000000, 0xff000000 },
        { 0xac100000, 0xfff00000 },
        { 0xc0a80000, 0xffff0000 },
        { 0x7f000000, 0xff000000 },
    };

    for (size_t i = 0; i < COUNT_OF(nets); i++) {
        if ((address & nets[i].mask) == nets[i].net)
            return true;
    }
    return false;
}

/* In figures only: a name may lead elsewhere tomorrow. */
static bool is_private(struct str host)
{
    char text[HOST_MAX] = "";
    struct in_addr four;
    struct in6_addr six;

    if (host.n > 2 && host.p[0] == '[')
        host = str_slice(host, 1, host.n - 1);
    if (host.n == 0 || host.n >= sizeof(text))
        return false;
    memcpy(text, host.p, host.n);
    if (inet_pton(AF_INET, text, &four) == 1)
        return is_private4(ntohl(four.s_addr));
    return inet_pton(AF_INET6, text, &six) == 1 && /* RFC 4193 */
           (six.s6_addr[0] & 0xfe) == 0xfc;
}

int town_rspamd_check(const struct town *t, const char *path, struct error *e)
{
    struct str url = t->rspamd;
    bool good = url_is_safe(url) ||
                (str_starts(url, STR("http://")) && is_private(url_host(url)));

    for (size_t i = 0; i < url.n; i++)
        good = good && strchr("@?# ", url.p[i]) == NULL;
    if (url.n == 0 || good)
        return 0;
    return error(e, E_CONFIG,
                 "%s: rspamd is an address like https://HOST, or http:// on "
                 "this machine or at a private address in figures",
                 path);
}
