-- Starts what stream_peer.py is: the peers of streams, for a spec.

local files = require("files")
local json = require("idngo.json")
local shell = require("shell")

local M = {}

--- Starts the peers; gives their ports by name, `folder` with their certificates among them.
function M.start()
  local folder = files.folder()
  shell("sh spec/support/certs.sh %s && mkfifo %s/ready", folder, folder)
  M.process = io.popen(("exec python3 spec/support/stream_peer.py %s >%s/ready"):format(folder, folder), "w")
  local ready = io.open(folder .. "/ready")
  M.world = json.decode(ready:read("l"))
  ready:close()
  M.world.folder = folder
  return M.world
end

function M.stop()
  M.process:close()
  os.execute("rm -rf " .. M.world.folder)
end

return M
