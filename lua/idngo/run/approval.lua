-- Approval: what lets a plan be carried out, and what it must still be when it is.
--
-- An approval is a record of the audit log, signed by an approver's key. The plan in the journal is read and compared with
-- it before anything is sent, and each line once more when it is taken: what is carried out is what was approved, and
-- what the log says was sent is not sent again, whatever the journal's tables say by then.

local audit = require("idngo.run.audit")
local compat = require("idngo.compat")
local core = require("idngo.core")
local errors = require("idngo.error")
local keys = require("idngo.run.keys")
local lines = require("idngo.run.lines")
local sorted = require("idngo.sorted")
local turns = require("idngo.run.turns")
local version = require("idngo.version")

local M = {}

--- The guard in a profile that is production of what has one.
M.PRODUCTION = "1%"

--- How often a plan may have an action where nobody says otherwise; nil: as often as it likes.
---@param run idngo.run.Run
---@param action string
---@return string?
function M.default(run, action)
  local own = run.handlers.actions[action].guard
  return own and run.production and M.PRODUCTION or own
end

-- Days after its approval within which a plan is begun: what it rests on gets old, and so does what a person had in mind.
local DAYS = 7

-- Blocks whose digests stay in memory: lines are taken in order, but for those that were begun.
local RECENT = 4

local function refusal(message, hint)
  return errors.new { kind = "approval", outcome = "not_sent", message = message, hint = hint }
end

local CHANGED = "nothing more was sent; plan again, in a new folder"

--- How often a plan may have an action: "25", or "10%" of all applicants, at least 1 unless it is "0%".
---@param text string
---@param total integer
---@return integer? nil when the text is neither
function M.guard(text, total)
  local percent = text:match("^(%d+%.?%d*)%%$")
  if percent then return math.max(tonumber(percent) > 0 and 1 or 0, math.floor(total * tonumber(percent) / 100)) end
  return text:find("^%d+$") and compat.tointeger(text)
end

--- An error when the states of a line and its steps are not those of the log, or nil.
local function contradiction(store, line)
  for _, step in ipairs(line.steps) do
    local agrees, logged = store.witness:agrees(line.n, step)
    if not agrees then
      return refusal(("step %d of %s is %s in the journal, but %s in the audit log: the journal was changed"):format(
        step.k, line.id, tostring(step.state), logged), CHANGED)
    end
  end
  local over = not line.steps[1] or store.witness:is_over(line.n)
  if line.state ~= (over and "done" or "open") then
    return refusal(("%s is %s in the journal, but not in the audit log: the journal was changed"):format(line.id, line.state),
      CHANGED)
  end
end

---@class idngo.run.Checked: idngo.run.PlanHash a plan that is what was made
---@field applicants integer
---@field counts table<string, integer> lines with a step of an action, by action
---@field times table<string, integer> steps, by action
---@field classes table<string, string> the retry classes of those actions
---@field read table<integer, table<integer, string>> digests of the lines of some blocks
---@field recent integer[] those blocks, the oldest first
---@field turns idngo.run.Turns at reading one

--- Reads the plan in the journal: it must be the one that was made, and its steps in the states that the log tells of.
---@param run idngo.run.Run
---@param see fun(line: idngo.run.Line)? given every line on the way
---@return idngo.run.Checked?
---@return idngo.Error?
function M.plan(run, see)
  local store, seen = run.store, run.store.witness
  if not seen.plan then return nil, refusal("the plan is not finished", run.handlers.again(run) .. " goes on with it") end
  local err = store:destroyed()
  if err then return nil, err end
  local applicants, counts, times, classes = 0, {}, {}, {}
  local plan = lines.plan(store, run.handlers, function(line)
    applicants = applicants + 1
    err = err or contradiction(store, line)
    if see then see(line) end
    local counted = {}
    for _, step in ipairs(line.steps) do
      if not counted[step.action] then counts[step.action] = (counts[step.action] or 0) + 1 end
      counted[step.action] = true
      times[step.action] = (times[step.action] or 0) + 1
      local action = run.handlers.actions[step.action]
      if not action then
        err = err or store:damaged("steps", ("%d.%d"):format(line.n, step.k), "names no action")
      else
        classes[step.action] = action.class
      end
    end
  end)
  if plan.hash ~= seen.plan or plan.hash ~= store:get("plan_hash") then
    return nil, refusal("the plan in the journal was changed after it was made", CHANGED)
  end
  if err then return nil, err end
  plan.applicants, plan.counts, plan.times, plan.classes, plan.read, plan.recent = applicants, counts, times, classes, {}, {}
  plan.turns = turns()
  return plan
end

local function read_block(store, plan, block)
  local digests = lines.block(store, plan, block)
  if not digests then return nil end
  plan.read[block] = digests
  table.insert(plan.recent, block)
  if #plan.recent > RECENT then plan.read[table.remove(plan.recent, 1)] = nil end
  return digests
end

--- The digests of the lines of a block, read again and compared with the plan's; once, though many lines are taken at once.
local function digests_of(store, plan, block)
  if plan.read[block] then return plan.read[block] end
  plan.turns:take()
  local ok, digests = compat.pcall(function() return plan.read[block] or read_block(store, plan, block) end)
  plan.turns:give()
  if not ok then error(digests, 0) end
  return digests
end

--- Reads a line again, as it was in `plan`.
---@param store idngo.run.Store
---@param plan idngo.run.Checked
---@param claimed {n: integer, token: integer}
---@return idngo.run.Line?
---@return idngo.Error?
function M.line(store, plan, claimed)
  local row, n = store:row("line", claimed.n), claimed.n
  local line = row and lines.line(store, row)
  local digests = digests_of(store, plan, math.floor((n - 1) / lines.BLOCK))
  if not line or not digests or line.digest ~= digests[n] then
    return nil, refusal(("the plan for applicant %d was changed while it was carried out"):format(n), CHANGED)
  end
  local err = contradiction(store, line)
  if err then return nil, err end
  line.token = claimed.token
  return line
end

local function unapproved(run, plan)
  return refusal("the plan has not been approved", run.handlers.approve_hint(run, plan.hash))
end

--- An error when the approval in the log does not count for `plan`, or nil.
local function objection(run, plan)
  local store = run.store
  local given = store.witness.approval
  if not given then return unapproved(run, plan) end
  local approvers, err = keys.approvers(run.settings)
  if not approvers then return err end
  local doubt = audit.doubt(given, store.run_id, approvers)
  if doubt then
    return refusal("the approval " .. doubt, approvers[given.key] and CHANGED or run.handlers.approve_hint(run, plan.hash))
  end
  if given.plan ~= plan.hash or given.account ~= store:get("account")
    or given.seq < store.witness.planned then
    return refusal("what was approved is another plan", CHANGED)
  end
  if not store.witness.carried and core.wall() - (tonumber(given.at) or 0) > DAYS * 86400 then
    return refusal(("the approval is older than %d days, and nothing was begun since"):format(DAYS),
      run.handlers.approve_hint(run, plan.hash))
  end
  for action, class in pairs(plan.classes) do
    if given.classes[action] ~= class or given.counts[action] ~= plan.counts[action] then
      return refusal(("this version of idngo carries %s out by other rules than the one it was approved for"):format(action),
        run.handlers.approve_hint(run, plan.hash))
    end
  end
  local guards = given.guard or {}
  if type(guards) == "number" then guards = { deactivate = guards } end -- as 0.1 wrote it
  for action, most in pairs(guards) do
    if (plan.times[action] or 0) > most then return refusal("the plan exceeds its guard", CHANGED) end
  end
end

--- How often the plan may have each of its actions, where that is bounded: as somebody said, else as the action's own guard
--- says. nil and a refusal where it has one more often.
---@param run idngo.run.Run
---@param plan idngo.run.Checked
---@param max table<string, string> by action
---@return table<string, integer>? guards
---@return idngo.Error?
local function guards_of(run, plan, max)
  local guards = {}
  for _, action in ipairs(sorted(plan.times)) do
    local text, times = max[action] or M.default(run, action), plan.times[action]
    local most = text and M.guard(text, plan.applicants)
    if most and times > most and action == "deactivate" then
      return nil, refusal(("the plan deactivates %d of %d applicants, the guard allows %d"):format(times, plan.applicants,
        most), "--max-deactivations raises it, when so many are meant")
    elseif most and times > most then
      return nil, refusal(("the plan has %s %d times for %d applicants, the guard allows %d"):format(action, times,
        plan.applicants, most), ("--max %s=N raises it, when so many are meant"):format(action))
    end
    guards[action] = most
  end
  return guards
end

---@class idngo.run.Approval
---@field hash string? of the plan; nil: it is not approved
---@field max table<string, string>? by action, see guard; an action that is not in it has its own
---@field note string?

--- Approves the plan: `given.hash` must be its hash, and it must stay within the guards.
---@param run idngo.run.Run
---@param given idngo.run.Approval
---@return boolean? approved
---@return idngo.Error? kind `approval`; nothing was done
function M.approve(run, given)
  local store = run.store
  local plan, err = store:still(function() return M.plan(run) end)
  if not plan then return nil, err end
  if not given.hash then return nil, unapproved(run, plan) end
  if given.hash ~= plan.hash then
    return nil, refusal("the hash given is not the plan's", ("the plan's hash is %s: look at it again first"):format(plan.hash))
  end
  local guards
  guards, err = guards_of(run, plan, given.max or {})
  if not guards then return nil, err end
  if store.witness.approval and not objection(run, plan) then return true end
  local key
  key, err = keys.approver(run.settings)
  if not key then return nil, err end
  local record = audit.sign({ event = "approved", plan = plan.hash, account = store:get("account"),
    guard = next(guards) and guards,
    counts = plan.counts, classes = plan.classes, version = version }, store.run_id, { key = key, note = given.note })
  store:transaction(function()
    store:set("state", "applying")
    store:set("approved", record.at)
    store:record("approved", record)
  end)
  err = objection(run, plan)
  if err then return nil, err end
  return true
end

--- The plan, when it is approved and is what was approved.
---@param run idngo.run.Run
---@return idngo.run.Checked?
---@return idngo.Error? kind `approval`
function M.approved(run)
  local plan, err = run.store:still(function() return M.plan(run) end)
  if not plan then return nil, err end
  err = objection(run, plan)
  if err then return nil, err end
  return plan
end

return M
