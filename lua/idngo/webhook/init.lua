-- idngo.webhook: messages of the service, told from others; and, for nginx, what receives them.

local M = { verify = require("idngo.webhook.verify").verify }

--- A content handler for nginx that stores each event durably and only then answers 200: see webhook/receiver.lua.
---@param options table
---@return fun()
function M.handler(options)
  local handler = require("idngo.webhook.receiver").new(options)
  return handler
end

return M
