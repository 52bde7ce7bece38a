-- Many lines at once, until all are done, something fails, or a signal asks to stop.
--
-- After SIGINT, SIGTERM or SIGHUP no new lines are taken; those under way get some seconds to end by themselves and are then
-- cancelled, at once when the signal comes again. So every line ends where it can be resumed.

local compat = require("idngo.compat")
local core = require("idngo.core")
local runtimes = require("idngo.runtime.current")
local journal = require("idngo.journal")
local parallel = require("idngo.runtime.parallel")

local M = {}

local TICK, GRACE = 0.1, 5

--- Keeps the first failure; no more lines are given out then.
local function fail(state, queue, err)
  state.err = state.err or err
  queue:stop()
end

--- One worker: takes lines until there is none.
local function go_on(state, queue, work)
  while true do
    local ok, result = compat.try(function()
      local line = queue:next()
      if not line then return true end
      state.busy = state.busy + 1
      work(line)
      queue:finish(line)
      state.busy = state.busy - 1
    end)
    if not ok then fail(state, queue, result) end
    if ok and result then return end
  end
end

--- Listens for signals until the work has ended. The first one is answered at once.
local function watch(state, queue, signals, stopping)
  local runtime, limit = runtimes.current(), nil
  while not state.ended and not runtime.cancelled do
    runtime.sleep(TICK)
    local signal = signals:caught()
    if signal and state.signal then runtime:cancel() end
    if signal and not state.signal then
      state.signal, limit = signal, core.now() + GRACE
      queue:stop()
      if stopping and state.busy > 0 then pcall(stopping, state.busy, GRACE) end
    end
    if limit and core.now() >= limit then runtime:cancel() end
  end
end

--- Calls `tick`, which may have to wait, until the work has ended.
local function beat(state, queue, tick)
  local runtime = runtimes.current()
  while not state.ended and not runtime.cancelled do
    runtime.sleep(TICK)
    local ok, err = compat.pcall(tick)
    if not ok then fail(state, queue, err) end
  end
end

---@class idngo.run.Workers
---@field concurrency integer lines at once
---@field tick fun() called several times a second
---@field stopping? fun(busy: integer, seconds: number) told when a signal came: how many lines are begun, and how long they have

--- Calls `work(line)` for every line of a queue. Client calls in it look blocking.
---@param queue idngo.run.Queue or what has its fields `total` and `done`, and its methods next, finish, renew, stop and close
---@param work fun(line: table)
---@param options idngo.run.Workers
---@return integer? signal the one that stopped it
---@return any err what the first failing line threw; the others ended by themselves
function M.run(queue, work, options)
  if queue.total == 0 then return nil, nil end
  local signals, state, all = assert(journal.signals()), { busy = 0 }, {}
  for i = 1, options.concurrency do all[i] = i end
  local function tick()
    options.tick()
    queue:renew()
  end
  local ok, err = pcall(parallel.run, function()
    parallel.spawn(watch, state, queue, signals, options.stopping)
    parallel.spawn(beat, state, queue, tick)
    parallel.parallel(all, function() go_on(state, queue, work) end, { concurrency = options.concurrency })
    state.ended = true
  end)
  signals:close()
  if not ok then error(err, 0) end
  if state.signal or state.err then
    ok, err = pcall(queue.close, queue)
    if not ok then state.err = state.err or err end
  end
  return state.signal, state.err
end

return M
