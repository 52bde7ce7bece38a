-- Reads tables of people: CSV after RFC 4180 as spreadsheets write it, one row at a time.
--
-- UTF-8, with or without a mark at the start; commas, semicolons or tabs between cells, whichever the first line has
-- most of; cells in quotes may hold them, quotes doubled, and line breaks.

local compat = require("idngo.compat")
local core = require("idngo.core")

local LONGEST = 1024 * 1024 -- bytes of one row

local function separator_of(line)
  local best, most = ",", 0
  local bare = line:gsub('"[^"]*"', "")
  for _, separator in ipairs { ",", ";", "\t" } do
    local _, count = bare:gsub("%" .. separator, "")
    if count > most then best, most = separator, count end
  end
  return best
end

--- The cells of one record; nil when its quotes are not as they should be.
local function split(record, separator)
  local cells, at = {}, 1
  while true do
    local cell, after
    if record:sub(at, at) == '"' then
      local stop = at + 1
      while true do
        stop = record:find('"', stop, true)
        if not stop then return nil end
        if record:sub(stop + 1, stop + 1) ~= '"' then break end
        stop = stop + 2
      end
      cell, after = record:sub(at + 1, stop - 1):gsub('""', '"'), stop + 1
    else
      after = record:find(separator, at, true) or #record + 1
      cell = record:sub(at, after - 1)
      if cell:find('"', 1, true) then return nil end
    end
    cells[#cells + 1] = cell
    if after > #record then return cells end
    if record:sub(after, after) ~= separator then return nil end
    at = after + 1
  end
end

local function count_quotes(text)
  local _, count = text:gsub('"', "")
  return count
end

--- The next record and the line it starts on; "" is a blank line.
local function read_record(self)
  local line = self.lines()
  if not line then return nil end
  self.line = self.line + 1
  local first, parts, quotes, size = self.line, { line }, count_quotes(line), #line
  while quotes % 2 == 1 and size < LONGEST do
    line = self.lines()
    if not line then break end
    self.line = self.line + 1
    parts[#parts + 1], quotes, size = line, quotes + count_quotes(line), size + #line
  end
  return (table.concat(parts):gsub("\n$", ""):gsub("\r$", "")), first
end

local Csv = {}
Csv.__index = Csv

--- The next row as a table of cells by column; false and a message for a row that cannot be read; nil at the end.
---@return table<string, string>|false|nil row
---@return integer? line
---@return string? message
function Csv:next()
  local record, line
  repeat
    record, line = read_record(self)
    if not record then return nil end
  until record ~= ""
  local cells = split(record, self.separator)
  if not cells then return false, line, "its quotes do not match" end
  if not core.utf8(record) then return false, line, "not UTF-8" end
  if #cells ~= #self.columns then
    return false, line, ("it has %d cells for %d columns"):format(#cells, #self.columns)
  end
  local row = {}
  for i, name in ipairs(self.columns) do row[name] = cells[i]:match("^%s*(.-)%s*$") end
  return row, line
end

function Csv:close()
  self.file:close()
end

--- Opens a table; `columns` of the result are the names in its first row.
---@param path string
---@return table? csv
---@return string? message
return function(path)
  local file, why = io.open(path, "rb")
  if not file then return nil, why end
  local self = setmetatable({ file = file, lines = compat.lines(file), line = 0 }, Csv)
  local record = read_record(self)
  local function fail(message)
    file:close()
    return nil, path .. ": " .. message
  end
  if not record then return fail("empty, or not a file") end
  record = record:gsub("^\239\187\191", "")
  if not core.utf8(record) then return fail("not UTF-8; save it as CSV UTF-8") end
  self.separator = separator_of(record)
  self.columns = split(record, self.separator)
  if not self.columns then return fail("line 1: its quotes do not match") end
  local seen = {}
  for i, name in ipairs(self.columns) do
    name = name:match("^%s*(.-)%s*$")
    if name == "" or seen[name] then
      return fail(("line 1: column %d has %s"):format(i, name == "" and "no name" or "the name of another"))
    end
    self.columns[i], seen[name] = name, true
  end
  return self
end
