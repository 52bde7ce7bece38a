-- One attempt of a call: what leaves, signed as it leaves, and what came back. Whether there is another is exchange.lua's to say.

local core = require("idngo.core")
local parse_headers = require("idngo.client.headers").parse
local reply = require("idngo.client.reply")

local read = reply.read

local M = {}

-- A call is {operation, target, timeout?, deadline?, header_block?, body?, file?, before?, after?, content?, source?, to?,
-- personal?, confirmed?, subject?, external?, echoed?, ranged?, is_special?, fresh?, sha256?, max_attempts?, before_send?,
-- put_back?}; its operation is what all calls of an endpoint have in common: see operation.lua.
--   before, after, content    what is sent around a file, and where its pieces are from: see multipart.lua
--   personal   the JSON of its body, as it was when it was given: the caller may change the table before the answer is there
--   confirmed  what the reply must say of it, where it says so
--   subject    the applicant asked about; external: the externalUserId of who is imported
--   echoed     what the reply says again of what was sent, by the places of operation.echoes
--   ranged     a part of the answer was asked for
--   sha256     of the file to send: of another nothing is sent
--   is_special with one of the next two
--   fresh      over a connection made for it: nothing that came before can be taken for its answer
--   max_attempts   of this call, where it has others than the client's
--   before_send() -> true | nil, failure | "later"    a run's last word, asked before every attempt when its slots are held and
--              a connection stands: what it commits is on disk before the first byte. Where it refuses nothing is sent. It
--              neither throws nor yields; where it has to wait, inside a task, it says "later", and is asked again after
--              scheduler:ask_again().

-- Bytes of a large body that are signed before others have their turn.
local TURN = 1024 * 1024

--- The failure of a call whose client was closed while it was under way.
function M.closed()
  return { kind = "cancelled", message = "the client was closed", permanent = true }
end

--- The header lines that all calls of an endpoint have in common.
local function header_block_of(state, call)
  local operation = call.operation
  local header_block = call.header_block or state.header_cache[operation]
  if not header_block then
    header_block = state.header_block .. operation.header_block
    state.header_cache[operation] = header_block
  end
  return header_block
end

--- The header lines of a call whose body is read from a source, signed now: reading a large file takes a while, and others
--- have their turn in between. Other calls are signed when they leave.
---@return string? header_block
---@return table? failure
local function sign_source(state, call, runtime)
  local header_block, source, time = header_block_of(state, call), call.source, core.wall() + state.skew
  local signed, message
  repeat
    if signed == false and not (runtime.unusable_phase and runtime.unusable_phase()) then runtime.sleep(0) end
    if not state.signer then return nil, M.closed() end
    signed, message = source:headers(state.signer, header_block, time, call.operation.method, call.target)
  until signed ~= false
  if not signed then return nil, { kind = "io", message = message, permanent = true } end
  return signed
end

--- The same of a large body that is a string.
local function sign_bytes(state, call, runtime)
  local operation, body, time = call.operation, call.body, math.floor(core.wall() + state.skew)
  local signer = state.signer:copy()
  signer:begin(time, operation.method, call.target)
  for at = 1, #body, TURN do
    if at > 1 and not (runtime.unusable_phase and runtime.unusable_phase()) then runtime.sleep(0) end
    signer:update(body:sub(at, at + TURN - 1))
  end
  if not state.signer then
    signer:close()
    return nil, M.closed()
  end
  local signed = signer:finish_headers(header_block_of(state, call), time)
  signer:close()
  return signed
end

--- The header lines of a call as they would leave now.
---@return string? header_block
---@return table? failure
function M.sign(state, call, runtime)
  if call.source then return sign_source(state, call, runtime) end
  return state.signer:headers(header_block_of(state, call), core.wall() + state.skew, call.operation.method, call.target,
    call.body)
end

-- Closures are made by functions of their own: LuaJIT compiles none that may have to close over its variables.

local function reads(source, call)
  return function(n)
    local piece, message = source:read(n)
    call.is_cut = not piece
    return piece, message
  end
end

--- Gives a file its name when all of it is on disk; a runtime that must not wait for a disk has a way of its own.
local function save(sink, runtime)
  if runtime.save then return runtime.save(sink) end
  return sink:commit()
end

--- Prepares where a binary reply goes, when the caller said; returns the writer and what ends it.
local function open_target(call)
  local write, finish, abort, stands = call.to, nil, nil, true
  if type(call.to) == "string" then
    local sink, message = core.sink(call.to)
    if not sink then return nil, nil, nil, { kind = "io", message = message, permanent = true } end
    stands = sink:through()
    write = function(chunk) return sink:write(chunk) end
    finish, abort = function(runtime) return save(sink, runtime) end, function() sink:abort() end
  end
  local size = 0
  call.written = function() return size end
  local writer = reply.checked_writer(call, function(chunk)
    size = size + #chunk
    call.delivered = stands
    local ok, message = write(chunk)
    if ok == false or (ok == nil and message ~= nil) then return nil, message end
    return true
  end)
  return writer, finish, abort
end

--- What a transport's failure comes to: what the caller's own function said wins.
local function failure_of(raw)
  local inner = raw.error
  if type(inner) == "table" and inner.kind then
    if inner.sent == nil then inner.sent = raw.sent end
    inner.status, inner.head, inner.received_at, inner.permanent = raw.status, raw.head, raw.received_at, true
    return inner
  end
  if inner ~= nil then raw.message = tostring(inner) end
  if raw.head then
    local headers = parse_headers(raw.head)
    raw.retry_after, raw.date = headers["retry-after"], headers["date"]
    raw.correlationId = headers["x-correlation-id"]
  end
  return raw
end

--- What a transport has to know of a call beside its target and headers: its body, who takes the reply, and whether
--- the call may be repeated.
---@return table options
---@return function? finish
---@return function? abort
---@return table? failure
local function options_of(call)
  local operation, source = call.operation, call.source
  local options, finish, abort, failure
  if source then
    options = { size = source:size(), read = reads(source, call) }
  else
    options = { body = call.body }
  end
  options.identity = operation.binary
  options.whole = operation.reply == "any" or operation.binary or call.to ~= nil
  -- a kept connection that is stale could lose a call that must not be repeated
  options.fresh = call.fresh or operation.retry == "once"
  options.before = call.before_send
  if call.to then options.write, finish, abort, failure = open_target(call) end
  return options, finish, abort, failure
end

--- Makes one attempt: a result, or a failure; and when the answer came, its status and its head, if one came.
---@param by number when its time is over, at the latest when its slots may be another's
---@param silence number|false of a call whose body moves: its timeout
---@param renew function|false how long it may go on, see limits/pace.lua
function M.make(state, call, runtime, by, silence, renew)
  local operation, signer = call.operation, state.signer
  if not signer then return nil, M.closed() end -- by a listener
  local header_block, failure, options, finish, abort = state.header_cache[operation] or header_block_of(state, call)
  if call.is_special or not operation.is_plain then
    local ahead = call.source and sign_source or #(call.body or "") > TURN and sign_bytes
    if ahead then
      header_block, failure = ahead(state, call, runtime)
      if not header_block then return nil, failure end
      signer = nil
    end
    options, finish, abort, failure = options_of(call)
    if failure then return nil, failure end
    options.silence, options.renew = silence or nil, renew or nil
  end
  local result
  call.sending = true
  local status, raw_head, body, received_at = runtime:send(state.transport.route, operation.method, call.target,
    header_block, by, options, signer, state.skew)
  if status then
    result, failure = read(call, status, raw_head, body, not signer and header_block or runtime)
    if result and operation.reply ~= "any" then state.accepted = true end -- the service's own reply: it took the signature
    if failure and failure.foreign then runtime:distrust() end
  else
    failure = failure_of(raw_head)
    -- the service has less than it was promised, and can do nothing with it
    if call.is_cut and not failure.status then failure.sent, failure.is_cut = false, true end
    status, raw_head, received_at = failure.status, failure.head, failure.received_at
  end
  if not result then
    if abort then abort() end
  elseif finish then
    local saved, message = finish(runtime)
    if saved then
      saved.contentType = result.contentType
      result = saved
    else
      if abort then abort() end
      result, failure = nil, { kind = "io", message = message, sent = true, complete = true, status = status,
        permanent = true }
    end
  end
  return result, failure, received_at, status, raw_head
end

return M
