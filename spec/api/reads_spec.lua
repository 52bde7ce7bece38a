-- Every read, 64 at once inside nginx and in tasks: each is answered as its example says; files, and what has no example that it
-- can be tried with, as one by one.

local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local http = require("socket.http")
local idngo = require("idngo")
local json = require("idngo.json")
local nginx = require("nginx")
local sandbox = require("idngo.sandbox")

local server, jobs

local function open()
  return assert(idngo.client { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false })
end

-- What each is answered with, by the call's name; of files what their bytes are.
local expected = {}

--- Whether answers are as they must be.
local function check(told)
  for i, job in ipairs(jobs) do
    local wanted = expected[job[1]]
    if type(wanted) == "string" then assert.equal(wanted, told[i].sha256, job[1]) else assert.same(wanted, told[i], job[1]) end
  end
end

-- What those are tried with that have no example.
local made = {
  applicant_by_external_id = function() return { "reference-6" } end,
  applicant_exists = function() return { "reference-6" } end,
  document_image = function(client) return { assert(client:applicant("6543210fedcba9876543210f")).inspectionId, "900100100" } end,
  applicant_image = function() return { "6543210fedcba9876543210f", "900100100" } end,
  action_image = function(client)
    local applicant = assert(client:create_applicant("basic-kyc-level", { externalUserId = "reads" }))
    local action = assert(client:create_action(applicant.id, "withdrawals", { externalActionId = "reads", phone = "+7" }))
    local image = assert(client:add_action_image(action.id, { idDocType = "BANK_CARD", country = "KAZ" },
      { bytes = "\137PNG\r\n\26\nmade up" }))
    return { action.id, image.imageId }
  end,
}

setup(function()
  server = assert(sandbox.background { limits = false, report_seconds = 0 })
  local reads, client = {}, open()
  for _, name in ipairs(endpoints.names()) do
    local description = endpoints.description(name)
    if description.request:find("^GET ") then
      local args = description.try or made[name](client)
      reads[#reads + 1] = { name, table.unpack(args) }
      if description.try and not description.file then
        expected[name] = description.takes and {} or json.decode(endpoints.example(name))
      else
        local answer = assert(client[name](client, table.unpack(args)))
        expected[name] = description.file and core.sha256(answer.body) or answer
      end
    end
  end
  client:close()
  jobs = {}
  for i = 1, math.max(64, #reads) do jobs[i] = reads[(i - 1) % #reads + 1] end
end)

teardown(function() server:close() end)

it("every read in tasks, 64 at once", function()
  local client = open()
  local told, thrown = idngo.parallel(jobs, function(job)
    local answer = assert(client[job[1]](client, table.unpack(job, 2)))
    return answer.body and { sha256 = core.sha256(answer.body) } or answer
  end, { concurrency = 64 })
  client:close()
  assert.same({}, thrown)
  check(told)
end)

it("every read inside nginx, 64 at once #nginx", function()
  local web = nginx.start { server = ([[
    location = /reads {
      client_body_buffer_size 1m;
      content_by_lua_block {
        local compat, core, idngo, json = require "idngo.compat", require "idngo.core", require "idngo", require "idngo.json"
        ngx.req.read_body()
        local client = assert(idngo.client { base_url = "%s", app_token = "sbx:demo", secret_key = "demo-secret",
          limits = false })
        local told, thrown = idngo.parallel(json.decode(ngx.req.get_body_data()), function(job)
          local answer = assert(client[job[1] ](client, compat.unpack(job, 2)))
          return answer.body and { sha256 = core.sha256(answer.body) } or answer
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
