-- How long a run will take, said at a tenth of the way, against how long it takes: runs of a simulated service, by a clock
-- of the test's own.

local outlook = require("idngo.run.outlook")
local stats = require("idngo.run.stats")

local LANES = {
  { name = "import_applicant", slots = 10, window = 10 }, { name = "read", slots = 300, window = 5 },
  { name = "report", slots = 1, window = 0 }, { name = "similar_by_text_and_face", slots = 7, window = 10 },
  { name = "write", slots = 50, window = 5 },
}

--- A service that answers calls in the order in which they come, as soon as their lane lets them. `slow` makes the lanes so
--- many times slower than they are said to be, as another process does that uses the account, too.
local function service(slow)
  local given, ends = {}, {}
  return function(name, now, seconds)
    local lane
    for _, each in ipairs(LANES) do lane = each.name == name and each or lane end
    local list = given[name] or {}
    given[name] = list
    local start = now
    if lane.window > 0 then
      local before = list[#list - lane.slots + 1]
      if before then start = math.max(start, before + lane.window * slow) end
    else
      start = math.max(start, ends[name] or 0)
    end
    list[#list + 1], ends[name] = start, start + seconds
    return start, start + seconds
  end
end

--- Carries out lines, each a list of {endpoint, lane, seconds}; what the outlook said at a tenth, and what it was.
local function simulate(lines, options)
  local clock, sums = 0, stats.new()
  local totals, actions = {}, {}
  for _, line in ipairs(lines) do
    for _, call in ipairs(line) do
      if not options.planning then
        local key = ("step:%s:planned"):format(call[1])
        totals[key], actions[call[1]] = (totals[key] or 0) + 1, { endpoint = call[1] }
      end
    end
  end
  local run = { store = { totals = function() return totals end }, handlers = { actions = actions }, stats = sums }
  local look = outlook.new(run, options.planning, 16, function() return clock end)
  local ask, workers, ended = service(options.slow or 1), {}, {}
  for i = 1, 16 do workers[i] = 0 end
  for _, line in ipairs(lines) do
    table.sort(workers)
    local at = workers[1]
    for _, call in ipairs(line) do
      local start, done = ask(call[2], at, call[3])
      if start > at then ended[#ended + 1] = { at = at, call = call, event = "wait", seconds = start - at, lane = call[2] } end
      ended[#ended + 1] = { at = start, call = call, event = "request" }
      ended[#ended + 1] = { at = done, call = call, event = "reply", seconds = done - start }
      at = done
    end
    workers[1] = at
    ended[#ended].last = true
  end
  for i, event in ipairs(ended) do event.order = i end
  table.sort(ended, function(a, b) return a.at < b.at or a.at == b.at and a.order < b.order end)
  local total, done, asked, said, left = ended[#ended].at, 0, false, nil, nil
  for _, event in ipairs(ended) do
    clock = event.at
    sums:hear { event = event.event, endpoint = event.call[1], seconds = event.seconds, lane = event.lane, time = clock }
    local key = ("step:%s:planned"):format(event.call[1])
    if totals[key] and event.event == "reply" then totals[key] = totals[key] - 1 end
    done = done + (event.last and 1 or 0)
    if not asked and clock >= total / 10 then asked, said, left = true, look(done, #lines, LANES), total - clock end
  end
  return said, left
end

--- Pseudo-random seconds around `mean`, the same ones each time.
local seed = 7
local function around(mean)
  seed = seed * 16807 % 2147483647
  return mean * (0.5 + seed / 2147483647)
end

local function lines(count, make)
  local made = {}
  for i = 1, count do made[i] = make(i) end
  return made
end

local CASES = {
  { "PDFs, one at a time", lines(300, function() return { { "report", "report", around(4) } } end) },
  { "PDFs after a deactivation each", lines(200, function()
    return { { "set_presence", "write", around(0.2) }, { "report", "report", around(3) } }
  end) },
  { "lines of which every fifth has a PDF", lines(800, function(i)
    return { { "set_presence", "write", around(0.2) }, i % 5 == 0 and { "report", "report", around(3) } or nil }
  end) },
  { "an import, ten in ten seconds", lines(600, function()
    return { { "import_applicant", "import_applicant", around(1) } }
  end) },
  { "a plan of which a third looks for faces", lines(900, function(i)
    return { { "duplicate_checks", "read", around(0.1) },
      i % 3 == 0 and { "similar_by_text_and_face", "similar_by_text_and_face", around(0.5) } or nil }
  end), { planning = true } },
  { "an import beside another that takes as many slots", lines(600, function()
    return { { "import_applicant", "import_applicant", around(1) } }
  end), { slow = 2 } },
  { "a service that is slow, and no lane is full", lines(400, function()
    return { { "set_presence", "write", around(20) } }
  end) },
}

describe("the time that is left, at a tenth of the way,", function()
  for _, case in ipairs(CASES) do
    it("is within a fifth of what it comes to: " .. case[1], function()
      local said, left = simulate(case[2], case[3] or {})
      assert.is_number(said)
      assert.is_true(math.abs(said - left) <= 0.2 * left, ("%.0f s said, %.0f s were left"):format(said, left))
    end)
  end

  it("is not known while nothing has come of what is done one at a time", function()
    local mixed = lines(930, function(i) return { i <= 900 and { "set_presence", "write", 1 } or { "report", "report", 3 } } end)
    assert.is_nil((simulate(mixed, {})))
  end)
end)

describe("a timeline", function()
  it("has a bounded number of spans, in which every event is counted once", function()
    local sums = stats.new()
    for second = 0, 9999 do
      sums:hear { event = "request", endpoint = "levels", time = 1e9 + second }
      if second % 10 == 0 then sums:hear { event = "limit", lane = "read", time = 1e9 + second } end
    end
    sums = stats.new(sums:encode())
    sums:hear { event = "wait", endpoint = "levels", lane = "read", seconds = 1, time = 1e9 - 50 } -- the clock was set back
    local line, counts = sums.timeline, {}
    for _, name in ipairs { "calls", "waits", "refused" } do
      assert.is_true(#line[name] <= 120)
      counts[name] = 0
      for _, count in ipairs(line[name]) do counts[name] = counts[name] + count end
    end
    assert.same({ calls = 10000, waits = 1, refused = 1000 }, counts)
    assert.is_true(#line.calls * line.width >= 10000 and line.width <= 256)
  end)
end)

describe("sums of what calls cost", function()
  local function heard(from, count)
    local sums = stats.new()
    for i = 1, count do
      sums:hear { event = "wait", endpoint = "levels", lane = "read", seconds = 2, time = from + i }
      sums:hear { event = "request", endpoint = "levels", time = from + i }
      sums:hear { event = "reply", endpoint = "levels", seconds = i, ["http.response.status_code"] = 200, time = from + i }
    end
    sums:look { { name = "read", slots = 60, window = 1, used = count } }
    return sums
  end

  it("are those of all processes that worked on a run", function()
    local sums = stats.new(heard(1e9, 3):encode())
    sums:add(heard(1e9 + 200, 5))
    local row, lane = sums.endpoints.levels, sums.lanes.read
    assert.same({ 8, 8, 21, 5 }, { row.requests, row.replies, row.seconds, row.slowest })
    assert.same({ ["200"] = 8 }, row.codes)
    assert.same({ 8, 16, 5, 60, 1 }, { lane.waits, lane.waited, lane.peak, lane.slots, lane.window })
    local calls, classes = 0, 0
    for _, count in ipairs(sums.timeline.calls) do calls = calls + count end
    for _, count in ipairs(row.classes) do classes = classes + count end
    assert.same({ 8, 8 }, { calls, classes })
  end)

  it("are added once, by who heard of them", function()
    local sums = stats.new(heard(1e9, 3):encode(), true)
    sums:hear { event = "request", endpoint = "levels", time = 1e9 + 9 }
    assert.same({ 4, 1 }, { sums.endpoints.levels.requests, sums.own.endpoints.levels.requests })
  end)
end)
