/*
 * Statements of what is alike, and of what is told outside: see statement.c
 * for how they are read.
 */
#include "store/sqlite/sqlite_internal.h"

#define AT(statement) ((statement)-ST_LIKES)

const struct statement_text statements_told[STATEMENTS - ST_LIKES] = {
    [AT(ST_LIKES)] = { "SELECT id, {columns} FROM tickets WHERE id IN"
                       " (SELECT id FROM ticket_map"
                       " WHERE east >= ?2 AND west <= ?3"
                       " AND north >= ?4 AND south <= ?5)"
                       " AND +jurisdiction = ?1 AND id <> ?6"
                       " AND state IN ('new', 'open', 'waiting')"
                       " AND created_at BETWEEN ?7 AND ?8"
                       " AND (category IN (?9, 'other', '')"
                       " OR ?9 IN ('other', ''))"
                       " ORDER BY id DESC LIMIT ?10",
                       ticket_columns },
    [AT(ST_SAYS)] = { "SELECT substr(subject || ' ' || coalesce(visible, text),"
                      " 1, 2000) FROM messages WHERE ticket = ?2"
                      " AND jurisdiction = ?1 ORDER BY id LIMIT 1",
                      NULL },
    [AT(ST_FIRST_WORDS)] = { "SELECT id, substr(subject, 1, 1000),"
                             " substr(coalesce(visible, text), 1, 4000)"
                             " FROM messages WHERE ticket = ?2"
                             " AND jurisdiction = ?1 ORDER BY id LIMIT 1",
                             NULL },
    [AT(ST_FIRST_LINK)] = { "SELECT url FROM attachments WHERE message = ?2"
                            " AND jurisdiction = ?1 AND part = -1 AND url <> ''"
                            " ORDER BY n LIMIT 1",
                            NULL },
    [AT(ST_LAST_TOLD)] = { "SELECT text FROM events WHERE ticket = ?2"
                           " AND jurisdiction = ?1 AND undone_by = 0"
                           " AND kind IN ('state', 'reopened', 'replied')"
                           " ORDER BY id DESC LIMIT 1",
                           NULL },
    /* Of whatever jurisdiction: where a time begins, not what it holds. */
    [AT(ST_EVENT_FROM)] = { "SELECT id, at FROM events WHERE id "
                            ">= ?2 AND ?1 > 0"
                            " ORDER BY id LIMIT 1",
                            NULL },
    [AT(ST_EVENTS_SAID)] = { "SELECT id, {columns} FROM events WHERE id >= ?2"
                             " AND +jurisdiction = ?1 AND at < ?3"
                             " AND undone_by = 0 AND kind IN ('state',"
                             " 'reopened', 'replied', 'merged', 'undone')"
                             " ORDER BY id LIMIT ?4",
                             event_columns },
    [AT(ST_HOOK_ADD)] = { "INSERT INTO hook_calls (jurisdiction, {columns})"
                          " VALUES (?1, {values})"
                          " ON CONFLICT (jurisdiction, channel, event) DO "
                          "NOTHING",
                          hook_columns },
    [AT(ST_HOOK_SET)] = { "UPDATE hook_calls SET {sets}"
                          " WHERE jurisdiction = ?1 AND id = ?",
                          hook_columns },
    [AT(ST_HOOK_END)] = { "DELETE FROM hook_calls WHERE id = ?2"
                          " AND +jurisdiction = ?1",
                          NULL },
    /* None whose ticket has an earlier one that has not arrived. */
    [AT(ST_HOOKS_DUE)] = { "SELECT id, {columns} FROM hook_calls AS c"
                           " WHERE jurisdiction = ?1 AND channel = ?2"
                           " AND next_at <= ?3 AND NOT EXISTS"
                           " (SELECT 1 FROM hook_calls AS o"
                           " WHERE o.jurisdiction = ?1 AND o.channel = ?2"
                           " AND o.ticket = c.ticket AND o.id < c.id)"
                           " ORDER BY id LIMIT ?4",
                           hook_columns },
    [AT(ST_PASSED_ADD)] = { "INSERT INTO passed (jurisdiction, {columns})"
                            " VALUES (?1, {values})",
                            passed_columns },
    [AT(ST_PASSED_SET)] = { "UPDATE passed SET {sets}"
                            " WHERE jurisdiction = ?1 AND id = ?",
                            passed_columns },
    [AT(ST_PASSED_GET)] = { "SELECT id, '', {columns} FROM passed"
                            " WHERE id = ?2 AND jurisdiction = ?1",
                            passed_columns },
    /* What arrived there, and is not ended on either side. */
    [AT(ST_PASSED_OPEN)] = { "SELECT id, (SELECT n.remote_id FROM notices AS n"
                             " WHERE n.id = notice), {columns} FROM passed AS p"
                             " WHERE jurisdiction = ?1 AND channel = ?2"
                             " AND ended_at = 0 AND id > ?3"
                             " AND (remote_id <> '' OR"
                             " (SELECT n.remote_id FROM notices AS n"
                             " WHERE n.id = p.notice) <> '')"
                             " AND (SELECT n.state FROM notices AS n"
                             " WHERE n.id = p.notice) = 'sent'"
                             " AND (SELECT t.state FROM tickets AS t"
                             " WHERE t.id = p.ticket)"
                             " IN ('new', 'open', 'waiting')"
                             " ORDER BY id LIMIT ?4",
                             passed_columns },
    [AT(ST_PASSED_TO)] = { "SELECT count(*), ifnull(sum(ended_at = 0), 0)"
                           " FROM passed AS p"
                           " WHERE jurisdiction = ?1 AND ticket = ?2"
                           " AND channel = ?3 AND (SELECT n.state FROM notices "
                           "AS"
                           " n WHERE n.id = p.notice)"
                           " NOT IN ('failed', 'withdrawn')",
                           NULL },
    [AT(ST_SUBJECTS)] = { "SELECT subject FROM messages WHERE ticket = ?2"
                          " AND jurisdiction = ?1 AND raw <> ?3"
                          " AND subject <> ''"
                          " UNION ALL SELECT subject FROM notices"
                          " WHERE ticket = ?2 AND jurisdiction = ?1"
                          " AND subject <> ''",
                          NULL },
};
