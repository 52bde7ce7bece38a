-- Streams of plain Lua beside all else that goes on in a process: calls, forks, interrupts, cancelled tasks, descriptors of
-- others. What streams meet in every runtime is in runtime/stream_spec.lua.

local command = require("command")
local fault_server = require("fault_server")
local files = require("files")
local json = require("idngo.json")
local luas = require("luas")
local shell = require("shell")
local stream_world = require("stream_world")

local PRELUDE = [[
  package.cpath = "%s/?.so;" .. package.cpath
  local idngo, json, runtime = require "idngo", require "idngo.json", require "idngo.runtime"
  local world, base = json.decode(arg[1]), arg[2]
  local now = runtime.now
  local function soon() return now() + 60 end
  local addresses = {}
  local function address(name)
    local tls = name:find("^tls_")
    addresses[name] = addresses[name] or { host = tls and "localhost" or "127.0.0.1", port = world[name], tls = tls and true,
      ca_file = tls and world.folder .. "/ca.pem" or nil }
    return addresses[name]
  end
  local function open(name) return assert(runtime.connect(address(name), soon())) end
  local function receive(stream, size)
    local got = ""
    repeat got = got .. assert(stream:receive(soon())) until #got >= size
    return got
  end
  local function echo(stream, text)
    assert(stream:send(text, soon()))
    return receive(stream, #text) == text
  end
  local function seen(name)
    local stream, line = open("control"), ""
    stream:send(name .. "\n", soon())
    repeat line = line .. assert(stream:receive(soon())) until line:find("\n")
    stream:close()
    return json.decode(line)
  end
  local function new_client(scenario)
    return assert(idngo.client { base_url = base .. "/s/" .. scenario, app_token = "a", secret_key = "s", limits = false,
      max_attempts = 1 })
  end
]]

local folder, world, server

local function expect_on(names, expected, script, before)
  local path = files.write(folder .. "/script.lua", PRELUDE:format(folder) .. script)
  for _, name in ipairs(names) do
    local printed, errors = command(("%s%s %s '%s' %s"):format(before or "", luas.start(name), path,
      json.encode(world, "world"), (server.http:gsub("/$", ""))))
    assert.equal(expected, printed, name .. ": " .. errors)
  end
end

local function expect(...) expect_on(luas.names, ...) end
local function expect_on_54(...) expect_on({ "lua5.4" }, ...) end

describe("A stream of plain Lua", function()
  setup(function()
    folder = files.folder()
    world, server = stream_world.start(), fault_server.start()
    shell("cc -shared -fPIC -I/usr/include/lua5.4 -o %s/forks.so spec/support/forks.c", folder)
  end)
  teardown(function()
    server:stop()
    stream_world.stop()
    os.execute("rm -rf " .. folder)
  end)

  it("goes from one host to another, while calls are under way #slow", function()
    expect("outside true\n40 calls\ninside true\nblocking true\noutside true\n", [[
      local client, stream = new_client("good"), open("tls_echo")
      print("outside " .. tostring(echo(stream, "one")))
      local calls, inside, blocking = 0, true, true
      idngo.run(function()
        for i = 1, 20 do
          idngo.spawn(function()
            for _ = 1, 2 do
              local told = client:timeline("a" .. i)
              calls = calls + (told and 1 or 0)
            end
          end)
        end
        for i = 1, 20 do inside = echo(stream, ("text %d"):format(i):rep(i * 100)) and inside end
        local mine = open("echo")
        table.sort({ 1, 2, 3 }, function(a, b) -- where nothing can be waited for but by blocking
          blocking = echo(mine, "sorted") and blocking
          return a < b
        end)
      end)
      print(calls .. " calls")
      print("inside " .. tostring(inside))
      print("blocking " .. tostring(blocking))
      print("outside " .. tostring(echo(stream, "two")))]])
  end)

  it("ends with the task that is cancelled #slow", function()
    expect("cancelled cancelled reset\n", [[
      local before = #seen("silent").ends
      local connected = 0
      local _, errors = idngo.parallel({ "receive", "send", "stop" }, function(what)
        if what == "stop" then
          while connected < 2 do runtime.sleep(0.01) end
          runtime.sleep(0.1)
          error("enough")
        end
        local stream = open("silent")
        connected = connected + 1
        if what == "send" then return stream:send(("x"):rep(20 * 1024 * 1024), soon()) end
        return stream:receive(soon())
      end, { stop_on_error = true })
      while #seen("silent").ends < before + 2 do runtime.sleep(0.01) end
      local ends = seen("silent").ends
      print(errors[1].kind .. " " .. errors[2].kind .. " " .. ends[#ends])]])
  end)

  it("lets tasks that wait for each other go on when everything is cancelled #slow", function()
    expect("ended\n", [[
      local a, b = false, false
      idngo.run(function()
        idngo.spawn(function()
          runtime.sleep(0.01)
          a = true
          while not b do runtime.sleep(60) end
        end)
        idngo.spawn(function()
          runtime.sleep(0.01)
          while not a do runtime.sleep(60) end
          runtime.sleep(60)
          b = true
        end)
        idngo.spawn(function()
          while not a do runtime.sleep(0.01) end
          require("idngo.runtime.current").current():cancel()
        end)
      end)
      print("ended")]])
  end)

  it("is there after an interrupt, and closes #slow", function()
    expect("interrupted true\nas good as before true\n", [[
      local stream = open("echo")
      local ok, why = pcall(function()
        os.execute("(sleep 0.2; kill -INT $PPID) &")
        return stream:receive(soon())
      end)
      print("interrupted " .. tostring(not ok and tostring(why):find("interrupted") ~= nil))
      print("as good as before " .. tostring(echo(stream, "after")))]])
    expect("interrupted true\n", [[
      local ok, why = pcall(function()
        os.execute("(sleep 0.2; kill -INT $PPID) &")
        while true do open("tls_echo"):close() end
      end)
      print("interrupted " .. tostring(not ok and tostring(why):find("interrupted") ~= nil))]])
  end)

  it("is the parent's after a fork", function()
    for _, name in ipairs { "echo", "tls_echo" } do
      expect_on_54("child: io, and a new one true\nparent true\nparent true\n", ("local name = %q\n"):format(name) .. [[
        local forks = require "forks"
        local stream, kept = open(name), open(name)
        assert(echo(stream, "before") and echo(kept, "before"))
        kept:keep()
        local pid = forks.fork()
        if pid == 0 then
          local _, failure = stream:receive(soon())
          local mine = open(name)
          print("child: " .. failure.kind .. ", and a new one " .. tostring(not mine.reused and echo(mine, "mine")))
          stream, kept = nil, nil
          collectgarbage()
          io.stdout:flush()
          forks.exit(0)
        end
        assert(forks.wait(pid) == 0)
        print("parent " .. tostring(echo(stream, "after")))
        local again = open(name)
        print("parent " .. tostring(again.reused and echo(again, "after")))]])
    end
  end)

  it("that waits is the parent's after a fork", function()
    expect_on_54("child io\nchild io\nparent true\n", [[
      local forks = require "forks"
      local stream, r, w, pid = open("echo"), forks.pipe()
      local told, found
      idngo.run(function()
        idngo.spawn(function()
          local bytes, failure = stream:receive(soon())
          told = bytes or failure.kind
        end)
        idngo.spawn(function()
          local what, failure = runtime.wait(r, "r", soon())
          found = what or failure.kind
        end)
        idngo.spawn(function()
          runtime.sleep(0.05)
          pid = forks.fork()
          if pid == 0 then return end
          stream:send("x", soon())
          forks.write(w, "x")
        end)
      end)
      if pid == 0 then
        print("child " .. told)
        print("child " .. found)
        io.stdout:flush()
        forks.exit(0)
      end
      forks.wait(pid)
      print("parent " .. tostring(told == "x" and found == "r" and echo(stream, "y")))]])
  end)

  it("is asked for an answer when its descriptor is ready, and not before", function()
    expect_on_54("true answered\nfalse answered\n", [[
      local curl = require("idngo.curl")
      local route = curl.route { origin = "http://127.0.0.1:" .. world.echo, direct = true, raw = true, proxy = "",
        connect_timeout = 5, max_reply = 0 }
      local raw = curl.stream(route, 5)
      repeat
        local stands, descriptor = raw:connect()
        if not stands then curl.poll(descriptor, "r", soon()) end
      until stands
      raw:send("answered", 0)
      repeat until not raw:is_silent()
      local early, _, descriptor = raw:receive(true)
      print(tostring(early == nil and descriptor ~= nil) .. " " .. raw:receive(false))

      local stream = open("echo")
      local real, awaited = stream.raw, {}
      stream.raw = setmetatable({ receive = function(_, awaits)
        awaited[#awaited + 1] = awaits
        return real:receive(awaits)
      end }, { __index = function(_, method) return function(_, ...) return real[method](real, ...) end end })
      assert(stream:send("answered", soon()))
      local got = receive(stream, 8)
      print(tostring(awaited[1] ~= true or awaited[2] ~= false) .. " " .. got)
    ]])
  end)

  it("and others' descriptors are waited for alike", function()
    local script = [[
      local forks = require "forks"
      local function told(found, failure) return found or failure.kind end
      local function look()
        local r, w = forks.pipe()
        local words = { told(runtime.wait(r, "r", now() + 0.02)), told(runtime.wait(w, "rw", soon())) }
        forks.write(w, "x")
        words[3] = told(runtime.wait(r, "r", soon()))
        forks.close(w)
        words[4] = told(runtime.wait(r, "r", soon()))
        forks.close(r)
        words[5] = told(runtime.wait(r, "r", soon()))
        words[6] = told(runtime.wait(-1, "r", soon()))
        words[7] = told(runtime.wait(2^40 // 1 | 0, "r", soon()))
        words[8] = tostring(pcall(runtime.wait, 0, "x", soon()))
        print(table.concat(words, " "))
      end
      if %s then idngo.run(look) else look() end]]
    for _, inside in ipairs { "true", "false" } do
      expect_on_54("timeout w r r io io io false\n", script:format(inside))
    end
  end)

  it("shares a descriptor among all who wait for it", function()
    expect_on_54("r w r timeout\n", [[
      local forks = require "forks"
      local r, w = forks.pipe()
      local words = {}
      idngo.run(function()
        for i, asked in ipairs { { r, "r", soon() }, { w, "w", soon() }, { r, "r", soon() }, { r, "w", now() + 0.1 } } do
          idngo.spawn(function()
            local found, failure = runtime.wait(asked[1], asked[2], asked[3])
            words[i] = found or failure.kind
          end)
        end
        idngo.spawn(function()
          runtime.sleep(0.02)
          forks.write(w, "x")
        end)
      end)
      print(table.concat(words, " "))]])
  end)

  it("and other descriptors outlive one that is closed while it is waited for", function()
    expect_on_54("timeout\n20 calls\n", [[
      local forks = require "forks"
      local r = forks.pipe()
      local client, calls, told = new_client("good"), 0, nil
      idngo.run(function()
        idngo.spawn(function()
          local found, failure = runtime.wait(r, "r", now() + 0.5)
          told = found or failure.kind
        end)
        runtime.sleep(0.01)
        forks.close(r)
        for i = 1, 20 do -- whose connections get its number
          idngo.spawn(function()
            local answer = client:timeline("a" .. i)
            calls = calls + (answer and 1 or 0)
          end)
        end
      end)
      print(told)
      print(calls .. " calls")]])
  end)

  it("says so when there are no descriptors left", function()
    expect_on_54("connect: Too many open files\na call: true\nand then true\n", [[
      local client = new_client("no-length") -- its connection closes
      assert(client:timeline("a1"))
      local streams, failure = {}, nil
      repeat
        streams[#streams + 1], failure = runtime.connect(address("echo"), soon())
      until failure
      print(failure.kind .. ": " .. failure.message)
      local files = {} -- what the stream that failed had taken
      for i = 1, 100 do files[i] = io.open("/dev/null") end
      local _, err = client:timeline("a1")
      for _, file in ipairs(files) do file:close() end
      print("a call: " .. tostring(tostring(err):find("Too many open files") ~= nil))
      table.remove(streams):close()
      table.remove(streams):close()
      print("and then " .. tostring(echo(open("echo"), "again")))]], "ulimit -n 40; ")
  end)

  it("heeds no proxy: those are for HTTP", function()
    expect_on_54("true true\n", [[print(tostring(echo(open("echo"), "x")) .. " " .. tostring(echo(open("tls_echo"), "x")))]],
      "export http_proxy=http://127.0.0.1:1 HTTPS_PROXY=http://127.0.0.1:1 ALL_PROXY=http://127.0.0.1:1; ")
  end)

  it("that nobody holds leaves nothing, wherever its task stopped #slow", function()
    expect("nothing is left\n", [[
      local function count()
        collectgarbage()
        collectgarbage()
        local pipe = io.popen("ls /proc/$PPID/fd | wc -l")
        local n = tonumber(pipe:read("*a"))
        pipe:close()
        return n
      end
      open("echo"):close()
      local before = count()
      pcall(idngo.run, function()
        for _, name in ipairs { "silent", "tls_silent", "echo" } do
          idngo.spawn(function() open(name):receive(soon()) end)
        end
        idngo.spawn(function() runtime.connect(address("tls_echo"), now() + 0.0005) end)
        os.execute("(sleep 0.2; kill -INT $PPID) &")
      end)
      local after = count()
      print(after <= before and "nothing is left" or after - before .. " descriptors")]])
  end)
end)
