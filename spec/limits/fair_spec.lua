-- Who gets how much of a lane in Redis that all want more of: turns are taken, whoever asks how often.

local core = require("idngo.core")
local files = require("files")
local redis = require("redis")
local shell = require("shell")
local LUA = os.getenv("LUA") or "/usr/bin/lua5.4"

if not redis.is_there() then
  describe("turns in a lane in Redis #slow #alone", function() pending("redis-server is not installed") end)
  return
end

local SLOTS, WINDOW = 200, 0.5

describe("turns in a lane in Redis #slow #alone", function()
  local server, pids, dir
  before_each(function() server, pids, dir = redis.start(), {}, files.folder() end)
  after_each(function()
    os.execute(("kill -KILL %s 2>/dev/null"):format(table.concat(pids, " ")))
    server:stop()
    os.execute("rm -r " .. dir)
  end)

  local function start(name, words)
    pids[#pids + 1] = shell("%s spec/support/limits_worker.lua %s %s %s/%s %d %g %s >>%s/said 2>&1 & echo $!", LUA, server.url,
      files.folder(), dir, name, SLOTS, WINDOW, words or "", dir):match("%d+")
  end

  local function count(name) return tonumber(shell("cat %s/%s 2>/dev/null | wc -l", dir, name):match("%d+")) end

  it("are the same for four machines that all want everything", function()
    for i = 1, 4 do start("log" .. i) end
    local counts
    repeat
      core.sleep(0.1)
      counts = { count("log1"), count("log2"), count("log3"), count("log4") }
      table.sort(counts)
    until counts[1] + counts[2] + counts[3] + counts[4] >= 3000
    assert.is_true(counts[4] / counts[1] <= 1.2, table.concat(counts, " "))
  end)

  it("come to one that asks now and then, among three that want everything", function()
    for i = 1, 3 do start("log" .. i) end
    start("seldom", "seldom")
    repeat core.sleep(0.1) until count("seldom") >= 20
    local longest = 0
    for line in io.lines(dir .. "/seldom.waits") do longest = math.max(longest, tonumber(line) or 0) end
    assert.is_true(longest > 0 and longest <= 2.5 * WINDOW + 0.05, longest)
  end)
end)
