-- Watches of many events, without a service: each mode in a process of its own, which tells what it came to as name=value.
--
--   watch_burst.lua fill SPOOL EVENTS DECIDED    writes events about a third as many people, of which one in DECIDED is decided
--   watch_burst.lua take DIR SPOOL               takes all that is in the spool, and decides nothing
--   watch_burst.lua work DIR SPOOL [MOST]        works as the watcher does, until MOST lines were decided, or nothing is left
--   watch_burst.lua feed SPOOL EVENTS RATE ID…   writes reviews of these people, so many a second
--   watch_burst.lua start DIR                    goes on with the watch, and ends
--
-- Decisions are made up on the spot, one at a time, so neither evaluators nor HTTP are in it.

local core = require("idngo.core")
local events = require("idngo.watch.event")
local keys = require("idngo.run.keys")
local letters = require("idngo.watch.letters")
local loop = require("idngo.watch.loop")
local measure = require("bench.measure")
local spools = require("idngo.webhook.spool")
local watches = require("idngo.watch.run")

local M = {}

local ON = { "applicantReviewed" }
local key = assert(keys.own(true))

local function stamp(seconds) return os.date("!%Y-%m-%d %H:%M:%S", seconds // 1) end

function M.fill(dir, count, decided)
  count, decided = tonumber(count), tonumber(decided)
  core.folder(dir)
  local spool, last = assert(core.spool(dir, 64 * 1024 * 1024)), nil
  local now, people = core.wall() - 3600, math.max(1, count // 3)
  for i = 1, count do
    local type = i % decided == 0 and "applicantReviewed" or "applicantPending"
    local body = ('{"type":"%s","applicantId":"64f1e0b7c0ff%012x","createdAtMs":"%s.%03d","correlationId":"%d",'
      .. '"reviewResult":{"reviewAnswer":"GREEN"}}'):format(type, i * 7919 % people, stamp(now + i / 1000), i % 1000, i)
    last = spool:append(body)
    while not last do
      core.sleep(0.002)
      last = spool:append(body)
    end
  end
  while not spool:durable(last) do core.sleep(0.002) end
  spool:close()
end

function M.feed(dir, count, rate, ...)
  local ids, spool, began, last = { ... }, assert(core.spool(dir, 64 * 1024 * 1024)), core.now(), nil
  for i = 1, tonumber(count) do
    core.sleep(math.max(0, began + i / rate - core.now()))
    last = assert(spool:append(('{"type":"applicantReviewed","applicantId":"%s","createdAtMs":"%s.%03d","correlationId":"%d"}')
      :format(ids[i % #ids + 1], stamp(core.wall()), i % 1000, i)))
  end
  while not spool:durable(last) do core.sleep(0.002) end
  spool:close()
end

--- Opens the watch; begins it where it is not there.
local function open(dir, spool)
  local run, problem = watches.open(dir)
  if run then return run end
  assert(problem.kind == "config", tostring(problem))
  run = assert(watches.create(dir, { account = "burst", spool = spool, proposal = { policy = { text = "policy",
    info = { name = "p", version = "1", on = ON, inputs = {} } }, guards = {}, approvals = 1, line_approvals = 1,
    seconds = 86400, breaker = false } }))
  run.store:start("burst")
  letters.leave(run.store, letters.write(run.store, { event = "approved", target = run.store.witness.hashes[1] }, key))
  letters.take(run.store, { [key:id()] = key }, {})
  return run
end

local function nothing() end

local function tell(store, began)
  local totals = store:totals()
  io.write(("peak=%d resident=%d cpu=%.3f events=%d lines=%d left=%d\n"):format(measure.memory("VmHWM"),
    measure.memory("VmRSS"), os.clock() - began, store.witness.events, store.witness.lines,
    (totals["lines:new"] or 0) + (totals["lines:open"] or 0)))
end

function M.take(dir, spool)
  local began, run = os.clock(), open(dir, spool)
  local tail = spools.open(spool, {})
  while true do
    local moves, reads = {}, {}
    for record in tail:records() do
      local move = moves[record.segment] or { tail.offsets[record.segment] or 0, 0 }
      move[2], moves[record.segment] = record.to, move
      reads[#reads + 1], tail.offsets[record.segment] = events.read(record), record.to
      if #reads == loop.BATCH then break end
    end
    tail:close()
    if not reads[1] then break end
    run.store:take(moves, reads)
  end
  tell(run.store, began)
  run:close()
end

function M.work(dir, spool, most)
  local began, run = os.clock(), open(dir, spool)
  local decided = 0
  local client = { add_note = function(_, _, options) return options.before_send() and {} end }
  local signal, err = loop.run(run, { client = client, concurrency = 1, hear = nothing, on_step = function(name)
    decided = decided + (name == "decided" and 1 or 0)
  end }, { approvers = { [key:id()] = key }, names = {}, tell = function(text) io.stderr:write(text, "\n") end,
    open_pool = function()
      return { close = nothing, evaluate = function() return { kind = "decided", actions = { { name = "pass", args = {},
        line = 1 } } } end }
    end,
    tick = most and function(watcher)
      if decided >= tonumber(most) then watcher.signal = 0 end
    end,
    until_done = function(watcher)
      local store = watcher.store
      return not (store:rows("watch_due", "new", 1e18, 1)[1] or store:rows("watch_due", "open", 1e18, 1)[1])
    end })
  assert(signal == 0, tostring(err))
  tell(run.store, began)
  run:close()
end

function M.start(dir)
  local began = os.clock()
  local run = assert(watches.open(dir))
  tell(run.store, began)
  run:close()
end

M[arg[1]](table.unpack(arg, 2))
