-- idngo import run: imports archives, folders or a table of people, and goes on after an interruption.

local cli = require("idngo.cli")
local command = require("idngo.run.command")
local core = require("idngo.core")
local output = require("idngo.cli.output")

local M = {}

function M.define(parser)
  parser:argument("inputs", "Archives, and folders laid out like them; none to go on with an import."):args("*")
    :argname("INPUT")
  parser:option("--run", "The import: its folder, for journal, archives and report; or its address in PostgreSQL."):argname("RUN")
  parser:option("--people", "Table of people, as CSV."):argname("FILE.csv")
  parser:option("--mapping", "Which column goes into which field."):argname("FILE")
  parser:option("--documents", "Folder of images and videos that the mapping file names."):argname("DIR")
  parser:option("--timeout", "Seconds in which an upload has to get on, and be answered."):convert(tonumber):argname("SECONDS")
  parser:option("--errors", "Where the rows go that have to be corrected; errors.csv in its folder unless given."):argname("FILE")
  parser:flag("--strict", "Take every warning for an error.")
  parser:flag("--dry-run", "Pack and check everything; send nothing.")
  parser:flag("--yes", "Approve the import of all who are in order. Asked for on a terminal.")
  parser:option("--note", "What to write down with the approval, such as a ticket."):argname("TEXT")
  parser:flag("--json", "Print one line of JSON.")
end

local AGAIN = { "%d of them new", "%d planned again", "%d left as they are",
  "%d imported before with other data and left alone (update_info changes them)",
  "%d perhaps sent with other data: settled first, give the list again then",
  "%d rows of before left out, since nobody knows whose they are" }

--- Says what became of a list that was given again.
local function show_again(again)
  if not again then return end
  local words = {}
  for i, name in ipairs { "added", "again", "left", "changed", "under_way", "gone" } do
    if again[name] > 0 then words[#words + 1] = AGAIN[i]:format(again[name]) end
  end
  output.tell(("%d people on the list%s%s\n"):format(again.people, words[1] and ": " or "", table.concat(words, "; ")))
end

--- Lists the documents that no row names, for this user alone: file names may be names of people. The exit code.
---@param path string
---@param names string[]
---@return integer
function M.write_unused(path, names)
  local written, message = require("idngo.write_file")(path, function(write)
    for _, name in ipairs(names) do write(name .. "\n") end
  end)
  if written then return cli.exit.ok end
  output.tell(("idngo: %s: %s\n"):format(path, message))
  return cli.exit.io
end

--- Shows what there is to import, and how long that takes by the service's own limits.
local function preview(run, options)
  local lanes, shared = {}, require("idngo.cli.runs")
  for name, lane in pairs(require("idngo.endpoints").limits()) do
    lanes[#lanes + 1] = { name = name, slots = lane[1], window = lane[2] }
  end
  local estimate, lane, queues = require("idngo.run.work").estimate(run, lanes)
  local numbers = shared.show(run.store, run.dir, options, { estimate = estimate, lane = lane, queues = queues or nil,
    plan = run.store:get("plan_hash") })
  require("idngo.cli.views").import.trouble(run.store)
  return numbers
end

local function dry_run(run, options)
  local numbers = preview(run, options)
  local shared = require("idngo.cli.runs")
  local checked = shared.check(run.store, cli.settings(options))
  checked.errors = options.errors or "errors.csv"
  local ok, err = shared.report(run.store, run.folder, checked)
  if not ok then return cli.fail(err) end
  require("idngo.cli.views").import.way_on(run, options, true)
  local lack = run.handlers.lacks(run)
  if lack then return cli.fail(lack) end
  output.tell(("Nothing has been sent. To do it: %s\n"):format(command(run, "idngo import run --run %s --yes")))
  return numbers.refused and cli.exit.failed or cli.exit.ok
end

--- Asks for an approval of the list where there is none; the exit code where it is refused.
local function approve(run, options)
  local approval, shared = require("idngo.run.approval"), require("idngo.cli.runs")
  if run.store.witness.done or run.store:row("left", "open").count == 0 then return nil end -- nothing would be sent
  if not options.yes and approval.approved(run) then return nil end
  local hash = options.yes and run.store:get("plan_hash") or shared.ask(run)
  if not hash then preview(run, options) end
  local ok, err = shared.approve(run, { hash = hash, note = options.note })
  if not ok then return cli.fail(err) end
  if options.yes and not options.json then
    output.tell(("approved: %d people, plan %s\n"):format(run.store:totals().lines, hash))
  end
end

---@param options table the parsed command line
---@return integer exit code
function M.run(options)
  local shared = require("idngo.cli.runs")
  local of, err = require("idngo.cli.whose").of_folder(options.run, shared.settings(options))
  if not of then return cli.fail(err) end
  local shown = core.now()
  if options.errors and not options.errors:find("/", 1, true) then options.errors = "./" .. options.errors end
  local unused = {}
  local run
  run, err = require("idngo.import").open(options.run, {
    inputs = { paths = options.inputs, people = options.people, mapping = options.mapping, documents = options.documents,
      strict = options.strict },
    notes = function(notes, names)
      for _, note in ipairs(notes) do output.tell(("%s: %s\n"):format(options.people, note)) end
      unused = names
    end,
    account = of.account,
    profile = of.profile,
    tick = function(done)
      if core.now() - shown < 5 then return end
      shown = core.now()
      output.tell(("packing and checking: %d\n"):format(done))
    end,
  })
  if not run then return cli.fail(err) end
  run.settings, run.whose, run.production = cli.settings(options), of, of.production
  local code
  local list = run.folder .. "/unused.txt"
  local listed = unused[1] and M.write_unused(list, unused) or cli.exit.ok
  if unused[1] and listed == cli.exit.ok then output.tell(("their names are in %s\n"):format(list)) end
  show_again(run.again)
  if options.dry_run then
    code = dry_run(run, options)
  elseif not run.store.witness.approval and run.store:row("left", "open").count == 0 then
    code = shared.conclude(run, options, true) -- no person is left to be sent: no approval is needed
  else
    code = approve(run, options) or shared.apply(run, options)
  end
  run:close()
  -- what a run that stopped exits with says what to do next
  if code == cli.exit.ok or code == cli.exit.failed then return math.max(code, listed) end
  return code
end

return M
