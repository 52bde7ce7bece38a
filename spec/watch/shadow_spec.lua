-- The shadow of a mandate that is proposed: what it sees, what it cannot do, that nothing waits for it, and that a kill at any
-- moment takes nothing from it. IDNGO_SHADOW_KILLS: how many anywhere.

local core = require("idngo.core")
local errors = require("idngo.error")
local figures = require("idngo.watch.figures")
local handlers = require("idngo.watch.handlers")
local idngo = require("idngo")
local json = require("idngo.json")
local kill = require("kill")
local runs = require("idngo.watch.run")
local shadows = require("idngo.watch.shadow")
local support = require("runs")
local w = require("watch_lines")
local watches = require("watches")
local witness = require("idngo.watch.witness")

local KILLS = tonumber(os.getenv("IDNGO_SHADOW_KILLS") or 12)

local NEXT = [[return { name = "next", version = "2", on = { "applicantReviewed" },
  decide = function(applicant, facts, event) %s end }]]
local OTHERWISE = NEXT:format('if event.reviewResult.reviewAnswer == "RED" then return deactivate("red") end '
  .. 'return add_tags({ "seen" }), send_status_email("by rule")')

local server, ids, base
local count = 0

--- The command of a watcher with a proposal that has a shadow; its folder is new, unless given.
local function command(policy, shadow, dir, spool, more, environment)
  return ("env WATCH_NEXT='%s' WATCH_SHADOW=%s %s lua5.4 spec/support/watch_driver.lua %s %s %s %s"):format(
    policy:gsub("'", "'\\''"), shadow or "", environment or "", dir, server.url, spool, more or "")
end

--- Lets the events of lines come, every third RED.
local function fill(spool, first, last)
  local bodies = {}
  for i = first, last do
    bodies[#bodies + 1] = watches.reviewed(ids[i % #ids + 1], i % 3 == 0 and "RED" or "GREEN", core.wall() - 200 + i,
      { inspectionId = i })
  end
  watches.fill(spool, bodies)
end

local function fresh(many)
  count = count + 1
  local dir, spool = ("%s/watch%d"):format(base, count), ("%s/spool%d"):format(base, count)
  fill(spool, 1, many)
  return dir, spool
end

local function run(line, expected)
  local _, told, code = support.shell("timeout 300 " .. line)
  assert.equal(expected or 0, code, told)
  return told
end

--- Runs until the mandate that was proposed is current. On a busy machine its shadow passes over some lines: then more come.
local function run_on(line, dir, spool)
  for _ = 1, 8 do
    run(line)
    local store = watches.read(dir)
    local m, lines = store.witness.m, store.witness.lines
    store:close()
    if m == 2 then return end
    fill(spool, lines + 1, lines + 24)
  end
  error("the shadow has not seen enough")
end

--- What was decided and sent: by line, without what the clock or another process may change.
local function outcome(dir)
  local store, list = watches.read(dir), {}
  for _, row in ipairs(watches.rows(store, "SELECT * FROM lines ORDER BY n")) do
    local steps = {}
    for k, step in ipairs(store:rows("steps", row.n)) do steps[k] = step.action end
    list[row.n] = ("%s %s %s m%s"):format(row.state, tostring(row.decision), table.concat(steps, " "), tostring(row.m))
  end
  store:close()
  return list
end

--- The lines that shadows saw, and how often.
local function seen_of(dir)
  local lines, many = {}, 0
  for _, record in ipairs(watches.records(dir)) do
    for _, each in ipairs(record.event == "shadowed" and record.seen or {}) do
      assert.is_nil(lines[each.line])
      lines[each.line], many = each, many + 1
    end
  end
  return lines, many
end

describe("the shadow of a mandate", function()
  setup(function()
    w.setup()
    server, base = support.server { applicants = 60 }, support.folder()
    ids = support.ids(server, "email=yes&review=completed-GREEN&type=individual&limit=40")
  end)
  before_each(function()
    w.before()
    support.forget(server)
  end)
  after_each(w.after)
  teardown(function() support.clean(server) end)

  it("decides about the next lines by the same facts, sends nothing, and lets the mandate be approved after that", function()
    local dir, spool = fresh(24)
    run_on(command(OTHERWISE, 9, dir, spool), dir, spool)
    local lines, many = seen_of(dir)
    assert.equal(9, many)
    local store, order = watches.read(dir), {}
    assert.equal(2, store.witness.m)
    for n, each in pairs(lines) do
      assert.equal(n % 3 == 0 and "hold" or "add_tags, send_status_email", each.from)
      assert.equal(n % 3 == 0 and "deactivate" or each.from, each.to)
      assert.equal(n % 3 ~= 0 or nil, each.same)
    end
    store:close()
    for _, record in ipairs(watches.records(dir)) do
      if record.event == "shadowed" or record.event == "mandate" then order[#order + 1] = record.event .. record.m end
      assert.is_true(record.event ~= "intent" or record.action ~= "deactivate")
    end
    assert.equal("mandate1", order[1])
    assert.equal("mandate2", order[#order])
    assert.is_nil(watches.log(dir))
    support.forget(server)
  end)

  it("never delays or changes what the current policy does: where it throws, loops, hangs, or cannot begin", function()
    local expected
    for _, body in ipairs { "return pass()", 'error("no")', "while true do end", 'return nothing.at.all', "return 7",
      'return hold(("a"):rep(28):find(("a?"):rep(28) .. ("a"):rep(28) .. "b") or "")' } do
      support.forget(server)
      local dir, spool = fresh(15)
      run(command(NEXT:format(body), 1000, dir, spool, nil, "WATCH_ALONE=1"))
      local came = outcome(dir)
      expected = expected or came
      assert.same(expected, came)
      local lines = seen_of(dir)
      for _, each in pairs(lines) do assert.equal(body:find("pass", 1, true) and "pass" or "error", each.to, body) end
      assert.is_nil(watches.log(dir))
      assert.equal(1, watches.read(dir).witness.m)
    end
    local dir, spool = fresh(15)
    local told = run(command("no Lua", 1000, dir, spool))
    assert.same(expected, outcome(dir))
    assert.truthy(told:find("the shadow of mandate 2 sees nothing", 1, true), told)
  end)

  it("that is killed at any step goes on, and sees no line twice", function()
    for _, step in ipairs { "shadowed 1", "commit 4", "commit 9", "committed 16", "decided 7" } do
      support.forget(server)
      local dir, spool = fresh(30)
      run(command(OTHERWISE, 8, dir, spool, step), 137)
      -- what comes later, for it sees no line that was decided before
      fill(spool, 31, 54)
      run_on(command(OTHERWISE, 8, dir, spool), dir, spool)
      assert.equal(8, select(2, seen_of(dir)), step)
      local store = watches.read(dir)
      assert.equal(2, store.witness.m)
      assert.equal(0, store:totals()["lines:new"] or 0)
      store:close()
      assert.is_nil(watches.log(dir))
    end
  end)

  it("and its upgrade are killed anywhere by any signal, and end as they would have #slow", function()
    local dir, spool = fresh(40)
    for i = 1, KILLS / 3 do
      local bodies = {}
      for k = 1, 20 do bodies[k] = watches.reviewed(ids[(i * 7 + k) % #ids + 1], "RED", core.wall(), { inspectionId = i }) end
      watches.fill(spool, bodies)
      local alone = i <= KILLS / 3 - 1 and "WATCH_ALONE=1" or ""
      assert.equal(0, (kill.run(command(OTHERWISE, 12, dir, spool, nil, alone) .. " 2>/dev/null", 1.2, 3)))
    end
    run_on(command(OTHERWISE, 12, dir, spool), dir, spool)
    assert.equal(12, select(2, seen_of(dir)))
    assert.equal(2, watches.read(dir).witness.m)
    assert.is_nil(watches.log(dir))
  end)

  --- A watch with a proposal whose shadow is to see two lines; the hash.
  local function proposed()
    w.approved()
    local text = "policy 2"
    local mandate = runs.mandate(w.store, { policy = { text = text, info = { name = "p", version = "2", on = w.ON } },
      seconds = 86400, shadow = 2 })
    assert.truthy(w.say({ event = "told", what = "propose", policy = text, mandate = mandate }):find("^taken"))
    w.take { w.reviewed("a", "GREEN", w.NOW + 1), w.reviewed("b", "GREEN", w.NOW + 1), w.reviewed("c", "GREEN", w.NOW + 1) }
    return w.store.witness.hashes[2]
  end

  local function saw(n) return { line = n, from = "pass", to = "hold" } end

  --- Lets a shadow look at three lines by evaluators of `open_pool`, until it has seen two or so many turns have gone; what it
  --- told. look: called with it before every turn, and then it is the turns alone that end it.
  local function looks(open_pool, turns, look)
    proposed()
    local told, own = {}, shadows.AGAIN
    shadows.AGAIN = 0
    local shadow = shadows.new(w.store, { open_pool = open_pool, on_step = function() end,
      tell = function(text) told[#told + 1] = text end })
    for n = 1, 3 do
      shadow:offer(n, "a", { known = {}, given = {}, verdict = { decision = "hold", actions = {}, steps = {} } })
    end
    idngo.run(function()
      shadow:run(function()
        turns = turns - 1
        if look then look(shadow) end
        return turns < 0 or not look and w.store.witness.shadows[2].lines == 2
      end)
    end)
    shadows.AGAIN = own
    return told, shadow
  end

  local PASSES = { kind = "decided", actions = { { name = "pass", args = {} } } }

  it("goes on when its evaluators have come up, after starts that the machine was too slow for", function()
    local starts = 0
    local told = looks(function()
      starts = starts + 1
      if starts < 3 then
        return nil, errors.new { kind = "config", outcome = "not_sent", message = "no evaluator came up", retryable = true }
      end
      return { evaluate = function() return PASSES end, close = function() end }
    end, 1000)
    assert.equal(2, w.store.witness.shadows[2].lines)
    assert.equal(3, starts)
    assert.truthy(told[1]:find("the shadow of mandate 2 sees nothing: no evaluator came up", 1, true))
  end)

  it("starts no evaluators again of a policy that cannot begin", function()
    local starts = 0
    local told, shadow = looks(function()
      starts = starts + 1
      return nil, errors.config("no Lua")
    end, 20)
    assert.same({ 1, 1, 0 }, { starts, #told, #shadow.queue })
  end)

  it("tells of lines that it passes over, once until it sees one again, and so do /healthz and /metrics", function()
    local reasons, pages, turn = { "time", false, "crash" }, {}, 0
    local function evaluate()
      turn = turn + 1
      return reasons[turn] and { kind = "error", reason = reasons[turn], message = reasons[turn], transient = true } or PASSES
    end
    local told = looks(function() return { evaluate = evaluate, close = function() end } end, 6, function(shadow)
      local is_said = table.concat(select(2, figures.health(w.store, nil, nil, shadow.blind)), "\n"):find(
        "the shadow of mandate 2 sees no lines", 1, true)
      local number = figures.text(w.store, nil, nil, shadow.passed_over):match("\nidngo_shadow_passed_over_total (%d+)\n")
      pages[#pages + 1] = ("%s %s"):format(is_said and "blind" or "sees", number)
    end)
    assert.same({ "the shadow of mandate 2 passes a line over: time", "the shadow of mandate 2 passes a line over: crash" }, told)
    assert.same({ "sees 0", "blind 1", "sees 1", "blind 2" }, { table.unpack(pages, 1, 4) })
  end)

  it("counts a line that it has no room for", function()
    local told, passed = looks(function() return { evaluate = function() return PASSES end, close = function() end } end, 3)
    assert.same({ {}, 0 }, { told, passed.passed_over })
    local full = shadows.new(w.store, { tell = error, on_step = error, open_pool = error })
    w.store.witness.shadow_left = function() return 1 end
    for n = 1, 65 do full:offer(n, "a", {}) end
    assert.same({ 64, 1 }, { #full.queue, full.passed_over })
  end)

  it("keeps no evaluators when it has seen enough", function()
    local closed, before_the_end = 0, nil
    looks(function() return { evaluate = function() return PASSES end, close = function() closed = closed + 1 end } end, 6,
      function() before_the_end = closed end)
    assert.same({ 1, 1 }, { before_the_end, closed })
  end)

  it("has to have seen enough before anybody can approve", function()
    local hash = proposed()
    assert.equal("refused: its shadow has seen 0 of 2 lines; look at what it saw, then approve", (w.approve_mandate()))
    w.store:shadowed(2, { saw(1) })
    w.store:shadowed(2, { saw(1) }) -- decided again, and seen already
    assert.truthy((w.approve_mandate()):find("1 of 2 lines", 1, true))
    assert.is_false(w.store:switch())
    w.store:shadowed(2, { saw(2), saw(3) })
    w.store:shadowed(2, { saw(3) })
    assert.same({ lines = 2, same = 0, moves = { ["pass\0hold"] = { from = "pass", to = "hold", lines = 2 } } },
      w.store.witness.shadows[2])
    assert.equal("taken: 1 of 1", (w.approve_mandate()))
    assert.equal(2, w.store.witness.m)
    assert.is_string(hash)
    w.is_sound()
  end)

  it("is believed in a log under the same rules", function()
    local hash = proposed()
    local records = {}
    for seq = 1, w.store.head.seq do records[seq] = json.decode(w.store:row("audit_record", seq).record) end
    local function read(...)
      local seen, message = witness.new(handlers), nil
      for _, record in ipairs(records) do assert.is_nil(seen:take(record)) end
      for i, record in ipairs { ... } do
        record.seq = #records + i
        message = seen:take(record)
        if message then break end
      end
      seen:close()
      return message
    end
    local function shadowed(m, ...) return { event = "shadowed", m = m, seen = { ... } } end
    assert.is_nil(read(shadowed(2, saw(1)), shadowed(2, saw(2))))
    for _, list in ipairs { { shadowed(1, saw(1)) }, { shadowed(3, saw(1)) }, { shadowed(2, saw(1), saw(2), saw(3)) },
      { shadowed(2, saw(1), saw(1)) }, { shadowed(2, saw(1)), shadowed(2, saw(1)) }, { shadowed(2, saw(4)) },
      { shadowed(2, saw(0)) }, { shadowed(2, { line = 1 }) }, { { event = "shadowed", m = 2 } },
      { shadowed(2, saw(1), saw(2)), shadowed(2, saw(3)) } } do
      assert.truthy(read(table.unpack(list)):find("lets a shadow see", 1, true))
    end
    local said = { event = "approved", target = hash, key = "k", once = "o", run = w.store.run_id, at = 1, signature = "s",
      who = {} }
    assert.truthy(read(said):find("approves a mandate whose shadow has not seen enough", 1, true))
    assert.truthy(read { event = "mandate", m = 2, hash = hash })
  end)
end)
