-- Letters: what people say to a watch, each signed by its writer's key. Commands leave them in the journal, where the watcher
-- finds them; it answers each `taken`, or why not.

local audit = require("idngo.run.audit")
local compat = require("idngo.compat")
local core = require("idngo.core")
local dates = require("idngo.dates")
local errors = require("idngo.error")
local json = require("idngo.json")
local mandates = require("idngo.watch.mandate")
local moves = require("idngo.watch.moves")
local said = require("idngo.watch.said")

local M = {}

--- More letters than this are never unread.
M.MOST = 1000

-- Seconds within which a letter is taken in, as long as lines wait; and by how much its writer's clock may be ahead.
local LASTS, AHEAD = 14 * 86400, 86400

---@class idngo.watch.Said
---@field event "approved"|"declined"|"told"
---@field target string? hash of the mandate or of what was shown of the line
---@field line integer?
---@field what "retry"|"redecide"|"withdraw"|"stop"|"settle"|"breaker"|"propose"|"forget"|nil of "told"
---@field step integer? of settle
---@field as "applied"|"void"|nil of settle
---@field before number? of forget: until when lines have ended
---@field opening integer? of breaker: the number of the record that opened it
---@field shown string? of breaker: hash of what was shown of it
---@field rebase integer? of breaker: the number of the decision up to which the last ones are usual from now on

--- Writes and signs a letter.
---@param store idngo.run.Store
---@param words idngo.watch.Said
---@param key userdata
---@param note string?
---@return string id
---@return string body
function M.write(store, words, key, note)
  local record = {}
  for name, value in pairs(words) do record[name] = value end
  record.once = audit.random(8) -- the same said again is another letter
  audit.sign(record, store:get("run"), { key = key, note = note })
  local body = M.encode(record)
  return M.id(body), body
end

--- The only bytes that a letter is written in.
function M.encode(record) return json.encode(record, "letter", "[]") end

--- What a letter is known by.
function M.id(body) return core.sha256(body):sub(1, 32) end

--- Leaves letters in the journal, all or none; the watcher may be at work there.
---@param store idngo.run.Store
---@param list {id: string, body: string}[]
function M.leave_all(store, list)
  store.tables:whole(function()
    local unread = store:row("watch_count_unread").count
    if unread + #list > M.MOST then
      error(errors.new { kind = "limit", outcome = "not_sent", message = ("%d letters are unread, and with %d more they were "
        .. "more than %d: none of these was left"):format(unread, #list, M.MOST),
        hint = unread > 0 and "let idngo watch read them, then say it again" or "say it of fewer lines at once" }, 0)
    end
    for _, each in ipairs(list) do
      local was_left = store:row("watch_letter", each.id) -- said once, whoever hands it in again
      if not was_left then store:run("watch_add_letter", each.id, each.body) end
    end
    store:tell("work")
  end)
end

--- The same of one.
function M.leave(store, id, body) M.leave_all(store, { { id = id, body = body } }) end

--- What became of a letter, or nil.
function M.verdict(store, id)
  local row = store:row("watch_letter", id)
  return row and row.verdict
end

-- Taking in. Each gives a verdict, and does what was said; inside a transaction.

local function times(count, needed) return ("taken: %d of %d"):format(count, needed) end

--- Why what a person says does not count beside what these keys have said, or nil: nobody counts twice, by whichever keys.
---@param keys table<string, boolean>
---@param record table
---@param names table<string, string>
---@param what string that they have done
---@return string?
local function counted(keys, record, names, what)
  local name = names[record.key]
  if keys[record.key] then return ("stale: this key has %s already"):format(what) end
  for key in pairs(keys) do
    if name and names[key] == name then return ("stale: %s has %s already, by another key"):format(name, what) end
  end
end

-- What a letter is about is found first: a function of the store and the record that gives it, or a verdict.

--- The number of the mandate that is proposed, and that a letter names; nil and no verdict where it names none.
local function mandate_of(store, record)
  local seen = store.witness
  local m = seen.numbers[record.target]
  if not m or m == seen:proposed() then return m end
  if m == seen.m then return nil, "stale: it is current already" end
  if m ~= #seen.mandates then return nil, ("stale: mandate %d was proposed since"):format(#seen.mandates) end
  return nil, "stale: it was rejected"
end

--- The line that a letter is about, as it is now; or a verdict.
local function line_of(store, record)
  local n = compat.tointeger(record.line)
  if not n or n < 1 or n > store.witness.lines then return nil, "refused: there is no such line" end
  return store:line(n)
end

local function waiting(store, record)
  local line, verdict = line_of(store, record)
  if not line then return nil, verdict end
  if line.state ~= "waiting" then
    local by = line.state == "superseded" and (" by event %s"):format(tostring(line.row.by)) or ""
    return nil, ("stale: it is %s%s"):format(line.state, by)
  end
  if store:target(line) ~= record.target then return nil, "stale: it is not what was looked at any more" end
  return line
end

--- What a person says yes or no to: the number of a mandate, or a line that waits; or a verdict.
local function judged(store, record)
  local m, verdict = mandate_of(store, record)
  if m or verdict then return m, nil, verdict end
  local line
  line, verdict = waiting(store, record)
  return nil, line, verdict
end

--- Why somebody does not count who approves a mandate, since its proposer does not; or nil.
---@param mandate idngo.watch.Mandate
---@param apart boolean? the settings say that too, whatever the mandate says
local function as_proposer(mandate, record, names, apart)
  if not (mandate.not_the_proposer or apart) then return nil end
  local by = mandate.proposer
  if not by then return "refused: it does not say who proposed it, who is not to count: propose it again" end
  if record.key == by or names[by] and names[record.key] == names[by] then
    return "refused: who proposed it does not count among those who approve it"
  end
end

local take = {}

function take.approved(store, record, names, _, apart)
  local m, line, verdict = judged(store, record)
  if verdict then return verdict end
  if line and line.row.decision ~= "act" then return "stale: nothing was decided of it; idngo retry lets it be decided" end
  local seen = store.witness
  local keys, count = seen:approvers_of(record.target)
  verdict = counted(keys, record, names, "approved it")
  if verdict then return verdict end
  local withdrawn = seen.withdrawn[record.target] and seen.withdrawn[record.target][record.key]
  if withdrawn and record.at < withdrawn then return "stale: this key has withdrawn it since" end
  verdict = m and as_proposer(seen.mandates[m], record, names, apart)
  if verdict then return verdict end
  local left = m and seen:shadow_left(m)
  if left then
    local all = seen.mandates[m].shadow
    return ("refused: its shadow has seen %d of %d lines; look at what it saw, then approve"):format(all - left, all)
  end
  local needed = m and seen.mandates[m].approvals or seen.mandates[line.row.m].line_approvals
  store:record("approved", record)
  if line and count + 1 >= needed then store:move_waiting(line, "open") end
  return times(count + 1, needed)
end

function take.declined(store, record)
  local _, line, verdict = judged(store, record)
  if verdict then return verdict end
  store:record("declined", record) -- who has approved it may think again
  if line then store:move_waiting(line, "rejected") end
  return "taken: rejected"
end

local told = {}

function told.retry(store, record)
  local line, verdict = waiting(store, record)
  if not line then return verdict end
  store:record("told", record)
  if store:decide_again(line, "a person wants it") then return "taken: it is decided again" end
  return "stale: a part of it was sent; approve or reject the rest"
end

--- Who approved something thinks again. What was sent by it was sent; nothing else is.
function told.withdraw(store, record)
  if not store.witness:approvers_of(record.target)[record.key] then return "stale: this key has not approved it" end
  if not record.line then
    local _, verdict = mandate_of(store, record)
    if verdict then return verdict end
    store:record("told", record)
    return "taken: withdrawn"
  end
  local line, verdict = line_of(store, record)
  if not line then return verdict end
  local row = line.row
  if row.hash ~= record.target then return "stale: it is not what was looked at any more" end
  for _, step in ipairs(line.steps) do
    if step.state == "intent" or step.state == "sent" then
      return "stale: a step of it is being sent; say it again when that has ended"
    end
  end
  store:record("told", record)
  if row.state == "open" and row.authority == "approval" then moves.wait(store, line, row.why) end
  return "taken: withdrawn"
end

--- The mandate lets nothing be sent any more, nor does any before it: one person is enough for that, as for a no.
function told.stop(store, record)
  local m = store.witness.m
  if not m or compat.tointeger(record.m) ~= m then
    return m and ("stale: mandate %d is current"):format(m) or "stale: no mandate is current"
  end
  if m == store.witness.stopped then return "stale: it was stopped before" end
  store:record("told", record)
  return ("taken: mandate %d lets nothing be done any more"):format(m)
end

--- What is personal in lines that ended before a moment is to be destroyed: whoever has the watch does that.
function told.forget(store, record)
  if record.before < 0 then return "refused: it names no moment" end
  if not store:is_past(record.before) then return "refused: of what ended within a day nothing is destroyed" end
  store:record("told", record)
  return ("taken: of lines that ended before %s UTC nothing personal is kept"):format(dates.stamp(record.before))
end

function told.redecide(store, record)
  local line, verdict = line_of(store, record)
  if not line then return verdict end
  if store:target(line) ~= record.target then return "stale: it is not what was looked at any more" end
  local why = store:is_last_word(line)
  if why then return "stale: " .. why end
  store:record("told", record)
  return ("taken: line %d decides about it"):format(store:redecide(line))
end

function told.settle(store, record, _, account)
  local line, verdict = line_of(store, record)
  if not line then return verdict end
  if store:target(line) ~= record.target then return "stale: it is not what was looked at any more" end
  local step = line.steps[compat.tointeger(record.step) or 0]
  if not step or step.state ~= "unknown" then return "stale: it is no step that is unknown" end
  if record.as ~= "applied" and record.as ~= "void" then return "refused: it says neither applied nor void" end
  store:record("told", record)
  store:said_of_step(line, step.k, record.as)
  local action = store.witness.handlers.actions[step.action]
  -- marked before that is committed: a mark too many does no harm, and one too few has others act on what was so before
  if action.marks and record.as == "applied" then account:acted(line.id, action.gone) end
  return "taken: it is " .. record.as, line.id
end

function told.breaker(store, record, names)
  local breaker, mandate, count = store.witness.breaker, store.witness:current_mandate(), 1
  local objection, bands = breaker:objection(record, mandate)
  if objection then return "stale: " .. objection end
  if record.shown ~= breaker:shown(record.rebase, bands) then return "stale: it is not what was looked at any more" end
  local keys = breaker:said_by(record)
  local stale = counted(keys, record, names, "said so")
  if stale then return stale end
  for _ in pairs(keys) do count = count + 1 end
  store:record("told", record)
  return times(count, mandate and mandate.approvals or 1)
end

--- Another mandate, by another policy perhaps: it becomes current when enough people have approved it.
function told.propose(store, record)
  local mandate, seen = record.mandate, store.witness
  if compat.is_integer(mandate.m) and mandate.m <= #seen.mandates then
    return ("stale: mandate %d was proposed since"):format(#seen.mandates)
  end
  local flaw = mandates.flaw(mandate, seen, store:clock())
  if flaw then return "refused: it is no mandate of this watch: " .. flaw end
  if mandate.policy ~= core.sha256(record.policy) then return "refused: it is another policy's mandate" end
  if mandate.proposer and mandate.proposer ~= record.key then return "refused: it names somebody else as its proposer" end
  if mandate.report ~= (record.report and core.sha256(record.report)) then return "refused: it is another report's mandate" end
  store:record("told", record)
  store:set("policy " .. mandate.policy, record.policy)
  store:keep_report(record.report)
  return "taken: " .. store:propose(mandate)
end

function take.told(store, record, names, account) return told[record.what](store, record, names, account) end

--- Reads a letter: what was said, and who said it, by a key that counts; or why it is none. What was said once counts once, so
--- there is one way to write it.
---@param store idngo.watch.Store
---@param body string
---@param approvers table<string, userdata>
---@return table? record
---@return string? verdict
function M.read(store, body, approvers)
  local record = json.decode(body)
  if type(record) ~= "table" or json.is_too_deep(record) or not take[record.event] or record.seq then
    return nil, "refused: it is no letter"
  end
  if M.encode(record) ~= body then return nil, "refused: it is not what was left" end
  local doubt = said.flaw(record) or audit.doubt(record, store.run_id, approvers)
  if doubt then return nil, "refused: it " .. doubt end
  local age = type(record.at) == "number" and core.wall() - record.at
  if not age or age < -AHEAD then return nil, "refused: it is of a day that has not come" end
  if age > LASTS then return nil, ("stale: it was written more than %d days ago"):format(LASTS / 86400) end
  return record
end

--- Takes in one letter; inside a transaction. The verdict, and a person of whom nothing is in doubt any more.
local function take_one(store, row, approvers, names, account, apart)
  local record, verdict = M.read(store, row.body, approvers)
  if M.id(row.body) ~= row.id then return "refused: it is not what was left" end
  if store.witness:letter_hash(row.id) then return "stale: it was answered before" end
  if not record then return verdict end
  local back = store.witness.back
  if back and record.at <= back.at then return "stale: it was said before the folder was put back" end
  return take[record.event](store, record, names, account, apart)
end

--- Letters in the order in which they were written: who thinks again says so later.
local function in_order(rows)
  for _, row in ipairs(rows) do
    local record = json.decode(row.body)
    row.at = type(record) == "table" and type(record.at) == "number" and record.at or 0
  end
  table.sort(rows, function(a, b)
    if a.at ~= b.at then return a.at < b.at end
    return a.id < b.id
  end)
  return rows
end

--- Takes in all letters that are unread.
---@param store idngo.watch.Store
---@param approvers table<string, userdata>
---@param names table<string, string> of approvers, by their keys
---@param account idngo.run.Account the account's people, among them whose steps people settle
---@param apart boolean? who proposes a mandate does not count among those who approve it, by the settings
---@return integer count
function M.take(store, approvers, names, account, apart)
  local count = 0
  for _, row in ipairs(in_order(store:rows("watch_unread", M.MOST))) do
    local person
    store:transaction(function()
      local verdict
      verdict, person = take_one(store, row, approvers, names, account, apart)
      store:run("watch_answer", row.id, verdict)
      row.verdict = verdict
      store:tell("work")
      store:record("answered", { letter = row.id, verdict = verdict, hash = store:letter_seal(row) })
    end)
    if person and not store:is_doubtful(person) then account:release({ [person] = true }, store.run_id) end
    count = count + 1
  end
  if count > 0 then
    store:switch()
    store:after_switch()
    store:after_breaker()
  end
  return count
end

return M
