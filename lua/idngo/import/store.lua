-- The journal of an import: one row per person, and every statement over them. What is committed survives a power cut.
--
-- Failures of the disk throw an idngo.Error of kind `io`: without its journal an import must not go on.

local err = require("idngo.error")
local journal = require("idngo.journal")

local M = {}

local VERSION = 1

-- States of a person:
--   refused    the archive is not in order; nothing is sent
--   ready      nothing has been sent, or the server surely took nothing
--   intent     about to be sent; whoever finds this after a crash must take it for sent
--   unknown    sent, and no answer told what came of it; sent again, for a second import is refused with 409
--   imported   the server answered with the applicant
--   confirm    the server has a person of this externalUserId already, or took it with an unusable answer
--   rejected   the server refused it
local SCHEMA = [[
CREATE TABLE run (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE people (n INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT UNIQUE, archive TEXT, size INTEGER, crc INTEGER,
  applicant TEXT, problem TEXT, attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL
  CHECK (state IN ('refused', 'ready', 'intent', 'unknown', 'imported', 'confirm', 'rejected')));
CREATE INDEX people_states ON people (state, n);
]]

local SQL = {
  begun = "SELECT name FROM sqlite_schema WHERE name = 'run'",
  get = "SELECT value FROM run WHERE name = ?",
  set = "INSERT INTO run VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
  add = "INSERT INTO people (n, source, id, archive, size, crc, problem, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  person = "SELECT * FROM people WHERE n = ?",
  page = "SELECT * FROM people WHERE n > ? ORDER BY n LIMIT 200",
  open = "SELECT n FROM people WHERE state IN ('ready', 'intent', 'unknown') ORDER BY n",
  intent = "UPDATE people SET state = 'intent', attempts = attempts + 1 WHERE n = ?",
  settle = "UPDATE people SET state = ?2, problem = ?3, applicant = ?4 WHERE n = ?1",
  states = "SELECT state, count(*) AS count FROM people GROUP BY state",
}

---@class idngo.import.Store
local Store = {}
Store.__index = Store

local function broken(message)
  return err.new { kind = "io", outcome = "not_sent", message = "journal: " .. message,
    hint = "mend the disk, then run the import again" }
end

M.broken = broken

local function use(self, how, name, ...)
  local result, why = self.statements[name], nil
  if not result then
    result, why = self.db:prepare(SQL[name])
    self.statements[name] = result
  end
  if result then result, why = result[how](result, ...) end
  if not result then error(broken(why), 0) end
  return result
end

function Store:run(name, ...) return use(self, "run", name, ...) end
function Store:rows(name, ...) return use(self, "rows", name, ...) end

function Store:exec(sql)
  local ok, why = self.db:exec(sql)
  if not ok then error(broken(why), 0) end
end

function Store:get(name)
  local row = self:rows("get", name)[1]
  return row and row.value
end

--- Every person, in the order of the input.
function Store:each()
  local page, i, n = {}, 0, 0
  return function()
    i = i + 1
    if i > #page then
      page, i = self:rows("page", n), 1
      if not page[1] then return nil end
      n = page[#page].n
    end
    return page[i]
  end
end

--- How many people are in each state, and `people`, all of them.
function Store:counts()
  local counts = { people = 0 }
  for _, row in ipairs(self:rows("states")) do
    counts[row.state], counts.people = row.count, counts.people + row.count
  end
  return counts
end

function Store:close()
  self.db:close()
end

--- Opens the journal of a folder; nil without an error when it holds none.
---@param dir string
---@return idngo.import.Store?
---@return idngo.Error?
function M.open(dir)
  local file = io.open(dir .. "/journal.db", "rb")
  if not file then return nil end
  file:close()
  local db, why = journal.open(dir .. "/journal.db", false)
  if not db then return nil, broken(why) end
  local self = setmetatable({ db = db, statements = {} }, Store)
  local ok, problem = pcall(function()
    return self:rows("begun")[1] and self:get("import") or false
  end)
  if ok and problem == VERSION then return self end
  self:close()
  if ok and problem == false then return nil end -- a crash came before anything was committed
  return nil, not ok and problem or err.new { kind = "config", outcome = "not_sent",
    message = dir .. " holds a run of another sort, or of another version of idngo" }
end

--- Begins the journal of an import; it is there whole or not at all.
---@param dir string
---@param fill fun(self: idngo.import.Store) writes what it starts from
---@return idngo.import.Store?
---@return idngo.Error?
function M.create(dir, fill)
  local db, why = journal.open(dir .. "/journal.db", true)
  if not db then return nil, broken(why) end
  local self = setmetatable({ db = db, statements = {} }, Store)
  local ok, problem = pcall(function()
    self:exec("BEGIN IMMEDIATE")
    self:exec(SCHEMA)
    self:run("set", "import", VERSION)
    fill(self)
    self:exec("COMMIT")
  end)
  if ok then return self end
  self:close()
  if not err.is(problem) then error(problem, 0) end -- an interrupt, which is no error of the import
  return nil, problem
end

return M
