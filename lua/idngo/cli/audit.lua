-- idngo audit verify DIR: whether a run's audit log is whole and unchanged.
-- idngo audit affected DIR…: what earlier versions may have done wrong in runs.

local cli = require("idngo.cli")
local err = require("idngo.error")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = { summary = "Check a run's audit log, and what earlier versions did." }

function M.define(parser, usage_error)
  parser:command_target("what")
  parser:require_command(true)
  local verify = parser:command("verify", "Find records that were changed, moved, removed or cut off.")
  verify.error = usage_error
  verify:argument("dir", "The run's folder.")
  verify:flag("--json", "Print one line of JSON.")
  local affected = parser:command("affected",
    "Name the steps of runs that may have rested on another's reply, lacked an approval, or removed both of a pair.")
  affected.error = usage_error
  affected:argument("dirs", "Folders of runs."):args("+"):argname("DIR")
  affected:flag("--json", "Print one line of JSON per finding.")
end

local actions = {}

--- Whether the journal's tables are what its log tells of.
local function check_journal(kept, key)
  kept:read_log(key)
  if not kept.witness.planned then return end
  local plan, problem = require("idngo.policy.approval").plan(kept)
  if not plan then error(problem, 0) end
end

function actions.verify(options)
  local audit, store = require("idngo.policy.audit"), require("idngo.policy.store")
  local key, problem = audit.key(false)
  if not key then return cli.fail(problem) end
  local kept
  kept, problem = store.read(options.dir)
  if not kept then return cli.fail(problem) end
  kept:exec("BEGIN") -- one moment of a run that goes on
  local last, state = kept:row("audit_last") or {}, kept:get("state")
  last.signature = kept:get("head")
  local result, why = audit.verify(options.dir .. "/audit.jsonl", key, last, state == "planned" or state == "done")
  why = why and "audit.jsonl: " .. why
  if result then
    local ok, wrong = pcall(check_journal, kept, key)
    if not ok and not err.is(wrong) then error(wrong, 0) end
    if not ok then result, why = nil, wrong.message end
  end
  kept:close()
  if options.json then print_.json(result or { problem = why }) end
  if not result then
    io.stderr:write(("idngo: %s\n"):format(why))
    return cli.exit.failed
  end
  if not options.json then
    print_.table { { "records", tostring(result.records) }, { "checkpoints", tostring(result.checkpoints) },
      { "signed", ("up to record %d"):format(result.signed) }, { "head", result.head } }
  end
  return cli.exit.ok
end

--- One finding as a line: run, applicant, step, what, why.
local function show(dir, finding)
  output.write(("%s  %s  %s  %s  %s\n"):format(print_.plain(dir), print_.plain(finding.applicantId),
    finding.step and ("step %d %s %s"):format(finding.step, finding.action, finding.state) or finding.action, finding.what,
    print_.plain(finding.why)))
end

function actions.affected(options)
  local affected, store = require("idngo.policy.affected"), require("idngo.policy.store")
  local code = cli.exit.ok
  for _, dir in ipairs(options.dirs) do
    local found = 0
    local kept, problem = store.read(dir)
    if kept then
      local ok, thrown = pcall(affected.run, kept, function(finding)
        found = found + 1
        finding.run = dir
        if options.json then print_.json(finding) else show(dir, finding) end
      end)
      kept:close()
      if not ok and not err.is(thrown) then error(thrown, 0) end
      problem = not ok and thrown or nil
    end
    if found > 0 then
      code = math.max(code, cli.exit.failed)
    elseif not problem and not options.json then
      output.write(("%s  nothing found\n"):format(print_.plain(dir)))
    end
    if problem then
      cli.fail(problem)
      code = cli.exit.input
    end
  end
  return code
end

function M.run(options)
  return actions[options.what](options)
end

return M
