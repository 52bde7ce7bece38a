-- idngo purge DIR: destroys the personal data of a run that has ended, and the keys of its lines. What auditors need stays.

local cli = require("idngo.cli")
local core = require("idngo.core")
local output = require("idngo.cli.output")

local M = {}

function M.define(parser)
  parser:argument("dir", "The run's folder.")
  parser:flag("--yes", "Do it. Asked for on a terminal.")
  parser:option("--note", "What to write down with it, such as a ticket."):argname("TEXT")
end

local function confirmed(options, of)
  if options.yes then return true end
  if not (core.isatty(0) and core.isatty(2)) then return false end
  output.tell(("Inputs, replies, arguments, saved files and reports in %s, a run of %s, will be gone. Type yes: "):format(
    options.dir, of))
  return io.read("*l") == "yes"
end

--- Removes what lies in the folder beside journal and log: reports, what steps left behind, archives that were made.
local function remove_files(store, dir, handlers)
  for _, name in ipairs { "report.html", "report.json" } do os.remove(dir .. "/" .. name) end
  for step in store:each("all_steps") do
    if step.file and not step.file:find("/", 1, true) then os.remove(("%s/files/%s"):format(dir, step.file)) end
  end
  if handlers.left_behind then handlers.left_behind(store, dir, os.remove) end
end

function M.run(options)
  local shared = require("idngo.cli.runs")
  local store, view = shared.read(options.dir)
  if not store then return view end
  local of = require("idngo.cli.whose").text_of(store)
  store:close()
  if not confirmed(options, of) then
    output.tell("idngo: nothing was destroyed; --yes says that it is meant\n")
    return cli.exit.approval
  end
  local handlers = require(view.handlers)
  local run, err = require("idngo.run.folder").open(options.dir, handlers)
  if not run then return cli.fail(err) end
  local code = cli.exit.ok
  if run.store:row("left", "open").count + run.store:row("left", "new").count > 0 then
    output.tell(("idngo: the run has not ended; %s goes on with it\n"):format(handlers.again(run)))
    code = cli.exit.resumable
  else
    run.store:purge { who = core.who(), note = options.note }
    remove_files(run.store, options.dir, handlers)
    output.write(options.dir, " holds no personal data any more\n")
  end
  run:close()
  return code
end

return M
