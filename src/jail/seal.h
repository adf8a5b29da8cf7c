/*
 * Sealing a worker: from here on it may read and write the descriptors it
 * has, ask for memory and end. It opens no file, no socket, starts no process
 * and makes no page executable.
 */
#ifndef JAIL_SEAL_H
#define JAIL_SEAL_H

#include "base/error.h"

/* memory_mb is beyond what the process has now. */
CHECKED int seal(int memory_mb, struct error *e);

/* Is the kernel able to? Gives a sentence on what is missing, or NULL. */
const char *seal_missing(void);

#endif
