-- The journal of a watch: what is taken, decided, intended and said, each in one transaction of tables and log.
--
--   T1  take          events, their lines, what they supersede, and how far the spool is read
--   T2  decide        facts, decision and steps of a line
--   T3  intent        a step is about to be sent: authority, breaker, guards and newer events are looked at, a guard is used
--   T4  settle        what came of it
--   T5  letters       what people said: see letters.lua
--   T6  expire        lines that waited too long
--   T7  switch        a mandate that enough people approved becomes current
--
-- Every record of the log says what must stand in the rows that its transaction wrote: a line with its facts and steps has one
-- digest, by a key of its own. So a table is believed only where it agrees with the log, whichever column it is.

local audit = require("idngo.run.audit")
local clock = require("idngo.watch.clock")
local compat = require("idngo.compat")
local contract = require("idngo.run.contract")
local core = require("idngo.core")
local echo = require("idngo.watch.echo")
local errors = require("idngo.error")
local events = require("idngo.watch.event")
local json = require("idngo.json")
local mandates = require("idngo.watch.mandate")

---@class idngo.watch.Store: idngo.run.Store
---@field witness idngo.watch.Witness
local Store = setmetatable({}, { __index = contract.Store })
Store.__index = Store

--- Seconds after which a line that waits has expired; and for which a step that takes no effect is tried.
Store.WAITS, Store.TRIES = 14 * 86400, 86400

-- Seconds until a line is looked at again, by how often that was in vain.
local DELAYS = { 2, 10, 60, 300, 900 }

-- Rows and their digests.

--- The rows of a line as one text, and its steps. Neither what is tried nor that an attempt has left has a record.
local function text_of(self, row)
  local fields, steps, facts = {}, self:rows("steps", row.n), self:rows("fact_hashes", row.n)
  for name, value in pairs(row) do fields[name] = value end
  if core.sha256(tostring(row.fields)) ~= row.event then
    error(self:damaged("lines", row.n, "does not hold the event that it was made of"), 0)
  end
  fields.fields = nil
  local list = {}
  for i, step in ipairs(steps) do
    if step.k ~= i then error(self:damaged("steps", ("%d.%s"):format(row.n, tostring(step.k)), "is out of order"), 0) end
    list[i] = {}
    for name, value in pairs(step) do list[i][name] = value end
    list[i].attempts, list[i].state = nil, step.state == "sent" and "intent" or step.state
  end
  return json.encode({ line = fields, steps = list, facts = facts }, "line", "[]"), steps, facts
end

--- The digest of a line's rows as they are.
function Store:digest(row)
  local text, steps, facts = text_of(self, row)
  return audit.seal(self:line_key(row.n), text), steps, facts
end

--- Reads a line; throws where its rows are not what the log says.
---@param n integer
---@return idngo.watch.Line
function Store:line(n)
  local row = self:row("line", n)
  if not row then error(self:damaged("lines", n, "is missing"), 0) end
  local digest, steps, facts = self:digest(row)
  if digest ~= self.witness:digest(n) then error(self:damaged("lines", n, "is not what the log says"), 0) end
  local line = { n = n, id = row.id, state = row.state, row = row, steps = steps, facts = {}, token = 0 }
  for _, fact in ipairs(facts) do line.facts[fact.name] = fact.hash end
  return line
end

--- What people approve of a line: what was decided, of what, by which policy, why it waits, and how often it has.
function Store:target(line)
  local row, steps = line.row, {}
  for k, step in ipairs(line.steps) do
    steps[k] = { action = step.action, args = step.args, reason = step.reason, line = step.line }
  end
  local mandate = self.witness.mandates[row.m]
  return audit.seal(self:line_key(row.n), json.encode({ approve = row.n, event = row.event, id = row.id, m = row.m,
    policy = mandate and mandate.policy, facts = line.facts, decision = row.decision, reason = row.reason, line = row.line,
    steps = steps, why = row.why, waits = row.waits }, "line", "[]"))
end

-- Transactions.

function Store:clock()
  self.boot = self.boot or clock.sources.boot()
  return clock.now(self.witness.started, self.witness.t, self.boot)
end

--- Sets the run's clock to where it surely is, when a process begins.
function Store:start(version)
  self:transaction(function()
    self:record("started", { boot = self.boot or clock.sources.boot(), bt = clock.sources.boottime(), t = self:clock(),
      version = version })
  end)
end

function Store:record(event, fields)
  contract.Store.record(self, event, fields)
  local record = self.told[#self.told]
  if not audit.said[event] then record.t = record.t or self:clock() end
  return record
end

--- As that of every run; the last record says what must stand in the lines that were touched.
function Store:transaction(fn)
  return contract.Store.transaction(self, function()
    self.touched, self.counts = {}, {}
    fn()
    local digests
    for n in pairs(self.touched) do
      digests = digests or {}
      digests[tostring(n)] = self:digest(self:row("line", n))
    end
    if not digests and not next(self.counts) then return end
    local last = self.told[#self.told]
    if not last or audit.said[last.event] then last = self:record("kept") end
    last.lines, last.counts = digests, next(self.counts) and self.counts or nil
  end)
end

function Store:count(name, by) self.counts[name] = (self.counts[name] or 0) + by end

--- Writes a line's own columns.
local function set_line(self, row)
  self:run("watch_set_line", row.n, row.decision, row.reason, row.line, row.state, row.why, row.m, row.authority, row.hash,
    row.by, row.tries, row.again, row.not_before, row.counter, row.decided, row.ended, row.waits, row.since)
  self.touched[row.n] = true
end

local OVER = { done = true, superseded = true, rejected = true, expired = true }

--- Gives a line another state.
local function move(self, row, state, why)
  self:count("lines:" .. row.state, -1)
  self:count("lines:" .. state, 1)
  if row.state == "waiting" and row.why then self:count("waiting:" .. row.why, -1) end
  if state == "waiting" then self:count("waiting:" .. why, 1) end
  row.since = core.wall()
  if OVER[state] then
    row.ended = row.since
    if row.hash then self:record("over", { line = row.n, hash = row.hash }) end
  end
  row.state, row.why = state, why
  set_line(self, row)
end

--- Lets a line wait for a person, who is shown what its hash is of.
local function wait(self, line, why)
  local row = line.row
  row.authority, row.why, row.waits = nil, why, row.waits + 1 -- what was approved before is not approved again by that
  row.hash = self:target(line)
  move(self, row, "waiting", why)
end

local function set_step(self, line, step, state, problem, came)
  came = came or {}
  self:count(("step:%s:%s"):format(step.action, step.state == "sent" and "intent" or step.state), -1)
  self:count(("step:%s:%s"):format(step.action, state), 1)
  self:run("watch_set_step", line.n, step.k, state, problem, core.wall(), came.file, came.size, came.sha256, came.result)
  step.state, step.problem = state, problem
  self.touched[line.n] = true
end

--- Makes every step void that was not begun.
local function void(self, line, why)
  for _, step in ipairs(line.steps) do
    if step.state == "planned" then set_step(self, line, step, "void", why) end
  end
end

-- The states of a step of which something may come yet. What came of all others is known, and stays.
local LEFT = { planned = true, intent = true, sent = true, unknown = true }

--- Whether a step of a line was sent, or may have been.
local function is_begun(line)
  for _, step in ipairs(line.steps) do
    if step.state ~= "planned" and step.state ~= "void" then return true end
  end
  return false
end

-- T1.

--- The step that may have caused an event, "N.K"; and whether the event says no more than that.
local function caused(self, read, spent)
  if not read.id or not read.event then return nil end
  local named, states = echo.of(read.event)
  if not named then return nil end
  for _, act in ipairs(self.witness:acts(read.id, named)) do
    local is_free = not states or not spent[("%d.%d"):format(act.n, act.k)]
    if is_free and read.created >= act.since - echo.BEFORE and (not act.till or read.created <= act.till + echo.AFTER) then
      return ("%d.%d"):format(act.n, act.k), states, act
    end
  end
end

--- The hash of a row of events, behind the hash of those before it.
local function event_hash(before, row) return core.sha256(before .. json.encode(row, "event", "[]")) end

local COLUMNS = { "digest", "n", "result", "word", "line", "subject", "topic", "type", "created", "dated", "answer", "received",
  "step" }

local function add_event(self, row)
  local values = {}
  for i, name in ipairs(COLUMNS) do values[i] = row[name] end
  self:run("watch_add_event", compat.unpack(values, 1, #COLUMNS))
end

--- Supersedes the lines that an event is newer than, as long as they have sent nothing; how many of them were to be decided.
local function supersede(self, row, list)
  local undecided = 0
  for _, older in ipairs(self:rows("watch_older", row.subject, row.topic, row.created, row.dated)) do
    local line = self.touched[older.n] and { row = self:row("line", older.n), steps = {} } -- of the same take, not in the log yet
      or self:line(older.n)
    if not is_begun(line) then
      undecided = undecided + (line.row.state == "new" and 1 or 0)
      void(self, line, ("event %d is newer"):format(row.n))
      line.row.by = row.n
      move(self, line.row, "superseded")
      list[#list + 1] = older.n
    end
  end
  return undecided
end

--- Takes records of the spool.
---@param moves table<string, {[1]: integer, [2]: integer}> by segment, from where to where it was read
---@param reads idngo.watch.Event[]
---@return integer made lines that are to be decided more than before
function Store:take(moves, reads)
  local made
  self:transaction(function()
    local seen, mandate = self.witness, self.witness:current_mandate()
    local on, n, line_n, hash = {}, seen.events, seen.lines, ""
    local superseded, echoes, spent, repeats, damaged = {}, {}, {}, 0, 0
    made = 0
    for _, type in ipairs(mandate.on) do on[type] = true end
    for segment, each in pairs(moves) do
      if (seen.places[segment] or 0) ~= each[1] then
        error(errors.new { kind = "limit", outcome = "not_sent", message = "another process has read the spool further",
          hint = "let the other one go on" }, 0)
      end
    end
    for _, read in ipairs(reads) do
      if self:row("watch_event", read.digest) then
        repeats = repeats + 1
      else
        n = n + 1
        local row = { digest = read.digest, n = n, type = read.type, received = read.received }
        if read.foreign then
          row.result, row.word, row.dated = read.damaged and "damaged" or "ignored", read.foreign, 0
          damaged = damaged + (read.damaged and 1 or 0)
        else
          row.subject, row.topic, row.created, row.dated, row.answer = read.subject, read.topic, read.created, read.dated,
            read.answer
          local step, states, act = caused(self, read, spent)
          row.step = step
          if states and not mandate.echoes then
            row.result = "echo"
            echoes[#echoes + 1], spent[step] = { act.n, act.k }, true
          elseif on[read.type] then
            row.result = "line"
          else
            row.result, row.word = "ignored", "type not in on"
          end
        end
        if row.result == "line" then
          line_n = line_n + 1
          row.line = line_n
          local newest, now = mandate.newest == "topic", core.wall()
          local newer = newest and self:rows("watch_newer", row.subject, row.topic, row.created, row.dated)[1]
          local late = events.is_late(read)
          local state = newer and "superseded" or late and "waiting" or "new"
          self:run("watch_add_line", line_n, read.id, read.body, read.digest, row.subject, row.topic, row.created, row.dated,
            row.received, state, state == "waiting" and "late" or nil, newer and newer.n or nil, now, newer and now or nil)
          self.touched[line_n] = true
          self:count("lines:" .. state, 1)
          if state == "waiting" then self:count("waiting:late", 1) end
          if state == "new" then made = made + 1 end
        end
        add_event(self, row)
        self:count("events:" .. row.result, 1)
        if row.result == "ignored" then self:count("ignored:" .. row.word, 1) end
        hash = event_hash(hash, row)
        if row.subject and row.result ~= "echo" and mandate.newest == "topic" then
          made = made - supersede(self, row, superseded)
        end
      end
    end
    if repeats > 0 then self:count("events:repeat", repeats) end
    self:record("taken", { places = moves, first = seen.events + 1, last = n, made = line_n - seen.lines, hash = hash,
      repeats = repeats > 0 and repeats or nil, superseded = superseded[1] and superseded,
      echoes = echoes[1] and echoes, damaged = damaged > 0 and damaged or nil })
  end)
  return made
end

-- T2.

--- Events of the same moment that say something else.
local function is_disputed(self, row)
  local own
  for _, other in ipairs(self:rows("watch_like", row.subject, row.topic, row.created)) do
    if own ~= nil and (other.answer or "") ~= own then return true end
    own = other.answer or ""
  end
  return false
end

---@class idngo.watch.Decision
---@field facts table<string, {body: string}> replies as JSON, by fact
---@field decision "pass"|"hold"|"act"|"error"
---@field reason string?
---@field line integer? of the policy
---@field steps table[]
---@field asked string? why a person is asked
---@field counter integer what the account's count of acts was before the facts were read
---@field behind boolean? the facts are behind the event

--- Why a decision waits, or nil.
local function why_wait(self, row, decision)
  if decision.decision == "error" then return "error" end
  if decision.asked then return "ask" end
  local seen = self.witness
  local mandate = seen:current_mandate()
  if decision.behind or is_disputed(self, row) then return "order" end
  if seen:objection(seen.m, self:clock()) then return "mandate" end
  for _, step in ipairs(decision.steps) do
    if mandates.uncovered(mandate, step.action) then return "mandate" end
  end
  if seen.breaker.open then return "breaker" end
end

--- Writes down what was decided about a line.
---@param n integer
---@param m integer the mandate whose policy decided
---@param decision idngo.watch.Decision
---@return "written"|"lost"|"again" what: lost: it was superseded meanwhile; again: another mandate is current
function Store:decide(n, m, decision)
  local result
  self:transaction(function()
    local line = self:line(n)
    local row = line.row
    if row.state ~= "new" then
      result = "lost"
      return
    elseif m ~= self.witness.m then
      result = "again"
      return
    end
    local names, hashes, key = {}, {}, self:line_key(n)
    for name, reply in pairs(decision.facts) do
      reply.r = reply.r or self:row("add_reply", core.sha256(reply.body), reply.body).r
      self:run("add_fact", n, name, reply.r, core.wall())
    end
    for k, step in ipairs(decision.steps) do
      self:run("add_step", n, k, step.action, step.args, step.reason, step.line)
      self:count(("step:%s:planned"):format(step.action), 1)
      names[k] = step.action
    end
    row.decision, row.reason, row.line, row.m, row.counter = decision.decision, decision.reason, decision.line, m,
      decision.counter
    row.decided, row.tries, row.not_before = core.wall(), 0, 0
    local state, why = "done", nil
    if decision.decision == "act" or decision.decision == "error" then
      why = why_wait(self, row, decision)
      state = why and "waiting" or "open"
    end
    if state == "open" then row.authority = "mandate" end
    for _, fact in ipairs(self:rows("fact_hashes", n)) do
      line.facts[fact.name], hashes[fact.name] = fact.hash, audit.seal(key, fact.hash)
    end
    line.steps = self:rows("steps", n)
    self:count("decision:" .. decision.decision, 1)
    self:record("decided", { applicant = row.id, line = n, decision = row.decision, reason = row.reason, actions = names,
      facts = hashes, m = m, state = state, why = why, asked = decision.asked and true or nil })
    if why then wait(self, line, why) else move(self, row, state) end
    result = "written"
  end)
  return result
end

--- A line that could not be decided just now, or one of which a step took no effect: when it is looked at again.
local function delay(self, row)
  row.tries = row.tries + 1
  row.not_before = self:clock() + DELAYS[math.min(row.tries, #DELAYS)]
end

--- Leaves a line that could not be decided: it is tried again, and waits after the sixth time.
---@param n integer
---@param message string
function Store:put_off(n, message)
  self:transaction(function()
    local line = self:line(n)
    local row = line.row
    if row.state ~= "new" then return end
    if row.tries >= #DELAYS then
      row.reason = message
      self:record("line", { line = n, state = "waiting", why = "error", reason = message })
      return wait(self, line, "error")
    end
    delay(self, row)
    self:record("line", { line = n, state = "new", tries = row.tries })
    set_line(self, row)
  end)
end

--- Lets a line be decided again, from its facts on; inside a transaction. False where something of it was sent, or it is over.
---@param line idngo.watch.Line
---@param why string
---@return boolean
function Store:decide_again(line, why)
  local row = line.row
  if OVER[row.state] or is_begun(line) then return false end
  for _, step in ipairs(line.steps) do self:count(("step:%s:%s"):format(step.action, step.state), -1) end
  self:run("drop_steps", row.n)
  self:run("watch_drop_facts", row.n)
  self:record("again", { line = row.n, reason = why })
  row.decision, row.reason, row.line, row.authority, row.hash, row.m, row.decided = nil, nil, nil, nil, nil, nil, nil
  row.not_before, row.tries = 0, 0
  move(self, row, "new")
  return true
end

--- Facts changed since they were read: the line is decided again, and waits when that happens for the third time. False where
--- something of it was sent.
---@param n integer
---@param why string
---@return boolean
function Store:again(n, why)
  local done = false
  self:transaction(function()
    local line = self:line(n)
    if OVER[line.row.state] or is_begun(line) then return end
    done = true
    line.row.again = line.row.again + 1
    if line.row.again < 3 then return self:decide_again(line, why) end
    self:record("line", { line = n, state = "waiting", why = "unsteady", reason = why })
    wait(self, line, "unsteady")
  end)
  return done
end

-- T3, T4.

--- Whether a newer event of the line's subject and topic came, which no step of the line itself has caused.
local function newer(self, line)
  local row, mandate = line.row, self.witness.mandates[line.row.m]
  if mandate and mandate.newest == "none" then return nil end
  for _, event in ipairs(self:rows("watch_newer", row.subject, row.topic, row.created, row.dated)) do
    if not (event.step and event.step:match("^(%d+)%.") == tostring(row.n)) then return event.n end
  end
end

--- Why a step must not be sent by the line's authority, or nil: a word of a line that waits.
local function unauthorised(self, line, step)
  local seen, row, t = self.witness, line.row, self:clock()
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
  return step.state == "planned" or (LEFT[step.state] and self.witness.handlers.actions[step.action].class ~= "N")
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
      void(self, now_line, ("event %d is newer"):format(event))
      row.by = event
      self:record("line", { line = line.n, state = is_begun(now_line) and "done" or "superseded" })
      return move(self, row, is_begun(now_line) and "done" or "superseded")
    end
    local is_repeated = now_step.state ~= "planned"
    local why = unauthorised(self, now_line, step)
    if why and not (is_repeated and (why == "guard" or why == "loop")) then
      refused = why
      self:record("line", { line = line.n, state = "waiting", why = why })
      return wait(self, now_line, why)
    end
    set_step(self, now_line, now_step, "intent", nil)
    self:record("intent", { applicant = row.id, line = line.n, step = step.k, action = step.action,
      args = audit.seal(self:line_key(line.n), step.args), m = row.m, causes = echo.causes(step.action, step.args),
      approved = row.authority == "approval" and row.hash or nil })
  end)
  if not refused and self.heads then self.heads:sync() end
  return refused
end

--- Writes down that an attempt has left; losing this does no harm.
function Store:sent(line, step) self:run("watch_sent", line.n, step.k) end

local function is_left(line)
  for _, step in ipairs(line.steps) do
    if LEFT[step.state] then return true end
  end
  return false
end

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
    if not LEFT[now_step.state] then
      refused = now_step.state
      return
    end
    set_step(self, now, now_step, came.state, came.problem, came)
    self:record("outcome", { applicant = row.id, line = line.n, step = step.k, action = step.action, outcome = came.state,
      problem = came.problem, file = came.file, size = came.size, sha256 = came.sha256, result = came.result })
    if came.ends then void(self, now, ("step %d is %s"):format(step.k, came.state)) end
    if over or came.ends then
      if not OVER[row.state] then return move(self, row, "done") end
    elseif came.state == "unknown" then
      delay(self, row)
      set_line(self, row)
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
    if not LEFT[now_step.state] then return end -- a person settled it meanwhile
    if now_step.state ~= "planned" then
      set_step(self, now, now_step, "planned", message)
      self:record("put_back", { applicant = row.id, line = line.n, step = step.k, action = step.action, problem = message })
    end
    if row.state ~= "open" then return end
    if core.wall() - row.since > self.TRIES then
      self:record("line", { line = line.n, state = "waiting", why = "error", reason = message })
      return wait(self, now, "error")
    end
    delay(self, row)
    set_line(self, row)
  end)
end

--- Ends a line of which nothing is left to do.
function Store:end_line(line)
  self:transaction(function()
    local now = self:line(line.n)
    if now.row.state ~= "open" then return end
    self:record("line", { line = line.n, state = "done" })
    move(self, now.row, "done")
  end)
end

--- Nobody else works in a folder whose lock is held: there is nothing to give up.
function Store.put_line() end
function Store.free() end

-- T6, T7; and what letters do: see letters.lua.

--- Moves a waiting line as a person said; inside a transaction.
---@param line idngo.watch.Line
---@param state "open"|"rejected"
function Store:move_waiting(line, state)
  local row = line.row
  if state == "rejected" then
    void(self, line, "a person said no")
    return move(self, row, "rejected")
  end
  row.authority, row.not_before, row.tries = "approval", 0, 0
  move(self, row, is_left(line) and "open" or "done", row.why)
end

--- A person said what came of a step that was in doubt; inside a transaction.
---@param line idngo.watch.Line
---@param k integer
---@param state "applied"|"void"
function Store:said_of_step(line, k, state)
  local step = line.steps[k]
  set_step(self, line, step, state, step.problem, step)
  self:record("outcome", { applicant = line.id, line = line.n, step = k, action = step.action, outcome = state, said = true })
  if state == "void" then void(self, line, ("step %d is void"):format(k)) end
  if not OVER[line.row.state] and not is_left(line) then return move(self, line.row, "done") end
  set_line(self, line.row)
end

--- Numbers and times of all lines that wait.
local function all_waiting(self)
  local list = {}
  for row in self:each("watch_waiting") do
    list[#list + 1] = { n = row.n, why = row.why, since = row.since }
  end
  return list
end

--- Lets the lines go on that wait for the breaker, once it is closed: those of which nothing was sent are decided again, and the
--- others go on by the mandate that let them begin. Whoever closed it may have been killed before all had gone on.
function Store:after_breaker()
  if self.witness.breaker.open or not self.witness.totals["waiting:breaker"] then return end
  for _, row in ipairs(all_waiting(self)) do
    if row.why == "breaker" then
      self:transaction(function()
        local line = self:line(row.n)
        if line.state ~= "waiting" or self:decide_again(line, "the breaker was closed") then return end
        line.row.authority = "mandate"
        self:record("line", { line = row.n, state = "open" })
        move(self, line.row, "open")
      end)
    end
  end
end

--- Ends lines that have waited for too long.
function Store:expire()
  for _, row in ipairs(all_waiting(self)) do
    if core.wall() - row.since > self.WAITS then
      self:transaction(function()
        local line = self:line(row.n)
        if line.state ~= "waiting" then return end
        void(self, line, "nobody spoke in time")
        self:record("expired", { line = row.n })
        move(self, line.row, "expired")
      end)
    end
  end
end

--- Proposes a mandate; inside a transaction.
---@param mandate idngo.watch.Mandate
---@return string hash
function Store:propose(mandate)
  local text, hash = mandates.seal(mandate)
  self:record("proposed", { m = mandate.m, mandate = text, hash = hash })
  return hash
end

--- Makes the last mandate that was proposed current, where enough people approved it.
---@return boolean
function Store:switch()
  local seen = self.witness
  local m = #seen.mandates
  if m == 0 or seen.m == m or not seen:is_approved(seen.hashes[m], seen.mandates[m].approvals) then return false end
  self:transaction(function() self:record("mandate", { m = m, hash = seen.hashes[m] }) end)
  return true
end

-- Verification.

--- The settings that a watch begins with, as one digest; they never change.
function Store:settings_digest()
  local text = ""
  for _, name in ipairs { "account", "profile", "spool", "created", "version", "kind" } do
    text = text .. ("%s %s\n"):format(name, tostring(self:get(name)))
  end
  return core.sha256(text)
end

local function check_lines(self)
  local count, last = 0, 0
  for row in self:each("lines") do
    count, last = count + 1, row.n
    self:line(row.n)
  end
  local known = self.witness.db:rows("count_lines")[1]
  if count ~= known.count or last ~= (known.last or 0) or last ~= self.witness.lines then
    error(self:damaged("lines", known.last or 0, "is missing"), 0)
  end
end

local function check_events(self)
  local takes, hash = self.witness:takes(), ""
  local current, n = takes(), 0
  for row in self:each("watch_events") do
    n = n + 1
    if row.n ~= n or not current then error(self:damaged("events", row.n, "is not in the log"), 0) end
    hash = event_hash(hash, row)
    if n == current.last then
      if hash ~= current.hash then
        error(self:damaged("events", ("%d to %d"):format(current.first, n), "are not what the log says"), 0)
      end
      current, hash = takes(), ""
    end
  end
  if n ~= self.witness.events then error(self:damaged("events", n + 1, "is missing"), 0) end
end

local function check_letters(self)
  local after, count = "", 0
  while true do
    local page = self:rows("watch_letters", after)
    if not page[1] then break end
    for _, row in ipairs(page) do
      after, count = row.id, count + 1
      if self.witness:letter_hash(row.id) ~= self:letter_seal(row) then
        error(self:damaged("letters", row.id, "is not what the log says"), 0)
      end
    end
  end
  if count ~= self.witness.letters then error(self:damaged("letters", count, "lacks one that was answered"), 0) end
end

--- What must stand in a letter that was answered.
function Store.letter_seal(_, row)
  return core.sha256(json.encode({ id = row.id, body = row.body, verdict = row.verdict }, "letter", "[]"))
end

local SETTINGS = { account = true, profile = true, spool = true, created = true, version = true, kind = true, run = true,
  secret = true, totals = true, stats = true }

--- Throws where a table is not what the log says.
function Store:check()
  local seen = self.witness
  if self:settings_digest() ~= seen.settings then
    error(self:damaged("run", "account, profile, spool, created, version or kind", "is not what the log says"), 0)
  end
  for _, row in ipairs(self:rows("settings")) do
    local policy = tostring(row.name):match("^policy (%x+)$")
    if policy and core.sha256(tostring(row.value)) ~= policy then
      error(self:damaged("run", row.name, "is not that policy"), 0)
    elseif not policy and not SETTINGS[row.name] then
      error(self:damaged("run", tostring(row.name), "is no setting of a watch"), 0)
    end
  end
  for _, mandate in ipairs(seen.mandates) do
    if not self:get("policy " .. mandate.policy) then error(self:damaged("run", "policy " .. mandate.policy, "is missing"), 0) end
  end
  check_lines(self)
  check_events(self)
  check_letters(self)
  for row in self:each("replies") do
    if core.sha256(tostring(row.body)) ~= row.hash then error(self:damaged("replies", row.r, "is not what was recorded"), 0) end
  end
end

return Store
