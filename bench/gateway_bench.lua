-- A location behind a gate against the same location without one, by wrk over kept connections; prints rates and their ratio,
-- which is what is judged.
--
-- Both take turns, round by round, and the ratio is taken within each round; the middle one counts. The location hands on to an
-- application, as a gateway does. Where there are two processors, the gateway has one, wrk and the application the other.
--
--   lua5.4 bench/gateway_bench.lua [SECONDS [ROUNDS]]    with the exports of ./dev env, and spec/support/?.lua in LUA_PATH

local files = require("files")
local http = require("socket.http")
local nginx = require("nginx")
local shell = require("shell")
local stats = require("bench.stats")

local LEAST = 0.8
local SECONDS, ROUNDS = tonumber(arg[1]) or 2, tonumber(arg[2]) or 9

if shell("command -v wrk") == "" then
  print("  skipped, wrk is not installed")
  return
end

local function pinned(processor)
  local prefix = ("taskset -c %d env"):format(processor)
  return os.execute("taskset -c 0,1 true 2>/dev/null && taskset -c 1 true 2>/dev/null") and prefix or "env"
end

-- The service and the application.
local behind = nginx.start {
  env = pinned(0),
  http = "keepalive_requests 1000000000;",
  server = [[
    location /resources/ { default_type application/json; return 200 '{"checks":[{"answer":"GREEN"}]}'; }
    location / { default_type text/plain; return 200 "welcome\n"; }
  ]],
}

local gateway = nginx.start {
  env = pinned(1),
  http = ([[
    keepalive_requests 1000000000;
    upstream application { server 127.0.0.1:PORT; keepalive 64; }
    lua_shared_dict idngo 10m;
    init_by_lua_block { gate = assert(require("idngo").gateway.new { dict = "idngo", green = { "liveness_checks" }, client = {
      base_url = "http://127.0.0.1:PORT", app_token = "sbx:demo", secret_key = "demo-secret", limits = false } }) }
  ]]):gsub("PORT", behind.port),
  server = [[
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    location /with { access_by_lua_block { gate:access(ngx.var.http_x_applicant_id) } proxy_pass http://application; }
    location /without { proxy_pass http://application; }
  ]],
}

--- The worker's processor time so far, in the system's ticks.
local function ticks()
  local line = files.read(("/proc/%d/stat"):format(gateway:workers()[1]))
  local user, system = line:match("%) " .. ("%S+ "):rep(11) .. "(%d+) (%d+)")
  return user + system
end

local function rate(path)
  local before = ticks()
  local said = shell("%s wrk -t 1 -c 32 -d %ds -H 'X-Applicant-Id: 5eea3f5204f940217bcbc03d' %s%s 2>&1", pinned(0), SECONDS,
    gateway.url, path)
  assert(not said:find("Non-2xx", 1, true), said)
  local requests = assert(tonumber(said:match("(%d+) requests in")), said)
  return { rate = tonumber(said:match("Requests/sec:%s+([%d.]+)")), by_cpu = requests / (ticks() - before) }
end

assert(select(2, http.request(gateway.url .. "/with")) == 401)
local rounds = {}
for round = 1, ROUNDS do rounds[round] = { rate("/without"), rate("/with") } end
local ratio = stats.ratio(rounds, 2, "rate")
print(("  a location with a gate %6.0f requests/s, without %6.0f: %.2f of its rate, at least %.2f %s"):format(
  stats.median(stats.series(rounds, 2, "rate")), stats.median(stats.series(rounds, 1, "rate")), ratio, LEAST,
  ratio < LEAST and "MISSED" or "ok"))
print(("  by the worker's processor time %.2f"):format((stats.ratio(rounds, 2, "by_cpu"))))
gateway:stop()
behind:stop()
os.exit(ratio >= LEAST)
