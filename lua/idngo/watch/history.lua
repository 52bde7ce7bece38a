-- What became of a line of a watch, by the log: one record after another, each with the guards and the breaker of its moment.

local compat = require("idngo.compat")
local mandates = require("idngo.watch.mandate")
local witness = require("idngo.watch.witness")

local M = {}

---@class idngo.watch.Moment
---@field at number
---@field what string in words
---@field by table? who said it: the record
---@field guards {action: string, guard: string, used: integer}[]? of that moment, before it counted
---@field breaker string? why it was open then, or "closed"

-- By event, what a record of a line says; nil where that is nothing more than others say.
local words = {}

local function waits(record, text)
  return record.state == "waiting" and ("%s; it waits for %s"):format(text, tostring(record.why)) or text
end

function words.decided(record)
  return waits(record, ("decided by mandate %d: %s"):format(record.m, record.asked and "ask" or record.decision))
end

function words.line(record)
  if record.state == "new" then return "cannot be decided yet" end
  if record.state == "waiting" then return "waits for " .. tostring(record.why) end
  return record.state == "open" and "goes on" or record.state
end

function words.intent(record)
  return ("step %d, %s: about to be sent, %s"):format(record.step, record.action, record.approved and "as was approved"
    or "by the mandate")
end

function words.outcome(record)
  return ("step %d, %s: %s%s"):format(record.step, record.action, record.outcome, record.said and ", as a person said" or "")
end

function words.put_back(record) return ("step %d, %s: not sent"):format(record.step, record.action) end
function words.again(record) return "to be decided again: " .. tostring(record.reason) end
function words.expired() return "expired: nobody spoke in time" end
function words.approved() return "approved" end
function words.declined() return "rejected" end
function words.told(record) return "a person said " .. tostring(record.what) end

-- At which moments guards and breaker count.
local COUNT = { decided = true, line = true, intent = true }

--- How far the guards of some actions are used up, before a record.
local function guards_of(seen, m, actions, person, t)
  local list = {}
  for _, action in ipairs(actions) do
    local guards = m and seen.mandates[m].guards[action]
    for _, guard in ipairs(type(guards) == "table" and guards or {}) do
      list[#list + 1] = { action = action, guard = mandates.word(guard), used = (seen:used(action, guard, t, person)) }
    end
  end
  return list
end

--- What the log says of a line.
---@param store idngo.watch.Store its log was read
---@param row table of lines
---@return idngo.watch.Moment[]
---@return table[] approvals records: who approved the mandate that it was decided by, and did not think again
function M.of(store, row)
  local n, list, m, actions, known = row.n, {}, nil, {}, store.witness
  local seen = witness.new(known.handlers)
  local function add(record, what, by) list[#list + 1] = { at = record.at, what = what, by = by } end
  for each in store:each("audit_records") do
    local record, before = store:decode(each.record, "audit", each.seq), seen.lines
    if compat.tointeger(record.line) == n and words[record.event] then
      add(record, words[record.event](record), record.key and record)
      if record.event == "decided" then m, actions = compat.tointeger(record.m), record.actions or {} end
      if COUNT[record.event] then
        local moment = list[#list]
        moment.guards = guards_of(seen, m, actions, row.id or "", record.t or seen.t)
        moment.breaker = seen.breaker.open and seen.breaker.open.why or "closed"
      end
    elseif record.event == "redecided" and compat.tointeger(record.of) == n then
      add(record, ("line %d decides about it another time"):format(record.line))
    end
    seen:take(record)
    if before < n and seen.lines >= n then add(record, row.of and ("line %d another time"):format(row.of) or "taken") end
    for _, superseded in ipairs(record.superseded or {}) do
      if superseded == n then add(record, ("superseded by event %d"):format(row.by)) end
    end
  end
  seen:close()
  return list, known.approvals[known.hashes[row.m]] or {}
end

return M
