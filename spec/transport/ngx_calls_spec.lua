-- Calls that die inside nginx: visitors who hang up, threads that are killed, requests that end elsewhere. Their slots come
-- back, and the connection goes. Also idngo.run there, and errors where nginx shows strings only.

local core = require("idngo.core")
local files = require("files")
local nginx = require("nginx")
local socket = require("socket")

-- An API server that notes when a request arrived, and answers /now/… at once and /hang/… never.
local UPSTREAM = {
  http = "lua_shared_dict arrivals 1m;",
  server = [[
    location / { content_by_lua_block {
      ngx.shared.arrivals:rpush("at", require("idngo.core").now())
      ngx.req.discard_body()
      if ngx.var.uri:find("^/hang/") then ngx.sleep(300) end
      if ngx.var.uri:find("^/part/") then
        ngx.header.content_length = 100
        ngx.print("%PDF-")
        ngx.flush(true)
        ngx.sleep(300)
      end
      ngx.header.content_type = "application/json"
      ngx.print('{"checks":[],"list":{"items":[]}}')
    } }
    location = /arrivals { content_by_lua_block {
      for _, at in ipairs(ngx.shared.arrivals:llen("at") > 0 and all() or {}) do ngx.say(("%.6f"):format(at)) end
    } }
  ]],
}
UPSTREAM.http = UPSTREAM.http .. [[
  init_by_lua_block {
    function all()
      local list, found = ngx.shared.arrivals, {}
      for i = 1, list:llen("at") do
        found[i] = list:lpop("at")
        list:rpush("at", found[i])
      end
      return found
    end
  }
]]

local INIT = [[
  init_by_lua_block {
    idngo = require "idngo"
    function client_for(options)
      local settings = { base_url = "http://127.0.0.1:PORT", app_token = "sbx:a.b", secret_key = "secret", max_attempts = 1,
        timeout = 120, limits_dir = "LIMITS" }
      for name, value in pairs(options) do settings[name] = value end
      return assert(idngo.client(settings))
    end
    function lane(client, name)
      for _, found in ipairs(client:lanes()) do if found.name == name then return found end end
    end
    ${more}
  }
]]

local upstream, gateway, limits ---@type table?, table?, string?

--- Starts a gateway whose locations are `server`; `more` is run in init; `http` is configuration.
local function start(server, more, http)
  upstream = nginx.start(UPSTREAM)
  limits = files.folder()
  local init = INIT:gsub("PORT", upstream.port):gsub("LIMITS", limits):gsub("%${more}", { ["${more}"] = more or "" })
  gateway = nginx.start { main = "worker_shutdown_timeout 1s;", http = init .. (http or ""),
    server = "lua_check_client_abort on;" .. server }
end

after_each(function()
  for _, server in pairs { upstream, gateway } do server:stop() end
  if limits then os.execute("rm -rf " .. limits) end
  upstream, gateway, limits = nil, nil, nil
end)

--- Sends a request and does not wait for the answer.
local function visit(path)
  local visitor = assert(socket.connect("127.0.0.1", gateway.port))
  assert(visitor:send(("GET %s HTTP/1.0\r\n\r\n"):format(path)))
  return visitor
end

--- The whole answer's body.
local function answer_to(path)
  local visitor = visit(path)
  visitor:settimeout(100)
  local answer = assert(visitor:receive("*a"))
  visitor:close()
  return answer:match("\r\n\r\n(.*)$")
end

local function arrivals()
  local probe = assert(socket.connect("127.0.0.1", upstream.port))
  assert(probe:send("GET /arrivals HTTP/1.0\r\n\r\n"))
  local text = assert(probe:receive("*a"))
  probe:close()
  local found = {}
  for at in text:match("\r\n\r\n(.*)$"):gmatch("[%d.]+") do found[#found + 1] = tonumber(at) end
  table.sort(found)
  return found
end

local function wait_for_arrivals(count)
  nginx.wait_for(function() return #arrivals() >= count end, 60)
end

describe("a call that dies inside nginx #slow", function()
  local ways = {
    ["its visitor hangs up"] = { path = "/abort", leave = true },
    ["its thread is killed"] = { path = "/kill" },
    ["another thread of its request ends that"] = { path = "/exit" },
    ["its request goes elsewhere"] = { path = "/exec" },
    ["it is made in a coroutine of its own, and the request ends"] = { path = "/coroutine" },
  }
  local SERVER = [[
    location = /abort { content_by_lua_block { hang() } }
    location = /kill { content_by_lua_block {
      local thread = ngx.thread.spawn(hang)
      until_sent()
      ngx.thread.kill(thread)
      ngx.say("killed")
    } }
    location = /exit { content_by_lua_block {
      ngx.thread.spawn(function() until_sent() ngx.exit(200) end)
      hang()
    } }
    location = /exec { content_by_lua_block {
      ngx.thread.spawn(function() until_sent() ngx.exec("/elsewhere") end)
      hang()
    } }
    location = /elsewhere { return 200 elsewhere; }
    location = /coroutine { content_by_lua_block {
      ngx.thread.spawn(function() until_sent() ngx.exit(200) end)
      coroutine.wrap(hang)()
    } }
    location = /next { content_by_lua_block {
      local ok, err = client:call("GET", "/now/x")
      ngx.say(ok and "ok" or tostring(err))
    } }
    location = /used { content_by_lua_block { ngx.say(lane(client, "read").used, " ", lane(client, "read").waiting) } }
  ]]
  local ONE = [[
    client = client_for({ limits = { read = { 1, WINDOW } }, limits_late = 1 })
    function hang() return client:call("GET", "/hang/x") end
    function until_sent()
      while not (lane(client, "read") and lane(client, "read").used > 0) do ngx.sleep(0.02) end
      ngx.sleep(0.2)
    end
  ]]

  for what, way in pairs(ways) do
    it(("gives its slot back when %s"):format(what), function()
      start(SERVER, (ONE:gsub("WINDOW", "0.5")))
      local visitor = visit(way.path)
      wait_for_arrivals(1)
      if way.leave then visitor:close() end
      local began = core.now()
      assert.equal("ok\n", answer_to("/next"))
      assert.is_true(core.now() - began < 60, "it waited for the lease") -- of 120 s
      local at = arrivals()
      assert.is_true(at[2] - at[1] >= 1.3, "its slot was another's too soon") -- 1 s late, and the window
      assert.equal("", gateway:complaints())
      if not way.leave then visitor:close() end
    end)
  end

  for what, signal in pairs { ["is stopped at once"] = "TERM", ["is given no time to end"] = "QUIT" } do
    it(("gives its slot back when its worker %s"):format(what), function()
      start(SERVER, (ONE:gsub("WINDOW", "0")))
      local visitor = visit("/abort")
      wait_for_arrivals(1)
      local old = gateway:workers()
      assert(os.execute(("kill -%s %d"):format(signal, old[1])))
      gateway:signal("HUP")
      nginx.wait_for(function()
        local workers = gateway:workers()
        return #workers == 1 and workers[1] ~= old[1]
      end, 60)
      local began = core.now()
      assert.equal("ok\n", answer_to("/next"))
      assert.is_true(core.now() - began < 60)
      visitor:close()
    end)
  end

  it("gives its slot back at once when nothing of it was sent", function()
    -- it accepts connections and never says a word: the handshake hangs
    local silent = assert(socket.bind("127.0.0.1", 0))
    local _, port = silent:getsockname()
    start([[
      location = /hang { content_by_lua_block { hang() } }
      location = /used { content_by_lua_block { ngx.say(lane(silent, "read").used) } }
    ]], ([[
      silent = client_for({ base_url = "https://localhost:%d", limits = { read = { 1, 300 } }, connect_timeout = 100 })
      function hang() return silent:call("GET", "/x") end
    ]]):format(port))
    local visitor = visit("/hang")
    nginx.wait_for(function() return answer_to("/used") == "1\n" end, 60)
    visitor:close()
    nginx.wait_for(function() return answer_to("/used") == "0\n" end, 60)
    silent:close()
  end)

  it("gives its place in the queue up", function()
    start(SERVER, (ONE:gsub("WINDOW", "0")))
    local holder, waiting = visit("/abort"), {}
    wait_for_arrivals(1)
    for i = 1, 20 do waiting[i] = visit("/abort") end
    nginx.wait_for(function() return answer_to("/used") == "1 20\n" end, 60)
    for _, visitor in ipairs(waiting) do visitor:close() end
    nginx.wait_for(function() return answer_to("/used") == "1 0\n" end, 60)
    assert.equal(1, #arrivals())
    holder:close()
    assert.equal("ok\n", answer_to("/next"))
    assert.equal(2, #arrivals())
  end)

  it("counts from the answer's first line when that had come", function()
    start([[
      location = /part { content_by_lua_block { client:call("GET", "/part/x") } }
      location = /next { content_by_lua_block { ngx.say(client:call("GET", "/now/x") and "ok" or "failed") } }
    ]], [[ client = client_for({ limits = { read = { 1, 0 } }, limits_late = 100 }) ]])
    local visitor = visit("/part")
    wait_for_arrivals(1)
    socket.sleep(0.3) -- for the answer's head; it costs nothing to be late
    visitor:close()
    local began = core.now()
    assert.equal("ok\n", answer_to("/next"))
    assert.is_true(core.now() - began < 60)
  end)

  it("of a large body stops sending, and gives its slot back", function()
    start([[
      location = /kill { content_by_lua_block {
        local thread = ngx.thread.spawn(function()
          client:call("POST", "/hang/x", { body = ("x"):rep(8 * 1024 * 1024) })
        end)
        while not (lane(client, "write") and lane(client, "write").used > 0) do ngx.sleep(0.02) end
        ngx.sleep(0.3)
        ngx.thread.kill(thread)
        while lane(client, "write").used > 0 do ngx.sleep(0.05) end
        ngx.say("free")
        ngx.exit(200) -- or nginx waits for what still listens for the answer
      } }
    ]], [[ client = client_for({ limits = { write = { 1, 0 } }, limits_late = 1 }) ]])
    local began = core.now()
    assert.equal("free\n", answer_to("/kill"))
    assert.is_true(core.now() - began < 60)
  end)

  it("never holds up the next visitor for long, were there 300", function()
    local LATE, WINDOW = 3, 2
    start(SERVER, ([[
      client = client_for({ limits = { read = { 7, %d } }, limits_late = %d })
      function hang() return client:call("GET", "/hang/x") end
    ]]):format(WINDOW, LATE))
    local visitors = {}
    for i = 1, 300 do visitors[i] = visit("/abort") end
    -- nginx does not see who hangs up before it has begun with him
    nginx.wait_for(function() return answer_to("/used") == "7 293\n" end, 60)
    for _, visitor in ipairs(visitors) do visitor:close() end
    local began = core.now()
    assert.equal("ok\n", answer_to("/next"))
    local took = core.now() - began
    assert.is_true(took < 60, ("it waited %.1f s, and leases are of 120 s"):format(took))
    local at = arrivals()
    for last = 8, #at do
      assert.is_true(at[last] - at[last - 7] >= WINDOW, "more than 7 within the window")
    end
    -- by the server's clock: the first of the slots is free a window after it counts no more
    assert.is_true(at[#at] - at[1] >= LATE + WINDOW - 0.5 or #at > 8)
  end)
end)

describe("idngo.run inside nginx #nginx", function()
  it("runs its tasks as light threads, and leaves nothing behind", function()
    start([[
      location = /run { content_by_lua_block {
        local function levels() return assert(client:call("GET", "/now/x")) and "ok" end
        ngx.say(idngo.run(function(word)
          local one = idngo.spawn(levels)
          local two = idngo.spawn(function(n)
            local inner = idngo.spawn(function() ngx.sleep(0.01) return n * 2 end)
            return inner:wait()
          end, 21)
          local three = idngo.spawn(function() error("boom") end)
          local nothing, why, thrown = three:wait()
          local siblings = idngo.spawn(function() return two:wait() + 1 end)
          return table.concat({ word, one:wait(), two:wait(), siblings:wait(), tostring(nothing), tostring(thrown),
            why:match("boom") }, " ")
        end, "word"))
        local ended = 0
        idngo.run(function()
          for _ = 1, 3 do idngo.spawn(function() ngx.sleep(0.05) ended = ended + 1 end) end
        end)
        ngx.say(ended, " ended")
        local results = idngo.run(function() return idngo.parallel({ 1, 2, 3 }, levels) end)
        ngx.say(#results, " in parallel")
        ngx.say((select(2, pcall(idngo.run, function() error({ kind = "mine" }) end)).kind))
        ngx.say((select(2, pcall(idngo.run, function() idngo.run(levels) end)):match("use idngo.spawn")))
        ngx.say((select(2, pcall(idngo.spawn, levels)):match("only inside idngo.run")))
        ngx.say(levels())
      } }
      location = /timer { content_by_lua_block {
        ngx.timer.at(0, function() ngx.shared.seen:set("run", idngo.run(function()
          return idngo.spawn(function() return client:call("GET", "/now/x") and "ok" end):wait()
        end)) end)
        repeat ngx.sleep(0.02) until ngx.shared.seen:get("run")
        ngx.say(ngx.shared.seen:get("run"))
      } }
    ]], [[
      client = client_for { limits = false }
      unfit = {}
      for name, call in pairs { run = function() idngo.run(function() end) end,
                                parallel = function() idngo.parallel({ 1 }, function() end) end } do
        unfit[#unfit + 1] = select(2, pcall(call))
      end
      ngx.log(ngx.WARN, "unfit: ", table.concat(unfit, "; "))
    ]], "lua_shared_dict seen 1m;")
    assert.equal("word ok 42 43 nil true boom\n3 ended\n3 in parallel\nmine\nuse idngo.spawn\nonly inside idngo.run\nok\n",
      answer_to("/run"))
    assert.equal("ok\n", answer_to("/timer"))
    for _, name in ipairs { "run", "parallel" } do
      assert.truthy(gateway:log():find(("idngo.%s: nginx has no sockets in the init phase"):format(name), 1, true), name)
    end
  end)
end)

describe("an error that nginx shows as an unknown reason #nginx", function()
  it("is told in words, without a secret, whatever the phase", function()
    start([[
      location = /content { content_by_lua_block {
        assert(idngo.client { base_url = "https://x.example", secret_key = "s3cr3t" })
      } }
      location = /timer { content_by_lua_block {
        ngx.timer.at(0, function()
          assert(idngo.client { base_url = "ftp://timer.example", app_token = "a", secret_key = "s3cr3t" })
        end)
        ngx.timer.at(0, function() assert(client:call("GET", "/hang/x", { timeout = 0.2 })) end)
        ngx.say("begun")
      } }
      location = /request { content_by_lua_block {
        ngx.say(client:call("GET", "/hang/x", { timeout = 0.1 }) and "" or "failed")
      } }
    ]], [[
      client = client_for { limits = false }
      idngo.client { base_url = "https://init.example" }
    ]], [[
      init_worker_by_lua_block { idngo.client { base_url = "https://init-worker.example", app_token = "x y" } }
    ]])
    answer_to("/content")
    assert.equal("begun\n", answer_to("/timer"))
    assert.equal("failed\n", answer_to("/request"))
    nginx.wait_for(function() return select(2, gateway:log():gsub("unknown reason", "")) == 3 end, 60)
    local log = gateway:log()
    local _, app_tokens = log:gsub("no app_token", "")
    assert.equal(2, app_tokens) -- in init and in the request
    assert.truthy(log:find("app_token has a blank", 1, true))
    assert.truthy(log:find("base_url", 1, true))
    local _, calls = log:gsub("%[lua%][^\n]*call: timed out", "")
    assert.equal(1, calls) -- the timer's, not the request's, whose visitor was told
    assert.falsy(log:find("s3cr3t", 1, true))
  end)
end)
