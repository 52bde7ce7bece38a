-- One reply over a cosocket: what it brings goes to the reader in C, which both runtimes share, until the reply ended.

local core = require("idngo.core")

local PIECE = 16 * 1024
local MOST_SPARE = 64

---@class idngo.Reader
---@field status integer|false of the final status line
---@field received_at number|false when that line came, by core.now
---@field has_head boolean all of the head came
---@field last boolean the connection can carry no other message
local Reader = {}

--- A reply that breaks a rule, or ended early.
local function refuse(reply)
  local message, complete = reply:problem()
  return nil, { kind = "malformed", message = message, complete = complete }
end

--- What it means that the connection gave no more bytes; nil where that may be how the reply ends.
local function lost(self, message)
  if message == "timeout" then
    return { kind = "timeout", message = self.status and "timed out while the reply was received"
      or "timed out waiting for the reply" }
  end
  if message ~= "closed" then return { kind = "io", message = message } end
  if not self.status then return { kind = "io", message = "connection closed before an answer" } end
end

--- Takes some more bytes of the reply.
---@return true?
---@return table? failure
local function take(self)
  local reply = self.reply
  local bytes, message = self:receive(PIECE)
  local state, status, has_head
  if bytes then
    -- where they may have filled a buffer below us (buffers are whole KiB), TLS may hold more of what it has read, which
    -- nobody would see before the next request
    self.full = #bytes % 1024 == 0
    state, status, has_head = reply:feed(bytes)
  else
    local failure = lost(self, message)
    if failure then return nil, failure end
    self.last = true
    state, status, has_head = reply:eof(self.may_be_cut)
  end
  if status and not self.status then self.status, self.received_at = status, core.now() end
  self.state, self.has_head = state, has_head
  if state == "wrong" then return refuse(reply) end
  return true
end

-- What is done once for nearly every reply stands in no loop: LuaJIT begins a trace at a loop, and gives up each that comes upon
-- one.

--- Reads until all of the head is there.
---@return true?
---@return table? failure {kind, message, complete}
function Reader:read_head()
  local ok, failure = take(self)
  if not ok then return nil, failure end
  if self.has_head then return true end
  return self:read_head()
end

--- The final status line and the headers as they came so far.
---@return string
function Reader:head() return (self.reply:head()) end

--- Hands over what came of the body.
---@param write? fun(piece: string): true?, table?
---@return true?
---@return table? failure
local function hand_over(self, write)
  local piece = write and self.reply:take()
  if not piece or piece == "" then return true end
  return write(piece)
end

--- Reads the rest of the reply.
---@param write? fun(piece: string): true?, table? takes the body, or returns nil and a failure
---@return string? body "" when it went to `write`
---@return string|table head, or the failure
function Reader:read_body(write)
  local ok, failure = hand_over(self, write)
  while ok and self.state ~= "end" do
    ok, failure = take(self)
    if ok then ok, failure = hand_over(self, write) end
  end
  if not ok then return nil, failure end
  local body, head, keeps = self.reply:finish()
  if self.full or not keeps then self.last = true end
  return body, head
end

local M = {}

--- What makes readers, each of one reply.
---@param receive fun(self: idngo.Reader, max: integer): string?, string? gives 1 to `max` bytes, or nil and "closed",
---  "timeout" or a reason; it finds in the reader what that was made with
---@return fun(sock: any, deadline: number, clock: number, no_body: boolean, gzip: boolean, max: number): idngo.Reader
function M.readers(receive)
  local class, spare = { receive = receive }, {} -- those that serve the next reply
  for name, value in pairs(Reader) do class[name] = value end
  class.__index = class

  --- Nobody asks it any more.
  function class:close()
    self.sock = false
    if #spare < MOST_SPARE then spare[#spare + 1] = self end
  end

  return function(sock, deadline, clock, no_body, gzip, max)
    local count = #spare
    local reader = spare[count] or setmetatable({ reply = core.http_reply(), sock = false, deadline = 0, clock = 0,
      state = "more", status = false, received_at = false, has_head = false, full = false, last = false, pace = false,
      is_file = false, broken = false }, class)
    spare[count] = nil
    reader.reply:begin(no_body, gzip, max)
    reader.sock, reader.deadline, reader.clock, reader.state = sock, deadline, clock, "more"
    reader.status, reader.received_at, reader.has_head, reader.full = false, false, false, false
    reader.last, reader.pace, reader.is_file, reader.broken = false, false, false, false
    return reader
  end
end

return M
