-- Writes import archives: what check would refuse is refused before a byte is written. Equal input gives equal bytes:
-- entries are sorted and stored, with one fixed date and mode. Files go through piece by piece.

local core = require("idngo.core")
local fields = require("idngo.archive.fields")
local findings = require("idngo.archive.findings")
local layout = require("idngo.archive.layout")
local media = require("idngo.archive.media")

local PIECE = 256 * 1024

---@class idngo.archive.Source
---@field name string in the archive
---@field bytes? string its content, or
---@field path? string the file that has it

local function judge_name(found, name)
  if ("/" .. name .. "/"):find("/%.%.?/") or name:find("[^%w_./-]") or name:find("//") or name:find("^/") then
    findings.add(found, name, "name", "has characters other than A-Z a-z 0-9 _ - and ., or an empty part", "rename it")
  elseif #name > 255 then
    findings.add(found, name, "name", "longer than 255 bytes", "use a shorter name")
  end
end

--- Sorts by name, and finds names that are one name to some.
local function order(found, sources)
  local seen = {}
  table.sort(sources, function(a, b)
    if a.name == "applicant.json" or b.name == "applicant.json" then return a.name == "applicant.json" and b.name ~= a.name end
    return a.name < b.name
  end)
  for _, source in ipairs(sources) do
    local folded = source.name:lower()
    if seen[folded] then
      findings.add(found, source.name, "name", "there is another of this name, or one that differs by case only", "rename one")
    end
    seen[folded] = true
    judge_name(found, source.name)
  end
end

--- Opens a source and learns its size, first bytes and checksum.
local function measure(zip, found, source)
  if source.bytes then
    source.size, source.crc = #source.bytes, zip.crc(source.bytes)
    return
  end
  local file, message = zip.file(source.path)
  source.file, source.size = file, 0
  if file then
    local size, head, crc = file:measure(layout.limits.media)
    if size then
      source.size, source.head, source.crc = size, head, crc
      return
    end
    message = head
  end
  source.failed = true
  findings.add(found, source.name, "file", "cannot be read: " .. message,
    message == "larger than allowed" and "use a file of at most 50 MiB" or "see to the file that it is made of")
end

--- Everything that check would say, before there is an archive.
local function judge(zip, found, sources)
  local items = {}
  order(found, sources)
  if #sources > layout.limits.entries then
    findings.add(found, nil, "entry count", "too many entries for one applicant", "make one archive per applicant")
    return
  end
  for i, source in ipairs(sources) do
    measure(zip, found, source)
    items[i] = { name = source.name, size = source.failed and 1 or source.size, kind = "file", source = source }
  end
  local plan = layout.plan(found, items)
  if plan.applicant then fields.check_text(found, plan.applicant.name, plan.applicant.source.bytes) end
  for _, item in ipairs(plan.documents) do fields.check_text(found, item.name, item.source.bytes) end
  for _, item in ipairs(plan.media) do
    local problem = not item.source.failed and media.problem(item.name, item.source.head)
    if problem then findings.add(found, item.name, "content", problem, "use the original") end
  end
end

local function copy(sink, source)
  if source.bytes then return sink:write(source.bytes) end
  while true do
    local piece, message = source.file:read(PIECE)
    if not piece then return nil, source.name .. ": " .. message end -- its path may be made of a person's data
    if piece == "" then return true end
    local ok
    ok, message = sink:write(piece)
    if not ok then return nil, message end
  end
end

local function write(zip, sink, sources)
  local directory, at = {}, 0
  for i, source in ipairs(sources) do
    local header = zip.local_header(source.name, source.crc, source.size)
    directory[i] = zip.central_header(source.name, source.crc, source.size, at)
    local ok, message = sink:write(header)
    if ok then ok, message = copy(sink, source) end
    if not ok then return nil, message end
    at = at + #header + source.size
  end
  local records = table.concat(directory)
  local ok, message = sink:write(records .. zip.end_record(#sources, #records, at))
  if not ok then return nil, message end
  return sink:commit()
end

local function close(sources)
  for _, source in ipairs(sources) do
    if source.file then source.file:close() end
  end
end

---@param zip table idngo.zip
---@param sources idngo.archive.Source[] applicant.json, and the files of each document's folder
---@param to string path of the archive, which appears whole or not at all
---@param found idngo.Finding[] findings are added here; with an error nothing is written
---@return {path: string, size: integer, sha256: string}? built
---@return string? message of what failed on the disk; nil when findings refuse
return function(zip, sources, to, found)
  judge(zip, found, sources)
  if findings.refuse(found) then
    close(sources)
    return nil
  end
  local sink, message = core.sink(to)
  local built
  if sink then
    built, message = write(zip, sink, sources)
    sink:abort()
  end
  close(sources)
  return built, message
end
