-- Every read that has an example, 64 at once inside nginx, in tasks and one by one: each is answered as the example says.

local endpoints = require("idngo.endpoints")
local http = require("socket.http")
local idngo = require("idngo")
local json = require("idngo.json")
local nginx = require("nginx")
local sandbox = require("idngo.sandbox")

local server, jobs

--- Whether answers are as the examples say.
local function check(told)
  for i, job in ipairs(jobs) do
    assert.same(json.decode(endpoints.example(job[1])), told[i], job[1])
  end
end

local function open()
  return assert(idngo.client { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false })
end

setup(function()
  server = assert(sandbox.background { limits = false })
  local reads = {}
  for _, name in ipairs(endpoints.names()) do
    local description = endpoints.description(name)
    if description.retry == "safe" and description.try and not description.file and not description.takes then
      reads[#reads + 1] = { name, table.unpack(description.try) }
    end
  end
  jobs = {}
  for i = 1, math.max(64, #reads) do jobs[i] = reads[(i - 1) % #reads + 1] end
end)

teardown(function() server:close() end)

it("every read in tasks, 64 at once", function()
  local client = open()
  local told, thrown = idngo.parallel(jobs, function(job) return (assert(client[job[1]](client, table.unpack(job, 2)))) end,
    { concurrency = 64 })
  client:close()
  assert.same({}, thrown)
  check(told)
end)

it("every read inside nginx, 64 at once #nginx", function()
  local web = nginx.start { server = ([[
    location = /reads {
      client_body_buffer_size 1m;
      content_by_lua_block {
        local compat, idngo, json = require "idngo.compat", require "idngo", require "idngo.json"
        ngx.req.read_body()
        local client = assert(idngo.client { base_url = "%s", app_token = "sbx:demo", secret_key = "demo-secret",
          limits = false })
        local told, thrown = idngo.parallel(json.decode(ngx.req.get_body_data()), function(job)
          return (assert(client[job[1] ](client, compat.unpack(job, 2))))
        end, { concurrency = 64 })
        local _, first = next(thrown)
        ngx.print(json.encode({ told = told, thrown = first and tostring(first) }, "told", "[]"))
      }
    }]]):format(server.url) }
  local answer, status = http.request(web.url .. "/reads", json.encode(jobs, "jobs", "{}"))
  local complaints = web:complaints()
  web:stop()
  assert.equal(200, status, complaints)
  local outcome = assert(json.decode(answer))
  assert.is_nil(outcome.thrown)
  check(outcome.told)
end)
