-- The breaker of a watch: when it opens, who closes it, and how lines go on then. IDNGO_BREAKER: how many decisions are looked
-- at. Nothing is sent.

local breaker = require("idngo.watch.breaker")
local core = require("idngo.core")
local figures = require("idngo.watch.figures")
local json = require("idngo.json")
local output = require("idngo.cli.output")
local prometheus_text = require("prometheus_text")
local runs = require("idngo.watch.run")
local support = require("runs")
local w = require("watch_lines")

local NOW = w.NOW
local new_watch, say, approve_mandate, approved, take, reviewed, decide, state, intend, settle, is_sound
  = w.new_watch, w.say, w.approve_mandate, w.approved, w.take, w.reviewed, w.decide, w.state, w.intend, w.settle,
  w.is_sound

--- Has lines behind the `n`th decided otherwise than usual until the breaker opens; how many lines there are then.
local function open(n)
  local first = n
  while not w.store.witness.breaker.open do
    n = n + 1
    take { reviewed("a" .. n, "GREEN", NOW + 1) }
    decide(n, { "deactivate" })
    assert.is_true(n < first + 40)
  end
  return n
end

-- So many decisions at usual shares; with more than a million everything is looked at.
local MANY = tonumber(os.getenv("IDNGO_BREAKER")) or 100000
local WHOLE = MANY > 1e6

describe("a line of a watch", function()
  setup(w.setup)
  before_each(w.before)
  after_each(w.after)
  teardown(support.clean)

  it("waits while the breaker is open, which people close; then it is decided again", function()
    approved { breaker = { deactivate = { low = 0, high = 0.05 } } }
    local function begun_again()
      local parts, dir = json.encode(w.store.witness.breaker.tests[1].parts), w.run.dir
      w.run:close()
      w.run = assert(runs.open(dir))
      w.store = w.run.store
      assert.equal(parts, json.encode(w.store.witness.breaker.tests[1].parts)) -- bit for bit
    end
    local n = WHOLE and 50 or 5
    for i = 1, n do
      take { reviewed("a" .. i, "GREEN", NOW + 1) }
      decide(i, i == 1 and { "deactivate" } or nil)
      begun_again()
    end
    local before = n
    n = open(n)
    assert.is_true(n > before + 3)
    assert.equal("breaker", intend(1))
    assert.same({ "waiting", "breaker" }, { state(1) })
    begun_again()
    assert.is_table(w.store.witness.breaker.open)
    assert.equal("taken: 1 of 1", (say(w.closing())))
    assert.is_nil(w.store.witness.breaker.open)
    assert.equal("new", state(1))
    assert.equal("stale: the breaker is closed", (say(w.closing())))
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
      while not w.store.witness.breaker.open do
        n = n + 1
        take { reviewed("c" .. n, "GREEN", NOW + 1) }
        decide(n, { "deactivate" })
      end
      assert.equal("breaker", intend(1, 2))
      assert.equal("breaker", intend(2))
      w.store:after_breaker()
      assert.equal("waiting", state(2))
      if how == "letter" then
        assert.equal("taken: 1 of 1", (say(w.closing())))
      elseif how == "killed" then
        local own = w.store.after_breaker
        w.store.after_breaker = function() end
        say(w.closing())
        w.store.after_breaker = own
        w.run:close()
        w.run = assert(runs.open(w.run.dir))
        w.store = w.run.store
        w.store:after_breaker() -- as the watcher does when it begins
      else
        local mandate = {}
        for name, value in pairs(w.store.witness.mandates[1]) do mandate[name] = value end
        mandate.m = 2
        say { event = "told", what = "propose", policy = "policy 1", mandate = mandate }
        assert.equal("taken: 1 of 1", approve_mandate())
      end
      assert.equal("open", state(1))
      assert.equal("new", state(2))
      assert.is_nil(intend(1, 2), how)
      assert.is_nil(w.store:totals()["waiting:breaker"])
      is_sound()
    end
  end)

  it("stays open where somebody says to close it who looked at an opening before this one", function()
    new_watch { approvals = 2, breaker = { deactivate = { low = 0, high = 0.05 } } }
    for _, key in ipairs { w.key, w.others[1] } do approve_mandate(key) end
    local n = open(0)
    local seen = w.closing() -- by one, who says so later
    for _, key in ipairs(w.others) do say(w.closing(), key) end
    assert.is_nil(w.store.witness.breaker.open)
    assert.equal("stale: the breaker is closed", (say(seen)))
    open(n)
    assert.equal("stale: it was opened again since", (say(seen)))
    assert.equal("stale: it was opened again since", (say { event = "told", what = "breaker" }))
    assert.equal("taken: 1 of 2", (say(w.closing())))
    assert.equal("stale: it was opened again since", (say(seen, w.others[1])))
    assert.is_table(w.store.witness.breaker.open)
    -- a reader of the log goes by the same rule
    local record = { event = "told", what = "breaker", opening = seen.opening, key = "another" }
    assert.truthy(w.store.witness:take(record):find("opened again since", 1, true))
    assert.is_table(w.store.witness.breaker.open)
    assert.equal("taken: 2 of 2", (say(w.closing(), w.others[1])))
    assert.is_nil(w.store.witness.breaker.open)
  end)

  it("is not closed by who was shown something else than why it is open", function()
    approved { breaker = { deactivate = { low = 0, high = 0.05 } } }
    local function closing(rebase, change)
      local letter, tell = require("idngo.cli.letter"), output.tell
      local own, said = letter.say, nil
      finally(function() letter.say, output.tell = own, tell end)
      function letter.say(_, _, list)
        said = list[1]
        return 0
      end
      function output.tell() end
      local find = letter.open
      function letter.open(options)
        local store = assert(find(options))
        change(store.witness.breaker.open) -- as one would who has made a log of his own
        return store
      end
      local code = require("idngo.cli.breaker").run { dir = w.run.dir, close = "close", rebase = rebase }
      letter.say, letter.open, output.tell = own, find, tell
      assert.equal(0, code)
      return said
    end
    local n = open(0)
    while n < 210 do
      n = n + 1
      take { reviewed("b" .. n, "GREEN", NOW + 1) }
      decide(n)
    end
    for _, rebase in ipairs { false, true } do
      for name, value in pairs { why = "3 of the last 4 decisions are hold; usual is 1.2 %", at = NOW } do
        assert.equal("stale: it is not what was looked at any more",
          (say(closing(rebase, function(shown) shown[name] = value end))))
      end
    end
    local said = w.closing(n)
    said.rebase = n - 1
    assert.equal("stale: it is not what was looked at any more", (say(said)))
    said.shown = nil
    assert.equal("stale: it is not what was looked at any more", (say(said)))
    assert.is_table(w.store.witness.breaker.open)
    assert.equal("taken: 1 of 1", (say(closing(true, function() end))))
    is_sound()
  end)

  it("is closed by what the last decisions were, where people say so, until another mandate is current", function()
    new_watch { approvals = 2, breaker = { deactivate = { low = 0, high = 0.05 } }, max = { "deactivate=none", "add_note=none" } }
    for _, key in ipairs { w.key, w.others[1] } do approve_mandate(key) end
    local n = open(0)
    local closing = w.closing
    local function more(count)
      for i = 1, count do
        n = n + 1
        take { reviewed("b" .. n, "GREEN", NOW + 1) }
        decide(n, i % 2 == 0 and { "deactivate" } or nil)
      end
    end
    assert.equal(("stale: bands are made of 200 decisions or more, and there are %d by this mandate"):format(n),
      (say(closing(n))))
    assert.equal("stale: there is no such decision", (say(closing(n + 1))))
    more(240 - n)
    local seen = w.store.witness
    assert.equal(240, seen.breaker.decisions)
    assert.equal("taken: 1 of 2", (say(closing(240))))
    assert.equal(240, seen.breaker:last_decision())
    more(10)
    assert.equal(240, seen.breaker:last_decision()) -- what others have said, and not the last one
    assert.equal("taken: 1 of 2", (say(w.closing(), w.others[1]))) -- who says no more than that it be closed says something else
    assert.equal("stale: this key has said so already", (say(closing(240))))
    assert.is_table(seen.breaker.open)
    assert.equal("taken: 2 of 2", (say(closing(240), w.others[1])))
    local function check()
      local now = w.store.witness.breaker
      assert.is_nil(now.open)
      assert.equal(240, now.rebased.decisions)
      local edges = {}
      for _, test in ipairs(now.tests) do
        edges[test.category .. " " .. test.side] = test.edge
        assert.equal(0, test.seen)
      end
      local found = now:bands_at(240, w.store.witness:current_mandate())
      assert.same({ found.deactivate.low, found.pass.low, 0.0221 }, { edges["deactivate down"], edges["pass down"],
        edges["hold up"] })
      assert.is_true(edges["deactivate down"] > 0.2 and edges["deactivate down"] < 0.3)
    end
    check()
    local dir = w.run.dir
    w.run:close()
    w.run = assert(runs.open(dir))
    w.store = w.run.store
    check() -- as the log has it
    more(100)
    assert.is_nil(w.store.witness.breaker.open)
    local mandate = {}
    for name, value in pairs(w.store.witness.mandates[1]) do mandate[name] = value end
    mandate.m = 2
    say { event = "told", what = "propose", policy = "policy 1", mandate = mandate }
    for _, key in ipairs { w.key, w.others[1] } do approve_mandate(key) end
    assert.equal(1, #w.store.witness.breaker.tests) -- by the bands of the mandate
    assert.equal(0, #w.store.witness.breaker.recent)
  end)

  it("takes no more than the last 1000 decisions for usual, and knows as many that were made since", function()
    local made, mandate = breaker.new(), { approvals = 1, breaker = { hold = { high = 0.1 } }, guards = {} }
    made:reset(mandate.breaker)
    for i = 1, 5000 do
      made:see { decision = i <= 2500 and "hold" or "pass", at = i, seq = i }
      assert.is_true(#made.recent < 3000)
    end
    assert.equal(5000, made.decisions)
    local last, _, count = made:bands_at(5000, mandate)
    assert.same({ 1000, 0.0205 }, { count, last.hold.high })
    assert.is_nil((made:bands_at(4000, mandate)))
    assert.is_table((made:bands_at(4001, mandate)))
    assert.is_nil((made:bands_at(5001, mandate)))
    assert.equal("the mandate has no breaker", select(2, made:bands_at(5000, { breaker = false, guards = {} })))
  end)

  it("is told by its category and side, and how near the others are", function()
    approved { breaker = { deactivate = { low = 0, high = 0.05 }, pass = { low = 0.1, high = 0.9 } },
      max = { "deactivate=5/1h,7/60m,9/1d" } }
    local function series(text)
      local values = {}
      for name, value in figures.text(w.store):gmatch("(idngo_watch_" .. text .. "{[^\n]+}) ([^\n]+)") do
        values[name:match("{(.*)}"):gsub('"', "")] = tonumber(value)
      end
      return values
    end
    assert.same({ ["category=deactivate,side=up"] = 0, ["category=pass,side=up"] = 0, ["category=pass,side=down"] = 0,
      ["category=unknown,side=up"] = 0, ["category=damaged,side=up"] = 0 }, series("breaker_open"))
    assert.same({ ["action=deactivate,window=1h,scope=all"] = 5, ["action=deactivate,window=1d,scope=all"] = 9 },
      series("guard_limit"))
    open(0)
    local found, ratio = series("breaker_open"), series("breaker_evidence_ratio")
    assert.equal(1, found["category=deactivate,side=up"])
    local sum, count = 0, 0
    for _, value in pairs(found) do sum, count = sum + value, count + 1 end
    assert.same({ 1, 5 }, { sum, count })
    assert.is_true(ratio["category=deactivate,side=up"] >= 1 and ratio["category=pass,side=down"] > 0
      and ratio["category=pass,side=down"] < 1)
    assert.same({}, prometheus_text.flaws(figures.text(w.store)))
    assert.equal("taken: 1 of 1", (say(w.closing())))
    for i = 1, 3 do w.store.witness.breaker:unknown { at = NOW + i, t = NOW + i, seq = i } end
    assert.equal(1, series("breaker_open")["category=unknown,side=up"])
  end)

  it("opens where a fact is missing more often than usual, of the times that it was read", function()
    approved { breaker = { missing_liveness = { high = 0.05 }, missing_duplicates = { low = 0.5, high = 0.9 } } }
    local n = 0
    local function come(answer)
      n = n + 1
      take { reviewed("m" .. n, "GREEN", NOW + 1) }
      local read = answer and { liveness = { answer = answer } } or {}
      local bodies = {}
      for name in pairs(read) do bodies[name] = { body = "{}" } end
      decide(n, nil, { known = read, facts = bodies })
      return w.store.witness.breaker
    end
    for _ = 1, 30 do
      come("GREEN")
      come(nil) -- was not read: neither
    end
    local test = come("GREEN").tests[2]
    assert.same({ "missing_liveness", "up", 31 }, { test.category, test.side, test.seen })
    assert.same({ "up", 0 }, { come("GREEN").tests[1].side, come("GREEN").tests[1].seen })
    assert.equal(2, #come("GREEN").tests) -- none can be missing too rarely
    local first = n
    while not come("MISSING").open do assert.is_true(n < first + 30) end
    local opened = w.store.witness.breaker.open
    assert.equal(("%d of the last %d times that it was read the fact liveness is missing; usual is up to 5.0 %%"):format(
      opened.seen, opened.seen), opened.why)
    assert.equal("missing_liveness", opened.category)
    -- bands of it
    local shares = { hold = 300, read_liveness = 250, missing_liveness = 25, read_duplicates = 100, missing_duplicates = 1 }
    local bands = breaker.bands(shares, 300)
    assert.same({ { high = 0.2032, share = 0.1 }, nil, nil }, { bands.missing_liveness, bands.missing_duplicates,
      bands.read_liveness })
    is_sound()
  end)

  it("opens with words and a record of the log that say what was seen, of how many, and what is usual", function()
    approved { breaker = { deactivate = { share = 0.012, high = 0.032 }, pass = { share = 0.9, low = 0.45 } } }
    for n = 1, 30 do
      take { reviewed("a" .. n, "GREEN", NOW + 1) }
      decide(n)
    end
    local n = 30
    while not w.store.witness.breaker.open do -- two that are usual among each three that are not
      n = n + 1
      take { reviewed("a" .. n, "GREEN", NOW + 1) }
      decide(n, n % 5 > 1 and { "deactivate" } or nil)
      assert.is_true(n < 70)
    end
    local opened, ones = w.store.witness.breaker.open, 0
    for i = n - opened.of + 1, n do ones = ones + (w.store:line(i).row.decision == "act" and 1 or 0) end
    assert.same({ ones, true, true }, { opened.seen, opened.of > ones, opened.of <= n - 30 })
    assert.equal(("%d of the last %d decisions are deactivate; usual is 1.2 %%, up to 3.2 %%"):format(ones, opened.of),
      opened.why)
    assert.equal(opened.why, figures.of(w.store).breaker)
    local _, reasons = figures.health(w.store)
    assert.truthy(table.concat(reasons, "\n"):find("the breaker is open: " .. opened.why, 1, true))
    local function told()
      local list = {}
      for row in w.store:each("audit_records", opened.seq) do
        local record = json.decode(row.record)
        if record.event == "opened" then list[#list + 1] = record end
      end
      return list
    end
    take { reviewed("more", "GREEN", NOW + 1) }
    local record = told()[1]
    assert.same({ 1, opened.seq, "deactivate", "up", ones, opened.of, 0.012, 0.032 }, { #told(), record.opening,
      record.category, record.side, record.seen, record.of, record.share, record.high })
    -- no record of an opening that was not
    local again = { event = "opened" }
    for name, value in pairs(record) do again[name] = value end
    assert.equal("reports an opening of the breaker that was not", w.store.witness:take(again))
    w.store.witness.breaker.open.told = nil
    again.seen = again.seen + 1
    assert.equal("reports an opening of the breaker that was not", w.store.witness:take(again))
    is_sound()
  end)

  it("has its opening told by who goes on, where it was killed before", function()
    approved { breaker = { deactivate = { high = 0.05 } } }
    local stores = require("idngo.watch.store")
    local own = stores.tell_opening
    stores.tell_opening = function() end
    open(0)
    stores.tell_opening = own
    local dir = w.run.dir
    w.run:close()
    w.run = assert(runs.open(dir))
    w.store = w.run.store
    assert.is_nil(w.store.witness.breaker.open.told)
    w.store:start("test")
    assert.is_true(w.store.witness.breaker.open.told)
    is_sound()
  end)

  it("says of each side what is usual", function()
    assert.equal("1.2 %, up to 3.2 %", breaker.usual { share = 0.012, high = 0.032 })
    assert.equal("5.0 % to 30.0 %", breaker.usual { low = 0.05, high = 0.3 })
    assert.equal("43.6 % or more", breaker.usual { low = 0.436, high = 1 })
    assert.equal("up to 5.0 %", breaker.usual { low = 0, high = 0.05 })
    assert.equal("any share", breaker.usual {})
    assert.equal(0.1, breaker.bands({ hold = 30 }, 300).hold.share)
    local made = breaker.new()
    made:reset { pass = { low = 0.45 } }
    for i = 1, 40 do
      made:see { seq = i, at = NOW, decision = i <= 10 and "pass" or "hold" }
      if made.open then break end
    end
    assert.truthy(made.open.why:find("^0 of the last %d+ decisions are pass; usual is 45%.0 %% or more$"), made.open.why)
  end)

  it("counts each line once, however often it is decided", function()
    approved { breaker = { deactivate = { low = 0, high = 0.05 } } }
    local n = open(0)
    for i = 1, n do assert.equal("breaker", intend(i)) end
    assert.equal("taken: 1 of 1", (say(w.closing())))
    for i = 1, n do -- as all that waited for it
      assert.equal("new", state(i))
      decide(i, { "deactivate" })
    end
    for i = 1, n do
      assert.is_true(w.store:again(i, "other facts"))
      decide(i, { "deactivate" })
    end
    assert.is_nil(w.store.witness.breaker.open)
    assert.equal(n, w.store.witness.breaker.decisions)
    open(n) -- others count
    is_sound()
  end)

  it("is shown to be open, and why, before a command says that it be closed", function()
    approved { breaker = { deactivate = { low = 0, high = 0.05 } } }
    open(0)
    w.run:close()
    local out, errors, code = support.shell(("IDNGO_CONFIG= lua5.4 bin/idngo breaker %s close"):format(w.run.dir))
    assert.equal("breaker  taken: 1 of 1\n", out, errors)
    local words = "^open since .* UTC: 6 of the last 6 decisions are deactivate; usual is up to 5%.0 %%%. 0 lines wait"
    assert.truthy(errors:find(words), errors)
    assert.equal(0, code)
    out, errors, code = support.shell(("IDNGO_CONFIG= lua5.4 bin/idngo breaker %s close"):format(w.run.dir))
    assert.same({ "", "idngo: the breaker is closed; there is nothing to say\n", 1 }, { out, errors, code })
  end)

  it("does not go on when one person says twice that the breaker be closed, whichever keys they have", function()
    w.names = { [w.key:id()] = "Ann", [w.others[1]:id()] = "Ann", [w.others[2]:id()] = "Ben" }
    new_watch { approvals = 2, breaker = { deactivate = { low = 0, high = 0.05 } } }
    assert.equal("taken: 1 of 2", approve_mandate())
    assert.equal("stale: Ann has approved it already, by another key", approve_mandate(w.others[1]))
    assert.equal("taken: 2 of 2", approve_mandate(w.others[2]))
    open(0)
    local function close(with) return (say(w.closing(), with)) end
    assert.equal("taken: 1 of 2", close(w.others[1]))
    assert.equal("stale: this key has said so already", close(w.others[1]))
    assert.equal("stale: Ann has said so already, by another key", close())
    assert.is_table(w.store.witness.breaker.open)
    assert.equal("taken: 2 of 2", close(w.others[2]))
    assert.is_nil(w.store.witness.breaker.open)
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

  it("opens when three steps are unknown within an hour of the run's clock, whatever a machine's own clock says", function()
    local wall = core.wall
    finally(function() core.wall = wall end)
    approved()
    for n = 1, 3 do
      core.wall = function() return wall() + n * 7200 end -- another machine has taken over
      take { reviewed("u" .. n, "GREEN", NOW + n) }
      decide(n, { "send_status_email" })
      assert.is_nil(intend(n))
      settle(n, 1, "unknown", true)
    end
    assert.is_table(w.store.witness.breaker.open)
    is_sound()
  end)

  it("begins anew with a mandate: steps that were in doubt before do not open it again", function()
    local made = breaker.new()
    for i = 1, 3 do made:unknown { at = NOW + i, t = NOW + i, seq = i } end
    assert.is_table(made.open)
    made:reset(false)
    made:unknown { at = NOW + 4, t = NOW + 4, seq = 4 }
    assert.is_nil(made.open)
    for i = 5, 6 do made:unknown { at = NOW + i, t = NOW + i, seq = i } end
    assert.is_table(made.open)
  end)

  it("is not held up by a breaker that opens while shares are usual; it opens soon when they are not", function()
    math.randomseed(11)
    for _, share in ipairs { 0.01, 0.1, 0.3 } do
      local high = math.min(0.95, math.max(2 * share, share + 0.02))
      assert.is_nil(until_open(high, "up", share, MANY))
    end
    local function median(edge, side, share)
      local list, count = {}, WHOLE and 401 or 41
      for i = 1, count do list[i] = until_open(edge, side, share, 20000) or 20000 end
      table.sort(list)
      return list[(count + 1) / 2]
    end
    -- the shares before, after, and the decisions that it may take; of all, or of those that take few
    for _, each in ipairs { { 0.01, 0.10, 277 }, { 0.01, 0.30, 31 }, { 0.01, 1, 6 }, { 0.03, 0.30, 50 }, { 0.03, 1, 7 },
      { 0.10, 0.60, 36 }, { 0.10, 1, 11 }, { 0.30, 1, 31 }, { 0.10, 0, 298 }, { 0.30, 0, 95 }, { 0.90, 0.10, 47 } } do
      local before, after, expected = each[1], each[2], each[3]
      local side = after > before and "up" or "down"
      local edge = side == "up" and math.max(2 * before, before + 0.02) or math.min(before / 2, before - 0.02)
      local found = (WHOLE or expected < 100) and median(edge, side, after) or expected
      assert.is_true(math.abs(found - expected) <= math.max(2, (WHOLE and 0.15 or 0.35) * expected),
        ("%g to %g: %d"):format(before, after, found))
    end
  end)

  it("opens once in a million decisions or more rarely where the share lies at the edge of its band", function()
    math.randomseed(12)
    local left, alarms = WHOLE and 10 * MANY or MANY, 0
    local all = left
    while left > 0 do
      local edge = ({ 0.022, 0.2, 0.6 })[alarms % 3 + 1]
      local passed = until_open(edge, "up", edge, left)
      if not passed then break end
      left, alarms = left - passed, alarms + 1
    end
    assert.is_true(alarms <= math.max(2, all / 1e6), ("%d of %d"):format(alarms, all))
  end)
end)
