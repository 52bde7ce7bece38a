-- Which file of an archive is what: one applicant.json, and folders that each hold applicantIdDoc.json and one image
-- or video; all of it may lie in one top folder.

local findings = require("idngo.archive.findings")
local media = require("idngo.archive.media")

local M = {}

--- What an archive may hold at most, in bytes unless said otherwise.
M.limits = {
  entries = 500, -- files and folders
  json = 64 * 1024, -- applicant.json
  document = 16 * 1024, -- applicantIdDoc.json
  media = 50 * 1024 * 1024, -- an image or video
  total = 256 * 1024 * 1024, -- all files, unpacked
}

---@class idngo.archive.Item
---@field name string in the archive
---@field size integer
---@field kind "file"|"directory"|"symlink"|"special"

---@class idngo.archive.Plan
---@field applicant? idngo.archive.Item
---@field documents idngo.archive.Item[]
---@field media idngo.archive.Item[]
---@field too_much boolean the files are larger than may be read

--- What macOS adds to folders and archives.
---@param name string
---@return boolean
function M.is_litter(name)
  return ("/" .. name):find("/__MACOSX/") ~= nil or name:find("^%._[^/]*$") ~= nil or name:find("/%._[^/]*$") ~= nil
    or ("/" .. name):find("/%.DS_Store$") ~= nil
end

--- Parts files and folders from litter.
local function sort_out(found, items, litter)
  local files, folders, first, count = {}, {}, nil, 0
  for _, item in ipairs(items) do
    if M.is_litter(item.name) then
      first, count = first or item, count + 1
    elseif item.kind == "directory" then
      folders[#folders + 1] = item
    elseif item.kind == "file" then
      files[#files + 1] = item
    end
  end
  if first then
    findings.add(found, first.name, "name", ("left by macOS (%d in all)"):format(count),
      "delete __MACOSX, .DS_Store and ._ files before making the archive", litter == "refuse" and "error" or "warning")
  end
  return files, folders
end

--- The top folder with its slash, "" when there is none; nil when there is no telling.
local function find_top(found, files)
  local tops = {}
  for _, item in ipairs(files) do
    if item.name == "applicant.json" then return "" end
    tops[#tops + 1] = item.name:match("^([^/]+/)applicant%.json$")
  end
  if #tops == 1 then return tops[1] end
  if #tops == 0 then
    findings.add(found, "applicant.json", "file", "missing", "add it, at the root or in a single top folder")
  else
    findings.add(found, tops[2] .. "applicant.json", "file", "there is more than one applicant.json",
      "make one archive per applicant")
  end
end

local function judge_size(found, item, limit, what)
  if item.size == 0 then
    findings.add(found, item.name, "size", "the file is empty", "put the " .. what .. " in its place")
  elseif item.size > limit then
    local unit = limit >= 1024 * 1024 and ("%d MiB"):format(limit / 1024 / 1024) or ("%d KiB"):format(limit / 1024)
    findings.add(found, item.name, "size", "larger than " .. unit, "put a smaller file in its place")
  else
    return true
  end
end

--- Puts one file of a document's folder where it belongs.
local function place(found, plan, folder, item, name)
  if name == "applicantIdDoc.json" then
    folder.document = true
    if judge_size(found, item, M.limits.document, "description") then table.insert(plan.documents, item) end
  elseif name == "applicant.json" then
    findings.add(found, item.name, "file", "there is more than one applicant.json", "make one archive per applicant")
  elseif name:lower() == "applicantiddoc.json" then
    findings.add(found, item.name, "name", "capitals are not as in applicantIdDoc.json", "rename the file")
  elseif not media.ending(name) then
    findings.add(found, item.name, "name", "neither applicantIdDoc.json nor a .jpg, .jpeg, .png or .mp4 file",
      "convert it, or leave it out")
  elseif folder.media then
    findings.add(found, item.name, "file", "a second image or video in one folder", "give it a folder of its own")
  else
    folder.media = true
    if judge_size(found, item, M.limits.media, "image or video") then table.insert(plan.media, item) end
  end
end

local function judge_folders(found, folders, order)
  for _, name in ipairs(order) do
    local folder = folders[name]
    if not folder.document then
      findings.add(found, name .. "/applicantIdDoc.json", "file", "missing", "add it, with idDocType and country")
    end
    if not folder.media then
      findings.add(found, name .. "/", "file", "there is no image or video", "add one, as .jpg, .jpeg, .png or .mp4")
    end
  end
  if #order == 0 then
    findings.add(found, nil, "file", "there is no document",
      "add a folder with applicantIdDoc.json and an image or video")
  end
end

--- Sorts the files of an archive.
---@param found idngo.Finding[] findings are added here
---@param items idngo.archive.Item[]
---@param litter? "refuse" whether what macOS leaves is an error rather than a warning
---@return idngo.archive.Plan plan the files to read on
function M.plan(found, items, litter)
  local files, directories = sort_out(found, items, litter)
  local plan, total = { documents = {}, media = {} }, 0
  local folders, order = {}, {}
  local function folder_of(name)
    if not folders[name] then
      folders[name] = {}
      order[#order + 1] = name
    end
    return folders[name]
  end
  local top = find_top(found, files)
  if not top then return plan end
  for _, item in ipairs(files) do
    total = total + item.size
    local rest = item.name:sub(1, #top) == top and item.name:sub(#top + 1)
    local folder, name = (rest or ""):match("^([^/]+)/([^/]+)$")
    if rest == "applicant.json" then
      if judge_size(found, item, M.limits.json, "applicant's data") then plan.applicant = item end
    elseif folder then
      place(found, plan, folder_of(top .. folder), item, name)
    elseif rest and not rest:find("/") then
      findings.add(found, item.name, "file", "lies beside applicant.json",
        "put it in a folder of its own, with an applicantIdDoc.json")
    else
      findings.add(found, item.name, "file", "lies elsewhere than one folder below applicant.json",
        "put it in a folder beside applicant.json")
    end
  end
  for _, item in ipairs(directories) do
    local name = item.name:gsub("/+$", "")
    if name .. "/" ~= top and name ~= "" and not name:sub(#top + 1):find("/") then folder_of(name) end
  end
  judge_folders(found, folders, order)
  if total > M.limits.total then
    findings.add(found, nil, "size", ("the files are larger than %d MiB"):format(M.limits.total / 1024 / 1024),
      "make the images and videos smaller")
    plan.too_much = true
  end
  return plan
end

return M
