-- The journal of an import: one row per person, and every statement over them. What is committed survives a power cut.

local err = require("idngo.error")
local run_folder = require("idngo.run_folder")

-- States of a person:
--   refused    the archive is not in order; nothing is sent
--   ready      nothing has been sent, or the server surely took nothing
--   intent     about to be sent; whoever finds this after a crash must take it for sent
--   unknown    sent, and no answer told what came of it; sent again, for a second import is refused with 409
--   imported   the server answered with the applicant
--   confirm    the server has a person of this externalUserId already, or took it with an unusable answer
--   rejected   the server refused it
local SCHEMA = [[
CREATE TABLE people (n INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT UNIQUE, archive TEXT, size INTEGER, crc INTEGER,
  applicant TEXT, problem TEXT, attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL
  CHECK (state IN ('refused', 'ready', 'intent', 'unknown', 'imported', 'confirm', 'rejected')));
CREATE INDEX people_states ON people (state, n);
]]

local SQL = {
  add = "INSERT INTO people (n, source, id, archive, size, crc, problem, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  person = "SELECT * FROM people WHERE n = ?",
  people = "SELECT * FROM people WHERE n > ? ORDER BY n LIMIT 200",
  open = "SELECT n FROM people WHERE state IN ('ready', 'intent', 'unknown') ORDER BY n",
  intent = "UPDATE people SET state = 'intent', attempts = attempts + 1 WHERE n = ?",
  settle = "UPDATE people SET state = ?2, problem = ?3, applicant = ?4 WHERE n = ?1",
  states = "SELECT state, count(*) AS count FROM people GROUP BY state",
}

---@class idngo.import.Store: idngo.Store
local Store = run_folder.journal { schema = SCHEMA, sql = SQL, pages = { people = { "n" } }, mark = "import", version = 1,
  again = "run the import again" }

--- How many people are in each state, and `people`, all of them.
function Store:counts()
  local counts = { people = 0 }
  for _, row in ipairs(self:rows("states")) do
    counts[row.state], counts.people = row.count, counts.people + row.count
  end
  return counts
end

--- Begins the journal of an import; it is there whole or not at all.
---@param dir string
---@param fill fun(self: idngo.import.Store) writes what it starts from
---@return idngo.import.Store?
---@return idngo.Error?
function Store.create(dir, fill)
  local self, failed = Store:database(dir, true)
  if not self then return nil, failed end
  local ok, problem = pcall(function()
    self:exec("BEGIN IMMEDIATE")
    self:begin()
    fill(self)
    self:exec("COMMIT")
  end)
  if ok then return self end
  self:close()
  if not err.is(problem) then error(problem, 0) end -- an interrupt, which is no error of the import
  return nil, problem
end

return Store
