-- idngo apply DIR: carries out a plan that was approved by its hash, or on the terminal.

local cli = require("idngo.cli")
local core = require("idngo.core")

local M = { summary = "Carry out a plan; it must be approved by its hash." }

function M.define(parser)
  parser:argument("dir", "The run's folder.")
  parser:option("--approve", "Hash of the plan, as plan printed it. Asked for on a terminal."):argname("HASH")
  parser:option("--max-deactivations", "How many applicants may be deactivated: a number, or a part of all. (default: 10%)")
    :argname("N|N%"):convert(function(text)
      if text:find("^%d+$") or text:find("^%d+%.?%d*%%$") then return text end
      return nil, "a number or a percentage is expected"
    end)
  parser:flag("--dry-run", "Show every step; send nothing.")
  parser:flag("--json", "Print one line of JSON.")
end

--- The hash that stands approved: given, or asked for on the terminal; nil when there is none.
local function approved_hash(run, summary, options)
  if options.approve then return options.approve end
  local plan = run.store:get("plan_hash")
  if not plan or not (core.isatty(0) and core.isatty(2)) then return nil end
  require("idngo.cli.runs").show(summary)
  io.stderr:write("Carry this out? Type the first eight characters of the plan's hash: ")
  local typed = io.read("*l") or ""
  return typed == plan:sub(1, 8) and plan or typed
end

function M.run(options)
  local apply, runs, shared = require("idngo.policy.apply"), require("idngo.policy.run"), require("idngo.cli.runs")
  local run, code = shared.open(options)
  if not run then return code end
  if options.dry_run then
    code = shared.dry_run(run, options)
  else
    local hash = approved_hash(run, runs.summary(run.store), options)
    local ok, refused = apply.approve(run, hash, options.max_deactivations or apply.GUARD)
    code = ok and shared.apply(run, options) or cli.fail(refused)
  end
  run:close()
  return code
end

return M
