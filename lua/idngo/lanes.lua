-- Rate-limit lanes of one client: which lanes a call needs, and waiting for them.
--
-- Slots are kept by idngo.core in a file that all processes of this user share, one per account, so that a
-- second run, another worker and another client of the account are counted too.

local core = require("idngo.core")
local suggest = require("idngo.suggest")

local M = {}

--- The limits of the reference and, for the account as a whole, of the vendor's general documentation:
--- {slots, window in seconds}. A window of 0 means that so many may be in flight.
M.defaults = {
  read = { 300, 5 },
  write = { 50, 5 },
  report = { 1, 0 },
  similar_by_text_and_face = { 7, 10 },
  similar_by_text = { 10, 10 },
  import_applicant = { 10, 10 },
}

local known = { "read", "write" }
for _, endpoint in ipairs(core.endpoints) do known[#known + 1] = endpoint.name end

local function is_lane(lane)
  return type(lane) == "table" and type(lane[1]) == "number" and type(lane[2]) == "number"
    and lane[1] >= 1 and lane[1] <= 1024 and lane[1] % 1 == 0 and lane[2] >= 0 and lane[2] <= 3600
end

--- Merges the `limits` option into the defaults; throws on what is no lane.
---@param limits table|false|nil
---@return table<string, table>
local function merge(limits)
  local lanes = {}
  if limits == false then return lanes end
  for name, lane in pairs(M.defaults) do lanes[name] = lane end
  for name, lane in pairs(limits or {}) do
    local found = false
    for _, word in ipairs(known) do found = found or word == name end
    if not found then error(("limits: unknown lane %s, %s"):format(tostring(name), suggest(name, known)), 0) end
    if lane ~= false and not is_lane(lane) then
      error(("limits.%s must be {slots, window in seconds}, such as {7, 10}, or false"):format(name), 0)
    end
    lanes[name] = lane or nil
  end
  return lanes
end

local Lanes = {}
Lanes.__index = Lanes

--- Opens the shared file at the first use; true, or nil and why not.
local function open(self)
  if self.limiter then return true end
  local limiter, why = core.limiter(self.key, self.dir)
  if not limiter then return nil, why end
  local index = {}
  for name, lane in pairs(self.lanes) do index[name] = limiter:lane(name, lane[1], lane[2]) end
  self.limiter, self.index = limiter, index -- all of it, or the next call would miss a lane
  return true
end

--- The account's lane for calls of a plan.
local function sort_of(plan)
  return plan.method == "GET" and "read" or "write"
end

--- The lanes of a plan's calls as the limiter's indexes, or false when none applies; made once per plan.
---@return integer[]|false|nil
---@return string? why not
local function lanes_of(self, plan)
  local list = {}
  if next(self.lanes) ~= nil then
    local ok, why = open(self)
    if not ok then return nil, why end
    list[1] = self.index[plan.name]
    list[#list + 1] = self.index[sort_of(plan)]
  end
  local lanes = list[1] and list or false
  self.lists[plan] = lanes
  return lanes
end

--- Waits for a slot in every lane that calls of `plan` need.
---@param host table
---@param plan table see client.lua
---@param lease number seconds the attempt may take
---@param deadline number? on the host's clock
---@param on_wait? fun(lane: string, seconds: number) told once, when there is a wait
---@return integer|false|nil grant false when no lane applies
---@return table? problem
function Lanes:acquire(host, plan, lease, deadline, on_wait)
  local list = self.lists[plan]
  if list == nil then
    local why
    list, why = lanes_of(self, plan)
    if list == nil then return nil, { kind = "config", message = why } end
  end
  if not list then return false end
  local limiter = self.limiter
  local grant, wait, ticket, lane, expected = limiter:acquire(list, lease)
  if grant then return grant end
  if on_wait and ticket then on_wait(lane, expected) end
  while not grant do
    if not ticket then return nil, { kind = "config", message = wait } end
    if deadline and core.now() + wait > deadline then
      limiter:forget(ticket)
      return nil, { kind = "limit", message = ("no free slot in lane %s before the deadline"):format(lane) }
    end
    host.sleep(wait)
    if host.cancelled then
      limiter:forget(ticket)
      return nil, { kind = "cancelled", message = "cancelled while it waited for a slot", permanent = true }
    end
    grant, wait, ticket, lane = limiter:acquire(list, lease, ticket)
  end
  return grant
end

--- Gives the slots of an attempt back.
---@param grant integer|false
---@param how "answered"|"not_sent"|"lost"
---@param at number? when the answer came
function Lanes:release(grant, how, at)
  if grant then self.limiter:release(grant, how, at) end
end

--- After a 429: nobody sends in the call's own lane (or the account's, where it has none) for `seconds`, or for
--- the lane's window when the server did not say.
---@return string? lane
---@return number? seconds
function Lanes:refused(plan, seconds)
  local name = self.lanes[plan.name] and plan.name or sort_of(plan)
  local lane = self.lanes[name]
  if not lane or not self.limiter then return nil, seconds end
  seconds = seconds or lane[2]
  self.limiter:close_lane(self.index[name], seconds)
  return name, seconds
end

--- What the lanes hold now, for people: see core.limiter's snapshot. Lanes that nobody has used yet are there, too.
function Lanes:snapshot()
  if next(self.lanes) == nil or not open(self) then return {} end
  local found, seen = self.limiter:snapshot() or {}, {}
  for _, lane in ipairs(found) do seen[lane.name] = true end
  for name, lane in pairs(self.lanes) do
    if not seen[name] then
      found[#found + 1] = { name = name, slots = lane[1], window = lane[2], used = 0, waiting = 0, closed_for = 0 }
    end
  end
  return found
end

function Lanes:close()
  if self.limiter then self.limiter:close() end
  self.limiter = nil
end

--- The lanes of one account.
---@param account string tells one account from another; not a secret
---@param limits table|false|nil the option
---@param dir string? where the shared file is, unless in its usual place
function M.new(account, limits, dir)
  local lists = setmetatable({}, { __mode = "k" }) -- by plan; some are of one call only
  return setmetatable({ key = account, dir = dir, lanes = merge(limits), lists = lists }, Lanes)
end

return M
