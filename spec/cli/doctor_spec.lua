-- idngo doctor: what its checks say, and its exit code.

local files = require("files")
local json = require("idngo.json")
local sandbox = require("idngo.sandbox")
local shell = require("command")

local server

local function run(command, env) return shell(("%s lua5.4 bin/idngo %s </dev/null"):format(env, command)) end

local function env(extra)
  return ("IDNGO_CONFIG= IDNGO_BASE_URL=%s IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret %s"):format(server.url,
    extra or "")
end

describe("doctor", function()
  setup(function() server = assert(sandbox.background()) end)
  teardown(function() server:close() end)

  it("finds nothing wrong with a sandbox but the plain http", function()
    local out, errors, code = run("doctor", env())
    assert.equal("", errors)
    assert.equal(0, code)
    for _, line in ipairs { "ok    versions", "ok    base_url", "ok    app_token", "ok    secret_key", "ok    connection",
      "warn  TLS chain", "ok    clock", "ok    credentials" } do
      assert.truthy(out:find(line, 1, true), line .. " in:\n" .. out)
    end
    assert.is_nil(out:find("demo-secret", 1, true))
  end)

  it("says what is missing and what to do", function()
    local out, _, code = run("doctor", "IDNGO_CONFIG= IDNGO_BASE_URL= HOME=/nonexistent")
    assert.equal(78, code)
    assert.truthy(out:find("fail  base_url      not set\n      set IDNGO_BASE_URL", 1, true), out)
  end)

  it("tells refused credentials from an unreachable server", function()
    local out, _, code = run("doctor", env("IDNGO_SECRET_KEY=wrong"))
    assert.equal(78, code)
    assert.truthy(out:find("fail  credentials", 1, true), out)
    out, _, code = run("doctor", env("IDNGO_BASE_URL=http://127.0.0.1:9"))
    assert.equal(78, code)
    assert.truthy(out:find("fail  connection", 1, true), out)
  end)

  it("calls no setting ok that cannot be used", function()
    for setting, name in pairs { ["IDNGO_SECRET_KEY_FILE=/none"] = "secret_key", ["IDNGO_SECRET_KEY='a b'"] = "secret_key",
      ["IDNGO_APP_TOKEN='a b'"] = "app_token", ["IDNGO_BASE_URL=ftp://a"] = "base_url" } do
      local out, _, code = run("doctor", env(setting:find("FILE") and "IDNGO_SECRET_KEY= " .. setting or setting))
      assert.equal(78, code, out)
      assert.is_nil(out:find("ok    " .. name, 1, true), out)
      assert.truthy(out:find("fail  settings      " .. name, 1, true), out)
    end
  end)

  it("warns of a secret that others can read", function()
    local path = files.write(os.tmpname(), "demo-secret\n")
    os.execute("chmod 644 " .. path)
    local out = run("doctor --json", env("IDNGO_SECRET_KEY_FILE=" .. path))
    local warned = false
    for line in out:gmatch("[^\n]+") do
      local check = json.decode(line)
      warned = warned or (check.check == "secret file" and check.state == "warn" and check.remedy == "chmod 600 " .. path)
    end
    assert.is_true(warned, out)
    os.remove(path)
  end)
end)
