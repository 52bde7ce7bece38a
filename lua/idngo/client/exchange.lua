-- One call, from waiting for its lanes to its result: the only loop that retries.
--
-- A runtime gives it sleep and send; nothing here knows whether that blocks, yields to a scheduler or runs in
-- nginx. Every attempt (attempt.lua, which says what a call is) is signed afresh, when it leaves.

local attempt = require("idngo.client.attempt")
local compat = require("idngo.compat")
local core = require("idngo.core")
local errors = require("idngo.error")
local events = require("idngo.client.events")
local runtimes = require("idngo.runtime.current")
local pace = require("idngo.limits.pace")
local reply = require("idngo.client.reply")
local said = require("idngo.client.said")

local emit, now, try = events.emit, core.now, compat.pcall
local make_attempt, closed, keep_meta = attempt.make, attempt.closed, reply.keep_meta

local M = {}

-- Over all attempts of a call, the gravest outcome holds: one that may have taken effect is not undone by a
-- later one that was not sent.
local severity = { not_sent = 1, rejected = 2, unknown = 3, applied = 4 }

local BACKOFF_BASE, BACKOFF_CAP = 0.5, 20
-- Retries a client may make: a reserve for quiet times, refilled by a tenth for every call, so that an outage
-- meets at most 1.1 times the ordinary load.
local BUDGET, REFILL = 10, 0.1
M.BUDGET = BUDGET
-- Seconds by which a server's Date must differ before a 401 is blamed on the clock.
local SKEW = 30

--- On a 401 whose Date disagrees with our clock: takes the server's time over. True when that changed anything.
local function correct_clock(state, call, failure)
  if failure.status ~= 401 or not failure.date or call.clock_corrected then return false end
  local server = core.http_date(failure.date)
  local skew = server and server - core.wall()
  if not skew or math.abs(skew - state.skew) <= SKEW then return false end
  call.clock_corrected = true
  state.skew = skew
  if failure.own or not failure.words then -- another's page tells another's time
    failure.hint = ("this machine's clock is %d s %s the server's"):format(
      math.floor(math.abs(skew) + 0.5), skew > 0 and "behind" or "ahead of")
  end
  emit(state.on_event, call, "skew", { seconds = skew })
  return true
end

--- Advice on a failure; that of the failure alone where the rest cannot be read, as when no file can be opened.
local function advice_on(failure, state, call)
  local ok, hints = pcall(require, "idngo.client.hints")
  if ok then return hints(failure, state, call) end
  return failure.hint
end

local function final(state, call, failure, outcome, attempts, elapsed)
  if outcome ~= failure.outcome and outcome == "unknown" then
    failure.hint = "an earlier attempt may have taken effect; look before you try again"
  end
  return errors.new {
    kind = failure.kind, outcome = outcome, message = failure.message, endpoint = call.operation.name,
    method = call.operation.method,
    path = said.path(call.target), status = failure.status, code = failure.code, errorCode = failure.errorCode,
    errorName = failure.errorName, description = failure.description, correlationId = failure.correlationId,
    attempts = attempts, elapsed = elapsed, retry_after = failure.wait, retryable = failure.retryable or false,
    hint = advice_on(failure, state, call), said = failure.said,
  }
end

--- Classifies a failure: sets outcome, retryable and wait on it.
local function classify(call, failure)
  local outcome, retry, wait = core.classify(call.operation.retry, failure, core.wall())
  if failure.refused then outcome, retry = "rejected", false end
  local again = call.operation.again
  if again and failure.status == 409 and outcome == "rejected" and not retry then -- its state is about to change
    retry, wait = true, math.max(wait or 0, again[1] + core.random() * (again[2] - again[1]))
  end
  if failure.kind == "limit" or failure.kind == "config" then outcome = "not_sent" end
  failure.outcome, failure.retryable, failure.wait = outcome, retry, wait
end

--- An error was thrown through an attempt: by a signal's handler, a debug hook, for want of memory.
local function throw(state, call, runtime, grant, thrown)
  if runtime.drop then runtime:drop() end
  state.lanes:release(grant, call.sending and "lost" or "not_sent")
  error(thrown, 0)
end

--- Advice on a body whose time ran out.
local function advise(call, failure, time, deadline)
  if failure.kind ~= "timeout" or not failure.moved then return end
  local size = call.source and call.source:size() or call.body and #call.body
  failure.hint = pace.hint(failure.moved, size, failure.status ~= nil, time, deadline and now() >= deadline)
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
  local runtime = runtimes.current() or state.transport
  local started = now()
  local operation, time, deadline = call.operation, call.timeout or state.timeout, call.deadline or state.deadline
  deadline = deadline and started + deadline
  local listener = state.on_event
  local attempts, worst, budgeted = 0, "not_sent", true
  local paced = not operation.is_plain and pace.applies(call)
  local lease = paced and pace.lease(time) or time
  local failure
  if state.budget < BUDGET then state.budget = math.min(BUDGET, state.budget + REFILL) end
  while true do
    local grant, blocked, asked = nil, runtime.unusable_phase and runtime.unusable_phase(), attempts == 0 and started or nil
    if not state.signer then
      blocked = closed()
    elseif runtime.cancelled then
      blocked = { kind = "cancelled", message = "cancelled before it was sent", permanent = true }
    elseif not blocked then
      grant, blocked, asked = state.lanes:acquire(runtime, operation, lease, deadline, listener and tells_wait(listener, call),
        asked)
    end
    local by = (asked or now()) + time
    if deadline and deadline < by then by = deadline end
    if blocked or by == deadline and now() >= by then
      if grant then state.lanes:release(grant, "not_sent") end
      failure = blocked or failure or { kind = "timeout", message = "the deadline passed before the call was sent" }
      classify(call, failure)
      break
    end
    attempts = attempts + 1
    if listener then emit(listener, call, "request", { attempt = attempts }) end
    local sent_at = listener and now()
    local ran, result, latest, received_at, status, raw_head = try(make_attempt, state, call, runtime, by, paced and time,
      paced and pace.renewer(state.lanes, grant, time, deadline, asked))
    if not ran then throw(state, call, runtime, grant, result) end
    local ended = now()
    local elapsed = listener and ended - sent_at
    if result then
      state.lanes:release(grant, "answered", received_at)
      if listener then
        emit(listener, call, "reply", { attempt = attempts, seconds = elapsed,
          ["http.response.status_code"] = status })
        state.tell_drift(state, call, result)
      end
      keep_meta(result, raw_head, attempts, ended - started)
      return result
    end
    failure = latest
    classify(call, failure)
    if paced then advise(call, failure, time, deadline) end
    local not_counted = failure.outcome == "not_sent" and not failure.is_cut
    state.lanes:release(grant, failure.status and "answered" or not_counted and "not_sent" or "lost", received_at)
    emit(listener, call, "reply", { attempt = attempts, seconds = elapsed, outcome = failure.outcome,
      ["http.response.status_code"] = failure.status, ["error.type"] = failure.kind,
      correlation_id = failure.correlationId })
    if severity[failure.outcome] > severity[worst] then worst = failure.outcome end

    local delay
    if correct_clock(state, call, failure) then
      delay, budgeted = 0, false
    elseif failure.retryable and not call.delivered then
      -- a server that says 0 has not thought of how many ask
      delay = math.max(failure.wait or 0, core.random() * math.min(BACKOFF_CAP, BACKOFF_BASE * 2 ^ (attempts - 1)))
      if failure.status == 429 then
        local lane, seconds = state.lanes:refused(operation, failure.wait)
        emit(listener, call, "limit", { lane = lane, seconds = seconds })
        delay = math.max(seconds or 0, delay)
      end
      budgeted = true
    end
    if not delay or attempts >= (call.max_attempts or state.max_attempts) or (budgeted and state.budget < 1)
      or (deadline and now() + delay >= deadline) then
      break
    end
    if budgeted then state.budget = state.budget - 1 end
    if call.put_back and severity[worst] <= severity.rejected then call.put_back() end
    emit(listener, call, "retry", { attempt = attempts, seconds = delay, outcome = failure.outcome })
    if delay > 0 then runtime.sleep(delay) end
    call.sending = false
  end
  return nil, errors.tell_call(final(state, call, failure, worst, attempts, now() - started))
end

return M
