-- Which applicants a run is about: a table with a column of their ids, JSON lines, or one id per line.
--
-- The form is told by the text itself: a first character { means JSON lines, a header with a column applicantId (or id)
-- a table, a first line without any separator ids. A row that cannot be read for certain is an error with its line
-- number, and nothing of such a file is used. What is no id goes nowhere, and no message shows a piece of the input:
-- a table read in the wrong way would put names and numbers of people into URLs, journals and logs.
--
-- An input is read line by line, and what was read of it waits in a file without a name: memory does not grow with it.

local compat = require("idngo.compat")
local core = require("idngo.core")
local csv = require("idngo.csv")
local database = require("idngo.run.database")
local err = require("idngo.error")
local journal = require("idngo.journal")
local json = require("idngo.json")
local inputs = require("idngo.policy.inputs")
local names = require("idngo.policy.names")

local M = {}

local MAX_ID = 64
-- More than these are not listed one by one.
local MAX_PROBLEMS = 20

--- Why `id` cannot be an applicant's id, or nil. The service's own are 24 letters and digits. Where nothing says that these
--- are ids (`unsure`), what may be a word or a number of something else is none.
local function wrong_id(id, unsure)
  if type(id) ~= "string" or id == "" then return "no applicantId" end
  if #id > MAX_ID then return ("longer than the %d characters that an applicant's id may have"):format(MAX_ID) end
  if not id:find("^%w[%w_-]*$") then return "no applicant's id, which has A-Z a-z 0-9 _ and - alone" end
  if unsure and not (#id == 24 and id:find("^%w+$")) and not (id:find("%a") and id:find("%d")) then
    return "no applicant's id as far as can be told; if it is one, let it stand in a column called applicantId"
  end
end

-- What was read, as it is read.

local SQL = {
  add = "INSERT INTO rows (line, id, fields) VALUES (?, ?, ?)",
  rows = "SELECT n, id, fields FROM rows WHERE n > ? ORDER BY n LIMIT 200",
  ids = "SELECT count(DISTINCT id) AS count FROM rows",
  twice = [[SELECT line, (SELECT min(line) FROM rows AS a WHERE a.id = rows.id) AS first FROM rows
    WHERE id IN (SELECT id FROM rows GROUP BY id HAVING count(*) > 1) AND line > first ORDER BY line LIMIT ?]],
}

local function broken(why)
  return err.new { kind = "io", outcome = "not_sent", message = "the input cannot be kept: " .. why,
    hint = "make room in TMPDIR" }
end

---@class idngo.policy.Rows applicants as they were read
---@field count integer
---@field kept idngo.run.Database
local Rows = {}
Rows.__index = Rows

--- Rows to be filled.
---@return idngo.policy.Rows
function M.rows()
  local db, why = journal.scratch()
  if not db then error(broken(why), 0) end
  local kept = database.over(db, SQL, broken)
  kept:exec("CREATE TABLE rows (n INTEGER PRIMARY KEY, line INTEGER, id TEXT, fields TEXT); BEGIN")
  return setmetatable({ count = 0, kept = kept }, Rows)
end

--- Adds one.
---@param line integer? where it stands
---@param row table with its id
function Rows:add(line, row)
  self.count = self.count + 1
  self.kept:run("add", line, row.id, json.encode(row, "row", "[]"))
end

--- Every applicant: number, id, and fields as JSON.
---@return fun(): integer?, string?, string?
function Rows:each()
  local page, i, n = {}, 0, 0
  return function()
    i = i + 1
    if i > #page then page, i = self.kept:rows("rows", n), 1 end
    local row = page[i]
    if not row then return nil end
    n = row.n
    return n, row.id, row.fields
  end
end

function Rows:close() self.kept:close() end

--- Gathers rows, and what is wrong with them.
local function collector(declared)
  local rows = M.rows()
  local self = { rows = rows, problems = {}, count = 0 }
  function self.problem(line, what)
    self.count = self.count + 1
    if self.count <= MAX_PROBLEMS then self.problems[self.count] = { line = line, what = what, place = self.count } end
  end
  function self.add(line, id, fields, unsure)
    local wrong = wrong_id(id, unsure)
    if wrong then return self.problem(line, wrong) end
    fields.id = id
    local row, wrongs = inputs.take(declared, fields, true)
    for _, each in ipairs(wrongs) do self.problem(line, each) end
    rows:add(line, row)
    self.columns = names.add(self.columns, fields)
  end
  return self
end

--- What is wrong, as far as it is shown; nil where nothing is.
local function problems_of(into)
  local shown, rows = into.problems, into.rows
  rows.kept:exec("CREATE INDEX ids ON rows (id)") -- of all of them at once, sorted
  local twice = rows.kept:rows("twice", MAX_PROBLEMS)
  for _, row in ipairs(twice) do
    shown[#shown + 1] = { line = row.line, what = ("the id stands on line %d already"):format(row.first), place = #shown + 1 }
  end
  if not shown[1] then return nil end
  if twice[1] then into.count = into.count + rows.count - rows.kept:rows("ids")[1].count end
  table.sort(shown, function(one, other)
    if one.line ~= other.line then return one.line < other.line end
    return one.place < other.place
  end)
  local texts = {}
  for i = 1, math.min(#shown, MAX_PROBLEMS) do texts[i] = ("line %d: %s"):format(shown[i].line, shown[i].what) end
  if into.count > #texts then texts[#texts + 1] = ("and %d more"):format(into.count - #texts) end
  return table.concat(texts, "\n")
end

local function read_ids(lines, into)
  for number, line in csv.lines(lines) do
    local id = line:match("^%s*(.-)%s*$")
    if id ~= "" then into.add(number, id, {}, true) end
  end
end

local function read_json_lines(lines, into)
  for number, line in csv.lines(lines) do
    if line:find("%S") then
      local row, why = json.decode(line)
      if row == nil then
        into.problem(number, "not JSON: " .. why)
      elseif not json.is_object(row) then
        into.problem(number, "not an object")
      elseif row.applicantId ~= nil and row.id ~= nil then
        into.problem(number, "both applicantId and id")
      else
        local id, unsure = row.applicantId or row.id, row.applicantId == nil
        row.applicantId = nil
        into.add(number, id, row, unsure)
      end
    end
  end
end

local id_names = { applicantid = true, ["applicant id"] = true, ["applicant_id"] = true, id = true }

--- The columns of ids: their places.
local function id_columns(columns)
  local found = {}
  for i, name in ipairs(columns) do
    if id_names[name:lower()] then found[#found + 1] = i end
  end
  return found
end

local function read_table(table_, into)
  local found = id_columns(table_.columns)
  if not found[1] then
    return into.problem(table_.first, ("%d columns, and none is called applicantId"):format(#table_.columns))
  elseif found[2] then
    return into.problem(table_.first, ("columns %d and %d are both of ids; let one be called otherwise"):format(found[1],
      found[2]))
  end
  local column = table_.columns[found[1]]
  local unsure = column:lower() == "id"
  for row, line, why in function() return table_:next() end do
    if not row then
      into.problem(line, why)
    else
      local id = row[column]
      row[column] = nil
      into.add(line, id, row, unsure)
    end
  end
end

--- Reads a table or ids; what is wrong with all of it.
local function read_lines(source, into)
  local table_, why = csv.text(source(), function(columns) return #id_columns(columns) end)
  if not table_ then return why end
  if #table_.columns == 1 and not id_columns(table_.columns)[1] then
    read_ids(source(), into)
  else
    read_table(table_, into)
  end
end

--- Reads whatever it is: what is wrong with it.
local function read(source, into)
  for line in source() do
    local first = line:gsub("^[\239\187\191]+", ""):match("%S")
    if first == "{" then return read_json_lines(source(), into) end
    if first then return read_lines(source, into) end
  end
  return "the input has no applicants"
end

--- Reads applicants; `lines` gives the lines with their ends, from the first one on, whenever it is called.
local function gather(lines, declared)
  local unfit
  local function source()
    local next_line = lines()
    return function()
      local line, why = next_line()
      if why then unfit = why end
      if line and not core.utf8(line) then line, unfit = nil, "the input is not UTF-8; save it as CSV UTF-8" end
      return line
    end
  end
  local into = collector(declared)
  local wrong = read(source, into)
  local missing = into.columns and inputs.missing(declared, into.columns) or {}
  if missing[1] then wrong = table.concat(missing, "\n") end -- every row lacks it then
  wrong = unfit or wrong or problems_of(into) or into.rows.count == 0 and "the input has no applicants" or nil
  if not wrong then return into.rows, nil, into.columns end
  into.rows:close()
  return nil, wrong
end

--- Reads the applicants of `text`.
---@param text string
---@param declared? idngo.policy.Inputs what the policy declares of them
---@return idngo.policy.Rows? rows
---@return string? message every line that is wrong; never a piece of one
---@return idngo.policy.Names? columns what a policy may read of an applicant
function M.parse(text, declared)
  return gather(function()
    local next_line = text:gmatch("[^\n]*\n?")
    return function()
      local line = next_line()
      return line ~= "" and line or nil
    end
  end, declared or {})
end

--- A file to be read more than once: what a pipe gives is kept.
local function rewindable(file)
  local start = file:seek("cur")
  if start then return file, start end
  local kept, why = io.tmpfile()
  local piece
  while kept do
    piece, why = file:read(64 * 1024)
    if not piece then break end
    local ok, problem = kept:write(piece)
    if not ok then kept, why = nil, problem end
  end
  if why then return nil, why end
  return kept, 0
end

--- The same for a file; "-" stands for standard input.
---@param path string
---@param declared? idngo.policy.Inputs
---@return idngo.policy.Rows?
---@return string? message
---@return idngo.policy.Names?
function M.read(path, declared)
  local file, why = io.stdin, nil
  if path ~= "-" then file, why = io.open(path, "rb") end
  if not file then return nil, (why:gsub("^.*: ", "")) end
  local again, start = rewindable(file)
  local rows, wrong, columns
  if again then
    local mark = again:read(2)
    if mark == "\255\254" or mark == "\254\255" then
      wrong = "it is UTF-16; save it as UTF-8"
    else
      rows, wrong, columns = gather(function()
        again:seek("set", start)
        return compat.lines(again)
      end, declared or {})
    end
    if again ~= io.stdin then again:close() end
  else
    wrong = start
  end
  if file ~= again and path ~= "-" then file:close() end
  return rows, wrong, columns
end

return M
