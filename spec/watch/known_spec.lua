-- What is known of events, so that none is decided twice, is forgotten when a repeat would wait for a person anyway. The log
-- verifies before and after, wherever a process was killed. Nothing is sent.

local clock = require("idngo.watch.clock")
local core = require("idngo.core")
local errors = require("idngo.error")
local journals = require("journal")
local runs = require("idngo.watch.run")
local support = require("runs")
local w = require("watch_lines")
local watches = require("watches")

local DAY = 86400

--- Takes bodies one by one, now.
local function take(...)
  for _, body in ipairs { ... } do w.take({ body }, core.wall()) end
end

local function known()
  local list = {}
  for i, row in ipairs(w.store:rows("watch_events", 0)) do list[i] = row.n end
  return list
end

local function reopened()
  local dir = w.run.dir
  w.run:close()
  assert.is_nil(watches.log(dir))
  watches.read(dir):close()
  w.run = assert(runs.open(dir))
  w.store = w.run.store
  w.store:start("test")
end

local function other(id, at_, type) return (w.reviewed(id, nil, at_):gsub("applicantReviewed", type)) end

describe("what is known of an event", function()
  setup(w.setup)
  before_each(function()
    w.before()
    w.at(0)
    w.approved()
  end)
  after_each(w.after)
  teardown(support.clean)

  it("is forgotten after 91 days, and what comes as late waits for a person", function()
    local body = w.reviewed("a", "GREEN", w.NOW)
    w.take({ body, other("a", w.NOW, "applicantCreated"), w.reviewed("b", "GREEN") }, core.wall())
    take(other("c", w.NOW, "applicantDeleted"), other("d", w.NOW, "applicantCreated"), w.reviewed("e", "RED", w.NOW + DAY))
    w.decide(1)
    w.decide(2)
    w.decide(3)
    w.at(90.9)
    assert.equal(0, w.store:forget_events())
    take(body)
    assert.equal(1, w.store:totals()["events:repeat"])
    w.at(91.1)
    assert.equal(3, w.store:forget_events())
    assert.same({ 3, 4, 6 }, known()) -- without a moment of its own, of a deletion, and the last one
    assert.equal(w.NOW + 0.1 * DAY, math.floor(w.store.witness.known + 0.5))
    reopened()
    assert.equal(0, w.store:forget_events())
    take(body, w.reviewed("f", "GREEN", w.NOW + 0.2 * DAY), w.reviewed("g", "GREEN", w.NOW))
    assert.same({ "waiting", "late" }, { w.state(4) })
    -- it was received in time, by a machine whose spool is read only now
    w.take({ (body:gsub("^{", "{ ")) }, w.NOW + 5)
    w.take({ w.reviewed("h", "GREEN", w.NOW + 0.2 * DAY) }, w.NOW + DAY)
    w.take({ w.reviewed("i", "GREEN") }, w.NOW + 5)
    assert.same({ "waiting", "late" }, { w.state(7) })
    assert.same({ "new" }, { w.state(8) })
    assert.same({ "waiting", "late" }, { w.state(9) })
    assert.equal("stale: its event is so old that it is not known any more whether a newer one came",
      (w.say { event = "told", what = "redecide", line = 1, target = w.store:target(w.store:line(1)) }))
    w.is_sound()
  end)

  it("stays as long as a line of its subject and topic may need it", function()
    take(w.reviewed("a", "GREEN", w.NOW), w.reviewed("b", "GREEN", w.NOW))
    w.decide(1, { "deactivate", "send_status_email" })
    assert.is_nil(w.intend(1))
    w.settle(1, 1, "applied")
    take(w.reviewed("a", "RED", w.NOW + 1)) -- the watch is stopped then, and goes on after a hundred days
    w.decide(2)
    w.decide(3)
    take(other("z", w.NOW + 2, "applicantCreated"))
    w.at(100)
    assert.equal(1, w.store:forget_events())
    assert.same({ 1, 3, 4 }, known())
    assert.equal("superseded", w.intend(1, 2))
    assert.equal(2, w.store:forget_events())
    w.is_sound()
  end)

  it("is not forgotten too early by a clock that was set", function()
    take(w.reviewed("a", "GREEN", w.NOW), w.reviewed("b", "GREEN", w.NOW))
    w.decide(1)
    w.decide(2)
    core.wall = function() return w.NOW + 400 * DAY end
    if not journals.is_served then assert.equal(0, w.store:forget_events()) end
    core.wall = function() return w.NOW end
    clock.sources.boottime = function() return 400 * DAY end
    assert.equal(0, w.store:forget_events())
    w.at(400)
    assert.equal(1, w.store:forget_events())
    w.is_sound()
  end)

  it("is forgotten wholly or not at all, wherever the process was killed; and not while tables are compared", function()
    local function killed() error(errors.new { kind = "io", outcome = "not_sent", message = "killed" }, 0) end
    for i = 1, 5 do take(other("a" .. i, w.NOW, "applicantCreated")) end
    w.at(100)
    for _, moment in ipairs { "commit", "run" } do
      local tables = w.store.tables
      local own = tables[moment]
      tables[moment] = function(self, name, ...)
        if moment == "commit" or name == "watch_drop_unneeded" then killed() end
        return own(self, name, ...)
      end
      assert.is_false(pcall(w.store.forget_events, w.store))
      tables[moment] = nil
      assert.same({ 1, 2, 3, 4, 5 }, known())
      reopened()
    end
    w.store.checking = true
    assert.equal(0, w.store:forget_events())
    w.store.checking = nil
    assert.equal(4, w.store:forget_events())
    assert.same({ 5 }, known())
    w.is_sound()
  end)

  it("is looked at in windows, of takes of many events and of one", function()
    local bodies = {}
    for take_ = 1, 10 do
      for i = 1, 250 do
        bodies[i] = other(("a%d-%d"):format(take_, i), w.NOW + (i % 50 == 0 and 9 * DAY or 0), "applicantCreated")
      end
      w.take(bodies, w.NOW)
    end
    for i = 1, 450 do take(other("b" .. i, w.NOW, "applicantCreated")) end
    w.at(92)
    local windows = 0
    assert.equal(10 * 245 + 449, w.store:forget_events(function() windows = windows + 1 end))
    assert.is_true(windows >= 4, windows .. " windows")
    assert.equal(51, #known())
    w.is_sound()
  end)

  it("is not forgotten where the log does not say so, nor there where it does", function()
    for i = 1, 3 do take(other("a" .. i, w.NOW, "applicantCreated")) end
    w.at(100)
    local row = w.store:rows("watch_events", 0)[1]
    local dir = w.run.dir
    local function damaged(sql, words)
      w.run:close()
      journals.change(dir, sql)
      local ok, thrown = pcall(watches.read, dir)
      assert.truthy(not ok and tostring(thrown):find(words, 1, true), tostring(thrown))
    end
    assert.equal(2, w.store:forget_events())
    local seen = w.store.witness
    for words, record in pairs { ["forgets events that may come again"] = { known = w.NOW + 9.1 * DAY, left = {} },
      ["forgets events that were not taken"] = { known = w.NOW + 9 * DAY, left = { ["1"] = "" } } } do
      record.event, record.t = "forgotten", w.NOW + 100 * DAY
      assert.equal(words, seen:take(record))
    end
    damaged(("INSERT INTO events (n, digest, result, dated) VALUES (1, '%s', 'ignored', 0)"):format(row.digest),
      "is not in the log")
    journals.change(dir, "DELETE FROM events WHERE n = 1")
    damaged("DELETE FROM events WHERE n = 3", "are not what the log says")
    w.run = nil
  end)
end)
