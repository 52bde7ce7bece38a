-- The name of an action on a command line.

local endpoints = require("idngo.endpoints")

---@param text string
---@return string? name
---@return string? message
return function(text)
  local actions = endpoints.actions()
  if actions[text] then return text end
  return nil, ("there is no action %s, %s"):format(text, require("idngo.suggest")(text, require("idngo.sorted")(actions)))
end
