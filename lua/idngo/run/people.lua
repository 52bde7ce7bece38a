-- The people of a line: its applicant, and all whom its facts name. Two lines with a person in common never act at once, be
-- they of one run or of several on this machine; and whom a step was applied to stays known, since a service may go on giving
-- out a stored check.
--
-- Lines of a run are told apart in memory. Runs are told apart by a table of the account, in $IDNGO_STATE_DIR/people: who is
-- held by which run, for how long, and whether a call may have left. It knows people by an HMAC of their ids.

local core = require("idngo.core")
local database = require("idngo.run.database")
local errors = require("idngo.error")
local heads = require("idngo.run.heads")
local journal = require("idngo.journal")

local M = {}

--- With more people than this a line is for a human.
M.MOST = 200

--- Seconds for which a run holds people, unless it renews that.
M.LEASE = 60

--- The ids that facts name, as a set. A hit without an id adds none.
---@param known table<string, table> facts
---@return table<string, boolean>
function M.named(known)
  local ids = {}
  for _, fact in pairs(known) do
    for _, hit in ipairs(fact.hits or {}) do
      if type(hit.applicantId) == "string" and hit.applicantId ~= "MISSING" then ids[hit.applicantId] = true end
    end
  end
  return ids
end

-- The account's table.

local SCHEMA = [[
CREATE TABLE IF NOT EXISTS people (person TEXT PRIMARY KEY, run TEXT, dir TEXT, lease REAL, begun INTEGER, acted INTEGER,
  gone INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS people_held ON people (run) WHERE run IS NOT NULL;
CREATE TABLE IF NOT EXISTS counter (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL);
INSERT OR IGNORE INTO counter VALUES (1, 0);
]]

local SQL = {
  get = "SELECT * FROM people WHERE person = ?",
  hold = [[INSERT INTO people (person, run, dir, lease, begun) VALUES (?1, ?2, ?3, ?4, 0)
    ON CONFLICT (person) DO UPDATE SET begun = CASE WHEN run = ?2 THEN begun ELSE 0 END, run = ?2, dir = ?3, lease = ?4]],
  begin = "UPDATE people SET begun = 1, lease = ?3 WHERE person = ?1 AND run = ?2",
  renew = "UPDATE people SET lease = ?2 WHERE run = ?1",
  let_go = "UPDATE people SET run = NULL, dir = NULL, lease = NULL, begun = 0 WHERE person = ?1 AND run = ?2",
  forget = "DELETE FROM people WHERE person = ? AND run IS NULL AND acted IS NULL",
  count = "UPDATE counter SET value = value + 1",
  counter = "SELECT value FROM counter",
  acted = [[INSERT INTO people (person, begun, acted, gone) VALUES (?1, 0, (SELECT value FROM counter), ?2)
    ON CONFLICT (person) DO UPDATE SET acted = excluded.acted, gone = coalesce(?2, gone)]],
  leave = "UPDATE people SET lease = 0, begun = 1 WHERE person = ?1 AND run = ?2",
  free = "UPDATE people SET run = NULL, dir = NULL, lease = NULL, begun = 0 WHERE run = ? AND begun = 0",
  begun = "SELECT person FROM people WHERE run = ? AND begun = 1",
}

---@class idngo.run.Account: idngo.run.Database
---@field key string
local Account = setmetatable({}, { __index = database.Database })
Account.__index = Account

local LOST = "take it from a copy; without it no run knows whom others of this account acted on, so look at them "
  .. "before you remove it"

local function broken(path, message, word)
  return errors.new { kind = "io", outcome = "not_sent", message = ("the account's people: %s: %s"):format(path, message),
    hint = word == "corrupt" and LOST or "repair the disk" }
end

-- What is not ours: the tables of another program, or ours made otherwise.
local FOREIGN = [[SELECT name FROM sqlite_schema AS made WHERE type = 'table'
  AND (name NOT IN ('people', 'counter')
    OR (SELECT group_concat(name, ' ') FROM pragma_table_info(made.name))
      NOT IN ('person run dir lease begun acted gone', 'id value'))]]

--- Makes the tables where none are; nil, a message and its word where what is there is not ours.
local function begin(db)
  local look, message, word = db:prepare(FOREIGN)
  local found
  if look then found, message, word = look:rows() end
  if not found then return nil, message, word end
  if found[1] then return nil, "it is no table of people", "corrupt" end
  return db:exec(SCHEMA)
end

--- Opens the table of an account.
---@param account string
---@return idngo.run.Account?
---@return idngo.Error?
function M.account(account)
  local folder, err = heads.folder("people")
  if not folder then return nil, err end
  local path = ("%s/%s.db"):format(folder, core.sha256(account):sub(1, 32))
  if core.is_regular(path) == false then return nil, broken(path, "it is no regular file") end
  local db, message, word = journal.open(path, true)
  local ok = db
  if db then ok, message, word = begin(db) end
  if not ok then
    if db then db:close() end
    return nil, broken(path, message, word)
  end
  local self = database.over(db, SQL, function(...) return broken(path, ...) end, Account)
  self.key = account
  return self
end

function Account:person(id) return core.hmac("sha256", self.key, id) end

--- How often an action that cannot be taken back was applied by any run of the account so far.
function Account:counter() return self:rows("counter")[1].value end

--- Holds all of `ids` for a run, or none of them. False when another run works with one of them; with a message when that run
--- ended while a call of it may have left: it has to be resumed, or settled.
---@return boolean held
---@return string? message
function Account:take(ids, run, dir)
  return self:whole(function()
    local now = core.now()
    for id in pairs(ids) do
      local row = self:rows("get", self:person(id))[1]
      if row and row.run and row.run ~= run then
        if row.lease > now and row.lease <= now + M.LEASE then return false end -- a boot ends all leases
        if row.begun == 1 then
          return false, ("the run in %s may have acted on %s; go on with that run, or settle it"):format(row.dir, id)
        end
      end
    end
    for id in pairs(ids) do self:run("hold", self:person(id), run, dir, now + M.LEASE) end
    return true
  end)
end

--- Says that a call is about to leave for a line that holds `ids`; false when another run holds one of them by now.
---@return boolean held
function Account:intend(ids, run)
  return self:whole(function()
    for id in pairs(ids) do
      if self:run("begin", self:person(id), run, core.now() + M.LEASE) ~= 1 then return false end
    end
    return true
  end)
end

--- Renews a run's hold of its people.
function Account:renew(run) self:whole(function() self:run("renew", run, core.now() + M.LEASE) end) end

--- Leaves a person whom a step of a run may have been applied to: no other run acts before that run is resumed.
function Account:leave(id, run) self:whole(function() self:run("leave", self:person(id), run) end) end

--- Releases the people of a run that was interrupted, but for `ids`, whose steps are in doubt.
---@param ids table<string, boolean>
function Account:clean(ids, run)
  local spared = {}
  for id in pairs(ids) do spared[self:person(id)] = true end
  self:whole(function()
    self:run("free", run)
    for _, row in ipairs(self:rows("begun", run)) do
      if not spared[row.person] then self:run("let_go", row.person, run) end
    end
  end)
end

--- Writes down that a step was applied to a person; gone: 1 when that removes the person, 0 when it restores them.
function Account:acted(id, gone)
  self:whole(function()
    self:run("count")
    self:run("acted", self:person(id), gone)
  end)
end

--- Releases people, and forgets those whom no step was applied to.
function Account:release(ids, run)
  self:whole(function()
    for id in pairs(ids) do
      self:run("let_go", self:person(id), run)
      self:run("forget", self:person(id))
    end
  end)
end

--- What was done to a person: the count at the last such step, and whether the person is gone.
---@return integer acted
---@return boolean gone
function Account:known(id)
  local row = self:rows("get", self:person(id))[1] or {}
  return row.acted or 0, row.gone == 1
end

-- The lines of one run.

---@class idngo.run.Holds who is held, by which line
local Holds = {}
Holds.__index = Holds

--- Holds all of `ids` for line `n`, or none of them: a waiting line holds none, so that no two wait for each other.
---@param ids table<string, boolean>
---@param n integer
---@return boolean held
function Holds:take(ids, n)
  for id in pairs(ids) do
    local holder = self.holders[id]
    if holder and holder ~= n then return false end
  end
  for id in pairs(ids) do self.holders[id] = n end
  return true
end

function Holds:release(ids, n)
  for id in pairs(ids) do
    if self.holders[id] == n then self.holders[id] = nil end
  end
end

---@return idngo.run.Holds
function M.holds() return setmetatable({ holders = {} }, Holds) end

return M
