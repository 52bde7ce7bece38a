-- Many applicants at once, until all are done, something fails, or a signal asks to stop.
--
-- SIGINT and SIGTERM stop the taking of new items; what is under way gets some seconds to end by itself and is then
-- cancelled, at once when the signal comes again. So every item ends at a place it can be resumed from.

local compat = require("idngo.compat")
local core = require("idngo.core")
local hosts = require("idngo.hosts")
local journal = require("idngo.journal")
local parallel = require("idngo.parallel")

local M = {}

local TICK, GRACE = 0.1, 5

--- A worker's stop is told by its own flag, seen by all.
local function take(state, work, item)
  if state.signal or state.problem then return end
  local ok, problem = compat.try(function() work(item) end)
  if not ok then state.problem = state.problem or problem end
end

--- Listens for signals and calls `tick`, until the work has ended.
local function watch(state, signals, tick)
  local host, limit = hosts.current(), nil
  while not state.ended and not host.cancelled do
    host.sleep(TICK)
    local signal = signals:caught()
    if signal and state.signal then host:cancel() end
    if signal and not state.signal then state.signal, limit = signal, core.now() + GRACE end
    if limit and core.now() >= limit then host:cancel() end
    local ok, problem = pcall(tick)
    if not ok then state.problem = state.problem or problem end
  end
end

---@class idngo.policy.Crew
---@field concurrency integer items at once
---@field tick fun() called several times a second

--- Calls `work(item)` for every item. Client calls in it look blocking.
---@param items any[]
---@param work fun(item: any)
---@param options idngo.policy.Crew
---@return integer? signal the one that stopped it
---@return any problem what the first failing item threw; the others were let end
function M.run(items, work, options)
  if #items == 0 then return nil, nil end
  local signals, state = assert(journal.signals()), {}
  local ok, failed = pcall(parallel.run, function()
    parallel.spawn(watch, state, signals, options.tick)
    parallel.parallel(items, function(item) take(state, work, item) end, { concurrency = options.concurrency })
    state.ended = true
  end)
  signals:close()
  if not ok then error(failed, 0) end
  return state.signal, state.problem
end

return M
