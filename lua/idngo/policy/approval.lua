-- Approval: what lets a plan be carried out, and what it must still be when it is.
--
-- An approval is a record of the audit log, signed with the audit key. The plan in the journal is read and compared with
-- it before anything is sent, and each line once more when it is taken: what is carried out is what was approved, and
-- what the log says was sent is not sent again, whatever the journal's tables say by then.

local compat = require("idngo.compat")
local core = require("idngo.core")
local err = require("idngo.error")
local runs = require("idngo.policy.run")

local M = {}

--- How many applicants a run may deactivate unless told otherwise.
M.GUARD = "10%"

local function refusal(message, hint)
  return err.new { kind = "approval", outcome = "not_sent", message = message, hint = hint }
end

local CHANGED = "nothing more was sent; plan again, in a new folder"

--- How many applicants a run may deactivate: "25", or "10%" of all, at least 1 unless it is "0%".
---@param text string
---@param total integer
---@return integer? nil when the text is neither
function M.guard(text, total)
  local percent = text:match("^(%d+%.?%d*)%%$")
  if percent then return math.max(tonumber(percent) > 0 and 1 or 0, math.floor(total * tonumber(percent) / 100)) end
  return text:find("^%d+$") and compat.tointeger(text)
end

--- What is wrong with the states of a line's steps, or nil.
local function contradiction(store, line)
  for _, step in ipairs(line.steps) do
    local agrees, logged = store.witness:agrees(line.id, step)
    if not agrees then
      return refusal(("step %d of %s is %s in the journal, but %s in the audit log: the journal was changed"):format(
        step.k, line.id, tostring(step.state), logged), CHANGED)
    end
  end
end

---@class idngo.policy.Checked a plan that is what was made
---@field hash string
---@field deactivations integer applicants that it deactivates
---@field applicants integer
---@field digests table<integer, string> of the lines that have steps

--- Reads the plan in the journal: it must be the one that was made, and its steps in the states that the log tells of.
---@param store idngo.policy.Store opened to go on with
---@return idngo.policy.Checked?
---@return idngo.Error?
function M.plan(store)
  local seen = store.witness
  if not seen.plan then return nil, refusal("the plan is not finished", "idngo resume goes on with it") end
  local plan, problem = { deactivations = 0, applicants = 0, digests = {} }, nil
  plan.hash = runs.plan_hash(store, function(line)
    plan.applicants = plan.applicants + 1
    if not line.steps[1] then return end
    plan.digests[line.n] = line.digest
    problem = problem or contradiction(store, line)
    for _, step in ipairs(line.steps) do
      if step.action == "deactivate" then
        plan.deactivations = plan.deactivations + 1
        break
      end
    end
  end)
  if plan.hash ~= seen.plan or plan.hash ~= store:get("plan_hash") then
    return nil, refusal("the plan in the journal was changed after it was made", CHANGED)
  end
  if problem then return nil, problem end
  return plan
end

--- Reads the line of applicant `n` again, as it was in `plan`.
---@param store idngo.policy.Store
---@param plan idngo.policy.Checked
---@param n integer
---@return idngo.policy.Line?
---@return idngo.Error?
function M.line(store, plan, n)
  local row = store:row("applicant", n)
  local line = row and runs.line(store, row)
  if not line or line.digest ~= plan.digests[n] then
    return nil, refusal(("the plan for applicant %d was changed while it was carried out"):format(n), CHANGED)
  end
  local problem = contradiction(store, line)
  if problem then return nil, problem end
  return line
end

local function unapproved(run, plan)
  return refusal(run.store.witness.unsigned and "the approval is not signed: idngo 0.1.0 signed none, and anybody could write it"
    or "the plan has not been approved", ("look at it, then: idngo apply %s --approve %s"):format(run.dir, plan.hash))
end

--- Approves the plan: `hash` must be its hash, and it must stay within the guard.
---@param run idngo.policy.Run
---@param hash string? nil: nobody has approved it
---@param max_deactivations string see guard
---@return boolean? approved
---@return idngo.Error? kind `approval`; nothing was done
function M.approve(run, hash, max_deactivations)
  local store = run.store
  local plan, problem = M.plan(store)
  if not plan then return nil, problem end
  if not hash then
    return nil, unapproved(run, plan)
  elseif hash ~= plan.hash then
    return nil, refusal("the hash given is not the plan's",
      ("the plan's hash is %s: look at it again first"):format(plan.hash))
  end
  local limit = M.guard(max_deactivations, plan.applicants)
  if plan.deactivations > limit then
    return nil, refusal(("the plan deactivates %d of %d applicants, the guard allows %d"):format(plan.deactivations,
      plan.applicants, limit), "--max-deactivations raises it, when so many are meant")
  end
  if store.witness.approval then return true end
  store:transaction(function()
    store:set("state", "applying")
    store:set("approved", core.wall())
    store:record("approved", { plan = plan.hash, account = store:get("account"), guard = limit,
      deactivations = plan.deactivations })
  end)
  return true
end

--- The plan, when it is approved and is what was approved.
---@param run idngo.policy.Run
---@return idngo.policy.Checked?
---@return idngo.Error? kind `approval`
function M.approved(run)
  local store = run.store
  local plan, problem = M.plan(store)
  if not plan then return nil, problem end
  local given = store.witness.approval
  if not given then
    return nil, unapproved(run, plan)
  end
  if given.plan ~= plan.hash or given.account ~= store:get("account") or given.seq < store.witness.planned
    or given.deactivations ~= plan.deactivations or plan.deactivations > given.guard then
    return nil, refusal("what was approved is another plan", CHANGED)
  end
  return plan
end

return M
