/*
 * Every statement there is, but those of statement_told.c. ?1 is the
 * jurisdiction in each. {columns}, {values} and {sets} are filled from the
 * table of columns, so that a struct, its columns and their order are written
 * down once; {values} and {sets} count from ?2, a bare "?" counts on from
 * there.
 */
#include "base/buf.h"
#include "store/sqlite/sqlite_internal.h"

static const struct statement_text statements[STATEMENTS] = {
    [ST_BEGIN] = { "BEGIN IMMEDIATE", NULL },
    [ST_BEGIN_READ] = { "BEGIN", NULL },
    [ST_COMMIT] = { "COMMIT", NULL },
    [ST_ROLLBACK] = { "ROLLBACK", NULL },
    [ST_SAVE] = { "SAVEPOINT item", NULL },
    [ST_UNSAVE] = { "ROLLBACK TO item", NULL },
    [ST_RELEASE] = { "RELEASE item", NULL },

    [ST_RAW_ADD] = { "INSERT INTO raws (jurisdiction, {columns}, sha256)"
                     " VALUES (?1, {values}, ?)"
                     " ON CONFLICT (jurisdiction, channel, origin) DO NOTHING",
                     raw_columns },
    [ST_RAW_BYTES_ADD] = { "INSERT INTO raw_bytes (jurisdiction, raw, bytes)"
                           " VALUES (?1, ?2, ?3)",
                           NULL },
    [ST_RAW_CHANNEL] = { "INSERT INTO channels"
                         " (jurisdiction, name, raws, last_at)"
                         " VALUES (?1, ?2, 1, ?3) ON CONFLICT DO UPDATE"
                         " SET raws = raws + 1, last_at = excluded.last_at",
                         NULL },
    [ST_RAW_ID] = { "SELECT id FROM raws WHERE jurisdiction = ?1"
                    " AND channel = ?2 AND origin = ?3",
                    NULL },
    [ST_RAW_STATE] = { "UPDATE raws SET state = ?2, why = ?3,"
                       " attempts = attempts + 1"
                       " WHERE jurisdiction = ?1 AND id = ?4",
                       NULL },
    [ST_QUARANTINE] = { "SELECT r.id, ifnull(m.ticket, 0), r.channel,"
                        " r.received_at, r.why FROM raws r"
                        " LEFT JOIN messages m ON m.raw = r.id"
                        " WHERE r.jurisdiction = ?1"
                        " AND r.state IN ('quarantine', 'aside')"
                        " AND r.state <> 'filed'"
                        " ORDER BY r.state DESC, r.id DESC LIMIT ?2",
                        NULL },
    [ST_MESSAGE_DROP] = { "DELETE FROM messages"
                          " WHERE jurisdiction = ?1 AND raw = ?2",
                          NULL },
    [ST_RAW_MARK] = { "UPDATE raws SET marked = 1 WHERE jurisdiction = ?1"
                      " AND channel = ?2 AND origin = ?3",
                      NULL },
    [ST_RAW_TICKET] = { "SELECT ticket FROM messages"
                        " WHERE raw = ?2 AND jurisdiction = ?1",
                        NULL },
    [ST_RAW_KIND] = { "SELECT channel, format, sha256 FROM raws"
                      " WHERE id = ?2 AND jurisdiction = ?1",
                      NULL },
    [ST_RAW_GET] = { "SELECT {columns}, bytes FROM raws r"
                     " JOIN raw_bytes b ON b.raw = r.id"
                     " WHERE r.id = ?2 AND r.jurisdiction = ?1",
                     raw_columns },
    /* In the index's own words, so that it serves; the plus bars another. */
    [ST_RAWS_NEW] = { "SELECT id FROM raws WHERE jurisdiction = ?1"
                      " AND state = 'new' AND state <> 'filed'"
                      " AND id > ?2 ORDER BY id LIMIT ?3",
                      NULL },
    [ST_RAWS_FILED] = { "SELECT id FROM raws WHERE +jurisdiction = ?1"
                        " AND state = 'filed' AND id > ?2"
                        " ORDER BY id LIMIT ?3",
                        NULL },
    [ST_RAWS_QUARANTINE] = { "SELECT id FROM raws WHERE jurisdiction = ?1"
                             " AND state = 'quarantine'"
                             " AND state <> 'filed' AND id > ?2"
                             " ORDER BY id LIMIT ?3",
                             NULL },
    [ST_RAWS_ASIDE] = { "SELECT id FROM raws WHERE jurisdiction = ?1"
                        " AND state = 'aside' AND state <> 'filed'"
                        " AND id > ?2 ORDER BY id LIMIT ?3",
                        NULL },
    /* From the prefix on: the reader stops at the first without it. */
    [ST_ORIGINS] = { "SELECT origin, marked FROM raws"
                     " WHERE jurisdiction = ?1 AND channel = ?2"
                     " AND origin >= ?3 ORDER BY origin",
                     NULL },

    [ST_TICKET_ADD] = { "INSERT INTO tickets (jurisdiction, {columns})"
                        " VALUES (?1, {values})",
                        ticket_columns },
    [ST_TICKET_GET] = { "SELECT id, {columns} FROM tickets"
                        " WHERE id = ?2 AND jurisdiction = ?1",
                        ticket_columns },
    [ST_TICKET_BY_TOKEN] = { "SELECT id, {columns} FROM tickets"
                             " WHERE jurisdiction = ?1 AND token = ?2",
                             ticket_columns },
    [ST_TICKET_SET] = { "UPDATE tickets SET {sets}"
                        " WHERE id = ? AND jurisdiction = ?1",
                        ticket_columns },
    [ST_TICKET_PLACE] = { "INSERT OR REPLACE INTO ticket_map"
                          " (id, west, east, south, north)"
                          " SELECT id, lon, lon, lat, lat FROM tickets"
                          " WHERE id = ?2 AND jurisdiction = ?1",
                          NULL },
    [ST_TICKET_UNPLACE] = { "DELETE FROM ticket_map WHERE id = (SELECT id"
                            " FROM tickets WHERE id = ?2"
                            " AND jurisdiction = ?1)",
                            NULL },

    [ST_MESSAGE_ADD] = { "INSERT INTO messages (jurisdiction, {columns}, raw,"
                         " ticket, channel, visible, body_sha256, raw_sha256)"
                         " VALUES (?1, {values}, ?, ?, ?, ?, ?, ?)",
                         message_columns },
    [ST_THREAD_ADD] = { "INSERT INTO threads (jurisdiction, message, n, id)"
                        " VALUES (?1, ?2, ?3, ?4)",
                        NULL },
    [ST_ATTACHMENT_ADD] = { "INSERT INTO attachments"
                            " (jurisdiction, {columns}, message, n, raw)"
                            " VALUES (?1, {values}, ?, ?, ?)",
                            attachment_columns },
    [ST_FINDING_ADD] = { "INSERT INTO evidence"
                         " (jurisdiction, {columns}, message, n, ticket)"
                         " VALUES (?1, {values}, ?, ?, ?)",
                         finding_columns },
    [ST_LOCATION_ADD] = { "INSERT INTO locations"
                          " (jurisdiction, {columns}, message, n, ticket)"
                          " VALUES (?1, {values}, ?, ?, ?)",
                          location_columns },
    [ST_EVENT_ADD] = { "INSERT INTO events (jurisdiction, {columns})"
                       " VALUES (?1, {values})",
                       event_columns },
    [ST_FINDINGS_DROP] = { "DELETE FROM evidence WHERE message = ?2"
                           " AND jurisdiction = ?1",
                           NULL },
    [ST_LOCATIONS_DROP] = { "DELETE FROM locations WHERE message = ?2"
                            " AND jurisdiction = ?1",
                            NULL },

    [ST_TICKET_NEXT] = { "SELECT id, {columns} FROM tickets"
                         " WHERE +jurisdiction = ?1 AND id > ?2"
                         " AND created_at >= ?3 ORDER BY id LIMIT 1",
                         ticket_columns },
    [ST_TICKET_RAWS] = { "SELECT id, raw FROM messages WHERE ticket = ?2"
                         " AND jurisdiction = ?1 ORDER BY id",
                         NULL },
    [ST_TICKET_HOLD] = { "SELECT count(*) FROM events WHERE ticket = ?2"
                         " AND jurisdiction = ?1 AND kind = ?3"
                         " AND undone_by = 0"
                         " AND actor NOT IN ('inlet', 'resident')",
                         NULL },

    [ST_MESSAGES] = { "SELECT m.id, m.raw, r.received_at, r.channel, r.origin,"
                      " {m.columns}, m.visible FROM messages m"
                      " JOIN raws r ON r.id = m.raw"
                      " WHERE m.ticket = ?2 AND m.jurisdiction = ?1"
                      " ORDER BY m.id",
                      message_columns },
    [ST_THREAD] = { "SELECT id FROM threads WHERE message = ?2"
                    " AND jurisdiction = ?1 ORDER BY n",
                    NULL },
    [ST_ATTACHMENTS] = { "SELECT {columns} FROM attachments WHERE message = ?2"
                         " AND jurisdiction = ?1 ORDER BY n",
                         attachment_columns },
    [ST_MESSAGE_REF] = { "SELECT raw, ticket FROM messages"
                         " WHERE id = ?2 AND jurisdiction = ?1",
                         NULL },
    [ST_ATTACHMENT] = { "SELECT {columns} FROM attachments WHERE message = ?2"
                        " AND n = ?3 AND jurisdiction = ?1",
                        attachment_columns },
    [ST_FINDINGS] = { "SELECT {columns} FROM evidence WHERE message = ?2"
                      " AND jurisdiction = ?1 ORDER BY n",
                      finding_columns },
    [ST_LOCATIONS] = { "SELECT {columns} FROM locations WHERE message = ?2"
                       " AND jurisdiction = ?1 ORDER BY n",
                       location_columns },
    [ST_EVENTS] = { "SELECT id, {columns} FROM events WHERE ticket = ?2"
                    " AND jurisdiction = ?1 ORDER BY id",
                    event_columns },

    [ST_NOTICE_ADD] = { "INSERT INTO notices (jurisdiction, {columns}, event,"
                        " created_at) VALUES (?1, {values}, ?, ?)"
                        " ON CONFLICT (jurisdiction, ticket, event, recipient)"
                        " DO NOTHING",
                        notice_columns },
    [ST_NOTICE_SET] = { "UPDATE notices SET {sets}"
                        " WHERE id = ? AND jurisdiction = ?1",
                        notice_columns },
    [ST_NOTICE_WITHDRAW] = { "UPDATE notices SET state = 'withdrawn'"
                             " WHERE ticket = ?2 AND jurisdiction = ?1"
                             " AND state = 'pending'"
                             " AND kind IN ('received', 'ask', 'which')",
                             NULL },
    /* Up to now: a clock that was put back must not count for years. */
    [ST_NOTICE_COUNT] = { "SELECT count(*) FROM notices"
                          " WHERE jurisdiction = ?1"
                          " AND kind IN ('received', 'ask', 'which',"
                          " 'emergency', 'reopened')"
                          " AND created_at BETWEEN ?2 AND ?3"
                          " AND recipient = ?4",
                          NULL },
    [ST_NOTICE_COUNT_ALL] = { "SELECT count(*) FROM notices"
                              " WHERE jurisdiction = ?1"
                              " AND kind IN ('received', 'ask', 'which',"
                              " 'emergency', 'reopened')"
                              " AND created_at BETWEEN ?2 AND ?3",
                              NULL },
    [ST_NOTICES_DUE] = { "SELECT id, created_at, {columns} FROM notices"
                         " WHERE jurisdiction = ?1"
                         " AND state IN ('pending', 'claimed')"
                         " AND (next_at <= ?2 OR state = 'claimed')"
                         " ORDER BY next_at, id LIMIT ?3",
                         notice_columns },
    [ST_NOTICES_OF] = { "SELECT id, created_at, {columns} FROM notices WHERE "
                        "ticket = ?2"
                        " AND jurisdiction = ?1 ORDER BY id",
                        notice_columns },
    [ST_NOTICE_NEXT] = { "SELECT max(next_at, 1) FROM notices"
                         " WHERE jurisdiction = ?1"
                         " AND state IN ('pending', 'claimed')"
                         " AND state = 'pending'"
                         " ORDER BY next_at LIMIT 1",
                         NULL },

    [ST_NOTICE_REMOTE] = { "SELECT id, created_at, {columns} FROM notices"
                           " WHERE jurisdiction = ?1 AND remote_id = ?2"
                           " AND remote_id <> '' AND channel = ?3"
                           " ORDER BY id DESC LIMIT 1",
                           notice_columns },
    [ST_NOTICE_MESSAGE] = { "SELECT id, created_at, {columns} FROM notices"
                            " WHERE jurisdiction = ?1 AND message_id = ?2"
                            " AND message_id <> ''"
                            " ORDER BY id DESC LIMIT 1",
                            notice_columns },
    [ST_RECEIPT_KEEP] = { "INSERT OR REPLACE INTO receipts (jurisdiction,"
                          " channel, remote_id, delivery, why, at)"
                          " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                          NULL },
    [ST_RECEIPT_GET] = { "SELECT delivery, why FROM receipts"
                         " WHERE jurisdiction = ?1 AND channel = ?2"
                         " AND remote_id = ?3",
                         NULL },
    [ST_RECEIPT_DROP] = { "DELETE FROM receipts WHERE jurisdiction = ?1"
                          " AND channel = ?2 AND remote_id = ?3",
                          NULL },
    [ST_RECEIPTS_FORGET] = { "DELETE FROM receipts WHERE jurisdiction = ?1"
                             " AND at < ?2",
                             NULL },

    [ST_FIND_TOKEN] = { "SELECT id FROM tickets WHERE jurisdiction = ?1"
                        " AND token = ?2",
                        NULL },
    [ST_FIND_THEIRS] = { "SELECT ticket FROM messages WHERE jurisdiction = ?1"
                         " AND message_id = ?2 AND message_id <> ''"
                         " ORDER BY id LIMIT 1",
                         NULL },
    [ST_FIND_OURS] = { "SELECT ticket FROM notices WHERE jurisdiction = ?1"
                       " AND message_id = ?2 AND message_id <> ''"
                       " ORDER BY id LIMIT 1",
                       NULL },
    [ST_FIND_SAME] = { "SELECT ticket FROM messages WHERE jurisdiction = ?1"
                       " AND message_id = ?2 AND message_id <> ''"
                       " AND raw <> ?3 AND body_sha256 = ?4 AND sender = ?5"
                       " AND sent_at = ?6 ORDER BY id LIMIT 1",
                       NULL },
    [ST_FIND_SAME_RAW] = { "SELECT ticket FROM messages"
                           " WHERE jurisdiction = ?1 AND raw_sha256 = ?2"
                           " AND raw <> ?3 ORDER BY id LIMIT 1",
                           NULL },
    /* Of the sender's messages the latest ones. */
    [ST_FIND_TALKS] = { "SELECT t.id, r.received_at FROM messages m"
                        " JOIN tickets t ON t.id = m.ticket"
                        " JOIN raws r ON r.id = m.raw"
                        " WHERE m.jurisdiction = ?1 AND m.channel = ?2"
                        " AND m.sender = ?3 AND m.sender <> ''"
                        " AND t.changed_at >= ?4"
                        " ORDER BY m.id DESC LIMIT 50",
                        NULL },
    [ST_FIND_ORIGIN] = { "SELECT m.ticket, r.state FROM raws r"
                         " LEFT JOIN messages m ON m.raw = r.id"
                         " WHERE r.jurisdiction = ?1 AND r.channel = ?2"
                         " AND r.origin = ?3",
                         NULL },

    [ST_OPT_SET] = { "INSERT INTO opts (jurisdiction, address, opted_in, at)"
                     " VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE"
                     " SET opted_in = excluded.opted_in, at = excluded.at,"
                     " why = ''",
                     NULL },
    [ST_OPT_GET] = { "SELECT iif(opted_in, 0, iif(why = '', 1, 2)) FROM opts"
                     " WHERE jurisdiction = ?1 AND address = ?2",
                     NULL },
    [ST_OPT_DEAD] = { "INSERT INTO opts (jurisdiction, address, opted_in, at,"
                      " why) VALUES (?1, ?2, 0, ?3, ?4) ON CONFLICT DO UPDATE"
                      " SET opted_in = 0, at = excluded.at,"
                      " why = excluded.why WHERE opted_in = 1 OR why <> ''",
                      NULL },
    [ST_OPT_ALIVE] = { "DELETE FROM opts WHERE jurisdiction = ?1"
                       " AND address = ?2 AND opted_in = 0 AND why <> ''",
                       NULL },
    [ST_REPORTER_SEEN] = { "INSERT INTO reporters (jurisdiction, address,"
                           " name, language, first_at, last_at)"
                           " VALUES (?1, ?2, ?3, ?4, ?5, ?5)"
                           " ON CONFLICT DO UPDATE SET"
                           " name = iif(excluded.name = '', name,"
                           " excluded.name),"
                           " language = iif(excluded.language = '', language,"
                           " excluded.language),"
                           " last_at = excluded.last_at",
                           NULL },
    [ST_CURSOR_SET] = { "INSERT INTO cursors (jurisdiction, channel, key,"
                        " value) VALUES (?1, ?2, ?3, ?4)"
                        " ON CONFLICT DO UPDATE SET value = excluded.value",
                        NULL },
    [ST_CURSOR_GET] = { "SELECT value FROM cursors WHERE jurisdiction = ?1"
                        " AND channel = ?2 AND key = ?3",
                        NULL },
    [ST_COUNTER_ADD] = { "INSERT INTO counters (jurisdiction, channel, what,"
                         " n) VALUES (?1, ?2, ?3, 1)"
                         " ON CONFLICT DO UPDATE SET n = n + 1",
                         NULL },
    /* health_at: since when it has been so. */
    [ST_HEALTH_SET] = { "INSERT INTO channels (jurisdiction, name, health,"
                        " health_at) VALUES (?1, ?2, ?3, ?4)"
                        " ON CONFLICT DO UPDATE SET health_at ="
                        " iif(health = excluded.health, health_at,"
                        " excluded.health_at), health = excluded.health",
                        NULL },
    /* A channel that only ever counted has no row of its own. */
    [ST_CHANNELS] = { "SELECT name, health, health_at, raws, last_at"
                      " FROM channels WHERE jurisdiction = ?1"
                      " UNION ALL SELECT DISTINCT channel, '', 0, 0, 0"
                      " FROM counters c WHERE c.jurisdiction = ?1"
                      " AND NOT EXISTS (SELECT 1 FROM channels"
                      " WHERE jurisdiction = ?1 AND name = c.channel)"
                      " ORDER BY 1",
                      NULL },
    [ST_WAITING] = { "SELECT channel, state = 'new', count(*) FROM raws"
                     " WHERE jurisdiction = ?1 AND state <> 'filed'"
                     " AND state <> 'aside' GROUP BY 1, 2",
                     NULL },
    [ST_COUNTERS] = { "SELECT channel, what, n FROM counters"
                      " WHERE jurisdiction = ?1 ORDER BY channel, what",
                      NULL },

    [ST_LOOKUP_ADD] = { "INSERT INTO lookups (jurisdiction, {columns})"
                        " VALUES (?1, {values})",
                        lookup_columns },
    [ST_LOOKUP_SET] = { "UPDATE lookups SET {sets}"
                        " WHERE jurisdiction = ?1 AND id = ?",
                        lookup_columns },
    [ST_LOOKUP_END] = { "DELETE FROM lookups"
                        " WHERE jurisdiction = ?1 AND id = ?2",
                        NULL },
    [ST_LOOKUP_DUE] = { "SELECT id, {columns} FROM lookups"
                        " WHERE jurisdiction = ?1 AND next_at <= ?2"
                        " ORDER BY next_at, id LIMIT 1",
                        lookup_columns },
    [ST_LOOKUP_NEXT] = { "SELECT max(next_at, 1) FROM lookups"
                         " WHERE jurisdiction = ?1"
                         " ORDER BY next_at LIMIT 1",
                         NULL },
    [ST_GEOCODE_SET] = { "INSERT OR REPLACE INTO geocode_cache"
                         " (jurisdiction, {columns}, url)"
                         " VALUES (?1, {values}, ?)",
                         geocode_columns },
    [ST_GEOCODE_GET] = { "SELECT {columns} FROM geocode_cache"
                         " WHERE jurisdiction = ?1 AND url = ?2"
                         " AND asked_at >= ?3",
                         geocode_columns },
    [ST_GEOCODE_FORGET] = { "DELETE FROM geocode_cache"
                            " WHERE jurisdiction = ?1 AND asked_at < ?2",
                            NULL },
    [ST_LOCATION_MORE] = { "SELECT max(n) + 1 FROM locations"
                           " WHERE message = ?2 AND jurisdiction = ?1",
                           NULL },

    [ST_SEARCH_UPTO] = { "SELECT message FROM search_upto"
                         " WHERE jurisdiction = ?1",
                         NULL },
    [ST_SEARCH_LAST] = { "SELECT count(*) FROM messages"
                         " WHERE jurisdiction = ?1 AND id > ?2",
                         NULL },
    /* The number of a message that was the last is given out once more. */
    [ST_SEARCH_BACK] = { "UPDATE search_upto SET message = min(message,"
                         " ifnull((SELECT max(id) FROM messages), 0))"
                         " WHERE jurisdiction = ?1",
                         NULL },
    [ST_SEARCH_NEXT] = { "SELECT id FROM messages WHERE jurisdiction = ?1"
                         " AND id > ?2 ORDER BY id LIMIT 1",
                         NULL },
    [ST_SEARCH_ADD] = { "INSERT INTO search (rowid, title, text)"
                        " SELECT m.id, t.title || ' ' || t.label, m.text"
                        " FROM messages m JOIN tickets t ON t.id = m.ticket"
                        " WHERE m.id = ?2 AND m.jurisdiction = ?1",
                        NULL },
    [ST_SEARCH_MOVE] = { "INSERT INTO search_upto (jurisdiction, message)"
                         " VALUES (?1, ?2) ON CONFLICT DO UPDATE"
                         " SET message = excluded.message",
                         NULL },

    [ST_USER_ADD] = { "INSERT INTO users (jurisdiction, {columns})"
                      " VALUES (?1, {values})",
                      user_columns },
    [ST_USER_SET] = { "UPDATE users SET {sets}"
                      " WHERE id = ? AND jurisdiction = ?1",
                      user_columns },
    [ST_USER_GET] = { "SELECT id, {columns} FROM users"
                      " WHERE id = ?2 AND jurisdiction = ?1",
                      user_columns },
    [ST_USER_NAMED] = { "SELECT id, {columns} FROM users"
                        " WHERE jurisdiction = ?1 AND name = ?2",
                        user_columns },
    [ST_USERS] = { "SELECT id, {columns} FROM users WHERE jurisdiction = ?1"
                   " ORDER BY name",
                   user_columns },
    [ST_OTHER_ADMINS] = { "SELECT count(*) FROM users WHERE jurisdiction = ?1"
                          " AND role = 'admin' AND disabled_at = 0"
                          " AND id <> ?2",
                          NULL },
    [ST_SESSION_ADD] = { "INSERT INTO sessions (jurisdiction, {columns})"
                         " VALUES (?1, {values})",
                         session_columns },
    [ST_SESSION_GET] = { "SELECT {columns} FROM sessions"
                         " WHERE jurisdiction = ?1 AND id = ?2",
                         session_columns },
    [ST_SESSION_SEEN] = { "UPDATE sessions SET seen_at = ?3"
                          " WHERE jurisdiction = ?1 AND id = ?2",
                          NULL },
    [ST_SESSION_END] = { "DELETE FROM sessions"
                         " WHERE jurisdiction = ?1 AND id = ?2",
                         NULL },
    [ST_SESSIONS] = { "SELECT {columns} FROM sessions"
                      " WHERE jurisdiction = ?1 ORDER BY seen_at DESC",
                      session_columns },
    [ST_SESSIONS_END] = { "DELETE FROM sessions"
                          " WHERE jurisdiction = ?1 AND user = ?2",
                          NULL },
    [ST_SESSIONS_FORGET] = { "DELETE FROM sessions"
                             " WHERE jurisdiction = ?1 AND seen_at < ?2",
                             NULL },
    [ST_SIGN_IN_FAILED] = { "INSERT INTO sign_in_failures"
                            " (jurisdiction, name, address, failures, last_at)"
                            " VALUES (?1, ?2, ?3, 1, ?4)"
                            " ON CONFLICT DO UPDATE SET failures ="
                            " iif(last_at < ?5, 1, failures + 1),"
                            " last_at = excluded.last_at",
                            NULL },
    [ST_SIGN_IN_GOOD] = { "DELETE FROM sign_in_failures"
                          " WHERE jurisdiction = ?1 AND name = ?2"
                          " AND address = ?3",
                          NULL },
    [ST_SIGN_IN_FAILURES] = { "SELECT failures FROM sign_in_failures"
                              " WHERE jurisdiction = ?1 AND name = ?2"
                              " AND address = ?3 AND last_at >= ?4",
                              NULL },
    [ST_AUDIT_ADD] = { "INSERT INTO audit (jurisdiction, {columns})"
                       " VALUES (?1, {values})",
                       audit_columns },
    [ST_AUDITS] = { "SELECT {columns} FROM audit WHERE jurisdiction = ?1"
                    " ORDER BY id DESC LIMIT ?2",
                    audit_columns },

    [ST_ANSWER_ADD] = { "INSERT INTO answers (jurisdiction, {columns},"
                        " message, n) VALUES (?1, {values}, ?, ?)",
                        answer_columns },
    [ST_ANSWERS] = { "SELECT {columns} FROM answers WHERE message = ?2"
                     " AND jurisdiction = ?1 ORDER BY n",
                     answer_columns },
    [ST_AREAS_DROP] = { "DELETE FROM ticket_areas WHERE ticket = ?2"
                        " AND jurisdiction = ?1",
                        NULL },
    [ST_AREA_ADD] = { "INSERT OR IGNORE INTO ticket_areas"
                      " (jurisdiction, area, ticket) VALUES (?1, ?2, ?3)",
                      NULL },
    [ST_AREAS_OF] = { "SELECT area FROM ticket_areas WHERE ticket = ?2"
                      " AND jurisdiction = ?1",
                      NULL },
    /* From each to the next: what lies between is not looked at. */
    [ST_AREAS] = { "WITH RECURSIVE seen (name) AS ("
                   "SELECT min(area) FROM ticket_areas"
                   " WHERE jurisdiction = ?1 UNION ALL"
                   " SELECT (SELECT min(area) FROM ticket_areas"
                   " WHERE jurisdiction = ?1 AND area > seen.name)"
                   " FROM seen WHERE seen.name IS NOT NULL)"
                   " SELECT name FROM seen WHERE name IS NOT NULL",
                   NULL },
    [ST_DEPARTMENTS] = { "WITH RECURSIVE seen (name) AS ("
                         "SELECT min(department) FROM tickets"
                         " WHERE jurisdiction = ?1 AND department <> ''"
                         " UNION ALL SELECT (SELECT min(department)"
                         " FROM tickets WHERE jurisdiction = ?1"
                         " AND department <> '' AND department > seen.name)"
                         " FROM seen WHERE seen.name IS NOT NULL)"
                         " SELECT name FROM seen WHERE name IS NOT NULL",
                         NULL },
    [ST_TICKET_LAST] = { "SELECT id FROM tickets WHERE +jurisdiction = ?1"
                         " ORDER BY id DESC LIMIT 1",
                         NULL },
    [ST_DUPLICATES] = { "SELECT count(*) FROM tickets WHERE duplicate_of = ?2"
                        " AND duplicate_of <> 0 AND jurisdiction = ?1",
                        NULL },
    [ST_EVENT_GET] = { "SELECT id, {columns} FROM events WHERE id = ?2"
                       " AND jurisdiction = ?1",
                       event_columns },
    [ST_EVENT_UNDONE] = { "UPDATE events SET undone_by = ?3 WHERE id = ?2"
                          " AND jurisdiction = ?1",
                          NULL },
    [ST_EVENTS_AFTER] = { "SELECT n.id, n.ticket, t.revision, n.kind, n.actor,"
                          " NOT EXISTS (SELECT 1 FROM events o"
                          " WHERE o.ticket = n.ticket AND o.id < n.id)"
                          " FROM events n CROSS JOIN tickets t"
                          " ON t.id = n.ticket WHERE n.id > ?2"
                          " AND n.jurisdiction = ?1 ORDER BY n.id LIMIT ?3",
                          NULL },
    [ST_EVENT_LAST] = { "SELECT id FROM events WHERE +jurisdiction = ?1"
                        " ORDER BY id DESC LIMIT 1",
                        NULL },
    [ST_NOTICE_GET] = { "SELECT id, created_at, {columns} FROM notices WHERE "
                        "id = ?2"
                        " AND jurisdiction = ?1",
                        notice_columns },
    [ST_NOTICES_EVENT] = { "SELECT id, created_at, {columns} FROM notices"
                           " WHERE event = ?2 AND +jurisdiction = ?1",
                           notice_columns },
    [ST_NOTICE_STATES] = { "SELECT state, count(*) FROM notices"
                           " WHERE jurisdiction = ?1 AND state <> 'sent'"
                           " GROUP BY state",
                           NULL },
    [ST_TOLD] = { "SELECT count(*) FROM notices WHERE jurisdiction = ?1"
                  " AND ticket = ?2 AND kind = ?3 AND state <> 'withdrawn'",
                  NULL },
    [ST_FIRST_ACT] = { "SELECT min(at) FROM events WHERE ticket = ?2"
                       " AND jurisdiction = ?1 AND undone_by = 0"
                       " AND before <> ''"
                       " AND actor NOT IN ('inlet', 'resident')",
                       NULL },
    [ST_MESSAGE_ID_OF] = { "SELECT message_id FROM messages WHERE ticket = ?2"
                           " AND jurisdiction = ?1 AND message_id <> ''"
                           " AND reply_to = ?3 COLLATE NOCASE"
                           " ORDER BY id DESC LIMIT 1",
                           NULL },
    [ST_MESSAGE_MOVE] = { "UPDATE messages SET ticket = ?3 WHERE id = ?2"
                          " AND jurisdiction = ?1",
                          NULL },
    [ST_FINDINGS_MOVE] = { "UPDATE evidence SET ticket = ?3"
                           " WHERE message = ?2 AND jurisdiction = ?1",
                           NULL },
    [ST_LOCATIONS_MOVE] = { "UPDATE locations SET ticket = ?3"
                            " WHERE message = ?2 AND jurisdiction = ?1",
                            NULL },
    [ST_LOOKUPS_MOVE] = { "UPDATE lookups SET ticket = ?3"
                          " WHERE jurisdiction = ?1 AND message = ?2",
                          NULL },
    [ST_FOLLOWER_ADD] = { "INSERT INTO followers (jurisdiction, {columns})"
                          " VALUES (?1, {values}) ON CONFLICT DO UPDATE SET"
                          " channel = excluded.channel,"
                          " language = excluded.language,"
                          " since = excluded.since, until = 0"
                          " WHERE until <> 0",
                          follower_columns },
    [ST_FOLLOWER_END] = { "UPDATE followers SET until = ?4"
                          " WHERE jurisdiction = ?1 AND ticket = ?2"
                          " AND address = ?3 AND until = 0",
                          NULL },
    /* A ticket's own first. UNION, so that a circle would come to an end. */
    [ST_FOLLOWERS] = { "WITH RECURSIVE home (id) AS (SELECT ?2 UNION"
                       " SELECT t.id FROM home CROSS JOIN tickets t"
                       " ON t.duplicate_of = home.id"
                       " AND t.duplicate_of <> 0 AND t.jurisdiction = ?1)"
                       " SELECT {columns} FROM home CROSS JOIN followers f"
                       " ON f.jurisdiction = ?1 AND f.ticket = home.id"
                       " WHERE until = 0 ORDER BY ticket <> ?2, ticket,"
                       " address",
                       follower_columns },
    [ST_VIEW_ADD] = { "INSERT INTO views (jurisdiction, {columns})"
                      " VALUES (?1, {values})",
                      view_columns },
    [ST_VIEW_END] = { "DELETE FROM views WHERE id = ?2"
                      " AND jurisdiction = ?1 AND user = ?3",
                      NULL },
    [ST_VIEWS] = { "SELECT id, {columns} FROM views WHERE jurisdiction = ?1"
                   " AND user IN (0, ?2) ORDER BY user, id",
                   view_columns },
};

void statement_sql(enum statement st, struct buf *out)
{
    const struct statement_text *text =
        st >= ST_LIKES ? &statements_told[st - ST_LIKES] : &statements[st];

    statement_expand(str_of(text->sql), text->columns, out);
}
