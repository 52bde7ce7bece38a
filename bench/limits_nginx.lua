-- An exchange with Redis inside a worker of nginx, ours against lua-nginx-redis, by the worker's processor time within one run:
--
--   lua5.4 bench/limits_nginx.lua [ROUNDS [EXCHANGES]]    with spec/support/?.lua in LUA_PATH, and IDNGO_BUILD
--
-- Both send the same command and get the same reply, over a connection that each keeps; they take turns, round by round. The
-- command is what the limiter says when eight calls give their slots back and eight ask for theirs; a script answers it that does
-- nothing but say what the limiter's would.

local nginx = require("nginx")
local redis = require("redis")
local shell = require("shell")
local stats = require("bench.stats")

local MOST = 0.9
local ROUNDS, COUNT = tonumber(arg[1]) or 15, tonumber(arg[2]) or 5000
local MODULE = "/usr/share/lua/5.1/nginx/redis.lua"

if not redis.is_there() or not io.open(MODULE) then
  print("  skipped, redis-server or lua-nginx-redis is not installed")
  return
end

local server = redis.start()
local script = server:cli("script load \"return { 'ok', 1700000000000000, 0, 1, '0f', 1700000000000008, 'new', {}, "
  .. "{ { 1700000000000001, 8 } } }\""):match("%x+")

local gateway = nginx.start { http = ([[
  init_by_lua_block {
    local PORT, COUNT, SCRIPT, EIGHT = %d, %d, "%s", 8
    local core, words = require("idngo.core"), {}
    kinds = {}

    --- Finds out what the limiter says.
    local function listen()
      local address = { host = "127.0.0.1", port = PORT }
      local slots = require("idngo.limits.redis").new({ address = address, timeout = 5, rtt = 1 }, ("a"):rep(32), nil, 3)
      local list, seq = { slots:lane("read", 1024, 5) }, 1700000000000000
      slots.link = { ask = function(_, said)
        local now, asked = core.now(), said[#said] -- so many want the same
        if #said > #words then words = said end
        seq = seq + asked
        local answers = asked > 0 and { { seq - asked + 1, asked } } or {}
        return { "ok", math.floor(core.wall() * 1000000), 0, 1, "0f", seq, "new", {}, answers }, nil, now, now
      end }
      local function use()
        for _ = 1, 3 do slots:release(assert(slots:acquire(list, 5)), "answered") end
      end
      local threads = {}
      for i = 1, EIGHT do threads[i] = ngx.thread.spawn(use) end
      for i = 1, EIGHT do assert(ngx.thread.wait(threads[i])) end
      assert(words[1] == "EVALSHA" and words[#words] == EIGHT and #words > 3 * EIGHT)
      words[2] = SCRIPT
    end

    function kinds.ours()
      ours = ours or require("idngo.limits.link").new({ host = "127.0.0.1", port = PORT })
      local reply, failure = ours:ask(words, core.now() + 5)
      assert(not failure and reply[9][1][2] == EIGHT)
    end

    function kinds.theirs()
      local red = require("nginx.redis"):new()
      red:set_timeout(5000)
      assert(red:connect("127.0.0.1", PORT))
      local reply = assert(red:evalsha(unpack(words, 2)))
      assert(reply[9][1][2] == EIGHT)
      assert(red:set_keepalive(60000, 10))
    end

    function measure(kind)
      if not words[1] then listen() end
      for _ = 1, 200 do kinds[kind]() end
      local before = os.clock()
      for _ = 1, COUNT do kinds[kind]() end
      ngx.say(os.clock() - before)
    end
  }
]]):format(server.port, COUNT, script), server = [[
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
