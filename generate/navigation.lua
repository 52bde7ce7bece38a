-- mkdocs.yml: the pages of the endpoints in the navigation.

local endpoints = require("idngo.endpoints")

--- The file's text.
---@return string
return function()
  local file = assert(io.open("mkdocs.yml"))
  local text = file:read("a")
  file:close()
  local lines = {}
  for i, name in ipairs(endpoints.names()) do lines[i] = ("      - %s: endpoints/%s.md"):format(name, name) end
  return (text:gsub("(      %- Overview: endpoints/index%.md\n).-(\n  %- )", function(before, after)
    return before .. table.concat(lines, "\n") .. after
  end, 1))
end
