-- The watcher: takes events from the spool, decides about them, carries out what its mandate covers, and reads letters, until a
-- signal. Whatever ends it, the next one goes on from the journal.

local compat = require("idngo.compat")
local contract = require("idngo.run.contract")
local core = require("idngo.core")
local decide = require("idngo.watch.decide")
local events = require("idngo.watch.event")
local journal = require("idngo.journal")
local json = require("idngo.json")
local letters = require("idngo.watch.letters")
local line_of = require("idngo.watch.line")
local parallel = require("idngo.runtime.parallel")
local pauses = require("idngo.watch.pause")
local people = require("idngo.run.people")
local places = require("idngo.watch.places")
local readers = require("idngo.webhook.readers")
local runtimes = require("idngo.runtime.current")
local shadows = require("idngo.watch.shadow")
local spool = require("idngo.webhook.spool")
local write_file = require("idngo.write_file")

local M = {}

--- Records that are taken at once, and seconds between two looks at an idle spool.
M.BATCH, M.POLL = 256, 0.05

local GRACE = 5 -- seconds for lines that are under way when a signal came
local LOOK, EXPIRE, RENEW, SYNC = 0.2, 60, 20, 60 -- seconds between looks at what is due, expiries, leases, syncs of the log
local FORGET = 6 * 3600 -- seconds between two looks for what is to be destroyed
local PAGE = 200 -- lines that are looked for at once

---@class idngo.watch.Watcher
---@field run idngo.run.Run
---@field store idngo.watch.Store
---@field context idngo.run.Work
---@field account idngo.run.Account
---@field pause idngo.watch.Pause
---@field pools table<integer, idngo.policy.Pool> evaluators of a mandate's policy, by m
---@field opened table<string, idngo.policy.Pool> the same by the policy's hash
---@field shadow idngo.watch.Shadow
---@field busy table<integer, idngo.policy.Pool|true> lines under way, by their numbers; the evaluators that one is decided in
---@field look number seconds between two looks at letters, of which `heard` others have said that they left some
---@field unstarted table<integer, number> when evaluators are started again that did not start, by the mandate that is to decide
local Watcher = {}
Watcher.__index = Watcher

-- Lines to work on.

--- Finds lines that are due: those that were decided first, then three of the oldest for one of the newest.
local function find(self)
  local now, list, seen = self.store:clock(), {}, {}
  local function add(row)
    if row and not seen[row.n] and not self.busy[row.n] then
      seen[row.n] = true
      list[#list + 1] = row.n
    end
  end
  for _, row in ipairs(self.store:rows("watch_due", "open", now, PAGE)) do add(row) end
  local old, new = self.store:rows("watch_due", "new", now, PAGE), self.store:rows("watch_newest", now, PAGE / 4)
  for i = 1, math.max(#old, 4 * #new) do
    add(old[i])
    if i % 3 == 0 then add(new[i / 3]) end
  end
  self.list, self.looked, self.stale = list, core.now(), false
end

--- The next line; nil when there is none just now.
local function next_line(self)
  if self.pause:holds(core.now()) then return nil end
  while true do
    local n = table.remove(self.list, 1)
    if not n then
      if not self.stale and core.now() - self.looked < LOOK then return nil end
      find(self)
      n = table.remove(self.list, 1)
      if not n then return nil end
    end
    if not self.busy[n] then return n end
  end
end

--- A line, or a read, came to nothing; `wide`: in words, why no other would come to more.
local function miss(self, n, err, wide)
  local seconds = self.pause:miss(n, core.now(), tostring(err), wide)
  if seconds then self.tell(("paused for %d s: %s"):format(seconds, tostring(err))) end
end

local function hit(self)
  if self.pause:hit() then self.tell("goes on") end
end

local function decide_line(self, line)
  local m = self.store.witness:decider(line.n)
  local pool = self.pools[m]
  if not pool then return runtimes.current().sleep(self.poll) end -- they are on their way
  self.busy[line.n] = pool
  local decision, why, err = decide.run(self.context, pool, self.account, line)
  if not decision then
    if err and err.kind == "cancelled" then return end
    self.store:put_off(line.n, why)
    return miss(self, line.n, why)
  end
  if decision.behind and decision.decision == "act" and line.row.tries < 3 then
    return self.store:put_off(line.n, "the facts are behind the event")
  end
  self.context.on_step("decided")
  if self.store:decide(line.n, m, decision) == "written" then self.shadow:offer(line.n, line.id, decision) end
  hit(self)
  self.stale = true
end

local function carry_out(self, line)
  line = line_of.of(line, self.run, self.context, self.holds, self.account)
  local went, thrown = compat.try(function() line:go() end)
  line.in_doubt = line.in_doubt or not went
  line:release()
  if not went then error(thrown, 0) end
  -- a line that was not let go says nothing of the service: it is neither
  if line.trouble then miss(self, line.n, line.trouble) elseif line.answered then hit(self) end
  self.stale = true
end

local function work(self, n)
  local line = self.store:line(n)
  if line.state == "new" then return decide_line(self, line) end
  if line.state == "open" then return carry_out(self, line) end
end

local function go_on(self)
  local runtime = runtimes.current()
  while not self.signal and not self.err and not runtime.cancelled do
    local n = next_line(self)
    if n then
      self.busy[n], self.under_way = true, self.under_way + 1
      self.pause:begin(n)
      local ok, thrown = compat.try(function() work(self, n) end)
      self.busy[n], self.under_way = nil, self.under_way - 1
      if not ok and decide.is_account_wide(thrown) then
        local wide = thrown.kind == "config" and "the settings of this machine let no call be made"
        miss(self, n, thrown, wide or "the service refuses the account")
      elseif not ok then
        self.err = self.err or thrown
      end
      self.pause:finish(n)
    else
      runtime.sleep(self.poll)
    end
  end
end

-- Events.

--- Takes what is new in the spool, at most a batch; how many records.
local function take(self)
  local moves, reads, count = {}, {}, 0
  for record, err in self.tail:records() do
    if not record then error(err, 0) end
    local place = places.place(self.store.witness.spool, record.segment)
    local move = moves[place] or { self.tail.offsets[record.segment] or 0, 0 }
    move[2] = record.to
    moves[place], count = move, count + 1
    reads[count] = events.read(record, self.run.whose)
    self.tail.offsets[record.segment] = record.to
    if count >= M.BATCH then break end
  end
  self.tail:close()
  if count == 0 then return 0 end
  self.context.on_step("read")
  self.store:take(moves, reads)
  self.context.on_step("taken")
  self.stale, self.unnoted = true, true
  return count
end

--- How far this machine's spool is read, by the log.
local function offsets_of(store) return places.offsets(store.witness.places, store.witness.spool) end

--- Says how far the spool is read, for `idngo events prune`; the journal is what counts.
local function note_places(self)
  if not self.unnoted then return end
  local written, message = write_file(self.run.folder .. "/places.json", json.encode(json.object(offsets_of(self.store))))
  if message and message ~= self.note_trouble then
    self.tell(("idngo events prune does not see how far the spool is read: %s"):format(message))
  end
  self.unnoted, self.note_trouble = not written, message
end

-- The rest.

--- Opens evaluators of a mandate's policy, unless there are some. An error where none start.
local function open_pool(self, m)
  if self.pools[m] then return end
  local mandate = self.store.witness.mandates[m]
  local pool, err = self.opened[mandate.policy], nil
  if not pool then pool, err = self.open_pool(self.store:get("policy " .. mandate.policy), mandate) end
  if not pool then return err end
  self.opened[mandate.policy], self.pools[m] = pool, pool
end

--- Opens them as a task beside the others, since they take a while to start, and lines are decided meanwhile; those that the
--- machine was too slow for are started again later.
local function start(self, m)
  local ok, thrown = compat.try(function()
    local err = open_pool(self, m)
    if err and not err.retryable then error(err, 0) end
    if err and runtimes.current().cancelled then return end
    if err and not self.unstarted[m] then self.tell(("nothing is decided by mandate %d yet: %s"):format(m, tostring(err))) end
    self.unstarted[m] = err and core.now() + shadows.AGAIN or nil
  end)
  self.starting = false
  if not ok then self.err = self.err or thrown end
end

--- Mandates by which lines are to be decided: the current one, and each before it that it left lines to which are not decided.
local function deciding(self)
  local seen, oldest = self.store.witness, self.store:rows("watch_due", "new", math.huge, 1)[1]
  local list = { seen.m }
  for _, backlog in ipairs(oldest and seen.backlogs or {}) do
    if oldest.n <= backlog.last then list[#list + 1] = backlog.m end
  end
  return list
end

--- Has evaluators started of mandates that are to decide and have none, those of one at a time; and closes those of policies by
--- which no line is to be decided any more, as soon as none is.
local function renew_pools(self)
  local list, unstarted, used = deciding(self), {}, {}
  for _, m in ipairs(list) do unstarted[m], used[self.store.witness.mandates[m].policy] = self.unstarted[m], true end
  self.unstarted = unstarted
  for _, m in ipairs(list) do
    if not self.pools[m] and not self.starting and core.now() >= (unstarted[m] or 0) then
      self.starting = true
      parallel.spawn(start, self, m)
    end
  end
  for _, pool in pairs(self.busy) do used[pool] = true end
  for policy, pool in pairs(self.opened) do
    if not (used[policy] or used[pool]) then
      for m, each in pairs(self.pools) do self.pools[m] = each ~= pool and each or nil end
      self.opened[policy] = nil
      pool:close()
    end
  end
end

--- What has its time: letters, expiries, leases, the log.
local function look_around(self)
  local now, words = core.now(), self.store:words("work")
  local is_told = words ~= self.heard or now - self.at.letters >= self.look
  if is_told then
    self.at.letters, self.heard = now, words
    if letters.take(self.store, self.approvers, self.names, self.account, self.apart) > 0 then self.stale = true end
  end
  if is_told or now - self.at.pools >= LOOK then
    self.at.pools = now
    renew_pools(self)
    note_places(self)
  end
  if now - self.at.expire >= EXPIRE then
    self.at.expire = now
    self.store:expire()
  end
  if now - self.at.renew >= RENEW then
    self.at.renew = now
    self.account:renew(self.store.run_id)
  end
  if now - self.at.sync >= SYNC then
    self.at.sync = now
    self.store:sync_log()
    self.store:clean()
  end
end

--- Does what is to be done between lines, and ends the watcher: lines under way have a while, nothing else is waited for.
local function control(self, signals)
  local runtime, limit = runtimes.current(), nil
  while not runtime.cancelled do
    local signal, taken = signals:caught(), 0
    if signal and self.signal then return runtime:cancel() end
    self.signal = self.signal or signal
    if self.signal or self.err then
      limit = limit or core.now() + GRACE
      if self.under_way == 0 or core.now() >= limit then return runtime:cancel() end -- with the shadow, and evaluators that start
    else
      local ok, thrown = compat.try(function()
        taken = take(self)
        look_around(self)
        if self.until_done and taken == 0 and self.under_way == 0 and #self.list == 0 and self.until_done(self) then
          self.signal = 0
        end
      end)
      if not ok then self.err = self.err or thrown end
    end
    runtime.sleep(taken > 0 and 0 or self.poll)
  end
end

--- Lets the policy of a mandate that is proposed decide, too, as long as the watcher works.
local function shadow(self)
  local runtime = runtimes.current()
  local ok, thrown = compat.try(function()
    self.shadow:run(function() return self.signal ~= nil or self.err ~= nil or runtime.cancelled end)
  end)
  if not ok then self.err = self.err or thrown end
end

--- Compares with the log what the start did not, as long as the watcher works.
local function check(self)
  local runtime, is_over = runtimes.current(), false
  local ok, thrown = compat.try(function()
    self.store:check_on(function()
      runtime.sleep(self.poll)
      is_over = self.signal ~= nil or self.err ~= nil or runtime.cancelled
      if is_over then error("the watcher ends", 0) end
    end)
  end)
  if not ok and not is_over then self.err = self.err or thrown end
end

--- Destroys what is personal, where it is to be destroyed, of lines that are over: as soon as a person says so, and now and then.
local function forget(self)
  local runtime, looked, before = runtimes.current(), -FORGET, nil
  local function is_over() return self.signal ~= nil or self.err ~= nil or runtime.cancelled end
  local function let()
    runtime.sleep(self.poll)
    return is_over()
  end
  local ok, thrown = compat.try(function()
    while not let() do
      if self.store.witness.forget ~= before or core.now() - looked >= FORGET then
        looked, before = core.now(), self.store.witness.forget
        local _, trouble = self.store:forget_on(self.run, let)
        self.store:forget_events(let)
        if trouble then self.tell(("a line was not destroyed, since a file of it stays: %s"):format(trouble)) end
      end
    end
  end)
  if not ok then self.err = self.err or thrown end
end

--- Lets the watcher's owner look at it, also while the journal is waited for.
local function be_looked_at(self)
  local runtime = runtimes.current()
  while not runtime.cancelled do
    local ok, thrown = compat.try(function() self.tick(self) end)
    if not ok then self.err = self.err or thrown end
    runtime.sleep(LOOK)
  end
end

--- Says whose events wait for another machine to take over.
local function tell_of_spools(self)
  for _, other in ipairs(places.others(self.store.witness)) do
    self.tell(("what the spool of %s holds waits until a watcher works there"):format(tostring(other.host)))
  end
end

--- Lets go of whom an earlier process held, but for those of whom a step may have been sent.
local function clean(self)
  local begun = {}
  for _, state in ipairs { "intent", "sent", "unknown" } do
    for _, step in ipairs(self.store:rows("in_state", state, -1)) do begun[step.id] = true end
  end
  self.account:clean(begun, self.store.run_id)
end

---@class idngo.watch.Options
---@field approvers table<string, userdata>
---@field names table<string, string>
---@field apart boolean? who proposes a mandate does not count among those who approve it
---@field open_pool fun(text: string, mandate: idngo.watch.Mandate, size: integer?, seconds: number?): table?, idngo.Error?
---@field tell fun(text: string) on stderr
---@field tick? fun(watcher: idngo.watch.Watcher) several times a second
---@field until_done? fun(watcher: idngo.watch.Watcher): boolean ends when nothing is left and this says so
---@field pace number? what pauses are multiplied by; tests

--- Watches until a signal.
---@param run idngo.run.Run
---@param context idngo.run.Work
---@param options idngo.watch.Options
---@return integer? signal
---@return any err
function M.run(run, context, options)
  local store = run.store
  local account, err = people.account(store:get("account"), run.dir)
  if not account then return nil, err end
  local self = setmetatable({ run = run, store = store, context = context, account = account, holds = people.holds(),
    approvers = options.approvers, names = options.names, apart = options.apart, open_pool = options.open_pool,
    tell = options.tell, tick = options.tick, until_done = options.until_done, pause = pauses.new(options.pace), poll = M.POLL,
    list = {}, looked = -LOOK, busy = {}, under_way = 0, pools = {}, opened = {}, unstarted = {},
    shadow = shadows.new(store, { open_pool = options.open_pool, tell = options.tell, on_step = context.on_step }),
    look = store.tables.await and contract.LOOK or LOOK, heard = 0,
    at = { letters = -LOOK, pools = -LOOK, expire = 0, renew = core.now(), sync = core.now() } }, Watcher)
  local signals = assert(journal.signals())
  local ok, thrown = compat.try(function()
    -- a watch goes on for months, and looks at few of its lines at once
    if not store.tables.shared then store.tables:exec("PRAGMA cache_size = -512") end
    clean(self)
    local unstarted = open_pool(self, store.witness.m)
    if unstarted then error(unstarted, 0) end
    store:after_switch()
    store:after_breaker()
    local dir = store:get("spool")
    self.unnoted = true
    note_places(self)
    local noted, message = readers.note(dir, run.folder .. "/places.json")
    if not noted then options.tell(("idngo events prune will not wait for this watch: %s"):format(message)) end
    tell_of_spools(self)
    self.tail = spool.open(dir, offsets_of(store))
    local all = {}
    for i = 1, context.concurrency do all[i] = i end
    parallel.run(function()
      parallel.spawn(control, self, signals)
      parallel.spawn(shadow, self)
      parallel.spawn(check, self)
      parallel.spawn(forget, self)
      if self.tick then parallel.spawn(be_looked_at, self) end
      parallel.parallel(all, function() go_on(self) end, { concurrency = context.concurrency })
    end)
    note_places(self)
    store:sync_log()
    if store.kept and not self.err then store.kept:look(store, true) end
  end)
  signals:close()
  if self.tail then self.tail:close() end
  for _, pool in pairs(self.opened) do pool:close() end
  account:close()
  if not ok then return nil, thrown end
  if self.err then return nil, self.err end
  return self.signal
end

return M
