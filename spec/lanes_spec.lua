-- Rate-limit lanes as the server counts them: the sandbox's ledger is the judge.

local core = require("idngo.core")
local idngo = require("idngo")
local json = require("idngo.json")
local sandbox = require("idngo.sandbox")

--- The ledger's calls of one endpoint, in order of arrival.
local function ledger(url, endpoint)
  local entries, after = {}, 0
  while true do
    local pipe = io.popen(("curl -sf '%s/-/ledger?after=%d&endpoint=%s'"):format(url, after, endpoint))
    local page = json.decode(pipe:read("a"))
    pipe:close()
    if #page.entries == 0 then return entries end
    for _, entry in ipairs(page.entries) do
      entries[#entries + 1] = entry
      after = entry.seq
    end
  end
end

--- The most calls that any window of `seconds` holds.
local function fullest(entries, seconds)
  local most, first = 0, 1
  for last = 1, #entries do
    while entries[last].at - entries[first].at >= seconds do first = first + 1 end
    most = math.max(most, last - first + 1)
  end
  return most
end

local function refused(entries)
  local count = 0
  for _, entry in ipairs(entries) do count = count + (entry.status == 429 and 1 or 0) end
  return count
end

--- A script that makes `method` calls until `seconds` are over, several at once. `scale` shortens the windows.
local WORKER = [[
  local idngo, core = require "idngo", require "idngo.core"
  local url, method, seconds, scale = arg[1], arg[2], tonumber(arg[3]), tonumber(arg[4])
  local limits = {}
  for name, lane in pairs(require("idngo.lanes").defaults) do limits[name] = { lane[1], lane[2] / scale } end
  local client = assert(idngo.client { base_url = url, app_token = "sbx:demo", secret_key = "demo-secret",
    limits = limits, timeout = 2 / math.min(scale, 4), max_attempts = 1 })
  local stop = core.now() + seconds
  local items = {}
  for i = 1, 100000 do items[i] = i end
  idngo.parallel(items, function()
    local left = stop - core.now()
    if left <= 0 then return end
    local import = method == "import_applicant"
    client[method](client, import and { bytes = "PK" } or "5eea3f5204f940217bcbc03d",
      { deadline = left, unchecked = import or nil })
  end, { concurrency = 4 })
]]

local script

setup(function()
  script = os.tmpname()
  local file = io.open(script, "w")
  file:write(WORKER)
  file:close()
end)
teardown(function() os.remove(script) end)

--- Starts a worker in the background and gives its process id.
local function start(url, method, seconds, scale)
  local pipe = io.popen(("lua5.4 %s %s %s %g %g >/dev/null 2>&1 & echo $!"):format(script, url, method, seconds, scale))
  local pid = pipe:read("l")
  pipe:close()
  return pid
end

local function running(pid) return os.execute(("[ -e /proc/%s/exe ]"):format(pid)) end

--- Four workers for `seconds`; with `kills`, one is killed at random moments and another started in its place.
local function crowd(url, method, seconds, scale, kills)
  local pids, stop = {}, core.now() + seconds
  for i = 1, 4 do pids[i] = start(url, method, seconds, scale) end
  while kills and core.now() < stop - 0.5 do
    os.execute(("sleep %.3f"):format(0.05 + core.random() * 0.3))
    local victim = math.floor(core.random() * 4) + 1
    os.execute("kill -9 " .. pids[victim])
    pids[victim] = start(url, method, stop - core.now(), scale)
  end
  for _, pid in ipairs(pids) do
    while running(pid) do os.execute("sleep 0.05") end
  end
end

describe("four processes on one account #slow", function()
  local SCALE = 20 -- 10 s become 0.5 s
  for _, model in ipairs { "rolling", "fixed", "token" } do
    it(("never meet a 429 of a %s limit, and use 97 %% of what is possible #alone"):format(model), function()
      local world <close> = assert(sandbox.background { limit_model = model, time_scale = SCALE, latency = 0.2 })
      local began = core.now()
      crowd(world.url, "similar_by_text_and_face", 8, SCALE)
      local took = core.now() - began
      local entries = ledger(world.url, "similar_by_text_and_face")
      assert.equal(0, refused(entries))
      assert.is_true(fullest(entries, 10 / SCALE) <= 7)
      local latency = 0.2 / SCALE
      local span = entries[#entries].at - entries[1].at
      local possible = 7 / (10 / SCALE + latency) * span
      -- the window is 1 % longer on our side, and the last round may be cut short
      assert.is_true(#entries >= 0.97 * possible * 0.99 - 7,
        ("%d calls, %.0f possible in %.2f s"):format(#entries, possible, took))
    end)
  end

  it("hold the limits of the other lanes too", function()
    local world <close> = assert(sandbox.background { time_scale = SCALE, latency = 0.1 })
    crowd(world.url, "similar_by_text", 2, SCALE)
    crowd(world.url, "import_applicant", 2, SCALE)
    for _, method in ipairs { "similar_by_text", "import_applicant" } do
      local entries = ledger(world.url, method)
      assert.is_true(#entries > 20, method)
      assert.equal(0, refused(entries))
      assert.is_true(fullest(entries, 10 / SCALE) <= 10)
    end
  end)

  it("never exceed a lane when processes are killed in flight and restarted", function()
    local world <close> = assert(sandbox.background { time_scale = SCALE, latency = 1 })
    crowd(world.url, "similar_by_text_and_face", 8, SCALE, true)
    local entries = ledger(world.url, "similar_by_text_and_face")
    assert.is_true(#entries > 20, #entries .. " calls")
    assert.equal(0, refused(entries))
    assert.is_true(fullest(entries, 10 / SCALE) <= 7)
  end)

  it("hold 7 in 10 s at true scale #alone", function()
    local world <close> = assert(sandbox.background { latency = 0.05 })
    crowd(world.url, "similar_by_text_and_face", 21, 1)
    local entries = ledger(world.url, "similar_by_text_and_face")
    assert.is_true(#entries >= 21, #entries .. " calls")
    assert.equal(0, refused(entries))
    assert.is_true(fullest(entries, 10) <= 7)
  end)

  it("never have two reports in flight", function()
    local world <close> = assert(sandbox.background { report_seconds = 0.05 })
    crowd(world.url, "report", 2, 1)
    local entries = ledger(world.url, "report")
    assert.is_true(#entries > 10, #entries .. " reports")
    assert.equal(0, refused(entries)) -- the sandbox refuses a second one in flight
  end)
end)

describe("a client", function()
  it("sees the slots that an earlier process used", function()
    local world <close> = assert(sandbox.background {})
    local pid = start(world.url, "similar_by_text_and_face", 0.5, 1)
    while running(pid) do os.execute("sleep 0.05") end
    local client <close> = assert(idngo.client { base_url = world.url, app_token = "sbx:demo", secret_key = "demo-secret" })
    local waits = {}
    local _, err = client:similar_by_text_and_face("5eea3f5204f940217bcbc03d", { deadline = 0.3 })
    assert.equal("limit", err.kind)
    assert.equal("not_sent", err.outcome)
    assert.truthy(tostring(err):find("similar_by_text_and_face", 1, true))
    assert.same({}, waits)
    local used
    for _, lane in ipairs(client:lanes()) do if lane.name == "similar_by_text_and_face" then used = lane.used end end
    assert.equal(7, used)
    assert.equal(7, #ledger(world.url, "similar_by_text_and_face"))
  end)

  it("tells how long it expects to wait, and in which lane", function()
    local world <close> = assert(sandbox.background { time_scale = 50 })
    local waits = {}
    local client <close> = assert(idngo.client { base_url = world.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits = { similar_by_text_and_face = { 7, 0.2 } },
      on_event = function(e) if e.event == "wait" then waits[#waits + 1] = e end end })
    for _ = 1, 8 do assert(client:similar_by_text_and_face("5eea3f5204f940217bcbc03d")) end
    assert.equal(1, #waits)
    assert.equal("similar_by_text_and_face", waits[1].lane)
    assert.is_true(waits[1].seconds > 0 and waits[1].seconds < 0.3)
  end)

  it("closes a lane after a 429, says so, and succeeds later", function()
    local world <close> = assert(sandbox.background { time_scale = 20 })
    local seen = {}
    local client <close> = assert(idngo.client { base_url = world.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits = { similar_by_text_and_face = { 100, 0.5 } }, -- more than the server allows
      on_event = function(e) if e.event == "limit" then seen[#seen + 1] = e end end })
    for _ = 1, 8 do assert(client:similar_by_text_and_face("5eea3f5204f940217bcbc03d")) end
    assert.equal(1, #seen)
    assert.equal("similar_by_text_and_face", seen[1].lane)
    assert.equal(0.5, seen[1].seconds)
  end)

  it("counts a raw call by its method, as read or as write", function()
    local world <close> = assert(sandbox.background {})
    local client <close> = assert(idngo.client { base_url = world.url, app_token = "sbx:demo", secret_key = "demo-secret" })
    local before, after = {}, {}
    for _, lane in ipairs(client:lanes()) do before[lane.name] = lane.used end
    assert(client:call("GET", "/resources/applicants/-/levels"))
    assert(client:call("PATCH", "/resources/applicants/5eea3f5204f940217bcbc03d/info", { body = { firstName = "A" } }))
    for _, lane in ipairs(client:lanes()) do after[lane.name] = lane.used end
    assert.same({ 1, 1 }, { after.read - before.read, after.write - before.write })
  end)

  it("counts nothing when limits are off", function()
    local world <close> = assert(sandbox.background { limits = false })
    local client <close> = assert(idngo.client { base_url = world.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits = false })
    for _ = 1, 30 do assert(client:similar_by_text_and_face("5eea3f5204f940217bcbc03d")) end
    assert.same({}, client:lanes())
  end)
end)
