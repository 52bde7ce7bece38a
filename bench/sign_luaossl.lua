-- Signing from Lua with luaossl: the same arguments and the same result as sign.lua.

local hmac = require("openssl.hmac")
local measure = require("bench.measure")

local secret, ts, method, target, body, warm_up, count = table.unpack(arg)
local signature

measure.run(function(times)
  for _ = 1, times do
    local digest = hmac.new(secret, "sha256"):final(ts .. method .. target .. body)
    signature = digest:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)
  end
end, warm_up, count, function() return "signature=" .. signature end)
