-- People of a table, one by one, as what archives are built from.
--
-- The table is read twice. Findings about several rows together come first: ids that are there twice, scans that two people
-- share, numbers that contradict the order of day and month. Of people, nothing but hashes is kept.

local findings = require("idngo.archive.findings")
local judge = require("idngo.archive.judge")
local json = require("idngo.json")
local mapping = require("idngo.archive.mapping")
local media = require("idngo.archive.media")
local scans = require("idngo.archive.scans")
local source = require("idngo.table.source")
local survey = require("idngo.archive.survey")
local table_ = require("idngo.table")

---@class idngo.archive.Person
---@field line integer of the table
---@field before integer? of the table that it stood in before its row was given back
---@field name? string for the archive: the externalUserId in characters that names may have
---@field external_user_id? string
---@field cells? string[] of the row, where it could be read; without those that an import added
---@field table idngo.import.Shape what the table looks like, without them too
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

--- The object of a list of fields. What needs the rest of the person, as numbers do, is read last.
local function object_of(found, entry, fields, row, context)
  local object = {}
  for late = 1, 2 do
    for _, field in ipairs(fields) do
      if (survey.is_late(field) and 2 or 1) == late then
        local text, message, remedy = mapping.fill(field.template, row, context)
        if text then
          set(object, field.field, text)
          if field.field == "info.dob" then context.day = text end
        elseif text == false then
          findings.add(found, entry, field.field, message, remedy or "correct the cell or the mapping file")
        end
      end
    end
  end
  return close_up(object)
end

--- Adds a document's folder to the sources of a person.
local function add_document(self, person, document, row, context)
  local entry = document.folder .. "/"
  local function refuse(what, remedy)
    findings.add(person.findings, entry, "file", what, remedy or "correct the cell or the mapping file")
  end
  local file, message, remedy = survey.find(self, document, row, context)
  local pattern = document.files[1].text
  if file == false then
    refuse(remedy and ("%s: %s"):format(pattern, message) or message, remedy)
  elseif file then
    self.taken[survey.hash(file.path)] = true
    local other = self.survey.shared[person.line] and self.survey.shared[person.line][document.folder]
    if other then
      refuse(("the same file or image as on line %d"):format(other), "see whose it is; or write shared = yes for this document")
    end
    if file.note then findings.add(person.findings, entry, "file", file.note, "it is packed by its content", "warning") end
    local about = object_of(person.findings, entry .. "applicantIdDoc.json", document.fields, row, context)
    table.insert(person.documents, { entry = entry .. "applicantIdDoc.json", about = about })
    table.insert(person.sources, { name = entry .. "applicantIdDoc.json", bytes = json.encode(about) })
    table.insert(person.sources, { name = media.name_for(document.folder, file.path, file.ending), path = file.path })
  elseif not document.optional then
    refuse("there is none for this person" .. (message and "; " .. message or ""),
      "add it to the folder of documents, or write optional = yes in the mapping file")
  end
end

--- Names a person's archive, which no other of the table may have.
local function claim_name(self, person)
  person.name = survey.plain_name(person.external_user_id)
  local before = self.survey.differ[person.name] or self.names[person.name]
  if type(before) == "table" then
    findings.add(person.findings, "applicant.json", "externalUserId", ("there are different people of this id on lines %s")
      :format(table.concat(before, ", ")), "leave one of them out")
  elseif before and before ~= person.line then
    findings.add(person.findings, "applicant.json", "externalUserId", ("the same as on line %d"):format(before),
      "leave one of them out")
  end
  if not before then self.names[person.name] = person.line end
end

--- What begins the names of columns that errors.csv has beside those of its table, or, where it has no names, the cells:
--- see import/errors.lua.
local ADDED, ADDED_LINE = "^idngo:", "idngo:line"

--- What the table looks like, and which of its columns are its own.
local function look_at(rows, options)
  local header = options.header == "none" and "none" or tostring(options.header or ""):find("-", 1, true) and "two" or nil
  local shape = { columns = {}, separator = rows.separator or ",", first = rows.line - (header == "two" and 1 or 0),
    header = header, says_separator = rows.sep_line, escape = options.escape }
  local own, line_place = {}, nil
  for i, name in ipairs(rows.names) do
    if name:find(ADDED) then
      shape.returned = true
      if name == ADDED_LINE then line_place = i end
    else
      own[#own + 1] = i
      shape.columns[#own] = name == "" and header == "two" and "#" .. i or name -- else it would have the one to its left
    end
  end
  return shape, own, line_place
end

--- The cells of the row that was read last, without those that were added; nil where it could not be taken apart. Behind them the
--- line on which it stood before it was given back; and whether what was added stands in the columns of the table, since the row
--- had more or fewer cells than they are, and still has.
local function cells_of(self)
  local cells, own = self.rows.cells, {}
  if not cells then return nil end
  local nameless, fits = self.shape.header == "none", #cells == self.rows.count
  if nameless and not fits then return nil end -- without names, its row alone might not tell it again
  if nameless or not fits then
    for i, cell in ipairs(cells) do own[i] = cell end
  else
    for i, place in ipairs(self.own) do own[i] = cells[place] end
  end
  for i = 2, #own do
    if own[i]:find(ADDED) then
      self.shape.returned = true
      local before = own[i]:match("%d+$")
      for at = #own, i, -1 do own[at] = nil end
      return own, before, not nameless
    end
  end
  return own, fits and cells[self.line_place] or nil
end

local function refused(person, problems)
  for _, problem in ipairs(problems) do
    local where = problem.column > 0 and ("column %d"):format(problem.column) or "row"
    findings.add(person.findings, nil, where, problem.what, problem.remedy)
  end
  return person
end

local NOT_CORRECTED = { column = 0, what = "it has more or fewer cells than the table has columns",
  remedy = "correct it, and leave what is called idngo: at its end" }

local function person_of(self, row, line, problems)
  local person = { line = line, sources = {}, findings = findings.new(self.strict), documents = {}, table = self.shape }
  local before, is_odd
  person.cells, before, is_odd = cells_of(self)
  person.before = tonumber((before or ""):match("%d+$"))
  if not row then return refused(person, problems) end
  if is_odd then return refused(person, { NOT_CORRECTED }) end
  local context = {}
  local applicant = object_of(person.findings, "applicant.json", self.mapping.applicant, row, context)
  person.external_user_id = applicant.externalUserId
  person.sources[1] = { name = "applicant.json", bytes = json.encode(applicant) }
  for _, document in ipairs(self.mapping.documents) do add_document(self, person, document, row, context) end
  if person.external_user_id then
    claim_name(self, person)
  else
    findings.add(person.findings, "applicant.json", "externalUserId", "missing", "fill it in")
  end
  person.applicant, person.encoding, person.has_number = applicant, self.encoding, self.survey.has_number
  judge.person(person.findings, person, self.at)
  if not self.survey.differ[person.name] then survey.compare(self.survey, person) end
  self.completed = self.completed + (context.completed or 0)
  person.applicant, person.documents = nil, nil
  return person
end

--- What there is to say when all rows are read.
local function notes_of(self, rows)
  local list = {}
  for _, note in ipairs(rows:notes()) do list[#list + 1] = note.text end
  local columns = {}
  for name in pairs(self.mapping.without_zone) do columns[#columns + 1] = name end
  table.sort(columns)
  for _, name in ipairs(columns) do
    list[#list + 1] = ("times of column %s have no zone and are taken for UTC; write zone = UTC under [table] if they are")
      :format(name)
  end
  if self.completed > 0 then
    list[#list + 1] = ("%d numbers had lost their leading zeros; check digit and date of birth confirm them")
      :format(self.completed)
  end
  for _, line in ipairs(self.survey.repeated) do
    list[#list + 1] = ("line %d is the same as line %d, and left out"):format(line[1], line[2])
  end
  local unused, endings, closed = self.scans:unused(function(path) return self.taken[survey.hash(path)] end)
  if closed > 0 then
    list[#list + 1] = ("%d folder%s under the folder of documents %s not looked into for files that nobody took: %s"):format(
      closed, closed == 1 and "" or "s", closed == 1 and "was" or "were", "a link, too deep, or not to be read")
  end
  if #unused == 0 then return list, unused end
  list[#list + 1] = ("%d file%s under the folder of documents %s taken by nobody: %s"):format(#unused,
    #unused == 1 and "" or "s", #unused == 1 and "was" or "were", endings)
  return list, unused
end

---@param zip table idngo.zip
---@param options {people: string, mapping: string, documents: string} paths
---@return (fun(): idngo.archive.Person?)? next iterator over the rows
---@return string? message
---@return (fun(): string[], string[])? notes what was left out or put right, and the files that no row names; when all rows are
---  read
return function(zip, options)
  local map, message = mapping.load(options.mapping)
  if not map then return nil, message end
  local input, there
  there, message = zip.list(options.documents)
  if not there then return nil, ("the folder of documents: %s: %s"):format(options.documents, message) end
  input, message = source.file(options.people)
  if not input then return nil, ("%s: %s"):format(options.people, message) end
  local self = { mapping = map, scans = scans.new(zip, options.documents), names = {}, taken = {}, completed = 0,
    at = os.time(), strict = options.strict }
  local function open(keep)
    local rows, problem = table_.open(input, mapping.options(map))
    if rows then
      rows.keep = keep
      self.encoding = rows.encoding
      return rows
    end
    return nil, table_.said(problem)
  end
  self.survey, message = survey.of(self, open)
  if not self.survey then
    source.close(input)
    return nil, ("%s: %s"):format(options.people, message)
  end
  local rows
  rows, message = open()
  if not rows then return nil, ("%s: %s"):format(options.people, message) end
  self.rows = rows
  self.shape, self.own, self.line_place = look_at(rows, mapping.options(map))
  return function()
    while true do
      local row, line, problems = rows:next()
      if row == nil then return nil end
      if not self.survey.left_out[line] then return person_of(self, row, line, problems) end
    end
  end, nil, function() return notes_of(self, rows) end
end
