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
function Server:program(format, ...)
  return (shell("cd %s && LC_ALL=C %s%s/%s 2>&1", self.dir, down, bin, format:format(...)))
end

--- Starts it, again after it was stopped.
---@param more string? options for this time
function Server:start(more)
  local said = self:program("pg_ctl -D data -l log -w -t 600 -o \"-k %s %s %s\" start", self.dir, self.options, more or "")
  if not said:find("server started", 1, true) then error(said .. shell("cat %s/log", self.dir)) end
  return self
end

--- Stops it: "fast", or "immediate", as a crash does.
function Server:halt(how) self:program("pg_ctl -D data -w -t 600 -m %s stop", how or "fast") end

--- The process that all others of it come from.
function Server:pid() return shell("head -n 1 %s/data/postmaster.pid", self.dir):match("%d+") end

--- What psql says of an administrator's statement, one row to a line.
function Server:psql(sql)
  return (self:program("psql -h %s -U postgres -d idngo -AtXq -c \"%s\"", self.dir, sql):gsub("%s+$", ""))
end

function Server:stop()
  self:halt("immediate")
  os.execute("rm -rf " .. self.dir)
end

--- A folder for its user. It keeps its files in memory where there is room, since what it commits waits for them.
local function place()
  local room = tonumber(shell("df -Pk /dev/shm 2>/dev/null"):match("\n%S+%s+%d+%s+%d+%s+(%d+)") or 0)
  local dir = shell("mktemp -d %s", room > 500000 and "-p /dev/shm" or ""):match("%S+")
  if down ~= "" then os.execute("chown nobody:nogroup " .. dir) end
  return dir
end

local OPTIONS = "-c listen_addresses= -c shared_buffers=16MB -c max_connections=40 "

--- A standby of it, which it does not wait for.
function Server:standby()
  local made = setmetatable({ dir = shell("mktemp -d -p %s", self.dir):match("%S+"), options = self.options }, Server)
  if down ~= "" then os.execute("chown nobody:nogroup " .. made.dir) end
  local said = made:program("pg_basebackup -h %s -U postgres -D data -R -c fast --no-sync", self.dir)
  assert(said == "", said)
  return made:start()
end

--- Makes a standby take over.
function Server:promote()
  local said = self:program("pg_ctl -D data -w -t 600 promote")
  assert(said:find("server promoted", 1, true), said)
end

--- Has somebody follow it whom it does not wait for, as a standby does; gives what ends that.
function Server:follower()
  local made = setmetatable({ dir = shell("mktemp -d -p %s", self.dir):match("%S+") }, Server)
  if down ~= "" then os.execute("chown nobody:nogroup " .. made.dir) end
  local process = made:program("pg_receivewal -h %s -U postgres -D %s >/dev/null & echo $!", self.dir, made.dir):match("%d+")
  while self:psql("SELECT count(*) FROM pg_stat_replication") == "0" do core.sleep(0.05) end
  return function()
    os.execute("kill " .. process)
    while self:psql("SELECT count(*) FROM pg_stat_replication") ~= "0" do core.sleep(0.05) end
  end
end

--- Starts it after it was stopped, as a standby that takes over.
function Server:take_over()
  os.execute(("%stouch %s/data/standby.signal"):format(down, self.dir))
  self:start()
  local said = self:program("pg_ctl -D data -w -t 600 promote")
  assert(said:find("server promoted", 1, true), said)
end

--- The address of a run, or of the server without one.
function Server:url(run) return ("postgresql://idngo@/idngo?host=%s%s"):format(self.dir, run and "&run=" .. run or "") end

--- What every server begins with: initdb's files, a role, and a database that it owns. Of specs that run together the first makes
--- it, for as long as they run, in the folder that is called $slots: initdb takes more of the processor than most specs do.
---@return string folder with that in `data`
local function template()
  local kept = os.getenv("slots")
  if kept and core.is_regular(kept .. "/postgres/data/PG_VERSION") then return kept .. "/postgres" end
  local self = setmetatable({ dir = place(), options = OPTIONS }, Server)
  local said = self:program("initdb -D data -U postgres -A trust -E UTF8 --locale=C --no-sync")
  if core.is_regular(self.dir .. "/data/PG_VERSION") == nil then error(said) end
  self:start()
  self:program("createuser -h %s -U postgres idngo", self.dir)
  self:program("createdb -h %s -U postgres -O idngo idngo", self.dir)
  self:halt()
  if not kept or shell("mv -T %s %s/postgres 2>&1", self.dir, kept) ~= "" then return self.dir end -- another was faster
  return kept .. "/postgres"
end

--- Starts a server, with a role that owns a database and nothing else.
---@param options string? more of its own: "-c NAME=VALUE …"
function M.start(options)
  local self = setmetatable({ dir = place(), options = OPTIONS .. (options or "") }, Server)
  local from = template()
  shell("cp -a %s/data %s", from, self.dir)
  if from ~= (os.getenv("slots") or "") .. "/postgres" then os.execute("rm -rf " .. from) end
  return self:start()
end

return M
