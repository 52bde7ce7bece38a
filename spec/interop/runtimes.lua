-- The runtimes a client works in. Each runs calls.lua: run(options, list, at_once?) -> told; crowds run many at once.

local calls = require("interop.calls")
local http = require("socket.http")
local json = require("idngo.json")
local ltn12 = require("ltn12")
local nginx = require("nginx")

local M = {}

local AT_ONCE = 64

M.blocking = { name = "blocking", asks_gzip = true }
function M.blocking.run(options, list) return calls.run(options, list, 1) end

M.scheduler = { name = "scheduler, 64 at once", crowd = true, asks_gzip = true }
function M.scheduler.run(options, list, at_once) return calls.run(options, list, at_once or AT_ONCE) end

local LOCATION = [[
  location = /run {
    client_body_buffer_size 1m;
    content_by_lua_block {
      package.path = "%s/spec/?.lua;" .. package.path
      local json = require "idngo.json"
      ngx.req.read_body()
      local asked = json.decode(ngx.req.get_body_data())
      ngx.print(json.encode(require("interop.calls").run(asked.options, asked.list, asked.at_once), "told", "[]"))
    }
  }
]]

local servers = {} -- of this process, by the certificates they trust

local function server_for(ca_file)
  local key = ca_file or ""
  servers[key] = servers[key] or nginx.start {
    http = ca_file and ("lua_ssl_trusted_certificate %s;"):format(ca_file) or nil, server = LOCATION:format(nginx.root),
  }
  return servers[key]
end

local function run_in_nginx(options, list, at_once)
  local server, asked, reply = server_for(options.ca_file), {}, {}
  for name, value in pairs(options) do asked[name] = value end
  asked.ca_file, asked.proxy = nil, nil
  local body = json.encode({ options = asked, list = list, at_once = at_once }, "asked", "[]")
  http.TIMEOUT = 600
  local ok, status = http.request { method = "POST", url = server.url .. "/run", source = ltn12.source.string(body),
    headers = { ["content-length"] = #body }, sink = ltn12.sink.table(reply) }
  assert(ok and status == 200, "nginx: " .. tostring(status) .. "\n" .. server:complaints())
  return assert(json.decode(table.concat(reply)))
end

M.nginx = { name = "nginx" }
function M.nginx.run(options, list) return run_in_nginx(options, list, 1) end

M.nginx_crowd = { name = "nginx, 16 at once", crowd = true }
function M.nginx_crowd.run(options, list, at_once) return run_in_nginx(options, list, at_once or 16) end

M.all = { M.blocking, M.scheduler, M.nginx, M.nginx_crowd }

--- Ends what the runtimes started.
function M.stop()
  for _, server in pairs(servers) do server:stop() end
  servers = {}
end

return M
