-- Many applicants: what `./dev bench` measures with 10 000 holds for 1 000.

local support = require("runs")

describe("a plan about 1 000 applicants #slow", function()
  it("fetches facts only where they are touched, changes nothing, and keeps to its memory", function()
    local out, errors, code = support.shell("lua5.4 bench/plan.lua 1000")
    assert.equal(0, code, out .. errors)
    for _, fact in ipairs { "duplicates", "liveness", "tin" } do
      local touched, fetched = out:match(fact .. "%s+touched for%s+(%d+) applicants, fetched%s+(%d+) times")
      assert.is_true(tonumber(touched) > 50, out)
      assert.equal(touched, fetched)
    end
    assert.equal(6, select(2, out:gsub(": ok\n", "")), out)
  end)
end)
