-- A plan about 10 000 applicants of the sandbox, with lanes off: bench/plan.lua [applicants]
--
-- Prints how often each fact was fetched, for how many applicants, as the journal and the sandbox's ledger have it; the
-- memory of the process that plans, early (after a tenth, when what is made once is there) and at the end; and the rate. Exit
-- status 1 when a fact was fetched that the policy had not touched, a request changed anything, or memory grew beyond its bounds.
local core = require("idngo.core")
local input = require("idngo.policy.input")
local jail = require("idngo.policy.jail")
local json = require("idngo.json")
local finish, judge = require("bench.judge").finish, require("bench.judge").judge
local measure = require("bench.measure")
local plan = require("idngo.policy.plan")
local runs = require("idngo.policy.run")
local summary = require("idngo.run.summary")
local sandbox = require("idngo.sandbox")
local work = require("idngo.run.work")

local applicants = math.tointeger(arg[1] or 10000)
local early_at = math.max(applicants // 10, math.min(400, applicants // 2))
-- KiB by which memory may grow, however many they are. Resident: SQLite's caches of pages, 2 MiB each, fill by and by.
local RESIDENT, HELD = 4096, 64

local POLICY = [[
return {
  name = "hold-without-liveness", version = "1",
  decide = function(_, facts)
    if facts.duplicates.answer == "RED" then return deactivate("duplicate"), send_status_email() end
    if facts.liveness.answer == "GREEN" then return pass() end
    return hold("liveness " .. facts.liveness.answer .. ", TIN " .. facts.tin.answer)
  end,
}
]]

local function ask(server, page)
  local pipe <close> = assert(io.popen(("curl -sf '%s/-/%s'"):format(server.url, page)))
  return pipe:read("a")
end

--- KiB that are resident, and that Lua holds when all garbage is gone.
local function memory_now()
  for _ = 1, 2 do collectgarbage() end -- what has a finaliser goes at the second
  return { resident = measure.memory("VmRSS"), held = collectgarbage("count") }
end

--- Plans; what the run's sums are, and memory after the first tenth and at the end.
local function planned(server, dir)
  local rows = assert(input.parse(ask(server, "applicants?format=csv&limit=" .. applicants)))
  assert(rows.count == applicants, "the sandbox has too few applicants")
  local pool <close> = assert(jail.pool { text = POLICY, chunkname = "policy.lua" })
  local run = assert(runs.create(dir, { rows = rows, account = "bench",
    policy = { text = POLICY, file = "policy.lua", name = pool.info.name, version = pool.info.version } }))
  local written, early, late = 0, nil, nil
  local context = assert(work.open(run, { pool = pool, client = { base_url = server.url, app_token = "sbx:demo",
    secret_key = "demo-secret", limits = false }, on_step = function(step)
      if step ~= "written" then return end
      written = written + 1
      if written == early_at then early = memory_now() end
      if written == applicants then late = memory_now() end
    end }))
  local cpu, began = os.clock(), core.now()
  assert(plan.run(run, context))
  cpu, began = os.clock() - cpu, core.now() - began
  local sums = summary(run.store)
  context.client:close()
  run:close()
  print(("%d applicants in %.1f s: %.0f/s, %.2f ms of this process's time for each"):format(applicants, began,
    applicants / began, 1000 * cpu / applicants))
  return sums, early, late
end

local dir = os.tmpname()
os.remove(dir)
local server <close> = assert(sandbox.background { applicants = applicants, limits = false })
local sums, early, late = planned(server, dir)
local totals = json.decode(ask(server, "ledger?after=999999999")).totals
local decided = sums.decisions
-- the policy touches liveness for all but those it acts upon, and TIN for those it holds
local touched = { duplicates = applicants, liveness = applicants - decided.act, tin = decided.hold }
for _, name in ipairs { "duplicates", "liveness", "tin" } do
  local endpoint = name == "duplicates" and "duplicate_checks" or name .. "_checks"
  local fetched, calls = sums.facts[name] or 0, totals.byEndpoint[endpoint] or 0
  judge(fetched == touched[name] and calls == fetched, "%-10s touched for %5d applicants, fetched %5d times, %5d calls",
    name, touched[name], fetched, calls)
  totals.calls = totals.calls - calls
end
judge(totals.calls == 0 and totals.applied == 0 and not decided.error,
  "other calls %d, calls that changed anything %d, undecided %d", totals.calls, totals.applied, decided.error or 0)
for name, limit in pairs { resident = RESIDENT, held = HELD } do
  judge(late[name] - early[name] <= limit, "memory %-8s %.0f KiB after %d, %.0f KiB at the end, may grow by %.0f KiB", name,
    early[name], early_at, late[name], limit)
end
os.execute("rm -r " .. dir)
finish()
