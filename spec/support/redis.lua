-- A Redis of a test's own: redis-server of Debian on a free port, in a folder of its own, which keeps nothing on disk.

local core = require("idngo.core")
local nginx = require("nginx")

local M = {}

local Server = {}
Server.__index = Server

local function output(command)
  local pipe = io.popen(command .. " 2>&1")
  local text = pipe:read("*a")
  pipe:close()
  return text
end

--- Whether redis-server is installed; a spec that needs it is pending where it is not.
function M.is_there() return output("command -v redis-server"):find("/") ~= nil end

--- What a command of redis-cli says.
function Server:cli(command)
  return (output(("%sredis-cli -p %d --no-auth-warning %s"):format(self.auth or "", self.port, command)):gsub("%s+$", ""))
end

--- Waits until it answers.
function Server:await()
  repeat
    local said = self:cli("ping")
    if said:find("PONG") or said:find("NOAUTH") or said:find("NOPERM") then return self end
    core.sleep(0.02)
  until false
end

--- Starts it, again on its port after it was killed.
function Server:start()
  local pipe = io.popen(("cd %s && %s redis-server --port %d --bind 127.0.0.1 --save '' --appendonly no %s >>log 2>&1 & echo $!")
    :format(self.dir, self.before, self.port, self.options))
  self.pid = pipe:read("*l")
  pipe:close()
  return self:await()
end

function Server:kill(signal)
  os.execute(("kill -%s %s"):format(signal or "KILL", self.pid))
  if (signal or "KILL") == "KILL" then
    while not core.process_gone(tonumber(self.pid)) do core.sleep(0.01) end
  end
end

function Server:stop()
  os.execute(("kill -CONT %s 2>/dev/null; kill -KILL %s 2>/dev/null"):format(self.pid, self.pid))
  os.execute("rm -rf " .. self.dir)
end

--- Starts a server. `options`: more of redis-server's; `before`: environment variables of its own.
function M.start(options, before)
  local dir = output("mktemp -d"):match("%S+")
  local self = setmetatable({ dir = dir, options = options or "", before = before or "", port = nginx.free_port() }, Server)
  self.url = ("redis://127.0.0.1:%d"):format(self.port)
  return self:start()
end

--- What carries bytes to a port, and back: see tcp_proxy.py. `words`: in what pieces, or what is cut off.
function M.proxy(port, words)
  local dir = output("mktemp -d"):match("%S+")
  local self = setmetatable({ dir = dir }, Server)
  local command = ("python3 spec/support/tcp_proxy.py %d %s >%s/port 2>&1 & echo $!"):format(port, words or "", dir)
  self.pid = output(command):match("%d+")
  repeat
    core.sleep(0.01)
    local file = io.open(dir .. "/port")
    self.port = file and file:read("n")
    if file then file:close() end
  until self.port
  self.url = ("redis://127.0.0.1:%d"):format(self.port)
  return self
end

return M
