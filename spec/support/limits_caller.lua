-- A process that calls the sandbox as fast as the account's lane in Redis lets it, for spec/limits/runtimes_spec.lua:
--
--   lua limits_caller.lua URL REDIS FOLDER TASKS    TASKS 1: one call after another, which blocks; else so many tasks
--
-- Inside nginx a timer of a worker does the same: require("limits_caller").work(client).

local M = {}

M.ID = "5eea3f5204f940217bcbc03d"

--- The client of one machine, with the settings that the commands have, too. They leave time to a machine that is busy.
function M.client(url, redis, folder)
  return assert(require("idngo").client { base_url = url, app_token = "sbx:demo", secret_key = "demo-secret", limits_url = redis,
    limits_dir = folder, limits_rtt = 0.25, limits_late = 2, timeout = 2, limits_timeout = 2, max_attempts = 1 })
end

--- Calls until the process ends. What fails is tried again: Redis and the others are killed meanwhile.
function M.work(client, name)
  while true do client[name](client, M.ID) end
end

if ... ~= "limits_caller" then
  local client, idngo = M.client(arg[1], arg[2], arg[3]), require("idngo")
  if arg[4] == "1" then M.work(client, "liveness_checks") end
  idngo.run(function()
    for _ = 1, tonumber(arg[4]) do idngo.spawn(M.work, client, "liveness_checks") end
  end)
end

return M
