-- An exchange with Redis inside a worker of nginx, ours against lua-nginx-redis, by the worker's processor time within one run:
--
--   lua5.4 bench/limits_nginx.lua [ROUNDS [EXCHANGES]]    with spec/support/?.lua in LUA_PATH, and IDNGO_BUILD
--
-- Both send the same command and get the same reply, over a connection that each keeps; they take turns, round by round.

local nginx = require("nginx")
local redis = require("redis")
local shell = require("shell")
local stats = require("bench.stats")

-- Missed so far, by a tenth: ours has 0.56 of their instructions outside of the kernel, but looks whether a kept connection is
-- silent, which is a system call more, and whether nginx can wait where it stands.
local MOST = 0.9
local ROUNDS, COUNT = tonumber(arg[1]) or 15, tonumber(arg[2]) or 5000
local MODULE = "/usr/share/lua/5.1/nginx/redis.lua"

if not redis.is_there() or not io.open(MODULE) then
  print("  skipped, redis-server or lua-nginx-redis is not installed")
  return
end

local server = redis.start()
-- what an account's lanes look like
server:cli("eval \"for i = 1, 8 do redis.call('HSET', KEYS[1], 'l:' .. i, '1 300 1700000000000000 5000000 1') end\" 1 h")

local gateway = nginx.start { http = ([[
  init_by_lua_block {
    local PORT, COUNT = %d, %d
    local words = { "EVAL",
      "return { 'ok', 1700000000000000, 0, 1, 'abc', 17, '', {}, {{ #redis.call('HGETALL', KEYS[1]) }} }", 1, "h" }

    kinds = {}

    function kinds.ours()
      local core = require("idngo.core")
      ours = ours or require("idngo.limits.link").new({ host = "127.0.0.1", port = PORT })
      local reply, failure = ours:ask(words, core.now() + 5)
      assert(not failure and reply[9][1][1] == 16)
    end

    function kinds.theirs()
      local red = require("nginx.redis"):new()
      red:set_timeout(5000)
      assert(red:connect("127.0.0.1", PORT))
      local reply = assert(red:eval(words[2], 1, "h"))
      assert(reply[9][1][1] == 16)
      assert(red:set_keepalive(60000, 10))
    end

    function measure(kind)
      for _ = 1, 200 do kinds[kind]() end
      local before = os.clock()
      for _ = 1, COUNT do kinds[kind]() end
      ngx.say(os.clock() - before)
    end
  }
]]):format(server.port, COUNT), server = [[
  location = /ours { content_by_lua_block { measure("ours") } }
  location = /theirs { content_by_lua_block { measure("theirs") } }
]] }

local ratios = {}
for round = 1, ROUNDS do
  local cost = {}
  for _, kind in ipairs { "ours", "theirs" } do
    local said = shell("curl -s %s/%s", gateway.url, kind)
    cost[kind] = assert(tonumber(said), said .. gateway:log():sub(-500))
  end
  ratios[round] = cost.ours / cost.theirs
end
gateway:stop()
server:stop()
local ratio = stats.median(ratios)
print(("  %-62s %6.2f  at most %g: %s"):format("nginx worker's CPU for an exchange, ours : lua-nginx-redis", ratio, MOST,
  ratio <= MOST and "ok" or "MISSED"))
os.exit(ratio <= MOST)
