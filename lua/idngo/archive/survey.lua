-- What rows of a table of people are to each other: looked through before the first is packed, and compared while they are.
-- Kept are hashes and lines.

local core = require("idngo.core")
local findings = require("idngo.archive.findings")
local iin = require("idngo.table.iin")
local letters = require("idngo.table.letters")
local mapping = require("idngo.archive.mapping")
local words = require("idngo.table.words")

local M = {}

--- A number for a text, so that the text need not be kept; two texts have one in 10^15.
function M.hash(...)
  return tonumber(core.sha256(table.concat({ ... }, "\0")):sub(1, 13), 16)
end

--- Whether a field needs the rest of the person to be read.
function M.is_late(field)
  for _, part in ipairs(field.template) do
    if type(part) == "table" and part.is_late then return true end
  end
  return false
end

local LONGEST = 200 -- bytes of a file's name

--- An id as a file's name: what names may not have is _ and two hex digits, and so is a _ that would look like it. Of a long one
--- its beginning, and a hash of all of it.
function M.plain_name(id)
  local function escape(char) return ("_%02x"):format(char:byte()) end
  local name = id:gsub("_(%x%x)", "_5f%1"):gsub("[^%w_.-]", escape):gsub("^%.", escape)
  return #name <= LONGEST and name or ("%s.%s"):format(name:sub(1, LONGEST - 17), core.sha256(id):sub(1, 16))
end

--- The file of a document for a row; see `Scans:find`.
function M.find(self, document, row, context)
  local paths = {}
  for _, file in ipairs(document.files) do
    local parts, message, remedy = mapping.parts(file.template, row, context)
    if parts == false then return false, message, remedy end
    paths[#paths + 1] = parts
  end
  if not paths[1] then return nil end
  return self.scans:find(paths)
end

local SMALLEST = 17 -- bytes; a smaller file is no image, and is not compared
local HALF = 512 * 1024

--- What a file holds, as a number; of a large one its size, beginning and end. Nil where it cannot be read, which whoever makes
--- the archive is told.
local function content(path, size)
  local file = io.open(path, "rb")
  if not file then return nil end
  local head, tail = file:read(HALF), ""
  if size > HALF then tail = file:seek("set", math.max(HALF, size - HALF)) and file:read(HALF) end
  file:close()
  return head and tail and M.hash(("%d"):format(size), head, tail)
end

local function size_of(path)
  local file = io.open(path, "rb")
  local size = file and file:seek("end")
  if file then file:close() end
  return size
end

--- Whether a document's path is the same for all people, so that the mapping must say that it is shared.
local function has_no_cell(document)
  for _, file in ipairs(document.files) do
    for _, part in ipairs(file.template) do
      if type(part) == "table" then return false end
    end
  end
  return true
end

--- Calls take(document, path, size) for the files of a row.
local function each_file(self, row, take)
  for _, document in ipairs(self.mapping.documents) do
    local scan = not document.shared and not has_no_cell(document) and M.find(self, document, row, {})
    local size = scan and size_of(scan.path)
    if size then take(document, scan.path, size) end
  end
end

local function templates(self)
  local by_field, parts = {}, {}
  local lists = { self.mapping.applicant }
  for _, document in ipairs(self.mapping.documents) do lists[#lists + 1] = document.fields end
  for i, list in ipairs(lists) do
    for _, field in ipairs(list) do
      if i == 1 then by_field[field.field] = field end
      for _, part in ipairs(field.template) do
        if type(part) == "table" and part.survey then parts[#parts + 1] = part end
      end
    end
  end
  return by_field, parts
end

local function filled(field, row)
  local text = field and mapping.fill(field.template, row, {})
  return text or nil
end

--- Whether day and month of a date and of a number are the other way round.
local function is_turned(born, told)
  return born:sub(1, 4) == told:sub(1, 4) and born:sub(6, 7) == told:sub(9, 10) and born:sub(9, 10) == told:sub(6, 7)
    and born ~= told
end

local function first_pass(self, rows, survey)
  local by_field, parts = templates(self)
  local id, born, number = by_field.externalUserId, by_field["info.dob"], by_field["info.tin"]
  survey.has_number = number ~= nil and M.is_late(number)
  local lines, sizes, paths = {}, {}, {}
  local told, turned = 0, 0
  for row, line in rows:rows() do
    survey.rows = survey.rows + 1
    if row then
      for _, part in ipairs(parts) do
        if row[part.column] ~= "" then part.survey(row[part.column]) end
      end
      local name = filled(id, row)
      name = name and M.plain_name(name)
      if name and lines[name] then
        survey.again[name] = survey.again[name] or { lines[name] }
        table.insert(survey.again[name], line)
      else
        if name then lines[name] = line end
        each_file(self, row, function(_, path, size)
          local key = M.hash(path)
          if sizes[size] or paths[key] then survey.twice = true end
          if size >= SMALLEST then survey.sizes[size] = sizes[size] ~= nil end
          sizes[size], paths[key] = true, true
        end)
      end
      local day = survey.has_number and filled(born, row)
      local digits = day and filled(number, row)
      local said = digits and iin.person(digits)
      if said and #day == 10 then
        told = told + 1
        turned = turned + (is_turned(day, said) and 1 or 0)
      end
    end
  end
  if turned >= 2 and turned * 2 > told then
    return ("%d of %d numbers say that day and month are the other way round; correct the form of info.dob"):format(turned, told)
  end
end

--- Rows of one id: the same again are left out, different ones are all refused. Files of two people: conflicts of both.
local function second_pass(self, rows, survey)
  local of_line, cells, first = {}, {}, {}
  for name, lines in pairs(survey.again) do
    for _, line in ipairs(lines) do of_line[line] = name end
  end
  local function conflict(key, line, folder)
    local before = first[key]
    if not before then
      first[key] = { line, folder }
    elseif before[1] ~= line then
      survey.shared[line] = survey.shared[line] or {}
      survey.shared[line][folder] = before[1]
      survey.shared[before[1]] = survey.shared[before[1]] or {}
      survey.shared[before[1]][before[2]] = line
    end
  end
  for row, line in rows:rows() do
    local name = row and of_line[line]
    if name then
      local key = M.hash(table.concat(row, "\0"))
      if not cells[name] then
        cells[name] = { key, line }
      elseif cells[name][1] == key then
        survey.left_out[line] = true
        table.insert(survey.repeated, { line, cells[name][2] })
      else
        survey.differ[name] = survey.again[name]
      end
    end
    if row and survey.twice and not survey.left_out[line] then
      each_file(self, row, function(document, path, size)
        if not name or line == survey.again[name][1] then
          conflict("path " .. path, line, document.folder)
          local key = survey.sizes[size] and content(path, size)
          if key then conflict(key, line, document.folder) end
        end
      end)
    end
  end
  for name in pairs(survey.differ) do -- all of them, also those that are equal among themselves
    for i = #survey.repeated, 1, -1 do
      if of_line[survey.repeated[i][1]] == name then
        survey.left_out[survey.repeated[i][1]] = nil
        table.remove(survey.repeated, i)
      end
    end
  end
end

---@class idngo.archive.Survey
---@field rows integer how many there are
---@field left_out table<integer, boolean> lines that are another's again
---@field repeated integer[][] these lines, and the first of each
---@field differ table<string, integer[]> lines of different people with one id, by its name
---@field shared table<integer, table<string, integer>> who has the same file, by line and document

--- Looks a table through.
---@param self table of people.lua
---@param open fun(keep: boolean): idngo.table.Table?, string?
---@return idngo.archive.Survey?
---@return string? message
function M.of(self, open)
  local survey = { rows = 0, again = {}, left_out = {}, repeated = {}, differ = {}, shared = {}, sizes = {}, seen = {} }
  local rows, message = open(true)
  if not rows then return nil, message end
  message = first_pass(self, rows, survey)
  if not message and survey.rows == 0 then message = "the table has no people" end
  if message then return nil, message end
  if survey.twice or next(survey.again) then
    rows, message = open(true)
    if not rows then return nil, message end
    second_pass(self, rows, survey)
  end
  survey.sizes = nil
  return survey
end

--- An id as a typist may mistake it: without capitals, zeros in front, and letters that look like others.
local function loose(id)
  return (letters.lower((letters.clean(id):gsub("[\208-\212][\128-\191]", words.looks))):gsub("^0+", ""))
end

--- Compares a person with those before: the same number, document or name and birth under another id is a warning.
---@param survey idngo.archive.Survey
---@param person table with applicant and documents
function M.compare(survey, person)
  local info = person.applicant.info or {}
  local function same(entry, field, what, ...)
    local key = M.hash(what, ...)
    local before = survey.seen[key]
    survey.seen[key] = before or person.line
    if before and before ~= person.line then
      findings.add(person.findings, entry, field, ("%s as on line %d"):format(what, before), "see whether it is one person",
        "warning")
    end
  end
  if person.external_user_id then
    same("applicant.json", "externalUserId", "but for zeros, capitals or letters that look alike the same",
      loose(person.external_user_id))
  end
  if info.tin then same("applicant.json", "info.tin", "the same number", info.tin) end
  if info.lastName and info.firstName and info.dob then
    same("applicant.json", "info.lastName", "the same name and date of birth", letters.fold(info.lastName),
      letters.fold(info.firstName), info.dob)
  end
  local seen = {}
  for _, document in ipairs(person.documents) do
    local about = document.about
    local key = about.number and ("%s %s %s"):format(about.number, about.idDocType or "", about.country or "")
    if key and not seen[key] then
      seen[key] = true
      same(document.entry, "number", "the same number of a document", key)
    end
  end
end

return M
