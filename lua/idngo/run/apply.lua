-- Applying: carries out an approved plan, and goes on with it after an interruption. Memory does not grow with the plan.

local approval = require("idngo.run.approval")
local compat = require("idngo.compat")
local core = require("idngo.core")
local errors = require("idngo.error")
local line_holds = require("idngo.run.line_holds")
local people = require("idngo.run.people")
local queues = require("idngo.run.queue")
local steps = require("idngo.run.steps")
local summary = require("idngo.run.summary")
local workers = require("idngo.run.workers")

local M = {}

-- Applying ends after this many lines in a row that failed: likely the server, not an applicant.
local MAX_CONSECUTIVE_FAILURES = 10

-- Seconds between two renewals of people; and until a line that has to wait for another is looked at again.
local RENEW, AGAIN = 20, 2

-- Seconds for which a server that keeps the run is waited for.
local PATIENCE = 600

--- Ends the run when nothing is left to do; of several processes one does.
local function finish(run, account)
  local store = run.store
  local has_ended = store:still(function()
    if store:row("left", "open").count > 0 then return false end
    local plan, err = approval.plan(run) -- signs only what the log confirms
    if not plan then error(err, 0) end
    return true
  end)
  if not has_ended then return end
  store:transaction(function()
    if store.witness.done then return end
    store:set("state", "done")
    local now = core.wall()
    store:set("ended", now)
    store:record("done", { plan = store:get("plan_hash"), steps = summary(store).steps, at = now })
    store:tell("work")
    if not store.tables.shared then return end
    account:clean(store.witness.doubtful, store.run_id) -- whom a worker held that is gone
    store:run("forget_holds")
  end)
end

--- Lets interrupted lines hold their people again, and the account everybody else whom the run held.
local function hold_again(run, plan, new_line, account)
  local held, store = {}, run.store
  for _, state in ipairs { "intent", "sent", "unknown" } do
    for _, step in ipairs(store:rows("in_state", state, -1)) do
      if not held[step.n] and not store.witness:is_over(step.n) then
        local line = new_line(assert(approval.line(store, plan, { n = step.n })))
        local ids = line:is_under_way() and line:everybody()
        if ids and (store.tables.shared or line.holds:take(ids, step.n)) then held[step.n] = ids end
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

--- The same where others may be at work: then nobody is let go, and each line takes its people when it is gone on with.
local function clean(run, plan, new_line, account)
  local store = run.store
  store:transaction(function()
    if store:row("claimed").count == 0 then hold_again(run, plan, new_line, account) end
  end)
  return {}
end

--- Does what is left; `account` is open.
local function carry_out(run, context, plan, account)
  local store, lease = run.store, context.lease or queues.LEASE
  local shared = store.tables.shared
  local holds = shared and line_holds.new(store, lease) or people.holds()
  local function new_line(line) return steps.of(line, run, context, holds, account) end
  if shared then
    store.tables:endure(context.patience or PATIENCE, context.misses)
    if account.endure then account:endure(context.patience or PATIENCE) end
  end
  local held = (shared and clean or hold_again)(run, plan, new_line, account)
  local queue = queues.new(store, "open", { concurrency = context.concurrency, lease = lease, waits = context.waits })
  local misses, synced, renewed = 0, core.now(), core.now()

  --- Goes on with a line; what it had thrown, if it had.
  local function go(line)
    local went, thrown = compat.try(function() line:go() end)
    if not went and shared and errors.is(thrown) and thrown.lost == line.n then -- by now its people are held for another worker
      if line.people and queue:has(line.claim) then holds:forget(line.people, line.n) end
      return nil
    end
    line.in_doubt = line.in_doubt or not went
    line:release()
    if went and not line.over then
      if line.again then queue:put_off(line.claim, AGAIN) else store:put_line(line) end
    end
    return not went and thrown or nil
  end

  local signal, err = workers.run(queue, function(claimed)
    local line, changed = approval.line(store, plan, claimed)
    if not line then
      local row = shared and store:row("line", claimed.n)
      if row and row.token ~= claimed.token then return end -- it is another worker's by now
      error(changed, 0)
    end
    new_line(line)
    line.claim, line.people, held[line.n] = claimed, held[line.n], nil
    local thrown = go(line)
    if thrown then error(thrown, 0) end
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
    if not signal and not err then finish(run, account) end
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
