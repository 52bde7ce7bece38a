-- Bodies of multipart/form-data: a part of JSON, and a file behind it. The file is a path, bytes, or a function that gives its
-- pieces; a path and a function are read twice, once to sign and once to send, and never held as a whole.

local compat = require("idngo.compat")
local core = require("idngo.core")
local decode = require("idngo.json").decode
local random_hex = require("idngo.text").random_hex
local sorted = require("idngo.sorted")
local suggest = require("idngo.suggest")

local M = {}

-- Media types by the endings of names.
local types = {
  jpg = "image/jpeg", jpeg = "image/jpeg", png = "image/png", heic = "image/heic", webp = "image/webp", pdf = "application/pdf",
  mp4 = "video/mp4", webm = "video/webm", mov = "video/quicktime",
}

--- A name as it can stand between quotes in the head of a part, whatever it was: no byte of it ends the quotes or the line, is
--- read as an escape, or in different ways by different readers.
local function safe_name(name)
  name = name:gsub("[\192-\255][\128-\191]*", "_"):gsub('[%c\127-\255"\\/%%;]', "_"):sub(-100)
  return name:find("^[^. ]") and name or "file" .. name
end

--- 128 random bits, as a text that stands nowhere in `text`.
local function boundary_for(text)
  local boundary
  repeat
    boundary = "idngo-" .. random_hex(32)
  until not text:find(boundary, 1, true)
  return boundary
end

local field_names = { "bytes", "name", "path", "read", "size", "type" }
local fields = {}
for _, name in ipairs(field_names) do fields[name] = true end

local wanted = "must be a path, {path = …}, {bytes = …} or {read = function(at, n) … end, size = …}, or false for none"

--- A file as it was given, as {path? | bytes? | read? and size, name, type}; nil and what is wrong with it.
---@param content any
---@return table|false|nil content false: there is none
---@return string? message
function M.content(content)
  if content == false then return false end
  if type(content) == "string" then content = { path = content } end
  if type(content) ~= "table" then return nil, wanted end
  for name in pairs(content) do
    if not fields[name] then return nil, "has a field that is none: " .. suggest(name, field_names) end
  end
  local path, bytes, read = content.path, content.bytes, content.read
  if (path and 1 or 0) + (bytes and 1 or 0) + (read and 1 or 0) ~= 1 then return nil, wanted end
  if path and (type(path) ~= "string" or path == "" or path:find("%z")) then return nil, wanted end
  if bytes and type(bytes) ~= "string" then return nil, wanted end
  if bytes == "" then return nil, "is empty" end
  if read and not (type(read) == "function" and compat.is_integer(content.size) and content.size > 0) then return nil, wanted end
  local name, media = content.name or path and path:match("[^/]*$") or "file", content.type
  if type(name) ~= "string" then return nil, "has a name that is no string" end
  if media and (type(media) ~= "string" or not media:find("^[%w!#$&^_.+-]+/[%w!#$&^_.+-]+$")) then
    return nil, "has a type that is none, such as image/jpeg"
  end
  media = media or types[(name:match("%.(%w+)$") or ""):lower()] or "application/octet-stream"
  return { path = path, bytes = bytes, read = read, size = content.size, name = safe_name(name), type = media }
end

--- The fields of a table of texts, each as a part: metadata[id], metadata[applicantId].
local function parts_of(boundary, field, values)
  local parts = {}
  for i, name in ipairs(sorted(values)) do
    parts[i] = ('--%s\r\nContent-Disposition: form-data; name="%s[%s]"\r\n\r\n%s\r\n'):format(boundary, field,
      safe_name(name), tostring(values[name]))
  end
  return table.concat(parts)
end

--- What stands around a file: its boundary, and the bytes before and behind.
---@param body table of the endpoint: the JSON's part is called as its table is; with `apart` each field of it is a part
---@param json string
---@param part string the file's
---@param content table|false see M.content
---@return string content_type
---@return string before
---@return string after
function M.frame(body, json, part, content)
  local name = content and content.name or ""
  local boundary = boundary_for(json .. "\n" .. name .. "\n" .. (content and content.bytes or ""))
  local before = body.apart and parts_of(boundary, body[2], decode(json))
    or ('--%s\r\nContent-Disposition: form-data; name="%s"\r\nContent-Type: application/json\r\n\r\n%s\r\n'):format(
      boundary, body[2], json)
  local after = ("--%s--\r\n"):format(boundary)
  if content then
    before = ('%s--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s\r\n\r\n'):format(before,
      boundary, part, name, content.type)
    after = "\r\n" .. after
  end
  return "multipart/form-data; boundary=" .. boundary, before, after
end

-- A function's pieces, with what stands around them, as a source (see csrc/system/lua_file.c).
local Source = {}
Source.__index = Source

local AT_ONCE, PIECE = 1024 * 1024, 64 * 1024
local CHANGED = "the file changed while it was being sent"

---@param content table of M.content, with read
---@param before string
---@param after string
---@return table
function M.source(content, before, after)
  return setmetatable({ content = content, before = before, after = after, at = 0 }, Source)
end

function Source:size() return #self.before + self.content.size + #self.after end

--- The function's next piece, of at most `n` bytes; nil and why there is none.
local function piece_of(content, at, n)
  local ran, piece, message = compat.pcall(content.read, at, math.min(n, content.size - at))
  if not ran then return nil, tostring(piece) end
  if type(piece) ~= "string" then return nil, message and tostring(message) or "it gave no bytes" end
  if piece == "" then return nil, "it ended before its size" end
  if #piece > math.min(n, content.size - at) then return nil, "it gave more than it was asked for" end
  return piece
end

--- A sum over the content alone, by which its second reading is compared with the first: an HMAC, as the core has it by pieces.
local function begin_sum(signer)
  local sum = signer:copy()
  sum:begin(0, "", "")
  return sum
end

local function stop(self)
  for _, name in ipairs { "signing", "sum" } do
    if self[name] then self[name]:close() end
    self[name] = nil
  end
end

function Source:headers(signer, lines, time, method, target)
  if not self.signing or self.time ~= time then
    stop(self)
    self.signing, self.sum, self.time, self.at = signer:copy(), begin_sum(signer), time, 0
    self.signing:begin(math.floor(time), method, target)
    self.signing:update(self.before)
  end
  local stop_at = math.min(self.at + AT_ONCE, self.content.size)
  while self.at < stop_at do
    local piece, message = piece_of(self.content, self.at, math.min(PIECE, stop_at - self.at))
    if not piece then
      stop(self)
      return nil, "the content to send cannot be read: " .. message
    end
    self.signing:update(piece)
    self.sum:update(piece)
    self.at = self.at + #piece
  end
  if self.at < self.content.size then return false end
  self.signing:update(self.after)
  local signed = self.signing:finish_headers(lines, math.floor(time))
  self.digest = self.sum:finish()
  stop(self)
  self.sum, self.at = begin_sum(signer), -#self.before
  return signed
end

function Source:read(n)
  local at, size = self.at, self.content.size
  if at < 0 then
    self.at = math.min(0, at + n)
    return self.before:sub(#self.before + at + 1, #self.before + self.at)
  elseif at >= size then
    local piece = self.after:sub(at - size + 1, at - size + n)
    self.at = at + #piece
    return piece
  end
  local piece, message = piece_of(self.content, at, n)
  if not piece then return nil, "the content to send cannot be read: " .. message end
  self.sum:update(piece)
  self.at = at + #piece
  if self.at == size and self.sum:finish() ~= self.digest then return nil, CHANGED end
  return piece
end

function Source:close() stop(self) end

--- What tells a content from others: the SHA-256 of a path's bytes or of bytes, or a sum over what a function gives.
---@param content table of M.content
---@return string? digest
---@return string? message
function M.digest(content)
  if content.bytes then return core.sha256(content.bytes) end
  local found, message
  if content.path then
    local source
    source, message = core.source(content.path)
    if not source then return nil, message end
    found, message = source:sha256()
    source:close()
  else
    local sum, at, piece = core.signer("content"), 0, ""
    sum:begin(0, "", "")
    while piece and at < content.size do
      piece, message = piece_of(content, at, PIECE)
      if piece then sum:update(piece) end
      at = at + #(piece or "")
    end
    found = piece and sum:finish()
    sum:close()
  end
  if found then return found end
  return nil, "the content to send cannot be read: " .. message
end

return M
