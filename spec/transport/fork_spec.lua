-- A client that was made and used before fork(): each process has its own connections, and what was under way is the
-- parent's.

local fault_server = require("fault_server")
local files = require("files")
local shell = require("shell")

local folder, server

local PRELUDE = [[
  package.cpath = "%s/?.so;" .. package.cpath
  local forks, idngo = require "forks", require "idngo"
  local base, ca_file = arg[1], arg[2]
  local function client_of(scenario)
    return assert(idngo.client { base_url = base .. "/s/" .. scenario, app_token = "a", secret_key = "s", limits = false,
      max_attempts = 1, ca_file = ca_file })
  end
  local client = client_of("good")
  local function asks(count)
    for i = 1, count do
      local id = "p" .. forks.pid .. "-" .. i
      local told = assert(client:timeline(id))
      assert(told.applicantId == id, told.applicantId)
    end
  end
  local function in_child(fn)
    local pid = forks.fork()
    if pid ~= 0 then return pid end
    forks.pid = "child"
    local ok, why = pcall(fn)
    if not ok then io.stderr:write(tostring(why), "\n") end
    forks.exit(ok and 0 or 1)
  end
  forks.pid = "parent"
  asks(1)
]]

--- Runs a script over plain http and over TLS; what it printed.
local function run(script)
  local path = files.write(folder .. "/script.lua", PRELUDE:format(folder) .. script)
  local out = {}
  for i, base in ipairs { server.http, ("https://%s:%d"):format(server.tls_host, server.tls.good) } do
    server:forget()
    out[i] = shell("timeout 60 lua5.4 %s %s %s 2>&1", path, base:gsub("/$", ""), server.ca_file)
  end
  return out
end

setup(function()
  folder = files.folder()
  server = fault_server.start()
  shell("cc -shared -fPIC -I/usr/include/lua5.4 -o %s/forks.so spec/support/forks.c", folder)
end)
teardown(function()
  server:stop()
  os.execute("rm -rf " .. folder)
end)

describe("After fork()", function()
  it("a child of whoever takes a body uses nothing that the call has, which goes on in the parent", function()
    local out = run([[
      local first, pid = true, nil
      assert(client:call("GET", "/resources/applicantTimeline/a", { to = function(piece)
        if not first then return end
        first = false
        pid = in_child(function()
          local ok, why, err = pcall(client.timeline, client, "b")
          assert(tostring(ok and err or why):find("must not use the connection it is called from", 1, true), why or err)
        end)
      end }))
      assert(pid and forks.wait(pid) == 0)
      asks(2)
      print "right"]])
    assert.same({ "right\n", "right\n" }, out)
  end)

  it("parent and children have connections of their own", function()
    local out = run([[
      local children = {}
      for i = 1, 3 do children[i] = in_child(function() asks(40) end) end
      asks(40)
      for _, pid in ipairs(children) do assert(forks.wait(pid) == 0) end
      print "right"]])
    assert.same({ "right\n", "right\n" }, out)
    assert.equal(4, server:seen("good").connections)
  end)

  it("a child that closes everything takes nothing from its parent", function()
    local out = run([[
      for _, close in ipairs { function() client:close() end, function() client = nil collectgarbage() collectgarbage() end,
        function() os.exit(0, true) end } do
        local pid = in_child(close)
        assert(forks.wait(pid) == 0)
        asks(2)
      end
      print "right"]])
    assert.same({ "right\n", "right\n" }, out)
    assert.equal(1, server:seen("good").connections)
  end)

  it("calls under way are the parent's; in the child they end, and it can make others", function()
    local out = run([[
      local slow, told = client_of("bandwidth-cap"), nil
      local role
      idngo.run(function()
        local task = idngo.spawn(function()
          local result, err = slow:timeline("a1")
          told = result and "answered" or err.kind .. " " .. err.outcome
        end)
        idngo.spawn(function() client:timeline("a1") -- by now the slow one is under way
          role = forks.fork()
          if role == 0 then forks.pid = "child" end
          asks(2)
        end)
        task:wait()
      end)
      if role == 0 then
        print(told) io.stdout:flush()
        forks.exit(0)
      end
      assert(forks.wait(role) == 0)
      print(told)]])
    assert.same({ "io unknown\nanswered\n", "io unknown\nanswered\n" }, out)
  end)

  it("a child that has calls asked again whether they may leave ends them all, and asks nobody", function()
    local out = run([[
      local core, curl = require "idngo.core", require "idngo.curl"
      local wire, asked, answer = curl.wire(), 0, "later"
      local route = curl.route { origin = base, ca_file = ca_file, direct = base:find("^http:") ~= nil, connect_timeout = 30,
        max_reply = 10000 }
      local function before()
        asked = asked + 1
        return answer
      end
      local pauses = {}
      for i = 1, 3 do
        wire:add(route, "GET", "/s/good/resources/applicantTimeline/a", "", core.now() + 50, nil, nil, { before = before })
        pauses[i] = wire:sleep(50)
      end
      repeat wire:step(1) until asked >= 3
      local role
      asked, answer, role = 0, true, forks.fork()
      wire:ask_again()
      local ended = {}
      for _ = 1, role == 0 and 6 or 3 do
        local id, status, failure = wire:step(50)
        ended[#ended + 1] = id and (status or failure and failure.message or "pause") or "nothing"
      end
      table.sort(ended, function(a, b) return tostring(a) < tostring(b) end)
      local said = asked .. " " .. table.concat(ended, ", ")
      local forked = "this process was forked while the call was under way"
      local right = said == (role == 0 and ("0 pause, pause, pause, %s, %s, %s"):format(forked, forked, forked)
        or "3 200, 200, 200")
      if role == 0 then forks.exit(right and 0 or 1) end
      assert(right, said)
      assert(forks.wait(role) == 0)
      print "right"]])
    assert.same({ "right\n", "right\n" }, out)
  end)

  it("programs that are started inherit no connection", function()
    local out = run([[
      local pipe = io.popen("ls -l /proc/self/fd")
      local seen = pipe:read("a")
      pipe:close()
      local mine = io.popen("ls -l /proc/$PPID/fd"):read("a")
      assert(mine:find("socket:", 1, true), mine)
      print((select(2, seen:gsub("socket:", ""))))]])
    assert.same({ "0\n", "0\n" }, out)
  end)
end)
