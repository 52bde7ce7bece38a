-- luacheck: std lua54+busted
local limits = require("idngo.sandbox.limits")

local LANE = "similar_by_text_and_face" -- 7 in 10 seconds

--- How many of the requests at these times pass.
local function passed(model, times)
  local limiter, count = limits.new(model), 0
  for _, t in ipairs(times) do
    if not limiter:take(LANE, "GET", t) then count = count + 1 end
  end
  return count
end

local function at_once(n, t)
  local times = {}
  for i = 1, n do times[i] = t end
  return times
end

describe("the sandbox's limits", function()
  it("rolling: seven pass, the eighth only when the first is ten seconds old", function()
    assert.equal(7, passed("rolling", at_once(8, 100)))
    assert.equal(7, passed("rolling", { 100, 105, 105, 105, 105, 105, 105, 109.999 }))
    assert.equal(8, passed("rolling", { 100, 105, 105, 105, 105, 105, 105, 110 }))
    assert.equal(8, passed("rolling", { 100, 105, 105, 105, 105, 105, 105, 110, 110 }))
  end)

  it("fixed: the window starts with the first request, so two bursts may meet at its edge", function()
    assert.equal(7, passed("fixed", { 100, 109, 109, 109, 109, 109, 109, 109.9 }))
    assert.equal(14, passed("fixed", { 100, 109, 109, 109, 109, 109, 109, 110, 110, 110, 110, 110, 110, 110, 110 }))
  end)

  it("token: seven at once, then one every ten sevenths", function()
    assert.equal(7, passed("token", at_once(8, 100)))
    local times = at_once(7, 100)
    times[8], times[9], times[10] = 101, 101.43, 101.5
    assert.equal(8, passed("token", times))
  end)

  it("leaky: no burst at all, one every ten sevenths", function()
    assert.equal(1, passed("leaky", at_once(8, 100)))
    assert.equal(1, passed("leaky", { 100, 101.428 }))
    assert.equal(2, passed("leaky", { 100, 101.429 }))
  end)

  it("does not count what it refuses", function()
    assert.equal(8, passed("rolling", { 0, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9, 10 }))
  end)

  it("gives the three lanes of the reference and the account's two", function()
    local sizes = { similar_by_text_and_face = 7, similar_by_text = 10, import_applicant = 10 }
    for lane, size in pairs(sizes) do
      local limiter = limits.new("rolling")
      for _ = 1, size do assert.is_nil(limiter:take(lane, "GET", 1)) end
      assert.is_string(limiter:take(lane, "GET", 10.9))
      assert.is_nil(limiter:take(lane, "GET", 11))
    end
    for method, size in pairs({ GET = 300, POST = 50, PATCH = 50 }) do
      local limiter = limits.new("rolling")
      for _ = 1, size do assert.is_nil(limiter:take(nil, method, 1)) end
      assert.is_string(limiter:take(nil, method, 5.9))
      assert.is_nil(limiter:take(nil, method, 6))
    end
  end)

  it("counts POST and PATCH in one lane, apart from GET", function()
    local limiter = limits.new("rolling")
    for i = 1, 50 do assert.is_nil(limiter:take(nil, i % 2 == 0 and "POST" or "PATCH", 1)) end
    assert.is_string(limiter:take(nil, "POST", 1))
    assert.is_nil(limiter:take(nil, "GET", 1))
  end)

  it("spends nothing of one lane when the other is full", function()
    local limiter = limits.new("rolling")
    for _ = 1, 300 do limiter:take(nil, "GET", 1) end
    for _ = 1, 7 do assert.is_string(limiter:take(LANE, "GET", 1)) end
    assert.is_nil(limiter:take(LANE, "GET", 6))
  end)

  it("holds the report lane until the answer has left, and no other", function()
    local limiter = limits.new("rolling")
    limiter:hold("report", 5)
    limiter:hold("similar_by_text", 5)
    assert.is_string(limiter:take("report", "GET", 4.9))
    assert.is_nil(limiter:take("report", "GET", 5))
    assert.is_nil(limiter:take("similar_by_text", "GET", 4.9))
  end)
end)
