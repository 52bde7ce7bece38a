-- Applies a planned run, line by line, in a process that kills itself: apply_driver.lua DIR URL STEP COUNT
-- STEP is one of run/work.lua's; it is killed when that comes for the COUNTth time.

local apply = require("idngo.run.apply")
local approval = require("idngo.run.approval")
local runs = require("idngo.policy.run")
local work = require("idngo.run.work")

local dir, url, step, count = require("idngo.compat").unpack(arg)
count = tonumber(count)

local run = assert(runs.open(dir))
assert(approval.approve(run, { hash = run.store:get("plan_hash"), max = { deactivate = "100%" } }))
local context = assert(work.open(run, { concurrency = 1, on_step = function(name)
  if name ~= step then return end
  count = count - 1
  if count == 0 then os.execute("kill -9 $PPID") end
end, client = { base_url = url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false, max_attempts = 1 } }))
apply.run(run, context)
os.exit(1) -- nobody killed it
