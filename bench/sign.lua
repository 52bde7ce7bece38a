-- Signing from Lua as the client does it.
--
--   lua5.4 bench/sign.lua SECRET TS METHOD TARGET BODY WARM_UP COUNT

local core = require("idngo.core")
local measure = require("bench.measure")

local secret, ts, method, target, body, warm_up, count = table.unpack(arg)
ts = math.tointeger(ts)
local signer = core.signer(secret)
local signature

measure.run(function(times)
  for _ = 1, times do signature = signer:sign(ts, method, target, body) end
end, warm_up, count, function() return "signature=" .. signature end)
