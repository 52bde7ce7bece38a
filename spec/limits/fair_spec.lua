-- Who gets how much of a lane in Redis that all want more of: turns are taken, whoever asks how often.

local core = require("idngo.core")
local files = require("files")
local redis = require("redis")
local shell = require("shell")
local LUA = os.getenv("LUA") or "/usr/bin/lua5.4"

if not redis.is_there() then
  describe("turns in a lane in Redis #slow", function() pending("redis-server is not installed") end)
  return
end

local SLOTS, WINDOW = 200, 0.5

describe("turns in a lane in Redis #slow", function()
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

  --- How many turns each of four has had.
  local function turns()
    local counts = {}
    for i = 1, 4 do counts[i] = count("log" .. i) end
    return counts
  end

  --- The next 3 000 turns, of which each of four has so many, the fewest first.
  local function next_turns()
    local before = turns()
    local counts, all
    repeat
      core.sleep(0.1)
      counts, all = turns(), 0
      for i = 1, 4 do
        counts[i] = counts[i] - before[i]
        all = all + counts[i]
      end
    until all >= 3000
    table.sort(counts)
    return counts
  end

  it("are the same for four machines that all want everything", function()
    for i = 1, 4 do start("log" .. i) end
    repeat core.sleep(0.1) until math.min(table.unpack(turns())) > 0
    -- One that the processors are kept from wants less meanwhile. Were the turns unfair, they would be so every time.
    local seen = {}
    for i = 1, 10 do
      local counts = next_turns()
      if counts[4] / counts[1] <= 1.2 then return end
      seen[i] = table.concat(counts, " ")
    end
    error(table.concat(seen, ", "))
  end)

  it("come to one that asks now and then, among three that want everything", function()
    for i = 1, 3 do start("log" .. i) end
    start("seldom", "seldom")
    repeat core.sleep(0.1) until count("seldom.waits") >= 20
    local waits, taken = {}, {}
    for line in io.lines(dir .. "/seldom.waits") do waits[#waits + 1] = { line:match("^(%S+) (%S+)$") } end
    for i = 1, 3 do
      for line in io.lines(dir .. "/log" .. i) do taken[#taken + 1] = tonumber(line) end
    end
    -- A window has SLOTS turns. They are counted, for a busy machine takes them more slowly.
    for _, wait in ipairs(waits) do
      local from, to, meanwhile = tonumber(wait[1]), tonumber(wait[2]), 0
      for _, at in ipairs(taken) do meanwhile = meanwhile + (at > from and at < to and 1 or 0) end
      assert.is_true(to > from and meanwhile <= (2.5 + 0.05 / WINDOW) * SLOTS, meanwhile .. " turns of others")
    end
  end)
end)
