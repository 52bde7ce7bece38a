-- The lines of a watch that wait for people: what approvals count for, and for how long, and what people settle. Nothing is sent.

local audit = require("idngo.run.audit")
local core = require("idngo.core")
local day = require("idngo.policy.day")
local figures = require("idngo.watch.figures")
local keys = require("idngo.run.keys")
local letter = require("idngo.cli.letter")
local letters = require("idngo.watch.letters")
local line_of = require("idngo.watch.line")
local runs = require("idngo.watch.run")
local support = require("runs")
local verdicts = require("idngo.watch.verdict")
local w = require("watch_lines")

local NOW = w.NOW
local new_watch, say, approve_mandate, approved, take, reviewed, decide, state, step_states, intend, settle, is_sound
  = w.new_watch, w.say, w.approve_mandate, w.approved, w.take, w.reviewed, w.decide, w.state, w.step_states, w.intend,
  w.settle, w.is_sound

--- Says what came of the first step of a line.
local function settled(n, as)
  return (say { event = "told", what = "settle", target = w.store:target(w.store:line(n)), line = n, step = 1, as = as })
end

describe("a line of a watch", function()
  setup(w.setup)
  before_each(w.before)
  after_each(w.after)
  teardown(support.clean)

  it("stays as it was settled, whoever still has it as it was before", function()
    approved()
    for n, outcome in ipairs { "applied", "void", "rejected" } do
      take { reviewed("a" .. n, "GREEN", NOW + 1) }
      decide(n, { "deactivate", "add_tags" })
      local line = w.store:line(n)
      assert.is_nil(w.store:intent(line, line.steps[1]))
      line = w.store:line(n)
      w.store:settle(line, line.steps[1], { state = "unknown" })
      line = w.store:line(n) -- a worker has it so, and waits for its turn
      if outcome == "rejected" then
        settle(n, 1, "rejected")
      else
        assert.equal("taken: it is " .. outcome, settled(n, outcome))
      end
      assert.equal(outcome == "applied" and "applied" or "done", w.store:intent(line, line.steps[1]))
      assert.equal(outcome, w.store:settle(line, line.steps[1], { state = "unknown", ends = true }, true))
      w.store:put_back(line, line.steps[1], "not sent")
      assert.equal(outcome == "applied" and "applied planned" or outcome .. " void", step_states(n))
      assert.equal(outcome == "applied" and "open" or "done", (state(n)))
    end
    assert.is_nil(intend(1, 2)) -- the rest goes on
    is_sound()
  end)

  it("does what was approved by enough different people, and by nobody else", function()
    approved { line_approvals = 2 }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
    decide(1, { "deactivate" }, { asked = "really?" })
    local target = w.store:target(w.store:line(1))
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
    letters.leave(w.store, id, body) -- the same letter again
    letters.take(w.store, w.approvers, w.names, w.account)
    assert.equal("taken: 1 of 2", letters.verdict(w.store, id))
    w.names = { [w.key:id()] = "Ann", [w.others[1]:id()] = "Ann" }
    assert.equal("stale: Ann has approved it already, by another key", approve(w.others[1]))
    w.names[w.others[1]:id()] = "Ben"
    assert.equal("waiting", state(1))
    assert.equal("open", state(1) == "waiting" and approve(w.others[1]) == "taken: 2 of 2" and state(1) or "?")
    assert.is_nil(intend(1))
    -- a letter that was changed, and one of another run
    decide(2, { "deactivate" }, { asked = "really?" })
    local _, changed = letters.write(w.store, { event = "approved", line = 2, target = w.store:target(w.store:line(2)) },
      w.key)
    changed = changed:gsub('"line":2', '"line":1')
    letters.leave(w.store, core.sha256(changed):sub(1, 32), changed)
    letters.take(w.store, w.approvers, w.names, w.account)
    assert.equal("refused: it has a wrong signature", letters.verdict(w.store, core.sha256(changed):sub(1, 32)))
    local other = { get = function() return ("0"):rep(32) end }
    local said = { event = "approved", line = 2, target = w.store:target(w.store:line(2)) }
    local id_, elsewhere = letters.write(other, said, w.key)
    letters.leave(w.store, id_, elsewhere)
    letters.take(w.store, w.approvers, w.names, w.account)
    assert.equal("refused: it is of another run", letters.verdict(w.store, id_))
    assert.equal("waiting", state(2))
    local answer = say { event = "declined", line = 2, target = w.store:target(w.store:line(2)) }
    assert.equal("taken: rejected", answer)
    assert.equal("rejected", state(2))
    settle(1, 1, "applied", true)
  end)

  it("takes the keys that stand below one name for one person", function()
    local path, ids, pems = support.folder() .. "/approvers.pem", {}, {}
    for i = 1, 4 do
      local made = assert(core.private_key((tostring(i)):rep(64)))
      ids[i], pems[i] = made:id(), made:pem()
    end
    support.write(path, pems[1] .. "# Ann\n" .. pems[2] .. pems[3] .. "Ben\n" .. pems[4])
    local _, found = keys.public(path)
    assert.same({ [ids[2]] = "Ann", [ids[3]] = "Ann", [ids[4]] = "Ben" }, found)
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
        w.store:expire()
        assert.equal("waiting", state(1))
        local target = w.store:target(w.store:line(1))
        assert.is_nil(targets[target])
        targets[target] = true
        assert.equal("taken: 1 of 1", (say { event = "approved", line = 1, target = target }))
        for _ = 1, 2 do -- the service cannot be reached for a day
          assert.is_nil(intend(1))
          local line = w.store:line(1)
          w.store:put_back(line, line.steps[1], "not sent")
          assert.equal("open", state(1))
          days = days + 0.9
        end
        assert.is_nil(intend(1))
        local line = w.store:line(1)
        w.store:put_back(line, line.steps[1], "not sent")
        assert.same({ "waiting", "error", i + 1 }, { state(1), (select(2, state(1))), w.store:line(1).row.waits })
      end
      days = days + 15
      w.store:expire()
      assert.equal("expired", state(1))
      assert.equal("stale: it is expired",
        (say { event = "approved", line = 1, target = w.store:target(w.store:line(1)) }))
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
      return (say({ event = "approved", line = n, target = w.store:target(w.store:line(n)) }, with))
    end
    assert.equal("taken: 1 of 2", approve(1))
    assert.equal("taken: 1 of 2", approve(2))
    assert.equal("taken: 2 of 2", approve(2, w.others[1]))
    local before = { event = "approved", line = 1, target = w.store:target(w.store:line(1)) }
    local id, body = letters.write(w.store, before, w.others[2])
    w.store:transaction(function()
      w.store:record("went_back", audit.sign({ event = "went_back", kept = 1, head = ("0"):rep(64) }, w.store.run_id,
        { key = w.key }))
    end)
    assert.equal("mandate", intend(2))
    letters.leave(w.store, id, body) -- of a moment that the folder does not know
    letters.take(w.store, w.approvers, w.names, w.account)
    assert.equal("stale: it was said before the folder was put back", letters.verdict(w.store, id))
    assert.equal("taken: 1 of 2", approve(1, w.others[1]))
    assert.equal("waiting", state(1))
    assert.equal("taken: 2 of 2", approve(1))
    assert.is_nil(intend(1))
    assert.truthy(w.store.witness:objection(w.store.witness.m, w.store:clock()):find("put back", 1, true))
    take({ reviewed("c", "GREEN", NOW + 1) }, core.wall() + 1)
    local forgotten = {}
    for n = 1, 3 do forgotten[n] = line_of.of(w.store:line(n), w.run):may_be_forgotten() end
    assert.same({ true, true, false }, forgotten) -- what came since was not sent before
  end)

  it("has an approval that is void when something newer comes", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    decide(1, { "deactivate" }, { asked = "really?" })
    local target = w.store:target(w.store:line(1))
    take { reviewed("a", "RED", NOW + 2) }
    assert.equal("stale: it is superseded by 2", ((say { event = "approved", line = 1, target = target }):gsub("event ", "")))
    is_sound()
  end)

  it("is nobody's act before enough people have approved the mandate, and none after one said no", function()
    new_watch { approvals = 2 }
    assert.equal("taken: 1 of 2", approve_mandate())
    assert.is_nil(w.store.witness.m)
    assert.equal("stale: this key has approved it already", approve_mandate())
    assert.equal("taken: 2 of 2", approve_mandate(w.others[1]))
    assert.equal(1, w.store.witness.m)
    w.run:close()
    new_watch()
    assert.equal("taken: rejected", (say { event = "declined", target = w.store.witness.hashes[1] }))
    assert.equal("stale: it was rejected", approve_mandate())
    assert.is_nil(w.store.witness.m)
  end)

  it("is not done by an approval that was written before its writer withdrew another, whenever it is handed in", function()
    approved { line_approvals = 2 }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
    for n = 1, 2 do decide(n, { "deactivate" }, { asked = "really?" }) end
    local function word(n, event, what)
      return { event = event, what = what, line = n, target = w.store:target(w.store:line(n)) }
    end
    local id, body = letters.write(w.store, word(1, "approved"), w.key)
    assert.equal("taken: 1 of 2", (say(word(1, "approved"))))
    assert.equal("taken: withdrawn", (say(word(1, "told", "withdraw"))))
    letters.leave(w.store, id, body)
    letters.take(w.store, w.approvers, w.names, w.account)
    assert.equal("stale: this key has withdrawn it since", letters.verdict(w.store, id))
    assert.equal("taken: 1 of 2", (say(word(1, "approved"), w.others[1])))
    assert.equal("taken: 2 of 2", (say(word(1, "approved")))) -- who thinks again once more
    -- both of which are taken in at once
    local first, said = letters.write(w.store, word(2, "approved"), w.key)
    local later, withdrawal
    repeat later, withdrawal = letters.write(w.store, word(2, "told", "withdraw"), w.key) until later < first
    letters.leave_all(w.store, { { id = first, body = said }, { id = later, body = withdrawal } })
    letters.take(w.store, w.approvers, w.names, w.account)
    assert.same({ "taken: 1 of 2", "taken: withdrawn" }, { letters.verdict(w.store, first), letters.verdict(w.store, later) })
    assert.equal(0, select(2, w.store.witness:approvers_of(word(2).target)))
    assert.same({ "open", "waiting" }, { (state(1)), (state(2)) })
    w.run:close()
    w.run = assert(runs.open(w.run.dir))
  end)

  it("that a person settles is known of the person before that is written down, and lets go of them after", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
    w.account.told = {}
    for n, as in ipairs { "applied", "void" } do
      decide(n, { "deactivate" })
      assert.is_nil(intend(n))
      settle(n, 1, "unknown", true)
      settled(n, as)
    end
    assert.same({ "acted a 1 true", "release a false", "release b false" }, w.account.told)
  end)

  it("lets go of nobody of whom another line has a step in doubt, whether a person settles it or it goes well", function()
    approved { newest = "none" }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("a", "GREEN", NOW + 2), reviewed("a", "GREEN", NOW + 3),
      reviewed("b", "GREEN", NOW + 1) }
    for n = 1, 4 do decide(n, { n == 3 and "add_tags" or "deactivate" }) end
    for n = 1, 3 do
      assert.is_nil(intend(n))
      if n < 3 then settle(n, 1, "unknown", true) end
    end
    w.account.told = {}
    local function said(n)
      settled(n, "void")
      local told = table.concat(w.account.told, "; ")
      w.account.told = {}
      return told
    end
    assert.equal("", said(1))
    local account = { freed = {}, left = {} }
    function account:release(ids) for id in pairs(ids) do self.freed[#self.freed + 1] = id end end
    function account:leave(id) self.left[#self.left + 1] = id end
    local function release(n)
      account.freed, account.left = {}, {}
      local line = line_of.of(w.store:line(n), w.run, nil, { release = function() end }, account)
      line.people = { a = true, b = true } -- a's own line, and one of b whose facts name a
      line:release()
      return table.concat(account.freed, " "), table.concat(account.left, " ")
    end
    for _, n in ipairs { 3, 4 } do assert.same({ "b", "a" }, { release(n) }) end
    assert.equal("release a false", said(2)) -- tags are not known of a person
    assert.same("", select(2, release(4)))
  end)

  it("leaves nothing in memory of what was said of it, when that is not needed any more", function()
    approved { line_approvals = 2 }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW - 91 * 86400) }
    decide(1, { "deactivate" }, { asked = "really?" })
    local function target(n) return w.store:target(w.store:line(n)) end
    local first, late = target(1), target(2)
    assert.equal("taken: 1 of 2", (say { event = "approved", line = 1, target = first }))
    assert.equal("taken: it is decided again", (say { event = "told", what = "retry", line = 1, target = first }))
    assert.equal("taken: rejected", (say { event = "declined", line = 2, target = late }))
    assert.is_nil(w.store.witness.approvals[first])
    assert.is_nil(w.store.witness.declined[late])
    is_sound()
  end)

  it("is not done by an approval that was withdrawn; what was sent by it was sent", function()
    new_watch { approvals = 2, line_approvals = 2 }
    local function withdraw(target, n, with)
      return (say({ event = "told", what = "withdraw", target = target, line = n }, with))
    end
    local mandate = w.store.witness.hashes[1]
    assert.equal("stale: this key has not approved it", withdraw(mandate))
    approve_mandate()
    assert.equal("taken: withdrawn", withdraw(mandate))
    assert.equal("taken: 1 of 2", approve_mandate(w.others[1]))
    assert.is_nil(w.store.witness.m)
    assert.equal("taken: 2 of 2", approve_mandate())
    assert.equal("stale: it is current already", withdraw(mandate))
    take { reviewed("a", "GREEN", NOW + 1) }
    decide(1, { "deactivate", "add_tags" }, { asked = "really?" })
    local function target() return w.store:target(w.store:line(1)) end
    local function approve(with) return (say({ event = "approved", line = 1, target = target() }, with)) end
    local first = target()
    assert.equal("taken: 1 of 2", approve())
    assert.equal("stale: this key has not approved it", withdraw(first, 1, w.others[1]))
    assert.equal("taken: withdrawn", withdraw(first, 1))
    assert.equal("taken: 1 of 2", approve(w.others[1]))
    assert.equal("taken: 2 of 2", approve())
    assert.equal("open", (state(1)))
    assert.equal("taken: withdrawn", withdraw(first, 1, w.others[1]))
    assert.same({ "waiting", "ask" }, { state(1) })
    assert.not_equal(first, target()) -- what the other one said of it counts no more either
    assert.equal("stale: it is not what was looked at any more", withdraw(first, 1))
    local line = w.store:line(1)
    assert.equal("waiting", w.store:intent(line, line.steps[1]))
    approve()
    approve(w.others[1])
    assert.is_nil(intend(1))
    line = w.store:line(1)
    assert.truthy(withdraw(target(), 1):find("^stale: a step of it is being sent"))
    w.store:settle(line, line.steps[1], { state = "applied" })
    assert.equal("taken: withdrawn", withdraw(target(), 1))
    assert.same({ "waiting", "ask" }, { state(1) })
    assert.equal("applied planned", step_states(1))
    w.run:close()
    w.run = assert(runs.open(w.run.dir))
  end)

  it("waits on when its approval was withdrawn, whatever whoever had begun with it finds in its facts", function()
    approved()
    local function of(n) return { line = n, target = w.store:target(w.store:line(n)) } end
    local lines = {}
    for n, id in ipairs { "a", "b", "c" } do
      take { reviewed(id, "GREEN", NOW + 1) }
      decide(n, { "add_tags", "deactivate" }, { asked = "really?" })
      local said = of(n)
      said.event = "approved"
      assert.equal("taken: 1 of 1", (say(said)))
      if n > 1 then
        assert.is_nil(intend(n))
        local line = w.store:line(n)
        w.store:settle(line, line.steps[1], { state = n == 2 and "applied" or "unknown" })
      end
      lines[n] = line_of.of(w.store:line(n), w.run, { on_step = function() end }, {}, w.account) -- its facts are read again
      said = of(n)
      said.event, said.what = "told", "withdraw"
      assert.equal("taken: withdrawn", (say(said)))
    end
    local before = {}
    for n, line in ipairs(lines) do
      before[n] = w.store:line(n)
      line:give_up(line.steps[n == 2 and 2 or 1], "the facts changed")
      if n > 1 then line:put_back(line.steps[n == 2 and 2 or 1], "the facts could not be read") end
      assert.same({ "waiting", "ask" }, { state(n) })
      assert.same(before[n], w.store:line(n))
    end
    is_sound()
  end)

  it("that is over is decided another time as another line, where a person wants that and nothing is newer", function()
    approved { breaker = { deactivate = { low = 0, high = 0.05 } } }
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1) }
    local function redecide(n)
      return (say { event = "told", what = "redecide", line = n, target = w.store:target(w.store:line(n)) })
    end
    assert.equal("stale: it is new, and not over", redecide(1))
    decide(1, { "deactivate", "add_tags" })
    decide(2)
    assert.is_nil(intend(1))
    settle(1, 1, "unknown", true)
    assert.equal("stale: what came of a step of it is not known; settle that first", redecide(1))
    settled(1, "void")
    assert.equal("stale: it is not what was looked at any more", -- of another line, as a journal of somebody else shows it
      (say { event = "told", what = "settle", target = w.store:target(w.store:line(2)), line = 1, step = 1, as = "void" }))
    local before, decisions = w.store:digest(w.store:row("line", 1)), w.store.witness.breaker.decisions
    assert.equal("stale: it is not what was looked at any more",
      (say { event = "told", what = "redecide", line = 1, target = ("0"):rep(64) }))
    assert.equal("refused: there is no such line", (say { event = "told", what = "redecide", line = 3, target = "x" }))
    assert.equal("taken: line 3 decides about it", redecide(1))
    assert.equal("stale: line 3 decides about it", redecide(1))
    assert.equal(before, w.store:digest(w.store:row("line", 1))) -- what came of the line stays
    local row = w.store:line(3).row
    assert.same({ "new", 1, "a", NOW }, { row.state, row.of, row.id, row.received })
    assert.not_equal(day.of(NOW), verdicts.given(row).today)
    assert.equal(NOW, verdicts.given(row).event.received)
    assert.is_false(line_of.of(w.store:line(3), w.run):may_be_forgotten())
    assert.is_true(figures.of(w.store).lag < 3600) -- since the person said so
    local ms = w.store:totals()["time:decision:ms"]
    assert.equal("written", decide(3, { "deactivate" }))
    assert.is_true(w.store:totals()["time:decision:ms"] - ms < 3600e3)
    assert.equal(decisions, w.store.witness.breaker.decisions)
    assert.is_nil(intend(3))
    settle(3, 1, "applied", true)
    -- what is newer is to be decided itself
    take { reviewed("a", "RED", NOW + 2) }
    assert.equal("stale: event 3 is newer", redecide(1))
    assert.equal("stale: event 3 is newer", redecide(3))
    decide(4)
    assert.equal("taken: line 5 decides about it", redecide(4))
    take { reviewed("a", "GREEN", NOW + 3) } -- and supersedes it, as any line
    assert.same({ "superseded", 4 }, { state(5), w.store:line(5).row.by })
    assert.truthy(w.store.witness:take { event = "redecided", line = 9, of = 1 })
    assert.truthy(w.store.witness:take { event = "redecided", line = 7, of = 7 })
    is_sound()
  end)

  it("is not sent by any mandate any more when a person has said stop, until another one is approved", function()
    new_watch { approvals = 2 }
    local function stop(m, with) return (say({ event = "told", what = "stop", m = m }, with)) end
    assert.equal("stale: no mandate is current", stop(1))
    for _, key in ipairs { w.key, w.others[1] } do approve_mandate(key) end
    take { reviewed("a", "GREEN", NOW + 1), reviewed("b", "GREEN", NOW + 1), reviewed("c", "GREEN", NOW + 1) }
    decide(1, { "deactivate", "send_status_email" })
    decide(2, { "deactivate" }, { asked = "really?" })
    assert.is_nil(intend(1))
    settle(1, 1, "applied")
    assert.equal("stale: mandate 1 is current", stop(2))
    assert.equal("taken: mandate 1 lets nothing be done any more", stop(1, w.others[2]))
    assert.equal("stale: it was stopped before", stop(1))
    assert.equal("mandate", intend(1, 2))
    decide(3, { "deactivate" })
    assert.same({ "waiting", "mandate" }, { state(3) })
    assert.equal("a person stopped the mandate", figures.of(w.store).objection)
    assert.equal("failing", (figures.health(w.store)))
    -- people may do it all the same
    for _, n in ipairs { 1, 2 } do
      say { event = "approved", line = n, target = w.store:target(w.store:line(n)) }
      assert.is_nil(intend(n, n == 1 and 2 or 1))
    end
    local mandate = {}
    for name, value in pairs(w.store.witness.mandates[1]) do mandate[name] = value end
    mandate.m, mandate.redecide = 2, "waiting"
    say { event = "told", what = "propose", policy = "policy 1", mandate = mandate }
    for _, key in ipairs { w.key, w.others[1] } do approve_mandate(key) end
    assert.equal("new", state(3))
    decide(3, { "deactivate" })
    assert.is_nil(intend(3))
    assert.truthy(w.store.witness:take { event = "told", what = "stop", m = 1, key = "x" })
    w.run:close()
    w.run = assert(runs.open(w.run.dir))
    assert.same({ 1, nil }, { w.run.store.witness.stopped, w.run.store.witness:objection(2, NOW) })
  end)

  it("is held at no moment while a person is asked", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    decide(1, { "deactivate" }, { asked = "really?" })
    local whose, cli_runs, held = require("idngo.cli.whose"), require("idngo.cli.runs"), nil
    local of, settings, own_say = whose.of, cli_runs.settings, letter.say
    whose.of = function(store)
      held = store.tables.db:in_transaction()
      return {}
    end
    cli_runs.settings, letter.say = function() return {} end, function() return 0 end
    local ok, code = pcall(require("idngo.cli.approve").run, { dir = w.run.dir, targets = { 1 } })
    whose.of, cli_runs.settings, letter.say = of, settings, own_say
    assert.same({ true, 0, false }, { ok, code, held })
  end)

  it("is read by a command as it was when that began, until the command says something", function()
    approved()
    take { reviewed("a", "GREEN", NOW + 1) }
    local reader = assert(letter.open { dir = w.run.dir })
    decide(1, { "deactivate" }, { asked = "really?" })
    local line = assert(letter.lines(reader, { 1 }))[1]
    assert.equal("new", line.state)
    local said = { event = "told", what = "retry", target = reader:target(line), line = 1 }
    local id, body = letters.write(reader, said, w.key)
    letters.leave(reader, id, body)
    letters.take(w.store, w.approvers, w.names, w.account)
    assert.equal("stale: it is not what was looked at any more", letters.verdict(reader, id))
    reader:close()
  end)
end)
