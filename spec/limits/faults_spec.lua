-- Limits in Redis when something fails: processes of several machines send as fast as they may, while they and Redis are killed
-- and stopped, Redis forgets, its clock is set, and a replica takes over. No window may hold more requests than slots; without
-- each of the rules some do, or the test would show nothing. All cases wait most of the time: some run side by side, each with a
-- Redis of its own. With IDNGO_REQUESTS, as in ./dev torture, so many requests are made in each case.

local core = require("idngo.core")
local files = require("files")
local idngo = require("idngo")
local redis = require("redis")
local worlds = require("limits_world")

local REQUESTS = tonumber(os.getenv("IDNGO_REQUESTS")) or 5000 -- 50 000 in all
local AT_ONCE = 6

if not redis.is_there() then
  describe("limits in Redis, when something fails #slow", function() pending("redis-server is not installed") end)
  return
end

local cases = {}

--- A case, which is run with the others before the first of them is looked at. What is wrong is thrown.
local function case(name, run)
  local this = { name = name, run = run }
  cases[#cases + 1] = this
  it(name, function()
    if this.thrown ~= nil then error(this.thrown, 0) end
  end)
end

local function holds(options)
  options.requests, options.name = options.requests or REQUESTS, "hold"
  local over, most = worlds.run(options)
  assert.equal(0, over)
  assert.is_true(most <= worlds.slots)
end

--- So few slots that they are all used on a machine that is busy, too: what goes over finds no room then.
local function does_not_hold(options)
  options.slots, options.requests, options.until_over, options.name = 40, 50000, 10, "do not hold"
  assert.is_true(worlds.run(options) >= 10)
end

local function kill(world, looks)
  if looks % 6 == 0 then world:kill(1 + math.floor(core.random() * 3)) end
end

--- All but the first, for longer than a lease and a window, while they wait for their connections.
local function stop(world, looks)
  if looks % 12 == 4 or looks % 12 == 10 then
    for i = 2, 3 do os.execute(("kill -%s %s"):format(looks % 12 == 4 and "STOP" or "CONT", world.workers[i].pid)) end
  end
end

local function flush(world, looks)
  if looks % 12 == 8 then world.server:cli("flushall") end
end

--- Redis needs the room of what it has for what others write, and drops what it likes.
local function evict(world, looks)
  if looks % 12 == 6 then
    local used = tonumber(world.server:cli("info memory"):match("used_memory:(%d+)"))
    world.server:cli("config set maxmemory-policy allkeys-random")
    world.server:cli(("config set maxmemory %d"):format(used + 50000))
    world.server:cli([["eval" "for i = 1, 400 do redis.call('SET', i, string.rep('x', 1000), 'PX', 1000) end" 0]])
  elseif looks % 12 == 9 then
    world.server:cli("config set maxmemory 0")
    world.server:cli("config set maxmemory-policy noeviction")
  end
end

--- A Redis whose clock the test sets.
local function clock()
  local dir = files.folder()
  local library, path = dir .. "/step_clock.so", dir .. "/clock"
  assert(os.execute(("cc -O1 -shared -fPIC -o %s spec/support/step_clock.c"):format(library)))
  local function set(offset, rate)
    local file = io.open(path, "r+b") or io.open(path, "wb")
    file:write(string.pack("<i8i8", math.floor(offset * 1e6), rate or 0))
    file:close()
  end
  set(0)
  return ("LD_PRELOAD=%s IDNGO_CLOCK=%s"):format(library, path), set
end

--- Replicas that take over, again and again: `fault` of a world, which goes on at each look. The network between master and
--- replica carries nothing any more, and the replica is promoted. Two machines are told at once; the third goes on with the old
--- master until that stops by itself, and all that it is granted there the new one does not know.
local function failovers()
  local function wait(seconds)
    local by = core.now() + seconds
    repeat coroutine.yield() until core.now() >= by
  end
  local function says(server, what)
    while not server:cli("info replication"):find(what) do coroutine.yield() end
  end
  return coroutine.wrap(function(world)
    while true do
      local master = world.server
      master:cli("config set min-replicas-max-lag 3")
      master:cli("config set min-replicas-to-write 1")
      local network = redis.proxy(master.port)
      local replica = redis.start(("--replicaof 127.0.0.1 %d --repl-diskless-sync-delay 0"):format(network.port))
      world.others = { network, replica }
      says(master, "min_slaves_good_slaves:1")
      wait(3)
      network:kill("STOP")
      replica:cli("replicaof no one")
      world.urls = { master.url, replica.url, replica.url }
      world:kill(2)
      world:kill(3)
      says(master, "min_slaves_good_slaves:0")
      world.urls[1] = replica.url
      world:kill(1)
      network:stop()
      world.server, world.others = replica, {}
      master:stop()
    end
  end)
end

describe("limits in Redis, when something fails #slow", function()
  setup(function()
    idngo.parallel(cases, function(this)
      local ran, thrown = pcall(this.run)
      if not ran then this.thrown = thrown end
      if os.getenv("IDNGO_REQUESTS") then print("  " .. this.name) end
    end, { concurrency = AT_ONCE })
  end)

  -- those first that take long
  case("do not hold when a replica takes over, unless the master that was cut off is waited for", function()
    does_not_hold { fault = failovers(), words = "failover=0" }
  end)

  case("hold when a replica takes over, while the master that it knows nothing of any more goes on", function()
    holds { fault = failovers(), words = "failover=5" } -- as redis.lua: of lag three, and the two that Redis rounds off
  end)

  for name, steps in pairs {
    ["ahead by 30 s"] = function(looks) return math.floor(looks / 10) * 30 end,
    ["back by 30 s"] = function(looks) return -math.floor(looks / 10) * 30 end,
    ["ahead by 0.3 s again and again"] = function(looks) return math.floor(looks / 10) * 0.3 end,
    ["back and forth"] = function(looks) return math.floor(looks / 10) % 2 * 0.3 end,
  } do
    case(("hold while Redis's clock is set %s"):format(name), function()
      local before, set = clock()
      local pauses
      holds { before = before, fault = function(world, looks)
        set(steps(looks))
        pauses = world:pauses()
      end, enough = function() return pauses >= 4 end } -- by each step one; the first is that of a new account
    end)
  end

  case("hold while processes are killed, and Redis is, which comes back with a copy from before", function()
    local stepped
    holds { fault = function(world, looks)
      kill(world, looks)
      if looks % 40 == 10 then world.server:cli("save") end
      if looks % 40 == 20 then
        world.server:kill()
        world.server:start()
      end
      stepped = stepped or select(2, world:pauses()) == "stepped"
    end }
    assert.is_false(stepped) -- no clock was wrong
  end)

  case("hold while Redis is absent at first, and gone for a while", function()
    local gone = os.getenv("IDNGO_REQUESTS") and 240 or 20
    holds { begin = function(world) world.server:kill() end, fault = function(world, looks)
      if looks == 4 or looks == 24 + gone then world.server:start() end
      if looks == 24 then world.server:kill() end
    end }
  end)

  case("hold while processes are stopped for longer than their leases", function()
    holds { fault = stop, connect = 0.2 }
  end)

  case("do not hold while processes are stopped, without the gate", function()
    does_not_hold { fault = stop, connect = 0.2, words = "no_R3" }
  end)

  case("hold while Redis is emptied", function() holds { fault = flush } end)

  case("do not hold while Redis is emptied, without its pause", function()
    does_not_hold { fault = flush, words = "no_R1" }
  end)

  case("hold while Redis drops keys for want of memory", function()
    local lost = 0 -- how often the account's hash was among them
    holds { fault = function(world, looks)
      evict(world, looks)
      if looks % 12 == 5 then world.server:cli("hset idngo:1:{account}:h mark 1") end
      if looks % 12 == 11 and world.server:cli("hexists idngo:1:{account}:h mark") == "0" then lost = lost + 1 end
    end, enough = function() return lost >= 2 end }
  end)

  case("hold while one lane is removed, memory runs out, and scripts are forgotten", function()
    holds { fault = function(world, looks)
      if looks % 16 == 4 then world.server:cli("del idngo:1:{account}:s:read") end
      if looks % 16 == 8 then world.server:cli("config set maxmemory 1") end
      if looks % 16 == 10 then world.server:cli("config set maxmemory 0") end
      if looks % 16 == 12 then world.server:cli("script flush") end
    end }
  end)

  case("do not hold by a clock that is set, unless it is compared", function()
    local before, set = clock()
    does_not_hold { before = before, words = "no_R2", fault = function(_, looks) set(math.floor(looks / 8) * 30) end }
  end)

  case("hold, and say why, where Redis's clock runs 3 % too fast", function()
    local before, set = clock()
    local reason
    set(0, 30000)
    local pauses = 0
    holds { before = before, requests = 0, fault = function(world) pauses, reason = world:pauses() end,
      enough = function() return pauses >= 8 end }
    assert.equal("stepped", reason)
  end)
end)
