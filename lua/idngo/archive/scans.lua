-- Finds the image or video of a document, by the path that a mapping file gives. Exactly one file must fit; what it is, its
-- first bytes say. What lies there and cannot be sent is told: a document that may be missing is missing only where nothing
-- is. No message holds a file's name, which may be made of a person's data.
--
-- A path is words of the mapping, cells and * (any characters but /) or ? (one). Names are compared as people read them:
-- capitals, ё, blanks at ends and letters in two parts do not count. A * in a cell is a star.

local letters = require("idngo.table.letters")
local media = require("idngo.archive.media")
local text_file = require("idngo.text")

local M = {}

local MOST_FOLDERS = 64 -- small ones that are kept as they were read
local LARGE = 500 -- entries of a folder that is kept
local DEEPEST = 16 -- folders within each other in which unused files are looked for

---@class idngo.archive.Scans
---@field folder string of all documents
local Scans = {}
Scans.__index = Scans

--- What programs leave behind.
local function is_litter(name)
  local small = name:lower()
  return small == ".ds_store" or small == "thumbs.db" or small == "desktop.ini" or name:find("^%._") ~= nil
end

--- A name as it is compared.
local function fold(name)
  return (letters.lower(letters.clean(name)):gsub(" (%.[^.]*)$", "%1"))
end

--- The entries of a folder in the order of their folded names; nil and why when it cannot be read.
local function read_folder(zip, path)
  local entries, message = zip.list(path)
  if not entries then
    local file = text_file.open_if_there(path .. "/.")
    if file then file:close() end
    if file == nil then return { files = 0 } end -- there is none, or a file in its place
    return nil, message
  end
  local there = { files = 0 }
  for _, entry in ipairs(entries) do
    if not is_litter(entry.name) then
      there[#there + 1] = { name = entry.name, kind = entry.link and "symlink" or entry.kind, leads_to = entry.kind,
        folded = fold(entry.name) }
      if entry.kind ~= "directory" then there.files = there.files + 1 end
    end
  end
  table.sort(there, function(a, b)
    if a.folded == b.folded then return a.name < b.name end
    return a.folded < b.folded
  end)
  return there
end

--- What is in a folder, read once for many people whose files lie there.
function Scans:look(path)
  local there = self.read[path] or self.large[path]
  if there then return there end
  local message
  there, message = read_folder(self.zip, path)
  if not there then return nil, message end
  if #there > LARGE then
    self.large[path] = there
  else
    if self.count == MOST_FOLDERS then self.read, self.count = {}, 0 end
    self.read[path], self.count = there, self.count + 1
  end
  return there
end

--- What a character is, so that a number beside a star is whole: "digit", "letter" or nothing.
local function class(text, at, before)
  if before then
    at = at - 1
    while at > 0 and text:find("^[\128-\191]", at) do at = at - 1 end
  end
  local byte = text:byte(at) or 0
  if at < 1 then return nil end
  if byte >= 48 and byte <= 57 then return "digit" end
  if byte >= 97 and byte <= 122 or byte >= 195 and byte ~= 226 then return "letter" end
end

local function meets(text, at)
  local left = class(text, at, true)
  return left ~= nil and left == class(text, at)
end

--- Whether a folded name fits a pattern from its element and place on.
local function fits(name, at, pattern, i)
  local element = pattern[i]
  if not element then return at > #name end
  local text, previous, following = element.text, pattern[i - 1], pattern[i + 1]
  if text then
    local stop = at + #text
    return name:sub(at, stop - 1) == text and fits(name, stop, pattern, i + 1)
  end
  local behind_cell, before_cell = previous and previous.cell, following and following.cell
  if behind_cell and meets(name, at) then return false end
  local stop = at
  while true do
    if element.any or stop > at then
      if not (before_cell and meets(name, stop)) and fits(name, stop, pattern, i + 1) then return true end
      if not element.any then return false end
    end
    if stop > #name then return false end
    stop = name:match("^[%z\1-\127\194-\244][\128-\191]*()", stop) or stop + 1
  end
end

--- Adds a text of the mapping or a cell to a pattern; texts that touch stay apart where one is a cell.
local function add_text(pattern, text, cell)
  local last = pattern[#pattern]
  if text == "" then return end
  if last and last.text and not last.cell == not cell then
    last.text = last.text .. text
  else
    pattern[#pattern + 1] = { text = text, cell = cell }
  end
end

--- Takes a path apart: a pattern for each of its parts.
local function patterns_of(parts)
  local list, pattern = {}, {}
  for _, part in ipairs(parts) do
    local text = part.text
    local at = 1
    while at <= #text do
      local stop = text:find(part.cell and "/" or "[/*?]", at) or #text + 1
      add_text(pattern, text:sub(at, stop - 1), part.cell)
      local char = text:sub(stop, stop)
      if char == "/" then
        list[#list + 1], pattern = pattern, {}
      elseif char ~= "" then
        pattern[#pattern + 1] = { any = char == "*" }
      end
      at = stop + 1
    end
  end
  list[#list + 1] = pattern
  for _, each in ipairs(list) do -- as names are compared; blanks count beside another element
    for i, element in ipairs(each) do
      local text = element.text
      if text then
        element.text = (i > 1 and text:find("^ ") and " " or "") .. letters.lower(letters.clean(text))
          .. (i < #each and text:find(" $") and " " or "")
      end
    end
  end
  return list
end

--- The entries of a folder that fit a pattern. What the pattern begins with is looked up.
local function choose(there, pattern)
  local prefix = pattern[1] and pattern[1].text or ""
  if pattern[2] and pattern[2].text then prefix = prefix .. pattern[2].text end
  local low, high = 1, #there + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if there[middle].folded < prefix then low = middle + 1 else high = middle end
  end
  local fitting = {}
  for i = low, #there do
    if there[i].folded:sub(1, #prefix) ~= prefix then break end
    if fits(there[i].folded, 1, pattern, 1) then fitting[#fitting + 1] = there[i] end
  end
  return fitting
end

--- Parts the ending from the pattern of a file: the pattern before it, and the ending, "*" for any.
local function split_ending(pattern)
  local base, last, before = {}, pattern[#pattern], pattern[#pattern - 1]
  for i, element in ipairs(pattern) do base[i] = element end
  if last and last.any and before and before.text and not before.cell and before.text:sub(-1) == "." then
    base[#base] = nil
    base[#base] = { text = before.text:sub(1, -2) }
    if base[#base].text == "" then base[#base] = nil end
    return base, "*"
  end
  local text, ending
  if last and last.text then text, ending = last.text:match("^(.*)%.([^.]*)$") end
  if not text then return base, nil end
  base[#base] = text ~= "" and { text = text, cell = last.cell } or nil
  return base, ending
end

--- Files that are there for a document, by how they fit: whole, or in other ways that are told.
local function sort_out(there, pattern, matches)
  local base, ending = split_ending(pattern)
  if not ending then
    for _, entry in ipairs(choose(there, pattern)) do matches.fit[#matches.fit + 1] = entry end
    return
  end
  local with_ending = {}
  for i, element in ipairs(base) do with_ending[i] = element end
  with_ending[#with_ending + 1] = { text = "." }
  with_ending[#with_ending + 1] = { any = true }
  local taken = {}
  local function put(entry, list)
    if not taken[entry] and entry.kind ~= "directory" then list[#list + 1], taken[entry] = entry, true end
  end
  for _, entry in ipairs(choose(there, with_ending)) do
    local stem, last = entry.folded:match("^(.*)%.([^.]*)$")
    entry.ending = last
    if fits(stem, 1, base, 1) then
      put(entry, (ending == "*" or media.same_ending(ending, last)) and matches.fit or matches.other)
    elseif media.looks_like(stem:match("%.([^.]*)$") or "") then
      entry.ending = stem:match("%.([^.]*)$") .. "." .. last
      put(entry, matches.doubled)
    end
  end
  for _, entry in ipairs(choose(there, base)) do put(entry, matches.bare) end
end

--- What people call a file by its ending, and no more of its name.
local function shown(entry)
  local ending = entry.ending or entry.folded:match("%.([^.]*)$")
  if not ending or ending == "" then return "a file without an ending" end
  return ending:find("^[%w.]+$") and #ending <= 12 and ("a .%s file"):format(ending) or "a file with another ending"
end

local TAKE = "convert it to JPEG, PNG or MP4"

--- Looks into the one file that is left: {path =, ending = by content, note?}; false, a message and a remedy.
local function open(path, entry)
  if entry.kind == "symlink" then return false, "a link lies there; links are not followed", "put the file in its place" end
  if entry.kind ~= "file" then return false, "what lies there is no file", "put the file in its place" end
  local file, message = io.open(path, "rb")
  if not file then return false, "the file cannot be read: " .. message:gsub("^.*: ", ""), "see to the file" end
  local head = file:read(16)
  file:close()
  if not head then return false, "the file is empty", "put the image or video in its place" end
  local kind, name = media.kind(head)
  local ending = entry.ending or entry.folded:match("%.([^.]*)$") or ""
  if not kind then
    local of_name = media.looks_like(ending)
    if name and of_name and of_name ~= name then
      return false, ("%s lies there whose content is %s, and is not taken"):format(shown(entry), name), TAKE
    end
    return false, ("%s lies there%s and is not taken"):format(shown(entry), name and (" (%s)"):format(name) or ""), TAKE
  end
  local scan = { path = path, ending = kind, name = name }
  if not media.ending("." .. ending) or media.ending_of(ending) ~= kind then
    scan.note = ("its ending is .%s, its content %s"):format(ending:find("^%w+$") and #ending <= 8 and ending or "…", name)
  end
  return scan
end

--- What may be a folder and is not looked into: nobody knows what lies there. Nil for a folder, and for a file.
local function why_closed(entry)
  if entry.kind == "directory" or entry.leads_to == "file" then return nil end
  return entry.kind == "symlink" and "a link lies in the place of its folder; links are not followed"
    or "what lies in the place of its folder cannot be looked into"
end

--- The folders that a path leads to, and why one that may be such a folder is none. Nil and a message where one cannot be read.
local function walk(self, list)
  local folders, closed = { self.folder }, nil
  for i = 1, #list - 1 do
    local below = {}
    for _, folder in ipairs(folders) do
      local there, message = self:look(folder)
      if not there then return nil, message end
      for _, entry in ipairs(choose(there, list[i])) do
        closed = closed or why_closed(entry)
        if entry.kind == "directory" then below[#below + 1] = folder .. "/" .. entry.name end
      end
    end
    folders = below
  end
  return folders, closed
end

local function endings(list)
  local words = {}
  for i, entry in ipairs(list) do
    local ending = entry.ending or ""
    words[i] = ending:find("^%w+$") and #ending <= 8 and "." .. ending or "another"
  end
  table.sort(words)
  return table.concat(words, ", ")
end

--- What is said where no file fits; nil where nothing lies there.
local function told(matches)
  local other, doubled, bare = matches.other[1], matches.doubled[1], matches.bare[1]
  if other then
    return ("%s lies there and is not taken"):format(shown(other)), TAKE .. ", and name it as the mapping file does"
  elseif doubled then
    local last = doubled.ending:match("[^.]*$")
    return ("%d file begins like it but has two endings (.%s)%s"):format(#matches.doubled, doubled.ending,
      media.ending_of(last) and "" or ", the last of which is not taken"), "rename it"
  elseif bare then
    return nil, nil, bare
  end
end

--- Whether a path ends in a cell that names a file as a whole, with its ending: the table says then that there is one.
local function is_named(parts)
  local last, before = parts[#parts], parts[#parts - 1]
  return last.cell and (not before or before.text:sub(-1) == "/")
    and media.looks_like((last.text:match("%.(%w+) *$") or ""):lower()) ~= nil
end

--- The file of a document: {path =, ending =, note?}, where there is one; nil when there is none; false, a message and a
--- remedy otherwise.
---@param paths {text: string, cell: boolean?}[][] each a path below the folder of documents, in parts
---@return {path: string, ending: string, note: string?}|false|nil file
---@return string? message without a name; where there is none, how many others lie in the person's folder
---@return string? remedy
function Scans:find(paths)
  local matches, others = { fit = {}, other = {}, doubled = {}, bare = {} }, nil
  local where, counted, closed, named, backslash = {}, {}, nil, false, nil
  for _, parts in ipairs(paths) do
    local whole, has_cell = "", false
    for _, part in ipairs(parts) do whole = whole .. part.text end
    named, backslash = named or is_named(parts), backslash or whole:find("\\", 1, true)
    if ("/" .. whole .. "/"):find("/%.%.?/") or whole:find("^/") or whole:find("%z") then
      return false, "the path leads out of the folder of documents", "correct the cell or the mapping file"
    end
    local list = patterns_of(parts)
    for i = 1, #list - 1 do
      for _, element in ipairs(list[i]) do has_cell = has_cell or element.cell end
    end
    local folders, message = walk(self, list)
    if folders then closed, message = closed or message, nil end
    for _, folder in ipairs(folders or {}) do
      local there
      there, message = self:look(folder)
      if not there then break end
      local before = {}
      for name, entries in pairs(matches) do before[name] = #entries end
      sort_out(there, list[#list], matches)
      for name, entries in pairs(matches) do
        for i = before[name] + 1, #entries do where[entries[i]] = folder .. "/" .. entries[i].name end
      end
      if has_cell and not counted[folder] then others, counted[folder] = (others or 0) + there.files, true end
    end
    if message then return false, "its folder cannot be read: " .. message, "see to the folder of documents" end
  end
  local unique, by_path = {}, {}
  for _, entry in ipairs(matches.fit) do
    if not by_path[where[entry]] then unique[#unique + 1], by_path[where[entry]] = entry, true end
  end
  if #unique > 1 then
    return false, ("%d files fit (%s)"):format(#unique, endings(unique)), "leave one of them there"
  elseif unique[1] then
    return open(where[unique[1]], unique[1])
  end
  local message, remedy, bare = told(matches)
  if bare then
    local file
    file, message, remedy = open(where[bare], bare)
    if not file then return false, message, remedy end
    return false, ("a file without an ending lies there whose content is %s, and is not taken"):format(file.name),
      ("give it the ending .%s"):format(file.ending)
  elseif message or closed then
    return false, message or closed, remedy or "put the folder itself there"
  elseif backslash then
    return false, "there is none, and the path has a \\ in it", "part folders by /, as this system does"
  elseif named then
    return false, "the cell names a file, and there is none of this name",
      "add it to the folder of documents, or correct the cell"
  end
  return nil, others and others > 0 and ("its folder has %d other file%s"):format(others, others == 1 and "" or "s") or nil
end

--- The files that no row names, below the folder, and how many there are of each ending.
---@param is_taken fun(path: string): boolean?
---@return string[] paths below the folder
---@return string endings such as ".jpg 8, .heic 3"
---@return integer closed how many folders were not looked into
function Scans:unused(is_taken)
  local list, counts, order, closed = {}, {}, {}, 0
  local function walk_in(folder, depth)
    local entries = depth <= DEEPEST and self.zip.list(folder)
    if not entries then closed = closed + 1 end
    for _, entry in ipairs(entries or {}) do
      local path = folder .. "/" .. entry.name
      if entry.kind == "directory" and entry.link then
        closed = closed + 1
      elseif entry.kind == "directory" then
        walk_in(path, depth + 1)
      elseif not is_taken(path) and not is_litter(entry.name) then
        list[#list + 1] = path:sub(#self.folder + 2)
        local ending = fold(entry.name):match("%.(%w+)$")
        ending = ending and #ending <= 8 and "." .. ending or "others"
        if not counts[ending] then order[#order + 1], counts[ending] = ending, 0 end
        counts[ending] = counts[ending] + 1
      end
    end
  end
  walk_in(self.folder, 0)
  table.sort(order, function(a, b)
    if counts[a] == counts[b] then return a < b end
    return counts[a] > counts[b]
  end)
  for i, ending in ipairs(order) do order[i] = ("%s %d"):format(ending, counts[ending]) end
  table.sort(list)
  return list, table.concat(order, ", "), closed
end

---@param zip table idngo.zip
---@param folder string
---@return idngo.archive.Scans
function M.new(zip, folder)
  return setmetatable({ zip = zip, folder = folder, read = {}, large = {}, count = 0 }, Scans)
end

return M
