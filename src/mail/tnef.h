/*
 * winmail.dat: what Outlook wraps a mail and its files in (MS-OXTNEF). Only
 * the text, and the files with their names, are taken out. Any bytes do.
 */
#ifndef MAIL_TNEF_H
#define MAIL_TNEF_H

#include "base/arena.h"

struct tnef_file {
    struct str name; /* each may be empty */
    struct str type; /* "image/jpeg", as declared */
    struct str content_id;
    struct str bytes; /* in the bytes that were read */
    struct tnef_file *next;
};

struct tnef {
    struct str text; /* UTF-8; empty: there is none */
    struct str html; /* as it stands there */
    struct str rtf;  /* still compressed, see rtf.h */
    struct tnef_file *files;
    bool whole; /* it was read to its end, and nothing was left out */
};

/* false: it is something else. */
bool tnef_read(struct tnef *out, struct str bytes, struct arena *a);

#endif
