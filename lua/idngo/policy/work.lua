-- What planning and applying work with: the client with its events told to the run, the account it is for, estimates.

local calls = require("idngo.policy.calls")
local compat = require("idngo.compat")
local config = require("idngo.config")
local core = require("idngo.core")
local facts = require("idngo.policy.facts")
local idngo = require("idngo")
local lane_names = require("idngo.lanes").names

local M = {}

--- Which account the settings name: a plan is applied to no other. Neither token nor secret is in it.
---@param settings table options of idngo.client
---@return string?
---@return idngo.Error?
function M.account(settings)
  local resolved, problem = config.resolve(settings)
  if not resolved then return nil, problem end
  resolved.signer:close()
  local base = resolved.base
  return core.sha256(("%s://%s:%s%s\0%s"):format(base.scheme, base.host, base.port or "", base.prefix, resolved.app_token))
end

---@class idngo.policy.WorkOptions
---@field client table? options of idngo.client
---@field pool table? evaluators, for planning
---@field concurrency integer?
---@field tick fun(done: integer, total: integer)? progress
---@field on_step fun(name: string)? called between the steps of one applicant: decided, written; intent, sent,
---  answered, settled

local function nothing() end

--- What plan.run and apply.run take. Close its client when done.
---@param run idngo.policy.Run
---@param options idngo.policy.WorkOptions
---@return idngo.policy.Work?
---@return idngo.Error?
function M.open(run, options)
  local hearing = setmetatable({}, { __mode = "k" }) -- by coroutine: what to tell the events of its call
  local settings = {}
  for name, value in pairs(options.client or {}) do settings[name] = value end
  settings.on_event = function(event)
    run.stats:hear(event)
    local hear = hearing[compat.running()]
    if hear then hear(event) end
  end
  local client, problem = idngo.client(settings)
  if not client then return nil, problem end
  return {
    client = client, pool = options.pool, concurrency = options.concurrency or 16, tick = options.tick or nothing,
    on_step = options.on_step or nothing,
    hear = function(listener) hearing[compat.running()] = listener end,
  }
end

--- How many calls applying will make, by endpoint; facts are read again before what cannot be taken back.
local function counts_of(store)
  local counts, confirmed = {}, nil
  local function add(endpoint) counts[endpoint] = (counts[endpoint] or 0) + 1 end
  for step in store:each("all_steps") do
    local call = calls.of[step.action]
    add(call.endpoint)
    if call.destructive and confirmed ~= step.n then
      confirmed = step.n
      for _, fact in ipairs(store:rows("fact_hashes", step.n)) do add(facts.facts[fact.name].method) end
    end
  end
  return counts
end

--- How long applying takes at least, by what the lanes let through.
---@param store idngo.policy.Store
---@param lanes table[] of client:lanes()
---@return number seconds
---@return string? lane the one that takes longest
function M.estimate(store, lanes)
  local rows, exists, by_lane = {}, {}, {}
  for _, row in ipairs(core.endpoints) do rows[row.name] = row end
  for _, lane in ipairs(lanes) do exists[lane.name] = true end
  for endpoint, count in pairs(counts_of(store)) do
    for _, lane in ipairs(lane_names(rows[endpoint], exists)) do by_lane[lane] = (by_lane[lane] or 0) + count end
  end
  local longest, slowest = 0, nil
  for _, lane in ipairs(lanes) do
    local seconds = math.floor(((by_lane[lane.name] or 0) - 1) / lane.slots) * lane.window
    if seconds > longest then longest, slowest = seconds, lane.name end
  end
  return longest, slowest
end

return M
