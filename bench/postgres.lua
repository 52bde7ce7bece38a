-- Runs in PostgreSQL, beside runs in a folder: what an applicant costs this process in each part, and what memory ten times as
-- many take, or as many as are named: bench/postgres.lua [applicants]; a million take an hour and a half. And what several
-- workers are for: three of them, at an account's limits in Redis, beside one, and three of whom one is killed half-way. Exit
-- status 1 when a limit was missed.

local core = require("idngo.core")
local databases = require("idngo.run.databases")
local json = require("idngo.json")
local finish, judge = require("bench.judge").finish, require("bench.judge").judge
local output = require("bench.command").output
local postgres = require("postgres")
local redis = require("redis")
local stats = require("bench.stats")
local support = require("runs")

local FEW, MANY, KIB = 2000, tonumber(arg[1]) or 20000, 4096
local PARTS = { "input", "plan", "approve", "apply", "status", "list", "report" }

-- Of four writes each, which take the account's limits a minute; seconds for which worker_driver.lua claims lines.
local APPLICANTS, LEASE = 150, 3
local JOINED, KILLED = 1.03, 1.1 -- times what one worker takes; and a lease

local POLICY = [[
return { name = "writes", version = "1", decide = function()
  return update_info({ firstName = "Mary" }), deactivate("d"), activate("a"), add_note("n")
end }]]

if not (postgres.is_there and redis.is_there()) then
  print("skipped: PostgreSQL or redis-server is not here")
  return
end

local host = postgres.start()
local ok, thrown = pcall(function()
  assert(databases.init(host:url()))

  --- What the parts of a run about so many cost, of a process of its own.
  local function costs(count, place)
    return stats.parse(output(("{ lua5.4 bench/million.lua work %d '' %s 2>&3 >/dev/null; } 3>&1"):format(count,
      place and "'" .. place .. "'" or "")))
  end
  local folder, few, many = costs(FEW), costs(FEW, host:url("few")), costs(MANY, host:url("many"))
  for _, name in ipairs(PARTS) do
    print(("%-8s %7.1f µs an applicant of %d in a folder, %7.1f in PostgreSQL (%.2f), %7.1f of %d there"):format(name,
      folder[name], FEW, few[name], few[name] / folder[name], many[name], MANY))
  end
  judge(many.peak - few.peak <= KIB, "memory   %d KiB at its most among %d, %d among %d, at most %d more", many.peak, MANY,
    few.peak, FEW, KIB)

  local server = support.server { applicants = 200 }
  local dir = support.folder()
  local policy = support.write(dir .. "/policy.lua", POLICY)

  --- Seconds that these workers take together, with what each is told of a signal to itself.
  local function take(name, workers)
    support.forget(server)
    local limits, place = redis.start(), host:url(name)
    local first = assert(require("idngo.client").new { base_url = server.url, app_token = "sbx:demo",
      secret_key = "demo-secret", limits_url = limits.url, limits_dir = support.folder(), limits_rtt = 0.25, limits_late = 2,
      limits_timeout = 2, timeout = 2 })
    assert(require("idngo.client").slots(first):nobody_sent())
    first:close()
    local _, csv = support.applicants(server, "type=individual&limit=" .. APPLICANTS)
    local planned, errors, code = support.command(server, ("plan %s --input %s --run '%s' --json"):format(policy,
      support.write(dir .. "/ids", support.strangers(server, csv)), place))
    assert(code == 0, errors)
    local run = assert(require("idngo.policy.run").open(place))
    assert(require("idngo.run.approval").approve(run, { hash = json.decode(planned).plan, max = { deactivate = "100%" } }))
    run:close()
    local lines = {}
    for i, signal in ipairs(workers) do
      lines[i] = ("IDNGO_REDIS=%s IDNGO_LIMITS_DIR=%s lua5.4 spec/support/worker_driver.lua '%s' %s %s >/dev/null 2>&1 &"):format(
        limits.url, support.folder(), place, server.url, signal)
    end
    local began = core.now()
    os.execute(table.concat(lines, "\n") .. "\nwait")
    local seconds = core.now() - began
    limits:stop()
    local out = support.command(server, ("status '%s' --json"):format(place))
    assert(json.decode(out).state == "done", out)
    return seconds
  end
  local one, three = take("one", { "" }), take("three", { "", "", "" })
  local killed = take("killed", { "", "", "KILL sent " .. APPLICANTS * 4 // 6 })
  support.clean(server)
  judge(three <= JOINED * one, "%d writes: one worker %.1f s, three %.1f s: %.3f, at most %.2f", APPLICANTS * 4, one, three,
    three / one, JOINED)
  judge(killed <= KILLED * one + LEASE, "three, of whom one is killed half-way, %.1f s: at most %.2f and a lease of %d s", killed,
    KILLED, LEASE)
end)
host:stop()
if not ok then error(thrown, 0) end
finish()
