-- A reply's head: status line and header lines as they came, read only when somebody asks.

local M = {}

--- The headers as {lowercase name = value}; a header that came several times has its values joined by ", ".
---@param head string?
---@return table<string, string>
function M.parse(head)
  local headers = {}
  head = (head or ""):gsub("\r\n[ \t]+", " ") -- folded lines are one with the line before
  for line in head:gmatch("[^\r\n]+") do
    local name, value = line:match("^([^%s:]+):[ \t]*(.-)[ \t]*$")
    if name then
      name = name:lower()
      headers[name] = headers[name] and headers[name] .. ", " .. value or value
    end
  end
  return headers
end

return M
