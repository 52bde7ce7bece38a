-- idngo undo of a part of what was applied: of an hour of a watch, of one mandate, of one action, of runs too.

local core = require("idngo.core")
local journal = require("idngo.journal")
local json = require("idngo.json")
local support = require("runs")
local watches = require("watches")

local POLICY = [[
return { name = "reviewed", version = "%s", on = { "applicantReviewed" },
  decide = function(applicant, facts, event)
    if event.mark == "BACK" then return activate("looked at") end
    if event.mark == "TAG" then return add_tags({ "late" }) end
    if event.mark == "UNTAG" then return remove_tags({ "late" }) end
    if event.reviewResult.reviewAnswer == "GREEN" then return deactivate("by rule") end
    return add_note("looked at")
  end }]]

local CASES = [[return {
  { event = { type = "applicantReviewed", mark = "BACK" }, expect = { "activate" } },
  { event = { type = "applicantReviewed", mark = "TAG" }, expect = { "add_tags" } },
  { event = { type = "applicantReviewed", mark = "UNTAG" }, expect = { "remove_tags" } },
  { event = { type = "applicantReviewed", reviewResult = { reviewAnswer = "GREEN" } }, expect = { "deactivate" } },
  { event = { type = "applicantReviewed", reviewResult = { reviewAnswer = "RED" } }, expect = { "add_note" } } }]]

-- IDNGO_UNDO: of so many acts.
local ACTS = tonumber(os.getenv("IDNGO_UNDO")) or 20
local SINCE, NOTES = ACTS // 10, math.max(3, ACTS // 20)
local BACK = SINCE + 2

local server, ids, base

local function command(arguments, expected)
  local out, errors, code = support.command(server, arguments)
  assert.equal(expected or 0, code, arguments .. "\n" .. out .. errors)
  return out, errors
end

--- A moment behind all that was done so far, and before all that is done next, as a command line takes it.
local function now()
  core.sleep(2.1)
  return os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(core.wall()) - 1)
end

describe("idngo undo", function()
  local dir, spool, first, second, steps

  --- Has events decided, with an answer about each of some applicants, until all that comes of them was applied.
  local function happen(answer, from, to, mark)
    local bodies = {}
    for i = from, to do bodies[#bodies + 1] = watches.reviewed(ids[i], answer, core.wall(), { mark = mark }) end
    watches.fill(spool, bodies)
    steps = steps + #bodies
    support.wait_for(function()
      local applied = 0
      for _, counts in pairs(json.decode((command("status " .. dir .. " --json"))).actions) do
        applied = applied + (counts.applied or 0)
      end
      return applied == steps
    end)
  end

  --- What is planned, and what is told of the rest.
  local function undo(options)
    local out, told = command(("undo %s --run %s/undo%d --json %s"):format(dir, base, math.random(1e9), options))
    return json.decode(out).actions, told
  end

  setup(function()
    server, base, steps = support.server { applicants = 4 * ACTS }, support.folder(), 0
    ids = support.ids(server, "type=individual&review=completed-GREEN&limit=" .. ACTS + NOTES)
    assert.equal(ACTS + NOTES, #ids)
    dir, spool = base .. "/live", base .. "/spool"
    core.folder(spool)
    support.write(base .. "/policy.lua", POLICY:format("1"))
    local guards = "--max deactivate=none --max activate=none --max add_note=none --no-breaker"
    local shown = command(("watch %s/policy.lua --events %s --run %s %s"):format(base, spool, dir, guards), 4)
    command(("approve %s %s"):format(dir, shown:match("mandate +(%x+)")))
    local watcher = support.start(server, ("watch --run %s"):format(dir))
    happen("GREEN", 1, 1)
    first = now()
    happen("GREEN", 2, ACTS)
    happen("RED", ACTS + 1, ACTS + NOTES)
    happen("GREEN", ACTS + 1, ACTS + 1, "TAG")
    happen("GREEN", ACTS + 1, ACTS + 1, "UNTAG")
    second = now()
    support.write(base .. "/policy.lua", POLICY:format("2"))
    support.write(base .. "/policy.cases.lua", CASES)
    local proposed = command(("watch upgrade %s %s/policy.lua"):format(dir, base)):match("taken: (%x+)")
    command(("approve %s %s"):format(dir, proposed))
    happen("RED", 2, 1 + SINCE)
    happen("GREEN", BACK, BACK, "BACK")
    os.execute("kill -TERM " .. watcher.pid)
    assert.equal(143, watcher.wait())
  end)
  teardown(function() support.clean(server) end)

  it("takes an hour of a watch back, but of whom something was applied later; and names those", function()
    local actions, told = undo(("--since %s --until %s"):format(first, second))
    -- the tag was not there before it was added
    assert.same({ activate = { planned = ACTS - 2 - SINCE }, remove_tags = { planned = 1 } }, actions)
    assert.truthy(told:find(("%d add_note applied, which nothing takes back"):format(NOTES), 1, true), told)
    local named = 0
    for id, action in told:gmatch("idngo: (%x+) is left as it is: line %d+, (%S+), was applied later\n") do
      assert.equal(id == ids[BACK] and "activate" or "add_note", action)
      local is_among = false
      for i = 2, BACK do is_among = is_among or id == ids[i] end
      assert.is_true(is_among, id)
      named = named + 1
    end
    assert.equal(math.min(SINCE + 1, 20), named) -- more are not listed
  end)

  it("takes back what one mandate did, and one action", function()
    local actions, told = undo("--mandate 1") -- of whom another mandate changed the same, all is left
    assert.same({ activate = { planned = ACTS - 1 }, remove_tags = { planned = 1 } }, actions)
    assert.truthy(told:find(ids[BACK] .. " is left as it is: line %d+, activate, was applied later"), told)
    assert.same({ activate = { planned = ACTS - 1 } }, (undo("--action deactivate")))
    assert.same({ activate = { planned = 1 } }, (undo("--until " .. first)))
    assert.same({ deactivate = { planned = 1 } }, (undo("--mandate 2")))
    assert.same({ activate = { planned = ACTS - 1 }, remove_tags = { planned = 1 } }, (undo("--since " .. first)))
    for _, nothing in ipairs { "--mandate 3", "--action add_note", "--since 0s", "--until 1d" } do
      command(("undo %s --run %s/none %s"):format(dir, base, nothing), 65)
    end
    for _, wrong in ipairs { "--since yesterday", "--until 2024-13-01", "--action deactivated", "--mandate one" } do
      command(("undo %s --run %s/none %s"):format(dir, base, wrong), 2)
    end
  end)

  it("has its plan approved and carried out like any other, while the watch's log stays sound", function()
    local run = base .. "/carried"
    local plan = json.decode((command(("undo %s --run %s --json --since %s --until %s"):format(dir, run, first, second)))).plan
    support.forget(server)
    command(("apply %s --approve %s"):format(run, plan))
    local writes = support.writes(support.ledger(server))
    local back = 0
    for _, each in ipairs(writes) do
      if each.target:find("presence/activated", 1, true) then back = back + 1 end
    end
    assert.same({ ACTS - 2 - SINCE, ACTS - 1 - SINCE }, { back, #writes })
    command("audit verify " .. dir)
    -- a part of a run is taken back like a part of a watch
    assert.truthy(select(2, command(("undo %s --run %s.1 --mandate 1"):format(run, run), 78)):find("holds no watch", 1, true))
    command(("undo %s --run %s.1 --since 0s"):format(run, run), 65)
    command(("undo %s --run %s.1 --since 1h --action activate"):format(run, run))
  end)

  it("names what a watch may have applied when it was killed, and settle says what comes first", function()
    support.forget(server)
    support.faults(server, { { endpoint = "set_presence", delay = 120 } })
    local id = ids[ACTS + 2]
    watches.fill(spool, { watches.reviewed(id, "GREEN", core.wall(), { mark = "LATE" }) })
    local watcher = support.start(server, "watch --run " .. dir)
    support.wait_for(function() return command("status " .. dir):find("1 intent", 1, true) end)
    os.execute("kill -9 " .. watcher.pid)
    watcher.wait()
    local out, told = command(("undo %s --run %s/doubt --json --mandate 2"):format(dir, base), 1)
    assert.same({ deactivate = { planned = 1 } }, json.decode(out).actions)
    assert.truthy(told:find(("idngo: %s: line %%d+, step 1, deactivate, may have been applied"):format(id)), told)
    told = select(2, command("settle " .. dir, 5))
    assert.truthy(told:find("1 under way when the run ended: first idngo watch --run " .. dir, 1, true), told)
  end)

  it("takes back nothing that the log does not confirm, of watches and of runs", function()
    local count = 0
    for _, folder in ipairs { dir, base .. "/carried" } do
      for _, change in ipairs { "at = at - 7200", "action = 'deactivate', args = '{}'", "state = 'planned'" } do
        count = count + 1
        local copy = ("%s/copy%d"):format(base, count)
        os.execute(("cp -r %s %s"):format(folder, copy))
        local db = assert(journal.open(copy .. "/journal.db", false))
        assert(db:exec(("UPDATE steps SET %s WHERE (n, k) IN (SELECT n, k FROM steps WHERE state = 'applied' "
          .. "AND action <> 'deactivate' LIMIT 1)"):format(change)))
        db:close()
        local _, told = command(("undo %s --run %s/none"):format(copy, base), 65)
        assert.truthy(told:find("is not certain", 1, true), told)
      end
    end
  end)

  it("takes no tags back of lines that a watch forgot, and counts them", function()
    local run = assert(require("idngo.watch.run").open(dir))
    run.store.witness.forget = core.wall() + 10 -- as if a person had said so
    assert.is_true(run.store:forget_on(run) > ACTS)
    run:close()
    local actions, told = undo("--mandate 1")
    assert.same({ activate = { planned = ACTS - 1 } }, actions)
    for _, tags in ipairs { "add_tags", "remove_tags" } do
      assert.truthy(told:find(("1 %s applied, which nothing takes back\n"):format(tags), 1, true), told)
    end
    command("audit verify " .. dir)
  end)
end)
