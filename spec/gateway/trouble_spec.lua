-- The gate while something is wrong: never a yes that was not GREEN, nor one for longer than it was asked for.

local core = require("idngo.core")
local files = require("files")
local nginx = require("nginx")
local worlds = require("gate_world")

describe("A gate in trouble #nginx", function()
  local world

  setup(function() world = worlds.start() end)
  teardown(function() world:stop() end)
  before_each(function()
    world:set("all", "GREEN")
    world:set("hold", "0")
  end)

  --- A location behind a gate.
  local function guarded(location, gate)
    return (([[ location LOCATION {
      access_by_lua_block { GATE:access(ngx.var.http_x_applicant_id) }
      content_by_lua_block { ngx.print("in") }
    } ]]):gsub("LOCATION", location):gsub("GATE", gate))
  end

  --- The metrics: values by their series, and the other lines as they are. The account's digits are gone.
  local function metrics_of(a_world)
    local metrics = {}
    for line in a_world:metrics():gmatch("[^\n]+") do
      local series, value = line:match("^([%w_]+%b{}) (%S+)$")
      metrics[(series or line):gsub('account="%x+"', 'account="…"')] = series and assert(tonumber(value)) or true
    end
    return metrics
  end

  --- Asks until the answer is `status`; meanwhile only the others named may come.
  local function until_(status, id, others)
    nginx.wait_for(function()
      local got = world:ask(id)
      assert.is_true(got == status or others and others[got], ("%s came"):format(got))
      return got == status
    end)
  end

  describe("while the service is away", function()
    for _, said in ipairs { "500", "cut", "page", "404 page" } do
      it(("lets nobody in beyond the lifetime of a yes, unless told to: %s"):format(said), function()
        world:open { settings = "yes_for = 0.3, failed_for = 0.02," }
        local began = core.now()
        assert.equal(200, (world:ask("gone " .. said)))
        world:set("all", said)
        until_(503, "gone " .. said, { [200] = true })
        assert.is_true(core.now() - began >= 0.3)
        for _ = 1, 50 do assert.equal(503, (world:ask("gone " .. said))) end
        world:set("all", "GREEN")
        until_(200, "gone " .. said, { [503] = true })
      end)
    end

    it("is asked no more often than failed_for says", function()
      world:open { settings = "failed_for = 0.2," }
      world:set("all", "500")
      local began = core.now()
      assert.same({ ["503"] = 10000 }, (world:load("away", 10000)))
      local took = core.now() - began
      assert.is_true(world:calls("away") <= 1 + took / 0.2, ("%d calls in %.3f s"):format(world:calls("away"), took))
    end)

    it("a yes stands in where it was told to, a no never, and nothing for who was never asked about", function()
      world:open { settings = "yes_for = 0.05, no_for = 0.05, stale_for = 1000, failed_for = 0.02," }
      world:set("bad", "RED")
      assert.equal(200, (world:ask("good")))
      assert.equal(403, (world:ask("bad")))
      world:set("bad", "500")
      world:set("all", "500")
      until_(503, "bad", { [403] = true })
      nginx.wait_for(function()
        assert.equal(200, (world:ask("good")))
        return world:calls("good") > 3 -- its own time is long over
      end)
      for _ = 1, 20 do assert.equal(503, (world:ask("bad"))) end
      assert.equal(503, (world:ask("never seen")))
      assert.truthy(metrics_of(world)['idngo_gateway_requests_total{account="…",answer="yes",from="stale"}'])
    end)

    it("a yes stands in for no longer than it was told to", function()
      world:open { settings = "yes_for = 0.05, no_for = 0.05, stale_for = 0.3, failed_for = 0.02," }
      local began = core.now()
      assert.equal(200, (world:ask("brief")))
      world:set("all", "500")
      until_(503, "brief", { [200] = true })
      assert.is_true(core.now() - began >= 0.35)
      for _ = 1, 20 do assert.equal(503, (world:ask("brief"))) end
    end)

    it("a RED ends what may stand in", function()
      world:open { settings = "yes_for = 0.05, no_for = 0.05, stale_for = 1000, failed_for = 0.02," }
      assert.equal(200, (world:ask("fell")))
      world:set("fell", "RED")
      until_(403, "fell", { [200] = true })
      world:set("fell", "500")
      until_(503, "fell", { [403] = true })
      for _ = 1, 20 do assert.equal(503, (world:ask("fell"))) end
    end)

    it("requests wait as long as the deadline says, and not much longer", function()
      local took = {}
      for i, deadline in ipairs { 0.5, 3 } do
        world:open { settings = ("deadline = %g,"):format(deadline) }
        world:set("hold", "1")
        local began = core.now()
        assert.equal(503, (world:ask("silent")))
        took[i] = core.now() - began
        world:set("hold", "0")
        assert.is_true(took[i] >= deadline, took[i])
        until_(200, "silent", { [503] = true })
      end
      assert.is_true(took[1] < took[2], ("%.3f s and %.3f s"):format(took[1], took[2])) -- a busy machine is slow with both
      assert.is_true(took[2] < 10 * 3, took[2])
    end)
  end)

  it("goes on when the worker that asks is killed", function()
    world:open { settings = "deadline = 60," }
    world:set("hold", "1")
    local waiting = { world:begin("orphan") }
    nginx.wait_for(function() return world:calls("orphan") == 1 end)
    local victim = world:asking()
    for i = 2, 30 do waiting[i] = world:begin("orphan") end
    assert(os.execute("kill -KILL " .. victim))
    -- whoever is left asks, long before the time of the one that was killed is over
    local again = world:begin("orphan")
    nginx.wait_for(function() return world:calls("orphan") == 2 end, 30)
    world:set("orphan", "RED") -- the held answers are GREEN still
    world:set("hold", "0")
    assert.equal(200, again.status())
    for _, request in ipairs(waiting) do
      local status = request.status()
      assert.is_true(status == 200 or status == 0 or status == 502, tostring(status)) -- 0: those of the killed worker
    end
    assert.equal(2, world:calls("orphan"))
    assert.equal(200, (world:ask("orphan"))) -- it is remembered
  end)

  it("goes on over a reload, and asks nothing twice", function()
    world:open { settings = "deadline = 60," }
    assert.equal(200, (world:ask("known")))
    world:set("hold", "1")
    local waiting = {}
    for i = 1, 10 do waiting[i] = world:begin("reloaded") end
    nginx.wait_for(function() return world:calls("reloaded") == 1 end)
    local before = world.gate:workers()
    world.gate:signal("HUP")
    nginx.wait_for(function() return #world.gate:workers() > #before end)
    for i = 11, 20 do waiting[i] = world:begin("reloaded") end
    assert.equal(200, (world:ask("known")))
    world:set("hold", "0")
    for i = 1, 20 do assert.equal(200, waiting[i].status()) end
    assert.equal(1, world:calls("reloaded"))
    assert.equal(1, world:calls("known"))
  end)

  it("goes on when clients hang up", function()
    world:open { http = "lua_check_client_abort on;", settings = "deadline = 60,", workers = 1 }
    world:set("hold", "1")
    local calls = world:calls()
    local impatient = {}
    for i = 1, 5 do
      impatient[i] = world:begin("left")
      nginx.wait_for(function() return world:calls("left") == 1 end)
    end
    local patient = world:begin("left")
    nginx.wait_for(function() return nginx.connections_to(world.gate.port) == 6 end)
    for _, request in ipairs(impatient) do request.kill() end
    nginx.wait_for(function() return nginx.connections_to(world.gate.port) == 1 end)
    world:set("hold", "0")
    assert.equal(200, patient.status(), world.gate:log())
    assert.equal(200, (world:ask("left")))
    assert.equal(calls + 1, world:calls())
  end)

  it("says nothing wrong in a dict that is too small", function()
    world:open { size = "16k" }
    for i = 1, 400 do
      local status = world:ask("small" .. i % 100)
      assert.equal(200, status)
      world:set("full" .. i % 100, "RED")
      assert.equal(403, (world:ask("full" .. i % 100)))
    end
    assert.equal("", world.gate:complaints())
  end)

  it("keeps two accounts of one dict apart, and two questions", function()
    world:set("sbx:b", "RED")
    world:set("POA", "RED")
    world:open { made = [[
      local gateway = require("idngo").gateway
      local function make(token, green)
        return assert(gateway.new { dict = "idngo", green = green, client = { base_url = "SERVICE", app_token = token,
          secret_key = "s", limits = false } })
      end
      gate = make("sbx:a", { "liveness_checks" })
      other = make("sbx:b", { "liveness_checks" })
      more = make("sbx:a", { "liveness_checks", { "checks", "POA" } })
      status = make("sbx:a", { "status" })
    ]], server = guarded("/other", "other") .. guarded("/more", "more") .. guarded("/status", "status") }
    for _ = 1, 2 do
      assert.equal(200, (world:ask("shared")))
      assert.equal(403, (world:ask("shared", "/other")))
      assert.equal(403, (world:ask("shared", "/more")))
      assert.equal(503, (world:ask("shared", "/status"))) -- what came is no review
    end
  end)

  it("tells ids with odd bytes apart", function()
    world:open { server = [[ location = /odd { content_by_lua_block {
      local yes, err = gate:verdict(ngx.unescape_uri(ngx.var.arg_id))
      ngx.print(tostring(yes), err and " " .. err.kind or "")
    } } ]] }
    local odd = { "a\0", "a\0b", "\0", "a/../odd", "odd%61", "a b", "a\r\nX: 1", "é", "\255\254", ("x"):rep(2000), "a?b#c",
      "a&type=X" }
    world:set("all", "RED")
    world:set("odd", "GREEN")
    local function verdict(id) return (select(2, worlds.get(world.gate.url .. "/odd?id=" .. worlds.escape(id)))) end
    for _ = 1, 2 do
      assert.equal("true", verdict("odd"))
      for _, id in ipairs(odd) do
        local got = verdict(id)
        assert.truthy(got == "false" or got:find("^nil "), ("%q: %s"):format(id, got))
      end
    end
    assert.equal("", world.gate:complaints():gsub("[^\n]*idngo.gateway[^\n]*", ""))
  end)

  it("holds to its lifetimes when the wall clock is set", function()
    local dir = files.folder()
    local library, clock = dir .. "/step_clock.so", dir .. "/clock"
    assert(os.execute(("cc -O1 -shared -fPIC -o %s spec/support/step_clock.c"):format(library)))
    files.write(clock, string.pack("<i8i8", 0, 0))
    world:open { settings = "yes_for = 0.5, no_for = 0.5,", env = ("env LD_PRELOAD=%s IDNGO_CLOCK=%s"):format(library, clock),
      main = "env IDNGO_CLOCK; env LD_PRELOAD;" }
    for _, seconds in ipairs { -86400, 86400, 0, -3600 } do
      local id = "clock" .. seconds
      local began = core.now()
      assert.equal(200, (world:ask(id)))
      world:set(id, "RED")
      local file = assert(io.open(clock, "r+b")) -- which is mapped: another in its place would not be seen
      file:write(string.pack("<i8i8", seconds * 1000000, 0))
      file:close()
      until_(403, id, { [200] = true })
      assert.is_true(core.now() - began >= 0.5 or seconds > 0) -- set ahead, the dict forgets early
      assert.equal(403, (world:ask(id)))
      world:set(id, "GREEN")
      until_(200, id, { [403] = true })
    end
    os.execute("rm -r " .. dir)
  end)

  it("guards what nginx redirects to, and by rewrite_by_lua what it asks for inside", function()
    world:set("out", "RED")
    world:open { server = guarded("@named", "gate") .. [[
      location = /moved { rewrite_by_lua_block { ngx.exec("/in") } }
      location = /named { content_by_lua_block { ngx.exec("@named") } }
      location = /accel { proxy_pass http://127.0.0.1:$server_port/accelerated; }
      location = /accelerated { add_header X-Accel-Redirect /in; content_by_lua_block { ngx.print("") } }
      location = /failed { error_page 404 /in; content_by_lua_block { ngx.exit(404) } }
      location = /deep {
        rewrite_by_lua_block { gate:access(ngx.var.http_x_applicant_id) }
        content_by_lua_block { ngx.print("in") }
      }
      location = /outside { content_by_lua_block {
        local inner = ngx.location.capture("/deep")
        ngx.status = inner.status
        ngx.print(inner.body)
      } }
    ]] }
    for _, path in ipairs { "/moved", "/named", "/accel", "/failed", "/deep", "/outside" } do
      local status, body = world:ask("out", path)
      assert.is_true(status == 403, ("%s %s"):format(path, status))
      assert.is_nil(body:find("^in"), path)
      status, body = world:ask("inside", path)
      assert.truthy(body:find("^in"), path .. " " .. tostring(status))
    end
  end)

  -- A dict whose notes of who asks have no room, or are lost at once, and requests of which the errors are told.
  local function losing(add)
    return { workers = 1, made = [[
      local methods = getmetatable(ngx.shared.idngo).__index
      local add = methods.add
      function methods.add(dict, name, ...)
        if name:find("^?") then return ]] .. add .. [[ end
        return add(dict, name, ...)
      end
      gate = assert(require("idngo").gateway.new { dict = "idngo", green = { "liveness_checks" }, yes_for = 0.1,
        stale_for = 1000, failed_for = 0.1,
        client = { base_url = "SERVICE", app_token = "sbx:a", secret_key = "s", limits = false, max_attempts = 1 } }) ]],
      server = [[
        location = /why { content_by_lua_block {
          local yes, err = gate:verdict(ngx.var.http_x_applicant_id)
          ngx.print(tostring(yes), " ", err and err.message or "")
        } }
        location = /yes { content_by_lua_block { -- one that was kept before
          local find, name, verdicts = ngx.var.http_x_applicant_id, nil, gate.verdicts
          local look = verdicts.look
          function verdicts.look(_, key) name = key return true end
          gate:verdict(find)
          verdicts.look = nil
          ngx.shared.idngo:set(name, require("idngo.core").now() - 1, 0, 1)
          ngx.print("ok")
        } } ]] }
  end

  it("says at once that a dict has no room to note who asks, and counts it once", function()
    world:open(losing('nil, "no memory"'))
    local before, began = world:calls(), core.now()
    assert.equal(503, (world:ask("roomless")))
    assert.truthy(select(2, world:ask("roomless", "/why")):find("nil there is no room in the dict", 1, true))
    assert.is_true(core.now() - began < 10) -- the deadline of a question
    assert.equal(before, world:calls())
    assert.equal(2, metrics_of(world)['idngo_gateway_dict_total{account="…",what="full"}'])
  end)

  it("gives up after two answers that were forgotten on their way", function()
    world:open(losing("true"))
    assert.truthy(select(2, world:ask("lossy", "/why")):find("nil each answer was forgotten", 1, true))
    assert.equal(2, world:calls("lossy"))
    local began = core.now()
    assert.same({ ["503"] = 10000 }, (world:load("lossy", 10000)))
    local most = 4 + 2 * math.ceil((core.now() - began) / 0.1)
    assert.is_true(world:calls("lossy") <= most, ("%d calls, at most %d"):format(world:calls("lossy"), most))
    -- a no that was not kept ends what may stand in
    assert(worlds.get(world.gate.url .. "/yes", { ["X-Applicant-Id"] = "older" }))
    world:set("older", "RED")
    assert.equal(503, (world:ask("older")))
    assert.equal(503, (world:ask("older")))
  end)

  it("forgets, also what is on its way", function()
    world:open { server = [[ location = /forget { content_by_lua_block { gate:forget(ngx.var.arg_id) ngx.print("ok") } } ]] }
    local function forget(id) assert(worlds.get(world.gate.url .. "/forget?id=" .. id)) end
    assert.equal(200, (world:ask("changed")))
    world:set("changed", "RED")
    assert.equal(200, (world:ask("changed")))
    forget("changed")
    assert.equal(403, (world:ask("changed")))
    world:set("changed", "GREEN")
    forget("changed")
    world:set("hold", "1")
    local calls = world:calls("changed")
    local request = world:begin("changed")
    nginx.wait_for(function() return world:calls("changed") == calls + 1 end)
    world:set("changed", "RED") -- the answer on its way is the one of before
    forget("changed")
    world:set("hold", "0")
    assert.equal(403, request.status())
    assert.equal(calls + 2, world:calls("changed"))
  end)

  it("forgets what is on its way also where the dict loses what it was told, and keeps no answer that it lost", function()
    world:open { workers = 1, server = [[
      location = /forget { content_by_lua_block { gate:forget(ngx.var.arg_id) ngx.print("ok") } }
      location = /evict { content_by_lua_block { ngx.shared.idngo:flush_all() ngx.shared.idngo:flush_expired() ngx.print("ok") } }
    ]] }
    for i, paths in ipairs { { "/forget?id=lost1", "/evict" }, { "/evict", "/forget?id=lost2" }, { "/evict" } } do
      local id = "lost" .. i
      world:set(id, "GREEN")
      world:set("hold", "1")
      local request = world:begin(id)
      nginx.wait_for(function() return world:calls(id) == 1 end)
      for _, path in ipairs(paths) do assert(worlds.get(world.gate.url .. path)) end
      world:set(id, "RED") -- the answer on its way is the one of before
      world:set("hold", "0")
      assert.equal(403, request.status())
      assert.equal(403, (world:ask(id)))
      assert.equal(2, world:calls(id))
    end
    assert.equal("", world.gate:complaints())
  end)

  it("shows its metrics again when the dict has lost their list", function()
    world:open { workers = 1, server = [[ location = /lose { content_by_lua_block {
      for name in ngx.var.arg_names:gmatch("[^,]+") do ngx.shared.idngo:delete("#@" .. name) end
      ngx.print("ok")
    } } ]] }
    assert.equal(200, (world:ask("counted")))
    assert.equal(200, (world:ask("counted")))
    local before = metrics_of(world)
    assert.equal(1, before['idngo_gateway_requests_total{account="…",answer="yes",from="dict"}'])
    for _, names in ipairs { "n", "1", "2,3", "n,1,2,3,4,5,6,7,8,9,10,11,12" } do
      assert(worlds.get(world.gate.url .. "/lose?names=" .. names))
      assert.same(before, metrics_of(world), names)
    end
  end)

  it("counts again what another worker knows of when the dict has lost their list", function()
    world:open { workers = 4, server = [[ location = /lose { content_by_lua_block {
      for i = 1, 100 do ngx.shared.idngo:delete("#@" .. i) end
      ngx.shared.idngo:delete("#@n")
      ngx.print("ok")
    } } ]] }
    for _ = 1, 2 do assert.equal(200, (world:ask("many"))) end
    assert(worlds.get(world.gate.url .. "/lose"))
    local count, asked = 0, 2
    nginx.wait_for(function() -- whoever counts looks after the list
      assert.equal(200, (world:ask("many")))
      asked = asked + 1
      count = metrics_of(world)['idngo_gateway_requests_total{account="…",answer="yes",from="dict"}']
      return count
    end)
    assert.equal(asked - 1, count)
  end)

  it("takes nothing over from what was asked before a reload", function()
    world:set("POA", "RED")
    world:open { settings = "yes_for = 1000," }
    assert.equal(200, (world:ask("policy")))
    assert.equal(200, (world:ask("policy2")))
    local path = world.gate.dir .. "/nginx.conf"
    local function reload(from, to)
      local before = world.gate:workers()
      local changed, count = files.read(path):gsub(from, to)
      assert.equal(1, count)
      files.write(path, changed)
      world.gate:signal("HUP")
      nginx.wait_for(function()
        local now = world.gate:workers()
        for _, old in ipairs(before) do
          for _, each in ipairs(now) do
            if old == each then return false end
          end
        end
        return #now == #before
      end)
    end
    reload("yes_for = 1000", "yes_for = 0.001")
    world:set("policy2", "RED")
    assert.equal(403, (world:ask("policy2")))
    reload('green = { "liveness_checks" }', 'green = { "liveness_checks", { "checks", "POA" } }')
    assert.equal(403, (world:ask("policy")))
  end)

  it("names nobody in metrics, log and dict", function()
    world:open { http = "lua_shared_dict other 1m;", server = [[
      location = /keys { content_by_lua_block { ngx.print(table.concat(ngx.shared.idngo:get_keys(0), "\n")) } }
    ]] }
    world:set("5eea3f5204f940217bcbc03d", "500")
    assert.equal(503, (world:ask("5eea3f5204f940217bcbc03d")))
    assert.equal(200, (world:ask("5eea3f5204f940217bcbc03e")))
    local metrics = world:metrics()
    for _, text in ipairs { metrics, world.gate:log(), (select(2, worlds.get(world.gate.url .. "/keys"))) } do
      assert.is_nil(text:gsub('request: "[^"]*"', ""):find("5eea3f52", 1, true))
    end
    local counted = metrics_of(world)
    for series, value in pairs {
      ['idngo_gateway_requests_total{account="…",answer="unknown",from="service"}'] = 1,
      ['idngo_gateway_requests_total{account="…",answer="yes",from="service"}'] = 1,
      ['idngo_gateway_questions_total{account="…",answer="unknown"}'] = 1,
      ['idngo_gateway_questions_total{account="…",answer="yes"}'] = 1,
      ['idngo_client_responses_total{endpoint="liveness_checks",code="200"}'] = 1,
      ['idngo_client_responses_total{endpoint="liveness_checks",code="500"}'] = 1,
      ["# TYPE idngo_gateway_requests_total counter"] = true,
    } do
      assert.equal(value, counted[series], series .. "\n" .. metrics)
    end
    assert.is_number(counted['idngo_gateway_dict_free_bytes{dict="idngo"}'])
    for line in metrics:gmatch("[^\n]+") do
      assert.truthy(line:find("^# %u+ [%w_]+ ") or line:find('^[%w_]+{[%w_]+="[^"]*".*} %d[%d.e+-]*$'), line)
    end
  end)

  it("says what is wrong with its options", function()
    world:open { http = "lua_shared_dict tiny 12k;", server = [[ location = /why { content_by_lua_block {
      local options = { dict = ngx.var.arg_dict, green = { ngx.var.arg_green }, yes_for = tonumber(ngx.var.arg_yes) }
      if ngx.var.arg_pair then options.green = { { ngx.var.arg_green, ngx.var.arg_pair } } end
      local ok, made, err = pcall(require("idngo").gateway.new, options)
      ngx.print(tostring(ok and err or made))
    } } ]] }
    for query, message in pairs {
      ["dict=none&green=status"] = "nginx has no lua_shared_dict none (outcome: not_sent) – write into the http block of "
        .. "nginx.conf: lua_shared_dict none 10m;",
      ["dict=tiny&green=status"] = "nothing fits into the lua_shared_dict tiny (outcome: not_sent) – write into the http "
        .. "block of nginx.conf: lua_shared_dict tiny 10m;",
      ["green=status"] = "dict must name a lua_shared_dict",
      ["dict=idngo&green=livenes"] = "names livenes, which is none of checks", ["dict=idngo"] = "green must name",
      ["dict=idngo&green=checks"] = 'checks goes with a type: {"checks", "POA"}',
      ["dict=idngo&green=status&pair=POA"] = "in green, status stands alone",
      ["dict=idngo&green=checks&pair="] = "gateway: in green, checks: type ",
      ["dict=idngo&green=status&yes=-1"] = "yes_for must be a number of seconds above 0",
      ["dict=idngo&green=status"] = "no base_url",
    } do
      local _, said = worlds.get(world.gate.url .. "/why?" .. query)
      assert.truthy(said:find(message, 1, true), query .. ": " .. said)
    end
    local _, err = require("idngo").gateway.new { dict = "a", green = { "status" } }
    assert.truthy(tostring(err):find("inside nginx alone", 1, true))
  end)
end)
