-- Deciding about an event: the policy is evaluated until it stops at a missing fact, which is read, and again from the top, as
-- plans do it. What cannot be read just now is no decision.

local errors = require("idngo.error")
local facts = require("idngo.policy.facts")
local json = require("idngo.json")
local steps_of = require("idngo.run.steps")
local verdicts = require("idngo.watch.verdict")

local M = {}

--- Whether trying later may help.
local function passes(err) return err.kind ~= "http" or err.retryable or (err.status or 0) >= 500 end

--- Reads the facts of a line until the policy decides: the verdict; or nil and why it is tried later.
---@param client idngo.Client
---@param pool idngo.policy.Pool
---@param id string? the applicant
---@param known table<string, table> facts; those that are read are added
---@param fetched table<string, {body: string}> replies that were read are added
---@param given idngo.policy.EvaluateOptions
---@return idngo.watch.Verdict?
---@return string? why
---@return idngo.Error? err of a call
function M.evaluate(client, pool, id, known, fetched, given)
  while true do
    local outcome = pool:evaluate(verdicts.applicant(id), known, given)
    if outcome.reason == "cancelled" then return nil, outcome.message, errors.new { kind = "cancelled", outcome = "not_sent",
      message = outcome.message } end
    if outcome.transient then return nil, outcome.message end
    local verdict = verdicts.of(outcome, known, id)
    if verdict.decision ~= "need" then return verdict end
    local name = verdict.fact
    if known[name] or not facts.facts[name] then return verdicts.failed(("asked for the fact %s again"):format(name)) end
    local reply, err = facts.fetch(client, name, id)
    if not reply then
      if steps_of.is_account_wide(err) then error(err, 0) end
      if passes(err) then return nil, ("no fact %s: %s"):format(name, tostring(err)), err end
      return verdicts.failed(("no fact %s: %s"):format(name, tostring(err)))
    end
    local fact, message = facts.normalise(name, reply)
    if not fact then return verdicts.failed(("no fact %s: %s"):format(name, message)) end
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

---@param context idngo.run.Work
---@param pool idngo.policy.Pool of the policy that is to decide about the line
---@param account idngo.run.Account
---@param line idngo.watch.Line
---@return idngo.watch.Decision? nil: it is tried later
---@return string? why
---@return idngo.Error? err of a call
function M.run(context, pool, account, line)
  local known, fetched, given = {}, {}, verdicts.given(line.row)
  local counter = account:counter() -- whom anybody acts on from now on makes the facts old
  local verdict, why, err = M.evaluate(context.client, pool, line.id, known, fetched, given)
  if not verdict then return nil, why, err end
  return { facts = fetched, counter = counter, behind = are_behind(given.event, known), decision = verdict.decision,
    reason = verdict.reason, line = verdict.line, steps = verdict.steps, asked = verdict.why, verdict = verdict, known = known,
    given = given }
end

--- Whether something is an error of the account or the settings, which every line would meet.
function M.is_account_wide(err) return errors.is(err) and steps_of.is_account_wide(err) end

return M
