-- A run in a process of its own, which kills itself where it is told: run_driver.lua DIR URL INPUT [STEP COUNT]
-- STEP is one of run/work.lua's, or "commit" and "committed": before and after a transaction of the journal is.
-- Plans and applies, or goes on from where an earlier process was killed. Exits with 0 when nothing is left.

local apply = require("idngo.run.apply")
local approval = require("idngo.run.approval")
local files = require("files")
local input = require("idngo.policy.input")
local jail = require("idngo.policy.jail")
local plan = require("idngo.policy.plan")
local runs = require("idngo.policy.run")
local work = require("idngo.run.work")

local dir, url, listed, step, count = require("idngo.compat").unpack(arg)
count = tonumber(count)

local POLICY = [[
return { name = "everything", version = "1", decide = function(applicant, facts)
  if facts.liveness.answer == "GREEN" then
    return save_report(), update_info({ firstName = "Mary" }), deactivate("d"), send_status_email(), activate("a"),
      create_websdk_link("basic-kyc-level", { externalUserId = applicant.id })
  end
  return hold("no liveness")
end }]]

local function on_step(name)
  if name ~= step then return end
  count = count - 1
  if count == 0 then os.execute("kill -9 $PPID") end
end

local pool = assert(jail.pool { text = POLICY, chunkname = "policy.lua" })
local run, problem = runs.open(dir)
if not run and problem.kind == "config" then
  run, problem = runs.create(dir, { rows = assert(input.parse(files.read(listed))), account = "a",
    policy = { text = POLICY, file = "policy.lua", name = pool.info.name, version = pool.info.version } })
end
if not run then
  io.stderr:write(tostring(problem), "\n")
  os.exit(2, true)
end
local commit = run.store.tables.commit
function run.store.tables.commit(self)
  on_step("commit")
  commit(self)
  on_step("committed")
end
local context = assert(work.open(run, { pool = pool, on_step = on_step, concurrency = 4, patience = 0, client = {
  base_url = url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false, max_attempts = 1 } }))
local complete
if run.store:get("state") == "planning" then complete, problem = plan.run(run, context) else complete = true end
if complete and run.store:get("state") == "planned" then
  assert(approval.approve(run, { hash = run.store:get("plan_hash"), max = { deactivate = "100%" } }))
end
if complete then complete, problem = apply.run(run, context) end
context.client:close()
run:close()
if problem then io.stderr:write(tostring(problem), "\n") end
os.exit(complete and 0 or type(problem) == "number" and 128 + problem or 1, true)
