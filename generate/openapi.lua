-- share/openapi.json: the calls of the API as an OpenAPI 3.1 description, for programs that read one. Replies may have more
-- fields than are named, as the client takes them.

local endpoints = require("idngo.endpoints")
local index = require("generate.index")
local json = require("idngo.json")
local operation = require("idngo.operation")
local prose = require("generate.prose")
local schema = require("idngo.schema")
local sorted = require("idngo.sorted")
local version = require("idngo.version")

local function list(values) return json.array(values) end

local function ref(kind, name) return { ["$ref"] = ("#/components/%s/%s"):format(kind, name) } end

local plain = {
  string = { type = "string" }, text = { type = "string", minLength = 1 }, secret = { type = "string", minLength = 1 },
  integer = { type = "integer" }, number = { type = "number" }, boolean = { type = "boolean" },
  table = { type = "object", additionalProperties = true }, yes = { type = "integer", enum = { 1 } },
  day = { type = "string", format = "date" },
}

--- The schema of a type of a class. Of replies words are open sets: the service may send others at any time.
local function shape_of(type, is_sent)
  if type:find("|", 1, true) then
    local any = {}
    for one in type:gmatch("[^|]+") do any[#any + 1] = shape_of(one, is_sent) end
    return { anyOf = any }
  end
  local element = type:match("^(.*)%[%]$")
  if element then return { type = "array", items = shape_of(element, is_sent) } end
  if endpoints.class(type) then return ref("schemas", is_sent and type .. "Sent" or type) end
  if endpoints.words(type) then
    return { type = "string", description = "Known values: " .. table.concat(endpoints.words(type), ", ") .. "." }
  end
  if schema.forms[type] and type ~= "day" then
    local patterns = {}
    for i, pattern in ipairs(schema.forms[type]) do
      patterns[i] = pattern:gsub("%%d", "\\d"):gsub("%%%-", "-"):gsub("%%%.", "\\.")
    end
    return { type = "string", pattern = table.concat(patterns, "|") }
  end
  local copy = {}
  for name, value in pairs(assert(plain[type], type)) do copy[name] = value end
  return copy
end

--- The same, or null.
local function or_null(shape)
  if shape.type then
    shape.type = { shape.type, "null" }
    return shape
  end
  local any = shape.anyOf or { shape }
  any[#any + 1] = { type = "null" }
  return { anyOf = any, description = shape.description }
end

local function described(shape, text)
  if not text then return shape end
  shape.description = text .. (shape.description and " " .. shape.description or "")
  return shape
end

local function docs_of(class)
  local docs, from = {}, prose.classes[class]
  while from do
    for _, field in ipairs(from.fields) do docs[field.name] = docs[field.name] or field.doc end
    from = from.base and prose.classes[from.base]
  end
  return docs
end

--- A class as a schema. A null is as good as a field that is not there, in a reply.
local function class_schema(name, is_sent)
  local element = schema.element(name)
  if element then return { type = "array", description = prose.classes[name].doc, items = shape_of(element, is_sent) } end
  local properties, required, docs, any = {}, {}, docs_of(name), nil
  local fields = schema.fields(name)
  for _, field in ipairs(sorted(fields)) do
    local type, mark = schema.parse(fields[field])
    if mark == "required" then required[#required + 1] = field end
    local other = mark and mark:match("^or (.*)$")
    if other then
      any = {}
      for i, one in ipairs { field, other } do
        any[i] = { type = "object", required = { one }, properties = { [one] = shape_of((schema.parse(fields[one])), is_sent) } }
      end
    end
    local shape = described(shape_of(type, is_sent), docs[field])
    properties[field] = not is_sent and mark ~= "required" and or_null(shape) or shape
  end
  return { type = "object", description = prose.classes[name].doc, properties = json.object(properties),
    required = required[1] and required or nil, anyOf = any, additionalProperties = true }
end

--- The classes that a class needs, itself among them.
local function add_classes(found, name)
  if found[name] then return end
  found[name] = true
  if schema.element(name) then add_classes(found, schema.element(name)) end
  for _, text in pairs(schema.fields(name)) do
    for word in schema.parse(text):gmatch("%a+") do
      if endpoints.class(word) then add_classes(found, word) end
    end
  end
end

local function parameter(param)
  local shape = { type = param.type == "integer" and "integer" or "string" }
  if param.type == "fixed" then
    shape.enum = { param.value }
  elseif param.values then
    shape.enum = param.values
  elseif param.where == "path" then
    shape.minLength = 1
  end
  if param.type ~= "fixed" then shape.default = param.value end
  return {
    name = param.name, ["in"] = param.where, required = param.where == "path" or param.required or param.type == "fixed",
    description = param.doc or "Always the same.", schema = shape,
  }
end

local function body_of(o)
  local body = o.body
  local kind, shape = body[1], body.class and ref("schemas", body.class .. "Sent") or nil
  if body.list then shape = { type = "array", items = { type = "string" } } end
  if kind == "multipart" then
    if body.apart then
      shape = class_schema(body.class, true)
      shape.properties = { [body.part] = { type = "string", format = "binary" } }
      shape.required = nil
    else
      local json_text = { type = "string", contentMediaType = "application/json", contentSchema = shape }
      shape = { type = "object", properties = { [body[2]] = json_text, [body.part] = { type = "string", format = "binary" } },
        required = { body[2] } }
    end
  elseif kind == "text" or kind == "ndjson" then
    shape = { type = "string" }
  elseif kind == "zip" then
    shape = { type = "string", format = "binary" }
  end
  return { description = body[3]:gsub("^%l", string.upper) .. ".", required = not body.optional,
    content = { [operation.content_types[kind]] = { schema = shape } } }
end

local function problem(text)
  return { description = text, content = { ["application/json"] = { schema = ref("schemas", "Problem") } } }
end

local function responses(row, description)
  local found, content = {}, nil
  if description.file then
    content = { [description.file.media] = { schema = { type = "string", format = "binary" } } }
  elseif description.takes ~= "anything" then
    content = { ["application/json"] = { schema = ref("schemas", description.returns) } }
  end
  local headers
  for _, header in pairs(description.headers or {}) do
    headers = headers or {}
    headers[header:gsub("%f[%w]%l", string.upper)] = { schema = { type = "string" }, description = "What is not in the body." }
  end
  found["200"] = { description = prose.classes[description.returns].doc, content = content, headers = headers }
  if row.name == "create_applicant" then found["201"] = found["200"] end
  for _, refusal in ipairs(prose.endpoints[row.name].refusals) do
    local status = ("%d"):format(refusal[2])
    if not found[status] then found[status] = problem(refusal[1]:gsub("^%l", string.upper) .. ".") end
  end
  found["4XX"], found["5XX"] = problem("Refused."), problem("A fault of the service.")
  return found
end

--- "DuplicateChecks" of duplicate_checks.
local function tag_of(resource) return (resource:gsub("^%l", string.upper)) end

--- Where filters stand: an object of them is one parameter of the path.
local FILTERS = "filters"

--- The parameters of a call; its filters are properties of one.
local function parameters_of(row)
  local found, filters = {}, {}
  for _, param in ipairs(row.params) do
    local each = parameter(param)
    if param.where == "matrix" then
      each.schema.description = each.description
      filters[param.name] = each.schema
    else
      found[#found + 1] = each
    end
  end
  if next(filters) then
    table.insert(found, 1, { name = FILTERS, ["in"] = "path", required = true, style = "matrix", explode = true,
      description = "What is looked for.",
      schema = { type = "object", properties = json.object(filters), additionalProperties = { type = "string" } } })
  end
  return found
end

--- The template of a call's path.
local function path_of(row)
  for _, param in ipairs(row.params) do
    if param.where == "matrix" then return ("%s{%s}"):format(row.path, FILTERS) end
  end
  return row.path
end

local function operation_of(row, resource)
  local description, o, parameters = endpoints.description(row.name), operation.of(row.name), parameters_of(row)
  return {
    operationId = row.name, summary = row.title, description = prose.endpoints[row.name].intro, tags = { tag_of(resource) },
    parameters = parameters[1] and parameters or nil, requestBody = o.body and body_of(o) or nil,
    responses = responses(row, description),
  }
end

local PROBLEM = {
  type = "object", description = "Why a call was refused.", additionalProperties = true,
  properties = {
    description = { type = "string", description = "In words." },
    code = { type = "integer", description = "The status again." },
    correlationId = { type = "string", description = "What the vendor's support asks for." },
    errorCode = { type = "integer", description = "Which error it is." },
    errorName = { type = "string", description = "The same as a word." },
  },
}

--- Paths that are the same but for a fixed parameter of the query, such as the kind of a check, are one operation in OpenAPI.
local function merge(into, other)
  into.operationId = into.operationId .. "_or_" .. other.operationId
  into.description = into.description .. " Or: " .. other.description
  local known = {}
  for _, each in ipairs(into.parameters) do known[each.name] = each end
  for _, each in ipairs(other.parameters) do
    local same = known[each.name]
    if not same then
      into.parameters[#into.parameters + 1] = each
    elseif same.schema.enum and each.schema.enum then
      for _, value in ipairs(each.schema.enum) do same.schema.enum[#same.schema.enum + 1] = value end
    else
      same.schema.enum = nil
    end
  end
  local content, more = into.responses["200"].content["application/json"], other.responses["200"].content["application/json"]
  content.schema = { anyOf = content.schema.anyOf or { content.schema } }
  table.insert(content.schema.anyOf, more.schema)
end

--- JSON with a line for each value, so that changes can be read.
local function indented(value, margin)
  if type(value) ~= "table" or next(value) == nil then return json.encode(value, "openapi", "[]") end
  local inner, parts = margin .. " ", {}
  if value[1] ~= nil then
    for i, element in ipairs(value) do parts[i] = inner .. indented(element, inner) end
    return "[\n" .. table.concat(parts, ",\n") .. "\n" .. margin .. "]"
  end
  for i, name in ipairs(sorted(value)) do parts[i] = inner .. json.encode(name) .. ": " .. indented(value[name], inner) end
  return "{\n" .. table.concat(parts, ",\n") .. "\n" .. margin .. "}"
end

--- The file's text.
---@return string
return function()
  local resources, paths, schemas, tags, tagged = index.table().resources, {}, { Problem = PROBLEM }, {}, {}
  local returned, sent = {}, {}
  for _, row in ipairs(endpoints.rows()) do
    local description = endpoints.description(row.name)
    if not description.file and description.takes ~= "anything" then add_classes(returned, description.returns) end
    local body = description.body
    if body and body.class and body[1] ~= "ndjson" then add_classes(sent, body.class) end
    local path = path_of(row)
    paths[path] = paths[path] or {}
    local item, method, made = paths[path], row.method:lower(), operation_of(row, resources[row.name])
    if item[method] then merge(item[method], made) else item[method] = made end
    local tag = made.tags[1]
    if not tagged[tag] then
      local text = ("What lua/idngo/api/%s.lua describes."):format(resources[row.name])
      tags[#tags + 1], tagged[tag] = { name = tag, description = text }, true
    end
  end
  for name in pairs(returned) do schemas[name] = class_schema(name, false) end
  for name in pairs(sent) do schemas[name .. "Sent"] = class_schema(name, true) end
  table.sort(tags, function(a, b) return a.name < b.name end)
  local function header(name, text) return { type = "apiKey", ["in"] = "header", name = name, description = text } end
  local api = {
    openapi = "3.1.0",
    info = {
      title = "IDnGO", version = version, license = { name = "MIT", url = "https://opensource.org/license/mit" },
      description = "The calls of the IDnGO API that idngo describes, made by ./dev generate from lua/idngo/api.",
    },
    servers = { { url = "https://api.idngo.kz" } },
    security = { { token = list {}, signature = list {}, time = list {} } },
    tags = tags, paths = paths,
    components = {
      schemas = schemas,
      securitySchemes = {
        token = header("X-App-Token", "The app token."),
        signature = header("X-App-Access-Sig", "HMAC-SHA256 over time stamp, method, target and body, in hex digits."),
        time = header("X-App-Access-Ts", "The time stamp, Unix seconds."),
      },
    },
  }
  return indented(api, "") .. "\n"
end
