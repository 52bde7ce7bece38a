-- Many signed, decoded calls at once, by an idngo client as users have it.
--
--   lua5.4 bench/parallel.lua CONCURRENCY WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL
--
-- kept: bytes of memory that one call added to the process, over the last nine tenths of them.

local client = require("bench.client")
local idngo = require("idngo")
local measure = require("bench.measure")

local concurrency, warm_up, count = table.unpack(arg)
local kept

measure.run(function(times)
  local items, done, early = {}, 0, nil
  for i = 1, times do items[i] = i end
  local _, errors = idngo.parallel(items, function()
    local checks = assert(client:tin_checks("5eea3f5204f940217bcbc03d"))
    done = done + 1
    if done == times // 10 then early = measure.memory("VmRSS") end
    return checks.checks[1].answer
  end, { concurrency = math.tointeger(concurrency) })
  assert(next(errors) == nil and done == times)
  kept = (measure.memory("VmRSS") - (early or 0)) * 1024 / (times * 0.9)
end, warm_up, count, function() return ("kept=%.1f"):format(kept) end)
