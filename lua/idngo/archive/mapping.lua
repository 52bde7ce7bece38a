-- Mapping files: which column of a table of people goes into which field.
--
--   # a comment
--   [table]                              how the table is read: options of idngo.table, and `zone`
--   encoding = windows-1251
--   [applicant]                          fields of applicant.json
--   externalUserId = {customer_no}
--   info.dob = {born|dd.MM.yyyy}
--   info.gender = {sex|gender}
--   [document passport]                  a folder: fields of its applicantIdDoc.json, and
--   file = {customer_no}/passport.*      its image or video, below the folder of documents
--   optional = yes                       whether a person may be without it
--   idDocType = PASSPORT
--   [values gender]                      words in cells, and what they mean; [values gender: sex] goes before the
--   male = M                             program's own words
--   [dates born]                         forms of one column that has several
--   form = dd.MM.yyyy
--
-- A value is text in which {column} stands for the cell, {#4} for that of the fourth column, and {column|how} for the cell
-- looked up in [values how], read by [dates how], by a form of a date (see idngo.table.dates), or by one of the program's
-- own readers (see idngo.table.words; iin). A ? that a draft left anywhere is to be chosen first.

local calendar = require("idngo.dates")
local core = require("idngo.core")
local dates = require("idngo.table.dates")
local fields = require("idngo.archive.fields")
local iin = require("idngo.table.iin")
local letters = require("idngo.table.letters")
local suggest = require("idngo.suggest")
local table_ = require("idngo.table")
local text_file = require("idngo.text")
local words = require("idngo.table.words")

local M = {}

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
    if how == "?" then return nil, "choose the form of the date" end
    parts[#parts + 1] = { column = column or inside:match("^%s*(.-)%s*$"), how = how }
    at = close + 1
  end
  return parts
end

--- A reader of dates of one or several forms, the first of which that fits; nil and a message.
local function dates_reader(self, forms, part, kind)
  local readers = {}
  for i, form in ipairs(forms) do
    local reader, needs_zone = dates.reader(form, kind, self.table.zone or form ~= "iso" and 0 or nil)
    if not reader then return nil end
    readers[i] = reader
    if needs_zone and kind ~= "day" and not self.table.zone then self.without_zone[part.column] = true end
  end
  return function(cell)
    local worst, form
    for i, reader in ipairs(readers) do
      local value, code = reader(cell)
      if value then return value end
      if not worst or worst == "D-FORM" then worst, form = code, forms[i] end
    end
    if worst == "D-FORM" and forms[2] then return nil, "is not a date of the forms " .. table.concat(forms, ", ") end
    return nil, dates.said(worst, form)
  end
end

--- A reader of [values NAME], exact, then as words are compared, then by the program's own.
local function values_reader(values, name)
  local base = values.base and words.readers[values.base]()
  local folded = {}
  for from, to in pairs(values.list) do folded[letters.word(from)] = to end
  return {
    read = function(cell)
      local value = values.list[cell] or folded[letters.word(cell)]
      if value then return value end
      if base then return base.read(cell) end
      return nil, "is not among [values " .. name .. "]"
    end,
    survey = base and base.survey,
  }
end

--- Numbers of people: completed only with the day of birth of the row.
local function iin_reader()
  return { is_late = true, read = function(cell, context) return iin.read(cell, context.day) end }
end

--- Finds what {column|how} of a template means; nil and a message.
local function resolve(self, template, kind)
  for _, part in ipairs(template) do
    if type(part) == "table" and part.how then
      local how = part.how
      local reader
      if self.values[how] then
        reader = values_reader(self.values[how], how)
      elseif self.dates[how] then
        reader = { read = dates_reader(self, self.dates[how], part, kind) }
      elseif how == "iin" then
        reader = iin_reader()
      elseif words.readers[how] then
        reader = words.readers[how]()
      else
        reader = { read = dates_reader(self, { how }, part, kind) }
      end
      if not reader.read then
        return nil, ("%s is neither a [values] section nor the form of a date such as dd.MM.yyyy; %s"):format(how,
          "letters that are words are quoted, as in yyyy-MM-dd'T'HH:mm:ssX, two digits of a year are yy@1926, and iso reads "
          .. "every form of ISO 8601")
      end
      part.read, part.survey, part.is_late = reader.read, reader.survey, reader.is_late
    end
  end
  return true
end

-- Sections. Each takes a `name = value` line: true, or nil and a message.

local function take_field(rows, file, name, value, line, others)
  local kind, hint = fields.knows(file, name, others)
  if not kind then return nil, ("no field %s, %s"):format(name, hint) end
  if value == "?" then return nil, ("choose the value of %s"):format(name) end
  local template, message = parse_template(value)
  if not template then return nil, message end
  rows[#rows + 1] = { field = name, template = template, line = line, kind = kind }
  return true
end

local function take_document(document, name, value, line)
  if name == "optional" or name == "shared" then
    document[name] = value == "yes"
    if value ~= "yes" and value ~= "no" then return nil, name .. " is yes or no" end
    return true
  elseif name == "file" then
    local template, message = parse_template(value)
    if value == "?" then return nil, "choose the file" end
    if not template then return nil, message end
    table.insert(document.files, { template = template, line = line, text = value })
    return true
  end
  return take_field(document.fields, "applicantIdDoc.json", name, value, line, { "file", "optional", "shared" })
end

local table_names = { "encoding", "separator", "header", "short", "escape", "breaks", "empty", "zone" }

local function take_table(self, name, value)
  local known = false
  for _, each in ipairs(table_names) do known = known or each == name end
  if not known then return nil, ("no line %s, %s"):format(name, suggest(name, table_names)) end
  if value == "?" then return nil, ("choose the %s"):format(name) end
  if name == "zone" then
    self.table.zone = value == "UTC" and 0 or calendar.zone(value)
    return self.table.zone ~= nil, "zone is UTC, or hours such as +05:00"
  elseif name == "empty" then
    local list = {}
    for word in (value .. ","):gmatch(" *(.-) *,") do list[#list + 1] = word end
    value = list
  end
  local message = table_.wrong_option(name, value)
  if message then return nil, message end
  self.table[name] = value
  return true
end

local function take_values(values, from, to)
  if to == "?" or from == "?" then return nil, "choose which words are meant" end
  values.list[from] = to
  return true
end

--- Takes a form of [dates NAME]; two must not read one text as two days.
local function take_dates(forms, name, value)
  if name ~= "form" then return nil, "lines of [dates] are form = …" end
  if value == "?" then return nil, "choose the form of the date" end
  if not dates.reader(value) then return nil, ("%s is not the form of a date such as dd.MM.yyyy"):format(value) end
  for _, other in ipairs(forms) do
    if other == value then return nil, "this form is there twice" end
    if dates.contradict(other, value) then
      return nil, ("%s and %s read some texts as different days; let the table have one of them"):format(other, value)
    end
  end
  forms[#forms + 1] = value
  return true
end

local sections = { "table", "applicant", "document", "values", "dates" }

--- Starts the section that a line in brackets names: the function that takes its lines, or nil and a message.
local function start(self, kind, name)
  if kind == "applicant" and name == "" then
    return function(...) return take_field(self.applicant, "applicant.json", ...) end
  elseif kind == "table" and name == "" then
    return function(...) return take_table(self, ...) end
  elseif kind == "document" and name:find("^[%w_-]+$") then
    local document = { folder = name, fields = {}, files = {} }
    table.insert(self.documents, document)
    return function(...) return take_document(document, ...) end
  elseif kind == "values" and name ~= "" then
    local own, base = name:match("^(.-)%s*:%s*(.*)$")
    if base and not words.readers[base] then
      local known = {}
      for each in pairs(words.readers) do known[#known + 1] = each end
      table.sort(known)
      return nil, ("no words of the program called %s, %s"):format(base, suggest(base, known))
    end
    local values = { list = {}, base = base }
    self.values[own or name] = values
    return function(...) return take_values(values, ...) end
  elseif kind == "dates" and name ~= "" then
    local forms = {}
    self.dates[name] = forms
    return function(...) return take_dates(forms, ...) end
  elseif kind == "document" then
    return nil, "a document's name has A-Z a-z 0-9 _ and - only"
  end
  for _, known in ipairs(sections) do
    if kind == known then return nil, "sections are [table], [applicant], [document NAME], [values NAME] and [dates NAME]" end
  end
  return nil, ("no section %s, %s"):format(kind, suggest(kind, sections))
end

local function read_line(self, state, text, number)
  local kind, name = text:match("^%[%s*(%a+)%s*(.-)%s*%]$")
  if kind then
    local key = kind .. " " .. name:lower()
    if state.seen[key] then return nil, "this section is there twice" end
    state.seen[key], state.names, state.kind = true, {}, kind
    local message
    state.take, message = start(self, kind, name)
    return state.take ~= nil, message
  end
  local key, value = text:match("^(.-)%s*=%s*(.*)$")
  if not key or key == "" then return nil, "neither [section] nor name = value" end
  if not state.take then return nil, "stands before the first [section]" end
  local again = state.kind == "dates" or state.kind == "document" and key == "file"
  if state.names[key] and not again then -- what [values] have may stand in cells
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
---@field table table options of idngo.table, and the zone in minutes
---@field applicant {field: string, template: table}[]
---@field documents {folder: string, optional: boolean?, shared: boolean?, files: {template: table}[], fields: table[]}[]
---@field without_zone table<string, boolean> columns of times without a zone: taken for UTC

--- Reads a mapping file.
---@param path string
---@return idngo.archive.Mapping?
---@return string? message "PATH: line N: …"
function M.load(path)
  local whole, message = text_file.read(path)
  if not whole then return nil, message end
  local self = { applicant = {}, documents = {}, values = {}, dates = {}, columns = {}, table = {}, without_zone = {} }
  local state, number = { seen = {} }, 0
  local function fail(line, what)
    return nil, ("%s: line %d: %s"):format(path, line, what)
  end
  for line in text_file.lines(whole) do
    number = number + 1
    if not core.utf8(line) then return fail(number, "not UTF-8; save the file as UTF-8") end
    local text = line:gsub("%s%s+#%s.*$", ""):match("^%s*(.-)%s*$")
    if text ~= "" and text:sub(1, 1) ~= "#" then
      local ok
      ok, message = read_line(self, state, text, number)
      if not ok then return fail(number, message) end
    end
  end
  local lists = { self.applicant }
  for _, document in ipairs(self.documents) do
    if not document.files[1] then return fail(number, ("[document %s] has no file = …"):format(document.folder)) end
    lists[#lists + 1] = document.fields
    lists[#lists + 1] = document.files
  end
  for _, list in ipairs(lists) do
    for _, row in ipairs(list) do
      local ok
      ok, message = resolve(self, row.template, row.kind)
      if not ok then return fail(row.line, message) end
      add_columns(self.columns, row)
    end
  end
  return self
end

--- The options with which a table is read by the mapping.
---@param self idngo.archive.Mapping
---@return idngo.table.Options
function M.options(self)
  local options = { columns = {} }
  for name, value in pairs(self.table) do
    if name ~= "zone" then options[name] = value end
  end
  for i, column in ipairs(self.columns) do options.columns[i] = column.name end
  return options
end

--- The pieces that a template has with a row: literals and what cells say. nil when every column of it is empty; false and a
--- message when a cell cannot be read.
---@param template table
---@param row table<string, string>
---@param context? {day: string?, completed: integer?} what else is known of the person
---@return {text: string, cell: boolean?}[]|false|nil parts
---@return string? message without the cell's content
---@return string? remedy
function M.parts(template, row, context)
  local parts, has_columns, has_content = {}, false, false
  for i, part in ipairs(template) do
    if type(part) == "string" then
      parts[i] = { text = part }
    else
      local cell = row[part.column]
      has_columns = true
      if cell ~= "" and part.read then
        local value, message, remedy = part.read(cell, context or {})
        if not value then return false, ("the cell in column %s %s"):format(part.column, message), remedy end
        if message and context then context.completed = (context.completed or 0) + 1 end
        cell = value
      end
      has_content = has_content or cell ~= ""
      parts[i] = { text = cell, cell = true }
    end
  end
  if has_columns and not has_content then return nil end
  return parts
end

--- Fills a template from a row: its parts as one text; see `parts`.
---@param template table
---@param row table<string, string>
---@param context? {day: string?, completed: integer?}
---@return string|false|nil text
---@return string? message
---@return string? remedy
function M.fill(template, row, context)
  local parts, message, remedy = M.parts(template, row, context)
  if not parts then return parts, message, remedy end
  for i, part in ipairs(parts) do parts[i] = part.text end
  return table.concat(parts)
end

return M
