-- Records of a table: cells between separators, after RFC 4180 as spreadsheets write it. Lines can be read again until the
-- header is known.
--
-- A quote means something at the start of a cell only; such a cell may hold separators, quotes doubled, and line breaks.
-- A record of several lines may be several rows that two stray quotes joined; that is told by counting separators.

local letters = require("idngo.table.letters")
local source = require("idngo.table.source")

local M = {}

local LONGEST = source.longest
local MOST = 1000 -- columns

---@class idngo.table.Records
---@field number integer of the line that was read last
---@field ended boolean? nothing behind it can be read
---@field is_plain boolean? whether the cells of the last record are clean
---@field is_tidy boolean? whether nothing of it needs a second look
---@field separator string? nil where there is one column
local Records = {}
Records.__index = Records

--- The next line, or nil; false is one that is too long.
function Records:line()
  local number = self.number + 1
  local line = self.held[number]
  if line == nil then
    line = self.lines()
    if line == nil then return nil end
    if self.keeping then self.held[number] = line end
  elseif not self.keeping then
    self.held[number] = nil
  end
  self.number = number
  return line
end

--- Goes back to a line that was read since `keeping` was set.
---@param number integer the line before it
function Records:back(number) self.number, self.ended = number, nil end

local escapes = { t = "\t", n = "\n", r = "\r" }

--- The cell of a table with backslashes that begins in `line` at `at`: the cell, the line it ends in, and where it goes on.
--- nil when a quoted one has no end.
local function escaped(self, line, at, separator)
  local parts, is_quoted = {}, line:sub(at, at) == '"'
  if is_quoted then at = at + 1 end
  local stops = is_quoted and '[\\"]' or "[\\" .. separator .. "]"
  local size = 0
  while true do
    local stop = line:find(stops, at)
    local piece = line:sub(at, (stop or #line + 1) - 1)
    parts[#parts + 1], size = piece, size + #piece
    local char, following = line:sub(stop or #line + 1, stop or 0), line:sub((stop or #line) + 1, (stop or #line) + 1)
    if size > LONGEST then return nil end
    if not stop or char == "\\" and following == "" then -- the line ends
      if not stop and not is_quoted then return table.concat(parts), line, #line + 1 end
      local before = line
      line = self:line()
      if not line then
        if is_quoted or line == false then return nil end
        return table.concat(parts), before, #before + 1
      end
      parts[#parts + 1], at = "\n", 1
    elseif char == "\\" then
      if following == "N" and not is_quoted and #parts == 1 and parts[1] == "" then
        parts[1] = "" -- nothing
      else
        parts[#parts + 1] = escapes[following] or following
      end
      at = stop + 2
    elseif not is_quoted then
      return table.concat(parts), line, stop
    elseif following == '"' then
      parts[#parts + 1], at = '"', stop + 2
    else
      return table.concat(parts), line, stop + 1
    end
  end
end

--- The quoted cell that begins in `line` at `at`: its text, the line it ends in, and where it goes on behind the quote.
local function quoted(self, line, at)
  local parts, size, from = {}, 0, at + 1
  while true do
    local stop = line:find('"', from, true)
    local doubled = stop and line:byte(stop + 1) == 34
    parts[#parts + 1] = line:sub(from, doubled and stop or stop and stop - 1 or #line)
    if stop and not doubled then return table.concat(parts), line, stop + 1 end
    size = size + #parts[#parts]
    if doubled then
      from = stop + 2
    else
      parts[#parts + 1], from, line = "\n", 1, self:line()
      if not line or size > LONGEST then return nil end
    end
  end
end

--- The cells of a line without quotes, escapes and carriage returns. This is where a large table spends its time.
local function split(line, separator)
  local cells, n, at = {}, 0, 1
  repeat
    local stop = separator and line:find(separator, at, true)
    n = n + 1
    cells[n] = line:sub(at, stop and stop - 1 or -1)
    at = stop and stop + 1
  until not at or n > MOST
  return cells
end

--- Whether some cell may have a blank at an end.
local function has_blanks(line, separator)
  return line:byte(1) == 32 or line:byte(-1) == 32
    or separator and (line:find(separator .. " ", 1, true) or line:find(" " .. separator, 1, true)) ~= nil
end

--- Whether a plain line has nothing that `idngo.table.cells` objects to, so that its cells need not be judged one by one.
local function is_tidy(line)
  return not (line:find("[=#'?\195\239%z\1-\8\14-\31\127]") or line:find("[eE][+-]%d%d") or line:find("[.,]%d+[eE]%d")
    or line:find(":%d%d%d") or line:find("...", 1, true) or line:find("\208[\160\161][\208-\210][\128-\159]"))
end

--- The next record: its cells as they stand, the line it begins on, and how many separators it has if it has several lines.
--- Or nil at the end; false, the line, a code and a message.
---@return string[]|false|nil cells
---@return integer? line
---@return integer|string|nil separators
---@return string? what
function Records:next()
  if self.ended then return nil end
  local separator, line = self.separator, self:line()
  if line == nil then return nil end
  local first = self.number
  if not line then return false, first, "R-LONG", "the row is longer than 1 MiB" end
  self.is_plain, self.is_tidy = false, false
  if not line:find('["\r\\]') then
    self.is_plain = letters.is_plain(line, separator)
    self.is_tidy = self.is_plain and is_tidy(line)
    local cells = split(line, separator)
    if self.is_plain and has_blanks(line, separator) then
      for i = 1, #cells do cells[i] = cells[i]:match("^ ?(.-) ?$") end
    end
    return cells, first
  end
  local cells, at, inside = {}, 1, 0
  while true do
    local cell
    local is_quoted = line:byte(at) == 34
    if is_quoted or self.escape then
      if self.escape then
        cell, line, at = escaped(self, line, at, separator or "")
      else
        cell, line, at = quoted(self, line, at)
      end
      if not cell then
        self.ended = true
        return false, first, "R-UNCLOSED", "a quoted cell has no end; nothing behind it was read"
      end
      if is_quoted then
        if separator then inside = inside + select(2, cell:gsub(separator, "")) end
        at = line:match("^[ \194\160]*()", at)
        if at <= #line and line:sub(at, at) ~= separator then
          return false, first, "R-QUOTES", "text behind a quoted cell"
        end
      end
    else
      local stop = separator and line:find(separator, at, true) or #line + 1
      cell, at = line:sub(at, stop - 1), stop
      if cell:find("\r", 1, true) then return false, first, "R-CR", "a carriage return in a cell without quotes" end
      if cell == "\\N" then cell = "" end
    end
    cells[#cells + 1] = cell
    if at > #line then break end
    if #cells > MOST then return false, first, "R-CELLS", "it has more than 1000 cells" end
    at = at + 1
  end
  return cells, first, self.number > first and inside + #cells - 1 or nil
end

---@param lines fun(): string|false|nil
---@param options {escape: boolean?}
---@return idngo.table.Records
function M.new(lines, options)
  return setmetatable({ lines = lines, number = 0, held = {}, keeping = true, escape = options.escape }, Records)
end

return M
