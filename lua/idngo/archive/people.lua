-- People of a table, one by one, as what archives are built from.

local csv = require("idngo.csv")
local findings = require("idngo.archive.findings")
local json = require("idngo.json")
local mapping = require("idngo.archive.mapping")
local media = require("idngo.archive.media")
local scans = require("idngo.archive.scans")

---@class idngo.archive.Person
---@field line integer of the table
---@field name? string for the archive: the externalUserId in characters that names may have
---@field external_user_id? string
---@field cells? string[] of the row, where it could be read; without those that an import added
---@field table {columns: string[], separator: string, first: integer} what the table looks like, without them too
---@field sources idngo.archive.Source[]
---@field findings idngo.Finding[]

--- Sets "a.b.1.c" in nested tables.
local function set(object, path, value)
  local parts = {}
  for part in path:gmatch("[^.]+") do parts[#parts + 1] = tonumber(part) or part end
  for i = 1, #parts - 1 do
    object[parts[i]] = object[parts[i]] or {}
    object = object[parts[i]]
  end
  object[parts[#parts]] = value
end

--- Lists without what was left empty.
local function close_up(value)
  if type(value) ~= "table" then return value end
  local places = {}
  for key, inner in pairs(value) do
    close_up(inner)
    if type(key) == "number" then places[#places + 1] = key end
  end
  table.sort(places)
  for i, place in ipairs(places) do
    local inner = value[place]
    value[place] = nil
    value[i] = inner
  end
  return value
end

local function object_of(found, entry, rows, row)
  local object = {}
  for _, field in ipairs(rows) do
    local text, why = mapping.fill(field.template, row)
    if text then
      set(object, field.field, text)
    elseif text == false then
      findings.add(found, entry, field.field, why, "correct the cell or the mapping file")
    end
  end
  return close_up(object)
end

--- Adds a document's folder to the sources of a person.
local function add_document(self, person, document, row)
  local entry = document.folder .. "/"
  local name, why = mapping.fill(document.file.template, row)
  local path, remedy
  if name then path, why, remedy = self.scans:find(name) end
  if name == false or path == false then
    findings.add(person.findings, entry, "file", why, remedy or "correct the cell or the mapping file")
  elseif path then
    if why then findings.add(person.findings, entry, "file", why, remedy, "warning") end
    local about = object_of(person.findings, entry .. "applicantIdDoc.json", document.fields, row)
    table.insert(person.sources, { name = entry .. "applicantIdDoc.json", bytes = json.encode(about) })
    table.insert(person.sources, { name = media.name_for(document.folder, path), path = path })
  elseif not document.optional then
    findings.add(person.findings, entry, "file", "there is none for this person",
      "add it to the folder of documents, or write optional = yes in the mapping file")
  end
end

--- An id as a file's name: what names may not have is _ and two hex digits, and so is a _ that would look like it.
local function plain_name(id)
  local function escape(char) return ("_%02x"):format(char:byte()) end
  local name = id:gsub("_(%x%x)", "_5f%1"):gsub("[^%w_.-]", escape):gsub("^%.", escape)
  return name:sub(1, 200)
end

--- Names a person's archive, which no other of the table may have.
local function claim_name(self, person)
  person.name = plain_name(person.external_user_id)
  local before = self.names[person.name]
  if before then
    findings.add(person.findings, "applicant.json", "externalUserId", ("the same as on line %d"):format(before),
      "leave one of them out")
  end
  self.names[person.name] = before or person.line
end

--- Columns that errors.csv has beside those of its table: see import/errors.lua.
local ADDED = "^idngo:"

--- What the table looks like, and which of its columns are its own.
local function look_at(rows)
  local shape, own = { columns = {}, separator = rows.separator, first = rows.first }, {}
  for i, name in ipairs(rows.columns) do
    if not name:find(ADDED) then
      own[#own + 1] = i
      shape.columns[#own] = name
    end
  end
  return shape, own
end

local function cells_of(self, cells)
  local found = {}
  for i, place in ipairs(self.own) do found[i] = cells[place] end
  return found
end

local function person_of(self, row, line, why)
  local person = { line = line, sources = {}, findings = {}, table = self.shape, cells = row and cells_of(self, self.rows.cells) }
  if not row then
    findings.add(person.findings, nil, "row", why, "correct the table")
    return person
  end
  local applicant = object_of(person.findings, "applicant.json", self.mapping.applicant, row)
  person.external_user_id = applicant.externalUserId
  person.sources[1] = { name = "applicant.json", bytes = json.encode(applicant) }
  for _, document in ipairs(self.mapping.documents) do add_document(self, person, document, row) end
  if person.external_user_id then
    claim_name(self, person)
  else
    findings.add(person.findings, "applicant.json", "externalUserId", "missing", "fill it in")
  end
  return person
end

---@param zip table idngo.zip
---@param options {people: string, mapping: string, documents: string} paths
---@return (fun(): idngo.archive.Person?)? next iterator over the rows
---@return string? message
return function(zip, options)
  local map, why = mapping.load(options.mapping)
  if not map then return nil, why end
  local rows
  rows, why = csv.file(options.people, function(names) return mapping.count(map, names) end)
  if not rows then return nil, ("%s: %s"):format(options.people, why) end
  why = mapping.problem(map, rows.columns)
  if why then
    rows:close()
    return nil, ("%s: %s"):format(options.mapping, why)
  end
  local self = { mapping = map, scans = scans.new(zip, options.documents), names = {}, rows = rows }
  self.shape, self.own = look_at(rows)
  return function()
    local row, line, problem = rows:next()
    if row == nil then
      rows:close()
      return nil
    end
    return person_of(self, row, line, problem)
  end
end
