-- Which applicants a run is about: a table with a column of their ids, JSON lines, or one id per line.
--
-- The form is told by the text itself: a first character { means JSON lines, a header with a column applicantId (or id)
-- a table, a first line without any separator ids. A row that cannot be read for certain is an error with its line
-- number, and nothing of such a file is used. What is no id goes nowhere, and no message shows a piece of the input:
-- a table read in the wrong way would put names and numbers of people into URLs, journals and logs.

local core = require("idngo.core")
local inputs = require("idngo.policy.inputs")
local json = require("idngo.json")
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

--- Gathers rows and what is wrong with them.
local function collector(declared)
  local rows, problems, seen = {}, {}, {}
  local self = { rows = rows, problems = problems }
  function self.problem(line, what) problems[#problems + 1] = ("line %d: %s"):format(line, what) end
  function self.add(line, id, fields, unsure)
    local wrong = wrong_id(id, unsure) or seen[id] and ("the id stands on line %d already"):format(seen[id])
    if wrong then return self.problem(line, wrong) end
    seen[id], fields.id = line, id
    local row, wrongs = inputs.take(declared, fields, true)
    for _, each in ipairs(wrongs) do self.problem(line, each) end
    rows[#rows + 1], self.columns = row, names.add(self.columns, fields)
  end
  return self
end

--- The lines of an input, numbered.
local function lines_of(input)
  local lines, number = source.lines(input), 0
  return function()
    local line = lines()
    number = number + 1
    if line ~= nil then return number, line or "" end
  end
end

local function read_ids(input, into)
  for number, line in lines_of(input) do
    local id = letters.clean(line)
    if id ~= "" then into.add(number, id, {}, true) end
  end
end

local function read_json_lines(text, into)
  local input = { text = text, encoding = "utf-8", ending = text:find("\n", 1, true) and "\n" or "\r" }
  for number, line in lines_of(input) do
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
      for _, problem in ipairs(problems) do into.problems[#into.problems + 1] = table_.line(problem) end
    elseif unsure and row[id] ~= "" and not (#row[id] == 24 and row[id]:find("^%w+$")) then
      into.problem(line, "column id does not hold applicants' ids; call it applicantId if it does")
    else
      into.add(line, row[id], fields_of(opened, row, id), unsure)
    end
  end
end

--- Reads a table or ids.
local function read_lines(text, into, declared)
  local opened, problem = table_.open({ text = text }, { hint = id_names })
  if not opened then
    into.problems[1] = table_.said(problem)
  elseif opened.count == 1 and not id_columns(opened.names)[1] then
    read_ids(opened.source, into)
  else
    read_table(opened, into, declared)
  end
end

--- Reads the applicants of `text`.
---@param text string
---@param declared? idngo.policy.Inputs what the policy declares of them
---@return table[]? rows {id = …, and the row's other fields}
---@return string? message every line that is wrong; never a piece of one
---@return idngo.policy.Names? columns what a policy may read of an applicant
function M.parse(text, declared)
  declared = declared or {}
  while text:find("^\239\187\191") do text = text:sub(4) end
  local into = collector(declared)
  local first = text:match("[^ \t\r\n]")
  if not first then return nil, "the input has no applicants" end
  if first == "{" then
    if not core.utf8(text) then return nil, "the input is not UTF-8; save it as UTF-8" end
    read_json_lines(text, into)
  else
    read_lines(text, into, declared)
  end
  local problems = into.problems
  local missing = into.columns and inputs.missing(declared, into.columns) or {}
  if missing[1] then problems = missing end -- every row lacks it then
  if #problems > 0 then
    local more = #problems - MAX_PROBLEMS
    if more > 0 then
      for i = #problems, MAX_PROBLEMS + 1, -1 do problems[i] = nil end
      problems[#problems + 1] = ("and %d more"):format(more)
    end
    return nil, table.concat(problems, "\n")
  end
  if #into.rows == 0 then return nil, "the input has no applicants" end
  return into.rows, nil, into.columns
end

return M
