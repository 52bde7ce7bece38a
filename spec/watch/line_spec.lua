-- The lines of a watch: which event is decided, what covers an act, and what waits, one transaction after another. Nothing is
-- sent.

local clock = require("idngo.watch.clock")
local core = require("idngo.core")
local echo = require("idngo.watch.echo")
local errors = require("idngo.error")
local line_of = require("idngo.watch.line")
local runs = require("idngo.watch.run")
local support = require("runs")
local w = require("watch_lines")

local NOW = w.NOW
local say, approve_mandate, approved, take, reviewed, decide, state, step_states, intend, settle, is_sound
  = w.say, w.approve_mandate, w.approved, w.take, w.reviewed, w.decide, w.state, w.step_states, w.intend, w.settle,
  w.is_sound

describe("a line of a watch", function()
  setup(w.setup)
  before_each(w.before)
  after_each(w.after)
  teardown(support.clean)

  it("is decided once, however often the same bytes come: after minutes, hours, weeks", function()
    approved()
    local body = reviewed("a", "GREEN", NOW)
    assert.equal(1, take({ body, body }))
    for _, later in ipairs { 300, 3600, 5 * 3600, 18 * 3600, 89 * 86400 } do assert.equal(0, take({ body }, NOW + later)) end
    assert.same({ ["events:line"] = 1, ["events:repeat"] = 6, ["lines:new"] = 1 }, w.store:totals())
    assert.equal(1, take({ reviewed("a", "GREEN", NOW, { correlationId = "x" }) })) -- other bytes are another event
    is_sound()
  end)

  it("is not made of an event that is nested so deeply that no policy could be asked about it", function()
    approved()
    local function nested(levels)
      return (reviewed("a", "GREEN", NOW):gsub("}$", (',"x":%s%s}'):format(("["):rep(levels), ("]"):rep(levels))))
    end
    assert.equal(1, take { nested(120), nested(190), nested(80), nested(100) })
    assert.equal("nested too deeply", w.store:rows("watch_events", 0)[1].word)
    assert.same({ ["events:line"] = 1, ["events:ignored"] = 3, ["ignored:nested too deeply"] = 3, ["lines:new"] = 1 },
      w.store:totals())
    is_sound()
  end)

  it("waits for a person where its event is older than what is known", function()
    approved()
    take({ reviewed("a", "GREEN", NOW - 91 * 86400) })
    assert.same({ "waiting", "late" }, { state(1) })
    assert.equal("stale: nothing was decided of it; idngo retry lets it be decided",
      (say { event = "approved", line = 1, target = w.store:target(w.store:line(1)) }))
    assert.equal("taken: it is decided again",
      (say { event = "told", what = "retry", line = 1, target = w.store:target(w.store:line(1)) }))
    assert.equal("new", state(1))
    is_sound()
  end)

  -- The newest of a subject and topic is decided, in whatever order the three come.
  for _, order in ipairs { { 1, 2, 3 }, { 1, 3, 2 }, { 2, 1, 3 }, { 2, 3, 1 }, { 3, 1, 2 }, { 3, 2, 1 } } do
    it("is superseded by what is newer, whichever comes first: " .. table.concat(order, " "), function()
      approved()
      local bodies = { reviewed("a", "GREEN", NOW + 1), reviewed("a", "RED", NOW + 2),
        (reviewed("a", nil, NOW + 3):gsub("applicantReviewed", "applicantReset")) }
      for i, which in ipairs(order) do take({ bodies[which] }, NOW + 10 + i) end
      for n = 1, 2 do assert.equal("superseded", state(n)) end -- a Reset is not decided, yet it is newer
      assert.equal(2, w.store.witness.lines)
      is_sound()
    end)
  end

  it("is superseded by what is newer in the same take, whichever stands first in the spool", function()
    approved()
    local bodies = { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1), reviewed("a", "RED", NOW + 3),
      reviewed("a", "GREEN", NOW + 2), (reviewed("b", nil, NOW + 2):gsub("applicantReviewed", "applicantReset")) }
    assert.equal(1, take(bodies))
    for n, expected in ipairs { "superseded", "superseded", "new", "superseded" } do assert.equal(expected, (state(n))) end
    assert.same({ ["events:line"] = 4, ["events:ignored"] = 1, ["ignored:type not in on"] = 1, ["lines:new"] = 1,
      ["lines:superseded"] = 3 }, w.store:totals())
    take { reviewed("a", "GREEN", NOW + 4), reviewed("a", "RED", NOW - 91 * 86400), reviewed("c", "RED", NOW - 91 * 86400),
      reviewed("c", "GREEN", NOW + 1) }
    assert.equal("superseded", (state(3)))
    assert.equal("superseded", (state(7))) -- late, and nobody needs to look at it
    assert.is_nil(w.store:totals()["waiting:late"])
    is_sound()
  end)

  it("leaves when something newer comes; one that was begun ends before its next step", function()
    approved { max = { "deactivate=none" } }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1), reviewed("c", "GREEN", NOW + 1) }
    decide(1, { "deactivate" }, { asked = "really?" })
    decide(2, { "deactivate", "add_note" })
    decide(3, { "deactivate", "add_note" })
    assert.same({ "waiting", "ask" }, { state(1) })
    assert.is_nil(intend(3))
    settle(3, 1, "applied")
    take { reviewed("a", "RED", NOW + 2), reviewed("b", "RED", NOW + 2), reviewed("c", "RED", NOW + 2) }
    assert.equal("superseded", state(1))
    assert.equal("superseded", state(2))
    assert.equal("void void", step_states(2))
    assert.equal("superseded", intend(2))
    assert.equal("open", state(3))
    assert.equal("superseded", intend(3, 2))
    assert.equal("done", state(3))
    assert.equal("applied void", step_states(3))
    is_sound()
  end)

  it("leaves a step to a person that may have been sent and is not sent again, whatever keeps it", function()
    approved { seconds = 100 }
    for i, id in ipairs { "a", "b" } do
      take { reviewed(id, "GREEN", NOW + 1) }
      decide(i, { "deactivate", "add_note" })
      assert.is_nil(intend(i))
      w.store:sent(w.store:line(i), w.store:line(i).steps[1])
    end
    take { reviewed("a", "RED", NOW + 2) }
    assert.equal("superseded", intend(1)) -- as the next watcher does
    assert.same({ "done", "unknown void" }, { state(1), step_states(1) })
    assert.truthy(w.store:line(1).steps[1].problem:find("event 3 is newer", 1, true))
    local wall = core.now
    clock.sources = { boottime = function() return wall() + 200 end, wall = core.wall, boot = clock.sources.boot }
    assert.equal("mandate", intend(2))
    assert.same({ "waiting", "unknown planned" }, { (state(2)), step_states(2) })
    for n = 1, 2 do
      local line = w.store:line(n)
      assert.equal("taken: it is applied", (w.say { event = "told", what = "settle", line = n, step = 1, as = "applied",
        target = w.store:target(line) }))
    end
    assert.same({ "applied void", "applied planned" }, { step_states(1), step_states(2) })
    assert.is_false(w.store:is_doubtful("a"))
    is_sound()
  end)

  it("waits where two events of one moment disagree, if something follows; and an absurd time orders nothing", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1), reviewed("a", "RED", NOW + 1), reviewed("b", "GREEN", NOW + 9e8),
      reviewed("b", "RED", NOW + 2) }
    decide(1, { "deactivate" })
    decide(2)
    assert.same({ "waiting", "order" }, { state(1) })
    assert.equal("done", state(2))
    assert.equal(NOW, w.store:line(3).row.created)
    is_sound()
  end)

  it("is decided for itself where the policy says newest = none", function()
    approved { newest = "none" }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("a", "RED", NOW + 2) }
    assert.equal("new", state(1))
    assert.equal("new", state(2))
  end)

  it("does not act without a mandate that covers it; nor when that has ended", function()
    approved { max = { "send_status_email=none" }, seconds = 100 }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
    decide(1, { "deactivate" })
    assert.same({ "waiting", "mandate" }, { state(1) })
    decide(2, { "send_status_email" })
    local wall = core.now
    clock.sources = { boottime = function() return wall() + 200 end, wall = core.wall, boot = clock.sources.boot }
    assert.equal("mandate", intend(2))
    assert.same({ "waiting", "mandate" }, { state(2) })
    is_sound()
  end)

  it("is sent or not by one look at the clock: a mandate that ends while its intent is written spoils no log", function()
    approved { seconds = 100 }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
    decide(1, { "deactivate" })
    decide(2, { "deactivate" })
    local started, looks, own = w.store.witness.started, 0, clock.sources
    local ends = started.bt + w.store.witness.mandates[1].expires - started.t
    clock.sources = { wall = core.wall, boot = own.boot, boottime = function()
      looks = looks + 1
      return looks == 1 and ends - 0.5 or ends + 0.5
    end }
    assert.is_nil(intend(1))
    assert.equal("mandate", intend(2))
    is_sound()
  end)

  it("that must not be sent says nothing of the service; and what was refused once does not silence what comes after", function()
    approved { max = { "deactivate=1/1h" } }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1), reviewed("c", "GREEN", NOW + 1) }
    for n = 1, 3 do decide(n, { n == 3 and "add_tags" or "deactivate" }) end
    assert.is_nil(intend(1))
    local context = { hear = function() end, on_step = function() end }
    local function go(n, is_asked)
      local line = line_of.of(w.store:line(n), w.run, context, {}, w.account)
      local own = line.handlers
      local function perform(_, _, _, _, before_send)
        if is_asked then assert.is_nil((before_send())) end
        return nil, errors.new { kind = is_asked and "limit" or "network", outcome = "not_sent", message = "down" }
      end
      line.handlers = setmetatable({ actions = setmetatable({}, { __index = function(_, name)
        return setmetatable({ perform = perform }, { __index = own.actions[name] })
      end }) }, { __index = own })
      line.confirmed, line.refused = true, "guard" -- of another step
      assert.is_false(line:take(line.steps[1]))
      return line
    end
    local refused = go(2, true)
    assert.same({ "waiting", "guard" }, { state(2) })
    assert.same({ "guard" }, { refused.refused, refused.trouble, refused.answered or nil })
    assert.is_truthy(go(3).trouble)
    assert.equal(1, w.store:line(3).row.tries)
    is_sound()
  end)

  it("is not sent beyond a guard of its action or its applicant, whatever the clocks do", function()
    local bt, wall, boot = 1000, NOW, "one"
    clock.sources = { boottime = function() return bt end, wall = function() return wall end, boot = function() return boot end }
    approved { max = { "deactivate=3/100s", "deactivate=1/1000s@applicant" }, seconds = 1e7, newest = "none" }
    local sent, last = {}, 0
    for i = 1, 120 do
      bt, wall = bt + 7, wall + 7
      if i % 10 == 0 then wall = wall + (i % 20 == 0 and -86400 or 86400) end -- somebody sets the clock
      if i % 30 == 0 then -- a boot
        bt, boot = 5, "boot " .. i
        w.store.boot = nil
        w.store:start("test")
      end
      take { reviewed("a" .. i % 17, "GREEN", NOW + i) }
      decide(i, { "deactivate" })
      local refused = intend(i)
      assert.truthy(not refused or refused == "guard" or refused == "loop", refused)
      if not refused then sent[#sent + 1] = w.store:clock() end
      assert.is_true(w.store:clock() >= last)
      last = w.store:clock()
    end
    for i = 4, #sent do assert.is_true(sent[i] - sent[i - 3] >= 100, ("%d to %d"):format(i - 3, i)) end
    assert.is_true(#sent >= 15, #sent .. " of 120 were sent")
    assert.same({ true, true }, { (w.store:totals()["waiting:guard"] or 0) > 0, (w.store:totals()["waiting:loop"] or 0) > 0 })
    is_sound()
  end)

  it("gives its guard back when it surely was not sent, and uses it once when it is repeated", function()
    approved { max = { "deactivate=1/1h" } }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
    decide(1, { "deactivate" })
    decide(2, { "deactivate" })
    assert.is_nil(intend(1))
    assert.is_nil(intend(1)) -- after a crash
    local line = w.store:line(1)
    w.store:put_back(line, line.steps[1], "not sent")
    assert.is_nil(intend(2))
    assert.equal("guard", intend(1))
    is_sound()
  end)

  it("is not sent a second time where people would notice that, whatever it was read as", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    decide(1, { "send_status_email" })
    assert.is_nil(intend(1))
    assert.equal("intent", intend(1))
    is_sound()
  end)

  it("is not sent by what its own log would not believe: that is said at once", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    decide(1, { "deactivate" })
    w.store.witness.db:run("set_step", 1, 1, "applied")
    local ok, problem = pcall(intend, 1)
    assert.is_false(ok)
    assert.truthy(tostring(problem):find("sends again what was sent", 1, true), tostring(problem))
  end)

  it("is decided again where facts changed before anything was sent, and waits the third time", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    for _ = 1, 2 do
      decide(1, { "deactivate" })
      assert.is_true(w.store:again(1, "the facts changed"))
      assert.equal("new", state(1))
    end
    decide(1, { "deactivate" })
    w.store:again(1, "the facts changed")
    assert.same({ "waiting", "unsteady" }, { state(1) })
    is_sound()
  end)

  it("expires when nobody speaks in time, and is never released by time", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    decide(1, { "deactivate" }, { asked = "really?" })
    w.store:expire()
    assert.equal("waiting", state(1))
    local own = core.wall
    core.wall = function() return own() + 15 * 86400 end
    w.store:expire()
    core.wall = own
    assert.equal("expired", state(1))
    assert.equal("void", step_states(1))
    is_sound()
  end)

  it("is decided by the mandate that is current then; one that was decided keeps its own", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
    decide(1, { "deactivate" })
    local text = "policy 2"
    local mandate = runs.mandate(w.store, { policy = { text = text, info = { name = "p", version = "2", on = w.ON } },
      guards = {}, approvals = 1, line_approvals = 1, seconds = 86400, breaker = false })
    assert.truthy(say({ event = "told", what = "propose", policy = text, mandate = mandate }):find("^taken: %x+$"))
    assert.equal(1, w.store.witness.m)
    assert.equal("taken: 1 of 1", approve_mandate())
    assert.equal(2, w.store.witness.m)
    assert.equal("again", w.store:decide(2, 1, { facts = {}, steps = {}, decision = "pass", counter = 0 }))
    assert.equal("new", state(2))
    assert.equal("written", decide(2))
    assert.same({ 1, 2 }, { w.store:line(1).row.m, w.store:line(2).row.m })
    assert.is_nil(intend(1)) -- what was decided goes on by its own
    is_sound()
  end)

  it("is not made by an event that our own step caused; and such an event does not cut the line's later steps", function()
    approved()
    local now = core.wall()
    take({ reviewed("a", "GREEN", now - 60) }, now)
    decide(1, { "deactivate", "add_tags", "add_note" })
    assert.is_nil(intend(1, 1))
    settle(1, 1, "applied")
    local function event(type, at, more)
      return (reviewed("a", nil, at, more):gsub("applicantReviewed", type))
    end
    take({ event("applicantDeactivated", now) }, now + 1)
    assert.equal(1, w.store:totals()["events:echo"])
    take({ event("applicantDeactivated", now + 1) }, now + 1) -- one step, one echo: this is somebody else
    assert.equal(2, w.store.witness.lines)
    assert.is_nil(intend(1, 2))
    settle(1, 2, "applied")
    take({ event("applicantTagsChanged", now + 1) }, now + 2)
    assert.is_nil(intend(1, 3)) -- tags are a topic of their own, and caused by the line
    is_sound()
  end)

  it("has one echo for one step, whether that comes before or after its outcome; and none after the step is over", function()
    approved { newest = "none" }
    local now = core.wall()
    local function deactivated(at, received)
      return take({ (reviewed("a", nil, at):gsub("applicantReviewed", "applicantDeactivated")) }, received or at)
    end
    take({ reviewed("a", "GREEN", now - 60) }, now)
    decide(1, { "deactivate" })
    assert.is_nil(intend(1))
    assert.equal(0, deactivated(now)) -- while the call is under way
    settle(1, 1, "applied", true)
    assert.equal(1, deactivated(now + 2)) -- somebody else
    -- nobody knows what came of it, until a person says so
    take({ reviewed("a", "GREEN", now - 50) }, now)
    decide(3, { "deactivate" })
    assert.is_nil(intend(3))
    settle(3, 1, "unknown", true)
    assert.equal("taken: it is applied", (say { event = "told", what = "settle",
      target = w.store:target(w.store:line(3)), line = 3, step = 1, as = "applied" }))
    assert.equal(1, deactivated(now + 1000))
    assert.equal(0, deactivated(now + 3))
    assert.equal(1, deactivated(now + 4))
    is_sound()
  end)

  --- A policy that deactivates who was deactivated, and a service that reports every deactivation, also a repeated one: how often
  --- it acts in so many rounds.
  local function loop_of(rounds)
    local now, acts = core.wall(), 0
    for i = 1, rounds do
      local body = reviewed("a", nil, now + i / 100):gsub("applicantReviewed", "applicantDeactivated")
      if take({ body }, now + 1) == 0 then break end
      local n = w.store.witness.lines
      decide(n, { "deactivate" })
      if intend(n) then break end
      settle(n, 1, "applied", true)
      acts = acts + 1
    end
    return acts
  end

  it("does not wake itself for ever: the echo is known, and else the guard of the applicant stops it", function()
    approved { max = { "deactivate=100/1h", "deactivate=100/1d@applicant" } }
    assert.equal(1, loop_of(100))
    w.run:close()
    local own = echo.of
    echo.of = function(event) return event.type, false end -- without the rule
    local ok, problem = pcall(function()
      approved { max = { "deactivate=none" } }
      assert.equal(100, loop_of(100))
      w.run:close()
      approved { max = { "deactivate=100/1h" } }
      assert.equal(3, loop_of(100))
      assert.same({ "waiting", "loop" }, { state(w.store.witness.lines) })
    end)
    echo.of = own
    assert.is_true(ok, tostring(problem))
  end)

  it("is begun although something newer came, where its intent does not look for that", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    decide(1, { "deactivate", "add_note" })
    assert.is_nil(intend(1))
    settle(1, 1, "applied")
    take { reviewed("a", "RED", NOW + 2) }
    local rows = w.store.tables.rows
    w.store.tables.rows = function(self, name, ...) return name == "watch_newer" and {} or rows(self, name, ...) end
    assert.is_nil(intend(1, 2)) -- what the rule is for
    w.store.tables.rows = nil
  end)

  it("waits where its rows are changed by somebody else: nothing of it is sent", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    decide(1, { "deactivate" }, { asked = "really?" })
    w.store.tables:exec("UPDATE lines SET state = 'open', authority = 'mandate', why = NULL")
    local ok, problem = pcall(w.store.line, w.store, 1)
    assert.is_false(ok)
    assert.truthy(tostring(problem):find("lines 1: is not what the log says", 1, true), tostring(problem))
  end)
end)
