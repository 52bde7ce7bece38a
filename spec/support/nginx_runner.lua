-- Runs a contract case inside a worker of nginx, over cosockets: the case travels there as JSON, local_runner.lua
-- runs it, and result or error come back as JSON.

local http = require("socket.http")
local json = require("idngo.json")
local ltn12 = require("ltn12")
local nginx = require("nginx")

local M = { name = "nginx" }

local LOCATION = [[
  location = /run {
    client_body_buffer_size 1m;
    content_by_lua_block {
      local json = require "idngo.json"
      ngx.req.read_body()
      local result, err = require("local_runner").run(json.decode(ngx.req.get_body_data()))
      ngx.print(json.encode({ result = result, err = err }, "outcome", "[]"))
    }
  }
]]

--- nginx that trusts `ca_file`, which is a setting of nginx there; started when first needed.
local function server_for(ca_file)
  if M.server and M.ca_file ~= ca_file then M.stop() end
  if not M.server then
    M.ca_file = ca_file
    M.server = nginx.start {
      http = ca_file and ("lua_ssl_trusted_certificate %s;"):format(ca_file) or nil, server = LOCATION,
    }
  end
  return M.server
end

--- Runs a case; see local_runner.lua.
function M.run(case)
  local options = {}
  for name, value in pairs(case.options) do options[name] = value end
  options.ca_file = nil
  local body, reply = json.encode({ options = options, endpoint = case.endpoint, args = case.args,
    calls = case.calls }, "case", "[]"), {}
  local ok, status = http.request {
    method = "POST", url = server_for(case.options.ca_file).url .. "/run", source = ltn12.source.string(body),
    headers = { ["content-length"] = #body }, sink = ltn12.sink.table(reply),
  }
  assert(ok and status == 200, "nginx: " .. tostring(status) .. "\n" .. M.server:complaints())
  local outcome = assert(json.decode(table.concat(reply)))
  return outcome.result, outcome.err
end

function M.stop()
  if M.server then M.server:stop() end
  M.server = nil
end

return M
