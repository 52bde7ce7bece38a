-- Finds the image or video of a document, by the path that a mapping file gives. What lies there and cannot be sent is told: a
-- document that may be missing is missing only where nothing is.

local media = require("idngo.archive.media")

local M = {}

local MOST_FOLDERS = 64 -- kept as they were read

---@class idngo.archive.Scans
---@field folder string of all documents
local Scans = {}
Scans.__index = Scans

--- The names in a folder that are one's own name and an ending, by that name in small letters: {name, ending}, …; nil and why
--- when it cannot be read.
local function read_folder(zip, path)
  local entries, why = zip.list(path)
  if not entries then
    local file, _, number = io.open(path .. "/.", "rb")
    if file then file:close() end
    if not file and (number == 2 or number == 20) then return {} end -- there is none, or a file in the middle of the path
    return nil, why
  end
  table.sort(entries, function(a, b) return a.name < b.name end)
  local by_base = {}
  for _, entry in ipairs(entries) do
    local base, ending = entry.name:match("^(.+)%.([^.]*)$")
    local key = (base or entry.name):lower()
    if entry.kind ~= "directory" then
      by_base[key] = by_base[key] or {}
      table.insert(by_base[key], { name = entry.name, base = base or entry.name, ending = ending or "" })
    end
  end
  return by_base
end

--- What is in a folder, read once for many people whose files lie there.
function Scans:look(path)
  if not self.read[path] then
    if self.count == MOST_FOLDERS then self.read, self.count = {}, 0 end
    local by_base, why = read_folder(self.zip, path)
    if not by_base then return nil, why end
    self.read[path], self.count = by_base, self.count + 1
  end
  return self.read[path]
end

--- What people call a file by its ending, and no more of its name.
local function shown(entry, base)
  local ending = entry.ending
  if entry.base ~= base then return "a file whose name has other capitals" end
  if ending == "" then return "a file without an ending" end
  return ending:find("^%w+$") and #ending <= 8 and ("a .%s file"):format(ending:lower()) or "a file with another ending"
end

--- The file of a document; "name.*" stands for any ending, in small letters or capitals; with it what should be looked at, if
--- anything. nil when there is none; false, what is wrong and what to do otherwise.
---@param name string the path below the folder of documents
---@return string|false|nil path
---@return string? problem without a name, which may be made of a person's data
---@return string? remedy
function Scans:find(name)
  if ("/" .. name .. "/"):find("/%.%.?/") or name:find("^/") or name:find("%z") then
    return false, "the path leads out of the folder of documents", "correct the cell or the mapping file"
  end
  local folder, file = (self.folder .. "/" .. name):match("^(.*)/([^/]*)$")
  local base, ending = file:match("^(.*)%.([^.]*)$")
  if not base then base, ending = file, "" end
  local there, why = self:look(folder)
  if not there then return false, "its folder cannot be read: " .. why, "see to the folder of documents" end
  local fits, other = {}, nil
  for _, entry in ipairs(there[base:lower()] or {}) do
    local taken = ending == "*" and media.ending("x." .. entry.ending) or entry.ending:lower() == ending:lower()
    if taken and entry.base == base then -- with other capitals it may be somebody else's
      fits[#fits + 1] = entry
    else
      other = other or entry
    end
  end
  if fits[2] then return false, "there are several files for it, with different endings", "leave one of them there" end
  if other and fits[1] and other.base == base then
    return folder .. "/" .. fits[1].name, ("beside it lies %s, which is not taken"):format(shown(other, base)),
      "make sure that the right one is taken"
  elseif other and not fits[1] then
    return false, ("%s lies there, which is not taken"):format(shown(other, base)),
      "convert it to JPEG, PNG or MP4, name it as the mapping file does, or take it away"
  end
  return fits[1] and folder .. "/" .. fits[1].name or nil
end

---@param zip table idngo.zip
---@param folder string
---@return idngo.archive.Scans
function M.new(zip, folder)
  return setmetatable({ zip = zip, folder = folder, read = {}, count = 0 }, Scans)
end

return M
