-- Planning: decides about every applicant of a run. Reads only.
--
-- A policy is evaluated until it stops at a fact that is not there; the fact is fetched, and it is evaluated again from
-- the top. So each scarce lane is used only where a decision needs it. What was fetched is recorded with the decision.
-- Where the machine, not the policy, kept an evaluation from its end, nothing was decided: a resume tries again.

local apply = require("idngo.run.apply")
local decision = require("idngo.policy.decision")
local err = require("idngo.error")
local facts = require("idngo.policy.facts")
local handlers = require("idngo.policy.handlers")
local runtimes = require("idngo.runtime.current")
local json = require("idngo.json")
local lines = require("idngo.run.lines")
local parallel = require("idngo.runtime.parallel")
local steps_of = require("idngo.run.steps")
local workers = require("idngo.run.workers")

local M = {}

-- Seconds that a decision waits for others to be committed with.
local GROUP_COMMIT_DELAY = 0.005

-- Planning ends after this many evaluations in a row without an outcome: likely the machine, not an applicant.
local MAX_CONSECUTIVE_FAILURES = 10

--- Fetches one fact: fact, reply; or nil and what is wrong.
local function obtain(context, name, id)
  local shared = context.shared[name]
  local reply, e = shared, nil
  if not reply then reply, e = facts.fetch(context.client, name, id) end
  if not reply then
    if steps_of.is_account_wide(e) then error(e, 0) end
    return nil, e
  end
  if facts.facts[name].account then context.shared[name] = reply end
  local fact, why = facts.normalise(name, reply)
  if not fact then return nil, why end
  return fact, reply
end

local function failed(message, line) return { kind = "error", message = message, line = line } end

--- Evaluates until a decision: outcome, and the replies fetched on the way. A nil outcome means: interrupted; one that is
--- transient: not decided.
local function evaluate(context, applicant, known)
  local fetched = {}
  while true do
    local outcome = context.pool:evaluate(applicant, known, context.given)
    local name = decision.need_of(outcome, known, applicant)
    if not name then return outcome, fetched end
    if known[name] or not facts.facts[name] then return failed("asked for the fact " .. tostring(name) .. " again"), fetched end
    local fact, reply = obtain(context, name, applicant.id)
    if fact then
      known[name], fetched[name] = fact, reply
    elseif reply.kind == "cancelled" then
      return nil, fetched
    else
      return failed(("no fact %s: %s"):format(name, tostring(reply))), fetched
    end
  end
end

--- Does `fn` in one transaction with those of other applicants that come to it at the same time: a commit waits for
--- the disk, and all of them with it.
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
  local _, problem, thrown = batch.task:wait()
  if thrown then error(problem, 0) end
end

--- Replies as they are kept; what is the account's is kept once.
local function kept_replies(context, fetched)
  local replies = {}
  for name, reply in pairs(fetched) do
    replies[name] = context.kept[name] or { body = json.encode(reply, name, "[]") }
    if facts.facts[name].account then context.kept[name] = replies[name] end
  end
  return replies
end

--- Writes down what was fetched, and the decision when there is one.
local function write_down(context, store, line, fetched, outcome, known)
  local found = { facts = kept_replies(context, fetched), steps = {} }
  if outcome then
    found.decision, found.reason, found.line, found.steps = decision.of(outcome, known, line.applicant)
  end
  commit_together(context, store, function() store:decided(line, found) end)
end

--- What kept applicants from being decided about, as an error of the run.
local function put_off_error(put_off)
  local who = put_off.count == 1 and put_off.id or ("%d applicants, such as %s,"):format(put_off.count, put_off.id)
  return err.new { kind = "timeout", outcome = "not_sent", message = ("nothing was decided about %s: %s"):format(who,
    put_off.why), hint = "try again; if it is the same ones every time, correct the policy and plan anew" }
end

--- Counts evaluations that came to nothing; throws when there is no end of them.
local function put_off(context, id, outcome)
  local so_far = context.put_off
  so_far.count, so_far.row = so_far.count + 1, so_far.row + 1
  so_far.id, so_far.why = so_far.id or id, so_far.why or outcome.message
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
---@return any problem or the number of the signal that interrupted it
function M.run(run, context)
  assert(not run.store.witness.planned, "the plan is finished")
  context.shared, context.kept, context.given, context.put_off = {}, {}, decision.given(run.store), { count = 0, row = 0 }
  local queue = apply.queue(run.store, "new", context.concurrency)
  local signal, problem = workers.run(queue, function(line) decide(run, context, line) end, {
    concurrency = context.concurrency, stopping = context.stopping,
    tick = function()
      local lanes = context.client:lanes()
      run.stats:look(lanes)
      context.tick(queue.done, queue.total, lanes)
    end,
  })
  local ok, failure = pcall(function()
    run:save_stats()
    if not problem and not signal and context.put_off.count > 0 then problem = put_off_error(context.put_off) end
    if not signal and not problem then -- everybody has been decided about
      run.store:transaction(function() lines.seal(run.store, handlers) end)
    end
    run.store:sync_log()
  end)
  if problem or not ok then return nil, problem or failure end
  if signal then return nil, signal end
  return run.store:get("plan_hash")
end

return M
