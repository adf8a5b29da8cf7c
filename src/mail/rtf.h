/*
 * Rich text as Outlook leaves it in winmail.dat: unpacked (MS-OXRTFCP), and
 * what is written in it (RTF 1.9.1; MS-OXRTFEX where it stands for HTML).
 */
#ifndef MAIL_RTF_H
#define MAIL_RTF_H

#include "base/arena.h"

/* Empty where it is damaged, or longer than max. */
struct str rtf_unpack(struct arena *a, struct str packed, size_t max);

/* Its words in UTF-8, without what shapes them. */
struct str rtf_text(struct arena *a, struct str rtf);

#endif
