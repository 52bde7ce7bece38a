-- The servers that stand in front of the sandbox, for specs.

local assert = require("luassert")
local daemon = require("interop.daemon")
local every_call = require("interop.every_call")
local runtimes = require("interop.runtimes")
local world = require("interop.world")

local Server = {}
Server.__index = Server

local M = {}

--- Whether a server is left out, because it is not here and was not asked to be. Otherwise a spec that needs it fails.
---@param program string
---@return boolean
function M.is_skipped(program)
  return os.getenv("IDNGO_INTEROP_HAVE") ~= nil and not daemon.has(program)
end

--- Starts the server and what stands behind it. Fields: world, ports, and name, ways and
--- speaks_http of the server's own module.
function Server:start()
  self.world = world.start()
  self.running = self.kind.start(self.world.values)
  self.ports = self.running.ports
end

function Server:stop()
  if self.running then self.running:stop() end
  runtimes.stop()
  if self.world then self.world:stop() end
end

--- The port of one of its ways of serving.
function Server:port(way) return assert(self.ports[way], way) end

--- The base URL of one of its ways of serving.
function Server:url(way)
  return ("%s:%d"):format(way == "plain" and "http://127.0.0.1" or "https://localhost", self:port(way))
end

--- Files come as they are; JSON compressed, where the runtime asks for that.
local function check_encoding(list, told, must)
  local compressed = 0
  for i, one in ipairs(told) do
    local encoding = one.meta.headers["content-encoding"]
    assert.truthy(not encoding or encoding == "gzip" and not one.result.file, list[i][1])
    if encoding then compressed = compressed + 1 end
  end
  assert.truthy(not must or compressed > 0, "nothing came compressed")
end

--- Whether every call over one of its ways is answered as it must be, and arrives once.
function Server:check_all_calls(way, runtime)
  local work = every_call.work(self.world, runtime.crowd and 5 or 1, not runtime.crowd)
  local told = runtime.run(self.world:options(self:url(way)), work.list)
  every_call.check(work, told)
  check_encoding(work.list, told, way:find("^gzip") and runtime.asks_gzip)
end

--- All servers there are, none of them started.
function M.servers()
  local servers = {}
  for i, name in ipairs { "nginx", "haproxy", "apache", "lighttpd", "stunnel" } do
    local kind = require("interop.servers." .. name)
    servers[i] = setmetatable({ kind = kind, name = kind.name, ways = kind.ways, program = kind.program,
      speaks_http = kind.speaks_http }, Server)
  end
  return servers
end

return M
