-- What a run's audit log says happened: read when the run is gone on with, kept up with what is recorded after.
--
-- The tables of a journal can be changed by whoever can write them; its log cannot, without the audit key. So what was
-- approved, and which steps were sent, is believed from here alone.

local audit = require("idngo.policy.audit")
local calls = require("idngo.policy.calls")

local M = {}

---@class idngo.policy.Witness
---@field run string? the run's id; runs of idngo 0.1.0 have none
---@field today string? as its policy is told it
---@field plan string? hash of the plan, as it was when planning ended
---@field planned integer? the record that tells of it
---@field signed integer the last record that a checkpoint covers
---@field approval table? the record of the approval; only a signed one counts
---@field unsigned boolean? whether there is one without a signature, as 0.1.0 wrote it
---@field done boolean? whether the run has ended
---@field steps table<string, table<integer, string>> states by applicant and step; none: planned
---@field acted table<string, boolean> applicants on whom a step was applied that cannot be taken back
---@field doubtful table<string, table<integer, string>> such steps that may have been applied: actions by step
local Witness = {}
Witness.__index = Witness

local take = {}

function take.begun(self, record) self.run, self.today = record.run, record.today end

function take.planned(self, record) self.plan, self.planned = record.plan, record.seq end

function take.approved(self, record)
  if record.hmac then self.approval = record else self.unsigned = true end
end

function take.checkpoint(self, record) self.signed = record.seq end

function take.done(self) self.done = true end

local function entry(map, id)
  map[id] = map[id] or {}
  return map[id]
end

local function set(self, record, state)
  local id, k, call = record.applicant, record.step, calls.of[record.action]
  if type(id) ~= "string" or type(k) ~= "number" or not call then return "names no step" end
  if self.run and not self.approval and state ~= "void" then return "tells of a step that nobody had approved" end
  entry(self.steps, id)[k] = state
  if not call.destructive then return nil end
  if state == "applied" then self.acted[id] = true end
  entry(self.doubtful, id)[k] = (state == "intent" or state == "unknown") and record.action or nil
end

function take.intent(self, record) return set(self, record, "intent") end

function take.put_back(self, record) return set(self, record, nil) end

function take.outcome(self, record) return set(self, record, record.outcome) end

--- Takes in the next record; what is wrong with it, or nil.
---@param record table
---@param seq integer
---@param previous string hash of the record before
---@param key string
---@return string?
function Witness:take(record, seq, previous, key)
  local wrong = audit.check(record, seq, previous, key)
  if wrong then return wrong end
  local hear = take[record.event]
  return hear and hear(self, record)
end

--- Whether the state of a step's row is what the log says; that an attempt has left is written down without a record.
---@param id string applicant
---@param step {k: integer, state: string}
---@return boolean agrees
---@return string state in the log
function Witness:agrees(id, step)
  local state = self.steps[id] and self.steps[id][step.k] or "planned"
  return step.state == state or (step.state == "sent" and state == "intent"), state
end

---@return idngo.policy.Witness
function M.new()
  return setmetatable({ signed = 0, steps = {}, acted = {}, doubtful = {} }, Witness)
end

return M
