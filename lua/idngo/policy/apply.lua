-- Applying: carries out an approved plan, step by step, and goes on with it after an interruption.
--
-- A step is written down as intent before it is sent, so that a crash leaves no step that may have been sent and is not
-- known as such. On the way back S, I and D are done again; an N that may have been sent is `unknown`, for a human.
-- An applicant's line ends at its first step that did not come to be applied.

local calls = require("idngo.policy.calls")
local compat = require("idngo.compat")
local core = require("idngo.core")
local crew = require("idngo.policy.crew")
local err = require("idngo.error")
local facts = require("idngo.policy.facts")
local json = require("idngo.json")
local runs = require("idngo.policy.run")

local M = {}

-- So many lines in a row that came to nothing mean that the server, not the applicant, is the trouble.
local PATIENCE = 10

-- Approval.

--- How many applicants a run may deactivate unless told otherwise.
M.GUARD = "10%"

local function refusal(message, hint)
  return nil, err.new { kind = "approval", outcome = "not_sent", message = message, hint = hint }
end

--- How many applicants a run may deactivate: "25", or "10%" of all, at least 1 unless it is "0%".
---@param text string
---@param total integer
---@return integer? nil when the text is neither
function M.guard(text, total)
  local percent = text:match("^(%d+%.?%d*)%%$")
  if percent then return math.max(tonumber(percent) > 0 and 1 or 0, math.floor(total * tonumber(percent) / 100)) end
  return text:find("^%d+$") and compat.tointeger(text)
end

--- Whether the plan in the journal is the one that was sealed.
local function check_plan(store)
  if store:get("state") == "planning" then
    return refusal("the plan is not finished", "idngo resume goes on with it")
  end
  if runs.plan_hash(store) ~= store:get("plan_hash") then
    return refusal("the plan in the journal was changed after it was made", "plan again, in a new folder")
  end
  return true
end

--- Approves the plan: `hash` must be its hash, and it must stay within the guard.
---@param run idngo.policy.Run
---@param hash string? nil: nobody has approved it
---@param max_deactivations string see guard
---@return boolean? approved
---@return idngo.Error? kind `approval`; nothing was done
function M.approve(run, hash, max_deactivations)
  local store = run.store
  local ok, problem = check_plan(store)
  if not ok then return nil, problem end
  local plan, total = store:get("plan_hash"), store:row("size").count
  if not hash then
    return refusal("the plan has not been approved", ("look at it, then: idngo apply %s --approve %s"):format(run.dir, plan))
  elseif hash ~= plan then
    return refusal("the hash given is not the plan's", ("the plan's hash is %s: look at it again first"):format(plan))
  end
  local count, limit = store:row("deactivations").count, M.guard(max_deactivations, total)
  if count > limit then
    return refusal(("the plan deactivates %d of %d applicants, the guard allows %d"):format(count, total, limit),
      "--max-deactivations raises it, when so many are meant")
  end
  if store:get("state") == "planned" then
    store:transaction(function()
      store:set("state", "applying")
      store:set("approved", core.wall())
      store:record("approved", { plan = plan, deactivations = count, guard = limit })
    end)
  end
  return true
end

-- One line: the steps of one applicant, in order.

local Line = {}
Line.__index = Line

--- Writes down what came of step `k`; ends the line unless it was applied or stays open.
function Line:settle(step, state, problem, saved)
  saved = saved or {}
  local store, ends = self.run.store, state == "rejected" or state == "void" or (state == "unknown" and step.retry == "N")
  local function write(k, action, how, why)
    store:run("outcome", self.n, k, how, why, core.wall(), saved.path and saved.path:match("[^/]+$"), saved.size, saved.sha256)
    store:record("outcome", { applicant = self.id, step = k, action = action, outcome = how, problem = why,
      sha256 = saved.sha256 })
  end
  store:transaction(function()
    write(step.k, step.action, state, problem)
    if not ends then return end
    for _, later in ipairs(self.steps) do
      if later.k > step.k and later.state == "planned" then
        write(later.k, later.action, "void", ("step %d is %s"):format(step.k, state))
      end
    end
  end)
  self.deps.on_step("settled")
end

--- Puts a step back that surely took no effect, for a resume to try.
function Line:put_back(step, problem)
  local store = self.run.store
  store:transaction(function()
    store:run("outcome", self.n, step.k, "planned", problem, core.wall())
    store:record("put_back", { applicant = self.id, step = step.k, action = step.action, problem = problem })
  end)
  self.deps.on_step("settled")
end

--- Reads the facts again that the decision rests on. True; or false and which changed; or nil and an error.
function Line:recheck()
  local store = self.run.store
  for _, row in ipairs(store:rows("facts", self.n)) do
    local reply, e = facts.fetch(self.deps.client, row.name, self.id)
    if not reply then return nil, e end
    local before = assert(facts.normalise(row.name, json.decode(row.body)))
    local after, why = facts.normalise(row.name, reply)
    if not after then return false, ("%s: %s"):format(row.name, why) end
    if json.encode(before, "fact", "[]") ~= json.encode(after, "fact", "[]") then return false, row.name .. " changed" end
  end
  return true
end

--- Writes down that a step is about to be sent.
function Line:intend(step)
  local store = self.run.store
  store:transaction(function()
    if store:run("intent", self.n, step.k, core.wall()) ~= 1 then error("step is not open") end
    store:record("intent", { applicant = self.id, step = step.k, action = step.action, args = store:seal(step.args) })
  end)
end

--- The disk's trouble, not the API's: nothing more can be saved.
local function is_disk(step, e)
  return e.kind == "io" and calls.of[step.action].file and (e.outcome == "not_sent" or e.status ~= nil)
end

--- What a failed call means for its step: its state, or nil when it took no effect and may be tried another time.
local function state_of(step, e)
  if e.outcome == "not_sent" then return nil end
  if e.outcome == "rejected" and (e.retryable or calls.is_general(e)) then return nil end
  if e.outcome == "applied" and step.retry == "S" then return "rejected" end -- nothing usable came, nor would again
  return e.outcome
end

--- Carries a step out. True when the line may go on.
function Line:act(step)
  local deps, action = self.deps, calls.of[step.action]
  self:intend(step)
  deps.on_step("intent")
  local file = calls.file_name(step.action, self.id, step.k)
  local path = file and ("%s/files/%s"):format(self.run.dir, file)
  deps.sending(function()
    self.run.store:run("sent", self.n, step.k)
    deps.on_step("sent")
  end)
  local result, e = action.perform(deps.client, self.id, json.decode(step.args), path)
  deps.sending(nil)
  deps.on_step("answered")
  if result then
    self:settle(step, "applied", nil, file and result)
    return true
  end
  if is_disk(step, e) then
    self:put_back(step, tostring(e))
    error(err.new { kind = "io", outcome = "not_sent", message = e.message, hint = "mend the disk, then resume the run" }, 0)
  end
  local state = state_of(step, e)
  if state then self:settle(step, state, tostring(e)) else self:put_back(step, tostring(e)) end
  if calls.is_general(e) then error(e, 0) end
  self.trouble = (state == nil or state == "unknown") and e.kind ~= "cancelled" and e or nil
  return state == "applied"
end

--- Takes a step that is not settled. True when the line may go on to the next.
function Line:take(step)
  if step.state == "applied" then return true end
  local open = step.state == "intent" or step.state == "sent" or (step.state == "unknown" and step.retry ~= "N")
  if not open and step.state ~= "planned" then return false end
  -- it was under way: what changed since may be our own doing
  if open and calls.of[step.action].destructive then self.confirmed = true end
  if open and step.retry == "N" then
    self:settle(step, "unknown", "the run ended while it was being sent")
    return false
  end
  if calls.of[step.action].destructive and not self.confirmed then
    local same, why = self:recheck()
    if same == nil then
      self:put_back(step, "facts could not be read again: " .. tostring(why))
      if calls.is_general(why) then error(why, 0) end
      self.trouble = why.kind ~= "cancelled" and why or nil
      return false
    elseif not same then
      self:settle(step, "void", "the facts changed since the plan: " .. why)
      return false
    end
    self.confirmed = true
  end
  return self:act(step)
end

--- Goes on with one applicant's line. The error that kept it from an end, if one did.
local function apply_line(run, deps, n)
  local store = run.store
  local line = setmetatable({ run = run, deps = deps, n = n, id = store:row("applicant", n).id,
    steps = store:rows("steps", n) }, Line)
  for _, step in ipairs(line.steps) do
    if step.state == "applied" and calls.of[step.action].destructive then line.confirmed = true end
    if not line:take(step) then break end
  end
  return line.trouble
end

-- The run.

--- Ends the run when nothing is left to do.
local function finish(run)
  local store = run.store
  if #store:rows("open_lines") > 0 then return end
  store:transaction(function()
    store:set("state", "done")
    store:set("ended", core.wall())
    local states = {}
    for _, row in ipairs(store:rows("states")) do states[row.state] = (states[row.state] or 0) + row.count end
    store:record("done", { plan = store:get("plan_hash"), steps = states })
  end)
end

--- Does what is left of an approved plan.
---@param run idngo.policy.Run in the state `applying` or `done`
---@param deps idngo.policy.Work with sending(fn): what to call when an attempt of the running line leaves
---@return boolean? complete false when steps are left that a resume can do
---@return any problem or the number of the signal that interrupted it
function M.run(run, deps)
  local store = run.store
  local ok, refused = check_plan(store)
  if not ok then return nil, refused end
  local items, done, misses = {}, 0, 0
  for i, row in ipairs(store:rows("open_lines")) do items[i] = row.n end
  local checked = core.now()
  local signal, problem = crew.run(items, function(n)
    local trouble = apply_line(run, deps, n)
    done, misses = done + 1, trouble and misses + 1 or 0
    if misses >= PATIENCE then error(trouble, 0) end
  end, {
    concurrency = deps.concurrency,
    tick = function()
      run.stats:look(deps.client:lanes())
      deps.tick(done, #items)
      if core.now() - checked > 60 then
        checked = core.now()
        store:checkpoint()
      end
    end,
  })
  local written, failure = pcall(function()
    run:save_stats()
    if not signal and not problem and store:get("state") == "applying" then finish(run) end
    store:checkpoint()
  end)
  if problem or not written then return nil, problem or failure end
  if signal then return nil, signal end
  return store:get("state") == "done"
end

return M
