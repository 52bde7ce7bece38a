-- Calls from inside nginx: the client, which signs, retries, reads strictly and decodes, against a bare cosocket
-- request that does none of it, over TLS as the API is; prints rates and their ratio, which is what is judged.
--
-- Both take turns, round by round, and the ratio is taken within each round, so that what disturbs the machine
-- disturbs both; the middle one of all rounds counts. Where there are two processors, server and gateway keep to one
-- each. Beside the rates stands the same ratio of the worker's processor time, without its waits for the server.
--
--   lua5.4 bench/nginx_bench.lua     with the exports of ./dev env, and spec/support/?.lua in LUA_PATH

local files = require("files")
local http = require("socket.http")
local nginx = require("nginx")
local stats = require("bench.stats")

local LEAST = 0.8
local ROUNDS, WARM_UP = 101, 4000
local CALLS = { [1] = 150, [16] = 800 } -- in a round, by how many at once: many short rounds, so that some are quiet

local function pinned(processor)
  local prefix = ("taskset -c %d env"):format(processor)
  return os.execute("taskset -c 0,1 true 2>/dev/null && taskset -c 1 true 2>/dev/null") and prefix or nil
end

local certs = files.folder()
assert(os.execute("sh spec/support/certs.sh " .. certs))
files.write(certs .. "/tin_checks.json", require("idngo.api.examples.tin_checks"))
local port = nginx.free_port()

-- The reference's example reply, from a server that has nothing to think about.
local upstream = nginx.start {
  env = pinned(0),
  http = ([[
    keepalive_requests 1000000000;
    server {
      listen 127.0.0.1:%d ssl;
      ssl_certificate %s/good.pem;
      ssl_certificate_key %s/leaf.key;
      location / {
        root %s;
        default_type application/json;
        try_files /tin_checks.json =404;
      }
    }
  ]]):format(port, certs, certs, certs),
}

local gateway = nginx.start {
  env = pinned(1),
  http = ("lua_ssl_trusted_certificate %s/ca.pem;"):format(certs) .. ([[ init_by_lua_block {
    local core = require "idngo.core"
    local client = assert(require("idngo").client { base_url = "https://localhost:PORT", app_token = "sbx:demo",
      secret_key = "demo-secret", limits = false })
    local target = "/resources/checks/latest?type=TIN&applicantId=5eea3f5204f940217bcbc03d"
    local request = "GET " .. target .. " HTTP/1.1\r\nHost: localhost:PORT\r\nX-App-Token: sbx:demo\r\n"
      .. "X-App-Access-Ts: 1700000000\r\nX-App-Access-Sig: " .. ("0"):rep(64) .. "\r\nAccept: application/json\r\n\r\n"

    kinds = {}

    function kinds.idngo()
      assert(client:tin_checks("5eea3f5204f940217bcbc03d"))
    end

    function kinds.bare()
      local sock = ngx.socket.tcp()
      sock:settimeout(10000)
      assert(sock:connect("127.0.0.1", PORT))
      if sock:getreusedtimes() == 0 then assert(sock:sslhandshake(nil, "localhost", true)) end
      assert(sock:send(request))
      assert(sock:receive() == "HTTP/1.1 200 OK")
      local length
      while true do
        local line = assert(sock:receive())
        if line == "" then break end
        length = length or line:match("^[Cc]ontent%-[Ll]ength: (%d+)")
      end
      assert(#assert(sock:receive(tonumber(length))) > 0)
      sock:setkeepalive(30000, 64)
    end

    -- seconds and the worker's processor time, each for one call
    function measure(call, calls, at_once)
      local threads, wall, cpu = {}, core.now(), os.clock()
      for i = 1, at_once do
        threads[i] = ngx.thread.spawn(function()
          for _ = 1, calls / at_once do call() end
        end)
      end
      for i = 1, at_once do assert(ngx.thread.wait(threads[i])) end
      return ("%.9f %.9f"):format((core.now() - wall) / calls, (os.clock() - cpu) / calls)
    end
  } ]]):gsub("PORT", port),
  server = [[ location = /measure { content_by_lua_block {
    ngx.print(measure(kinds[ngx.var.arg_kind], tonumber(ngx.var.arg_calls), tonumber(ngx.var.arg_at_once)))
  } } ]],
}

local function measure(kind, calls, at_once)
  local query = ("kind=%s&calls=%d&at_once=%d"):format(kind, calls, at_once)
  local body, status = http.request(gateway.url .. "/measure?" .. query)
  assert(status == 200, gateway:complaints())
  local wall, cpu = body:match("^(%S+) (%S+)$")
  return { wall = tonumber(wall), cpu = tonumber(cpu) }
end

local kinds = { "idngo", "bare" }
local missed = false
for _, at_once in ipairs { 1, 16 } do
  local rounds = {}
  for _, kind in ipairs(kinds) do measure(kind, WARM_UP, at_once) end
  for round = 1, ROUNDS do
    rounds[round] = {}
    for i, kind in ipairs(kinds) do rounds[round][i] = measure(kind, CALLS[at_once], at_once) end
  end
  local function calls_per_second(i) return 1 / stats.median(stats.series(rounds, i, "wall")) end
  local ratio, by_cpu = stats.ratio(rounds, 2, "wall"), stats.ratio(rounds, 2, "cpu")
  missed = missed or ratio < LEAST
  print(("%2d at once: idngo %6.0f calls/s, bare cosocket %6.0f calls/s: %.2f of its rate, at least %.2f %s"):format(
    at_once, calls_per_second(1), calls_per_second(2), ratio, LEAST, ratio < LEAST and "MISSED" or "ok"))
  print(("            by the worker's processor time %.2f"):format(by_cpu))
end

gateway:stop()
upstream:stop()
os.execute("rm -r " .. certs)
os.exit(not missed)
