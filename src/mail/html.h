/* HTML as mail programs write it, to text; linear in its input. */
#ifndef MAIL_HTML_H
#define MAIL_HTML_H

#include "base/arena.h"

/*
 * Blocks and line breaks become lines, links keep their address where it is
 * not the text, quotes keep their depth as "> ", what is not shown (style,
 * script, head, display:none) is left out. html is valid UTF-8.
 */
struct str html_to_text(struct arena *a, struct str html);

#endif
