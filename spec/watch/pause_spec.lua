-- When a watcher pauses, how long, and what ends that.

local pauses = require("idngo.watch.pause")

--- A pause that ten lines in a row have begun, at moment 0, with more of them under way.
local function paused()
  local pause = pauses.new()
  for n = 1, 9 do assert.is_nil(pause:miss(n, 0, "down")) end
  assert.is_false(pause:holds(0))
  assert.equal(5, pause:miss(10, 0, "down"))
  return pause
end

describe("a pause of a watcher", function()
  it("begins after ten lines in a row that came to nothing, and ends with the first that comes to something", function()
    local pause = paused()
    assert.is_true(pause:holds(4.9))
    assert.is_false(pause:holds(5))
    assert.is_true(pause:hit())
    assert.is_false(pause:holds(0))
    assert.is_false(pause:hit())
    assert.is_nil(pause:miss(1, 9, "down"))
  end)

  it("is doubled once for the line that was tried, however many were under way when it began", function()
    local pause = paused()
    for n = 11, 16 do assert.is_nil(pause:miss(n, 1, "down")) end
    assert.is_false(pause:holds(5))
    pause:begin(20)
    assert.is_true(pause:holds(5)) -- one at a time
    assert.is_nil(pause:miss(17, 5, "down"))
    pause:finish(17)
    assert.is_true(pause:holds(5))
    assert.equal(10, pause:miss(20, 5, "down"))
    pause:finish(20)
    assert.is_true(pause:holds(14))
    assert.is_false(pause:holds(15))
    for seconds = 1, 8 do
      pause:begin(seconds)
      assert.equal(math.min(10 * 2 ^ seconds, 300), pause:miss(seconds, 15, "down"))
    end
  end)

  it("tries the next line where what came of the one that was tried says nothing", function()
    local pause = paused()
    pause:begin(20) -- superseded meanwhile: neither a hit nor a miss
    pause:finish(20)
    assert.is_false(pause:holds(5))
  end)

  it("begins at once where the service refuses the account; and says so of one that had begun before", function()
    local pause = pauses.new()
    assert.equal(5, pause:miss(1, 0, "401", true))
    assert.is_true(pause.current.failing)
    pause = paused()
    pause:miss(11, 0, "401", true)
    assert.is_true(pause.current.failing)
  end)
end)
