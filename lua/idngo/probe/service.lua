-- What holds of the service and not of one call: its clock, its errors, how it answers an id that nobody has, and its own
-- description of itself.

local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local json = require("idngo.json")
local parse_headers = require("idngo.client.headers").parse
local places = require("idngo.probe.rows")
local schema = require("idngo.schema")
local sorted = require("idngo.sorted")

local M = {}

local READS = "lua/idngo/client/reply.lua"

-- The clock.

local NEAR = 5 -- seconds by which clocks may differ and be called the same

--- A listener's ear: what heads say of the time.
---@param clock {count: integer, without: integer, skew: number?, least: number?} least: what of the skew is certain
---@param head string
---@param asked number by core.wall
function M.hear_clock(clock, head, asked)
  local date = parse_headers(head).date
  local server = date and core.http_date(date)
  clock.count = clock.count + 1
  if not server then
    clock.without = clock.without + 1
    return
  end
  -- Date has whole seconds, and is from somewhere between asking and the answer
  local now = core.wall()
  local skew = server + 0.5 - (asked + now) / 2
  local least = math.max(0, math.abs(skew) - (now - asked) / 2 - 0.5)
  if not clock.skew or least < clock.least then clock.skew, clock.least = skew, least end
end

---@param rows table
---@param clock table
function M.clock(rows, clock)
  local place = { file = "lua/idngo/client/exchange.lua", field = "Date" }
  if clock.count == 0 then return end
  rows:judge(clock.without == 0, "Date", place, "in each reply", clock.without == 0 and "it is there"
    or ("missing in %d of %d"):format(clock.without, clock.count))
  if not clock.skew then return end
  rows:judge(clock.least <= NEAR, "clock", place, ("within %d s of this machine's"):format(NEAR),
    clock.least <= NEAR and "it is" or ("this machine's is %d s %s"):format(math.floor(math.abs(clock.skew) + 0.5),
      clock.skew > 0 and "behind" or "ahead"))
end

-- Errors.

local known = { description = "string", code = "number", correlationId = "string", errorCode = "number", errorName = "string",
  type = "string" }

--- What of an error's body is otherwise than described, in words.
local function wrong_of(reply)
  local told = json.decode(reply.body or "")
  if type(told) ~= "table" then return { (reply.body or "") == "" and "it is empty" or "it is not JSON" } end
  local found = {}
  for _, name in ipairs { "description", "code", "correlationId" } do
    if told[name] == nil then found[#found + 1] = "no " .. name end
  end
  local names = {}
  for name in pairs(told) do names[#names + 1] = tostring(name) end
  table.sort(names)
  for _, name in ipairs(names) do
    local value = told[name]
    if not known[name] then
      found[#found + 1] = ("a field %s"):format(places.name(name))
    elseif type(value) ~= known[name] then
      found[#found + 1] = ("%s is a %s"):format(name, type(value))
    end
  end
  if type(told.code) == "number" and told.code ~= reply.status then found[#found + 1] = "code is not the status" end
  return found
end

--- Judges the answer to an id that nobody has.
---@param rows table
---@param name string the endpoint that was asked
---@param reply idngo.probe.Reply?
---@param err idngo.Error?
function M.unknown_id(rows, name, reply, err)
  local place = places.of_endpoint(name, "request")
  if not reply then
    return rows:add("unknown", "an unknown id", place, "404", "no reply: " .. (err and err.kind or "unknown"))
  end
  local code = reply.status
  if code == 401 or code == 403 then
    rows:add("not allowed", "an unknown id", place, "404", code)
  elseif code >= 500 or code == 429 or code == 408 then
    rows:add("unknown", "an unknown id", place, "404", code)
  else
    rows:judge(code == 404, "an unknown id", place, "404", code)
  end
  if code < 400 then
    return rows:add("unknown", "error body", { file = READS, field = "read_error" }, "as described", "no error came")
  end
  local messages = wrong_of(reply)
  for _, message in ipairs(messages) do
    rows:add("differs", "error body", { file = READS, field = "read_error" },
      "JSON with description, code and correlationId", message)
  end
  if not messages[1] then
    rows:add("fits", "error body", { file = READS, field = "read_error" }, "JSON with description, code and correlationId",
      "it is")
  end
  local has = parse_headers(reply.head)["x-correlation-id"] ~= nil
  rows:judge(has, "correlation id", { file = READS, field = "correlation_id" }, "X-Correlation-Id in the head",
    has and "it is there" or "it is missing")
end

--- Judges the answer to what is no id at all: sources differ on its status.
---@param rows table
---@param name string the endpoint that was asked
---@param reply idngo.probe.Reply?
---@param err idngo.Error?
function M.no_id(rows, name, reply, err)
  local place, code = places.of_endpoint(name, "request"), reply and reply.status
  if not code then
    rows:add("unknown", "no id at all", place, "404, or 400", "no reply: " .. (err and err.kind or "unknown"))
  elseif code == 401 or code == 403 then
    rows:add("not allowed", "no id at all", place, "404, or 400", code)
  elseif code >= 500 or code == 429 or code == 408 then
    rows:add("unknown", "no id at all", place, "404, or 400", code)
  else
    rows:judge(code == 404 or code == 400, "no id at all", place, "404, or 400", code)
  end
end

-- The service's description of itself.

--- A path as all descriptions have it: names of what stands for something are left out.
local function template(path) return (path:gsub("{[^{}/]*}", "{}")) end

--- What a reference within a description stands for.
local function resolve(api, value)
  for _ = 1, 20 do
    local pointer = type(value) == "table" and type(value["$ref"]) == "string" and value["$ref"]:match("^#/(.*)$")
    if not pointer then return value end
    value = api
    for piece in pointer:gmatch("[^/]+") do
      piece = piece:gsub("~1", "/"):gsub("~0", "~")
      value = type(value) == "table" and value[piece] or nil
    end
  end
  return nil
end

--- The query's parameters of an operation, and which of them must be there.
local function query_of(api, item, found)
  local names = {}
  for _, list in ipairs { item.parameters or {}, found.parameters or {} } do
    for _, each in ipairs(type(list) == "table" and list or {}) do
      each = resolve(api, each)
      if type(each) == "table" and each["in"] == "query" and type(each.name) == "string" then
        names[each.name] = each.required == true and "required" or "optional"
      end
    end
  end
  return names
end

--- The fields of a reply at its root, or nil where they are not told.
local function fields_of(api, found)
  local reply = type(found.responses) == "table" and resolve(api, found.responses["200"] or found.responses["201"]
    or found.responses.default)
  local content = type(reply) == "table" and type(reply.content) == "table" and reply.content["application/json"]
  local shape = type(content) == "table" and resolve(api, content.schema)
  return type(shape) == "table" and type(shape.properties) == "table" and shape.properties or nil
end

local function compare(rows, api, row, item, found)
  local name, description = row.name, endpoints.description(row.name)
  local asked, ours, good = query_of(api, item, found), {}, true
  for _, param in ipairs(row.params) do
    if param.where == "query" then
      ours[param.name] = true
      if not asked[param.name] then
        rows:add("differs", "openapi.json", places.of_endpoint(name, param.name), "the parameter " .. param.name, "it has none")
        good = false
      end
    end
  end
  for _, each in ipairs(sorted(asked)) do
    if asked[each] == "required" and not ours[each] then
      rows:add("differs", "openapi.json", places.of_endpoint(name), "parameters that are described",
        "it wants " .. places.name(each))
      good = false
    end
  end
  local fields = fields_of(api, found)
  if fields and not description.file then
    local described = schema.fields(description.returns)
    for _, each in ipairs(sorted(fields)) do
      if not described[each] and next(described) ~= nil then
        rows:add("differs", "openapi.json", places.of_class(description.returns, nil, name), "fields that are described",
          places.name(each))
        good = false
      end
    end
  end
  if good then rows:add("fits", "openapi.json", places.of_endpoint(name, "request"), "as described", "it is") end
end

--- The path's item of a row. Filters stand in a path in more than one way.
local function item_of(paths, row)
  local path = template(row.path)
  local found = paths[path]
  for _, param in ipairs(row.params) do
    if param.where == "matrix" then
      found = found or paths[path .. "{}"] or paths[path .. ";{}"] or paths[(path:gsub("%-$", "{}"))]
    end
  end
  return found
end

--- Compares what the service says of itself with what we do.
---@param rows table
---@param reply idngo.probe.Reply?
function M.openapi(rows, reply)
  local place = { file = "lua/idngo/api/index.lua", field = "names" }
  local function nothing(outcome, message) rows:add(outcome, "openapi.json", place, "the service's own description", message) end
  if not reply then return nothing("unknown", "no reply") end
  if reply.status == 401 or reply.status == 403 then return nothing("not allowed", reply.status) end
  if reply.status == 404 then return nothing("not tried", "there is none") end
  if reply.status ~= 200 then return nothing("unknown", reply.status) end
  local api = json.decode(reply.body or "")
  if type(api) ~= "table" or type(api.paths) ~= "table" then return nothing("unknown", "it is no OpenAPI description") end
  local paths = {}
  for path, item in pairs(api.paths) do
    if type(path) == "string" and type(item) == "table" then paths[template(path)] = item end
  end
  for _, row in ipairs(endpoints.rows()) do
    local item = item_of(paths, row)
    local found = item and item[row.method:lower()]
    if type(found) == "table" then
      compare(rows, api, row, item, found)
    else
      rows:add("differs", "openapi.json", places.of_endpoint(row.name, "request"), ("%s %s"):format(row.method, row.path),
        item and "it has the path, and not the method" or "it is not in it")
    end
  end
end

return M
