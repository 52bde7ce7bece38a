-- idngo plan POLICY: decides about applicants and shows what would be done. Reads only.

local cli = require("idngo.cli")
local core = require("idngo.core")
local output = require("idngo.cli.output")
local text_file = require("idngo.text")

local M = {}

function M.define(parser)
  parser:argument("policy", "The policy: a Lua file.")
  parser:option("--input", "Applicants: a table with a column applicantId, JSON lines, or one id per line; - for standard input.")
    :argname("FILE"):default("-")
  parser:option("--run", "New folder for the run, or its address in PostgreSQL."):argname("RUN"):count(1)
  parser:flag("--json", "Print one line of JSON.")
end

local function bad_input(message)
  output.tell("idngo: ", tostring(message), "\n")
  return cli.exit.input
end

function M.run(options)
  local input, runs = require("idngo.policy.input"), require("idngo.policy.run")
  local shared = require("idngo.cli.runs")
  local text, message = text_file.read(options.policy)
  if not text then return bad_input(message) end
  if options.input == "-" and core.isatty(0) then output.tell("Applicants, one id to a line; Ctrl-D ends them:\n") end
  local rows, columns
  local file = options.policy:match("[^/]+$")
  local pool, err = shared.pool(text, file)
  if not pool then return bad_input(err) end
  rows, message, columns = input.read(options.input, pool.info.inputs)
  if not rows then
    pool:close()
    return bad_input(("%s: %s"):format(options.input, message))
  end
  local account, of
  account, of = require("idngo.run.account")(shared.settings(options))
  if not account then
    pool:close()
    return cli.fail(of)
  end
  return shared.plan_new(pool, options, of, runs.create(options.run, { rows = rows, columns = columns, account = account,
    profile = of.profile,
    policy = { text = text, file = file, name = pool.info.name, version = pool.info.version or "-" } }))
end

return M
