-- Deciding about an event: the policy is evaluated until it stops at a missing fact, which is read, and again from the top, as
-- plans do it. What cannot be read just now is no decision.

local core = require("idngo.core")
local day = require("idngo.policy.day")
local decisions = require("idngo.policy.decision")
local errors = require("idngo.error")
local facts = require("idngo.policy.facts")
local json = require("idngo.json")
local steps_of = require("idngo.run.steps")

local M = {}

local function failed(message, line) return { kind = "error", message = message, line = line } end

--- Whether trying later may help.
local function passes(err) return err.kind ~= "http" or err.retryable or (err.status or 0) >= 500 end

--- The facts of a line until the policy decides: outcome; or nil and why it is tried later.
local function evaluate(context, pool, line, known, fetched, given)
  local id = line.id
  while true do
    local outcome = pool:evaluate(id and { id = id } or false, known, given)
    if outcome.transient then return nil, outcome.message end
    local name = id and decisions.need_of(outcome, known, { id = id }) or outcome.kind == "need" and outcome.fact or nil
    if not name then return outcome end
    if not id then return failed(("the event names no applicant, and the policy reads %s"):format(name)) end
    if known[name] or not facts.facts[name] then return failed(("asked for the fact %s again"):format(tostring(name))) end
    local reply, err = facts.fetch(context.client, name, id)
    if not reply then
      if steps_of.is_account_wide(err) then error(err, 0) end
      if passes(err) then return nil, ("no fact %s: %s"):format(name, tostring(err)), err end
      return failed(("no fact %s: %s"):format(name, tostring(err)))
    end
    local fact, message = facts.normalise(name, reply)
    if not fact then return failed(("no fact %s: %s"):format(name, message)) end
    known[name], fetched[name] = fact, { body = json.encode(reply, name, "[]") }
  end
end

-- Facts that carry the review.
local REVIEWS = { "status", "applicant" }

--- Whether facts do not know yet what the event told.
local function are_behind(event, known)
  local result = event.type == "applicantReviewed" and event.reviewResult
  local answer = type(result) == "table" and result.reviewAnswer
  for _, name in ipairs(answer and REVIEWS or {}) do
    if known[name] and known[name].answer ~= answer then return true end
  end
  return false
end

--- An outcome about an event without an applicant: nothing can be done about nobody.
local function about_nobody(outcome)
  for _, action in ipairs(outcome.actions or {}) do
    if action.name ~= "pass" and action.name ~= "hold" then
      return failed(("the event names no applicant, and the policy decided %s"):format(action.name), action.line)
    end
  end
  return outcome
end

---@param context idngo.run.Work
---@param pool idngo.policy.Pool of the current mandate's policy
---@param account idngo.run.Account
---@param line idngo.watch.Line
---@return idngo.watch.Decision? nil: it is tried later
---@return string? why
---@return idngo.Error? err of a call
function M.run(context, pool, account, line)
  local event, known, fetched = json.decode(line.row.fields), {}, {}
  event.received = line.row.received
  local given = { columns = { id = true }, today = day.of(line.row.received), event = event }
  local counter = account:counter() -- whom anybody acts on from now on makes the facts old
  local outcome, why, err = evaluate(context, pool, line, known, fetched, given)
  if not outcome then return nil, why, err end
  if not line.id then outcome = about_nobody(outcome) end
  local decision, asked = { facts = fetched, counter = counter, behind = are_behind(event, known) }, nil
  for _, action in ipairs(outcome.actions or {}) do
    if action.name == "ask" then asked = asked and asked .. "; " .. action.reason or action.reason end
  end
  decision.decision, decision.reason, decision.line, decision.steps = decisions.of(outcome, known, { id = line.id })
  if asked and decision.decision == "act" then
    decision.asked = core.utf8(asked) and asked or "the policy asks"
    decision.reason = decision.reason and ("%s (asked: %s)"):format(decision.reason, decision.asked) or decision.asked
  end
  return decision
end

--- Whether something is an error of the account or the settings, which every line would meet.
function M.is_account_wide(err) return errors.is(err) and steps_of.is_account_wide(err) end

return M
