-- Of people who are each other's match one is acted on, whatever the service's checks say after, and whatever happens to the
-- run in between.

local account_people = require("idngo.run.account_people")
local apply = require("idngo.run.apply")
local approval = require("idngo.run.approval")
local core = require("idngo.core")
local http = require("socket.http")
local jail = require("idngo.policy.jail")
local json = require("idngo.json")
local people = require("idngo.run.people")
local plan = require("idngo.policy.plan")
local runs = require("idngo.policy.run")
local support = require("runs")
local work = require("idngo.run.work")

local POLICY = [[
return { name = "pairs", version = "1", decide = function(_, facts)
  if facts.duplicates.answer == "RED" then return deactivate("duplicate"), send_status_email() end
  return pass()
end }]]

local peers = {}

--- A peer over groups of people who match each other: {url, gone(), asked(), mailed()}.
local function peer(how, groups)
  local out = os.tmpname()
  os.execute(("python3 spec/support/mutual_peer.py %s '%s' >%s & echo $! >%s.pid"):format(how, groups, out, out))
  local port
  for _ = 1, 600 do
    port = support.read(out):match("%d+")
    if port then break end
    core.sleep(0.05)
  end
  peers[#peers + 1] = support.read(out .. ".pid"):match("%d+")
  os.execute(("rm -f %s %s.pid"):format(out, out))
  local url = "http://127.0.0.1:" .. assert(port, "the peer did not start")
  local function list(path)
    return function()
      local body, status = http.request(url .. "/" .. path)
      assert(status == 200, path)
      return json.decode(body)
    end
  end
  return { url = url, gone = list("gone"), asked = list("asked"), mailed = list("mailed") }
end

local function options(from)
  return { base_url = from.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false }
end

--- An approved plan for everybody in `groups`, or from the last to the first of them.
local function approved(from, groups, backwards)
  local rows = {}
  for id in groups:gmatch("%w+") do table.insert(rows, backwards and 1 or #rows + 1, { id = id }) end
  local pool = assert(jail.pool { text = POLICY, chunkname = "policy.lua" })
  local dir = support.folder() .. "/run"
  local run = assert(runs.create(dir, { rows = support.rows(rows), account = from.url,
    policy = { text = POLICY, file = "policy.lua", name = "pairs", version = "1" } }))
  local context = assert(work.open(run, { client = options(from), pool = pool }))
  local hash = assert(plan.run(run, context))
  context.client:close()
  pool:close()
  assert(approval.approve(run, { hash = hash, max = { deactivate = "100%" } }))
  return run
end

--- Applies; `on_step` may throw, which ends the process's part as a crash at that place would.
local function go_on(from, run, on_step, concurrency)
  local context = assert(work.open(run, { client = options(from), on_step = on_step, concurrency = concurrency }))
  local complete, problem = apply.run(run, context)
  context.client:close()
  return complete, problem
end

local function states(run)
  local found = {}
  for step in run.store:each("all_steps") do
    found[#found + 1] = ("%s %s %s"):format(step.id, step.action, step.state)
  end
  table.sort(found)
  return found
end

local function deactivated(run)
  local ids = {}
  for step in run.store:each("all_steps") do
    if step.action == "deactivate" and step.state == "applied" then ids[#ids + 1] = step.id end
  end
  return ids
end

describe("of people who match each other", function()
  teardown(function()
    for _, pid in ipairs(peers) do os.execute("kill " .. pid) end
    support.clean()
  end)

  it("are in a file that is refused, and left as it is, where it is damaged or another program's", function()
    local journal = require("idngo.journal")
    local path = ("%s/people/%s.db"):format(os.getenv("IDNGO_STATE_DIR"), core.sha256("damaged"):sub(1, 32))
    local account = assert(people.account("damaged", "run"))
    for i = 1, 200 do account:acted("a" .. i) end
    assert.equal(200, account:counter())
    account:close()
    local known = support.read(path)
    local function foreign(sql)
      local db = assert(journal.open(path .. ".other", true))
      assert(db:exec(sql))
      db:close()
      local text = support.read(path .. ".other")
      os.remove(path .. ".other")
      return text
    end
    for name, text in pairs { text = "no database\n", half = known:sub(1, 4096 * 2), head = known:sub(1, 100),
      zeros = ("\0"):rep(#known), other = foreign("CREATE TABLE lines (n)"), otherwise = foreign("CREATE TABLE people (id)") } do
      support.write(path, text)
      local opened, err = people.account("damaged", "run")
      assert.is_nil(opened, name)
      assert.truthy(err.message:find("the account's people: " .. path .. ": ", 1, true), err.message)
      assert.truthy(err.hint:find("take it from a copy", 1, true), name .. ": " .. tostring(err.hint))
      assert.equal(text, support.read(path), name)
      for _, tail in ipairs { "-wal", "-shm" } do os.remove(path .. tail) end
    end
    support.write(path, known)
    account = assert(people.account("damaged", "run"))
    assert.equal(200, account:counter())
    account:close()
    assert(os.remove(path) and os.execute("mkdir " .. path))
    assert.truthy(select(2, people.account("damaged", "run")).message:find(path .. ": it is no regular file", 1, true))
    assert(os.remove(path))
  end)

  for _, how in ipairs { "stored", "recomputed" } do
    describe("by " .. how .. " checks,", function()
      for _, groups in ipairs { "a1 a2", "a1 a2;b1 b2;c1 c2;d1 d2", "a1 a2 a3 a4 a5 a6 a7 a8 a9" } do
        it("one of each group is deactivated: " .. groups, function()
          local from = peer(how, groups)
          local run = approved(from, groups)
          assert.is_true(go_on(from, run))
          local gone = from.gone()
          for group in groups:gmatch("[^;]+") do
            local count = 0
            for _, id in ipairs(gone) do count = count + (group:find(id, 1, true) and 1 or 0) end
            if how == "stored" or not group:find("3") then assert.equal(1, count, group) end
          end
          -- who sees two others has changed facts as soon as one of them is gone: one goes there, too
          assert.equal(select(2, groups:gsub(";", "")) + 1, #gone)
          assert.equal(#gone, #deactivated(run))
          run:close()
        end)
      end

      for _, place in ipairs { "intent", "sent", "answered", "settled" } do
        it("one is deactivated also where the run ended at the step " .. place .. " and was resumed", function()
          local from = peer(how, "a1 a2")
          local run = approved(from, "a1 a2")
          local dir = run.dir
          local complete = go_on(from, run, function(name)
            if name == place then error("ended here", 0) end
          end)
          assert.is_nil(complete)
          run:close()
          run = assert(runs.open(dir))
          go_on(from, run)
          local seen = {}
          for _, id in ipairs(from.gone()) do seen[id] = true end
          assert.is_true((seen.a1 and 1 or 0) + (seen.a2 and 1 or 0) <= 1, table.concat(states(run), "\n"))
          go_on(from, run)
          seen = {}
          for _, id in ipairs(from.gone()) do seen[id] = true end
          assert.equal(1, (seen.a1 and 1 or 0) + (seen.a2 and 1 or 0), table.concat(states(run), "\n"))
          assert.equal("done", run.store:get("state"))
          run:close()
        end)
      end
    end)
  end

  -- Runs of one account, each planned before any of them acts, or one after another had acted.

  local function group(size, from, count)
    local made = {}
    for i = from, from + count - 1 do
      local ids = {}
      for k = 1, size do ids[k] = ("g%dx%d"):format(i, k) end
      made[#made + 1] = table.concat(ids, " ")
    end
    return table.concat(made, ";")
  end
  local PAIRS, CHAINS = tonumber(os.getenv("IDNGO_PAIRS") or 50), tonumber(os.getenv("IDNGO_CHAINS") or 20)
  local STOPS = math.max(2, tonumber(os.getenv("IDNGO_KILLS") or 40) // 20)
  local everybody = group(2, 1, PAIRS) .. ";" .. group(3, PAIRS + 1, CHAINS)

  --- Of each pair one is gone, of each three at least one is not.
  local function one_stays(from, groups)
    local seen = {}
    for _, id in ipairs(from.gone()) do seen[id] = true end
    for group_ in (groups or everybody):gmatch("[^;]+") do
      local count, size = 0, 0
      for id in group_:gmatch("%S+") do count, size = count + (seen[id] and 1 or 0), size + 1 end
      assert.is_true(count == 1 or (size == 3 and count == 2), ("%s: %d are gone"):format(group_, count))
    end
  end

  --- Goes on with a run in a process of its own, whose hold on people lasts so many seconds; it prints its number first, and
  --- at last whether all is done.
  local function start(from, run, lease)
    local dir, out = run.dir, os.tmpname()
    run:close()
    local script = support.write(out .. ".lua", ([[print(io.open("/proc/self/stat"):read("n"))
      io.stdout:flush()
      require("idngo.run.account_people").LEASE = %s
      local run = assert(require("idngo.policy.run").open("%s"))
      local context = assert(require("idngo.run.work").open(run, { client = { base_url = "%s", app_token = "sbx:demo",
        secret_key = "demo-secret", limits = false } }))
      print((require("idngo.run.apply").run(run, context)))
      context.client:close()
      run:close()]]):format(lease or account_people.LEASE, dir, from.url))
    local process = io.popen(("lua5.4 %s 2>&1; rm -f %s %s"):format(script, script, out))
    return process, process:read("l")
  end

  for _, how in ipairs { "stored", "recomputed" } do
    it("one stays, by " .. how .. " checks, when two runs work side by side", function()
      local from = peer(how, everybody)
      local first, second = approved(from, everybody), approved(from, everybody, true)
      first, second = start(from, first), start(from, second)
      assert.equal("true\n", first:read("a"))
      assert.equal("true\n", second:read("a"))
      first:close()
      second:close()
      one_stays(from)
    end)

    it("one stays, by " .. how .. " checks, when runs work one after the other", function()
      local from = peer(how, everybody)
      local first, second = approved(from, everybody), approved(from, everybody, true)
      assert.is_true(go_on(from, first))
      first:close()
      assert.is_true(go_on(from, second))
      second:close()
      one_stays(from)
      local third = approved(from, everybody, true) -- planned when they had acted
      assert.is_true(go_on(from, third))
      third:close()
      one_stays(from)
    end)
  end

  it("one stays when a run stands still for longer than it holds people, and another works meanwhile", function()
    local groups = group(2, 1, 8) .. ";" .. group(3, 9, 2)
    for round = 1, STOPS do
      local from = peer(round % 2 == 0 and "stored" or "recomputed", groups)
      local first, second = approved(from, groups), approved(from, groups, true)
      local dirs = { first.dir, second.dir }
      local number
      first, number = start(from, first, 0.2)
      support.wait_for(function() return #from.gone() >= round % 7 end)
      os.execute("kill -STOP " .. number)
      second = start(from, second)
      second:read("a") -- it waits until the first has lost its people, and leaves those whom a call may have left for
      second:close()
      os.execute("kill -CONT " .. number)
      first:read("a")
      first:close()
      local mails = {} -- how many e-mails a person may have got, by what the runs know
      for i = 1, 4 do
        local run = assert(runs.open(dirs[(i - 1) % 2 + 1]))
        local complete, problem = go_on(from, run)
        assert.is_true(complete or i < 3, tostring(problem))
        for step in run.store:each("all_steps") do
          local may_have = step.action == "send_status_email" and (step.state == "applied" or step.state == "unknown")
          if may_have and i > 2 then mails[step.id] = (mails[step.id] or 0) + 1 end
        end
        run:close()
      end
      one_stays(from, groups)
      for _, id in ipairs(from.mailed()) do mails[id] = (mails[id] or 0) - 1 end
      for id, more in pairs(mails) do assert.is_true(more >= 0, id) end
    end
  end)

  it("another run's line is put aside while nobody knows what became of a call, and named; all others go on", function()
    local from = peer("stored", "a1 a2;b1 b2")
    local first, second = approved(from, "a1"), approved(from, "a2 b1")
    local dir = first.dir
    assert.is_nil(go_on(from, first, function(name)
      if name == "sent" then error("ended here", 0) end
    end))
    first:close()
    assert.is_false(go_on(from, second))
    assert.same({ "a2 deactivate planned", "a2 send_status_email planned", "b1 deactivate applied",
      "b1 send_status_email applied" }, states(second))
    assert.equal(("the run in %s may have acted on a1; go on with that run, or settle it"):format(dir),
      second.store:rows("steps", 1)[1].problem)
    first = assert(runs.open(dir))
    assert.is_true(go_on(from, first))
    first:close()
    assert.is_true(go_on(from, second))
    second:close()
    assert.same({ "b1", "a1" }, from.gone())
  end)

  it("the other's line is void, and says whom the run has acted on", function()
    local from = peer("stored", "a1 a2")
    local run = approved(from, "a1 a2")
    assert.is_true(go_on(from, run, nil, 1))
    assert.same({ "a1 deactivate applied", "a1 send_status_email applied", "a2 deactivate void", "a2 send_status_email void" },
      states(run))
    assert.equal("the run has acted on a1, whom its facts name", run.store:rows("steps", 2)[1].problem)
    run:close()
  end)

  it("a line with more than 200 of them is for a human", function()
    local ids = {}
    for i = 1, 202 do ids[i] = "p" .. i end
    local from = peer("stored", table.concat(ids, " "))
    local run = approved(from, "p1")
    assert.is_true(go_on(from, run))
    assert.same({}, from.gone())
    assert.equal("its facts name more than 200 people: for a human", run.store:rows("steps", 1)[1].problem)
    run:close()
  end)

  it("facts are read again over connections that carried nothing before and nothing after", function()
    local from = peer("recomputed", "a1 a2;b1 b2;c1 c2")
    local run = approved(from, "a1 a2;b1 b2;c1 c2")
    local planned = #from.asked()
    assert.is_true(go_on(from, run))
    run:close()
    local carried, again = {}, {}
    for i, request in ipairs(from.asked()) do
      local method, port = request:match("(%u+) (%d+)")
      carried[port] = (carried[port] or 0) + 1
      if i > planned and method == "GET" then again[#again + 1] = port end
    end
    assert.is_true(#again >= 3)
    for _, port in ipairs(again) do assert.equal(1, carried[port]) end
  end)

  it("all are held by one line, or none", function()
    local holds = people.holds()
    assert.is_true(holds:take({ take = true, b = true }, 1))
    assert.is_false(holds:take({ b = true, c = true }, 2))
    assert.is_true(holds:take({ c = true }, 3))
    holds:release({ take = true, b = true }, 2) -- whose they are not
    assert.is_false(holds:take({ b = true }, 3))
    holds:release({ take = true, b = true }, 1)
    assert.is_true(holds:take({ b = true, take = true }, 3))
  end)

  it("hits without an id name nobody", function()
    assert.same({ x = true }, people.named { f = { hits = { { applicantId = "x" }, { applicantId = "MISSING" }, {} } }, g = {} })
  end)
end)
