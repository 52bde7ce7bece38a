-- A run's folder: journal.db (the truth), audit.jsonl, files/, lock, and its reports. Made, opened, closed; the hash
-- that an approval is bound to.

local audit = require("idngo.policy.audit")
local core = require("idngo.core")
local err = require("idngo.error")
local json = require("idngo.json")
local run_folder = require("idngo.run_folder")
local stats = require("idngo.policy.stats")
local store = require("idngo.policy.store")

local M = {}

---@class idngo.policy.Run
---@field dir string
---@field store idngo.policy.Store
---@field stats table see stats.lua
local Run = {}
Run.__index = Run

local BUSY = { message = "another runner is at work on ",
  hint = "wait for it, or stop it with a signal; idngo status tells how far it is",
  patience = 1 } -- a runner that was killed while it started an evaluator leaves its lock with that one for a moment

--- A run whose lock is held, its journal opened by `open(key)`.
local function new_run(dir, create_key, open)
  local key, problem = audit.key(create_key)
  if not key then return nil, problem end
  local lock
  lock, problem = store:lock(dir, BUSY)
  if not lock then return nil, problem end
  local opened
  opened, problem = open(key)
  if not opened then
    lock:close()
    return nil, problem
  end
  return setmetatable({ dir = dir, lock = lock, store = opened, stats = stats.new(opened:get("stats")) }, Run)
end

---@class idngo.policy.Plan
---@field policy {text: string, file: string, name: string, version: string}
---@field rows table[] applicants, from input.parse
---@field columns idngo.policy.Names? of all rows, from there too
---@field account string tells one account from another; not a secret

--- The day that a time lies on: UTC, as the service's own times are.
---@param seconds number
---@return string "2026-01-31"
function M.day(seconds)
  return os.date("!%Y-%m-%d", math.floor(seconds))
end

--- Today as a run's policy is told it, whenever it is asked: the day on which its plan was begun. Where the log was read, it
--- is believed before the table. Older runs wrote down nothing but the time.
---@param kept idngo.policy.Store
---@return string
function M.today(kept)
  return kept.witness and kept.witness.today or kept:get("today") or M.day(kept:get("created"))
end

--- Begins a run: its folder, its applicants, nothing decided.
---@param dir string new, or empty
---@param plan idngo.policy.Plan
---@return idngo.policy.Run?
---@return idngo.Error?
function M.create(dir, plan)
  local made, refused = run_folder.make(dir, "files")
  if not made then return nil, refused end
  return new_run(dir, true, function(key)
    return store.create(dir, key, function(kept)
      local policy, now = plan.policy, core.wall()
      kept:set("policy", policy.text)
      kept:set("policy_file", policy.file)
      kept:set("policy_name", policy.name)
      kept:set("policy_version", policy.version)
      kept:set("account", plan.account)
      kept:set("created", now)
      kept:set("today", M.day(now))
      if plan.columns then kept:set("columns", json.encode(plan.columns)) end
      for n, row in ipairs(plan.rows) do kept:run("add_applicant", n, row.id, json.encode(row, "row", "[]")) end
      kept:set("state", "planning")
      kept:record("begun", { policy = policy.name, version = policy.version, policy_sha256 = core.sha256(policy.text),
        applicants = #plan.rows, today = M.day(now), run = assert(audit.random(16), "the system has no random bytes") })
    end)
  end)
end

--- Opens a run to go on with it.
---@param dir string
---@param account string? must be the one it was planned for
---@return idngo.policy.Run?
---@return idngo.Error?
function M.open(dir, account)
  local seen, missing = store.read(dir) -- no lock is left in a folder that holds no run
  if not seen then return nil, missing end
  seen:close()
  local own, refused = run_folder.make(dir, "files")
  if not own then return nil, refused end
  local self, problem = new_run(dir, false, function(key) return store.open(dir, key) end)
  if not self then return nil, problem end
  if account and self.store:get("account") ~= account then
    self:close()
    return nil, err.config("the plan was made for another base_url or app_token",
      "use the settings that it was planned with, or plan again")
  end
  return self
end

---@class idngo.policy.Line what was planned for one applicant
---@field n integer
---@field id string
---@field steps table[] rows, in order
---@field facts table<string, string> hashes of the replies that it rests on, by fact
---@field digest string of all this but the steps' states

--- Reads the line of an applicant.
---@param kept idngo.policy.Store
---@param row table of applicants
---@return idngo.policy.Line
---@return string text what its digest is of
function M.line(kept, row)
  local line, actions = { n = row.n, id = row.id, steps = kept:rows("steps", row.n), facts = {} }, {}
  for i, step in ipairs(line.steps) do
    if step.k ~= i then error(kept:damaged("steps", ("%d.%s"):format(row.n, tostring(step.k)), "is out of order"), 0) end
    actions[i] = { name = step.action, args = step.args, reason = step.reason }
  end
  for _, fact in ipairs(kept:rows("fact_hashes", row.n)) do line.facts[fact.name] = fact.hash end
  local text = json.encode({ id = row.id, fields = row.fields, decision = row.decision,
    reason = row.reason, actions = actions, facts = line.facts }, "applicant", "[]")
  line.digest = core.sha256(text)
  return line, text
end

--- The hash of all that was planned: the policy, the account, the day, every applicant's decision with its actions and
--- reasons, and the replies it rests on. Same plan, same hash.
---@param kept idngo.policy.Store
---@param see fun(line: idngo.policy.Line)? given every line on the way
---@return string
function M.plan_hash(kept, see)
  local policy = kept:get("policy")
  if type(policy) ~= "string" then error(kept:damaged("run", "policy", "is no text"), 0) end
  local hash = core.sha256(json.encode { format = 1, policy = core.sha256(policy), account = kept:get("account"),
    name = kept:get("policy_name"), version = kept:get("policy_version"), today = kept:get("today") })
  for row in kept:each("applicants") do
    local line, text = M.line(kept, row)
    hash = core.sha256(hash .. text)
    if see then see(line) end
  end
  return hash
end

--- Writes down what the calls have cost so far.
function Run:save_stats()
  self.store:set("stats", self.stats:encode())
end

--- Sums for people and reports; and, where there are any, the steps that may or may not have taken effect.
---@param kept idngo.policy.Store
function M.summary(kept)
  local function counts(rows, key)
    local found = {}
    for _, row in ipairs(rows) do found[row[key]] = (found[row[key]] or 0) + row.count end
    return found
  end
  local states = kept:rows("states")
  local actions = {}
  for _, row in ipairs(states) do
    actions[row.action] = actions[row.action] or {}
    actions[row.action][row.state] = row.count
  end
  local unknown = {}
  for i, step in ipairs(kept:rows("in_state", "unknown", -1)) do
    unknown[i] = { applicantId = step.id, action = step.action, problem = step.problem }
  end
  return {
    unknown = unknown[1] and unknown, state = kept:get("state"), plan = kept:get("plan_hash"), policy = kept:get("policy_name"),
    version = kept:get("policy_version"), applicants = kept:row("size").count,
    decisions = counts(kept:rows("decisions"), "decision"), steps = counts(states, "state"), actions = actions,
    facts = counts(kept:rows("fact_counts"), "name"), deactivations = kept:row("deactivations").count,
  }
end

Run.close, Run.__close = run_folder.close, run_folder.close

return M
