-- The store of a run: what was planned, decided and done, and the record of it. This is the contract that every kind of
-- tables keeps: SQLite's, in the run's folder (sqlite.lua), a PostgreSQL server's (postgres.lua), and some in memory for tests.
--
--   A line is one applicant, one person of an import, or what an event of a watch made; its steps are the calls that are made
--   for it, in order. Lines of a watch also wait for people, and end otherwise than done: see watch/moves.lua.
--   line    new → open (it has steps) → done
--   step    planned → intent → sent → applied | rejected | unknown | confirm | void; what surely took no effect is planned again
--
--   planned    nothing has been sent
--   intent     about to be sent; after a crash it counts as sent
--   sent       an attempt has left
--   applied, rejected, unknown     what came of it
--   confirm    the service has it already, from an attempt of this run or from elsewhere: a person has to look
--   void       the facts changed since the plan, or the line ended before it
--
-- A worker claims a line: for some seconds, which are renewed while the work lasts, and by a token that grows with
-- every claim. Each later write of the line names its token and the state that it expects: one that matches nothing means
-- that another has taken the line over. Every operation is one transaction, of the tables and of the log's records alike,
-- and may wait; its caller must be able to yield where the tables do.
--
-- Tables that several processes write at once have a head, which every transaction locks first. It then takes in what others
-- have appended to the log since, and so chains its own records to theirs.

local audit = require("idngo.run.audit")
local compat = require("idngo.compat")
local core = require("idngo.core")
local errors = require("idngo.error")
local json = require("idngo.json")
local keys = require("idngo.run.keys")
local old = require("idngo.run.old")
local runtimes = require("idngo.runtime.current")
local turns = require("idngo.run.turns")
local witness = require("idngo.run.witness")

---@class idngo.run.Tables statements by name, see sqlite.lua
---@field run fun(self, name: string, …): integer rows changed
---@field rows fun(self, name: string, …): table[]
---@field begin fun(self)
---@field commit fun(self)
---@field rollback fun(self)
---@field snapshot fun(self)
---@field create fun(self, kind: string?)
---@field index fun(self) makes what finds rows, when all are there
---@field shrink fun(self) leaves nothing of what was overwritten
---@field now fun(self): number
---@field together (fun(self, fn: fun(): any): any)? does what asks several things of one moment
---@field apart (fun(self, fn: fun()))? within that, lets others ask
---@field silence (fun(self): number)? of a server: seconds for which it has not answered
---@field damaged fun(table_: string, row: any, message: string): idngo.Error of a row
---@field broken fun(message: string): idngo.Error of what keeps them
---@field reads boolean? whether one moment is being read
---@field patience table? of one where a server that is gone is waited for: then a transaction may be tried again
---@field promise (fun(self): {server: string, is_async: boolean})? of shared ones: see postgres.lua
---@field objection (fun(self, seen: idngo.run.Witness, accept_async: boolean?): idngo.Error?)? of shared ones, too
---@field take_time (fun(self))? of shared ones: lets the transaction that is open wait for its owner
---@field shared boolean? whether other processes may write at the same time
---@field tell (fun(self, what: string))? of shared ones, with words and await: see postgres.lua
---@field words (fun(self, what: string): integer)?
---@field await (fun(self, what: string, seen: integer, seconds: number))?
---@field close fun(self)
---@field old string? "policy" or "import": tables of 0.1

---@class idngo.run.Store
---@field tables idngo.run.Tables
---@field witness idngo.run.Witness? what the log says, where the run is gone on with
---@field turns idngo.run.Turns at transactions
local Store = {}
Store.__index = Store

--- LOOK: seconds after which who waits for what others do looks by himself, whether or not they have said so.
local M = { Store = Store, LOOK = 1 }

---@param tables idngo.run.Tables
---@param class table? a Store with more to it
---@return idngo.run.Store
function M.over(tables, class) return setmetatable({ tables = tables, turns = turns() }, class or Store) end

--- What the log of a kind of run says.
local function new_witness(handlers, ...) return (handlers.witness or witness.new)(handlers, ...) end

-- Reading.

function Store:run(name, ...) return self.tables:run(name, ...) end
function Store:rows(name, ...) return self.tables:rows(name, ...) end
function Store:row(name, ...) return self.tables:rows(name, ...)[1] end

--- A setting of the run.
function Store:get(name)
  local row = self:row("get", name)
  return row and row.value
end

function Store:set(name, value) self:run("set", name, value) end

--- Counts of lines, decisions, facts and steps, as they were written with each commit: see witness.lua.
---@return table<string, integer>
function Store:totals()
  if self.tables.old then return old.totals(self) end
  return self:decode(self:get("totals"), "run", "totals")
end

--- "policy", "import" or "watch".
function Store:kind() return self.tables.old or self:get("kind") end

function Store:damaged(...) return self.tables.damaged(...) end
function Store:broken(message) return self.tables.broken(message) end

--- Decodes the JSON in a row; throws what names the row.
function Store:decode(text, table_, row)
  local value, message = json.decode(type(text) == "string" and text or "")
  if value == nil then error(self:damaged(table_, row, "does not decode: " .. tostring(message)), 0) end
  return value
end

-- What is read page by page: the columns that a page begins behind; ids are text, what else is there are numbers.
local PAGES = { watch_events = { "n" }, watch_waiting = { "n" },
  lines = { "n" }, replies = { "r" }, all_steps = { "n", "k" }, effects = { "id", "n", "k" }, audit_records = { "seq" } }

--- Moves `behind` on to these columns of `row`; false unless they are of its types and grow, without which no reading would end.
local function advance(columns, behind, row)
  local grown = false
  for k, column in ipairs(columns) do
    local value = row[column]
    if type(value) ~= type(behind[k]) or not (grown or value >= behind[k]) then return false end
    grown, behind[k] = grown or value > behind[k], value
  end
  return grown
end

--- Every row of one of the statements in PAGES, page by page.
---@param name string
---@param after integer? begins behind the row of this number
function Store:each(name, after)
  local columns, behind, page, i = PAGES[name], {}, {}, 0
  for k, column in ipairs(columns) do behind[k] = k == 1 and after or column == "id" and "" or 0 end
  return function()
    i = i + 1
    if i > #page then
      page, i = self:rows(name, compat.unpack(behind)), 1
      if not page[1] then return nil end
    end
    local row = page[i]
    if not advance(columns, behind, row) then
      local there = {}
      for k, key in ipairs(columns) do there[k] = tostring(row[key]) end
      error(self:damaged(name, table.concat(there, "."), "the keys of the rows do not grow"), 0)
    end
    return row
  end
end

--- The error of what needs the personal data of a run that was purged; nil where they are there. A purged run looks like one
--- whose steps had no arguments, so who decides by those asks first.
---@return idngo.Error?
function Store:destroyed()
  if not (self.witness and self.witness.purged or self:get("state") == "purged") then return nil end
  return errors.new { kind = "run", outcome = "not_sent",
    message = "the personal data of the run were destroyed: what needs them cannot be done any more",
    hint = "idngo status, list, report and audit verify tell what is left of it" }
end

--- From now to the close, reads one moment of a run that goes on.
function Store:snapshot() self.tables:snapshot() end

--- Does `fn` over one moment of the run and of its log, whoever writes in it meanwhile.
function Store:still(fn)
  if not self.tables.shared or self.tables.reads then return fn() end
  self.turns:take()
  local ok, a, b = compat.pcall(function()
    self:snapshot()
    if self.head then self:catch_up() end
    return fn()
  end)
  pcall(self.tables.rollback, self.tables) -- a server that is gone is noticed by what is asked next
  self.turns:give()
  if not ok then error(a, 0) end
  return a, b
end

-- Writing.

-- Records that are written to the log at once.
local PIECE = 200

--- Brings the log up to what was committed.
function Store:write_log()
  if not self.log then return end
  while self.logged < self.head.seq do
    local lines = {}
    for seq = self.logged + 1, math.min(self.logged + PIECE, self.head.seq) do
      local row = self:row("audit_record", seq)
      if not row then error(self:damaged("audit", seq, "is missing"), 0) end
      lines[#lines + 1] = audit.line(row.hash, row.record, row.signature)
    end
    local ok, message = self.log:append(table.concat(lines))
    if not ok then error(self:broken(message), 0) end
    self.logged = self.logged + #lines
  end
end

--- Chains the records of a transaction, signs the last of them, and writes down the new counts; returns head and counts.
local function chain(self, told)
  local head, totals = self.head, {}
  for name, count in pairs(self.witness.totals) do totals[name] = count end
  for i, each in ipairs(told) do
    self.witness:count(each, totals)
    local seq = head.seq + 1
    each.seq = seq
    local text = json.encode(each, "record", "[]")
    local hash = audit.hash(head.previous, text)
    local signature = i == #told and self.key:sign(audit.statement(self.run_id, seq, hash)) or nil
    self:run("add_audit", seq, hash, text, signature)
    head = { seq = seq, hash = hash, previous = hash .. (signature or "") }
  end
  if told[1] then self:set("totals", json.encode(totals)) end
  return head, totals
end

--- Takes in the records behind the last one that `read` took; throws at one that is wrong.
local function take_in(self, read)
  for row in self:each("audit_records", read.seq) do
    local message, record
    if row.seq ~= read.seq + 1 then message = "is missing" else
      message, record = read:take(row.hash, tostring(row.record), row.signature)
    end
    if not message then
      self.witness:count(record, self.witness.totals)
      message = self.witness:take(record)
    end
    if message then error(self:damaged("audit", read.seq + (row.seq ~= read.seq and 1 or 0), message), 0) end
  end
end

--- Takes in what others have appended, inside a transaction that holds the head: what comes next is chained to that. A server
--- that has lost what it had committed is found here: the record that this process knows as the last is not there any more.
function Store:catch_up()
  local last = self:row("audit_record", self.head.seq)
  if not last or last.hash ~= self.head.hash then
    error(errors.new { kind = "run", outcome = "not_sent",
      message = ("record %d of the run, which was committed, is not there any more"):format(self.head.seq),
      hint = "the server went back to an earlier moment: resume the run, which says what can be done" }, 0)
  end
  local read = audit.chain()
  read:go_on(self.head.seq, last, self.run_id, self.key:id())
  take_in(self, read)
  if read.seq == self.head.seq then return end
  local message = read:finish(self.key)
  if message then error(self:damaged("audit", read.seq, message), 0) end
  self.head = { seq = read.seq, hash = read.hash, previous = read.previous }
  if self.heads then self.heads:keep(self.head) end
end

--- Does `fn` whole or not at all; audit records made in it are committed with it, and go to the log after.
function Store:transaction(fn)
  self.turns:take()
  local tables, told, head, totals = self.tables, {}, nil, nil
  local made -- the last record of the time before, of one that tells of something
  local function work() -- allocated before BEGIN, so that no lack of memory leaves a transaction open
    if tables.shared and self.head then self:catch_up() end
    local row = made and self:row("audit_record", made.seq)
    for i = #told, 1, -1 do told[i] = nil end
    self.told = told
    if row and row.hash == made.hash then
      head, totals = self.head, self.witness.totals -- that was committed, though nobody heard of it
    else
      fn()
      head, totals = chain(self, told)
      made = told[1] and head
    end
    tables:commit()
  end
  local function explain(thrown) return type(thrown) == "table" and thrown or debug.traceback(tostring(thrown), 2) end
  local ok, err
  repeat
    ok, err = pcall(tables.begin, tables)
    if ok then
      ok, err = xpcall(work, explain)
      if not ok then tables:rollback() end
    end
  until ok or not (tables.patience and tables:is_waited_for(err))
  if ok then self.head, self.witness.totals = head, totals end
  self.turns:give()
  if not ok then error(err, 0) end
  local wrong, message
  for _, record in ipairs(told) do
    message = self.witness:take(record)
    if message and not wrong then wrong = self:damaged("audit", record.seq, message) end
  end
  self:write_log()
  if self.heads and told[1] then self.heads:keep(head) end
  if wrong then error(wrong, 0) end -- what comes next must not rest on it: a step is not sent
end

--- Lets the transaction that is open take long between what it asks of the tables, such as for packing archives.
function Store:take_time()
  if self.tables.take_time then self.tables:take_time() end
end

--- Adds a record to the audit log, inside a transaction.
---@param event string
---@param fields table?
function Store:record(event, fields)
  local record = { event = event, at = core.wall() }
  for name, value in pairs(fields or {}) do record[name] = value end
  self.told[#self.told + 1] = record
end

--- Writes down that a person looked what a server that took over may not know, and says to go on.
---@param said {key: userdata, note: string?}
function Store:after_failover(said)
  self:transaction(function()
    local record = { event = "after_failover", server = self.tables:promise().server }
    self:record(record.event, audit.sign(record, self.run_id, said))
  end)
end

--- Wakes, with the transaction that is open, the processes that wait for what it does.
---@param what "work"|"people" see postgres.lua
function Store:tell(what)
  if self.tables.tell then self.tables:tell(what) end
end

--- How much others have said so far: whoever may have to wait for them asks for it before he looks.
---@return integer
function Store:words(what) return self.tables.words and self.tables:words(what) or 0 end

--- Waits until others say more than what was `seen`, for a while at most: nothing may rest on what they say, which may be lost.
---@param what "work"|"people"
---@param seen integer
---@param otherwise number? seconds where nobody can say anything
function Store:await(what, seen, otherwise)
  if self.tables.await then return self.tables:await(what, seen, M.LOOK) end
  local host = runtimes.current() or core
  host.sleep(otherwise or M.LOOK)
end

--- Makes sure that the log survives a power cut, as the journal does.
function Store:sync_log()
  local ok, message = true, nil
  if self.log then ok, message = self.log:sync() end
  if not ok then error(self:broken(message), 0) end
end

--- The key of a line, for data that must not stand in the log. Destroying the run's secret destroys all of them.
---@param n integer
---@return string
function Store:line_key(n)
  self.secret = self.secret or self:get("secret")
  return core.hmac("sha256", self.secret, ("line %d"):format(n))
end

local function lost(n)
  local err = errors.new { kind = "limit", outcome = "not_sent", message = ("line %d was taken over by another worker"):format(n),
    hint = "let the other one go on" }
  err.lost = n
  error(err, 0)
end

--- Throws unless a claim of a line is the last one of it.
---@param claimed {n: integer, token: integer}
function Store:must_hold(claimed)
  local row = self:row("line", claimed.n)
  if not row or row.token ~= claimed.token then lost(claimed.n) end
end

local function one(changed, n)
  if changed ~= 1 then lost(n) end
end

---@class idngo.run.Claim
---@field owner string
---@field state "new"|"open"
---@field after integer lines behind this one
---@field limit integer at most so many
---@field seconds number for so long, unless renewed
---@field begun boolean? only those with a step that may have been sent
---@field again boolean? only those whose time is over, or that were put off

--- Claims lines that no other worker holds.
---@param want idngo.run.Claim
---@return {n: integer, token: integer}[]
function Store:claim(want)
  local claimed = {}
  self:transaction(function()
    local first = claimed[1] and self:row("line", claimed[1].n)
    if first and first.owner == want.owner and first.token == claimed[1].token then return end -- it was not heard of
    local now = self.tables:now()
    claimed = self:rows(want.again and "claim_again" or want.begun and "claim_begun" or "claim", want.state, want.owner, now,
      now + want.seconds, want.after, want.limit)
  end)
  table.sort(claimed, function(a, b) return a.n < b.n end)
  return claimed
end

--- Keeps what `owner` has claimed for some more seconds.
---@return {n: integer, token: integer}[]
function Store:renew(owner, seconds)
  local renewed
  self:transaction(function()
    local lease = self.tables:now() + seconds
    renewed = self:rows("renew", owner, lease)
    if self.tables.shared then self:run("renew_holds", owner, lease) end
  end)
  return renewed
end

--- Gives up what `owner` has claimed; or all claims, which are those of dead processes when the folder's lock is held.
function Store:free(owner)
  if not owner then return self:run("free_all") end -- by itself: the log may not have been read yet
  self:transaction(function()
    self:run("free", owner)
    self:tell("work")
    self:tell("people")
  end)
end

--- Gives up, for whoever is at work, the claims of others than `owner`, where all of them are gone. Of those who lost the server
--- with this process nobody knows whether they come back: their lines are theirs for the `seconds` that they have them.
function Store:free_gone(owner, seconds)
  local tables = self.tables
  if not tables:lock() then return end
  self:transaction(function()
    if not tables.regained or core.now() - tables.regained > seconds then self:run("free_others", owner) end
  end)
  tables:unlock()
end

--- Gives a line up without a change: it is for a resume; or, put off, for whoever is at work some seconds later.
---@param line {n: integer, token: integer}
---@param seconds number? puts it off
function Store:put_line(line, seconds)
  self:transaction(function()
    if seconds then
      self:run("put_off", line.n, line.token, self.tables:now() + seconds)
    else
      self:run("put_line", line.n, line.token)
      self:tell("work")
    end
  end)
end

--- Adds a line, inside a transaction.
function Store:add_line(n, id, fields) self:run("add_line", n, id, fields) end

---@class idngo.run.Decision
---@field facts table<string, {body: string, r: integer?}> replies as JSON, by fact; r is their number once they are stored, so
---  that a reply of many lines is stored once
---@field decision string? nil: it was interrupted, and the facts alone are stored
---@field reason string?
---@field line integer? of the policy
---@field steps table[] {action =, args =, reason =, line =}
---@field was table? the decision that it replaces: {decision, actions}

--- Writes down what was decided about a line, inside a transaction.
---@param line {n: integer, id: string, token: integer}
---@param decision idngo.run.Decision
function Store:decided(line, decision)
  for name, reply in pairs(decision.facts) do
    reply.r = reply.r or self:row("add_reply", core.sha256(reply.body), reply.body).r
    self:run("add_fact", line.n, name, reply.r, core.wall())
  end
  if not decision.decision then return end
  one(self:run("decide", line.n, decision.decision, decision.reason, decision.line,
    decision.steps[1] and "open" or "done", line.token), line.n)
  local names, hashes, read, key = {}, {}, {}, self:line_key(line.n)
  for k, step in ipairs(decision.steps) do
    self:run("add_step", line.n, k, step.action, step.args, step.reason, step.line)
    names[k] = step.action
  end
  for _, fact in ipairs(self:rows("fact_hashes", line.n)) do
    hashes[fact.name], read[fact.name] = audit.seal(key, fact.hash), fact.at
  end
  self:record("decided", { applicant = line.id, line = line.n, decision = decision.decision, reason = decision.reason,
    actions = names, facts = hashes, read = read, again = decision.was and true, was = decision.was })
end

--- Plans a line again, inside a transaction: what was decided of it took no effect, as the log has it, or was never begun.
---@param line table row of lines
---@param fields string
---@param decision idngo.run.Decision
function Store:plan_again(line, fields, decision)
  decision.was = { decision = line.decision, actions = {} }
  for k, step in ipairs(self:rows("steps", line.n)) do decision.was.actions[k] = step.action end
  one(self:run("again_line", line.n, fields), line.n)
  self:run("drop_steps", line.n)
  self:decided({ n = line.n, id = line.id, token = line.token + 1 }, decision)
end

--- Forgets a line without steps, inside a transaction.
function Store:drop_line(n) one(self:run("drop_line", n), n) end

local function step_record(line, step, more)
  more.applicant, more.line, more.step, more.action = line.id, line.n, step.k, step.action
  return more
end

--- Writes down that a step is about to be sent; it is durable when this returns, and bytes may leave.
function Store:intent(line, step)
  self:transaction(function()
    local now = core.wall()
    one(self:run("intent", line.n, step.k, now, line.token), line.n)
    self:record("intent", step_record(line, step, { at = now, args = audit.seal(self:line_key(line.n), step.args) }))
  end)
  if self.heads then self.heads:sync() end
end

--- Writes down that an attempt has left; losing this record does no harm.
function Store:sent(line, step) one(self:run("sent", line.n, step.k, line.token), line.n) end

---@class idngo.run.Came what came of a step
---@field state string
---@field problem string?
---@field file string? with size and sha256: what it left behind
---@field result string? what the service made
---@field ends boolean? the line ends here: its later steps are void
---@field said {key: userdata, note: string?}? a person said so, and signs it

--- Writes down what came of a step.
---@param line idngo.run.Line
---@param step table
---@param came idngo.run.Came
---@param over boolean? nothing is left of the line
function Store:settle(line, step, came, over)
  local function write(k, action, state, message, saved)
    local record = { event = saved.said and "settled" or "outcome", applicant = line.id, line = line.n, step = k, action = action,
      outcome = state, problem = message, file = saved.file, size = saved.size, sha256 = saved.sha256, result = saved.result,
      over = over or nil, at = core.wall() }
    if saved.said then audit.sign(record, self.run_id, saved.said) end
    one(self:run("outcome", line.n, k, state, message, record.at, saved.file, saved.size, saved.sha256, saved.result,
      line.token), line.n)
    self:record(record.event, record)
  end
  self:transaction(function()
    write(step.k, step.action, came.state, came.problem, came)
    if came.ends then
      for _, later in ipairs(line.steps) do
        if later.k > step.k and later.state == "planned" then
          write(later.k, later.action, "void", ("step %d is %s"):format(step.k, came.state), {})
        end
      end
    end
    if over and line.state ~= "done" then one(self:run("end_line", line.n, line.token), line.n) end
  end)
end

--- Writes down that a step surely took no effect: it is planned again.
function Store:put_back(line, step, message)
  self:transaction(function()
    local now = core.wall()
    one(self:run("outcome", line.n, step.k, "planned", message, now, nil, nil, nil, nil, line.token), line.n)
    self:record("put_back", step_record(line, step, { problem = message, at = now }))
  end)
end

--- Takes one line, whatever its state, for a person who has something to say of it; nil when another works on it.
---@param n integer
---@return integer? token
function Store:take(n)
  local row
  self:transaction(function()
    if self:run("take_line", n, self.tables:now()) == 1 then row = self:row("line", n) end
  end)
  return row and row.token
end

--- Ends a line of which nothing is left to do.
function Store:end_line(line)
  self:transaction(function()
    one(self:run("end_line", line.n, line.token), line.n)
    self:record("ended", { applicant = line.id, line = line.n })
  end)
end

--- Destroys what is personal: inputs, replies, arguments, what servers said, and the key of every line. What auditors need
--- stays: who was decided about, how, what was done, and the log.
---@param said {who: table, note: string?}
function Store:purge(said)
  self:transaction(function()
    for _, name in ipairs { "purge_lines", "purge_replies", "purge_steps", "purge_run" } do self:run(name) end
    self:set("state", "purged")
    self:record("purged", said)
  end)
  self.secret = nil
  self.tables:shrink()
end

function Store:close()
  self.tables:close()
  if self.log then self.log:close() end
  if self.heads then self.heads:close() end
  if self.witness then self.witness:close() end
end

-- Beginning, and reading what was begun.

--- Begins a run in tables that hold none, inside a transaction: its id, its key, what it starts from.
---@param key userdata that signs the log
---@param kind "policy"|"import"|"watch"
---@param handlers idngo.run.Handlers
function Store:begin(key, kind, handlers)
  self.key, self.run_id = key, assert(audit.random(16), "the system has no random bytes")
  self.secret = assert(audit.random(32))
  self.head, self.logged = { seq = 0, hash = audit.start, previous = audit.start }, 0
  self.kept = handlers.kept and handlers.kept(self.run_id)
  if self.kept then self.kept:forget() end
  self.witness = new_witness(handlers, nil, self.kept)
  self:set("version", 2)
  self:set("kind", kind)
  self:set("run", self.run_id)
  self:set("secret", self.secret)
end

--- Fills new tables: all of it is there, or nothing.
---@param handlers idngo.run.Handlers
---@param key userdata
---@param fill fun(self: idngo.run.Store): table writes what the run starts from; the fields of its first record
function Store:create(handlers, key, fill)
  self:transaction(function()
    self.tables:create(handlers.kind)
    self:begin(key, handlers.kind, handlers)
    local fields = fill(self)
    self.tables:index()
    fields.run, fields.key, fields.kind, fields.secret = self.run_id, key:id(), handlers.kind, core.sha256(self.secret)
    fields.created = self:get("created")
    fields.server = self.tables.promise and self.tables:promise().server
    self:record("begun", fields)
    table.insert(self.told, 1, table.remove(self.told))
  end)
end

--- Reads the log that the journal holds into `witness`, and whether its end is signed. Throws where it is not what was
--- written.
---@param handlers idngo.run.Handlers
---@param public userdata key
---@param wholly boolean? see witness.lua
---@param kept table? what was kept of it, by a kind of run that keeps something: it is read from there on
function Store:read_log(handlers, public, wholly, kept)
  local read = audit.chain()
  self.kept, self.witness = kept, new_witness(handlers, wholly, kept)
  local from = kept and kept:resume(self, self.witness, public)
  if from then read:go_on(from.seq, self:row("audit_record", from.seq), self.witness.run, public:id()) end
  take_in(self, read)
  if type(read.key) == "string" and read.key ~= public:id() then
    error(keys.other(self, "the log is signed by another key than this machine's audit key"), 0)
  end
  local message = read:finish(public)
  if message then error(self:damaged("audit", read.seq, message), 0) end
  if json.encode(self.witness.totals) ~= self:get("totals") then
    error(self:damaged("run", "totals", "is not what the log comes to"), 0)
  end
  local secret, seen = self:get("secret"), self.witness
  if seen.secret and not seen.purged and core.sha256(tostring(secret)) ~= seen.secret then
    error(self:damaged("run", "secret", "is not the one of the log"), 0)
  end
  if self:get("run") ~= read.run then error(self:damaged("run", "run", "is not the id in the log"), 0) end
  self.head, self.run_id = { seq = read.seq, hash = read.hash, previous = read.previous }, read.run
end

return M
