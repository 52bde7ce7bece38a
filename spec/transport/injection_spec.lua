-- Answers that nobody asked for, resets and cuts: a call is never given another's answer, but for one that a peer slips in
-- while the call is under way. Set IDNGO_CALLS for more calls than 5 000.

local files = require("files")
local idngo = require("idngo")
local injections = require("injections")
local json = require("idngo.json")
local nginx = require("nginx")
local shell = require("shell")
local socket = require("socket")

local CALLS = tonumber(os.getenv("IDNGO_CALLS") or 5000)

local folder, peer, ports, control

local function ask(word)
  assert(control:send(word .. "\n"))
  return assert(control:receive("*l"))
end

local function inject() return tonumber(ask("inject")) end

local function client_of(url)
  return assert(idngo.client { base_url = url, app_token = "a", secret_key = "s", limits = false, max_attempts = 1,
    ca_file = folder .. "/cert.pem", timeout = 60 })
end

--- What came of calls: nothing wrong, and the peer did all that it can.
local function check(told, count)
  assert.same({}, told.wrong)
  assert.equal(count, told.right + told.excused + told.failed)
  assert.is_true(told.right > count * 0.6, told.right .. " of " .. count .. " answered")
  assert.is_true(told.injected > 0, "no idle connection was given a surplus answer")
  assert.is_true(told.excused > 0, "what comes while a call is under way is taken for its answer")
  local did = json.decode(ask("count"))
  for _, act in ipairs { "good", "glued", "idle", "early", "reset", "after", "cut" } do
    assert.is_true((did[act] or 0) > 0, act)
  end
end

local function one_by_one(names, call)
  for _, name in ipairs(names) do call(name) end
end

local function in_parallel(names, call)
  local _, errors = idngo.parallel(names, call, { concurrency = 8 })
  assert.same({}, errors)
end

setup(function()
  folder = files.folder()
  shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
    .. "-addext subjectAltName=DNS:localhost -keyout %s/key.pem -out %s/cert.pem 2>/dev/null", folder, folder)
  shell("mkfifo %s/ports", folder)
  peer = assert(io.popen(("exec python3 spec/support/injecting_peer.py %s/cert.pem %s/key.pem >%s/ports"):format(folder,
    folder, folder), "w"))
  local ready = assert(io.open(folder .. "/ports"))
  local line = ready:read("l")
  ready:close()
  ports = {}
  for port in line:gmatch("%d+") do ports[#ports + 1] = tonumber(port) end
  control = assert(socket.connect("127.0.0.1", ports[5]))
end)

teardown(function()
  control:close()
  peer:close()
  os.execute("rm -rf " .. folder)
end)

describe("A peer that injects", function()
  for _, way in ipairs {
    { "over plain http, one by one", 1, "http://127.0.0.1:%d", one_by_one, 4 },
    { "over plain http, at once", 1, "http://127.0.0.1:%d", in_parallel, 32 },
    { "over TLS, one by one", 2, "https://localhost:%d", one_by_one, 4 },
    { "over TLS, at once", 2, "https://localhost:%d", in_parallel, 32 },
  } do
    it("gives no call another's answer " .. way[1], function()
      local client, count = client_of(way[3]:format(ports[way[2]])), math.floor(CALLS / 5)
      local function run() return injections.run(client, count, way[5], way[4], inject) end
      -- within one idngo.run, whose connections stay open between the crowds
      local told = way[4] == in_parallel and idngo.run(run) or run()
      client:close()
      check(told, count)
    end)
  end

  it("gives no call another's answer in nginx, over TLS #nginx", function()
    local server = nginx.start {
      http = ("lua_ssl_trusted_certificate %s/cert.pem; lua_socket_pool_size 64;"):format(folder),
      server = ([[location = /run { content_by_lua_block {
        local injections, idngo, json = require "injections", require "idngo", require "idngo.json"
        local client = assert(idngo.client { base_url = "https://localhost:%d", app_token = "a", secret_key = "s",
          limits = false, max_attempts = 1, timeout = 60 })
        local function at_once(names, call)
          local threads = {}
          for i, name in ipairs(names) do threads[i] = ngx.thread.spawn(call, name) end
          for _, thread in ipairs(threads) do ngx.thread.wait(thread) end
          ngx.sleep(0.001) -- what ended goes back to its pool
        end
        local function inject()
          local sock = ngx.socket.tcp()
          assert(sock:connect("127.0.0.1", %d))
          assert(sock:send("inject\n"))
          local count = tonumber((sock:receive("*l")))
          sock:close()
          ngx.sleep(0.001)
          return count
        end
        ngx.print(json.encode(injections.run(client, %d, 16, at_once, inject), "told", "[]"))
      } }]]):format(ports[2], ports[5], CALLS / 5),
    }
    local answer = shell("curl -s -m 3000 %s/run", server.url)
    local told = assert(json.decode(answer), answer .. server:log())
    server:stop()
    check(told, math.floor(CALLS / 5))
  end)

  for _, way in ipairs { { "plain http", 1, "http://localhost:%d" }, { "TLS", 2, "https://localhost:%d" } } do
    it("gives no call another's answer in a worker of nginx that had no time to look, over " .. way[1] .. " #nginx", function()
      local gate = folder .. "/gate-" .. way[2]
      shell("mkfifo %s", gate)
      local server = nginx.start {
        http = ("lua_ssl_trusted_certificate %s/cert.pem;"):format(folder),
        server = ([[location = /run { content_by_lua_block {
          local client = assert(require("idngo").client { base_url = "%s", app_token = "a", secret_key = "s", limits = false,
            max_attempts = 1, timeout = 60 })
          local function ask(name) return assert(client:liveness_checks(name)).checks[1].id end
          local first = ask("idle-1")
          io.open("%s"):read("*l") -- blocks the worker until the surplus answer is there
          ngx.print(first, " ", ask("good-2"))
        } }]]):format(way[3]:format(ports[way[2]]), gate),
      }
      finally(function() server:stop() end)
      local visitor = assert(io.popen(("curl -s -m 60 %s/run"):format(server.url)))
      local opened = assert(io.open(gate, "w")) -- when the worker reads
      assert.equal(1, inject())
      opened:write("go\n")
      opened:close()
      local answer = visitor:read("a")
      visitor:close()
      assert.equal("idle-1 good-2", answer)
    end)
  end

  for _, way in ipairs { { "plain http", 3, "http://127.0.0.1:%d" }, { "TLS", 4, "https://localhost:%d" } } do
    it("that answers before it is asked is asked nothing, over " .. way[1], function()
      local script = files.write(folder .. "/greeted.lua", [[
        local idngo = require "idngo"
        local client = assert(idngo.client { base_url = arg[1], app_token = "a", secret_key = "s", limits = false,
          max_attempts = 1, ca_file = arg[2] })
        local result, err = client:liveness_checks("good-1")
        print(result and "answered" or err.outcome .. " " .. err.message)]])
      local shim = folder .. "/slow_peek.so"
      shell("cc -shared -fPIC -o %s spec/support/slow_peek.c -ldl", shim)
      assert.equal("not_sent the server sent something before it was asked\n",
        shell("LD_PRELOAD=%s lua5.4 %s %s %s/cert.pem 2>&1", shim, script, way[3]:format(ports[way[2]]), folder))
      -- and session tickets, which are there by then, are no answer
      if way[2] == 4 then
        assert.equal("answered\n", shell("LD_PRELOAD=%s lua5.4 %s https://localhost:%d %s/cert.pem 2>&1", shim, script,
          ports[2], folder))
      end
    end)
  end
end)
