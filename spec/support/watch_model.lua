-- Every way in which the transactions of a watch can follow one another: of two events, one letter, one mandate that becomes
-- current, time that passes, and a crash anywhere. The store is the real one, its tables are SQLite's, and the code of workers
-- and of letters is the watcher's. It stops before each transaction that others may see, and anything else may go first. What
-- must hold then is told by watch_promises.lua, and how all ways are gone by branches.lua.
--
-- States that nothing can tell apart are gone on with once, and what makes no difference to anybody else is no state:
--
--   A worker does not stop where it only thinks: when it has read a line, evaluated a policy, or was answered. Nor before it
--     writes that an attempt has left, of which neither the log nor any code makes more than that it is about to.
--   Bytes leave as soon as they may. Who ends before that has sent less; nobody but the service would know, and of that it is
--     asked alone whether it was asked twice.
--   What people leave is left when letters are read the next time, as what they saw some time before: nobody looks at it earlier.
--   Moments stand for themselves only as long as they count: since when a line waits.

local audit = require("idngo.run.audit")
local branches = require("branches")
local clock = require("idngo.watch.clock")
local compat = require("idngo.compat")
local contract = require("idngo.run.contract")
local copied = require("copied")
local core = require("idngo.core")
local decide = require("idngo.watch.decide")
local errors = require("idngo.error")
local events = require("idngo.watch.event")
local handlers = require("idngo.watch.handlers")
local letters = require("idngo.watch.letters")
local line_of = require("idngo.watch.line")
local mandates = require("idngo.watch.mandate")
local moves = require("idngo.watch.moves")
local people = require("idngo.run.people")
local promises = require("watch_promises")
local runs = require("idngo.watch.run")
local sorted = require("idngo.sorted")
local stopping = require("stopping")
local w = require("watch_lines")

local M = {}

local PASSES = 15 * 86400 -- seconds, in which lines expire and mandates do not
local ACTIONS = { "deactivate", "send_status_email" }

-- Before which transactions of the store there are stops.
local STOPS = { decide = true, intent = true, settle = true, put_back = true, again = true, end_line = true, transaction = true,
  switch = true, after_switch = true }

---@class spec.WatchModel
---@field events {id: string, answer: string, at: number}[] the spool
---@field actions string[]? what is decided about each; ACTIONS unless told
---@field first table<string, integer|false> by action, what mandate 1 lets be done: how often; false: it does not cover it
---@field second table<string, integer|false> mandate 2
---@field says "approved"|"declined"|"retry" what a person says, once, of a line that waits
---@field crashes integer
---@field still boolean? no mandate becomes current, and no time passes
---@field redecides boolean? mandate 2 has decided again what waits
---@field backlog boolean? what was taken before mandate 2 is decided by mandate 1
---@field withdraws boolean? who has approved a line may think again
---@field changes boolean? the facts of all lines change, once
---@field off string? a rule that is switched off: see OFF
---@field place "before"|"after"|nil how far the spool is read is kept by itself, at another moment than the events
---@field anew boolean? bytes that were read before are not known again
---@field memory boolean? guards are counted in the process
---@field early "guard"|"line"|nil what is looked at before the transaction of the intent, rather than in it

---@class spec.World one way, as far as it is gone
---@field options spec.WatchModel
---@field bodies string[] of the spool
---@field store idngo.watch.Store of the process that works
---@field holds idngo.run.Holds
---@field actors table<integer, spec.Stopping> by line; 0: who reads spool and letters
---@field past spec.Past
---@field ways table<string, boolean> of lines, "from to": the states that they left, and those that they came to
local World = {}
World.__index = World

---@class spec.Past what no table says
---@field shift number seconds that have passed
---@field place integer how far the process has read the spool
---@field saved integer the same, where that is kept by itself
---@field reads integer of records of the spool, so far
---@field taken table<integer, boolean> by record of the spool
---@field counted table<string, integer> by action, how often the process has begun it
---@field used table<string, string> actions of steps that a mandate let begin, by line and step
---@field ledger string[] what the service was asked
---@field decided table<integer, integer> how often, by line
---@field redone table<integer, integer> how often a line was to be decided again
---@field current integer mandate
---@field switch boolean? whether its successor was approved
---@field shown spec.Shown[] lines as people saw them, until they have said something
---@field said spec.Shown? what they have said
---@field withdrawal string? the letter by which they took that back
---@field facts integer how often the facts have changed
---@field backlog integer? up to which line mandate 1 decides
---@field read table<integer, integer> as of when a line's facts were read for its decision

---@class spec.Shown
---@field name string
---@field line integer
---@field target string
---@field id string of the letter about it
---@field body string

local base -- tables, letters of the model at hand

function World.query(_, sql)
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

--- What was approved once is sent, whoever has thought again.
function OFF.withdrawn()
  local wait, seen = moves.wait, getmetatable(w.store.witness)
  local is_approved = seen.is_approved
  local back = { put(moves, "wait", function(store, line, why)
    if line.row.authority ~= "approval" then wait(store, line, why) end
  end), put(seen, "is_approved", function(self, target, needed)
    return is_approved(self, target, needed) or self.withdrawn[target] ~= nil
  end) }
  return function()
    for _, each in ipairs(back) do each() end
  end
end

--- The current mandate decides whatever is not decided.
function OFF.backlog()
  return put(getmetatable(w.store.witness), "decider", function(self) return self.m end)
end

--- What waits is decided again whenever another mandate becomes current.
function OFF.redecide()
  return put(handlers.Store, "after_switch", function(self)
    for _, row in ipairs(self:rows("watch_waiting_by", self.witness.m)) do
      self:transaction(function() self:decide_again(self:line(row.n), "another mandate is current") end)
    end
  end)
end

--- A line whose facts changed is decided again, whatever has become of it.
function OFF.open()
  return put(handlers.Store, "again", function(self, n, why)
    local done
    self:transaction(function() done = self:decide_again(self:line(n), why) end)
    return done
  end)
end

--- Nothing is said of a step that is not sent again.
function OFF.left()
  local set_step = moves.set_step
  return put(moves, "set_step", function(store, line, step, state, ...)
    if not (base.in_intent and state == "unknown") then set_step(store, line, step, state, ...) end
  end)
end

--- What was said is not answered, and what a line waits for the next time is not told from it.
function OFF.said()
  local target, run, seen = handlers.Store.target, base.tables.run, getmetatable(w.store.witness)
  local back = { put(handlers.Store, "target", function(self, line)
    local waits = line.row.waits
    line.row.waits = 0
    local hash = target(self, line)
    line.row.waits = waits
    return hash
  end), put(base.tables, "run", function(self, name, ...)
    return name == "watch_answer" and 1 or run(self, name, ...)
  end), put(seen, "letter_hash", nothing) }
  return function()
    for _, each in ipairs(back) do each() end
  end
end

-- What is taken, decided, sent and said.

--- The store as an actor has it: it stops before each transaction.
---@param at_once boolean? not before the first
local function seen_by(world, actor, at_once)
  local store, past = world.store, world.past
  local instead, early = {}, {}
  local function is_ready() return store.witness.approvals[store.witness.hashes[2]] ~= nil and store.witness.m == 1 end
  function instead.decide(n, m, decision)
    local result = store:decide(n, base.any_m and store.witness.m or m, decision)
    if result == "written" then past.read[n] = actor.read end
    return result
  end
  function instead.intent(line, step, looked)
    base.in_intent = true
    local put_back = looked and looked()
    local refused = store:intent(line, step)
    if put_back then put_back() end
    base.in_intent = false
    if not refused then past.counted[step.action] = (past.counted[step.action] or 0) + 1 end
    return refused
  end
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
        return n == now.n and copied.of(now) or own(store, n)
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
      local given, count = { ... }, select("#", ...)
      local function ask() return value(store, compat.unpack(given, 1, count)) end
      if not STOPS[name] or actor.inside then return actor:once(ask) end
      local looked = name == "intent" and base.options.early
        and actor:once(function() return early[base.options.early](compat.unpack(given)) end)
      local is_idle = name == "switch" and not actor:once(is_ready) or name == "after_switch" and not base.options.redecides
      if not at_once and not is_idle then actor:stop(name) end
      at_once = false
      local own = instead[name] and function() return instead[name](given[1], given[2], looked or given[3]) end
      return actor:once(own or ask, name)
    end
  end })
end

--- A call that the service answers.
local function call(world, actor, n, action)
  local past = world.past
  return function(_, _, ...)
    local options = select(select("#", ...), ...)
    local ok, err = options.before_send()
    if not ok then return nil, errors.new { kind = err.kind, outcome = "not_sent", message = err.message } end
    actor:once(function()
      table.insert(past.ledger, ("%d %s"):format(n, action))
      table.sort(past.ledger) -- in which order it was asked is not asked
    end)
    return {}
  end
end

--- Goes on with what stops now and then.
local function go(world, n)
  if not world.actors[n]:go() then world.actors[n] = nil end
end

local function begin(world, n, trace, fn)
  world.actors[n] = stopping.new(trace, fn)
  go(world, n)
end

--- Works on a line, as the loop does.
local function work(world, n)
  local store, holds, past = world.store, world.holds, world.past
  local line, states = store:line(n), {}
  local m = line.state == "new" and store.witness:decider(n)
  for k, step in ipairs(line.steps) do states[k] = step.state == "sent" and "intent" or step.state end
  begin(world, n, m and ("by %d, %d"):format(m, past.facts) or table.concat(states, " "), function(actor)
    local seen = seen_by(world, actor)
    local own = seen:line(n)
    local context = { on_step = nothing, hear = nothing, client = { set_presence = call(world, actor, n, "deactivate"),
      send_verification_status_email = call(world, actor, n, "send_status_email") } }
    if own.state == "open" then
      local own_holds = { take = function(_, ...)
        local who = { ... }
        return actor:once(function() return holds:take(compat.unpack(who)) end)
      end, release = function(_, ...)
        local who = { ... }
        return actor:once(function() return holds:release(compat.unpack(who)) end)
      end }
      own.actor = actor
      line_of.of(own, { store = seen, handlers = handlers, dir = "/nowhere" }, context, own_holds, account)
      own:go()
      own:release()
    elseif own.state == "new" then
      local pool = { evaluate = function()
        actor.read = actor:once(function() return past.facts end)
        local actions = {}
        for i, action in ipairs(base.options.actions or ACTIONS) do
          actions[i] = { name = action, reason = "by " .. m, line = i }
        end
        return { kind = "decided", actions = actions }
      end }
      seen:decide(n, m, assert(decide.run(context, pool, account, own)))
    end
  end)
end

--- Takes so many records of the spool.
local function take(world, count)
  local past, store, place = world.past, world.store, base.options.place
  local from, reads = past.place, {}
  for i = 1, count do
    local body = base.bodies[from + i]
    if base.options.anew then
      past.reads = past.reads + 1
      body = body .. (" "):rep(past.reads)
    end
    reads[i] = events.read { text = body, received = w.NOW, segment = "s", from = from + i - 1, to = from + i }
  end
  local function do_take()
    store:take({ s = { from, from + count } }, reads)
    past.place = from + count
    for i = from + 1, past.place do past.taken[i] = true end
  end
  local function save() past.saved = from + count end
  if not place then return do_take() end
  begin(world, 0, place, function(actor)
    actor:once(place == "before" and save or do_take)
    actor:stop("place")
    actor:once(place == "before" and do_take or save)
  end)
end

--- What this process knows of its journal.
local function known(store)
  local seen, parts = store.witness, {}
  for _, name in ipairs { "m", "t", "events", "lines", "letters", "stopped" } do
    parts[#parts + 1] = ("%s %s"):format(name, tostring(seen[name]))
  end
  parts[#parts + 1] = text_of(seen.places) .. text_of(seen.declined) .. text_of(seen.totals)
  for n = 1, seen.lines do parts[#parts + 1] = seen:digest(n) end
  for _, hash in ipairs(sorted(seen.approvals)) do parts[#parts + 1] = ("%s %d"):format(hash, #seen.approvals[hash]) end
  for _, use in ipairs(seen.db:rows("spec_uses")) do parts[#parts + 1] = ("use %d.%d"):format(use.n, use.k) end
  return table.concat(parts, "\n")
end

--- A process begins, from the journal alone.
function World:start()
  local store, past = contract.over(base.tables, handlers.Store), self.past
  store.key = w.key
  store:read_log(handlers, w.key)
  local seen = store.witness
  seen.db:exec "PRAGMA journal_mode = MEMORY; BEGIN"
  seen.db.sql.spec_uses = "SELECT n, k FROM uses ORDER BY n, k"
  self.store, self.holds, self.actors, past.counted = store, people.holds(), {}, {}
  if base.options.place then seen.places.s = past.saved end
  past.place = seen.places.s or 0
  if base.options.memory then
    seen.exceeded = function(_, mandate, action)
      local guard = mandate.guards[action] ~= "none" and mandate.guards[action][1]
      return guard and (past.counted[action] or 0) >= guard.most and guard or nil
    end
  end
end

local function new_past()
  return { shift = 0, place = 0, saved = 0, reads = 0, taken = {}, counted = {}, used = {}, ledger = {}, decided = {},
    redone = {}, current = 1, shown = {}, facts = 0, read = {} }
end

local function new_world()
  local world = setmetatable({ options = base.options, bodies = base.bodies, past = base.past, ways = {} }, World)
  world:start()
  return world
end

-- Going back.

-- Of what the log says: what is put back otherwise, and what nothing changes.
local KEPT = { db = true, handlers = true, mandates = true, hashes = true, numbers = true, totals = true }

--- Where it is, to be put back to.
function World:mark(name)
  local store, actors = self.store, {}
  for n, actor in pairs(self.actors) do actors[n] = { actor = actor, at = actor:mark() } end
  base.tables:exec("SAVEPOINT " .. name)
  store.witness.db:exec("SAVEPOINT " .. name)
  return { name = name, store = store, head = store.head, totals = store.witness.totals,
    seen = copied.of(store.witness, KEPT), holds = self.holds,
    holders = copied.of(self.holds.holders), past = copied.of(self.past), actors = actors }
end

function World:back(mark)
  if self.store ~= mark.store then self.store.witness:close() end
  -- released, too, since all that was ever put back to it would be put back again
  local anew = ("ROLLBACK TO %s; RELEASE %s; SAVEPOINT %s"):format(mark.name, mark.name, mark.name)
  base.tables:exec(anew)
  mark.store.witness.db:exec(anew)
  self.store, self.holds, self.actors = mark.store, mark.holds, {}
  mark.store.head, mark.store.witness.totals = mark.head, mark.totals
  copied.back(mark.store.witness, mark.seen, KEPT)
  copied.back(self.past, mark.past)
  mark.holds.holders = copied.of(mark.holders)
  for n, each in pairs(mark.actors) do
    self.actors[n] = each.actor
    each.actor:back(each.at)
  end
end

-- What may happen.

local function waiting(world) return world:query("SELECT n, hash FROM lines WHERE state = 'waiting' ORDER BY n") end

--- People look at what waits; of each line as it is a letter may be left at any time from now on.
local function show(world)
  local past, names = world.past, {}
  if past.said then return end
  for _, each in ipairs(past.shown) do names[each.name] = true end
  for _, row in ipairs(waiting(world)) do
    local name = ("%d %s %d"):format(row.n, tostring(row.hash), past.shift)
    if not names[name] then
      local says, target = base.options.says, world.store:target(world.store:line(row.n))
      local record = { event = says, line = row.n, target = target }
      if says == "retry" then record.event, record.what = "told", "retry" end
      local id, body = letters.write(world.store, record, w.key)
      table.insert(past.shown, { name = name, line = row.n, target = target, id = id, body = body })
    end
  end
end

--- What may happen next, but for a crash.
---@return string[]
function World:actions()
  local list, past, still = {}, self.past, base.options.still
  local function add(...) list[#list + 1] = table.concat({ ... }, " ") end
  for _, n in ipairs(sorted(self.actors)) do add("go", n) end
  for _, row in ipairs(self:query("SELECT n, not_before FROM lines WHERE state IN ('new', 'open') ORDER BY n")) do
    if not self.actors[row.n] and row.not_before <= self.store:clock() then add("work", row.n) end
  end
  if not self.actors[0] then
    for count = 1, #base.bodies - past.place do add("take", count) end
    local switch, shown = not still and not past.switch, past.said and 0 or #past.shown
    if self:query("SELECT id FROM letters WHERE verdict IS NULL")[1] then add("letters") end
    if switch then add("letters m") end
    local may_withdraw = base.options.withdraws and not past.withdrawal
    if may_withdraw and past.said and promises.counts(self, past.said.line) then add("letters w") end
    for i = 1, shown do
      if may_withdraw then add(("letters %dw"):format(i)) end
      add("letters", i)
      if switch then add(("letters m%d"):format(i)) end
      if switch then add(("letters %dm"):format(i)) end
    end
    if past.shift > 0 and waiting(self)[1] then add("expire") end
  end
  if not still and past.shift == 0 then add("pass") end
  if base.options.changes and past.facts == 0 then add("change") end
  return list
end

local act = {}

function act.go(world, n) go(world, tonumber(n)) end
function act.work(world, n) work(world, tonumber(n)) end
function act.take(world, count) take(world, tonumber(count)) end
function act.pass(world) world.past.shift = PASSES end

function act.change(world) world.past.facts = 1 end

--- Leaves a letter that was written so many seconds from now.
local function leave(world, seconds, words)
  local past = world.past
  past.shift = past.shift + seconds
  local id, body = letters.write(world.store, words, w.key)
  past.shift = past.shift - seconds
  letters.leave(world.store, id, body)
  return id
end

--- Reads letters, of which some were just left: m is another mandate's approval, a number is about a line that was shown, and w
--- takes that back. They are read in the order in which they were written.
function act.letters(world, left)
  local store, past = world.store, world.past
  if left:find "m" then
    leave(world, left:find "^m%d" and -1 or left:find "%dm" and 1 or 0,
      { event = "approved", target = store.witness.hashes[2] })
    past.switch = true
  end
  local shown = past.shown[tonumber(left:match "%d+")]
  if shown then
    letters.leave(store, shown.id, shown.body)
    past.said, past.shown = shown, {}
  end
  if left:find "w" then
    past.withdrawal = leave(world, 1, { event = "told", what = "withdraw", line = past.said.line, target = past.said.target })
  end
  begin(world, 0, "letters", function(actor) letters.take(seen_by(world, actor, true), w.approvers, w.names, account) end)
end

function act.expire(world)
  if not base.opens then return world.store:expire() end
  local store = world.store
  store:transaction(function()
    local line = store:line(waiting(world)[1].n)
    line.row.authority = "mandate"
    store:record("line", { line = line.n, state = "open" })
    moves.move(store, line.row, "open")
  end)
end

--- A process ends, and the next one begins: it must know what the one before it knew.
function act.crash(world)
  local before = known(world.store)
  world:start()
  if base.off then return end
  world.store:check()
  if known(world.store) ~= before then error("the next process knows something else: " .. before .. known(world.store)) end
  world.store:switch()
  world.store:after_switch()
  world.store:after_breaker()
end

--- Does one thing: what is broken by then.
---@param action string
---@param is_known boolean? this was looked at before, on another way from here
---@return string[]
function World:act(action, is_known)
  local before = promises.before(self)
  local name, value = action:match("^(%a+) ?(%w*)$")
  local ok, thrown = pcall(act[name], self, value)
  if not ok then
    base.in_intent = false
    return { "thrown: " .. tostring(thrown) }
  end
  show(self)
  return promises.judge(self, before, action, is_known)
end

-- Telling states apart.

--- A statement that gives columns of all rows as one text.
local function text_sql(from, columns)
  local parts = {}
  for i, column in ipairs(columns) do parts[i] = ("quote(%s)"):format(column) end
  return ("SELECT group_concat(text, char(10)) AS text FROM (SELECT %s AS text FROM %s)"):format(
    table.concat(parts, " || ' ' || "), from)
end

local ROWS = {
  text_sql("lines ORDER BY n", { "n", "event", "state", "why", "m", "authority", "hash", "by", "tries", "again", "not_before",
    "waits", "of", "CASE state WHEN 'waiting' THEN since END" }),
  text_sql("steps ORDER BY n, k", { "n", "k", "CASE state WHEN 'sent' THEN 'intent' ELSE state END", "reason" }),
  text_sql("events ORDER BY n", { "digest", "line", "step" }),
  text_sql("letters WHERE verdict IS NULL ORDER BY id", { "id" }), -- of others it is told what came of them
}

--- What outlives a process.
local function lasting(world)
  local past, seen = world.past, world.store.witness
  local parts = { tostring(seen.places.s), tostring(past.saved), tostring(past.reads), tostring(seen.m), tostring(past.shift),
    tostring(past.switch), table.concat(past.ledger, ","), text_of(past.decided), text_of(past.redone), text_of(past.used),
    past.said and ("%s %s"):format(past.said.name, tostring(promises.counts(world, past.said.line))) or "",
    tostring(past.withdrawal ~= nil), tostring(past.facts), text_of(past.read), tostring(past.backlog) }
  local shown = {}
  for i, each in ipairs(past.shown) do shown[i] = each.name end
  table.sort(shown)
  parts[#parts + 1] = table.concat(shown, ",")
  for _, sql in ipairs(ROWS) do parts[#parts + 1] = tostring(world:query(sql)[1].text) end
  for _, hash in ipairs(sorted(seen.approvals)) do parts[#parts + 1] = ("%s %d"):format(hash, #seen.approvals[hash]) end
  for _, hash in ipairs(sorted(seen.declined)) do parts[#parts + 1] = "no " .. hash end
  for _, use in ipairs(seen.db:rows("spec_uses")) do parts[#parts + 1] = ("use %d.%d"):format(use.n, use.k) end
  return table.concat(parts, "\n")
end

--- What tells this state from others, and what of it outlives the process.
---@return string
---@return string
function World:key()
  local past, last = self.past, core.sha256(lasting(self))
  local parts = { last, tostring(past.place), text_of(past.counted), text_of(self.holds.holders) }
  for _, n in ipairs(sorted(self.actors)) do
    local actor = self.actors[n]
    parts[#parts + 1] = ("%d %s %s"):format(n, tostring(actor.label), actor.trace)
  end
  return core.sha256(table.concat(parts, "\n")), last
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
  local past = new_past()
  clock.sources = { boottime = function() return 1000 + past.shift end, wall = function() return w.NOW + past.shift end,
    boot = function() return "boot" end }
  local back = { put(core, "wall", function() return w.NOW + past.shift end) }
  w.before()
  w.approved { max = to_mandate(options, 1) }
  back[2] = put(audit, "random", function(count) return ("5a"):rep(count) end) -- the same letter is the same
  local guards = {}
  for i, text in ipairs(to_mandate(options, 2)) do guards[i] = assert(mandates.guard(text)) end
  local verdict = w.say { event = "told", what = "propose", policy = "policy 2", mandate = runs.mandate(w.store, {
    policy = { text = "policy 2", info = { name = "p", version = "2", on = w.ON, inputs = {} } }, guards = guards, approvals = 1,
    line_approvals = 1, seconds = 90 * 86400, breaker = false, redecide = options.redecides and "waiting" or nil,
    backlog = options.backlog and "old" or nil }) }
  assert(verdict:find("^taken"), verdict)
  base = { tables = w.store.tables, options = options, made = {}, bodies = {}, past = past,
    off = options.off or options.place or options.memory or options.early }
  for i, event in ipairs(options.events) do base.bodies[i] = w.reviewed(event.id, event.answer, w.NOW + event.at) end
  local tables = base.tables
  tables.db:exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN")
  back[#back + 1] = put(tables, "begin", function(self) self:exec("SAVEPOINT step") end)
  back[#back + 1] = put(tables, "commit", function(self) self:exec("RELEASE step") end)
  back[#back + 1] = put(tables, "rollback", function(self) self.db:exec("ROLLBACK TO step; RELEASE step") end)
  if options.changes then
    back[#back + 1] = put(handlers, "recheck", function(line)
      line.actor:stop("recheck")
      local same = line.actor:once(function() return past.facts == past.read[line.n] end, "same")
      return same, not same and "the facts changed" or nil
    end)
  end
  if options.off then back[#back + 1] = OFF[options.off]() end
  return function()
    tables.db:exec("ROLLBACK")
    for i = #back, 1, -1 do back[i]() end
    for _, statement in pairs(base.made) do statement:close() end
    w.after()
  end
end

--- Goes all ways, until something is broken.
---@param options spec.WatchModel
---@return spec.Explored with the ways of its world
function M.explore(options)
  local close = open(options)
  local ok, found = pcall(function()
    local world = new_world()
    local made = branches.explore(world, options.crashes)
    made.ways = world.ways
    return made
  end)
  close()
  if not ok then error(found, 0) end
  return found
end

return M
