-- Which applicants a run is about: a table with a column of their ids, JSON lines, or one id per line.
--
-- The text itself tells its form: a first character { means JSON lines, a header with a column applicantId (or id) a table, a
-- first line without any separator ids. A row that cannot be read for certain is an error with its line number, and no row of
-- such a file is used. What is no id goes nowhere, and no message shows a piece of the input: a table read in the wrong way
-- would put names and numbers of people into URLs, journals and logs. The input is read line by line.

local inputs = require("idngo.policy.inputs")
local json = require("idngo.json")
local letters = require("idngo.table.letters")
local row_store = require("idngo.policy.rows")
local source = require("idngo.table.source")
local table_ = require("idngo.table")

local M = {}

--- The lines of an input, numbered; one that is too long is refused.
local function lines_of(input, into)
  local lines, number = source.lines(input), 0
  return function()
    while true do
      local line = lines()
      number = number + 1
      if line then return number, line end
      if line == nil then return nil end
      into:refuse(number, "the line is longer than 1 MiB")
    end
  end
end

local function read_ids(input, into)
  for number, line in lines_of(input, into) do
    local id = letters.clean(line)
    if id ~= "" then into:add(number, id, {}, true) end
  end
end

local function read_json_lines(input, into)
  for number, line in lines_of(input, into) do
    if line:find("%S") then
      local row, message = json.decode(line)
      if row == nil then
        into:refuse(number, "not JSON: " .. message)
      elseif not json.is_object(row) then
        into:refuse(number, "not an object")
      elseif row.applicantId ~= nil and row.id ~= nil then
        into:refuse(number, "both applicantId and id")
      else
        local id, unsure = row.applicantId or row.id, row.applicantId == nil
        row.applicantId = nil
        into:add(number, id, row, unsure)
      end
    end
  end
end

local id_names = { "applicantId", "applicant id", "applicant_id", "id" }
local is_id = {}
for _, name in ipairs(id_names) do is_id[letters.fold(name)] = true end

--- The columns of ids: their places.
local function id_columns(columns)
  local places = {}
  for i, name in ipairs(columns) do
    if is_id[letters.fold(name)] then places[#places + 1] = i end
  end
  return places
end

--- The fields of a row that a policy sees: those with a name.
local function fields_of(opened, row, id)
  local fields = {}
  for i, name in ipairs(opened.names) do
    if i ~= id and name ~= "" and not name:find("^idngo:") then fields[name] = row[i] end
  end
  return fields
end

-- What to do about a table that is read without a mapping.
local remedies = {
  ["T-ENCODING"] = "save it as CSV UTF-8", ["T-SEPARATOR"] = "use one of them, or write sep= and it into the first line",
}

--- A problem of a table, without the remedies that need a mapping.
local function own(problem)
  local remedy = problem.remedy
  if remedy:find("[table]", 1, true) then
    remedy = remedies[problem.code] or remedy:find("; or, ", 1, true) and remedy:gsub("; or, .*", "") or "correct it"
  end
  return { line = problem.line, column = problem.column, name = problem.name, what = problem.what, remedy = remedy }
end

local function read_table(opened, into, declared)
  local places = id_columns(opened.names)
  if not places[1] then
    return into:refuse(opened.line, ("%d columns, and none is called applicantId"):format(opened.count))
  elseif places[2] then
    return into:refuse(opened.line, ("columns %d and %d are both of ids; let one be called otherwise"):format(places[1],
      places[2]))
  end
  local id = places[1]
  local unsure = letters.fold(opened.names[id]) == "id"
  opened.used = { id }
  for i, name in ipairs(opened.names) do
    if i ~= id and declared[name] then table.insert(opened.used, i) end
  end
  for row, line, problems in opened:rows() do
    if not row then
      for _, problem in ipairs(problems) do into:refuse(line, nil, table_.line(own(problem))) end
    elseif unsure and row[id] ~= "" and not (#row[id] == 24 and row[id]:find("^%w+$")) then
      into:refuse(line, "column id does not hold applicants' ids; call it applicantId if it does")
    else
      into:add(line, row[id], fields_of(opened, row, id), unsure)
    end
  end
end

--- Reads a table or ids; returns a message about the whole of it.
local function read_lines(input, into, declared)
  local opened, problem = table_.open(input, { hint = id_names })
  if not opened then return table_.said(own(problem)) end
  opened.keep = true -- the caller closes the input
  if opened.count == 1 and not id_columns(opened.names)[1] then
    read_ids(input, into)
  else
    read_table(opened, into, declared)
  end
end

--- Reads an input of any form; returns a message about the whole of it.
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
  local into = row_store.gatherer(declared)
  local message = read(input, into, declared)
  local missing = into.columns and inputs.missing(declared, into.columns) or {}
  if missing[1] then message = table.concat(missing, "\n") end -- every row lacks it then
  message = message or into:message() or into.rows.count == 0 and "the input has no applicants" or nil
  source.close(input)
  if not message then return into.rows, nil, into.columns end
  into.rows:close()
  return nil, message
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
  local input, message
  if path == "-" then input, message = source.stream(io.stdin) else input, message = source.file(path) end
  if not input then return nil, message end
  return gather(input, declared or {})
end

return M
