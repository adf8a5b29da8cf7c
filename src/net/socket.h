/* Where a server of ours listens: ADDRESS:PORT or unix:PATH. */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include "base/arena.h"

struct sockaddr_storage;

/* "127.0.0.1:25", "[::1]:25"; an address, no name. E_CONFIG: it is neither. */
CHECKED int socket_address(struct str where, struct sockaddr_storage *at,
                           struct error *e);

/* Removes the socket that a killed process left: nobody answers there. */
void socket_stale_remove(const char *path);

#endif
