-- luacheck: std lua54+busted
--- Faults on demand, and the rate limits as a client meets them.
local support = require("sandbox.support")
local core = require("idngo.core")

local LEVELS = "/resources/applicants/-/levels"
local MAIL = "/resources/applicants/60b8ce73460647000145384e/verificationStatusEmail"

describe("a fault", function()
  local process
  setup(function() process = support.run("limits=false,seed=3") end)
  teardown(function() process:stop() end)
  before_each(function()
    support.control(process, "DELETE", "faults")
    support.control(process, "DELETE", "ledger")
  end)

  local function put(...)
    local reply = support.control(process, "PUT", "faults", { ... })
    assert.equal(200, reply.status)
  end

  local function last()
    local entries = support.ledger(process).entries
    return entries[#entries]
  end

  it("with a status answers instead of doing the work", function()
    put({ status = 503, headers = { ["Retry-After"] = "7" } })
    local reply = support.call(process, "POST", MAIL)
    assert.equal(503, reply.status)
    assert.equal(503, reply.json.code)
    assert.equal("7", reply.headers["retry-after"])
    assert.is_string(reply.headers["x-correlation-id"])
    assert.is_false(last().applied)
    assert.equal(503, last().status)
    assert.equal(0, support.ledger(process).totals.emails)
  end)

  it("with a status and after answers so when the work is done", function()
    put({ status = 500, after = true })
    assert.equal(500, support.call(process, "POST", MAIL).status)
    assert.is_true(last().applied)
    assert.equal(500, last().status)
    assert.equal(1, support.ledger(process).totals.emails)
  end)

  it("drop before: nothing is done, not a byte comes", function()
    put({ drop = "before" })
    local reply, why = support.call(process, "POST", MAIL)
    assert.is_nil(reply)
    assert.equal("closed", why)
    assert.equal("before", last().dropped)
    assert.is_nil(last().status)
    assert.is_false(last().applied)
  end)

  it("drop after: the work is done, not a byte comes", function()
    put({ drop = "after" })
    local reply, why = support.call(process, "POST", MAIL)
    assert.is_nil(reply)
    assert.equal("closed", why)
    assert.equal("after", last().dropped)
    assert.is_nil(last().status)
    assert.is_true(last().applied)
    assert.equal(1, support.ledger(process).totals.dropped)
  end)

  it("drop mid-body: the work is done, half of the reply comes", function()
    put({ drop = "mid-body" })
    local reply, why, part = support.call(process, "GET", LEVELS)
    assert.is_nil(reply)
    assert.equal("closed", why)
    local whole = support.fixture("levels")
    assert.equal(whole:sub(1, #whole // 2), part)
    assert.equal("mid-body", last().dropped)
    assert.equal(200, last().status)
  end)

  it("with a body replaces the body; objects are encoded", function()
    put({ body = "not json", headers = { ["content-type"] = "text/plain" }, times = 1 }, { body = { checks = 5 } })
    local reply = support.call(process, "GET", LEVELS)
    assert.equal(200, reply.status)
    assert.equal("not json", reply.body)
    assert.equal("text/plain", reply.headers["content-type"])
    assert.same({ checks = 5 }, support.call(process, "GET", LEVELS).json)
  end)

  it("sets the Date header, to skew the clock a client sees", function()
    put({ headers = { Date = "Thu, 01 Jan 2015 00:00:00 GMT" } })
    assert.equal("Thu, 01 Jan 2015 00:00:00 GMT", support.call(process, "GET", LEVELS).headers.date)
  end)

  it("delays the answer without holding up others", function()
    put({ delay = 4, endpoint = "levels" })
    local slow = support.connect(process.port)
    local began = core.now()
    slow:send("GET", LEVELS)
    assert.equal(404, support.call(process, "GET", "/nowhere").status)
    assert.is_false(slow:answered()) -- the one that was asked later has its answer
    assert.equal(200, slow:read().status)
    assert.is_true(core.now() - began >= 3.9)
    slow:close()
  end)

  it("strikes only its endpoint and its applicant", function()
    put({ status = 500, endpoint = "send_verification_status_email", applicantId = "60b8ce73460647000145384e" })
    assert.equal(200, support.call(process, "GET", LEVELS).status)
    assert.equal(200, support.call(process, "POST",
      "/resources/applicants/5eea3f5204f940217bcbc03d/verificationStatusEmail").status)
    assert.equal(500, support.call(process, "POST", MAIL).status)
  end)

  it("strikes as often as told, and GET tells how often it did", function()
    put({ status = 500, times = 2 })
    local seen = {}
    for i = 1, 3 do seen[i] = support.call(process, "GET", LEVELS).status end
    assert.same({ 500, 500, 200 }, seen)
    local rule = support.control(process, "GET", "faults").json[1]
    assert.equal(2, rule.fired)
    assert.equal(500, rule.status)
  end)

  it("strikes with its probability, the same way for the same seed", function()
    local function strikes()
      local other, text = support.run("limits=false,seed=9"), ""
      support.control(other, "PUT", "faults", { { status = 500, probability = 0.5 } })
      local connection = support.connect(other.port)
      for _ = 1, 60 do
        text = text .. (connection:call("GET", LEVELS).status == 500 and "x" or ".")
      end
      connection:close()
      other:stop()
      return text
    end
    local once = strikes()
    assert.equal(once, strikes())
    local _, count = once:gsub("x", "")
    assert.is_true(count > 10 and count < 50, once)
  end)

  it("never strikes at probability 0, always at 1", function()
    put({ status = 500, probability = 0 }, { status = 418, probability = 1 })
    for _ = 1, 20 do assert.equal(418, support.call(process, "GET", LEVELS).status) end
  end)

  it("of more than 1 MiB of rules is refused with 413", function()
    local body = '[{"body":"' .. ("x"):rep(1024 * 1024) .. '"}]'
    assert.equal(413, support.call(process, "PUT", "/-/faults", { unsigned = true, body = body }).status)
  end)

  it("is gone after DELETE", function()
    put({ status = 500 })
    assert.equal(204, support.control(process, "DELETE", "faults").status)
    assert.equal("[]", support.control(process, "GET", "faults").body)
    assert.equal(200, support.call(process, "GET", LEVELS).status)
  end)

  for _, bad in ipairs({
    '{"status":500}', "[5]", '[{"stauts":500}]', '[{"status":99}]', '[{"status":"500"}]', '[{"probability":2}]',
    '[{"times":0}]', '[{"drop":"now"}]', '[{"delay":-1}]', '[{"endpoint":"nothing"}]', '[{"headers":["a"]}]',
    '[{"headers":{"a b":"c"}}]', '[{"headers":{"Content-Length":"5"}}]',
    '[{"headers":{"a":"b\\r\\nc: d"}}]', '[{"after":1}]', "[", "",
  }) do
    it("is refused when wrong, and changes nothing: " .. bad, function()
      put({ status = 500 })
      local reply = support.call(process, "PUT", "/-/faults", { unsigned = true, body = bad })
      assert.equal(400, reply.status)
      assert.equal(1, #support.control(process, "GET", "faults").json)
    end)
  end
end)

describe("a rate limit", function()
  --- Statuses of n calls over one connection.
  local function statuses(process, n, method, target, options)
    local connection, seen = support.connect(process.port), {}
    for i = 1, n do seen[i] = connection:call(method, target, options).status end
    connection:close()
    return seen
  end

  local function count(list, wanted)
    local n = 0
    for _, value in ipairs(list) do n = n + (value == wanted and 1 or 0) end
    return n
  end

  local SIMILAR = "/resources/applicants/5eea3f5204f940217bcbc03d/similar/"
  local ZIP = { body = "PK", headers = { ["Content-Type"] = "application/zip" } }

  for _, row in ipairs({
    { 7, 200, "GET", SIMILAR .. "byTextAndFace" },
    { 10, 200, "GET", SIMILAR .. "byText" },
    { 10, 400, "POST", "/resources/applicants/-/applicantImport", ZIP },
  }) do
    local limit, status, method, target, options = table.unpack(row)
    it("of the reference: " .. limit .. " per 10 s for " .. target:match("[^/]+$"), function()
      local process = support.run()
      local seen = statuses(process, limit + 2, method, target, options)
      process:stop()
      assert.equal(limit, count(seen, status))
      assert.same({ 429, 429 }, { seen[limit + 1], seen[limit + 2] })
    end)
  end

  it("of the account: 50 writes and 300 reads per 5 s", function()
    local process = support.run("time_scale=0.01")
    assert.equal(50, count(statuses(process, 55, "POST", MAIL), 200))
    assert.equal(300, count(statuses(process, 305, "GET", LEVELS), 200))
    local reply = support.call(process, "GET", LEVELS)
    process:stop()
    assert.equal(429, reply.status)
    assert.equal(429, reply.json.code)
  end)

  it("refused is not applied", function()
    local process = support.run("time_scale=0.01")
    statuses(process, 55, "POST", MAIL)
    local totals = support.ledger(process).totals
    process:stop()
    assert.equal(50, totals.emails)
    assert.equal(5, totals.byStatus["429"])
  end)

  it("is not spent by a call whose signature is wrong", function()
    local process = support.run("time_scale=0.01")
    statuses(process, 20, "GET", SIMILAR .. "byTextAndFace", { unsigned = true })
    local seen = statuses(process, 7, "GET", SIMILAR .. "byTextAndFace")
    process:stop()
    assert.equal(7, count(seen, 200))
  end)

  it("has windows divided by the time scale", function()
    local process = support.run("time_scale=20")
    local target = SIMILAR .. "byTextAndFace"
    local connection = support.connect(process.port)
    local began = core.now()
    local refused = 0
    for _ = 1, 7 do assert.equal(200, connection:call("GET", target).status) end
    while connection:call("GET", target).status == 429 do refused = refused + 1 end
    local took = core.now() - began
    connection:close()
    process:stop()
    assert.is_true(refused > 0)
    assert.is_true(took >= 0.45, took)
  end)

  for model, passed in pairs({ rolling = 7, fixed = 7, token = 7, leaky = 1 }) do
    it("counted as " .. model .. " lets " .. passed .. " of a burst pass", function()
      local process = support.run(("limit_model=%q,time_scale=0.01"):format(model))
      local seen = statuses(process, 12, "GET", SIMILAR .. "byTextAndFace")
      process:stop()
      assert.equal(passed, count(seen, 200))
    end)
  end

  it("can be switched off", function()
    local process = support.run("limits=false")
    local seen = statuses(process, 400, "GET", SIMILAR .. "byTextAndFace")
    process:stop()
    assert.equal(400, count(seen, 200))
  end)

  it("of the report: a second one in flight is refused, one after the answer is not", function()
    local process = support.run("report_seconds=1")
    local one, two = support.connect(process.port), support.connect(process.port)
    local target = "/resources/applicants/60f6f9ab7bbfc20001eca91d/summary/report?report=applicantReport&lang=en"
    one:send("GET", target)
    while support.ledger(process).last < 1 do end
    assert.equal(401, two:call("GET", target, { unsigned = true }).status)
    assert.equal(429, two:call("GET", target).status)
    assert.equal(200, one:read().status)
    assert.equal(200, two:call("GET", target).status)
    one:close()
    two:close()
    process:stop()
  end)
end)
