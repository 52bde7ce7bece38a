-- Starts a real nginx with the Lua module for a spec: a configuration of its own in a temporary directory, any free
-- port, no privileges, its error log in a file.

local files = require("files")
local shell = require("shell")
local socket = require("socket")

local M = {}

local Nginx = {}
Nginx.__index = Nginx

--- The checkout.
local root = shell("pwd"):match("[^\n]+")
M.root = root
local build = os.getenv("IDNGO_BUILD") or "build"
if build:sub(1, 1) ~= "/" then build = root .. "/" .. build end

--- A port that nobody listens on.
function M.free_port()
  local probe = assert(socket.bind("127.0.0.1", 0))
  local _, port = probe:getsockname()
  probe:close()
  return tonumber(port)
end

--- Waits until `done` says so.
---@param done fun(): any
---@param seconds? number
function M.wait_for(done, seconds)
  local deadline = socket.gettime() + (seconds or 60)
  repeat
    local value = done()
    if value then return value end
    socket.sleep(0.01)
  until socket.gettime() > deadline
  error("waited in vain", 2)
end

local MODULES = "/usr/lib/nginx/modules/"
local USER = shell("id -u") == "0\n" and "user root;" or "" -- workers must reach the build tree

local CONF = [[
load_module ${modules}ndk_http_module.so;
load_module ${modules}ngx_http_lua_module.so;
daemon off;
pid ${dir}/nginx.pid;
error_log ${dir}/error.log info;
worker_processes ${workers};
${user}
${main}
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  client_max_body_size 0;
  lua_package_path "${root}/lua/?.lua;${root}/lua/?/init.lua;${root}/spec/support/?.lua;;";
  lua_package_cpath "${build}/luajit/?.so;;";
  lua_ssl_protocols TLSv1.2 TLSv1.3;
  lua_socket_log_errors off;
  ${http}
  server {
    listen 127.0.0.1:${port}${reuseport};
    ${server}
  }
}
]]

--- Starts nginx on a configuration file of one's own.
---@param dir string where nginx.pid and error.log are, by that configuration
---@param port integer a port that it listens on
---@param command string starts it in the foreground
---@return table? server its field `folder` is what stop() removes, `dir` unless changed
---@return string? why it did not start
local function try(dir, port, command)
  local self = setmetatable({ dir = dir, folder = dir, port = port, url = "http://127.0.0.1:" .. port }, Nginx)
  self.process = assert(io.popen(("exec %s 2>%s/stderr"):format(command, dir), "w"))
  local why
  local ok = pcall(M.wait_for, function()
    why = files.read(dir .. "/stderr", "")
    if why:find("[emerg]", 1, true) then return true end
    local probe = socket.tcp()
    local listens = probe:connect("127.0.0.1", port)
    probe:close()
    self.pid = tonumber(files.read(dir .. "/nginx.pid", ""))
    return listens and self.pid
  end)
  if ok and self.pid and not why:find("[emerg]", 1, true) then return self end
  self:stop()
  return nil, why
end

--- The same; throws where it did not start.
function M.launch(...)
  local self, why = try(...)
  return self or error("nginx did not start: " .. why, 2)
end

--- Starts nginx.
---@param options {main: string?, http: string?, server: string?, workers: integer?, env: string?} configuration text
---  for each level; env: assignments before the command
function M.start(options)
  local why
  for _ = 1, 5 do -- another process may have taken the port meanwhile
    local dir, port = files.folder(), M.free_port()
    local values = {
      dir = dir, port = tostring(port), root = root, modules = MODULES, build = build,
      workers = tostring(options.workers or 1), main = options.main or "", http = options.http or "",
      server = options.server or "",
      reuseport = (options.workers or 1) > 1 and " reuseport" or "", -- so that all take part
      user = USER,
    }
    files.write(dir .. "/nginx.conf", (CONF:gsub("%${(%w+)}", values)))
    local self
    self, why = try(dir, port, ("%s nginx -e %s/error.log -p %s -c %s/nginx.conf"):format(options.env or "env", dir, dir, dir))
    if self then return self end
    if not why:find("127.0.0.1:" .. port .. " failed (98", 1, true) then break end
  end
  error("nginx did not start: " .. why, 2)
end

function Nginx:signal(name)
  assert(os.execute(("kill -%s %d"):format(name, self.pid)))
end

--- The error log so far.
function Nginx:log()
  return files.read(self.dir .. "/error.log", "")
end

--- Lines of the error log that are more than news about processes.
function Nginx:complaints()
  local lines = {}
  for line in self:log():gmatch("[^\n]+") do
    if line:find("%[warn%]") or line:find("%[error%]") or line:find("%[crit%]") or line:find("%[alert%]")
      or line:find("%[emerg%]") or line:find("stale global SSL error") then
      lines[#lines + 1] = line
    end
  end
  return table.concat(lines, "\n")
end

--- Process ids of the workers; none when nginx has ended.
function Nginx:workers()
  local pids = {}
  for child in files.read(("/proc/%d/task/%d/children"):format(self.pid, self.pid), ""):gmatch("%d+") do
    pids[#pids + 1] = tonumber(child)
  end
  return pids
end

--- Established TCP connections of this machine to `port`.
function M.connections_to(port)
  local count = 0
  for remote, state in files.read("/proc/net/tcp", ""):gmatch("%d+: %x+:%x+ %x+:(%x+) (%x%x)") do
    if tonumber(remote, 16) == port and state == "01" then count = count + 1 end
  end
  return count
end

function Nginx:stop()
  if self.pid then os.execute(("kill -TERM %d 2>/dev/null"):format(self.pid)) end
  self.process:close()
  os.execute("rm -rf " .. self.folder)
end

return M
