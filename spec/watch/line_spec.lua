-- The lines of a watch: which event is decided, what covers an act, what waits, and what people say, one transaction after
-- another. The store is that of a folder; nothing is sent.

local audit = require("idngo.run.audit")
local breaker = require("idngo.watch.breaker")
local clock = require("idngo.watch.clock")
local core = require("idngo.core")
local echo = require("idngo.watch.echo")
local events = require("idngo.watch.event")
local json = require("idngo.json")
local keys = require("idngo.run.keys")
local letter = require("idngo.cli.letter")
local letters = require("idngo.watch.letters")
local line_of = require("idngo.watch.line")
local mandates = require("idngo.watch.mandate")
local runs = require("idngo.watch.run")
local support = require("runs")
local watches = require("watches")

local ON = { "applicantReviewed", "applicantDeactivated", "applicantTagsChanged" }
local NOW = 1700000000

local run, store, key, others, approvers, names, offset, own_sources

-- The account's people: what was done to them, and whether the journal was written by then.
local account = { told = {} }
function account:acted(id, gone) table.insert(self.told, ("acted %s %s %s"):format(id, tostring(gone), tostring(store.busy))) end
function account:release(ids) table.insert(self.told, ("release %s %s"):format(next(ids), tostring(store.busy))) end

--- A watch whose mandate is approved, unless told otherwise.
local function new_watch(options)
  options = options or {}
  local guards = {}
  for i, text in ipairs(options.max or { "deactivate=none", "send_status_email=none" }) do
    guards[i] = assert(mandates.guard(text))
  end
  local text = options.policy or "policy 1"
  run = assert(runs.create(support.folder() .. "/watch", { account = "account", spool = "/nowhere", proposal = {
    policy = { text = text, info = { name = "p", version = "1", on = ON, inputs = {}, newest = options.newest } },
    guards = guards, approvals = options.approvals or 1, line_approvals = options.line_approvals or 1,
    seconds = options.seconds or 90 * 86400, breaker = options.breaker or false } }))
  store, offset = run.store, 0
  store:start("test")
end

local function say(said, with)
  local id, body = letters.write(store, said, with or key)
  letters.leave(store, id, body)
  letters.take(store, approvers, names, account)
  return letters.verdict(store, id), id, body
end

local function approve_mandate(with)
  return say({ event = "approved", target = store.witness.hashes[#store.witness.hashes] }, with)
end

local function approved(options)
  new_watch(options)
  assert.equal("taken: 1 of 1", approve_mandate())
  assert.equal(1, store.witness.m)
end

--- Takes bodies as the spool has them, at a moment.
local function take(bodies, received)
  local reads = {}
  for i, body in ipairs(bodies) do
    reads[i] = events.read({ text = body, received = received or NOW, segment = "s", from = offset, to = offset + 1 })
  end
  local from = offset
  offset = offset + #bodies
  return store:take({ s = { from, offset } }, reads)
end

local function reviewed(id, answer, at, more) return watches.reviewed(id, answer, at, more) end

--- Decides a line: with these actions, or pass.
local function decide(n, actions, more)
  local steps = {}
  for k, action in ipairs(actions or {}) do steps[k] = { action = action, args = "{}" } end
  local decision = { facts = {}, steps = steps, decision = steps[1] and "act" or "pass", counter = 0 }
  for name, value in pairs(more or {}) do decision[name] = value end
  return store:decide(n, store.witness.m, decision)
end

local function state(n)
  local line = store:line(n)
  return line.row.state, line.row.why
end

local function step_states(n)
  local list = {}
  for k, step in ipairs(store:line(n).steps) do list[k] = step.state end
  return table.concat(list, " ")
end

local function intend(n, k)
  local line = store:line(n)
  return store:intent(line, line.steps[k or 1])
end

local function settle(n, k, outcome, over)
  local line = store:line(n)
  store:settle(line, line.steps[k], { state = outcome, ends = outcome ~= "applied" or nil }, over)
end

--- What the log says for itself, and the tables beside it.
local function is_sound()
  local dir = run.dir
  run:close()
  run = nil
  assert.is_nil(watches.log(dir))
  watches.read(dir):close()
end

describe("a line of a watch", function()
  setup(function()
    key = assert(keys.own(true))
    others = { assert(core.private_key(("1"):rep(64))), assert(core.private_key(("2"):rep(64))) }
    approvers = { [key:id()] = key, [others[1]:id()] = others[1], [others[2]:id()] = others[2] }
    own_sources = clock.sources
  end)
  before_each(function() names = {} end)
  after_each(function()
    if run then run:close() end
    run, clock.sources = nil, own_sources
  end)
  teardown(support.clean)

  it("is decided once, however often the same bytes come: after minutes, hours, weeks", function()
    approved()
    local body = reviewed("a", "GREEN", NOW)
    assert.equal(1, take({ body, body }))
    for _, later in ipairs { 300, 3600, 5 * 3600, 18 * 3600, 89 * 86400 } do assert.equal(0, take({ body }, NOW + later)) end
    assert.same({ ["events:line"] = 1, ["events:repeat"] = 6, ["lines:new"] = 1 }, store:totals())
    assert.equal(1, take({ reviewed("a", "GREEN", NOW, { correlationId = "x" }) })) -- other bytes are another event
    is_sound()
  end)

  it("is not made of an event that is nested so deeply that no policy could be asked about it", function()
    approved()
    local function nested(levels)
      return (reviewed("a", "GREEN", NOW):gsub("}$", (',"x":%s%s}'):format(("["):rep(levels), ("]"):rep(levels))))
    end
    assert.equal(1, take { nested(120), nested(190), nested(80), nested(100) })
    assert.equal("nested too deeply", store:rows("watch_events", 0)[1].word)
    assert.same({ ["events:line"] = 1, ["events:ignored"] = 3, ["ignored:nested too deeply"] = 3, ["lines:new"] = 1 },
      store:totals())
    is_sound()
  end)

  it("waits for a person where its event is older than what is known", function()
    approved()
    take({ reviewed("a", "GREEN", NOW - 91 * 86400) })
    assert.same({ "waiting", "late" }, { state(1) })
    assert.equal("stale: nothing was decided of it; idngo retry lets it be decided",
      (say { event = "approved", line = 1, target = letters.target(store, store:line(1)) }))
    assert.equal("taken: it is decided again",
      (say { event = "told", what = "retry", line = 1, target = letters.target(store, store:line(1)) }))
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
      assert.equal(2, store.witness.lines)
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
      ["lines:superseded"] = 3 }, store:totals())
    take { reviewed("a", "GREEN", NOW + 4), reviewed("a", "RED", NOW - 91 * 86400), reviewed("c", "RED", NOW - 91 * 86400),
      reviewed("c", "GREEN", NOW + 1) }
    assert.equal("superseded", (state(3)))
    assert.equal("superseded", (state(7))) -- late, and nobody needs to look at it
    assert.is_nil(store:totals()["waiting:late"])
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

  it("waits where two events of one moment disagree, if something follows; and an absurd time orders nothing", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1), reviewed("a", "RED", NOW + 1), reviewed("b", "GREEN", NOW + 9e8),
      reviewed("b", "RED", NOW + 2) }
    decide(1, { "deactivate" })
    decide(2)
    assert.same({ "waiting", "order" }, { state(1) })
    assert.equal("done", state(2))
    assert.equal(NOW, store:line(3).row.created)
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
    clock.sources = { boottime = function() return wall() + 200 end, wall = core.wall, boot = own_sources.boot }
    assert.equal("mandate", intend(2))
    assert.same({ "waiting", "mandate" }, { state(2) })
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
        store.boot = nil
        store:start("test")
      end
      take { reviewed("a" .. i % 17, "GREEN", NOW + i) }
      decide(i, { "deactivate" })
      local refused = intend(i)
      assert.truthy(not refused or refused == "guard" or refused == "loop", refused)
      if not refused then sent[#sent + 1] = store:clock() end
      assert.is_true(store:clock() >= last)
      last = store:clock()
    end
    for i = 4, #sent do assert.is_true(sent[i] - sent[i - 3] >= 100, ("%d to %d"):format(i - 3, i)) end
    assert.is_true(#sent >= 15, #sent .. " of 120 were sent")
    assert.same({ true, true }, { (store:totals()["waiting:guard"] or 0) > 0, (store:totals()["waiting:loop"] or 0) > 0 })
    is_sound()
  end)

  it("gives its guard back when it surely was not sent, and uses it once when it is repeated", function()
    approved { max = { "deactivate=1/1h" } }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
    decide(1, { "deactivate" })
    decide(2, { "deactivate" })
    assert.is_nil(intend(1))
    assert.is_nil(intend(1)) -- after a crash
    local line = store:line(1)
    store:put_back(line, line.steps[1], "not sent")
    assert.is_nil(intend(2))
    assert.equal("guard", intend(1))
    is_sound()
  end)

  it("stays as it was settled, whoever still has it as it was before", function()
    approved()
    for n, outcome in ipairs { "applied", "void", "rejected" } do
      take { reviewed("a" .. n, "GREEN", NOW + 1) }
      decide(n, { "deactivate", "add_tags" })
      local line = store:line(n)
      assert.is_nil(store:intent(line, line.steps[1]))
      line = store:line(n)
      store:settle(line, line.steps[1], { state = "unknown" })
      line = store:line(n) -- a worker has it so, and waits for its turn
      if outcome == "rejected" then
        settle(n, 1, "rejected")
      else
        assert.equal("taken: it is " .. outcome, (say { event = "told", what = "settle", line = n, step = 1, as = outcome }))
      end
      assert.equal(outcome == "applied" and "applied" or "done", store:intent(line, line.steps[1]))
      assert.equal(outcome, store:settle(line, line.steps[1], { state = "unknown", ends = true }, true))
      store:put_back(line, line.steps[1], "not sent")
      assert.equal(outcome == "applied" and "applied planned" or outcome .. " void", step_states(n))
      assert.equal(outcome == "applied" and "open" or "done", (state(n)))
    end
    assert.is_nil(intend(1, 2)) -- the rest goes on
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
    store.witness.db:run("set_step", 1, 1, "applied")
    local ok, problem = pcall(intend, 1)
    assert.is_false(ok)
    assert.truthy(tostring(problem):find("sends again what was sent", 1, true), tostring(problem))
  end)

  it("is decided again where facts changed before anything was sent, and waits the third time", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    for _ = 1, 2 do
      decide(1, { "deactivate" })
      assert.is_true(store:again(1, "the facts changed"))
      assert.equal("new", state(1))
    end
    decide(1, { "deactivate" })
    store:again(1, "the facts changed")
    assert.same({ "waiting", "unsteady" }, { state(1) })
    is_sound()
  end)

  it("expires when nobody speaks in time, and is never released by time", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    decide(1, { "deactivate" }, { asked = "really?" })
    store:expire()
    assert.equal("waiting", state(1))
    local own = core.wall
    core.wall = function() return own() + 15 * 86400 end
    store:expire()
    core.wall = own
    assert.equal("expired", state(1))
    assert.equal("void", step_states(1))
    is_sound()
  end)

  it("does what was approved by enough different people, and by nobody else", function()
    approved { line_approvals = 2 }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
    decide(1, { "deactivate" }, { asked = "really?" })
    local target = letters.target(store, store:line(1))
    local function approve(with, more)
      local said = { event = "approved", line = 1, target = target }
      for name, value in pairs(more or {}) do said[name] = value end
      return (say(said, with))
    end
    local stranger = assert(core.private_key(("3"):rep(64)))
    assert.equal("refused: it is by a key that is no approver's", approve(stranger))
    assert.equal("stale: it is not what was looked at any more", approve(nil, { target = ("0"):rep(64) }))
    assert.equal("refused: there is no such line", approve(nil, { line = 9 }))
    local first, id, body = say({ event = "approved", line = 1, target = target })
    assert.equal("taken: 1 of 2", first)
    assert.equal("stale: this key has approved it already", approve())
    assert.is_false(pcall(letters.leave, store, id, body)) -- the same letter again
    names = { [key:id()] = "Ann", [others[1]:id()] = "Ann" }
    assert.equal("stale: Ann has approved it already, by another key", approve(others[1]))
    names[others[1]:id()] = "Ben"
    assert.equal("waiting", state(1))
    assert.equal("open", state(1) == "waiting" and approve(others[1]) == "taken: 2 of 2" and state(1) or "?")
    assert.is_nil(intend(1))
    -- a letter that was changed, and one of another run
    decide(2, { "deactivate" }, { asked = "really?" })
    local _, changed = letters.write(store, { event = "approved", line = 2, target = letters.target(store, store:line(2)) }, key)
    changed = changed:gsub('"line":2', '"line":1')
    letters.leave(store, core.sha256(changed):sub(1, 32), changed)
    letters.take(store, approvers, names, account)
    assert.equal("refused: it has a wrong signature", letters.verdict(store, core.sha256(changed):sub(1, 32)))
    local other = { get = function() return ("0"):rep(32) end }
    local said = { event = "approved", line = 2, target = letters.target(store, store:line(2)) }
    local id_, elsewhere = letters.write(other, said, key)
    letters.leave(store, id_, elsewhere)
    letters.take(store, approvers, names, account)
    assert.equal("refused: it is of another run", letters.verdict(store, id_))
    assert.equal("waiting", state(2))
    local answer = say { event = "declined", line = 2, target = letters.target(store, store:line(2)) }
    assert.equal("taken: rejected", answer)
    assert.equal("rejected", state(2))
    settle(1, 1, "applied", true)
  end)

  it("is approved again when it waits again; it is tried, and waits, from then on", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    decide(1, { "deactivate" }, { asked = "really?" })
    local own, days = core.wall, 0
    core.wall = function() return own() + days * 86400 end
    local ok, problem = pcall(function()
      local targets = {}
      for i = 1, 3 do
        days = days + 13
        store:expire()
        assert.equal("waiting", state(1))
        local target = letters.target(store, store:line(1))
        assert.is_nil(targets[target])
        targets[target] = true
        assert.equal("taken: 1 of 1", (say { event = "approved", line = 1, target = target }))
        for _ = 1, 2 do -- the service cannot be reached for a day
          assert.is_nil(intend(1))
          local line = store:line(1)
          store:put_back(line, line.steps[1], "not sent")
          assert.equal("open", state(1))
          days = days + 0.9
        end
        assert.is_nil(intend(1))
        local line = store:line(1)
        store:put_back(line, line.steps[1], "not sent")
        assert.same({ "waiting", "error", i + 1 }, { state(1), (select(2, state(1))), store:line(1).row.waits })
      end
      days = days + 15
      store:expire()
      assert.equal("expired", state(1))
    end)
    core.wall = own
    assert.is_true(ok, tostring(problem))
    is_sound()
  end)

  it("is approved anew when the folder was put back: what was said before counts no more", function()
    approved { line_approvals = 2 }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
    decide(1, { "deactivate" }, { asked = "really?" })
    decide(2, { "deactivate" }, { asked = "really?" })
    local function approve(n, with)
      return (say({ event = "approved", line = n, target = letters.target(store, store:line(n)) }, with))
    end
    assert.equal("taken: 1 of 2", approve(1))
    assert.equal("taken: 1 of 2", approve(2))
    assert.equal("taken: 2 of 2", approve(2, others[1]))
    store:transaction(function()
      store:record("went_back", audit.sign({ event = "went_back", kept = 1, head = ("0"):rep(64) }, store.run_id, { key = key }))
    end)
    assert.equal("mandate", intend(2))
    assert.equal("taken: 1 of 2", approve(1, others[1]))
    assert.equal("waiting", state(1))
    assert.equal("taken: 2 of 2", approve(1))
    assert.is_nil(intend(1))
    assert.truthy(store.witness:objection(store.witness.m, store:clock()):find("put back", 1, true))
    take({ reviewed("c", "GREEN", NOW + 1) }, core.wall() + 1)
    local forgotten = {}
    for n = 1, 3 do forgotten[n] = line_of.of(store:line(n), run):may_be_forgotten() end
    assert.same({ true, true, false }, forgotten) -- what came since was not sent before
  end)

  it("has an approval that is void when something newer comes", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    decide(1, { "deactivate" }, { asked = "really?" })
    local target = letters.target(store, store:line(1))
    take { reviewed("a", "RED", NOW + 2) }
    assert.equal("stale: it is superseded by 2", ((say { event = "approved", line = 1, target = target }):gsub("event ", "")))
    is_sound()
  end)

  it("is nobody's act before enough people have approved the mandate, and none after one said no", function()
    new_watch { approvals = 2 }
    assert.equal("taken: 1 of 2", approve_mandate())
    assert.is_nil(store.witness.m)
    assert.equal("stale: this key has approved it already", approve_mandate())
    assert.equal("taken: 2 of 2", approve_mandate(others[1]))
    assert.equal(1, store.witness.m)
    run:close()
    new_watch()
    assert.equal("taken: rejected", (say { event = "declined", target = store.witness.hashes[1] }))
    assert.equal("stale: it was rejected", approve_mandate())
    assert.is_nil(store.witness.m)
  end)

  it("is decided by the mandate that is current then; one that was decided keeps its own", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
    decide(1, { "deactivate" })
    local text = "policy 2"
    local mandate = runs.mandate(store, { policy = { text = text, info = { name = "p", version = "2", on = ON } }, guards = {},
      approvals = 1, line_approvals = 1, seconds = 86400, breaker = false })
    assert.truthy(say({ event = "told", what = "propose", policy = text, mandate = mandate }):find("^taken: %x+$"))
    assert.equal(1, store.witness.m)
    assert.equal("taken: 1 of 1", approve_mandate())
    assert.equal(2, store.witness.m)
    assert.equal("again", store:decide(2, 1, { facts = {}, steps = {}, decision = "pass", counter = 0 }))
    assert.equal("new", state(2))
    assert.equal("written", decide(2))
    assert.same({ 1, 2 }, { store:line(1).row.m, store:line(2).row.m })
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
    assert.equal(1, store:totals()["events:echo"])
    take({ event("applicantDeactivated", now + 1) }, now + 1) -- one step, one echo: this is somebody else
    assert.equal(2, store.witness.lines)
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
    assert.equal("taken: it is applied", (say { event = "told", what = "settle", line = 3, step = 1, as = "applied" }))
    assert.equal(1, deactivated(now + 1000))
    assert.equal(0, deactivated(now + 3))
    assert.equal(1, deactivated(now + 4))
    is_sound()
  end)

  it("that a person settles is known of the person before that is written down, and lets go of them after", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
    account.told = {}
    for n, as in ipairs { "applied", "void" } do
      decide(n, { "deactivate" })
      assert.is_nil(intend(n))
      settle(n, 1, "unknown", true)
      say { event = "told", what = "settle", line = n, step = 1, as = as }
    end
    assert.same({ "acted a 1 true", "release a false", "release b false" }, account.told)
  end)

  --- A policy that deactivates who was deactivated, and a service that reports every deactivation, also a repeated one: how often
  --- it acts in so many rounds.
  local function loop_of(rounds)
    local now, acts = core.wall(), 0
    for i = 1, rounds do
      local body = reviewed("a", nil, now + i / 100):gsub("applicantReviewed", "applicantDeactivated")
      if take({ body }, now + 1) == 0 then break end
      local n = store.witness.lines
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
    run:close()
    local own = echo.of
    echo.of = function(event) return event.type, false end -- without the rule
    local ok, problem = pcall(function()
      approved { max = { "deactivate=none" } }
      assert.equal(100, loop_of(100))
      run:close()
      approved { max = { "deactivate=100/1h" } }
      assert.equal(3, loop_of(100))
      assert.same({ "waiting", "loop" }, { state(store.witness.lines) })
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
    local rows = store.tables.rows
    store.tables.rows = function(self, name, ...) return name == "watch_newer" and {} or rows(self, name, ...) end
    assert.is_nil(intend(1, 2)) -- what the rule is for
    store.tables.rows = nil
  end)

  it("waits where its rows are changed by somebody else: nothing of it is sent", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    decide(1, { "deactivate" }, { asked = "really?" })
    store.tables:exec("UPDATE lines SET state = 'open', authority = 'mandate', why = NULL")
    local ok, problem = pcall(store.line, store, 1)
    assert.is_false(ok)
    assert.truthy(tostring(problem):find("lines 1: is not what the log says", 1, true), tostring(problem))
  end)

  it("is read by a command as it was when that began, until the command says something", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    local reader = assert(letter.open { dir = run.dir })
    decide(1, { "deactivate" }, { asked = "really?" })
    local line = assert(letter.lines(reader, { 1 }))[1]
    assert.equal("new", line.state)
    local said = { event = "told", what = "retry", target = letters.target(reader, line), line = 1 }
    local id, body = letters.write(reader, said, key)
    letters.leave(reader, id, body)
    letters.take(store, approvers, names, account)
    assert.equal("stale: it is not what was looked at any more", letters.verdict(reader, id))
    reader:close()
  end)

  it("waits while the breaker is open, which people close; then it is decided again", function()
    approved { breaker = { deactivate = { low = 0, high = 0.05 } } }
    local n = 0
    while not store.witness.breaker.open do
      n = n + 1
      take { reviewed("a" .. n, "GREEN", NOW + 1) }
      decide(n, { "deactivate" })
      assert.is_true(n < 40)
    end
    assert.is_true(n > 3)
    assert.equal("breaker", intend(1))
    assert.same({ "waiting", "breaker" }, { state(1) })
    local parts = json.encode(store.witness.breaker.tests[1].parts)
    local dir = run.dir
    run:close()
    run = assert(runs.open(dir))
    store = run.store
    assert.equal(parts, json.encode(store.witness.breaker.tests[1].parts)) -- bit for bit
    assert.is_table(store.witness.breaker.open)
    assert.equal("taken: 1 of 1", (say { event = "told", what = "breaker" }))
    assert.is_nil(store.witness.breaker.open)
    assert.equal("new", state(1))
    assert.equal("stale: the breaker is closed", (say { event = "told", what = "breaker" }))
    is_sound()
  end)

  it("goes on when the breaker is closed, by whatever closes it, also where a part of it was sent", function()
    for _, how in ipairs { "letter", "killed", "mandate" } do
      approved { breaker = { deactivate = { low = 0, high = 0.05 } }, max = { "deactivate=none", "add_note=none" } }
      take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
      decide(1, { "deactivate", "add_tags" })
      decide(2, { "deactivate" })
      assert.is_nil(intend(1))
      settle(1, 1, "applied")
      local n = 2
      while not store.witness.breaker.open do
        n = n + 1
        take { reviewed("c" .. n, "GREEN", NOW + 1) }
        decide(n, { "deactivate" })
      end
      assert.equal("breaker", intend(1, 2))
      assert.equal("breaker", intend(2))
      store:after_breaker()
      assert.equal("waiting", state(2))
      if how == "letter" then
        assert.equal("taken: 1 of 1", (say { event = "told", what = "breaker" }))
      elseif how == "killed" then
        local own = store.after_breaker
        store.after_breaker = function() end
        say { event = "told", what = "breaker" }
        store.after_breaker = own
        run:close()
        run = assert(runs.open(run.dir))
        store = run.store
        store:after_breaker() -- as the watcher does when it begins
      else
        local mandate = {}
        for name, value in pairs(store.witness.mandates[1]) do mandate[name] = value end
        mandate.m = 2
        say { event = "told", what = "propose", policy = "policy 1", mandate = mandate }
        assert.equal("taken: 1 of 1", approve_mandate())
      end
      assert.equal("open", state(1))
      assert.equal("new", state(2))
      assert.is_nil(intend(1, 2), how)
      assert.is_nil(store:totals()["waiting:breaker"])
      is_sound()
    end
  end)

  it("does not go on when one person says twice that the breaker be closed, whichever keys they have", function()
    names = { [key:id()] = "Ann", [others[1]:id()] = "Ann", [others[2]:id()] = "Ben" }
    new_watch { approvals = 2, breaker = { deactivate = { low = 0, high = 0.05 } } }
    assert.equal("taken: 1 of 2", approve_mandate())
    assert.equal("stale: Ann has approved it already, by another key", approve_mandate(others[1]))
    assert.equal("taken: 2 of 2", approve_mandate(others[2]))
    local n = 0
    while not store.witness.breaker.open do
      n = n + 1
      take { reviewed("a" .. n, "GREEN", NOW + 1) }
      decide(n, { "deactivate" })
    end
    local function close(with) return (say({ event = "told", what = "breaker" }, with)) end
    assert.equal("taken: 1 of 2", close(others[1]))
    assert.equal("stale: this key has said so already", close(others[1]))
    assert.equal("stale: Ann has said so already, by another key", close())
    assert.is_table(store.witness.breaker.open)
    assert.equal("taken: 2 of 2", close(others[2]))
    assert.is_nil(store.witness.breaker.open)
  end)

  --- How many decisions pass until a test opens, at a share; nil: none of so many.
  local function until_open(made_for, side, share, most)
    local made = breaker.new()
    made:reset { x = { [side == "up" and "high" or "low"] = made_for } }
    local test = made.tests[1]
    for i = 1, most do
      if breaker.add(test, math.random() < share) then return i end
    end
  end

  it("is not held up by a breaker that opens while shares are usual; it opens soon when they are not", function()
    math.randomseed(11)
    local many = tonumber(os.getenv("IDNGO_BREAKER")) or 100000
    for _, share in ipairs { 0.01, 0.1, 0.3 } do
      local high = math.min(0.95, math.max(2 * share, share + 0.02))
      assert.is_nil(until_open(high, "up", share, many))
    end
    local function median(edge, side, share)
      local list = {}
      for i = 1, 41 do list[i] = until_open(edge, side, share, 20000) or 20000 end
      table.sort(list)
      return list[21]
    end
    -- the shares before, after, and the decisions that it may take
    for _, each in ipairs { { 0.01, 0.30, 31 }, { 0.01, 1, 6 }, { 0.03, 0.30, 50 }, { 0.03, 1, 7 }, { 0.10, 1, 11 } } do
      local high = math.max(2 * each[1], each[1] + 0.02)
      local found = median(high, "up", each[2])
      assert.is_true(math.abs(found - each[3]) <= math.max(2, 0.35 * each[3]), ("%g to %g: %d"):format(each[1], each[2], found))
    end
    local found = median(0.15, "down", 0)
    assert.is_true(math.abs(found - 95) <= 15, "30 % to 0: " .. found)
  end)
end)
