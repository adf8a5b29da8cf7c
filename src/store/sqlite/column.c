/* Which member of which struct is which column. */
#include <stddef.h>

#include "store/people.h"
#include "store/sqlite/sqlite_internal.h"

const char *const raw_state_names[RAW_STATES] = { "new", "filed", "quarantine",
                                                  "aside" };

#define COLUMN(text, what, type, member)                                       \
    {                                                                          \
        .name = (text), .kind = (what),                                        \
        .offset = offsetof(struct type, member)                                \
    }
#define FIXED(text, what, type, member)                                        \
    {                                                                          \
        .name = (text), .kind = (what),                                        \
        .offset = offsetof(struct type, member), .fixed = true                 \
    }
#define WORD(text, type, member, names, count)                                 \
    {                                                                          \
        .name = (text), .kind = COLUMN_WORD,                                   \
        .offset = offsetof(struct type, member), .words = (names),             \
        .word_count = (count)                                                  \
    }

const struct column raw_columns[] = {
    COLUMN("channel", COLUMN_TEXT, raw, channel),
    COLUMN("adapter", COLUMN_TEXT, raw, adapter),
    COLUMN("origin", COLUMN_TEXT, raw, origin),
    COLUMN("received_at", COLUMN_INT, raw, received_at),
    WORD("format", raw, format, raw_format_names, RAW_FORMATS),
    COLUMN("envelope", COLUMN_TEXT, raw, envelope),
    COLUMN("parent", COLUMN_TEXT, raw, parent),
    COLUMN("full_size", COLUMN_INT, raw, full_size),
    COLUMN("quiet", COLUMN_BOOL, raw, quiet),
    { .name = NULL },
};

const struct column ticket_columns[] = {
    FIXED("token", COLUMN_TEXT, ticket, token),
    WORD("state", ticket, state, ticket_state_names, TICKET_STATES),
    COLUMN("urgent", COLUMN_BOOL, ticket, urgent),
    COLUMN("unread", COLUMN_BOOL, ticket, unread),
    COLUMN("category", COLUMN_TEXT, ticket, category),
    COLUMN("title", COLUMN_TEXT, ticket, title),
    COLUMN("language", COLUMN_TEXT, ticket, language),
    COLUMN("label", COLUMN_TEXT, ticket, label),
    COLUMN("lat", COLUMN_LAT, ticket, at),
    COLUMN("lon", COLUMN_LON, ticket, at),
    WORD("method", ticket, method, location_method_names, METHODS),
    COLUMN("uncertainty_m", COLUMN_REAL, ticket, uncertainty_m),
    COLUMN("confidence", COLUMN_REAL, ticket, confidence),
    WORD("decision", ticket, decision, decision_names, DECISIONS),
    COLUMN("asked", COLUMN_TEXT, ticket, asked),
    COLUMN("department", COLUMN_TEXT, ticket, department),
    COLUMN("assignee", COLUMN_TEXT, ticket, assignee),
    COLUMN("reason", COLUMN_TEXT, ticket, reason),
    COLUMN("duplicate_of", COLUMN_INT, ticket, duplicate_of),
    COLUMN("snoozed_until", COLUMN_INT, ticket, snoozed_until),
    COLUMN("answered_at", COLUMN_INT, ticket, answered_at),
    COLUMN("done_at", COLUMN_INT, ticket, done_at),
    COLUMN("photo", COLUMN_BOOL, ticket, photo),
    COLUMN("revision", COLUMN_INT, ticket, revision),
    FIXED("channel", COLUMN_TEXT, ticket, channel),
    FIXED("created_at", COLUMN_INT, ticket, created_at),
    COLUMN("changed_at", COLUMN_INT, ticket, changed_at),
    { .name = NULL },
};

/* visible stands beside: NULL where it is the same as text. */
const struct column message_columns[] = {
    COLUMN("sender_name", COLUMN_TEXT, message, sender.name),
    COLUMN("sender", COLUMN_TEXT, message, sender.address),
    COLUMN("forwarder_name", COLUMN_TEXT, message, forwarder.name),
    COLUMN("forwarder", COLUMN_TEXT, message, forwarder.address),
    COLUMN("reply_to", COLUMN_TEXT, message, reply_to),
    COLUMN("subject", COLUMN_TEXT, message, subject),
    COLUMN("sent_at", COLUMN_INT, message, sent_at),
    COLUMN("message_id", COLUMN_TEXT, message, message_id),
    COLUMN("token", COLUMN_TEXT, message, token),
    WORD("automatic", message, automatic, automatic_names, AUTOMATICS),
    COLUMN("no_answer", COLUMN_BOOL, message, no_answer),
    WORD("control", message, control, control_names, CONTROLS),
    COLUMN("text", COLUMN_TEXT, message, text),
    COLUMN("note", COLUMN_TEXT, message, note),
    COLUMN("pin_lat", COLUMN_LAT, message, pin),
    COLUMN("pin_lon", COLUMN_LON, message, pin),
    COLUMN("address", COLUMN_TEXT, message, address),
    COLUMN("category", COLUMN_TEXT, message, category),
    COLUMN("language", COLUMN_TEXT, message, language),
    { .name = NULL },
};

const struct column attachment_columns[] = {
    COLUMN("name", COLUMN_TEXT, attachment, name),
    COLUMN("media_type", COLUMN_TEXT, attachment, media_type),
    COLUMN("size", COLUMN_INT, attachment, size),
    COLUMN("sha256", COLUMN_TEXT, attachment, sha256),
    COLUMN("part", COLUMN_INT32, attachment, part),
    COLUMN("url", COLUMN_TEXT, attachment, url),
    COLUMN("photo", COLUMN_BOOL, attachment, photo),
    COLUMN("lat", COLUMN_LAT, attachment, exif),
    COLUMN("lon", COLUMN_LON, attachment, exif),
    COLUMN("width", COLUMN_INT32, attachment, width),
    COLUMN("height", COLUMN_INT32, attachment, height),
    { .name = NULL },
};

const struct column finding_columns[] = {
    COLUMN("field", COLUMN_TEXT, finding, field),
    COLUMN("value", COLUMN_TEXT, finding, value),
    COLUMN("rule", COLUMN_TEXT, finding, rule),
    COLUMN("score", COLUMN_REAL, finding, score),
    COLUMN("span_begin", COLUMN_INT32, finding, span.begin),
    COLUMN("span_end", COLUMN_INT32, finding, span.end),
    WORD("span_in", finding, span.in, zone_names, ZONES),
    { .name = NULL },
};

const struct column location_columns[] = {
    WORD("kind", location, kind, location_kind_names, LOCATION_KINDS),
    COLUMN("number", COLUMN_TEXT, location, number),
    COLUMN("street_a", COLUMN_TEXT, location, streets[0]),
    COLUMN("street_b", COLUMN_TEXT, location, streets[1]),
    COLUMN("street_c", COLUMN_TEXT, location, streets[2]),
    COLUMN("street_count", COLUMN_INT32, location, street_count),
    COLUMN("place", COLUMN_TEXT, location, place),
    COLUMN("label", COLUMN_TEXT, location, label),
    COLUMN("span_begin", COLUMN_INT32, location, span.begin),
    COLUMN("span_end", COLUMN_INT32, location, span.end),
    WORD("span_in", location, span.in, zone_names, ZONES),
    COLUMN("lat", COLUMN_LAT, location, at),
    COLUMN("lon", COLUMN_LON, location, at),
    WORD("method", location, method, location_method_names, METHODS),
    COLUMN("uncertainty_m", COLUMN_REAL, location, uncertainty_m),
    COLUMN("confidence", COLUMN_REAL, location, confidence),
    COLUMN("rule", COLUMN_TEXT, location, rule),
    COLUMN("features", COLUMN_TEXT, location, features),
    COLUMN("rejected", COLUMN_TEXT, location, rejected),
    { .name = NULL },
};

const struct column event_columns[] = {
    COLUMN("ticket", COLUMN_INT, event, ticket),
    COLUMN("at", COLUMN_INT, event, at),
    COLUMN("kind", COLUMN_TEXT, event, kind),
    COLUMN("actor", COLUMN_TEXT, event, actor),
    COLUMN("text", COLUMN_TEXT, event, text),
    COLUMN("before", COLUMN_TEXT, event, before),
    COLUMN("undone_by", COLUMN_INT, event, undone_by),
    { .name = NULL },
};

const struct column notice_columns[] = {
    FIXED("ticket", COLUMN_INT, notice, ticket),
    FIXED("kind", COLUMN_TEXT, notice, kind),
    FIXED("channel", COLUMN_TEXT, notice, channel),
    FIXED("recipient", COLUMN_TEXT, notice, to),
    FIXED("subject", COLUMN_TEXT, notice, subject),
    FIXED("text", COLUMN_TEXT, notice, text),
    FIXED("message_id", COLUMN_TEXT, notice, message_id),
    FIXED("in_reply_to", COLUMN_TEXT, notice, in_reply_to),
    FIXED("token", COLUMN_TEXT, notice, token),
    WORD("state", notice, state, notice_state_names, NOTICE_STATES),
    COLUMN("tries", COLUMN_INT32, notice, tries),
    COLUMN("next_at", COLUMN_INT, notice, next_at),
    COLUMN("remote_id", COLUMN_TEXT, notice, remote_id),
    COLUMN("why", COLUMN_TEXT, notice, why),
    WORD("delivery", notice, delivery, delivery_names, DELIVERIES),
    COLUMN("delivery_why", COLUMN_TEXT, notice, delivery_why),
    { .name = NULL },
};

const struct column hook_columns[] = {
    FIXED("channel", COLUMN_TEXT, hook_call, channel),
    FIXED("ticket", COLUMN_INT, hook_call, ticket),
    FIXED("event", COLUMN_INT, hook_call, event),
    FIXED("kind", COLUMN_TEXT, hook_call, kind),
    FIXED("body", COLUMN_TEXT, hook_call, body),
    COLUMN("tries", COLUMN_INT32, hook_call, tries),
    COLUMN("next_at", COLUMN_INT, hook_call, next_at),
    COLUMN("why", COLUMN_TEXT, hook_call, why),
    { .name = NULL },
};

const struct column passed_columns[] = {
    FIXED("notice", COLUMN_INT, passed_row, notice),
    FIXED("ticket", COLUMN_INT, passed_row, ticket),
    FIXED("channel", COLUMN_TEXT, passed_row, channel),
    COLUMN("remote_id", COLUMN_TEXT, passed_row, remote_id),
    COLUMN("said", COLUMN_TEXT, passed_row, said),
    COLUMN("ended_at", COLUMN_INT, passed_row, ended_at),
    { .name = NULL },
};

const struct column lookup_columns[] = {
    FIXED("ticket", COLUMN_INT, lookup, ticket),
    FIXED("message", COLUMN_INT, lookup, message),
    WORD("kind", lookup, kind, location_kind_names, LOCATION_KINDS),
    COLUMN("question", COLUMN_TEXT, lookup, question),
    COLUMN("label", COLUMN_TEXT, lookup, label),
    COLUMN("tries", COLUMN_INT32, lookup, tries),
    COLUMN("next_at", COLUMN_INT, lookup, next_at),
    { .name = NULL },
};

const struct column geocode_columns[] = {
    COLUMN("asked_at", COLUMN_INT, geocode, asked_at),
    COLUMN("lat", COLUMN_LAT, geocode, at),
    COLUMN("lon", COLUMN_LON, geocode, at),
    COLUMN("uncertainty_m", COLUMN_REAL, geocode, uncertainty_m),
    COLUMN("name", COLUMN_TEXT, geocode, name),
    COLUMN("refused", COLUMN_TEXT, geocode, refused),
    { .name = NULL },
};

const struct column user_columns[] = {
    FIXED("name", COLUMN_TEXT, user, name),
    COLUMN("password", COLUMN_TEXT, user, password),
    COLUMN("totp", COLUMN_TEXT, user, totp),
    COLUMN("totp_used", COLUMN_INT, user, totp_used),
    WORD("role", user, role, role_names, ROLES),
    COLUMN("language", COLUMN_TEXT, user, language),
    FIXED("created_at", COLUMN_INT, user, created_at),
    COLUMN("disabled_at", COLUMN_INT, user, disabled_at),
    { .name = NULL },
};

const struct column session_columns[] = {
    COLUMN("id", COLUMN_TEXT, session, id),
    COLUMN("user", COLUMN_INT, session, user),
    COLUMN("created_at", COLUMN_INT, session, created_at),
    COLUMN("seen_at", COLUMN_INT, session, seen_at),
    COLUMN("address", COLUMN_TEXT, session, address),
    COLUMN("browser", COLUMN_TEXT, session, browser),
    { .name = NULL },
};

const struct column audit_columns[] = {
    COLUMN("at", COLUMN_INT, audit, at),
    COLUMN("actor", COLUMN_TEXT, audit, actor),
    COLUMN("what", COLUMN_TEXT, audit, what),
    COLUMN("text", COLUMN_TEXT, audit, text),
    { .name = NULL },
};

const struct column answer_columns[] = {
    COLUMN("code", COLUMN_TEXT, answer, code),
    COLUMN("value", COLUMN_TEXT, answer, value),
    { .name = NULL },
};

const struct column follower_columns[] = {
    COLUMN("ticket", COLUMN_INT, follower, ticket),
    COLUMN("address", COLUMN_TEXT, follower, address),
    COLUMN("channel", COLUMN_TEXT, follower, channel),
    COLUMN("language", COLUMN_TEXT, follower, language),
    COLUMN("since", COLUMN_INT, follower, since),
    COLUMN("until", COLUMN_INT, follower, until),
    { .name = NULL },
};

const struct column view_columns[] = {
    COLUMN("user", COLUMN_INT, view, user),
    COLUMN("name", COLUMN_TEXT, view, name),
    COLUMN("filter", COLUMN_TEXT, view, filter),
    { .name = NULL },
};
