-- Checks import archives against the reference and against hostile ones. Nothing is extracted to a disk; work and
-- memory are bounded whatever an archive claims.

local fields = require("idngo.archive.fields")
local findings = require("idngo.archive.findings")
local layout = require("idngo.archive.layout")
local media = require("idngo.archive.media")

local limits = layout.limits

local function unpacked(found, item, message)
  if message == "entry is larger than allowed" then
    findings.add(found, item.name, "size", "it unpacks to more than it claims", "make the archive again")
  else
    findings.add(found, item.name, "content", "cannot be unpacked: " .. message, "copy or make the archive again")
  end
end

--- What a file unpacks to is what it claims.
local function judge_size(found, item, size)
  if size < item.size then
    findings.add(found, item.name, "size", "it unpacks to less than it claims", "make the archive again")
  end
end

local function check_json(found, archive, item)
  local text, message = archive:read(item.index, item.size)
  if not text then return unpacked(found, item, message) end
  judge_size(found, item, #text)
  return fields.check_text(found, item.name, text)
end

local function check_media(found, archive, item)
  local size, head = archive:measure(item.index, item.size)
  if not size then return unpacked(found, item, head) end
  judge_size(found, item, size)
  local problem = media.problem(item.name, head)
  if problem then findings.add(found, item.name, "content", problem, "put the original in its place") end
end

local function check_open(archive, options)
  local found, listed, readable = findings.new(options.strict), archive:findings()
  for _, p in ipairs(listed) do findings.add(found, p.entry, p.field, p.problem, p.remedy, p.severity) end
  local items = archive:entries()
  if not items then return found end
  for index, item in ipairs(items) do item.index = index end
  local plan = layout.plan(found, items, options.litter)
  if not readable or plan.too_much then return found end
  local applicant = plan.applicant and check_json(found, archive, plan.applicant)
  for _, item in ipairs(plan.documents) do
    if not findings.is_full(found) then check_json(found, archive, item) end
  end
  for _, item in ipairs(plan.media) do
    if not findings.is_full(found) then check_media(found, archive, item) end
  end
  return found, applicant
end

---@param zip table idngo.zip
---@param source {path: string?, bytes: string?}
---@param options {litter: "refuse"?}
---@return idngo.Finding[]? findings nil when the file cannot be opened
---@return table|string|nil applicant what applicant.json holds; a message when there are no findings
return function(zip, source, options)
  local archive, message = zip.open(source, limits.entries)
  if not archive then return nil, ("%s: %s"):format(source.path, message) end
  local ok, found, applicant = pcall(check_open, archive, options)
  archive:close()
  if not ok then error(found, 0) end
  return found, applicant
end
