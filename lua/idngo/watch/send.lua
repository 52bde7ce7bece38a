-- T3 and T4 of a watch's journal: a step is about to be sent, where authority, breaker, guards and newer events let it; and what
-- came of it.

local audit = require("idngo.run.audit")
local core = require("idngo.core")
local echo = require("idngo.watch.echo")
local mandates = require("idngo.watch.mandate")
local moves = require("idngo.watch.moves")

---@type idngo.watch.Store
local Store = {}

-- Seconds for which a step that takes no effect is tried.
local TRIES = 86400

--- Whether a newer event came, which no step of the line itself has caused.
local function newer(self, line)
  local row, mandate = line.row, self.witness.mandates[line.row.m]
  for _, event in ipairs(self:newer(row, mandate and mandate.newest or "topic")) do
    if not (event.step and event.step:match("^(%d+)%.") == tostring(row.n)) then return event.n end
  end
end

--- Why a step must not be sent by the line's authority at a moment, or nil: a word of a line that waits.
local function unauthorised(self, line, step, t)
  local seen, row = self.witness, line.row
  if row.authority == "approval" then
    local mandate = seen.mandates[row.m]
    if row.hash and row.hash == self:target(line) and mandate and seen:is_approved(row.hash, mandate.line_approvals) then
      return nil
    end
    return "mandate"
  end
  if row.authority ~= "mandate" or seen:objection(row.m, t) then return "mandate" end
  local mandate = seen.mandates[row.m]
  if mandates.uncovered(mandate, step.action) then return "mandate" end
  if seen.breaker.open then return "breaker" end
  local guard = seen:exceeded(mandate, step.action, row.id or "", t)
  return guard and (guard.each and "loop" or "guard")
end

--- Whether a step may be sent in the state that it is in now: a person may have settled it since the line was read.
local function may_be_sent(self, step)
  return step.state == "planned" or (moves.LEFT[step.state] and self.witness.handlers.actions[step.action].class ~= "N")
end

--- Writes down that a step is about to be sent; it is durable when this returns, and bytes may leave.
---@param line idngo.watch.Line
---@param step table
---@return string? refused why nothing may leave; the line was moved accordingly
function Store:intent(line, step)
  local refused
  self:transaction(function()
    local now_line = self:line(line.n)
    local row, now_step = now_line.row, now_line.steps[step.k]
    if row.state ~= "open" then
      refused = row.state
      return
    elseif not may_be_sent(self, now_step) then
      refused = now_step.state
      return
    end
    local event = newer(self, now_line)
    if event then
      refused = "superseded"
      moves.void(self, now_line, ("event %d is newer"):format(event))
      row.by = event
      self:record("line", { line = line.n, state = moves.is_begun(now_line) and "done" or "superseded" })
      return moves.move(self, row, moves.is_begun(now_line) and "done" or "superseded")
    end
    local is_repeated, t = now_step.state ~= "planned", self:clock() -- the log is believed by the moment that was looked at
    local why = unauthorised(self, now_line, step, t)
    if why and not (is_repeated and (why == "guard" or why == "loop")) then
      refused = why
      if why == "guard" or why == "loop" then self:count(("refused:%s:%s"):format(step.action, why), 1) end
      self:record("line", { line = line.n, state = "waiting", why = why })
      return moves.wait(self, now_line, why)
    end
    moves.set_step(self, now_line, now_step, "intent", nil)
    self:record("intent", { applicant = row.id, line = line.n, step = step.k, action = step.action,
      args = audit.seal(self:line_key(line.n), step.args), m = row.m, t = t, causes = echo.causes(step.action, step.args),
      approved = row.authority == "approval" and row.hash or nil })
  end)
  if not refused and self.heads then self.heads:sync() end
  return refused
end

--- Writes down that an attempt has left; losing this does no harm.
function Store:sent(line, step) self:run("watch_sent", line.n, step.k) end

--- Writes down what came of a step.
---@param line idngo.watch.Line
---@param step table
---@param came idngo.run.Came
---@param over boolean? nothing is left of the line
---@return string? refused what a person said of it meanwhile, which stays
function Store:settle(line, step, came, over)
  local refused
  self:transaction(function()
    local now = self:line(line.n)
    local row, now_step = now.row, now.steps[step.k]
    if not moves.LEFT[now_step.state] then
      refused = now_step.state
      return
    end
    moves.set_step(self, now, now_step, came.state, came.problem, came)
    self:record("outcome", { applicant = row.id, line = line.n, step = step.k, action = step.action, outcome = came.state,
      problem = came.problem, file = came.file, size = came.size, sha256 = came.sha256, result = came.result })
    if came.ends then moves.void(self, now, ("step %d is %s"):format(step.k, came.state)) end
    if over or came.ends then
      if not moves.OVER[row.state] then return moves.move(self, row, "done") end
    elseif came.state == "unknown" then
      moves.delay(self, row)
      moves.set_line(self, row)
    end
  end)
  return refused
end

--- Writes down that a step surely took no effect: it is planned again, and tried later; for a day since its line was decided,
--- or approved.
function Store:put_back(line, step, message)
  self:transaction(function()
    local now = self:line(line.n)
    local row, now_step = now.row, now.steps[step.k]
    if not moves.LEFT[now_step.state] then return end -- a person settled it meanwhile
    if now_step.state ~= "planned" then
      moves.set_step(self, now, now_step, "planned", message)
      self:record("put_back", { applicant = row.id, line = line.n, step = step.k, action = step.action, problem = message })
    end
    if row.state ~= "open" then return end
    if core.wall() - row.since > TRIES then
      self:record("line", { line = line.n, state = "waiting", why = "error", reason = message })
      return moves.wait(self, now, "error")
    end
    moves.delay(self, row)
    moves.set_line(self, row)
  end)
end

--- Ends a line of which nothing is left to do.
function Store:end_line(line)
  self:transaction(function()
    local now = self:line(line.n)
    if now.row.state ~= "open" then return end
    self:record("line", { line = line.n, state = "done" })
    moves.move(self, now.row, "done")
  end)
end

--- Nobody else works on a watch whose lock is held: there is nothing to give up.
function Store.put_line() end
function Store.free() end

return Store
