-- The tables of a run in SQLite: one file in the run's folder, of which one process at a time writes. What they are for is
-- told by contract.lua, which is given them; every statement stands here, and postgres.lua says them in its server's words.
--
-- Failures of the disk throw an idngo.Error of kind `io`: without its journal a run must not go on.

local core = require("idngo.core")
local database = require("idngo.run.database")
local errors = require("idngo.error")
local journal = require("idngo.journal")
local old = require("idngo.run.old")
local watched = require("idngo.run.watched")

local M = {}

local RUN = "CREATE TABLE run (name TEXT PRIMARY KEY, value) WITHOUT ROWID;\n"

-- Replies have numbers, and are kept in the order in which they came: what is written next lies beside what was written last,
-- however many there are.
local LINES = [[
CREATE TABLE lines (n INTEGER PRIMARY KEY, id TEXT, fields TEXT NOT NULL,
  decision TEXT CHECK (decision IN ('pass', 'hold', 'act', 'error')), reason TEXT, line INTEGER,
  state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'open', 'done')),
  token INTEGER NOT NULL DEFAULT 0, owner TEXT, lease REAL);
]]

local COMMON = [[
CREATE TABLE replies (r INTEGER PRIMARY KEY, hash TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE facts (n INTEGER NOT NULL, name TEXT NOT NULL, r INTEGER NOT NULL, at REAL NOT NULL,
  PRIMARY KEY (n, name)) WITHOUT ROWID;
CREATE TABLE steps (n INTEGER NOT NULL, k INTEGER NOT NULL, action TEXT NOT NULL, args TEXT NOT NULL, reason TEXT,
  line INTEGER, attempts INTEGER NOT NULL DEFAULT 0, problem TEXT, at REAL, file TEXT, size INTEGER, sha256 TEXT, result TEXT,
  state TEXT NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'intent', 'sent', 'applied', 'rejected', 'unknown', 'confirm',
  'void')), PRIMARY KEY (n, k)) WITHOUT ROWID;
CREATE TABLE audit (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, record TEXT NOT NULL, signature TEXT);
]]

local TABLES = LINES .. COMMON
local WATCHED = watched.LINES .. COMMON .. watched.TABLES

-- Made when the lines are there: ids come in no order, and an index that is made of all of them is sorted first, while one
-- that grows by them is written all over.
local INDEXES = [[
CREATE UNIQUE INDEX lines_by_id ON lines (id);
CREATE INDEX lines_left ON lines (state, n) WHERE state <> 'done';
CREATE INDEX lines_held ON lines (owner) WHERE lease IS NOT NULL;
CREATE INDEX step_states ON steps (state, n);
]]

-- Only what is claimed is looked at, however many lines there are.
local CLAIM = [[UPDATE lines SET token = token + 1, owner = ?2, lease = ?4 WHERE n IN (SELECT n FROM lines
  WHERE state = ?1 AND state <> 'done' AND n > ?5 AND (lease IS NULL OR lease <= ?3)%s ORDER BY n LIMIT ?6)
  RETURNING n, token]]

--- A line is written by its holder alone: ?1 is its number, and the last value the token of its holder.
local function held(sql, last) return ("%s AND (SELECT token FROM lines WHERE n = ?1) = ?%d"):format(sql, last) end

local SQL = {
  schema = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL",
  get = "SELECT value FROM run WHERE name = ?",
  settings = "SELECT name, value FROM run ORDER BY name",
  set = "INSERT INTO run VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",

  add_line = "INSERT INTO lines (n, id, fields) VALUES (?, ?, ?)",
  line = "SELECT * FROM lines WHERE n = ?",
  line_by_id = "SELECT * FROM lines WHERE id = ?",
  lines = "SELECT * FROM lines WHERE n > ? ORDER BY n LIMIT 200",
  left = "SELECT count(*) AS count FROM lines WHERE state = ? AND state <> 'done'",
  claim = CLAIM:format(""),
  claim_begun = CLAIM:format(" AND n IN (SELECT n FROM steps WHERE state IN ('intent', 'sent', 'unknown'))"),
  claim_again = CLAIM:format(" AND lease IS NOT NULL"), -- what was another's
  take_line = "UPDATE lines SET token = token + 1, lease = NULL WHERE n = ?1 AND (lease IS NULL OR lease <= ?2)",
  renew = "UPDATE lines SET lease = ?2 WHERE owner = ?1 AND lease IS NOT NULL RETURNING n, token",
  free = "UPDATE lines SET lease = NULL, token = token + 1 WHERE owner = ?1 AND lease IS NOT NULL",
  free_all = "UPDATE lines SET lease = NULL, token = token + 1 WHERE owner IS NOT NULL AND lease IS NOT NULL",
  decide = [[UPDATE lines SET decision = ?2, reason = ?3, line = ?4, state = ?5, lease = NULL
    WHERE n = ?1 AND state = 'new' AND token = ?6]],
  end_line = "UPDATE lines SET state = 'done', lease = NULL WHERE n = ?1 AND state = 'open' AND token = ?2",
  put_line = "UPDATE lines SET lease = NULL WHERE n = ?1 AND token = ?2",
  last_line = "SELECT max(n) AS n FROM lines",
  again_line = [[UPDATE lines SET state = 'new', fields = ?2, decision = NULL, reason = NULL, line = NULL, token = token + 1,
    owner = NULL, lease = NULL WHERE n = ?1]],
  drop_line = "DELETE FROM lines WHERE n = ?",
  drop_steps = "DELETE FROM steps WHERE n = ?",

  add_reply = "INSERT INTO replies (hash, body) VALUES (?, ?) RETURNING r",
  replies = "SELECT r, hash, body FROM replies WHERE r > ? ORDER BY r LIMIT 50",
  last_reply = "SELECT max(r) AS r FROM replies",
  add_fact = "INSERT INTO facts VALUES (?, ?, ?, ?) ON CONFLICT (n, name) DO UPDATE SET r = excluded.r, at = excluded.at",
  facts = "SELECT name, hash, body, at FROM facts JOIN replies USING (r) WHERE n = ? ORDER BY name",
  fact_hashes = "SELECT name, hash, at FROM facts JOIN replies USING (r) WHERE n = ? ORDER BY name",

  add_step = "INSERT INTO steps (n, k, action, args, reason, line) VALUES (?, ?, ?, ?, ?, ?)",
  steps = "SELECT * FROM steps WHERE n = ? ORDER BY k",
  all_steps = "SELECT lines.id, steps.* FROM steps JOIN lines USING (n) WHERE (n, k) > (?, ?) ORDER BY n, k LIMIT 200",
  -- Steps that were applied, or may have been.
  effects = [[SELECT lines.id, steps.* FROM lines CROSS JOIN steps ON steps.n = lines.n WHERE lines.id >= ?1
    AND (lines.id, lines.n, k) > (?1, ?2, ?3) AND steps.state IN ('applied', 'intent', 'sent', 'unknown', 'confirm')
    ORDER BY lines.id, lines.n, k LIMIT 200]],
  in_state = [[SELECT lines.id, steps.* FROM steps JOIN lines USING (n) WHERE steps.state = ? ORDER BY n, k LIMIT ?]],
  intent = held([[UPDATE steps SET state = 'intent', at = ?3, problem = NULL WHERE n = ?1 AND k = ?2
    AND state IN ('planned', 'intent', 'sent', 'unknown')]], 4),
  sent = held("UPDATE steps SET state = 'sent', attempts = attempts + 1 WHERE n = ?1 AND k = ?2 AND state = 'intent'", 3),
  outcome = held([[UPDATE steps SET state = ?3, problem = ?4, at = ?5, file = ?6, size = ?7, sha256 = ?8, result = ?9
    WHERE n = ?1 AND k = ?2 AND state IN ('planned', 'intent', 'sent', 'unknown', 'confirm')]], 10),

  counts = "SELECT (SELECT count(*) FROM steps) AS steps, (SELECT count(*) FROM facts) AS facts",

  problems = [[SELECT reason, count(*) AS count, min(id) AS id FROM lines WHERE decision = 'error'
    GROUP BY reason ORDER BY count DESC, min(n) LIMIT ?]],

  purge_lines = "UPDATE lines SET fields = '{}'",
  purge_replies = "UPDATE replies SET body = ''",
  purge_steps = "UPDATE steps SET args = '{}', problem = NULL",
  purge_run = "DELETE FROM run WHERE name IN ('secret', 'inputs', 'tables')",

  empty_log = "PRAGMA wal_checkpoint(TRUNCATE)",

  add_audit = "INSERT INTO audit VALUES (?, ?, ?, ?)",
  audit_records = "SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT 200",
  audit_record = "SELECT hash, record, signature FROM audit WHERE seq = ?",
  audit_last = "SELECT seq, hash, signature FROM audit ORDER BY seq DESC LIMIT 1",
}

for name, statement in pairs(watched.SQL) do SQL[name] = statement end

--- Statements, tables and indexes, which PostgreSQL has, too.
M.SQL = SQL

---@param kind string? of run
---@return string tables
---@return string indexes
function M.tables_of(kind)
  if kind == "watch" then return WATCHED, watched.INDEXES end
  return TABLES, INDEXES
end

---@class idngo.run.SQLite: idngo.run.Database, idngo.run.Tables
local Tables = setmetatable({}, { __index = database.Database })
Tables.__index = Tables

Tables.damaged = database.damage("journal.db",
  "the journal is damaged, or somebody changed it; take the run's folder from a copy, or begin anew")

function Tables.broken(message)
  return errors.new { kind = "io", outcome = "not_sent", message = "journal: " .. message,
    hint = "repair the disk, then go on with the run" }
end

M.broken, M.damaged = Tables.broken, Tables.damaged

--- Reads one moment of a run that goes on, from now to the close.
function Tables:snapshot() self:exec("BEGIN") end

--- Writes the file anew, so that nothing is left in it of what was overwritten. Throws where another process still reads the
--- moment before: SQLite keeps that for it, and says so in a row alone.
function Tables:shrink()
  self:exec("VACUUM")
  if self:rows("empty_log")[1].busy == 0 then return end
  error(errors.new { kind = "limit", outcome = "not_sent",
    message = "another command is reading the journal: what was destroyed is still in its files",
    hint = "wait until it has ended, then purge again" }, 0)
end

--- Seconds of the clock that leases go by.
function Tables.now() return core.now() end

--- Writes the tables of a kind of run, inside a transaction.
---@param kind string?
function Tables:create(kind)
  self.kind = kind
  self:exec(RUN .. M.tables_of(kind))
end

--- Writes the indexes, when the tables are filled.
function Tables:index() self:exec((select(2, M.tables_of(self.kind)))) end

--- Which of the `sorts` {name = schema} a database holds, "other" for none of them, nil where none was begun. Throws when
--- it holds our tables and anything else: a trigger, a view, or a table made otherwise could give out rows that no run wrote.
local function sort_of(tables, sorts)
  local rows, names, best, most = tables:rows("schema"), {}, "other", 1
  if #rows == 0 then return nil end -- a crash came before anything was committed
  for _, row in ipairs(rows) do names[row.sql] = row.name end
  local statements = {}
  for sort, schema in pairs(sorts) do
    local count = 0
    statements[sort] = {}
    for statement in schema:gmatch("%s*([^;]+);") do
      statements[sort][statement] = true
      count = count + (names[statement] and 1 or 0)
    end
    if count > most then best, most = sort, count end
  end
  local expected, ours = statements[best] or {}, {}
  for sql in pairs(expected) do ours[sql:match("^CREATE %u*%s*%u+ (%S+)") or sql:match("^%u+ %u+ (%S+)")] = true end
  for sql, name in pairs(names) do
    if best ~= "other" and not expected[sql] then
      error(Tables.damaged("sqlite_schema", name, ours[name] and "made otherwise; it may be of another version of idngo"
        or "no table of ours"), 0)
    end
  end
  for sql in pairs(expected) do
    if not names[sql] then
      error(Tables.damaged("sqlite_schema", sql:match("^%u+ %u+ (%S+)"), "missing"), 0)
    end
  end
  return best
end

local SORTS = { now = RUN .. TABLES .. INDEXES, watch = RUN .. WATCHED .. watched.INDEXES,
  policy = RUN .. old.policy.schema, import = RUN .. old.import.schema }

--- Opens the database in a folder, whatever it holds.
---@param dir string
---@param create boolean
---@return idngo.run.SQLite?
---@return idngo.Error?
function M.open(dir, create)
  local path = dir .. "/journal.db"
  for _, tail in ipairs { "", "-wal", "-shm", "-journal" } do
    if core.is_regular(path .. tail) == false then
      return nil, Tables.broken(path .. tail .. ": it is no regular file")
    end
  end
  local db, message = journal.open(path, create)
  if not db then return nil, Tables.broken(message) end
  return database.over(db, SQL, Tables.broken, Tables)
end

--- Opens the tables that were begun in a folder; nil without an error when none were.
---@param dir string
---@return idngo.run.SQLite?
---@return idngo.Error?
function M.find(dir)
  local there, message = core.is_regular(dir .. "/journal.db")
  if message then
    return nil, errors.new { kind = "io", outcome = "not_sent", message = message, hint = "let it be read" }
  end
  if there == nil then return nil end
  local tables, err = M.open(dir, false)
  if not tables then return nil, err end
  local ok, sort = pcall(sort_of, tables, SORTS)
  if ok and sort and sort ~= "other" then
    if old[sort] then tables.old, tables.with = sort, old[sort].with("main.") end
    return tables
  end
  tables:close()
  if not ok then return nil, sort end
  if not sort then return nil end
  return nil, errors.config(dir .. " holds a run of another version of idngo")
end

--- Makes of tables of an earlier version those of this one, inside a transaction.
---@param tables idngo.run.SQLite
function M.migrate(tables)
  local sort = old[tables.old]
  for _, name in ipairs(sort.tables) do tables:exec(("ALTER TABLE %s RENAME TO old_%s"):format(name, name)) end
  for _, name in ipairs(sort.indexes) do tables:exec("DROP INDEX " .. name) end
  tables:exec(TABLES)
  local with = sort.with("main.old_")
  for _, copy in ipairs(sort.copies) do tables:exec(with .. copy) end
  for _, name in ipairs(sort.tables) do tables:exec("DROP TABLE old_" .. name) end
  tables:index()
  for _, statement in pairs(tables.made) do statement:close() end
  tables.made, tables.with, tables.old = {}, nil, nil
end

return M
