-- The set-up that docs/limits-redis.md tells, as it stands there: Redis over TLS with its own user, a machine's config file, the
-- service of systemd, and nginx. Paths and names of the page become the test's.

local files = require("files")
local idngo = require("idngo")
local nginx = require("nginx")
local redis = require("redis")
local sandbox = require("idngo.sandbox")
local shell = require("shell")

if not redis.is_there() then
  describe("the page on limits in Redis", function() pending("redis-server is not installed") end)
  return
end

local page = files.read("docs/limits-redis.md")
local dir, server, api, place

--- A file of the page.
local function part(name)
  local text = page:match("<!%-%- part: " .. name:gsub("%p", "%%%0") .. " %-%->\n```%w+\n(.-)```")
  text = text:gsub("/etc/redis/tls", dir):gsub("/etc/redis", dir):gsub("/etc/idngo", dir)
  return (text:gsub(">PASSWORD", ">canary-password"):gsub("redis%.example:6380", place or "redis.example:6380"))
end

local client_options

setup(function()
  dir = files.folder()
  assert(os.execute("sh spec/support/certs.sh " .. dir))
  os.execute(("cd %s && cp good.pem redis.pem && cp leaf.key redis.key"):format(dir))
  files.write(dir .. "/users.acl", part("users.acl"))
  files.write(dir .. "/limits.password", "canary-password\n")
  files.write(dir .. "/secret", "demo-secret\n")
  local port = nginx.free_port()
  place = ("localhost:%d"):format(port)
  files.write(dir .. "/redis.conf", (part("redis.conf"):gsub("tls%-port 6380", "tls-port " .. port)))
  local pid = shell("cd %s && redis-server redis.conf --save '' --bind 127.0.0.1 >%s/said 2>&1 & echo $!", dir, dir)
  server = { pid = pid:match("%d+") }
  server.cli = function(command)
    return shell("REDISCLI_AUTH=canary-password redis-cli --tls --cacert %s/ca.pem -h localhost -p %d --user idngo %s 2>&1",
      dir, port, command)
  end
  nginx.wait_for(function() return server.cli("time"):find("%d%d%d") end)
  api = assert(sandbox.background { limits = false })
  client_options = { base_url = api.url, app_token = "sbx:demo", secret_key = "demo-secret", limits_rtt = 1,
    limits_url = "rediss://idngo@" .. place, limits_password = { file = dir .. "/limits.password" },
    limits_ca_file = dir .. "/ca.pem", limits_dir = files.folder() }
end)

teardown(function()
  os.execute("kill -KILL " .. server.pid)
  api:close()
end)

local function open(more)
  local options = {}
  for name, value in pairs(client_options) do options[name] = value end
  for name, value in pairs(more or {}) do options[name] = value or nil end
  return assert(idngo.client(options))
end

describe("the page on limits in Redis", function()
  it("tells a user who may do what is needed, and nothing else", function()
    local client = open()
    assert(require("idngo.client").slots(client):nobody_sent())
    assert(client:levels())
    client:close()
    for _, command in ipairs { "config get dir", "keys '*'", "flushall", "function list", "set idngo:1:x 1", "hget other a",
      "acl list", "eval 'return redis.call(\"set\", \"idngo:1:x\", \"1\")' 0" } do
      local said = server.cli(command)
      assert.truthy(said:find("no permissions", 1, true) or said:find("can't run this command", 1, true), command .. ": " .. said)
    end
  end)

  it("is refused by a wrong authority, a wrong password, and another user, before anything is sent", function()
    files.write(dir .. "/wrong", "wrong\n")
    for _, case in ipairs {
      { { limits_ca_file = dir .. "/other_ca.pem" }, "certificate" },
      { { limits_password = { file = dir .. "/wrong" } }, "refuses this user and password" },
      { { limits_url = "rediss://other@" .. place }, "refuses this user and password" },
    } do
      local client = open(case[1])
      local levels, e = client:levels { deadline = 3 }
      assert.is_nil(levels)
      assert.equal("not_sent", e.outcome)
      assert.matches(case[2], tostring(e))
      assert.is_nil(tostring(e):find("canary"))
      client:close()
    end
  end)

  it("tells a config file and a service of systemd that work", function()
    files.write(dir .. "/config", part("config") .. ("base_url = %s\napp_token = sbx:demo\nlimits_rtt = 1\n"):format(api.url))
    local unit = part("night.service"):gsub("%%d", dir):gsub("%%t/night", files.folder())
    local environment = {}
    for line in unit:gmatch("Environment=([^\n]+)") do environment[#environment + 1] = line end
    local command = unit:match("ExecStart=/usr/bin/(%S+ [^\n]+)")
    local said = shell("env %s %s bin/%s 2>&1", table.concat(environment, " "), os.getenv("LUA") or "/usr/bin/lua5.4", command)
    assert.matches("basic", said)
    if shell("command -v systemd-analyze"):find("/") then
      files.write(dir .. "/night.service", (unit:gsub("/usr/bin/idngo", "/bin/true")))
      assert.is_nil(shell("systemd-analyze verify %s/night.service 2>&1", dir):find("night.service:%d+"))
    end
  end)

  it("tells nginx what it needs #nginx", function()
    local init = part("nginx.conf"):match("^(.-)server {"):gsub("client {\n", ("client {\nbase_url = %q, app_token = 'sbx:demo', "
      .. "secret_key = 'demo-secret', limits_rtt = 1, limits_dir = %q,\n"):format(api.url, files.folder()))
      :gsub("127%.0%.0%.53 ipv6=off", "127.0.0.1")
    local location = part("nginx.conf"):match("(    location .*)}\n$")
    local gateway = nginx.start { http = init, server = location }
    local said = shell("curl -s %s/levels", gateway.url)
    local log = gateway:log()
    gateway:stop()
    assert.equal("ok\n", said, said .. log:sub(-500))
  end)

  it("names what doctor finds", function()
    files.write(dir .. "/config", part("config") .. ("base_url = %s\napp_token = sbx:demo\nlimits_rtt = 1\n"):format(api.url))
    local said = shell("env IDNGO_CONFIG=%s/config IDNGO_SECRET_KEY_FILE=%s/secret %s bin/idngo doctor 2>&1", dir, dir,
      os.getenv("LUA") or "/usr/bin/lua5.4")
    assert.matches("ok    limits  .-over TLS, verified; this account is %x+ there", said)
    assert.matches("ok    limits memory", said)
    assert.matches("ok    limits speed", said)
  end)
end)
