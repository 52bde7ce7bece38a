-- Images and videos: what their names and first bytes say.

local M = {}

-- By the name's last part: the format's name, and what its files start with.
local formats = {
  jpg = { name = "JPEG", head = "^\255\216\255" },
  jpeg = { name = "JPEG", head = "^\255\216\255" },
  png = { name = "PNG", head = "^\137PNG\r\n\26\n" },
  mp4 = { name = "MP4", head = "^....ftyp" },
}

-- What else people put in their place, so that the message can say what it is.
local others = {
  { "a ZIP archive", "^PK[\3\5][\4\6]" }, { "a PDF", "^%%PDF%-" }, { "a GIF", "^GIF8" }, { "a TIFF", "^II%*%z" },
  { "a TIFF", "^MM%z%*" }, { "a WebP", "^RIFF....WEBP" }, { "a BMP", "^BM" }, { "a web page", "^%s*<" },
}

--- The ending of a name by which its format is known, in lower case, or nil.
---@param name string
---@return string?
function M.ending(name)
  local ending = (name:match("%.(%w+)$") or ""):lower()
  return formats[ending] and ending
end

--- The name in the archive for a document's image or video: the folder's, so that file names tell nothing.
---@param folder string
---@param path string of the file
---@return string
function M.name_for(folder, path)
  local ending = path:match("[^/]*$"):match("%.%w+$") or ""
  return folder .. "/" .. folder .. ending:lower()
end

--- What is wrong with a file that starts with `head`, by its name; nil when nothing is.
---@param name string with a known ending
---@param head string its first 16 bytes
---@return string?
function M.problem(name, head)
  local format = formats[M.ending(name)]
  if head:find(format.head) then return nil end
  for _, known in pairs(formats) do
    if head:find(known.head) then return ("named as %s, but it is %s"):format(format.name, known.name) end
  end
  for _, other in ipairs(others) do
    if head:find(other[2]) then return ("named as %s, but it is %s"):format(format.name, other[1]) end
  end
  return ("named as %s, but it is none"):format(format.name)
end

return M
