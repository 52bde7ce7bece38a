-- Prepares an import: packs archives if need be, checks them, and refuses the second one of a person.

local archive = require("idngo.archive")
local check = require("idngo.archive.check")
local core = require("idngo.core")
local findings = require("idngo.archive.findings")
local handlers = require("idngo.import.handlers")
local zip = require("idngo.zip")

local M = {}

---@class idngo.import.Inputs
---@field paths string[] archives, and folders laid out like them
---@field people string? a table of people, with
---@field mapping string?
---@field documents string?
---@field strict boolean? warnings are errors

--- What there is to import: an iterator over {source = its name in messages, archive = path} or {source =, pack = folder or
--- person}; and a function that gives the notes about the table, when all are read.
local function items(inputs)
  local next_person, err, notes
  if inputs.people then
    next_person, err, notes = archive.people { people = inputs.people, mapping = inputs.mapping, documents = inputs.documents,
      strict = inputs.strict }
    if not next_person then return nil, err end
  end
  local i = 0
  return function()
    i = i + 1
    local path = inputs.paths[i]
    if path then return zip.list(path) and { source = path, pack = path } or { source = path, archive = path } end
    local person = next_person and next_person()
    if person then return { source = ("%s line %d"):format(inputs.people, person.line), pack = person } end
  end, nil, notes
end

--- The findings of one severity, a line each.
local function lines_of(listed, severity)
  local lines = {}
  for _, finding in ipairs(listed) do
    if finding.severity == severity then lines[#lines + 1] = findings.line(finding) end
  end
  return table.concat(lines, "\n")
end

--- The warnings about a person; nil where there are none. What was made here has been checked on the way, its table included.
local function warnings_of(built, listed)
  local text = lines_of(built and built.findings or listed or {}, "warning")
  return text ~= "" and text or nil
end

--- An externalUserId as it was read, where it can be one.
local function known(id) return type(id) == "string" and id:find("^%C+$") and id or nil end

--- One row of the journal; nil and an error when the disk fails.
local function row_of(item, packed, strict)
  local person = type(item.pack) == "table" and item.pack or {}
  local row = { source = item.source, archive = item.archive, id = known(person.external_user_id), cells = person.cells,
    table = person.table, line = person.line, before = person.before }
  local built, err
  if item.pack then
    built, err = archive.pack(item.pack, packed, { strict = strict })
    if not built and not err.findings then return nil, err end
    if not built then
      row.message, row.warnings = lines_of(err.findings, "error"), warnings_of(err)
      return row
    end
    row.archive, row.made = built.path, true
  end
  local listed, applicant = check(zip, { path = row.archive }, { strict = strict })
  row.id = known(type(applicant) == "table" and applicant.externalUserId) or row.id
  row.warnings = warnings_of(built, listed)
  if not listed then
    row.message = applicant
  elseif findings.refuse(listed) then
    row.message = lines_of(listed, "error")
  else
    local place
    row.size, row.sha256 = handlers.identity(row.archive)
    if not row.made then
      place, row.message = core.absolute(row.archive) -- who goes on with the import may be in another folder
      row.archive = place or row.archive
    end
    if not row.size then row.message = row.sha256 end
  end
  return row
end

---@class idngo.import.Row a person as they were prepared
---@field source string its name in messages
---@field id string? externalUserId, also of a refused person, where it can be read
---@field message string? why nothing is sent of them
---@field warnings string? what to look at, a line each
---@field archive string? with size and sha256
---@field made boolean? whether the archive was made here
---@field cells string[]? of the table's row
---@field table idngo.import.Shape? what the table looks like
---@field line integer? of the table
---@field before integer? of the table that it stood in before its row was given back

--- Prepares every person of the inputs. Throws when an input or the disk fails.
---@param inputs idngo.import.Inputs
---@param path_of fun(n: integer): string for the archive that is made of the n-th person
---@param take fun(n: integer, row: idngo.import.Row) called with each
---@return string[]? notes about the table: what was left out or put right, and files that no row names
---@return string[]? unused the names of those files
function M.each(inputs, path_of, take)
  local next_item, err, notes = items(inputs)
  if not next_item then error(err, 0) end
  local n, seen = 0, {}
  for item in next_item do
    n = n + 1
    local row, row_err = row_of(item, path_of(n), inputs.strict)
    if not row then error(row_err, 0) end
    if row.id and seen[row.id] then
      row.message, row.id = row.message or ("the same externalUserId as %s"):format(seen[row.id]), nil
    elseif row.id then
      seen[row.id] = row.source
    end
    take(n, row)
  end
  if notes then return notes() end
end

return M
