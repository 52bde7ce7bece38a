-- Planning: decides about every applicant of a run. Reads only.
--
-- A policy is evaluated until it stops at a missing fact; the fact is fetched, and the policy is evaluated again from the
-- top. So each scarce lane is used only where a decision needs it. The replies are recorded with the decision. When the
-- machine, not the policy, ended an evaluation, nothing is decided: a resume tries again.

local decision = require("idngo.policy.decision")
local errors = require("idngo.error")
local facts = require("idngo.policy.facts")
local handlers = require("idngo.policy.handlers")
local runtimes = require("idngo.runtime.current")
local json = require("idngo.json")
local lines = require("idngo.run.lines")
local parallel = require("idngo.runtime.parallel")
local queues = require("idngo.run.queue")
local steps_of = require("idngo.run.steps")
local workers = require("idngo.run.workers")

local M = {}

-- Seconds that a decision waits for others to be committed with.
local GROUP_COMMIT_DELAY = 0.005

-- Planning ends after this many evaluations in a row without an outcome: likely the machine, not an applicant.
local MAX_CONSECUTIVE_FAILURES = 10

--- Fetches one fact: fact and reply; or nil and an error or a message.
local function obtain(context, name, id)
  local shared = context.shared[name]
  local reply, err = shared, nil
  if not reply then reply, err = facts.fetch(context.client, name, id) end
  if not reply then
    if steps_of.is_account_wide(err) then error(err, 0) end
    return nil, err
  end
  if facts.facts[name].account then context.shared[name] = reply end
  local fact, message = facts.normalise(name, reply)
  if not fact then return nil, message end
  return fact, reply
end

local function error_outcome(message, line) return { kind = "error", message = message, line = line } end

--- Evaluates until a decision: outcome, and the replies fetched on the way. No outcome: interrupted; a transient one: no
--- decision.
local function evaluate(context, applicant, known)
  local fetched = {}
  while true do
    local outcome = context.pool:evaluate(applicant, known, context.given)
    if outcome.reason == "cancelled" then return nil, fetched end
    local name = decision.need_of(outcome, known, applicant)
    if not name then return outcome, fetched end
    if known[name] or not facts.facts[name] then
      return error_outcome(("asked for the fact %s again"):format(tostring(name))), fetched
    end
    local fact, reply = obtain(context, name, applicant.id)
    if fact then
      known[name], fetched[name] = fact, reply
    elseif reply.kind == "cancelled" then
      return nil, fetched
    else
      return error_outcome(("no fact %s: %s"):format(name, tostring(reply))), fetched
    end
  end
end

--- Group commit: does `fn` in one transaction with those of other applicants of the same few milliseconds, since each commit
--- waits for the disk.
local function commit_together(context, store, fn)
  local batch = context.batch
  if not batch then
    batch = {}
    context.batch = batch
    batch.task = parallel.spawn(function()
      runtimes.current().sleep(GROUP_COMMIT_DELAY)
      context.batch = nil
      store:transaction(function()
        for _, each in ipairs(batch) do each() end
      end)
    end)
  end
  batch[#batch + 1] = fn
  local _, err, thrown = batch.task:wait()
  if thrown then error(err, 0) end
end

--- Replies as they are stored; those about the account are stored once.
local function stored_replies(context, fetched)
  local replies = {}
  for name, reply in pairs(fetched) do
    replies[name] = context.account_replies[name] or { body = json.encode(reply, name, "[]") }
    if facts.facts[name].account then context.account_replies[name] = replies[name] end
  end
  return replies
end

--- Writes down what was fetched, and the decision when there is one.
local function write_down(context, store, line, fetched, outcome, known)
  local record = { facts = stored_replies(context, fetched), steps = {} }
  if outcome then
    record.decision, record.reason, record.line, record.steps = decision.of(outcome, known, line.applicant)
  end
  commit_together(context, store, function() store:decided(line, record) end)
end

--- The error of a run whose applicants could not all be decided about.
local function put_off_error(put_off)
  local who = put_off.count == 1 and put_off.id or ("%d applicants, such as %s,"):format(put_off.count, put_off.id)
  return errors.new { kind = "timeout", outcome = "not_sent", message = ("nothing was decided about %s: %s"):format(who,
    put_off.message), hint = "try again; if it is the same ones every time, correct the policy and plan anew" }
end

--- Counts evaluations without an outcome; throws after too many in a row.
local function put_off(context, id, outcome)
  local so_far = context.put_off
  so_far.count, so_far.row = so_far.count + 1, so_far.row + 1
  so_far.id, so_far.message = so_far.id or id, so_far.message or outcome.message
  if so_far.row >= MAX_CONSECUTIVE_FAILURES then error(put_off_error(so_far), 0) end
end

local function decide(run, context, line)
  local store = run.store
  local row = store:row("line", line.n)
  line.id, line.applicant = row.id, store:decode(row.fields, "lines", line.n)
  local known = facts.recorded(store, line.n)
  local outcome, fetched = evaluate(context, line.applicant, known)
  if outcome and outcome.transient then
    write_down(context, store, line, fetched, nil, known)
    store:put_line(line)
    return put_off(context, row.id, outcome)
  end
  context.put_off.row = 0
  context.on_step("decided")
  write_down(context, store, line, fetched, outcome, known)
  context.on_step("written")
end

--- Decides about every applicant that is not decided yet.
---@param run idngo.run.Run whose plan is not finished
---@param context idngo.run.Work
---@return string? hash of the plan
---@return any err or the number of the signal that interrupted it
function M.run(run, context)
  assert(not run.store.witness.planned, "the plan is finished")
  context.shared, context.account_replies, context.put_off = {}, {}, { count = 0, row = 0 }
  context.given = decision.given(run.store)
  local queue = queues.new(run.store, "new", { concurrency = context.concurrency })
  local signal, err = workers.run(queue, function(line) decide(run, context, line) end, {
    concurrency = context.concurrency, stopping = context.stopping,
    tick = function()
      local lanes = context.client:lanes()
      run.stats:look(lanes)
      context.tick(queue.done, queue.total, lanes)
    end,
  })
  local ok, thrown = pcall(function()
    run:save_stats()
    if not err and not signal and context.put_off.count > 0 then err = put_off_error(context.put_off) end
    if not signal and not err then
      run.store:transaction(function() lines.seal(run.store, handlers) end)
    end
    run.store:sync_log()
  end)
  if err or not ok then return nil, err or thrown end
  if signal then return nil, signal end
  return run.store:get("plan_hash")
end

return M
