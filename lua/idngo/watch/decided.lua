-- T2 of a watch's journal: what was decided about a line, whether it waits, and when it is decided again.

local audit = require("idngo.run.audit")
local core = require("idngo.core")
local facts = require("idngo.policy.facts")
local mandates = require("idngo.watch.mandate")
local moves = require("idngo.watch.moves")

---@type idngo.watch.Store
local Store = {}

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
---@field verdict idngo.watch.Verdict? with known and given: what it was made of

--- Why a decision waits, or nil.
local function why_wait(self, row, decision, m)
  if decision.decision == "error" then return "error" end
  if decision.asked then return "ask" end
  local seen = self.witness
  local mandate = seen.mandates[m]
  if decision.behind or is_disputed(self, row) then return "order" end
  if seen:objection(m, self:clock()) then return "mandate" end
  for _, step in ipairs(decision.steps) do
    if mandates.uncovered(mandate, step.action) then return "mandate" end
  end
  if seen.breaker.open then return "breaker" end
end

--- Writes down what was decided about a line.
---@param n integer
---@param m integer the mandate whose policy decided
---@param decision idngo.watch.Decision
---@return "written"|"lost"|"again" what: lost: it was superseded meanwhile; again: another mandate is to decide
function Store:decide(n, m, decision)
  local result
  self:transaction(function()
    local line = self:line(n)
    local row = line.row
    if row.state ~= "new" then
      result = "lost"
      return
    elseif m ~= self.witness:decider(n) then
      result = "again"
      return
    end
    local names, hashes, missing, key = {}, {}, {}, self:line_key(n)
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
      why = why_wait(self, row, decision, m)
      state = why and "waiting" or "open"
    end
    if state == "open" then row.authority = "mandate" end
    for _, fact in ipairs(self:rows("fact_hashes", n)) do
      local known = decision.known and decision.known[fact.name]
      if known and known.answer == facts.MISSING then missing[#missing + 1] = fact.name end
      line.facts[fact.name], hashes[fact.name] = fact.hash, audit.seal(key, fact.hash)
    end
    line.steps = self:rows("steps", n)
    self:count("decision:" .. (decision.asked and "ask" or decision.decision), 1)
    self:time("decision", row.decided - moves.came(row))
    self:record("decided", { applicant = row.id, line = n, decision = row.decision, reason = row.reason, actions = names,
      facts = hashes, missing = missing[1] and missing, m = m, state = state, why = why, asked = decision.asked and true or nil })
    if why then moves.wait(self, line, why) else moves.move(self, row, state) end
    result = "written"
  end)
  return result
end

--- Leaves a line that could not be decided: it is tried again, and waits after the sixth time.
---@param n integer
---@param message string
function Store:put_off(n, message)
  self:transaction(function()
    local line = self:line(n)
    local row = line.row
    if row.state ~= "new" then return end
    if row.tries >= moves.MOST_TRIES then
      row.reason = message
      self:record("line", { line = n, state = "waiting", why = "error", reason = message })
      return moves.wait(self, line, "error")
    end
    moves.delay(self, row)
    self:record("line", { line = n, state = "new", tries = row.tries })
    moves.set_line(self, row)
  end)
end

--- Lets a line be decided again, from its facts on; inside a transaction. False where something of it was sent, or it is over.
---@param line idngo.watch.Line
---@param why string
---@return boolean
function Store:decide_again(line, why)
  local row = line.row
  if moves.OVER[row.state] or moves.is_begun(line) then return false end
  for _, step in ipairs(line.steps) do self:count(("step:%s:%s"):format(step.action, step.state), -1) end
  self:run("drop_steps", row.n)
  self:run("watch_forget_replies", row.n) -- nothing leads to them any more
  self:run("watch_drop_facts", row.n)
  self:record("again", { line = row.n, reason = why, decided = row.decided ~= nil or nil })
  if row.hash then self:record("over", { line = row.n, hash = row.hash }) end
  row.decision, row.reason, row.line, row.authority, row.hash, row.m, row.decided = nil, nil, nil, nil, nil, nil, nil
  row.not_before, row.tries = 0, 0
  moves.move(self, row, "new")
  return true
end

--- Why a line is not decided another time, as another line, or nil.
---@param line idngo.watch.Line
---@return string?
function Store:is_last_word(line)
  local row, mandate = line.row, self.witness:current_mandate()
  if not moves.OVER[row.state] then return ("it is %s, and not over"):format(row.state) end
  if row.fields == self.FORGOTTEN then return "its event was destroyed" end
  if row.created < (self.witness.known or row.created) then
    return "its event is so old that it is not known any more whether a newer one came"
  end
  if moves.is_left(line) then return "what came of a step of it is not known; settle that first" end
  local left = self:rows("watch_left_of", row.subject, row.topic, row.event)[1]
  if left then return ("line %d decides about it"):format(left.n) end
  local newer = self:newer(row, mandate.newest)[1]
  return newer and ("event %d is newer"):format(newer.n) or nil
end

--- Makes another line of the event that a line was made of; what came of that stays. Inside a transaction.
---@param line idngo.watch.Line that is over
---@return integer n of the new one
function Store:redecide(line)
  local n = self.witness.lines + 1
  self:run("watch_add_again", n, line.n, core.wall())
  self.touched[n] = true
  self:count("lines:new", 1)
  self:record("redecided", { line = n, of = line.n })
  return n
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
    if moves.OVER[line.row.state] or moves.is_begun(line) then return end
    done = true
    line.row.again = line.row.again + 1
    if line.row.again < 3 then return self:decide_again(line, why) end
    self:record("line", { line = n, state = "waiting", why = "unsteady", reason = why })
    moves.wait(self, line, "unsteady")
  end)
  return done
end

return Store
