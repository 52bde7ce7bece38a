-- The client that is measured. Its limiter counts every call over the default's number of slots, in a window so
-- short that no call has to wait.

local core = require("idngo.core")
local idngo = require("idngo")

return assert(idngo.client {
  app_token = "sbx:bench", secret_key = "bench-secret",
  limits = core.limiter and { read = { 300, 0.001 } } or false,
})
