-- A process of many that share one lane of an account in Redis, for spec/limits/faults_spec.lua: requests as fast as the lane
-- lets them, without anything that they are sent to. What a server would count is written down, by a clock that all share.
--
--   lua limits_worker.lua URL FOLDER LOG SLOTS WINDOW [blocking] [no_R1] [no_R2] [no_R3]
-- blocking: one request after another; else many tasks. no_R1 …: without that rule of lua/idngo/limits/redis.lua.

local url, folder, log, slots, window = arg[1], arg[2], arg[3], tonumber(arg[4]), tonumber(arg[5])
local without = {}
for i = 6, #arg do without[arg[i]] = true end

local scripts = require("idngo.limits.scripts")
-- no replica is there that could be promoted: nobody waits for a master that was cut off
local no_failover
scripts.exchange, no_failover = scripts.exchange:gsub("pause, more, slack = arg%(%), number%(%), number%(%), number%(%)",
  "pause, more, slack = arg(), number(), number() * 0, number()")
assert(no_failover == 1)
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
  runtime.sleep(0.02 * core.random()) -- a connection is made
  if core.now() >= asked + TIMEOUT and not without.no_R3 then -- what the gate of every runtime does
    shared:release(grant, "not_sent")
    return
  end
  counted:write(("%.6f\n"):format(core.now()))
  runtime.sleep(core.random() < 0.02 and 0.05 or 0.004 * core.random())
  shared:release(grant, core.random() < 0.01 and "lost" or "answered")
end

while without.blocking do one() end

idngo.run(function()
  for _ = 1, 24 do
    idngo.spawn(function()
      while true do one() end
    end)
  end
end)
