-- idngo report DIR: writes the reports of a run into its folder.

local cli = require("idngo.cli")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = {}

function M.define(parser, usage_error)
  parser:argument("RUN", "The run: its folder, or its address in PostgreSQL."):target("dir")
  parser:option("--show", "Columns of the input that are not masked, with commas between; the page says so on top.")
    :argname("COLUMNS"):convert(require("idngo.cli.list").split)
  parser:flag("--json", "Print the numbers as one line of JSON.")
  M.usage_error = function(message) usage_error(parser, message) end
end

--- Checks that there are such columns: a misspelt one would go unnoticed.
local function check_columns(store, wanted)
  if store:kind() ~= "policy" then M.usage_error("--show is for runs of a policy: an import's report masks nothing") end
  local known = store:get("columns")
  known = known and store:decode(known, "run", "columns")
  if type(known) ~= "table" then return end -- a list of ids has none
  local names = require("idngo.sorted")(known)
  for _, name in ipairs(wanted) do
    if not known[name] then M.usage_error(("there is no column %s, %s"):format(name, require("idngo.suggest")(name, names))) end
  end
end

function M.run(options)
  local shared = require("idngo.cli.runs")
  local store, view = shared.read(options.dir, options)
  if not store then return view end
  store:snapshot() -- to the end: no purge ends while a report of what it destroyed may still get its name
  if options.show then check_columns(store, options.show) end
  local checked = shared.check(store, cli.settings(options), true)
  checked.shown = options.show
  local folder, err = require("idngo.run.folder").of(store, options.dir)
  local numbers
  if folder then numbers, err = shared.report(store, folder, checked) end
  store:close()
  if not numbers then return cli.fail(err) end
  if options.json then print_.json(numbers) else output.write(folder, "/report.html\n") end
  return shared.tell(checked)
end

return M
