-- Reads tables: CSV after RFC 4180 as spreadsheets write it, one row at a time. Imports and plans stand on it.
--
-- UTF-8, with or without a mark at the start; commas, semicolons or tabs between cells; lines that end with LF, CR LF or,
-- in a text without any LF, CR. A quote means something at the start of a cell only; such a cell may hold separators,
-- quotes doubled, and line breaks.
--
-- Nothing is guessed: a separator that cannot be told, and a row that may be several because a quote is astray, are
-- refused. No message holds a piece of the table, since what stands in its first line may be a person, too.

local compat = require("idngo.compat")
local core = require("idngo.core")

local M = {}

local LONGEST = 1024 * 1024 -- bytes of one row
local separators = { { ",", "commas" }, { ";", "semicolons" }, { "\t", "tabs" } }

--- Lines of a text, each with its end; or what gives them one by one.
local function split(text, ending)
  if type(text) == "function" then return text end
  local at = 1
  return function()
    if at > #text then return nil end
    local stop = text:find(ending, at, true) or #text
    local line = text:sub(at, stop)
    at = stop + 1
    return line
  end
end

--- Drops the marks at the start; a text without any LF has CR, or nothing, between its lines.
local function mend(lines)
  local first = lines()
  while first and first:find("^\239\187\191") do first = first:sub(4) end
  if first and first:find("\r.") and not first:find("\n", 1, true) then return split(first, "\r") end
  return function()
    local line = first
    first = nil
    return line or lines()
  end
end

--- The lines of a text without their ends, and the number of each.
---@param text string|fun(): string?
---@return fun(): integer?, string?
function M.lines(text)
  local lines, number = mend(split(text, "\n")), 0
  return function()
    local line = lines()
    number = number + 1
    if line then return number, (line:gsub("\r?\n?$", "")) end
  end
end

--- The next line without its end, or nil. Lines of the header are kept, to be read again with another separator.
local function next_line(self)
  local line = self.held[self.number + 1]
  if not line then
    line = self.lines()
    if not line then return nil end
    line = line:gsub("\r?\n?$", "")
    if self.keeping then self.held[self.number + 1] = line end
  elseif not self.keeping then
    self.held[self.number + 1] = nil
  end
  self.number = self.number + 1
  return line
end

--- The quoted cell that begins in `line` at `at`: its text, the line it ends in, and where it goes on behind the quote.
local function quoted(self, line, at)
  local parts, size, from = {}, 0, at + 1
  while true do
    local stop = line:find('"', from, true)
    local doubled = stop and line:sub(stop + 1, stop + 1) == '"'
    parts[#parts + 1] = line:sub(from, doubled and stop or stop and stop - 1 or #line)
    if stop and not doubled then return table.concat(parts), line, stop + 1 end
    size = size + #parts[#parts]
    if doubled then
      from = stop + 2
    else
      parts[#parts + 1], from, line = "\n", 1, next_line(self)
      if not line or size > LONGEST then return nil end
    end
  end
end

--- The next record: its cells, the line it begins on, and how many separators stand in its quoted cells if it has several
--- lines. Or nil at the end; false, the line and what is wrong.
local function read_record(self, separator)
  local line = next_line(self)
  if not line then return nil end
  local first, cells, inside, at = self.number, {}, 0, 1
  while true do
    local cell
    if line:find('^"', at) then
      cell, line, at = quoted(self, line, at)
      if not cell then
        self.ended = true
        return false, first, "a quoted cell has no end; nothing behind it was read"
      end
      inside = inside + select(2, cell:gsub(separator, ""))
      at = line:match("^ *()", at)
      if at <= #line and line:sub(at, at) ~= separator then return false, first, "text behind a quoted cell" end
    else
      local stop = line:find(separator, at, true) or #line + 1
      cell, at = line:sub(at, stop - 1), stop
      if cell:find("\r", 1, true) then return false, first, "a carriage return in a cell without quotes" end
    end
    cells[#cells + 1] = cell:match("^%s*(.-)%s*$")
    if at > #line then break end
    at = at + 1
  end
  if not core.utf8(table.concat(cells, ",")) then return false, first, "not UTF-8; save it as CSV UTF-8" end
  return cells, first, self.number > first and inside or -1
end

local function is_empty(cells)
  for _, cell in ipairs(cells) do
    if cell ~= "" then return false end
  end
  return true
end

local Csv = {}
Csv.__index = Csv

--- What is said of a row that cannot be read: what is wrong, and how far it seemed to go.
local function refuse(self, first, message)
  if self.number > first and not self.ended then
    message = ("%s; lines %d to %d were left out"):format(message, first, self.number)
  end
  return false, first, message
end

--- The next row as a table of cells by column; false and a message for a row that cannot be read; nil at the end.
--- Empty rows are skipped.
---@return table<string, string>|false|nil row
---@return integer? line
---@return string? message
function Csv:next()
  local cells, line, inside
  repeat
    if self.ended then return nil end
    cells, line, inside = read_record(self, self.separator)
    if cells == nil then return nil end
    if not cells then return refuse(self, line, inside) end
  until not is_empty(cells)
  local columns = #self.columns
  -- k rows joined by two quotes too many hold so many separators in quotes, and have as many cells as one row
  if inside >= columns - 1 and inside >= 0 then
    return refuse(self, line, "a quote too many? this row may be several")
  end
  while #cells > columns and cells[#cells] == "" do cells[#cells] = nil end
  if #cells ~= columns then return refuse(self, line, ("it has %d cells for %d columns"):format(#cells, columns)) end
  local row = {}
  for i, name in ipairs(self.columns) do row[name] = cells[i] end
  self.cells = cells
  return row, line
end

function Csv:close()
  if self.file then self.file:close() end
end

--- The header under each separator that makes more than one cell of it, else under none: {separator, cells}, ….
local function headers(self)
  local found, single, problem = {}, nil, nil
  local before = self.number
  for _, separator in ipairs(separators) do
    self.number, self.ended = before, nil
    local cells, _, why = read_record(self, separator[1])
    local header = cells and { separator = separator, cells = cells, number = self.number }
    if not cells then
      problem = problem or why
    elseif why > 0 then -- several lines, and separators in quotes
      problem = problem or "a quote too many?"
    elseif #cells > 1 then
      found[#found + 1] = header
    else
      single = header
    end
  end
  if not found[1] and not problem then found[1] = single end
  return found, problem
end

--- The one header of several that has most of the wanted names, if there is one.
local function choose(found, wanted)
  local best, most, again = nil, 0, false
  for _, header in ipairs(found) do
    local count = wanted(header.cells)
    if count == most then again = true end
    if count > most then best, most, again = header, count, false end
  end
  if not again then return best end
end

--- `sep=;` in the first line, as Excel knows it: the separator, false when it is none of ours, nil when there is none.
local function declared(self)
  local line = next_line(self)
  local named = line and line:match('^"?[Ss][Ee][Pp]=(.)"?[,;\t]*$')
  if not named then
    self.number = self.number - (line and 1 or 0)
    return nil
  end
  for _, separator in ipairs(separators) do
    if separator[1] == named then return separator end
  end
  return false
end

--- Reads the header: true, or nil and what is wrong.
local function read_header(self, wanted)
  local only = declared(self)
  if only == false then return nil, "line 1: the separator after sep= is neither comma, semicolon nor tab" end
  local line
  repeat line = next_line(self) until not line or line:find("[^%s,;]")
  if not line then return nil, "empty, or not a file" end
  self.number = self.number - 1
  local at = self.number + 1
  local found, problem = headers(self)
  local header = found[1]
  if #found > 1 then header = choose(found, wanted) end
  if only then
    header = nil
    for _, each in ipairs(found) do
      if each.separator == only or #each.cells == 1 then header = each end
    end
    if header then header.separator = only end
  end
  if not found[1] then return nil, ("line %d: %s"):format(at, problem) end
  if not header then
    local words = {}
    for i, each in ipairs(found) do words[i] = each.separator[2] end
    return nil, ("line %d has %s between its names, and which part the columns cannot be told; use one of them"):format(at,
      table.concat(words, " and "))
  end
  if table.concat(header.cells):find("%z") then
    return nil, ("line %d: not a text; save it as CSV UTF-8"):format(at)
  end
  self.separator, self.columns, self.number, self.ended = header.separator[1], header.cells, header.number, nil
  self.first = at
  self.keeping = false
  return true
end

--- Makes names of the header's cells: true, or nil and what is wrong.
local function check_names(self)
  local columns, seen = self.columns, {}
  while #columns > 1 and columns[#columns] == "" do columns[#columns] = nil end
  for i, name in ipairs(columns) do
    name = name:gsub("%s*\n%s*", " ")
    if name == "" or seen[name] then
      return nil, ("line %d: column %d has %s"):format(self.first, i, name == "" and "no name"
        or ("the name of column %d"):format(seen[name]))
    end
    columns[i], seen[name] = name, i
  end
  return true
end

local function open(lines, file, wanted)
  local self = setmetatable({ file = file, lines = mend(lines), number = 0, held = {}, keeping = true }, Csv)
  local ok, why = read_header(self, wanted)
  if ok then ok, why = check_names(self) end
  if ok then return self end
  self:close()
  return nil, why
end

---@class idngo.Csv
---@field columns string[] the names in the first row that is not empty
---@field first integer the line they stand on
---@field separator string between its cells
---@field cells string[] of the row that was read last
---@field next fun(self): table<string, string>|false|nil, integer?, string?
---@field close fun(self)

--- Opens a table in a file.
---@param path string
---@param wanted fun(names: string[]): integer how many of the names that are needed are among these; it decides where the
--- header has several kinds of separators
---@return idngo.Csv?
---@return string? message without the path
function M.file(path, wanted)
  local file, why = io.open(path, "rb")
  if not file then return nil, (why:gsub("^.*: ", "")) end
  return open(compat.lines(file), file, wanted)
end

--- Opens a table in a text.
---@param text string|fun(): string?
---@param wanted fun(names: string[]): integer
---@return idngo.Csv?
---@return string? message
function M.text(text, wanted)
  return open(split(text, "\n"), nil, wanted)
end

return M
