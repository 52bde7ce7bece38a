-- Every way in which the transactions of a watch can follow one another: of two events, one letter, one mandate that becomes
-- current, time that passes, and a crash anywhere. The store is the real one, its tables are SQLite's, and the code of workers
-- and of letters is the watcher's. It stops before each transaction, and before and after each call, and anything else may go
-- first.
--
-- Nothing is ever committed: a state is reached by doing again what led to it, after a rollback. States that nothing can tell
-- apart are gone on with once. What must hold is looked at after every transition, by what events, letters and mandates are, and
-- not by what the store makes of them:
--
--   A no event is lost    B each is decided once    C what people would notice twice is sent once    D no guard is exceeded
--   E nothing old is begun after something newer was taken    F only what was approved is sent    G one policy decides a line
--   H what waits goes on by people, by something newer, or by its end

local audit = require("idngo.run.audit")
local clock = require("idngo.watch.clock")
local contract = require("idngo.run.contract")
local core = require("idngo.core")
local decide = require("idngo.watch.decide")
local errors = require("idngo.error")
local events = require("idngo.watch.event")
local handlers = require("idngo.watch.handlers")
local json = require("idngo.json")
local letters = require("idngo.watch.letters")
local line_of = require("idngo.watch.line")
local mandates = require("idngo.watch.mandate")
local people = require("idngo.run.people")
local runs = require("idngo.watch.run")
local runtimes = require("idngo.runtime.current")
local sorted = require("idngo.sorted")
local w = require("watch_lines")

local M = {}

local PASSES = 15 * 86400 -- seconds, in which lines expire and mandates do not
local ACTIONS = { "deactivate", "send_status_email" }

-- Before which transactions of the store a worker stops.
local STOPS = { decide = true, intent = true, sent = true, settle = true, put_back = true, again = true, end_line = true,
  transaction = true, switch = true, after_breaker = true }

---@class spec.WatchModel
---@field events {id: string, answer: string, at: number}[] the spool
---@field actions string[]? what is decided about each; ACTIONS unless told
---@field first table<string, integer|false> by action, what mandate 1 lets be done: how often; false: it does not cover it
---@field second table<string, integer|false> mandate 2
---@field says "approved"|"declined"|"retry" what a person says of the first line that waits
---@field crashes integer
---@field still boolean? no mandate becomes current, and no time passes
---@field off string? a rule that is switched off: see OFF
---@field place "before"|"after"|nil how far the spool is read is kept by itself, at another moment than the events
---@field anew boolean? bytes that were read before are not known again
---@field memory boolean? guards are counted in the process
---@field early "guard"|"line"|nil what is looked at before the transaction of the intent, rather than in it

---@class spec.World one way, as far as it is gone
local World = {}
World.__index = World

local shift = 0
local base -- tables, letters of the model at hand

local function query(sql)
  base.made[sql] = base.made[sql] or assert(base.tables.db:prepare(sql))
  return assert(base.made[sql]:rows())
end

local function nothing() end
local account = { counter = function() return 0 end, known = function() return 0, false end, take = function() return true end,
  intend = function() return true end, release = nothing, leave = nothing, acted = nothing }

-- Rules that can be switched off; each gives what puts it back.

local OFF = {}

--- A table of numbers as text, in order.
local function text_of(map)
  local parts = {}
  for i, key in ipairs(sorted(map)) do parts[i] = ("%s=%s"):format(tostring(key), tostring(map[key])) end
  return table.concat(parts, ",")
end

local function put(where, name, value)
  local own = rawget(where, name)
  where[name] = value
  return function() where[name] = own end
end

--- A step is sent whatever is newer than its line.
function OFF.newer()
  local rows = base.tables.rows
  return put(base.tables, "rows", function(self, name, ...)
    return name == "watch_newer" and base.in_intent and {} or rows(self, name, ...)
  end)
end

--- What people would notice twice is done again, as everything else is.
function OFF.once() return put(handlers.actions.send_status_email, "class", "S") end

--- A mandate covers whatever is decided.
function OFF.mandate() return put(mandates, "uncovered", nothing) end

--- A decision is written down for the mandate that is current by then.
function OFF.policy() base.any_m = true end

--- Time lets go on what waits for people.
function OFF.waiting() base.opens = true end

-- What is taken, decided, sent and said.

--- Ends a stop of an actor: what else may happen, happens before it goes on.
local function stop(actor, label)
  actor.label = label
  coroutine.yield()
end

--- The store as an actor has it: it stops before each transaction.
local function stopping(world, actor)
  local store = world.store
  local instead = {}
  function instead.decide(n, m, decision) return store:decide(n, base.any_m and store.witness.m or m, decision) end
  function instead.intent(line, step, early)
    base.in_intent = true
    local put_back = early and early()
    local refused = store:intent(line, step)
    if put_back then put_back() end
    base.in_intent = false
    if not refused then world.memory[step.action] = (world.memory[step.action] or 0) + 1 end
    return refused
  end
  local early = {}
  function early.guard(line, step)
    local seen, row = store.witness, line.row
    local guard = row.m and seen:exceeded(seen.mandates[row.m], step.action, row.id, store:clock())
    return function() return put(seen, "exceeded", function() return guard end) end
  end
  function early.line(line)
    local now, newer = store:line(line.n), store:rows("watch_newer", line.row.subject, line.row.topic, line.row.created, 1)
    return function()
      local rows, own = base.tables.rows, store.line
      local back = put(base.tables, "rows", function(self, name, ...)
        return name == "watch_newer" and newer or rows(self, name, ...)
      end)
      store.line = function(_, n)
        store.line = nil
        return n == now.n and now or own(store, n)
      end
      return function()
        back()
        store.line = nil
      end
    end
  end
  return setmetatable({}, { __index = function(_, name)
    local value = store[name]
    if type(value) ~= "function" then return value end
    return function(_, ...)
      if not STOPS[name] then return value(store, ...) end
      local looked = name == "intent" and base.options.early and early[base.options.early](...)
      stop(actor, name)
      local result
      if instead[name] then
        local a, b, c = ...
        result = instead[name](a, b, c or looked)
      else
        result = value(store, ...)
      end
      actor.trace = ("%s %s=%s"):format(actor.trace, name, tostring(result))
      return result
    end
  end })
end

--- A call that the service answers; what has left stands in the ledger, whatever becomes of the process.
local function call(world, actor, action)
  return function(_, _, ...)
    local options = select(select("#", ...), ...)
    local ok, err = options.before_send()
    if not ok then return nil, errors.new { kind = err.kind, outcome = "not_sent", message = err.message } end
    stop(actor, "leave")
    table.insert(world.ledger, ("%d %s"):format(actor.n, action))
    stop(actor, "answer")
    actor.trace = actor.trace .. " answered"
    return {}
  end
end

--- Begins something that stops now and then.
local function begin(world, n, fn)
  local actor = { n = n, trace = "" }
  actor.thread = coroutine.create(function() fn(actor, stopping(world, actor)) end)
  runtimes.assign(actor.thread, { sleep = function() stop(actor, "held") end, cancelled = false })
  world.actors[n] = actor
  return actor
end

local function resume(world, actor)
  actor.label = nil
  local ok, thrown = coroutine.resume(actor.thread)
  if coroutine.status(actor.thread) == "dead" then world.actors[actor.n] = nil end
  if not ok then error(errors.is(thrown) and thrown or debug.traceback(actor.thread, tostring(thrown)), 0) end
end

--- Works on a line, as the loop does.
local function work(world, n)
  resume(world, begin(world, n, function(actor, store)
    local line = world.store:line(n)
    local m, states = world.m, {}
    for k, step in ipairs(line.steps) do states[k] = step.state end
    actor.trace = ("%s %s %s"):format(line.state, tostring(m), table.concat(states, " "))
    local context = { on_step = nothing, hear = nothing, client = { set_presence = call(world, actor, "deactivate"),
      send_verification_status_email = call(world, actor, "send_status_email") } }
    local pool = { evaluate = function()
      stop(actor, "evaluate")
      local actions = {}
      for i, action in ipairs(base.options.actions or ACTIONS) do
        actions[i] = { name = action, reason = "by " .. m, line = i }
      end
      return { kind = "decided", actions = actions }
    end }
    if line.state == "new" then
      store:decide(n, m, assert(decide.run(context, pool, account, line)))
    elseif line.state == "open" then
      line_of.of(line, { store = store, handlers = handlers, dir = "/nowhere" }, context, world.holds, account)
      line:go()
      line:release()
    end
  end))
end

--- Takes so many records of the spool.
local function take(world, count)
  local from, reads, place = world.place, {}, base.options.place
  for i = 1, count do
    local body = base.bodies[from + i]
    if base.options.anew then
      base.reads = base.reads + 1
      body = body .. (" "):rep(base.reads)
    end
    reads[i] = events.read { text = body, received = w.NOW, segment = "s", from = from + i - 1, to = from + i }
  end
  local function go()
    world.store:take({ s = { from, from + count } }, reads)
    world.place = from + count
    for i = from + 1, world.place do world.taken[i] = true end
  end
  if not place then return go() end
  resume(world, begin(world, 0, function(actor)
    if place == "before" then world.saved = from + count else go() end
    stop(actor, "place")
    if place == "before" then go() else world.saved = from + count end
  end))
end

--- Reads letters, and goes by the mandate that is current then.
local function read_letters(world)
  resume(world, begin(world, 0, function(_, store)
    letters.take(store, w.approvers, w.names, account)
    world.m = world.store.witness.m
  end))
end

--- A process begins, from the journal alone.
function World:start(again)
  if self.store then self.store.witness:close() end
  local store = contract.over(base.tables, handlers.Store)
  store.key = w.key
  store:read_log(handlers, w.key)
  self.store, self.holds, self.actors, self.memory, self.m = store, people.holds(), {}, {}, store.witness.m
  local seen = store.witness
  if base.options.place then seen.places.s = self.saved end
  self.place = seen.places.s or 0
  if base.options.memory then
    seen.exceeded = function(_, mandate, action)
      local guard = mandate.guards[action] ~= "none" and mandate.guards[action][1]
      return guard and (self.memory[action] or 0) >= guard.most and guard or nil
    end
  end
  if again and not base.off then store:check() end
  store:after_breaker()
end

local function new_world()
  base.tables.db:exec("ROLLBACK")
  base.tables:exec("BEGIN")
  shift = 0
  local world = setmetatable({ ledger = {}, actors = {}, crashes = base.options.crashes, broken = {}, decided = {}, redone = {},
    used = {}, taken = {}, saved = 0, current = 1 }, World)
  world:start()
  return world
end

--- The first line that waits.
local function waiting() return query("SELECT * FROM lines WHERE state = 'waiting' ORDER BY n LIMIT 1")[1] end

--- What may happen next.
---@return string[]
function World:actions()
  local list, still = {}, base.options.still
  local function add(...) list[#list + 1] = table.concat({ ... }, " ") end
  local ids = {}
  for n in pairs(self.actors) do ids[#ids + 1] = n end
  table.sort(ids)
  for _, n in ipairs(ids) do add("go", n) end
  for _, row in ipairs(query("SELECT n, not_before FROM lines WHERE state IN ('new', 'open') ORDER BY n")) do
    if not self.actors[row.n] and row.not_before <= self.store:clock() then add("work", row.n) end
  end
  if not self.actors[0] then
    for count = 1, #base.bodies - self.place do add("take", count) end
    if query("SELECT id FROM letters WHERE verdict IS NULL")[1] then add("letters") end
    if shift > 0 and waiting() then add("expire") end
  end
  if not self.said and waiting() then add("say") end
  if not still and not self.switch then add("switch") end
  if not still and shift == 0 then add("pass") end
  if self.crashes > 0 then add("crash") end
  return list
end

local act = {}

function act.go(world, n) resume(world, world.actors[tonumber(n)]) end
function act.work(world, n) work(world, tonumber(n)) end
function act.take(world, count) take(world, tonumber(count)) end
act.letters = read_letters
function act.pass() shift = PASSES end

function act.expire(world)
  if not base.opens then return world.store:expire() end
  local store = world.store
  store:transaction(function()
    local line = store:line(waiting().n)
    line.row.authority = "mandate"
    store:record("line", { line = line.n, state = "open" })
    require("idngo.watch.moves").move(store, line.row, "open")
  end)
end

function act.say(world)
  local row, says = waiting(), base.options.says
  local record = { event = says, line = row.n, target = world.store:target(world.store:line(row.n)) }
  if says == "retry" then record.event, record.what = "told", "retry" end
  local id, body = letters.write(world.store, record, w.key)
  letters.leave(world.store, id, body)
  world.said = { id = id, line = row.n, target = record.target }
end

function act.switch(world)
  letters.leave(world.store, base.letter.id, base.letter.body)
  world.switch = true
end

function act.crash(world)
  world.crashes = world.crashes - 1
  world:start(true)
end

-- What must hold.

--- What a mandate lets be done of an action: how often; nil for not at all.
local function most(m, action) return (m == 1 and base.options.first or base.options.second)[action] or nil end

--- The event of the spool that a line was made of.
local function event_of(fields)
  for i, body in ipairs(base.bodies) do
    if fields:gsub(" +$", "") == body then return i, base.options.events[i] end
  end
end

local function is_taken(id)
  local row = query(("SELECT verdict FROM letters WHERE id = '%s'"):format(id))[1]
  return row and row.verdict and row.verdict:find("^taken") ~= nil
end

local see = {}

function see.decided(world, record, wrong)
  local n = record.line
  world.decided[n] = (world.decided[n] or 0) + 1
  if world.decided[n] > 1 + (world.redone[n] or 0) then wrong("B", "line %d is decided twice", n) end
  if record.m ~= world.current then wrong("G", "line %d is decided by mandate %d", n, record.m) end
  for _, step in ipairs(query(("SELECT reason FROM steps WHERE n = %d"):format(n))) do
    if step.reason ~= "by " .. record.m then wrong("G", "line %d of mandate %d is decided %s", n, record.m, step.reason) end
  end
end

function see.again(world, record) world.redone[record.line] = (world.redone[record.line] or 0) + 1 end
function see.put_back(world, record) world.used[record.line .. "." .. record.step] = nil end

function see.mandate(world, record, wrong)
  if record.m ~= 2 or not world.switch then wrong("F", "mandate %d is current", record.m) end
  world.current = record.m
end

function see.intent(world, record, wrong, before)
  local n, action = record.line, record.action
  local i, event = event_of(query(("SELECT fields FROM lines WHERE n = %d"):format(n))[1].fields)
  for j, other in ipairs(base.options.events) do
    if j ~= i and before.taken[j] and other.id == event.id and other.at > event.at then
      wrong("E", "step %d of line %d is begun after event %d was taken", record.step, n, j)
    end
  end
  local said = world.said
  if record.approved then
    if not said or said.target ~= record.approved or said.line ~= n or base.options.says ~= "approved"
      or not is_taken(said.id) then
      wrong("F", "line %d was approved by nobody", n)
    end
    return
  end
  if record.m > world.current or not most(record.m, action) then
    wrong("F", "mandate %d does not cover %s of line %d", record.m, action, n)
  end
  world.used[n .. "." .. record.step] = action
  local count = 0
  for _, used in pairs(world.used) do count = count + (used == action and 1 or 0) end
  if count > (most(record.m, action) or math.huge) then wrong("D", "%s is done %d times", action, count) end
end

--- What is broken after a transition.
local function judge(world, before, action)
  local broken = world.broken
  local function wrong(letter, text, ...) broken[#broken + 1] = ("%s: %s"):format(letter, text:format(...)) end
  for row in world.store:each("audit_records", before.seq) do
    local record = json.decode(row.record)
    if see[record.event] then see[record.event](world, record, wrong, before) end
  end
  if before.known then return end
  local made, now = {}, {}
  for _, row in ipairs(query("SELECT * FROM lines ORDER BY n")) do
    local i = event_of(row.fields)
    if not i or made[i] then wrong("B", "event %s is line %s and line %d", tostring(i), tostring(made[i]), row.n) end
    made[i or 0], now[row.n] = row.n, row
  end
  for i = 1, world.place do
    if not made[i] then wrong("A", "event %d is lost", i) end
  end
  local sent = {}
  for _, entry in ipairs(world.ledger) do
    if sent[entry] and entry:find("send_status_email") then wrong("C", "sent twice: %s", entry) end
    sent[entry] = true
  end
  for n in pairs(before.waiting) do
    local state = now[n] and now[n].state or "gone"
    local newer, said = now[n] and now[n].by, world.said and world.said.line == n and is_taken(world.said.id)
    if not (state == "waiting" or state == "superseded" and newer or state == "expired" and shift > 0 or said) then
      wrong("H", "line %d is %s by %s", n, state, action)
    end
  end
end

--- Does one thing, and looks at what is broken by then.
---@param action string
---@param known boolean? this was looked at before, on another way from here
function World:act(action, known)
  local before = { seq = self.store.head.seq, taken = {}, waiting = {}, known = known }
  for i in pairs(self.taken) do before.taken[i] = true end
  for _, row in ipairs(query("SELECT n FROM lines WHERE state = 'waiting'")) do before.waiting[row.n] = true end
  local name, value = action:match("^(%a+) ?(%d*)$")
  local ok, thrown = pcall(act[name], self, value)
  if not ok then
    self.broken[#self.broken + 1] = "thrown: " .. tostring(thrown)
    base.in_intent = false
  end
  judge(self, before, action)
end

--- What tells this state from others.
function World:key()
  local parts = { tostring(self.place), tostring(self.saved), tostring(self.m), tostring(shift), tostring(self.crashes),
    tostring(self.switch), table.concat(self.ledger, ","), text_of(self.decided), text_of(self.redone),
    text_of(self.memory), self.said and self.said.id or "" }
  local seen = self.store.witness
  for n = 1, seen.lines do parts[#parts + 1] = seen:digest(n) end -- of all that stands in its rows
  for _, row in ipairs(query("SELECT id, verdict FROM letters ORDER BY id")) do
    parts[#parts + 1] = ("%s %s"):format(row.id, tostring(row.verdict))
  end
  for _, row in ipairs(query("SELECT digest, line, step FROM events ORDER BY n")) do
    parts[#parts + 1] = ("%s %s %s"):format(row.digest, tostring(row.line), tostring(row.step))
  end
  for _, id in ipairs(sorted(seen.approvals)) do parts[#parts + 1] = ("%s %d"):format(id, #seen.approvals[id]) end
  for _, id in ipairs(sorted(seen.declined)) do parts[#parts + 1] = "no " .. id end
  local ids = {}
  for n in pairs(self.actors) do ids[#ids + 1] = n end
  table.sort(ids)
  for _, n in ipairs(ids) do
    local actor = self.actors[n]
    parts[#parts + 1] = ("%d %s %s"):format(n, tostring(actor.label), actor.trace)
  end
  return core.sha256(table.concat(parts, "\n"))
end

local function to_mandate(options, m)
  local guards = {}
  for _, action in ipairs(ACTIONS) do
    local count = (m == 1 and options.first or options.second)[action]
    if count then guards[#guards + 1] = count == math.huge and action .. "=none" or ("%s=%d/30d"):format(action, count) end
  end
  return guards
end

--- Makes the watch of a model, with its first mandate current and its second one proposed.
local function open(options)
  clock.sources = { boottime = function() return 1000 + shift end, wall = function() return w.NOW + shift end,
    boot = function() return "boot" end }
  shift = 0
  local back = { put(core, "wall", function() return w.NOW + shift end) }
  w.before()
  w.approved { max = to_mandate(options, 1) }
  back[2] = put(audit, "random", function(count) return ("5a"):rep(count) end) -- the same letter is the same
  local guards = {}
  for i, text in ipairs(to_mandate(options, 2)) do guards[i] = assert(mandates.guard(text)) end
  local verdict = w.say { event = "told", what = "propose", policy = "policy 2", mandate = runs.mandate(w.store, {
    policy = { text = "policy 2", info = { name = "p", version = "2", on = w.ON, inputs = {} } }, guards = guards, approvals = 1,
    line_approvals = 1, seconds = 90 * 86400, breaker = false }) }
  assert(verdict:find("^taken"), verdict)
  local id, body = letters.write(w.store, { event = "approved", target = w.store.witness.hashes[2] }, w.key)
  base = { tables = w.store.tables, options = options, made = {}, bodies = {}, reads = 0, letter = { id = id, body = body },
    off = options.off or options.place or options.memory or options.early }
  for i, event in ipairs(options.events) do base.bodies[i] = w.reviewed(event.id, event.answer, w.NOW + event.at) end
  local tables = base.tables
  back[#back + 1] = put(tables, "begin", function(self) self:exec("SAVEPOINT step") end)
  back[#back + 1] = put(tables, "commit", function(self) self:exec("RELEASE step") end)
  back[#back + 1] = put(tables, "rollback", function(self) self.db:exec("ROLLBACK TO step; RELEASE step") end)
  if options.off then back[#back + 1] = OFF[options.off]() end
  return function()
    tables.db:exec("ROLLBACK")
    for i = #back, 1, -1 do back[i]() end
    for _, statement in pairs(base.made) do statement:close() end
    w.after()
  end
end

---@class spec.Explored
---@field states integer
---@field transitions integer
---@field broken string[] what is broken first, and how it came to that

--- Goes all ways, until something is broken.
---@param options spec.WatchModel
---@return spec.Explored
function M.explore(options)
  local close = open(options)
  local found, seen, path = { states = 0, transitions = 0, broken = {} }, {}, {}
  local function again()
    local world = new_world()
    for _, action in ipairs(path) do world:act(action, true) end
    return world
  end
  local function go(world)
    local key = world:key()
    if seen[key] then return true end
    seen[key], found.states = true, found.states + 1
    for i, action in ipairs(world:actions()) do
      if i > 1 then
        world.store.witness:close()
        world = again()
      end
      world:act(action)
      path[#path + 1], found.transitions = action, found.transitions + 1
      if world.broken[1] then
        found.broken, found.path = world.broken, table.concat(path, ", ")
        return false
      end
      if not go(world) then return false end
      path[#path] = nil
    end
    return true
  end
  local ok, thrown = pcall(function() go(new_world()) end)
  close()
  if not ok then error(thrown, 0) end
  return found
end

return M
