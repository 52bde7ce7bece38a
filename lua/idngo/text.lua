-- Text files that people write: UTF-8, with or without the byte order mark that Notepad, Excel and PowerShell put in front.
--
-- The secret key's file is read in C, by the same rules: see csrc/protocol/lua_sign.c.

local core = require("idngo.core")

local M = {}

local MARK = "\239\187\191"

--- A file's bytes without the mark.
---@param bytes string
---@return string? text
---@return string? message when they are UTF-16
function M.plain(bytes)
  if bytes:sub(1, 3) == MARK then return bytes:sub(4) end
  local first = bytes:sub(1, 2)
  if first == "\255\254" or first == "\254\255" then return nil, "it is UTF-16; save it as UTF-8" end
  return bytes
end

--- The text of an open file, which is closed.
local function take(file, path)
  local bytes = file:read("*a")
  if file ~= io.stdin then file:close() end
  local text, message
  if bytes then text, message = M.plain(bytes) end -- a folder opens, and cannot be read
  if not text then return nil, ("%s: %s"):format(path, message or "cannot be read") end
  return text
end

--- Reads a whole file; "-" stands for standard input.
---@param path string
---@return string? text
---@return string? message "PATH: REASON"
function M.read(path)
  local file, message = io.stdin, nil
  if path ~= "-" then file, message = io.open(path, "rb") end
  if not file then return nil, message end
  return take(file, path)
end

local ENOENT, ENOTDIR = 2, 20

--- Opens a file that need not be there. One that is there and may not be opened is not taken for one that is not.
---@param path string
---@return file*|false|nil file nil: nothing is there; false: it cannot be opened
---@return string? message
function M.open_if_there(path)
  local file, message, number = io.open(path, "rb")
  if file then return file end
  if number == ENOENT or number == ENOTDIR then return nil end
  return false, message
end

--- Reads a whole file that need not be there.
---@param path string
---@return string|false|nil text nil: nothing is there; false: it cannot be read
---@return string? message
function M.read_if_there(path)
  local file, message = M.open_if_there(path)
  if not file then return file, message end
  local text
  text, message = take(file, path)
  return text or false, message
end

--- So many hex digits that nobody can guess.
---@param count integer
---@return string
function M.random_hex(count)
  return (("0"):rep(count):gsub("0", function() return ("%x"):format(math.floor(core.random() * 16)) end))
end

--- The lines of a text, without their ends.
---@param text string
---@return fun(): string?
function M.lines(text)
  return (text:gsub("\n$", "") .. "\n"):gmatch("(.-)\r?\n")
end

-- What is not seen and makes the rest be seen otherwise, beside ASCII's control characters: those above U+007F, line and
-- paragraph separators, what turns the direction of text, and what takes no room.
local UNSEEN = {
  "\194[\128-\159]", "\216\156", "\226\128[\139\142\143\168-\174]", "\226\129[\160-\175]", "\239\187\191",
  "\243\160[\128\129][\128-\191]",
}

--- Replaces those characters, and leaves line breaks and the like alone.
---@param text string
---@param by string|fun(character: string): string
---@return string
function M.seen(text, by)
  if not text:find("[\128-\255]") then return text end
  for _, pattern in ipairs(UNSEEN) do text = text:gsub(pattern, by) end
  return text
end

--- A text of others as one line that is shown as it is: what would drive a terminal, turn the direction of the text or hide in
--- it is replaced, and so are bytes that are no UTF-8.
---@param text string
---@param by string
---@return string
function M.printable(text, by)
  text = text:gsub("[%c\127]", by)
  if not core.utf8(text) then
    text = text:gsub("[\192-\255]?[\128-\191]*", function(bytes)
      return not core.utf8(bytes) and bytes:gsub("[\128-\255]", by) or nil
    end)
  end
  return M.seen(text, by)
end

--- The code point of a character above U+007F, in UTF-8.
---@param character string
---@return integer
function M.code(character)
  local code = 0
  for i, byte in ipairs { character:byte(1, -1) } do
    code = i == 1 and (byte < 0xE0 and byte - 0xC0 or byte < 0xF0 and byte - 0xE0 or byte - 0xF0) or code * 64 + byte - 0x80
  end
  return code
end

--- A character as JSON may write it, in one or two escapes.
local function escaped(character)
  local code = M.code(character)
  if code < 0x10000 then return ("\\u%04x"):format(code) end
  code = code - 0x10000
  return ("\\u%04x\\u%04x"):format(0xD800 + math.floor(code / 0x400), 0xDC00 + code % 0x400)
end

--- JSON that says the same and is shown as it is: what would not be seen, which stands within strings only, as escapes.
---@param json string
---@return string
function M.harmless(json)
  return (M.seen(json:gsub("\127", "\\u007f"), escaped))
end

return M
