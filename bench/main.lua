-- Measures the contenders and prints what they cost: lua5.4 bench/main.lua [peers] [--json]
--
-- With `peers`, only the table of peers, in Markdown, with what its figures mean.
--
-- Contenders take turns, round by round, and every figure is a ratio between contenders of the same round, so that
-- the machine's speed and its noise cancel out. Run by run.sh, beneath the server that answers the calls.

local output = require("bench.command").output
local contenders = require("bench.contenders")
local json = require("idngo.json")
local stats = require("bench.stats")

local talk = io.stderr

local known = {} -- what was found for each need

local function is_there(contender)
  local needs = contender.needs
  if needs and known[needs] == nil then known[needs] = os.execute(needs .. " >/dev/null 2>&1") == true end
  return not needs or known[needs]
end

--- Ends the run unless a contender saved the bytes that the server gave it.
local function check_saved(contender)
  local sum = output("sha256sum " .. contender.saves):match("^%x+")
  assert(sum == os.getenv("IDNGO_FILE_SHA256"), contender.name .. " saved something else")
  assert(os.remove(contender.saves))
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
    if contender.saves then check_saved(contender) end
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
      if contender.memory then row.memory, row.ok = contender.memory, row.ok and row.peak <= contender.memory end
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
    return stats.instructions(output(("%s%s 20 %d"):format(stats.COUNTING, contender.command, count)))
  end
  return (run(contender.count) - run(0)) // contender.count
end

local function verdict(row)
  if not row.limit then return "" end
  local peak = row.memory and (", peak %s"):format(row.memory) or ""
  return ("  at most %s%s: %s"):format(row.limit, peak, row.ok and "ok" or "MISSED")
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
  print(("\n%-48s %7s"):format("By cachegrind", "instructions"))
  for _, row in ipairs(rows) do print(("  %-46s %7d"):format(row.name, row.instructions)) end
end

--- The cell of a peer in a job: CPU, wall and peak.
local function cell(row)
  if not row then return "–" end
  if row.skipped then return "skipped" end
  local figures = {}
  for i, what in ipairs { "cpu", "wall", "peak" } do
    figures[i] = (row[what] < 9.95 and "%.2f" or "%.0f"):format(row[what])
  end
  return table.concat(figures, " · ")
end

--- The table of peers, a row each, and what its figures mean. `jobs` are the rows of each job.
local function print_peers(jobs)
  local titles, rounds, by_name, spreads = {}, {}, {}, {}
  for j, job in ipairs(jobs) do
    titles[j], rounds[j] = job.title, contenders.jobs[j].rounds
    for _, row in ipairs(job.rows) do
      by_name[row.name] = by_name[row.name] or {}
      by_name[row.name][j] = row
      if row.cpu and row.cpu_low < row.cpu_high then
        spreads[#spreads + 1] = math.max(row.cpu_high / row.cpu, row.cpu / row.cpu_low) - 1
      end
    end
  end
  print(("| | %s |\n|---%s|"):format(table.concat(titles, " | "), ("|---"):rep(#titles)))
  local versions, skipped = {}, {}
  for _, peer in ipairs(contenders.peers) do
    local cells = {}
    for j in ipairs(jobs) do cells[j] = cell(by_name[peer.name][j]) end
    print(("| %s | %s |"):format(peer.name, table.concat(cells, " | ")))
    local list = is_there { needs = peer.version } and versions or skipped
    list[#list + 1] = list == skipped and peer.name or output(peer.version):gsub("%s+$", "")
  end
  print(([[

Each cell: CPU time · wall time · peak memory, as multiples of the first row's; – where a peer has no form for the job.
Medians of %s rounds. In every round half the CPU figures stayed within %.0f %% of theirs, and all within %.0f %%.

All keep their connections; start and warm-up are not counted. Plain HTTP over loopback, so that no TLS library is
compared; server and client have a processor each. The first row neither signs its calls nor decodes the answers, all
others do. idngo's file is hashed and on disk (fsync) before it takes its name; sumsub-node-sdk's comes in memory.]]):format(
    table.concat(rounds, ", "), 100 * stats.median(spreads), 100 * math.max(table.unpack(spreads))))
  local machine = output("sed -n 's/^model name.*: //p' /proc/cpuinfo")
  print(("\nMeasured on %d processors (%s), with\n%s."):format(select(2, machine:gsub("\n", "")), machine:match("[^\n]+"),
    table.concat(versions, ";\n")))
  for _, name in ipairs(skipped) do print(("Skipped, not installed: %s."):format(name)) end
end

local chosen = {}
for _, word in ipairs(arg) do chosen[word] = true end

local function compare_all(groups)
  local results = {}
  for i, group in ipairs(groups) do results[i] = { title = group.title, rows = compare(group) } end
  return results
end

local results = { peers = compare_all(contenders.jobs), groups = {}, counted = {} }
if not chosen.peers then
  results.groups = compare_all(contenders.groups)
  for i, contender in ipairs(contenders.counted) do
    results.counted[i] = { name = contender.name, instructions = count_instructions(contender) }
  end
end

if chosen["--json"] then
  print(json.encode(results))
else
  print_peers(results.peers)
  for _, group in ipairs(results.groups) do print_group(group.title, group.rows) end
  if not chosen.peers then print_counted(results.counted) end
end

local missed = false
for _, group in ipairs(results.groups) do
  for _, row in ipairs(group.rows) do missed = missed or row.ok == false end
end
os.exit(missed and 1 or 0)
