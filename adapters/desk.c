/*
 * A report that a clerk enters for somebody who calls or comes: kept in the
 * shape of the web form, and read as that is. It is no channel of inlet.conf:
 * the program makes one of it for each door of the desk, and hears itself what
 * became of a report.
 */
#include "web.h"

static int desk_open(struct channel *ch, struct error *e)
{
    (void)ch;
    return error(e, E_CONFIG,
                 "what clerks enter needs no channel: it is always there");
}

const struct adapter desk_adapter = {
    .name = "desk",
    .help = "what clerks enter for who calls or comes; always there",
    .can = ADAPTER_RECEIVES,
    .format = RAW_FORM,
    .size = sizeof(struct channel),
    .read = web_read,
    .part = web_part,
    .open = desk_open,
};
