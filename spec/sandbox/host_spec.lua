-- luacheck: std lua54+busted
--- idngo.sandbox_host by itself: bounds, and requests that are answered oddly or never.
local sandbox_host = require("idngo.sandbox_host")
local core = require("idngo.core")
local descriptors = require("descriptors")
local support = require("sandbox.support")

local host

local function open(bounds)
  local options = {
    address = "127.0.0.1", port = 0, max_connections = 10, idle_seconds = 60, max_body = 1000, max_bodies = 10000,
  }
  for name, value in pairs(bounds or {}) do options[name] = value end
  host = assert(sandbox_host.open(options))
end

--- Steps the host until `done` returns something; fails after ten seconds.
local function await(done)
  local deadline = core.now() + 10
  while core.now() < deadline do
    local results = table.pack(done())
    if results[1] then return table.unpack(results, 1, results.n) end
    host:wait(0.02)
  end
  error("nothing happened")
end

local function next_request()
  return await(function() return host:next() end)
end

local function connect(bytes)
  local connection = support.connect(host:port())
  connection.tcp:settimeout(0)
  if bytes then connection:write(bytes) end
  return connection
end

--- Everything that comes until the connection closes (`closed` true), or until `enough` of it is there.
local function receive(connection, enough)
  local all = ""
  return await(function()
    local bytes, why, part = connection.tcp:receive("*a")
    all = all .. (bytes or part)
    if why == "closed" or (enough and all:find(enough, 1, true)) then return all, why == "closed" end
  end)
end

describe("idngo.sandbox_host", function()
  after_each(function() host:close() end)

  it("lends a descriptor to a loop of the caller's, also for signals that are caught later", function()
    open()
    local poll, fd = require("idngo.curl").poll, host:descriptor()
    assert.equal(fd, host:descriptor())
    host:catch_signals()
    assert.is_true(host:patience(3) <= 3)
    assert.is_false(poll(fd, "r", core.now() + 0.01))
    connect("GET /one HTTP/1.1\r\nHost: x\r\n\r\n")
    local request
    repeat -- what is ready is taken before anything is waited for
      if host:patience(1) > 0 then assert(poll(fd, "r", core.now() + 60)) end
      assert.is_nil(host:wait(0))
      request = host:next()
    until request
    request:reply(200, {}, "", 0)
    assert(os.execute("kill -TERM $PPID"))
    local signal
    repeat
      assert(poll(fd, "r", core.now() + 60))
      signal = host:wait(0)
    until signal
    assert.equal(15, signal)
  end)

  it("hands out a request as it came", function()
    open()
    local connection = connect("PUT /a%2Fb?c=%41&d+e#f HTTP/1.1\r\nHost: x\r\nX-Two: 1\r\nx-tWO: 2\r\nEmpty:\r\n"
      .. "Content-Length: 5\r\n\r\n\0\1\2\r\n")
    local before = core.now()
    local request, method, target, headers, body, arrived, refused = next_request()
    assert.equal("PUT", method)
    assert.equal("/a%2Fb?c=%41&d+e#f", target)
    assert.equal("1, 2", headers["x-two"])
    assert.equal("", headers.empty)
    assert.equal("\0\1\2\r\n", body)
    assert.is_true(math.abs(arrived - before) < 10)
    assert.is_nil(refused)
    assert.is_true(request:reply(200, { ["X-A"] = "b" }, "hello"))
    local reply = receive(connection, "hello")
    assert.matches("^HTTP/1.1 200 OK\r\n", reply)
    assert.matches("X%-A: b\r\n", reply)
    assert.error_matches(function() request:reply(200, {}, "") end, "is answered")
  end)

  it("takes a body of max_body, and refuses one byte more with 413, sized or chunked", function()
    open()
    local function send(size)
      connect(("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"):format(size, ("x"):rep(size)))
      local _, _, _, _, body, _, refused = next_request()
      return #body, refused
    end
    assert.same({ 1000 }, { send(1000) })
    assert.same({ 0, 413 }, { send(1001) })
    connect("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      .. ("64\r\n" .. ("y"):rep(100) .. "\r\n"):rep(11) .. "0\r\n\r\n")
    assert.equal(413, (select(7, next_request())))
  end)

  it("refuses with 503 what all bodies together may not hold, and recovers", function()
    open({ max_body = 8000, max_bodies = 9000 })
    local half = connect("POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 6000\r\n\r\n" .. ("x"):rep(5000))
    for _ = 1, 5 do host:wait(0.01) end
    local post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" .. ("x"):rep(5000)
    connect(post)
    assert.equal(503, (select(7, next_request())))
    half:write(("x"):rep(1000))
    assert.equal(6000, #select(5, next_request()))
    connect(post)
    assert.equal(5000, #select(5, next_request()))
  end)

  it("serves no more than max_connections at once; the others wait their turn", function()
    open({ max_connections = 2 })
    local first, second, third = connect(), connect(), connect("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n")
    for _ = 1, 10 do
      host:wait(0.01)
      assert.is_nil((host:next()))
    end
    first:close()
    assert.equal("/3", (select(3, next_request())))
    second:close()
    third:close()
  end)

  it("closes a connection that is silent for idle_seconds", function()
    open({ idle_seconds = 1 })
    local _, closed = receive(connect("GET / HT"))
    assert.is_true(closed)
  end)

  it("answers endless headers itself, within its memory", function()
    open()
    local connection = connect("GET /" .. ("a"):rep(100000) .. " HTTP/1.1\r\nHost: x\r\n\r\n")
    assert.matches("^HTTP/1.1 4%d%d ", (receive(connection, "\r\n")))
  end)

  it("drops a connection without a byte, at once or later", function()
    open()
    for _, delay in ipairs({ 0, 0.1 }) do
      local connection = connect("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      local began = core.now()
      next_request():drop(delay)
      local bytes, closed = receive(connection)
      assert.equal("", bytes)
      assert.is_true(closed)
      assert.is_true(core.now() - began >= delay)
    end
  end)

  for _, sent in ipairs({ 0, 1, 5000 }) do
    it("breaks off after " .. sent .. " bytes of a body", function()
      open()
      local connection = connect("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      next_request():reply(200, {}, ("x"):rep(10000), 0, sent)
      local bytes, closed = receive(connection)
      assert.is_true(closed)
      assert.matches("Content-Length: 10000\r\n", bytes, 1, true)
      assert.equal(("x"):rep(sent), bytes:match("\r\n\r\n(.*)$"))
    end)
  end

  it("sends delayed answers in the order they are due", function()
    open()
    local connections, order = {}, {}
    for i, delay in ipairs({ 0.3, 0.1, 0.2 }) do
      connections[i] = connect("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      next_request():reply(200, {}, "done", delay)
    end
    await(function()
      for i, connection in ipairs(connections) do
        if connection.tcp:receive("*l") == "HTTP/1.1 200 OK" then order[#order + 1] = i end
      end
      return #order == 3
    end)
    assert.same({ 2, 3, 1 }, order)
  end)

  it("drops a request that Lua forgot", function()
    open()
    local connection = connect("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    next_request()
    collectgarbage()
    collectgarbage()
    assert.equal("", (receive(connection)))
  end)

  it("refuses a header that is none, and the request can still be answered", function()
    open()
    local connection = connect("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    local request = next_request()
    for _, bad in ipairs({ { ["A"] = "b\r\nC: d" }, { ["A\n"] = "b" }, { "b" }, { A = 5 } }) do
      local ok, why = request:reply(200, bad, "")
      assert.is_nil(ok)
      assert.equal("not a header", why)
    end
    assert.is_true(request:reply(200, {}, "fine"))
    assert.matches("fine", (receive(connection, "fine")))
  end)

  it("may be closed with requests in every state", function()
    open()
    for i = 1, 4 do connect("GET /" .. i .. " HTTP/1.1\r\nHost: x\r\n\r\n") end
    connect("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
    local held = next_request()
    next_request():reply(200, {}, "", 100)
    next_request():drop(100)
    for _ = 1, 5 do host:wait(0.01) end
    host:close()
    assert.error_matches(function() held:reply(200, {}, "") end, "host is closed")
    held:drop()
    host:close()
    assert.error_matches(function() host:wait(0) end, "host is closed")
  end)

  it("keeps no descriptor and no connection after many requests", function()
    open()
    collectgarbage() -- connections of earlier tests, and what those held
    collectgarbage()
    local before = descriptors.open()
    for _ = 1, 300 do
      local connection = connect("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      next_request():reply(200, {}, "ok")
      receive(connection, "ok")
      connection:close()
    end
    descriptors.expect_no_more(before, function() host:wait(0.02) end)
  end)

  it("throws on bad options", function()
    open()
    for name, bad in pairs({ port = 70000, max_connections = -1, idle_seconds = 1.5, max_body = "1" }) do
      assert.error_matches(function() open({ [name] = bad }) end, name)
    end
  end)
end)
