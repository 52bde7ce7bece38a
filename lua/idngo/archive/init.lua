-- Import archives: checked before they are sent, and built from a person's data and documents.
--
-- Needs the module idngo.zip, which needs libzip; without it every function returns an error of kind `config`.

local err = require("idngo.error")

local M = {}

local function problem(kind, message, hint, found)
  return nil, err.new {
    kind = kind, outcome = "not_sent", message = message, hint = hint, findings = found, retryable = false,
  }
end

--- nil and the error for findings that forbid sending.
local function refused(found)
  local findings = require("idngo.archive.findings")
  local first, count
  for _, finding in ipairs(found) do
    if finding.severity == "error" then first, count = first or finding, (count or 0) + 1 end
  end
  local more = count > 1 and (" (and %d more)"):format(count - 1) or ""
  return problem("archive", findings.line(first) .. more, "the error's findings name all", found)
end

--- idngo.zip, or nil and an error that says what is missing.
local function load_zip()
  local ok, zip = pcall(require, "idngo.zip")
  if ok then return zip end
  return problem("config", "idngo.zip cannot be loaded, so import archives can be neither checked nor built",
    "install libzip 1.7 or later and build idngo again; to send an archive as it is, pass unchecked = true")
end

--- {path=} or {bytes=} of what people pass; nil when it is neither.
local function source_of(archive)
  if type(archive) == "string" and archive ~= "" then return { path = archive } end
  if type(archive) ~= "table" then return nil end
  if type(archive.bytes) == "string" then return { bytes = archive.bytes } end
  if type(archive.path) == "string" and archive.path ~= "" then return { path = archive.path } end
end

---@class idngo.archive.CheckOptions
---@field litter? "refuse" what macOS leaves in archives is an error; a warning unless given

--- Checks an import archive: its structure, every field of the reference's tables, and the content of its files.
--- No finding holds a value from the archive. Reference: "Import applicant from ZIP archive".
---@param archive string|{bytes: string}|{path: string} a path, the bytes, or what `build` returned
---@param options? idngo.archive.CheckOptions
---@return idngo.Finding[]? findings empty when there is nothing to say; nil when the file cannot be opened
---@return idngo.Error?
function M.check(archive, options)
  local source = source_of(archive)
  if not source then error("idngo.archive.check: the archive must be a path, or {bytes = …}", 2) end
  options = options or {}
  for name, value in pairs(options) do
    if name ~= "litter" then error(("idngo.archive.check: unknown option %s"):format(tostring(name)), 2) end
    if value ~= "refuse" then error('idngo.archive.check: litter must be "refuse" or absent', 2) end
  end
  local zip, missing = load_zip()
  if not zip then return nil, missing end
  local found, why = require("idngo.archive.check")(zip, source, options)
  if not found then return problem("io", why) end
  return found
end

--- Whether an archive may be sent.
---@param archive string|{bytes: string}|{path: string}
---@return boolean? ok
---@return idngo.Error? problem of kind `archive`, with `findings`; `io` or `config` when it could not be checked
function M.accept(archive)
  local found, failed = M.check(archive)
  if not found then return nil, failed end
  if require("idngo.archive.findings").refuse(found) then return refused(found) end
  return true
end

return M
