-- What a run's decisions rest on beside facts and rows: the day as it was written down. And what decides nothing: the machine.

local approval = require("idngo.run.approval")
local core = require("idngo.core")
local input = require("idngo.policy.input")
local jail = require("idngo.policy.jail")
local json = require("idngo.json")
local plan = require("idngo.policy.plan")
local runs = require("idngo.policy.run")
local store = require("idngo.run.store")
local support = require("runs")
local work = require("idngo.run.work")

local A, B = "5f0b4e5a422965274f5b0aaa", "5f07f82442296516810730a2"

local server, folder, wall

local function create(dir, text, listed)
  local pool = assert(jail.pool { text = text, chunkname = "p.lua" })
  local rows, _, columns = input.parse(listed)
  local run = assert(runs.create(dir, { rows = rows, columns = columns, account = "a",
    policy = { text = text, file = "p.lua", name = pool.info.name, version = "1" } }))
  pool:close()
  return run
end

--- Plans what is left of a run, with a pool of its own.
local function decide(run, text, seconds)
  local pool <close> = assert(jail.pool { text = text, chunkname = "p.lua", seconds = seconds })
  local context = assert(work.open(run, { pool = pool, client = support.client_options(server), concurrency = 2 }))
  local hash, problem = plan.run(run, context)
  context.client:close()
  return hash, problem
end

describe("the decisions of a run", function()
  setup(function()
    server = support.server { applicants = 12 }
    folder = support.folder()
    wall = core.wall
  end)
  before_each(function() core.wall = wall end)
  teardown(function()
    core.wall = wall
    server:close()
    support.clean()
  end)

  local TODAY = [[return { name = "p", version = "1", decide = function(applicant)
    return hold(today .. (applicant.issued < today and " past" or " not yet")) end }]]
  local LISTED = ("applicantId,issued\n%s,2023-11-14\n%s,2023-11-15\n"):format(A, B)

  --- The reasons that the journal holds.
  local function reasons(dir)
    local kept, list = assert(store.read(dir)), {}
    for row in kept:each("lines") do list[#list + 1] = row.reason or "" end
    kept:close()
    return list
  end

  it("go by the day on which the plan was begun, whenever they are made or made again", function()
    local dir = folder .. "/day"
    core.wall = function() return 1700006399 end -- 2023-11-14 23:59:59 UTC
    local run = create(dir, TODAY, LISTED)
    core.wall = function() return 1700006400 + 86400 end
    assert(decide(run, TODAY))
    run:close()
    assert.same({ "2023-11-14 not yet", "2023-11-14 not yet" }, reasons(dir))
    local found = json.decode((support.command(server, ("explain %s %s --json"):format(dir, A))))
    assert.is_true(found.same, found.again)
    local path = support.write(folder .. "/day.lua", TODAY)
    local tried = json.decode((support.command(server, ("policy backtest %s %s --json"):format(path, dir))))
    assert.same({ 2, 0 }, { tried.same, tried.changed })
    support.write(folder .. "/day.cases.lua", ([[return {
      { name = "recorded", run = "day", applicant = "%s", expect = { { "hold", reason = "2023-11-14 not yet" } } },
      { name = "told", applicant = { issued = "2026-01-30" }, today = "2026-01-31",
        expect = { { "hold", reason = "2026-01-31 past" } } },
      { name = "not told", applicant = { issued = "2026-01-30" }, expect = { error = "today is not known here" } } }]]):format(A))
    local out, errors, code = support.command(server, "policy test " .. path)
    assert.equal(0, code, out .. errors)
    support.write(folder .. "/day.cases.lua", [[return {
      { name = "no day", today = "2026-02-30", expect = { "hold" } },
      { name = "another's", run = "day", applicant = "x", today = "2026-02-28", expect = { "hold" } } }]])
    out = support.command(server, "policy test " .. path)
    assert.truthy(out:find("today must be a day such as 2026-01-31", 1, true), out)
    assert.truthy(out:find("today is the run's; leave it out", 1, true), out)
  end)

  it("go by the day that the log tells, whatever is written beside it", function()
    local dir = folder .. "/bent"
    core.wall = function() return 1700006399 end
    local run = create(dir, TODAY, LISTED)
    run.store:set("today", "2030-01-01")
    run:close()
    core.wall = wall
    run = assert(runs.open(dir))
    assert(decide(run, TODAY))
    run:close()
    assert.same({ "2023-11-14 not yet", "2023-11-14 not yet" }, reasons(dir))
  end)

  it("know no day where the policy is only loaded", function()
    for _, text in ipairs { "local day = today return { name = 'p', decide = pass }",
      "return { name = 'p' .. today, decide = pass }" } do
      local pool, problem = jail.pool { text = text, chunkname = "p.lua" }
      assert.is_nil(pool)
      assert.truthy(problem.message:find("p.lua:1: today can be read inside decide alone", 1, true), problem.message)
    end
    local text = "today = 'mine' return { name = 'p', decide = function() return hold(today) end }"
    local pool <close> = assert(jail.pool { text = text })
    assert.equal("mine", pool:evaluate({}, {}, { today = "2026-01-31" }).actions[1].reason) -- a name of the policy's own
  end)

  local SLOW = [[return { name = "p", version = "1", decide = function(applicant)
    if applicant.slow == "yes" then (("x"):rep(3000)):find((".-"):rep(4) .. "y") end
    return hold("done") end }]]
  local slow_list = "applicantId,slow\n" .. A .. ",yes\n" .. B .. ",no\n"

  it("are not made where the clock ended them: nothing is written down but what was fetched, and a resume tries again", function()
    local dir = folder .. "/slow"
    local run = create(dir, SLOW, slow_list)
    local hash, problem = decide(run, SLOW, 0.05)
    assert.is_nil(hash)
    assert.equal("timeout", problem.kind)
    assert.truthy(tostring(problem):find("nothing was decided about " .. A .. ": the policy took longer than 0.05 s", 1, true),
      tostring(problem))
    assert.equal(75, require("idngo.cli").code_of(problem))
    run:close()
    assert.same({ "", "done" }, reasons(dir))
    run = assert(runs.open(dir))
    assert.equal("planning", run.store:get("state"))
    hash = assert(decide(run, (SLOW:gsub("rep%(3000%)", "rep(3)"))))
    assert(approval.approve(run, { hash = hash, max = { deactivate = "100%" } }))
    run:close()
    assert.same({ "done", "done" }, reasons(dir))
  end)

  it("stop being tried when one after the other comes to nothing", function()
    local ids = { "applicantId,slow" }
    for i = 1, 40 do ids[#ids + 1] = ("5f0b4e5a422965274f5b%04d,yes"):format(i) end
    local dir = folder .. "/patience"
    local run = create(dir, SLOW, table.concat(ids, "\n") .. "\n")
    local _, problem = decide(run, SLOW, 0.02)
    run:close()
    local count = tonumber(tostring(problem):match("about (%d+) applicants"))
    assert.is_true(count >= 10 and count < 20, tostring(problem))
  end)
end)
