-- Which names a policy may read: the columns of a run's input, and the fields of a fact.
--
-- A policy that reads a misspelt name would get nil, and pass every applicant. So names are described as
--   true                a value without names of its own
--   {name = …, …}       an object, and what its members are
--   {…}                 a list, and what its elements are, as its one element
--   "any"               not to be checked: an object whose names are data themselves
-- and what neither the description nor the value itself has is an error (csrc/jail/prelude.lua).

local M = {}

---@alias idngo.policy.Names true|"any"|table

local DEEPEST = 8
local MOST = 1000 -- names of one object; where there are more, they are data

local function is_list(value) return value[1] ~= nil end

--- Adds the names of a value to what is known of others in its place.
---@param known idngo.policy.Names?
---@param value any
---@param depth integer
---@return idngo.policy.Names
local function merge(known, value, depth)
  if type(value) ~= "table" or next(value) == nil or depth > DEEPEST or known == "any" then return known or true end
  local made = is_list(value) and { true } or {}
  if type(known) == "table" then
    if (known[1] ~= nil) ~= is_list(value) then return "any" end
    made = known
  end
  if is_list(value) then
    for _, element in ipairs(value) do made[1] = merge(made[1], element, depth + 1) end
    return made
  end
  local more = false
  for name, inner in pairs(value) do
    if type(name) == "string" then
      more = more or made[name] == nil
      made[name] = merge(made[name], inner, depth + 1)
    end
  end
  if not more then return made end
  local count = 0
  for _ in pairs(made) do count = count + 1 end
  return count > MOST and "any" or made
end

--- Adds the names of a row to those of others.
---@param known idngo.policy.Names? nil at first
---@param row table
---@return idngo.policy.Names
function M.add(known, row)
  return merge(known or { id = true }, row, 0)
end

return M
