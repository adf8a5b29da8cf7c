/* The characters HTML writes by name or number. */
#ifndef MAIL_HTML_ENTITY_H
#define MAIL_HTML_ENTITY_H

#include "base/str.h"

/*
 * The entity s begins with ("&eacute;", "&#233;", "&#xE9;", with or without
 * its semicolon), in utf8; used is its length in s, 0 where it is none.
 */
struct str html_entity(struct str s, char utf8[8], size_t *used);

#endif
