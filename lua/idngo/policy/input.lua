-- Which applicants a run is about: CSV with a header, JSON lines, or one id per line.
--
-- The form is told by the text itself: a first character { means JSON lines, a first line with a column applicantId
-- (or id) means CSV, anything else ids. A row that cannot be read for certain is an error with its line number, and
-- nothing of such a file is used.

local core = require("idngo.core")
local json = require("idngo.json")

local M = {}

local MAX_ID = 128
-- More than these are not listed one by one.
local MAX_PROBLEMS = 20

--- Why `id` cannot be an applicant's id, or nil.
local function wrong_id(id)
  if type(id) ~= "string" or id == "" then return "no applicantId" end
  if #id > MAX_ID then return ("the id is longer than %d characters"):format(MAX_ID) end
  if id:find("[^\33-\126]") then return "the id has a blank or a byte beyond ASCII in it" end
  if id == "." or id == ".." then return "the id is a path, not an id" end
end

--- Gathers rows and what is wrong with them.
local function collector()
  local rows, problems, seen = {}, {}, {}
  local self = { rows = rows, problems = problems }
  function self.problem(line, what) problems[#problems + 1] = ("line %d: %s"):format(line, what) end
  function self.add(line, id, fields)
    local wrong = wrong_id(id) or seen[id] and ("the id stands on line %d already"):format(seen[id])
    if wrong then return self.problem(line, wrong) end
    fields.id, seen[id] = id, line
    rows[#rows + 1] = fields
  end
  return self
end

local function lines_of(text)
  local number = 0
  return function(_, at)
    if at > #text then return nil end
    local stop = text:find("\n", at, true) or #text + 1
    number = number + 1
    return stop + 1, number, (text:sub(at, stop - 1):gsub("\r$", ""))
  end, nil, 1
end

local function read_ids(text, into)
  for _, number, line in lines_of(text) do
    local id = line:match("^%s*(.-)%s*$")
    if id ~= "" then into.add(number, id, {}) end
  end
end

local function read_json_lines(text, into)
  for _, number, line in lines_of(text) do
    if line:find("%S") then
      local row, why = json.decode(line)
      if row == nil then
        into.problem(number, "not JSON: " .. why)
      elseif not json.is_object(row) then
        into.problem(number, "not an object")
      elseif row.applicantId ~= nil and row.id ~= nil then
        into.problem(number, "both applicantId and id")
      else
        local id = row.applicantId or row.id
        row.applicantId = nil
        into.add(number, id, row)
      end
    end
  end
end

--- One CSV record from `at`: its cells, where the next begins, how many line ends it holds; or nil and what is wrong.
local function csv_record(text, at)
  local cells, breaks = {}, 0
  while true do
    local cell
    if text:sub(at, at) == '"' then
      local from = at + 1
      repeat
        at = text:find('"', at + 1, true)
        if not at then return nil, "a quoted cell has no end" end
        local doubled = text:sub(at + 1, at + 1) == '"'
        if doubled then at = at + 1 end
      until not doubled
      cell = text:sub(from, at - 1):gsub('""', '"')
      breaks = breaks + select(2, cell:gsub("\n", ""))
      at = at + 1
      if not text:find("^[,\r\n]", at) and at <= #text then return nil, "text behind a quoted cell" end
    else
      local stop = text:find("[,\r\n]", at) or #text + 1
      cell, at = text:sub(at, stop - 1), stop
      if cell:find('"', 1, true) then return nil, "a quote inside a cell that is not quoted" end
    end
    cells[#cells + 1] = cell
    local separator = text:match("^,", at) or text:match("^\r?\n", at) or ""
    at = at + #separator
    if separator ~= "," then
      if separator == "" and at <= #text then return nil, "a carriage return without a line end" end
      return cells, at, breaks + 1
    end
  end
end

--- The column of the id and what is wrong with the header.
local function id_column(header)
  local seen, found = {}, {}
  for i, name in ipairs(header) do
    if name == "" then return nil, ("column %d has no name"):format(i) end
    if seen[name] then return nil, ("two columns are called %s"):format(name) end
    seen[name] = i
    if name == "applicantId" or name == "id" then found[#found + 1] = i end
  end
  if #found > 1 then return nil, "both applicantId and id are columns" end
  return found[1], "no column applicantId"
end

local function read_csv(text, into)
  local header, at, breaks = csv_record(text, 1)
  if not header then return into.problem(1, at) end
  local column, wrong = id_column(header)
  if not column then return into.problem(1, wrong) end
  local line = 1 + breaks
  while at <= #text do
    local cells, next_at, lines = csv_record(text, at)
    if not cells then return into.problem(line, next_at) end
    if #cells > 1 and #cells ~= #header or #cells == 1 and cells[1] ~= "" and #header > 1 then
      into.problem(line, ("%d cells, the header has %d"):format(#cells, #header))
    elseif #cells > 1 or cells[1] ~= "" then
      local fields = {}
      for i, cell in ipairs(cells) do
        if i ~= column then fields[header[i]] = cell end
      end
      into.add(line, cells[column], fields)
    end
    at, line = next_at, line + lines
  end
end

--- Whether the first line names an id column, as a CSV header does.
local function is_csv(text)
  local first = text:match("^[^\r\n]*")
  if first:find(",", 1, true) then return true end
  return first == "applicantId" or first == "id" or first == '"applicantId"' or first == '"id"'
end

--- Reads the applicants of `text`.
---@param text string
---@return table[]? rows {id = …, and the row's other fields}
---@return string? message every line that is wrong
function M.parse(text)
  text = text:gsub("^\239\187\191", "")
  if not core.utf8(text) then return nil, "the input is not UTF-8" end
  local into = collector()
  local first = text:match("%S")
  if not first then return nil, "the input has no applicants" end
  local read = first == "{" and read_json_lines or is_csv(text) and read_csv or read_ids
  read(text, into)
  local problems = into.problems
  if #problems > 0 then
    local more = #problems - MAX_PROBLEMS
    if more > 0 then
      for i = #problems, MAX_PROBLEMS + 1, -1 do problems[i] = nil end
      problems[#problems + 1] = ("and %d more"):format(more)
    end
    return nil, table.concat(problems, "\n")
  end
  if #into.rows == 0 then return nil, "the input has no applicants" end
  return into.rows
end

return M
