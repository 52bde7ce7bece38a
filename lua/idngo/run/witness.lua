-- What a run's audit log says happened: read when the run is gone on with, kept up with what is recorded after.
--
-- A user who can write a journal's tables can change them; its log cannot be changed without the audit key. So what was
-- approved, and which steps were sent, is believed from here alone. What grows with the run lies in a file without a name, which
-- no other process can open.

local compat = require("idngo.compat")
local database = require("idngo.run.database")
local json = require("idngo.json")

local M = {}

---@class idngo.run.Witness
---@field handlers idngo.run.Handlers
---@field counter integer what the account's count of steps was when planning began
---@field today string? as its policy is told it
---@field secret string? SHA-256 of what the keys of its lines are made of
---@field server string? which server of PostgreSQL knows it
---@field created number? when it was begun
---@field from string? the version of idngo that began it, where that was another
---@field planned_at number? when planning ended
---@field done_at number? when the run ended
---@field plan string? hash of the plan, as it was when planning ended
---@field planned integer? the record that tells of it
---@field approval table? the record of the approval that counts: the last of this plan
---@field carried boolean? whether a step of this plan was begun
---@field back table? the record of a person who said to go on with a folder that was put back to an earlier moment
---@field purged boolean? whether its personal data were destroyed, and with them what the plan's hash is of
---@field done boolean? whether the run has ended
---@field wholly boolean? also keeps what was told of each step last, and when the facts of each line were read
---@field db idngo.run.Database the states of steps, and on whom a step was applied that cannot be taken back
---@field totals table<string, integer> counts of lines, decisions, facts and steps: see below
---@field doubtful table<string, table<integer, {line: integer}>> such steps that may have been applied
local Witness = {}
Witness.__index = Witness

local SCHEMA = [[
CREATE TABLE lines (n INTEGER PRIMARY KEY, letters TEXT NOT NULL);
CREATE TABLE acted (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE told (n INTEGER, k INTEGER, found INTEGER, at REAL, problem TEXT, file TEXT, size INTEGER, sha256 TEXT, result TEXT,
  PRIMARY KEY (n, k)) WITHOUT ROWID;
CREATE TABLE read (n INTEGER PRIMARY KEY, at TEXT);
]]

local SQL = {
  letters = "SELECT letters FROM lines WHERE n = ?",
  set_letters = "INSERT INTO lines VALUES (?1, ?2) ON CONFLICT (n) DO UPDATE SET letters = ?2",
  acted = "SELECT id FROM acted WHERE id = ?",
  set_acted = "INSERT OR IGNORE INTO acted VALUES (?)",
  told = "SELECT * FROM told WHERE n = ?",
  set_told = "INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  forget_told = "DELETE FROM told WHERE n = ?",
  read = "SELECT at FROM read WHERE n = ?",
  set_read = "INSERT OR REPLACE INTO read VALUES (?, ?)",
}

-- The states of a line's steps as letters, and a point behind them where nothing is left of the line; where nothing was
-- recorded they are planned. What a person said is void has a letter of its own: it is not to be done.
local LETTER = { intent = "i", applied = "a", rejected = "r", unknown = "u", confirm = "c", void = "v", planned = "p" }
local STATE = {}
for state, letter in pairs(LETTER) do STATE[letter] = state end
local SAID_VOID = "w"
STATE[SAID_VOID] = "void"

local function entry(map, id)
  map[id] = map[id] or {}
  return map[id]
end

--- The letters of a line; "" where nothing was recorded.
local function letters_of(self, n)
  local row = self.db:rows("letters", n)[1]
  return row and row.letters or ""
end

local MOST_STEPS = 1000 -- of a line; no plan comes near

--- The step that a record tells of: line, number, action, and its state from then on; nil where it names none.
local function step_of(self, record)
  local n, k, action = compat.tointeger(record.line), compat.tointeger(record.step), self.handlers.actions[record.action]
  local state = record.event == "intent" and "intent" or record.event == "put_back" and "planned" or record.outcome
  if n and k and k >= 1 and k <= MOST_STEPS and action and LETTER[state] then return n, k, action, state end
end

local function set(self, record)
  local id, n, k, action, state = record.applicant, step_of(self, record)
  if not n then return "names no step" end
  if not self.approval and state ~= "void" and record.event ~= "found" and record.event ~= "settled" then
    return "records a step that nobody had approved"
  end
  self.carried = self.carried or state == "intent"
  local letters = letters_of(self, n):gsub("%.$", "")
  letters = letters .. ("p"):rep(k - #letters)
  local letter = record.event == "settled" and state == "void" and SAID_VOID or LETTER[state]
  self.db:run("set_letters", n, letters:sub(1, k - 1) .. letter .. letters:sub(k + 1) .. (record.over and "." or ""))
  if self.wholly then
    self.db:run("set_told", n, k, record.event == "found" and 1 or 0, record.at, record.problem, record.file, record.size,
      record.sha256, record.result)
  end
  if not action.destructive or type(id) ~= "string" then return nil end
  if state == "applied" then self.db:run("set_acted", id) end
  local doubtful = entry(self.doubtful, id)
  doubtful[k] = (state == "intent" or state == "unknown") and { line = n } or nil
  if not next(doubtful) then self.doubtful[id] = nil end
end

local take = {}

function take.begun(self, record)
  self.counter, self.today, self.secret, self.from = record.acted or 0, record.today, record.secret, record.from
  self.created, self.server = record.created, record.server
end

function take.after_failover(self, record) self.server = record.server end

--- A plan that takes the place of another one needs an approval of its own.
function take.planned(self, record)
  self.plan, self.planned, self.planned_at, self.approval, self.done = record.plan, record.seq, record.at, nil, nil
  self.carried = nil
end

function take.approved(self, record)
  if record.plan ~= self.plan then return "approves another plan" end
  self.approval = record
end

function take.decided(self, record)
  if not (record.again or self.wholly) then return nil end
  local n = compat.tointeger(record.line)
  if not n then return "names no line" end
  if self.wholly then self.db:run("set_read", n, record.read and json.encode(record.read) or nil) end
  if not record.again then return nil end
  if letters_of(self, n):find("[iauc]") then return "plans anew what may have been sent" end
  self.db:run("set_letters", n, "")
  if self.wholly then self.db:run("forget_told", n) end
end

function take.purged(self) self.purged = true end
function take.done(self, record) self.done, self.done_at = true, record.at end
function take.went_back(self, record) self.back = record end
take.intent, take.put_back, take.outcome, take.settled, take.found = set, set, set, set, set

function take.ended(self, record)
  local n = compat.tointeger(record.line)
  if not n then return "names no line" end
  self.db:run("set_letters", n, letters_of(self, n):gsub("%.$", "") .. ".")
end

-- Counts: `lines`, `deactivations` (lines with such a step), `decision:NAME`, `fact:NAME`, `step:ACTION:STATE`.

local count = {}

function count.begun(_, record, add)
  add("lines", record.applicants or record.people or 0)
  for name, each in pairs(record.totals or {}) do add(name, each) end -- of a run of 0.1, so far
end

--- Counts a decision and its steps, or takes them out.
local function decided(add, by, decision, actions, state_of)
  local deactivates = 0
  add("decision:" .. tostring(decision), by)
  for k, action in ipairs(actions or {}) do
    add(("step:%s:%s"):format(action, state_of(k)), by)
    if action == "deactivate" then deactivates = by end
  end
  add("deactivations", deactivates)
end

function count.decided(self, record, add)
  local n, was = compat.tointeger(record.line), record.was
  if n and was then decided(add, -1, was.decision, was.actions, function(k) return self:state(n, k) end) end
  decided(add, 1, record.decision, record.actions, function() return "planned" end)
  for name in pairs(record.facts or {}) do add("fact:" .. name, 1) end
end

--- A list that was given again adds people, and replaces the rows without a readable externalUserId.
function count.planned(_, record, add)
  local given = record.given or {}
  add("lines", (given.added or 0) - (given.gone or 0))
  add("decision:error", -(given.gone or 0))
end

local function moved(self, record, add)
  local n, k, _, state = step_of(self, record)
  if not n then return end
  add(("step:%s:%s"):format(record.action, self:state(n, k)), -1)
  add(("step:%s:%s"):format(record.action, state), 1)
end

count.intent, count.put_back, count.outcome, count.settled = moved, moved, moved, moved

--- What a record that comes next, and is not taken in yet, changes in `totals`.
---@param record table
---@param totals table<string, integer>
function Witness:count(record, totals)
  if not count[record.event] then return end
  count[record.event](self, record, function(name, by)
    local sum = (totals[name] or 0) + by
    totals[name] = sum ~= 0 and sum or nil
  end)
end

--- Takes in the next record.
---@param record table
---@return string? message when it is wrong
function Witness:take(record)
  local hear = take[record.event]
  return hear and hear(self, record)
end

--- The state of a step, as the log has it.
function Witness:state(n, k)
  return STATE[letters_of(self, n):sub(k, k)] or "planned"
end

--- Whether a person said that a step is void.
function Witness:is_said_void(n, k) return letters_of(self, n):sub(k, k) == SAID_VOID end

--- Whether a step that cannot be taken back was applied to an applicant.
function Witness:acted(id) return self.db:rows("acted", id)[1] ~= nil end

--- Whether the state of a step's row is what the log says; that an attempt has left is written down without a record.
---@param n integer line
---@param step {k: integer, state: string}
---@return boolean agrees
---@return string state in the log
function Witness:agrees(n, step)
  local state = self:state(n, step.k)
  return step.state == state or (step.state == "sent" and state == "intent"), state
end

-- Times go through JSON, which rounds them.
local function is_time(value, told)
  return type(value) == "number" and type(told) == "number" and math.abs(value - told) < 0.001
end

local SAME = { "problem", "file", "size", "sha256", "result" }

--- What of a line's rows is not what the log says of it: the table, and the row; nil where all is. Of a witness that keeps that.
---@param line idngo.run.Line
---@return string? table_
---@return string row
function Witness:differs(line)
  local told = {}
  for _, last in ipairs(self.db:rows("told", line.n)) do told[last.k] = last end
  for _, step in ipairs(line.steps) do
    local last = told[step.k] or {}
    local same = step.at == last.at or is_time(step.at, last.at)
    for _, name in ipairs(SAME) do same = same and step[name] == last[name] end
    if not same and last.found ~= 1 then return "steps", ("%d.%d"):format(line.n, step.k) end
  end
  local row = self.db:rows("read", line.n)[1]
  local read = row and row.at and json.decode(row.at)
  for _, fact in ipairs(read and line.read or {}) do
    if not is_time(fact.at, read[fact.name]) then return "facts", ("%d.%s"):format(line.n, fact.name) end
  end
end

--- Whether nothing is left of a line, as the log has it.
function Witness:is_over(n) return letters_of(self, n):sub(-1) == "." end

function Witness:close() self.db:close() end

---@param handlers idngo.run.Handlers
---@param wholly boolean?
---@return idngo.run.Witness
function M.new(handlers, wholly)
  return setmetatable({ handlers = handlers, wholly = wholly, counter = 0, totals = {}, doubtful = {},
    db = database.scratch(SCHEMA, SQL, "what the log says") }, Witness)
end

return M
