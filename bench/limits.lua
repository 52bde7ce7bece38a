-- What limits cost in Redis, compared with the file of one machine within one run: lua5.4 bench/limits.lua [ROUNDS [SECONDS]]
--
--   lua5.4 bench/limits.lua work STORE AT-ONCE SECONDS SLOTS WINDOW    prints slots, CPU seconds and wall seconds
--   lua5.4 bench/limits.lua call STORE AT-ONCE SECONDS SANDBOX         the same of whole calls
-- STORE is a folder, or a Redis's URL and then a folder. For slots nothing is sent: they are taken and given back.

local core = require("idngo.core")

local RTT = 0.01 -- what clocks may differ by is held on top of a window, which is short here

--- Takes slots and gives them back as if each had been answered at once; how many, in so many seconds.
local function work(store, at_once, seconds, slots, window)
  local runtimes = require("idngo.runtime.current")
  local lanes = require("idngo.limits.lanes")
  local url, folder = store:match("^(redis:[^,]*),(.*)$")
  local limits = {}
  for name in pairs(require("idngo.endpoints").limits()) do limits[name] = false end
  limits.read = { slots, window }
  local redis = url and assert(require("idngo.limits.settings").resolve { limits_url = url, timeout = 5, limits_timeout = 5,
    limits_rtt = RTT })
  local shared = lanes.new("bench", limits, folder or store, 1, redis)
  if redis then shared:store():nobody_sent() end
  local operation, done, direct = { name = "levels", method = "GET" }, 0, { sleep = core.sleep }
  local ends = core.now() + seconds
  local function one()
    while core.now() < ends do
      local runtime = runtimes.current() or direct
      shared:release(assert(shared:acquire(runtime, operation, 5)), "answered")
      done = done + 1
    end
  end
  local cpu, wall = os.clock(), core.now()
  if at_once == 1 then
    one()
  else
    local idngo = require("idngo")
    idngo.run(function()
      for _ = 1, at_once do idngo.spawn(one) end
    end)
  end
  print(("%d %.6f %.6f"):format(done, os.clock() - cpu, core.now() - wall))
end

--- Calls a sandbox; how many calls, in so many seconds.
local function call(store, at_once, seconds, sandbox)
  local idngo = require("idngo")
  local url, folder = store:match("^(redis:[^,]*),(.*)$")
  local client = assert(idngo.client { base_url = sandbox, app_token = "sbx:demo", secret_key = "demo-secret",
    limits = { read = { 1024, 0.001 } }, limits_url = url, limits_dir = folder or store, limits_rtt = RTT, timeout = 5,
    limits_timeout = 5 })
  if url then assert(require("idngo.client").slots(client):nobody_sent()) end
  local done, cpu, wall = 0, os.clock(), core.now()
  idngo.run(function()
    for _ = 1, at_once do
      idngo.spawn(function()
        while core.now() < wall + seconds do
          assert(client:levels())
          done = done + 1
        end
      end)
    end
  end)
  print(("%d %.6f %.6f"):format(done, os.clock() - cpu, core.now() - wall))
end

if arg[1] == "call" then
  call(arg[2], tonumber(arg[3]), tonumber(arg[4]), arg[5])
  return
end
if arg[1] == "work" then
  work(arg[2], tonumber(arg[3]), tonumber(arg[4]), tonumber(arg[5]), tonumber(arg[6]))
  return
end

local files = require("files")
local redis = require("redis")
local stats = require("bench.stats")

if not redis.is_there() then
  print("  skipped, redis-server is not installed")
  return
end

local ROUNDS, SECONDS = tonumber(arg[1]) or 5, tonumber(arg[2]) or 2
local server = redis.start()
local sandbox = assert(require("idngo.sandbox").background { limits = false })

--- The processor time that the server has used.
local function server_cpu()
  local said, sum = server:cli("info cpu"), 0
  for value in said:gmatch("used_cpu_%l+:([%d.]+)") do sum = sum + tonumber(value) end
  return sum / 2 -- its main thread is named again
end

--- Workers on folders of their own; their slots, or calls, CPU and wall time, and the server's CPU. What they do is
--- {SLOTS, WINDOW}, or {SANDBOX}.
local function run(machines, in_redis, at_once, slots, window)
  local before, pipes, sum = server_cpu(), {}, { slots = 0, cpu = 0, wall = 0 }
  for i = 1, machines do
    local folder = files.folder()
    local store = in_redis and server.url .. "," .. folder or folder
    pipes[i] = io.popen(("lua5.4 bench/limits.lua %s '%s' %d %g %s %s"):format(window and "work" or "call", store, at_once,
      SECONDS, slots, window or ""))
  end
  for _, pipe in ipairs(pipes) do
    local done, cpu, wall = pipe:read("n", "n", "n")
    assert(pipe:close() and wall, "a worker failed")
    sum.slots, sum.cpu, sum.wall = sum.slots + done, sum.cpu + cpu, math.max(sum.wall, wall)
  end
  sum.server = server_cpu() - before
  return sum
end

local missed = false

local function judge(name, values, most, least)
  local ratio = stats.median(values)
  local ok = (not most or ratio <= most) and (not least or ratio >= least)
  missed = missed or not ok
  print(("  %-62s %6.2f%s"):format(name, ratio, most and ("  at most %g: %s"):format(most, ok and "ok" or "MISSED")
    or least and ("  at least %g: %s"):format(least, ok and "ok" or "MISSED") or ""))
end

-- So many slots that none is waited for, in the file and in Redis alike; the file's lane is one without handfuls.
local FREE, NARROW = { 1024, 0.001 }, { 31, 0.0001 }
local single, many, calls, batches, machines, ideal = {}, {}, {}, {}, {}, {}
for round = 1, ROUNDS do
  local file_one, file_many = run(1, false, 1, NARROW[1], NARROW[2]), run(1, false, 64, NARROW[1], NARROW[2])
  local one, eight, all = run(1, true, 1, FREE[1], FREE[2]), run(1, true, 8, FREE[1], FREE[2]), run(1, true, 64, FREE[1], FREE[2])
  local alone, three = run(1, true, 32, 200, 0.5), run(3, true, 32, 200, 0.5)
  single[round] = one.cpu / one.slots / (file_one.cpu / file_one.slots)
  many[round] = all.cpu / all.slots / (file_many.cpu / file_many.slots)
  batches[round] = eight.server / eight.slots / (one.server / one.slots)
  machines[round] = three.slots / alone.slots
  ideal[round] = alone.slots / (200 * alone.wall / 0.5)
  local call_file, call_redis = run(1, false, 64, sandbox.url), run(1, true, 64, sandbox.url)
  calls[round] = call_redis.cpu / call_redis.slots / (call_file.cpu / call_file.slots)
end
judge("client's CPU for a slot, Redis : file, one by one", single, 15)
judge("client's CPU for a slot, Redis : file, 64 at once", many, 5)
-- Missed so far: by callgrind a call has 1.3 times the instructions where 50 share an exchange, and more where fewer do. Its task
-- waits while Redis is asked, and what is told and heard goes through Lua; the file's slots are taken ahead, in C.
judge("client's CPU for a whole call, Redis : file, 64 at once", calls, 1.15)
judge("Redis's CPU for a slot, 8 at once : one by one", batches, 0.35)
judge("slots in a lane that is full, 3 machines : 1", machines, nil, 0.97)
judge("slots in a lane that is full, 1 machine : what it holds", ideal, nil, 0.85)
sandbox:close()
server:stop()
os.exit(not missed)
