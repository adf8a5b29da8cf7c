/* The words for the spine's kinds: the same in tables, JSON and on screens. */
#include "spine/notice.h"
#include "spine/ticket.h"

const char *const raw_format_names[RAW_FORMATS] = {
    "rfc822", "form", "multipart", "json", "media",
};

const char *const automatic_names[AUTOMATICS] = {
    "no", "reply", "bounce", "report", "list", "bulk",
};

const char *const control_names[CONTROLS] = { "none", "stop", "start", "help",
                                              "part" };

const char *const zone_names[ZONES] = { "visible", "title", "address", "none" };

const char *const location_kind_names[LOCATION_KINDS] = {
    "address", "intersection", "street",     "block",
    "between", "place",        "coordinate", "area",
};

const char *const location_method_names[METHODS] = {
    "none",          "pin",          "exif",         "coordinate",
    "address-point", "interpolated", "intersection", "near-approach",
    "block",         "between",      "place",        "street",
    "area",          "remote",
};

const char *const remote_service_names[REMOTE_SERVICES + 1] = {
    "none",
    "nominatim",
    "photon",
    NULL,
};

const char *const decision_names[DECISIONS] = { "accept", "clerk", "ask" };

const char *const ticket_state_names[TICKET_STATES] = {
    "new", "open", "waiting", "done", "not-ours", "duplicate",
};

const char *const delivery_names[DELIVERIES] = {
    "", "queued", "sending", "sent", "delayed", "failed", "delivered", "read",
};

const char *const notice_state_names[NOTICE_STATES] = {
    "pending", "claimed", "sent", "failed", "unknown", "withdrawn",
};
