-- What a policy's outcome about an event comes to, beside what every outcome does (policy/replay.lua): an event may name nobody,
-- and a person who is asked is told why. One place for who decides, who tries a policy on what was recorded, who explains a
-- decision, and who decides beside the current policy.

local core = require("idngo.core")
local day = require("idngo.policy.day")
local json = require("idngo.json")
local moves = require("idngo.watch.moves")
local replay = require("idngo.policy.replay")

local M = {}

---@class idngo.watch.Verdict: idngo.policy.Verdict
---@field steps table[] {action =, args = as JSON, reason =, line =}
---@field why string? why a person is asked

--- What a policy is given about a line, beside its facts.
---@param row table of lines
---@return idngo.policy.EvaluateOptions
function M.given(row)
  local event = json.decode(row.fields)
  event.received = row.received
  return { columns = { id = true }, today = day.of(moves.came(row)), event = event }
end

--- Whom a policy is given: the applicant whom the event names, or nobody.
---@param id string?
---@return table|false
function M.applicant(id) return id and { id = id } or false end

--- A decision that could not be made.
---@param message string
---@param line integer? of the policy
---@return idngo.watch.Verdict
function M.failed(message, line)
  return { decision = "error", reason = message, line = line, actions = {}, steps = {} }
end

--- An outcome about an event without an applicant: nothing is known of nobody, and nothing can be done about them.
local function flaw_about_nobody(outcome)
  if outcome.kind == "need" then return ("the event names no applicant, and the policy reads %s"):format(outcome.fact) end
  for _, action in ipairs(outcome.actions or {}) do
    if action.name ~= "pass" and action.name ~= "hold" then
      return ("the event names no applicant, and the policy decided %s"):format(action.name), action.line
    end
  end
end

--- An outcome as a verdict; "need" where a fact is missing.
---@param outcome idngo.policy.Outcome
---@param known table<string, table>
---@param id string? the applicant
---@return idngo.watch.Verdict
function M.of(outcome, known, id)
  local message, line
  if not id then message, line = flaw_about_nobody(outcome) end
  if message then return M.failed(message, line) end
  local verdict, steps = replay.verdict(outcome, known, { id = id })
  verdict.steps = steps
  if verdict.asked then
    local why, reason = replay.asked(outcome, verdict.decision), verdict.reason
    verdict.why = core.utf8(why) and why or "the policy asks"
    verdict.reason = reason and ("%s (asked: %s)"):format(reason, verdict.why) or verdict.why
  end
  return verdict
end

return M
