-- The transport of plain Lua: libcurl, one transfer at a time, the connection kept alive between calls.

local core = require("idngo.core")
local curl = require("idngo.curl")

local Transport = {}
Transport.__index = Transport

Transport.now = core.now
Transport.sleep = curl.sleep

--- Sends one request and waits for its end.
---@param request table see csrc/curl/lua_curl.c
---@return table? reply
---@return table? failure
function Transport:send(request)
  local multi = self.multi
  -- a signal may have thrown us out of the loop below
  if self.pending then multi:cancel(self.pending) end
  local id = multi:add(request)
  self.pending = id
  while true do
    local ended, reply, failure = multi:step(3600)
    if ended == id then
      self.pending = false
      return reply, failure
    end
  end
end

function Transport:close()
  if self.multi then self.multi:close() end
  self.multi = nil
end

return {
  --- Opens the transport of one client.
  ---@param state table its settings; `via` of the result is to be part of every request
  open = function(state) return setmetatable({ multi = curl.multi {}, via = curl.via(state), pending = false }, Transport) end,
}
