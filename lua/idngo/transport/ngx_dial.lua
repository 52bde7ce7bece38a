-- How connections of nginx come to stand: by name within a time of ours, and over TLS that was verified.

local advice = require("idngo.transport.ngx_advice")
local calls = require("idngo.transport.ngx_calls")
local core = require("idngo.core")

local spawn, kill = ngx.thread.spawn, ngx.thread.kill

local M = {}

local LONGEST = 86400 -- seconds that nginx is told to wait at a time: it counts milliseconds in 32 bits

--- A time as sockets take it, for which 0 is a default of their own.
---@param seconds number
---@return number
function M.milliseconds(seconds)
  return seconds > 0.001 and math.min(seconds, LONGEST) * 1000 or 1
end

--- Gives the socket's next operation the time that is left; false when none is.
---@param sock table
---@param deadline number
---@return boolean
function M.set_time(sock, deadline)
  local left = deadline - core.now()
  sock:settimeout(M.milliseconds(left))
  return left > 0
end

--- Runs `fn` in a light thread for at most `seconds`. nginx gives name look-ups a time of their own, which may be
--- longer than ours.
---@return any ... what fn returned, or nil, "timeout"
local function within(seconds, fn)
  local results
  local ended = calls.semaphore()
  local work = spawn(function()
    results = { fn() }
    ended:post(1)
  end)
  if not results then calls.pause(ended, seconds) end
  kill(work) -- also lets go of a thread that has ended
  if not results then return nil, "timeout" end
  return results[1], results[2]
end

--- Connects to a host that must be looked up. A function of its own, since LuaJIT compiles none with a closure.
function M.by_name(sock, name, port, options, seconds)
  return within(seconds, function() return sock:connect(name, port, options) end)
end

--- Begins TLS with whoever has a certificate for `name`. A server that knows the last session takes it up again, which
--- spares both sides the certificates. With TLS 1.3 none does: ngx_lua hands a session out before the server's ticket came.
---@param pair {cert: any, key: any}? of the client
---@param kept {session: any}? where the last session with this server is kept
---@return true?
---@return table? failure
function M.handshake(sock, name, pair, kept)
  if pair then
    if not sock.setclientcert then return nil, advice.no_client_cert() end
    sock:setclientcert(pair.cert, pair.key)
  end
  -- ngx_lua 0.10.23 throws, or returns true, where a verification fails at once; a session is the only good answer
  local ok, session, message = pcall(sock.sslhandshake, sock, kept and kept.session, name, true)
  if ok and session and session ~= true then
    if kept then kept.session = session end
    return true
  end
  if kept then kept.session = nil end
  return nil, advice.tls(name, not ok and "" or message or "")
end

return M
