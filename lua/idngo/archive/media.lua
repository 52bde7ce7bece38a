-- Images and videos: what their names and first bytes say.

local M = {}

-- Formats that are sent: the ending in archives, the name, and what names of such files end with.
local formats = {
  { ending = "jpg", name = "JPEG", endings = { jpg = true, jpeg = true, jpe = true, jfif = true } },
  { ending = "png", name = "PNG", endings = { png = true } }, { ending = "mp4", name = "MP4", endings = { mp4 = true } },
}
local accepted = { jpg = "JPEG", jpeg = "JPEG", png = "PNG", mp4 = "MP4" } -- in archives

-- What files start with. All that hold ftyp are of one family, so what else is in it comes first.
local heads = {
  { "JPEG", "^\255\216\255", "jpg" }, { "PNG", "^\137PNG\r\n\26\n", "png" },
  { "HEIC", "^....ftyphe[iv][cxms]" }, { "HEIC", "^....ftypm[is]f1" }, { "AVIF", "^....ftypavi[fs]" },
  { "QuickTime", "^....ftypqt  " }, { "MP4", "^....ftyp", "mp4" },
  { "a ZIP archive", "^PK[\3\5][\4\6]" }, { "PDF", "^%%PDF%-" }, { "GIF", "^GIF8" }, { "TIFF", "^II%*%z" },
  { "TIFF", "^MM%z%*" }, { "WebP", "^RIFF....WEBP" }, { "BMP", "^BM" }, { "a web page", "^%s*<" },
}

-- What people call files that they take for images.
local others = { heic = "HEIC", heif = "HEIC", avif = "AVIF", mov = "QuickTime", pdf = "PDF", gif = "GIF", tif = "TIFF",
  tiff = "TIFF", webp = "WebP", bmp = "BMP" }

--- The ending of a name by which its format is known in archives, in lower case, or nil.
---@param name string
---@return string?
function M.ending(name)
  local ending = (name:match("%.(%w+)$") or ""):lower()
  return accepted[ending] and ending
end

--- The format's ending in archives, of an ending of a name in small letters; nil for one that is not sent.
---@param ending string
---@return string?
function M.ending_of(ending)
  for _, format in ipairs(formats) do
    if format.endings[ending] then return format.ending end
  end
end

--- The format that an ending of a name in small letters tells, sent or not.
---@param ending string
---@return string?
function M.looks_like(ending)
  for _, format in ipairs(formats) do
    if format.endings[ending] then return format.name end
  end
  return others[ending]
end

--- Whether a mapping that asks for one ending takes a file with the other: jpg and jpeg are one.
---@param wanted string
---@param ending string
---@return boolean
function M.same_ending(wanted, ending)
  return wanted == ending or M.ending_of(wanted) ~= nil and M.ending_of(wanted) == M.ending_of(ending)
end

--- What a file is by its first bytes: its ending in archives, nil for what is not sent; and its name, nil where it is none
--- that is known.
---@param head string its first 16 bytes
---@return string? ending
---@return string? name
function M.kind(head)
  for _, each in ipairs(heads) do
    if head:find(each[2]) then return each[3], each[1] end
  end
end

--- The name in the archive for a document's image or video: the folder's, so that file names tell nothing.
---@param folder string
---@param path string of the file
---@param ending? string by its content; that of the path unless given
---@return string
function M.name_for(folder, path, ending)
  ending = ending and "." .. ending or path:match("[^/]*$"):match("%.%w+$") or ""
  return folder .. "/" .. folder .. ending:lower()
end

--- The finding about a file of this name that starts with `head`, or nil.
---@param name string with a known ending
---@param head string its first 16 bytes
---@return string?
function M.problem(name, head)
  local said = accepted[M.ending(name)]
  local _, kind = M.kind(head)
  if kind == said then return nil end
  if kind and not accepted[kind:lower()] and kind ~= "JPEG" and not kind:find("^a ") then kind = "a " .. kind end
  return ("named as %s, but it is %s"):format(said, kind or "none")
end

return M
