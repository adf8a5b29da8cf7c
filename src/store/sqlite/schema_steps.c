/*
 * The schema, as the steps that make it: step n leads from version n to n + 1.
 * A step that has been released is never changed; a new one is added. Words
 * stand for kinds, dates are seconds since 1970, hashes are binary.
 *
 * An index begins with the jurisdiction, so that no query sees another's rows.
 */
#include <stddef.h>

#include "store/sqlite/sqlite_internal.h"

static const char *const the_rows[] = {
    "CREATE TABLE jurisdictions ("
    " id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT",

    "CREATE TABLE raws ("
    " id INTEGER PRIMARY KEY, jurisdiction INTEGER NOT NULL,"
    " channel TEXT NOT NULL, adapter TEXT NOT NULL, origin TEXT NOT NULL,"
    " received_at INTEGER NOT NULL, format TEXT NOT NULL,"
    " envelope TEXT NOT NULL, parent TEXT NOT NULL,"
    " full_size INTEGER NOT NULL, quiet INTEGER NOT NULL,"
    " sha256 BLOB NOT NULL, state TEXT NOT NULL DEFAULT 'new',"
    " attempts INTEGER NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '',"
    " marked INTEGER NOT NULL DEFAULT 0,"
    " UNIQUE (jurisdiction, channel, origin)) STRICT",
    "CREATE INDEX raws_waiting ON raws (jurisdiction, state, id)"
    " WHERE state <> 'filed'",

    /* Beside, so that a change of state does not write the bytes again. */
    "CREATE TABLE raw_bytes ("
    " raw INTEGER PRIMARY KEY REFERENCES raws (id),"
    " jurisdiction INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT",

    "CREATE TABLE tickets ("
    " id INTEGER PRIMARY KEY, jurisdiction INTEGER NOT NULL,"
    " token TEXT NOT NULL, state TEXT NOT NULL, urgent INTEGER NOT NULL,"
    " unread INTEGER NOT NULL, category TEXT NOT NULL, title TEXT NOT NULL,"
    " language TEXT NOT NULL, label TEXT NOT NULL, lat REAL, lon REAL,"
    " method TEXT NOT NULL, uncertainty_m REAL NOT NULL,"
    " confidence REAL NOT NULL, decision TEXT NOT NULL,"
    " assignee TEXT NOT NULL, channel TEXT NOT NULL,"
    " created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,"
    " UNIQUE (jurisdiction, token)) STRICT",
    "CREATE INDEX tickets_order ON tickets (jurisdiction, urgent, id)",
    "CREATE INDEX tickets_state ON tickets (jurisdiction, state, urgent, id)",
    "CREATE INDEX tickets_category"
    " ON tickets (jurisdiction, category, urgent, id)",

    "CREATE TABLE messages ("
    " id INTEGER PRIMARY KEY, jurisdiction INTEGER NOT NULL,"
    " raw INTEGER NOT NULL UNIQUE REFERENCES raws (id),"
    " ticket INTEGER NOT NULL REFERENCES tickets (id),"
    " channel TEXT NOT NULL,"
    " sender_name TEXT NOT NULL, sender TEXT NOT NULL COLLATE NOCASE,"
    " forwarder_name TEXT NOT NULL, forwarder TEXT NOT NULL,"
    " reply_to TEXT NOT NULL, subject TEXT NOT NULL,"
    " sent_at INTEGER NOT NULL, message_id TEXT NOT NULL,"
    " token TEXT NOT NULL, automatic TEXT NOT NULL,"
    " no_answer INTEGER NOT NULL, control TEXT NOT NULL, note TEXT NOT NULL,"
    " pin_lat REAL, pin_lon REAL, address TEXT NOT NULL,"
    " category TEXT NOT NULL, language TEXT NOT NULL,"
    " body_sha256 BLOB NOT NULL, raw_sha256 BLOB,"
    " text TEXT NOT NULL, visible TEXT) STRICT",
    "CREATE INDEX messages_ticket ON messages (ticket)",
    "CREATE INDEX messages_id ON messages (jurisdiction, message_id)"
    " WHERE message_id <> ''",
    /* Mails without a Message-ID are told apart by all their bytes. */
    "CREATE INDEX messages_raw ON messages (jurisdiction, raw_sha256)"
    " WHERE raw_sha256 IS NOT NULL",
    "CREATE INDEX messages_sender"
    " ON messages (jurisdiction, channel, sender, id) WHERE sender <> ''",

    "CREATE TABLE threads ("
    " message INTEGER NOT NULL REFERENCES messages (id), n INTEGER NOT NULL,"
    " jurisdiction INTEGER NOT NULL, id TEXT NOT NULL,"
    " PRIMARY KEY (message, n)) STRICT, WITHOUT ROWID",

    /* The bytes are part of the raw, or still at url: never kept twice. */
    "CREATE TABLE attachments ("
    " message INTEGER NOT NULL REFERENCES messages (id), n INTEGER NOT NULL,"
    " jurisdiction INTEGER NOT NULL, raw INTEGER NOT NULL,"
    " name TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL,"
    " sha256 TEXT NOT NULL, part INTEGER NOT NULL, url TEXT NOT NULL,"
    " photo INTEGER NOT NULL, lat REAL, lon REAL, width INTEGER NOT NULL,"
    " height INTEGER NOT NULL, PRIMARY KEY (message, n))"
    " STRICT, WITHOUT ROWID",

    "CREATE TABLE evidence ("
    " message INTEGER NOT NULL REFERENCES messages (id), n INTEGER NOT NULL,"
    " jurisdiction INTEGER NOT NULL, ticket INTEGER NOT NULL,"
    " field TEXT NOT NULL, value TEXT NOT NULL, rule TEXT NOT NULL,"
    " score REAL NOT NULL, span_begin INTEGER NOT NULL,"
    " span_end INTEGER NOT NULL, span_in TEXT NOT NULL,"
    " PRIMARY KEY (message, n)) STRICT, WITHOUT ROWID",

    "CREATE TABLE locations ("
    " message INTEGER NOT NULL REFERENCES messages (id), n INTEGER NOT NULL,"
    " jurisdiction INTEGER NOT NULL, ticket INTEGER NOT NULL,"
    " kind TEXT NOT NULL, number TEXT NOT NULL, street_a TEXT NOT NULL,"
    " street_b TEXT NOT NULL, street_c TEXT NOT NULL,"
    " street_count INTEGER NOT NULL, place TEXT NOT NULL,"
    " label TEXT NOT NULL, span_begin INTEGER NOT NULL,"
    " span_end INTEGER NOT NULL, span_in TEXT NOT NULL, lat REAL, lon REAL,"
    " method TEXT NOT NULL, uncertainty_m REAL NOT NULL,"
    " confidence REAL NOT NULL, rule TEXT NOT NULL, features TEXT NOT NULL,"
    " rejected TEXT NOT NULL, PRIMARY KEY (message, n))"
    " STRICT, WITHOUT ROWID",

    "CREATE TABLE events ("
    " id INTEGER PRIMARY KEY, jurisdiction INTEGER NOT NULL,"
    " ticket INTEGER NOT NULL REFERENCES tickets (id),"
    " at INTEGER NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL,"
    " text TEXT NOT NULL) STRICT",
    "CREATE INDEX events_ticket ON events (ticket)",

    "CREATE TABLE notices ("
    " id INTEGER PRIMARY KEY, jurisdiction INTEGER NOT NULL,"
    " ticket INTEGER NOT NULL REFERENCES tickets (id),"
    " event INTEGER NOT NULL REFERENCES events (id),"
    " kind TEXT NOT NULL, channel TEXT NOT NULL,"
    " recipient TEXT NOT NULL COLLATE NOCASE, subject TEXT NOT NULL,"
    " text TEXT NOT NULL, message_id TEXT NOT NULL,"
    " in_reply_to TEXT NOT NULL, token TEXT NOT NULL, state TEXT NOT NULL,"
    " tries INTEGER NOT NULL, next_at INTEGER NOT NULL,"
    " remote_id TEXT NOT NULL, why TEXT NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " UNIQUE (jurisdiction, ticket, event, recipient)) STRICT",
    "CREATE INDEX notices_due ON notices (jurisdiction, next_at, id)"
    " WHERE state IN ('pending', 'claimed')",
    "CREATE INDEX notices_id ON notices (jurisdiction, message_id)"
    " WHERE message_id <> ''",
    "CREATE INDEX notices_recipient"
    " ON notices (jurisdiction, recipient, created_at)",
    "CREATE INDEX notices_created ON notices (jurisdiction, created_at)",

    "CREATE TABLE reporters ("
    " jurisdiction INTEGER NOT NULL, address TEXT NOT NULL COLLATE NOCASE,"
    " name TEXT NOT NULL, language TEXT NOT NULL,"
    " first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,"
    " PRIMARY KEY (jurisdiction, address)) STRICT, WITHOUT ROWID",

    "CREATE TABLE opts ("
    " jurisdiction INTEGER NOT NULL, address TEXT NOT NULL COLLATE NOCASE,"
    " opted_in INTEGER NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY (jurisdiction, address)) STRICT, WITHOUT ROWID",

    "CREATE TABLE channels ("
    " jurisdiction INTEGER NOT NULL, name TEXT NOT NULL,"
    " raws INTEGER NOT NULL DEFAULT 0, last_at INTEGER NOT NULL DEFAULT 0,"
    " health TEXT NOT NULL DEFAULT '', health_at INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY (jurisdiction, name)) STRICT, WITHOUT ROWID",

    "CREATE TABLE cursors ("
    " jurisdiction INTEGER NOT NULL, channel TEXT NOT NULL,"
    " key TEXT NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY (jurisdiction, channel, key)) STRICT, WITHOUT ROWID",

    "CREATE TABLE counters ("
    " jurisdiction INTEGER NOT NULL, channel TEXT NOT NULL,"
    " what TEXT NOT NULL, n INTEGER NOT NULL,"
    " PRIMARY KEY (jurisdiction, channel, what)) STRICT, WITHOUT ROWID",

    "CREATE TABLE users ("
    " id INTEGER PRIMARY KEY, jurisdiction INTEGER NOT NULL,"
    " name TEXT NOT NULL COLLATE NOCASE, password TEXT NOT NULL,"
    " role TEXT NOT NULL, language TEXT NOT NULL DEFAULT '',"
    " created_at INTEGER NOT NULL, disabled_at INTEGER NOT NULL DEFAULT 0,"
    " UNIQUE (jurisdiction, name)) STRICT",
    NULL,
};

/* What is found by words and by place, made from the rows there are. */
static const char *const the_search[] = {
    "CREATE VIRTUAL TABLE search USING fts5 ("
    " title, text, content='', tokenize='unicode61 remove_diacritics 2')",
    "CREATE TABLE search_upto ("
    " jurisdiction INTEGER PRIMARY KEY, message INTEGER NOT NULL) STRICT",
    "CREATE VIRTUAL TABLE ticket_map USING rtree ("
    " id, west, east, south, north)",
    "INSERT INTO ticket_map SELECT id, lon, lon, lat, lat FROM tickets"
    " WHERE lat IS NOT NULL AND lon IS NOT NULL",
    NULL,
};

/* What a reporter was asked, for reading the answer; and who has the ticket. */
static const char *const the_questions[] = {
    "ALTER TABLE tickets ADD COLUMN department TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE tickets ADD COLUMN asked TEXT NOT NULL DEFAULT ''",
    NULL,
};

/* Places asked for elsewhere, and what was answered. */
static const char *const the_lookups[] = {
    "CREATE TABLE lookups ("
    " id INTEGER PRIMARY KEY, jurisdiction INTEGER NOT NULL,"
    " ticket INTEGER NOT NULL REFERENCES tickets (id),"
    " message INTEGER NOT NULL REFERENCES messages (id),"
    " kind TEXT NOT NULL, question TEXT NOT NULL, label TEXT NOT NULL,"
    " tries INTEGER NOT NULL, next_at INTEGER NOT NULL) STRICT",
    "CREATE INDEX lookups_due ON lookups (jurisdiction, next_at, id)",
    "CREATE TABLE geocode_cache ("
    " jurisdiction INTEGER NOT NULL, url TEXT NOT NULL,"
    " asked_at INTEGER NOT NULL, lat REAL, lon REAL,"
    " uncertainty_m REAL NOT NULL, name TEXT NOT NULL,"
    " refused TEXT NOT NULL, PRIMARY KEY (jurisdiction, url))"
    " STRICT, WITHOUT ROWID",
    "CREATE INDEX geocode_age ON geocode_cache (jurisdiction, asked_at)",
    NULL,
};

/* People sign in. */
static const char *const the_people[] = {
    "ALTER TABLE users ADD COLUMN totp TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE users ADD COLUMN totp_used INTEGER NOT NULL DEFAULT 0",
    "CREATE TABLE sessions ("
    " jurisdiction INTEGER NOT NULL, id TEXT NOT NULL,"
    " user INTEGER NOT NULL REFERENCES users (id),"
    " created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,"
    " address TEXT NOT NULL, browser TEXT NOT NULL,"
    " PRIMARY KEY (jurisdiction, id)) STRICT, WITHOUT ROWID",
    "CREATE INDEX sessions_user ON sessions (jurisdiction, user)",
    "CREATE INDEX sessions_seen ON sessions (jurisdiction, seen_at)",
    "CREATE TABLE sign_in_failures ("
    " jurisdiction INTEGER NOT NULL, name TEXT NOT NULL COLLATE NOCASE,"
    " address TEXT NOT NULL, failures INTEGER NOT NULL,"
    " last_at INTEGER NOT NULL, PRIMARY KEY (jurisdiction, name, address))"
    " STRICT, WITHOUT ROWID",
    "CREATE TABLE audit ("
    " id INTEGER PRIMARY KEY, jurisdiction INTEGER NOT NULL,"
    " at INTEGER NOT NULL, actor TEXT NOT NULL, what TEXT NOT NULL,"
    " text TEXT NOT NULL) STRICT",
    "CREATE INDEX audit_order ON audit (jurisdiction, id)",
    NULL,
};

/* Clerks work on tickets, residents follow them. */
static const char *const the_work[] = {
    "ALTER TABLE tickets ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE tickets ADD COLUMN duplicate_of INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE tickets ADD COLUMN snoozed_until INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE tickets ADD COLUMN answered_at INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE tickets ADD COLUMN done_at INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE tickets ADD COLUMN photo INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE tickets ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
    "UPDATE tickets SET photo = 1 WHERE id IN (SELECT ticket FROM messages"
    " WHERE id IN (SELECT message FROM attachments WHERE photo = 1))",
    /*
     * The list looks at these alone until it shows a row: all it may be asked
     * for is in them. What people work on is short whatever the years bring.
     */
    "DROP INDEX tickets_order",
    "DROP INDEX tickets_state",
    "DROP INDEX tickets_category",
    "CREATE INDEX tickets_list ON tickets (jurisdiction, urgent, id, state,"
    " category, channel, department, assignee, decision, snoozed_until,"
    " created_at, changed_at, lat, lon)",
    "CREATE INDEX tickets_active ON tickets (jurisdiction, urgent, id, state,"
    " category, channel, department, assignee, decision, snoozed_until,"
    " created_at, changed_at, lat, lon)"
    " WHERE state IN ('new', 'open', 'waiting')",
    "CREATE INDEX tickets_department ON tickets (jurisdiction, department)"
    " WHERE department <> ''",
    "CREATE INDEX tickets_duplicate ON tickets (duplicate_of)"
    " WHERE duplicate_of <> 0",
    /* From what was found in its words to its ticket, without the words. */
    "CREATE INDEX messages_home ON messages (id, ticket)",
    "CREATE INDEX notices_unsent ON notices (jurisdiction, state)"
    " WHERE state <> 'sent'",
    "CREATE INDEX notices_event ON notices (event)",

    "ALTER TABLE events ADD COLUMN before TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE events ADD COLUMN undone_by INTEGER NOT NULL DEFAULT 0",
    /* What people have said, among all that was done by itself. */
    "CREATE INDEX events_said ON events (jurisdiction, kind, ticket, id)"
    " WHERE actor NOT IN ('inlet', 'resident')",

    "CREATE TABLE ticket_areas ("
    " jurisdiction INTEGER NOT NULL, area TEXT NOT NULL,"
    " ticket INTEGER NOT NULL REFERENCES tickets (id),"
    " PRIMARY KEY (jurisdiction, area, ticket)) STRICT, WITHOUT ROWID",
    "CREATE INDEX ticket_areas_of ON ticket_areas (ticket)",

    "CREATE TABLE followers ("
    " jurisdiction INTEGER NOT NULL,"
    " ticket INTEGER NOT NULL REFERENCES tickets (id),"
    " address TEXT NOT NULL COLLATE NOCASE, channel TEXT NOT NULL,"
    " language TEXT NOT NULL, since INTEGER NOT NULL,"
    " until INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY (jurisdiction, ticket, address)) STRICT, WITHOUT ROWID",
    "INSERT INTO followers SELECT m.jurisdiction, m.ticket, m.reply_to,"
    " m.channel, min(t.language), min(m.id), 0 FROM messages m"
    " JOIN tickets t ON t.id = m.ticket WHERE m.reply_to <> ''"
    " AND m.no_answer = 0 AND m.automatic = 'no'"
    " GROUP BY m.jurisdiction, m.ticket, m.reply_to COLLATE NOCASE",
    "UPDATE followers SET since ="
    " (SELECT created_at FROM tickets WHERE id = followers.ticket)",

    "CREATE TABLE answers ("
    " message INTEGER NOT NULL REFERENCES messages (id), n INTEGER NOT NULL,"
    " jurisdiction INTEGER NOT NULL, code TEXT NOT NULL,"
    " value TEXT NOT NULL, PRIMARY KEY (message, n)) STRICT, WITHOUT ROWID",

    "CREATE TABLE views ("
    " id INTEGER PRIMARY KEY, jurisdiction INTEGER NOT NULL,"
    " user INTEGER NOT NULL, name TEXT NOT NULL, filter TEXT NOT NULL)"
    " STRICT",
    "CREATE INDEX views_user ON views (jurisdiction, user, id)",
    NULL,
};

/* What became of a notice once it was sent; and addresses that are dead. */
static const char *const the_receipts[] = {
    "ALTER TABLE notices ADD COLUMN delivery TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE notices ADD COLUMN delivery_why TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX notices_remote ON notices (jurisdiction, remote_id)"
    " WHERE remote_id <> ''",
    "ALTER TABLE opts ADD COLUMN why TEXT NOT NULL DEFAULT ''",

    /* Those that were quicker than the answer to our own request. */
    "CREATE TABLE receipts ("
    " jurisdiction INTEGER NOT NULL, channel TEXT NOT NULL,"
    " remote_id TEXT NOT NULL, delivery TEXT NOT NULL, why TEXT NOT NULL,"
    " at INTEGER NOT NULL, PRIMARY KEY (jurisdiction, channel, remote_id))"
    " STRICT, WITHOUT ROWID",
    "CREATE INDEX receipts_at ON receipts (jurisdiction, at)",
    NULL,
};

/* Events on their way to programs elsewhere, in order for each ticket. */
static const char *const the_hooks[] = {
    "CREATE TABLE hook_calls ("
    " id INTEGER PRIMARY KEY, jurisdiction INTEGER NOT NULL,"
    " channel TEXT NOT NULL,"
    " ticket INTEGER NOT NULL REFERENCES tickets (id),"
    " event INTEGER NOT NULL REFERENCES events (id),"
    " kind TEXT NOT NULL, body TEXT NOT NULL, tries INTEGER NOT NULL,"
    " next_at INTEGER NOT NULL, why TEXT NOT NULL,"
    " UNIQUE (jurisdiction, channel, event)) STRICT",
    "CREATE INDEX hook_calls_order ON hook_calls (jurisdiction, channel, id)",
    "CREATE INDEX hook_calls_ticket"
    " ON hook_calls (jurisdiction, channel, ticket, id)",
    NULL,
};

/* Tickets that are at a neighbour's, and what it said of them last. */
static const char *const the_passed[] = {
    "CREATE TABLE passed ("
    " id INTEGER PRIMARY KEY, jurisdiction INTEGER NOT NULL,"
    " notice INTEGER NOT NULL REFERENCES notices (id),"
    " ticket INTEGER NOT NULL REFERENCES tickets (id),"
    " channel TEXT NOT NULL, remote_id TEXT NOT NULL, said TEXT NOT NULL,"
    " ended_at INTEGER NOT NULL) STRICT",
    "CREATE INDEX passed_open ON passed (jurisdiction, channel, id)"
    " WHERE ended_at = 0",
    "CREATE INDEX passed_ticket ON passed (jurisdiction, ticket)",
    NULL,
};

const struct schema_step schema_steps[SCHEMA_VERSION] = {
    { the_rows },     { the_search }, { the_questions },
    { the_lookups },  { the_people }, { the_work },
    { the_receipts }, { the_hooks },  { the_passed },
};
