-- idngo config: every setting, its value and where it came from. Secrets are never shown.

local cli = require("idngo.cli")
local config = require("idngo.client.config")
local print_ = require("idngo.cli.print")

local M = {}

function M.define(parser)
  parser:flag("--json", "Print one line of JSON.")
end

function M.run(options)
  local rows, err = config.explain(cli.settings(options))
  if not rows then return cli.fail(err) end
  if options.json then
    print_.json(rows)
    return 0
  end
  local lines = {}
  for i, row in ipairs(rows) do lines[i] = { row.name, print_.plain(row.value), row.source } end
  print_.table(lines, { "SETTING", "VALUE", "FROM" })
  return 0
end

return M
