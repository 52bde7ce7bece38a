--- JSON for the sandbox: strict in, deterministic out.
--
-- The core reads it; here null is kept, and [] told from {} both ways. Objects are written with sorted keys, so
-- that one seed gives the same bytes on every run.
--
--   json.null              stands for null, both ways
--   json.array(t)          marks t as an array, for the empty one
--   json.encode(value)     -> text
--   json.decode(text)      -> value | nil, message
local compat = require("idngo.compat")
local core = require("idngo.core")

local json = {}

local ARRAY = {}

json.null = setmetatable({}, { __tostring = function() return "null" end })

---@generic T: table
---@param t T
---@return T
function json.array(t)
  return setmetatable(t, ARRAY)
end

---@param value any
---@return boolean
function json.is_array(value)
  return getmetatable(value) == ARRAY
end

---@param value any
---@return boolean
function json.is_object(value)
  return type(value) == "table" and value ~= json.null and getmetatable(value) ~= ARRAY
end

-- Writing.

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape(char)
  return ESCAPES[char] or string.format("\\u%04x", char:byte())
end

---@param text string
---@return string quoted as a JSON string
function json.quote(text)
  if not text:find('[%c"\\]') then return '"' .. text .. '"' end
  return '"' .. text:gsub('[%c"\\]', escape) .. '"'
end

local quote = json.quote
local write

local function write_array(out, value)
  out[#out + 1] = "["
  for i = 1, #value do
    if i > 1 then out[#out + 1] = "," end
    write(out, value[i])
  end
  out[#out + 1] = "]"
end

local function write_object(out, value)
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys)
  out[#out + 1] = "{"
  for i, key in ipairs(keys) do
    out[#out + 1] = (i > 1 and "," or "") .. quote(key) .. ":"
    write(out, value[key])
  end
  out[#out + 1] = "}"
end

function write(out, value)
  local kind = type(value)
  if kind == "string" then
    out[#out + 1] = quote(value)
  elseif kind == "number" then
    local whole = value % 1 == 0 and value > -2 ^ 63 and value < 2 ^ 63
    out[#out + 1] = whole and string.format("%d", value) or compat.with_point(string.format("%.14g", value))
  elseif kind == "boolean" or value == json.null then
    out[#out + 1] = tostring(value)
  elseif json.is_array(value) or value[1] ~= nil then
    write_array(out, value)
  else
    write_object(out, value)
  end
end

---@param value any tables with [1], or marked by json.array, are arrays
---@return string
function json.encode(value)
  local out = {}
  write(out, value)
  return table.concat(out)
end

-- Reading.

--- Marks the lists in what was read.
local function mark(value, objects)
  if type(value) ~= "table" or value == json.null then return value end
  for _, inner in pairs(value) do mark(inner, objects) end
  local is_list = value[1] ~= nil or next(value) == nil and not objects[value]
  return is_list and json.array(value) or value
end

---@param text string
---@return any value nil on error
---@return string? message says where, never what stood there
function json.decode(text)
  local objects = {}
  local value, message = core.json_decode(text, objects, json.null)
  if value == nil then return nil, message end
  return mark(value, objects)
end

return json
