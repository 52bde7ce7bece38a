-- What is found when a mandate is proposed, for those who approve it: what the policy's cases come to, where it parts from the
-- current one, and a backtest. One JSON text, which the journal keeps, and whose hash is in the mandate.

local backtest = require("idngo.watch.backtest")
local compare = require("idngo.policy.compare")
local day = require("idngo.policy.day")
local json = require("idngo.json")
local sorted = require("idngo.sorted")
local verdicts = require("idngo.watch.verdict")

local M = {}

local MOST_EVENTS, FEW = 12, 20

--- An event of every type and review answer among the lines that were decided last, and of every type that the policies decide
--- about, by a name. Whether reviews came or not, one is GREEN and one is RED.
local function events_of(store, last, policies)
  local events, count = {}, 0
  local function add(name, event)
    if events[name] or count == MOST_EVENTS then return end
    events[name], count = event, count + 1
  end
  for row in (backtest.rows(store, last)) do
    local event = verdicts.given(row).event
    local result = event.reviewResult
    add(event.type .. (type(result) == "table" and " " .. tostring(result.reviewAnswer) or ""), event)
  end
  for _, info in ipairs(policies) do
    for _, type_ in ipairs(info.on) do
      local is_known = false
      for name in pairs(events) do is_known = is_known or name:match("^%S+") == type_ end
      if not is_known then add(type_, { type = type_, applicantId = "applicant" }) end
      for _, answer in ipairs(type_:find("Reviewed$") and { "GREEN", "RED" } or {}) do
        add(type_ .. " " .. answer, { type = type_, applicantId = "applicant", reviewResult = { reviewAnswer = answer } })
      end
    end
  end
  return events
end

---@class idngo.watch.Differences
---@field combinations integer of answers and events
---@field different integer
---@field examples table[] {event =, facts =, before =, after =}, of each event the fewest facts first

--- Where two policies part, by every combination of answers, about events as they came.
---@param a idngo.policy.Pool
---@param b idngo.policy.Pool
---@param store idngo.watch.Store
---@param last integer lines whose events are looked at
---@param now number
---@return idngo.watch.Differences
function M.differences(a, b, store, last, now)
  local found, events = { combinations = 0, different = 0, examples = json.array {} },
    events_of(store, last, { a.info, b.info })
  for _, name in ipairs(sorted(events)) do
    local differences, combinations = compare.exhaustive(a, b, day.of(now), events[name])
    found.combinations, found.different = found.combinations + combinations, found.different + #differences
    for i = 1, math.min(#differences, FEW - #found.examples) do
      local each = differences[i]
      table.insert(found.examples, { event = name, facts = json.object(each.facts), before = each.before, after = each.after })
    end
  end
  return found
end

--- Events that were not decided since their type was not in `on`, and that a policy would decide, by type. They stay undecided.
---@param store idngo.watch.Store
---@param info idngo.policy.Info
---@return table<string, integer>
function M.ignored(store, info)
  local on, counts = {}, json.object {}
  for _, type_ in ipairs(info.on) do on[type_] = true end
  for _, row in ipairs(store:rows("watch_ignored")) do
    if on[row.type] then counts[row.type] = row.count end
  end
  return counts
end

--- The cases of a policy as they are kept: no more than what they come to.
---@param result idngo.policy.TestResult
---@return table
function M.cases(result)
  return { cases = #result.cases, failed = result.failed, lines = result.lines, coverage = result.coverage }
end

--- The text of a report, which the mandate has the hash of.
---@param report {cases: table?, differences: idngo.watch.Differences?, backtest: idngo.watch.Backtest, ignored: table}
---@return string
function M.text(report) return json.encode(report, "report", "[]") end

--- The report of a mandate; nil where it has none.
---@param store idngo.watch.Store
---@param mandate idngo.watch.Mandate
---@return table?
function M.of(store, mandate)
  return mandate.report and store:decode(store:get("report " .. mandate.report), "run", "report")
end

return M
