-- Limits in Redis from nginx: two workers, the command line and a scheduler share one account, and visitors hang up.

local core = require("idngo.core")
local files = require("files")
local idngo = require("idngo")
local json = require("idngo.json")
local nginx = require("nginx")
local redis = require("redis")
local sandbox = require("idngo.sandbox")
local shell = require("shell")
local socket = require("socket")

if not redis.is_there() then
  describe("limits in Redis, inside nginx #nginx", function() pending("redis-server is not installed") end)
  return
end

local SLOTS, WINDOW = 20, 1
local server, api, gateway, dirs

local INIT = [[
  init_by_lua_block {
    client = assert(require("idngo").client { base_url = "API", app_token = "sbx:demo", secret_key = "demo-secret",
      limits_url = "REDIS", limits_dir = "LIMITS",
      limits_rtt = 0.2, timeout = 10, limits_timeout = 10, limits = { read = { 20, 1 }, aml_case = false, recheck_aml = false } })
  }
]]

local SERVER = [[
  lua_check_client_abort on;
  location = /levels { content_by_lua_block {
    local levels, e = client:levels { deadline = 300 }
    ngx.say(levels and "ok" or tostring(e))
  } }
  location = /used { content_by_lua_block {
    for _, lane in ipairs(client:lanes()) do if lane.name == "read" then ngx.say(lane.used, " ", lane.waiting) end end
  } }
]]

local function client_of(dir)
  return assert(idngo.client { base_url = api.url, app_token = "sbx:demo", secret_key = "demo-secret",
    limits_url = server.url, limits_dir = dir, limits_rtt = 0.2, timeout = 10, limits_timeout = 10,
    limits = { read = { SLOTS, WINDOW }, aml_case = false, recheck_aml = false } }) -- a pause is as long as the longest lane's
end

local function get(path) return shell("curl -s %s%s", gateway.url, path) end

--- When the sandbox counted the calls of an endpoint.
local function counted()
  local times, after = {}, 0
  while true do
    local page = json.decode(shell("curl -sf '%s/-/ledger?after=%d&endpoint=levels'", api.url, after))
    if #page.entries == 0 then return times end
    for _, entry in ipairs(page.entries) do times[#times + 1], after = entry.at, entry.seq end
  end
end

describe("limits in Redis, inside nginx #nginx", function()
  setup(function()
    server = redis.start()
    api = assert(sandbox.background { limits = false })
    dirs = { files.folder(), files.folder(), files.folder() }
    os.execute("chmod 700 " .. table.concat(dirs, " "))
    local init = INIT:gsub("API", api.url):gsub("REDIS", server.url):gsub("LIMITS", dirs[1])
    gateway = nginx.start { workers = 2, main = "worker_shutdown_timeout 1s;", http = init, server = SERVER }
  end)
  teardown(function()
    gateway:stop()
    api:close()
    server:stop()
  end)

  before_each(function()
    server:cli("flushall")
    local client = client_of(dirs[2])
    assert(require("idngo.client").slots(client):nobody_sent())
    client:close()
  end)

  it("hold for two workers, a scheduler and the command line at once", function()
    local dir = files.folder()
    for i = 1, 4 do
      os.execute(("(for n in 1 2 3 4 5 6 7 8 9 10; do curl -s %s/levels; done >%s/nginx%d) 2>/dev/null &"):format(
        gateway.url, dir, i))
    end
    os.execute(("(for n in 1 2 3 4 5 6 7 8; do env IDNGO_BASE_URL=%s IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret "
      .. "IDNGO_LIMITS_URL=%s IDNGO_LIMITS_DIR=%s %s bin/idngo call levels --json; done >%s/cli 2>%s/said) &"):format(api.url,
      server.url, dirs[3], os.getenv("LUA") or "/usr/bin/lua5.4", dir, dir))
    local client, items, failed = client_of(dirs[2]), {}, nil
    for i = 1, 40 do items[i] = i end
    idngo.parallel(items, function()
      local ok, e = client:levels()
      failed = failed or (not ok and tostring(e))
    end, { concurrency = 12 })
    client:close()
    assert.is_nil(failed or nil)
    nginx.wait_for(function()
      local lines = 0
      for i = 1, 4 do lines = lines + select(2, files.read(dir .. "/nginx" .. i, ""):gsub("\n", "")) end
      return lines == 40 and select(2, files.read(dir .. "/cli", ""):gsub("\n", "")) == 8
    end, 300)
    for i = 1, 4 do assert.equal(("ok\n"):rep(10), files.read(dir .. "/nginx" .. i)) end
    local times, first = counted(), 1
    assert.equal(88, #times)
    for last = 1, #times do
      while times[last] - times[first] >= WINDOW do first = first + 1 end
      assert.is_true(last - first + 1 <= SLOTS)
    end
    assert.equal(2, select(2, server:cli("--scan"):gsub("[^\n]+", ""))) -- one account for all: a hash and a lane
    assert.equal("", gateway:complaints())
  end)

  it("come back when a visitor hangs up before Redis has answered", function()
    assert.equal("ok\n", get("/levels"))
    server:kill("STOP")
    local visitor = assert(socket.connect("127.0.0.1", gateway.port))
    assert(visitor:send("GET /levels HTTP/1.0\r\n\r\n"))
    core.sleep(0.2)
    visitor:close()
    core.sleep(0.2)
    server:kill("CONT")
    nginx.wait_for(function() return get("/used") == "0 0\n" end)
    assert.equal("ok\n", get("/levels"))
  end)

  it("wait while Redis is gone, and go on when it is back", function()
    server:kill()
    local pipe = io.popen(("curl -s %s/levels"):format(gateway.url))
    core.sleep(0.3)
    server:start()
    assert.matches("^ok", pipe:read("*a"))
    pipe:close()
  end)

  --- A worker with the slots of an account, in one lane of five, and nothing else.
  local function with_slots(url, locations)
    return nginx.start { http = ([[
      init_by_lua_block {
        local resolved = assert(require("idngo.limits.settings").resolve { limits_url = "%s", timeout = 5, limits_timeout = 5,
          limits_rtt = 2 })
        slots = require("idngo.limits.redis").new(resolved, ("a"):rep(64), "%s", 1)
        slots:lane("read", 5, 60)
      }]]):format(url, files.folder()), server = locations }
  end

  it("keep no bell of whoever has waited with a record that serves again", function()
    local worker = with_slots(server.url, [[ location = /bells { content_by_lua_block {
      slots:nobody_sent()
      for _ = 1, 9 do slots:acquire({ 1 }, 5) end
      local bells = 0
      for _, record in ipairs(slots.spare) do bells = bells + (record.bell and 1 or 0) end
      ngx.say(#slots.spare, " ", bells)
    } } ]])
    finally(function() worker:stop() end)
    assert.equal("1 0\n", shell("curl -s %s/bells", worker.url))
  end)

  it("keep no worker that is to end while Redis is gone", function()
    local away = redis.start()
    local leaving = with_slots(away.url, [[
      location = /take { content_by_lua_block { ngx.say(slots:nobody_sent() and slots:acquire({ 1 }, 5) and "taken") } }
      location = /give { content_by_lua_block { for grant in pairs(slots.held) do slots:release(grant, "answered") end } }
    ]])
    finally(function()
      leaving:stop()
      away:stop()
    end)
    assert.equal("taken\n", shell("curl -s %s/take", leaving.url))
    away:kill()
    shell("curl -s %s/give", leaving.url)
    local workers = leaving:workers()
    assert.equal(1, #workers)
    leaving:signal("QUIT")
    nginx.wait_for(function() return not os.execute(("kill -0 %d 2>/dev/null"):format(workers[1])) end, 60)
    assert.equal("", leaving:complaints())
  end)
end)
