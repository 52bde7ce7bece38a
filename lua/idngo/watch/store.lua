-- The journal of a watch: what is taken, decided, intended and said, each in one transaction of tables and log.
--
--   T1  take          take.lua      events, their lines, what they supersede, and how far the spool is read
--   T2  decide        decided.lua   facts, decision and steps of a line
--   T3  intent        send.lua      a step is about to be sent: authority, breaker, guards and newer events are looked at, a
--                                   guard is used
--   T4  settle        send.lua      what came of it
--   T5  letters       letters.lua   what people said; release.lua: how lines leave what they wait for
--   T6  expire        release.lua   lines that waited too long
--   T7  switch        release.lua   a mandate that enough people approved becomes current
--   T8  shadowed      release.lua   what the shadow of a mandate that is proposed decided
--
-- Every record of the log says what must stand in the rows that its transaction wrote: a line with its facts and steps has one
-- digest, by a key of its own. So a table is believed only where it agrees with the log, whichever column it is.
--
-- The watcher is the only one that writes, but for letters. Where its tables make it wait (in PostgreSQL), its other tasks have
-- their turn meanwhile; what is read outside of a transaction and must be of one moment is asked together.

local audit = require("idngo.run.audit")
local clock = require("idngo.watch.clock")
local contract = require("idngo.run.contract")
local core = require("idngo.core")
local json = require("idngo.json")
local places = require("idngo.watch.places")

---@class idngo.watch.Store: idngo.run.Store
---@field witness idngo.watch.Witness
local Store = setmetatable({}, { __index = contract.Store })
Store.__index = Store

--- An error of damage; where this process went on from what was kept, that may be what is damaged.
function Store:damaged(...)
  if self.kept then self.kept:distrust() end
  return contract.Store.damaged(self, ...)
end

-- Rows and their digests.

--- The rows of a line as one text, and its steps. Neither what is tried nor that an attempt has left has a record.
local function text_of(self, row)
  local fields, steps, facts = {}, self:rows("steps", row.n), self:rows("fact_hashes", row.n)
  for name, value in pairs(row) do fields[name] = value end
  if row.fields == self.FORGOTTEN then
    fields.forgotten = true -- so only where the log says it
  elseif core.sha256(tostring(row.fields)) ~= row.event then
    error(self:damaged("lines", row.n, "does not hold the event that it was made of"), 0)
  end
  fields.fields = nil
  local list = {}
  for i, step in ipairs(steps) do
    if step.k ~= i then error(self:damaged("steps", ("%d.%s"):format(row.n, tostring(step.k)), "is out of order"), 0) end
    list[i] = {}
    for name, value in pairs(step) do list[i][name] = value end
    list[i].attempts, list[i].state = nil, step.state == "sent" and "intent" or step.state
  end
  return json.encode({ line = fields, steps = list, facts = facts }, "line", "[]"), steps, facts
end

--- The digest of a line's rows as they are.
function Store:digest(row)
  local text, steps, facts = text_of(self, row)
  return audit.seal(self:line_key(row.n), text), steps, facts
end

--- Reads a line; throws where its rows are not what the log says.
---@param n integer
---@return idngo.watch.Line
function Store:line(n)
  return self.tables:together(function()
    local row = self:row("line", n)
    if not row then error(self:damaged("lines", n, "is missing"), 0) end
    local digest, steps, facts = self:digest(row)
    if digest ~= self.witness:digest(n) then error(self:damaged("lines", n, "is not what the log says"), 0) end
    local line = { n = n, id = row.id, state = row.state, row = row, steps = steps, facts = {}, token = 0 }
    for _, fact in ipairs(facts) do line.facts[fact.name] = fact.hash end
    return line
  end)
end

--- What people approve of a line: what was decided, of what, by which policy, why it waits, and how often it has.
function Store:target(line)
  local row, steps = line.row, {}
  for k, step in ipairs(line.steps) do
    steps[k] = { action = step.action, args = step.args, reason = step.reason, line = step.line }
  end
  local mandate = self.witness.mandates[row.m]
  return audit.seal(self:line_key(row.n), json.encode({ approve = row.n, event = row.event, id = row.id, m = row.m,
    policy = mandate and mandate.policy, facts = line.facts, decision = row.decision, reason = row.reason, line = row.line,
    steps = steps, why = row.why, waits = row.waits }, "line", "[]"))
end

--- Whether a step about a person that is known to all runs of the account may have been sent, and nobody knows what came of it.
function Store:is_doubtful(id)
  for _, step in ipairs(self:rows("watch_in_doubt", id)) do
    if self.witness.handlers.actions[step.action].marks then return true end
  end
  return false
end

-- Transactions.

--- The watch's moment. Where it may go on at another machine, it is the server's, as it was when this process first asked.
function Store:clock()
  if self.tables.shared then
    self.ahead = self.ahead or self.tables:now() - clock.sources.boottime()
    return math.max(self.witness.t, clock.sources.boottime() + self.ahead)
  end
  self.boot = self.boot or clock.sources.boot()
  return clock.now(self.witness.started, self.witness.t, self.boot)
end

--- Sets the run's clock to where it surely is, when a process begins to work; and says whose spool it reads, see places.lua.
---@param version string
---@return string? host another machine's, whose spool had the same id
function Store:start(version)
  local spool = self.tables.shared and places.id(self:get("spool")) or nil
  local host = spool and core.who().host
  local namesake = places.namesake(self.witness, spool, host)
  self:transaction(function()
    self:record("started", { boot = self.boot or clock.sources.boot(), bt = clock.sources.boottime(), t = self:clock(),
      version = version, spool = spool, host = host })
  end)
  return namesake
end

function Store:record(event, fields)
  contract.Store.record(self, event, fields)
  local record = self.told[#self.told]
  if not audit.said[event] then record.t = record.t or self:clock() end
  return record
end

--- As that of every run; the last record says what must stand in the lines that were touched.
function Store:transaction(fn)
  contract.Store.transaction(self, function()
    self.touched, self.counts = {}, {}
    fn()
    local digests
    for n in pairs(self.touched) do
      digests = digests or {}
      digests[tostring(n)] = self:digest(self:row("line", n))
    end
    if not digests and not next(self.counts) then return end
    local last = self.told[#self.told]
    if not last or audit.said[last.event] then last = self:record("kept") end
    last.lines, last.counts = digests, next(self.counts) and self.counts or nil
  end)
  self.committed = core.wall()
  self:tell_opening()
  if self.kept then self.kept:look(self) end
end

--- Writes down why the breaker has opened: it is made of the records before. Whoever saw it open may have been killed.
function Store:tell_opening()
  if not self.witness.breaker:untold() then return end
  self:transaction(function()
    local told = self.witness.breaker:untold() -- another may have told it meanwhile
    if told then self:record("opened", told) end
  end)
end

--- Destroys what is personal, as of every run. What was kept of the log outside the folder goes first: it is made anew from that.
---@param said {who: table, note: string?}
function Store:purge(said)
  if self.kept then self.kept:distrust() end
  contract.Store.purge(self, said)
end

--- Bytes of audit.jsonl; none in a database, which has the log in a table alone.
function Store:log_size()
  if not self.log_path then return 0 end
  local file = assert(io.open(self.log_path, "rb"))
  local size = file:seek("end")
  file:close()
  return size
end

function Store:count(name, by) self.counts[name] = (self.counts[name] or 0) + by end

--- Upper ends of the classes by which times are counted, in seconds.
Store.TIMES = { 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800 }

--- Counts a time: "time:WHAT:CLASS", and "time:WHAT:ms" for the sum.
function Store:time(what, seconds)
  local class = "more"
  for i = #Store.TIMES, 1, -1 do
    if seconds <= Store.TIMES[i] then class = tostring(Store.TIMES[i]) end
  end
  self:count(("time:%s:%s"):format(what, class), 1)
  self:count(("time:%s:ms"):format(what), math.floor(math.max(0, 1000 * seconds) + 0.5))
end

for _, part in ipairs { require("idngo.watch.take"), require("idngo.watch.decided"), require("idngo.watch.send"),
  require("idngo.watch.release"), require("idngo.watch.forget"), (require("idngo.watch.check")) } do
  for name, method in pairs(part) do Store[name] = method end
end

return Store
