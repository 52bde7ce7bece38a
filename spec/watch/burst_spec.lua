-- Ten thousand events that wait at once, each process about them one of its own: none is dropped, the order in which they are
-- decided, and what memory and disk they take. bench/watch.lua has more of them.

local keys = require("idngo.run.keys")
local letters = require("idngo.watch.letters")
local runs = require("idngo.watch.run")
local stats = dofile("bench/stats.lua")
local support = require("runs")
local watches = require("watches")

local EVENTS = 10000

-- KiB: SQLite's caches of pages, of which a watch has two, fill by and by.
local CACHES = 4096

local function burst(...)
  local text, errors, code = support.shell("lua5.4 spec/support/watch_burst.lua " .. table.concat({ ... }, " "))
  assert.equal(0, code, errors)
  return stats.parse(text)
end

--- Bytes of a watch's folder.
local function size_of(dir)
  return tonumber(support.shell(("du -sb --apparent-size %s"):format(dir)):match("%d+"))
end

--- The lines that were decided, in their order, and those of which a step was begun: {line, is begun}.
local function worked_on(dir)
  local list = {}
  for _, record in ipairs(watches.records(dir)) do
    if record.event == "decided" and record.decision == "pass" then list[#list + 1] = record.line end
    if record.event == "intent" then list[#list + 1] = "step of " .. record.line end
  end
  return list
end

describe("a burst of events", function()
  local base
  setup(function()
    base = support.folder()
    assert(keys.own(true))
  end)
  teardown(support.clean)

  it("is taken whole and decided to the end: the approved first, then three of the oldest for one of the newest #slow", function()
    local dir, spool = base .. "/watch", base .. "/spool"
    burst("fill", spool, EVENTS, 2)
    local taken = burst("take", dir, spool)
    assert.same({ EVENTS, EVENTS / 2 }, { taken.events, taken.lines })
    -- somebody approves of a step in the midst of it
    local run, key = assert(runs.open(dir)), assert(keys.own(false))
    local left, store = {}, run.store
    for i, row in ipairs(watches.rows(store, "SELECT n FROM lines WHERE state = 'new' ORDER BY n")) do left[i] = row.n end
    assert.is_true(#left > 1000, #left .. " lines are left")
    local approved = table.remove(left, 500)
    store:decide(approved, 1, { facts = {}, steps = { { action = "add_note", args = '{"note":"x"}' } }, decision = "act",
      counter = 0, asked = "really?" })
    letters.leave(store, letters.write(store, { event = "approved", line = approved,
      target = store:target(store:line(approved)) }, key))
    letters.take(store, { [key:id()] = key }, {})
    run:close()
    local expected = { "step of " .. approved }
    for i = 1, 200 do
      expected[#expected + 1] = left[i]
      if i % 3 == 0 and i <= 150 then expected[#expected + 1] = left[#left + 1 - i / 3] end
    end
    local worked = burst("work", dir, spool)
    assert.same({ EVENTS, 0 }, { worked.events, worked.left })
    run = assert(runs.open(dir)) -- behind a watcher that has ended: nothing of the log is to be read
    assert.equal(run.store.head.seq, run.store.kept.from.seq)
    run:close()
    local list = worked_on(dir)
    assert.same(expected, table.move(list, 1, #expected, 1, {}))
    assert.equal(#left + 1, #list)
    store = watches.read(dir)
    local totals = store:totals()
    assert.equal(EVENTS, totals["events:line"] + totals["events:ignored"])
    assert.equal(EVENTS / 2, totals["lines:done"] + totals["lines:superseded"])
    store:close()
    assert.is_nil(watches.log(dir))
  end)

  it("takes no more memory, however many wait, and so much of the disk for an event that is not decided #slow", function()
    local memory, disk = {}, {}
    for i, count in ipairs { EVENTS / 10, EVENTS } do
      local dir, spool = ("%s/watch%d"):format(base, i), ("%s/spool%d"):format(base, i)
      burst("fill", spool, count, 2)
      memory[i] = math.max(burst("take", dir, spool).peak, burst("work", dir, spool, 300).peak)
      burst("fill", spool .. "i", count, count * 2)
      burst("take", dir .. "i", spool .. "i")
      disk[i] = size_of(dir .. "i")
    end
    assert.is_true(memory[2] - memory[1] <= CACHES, ("%d KiB, and %d"):format(memory[1], memory[2]))
    local bytes = (disk[2] - disk[1]) / (EVENTS - EVENTS / 10)
    assert.is_true(bytes <= 300, bytes .. " bytes")
  end)
end)
