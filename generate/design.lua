-- docs/design.md: the drawing of the layers.

local layers = require("tools.layers")

--- The file's text.
---@return string
return function()
  local file = assert(io.open("docs/design.md"))
  local text = file:read("a")
  file:close()
  local drawing = layers.drawing(layers.read(layers.files("lua")))
  local before, after = text:match("^(.-\n<!%-%- layers, by ./dev generate %-%->\n```text\n).-(```\n.*)$")
  return before .. drawing .. after
end
