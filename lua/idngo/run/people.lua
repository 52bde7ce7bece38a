-- The people of a line: its applicant, and all whom its facts name. Two lines with a person in common never act at once, be
-- they of one run or of several on this machine; and whom a step was applied to stays known, since a service may go on giving
-- out a stored check.
--
-- Lines of a run are told apart in memory, and where processes share it by line_holds.lua. Runs are told apart by a table of the
-- account: who is held by which run, for how long, and whether a call may have left. It knows people by an HMAC of
-- their ids. It is in $IDNGO_STATE_DIR/people, or, of runs in PostgreSQL, in a schema that all of them share.

local account_people = require("idngo.run.account_people")
local address = require("idngo.run.address")
local core = require("idngo.core")
local database = require("idngo.run.database")
local errors = require("idngo.error")
local heads = require("idngo.run.heads")
local journal = require("idngo.journal")

local M = {}

--- With more people than this a line is for a human.
M.MOST = 200

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

-- The account's table on this machine.

local LOCAL = account_people.over(database.Database)

local LOST = "take it from a copy; without it no run knows whom others of this account acted on, so look at them before you "
  .. "remove it"

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
  return db:exec(account_people.TABLES)
end

--- Opens the table of an account, where runs of a place have theirs.
---@param account string
---@param place string the folder or the address of a run
---@return idngo.run.Account?
---@return idngo.Error?
function M.account(account, place)
  if address.is(place) then
    local tables, failure = require("idngo.run.databases").people(place)
    if tables then tables.key = account end
    return tables, failure
  end
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
  local self = database.over(db, account_people.SQL, function(...) return broken(path, ...) end, LOCAL)
  self.key = account
  return self
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
