-- idngo settle DIR: what only a person can tell, and what a person told; each word of theirs is a signed record.

local cli = require("idngo.cli")
local core = require("idngo.core")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = { summary = "List the steps of a run that need a person, and write down what a person says." }

function M.define(parser, usage_error)
  parser:argument("dir", "The run's folder.")
  parser:argument("applicant", "The applicant whose step is settled."):args("?")
  parser:argument("step", "The number of the step, as it is listed."):args("?"):convert(tonumber)
  parser:option("--as", "What came of it: applied, or void when it was not done and is not to be."):choices { "applied", "void" }
  parser:flag("--went-back",
    "Go on with a folder that was put back to an earlier moment. E-mails that it does not know of are left to you.")
  parser:option("--note", "What to write down with it, such as a ticket."):argname("TEXT")
  parser:flag("--json", "Print one line of JSON per step.")
  M.usage_error = function(message) usage_error(parser, message) end
end

--- Every step that may or may not have taken effect, or that the service has from elsewhere.
local function list(options)
  local kept, view = require("idngo.cli.runs").read(options.dir)
  if not kept then return view end
  kept:snapshot()
  local count = 0
  for _, state in ipairs { "unknown", "confirm" } do
    for _, step in ipairs(kept:rows("in_state", state, -1)) do
      count = count + 1
      local row = { applicantId = step.id, step = step.k, action = step.action, state = state, attempts = step.attempts,
        at = step.at, problem = step.problem }
      if options.json then
        print_.json(row)
      else
        output.write(("%s  step %d  %s  %s  %s\n"):format(step.id, step.k, step.action, state, print_.plain(step.problem or "")))
      end
    end
  end
  kept:close()
  if count > 0 then
    io.stderr:write(("%d to settle: idngo settle %s APPLICANT STEP --as applied|void\n"):format(count, options.dir))
  end
  return count == 0 and cli.exit.ok or cli.exit.failed
end

--- Opens the run to write in it; no settings are needed for that, since nothing is sent.
local function open(options)
  local kept, view = require("idngo.cli.runs").read(options.dir)
  if not kept then return nil, view end
  kept:close()
  local run, problem = require("idngo.run.folder").open(options.dir, (require(view.handlers)), nil,
    options.went_back and { note = options.note } or nil)
  if not run then return nil, cli.fail(problem) end
  return run
end

local function went_back(options)
  local run, code = open(options)
  if not run then return code end
  io.stderr:write(run.store.witness.back and "written down; e-mails that the run does not know of are left to you\n"
    or "the folder is where it was; there was nothing to write down\n")
  run:close()
  return cli.exit.ok
end

--- Writes down what came of one step.
local function settle_one(run, options)
  local people = require("idngo.run.people")
  local row = run.store:row("line_by_id", options.applicant)
  local line = row and require("idngo.run.lines").line(run.store, row)
  local step = line and line.steps[options.step]
  local agrees = step and run.store.witness:agrees(line.n, step)
  if not agrees or (step.state ~= "unknown" and step.state ~= "confirm") then
    io.stderr:write(("idngo: step %d of %s is not one to be settled; idngo settle %s lists them\n"):format(options.step,
      options.applicant, options.dir))
    return cli.exit.input
  end
  local account, problem = people.account(run.store:get("account"))
  if not account then return cli.fail(problem) end
  local action = run.handlers.actions[step.action]
  if action.marks and options.as == "applied" then account:acted(line.id, action.gone) end
  account:release({ [line.id] = true }, run.store.run_id)
  account:close()
  line.token = assert(run.store:take(line.n))
  local over = line.state == "done" or options.as == "void" or step.k == #line.steps
  run.store:settle(line, step, { state = options.as, problem = step.problem, result = step.result, ends = options.as == "void",
    said = { who = core.who(), note = options.note } }, over)
  return cli.exit.ok
end

function M.run(options)
  if options.went_back then return went_back(options) end
  if not options.applicant then return list(options) end
  if not options.step or not options.as then M.usage_error("APPLICANT needs STEP and --as") end
  local run, code = open(options)
  if not run then return code end
  code = settle_one(run, options)
  run:close()
  return code
end

return M
