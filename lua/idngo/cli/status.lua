-- idngo status DIR: how far a run is; also while another process works on it.

local M = { summary = "Show how far a run is." }

function M.define(parser)
  parser:argument("dir", "The run's folder.")
  parser:flag("--json", "Print one line of JSON.")
end

function M.run(options)
  local shared = require("idngo.cli.runs")
  local kept, view = shared.read(options.dir)
  if not kept then return view end
  kept:snapshot()
  local checked = shared.check(kept, options.config_file)
  shared.show(kept, options.dir, options, checked)
  if not options.json then view.trouble(kept) end
  kept:close()
  return shared.tell(checked)
end

return M
