-- Streams of plain Lua: what csrc/curl/lua_stream.c moves without waiting, and the waits of the runtime that is current.

local blocking = require("idngo.runtime.blocking")
local core = require("idngo.core")
local curl = require("idngo.curl")
local runtimes = require("idngo.runtime.current")

local now = core.now

local Stream = {}
Stream.__index = Stream

local M = {}

-- Bytes that come or go before others have their turn, though there was no need to wait.
local TURN = 512 * 1024
-- Streams kept for one address, and the seconds for which they are.
local MOST_KEPT, KEPT = 16, 30

local routes = setmetatable({}, { __mode = "k" }) -- by address
local idle = setmetatable({}, { __mode = "k" }) -- by address: lists, the newest last

--- How an address is reached, for libcurl.
local function route_of(address)
  local route = routes[address]
  if route then return route end
  local host, name = address.host or "localhost", address.server_name
  local function authority(text) return text:find(":", 1, true) and text:sub(1, 1) ~= "[" and "[" .. text .. "]" or text end
  route = curl.route {
    origin = ("%s://%s:%d"):format(address.tls and "https" or "http", authority(name or host), address.port or 80),
    place = name and ("::%s:%d"):format(authority(host), address.port) or nil,
    path = address.path, direct = not address.tls, raw = true, proxy = "", connect_timeout = 1, max_reply = 0,
    ca_file = address.ca_file, cert_file = address.cert_file, key_file = address.key_file,
  }
  routes[address] = route
  return route
end

--- Ends a stream because of a failure, which it gives.
local function fail(self, failure)
  if not self.is_closed then
    if failure.kind == "closed" or failure.kind == "cut" then self:close() else self:reset() end
  end
  return nil, failure
end

local function timed_out(message)
  return { kind = "timeout", message = message }
end

--- Why a stream cannot be used any more.
local function gone(sent)
  return { kind = "io", message = "the stream is closed", sent = sent }
end

--- Waits for a descriptor, as who sends or as who receives.
---@return any found false when the time came, or the stream was closed meanwhile
---@return table? failure
local function wait(self, way, descriptor, what, by)
  local runtime = runtimes.current()
  if not runtime then return blocking:wait(descriptor, what, by) end
  local mark = { runtime = runtime }
  self[way] = mark
  local found, failure = runtime:wait(descriptor, what, by, mark)
  self[way] = nil
  return found, failure
end

--- Throws when another task does the same.
local function check_alone(self, way)
  local mark = self[way]
  if mark and mark.runtime:is_waiting(mark) then error(("another task is %s on this stream"):format(way), 3) end
end

--- Lets others have their turn when much has moved without a wait.
local function count(self, bytes)
  self.moved = self.moved + bytes
  if self.moved < TURN then return end
  self.moved = 0
  local runtime = runtimes.current()
  if runtime then runtime.sleep(0) end
end

function Stream:send(bytes, by)
  check_alone(self, "sending")
  if self.is_closed then return nil, gone(false) end
  local at, raw = 0, self.raw
  while at < #bytes do
    if now() >= by then
      local late = timed_out("timed out sending")
      late.sent = at > 0
      if at == 0 then return nil, late end
      return fail(self, late)
    end
    local sent, failure, descriptor, what = raw:send(bytes, at)
    if sent then
      count(self, sent - at)
      at = sent
    elseif descriptor then
      self.moved = 0
      local _
      _, failure = wait(self, "sending", descriptor, what, by)
    end
    if self.is_closed and not failure then failure = gone() end
    if failure then
      failure.sent = at > 0
      return fail(self, failure)
    end
  end
  self.awaits = true
  return true
end

function Stream:receive(by)
  check_alone(self, "receiving")
  local raw = self.raw
  while not self.is_closed do
    local bytes, failure, descriptor, what = raw:receive(self.awaits)
    self.awaits = false
    if bytes then
      count(self, #bytes)
      return bytes
    end
    if descriptor then
      local found
      self.moved = 0
      found, failure = wait(self, "receiving", descriptor, what, by)
      if found == false and not self.is_closed then return nil, timed_out("timed out receiving") end
    end
    if failure then return fail(self, failure) end
  end
  return nil, gone()
end

function Stream:is_silent()
  return not self.is_closed and self.raw:is_silent()
end

--- Closes it, and lets those go on that wait for it.
local function finish(self, how)
  if self.is_closed then return end
  self.is_closed = true
  for _, way in ipairs { "sending", "receiving" } do
    local mark = self[way]
    if mark then mark.runtime:stop_waiting(mark) end
  end
  self.raw[how](self.raw)
end

function Stream:close() finish(self, "close") end

function Stream:reset() finish(self, "reset") end

function Stream:keep() -- whether it is silent is looked at when it is used again
  if self.is_closed then return end
  local list = idle[self.address] or {}
  idle[self.address] = list
  if #list >= MOST_KEPT then table.remove(list, 1).raw:close() end
  self.is_closed = true -- for whoever gave it up
  list[#list + 1] = { since = now(), raw = self.raw }
end

local function new(address, raw, reused)
  return setmetatable({ address = address, raw = raw, reused = reused, moved = 0 }, Stream)
end

--- A stream that was kept and is silent, or nil.
local function take(address)
  local list = idle[address]
  while list and #list > 0 do
    local entry = table.remove(list)
    if now() - entry.since < KEPT and entry.raw:is_silent() then return new(address, entry.raw, true) end
    entry.raw:close()
  end
end

local function open(address, by)
  local left = by - now()
  if left <= 0 then return nil, timed_out("timed out before it could connect") end
  local raw, failure = curl.stream(route_of(address), math.min(left, 86400))
  if not raw then return nil, failure end
  local stream = new(address, raw, false)
  while true do
    local stands, descriptor, at = raw:connect()
    if stands then return stream end
    if stands == nil then return fail(stream, descriptor) end
    if now() >= by then return fail(stream, timed_out("timed out connecting")) end
    local _
    _, failure = wait(stream, "connecting", descriptor, "r", math.min(at, by))
    if failure then return fail(stream, failure) end
  end
end

--- As runtime/init.lua's.
function M.connect(address, by)
  local stream = take(address)
  if stream then return stream end
  local failure
  stream, failure = open(address, by)
  if failure then failure.sent = false end
  return stream, failure
end

return M
