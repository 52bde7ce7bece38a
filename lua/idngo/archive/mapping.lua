-- Mapping files: which column of a table of people goes into which field.
--
--   # a comment
--   [applicant]                          fields of applicant.json
--   externalUserId = {customer_no}
--   info.dob = {born|dd.MM.yyyy}
--   info.gender = {sex|gender}
--   [document passport]                  a folder: fields of its applicantIdDoc.json, and
--   file = {customer_no}/passport.*      its image or video, below the folder of documents
--   optional = yes                       whether a person may be without it
--   idDocType = PASSPORT
--   [values gender]                      what stands in cells, and what it means
--   male = M
--
-- A value is text in which {column} stands for the cell, and {column|how} for the cell read as a date of that form
-- (yyyy MM M dd d HH H mm ss X, 'words'; or iso), or looked up in [values how].

local dates = require("idngo.dates")
local fields = require("idngo.archive.fields")
local suggest = require("idngo.suggest")
local text_file = require("idngo.text")

local M = {}

-- Letters of a date's form: what they match, and the part they are.
local tokens = {
  { "yyyy", "(%d%d%d%d)", "year" }, { "MM", "(%d%d)", "month" }, { "M", "(%d%d?)", "month" },
  { "dd", "(%d%d)", "day" }, { "d", "(%d%d?)", "day" }, { "HH", "(%d%d)", "hour" }, { "H", "(%d%d?)", "hour" },
  { "mm", "(%d%d)", "minute" }, { "ss", "(%d%d)", "second" }, { "X", "([Zz+-][%d:]*)", "zone" },
}

local function token_at(form, at)
  for _, token in ipairs(tokens) do
    if form:sub(at, at + #token[1] - 1) == token[1] then return token end
  end
end

--- The words that a form quotes at `at`, and where it goes on; two quotes are one.
local function quoted_at(form, at)
  if form:sub(at, at + 1) == "''" then return "'", at + 2 end
  local words, stop = form:match("^'([^']+)'()", at)
  return words, stop
end

--- Takes a form apart: a pattern, and the parts that it captures; nil when it is none.
local function parse_form(form)
  local pattern, parts, at, has = "^", {}, 1, {}
  while at <= #form do
    local token, char = token_at(form, at), form:sub(at, at)
    local words, stop = quoted_at(form, at)
    if token then
      if has[token[3]] then return nil end
      parts[#parts + 1], has[token[3]] = token[3], true
      pattern, at = pattern .. token[2], at + #token[1]
    elseif words then
      pattern, at = pattern .. words:gsub("%p", "%%%0"), stop
    elseif char:find("[%a%z']") then
      return nil
    else
      pattern, at = pattern .. char:gsub("%p", "%%%0"), at + 1
    end
  end
  if not (has.year and has.month and has.day) or has.zone and not has.hour then return nil end
  return pattern .. "$", parts, has
end

local NO_DAY = "has no day or time of the calendar"
local MIDNIGHT = "has a time of day, though a day is wanted: if that is midnight somewhere else, the day may be another"

--- A moment as the reference has it; a day alone where a day is wanted, or where nothing else was said.
local function write_date(found, kind)
  local is_midnight = not found.hour or found.hour + found.minute + found.second == 0
  if kind == "day" and not is_midnight then return nil, MIDNIGHT end
  if kind == "day" or not found.hour then return ("%04d-%02d-%02d"):format(found.year, found.month, found.day) end
  return dates.utc(found) .. "+0000"
end

--- A reader of dates of one form: text -> date or time as the reference has it, or nil and what is wrong if that is known. nil
--- when it is no form.
local function date_reader(form, kind)
  if form == "iso" then
    return function(text)
      if kind == "moment" then
        local moment, why = dates.moment(text)
        return moment and moment .. "+0000", why
      end
      return dates.day(text)
    end
  end
  local pattern, parts, has = parse_form(form)
  if not pattern then return nil end
  return function(text)
    local found = { text:match(pattern) }
    if not found[1] then return nil end
    local value = {}
    if has.hour then value.hour, value.minute, value.second, value.zone = 0, 0, 0, 0 end -- times are UTC unless said
    for i, part in ipairs(parts) do
      if part == "zone" then value.zone = dates.zone(found[i]) else value[part] = tonumber(found[i]) end
    end
    if not dates.exists(value.year, value.month, value.day)
      or has.hour and not (value.zone and value.hour < 24 and value.minute < 60 and value.second < 60) then
      return nil, NO_DAY
    end
    return write_date(value, kind)
  end
end

--- Takes a value apart: {literal or {column =, how =}, …}; nil and a message.
local function parse_template(text)
  local parts, at = {}, 1
  while at <= #text do
    local open, close, inside = text:find("{([^{}]*)}", at)
    local literal = text:sub(at, (open or #text + 1) - 1)
    if literal:find("[{}]") then return nil, "a brace without its other; write {column}" end
    if literal ~= "" then parts[#parts + 1] = literal end
    if not open then break end
    local column, how = inside:match("^%s*([^|]-)%s*|%s*(.-)%s*$")
    parts[#parts + 1] = { column = column or inside:match("^%s*(.-)%s*$"), how = how }
    at = close + 1
  end
  return parts
end

--- Finds what {column|how} of a template means; nil and a message.
local function resolve(self, template, kind)
  for _, part in ipairs(template) do
    if type(part) == "table" and part.how then
      local values = self.values[part.how]
      part.read = values and function(cell) return values[cell] end or date_reader(part.how, kind)
      part.problem = values and "is not among [values " .. part.how .. "]" or "is not a date of the form " .. part.how
      if not part.read then
        return nil, ("%s is neither a [values] section nor the form of a date such as dd.MM.yyyy; %s"):format(part.how,
          "letters that are words are quoted, as in yyyy-MM-dd'T'HH:mm:ssX, and iso reads every form of ISO 8601")
      end
    end
  end
  return true
end

-- Sections. Each takes a `name = value` line: true, or nil and a message.

local function take_field(rows, file, name, value, line, others)
  local kind, hint = fields.knows(file, name, others)
  if not kind then return nil, ("no field %s, %s"):format(name, hint) end
  local template, why = parse_template(value)
  if not template then return nil, why end
  rows[#rows + 1] = { field = name, template = template, line = line, kind = kind }
  return true
end

local function take_document(document, name, value, line)
  if name == "optional" then
    document.optional = value == "yes"
    if value ~= "yes" and value ~= "no" then return nil, "optional is yes or no" end
    return true
  elseif name == "file" then
    local template, why = parse_template(value)
    if not template then return nil, why end
    document.file = { template = template, line = line }
    return true
  end
  return take_field(document.fields, "applicantIdDoc.json", name, value, line, { "file", "optional" })
end

--- Starts the section that a line in brackets names: the function that takes its lines, or nil and a message.
local function start(self, kind, name)
  if kind == "applicant" and name == "" then
    return function(...) return take_field(self.applicant, "applicant.json", ...) end
  elseif kind == "document" and name:find("^[%w_-]+$") then
    local document = { folder = name, fields = {} }
    table.insert(self.documents, document)
    return function(...) return take_document(document, ...) end
  elseif kind == "values" and name ~= "" then
    self.values[name] = {}
    return function(from, to)
      self.values[name][from] = to
      return true
    end
  elseif kind == "document" then
    return nil, "a document's name has A-Z a-z 0-9 _ and - only"
  elseif kind == "applicant" or kind == "values" then
    return nil, "sections are [applicant], [document NAME] and [values NAME]"
  end
  return nil, ("no section %s, %s"):format(kind, suggest(kind, { "applicant", "document", "values" }))
end

local function read_line(self, state, text, number)
  local kind, name = text:match("^%[%s*(%a+)%s*(.-)%s*%]$")
  if kind then
    local key = kind .. " " .. name:lower()
    if state.seen[key] then return nil, "this section is there twice" end
    state.seen[key], state.names, state.kind = true, {}, kind
    local why
    state.take, why = start(self, kind, name)
    return state.take ~= nil, why
  end
  local key, value = text:match("^(.-)%s*=%s*(.*)$")
  if not key or key == "" then return nil, "neither [section] nor name = value" end
  if not state.take then return nil, "stands before the first [section]" end
  if state.names[key] then -- what [values] have may stand in cells
    return nil, (state.kind == "values" and "this value" or key) .. " is there twice"
  end
  state.names[key] = true
  return state.take(key, value, number)
end

--- Adds the columns of a row's template, each once.
local function add_columns(columns, row)
  for _, part in ipairs(row.template) do
    if type(part) == "table" and not columns[part.column] then
      columns[part.column] = true
      columns[#columns + 1] = { name = part.column, line = row.line }
    end
  end
end

---@class idngo.archive.Mapping
---@field columns {name: string, line: integer}[] every column it names
---@field applicant {field: string, template: table}[]
---@field documents {folder: string, optional: boolean?, file: {template: table}, fields: {field: string, template: table}[]}[]
---@field values table<string, table<string, string>>

--- Reads a mapping file.
---@param path string
---@return idngo.archive.Mapping?
---@return string? message "PATH: line N: …"
function M.load(path)
  local whole, why = text_file.read(path)
  if not whole then return nil, why end
  local self, state, number = { applicant = {}, documents = {}, values = {}, columns = {} }, { seen = {} }, 0
  local function fail(line, message)
    return nil, ("%s: line %d: %s"):format(path, line, message)
  end
  for line in text_file.lines(whole) do
    number = number + 1
    local text = line:match("^%s*(.-)%s*$")
    if text ~= "" and text:sub(1, 1) ~= "#" then
      local ok, wrong = read_line(self, state, text, number)
      if not ok then return fail(number, wrong) end
    end
  end
  local lists = { self.applicant }
  for _, document in ipairs(self.documents) do
    if not document.file then return fail(number, ("[document %s] has no file = …"):format(document.folder)) end
    lists[#lists + 1] = document.fields
    lists[#lists + 1] = { document.file }
  end
  for _, list in ipairs(lists) do
    for _, row in ipairs(list) do
      local ok, wrong = resolve(self, row.template, row.kind)
      if not ok then return fail(row.line, wrong) end
      add_columns(self.columns, row)
    end
  end
  return self
end

--- How many of the mapping's columns are among these.
---@param self idngo.archive.Mapping
---@param columns string[]
---@return integer
function M.count(self, columns)
  local there, count = {}, 0
  for _, name in ipairs(columns) do there[name] = true end
  for _, column in ipairs(self.columns) do count = count + (there[column.name] and 1 or 0) end
  return count
end

--- What is wrong with a table's columns, or nil. Its own names are told only when at least half of the mapping's are among
--- them: else its first line may be a person.
---@param self idngo.archive.Mapping
---@param columns string[] of the table
---@return string? message "line N: …", N of the mapping file
function M.problem(self, columns)
  local there, missing, first = {}, {}, nil
  for _, name in ipairs(columns) do there[name] = true end
  for _, column in ipairs(self.columns) do
    if not there[column.name] then
      first = first or column
      missing[#missing + 1] = column.name
    end
  end
  if not first then return nil end
  local hint
  if #missing == #self.columns then
    hint = "the table has none of the columns that are named here; is its first line a row of data?"
  elseif #missing * 2 <= #self.columns then
    hint = suggest(first.name, columns):gsub("%c", " ")
  else
    hint = ("the table lacks %d of the %d that are named here: %s"):format(#missing, #self.columns,
      table.concat(missing, ", "))
  end
  return ("line %d: there is no column %s, %s"):format(first.line, first.name, hint)
end

--- Fills a template from a row. nil when every column of it is empty; false and a message when a cell cannot be read.
---@param template table
---@param row table<string, string>
---@return string|false|nil text
---@return string? message without the cell's content
function M.fill(template, row)
  local parts, has_columns, has_content = {}, false, false
  for i, part in ipairs(template) do
    if type(part) == "string" then
      parts[i] = part
    else
      local cell = row[part.column]
      has_columns = true
      has_content = has_content or cell ~= ""
      if cell ~= "" and part.read then
        local value, problem = part.read(cell)
        if not value then return false, ("the cell in column %s %s"):format(part.column, problem or part.problem) end
        cell = value
      end
      parts[i] = cell
    end
  end
  if has_columns and not has_content then return nil end
  return table.concat(parts)
end

return M
