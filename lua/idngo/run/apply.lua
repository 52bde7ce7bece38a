-- Applying: carries out an approved plan, and goes on with it after an interruption. Memory does not grow with the plan.

local approval = require("idngo.run.approval")
local audit = require("idngo.run.audit")
local compat = require("idngo.compat")
local core = require("idngo.core")
local people = require("idngo.run.people")
local steps = require("idngo.run.steps")
local summary = require("idngo.run.summary")
local workers = require("idngo.run.workers")

local M = {}

-- Applying ends after this many lines in a row that failed: likely the server, not an applicant.
local MAX_CONSECUTIVE_FAILURES = 10

-- Seconds for which lines are claimed, renewed at a third of them; and people.
local LEASE, RENEW = 60, 20

---@class idngo.run.Queue lines to work on, as they are claimed
---@field store idngo.run.Store
---@field state "new"|"open"
---@field begun boolean? whether those are claimed first that were begun
local Queue = {}
Queue.__index = Queue

--- Lines to work on: those that were begun come first, since they hold their people already; no line waits for a later one.
---@param store idngo.run.Store
---@param state "new"|"open"
---@param concurrency integer lines that are worked on at once
---@return idngo.run.Queue
function M.queue(store, state, concurrency)
  return setmetatable({ store = store, state = state, many = 4 * concurrency, -- a claim waits for the disk
    owner = assert(audit.random(8)), waiting = {}, after = 0,
    renewed = core.now(), begun = state == "open" or nil, total = store:row("left", state).count, done = 0 }, Queue)
end

--- The next line; nil when there is none.
---@return {n: integer, token: integer}?
function Queue:next()
  while not self.waiting[1] and not self.ended do
    local begun = self.begun
    local claimed = self.store:claim { owner = self.owner, state = self.state, after = self.after, limit = self.many,
      seconds = LEASE, begun = begun }
    for _, line in ipairs(claimed) do
      self.waiting[#self.waiting + 1] = line
      self.after = math.max(self.after, line.n)
    end
    if not claimed[1] and begun then self.begun, self.after = nil, 0 end
    self.ended = not claimed[1] and not begun
  end
  return table.remove(self.waiting, 1)
end

--- Keeps the lines that are worked on.
function Queue:renew()
  if core.now() - self.renewed < LEASE / 3 then return end
  self.renewed = core.now()
  self.store:renew(self.owner, LEASE)
end

--- Gives up the lines that were claimed and are not worked on.
function Queue:close() self.store:free(self.owner) end

--- Ends the run when nothing is left to do.
local function finish(run)
  local store = run.store
  if store:row("left", "open").count > 0 then return end
  local plan, err = approval.plan(run) -- signs only what the log confirms
  if not plan then error(err, 0) end
  store:transaction(function()
    store:set("state", "done")
    local now = core.wall()
    store:set("ended", now)
    store:record("done", { plan = store:get("plan_hash"), steps = summary(store).steps, at = now })
  end)
end

--- Lets interrupted lines hold their people again.
local function hold_again(run, plan, new_line, account)
  local held, store = {}, run.store
  for _, state in ipairs { "intent", "sent", "unknown" } do
    for _, step in ipairs(store:rows("in_state", state, -1)) do
      if not held[step.n] and not store.witness:is_over(step.n) then
        local line = new_line(assert(approval.line(store, plan, { n = step.n })))
        local ids = line:is_under_way() and line:everybody()
        if ids and line.holds:take(ids, step.n) then held[step.n] = ids end
      end
    end
  end
  local everybody = {}
  for _, ids in pairs(held) do
    for id in pairs(ids) do everybody[id] = true end
  end
  for id in pairs(store.witness.doubtful) do everybody[id] = true end
  account:clean(everybody, store.run_id)
  return held
end

--- Does what is left; `account` is open.
local function carry_out(run, context, plan, account)
  local store, holds = run.store, people.holds()
  local function new_line(line) return steps.of(line, run, context, holds, account) end
  local held = hold_again(run, plan, new_line, account)
  local queue, misses, synced, renewed = M.queue(store, "open", context.concurrency), 0, core.now(), core.now()
  local signal, err = workers.run(queue, function(claimed)
    local line, changed = approval.line(store, plan, claimed)
    if not line then error(changed, 0) end
    new_line(line)
    line.people, held[line.n] = held[line.n], nil
    local went, thrown = compat.try(function()
      line:go()
      if not line.over then store:put_line(line) end
    end)
    line.in_doubt = line.in_doubt or not went
    line:release()
    if not went then error(thrown, 0) end
    misses, context.trouble = line.trouble and misses + 1 or 0, line.trouble or context.trouble
    if misses >= MAX_CONSECUTIVE_FAILURES then error(line.trouble, 0) end
  end, {
    concurrency = context.concurrency, stopping = context.stopping,
    tick = function()
      local lanes = context.client:lanes()
      run.stats:look(lanes)
      context.tick(queue.done, queue.total, lanes)
      if core.now() - renewed > RENEW then
        renewed = core.now()
        account:renew(store.run_id)
      end
      if core.now() - synced > 60 then
        synced = core.now()
        store:sync_log()
      end
    end,
  })
  local written, thrown = pcall(function()
    run:save_stats()
    if not signal and not err then finish(run) end
    store:sync_log()
  end)
  if err or not written then return nil, err or thrown end
  if signal then return nil, signal end
  return store.witness.done or false
end

--- Why what can be sent once only must not be sent, where that hangs on what a server keeps; nil where it does not, or may.
local function objection(store, plan, accept_async)
  if not store.tables.objection then return nil end
  for _, class in pairs(plan.classes) do
    if class == "N" then return store.tables:objection(store.witness, accept_async) end
  end
end

--- Does what is left of an approved plan.
---@param run idngo.run.Run
---@param context idngo.run.Work
---@return boolean? complete false when steps are left that a resume can do
---@return any err or the number of the signal that interrupted it
function M.run(run, context)
  local store = run.store
  if store.witness.done then return true end
  local ok, plan, err = pcall(approval.approved, run)
  if not ok then return nil, plan end
  if not plan then return nil, err end
  local account, complete
  err = objection(store, plan, context.accept_async) or run.handlers.lacks and run.handlers.lacks(run)
  if err then return nil, err end
  account, err = people.account(store:get("account"), run.dir)
  if not account then return nil, err end
  ok, complete, err = pcall(carry_out, run, context, plan, account)
  account:close()
  if not ok then return nil, complete end
  if err == nil then return complete end
  return complete, err
end

return M
