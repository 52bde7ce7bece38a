-- idngo apply DIR: carries out a plan that was approved by its hash, or on the terminal.

local cli = require("idngo.cli")

local M = {}

--- "25", "10%"
local function amount(text)
  if text:find("^%d+$") or text:find("^%d+%.?%d*%%$") then return text end
  return nil, "a number or a percentage is expected"
end

--- "reject=5%"
local function bound(text)
  local action, most = text:match("^([^=]*)=(.*)$")
  if not action then return nil, ("%q is no bound: ACTION=N or ACTION=N%% expected"):format(text) end
  local message
  action, message = require("idngo.cli.action")(action)
  if not action then return nil, message end
  most, message = amount(most)
  return most and { action, most }, message
end

function M.define(parser)
  parser:argument("RUN", "The run: its folder, or its address in PostgreSQL."):target("dir")
  parser:option("--approve", "Hash of the plan, as plan printed it. Asked for on a terminal."):argname("HASH")
  parser:option("--max", "How often an action may be done: a number, or a part of all applicants. (default: 10%, 1% in "
    .. "production, for approve, blocklist, deactivate, reject and reset_step)"):argname("ACTION=N|N%"):count("*"):convert(bound)
  parser:option("--max-deactivations", "The same for deactivate."):argname("N|N%"):convert(amount)
  parser:option("--note", "What to write down with the approval, such as a ticket."):argname("TEXT")
  parser:flag("--accept-async", "Do what may be done once only, though a standby that took over might not know of it.")
  parser:flag("--dry-run", "Show every step; send nothing.")
  parser:flag("--json", "Print one line of JSON.")
end

function M.run(options)
  local shared = require("idngo.cli.runs")
  local run, code = shared.open(options)
  if not run then return code end
  if options.dry_run then
    code = shared.dry_run(run, options)
  else
    local max = { deactivate = options.max_deactivations }
    for _, each in ipairs(options.max) do max[each[1]] = each[2] end
    local ok, err = shared.approve(run, { hash = options.approve or shared.ask(run), note = options.note, max = max })
    code = ok and shared.apply(run, options) or cli.fail(err)
  end
  run:close()
  return code
end

return M
