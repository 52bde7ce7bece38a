-- The same sources on Lua 5.4, LuaJIT and Lua 5.1: they load, the command does its work, and what comes out is the same
-- to the byte. LuaJIT's modules serve Lua 5.1 too.

local core = require("idngo.core")
local json = require("idngo.json")
local luas = require("luas")
local runs = require("runs")
local sh = require("shell")

local LUAS, start = luas.names, luas.start

--- What each Lua prints for `command`, where @ stands for its start and % for its name; it must be one text.
local function same(command)
  local first
  for _, name in ipairs(LUAS) do
    local line = command:gsub("@", start(name)):gsub("%%", name)
    local out, errors, code = runs.shell("{ " .. line .. "; }")
    assert.equal(0, code, name .. ": " .. errors)
    first = first or out
    assert.equal(first, out, name)
  end
  return first
end

--- The Lua sources, without those that nginx alone can load when `outside` is set.
local function sources(outside)
  local found = {}
  for path in sh("find lua examples -name '*.lua'; echo bin/idngo"):gmatch("[^\n]+") do
    if not (outside and (path:find("/ngi?n?x") or not path:find("^lua/"))) then found[#found + 1] = path end
  end
  assert.is_true(#found > 80)
  return found
end

describe("On every Lua #slow", function()
  local dir, servers, pids, pipes = nil, {}, {}, {}

  --- The environment of a client of a Lua's sandbox.
  local function env(name) return runs.env { url = servers[name] } end

  setup(function()
    dir = runs.folder()
    for _, name in ipairs(LUAS) do
      local pipe = assert(io.popen(("echo $$; %s bin/idngo sandbox --applicants 60 --report-seconds 0 --no-limits"):format(
        start(name):gsub("(%S+)$", "exec %1"))))
      pids[#pids + 1], pipes[#pipes + 1] = pipe:read("l"), pipe
      servers[name] = assert(pipe:read("l"):match("http://%S+"))
    end
  end)

  teardown(function()
    os.execute("kill " .. table.concat(pids, " "))
    runs.clean()
  end)

  it("every source compiles, and has no escape that Lua 5.1 takes for a letter", function()
    local files = sources()
    local script = runs.write(dir .. "/compile.lua", [[
      for i = 1, #arg do
        local file = assert(io.open(arg[i]))
        local text = file:read("*a"):gsub("^#[^\n]*", "")
        assert((loadstring or load)(text, "@" .. arg[i]))
      end
      print(#arg)]])
    assert.equal(#files .. "\n", same(("@ %s %s"):format(script, table.concat(files, " "))))
    for _, path in ipairs(files) do
      for number, line in runs.read(path):gsub("\\\\", ""):gmatch("()([^\n]+)") do
        assert.is_nil(line:find("\\[xzu]"), ("%s, byte %d: %s"):format(path, number, line))
      end
    end
  end)

  it("every module loads", function()
    local names = {}
    for i, path in ipairs(sources(true)) do
      names[i] = path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
    end
    assert.equal("loaded", same(("@ -e 'for name in (\"%s\"):gmatch(\"[^ ]+\") do require(name) end io.write(\"loaded\")'")
      :format(table.concat(names, " "))))
  end)

  it("numbers, texts, lines, commands, pcall and chance are the same", function()
    assert.truthy(same(("@ spec/support/same_everywhere.lua %s/bytes"):format(dir)):find("dead\n", 1, true))
  end)

  it("the sandbox serves the same applicants, and every call comes back right", function()
    local people, tour
    for _, name in ipairs(LUAS) do
      local got = sh("curl -sf '%s/-/applicants'", servers[name])
      people = people or got
      assert.equal(people, got, name)
      local out, errors, code = runs.shell(("%s IDNGO_TOUR_FILES=%s %s examples/tour.lua"):format(env(name), dir, start(name)))
      assert.equal(0, code, name .. ": " .. errors)
      out = out .. sh("cat %s/liveness.mp4 %s/report.pdf | sha256sum", dir, dir)
      tour = tour or out
      assert.equal(tour, out, name)
      local kept = json.decode(sh("curl -sf '%s/-/ledger'", servers[name]))
      assert.equal(tonumber(errors:match("(%d+) of %d+ calls")), #kept.entries)
    end
    assert.equal(2 + 60, select(2, people:gsub("\n", "")) + 2)
  end)

  it("the sandbox posts webhooks to a receiver, and both end when they are told", function()
    runs.write(dir .. "/secret", "webhook-secret\n")
    runs.write(dir .. "/hooked.json", '{"externalUserId":"hooked"}')
    for _, name in ipairs(LUAS) do
      local function serve(arguments)
        local pipe = assert(io.popen(("echo $$; %s bin/idngo %s"):format(start(name):gsub("(%S+)$", "exec %1"), arguments)))
        return pipe, pipe:read("l"), assert(pipe:read("l"):match("http://%S+"))
      end
      local spool = ("%s/hooks-%s"):format(dir, name)
      local receiver, receiving, target = serve(("receive --spool %s --secret-file %s/secret --listen 0"):format(spool, dir))
      local posting, serving, url = serve(("sandbox --applicants 5 --webhook %s --webhook-secret-file %s/secret"):format(target,
        dir))
      local _, errors, code = runs.shell(("%s %s bin/idngo call create_applicant basic-kyc-level %s/hooked.json"):format(
        runs.env { url = url }, start(name), dir))
      assert.equal(0, code, name .. ": " .. errors)
      local out
      runs.wait_for(function()
        out = runs.shell(("%s bin/idngo events list --spool %s"):format(start(name), spool))
        return out ~= ""
      end)
      assert.truthy(out:find("applicantCreated", 1, true), out)
      os.execute(("kill %s %s"):format(serving, receiving))
      assert.is_true(posting:close())
      receiver:close()
    end
  end)

  it("call, doctor, endpoints, config and policy test do their work", function()
    local id = "5eea3f5204f940217bcbc03d"
    local info = runs.write(dir .. "/info.json", '{"tin":"1","odd":[1.0,-7,0.1,1e15,1e300,"\\u0000\\ud83d\\ude00"]}')
    same(("%s @ bin/idngo call tin_checks %s --json"):format(env("luajit"), id))
    same(("%s @ bin/idngo call update_info %s %s --json"):format(env("lua5.1"), id, info))
    same("@ bin/idngo endpoints")
    same(env("lua5.4") .. " @ bin/idngo config")
    same("@ bin/idngo policy test examples/policies/*.lua")
    for _, name in ipairs(LUAS) do
      local out, errors, code = runs.shell(("%s %s bin/idngo doctor --json"):format(env(name), start(name)))
      assert.equal(0, code, name .. ": " .. out .. errors)
    end
    local out = runs.shell(("%s %s bin/idngo call tin_checks none --json"):format(env("lua5.1"), start("lua5.1")))
    assert.equal(404, json.decode(out).error.status)
  end)

  it("numbers are rounded to the same text", function()
    local text = same([[@ -e 'local fixed = require("idngo.compat").fixed
      for i = -40, 400 do print(fixed(i / 16, 1), fixed(i / 16, 3), fixed(i / 8, 0)) end']])
    assert.truthy(text:find("\n0.3\t0.250\t1\n", 1, true)) -- 4 / 16, and a half
  end)

  it("a policy comes to the same plan, and one Lua goes on with the run of another", function()
    local policy = runs.write(dir .. "/policy.lua", [[
      return { name = "p", version = "1", decide = function(applicant, facts)
        if facts.duplicates.answer == "RED" then
          return deactivate(("duplicate of %d, row %s"):format(#facts.duplicates.hits, applicant.row)),
            update_info({ firstName = "x", n = 0.1, whole = 3 })
        end
        return facts.liveness.answer == "GREEN" and pass() or hold("no liveness")
      end }]])
    local lines = { "applicantId,row" }
    for i, row in ipairs(runs.applicants { url = servers["lua5.4"] }) do lines[i + 1] = ("%s,%d"):format(row.id, i) end
    local input = runs.write(dir .. "/people.csv", table.concat(lines, "\n") .. "\n")
    local settings = env("lua5.4")
    local plan = same(("%s @ bin/idngo plan %s --input %s --run %s/run-%% --json "
      .. "| sed 's/run-[a-z0-9.]*//; s/\"estimate\":[0-9]*//'"):format(settings, policy, input, dir))
    local hash = json.decode((plan:gsub(",,", ","))).plan
    assert.equal(64, #hash)
    same(("%s @ bin/idngo apply %s/run-%% --dry-run --json"):format(settings, dir))

    -- planned here, applied there, reported everywhere
    local after = { luajit = "lua5.1", ["lua5.1"] = "luajit", ["lua5.4"] = "lua5.1" }
    for planner, applier in pairs(after) do
      local run = ("%s/run-%s"):format(dir, planner)
      local out, errors = runs.shell(("%s %s bin/idngo apply %s --approve %s --max-deactivations 50%% --json"):format(settings,
        start(applier), run, hash))
      local done = json.decode(out)
      assert.equal("done", done.state, errors)
      assert.is_true(done.steps.applied > 5)
      local line = ("cd %s && LUA_PATH='%s/lua/?.lua;%s/lua/?/init.lua;;' && export LUA_PATH && %s @ %s/bin/idngo"):format(run,
        sh("pwd"):sub(1, -2), sh("pwd"):sub(1, -2), settings, sh("pwd"):sub(1, -2))
      same(line .. " report . && sha256sum report.json report.html")
      same(line .. " status . --json")
      same(line .. " audit verify . --json")
    end
    local acted = json.decode(runs.read(("%s/run-luajit/report.json"):format(dir))).applicants
    for _, applicant in ipairs(acted) do
      if applicant.decision == "act" then
        local told = same(("@ bin/idngo explain %s/run-luajit %s"):format(dir, applicant.applicantId))
        assert.truthy(told:find("duplicate of", 1, true), told)
        return
      end
    end
    error("nobody was acted on")
  end)

  it("a run killed on one Lua is ended by another", function()
    local input = runs.write(dir .. "/ids", sh("curl -sf '%s/-/applicants?liveness=GREEN&limit=4' | grep -o '5f[0-9a-f]\\{22\\}'",
      servers.luajit))
    local function drive(name, rest)
      return (select(3, runs.shell(("%s spec/support/run_driver.lua %s/killed %s %s %s"):format(start(name), dir,
        servers.luajit, input, rest))))
    end
    assert.equal(137, drive("luajit", "decided 2"))
    assert.equal(137, drive("lua5.1", "intent 2"))
    assert.equal(137, drive("luajit", "answered 3"))
    local code = drive("lua5.1", "")
    assert.is_true(code == 0 or code == 1, code)
    same(("@ bin/idngo status %s/killed --json"):format(dir))
  end)

  it("archives are the same to the byte, their check and their import too", function()
    local from = dir .. "/from"
    for i = 1, 3 do
      assert(os.execute(("mkdir -p %s/p%d/selfie"):format(from, i)))
      runs.write(("%s/p%d/selfie/me.jpg"):format(from, i), "\255\216\255\224 a picture")
      runs.write(("%s/p%d/selfie/applicantIdDoc.json"):format(from, i), '{"idDocType":"SELFIE","country":"GBR"}')
      runs.write(("%s/p%d/applicant.json"):format(from, i), ([[{"externalUserId":"moved-%d",
        "info":{"firstName":"Zoë","lastName":"Stark","country":"GBR"},"review":{"createDate":"2022-11-21 08:25:32+0000",
        "levelName":"basic-kyc-level","reviewStatus":"completed","reviewResult":{"reviewAnswer":"GREEN"}}}]]):format(i))
    end
    runs.write(dir .. "/people.csv", 'customer;first;last;born\r\nc-1;"Ann; B";Lee;01.02.1990\r\nc-*-2;No;Zero;01.02.1990\r\n'
      .. 'c-3;Mia;"Two\nlines";31.12.1999')
    runs.write(dir .. "/mapping", "[applicant]\nexternalUserId = {customer}\ninfo.firstName = {first}\ninfo.lastName = {last}\n"
      .. "info.country = GBR\ninfo.dob = {born|dd.MM.yyyy}\nreview.createDate = 2022-11-21 08:25:32+0000\n"
      .. "review.levelName = basic-kyc-level\nreview.reviewStatus = completed\nreview.reviewResult.reviewAnswer = GREEN\n"
      .. "[document selfie]\nidDocType = SELFIE\ncountry = GBR\nfile = me.jpg\n")
    local out = same(("mkdir -p %s/to && @ bin/idngo import pack %s/p1 %s/p2 --to %s/to && sha256sum %s/to/*; "
      .. "@ bin/idngo import check %s/to/*.zip examples/applicant.zip --json"):format(dir, from, from, dir, dir, dir))
    assert.truthy(out:find("p2.zip", 1, true))
    out = same(("rm -rf %s/table && mkdir %s/table && @ bin/idngo import pack --people %s/people.csv --mapping %s/mapping "
      .. "--documents %s/p1/selfie --to %s/table 2>&1; cat %s/table/*.zip | sha256sum; ls %s/table"):format(dir, dir, dir,
      dir, from, dir, dir, dir))
    assert.truthy(out:find("\nc-_2a-2.zip\n", 1, true), out)
    for _, name in ipairs(LUAS) do
      local errors, code
      out, errors, code = runs.shell(("%s %s bin/idngo import run --yes %s/p1 %s/p2 --run %s/import-%s --json"):format(env(name),
        start(name), from, from, dir, name))
      assert.equal(0, code, name .. ": " .. errors)
      assert.truthy(out:find('"imported":2', 1, true), out)
    end
  end)

  it("events of a spool are listed the same", function()
    local writer = assert(core.spool(dir .. "/events", 1024 * 1024))
    for i = 1, 3 do
      local ticket = assert(writer:append(('{"type":"applicantReviewed","applicantId":"a-%d","n":%d.50}'):format(i, i)))
      while not writer:durable(ticket) do os.execute("sleep 0.01") end
    end
    writer:close()
    assert.truthy(same(("@ bin/idngo events list --spool %s/events --json"):format(dir)):find('"n":3.50', 1, true))
  end)

  it("calls go on at once, also under pcall, iterators and metamethods, and an interrupt tells what was under way", function()
    local script = runs.write(dir .. "/tasks.lua", [[
      local idngo = require "idngo"
      local sandbox = assert(require("idngo.sandbox").background { latency = 0.2, limits = false })
      local under_way, most = 0, 0
      local client = assert(idngo.client { base_url = sandbox.url, app_token = "sbx:demo", secret_key = "demo-secret",
        limits = false, on_event = function(event)
          under_way = under_way + (event.event == "request" and 1 or event.event == "reply" and -1 or 0)
          most = math.max(most, under_way)
        end })
      local id, items = "5eea3f5204f940217bcbc03d", { 1, 2, 3, 4, 5, 6 }
      local results = idngo.parallel(items, function() return client:tin_checks(id) end)
      io.write(#results, " done, ", most, " at once\n")

      results = idngo.parallel({ 1, 2 }, function()
        local ok, found = pcall(client.tin_checks, client, id)
        return ok and found
      end)
      io.write(#results, " under pcall\n")
      results = idngo.parallel({ 1, 2 }, function()
        table.sort({ 2, 1 }, function(a, b) return client:tin_checks(id) and a < b end)
        return true
      end)
      io.write(#results, " under sort\n")
      local _, errors = idngo.parallel({ 1 }, function() error("boom") end)
      io.write(errors[1]:find("boom\nstack traceback:", 1, true) and "a trace\n" or errors[1])
      io.write(idngo.run(function()
        local task = idngo.spawn(function() return #client:levels().list.items end)
        return task:wait() .. " waited for\n"
      end))
      sandbox:close()

      -- four calls under way, which have arrived, and nobody who answers
      sandbox = assert(require("idngo.sandbox").background { latency = 60, limits = false })
      client = assert(idngo.client { base_url = sandbox.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false })
      os.execute(("(until curl -s %s/-/ledger | grep -q '\"calls\":4'; do sleep 0.05; done; kill -INT $PPID) &"):format(
        sandbox.url))
      local interrupt
      results, errors, interrupt = idngo.parallel(items, function() return client:tin_checks(id) end, { concurrency = 4 })
      local outcomes = {}
      for i = 1, 6 do outcomes[i] = errors[i].kind .. " " .. errors[i].outcome end
      io.write(table.concat(outcomes, ", "), " ", tostring(interrupt):match("interrupted!"), "\n")
      sandbox:close()
    ]])
    assert.equal("6 done, 6 at once\n2 under pcall\n2 under sort\na trace\n1 waited for\n"
      .. ("cancelled unknown, "):rep(4) .. "cancelled not_sent, cancelled not_sent interrupted!\n", same("@ " .. script))
  end)
end)
