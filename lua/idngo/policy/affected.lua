-- Finds in a run's journal what earlier versions may have done wrong: steps and decisions that rested on another applicant's
-- reply, steps without an approval, both applicants of a pair deactivated, e-mails with a wrong state.
--
-- It only reads: no lock, no key, no network. A reply without an applicantId cannot be told from another applicant's.

local operation = require("idngo.operation")
local facts = require("idngo.policy.facts")
local handlers = require("idngo.policy.handlers")
local lines = require("idngo.run.lines")
local people = require("idngo.run.people")

local M = {}

---@class idngo.policy.Finding
---@field applicantId string
---@field step integer? none: the decision itself
---@field action string of the step, or the decision
---@field state string? of the step
---@field what "reply"|"approval"|"pair"|"e-mail"
---@field why string

--- Whether a step was sent, or may have been.
local function is_sent(step) return step.state ~= "planned" and step.state ~= "void" end

--- The applicants that a reply says it is about.
local function subjects(reply)
  local ids = {}
  local function note(value)
    if type(value) == "string" then ids[#ids + 1] = value end
  end
  note(reply.applicantId)
  note(type(reply.applicant) == "table" and reply.applicant.id)
  for _, list in ipairs { "checks", "items" } do
    for _, part in ipairs(type(reply[list]) == "table" and reply[list] or {}) do
      note(type(part) == "table" and part.applicantId)
    end
  end
  return ids
end

--- The reason to take a reply for another applicant's, or nil.
local function foreign(id, name, reply, fact)
  for _, subject in ipairs(subjects(reply)) do
    if subject ~= id then return ("the reply for %s is about %s"):format(name, subject) end
  end
  local known = facts.facts[name]
  local wanted = known.type or operation.of(known.method).check_type
  for _, check in ipairs(wanted and reply.checks or {}) do
    local kind = type(check) == "table" and check.checkType
    if type(kind) == "string" and kind ~= wanted then
      return ("the reply for %s is a check of the type %s"):format(name, kind)
    end
  end
  if people.named({ fact })[id] then return ("the reply for %s names the applicant as its own match"):format(name) end
end

--- The id of the reply itself: two applicants never have the same.
local function own_id(reply)
  local part = type(reply.checks) == "table" and reply.checks[1] or type(reply.items) == "table" and reply.items[1]
  return type(part) == "table" and type(part.id) == "string" and part.id ~= "" and part.id or nil
end

--- Which applicants have byte for byte the same reply, by its hash: n of the first, and whether there are others.
local function shared_replies(store)
  local seen = {}
  for row in store:each("lines") do
    for _, fact in ipairs(store:rows("fact_hashes", row.n)) do
      local known = facts.facts[fact.name]
      if known and not known.account then seen[fact.hash] = (seen[fact.hash] or 0) + 1 end
    end
  end
  return seen
end

--- What the log says of approvals: the plan approved, and steps whose intent stands before any approval.
local function read_log(store)
  local log = { intents = {}, early = {} }
  for row in store:each("audit_records") do
    local record = store:decode(row.record, "audit", row.seq)
    if record.event == "begun" then log.approved = record.approved end -- in the log of idngo 0.1, before this one
    if record.event == "planned" then log.planned = record.plan end
    if record.event == "approved" then log.approved = record.plan or "?" end
    local came = (record.event == "outcome" or record.event == "found") and record.outcome
    if (record.event == "intent" or came and came ~= "void") and record.applicant then
      local key = ("%s %s"):format(tostring(record.applicant), tostring(record.step))
      log.intents[key] = true
      if not log.approved then log.early[key] = true end
    end
  end
  return log
end

local function approval_of(log, plan, id, step)
  local key = ("%s %d"):format(id, step.k)
  if not log.approved then return "the log holds no approval" end
  if log.early[key] then return "it was sent before the approval" end
  if log.approved ~= plan or (log.planned and log.planned ~= plan) then
    return "the plan in the journal is not the one that was approved"
  end
  if not log.intents[key] then return "the log does not know that it was sent" end
end

--- The reason why an e-mail may have been sent although its state says otherwise, or nil.
local function mail_of(step)
  local message = step.problem or ""
  if step.state == "applied" and step.attempts > 1 then
    return ("it took %d attempts; an earlier one may have been sent, too"):format(step.attempts)
  elseif step.state == "unknown" then
    return "it may have been sent"
  elseif step.state == "rejected" then
    local status = tonumber(message:match("HTTP (%d%d%d)"))
    local told = message:find("HTTP %d%d%d: ") or message:find("errorCode: ", 1, true)
    if status == 408 or status == 425 or (status and status < 400) or (status and not told) then
      local times = step.attempts > 1 and (", %d times"):format(step.attempts) or ""
      return ("it may have been sent%s: HTTP %d did not come from the service for certain"):format(times, status)
    end
  end
end

--- One applicant's findings.
local function look(store, row, line, context, add)
  local function each_step(what, reason)
    local any = false
    for _, step in ipairs(line.steps) do
      if is_sent(step) then
        any = true
        add { applicantId = row.id, step = step.k, action = step.action, state = step.state, what = what, why = reason }
      end
    end
    if not any and row.decision then
      add { applicantId = row.id, action = row.decision, what = what, why = reason }
    end
  end
  local known = {}
  for _, recorded in ipairs(store:rows("facts", row.n)) do
    local reply = store:decode(recorded.body, "replies", recorded.hash)
    local fact = facts.facts[recorded.name] and type(reply) == "table" and facts.normalise(recorded.name, reply)
    if fact then
      known[recorded.name] = fact
      local reason = not facts.facts[recorded.name].account and foreign(row.id, recorded.name, reply, fact)
      if not reason and (context.shared[recorded.hash] or 0) > 1 and own_id(reply) then
        reason = ("the reply for %s is another applicant's too, byte for byte"):format(recorded.name)
      end
      if reason then each_step("reply", reason) end
    end
  end
  for _, step in ipairs(line.steps) do
    if is_sent(step) then
      local function note(what, reason)
        if reason then
          add { applicantId = row.id, step = step.k, action = step.action, state = step.state, what = what, why = reason }
        end
      end
      note("approval", approval_of(context.log, context.plan, row.id, step))
      if step.action == "send_status_email" then note("e-mail", mail_of(step)) end
      if step.action == "deactivate" and step.state ~= "rejected" then
        context.gone[row.id] = { step = step, named = people.named(known) }
      end
    end
  end
end

--- Pairs of applicants who name each other.
local function pairs_of(gone, add)
  local ids = {}
  for id in pairs(gone) do ids[#ids + 1] = id end
  table.sort(ids)
  for _, id in ipairs(ids) do
    for other in pairs(gone[id].named) do
      if other ~= id and gone[other] and gone[other].named[id] then
        local step = gone[id].step
        add { applicantId = id, step = step.k, action = step.action, state = step.state, what = "pair",
          why = ("%s, its match, was deactivated, too"):format(other) }
      end
    end
  end
end

--- Looks through a run. Throws when a record cannot be read, after `add` was given the findings before it.
---@param store idngo.run.Store
---@param add fun(finding: idngo.policy.Finding)
function M.run(store, add)
  local context = { log = read_log(store), shared = shared_replies(store), gone = {} }
  context.plan = lines.plan(store, handlers).hash
  for row in store:each("lines") do look(store, row, lines.line(store, row), context, add) end
  pairs_of(context.gone, add)
end

return M
