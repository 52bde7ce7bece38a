-- Tables as they come: CSV of spreadsheets, databases and programs, read one row at a time. For imports, plans, bulk calls
-- and scripts.
--
-- What decides how a table is read is written down by a person, or follows from the file with no second reading; nothing is
-- guessed. Rows that are not certain are refused, and said to be, by line; no message holds a cell. Nothing but the header
-- and a few counters is kept.

local cells_ = require("idngo.table.cells")
local check_options = require("idngo.options").check
local errors = require("idngo.error")
local header = require("idngo.table.header")
local letters = require("idngo.table.letters")
local records = require("idngo.table.records")
local source = require("idngo.table.source")

local M = {}

---@class idngo.table.Options
---@field columns? (string|integer)[] names or numbers of the columns that are used; all unless given. They must be there,
---  and their cells are checked
---@field encoding? "utf-8"|"windows-1251"|"kz-1048"|"utf-16" UTF-8 unless given, or what the mark in front says
---@field separator? ","|";"|"tab"|"|" told by the header unless given
---@field header? integer|string the line that holds the names, "1-2" for two that are joined, or "none"; the first that is
---  not empty unless given
---@field short? "fill" cells that a row lacks at its end are empty; such rows are refused unless given
---@field escape? "backslash" \t \n \r \\ \" and \N are what databases mean by them
---@field breaks? "trusted" rows over several lines are never doubted
---@field empty? string[] cells that mean nothing, such as NULL

---@class idngo.table.Problem
---@field line integer on which the row begins
---@field column integer 0 where it is the row's
---@field name? string of the column
---@field code string such as R-CELLS or C-FORMULA
---@field what string
---@field remedy string

---@class idngo.table.Table
---@field names string[] of the columns, as they stand there; empty without a header
---@field encoding string
---@field separator? string nil where there is one column
---@field line integer of the header
---@field cells? string[] of the row that was given last, also where it was refused for some of them, or for their number
---@field keep boolean? whether the file stays open, to be read again
local Table = {}
Table.__index = Table

local encodings = { ["utf-8"] = true, ["windows-1251"] = true, ["kz-1048"] = true, ["utf-16"] = true }
local separators = { [","] = ",", [";"] = ";", tab = "\t", ["\t"] = "\t", ["|"] = "|" }

--- A message about an option, or nil. The same words are for Lua and for mapping files.
---@param name string
---@param value any
---@return string? message
function M.wrong_option(name, value)
  if name == "encoding" and not encodings[value] then
    return "encoding is utf-8, windows-1251, kz-1048 or utf-16; convert others: iconv -f …"
  elseif name == "separator" and not separators[value] then
    return "separator is , or ; or tab or |"
  elseif name == "header" then
    local text = tostring(value)
    local upper, lower = text:match("^([1-9]%d?%d?)%-(%d+)$")
    if text ~= "none" and not text:find("^[1-9]%d?%d?$") and not (upper and tonumber(lower) == tonumber(upper) + 1) then
      return "header is the number of a line such as 3, two that follow each other such as 1-2, or none"
    end
  elseif name == "short" and value ~= "fill" then
    return "short is fill, or left out"
  elseif name == "escape" and value ~= "backslash" then
    return "escape is backslash, or left out"
  elseif name == "breaks" and value ~= "trusted" then
    return "breaks is trusted, or left out"
  elseif name == "empty" and type(value) ~= "table" then
    return "empty is a list of cells"
  elseif name == "columns" and type(value) ~= "table" then
    return "columns is a list of names"
  end
end

-- Words with which the rows of totals and signatures begin.
local closing = {}
for word in ("итого всего total барлығы жиыны қорытынды исполнитель подпись ответственный руководитель м.п. мп")
  :gmatch("[^ ]+") do
  closing[word] = true
end

--- Whether cells may be a row of totals or a signature: it begins like one, has at most two cells (a quarter of a wide
--- table's), and lacks a column that is used.
local function is_closing(self, row)
  local count, first, most = 0, nil, math.max(2, math.floor(self.count / 4))
  for i = 1, #row do
    if row[i] ~= "" then
      count, first = count + 1, first or row[i]
      if count > most then return false end
    end
  end
  if not first then return false end
  local folded = letters.lower(first)
  local word = folded:match("^([^ :,;]+)")
  if not closing[word] and not closing[(word or ""):gsub("%.+$", "")] and not folded:find("^%(%d+ rows?%)$")
    and not folded:find("^%(%d+ стро[а-я]+%)$") then
    return false
  end
  for _, column in ipairs(self.used) do
    if (row[column] or "") == "" then return true end
  end
  return false
end

local function note(self, code, line)
  local seen = self.seen[code] or { count = 0 }
  self.seen[code] = seen
  seen.count, seen.first, seen.last = seen.count + 1, seen.first or line, line
end

local function problem_of(self, line, column, code, what, remedy)
  return { line = line, column = column, name = self.names[column], code = code, what = what, remedy = remedy }
end

--- A row that is refused as a whole.
local function refused(self, line, code, what, remedy)
  if self.records.number > line and not self.records.ended then
    what = ("%s; lines %d to %d were left out"):format(what, line, self.records.number)
  end
  return { row = false, line = line, problems = { problem_of(self, line, 0, code, what, remedy or "correct the row") } }
end

--- Cells without invisible characters.
local function clean(self, raw)
  if self.records.is_plain then return raw end
  local row = {}
  for i = 1, #raw do
    local cell, dropped = letters.clean(raw[i])
    if dropped then self.dropped[i] = (self.dropped[i] or 0) + dropped end
    row[i] = cell
  end
  return row
end

local function is_empty(row)
  for i = 1, #row do
    if row[i] ~= "" then return false end
  end
  return true
end

--- Judges the cells of the columns that are used: a list of problems if there are any.
local function judge(self, raw, row, line)
  if self.records.is_tidy and not self.empty then return nil end
  local problems
  for _, column in ipairs(self.used) do
    local cell = row[column]
    if cell ~= "" then
      local value, code = cells_.judge(raw[column], cell)
      if not value then
        problems = problems or {}
        problems[#problems + 1] = problem_of(self, line, column, code, cells_.said[code][1], cells_.said[code][2])
      else
        if code then note(self, "N-GUARD", line) end
        if self.empty and self.empty[letters.fold(value)] then value = "" end
        row[column] = value
      end
    end
  end
  return problems
end

--- Whether a row is 1, 2, 3 … to its end.
local function is_numbering(row)
  for i = 1, #row do
    if row[i] ~= tostring(i) then return false end
  end
  return #row >= 3
end

--- What to make of a record: {row =, line =, problems =}, or nil where it is none.
local function take(self, raw, line, separators_)
  local row, count = clean(self, raw), self.count
  if is_empty(row) then
    note(self, "N-EMPTYROWS", line)
    return nil
  end
  if self.records.ended then return refused(self, line, "R-UNCLOSED", "a quoted cell has no end") end
  -- k rows that stray quotes joined have k times as many separators, less than that only where rows may be short
  if separators_ and not self.trusted and (separators_ >= 2 * (count - 1) or self.fill) then
    return refused(self, line, "R-MERGED", "a quote too many? this row may be several",
      "correct it; or, if cells have line breaks and many separators, write breaks = trusted under [table]")
  end
  local cells = #row
  while cells > count and row[cells] == "" do
    row[cells] = nil
    cells = cells - 1
  end
  if cells < count and self.fill then
    for i = cells + 1, count do row[i], raw[i] = "", "" end
    cells = count
  end
  local result
  if cells ~= count then
    result = refused(self, line, "R-CELLS", ("it has %d cells for %d columns"):format(cells, count), cells < count
      and "correct it; or, if rows lack only empty cells at their ends, write short = fill under [table]" or nil)
    result.cells = row
  elseif self.is_first and is_numbering(row) then
    note(self, "N-NUMBERING", line)
    self.is_first = false
    return nil
  else
    local problems = judge(self, raw, row, line)
    result = problems and { row = false, line = line, problems = problems, cells = row }
      or { row = setmetatable(row, self.meta), line = line, cells = row }
  end
  self.is_first = false
  result.is_closing = is_closing(self, row)
  return result
end

local MOST_HELD = 50 -- rows that may be totals and signatures

--- The next row that may be one, without regard to what comes behind it.
local function read(self)
  while true do
    local raw, line, code, what = self.records:next()
    if raw == nil then return nil end
    local result
    if raw then result = take(self, raw, line, code) else result = refused(self, line, code, what) end
    if result then return result end
  end
end

--- The next row: its cells by number and by name. false, its line and its problems for one that is refused; nil at the end.
--- A name that the table does not have throws.
---@return table<string|integer, string>|false|nil row
---@return integer? line
---@return idngo.table.Problem[]? problems
function Table:next()
  while not self.queue[self.at] do
    self.queue, self.at = {}, 1
    local result = read(self)
    local held = self.held
    if not result then
      for _, each in ipairs(held) do note(self, "N-FOOTER", each.line) end
      self.held = {}
      self:close()
      return nil
    elseif result.is_closing and #held < MOST_HELD then
      held[#held + 1] = result
    else
      held[#held + 1] = result
      self.queue, self.held = held, {}
    end
  end
  local result = self.queue[self.at]
  self.at, self.cells = self.at + 1, result.cells
  return result.row, result.line, result.problems
end

--- An iterator over the rows, for `for`: see `next`; a refused row gives false.
---@return fun(): table<string|integer, string>|false|nil, integer?, idngo.table.Problem[]?
function Table:rows()
  return function() return self:next() end
end

--- Whether the table has a column of this name, compared as people do: capitals, blanks and stars at the end do not count.
---@param name string
---@return integer? column nil where there is none or several
function Table:column(name)
  return header.place(self, name)
end

local function lines_of(seen)
  return seen.first == seen.last and ("line %d"):format(seen.first) or ("lines %d to %d"):format(seen.first, seen.last)
end

--- What was left out or put right without a loss, in the order of codes; whole when all rows are read. For people.
---@return {code: string, text: string}[]
function Table:notes()
  local notes, seen = {}, self.seen
  local function add(code, text) notes[#notes + 1] = { code = code, text = text } end
  if seen["N-EMPTYROWS"] then add("N-EMPTYROWS", ("%d empty rows were skipped"):format(seen["N-EMPTYROWS"].count)) end
  if seen["N-FOOTER"] then add("N-FOOTER", ("%s: totals or signatures, left out"):format(lines_of(seen["N-FOOTER"]))) end
  if seen["N-GUARD"] then
    add("N-GUARD", ("%d cells had the guards =\"…\" or ' of exporters, which were taken off"):format(seen["N-GUARD"].count))
  end
  local columns = {}
  for column in pairs(self.dropped) do columns[#columns + 1] = column end
  table.sort(columns)
  for _, column in ipairs(columns) do
    add("N-INVISIBLE", ("column %d: %d characters that nobody sees were dropped"):format(column, self.dropped[column]))
  end
  if self.unnamed then add("N-NONAME", self.unnamed) end
  if seen["N-NUMBERING"] then add("N-NUMBERING", ("%s numbers the columns, left out"):format(lines_of(seen["N-NUMBERING"]))) end
  if self.sep_line then add("N-SEPLINE", "line 1 says the separator") end
  return notes
end

--- Closes the file; reading to the end does it, too.
function Table:close()
  if not self.keep then source.close(self.source) end
end

--- One problem as one line: "line 3, column 6 (born): is #####…; widen the column and save again".
---@param problem idngo.table.Problem
---@return string
function M.line(problem)
  local where = ("line %d"):format(problem.line)
  if problem.column > 0 then
    where = ("%s, column %d"):format(where, problem.column)
    if problem.name and problem.name ~= "" then where = ("%s (%s)"):format(where, header.shown(problem.name)) end
  end
  return ("%s: %s; %s"):format(where, problem.what, problem.remedy)
end

--- The one encoding in which a table has the columns that are wanted, if it is one.
local function encoding_by_names(input, options)
  local only
  if not options.columns then return nil end
  local head = source.head(input)
  for _, encoding in ipairs { "windows-1251", "kz-1048", "cp866", "koi8-r" } do
    local as_other = { columns = options.columns, separator = options.separator, header = options.header }
    if M.open({ text = source.decode(head, encoding) }, as_other) then
      if only then return nil end
      only = encoding
    end
  end
  return only
end

--- Opens an input of `source.file` or a text.
---@param input {text: string?, file: file*?}
---@param options idngo.table.Options
---@return idngo.table.Table?
---@return {code: string, what: string, remedy: string, line: integer?}? problem
function M.open(input, options)
  local self = setmetatable({ names = {}, seen = {}, dropped = {}, queue = {}, at = 1, held = {}, source = input,
    fill = options.short == "fill", trusted = options.breaks == "trusted", is_first = true }, Table)
  local opened, problem = source.open(input, options.encoding)
  if opened then
    self.encoding = input.encoding
    self.records = records.new(source.lines(input), { escape = options.escape == "backslash" })
    problem = header.read(self, options, separators)
  end
  if problem then
    local encoding = problem.code == "T-ENCODING" and encoding_by_names(input, options)
    if encoding then
      problem.remedy = encodings[encoding] and ("write encoding = %s under [table]"):format(encoding)
        or ("it is %s: convert it, iconv -f %s -t utf-8"):format(encoding, encoding)
    end
    self:close()
    return nil, problem
  end
  if options.empty then
    self.empty = {}
    for _, word in ipairs(options.empty) do self.empty[letters.fold(word)] = true end
  end
  return self
end

--- The sentence about a table that cannot be read.
---@param problem {code: string, what: string, remedy: string, line: integer?}
---@return string
function M.said(problem)
  return ("%s%s; %s"):format(problem.line and ("line %d: "):format(problem.line) or "", problem.what, problem.remedy)
end

local known = { "columns", "encoding", "separator", "header", "short", "escape", "breaks", "empty" }

local function checked(where, options)
  options = check_options(where, options, known, 3)
  for _, name in ipairs(known) do
    local message = options[name] ~= nil and M.wrong_option(name, options[name])
    if message then error(("%s: %s"):format(where, message), 3) end
  end
  return options
end

local function read_input(input, options, where)
  local opened, problem = M.open(input, options)
  if opened then return opened end
  local err = errors.config(where .. M.said(problem))
  err.reason = problem.code
  return nil, err
end

--- Opens a table in a file.
---@param path string
---@param options? idngo.table.Options
---@return idngo.table.Table?
---@return idngo.Error? error of kind `config`; `reason` is a code such as T-HEADER
function M.read(path, options)
  if type(path) ~= "string" then error("idngo.table.read: the path must be a string", 2) end
  options = checked("idngo.table.read", options)
  local input, message = source.file(path)
  if not input then return nil, errors.config(("%s: %s"):format(path, message)) end
  return read_input(input, options, path .. ": ")
end

--- Opens a table in a text.
---@param text string
---@param options? idngo.table.Options
---@return idngo.table.Table?
---@return idngo.Error? error of kind `config`; `reason` is a code such as T-HEADER
function M.text(text, options)
  if type(text) ~= "string" then error("idngo.table.text: the text must be a string", 2) end
  return read_input({ text = text }, checked("idngo.table.text", options), "")
end

return M
