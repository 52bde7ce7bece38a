-- What an import starts from: every archive, packed if need be, checked, and the only one of its person.

local archive = require("idngo.archive")
local check = require("idngo.archive.check")
local findings = require("idngo.archive.findings")
local layout = require("idngo.archive.layout")
local zip = require("idngo.zip")

local M = {}

---@class idngo.import.Inputs
---@field paths string[] archives, and folders laid out like them
---@field people string? a table of people, with
---@field mapping string?
---@field documents string?

--- What there is to import: an iterator over {source = what to call it, archive = path} or {source =, pack = folder or
--- person}.
local function items(inputs)
  local next_person, problem
  if inputs.people then
    next_person, problem = archive.people { people = inputs.people, mapping = inputs.mapping, documents = inputs.documents }
    if not next_person then return nil, problem end
  end
  local i = 0
  return function()
    i = i + 1
    local path = inputs.paths[i]
    if path then return zip.list(path) and { source = path, pack = path } or { source = path, archive = path } end
    local person = next_person and next_person()
    if person then return { source = ("%s line %d"):format(inputs.people, person.line), pack = person } end
  end
end

local function problems(found)
  local lines = {}
  for _, finding in ipairs(found) do
    if finding.severity == "error" then lines[#lines + 1] = findings.line(finding) end
  end
  return table.concat(lines, "\n")
end

--- Learns size and checksum of an archive, by which it is known again before it is sent.
---@param path string
---@return integer? size nil when the file cannot be read
---@return integer|string crc or a message
function M.identity(path)
  local file, why = zip.file(path)
  if not file then return nil, why end
  local size, first, crc = file:measure(2 * layout.limits.total)
  file:close()
  if not size then return nil, first end
  return size, crc
end

--- One row of the journal; nil and an error when the disk fails.
local function row_of(item, packed)
  local row = { source = item.source, archive = item.archive }
  if item.pack then
    local built, e = archive.pack(item.pack, packed)
    if not built and not e.findings then return nil, e end
    if not built then
      row.problem = problems(e.findings)
      return row
    end
    row.archive = built.path
  end
  local found, applicant = check(zip, { path = row.archive }, {})
  if not found then
    row.problem = applicant
  elseif findings.refuse(found) then
    row.problem = problems(found)
  else
    row.size, row.crc = M.identity(row.archive)
    row.id = applicant.externalUserId
  end
  return row
end

--- Prepares every person of the inputs. Throws what makes that impossible.
---@param inputs idngo.import.Inputs
---@param folder string for archives that are made
---@param take fun(n: integer, row: table) told of everybody: {source, id?, archive?, size?, crc?, problem?}
function M.each(inputs, folder, take)
  local next_item, problem = items(inputs)
  if not next_item then error(problem, 0) end
  local n, seen = 0, {}
  for item in next_item do
    n = n + 1
    local row, failed = row_of(item, ("%s/%06d.zip"):format(folder, n))
    if not row then error(failed, 0) end
    if row.id and seen[row.id] then
      row.problem, row.id = ("the same externalUserId as %s"):format(seen[row.id]), nil
    elseif row.id then
      seen[row.id] = row.source
    end
    take(n, row)
  end
end

return M
