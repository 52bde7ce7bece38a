-- One reply, compared with what its endpoint's description says of it.

local drift = require("idngo.drift")
local endpoints = require("idngo.endpoints")
local json = require("idngo.json")
local operation = require("idngo.operation")
local parse_headers = require("idngo.client.headers").parse
local places = require("idngo.probe.rows")
local replies = require("idngo.client.replies")
local schema = require("idngo.schema")

local M = {}

-- Statuses that say nothing of what is described: the service is busy, or has a fault.
local tells_nothing = { [408] = true, [425] = true, [429] = true }

--- Judges a status. Nothing more is to be judged where false is returned.
---@param rows table
---@param name string the endpoint's
---@param reply {status: integer}
---@param expected table<integer, true>
---@return boolean
local function status(rows, name, reply, expected, told)
  local place, code = places.of_endpoint(name, "request"), reply.status
  local is_file = operation.of(name).binary
  if code == 401 or code == 403 then
    rows:add("not allowed", "status", place, told, code)
  elseif code >= 500 or tells_nothing[code] then
    rows:add("unknown", "status", place, told, code)
  elseif is_file and (code == 400 or code == 409) then
    rows:add("unknown", "status", place, told, code) -- there need not be one
  else
    rows:judge(expected[code] or false, "status", place, told, code)
  end
  return code >= 200 and code <= 299
end

--- Whether lists come in the wrapper that the example has.
local function wrapper(rows, name, class, value)
  for field, text in pairs(schema.fields(class)) do
    local other = (select(2, schema.parse(text)) or ""):match("^or (.*)$")
    local example = other and endpoints.example(name)
    if example then
      local is_wrapped = json.decode(example)[field] ~= nil
      local expected = is_wrapped and "below " .. field or other .. " at the root"
      rows:judge((value[field] ~= nil) == is_wrapped, "wrapper", places.of_class(class, field, name), expected,
        value[field] ~= nil and "below " .. field or other .. " at the root")
    end
  end
end

local WORDS = { field = "fields", value = "values", type = "types", form = "dates" }
local EXPECTED = { field = "fields that are described", value = "values that are described", type = "types that are described",
  form = "dates of the form described" }
local FORMS = { day = "YYYY-MM-DD", moment = "YYYY-MM-DD hh:mm:ss", zoned = "YYYY-MM-DD hh:mm:ss+0000" }

--- What of it is described nowhere, and what is otherwise than described.
local function details(rows, name, class, value)
  local found, counts, forms = drift.find(class, value, true)
  local differs, told = {}, {}
  for _, each in ipairs(forms) do
    local text = each.path .. each.found
    if not told[text] then
      rows:add("fits", "form", places.of_class(each.class, each.field, name), ("%s: %s"):format(each.path, each.wanted),
        each.found)
    end
    told[text] = true
  end
  for _, each in ipairs(found) do
    differs[each.what] = true
    local expected, seen = EXPECTED[each.what], each.path
    if each.what == "value" then seen = ("%s is %s"):format(each.path, each.found or "another word") end
    if each.what == "type" then expected, seen = ("%s: %s"):format(each.path, each.wanted), each.found end
    if each.what == "form" then expected, seen = ("%s: %s"):format(each.path, FORMS[each.wanted]), "another form" end
    rows:add("differs", WORDS[each.what], places.of_class(each.class, each.what ~= "field" and each.field or nil, name), expected,
      seen)
  end
  for _, what in ipairs { "field", "value", "type", "form" } do
    if not differs[what] and counts[what] > 0 then
      rows:add("fits", WORDS[what], places.of_class(class, nil, name), EXPECTED[what], counts[what] .. " looked at")
    end
  end
end

--- What a reply says again of what was asked, as replies.stranger looks at it.
local function names_somebody(call, value)
  local o = call.operation
  if call.subject and (value.applicantId ~= nil or o.about and value[o.about] ~= nil) then return true end
  if call.external and value.externalUserId ~= nil then return true end
  for _, echo in ipairs(o.echoes or {}) do
    local found = value
    for _, piece in ipairs(echo.path) do found = type(found) == "table" and found[piece] or nil end
    if found ~= nil then return true end
  end
  local first = type(value.checks) == "table" and value.checks[1]
  return type(first) == "table" and (first.checkType ~= nil or call.subject and first.applicantId ~= nil) or false
end

local function echo(rows, name, call, value)
  local description = endpoints.description(name)
  local place = places.of_endpoint(name, description.about and "about" or description.echoes and "echoes" or "arguments")
  local stranger = replies.stranger(call, value)
  if stranger then
    return rows:add("differs", "echo", place, "what was asked for", ("%s is another"):format(stranger:gsub("%d+", "")))
  end
  if names_somebody(call, value) then return rows:add("fits", "echo", place, "what was asked for", "it is") end
  local example = endpoints.example(name)
  if example and names_somebody(call, json.decode(example)) then
    rows:add("unknown", "echo", place, "what was asked for", "it names nothing")
  end
end

--- What a schema's check found, with places instead of numbers.
local function said_wrong(message, where)
  where = (where or ""):gsub("%[%d+%]", "[]")
  return (where == "" and "it " or where:gsub("^%.", "") .. " ") .. message
end

---@class idngo.probe.Reply
---@field status integer
---@field head string
---@field body string?

--- Judges a reply.
---@param rows table
---@param name string the endpoint's
---@param call table as request.builders makes it
---@param reply idngo.probe.Reply?
---@param err idngo.Error? what the client made of it
---@param created boolean? 201 is as good as 200
---@return table? value what was decoded, where it is of the class described
function M.reply(rows, name, call, reply, err, created)
  local o, description = call.operation, endpoints.description(name)
  local place = places.of_endpoint(name, "returns")
  local expected, told = { [200] = true, [201] = created or nil }, created and "201 or 200" or "200"
  if not reply then
    rows:add("unknown", "status", places.of_endpoint(name, "request"), told, "no reply: " .. (err and err.kind or "unknown"))
    return nil
  end
  if not status(rows, name, reply, expected, told) then return nil end
  local headers = parse_headers(reply.head)
  if o.takes == "anything" then return nil end
  if o.binary then
    local wanted = description.file[1]
    local is_cut = err and err.kind ~= "malformed"
    rows:add(is_cut and "unknown" or err and "differs" or "fits", "media type", places.of_endpoint(name, "file"), wanted,
      is_cut and "no whole reply: " .. err.kind or places.media(headers))
    return nil
  end
  if o.takes == "empty" and (reply.body or "") == "" then
    rows:add("fits", "reply", place, description.returns .. ", or nothing", "nothing")
    return nil
  end
  local media = places.media(headers)
  rows:judge(media:find("json", 1, true) ~= nil, "media type", place, "application/json", media)
  local value = json.decode(reply.body or "")
  if type(value) ~= "table" then
    rows:add("differs", "reply", place, description.returns, value == nil and "it is not JSON" or "it is a " .. type(value))
    return nil
  end
  local message, where = o.check(value)
  if message then
    rows:add("differs", "reply", place, description.returns, said_wrong(message, where))
    return nil
  end
  if o.yes then
    rows:judge(value[o.yes] == 1, "acknowledgement", places.of_class(description.returns, o.yes, name), o.yes .. " is 1",
      value[o.yes] == 1 and "it is" or "another number")
  end
  rows:add("fits", "reply", place, description.returns, "it is one")
  wrapper(rows, name, description.returns, value)
  details(rows, name, description.returns, value)
  echo(rows, name, call, value)
  return value
end

return M
