-- The transport inside nginx: cosockets, so that a call yields its request or timer and blocks no worker.
--
-- Same contract as transport/curl.lua; HTTP/1.1 is written and read in C, by what plain Lua uses, too. One
-- object serves all requests of a worker: what belongs to a call lives in its own stack.

local advice = require("idngo.transport.ngx_advice")
local calls = require("idngo.transport.ngx_calls")
local core = require("idngo.core")
local dial = require("idngo.transport.ngx_dial")
local proxies = require("idngo.transport.ngx_proxy")
local is_silent = require("idngo.transport.ngx_socket").is_silent
local readers = require("idngo.transport.ngx_reader").readers
local step = require("idngo.limits.pace").STEP

local ngx = ngx
local ngx_now = ngx.now
local spawn, kill = ngx.thread.spawn, ngx.thread.kill
local milliseconds, set_time = dial.milliseconds, dial.set_time

-- A request up to this size leaves in one write, which the system takes whole or not at all. Larger ones are
-- written piece by piece, while the reply is awaited: a server may answer before it has read everything.
local SINGLE_WRITE = 16 * 1024
local PIECE = 64 * 1024
-- As long as the server takes all at once, nginx finds no reason to wait. So the worker's other requests have their turn
-- whenever this much has been written.
local TURN = 1024 * 1024

-- Seconds between looks at what a thread that waits for the disk has done.
local POLL = 0.001

local Transport = {}
Transport.__index = Transport

Transport.unusable_phase = advice.unusable_phase

function Transport.sleep(seconds)
  calls.sleep(seconds > 0.001 and seconds or 0.001)
end

-- Files on their way to the disk. They are kept here, since one that becomes garbage, because its call died, has to be waited
-- for.
local saving = {}

--- Saves a file without waiting for the disk, which a thread does.
function Transport.save(sink)
  for other in pairs(saving) do
    if not other:busy() then saving[other] = nil end
  end
  saving[sink] = true
  sink:begin()
  while sink:busy() do calls.sleep(POLL) end
  saving[sink] = nil
  return sink:commit()
end

--- Counts bytes of a body that moves, as csrc/curl/exchange.c does: each step of it gives the next one its time.
---@param reader idngo.Reader its deadline is that of the whole exchange
---@param n integer
---@param done boolean? they were the last
---@return true?
---@return table? failure
local function moved(reader, n, done)
  local pace = reader.pace
  pace.moved = pace.moved + n
  if pace.moved - pace.mark < step and not done then return true end
  local now = core.now()
  pace.mark = pace.moved
  if now >= pace.renew_at then
    local left = pace.renew()
    if not left then
      reader.broken = { kind = "timeout", message = "its rate-limit slot was another's while its body moved" }
      return nil, reader.broken
    end
    pace.limit, pace.renew_at = now + left, now + pace.silence / 3
  end
  reader.deadline, reader.clock = math.min(now + pace.silence, pace.limit), 0
  return true
end

--- Receives within the time that is left. What was set last still holds while nginx's own clock stands still, which
--- it does until nginx waits.
local function receive(reader, max)
  local sock, clock = reader.sock, ngx_now()
  if clock ~= reader.clock then
    local by = reader.timed and math.huge or reader.deadline -- another thread times it
    if not set_time(sock, by) then return nil, "timeout" end
    reader.clock = clock
  end
  local bytes, message = sock:receiveany(max)
  if bytes and reader.is_file and not moved(reader, #bytes) then return nil, "broken off" end -- here, not at its end
  return bytes, message
end

local new_reader = readers(receive)

--- Connections of before are used no more, and end by themselves; the server shows its certificate again.
local function renew_pool(shared, now)
  shared.generation = shared.generation + 1
  shared.pool = ("%s %d"):format(shared.name, shared.generation)
  shared.since = now
  shared.session = nil
end

--- Where the connections are that may be used: none is older than the client has it.
local function pool_of(self, now)
  local shared = self.shared
  if now - shared.since >= self.age then renew_pool(shared, now) end
  return shared
end

--- An open connection, given the time until `deadline` for what comes next.
---@return table? sock
---@return boolean|table reused, or the failure
local function connect(self, fresh, now, connect_by, deadline, call)
  local sock = ngx.socket.tcp()
  local options = fresh and self.fresh or pool_of(self, now)
  local left = milliseconds(deadline - now)
  sock:settimeouts(milliseconds(connect_by - now), left, left)
  local ok, message
  if self.is_name then
    if call then call.sock = nil end -- it looks closed until the name is known
    ok, message = dial.by_name(sock, self.address, self.port, options, connect_by - now)
    if call then call.sock = sock end
  else
    if call then call.sock = sock end
    ok, message = sock:connect(self.address, self.port, options)
  end
  if not ok then return nil, advice.connect(self.proxy and self.address or self.host, message, self.proxy) end
  if sock:getreusedtimes() > 0 then -- no time has passed
    if is_silent(sock) then return sock, true end
    sock:close()
    return connect(self, fresh, now, connect_by, deadline, call)
  end
  if self.tls then
    local failure
    if self.proxy then ok, failure = proxies.tunnel(sock, self.proxy, self.host, self.server_port, connect_by) end
    if ok then
      set_time(sock, connect_by)
      ok, failure = dial.handshake(sock, self.host, self.pair, self.shared)
    end
    if not ok then
      sock:close()
      return nil, failure
    end
  elseif not is_silent(sock) then -- of TLS this shows nothing: its tickets may have come
    sock:close()
    return nil, { kind = "io", message = "the server sent something before it was asked", sent = false }
  end
  set_time(sock, deadline)
  return sock, false
end

--- What ends a transfer because of the caller's own reader or writer.
local function caller_failure(inner)
  return { kind = "io", message = "reading or writing the body failed", permanent = true, error = inner }
end

local function write_failure(message)
  if message == "timeout" then return { kind = "timeout", message = "timed out sending the request" } end
  if message == "silent" then return { kind = "timeout", message = "timed out waiting for the reply" } end
  return { kind = "io", message = message == "closed" and "connection closed while the request was sent" or message }
end

--- Whether a body is too large to be copied behind its head. It is signed before: see client/attempt.lua.
local function is_large(request)
  return request.body and #request.body > TURN
end

--- The next piece of a request, "" at its end: of its bytes, and of a body that is large, or read.
local function pieces_of(bytes, request)
  local at, body, left = 1, is_large(request) and request.body or "", request.read and request.size or 0
  return function()
    if at > #bytes then bytes, body, at = body, "", 1 end
    if at <= #bytes then
      local piece = bytes:sub(at, at + PIECE - 1)
      at = at + #piece
      return piece
    end
    if left == 0 then return "" end
    local ok, piece, reason = pcall(request.read, math.min(left, PIECE))
    if not ok or type(piece) ~= "string" then return nil, caller_failure(ok and reason or piece) end
    if piece == "" then return nil, caller_failure("the body ended before its size") end
    left = left - #piece
    return piece
  end
end

--- Writes a request piece by piece.
---@return true?
---@return table? failure
local function write_pieces(sock, reader, bytes, request, call)
  local next_piece, written = pieces_of(bytes, request), 0
  local piece, failure = next_piece()
  while piece and piece ~= "" do
    if call and call.gone then
      sock:close()
      return nil, write_failure("closed")
    end
    if not set_time(sock, reader.deadline) then return nil, write_failure("timeout") end
    local sent, message = sock:send(piece)
    if not sent then return nil, write_failure(message) end
    sent = #piece
    written = written + sent
    if written >= TURN then
      written = 0
      Transport.sleep(0)
    end
    piece, failure = next_piece()
    if reader.pace then
      local ok, broken = moved(reader, sent, piece == "")
      if not ok then return nil, broken end
    end
  end
  return piece and true, failure
end

--- Writes a large request and reads the reply's head at the same time.
---@return true?
---@return table? failure
---@return thread writer to be killed when the reply is read; it still writes when the reply came early
local function write_and_read_head(sock, reader, bytes, request, call)
  local written, write_failed, has_head, read_failed
  local ended = calls.semaphore() -- of either: told, and not waited for, so that it shows whether this thread lives
  local late
  -- the time of both is this thread's to keep: the reader's begins again while the other writes
  local function pause()
    calls.pause(ended, math.max(reader.deadline - core.now(), 0.001))
    late = late or core.now() >= reader.deadline
  end
  if call then call.writing, call.sent = true, true end
  reader.timed, reader.clock = true, 0
  local writer = spawn(function()
    written, write_failed = write_pieces(sock, reader, bytes, request, call)
    if call then call.writing, call.sent = nil, core.now() end
    ended:post(1)
  end)
  local listener = spawn(function()
    has_head, read_failed = reader:read_head()
    ended:post(1)
  end)
  while not (written or write_failed or has_head or read_failed or late) do pause() end
  if not (write_failed and write_failed.permanent or reader.broken) then
    -- a server that broke off may have said why before
    while not (has_head or read_failed or late) do pause() end
    while has_head and reader.status < 300 and not (written or write_failed or late) do pause() end
  end
  kill(listener)
  reader.timed, reader.clock = nil, 0
  if not written then reader.last = true end
  if late and not has_head and not write_failed then write_failed = write_failure(written and "silent" or "timeout") end
  if write_failed and (write_failed.permanent or not has_head) then return nil, write_failed, writer end
  return has_head, read_failed, writer
end

--- What hands the pieces of a body to the caller's own writer.
local function writer_of(request, reader)
  local head = reader:head()
  return function(piece)
    local ran, taken, reason = pcall(request.write, piece, head)
    if ran and taken then return true end
    local inner = caller_failure(ran and reason or taken)
    inner.complete = true
    return nil, inner
  end
end

--- The failure of a transfer whose request left, at least in part.
local function failure_of(reader, failure)
  failure.sent = true
  if reader.status then
    failure.status, failure.head, failure.received_at = reader.status, reader:head(), reader.received_at
  end
  return failure
end

--- One exchange over an open connection.
---@return idngo.Reader? reader when a reply came: it is to be closed
---@return string|table body, or the failure
---@return string? head of the reply
---@return boolean? reusable whether the connection may carry another request
local function talk(self, sock, method, request, bytes, deadline, call)
  local reader = new_reader(sock, deadline, ngx_now(), method == "HEAD", not request.identity, self.max_reply)
  if request.silence then
    reader.pace = { silence = request.silence, renew = request.renew, moved = 0, mark = 0, renew_at = 0, limit = deadline }
  end
  reader.may_be_cut = request.whole and self.tls -- a cosocket does not tell how TLS ended
  local ok, failure, writer, body, head
  if call then call.reader = reader end
  if not request.read and not is_large(request) and #bytes <= SINGLE_WRITE then
    if call then call.sent = core.now() end
    local message
    ok, message = sock:send(bytes)
    if not ok then
      failure = write_failure(message)
      failure.sent = message == "timeout"
      if call and not failure.sent then call.sent = nil end
      return nil, failure
    end
    ok, failure = reader:read_head()
  else
    ok, failure, writer = write_and_read_head(sock, reader, bytes, request, call)
  end
  if ok and reader.pace and (request.write or request.identity) and reader.status < 300 then
    reader.is_file = moved(reader, step) -- making a file takes a while, moving it another
    if not reader.is_file then ok, failure = nil, reader.broken end
  end
  if ok then
    body, head = reader:read_body(request.write and reader.status < 300 and writer_of(request, reader) or nil)
    if not body then failure = head end
  end
  if writer then kill(writer) end
  if call then call.writing = nil end
  if failure then
    if reader.pace and not reader.broken then failure.moved = reader.pace.moved end
    return nil, failure_of(reader, reader.broken or failure)
  end
  return reader, body, head, not reader.last
end

--- The caller's last word before the first byte.
---@return table? failure
local function refused(request)
  local before = request.before
  request.before = nil -- it is asked once
  local ran, wanted, failure = pcall(before)
  if ran and wanted then return nil end
  return { kind = "cancelled", message = "not wanted any more", sent = false, permanent = true,
    error = ran and failure or wanted }
end

--- A connection that stands and is silent, of a request that is still wanted, in time: what csrc/curl/exchange.h calls the
--- gate.
---@return table? sock
---@return boolean|table reused, or the failure
local function pass_gate(self, request, fresh, now, deadline, connect_by, call)
  local sock, reused = connect(self, fresh, now, connect_by, deadline, call)
  if not sock then return nil, reused end
  local failure
  if request.before then
    failure = refused(request)
    if not failure and (reused or not self.tls) and not is_silent(sock) then -- it spoke meanwhile
      sock:close()
      return pass_gate(self, request, fresh, core.now(), deadline, connect_by, call)
    end
  end
  if not failure and core.now() >= deadline then -- nginx hears of a connection before it looks at the time
    failure = { kind = "timeout", message = "timed out before the request was sent", sent = false }
  end
  if not failure then return sock, reused end
  if fresh or not sock:setkeepalive(self.idle, self.pool_size) then sock:close() end
  return nil, failure
end

local PLAIN = {} -- a request of which there is no more to say

--- Sends a request, at most twice, for the slots that `call` holds, if any.
local function send(self, fresh, call, now, connect_by, method, target, header_block, deadline, request, signer, skew)
  local sock, reused = pass_gate(self, request, fresh, now, deadline, connect_by, call)
  if not sock then return nil, reused end
  local bytes = core.http_request(method, target, self.host_header, header_block,
    is_large(request) and #request.body or request.body or request.size, not request.identity, signer,
    signer and core.wall() + skew)
  local reader, body, head, reusable = talk(self, sock, method, request, bytes, deadline, call)
  self.bytes = #bytes <= SINGLE_WRITE and bytes or bytes:sub(1, SINGLE_WRITE) -- others may have sent theirs meanwhile
  if fresh or not reusable or not sock:setkeepalive(self.idle, self.pool_size) then sock:close() end
  if reader then
    local status, received_at = reader.status, reader.received_at
    if call then call.reader, call.received_at = nil, received_at end
    reader:close()
    return status, head, body, received_at
  end
  if not reused or body.sent then return nil, body end
  -- the server had closed the connection while it was idle, and took nothing
  return send(self, true, call, core.now(), connect_by, method, target, header_block, deadline, request, signer, skew)
end

--- Sends one request and waits for its end; as in transport/curl.lua.
function Transport:send(_, method, target, header_block, by, options, signer, skew)
  local call, request, now = calls.enter(), options or PLAIN, core.now()
  local status, head, body, received_at = send(self, request.fresh, call, now, math.min(by, now + self.connect_timeout), method,
    target, header_block, by, request, signer, skew)
  if call then calls.leave(call) end
  return status, head, body, received_at
end

--- The head of the request whose reply came last; called before anything else runs.
function Transport:sent() return self.bytes or "" end

--- Breaks off what is under way, for a call that an error was thrown through.
function Transport.drop()
  local call = calls.current()
  if call and call.sock then call.sock:close() end
end

--- The reply that came last was another's: no connection that this worker keeps for the server is used again. They end
--- by themselves.
function Transport:distrust()
  renew_pool(self.shared, core.now())
end

--- Does nothing: the pool belongs to nginx, and idle connections end by themselves.
function Transport.close() end

-- Where a worker keeps the connections to each server, for all its clients.
local pools = {}

local M = {}

--- Opens the transport of one client.
---@param state table the client's settings, `base` among them
---@return table? transport
---@return table? failure a setting that nginx has a directive for
function M.open(state)
  local failure = advice.settings(state)
  if failure then return nil, failure end
  local base = state.base
  local tls = base.scheme == "https"
  local port = tonumber(base.port) or (tls and 443 or 80)
  local self = {
    tls = tls, host = base.host, port = port, address = base.host == "localhost" and "127.0.0.1" or base.host,
    host_header = base.host .. (base.port and ":" .. base.port or ""), idle = state.connection_idle * 1000,
    age = state.connection_age, pool_size = state.connection_pool,
    connect_timeout = state.connect_timeout, max_reply = state.max_reply,
  }
  local through = "-"
  if tls and state.proxy and state.proxy ~= "" then
    self.proxy, failure = proxies.parse(state.proxy)
    if not self.proxy then return nil, failure end
    self.server_port, self.address, self.port = port, self.proxy.host, self.proxy.port
    through = core.sha256(("%s %d %s"):format(self.address, self.port, self.proxy.authorization))
  end
  self.is_name = not advice.is_address(self.address)
  local identity = "-"
  if state.cert_file then
    self.pair, failure = advice.client_cert(state)
    if not self.pair then return nil, failure end
    identity = self.pair.identity
  end
  local pool = ("idngo %s %s %d %s %s %d"):format(base.scheme, base.host, port, identity, through, state.connection_pool)
  pools[pool] = pools[pool] or { name = pool, pool = pool, generation = 0, since = core.now() }
  self.shared, self.fresh = pools[pool], { pool = pool .. " fresh" } -- nothing is ever kept in the last
  return setmetatable(self, Transport)
end

return M
