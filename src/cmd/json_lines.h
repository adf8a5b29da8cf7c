/*
 * Files of reports whose answers are known: a JSON object a line.
 */
#ifndef CMD_JSON_LINES_H
#define CMD_JSON_LINES_H

#include <jansson.h>

#include "base/arena.h"

enum { JSON_LINE_MAX = 1024 * 1024 }; /* bytes */

/* Calls each for every line until one fails; e names the file and the line. */
typedef int json_line_fn(void *arg, const json_t *o, struct error *e);
CHECKED int json_lines_read(const char *path, json_line_fn *each, void *arg,
                            struct error *e);

/* A member of o as clean text; empty where it is none. */
struct str json_lines_text(struct arena *a, const json_t *o, const char *name);

#endif
