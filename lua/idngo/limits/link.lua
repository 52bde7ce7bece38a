-- Commands to a Redis server and their replies, over the streams of wherever this runs. What it is for, is not known here.
--
-- Whatever is wrong is a failure {kind, message, hint?}: of kind `config` where asking again is of no use.

local compat = require("idngo.compat")
local core = require("idngo.core")
local runtime = require("idngo.runtime")

local M = {}

local Link = {}
Link.__index = Link

-- What an error of Redis begins with, and what to do where it will not mend itself.
local permanent = {
  NOAUTH = "Redis asks for a password: set limits_password_file, or IDNGO_LIMITS_PASSWORD_FILE",
  WRONGPASS = "Redis refuses this user and password: see limits_url and limits_password_file",
  NOPERM = "the user of limits_url may not do this: see the ACL in docs/limits-redis.md",
  MOVED = "limits_url names a member of a cluster: name a Redis alone, or the member that owns the key",
  ASK = "limits_url names a member of a cluster: name a Redis alone, or the member that owns the key",
}

--- What an error of Redis means.
---@param message string
---@return {kind: string, message: string, hint: string?}
function M.failure(message)
  local code = message:match("^%u+") or ""
  -- whoever has not signed in may not even say so much, which Redis tells before it looks at the command
  if message:find("Protocol error: unauthenticated", 1, true) then code = "NOAUTH" end
  if permanent[code] then return { kind = "config", message = "Redis: " .. message:sub(1, 100), hint = permanent[code] } end
  if code == "ERR" and message:find("unknown command", 1, true) then
    return { kind = "config", message = "Redis does not know a command that is needed", hint = "Redis 7.0 or later is needed" }
  end
  return { kind = "io", message = "Redis: " .. message:sub(1, 100) }
end

--- What is said first on a new connection, when Redis asks who it is.
local function sign_in(link)
  if not link.password then return "" end
  return core.resp_command(link.user and { "AUTH", link.user, link.password } or { "AUTH", link.password })
end

--- The next reply, and whether bytes came behind it; nil and a failure when none comes, or what comes is none. `more`: some
--- of it has come.
local function read(stream, reader, by, more)
  local bytes, failure = "", nil
  if not more then bytes, failure = stream:receive(by) end
  if not bytes then return nil, failure end
  local state, reply, behind = reader:feed(bytes)
  if state == "end" then return reply, nil, behind end
  if state == "wrong" then return nil, { kind = "io", message = "what answers is no Redis: " .. reply } end
  return read(stream, reader, by) -- no loop: most replies come whole, and LuaJIT gives up a trace that comes upon one
end

local function talk(link, stream, commands, by)
  local opening = stream.reused and "" or sign_in(link)
  if opening ~= "" then commands = opening .. commands end
  local asked = core.now()
  local ok, failure = stream:send(commands, by)
  if not ok then return nil, failure end
  local reader = link.reader or core.resp_reader()
  link.reader = nil -- two may ask at once
  local signed, reply, more
  if opening ~= "" then
    signed, failure, more = read(stream, reader, by)
    if signed == nil then return nil, failure end
  end
  reply, failure, more = read(stream, reader, by, more)
  if reply == nil then return nil, failure end
  local answered = core.now()
  if type(signed) == "table" and signed.error then return nil, M.failure(signed.error) end
  if more then return nil, { kind = "io", message = "Redis says more than it was asked" } end
  link.reader = reader -- it is empty
  return reply, nil, asked, answered
end

--- Sends one command and waits for its reply.
---@param words (string|integer)[]
---@param by number
---@return any reply as core.resp_reader gives it
---@return table? failure `sent`: whether the command may have been carried out
---@return number? asked when it was sent
---@return number? answered when the reply was there
function Link:ask(words, by)
  local stream, failure = runtime.connect(self.address, by)
  if not stream then
    failure.sent = false
    return nil, failure
  end
  local ran, reply, asked, answered
  ran, reply, failure, asked, answered = compat.pcall(talk, self, stream, core.resp_command(words), by)
  if not ran then
    stream:reset()
    error(reply, 0)
  end
  if reply == nil then
    stream:reset()
    if failure.sent == nil then failure.sent = failure.kind ~= "config" end
    return nil, failure
  end
  stream:keep()
  return reply, nil, asked, answered
end

--- A link to a server. Nothing is connected yet.
---@param address idngo.StreamAddress
---@param user string?
---@param password string?
function M.new(address, user, password)
  return setmetatable({ address = address, user = user, password = password }, Link)
end

return M
