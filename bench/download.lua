-- Downloads of a report to a file, by an idngo client as users have it.
--
--   lua5.4 bench/download.lua PATH WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL

local client = require("bench.client")
local measure = require("bench.measure")

measure.run(function(times)
  for _ = 1, times do assert(client:report("5eea3f5204f940217bcbc03d", { to = arg[1] })) end
end, arg[2], arg[3])
