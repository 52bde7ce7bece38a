-- What each call puts on the wire, captured by a plain socket, and its signature checked by openssl.

local core = require("idngo.core")
local curl = require("idngo.curl")
local fault_server = require("fault_server")
local idngo = require("idngo")

local SECRET, TOKEN = "Hej2ch71kG2kTd1iIUDZFNsO5C1lh5Gq", "sbx:test.token"

local server

local function open(scenario, options)
  local settings = { base_url = server.http .. "/s/" .. scenario, app_token = TOKEN, secret_key = SECRET, limits = false,
    max_attempts = 1 }
  for name, value in pairs(options or {}) do settings[name] = value end
  return assert(idngo.client(settings))
end

--- A raw request taken apart by nothing but string positions.
local function dissect(raw)
  local head_end = assert(raw:find("\r\n\r\n", 1, true))
  local head, body = raw:sub(1, head_end + 1), raw:sub(head_end + 4)
  local method, target = head:match("^(%u+) (%S+) HTTP/1%.1\r\n")
  local headers = {}
  for name, value in head:gmatch("\r\n([^:\r\n]+): ([^\r\n]*)") do headers[name:lower()] = value end
  return { method = method, target = target, headers = headers, body = body }
end

--- Digests of many (timestamp .. method .. target .. body) by one run of openssl each.
local function openssl_hmac(bytes)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(bytes)
  file:close()
  local pipe = io.popen(("openssl dgst -sha256 -hmac '%s' -hex %s"):format(SECRET, path))
  local digest = pipe:read("a"):match("=%s*(%x+)")
  pipe:close()
  os.remove(path)
  return digest
end

local started = os.time()

local function check_signature(request)
  local h = request.headers
  assert.equal(TOKEN, h["x-app-token"])
  assert.truthy(h["x-app-access-ts"]:find("^%d+$"))
  assert.is_true(tonumber(h["x-app-access-ts"]) >= started and tonumber(h["x-app-access-ts"]) <= os.time() + 1)
  assert.equal(openssl_hmac(h["x-app-access-ts"] .. request.method .. request.target .. request.body),
    h["x-app-access-sig"])
end

local ID = "5eea3f5204f940217bcbc03d"
local A = "/resources/applicants/" .. ID
local JSON, ANY = "application/json", "*/*"

-- The call as the reference writes it: method, target, content type, body, Accept.
local calls = {
  { "duplicate_checks", { ID }, "GET", "/resources/checks/latest?type=SIMILAR_SEARCH&applicantId=" .. ID },
  { "tin_checks", { ID }, "GET", "/resources/checks/latest?type=TIN&applicantId=" .. ID },
  { "liveness_checks", { ID }, "GET", "/resources/checks/latest?type=FACE_LIVELINESS&applicantId=" .. ID },
  { "liveness_video", { ID, "800c2988-15ab-4b26-a633-9fef4b16d7b6" }, "GET",
    "/resources/applicants/" .. ID .. "/info/facemap/video?checkId=800c2988-15ab-4b26-a633-9fef4b16d7b6",
    accept = ANY },
  { "websdk_link", { "basic-kyc-level", { externalUserId = "304775ty" } }, "POST",
    "/resources/sdkIntegrations/levels/basic-kyc-level/websdkLink?externalUserId=304775ty" },
  { "websdk_link", { "basic-kyc-level", { externalActionId = "a1", locale = "ru", ttlInSecs = 600 } }, "POST",
    "/resources/sdkIntegrations/levels/basic-kyc-level/websdkLink?externalActionId=a1&locale=ru&ttlInSecs=600" },
  { "send_verification_status_email", { ID }, "POST", "/resources/applicants/" .. ID .. "/verificationStatusEmail" },
  { "timeline", { ID }, "GET", "/resources/applicantTimeline/" .. ID },
  { "report", { ID }, "GET", "/resources/applicants/" .. ID .. "/summary/report?report=applicantReport&lang=en",
    accept = ANY },
  { "report", { ID, { report = "companyReport", lang = "ru" } }, "GET",
    "/resources/applicants/" .. ID .. "/summary/report?report=companyReport&lang=ru", accept = ANY },
  { "levels", {}, "GET", "/resources/applicants/-/levels" },
  { "update_info", { ID, { firstName = "Andrew", dob = "1990-05-01" }, { unsetFields = { "tin", "gender" } } }, "PATCH",
    "/resources/applicants/" .. ID .. "/info?unsetFields=tin%2Cgender", body = '{"dob":"1990-05-01","firstName":"Andrew"}',
    content_type = "application/json" },
  { "similar_by_text_and_face", { ID }, "GET", "/resources/applicants/" .. ID .. "/similar/byTextAndFace" },
  { "similar_by_text", { ID }, "GET", "/resources/applicants/" .. ID .. "/similar/byText" },
  { "import_applicant", { { bytes = "PK\5\6" .. ("\0"):rep(18) }, { unchecked = true } }, "POST",
    "/resources/applicants/-/applicantImport", body = "PK\5\6" .. ("\0"):rep(18), content_type = "application/zip" },
  { "set_presence", { ID, "deactivated" }, "PATCH", "/resources/applicants/" .. ID .. "/presence/deactivated" },
  { "create_applicant", { "basic kyc", { externalUserId = "user-4711", lang = "ru", metadata = { { key = "a", value = "b" } } } },
    "POST", "/resources/applicants?levelName=basic%20kyc", content_type = JSON,
    body = '{"externalUserId":"user-4711","lang":"ru","metadata":[{"key":"a","value":"b"}]}' },
  { "import_completed", { "basic-kyc-level", { externalUserId = "user-7001", review = { reviewStatus = "completed",
    reviewResult = { reviewAnswer = "RED" } } } }, "POST", "/resources/applicants/-/ingestCompleted?levelName=basic-kyc-level",
    body = '{"externalUserId":"user-7001","review":{"reviewResult":{"reviewAnswer":"RED"},"reviewStatus":"completed"}}',
    content_type = JSON },
  { "applicant", { ID }, "GET", "/resources/applicants/" .. ID .. "/one" },
  { "applicant_by_external_id", { "auth0|a;b=c/d" }, "GET",
    "/resources/applicants/-;externalUserId=auth0%7Ca%3Bb%3Dc%2Fd/one" },
  { "applicant_exists", { "a/b" }, "GET", "/resources/applicants/-/byExternalUserId/a%2Fb" },
  { "update_fixed_info", { ID, { dob = "1992-03-04" } }, "PATCH", "/resources/applicants/" .. ID .. "/fixedInfo",
    body = '{"dob":"1992-03-04"}', content_type = JSON },
  { "blocklist", { ID, "two accounts" }, "POST", "/resources/applicants/" .. ID .. "/blacklist?note=two%20accounts" },
  { "access_token", { "user/1", "basic-kyc-level", { ttlInSecs = 60, externalActionId = "a" } }, "POST",
    "/resources/accessTokens?userId=user%2F1&levelName=basic-kyc-level&ttlInSecs=60&externalActionId=a" },
  { "access_token_json", { { userId = "u", levelName = "l", applicantIdentifiers = { email = "a@b.example" } } }, "POST",
    "/resources/accessTokens/sdk", content_type = JSON,
    body = '{"applicantIdentifiers":{"email":"a@b.example"},"levelName":"l","userId":"u"}' },
  { "websdk_link_json", { { userId = "u", levelName = "l" }, { lang = "ru", source = "s" } }, "POST",
    "/resources/sdkIntegrations/levels/-/websdkLink?lang=ru&source=s", body = '{"levelName":"l","userId":"u"}',
    content_type = JSON },
  { "steps", { ID }, "GET", "/resources/applicants/" .. ID .. "/requiredIdDocsStatus" },
  { "status", { ID }, "GET", "/resources/applicants/" .. ID .. "/status" },
  { "request_check", { ID, { reason = "a b" } }, "POST", "/resources/applicants/" .. ID .. "/status/pending?reason=a%20b" },
  { "reset", { ID }, "POST", "/resources/applicants/" .. ID .. "/reset" },
  { "complete_in_sandbox", { ID, { reviewAnswer = "GREEN", rejectLabels = {} } }, "POST",
    "/resources/applicants/" .. ID .. "/status/testCompleted", body = '{"rejectLabels":[],"reviewAnswer":"GREEN"}',
    content_type = JSON },
  { "images", { ID }, "GET", "/resources/applicants/" .. ID .. "/metadata/resources" },
  { "document_image", { "i1", "900" }, "GET", "/resources/inspections/i1/resources/900", accept = ANY },
  { "applicant_image", { ID, "900" }, "GET", "/resources/applicants/" .. ID .. "/resources/900", accept = ANY },
  { "submit_transaction", { ID, { txnId = "t", props = { a = "b" } } }, "POST",
    "/resources/applicants/" .. ID .. "/kyt/txns/-/data", body = '{"props":{"a":"b"},"txnId":"t"}', content_type = JSON },
  { "submit_transaction_for_new", { "l", { txnId = "t" } }, "POST", "/resources/applicants/-/kyt/txns/-/data?levelName=l",
    body = '{"txnId":"t"}', content_type = JSON },
  { "transaction", { "t1" }, "GET", "/resources/kyt/txns/t1/one" },
  { "transaction_by_txn_id", { "a;b" }, "GET", "/resources/kyt/txns/-;data.txnId=a%3Bb/one" },
  { "webhooks", {}, "GET", "/resources/api/clientWebhooks" },
  { "webhook", { "66f0a1b2c3d4e5f601234567" }, "GET", "/resources/api/clientWebhooks/66f0a1b2c3d4e5f601234567" },
  { "create_webhook", { { target = "https://a.example", types = { "applicantReviewed" } } }, "POST",
    "/resources/api/agent/clientWebhooks", body = '{"target":"https://a.example","types":["applicantReviewed"]}',
    content_type = JSON },
  { "update_webhook", { { id = "w", name = "n" } }, "PATCH", "/resources/api/agent/clientWebhooks",
    body = '{"id":"w","name":"n"}', content_type = JSON },
  { "health", {}, "GET", "/resources/status/api" },
  { "deactivate", { ID }, "PATCH", "/resources/applicants/" .. ID .. "/presence/deactivated" },
  -- beside the flow
  { "add_tags", { ID, { "b", "a" } }, "POST", A .. "/tags/add", body = '["b","a"]', content_type = JSON },
  { "set_tags", { ID, {} }, "POST", A .. "/tags", body = "[]", content_type = JSON },
  { "remove_tags", { ID, { "x" } }, "DELETE", A .. "/tags", body = '["x"]', content_type = JSON },
  { "notes", { ID }, "GET", "/resources/api/applicants/notes?applicantId=" .. ID },
  { "add_note", { { applicantId = "a", note = "n", tags = { "t" } } }, "POST", "/resources/api/applicants/notes",
    body = '{"applicantId":"a","note":"n","tags":["t"]}', content_type = JSON },
  { "edit_note", { { id = "i", applicantId = "a", note = "n" } }, "PATCH", "/resources/api/applicants/notes",
    body = '{"applicantId":"a","id":"i","note":"n"}', content_type = JSON },
  { "remove_note", { { id = "n", applicantId = "a" } }, "DELETE", "/resources/api/applicants/notes",
    body = '{"applicantId":"a","id":"n"}', content_type = JSON },
  { "approve", { ID }, "POST", A .. "/-/approve", body = "{}", content_type = JSON },
  { "approve", { ID, { tags = {} } }, "POST", A .. "/-/approve", body = '{"tags":[]}', content_type = JSON },
  { "reject", { ID, { reasons = { fraud = { "a" } } } }, "POST", A .. "/-/reject", body = '{"reasons":{"fraud":["a"]}}',
    content_type = JSON },
  { "reopen", { ID, {} }, "POST", A .. "/-/init", body = "{}", content_type = JSON },
  { "update_profile", { { id = "a1", lang = "kk" } }, "PATCH", "/resources/applicants", body = '{"id":"a1","lang":"kk"}',
    content_type = JSON },
  { "move_to_level", { ID, "a b&c" }, "POST", A .. "/moveToLevel?name=a%20b%26c" },
  { "reset_step", { ID, "SELFIE" }, "POST", A .. "/resetStep/SELFIE" },
  { "deactivate_image", { "n1", "i1", { revert = "true" } }, "DELETE", "/resources/inspections/n1/resources/i1?revert=true" },
  { "deactivate_applicant_image", { ID, "i1" }, "DELETE", A .. "/resources/i1" },
  { "checks", { ID, "POA" }, "GET", "/resources/checks/latest?applicantId=" .. ID .. "&type=POA" },
  { "inspection_checks", { "n1" }, "GET", "/resources/inspections/n1/checks" },
  { "moderation_states", { "a;1" }, "GET", "/resources/moderationStates/-;applicantId=a%3B1" },
  { "level", { "l1" }, "GET", "/resources/applicants/-/levels/l1" },
  { "create_level", { { name = "n" } }, "POST", "/resources/applicants/-/levels", body = '{"name":"n"}', content_type = JSON },
  { "update_level", { { id = "l", desc = "d" } }, "PATCH", "/resources/applicants/-/levels", body = '{"desc":"d","id":"l"}',
    content_type = JSON },
  { "aml_case", { ID }, "GET", "/resources/api/applicants/" .. ID .. "/amlCase" },
  { "review_aml_hits", { "c1", { hitReviews = { { hitId = "h", matchStatus = "false_positive" } } } }, "PATCH",
    "/resources/amlCases/c1/hits", body = '{"hitReviews":[{"hitId":"h","matchStatus":"false_positive"}]}', content_type = JSON },
  { "recheck_aml", { ID }, "POST", A .. "/recheck/aml" },
  { "share_token", { { applicantId = "a", forClientId = "c" } }, "POST", "/resources/accessTokens/shareToken",
    body = '{"applicantId":"a","forClientId":"c"}', content_type = JSON },
  { "share_token_by_query", { ID, "c" }, "POST", "/resources/accessTokens/-/shareToken?applicantId=" .. ID .. "&forClientId=c" },
  { "import_shared", { "t", { resetIdDocSetTypes = { "A", "B" } } }, "POST",
    "/resources/applicants/-/import?shareToken=t&resetIdDocSetTypes=A%2CB" },
  { "reuse", { "t", "l" }, "POST", "/resources/api/reusableIdentity/reuse?shareToken=t&levelName=l" },
  { "update_company", { ID, { companyName = "x" } }, "PATCH", A .. "/fixedInfo/companyInfo", body = '{"companyName":"x"}',
    content_type = JSON },
  { "update_extracted_company", { ID, { companyName = "x" } }, "PATCH", A .. "/info/companyInfo", body = '{"companyName":"x"}',
    content_type = JSON },
  { "link_beneficiary", { ID, { types = { "ubo" }, applicantId = "b", shareSize = 42.5 } }, "POST",
    A .. "/fixedInfo/companyInfo/beneficiaries", body = '{"applicantId":"b","shareSize":42.5,"types":["ubo"]}',
    content_type = JSON },
  { "link_extracted_beneficiary", { ID, { applicantId = "b", type = "ubo" } }, "POST", A .. "/info/companyInfo/beneficiaries",
    body = '{"applicantId":"b","type":"ubo"}', content_type = JSON },
  { "unlink_beneficiary", { ID, "b1" }, "DELETE", A .. "/info/companyInfo/beneficiaries/b1" },
  { "create_action", { ID, "l", { externalActionId = "x", phone = "+7" } }, "POST",
    "/resources/applicantActions/-/forApplicant/" .. ID .. "?levelName=l", body = '{"externalActionId":"x","phone":"+7"}',
    content_type = JSON },
  { "action", { "x1" }, "GET", "/resources/applicantActions/x1/one" },
  { "actions", { ID, { limit = 5, offset = 2 } }, "GET",
    "/resources/applicantActions/-;applicantId=" .. ID .. "?limit=5&offset=2" },
  { "request_action_check", { "x1" }, "POST", "/resources/applicantActions/x1/review/status/pending" },
  { "action_image", { "x1", "i", { preview = "false" } }, "GET", "/resources/applicantActions/x1/images/i?preview=false",
    accept = ANY },
  { "approve_action", { "x1" }, "POST", "/resources/api/applicantActions/x1/-/approve", body = "{}", content_type = JSON },
  { "reject_action", { "x1", { reasons = { a = { "b" } } } }, "POST", "/resources/api/applicantActions/x1/-/reject",
    body = '{"reasons":{"a":["b"]}}', content_type = JSON },
  { "submit_action_questionnaire", { "x1", { id = "q", sections = { a = { items = { b = { value = "1" } } } } } }, "POST",
    "/resources/applicantActions/x1/questionnaires", body = '{"id":"q","sections":{"a":{"items":{"b":{"value":"1"}}}}}',
    content_type = JSON },
  { "action_checks", { "x1" }, "GET", "/resources/api/applicantActions/x1/checks/latest?type=PAYMENT_SOURCE" },
  { "submit_questionnaire", { ID, { id = "q", sections = { a = { items = { b = { values = {} } } } } } }, "POST",
    A .. "/questionnaires", body = '{"id":"q","sections":{"a":{"items":{"b":{"values":[]}}}}}', content_type = JSON },
  { "questionnaire", { "q1" }, "GET", "/resources/questionnaires/-;id=q1/one" },
  { "questionnaires", {}, "GET", "/resources/api/questionnaires/list" },
  { "accept_agreement", { ID, { records = { { content = "c" } } } }, "POST", A .. "/agreement",
    body = '{"records":[{"content":"c"}]}', content_type = JSON },
  { "set_risk_level", { ID, { riskLevel = "low", comment = "c" } }, "POST", A .. "/riskLevel/entries",
    body = '{"comment":"c","riskLevel":"low"}', content_type = JSON },
  { "ekyc_submit", { ID, { info = { country = "KAZ", tin = "1" } } }, "POST", A .. "/ekyc/submit",
    body = '{"info":{"country":"KAZ","tin":"1"}}', content_type = JSON },
  { "ekyc_confirm", { ID, "c1", { otp = { code = "1" } } }, "POST", A .. "/ekyc/confirm/c1", body = '{"otp":{"code":"1"}}',
    content_type = JSON },
  { "add_payment_method", { ID, { externalId = "e", data = { type = "other", accountIdentifier = "1" } } }, "POST",
    A .. "/payments", body = '{"data":{"accountIdentifier":"1","type":"other"},"externalId":"e"}', content_type = JSON },
  { "review_transaction", { "t1", { reviewAnswer = "GREEN" } }, "POST", "/resources/kyt/txns/t1/review/status/completed",
    body = '{"reviewAnswer":"GREEN"}', content_type = JSON },
  { "delete_transaction", { "t1" }, "DELETE", "/resources/kyt/txns/t1" },
  { "import_transactions", { { { applicantId = "a", data = { txnId = "1" } }, { levelName = "l", data = { txnId = "2" } } },
    { ignoreErrors = "true" } }, "POST", "/resources/kyt/misc/txns/import?ignoreErrors=true",
    body = '{"applicantId":"a","data":{"txnId":"1"}}\n{"data":{"txnId":"2"},"levelName":"l"}\n',
    content_type = "application/x-ndjson" },
  { "import_transaction_history", { { { applicantId = "a", data = { txnId = "1" } } } }, "POST",
    "/resources/kyt/misc/txns/importHistory", body = '{"applicantId":"a","data":{"txnId":"1"}}\n',
    content_type = "application/x-ndjson" },
  { "test_digest", { "s", "a\0b", { digestAlg = "HMAC_SHA1_HEX" } }, "POST",
    "/resources/inspectionCallbacks/testDigest?secretKey=s&digestAlg=HMAC_SHA1_HEX", body = "a\0b", content_type = "text/plain" },
  { "audit_trail", { { from = "2026-01-01", limit = 3 } }, "GET", "/resources/auditTrailEvents?from=2026-01-01&limit=3" },
  { "create_applicant", { "l", { externalUserId = "user-4711" }, { accessToken = "d" } }, "POST",
    "/resources/applicants?levelName=l&accessToken=d", body = '{"externalUserId":"user-4711"}', content_type = JSON },
}

describe("on the wire", function()
  it("every call is tried", function()
    -- in client/multipart_spec.lua, and api/account_calls_spec.lua
    local tried = { add_document = true, add_action_image = true, attach_to_note = true }
    for _, case in ipairs(calls) do tried[case[1]] = true end
    for _, endpoint in ipairs(idngo.endpoints) do assert.is_true(tried[endpoint.name], endpoint.name) end
  end)

  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)
  before_each(function() server:forget() end)

  for _, case in ipairs(calls) do
    local name, args, method, target = case[1], case[2], case[3], case[4]
    it(("%s sends %s %s"):format(name, method, target), function()
      local client = open("good")
      local result, err = client[name](client, table.unpack(args))
      assert.is_nil(err)
      assert.is_table(result)
      client:close()
      local seen = server:seen("good")
      assert.equal(1, seen.requests)
      local request = dissect(seen.raw[1])
      assert.equal(method, request.method)
      assert.equal("/s/good" .. target, request.target)
      assert.equal(case.body or "", request.body)
      assert.equal(case.content_type, request.headers["content-type"])
      assert.equal(case.accept or JSON, request.headers.accept)
      assert.equal(server.http:match("//(.*)"), request.headers.host)
      assert.equal(method ~= "GET" and tostring(#(case.body or "")) or nil, request.headers["content-length"])
      assert.is_nil(request.headers["transfer-encoding"])
      assert.is_nil(request.headers.expect)
      check_signature(request)
    end)
  end

  it("sends what prepare shows, signed now", function()
    local client = open("good")
    local prepared = client:prepare("update_info", "a b", { firstName = "Zoë" })
    assert(client:update_info("a b", { firstName = "Zoë" }))
    local request = dissect(server:seen("good").raw[1])
    assert.equal(prepared.method, request.method)
    assert.equal(prepared.target, request.target)
    assert.equal(prepared.body, request.body)
    for header, value in pairs(prepared.headers) do
      if not header:find("^X%-App%-Access") then assert.equal(value, request.headers[header:lower()]) end
    end
    assert.equal(prepared.headers["X-App-Access-Sig"], openssl_hmac(prepared.string_to_sign))
    assert.equal(prepared.url, server.http .. prepared.target)
    client:close()
  end)

  it("signs any other call", function()
    local client = open("good")
    local result = assert(client:call("GET", "/resources/applicants/-/levels", { query = { ["a b"] = "ü&=", n = 1 } }))
    assert.is_table(result.list)
    local request = dissect(server:seen("good").raw[1])
    assert.equal("/s/good/resources/applicants/-/levels?a%20b=%C3%BC%26%3D&n=1", request.target)
    check_signature(request)
    client:close()
  end)

  it("signs 200 random requests as openssl does", function()
    local client = open("good")
    math.randomseed(20230117)
    local function text(most)
      local parts = {}
      for i = 1, math.random(1, most) do
        -- letters, reserved characters, spaces, Cyrillic, four-byte characters
        local pick = math.random(5)
        parts[i] = pick == 1 and string.char(math.random(0x61, 0x7a)) or pick == 2 and (" !#$&'()*+,/:;=?@[]%|\"<>\\^`{}")
          :sub(math.random(28)):sub(1, 1) or pick == 3 and utf8.char(math.random(0x410, 0x44f))
          or pick == 4 and utf8.char(math.random(0x1f300, 0x1f5ff)) or tostring(math.random(0, 9))
      end
      return "x" .. table.concat(parts)
    end
    for _ = 1, 200 do
      local pick = math.random(5)
      if pick == 1 then assert(client:duplicate_checks(text(40)))
      elseif pick == 2 then assert(client:timeline(text(40)))
      elseif pick == 3 then assert(client:websdk_link(text(20), { externalUserId = text(60), ttlInSecs = math.random(1, 1e6) }))
      elseif pick == 4 then assert(client:update_info(text(20), { firstName = text(30), tin = text(10) }))
      else assert(client:set_presence(text(20), "deactivated")) end
    end
    client:close()
    local checked = 0
    local rest = table.concat(server:seen("good").raw)
    while rest ~= "" do
      local head_end = assert(rest:find("\r\n\r\n", 1, true))
      local length = tonumber(rest:sub(1, head_end):match("\r\nContent%-Length: (%d+)")) or 0
      check_signature(dissect(rest:sub(1, head_end + 3 + length)))
      rest = rest:sub(head_end + 4 + length)
      checked = checked + 1
    end
    assert.equal(200, checked)
  end)

  it("keeps one connection for one client's calls", function()
    local client = open("good")
    for _ = 1, 20 do assert(client:tin_checks(ID)) end
    client:close()
    local seen = server:seen("good")
    assert.equal(20, seen.requests)
    assert.equal(1, seen.connections)
  end)

  --- A wire, what begins a request over it, and what waits for the next that ends well.
  local function open_wire()
    local wire = curl.wire()
    local route = curl.route { origin = server.http, connect_timeout = 5, max_reply = 10000, direct = true }
    local signer = core.signer(SECRET)
    local lines = "X-App-Token: " .. TOKEN .. "\r\n"
    local function begin(target, seconds)
      return wire:add(route, "GET", "/s/good" .. target, lines, core.now() + (seconds or 30), signer, 0)
    end
    local function ended()
      local id, status
      repeat id, status = wire:step(30) until id
      assert.equal(200, status)
      return id
    end
    return wire, begin, ended, signer
  end

  it("sends requests that are begun together in one turn, each signed when it leaves", function()
    local wire <close>, begin, ended, signer = open_wire()
    begin("/a")
    begin("/b")
    ended()
    ended()
    assert.equal(2, server:seen("good").connections)
    server:forget()
    local unwanted, wanted = begin("/unwanted"), begin("/wanted?" .. ("x"):rep(200)) -- over connections that stand
    collectgarbage()
    signer:close() -- as a client is that is closed meanwhile
    assert.equal(0, server:seen("good").requests)
    assert.is_true(wire:cancel(unwanted))
    assert.equal(wanted, ended())
    local seen = server:seen("good")
    assert.equal(1, seen.requests)
    local request = dissect(seen.raw[1])
    assert.equal("/s/good/wanted?" .. ("x"):rep(200), request.target)
    check_signature(request)
    assert.error_matches(function() begin("/late") end, "signer is closed")
    assert.equal(0, wire:count())
  end)

  it("sends the others when the time of one is over before it leaves", function()
    local wire <close>, begin, ended = open_wire()
    for _ = 1, 6 do begin("/first") end
    for _ = 1, 6 do ended() end
    local found = {}
    local function step(seconds)
      local id, status, failure = wire:step(seconds)
      if id then found[id] = status or failure.message end
      return id
    end
    for _ = 1, 3 do begin("/before") end
    step(0)
    core.sleep(0.3) -- two answers or more have come, and one is told of before the others
    repeat until step(30)
    local late, others = begin("/late", -1), { begin("/c", 20), begin("/d", 20) }
    while wire:count() > 0 do step(30) end
    assert.equal("timed out before the request was sent", found[late])
    for _, id in ipairs(others) do assert.equal(200, found[id]) end
    assert.equal(0, wire:count())
  end)
end)
