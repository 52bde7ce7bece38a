-- JSON, strict and even: what users see does not depend on a codec. Decoding is the core's; of a private lua-cjson
-- instance only the escaping of strings is used.
--
-- Decoding: null members are absent (null elements are dropped and the list closes up), whole numbers are integers
-- where Lua has them, whole numbers beyond 2^53 are strings of their digits, a name given twice is an error, and an
-- empty object is known from an empty list. Encoding: members in sorted order, so that equal tables give equal bytes; what a
-- Lua table cannot say is said by M.null, M.array and M.object.

local compat = require("idngo.compat")
local core = require("idngo.core")

local M = {}

-- Decoded objects without members: as tables they look like empty lists.
local empty_objects = setmetatable({}, { __mode = "k" })

--- For core.json_decode.
M.empty_objects = empty_objects

-- Tables that stand for [] when nothing is in them.
local empty_lists = setmetatable({}, { __mode = "k" })

--- JSON's null, in what is encoded: the value that cjson.null and ngx.null are.
M.null = core.null

--- Has a table be [] where nothing is in it. Returns the table.
---@generic T: table
---@param list T
---@return T
function M.array(list)
  empty_lists[list], empty_objects[list] = true, nil
  return list
end

--- Has a table be {} where nothing is in it. Returns the table.
---@generic T: table
---@param object T
---@return T
function M.object(object)
  empty_lists[object], empty_objects[object] = nil, true
  return object
end

--- Has what was decoded be encoded as it was: whatever is empty and no object in it is a list. Returns the value.
---@param value any
---@return any
function M.keep_lists(value)
  if type(value) ~= "table" or empty_objects[value] then return value end
  if next(value) == nil then return M.array(value) end
  for _, inner in pairs(value) do M.keep_lists(inner) end
  return value
end

--- Whether a decoded value is a list.
---@param value any
---@return boolean
function M.is_list(value)
  return type(value) == "table" and (value[1] ~= nil or (next(value) == nil and not empty_objects[value]))
end

--- Whether a decoded value is an object. An empty table of unknown origin passes for both.
---@param value any
---@return boolean
function M.is_object(value)
  return type(value) == "table" and value[1] == nil
end

-- Levels that are encoded; and those that may be around what is asked of here.
local DEEPEST, AROUND = 100, 10

local function is_deeper(value, levels)
  if type(value) ~= "table" then return false end
  if levels == 0 then return true end
  for _, inner in pairs(value) do
    if is_deeper(inner, levels - 1) then return true end
  end
  return false
end

--- Whether a decoded value is nested too deeply to be handed on as JSON: more levels are decoded than are encoded.
---@param value any
---@return boolean
function M.is_too_deep(value) return is_deeper(value, DEEPEST - AROUND) end

--- Decodes `text`.
---@param text string
---@return any value nil with a message when the text is not JSON, or is JSON null
---@return string? message what is wrong and at which byte; never a piece of the text
function M.decode(text)
  local value, message = core.json_decode(text, empty_objects)
  if value == nil then return nil, message end
  return value
end

--- A check of decoded values, made from a description: see csrc/protocol/lua_schema.c.
---@param description string|table
---@return fun(value: any, closed: boolean?): string?, string? check what is wrong with a value and where below it, or nothing;
---  closed: false where it is known that no list of it closed up
function M.schema(description)
  return core.schema(description, empty_objects)
end

local encode_value

local EXACT = compat.EXACT

local math_type = math.type or function() return "float" end -- luacheck: ignore 143

-- The names and places that lead to the value at hand, by depth; its own is at 0. They are made into a path for messages alone.
local trail = {}

local function fail(depth, what)
  local path = trail[0]
  for i = 1, depth do
    path = path .. (type(trail[i]) == "number" and ("[%d]"):format(trail[i]) or "." .. trail[i])
  end
  error(path .. what, 0)
end

local cjson -- loaded with the first string that needs it: most calls send none

local function encode_string(s, depth)
  if not s:find('[%c"\\\128-\255]') then return '"' .. s .. '"' end
  if not core.utf8(s) then fail(depth, " is not UTF-8") end
  cjson = cjson or require("cjson").new()
  -- codecs differ in whether they escape the slash
  return (cjson.encode(s):gsub("\\(.)", { ["/"] = "/" }))
end

local function encode_number(n, depth)
  if n ~= n or n == math.huge or n == -math.huge then fail(depth, " is not a finite number") end
  if n % 1 == 0 and (math_type(n) == "integer" or (n >= -EXACT and n <= EXACT)) then return ("%d"):format(n) end
  local text = ("%.15g"):format(n)
  if tonumber(text) ~= n then text = ("%.17g"):format(n) end -- which reads what format wrote, in any locale
  text = compat.with_point(text)
  return text:find("[.e]") and text or text .. "e0" -- digits alone, beyond EXACT, would come back as a string
end

local function encode_table(t, depth, empty)
  if depth > DEEPEST then fail(depth, " is nested too deeply, or holds itself") end
  local names, count = {}, 0
  for k in pairs(t) do
    count = count + 1
    if type(k) == "string" then names[#names + 1] = k end
  end
  local parts = {}
  if #names == 0 then
    if count == 0 then
      if empty_objects[t] then return "{}" end
      if empty_lists[t] then return "[]" end
      if empty then return empty end
      fail(depth, " is an empty table, which JSON cannot tell from an empty list; leave it out, or say idngo.array or "
        .. "idngo.object of it")
    end
    for i = 1, count do
      if t[i] == nil then fail(depth, " is neither a list without gaps nor an object") end
      trail[depth + 1] = i
      parts[i] = encode_value(t[i], depth + 1, empty)
    end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  if #names < count then fail(depth, " mixes names and list positions") end
  table.sort(names)
  for i, name in ipairs(names) do
    trail[depth + 1] = name
    parts[i] = encode_string(name, depth + 1) .. ":" .. encode_value(t[name], depth + 1, empty)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

function encode_value(value, depth, empty)
  local kind = type(value)
  if kind == "string" then return encode_string(value, depth) end
  if kind == "number" then return encode_number(value, depth) end
  if kind == "boolean" then return tostring(value) end
  if kind == "table" then return encode_table(value, depth, empty) end
  if value == M.null then return "null" end
  fail(depth, (" is a %s, which JSON cannot hold"):format(kind))
end

--- Encodes `value`; throws a message that names the offending part by its path, never its content.
--- An empty table is an object at the top; deeper it is refused, because JSON could not tell which it is, unless
--- `empty` says how to write it. One that was decoded from an object is written as an object.
---@param value any
---@param name? string what to call the value in messages
---@param empty? "[]"|"{}"
---@return string
function M.encode(value, name, empty)
  if type(value) == "table" and next(value) == nil then
    return empty_lists[value] and "[]" or not empty_objects[value] and empty or "{}"
  end
  trail[0] = name or "value"
  return encode_value(value, 0, empty)
end

return M
