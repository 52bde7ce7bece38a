-- A watch in a process of its own, which kills itself where it is told: watch_driver.lua DIR URL SPOOL [STEP COUNT [OFF…]]
-- STEP is one of run/work.lua's, or "read" and "taken", or "commit" and "committed": before and after a transaction of the
-- journal is. OFF names rules that are switched off. Begins the watch where it is not there, approves its mandate, and exits with
-- 0 when the spool is read and nothing is left to do, also where a shadow has passed over lines and not seen enough.
-- IDNGO_REDIS: where limits are kept; else there are none.

local approvals = require("idngo.watch.letters")
local core = require("idngo.core")
local jail = require("idngo.policy.jail")
local keys = require("idngo.run.keys")
local loop = require("idngo.watch.loop")
local mandates = require("idngo.watch.mandate")
local watches = require("idngo.watch.run")
local work = require("idngo.run.work")

local dir, url, spool, step, count = arg[1], arg[2], arg[3], arg[4], tonumber(arg[5])
local redis = os.getenv("IDNGO_REDIS")

local POLICY = os.getenv("WATCH_POLICY") or [[
return { name = "reviewed", version = "1", on = { "applicantReviewed" },
  decide = function(applicant, facts, event)
    if event.reviewResult.reviewAnswer ~= "GREEN" then return hold("review: " .. event.reviewResult.reviewAnswer) end
    return add_tags({ "seen" }), send_status_email("by rule")
  end }]]

local function on_step(name)
  if name ~= step then return end
  count = count - 1
  if count == 0 then os.execute("kill -9 $PPID") end
end

local keeping = require("idngo.watch.kept")
keeping.EVERY = tonumber(os.getenv("WATCH_KEEP")) or keeping.EVERY

-- What each rule is for is seen without it.
local off = {}
local handlers = require("idngo.watch.handlers")

--- How far the spool is read is kept in a file of its own, as many do, after the commit; the log's word for it is not asked.
function off.place()
  local own = handlers.witness
  function handlers.witness(of)
    local made = own(of)
    local take = made.take
    function made.take(self, record)
      for segment, move in pairs(record.event == "taken" and record.places or {}) do self.places[segment] = move[1] end
      return take(self, record)
    end
    return made
  end
end

function off.digest()
  local events = require("idngo.watch.event")
  local read = events.read
  function events.read(record, ...)
    record.text = record.text .. (" "):rep(math.random(100000)) -- other bytes that say the same
    return read(record, ...)
  end
end

function off.guard()
  local own = handlers.witness
  function handlers.witness(of)
    local made = own(of)
    made.exceeded = function() end
    return made
  end
end

function off.echo() require("idngo.watch.echo").of = function() end end

for i = 6, #arg do off[arg[i]]() end

local function open_pool(text, _, size, seconds)
  return jail.pool { text = text, chunkname = "policy.lua", size = size, seconds = seconds }
end
local key = assert(keys.own(true))
local run, problem = watches.open(dir)
if not run and problem.kind == "config" then
  local pool, guards = assert(open_pool(POLICY)), {}
  for text in (os.getenv("WATCH_MAX") or "send_status_email=none deactivate=none activate=none"):gmatch("%S+") do
    guards[#guards + 1] = assert(mandates.guard(text))
  end
  run, problem = watches.create(dir, { account = os.getenv("WATCH_ACCOUNT") or "a", spool = spool, proposal = {
    policy = { text = POLICY, info = pool.info }, approvals = 1, line_approvals = 1, seconds = 86400, breaker = false,
    guards = guards } })
  pool:close()
end
if not run then
  io.stderr:write(tostring(problem), "\n")
  os.exit(2, true)
end
local store, tables = run.store, run.store.tables
local commit = tables.commit
function tables.commit(self)
  on_step("commit")
  commit(self)
  on_step("committed")
end
for i = 6, #arg do
  if arg[i] == "place" then
    local kept = require("idngo.json").decode(require("files").read(run.folder .. "/places.json", "{}")) or {}
    for segment in pairs(store.witness.places) do store.witness.places[segment] = kept[segment:match("[^/]*$")] end
  elseif arg[i] == "newer" then
    local rows = tables.rows
    function tables.rows(self, name, ...) return name == "watch_newer" and {} or rows(self, name, ...) end
  end
end
store:start("test")
if not store.witness.m then
  local seen = store.witness
  if not seen:is_approved(seen.hashes[1], 1) then
    approvals.leave(store, approvals.write(store, { event = "approved", target = seen.hashes[1] }, key))
  end
  approvals.take(store, { [key:id()] = key }, {})
  store:switch()
end
-- Another mandate, by WATCH_NEXT, with a shadow of WATCH_SHADOW lines; it is approved when that has seen them.
local next_policy, account = os.getenv("WATCH_NEXT"), { acted = function() end, release = function() end }
local function say(said)
  approvals.leave(store, approvals.write(store, said, key))
  approvals.take(store, { [key:id()] = key }, {}, account)
end
if next_policy and #store.witness.mandates == 1 then
  local report = '{"ignored":{}}'
  say { event = "told", what = "propose", policy = next_policy, report = report, mandate = watches.mandate(store, {
    policy = { text = next_policy, info = { name = "next", version = "2", on = { "applicantReviewed" } } }, seconds = 86400,
    shadow = tonumber(os.getenv("WATCH_SHADOW")), report = report }) }
end
local context = assert(work.open(run, { on_step = on_step, concurrency = 4, client = { base_url = url, app_token = "sbx:demo",
  secret_key = "demo-secret", limits = redis == nil and false or nil, limits_url = redis, limits_rtt = 0.25, limits_late = 2,
  limits_timeout = 2, timeout = redis and 1.5 or nil, max_attempts = 1 } }))
local idle
local signal, err = loop.run(run, context, {
  approvers = { [key:id()] = key }, names = {}, open_pool = open_pool, pace = 0.01,
  tell = function(text) io.stderr:write("watch: ", text, "\n") end,
  until_done = function(watcher)
    if os.getenv("WATCH_ON") then return false end
    local due = #watcher.store:rows("watch_due", "new", 1e18, 1) + #watcher.store:rows("watch_due", "open", 1e18, 1)
    if due > 0 then
      idle = nil
      return false
    end
    if next_policy and watcher.store.witness.m == 1 and not os.getenv("WATCH_ALONE") then
      local is_seen = not watcher.store.witness:shadow_left(2)
      if is_seen then say { event = "approved", target = watcher.store.witness.hashes[2] } end
      if is_seen or watcher.shadow.queue[1] or watcher.shadow.seen[1] then return false end
    end
    idle = idle or core.now()
    return core.now() - idle > 0.1
  end,
})
context.client:close()
run:close()
if err then io.stderr:write(tostring(err), "\n") end
os.exit(err and 1 or (signal or 0) == 0 and 0 or 128 + signal, true)
