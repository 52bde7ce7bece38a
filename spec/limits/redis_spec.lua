-- One account's limits in a Redis that machines share: the sandbox's ledger is the judge of what was sent, redis-server of Debian
-- keeps the slots. A machine is a process with a folder of its own for what the processes of one machine share.

local core = require("idngo.core")
local files = require("files")
local idngo = require("idngo")
local redis = require("redis")
local sandbox = require("idngo.sandbox")
local shell = require("shell")

if not redis.is_there() then
  describe("limits in Redis", function() pending("redis-server is not installed") end)
  return
end

local ID = "5eea3f5204f940217bcbc03d"

local server, api

setup(function()
  server = redis.start()
  api = assert(sandbox.background { limits = false })
end)
teardown(function()
  server:stop()
  api:close()
end)

--- A client of one machine. Its attempts are short, so that the pauses of tests are.
local function open(more)
  local options = { base_url = api.url, app_token = "sbx:demo", secret_key = "demo-secret", limits_url = server.url,
    limits_dir = files.folder(), timeout = 20, limits_timeout = 20, limits_late = 0.5, limits_rtt = 1, max_attempts = 1,
    limits = { read = { 5, 2 }, write = false, report = false, similar_by_text_and_face = false, similar_by_text = false,
      import_applicant = false } }
  for name, value in pairs(more or {}) do options[name] = value end
  return assert(idngo.client(options))
end

local function faults(fault)
  local path = os.tmpname()
  files.write(path, "[" .. require("idngo.json").encode(fault) .. "]")
  assert(os.execute(("curl -sf -X PUT --data-binary @%s %s/-/faults >/dev/null"):format(path, api.url)))
  os.remove(path)
end

local slots_of = require("idngo.client").slots

local function begin(client) assert(slots_of(client):nobody_sent()) end

describe("limits in Redis", function()
  before_each(function()
    server:cli("config set min-replicas-to-write 0")
    server:cli("flushall")
  end)

  it("are shared by machines: one finds the slots taken that another took", function()
    local here, there = open(), open()
    begin(here)
    for _ = 1, 5 do assert(here:levels()) end
    local _, e = there:levels { deadline = 0.2 }
    assert.equal("limit", e.kind)
    assert.equal("not_sent", e.outcome)
    here:close()
    there:close()
  end)

  it("hold the first call of an account until what nobody knows of is over, and say until when", function()
    local events = {}
    local client = open { on_event = function(event) events[#events + 1] = event end }
    local _, e = client:levels { deadline = 0.2 }
    assert.equal("limit", e.kind)
    assert.matches("calls wait until %d%d:%d%d:%d%d, when the account's limits are free for certain, because Redis does not "
      .. "know yet what was sent for this account", e.message)
    assert.equal("limits", events[1].event)
    assert.equal("held", events[1].state)
    assert.truthy(client:lanes()[1].held_for > 0)
    client:close()
  end)

  it("close a lane for all machines when one meets a 429", function()
    local here, there = open { max_attempts = 1 }, open()
    begin(here)
    faults { endpoint = "levels", status = 429, headers = { ["Retry-After"] = "300" }, times = 1 }
    local _, e = here:levels()
    assert.equal(429, e.status)
    _, e = there:levels { deadline = 1 }
    assert.equal("limit", e.kind)
    local lane = there:lanes()[1]
    assert.is_true(lane.closed_for > 60)
    assert.is_true(lane.gap > 0) -- and it learned
    here:close()
    there:close()
  end)

  it("give back at once what one at a time may have, and all when a client is closed", function()
    local limits = { read = { 100, 2 }, report = false, write = false, similar_by_text_and_face = false, similar_by_text = false,
      import_applicant = false, levels = { 1, 0 } }
    local here, there = open { limits = limits }, open { limits = limits }
    begin(here)
    for _ = 1, 3 do
      assert(here:levels { deadline = 30 })
      assert(there:levels { deadline = 30 })
    end
    here:close()
    there:close()
    local now = tonumber((server:cli("time"):match("%d+")))
    local scores = server:cli("zrange " .. server:cli("--scan --pattern '*:s:read'") .. " 0 -1 withscores")
    for score in scores:gmatch("\n(%d+)") do assert.is_true(tonumber(score) / 1e6 <= now + 1) end -- none awaits an answer
  end)

  it("let a call wait until Redis is there, and say once that it is not", function()
    local states = {}
    local client = open { on_event = function(event) states[#states + 1] = event.state end }
    begin(client)
    server:kill()
    local _, e = client:levels { deadline = 0.5 }
    assert.equal("limit", e.kind)
    assert.equal("not_sent", e.outcome)
    assert.matches("127.0.0.1:%d+, which keeps the limits, cannot be used", e.message)
    assert.same({ "lost" }, states)
    os.execute(("(sleep 0.5; cd %s; exec redis-server --port %d --bind 127.0.0.1 --save '' >>log 2>&1 & echo $! >pid) &"):format(
      server.dir, server.port))
    _, e = client:levels { deadline = 5 } -- it is back, and has forgotten
    assert.matches("Redis does not know yet what was sent", e.message)
    assert.same({ "lost", "lost", "back", "held" }, states)
    server.pid = files.read(server.dir .. "/pid"):match("%d+")
    client:close()
  end)

  it("go on after scripts were forgotten, and from a scheduler while a call blocks beside it", function()
    local client = open { limits = { read = { 300, 2 } } }
    begin(client)
    server:cli("script flush")
    local items, failed = {}, nil
    for i = 1, 40 do items[i] = i end
    idngo.parallel(items, function(i)
      local ok, e
      if i % 10 == 0 then -- where nothing can wait
        table.sort({ 1, 2 }, function(a, b)
          ok, e = client:levels()
          return a < b
        end)
      else
        ok, e = client:levels()
      end
      failed = failed or (not ok and tostring(e))
    end, { concurrency = 8 })
    assert.is_nil(failed or nil)
    client:close()
  end)

  it("take back what was granted in a reply that was lost", function()
    local client = open { limits = { read = { 5, 60 } } }
    begin(client)
    local slots, lost = slots_of(client), false
    local real = slots.link.ask
    slots.link.ask = function(...)
      slots.link.ask = real
      lost = real(...)[1] == "ok"
      return nil, { kind = "reset", message = "connection reset by the server", sent = true }
    end
    assert(client:levels())
    assert.is_true(lost)
    for _, lane in ipairs(client:lanes()) do
      if lane.name == "read" then assert.equal(1, lane.used) end
    end
    client:close()
  end)

  it("are not used by a child that was forked with what its parent holds", function()
    local client = open()
    begin(client)
    assert(client:levels())
    local slots = slots_of(client)
    local mine = slots.client
    slots.process = -1 -- as in another process
    assert(client:levels())
    assert.are_not.equal(mine, slots.client)
    client:close()
  end)

  it("hold while a file moves for longer than its lease", function()
    local client = open { timeout = 1, limits_timeout = 1, limits = { read = { 2, 2 } } }
    begin(client)
    local lanes = require("idngo.limits.lanes")
    assert.is_table(lanes)
    local slots = slots_of(client)
    local grant = assert(slots:acquire({ 1 }, 1))
    local ends = core.now() + 4
    while core.now() < ends do
      assert.is_true(slots:extend(grant, 4))
      core.sleep(0.5)
    end
    assert.equal(1, client:lanes()[1].used)
    server:cli("flushall")
    assert.is_nil(slots:extend(grant, 4))
    client:close()
  end)

  it("refuse Redis where replicas are not asked before a write", function()
    local replica = redis.start(("--replicaof 127.0.0.1 %d"):format(server.port))
    finally(function() replica:stop() end)
    repeat core.sleep(0.05) until server:cli("info replication"):find("connected_slaves:1")
    local client = open()
    local _, e = client:levels { deadline = 5 }
    assert.equal("config", e.kind)
    assert.matches("min%-replicas%-to%-write", tostring(e))
    client:close()
    server:cli("config set min-replicas-to-write 1")
    repeat core.sleep(0.05) until server:cli("info replication"):find("min_slaves_good_slaves:1")
    client = open()
    begin(client)
    assert(client:levels())
    replica:kill("STOP") -- and now no replica has what is written
    server:cli("config set min-replicas-max-lag 1")
    repeat core.sleep(0.1) until server:cli("info replication"):find("min_slaves_good_slaves:0")
    _, e = client:levels { deadline = 1 }
    assert.equal("not_sent", e.outcome)
    assert.matches("NOREPLICAS", e.message)
    server:cli("config set min-replicas-to-write 0")
    client:close()
  end)

  it("have everybody wait after each of what may lose writes", function()
    local client, slots
    local function held() return slots:look().held end
    local function follower()
      local other = redis.start(("--replicaof 127.0.0.1 %d --repl-diskless-sync-delay 0"):format(server.port))
      repeat core.sleep(0.05) until other:cli("info replication"):find("master_link_status:up")
      return other
    end
    for _, case in ipairs {
      { "restart", function()
        server:cli("save")
        server:kill()
        server:start()
      end },
      { "restart", function() -- by a log of all writes
        server:cli("config set appendonly yes")
        repeat core.sleep(0.05) until server:cli("info persistence"):find("aof_rewrite_in_progress:0")
        server:kill()
        server.options = "--appendonly yes"
        server:start()
        server.options = ""
        server:cli("config set appendonly no")
      end },
      { "new", function() -- of which nothing was kept
        server:kill()
        os.remove(server.dir .. "/dump.rdb")
        server:start()
      end },
      { "new", function() server:cli("flushall") end },
      { "emptied", function() server:cli("del " .. server:cli("--scan --pattern '*:s:read'")) end },
      { "restart", function() -- demoted, and promoted again
        local other = redis.start()
        server:cli(("replicaof 127.0.0.1 %d"):format(other.port))
        repeat core.sleep(0.05) until server:cli("info replication"):find("master_link_status:up")
        server:cli("replicaof no one")
        other:stop()
      end, "new" },
      { "restart", function() -- demoted, caught up by what it had missed alone, and promoted again
        local other = follower()
        other:cli("replicaof no one")
        server:cli(("replicaof 127.0.0.1 %d"):format(other.port))
        repeat core.sleep(0.05) until server:cli("info replication"):find("master_link_status:up")
        assert.matches("sync_partial_ok:1", other:cli("info stats"))
        server:cli("replicaof no one")
        other:stop()
      end },
      { "restart", function() -- a replica that was promoted
        local other = follower()
        other:cli("replicaof no one")
        return other
      end },
    } do
      server:cli("flushall")
      client = open()
      slots = slots_of(client)
      begin(client)
      assert(client:levels())
      assert.equal(0, held())
      local other = case[2]()
      if other then
        client:close()
        client = open { limits_url = other.url }
        slots = slots_of(client)
      end
      local _, e = client:levels { deadline = 5 }
      assert.equal("limit", e.kind)
      local found = slots:look()
      assert.is_true(found.held > 20, case[1])
      assert.equal(case[3] or case[1], found.reason)
      client:close()
      if other then other:stop() end
    end
  end)

  it("leave nothing in Redis that tells of anybody", function()
    local seen = files.folder() .. "/monitor"
    os.execute(("redis-cli -p %d monitor >%s & echo $! >%s.pid"):format(server.port, seen, seen))
    repeat core.sleep(0.02) until files.read(seen, ""):find("OK", 1, true)
    local client = open { app_token = "sbx:canary-token", secret_key = "canary-secret", limits = { read = { 300, 2 } } }
    begin(client)
    client:liveness_checks("canary-applicant")
    client:similar_by_text(ID)
    client:update_info(ID, { firstName = "canary-name" })
    client:close()
    -- and a run, from its plan to its report
    local folder = files.folder()
    files.write(folder .. "/policy.lua", [[
      return { name = "canary-policy", version = "1", decide = function() return deactivate("canary-reason") end }]])
    files.write(folder .. "/ids", ID .. "\n")
    local env = ("env IDNGO_BASE_URL=%s IDNGO_APP_TOKEN=sbx:canary-token IDNGO_SECRET_KEY=canary-secret IDNGO_LIMITS_URL=%s "
      .. "IDNGO_LIMITS_DIR=%s"):format(api.url, server.url, files.folder())
    local lua = os.getenv("LUA") or "/usr/bin/lua5.4"
    local planned = shell("%s %s bin/idngo plan %s/policy.lua --input %s/ids --run %s/run --json 2>&1", env, lua, folder, folder,
      folder)
    local hash = require("idngo.json").decode(planned:match("{.*}")).plan
    shell("%s %s bin/idngo apply %s/run --approve %s --note canary-note 2>&1", env, lua, folder, hash)
    server:cli("ping the-end")
    repeat core.sleep(0.05) until files.read(seen, ""):find("the-end", 1, true)
    os.execute(("kill $(cat %s.pid)"):format(seen))
    local said = files.read(seen)
    assert.truthy(said:find("evalsha", 1, true) or said:find("EVALSHA", 1, true))
    for _, word in ipairs { "canary", ID, "sbx:", "levels/", "127.0.0.1:" .. api.url:match("%d+$") } do
      assert.is_nil(said:find('"[^"]*' .. word:gsub("%p", "%%%0")), word)
    end
  end)

  it("are taken from nobody who is no Redis, or answers what cannot be", function()
    local sent = 0
    local client = open { on_event = function(event) sent = sent + (event.event == "request" and 1 or 0) end }
    local slots = slots_of(client)
    local stamp = 2 ^ 50
    local function sound() return { "ok", 1.7e15, 0, 1, "abc", stamp, "", {}, { { stamp, 1 } } } end
    local answers = {
      "OK", 7, {}, { "ok" }, { "no" }, { error = "LOADING x" }, { error = "READONLY x" },
      { error = "OOM x" }, { error = "MOVED 1 x" },
      function(r) r[9] = {} end, function(r) r[9] = { { stamp, 1 }, { stamp, 1 } } end,
      function(r) r[9][1] = { -1, 1 } end, function(r) r[9][1] = { stamp, 2 } end, function(r) r[9][1] = { stamp, 0 } end,
      function(r) r[9][1] = { stamp, 0.5 } end, function(r) r[9][1] = { stamp } end, function(r) r[9][1] = { 2 ^ 53, 1 } end,
      function(r) r[9][1] = { 1.5, 1 } end, function(r) r[9][1] = { "1", 1 } end, function(r) r[9][1] = 1 end,
      function(r) r[3] = 1 end, function(r) r[2] = "now" end, function(r) r[2] = 2 ^ 60 end, function(r) r[4] = -1 end,
      function(r) r[5] = 1 end, function(r) r[5] = "not hexadecimal" end, function(r) r[6] = {} end, function(r) r[8] = { 1 } end,
      function(r) r[9][1] = { 0, 1e18, 1, 1, "read" } end, function(r) r[9][1] = { 0, 1, 1 } end,
    }
    local real, answer = slots.link.ask, nil
    slots.link.ask = function()
      local reply = answer
      if type(answer) == "function" then
        reply = sound()
        answer(reply)
      end
      return reply, nil, core.now(), core.now()
    end
    for i, each in ipairs(answers) do
      answer = each
      local levels, e = client:levels { deadline = 0.01 }
      assert.is_nil(levels, i)
      assert.equal("not_sent", e.outcome)
    end
    assert.equal(0, sent)
    answer = function() end
    assert(client:levels { deadline = 60 }) -- what can be is taken
    slots.link.ask = real
    client:close()
  end)

  it("never lead to a call that was not granted, whatever bytes come", function()
    local socket = require("socket")
    local script = files.folder() .. "/peer.lua"
    files.write(script, [[
      local socket = require("socket")
      math.randomseed(tonumber(arg[1]))
      local server = assert(socket.bind("127.0.0.1", 0))
      local _, port = server:getsockname()
      print(port)
      io.stdout:flush()
      local pieces = { "*9\r\n", "$2\r\nok\r\n", ":1700000000000000\r\n", ":0\r\n", ":1\r\n",
        "$3\r\nabc\r\n", "*1\r\n", "*0\r\n", "*-1\r\n",
        "+OK\r\n", "-NOSCRIPT x\r\n", "-LOADING x\r\n", "-READONLY x\r\n",
        "$1000000\r\n", "\r\n", ":9999999999999999999\r\n", "x", "\0" }
      while true do
        local peer = server:accept()
        peer:settimeout(0.05)
        if peer:receive(1) then
          local reply = {}
          for i = 1, math.random(0, 14) do reply[i] = pieces[math.random(#pieces)] end
          peer:send(table.concat(reply))
        end
        peer:close()
      end
    ]])
    local pipe = io.popen(("%s %s %d & echo $! >%s.pid"):format(os.getenv("LUA") or "/usr/bin/lua5.4", script, os.time(), script))
    local port = pipe:read("*n")
    assert.is_table(socket)
    local sent = 0
    local client = open { limits_url = ("redis://127.0.0.1:%d"):format(port), on_event = function(event)
      sent = sent + (event.event == "request" and 1 or 0)
    end }
    local slots, plan = slots_of(client), { 1 }
    for _ = 1, math.floor((tonumber(os.getenv("IDNGO_REPLIES")) or 15000) / 50) do
      local grant, wait = slots:acquire(plan, 1)
      assert.is_nil(grant)
      assert.is_truthy(wait)
      slots.backoff = nil
    end
    assert.equal(0, sent)
    os.execute(("kill $(cat %s.pid)"):format(script))
    pipe:close()
    client:close()
  end)

  it("are refused where the settings cannot be right", function()
    for _, case in ipairs {
      { { limits_url = "http://x" }, "must be rediss://" },
      { { limits_url = "rediss://:6379" }, "must be rediss://" },
      { { limits_url = "rediss://user:secret@host" }, "has a password in it" },
      { { limits_url = "redis://192.0.2.1" }, "for this machine alone" },
      { { limits_url = "rediss://user@host" }, "there is no limits_password" },
      { { timeout = 60 }, "raise limits_timeout" },
    } do
      local options = { base_url = api.url, app_token = "sbx:demo", secret_key = "demo-secret", limits_url = server.url }
      for name, value in pairs(case[1]) do options[name] = value end
      local client, e = idngo.client(options)
      assert.is_nil(client)
      assert.equal("config", e.kind)
      assert.matches(case[2], tostring(e), 1, true)
      assert.is_nil(tostring(e):find("secret@", 1, true))
    end
    local client = open()
    local _, e = client:levels { timeout = 60 }
    assert.equal("config", e.kind)
    assert.matches("limits_timeout", e.message)
    client:close()
  end)

  it("are shown and begun by idngo limits, and a command says first until when it waits", function()
    local settings = ("IDNGO_BASE_URL=%s IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret"):format(api.url)
    local function idngo_command(words)
      return shell("env %s IDNGO_LIMITS_URL=%s %s bin/idngo %s 2>&1 </dev/null; echo $?", settings, server.url,
        os.getenv("LUA") or "/usr/bin/lua5.4", words)
    end
    assert.matches("^kept in 127.0.0.1:%d+ as %x+\nnothing was sent for this account yet\n.*read .* 0 of  300 in 5 s.*\n0\n$",
      idngo_command("limits"))
    local said = idngo_command("call levels --deadline 1")
    assert.matches("^idngo: calls wait until [%d:]+, when .*, because Redis does not know yet what was sent for this "
      .. "account\n", said)
    assert.matches("\n75\n$", said)
    assert.matches("\ncalls wait until [%d:]+, when .*, because Redis does not know yet what was sent", idngo_command("limits"))
    assert.matches("needs %-%-nobody%-sent.*\n2\n$", idngo_command("limits init"))
    assert.matches("nobody can be asked here; %-%-yes says that it is certain\n2\n$", idngo_command("limits init --nobody-sent"))
    assert.matches("with every slot free\n0\n$", idngo_command("limits init --nobody-sent --yes"))
    local json = require("idngo.json").decode((idngo_command("limits --json"):gsub("\n0\n$", "")))
    assert.equal(0, json.held_for)
    assert.equal("new", json.reason)
    server:kill()
    assert.matches("which keeps the limits: .*\n69\n$", idngo_command("limits"))
    server:start()
    server:kill() -- absent, when a command is begun
    local out = files.folder()
    os.execute(("(env %s IDNGO_LIMITS_URL=%s %s bin/idngo call levels --json >%s/out 2>%s/said; echo $? >%s/code) "
      .. "</dev/null &"):format(settings, server.url, os.getenv("LUA") or "/usr/bin/lua5.4", out, out, out))
    repeat core.sleep(0.05) until files.read(out .. "/said", ""):find("\n")
    server:start()
    assert.matches("\n0\n$", idngo_command("limits init --nobody-sent --yes"))
    repeat core.sleep(0.05) until files.read(out .. "/code", ""):find("\n")
    assert.equal("0\n", files.read(out .. "/code"))
    assert.matches("^idngo: calls wait until Redis answers again: 127.0.0.1:%d+, which keeps the limits, cannot be used: "
      .. "[^\n]*\n$", files.read(out .. "/said")) -- one line
    -- without Redis the same command shows the slots of this machine
    local here = shell("env %s IDNGO_LIMITS_DIR=%s %s bin/idngo limits 2>&1", settings, files.folder(),
      os.getenv("LUA") or "/usr/bin/lua5.4")
    assert.matches("\nimport_applicant +0 of   10 in 10 s\n", "\n" .. here)
  end)
end)
