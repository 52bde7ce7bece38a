-- Proxies that refuse: what cannot be helped by trying again is asked once, since a wrong password locks accounts.

local files = require("files")
local idngo = require("idngo")

local folder, proxy, port

local function lines()
  local _, count = files.read(folder .. "/out"):gsub("asked\n", "")
  return count
end

setup(function()
  folder = files.folder()
  proxy = assert(io.popen(("exec python3 spec/support/refusing_proxy.py >%s/out"):format(folder), "w"))
  repeat port = files.read(folder .. "/out", ""):match("^(%d+)\n") until port
end)
teardown(function()
  proxy:close()
  os.execute("rm -rf " .. folder)
end)

describe("A proxy that refuses", function()
  for _, case in ipairs {
    { "407", "http", 1, "the proxy refused to connect: 407", "the proxy wants another user or password" },
    { "401", "http", 1, "the proxy refused to connect: 401", "the proxy wants another user or password" },
    { "403", "http", 1, "the proxy refused to connect: 403" },
    { "302", "http", 1, "the proxy refused to connect: 302" },
    { "502", "http", 2, "the proxy refused to connect: 502" },
    { "socks", "socks5h", 1, "the proxy refused to connect: 407", "the proxy wants another user or password" },
  } do
    local user, scheme, requests, message, hint = table.unpack(case)
    it(("with %s is asked %d times of 2, and nothing was sent"):format(user, requests), function()
      local client = assert(idngo.client { base_url = "https://api.example.invalid", app_token = "a", secret_key = "s",
        limits = false, max_attempts = 2, proxy = ("%s://%s:wrong@127.0.0.1:%s"):format(scheme, user, port) })
      local before = lines()
      for _, call in ipairs { "send_verification_status_email", "tin_checks" } do
        local result, err = client[call](client, "a1")
        assert.is_nil(result)
        assert.equal("connect", err.kind, tostring(err))
        assert.equal("not_sent", err.outcome)
        assert.equal(message, err.message)
        assert.equal(requests, err.attempts)
        assert.equal(requests > 1, err.retryable)
        assert.truthy(not hint or err.hint:find(hint, 1, true), tostring(err))
        assert.is_nil(tostring(err):find("wrong", 1, true))
      end
      assert.equal(2 * requests, lines() - before)
    end)
  end
end)
