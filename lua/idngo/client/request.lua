-- Requests: the arguments of a method, checked and made into a call (attempt.lua says what that is). Sends nothing.

local bodies = require("idngo.client.body")
local compat = require("idngo.compat")
local core = require("idngo.core")
local errors = require("idngo.error")
local json = require("idngo.json")
local multipart = require("idngo.client.multipart")
local operations = require("idngo.operation")
local said = require("idngo.client.said")
local sorted = require("idngo.sorted")
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
  if content and content.read then call.source = multipart.source(content, call.before, call.after) end
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
  local operation = operations.of(name)
  if not operation then return nil end
  local function builder(state, ...) return M.build(state, operation, ...) end
  made[name] = builder
  return builder
end })

local function check_header(name, value)
  if type(name) ~= "string" or not name:find("^[%w!#$%%&'*+.^_`|~-]+$") then
    throw("call", "a header's name has a character that none may have")
  end
  local lower = name:lower()
  if lower:find("^x%-app%-") or lower == "host" or lower == "content-length" or lower == "transfer-encoding" then
    throw("call", name .. " is set by the client")
  end
  if type(value) ~= "string" or value:find("[%c\127]") then
    throw("call", ("header %s must be a string without control bytes"):format(name))
  end
  return lower
end

local fit_for_query = { string = true, number = true, boolean = true }

--- "?a=1&b=2&b=3" of a table, in sorted order so that equal tables give equal targets.
local function encode_query(query)
  local pairs_of, wanted = {}, "query must be a table of names and strings, numbers or booleans, or lists of them"
  for name in pairs(query) do
    if type(name) ~= "string" or name == "" then throw("call", wanted) end
  end
  for _, name in ipairs(sorted(query)) do
    local values = query[name]
    if type(values) ~= "table" then values = { values } end
    for i = 1, math.max(1, #values) do -- a name given several times
      local value = values[i]
      if not fit_for_query[type(value)] then throw("call", wanted) end
      value = type(value) == "number" and compat.with_point(tostring(value)) or tostring(value)
      pairs_of[#pairs_of + 1] = core.escape(name) .. "=" .. core.escape(value)
    end
  end
  return pairs_of[1] and "?" .. table.concat(pairs_of, "&") or ""
end

local function unescape(segment)
  return segment and segment:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end) or nil
end

--- Whom a path or query is about, where it says so, and the sort of check: see attempt.lua.
local function set_subject(call, path, query)
  local id = path:match("/applicants/([^/;]+)") or path:match("/applicantTimeline/([^/;]+)")
  local asked = query.applicantId
  call.subject = type(asked) == "string" and asked or (id ~= "-" and unescape(id) or nil)
  call.external = unescape(path:match(";externalUserId=([^/;]+)"))
  call.check_type = path:find("/checks/latest$") and type(query.type) == "string" and query.type or nil
end

local raw_options = { "body", "deadline", "headers", "query", "retry", "timeout", "to" }
local retry_words = { safe = true, idempotent = true, harmless = true, once = true }

function M.build_raw(state, method, path, options)
  if type(method) ~= "string" or not method:find("^%u+$") then
    throw("call", 'method must be upper-case letters, such as "GET"')
  end
  if type(path) ~= "string" or not path:find("^/") or path:find("[^%w%-._~!$&'()*+,;=:@/%%]") then
    throw("call", "path must start with / and be percent-encoded (idngo.escape encodes a segment)")
  end
  if path:find("/%.%.?/") or path:find("/%.%.?$") then throw("call", "path must not hold . or .. segments") end
  if options ~= nil and type(options) ~= "table" then throw("call", "argument 3 must be a table of options") end
  options = options or {}
  local retry = options.retry
  if retry ~= nil and not retry_words[retry] then throw("call", "retry must be safe, idempotent, harmless or once") end
  -- any other call may be one that people notice: only reads are tried twice
  retry = retry or method == "GET" and "safe" or "once"
  local call = { operation = { name = "call", method = method, retry = retry, reply = "any" } }
  for option, value in pairs(options) do
    local is_known = false
    for _, known in ipairs(raw_options) do is_known = is_known or known == option end
    if not is_known then
      throw("call", ("unknown option %s, %s"):format(tostring(option), suggest(option, raw_options)))
    end
    if call_options[option] then
      check_seconds("call", option, value)
      call[option] = value
    end
  end
  local body, content_type, accept = options.body, nil, nil
  if type(body) == "table" then
    local ok, text = pcall(json.encode, body, "body")
    if not ok then throw("call", text) end
    call.body, content_type, call.personal = text, "application/json", text
  elseif type(body) == "string" then
    call.body, content_type = body, "application/octet-stream"
  elseif body ~= nil then
    throw("call", "body must be a table (sent as JSON) or a string (sent as it is)")
  end
  if method == "GET" and body ~= nil then throw("call", "GET has no body") end
  if options.to ~= nil and type(options.to) ~= "function" and type(options.to) ~= "string" then
    throw("call", "to must be a path or a function")
  end
  call.to = options.to
  if options.headers ~= nil and type(options.headers) ~= "table" then throw("call", "headers must be a table") end
  local others, given = {}, {}
  for name, value in pairs(options.headers or {}) do
    local lower = check_header(name, value)
    given[#given + 1] = ("%s: %s\n"):format(lower, value)
    if lower == "content-type" then content_type = value
    elseif lower == "accept" then accept = value
    else
      call.ranged = call.ranged or lower == "range"
      others[#others + 1] = ("%s: %s\r\n"):format(name, value)
    end
  end
  if type(body) == "string" and (content_type or ""):lower():find("json", 1, true) then call.personal = body end
  call.header_block = state.header_block .. header_lines(content_type, accept) .. table.concat(others)
  if given[1] then
    table.sort(given)
    call.given_headers = table.concat(given) -- for who tells calls from others: see run/job.lua
  end
  if options.query ~= nil and type(options.query) ~= "table" then throw("call", "query must be a table") end
  local query = options.query or {}
  call.target = state.prefix .. path .. encode_query(query)
  set_subject(call, path, query)
  return call
end

return M
