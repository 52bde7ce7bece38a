-- Limits in Redis for all that can run the client, at once: two workers of nginx, a scheduler, a process that blocks, and
-- commands, each as fast as it may, over their own transports. They are killed and stopped for longer than their leases, and
-- Redis is killed. The sandbox's ledger is the judge. With IDNGO_REQUESTS, as in ./dev torture, a quarter of so many calls are
-- made, and commands follow at once: else some pause lies between, since they take more of the processor than all others.

local core = require("idngo.core")
local files = require("files")
local nginx = require("nginx")
local redis = require("redis")
local sandbox = require("idngo.sandbox")
local shell = require("shell")
local support = require("runs")
local windows = require("limits_world").windows

local CALLS = math.floor((tonumber(os.getenv("IDNGO_REQUESTS")) or 5000) / 4)
local PAUSE = os.getenv("IDNGO_REQUESTS") and 0.02 or 0.2
local SLOTS, WINDOW = 300, 5 -- of a command, which takes no others
local LUA = os.getenv("LUA") or "/usr/bin/lua5.4"

if not redis.is_there() then
  describe("limits in Redis, for all runtimes #slow #nginx", function() pending("redis-server is not installed") end)
  return
end

local function children(pid)
  local pids = {}
  for child in files.read(("/proc/%s/task/%s/children"):format(pid, pid), ""):gmatch("%d+") do pids[#pids + 1] = child end
  return pids
end

describe("limits in Redis, for all runtimes #slow #nginx", function()
  local server, api, gateway, dirs, parents

  --- The processes that call now, of each kind.
  local function callers()
    local list = gateway:workers()
    for _, parent in ipairs(parents) do
      for _, child in ipairs(children(parent)) do list[#list + 1] = child end
    end
    return list
  end

  --- Goes on with a command for ever, whatever becomes of it.
  local function again(command)
    local loop = ("while :; do %s >>%s/said 2>&1; sleep %g; done"):format(command, dirs[1], PAUSE)
    parents[#parents + 1] = shell("setsid sh -c '%s' >/dev/null 2>&1 & echo $!", loop):match("%d+")
  end

  setup(function()
    server, parents, dirs = redis.start(), {}, { files.folder(), files.folder(), files.folder(), files.folder() }
    api = assert(sandbox.background { limits = false, ledger_size = 4 * CALLS })
    local first = require("limits_caller").client(api.url, server.url, dirs[1])
    assert(require("idngo.client").slots(first):nobody_sent())
    first:close()
    files.write(dirs[1] .. "/config", ([[
      base_url = %s
      app_token = sbx:demo
      limits_url = %s
      limits_rtt = 0.25
      limits_late = 2
      timeout = 2
      limits_timeout = 2
    ]]):format(api.url, server.url))
    gateway = nginx.start { workers = 2, http = ([[
      init_by_lua_block { callers = require("limits_caller"); client = callers.client("%s", "%s", "%s") }
      init_worker_by_lua_block {
        for _ = 1, 8 do
          ngx.timer.at(0, function(premature) if not premature then callers.work(client, "tin_checks") end end)
        end
      }
    ]]):format(api.url, server.url, dirs[2]) }
    again(("%s spec/support/limits_caller.lua %s %s %s 8"):format(LUA, api.url, server.url, dirs[3]))
    again(("%s spec/support/limits_caller.lua %s %s %s 1"):format(LUA, api.url, server.url, dirs[4]))
    for _ = 1, 2 do
      again(("env IDNGO_CONFIG=%s/config IDNGO_SECRET_KEY=demo-secret IDNGO_LIMITS_DIR=%s %s bin/idngo call levels"):format(
        dirs[1], dirs[4], LUA))
    end
  end)

  teardown(function()
    for _, parent in ipairs(parents) do
      os.execute(("kill -KILL -%s 2>/dev/null"):format(parent)) -- what it started, too
    end
    gateway:stop()
    api:close()
    server:stop()
  end)

  --- When the sandbox counted calls, and how many of each endpoint.
  local seen, times, counts = 0, {}, {}
  local function count()
    repeat
      local page = support.ledger(api, "?after=" .. seen)
      for _, entry in ipairs(page.entries) do
        seen, times[#times + 1] = entry.seq, entry.at
        counts[entry.endpoint] = (counts[entry.endpoint] or 0) + 1
      end
    until #page.entries == 0
    return #times
  end

  it("hold while any of them is killed or stopped, and Redis is killed", function()
    local stopped, looks = {}, 0
    repeat
      core.sleep(0.25)
      looks = looks + 1
      local list = callers()
      if looks % 4 == 0 and list[1] then
        os.execute(("kill -KILL %s 2>/dev/null"):format(list[1 + math.floor(core.random() * #list)]))
      end
      if looks % 60 == 10 then
        for i = 1, #list, 2 do stopped[#stopped + 1] = list[i] end
        os.execute(("kill -STOP %s 2>/dev/null"):format(table.concat(stopped, " ")))
      elseif looks % 60 == 52 then -- longer than a lease, which is 4.7 s, and a window
        os.execute(("kill -CONT %s 2>/dev/null"):format(table.concat(stopped, " ")))
        stopped = {}
      end
      if looks % 600 == 76 then server:cli("save") end
      if looks % 600 == 80 then -- a pause of more than a minute follows, for commands have lanes of a minute
        server:kill()
        server:start()
      end
    until count() >= CALLS and looks >= 110 -- when all of that has been
    table.sort(times)
    local over, most = windows(times, SLOTS, WINDOW)
    if os.getenv("IDNGO_REQUESTS") then
      print(("%d calls, %d windows over, most %d of %d, about %d s: all runtimes"):format(#times, over, most, SLOTS, looks // 4))
    end
    assert.equal(0, over)
    assert.is_true(most <= SLOTS)
    for _, name in ipairs { "tin_checks", "liveness_checks", "levels" } do assert.is_true((counts[name] or 0) > 0, name) end
    assert.equal(2, select(2, server:cli("--scan"):gsub("[^\n]+", ""))) -- one account for all: a hash and a lane
  end)
end)
