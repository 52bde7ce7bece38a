-- Where calls, tasks and waits are not possible, each says so and what to do instead: in nginx, and in the tasks of the
-- other Luas. And what nginx cannot check is refused when the client is made.

local fault_server = require("fault_server")
local files = require("files")
local http = require("socket.http")
local luas = require("luas")
local nginx = require("nginx")
local shell = require("shell")

-- Each place calls `fn` and returns what that returned, or what it threw.
local PLACES = [[
  local places = {}
  local function kept(fn)
    local found
    return function() found = { pcall(fn) } end, function() return found end
  end
  function places.sort(fn)
    local call, found = kept(fn)
    table.sort({ 2, 1 }, function(a, b) call() return a < b end)
    return found()
  end
  function places.gsub(fn)
    local call, found = kept(fn)
    string.gsub("x", "x", call)
    return found()
  end
  function places.require(fn)
    local call, found = kept(fn)
    package.loaded.loading_here = nil
    package.preload.loading_here = function() call() return true end
    require("loading_here")
    return found()
  end
  -- where waiting is possible
  function places.pcall(fn) return { pcall(fn) } end
  function places.index(fn)
    local call, found = kept(fn)
    local _ = setmetatable({}, { __index = call }).x
    return found()
  end
  function places.iterator(fn)
    local call, found = kept(fn)
    for _ in call do break end
    return found()
  end
  function places.coroutine(fn)
    local call, found = kept(fn)
    coroutine.wrap(call)()
    return found()
  end
  return places
]]

describe("inside nginx, under a function of C #nginx", function()
  local upstream, gateway, folder

  setup(function()
    folder = files.folder()
    files.write(folder .. "/places.lua", PLACES)
    files.write(folder .. "/large.zip", ("x"):rep(3 * 1024 * 1024))
    upstream = nginx.start { server = [[
      location / { default_type application/json; return 200 '{"checks":[]}'; }
    ]] }
    gateway = nginx.start {
      http = ([[
        init_by_lua_block {
          package.path = "%s/?.lua;" .. package.path
          places, idngo = require "places", require "idngo"
          client = assert(idngo.client { base_url = "http://127.0.0.1:%d", app_token = "sbx:a.b", secret_key = "secret",
            limits = false, max_attempts = 1 })
          things = {}
          function things.call()
            local result, err = client:tin_checks("a1")
            return result and "ok" or ("%%s %%s %%s"):format(err.kind, err.outcome, tostring(err))
          end
          function things.parallel() return #idngo.parallel({ 1, 2 }, function() return true end) end
          function things.run() return idngo.run(function() return "ran" end) end
          function things.spawn() return idngo.spawn(function() return "spawned" end):wait() end
          function things.wait() return ngx.ctx.task:wait() end
          function things.prepare()
            return client:prepare("import_applicant", "%s/large.zip", { unchecked = true }) and "prepared"
          end
          function at(place, thing)
            local found = places[place](things[thing])
            return tostring(found[2])
          end
          prepared_in_init = things.prepare()
        } ]]):format(folder, upstream.port, folder),
      server = [[
        location = /at { content_by_lua_block { ngx.print(at(ngx.var.arg_place, ngx.var.arg_thing)) } }
        location = /in-run { content_by_lua_block {
          ngx.print(idngo.run(function()
            ngx.ctx.task = idngo.spawn(function() ngx.sleep(0.01) return "waited" end)
            return at(ngx.var.arg_place, ngx.var.arg_thing)
          end))
        } }
        location = /in-parallel { content_by_lua_block {
          ngx.print(idngo.parallel({ 1 }, function() return at(ngx.var.arg_place, ngx.var.arg_thing) end)[1])
        } }
        location = /init { content_by_lua_block { ngx.print(prepared_in_init) } }
      ]],
    }
  end)

  teardown(function()
    gateway:stop()
    upstream:stop()
    os.execute("rm -r " .. folder)
  end)

  local function get(path, place, thing)
    local body, status = http.request(("%s%s?place=%s&thing=%s"):format(gateway.url, path, place, thing))
    assert.equal(200, status, gateway:complaints())
    return body
  end

  for _, place in ipairs { "sort", "gsub", "require" } do
    it("says of a call in " .. place .. " that nothing can wait there", function()
      local seen = get("/at", place, "call")
      assert.truthy(seen:find("^config not_sent "), seen)
      assert.truthy(seen:find(("nginx cannot wait inside %s, called at "):format(place), 1, true), seen)
      assert.truthy(seen:find("places.lua:%d+"), seen)
      assert.truthy(seen:find(place == "require" and "when it is loaded" or "before or after", 1, true), seen)
    end)

    it("says so of tasks in " .. place, function()
      for _, way in ipairs { { "/at", "parallel" }, { "/at", "run" }, { "/in-run", "spawn" }, { "/in-run", "wait" } } do
        local seen = get(way[1], place, way[2])
        assert.truthy(seen:find("nginx cannot wait inside " .. place, 1, true), way[2] .. ": " .. seen)
        assert.falsy(seen:find("ngx_tasks.lua:", 1, true), seen) -- whose line is blamed
      end
    end)

    it("prepares a large request in " .. place .. " all the same", function()
      assert.equal("prepared", get("/at", place, "prepare"))
    end)
  end

  it("prepares a large request in init", function() assert.equal("prepared", get("/init")) end)

  for _, place in ipairs { "pcall", "index", "iterator", "coroutine" } do
    it("waits in " .. place, function()
      assert.equal("ok", get("/at", place, "call"))
      assert.equal("2", get("/at", place, "parallel"))
      assert.equal("waited", get("/in-run", place, "wait"))
    end)
  end

  it("spawns in idngo.parallel as in idngo.run", function()
    assert.equal("spawned", get("/in-parallel", "pcall", "spawn"))
  end)
end)

describe("a task under a function of C #slow", function()
  for _, lua in ipairs(luas.names) do
    it("says in words that nothing can wait there, in " .. lua, function()
      local folder = files.folder()
      files.write(folder .. "/places.lua", PLACES)
      local script = files.write(folder .. "/try.lua", ([[
        package.path = "%s/?.lua;" .. package.path
        local places, idngo = require "places", require "idngo"
        idngo.run(function()
          for _, place in ipairs { "sort", "gsub", "require" } do
            local task = idngo.spawn(function() return 1 end)
            print(place, places[place](function() return task:wait() end)[2])
            print(place, places[place](function() return idngo.spawn(print) end)[2])
          end
        end)
      ]]):format(folder))
      local told = shell("%s %s 2>&1", luas.start(lua), script)
      for _, place in ipairs { "sort", "gsub", "require" } do
        for _, what in ipairs { "waiting for a task", "idngo.spawn" } do
          assert.truthy(told:find(place .. "\t[^\n]*" .. what .. ": nothing can wait inside a function of C"), told)
        end
      end
      os.execute("rm -r " .. folder)
    end)
  end
end)

describe("https with an IP address inside nginx #nginx", function()
  local faults, gateway

  setup(function()
    faults = fault_server.start()
    gateway = nginx.start {
      http = ("lua_ssl_trusted_certificate %s;"):format(faults.ca_file),
      server = [[ location = /make { content_by_lua_block {
        local client, err = require("idngo").client { base_url = ngx.unescape_uri(ngx.var.arg_url), app_token = "sbx:a.b",
          secret_key = "secret", limits = false }
        ngx.print(client and "made" or err.kind .. " " .. err.outcome .. " " .. tostring(err))
      } } ]],
    }
  end)

  teardown(function()
    gateway:stop()
    faults:stop()
  end)

  local function make(url)
    return (http.request(gateway.url .. "/make?url=" .. url))
  end

  it("is refused when the client is made, however it is written", function()
    for _, host in ipairs { "127.0.0.1", "127.1", "2130706433", "0x7f.0x1", "127.0.0.1.", "[::1]", "[2001:db8::1]" } do
      for _, port in ipairs { "", ":8443" } do
        local seen = make("https://" .. host .. port)
        assert.truthy(seen:find("^config not_sent "), host .. ": " .. seen)
        if seen:find("cannot be checked", 1, true) then
          assert.truthy(seen:find("write into base_url a name", 1, true), seen)
        else
          assert.truthy(seen:find("base_url", 1, true), seen) -- no host by the rules of URLs
        end
      end
    end
  end)

  it("is not refused where there is nothing to check, nor a name that looks like one", function()
    for _, url in ipairs { "http://127.0.0.1", "http://[::1]:81", "https://localhost:1", "https://1.example", "https://10.0.0.a",
                           "https://0x.example", "https://4x" } do
      assert.equal("made", make(url), url)
    end
  end)
end)
