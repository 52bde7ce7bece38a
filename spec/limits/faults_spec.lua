-- Limits in Redis when something fails: processes of several machines send as fast as they may, while they and Redis are killed
-- and stopped, Redis forgets, and its clock is set. No window may hold more requests than slots; without each of the rules some
-- do, or the test would show nothing. With IDNGO_REQUESTS, as in ./dev torture, so many requests are made in each case.

local core = require("idngo.core")
local files = require("files")
local redis = require("redis")
local shell = require("shell")

local REQUESTS = tonumber(os.getenv("IDNGO_REQUESTS")) or 6000
local SLOTS, WINDOW = 200, 0.5
local LUA = os.getenv("LUA") or "/usr/bin/lua5.4"

if not redis.is_there() then
  describe("limits in Redis, when something fails #slow", function() pending("redis-server is not installed") end)
  return
end

local function ends(pid) return os.execute(("kill -0 %s 2>/dev/null"):format(pid)) ~= true end

--- A worker of a machine of its own, or of one that is there already.
local function start(world, machine)
  local pid = shell("%s spec/support/limits_worker.lua %s %s %s %d %g %s >>%s/said 2>&1 & echo $!", LUA, world.server.url,
    world.folders[machine], world.log, SLOTS, WINDOW, (machine == 3 and "blocking " or "") .. world.without,
    world.dir):match("%d+")
  world.workers[#world.workers + 1] = { pid = pid, machine = machine }
end

local function requests(world) return tonumber(shell("wc -l <%s", world.log):match("%d+")) end

--- How many windows hold more than they may, and the most in one.
local function windows(world)
  local times = {}
  for line in io.lines(world.log) do
    if line:find("^%d+%.%d%d%d%d%d%d$") then times[#times + 1] = tonumber(line) end -- the last of who was killed may be cut
  end
  table.sort(times)
  local over, most, first = 0, 0, 1
  for last = 1, #times do
    while times[last] - times[first] >= WINDOW do first = first + 1 end
    if last - first + 1 > SLOTS then over = over + 1 end
    most = math.max(most, last - first + 1)
  end
  return over, most, #times
end

--- Runs workers until there are enough requests; `fault(world, n)` is done between looks. `enough`: of the windows over.
local function run(options)
  local dir = files.folder()
  local world = { dir = dir, log = dir .. "/log", workers = {}, folders = {}, without = options.without or "",
    server = redis.start(options.redis, options.before) }
  files.write(world.log, "")
  for machine = 1, 3 do
    world.folders[machine] = files.folder()
    start(world, machine)
  end
  local looks = 0
  repeat
    core.sleep(0.25)
    looks = looks + 1
    if options.fault then options.fault(world, looks) end
    for i = #world.workers, 1, -1 do -- those that were killed are followed by others
      local worker = world.workers[i]
      if ends(worker.pid) then
        table.remove(world.workers, i)
        start(world, worker.machine)
      end
    end
    local n = requests(world)
    local said = files.read(dir .. "/said", "")
    assert(not said:find("%.lua:%d+:"), said)
  until n >= (options.requests or REQUESTS) or (options.until_over and looks % 4 == 0 and windows(world) >= 10)
  for _, worker in ipairs(world.workers) do
    os.execute(("(kill -CONT %s; kill -KILL %s) 2>/dev/null"):format(worker.pid, worker.pid))
  end
  world.server:stop()
  local over, most, count = windows(world)
  if os.getenv("IDNGO_REQUESTS") then
    print(("%d requests, %d windows over, most %d of %d, about %.1f s"):format(count, over, most, SLOTS, looks * 0.25))
  end
  return over, most
end

local function some(world) return world.workers[1 + math.floor(core.random() * #world.workers)].pid end

local function kill(world, looks)
  if looks % 6 == 0 then os.execute(("kill -KILL %s 2>/dev/null"):format(some(world))) end
end

--- All but one, for longer than a lease and a window. Between stops they have the time to be granted slots again: whoever
--- was stopped first finds that its replies came too late.
local function stop(world, looks)
  for i = 2, looks % 14 == 8 and #world.workers or 0 do os.execute("kill -STOP " .. world.workers[i].pid) end
  for _, worker in ipairs(looks % 14 == 0 and world.workers or {}) do os.execute("kill -CONT " .. worker.pid) end
end

local function flush(world, looks)
  if looks % 12 == 8 then world.server:cli("flushall") end
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

describe("limits in Redis, when something fails #slow", function()
  it("hold while processes are killed, and Redis is, which comes back with a copy from before", function()
    local stepped
    local over, most = run { fault = function(world, looks)
      kill(world, looks)
      if looks % 40 == 10 then world.server:cli("save") end
      if looks % 40 == 20 then
        world.server:kill()
        world.server:start()
      end
      stepped = stepped or world.server:cli("hget idngo:1:{account}:h odd"):find("stepped")
    end }
    assert.equal(0, over)
    assert.is_true(most <= SLOTS)
    assert.is_nil(stepped) -- no clock was wrong
  end)

  it("hold while processes are stopped for longer than their leases; without the gate they do not", function()
    assert.equal(0, (run { fault = stop }))
    assert.is_true(run { fault = stop, without = "no_R3", requests = 20 * REQUESTS, until_over = true } >= 10)
  end)

  it("hold while Redis is emptied; without its pause they do not", function()
    assert.equal(0, (run { fault = flush, requests = REQUESTS / 2 }))
    assert.is_true(run { fault = flush, without = "no_R1", requests = 20 * REQUESTS, until_over = true } >= 10)
  end)

  it("hold while one lane is removed, memory runs out, and scripts are forgotten", function()
    assert.equal(0, (run { requests = REQUESTS / 2, fault = function(world, looks)
      if looks % 16 == 4 then world.server:cli("del idngo:1:{account}:s:read") end
      if looks % 16 == 8 then world.server:cli("config set maxmemory 1") end
      if looks % 16 == 10 then world.server:cli("config set maxmemory 0") end
      if looks % 16 == 12 then world.server:cli("script flush") end
    end }))
  end)

  for name, steps in pairs {
    ["ahead by 30 s"] = function(looks) return math.floor(looks / 10) * 30 end,
    ["ahead by 0.3 s again and again"] = function(looks) return math.floor(looks / 8) * 0.3 end,
    ["back and forth"] = function(looks) return math.floor(looks / 8) % 2 * 0.3 end,
  } do
    it(("hold while Redis's clock is set %s"):format(name), function()
      local before, set = clock()
      assert.equal(0, (run { before = before, requests = REQUESTS / 2, fault = function(_, looks) set(steps(looks)) end }))
    end)
  end

  it("do not hold by a clock that is set, unless it is compared", function()
    local before, set = clock()
    assert.is_true(run { before = before, without = "no_R2", requests = 20 * REQUESTS, until_over = true,
      fault = function(_, looks) set(math.floor(looks / 8) * 0.3) end } >= 10)
  end)

  it("hold, and say why, where Redis's clock runs 3 % too fast", function()
    local before, set = clock()
    local said
    set(0, 30000)
    assert.equal(0, (run { before = before, requests = math.min(REQUESTS / 20, 60), fault = function(world)
      said = said or world.server:cli("hget idngo:1:{account}:h odd"):find("stepped")
    end }))
    assert.truthy(said)
  end)
end)
