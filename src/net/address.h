/* Which addresses of the network belong to everyone. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>

struct sockaddr;

/*
 * False for what leads inward: loopback, private, link-local, CGNAT, multicast,
 * reserved, IPv4 inside IPv6, and every family but IPv4 and IPv6 (the IANA
 * special-purpose registries, RFC 6890).
 */
bool address_public(const struct sockaddr *address);

#endif
