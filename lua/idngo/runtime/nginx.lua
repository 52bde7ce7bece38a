-- The runtime inside nginx: cosockets and light threads. What waits lets the worker's other requests go on.

local advice = require("idngo.transport.ngx_advice")
local calls = require("idngo.transport.ngx_calls")
local core = require("idngo.core")
local dial = require("idngo.transport.ngx_dial")
local socket = require("idngo.transport.ngx_socket")
local tasks = require("idngo.transport.ngx_tasks")

local now = core.now

local Stream = {}
Stream.__index = Stream

local M = { spawn = tasks.spawn }

local PIECE = 64 * 1024
-- Bytes that come or go before others have their turn, though there was no need to wait.
local TURN = 1024 * 1024
-- Streams that a worker keeps for one address, and the milliseconds for which it does.
local MOST_KEPT, KEPT = 16, 30000
-- What comes over TLS in a multiple of this may be a part of what TLS has read, which nginx does not show.
local FULL = 512

function M.sleep(seconds)
  tasks.check("sleeping")
  calls.sleep(seconds > 0.001 and seconds or 0.001)
end

function M.wait()
  return nil, advice.no_wait()
end

--- Gives the socket's next operation the time that is left, unless it has it: nginx counts whole milliseconds.
local function set_time(self, by, moment)
  if by == self.by and moment - self.timed_at < 0.001 then return end
  self.by, self.timed_at = by, moment
  self.sock:settimeout(dial.milliseconds(by - moment))
end

-- What is made of an address once: where nginx keeps its streams, its certificate, or what is wrong with it.
local made, made_count = setmetatable({}, { __mode = "k" }), 0

local function make(address)
  local name = address.server_name or address.host
  local target = address.path and "unix:" .. address.path or address.host
  if target == "localhost" then target = "127.0.0.1" end
  if target:find(":", 1, true) and not address.path and target:sub(1, 1) ~= "[" then target = "[" .. target .. "]" end
  local place = { target = target, name = name }
  place.is_name = not address.path and not advice.is_address(target)
  if address.ca_file then
    place.failure = advice.ca_file(address.ca_file)
  elseif address.tls and advice.is_address(name) then
    place.failure = advice.no_name("TLS", "server_name", name)
  elseif address.cert_file then
    place.pair, place.failure = advice.client_cert(address)
  end
  made_count = made_count + 1
  place.options = { pool = "idngo stream " .. made_count }
  made[address] = place
  return place
end

local function connect(address, place, by, moment)
  local sock = ngx.socket.tcp()
  local left = dial.milliseconds(by - moment)
  sock:settimeouts(left, left, left)
  local ok, message
  if place.is_name then
    ok, message = dial.by_name(sock, place.target, address.port, place.options, by - moment)
  elseif address.path then
    ok, message = sock:connect(place.target, place.options)
  else
    ok, message = sock:connect(place.target, address.port, place.options)
  end
  if not ok then return nil, advice.connect(address.host or address.path, message) end
  local reused = sock:getreusedtimes() > 0
  if reused and not socket.is_silent(sock) then
    sock:close()
    return connect(address, place, by, now())
  end
  if address.tls and not reused then
    dial.set_time(sock, by)
    local failure
    ok, failure = dial.handshake(sock, place.name, place.pair)
    if not ok then
      sock:close()
      return nil, failure
    end
  end
  local stream = setmetatable({ sock = sock, tls = address.tls, reused = reused, moved = 0, by = by, timed_at = moment }, Stream)
  return stream -- LuaJIT gives up a trace that ends in a call of C
end

--- As runtime/init.lua's.
function M.connect(address, by)
  local place = made[address] or make(address)
  local failure = advice.unusable_phase() or place.failure
  if failure then return nil, failure end
  local moment = now()
  if moment >= by then return nil, { kind = "timeout", message = "timed out before it could connect", sent = false } end
  return connect(address, place, by, moment)
end

local function gone(sent)
  return { kind = "io", message = "the stream is closed", sent = sent }
end

--- Ends a stream because of what nginx said, or of another failure.
local function fail(self, message)
  local failure = message
  if message == "timeout" then
    failure = { kind = "timeout", message = "timed out sending" }
  elseif self.is_closed then
    failure = gone()
  elseif message == "closed" then
    failure = { kind = self.tls and "cut" or "closed", message = "connection closed" }
  elseif message == "connection reset by peer" or message == "broken pipe" then
    failure = { kind = "reset", message = "connection reset by the server" }
  elseif type(message) == "string" then
    failure = { kind = "io", message = message }
  end
  self.is_closed = true
  if failure.kind ~= "closed" and failure.kind ~= "cut" then socket.set_reset(self.sock) end
  self.sock:close()
  return nil, failure
end

--- Calls a method of the socket: throws when another thread does the same, or when it is another request's.
local function call(self, way, name, ...)
  local sock = self.sock
  local ran, result, message = pcall(sock[name], sock, ...)
  if not ran then
    error(result == "bad request" and "this stream is another request's: keep it there, and connect here" or result, 3)
  end
  if type(message) == "string" and message:find("^socket busy") then
    error(("another task is %s on this stream"):format(way), 3)
  end
  return result, message
end

--- The failure of a place where nothing can be sent or received.
local function unusable()
  local failure = advice.unusable_phase()
  if failure then failure.sent = false end
  return failure
end

--- Lets others have their turn when much has moved; nginx finds no reason to wait as long as the other end is quick.
local function count(self, bytes)
  self.moved = self.moved + bytes
  if self.moved < TURN then return end
  self.moved = 0
  calls.sleep(0.001)
end

--- Sends some of the bytes. `begun`: some were sent before.
---@return true?
---@return table? failure
local function send_piece(self, piece, by, begun)
  local moment = now()
  if moment >= by then
    local failure = { kind = "timeout", message = "timed out sending", sent = begun }
    if begun then return fail(self, failure) end
    return nil, failure
  end
  set_time(self, by, moment)
  local sent, message = call(self, "sending", "send", piece)
  if not sent then
    local _, failure = fail(self, message)
    failure.sent = true -- of a piece nobody knows
    return nil, failure
  end
  count(self, #piece)
  if self.is_closed then return nil, gone(true) end
  return true
end

-- What is done once for nearly every command and reply stands in no loop, which would end LuaJIT's traces.

function Stream:send(bytes, by)
  if self.is_closed then return nil, gone(false) end
  local blocked = unusable()
  if blocked then return nil, blocked end
  if bytes == "" then return true end
  local ok, failure = send_piece(self, #bytes <= PIECE and bytes or bytes:sub(1, PIECE), by, false)
  local at = PIECE + 1
  while ok and at <= #bytes do
    ok, failure = send_piece(self, bytes:sub(at, at + PIECE - 1), by, true)
    at = at + PIECE
  end
  return ok, failure
end

function Stream:receive(by)
  if self.is_closed then return nil, gone() end
  local blocked = unusable()
  if blocked then return nil, blocked end
  set_time(self, by, now())
  local bytes, message = call(self, "receiving", "receiveany", PIECE)
  if message == "timeout" and not self.is_closed and now() < by then return self:receive(by) end -- nginx's own clock may be ahead
  if bytes then
    self.may_hold = self.tls and #bytes % FULL == 0
    count(self, #bytes)
    return bytes
  end
  if message == "timeout" and not self.is_closed then return nil, { kind = "timeout", message = "timed out receiving" } end
  return fail(self, message)
end

function Stream:is_silent()
  return not (self.is_closed or self.may_hold) and self.sock:getreusedtimes() ~= nil and socket.is_silent(self.sock)
end

function Stream:close()
  if self.is_closed then return end
  self.is_closed = true
  local ran, closed, message = pcall(self.sock.close, self.sock)
  if ran and not closed and message:find("^socket busy") then socket.shut(self.sock) end -- who waits for it closes it
end

function Stream:reset()
  if not self.is_closed then socket.set_reset(self.sock) end
  self:close()
end

function Stream:keep()
  if self.is_closed then return end
  -- whether it is silent is looked at when it is used again; what TLS holds does not show then
  if self.may_hold or not self.sock:setkeepalive(KEPT, MOST_KEPT) then return self:close() end
  self.is_closed = true
end

return M
