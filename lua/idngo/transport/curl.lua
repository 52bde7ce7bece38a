-- The transport of plain Lua: libcurl, one call at a time, the connection kept alive between calls.

local core = require("idngo.core")
local curl = require("idngo.curl")

local Transport = {}
Transport.__index = Transport

Transport.sleep = core.sleep

--- Sends one request and waits for its end; see csrc/curl/lua_curl.c, as for what `open` gives as `route`.
---@param route userdata how the client reaches its server
---@param method string
---@param target string
---@param header_block string the headers, each ended by CRLF
---@param by number when its time is over, by core.now
---@param options table? {body? | read? and size, write?, before?, fresh?, identity?, …}, taken over
---@param signer userdata|false|nil signs when the request leaves; without one the headers hold the signature
---@param skew number? seconds to add to this host's clock
---@return integer? status
---@return string|table head, or the failure
---@return string? body
---@return number? received_at
function Transport:send(route, method, target, header_block, by, options, signer, skew)
  local wire = self.wire
  local ended, status, head, body, received_at = wire:send(route, method, target, header_block, by, signer, skew, options)
  while not ended do -- a signal came; its handler has run
    ended, status, head, body, received_at = wire:step(3600)
  end
  return status, head, body, received_at
end

--- The head of the request whose reply came last.
function Transport:sent() return self.wire:sent() end

--- The reply that came last was another's: the connection it came over is used no more.
function Transport:distrust() self.wire:distrust() end

--- Breaks off what is under way, for a call that an error was thrown through.
function Transport:drop()
  if self.wire then self.wire:drop() end
end

function Transport:close()
  if self.wire then self.wire:close() end
  self.wire = nil
end

return {
  --- Opens the transport of one client.
  ---@param state table its settings
  open = function(state)
    local self = { wire = curl.wire(), route = curl.route(state), unusable_phase = false, cancelled = false }
    return setmetatable(self, Transport)
  end,
}
