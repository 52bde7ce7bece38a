-- What people may say to a watch: letters with fields that are the watcher's alone, mandates that are none; and a log of that.

local core = require("idngo.core")
local handlers = require("idngo.watch.handlers")
local json = require("idngo.json")
local letters = require("idngo.watch.letters")
local mandates = require("idngo.watch.mandate")
local runs = require("idngo.watch.run")
local support = require("runs")
local w = require("watch_lines")
local witness = require("idngo.watch.witness")

local TEXT = "policy 1" -- of the watch

local function proposal(approvals)
  return { policy = { text = TEXT, info = { name = "p", version = "1", on = { "applicantReviewed" }, inputs = {} } },
    guards = { assert(mandates.guard("deactivate=5/1h")) }, approvals = approvals, line_approvals = 1, seconds = 86400,
    breaker = false }
end

--- What becomes of a mandate that is proposed with these fields changed; a value "nil" takes one out.
local function propose(changes, approvals)
  local mandate = runs.mandate(w.store, proposal(approvals or 2))
  for name, value in pairs(changes or {}) do mandate[name] = value ~= "nil" and value or nil end
  if changes and changes.breaker == false then mandate.breaker = false end
  return w.say { event = "told", what = "propose", policy = TEXT, mandate = mandate }
end

-- Mandates that are none: what is changed of a good one.
local NONE = {
  { approvals = 0 }, { approvals = 10 }, { approvals = 1.5 }, { approvals = "2" }, { approvals = "nil" }, { line_approvals = 0 },
  { line_approvals = -1 }, { guards = { deactivate = 5 } }, { guards = { deactivate = {} } }, { guards = { deactivate = "all" } },
  { guards = { no_such_action = "none" } }, { guards = { deactivate = { { most = -1, seconds = 60 } } } },
  { guards = { deactivate = { { most = 1 } } } }, { guards = { deactivate = { { most = 1, seconds = 0 } } } },
  { guards = { deactivate = { { most = 1, seconds = 60, each = "x" } } } },
  { guards = { deactivate = { { most = 1, seconds = 60, all = true } } } }, { guards = "none" }, { breaker = { hold = 5 } },
  { breaker = { hold = { low = 0.5, high = 0.1 } } }, { breaker = { hold = { low = -1, high = 0.1 } } }, { breaker = true },
  { breaker = { no_such = { low = 0, high = 0.1 } } }, { breaker = "nil" }, { on = {} }, { on = "nil" }, { on = { "a b" } },
  { newest = "all" }, { newest = "nil" }, { echoes = 1 }, { expires = 1e18 }, { expires = "soon" }, { account = "other" },
  { run = ("0"):rep(32) }, { policy = ("0"):rep(64) }, { m = 7 }, { m = 1.5 }, { more = true }, { v = 2 }, { kind = "letter" },
}

describe("what people say to a watch", function()
  setup(w.setup)
  before_each(w.before)
  after_each(w.after)
  teardown(support.clean)

  it("goes into the log with the fields of its kind alone: what the log believes is not a person's to say", function()
    w.new_watch { approvals = 1 }
    local target, records = w.store.witness.hashes[1], w.store.head.seq
    for name, value in pairs { t = 1e9, lines = { ["1"] = ("0"):rep(64) }, counts = { ["lines:new"] = 7 }, file = "../x",
      sha256 = ("0"):rep(64), places = { s = { 0, 9 } }, as = "applied", ["x\n"] = 1 } do
      local verdict = w.say { event = "approved", target = target, [name] = value }
      assert.truthy(verdict:find("^refused: it has a field that is not a person's to say: "), verdict)
      assert.is_nil(verdict:find("\n"))
    end
    assert.equal("refused: it has a field that is no string: target", w.say { event = "approved", target = 5 })
    assert.equal("refused: it has a field that is no number: line", w.say { event = "declined", target = target, line = "1" })
    for _, record in ipairs { { event = "told", what = "other" }, { event = "told" },
      { event = "told", what = "breaker", line = 1 },
      { event = "told", what = "forget" }, { event = "told", what = "forget", before = -1 },
      { event = "told", what = "settle", line = 1, step = 1, as = "applied", m = 1 } } do
      assert.truthy(w.say(record):find("^refused: it "))
    end
    for _, what in ipairs { "retry", "redecide", "stop", "withdraw", "settle", "breaker", "propose" } do -- and nothing of what
      local verdict = w.say { event = "told", what = what }
      assert.truthy(verdict:find("^refused: ") or verdict:find("^stale: "), what .. " " .. verdict)
    end
    for _, event in ipairs { "approved", "declined", "went_back", "after_failover" } do
      local verdict = w.say { event = event }
      assert.truthy(verdict:find("^refused: ") or verdict:find("^stale: "), event .. " " .. verdict)
    end
    assert.is_true(w.store.witness.t < 1e9 + core.wall())
    for seq = records + 1, w.store.head.seq do
      assert.equal("answered", json.decode(w.store:row("audit_record", seq).record).event)
    end
    assert.equal("taken: 1 of 1", w.say { event = "approved", target = target })
  end)

  it("counts once, whoever leaves it again", function()
    w.new_watch { approvals = 1, breaker = { deactivate = { low = 0, high = 0.05 } } }
    assert.equal("taken: 1 of 1", (w.approve_mandate()))
    local n = 0
    --- Opens the breaker.
    local function open()
      while not w.store.witness.breaker.open do
        n = n + 1
        w.take { w.reviewed("a" .. n, "GREEN", w.NOW + 1) }
        w.decide(n, { "deactivate" })
      end
    end
    open()
    local verdict, id, body = w.say(w.closing())
    assert.equal("taken: 1 of 1", verdict)
    open()
    --- What becomes of it when somebody leaves it once more.
    local function again(text)
      local own = core.sha256(text):sub(1, 32)
      letters.leave(w.store, own, text)
      letters.take(w.store, w.approvers, w.names, w.account)
      assert.is_table(w.store.witness.breaker.open)
      return letters.verdict(w.store, own)
    end
    assert.equal("refused: it is not what was left", again(body .. " "))
    assert.equal("refused: it is not what was left", again((body:gsub("^{", "{ "))))
    assert.equal("refused: it is no letter", again((body:gsub('"signature"', '"seq":1,"signature"'))))
    w.store.tables:exec(("DELETE FROM letters WHERE id = '%s'"):format(id))
    assert.equal("stale: it was answered before", again(body))
  end)

  it("is refused where it is nested so deeply that it could not be written down", function()
    w.new_watch { approvals = 1 }
    local deep = ('{"event":"told","what":"propose","policy":"p","run":"%s","key":"%s","signature":"0","mandate":{"v":%s1%s}}')
      :format(w.store.run_id, w.key:id(), ("["):rep(120), ("]"):rep(120))
    letters.leave(w.store, core.sha256(deep):sub(1, 32), deep)
    letters.take(w.store, { [w.key:id()] = w.key }, {})
    assert.equal("refused: it is no letter", letters.verdict(w.store, core.sha256(deep):sub(1, 32)))
  end)

  it("is left whole or not at all, where there would be more of it than a watcher takes at once", function()
    w.new_watch { approvals = 1 }
    local most, list = letters.MOST, {}
    finally(function() letters.MOST = most end)
    letters.MOST = 3
    for i = 1, 4 do
      local id, body = letters.write(w.store, { event = "approved", target = ("%064d"):format(i) }, w.key)
      list[i] = { id = id, body = body }
    end
    local function refused(these, hint)
      local ok, err = pcall(letters.leave_all, w.store, these)
      assert.is_false(ok)
      assert.equal(hint, err.hint)
    end
    refused(list, "say it of fewer lines at once")
    assert.equal(0, w.store:row("watch_count_unread").count)
    letters.leave_all(w.store, { list[1], list[2] })
    refused({ list[3], list[4] }, "let idngo watch read them, then say it again")
    letters.MOST = 4
    assert.is_false(pcall(letters.leave_all, w.store, { list[3], { id = "no body" } }))
    assert.equal(2, w.store:row("watch_count_unread").count)
    letters.leave_all(w.store, { list[3], list[1] }) -- the second is there already
    assert.equal(3, w.store:row("watch_count_unread").count)
  end)

  it("proposes a mandate, or nothing", function()
    w.new_watch { approvals = 2 }
    for i, changes in ipairs(NONE) do
      local verdict = propose(changes)
      assert.truthy(verdict:find("^refused: it is "), i .. ": " .. verdict)
    end
    assert.equal(1, #w.store.witness.mandates)
    assert.truthy(propose():find("^taken: %x+$"))
    assert.equal("stale: mandate 2 was proposed since", propose { m = 2 })
  end)

  it("is of the mandate that is proposed now: of none that is current, rejected, or came before", function()
    w.new_watch { approvals = 1 }
    local seen, figures = w.store.witness, require("idngo.watch.figures")
    --- The number of the mandate that is proposed, by everybody who tells.
    local function proposed()
      local m = seen:proposed()
      assert.equal(m, (figures.of(w.store).proposed or {}).m)
      for each = 1, #seen.mandates do
        if each ~= m then assert.is_nil(seen:shadow_left(each)) end
      end
      assert.is_false(w.store:switch()) -- nobody approved it yet
      return m
    end
    assert.equal(1, seen:proposed())
    w.approve_mandate()
    assert.is_nil(proposed())
    assert.truthy(propose({ shadow = 5 }, 1):find("^taken"))
    assert.equal(2, proposed())
    assert.equal(5, seen:shadow_left(2))
    assert.equal("taken: rejected", w.say { event = "declined", target = seen.hashes[2] })
    assert.is_nil(proposed())
    assert.equal("stale: it was rejected", w.say { event = "approved", target = seen.hashes[2] })
    assert.truthy(propose(nil, 1):find("^taken"))
    assert.equal(3, proposed())
    assert.truthy(propose(nil, 1):find("^taken"))
    assert.equal(4, proposed())
    assert.equal("stale: mandate 4 was proposed since", w.say { event = "approved", target = seen.hashes[3] })
    assert.equal("stale: it is current already", w.say { event = "approved", target = seen.hashes[1] })
    assert.equal("taken: 1 of 1", w.approve_mandate())
    assert.equal(4, seen.m)
    assert.is_nil(proposed())
    -- a log that makes one current that was proposed before is none
    w.store.witness.approvals[seen.hashes[3]] = { { key = w.key:id(), seq = 1 } }
    assert.equal("makes a mandate current that is not proposed any more", seen:take { event = "mandate", m = 3, seq = 1000 })
    w.is_sound()
  end)

  it("proposes none that needs fewer people than the one before it, approved or not", function()
    w.new_watch { approvals = 2 }
    assert.truthy(propose(nil, 1):find("the one before it needs 2 approvals", 1, true))
    assert.truthy(propose(nil, 3):find("^taken"))
    assert.truthy(propose(nil, 2):find("the one before it needs 3 approvals", 1, true))
  end)

  it("is believed in a log under the same rules", function()
    w.new_watch { approvals = 2 }
    local records = {}
    for seq = 1, w.store.head.seq do records[seq] = json.decode(w.store:row("audit_record", seq).record) end
    --- What a reader of the log says to a last record, behind what was written.
    local function read(last)
      local seen = witness.new(handlers)
      for _, record in ipairs(records) do assert.is_nil(seen:take(record)) end
      last.seq = #records + 1
      local message = seen:take(last)
      local t = seen.t
      seen:close()
      return message, t
    end
    for _, changes in ipairs(NONE) do
      local mandate = runs.mandate(w.store, proposal(2))
      for name, value in pairs(changes) do mandate[name] = value ~= "nil" and value or nil end
      local text, hash = mandates.seal(mandate)
      local message = read { event = "proposed", m = mandate.m, mandate = text, hash = hash, t = w.store:clock() }
      -- that it is another policy's is seen where the policy is
      assert.truthy(changes.policy or message and message:find("proposes no mandate", 1, true), text)
    end
    local text, hash = mandates.seal(runs.mandate(w.store, proposal(1)))
    assert.truthy(read { event = "proposed", m = 2, mandate = text, hash = hash, t = w.store:clock() })
    local before = select(2, read { event = "told", what = "breaker" })
    local message, t = read { event = "told", what = "breaker", t = 1e12 }
    assert.truthy(message:find("not a person's to say: t", 1, true))
    assert.equal(before, t)
    assert.truthy(read { event = "settled", line = 1, step = 1, action = "deactivate", outcome = "applied" })
  end)
end)
