-- Reads one HTTP/1.1 reply strictly, from a function that gives bytes; the rules for its head are in csrc/core/http.h.
--
-- Never asks for more than one message holds, as far as a message tells.

local core = require("idngo.core")

local MAX_CHUNK_LINE = 1024
local PIECE = 16 * 1024

---@class idngo.Reader
---@field status integer|false of the final status line
---@field answered number|false when that line came, by core.now
---@field last boolean the connection can carry no other message
---@field private first integer where in `buffer` the head begins
local Reader = { first = 1, last = false, full = false }

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

--- Some bytes, at most `n`. Where they may have filled a buffer below us (buffers are whole KiB), TLS may hold more of
--- what it has read, which nobody would see before the next request.
local function read_some(self, n)
  local bytes, why = self:receive(n)
  local full = bytes and #bytes % 1024 == 0
  if full ~= self.full then self.full = full end
  return bytes, why
end

--- Adds to what is buffered, from the position `first` on.
local function fill(self, first)
  local bytes, why = read_some(self, PIECE)
  if not bytes then return lost(self, why) end
  if first <= #self.buffer then bytes = self.buffer:sub(first) .. bytes end
  self.buffer, self.at = bytes, self.at - first + 1
  if self.first > 1 then self.first = 1 end
  return true
end

--- Reads status line and headers, past what a server says in between.
---@return integer|string|nil framing how the body ends, see csrc/core/lua_http.c
---@return table? problem {kind, message, complete}
function Reader:read_head()
  while true do
    local ok, problem = fill(self, self.first)
    if not ok then return nil, problem end
    local at, status, framing, keep, first, so_far = core.http_head(self.buffer, self.at, self.so_far)
    if status and not self.status then
      self.status, self.answered = status, core.now()
      if not at then self.raw = "" end -- its lines were refused with it
    end
    if not at then return refuse(framing) end
    self.at = at
    if first then self.first = first end
    if so_far then self.so_far = so_far end
    if framing then
      if not keep then self.last = true end
      self.raw = self.buffer:sub(self.first, at - 1)
      return framing
    end
  end
end

--- The final status line and the headers as they came so far.
function Reader:head()
  return self.raw or self.buffer:sub(self.first, self.at - 1)
end

--- Some of the body's next bytes, at most `n`.
local function take(self, n)
  local buffer, at = self.buffer, self.at
  if at <= #buffer then
    local piece = buffer:sub(at, at + n - 1)
    self.at = at + #piece
    return piece
  end
  return read_some(self, n < PIECE and n or PIECE)
end

--- Takes a piece of the body.
local function deliver(self, piece)
  if self.write then return self.write(piece) end
  self.kept = self.kept + #piece
  if self.kept > self.limit then return refuse("reply larger than max_reply") end
  self.pieces[#self.pieces + 1] = piece
  return true
end

--- Delivers `left` bytes.
local function read_length(self, left)
  while left > 0 do
    local piece, why = take(self, left)
    if not piece then return lost(self, why) end
    left = left - #piece
    local ok, problem = deliver(self, piece)
    if not ok then return nil, problem end
  end
  return true
end

local function read_to_end(self)
  while true do
    local piece, why = take(self, PIECE)
    if not piece then
      if why == "closed" then return true end
      return lost(self, why)
    end
    local ok, problem = deliver(self, piece)
    if not ok then return nil, problem end
  end
end

--- The next line without its CRLF.
---@return string? line false when it is longer than `limit` or ends in a bare LF
---@return table? problem when the bytes ended
local function read_line(self, limit)
  while true do
    local stop = self.buffer:find("\n", self.at, true)
    if (stop or #self.buffer + 1) - self.at > limit then return false end
    if stop then
      local line = self.buffer:sub(self.at, stop - 1)
      self.at = stop + 1
      return line:sub(-1) == "\r" and line:sub(1, -2)
    end
    local ok, problem = fill(self, self.at)
    if not ok then return nil, problem end
  end
end

local function read_trailers(self)
  while true do
    local at, done, wrong = core.http_trailers(self.buffer, self.at, self.so_far)
    if not at then return refuse(wrong) end
    self.at = at
    if done then return true end
    local ok, problem = fill(self, at)
    if not ok then return nil, problem end
  end
end

local function read_chunks(self)
  while true do
    local line, problem = read_line(self, MAX_CHUNK_LINE)
    if line == nil then return nil, problem end
    local digits, rest = (line or ""):match("^(%x+)[ \t]*(.*)$")
    if not digits or #digits > 12 or rest:find("^[^;]") or rest:find("[%z\1-\8\10-\31\127]") then
      return refuse("bad chunk size")
    end
    local size = tonumber(digits, 16)
    if size == 0 then return read_trailers(self) end
    local ok
    ok, problem = read_length(self, size)
    if not ok then return nil, problem end
    line, problem = read_line(self, 2)
    if line == nil then return nil, problem end
    if line ~= "" then return refuse("a chunk longer than its size") end
  end
end

--- The body in one piece, when it has come with the head.
local function whole_body(self, framing, limit)
  local at = self.at
  if type(framing) ~= "number" or framing > limit or at + framing - 1 > #self.buffer then return nil end
  self.at = at + framing
  return self.buffer:sub(at, at + framing - 1)
end

--- The body, delivered piece by piece.
local function read_pieces(self, framing, limit, write)
  local ok, problem
  self.kept, self.limit, self.pieces, self.write = 0, limit, {}, write
  if framing == "chunked" then
    ok, problem = read_chunks(self)
  elseif framing == "close" then
    self.last = true
    ok, problem = read_to_end(self)
  else
    ok, problem = read_length(self, framing)
  end
  return ok and table.concat(self.pieces), problem
end

--- Reads the body that belongs to the head.
---@param framing integer|string what read_head returned
---@param method string of the request
---@param limit number of bytes that are kept
---@param write? fun(piece: string): true?, table? takes the bytes, or returns nil and a problem
---@return string|false|nil body "" when it went to `write`
---@return table? problem
function Reader:read_body(framing, method, limit, write)
  local body, problem = "", nil
  if method ~= "HEAD" and self.status ~= 204 and self.status ~= 304 then
    if framing == "coded" then return refuse("a coding that was not asked for") end
    body = not write and whole_body(self, framing, limit)
    if not body then body, problem = read_pieces(self, framing, limit, write) end
  end
  if self.full or self.at <= #self.buffer then self.last = true end
  return body, problem
end

local M = {}

--- What makes readers, each of one reply.
---@param receive fun(self: idngo.Reader, max: integer): string?, string? gives 1 to `max` bytes, or nil and "closed",
---  "timeout" or a reason; it finds in the reader what that was made with
---@return fun(sock: any, deadline: number, clock: number): idngo.Reader
function M.readers(receive)
  local class = { receive = receive }
  for name, value in pairs(Reader) do class[name] = value end
  class.__index = class
  -- what every reply needs and no more: one is made in every call, and LuaJIT makes room for no nil
  return function(sock, deadline, clock)
    return setmetatable({ sock = sock, deadline = deadline, clock = clock, buffer = "", at = 1,
      status = false, answered = false, raw = false }, class)
  end
end

return M
