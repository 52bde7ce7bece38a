-- The tables of a watch: those of a run, with lines that events make, the events themselves, and letters. Its audit log says
-- what must stand in each row: see lua/idngo/watch/store.lua.

local M = {}

--- The states of a line of a watch.
M.STATES = { "new", "open", "waiting", "done", "superseded", "rejected", "expired" }

-- event: SHA-256 of the bytes that it was made of, which stand in `fields`. again: how often its facts were found changed.
-- counter: of the account's acts, when its facts were read. by: the number of the event that superseded it. waits: how often it
-- has waited for people. since: when it came into its state.
M.LINES = [[
CREATE TABLE lines (n INTEGER PRIMARY KEY, id TEXT, fields TEXT NOT NULL, event TEXT NOT NULL, subject TEXT NOT NULL,
  topic TEXT NOT NULL, created REAL NOT NULL, dated INTEGER NOT NULL, received REAL NOT NULL,
  of INTEGER, decision TEXT CHECK (decision IN ('pass', 'hold', 'act', 'error')), reason TEXT, line INTEGER,
  state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'open', 'waiting', 'done', 'superseded', 'rejected', 'expired')),
  why TEXT, m INTEGER, authority TEXT CHECK (authority IN ('mandate', 'approval')), hash TEXT, by INTEGER,
  tries INTEGER NOT NULL DEFAULT 0, again INTEGER NOT NULL DEFAULT 0, not_before REAL NOT NULL DEFAULT 0, counter INTEGER,
  waits INTEGER NOT NULL DEFAULT 0, since REAL NOT NULL, taken REAL NOT NULL, decided REAL, ended REAL);
]]

M.TABLES = [[
CREATE TABLE events (n INTEGER PRIMARY KEY, digest TEXT NOT NULL, result TEXT NOT NULL, word TEXT, line INTEGER,
  subject TEXT, topic TEXT, type TEXT, created REAL, dated INTEGER, answer TEXT, received REAL, step TEXT);
CREATE TABLE letters (id TEXT PRIMARY KEY, body TEXT NOT NULL, verdict TEXT) WITHOUT ROWID;
]]

-- The first digits of a digest are enough to find it, and take a third of the room.
M.INDEXES = [[
CREATE INDEX lines_left ON lines (state, n) WHERE state IN ('new', 'open', 'waiting');
CREATE INDEX lines_by_subject ON lines (subject, topic) WHERE state IN ('new', 'open', 'waiting');
CREATE INDEX lines_by_id ON lines (id, n);
CREATE INDEX step_states ON steps (state, n);
CREATE INDEX events_by_digest ON events (substr(digest, 1, 16));
CREATE INDEX events_by_subject ON events (subject, topic, created);
CREATE INDEX letters_unread ON letters (id) WHERE verdict IS NULL;
]]

-- What the index of lines that are left is for: SQLite takes it where the same words stand in the statement.
local LEFT = "state IN ('new', 'open', 'waiting')"

--- The types of events that say that an applicant is no more.
M.DELETED = { "applicantDeleted", "applicantPersonalDataDeleted" }

local DELETED = ("('%s')"):format(table.concat(M.DELETED, "', '"))

-- Rows of events whose moment is before ?3, and which no line needs.
local UNNEEDED = "dated = 1 AND created < ?3 AND received < ?3 AND n < (SELECT max(n) FROM events) AND type NOT IN " .. DELETED
  .. " AND NOT EXISTS (SELECT 1 FROM lines WHERE lines.subject = events.subject AND lines.topic = events.topic AND " .. LEFT
  .. ")"

--- Statements; their names begin with "watch_".
M.SQL = {
  -- the plus keeps SQLite from putting one condition into the other, and looking at every row
  watch_event = "SELECT n FROM events WHERE substr(digest, 1, 16) = substr(?1, 1, 16) AND +digest = ?1",
  watch_add_event = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  watch_events = "SELECT * FROM events WHERE n > ? ORDER BY n LIMIT 200",
  -- Newer: of the same subject and topic, with a later moment; one without a moment of its own is newer than its like alone.
  watch_newer = [[SELECT n, step FROM events WHERE subject = ?1 AND topic = ?2 AND created > ?3 AND result <> 'echo'
    AND result <> 'damaged' AND dated >= ?4 ORDER BY created LIMIT 50]],
  watch_deleted = "SELECT n FROM events WHERE subject = ?1 AND topic = 'presence' AND created > ?2 AND type IN " .. DELETED
    .. " ORDER BY created LIMIT 1",
  watch_like = [[SELECT n, answer FROM events WHERE subject = ?1 AND topic = ?2 AND created = ?3 AND result <> 'echo' LIMIT 50]],
  watch_older = [[SELECT n, created, dated FROM lines WHERE subject = ?1 AND topic = ?2 AND state IN ('new', 'open', 'waiting')
    AND created < ?3 AND dated <= ?4]],
  watch_left_about = "SELECT n FROM lines WHERE id = ?1 AND topic <> 'presence' AND created < ?2 AND " .. LEFT,
  watch_add_line = [[INSERT INTO lines (n, id, fields, event, subject, topic, created, dated, received, state, why, by, since,
    taken, ended) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13, ?14)]],
  watch_add_again = [[INSERT INTO lines (n, id, fields, event, subject, topic, created, dated, received, of, since, taken)
    SELECT ?1, id, fields, event, subject, topic, created, dated, received, n, ?3, ?3 FROM lines WHERE n = ?2]],
  watch_left_of = "SELECT n FROM lines WHERE subject = ?1 AND topic = ?2 AND " .. LEFT .. " AND event = ?3",
  watch_set_line = [[UPDATE lines SET decision = ?2, reason = ?3, line = ?4, state = ?5, why = ?6, m = ?7, authority = ?8,
    hash = ?9, by = ?10, tries = ?11, again = ?12, not_before = ?13, counter = ?14, decided = ?15, ended = ?16, waits = ?17,
    since = ?18 WHERE n = ?1]],
  watch_set_step = [[UPDATE steps SET state = ?3, problem = ?4, at = ?5, file = ?6, size = ?7, sha256 = ?8, result = ?9
    WHERE n = ?1 AND k = ?2]],
  watch_sent = "UPDATE steps SET state = 'sent', attempts = attempts + 1 WHERE n = ?1 AND k = ?2 AND state = 'intent'",
  watch_forgettable = [[SELECT n, CASE WHEN fields <> '{}' AND state NOT IN ('new', 'open', 'waiting') AND (ended < ?2 OR EXISTS
    (SELECT 1 FROM events WHERE events.subject = lines.id AND events.topic = 'presence'
    AND type IN ]] .. DELETED .. [[)) AND NOT EXISTS (SELECT 1 FROM steps
    WHERE steps.n = lines.n AND steps.state IN ('planned', 'intent', 'sent', 'unknown')) THEN 1 ELSE 0 END AS due
    FROM lines WHERE n > ?1 ORDER BY n LIMIT 200]],
  -- What is known of an event so that it is not decided twice, and which is newer: not needed any more where what comes as late
  -- waits. The last one says since when there are none; that somebody was deleted stays known.
  watch_unneeded = "SELECT n FROM events WHERE n BETWEEN ?1 AND ?2 AND " .. UNNEEDED .. " ORDER BY n",
  watch_drop_unneeded = "DELETE FROM events WHERE n BETWEEN ?1 AND ?2 AND " .. UNNEEDED,
  watch_events_of = "SELECT * FROM events WHERE n BETWEEN ?1 AND ?2 ORDER BY n",
  watch_forget_line = "UPDATE lines SET fields = '{}' WHERE n = ?",
  watch_forget_replies = "UPDATE replies SET body = '' WHERE r IN (SELECT r FROM facts WHERE n = ?)",
  watch_forget_steps = "UPDATE steps SET args = '{}', problem = NULL WHERE n = ?",
  watch_bodies = [[SELECT count(CASE WHEN body = '' THEN 1 END) AS gone, count(CASE WHEN body <> '' THEN 1 END) AS there
    FROM facts JOIN replies USING (r) WHERE n = ?]],
  watch_drop_facts = "DELETE FROM facts WHERE n = ?",
  watch_due = "SELECT n FROM lines WHERE " .. LEFT .. " AND state = ?1 AND not_before <= ?2 ORDER BY n LIMIT ?3",
  watch_newest = "SELECT n FROM lines WHERE " .. LEFT .. " AND state = 'new' AND not_before <= ? ORDER BY n DESC LIMIT ?",
  watch_waiting = "SELECT * FROM lines WHERE " .. LEFT .. " AND state = 'waiting' AND n > ? ORDER BY n LIMIT 200",
  watch_waiting_by = "SELECT n FROM lines WHERE " .. LEFT .. " AND state = 'waiting' AND m < ? ORDER BY n",
  watch_decided_last = [[SELECT min(n) AS n FROM (SELECT n FROM lines WHERE decision IS NOT NULL ORDER BY n DESC
    LIMIT ?) AS found]],
  watch_ignored = [[SELECT type, count(*) AS count FROM events WHERE result = 'ignored' AND word = 'type not in on'
    GROUP BY type]],
  watch_oldest = "SELECT min(since) AS at FROM lines WHERE " .. LEFT .. " AND state = 'waiting'",
  watch_last_event = "SELECT received FROM events ORDER BY n DESC LIMIT 1",
  watch_bytes = "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()",
  watch_of = "SELECT * FROM lines WHERE id = ? ORDER BY n DESC LIMIT 20",
  watch_in_doubt = [[SELECT action FROM lines JOIN steps USING (n) WHERE lines.id = ?
    AND steps.state IN ('intent', 'sent', 'unknown')]],
  watch_add_letter = "INSERT INTO letters (id, body) VALUES (?, ?)",
  watch_unread = "SELECT id, body FROM letters WHERE verdict IS NULL ORDER BY id LIMIT ?",
  watch_count_unread = "SELECT count(*) AS count FROM letters WHERE verdict IS NULL",
  watch_count_answered = "SELECT (SELECT count(*) FROM letters) - (SELECT count(*) FROM letters WHERE verdict IS NULL) AS count",
  watch_letter = "SELECT id, body, verdict FROM letters WHERE id = ?",
  watch_letters = "SELECT id, body, verdict FROM letters WHERE verdict IS NOT NULL AND id > ? ORDER BY id LIMIT 200",
  watch_answer = "UPDATE letters SET verdict = ?2 WHERE id = ?1",
}

return M
