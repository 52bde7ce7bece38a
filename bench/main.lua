-- Measures the contenders and prints one table: lua5.4 bench/main.lua [--json]
--
-- Contenders take turns, round by round, and every figure is a ratio between contenders of the same round, so that
-- the machine's speed and its noise cancel out. Run by run.sh, beneath the server that answers the calls.

local contenders = require("bench.contenders")
local json = require("idngo.json")
local stats = require("bench.stats")

local talk = io.stderr

--- What `command` prints, both streams of it; a command that fails ends the run.
local function output(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local text = pipe:read("a")
  if not pipe:close() then error(("failed: %s\n%s"):format(command, text), 0) end
  return text
end

local function is_there(contender)
  return not contender.needs or os.execute(contender.needs .. " >/dev/null 2>&1") == true
end

--- One round: what each contender cost per call.
local function run_round(group)
  local costs, signature = {}, nil
  for i, contender in ipairs(group) do
    local count = contender.count
    local cost = stats.parse(output(("%s %d %d"):format(contender.command, count // 10, count)))
    cost.cpu, cost.wall = cost.cpu / count, cost.wall / count
    signature = signature or cost.signature
    assert(cost.signature == signature, contender.name .. " signs differently")
    costs[i] = cost
  end
  return costs
end

--- The rows of a group, each with its ratios to the first contender.
local function compare(group)
  local present, missing = {}, {}
  for _, contender in ipairs(group) do table.insert(is_there(contender) and present or missing, contender) end
  local rows, rounds = {}, {}
  if #present > 1 then
    for round = 1, group.rounds do
      talk:write(("%s: round %d of %d\n"):format(group.title, round, group.rounds))
      rounds[round] = run_round(present)
    end
    for i, contender in ipairs(present) do
      local row = { name = contender.name }
      for _, what in ipairs { "cpu", "wall", "peak" } do
        row[what], row[what .. "_low"], row[what .. "_high"] = stats.ratio(rounds, i, what)
      end
      if contender.limit then row.limit, row.ok = contender.limit, row.cpu <= contender.limit end
      rows[#rows + 1] = row
      if contender.kept then
        local kept = stats.median(stats.series(rounds, i, "kept"))
        rows[#rows + 1] = { name = contender.name .. ", bytes kept per call", kept = kept, limit = contender.kept,
          ok = kept <= contender.kept }
      end
    end
  end
  for _, contender in ipairs(missing) do rows[#rows + 1] = { name = contender.name, skipped = true } end
  return rows
end

--- The instructions of one call: those of many after a warm-up, less those of the warm-up alone.
local function count_instructions(contender)
  talk:write(("Instructions: %s\n"):format(contender.name))
  local function run(count)
    return stats.instructions(output(("valgrind --tool=callgrind --callgrind-out-file=/dev/null %s 20 %d"):format(
      contender.command, count)))
  end
  return (run(contender.count) - run(0)) // contender.count
end

local function verdict(row)
  if not row.limit then return "" end
  return ("  at most %s: %s"):format(row.limit, row.ok and "ok" or "MISSED")
end

local function print_group(title, rows)
  print(("\n%-48s %7s %13s %7s %7s"):format(title, "CPU", "of rounds", "wall", "peak"))
  for _, row in ipairs(rows) do
    if row.skipped then
      print(("  %-46s skipped, not installed"):format(row.name))
    elseif row.kept then
      print(("  %-46s %7.0f %29s%s"):format(row.name, row.kept, "", verdict(row)))
    else
      print(("  %-46s %7.2f %13s %7.2f %7.2f%s"):format(row.name, row.cpu,
        ("%.2f–%.2f"):format(row.cpu_low, row.cpu_high), row.wall, row.peak, verdict(row)))
    end
  end
end

local function print_counted(rows)
  print(("\n%-48s %7s"):format("By callgrind", "instructions"))
  for _, row in ipairs(rows) do print(("  %-46s %7d"):format(row.name, row.instructions)) end
end

local results, missed = { groups = {}, counted = {} }, false
for i, group in ipairs(contenders.groups) do
  local rows = compare(group)
  results.groups[i] = { title = group.title, rows = rows }
  for _, row in ipairs(rows) do missed = missed or row.ok == false end
end
for i, contender in ipairs(contenders.counted) do
  results.counted[i] = { name = contender.name, instructions = count_instructions(contender) }
end

if arg[1] == "--json" then
  print(json.encode(results))
else
  for _, group in ipairs(results.groups) do print_group(group.title, group.rows) end
  print_counted(results.counted)
end
os.exit(missed and 1 or 0)
