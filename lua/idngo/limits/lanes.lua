-- Rate-limit lanes of one client: which lanes a call needs, and waiting for them.
--
-- Slots are kept in one of two stores, which have the same methods. One is idngo.core's, a file that all processes of this
-- user share, one per account, so that a second run, another worker and another client of the account are counted too. The
-- other is Redis, which all machines share: limits/redis.lua, whose methods may wait as the caller's runtime does.

local compat = require("idngo.compat")
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local sorted = require("idngo.sorted")
local suggest = require("idngo.suggest")

local ngx = compat.global("ngx")
-- inside nginx a thread may end without a word: somebody else gives back what its call holds
local calls = ngx and ngx.socket and require("idngo.transport.ngx_calls") or nil

local now, try = core.now, compat.pcall

local M = {}

local MOST = core.most_lanes

--- The names that lanes may have: the account's, those that endpoints share, and each endpoint's own.
local function known_names()
  local known, seen = sorted(endpoints.limits()), {}
  for _, name in ipairs(known) do seen[name] = true end
  for _, name in ipairs(endpoints.names()) do
    if not seen[name] then known[#known + 1], seen[name] = name, true end
  end
  return known
end

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
  for name, lane in pairs(endpoints.limits()) do lanes[name] = lane end
  for name, lane in pairs(limits or {}) do
    if not (endpoints.limits()[name] or endpoints.is_one(name)) then
      error(("limits: unknown lane %s, %s"):format(tostring(name), suggest(name, known_names())), 0)
    end
    if lane ~= false and not is_lane(lane) then
      error(("limits.%s must be {slots, window in seconds}, such as {7, 10}, or false"):format(name), 0)
    end
    lanes[name] = lane or nil
  end
  local count = 0
  for _ in pairs(lanes) do count = count + 1 end
  if count > MOST then error(("limits: %d lanes, and there is room for %d"):format(count, MOST), 0) end
  return lanes
end

local Lanes = {}
Lanes.__index = Lanes

--- The failure of a store that cannot be used: of files, since what is wrong with Redis is known to its own link.
local function unusable(self, message)
  return { kind = "config", message = message,
    hint = not self.redis and "the setting limits_dir, or IDNGO_LIMITS_DIR, names the folder of the limits" or nil }
end

--- Opens the store at the first use; true, or nil and why not.
local function open(self)
  if self.limiter then return true end
  local limiter, message
  if self.redis then
    limiter = require("idngo.limits.redis").new(self.redis, self.key, self.dir, self.late)
  else
    limiter, message = core.limiter(self.key, self.dir, self.late)
  end
  if not limiter then return nil, message end
  local index = {}
  for name, lane in pairs(self.lanes) do index[name] = limiter:lane(name, lane[1], lane[2]) end
  self.limiter, self.index = limiter, index -- all of it, or the next call would miss a lane
  return true
end

--- The lanes that calls of an endpoint are in, the most special first: the one that its row names, one of its own where
--- the user gave it one, and the account's.
---@param endpoint {name: string, method: string, lane: string?} a row of idngo.endpoints, or an operation
---@param lanes table<string, any> those that there are, by name
---@return string[]
function M.names(endpoint, lanes)
  local names = {}
  for _, name in ipairs { endpoint.lane or endpoint.name, endpoint.name, endpoints.account_limit(endpoint.method) } do
    if lanes[name] and names[#names] ~= name then names[#names + 1] = name end
  end
  return names
end

--- The lanes of an operation's calls as the limiter's indexes, or false when none applies; made once per operation.
---@return integer[]|false|nil
---@return string? why not
local function lanes_of(self, operation)
  local list = {}
  if next(self.lanes) ~= nil then
    local ok, message = open(self)
    if not ok then return nil, message end
    for i, name in ipairs(M.names(operation, self.lanes)) do list[i] = self.index[name] end
  end
  local lanes = list[1] and list or false
  self.lists[operation] = lanes
  return lanes
end

--- In Lua, and no tail call: LuaJIT throws an interrupt at the next step behind the sleep, which is to be in here.
local function sleep(runtime, seconds)
  runtime.sleep(seconds)
  return true
end

--- Asks again until the slots are there; a waiter keeps its place by its ticket, and gives it up when it goes. `state` and
--- `text`: why the store itself has everybody wait, when it does; on_wait is told when that changes.
---@return any grant
---@return table|number failure_or_asked what is wrong, or when the grant was asked for
local function wait_for(self, runtime, list, lease, deadline, on_wait, wait, ticket, lane, expected, state, text)
  local limiter = self.limiter
  local call = calls and calls.begin(self, ticket)
  local failure, asked, grant
  if on_wait and ticket then on_wait(lane, expected, state, text) end
  repeat
    if not ticket then
      failure = unusable(self, wait)
    elseif deadline and now() + wait > deadline then
      failure = { kind = "limit", message = ("no free slot in lane %s before the deadline%s"):format(lane,
        text and ": " .. text or "") }
    else
      local slept, thrown = try(sleep, runtime, wait)
      if not slept then
        if call then calls.finish() end
        self:give_up(ticket)
        error(thrown, 0)
      end
      if runtime.cancelled then
        failure = { kind = "cancelled", message = "cancelled while it waited for a slot", permanent = true }
      elseif self.closed then
        failure = { kind = "cancelled", message = "the client was closed", permanent = true }
      else
        asked = now()
        local before = state
        grant, wait, ticket, lane, expected, state, text = limiter:acquire(list, lease, ticket)
        if call then call.ticket = ticket or call.ticket end
        if on_wait and state ~= before then
          if before == "lost" then on_wait(lane, 0, "back") end
          if state then on_wait(lane, expected, state, text) end
        end
      end
    end
  until grant or failure
  if failure and ticket then limiter:cancel_wait(ticket) end
  if call then
    call.ticket, call.grant = nil, grant
    if failure then calls.finish() end
  end
  return grant, failure or asked
end

--- Waits for a slot in every lane that calls of `operation` need.
---@param runtime table
---@param operation table see operation.lua
---@param lease number seconds the attempt may take
---@param deadline number? on the runtime's clock
---@param on_wait? fun(lane: string?, seconds: number, state: string?, text: string?) told once, when there is a wait; and
---  whenever the store begins or ends to have everybody wait: it is lost, back, slow, or its clock was stepped, or it holds all
---  slots, as text says
---@param asked number? what the clock was a moment ago
---@return any grant false when no lane applies
---@return table? failure
---@return number? asked when the lease began: at its end nothing of the call may be under way any more
function Lanes:acquire(runtime, operation, lease, deadline, on_wait, asked)
  local list = self.lists[operation]
  if list == nil then
    local message
    list, message = lanes_of(self, operation)
    if list == nil then return nil, unusable(self, message) end
  end
  if not list then return false, nil, asked end
  self.under_way = self.under_way + 1
  asked = asked or now()
  local grant, wait, ticket, lane, expected, state, text = self.limiter:acquire(list, lease)
  if grant then
    if calls then calls.begin(self, nil, grant) end
    return grant, nil, asked
  end
  local found
  grant, found = wait_for(self, runtime, list, lease, deadline, on_wait, wait, ticket, lane, expected, state, text)
  if grant then return grant, nil, found end
  self:leave()
  return nil, found
end

--- Moves the lease of an attempt's slots on, when more of its body moved.
---@param grant any
---@param lease number seconds from now on
---@param ends number when the lease ends that it has
---@return number? ends when it ends now; nil when the slots may be another's
function Lanes:extend(grant, lease, ends)
  local asked = now()
  local extended = self.limiter:extend(grant, lease)
  if extended == nil then return nil end
  return extended and math.max(ends, asked + lease) or ends -- else the file is busy: the next time may do
end

--- The limiter closes with the last call that uses it.
function Lanes:leave_last()
  if self.under_way > 0 then return end
  self.limiter:close()
  self.limiter = nil
end

--- A call is done with the limiter.
function Lanes:leave()
  self.under_way = self.under_way - 1
  if self.closed then self:leave_last() end
end

--- Gives the slots of an attempt back, whoever held them.
function Lanes:give_back(grant, how, at)
  self.limiter:release(grant, how, at)
  self:leave()
end

--- Gives up the place of somebody who waits.
function Lanes:give_up(ticket)
  self.limiter:cancel_wait(ticket)
  self:leave()
end

--- Gives the slots of an attempt back.
---@param grant any false: none was needed
---@param how "answered"|"not_sent"|"lost" lost: it may have left, no answer will come, and its connection is closed
---@param at number? when the answer came, or the last of a lost request left; default: now
function Lanes:release(grant, how, at)
  if not grant then return end
  if calls then calls.finish() end
  self.limiter:release(grant, how, at)
  self.under_way = self.under_way - 1
  if self.closed then self:leave_last() end
end

--- After a 429: nobody sends in the call's own lane (or the account's, where it has none) for `seconds`, or for
--- the lane's window when the server did not say.
---@return string? lane
---@return number? seconds
function Lanes:refused(operation, seconds)
  local name = M.names(operation, self.lanes)[1]
  local lane = self.lanes[name]
  if not lane or not self.limiter then return nil, seconds end
  seconds = seconds or lane[2]
  self.limiter:close_lane(self.index[name], seconds)
  return name, seconds
end

--- What the lanes hold now, for people: see core.limiter's snapshot. Lanes that nobody has used yet are there, too. held_for:
--- for how long the store grants nobody anything.
function Lanes:snapshot()
  if next(self.lanes) == nil or not open(self) then return {} end
  local found, _, held = self.limiter:snapshot()
  local seen = {}
  found, held = found or {}, held or 0
  for _, lane in ipairs(found) do seen[lane.name], lane.held_for = true, held end
  for name, lane in pairs(self.lanes) do
    if not seen[name] then
      found[#found + 1] = { name = name, slots = lane[1], window = lane[2], used = 0, waiting = 0, closed_for = 0,
        held_for = held }
    end
  end
  return found
end

--- The store, for who looks after it; nil and why not.
function Lanes:store()
  local ok, message = open(self)
  if not ok then return nil, message end
  return self.limiter
end

--- Calls under way keep what they hold; those that wait give up. `collected`: as garbage, where nothing may wait.
function Lanes:close(collected)
  self.closed = true
  if self.limiter and self.under_way == 0 then
    self.limiter:close(collected)
    self.limiter = nil
  end
end

--- The lanes of one account.
---@param account string tells one account from another; not a secret
---@param limits table|false|nil the option
---@param dir string? where the shared file is, unless in its usual place
---@param late number? seconds after which a request that was broken off is counted no more
---@param redis table? where slots are kept instead: see limits/settings.lua
function M.new(account, limits, dir, late, redis)
  local lists = setmetatable({}, { __mode = "k" }) -- by operation; some are of one call only
  return setmetatable({ key = account, dir = dir, late = late, redis = redis, lanes = merge(limits), lists = lists,
    under_way = 0, closed = false }, Lanes)
end

return M
