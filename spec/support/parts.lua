-- The part of a reply that an endpoint exists for, by its description, and arguments that any server takes.

local endpoints = require("idngo.endpoints")
local operation = require("idngo.operation")
local schema = require("idngo.schema")

local M = {}

--- Where the part is below the reply, and its type; nil where it is the object itself, or a file.
---@param name string the endpoint's
---@return string[]? path
---@return string? type
function M.of(name)
  local description = endpoints.description(name)
  if description.file or description.takes == "anything" then return nil end
  if description.confirms then return { description.confirms[1] }, "boolean" end
  for field, text in pairs(schema.fields(description.returns)) do
    local type, mark = schema.parse(text)
    local other = mark and mark:match("^or (.*)$")
    if mark == "required" then return { field }, type end
    if other then return { field, other }, (schema.parse(schema.fields(description.returns)[other])) end
  end
  return nil
end

local simple = { string = "x", text = "x", secret = "x", integer = 1, number = 1, boolean = true, yes = 1, table = { x = 1 },
  day = "2026-01-31", moment = "2026-01-31 09:00:00", zoned = "2026-01-31 09:00:00+0000" }

--- A value of a type, without meaning: of a class what must be in it, of a word the first.
local function value_of(type)
  if endpoints.class(type) then
    local value, name = {}, nil
    for field, text in pairs(schema.fields(type)) do
      local inner, mark = schema.parse(text)
      if mark == "required" or mark and mark:find("^or ") then value[field] = value_of(inner) end
      if inner == "string" and (not name or field < name) then name = field end
    end
    if not next(value) then value[name] = "x" end
    return value
  end
  local element = type:match("^(.*)%[%]$")
  if element then return { value_of(element) } end
  return endpoints.words(type) and endpoints.words(type)[1] or simple[type]
end

--- Arguments for an endpoint without meaning: "a1" for each id, the first of the values allowed.
---@param name string
---@return any[]
function M.arguments(name)
  local o = operation.of(name)
  local args = {}
  for _, param in ipairs(o.row.params) do
    if param.required then args[#args + 1] = param.values and param.values[1] or param.type == "integer" and 1 or "a1" end
  end
  if o.row.body == "multipart" then
    args[#args + 1] = value_of(o.body.class)
    args[#args + 1] = { bytes = "no picture", name = "x.jpg" }
  elseif o.row.body == "json" then args[#args + 1] = value_of(o.body.class or o.body.list .. "[]")
  elseif o.row.body == "ndjson" then args[#args + 1] = { value_of(o.body.class) }
  elseif o.row.body == "text" then args[#args + 1] = "text"
  end
  if o.row.body == "zip" then
    args[#args + 1] = { bytes = "no archive" }
    args[#args + 1] = { unchecked = true }
  end
  return args
end

--- What a server needs to know to answer every endpoint: as plain data.
---@return table[]
function M.replies()
  local list = {}
  for i, row in ipairs(endpoints.rows()) do
    local description, query = endpoints.description(row.name), {}
    for _, param in ipairs(row.params) do
      if param.type == "fixed" then query[param.name] = param.value end
    end
    local confirms = nil
    for argument, value in pairs(description.confirms or {}) do
      if argument ~= 1 then confirms = { field = description.confirms[1], argument = argument, value = value } end
    end
    local media = description.file and description.file.media
    if media == "*/*" then media = "image/jpeg" end
    list[i] = { name = row.name, method = row.method, path = row.path, query = query, part = M.of(row.name),
      example = endpoints.example(row.name), media = media, confirms = confirms,
      echoes = description.echoes, about = description.about or nil }
  end
  return list
end

return M
