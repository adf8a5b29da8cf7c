/* Bytes packed as gzip (RFC 1952), as browsers take them. */
#ifndef BASE_PACK_H
#define BASE_PACK_H

#include "base/buf.h"

/* Adds in, packed, to out; E_LIMIT where out is too small. */
CHECKED int pack_gzip(struct str in, struct buf *out);

/* The other way; E_SYNTAX where in is not whole or not gzip. */
CHECKED int unpack_gzip(struct str in, struct buf *out);

#endif
