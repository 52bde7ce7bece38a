-- Streams of bytes over every runtime: outside of tasks and in them, on every Lua, and inside nginx, by what they meet.

local http = require("socket.http")
local json = require("idngo.json")
local luas = require("luas")
local ltn12 = require("ltn12")
local nginx = require("nginx")
local shell = require("shell")
local socket = require("socket")
local stream_world = require("stream_world")

-- What comes of each situation, everywhere unless a runtime is named.
local expected = {
  echo = "the same",
  echo_over_tls = "the same",
  echo_over_a_path = "hello",
  ten_megabytes_out = "right",
  ten_megabytes_out_over_tls = "right",
  ten_megabytes_in = "right",
  ten_megabytes_in_over_tls = "right",
  a_peer_that_closes = "bye closed io",
  a_peer_that_closes_over_tls = { "bye closed io", nginx = "bye cut io" }, -- there nobody tells
  a_peer_that_cuts_tls = "bye cut io",
  a_peer_that_resets = "reset",
  a_peer_that_stalls = "nil timeout in time late",
  a_peer_that_stalls_over_tls = "nil timeout in time late",
  a_peer_that_reads_nothing = "nil timeout sent, then io; reset",
  a_time_that_has_passed = "nil timeout not sent true good; nil timeout not sent",
  a_port_where_nobody_listens = "connect not sent",
  a_path_where_nobody_listens = "connect not sent",
  a_certificate_of_another_host = "tls for good not sent",
  a_certificate_of_an_unknown_authority = "tls for good not sent",
  tls_with_a_plain_peer = "tls not sent",
  a_name_of_its_own_in_the_certificate = "stands, tls for good not sent",
  a_client_certificate = "me, without tls",
  a_client_certificate_that_is_none = { "tls for good not sent", nginx = "config for good not sent" },
  reset = "reset io not sent",
  close = "end 50",
  keep = "new abc, reused abc, new abc",
  keep_over_tls = "new abc, reused abc",
  keep_what_is_closed_meanwhile = "new abc, new abc",
  keep_what_speaks_meanwhile = "new abc, new abc",
  silence = "true false abc true false",
  silence_over_tls = "true false abc true false",
  no_time_limit = "true true",
  collected_without_a_close = "all ended",
  wrong_addresses = "an address has either a host or a path; port must be a whole number from 1 to 65535; "
    .. "port must be a whole number from 1 to 65535; host is no host; host is no host; "
    .. "an address has either a host or a path; TLS is for hosts, not for a path; "
    .. "cert_file and key_file belong together; unknown option hosts, did you mean host?; host must be a text",
}

-- Those that need tasks.
local expected_of_tasks = {
  ten_megabytes_both_ways = "sent right",
  ten_megabytes_both_ways_over_tls = "sent right",
  two_hundred_at_once = "200 right, 200 connections",
  two_that_receive = "false another task is receiving on this stream x",
  closed_while_another_waits = "nil io",
  reset_while_another_waits = "nil io",
  others_have_their_turn = "they had",
}

local world

local function names_of(...)
  local names = {}
  for _, list in ipairs { ... } do
    for name in pairs(list) do names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

local function expectation(name, runtime)
  local what = expected[name] or expected_of_tasks[name]
  return type(what) == "table" and (what[runtime] or what[1]) or what
end

describe("A stream", function()
  setup(function() world = stream_world.start() end)
  teardown(stream_world.stop)

  for _, lua in ipairs(luas.names) do
    for _, way in ipairs { "alone", "tasks" } do
      local slow = lua ~= "lua5.4" and " #slow" or "" -- those of 5.4 run under the sanitizers, too
      it(("of %s meets what it may, %s%s"):format(lua, way == "tasks" and "in tasks" or "outside of tasks", slow), function()
        local names = way == "tasks" and names_of(expected, expected_of_tasks) or names_of(expected)
        local printed, errors = luas.run(lua, ("spec/support/stream_situation.lua %s '%s' %s"):format(way, json.encode(world,
          "world"), table.concat(names, " ")))
        local lines = {}
        for i, name in ipairs(names) do lines[i] = name .. ": " .. expectation(name, way) end
        lines[#lines + 1] = "descriptors: none left"
        assert.equal(table.concat(lines, "\n") .. "\n", printed, errors)
        assert.equal("", errors)
      end)
    end
  end

  it("of nginx is its request's, needs sockets, and goes when its visitor does #nginx", function()
    local server = nginx.start {
      http = ([[init_by_lua_block {
        runtime = require "idngo.runtime"
        function failure_of(stream, failure) return failure and failure.kind .. ": " .. failure.message end
        address = { host = "127.0.0.1", port = PORT }
        silent = { host = "127.0.0.1", port = SILENT }
        in_init = failure_of(runtime.connect(address, runtime.now() + 5))
      }]]):gsub("PORT", world.echo):gsub("SILENT", world.silent) .. "",
      server = [[
        lua_check_client_abort on;
        location = /open { content_by_lua_block {
          mine = assert(runtime.connect(address, runtime.now() + 60))
          assert(mine:send("x", runtime.now() + 60))
          ngx.print("opened") ngx.flush(true)
          while not done do ngx.sleep(0.01) end
        } }
        location = /use { content_by_lua_block {
          local words = { select(2, pcall(mine.receive, mine, runtime.now() + 60)), tostring(mine:is_silent()), in_init,
            failure_of(runtime.wait(5, "r", runtime.now() + 1)) }
          local here = assert(runtime.connect(address, runtime.now() + 60))
          table.sort({ 1, 2 }, function(a, b)
            words[#words + 1] = failure_of(here:send("y", runtime.now() + 60))
            return a < b
          end)
          mine:close()
          here:close()
          done = true
          ngx.print(table.concat(words, "\n"))
        } }
        location = /hang { content_by_lua_block {
          local stream = runtime.connect(silent, runtime.now() + 60)
          ngx.print("hangs") ngx.flush(true)
          stream:receive(runtime.now() + 600)
        } }]],
    }
    local function stays(path) return io.popen(("curl -sN %s%s"):format(server.url, path)) end
    local holder = stays("/open")
    assert.equal("opened", holder:read(6))
    local used = shell("curl -s %s/use", server.url)
    holder:close()
    local visitor = assert(socket.connect("127.0.0.1", server.port))
    visitor:send("GET /hang HTTP/1.1\r\nHost: h\r\n\r\n")
    repeat local line = visitor:receive() until line:find("hangs")
    assert.equal(1, nginx.connections_to(world.silent))
    visitor:close()
    nginx.wait_for(function() return nginx.connections_to(world.silent) == 0 end)
    server:stop()
    assert.equal("this stream is another request's: keep it there, and connect here\nfalse\n"
      .. "config: nginx has no sockets in the init phase\n"
      .. "config: nginx cannot wait for a descriptor that is not its own\n"
      .. "config: nginx cannot wait inside sort", used:gsub(", called at [^\n]*", ""):gsub("^[^\n]*: this", "this") .. "")
  end)

  it("of nginx meets what it may #nginx", function()
    local server = nginx.start {
      http = ("lua_ssl_trusted_certificate %s/ca.pem;"):format(world.folder),
      server = [[location = /run { client_body_buffer_size 1m; content_by_lua_block {
        local idngo, json = require "idngo", require "idngo.json"
        ngx.req.read_body()
        local asked = json.decode(ngx.req.get_body_data())
        local text = require("stream_situations").run(asked.name, asked.world)
        collectgarbage()
        ngx.print(text)
      } }]],
    }
    local lines, told = {}, {}
    for i, name in ipairs(names_of(expected, expected_of_tasks)) do
      local body, reply = json.encode({ name = name, world = world }, "asked"), {}
      local _, status = http.request { method = "POST", url = server.url .. "/run", sink = ltn12.sink.table(reply),
        source = ltn12.source.string(body), headers = { ["content-length"] = #body } }
      lines[i] = name .. ": " .. expectation(name, "nginx")
      told[i] = name .. ": " .. (status == 200 and table.concat(reply) or tostring(status))
    end
    local complaints = {} -- but for what nginx itself says of what was meant to fail
    for line in server:complaints():gmatch("[^\n]+") do
      if not (line:find("SSL_do_handshake() failed", 1, true) or line:find("connect() to unix:", 1, true)
        or line:find("recv() failed (104", 1, true)) then complaints[#complaints + 1] = line end
    end
    server:stop()
    assert.equal(table.concat(lines, "\n"), table.concat(told, "\n"))
    assert.same({}, complaints)
  end)
end)
