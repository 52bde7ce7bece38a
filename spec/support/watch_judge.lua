-- What came of watches that were killed, or whose machine was: by their tables, their log, and what the service saw.

local support = require("runs")
local watches = require("watches")

local M = {}

--- E-mails by applicant, as the service saw them.
function M.mails(server)
  local counts = {}
  for _, entry in ipairs(support.ledger(server, "?limit=100000").entries) do
    if entry.endpoint == "send_verification_status_email" then
      counts[entry.applicantId] = (counts[entry.applicantId] or 0) + 1
    end
  end
  return counts
end

--- The most intents of an action in any window of the guard, by the log.
function M.most_in_window(dir, seconds)
  local at, most, uses = {}, 0, {}
  for _, record in ipairs(watches.records(dir)) do
    local step = ("%s.%s"):format(record.line, record.step)
    if record.event == "intent" and record.action == "send_status_email" then uses[step] = record.t end
    if record.event == "put_back" then uses[step] = nil end
  end
  for _, t in pairs(uses) do at[#at + 1] = t end
  table.sort(at)
  local first = 1
  for i = 1, #at do
    while at[i] - at[first] >= seconds do first = first + 1 end
    most = math.max(most, i - first + 1)
  end
  return most
end

--- How many steps were begun after something newer than their line was taken, by the log.
local function stale(store, dir)
  local lines, all, taken, newest, found = {}, {}, 0, {}, 0
  for _, row in ipairs(watches.rows(store, "SELECT n, subject, topic, created FROM lines")) do lines[row.n] = row end
  for _, row in ipairs(watches.rows(store, "SELECT n, subject, topic, created FROM events")) do all[row.n] = row end
  local begun = {}
  for _, record in ipairs(watches.records(dir)) do
    for n = record.event == "taken" and taken + 1 or 1, record.event == "taken" and record.last or 0 do
      local event = all[n]
      local of = event.subject and event.subject .. event.topic
      if of then newest[of] = math.max(newest[of] or 0, event.created) end
      taken = n
    end
    local line, step = lines[record.line], ("%s.%s"):format(tostring(record.line), tostring(record.step))
    if record.event == "intent" and not begun[step] then -- a step is done again, whatever came since it was begun
      begun[step] = true
      if newest[line.subject .. line.topic] > line.created then found = found + 1 end
    end
    if record.event == "put_back" then begun[step] = nil end
  end
  return found
end

--- What came of a watch: counts of what must not be.
---@param server table the sandbox
---@param dir string
---@param newest table<string, {digest: string}> the last event of each applicant
---@param distinct integer events
---@param others table<string, boolean>? applicants who have e-mails of others
function M.judge(server, dir, newest, distinct, others)
  local store = watches.read(dir)
  local found = { lost = 0, twice = 0, undecided = 0, mails_twice = 0, unknown = 0, stale = stale(store, dir) }
  local rows = watches.rows(store, "SELECT count(*) AS count, count(DISTINCT digest) AS own FROM events")[1]
  found.lost = distinct - rows.count
  found.twice = watches.rows(store, "SELECT count(*) - count(DISTINCT event) AS count FROM lines")[1].count
  local steps = {}
  for _, step in ipairs(watches.rows(store, "SELECT id, steps.* FROM steps JOIN lines USING (n)")) do
    if step.action == "send_status_email" and (step.state == "applied" or step.state == "unknown") then
      steps[step.id] = (steps[step.id] or 0) + 1
    end
    if step.state == "unknown" then found.unknown = found.unknown + 1 end
  end
  for id, times in pairs(M.mails(server)) do
    if times > (steps[id] or 0) and not (others and others[id]) then found.mails_twice = found.mails_twice + 1 end
  end
  for _, each in pairs(newest) do
    local line = watches.rows(store, ("SELECT state, decision FROM lines WHERE event = '%s'"):format(each.digest))[1]
    if not line or line.state == "superseded" or not line.decision then found.undecided = found.undecided + 1 end
  end
  store:close()
  return found
end

return M
