-- What an applicant of many costs, and what memory they take: bench/million.lua [applicants]; bench/postgres.lua has it do the
-- work of one process in a database, too.
--
-- Runs about 10 000 applicants and about 1 000 000, each in a process of its own, go through all that idngo does: input, plan,
-- apply, status, list and report. Cost is the processor time of that process, by applicant, and by step where steps are
-- carried out. What is measured is the engine: journal, log, signatures, and all that stands over them. Replies and decisions
-- are made up on the spot, so neither HTTP nor evaluators are in it; they cost the same whatever the number.
-- One in fifty is deactivated. The run about many is stopped again and again, for a run about few: so both have the same
-- machine, whatever else that does. A part is compared with the mean of those that ran while it did: what disturbs the machine
-- now and then is in the long run's cost by its share, and in the mean by the same. Exit status 1 when a limit was missed.

local approval = require("idngo.run.approval")
local apply = require("idngo.run.apply")
local core = require("idngo.core")
local input = require("idngo.policy.input")
local finish, judge = require("bench.judge").finish, require("bench.judge").judge
local list = require("idngo.cli.list")
local measure = require("bench.measure")
local output = require("bench.command").output
local plan = require("idngo.policy.plan")
local runs = require("idngo.policy.run")
local report = require("idngo.cli.report")
local stats = require("bench.stats")
local status = require("idngo.cli.status")

local FEW, ROUNDS = 10000, 5 -- rounds with signatures
local PAUSE, SHORT = 15, 3 -- seconds from a run about few to the next; the same in parts that take less than a minute
local PARTS = { "input", "plan", "approve", "apply", "status", "list", "report" }
local MOST = 1.05 -- times the cost of an applicant among few
local SIGNED, SIGNATURE, SIGNATURES = 1.03, 70, 2000 -- times a plan without them; microseconds of one; so many are made
local KIB = 4096 -- that memory may be larger among many: SQLite's caches of pages fill by and by

local POLICY = "return { name = 'stub', version = '1', decide = function() return pass() end }"

local function id_of(number) return ("64f1e0b7c0ffee%010x"):format(number * 2654435761 % 2 ^ 40) end

--- An API that answers at once.
local client = {}

function client.duplicate_checks()
  return { checks = { { answer = "GREEN", checkType = "SIMILAR_SEARCH", createdAt = "2024-02-03 13:17:55",
    similarSearchInfo = { answer = "GREEN" } } } }
end

function client.liveness_checks(_, id)
  return { checks = { { answer = "GREEN", checkType = "FACE_LIVELINESS", createdAt = "2024-02-03 13:17:55",
    id = "check-" .. id } } }
end

function client.set_presence(_, _, _, options)
  assert(options.before_send())
  return {}
end

function client.lanes() return {} end

--- An evaluator that answers at once: asks for both facts, and deactivates one in fifty.
local pool, asked = {}, 0

function pool.evaluate(_, _, known)
  if not known.duplicates then return { kind = "need", fact = "duplicates" } end
  if not known.liveness then return { kind = "need", fact = "liveness" } end
  asked = asked + 1
  if asked % 50 == 0 then
    return { kind = "decided", actions = { { name = "deactivate", reason = "duplicate", line = 1 } } }
  end
  return { kind = "decided", actions = { { name = "pass", args = {}, line = 1 } } }
end

local function nothing() end

--- Writes what `fn` costs for each of `count`, in microseconds of this process. Whoever runs beside finds the name of what is
--- under way in a file, if one is named.
local function cost(name, count, fn, under_way)
  if under_way then
    local file <close> = assert(io.open(under_way, "w"))
    file:write(name)
  end
  collectgarbage()
  local cpu = os.clock()
  fn()
  io.stderr:write(("%s=%.3f "):format(name, 1e6 * (os.clock() - cpu) / count))
end

--- A new folder, with an input of so many applicants in it.
local function prepare(count)
  local folder = output("mktemp -d"):match("%S+")
  local file <close> = assert(io.open(folder .. "/input", "w"))
  file:write("applicantId,country\n")
  for i = 1, count do file:write(id_of(i), ",KAZ\n") end
  return folder
end

local function begin(folder, dir)
  local rows, why, columns = input.read(folder .. "/input", {})
  return assert(runs.create(dir or folder .. "/run", { rows = assert(rows, why), columns = columns,
    account = "bench " .. core.process(), -- or the stopped run about many may hold the people of those beside it
    policy = { text = POLICY, file = "policy.lua", name = "stub", version = "1" } }))
end

local function deps_of(concurrency)
  return { client = client, pool = pool, concurrency = concurrency, tick = nothing, on_step = nothing, hear = nothing }
end

--- Takes a run about so many applicants through everything, and writes what each part costs. `place`: its address, if it is in
--- PostgreSQL.
local function work(count, under_way, place)
  local folder, context = prepare(count), deps_of(256)
  local dir, run, hash = place or folder .. "/run", nil, nil
  local parts = {
    input = function() run = begin(folder, dir) end,
    plan = function()
      hash = assert(plan.run(run, context))
      run:close()
    end,
    approve = function() -- by another command
      run = assert(runs.open(dir))
      assert(approval.approve(run, { hash = hash, max = { deactivate = "100%" } }))
    end,
    apply = function()
      assert(apply.run(run, context))
      run:close()
    end,
    status = function() assert(status.run { dir = dir } == 0) end,
    list = function() assert(list.run { dir = dir } == 0) end,
    report = function() assert(report.run { dir = dir } == 0) end,
  }
  for _, name in ipairs(PARTS) do cost(name, count, parts[name], under_way) end
  io.stderr:write(("peak=%d\n"):format(measure.memory("VmHWM")))
  os.execute("rm -r " .. folder)
end

--- Plans as `idngo plan` does, so many at once, and tells what share of that signatures are; and what one is, of many in a row.
local function sign(count)
  local folder = prepare(count)
  local run = begin(folder)
  local key, spent = run.store.key, 0
  run.store.key = { sign = function(_, text)
    local cpu = os.clock()
    local signature = key:sign(text)
    spent = spent + os.clock() - cpu
    return signature
  end }
  local cpu = os.clock()
  assert(plan.run(run, deps_of(16)))
  cpu = os.clock() - cpu
  io.stderr:write(("signed=%.4f "):format(cpu / (cpu - spent)))
  cost("signature", SIGNATURES, function()
    for i = 1, SIGNATURES do key:sign(("a statement of about a hundred bytes, number %060d"):format(i)) end
  end)
  run:close()
  os.execute("rm -r " .. folder)
end

--- The command of another process of this, which writes to descriptor 3. It keeps the end of its heap: whether glibc would give
--- that back, and take it again at every row, is chance.
local function other(...)
  return "env MALLOC_TRIM_THRESHOLD_=67108864 lua5.4 bench/million.lua " .. table.concat({ ... }, " ") .. " 2>&3 >/dev/null"
end

--- What it writes.
local function written(command) return output(("{ %s; } 3>&1"):format(command)) end

-- What runs about few cost while one about many is stopped, a line each, behind the part that is under way; its own line is
-- the last.
local BESIDE = [[
at=$(mktemp) result=$(mktemp)
{ exec %s "$at"; } 3>"$result" &
many=$!
pause() { case $(cat "$at") in plan | apply | report) sleep %d ;; *) sleep %d ;; esac; }
while pause && kill -STOP $many 2>/dev/null; do
  printf 'at=%%s ' "$(cat "$at")" >&3
  %s
  kill -CONT $many
done
wait $many
cat "$result" >&3
rm "$at" "$result"]]

if arg[1] == "work" then
  work(math.tointeger(arg[2]), arg[3] ~= "" and arg[3] or nil, arg[4])
  os.exit(true, true)
elseif arg[1] == "sign" then
  sign(math.tointeger(arg[2]))
  os.exit(true, true)
end

local function of_rounds(rounds, name, middle)
  local values = {}
  for i, each in ipairs(rounds) do values[i] = each[name] end
  return middle(values)
end

local many = math.tointeger(arg[1] or 1000000)
local few, all = {}, {}
for line in written(BESIDE:format(other("work", many), PAUSE, SHORT, other("work", FEW))):gmatch("[^\n]+") do
  local at, rest = line:match("^at=(%a+) (.*)")
  all[#all + 1] = stats.parse(rest or line)
  if not all[#all].peak then error("a run ended before it was done: " .. line, 0) end
  if at then
    few[at] = few[at] or {}
    table.insert(few[at], all[#all])
  end
end
local most = table.remove(all)
for _, name in ipairs(PARTS) do
  local beside = few[name] or all -- those of all the time, for a part that took no time
  local base = of_rounds(beside, name, stats.mean)
  judge(most[name] <= MOST * base, "%-8s %7.1f µs an applicant of %d, %.1f of %d, %d times: %.3f, at most %.2f", name, most[name],
    many, base, FEW, #beside, most[name] / base, MOST)
end
local base = of_rounds(all, "peak", stats.median)
judge(most.peak - base <= KIB, "memory   %7d KiB at its most among %d, %d among %d, at most %d more", most.peak, many, base, FEW,
  KIB)

local rounds = {}
for round = 1, ROUNDS do rounds[round] = stats.parse(written(other("sign", FEW))) end
local ratio, signature = of_rounds(rounds, "signed", stats.median), of_rounds(rounds, "signature", stats.median)
judge(ratio <= SIGNED, "a plan    %8.3f times what it costs without signatures, at most %.2f", ratio, SIGNED)
judge(signature <= SIGNATURE, "a signature %6.1f µs of processor time, at most %d", signature, SIGNATURE)
finish()
