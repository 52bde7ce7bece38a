-- Import archives: checked before they are sent, and built from a person's data and documents.
--
-- Needs the module idngo.zip, which needs libzip; without it every function returns an error of kind `config`.

local check_options = require("idngo.options").check
local errors = require("idngo.error")

local M = {}

local function fail(kind, message, hint, found)
  return nil, errors.new {
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
  return fail("archive", findings.line(first) .. more, "the error's findings name all", found)
end

--- idngo.zip, or nil and an error that says what is missing.
local function load_zip()
  local ok, zip = pcall(require, "idngo.zip")
  if ok then return zip end
  return fail("config", "idngo.zip cannot be loaded, so import archives can be neither checked nor built",
    "install libzip 1.7 or later and build idngo again; to send an archive as it is, pass unchecked = true")
end

--- {path=} or {bytes=} of an argument; nil when it is neither.
local function source_of(archive)
  if type(archive) == "string" and archive ~= "" then return { path = archive } end
  if type(archive) ~= "table" then return nil end
  if type(archive.bytes) == "string" then return { bytes = archive.bytes } end
  if type(archive.path) == "string" and archive.path ~= "" then return { path = archive.path } end
end

--- The findings about an archive, and its decoded applicant.json; or nil and an error.
local function look(source, options)
  local zip, missing = load_zip()
  if not zip then return nil, missing end
  local found, applicant = require("idngo.archive.check")(zip, source, options)
  if not found then return fail("io", applicant) end
  return found, applicant
end

---@class idngo.archive.CheckOptions
---@field litter? "refuse" what macOS leaves in archives is an error; a warning unless given
---@field strict? boolean every warning is an error

--- Checks an import archive: its structure, every field of the reference's tables, and the content of its files.
--- No finding holds a value from the archive. Reference: "Import applicant from ZIP archive".
---@param archive string|{bytes: string}|{path: string} a path, the bytes, or what `build` returned
---@param options? idngo.archive.CheckOptions
---@return idngo.Finding[]? findings empty when there is nothing to say; nil when the file cannot be opened
---@return idngo.Error?
function M.check(archive, options)
  local source = source_of(archive)
  if not source then error("idngo.archive.check: the archive must be a path, or {bytes = …}", 2) end
  options = check_options("idngo.archive.check", options, { "litter", "strict" })
  if options.litter ~= nil and options.litter ~= "refuse" then
    error('idngo.archive.check: litter must be "refuse" or absent', 2)
  end
  local found, applicant = look(source, options)
  return found, not found and applicant or nil
end

--- Whether an archive may be sent, and whom it imports.
---@param archive string|{bytes: string}|{path: string}
---@return boolean? ok
---@return idngo.Error|string|nil err of kind `archive`, with `findings`; `io` or `config` when it could not be
---  checked; else the externalUserId of the archive's applicant
function M.accept(archive)
  local found, applicant = look(source_of(archive), {})
  if not found then return nil, applicant end
  if require("idngo.archive.findings").refuse(found) then return refused(found) end
  return true, type(applicant) == "table" and applicant.externalUserId or nil
end

--- Builds an archive, unless `found` already holds errors.
local function build(zip, sources, to, found)
  if require("idngo.archive.findings").refuse(found) then return refused(found) end
  local built, message = require("idngo.archive.build")(zip, sources, to, found)
  if built then
    built.findings = found
    return built
  end
  if message then return fail("io", message) end
  return refused(found)
end

local function throw(name, message)
  error(("idngo.archive.%s: %s"):format(name, message), 3)
end

local function encode(value, name)
  local ok, text = pcall(require("idngo.json").encode, value, name)
  if not ok then error("idngo.archive.build: " .. text, 3) end
  return text
end

---@class idngo.archive.Document
---@field folder string a name of A-Z a-z 0-9 _ - and .
---@field idDoc table what applicantIdDoc.json says
---@field file string path of the image (.jpg, .jpeg, .png) or video (.mp4)

---@class idngo.archive.Built
---@field path string
---@field size integer
---@field sha256 string
---@field findings idngo.Finding[] warnings only

--- Builds an import archive, to pass to `client:import_applicant`. What `check` would refuse is not built: the error of
--- kind `archive` has the `findings`. Equal input gives equal bytes; the archive appears whole or not at all.
---@param parts {applicant: table, documents: idngo.archive.Document[], to: string}
---@return idngo.archive.Built?
---@return idngo.Error?
function M.build(parts)
  if type(parts) ~= "table" or type(parts.applicant) ~= "table" then throw("build", "applicant must be a table") end
  check_options("idngo.archive.build", parts, { "applicant", "documents", "to" })
  if type(parts.documents) ~= "table" then throw("build", "documents must be a list") end
  if type(parts.to) ~= "string" or parts.to == "" then throw("build", "to must be a path") end
  local media = require("idngo.archive.media")
  local sources = { { name = "applicant.json", bytes = encode(parts.applicant, "applicant") } }
  for i, document in ipairs(parts.documents) do
    if type(document) ~= "table" then throw("build", ("documents[%d] must have folder, idDoc and file"):format(i)) end
    check_options(("idngo.archive.build: documents[%d]"):format(i), document, { "folder", "idDoc", "file" })
    local folder, file = document.folder, document.file
    if type(folder) ~= "string" or type(file) ~= "string" or type(document.idDoc) ~= "table" then
      throw("build", ("documents[%d] must have folder, idDoc and file"):format(i))
    end
    local about = encode(document.idDoc, ("documents[%d].idDoc"):format(i))
    sources[#sources + 1] = { name = folder .. "/applicantIdDoc.json", bytes = about }
    sources[#sources + 1] = { name = media.name_for(folder, file), path = file }
  end
  local zip, missing = load_zip()
  if not zip then return nil, missing end
  return build(zip, sources, parts.to, {})
end

--- Builds an archive from a folder that is laid out like one, or from a person of `people`.
---@param source string|idngo.archive.Person
---@param to string path of the archive
---@param options? {strict: boolean?} of a folder: every warning is an error
---@return idngo.archive.Built?
---@return idngo.Error?
function M.pack(source, to, options)
  if type(to) ~= "string" or to == "" then throw("pack", "to must be a path") end
  local zip, missing = load_zip()
  if not zip then return nil, missing end
  if type(source) == "table" and source.sources then return build(zip, source.sources, to, source.findings) end
  if type(source) ~= "string" or source == "" then throw("pack", "the source must be a folder, or a person of people") end
  local found = require("idngo.archive.findings").new(options and options.strict)
  local sources, message = require("idngo.archive.folder")(zip, source, found)
  if not sources then return fail("io", message) end
  return build(zip, sources, to, found)
end

--- The people of a table, one by one, to pass to `pack`.
---@param options {people: string, mapping: string, documents: string, strict: boolean?} a CSV file, a mapping file, the
---  documents' folder; strict: every warning is an error
---@return (fun(): idngo.archive.Person?)? next
---@return idngo.Error? err of kind `archive`: the table or the mapping file cannot be used
---@return (fun(): string[], string[])? notes when all are read: what was left out or put right, and the files that no row names
function M.people(options)
  for _, name in ipairs { "people", "mapping", "documents" } do
    if type(options) ~= "table" or type(options[name]) ~= "string" then throw("people", name .. " must be a path") end
  end
  check_options("idngo.archive.people", options, { "people", "mapping", "documents", "strict" })
  local zip, missing = load_zip()
  if not zip then return nil, missing end
  local next_person, message, notes = require("idngo.archive.people")(zip, options)
  if not next_person then return fail("archive", message) end
  return next_person, nil, notes
end

return M
