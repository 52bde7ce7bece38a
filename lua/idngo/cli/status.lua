-- idngo status DIR: how far a run is; also while another process works on it.

local cli = require("idngo.cli")
local M = {}

function M.define(parser)
  parser:argument("RUN", "The run: its folder, or its address in PostgreSQL."):target("dir")
  parser:flag("--json", "Print one line of JSON.")
end

function M.run(options)
  local shared = require("idngo.cli.runs")
  local store, view = shared.read(options.dir)
  if not store then return view end
  store:snapshot()
  local checked = shared.check(store, cli.settings(options))
  shared.show(store, options.dir, options, checked)
  if not options.json then view.trouble(store) end
  store:close()
  return shared.tell(checked)
end

return M
