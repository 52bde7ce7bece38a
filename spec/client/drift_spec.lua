-- Drift: what a reply has that is described nowhere is told once per kind and day, on every host, and names nobody.

local drift = require("idngo.drift")
local endpoints = require("idngo.endpoints")
local idngo = require("idngo")
local json = require("idngo.json")
local nginx = require("nginx")
local sandbox = require("idngo.sandbox")
local shell = require("shell")
local support = require("runs")

local ID = "6543210fedcba9876543210f"

describe("what is described nowhere", function()
  for _, name in ipairs(endpoints.names()) do
    local text = endpoints.example(name)
    if text then
      it("is not in the example of " .. name, function()
        assert.same({}, drift.find(endpoints.description(name).returns, assert(json.decode(text)), true))
      end)
    end
  end

  it("is found by its place, each kind once", function()
    local value = { checks = { { answer = "GREEN", fresh = 1 }, { answer = "IGNORED", fresh = 2, similarSearchInfo = {
      duplicateApplicantHits = { { types = { "text", "voice" }, ["a@example.org"] = 1 },
        { applicantId = "x", Xy12345 = 1 } } } } } }
    assert.same({
      { what = "value", path = "checks[].answer", class = "DuplicateCheck", field = "answer", found = "IGNORED" },
      { what = "field", path = "checks[].fresh", class = "DuplicateCheck", field = "fresh" },
      { what = "value", path = "checks[].similarSearchInfo.duplicateApplicantHits[].types[]", class = "DuplicateHit",
        field = "types" },
      { what = "field", path = "checks[].similarSearchInfo.duplicateApplicantHits[].…", class = "DuplicateHit", field = "…" },
    }, drift.find("DuplicateChecks", value))
  end)

  it("is found in whichever form came", function()
    for _, document in ipairs { { { street = "x", fresh = 1 } }, { addresses = { { fresh = 1 } } } } do
      local found = drift.find("TinChecks", { checks = { { extractedDoc = document } } })
      assert.equal(1, #found)
      assert.truthy(found[1].path:find("fresh$"))
    end
  end)

  it("is no error where what is described is of another type", function()
    for _, odd in ipairs { 1, "x", true, { 1, 2 }, json.object({}), { { {} } } } do
      assert.is_table(drift.find("Applicant", { id = "a", fixedInfo = odd, tags = odd, metadata = odd, requiredIdDocs = odd,
        type = odd }, true))
    end
  end)
end)

local function client_of(server, events)
  return assert(idngo.client { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false,
    on_event = function(event)
      if event.event == "drift" then events[#events + 1] = event end
    end })
end

describe("drift", function()
  local server
  setup(function() server = assert(sandbox.background { limits = false }) end)
  teardown(function() server:close() end)
  before_each(function() support.forget(server) end)

  local BODY = { reviewStatus = "ASLEEP", levelName = "x", reviewResult = { reviewAnswer = "Asel Testova", mood = "Asel" },
    reviewDay = "Asel" }

  local function odd() support.faults(server, { { endpoint = "status", status = 200, body = BODY } }) end

  --- What is told of an event, without time.
  local function told(events)
    local list = {}
    for i, event in ipairs(events) do
      list[i] = { event.endpoint, event.drift, event.field, event.value, event["http.request.method"], event["url.template"] }
    end
    return list
  end

  local GET, PATH = "GET", "/resources/applicants/{applicantId}/status"
  local EXPECTED = {
    { "status", "field", "reviewDay", nil, GET, PATH },
    { "status", "field", "reviewResult.mood", nil, GET, PATH },
    { "status", "value", "reviewResult.reviewAnswer", nil, GET, PATH },
    { "status", "value", "reviewStatus", "ASLEEP", GET, PATH },
  }

  it("is not in what the sandbox answers", function()
    local events = {}
    local client <close> = client_of(server, events)
    for _, name in ipairs(endpoints.names()) do
      local try = endpoints.description(name).try
      if try then assert(client[name](client, table.unpack(try))) end
    end
    assert.same({}, told(events))
  end)

  it("is told once, with the call's result whole", function()
    odd()
    local events = {}
    local client <close> = client_of(server, events)
    for _ = 1, 3 do assert.same(BODY, assert(client:status(ID))) end
    assert.same(EXPECTED, told(events))
    assert.is_nil(json.encode(events):find("Asel", 1, true))
  end)

  it("is told in tasks of the scheduler, once for all of them", function()
    odd()
    local events = {}
    local client <close> = client_of(server, events)
    local ids = {}
    for i = 1, 20 do ids[i] = ID end
    idngo.parallel(ids, function(id) return client:status(id) end)
    assert.same(EXPECTED, told(events))
  end)

  it("is told again on another day", function()
    odd()
    local core, events = require("idngo.core"), {}
    local wall = core.wall
    local client <close> = client_of(server, events)
    assert(client:status(ID))
    core.wall = function() return wall() + 86400 end -- luacheck: ignore 122
    local ok, why = pcall(client.status, client, ID)
    core.wall = wall -- luacheck: ignore 122
    assert.is_true(ok, why)
    assert.equal(2 * #EXPECTED, #events)
  end)

  it("keeps a bound on what it remembers", function()
    local events, body = {}, { reviewStatus = "init" }
    for i = 1, 1500 do
      body["x" .. string.char(97 + i % 26, 97 + math.floor(i / 26) % 26, 97 + math.floor(i / 676))] = 1
    end
    support.faults(server, { { endpoint = "status", status = 200, body = body } })
    local client <close> = client_of(server, events)
    for _ = 1, 2 do assert(client:status(ID)) end
    assert.equal(1000, #events)
  end)

  it("costs no call its result where the listener fails, and is not looked for without one", function()
    odd()
    local client <close> = assert(idngo.client { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits = false, on_event = function() error("mine") end })
    assert.same(BODY, assert(client:status(ID)))
    local find = drift.find
    drift.find = function() error("looked for") end
    local plain <close> = assert(idngo.client { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits = false })
    local ok, result = pcall(plain.status, plain, ID)
    drift.find = find
    assert.is_true(ok, result)
    assert.same(BODY, result)
  end)

  it("is told inside nginx, too #nginx", function()
    odd()
    local web = nginx.start { server = ([[
      location / { content_by_lua_block {
        local idngo = require("idngo")
        local told = {}
        local client = assert(idngo.client { base_url = "%s", app_token = "sbx:demo", secret_key = "demo-secret", limits = false,
          on_event = function(e) if e.event == "drift" then told[#told + 1] = e.field .. "=" .. (e.value or "") end end })
        assert(client:status("%s"))
        assert(client:status("%s"))
        ngx.say(table.concat(told, " "))
      } }]]):format(server.url, ID, ID) }
    local said = shell("curl -s %s/", web.url)
    web:stop()
    assert.equal("reviewDay= reviewResult.mood= reviewResult.reviewAnswer= reviewStatus=ASLEEP\n", said)
  end)
end)
