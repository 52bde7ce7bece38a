-- luacheck: std lua54+busted
--- The ledger: what was asked, what was done.
local support = require("sandbox.support")
local core = require("idngo.core")

local LEVELS = "/resources/applicants/-/levels"

describe("the ledger", function()
  local process
  before_each(function() process = support.run("limits=false,ledger_size=10") end)
  after_each(function() process:stop() end)

  it("has every API call in order, with time, endpoint, ids, status, effect and body hash", function()
    local id = support.pick(process, "email=yes&review=completed-GREEN")
    local body = '{"dob":"1980-01-01"}'
    support.call(process, "GET", LEVELS)
    support.call(process, "POST", "/resources/applicants/" .. id .. "/verificationStatusEmail")
    support.call(process, "PATCH", "/resources/applicants/" .. id .. "/info", {
      body = body, headers = { ["Content-Type"] = "application/json" },
    })
    support.call(process, "GET", "/nowhere")
    support.call(process, "GET", LEVELS, { unsigned = true })
    local entries, last = support.ledger(process).entries, 0
    for _, entry in ipairs(entries) do
      assert.is_true(entry.at > last)
      last, entry.at = entry.at, nil
    end
    local empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    local base = "/resources/applicants/" .. id
    assert.same({
      { seq = 1, method = "GET", target = LEVELS, endpoint = "levels", status = 200, applied = false, sha256 = empty },
      {
        seq = 2, method = "POST", target = base .. "/verificationStatusEmail", applicantId = id, status = 200,
        endpoint = "send_verification_status_email", applied = true, sha256 = empty,
      },
      {
        seq = 3, method = "PATCH", target = base .. "/info", endpoint = "update_info", applicantId = id, status = 200,
        applied = true, sha256 = core.sha256(body),
      },
      { seq = 4, method = "GET", target = "/nowhere", status = 404, applied = false, sha256 = empty },
      { seq = 5, method = "GET", target = LEVELS, endpoint = "levels", status = 401, applied = false, sha256 = empty },
    }, entries)
  end)

  it("counts in totals what the ring has long forgotten", function()
    for _ = 1, 25 do support.call(process, "GET", LEVELS) end
    local ledger = support.ledger(process)
    assert.equal(10, #ledger.entries)
    assert.equal(16, ledger.first)
    assert.equal(25, ledger.last)
    assert.equal(16, ledger.entries[1].seq)
    assert.equal(25, ledger.entries[10].seq)
    assert.equal(25, ledger.totals.calls)
    assert.equal(25, ledger.totals.byStatus["200"])
    assert.equal(25, ledger.totals.byEndpoint.levels)
  end)

  it("gives only what came after, and only one endpoint", function()
    for _ = 1, 3 do
      support.call(process, "GET", LEVELS)
      support.call(process, "GET", "/nowhere")
    end
    assert.equal(2, #support.ledger(process, "?after=4").entries)
    assert.equal(3, #support.ledger(process, "?endpoint=levels").entries)
    local both = support.ledger(process, "?endpoint=levels&after=1").entries
    assert.equal(2, #both)
    assert.equal(3, both[1].seq)
    assert.equal("[]", support.control(process, "GET", "ledger?after=6").body:match('"entries":(.*)}'))
    assert.equal(400, support.control(process, "GET", "ledger?after=x").status)
  end)

  it("is cleared by DELETE", function()
    support.call(process, "GET", LEVELS)
    assert.equal(204, support.control(process, "DELETE", "ledger").status)
    local ledger = support.ledger(process)
    assert.equal(0, ledger.last)
    assert.equal(0, ledger.totals.calls)
    support.call(process, "GET", LEVELS)
    assert.equal(1, support.ledger(process).entries[1].seq)
  end)

  it("keeps hostile targets apart and cuts endless ones", function()
    support.call(process, "GET", '/a"b\\c<d>?x=\xc3\xa9')
    support.call(process, "GET", "/a?x=\x80")
    support.call(process, "GET", "/" .. ("a"):rep(5000))
    local ledger = support.ledger(process)
    assert.equal('/a"b\\c<d>?x=\xc3\xa9', ledger.entries[1].target)
    assert.equal("/a?x=%80", ledger.entries[2].target) -- not UTF-8, which JSON must be
    assert.equal(1024, #ledger.entries[3].target)
  end)

  it("does not count its own pages", function()
    support.control(process, "GET", "faults")
    support.control(process, "GET", "nothing")
    assert.equal(0, support.ledger(process).last)
  end)
end)

describe("a long ledger", function()
  local ledger = require("idngo.sandbox.ledger")
  local cjson = require("cjson")

  local function fill(size, calls)
    local book = ledger.new(size)
    for i = 1, calls do
      book:add({ at = i, method = "GET", target = "/" .. i, body = "", endpoint = i % 2 == 0 and "levels" or nil })
    end
    return book
  end

  it("gives exactly the last ones, wherever it stands", function()
    for _, size in ipairs({ 1, 63, 64, 65, 200 }) do
      for _, calls in ipairs({ 0, 1, 63, 64, 65, 128, 200, 500 }) do
        local got = cjson.decode(fill(size, calls):to_json(0))
        assert.equal(math.min(size, calls), #got.entries)
        assert.equal(calls, got.last)
        for i, entry in ipairs(got.entries) do
          assert.equal(got.first + i - 1, entry.seq)
          assert.equal(("/%d"):format(entry.seq), entry.target)
          assert.equal(entry.seq, entry.at)
        end
      end
    end
  end)

  it("gives what came after any of them", function()
    local book = fill(300, 400)
    for _, after in ipairs({ 0, 100, 101, 191, 192, 193, 399, 400, 1000 }) do
      local got = cjson.decode(book:to_json(after)).entries
      assert.equal(math.max(0, 400 - math.max(after, 100)), #got)
      if got[1] then assert.equal(math.max(after, 100) + 1, got[1].seq) end
      for _, entry in ipairs(cjson.decode(book:to_json(after, "levels")).entries) do assert.equal(0, entry.seq % 2) end
    end
  end)

  it("forgets what it need not keep", function()
    local book = fill(1000, 100)
    local function used()
      collectgarbage()
      collectgarbage()
      return collectgarbage("count")
    end
    local before = used()
    for i = 1, 20000 do book:add({ at = i, method = "GET", target = "/" .. i, body = "" }) end
    assert.is_true(used() - before < 300) -- KiB
  end)
end)

describe("the list of applicants", function()
  local process
  setup(function() process = support.run("applicants=100000") end)
  teardown(function() process:stop() end)

  local function lines(query)
    local list = {}
    local reply = support.control(process, "GET", "applicants" .. query)
    assert.equal(200, reply.status)
    for line in reply.body:gmatch("[^\n]+") do list[#list + 1] = line end
    return list, reply
  end

  it("is JSON lines, or CSV with a header", function()
    local json, reply = lines("?limit=3")
    assert.equal(3, #json)
    assert.equal("application/x-ndjson", reply.headers["content-type"])
    local csv, csv_reply = lines("?limit=3&format=csv")
    assert.equal(4, #csv)
    assert.equal("text/csv", csv_reply.headers["content-type"])
    assert.matches("^index,applicantId,externalUserId,type,duplicates,tin,", csv[1])
    assert.equal(json[3]:match('"applicantId":"(%x+)"'), csv[4]:match("^3,(%x+),"))
  end)

  it("is paged, and whole without a limit", function()
    local page = lines("?after=2&limit=2")
    assert.matches('"index":3', page[1], 1, true)
    assert.matches('"index":4', page[2], 1, true)
    assert.equal(100000, #lines(""))
    assert.equal(0, #lines("?after=100000"))
  end)

  it("is filtered by any situation", function()
    local found = lines("?duplicates=RED&liveness=ERROR&limit=5")
    assert.equal(5, #found)
    for _, line in ipairs(found) do
      assert.matches('"duplicates":"RED"', line, 1, true)
      assert.matches('"liveness":"ERROR"', line, 1, true)
    end
  end)

  it("names applicants that exist, the last one too", function()
    local id = lines("?after=99999")[1]:match('"applicantId":"(%x+)"')
    assert.equal(200, support.call(process, "GET", "/resources/applicantTimeline/" .. id).status)
  end)

  it("refuses other pages, methods and numbers", function()
    assert.equal(404, support.control(process, "GET", "nothing").status)
    local reply = support.control(process, "POST", "applicants")
    assert.equal(405, reply.status)
    assert.equal("GET", reply.headers.allow)
    assert.equal(400, support.control(process, "GET", "applicants?limit=many").status)
    assert.equal(400, support.control(process, "GET", "applicants?format=xml").status)
    assert.equal(400, support.control(process, "GET", "applicants?a=%zz").status)
  end)
end)
