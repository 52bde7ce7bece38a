-- idngo audit verify DIR: whether a run's audit log is whole and unchanged.

local cli = require("idngo.cli")
local print_ = require("idngo.cli.print")

local M = { summary = "Check a run's audit log." }

function M.define(parser, usage_error)
  parser:command_target("what")
  parser:require_command(true)
  local verify = parser:command("verify", "Find records that were changed, moved, removed or cut off.")
  verify.error = usage_error
  verify:argument("dir", "The run's folder.")
  verify:flag("--json", "Print one line of JSON.")
end

function M.run(options)
  local audit, store = require("idngo.policy.audit"), require("idngo.policy.store")
  local key, problem = audit.key(false)
  if not key then return cli.fail(problem) end
  local kept
  kept, problem = store.read(options.dir)
  if not kept then return cli.fail(problem) end
  local last, state = kept:row("audit_last"), kept:get("state")
  kept:close()
  local result, why = audit.verify(options.dir .. "/audit.jsonl", key, last, state == "planned" or state == "done")
  if options.json then print_.json(result or { problem = why }) end
  if not result then
    io.stderr:write(("idngo: audit.jsonl: %s\n"):format(why))
    return cli.exit.failed
  end
  if not options.json then
    print_.table { { "records", tostring(result.records) }, { "checkpoints", tostring(result.checkpoints) },
      { "signed", ("up to record %d"):format(result.signed) }, { "head", result.head } }
  end
  return cli.exit.ok
end

return M
