-- The command table as plain data, read from the parser that the command itself uses: what the manual page is
-- made from.

local cli = require("idngo.cli")

---@class generate.Element
---@field names string[] of an option as typed; of an argument the word in the usage
---@field doc string
---@field value? string the word for its value; nil for a flag
---@field choices? string[]
---@field default? string
---@field optional boolean
---@field many boolean

---@class generate.Command
---@field path string[] such as {"policy", "test"}; empty for idngo itself
---@field doc string
---@field usage string
---@field options generate.Element[]
---@field arguments generate.Element[]
---@field commands generate.Command[]

local function default_of(element)
  local value = element._default
  if type(value) == "string" and not (element._description or ""):find("%(" .. value:gsub("%p", "%%%0") .. "%)") then
    return value
  end
end

local function option_of(option)
  local value = option._minargs > 0 and (option._argname or option._name:gsub("^%-+", ""):upper()) or nil
  return {
    names = option._public_aliases, doc = option._description or "", value = value, choices = option._choices,
    default = value and default_of(option), optional = option._mincount == 0, many = option._maxcount > 1,
  }
end

local function argument_of(argument)
  return {
    names = { argument._argname or argument._name }, doc = argument._description or "", value = argument._name,
    choices = argument._choices, optional = argument._minargs == 0,
    many = argument._maxargs > 1,
  }
end

---@return generate.Command
local function command_of(parser, path)
  local command = {
    path = path, doc = parser._description or "", options = {}, arguments = {}, commands = {},
    usage = parser:get_usage():gsub("^Usage: ", ""):gsub("%s+", " "),
  }
  for _, option in ipairs(parser._options) do table.insert(command.options, option_of(option)) end
  for _, argument in ipairs(parser._arguments) do table.insert(command.arguments, argument_of(argument)) end
  for _, inner in ipairs(parser._commands) do
    local below = table.move(path, 1, #path, 1, {})
    below[#below + 1] = inner._name
    table.insert(command.commands, command_of(inner, below))
  end
  return command
end

local M = {}

--- The whole table, from `idngo` down.
---@return generate.Command
function M.tree()
  return command_of(cli.parser(), {})
end

--- Every command, outer ones first.
---@param command generate.Command
---@param visit fun(command: generate.Command)
function M.each(command, visit)
  visit(command)
  for _, inner in ipairs(command.commands) do M.each(inner, visit) end
end

return M
