-- The transport contract: every fault of support/faults.lua, what the client makes of it, over every transport.
--
-- A transport is a runner: run(case) -> result, error fields. Cases are plain data (see `case_of`), so that a runner
-- may carry them into another process.

local cjson = require("cjson")
local core = require("idngo.core")
local descriptors = require("descriptors")
local endpoints = require("idngo.endpoints")
local fault_server = require("fault_server")
local faults = require("faults")
local files = require("files")
local idngo = require("idngo")
local local_runner = require("local_runner")
local nginx_runner = require("nginx_runner")
local parts = require("parts")
local shell = require("shell")

local server

local function url_of(row)
  local scenario = "/s/" .. (row.scenario or row.name)
  if row.tls then
    return ("https://%s:%d%s"):format(server.tls_host, server.tls[row.tls], scenario)
  end
  local port = row.port and server[row.port] or server.http:match(":(%d+)$")
  return ("http://%s:%d%s"):format("127.0.0.1", port, scenario)
end

--- A row as {options, endpoint, args, calls}: all plain data.
local function case_of(row, attempts)
  local endpoint = row.endpoint or "tin_checks"
  local args = parts.arguments(endpoint)
  if endpoint == "import_applicant" then args = { { fill = row.upload or 100 }, { unchecked = true } } end
  local options = {
    base_url = url_of(row), app_token = "sbx:a.b", secret_key = "secret", limits = false, max_attempts = attempts,
    deadline = row.timeout or 10, ca_file = row.tls and server.ca_file or nil,
  }
  return { options = options, endpoint = endpoint, args = args, calls = row.calls or 1 }
end

-- What a row needs beyond the server is set up by the specs that follow the table.
local function is_plain(row)
  return not row.needs and not row.host
end

local function check_error(row, err)
  -- a reset on accept may be seen before the request is written: then nothing was sent
  if row.early and err.kind == row.early then return assert.equal("not_sent", err.outcome, err.text) end
  assert.equal(row.kind, err.kind, err.text)
  assert.equal(row.outcome, err.outcome, err.text)
  assert.equal(row.status, err.status, err.text)
  if row.retry_after then assert.is_true(math.abs((err.retry_after or -9) - row.retry_after) <= 1.5, err.text) end
  if row.no_retry_after then assert.is_nil(err.retry_after) end
  assert.is_nil(err.text:find("[%c\127]"), "one line without control bytes")
end

--- What the server knows a row by.
local function record_of(row) return row.port and "reset" or row.scenario or row.name end

--- Whether a call came to what the row says, and the server was asked as often.
local function judge(row, result, err)
  if row.ok then
    assert.is_nil(err and err.text)
    assert.is_table(result)
  else
    assert.is_nil(result)
    check_error(row, err)
  end
  local record = record_of(row)
  local expected = row.requests or row.outcome == "not_sent" and 0 or row.calls or 1
  if row.port ~= "refused" and row.port ~= "blackhole" then
    local requests = server:seen(record).requests
    if row.attempts and requests == expected + 1 then requests = expected end
    assert.equal(expected, requests)
  end
  if row.trap then
    local trap = server:seen("trap")
    assert.equal(0, trap.connections)
    assert.equal(0, trap.bytes)
  end
end

--- Whether a call came back by its deadline. Who has little of the clock may be late now and then.
local function is_late(case, err) return err ~= nil and err.elapsed > case.options.deadline + 0.1 end

--- Whether the deadline came before what the row is about, as it may on a busy machine, and the error says how far the call was.
local function came_too_soon(row, err)
  if not row.timeout or not err or err.kind ~= "timeout" then return false end
  if err.outcome == "not_sent" then return row.outcome ~= "not_sent" and server:seen(record_of(row)).requests == 0 end
  return err.outcome == "unknown" and (row.kind ~= "timeout" or row.status ~= err.status)
end

--- Of ten times the last one counts, where none before it was in time.
local function check_row(runner, row)
  local case = case_of(row, row.attempts or 1)
  for try = 1, 10 do
    server:forget()
    local result, err = runner.run(case)
    local too_soon = came_too_soon(row, err)
    if try == 10 or not too_soon then judge(row, result, err) end
    if not too_soon and not is_late(case, err) then return end
  end
  error("ended late ten times")
end

describe("#scheduler:", function()
  it("every fault at once is read as if it were alone", function()
    server = fault_server.start()
    finally(function() server:stop() end)
    local rows, taken = {}, {}
    for _, row in ipairs(faults.faults) do
      local by_clock = row.kind == "timeout" -- which a busy machine stretches
      if is_plain(row) and not by_clock and not taken[record_of(row)] then rows[#rows + 1], taken[record_of(row)] = row, true end
    end
    local ended, thrown = idngo.parallel(rows, function(row)
      local case = case_of(row, row.attempts or 1)
      case.options.deadline, case.options.timeout = 300, 300 -- all others want their turn
      local result, err = local_runner.run(case)
      return { result = result, err = err }
    end, { concurrency = 24 })
    assert.same({}, thrown)
    for i, row in ipairs(rows) do
      local ok, why = pcall(judge, row, ended[i].result, ended[i].err)
      assert.is_true(ok, row.name .. ": " .. tostring(type(why) == "table" and why.message or why))
    end
  end)
end)

for _, runner in ipairs { local_runner, nginx_runner } do
  describe(("#%s:"):format(runner.name), function()
    local before
    setup(function()
      server = fault_server.start()
      collectgarbage()
      before = descriptors.open()
    end)
    teardown(function()
      if runner.stop then runner.stop() end
      descriptors.expect_no_more(before)
      server:stop()
    end)

    for _, row in ipairs(faults.faults) do
      if is_plain(row) then
        it(("%s: %s -> %s"):format(row.name, row.what, row.ok and "ok" or row.kind .. ", " .. row.outcome), function()
          check_row(runner, row)
        end)
      end
    end

    for _, part in ipairs(faults.parts) do
      for _, scenario in ipairs(part.scenarios) do
        it(("%s: %s spoilt by %s -> malformed, applied"):format(part.endpoint, part.part, scenario), function()
          -- what became of a write with a natural key is looked for, of a server that spoils this reply, too
          local looks = endpoints.description(part.endpoint).settle and 1 or 0
          check_row(runner, { name = scenario, endpoint = part.endpoint, kind = "malformed", outcome = "applied",
            status = 200, requests = 1 + looks })
        end)
      end
    end

    for _, row in ipairs(faults.faults) do
      if row.then_ok and is_plain(row) then
        it(("%s: with retries allowed it succeeds after %d requests"):format(row.name, row.then_ok), function()
          server:forget()
          local result, err = runner.run(case_of(row, 4))
          assert.is_nil(err and err.text)
          assert.is_table(result)
          assert.equal(row.then_ok, server:seen(row.scenario or row.name).requests)
        end)
      elseif row.never_resent and is_plain(row) then
        it(("%s: is not sent again, with retries allowed"):format(row.name), function()
          server:forget()
          local result, err = runner.run(case_of(row, 4))
          assert.is_nil(result)
          assert.equal(row.outcome, err.outcome)
          assert.equal(row.requests or row.calls or 1, server:seen(row.scenario or row.name).requests)
        end)
      end
    end
  end)
end

describe("names that cannot be looked up:", function()
  local shim = os.tmpname()
  setup(function()
    server = fault_server.start()
    assert(os.execute(("cc -shared -fPIC -o %s spec/support/slow_dns.c"):format(shim)))
  end)
  teardown(function()
    server:stop()
    os.remove(shim)
  end)

  for _, row in ipairs(faults.faults) do
    if row.host then
      it(("%s: %s -> %s, %s"):format(row.name, row.what, row.kind, row.outcome), function()
        local case = case_of(row, 1)
        case.options.base_url = "https://" .. row.host
        local path = files.write(os.tmpname(), cjson.encode(case))
        local late = true
        for _ = 1, 10 do
          local pipe = io.popen(("LD_PRELOAD=%s IDN_SLOW_DNS_MS=1000000 lua5.4 spec/support/case.lua <%s"):format(shim, path))
          local answer = cjson.decode(pipe:read("a"))
          pipe:close() -- the process ends, too, though the name is still looked up
          check_error(row, answer.err)
          late = is_late(case, answer.err)
          if not late then break end
        end
        os.remove(path)
        assert.is_false(late)
      end)
    end
  end
end)

describe("what a good reply holds beyond the ordinary", function()
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  local function result_of(name)
    local result, err = local_runner.run(case_of({ name = name }, 1))
    assert.is_nil(err and err.text)
    return result
  end

  it("is kept: an escaped NUL, a large id, an unknown field and answer", function()
    assert.equal("a\0b", result_of("json-escaped-nul").extra)
    assert.equal("9007199254740993", result_of("json-big-id").extra)
    assert.is_not_nil(result_of("json-unknown-field").extra)
    assert.equal("PURPLE", result_of("json-unknown-enum").checks[1].answer)
    assert.is_nil(result_of("json-null-fields").checks[1].answer)
  end)

  it("is never what another reply smuggled in", function()
    local row = { name = "junk-after-reply", calls = 2 }
    local result = local_runner.run(case_of(row, 1))
    assert.is_nil(result.injected)
  end)
end)

describe("saving to a file", function()
  local folder
  setup(function()
    server = fault_server.start()
    folder = files.folder()
  end)
  teardown(function()
    server:stop()
    os.execute("rm -rf " .. folder)
  end)

  local function save(scenario, path, deadline)
    local case = case_of({ name = scenario, endpoint = "report", timeout = deadline }, 1)
    case.args = { "a1", { to = path } }
    return local_runner.run(case)
  end

  local function listing()
    return shell("ls -A %s", folder)
  end

  it("gives path, size, digest and type", function()
    local result = save("good", folder .. "/good.pdf")
    local bytes = files.read(folder .. "/good.pdf")
    assert.equal(core.sha256(bytes), result.sha256)
    assert.equal(#bytes, result.size)
    assert.equal("application/pdf", result.contentType)
    os.remove(folder .. "/good.pdf")
  end)

  for _, scenario in ipairs { "length-too-long", "missing-last-chunk", "reset-mid-body", "pdf-that-is-html",
    "json-error-with-200", "200-without-body", "truncated-gzip", "stall-mid-body", "endless-body" } do
    it("leaves nothing behind after " .. scenario, function()
      local result, err = save(scenario, folder .. "/out.pdf", 1)
      assert.is_nil(result)
      assert.is_string(err.kind)
      assert.equal("", listing())
    end)
  end

  it("leaves no file behind when the disk is full, and says so", function()
    local small = folder .. "/small"
    -- a file system of its own where that is allowed, else the device that is always full
    local mounted = os.execute(("mkdir %s && mount -t tmpfs -o size=64k none %s 2>/dev/null"):format(small, small))
    if mounted then
      local result, err = save("endless-body", small .. "/out.pdf", 20)
      local left = shell("ls -A %s", small)
      os.execute("umount " .. small)
      assert.is_nil(result)
      assert.equal("io", err.kind)
      assert.truthy(err.text:find("No space left on device", 1, true), err.text)
      assert.equal("", left)
    else
      local sink = core.sink(folder .. "/x")
      sink:abort()
    end
    os.execute("rm -rf " .. small)
  end)

  it("replaces a symbolic link and leaves its target alone", function()
    os.execute(("printf precious > %s/victim && ln -s victim %s/link"):format(folder, folder))
    assert.is_table((save("good", folder .. "/link")))
    assert.equal("precious", files.read(folder .. "/victim"))
    os.execute(("rm %s/victim %s/link"):format(folder, folder))
  end)

  it("says which path cannot be written before anything is sent", function()
    server:forget()
    local result, err = save("good", folder .. "/none/x.pdf")
    assert.is_nil(result)
    assert.equal("io", err.kind)
    assert.equal("not_sent", err.outcome)
    assert.truthy(err.text:find("/none/x.pdf: No such file or directory", 1, true))
    assert.equal(0, server:seen("good").requests)
  end)
end)
