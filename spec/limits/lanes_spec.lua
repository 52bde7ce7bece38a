-- Rate-limit lanes as the server counts them: the sandbox's ledger is the judge.

local command = require("command")
local core = require("idngo.core")
local files = require("files")
local idngo = require("idngo")
local sandbox = require("idngo.sandbox")
local support = require("runs")

--- The ledger's calls of one endpoint, in order of arrival.
local function ledger(url, endpoint)
  local entries, after = {}, 0
  while true do
    local page = support.ledger({ url = url }, ("?after=%d&endpoint=%s"):format(after, endpoint))
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
-- A server that counts a request later than `timeout` after it was sent has every right to refuse the next.
local WORKER = [[
  local idngo, core = require "idngo", require "idngo.core"
  local url, method, seconds, scale, timeout = arg[1], arg[2], tonumber(arg[3]), tonumber(arg[4]), tonumber(arg[5])
  local limits = {}
  for name, lane in pairs(require("idngo.endpoints").limits()) do limits[name] = { lane[1], lane[2] / scale } end
  local client = assert(idngo.client { base_url = url, app_token = "sbx:demo", secret_key = "demo-secret",
    limits = limits, timeout = timeout, max_attempts = 1 })
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
local function start(url, method, seconds, scale, timeout)
  local pipe = io.popen(("lua5.4 %s %s %s %g %g %g >/dev/null 2>&1 & echo $!"):format(script, url, method, seconds, scale,
    timeout))
  local pid = pipe:read("l")
  pipe:close()
  return pid
end

--- Four workers for `seconds`; with `kills`, one is killed at random moments and another started in its place.
local function crowd(url, method, seconds, scale, kills)
  local pids, stop = {}, core.now() + seconds
  local timeout = kills and 4 or 60 -- a killed one's slots are held that long
  for i = 1, 4 do pids[i] = start(url, method, seconds, scale, timeout) end
  while kills and core.now() < stop - 0.5 do
    core.sleep(0.05 + core.random() * 0.3)
    local victim = math.floor(core.random() * 4) + 1
    os.execute("kill -9 " .. pids[victim])
    pids[victim] = start(url, method, stop - core.now(), scale, timeout)
  end
  for _, pid in ipairs(pids) do
    while not core.process_gone(tonumber(pid)) do core.sleep(0.05) end
  end
end

--- The same, again and again until the server has seen `enough` calls, and those that `also` wants, which it has after one time
--- unless the machine is busy; gives them.
local function crowd_until(enough, url, method, seconds, scale, kills, also)
  local entries
  for _ = 1, 20 do
    crowd(url, method, seconds, scale, kills)
    entries = ledger(url, method)
    if #entries >= enough and (not also or also(entries)) then break end
  end
  assert.is_true(#entries >= enough, #entries .. " calls of " .. method)
  return entries
end

describe("four processes on one account #slow", function()
  local SCALE = 20 -- 10 s become 0.5 s
  for _, model in ipairs { "rolling", "fixed", "token" } do
    it(("never meet a 429 of a %s limit, and use a slot again within 97 %% of what is possible"):format(model), function()
      local world <close> = assert(sandbox.background { limit_model = model, time_scale = SCALE, latency = 0.2 })
      local possible = 1.01 * 10 / SCALE + 0.2 / SCALE -- the window is 1 % longer on our side; and the latency
      -- Every slot is used again as soon as it may be. On a busy machine some are late; were the mechanism late, or were one
      -- not used, then none would ever follow the seventh before it as soon as this.
      local soonest
      local entries = crowd_until(28, world.url, "similar_by_text_and_face", 8, SCALE, false, function(seen)
        soonest = math.huge
        for i = 8, #seen do soonest = math.min(soonest, seen[i].at - seen[i - 7].at) end
        return soonest <= possible / 0.97
      end)
      assert.equal(0, refused(entries))
      assert.is_true(fullest(entries, 10 / SCALE) <= 7)
      assert.is_true(soonest <= possible / 0.97, ("%.3f s, and %.3f s are possible"):format(soonest, possible))
    end)
  end

  it("hold the limits of the other lanes too", function()
    local world <close> = assert(sandbox.background { time_scale = SCALE, latency = 0.1 })
    for _, method in ipairs { "similar_by_text", "import_applicant" } do
      local entries = crowd_until(21, world.url, method, 2, SCALE)
      assert.equal(0, refused(entries))
      assert.is_true(fullest(entries, 10 / SCALE) <= 10)
    end
  end)

  it("never exceed a lane when processes are killed in flight and restarted", function()
    local world <close> = assert(sandbox.background { time_scale = SCALE, latency = 1 })
    local entries = crowd_until(21, world.url, "similar_by_text_and_face", 8, SCALE, true)
    assert.equal(0, refused(entries))
    assert.is_true(fullest(entries, 10 / SCALE) <= 7)
  end)

  it("hold 7 in 10 s at true scale", function()
    local world <close> = assert(sandbox.background { latency = 0.05 })
    local entries = crowd_until(21, world.url, "similar_by_text_and_face", 22, 1)
    assert.equal(0, refused(entries))
    assert.is_true(fullest(entries, 10) <= 7)
  end)

  it("never have two reports in flight", function()
    local world <close> = assert(sandbox.background { report_seconds = 0.05 })
    local entries = crowd_until(11, world.url, "report", 2, 1)
    assert.equal(0, refused(entries)) -- the sandbox refuses a second one in flight
  end)
end)

describe("a client", function()
  --- Its slots are held for so long that no machine is too slow to see them.
  local function client_of(world, limits, on_event)
    return assert(idngo.client { base_url = world.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = limits,
      on_event = on_event })
  end

  it("sees the slots that an earlier process used", function()
    local world <close> = assert(sandbox.background {})
    local seven = files.write(os.tmpname(), [[
      local client = assert(require("idngo").client { base_url = arg[1], app_token = "sbx:demo", secret_key = "demo-secret",
        limits = { similar_by_text_and_face = { 7, 300 } } })
      for _ = 1, 7 do assert(client:similar_by_text_and_face("5eea3f5204f940217bcbc03d")) end
    ]])
    assert(os.execute(("lua5.4 %s %s"):format(seven, world.url)))
    os.remove(seven)
    local client <close> = client_of(world, { similar_by_text_and_face = { 7, 300 } })
    local _, err = client:similar_by_text_and_face("5eea3f5204f940217bcbc03d", { deadline = 0.3 })
    assert.equal("limit", err.kind)
    assert.equal("not_sent", err.outcome)
    assert.truthy(tostring(err):find("similar_by_text_and_face", 1, true))
    local used
    for _, lane in ipairs(client:lanes()) do if lane.name == "similar_by_text_and_face" then used = lane.used end end
    assert.equal(7, used)
    assert.equal(7, #ledger(world.url, "similar_by_text_and_face"))
  end)

  it("tells how long it expects to wait, and in which lane", function()
    local world <close> = assert(sandbox.background { limits = false })
    local waits = {}
    local client <close> = client_of(world, { similar_by_text_and_face = { 7, 300 } },
      function(e) if e.event == "wait" then waits[#waits + 1] = e end end)
    for _ = 1, 7 do assert(client:similar_by_text_and_face("5eea3f5204f940217bcbc03d")) end
    assert.same({}, waits)
    local _, err = client:similar_by_text_and_face("5eea3f5204f940217bcbc03d", { deadline = 1 })
    assert.equal("limit", err.kind)
    assert.equal(1, #waits)
    assert.equal("similar_by_text_and_face", waits[1].lane)
    assert.is_true(waits[1].seconds > 0 and waits[1].seconds <= 303)
  end)

  it("closes a lane after a 429, says so, and succeeds later", function()
    local world <close> = assert(sandbox.background { time_scale = 20 })
    local seen = {}
    local client <close> = client_of(world, { similar_by_text_and_face = { 100, 0.5 } }, -- more than the server allows
      function(e) if e.event == "limit" then seen[#seen + 1] = e end end)
    local eight = { 1, 2, 3, 4, 5, 6, 7, 8 }
    for _ = 1, 50 do
      idngo.parallel(eight, function() return client:similar_by_text_and_face("5eea3f5204f940217bcbc03d") end)
      if #seen > 0 then break end -- the machine was quick enough for 8 calls in half a second
    end
    assert.equal("similar_by_text_and_face", seen[1].lane)
    assert.equal(0.5, seen[1].seconds)
    assert(client:similar_by_text_and_face("5eea3f5204f940217bcbc03d"))
  end)

  it("counts a raw call by its method, as read or as write", function()
    local world <close> = assert(sandbox.background {})
    local client <close> = client_of(world, { read = { 300, 300 }, write = { 50, 300 } })
    local before, after = {}, {}
    for _, lane in ipairs(client:lanes()) do before[lane.name] = lane.used end
    assert(client:call("GET", "/resources/applicants/-/levels"))
    assert(client:call("PATCH", "/resources/applicants/5eea3f5204f940217bcbc03d/info", { body = { firstName = "A" } }))
    for _, lane in ipairs(client:lanes()) do after[lane.name] = lane.used end
    assert.same({ 1, 1 }, { after.read - before.read, after.write - before.write })
  end)

  it("goes by the lane that an endpoint's row names, by one of its own, and by its account's", function()
    local folder = files.folder()
    local path = files.write(os.tmpname(), [[
      local endpoints = require "idngo.endpoints"
      local world = assert(require("idngo.sandbox").background { limits = false })
      endpoints.limits().shared = { 50, 5 }
      endpoints.description("levels").limit = "similar_by_text"
      endpoints.description("timeline").limit = "shared"
      endpoints.description("tin_checks").limit = "shared"
      local idngo = require "idngo"
      local client = assert(idngo.client { base_url = world.url, app_token = "sbx:demo", secret_key = "demo-secret",
        limits_dir = arg[1], limits = { similar_by_text = { 1, 300 }, shared = { 2, 300 }, timeline = { 1, 300 } } })
      local id = "5eea3f5204f940217bcbc03d"
      local function try(name, ...)
        local result, err = client[name](client, ...)
        print(name, result and "sent" or err.message)
      end
      local short = { deadline = 1 }
      try("levels", short)
      try("similar_by_text", id, short)
      try("timeline", id, short)
      try("timeline", id, short)
      try("tin_checks", id, short)
      try("tin_checks", id, short)
      local names = require("idngo.limits.lanes").names
      local limits = endpoints.limits()
      limits.shared = nil
      for _, row in ipairs(endpoints.rows()) do
        if row.lane then print(row.name, table.concat(names(row, limits), " ")) end
      end
      world:close()
    ]])
    local out, errors, code = command(("lua5.4 %s %s"):format(path, folder))
    assert.equal(0, code, errors)
    local lines = {}
    for line in out:gsub("\t", " "):gmatch("[^\n]+") do lines[#lines + 1] = line end
    table.sort(lines, function(a, b) return a < b end)
    assert.same({
      "aml_case aml_case read", "import_applicant import_applicant write", "levels sent", "levels similar_by_text read",
      "recheck_aml recheck_aml write", "report report read",
      "similar_by_text no free slot in lane similar_by_text before the deadline", "similar_by_text similar_by_text read",
      "similar_by_text_and_face similar_by_text_and_face read", "timeline no free slot in lane timeline before the deadline",
      "timeline read", "timeline sent", "tin_checks no free slot in lane shared before the deadline", "tin_checks read",
      "tin_checks sent",
    }, lines)
    os.remove(path)
    os.execute("rm -rf " .. folder)
  end)

  it("says how many lanes there can be", function()
    local limits = {}
    local known = require("idngo.endpoints").limits()
    finally(function()
      for name in pairs(known) do known[name] = not name:find("^more") and known[name] or nil end
    end)
    local function count()
      local names = 0
      for _ in pairs(known) do names = names + 1 end
      return names
    end
    while count() < 64 do known["more" .. count()] = { 1, 1 } end
    assert(idngo.client { base_url = "http://localhost:1", app_token = "a", secret_key = "b", limits = limits }):close()
    known["more" .. count()] = { 1, 1 }
    local ok, why = pcall(idngo.client, { base_url = "http://localhost:1", app_token = "a", secret_key = "b", limits = limits })
    assert.is_false(ok)
    assert.truthy(why:find("65 lanes, and there is room for 64", 1, true), why)
  end)

  it("keeps lanes for as many endpoints as there is room for beside those that they share, as the server counts them", function()
    local endpoints = require("idngo.endpoints")
    local limits, count = {}, 0
    local function add(name, lane)
      if not limits[name] and count < 64 then limits[name], count = lane, count + 1 end
    end
    for _, name in ipairs { "levels", "tin_checks", "timeline" } do add(name, { 2, 600 }) end
    for name, lane in pairs(endpoints.limits()) do add(name, lane) end
    for _, name in ipairs(endpoints.names()) do add(name, { 2, 600 }) end
    assert.equal(64, count)
    local world <close> = assert(sandbox.background { limits = false })
    local client <close> = assert(idngo.client { base_url = world.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits = limits })
    for _, name in ipairs { "levels", "tin_checks", "timeline", "levels", "tin_checks", "timeline" } do
      assert(client[name](client, name ~= "levels" and "5eea3f5204f940217bcbc03d" or nil))
    end
    local used = {}
    for _, lane in ipairs(client:lanes()) do used[lane.name] = lane.used end
    assert.same({ 2, 2, 2, 0 }, { used.levels, used.tin_checks, used.timeline, used.report })
    local _, err = client:levels { deadline = 5 }
    assert.same({ "limit", "not_sent", "no free slot in lane levels before the deadline" },
      { err.kind, err.outcome, err.message })
  end)

  it("counts nothing when limits are off", function()
    local world <close> = assert(sandbox.background { limits = false })
    local client <close> = assert(idngo.client { base_url = world.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits = false })
    for _ = 1, 30 do assert(client:similar_by_text_and_face("5eea3f5204f940217bcbc03d")) end
    assert.same({}, client:lanes())
  end)
end)
