-- What planning and applying work with: the client with its events told to the run; and how long the work takes.

local compat = require("idngo.compat")
local lane_names = require("idngo.limits.lanes").names
local new_client, time_of = require("idngo.client").new, require("idngo.client").timeout
local operation = require("idngo.operation")
local LEASE = require("idngo.run.queue").LEASE

local M = {}

---@class idngo.run.Work what planning and applying are given
---@field client idngo.Client its on_event tells run.stats
---@field pool table? evaluators, for planning
---@field concurrency integer
---@field tick fun(done: integer, total: integer, lanes: table[]) called several times a second, with client:lanes()
---@field stopping? fun(busy: integer, seconds: number) see run/workers.lua
---@field waits? fun(count: integer) see run/queue.lua
---@field misses? fun(err: idngo.Error) told when the server that keeps the run is gone, and is waited for
---@field patience number? seconds for which it is
---@field lease number seconds for which lines are claimed
---@field timeout number seconds that an attempt may take
---@field on_step fun(name: string) called between the steps of one line
---@field accept_async boolean? a person takes on what standbys may lack: see postgres.lua
---@field hear fun(listener: fun(event: table)?) what to tell the events of the running line's calls

---@class idngo.run.WorkOptions
---@field client table? options of idngo.client
---@field pool table? evaluators, for planning
---@field concurrency integer?
---@field tick fun(done: integer, total: integer, lanes: table[])? progress
---@field stopping? fun(busy: integer, seconds: number) what a signal waits for
---@field waits fun(count: integer)? told how many lines other processes have, when no others are left
---@field misses fun(err: idngo.Error)? told when the server that keeps the run is gone, and is waited for
---@field patience number? seconds for which it is
---@field lease number? seconds for which lines are claimed
---@field on_step fun(name: string)? called between the steps of one line: decided, written; intent, sent, answered, settled

M.CONCURRENCY = 16 -- lines at once

local function nothing() end

--- What planning and applying take. Close its client when done.
---@param run idngo.run.Run
---@param options idngo.run.WorkOptions
---@return idngo.run.Work?
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
  local client, err = new_client(settings)
  if not client then return nil, err end
  local timeout = time_of(client)
  return {
    lease = options.lease or math.max(LEASE, 2 * timeout), timeout = timeout, waits = options.waits,
    misses = options.misses, patience = options.patience,
    client = client, pool = options.pool, concurrency = options.concurrency or M.CONCURRENCY, tick = options.tick or nothing,
    stopping = options.stopping, on_step = options.on_step or nothing,
    hear = function(listener) hearing[compat.running()] = listener end,
  }
end

--- How many calls applying will make, by endpoint; what a step rests on is read again before what cannot be taken back.
local function counts_of(run)
  local counts, confirmed = {}, nil
  local function add(endpoint) counts[endpoint] = (counts[endpoint] or 0) + 1 end
  for step in run.store:each("all_steps") do
    local action = run.handlers.actions[step.action]
    if step.state ~= "applied" then add(action.endpoint) end
    if action.destructive and confirmed ~= step.n then
      confirmed = step.n
      for _, endpoint in ipairs(run.handlers.reads(run.store, step.n)) do add(endpoint) end
    end
  end
  return counts
end

--- How long applying takes at least, by what the lanes let through.
---@param run idngo.run.Run
---@param lanes {name: string, slots: integer, window: number}[] of client:lanes()
---@return number seconds
---@return string? lane the one that takes longest
---@return table<string, {calls: integer, at_once: integer}>? queues calls of lanes that bound how many are under way: they
---  take as long as the service does
function M.estimate(run, lanes)
  local exists, by_lane = {}, {}
  for _, lane in ipairs(lanes) do exists[lane.name] = true end
  for endpoint, count in pairs(counts_of(run)) do
    for _, lane in ipairs(lane_names(operation.of(endpoint), exists)) do by_lane[lane] = (by_lane[lane] or 0) + count end
  end
  local longest, slowest, queues = 0, nil, {}
  for _, lane in ipairs(lanes) do
    local calls = by_lane[lane.name] or 0
    local seconds = math.floor((calls - 1) / lane.slots) * lane.window
    if seconds > longest then longest, slowest = seconds, lane.name end
    if lane.window == 0 and calls > lane.slots then queues[lane.name] = { calls = calls, at_once = lane.slots } end
  end
  return longest, slowest, next(queues) and queues
end

return M
