-- Requests: the arguments of a method, checked and made into a call (attempt.lua says what that is). Sends nothing.

local compat = require("idngo.compat")
local core = require("idngo.core")
local errors = require("idngo.error")
local operations = require("idngo.operation")
local said = require("idngo.client.said")
local suggest = require("idngo.suggest")

local unpack, select = compat.unpack, select
local call_options, header_lines = operations.call_options, operations.header_lines

local M = {}

-- Files between the caller and where a wrong argument is found.
local inside = { [debug.getinfo(1, "S").source] = true }

--- Calls of the file that calls this are none of the caller's own: an error points beyond them.
function M.is_inside() inside[debug.getinfo(2, "S").source] = true end

--- Wrong arguments throw, at the line that made the call.
function M.throw(name, message)
  local level, info = 2
  repeat
    level, info = level + 1, debug.getinfo(level, "S")
  until not info or (not inside[info.source] and info.what ~= "C")
  error(("%s: %s"):format(name, message), level - 1)
end

local throw = M.throw

--- Throws where an option is no number of seconds.
function M.check_seconds(name, option, value)
  if type(value) ~= "number" or not (value > 0 and value < math.huge) then
    throw(name, option .. " must be a number of seconds above 0")
  end
end

local check_seconds = M.check_seconds

-- Options that runs and waits alone give: see attempt.lua.
local for_runs = { before_send = true, external = true, fresh = true, max_attempts = true, sha256 = true }

--- Options that belong to the call, not to the wire.
local function take_call_option(call, option, value)
  local operation = call.operation
  if call_options[option] then
    check_seconds(operation.name, option, value)
    call[option] = value
  elseif option == "to" and operation.binary then
    if type(value) ~= "function" and (type(value) ~= "string" or value == "") then
      throw(operation.name, "to must be a path or a function")
    end
    call.to = value
  elseif option == "unchecked" and operation.body and operation.body[1] == "zip" then
    call.unchecked = value and true or false
  elseif for_runs[option] then
    call[option], call.is_special = value, true
  else
    throw(operation.name, ("unknown option %s, %s"):format(tostring(option), suggest(option, operation.known)))
  end
end

local bodies -- loaded with the first operation that needs them

--- The operation of an endpoint, or nil where there is none. What only some endpoints need is loaded with it, and not when a call
--- has begun: then it may be that no file can be opened.
---@param name string
---@return idngo.Operation?
function M.operation(name)
  local operation = operations.of(name)
  if operation and operation.body then bodies = bodies or require("idngo.client.body") end
  if operation and operation.settle then require("idngo.client.settle") end
  return operation
end

--- Takes body and options of `call` from its arguments, which are `count`; returns one value per parameter.
local function take_arguments(call, count, args)
  local operation, values = call.operation, {}
  for i = 1, operation.positional do values[i] = args[i] end
  local taken = operation.positional
  if operation.body then
    local message = bodies.take(call, args[taken + 1], args[taken + 2])
    if message then throw(operation.name, message) end
    taken = taken + (operation.body.part and 2 or 1)
  end
  local options = args[taken + 1]
  if options ~= nil and type(options) ~= "table" then
    throw(operation.name, ("argument %d must be a table of options"):format(taken + 1))
  end
  if count > taken + 1 then throw(operation.name, "too many arguments") end
  for option, value in pairs(options or {}) do
    local position = operation.options[option]
    if position then values[position] = value else take_call_option(call, option, value) end
  end
  local unless = operation.body and operation.body.unless
  if unless and call.body == "{}" and not (options and options[unless]) then
    throw(operation.name, ("nothing to change: %s is empty and there are no %s"):format(operation.body[2], unless))
  end
  return unpack(values, 1, #operation.params)
end

--- What the reply says again of the arguments of a call, as its operation has it; they were checked before.
local function echoed(operation, ...)
  local values, body = {}, select(operation.positional + 1, ...) or {}
  for i, echo in ipairs(operation.echoes) do
    if echo.place then values[i] = (select(echo.place, ...)) else values[i] = body[echo.name] end
  end
  return values
end

--- Checks the arguments of an endpoint and makes the call; throws on what is wrong with them.
function M.build(state, operation, ...)
  -- with the fields that every call gets, so that its table is made once
  local call, message = { operation = operation, target = false, subject = operation.is_about and (...), sending = false }
  if operation.is_usual and select("#", ...) <= operation.positional then
    call.target, message = operation.target(state.prefix, ...)
    if message then throw(operation.name, message) end
    return call
  end
  if operation.is_about_user then call.external = (...) end
  if operation.settle then call.level = operation.takes_level and (...) or nil end
  if not operation.body and select("#", ...) <= operation.positional then
    call.target, message = operation.target(state.prefix, ...)
  else
    call.target, message = operation.target(state.prefix, take_arguments(call, select("#", ...), { ... }))
  end
  if message then throw(operation.name, message) end
  if call.media then
    call.header_block = (state.header_block or "") .. header_lines(call.media) .. (operation.more_lines or "")
  end
  if operation.echoes then call.echoed = echoed(operation, ...) end
  if operation.check_place then call.check_type = select(operation.check_place, ...) end
  if operation.confirms then call.confirmed = select(operation.confirms.place, ...) == operation.confirms.value end
  return call
end

--- Checks an archive, and opens what a call reads from disk; what is wrong with them is no wrong argument but an
--- error.
function M.open_source(call)
  local operation = call.operation
  if operation.body and operation.body[1] == "zip" and not call.unchecked then
    local ok, err = operation.accept(call.file or { bytes = call.body })
    if ok then
      call.external = err
    else
      err.endpoint, err.method, err.path = operation.name, operation.method, said.path(call.target)
      return nil, err
    end
  end
  local content = call.content
  if content and content.read then
    call.source = require("idngo.client.multipart").source(content, call.before, call.after)
  end
  if not call.file then return true end
  local source, message = core.source(call.file, call.sha256, call.before, call.after)
  if not source then
    return nil, errors.new { kind = "io", outcome = "not_sent", endpoint = operation.name, method = operation.method,
      path = said.path(call.target), message = message, retryable = false }
  end
  call.source = source
  return true
end

-- Makes a call of an endpoint's arguments, by its name; nil where there is none.
M.builders = setmetatable({}, { __index = function(made, name)
  local operation = M.operation(name)
  if not operation then return nil end
  local function builder(state, ...) return M.build(state, operation, ...) end
  made[name] = builder
  return builder
end })

return M
