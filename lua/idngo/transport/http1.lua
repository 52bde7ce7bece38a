-- Reads one HTTP/1.1 reply strictly: what two readers could understand differently is refused.
--
-- Knows nothing of sockets but a function that gives bytes, and never asks for more than one message holds.
-- The limits are those of csrc/curl/transfer.h.

local MAX_HEADER_BYTES, MAX_HEADERS = 64 * 1024, 256
local MAX_CHUNK_LINE = 1024
local PIECE = 16 * 1024

local CONTROL = "[%z\1-\8\10-\31\127]"
local HEADER = "^([%w!#$%%&'*+.^_`|~-]+):[ \t]*(.-)[ \t]*$"

---@class idngo.Reader
---@field status integer? of the final status line
---@field answered number? when that line came, by `now`
---@field keep boolean the connection may carry another message
local Reader = {}
Reader.__index = Reader

--- A reply that breaks a rule; it counts as complete, since waiting for more of it would not mend it.
local function refuse(what)
  return nil, { kind = "malformed", message = what, complete = true }
end

--- What it means that no more bytes came.
local function lost(self, why)
  if why == "timeout" then return nil, { kind = "timeout", message = "timed out waiting for the reply" } end
  if why ~= "closed" then return nil, { kind = "io", message = why } end
  if self.status then return nil, { kind = "malformed", message = "connection closed before the end of the reply" } end
  return nil, { kind = "io", message = "connection closed before an answer" }
end

--- Adds to what is buffered.
local function fill(self)
  local bytes, why = self.receive(PIECE)
  if not bytes then return lost(self, why) end
  self.buffer, self.at = self.buffer:sub(self.at) .. bytes, 1
  return true
end

--- Some of the body's next bytes, at most `n`.
local function take(self, n)
  local buffer, at = self.buffer, self.at
  if at <= #buffer then
    local piece = buffer:sub(at, at + n - 1)
    self.at = at + #piece
    return piece
  end
  return self.receive(n < PIECE and n or PIECE)
end

--- The next line without its CRLF.
---@return string? line false when it is longer than `limit` or ends in a bare LF
---@return table? problem when the bytes ended
local function read_line(self, limit)
  local searched = 0
  while true do
    local stop = self.buffer:find("\n", self.at + searched, true)
    local length = (stop or #self.buffer + 1) - self.at
    if length > limit then return false end
    if stop then
      local line = self.buffer:sub(self.at, stop - 1)
      self.at = stop + 1
      return line:sub(-1) == "\r" and line:sub(1, -2)
    end
    searched = length
    local ok, problem = fill(self)
    if not ok then return nil, problem end
  end
end

--- A line of a header block, counted against its limits and kept for `head`.
local function read_head_line(self)
  local line, problem = read_line(self, MAX_HEADER_BYTES - self.size)
  if line == nil then return nil, problem end
  self.count = self.count + 1
  if not line then return refuse("too many or too long headers, or a line that does not end in CRLF") end
  if self.count > MAX_HEADERS then return refuse("too many or too long headers") end
  if line:find(CONTROL) then return refuse("a control byte in a header") end
  self.size = self.size + #line + 2
  self.lines[#self.lines + 1] = line
  return line
end

--- Reads header lines up to the empty one and hands each to `on_header`, which returns what is wrong with it.
local function read_headers(self, on_header)
  while true do
    local line, problem = read_head_line(self)
    if not line then return nil, problem end
    if line == "" then return true end
    local name, value = line:match(HEADER)
    if not name then return refuse("a line that is no header") end
    local wrong = on_header(self, name:lower(), value)
    if wrong then return refuse(wrong) end
  end
end

--- Whether the comma-separated list holds `token`.
local function has_token(list, token)
  for word in list:gmatch("[^, \t]+") do
    if word:lower() == token then return true end
  end
  return false
end

--- Two lengths that differ, or a length beside chunks, mean that somebody on the way reads this reply differently.
local function on_header(self, name, value)
  if name == "content-length" then
    if not value:find("^%d+$") or #value > 15 then return "content-length is not a number" end
    if self.length and self.length ~= value then return "two different content-lengths" end
    self.length = value
  elseif name == "transfer-encoding" then
    if self.coding then return "two transfer-encodings" end
    self.coding = value:lower()
  elseif name == "content-encoding" then
    if value:lower() ~= "identity" then self.encoding = value end
  elseif name == "connection" then
    if has_token(value, "close") then self.keep = false end
  end
  if self.length and self.coding then return "both a content-length and a transfer-encoding" end
end

--- The number in a status line, and whether connections outlive their messages in that version.
local function read_status(self)
  while #self.buffer - self.at < 4 do
    local ok, problem = fill(self)
    if not ok then return nil, problem end
  end
  if self.buffer:sub(self.at, self.at + 4) ~= "HTTP/" then return refuse("not an HTTP reply") end
  local line, problem = read_head_line(self)
  if not line then return nil, problem end
  local minor, status, rest = line:match("^HTTP/1%.([01]) ([1-5]%d%d)(.?)")
  if not status or (rest ~= "" and rest ~= " ") then return refuse("not an HTTP/1.1 reply") end
  return tonumber(status), minor == "1"
end

--- Reads status line and headers, past what a server says in between.
---@return true?
---@return table? problem {kind, message, complete}
function Reader:read_head()
  local status, persistent, ok, problem
  repeat
    self.lines, self.size, self.length, self.coding, self.encoding = {}, 0, nil, nil, nil
    status, persistent = read_status(self)
    if not status then return nil, persistent end
    self.keep = persistent
    if status == 101 then return refuse("the server changed the protocol") end
    if status >= 200 then self.status, self.answered = status, self.now() end
    ok, problem = read_headers(self, on_header)
    if not ok then return nil, problem end
  until status >= 200
  return true
end

--- The final status line and the header lines as they came so far, trailers included.
function Reader:head()
  return table.concat(self.lines, "\r\n") .. "\r\n"
end

local function no_trailer_rule() end

--- Hands `left` bytes to `write`.
local function read_length(self, left, write)
  while left > 0 do
    local piece, why = take(self, left)
    if not piece then return lost(self, why) end
    left = left - #piece
    local ok, problem = write(piece)
    if not ok then return nil, problem end
  end
  return true
end

local function read_chunks(self, write)
  while true do
    local line, problem = read_line(self, MAX_CHUNK_LINE)
    if line == nil then return nil, problem end
    local digits, rest = (line or ""):match("^(%x+)[ \t]*(.*)$")
    if not digits or #digits > 12 or rest:find("^[^;]") or rest:find(CONTROL) then
      return refuse("bad chunk size")
    end
    local size = tonumber(digits, 16)
    if size == 0 then return read_headers(self, no_trailer_rule) end
    local ok
    ok, problem = read_length(self, size, write)
    if not ok then return nil, problem end
    line, problem = read_line(self, 2)
    if line == nil then return nil, problem end
    if line ~= "" then return refuse("a chunk longer than its size") end
  end
end

local function read_to_end(self, write)
  self.keep = false
  while true do
    local piece, why = take(self, PIECE)
    if not piece then
      if why == "closed" then return true end
      return lost(self, why)
    end
    local ok, problem = write(piece)
    if not ok then return nil, problem end
  end
end

--- Reads the body that belongs to the head.
---@param method string of the request
---@param write fun(piece: string): true?, table? takes the bytes, or returns nil and a problem
---@return true?
---@return table? problem
function Reader:read_body(method, write)
  local ok, problem = true, nil
  if method ~= "HEAD" and self.status ~= 204 and self.status ~= 304 then
    if self.encoding then return refuse("content-encoding is not identity") end
    if self.coding then
      if self.coding ~= "chunked" then return refuse("transfer-encoding is not chunked") end
      ok, problem = read_chunks(self, write)
    elseif self.length then
      ok, problem = read_length(self, tonumber(self.length), write)
    else
      ok, problem = read_to_end(self, write)
    end
  end
  self.keep = self.keep and self.at > #self.buffer
  return ok, problem
end

local M = {}

--- A reader of one reply.
---@param receive fun(max: integer): string?, string? gives 1 to `max` bytes, or nil and "closed", "timeout" or a reason
---@param now fun(): number
---@return idngo.Reader
function M.reader(receive, now)
  return setmetatable({ receive = receive, now = now, buffer = "", at = 1, count = 0, size = 0, lines = {},
    keep = false }, Reader)
end

return M
