-- A process that carries out a run that was approved, with others perhaps: worker_driver.lua RUN URL [SIGNAL STEP COUNT]
-- A server that is gone is waited for as long as IDNGO_PATIENCE says, in seconds. IDNGO_REDIS: where limits are kept;
-- else there are none.
-- Its lines are claimed for 3 s. It sends itself the signal, KILL or STOP, when a step of run/work.lua comes the COUNTth time.

local apply = require("idngo.run.apply")
local runs = require("idngo.policy.run")
local work = require("idngo.run.work")

local place, url, signal, step, count = require("idngo.compat").unpack(arg)
count = tonumber(count)
local redis = os.getenv("IDNGO_REDIS")

local run, problem = runs.open(place)
if not run then
  io.stderr:write(tostring(problem), "\n")
  os.exit(2, true)
end
run.store.tables:exec("SET idle_in_transaction_session_timeout = '1s'") -- who is stopped in a transaction holds up the others
local context = assert(work.open(run, { concurrency = 4, lease = 3, patience = tonumber(os.getenv("IDNGO_PATIENCE")),
  misses = function() io.stderr:write("misses the server\n") end,
  waits = function() io.stderr:write("waits for others\n") end,
  on_step = function(name)
    if name ~= step then return end
    count = count - 1
    if count == 0 then os.execute(("kill -%s $PPID"):format(signal)) end
  end,
  client = { base_url = url, app_token = "sbx:demo", secret_key = "demo-secret", limits = redis == nil and false or nil,
    limits_url = redis, limits_rtt = 0.25, limits_late = 2, limits_timeout = 2, timeout = 1.5, max_attempts = 1 } }))
local complete
complete, problem = apply.run(run, context)
context.client:close()
run:close()
if problem then io.stderr:write(tostring(problem), "\n") end
os.exit(complete and 0 or type(problem) == "number" and 128 + problem or 1, true)
