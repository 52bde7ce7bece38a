-- Replay: decides again from the recorded facts; nothing is fetched. A policy is a pure function, so the same policy decides
-- the same, and another one shows what it would have decided.

local core = require("idngo.core")
local json = require("idngo.json")
local decisions = require("idngo.policy.decision")
local facts = require("idngo.policy.facts")

local M = {}

---@class idngo.policy.Verdict
---@field decision "pass"|"hold"|"act"|"error"|"need" need: a fact is not recorded
---@field reason string?
---@field line integer?
---@field fact string? of need
---@field asked boolean? ask: the actions wait for a person
---@field actions {action: string, args: string, reason: string?}[]
---@field trace table? where asked for

--- An outcome as a verdict.
---@return idngo.policy.Verdict
---@return table[] steps the actions as they are written down: see decision.lua
function M.verdict(outcome, known, applicant)
  local need = decisions.need_of(outcome, known, applicant)
  if need then return { decision = "need", fact = need, actions = {}, trace = outcome.trace }, {} end
  local decision, reason, line, steps = decisions.of(outcome, known, applicant)
  local actions = {}
  for k, step in ipairs(steps) do actions[k] = { action = step.action, args = step.args, reason = step.reason } end
  return { decision = decision, reason = reason, line = line, actions = actions, trace = outcome.trace,
    asked = M.asked(outcome, decision) and true or nil }, steps
end

--- Why a person is asked, or nil.
---@param outcome idngo.policy.Outcome
---@param decision string
---@return string?
function M.asked(outcome, decision)
  local asked
  for _, action in ipairs(decision == "act" and outcome.actions or {}) do
    if action.name == "ask" then asked = asked and asked .. "; " .. action.reason or action.reason end
  end
  return asked
end

--- Decides once from `known` facts.
---@param pool table
---@param applicant table
---@param known table<string, table>
---@param options table? of pool:evaluate
---@return idngo.policy.Verdict
function M.decide(pool, applicant, known, options)
  return M.verdict(pool:evaluate(applicant, known, options), known, applicant)
end

--- What was decided when the run was planned, in the same shape.
---@param store idngo.run.Store
---@param row table of lines
---@return idngo.policy.Verdict
function M.recorded(store, row)
  local actions = {}
  for k, step in ipairs(store:rows("steps", row.n)) do
    actions[k] = { action = step.action, args = step.args, reason = step.reason }
  end
  return { decision = row.decision, reason = row.reason, line = row.line, actions = actions }
end

--- A verdict as one text: equal verdicts, equal texts. Neither lines count, which move when a policy is edited, nor
--- the words of an error, which hold them.
---@param verdict idngo.policy.Verdict
---@return string
function M.text(verdict)
  local reason
  if verdict.decision ~= "error" then reason = verdict.reason end
  return json.encode({ decision = verdict.decision, reason = reason, fact = verdict.fact, actions = verdict.actions,
    asked = verdict.asked }, "verdict", "[]")
end

--- A verdict for people: "deactivate, send_status_email", "ask deactivate", "hold", "no fact liveness".
---@param verdict idngo.policy.Verdict
---@return string
function M.words(verdict)
  if verdict.decision == "need" then return "no fact " .. verdict.fact end
  if verdict.decision ~= "act" then return verdict.decision end
  local names = {}
  for k, action in ipairs(verdict.actions) do names[k] = action.action end
  return (verdict.asked and "ask " or "") .. table.concat(names, ", ")
end

--- The same with its reasons: "deactivate: duplicate of X; send_status_email: as told".
---@param verdict idngo.policy.Verdict
---@return string
function M.sentence(verdict)
  if verdict.decision ~= "act" then
    return verdict.reason and ("%s: %s"):format(M.words(verdict), verdict.reason) or M.words(verdict)
  end
  local parts = {}
  for k, action in ipairs(verdict.actions) do
    parts[k] = action.reason and ("%s: %s"):format(action.action, action.reason) or action.action
  end
  return (verdict.asked and "ask " or "") .. table.concat(parts, "; ")
end

---@class idngo.policy.Change
---@field id string
---@field before idngo.policy.Verdict
---@field after idngo.policy.Verdict

---@class idngo.policy.Backtest
---@field applicants integer
---@field same integer
---@field errors integer of them, decided before as an error: there was nothing to compare
---@field before table<string, integer> how often each was decided
---@field after table<string, integer>
---@field digest string hash over all verdicts, in order

local function count(counts, verdict)
  local words = M.words(verdict)
  counts[words] = (counts[words] or 0) + 1
end

--- Counts one applicant's two verdicts.
---@param result idngo.policy.Backtest
---@param row table of lines
---@param before idngo.policy.Verdict
---@param after idngo.policy.Verdict
---@param on_change fun(change: idngo.policy.Change)?
function M.compare(result, row, before, after, on_change)
  result.applicants = result.applicants + 1
  count(result.before, before)
  count(result.after, after)
  local text = M.text(after)
  result.digest = core.sha256(result.digest .. text)
  if text == M.text(before) then
    result.same = result.same + 1
  elseif before.decision == "error" and after.decision == "need" then
    result.errors = result.errors + 1 -- its fact could not be fetched then, and is not here now
  elseif on_change then
    on_change { id = row.id, before = before, after = after }
  end
end

---@class idngo.policy.Recorded what a decision was made of
---@field row table of lines
---@field applicant table|false
---@field known table<string, table> facts
---@field given idngo.policy.EvaluateOptions

--- What every decision of a run was made of.
---@param store idngo.run.Store
---@return fun(): idngo.policy.Recorded?
function M.inputs(store)
  local given, each = decisions.given(store), store:each("lines")
  return function()
    local row = each()
    while row and not row.decision do row = each() end
    return row and { row = row, applicant = store:decode(row.fields, "lines", row.n), known = facts.recorded(store, row.n),
      given = given }
  end
end

--- Evaluates a policy about one after another. While an evaluator decides about one, the next are made ready.
---@param pool table
---@param inputs fun(): idngo.policy.Recorded?
---@param take fun(input: idngo.policy.Recorded, outcome: idngo.policy.Outcome) called in order
function M.each(pool, inputs, take)
  local asked, first, last = {}, 1, 0 -- under way, oldest first
  local function take_oldest()
    local oldest = asked[first]
    asked[first], first = nil, first + 1
    take(oldest.input, oldest.outcome_of())
  end
  for input in inputs do
    if last - first + 1 == pool.size then take_oldest() end
    last = last + 1
    asked[last] = { input = input, outcome_of = pool:ask(input.applicant, input.known, input.given) }
  end
  while first <= last do take_oldest() end
end

--- A backtest in which nothing was compared yet.
---@return idngo.policy.Backtest
function M.begin() return { applicants = 0, same = 0, errors = 0, before = {}, after = {}, digest = core.sha256("") } end

--- Decides again about every applicant of a run.
---@param store idngo.run.Store
---@param pool table the policy to try
---@param on_change fun(change: idngo.policy.Change)? called with every difference
---@return idngo.policy.Backtest
function M.backtest(store, pool, on_change)
  local result = M.begin()
  M.each(pool, M.inputs(store), function(input, outcome)
    local verdict = M.verdict(outcome, input.known, input.applicant)
    verdict.asked = nil -- no plan waits for a person, and none has written down that it asked
    M.compare(result, input.row, M.recorded(store, input.row), verdict, on_change)
  end)
  return result
end

return M
