-- A process of many that share one lane of an account in Redis, for spec/limits/faults_spec.lua: requests as fast as the lane
-- lets them, without anything that they are sent to. What a server would count is written down, by a clock that all share.
--
--   lua limits_worker.lua URL FOLDER LOG SLOTS WINDOW [connect=SECONDS] [failover=SECONDS] [blocking|seldom] [no_R1] …
-- connect: what a connection takes at most. failover: for how long a master that was cut off may go on; else there is no
-- replica. blocking: one request after another; seldom: one now and then, and LOG.waits tells from when to when each waited; else many
-- tasks. no_R1, no_R2, no_R3: without that rule of lua/idngo/limits/redis.lua.

local url, folder, log, slots, window = arg[1], arg[2], arg[3], tonumber(arg[4]), tonumber(arg[5])
local without, given = {}, { connect = 0.02, failover = 0 }
for i = 6, #arg do
  local name, value = arg[i]:match("^(%l+)=(.*)$")
  if name then given[name] = tonumber(value) else without[arg[i]] = true end
end

local scripts = require("idngo.limits.scripts")
local failovers
scripts.exchange, failovers = scripts.exchange:gsub("pause, more, slack = arg%(%), number%(%), number%(%), number%(%)",
  ("pause, more, slack = arg(), number(), number() * 0 + %d, number()"):format(given.failover * 1e6))
assert(failovers == 1)
if without.no_R1 then
  local count
  scripts.exchange, count = scripts.exchange:gsub("held = now %+ pause[^\n]*", "held = now")
  assert(count == 1)
end
if without.no_R3 then -- nor slack for clocks, which go right here: a few that leave late would find room in it
  local count
  scripts.exchange, count = scripts.exchange:gsub("max%(slack, stored%(7%)%)", "0")
  assert(count == 1)
end
if without.no_R2 then
  require("idngo.limits.clock").new = function() return { check = function() return true end, add = function() end } end
end

local core = require("idngo.core")
local idngo = require("idngo")
local lanes = require("idngo.limits.lanes")
local settings = require("idngo.limits.settings")

local TIMEOUT = 0.4
local limits = {}
for name in pairs(require("idngo.endpoints").limits()) do limits[name] = false end
limits.read = { slots, window }
local redis = assert(settings.resolve { limits_url = url, timeout = TIMEOUT, limits_timeout = TIMEOUT, limits_rtt = 0.05 })
local shared = lanes.new("account", limits, folder, 0.1, redis)
local operation = { name = "levels", method = "GET" }
local counted = assert(io.open(log, "a"))
counted:setvbuf("line")

local function one()
  local runtime = require("idngo.runtime.current").current() or { sleep = core.sleep }
  local grant, problem, asked = shared:acquire(runtime, operation, TIMEOUT)
  if not grant then error(problem.message, 0) end
  runtime.sleep(given.connect * core.random()) -- a connection is made
  if core.now() >= asked + TIMEOUT and not without.no_R3 then -- what the gate of every runtime does
    shared:release(grant, "not_sent")
    return
  end
  counted:write(("%.6f\n"):format(core.now()))
  runtime.sleep(core.random() < 0.02 and 0.05 or 0.004 * core.random())
  shared:release(grant, core.random() < 0.01 and "lost" or "answered")
end

while without.blocking do one() end

if without.seldom then
  local waits = assert(io.open(log .. ".waits", "a"))
  waits:setvbuf("line")
  core.sleep(2) -- after the pause of a new account
  while true do
    core.sleep(0.3 * core.random())
    local began = core.now()
    one()
    waits:write(("%.6f %.6f\n"):format(began, core.now()))
  end
end

idngo.run(function()
  for _ = 1, 24 do
    idngo.spawn(function()
      while true do one() end
    end)
  end
end)
