-- Secrets of webhooks, as commands are given them: never as arguments, which other users of the machine see.

local text = require("idngo.text")
local verify = require("idngo.webhook.verify")

local M = {}

--- The secret in a file's first line.
---@param path string
---@return string? secret
---@return string? message
function M.read(path)
  local whole, message = text.read(path)
  if not whole then return nil, message end
  local secret = text.lines(whole)()
  local ok
  ok, message = pcall(verify.secrets, secret)
  if not ok then return nil, ("%s: %s"):format(path, message) end
  return secret
end

return M
