-- Runs of policies: what they start from.

local core = require("idngo.core")
local day = require("idngo.policy.day")
local folder = require("idngo.run.folder")
local handlers = require("idngo.policy.handlers")
local json = require("idngo.json")
local people = require("idngo.run.people")

local M = {}

---@class idngo.policy.Plan
---@field policy {text: string, file: string, name: string, version: string}
---@field rows idngo.policy.Rows applicants, from input.lua; closed once they are stored
---@field columns idngo.policy.Names? of all rows, from there too
---@field account string tells one account from another; not a secret
---@field profile string? whose settings those are: the run is of no other

--- Begins a run: its folder, its applicants, nothing decided.
---@param dir string new, or empty
---@param plan idngo.policy.Plan
---@return idngo.run.Run?
---@return idngo.Error?
function M.create(dir, plan)
  local account, err = people.account(plan.account, dir)
  if not account then return nil, err end
  local counter = account:counter() -- whom any run acts on from now on voids what is decided
  account:close()
  local run
  run, err = folder.create(dir, handlers, function(store)
    local policy, now = plan.policy, core.wall()
    store:set("policy", policy.text)
    store:set("policy_file", policy.file)
    store:set("policy_name", policy.name)
    store:set("policy_version", policy.version)
    store:set("account", plan.account)
    if plan.profile then store:set("profile", plan.profile) end
    store:set("created", now)
    store:set("today", day.of(now))
    if plan.columns then store:set("columns", json.encode(plan.columns)) end
    for n, id, fields in plan.rows:each() do store:add_line(n, id, fields) end
    store:set("state", "planning")
    return { policy = policy.name, version = policy.version, policy_sha256 = core.sha256(policy.text),
      applicants = plan.rows.count, today = day.of(now), acted = counter }
  end)
  plan.rows:close()
  return run, err
end

--- Opens a run to go on with it, perhaps with others.
---@param dir string
---@param account string? must be the one it was planned for
---@return idngo.run.Run?
---@return idngo.Error?
function M.open(dir, account) return folder.open(dir, handlers, account, nil, true) end

return M
