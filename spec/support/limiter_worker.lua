-- One client process of the limiter's spec: sends as fast as its lane lets it until it is killed.
--   limiter_worker.lua DIRECTORY LOG SLOTS WINDOW LEASE
-- The log gets one time per request: when the server counted it, at some time from its grant to its response.

local core = require("idngo.core")
local sleep = require("idngo.core").sleep

local directory, log_path, slots, window, lease =
  arg[1], arg[2], math.tointeger(arg[3]), tonumber(arg[4]), tonumber(arg[5])
local log = assert(io.open(log_path, "a"))
log:setvbuf("no")

local limiter = assert(core.limiter("shared", directory))
local lanes = { limiter:lane("lane", slots, window), limiter:lane("all", 300, window) }

while true do
  local asked = core.now()
  local grant, wait, ticket = limiter:acquire(lanes, lease)
  while not grant do
    sleep(wait)
    asked = core.now()
    grant, wait, ticket = limiter:acquire(lanes, lease, ticket)
  end
  local sent = core.now()
  if sent > asked + lease then
    limiter:release(grant, "not_sent") -- this machine is busy: the attempt's time is over
  else
    local at_once = core.random() < 0.5
    if at_once then log:write(("%.9f\n"):format(sent)) end
    sleep(0.02 * core.random())
    local at = core.now()
    if not at_once then log:write(("%.9f\n"):format(math.min(at, asked + lease))) end
    limiter:release(grant, at <= asked + lease and "answered" or "lost", at)
  end
end
