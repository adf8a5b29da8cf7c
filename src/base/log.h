/*
 * The log: a line an event on standard error, for the journal. Levels are
 * sd-daemon(3)'s <N> prefixes when standard error is not a terminal. Control
 * bytes in what is logged are shown as \xNN, so no text from outside can forge
 * a line. What a resident wrote and where they can be reached is not logged.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/error.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_level_set(enum log_level level); /* LOG_INFO until set */

void log_line(enum log_level level, const char *fmt, ...) PRINTF(2, 3);

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

#endif
