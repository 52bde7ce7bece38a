-- What is done to applicants beside the flow: that what a call changed is found by the calls that read, and how it is refused;
-- over a real sandbox.

local idngo = require("idngo")
local json = require("idngo.json")
local sandbox = require("idngo.sandbox")
local support = require("runs")

local LEVEL = "basic-kyc-level"
local UNKNOWN = "000000000000000000000000"
local PNG = "\137PNG\r\n\26\nmade up "

local server, client

local function open(options)
  local settings = { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false, max_attempts = 1 }
  for name, value in pairs(options or {}) do settings[name] = value end
  return assert(idngo.client(settings))
end

local number = 0
local function new(prefix)
  number = number + 1
  return ("%s-%d"):format(prefix or "account", number)
end

--- Somebody new.
local function create(fields)
  local applicant = { externalUserId = new() }
  for name, value in pairs(fields or {}) do applicant[name] = value end
  return assert(client:create_applicant(LEVEL, applicant))
end

local function refused(status, result, err)
  assert.is_nil(result)
  assert.same({ "http", "rejected", status }, { err.kind, err.outcome, err.status }, tostring(err))
  return err
end

local function read(id) return assert(client:applicant(id)) end

--- Has the sandbox answer as the rules say.
local function faults(rules) support.faults(server, rules) end

setup(function()
  server = assert(sandbox.background { limits = false })
  client = open()
end)

teardown(function()
  client:close()
  server:close()
end)

after_each(function() faults {} end)

describe("on the wire", function()
  it("attach_to_note has a part for each field, and the file", function()
    local request = assert(client:prepare("attach_to_note", { id = "n;1", applicantId = 'a"1' },
      { bytes = "x,y\n", name = "l.csv" }))
    local boundary = request.headers["Content-Type"]:match("^multipart/form%-data; boundary=(idngo%-%x+)$")
    assert.equal(table.concat({
      "--" .. boundary, 'Content-Disposition: form-data; name="metadata[applicantId]"', "", 'a"1',
      "--" .. boundary, 'Content-Disposition: form-data; name="metadata[id]"', "", "n;1",
      "--" .. boundary, 'Content-Disposition: form-data; name="content"; filename="l.csv"',
      "Content-Type: application/octet-stream", "", "x,y\n", "--" .. boundary .. "--", "",
    }, "\r\n"), request.body)
  end)

  it("wrong arguments throw before anything is sent", function()
    for _, case in ipairs {
      { "tags must be a list of names of tags", "add_tags", "a", "retail" },
      { "tags must be a list of names of tags", "set_tags", "a", json.decode("{}") },
      { "tags must be a list, without names and gaps", "set_tags", "a", { "x", other = "y" } },
      { "tags[2] is not a text", "add_tags", "a", { "x", 7 } },
      { "decision.reasons must not be there", "approve", "a", { reasons = {} } },
      { "decision has no reasons", "reject_action", "a", {} },
      { "decision has options of the call in it", "approve", "a", { deadline = 5 } },
      { "decision must be a table", "reject", "a" },
      { "transactions is empty", "import_transactions", {} },
      { "transactions[1] has neither applicantId nor levelName", "import_transactions", { { data = { txnId = "1" } } } },
      { "transactions[1].data has no txnId", "import_transactions", { { applicantId = "a", data = {} } } },
      { "beneficiary has neither applicantId nor beneficiaryInfo", "link_beneficiary", "a", { types = { "ubo" } } },
      { "text must be a string", "test_digest", "s", { 1 } },
      { "level.id must not be there", "create_level", { name = "n", id = "i" } },
      { "preview", "action_image", "a", "i", { preview = "yes" } },
    } do
      local ok, why = pcall(client[case[2]], client, table.unpack(case, 3))
      assert.is_false(ok, case[2])
      assert.truthy(why:find(case[1], 1, true), why)
    end
  end)
end)

describe("what was changed is found", function()
  it("tags: added, set, removed, in the applicant", function()
    local id = create().id
    assert(client:add_tags(id, { "b", "a", "b" }))
    assert.same({ "b", "a" }, read(id).tags)
    assert(client:add_tags(id, { "c" }))
    assert(client:remove_tags(id, { "a", "never there" }))
    assert.same({ "b", "c" }, read(id).tags)
    assert(client:set_tags(id, { "d" }))
    assert.same({ "d" }, read(id).tags)
    local many = {}
    for i = 1, 30 do many[i] = "t" .. i end
    refused(400, client:add_tags(id, many))
    assert.same({ "d" }, read(id).tags)
    assert(client:set_tags(id, {}))
    assert.is_nil(read(id).tags)
  end)

  it("notes: written, changed, with a file, removed, in the list of their applicant alone", function()
    local id, other = create().id, create().id
    local note = assert(client:add_note { applicantId = id, note = "one", tags = { "x" } })
    assert.same({ note }, assert(client:notes(id)).list.items)
    assert.same({}, assert(client:notes(other)).list.items)
    assert.equal("two", assert(client:edit_note { id = note.id, applicantId = id, note = "two" }).note)
    refused(404, client:edit_note { id = note.id, applicantId = other, note = "three" })
    local attached = assert(client:attach_to_note({ id = note.id, applicantId = id }, { bytes = "a,b\n", name = "l.csv" }))
    assert.equal("l.csv", attached.attachments[1].fileName)
    refused(400, client:attach_to_note({ id = note.id, applicantId = id }, { bytes = "MZ", name = "l.exe" }))
    refused(400, client:attach_to_note({ id = note.id, applicantId = id }, false))
    assert.same({ "two", 1 }, { client:notes(id).list.items[1].note, #client:notes(id).list.items[1].attachments })
    assert(client:remove_note { id = note.id, applicantId = id })
    assert.same({}, assert(client:notes(id)).list.items)
    refused(404, client:remove_note { id = note.id, applicantId = id })
    refused(404, client:add_note { applicantId = UNKNOWN, note = "n" })
  end)

  it("decisions: in the status, with note and tags", function()
    local id = create().id
    assert.equal("GREEN", assert(client:approve(id, { note = "seen", tags = { "branch" } })).review.reviewResult.reviewAnswer)
    assert.same({ "completed", "GREEN" }, { client:status(id).reviewStatus, client:status(id).reviewResult.reviewAnswer })
    assert.same({ { "branch" }, "seen" }, { read(id).tags, client:notes(id).list.items[1].note })
    assert(client:reject(id, { reasons = { fraud = { "multiAccounting" } } }))
    local result = assert(client:status(id)).reviewResult
    assert.same({ "RED", "FINAL", { "EXTERNAL_DECISION_REJECTION" } },
      { result.reviewAnswer, result.reviewRejectType, result.rejectLabels })
    assert(client:reopen(id, { reasons = { manual = { "additionalDocumentRequest" } } }))
    assert.same({ "init", "RED" }, { client:status(id).reviewStatus, client:status(id).reviewResult.reviewAnswer })
    assert.equal("completed", assert(client:approve(id)).review.reviewStatus)
    for _, name in ipairs { "approve", "reject", "reopen" } do refused(404, client[name](client, UNKNOWN, {})) end
    refused(409, client:call("POST", "/resources/applicants/" .. id .. "/-/approve", { body = { reasons = { a = { "b" } } } }))
    assert.equal(id, assert(client:call("POST", "/resources/applicants/" .. id .. "/-/approve")).id) -- the body may be missing
  end)

  it("levels: created, changed, listed, and people moved to them", function()
    local name, id = new("level"), create().id
    refused(400, client:move_to_level(id, name))
    local level = assert(client:create_level { name = name, type = "standalone" })
    refused(409, client:create_level { name = name })
    assert.equal("d", assert(client:update_level { id = level.id, desc = "d" }).desc)
    assert.same({ name, "d" }, { client:level(level.id).name, client:level(level.id).desc })
    local last
    for _, each in ipairs(client:levels().list.items) do last = each end
    assert.equal(name, last.name)
    assert.equal(name, assert(client:move_to_level(id, name)).review.levelName)
    assert.equal(name, client:status(id).levelName)
    assert.equal(name, assert(client:create_applicant(name, { externalUserId = new() })).review.levelName)
    assert(client:request_check(id))
    refused(409, client:move_to_level(id, LEVEL))
    refused(404, client:level("none"))
    refused(404, client:update_level { id = "none" })
  end)

  it("steps: reset, and their pictures with them", function()
    local here = create { phone = "+77000000000" }
    local id = here.id
    for _, kind in ipairs { "SELFIE", "PASSPORT" } do
      assert(client:add_document(id, { idDocType = kind, country = "KAZ" }, { bytes = PNG .. kind .. id, name = "a.png" }))
    end
    assert(client:reset_step(id, "SELFIE"))
    local steps = assert(client:steps(id))
    assert.same({ true, true }, { steps.SELFIE == nil, steps.IDENTITY ~= nil })
    assert(client:reset_step(id, "PHONE_VERIFICATION"))
    assert.is_nil(read(id).phone)
    refused(400, client:reset_step(id, "NOTHING"))
    assert(client:request_check(id))
    refused(409, client:reset_step(id, "IDENTITY"))
  end)

  it("pictures: inactive, restored, and 304 while under review, which is an error", function()
    local here = create()
    local added = assert(client:add_document(here.id, { idDocType = "SELFIE", country = "KAZ" }, { bytes = PNG .. here.id }))
    local function is_inactive() return client:images(here.id).items[1].deactivated or false end
    assert(client:deactivate_image(here.inspectionId, added.imageId))
    assert.is_true(is_inactive())
    assert(client:deactivate_image(here.inspectionId, added.imageId, { revert = "true" }))
    assert.is_false(is_inactive())
    assert(client:request_check(here.id))
    for _, call in ipairs { { "deactivate_image", here.inspectionId }, { "deactivate_applicant_image", here.id } } do
      local err = refused(304, client[call[1]](client, call[2], added.imageId))
      assert.truthy(err.hint:find("under review", 1, true), err.hint)
    end
    assert.is_false(is_inactive())
    assert(client:complete_in_sandbox(here.id, { reviewAnswer = "GREEN", rejectLabels = {} }))
    assert(client:deactivate_applicant_image(here.id, added.imageId))
    assert.is_true(is_inactive())
    refused(404, client:deactivate_applicant_image(here.id, "1"))
    refused(404, client:deactivate_image(create().inspectionId, added.imageId)) -- another's
  end)

  it("profiles: by id, and by the new externalUserId", function()
    local here, other = create(), create()
    local user = new("renamed")
    local changed = assert(client:update_profile { id = here.id, externalUserId = user, email = "n@example.org", lang = "kk",
      metadata = { { key = "a", value = "b" } } })
    assert.same({ user, "n@example.org", "kk" }, { changed.externalUserId, changed.email, changed.lang })
    assert.same(changed, client:applicant(here.id))
    assert.equal(here.id, assert(client:applicant_by_external_id(user)).id)
    refused(404, client:applicant_by_external_id(here.externalUserId))
    refused(409, client:update_profile { id = here.id, externalUserId = other.externalUserId })
    refused(404, client:update_profile { id = UNKNOWN })
    assert.is_true(assert(client:update_profile { id = here.id, deleted = true }).deleted)
  end)

  it("companies: declared, extracted, with their people", function()
    local company, person = create { type = "company" }.id, create().id
    assert(client:update_company(company, { companyName = "Example LLP", country = "KAZ" }))
    assert(client:update_company(company, { taxId = "1" }))
    assert.same({ companyName = "Example LLP", country = "KAZ", taxId = "1" }, read(company).fixedInfo.companyInfo)
    assert(client:update_extracted_company(company, { companyName = "EXAMPLE" }))
    assert.equal("EXAMPLE", read(company).info.companyInfo.companyName)
    local linked = assert(client:link_beneficiary(company, { types = { "ubo" }, applicantId = person, shareSize = 42.5 }))
    assert.equal(person, linked.applicantId)
    local added = assert(client:link_beneficiary(company, { types = { "director" }, beneficiaryInfo = { firstName = "Dana" } }))
    assert.equal("Dana", read(added.applicantId).info.firstName)
    assert(client:link_extracted_beneficiary(company, { applicantId = person, type = "ubo" }))
    assert.equal(2, #read(company).fixedInfo.companyInfo.beneficiaries)
    assert.equal(person, read(company).info.companyInfo.beneficiaries[1].applicantId)
    assert.is_nil(assert(client:unlink_beneficiary(company, person)).beneficiaries)
    assert.equal(1, #read(company).fixedInfo.companyInfo.beneficiaries)
    refused(400, client:update_company(person, { companyName = "x" }))
    refused(400, client:unlink_beneficiary(person, company))
    refused(404, client:link_beneficiary(company, { types = { "ubo" }, applicantId = UNKNOWN }))
    refused(400, client:link_beneficiary(company, { types = { "ubo" }, applicantId = person, beneficiaryInfo = { a = "b" } }))
  end)

  it("actions: begun, checked, with pictures and answers, decided, listed", function()
    local id = create().id
    local function begin(more)
      local action = { externalActionId = new("action"), paymentSource = { fixedInfo = { fullName = "A" } } }
      for name, value in pairs(more or {}) do action[name] = value end
      return client:create_action(id, "withdrawals", action)
    end
    local action = assert(begin())
    refused(409, begin { externalActionId = action.externalActionId })
    refused(400, client:create_action(id, "withdrawals", { externalActionId = "alone" }))
    refused(400, client:create_action(id, "no-level", { externalActionId = "x", phone = "+7" }))
    assert.same(action, client:action(action.id))
    assert.same({ action.id, "pending" }, { action.id, assert(client:request_action_check(action.id)).review.reviewStatus })
    refused(409, client:request_action_check(action.id))
    local image = assert(client:add_action_image(action.id, { idDocType = "BANK_CARD", country = "KAZ" }, { bytes = PNG }))
    assert.equal(PNG, assert(client:action_image(action.id, image.imageId)).body)
    refused(400, client:add_action_image(action.id, { idDocType = "BANK_CARD", country = "KAZ" }, false))
    assert(client:submit_action_questionnaire(action.id, { id = "q", sections = { a = { items = { b = { value = "1" } } } } }))
    assert.same({}, assert(client:action_checks(action.id)).checks)
    assert(client:approve_action(action.id))
    local now = assert(client:action(action.id))
    assert.same({ "completed", "GREEN", 1, "q" },
      { now.review.reviewStatus, now.review.reviewResult.reviewAnswer, #now.images, now.questionnaires[1].id })
    assert.equal("GREEN", client:action_checks(action.id).checks[1].answer)
    assert.equal("RED", assert(client:reject_action(action.id, { reasons = { a = { "b" } } })).review.reviewResult.reviewAnswer)
    local second = assert(begin())
    assert.same({ 2, second.id }, { client:actions(id).list.totalItems, client:actions(id, { offset = 1 }).list.items[1].id })
    for _, name in ipairs { "action", "action_checks", "request_action_check", "approve_action" } do
      refused(404, client[name](client, "none"))
    end
    refused(404, client:action_image(second.id, image.imageId))
  end)

  it("screening: cases, what is decided about hits, and who may be screened again", function()
    local crowd, twin = require("idngo.sandbox.people").new(1, 200), nil
    for i = 1, 12 do twin = crowd:at(i).duplicates == "RED" and crowd:at(i).id or twin end
    local case = assert(client:aml_case(twin))
    assert.equal("potential_match", case.hits[1].matchStatus)
    assert.same({}, client:review_aml_hits(case.id, { hitReviews = { { hitId = "HIT-1", matchStatus = "false_positive",
      whitelisted = true } } }))
    local hit = client:aml_case(twin).hits[1]
    assert.same({ "false_positive", true }, { hit.matchStatus, hit.whitelisted })
    refused(404, client:review_aml_hits(case.id, { hitReviews = { { hitId = "none", matchStatus = "true_positive" } } }))
    refused(404, client:review_aml_hits("none", { hitReviews = { { hitId = "HIT-1", matchStatus = "true_positive" } } }))
    local id = create().id
    assert.same({}, client:aml_case(id).hits)
    refused(409, client:recheck_aml(id))
    assert(client:approve(id))
    assert(client:recheck_aml(id))
    assert.equal(id, client:moderation_states(id).list.items[1].applicantId)
  end)

  it("checks of any type, by the applicant's state; another type's or applicant's is refused", function()
    local id = create { email = "a@example.org" }.id
    assert.equal("GREEN", assert(client:checks(id, "EMAIL_CONFIRMATION")).checks[1].answer)
    assert.same({}, assert(client:checks(id, "PHONE_CONFIRMATION")).checks)
    assert.same({}, assert(client:checks(id, "TIN")).checks)
    refused(400, client:checks(id, "NO_SUCH"))
    assert.equal("EMAIL_CONFIRMATION", client:inspection_checks(read(id).inspectionId).checks[1].checkType)
    refused(404, client:inspection_checks("none"))
    faults { { endpoint = "checks", status = 200, body = { checks = { { answer = "GREEN", checkType = "NFC" } } } } }
    local result, err = client:checks(id, "POA")
    assert.same({ nil, "malformed", "unknown" }, { result, err.kind, err.outcome })
    assert.truthy(err.message:find("checks[1].checkType", 1, true), err.message)
  end)

  it("answers, agreements, risks, payment methods, eKYC", function()
    local id = create().id
    local answers = { id = "q", sections = { a = { items = { b = { values = { "x", "y" } } } } } }
    assert(client:submit_questionnaire(id, answers))
    answers.sections.a.items.b = { value = "z" }
    assert(client:submit_questionnaire(id, answers))
    assert.same({ answers }, read(id).questionnaires)
    refused(400, client:call("POST", "/resources/applicants/" .. id .. "/questionnaires",
      { body = { id = "q", sections = { a = { items = { b = { values = { idngo.null } } } } } } }))
    assert(client:accept_agreement(id, { records = { { content = "https://example.org" } }, acceptedAt = "2026-11-01 09:00:00" }))
    assert.equal("2026-11-01 09:00:00", read(id).agreement.acceptedAt)
    assert.equal(1, #client:set_risk_level(id, { riskLevel = "low", comment = "a" }).entries)
    assert.equal(2, #client:set_risk_level(id, { riskLevel = "high", comment = "b" }).entries)
    assert.equal("card", client:add_payment_method(id, { externalId = "card",
      data = { type = "bankCard", accountIdentifier = "4" } }).externalId)
    local check = assert(client:ekyc_submit(id, { info = { country = "KAZ", tin = "1" } }))
    refused(404, client:ekyc_confirm(create().id, check.id, { otp = { code = "1" } }))
    assert.equal("GREEN", client:ekyc_confirm(id, check.id, { otp = { code = "1" } }).answer)
    refused(404, client:questionnaire("none"))
  end)

  it("who is shared is copied, once for each token", function()
    local here = create { info = { firstName = "Asel" } }
    local token = assert(client:share_token { applicantId = here.id, forClientId = "c" }).token
    local copy = assert(client:import_shared(token))
    assert.same({ true, "Asel" }, { copy.id ~= here.id, copy.info.firstName })
    assert.equal(copy.id, client:applicant_by_external_id(copy.externalUserId).id)
    refused(401, client:import_shared(token))
    token = assert(client:share_token_by_query(here.id, "c")).token
    refused(400, client:reuse(token, "no-level"))
    assert.truthy(assert(client:reuse(token, LEVEL)).externalUserId:find("^copy%-"))
    refused(401, client:reuse(token, LEVEL))
    refused(404, client:share_token { applicantId = UNKNOWN, forClientId = "c" })
  end)

  it("transactions: decided, removed, many at once, each txnId once", function()
    local here = create()
    local function data(txn) return { txnId = txn, applicant = { externalUserId = here.externalUserId } } end
    local txn = assert(client:submit_transaction(here.id, data(new("txn"))))
    assert(client:review_transaction(txn.id, { reviewAnswer = "RED", rejectLabels = {} }))
    assert.equal("RED", client:transaction_by_txn_id(txn.data.txnId).review.reviewResult.reviewAnswer)
    assert.same({ deleted = 1 }, client:delete_transaction(txn.id))
    refused(404, client:delete_transaction(txn.id))
    refused(404, client:transaction_by_txn_id(txn.data.txnId))
    local first, second, user = new("txn"), new("txn"), new("by-bulk")
    local list = { { applicantId = here.id, data = data(first) },
      { levelName = LEVEL, data = { txnId = second, applicant = { externalUserId = user } } } }
    assert.equal(2, assert(client:import_transactions(list)).createdCnt)
    assert.equal(0, assert(client:import_transactions(list)).createdCnt)
    assert.equal(client:applicant_by_external_id(user).id, client:transaction_by_txn_id(second).applicantId)
    local third = new("txn")
    local bad = { { applicantId = here.id, data = data(third) }, { applicantId = here.id, data = { txnId = "no-applicant" } } }
    refused(400, client:import_transactions(bad))
    refused(404, client:transaction_by_txn_id(third)) -- all or none
    assert.equal(1, assert(client:import_transactions(bad, { ignoreErrors = "true" })).createdCnt)
    for i = 1, 1001 do bad[i] = { applicantId = here.id, data = data("many-" .. i) } end
    refused(400, client:import_transaction_history(bad))
  end)

  it("a digest is that of the bytes, under the algorithm", function()
    local core = require("idngo.core")
    assert.equal(core.hmac("sha256", "s", "a\0b"), client:test_digest("s", "a\0b").digest)
    assert.equal(core.hmac("sha512", "s", "a"), client:test_digest("s", "a", { digestAlg = "HMAC_SHA512_HEX" }).digest)
  end)
end)

describe("a name that stands several times in a query", function()
  it("is taken where it says the same, as in the vendor's own sample, else refused where one value is wanted", function()
    local path = "/resources/accessTokens"
    assert.is_string(assert(client:call("POST", path, { query = { userId = "u", levelName = { LEVEL, LEVEL } } })).token)
    refused(400, client:call("POST", path, { query = { userId = "u", levelName = { LEVEL, "other" } } }))
    refused(400, client:call("GET", "/resources/api/applicants/notes", { query = { applicantId = { "a", "b" } } }))
  end)

  it("stands in the target in the order that was given", function()
    local request = assert(client:prepare("call", "GET", "/x", { query = { b = { "2", 1, true }, a = "é" } }))
    assert.equal("/x?a=%C3%A9&b=2&b=1&b=true", request.target)
    for _, query in ipairs { { a = {} }, { a = { {} } }, { "a" }, { [""] = "a" }, { a = "b", [2] = "c" }, { a = idngo.null } } do
      assert.error_matches(function() client:prepare("call", "GET", "/x", { query = query }) end, "query must be a table")
    end
  end)
end)

describe("what a table cannot say", function()
  it("is said by null, array and object", function()
    local body = { a = idngo.null, b = idngo.array {}, c = idngo.object {}, d = { idngo.null, idngo.array { 1 } } }
    local request = assert(client:prepare("call", "POST", "/x", { body = body }))
    assert.equal('{"a":null,"b":[],"c":{},"d":[null,[1]]}', request.body)
    assert.equal("[]", client:prepare("call", "POST", "/x", { body = idngo.array {} }).body)
    assert.equal("{}", client:prepare("call", "POST", "/x", { body = {} }).body)
    assert.equal("null", require("cjson").encode(idngo.null))
    assert.error_matches(function() client:prepare("call", "POST", "/x", { body = { a = {} } }) end, "body.a is an empty table")
    assert.error_matches(function() client:prepare("call", "POST", "/x", { retry = "never" }) end, "retry must be safe")
  end)

  it("as the body of a method, a list is none", function()
    assert.error_matches(function() client:update_info("a", idngo.array {}) end, "not a list")
  end)
end)

describe("a 409 that will pass", function()
  for name, args in pairs { approve = { "a" }, reject = { "a", {} }, reopen = { "a", {} }, approve_action = { "a" },
    reject_action = { "a", { reasons = { a = { "b" } } } } } do
    it("is tried again after 10 to 15 s: " .. name, function()
      faults { { endpoint = name, status = 409, body = { code = 409, description = "being processed" } } }
      local patient = open { max_attempts = 4, deadline = 9 } -- ends before the next try
      local result, err = patient[name](patient, table.unpack(args))
      patient:close()
      assert.same({ nil, 409, "rejected", true, 1 }, { result, err.status, err.outcome, err.retryable, err.attempts })
      assert.is_true(err.retry_after >= 10 and err.retry_after <= 15, tostring(err.retry_after))
    end)
  end

  it("is none where it is not the service's own, nor of another call", function()
    local patient = open { max_attempts = 4, deadline = 9 }
    faults { { endpoint = "approve", status = 409, body = "<html>", headers = { ["Content-Type"] = "text/html" } } }
    local _, err = patient:approve("a")
    assert.same({ "unknown", false }, { err.outcome, err.retryable })
    faults { { endpoint = "request_check", status = 409, body = { code = 409, description = "steps are missing" } } }
    _, err = patient:request_check("a")
    assert.same({ "rejected", false }, { err.outcome, err.retryable })
    patient:close()
  end)
end)

describe("no secret", function()
  it("of sharing and digests is in errors and events, whatever the reply is", function()
    local CANARY, lines = "canary-0123456789", {}
    local listening = open { on_event = idngo.events.json_lines { write = function(_, ...)
      for _, text in ipairs { ... } do lines[#lines + 1] = text end
    end } }
    for name, args in pairs {
      share_token = { { applicantId = "a", forClientId = "c" } }, share_token_by_query = { "a", "c" },
      import_shared = { CANARY }, reuse = { CANARY, LEVEL }, test_digest = { CANARY, "text" },
    } do
      for _, body in ipairs { { code = 400, description = "bad " .. CANARY }, { token = { CANARY } }, CANARY } do
        if type(body) ~= "string" or name:find("^share") then -- the reply's own secret
          faults { { endpoint = name, status = body.code or 200, body = body } }
          local result, err = listening[name](listening, table.unpack(args))
          if not (body.token and name:find("^[ir]")) and not (name:find("^share") and body.code) then
            assert.is_nil(result, name)
            lines[#lines + 1] = tostring(err)
            for field, value in pairs(err) do lines[#lines + 1] = field .. tostring(value) end
          end
        end
      end
    end
    listening:close()
    local told = table.concat(lines, "\n")
    assert.is_nil(told:find("canary", 1, true), told:match("[^\n]*canary[^\n]*"))
  end)
end)
