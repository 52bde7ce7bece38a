-- What idngo doctor finds where Redis keeps the limits: each thing that may go wrong there, told before it does.

local core = require("idngo.core")
local files = require("files")
local redis = require("redis")
local settings = require("idngo.limits.settings")

if not redis.is_there() then
  describe("what doctor finds of Redis", function() pending("redis-server is not installed") end)
  return
end

describe("what doctor finds of Redis", function()
  local server, slots
  before_each(function()
    server = redis.start()
    slots = require("idngo.limits.redis").new(assert(settings.resolve { limits_url = server.url, timeout = 5, limits_timeout = 5,
      limits_rtt = 2 }), ("a"):rep(64), files.folder(), 1)
    slots:lane("read", 5, 60)
    assert(slots:nobody_sent())
  end)
  after_each(function() server:stop() end)

  --- State and text of a line.
  local function line(what)
    for _, row in ipairs(slots:examine()) do
      if row[1] == what then return row[2], row[3] end
    end
  end

  it("is nothing of a server that is as it should be", function()
    for _, row in ipairs(slots:examine()) do assert.equal("ok", row[2], row[1]) end
    assert.matches("this account is a+ there", select(2, line("limits")))
  end)

  it("is a policy that may drop slots", function()
    server:cli("config set maxmemory 100mb")
    assert.equal("ok", (line("limits memory")))
    server:cli("config set maxmemory-policy allkeys-lru")
    local state, text = line("limits memory")
    assert.equal("fail", state)
    assert.matches("allkeys%-lru, which may drop slots", text)
  end)

  it("is a replica that may lack the last writes", function()
    local replica = redis.start(("--replicaof 127.0.0.1 %d --repl-diskless-sync-delay 0"):format(server.port))
    finally(function() replica:stop() end)
    repeat core.sleep(0.05) until server:cli("info replication"):find("connected_slaves:1")
    assert.equal("fail", (line("limits replicas")))
    slots.unfenced = true
    assert.equal("warn", (line("limits replicas")))
    server:cli("config set min-replicas-to-write 1")
    assert.equal("ok", (line("limits replicas")))
  end)

  it("is a clock that runs too fast, by what was seen of it, and one that was found wrong", function()
    --- Redis's clock as it was a hundred seconds ago, when it had still to run so many seconds more than ours in these.
    local function seen_to_gain(seconds)
      local asked, wall, answered = core.now(), core.wall(), core.now()
      slots.clock.samples = { { asked - 100, answered - 100, wall - 100 - seconds } }
    end
    seen_to_gain(3)
    local state, text = line("limits clock")
    assert.equal("warn", state)
    assert.matches("runs %d%d%d%d%d ppm fast", text)
    seen_to_gain(0.01)
    state, text = line("limits clock")
    assert.equal("ok", state)
    assert.matches("runs %d+ ppm", text)
    slots.clock.epoch = "of another server"
    assert.is_nil(select(2, line("limits clock")):find("ppm"))
  end)

  it("is an answer that is too slow, and a pause", function()
    slots.rtt = 0
    assert.equal("fail", (line("limits speed")))
    server:cli("flushall")
    slots:acquire({ 1 }, 5)
    local state, text = line("limits pause")
    assert.equal("warn", state)
    assert.matches("calls wait until %d+:%d+:%d+", text)
  end)
end)
