-- What a policy declares of its input: the columns it needs, and the kinds of their values.
--
--   inputs = { country = "upper", issued = "date", score = "number?", segment = { "retail", "business" } }
--
-- A row is checked before anything is planned, and the policy sees its values as they are declared: numbers as numbers, days
-- as 2026-01-31, countries in capitals. Checking a checked row changes nothing. No message shows a value.

local compat = require("idngo.compat")
local dates = require("idngo.dates")
local sorted = require("idngo.sorted")
local suggest = require("idngo.suggest")

local M = {}

---@class idngo.policy.Input
---@field read fun(value: any): any, string?, string? what the policy sees; or nil, what is wrong and what to do
---@field optional boolean whether a row may be without it

---@alias idngo.policy.Inputs table<string, idngo.policy.Input> by the column's name

local function text(value)
  if type(value) == "string" then return value end
  return nil, "is not a text", "write it in quotes"
end

-- Letters of ASCII alone, whatever the locale.
local function upper(char) return string.char(char:byte() - 32) end
local function lower(char) return string.char(char:byte() + 32) end

local function letters(pattern, change, what)
  return function(value)
    local given, message, remedy = text(value)
    if not given then return nil, message, remedy end
    if given:find("[\128-\255]") then
      return nil, ("has letters other than A to Z, which are not made %s here"):format(what), "declare the column as text"
    end
    return (given:gsub(pattern, change))
  end
end

local function number(value)
  if type(value) == "number" then return value end
  local point = type(value) == "string" and value:match("^[+-]?%d+%.?%d*$") and compat.tonumber((value:gsub("^%+", "")))
  if point then return compat.tointeger(point) or point end
  if type(value) == "string" and value:find("^[+-]?%d+,%d+$") then
    return nil, "has a comma", "write it with a point, like 12.5"
  end
  return nil, "is not a number", "write it like 12 or 12.5"
end

local function integer(value)
  local whole = compat.tointeger(type(value) == "number" and value
    or type(value) == "string" and value:match("^[+-]?%d+$") and number(value))
  if whole and whole >= -compat.EXACT and whole <= compat.EXACT then return whole end
  return nil, "is not a whole number", "write it like 12"
end

local function date(value)
  local given, message, remedy = text(value)
  if not given then return nil, message, remedy end
  given, message = dates.day(given)
  return given, message, "write the day like 2026-01-31"
end

local truth = { ["true"] = true, yes = true, ["1"] = true, ["false"] = false, no = false, ["0"] = false }

local function boolean(value)
  if type(value) == "boolean" then return value end
  local known = truth[tostring(value):gsub("[A-Z]", lower)]
  if known ~= nil and type(value) ~= "table" then return known end
  return nil, "is neither true nor false", "write true or false, yes or no, 1 or 0"
end

local readers = {
  text = text, upper = letters("[a-z]", upper, "capitals"), lower = letters("[A-Z]", lower, "small"), number = number,
  integer = integer, date = date, boolean = boolean,
}

local kinds = { "text", "upper", "lower", "number", "integer", "date", "boolean" }

--- One of several texts; an empty one among them means that a row may be without.
local function one_of(list)
  local known, words = {}, {}
  for i = 1, #list do
    if type(list[i]) ~= "string" or known[list[i]] then return nil end
    known[list[i]] = true
    if list[i] ~= "" then words[#words + 1] = list[i] end
  end
  for place in pairs(list) do
    if type(place) ~= "number" then return nil end
  end
  if #words == 0 then return nil end
  return { optional = known[""] == true, read = function(value)
    if known[value] then return value end
    return nil, "has a value that the policy does not list", "write one of " .. table.concat(words, ", ")
  end }
end

local function input_of(declared)
  if type(declared) == "table" then
    local input = one_of(declared)
    if input then return input end
    return nil, "must list texts, each once"
  elseif type(declared) ~= "string" then
    return nil, "must be a kind, or a list of the values allowed"
  end
  local kind, mark = declared:match("^(.-)(%??)$")
  if readers[kind] then return { read = readers[kind], optional = mark == "?" } end
  return nil, ("there is no kind %s, %s"):format(kind:sub(1, 60), suggest(kind, kinds))
end

--- Checks what a policy declares.
---@param declared any
---@return idngo.policy.Inputs?
---@return string? message
function M.check(declared)
  if declared == nil then return {} end
  if type(declared) ~= "table" then return nil, "inputs must be a table of columns" end
  local names, inputs = {}, {}
  for name in pairs(declared) do
    if type(name) ~= "string" then return nil, 'inputs must have names of columns: inputs = { country = "upper" }' end
    names[#names + 1] = name
  end
  table.sort(names)
  for _, name in ipairs(names) do
    if name == "id" then return nil, "inputs: the id is always there; leave it out" end
    local input, message = input_of(declared[name])
    if not input then return nil, ("inputs: %s: %s"):format(name:sub(1, 60), message) end
    inputs[name] = input
  end
  return inputs
end

local function is_empty(value) return value == nil or value == "" end

--- A row as the policy sees it.
---@param inputs idngo.policy.Inputs
---@param row table
---@param whole? boolean whether every column that is declared must be there
---@return table row a copy
---@return string[] messages about its columns, in order
function M.take(inputs, row, whole)
  if not next(inputs) then return row, {} end
  local taken, messages = {}, {}
  for name, value in pairs(row) do taken[name] = value end
  for _, name in ipairs(sorted(inputs)) do
    local input, value = inputs[name], row[name]
    if not is_empty(value) then
      local message, remedy
      taken[name], message, remedy = input.read(value)
      if taken[name] == nil then messages[#messages + 1] = ("column %s: it %s; %s"):format(name, message, remedy) end
    elseif input.optional then
      taken[name] = nil
    elseif whole or value ~= nil then
      messages[#messages + 1] = ("column %s: it is empty; fill it in, or let the policy declare that it may be, with a ?")
        :format(name)
    end
  end
  return taken, messages
end

--- The columns that are declared and that a table does not have, as messages.
---@param inputs idngo.policy.Inputs
---@param columns table<string, any> those of the table
---@return string[]
function M.missing(inputs, columns)
  local there, messages = {}, {}
  for name in pairs(columns) do there[#there + 1] = name end
  table.sort(there)
  for _, name in ipairs(sorted(inputs)) do
    if columns[name] == nil then
      messages[#messages + 1] = ("the policy needs a column %s, and there is none; %s"):format(name, suggest(name, there))
    end
  end
  return messages
end

return M
