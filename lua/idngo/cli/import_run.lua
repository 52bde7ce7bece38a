-- idngo import run: imports archives, folders or a table of people, and goes on after an interruption.

local cli = require("idngo.cli")
local core = require("idngo.core")
local print_ = require("idngo.cli.print")

local M = {}

function M.define(parser)
  parser:argument("inputs", "Archives, and folders laid out like them; none to go on with an import."):args("*")
    :argname("INPUT")
  parser:option("--run", "Folder of the import: its journal, archives and report."):argname("DIR")
  parser:option("--people", "Table of people, as CSV."):argname("FILE.csv")
  parser:option("--mapping", "Which column goes into which field."):argname("FILE")
  parser:option("--documents", "Folder of images and videos that the mapping file names."):argname("DIR")
  parser:option("--timeout", "Seconds in which an upload has to get on, and be answered."):convert(tonumber):argname("SECONDS")
  parser:flag("--dry-run", "Pack and check everything; send nothing.")
  parser:flag("--json", "Print one line of JSON.")
end

local ORDER = { "imported", "confirm", "unknown", "rejected", "refused", "intent", "ready" }

--- Everybody who needs a look, on stderr; as many as anybody reads.
local function show_trouble(run)
  local shown = 0
  for person in run.store:each("people") do
    if person.state ~= "imported" and person.state ~= "ready" and shown < 20 then
      shown = shown + 1
      io.stderr:write(("%s: %s: %s\n"):format(person.state, print_.plain(person.source),
        (person.problem or ""):gsub("\n", "\n  ")))
    end
  end
end

local function show(run, options, more)
  local counts = run.store:counts()
  for name, value in pairs(more or {}) do counts[name] = value end
  if options.json then
    counts.run = run.dir
    print_.json(counts)
    return
  end
  local rows = { { "people", tostring(counts.people) } }
  for _, state in ipairs(ORDER) do
    if counts[state] then rows[#rows + 1] = { state, tostring(counts[state]) } end
  end
  if counts.estimate then rows[#rows + 1] = { "estimate", ("at least %d s"):format(counts.estimate) } end
  print_.table(rows)
end

--- Tells how the import ended and gives the exit code.
local function conclude(run, options, complete, problem)
  local reported, failed = run:report()
  show(run, options)
  show_trouble(run)
  if not reported then cli.fail(failed) end
  local again = ("idngo import run --run %s"):format(run.dir)
  if type(problem) == "number" then
    io.stderr:write(("idngo: interrupted; %s goes on\n"):format(again))
    return 128 + problem
  elseif problem then
    local code = cli.fail(problem)
    io.stderr:write(("idngo: stopped; %s goes on\n"):format(again))
    return code
  elseif not complete then
    io.stderr:write(("idngo: some are left; %s tries them again\n"):format(again))
    return cli.exit.resumable
  end
  local counts = run.store:counts()
  return counts.people == (counts.imported or 0) and cli.exit.ok or cli.exit.failed
end

local function dry_run(run, options)
  show(run, options, { estimate = run:estimate() })
  show_trouble(run)
  io.stderr:write(("Nothing has been sent. To do it: idngo import run --run %s\n"):format(run.dir))
  return run.store:counts().refused and cli.exit.failed or cli.exit.ok
end

local function go_on(run, options, settings)
  if options.dry_run then return dry_run(run, options) end
  local tick, finish = require("idngo.cli.progress").new("importing", run.stats)
  local complete, problem = run:send { client = settings, tick = tick }
  finish()
  return conclude(run, options, complete, problem)
end

---@param options table the parsed command line
---@return integer exit code
function M.run(options)
  local settings = { config_file = options.config_file, timeout = options.timeout }
  local account, problem = require("idngo.policy.work").account(settings)
  if not account then return cli.fail(problem) end
  local shown = core.now()
  local run, failed = require("idngo.import").open(options.run, {
    inputs = { paths = options.inputs, people = options.people, mapping = options.mapping, documents = options.documents },
    account = account,
    tick = function(done)
      if core.now() - shown < 5 then return end
      shown = core.now()
      io.stderr:write(("packing and checking: %d\n"):format(done))
    end,
  })
  if not run then return cli.fail(failed) end
  local code = go_on(run, options, settings)
  run:close()
  return code
end

return M
