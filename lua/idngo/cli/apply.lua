-- idngo apply DIR: carries out a plan that was approved by its hash, or on the terminal.

local cli = require("idngo.cli")

local M = { summary = "Carry out a plan; it must be approved by its hash." }

function M.define(parser)
  parser:argument("dir", "The run's folder.")
  parser:option("--approve", "Hash of the plan, as plan printed it. Asked for on a terminal."):argname("HASH")
  parser:option("--max-deactivations", "How many applicants may be deactivated: a number, or a part of all. (default: 10%; "
    .. "1% in production)"):argname("N|N%"):convert(function(text)
      if text:find("^%d+$") or text:find("^%d+%.?%d*%%$") then return text end
      return nil, "a number or a percentage is expected"
    end)
  parser:option("--note", "What to write down with the approval, such as a ticket."):argname("TEXT")
  parser:flag("--dry-run", "Show every step; send nothing.")
  parser:flag("--json", "Print one line of JSON.")
end

function M.run(options)
  local approval, shared = require("idngo.run.approval"), require("idngo.cli.runs")
  local run, code = shared.open(options)
  if not run then return code end
  if options.dry_run then
    code = shared.dry_run(run, options)
  else
    local ok, err = shared.approve(run, { hash = options.approve or shared.ask(run), note = options.note,
      max_deactivations = options.max_deactivations or approval.default(run.whose.production) })
    code = ok and shared.apply(run, options) or cli.fail(err)
  end
  run:close()
  return code
end

return M
