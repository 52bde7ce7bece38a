-- Reads one HTTP/1.1 reply strictly, from a function that gives bytes; the rules for its head are in csrc/core/http.h.
--
-- Never asks for more than one message holds, as far as a message tells.

local core = require("idngo.core")

local MAX_CHUNK_LINE = 1024
local PIECE = 16 * 1024

---@class idngo.Reader
---@field status integer? of the final status line
---@field answered number? when that line came, by `now`
---@field keep boolean? the connection may carry another message
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

--- Adds to what is buffered, from the position `first` on.
local function fill(self, first)
  local bytes, why = self.receive(PIECE)
  if not bytes then return lost(self, why) end
  if first <= #self.buffer then bytes = self.buffer:sub(first) .. bytes end
  self.buffer, self.at = bytes, self.at - first + 1
  return true
end

--- Reads status line and headers, past what a server says in between.
---@return true?
---@return table? problem {kind, message, complete}
function Reader:read_head()
  local head = core.http_head()
  self.parser = head
  while true do
    local at, state = head:read(self.buffer, self.at)
    if not self.status then
      self.status = head:status()
      self.answered = self.status and self.now()
    end
    if not at then return refuse(state) end
    self.at = at
    if state == "done" then break end
    if state == "interim" then
      self.first = at
    else
      local ok, problem = fill(self, self.first)
      if not ok then return nil, problem end
      self.first = 1
    end
  end
  self.raw = self.buffer:sub(self.first, self.at - 1)
  self.framing, self.keep = head:framing()
  return true
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
  return self.receive(n < PIECE and n or PIECE)
end

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

local function read_to_end(self, write)
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
    local at, state = self.parser:trailers(self.buffer, self.at)
    if not at then return refuse(state) end
    self.at = at
    if state == "done" then return true end
    local ok, problem = fill(self, at)
    if not ok then return nil, problem end
  end
end

local function read_chunks(self, write)
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
    ok, problem = read_length(self, size, write)
    if not ok then return nil, problem end
    line, problem = read_line(self, 2)
    if line == nil then return nil, problem end
    if line ~= "" then return refuse("a chunk longer than its size") end
  end
end

--- Reads the body that belongs to the head.
---@param method string of the request
---@param write fun(piece: string): true?, table? takes the bytes, or returns nil and a problem
---@return true?
---@return table? problem
function Reader:read_body(method, write)
  local framing, ok, problem = self.framing, true, nil
  if method ~= "HEAD" and self.status ~= 204 and self.status ~= 304 then
    if framing == "coded" then return refuse("a coding that was not asked for") end
    if framing == "chunked" then
      ok, problem = read_chunks(self, write)
    elseif framing == "close" then
      self.keep = false
      ok, problem = read_to_end(self, write)
    else
      ok, problem = read_length(self, framing, write)
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
  return setmetatable({ receive = receive, now = now, buffer = "", at = 1, first = 1 }, Reader)
end

return M
