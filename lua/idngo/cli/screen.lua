-- How much room a terminal has, and how texts are made to fit it.

local core = require("idngo.core")
local text_ = require("idngo.text")

local M = {}

--- How many columns the terminal has that a descriptor is; nil when it is none, or does not say.
---@param descriptor integer 1 or 2
---@return integer?
function M.columns(descriptor)
  if not core.isatty(descriptor) then return nil end
  local pipe = io.popen("stty size </dev/tty 2>/dev/null")
  local columns = pipe and tonumber((pipe:read("*a") or ""):match("^%d+ (%d+)"))
  if pipe then pipe:close() end
  return columns and columns > 0 and columns or nil
end

-- First and last characters of those that take no column (accents, joiners), and of those that take two.
local NONE = { { 0x300, 0x36F }, { 0x200B, 0x200F }, { 0xFE00, 0xFE0F } }
local TWO = { { 0x1100, 0x115F }, { 0x2E80, 0xA4CF }, { 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF }, { 0xFE30, 0xFE6F },
  { 0xFF00, 0xFF60 }, { 0x1F300, 0x1FAFF }, { 0x20000, 0x3FFFD } }

local function is_in(code, ranges)
  for _, range in ipairs(ranges) do
    if code >= range[1] and code <= range[2] then return true end
  end
  return false
end

local function columns_of(character)
  if #character < 2 then return 1 end
  local code = text_.code(character)
  return is_in(code, NONE) and 0 or is_in(code, TWO) and 2 or 1
end

local CHARACTER = "[^\128-\191][\128-\191]*"

--- How many columns a text takes.
---@param text string
---@return integer
function M.width(text)
  local sum = 0
  for character in text:gmatch(CHARACTER) do sum = sum + columns_of(character) end
  return sum
end

--- Where the first `columns` columns of a text end: the last byte of them.
local function cut(text, columns)
  local ends, sum = 0, 0
  for character in text:gmatch(CHARACTER) do
    sum = sum + columns_of(character)
    if sum > columns then break end
    ends = ends + #character
  end
  return ends
end

--- A text in at most so many columns; what does not fit is left out, and "…" says so.
---@param text string
---@param columns integer
---@return string
function M.fit(text, columns)
  if M.width(text) <= columns then return text end
  return text:sub(1, cut(text, math.max(columns - 1, 0))) .. (columns > 0 and "…" or "")
end

--- A text as lines of at most so many columns, broken between words where that can be.
---@param text string
---@param columns integer at least 1
---@return string[]
function M.wrap(text, columns)
  local lines, row = {}, ""
  for word in text:gmatch("%S+") do
    local longer = row == "" and word or row .. " " .. word
    if M.width(longer) > columns and row ~= "" then
      lines[#lines + 1], longer = row, word
    end
    while M.width(longer) > columns do
      local ends = math.max(cut(longer, columns), #longer:match("^" .. CHARACTER))
      lines[#lines + 1], longer = longer:sub(1, ends), longer:sub(ends + 1)
    end
    row = longer
  end
  lines[#lines + 1] = row
  return lines
end

return M
