-- What an archive is made of, from a folder that is laid out like one: applicant.json, and folders of documents.

local findings = require("idngo.archive.findings")
local layout = require("idngo.archive.layout")
local text_file = require("idngo.text")

local DEPTH = 3 -- one more than there may be, so that what lies too deep is named

local function read_json(found, path, name)
  local file, message = io.open(path, "rb")
  local text = file and file:read(layout.limits.json + 1)
  if file then file:close() end
  if file and not text then text = "" end
  if text then
    text, message = text_file.plain(text)
    message = message and name .. ": " .. message
  end
  if not text then findings.add(found, name, "file", "cannot be read: " .. message:gsub("^.*: ", ""), "see to the file") end
  return text
end

--- Adds a file to the sources; true for a folder to look into.
local function add_entry(found, sources, path, name, kind, depth)
  if kind == "directory" then
    if depth < DEPTH then return true end
    findings.add(found, name .. "/", "file", "lies too deep", "put it in a folder beside applicant.json")
  elseif kind ~= "file" then
    findings.add(found, name, "file", "neither a file nor a folder", "leave it out")
  elseif name:find("%.json$") then
    sources[#sources + 1] = { name = name, bytes = read_json(found, path, name) or "" }
  else
    sources[#sources + 1] = { name = name, path = path }
  end
end

local function walk(zip, found, sources, folder, prefix, depth)
  local entries, message = zip.list(folder)
  if not entries then return nil, ("%s: %s"):format(folder, message) end
  table.sort(entries, function(a, b) return a.name < b.name end)
  for _, entry in ipairs(entries) do
    local path, name = folder .. "/" .. entry.name, prefix .. entry.name
    if layout.is_litter(name) or layout.is_litter(name .. "/") then
      findings.add(found, name, "name", "left by macOS", "delete it; it was not packed", "warning")
    elseif #sources > layout.limits.entries then
      return true
    elseif add_entry(found, sources, path, name, entry.kind, depth) then
      local ok
      ok, message = walk(zip, found, sources, path, name .. "/", depth + 1)
      if not ok then return nil, message end
    end
  end
  return true
end

---@param zip table idngo.zip
---@param folder string
---@param found idngo.Finding[] findings are added here
---@return idngo.archive.Source[]? sources
---@return string? message when the folder cannot be read
return function(zip, folder, found)
  local sources = {}
  local ok, message = walk(zip, found, sources, folder, "", 0)
  if not ok then return nil, message end
  return sources
end
