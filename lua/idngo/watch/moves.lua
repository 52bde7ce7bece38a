-- How lines of a watch and their steps get another state, inside a transaction: rows and counts are written together.
--
--   line    new → open | waiting | done | superseded
--           open → waiting | done | superseded        waiting → open | new | rejected | expired | superseded
--   step    planned → intent → sent → applied | rejected | unknown | void; what surely took no effect is planned again

local core = require("idngo.core")

local M = {}

-- Seconds until a line is looked at again, by how often that was in vain.
local DELAYS = { 2, 10, 60, 300, 900 }

--- After so many times a line that cannot be decided waits.
M.MOST_TRIES = #DELAYS

--- Writes a line's own columns.
function M.set_line(store, row)
  store:run("watch_set_line", row.n, row.decision, row.reason, row.line, row.state, row.why, row.m, row.authority, row.hash,
    row.by, row.tries, row.again, row.not_before, row.counter, row.decided, row.ended, row.waits, row.since)
  store.touched[row.n] = true
end

--- When a line came to be decided: as its event arrived, or as a person had it decided again.
function M.came(row) return row.of and row.taken or row.received end

--- The states of a line that is over.
M.OVER = { done = true, superseded = true, rejected = true, expired = true }

--- Gives a line another state.
function M.move(store, row, state, why)
  store:count("lines:" .. row.state, -1)
  store:count("lines:" .. state, 1)
  if row.state == "waiting" and row.why then store:count("waiting:" .. row.why, -1) end
  if state == "waiting" then store:count("waiting:" .. why, 1) end
  row.since = core.wall()
  if M.OVER[state] then
    row.ended = row.since
    if state == "done" and row.authority == "mandate" then store:time("action", row.ended - M.came(row)) end
    if row.hash then store:record("over", { line = row.n, hash = row.hash }) end
  end
  row.state, row.why = state, why
  M.set_line(store, row)
end

--- Lets a line wait for a person, who is shown what its hash is of.
function M.wait(store, line, why)
  local row = line.row
  row.authority, row.why, row.waits = nil, why, row.waits + 1 -- what was approved before is not approved again by that
  row.hash = store:target(line)
  M.move(store, row, "waiting", why)
end

function M.set_step(store, line, step, state, problem, came)
  came = came or {}
  store:count(("step:%s:%s"):format(step.action, step.state == "sent" and "intent" or step.state), -1)
  store:count(("step:%s:%s"):format(step.action, state), 1)
  store:run("watch_set_step", line.n, step.k, state, problem, core.wall(), came.file, came.size, came.sha256, came.result)
  step.state, step.problem = state, problem
  store.touched[line.n] = true
end

--- Makes every step void that was not begun.
function M.void(store, line, why)
  for _, step in ipairs(line.steps) do
    if step.state == "planned" then M.set_step(store, line, step, "void", why) end
  end
end

--- The states of a step of which something may come yet. What came of all others is known, and stays.
M.LEFT = { planned = true, intent = true, sent = true, unknown = true }

--- Whether a step of a line was sent, or may have been.
function M.is_begun(line)
  for _, step in ipairs(line.steps) do
    if step.state ~= "planned" and step.state ~= "void" then return true end
  end
  return false
end

--- Whether something may come yet of a step of a line.
function M.is_left(line)
  for _, step in ipairs(line.steps) do
    if M.LEFT[step.state] then return true end
  end
  return false
end

--- A line that could not be decided just now, or one of which a step took no effect: when it is looked at again.
function M.delay(store, row)
  row.tries = row.tries + 1
  row.not_before = store:clock() + DELAYS[math.min(row.tries, #DELAYS)]
end

return M
