-- What a policy says of events, and the mandate that goes by it: which types are decided, and of which only the newest counts.

local M = {}

local MOST_TYPES, LONGEST_TYPE = 200, 60

local function are_types(list)
  local count = type(list) == "table" and #list or 0
  if count == 0 or count > MOST_TYPES then return false end
  for name, type_ in pairs(list) do
    if type(name) ~= "number" or type(type_) ~= "string" or not type_:find("^%a[%w]*$") or #type_ > LONGEST_TYPE then
      return false
    end
  end
  return true
end

--- What is wrong with it, or nil.
---@param of {on: any, newest: any, echoes: any}
---@return string?
function M.flaw(of)
  if of.on ~= nil and not are_types(of.on) then return 'on must list types of events, such as { "applicantReviewed" }' end
  if of.newest ~= nil and of.newest ~= "topic" and of.newest ~= "none" then return 'newest must be "topic" or "none"' end
  if of.echoes ~= nil and type(of.echoes) ~= "boolean" then return "echoes must be true or false" end
end

return M
