-- How long what is left of a run takes: from how many calls it will make, what the lanes let through, and what calls take.
--
-- The rate so far tells little: a lane gives what it holds at once and then waits, and the calls that are slow may all be
-- still to come. So what is left is counted by endpoint, and each lane asked how long it needs for its part. What it really
-- took, set against what the same reckoning says of the calls made so far, corrects it.

local lane_names = require("idngo.limits.lanes").names
local operation = require("idngo.operation")

local M = {}

---@param counts table<string, number> calls, by endpoint
---@param lanes {name: string, slots: integer, window: number}[]
---@param endpoints table<string, table> of run/stats.lua: what a call takes
---@param concurrency integer calls at once
---@return number? seconds nil where a lane is left as fast as the service answers, and it has not answered yet
function M.seconds(counts, lanes, endpoints, concurrency)
  local exists, calls, busy, unseen, all = {}, {}, {}, {}, 0
  for _, lane in ipairs(lanes) do exists[lane.name], calls[lane.name], busy[lane.name] = true, 0, 0 end
  for endpoint, count in pairs(counts) do
    local row, known = endpoints[endpoint], operation.of(endpoint) -- what the API's index does not have is in no lane
    local seconds = row and row.replies > 0 and count * row.seconds / row.replies or 0
    all = all + seconds
    for _, lane in ipairs(known and lane_names(known, exists) or {}) do
      calls[lane], busy[lane] = calls[lane] + count, busy[lane] + seconds
      unseen[lane] = unseen[lane] or (seconds == 0 and count > 0)
    end
  end
  local longest = all / concurrency
  for _, lane in ipairs(lanes) do
    if lane.window == 0 and unseen[lane.name] then return nil end
    longest = math.max(longest, calls[lane.name] / lane.slots * lane.window, busy[lane.name] / lane.slots)
  end
  return longest
end

--- Requests so far, by endpoint.
local function requests(endpoints)
  local counts = {}
  for name, row in pairs(endpoints) do counts[name] = row.requests end
  return counts
end

local LEFT = { "planned", "intent", "sent" }

--- Steps that are still to be carried out, by endpoint; those of a plan that is not made yet are not known.
local function steps_left(run)
  local counts, totals = {}, run.store:totals()
  for name, action in pairs(run.handlers.actions) do
    for _, state in ipairs(LEFT) do
      local count = totals[("step:%s:%s"):format(name, state)]
      if count then counts[action.endpoint] = (counts[action.endpoint] or 0) + count end
    end
  end
  return counts
end

--- An outlook from now on, for run/work.lua's tick: seconds that are left, or nil while nothing can be said.
---@param run {store: idngo.run.Store, handlers: idngo.run.Handlers, stats: table}
---@param planning boolean its steps are not known yet
---@param concurrency integer
---@param now fun(): number
---@return fun(done: integer, total: integer, lanes: table[]): number?
function M.new(run, planning, concurrency, now)
  local began, before = now(), requests(run.stats.endpoints)
  local of_steps = {}
  for _, action in pairs(run.handlers.actions) do of_steps[action.endpoint] = not planning or nil end
  return function(done, total, lanes)
    if done == 0 or #lanes == 0 then return nil end
    local made, left, widest, waiting = {}, planning and {} or steps_left(run), 0, 0
    for _, count in pairs(run.stats.waiting) do waiting = waiting + count end
    local lines = math.min(done + waiting, total) -- a line whose call waits has shown which calls it makes
    for name, count in pairs(requests(run.stats.endpoints)) do
      made[name] = count - (before[name] or 0)
      local waits = run.stats.waiting[name] or 0
      if not of_steps[name] then left[name] = (made[name] + waits) / lines * (total - lines) + waits end
    end
    for _, lane in ipairs(lanes) do widest = math.max(widest, lane.window) end
    local took = now() - began
    local reckoned = M.seconds(made, lanes, run.stats.endpoints, concurrency)
    local rest = M.seconds(left, lanes, run.stats.endpoints, concurrency)
    if not rest then return nil end
    if not reckoned or reckoned < took / 2 then return took / done * (total - done) end -- something else takes the time
    local leeway = math.max(2 * widest, 5)
    local slower = math.max(1, (took + leeway) / (reckoned + leeway))
    return rest * slower
  end
end

return M
