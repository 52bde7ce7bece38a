-- What idngo explain tells of a line of a watch: its log, with guards and breaker as they were at each moment. Nothing is sent.

local history = require("idngo.watch.history")
local json = require("idngo.json")
local support = require("runs")
local w = require("watch_lines")

local function shell(text)
  local out, errors, code = support.shell(("IDNGO_CONFIG= lua5.4 bin/idngo %s"):format(text))
  assert.equal(0, code, out .. errors)
  return out
end

describe("what became of a line of a watch", function()
  setup(w.setup)
  before_each(w.before)
  after_each(w.after)
  teardown(support.clean)

  local POLICY = [[
    return { name = "p", version = "1", on = { "applicantReviewed" },
      decide = function() return deactivate("d") end }]]

  it("is told by the log, with guards and breaker of each moment, and who said what", function()
    w.approved { policy = POLICY, max = { "deactivate=1/1h" }, breaker = { deactivate = { high = 0.05 } } }
    w.take { w.reviewed("a", "GREEN", w.NOW + 1), w.reviewed("b", "GREEN", w.NOW + 1), w.reviewed("b", "RED", w.NOW) }
    local function decide(n) w.decide(n, { "deactivate" }) end
    decide(1)
    decide(2)
    assert.is_nil(w.intend(1))
    w.settle(1, 1, "applied", true)
    assert.equal("guard", w.intend(2))
    local said = { event = "approved", line = 2, target = w.store:target(w.store:line(2)) }
    assert.equal("taken: 1 of 1", (w.say(said)))
    assert.is_nil(w.intend(2))
    w.settle(2, 1, "applied", true)
    local n = 3
    while not w.store.witness.breaker.open do
      n = n + 1
      w.take { w.reviewed("c" .. n, "GREEN", w.NOW + 1) }
      decide(n)
    end
    assert.equal("breaker", w.intend(4))
    local function of(k)
      local list, approvals = history.of(w.store, w.store:line(k).row)
      local words = {}
      for i, each in ipairs(list) do
        local guards = {}
        for j, guard in ipairs(each.guards or {}) do guards[j] = ("%d of %s"):format(guard.used, guard.guard) end
        words[i] = ("%s [%s] %s%s"):format(each.what, table.concat(guards, ", "), tostring(each.breaker), each.by and " by" or "")
      end
      return words, approvals
    end
    local words, approvals = of(1)
    assert.same({ "taken [] nil", "decided by mandate 1: act [0 of 1/1h, 0 of 3/1d@applicant] closed",
      "step 1, deactivate: about to be sent, by the mandate [0 of 1/1h, 0 of 3/1d@applicant] closed",
      "step 1, deactivate: applied [] nil" }, words)
    assert.equal(w.key:id(), approvals[1].key)
    words = of(2)
    assert.same({ "taken [] nil", "decided by mandate 1: act [0 of 1/1h, 0 of 3/1d@applicant] closed",
      "waits for guard [1 of 1/1h, 0 of 3/1d@applicant] closed", "approved [] nil by",
      "step 1, deactivate: about to be sent, as was approved [1 of 1/1h, 0 of 3/1d@applicant] closed",
      "step 1, deactivate: applied [] nil" }, words)
    words, approvals = of(3)
    assert.same({ "taken [] nil" }, words)
    assert.same({}, approvals)
    words = of(4)
    assert.truthy(words[#words]:find("^waits for breaker .* 6 of the last 6 decisions are deactivate; usual is up to"),
      words[#words])
    local redecide = { event = "told", what = "redecide", line = 2, target = w.store:target(w.store:line(2)) }
    assert.truthy(w.say(redecide):find("^taken"))
    words = of(2)
    assert.equal(("line %d decides about it another time [] nil"):format(n + 1), words[#words])
    assert.equal("line 2 another time [] nil", of(n + 1)[1])
    w.take { w.reviewed("c4", "RED", w.NOW + 2) }
    words = of(4)
    assert.equal(("superseded by event %d [] nil"):format(n + 1), words[#words])
    local dir = w.run.dir
    w.run:close()
    w.run = nil
    local out = shell("explain " .. dir .. " 2")
    for _, wanted in ipairs { "line 2  done, by mandate 1\n  event      applicantReviewed, received 2023-11-14 22:13:20 UTC\n",
      "  mandate 1  approved ", "  waits for guard\n    guards   deactivate 1 of 1/1h",
      "  approved\n    said     " } do
      assert.truthy(out:find(wanted, 1, true), wanted .. " is not in " .. out)
    end
    assert.truthy(shell("explain " .. dir .. " 3"):find("^line 3 is superseded by event 2; nothing was decided of it\n"))
    local told = json.decode((shell("explain " .. dir .. " 2 --json")))
    assert.equal("waits for guard", told.history[3].what)
    assert.equal(w.key:id(), told.mandate_by[1].key)
  end)

  it("names those who approved its mandate, and nobody who thought again", function()
    w.new_watch { approvals = 2 }
    local target = w.store.witness.hashes[1]
    w.approve_mandate()
    assert.equal("taken: withdrawn", (w.say { event = "told", what = "withdraw", target = target }))
    for _, key in ipairs(w.others) do w.approve_mandate(key) end
    w.take { w.reviewed("a", "GREEN", w.NOW + 1) }
    w.decide(1)
    local keys = {}
    for i, record in ipairs(select(2, history.of(w.store, w.store:line(1).row))) do keys[i] = record.key end
    assert.same({ w.others[1]:id(), w.others[2]:id() }, keys)
  end)

  it("tells an auditor which approvals were taken back, and when", function()
    w.new_watch { approvals = 2 }
    local withdraw = { event = "told", what = "withdraw", target = w.store.witness.hashes[1] }
    w.approve_mandate()
    assert.equal("taken: withdrawn", (w.say(withdraw)))
    w.approve_mandate()
    local dir = w.run.dir
    w.run:close()
    w.run = nil
    local approvals = json.decode((shell("audit verify --json " .. dir))).approvals
    assert.is_number(approvals[1].withdrawn)
    assert.is_nil(approvals[2].withdrawn)
    local out = shell("audit verify " .. dir)
    assert.equal(2, select(2, out:gsub("approved ", "")))
    assert.equal(1, select(2, out:gsub(", withdrawn 20%d%d%-", "")))
  end)
end)
