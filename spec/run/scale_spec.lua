-- Many applicants: what `./dev bench` measures with 10 000 and with a million holds for some thousands.

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

describe("a run about many #slow", function()
  it("takes no more memory than one about few, from its input to its report", function()
    local function peak(applicants)
      local _, errors, code = support.shell("lua5.4 bench/million.lua work " .. applicants)
      assert.equal(0, code, errors)
      return tonumber(errors:match("peak=(%d+)"))
    end
    local few, many = peak(2000), peak(8000) -- with fewer SQLite's caches are not full
    assert.is_true(many - few <= 4096, ("%d KiB and %d KiB"):format(few, many))
  end)
end)
