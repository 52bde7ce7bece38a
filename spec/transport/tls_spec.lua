-- What makes TLS calls work, not fail: a private CA, a client certificate, a proxy; and that secrets leave no trace.

local fault_server = require("fault_server")
local files = require("files")
local idngo = require("idngo")
local json = require("idngo.json")
local shell = require("shell")

local server, folder

local function open(key, options)
  local settings = { base_url = ("https://localhost:%d/s/good"):format(server.tls[key]), app_token = "sbx:a",
    secret_key = "s", limits = false, max_attempts = 1, ca_file = server.ca_file }
  for name, value in pairs(options or {}) do settings[name] = value end
  return idngo.client(settings)
end

setup(function()
  server = fault_server.start()
  folder = files.folder()
end)
teardown(function()
  server:stop()
  os.execute("rm -rf " .. folder)
end)

describe("a private CA", function()
  it("is trusted when it is named, and only then", function()
    local client <close> = assert(open("good"))
    assert(client:levels())
    -- the same server through a client that trusts the system's certificates
    local other <close> = assert(idngo.client { base_url = ("https://localhost:%d/s/good"):format(server.tls.good),
      app_token = "a", secret_key = "s", limits = false, max_attempts = 3 })
    local _, err = other:levels()
    assert.equal("tls", err.kind)
    assert.equal("not_sent", err.outcome)
    assert.equal(1, err.attempts)
    assert.truthy(err.hint:find("ca_file", 1, true))
  end)
end)

describe("a client certificate", function()
  for _, key in ipairs { "client_cert", "client_cert_1_3" } do
    it("is shown to a server that asks for one: " .. key, function()
      local client <close> = assert(open(key, { cert_file = server.client_cert, key_file = server.client_key }))
      local result, err = client:levels()
      assert.is_nil(err)
      assert.is_table(result.list)
    end)
  end
end)

describe("the certificates that are trusted", function()
  local function told(options)
    local client = assert(open("good", options))
    local result, err = client:tin_checks("a1")
    client:close()
    return result and "answered" or err.kind .. " " .. err.outcome .. " " .. err.message
  end

  it("must be in ca_file", function()
    local none = files.write(folder .. "/none.pem", "no certificate\n")
    assert.equal("tls not_sent ca_file holds no certificate", told { ca_file = none })
  end)

  it("are not those of another client, though both call at once", function()
    local clients = { assert(open("good")), assert(open("good", { ca_file = "/etc/ssl/certs/ca-certificates.crt" })) }
    local results = idngo.parallel({ 1, 1, 2, 1, 2, 2, 1 }, function(i)
      local result, err = clients[i]:tin_checks("a1")
      return result and "answered" or err.kind
    end, { concurrency = 1 })
    assert.same({ "answered", "answered", "tls", "answered", "tls", "tls", "answered" }, results)
    for _, client in ipairs(clients) do client:close() end
  end)

  it("are read once, not for every connection #slow", function()
    local bundle = files.write(folder .. "/bundle.pem", files.read("/etc/ssl/certs/ca-certificates.crt")
      .. files.read(server.ca_file))
    local script = files.write(folder .. "/connect.lua", [[
      local client = assert(require("idngo").client { base_url = arg[1], app_token = "a", secret_key = "s", limits = false,
        ca_file = arg[2] })
      for _ = 1, arg[3] do assert(client:send_verification_status_email("a1")) end -- each over a connection of its own
    ]])
    local function instructions(count)
      local out = shell("valgrind --tool=callgrind --callgrind-out-file=/dev/null lua5.4 %s https://%s:%d/s/good %s %d 2>&1",
        script, server.tls_host, server.tls.good, bundle, count)
      return assert(tonumber(out:match("Collected : (%d+)")), out)
    end
    local each = (instructions(6) - instructions(1)) / 5
    assert.is_true(each < 10e6, ("%.1f million instructions for a further connection"):format(each / 1e6))
  end)

  it("and a connection that stands takes at most 100 KiB #slow", function()
    local script = files.write(folder .. "/stand.lua", [[
      local idngo = require("idngo")
      local client = assert(idngo.client { base_url = arg[1], app_token = "a", secret_key = "s", limits = false, ca_file = arg[2],
        timeout = 300 })
      local function resident()
        collectgarbage()
        return tonumber(io.open("/proc/self/status"):read("a"):match("VmRSS:%s*(%d+)"))
      end
      local items = {}
      for i = 1, 64 do items[i] = i end
      idngo.run(function()
        assert(client:tin_checks("a1"))
        local before = resident()
        local _, errors = idngo.parallel(items, function() return client:tin_checks("a1") end, { concurrency = 64 })
        assert(next(errors) == nil, tostring(errors[1]))
        print((resident() - before) / 64)
      end)
    ]])
    local each = tonumber(shell("lua5.4 %s https://%s:%d/s/good %s", script, server.tls_host, server.tls.good, server.ca_file))
    assert.is_true(each > 10 and each <= 100, ("%.0f KiB for a connection"):format(each))
  end)
end)

describe("a proxy", function()
  it("tunnels TLS that is verified end to end, and loopback http never goes through it", function()
    local log = folder .. "/proxy.log"
    os.execute("mkfifo " .. folder .. "/ready")
    local pipe = io.popen(("exec python3 spec/support/connect_proxy.py %s >%s/ready"):format(log, folder), "w")
    local ready = io.open(folder .. "/ready")
    local proxy = "http://127.0.0.1:" .. ready:read("l")
    ready:close()
    do
      local client <close> = assert(open("good", { proxy = proxy }))
      assert(client:levels())
      assert.equal(("CONNECT localhost:%d HTTP/1.1\n"):format(server.tls.good), files.read(log, ""))
      local wrong <close> = assert(open("wrong_host", { proxy = proxy }))
      local _, err = wrong:levels()
      assert.equal("tls", err.kind)
      local plain <close> = assert(open("good", { proxy = proxy, base_url = server.http .. "/s/good" }))
      assert(plain:levels())
      local _, lines = files.read(log, ""):gsub("\n", "")
      assert.equal(2, lines)
    end
    pipe:close()
  end)
end)

describe("a server that speaks while its connection is idle", function()
  local pipe, port
  local function said() return files.read(folder .. "/idle", "") end

  setup(function()
    shell("cc -o %s/idle_tls spec/support/idle_tls.c -lssl -lcrypto -lpthread", folder)
    pipe = io.popen(("exec %s/idle_tls %s >%s/idle"):format(folder, server.ca_file:match("^(.*)/"), folder), "w")
    repeat port = said():match("^(%d+)\n") until port
  end)
  teardown(function() pipe:close() end)

  --- Over how many connections three calls went, each begun when the server had said what it says behind an answer.
  local function connections(what)
    local client <close> = assert(idngo.client { base_url = ("https://localhost:%s/%s"):format(port, what), app_token = "a",
      secret_key = "s", limits = false, max_attempts = 1, ca_file = server.ca_file })
    local seen, count = {}, 0
    for _ = 1, 3 do
      local before = #said()
      assert.same({}, assert(client:tin_checks("a1")).checks)
      repeat local all = said() until #all > before and all:sub(-1) == "\n"
      local number = said():match("(%d+)\n$")
      if not seen[number] then seen[number], count = true, count + 1 end
    end
    return count
  end

  for what, expected in pairs { ticket = 1, update = 1, asked = 1, data = 3, part = 3 } do
    it(("(%s) is used again only if that was no answer"):format(what), function()
      assert.equal(expected, connections(what))
      assert.equal(expected, (idngo.run(connections, what)))
    end)
  end
end)

describe("idngo doctor over TLS", function()
  local function doctor(key, ca)
    local config = folder .. "/config"
    local file = io.open(config, "w")
    file:write(("base_url = https://localhost:%d/s/good\napp_token = sbx:a\nsecret_key = CANARYSECRET\n%s"):format(
      server.tls[key], ca and "ca_file = " .. server.ca_file .. "\n" or ""))
    file:close()
    local pipe = io.popen(("lua5.4 bin/idngo --config-file %s doctor --json"):format(config))
    local checks = {}
    for line in pipe:lines() do
      local check = json.decode(line)
      checks[check.check] = check
      assert.is_nil(line:find("CANARY", 1, true))
    end
    pipe:close()
    return checks
  end

  it("says that the chain is good, and which one", function()
    local checks = doctor("good", true)
    assert.equal("ok", checks["TLS chain"].state)
    assert.truthy(checks["TLS chain"].text:find(server.ca_file, 1, true))
    assert.equal("ok", checks.credentials.state)
  end)

  it("says what is wrong with a chain, and what to do", function()
    for key, remedy in pairs { expired = "compare the dates", wrong_host = "for another host", self_signed = "ca_file",
      plain_http = "speaks no TLS", alpn_refused = "does not speak HTTP/1.1" } do
      local checks = doctor(key, true)
      assert.equal("fail", checks["TLS chain"].state, key)
      assert.truthy(checks["TLS chain"].remedy:find(remedy, 1, true), checks["TLS chain"].remedy)
    end
    assert.equal("fail", doctor("good", false)["TLS chain"].state)
  end)
end)

describe("a secret read from a file #slow", function() -- the sanitizers map more memory than can be read
  it("is nowhere in the process's memory, before and after calls, nor on its command line", function()
    local key = folder .. "/key"
    local secret = "CANARY" .. "FILESECRET" .. "x7Q2"
    local file = io.open(key, "w")
    file:write(secret, "\n")
    file:close()
    os.execute("chmod 600 " .. key)
    -- the script holds a pattern that matches the secret, but nowhere the secret
    local script = folder .. "/search.lua"
    file = io.open(script, "w")
    file:write(([[
      local idngo = require "idngo"
      local pattern = %q
      local function search()
        local found, regions = 0, 0
        local memory = assert(io.open("/proc/self/mem", "rb"))
        memory:setvbuf("no")
        local maps = {}
        for line in io.lines("/proc/self/maps") do
          local from, to, mode = line:match("^(%%x+)-(%%x+) (%%S+)")
          if mode:find("^rw") then maps[#maps + 1] = { tonumber(from, 16), tonumber(to, 16) } end
        end
        for _, map in ipairs(maps) do
          if memory:seek("set", map[1]) then
            local bytes = memory:read(map[2] - map[1])
            if bytes then
              regions = regions + 1
              if bytes:find(pattern) then found = found + 1 end
            end
          end
        end
        memory:close()
        return found, regions
      end
      local client = assert(idngo.client { base_url = %q, app_token = "sbx:a", limits = false,
        secret_key = { file = %q } })
      print(search())
      assert(client:levels())
      assert(client:prepare("tin_checks", "a"))
      print(search())
      client:close()
      print(search())
      -- what the search finds when it is there
      local planted = pattern:gsub("%%p", "")
      print((search()), planted ~= nil)
      print((io.open("/proc/self/cmdline"):read("a"):gsub("%%z", " ")))
    ]]):format((secret:gsub("F", "[F]")), server.http .. "/s/good", key))
    file:close()
    local pipe = io.popen("lua5.4 " .. script .. " 2>&1")
    local lines = {}
    for line in pipe:lines() do lines[#lines + 1] = line end
    pipe:close()
    for i = 1, 3 do assert.truthy((lines[i] or ""):find("^0\t%d"), lines[i]) end
    assert.truthy(lines[4]:find("^[1-9]"), "the search works: " .. lines[4])
    assert.is_nil(lines[5]:find(secret, 1, true))
  end)
end)
