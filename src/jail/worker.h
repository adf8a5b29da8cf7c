/* One worker: reads frames from fd and answers them until fd ends. */
#ifndef JAIL_WORKER_H
#define JAIL_WORKER_H

#include "jail/jail.h"
#include "jail/reader.h"

_Noreturn void worker_run(struct reader *reader,
                          const struct jail_limits *limits, int fd);

#endif
