-- What watches cost: bench/watch.lua [events]
--
-- Watches of ten thousand, a hundred thousand and a million events, one in a hundred of which is decided, each step a process of
-- its own: memory, bytes of the disk, and what a start costs. Then events that come one by one, to a watcher with evaluators and
-- a client, whose service takes a while to answer: how long the way of an event is, in answers. Everything is a ratio, or
-- compared within this run. Exit status 1 when a limit was missed.

local core = require("idngo.core")
local jail = require("idngo.policy.jail")
local finish, judge = require("bench.judge").finish, require("bench.judge").judge
local keys = require("idngo.run.keys")
local letters = require("idngo.watch.letters")
local loop = require("idngo.watch.loop")
local mandates = require("idngo.watch.mandate")
local output = require("bench.command").output
local runs = require("idngo.watch.run")
local sandbox = require("idngo.sandbox")
local stats = require("bench.stats")
local watches = require("watches")
local work = require("idngo.run.work")

local MEMORY, START, BYTES = 1.05, 3, 300 -- times that of a tenth; times that of ten thousand; of an event that is not decided
local DECIDED, ROUNDS = 100, 5
-- Seconds of an answer; events a second, and so many; answers that the way of an event takes at the 99th percentile.
local LATENCY, RATE, FLOW, ANSWERS = 0.15, 20, 400, 5

local many = math.tointeger(arg[1] or 1000000)
local folder = output("mktemp -d ${IDNGO_SCRATCH:+-p $IDNGO_SCRATCH}"):match("%S+")

local function burst(...)
  return stats.parse(output("env MALLOC_TRIM_THRESHOLD_=67108864 lua5.4 spec/support/watch_burst.lua "
    .. table.concat({ ... }, " ")))
end

--- What a watch of so many events comes to.
local function watch(count)
  local dir, spool = ("%s/watch%d"):format(folder, count), ("%s/spool%d"):format(folder, count)
  burst("fill", spool, count, DECIDED)
  local taken = burst("take", dir, spool)
  local worked = burst("work", dir, spool)
  assert(taken.events == count and worked.left == 0)
  local starts = {}
  for i = 1, ROUNDS do starts[i] = burst("start", dir).cpu end
  burst("fill", spool .. "i", count, 2 * count)
  burst("take", dir .. "i", spool .. "i")
  local bytes = tonumber(output(("du -sb --apparent-size %si"):format(dir)):match("%d+")) / count
  output(("rm -r %s %s %si %si"):format(dir, spool, dir, spool))
  return { peak = math.max(taken.peak, worked.peak), start = stats.median(starts), bytes = bytes }
end

local FLOWS = [[return { name = "flow", version = "1", on = { "applicantReviewed" }, newest = "none",
  decide = function(applicant, facts, event)
  if facts.liveness.answer == "NONE" or facts.duplicates.answer == "NONE" then return hold("none") end
  if tonumber(event.correlationId) % 8 == 0 then return add_note("seen") end
  return pass()
end }]]

--- Seconds of the way of each event, and of an answer.
local function flow()
  local server = assert(sandbox.background { applicants = 100, limits = false, report_seconds = 0, latency = LATENCY })
  local ids, spool, dir, key = {}, folder .. "/flow.spool", folder .. "/flow", assert(keys.own(true))
  for id in output(("curl -sf '%s/-/applicants?format=csv&limit=100'"):format(server.url)):gmatch(("%x"):rep(24)) do
    ids[#ids + 1] = id
  end
  core.folder(spool)
  local pool <close> = assert(jail.pool { text = FLOWS, chunkname = "flow.lua" })
  local run = assert(runs.create(dir, { account = "flow", spool = spool, proposal = {
    policy = { text = FLOWS, info = pool.info }, guards = { assert(mandates.guard("add_note=none")) },
    approvals = 1, line_approvals = 1, seconds = 86400, breaker = false } }))
  local store = run.store
  store:start("bench")
  letters.leave(store, letters.write(store, { event = "approved", target = store.witness.hashes[1] }, key))
  letters.take(store, { [key:id()] = key }, {})
  local context = assert(work.open(run, { client = { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret",
    limits = false } }))
  local feeder = assert(io.popen(("lua5.4 spec/support/watch_burst.lua feed %s %d %d %s"):format(spool, FLOW, RATE,
    table.concat(ids, " "))))
  local signal, err = loop.run(run, context, { approvers = { [key:id()] = key }, names = {}, tell = print,
    open_pool = function(text) return jail.pool { text = text, chunkname = "flow.lua" } end,
    until_done = function() return store:totals()["lines:done"] == FLOW end })
  assert(signal == 0, tostring(err))
  feeder:close()
  local ways, seconds, replies = {}, 0, 0
  for i, row in ipairs(watches.rows(store, "SELECT ended - received AS way FROM lines ORDER BY way")) do ways[i] = row.way end
  for _, endpoint in pairs(run.stats.endpoints) do
    seconds, replies = seconds + endpoint.seconds, replies + endpoint.replies
  end
  context.client:close()
  run:close()
  server:close()
  return ways, seconds / replies
end

local few = watch(many // 100)
local some, most = watch(many // 10), watch(many)
judge(most.peak <= MEMORY * some.peak, "memory  %d KiB at its most of %d events, %d of %d: %.3f, at most %.2f", most.peak, many,
  some.peak, many // 10, most.peak / some.peak, MEMORY)
judge(most.bytes <= BYTES, "disk    %.0f bytes of an event that is not decided, at most %d", most.bytes, BYTES)
judge(most.start <= START * few.start, "a start %.0f ms of processor time behind %d events, %.0f behind %d: %.2f, at most %d",
  1000 * most.start, many, 1000 * few.start, many // 100, most.start / few.start, START)
local ways, answer = flow()
local function at(share) return ways[math.max(1, math.ceil(share * #ways))] / answer end
judge(at(0.99) <= ANSWERS, "the way of an event: %.1f answers in the middle, %.1f of 99 in 100, at most %d; %.1f of all",
  at(0.5), at(0.99), ANSWERS, at(1))
output("rm -r " .. folder)
finish()
