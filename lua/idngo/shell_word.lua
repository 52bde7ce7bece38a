-- A word of a command line, for a shell to read: for commands that are run, and for those that a person is told to type.

--- The word as it is where a shell leaves it so, else in quotes.
---@param text string
---@return string
return function(text)
  if text:find("^[%w@%%+:,./_-][%w@%%+=:,./_-]*$") then return text end
  return "'" .. text:gsub("'", "'\\''") .. "'"
end
