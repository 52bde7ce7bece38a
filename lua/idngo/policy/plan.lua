-- Planning: decides about every applicant of a run. Reads only.
--
-- A policy is evaluated until it stops at a fact that is not there; the fact is fetched, and it is evaluated again from
-- the top. So each scarce lane is used only where a decision needs it. What was fetched is recorded with the decision.
-- Where the machine, not the policy, kept an evaluation from its end, nothing was decided: a resume tries again.

local apply = require("idngo.run.apply")
local arguments = require("idngo.policy.arguments")
local core = require("idngo.core")
local day = require("idngo.policy.day")
local column_names = require("idngo.policy.names")
local err = require("idngo.error")
local facts = require("idngo.policy.facts")
local handlers = require("idngo.policy.handlers")
local hosts = require("idngo.hosts")
local json = require("idngo.json")
local lines = require("idngo.run.lines")
local parallel = require("idngo.parallel")
local steps_of = require("idngo.run.steps")
local summary = require("idngo.run.summary")
local workers = require("idngo.run.workers")

local M = {}

-- Seconds that a decision waits for others to be committed with.
local GATHER = 0.005

-- So many evaluations in a row that came to nothing mean that the machine is the trouble, not one applicant.
local PATIENCE = 10

--- Fetches one fact: fact, reply; or nil and what is wrong.
local function obtain(deps, name, id)
  local shared = deps.shared[name]
  local reply, e = shared, nil
  if not reply then reply, e = facts.fetch(deps.client, name, id) end
  if not reply then
    if steps_of.is_general(e) then error(e, 0) end
    return nil, e
  end
  if facts.facts[name].account then deps.shared[name] = reply end
  local fact, why = facts.normalise(name, reply)
  if not fact then return nil, why end
  return fact, reply
end

--- The fact that is missing: one that the policy touched, or that one of its actions needs; or nil.
---@param outcome idngo.policy.Outcome
---@param known table<string, table>
---@param applicant table
---@return string?
function M.need_of(outcome, known, applicant)
  if outcome.kind == "need" then return outcome.fact end
  if outcome.kind ~= "decided" then return nil end
  for _, action in ipairs(outcome.actions) do
    local needs = arguments.needs(action, applicant)
    if needs and not known[needs] then return needs end
  end
end

local function failed(message, line) return { kind = "error", message = message, line = line } end

--- Evaluates until a decision: outcome, and the replies fetched on the way. A nil outcome means: interrupted; one that is
--- transient: not decided.
local function evaluate(deps, applicant, known)
  local fetched = {}
  while true do
    local outcome = deps.pool:evaluate(applicant, known, deps.given)
    local name = M.need_of(outcome, known, applicant)
    if not name then return outcome, fetched end
    if known[name] or not facts.facts[name] then return failed("asked for the fact " .. tostring(name) .. " again"), fetched end
    local fact, reply = obtain(deps, name, applicant.id)
    if fact then
      known[name], fetched[name] = fact, reply
    elseif reply.kind == "cancelled" then
      return nil, fetched
    else
      return failed(("no fact %s: %s"):format(name, tostring(reply))), fetched
    end
  end
end

--- A text of the policy's that is fit to be kept: what is not UTF-8 is shown, not stored.
local function text_of(text)
  if text == nil or core.utf8(text) then return text end
  return (text:gsub("[\128-\255]", function(byte) return ("\\x%02x"):format(byte:byte()) end))
end

--- What to write down for an outcome that is no need.
---@param outcome idngo.policy.Outcome
---@param known table<string, table> the facts it saw
---@param applicant table
---@return "pass"|"hold"|"act"|"error" decision
---@return string? reason
---@return integer? line
---@return table[] steps {action =, args = as JSON, reason =, line =}
function M.settle(outcome, known, applicant)
  if outcome.kind == "error" then return "error", text_of(outcome.message), outcome.line, {} end
  local decision, decided, steps, seen, held = "pass", outcome.actions[1], {}, {}, {}
  for _, action in ipairs(outcome.actions) do
    if handlers.actions[action.name] then
      local args, why = arguments.complete(action, known, applicant)
      if not args then return "error", why, action.line, {} end
      local ok, text = pcall(json.encode, args, action.name, "[]")
      if not ok then return "error", text, action.line, {} end
      local class = handlers.class(action.name)
      local identity = class == "N" and action.name or action.name .. text
      if seen[identity] then return "error", action.name .. " stands twice in one decision", action.line, {} end
      seen[identity] = true
      steps[#steps + 1] = { action = action.name, args = text, reason = text_of(action.reason), line = action.line }
      if decision ~= "act" then decision, decided = "act", action end
    elseif action.name == "hold" then
      held[#held + 1] = action.reason
      if decision == "pass" then decision, decided = "hold", action end
    end
  end
  local reason = decided.reason
  if decision == "hold" then reason = table.concat(held, "; ") end
  return decision, text_of(reason), decided.line, steps
end

--- Does `fn` in one transaction with those of other applicants that come to it at the same time: a commit waits for
--- the disk, and all of them with it.
local function commit_together(deps, store, fn)
  local batch = deps.batch
  if not batch then
    batch = {}
    deps.batch = batch
    batch.task = parallel.spawn(function()
      hosts.current().sleep(GATHER)
      deps.batch = nil
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
local function kept_replies(deps, fetched)
  local replies = {}
  for name, reply in pairs(fetched) do
    replies[name] = deps.kept[name] or { body = json.encode(reply, name, "[]") }
    if facts.facts[name].account then deps.kept[name] = replies[name] end
  end
  return replies
end

--- Writes down what was fetched, and the decision when there is one.
local function write_down(deps, store, line, fetched, outcome, known)
  local found = { facts = kept_replies(deps, fetched), steps = {} }
  if outcome then
    found.decision, found.reason, found.line, found.steps = M.settle(outcome, known, line.applicant)
  end
  commit_together(deps, store, function() store:decided(line, found) end)
end

--- The facts recorded for an applicant, normalised again.
---@param store idngo.run.Store
---@param n integer
---@return table<string, table> facts
function M.recorded(store, n)
  local known = {}
  for _, row in ipairs(store:rows("facts", n)) do
    if not store.tables.old and core.sha256(tostring(row.body)) ~= row.hash then
      error(store:damaged("replies", row.hash, "is not what was recorded"), 0)
    end
    local fact, why = facts.normalise(row.name, store:decode(row.body, "replies", row.hash))
    if not fact then error(store:damaged("replies", row.hash, why), 0) end
    known[row.name] = fact
  end
  return known
end

--- What a policy may read of a run's applicants. Runs of 0.1.0 did not write it down: there it is what their rows have.
---@param store idngo.run.Store
---@return idngo.policy.Names
function M.columns(store)
  local recorded = store:get("columns")
  if recorded then return json.decode(recorded) end
  local columns
  for row in store:each("lines") do columns = column_names.add(columns, json.decode(row.fields)) end
  return columns
end

--- What every evaluation of a run is given beside facts and applicant.
---@param store idngo.run.Store
---@return idngo.policy.EvaluateOptions
function M.given(store)
  return { columns = M.columns(store), today = day.today(store) }
end

--- What kept applicants from being decided about, as an error of the run.
local function put_off_error(put_off)
  local who = put_off.count == 1 and put_off.id or ("%d applicants, such as %s,"):format(put_off.count, put_off.id)
  return err.new { kind = "timeout", outcome = "not_sent", message = ("nothing was decided about %s: %s"):format(who,
    put_off.why), hint = "try again; if it is the same ones every time, the policy has to be mended and planned anew" }
end

--- Counts evaluations that came to nothing; throws when there is no end of them.
local function put_off(deps, id, outcome)
  local so_far = deps.put_off
  so_far.count, so_far.row = so_far.count + 1, so_far.row + 1
  so_far.id, so_far.why = so_far.id or id, so_far.why or outcome.message
  if so_far.row >= PATIENCE then error(put_off_error(so_far), 0) end
end

local function decide(run, deps, line)
  local store = run.store
  local row = store:row("line", line.n)
  line.id, line.applicant = row.id, store:decode(row.fields, "lines", line.n)
  local known = M.recorded(store, line.n)
  local outcome, fetched = evaluate(deps, line.applicant, known)
  if outcome and outcome.transient then
    write_down(deps, store, line, fetched, nil, known)
    store:put_line(line)
    return put_off(deps, row.id, outcome)
  end
  deps.put_off.row = 0
  deps.on_step("decided")
  write_down(deps, store, line, fetched, outcome, known)
  deps.on_step("written")
end

--- Seals the plan when everybody has been decided about.
local function finish(run)
  local store = run.store
  local hash = lines.plan(store, handlers).hash
  store:transaction(function()
    store:set("plan_hash", hash)
    local now = core.wall()
    store:set("planned", now)
    store:set("state", "planned")
    store:record("planned", { plan = hash, decisions = summary(store).decisions, at = now })
  end)
end

--- Decides about every applicant that is not decided yet.
---@param run idngo.run.Run whose plan is not finished
---@param deps idngo.run.Work
---@return string? hash of the plan
---@return any problem or the number of the signal that interrupted it
function M.run(run, deps)
  assert(not run.store.witness.planned, "the plan is finished")
  deps.shared, deps.kept, deps.given, deps.put_off = {}, {}, M.given(run.store), { count = 0, row = 0 }
  local queue = apply.queue(run.store, "new", deps.concurrency)
  local signal, problem = workers.run(queue, function(line) decide(run, deps, line) end, {
    concurrency = deps.concurrency,
    tick = function()
      run.stats:look(deps.client:lanes())
      deps.tick(queue.done, queue.total)
    end,
  })
  local ok, failure = pcall(function()
    run:save_stats()
    if not problem and not signal and deps.put_off.count > 0 then problem = put_off_error(deps.put_off) end
    if not signal and not problem then finish(run) end
    run.store:sync_log()
  end)
  if problem or not ok then return nil, problem or failure end
  if signal then return nil, signal end
  return run.store:get("plan_hash")
end

return M
