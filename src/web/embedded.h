/* What the binary carries: templates/, and what esbuild made of src/web/ui. */
#ifndef WEB_EMBEDDED_H
#define WEB_EMBEDDED_H

#include "base/template.h"

/* Ended by a NULL name; see embed.sh. */
extern const struct template_file built_in_templates[];

struct asset {
    const char *name; /* "inbox.js" */
    struct str bytes;
    struct str packed; /* by gzip */
};

/* Ended by a NULL name; see embed-assets.sh. */
extern const struct asset built_in_assets[];

#endif
