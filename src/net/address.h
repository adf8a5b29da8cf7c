/* Which addresses of the network belong to everyone, and which to us. */
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

/* This machine, as 127.0.0.0/8 or ::1. */
bool address_loopback(const struct sockaddr *address);

#endif
