-- The steps of one line, which is an applicant or a person: carried out in order, and continued after an interruption.
--
-- A step is written down as intent when its slot is held, just before it leaves: after a crash every step that may have been
-- sent is known, and a step that only waited is not taken for sent. A step that may have been done is done again where that is
-- harmless; an N is `unknown`, for a human. Before a step that cannot be taken back the handlers read again what the line rests
-- on, while its people are held: see docs/policies.md for every case. A line ends at its first step that is not applied.

local core = require("idngo.core")
local errors = require("idngo.error")
local runtimes = require("idngo.runtime.current")

local M = {}

-- Seconds between two looks at whether people are free: held by another line, and by another run.
local LOOK, LOOK_AT_RUNS = 0.02, 0.1

---@class idngo.run.Applying: idngo.run.Line
---@field run idngo.run.Run
---@field context idngo.run.Work
---@field holds idngo.run.Holds
---@field account idngo.run.Account
---@field people table<string, boolean>? those that this line holds
---@field confirmed boolean? whether the handlers looked again, and its people are held since
---@field trouble idngo.Error? why it did not end, where that speaks against the service
---@field answered boolean? whether the service has said what came of one of its steps
---@field claim idngo.run.Claimed? of a run: until when it is this worker's
---@field again boolean? whether somebody who is at work is to take it once more
---@field refused string? why nothing more of it may be written or sent: of a watch, where people may speak at any time
local Line = {}
Line.__index = Line
M.Line = Line

--- Whether a step may have been sent by an earlier process.
local function is_begun(step) return step.state ~= "planned" end

--- What a line does at a step when it is taken.
---@param step table row
---@param class string of its action
---@param forgotten boolean whether the line may have been carried out further than its run knows
---@return "go_on"|"end"|"doubt"|"send" go_on: it was applied; doubt: the line ends, and whether it was done is for a person
function M.fate(step, class, forgotten)
  if step.state == "applied" then return "go_on" end
  if step.state == "rejected" or step.state == "void" or step.state == "confirm" then return "end" end
  if class ~= "N" or not (is_begun(step) or forgotten) then return "send" end
  return step.state == "unknown" and "end" or "doubt"
end

--- The steps of a line that a run has left to send, and the one that it would leave to a person, where nothing more happens:
--- what is sent may come to something else than `applied`.
---@param steps table[] rows, in order
---@param actions table<string, idngo.run.Action>
---@param forgotten boolean see M.fate
---@return table[] left
---@return table? doubtful
function M.left(steps, actions, forgotten)
  local left = {}
  for _, step in ipairs(steps) do
    local fate = M.fate(step, actions[step.action].class, forgotten)
    if fate == "end" then break end
    if fate == "doubt" then return left, step end
    if fate == "send" then left[#left + 1] = step end
  end
  return left
end

--- Whether a run's folder was put back to an earlier moment: a line may have been carried out further than its run knows.
---@param store idngo.run.Store
function M.may_be_forgotten(store) return store.witness.back ~= nil end

--- Makes of what approval.line gave a line to be carried out.
---@param line idngo.run.Line
---@param run idngo.run.Run
---@param context idngo.run.Work
---@param holds idngo.run.Holds
---@param account idngo.run.Account
---@param class table? a Line that is carried out in another way
---@return idngo.run.Applying
function M.of(line, run, context, holds, account, class)
  line.account = account
  line.run, line.context, line.holds, line.handlers, line.store = run, context, holds, run.handlers, run.store
  return setmetatable(line, class or Line)
end

function Line:action(step) return self.handlers.actions[step.action] end
function Line:class(step) return self:action(step).class end

--- Whether nothing would be left of the line, were `step` in `state`.
function Line:is_over(step, came)
  if came.ends or came.state == "rejected" or came.state == "void" or came.state == "confirm" then return true end
  if came.state == "unknown" then return self:class(step) == "N" end
  return came.state == "applied" and step.k == #self.steps
end

--- Writes down the outcome of `step`.
---@param came idngo.run.Came
function Line:settle(step, came)
  local over = self:is_over(step, came)
  self.refused = self.store:settle(self, step, came, over)
  if self.refused then return end
  self.in_doubt, self.over = self.in_doubt or (came.state == "unknown" and self:action(step).marks), over
  self.context.on_step("settled")
end

--- Leaves a step whose call took no effect to a resume; one that an earlier process may have done stays unknown.
function Line:put_back(step, message)
  if is_begun(step) and self:class(step) ~= "S" then return self:settle(step, { state = "unknown", problem = message }) end
  self.store:put_back(self, step, message)
  self.context.on_step("settled")
end

--- Ends the line at a step that is not to be done: void, or unknown where it may have been done before.
function Line:give_up(step, reason)
  if not is_begun(step) then return self:settle(step, { state = "void", problem = reason, ends = true }) end
  self:settle(step, { state = "unknown", problem = "it may have been done before the run was interrupted; " .. reason,
    ends = true })
end

--- Its applicant and all others whom it is about, as a set; nil when they are too many.
function Line:everybody() return self.handlers.people(self) end

--- Holds its people, as soon as neither another line nor another run does. False when the run was cancelled before, or, with a
--- message, when another run ended while it held one of them.
function Line:hold(ids)
  local runtime = runtimes.current()
  while true do
    local held, wait = self.holds:take(ids, self.n, self.token)
    local look, message = LOOK, nil
    if held then
      self.people, look = ids, LOOK_AT_RUNS
      held, message = self.account:take(ids, self.store.run_id, self.run.dir)
      if held then return true end
      self.holds:release(ids, self.n, self.token)
      self.people = nil
    end
    if message or runtime.cancelled then return false, message end
    if wait then wait() else runtime.sleep(look) end
  end
end

--- Whether a step about a person is in doubt: one of this line about its applicant, or of another line of the run.
function Line:is_doubtful(id)
  if id == self.id then return self.in_doubt end
  return self.store.witness.doubtful[id] ~= nil
end

--- Releases its people; whoever's step is in doubt stays out of bounds until that is known.
function Line:release()
  local ids = self.people
  if not ids then return end
  self.people = nil
  local free = {}
  for id in pairs(ids) do
    if self:is_doubtful(id) then self.account:leave(id, self.store.run_id) else free[id] = true end
  end
  self.account:release(free, self.store.run_id)
  self.holds:release(ids, self.n, self.token) -- last: who takes them next is of this run, too
end

--- Whether one of its steps removes the applicant.
function Line:removes()
  for _, step in ipairs(self.steps) do
    if self:action(step).gone == 1 then return true end
  end
end

--- The reason why the line must not act on what it knows of its people: a run of the account has acted on one of them since the
--- plan was begun, or may have; or has removed one whom no check should name any more. `later`: the line by
--- which a resume will know.
---@return string? reason
---@return integer|false|nil later
function Line:obstacle(ids)
  local seen, removes = self.store.witness, self:removes()
  for id in pairs(ids) do
    if id ~= self.id and seen:acted(id) then
      return ("the run has acted on %s, whom its facts name"):format(id), false
    end
    local acted, gone = self.account:known(id)
    if id ~= self.id and (acted > seen.counter or (gone and removes)) then
      return ("another run has acted on %s, whom its facts name"):format(id), false
    end
  end
  for id in pairs(ids) do
    local _, step = next(id ~= self.id and seen.doubtful[id] or {})
    if step then
      return ("the run may have acted on %s, whom its facts name"):format(id), not seen:is_over(step.line) and step.line
    end
  end
end

--- Whether more of a line will be known without a resume: a worker has it, its worker is gone and another takes it, or it has
--- ended meanwhile.
function Line:will_be_known(n)
  local row = self.claim and self.store.tables.shared and self.store:row("line", n)
  return row and (row.lease ~= nil or row.state == "done")
end

--- Makes sure that a step which cannot be taken back still rests on what the plan saw. False where the line ends here.
function Line:confirm(step)
  local ids, reason, later = self:everybody(), self.handlers.too_many, false
  if ids then
    local held, other = self:hold(ids)
    if not held then
      if other then self:put_back(step, other) end
      return false
    end
    reason, later = self:obstacle(ids)
  end
  if later and is_begun(step) then reason, later = nil, nil end -- of two that may have been done, one must begin
  if later then
    self.again = self:will_be_known(later)
    if not self.again then self:put_back(step, reason .. "; a resume looks again") end
    return false
  end
  if not reason then
    local same, cause = self.handlers.recheck(self, function() return self:may_leave() end)
    if same == nil then
      self:put_back(step, "facts could not be read again: " .. tostring(cause))
      if M.is_account_wide(cause) then error(cause, 0) end
      self.trouble = not self.again and cause.kind ~= "cancelled" and cause or nil
      return false
    end
    reason = not same and cause or nil
  end
  if reason then
    self:give_up(step, reason)
    return false
  end
  self.confirmed = true
  return true
end

--- Writes down that a step is about to be sent; false when its people are another run's by now.
function Line:intend(step)
  if self.people and not self.account:intend(self.people, self.store.run_id) then return false end
  self.store:intent(self, step)
  self.context.on_step("intent")
  self.store:sent(self, step)
  self.context.on_step("sent")
  return true
end

--- Whether an error would meet every line: the run stops rather than try them all.
---@param err idngo.Error
---@return boolean
function M.is_account_wide(err)
  return err.kind == "config" or (err.kind == "http" and (err.status == 401 or err.status == 403))
end

--- Whether the disk failed, not the API: nothing more can be saved.
function Line:is_disk(step, err)
  return err.kind == "io" and self:action(step).file and (err.outcome == "not_sent" or err.status ~= nil)
end

--- What a failed call means for its step: its state, or nil when it took no effect and may be tried another time.
function Line:state_of(step, err)
  local state, note = self.handlers.state_of(step, err)
  if state then return state, note end
  if err.outcome == "not_sent" then return nil end
  if err.outcome == "rejected" and (err.retryable or err.kind ~= "http" or M.is_account_wide(err)) then return nil end
  if err.outcome == "applied" and self:class(step) == "S" then return "rejected" end -- trying again would not help
  return err.outcome
end

--- Answers the gate: a call of this line may not leave where the line may be another worker's before the call has ended. The line
--- is taken again then, by whoever has it.
---@return true?
---@return table? failure
function Line:may_leave()
  if not (self.claim and self.store.tables.shared and core.now() + self.context.timeout > self.claim.by) then return true end
  self.again = true
  return nil, { kind = "limit", message = "its time was over before it left", permanent = true }
end

--- What answers the gate, which cannot wait: a task of its own does, and the gate asks again. And what waits for the task's end.
local function answers(runtime, fn)
  local task
  local function before_send()
    if not task then
      task = runtime:spawn(function()
        local ok, failure = fn()
        runtime:ask_again()
        return ok, failure
      end)
    end
    if not task.done then return "later" end
    local answered = task
    task = nil -- another attempt is another question
    return answered:wait()
  end
  return before_send, function() return task and task:wait() end
end

--- Makes the call of a step. Its intent is committed when its slot is held, for every attempt; while a refused one waits
--- for the next, nothing of it is on its way. `stopped`: the line itself did not let it leave; the service was not asked.
function Line:call(step, path)
  local context, thrown, stopped, uncertain = self.context, nil, false, is_begun(step)
  context.hear(function(event)
    if event.event ~= "retry" then return end
    uncertain = uncertain or (event.outcome ~= "not_sent" and event.outcome ~= "rejected")
    if not uncertain then self.store:put_back(self, step, "to be tried again") end
  end)
  local args = self.store:decode(step.args, "steps", ("%d.%d"):format(self.n, step.k))
  local function before_send()
    local ok, held = pcall(self.intend, self, step)
    if ok and held then return true end
    stopped = true
    if ok then return nil, { kind = "limit", message = "its people are held by another run", permanent = true } end
    thrown = held
    return nil, { kind = "io", message = tostring(held), permanent = true }
  end
  local runtime, finish, ask, waits = runtimes.current(), nil, before_send, false
  if runtime and self.store.tables.shared then ask, finish = answers(runtime, before_send) end
  local function may_leave()
    local answer, failure = ask()
    waits = answer == "later"
    if answer ~= true then return answer, failure end
    answer, failure = self:may_leave()
    stopped = stopped or not answer
    return answer, failure
  end
  local result, err = self:action(step).perform(context.client, self.id, args, path, may_leave, self.run.folder)
  if finish then finish() end -- the call may have ended while it was thought about
  if waits then stopped, self.again = true, true end
  context.hear(nil)
  if thrown then error(thrown, 0) end
  return result, err, stopped
end

--- Carries a step out. True when the line may go on.
function Line:act(step)
  local file = self.handlers.file_name(step.action, self.id, step.k)
  local result, err, stopped = self:call(step, file and ("%s/files/%s"):format(self.run.folder, file))
  self.context.on_step("answered")
  if result then
    local gives = self:action(step).gives
    if self:action(step).marks then self.account:acted(self.id, self:action(step).gone) end
    self:settle(step, { state = "applied", file = file, size = file and result.size, sha256 = file and result.sha256,
      result = gives and result[gives] })
    self.answered = true
    return true
  end
  if self:is_disk(step, err) then
    self:put_back(step, tostring(err))
    error(errors.new { kind = "io", outcome = "not_sent", message = err.message,
      hint = "repair the disk, then resume the run" }, 0)
  end
  local state, note = self:state_of(step, err)
  local message = tostring(err) .. (note or "")
  if state then
    self:settle(step, { state = state, problem = message, ends = state == "rejected" or state == "confirm"
      or (state == "unknown" and self:class(step) == "N") })
  else
    self:put_back(step, message)
  end
  if M.is_account_wide(err) then error(err, 0) end
  self.answered = state ~= nil and state ~= "unknown"
  self.trouble = not self.answered and not stopped and err.kind ~= "cancelled" and err or nil
  return state == "applied"
end

--- Whether the line may have been carried out further than its run knows.
function Line:may_be_forgotten() return M.may_be_forgotten(self.store) end

function Line:fate(step) return M.fate(step, self:class(step), self:may_be_forgotten()) end

--- Takes a step. True when the line may go on to the next.
function Line:take(step)
  self.refused = nil -- of another step, which says nothing of this one
  local fate = self:fate(step)
  if fate == "go_on" then return true end
  if fate == "doubt" then
    self:settle(step, { state = "unknown", ends = true, problem = is_begun(step) and "the run ended while it was being sent"
      or "the run's folder was put back to an earlier moment: it may have been sent since" })
  end
  if fate ~= "send" then return false end
  if self:action(step).destructive and not self.confirmed and not self:confirm(step) then return false end
  return self:act(step)
end

--- Whether the line had ended before it was taken.
function Line:has_nothing_left()
  for _, step in ipairs(self.steps) do
    local fate = self:fate(step)
    if fate ~= "go_on" then return fate == "end" end
  end
  return true
end

--- Goes on with the line; its people are free again when the last step that cannot be taken back is settled.
function Line:go()
  if self:has_nothing_left() then
    self.over = true
    return self.store:end_line(self)
  end
  local last = 0
  for _, step in ipairs(self.steps) do
    if self:action(step).destructive then last = step.k end
  end
  for _, step in ipairs(self.steps) do
    if not self:take(step) then break end
    if step.k == last then self:release() end
  end
end

--- Whether it holds its people already, as it did when the run was interrupted: a step that cannot be taken back is
--- under way.
function Line:is_under_way()
  for _, step in ipairs(self.steps) do
    if self:action(step).destructive and (step.state == "intent" or step.state == "sent" or step.state == "unknown") then
      return true
    end
  end
  return false
end

return M
