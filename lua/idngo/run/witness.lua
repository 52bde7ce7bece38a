-- What a run's audit log says happened: read when the run is gone on with, kept up with what is recorded after.
--
-- The tables of a journal can be changed by whoever can write them; its log cannot, without the audit key. So what was
-- approved, and which steps were sent, is believed from here alone.

local M = {}

---@class idngo.run.Witness
---@field handlers idngo.run.Handlers
---@field counter integer what the account's count of steps was when planning began
---@field today string? as its policy is told it
---@field secret string? SHA-256 of what the keys of its lines are made of
---@field created number? when it was begun
---@field from string? the version of idngo that began it, where that was another
---@field planned_at number? when planning ended
---@field done_at number? when the run ended
---@field plan string? hash of the plan, as it was when planning ended
---@field planned integer? the record that tells of it
---@field approval table? the record of the approval that counts: the last of this plan
---@field back boolean? whether the folder was put back to an earlier moment, and a person said to go on
---@field purged boolean? whether its personal data were destroyed, and with them what the plan's hash is of
---@field done boolean? whether the run has ended
---@field acted table<string, boolean> applicants on whom a step was applied that cannot be taken back
---@field doubtful table<string, table<integer, {line: integer}>> such steps that may have been applied
local Witness = {}
Witness.__index = Witness

-- The states of a line's steps as letters, and a point behind them where nothing is left of the line; where nothing was
-- recorded they are planned.
local LETTER = { intent = "i", applied = "a", rejected = "r", unknown = "u", confirm = "c", void = "v", planned = "p" }
local STATE = {}
for state, letter in pairs(LETTER) do STATE[letter] = state end

local function entry(map, id)
  map[id] = map[id] or {}
  return map[id]
end

local function set(self, record, state)
  local id, n, k, action = record.applicant, record.line, record.step, self.handlers.actions[record.action]
  if type(n) ~= "number" or type(k) ~= "number" or not action or not LETTER[state] then return "names no step" end
  if not self.approval and state ~= "void" and record.event ~= "found" and record.event ~= "settled" then
    return "tells of a step that nobody had approved"
  end
  local letters = (self.steps[n] or ""):gsub("%.$", "")
  letters = letters .. ("p"):rep(k - #letters)
  self.steps[n] = letters:sub(1, k - 1) .. LETTER[state] .. letters:sub(k + 1) .. (record.over and "." or "")
  if not action.destructive or type(id) ~= "string" then return nil end
  if state == "applied" then self.acted[id] = true end
  local doubtful = entry(self.doubtful, id)
  doubtful[k] = (state == "intent" or state == "unknown") and { line = n } or nil
  if not next(doubtful) then self.doubtful[id] = nil end
end

local take = {}

function take.begun(self, record)
  self.counter, self.today, self.secret, self.from = record.acted or 0, record.today, record.secret, record.from
  self.created = record.created
end

--- A plan that takes the place of another one needs an approval of its own.
function take.planned(self, record)
  self.plan, self.planned, self.planned_at, self.approval, self.done = record.plan, record.seq, record.at, nil, nil
end

function take.approved(self, record)
  if record.plan ~= self.plan then return "approves another plan" end
  self.approval = record
end

function take.decided(self, record)
  if not record.again then return nil end
  local letters = type(record.line) == "number" and self.steps[record.line] or ""
  if letters:find("[iauc]") then return "plans anew what may have been sent" end
  if record.line then self.steps[record.line] = nil end
end

function take.purged(self) self.purged = true end
function take.done(self, record) self.done, self.done_at = true, record.at end
function take.went_back(self) self.back = true end
function take.intent(self, record) return set(self, record, "intent") end
function take.put_back(self, record) return set(self, record, "planned") end
function take.outcome(self, record) return set(self, record, record.outcome) end
function take.settled(self, record) return set(self, record, record.outcome) end
function take.found(self, record) return set(self, record, record.outcome) end

function take.ended(self, record)
  if type(record.line) ~= "number" then return "names no line" end
  self.steps[record.line] = (self.steps[record.line] or ""):gsub("%.$", "") .. "."
end

--- Takes in the next record; what is wrong with it, or nil.
---@param record table
---@return string?
function Witness:take(record)
  local hear = take[record.event]
  return hear and hear(self, record)
end

--- The state of a step, as the log has it.
function Witness:state(n, k)
  local letters = self.steps[n]
  return letters and STATE[letters:sub(k, k)] or "planned"
end

--- Whether the state of a step's row is what the log says; that an attempt has left is written down without a record.
---@param n integer line
---@param step {k: integer, state: string}
---@return boolean agrees
---@return string state in the log
function Witness:agrees(n, step)
  local state = self:state(n, step.k)
  return step.state == state or (step.state == "sent" and state == "intent"), state
end

--- Whether nothing is left of a line, as the log has it.
function Witness:is_over(n)
  local letters = self.steps[n]
  return letters ~= nil and letters:sub(-1) == "."
end

---@param handlers idngo.run.Handlers
---@return idngo.run.Witness
function M.new(handlers)
  return setmetatable({ handlers = handlers, counter = 0, steps = {}, acted = {}, doubtful = {} }, Witness)
end

return M
