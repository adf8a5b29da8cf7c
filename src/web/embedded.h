/* The files of templates/, carried in the binary: see embed.sh. */
#ifndef WEB_EMBEDDED_H
#define WEB_EMBEDDED_H

#include "base/template.h"

/* Ended by a NULL name. */
extern const struct template_file built_in_templates[];

#endif
