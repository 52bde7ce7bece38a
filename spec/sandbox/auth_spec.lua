-- luacheck: std lua54+busted
local support = require("sandbox.support")

local LEVELS = "/resources/applicants/-/levels"

describe("the sandbox's authentication", function()
  local process
  setup(function() process = support.run('app_token="sbx:pub.priv",secret_key="s3cret",limits=false') end)
  teardown(function() process:stop() end)

  --- The reply to a call whose auth headers are right but for the given ones (false leaves one out).
  local function call(headers, method, target, body, signed_as)
    method, target, body = method or "GET", target or LEVELS, body or ""
    local ts = headers and headers["X-App-Access-Ts"] or os.time()
    local all = {
      ["X-App-Token"] = "sbx:pub.priv",
      ["X-App-Access-Ts"] = ts,
      ["X-App-Access-Sig"] = support.sign("s3cret", ts or 0, method, signed_as or target, body),
    }
    for name, value in pairs(headers or {}) do all[name] = value end
    return support.call(process, method, target, { unsigned = true, body = body, headers = all })
  end

  local function refused(code, name, reply)
    assert.equal(401, reply.status)
    assert.equal(401, reply.json.code)
    assert.equal(code, reply.json.errorCode)
    assert.equal(name, reply.json.errorName)
    assert.is_true(#reply.json.description > 0)
    assert.equal(reply.headers["x-correlation-id"], reply.json.correlationId)
  end

  it("lets a good signature in", function()
    assert.equal(200, call().status)
  end)

  it("lets a good signature over a body in", function()
    local target, body = "/resources/applicants/5b76df770a975a1404cbcb60/info", '{"lastName":"\\u00e9"}'
    local ts = os.time()
    local reply = support.call(process, "PATCH", target, { unsigned = true, body = body, headers = {
      ["X-App-Token"] = "sbx:pub.priv",
      ["X-App-Access-Ts"] = ts,
      ["X-App-Access-Sig"] = support.sign("s3cret", ts, "PATCH", target, body),
      ["Content-Type"] = "application/json",
    } })
    assert.equal(200, reply.status)
  end)

  it("takes header names in any case", function()
    local ts = os.time()
    local reply = support.call(process, "GET", LEVELS, { unsigned = true, headers = {
      ["x-app-TOKEN"] = "sbx:pub.priv",
      ["X-APP-ACCESS-TS"] = ts,
      ["x-app-access-sig"] = support.sign("s3cret", ts, "GET", LEVELS, ""),
    } })
    assert.equal(200, reply.status)
  end)

  for _, name in ipairs({ "X-App-Token", "X-App-Access-Ts", "X-App-Access-Sig" }) do
    it("4006: without " .. name, function()
      refused(4006, "missing-auth-headers", call({ [name] = false }))
    end)
  end

  for _, bad in ipairs({ "", "abc", "-5", "1e9", "12.5", "1607551635 ", "0x5f", "9999999999999999" }) do
    it(("4005: timestamp %q"):format(bad), function()
      refused(4005, "invalid-auth-header-values", call({ ["X-App-Access-Ts"] = bad }))
    end)
  end

  for what, bad in pairs({
    ["uppercase"] = ("A"):rep(64), ["short"] = ("a"):rep(63), ["long"] = ("a"):rep(65), ["base64"] = ("+"):rep(64),
  }) do
    it("4005: signature " .. what, function()
      refused(4005, "invalid-auth-header-values", call({ ["X-App-Access-Sig"] = bad }))
    end)
  end

  for _, bad in ipairs({ "sbx:pub.", "sbx:a b", "sbx:pub.priv.more", ":pub.priv", "sbx:p\xc3\xbcb.priv", "." }) do
    it(("4000: token %q"):format(bad), function()
      refused(4000, "app-token-invalid-format", call({ ["X-App-Token"] = bad }))
    end)
  end

  for _, bad in ipairs({ "prd:pub.priv", "sbx:other.priv", "pub.priv" }) do
    it(("4001: token %q"):format(bad), function()
      refused(4001, "app-token-not-found", call({ ["X-App-Token"] = bad }))
    end)
  end

  for _, bad in ipairs({ "sbx:pub.other", "sbx:pub" }) do
    it(("4002: token %q"):format(bad), function()
      refused(4002, "app-token-private-part-mismatch", call({ ["X-App-Token"] = bad }))
    end)
  end

  it("4004: more than sixty seconds away, either way, and milliseconds", function()
    refused(4004, "request-expired", call({ ["X-App-Access-Ts"] = os.time() - 63 }))
    refused(4004, "request-expired", call({ ["X-App-Access-Ts"] = os.time() + 63 }))
    refused(4004, "request-expired", call({ ["X-App-Access-Ts"] = os.time() * 1000 }))
  end)

  it("lets a clock pass that is less than sixty seconds off", function()
    assert.equal(200, call({ ["X-App-Access-Ts"] = os.time() - 57 }).status)
    assert.equal(200, call({ ["X-App-Access-Ts"] = os.time() + 57 }).status)
  end)

  it("4003: signed with another secret", function()
    local headers = support.auth("GET", LEVELS, "", "sbx:pub.priv", "other")
    refused(4003, "app-token-signature-mismatch", call(headers))
  end)

  it("4003: method, target or body other than signed", function()
    local function mismatch(...)
      refused(4003, "app-token-signature-mismatch", call(nil, ...))
    end
    mismatch("GET", LEVELS .. "?a=b", "", LEVELS)
    mismatch("GET", LEVELS, "", LEVELS .. "?")
    mismatch("GET", LEVELS .. "?a=b&c=d", "", LEVELS .. "?c=d&a=b")
    local id = "/resources/applicants/5b76df770a975a1404cbcb60"
    local headers = support.auth("PATCH", id .. "/info", "{}", "sbx:pub.priv", "s3cret")
    refused(4003, "app-token-signature-mismatch", call(headers, "PATCH", id .. "/info", "{ }"))
    headers = support.auth("get", LEVELS, "", "sbx:pub.priv", "s3cret")
    refused(4003, "app-token-signature-mismatch", call(headers))
  end)

  it("judges the target as it stood on the request line, escapes and all", function()
    local raw = "/resources/sdkIntegrations/levels/basic%2Dkyc%2dlevel/websdkLink?externalUserId=a%7Cb+c%40d%2F%C3%A9"
    assert.equal(200, call(nil, "POST", raw).status)
    refused(4003, "app-token-signature-mismatch", call(nil, "POST", raw, "", (raw:gsub("%%2d", "%%2D"))))
    refused(4003, "app-token-signature-mismatch", call(nil, "POST", raw, "", (raw:gsub("+", "%%20"))))
    refused(4003, "app-token-signature-mismatch", call(nil, "POST", raw, "", (raw:gsub("%%40", "@"))))
  end)

  it("finds faults in the vendor's order", function()
    local everything_wrong = {
      ["X-App-Token"] = "sbx:other.x", ["X-App-Access-Ts"] = 5, ["X-App-Access-Sig"] = ("0"):rep(64),
    }
    refused(4001, "app-token-not-found", call(everything_wrong))
    everything_wrong["X-App-Token"] = "sbx:pub.x"
    refused(4002, "app-token-private-part-mismatch", call(everything_wrong))
    everything_wrong["X-App-Token"] = "sbx:pub.priv"
    refused(4004, "request-expired", call(everything_wrong))
    everything_wrong["X-App-Access-Ts"] = os.time()
    refused(4003, "app-token-signature-mismatch", call(everything_wrong))
    everything_wrong["X-App-Token"] = "b a d"
    refused(4000, "app-token-invalid-format", call(everything_wrong))
    everything_wrong["X-App-Access-Ts"] = "x"
    refused(4005, "invalid-auth-header-values", call(everything_wrong))
    everything_wrong["X-App-Access-Sig"] = false
    refused(4006, "missing-auth-headers", call(everything_wrong))
  end)

  it("comes before anything the call itself has wrong", function()
    refused(4006, "missing-auth-headers", support.call(process, "GET", "/nowhere", { unsigned = true }))
    refused(4006, "missing-auth-headers", support.call(process, "DELETE", LEVELS, { unsigned = true }))
  end)
end)
