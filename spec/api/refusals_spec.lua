-- Every refusal that the page of a call documents is tried: the sandbox answers with its status, and the client says so. Those
-- that a sandbox has no state for (permissions, what the service works on) come by a rule of /-/faults, as users have them.

local archives = require("archives")
local endpoints = require("idngo.endpoints")
local files = require("files")
local idngo = require("idngo")
local json = require("idngo.json")
local parts = require("parts")
local prose = require("generate.prose")
local sandbox = require("idngo.sandbox")
local support = require("runs")

local LEVEL, NOBODY, PNG = "basic-kyc-level", "000000000000000000000000", "\137PNG\r\n\26\nmade up "

local server, client, folder

local number = 0
local function new(prefix)
  number = number + 1
  return ("%s-%d"):format(prefix, number)
end

local function create(fields)
  local applicant = { externalUserId = new("refusal") }
  for name, value in pairs(fields or {}) do applicant[name] = value end
  return assert(client:create_applicant(LEVEL, applicant))
end

--- Somebody who is pending.
local function pending_id()
  local id = create().id
  assert(client:request_check(id))
  return id
end

--- One of those whom the sandbox has from the start.
local function somebody(query)
  return support.told(server, "limit=1&" .. query):match('"applicantId":"(%x+)"')
end

local function rule(name, status, body)
  support.faults(server, { { endpoint = name, status = status, body = body } })
end

--- A case that a rule gives.
local function by_rule(status, ...)
  local args = { ... }
  return function(name)
    rule(name, status, { code = status, description = "by a rule" })
    return client[name](client, table.unpack(args))
  end
end

--- A case of a call as a program of somebody else's makes it: the client itself would throw.
local function raw(method, path, body)
  return function() return client:call(method, path, body and { body = body }) end
end

local function action()
  local id = create().id
  return assert(client:create_action(id, "withdrawals", { externalActionId = new("action"), phone = "+77000000000" })), id
end

--- Somebody with a picture, and its id.
local function with_picture()
  local here = create()
  local added = assert(client:add_document(here.id, { idDocType = "SELFIE", country = "KAZ" }, { bytes = PNG .. here.id }))
  return here, added.imageId
end

local function note()
  local id = create().id
  return assert(client:add_note { applicantId = id, note = "n" }).id, id
end

local DOCUMENT, BANK_CARD = { idDocType = "SELFIE", country = "KAZ" }, { idDocType = "BANK_CARD", country = "KAZ" }

local function transaction(txn) return { txnId = txn, applicant = { externalUserId = "refusals" } } end

local function archive(change)
  local applicant = json.decode(archives.fixture("applicant"))
  applicant.externalUserId = new("archive")
  change(applicant)
  local path = ("%s/%d.zip"):format(folder, number)
  assert(idngo.archive.build { applicant = applicant, to = path,
    documents = { { folder = "selfie", idDoc = DOCUMENT, file = files.write(folder .. "/s.jpg", archives.JPEG) } } })
  return path
end

local many, too_many = {}, {}
for i = 1, 31 do many[i] = "tag" .. i end
for i = 1, 1001 do too_many[i] = { applicantId = "a", data = transaction("many-" .. i) } end

-- By call, in the order of its page: a function that makes the call, or true where nobody is known by the ids that
-- parts.arguments gives.
local cases = {
  create_action = {
    function() return client:call("POST", "/resources/applicantActions/-/forApplicant/" .. create().id,
      { query = { levelName = LEVEL }, body = { externalActionId = "alone" } }) end,
    function() return client:create_action(create().id, "none", { externalActionId = "x", phone = "+7" }) end,
    function()
      local made, id = action()
      return client:create_action(id, "withdrawals", { externalActionId = made.externalActionId, phone = "+7" })
    end,
    true,
  },
  action = { true }, actions = { true },
  request_action_check = { function()
    local made = action()
    assert(client:request_action_check(made.id))
    return client:request_action_check(made.id)
  end, true },
  add_action_image = { true, function() return client:add_action_image(action().id, BANK_CARD, { bytes = "no picture" }) end },
  action_image = { true },
  approve_action = { by_rule(409, "a"), true },
  reject_action = { by_rule(409, "a", { reasons = { a = { "b" } } }), function()
    return client:call("POST", "/resources/api/applicantActions/" .. action().id .. "/-/reject", { body = {} })
  end, true },
  submit_action_questionnaire = { true }, action_checks = { true }, accept_agreement = { true }, aml_case = { true },
  review_aml_hits = { true },
  recheck_aml = { function() return client:recheck_aml(create().id) end, true },
  update_info = { function() return client:call("PATCH", "/resources/applicants/" .. create().id .. "/info",
    { body = { dob = "yesterday" } }) end },
  set_presence = { function() return client:deactivate(pending_id()) end },
  send_verification_status_email = {
    function() return client:send_verification_status_email(somebody("email=no")) end,
    function(name)
      rule(name, 200, { ok = 0 })
      return client:send_verification_status_email(somebody("email=yes"))
    end,
  },
  report = {
    function() return client:report(somebody("type=individual"), { report = "companyReport" }) end,
    function() return client:report(somebody("type=individual"), { lang = "none at all" }) end,
  },
  liveness_video = {
    function() return client:liveness_video(somebody("frames=many&liveness=GREEN"), "none") end,
    function()
      local id = somebody("frames=one&liveness=GREEN")
      return client:liveness_video(id, client:liveness_checks(id).checks[1].id)
    end,
  },
  checks = { true }, inspection_checks = { true },
  update_company = { function() return client:update_company(create().id, { companyName = "x" }) end },
  update_extracted_company = { function() return client:update_extracted_company(create().id, { companyName = "x" }) end },
  link_beneficiary = {
    function() return client:link_beneficiary(create().id, { types = { "ubo" }, applicantId = create().id }) end,
    function() return client:link_beneficiary(create { type = "company" }.id,
      { types = { "ubo" }, applicantId = create().id, beneficiaryInfo = { firstName = "Dana" } }) end,
    function() return client:link_beneficiary(create { type = "company" }.id, { types = { "ubo" }, applicantId = NOBODY }) end,
  },
  link_extracted_beneficiary = {
    function() return client:link_extracted_beneficiary(create().id, { applicantId = create().id, type = "ubo" }) end,
    function() return client:link_extracted_beneficiary(create { type = "company" }.id,
      { applicantId = NOBODY, type = "ubo" }) end,
  },
  unlink_beneficiary = { function() return client:unlink_beneficiary(create().id, create().id) end },
  approve = { function() return client:call("POST", "/resources/applicants/" .. create().id .. "/-/approve",
    { body = { reasons = { a = { "b" } } } }) end, by_rule(409, "a"), true },
  reject = { by_rule(409, "a", {}), true }, reopen = { by_rule(409, "a", {}), true },
  add_document = {
    function()
      local here = create()
      assert(client:add_document(here.id, DOCUMENT, { bytes = PNG .. "same" }))
      return client:add_document(here.id, DOCUMENT, { bytes = PNG .. "same" })
    end,
    function()
      return client:call("POST", "/resources/applicants/" .. create().id .. "/info/idDoc", {
        headers = { ["Content-Type"] = "multipart/form-data; boundary=edge" }, body = table.concat({ "--edge",
          'Content-Disposition: form-data; name="metadata"', "", json.encode(DOCUMENT), "--edge",
          'Content-Disposition: form-data; name="content"; filename="a.png"', "", "", "--edge--", "" }, "\r\n") })
    end,
    function() return client:add_document(create().id, DOCUMENT, { bytes = "no picture" }) end,
    function() return client:add_document(pending_id(), DOCUMENT, { bytes = PNG .. "late" }) end,
  },
  document_image = { true, by_rule(403, "a", "i") }, applicant_image = { true },
  deactivate_image = { function()
    local here, image = with_picture()
    assert(client:request_check(here.id))
    return client:deactivate_image(here.inspectionId, image)
  end, function() return client:deactivate_image(create().inspectionId, "1") end },
  deactivate_applicant_image = { function()
    local here, image = with_picture()
    assert(client:request_check(here.id))
    return client:deactivate_applicant_image(here.id, image)
  end, function() return client:deactivate_applicant_image(create().id, "1") end },
  ekyc_submit = { function() return client:call("POST", "/resources/applicants/" .. create().id .. "/ekyc/submit",
    { body = { info = { country = "KAZ" } } }) end, true },
  ekyc_confirm = { function() return client:ekyc_confirm(create().id, "none", { otp = { code = "1" } }) end },
  import_applicant = {
    function()
      local path = archive(function() end)
      assert(client:import_applicant(path))
      return client:import_applicant(path)
    end,
    function() return client:import_applicant({ bytes = "no archive" }, { unchecked = true }) end,
    function() return client:import_applicant(archive(function(it) it.review.levelName = "none" end)) end,
  },
  import_completed = {
    function() return client:import_completed(LEVEL, { externalUserId = create().externalUserId,
      review = { reviewStatus = "completed", reviewResult = { reviewAnswer = "GREEN" } } }) end,
    function() return client:import_completed("none", { externalUserId = new("none"),
      review = { reviewStatus = "completed", reviewResult = { reviewAnswer = "GREEN" } } }) end,
  },
  level = { true },
  create_level = { function() return client:create_level { name = LEVEL } end,
    raw("POST", "/resources/applicants/-/levels", { id = "i", name = "with an id" }) },
  update_level = { true }, moderation_states = { true }, notes = { true }, add_note = { true }, edit_note = { true },
  remove_note = { true },
  attach_to_note = { true, function()
    local id, of = note()
    return client:attach_to_note({ id = id, applicantId = of }, { bytes = ("x"):rep(10 * 1024 * 1024 + 1), name = "l.csv" })
  end, function()
    local id, of = note()
    return client:attach_to_note({ id = id, applicantId = of }, { bytes = "MZ", name = "l.exe" })
  end },
  add_payment_method = { function() return client:call("POST", "/resources/applicants/" .. create().id .. "/payments",
    { body = { externalId = "e", data = { type = "other" } } }) end, true },
  create_applicant = {
    function() return client:create_applicant(LEVEL, { externalUserId = create().externalUserId }) end,
    function() return client:create_applicant("none", { externalUserId = new("none") }) end,
  },
  applicant = { true }, applicant_by_external_id = { true },
  update_fixed_info = { function() return client:update_fixed_info(create().id, { dob = "yesterday" }) end },
  blocklist = { function()
    local id = create().id
    assert(client:blocklist(id, "x"))
    return client:blocklist(id, "x")
  end },
  update_profile = { true, function()
    return client:update_profile { id = create().id, externalUserId = create().externalUserId }
  end },
  submit_questionnaire = { true, function()
    return client:call("POST", "/resources/applicants/" .. create().id .. "/questionnaires",
      { body = { id = "q", sections = { a = { items = { b = { values = { idngo.null } } } } } } })
  end },
  questionnaire = { true },
  request_check = { function() return client:request_check(pending_id()) end, by_rule(409, "a") },
  reset = { function() return client:reset(pending_id()) end },
  complete_in_sandbox = { by_rule(403, "a", { reviewAnswer = "GREEN", rejectLabels = {} }) },
  move_to_level = { function() return client:move_to_level(pending_id(), LEVEL) end,
    function() return client:move_to_level(create().id, "none") end,
    function() return client:move_to_level(NOBODY, LEVEL) end },
  reset_step = { function() return client:reset_step(create().id, "NOTHING") end,
    function() return client:reset_step(pending_id(), "SELFIE") end, true },
  set_risk_level = { function() return client:call("POST", "/resources/applicants/" .. create().id .. "/riskLevel/entries",
    { body = { riskLevel = "none at all", comment = "c" } }) end, true },
  websdk_link = { function() return client:websdk_link("none", { externalUserId = "u" }) end,
    raw("POST", "/resources/sdkIntegrations/levels/" .. LEVEL .. "/websdkLink"),
    function() return client:websdk_link(LEVEL, { externalUserId = "u", locale = "none at all" }) end },
  websdk_link_json = { function() return client:websdk_link_json { userId = "u", levelName = "none" } end },
  share_token = { true, by_rule(403, { applicantId = "a", forClientId = "c" }) }, share_token_by_query = { true },
  import_shared = { true },
  reuse = { function() return client:reuse("none", LEVEL) end, function()
    return client:reuse(client:share_token { applicantId = create().id, forClientId = "c" }.token, "none")
  end },
  add_tags = { function() return client:add_tags(create().id, many) end, true },
  set_tags = { function() return client:set_tags(create().id, many) end, true }, remove_tags = { true },
  access_token = { function() return client:access_token("u", "none") end },
  access_token_json = { function() return client:access_token_json { userId = "u", levelName = "none" } end },
  submit_transaction = { function()
    local id, txn = create().id, new("txn")
    assert(client:submit_transaction(id, transaction(txn)))
    return client:submit_transaction(id, transaction(txn))
  end, function() return client:submit_transaction(create().id, { txnId = new("txn") }) end },
  submit_transaction_for_new = { function()
    local txn = new("txn")
    assert(client:submit_transaction_for_new(LEVEL, transaction(txn)))
    return client:submit_transaction_for_new(LEVEL, transaction(txn))
  end, function() return client:submit_transaction_for_new("none", { txnId = new("txn"),
    applicant = { externalUserId = new("none") } }) end },
  transaction = { true }, transaction_by_txn_id = { true },
  review_transaction = { true, function()
    local txn = assert(client:submit_transaction(create().id, transaction(new("txn"))))
    return client:review_transaction(txn.id, { reviewAnswer = "YELLOW" })
  end },
  delete_transaction = { true },
  import_transactions = { function() return client:import_transactions(too_many) end,
    function() return client:import_transactions { { applicantId = create().id, data = { txnId = "no-applicant" } } } end },
  import_transaction_history = { function() return client:import_transaction_history(too_many) end },
  webhook = { true },
  create_webhook = { raw("POST", "/resources/api/agent/clientWebhooks",
    { id = "i", target = "https://a.example", types = { "applicantReviewed" } }) },
  update_webhook = { true },
  test_digest = { function() return client:call("POST", "/resources/inspectionCallbacks/testDigest",
    { query = { secretKey = "s", digestAlg = "MD5" }, body = "x", headers = { ["Content-Type"] = "text/plain" } }) end },
}

setup(function()
  folder = files.folder()
  server = assert(sandbox.background { limits = false, report_seconds = 0 })
  client = assert(idngo.client { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false,
    max_attempts = 1 })
end)

teardown(function()
  client:close()
  server:close()
  os.execute("rm -rf " .. folder)
end)

after_each(function() support.faults(server, {}) end)

--- The status with which the last call of an endpoint was answered.
local function last_status(name)
  local entries = support.ledger(server, "?endpoint=" .. name).entries
  return entries[1] and entries[#entries].status
end

for _, name in ipairs(endpoints.names()) do
  for i, refusal in ipairs(prose.endpoints[name].refusals) do
    it(("%s: %s is %d"):format(name, refusal[1], refusal[2]), function()
      local case = assert((cases[name] or {})[i], "nobody tries it")
      local result, err
      if case == true then
        result, err = client[name](client, table.unpack(parts.arguments(name)))
      else
        result, err = case(name)
      end
      assert.equal(refusal[2], last_status(name))
      if result then -- what was done before, found by looking
        assert.truthy(endpoints.description(name).settle, "it is answered")
      else
        assert.same({ "http", "rejected" }, { err.kind, err.outcome }, tostring(err))
        assert.is_true(err.status == refusal[2] or refusal[2] == 200, tostring(err))
      end
    end)
  end
end
