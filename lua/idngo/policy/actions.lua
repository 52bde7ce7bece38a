-- What a policy may decide: the actions, their arguments, and the checks on them.
--
-- Evaluators hold this file (it is built into idngo-jail) and make actions with it; the host checks with it again what
-- an evaluator sent, because an evaluator may have been taken over by its policy.

local compat = require("idngo.compat")
local suggest = require("idngo.suggest")

local M = {}

---@class idngo.policy.Argument
---@field name string
---@field kind "string"|"info"|"names"|string[] a list of strings names the values allowed
---@field positional? boolean given by its place; the others are named in a table of options

---@class idngo.policy.ActionKind
---@field name string
---@field arguments idngo.policy.Argument[]
---@field reason "required"|"optional"|"none" one that is required comes first, one that is optional last

---@class idngo.policy.Action
---@field name string
---@field args table<string, any> by the argument's name
---@field reason? string
---@field line? integer line of the policy that made it

--- Every action there is, in the order of the manual.
---@type idngo.policy.ActionKind[]
M.list = {
  { name = "pass", arguments = {}, reason = "none" },
  { name = "hold", arguments = {}, reason = "required" },
  { name = "ask", arguments = {}, reason = "required" }, -- stands behind the actions that wait: csrc/jail/prelude.lua
  { name = "deactivate", arguments = {}, reason = "required" },
  { name = "activate", arguments = {}, reason = "required" },
  { name = "send_status_email", arguments = {}, reason = "optional" },
  {
    name = "update_info", reason = "optional",
    arguments = { { name = "info", kind = "info", positional = true }, { name = "unsetFields", kind = "names" } },
  },
  {
    name = "update_fixed_info", reason = "optional",
    arguments = { { name = "fixedInfo", kind = "info", positional = true } },
  },
  { name = "request_check", arguments = {}, reason = "optional" },
  {
    name = "move_to_level", reason = "optional",
    arguments = { { name = "levelName", kind = "string", positional = true } },
  },
  { name = "reset_step", reason = "optional", arguments = { { name = "step", kind = "string", positional = true } } },
  { name = "add_tags", reason = "optional", arguments = { { name = "tags", kind = "names", positional = true } } },
  { name = "remove_tags", reason = "optional", arguments = { { name = "tags", kind = "names", positional = true } } },
  { name = "add_note", reason = "optional", arguments = { { name = "note", kind = "string", positional = true } } },
  { name = "blocklist", reason = "required", arguments = { { name = "note", kind = "string" } } },
  {
    name = "approve", reason = "required",
    arguments = { { name = "note", kind = "string" }, { name = "tags", kind = "names" } },
  },
  {
    name = "reject", reason = "required",
    arguments = { { name = "note", kind = "string" }, { name = "tags", kind = "names" }, { name = "reasons", kind = "info" } },
  },
  {
    name = "save_report", reason = "optional",
    arguments = { { name = "report", kind = { "applicantReport", "companyReport" } }, { name = "lang", kind = "string" } },
  },
  { name = "save_liveness_video", arguments = {}, reason = "optional" },
  {
    name = "create_websdk_link", reason = "optional",
    arguments = { { name = "levelName", kind = "string", positional = true }, { name = "externalUserId", kind = "string" } },
  },
}

local by_name, names = {}, {}
for i, kind in ipairs(M.list) do
  local options = {}
  for _, argument in ipairs(kind.arguments) do
    if not argument.positional then options[#options + 1] = argument.name end
  end
  by_name[kind.name], names[i] = { kind = kind, options = options }, kind.name
end

local LONGEST_TEXT, DEEPEST_INFO, MOST_VALUES = 1000, 8, 1000

--- nil, or a message about a text that people will read, or that goes into a request.
local function wrong_text(value)
  if type(value) ~= "string" then return "must be a string, not " .. type(value) end
  if value == "" then return "must not be empty" end
  if #value > LONGEST_TEXT then return ("must not be longer than %d bytes"):format(LONGEST_TEXT) end
  if value:find("%c") then return "must be one line, without control characters" end
  if not compat.utf8(value) then return "must be UTF-8" end
  return nil
end

local check = {}

function check.string(value)
  local message = wrong_text(value)
  return not message and value or nil, message
end

--- Whether a table has the places 1 to #table, and nothing else.
local function is_list(value)
  local count = 0
  for _ in pairs(value) do count = count + 1 end
  for i = 1, count do
    if value[i] == nil then return false end
  end
  return true
end

function check.names(value)
  if type(value) ~= "table" then return nil, "must be a list of names, not " .. type(value) end
  if not is_list(value) then return nil, "must be a list of names without gaps, and nothing else" end
  local copy, seen = {}, {}
  for i, name in ipairs(value) do
    local message = wrong_text(name)
    if message then return nil, ("item %d %s"):format(i, message) end
    if seen[name] then return nil, ("item %d is there twice"):format(i) end
    if i > MOST_VALUES then return nil, "has too many names" end
    copy[i], seen[name] = name, true
  end
  if #copy == 0 then return nil, "must be a list of names" end
  return copy
end

local copy_info

local function copy_value(value, depth, count)
  local kind = type(value)
  if kind == "table" then return copy_info(value, depth + 1, count) end
  if kind == "boolean" then return value end
  if kind == "number" then
    if value ~= value or value == math.huge or value == -math.huge then return nil, "must be a finite number" end
    return value
  end
  if kind == "string" then
    if #value > LONGEST_TEXT then return nil, ("must not be longer than %d bytes"):format(LONGEST_TEXT) end
    if not compat.utf8(value) then return nil, "must be UTF-8" end
    return value
  end
  return nil, "must not be a " .. kind
end

--- A copy of what may become JSON, so that nothing the policy does later changes what it decided.
function copy_info(value, depth, count)
  if depth > DEEPEST_INFO then return nil, "is nested too deeply" end
  local copy, kind = {}, is_list(value) and "number" or "string"
  for key, inner in pairs(value) do
    count.n = count.n + 1
    if count.n > MOST_VALUES then return nil, "has too many values" end
    if type(key) ~= kind then return nil, "must have names alone, or be a list without gaps" end
    local message
    copy[key], message = copy_value(inner, depth, count)
    if message then return nil, message:find("^%[") and message or ("[%s] %s"):format(tostring(key), message) end
  end
  if count.n == 0 or next(copy) == nil then return nil, "must not be empty" end
  return copy
end

function check.info(value)
  if type(value) ~= "table" then return nil, "must be a table, not " .. type(value) end
  if next(value) == nil then return {} end
  if value[1] ~= nil then return nil, "must be a table of named fields, not a list" end
  return copy_info(value, 1, { n = 0 })
end

local function check_argument(argument, value)
  if type(argument.kind) ~= "table" then return check[argument.kind](value) end
  for _, allowed in ipairs(argument.kind) do
    if value == allowed then return value end
  end
  return nil, "must be one of " .. table.concat(argument.kind, ", ")
end

--- Sets args[argument.name] from `value`, or returns a message.
local function take(action, argument, value)
  local checked, message = check_argument(argument, value)
  if message then return ("%s: %s %s"):format(action.name, argument.name, message) end
  action.args[argument.name] = checked
  return nil
end

local function take_options(action, row, options)
  if options == nil then return nil end
  if type(options) ~= "table" then
    return ("%s: the options must be a table, not a %s"):format(action.name, type(options))
  end
  local given = {}
  for name, value in pairs(options) do
    local known = false
    for _, option in ipairs(row.options) do known = known or option == name end
    if not known then
      return ("%s: unknown option %s, %s"):format(action.name, tostring(name), suggest(name, row.options))
    end
    given[name] = value -- facts, and rows of the input, are not to be asked for what they may lack
  end
  for _, argument in ipairs(row.kind.arguments) do
    if not argument.positional and given[argument.name] ~= nil then
      local message = take(action, argument, given[argument.name])
      if message then return message end
    end
  end
  return nil
end

local function take_reason(action, row, reason)
  if reason == nil and row.kind.reason ~= "required" then return nil end
  local message = wrong_text(reason)
  if message then return ("%s: the reason %s"):format(action.name, message) end
  action.reason = reason
  return nil
end

--- What is wrong with an action that changes nothing, or nil.
local function wrong_change(action)
  if action.name == "update_info" and next(action.args.info) == nil and not action.args.unsetFields then
    return "update_info: nothing to change: info is empty and there are no unsetFields"
  end
  if action.name == "update_fixed_info" and next(action.args.fixedInfo) == nil then
    return "update_fixed_info: nothing to change: fixedInfo is empty"
  end
end

--- Makes the action `name` from the arguments a policy gave.
---@param name string
---@param ... any as in the manual: a reason that is required, positional arguments, options, a reason that is not
---@return idngo.policy.Action? action
---@return string? message names the action and the argument
function M.make(name, ...)
  local row = by_name[name]
  if not row then return nil, ("unknown action %s, %s"):format(tostring(name), suggest(name, names)) end
  local action, given, place, message = { name = name, args = {} }, { ... }, 0, nil
  if row.kind.reason == "required" then
    place = 1
    message = take_reason(action, row, given[place])
  end
  for _, argument in ipairs(row.kind.arguments) do
    if argument.positional then
      place = place + 1
      message = message or take(action, argument, given[place])
    end
  end
  if #row.options > 0 then
    place = place + 1
    message = message or take_options(action, row, given[place])
  end
  if row.kind.reason == "optional" then
    place = place + 1
    message = message or take_reason(action, row, given[place])
  end
  if not message and select("#", ...) > place then message = ("%s takes no more than %d arguments"):format(name, place) end
  message = message or wrong_change(action)
  if message then return nil, message end
  return action
end

--- Checks an action that came from elsewhere, and copies what belongs to it.
---@param action any
---@return idngo.policy.Action? copy
---@return string? message
function M.check(action)
  if type(action) ~= "table" or type(action.args) ~= "table" then return nil, "not an action" end
  local row = by_name[action.name]
  if not row then return nil, "not an action" end
  local given, place, options = {}, 0, {}
  for name, value in pairs(action.args) do options[name] = value end
  if row.kind.reason == "required" then
    place = 1
    given[place] = action.reason
  end
  for _, argument in ipairs(row.kind.arguments) do
    if argument.positional then
      place = place + 1
      given[place], options[argument.name] = options[argument.name], nil
    end
  end
  if #row.options > 0 then
    place = place + 1
    given[place] = options
  elseif next(options) ~= nil then
    return nil, action.name .. ": not its arguments"
  end
  if row.kind.reason == "optional" then
    place = place + 1
    given[place] = action.reason
  end
  local copy, message = M.make(action.name, compat.unpack(given, 1, place))
  if copy and compat.is_integer(action.line) then copy.line = action.line end
  return copy, message
end

return M
