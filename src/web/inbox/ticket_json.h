/* One ticket with all that hangs on it, as the reading pane has it. */
#ifndef WEB_INBOX_TICKET_JSON_H
#define WEB_INBOX_TICKET_JSON_H

#include "web/inbox/row.h"

struct ticket_parts {
    struct ticket_whole whole;
    struct area *areas;
    struct follower_list *followers;
    struct likeness *likes;
};

/* Its members, but for "replies" and "here". */
void ticket_parts_json(struct row_writer *w, const struct ticket_parts *p);

#endif
