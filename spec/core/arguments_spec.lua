-- The modules' own functions throw on arguments that no caller of ours gives them, on either side of every bound.

local core = require("idngo.core")
local curl = require("idngo.curl")
local files = require("files")
local jail = require("idngo.jail_host")
local journal = require("idngo.journal")
local sandbox = require("idngo.sandbox_host")
local zip = require("idngo.zip")

local folder

--- Every call must throw, and say which argument was wrong.
local function all_throw(calls)
  for i, call in ipairs(calls) do
    local fn = call[1]
    local ok, why = pcall(fn, table.unpack(call, 2, call.n or #call))
    assert.is_false(ok, "call " .. i .. " was taken")
    assert.truthy(tostring(why):find("bad argument #%d", 1), tostring(why))
  end
end

describe("wrong arguments of", function()
  setup(function()
    folder = files.folder()
  end)
  teardown(function() os.execute("rm -rf " .. folder) end)

  it("the ZIP writer throw", function()
    local big, name = 1 << 40, "a"
    all_throw {
      { zip.local_header, "", 0, 0 }, { zip.local_header, ("a"):rep(70000), 0, 0 }, { zip.local_header, name, -1, 0 },
      { zip.local_header, name, big, 0 }, { zip.local_header, name, 0, -1 }, { zip.local_header, name, 0, big },
      { zip.central_header, name, 0, 0, -1 }, { zip.central_header, name, 0, 0, big }, { zip.end_record, -1, 0, 0 },
      { zip.end_record, 70000, 0, 0 }, { zip.end_record, 0, -1, 0 }, { zip.end_record, 0, big, 0 }, { zip.end_record, 0, 0, -1 },
      { zip.end_record, 0, 0, big },
    }
  end)

  it("the ZIP reader throw", function()
    local file <close> = assert(zip.file("README.md"))
    assert(file:measure(1 << 20))
    all_throw {
      { file.read, file, 0 }, { file.read, file, 1 << 21 }, { zip.open, { bytes = "x" }, 0 },
      { zip.open, { bytes = "x" }, 1 << 20 },
      { zip.open, { bytes = 1 }, 10 }, { zip.open, {}, 10 }, { zip.open, { path = "README.md", bytes = {} }, "x" },
    }
    file:close()
    assert.error_matches(function() file:read(1) end, "file is closed", 1, true)
  end)

  it("the limiter throw", function()
    local limiter <close> = assert(core.limiter("key", folder .. "/limits"))
    local lane = limiter:lane("a", 1, 1)
    all_throw {
      { core.limiter, "" }, { core.limiter, ("k"):rep(121) }, { core.limiter, "a/b" }, { core.limiter, "key", "" },
      { limiter.lane, limiter, "", 1, 1 }, { limiter.lane, limiter, ("l"):rep(200), 1, 1 },
      { limiter.lane, limiter, "a\0b", 1, 1 },
      { limiter.lane, limiter, "a", 0, 1 }, { limiter.lane, limiter, "a", 1025, 1 }, { limiter.lane, limiter, "a", 1, -1 },
      { limiter.lane, limiter, "a", 1, 86401 }, { limiter.acquire, limiter, {}, 1 },
      { limiter.acquire, limiter, { 1, 1, 1, 1, 1 }, 1 },
      { limiter.acquire, limiter, { lane }, 0 }, { limiter.acquire, limiter, { lane }, 1, -1 },
      { limiter.close_lane, limiter, 0, 1 }, { limiter.close_lane, limiter, 2, 1 }, { limiter.close_lane, limiter, lane, -1 },
      { limiter.release, limiter, 1, "perhaps" },
    }
    local grant = assert(limiter:acquire({ lane }, 1))
    limiter:release(grant, "answered", -5) -- no moment of this machine: taken for now
    limiter:release(grant, "answered", 1e300)
    assert.equal(1, limiter:snapshot()[1].used)
  end)

  it("the transport of plain Lua throw, and begin nothing", function()
    local wire <close> = curl.wire()
    local route = curl.route { origin = "http://127.0.0.1:1", connect_timeout = 1, max_reply = 1, direct = true }
    for _ = 1, 2 do -- the second time there is a transfer to be used again
      all_throw {
        { wire.add, wire, nil, "GET", "/", "", 1 }, { wire.add, wire, wire, "GET", "/", "", 1 },
        { wire.add, wire, route, nil, "/", "", 1 }, { wire.add, wire, route, "GET", nil, "", 1 },
        { wire.add, wire, route, "GET", "/", nil, 1 }, { wire.add, wire, route, "GET", "/", "", "soon" },
        { wire.add, wire, route, "GET", "/", "", 1, nil, nil, "more" }, { wire.send, wire, nil, "GET", "/", "", 1 },
        { wire.step, wire }, { wire.add, route },
      }
      assert.equal(0, wire:count())
      assert.is_true(wire:cancel(wire:add(route, "GET", "/", "", 1)))
    end
    assert.error_matches(function() wire:add(route, "POST", "/", "", 1, nil, nil, { body = {} }) end, "string expected")
    assert.equal(0, wire:count())
  end)

  it("signing, hashing and targets throw", function()
    local signer = core.signer("k")
    all_throw {
      { core.signer, "" }, { core.hmac, "md5", "k", "x" }, { core.operation, "/" }, { core.operation, {}, {} },
      { core.operation("/", {}) }, { signer.begin, signer, 1.5, "GET", "/" }, { core.json_decode, "1" },
      { core.json_decode, {}, {} },
    }
    signer:close()
    for _, method in ipairs { "begin", "update", "finish", "sign" } do
      assert.error_matches(function() signer[method](signer, 1, "GET", "/") end, "signer is closed", 1, true)
    end
  end)

  it("heads, sinks, sources, spools and their readers throw", function()
    local reply, signer = core.http_reply(), core.signer("k")
    local spool = assert(core.spool(folder .. "/spool", 100))
    local sink = assert(core.sink(folder .. "/sink"))
    local source = assert(core.source("README.md"))
    all_throw {
      { core.http_request, "GET" }, { core.http_request, "POST", "/", "h", "", {} },
      { core.http_request, "POST", "/", "h", "", 5, false, signer, 1 },
      { core.http_request, "GET", "/", "h", "", nil, false, reply, 1 },
      { reply.begin, reply, false, false, "x" }, { reply.feed, reply }, { reply.feed, signer, "x" },
      { core.spool, folder, 0 }, { core.spool_reader, folder, -1 },
      { source.read, source, 0 }, { core.isatty, "x" },
    }
    for _, text in ipairs { "", "\255", ("x"):rep((16 << 20) + 1) } do assert.is_nil((spool:append(text))) end
    assert.is_nil((core.spool_reader(folder, 0)))
    assert.is_nil((core.spool_segments(folder .. "/none")))
    sink:abort()
    source:close()
    spool:close()
    assert.has_error(function() sink:write("x") end)
    assert.has_error(function() sink:commit() end)
    assert.has_error(function() source:read(1) end)
    assert.has_error(function() spool:append("x") end)
    assert.has_error(function() spool:durable(1) end)
  end)

  it("evaluators throw", function()
    local program = (os.getenv("IDNGO_BUILD") or "build") .. "/lua5.4/idngo-jail"
    local evaluator = assert(jail.start(program, 1 << 26, 1000))
    all_throw {
      { jail.start, program, 0, 1 }, { jail.start, program, 1, 0 }, { jail.start, program, 1, 1 << 40 }, { jail.start, {}, 1, 1 },
      { evaluator.receive, evaluator, -1 }, { evaluator.receive, evaluator, 1e7 }, { evaluator.receive, evaluator, 0 / 0 },
      { evaluator.send, evaluator }, { evaluator.send, evaluator, {}, -1, 1 },
    }
    local loop = {}
    loop[1] = loop
    for what, value in pairs { ["nested too deeply"] = loop, ["has a key"] = { [{}] = 1 }, ["has a key "] = { [1.5] = 1 },
      ["holds something"] = { print } } do
      assert.error_matches(function() evaluator:send(value, 1, 1) end, what:gsub(" $", ""), 1, true)
    end
    assert.same({ nil, "large" }, { evaluator:send(("x"):rep(17 << 20), 1, 1) })
    evaluator:stop()
    assert.is_nil((evaluator:stop()))
    assert.error_matches(function() evaluator:receive(0) end, "the evaluator is stopped", 1, true)
  end)

  it("a sandbox's process that ends without a word are told", function()
    assert.same({ nil, "the sandbox did not start" }, { sandbox.spawn(function() end) })
  end)

  it("the journal and the sandbox throw", function()
    local log = assert(journal.log(folder .. "/log"))
    all_throw { { core.folder }, { journal.lock, {} }, { journal.open }, { log.truncate, log, "x" }, { sandbox.stop, 0 },
      { sandbox.spawn, 1 } }
    log:close()
    assert.error_matches(function() log:append("x") end, "log is closed", 1, true)
    for _, path in ipairs { folder .. "/none/x", folder } do
      for _, make in ipairs { journal.log, journal.lock } do assert.is_nil((make(path))) end
    end
  end)
end)
