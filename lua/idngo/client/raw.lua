-- Requests of client:call, which names method and path itself: loaded when the first is made. Sends nothing.

local compat = require("idngo.compat")
local core = require("idngo.core")
local json = require("idngo.json")
local operations = require("idngo.operation")
local request = require("idngo.client.request")
local sorted = require("idngo.sorted")
local suggest = require("idngo.suggest")

local call_options, header_lines, check_seconds = operations.call_options, operations.header_lines, request.check_seconds

request.is_inside()

local M = {}

local function wrong(message) request.throw("call", message) end

local function check_header(name, value)
  if type(name) ~= "string" or not name:find("^[%w!#$%%&'*+.^_`|~-]+$") then
    wrong("a header's name has a character that none may have")
  end
  local lower = name:lower()
  if lower:find("^x%-app%-") or lower == "host" or lower == "content-length" or lower == "transfer-encoding" then
    wrong(name .. " is set by the client")
  end
  if type(value) ~= "string" or value:find("[%c\127]") then
    wrong(("header %s must be a string without control bytes"):format(name))
  end
  return lower
end

local fit_for_query = { string = true, number = true, boolean = true }

--- "?a=1&b=2&b=3" of a table, in sorted order so that equal tables give equal targets.
local function encode_query(query)
  local pairs_of, wanted = {}, "query must be a table of names and strings, numbers or booleans, or lists of them"
  for name in pairs(query) do
    if type(name) ~= "string" or name == "" then wrong(wanted) end
  end
  for _, name in ipairs(sorted(query)) do
    local values = query[name]
    if type(values) ~= "table" then values = { values } end
    for i = 1, math.max(1, #values) do -- a name given several times
      local value = values[i]
      if not fit_for_query[type(value)] then wrong(wanted) end
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

--- Checks the arguments of client:call and makes the call; throws on what is wrong with them.
function M.build(state, method, path, options)
  if type(method) ~= "string" or not method:find("^%u+$") then
    wrong('method must be upper-case letters, such as "GET"')
  end
  if type(path) ~= "string" or not path:find("^/") or path:find("[^%w%-._~!$&'()*+,;=:@/%%]") then
    wrong("path must start with / and be percent-encoded (idngo.escape encodes a segment)")
  end
  if path:find("/%.%.?/") or path:find("/%.%.?$") then wrong("path must not hold . or .. segments") end
  if options ~= nil and type(options) ~= "table" then wrong("argument 3 must be a table of options") end
  options = options or {}
  local retry = options.retry
  if retry ~= nil and not retry_words[retry] then wrong("retry must be safe, idempotent, harmless or once") end
  -- any other call may be one that people notice: only reads are tried twice
  retry = retry or method == "GET" and "safe" or "once"
  local call = { operation = { name = "call", method = method, retry = retry, reply = "any" } }
  for option, value in pairs(options) do
    local is_known = false
    for _, known in ipairs(raw_options) do is_known = is_known or known == option end
    if not is_known then
      wrong(("unknown option %s, %s"):format(tostring(option), suggest(option, raw_options)))
    end
    if call_options[option] then
      check_seconds("call", option, value)
      call[option] = value
    end
  end
  local body, content_type, accept = options.body, nil, nil
  if type(body) == "table" then
    local ok, text = pcall(json.encode, body, "body")
    if not ok then wrong(text) end
    call.body, content_type, call.personal = text, "application/json", text
  elseif type(body) == "string" then
    call.body, content_type = body, "application/octet-stream"
  elseif body ~= nil then
    wrong("body must be a table (sent as JSON) or a string (sent as it is)")
  end
  if method == "GET" and body ~= nil then wrong("GET has no body") end
  if options.to ~= nil and type(options.to) ~= "function" and type(options.to) ~= "string" then
    wrong("to must be a path or a function")
  end
  call.to = options.to
  if options.headers ~= nil and type(options.headers) ~= "table" then wrong("headers must be a table") end
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
  if options.query ~= nil and type(options.query) ~= "table" then wrong("query must be a table") end
  local query = options.query or {}
  call.target = state.prefix .. path .. encode_query(query)
  set_subject(call, path, query)
  return call
end

return M
