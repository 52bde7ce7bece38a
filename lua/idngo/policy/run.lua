-- Runs of policies: what they start from.

local core = require("idngo.core")
local folder = require("idngo.run.folder")
local handlers = require("idngo.policy.handlers")
local json = require("idngo.json")
local people = require("idngo.run.people")

local M = {}

---@class idngo.policy.Plan
---@field policy {text: string, file: string, name: string, version: string}
---@field rows idngo.policy.Rows applicants, from input.lua; closed when they are taken
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
---@param kept idngo.run.Store
---@return string
function M.today(kept)
  return kept.witness and kept.witness.today or kept:get("today") or M.day(kept:get("created"))
end

--- Begins a run: its folder, its applicants, nothing decided.
---@param dir string new, or empty
---@param plan idngo.policy.Plan
---@return idngo.run.Run?
---@return idngo.Error?
function M.create(dir, plan)
  local account, problem = people.account(plan.account)
  if not account then return nil, problem end
  local counter = account:counter() -- whom any run acts on from now on voids what is decided
  account:close()
  local run
  run, problem = folder.create(dir, handlers, function(kept)
    local policy, now = plan.policy, core.wall()
    kept:set("policy", policy.text)
    kept:set("policy_file", policy.file)
    kept:set("policy_name", policy.name)
    kept:set("policy_version", policy.version)
    kept:set("account", plan.account)
    kept:set("created", now)
    kept:set("today", M.day(now))
    if plan.columns then kept:set("columns", json.encode(plan.columns)) end
    for n, id, fields in plan.rows:each() do kept:add_line(n, id, fields) end
    kept:set("state", "planning")
    return { policy = policy.name, version = policy.version, policy_sha256 = core.sha256(policy.text),
      applicants = plan.rows.count, today = M.day(now), acted = counter }
  end)
  plan.rows:close()
  return run, problem
end

--- Opens a run to go on with it.
---@param dir string
---@param account string? must be the one it was planned for
---@return idngo.run.Run?
---@return idngo.Error?
function M.open(dir, account) return folder.open(dir, handlers, account) end

return M
