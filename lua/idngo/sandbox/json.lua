--- JSON for the sandbox: strict in, deterministic out.
--
-- The sandbox judges what clients send, so it reads JSON as RFC 8259 has it (lua-cjson lets NaN, 0x10 and 01
-- through) and tells [] from {} both ways, which not every lua-cjson can. Objects are written with sorted
-- keys, so that one seed gives the same bytes on every run.
--
--   json.null              stands for null, both ways
--   json.array(t)          marks t as an array, for the empty one
--   json.encode(value)     -> text
--   json.decode(text)      -> value | nil, message
local compat = require("idngo.compat")
local core = require("idngo.core")

local json = {}

local ARRAY = {}
local MAX_DEPTH = 64

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

-- Reading. Each reader takes the position of its first byte and returns the value and the position after it.

local UNESCAPES =
  { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function fail(at, what)
  error({ json = what .. " at byte " .. at }, 0)
end

local function skip(text, at)
  return text:find("[^ \t\r\n]", at) or #text + 1
end

--- A code point as UTF-8.
local function utf8_of(code)
  if code < 0x80 then return string.char(code) end
  local bytes, first = "", code < 0x800 and 0xc0 or code < 0x10000 and 0xe0 or 0xf0
  for _ = 1, code < 0x800 and 1 or code < 0x10000 and 2 or 3 do
    bytes, code = string.char(0x80 + code % 64) .. bytes, math.floor(code / 64)
  end
  return string.char(first + code) .. bytes
end

local function read_unicode(text, at)
  local code = tonumber(text:match("^%x%x%x%x", at) or fail(at, "bad \\u escape"), 16)
  if code < 0xd800 or code > 0xdfff then return utf8_of(code), at + 4 end
  local low = tonumber(text:match("^\\u([dD][c-fC-F]%x%x)", at + 4) or "", 16)
  if code > 0xdbff or not low then fail(at, "lone surrogate") end
  return utf8_of(0x10000 + (code - 0xd800) * 0x400 + low - 0xdc00), at + 10
end

local function read_string(text, at)
  local parts, from = {}, at + 1
  while true do
    local stop = text:find('[%c"\\]', from) or fail(at, "string without an end")
    parts[#parts + 1] = text:sub(from, stop - 1)
    local char = text:sub(stop, stop)
    if char == '"' then
      local value = table.concat(parts)
      if not core.utf8(value) then fail(at, "string that is not UTF-8") end
      return value, stop + 1
    elseif char == "\127" then
      parts[#parts + 1] = char
      from = stop + 1
    elseif char ~= "\\" then
      fail(stop, "control byte in a string")
    elseif text:sub(stop + 1, stop + 1) == "u" then
      parts[#parts + 1], from = read_unicode(text, stop + 2)
    else
      parts[#parts + 1] = UNESCAPES[text:sub(stop + 1, stop + 1)] or fail(stop, "bad escape")
      from = stop + 2
    end
  end
end

local function read_number(text, at)
  local whole = text:match("^-?0", at) or text:match("^-?[1-9]%d*", at) or fail(at, "no value")
  local rest = at + #whole
  local fraction = text:match("^%.%d+", rest) or ""
  local exponent = text:match("^[eE][+-]?%d+", rest + #fraction) or ""
  local after = rest + #fraction + #exponent
  if text:find("^[%w.+-]", after) then fail(at, "bad number") end
  local value = tonumber(whole .. fraction .. exponent)
  if value - value ~= 0 then fail(at, "number out of range") end
  return value, after
end

local read

local function read_array(text, at, depth)
  local array = json.array({})
  at = skip(text, at + 1)
  if text:sub(at, at) == "]" then return array, at + 1 end
  while true do
    array[#array + 1], at = read(text, at, depth)
    at = skip(text, at)
    local char = text:sub(at, at)
    if char == "]" then return array, at + 1 end
    if char ~= "," then fail(at, "expected , or ]") end
    at = skip(text, at + 1)
  end
end

local function read_object(text, at, depth)
  local object = {}
  at = skip(text, at + 1)
  if text:sub(at, at) == "}" then return object, at + 1 end
  while true do
    if text:sub(at, at) ~= '"' then fail(at, "expected a name") end
    local key
    key, at = read_string(text, at)
    at = skip(text, at)
    if text:sub(at, at) ~= ":" then fail(at, "expected :") end
    object[key], at = read(text, skip(text, at + 1), depth)
    at = skip(text, at)
    local char = text:sub(at, at)
    if char == "}" then return object, at + 1 end
    if char ~= "," then fail(at, "expected , or }") end
    at = skip(text, at + 1)
  end
end

local WORDS = { t = { "true", true }, f = { "false", false }, n = { "null", json.null } }

function read(text, at, depth)
  local char = text:sub(at, at)
  if depth == 0 then fail(at, "nested too deep") end
  if char == '"' then return read_string(text, at) end
  if char == "{" then return read_object(text, at, depth - 1) end
  if char == "[" then return read_array(text, at, depth - 1) end
  local word = WORDS[char]
  if word and text:sub(at, at + #word[1] - 1) == word[1] then return word[2], at + #word[1] end
  return read_number(text, at)
end

---@param text string
---@return any value nil on error
---@return string? message says where, never what stood there
function json.decode(text)
  local ok, value, after = pcall(read, text, skip(text, 1), MAX_DEPTH)
  if not ok then return nil, type(value) == "table" and value.json or error(value, 0) end
  local rest = skip(text, after)
  if rest <= #text then return nil, "something after the value at byte " .. rest end
  return value
end

return json
