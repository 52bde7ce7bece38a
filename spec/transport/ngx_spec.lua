-- The client inside a real nginx, beyond the transport contract that transport/contract_spec.lua runs there: that nothing
-- blocks a worker, what a reload and an aborted client leave behind, lanes over several workers, and the advice an
-- nginx user gets.

local fault_server = require("fault_server")
local files = require("files")
local http = require("socket.http")
local json = require("idngo.json")
local nginx = require("nginx")
local socket = require("socket")

-- An API server that takes its time: /slow/SECONDS before the API's own path, /together/N until N have come; and a log of
-- arrivals.
local UPSTREAM = {
  http = "lua_shared_dict arrivals 1m; lua_shared_dict together 1m;",
  server = [[
    location /together/ { content_by_lua_block {
      local all, together = ngx.var.uri:match("^/together/(%d+)"), ngx.shared.together
      together:incr(all, 1, 0)
      while together:get(all) < tonumber(all) do ngx.sleep(0.01) end
      ngx.header.content_type = "application/json"
      ngx.print('{"checks":[]}')
    } }
    location /waiting/ { content_by_lua_block {
      ngx.print(ngx.shared.together:get(ngx.var.uri:match("(%d+)$")) or 0)
    } }
    location /slow/ { content_by_lua_block {
      ngx.sleep(tonumber(ngx.var.uri:match("^/slow/([%d.]+)/")))
      ngx.header.content_type = "application/json"
      ngx.print('{"checks":[]}')
    } }
    location /count/ { content_by_lua_block {
      local core, arrivals = require("idngo.core"), ngx.shared.arrivals
      arrivals:rpush("at", core.now())
      ngx.header.content_type = "application/json"
      ngx.print('{"checks":[]}')
    } }
    location = /arrivals { content_by_lua_block {
      local at
      repeat
        at = ngx.shared.arrivals:lpop("at")
        if at then ngx.say(("%.6f"):format(at)) end
      until not at
    } }
    location /large/ { content_by_lua_block {
      ngx.req.discard_body()
      if ngx.var.request_method == "POST" then
        ngx.print('{"id":"a1"}')
        return
      end
      ngx.header.content_type, ngx.header.content_length = "application/pdf", 64 * 1024 * 1024
      ngx.print("%PDF-", ("x"):rep(64 * 1024 - 5))
      local piece = ("x"):rep(64 * 1024)
      for _ = 2, 1024 do
        ngx.print(piece)
        ngx.flush(true)
      end
    } }
  ]],
}

-- What the specs' locations use: client_for(prefix, options) and say(result, err).
local INIT = [[
  init_by_lua_block {
    idngo = require "idngo"
    function client_for(prefix, options)
      local settings = { base_url = "http://127.0.0.1:UPSTREAM_PORT" .. prefix, app_token = "sbx:a.b",
        secret_key = "secret", limits = false, max_attempts = 1 }
      for name, value in pairs(options or {}) do settings[name] = value end
      return assert(idngo.client(settings))
    end
    function say(result, err)
      ngx.say(result and "ok" or tostring(err))
    end
    made_in_init = client_for("/slow/0.01")
    ${more}
  }
]]

local upstream, gateway

--- Starts the gateway; options as for nginx.start, and `init`, Lua to run in init.
local function start(options)
  upstream = upstream or nginx.start(UPSTREAM)
  local init = INIT:gsub("UPSTREAM_PORT", upstream.port):gsub("%${more}", { ["${more}"] = options.init or "" })
  gateway = nginx.start {
    http = init .. (options.http or ""), server = options.server .. " location = /ping { return 200 pong; }", main = options.main,
    workers = options.workers, env = options.env,
  }
  return gateway
end

local function get(path)
  local body, status = http.request(gateway.url .. path)
  assert.equal(200, status, body)
  return body
end

--- Sends a request and returns its connection; the answer is left to come.
local function begin(path)
  local connection = assert(socket.connect("127.0.0.1", gateway.port))
  connection:settimeout(60)
  assert(connection:send(("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"):format(path)))
  return connection
end

--- The answer's status and body.
local function finish(connection)
  local reply = connection:receive("*a") or ""
  connection:close()
  return tonumber(reply:match("^HTTP/1.1 (%d+)")), reply:match("\r\n\r\n(.*)$")
end

after_each(function()
  if gateway then gateway:stop() end
  gateway = nil
end)

describe("inside nginx #nginx", function()
  teardown(function()
    if upstream then upstream:stop() end
    upstream = nil
  end)

  it("a worker keeps as many connections as it was told to", function()
    start {
      init = [[ pooled = client_for("/together/8", { timeout = 60, connection_pool = 2 }) ]],
      server = [[ location = /call { content_by_lua_block { say(pooled:tin_checks("a1")) } } ]],
    }
    local open = {}
    for i = 1, 8 do open[i] = begin("/call") end
    for i = 1, 8 do assert.equal(200, (finish(open[i]))) end
    nginx.wait_for(function() return nginx.connections_to(upstream.port) == 2 end)
  end)

  it("a call may have more seconds than nginx counts milliseconds", function()
    start {
      init = [[ patient = client_for("/slow/0.01", { timeout = 1e7 }) ]],
      server = [[ location = /call { content_by_lua_block {
        say(patient:tin_checks("a1", { timeout = 1e7 }))
        say(patient:tin_checks("a1", { timeout = 1e7 }))
      } } ]],
    }
    assert.equal("ok\nok\n", get("/call"))
    assert.equal("", gateway:complaints())
  end)

  it("40 calls are under way at once, and nothing else waits for them #slow", function()
    start {
      init = [[ slow_client = client_for("/together/41", { timeout = 60 }) ]],
      server = [[ location = /call { content_by_lua_block { say(slow_client:tin_checks("a1")) } } ]],
    }
    local open = {}
    for i = 1, 40 do open[i] = begin("/call") end
    nginx.wait_for(function() return http.request(upstream.url .. "/waiting/41") == "40" end)
    for _ = 1, 20 do assert.equal("pong", get("/ping")) end
    http.request(upstream.url .. "/together/41") -- the last one, for which they wait
    for i = 1, 40 do
      local status, body = finish(open[i])
      assert.equal(200, status)
      assert.truthy(body:find("ok", 1, true), body)
    end
    assert.equal("", gateway:complaints())
  end)

  it("idngo.parallel runs light threads", function()
    start { server = [[ location = /all { content_by_lua_block {
      local client, items = client_for("/together/40", { timeout = 60 }), {}
      for i = 1, 40 do items[i] = "a" .. i end
      local results, errors = idngo.parallel(items, function(id) return client:tin_checks(id) end, { concurrency = 40 })
      ngx.print(#results, " ", next(errors) == nil and "no errors" or "errors")
    } } ]] }
    assert.equal("40 no errors", get("/all"))
  end)

  it("calls work in rewrite, access, content and timers, with a client made in init", function()
    start {
      http = "lua_shared_dict seen 1m;",
      server = [[
        location = /rewrite { rewrite_by_lua_block { say(made_in_init:tin_checks("a1")) ngx.exit(200) } }
        location = /access { access_by_lua_block { say(made_in_init:tin_checks("a1")) ngx.exit(200) } }
        location = /content { content_by_lua_block { say(made_in_init:tin_checks("a1")) } }
        location = /timer { content_by_lua_block {
          ngx.timer.at(0, function()
            local result, err = made_in_init:tin_checks("a1")
            ngx.shared.seen:set("timer", result and "ok" or tostring(err))
          end)
          ngx.print("begun")
        } }
        location = /seen { content_by_lua_block { ngx.print(ngx.shared.seen:get("timer") or "") } }
      ]],
    }
    for _, phase in ipairs { "/rewrite", "/access", "/content" } do assert.equal("ok\n", get(phase)) end
    get("/timer")
    assert.equal("ok", nginx.wait_for(function()
      local seen = get("/seen")
      return seen ~= "" and seen
    end))
    assert.equal("", gateway:complaints())
  end)

  it("phases without sockets are an error that says what to do instead", function()
    start {
      http = [[
        lua_shared_dict seen 1m;
        init_worker_by_lua_block { note(made_in_init) }
      ]],
      init = [[
        function note(client)
          local _, err = client:tin_checks("a1")
          ngx.shared.seen:set(ngx.get_phase(), ("%s, %s: %s"):format(err.kind, err.outcome, tostring(err)))
        end
        note(made_in_init)
      ]],
      server = [[
        location = /all {
          set_by_lua_block $x { note(made_in_init) return 1 }
          header_filter_by_lua_block { note(made_in_init) }
          body_filter_by_lua_block { note(made_in_init) }
          log_by_lua_block { note(made_in_init) }
          return 200 all;
        }
        location = /seen { content_by_lua_block { ngx.print(ngx.shared.seen:get(ngx.var.arg_phase) or "") } }
      ]],
    }
    get("/all")
    for phase, advice in pairs {
      init = "init_worker_by_lua", init_worker = "ngx.timer.at", set = "access_by_lua", header_filter = "ngx.timer.at",
      body_filter = "ngx.timer.at", log = "ngx.timer.at",
    } do
      local seen = get("/seen?phase=" .. phase)
      assert.equal("config, not_sent", seen:match("^[^:]*"), phase)
      assert.truthy(seen:find(("no sockets in the %s phase"):format(phase), 1, true), seen)
      assert.truthy(seen:find(advice, 1, true), seen)
    end
    assert.equal("", gateway:complaints())
  end)

  it("a reload loses no call in flight", function()
    start { server = [[ location = /call { content_by_lua_block { say(client_for("/slow/0.5"):tin_checks("a1")) } } ]] }
    local before, open = gateway:workers()[1], {}
    for i = 1, 20 do open[i] = begin("/call") end
    get("/ping") -- by now the worker has them all
    gateway:signal("HUP")
    nginx.wait_for(function()
      for _, worker in ipairs(gateway:workers()) do
        if worker ~= before then return true end
      end
    end)
    for i = 1, 20 do
      local status, body = finish(open[i])
      assert.equal(200, status)
      assert.truthy(body:find("ok", 1, true), body)
    end
    nginx.wait_for(function() return gateway:workers()[1] ~= before and #gateway:workers() == 1 end)
    assert.equal("", gateway:complaints())
  end)

  it("worker_shutdown_timeout ends a call that would outlast it", function()
    start {
      main = "worker_shutdown_timeout 1s;",
      server = [[ location = /call { content_by_lua_block { say(client_for("/slow/20"):tin_checks("a1")) } } ]],
    }
    local before, open = gateway:workers()[1], begin("/call")
    nginx.wait_for(function() return nginx.connections_to(upstream.port) > 0 end)
    local started = socket.gettime()
    gateway:signal("HUP")
    finish(open)
    nginx.wait_for(function() return gateway:workers()[1] ~= before and #gateway:workers() == 1 end)
    assert.is_true(socket.gettime() - started < 15) -- it takes 20 to answer
    nginx.wait_for(function() return nginx.connections_to(upstream.port) == 0 end)
  end)

  it("an aborted client leaves neither timer nor socket behind", function()
    start { server = [[
      lua_check_client_abort on;
      location = /call { content_by_lua_block {
        ngx.on_abort(function() ngx.exit(499) end)
        say(client_for("/slow/20"):tin_checks("a1"))
      } }
      location = /upload { content_by_lua_block {
        ngx.on_abort(function() ngx.exit(499) end)
        say(client_for("/slow/20"):import_applicant({ bytes = ("x"):rep(1000000) }, { unchecked = true }))
      } }
      location = /timers { content_by_lua_block { ngx.print(ngx.timer.running_count() + ngx.timer.pending_count()) } }
    ]] }
    local before = nginx.connections_to(upstream.port)
    for _, path in ipairs { "/call", "/upload" } do
      local open = begin(path)
      nginx.wait_for(function() return nginx.connections_to(upstream.port) > before end)
      open:close()
      nginx.wait_for(function() return nginx.connections_to(upstream.port) == before end)
      assert.equal("0", get("/timers"))
    end
    gateway:signal("QUIT") -- a worker with a timer or a connection of ours would stay
    nginx.wait_for(function() return #gateway:workers() == 0 end, 3)
    assert.equal("", gateway:complaints())
  end)

  it("four workers under load never exceed a lane", function()
    local slots, window = 5, 0.4
    start {
      workers = 4,
      init = ([[
        lane_client = client_for("/count", { app_token = "sbx:lane.a", limits = { tin_checks = { %d, %g } } })
      ]]):format(slots, window),
      server = [[ location = /call { content_by_lua_block {
        say(lane_client:tin_checks("a1"))
        ngx.say("by ", ngx.worker.pid())
      } } ]],
    }
    http.request(upstream.url .. "/arrivals")
    local open, workers, count = {}, {}, 0
    for i = 1, 30 do open[i] = begin("/call") end
    for i = 1, 30 do
      local status, body = finish(open[i])
      assert.equal(200, status)
      assert.truthy(body:find("ok", 1, true), body)
      local pid = body:match("by (%d+)")
      if not workers[pid] then workers[pid], count = true, count + 1 end
    end
    assert.is_true(count > 1, "several workers took part")
    local times = {}
    for at in http.request(upstream.url .. "/arrivals"):gmatch("[%d.]+") do times[#times + 1] = tonumber(at) end
    assert.equal(30, #times)
    table.sort(times)
    for i = slots + 1, #times do
      assert.is_true(times[i] - times[i - slots] >= window, ("%d requests within %.3f s"):format(slots + 1,
        times[i] - times[i - slots]))
    end
    assert.equal("", gateway:complaints())
  end)

  it("streams large files both ways in little memory", function()
    local file = gateway and gateway.dir or os.tmpname()
    os.remove(file)
    assert(os.execute(("truncate -s 64M %s"):format(file)))
    start { server = ([[
      location = /memory { content_by_lua_block {
        collectgarbage()
        for line in io.lines("/proc/self/status") do
          local kb = line:match("^VmRSS:%%s+(%%d+)")
          if kb then ngx.print(kb) end
        end
      } }
      location = /down { content_by_lua_block {
        local size = 0
        say(client_for("/large"):report("a1", { to = function(chunk) size = size + #chunk return true end }))
        ngx.say(size)
      } }
      location = /up { content_by_lua_block {
        say(client_for("/large"):import_applicant("%s", { unchecked = true }))
      } }
    ]]):format(file) }
    local before = tonumber(get("/memory"))
    assert.equal("ok\n" .. 64 * 1024 * 1024 .. "\n", get("/down"))
    assert.equal("ok\n", get("/up"))
    local grown = tonumber(get("/memory")) - before
    os.remove(file)
    assert.is_true(grown < 16 * 1024, ("grew by %d KiB"):format(grown))
    assert.equal("", gateway:complaints())
  end)
end)

describe("advice inside nginx #nginx", function()
  local faults

  setup(function() faults = fault_server.start() end)
  teardown(function() faults:stop() end)

  --- What a call to `base_url` fails with, in an nginx with `config` in its http block.
  local function failure(base_url, config, options)
    gateway = nginx.start {
      http = config, server = [[ location = /call { content_by_lua_block {
        local json = require "idngo.json"
        ngx.req.read_body()
        local result, err = require("idngo").client(json.decode(ngx.req.get_body_data()))
        local core, started = require "idngo.core", nil
        if result then
          started = core.now()
          result, err = result:tin_checks("a1")
        end
        ngx.print(json.encode { ok = result ~= nil, kind = err and err.kind, outcome = err and err.outcome,
          text = err and tostring(err), took = started and core.now() - started or 0 })
      } } ]],
    }
    local settings = { base_url = base_url, app_token = "sbx:a.b", secret_key = "secret", limits = false,
      max_attempts = 1 }
    for name, value in pairs(options or {}) do settings[name] = value end
    local body, status = http.request(gateway.url .. "/call", json.encode(settings))
    assert.equal(200, status, gateway:complaints())
    return json.decode(body)
  end

  local function check(seen, kind, word)
    assert.equal(kind, seen.kind, seen.text)
    assert.equal("not_sent", seen.outcome)
    assert.truthy(seen.text:find(word, 1, true), seen.text)
  end

  it("no resolver: names the line to add", function()
    check(failure("https://api.example.test"), "config", "resolver ADDRESS_OF_YOUR_NAME_SERVER;")
  end)

  it("localhost needs no resolver", function()
    local seen = failure(faults.http:gsub("127%.0%.0%.1", "localhost") .. "/s/good")
    assert.is_true(seen.ok, seen.text)
    assert.equal("", gateway:complaints())
  end)

  it("a name that does not exist is dns, a name server that does not answer ends with the deadline", function()
    local resolver = ("resolver 127.0.0.1:%d; resolver_timeout 20s;"):format(faults.dns)
    local seen = failure("https://a.fail.test", resolver)
    check(seen, "dns", "Host not found")
    gateway:stop()
    seen = failure("https://a.slow.test", resolver, { timeout = 1 })
    check(seen, "timeout", "timed out connecting")
    assert.is_true(seen.took < 15, ("took %.3f s"):format(seen.took)) -- nginx itself would wait for 20
  end)

  it("no trusted certificates: names the line to add", function()
    check(failure(("https://localhost:%d/s/good"):format(faults.tls.good)), "tls", "lua_ssl_trusted_certificate")
  end)

  it("ca_file: names the directive that takes its place", function()
    check(failure("https://localhost:1", nil, { ca_file = faults.ca_file }), "config",
      "lua_ssl_trusted_certificate " .. faults.ca_file .. ";")
  end)

  it("a reset on accept is not_sent when it is seen before the first write, else unknown", function()
    local seen = failure("http://127.0.0.1:" .. faults.reset)
    if seen.kind == "connect" then
      assert.equal("not_sent", seen.outcome, seen.text)
    else -- of a connection that was made, and then reset
      assert.equal("io", seen.kind, seen.text)
      assert.truthy(seen.outcome == "not_sent" or seen.outcome == "unknown", seen.text)
    end
  end)

  it("a proxy that is not reached by plain HTTP, or cannot be read, is refused without its URL", function()
    for i, proxy in ipairs { "https://u:secret@p:1", "socks5h://u:secret@p:1", "http://u:secret@", "http://u:secret@p:x",
      "http://p:99999", "http://u:secret@a b:1" } do
      if i > 1 then gateway:stop() end
      local seen = failure("https://localhost:1", nil, { proxy = proxy })
      check(seen, "config", "http://HOST:PORT")
      assert.is_nil(seen.text:find("secret", 1, true))
    end
  end)

  it("a proxy tunnels TLS that is verified end to end; plain http never goes through it", function()
    local dir = files.folder()
    assert(os.execute("mkfifo " .. dir .. "/ready"))
    local pipe = io.popen(("exec python3 spec/support/connect_proxy.py %s/log >%s/ready"):format(dir, dir), "w")
    local ready = io.open(dir .. "/ready")
    local proxy = ready:read("l")
    ready:close()
    local trust = ("lua_ssl_trusted_certificate %s;"):format(faults.ca_file)
    local function lines() return select(2, files.read(dir .. "/log", ""):gsub("\n", "")) end
    for _, url in ipairs { "http://127.0.0.1:" .. proxy, "127.0.0.1:" .. proxy, "http://a%40b:c@localhost:" .. proxy .. "/" } do
      local before = lines()
      local seen = failure(("https://localhost:%d/s/good"):format(faults.tls.good), trust, { proxy = url })
      assert.is_true(seen.ok, seen.text)
      assert.equal(before + 1, lines())
      gateway:stop()
    end
    assert.equal(("CONNECT localhost:%d HTTP/1.1\n"):format(faults.tls.good):rep(3), files.read(dir .. "/log"))
    check(failure(("https://localhost:%d/s/good"):format(faults.tls.wrong_host), trust, { proxy = "http://127.0.0.1:" .. proxy }),
      "tls", "certificate")
    gateway:stop()
    local before = lines()
    assert.is_true(failure(faults.http .. "/s/good", nil, { proxy = "http://127.0.0.1:" .. proxy }).ok)
    assert.equal(before, lines())
    pipe:close()
    os.execute("rm -r " .. dir)
  end)

  it("a proxy that refuses is told as in plain Lua, without its password", function()
    local dir = files.folder()
    local pipe = io.popen(("exec python3 spec/support/refusing_proxy.py >%s/out"):format(dir), "w")
    local port
    repeat port = files.read(dir .. "/out", ""):match("^(%d+)\n") until port
    for _, case in ipairs { { "407", "another user or password; inside nginx the setting proxy alone names them" },
      { "403", "does not let calls through" }, { "502", "" } } do
      local seen = failure("https://api.example.invalid", nil, { proxy = ("http://%s:wrong@127.0.0.1:%s"):format(case[1], port) })
      assert.equal("connect", seen.kind, seen.text)
      assert.equal("not_sent", seen.outcome)
      assert.truthy(seen.text:find("the proxy refused to connect: " .. case[1], 1, true), seen.text)
      assert.truthy(seen.text:find(case[2], 1, true), seen.text)
      assert.is_nil(seen.text:find("wrong", 1, true))
      gateway:stop()
    end
    -- one that goes on sending holds nobody for longer than connecting may take
    local seen = failure("https://api.example.invalid", nil, { proxy = "http://drip:wrong@127.0.0.1:" .. port, timeout = 1 })
    assert.equal("timeout not_sent", ("%s %s"):format(seen.kind, seen.outcome), seen.text)
    assert.is_true(seen.took >= 0.9 and seen.took < 30, seen.took)
    gateway:stop()
    pipe:close() -- and nobody listens
    seen = failure("https://api.example.invalid", nil, { proxy = "http://127.0.0.1:" .. port })
    assert.equal("connect", seen.kind)
    assert.truthy(seen.text:find("this is the proxy; inside nginx the setting proxy alone names it", 1, true), seen.text)
    assert.is_nil(seen.text:find("HTTPS_PROXY", 1, true))
    os.execute("rm -r " .. dir)
  end)

  it("a signature that a server sends back is in no error, whoever else has sent a request meanwhile", function()
    local echo = nginx.start { server = [[ location / { content_by_lua_block {
      if ngx.var.uri:find("slow", 1, true) then ngx.sleep(0.5) end
      ngx.status = 400
      ngx.header["Content-Type"] = "application/json"
      ngx.print('{"description":"bad ' .. ngx.var.http_x_app_access_sig .. '"}')
    } } ]] }
    gateway = nginx.start { server = ([[ location /two { content_by_lua_block {
      local idngo = require("idngo")
      local client = assert(idngo.client { base_url = "http://127.0.0.1:%d", app_token = "sbx:a.b", secret_key = "secret",
        limits = false, max_attempts = 1 })
      local _, errors = idngo.parallel({ "slow", "quick" }, function(id) return client:tin_checks(id) end)
      ngx.print(errors[1].description, " ", errors[2].description)
    } } ]]):format(echo.port) }
    assert.equal("bad […] bad […]", get("/two"))
    echo:stop()
  end)

  it("a client certificate is shown to a server that asks, and kept apart in the pool", function()
    local trust = ("lua_ssl_trusted_certificate %s;"):format(faults.ca_file)
    local dir = faults.ca_file:match("^(.*)/")
    local url = ("https://localhost:%d/s/good"):format(faults.tls.client_cert)
    local seen = failure(url, trust, { cert_file = dir .. "/client.pem", key_file = dir .. "/client.key" })
    assert.is_true(seen.ok, seen.text)
    gateway:stop()
    assert.equal("tls", failure(url, trust).kind)
    gateway:stop()
    check(failure(url, trust, { cert_file = dir .. "/client.key", key_file = dir .. "/client.key" }), "config",
      "holds no PEM certificate")
    gateway:stop()
    gateway = nginx.start { server = ([[ location = /connect { content_by_lua_block {
      local dir, core = "%s", require("idngo.core")
      for name, other in pairs { cert_file = "key_file", key_file = "cert_file" } do -- of limits, and read by a worker
        local _, failure = require("idngo.runtime").connect({ host = "localhost", port = 1, tls = true, [name] = dir .. "/none",
          [other] = dir .. "/client." .. (other == "key_file" and "key" or "pem") }, core.now() + 5)
        ngx.say(failure.kind, " ", failure.message)
      end
    } } ]]):format(dir) }
    local said = get("/connect")
    for _, name in ipairs { "cert_file", "key_file" } do
      assert.truthy(said:find(("config %s cannot be read: %s/none: No such file"):format(name, dir), 1, true), said)
    end
  end)
end)

describe("TLS inside nginx #nginx", function()
  it("failed handshakes leave nothing in OpenSSL's error queue for others to trip over", function()
    local faults = fault_server.start()
    gateway = nginx.start {
      http = ("lua_ssl_trusted_certificate %s;"):format(faults.ca_file),
      server = ([[ location = /call { content_by_lua_block {
        local client = assert(require("idngo").client { base_url = "https://localhost:" .. ngx.var.arg_port .. "/s/good",
          app_token = "sbx:a.b", secret_key = "secret", limits = false, max_attempts = 1 })
        local result, err = client:tin_checks("a1")
        ngx.print(result and "ok" or err.kind)
      } } ]]),
    }
    for _, key in ipairs { "wrong_host", "self_signed", "expired", "unknown_ca", "garbage", "tls1_0" } do
      assert.equal("tls", get("/call?port=" .. faults.tls[key]), key)
      assert.equal("ok", get("/call?port=" .. faults.tls.good))
    end
    assert.is_nil(gateway:log():find("stale global SSL error", 1, true))
    faults:stop()
  end)
end)

describe("TLS sessions inside nginx #nginx", function()
  local faults, server, folder

  setup(function()
    faults, folder = fault_server.start(), files.folder()
    local dir = faults.ca_file:match("^(.*)/")
    local both, port = {}, {}
    for _, version in ipairs { "1.2", "1.3" } do
      port[version] = nginx.free_port()
      both[#both + 1] = ([[ server {
        listen 127.0.0.1:%d ssl;
        ssl_protocols TLSv%s;
        ssl_certificate %s/good.pem;
        ssl_certificate_key %s/leaf.key;
        ssl_session_cache shared:tls%s:1m;
        keepalive_timeout 0;
        access_log %s/reused reused;
        location / { default_type application/json; return 200 '{"checks":[]}'; }
      } ]]):format(port[version], version, dir, dir, version:gsub("%.", ""), folder)
    end
    server = nginx.start { http = [[ log_format reused "$ssl_protocol $ssl_session_reused"; ]] .. table.concat(both) }
    server.tls = port
  end)

  before_each(function()
    gateway = nginx.start {
      http = ("lua_ssl_trusted_certificate %s;"):format(faults.ca_file),
      server = ([[ location /calls { content_by_lua_block {
        for _ = 1, 3 do
          local client = assert(require("idngo").client { base_url = "https://localhost:" .. ngx.var.arg_port,
            connection_age = tonumber(ngx.var.arg_age), app_token = "sbx:a.b", secret_key = "secret", limits = false })
          local result, err = client:tin_checks("a1")
          ngx.print(result and "ok " or tostring(err))
          ngx.sleep(0.06)
        end
      } } ]]),
    }
  end)

  teardown(function()
    server:stop()
    faults:stop()
    os.execute("rm -r " .. folder)
  end)

  --- What the server noted of three calls, each on a connection of its own.
  local function reused(version, age)
    files.write(folder .. "/reused", "")
    assert.equal("ok ok ok ", get(("/calls?port=%d&age=%g"):format(server.tls[version], age)))
    return nginx.wait_for(function()
      local text = files.read(folder .. "/reused")
      return select(2, text:gsub("\n", "")) == 3 and text
    end)
  end

  it("are taken up again with TLS 1.2, by all clients of the worker", function()
    assert.equal("TLSv1.2 .\nTLSv1.2 r\nTLSv1.2 r\n", reused("1.2", 60))
  end)

  it("end with the age of connections: the certificate is looked at again", function()
    assert.equal("TLSv1.2 .\nTLSv1.2 .\nTLSv1.2 .\n", reused("1.2", 0.05))
  end)

  it("cannot be taken up with TLS 1.3", function()
    assert.equal("TLSv1.3 .\nTLSv1.3 .\nTLSv1.3 .\n", reused("1.3", 60))
  end)
end)

describe("the LuaJIT build #nginx", function()
  local shell = require("shell")
  local build = os.getenv("IDNGO_BUILD") or "build"

  it("needs libcrypto and no libcurl", function()
    local needed = shell("ldd %s/luajit/idngo/core.so", build)
    assert.truthy(needed:find("libcrypto", 1, true))
    for _, library in ipairs { "libcurl", "libssl", "libzip", "libsqlite", "libmicrohttpd" } do
      assert.is_nil(needed:find(library, 1, true), library)
    end
  end)
end)
