-- Reads what came back: a result, or a failure with the words of the error contract.
--
-- A failure is a plain table {kind, message, status?, complete, …}; exchange.lua adds the outcome to it.

local compat = require("idngo.compat")
local core = require("idngo.core")
local parse_headers = require("idngo.client.headers").parse
local json = require("idngo.json")
local replies = require("idngo.client.replies")
local said = require("idngo.client.said")

local tointeger, plain = compat.tointeger, said.plain

local M = {}

-- What came with each result, by columns, since that takes no table of its own for each. Of weak tables' values only those
-- that are objects go, and strings are none: they stay as long as their keys.
local head_of, elapsed_of, attempts_of = setmetatable({}, { __mode = "kv" }), setmetatable({}, { __mode = "k" }),
  setmetatable({}, { __mode = "k" })

--- What came with a result, apart from its body.
---@param result table as returned by a client's method
---@return {status: integer, correlation_id: string?, headers: table<string, string>, attempts: integer, elapsed: number}?
function M.meta(result)
  local raw_head = head_of[result]
  if not raw_head then return nil end
  local headers = parse_headers(raw_head)
  return {
    status = tointeger(raw_head:match("^%S+ (%d+)")), headers = headers, correlation_id = headers["x-correlation-id"],
    attempts = attempts_of[result] or 1, elapsed = elapsed_of[result],
  }
end

--- Remembers what came with `result`.
function M.keep_meta(result, raw_head, attempts, elapsed)
  head_of[result], elapsed_of[result] = raw_head, elapsed
  if attempts > 1 then attempts_of[result] = attempts end
end

local function malformed(message)
  return { kind = "malformed", message = message, complete = true, sent = true }
end

--- A reply that was meant for another request: of this one nothing is known, so a read is tried again.
local function foreign(call, field)
  return { kind = "malformed", message = ("the reply is another's: its %s is not what was asked for"):format(field),
    foreign = true, sent = true, permanent = call.operation.retry ~= "safe" }
end

--- The header lines that were sent.
---@param sent string|table those lines, or the runtime that sent them
local function lines_sent(sent)
  return type(sent) == "string" and sent or sent:sent()
end

local PARTIAL = "reply is a part of what was asked for"

--- The media type of a reply, without parameters.
local function media_type(headers)
  return plain((headers["content-type"] or ""):match("^[^;%s]*") or ""):lower()
end

--- The id that the vendor's support asks for.
local function correlation_id(headers)
  local id = headers["x-correlation-id"]
  return id and plain(id)
end

--- Wraps `write` so that nothing of a reply of the wrong sort reaches it.
---@param call table
---@param write fun(chunk: string): any, any
---@return fun(chunk: string, raw_head: string): boolean?, any
function M.checked_writer(call, write)
  local check, held = call.operation.file_check, ""
  return function(chunk, raw_head)
    if not call.ranged and raw_head:find("^HTTP/1%.%d 206") then return nil, malformed(PARTIAL) end
    if check then
      held = held .. chunk
      if #held < 5 then return true end
      local message = check(held, media_type(parse_headers(raw_head)))
      if message then return nil, malformed(message) end
      chunk, check = held, nil
    end
    return write(chunk)
  end
end

--- Whether a reply to `call` is empty and says so: one that only ends early is no empty one.
local function is_empty(call, status, raw_head, body)
  if (body or "") ~= "" or (call.written and call.written() > 0) then return false end
  local headers = parse_headers(raw_head)
  return status == 204 or headers["content-length"] == "0" or headers["transfer-encoding"] ~= nil
end

local function read_binary(call, raw_head, body)
  local headers = parse_headers(raw_head)
  local content_type = headers["content-type"]
  if call.written then
    if call.written() == 0 then return nil, malformed("reply is empty") end
    return { contentType = content_type }
  end
  local check = call.operation.file_check
  local message = body == "" and "reply is empty" or check and check(body, media_type(headers))
  if message then return nil, malformed(message) end
  return { body = body, contentType = content_type }
end

local stranger = replies.stranger
local decode, empty_objects = core.json_decode, json.empty_objects

local function read_json(call, raw_head, body, sent)
  local value, closed = decode(body or "", empty_objects)
  if value == nil then
    local message = closed
    local media = media_type(parse_headers(raw_head))
    if media == "" or media:find("json", 1, true) then return nil, malformed("reply is not JSON: " .. message) end
    local page = malformed(("reply is %s, not JSON"):format(media))
    page.words, page.said = true, not call.operation.is_secret and said.of(body, call, lines_sent(sent)) or nil
    return nil, page
  end
  local operation = call.operation
  local check = operation.check -- without one any JSON will do
  local mismatch, where
  if check then mismatch, where = check(value, closed or false) end
  if mismatch then return nil, malformed((where == "" and "reply " or where:gsub("^%.", "") .. " ") .. mismatch) end
  local field = (check or type(value) == "table") and stranger(call, value) -- whatever has a shape is a table
  if field then return nil, foreign(call, field) end
  if not operation.has_rules then return value end
  local confirms, yes = operation.confirms, operation.yes
  if confirms and (value[confirms.field] or false) ~= call.confirmed then
    return nil, malformed(("reply says %s = %s"):format(confirms.field, tostring(value[confirms.field])))
  end
  if yes and value[yes] ~= 1 then -- a complete answer that says no, whatever its status
    return nil, { kind = "http", message = ("the server answered %s = %g"):format(yes, value[yes]), complete = true,
      sent = true, refused = true }
  end
  if operation.drop then operation.drop(value) end
  if operation.from_headers then
    local headers = parse_headers(raw_head)
    for name, header in pairs(operation.from_headers) do
      value[name] = headers[header] and plain(headers[header]) or value[name]
    end
  end
  return value
end

local copied = {
  description = "string", correlationId = "string", errorName = "string", code = "number", errorCode = "number",
}

--- The server that a redirect points to, without path and query, which may hold what was sent.
local function points_to(location)
  local scheme, host = (location or ""):match("^(%a+)://([^/?#\\]+)")
  host = host and host:match("[^@]*$")
  if host and #host <= 100 and host:find("^[%w.:%[%]-]+$") then return ("%s://%s"):format(scheme:lower(), host) end
  return location and (host and "another host" or "another path there") or nil
end

--- The failure that a status other than 2xx stands for, with what its body tells.
local function read_error(call, status, raw_head, body, sent)
  local headers = parse_headers(raw_head)
  local failure = {
    kind = "http", status = status, sent = true, complete = true, message = "HTTP " .. status,
    retry_after = headers["retry-after"], date = headers["date"], words = (body or ""):find("%S") ~= nil,
  }
  local told = json.decode(body or "")
  sent = lines_sent(sent)
  if type(told) == "table" then
    failure.own = type(told.description) == "string" or tonumber(told.code) == status
    for name, kind in pairs(copied) do
      local value = told[name]
      if kind == "number" and type(value) == "string" then value = tonumber(value) end
      if name == "description" and value then value = said.redact(value, call, sent) end
      if type(value) == kind then failure[name] = kind == "string" and plain(value) or value end
    end
  end
  failure.correlationId = failure.correlationId or correlation_id(headers)
  if not failure.own then
    failure.said = said.of(body or "", call, sent)
    if status < 400 and status ~= 304 then failure.points_to = points_to(headers["location"]) end
  end
  return failure
end

--- Reads a whole reply.
---@param call table
---@param status integer
---@param raw_head string status line and header lines
---@param body string? none where a writer took it
---@param sent string|table the header lines that were sent, or the runtime that can tell them
---@return table? result
---@return table? failure
function M.read(call, status, raw_head, body, sent)
  if status < 200 or status > 299 then return nil, read_error(call, status, raw_head, body, sent) end
  local operation, read = call.operation, read_json
  if operation.takes == "anything" or operation.takes == "empty" and is_empty(call, status, raw_head, body) then return {} end
  if operation.reply == "any" and is_empty(call, status, raw_head, body) then
    return { body = "", contentType = parse_headers(raw_head)["content-type"] }
  end
  if not operation.check and (call.to or operation.binary or not media_type(parse_headers(raw_head)):find("json", 1, true)) then
    read = read_binary
  end
  local result, failure
  if status == 206 and not call.ranged then
    failure = malformed(PARTIAL)
  else
    result, failure = read(call, raw_head, body, sent)
  end
  if failure then
    failure.status = status
    failure.correlationId = correlation_id(parse_headers(raw_head))
  end
  return result, failure
end

return M
