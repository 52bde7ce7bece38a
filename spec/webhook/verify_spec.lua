-- Verifying webhooks: what is taken, what is refused and with which status, and that time tells nothing.

local core = require("idngo.core")
local err = require("idngo.error")
local files = require("files")
local json = require("idngo.json")
local webhook = require("idngo").webhook

local SECRET = "SoMe_SeCrEt_KeY"
local BODY = '{\n  "applicantId" : "5c9e177b0a975a6eeccf5960",\n  "type" : "applicantReviewed",\n'
  .. '  "reviewResult" : {\n    "reviewAnswer" : "RED",\n    "rejectLabels" : [ "FORGERY" ]\n  },\n'
  .. '  "createdAtMs" : "2020-02-21 13:23:19.321",\n  "somethingNew" : 7\n}'

--- The headers of `body` as the service sends them.
local function headers_of(body, alg, secret)
  alg = alg or "HMAC_SHA256_HEX"
  return {
    ["Content-Type"] = "application/json",
    ["X-Payload-Digest"] = core.hmac(alg:match("SHA%d+"):lower(), secret or SECRET, body),
    ["X-Payload-Digest-Alg"] = alg,
  }
end

local function is_refused(status, body, headers, options, secrets)
  local event, refused = webhook.verify(body, headers, secrets or SECRET, options)
  assert.is_nil(event)
  assert.is_true(err.is(refused))
  assert.equal(status, refused.status)
  assert.equal("rejected", refused.outcome)
  assert.equal(status == 400 and "malformed" or "http", refused.kind)
  return tostring(refused)
end

describe("webhook.verify", function()
  for _, vector in ipairs(assert(json.decode(files.read("spec/fixtures/signing-vectors.json"))).webhook) do
    it("finds the digest of the " .. vector.alg .. " vector right", function()
      local headers = { ["x-payload-digest"] = vector.digest, ["x-payload-digest-alg"] = vector.alg }
      -- the vectors' bodies are no events: the digest fits, the body does not
      is_refused(400, vector.body, headers, { allow_sha1 = true }, vector.secret)
      is_refused(401, vector.body .. " ", headers, { allow_sha1 = true }, vector.secret)
    end)
  end

  it("gives the event with the wire's fields, unknown ones too", function()
    local event = assert(webhook.verify(BODY, headers_of(BODY), SECRET))
    assert.same({
      applicantId = "5c9e177b0a975a6eeccf5960", type = "applicantReviewed", createdAtMs = "2020-02-21 13:23:19.321",
      reviewResult = { reviewAnswer = "RED", rejectLabels = { "FORGERY" } }, somethingNew = 7,
    }, event)
  end)

  it("takes an event of an applicant action", function()
    local body = '{"type":"applicantActionReviewed","applicantActionId":"1"}'
    assert.equal("1", assert(webhook.verify(body, headers_of(body), SECRET)).applicantActionId)
  end)

  it("takes events that name no applicant, and types that nobody has heard of", function()
    local body = '{ "correlationId" : "c1", "sandboxMode" : false, "type" : "applicantFraudNetworkCreated",\n'
      .. '  "networkId" : "000000000000000000000001", "createdAtMs" : "2023-08-30 09:59:52.864" }'
    assert.equal("000000000000000000000001", assert(webhook.verify(body, headers_of(body), SECRET)).networkId)
    for _, other in ipairs { '{"type":"kytCaseCreated","kytCaseId":"1"}', '{"type":"neverHeardOf"}',
      '{"type":"a","applicantId":null}' } do
      assert.is_table(webhook.verify(other, headers_of(other), SECRET))
    end
  end)

  it("takes header names in any case and the digest in upper case", function()
    local headers = {}
    for name, value in pairs(headers_of(BODY)) do headers[name:upper()] = value end
    headers["X-PAYLOAD-DIGEST"] = headers["X-PAYLOAD-DIGEST"]:upper()
    assert.is_table(webhook.verify(BODY, headers, SECRET))
  end)

  it("takes SHA-512, and SHA-1 only where it is allowed", function()
    assert.is_table(webhook.verify(BODY, headers_of(BODY, "HMAC_SHA512_HEX"), SECRET))
    is_refused(401, BODY, headers_of(BODY, "HMAC_SHA1_HEX"))
    assert.is_table(webhook.verify(BODY, headers_of(BODY, "HMAC_SHA1_HEX"), SECRET, { allow_sha1 = true }))
  end)

  it("takes any of several secrets, and none but those", function()
    assert.is_table(webhook.verify(BODY, headers_of(BODY), { "old", SECRET, "new" }))
    is_refused(401, BODY, headers_of(BODY), nil, { "old", "new" })
  end)

  it("refuses a digest that is wrong in its first or last digit, too short or too long", function()
    local good = headers_of(BODY)["X-Payload-Digest"]
    local other = good:sub(1, 1) == "0" and "1" or "0"
    local last = good:sub(-1) == "0" and "1" or "0"
    for _, bad in ipairs { other .. good:sub(2), good:sub(1, -2) .. last, good:sub(1, -2), good .. "0", "", good .. "\0" } do
      local headers = headers_of(BODY)
      headers["X-Payload-Digest"] = bad
      is_refused(401, BODY, headers)
    end
  end)

  it("refuses a digest of one algorithm under the name of another", function()
    local headers = headers_of(BODY, "HMAC_SHA512_HEX")
    headers["X-Payload-Digest-Alg"] = "HMAC_SHA256_HEX"
    is_refused(401, BODY, headers)
  end)

  it("refuses algorithms it does not know, lists of them, and repeated headers", function()
    for _, alg in ipairs { "HMAC_SHA1_HEX, HMAC_SHA256_HEX", "HMAC_SHA256_HEX,HMAC_SHA256_HEX", "HMAC_MD5_HEX", "none", "",
      "hmac_sha256_hex", "sha256", { "HMAC_SHA256_HEX", "HMAC_SHA1_HEX" }, { "HMAC_SHA256_HEX" }, true } do
      local headers = headers_of(BODY)
      headers["X-Payload-Digest-Alg"] = alg
      is_refused(401, BODY, headers)
    end
    local headers = headers_of(BODY)
    headers["X-Payload-Digest"] = { ("0"):rep(64), headers["X-Payload-Digest"] }
    is_refused(401, BODY, headers)
    headers = headers_of(BODY)
    headers["x-payload-digest"] = headers["X-Payload-Digest"]
    is_refused(401, BODY, headers)
  end)

  it("refuses a message without an algorithm, unless told which it means", function()
    local headers = headers_of(BODY)
    headers["X-Payload-Digest-Alg"] = nil
    is_refused(401, BODY, headers)
    assert.is_table(webhook.verify(BODY, headers, SECRET, { default_alg = "HMAC_SHA256_HEX" }))
    is_refused(401, BODY, {})
  end)

  it("refuses JSON that was decoded and encoded again", function()
    is_refused(401, json.encode(json.decode(BODY)), headers_of(BODY))
  end)

  it("refuses an empty body, signed or not", function()
    is_refused(401, "", headers_of(BODY))
    is_refused(400, "", headers_of(""))
  end)

  it("refuses a body above the cap by its length alone", function()
    local long = BODY .. (" "):rep(10 * 1024 * 1024)
    is_refused(413, long, {})
    is_refused(413, BODY, headers_of(BODY), { max_body = #BODY - 1 })
    assert.is_table(webhook.verify(BODY, headers_of(BODY), SECRET, { max_body = #BODY }))
  end)

  it("refuses signed bodies that are no events", function()
    for _, body in ipairs { "null", "7", '"x"', "[]", "{}", '{"type":""}', '{"type":null}', '{"applicantId":"1"}',
      "{\"type\":\"a\",}", '{"type":1,"applicantId":"1"}', '{"type":"a","applicantId":1}', '{"type":"a","applicantActionId":{}}',
      '{"type":"a","type":"b","applicantId":"1"}',
      '{"type":"a","applicantId":"\255"}', '[{"type":"a","applicantId":"1"}]' } do
      is_refused(400, body, headers_of(body))
    end
  end)

  it("throws when there is no secret to verify with", function()
    for _, none in ipairs { "", " x", "x\n", 7, {}, { "a", "" }, true } do
      assert.has_error(function() webhook.verify(BODY, headers_of(BODY), none) end)
    end
    assert.has_error(function() webhook.verify(BODY, headers_of(BODY), nil) end)
    assert.has_error(function() webhook.verify(nil, headers_of(BODY), SECRET) end)
    assert.has_error(function() webhook.verify(BODY, nil, SECRET) end)
  end)

  it("says nothing of secret, digest or event in its errors", function()
    local headers = headers_of(BODY)
    headers["X-Payload-Digest"] = headers["X-Payload-Digest"]:reverse()
    local body = '{"applicantId":"5c9e177b0a975a6eeccf5960","type":"x",}'
    for _, text in ipairs { is_refused(401, BODY, headers), is_refused(400, body, headers_of(body)) } do
      for _, private in ipairs { SECRET, headers["X-Payload-Digest"], core.hmac("sha256", SECRET, BODY), "5c9e177b" } do
        assert.is_nil(text:find(private, 1, true))
      end
    end
  end)
end)

-- Valgrind counts instructions, so this does not depend on the machine's load; it cannot run a sanitizer's build.
describe("core.equal #slow", function()
  --- Instructions executed inside core.equal for two digests that differ where `other` says.
  local function instructions(other)
    local program = ('local core, a, b = require("idngo.core"), ("a"):rep(64), %s; for _ = 1, 100 do core.equal(a, b) end')
      :format(other)
    local pipe = assert(io.popen(("valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect='equal*' "
      .. "/usr/bin/lua5.4 -e '%s' 2>&1"):format(program)))
    local count = tonumber(pipe:read("a"):match("Collected : (%d+)"))
    pipe:close()
    return count
  end

  it("executes the same instructions wherever the difference is", function()
    local first = instructions('"b" .. ("a"):rep(63)')
    assert.is_true(first > 100 * 64)
    assert.equal(first, instructions('("a"):rep(63) .. "b"'))
    assert.equal(first, instructions('("a"):rep(32) .. ("b"):rep(32)'))
    assert.equal(first, instructions('("a"):rep(64)'))
  end)
end)
