-- Starts servers from Debian for a spec: in the foreground, each in a folder of its own, on free ports, as nobody when root
-- runs the spec. They end with stop(), and with the process that started them.

local files = require("files")
local nginx = require("nginx")
local shell = require("shell")
local socket = require("socket")

local M = {}

local Daemon = {}
Daemon.__index = Daemon

local is_root = shell("id -u") == "0\n"

--- Whether a program is installed, where services are.
function M.has(program)
  return shell("PATH=$PATH:/usr/sbin:/sbin command -v %s", program) ~= ""
end

--- A text with its ${names} replaced. A name without a value is a mistake.
function M.fill(text, values)
  return (text:gsub("%${([%w_]+)}", function(name) return assert(values[name], "no value for ${" .. name .. "}") end))
end

local function is_alive(pid)
  local state = files.read(("/proc/%d/stat"):format(pid), ""):match("%) (%a)")
  return state ~= nil and state ~= "Z"
end

local function listens(port)
  local probe = socket.tcp()
  local ok = probe:connect("127.0.0.1", port)
  probe:close()
  return ok
end

--- All are chosen while all are held, so that no two are the same.
local function free_ports(names, values)
  local held = {}
  for i, name in ipairs(names) do
    held[i] = assert(socket.bind("127.0.0.1", 0))
    values[name] = select(2, held[i]:getsockname())
  end
  for _, server in ipairs(held) do server:close() end
end

--- Lets the user that servers run as have a file or folder.
local function give(path)
  if is_root then assert(os.execute(("chown -R nobody:nogroup %s"):format(path))) end
end

local function try(recipe, more)
  local values = { dir = files.folder() }
  for name, value in pairs(more) do values[name] = value end
  free_ports(recipe.ports, values)
  local self = setmetatable({ dir = values.dir, ports = values, name = recipe.name }, Daemon)
  for name, text in pairs(recipe.files) do files.write(self.dir .. "/" .. name, M.fill(text, values)) end
  files.write(self.dir .. "/log", "")
  assert(os.execute("chmod 755 " .. self.dir))
  give(self.dir)
  local user = is_root and "--reuid=nobody --regid=nogroup --clear-groups" or ""
  -- the server's parent is this process: when it ends, whichever way, the server is told to
  self.process = assert(io.popen(("echo $$; PATH=$PATH:/usr/sbin:/sbin exec setpriv --pdeathsig=TERM %s %s >>%s/log 2>&1"):format(
    user, M.fill(recipe.command, values), self.dir)))
  self.pid = tonumber(self.process:read("l"))
  local ok = pcall(nginx.wait_for, function()
    if not is_alive(self.pid) then return true end
    for _, name in ipairs(recipe.ports) do
      if not listens(values[name]) then return false end
    end
    return true
  end, 60)
  if ok and is_alive(self.pid) then return self end
  local why = self:log()
  self:stop()
  return nil, why
end

--- Starts a server and waits until it listens on all its ports. Whoever takes one of them meanwhile makes it fail: then
--- other ports are tried.
---@param recipe {name: string, ports: string[], files: table<string, string>, command: string} ${dir}, the ports by their
---  names, and `values` are filled in; the command stays in the foreground
---@param values table<string, any>
---@return table server ports (by name, beside the values), dir, pid
function M.start(recipe, values)
  local server, why
  for _ = 1, 3 do
    server, why = try(recipe, values)
    if server then return server end
  end
  error(("%s did not start: %s"):format(recipe.name, why), 2)
end

--- What it said so far.
function Daemon:log()
  return files.read(self.dir .. "/log", "")
end

function Daemon:stop()
  if self.pid then os.execute(("kill -TERM %d 2>/dev/null"):format(self.pid)) end
  if self.process then self.process:close() end
  self.process, self.pid = nil, nil
  os.execute("rm -rf " .. self.dir)
end

return M
