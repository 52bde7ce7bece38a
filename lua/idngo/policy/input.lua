-- Which applicants a run is about: a table with a column of their ids, JSON lines, or one id per line.
--
-- The form is told by the text itself: a first character { means JSON lines, a header with a column applicantId (or id)
-- a table, a first line without any separator ids. A row that cannot be read for certain is an error with its line
-- number, and nothing of such a file is used. What is no id goes nowhere, and no message shows a piece of the input:
-- a table read in the wrong way would put names and numbers of people into URLs, journals and logs.
--
-- An input is read line by line, and what was read of it waits in a file without a name: memory does not grow with it.

local database = require("idngo.run.database")
local err = require("idngo.error")
local journal = require("idngo.journal")
local json = require("idngo.json")
local inputs = require("idngo.policy.inputs")
local letters = require("idngo.table.letters")
local names = require("idngo.policy.names")
local source = require("idngo.table.source")
local table_ = require("idngo.table")

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
  --- Notes what is wrong; `text` says the line, too, where it stands.
  function self.problem(line, what, text)
    self.count = self.count + 1
    if self.count > MAX_PROBLEMS then return end
    self.problems[self.count] = { line = line, text = text or ("line %d: %s"):format(line, what), place = self.count }
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
    shown[#shown + 1] = { line = row.line, place = #shown + 1,
      text = ("line %d: the id stands on line %d already"):format(row.line, row.first) }
  end
  if not shown[1] then return nil end
  if twice[1] then into.count = into.count + rows.count - rows.kept:rows("ids")[1].count end
  table.sort(shown, function(one, other)
    if one.line ~= other.line then return one.line < other.line end
    return one.place < other.place
  end)
  local texts = {}
  for i = 1, math.min(#shown, MAX_PROBLEMS) do texts[i] = shown[i].text end
  if into.count > #texts then texts[#texts + 1] = ("and %d more"):format(into.count - #texts) end
  return table.concat(texts, "\n")
end

--- The lines of an input, numbered; what is too long for one is noted.
local function lines_of(input, into)
  local lines, number = source.lines(input), 0
  return function()
    while true do
      local line = lines()
      number = number + 1
      if line then return number, line end
      if line == nil then return nil end
      into.problem(number, "the line is longer than 1 MiB")
    end
  end
end

local function read_ids(input, into)
  for number, line in lines_of(input, into) do
    local id = letters.clean(line)
    if id ~= "" then into.add(number, id, {}, true) end
  end
end

local function read_json_lines(input, into)
  for number, line in lines_of(input, into) do
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

local id_names = { "applicantId", "applicant id", "applicant_id", "id" }
local is_id = {}
for _, name in ipairs(id_names) do is_id[letters.fold(name)] = true end

--- The columns of ids: their places.
local function id_columns(columns)
  local found = {}
  for i, name in ipairs(columns) do
    if is_id[letters.fold(name)] then found[#found + 1] = i end
  end
  return found
end

--- The fields of a row that a policy sees: those with a name.
local function fields_of(opened, row, id)
  local fields = {}
  for i, name in ipairs(opened.names) do
    if i ~= id and name ~= "" and not name:find("^idngo:") then fields[name] = row[i] end
  end
  return fields
end

-- What to do about a table for which no person writes down how it is read.
local remedies = {
  ["T-ENCODING"] = "save it as CSV UTF-8", ["T-SEPARATOR"] = "use one of them, or write sep= and it into the first line",
}

--- A problem without the remedies of those who write mappings.
local function own(problem)
  local remedy = problem.remedy
  if remedy:find("[table]", 1, true) then
    remedy = remedies[problem.code] or remedy:find("; or, ", 1, true) and remedy:gsub("; or, .*", "") or "correct it"
  end
  return { line = problem.line, column = problem.column, name = problem.name, what = problem.what, remedy = remedy }
end

local function read_table(opened, into, declared)
  local found = id_columns(opened.names)
  if not found[1] then
    return into.problem(opened.line, ("%d columns, and none is called applicantId"):format(opened.count))
  elseif found[2] then
    return into.problem(opened.line, ("columns %d and %d are both of ids; let one be called otherwise"):format(found[1],
      found[2]))
  end
  local id = found[1]
  local unsure = letters.fold(opened.names[id]) == "id"
  opened.used = { id }
  for i, name in ipairs(opened.names) do
    if i ~= id and declared[name] then table.insert(opened.used, i) end
  end
  for row, line, problems in opened:rows() do
    if not row then
      for _, problem in ipairs(problems) do into.problem(line, nil, table_.line(own(problem))) end
    elseif unsure and row[id] ~= "" and not (#row[id] == 24 and row[id]:find("^%w+$")) then
      into.problem(line, "column id does not hold applicants' ids; call it applicantId if it does")
    else
      into.add(line, row[id], fields_of(opened, row, id), unsure)
    end
  end
end

--- Reads a table or ids: what is wrong with all of it.
local function read_lines(input, into, declared)
  local opened, problem = table_.open(input, { hint = id_names })
  if not opened then return table_.said(own(problem)) end
  opened.keep = true -- whoever opened the input closes it
  if opened.count == 1 and not id_columns(opened.names)[1] then
    read_ids(input, into)
  else
    read_table(opened, into, declared)
  end
end

--- Reads whatever it is: what is wrong with all of it.
local function read(input, into, declared)
  local opened, problem = source.open(input)
  if not opened then
    return problem.code == "T-EMPTY" and "the input has no applicants" or table_.said(own(problem))
  end
  for line in source.lines(input) do
    local first = line == false or line:match("%S")
    if first == "{" then return read_json_lines(input, into) end
    if first then break end
  end
  return read_lines(input, into, declared)
end

--- Reads applicants from a source that may be read more than once.
local function gather(input, declared)
  input.lines_of_json = true
  local into = collector(declared)
  local wrong = read(input, into, declared)
  local missing = into.columns and inputs.missing(declared, into.columns) or {}
  if missing[1] then wrong = table.concat(missing, "\n") end -- every row lacks it then
  wrong = wrong or problems_of(into) or into.rows.count == 0 and "the input has no applicants" or nil
  source.close(input)
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
  return gather({ text = text }, declared or {})
end

--- The same for a file; "-" stands for standard input.
---@param path string
---@param declared? idngo.policy.Inputs
---@return idngo.policy.Rows?
---@return string? message
---@return idngo.policy.Names?
function M.read(path, declared)
  local input, why
  if path == "-" then input, why = source.stream(io.stdin) else input, why = source.file(path) end
  if not input then return nil, why end
  return gather(input, declared or {})
end

return M
