-- What one call costs in instructions and in system calls, which no busy machine changes: lua5.4 bench/cost.lua
--
-- Run beneath the server that answers the calls, by cost.sh; the exit status is 1 when a limit was missed. Of each, what many
-- calls cost is compared with what few do, so that beginning and end cancel out, and by a clock that knows nothing of the
-- machine (clock.c). So many that it does not matter where a collection of garbage begins.

local output = require("bench.command").output
local contenders = require("bench.contenders")
local stats = require("bench.stats")

local FEW = 500
local CLOCK = "LD_PRELOAD=" .. os.getenv("IDNGO_BENCH") .. "/clock.so"

local function instructions(command)
  return stats.instructions(output(("%s %s%s"):format(CLOCK, stats.COUNTING, command)))
end

local function system_calls(command)
  local path = os.tmpname()
  output(("strace -f -c -E %s -o %s %s"):format(CLOCK, path, command))
  local total
  for line in io.lines(path) do total = line:match("^100%.00%s+%S+%s+%S*%s+(%d+).*total$") or total end
  os.remove(path)
  return assert(tonumber(total), "strace counted nothing")
end

local missed = false

--- Where the names of a table fall in its hash is another in every process, and costs up to two in a hundred: what is missed
--- is measured again, and the least of three counts.
local function judge(name, what, count, command, measure, most)
  local cost, tries = math.huge, 0
  repeat
    cost = math.min(cost,
      (measure(("%s 50 %d"):format(command, FEW + count)) - measure(("%s 50 %d"):format(command, FEW))) / count)
    tries = tries + 1
  until cost <= most or tries == 3
  local ok = cost <= most
  missed = missed or not ok
  print(("  %-12s %-14s %9.1f a call, at most %d: %s"):format(name, what, cost, most, ok and "ok" or "MISSED"))
end

-- The first process of an account looks through all that run, whether one of them holds slots that nobody sees.
output(contenders.costs[1].command .. " 0 1")

for _, cost in ipairs(contenders.costs) do
  judge(cost.name, "instructions", cost.count, cost.command, instructions, cost.instructions)
  judge(cost.name, "system calls", cost.count, cost.command, system_calls, cost.system_calls)
end

os.exit(not missed)
