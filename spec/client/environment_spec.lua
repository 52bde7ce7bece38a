-- Variables and files that other programs heed: which of them decide where calls go, and which do not.

local fault_server = require("fault_server")
local files = require("files")
local nginx = require("nginx")
local shell = require("shell")

local server, folder, pipe, proxy, log

setup(function()
  server = fault_server.start()
  folder = files.folder()
  log = folder .. "/proxy.log"
  os.execute("mkfifo " .. folder .. "/ready")
  pipe = io.popen(("exec python3 spec/support/connect_proxy.py %s >%s/ready"):format(log, folder), "w")
  local ready = io.open(folder .. "/ready")
  proxy = "http://127.0.0.1:" .. ready:read("l")
  ready:close()
end)
teardown(function()
  pipe:close()
  server:stop()
  os.execute("rm -rf " .. folder)
end)

local CALL = [[
local options = { app_token = "a", secret_key = "s", limits = false, max_attempts = 1, deadline = 10, base_url = %q,
  ca_file = %s, proxy = %s }
local idngo = require("idngo")
local client = assert(idngo.client(options))
local function levels() return client:levels() end
local result, err = levels()
if %s then idngo.run(function() result, err = levels() end) end
print(result and "ok" or err)
]]

--- Calls the server from a process of its own; whether it went through the proxy.
local function call(env, options)
  os.remove(log)
  local script = files.write(folder .. "/call.lua", CALL:format(options.base_url
    or ("https://localhost:%d/s/good"):format(server.tls.good), options.ca_file or ("%q"):format(server.ca_file),
    options.proxy and ("%q"):format(options.proxy) or "nil", tostring(options.scheduler or false)))
  local said = shell("%s lua5.4 %s 2>&1", env:gsub("=PROXY", "=" .. proxy), script)
  return said:gsub("\n$", ""), files.read(log, "") ~= ""
end

describe("the environment", function()
  for _, row in ipairs {
    -- what is set in the environment, the setting proxy, whether calls then go through the proxy
    { "HTTPS_PROXY=PROXY", nil, true },
    { "https_proxy=PROXY", nil, true },
    { "https_proxy=PROXY HTTPS_PROXY=http://127.0.0.1:1", nil, true },
    { "ALL_PROXY=PROXY", nil, true },
    { "all_proxy=PROXY", nil, true },
    { "HTTPS_PROXY=PROXY ALL_PROXY=http://127.0.0.1:1", nil, true },
    { "HTTP_PROXY=PROXY http_proxy=PROXY", nil, false },
    { "HTTPS_PROXY=PROXY NO_PROXY=other.example,localhost", nil, false },
    { "ALL_PROXY=PROXY no_proxy=localhost", nil, false },
    { "HTTPS_PROXY=PROXY NO_PROXY='*'", nil, false },
    { "HTTPS_PROXY=PROXY ALL_PROXY=PROXY", "", false },
    { "HTTPS_PROXY=http://127.0.0.1:1", "PROXY", true },
    { "NO_PROXY=localhost", "PROXY", true },
    { "no_proxy='*'", "PROXY", true },
  } do
    local env, setting, through = row[1], row[2], row[3]
    it(("%s, with %s: %s"):format(env, setting and ("proxy = %q"):format(setting) or "no setting proxy",
      through and "through the proxy" or "straight"), function()
      local clean = "env -u HTTPS_PROXY -u https_proxy -u ALL_PROXY -u all_proxy -u NO_PROXY -u no_proxy "
      local said, went = call(clean .. env, { proxy = setting and setting:gsub("PROXY", proxy) })
      assert.equal("ok", said)
      assert.equal(through, went)
    end)
  end

  it("sends no plain http on this machine through a proxy", function()
    for _, setting in ipairs { false, proxy } do
      local said, went = call("HTTP_PROXY=PROXY http_proxy=PROXY HTTPS_PROXY=PROXY ALL_PROXY=PROXY",
        { base_url = server.http .. "/s/good", proxy = setting or nil })
      assert.equal("ok", said)
      assert.is_false(went)
    end
  end)

  it("has no TLS keys written to SSLKEYLOGFILE, one by one, by a scheduler, or through a proxy", function()
    for _, options in ipairs { {}, { scheduler = true }, { proxy = proxy } } do
      for _, key in ipairs { "good", "tls1_2" } do
        options.base_url = ("https://localhost:%d/s/good"):format(server.tls[key])
        local keys = folder .. "/keys"
        assert.equal("ok", (call("SSLKEYLOGFILE=" .. keys, options)))
        assert.equal("", files.read(keys, ""))
      end
    end
  end)

  it("says nothing of whom to trust: SSL_CERT_FILE, SSL_CERT_DIR, CURL_CA_BUNDLE", function()
    local said = call(("SSL_CERT_FILE=%s CURL_CA_BUNDLE=%s SSL_CERT_DIR=%s"):format(server.ca_file, server.ca_file,
      folder), { ca_file = "nil" })
    assert.truthy(said:find("issuer certificate", 1, true), said)
  end)

  it("has no password of .netrc sent, nor settings of .curlrc taken", function()
    files.write(folder .. "/.netrc", "machine localhost login u password CANARY\nmachine 127.0.0.1 login u password CANARY\n")
    files.write(folder .. "/.curlrc", "header = \"X-Canary: CANARY\"\n")
    server:forget()
    for _, base in ipairs { server.http .. "/s/good", ("https://localhost:%d/s/good"):format(server.tls.good) } do
      assert.equal("ok", (call(("HOME=%s CURL_HOME=%s NETRC=%s/.netrc"):format(folder, folder, folder), { base_url = base })))
    end
    local seen = server:seen("good")
    assert.equal(2, seen.requests)
    for _, raw in ipairs(seen.raw) do
      assert.is_nil(raw:find("Authorization", 1, true) or raw:find("CANARY", 1, true))
    end
  end)

  it("decides nothing inside nginx #nginx", function()
    local keys = folder .. "/nginx-keys"
    os.remove(log)
    local host = nginx.start {
      env = ("env HTTPS_PROXY=%s ALL_PROXY=%s SSLKEYLOGFILE=%s"):format(proxy, proxy, keys),
      main = "env HTTPS_PROXY; env ALL_PROXY; env SSLKEYLOGFILE;",
      http = ("lua_ssl_trusted_certificate %s;"):format(server.ca_file),
      server = ([[location / { content_by_lua_block {
        local client = assert(require("idngo").client { base_url = "https://localhost:%d/s/good", app_token = "a",
          secret_key = "s", limits = false, max_attempts = 1 })
        local result, err = client:levels()
        ngx.print(os.getenv("HTTPS_PROXY"), " ", result and "ok" or tostring(err))
      } }]]):format(server.tls.good),
    }
    local said = shell("curl -s --noproxy '*' %s/", host.url)
    host:stop()
    assert.equal(proxy .. " ok", said)
    assert.equal("", files.read(log, ""))
    assert.equal("", files.read(keys, ""))
  end)
end)
