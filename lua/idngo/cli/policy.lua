-- idngo policy test|backtest|diff|bench: for those who write policies. Nothing is sent anywhere.

local cli = require("idngo.cli")
local compat = require("idngo.compat")
local core = require("idngo.core")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local sorted = require("idngo.sorted")
local text_file = require("idngo.text")

local M = {}

local function command(parser, usage_error, name, summary)
  local made = parser:command(name, summary)
  made.error = usage_error
  made:flag("--json", "Print JSON.")
  return made
end

local function how_many(text)
  local number = compat.tointeger(text)
  if number and number >= 1 then return number end
  return nil, "a whole number above 0 is expected"
end

function M.percentage(text)
  local number = tonumber(text)
  if number and number >= 0 and number <= 100 then return number end
  return nil, "a percentage is expected"
end

function M.define(parser, usage_error)
  parser:command_target("what")
  parser:require_command(true)
  local test = command(parser, usage_error, "test", "Run the cases of policies: POLICY.cases.lua beside POLICY.lua.")
  test:argument("policies", "Policies."):args("+")
  test:option("--coverage", "Percent of the lines that the cases must reach."):argname("PERCENT"):default("80")
    :convert(M.percentage)
  local backtest = command(parser, usage_error, "backtest", "Decide again, by a policy, what earlier runs recorded.")
  backtest:argument("policy", "The policy to try.")
  backtest:argument("RUN", "Runs: their folders, or addresses in PostgreSQL."):target("runs"):args("+")
  local diff = command(parser, usage_error, "diff", "Show where two policies decide differently.")
  diff:argument("a", "A policy.")
  diff:argument("b", "Another policy.")
  diff:option("--run", "Compare over what this run recorded, too; may be given again."):argname("RUN"):count("*")
  local bench = command(parser, usage_error, "bench", "Measure how long a policy takes to decide.")
  bench:argument("policy", "The policy.")
  bench:option("--count", "Evaluations."):argname("N"):default("2000"):convert(how_many)
end

--- A policy's text and its evaluators; nil and an exit code when there are none.
local function open(path, size)
  local text, message = text_file.read(path)
  if not text then
    output.tell("idngo: ", message, "\n")
    return nil, cli.exit.input
  end
  local pool, err = require("idngo.cli.runs").pool(text, path:match("[^/]+$"), size)
  if not pool then
    output.tell("idngo: ", tostring(err), "\n")
    return nil, cli.exit.input
  end
  return pool, text
end

local run = {}

-- test

--- The cases beside a policy: what they come to, or nil and a message.
function M.cases(pool, text, path)
  return require("idngo.policy.cases").run(pool, text, (path:gsub("%.lua$", "") .. ".cases.lua"))
end

function M.show_test(path, result, wanted)
  for _, case in ipairs(result.cases) do
    local mark = case.ok and print_.paint("ok", "ok  ") or print_.paint("fail", "fail")
    output.write(("%s  %s\n"):format(mark, print_.plain(case.name)))
    if not case.ok then output.write("      came to: ", print_.plain(case.message), "\n") end
  end
  local missing = result.uncovered[1] and ", not reached: line " .. table.concat(result.uncovered, ", ") or ""
  local short = result.coverage < wanted and (", below %g %%"):format(wanted) or ""
  output.write(("%s: %d cases, %d failed; %s %% of %d lines%s%s\n"):format(path, #result.cases, result.failed,
    compat.fixed(result.coverage, 0), result.lines, short, missing))
end

--- The policies among the paths: a pattern such as *.lua names their cases too.
local function policies_of(paths)
  local policies = {}
  for _, path in ipairs(paths) do
    if not path:find("%.cases%.lua$") then policies[#policies + 1] = path end
  end
  return policies
end

function run.test(options)
  local code, policies = cli.exit.ok, policies_of(options.policies)
  if #policies == 0 then
    output.tell("idngo: no policy among these files, only cases\n")
    return cli.exit.input
  end
  for _, path in ipairs(policies) do
    local pool, text = open(path)
    if not pool then return text end
    local result, message = M.cases(pool, text, path)
    pool:close()
    if not result then
      output.tell(("idngo: %s: %s\n"):format(path, message))
      code = cli.exit.policy
    else
      if options.json then
        result.policy = path
        print_.json(result)
      else
        M.show_test(path, result, options.coverage)
      end
      if result.failed > 0 or result.coverage < options.coverage then code = cli.exit.policy end
    end
  end
  return code
end

-- backtest

local function show_counts(before, after)
  local rows, names = {}, {}
  for name in pairs(before) do names[#names + 1] = name end
  for name in pairs(after) do
    if not before[name] then names[#names + 1] = name end
  end
  table.sort(names)
  for i, name in ipairs(names) do rows[i] = { name, tostring(before[name] or 0), tostring(after[name] or 0) } end
  print_.table(rows, { "DECISION", "BEFORE", "AFTER" })
end

local MOST_SHOWN = 20
--- Of a backtest, which waits for nothing else: as many as one process can keep busy.
M.EVALUATORS = 8

--- Backtests one run; nil and an exit code when its folder holds none.
local function backtest_run(pool, dir, options)
  local store, err = require("idngo.run.store").read(dir, "policy", true)
  if not store then return nil, cli.fail(err) end
  local changes, shown = 0, {}
  local result = require("idngo.policy.replay").backtest(store, pool, function(change)
    changes = changes + 1
    if options.json or changes <= MOST_SHOWN then shown[#shown + 1] = change end
  end)
  store:close()
  result.run, result.changed = dir, changes
  return result, shown
end

local function show_changes(result, shown)
  local replay = require("idngo.policy.replay")
  for _, change in ipairs(shown) do
    output.write(("%s  %s  ->  %s\n"):format(change.id, print_.plain(replay.sentence(change.before)),
      print_.plain(replay.sentence(change.after))))
  end
  if result.changed > #shown then output.write(("… and %d more\n"):format(result.changed - #shown)) end
end

function run.backtest(options)
  local pool, code = open(options.policy, M.EVALUATORS)
  if not pool then return code end
  for _, dir in ipairs(options.runs) do
    local result, shown = backtest_run(pool, dir, options)
    if not result then
      pool:close()
      return shown
    end
    if options.json then
      result.changes = shown
      print_.json(result)
    else
      show_counts(result.before, result.after)
      show_changes(result, shown)
      output.write(("%s: %d applicants, %d decided as before, %d changed, %d without the facts\n"):format(dir,
        result.applicants, result.same, result.changed, result.errors))
    end
  end
  pool:close()
  return cli.exit.ok
end

-- diff

--- The day that policies are tried on where no run has one.
local function day() return require("idngo.policy.day").of(core.wall()) end

local function facts_text(answers)
  local words = {}
  for i, name in ipairs(sorted(answers)) do words[i] = ("%s %s"):format(name, answers[name]) end
  return words[1] and table.concat(words, ", ") or "no facts at all"
end

--- Where the two differ over a run's records; nil and an exit code when its folder holds none.
local function diff_run(a, b, dir)
  local store, err = require("idngo.run.store").read(dir, "policy", true)
  if not store then return nil, cli.fail(err) end
  local difference = require("idngo.policy.compare").recorded(a, b, store, MOST_SHOWN)
  store:close()
  difference.run = dir
  return difference
end

--- Shows where two policies part.
---@param differences idngo.policy.Difference[] perhaps with an event
function M.show_differences(differences)
  for i, difference in ipairs(differences) do
    if i > MOST_SHOWN then break end
    output.write(("%s%s\n  A  %s\n  B  %s\n"):format(difference.event and print_.plain(difference.event) .. ": " or "",
      facts_text(difference.facts), print_.plain(difference.before), print_.plain(difference.after)))
  end
end

local function show_diff(diff)
  M.show_differences(diff.differences)
  output.write(("%d of %d combinations of answers are decided differently\n"):format(#diff.differences,
    diff.combinations))
  for _, over in ipairs(diff.runs) do
    for _, example in ipairs(over.examples) do
      output.write(("%s\n  A  %s\n  B  %s\n"):format(example.id, print_.plain(example.before), print_.plain(example.after)))
    end
    output.write(("%s: %d of %d applicants are decided differently\n"):format(over.run, over.different, over.applicants))
  end
end

function run.diff(options)
  local a, code = open(options.a)
  if not a then return code end
  local b
  b, code = open(options.b)
  if not b then
    a:close()
    return code
  end
  local diff = { runs = {} }
  diff.differences, diff.combinations = require("idngo.policy.compare").exhaustive(a, b, day())
  local different = #diff.differences > 0
  local worst
  for _, dir in ipairs(options.run) do
    local over, exit_code = diff_run(a, b, dir)
    worst = worst or exit_code
    diff.runs[#diff.runs + 1] = over
    different = different or over and over.different > 0
  end
  a:close()
  b:close()
  if worst then return worst end
  if options.json then print_.json(diff) else show_diff(diff) end
  return different and cli.exit.failed or cli.exit.ok
end

-- bench

function run.bench(options)
  local pool, code = open(options.policy)
  if not pool then return code end
  local measured = require("idngo.policy.measure")(pool, options.count, day())
  pool:close()
  if options.json then
    print_.json(measured)
  else
    output.write(("%d evaluations: median %.3f ms, 99th percentile %.3f ms, slowest %.3f ms\n"):format(measured.evaluations,
      measured.median_ms, measured.p99_ms, measured.slowest_ms))
  end
  return measured.outcomes.error and cli.exit.failed or cli.exit.ok
end

function M.run(options)
  return run[options.what](options)
end

return M
