-- Processes of three machines that share one lane of an account in Redis and send as fast as they may, for
-- spec/limits/faults_spec.lua: what may fail there fails, and what was sent is counted by a clock that all share.

local core = require("idngo.core")
local files = require("files")
local redis = require("redis")
local sleep = require("idngo.runtime").sleep
local shell = require("shell")

local M = { slots = 200, window = 0.5 }

local LOOK = 0.25 -- seconds between looks
local LUA = os.getenv("LUA") or "/usr/bin/lua5.4"

local World = {}
World.__index = World

--- A worker of a machine of its own, or of one that is there already. The first machine connects soon, the others need longer:
--- slots that they were granted, and have not used yet, are what is dangerous where they are stopped.
function World:start(machine)
  local pid = shell("%s spec/support/limits_worker.lua %s %s %s %d %g connect=%g %s %s >>%s/said 2>&1 & echo $!", LUA,
    self.urls[machine], self.folders[machine], self.log, self.slots, M.window, machine == 1 and 0.02 or self.connect,
    machine == 3 and "blocking" or "", self.words, self.dir):match("%d+")
  self.workers[#self.workers + 1] = { pid = pid, machine = machine }
end

--- Kills the worker of a machine, which is followed by another one.
function World:kill(machine)
  for _, worker in ipairs(self.workers) do
    if worker.machine == machine then os.execute(("kill -KILL %s 2>/dev/null"):format(worker.pid)) end
  end
end

--- How many requests there are so far.
function World:requests()
  local log = assert(io.open(self.log))
  log:seek("set", self.looked_at)
  local _, more = log:read("a"):gsub("\n", "")
  self.looked_at, self.counted = log:seek(), self.counted + more
  log:close()
  return self.counted
end

--- How often all was held, and why the last time.
function World:pauses()
  local count, reason = self.server:cli("hget idngo:1:{account}:h odd"):match("^(%d+) (%a+)")
  return tonumber(count) or 0, reason
end

--- How many windows of sorted times hold more than slots, and the most in one.
function M.windows(times, slots, window)
  local over, most, first = 0, 0, 1
  for last = 1, #times do
    while times[last] - times[first] >= window do first = first + 1 end
    if last - first + 1 > slots then over = over + 1 end
    most = math.max(most, last - first + 1)
  end
  return over, most
end

local function windows(world)
  local times = {}
  for line in io.lines(world.log) do
    if line:find("^%d+%.%d%d%d%d%d%d$") then times[#times + 1] = tonumber(line) end -- the last of who was killed may be cut
  end
  table.sort(times)
  local over, most = M.windows(times, world.slots, M.window)
  return over, most, #times
end

--- Lets workers send, and things fail, until there are enough requests, or as many windows over as are looked for.
local function let_send(world, options)
  local looks, done = 0
  repeat
    sleep(LOOK)
    looks = looks + 1
    options.fault(world, looks)
    for i = #world.workers, 1, -1 do -- those that were killed are followed by others
      local worker = world.workers[i]
      if core.process_gone(tonumber(worker.pid)) then
        table.remove(world.workers, i)
        world:start(worker.machine)
      end
    end
    local said = files.read(world.dir .. "/said", "")
    assert(not said:find("%.lua:%d+:"), said)
    done = world:requests() >= options.requests
      or options.until_over and looks % 4 == 0 and windows(world) >= options.until_over
  until done and (not options.enough or options.enough())
end

--- Runs three machines against a Redis of their own.
---@param options {requests: integer, fault: fun(world: table, look: integer), words: string?, redis: string?, before: string?,
---  connect: number?, begin: function?, slots: integer?, until_over: integer?, enough: (fun(): boolean)?} fault is done between
---  looks, begin before the first worker is started; slots: of the lane, else 200; enough: whether enough has failed; words: of
---  limits_worker.lua; redis, before: of redis.start
---@return integer over windows
---@return integer most in one
function M.run(options)
  local dir, began = files.folder(), core.now()
  local world = setmetatable({ dir = dir, log = dir .. "/log", workers = {}, folders = {}, urls = {}, others = {},
    looked_at = 0, counted = 0, words = options.words or "", slots = options.slots or M.slots, connect = options.connect or 0.02,
    server = redis.start(options.redis, options.before) }, World)
  files.write(world.log, "")
  local ran, thrown = pcall(function()
    if options.begin then options.begin(world) end
    for machine = 1, 3 do
      world.folders[machine], world.urls[machine] = files.folder(), world.server.url
      world:start(machine)
    end
    let_send(world, options)
  end)
  for _, worker in ipairs(world.workers) do
    os.execute(("(kill -CONT %s; kill -KILL %s) 2>/dev/null"):format(worker.pid, worker.pid))
  end
  for _, other in ipairs(world.others) do other:stop() end
  world.server:stop()
  if not ran then error(thrown, 0) end
  local over, most, count = windows(world)
  if os.getenv("IDNGO_REQUESTS") then
    print(("%d requests, %d windows over, most %d of %d, %.0f s: %s"):format(count, over, most, world.slots, core.now() - began,
      options.name))
  end
  os.execute(("rm -r %s %s"):format(dir, table.concat(world.folders, " ")))
  return over, most
end

return M
