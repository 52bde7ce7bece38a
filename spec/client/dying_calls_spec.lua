-- Calls of plain Lua that nobody holds, that are closed, interrupted or held up while they are under way, on every Lua.
-- Those of nginx are in transport/ngx_calls_spec.lua.

local fault_server = require("fault_server")
local files = require("files")
local luas = require("luas")

local PREAMBLE = [[
  local idngo, core = require "idngo", require "idngo.core"
  local server, limits_dir = arg[1], arg[2]
  local function client_for(scenario, options)
    local settings = { base_url = server .. "/s/" .. scenario, app_token = "sbx:a.b", secret_key = "s", timeout = 60,
      limits_dir = limits_dir, limits = { read = { 1, 0 } } }
    for name, value in pairs(options or {}) do settings[name] = value end
    return assert(idngo.client(settings))
  end
  local function lane(client) for _, found in ipairs(client:lanes()) do if found.name == "read" then return found end end end
  local function busy(seconds) local stop = core.now() + seconds repeat until core.now() > stop end
  -- interrupts us, as Ctrl-C does, when a shell's condition holds
  local function interrupt_when(condition)
    os.execute(("(until %s; do sleep 0.05; done; kill -INT $PPID) &"):format(condition))
  end
  local function arrived(scenario, n)
    return ("curl -s %s/-/seen/%s | grep -q '\"requests\": *%d'"):format(server, scenario, n)
  end
]]

describe("a call under way #slow", function()
  local server
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)
  before_each(function() server:forget() end)

  --- What a script prints, on each Lua.
  local function expect(expected, text)
    local script = files.write(os.tmpname(), PREAMBLE .. text)
    for _, name in ipairs(luas.names) do
      server:forget()
      local dir = files.folder()
      local printed, errors, code = luas.run(name, ("%s %s %s"):format(script, server.http, dir))
      assert.equal(0, code, name .. ": " .. errors)
      assert.equal(expected, printed, name)
      os.execute("rm -rf " .. dir)
    end
    os.remove(script)
  end

  it("has its client as long as it takes, though nobody holds that", function()
    expect("40 in parallel\nok alone\nok with a writer\nok prepared\n", [[
      local ids = {}
      for i = 1, 40 do ids[i] = "a" .. i end
      local collecting = { limits = false, on_event = function() collectgarbage() collectgarbage() end }
      local results = idngo.parallel(ids, function(id) return client_for("503-then-ok", collecting):tin_checks(id) end)
      local count = 0
      for i = 1, 40 do count = count + (results[i] and 1 or 0) end
      print(count .. " in parallel")
      print(client_for("503-then-ok", collecting):tin_checks("a") and "ok alone")
      local result, err = client_for("good", collecting):report("a", { to = function() collectgarbage() return true end })
      print(result and "ok with a writer" or err)
      print(client_for("good", collecting):prepare("levels").target and "ok prepared")
    ]])
  end)

  it("gets its answer when another task closes the client, and is not tried again", function()
    expect("true nil cancelled not_sent\ncancelled unknown\ncalled after: the client is closed\n", [[
      local client
      client = client_for("good", { on_event = function(e) if e.event == "wait" then client:close() end end })
      local results, errors = idngo.parallel({ "one", "two" }, function(id) return client:tin_checks(id) end)
      local answered = results[1] and 1 or 2
      local err = errors[3 - answered]
      print(table.concat({ tostring(results[answered] ~= nil), tostring(errors[answered]), err.kind, err.outcome }, " "))
      client = client_for("endless-503", { on_event = function(e) if e.event == "retry" then client:close() end end })
      local _, problem = client:tin_checks("a")
      print(problem.kind .. " " .. problem.outcome)
      print("called after: " .. select(2, pcall(client.tin_checks, client, "a")):match("the client is closed"))
    ]])
  end)

  it("resets its connection when it is cancelled or interrupted, so that nothing more of it arrives", function()
    local peer = files.write(os.tmpname(), [[
import socket, sys
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
c, _ = s.accept()
c.recv(65536)
print("asked", flush=True)
try:
    while c.recv(65536):
        pass
    print("closed", flush=True)
except ConnectionResetError:
    print("reset", flush=True)
]])
    for _, ending in ipairs {
      [[idngo.parallel({ 1, 2 }, function(i)
          if i == 1 then return client:timeline("a") end
          wait_for("asked")
          return nil, "stop"
        end, { stop_on_error = true })]],
      [[interrupt_when("grep -q asked " .. log) client:timeline("a")]],
    } do
      local log = os.tmpname()
      local server_side = assert(io.popen(("exec python3 %s >%s"):format(peer, log), "w"))
      local port
      repeat port = files.read(log, ""):match("^(%d+)\n") until port
      local script = files.write(os.tmpname(), PREAMBLE .. ([[
        local log = "%s"
        local function wait_for(word)
          repeat require("idngo.runtime.current").current().sleep(0.02) until io.open(log):read("*a"):find(word)
        end
        local client = assert(idngo.client { base_url = "http://127.0.0.1:%s", app_token = "a", secret_key = "s",
          limits = false, timeout = 60 })
        pcall(function() %s end)
      ]]):format(log, port, ending))
      luas.run("lua5.4", ("%s %s %s"):format(script, server.http, "x"))
      server_side:close()
      assert.equal(port .. "\nasked\nreset\n", files.read(log), ending)
      os.remove(script)
      os.remove(log)
    end
    os.remove(peer)
  end)

  it("gives its slot back when an interrupt is thrown through it", function()
    expect("interrupted!\nheld\nfree again\nok\n", [[
      local client = client_for("stall-before-status", { limits_late = 1 })
      interrupt_when(arrived("stall-before-status", 1))
      local _, thrown = pcall(client.tin_checks, client, "a")
      print(tostring(thrown):match("interrupted!"))
      print(lane(client).used == 1 and "held" or "free")
      local began = core.now()
      while lane(client).used > 0 do core.sleep(0.05) end
      print(core.now() - began < 30 and "free again" or "free when its lease was over")
      print(client_for("good"):tin_checks("a") and "ok")
    ]])
  end)

  it("gives its place up when an interrupt is thrown through its wait", function()
    expect("interrupted!\n1 held, 0 waiting\n", [[
      local client = client_for("good", { limits = { read = { 1, 300 } },
        on_event = function(e) if e.event == "wait" then interrupt_when("sleep 0.2") end end })
      assert(client:tin_checks("a"))
      print(tostring(select(2, pcall(client.tin_checks, client, "a"))):match("interrupted!"))
      print(lane(client).used .. " held, " .. lane(client).waiting .. " waiting")
    ]])
  end)

  it("is not sent with slots that it got too long ago, but takes others", function()
    expect("request reply:not_sent retry request reply\n1 arrived\nnot_sent timeout\n1 arrived\n", [[
      local events, held_up = {}, false
      local function arrivals()
        local pipe = io.popen("curl -s " .. server .. "/-/seen/good")
        local text = pipe:read("*a")
        pipe:close()
        return text:match('"requests": *(%d+)') .. " arrived"
      end
      local client = client_for("good", { timeout = 1, on_event = function(e)
        events[#events + 1] = e.event .. (e.outcome and e.event == "reply" and ":" .. e.outcome or "")
        if e.event == "request" and not held_up then
          held_up = true
          busy(1.2)
        end
      end })
      assert(client:tin_checks("a"))
      print(table.concat(events, " "))
      print(arrivals())
      -- another task computes while the request waits to be sent
      client = client_for("good", { timeout = 1, max_attempts = 1 })
      local err
      idngo.run(function()
        idngo.spawn(function() err = select(2, client:tin_checks("b")) end)
        idngo.spawn(function() busy(1.2) end)
      end)
      print(err.outcome .. " " .. err.kind)
      print(arrivals())
    ]])
  end)

  it("leaves idngo.run as it was when something is thrown out of it", function()
    expect("boom\ntrue\ntrue\nevery task waits for another one\ntrue\nonly inside idngo.run\n", [[
      local client = client_for("good", { limits = false })
      local function fail() error("boom", 0) end
      print((select(2, pcall(idngo.run, function() idngo.spawn(fail) fail() end)):match("^boom")))
      print(client:tin_checks("a") ~= nil)
      print(idngo.run(function() return coroutine.wrap(function() return client:tin_checks("a") ~= nil end)() end))
      print((select(2, pcall(idngo.run, function() coroutine.yield() end)):match("every task waits for another one")))
      print(idngo.run(function() return client:tin_checks("a") ~= nil end))
      print((select(2, pcall(idngo.spawn, print)):match("only inside idngo.run")))
    ]])
  end)
end)
