-- The limiter as Lua sees it, and as several processes share it. Its rules are tested in spec/c/test_limit*.c.

local core = require("idngo.core")
local sleep = require("idngo.core").sleep

local function run(command, ...)
  return assert(os.execute(command:format(...)))
end

describe("a limiter", function()
  local directory, limiter, lane

  before_each(function()
    directory = os.tmpname()
    os.remove(directory)
    limiter = assert(core.limiter("account", directory))
    lane = limiter:lane("lane", 2, 10)
  end)

  after_each(function()
    limiter:close()
    run("rm -rf '%s'", directory)
  end)

  it("grants as many requests as there are slots, then says how long to wait and where", function()
    assert.is_true(math.type(limiter:acquire({ lane }, 30)) == "integer")
    local grant = limiter:acquire({ lane }, 30)
    limiter:release(grant, "answered")
    local none, wait, ticket, name, expected = limiter:acquire({ lane }, 30)
    assert.is_nil(none)
    assert.is_true(wait > 0 and wait <= 1)
    assert.equal("integer", math.type(ticket))
    assert.equal("lane", name)
    assert.is_true(expected > 10 and expected <= 10.1)
  end)

  it("frees the slot of what was not sent at once, and no other", function()
    local grant = limiter:acquire({ lane }, 30)
    limiter:acquire({ lane }, 30)
    limiter:release(grant, "not_sent")
    limiter:release(grant, "not_sent")
    limiter:release(1, "answered")
    grant = assert(limiter:acquire({ lane }, 30))
    limiter:release(grant, "lost")
    limiter:release(grant, "not_sent")
    assert.is_nil((limiter:acquire({ lane }, 30)))
  end)

  it("counts from when the response arrived", function()
    local short = limiter:lane("short", 1, 0.05)
    local grant = limiter:acquire({ short }, 30)
    sleep(0.06)
    limiter:release(grant, "answered", core.now() - 0.055)
    assert.truthy(limiter:acquire({ short }, 30))
  end)

  it("keeps a waiter's place by its ticket until it gives up", function()
    local one = limiter:lane("one", 1, 0)
    local running = limiter:acquire({ one }, 30)
    local _, _, first = limiter:acquire({ one }, 30)
    local _, _, second = limiter:acquire({ one }, 30)
    assert.is_true(first < second)
    limiter:release(running, "answered")
    local none, _, again = limiter:acquire({ one }, 30, second)
    assert.is_nil(none)
    assert.equal(second, again)
    limiter:cancel_wait(first)
    assert.truthy(limiter:acquire({ one }, 30, second))
  end)

  it("takes a slot in every lane of a request or in none", function()
    local other = limiter:lane("other", 1, 10)
    assert.truthy(limiter:acquire({ lane, other }, 30))
    local none, _, _, name = limiter:acquire({ lane, other }, 30)
    assert.is_nil(none)
    assert.equal("other", name)
    assert.truthy(limiter:acquire({ lane }, 30))
  end)

  it("closes a lane after a 429 and shows what it learned", function()
    limiter:acquire({ lane }, 30)
    limiter:close_lane(lane, 7)
    local none, _, _, _, expected = limiter:acquire({ lane }, 30)
    assert.is_nil(none)
    assert.is_true(expected > 0 and expected <= 7)
    local row = limiter:snapshot()[1]
    assert.is_true(row.closed_for > 0 and row.closed_for <= 7)
    assert.is_true(row.gap > 5 and row.gap < 5.1)
    row.closed_for, row.gap = nil, nil
    assert.same({ name = "lane", slots = 2, window = 10.0, used = 1, waiting = 1, widened = 0.0 }, row)
  end)

  it("shares its slots with others of the account, and not with other accounts", function()
    local same, other = core.limiter("account", directory), core.limiter("other", directory)
    same:lane("lane", 2, 10)
    other:lane("lane", 2, 10)
    assert.truthy(limiter:acquire({ lane }, 30))
    assert.truthy(same:acquire({ 1 }, 30))
    assert.is_nil((limiter:acquire({ lane }, 30)))
    assert.is_nil((same:acquire({ 1 }, 30)))
    assert.truthy(other:acquire({ 1 }, 30))
  end)

  it("refuses a directory that others may read, and says what to do", function()
    run("chmod 755 '%s'", directory)
    local refused, why = core.limiter("account", directory)
    assert.is_nil(refused)
    assert.matches(directory .. " has mode 0755", why, 1, true)
    assert.matches("chmod 700", why, 1, true)
  end)

  it("says why it cannot grant when its file can no longer be used", function()
    run("rm '%s/account.v2' && chmod 755 '%s'", directory, directory)
    local none, why = limiter:acquire({ lane }, 30)
    assert.is_nil(none)
    assert.matches("chmod 700", why, 1, true)
    assert.is_nil((limiter:snapshot()))
  end)

  it("throws on arguments that cannot be", function()
    for what, call in pairs {
      ["not a key"] = function() core.limiter("a/b", directory) end,
      ["not a key "] = function() core.limiter("", directory) end,
      ["no name"] = function() core.limiter("a", "") end,
      ["1 to 31 bytes"] = function() limiter:lane(("x"):rep(32), 1, 1) end,
      ["1 to 1024 slots"] = function() limiter:lane("x", 1025, 1) end,
      ["0 to 86400"] = function() limiter:lane("x", 1, -1) end,
      ["1 to 4 lanes"] = function() limiter:acquire({}, 1) end,
      ["no such lane"] = function() limiter:acquire({ 99 }, 1) end,
      ["no such lane "] = function() limiter:close_lane(0, 1) end,
      ["0 to 86400 "] = function() limiter:acquire({ lane }, 0 / 0) end,
      ["a lease above 0"] = function() limiter:acquire({ lane }, 0) end,
      ["not a ticket"] = function() limiter:acquire({ lane }, 1, -1) end,
      ["invalid option"] = function() limiter:release(1, "perhaps") end,
      ["more than 64 lanes"] = function() for i = 1, 64 do limiter:lane("lane" .. i, 1, 1) end end,
    } do
      assert.error_matches(call, what:gsub(" $", ""), 1, true)
    end
  end)

  it("closes twice without harm and throws when used after", function()
    limiter:close()
    limiter:close()
    assert.error_matches(function() limiter:snapshot() end, "limiter is closed", 1, true)
  end)

  it("counts the grants of a limiter that was closed as lost", function()
    do
      local gone <close> = core.limiter("account", directory)
      gone:lane("lane", 2, 10)
      assert.truthy(gone:acquire({ 1 }, 30))
      assert.truthy(gone:acquire({ 1 }, 30))
    end
    assert.is_nil((limiter:acquire({ lane }, 30)))
    assert.equal(2, limiter:snapshot()[1].used)
  end)
end)

describe("processes of one account", function()
  local SLOTS, WINDOW, LEASE, PROCESSES = 7, 0.2, 0.2, 4
  local directory, log

  before_each(function()
    directory, log = os.tmpname(), os.tmpname()
    os.remove(directory)
  end)

  after_each(function()
    run("rm -rf '%s' '%s'", directory, log)
  end)

  local function start()
    local pipe = io.popen(("echo $$; exec lua5.4 spec/support/limiter_worker.lua '%s' '%s' %d %g %g")
      :format(directory, log, SLOTS, WINDOW, LEASE))
    return { pipe = pipe, pid = pipe:read("l") }
  end

  local function kill(worker)
    run("kill -9 %s", worker.pid)
    local _, how, signal = worker.pipe:close()
    return how == "signal" and signal == 9
  end

  --- The most requests counted in any window, and how many there were.
  local function most_in_a_window()
    local times, most, first = {}, 0, 1
    for line in io.lines(log) do times[#times + 1] = tonumber(line) end
    table.sort(times)
    for i, at in ipairs(times) do
      while at - times[first] >= WINDOW do first = first + 1 end
      most = math.max(most, i - first + 1)
    end
    return most, #times
  end

  -- under the sanitizers in ./dev torture: there most of what it takes is the starts of processes
  it("never exceed the limit while they are killed in flight and started again #slow", function()
    local workers, stop, enough = {}, core.now() + 4, false
    for i = 1, PROCESSES do workers[i] = start() end
    while not enough or core.now() < stop do -- on a busy machine, until they have asked often enough
      sleep(0.2 * core.random())
      local i = math.random(PROCESSES)
      assert.is_true(kill(workers[i]), "a worker had ended by itself")
      workers[i] = start()
      enough = select(2, most_in_a_window()) > 2 * SLOTS
    end
    for i = 1, PROCESSES do kill(workers[i]) end
    local most = most_in_a_window()
    assert.is_true(most <= SLOTS, most .. " requests within the window")
  end)
end)
