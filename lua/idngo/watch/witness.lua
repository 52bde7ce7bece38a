-- What the audit log of a watch says: read when the watch begins, kept up with what is recorded after. Nothing is sent that rests
-- on a table alone: mandates, approvals, what guards count, how far the spool is read, and what must stand in every row are
-- believed from here.
--
-- Whoever has the log alone, and the public keys, sees by the same code whether every call had an authority, and whether no guard
-- was exceeded.

local audit = require("idngo.run.audit")
local breaker = require("idngo.watch.breaker")
local changes = require("idngo.watch.changes")
local compat = require("idngo.compat")
local core = require("idngo.core")
local database = require("idngo.run.database")
local events = require("idngo.watch.event")
local json = require("idngo.json")
local kepts = require("idngo.watch.kept")
local mandates = require("idngo.watch.mandate")
local said = require("idngo.watch.said")

local M = {}

---@class idngo.watch.Witness: idngo.run.Witness
---@field run string the run's id
---@field account string
---@field events integer so far
---@field lines integer so far
---@field places table<string, integer> how far each segment of the spool is read
---@field mandates table<integer, idngo.watch.Mandate> those that were proposed, by m
---@field m integer? the current one
---@field stopped integer a person said that this mandate, and all before it, let nothing be sent any more; 0: none
---@field backlogs {last: integer, m: integer}[] up to which line the mandates before it decide, where it leaves that to them
---@field approvals table<string, table[]> records of approvals, by what they approve: a mandate, or a line that is not over
---@field withdrawn table<string, table<string, number>> when a key last took its approval back, by what it had approved
---@field shadows table<integer, {lines: integer, same: integer, moves: table}> what shadows saw, by m
---@field declined table<string, boolean>
---@field t number the last moment of the run's clock
---@field started {boot: string, bt: number, t: number}? when the run's clock was last set
---@field back table? the record of the last person who said to go on with a folder that was put back to an earlier moment
---@field server string? that has kept it, where that is one: see run/postgres.lua
---@field spool string? the one that is read, where machines stand by for each other; and
---@field spools table<string, {host: string?, since: number, till: number?}> all that were: see places.lua
---@field breaker idngo.watch.Breaker
---@field known number? events of before that moment may not be known any more
---@field forget number? of lines that ended before, what is personal is to be destroyed
---@field purged boolean? its personal data were destroyed
local Witness = {}
Witness.__index = Witness

local SCHEMA = [[
CREATE TABLE lines (n INTEGER PRIMARY KEY, digest TEXT NOT NULL);
CREATE TABLE steps (n INTEGER NOT NULL, k INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY (n, k)) WITHOUT ROWID;
CREATE TABLE takes (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, hash TEXT NOT NULL);
CREATE TABLE letters (id TEXT PRIMARY KEY, hash TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE uses (n INTEGER NOT NULL, k INTEGER NOT NULL, action TEXT NOT NULL, person TEXT NOT NULL, at REAL NOT NULL,
  PRIMARY KEY (n, k)) WITHOUT ROWID;
CREATE INDEX uses_of ON uses (action, at);
CREATE INDEX uses_on ON uses (person, action, at);
CREATE TABLE acts (person TEXT NOT NULL, event TEXT NOT NULL, n INTEGER NOT NULL, k INTEGER NOT NULL, since REAL NOT NULL,
  till REAL, PRIMARY KEY (person, event, n, k)) WITHOUT ROWID;
CREATE INDEX acts_by ON acts (n, k);
CREATE TABLE again (n INTEGER PRIMARY KEY);
CREATE TABLE shadows (m INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (m, n)) WITHOUT ROWID;
]]

local SQL = {
  line = "SELECT digest FROM lines WHERE n = ?",
  set_line = "INSERT INTO lines VALUES (?1, ?2) ON CONFLICT (n) DO UPDATE SET digest = ?2",
  count_lines = "SELECT count(*) AS count, max(n) AS last FROM lines",
  step = "SELECT state FROM steps WHERE n = ? AND k = ?",
  set_step = "INSERT INTO steps VALUES (?1, ?2, ?3) ON CONFLICT (n, k) DO UPDATE SET state = ?3",
  drop_steps = "DELETE FROM steps WHERE n = ?",
  add_take = "INSERT INTO takes VALUES (?, ?, ?)",
  takes = "SELECT * FROM takes WHERE first > ? ORDER BY first LIMIT 200",
  take = "SELECT hash FROM takes WHERE first = ?",
  set_take = "UPDATE takes SET hash = ?2 WHERE first = ?1",
  drop_take = "DELETE FROM takes WHERE first = ?",
  letter = "SELECT hash FROM letters WHERE id = ?",
  set_letter = "INSERT INTO letters VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET hash = ?2",
  count_letters = "SELECT count(*) AS count FROM letters",
  use = "INSERT OR REPLACE INTO uses VALUES (?, ?, ?, ?, ?)",
  has_use = "SELECT at FROM uses WHERE n = ? AND k = ?",
  give_back = "DELETE FROM uses WHERE n = ? AND k = ?",
  uses = "SELECT count(*) AS count, min(at) AS first FROM uses WHERE action = ? AND at > ?",
  uses_each = "SELECT count(*) AS count, min(at) AS first FROM uses WHERE person = ? AND action = ? AND at > ?",
  act = "INSERT INTO acts VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT (person, event, n, k) DO UPDATE SET till = NULL",
  end_acts = "UPDATE acts SET till = ?3 WHERE n = ?1 AND k = ?2 AND till IS NULL",
  acts = "SELECT n, k, since, till FROM acts WHERE person = ? AND event = ? ORDER BY since",
  shadow = "SELECT n FROM shadows WHERE m = ? AND n = ?",
  add_shadow = "INSERT INTO shadows VALUES (?, ?)",
  is_again = "SELECT n FROM again WHERE n = ?",
  add_again = "INSERT OR IGNORE INTO again VALUES (?)",
  drop_act = "DELETE FROM acts WHERE n = ? AND k = ?",
}

--- How a person is called in these tables, which may lie outside the watch's folder.
local function called(self, id) return core.hmac("sha256", self.run, id) end

local function number(record, name) return compat.tointeger(record[name]) end

--- The keys that approved a hash, and how many they are. Whoever approved before the folder was put back did not know what was
--- sent since, and does not count.
---@param target string
---@return table<string, boolean> keys
---@return integer count
function Witness:approvers_of(target)
  local keys, count = {}, 0
  for _, record in ipairs(self.approvals[target] or {}) do
    if not keys[record.key] and not (self.back and record.seq < self.back.seq) then
      keys[record.key], count = true, count + 1
    end
  end
  return keys, count
end

--- Whether enough people have approved a hash, and none has said no.
---@param target string
---@param needed integer
---@return boolean
function Witness:is_approved(target, needed)
  return not self.declined[target] and select(2, self:approvers_of(target)) >= needed
end

--- Why a mandate does not let anything be sent at a moment, or nil.
---@param m integer?
---@param t number
---@return string?
function Witness:objection(m, t)
  local mandate = m and self.mandates[m]
  if not mandate or not self.current[m] then return "there is no mandate" end
  if t >= mandate.expires then return "the mandate has ended" end
  if m <= self.stopped then return "a person stopped the mandate" end
  if self.back and self.back.seq > self.current[m] then
    return "the folder was put back to an earlier moment since the mandate was approved"
  end
end

--- The guard that one more use of an action would exceed, and when it is free again; or nil.
---@param mandate idngo.watch.Mandate
---@param action string
---@param person string
---@param t number
---@return idngo.watch.Guard?
function Witness:exceeded(mandate, action, person, t)
  local guards = mandate.guards[action]
  if type(guards) ~= "table" then return nil end
  for _, guard in ipairs(guards) do
    if self:used(action, guard, t, person) >= guard.most then return guard end
  end
end

--- How often a guard is used at a moment, and when the first of these uses leaves it.
---@param person string? whom a guard for one applicant counts
---@return integer count
---@return number? free
function Witness:used(action, guard, t, person)
  local row = guard.each and self.db:rows("uses_each", called(self, person), action, t - guard.seconds)[1]
    or not guard.each and self.db:rows("uses", action, t - guard.seconds)[1]
  return row.count, row.first and row.first + guard.seconds
end

--- The mandate whose policy decides about a line: the current one, or one before that it left the line to.
---@param n integer
---@return integer? m
function Witness:decider(n)
  for _, each in ipairs(self.backlogs) do
    if n <= each.last then return each.m end
  end
  return self.m
end

--- The number of the mandate that is proposed now: the last one, unless it is current or somebody said no to it; else nil.
---@return integer?
function Witness:proposed()
  local m = #self.mandates
  if m == 0 or m == self.m or self.declined[self.hashes[m]] then return nil end
  return m
end

--- How many lines the shadow of a mandate that is proposed has yet to see; nil where it is to see none.
---@param m integer
---@return integer?
function Witness:shadow_left(m)
  local mandate = self.mandates[m]
  if not mandate or not mandate.shadow or m ~= self:proposed() then return nil end
  local left = mandate.shadow - self.shadows[m].lines
  return left > 0 and left or nil
end

--- Whether a shadow has seen a line.
function Witness:has_shadow(m, n) return self.db:rows("shadow", m, n)[1] ~= nil end

local take = {}

function take.begun(self, record)
  self.run, self.secret, self.created = record.run, record.secret, record.created
  self.account, self.settings, self.server = record.account, record.settings, record.server
end

function take.started(self, record)
  self.started = { boot = record.boot, bt = record.bt, t = record.t }
  if type(record.spool) ~= "string" then return end
  local before = self.spool and self.spools[self.spool]
  if before and self.spool ~= record.spool then before.till = record.at end
  self.spool, self.spools[record.spool] = record.spool, { host = record.host, since = record.at }
end

function take.after_failover(self, record) self.server = record.server end

function take.proposed(self, record)
  local mandate = json.decode(type(record.mandate) == "string" and record.mandate or "")
  local m = number(record, "m")
  local flaw = mandates.flaw(mandate, self, type(record.t) == "number" and record.t or 0)
  if flaw or mandate.m ~= m then return "proposes no mandate: " .. (flaw or "it has another number") end
  local text, hash = mandates.seal(mandate)
  if text ~= record.mandate or hash ~= record.hash then return "proposes another mandate than its hash says" end
  self.mandates[m], self.hashes[m], self.numbers[hash] = mandate, hash, m
  self.shadows[m] = { lines = 0, same = 0, moves = {} }
end

function take.mandate(self, record)
  local m = number(record, "m")
  local mandate = self.mandates[m]
  if not mandate or mandate.account ~= self.account then return "makes a mandate current that nobody proposed" end
  if m ~= self:proposed() then return "makes a mandate current that is not proposed any more" end
  if not self:is_approved(self.hashes[m], mandate.approvals) then return "makes a mandate current that was not approved" end
  if self:shadow_left(m) then return "makes a mandate current whose shadow has not seen enough" end
  if number(record, "last") ~= self.lines then return "makes a mandate current at another line" end
  if not mandate.backlog then self.backlogs = {} end
  if mandate.backlog and self.m then table.insert(self.backlogs, { last = self.lines, m = self.m }) end
  self.m, self.current[m] = m, record.seq
  self.breaker:reset(mandate.breaker)
end

function take.approved(self, record)
  if type(record.target) ~= "string" then return "approves nothing" end
  local m = self.numbers[record.target]
  if m and self:shadow_left(m) then return "approves a mandate whose shadow has not seen enough" end
  if m and self.mandates[m].not_the_proposer and self.mandates[m].proposer == record.key then
    return "counts who proposed a mandate among those who approved it"
  end
  local list = self.approvals[record.target] or {}
  list[#list + 1] = record
  self.approvals[record.target] = list
end

function take.declined(self, record)
  if type(record.target) ~= "string" then return "says no to nothing" end
  self.declined[record.target] = true
end

function take.told(self, record)
  if record.what == "breaker" then return self.breaker:close(record, self:current_mandate()) end
  if record.what == "withdraw" and type(record.target) == "string" then
    local left = {}
    for _, each in ipairs(self.approvals[record.target] or {}) do
      if each.key ~= record.key then left[#left + 1] = each end
    end
    self.approvals[record.target] = left[1] and left or nil
    local withdrawn = self.withdrawn[record.target] or {}
    withdrawn[record.key], self.withdrawn[record.target] = record.at, withdrawn
  elseif record.what == "stop" then
    if number(record, "m") ~= self.m then return "stops a mandate that is not current" end
    self.stopped = self.m
  elseif record.what == "forget" then
    self.forget = math.max(self.forget or record.before, record.before)
  end
end

function take.went_back(self, record)
  if type(record.at) ~= "number" then return "says not when it went back" end
  self.back = record
end

function take.answered(self, record)
  if type(record.letter) ~= "string" or type(record.hash) ~= "string" then return "answers no letter" end
  if not self.db:rows("letter", record.letter)[1] then self.letters = self.letters + 1 end
  self.db:run("set_letter", record.letter, record.hash)
end

function take.taken(self, record)
  local first, last = number(record, "first"), number(record, "last")
  if not first or not last or first ~= self.events + 1 or last < first - 1 then return "takes events out of order" end
  for segment, move in pairs(record.places or {}) do
    if (self.places[segment] or 0) ~= move[1] then return "takes events from another place of the spool" end
    self.places[segment] = move[2]
  end
  if last >= first then self.db:run("add_take", first, last, record.hash) end
  self.events, self.lines = last, self.lines + (number(record, "made") or 0)
  for _, echo in ipairs(record.echoes or {}) do self.db:run("drop_act", echo[1], echo[2]) end
  self.breaker:take(record)
end

function take.decided(self, record)
  local n, m = number(record, "line"), number(record, "m")
  if not n then return "names no line" end
  if not m or m ~= self:decider(n) then return "decides by a mandate that was not current" end
  self.db:run("drop_steps", n)
  if m == self.m and not self.db:rows("is_again", n)[1] then self.breaker:see(record) end
end

--- The breaker has opened, by an earlier record; here stands why.
function take.opened(self, record) return self.breaker:tell(record) end

--- What was personal in the tables was destroyed: nothing comes after it but that, once more.
function take.purged(self) self.purged = true end

local function step_of(record)
  local n, k = number(record, "line"), number(record, "step")
  if n and k and k >= 1 then return n, k end
end

-- What came of a step that is in one of these states is known.
local SETTLED = { applied = true, rejected = true, void = true, confirm = true }

local function state_of(self, n, k)
  local row = self.db:rows("step", n, k)[1]
  return row and row.state or "planned"
end

--- A step is about to be sent: it had an authority, and was within its guards.
function take.intent(self, record)
  local n, k = step_of(record)
  local action = n and self.handlers.actions[record.action]
  if not action or type(record.t) ~= "number" then return "names no step" end
  local state = state_of(self, n, k)
  if SETTLED[state] or (action.class == "N" and state ~= "planned") then return "sends again what was sent" end
  if record.approved then
    local mandate = self.mandates[number(record, "m")]
    if not mandate or not self:is_approved(record.approved, mandate.line_approvals) then
      return "records a step that nobody had approved"
    end
  else
    local m = number(record, "m")
    if self:objection(m, record.t) or mandates.uncovered(self.mandates[m], record.action) then
      return "records a step that no mandate covers"
    end
    local person = record.applicant or ""
    if not self.db:rows("has_use", n, k)[1] then
      if self:exceeded(self.mandates[m], record.action, person, record.t) then return "records a step beyond its guard" end
      self.db:run("use", n, k, record.action, called(self, person), record.t + 0.0)
    end
  end
  self.db:run("set_step", n, k, "intent")
  for _, event in ipairs(record.causes or {}) do
    self.db:run("act", called(self, record.applicant or ""), event, n, k, record.at + 0.0)
  end
end

function take.put_back(self, record)
  local n, k = step_of(record)
  if not n then return "names no step" end
  if SETTLED[state_of(self, n, k)] then return "puts back a step that was settled" end
  self.db:run("set_step", n, k, "planned")
  self.db:run("give_back", n, k)
  self.db:run("drop_act", n, k)
end

function take.outcome(self, record)
  local n, k = step_of(record)
  if not n or type(record.outcome) ~= "string" or type(record.at) ~= "number" or type(record.t) ~= "number" then
    return "names no step"
  end
  if SETTLED[state_of(self, n, k)] then return "settles again a step that was settled" end
  self.db:run("set_step", n, k, record.outcome)
  if record.outcome == "void" or record.outcome == "rejected" then self.db:run("drop_act", n, k) end
  if record.outcome == "applied" or record.outcome == "unknown" then self.db:run("end_acts", n, k, record.at + 0.0) end
  local action = self.handlers.actions[record.action]
  if record.outcome == "unknown" and action and action.class == "N" then self.breaker:unknown(record) end
end

--- What the shadow of a mandate that is proposed decided about lines, beside what was decided.
function take.shadowed(self, record)
  local m = number(record, "m")
  local left = m and self:shadow_left(m)
  if not left or type(record.seen) ~= "table" or #record.seen > left then return "lets a shadow see what it must not" end
  local shadow = self.shadows[m]
  for _, each in ipairs(record.seen) do
    local n = compat.tointeger(each.line)
    if not n or n < 1 or n > self.lines or self:has_shadow(m, n) or type(each.from) ~= "string" or type(each.to) ~= "string" then
      return "lets a shadow see no line"
    end
    self.db:run("add_shadow", m, n)
    shadow.lines, shadow.same = shadow.lines + 1, shadow.same + (each.same and 1 or 0)
    if not each.same then changes.count(shadow.moves, each.from, each.to) end
  end
end

--- A line is decided again, from the beginning: nothing of it was sent. What the breaker has counted it does not count again.
function take.again(self, record)
  local n = number(record, "line")
  if not n then return "names no line" end
  self.db:run("drop_steps", n)
  if record.decided then self.db:run("add_again", n) end
end

--- A person had an event decided another time, as another line; for the breaker that is no decision more.
function take.redecided(self, record)
  local n, of = number(record, "line"), number(record, "of")
  if n ~= self.lines + 1 or not of or of < 1 or of >= n then return "makes a line out of order" end
  self.lines = n
  self.db:run("add_again", n)
end

--- Events were forgotten: the digest of what is left of their take, and before which moment one is not known any more.
function take.forgotten(self, record)
  if record.left == nil then return end
  if type(record.known) ~= "number" or type(record.t) ~= "number" or record.known > record.t - events.KNOWN then
    return "forgets events that may come again"
  end
  for first, hash in pairs(record.left) do
    first = compat.tointeger(first)
    if not first or not self.db:rows("take", first)[1] then return "forgets events that were not taken" end
    if hash == "" then self.db:run("drop_take", first) else self.db:run("set_take", first, hash) end
  end
  self.known = math.max(self.known or record.known, record.known)
end

--- A line is over: what was approved of it is not needed any more.
function take.over(self, record)
  if type(record.hash) ~= "string" then return end
  self.approvals[record.hash], self.declined[record.hash], self.withdrawn[record.hash] = nil, nil, nil
end

--- Takes in the next record.
---@param record table
---@return string? message when it is wrong
function Witness:take(record)
  local hear = take[record.event]
  local message = audit.said[record.event] and said.flaw(record) or hear and hear(self, record)
  if message then return message end
  if type(record.t) == "number" and record.t > self.t then self.t = record.t end
  for n, digest in pairs(record.lines or {}) do self.db:run("set_line", compat.tointeger(n), digest) end
end

--- Counts are in the records themselves.
function Witness.count(_, record, totals)
  for name, by in pairs(record.counts or {}) do
    local sum = (totals[name] or 0) + by
    totals[name] = sum ~= 0 and sum or nil
  end
end

--- What must stand in a line's rows, or nil.
function Witness:digest(n)
  local row = self.db:rows("line", n)[1]
  return row and row.digest
end

function Witness:letter_hash(id)
  local row = self.db:rows("letter", id)[1]
  return row and row.hash
end

--- What was taken: {first, last, hash} one behind the other; of what was forgotten since, what is left.
---@param after integer? behind the take that begins there
function Witness:takes(after)
  local page, i = {}, 0
  after = after or 0
  return function()
    i = i + 1
    if i > #page then
      page, i = self.db:rows("takes", after), 1
      if not page[1] then return nil end
    end
    after = page[i].first
    return page[i]
  end
end

--- Steps that may have caused an event of a type about a person: {n, k, since, till}.
function Witness:acts(person, event) return self.db:rows("acts", called(self, person), event) end

---@return idngo.watch.Mandate?
function Witness:current_mandate() return self.m and self.mandates[self.m] or nil end

function Witness:close() self.db:close() end

--- What is kept of a watch outside its folder, see kept.lua.
---@param run string its id
---@return idngo.watch.Kept
function M.kept(run) return kepts.open(run, SCHEMA, SQL) end

---@param handlers idngo.run.Handlers
---@param kept idngo.watch.Kept? where its tables are; else they are gone with the process
---@return idngo.watch.Witness
function M.new(handlers, _, kept)
  return setmetatable({ handlers = handlers, db = kept or database.scratch(SCHEMA, SQL, "what the log says"), totals = {},
    doubtful = {}, counter = 0, events = 0, lines = 0, letters = 0, places = {}, spools = {}, mandates = {}, hashes = {},
    current = {}, numbers = {}, stopped = 0, backlogs = {}, shadows = {}, approvals = {}, declined = {}, withdrawn = {},
    t = 0, breaker = breaker.new() }, Witness)
end

return M
