-- The watcher's loop in this process, its evaluators at hand: what happens while something else takes a while.

local core = require("idngo.core")
local errors = require("idngo.error")
local evaluators = require("evaluators")
local events = require("idngo.watch.event")
local figures = require("idngo.watch.figures")
local files = require("files")
local idngo = require("idngo")
local jail = require("idngo.policy.jail")
local json = require("idngo.json")
local keys = require("idngo.run.keys")
local letters = require("idngo.watch.letters")
local loop = require("idngo.watch.loop")
local runs = require("idngo.watch.run")
local runtimes = require("idngo.runtime.current")
local shadows = require("idngo.watch.shadow")
local support = require("runs")
local watches = require("watches")
local work = require("idngo.run.work")

local POLICY = [[return { name = "p", version = "%s", on = { "applicantReviewed" },
  decide = function(applicant, facts, event) return hold("by %s") end }]]

local run, key, server

local function proposal(text)
  return { policy = { text = text, info = { name = "p", version = "1", on = { "applicantReviewed" }, inputs = {} } }, guards = {},
    approvals = 1, line_approvals = 1, seconds = 86400, breaker = false }
end

--- A folder with an empty spool in it.
local function new_base()
  local base = support.folder()
  core.folder(base .. "/spool")
  return base
end

--- Leaves a letter, as a command does while the watcher works.
local function leave(said) letters.leave(run.store, letters.write(run.store, said, key)) end

--- Watches until nothing is left to do, unless told otherwise. evaluate: before a pool's own; opened: before a pool opens, which
--- does not where that gives an error; look: several times a second.
local function watch(spool, options)
  watches.fill(spool, options.bodies)
  local context = assert(work.open(run, { concurrency = options.concurrency, client = {
    base_url = server and server.url or "http://127.0.0.1:1", app_token = "sbx:demo", secret_key = "demo-secret", limits = false,
    max_attempts = 1 } }))
  local signal, err = loop.run(run, context, { approvers = { [key:id()] = key }, names = {},
    tell = options.tell or function() end, tick = options.look,
    open_pool = function(text)
      local err = options.opened and options.opened(text)
      if err then return nil, err end
      local pool
      pool, err = jail.pool { text = text, chunkname = "p.lua", size = 1 }
      if not pool then return nil, err end
      local evaluate = pool.evaluate
      function pool.evaluate(...)
        if options.evaluate then options.evaluate(text) end
        return evaluate(...)
      end
      return pool
    end,
    until_done = function(watcher)
      if options.ends then return false end
      for _, state in ipairs(options.states or { "new" }) do
        if watcher.store:rows("watch_due", state, 1e18, 1)[1] then return false end
      end
      return watcher.store:row("watch_count_unread").count == 0
    end })
  context.client:close()
  assert.is_nil(err)
  assert.equal(options.ends or 0, signal)
end

--- A signal to this process, as somebody else sends it.
local function signal_here(name) os.execute(("kill -%s %s"):format(name, files.read("/proc/self/stat"):match("^%d+"))) end

describe("the loop of a watch", function()
  setup(function() key = assert(keys.own(true)) end)
  after_each(function()
    if run then run:close() end
    if server then server:close() end
    run, server = nil, nil
  end)
  teardown(support.clean)

  it("lets lines go on, when it begins, that wait for a breaker which was closed before the last watcher was killed", function()
    local base = new_base()
    local of = proposal(POLICY:format("1", "one"))
    of.guards = { assert(require("idngo.watch.mandate").guard("deactivate=none")) }
    of.breaker = { deactivate = { low = 0, high = 0.05 } }
    run = assert(runs.create(base .. "/watch", { account = "account", spool = base .. "/spool", proposal = of }))
    local store = run.store
    store:start("test")
    leave { event = "approved", target = store.witness.hashes[1] }
    letters.take(store, { [key:id()] = key }, {})
    local n, body = 0, watches.reviewed("a", "GREEN", core.wall())
    while not store.witness.breaker.open or n < 12 do
      n = n + 1
      store:take({ s = { n - 1, n } }, { events.read { text = body .. (" "):rep(n), received = core.wall(), segment = "s",
        from = 0, to = 1 } })
      store:decide(n, 1, { facts = {}, steps = { { action = "deactivate", args = "{}" } }, decision = "act", counter = 0 })
    end
    local breaker = store.witness.breaker
    leave { event = "told", what = "breaker", opening = breaker.open.seq, shown = breaker:shown() }
    local own = store.after_breaker
    store.after_breaker = function() end
    letters.take(store, { [key:id()] = key }, {})
    store.after_breaker = own
    local waited = store:totals()["waiting:breaker"]
    assert.is_true(waited > 0)
    watch(base .. "/spool", { bodies = {}, concurrency = 1 })
    assert.is_nil(store:totals()["waiting:breaker"])
  end)

  it("goes on behind an event that is nested too deeply to be handed to a policy", function()
    local base = new_base()
    run = assert(runs.create(base .. "/watch", { account = "account", spool = base .. "/spool",
      proposal = proposal(POLICY:format("1", "one")) }))
    run.store:start("test")
    leave { event = "approved", target = run.store.witness.hashes[1] }
    letters.take(run.store, { [key:id()] = key }, {})
    local deep = watches.reviewed("a", "GREEN", core.wall()):gsub("}$", (',"x":%s%s}'):format(("["):rep(120), ("]"):rep(120)))
    watch(base .. "/spool", { bodies = { deep, watches.reviewed("b", "GREEN", core.wall()) }, concurrency = 1 })
    local totals = run.store:totals()
    assert.same({ 1, 1 }, { totals["lines:done"], totals["ignored:nested too deeply"] })
  end)

  it("leaves a line as it was whose evaluation a second signal cuts short", function()
    local base = new_base()
    run = assert(runs.create(base .. "/watch", { account = "account", spool = base .. "/spool", proposal = proposal(
      [[return { name = "p", version = "1", on = { "applicantReviewed" },
        decide = function() ("a"):rep(5000):find((".-"):rep(20) .. "b") end }]]) }))
    run.store:start("test")
    leave { event = "approved", target = run.store.witness.hashes[1] }
    letters.take(run.store, { [key:id()] = key }, {})
    watch(base .. "/spool", { bodies = { watches.reviewed("a", "GREEN", core.wall()) }, concurrency = 1, ends = 15,
      evaluate = function()
        signal_here("TERM")
        idngo.spawn(function()
          runtimes.current().sleep(0.5)
          signal_here("TERM")
        end)
      end })
    local row = run.store:line(1).row
    assert.same({ "new", 0 }, { row.state, row.tries })
  end)

  it("says that it cannot note how far it is, once, and notes it when it can", function()
    local base, told, looks = new_base(), {}, 0
    run = assert(runs.create(base .. "/watch", { account = "account", spool = base .. "/spool",
      proposal = proposal(POLICY:format("1", "one")) }))
    run.store:start("test")
    leave { event = "approved", target = run.store.witness.hashes[1] }
    letters.take(run.store, { [key:id()] = key }, {})
    local places = run.folder .. "/places.json"
    os.execute(("mkdir -p %s/x"):format(places))
    watch(base .. "/spool", { bodies = { watches.reviewed("a", "GREEN", core.wall()) }, concurrency = 1, ends = 15,
      tell = function(text) told[#told + 1] = text end, look = function(watcher)
        looks = looks + 1
        if looks == 10 then os.execute("rm -r " .. places) end
        if not watcher.unnoted and looks > 10 or looks == 100 then signal_here("TERM") end
      end })
    assert.equal(1, #told)
    assert.truthy(told[1]:find("^idngo events prune does not see how far the spool is read: "), told[1])
    assert.truthy(next(json.decode(files.read(places))))
  end)

  it("is not paused by lines that it must not send, however many: they say nothing of the service", function()
    local base, said, bodies = new_base(), {}, {}
    server = support.server { applicants = 30 }
    local of = proposal([[return { name = "p", version = "1", on = { "applicantReviewed" },
      decide = function(applicant, facts, event) return add_tags({ "seen" }) end }]])
    of.guards = { assert(require("idngo.watch.mandate").guard("add_tags=1/1h")) }
    run = assert(runs.create(base .. "/watch", { account = "account", spool = base .. "/spool", proposal = of }))
    run.store:start("test")
    leave { event = "approved", target = run.store.witness.hashes[1] }
    letters.take(run.store, { [key:id()] = key }, {})
    local _, csv = support.applicants(server, "review=completed-GREEN&limit=16")
    for id in csv:gmatch(("%x"):rep(24)) do bodies[#bodies + 1] = watches.reviewed(id, "GREEN", core.wall()) end
    assert.equal(16, #bodies)
    local last = table.remove(bodies)
    local function tell(text) said[#said + 1] = text end
    watch(base .. "/spool", { bodies = bodies, concurrency = 1, states = { "new", "open" }, tell = tell })
    assert.same({ 1, #bodies - 1 }, { run.store:totals()["lines:done"], run.store:totals()["waiting:guard"] })
    watch(base .. "/spool", { bodies = { last }, concurrency = 1, states = { "new", "open" }, tell = tell })
    assert.equal(#bodies, run.store:totals()["waiting:guard"])
    assert.same({}, said)
  end)

  it("decides by the mandate whose evaluators decided, also while those of the next one start", function()
    local one, two, base = POLICY:format("1", "one"), POLICY:format("2", "two"), new_base()
    run = assert(runs.create(base .. "/watch", { account = "account", spool = base .. "/spool", proposal = proposal(one) }))
    run.store:start("test")
    leave { event = "approved", target = run.store.witness.hashes[1] }
    letters.take(run.store, { [key:id()] = key }, {})
    local said
    local bodies, by_one = {}, 0
    for i = 1, 6 do bodies[i] = watches.reviewed("a" .. i, "GREEN", core.wall()) end
    watch(base .. "/spool", { bodies = bodies, concurrency = 1,
      evaluate = function(text)
        if text == one then
          by_one = by_one + 1
          runtimes.current().sleep(0.3)
        end
        if not said then
          leave { event = "told", what = "propose", policy = two, mandate = runs.mandate(run.store, proposal(two)) }
        elseif said == 1 and run.store.witness.hashes[2] then
          leave { event = "approved", target = run.store.witness.hashes[2] }
          said = 2
        end
        said = said or 1
      end,
      opened = function(text)
        if text == two then runtimes.current().sleep(1) end
      end })
    local by = {}
    for n = 1, 6 do
      local row = run.store:line(n).row
      by[row.m] = (by[row.m] or 0) + 1
      assert.equal(row.m == 1 and "by one" or "by two", row.reason, n)
    end
    assert.is_true(by[2] > 0)
    -- one may be under way when the next mandate becomes current; none is decided again and again until its evaluators are there
    assert.is_true(by_one <= (by[1] or 0) + 1, by_one)
  end)

  --- A watch by one policy; the folder that it is in.
  local function begun()
    local base = new_base()
    run = assert(runs.create(base .. "/watch", { account = "account", spool = base .. "/spool",
      proposal = proposal(POLICY:format("1", "one")) }))
    run.store:start("test")
    leave { event = "approved", target = run.store.witness.hashes[1] }
    letters.take(run.store, { [key:id()] = key }, {})
    return base
  end

  --- Has another mandate proposed, as people do while the watcher works; and approved, unless it has a shadow.
  local function switch(text, more)
    local store, keys_, of = run.store, { [key:id()] = key }, proposal(text)
    for name, value in pairs(more or {}) do of[name] = value end
    leave { event = "told", what = "propose", policy = text, mandate = runs.mandate(store, of) }
    letters.take(store, keys_, {})
    if of.shadow then return end
    leave { event = "approved", target = store.witness.hashes[#store.witness.mandates] }
    letters.take(store, keys_, {})
  end

  --- A watch whose next mandate becomes current, or is proposed alone, as its first line is decided. Gives its folder, and what
  --- to do then.
  local function with_next(text, shadow)
    local base, is_first = begun(), true
    return base, function()
      if not is_first then return end
      is_first = false
      switch(text, { shadow = shadow })
    end
  end

  it("goes on by the next mandate when its evaluators have come up, after a start that the machine was too slow for", function()
    local two, own, starts, told, words = POLICY:format("2", "two"), shadows.AGAIN, 0, {}, {}
    local base, next_mandate = with_next(two)
    shadows.AGAIN = 0
    local bodies = { watches.reviewed("a", "GREEN", core.wall()), watches.reviewed("b", "GREEN", core.wall()) }
    watch(base .. "/spool", { bodies = bodies, concurrency = 1, evaluate = next_mandate,
      tell = function(text) told[#told + 1] = text end,
      look = function(watcher)
        local word, reasons = figures.health(run.store, nil, watcher.unstarted)
        words[word == "failing" and reasons[1] or "well"] = true
      end,
      opened = function(text)
        starts = starts + (text == two and 1 or 0)
        return text == two and starts < 3 and errors.new { kind = "config", outcome = "not_sent", message = "not up",
          retryable = true }
      end })
    shadows.AGAIN = own
    assert.same({ 3, 2, 2 }, { starts, run.store:line(1).row.m, run.store:line(2).row.m })
    assert.same({ "nothing is decided by mandate 2 yet: not up (outcome: not_sent)" }, told)
    assert.same({ well = true, ["the evaluators of mandate 2 do not start"] = true }, words)
  end)

  it("keeps the evaluators of the mandate before as long as a line is decided in them, and no longer", function()
    local two, most, at_last = POLICY:format("2", "two"), 0, 0
    local base, next_mandate = with_next(two)
    local line, looks = nil, 0
    watch(base .. "/spool", { bodies = { watches.reviewed("a", "GREEN", core.wall()) }, concurrency = 1, ends = 15,
      evaluate = function(text)
        next_mandate()
        local runtime = runtimes.current()
        while text ~= two and most < 2 and not runtime.cancelled do runtime.sleep(0.05) end -- the next ones are there beside it
        line = text
      end, look = function(watcher)
        at_last, looks = #evaluators.running(), looks + 1
        if watcher.pools[2] then most = math.max(most, at_last) end
        if line == two and at_last == 1 or looks == 400 then signal_here("TERM") end
      end })
    assert.same({ 2, 1 }, { most, at_last })
    assert.equal("by two", run.store:line(1).row.reason)
  end)

  it("opens no evaluators again by which no line is to be decided any more", function()
    local one, two, three = POLICY:format("1", "one"), POLICY:format("2", "two"), POLICY:format("3", "three")
    local base, starts, looks = begun(), {}, 0
    watch(base .. "/spool", { bodies = { watches.reviewed("a", "GREEN", core.wall()) }, concurrency = 1, ends = 15,
      evaluate = function(text)
        if text == one then switch(two) end -- the line is to be decided by that, whose evaluators are not there
      end, opened = function(text) starts[text] = (starts[text] or 0) + 1 end,
      look = function(watcher)
        if run.store.witness.m == 2 and run.store:line(1).row.m == 2 then switch(three) end
        looks = looks + (watcher.pools[3] and 1 or 0)
        if looks == 10 then signal_here("TERM") end
      end })
    assert.same({ [one] = 1, [two] = 1, [three] = 1 }, starts)
  end)

  it("has evaluators of a mandate that lines were left to, until those are decided", function()
    local one, two, starts, ended = POLICY:format("1", "one"), POLICY:format("2", "two"), {}, 0
    local base = begun()
    run.store:take({ s = { 0, 1 } }, { events.read { text = watches.reviewed("a", "GREEN", core.wall()), received = core.wall(),
      segment = "s", from = 0, to = 1 } })
    switch(two, { backlog = "old" })
    watch(base .. "/spool", { bodies = { watches.reviewed("b", "GREEN", core.wall()) }, concurrency = 1, ends = 15,
      opened = function(text) starts[text] = (starts[text] or 0) + 1 end, look = function(watcher)
        local is_over = run.store.witness.lines == 2 and not run.store:rows("watch_due", "new", 1e18, 1)[1]
        ended = ended + (is_over and 1 or 0)
        if is_over and not watcher.opened[run.store.witness.mandates[1].policy] or ended == 20 then signal_here("TERM") end
      end })
    assert.same({ "by one", "by two" }, { run.store:line(1).row.reason, run.store:line(2).row.reason })
    assert.same({ [one] = 1, [two] = 1 }, starts)
    assert.is_true(ended < 20)
  end)

  it("starts the evaluators of one mandate where those of another do not start, and tells of the other all the while", function()
    local one, two, three, own = POLICY:format("1", "one"), POLICY:format("2", "two"), POLICY:format("3", "three"), shadows.AGAIN
    local base, tried, looks, words, told = begun(), 0, 0, {}, {}
    run.store:take({ s = { 0, 1 } }, { events.read { text = watches.reviewed("a", "GREEN", core.wall()), received = core.wall(),
      segment = "s", from = 0, to = 1 } })
    switch(two, { backlog = "old" })
    shadows.AGAIN = 600
    finally(function() shadows.AGAIN = own end)
    watch(base .. "/spool", { bodies = {}, concurrency = 1, ends = 15, tell = function(text) told[#told + 1] = text end,
      opened = function(text)
        if text ~= one then return end
        tried = tried + 1
        return errors.new { kind = "config", outcome = "not_sent", message = "not up", retryable = true }
      end, look = function(watcher)
        looks = looks + 1
        if run.store.witness.m == 2 and tried > 0 then switch(three, { backlog = "old" }) end
        if watcher.pools[3] then words[#words + 1] = select(2, figures.health(run.store, nil, watcher.unstarted))[1] end
        if #words == 3 or looks == 400 then signal_here("TERM") end
      end })
    assert.equal(1, tried)
    assert.same({ "nothing is decided by mandate 1 yet: not up (outcome: not_sent)" }, told)
    local expected = "the evaluators of mandate 1 do not start"
    assert.same({ expected, expected, expected }, words)
  end)

  for _, each in ipairs { { "the next mandate", nil }, { "a shadow", 5 } } do
    it("ends at a signal while evaluators of " .. each[1] .. " start: it does not wait for them", function()
      local two, cut = POLICY:format("2", "two"), nil
      local base, next_mandate = with_next(two, each[2])
      watch(base .. "/spool", { bodies = { watches.reviewed("a", "GREEN", core.wall()) }, concurrency = 1, ends = 15,
        evaluate = next_mandate, opened = function(text)
          if text ~= two then return end
          signal_here("TERM")
          runtimes.current().sleep(20)
          cut = runtimes.current().cancelled
        end })
      assert.is_true(cut)
      assert.same({}, evaluators.running())
    end)
  end

  it("decides by a mandate that became current otherwise than by a letter that it took in", function()
    local base, decided = begun(), 0
    watch(base .. "/spool", { bodies = { watches.reviewed("a", "GREEN", core.wall()) }, concurrency = 1, evaluate = function()
      decided = decided + 1
      if decided == 1 then switch(POLICY:format("2", "two")) end
    end })
    assert.same({ 2, "by two" }, { run.store:line(1).row.m, run.store:line(1).row.reason })
    assert.equal(2, decided)
  end)

  it("destroys what is personal of old lines while it works, as soon as a person says so", function()
    local base, own, now, looks = begun(), core.wall, core.wall(), 0
    finally(function() core.wall = own end)
    for n, days in ipairs { 100, 10 } do
      core.wall = function() return now - days * 86400 end
      run.store:take({ s = { n - 1, n } }, { events.read { text = watches.reviewed("a" .. n, "GREEN", core.wall()),
        received = core.wall(), segment = "s", from = n - 1, to = n } })
      run.store:decide(n, 1, { facts = {}, steps = {}, decision = "pass", counter = 0 })
    end
    core.wall = own
    local function fields(n) return run.store:line(n).row.fields end
    watch(base .. "/spool", { bodies = {}, concurrency = 1, ends = 15, look = function()
      looks = looks + 1
      if looks == 3 then leave { event = "told", what = "forget", before = now - 90 * 86400 } end
      if fields(1) == "{}" or looks == 100 then signal_here("TERM") end
    end })
    assert.is_true(looks > 3 and looks < 100)
    assert.same({ "{}", true }, { fields(1), fields(2):find("a2", 1, true) ~= nil })
    assert.equal(2, run.store:rows("watch_events", 0)[1].n) -- the first one's by itself
    run.store:check()
  end)
end)
