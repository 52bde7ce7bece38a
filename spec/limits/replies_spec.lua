-- What comes from Redis, or from who says to be one: replies that are cut off, late, lost, refused or made up never lead to a
-- grant that Redis did not give, and nobody waits for them longer than an exchange may take. ./dev torture tries a million of
-- them: IDNGO_REPLIES.

local core = require("idngo.core")
local files = require("files")
local redis = require("redis")
local settings = require("idngo.limits.settings")

if not redis.is_there() then
  describe("replies of Redis", function() pending("redis-server is not installed") end)
  return
end

local server

setup(function() server = redis.start() end)
teardown(function() server:stop() end)
before_each(function() server:cli("flushall") end)

--- The slots of an account in one lane of five, as a machine of its own has them.
local function slots_at(url)
  local resolved = assert(settings.resolve { limits_url = url, timeout = 5, limits_timeout = 5, limits_rtt = 2 })
  local slots = require("idngo.limits.redis").new(resolved, ("a"):rep(64), files.folder(), 1)
  slots:lane("read", 5, 60)
  slots:lane("other", 9, 60)
  return slots
end

local function used(slots)
  for _, lane in ipairs(slots:look().lanes) do
    if lane.name == "read" then return lane.used end
  end
end

describe("a reply of Redis", function()
  it("may come byte by byte", function()
    local proxy = redis.proxy(server.port, "1")
    finally(function() proxy:stop() end)
    local slots = slots_at(proxy.url)
    assert(slots:nobody_sent())
    assert.is_number((slots:acquire({ 1 }, 5)))
    assert.equal(1, used(slots))
  end)

  it("that ends anywhere is no grant, and what it granted is taken back", function()
    local right = slots_at(server.url)
    assert(right:nobody_sent())
    local proxy, cut = redis.proxy(server.port, "cut"), 1
    finally(function() proxy:stop() end)
    while true do
      local slots = slots_at(proxy.url)
      local grant, wait, ticket = slots:acquire({ 1 }, 5)
      if grant then break end -- so long is a whole reply
      assert.is_number(wait)
      assert.equal(0, ticket)
      slots.link = right.link -- the network is mended
      local again = assert(slots:acquire({ 1 }, 5))
      assert.equal(1, used(slots), cut)
      slots:release(again, "not_sent")
      slots:close()
      cut = cut + 1
    end
    assert.is_true(cut > 60, cut)
  end)

  it("gives each of those that ask together what is its own", function()
    local slots = slots_at(server.url)
    assert(slots:nobody_sent())
    local granted, waiting, other = {}, {}, nil
    require("idngo").run(function()
      for i = 1, 9 do
        require("idngo").spawn(function()
          local grant, _, ticket = slots:acquire(i == 4 and { 1 } or { 2, 1 }, i == 8 and 4 or 5)
          if grant then granted[#granted + 1] = grant else waiting[#waiting + 1] = ticket end
          if i == 4 then other = grant end
        end)
      end
    end)
    assert.equal(5, #granted)
    assert.equal(4, #waiting)
    for i = 2, 5 do assert.equal(granted[1] + i - 1, granted[i]) end
    for i = 2, 4 do assert.is_true(waiting[i] > waiting[i - 1]) end
    assert.equal(granted[4], other)
    assert.equal(5, used(slots))
    for _, grant in ipairs(granted) do slots:release(grant, grant == other and "not_sent" or "answered") end
    slots:close()
    local lanes = slots:look().lanes
    assert.equal("other read", lanes[1].name .. " " .. lanes[2].name)
    assert.equal("4 4", lanes[1].used .. " " .. lanes[2].used)
  end)

  it("that is late gives its grant back", function()
    local slots = slots_at(server.url)
    assert(slots:nobody_sent())
    slots.rtt = 0
    local grant, wait, _, _, _, state = slots:acquire({ 1 }, 5)
    assert.is_nil(grant)
    assert.is_number(wait)
    assert.equal("slow", state)
    slots.rtt = 2
    assert.is_number((slots:acquire({ 1 }, 5)))
    assert.equal(1, used(slots))
  end)

  it("that refuses is waited for, unless that is of no use", function()
    local replica = redis.start(("--replicaof 127.0.0.1 %d --repl-diskless-sync-delay 0"):format(server.port))
    local cluster = redis.start("--cluster-enabled yes")
    local secret = redis.start("--requirepass canary")
    finally(function()
      for _, each in ipairs { replica, cluster, secret } do each:stop() end
    end)
    repeat core.sleep(0.05) until replica:cli("info replication"):find("master_link_status:up")
    for _, case in ipairs {
      { replica.url, "READONLY", 0 }, { cluster.url, "CLUSTERDOWN", 0 }, { secret.url, "limits_password_file" },
    } do
      local grant, wait, ticket, _, _, _, text = slots_at(case[1]):acquire({ 1 }, 5)
      assert.is_nil(grant)
      assert.equal(case[3], ticket)
      assert.truthy(tostring(text or wait):find(case[2], 1, true), tostring(text or wait))
    end
  end)

  it("is not waited for longer than an exchange may take", function()
    server:kill("STOP")
    finally(function() server:kill("CONT") end)
    local began = core.now()
    local grant, wait = slots_at(server.url):acquire({ 1 }, 5)
    assert.is_nil(grant)
    assert.is_number(wait)
    assert.is_true(core.now() - began >= 4) -- and it is over
  end)

  --- What becomes of `count` that ask together: the stamp of each that is granted, else false.
  local function ask_together(slots, count)
    local asks, stamps = {}, {}
    for i = 1, count - 1 do asks[i] = { lanes = { 1 }, lease = 6, ticket = 0 } end
    slots.asks = { (table.unpack or unpack)(asks) } -- luacheck: ignore 113
    stamps[count] = slots:acquire({ 1 }, 5) or false
    for i, ask in ipairs(asks) do
      assert.is_true(ask.done and (ask.stamp ~= nil or ask.answer ~= nil))
      stamps[i] = ask.stamp or false
    end
    return stamps
  end

  it("that gives a slot twice, one from after it, or answers others, is a grant for nobody", function()
    local slots, answers = slots_at(server.url), nil
    slots.link.ask = function()
      return { "ok", 1.7e15, 0, 1, "abc", 105, "", {}, answers }, nil, core.now(), core.now()
    end
    answers = { { 101, 2 }, { 0, 1, 103, 1, "read" }, { 104, 2 } }
    assert.same({ 101, 102, false, 104, 105 }, ask_together(slots, 5))
    for i, each in ipairs {
      { { 101, 3 }, { 103, 2 } }, { { 104, 2 }, { 101, 3 } }, { { 101, 2 }, { 0, 1, 103, 1, "read" }, { 101, 2 } },
      { { 101, 4 }, { 106, 1 } }, { { 102, 5 } }, { { 101, 4 } }, { { 100, 6 } }, { { 101, 5 }, { 0, 1, 103, 1, "read" } },
    } do
      answers = each
      assert.same({ false, false, false, false, false }, ask_together(slots, 5), i)
    end
  end)

  it("that was changed anywhere is a grant only where it is a sound one", function()
    local slots = slots_at(server.url)
    local stamp = 1700000000000001
    local head = "*9\r\n$2\r\nok\r\n:1700000000000000\r\n:%d\r\n:1\r\n$3\r\nabc\r\n:1700000000000005\r\n$0\r\n\r\n*0\r\n"
    local one, some = "*2\r\n:1700000000000001\r\n:1\r\n", "*2\r\n:170000000000000%d\r\n:2\r\n"
    local wait = "*5\r\n:0\r\n:9\r\n:1700000000000003\r\n:9\r\n$4\r\nread\r\n"
    local forms = { -- how many ask, and what they are told
      { 1, head:format(0) .. "*1\r\n" .. one }, { 2, head:format(0) .. "*1\r\n" .. some:format(1) },
      { 5, head:format(0) .. "*3\r\n" .. some:format(1) .. wait .. some:format(4) },
      { 3, head:format(0) .. "*2\r\n" .. some:format(1) .. wait }, { 2, head:format(9) .. "*2\r\n" .. wait .. wait },
    }
    local splices = { "*", ":", "$", "+", "-", "\r\n", "0", "1", "2", "3", "-1", "9007199254740993", "ok", "\0", "*1\r\n",
      "$-1\r\n", one, wait }
    local bytes, reply
    slots.link.ask = function()
      local reader = core.resp_reader()
      local state
      state, reply = reader:feed(bytes)
      if state ~= "end" or reader:feed("") ~= "more" then return nil, { kind = "io", message = "wrong", sent = true } end
      return reply, nil, core.now(), core.now()
    end
    bytes = forms[3][2]
    assert.same({ stamp, stamp + 1, false, stamp + 3, stamp + 4 }, ask_together(slots, 5))
    local random, granted = core.random, {}
    local function pick(n) return 1 + math.floor(random() * n) end
    --- Each is told what is its own, and no number is told to two.
    local function check(stamps)
      assert.is_true(reply[1] == "ok" and reply[3] == 0, bytes)
      local i, last = 0, 0
      for _, answer in ipairs(reply[9]) do
        for k = 0, answer[1] == 0 and 0 or answer[2] - 1 do
          i = i + 1
          local mine = stamps[i]
          local right = mine == (answer[1] ~= 0 and answer[1] + k)
          if mine then
            right = right and mine > last and mine <= reply[6] and mine <= 2 ^ 53 and mine % 1 == 0
            last = mine
          end
          if not right then error(bytes) end
        end
      end
      assert.equal(#stamps, i, bytes)
    end
    for _ = 1, tonumber(os.getenv("IDNGO_REPLIES")) or 20000 do
      local form = pick(#forms)
      bytes = forms[form][2]
      for _ = 1, pick(3) do
        local at, length = pick(#bytes), pick(4) - 1
        bytes = bytes:sub(1, at - 1) .. splices[pick(#splices)] .. bytes:sub(at + length)
      end
      slots.backoff, slots.stepped, slots.orphan, slots.gave = nil, false, nil, {}
      slots.clock.epoch = nil
      local stamps, some_granted = ask_together(slots, forms[form][1]), false
      for _, mine in ipairs(stamps) do some_granted = some_granted or mine end
      if some_granted then
        granted[form] = true
        check(stamps)
      end
    end
    for form = 1, 4 do assert.is_true(granted[form], form) end
  end)
end)
