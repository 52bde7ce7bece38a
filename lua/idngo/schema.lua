-- What replies and bodies hold, by the classes of lua/idngo/api, and the checks made from them.
--
-- A class is {its base?, field = "TYPE, MARK?", …}, or {"CLASS[]"}: a reply that is a list, with nothing around it. A type is
-- string, text (a string with something in it), secret (the same, and whoever has it can use it), integer, number, boolean,
-- table, yes (1, or else the call was refused), a word, a class, TYPE[] for a list, and A|B for either. Strings of a form that
-- nobody insists on are day (YYYY-MM-DD), moment (YYYY-MM-DD hh:mm:ss, in UTC, with or without a fraction) and zoned (the same
-- with its zone behind it, +0000). Marks:
--   required   it must be there, and of its type
--   checked    where it is there it must be of its type
--   or NAME    the same; and where it is not, NAME must be there
--   dropped    the service tells it, and the client forgets it: nobody needs it, and it must not be seen
-- Other fields are kept as they came, of whatever type, and so are fields that are described nowhere. A JSON null is absent.
--
-- A 2xx reply without the part the endpoint exists for must never read as an empty success: a duplicate check without
-- `checks` is not "no duplicates". Marked are the parts that decisions are made on and what one walks through to reach them.

local endpoints = require("idngo.endpoints")
local json = require("idngo.json")

local M = {}

--- A field's type and mark.
---@param text string
---@return string type
---@return string? mark
function M.parse(text)
  local type, mark = text:match("^([^,]+), (.+)$")
  return type or text, mark
end

--- What a class is a list of, or nil.
---@param name string
---@return string?
function M.element(name)
  local class = endpoints.class(name)
  return class and class[1] and class[1]:match("^(.*)%[%]$")
end

--- A class's fields, those of its base among them. A list has none.
---@param name string
---@return table<string, string>
function M.fields(name)
  local class = endpoints.class(name) or error("no class " .. name)
  if M.element(name) then return {} end
  local fields = class[1] and M.fields(class[1]) or {}
  for field, text in pairs(class) do
    if field ~= 1 then fields[field] = text end
  end
  return fields
end

M.plain = {
  string = "string", text = "text", boolean = "boolean", table = "table", integer = "number", number = "number",
  yes = "number", secret = "text", day = "string", moment = "string", zoned = "string",
}

local TIME = "^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d"

--- The forms of strings, as patterns: any of a list.
---@type table<string, string[]>
M.forms = {
  day = { "^%d%d%d%d%-%d%d%-%d%d$" },
  moment = { TIME .. "$", TIME .. "%.%d+$" },
  zoned = { TIME .. "[+-]%d%d%d%d$", TIME .. "%.%d+[+-]%d%d%d%d$" },
}

--- Whether a string has a form.
---@param form string
---@param text string
---@return boolean
function M.has_form(form, text)
  for _, pattern in ipairs(M.forms[form]) do
    if text:find(pattern) then return true end
  end
  return false
end

local parts_of

--- The description of a type for core.schema (csrc/protocol/lua_schema.c).
local function shape_of(type)
  if M.plain[type] then return M.plain[type] end
  if type:find("|", 1, true) then return "table" end
  local element = type:match("^(.*)%[%]$")
  if element and endpoints.class(element) then return { each = parts_of(element) } end
  if element then return shape_of(element) == "string" and "strings" or "list" end
  if endpoints.words(type) then return "string" end
  local parts = parts_of(type)
  return next(parts) and parts or "object"
end

function parts_of(class)
  local parts, required, element = {}, {}, M.element(class)
  if element then return { each = parts_of(element) } end
  for field, text in pairs(M.fields(class)) do
    local type, mark = M.parse(text)
    if mark then parts[field] = mark == "required" and endpoints.words(type) and "text" or shape_of(type) end
    if mark == "required" then required[#required + 1] = field end
  end
  if required[1] then parts.required = required end
  return parts
end

--- The check of what was decoded: what is wrong and where below the reply, or nothing.
---@param class string
---@return fun(value: any): string?, string?
function M.check(class)
  local check = json.schema(parts_of(class))
  for field, text in pairs(M.fields(class)) do
    local other = select(2, M.parse(text))
    other = other and other:match("^or (.*)$")
    if other then
      local inner = check
      check = function(value, closed)
        if type(value) == "table" and value[field] == nil and value[other] == nil then
          return ("has neither %s nor %s"):format(field, other), ""
        end
        return inner(value, closed)
      end
    end
  end
  return check
end

--- The field of a class that says yes, or nil; and whether what it holds must not be shown, as by the first words of a page
--- that came in its place.
---@param class string
---@return string? yes
---@return boolean is_secret
function M.traits(class)
  local yes, is_secret, elements = nil, false, M.element(class)
  if elements then return nil, select(2, M.traits(elements)) end
  for field, text in pairs(M.fields(class)) do
    local type, mark = M.parse(text)
    if type == "yes" then yes = field end
    local inner = type:gsub("%[%]$", "")
    is_secret = is_secret or type == "secret" or mark == "dropped"
      or mark ~= nil and endpoints.class(inner) ~= nil and select(2, M.traits(inner))
  end
  return yes, is_secret
end

local function drop_of_each(drop)
  return function(list)
    for _, value in ipairs(list) do drop(value) end
  end
end

--- What takes the fields that are `dropped` out of a value that passed its check; nil where there are none.
---@param class string
---@return fun(value: table)?
function M.drop(class)
  local inside, names, elements = {}, {}, M.element(class)
  if elements then
    local drop = M.drop(elements)
    return drop and drop_of_each(drop)
  end
  for field, text in pairs(M.fields(class)) do
    local type, mark = M.parse(text)
    local element = type:match("^(.*)%[%]$")
    if mark == "dropped" then names[#names + 1] = field end
    if mark and endpoints.class(element or type) then
      local drop = M.drop(element or type)
      inside[field] = drop and element and drop_of_each(drop) or drop
    end
  end
  if not (names[1] or next(inside)) then return nil end
  return function(value)
    for _, name in ipairs(names) do value[name] = nil end
    for field, drop in pairs(inside) do
      if value[field] then drop(value[field]) end
    end
  end
end

--- A type as policy/names.lua has it.
local function names_of_type(type)
  if type == "table" or type:find("|", 1, true) then return "any" end
  local element = type:match("^(.*)%[%]$")
  if endpoints.class(element or type) then return element and { M.names(element) } or M.names(type) end
  return true
end

--- The fields that a class may have, and those of what is in them, in the form of policy/names.lua.
---@param class string
---@return table<string, any>
function M.names(class)
  local names, element = {}, M.element(class)
  if element then return { M.names(element) } end
  for field, text in pairs(M.fields(class)) do names[field] = names_of_type((M.parse(text))) end
  return names
end

return M
