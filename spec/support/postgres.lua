-- A PostgreSQL of a test's own: Debian's, behind a socket in a folder of its own. Its programs refuse root, who steps down for
-- them.

local core = require("idngo.core")
local shell = require("shell")

local M = {}

local Server = {}
Server.__index = Server

local bin = shell("ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1"):match("[^\n]*")

--- Whether it is installed; a spec that needs it is pending where it is not.
M.is_there = bin ~= "" and shell("command -v %s/initdb", bin) ~= ""

--- The user that may run it, where this one may not.
local down = shell("id -u"):match("%d+") == "0" and "setpriv --reuid=nobody --regid=nogroup --clear-groups " or ""

--- Runs one of its programs in its folder; what that says.
local function program(self, format, ...)
  return (shell("cd %s && LC_ALL=C %s%s/%s 2>&1", self.dir, down, bin, format:format(...)))
end

--- Starts it, again after it was stopped.
function Server:start()
  local said = program(self, "pg_ctl -D data -l log -w -t 600 -o \"-k %s %s\" start", self.dir, self.options)
  if not said:find("server started", 1, true) then error(said .. shell("cat %s/log", self.dir)) end
  return self
end

--- Stops it: "fast", or "immediate", as a crash does.
function Server:halt(how) program(self, "pg_ctl -D data -w -t 600 -m %s stop", how or "fast") end

--- The process that all others of it come from.
function Server:pid() return shell("head -n 1 %s/data/postmaster.pid", self.dir):match("%d+") end

--- What psql says of a statement, one row to a line.
function Server:psql(sql)
  return (program(self, "psql -h %s -U idngo -d postgres -AtXq -c \"%s\"", self.dir, sql):gsub("%s+$", ""))
end

function Server:stop()
  self:halt("immediate")
  os.execute("rm -rf " .. self.dir)
end

--- The address of a run, or of the server without one.
function Server:url(run) return ("postgresql://idngo@/postgres?host=%s%s"):format(self.dir, run and "&run=" .. run or "") end

--- Starts a server that forgets what it has written when the power is cut, unless `options` of its own say otherwise.
---@param options string? "-c fsync=on …"
function M.start(options)
  local dir = shell("mktemp -d"):match("%S+")
  local self = setmetatable({ dir = dir, options = "-c listen_addresses= -c shared_buffers=16MB -c max_connections=40 "
    .. (options or "-c fsync=off") }, Server)
  if down ~= "" then os.execute("chown nobody:nogroup " .. dir) end
  local said = program(self, "initdb -D data -U idngo -A trust -E UTF8 --locale=C --no-sync")
  if core.is_regular(dir .. "/data/PG_VERSION") == nil then error(said) end
  return self:start()
end

return M
