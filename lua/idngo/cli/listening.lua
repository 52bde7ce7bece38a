-- Where a command listens: --listen ADDRESS:PORT.

local M = {}

--- "127.0.0.1:8088", "[::1]:8088", "8088"
---@param text string
---@return {address: string, port: integer}?
---@return string? message
function M.read(text)
  local address, port = text:match("^%[([%x:.]+)%]:(%d+)$")
  if not address then address, port = text:match("^([%d.]+):(%d+)$") end
  if not address then address, port = "127.0.0.1", text:match("^(%d+)$") end
  port = tonumber(port)
  if port and port <= 65535 then return { address = address, port = port } end
  return nil, ("%q is no address: PORT, ADDRESS:PORT or [ADDRESS]:PORT expected"):format(text)
end

--- Whether an address is this machine's alone.
---@param address string
---@return boolean
function M.is_own(address) return address:find("^127%.") ~= nil or address == "::1" end

--- As it stands in a URL.
---@param address string
---@return string
function M.shown(address) return address:find(":", 1, true) and "[" .. address .. "]" or address end

return M
