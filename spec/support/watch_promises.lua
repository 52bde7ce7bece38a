-- What a watch promises, looked at after every transition of its model (watch_model.lua): by what events, letters and mandates
-- are, and not by what the store makes of them.
--
--   A no event is lost    B each is decided once    C what people would notice twice is sent once    D no guard is exceeded
--   E nothing old is begun after something newer was taken    F only what was approved is sent    G one policy decides a line
--   H what waits goes on by people, by something newer, or by its end
--   I nothing stays in doubt without a word: of a line that is over, and that nobody is at, no step is about to be sent

local json = require("idngo.json")

local M = {}

--- What a mandate lets be done of an action: how often; nil for not at all.
local function most(options, m, action) return (m == 1 and options.first or options.second)[action] or nil end

--- The event of the spool that a line was made of.
local function event_of(world, fields)
  for i, body in ipairs(world.bodies) do
    if fields:gsub(" +$", "") == body then return i, world.options.events[i] end
  end
end

local function is_taken(world, id)
  local row = world:query(("SELECT verdict FROM letters WHERE id = '%s'"):format(id))[1]
  return row ~= nil and row.verdict ~= nil and row.verdict:find("^taken") ~= nil
end

--- Whether what a person said of a line was taken, and not taken back.
---@param world spec.World
function M.counts(world, n)
  local past = world.past
  return past.said ~= nil and past.said.line == n and is_taken(world, past.said.id)
    and not (past.withdrawal and is_taken(world, past.withdrawal))
end

local see = {}

function see.decided(world, record, wrong)
  local n, past = record.line, world.past
  past.decided[n] = (past.decided[n] or 0) + 1
  if past.decided[n] > 1 + (past.redone[n] or 0) then wrong("B", "line %d is decided twice", n) end
  local m = n <= (past.backlog or 0) and 1 or past.current
  if record.m ~= m then wrong("G", "line %d is decided by mandate %d", n, record.m) end
  for _, step in ipairs(world:query(("SELECT reason FROM steps WHERE n = %d"):format(n))) do
    if step.reason ~= "by " .. record.m then wrong("G", "line %d of mandate %d is decided %s", n, record.m, step.reason) end
  end
end

--- How often the current mandate has a line decided again.
local function may_redecide(world) return world.options.redecides and world.past.current == 2 and 1 or 0 end

function see.again(world, record, wrong)
  local n, redone = record.line, world.past.redone
  redone[n] = (redone[n] or 0) + 1
  local may = (world.options.says == "retry" and M.counts(world, n) and 1 or 0) + world.past.facts + may_redecide(world)
  if redone[n] > may then
    wrong("B", "line %d is decided again, which nobody said", n)
  end
end

function see.put_back(world, record) world.past.used[record.line .. "." .. record.step] = nil end

function see.mandate(world, record, wrong)
  if record.m ~= 2 or not world.past.switch then wrong("F", "mandate %d is current", record.m) end
  world.past.current, world.past.backlog = record.m, world.options.backlog and record.last or nil
end

function see.intent(world, record, wrong, before)
  local n, action, past = record.line, record.action, world.past
  local i, event = event_of(world, world:query(("SELECT fields FROM lines WHERE n = %d"):format(n))[1].fields)
  for j, other in ipairs(world.options.events) do
    if j ~= i and before.taken[j] and other.id == event.id and other.at > event.at then
      wrong("E", "step %d of line %d is begun after event %d was taken", record.step, n, j)
    end
  end
  if record.approved then
    if not M.counts(world, n) or past.said.target ~= record.approved or world.options.says ~= "approved" then
      wrong("F", "line %d was approved by nobody", n)
    end
    return
  end
  if record.m > past.current or not most(world.options, record.m, action) then
    wrong("F", "mandate %d does not cover %s of line %d", record.m, action, n)
  end
  past.used[n .. "." .. record.step] = action
  local count = 0
  for _, used in pairs(past.used) do count = count + (used == action and 1 or 0) end
  if count > (most(world.options, record.m, action) or math.huge) then wrong("D", "%s is done %d times", action, count) end
end

---@class spec.Before
---@field seq integer the last record of the log
---@field taken table<integer, boolean> events of the spool
---@field states table<integer, string> of lines

--- What is to be known of a moment, to judge what comes after it.
---@param world spec.World
---@return spec.Before
function M.before(world)
  local before = { seq = world.store.head.seq, taken = {}, states = {} }
  for i in pairs(world.past.taken) do before.taken[i] = true end
  for _, row in ipairs(world:query("SELECT n, state FROM lines")) do before.states[row.n] = row.state end
  return before
end

-- Steps of lines that are over of which it is not said what came of them.
local LEFT = [[SELECT n, k, steps.state FROM steps JOIN lines USING (n) WHERE lines.state NOT IN ('new', 'open', 'waiting')
  AND steps.state IN ('planned', 'intent', 'sent') ORDER BY n, k]]

--- What is broken after a transition.
---@param world spec.World
---@param before spec.Before
---@param action string
---@param known boolean? it was looked at before: it is kept in mind alone
---@return string[]
function M.judge(world, before, action, known)
  local broken = {}
  local function wrong(letter, text, ...) broken[#broken + 1] = ("%s: %s"):format(letter, text:format(...)) end
  for row in world.store:each("audit_records", before.seq) do
    local record = json.decode(row.record)
    if see[record.event] then see[record.event](world, record, wrong, before) end
  end
  if known then return broken end
  local made, now = {}, {}
  for _, row in ipairs(world:query("SELECT n, fields, state, by FROM lines ORDER BY n")) do
    local i = event_of(world, row.fields)
    if not i or made[i] then wrong("B", "event %s is line %s and line %d", tostring(i), tostring(made[i]), row.n) end
    made[i or 0], now[row.n] = row.n, row
    local from = before.states[row.n] or "nothing"
    if from ~= row.state then world.ways[("%s %s"):format(from, row.state)] = true end
  end
  for i = 1, world.past.place do
    if not made[i] then wrong("A", "event %d is lost", i) end
  end
  local sent = {}
  for _, entry in ipairs(world.past.ledger) do
    if sent[entry] and entry:find("send_status_email") then wrong("C", "sent twice: %s", entry) end
    sent[entry] = true
  end
  for n, was in pairs(before.states) do
    local state, newer = now[n] and now[n].state or "gone", now[n] and now[n].by
    local may_go = state == "waiting" or state == "superseded" and newer or state == "expired" and world.past.shift > 0
    if was == "waiting" and not (may_go or M.counts(world, n) or state == "new" and may_redecide(world) > 0) then
      wrong("H", "line %d is %s by %s", n, state, action)
    end
  end
  for _, step in ipairs(world:query(LEFT)) do
    if not world.actors[step.n] then wrong("I", "step %d of line %d, which is over, is %s", step.k, step.n, step.state) end
  end
  return broken
end

return M
