-- Moments as seconds, and back; what may be printed.

local dates = require("idngo.dates")
local printable = require("idngo.text").printable

describe("moments", function()
  it("are seconds since 1970, and the same moments again", function()
    for text, seconds in pairs {
      ["1970-01-01"] = 0, ["1969-12-31 23:59:59"] = -1, ["2000-02-29 12:00:00"] = 951825600, ["2000-03-01"] = 951868800,
      ["1900-03-01"] = -2203891200, ["2100-02-28 23:59:59"] = 4107542399, ["2026-01-31 08:25:32"] = 1769847932,
    } do
      assert.equal(seconds, dates.seconds(assert(dates.parse(text))), text)
      assert.equal(#text == 10 and text .. " 00:00:00" or text, dates.stamp(seconds + 0.75))
    end
  end)

  it("have a zone, or are UTC", function()
    for _, text in ipairs { "2026-01-01T02:00+05:00", "2025-12-31T16:00:00.5-0500", "2025-12-31 21:00Z", "2025-12-31 21:00" } do
      assert.equal(1767214800, dates.seconds(assert(dates.parse(text))), text)
    end
  end)
end)

describe("what is printable", function()
  it("has no control characters, of one byte or of two", function()
    assert.equal("a?b?c?d?é", printable("a\27b\127c\0d\194\155é", "?"))
    assert.equal("one two  ", printable("one\ntwo\r\n", " "))
  end)
end)
