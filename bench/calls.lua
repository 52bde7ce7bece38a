-- One signed, decoded call after another, by an idngo client as users have it.
--
--   lua5.4 bench/calls.lua WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL

local client = require("bench.client")
local measure = require("bench.measure")

measure.run(function(times)
  for _ = 1, times do
    local checks = assert(client:tin_checks("5eea3f5204f940217bcbc03d"))
    assert(checks.checks[1].answer == "GREEN")
  end
end, arg[1], arg[2])
