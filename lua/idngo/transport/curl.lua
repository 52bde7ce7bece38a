-- The transport of plain Lua: libcurl, one transfer at a time, the connection kept alive between calls.

local core = require("idngo.core")
local curl = require("idngo.curl")

local Transport = {}
Transport.__index = Transport

Transport.sleep = core.sleep

--- Sends one request and waits for its end; see csrc/curl/lua_curl.c, as for what `open` gives as `via`.
---@param via userdata how the client reaches its server
---@param method string
---@param target string
---@param lines string the headers, each ended by CRLF
---@param timeout number seconds
---@param more table? {body? | read? and size, write?, fresh?, identity?}, taken over
---@return integer? status
---@return string|table head, or the failure
---@return string? body
---@return number? answered
function Transport:send(via, method, target, lines, timeout, more)
  local multi = self.multi
  local ended, status, head, body, answered = multi:send(via, method, target, lines, timeout, more)
  while not ended do -- a signal came; its handler has run
    ended, status, head, body, answered = multi:step(3600)
  end
  return status, head, body, answered
end

--- The reply that came last was another's: the connection it came over is used no more.
function Transport:distrust() self.multi:distrust() end

--- Breaks off what is under way, for a call that an error was thrown through.
function Transport:drop()
  if self.multi then self.multi:drop() end
end

function Transport:close()
  if self.multi then self.multi:close() end
  self.multi = nil
end

return {
  --- Opens the transport of one client.
  ---@param state table its settings
  open = function(state)
    local self = { multi = curl.multi {}, via = curl.via(state), unfit = false, cancelled = false }
    return setmetatable(self, Transport)
  end,
}
