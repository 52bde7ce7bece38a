-- luacheck: std lua54+busted
--- The sandbox as a program and as an object: starting, serving, stopping.
local sandbox = require("idngo.sandbox")
local core = require("idngo.core")
local support = require("sandbox.support")

describe("sandbox.run", function()
  for signal, number in pairs({ INT = 2, TERM = 15 }) do
    it("prints one line, serves, and returns the signal on SIG" .. signal, function()
      local code = "io.stderr:write('returned ', require('idngo.sandbox').run{}, '\\n')"
      local pipe = io.popen(("echo $$; exec 2>&1; exec lua5.4 -e %q"):format(code))
      local pid, line = pipe:read("*l"), pipe:read("l")
      local port = line:match("^idngo sandbox ready at http://127%.0%.0%.1:(%d+)$")
      local reply = support.call({ port = math.tointeger(port) }, "GET", "/resources/applicants/-/levels")
      assert.equal(200, reply.status)
      os.execute("kill -" .. signal .. " " .. pid)
      assert.equal("returned " .. number .. "\n", pipe:read("a"))
      assert.is_true(pipe:close())
    end)
  end

  it("stops at once with answers outstanding", function()
    local process = support.run("latency=30")
    local connection = support.connect(process.port)
    connection:send("GET", "/resources/applicants/-/levels")
    while support.ledger(process).last == 0 do end
    local began = core.now()
    assert.is_true(process:stop())
    assert.is_true(core.now() - began < 25)
    assert.is_nil(connection:read())
    connection:close()
  end)

  it("gives the signals back when it is over", function()
    local code = [[
      local sandbox = require("idngo.sandbox")
      local real = io.stdout
      for _ = 1, 2 do
        io.stdout = { write = function() os.execute("kill -TERM " .. pid) end, flush = function() end }
        assert(sandbox.run{} == 15)
      end
      io.stdout = real
      print("alive")
      io.stdout:flush()
      os.execute("kill -TERM " .. pid)
      print("not reached")
    ]]
    local pid_line = "pid = io.open('/proc/self/stat'):read('n') "
    local pipe = io.popen(("exec lua5.4 -e %q 2>&1"):format(pid_line .. code))
    assert.equal("alive\n", pipe:read("a"))
    local ok, how, signal = pipe:close()
    assert.same({ nil, "signal", 15 }, { ok, how, signal })
  end)

  it("says so when the port is taken", function()
    local one = assert(sandbox.start())
    local two, message = sandbox.run({ port = math.tointeger(one.url:match("%d+$")) })
    assert.is_nil(two)
    assert.matches("Address already in use", message)
    one:close()
  end)
end)

describe("sandbox.start", function()
  it("serves on a free loopback port, step by step, in this process", function()
    local box = assert(sandbox.start())
    local connection = support.connect(math.tointeger(box.url:match("^http://127%.0%.0%.1:(%d+)$")))
    connection:send("GET", "/resources/applicants/-/levels")
    local deadline = core.now() + 10
    connection.tcp:settimeout(0)
    local line
    repeat
      box:step(0.05)
      line = connection.tcp:receive("*l")
    until line or core.now() > deadline
    assert.equal("HTTP/1.1 200 OK", line)
    connection:close()
    box:close()
    box:close()
  end)

  it("serves IPv6 loopback too", function()
    local box = assert(sandbox.start({ address = "::1" }))
    assert.matches("^http://%[::1%]:%d+$", box.url)
    box:close()
  end)

  it("lets two sandboxes live in one process", function()
    local one, two = assert(sandbox.start({ seed = 1 })), assert(sandbox.start({ seed = 2 }))
    assert.not_equal(one.url, two.url)
    one:close()
    two:step(0)
    two:close()
  end)

  it("refuses an address that is none", function()
    local box, message = sandbox.start({ address = "localhost" })
    assert.is_nil(box)
    assert.matches("Invalid argument", message)
  end)

  it("throws when stepped after close", function()
    local box = assert(sandbox.start())
    box:close()
    assert.error_matches(function() box:step(0) end, "host is closed")
  end)

  for option, bad in pairs({
    port = "80", address = 1, applicants = -1, seed = 1.5, time_scale = 0, limit_model = "bucket", limits = 1,
    latency = -1, report_seconds = "1", app_token = 3, secret_key = false, ledger_size = 0, appliants = 5,
  }) do
    it("throws on a bad " .. option, function()
      assert.error_matches(function() sandbox.start({ [option] = bad }) end, option)
    end)
  end

  it("lists every option with type, default and a line of help", function()
    local names = {}
    for _, row in ipairs(sandbox.options) do
      names[row.name] = row
      assert.is_not_nil(row.default)
      assert.is_true(#row.doc > 10)
      local kind = type(row.default)
      assert.is_true(row.type == kind or row.type == "one_of" or row.type == math.type(row.default) or kind == "number")
    end
    for _, name in ipairs({
      "port", "address", "applicants", "seed", "time_scale", "limit_model", "limits", "latency", "report_seconds",
      "app_token", "secret_key", "ledger_size",
    }) do assert.is_table(names[name], name) end
    assert.equal("sbx:demo", names.app_token.default)
    assert.equal("demo-secret", names.secret_key.default)
  end)
end)

describe("the sandbox's HTTP", function()
  local process
  setup(function() process = support.run("limits=false") end)
  teardown(function() process:stop() end)

  it("keeps a connection alive", function()
    local connection = support.connect(process.port)
    for _ = 1, 5 do
      assert.equal(200, connection:call("GET", "/resources/applicants/-/levels").status)
    end
    connection:close()
  end)

  it("answers pipelined requests in order", function()
    local connection = support.connect(process.port)
    connection:send("GET", "/resources/applicants/-/levels")
    connection:send("GET", "/nowhere")
    connection:send("GET", "/resources/applicants/-/levels")
    assert.equal(200, connection:read().status)
    assert.equal(404, connection:read().status)
    assert.equal(200, connection:read().status)
    connection:close()
  end)

  it("serves many connections at once", function()
    local connections = {}
    for i = 1, 100 do connections[i] = support.connect(process.port) end
    for _, connection in ipairs(connections) do connection:send("GET", "/resources/applicants/-/levels") end
    for _, connection in ipairs(connections) do
      assert.equal(200, connection:read().status)
      connection:close()
    end
  end)

  --- The bytes of a signed PATCH of info whose body is `body` but stands on the wire as `sent`.
  local function patch(body, framing, sent)
    local target = "/resources/applicants/5b76df770a975a1404cbcb60/info"
    local lines = { "PATCH " .. target .. " HTTP/1.1", "Host: x", "Content-Type: application/json", framing }
    for name, value in pairs(support.auth("PATCH", target, body)) do lines[#lines + 1] = name .. ": " .. value end
    return table.concat(lines, "\r\n") .. "\r\n\r\n" .. sent
  end

  it("takes a request sent byte by byte", function()
    local body = '{"lastName":"Sliced"}'
    local bytes = patch(body, "Content-Length: " .. #body, body)
    local connection = support.connect(process.port)
    for i = 1, #bytes do connection:write(bytes:sub(i, i)) end
    local reply = connection:read()
    connection:close()
    assert.equal(200, reply.status)
    assert.matches('"lastName":"Sliced"', reply.body, 1, true)
  end)

  it("takes a chunked body", function()
    local body = '{"lastName":"Chunk"}'
    local chunks = "5\r\n" .. body:sub(1, 5) .. "\r\nf\r\n" .. body:sub(6) .. "\r\n0\r\n\r\n"
    local connection = support.connect(process.port)
    connection:write(patch(body, "Transfer-Encoding: chunked", chunks))
    assert.equal(200, connection:read().status)
    connection:close()
  end)

  it("says 100 Continue to who asks before sending a body", function()
    local body = '{"lastName":"Patient"}'
    local connection = support.connect(process.port)
    connection:write(patch(body, "Expect: 100-continue\r\nContent-Length: " .. #body, ""))
    assert.equal("HTTP/1.1 100 Continue", connection.tcp:receive("*l"))
    assert.equal("", connection.tcp:receive("*l"))
    connection:write(body)
    assert.equal(200, connection:read().status)
    connection:close()
  end)

  it("refuses a body beyond 64 MiB with 413 and takes one of exactly that", function()
    local target, size = "/resources/applicants/-/applicantImport", 64 * 1024 * 1024
    local body = ("x"):rep(size)
    local options = { body = body, headers = { ["Content-Type"] = "application/zip" } }
    assert.equal(400, support.call(process, "POST", target, options).status)
    options.body = body .. "x"
    local reply = support.call(process, "POST", target, options)
    assert.equal(413, reply.status)
    assert.equal(413, reply.json.code)
    assert.equal(reply.headers["x-correlation-id"], reply.json.correlationId)
  end)

  it("refuses more than a hundred header fields with 431", function()
    local headers = {}
    for i = 1, 100 do headers["X-" .. i] = "y" end
    assert.equal(431, support.call(process, "GET", "/resources/applicants/-/levels", { headers = headers }).status)
  end)

  it("survives a client that goes away in the middle of anything", function()
    local bytes = "POST /resources/applicants/-/applicantImport HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"
    for _, cut in ipairs({ 1, 20, 60, #bytes }) do
      local connection = support.connect(process.port)
      connection:write(bytes:sub(1, cut))
      connection:close()
    end
    for _ = 1, 20 do
      local connection = support.connect(process.port)
      connection:send("GET", "/resources/applicants/-/levels")
      connection:close()
    end
    assert.equal(200, support.call(process, "GET", "/resources/applicants/-/levels").status)
  end)

  it("has Date and X-Correlation-Id on every reply, a new id each time", function()
    local seen = {}
    for _, target in ipairs({ "/resources/applicants/-/levels", "/nowhere", "/resources/checks/latest" }) do
      for _, options in ipairs({ {}, { unsigned = true } }) do
        local reply = support.call(process, "GET", target, options)
        assert.matches("^%u%l%l, %d%d %u%l%l %d%d%d%d %d%d:%d%d:%d%d GMT$", reply.headers.date)
        assert.matches("^req%-%x+%-%x+%-4%x+%-8%x+%-%x+$", reply.headers["x-correlation-id"])
        assert.is_nil(seen[reply.headers["x-correlation-id"]])
        seen[reply.headers["x-correlation-id"]] = true
      end
    end
  end)
end)

describe("a delayed answer", function()
  it("does not hold up other clients", function()
    local process = support.run("report_seconds=4")
    local slow, quick = support.connect(process.port), support.connect(process.port)
    slow:send("GET", "/resources/applicants/60f6f9ab7bbfc20001eca91d/summary/report?report=applicantReport&lang=en")
    local began = core.now()
    assert.equal(200, quick:call("GET", "/resources/applicants/-/levels").status)
    assert.is_false(slow:answered()) -- the one that was asked later has its answer
    assert.equal(200, slow:read().status)
    assert.is_true(core.now() - began >= 3.9)
    slow:close()
    quick:close()
    process:stop()
  end)

  it("comes after the latency divided by the time scale", function()
    local process = support.run("latency=40,time_scale=100")
    local began = core.now()
    assert.equal(200, support.call(process, "GET", "/resources/applicants/-/levels").status)
    local took = core.now() - began
    assert.is_true(took >= 0.4 and took < 20, took)
    process:stop()
  end)
end)
