-- What one exchange with Redis carries: all that came while the last one was under way. What answers here is no Redis but the
-- test, which reads what was said and says when it is answered.

local core = require("idngo.core")
local files = require("files")
local idngo = require("idngo")
local settings = require("idngo.limits.settings")
local sleep = require("idngo.runtime").sleep

--- What the words of an exchange say: {gave = {what, …}, asks}. See lua/idngo/limits/scripts.lua.
local function parse(words)
  local at, said = 13, { gave = {}, asks = 0 }
  at = at + 1 + 3 * words[at]
  local groups
  groups, at = words[at], at + 1
  for _ = 1, groups do
    for _ = 1, words[at + 3] do said.gave[#said.gave + 1] = words[at] end
    at = at + 4 + 2 * words[at + 3]
  end
  for i = at + 4, at + 4 * words[at], 4 do said.asks = said.asks + words[i] end
  return said
end

--- The slots of an account whose Redis grants everything; `answer` is called with what an exchange says, its number, and its
--- words before it is answered.
local function slots_with(answer, lanes)
  local resolved = assert(settings.resolve { limits_url = "redis://127.0.0.1:1", timeout = 5, limits_timeout = 5,
    limits_rtt = 9 })
  local slots = require("idngo.limits.redis").new(resolved, ("a"):rep(64), files.folder(), 1)
  for _, lane in ipairs(lanes or { { "read", 1000, 60 } }) do slots:lane(lane[1], lane[2], lane[3]) end
  local stamp, count = 1000, 0
  function slots.link:ask(words) -- luacheck: ignore 212/self
    core.resp_command(words) -- throws where they are too many
    local said, asked = parse(words), core.now()
    count = count + 1
    answer(said, count, words)
    local answers = said.asks > 0 and { { stamp + 1, said.asks } } or {}
    stamp = stamp + said.asks
    return { "ok", math.floor(asked * 1e6), 0, 1, "abc", stamp, "", {}, answers }, nil, asked, asked
  end
  return slots
end

local LIST = { 1 }

--- Waits until something is so, which has to come; false where it does not.
local function until_so(is_so)
  for _ = 1, 5000 do
    if is_so() then return true end
    sleep(0.001)
  end
  return false
end

--- So many tasks make two calls each.
local function call_twice(slots, tasks)
  idngo.run(function()
    for _ = 1, tasks do
      idngo.spawn(function()
        for _ = 1, 2 do slots:release(assert(slots:acquire(LIST, 1)), "answered") end
      end)
    end
  end)
end

describe("an exchange of limits in Redis", function()
  it("is over for whoever it answered, though the next one is under way", function()
    local went_on, in_time = false, nil
    local slots
    slots = slots_with(function(_, number)
      if number == 1 then assert(until_so(function() return slots.asks[1] end)) end
      if number == 2 then in_time = until_so(function() return went_on end) end
    end)
    idngo.run(function()
      idngo.spawn(function()
        assert(slots:acquire(LIST, 1))
        went_on = true
      end)
      idngo.spawn(function()
        sleep(0.002)
        assert(slots:acquire(LIST, 1))
      end)
    end)
    assert.is_true(in_time)
  end)

  it("is followed by another for what others wait for, which was given back meanwhile", function()
    local gave, under_way = {}, false
    local slots, grant
    slots = slots_with(function(said, number)
      for _, what in ipairs(said.gave) do gave[#gave + 1] = what end
      under_way = number == 2
      if under_way then assert(until_so(function() return slots.gave[1] end)) end
    end, { { "levels", 1, 0 } })
    idngo.run(function()
      grant = assert(slots:acquire(LIST, 1))
      idngo.spawn(function()
        assert(until_so(function() return under_way end))
        slots:release(grant, "answered")
      end)
      assert(slots:acquire(LIST, 1))
    end)
    assert.same({ "answered" }, gave)
  end)

  it("carries what many calls have to say, and no more than a command may", function()
    local asks, most, exchanges = 0, 0, 0
    local slots = slots_with(function(said)
      exchanges, asks, most = exchanges + 1, asks + said.asks, math.max(most, said.asks, #said.gave)
    end)
    call_twice(slots, 2000)
    assert.equal(4000, asks)
    assert.equal(256, most)
    assert.is_true(exchanges < 40, exchanges)
  end)

  it("asks for all whose turn has come in the same moment", function()
    local said = {}
    local slots = slots_with(function(each) said[#said + 1] = each.asks end)
    idngo.run(function()
      for _ = 1, 64 do
        idngo.spawn(function()
          sleep(0.001)
          slots:release(assert(slots:acquire(LIST, 1)), "answered")
        end)
      end
      idngo.spawn(function() -- and it comes for all of them before anybody goes on
        local by = core.now() + 0.02
        repeat until core.now() > by
      end)
    end)
    assert.equal(64, said[1])
  end)

  it("says once what calls have in common", function()
    local words_of = {}
    local slots = slots_with(function(_, number, words) words_of[number] = #words end)
    call_twice(slots, 64)
    assert.equal(words_of[1] + 4 + 2 * 64, words_of[2]) -- of what was given back a stamp and an age each
  end)

  it("keeps no more records than were in use at once", function()
    local slots = slots_with(function() end)
    for i = 1, 100 do
      slots:release(assert(slots:acquire(LIST, 1)), "answered")
      slots:cancel_wait(i)
      slots:close_lane(1, 1)
    end
    assert.is_true(#slots.spare <= 16, #slots.spare)
  end)

  it("that fails is followed by none for what is given back, however asking fails", function()
    for _, kind in ipairs { "config", "io" } do
      for _, stepped in ipairs { false, true } do
        local slots, exchanges, grants = slots_with(function() end), 0, {}
        for i = 1, 300 do grants[i] = assert(slots:acquire(LIST, 1)) end
        slots.stepped = stepped
        slots.link.ask = function()
          exchanges = exchanges + 1
          if exchanges > 1000 then error("it goes on for ever") end
          return nil, { kind = kind, message = "Redis: NOPERM", sent = false }
        end
        for _, grant in ipairs(grants) do slots:release(grant, "answered") end
        assert.equal(300, #slots.gave)
        local before = exchanges
        slots:acquire(LIST, 1)
        assert.equal(before + 1, exchanges)
      end
    end
  end)

  it("is another one for a call that runs elsewhere while it is under way", function()
    local granted, under_way
    local slots = slots_with(function(_, number)
      under_way = true
      if number == 1 then assert(until_so(function() return granted end)) end
    end)
    idngo.run(function()
      idngo.spawn(function() assert(slots:acquire(LIST, 1)) end)
      idngo.spawn(function()
        assert(until_so(function() return under_way end))
        coroutine.wrap(function() -- where no task of the run can wait
          idngo.parallel({ 1 }, function() granted = slots:acquire(LIST, 1) end)
        end)()
      end)
    end)
    assert.is_number(granted)
  end)

  it("never takes back, after a reply that was lost, what another one was granted meanwhile", function()
    local slots, orphan, mine
    slots = slots_with(function(_, _, words) orphan = words[12] end)
    local ask = slots.link.ask
    idngo.run(function()
      assert(slots:acquire(LIST, 1))
      slots.busy = true -- as while an exchange is under way
      coroutine.wrap(function() mine = assert(slots:acquire(LIST, 1)) end)()
      slots.busy = false
      slots.link.ask = function() return nil, { kind = "reset", message = "connection reset by the server", sent = true } end
      assert.is_nil((slots:acquire(LIST, 1)))
      slots.link.ask = ask
      assert(slots:acquire(LIST, 1))
    end)
    assert.is_true(orphan >= mine)
  end)
end)
