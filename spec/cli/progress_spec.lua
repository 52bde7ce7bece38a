-- Progress: what the line says, by a clock that the test turns.

local core = require("idngo.core")
local progress = require("idngo.cli.progress")

describe("progress off a terminal", function()
  local now, isatty, stderr, clock, said

  before_each(function()
    now, isatty, stderr = core.now, core.isatty, io.stderr
    clock, said = 1000, {}
    core.now = function() return clock end
    core.isatty = function() return false end
    io.stderr = { write = function(_, text) said[#said + 1] = text end, flush = function() end } -- luacheck: ignore 122
  end)
  after_each(function()
    core.now, core.isatty, io.stderr = now, isatty, stderr -- luacheck: ignore 122
  end)

  it("is a line every five seconds with rate, time left, and the lanes that calls wait in", function()
    local lanes = {}
    local tick = progress.new("planning", { lanes = lanes }).tick
    for second = 1, 4 do
      clock = 1000 + second
      tick(second * 10, 8000)
    end
    assert.same({}, said)
    clock = 1005
    tick(50, 8000)
    lanes.read = { waits = 4, waited = 1 } -- 0.25 s each
    lanes.similar_by_text = { waits = 30, waited = 75 }
    lanes.write = { waits = 0, waited = 0 }
    clock = 1010
    tick(7900, 8000)
    assert.same({ "planning: 50 of 8000, 10.0/s, 13:15 left\n",
      "planning: 7900 of 8000, 790.0/s, 0:01 left, waits: similar_by_text 30 of 2.5 s; read 4 of 0.2 s\n" }, said)
  end)

  it("has no time left before anything is done", function()
    local tick = progress.new("applying", { lanes = {} }).tick
    clock = 1005
    tick(0, 10)
    assert.same({ "applying: 0 of 10, 0.0/s\n" }, said)
  end)
end)
