-- One call, from waiting for its lanes to its result: the only loop that retries.
--
-- A host gives it sleep and send; nothing here knows whether that blocks, yields to a scheduler or runs in
-- nginx. Every attempt is signed afresh, when it leaves.

local compat = require("idngo.compat")
local core = require("idngo.core")
local err = require("idngo.error")
local events = require("idngo.client.events")
local parse_headers = require("idngo.client.headers").parse
local hints = require("idngo.client.hints")
local hosts = require("idngo.runtime.hosts")
local pace = require("idngo.limits.pace")
local reply = require("idngo.client.reply")
local said = require("idngo.client.said")

local emit, now, try = events.emit, core.now, compat.pcall
local read, keep_meta = reply.read, reply.keep_meta

local M = {}

-- A call is {plan, target, timeout?, deadline?, lines?, body?, file?, before?, after?, content?, source?, to?,
-- personal?, confirmed?, subject?, external?, echoed?, ranged?, is_special?, fresh?, sha256?, before_send?}; its plan is what all
-- calls of an endpoint have in common: see operation.lua.
--   before, after, content    what is sent around a file, and where its pieces are from: see multipart.lua
--   personal   the JSON of its body, as it was when it was given: the caller may change the table before the answer is there
--   confirmed  what the reply must say of it, where it says so
--   subject    the applicant asked about; external: the externalUserId of who is imported
--   echoed     what the reply says again of what was sent, by the places of plan.echoes
--   ranged     a part of the answer was asked for
--   sha256     of the file to send: of another nothing is sent
--   is_special with one of the next two
--   fresh      over a connection made for it: nothing that came before can be taken for its answer
--   max_attempts   of this call, where it has others than the client's
--   before_send() -> true | nil, problem    a run's last word, asked before every attempt when its slots are held and a
--              connection stands: what it commits is on disk before the first byte. Where it refuses nothing is sent. It
--              neither throws nor yields.

-- Over all attempts of a call, the gravest outcome holds: one that may have taken effect is not undone by a
-- later one that was not sent.
local severity = { not_sent = 1, rejected = 2, unknown = 3, applied = 4 }

local BACKOFF_BASE, BACKOFF_CAP = 0.5, 20
-- Retries a client may make: a reserve for quiet times, refilled by a tenth for every call, so that an outage
-- meets at most 1.1 times the ordinary load.
local BUDGET, REFILL = 10, 0.1
M.BUDGET = BUDGET
-- Bytes of a large body that are signed before others have their turn.
local TURN = 1024 * 1024
-- Seconds by which a server's Date must differ before a 401 is blamed on the clock.
local SKEW = 30

--- The problem of a call whose client was closed while it was under way.
function M.closed()
  return { kind = "cancelled", message = "the client was closed", permanent = true }
end

--- The header lines that all calls of an endpoint have in common.
local function lines_of(state, call)
  local plan = call.plan
  local lines = call.lines or state.heads[plan]
  if not lines then
    lines = state.lines .. plan.lines
    state.heads[plan] = lines
  end
  return lines
end

--- The header lines of a call whose body is read from a source, signed now: reading a large file takes a while, and others
--- have their turn in between. Other calls are signed when they leave.
---@return string? lines
---@return table? problem
local function sign_source(state, call, host)
  local lines, source, time = lines_of(state, call), call.source, core.wall() + state.skew
  local signed, why
  repeat
    if signed == false and not (host.unfit and host.unfit()) then host.sleep(0) end
    if not state.signer then return nil, M.closed() end
    signed, why = source:headers(state.signer, lines, time, call.plan.method, call.target)
  until signed ~= false
  if not signed then return nil, { kind = "io", message = why, permanent = true } end
  return signed
end

--- The same of a large body that is a string.
local function sign_bytes(state, call, host)
  local plan, body, time = call.plan, call.body, math.floor(core.wall() + state.skew)
  local signer = state.signer:copy()
  signer:begin(time, plan.method, call.target)
  for at = 1, #body, TURN do
    if at > 1 and not (host.unfit and host.unfit()) then host.sleep(0) end
    signer:update(body:sub(at, at + TURN - 1))
  end
  if not state.signer then
    signer:close()
    return nil, M.closed()
  end
  local signed = signer:finish_headers(lines_of(state, call), time)
  signer:close()
  return signed
end

--- The header lines of a call as they would leave now.
---@return string? lines
---@return table? problem
function M.sign(state, call, host)
  if call.source then return sign_source(state, call, host) end
  return state.signer:headers(lines_of(state, call), core.wall() + state.skew, call.plan.method, call.target, call.body)
end

-- Closures are made by functions of their own: LuaJIT compiles none that may have to close over its variables.

local function reads(source, call)
  return function(n)
    local piece, why = source:read(n)
    call.is_cut = not piece
    return piece, why
  end
end

--- Gives a file its name when all of it is on disk; a host that must not wait for a disk has a way of its own.
local function save(sink, host)
  if host.save then return host.save(sink) end
  return sink:commit()
end

--- Prepares where a binary reply goes, when the caller said; returns the writer and what ends it.
local function open_target(call)
  local write, finish, abort, stands = call.to, nil, nil, true
  if type(call.to) == "string" then
    local sink, why = core.sink(call.to)
    if not sink then return nil, nil, nil, { kind = "io", message = why, permanent = true } end
    stands = sink:through()
    write = function(chunk) return sink:write(chunk) end
    finish, abort = function(host) return save(sink, host) end, function() sink:abort() end
  end
  local size = 0
  call.written = function() return size end
  local writer = reply.checked_writer(call, function(chunk)
    size = size + #chunk
    call.delivered = stands
    local ok, why = write(chunk)
    if ok == false or (ok == nil and why ~= nil) then return nil, why end
    return true
  end)
  return writer, finish, abort
end

--- Turns a transport's failure into a problem; what the caller's own function said wins.
local function problem_of(failure)
  local inner = failure.error
  if type(inner) == "table" and inner.kind then
    if inner.sent == nil then inner.sent = failure.sent end
    inner.status, inner.head, inner.answered, inner.permanent = failure.status, failure.head, failure.answered, true
    return inner
  end
  if inner ~= nil then failure.message = tostring(inner) end
  if failure.head then
    local headers = parse_headers(failure.head)
    failure.retry_after, failure.date = headers["retry-after"], headers["date"]
    failure.correlationId = headers["x-correlation-id"]
  end
  return failure
end

--- What a transport has to know of a call beside its target and headers: its body, who takes the reply, and whether
--- the call may be repeated.
---@return table more
---@return function? finish
---@return function? abort
---@return table? problem
local function more_of(call)
  local plan, source = call.plan, call.source
  local more, finish, abort, problem
  if source then
    more = { size = source:size(), read = reads(source, call) }
  else
    more = { body = call.body }
  end
  more.identity = plan.binary
  more.whole = plan.reply == "any" or plan.binary or call.to ~= nil
  more.fresh = call.fresh or plan.retry == "once" -- a kept connection that is stale could lose a call that must not be repeated
  more.before = call.before_send
  if call.to then more.write, finish, abort, problem = open_target(call) end
  return more, finish, abort, problem
end

--- One attempt: a result, or a problem; and when the answer came, its status and its head, if one came.
---@param by number when its time is over, at the latest when its slots may be another's
---@param silence number|false of a call whose body moves: its timeout
---@param renew function|false how long it may go on, see pace.lua
local function attempt(state, call, host, by, silence, renew)
  local plan, signer = call.plan, state.signer
  if not signer then return nil, M.closed() end -- by a listener
  local lines, problem, more, finish, abort = state.heads[plan] or lines_of(state, call)
  if call.is_special or not plan.is_plain then
    local ahead = call.source and sign_source or #(call.body or "") > TURN and sign_bytes
    if ahead then
      lines, problem = ahead(state, call, host)
      if not lines then return nil, problem end
      signer = nil
    end
    more, finish, abort, problem = more_of(call)
    if problem then return nil, problem end
    more.silence, more.renew = silence or nil, renew or nil
  end
  local result
  call.sending = true
  local status, raw_head, body, answered = host:send(state.transport.via, plan.method, call.target, lines, by, more,
    signer, state.skew)
  if status then
    result, problem = read(call, status, raw_head, body, not signer and lines or host)
    if result and plan.reply ~= "any" then state.accepted = true end -- the service's own reply: it took the signature
    if problem and problem.foreign then host:distrust() end
  else
    problem = problem_of(raw_head)
    -- the service has less than it was promised, and can do nothing with it
    if call.is_cut and not problem.status then problem.sent, problem.is_cut = false, true end
    status, raw_head, answered = problem.status, problem.head, problem.answered
  end
  if not result then
    if abort then abort() end
  elseif finish then
    local saved, why = finish(host)
    if saved then
      saved.contentType = result.contentType
      result = saved
    else
      if abort then abort() end
      result, problem = nil, { kind = "io", message = why, sent = true, complete = true, status = status,
        permanent = true }
    end
  end
  return result, problem, answered, status, raw_head
end

--- On a 401 whose Date disagrees with our clock: takes the server's time over. True when that changed anything.
local function correct_clock(state, call, problem)
  if problem.status ~= 401 or not problem.date or call.clock_corrected then return false end
  local server = core.http_date(problem.date)
  local skew = server and server - core.wall()
  if not skew or math.abs(skew - state.skew) <= SKEW then return false end
  call.clock_corrected = true
  state.skew = skew
  if problem.own or not problem.words then -- another's page tells another's time
    problem.hint = ("this machine's clock is %d s %s the server's"):format(
      math.floor(math.abs(skew) + 0.5), skew > 0 and "behind" or "ahead of")
  end
  emit(state.on_event, call, "skew", { seconds = skew })
  return true
end

--- The path of a call, without what may identify a person.
---@param call table
---@return string
function M.path(call) return said.path(call.target) end

local function final(state, call, problem, outcome, attempts, elapsed)
  if outcome ~= problem.outcome and outcome == "unknown" then
    problem.hint = "an earlier attempt may have taken effect; look before you try again"
  end
  return err.new {
    kind = problem.kind, outcome = outcome, message = problem.message, endpoint = call.plan.name,
    method = call.plan.method,
    path = M.path(call), status = problem.status, code = problem.code, errorCode = problem.errorCode,
    errorName = problem.errorName, description = problem.description, correlationId = problem.correlationId,
    attempts = attempts, elapsed = elapsed, retry_after = problem.wait, retryable = problem.retryable or false,
    hint = hints(problem, state, call), said = problem.said,
  }
end

--- Judges a problem: sets outcome, retryable and wait on it.
local function judge(call, problem)
  local outcome, retry, wait = core.judge(call.plan.retry, problem, core.wall())
  if problem.refused then outcome, retry = "rejected", false end
  local again = call.plan.again
  if again and problem.status == 409 and outcome == "rejected" and not retry then -- its state is about to change
    retry, wait = true, math.max(wait or 0, again[1] + core.random() * (again[2] - again[1]))
  end
  if problem.kind == "limit" or problem.kind == "config" then outcome = "not_sent" end
  problem.outcome, problem.retryable, problem.wait = outcome, retry, wait
end

--- An error was thrown through an attempt: by a signal's handler, a debug hook, for want of memory.
local function throw(state, call, host, grant, thrown)
  if host.drop then host:drop() end
  state.lanes:release(grant, call.sending and "lost" or "not_sent")
  error(thrown, 0)
end

--- Advice on a body whose time ran out.
local function advise(call, problem, time, deadline)
  if problem.kind ~= "timeout" or not problem.moved then return end
  local size = call.source and call.source:size() or call.body and #call.body
  problem.hint = pace.hint(problem.moved, size, problem.status ~= nil, time, deadline and now() >= deadline)
end

local function tells_wait(listener, call)
  return function(lane, seconds, state, text)
    if state then
      emit(listener, call, "limits", { state = state, seconds = seconds, message = text })
    else
      emit(listener, call, "wait", { lane = lane, seconds = seconds })
    end
  end
end

--- Runs `call` for the client whose private state is `state`.
---@param state table
---@param call table
---@return table? result
---@return idngo.Error?
function M.run(state, call)
  local host = hosts.current() or state.transport
  local started = now()
  local plan, time, deadline = call.plan, call.timeout or state.timeout, call.deadline or state.deadline
  deadline = deadline and started + deadline
  local listener = state.on_event
  local attempts, worst, budgeted = 0, "not_sent", true
  local paced = not plan.is_plain and pace.applies(call)
  local lease = paced and pace.lease(time) or time
  local problem
  if state.budget < BUDGET then state.budget = math.min(BUDGET, state.budget + REFILL) end
  while true do
    local grant, blocked, asked = nil, host.unfit and host.unfit(), attempts == 0 and started or nil
    if not state.signer then
      blocked = M.closed()
    elseif host.cancelled then
      blocked = { kind = "cancelled", message = "cancelled before it was sent", permanent = true }
    elseif not blocked then
      grant, blocked, asked = state.lanes:acquire(host, plan, lease, deadline, listener and tells_wait(listener, call),
        asked)
    end
    local by = (asked or now()) + time
    if deadline and deadline < by then by = deadline end
    if blocked or by == deadline and now() >= by then
      if grant then state.lanes:release(grant, "not_sent") end
      problem = blocked or problem or { kind = "timeout", message = "the deadline passed before the call was sent" }
      judge(call, problem)
      break
    end
    attempts = attempts + 1
    if listener then emit(listener, call, "request", { attempt = attempts }) end
    local sent_at = listener and now()
    local ran, result, found, answered, status, raw_head = try(attempt, state, call, host, by, paced and time,
      paced and pace.renewer(state.lanes, grant, time, deadline, asked))
    if not ran then throw(state, call, host, grant, result) end
    local ended = now()
    local elapsed = listener and ended - sent_at
    if result then
      state.lanes:release(grant, "answered", answered)
      if listener then
        emit(listener, call, "reply", { attempt = attempts, seconds = elapsed,
          ["http.response.status_code"] = status })
      end
      keep_meta(result, raw_head, attempts, ended - started)
      return result
    end
    problem = found
    judge(call, problem)
    if paced then advise(call, problem, time, deadline) end
    local not_counted = problem.outcome == "not_sent" and not problem.is_cut
    state.lanes:release(grant, problem.status and "answered" or not_counted and "not_sent" or "lost", answered)
    emit(listener, call, "reply", { attempt = attempts, seconds = elapsed, outcome = problem.outcome,
      ["http.response.status_code"] = problem.status, ["error.type"] = problem.kind,
      correlation_id = problem.correlationId })
    if severity[problem.outcome] > severity[worst] then worst = problem.outcome end

    local delay
    if correct_clock(state, call, problem) then
      delay, budgeted = 0, false
    elseif problem.retryable and not call.delivered then
      -- a server that says 0 has not thought of how many ask
      delay = math.max(problem.wait or 0, core.random() * math.min(BACKOFF_CAP, BACKOFF_BASE * 2 ^ (attempts - 1)))
      if problem.status == 429 then
        local lane, closed = state.lanes:refused(plan, problem.wait)
        emit(listener, call, "limit", { lane = lane, seconds = closed })
        delay = math.max(closed or 0, delay)
      end
      budgeted = true
    end
    if not delay or attempts >= (call.max_attempts or state.max_attempts) or (budgeted and state.budget < 1)
      or (deadline and now() + delay >= deadline) then
      break
    end
    if budgeted then state.budget = state.budget - 1 end
    emit(listener, call, "retry", { attempt = attempts, seconds = delay, outcome = problem.outcome })
    if delay > 0 then host.sleep(delay) end
    call.sending = false
  end
  return nil, err.tell_call(final(state, call, problem, worst, attempts, now() - started))
end

return M
