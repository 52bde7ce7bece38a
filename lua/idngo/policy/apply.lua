-- Applying: carries out an approved plan, step by step, and goes on with it after an interruption.
--
-- A step is written down as intent when its slot is held, just before it leaves, so that a crash leaves no step that may
-- have been sent and is not known as such, and none is taken for sent that only waited. What may have been done is done
-- again where that is harmless; an N is `unknown`, for a human. Before what cannot be taken back the facts are read
-- again, while everybody they name is held: see docs/policies.md for every case.
-- An applicant's line ends at its first step that did not come to be applied.

local approval = require("idngo.policy.approval")
local calls = require("idngo.policy.calls")
local compat = require("idngo.compat")
local core = require("idngo.core")
local crew = require("idngo.policy.crew")
local err = require("idngo.error")
local facts = require("idngo.policy.facts")
local hosts = require("idngo.hosts")
local json = require("idngo.json")
local people = require("idngo.policy.people")

local M = { GUARD = approval.GUARD, guard = approval.guard, approve = approval.approve }

-- So many lines in a row that came to nothing mean that the server, not the applicant, is the trouble.
local PATIENCE = 10

-- Seconds between two looks at whether people are free; another line, at work now, lets them go.
local LOOK = 0.02

-- One line: the steps of one applicant, in order.

---@class idngo.policy.Applying: idngo.policy.Line
---@field run idngo.policy.Run
---@field deps idngo.policy.Work
---@field holds idngo.policy.Holds
---@field stuck table<string, boolean> applicants whose step may have been applied and is left to a human
---@field people table<string, boolean>? whom this line holds
---@field confirmed boolean? whether the facts were read again, and its people are held since
---@field trouble idngo.Error? what kept it from an end
local Line = {}
Line.__index = Line

--- Whether a step may have been sent by an earlier process.
local function is_begun(step) return step.state ~= "planned" end

--- Writes down what came of `step`; where that `ends` the line, what is left of it is void.
function Line:settle(step, state, problem, ends, saved)
  saved = saved or {}
  local store = self.run.store
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

--- Writes down that a step surely took no effect, for a resume to try.
local function write_back(line, step, problem)
  local store = line.run.store
  store:transaction(function()
    store:run("outcome", line.n, step.k, "planned", problem, core.wall())
    store:record("put_back", { applicant = line.id, step = step.k, action = step.action, problem = problem })
  end)
end

--- Leaves a step whose call took no effect for a resume to try; what an earlier process may have done of it stays unknown.
function Line:put_back(step, problem)
  if is_begun(step) and step.retry ~= "S" then return self:settle(step, "unknown", problem, false) end
  write_back(self, step, problem)
  self.deps.on_step("settled")
end

--- Ends the line at a step that is not to be done: void, or unknown where it may have been done before.
function Line:give_up(step, why)
  if not is_begun(step) then return self:settle(step, "void", why, true) end
  self.stuck[self.id] = true
  self:settle(step, "unknown", "it may have been done before the run was interrupted; " .. why, true)
end

--- The replies that the decision rests on, as they were recorded; and the facts made of them.
function Line:recorded()
  if self.known then return self.known end
  local store, known = self.run.store, {}
  for name, hash in pairs(self.facts) do
    local row = store:row("reply", hash)
    if not row or core.sha256(tostring(row.body)) ~= hash then
      error(store:damaged("replies", hash, "is not what was recorded"), 0)
    end
    local fact, why = facts.normalise(name, store:decode(row.body, "replies", hash))
    if not fact then error(store:damaged("replies", hash, why), 0) end
    known[name] = fact
  end
  self.known = known
  return known
end

--- Reads the facts again that the decision rests on, each over a connection of its own, since what cannot be taken back
--- rests on them and most name nobody. True; or false and which changed; or nil and an error.
function Line:recheck()
  local names = {}
  for name in pairs(self.facts) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    local reply, e = facts.fetch(self.deps.client, name, self.id, { fresh = true })
    if not reply then return nil, e end
    local before = self:recorded()[name]
    local after, why = facts.normalise(name, reply)
    if not after then return false, ("%s: %s"):format(name, why) end
    if json.encode(before, "fact", "[]") ~= json.encode(after, "fact", "[]") then return false, name .. " changed" end
  end
  return true
end

--- Its applicant and everybody its facts name, as a set; nil when they are too many to be looked after.
function Line:everybody()
  local ids, count = people.named(self:recorded()), 0
  for _ in pairs(ids) do count = count + 1 end
  ids[self.id] = true
  return count <= people.MOST and ids or nil
end

--- Holds everybody, as soon as no other line does. False when the run was cancelled before.
function Line:hold(ids)
  while not self.holds:take(ids, self.n) do
    local host = hosts.current()
    if host.cancelled then return false end
    host.sleep(LOOK)
  end
  self.people = ids
  return true
end

function Line:release()
  if self.people then self.holds:release(self.people, self.n) end
  self.people = nil
end

--- Why the line must not act on what it knows of the people it names: the run has acted on one of them since, or may
--- have. `later`: a resume will know.
---@return string? why
---@return boolean? later
function Line:obstacle(ids)
  local seen = self.run.store.witness
  for id in pairs(ids) do
    if id ~= self.id and seen.acted[id] then
      return ("the run has acted on %s, whom its facts name"):format(id), false
    end
  end
  for id in pairs(ids) do
    local _, action = next(id ~= self.id and seen.doubtful[id] or {})
    if action then
      return ("the run may have acted on %s, whom its facts name"):format(id),
        not self.stuck[id] and calls.class(action) ~= "N"
    end
  end
end

--- Makes sure that a step which cannot be taken back still rests on what the plan saw. False where the line ends here.
function Line:confirm(step)
  local ids = self:everybody()
  if not ids then
    self:give_up(step, ("its facts name more than %d people: for a human"):format(people.MOST))
    return false
  end
  if not self:hold(ids) then return false end
  local why, later = self:obstacle(ids)
  if later and is_begun(step) then why, later = nil, nil end -- of two that may have been done, one must begin
  if later then
    self:put_back(step, why .. "; a resume looks again")
    return false
  end
  if not why then
    local same, found = self:recheck()
    if same == nil then
      self:put_back(step, "facts could not be read again: " .. tostring(found))
      if calls.is_general(found) then error(found, 0) end
      self.trouble = found.kind ~= "cancelled" and found or nil
      return false
    end
    why = not same and "the facts changed since the plan: " .. found or nil
  end
  if why then
    self:give_up(step, why)
    return false
  end
  self.confirmed = true
  return true
end

--- Writes down that a step is about to be sent.
function Line:intend(step)
  local store = self.run.store
  store:transaction(function()
    if store:run("intent", self.n, step.k, core.wall()) ~= 1 then error("step is not open") end
    store:record("intent", { applicant = self.id, step = step.k, action = step.action, args = store:seal(step.args) })
  end)
  self.deps.on_step("intent")
  store:run("sent", self.n, step.k)
  self.deps.on_step("sent")
end

--- The disk's trouble, not the API's: nothing more can be saved.
local function is_disk(step, e)
  return e.kind == "io" and calls.of[step.action].file and (e.outcome == "not_sent" or e.status ~= nil)
end

--- What a failed call means for its step: its state, or nil when it took no effect and may be tried another time.
local function state_of(step, e)
  if e.outcome == "not_sent" then return nil end
  if e.outcome == "rejected" and (e.retryable or e.kind ~= "http" or calls.is_general(e)) then return nil end
  if e.outcome == "applied" and step.retry == "S" then return "rejected" end -- nothing usable came, nor would again
  return e.outcome
end

--- Makes the call of a step. Its intent is committed when its slot is held, for every attempt; while a refused one waits
--- for the next, nothing of it is on its way.
function Line:call(step, path)
  local deps, failed, uncertain = self.deps, nil, is_begun(step)
  deps.hear(function(event)
    if event.event ~= "retry" then return end
    uncertain = uncertain or (event.outcome ~= "not_sent" and event.outcome ~= "rejected")
    if not uncertain then write_back(self, step, "to be tried again") end
  end)
  local result, e = calls.of[step.action].perform(deps.client, self.id,
    self.run.store:decode(step.args, "steps", ("%d.%d"):format(self.n, step.k)), path, function()
      local ok, problem = pcall(self.intend, self, step)
      if ok then return true end
      failed = problem
      return nil, { kind = "io", message = tostring(problem), permanent = true }
    end)
  deps.hear(nil)
  if failed then error(failed, 0) end
  return result, e
end

--- Carries a step out. True when the line may go on.
function Line:act(step)
  local file = calls.file_name(step.action, self.id, step.k)
  local result, e = self:call(step, file and ("%s/files/%s"):format(self.run.dir, file))
  self.deps.on_step("answered")
  if result then
    self:settle(step, "applied", nil, false, file and result)
    return true
  end
  if is_disk(step, e) then
    self:put_back(step, tostring(e))
    error(err.new { kind = "io", outcome = "not_sent", message = e.message, hint = "mend the disk, then resume the run" }, 0)
  end
  local state = state_of(step, e)
  if state then
    self:settle(step, state, tostring(e), state == "rejected" or (state == "unknown" and step.retry == "N"))
  else
    self:put_back(step, tostring(e))
  end
  if calls.is_general(e) then error(e, 0) end
  self.trouble = (state == nil or state == "unknown") and e.kind ~= "cancelled" and e or nil
  return state == "applied"
end

--- Takes a step that is not settled. True when the line may go on to the next.
function Line:take(step)
  if step.state == "applied" then return true end
  if step.state == "rejected" or step.state == "void" then return false end
  if is_begun(step) and step.retry == "N" then
    if step.state ~= "unknown" then
      self:settle(step, "unknown", "the run ended while it was being sent", true)
    end
    return false
  end
  if calls.of[step.action].destructive and not self.confirmed and not self:confirm(step) then return false end
  return self:act(step)
end

--- Goes on with the line; its people are free again when the last step that cannot be taken back is settled.
function Line:go()
  local last = 0
  for _, step in ipairs(self.steps) do
    if calls.of[step.action].destructive then last = step.k end
  end
  for _, step in ipairs(self.steps) do
    if not self:take(step) then break end
    if step.k == last then self:release() end
  end
end

-- The run.

--- Ends the run when nothing is left to do.
local function finish(run, stuck)
  local store, left = run.store, 0
  for _, row in ipairs(store:rows("open_lines")) do
    if not stuck[store:row("applicant", row.n).id] then left = left + 1 end
  end
  if left > 0 then return end
  local plan, problem = approval.plan(store) -- nothing is signed that the log does not bear out
  if not plan then error(problem, 0) end
  store:transaction(function()
    store:set("state", "done")
    store:set("ended", core.wall())
    local states = {}
    for _, row in ipairs(store:rows("states")) do states[row.state] = (states[row.state] or 0) + row.count end
    store:record("done", { plan = store:get("plan_hash"), steps = states })
  end)
end

--- What is left to do: lines by number. First those with a step under way that cannot be taken back: they hold their
--- people already, as they did when the run was interrupted, and nobody waits for a line that comes later.
---@return integer[] items
---@return table<integer, table> held whom they hold
local function open_lines(run, new_line)
  local first, rest, held = {}, {}, {}
  for _, row in ipairs(run.store:rows("open_lines")) do
    local line, begun = new_line(row.n), false
    for _, step in ipairs(line.steps) do
      begun = begun or (calls.of[step.action].destructive and (step.state == "intent" or step.state == "sent"
        or step.state == "unknown"))
    end
    local ids = begun and line:everybody()
    if ids and line.holds:take(ids, row.n) then held[row.n] = ids end
    local list = begun and first or rest
    list[#list + 1] = row.n
  end
  for _, n in ipairs(rest) do first[#first + 1] = n end
  return first, held
end

--- Does what is left of an approved plan.
---@param run idngo.policy.Run
---@param deps idngo.policy.Work with hear(listener): what to tell the events of the running line's calls
---@return boolean? complete false when steps are left that a resume can do
---@return any problem or the number of the signal that interrupted it
function M.run(run, deps)
  local store = run.store
  if store.witness.done then -- it may have ended before that was signed
    local signed, failure = pcall(store.checkpoint, store)
    return signed or nil, not signed and failure or nil
  end
  local ok, plan, refused = pcall(approval.approved, run)
  if not ok then return nil, plan end
  if not plan then return nil, refused end
  local holds, stuck = people.holds(), {}
  local function new_line(n)
    local line, problem = approval.line(store, plan, n)
    if not line then error(problem, 0) end
    for _, step in ipairs(line.steps) do step.retry = calls.class(step.action) end
    line.run, line.deps, line.holds, line.stuck = run, deps, holds, stuck
    return setmetatable(line, Line)
  end
  local items, held
  ok, items, held = pcall(open_lines, run, new_line)
  if not ok then return nil, items end
  local done, misses, checked = 0, 0, core.now()
  local signal, problem = crew.run(items, function(n)
    local line = new_line(n)
    line.people = held[n]
    local went, thrown = compat.try(function() line:go() end)
    line:release()
    if not went then error(thrown, 0) end
    done, misses = done + 1, line.trouble and misses + 1 or 0
    if misses >= PATIENCE then error(line.trouble, 0) end
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
    if not signal and not problem then finish(run, stuck) end
    store:checkpoint()
  end)
  if problem or not written then return nil, problem or failure end
  if signal then return nil, signal end
  return store.witness.done or false
end

return M
