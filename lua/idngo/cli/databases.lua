-- idngo runs: prepares a database of PostgreSQL for runs, and lists those in it.

local cli = require("idngo.cli")
local errors = require("idngo.error")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = {}

function M.define(parser, usage_error)
  parser:command_target("action")
  parser:require_command(true)
  local what = "The database: postgresql://HOST/DATABASE"
  local init = parser:command("init", "Prepare a database for runs; one that is prepared stays as it is.")
  init.error = usage_error
  init:argument("database", what)
  local list = parser:command("list", "List the runs in a database, and how far each is.")
  list.error = usage_error
  list:argument("database", what)
  list:flag("--json", "Print one line of JSON for each.")
end

local actions = {}

function actions.init(databases, uri)
  local ok, err = databases.init(uri)
  if not ok then return cli.fail(err) end
  output.write("prepared\n")
  return cli.exit.ok
end

function actions.list(databases, uri, options)
  local runs, err = databases.list(uri)
  if not runs then return cli.fail(err) end
  for _, run in ipairs(runs) do
    if options.json then
      print_.json(run)
    else
      output.write(("%s  %s\n"):format(print_.plain(run.name), print_.plain(run.state or "?")))
    end
  end
  output.tell_if_empty("no run is in it")
  return cli.exit.ok
end

function M.run(options)
  local parts, err = require("idngo.run.address").parse(options.database)
  if parts and parts.name then err = errors.config("the address names a run", "give that of the database, without ?run=NAME") end
  if err then return cli.fail(err) end
  return actions[options.action](require("idngo.run.databases"), parts.uri, options)
end

return M
