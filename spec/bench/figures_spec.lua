-- The arithmetic of the benchmark; what it measures is no test.

local stats = dofile("bench/stats.lua")

describe("the benchmark's arithmetic", function()
  it("takes the middle value, whatever the order, and leaves the list alone", function()
    local values = { 5, 1, 100 }
    assert.equal(5, stats.median(values))
    assert.same({ 5, 1, 100 }, values)
    assert.equal(1, stats.median { 1 })
  end)

  it("takes the mean of the two in the middle of an even number", function()
    assert.equal(2.5, stats.median { 4, 1, 3, 2 })
  end)

  it("has the mean of values", function()
    assert.equal(3, stats.mean { 1, 2, 6 })
    assert.has_error(function() stats.mean {} end, "no values")
  end)

  it("has no median of nothing", function()
    assert.has_error(function() stats.median {} end, "no values")
  end)

  it("takes ratios within a round, and then their median", function()
    -- the second round was slow for both, so it must not count as slower
    local rounds = { { { cpu = 10 }, { cpu = 12 } }, { { cpu = 100 }, { cpu = 130 } }, { { cpu = 10 }, { cpu = 14 } } }
    local median, least, most = stats.ratio(rounds, 2, "cpu")
    assert.equal(1.3, median)
    assert.equal(1.2, least)
    assert.equal(1.4, most)
  end)

  it("reads a program's line of pairs", function()
    assert.same({ cpu = 0.25, peak = 9612, kept = -1.5, signature = "0e12ff" },
      stats.parse("cpu=0.250000 peak=9612 kept=-1.5 signature=0e12ff\n"))
  end)

  it("reads cachegrind's count, and says what was there instead when there is none", function()
    assert.equal(1234567, stats.instructions("==1== \n==1== I   refs:      1,234,567\n"))
    assert.has_error(function() stats.instructions("valgrind: not found") end,
      "cachegrind counted nothing:\nvalgrind: not found")
  end)
end)
