-- What an integration does: an applicant is created, asked for, checked and read, over a real sandbox; that each call finds what
-- another made; and how each is refused.

local idngo = require("idngo")
local sandbox = require("idngo.sandbox")
local support = require("runs")

local LEVEL = "basic-kyc-level"
local UNKNOWN = "000000000000000000000000"

local server, client

local function open(options)
  local settings = { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false, max_attempts = 1 }
  for name, value in pairs(options or {}) do settings[name] = value end
  return assert(idngo.client(settings))
end

local number = 0

--- Somebody new.
local function create(fields)
  number = number + 1
  local applicant = { externalUserId = "flow-" .. number, email = "a@example.org" }
  for name, value in pairs(fields or {}) do applicant[name] = value end
  return assert(client:create_applicant(LEVEL, applicant))
end

local function refused(status, code, result, err)
  assert.is_nil(result)
  assert.same({ "http", "rejected", status, code }, { err.kind, err.outcome, err.status, err.errorCode }, tostring(err))
  return err
end

describe("the flow", function()
  setup(function()
    server = assert(sandbox.background { limits = false })
    client = open()
  end)
  teardown(function()
    client:close()
    server:close()
  end)

  it("creates an applicant with status 201, whom every other call finds", function()
    local made = create { fixedInfo = { firstName = "Asel", country = "KAZ" }, metadata = { { key = "a", value = "b" } } }
    assert.equal(201, idngo.meta(made).status)
    assert.same({ "init", LEVEL }, { made.review.reviewStatus, made.review.levelName })
    assert.same({ { key = "a", value = "b" } }, made.metadata)
    assert.same(made, client:applicant(made.id))
    assert.same(made, client:applicant_by_external_id(made.externalUserId))
    assert.same({ exists = true, applicant = made }, client:applicant_exists(made.externalUserId))
    assert.same({ exists = false }, client:applicant_exists("nobody"))
    assert.equal(made.id, assert(client:timeline(made.id)).applicantId)
    for _, name in ipairs { "tin_checks", "duplicate_checks", "liveness_checks", "similar_by_text", "images" } do
      assert.is_table(assert(client[name](client, made.id)), name)
    end
    assert(client:update_info(made.id, { firstName = "Dana" }))
    assert(client:update_fixed_info(made.id, { lastName = "Testova" }))
    local changed = assert(client:applicant(made.id))
    assert.same({ "Dana", "Asel", "Testova" },
      { changed.info.firstName, changed.fixedInfo.firstName, changed.fixedInfo.lastName })
    assert.is_true(assert(client:deactivate(made.id)).deleted)
    assert.is_true(assert(client:applicant(made.id)).deleted)
  end)

  it("finds those who were there from the start by their own ids, and by inspection", function()
    local crowd = require("idngo.sandbox.people").new(1, 200)
    for i = 1, 12 do
      local person = crowd:at(i)
      local found = assert(client:applicant_by_external_id(person.externalUserId))
      assert.equal(person.id, found.id)
      for _, image in ipairs(assert(client:images(person.id)).items) do
        local by_inspection = assert(client:document_image(found.inspectionId, image.id))
        assert.same(by_inspection, client:applicant_image(person.id, image.id))
        assert.equal(tonumber(image.fileMetadata.fileSize), #by_inspection.body)
      end
      assert.equal(person.reviewStatus, assert(client:status(person.id)).reviewStatus)
      assert(client:steps(person.id))
    end
  end)

  it("moves an applicant from init to pending, to completed, and back", function()
    local id = create().id
    local function state()
      local status = assert(client:status(id))
      assert.equal(status.reviewStatus, assert(client:applicant(id)).review.reviewStatus)
      return status
    end
    assert.equal("init", state().reviewStatus)
    assert.same({ ok = 1 }, client:request_check(id))
    assert.equal("pending", state().reviewStatus)
    refused(409, nil, client:request_check(id))
    refused(409, nil, client:reset(id))
    refused(409, nil, client:set_presence(id, "deactivated"))
    assert(client:complete_in_sandbox(id, { reviewAnswer = "RED", reviewRejectType = "RETRY", rejectLabels = { "SCREENSHOTS" },
      clientComment = "Screenshot" }))
    local result = state().reviewResult
    assert.same({ "RED", "RETRY", { "SCREENSHOTS" } }, { result.reviewAnswer, result.reviewRejectType, result.rejectLabels })
    assert.same({ ok = 1 }, client:reset(id))
    assert.same({ "init" }, { state().reviewStatus, state().reviewResult })
    assert(client:request_check(id, { reason = "again" }))
    assert(client:complete_in_sandbox(id, { reviewAnswer = "GREEN", rejectLabels = {} }))
    assert.same({ 2, { reviewAnswer = "GREEN", rejectLabels = {} } }, { state().attemptCnt, state().reviewResult })
  end)

  it("changes those who were there from the start, for good", function()
    local id = require("idngo.sandbox.people").new(1, 200):at(4).id -- init
    assert.equal("init", assert(client:status(id)).reviewStatus)
    assert(client:request_check(id))
    assert.equal("pending", assert(client:applicant(id)).review.reviewStatus)
    refused(409, nil, client:deactivate(id))
  end)

  it("blocks once", function()
    local id = create().id
    local blocked = assert(client:blocklist(id, "two accounts"))
    assert.same({ { "BLOCKLIST" }, "FINAL" }, { blocked.review.reviewResult.rejectLabels,
      blocked.review.reviewResult.reviewRejectType })
    assert.equal("BLOCKLIST", assert(client:applicant(id)).review.reviewResult.rejectLabels[1])
  end)

  it("imports what another provider decided", function()
    local applicant = { externalUserId = "flow-imported", info = { firstName = "Asel", country = "KAZ" },
      review = { reviewStatus = "completed", reviewResult = { reviewAnswer = "RED", rejectLabels = { "FORGERY" } } } }
    local made = assert(client:import_completed(LEVEL, applicant))
    assert.equal("RED", assert(client:status(made.id)).reviewResult.reviewAnswer)
    assert.equal("Asel", assert(client:applicant_by_external_id("flow-imported")).info.firstName)
    refused(409, nil, client:create_applicant(LEVEL, { externalUserId = "flow-imported" }))
  end)

  it("makes tokens and links, each another", function()
    local one, two = assert(client:access_token("flow-1", LEVEL)), assert(client:access_token("flow-1", LEVEL))
    local three = assert(client:access_token_json { userId = "flow-1", levelName = LEVEL })
    assert.is_true(one.token ~= two.token and two.token ~= three.token)
    assert.same({ "flow-1", "flow-1" }, { one.userId, three.userId })
    local link = assert(client:websdk_link_json { userId = "flow-1", levelName = LEVEL })
    assert.truthy(link.url:find("^https://"))
  end)

  it("keeps transactions", function()
    local id = create().id
    local function transaction(txn, user)
      return { txnId = txn, info = { direction = "out", amount = 1.5, currencyCode = "EUR" },
        applicant = { externalUserId = user, paymentMethod = { ["3dsUsed"] = true } } }
    end
    local sent = transaction("flow;txn=1", "flow-1")
    local made = assert(client:submit_transaction(id, sent))
    assert.same(sent, made.data)
    assert.same(made, client:transaction(made.id))
    assert.same(made, client:transaction_by_txn_id("flow;txn=1"))
    local new = assert(client:submit_transaction_for_new(LEVEL, transaction("flow-txn-2", "flow-by-transaction")))
    assert.equal(new.applicantId, assert(client:applicant_by_external_id("flow-by-transaction")).id)
  end)

  it("finds transactions by what is in them", function()
    local ids = {}
    for i, direction in ipairs { "in", "out", "out" } do
      ids[i] = assert(client:submit_transaction(create().id, { txnId = "find-" .. i, type = "finance",
        info = { direction = direction, amount = 1, paymentTxnId = "a;b=c/" .. math.min(i, 2) },
        applicant = { externalUserId = "find", paymentMethod = { accountId = "find-account" } } })).id
    end
    local account = "data.applicant.paymentMethod.accountId"
    local function found(filters)
      filters[account] = filters[account] or "find-account"
      local list = assert(client:find_transactions(filters)).list
      local txns = {}
      for i, each in ipairs(list.items) do txns[i] = each.data.txnId end
      table.sort(txns)
      return table.concat(txns, " "), list.totalItems
    end
    assert.equal("find-1 find-2 find-3", (found {}))
    assert.equal("find-2 find-3", (found { ["data.info.direction"] = "out" }))
    assert.equal("find-1", (found { ["data.info.paymentTxnId"] = "a;b=c/1" }))
    assert.equal("find-2 find-3", (found { ["data.info.paymentTxnId"] = "a;b=c/2", ["data.type"] = "finance" }))
    assert.equal("", (found { ["data.type"] = "kyc" }))
    assert.equal("", (found { [account] = "find" }))
    local one, total = found { limit = 1 }
    assert.same({ true, 3 }, { one:find("^find%-%d$") ~= nil, total })
    assert(client:delete_transaction(ids[2]))
    assert.equal("find-1 find-3", (found {}))
    -- fields that the method does not name, by a call of one's own
    local path = ("/resources/kyt/txns/query/-;data.txnId=find-3;%s=find-account"):format(account)
    assert.equal(ids[3], assert(client:call("GET", path)).list.items[1].id)
    refused(400, nil, client:call("GET", "/resources/kyt/txns/query/-;data.info.direction=up"))
    refused(400, nil, client:find_transactions { order = "amount" })
    for _, none in ipairs { "/-;=x", "/-;x", "/other;data.type=x" } do
      refused(404, nil, client:call("GET", "/resources/kyt/txns/query" .. none))
    end
    refused(404, nil, client:call("GET", "/resources/kyt/currency;type=fiat")) -- filters are for calls that have some
  end)

  it("has lists with nothing around them", function()
    local function answers(body)
      support.faults(server, { { endpoint = "currencies", status = 200, body = body,
        headers = { ["Content-Type"] = "application/json" } } })
    end
    local function codes(options)
      local list = {}
      for i, currency in ipairs(assert(client:currencies(options))) do list[i] = currency.currencyCode end
      return table.concat(list, " ")
    end
    assert.same({ "EUR KZT USD", "BTC ETH", "BTC ETH EUR KZT USD" },
      { codes { type = "fiat" }, codes { type = "crypto" }, codes() })
    local NO_LIST = "reply is not a list"
    for body, message in pairs { ["{}"] = NO_LIST, ['{"list":[]}'] = NO_LIST, ["7"] = NO_LIST,
      ['[{"currencyCode":"EUR"},{}]'] = "[2] has no currencyCode",
      ['[{"currencyCode":"EUR"},"KZT"]'] = "[2] is not an object" } do
      answers(body)
      local result, err = client:currencies()
      assert.is_nil(result)
      assert.truthy(tostring(err):find(message, 1, true), tostring(err))
    end
    answers("[]")
    assert.same({}, client:currencies())
    support.faults(server, {})
  end)

  it("keeps webhooks, and never tells their secret", function()
    local SECRET = "canary-webhook-secret"
    local made = assert(client:create_webhook { target = "https://a.example", types = { "applicantReviewed" },
      secretKey = SECRET })
    local shown = require("idngo.json").encode { made, assert(client:webhook(made.id)), assert(client:webhooks()),
      assert(client:update_webhook { id = made.id, name = "n", secretKey = SECRET .. 2 }) }
    assert.is_nil(shown:find("canary", 1, true), shown)
    local raw = assert(client:call("GET", "/resources/api/clientWebhooks/" .. made.id)) -- the service does
    assert.same({ SECRET .. 2, "n", "https://a.example" }, { raw.secretKey, raw.name, raw.target })
  end)

  it("shows no secret of a reply, or of a body, in errors and events, whatever the reply is", function()
    local CANARY = "canary-0123456789"
    local lines = {}
    local listening = open { on_event = idngo.events.json_lines { write = function(_, ...)
      for _, text in ipairs { ... } do lines[#lines + 1] = text end
    end } }
    local calls = {
      access_token = { "u", LEVEL }, access_token_json = { { userId = "u", levelName = LEVEL } },
      websdk_link = { LEVEL, { externalUserId = "u" } }, websdk_link_json = { { userId = "u", levelName = LEVEL } },
      webhooks = {}, webhook = { "w" }, update_webhook = { { id = "w", secretKey = CANARY } },
      create_webhook = { { target = "https://a.example", types = { "a" }, secretKey = CANARY } },
    }
    for name, arguments in pairs(calls) do
      for _, rule in ipairs {
        { status = 200, body = CANARY, headers = { ["Content-Type"] = "text/plain" } },
        { status = 200, body = "<html><title>" .. CANARY .. "</title>", headers = { ["Content-Type"] = "text/html" } },
        { status = 200, body = '{"token":"' .. CANARY, headers = { ["Content-Type"] = "application/json" } },
        { status = 200, body = { token = { CANARY }, url = { CANARY }, secretKey = { CANARY }, list = CANARY, id = 1 } },
        name:find("webhook$") and { status = 400, body = { code = 400, description = "bad secretKey " .. CANARY } } or nil,
      } do
        if rule.status == 200 or calls[name][1] ~= "w" then
          rule.endpoint = name
          support.faults(server, { rule })
          local result, err = listening[name](listening, table.unpack(arguments))
          assert.is_nil(result, name)
          lines[#lines + 1] = tostring(err)
          for field, value in pairs(err) do lines[#lines + 1] = field .. tostring(value) end
        end
      end
    end
    support.faults(server, {})
    listening:close()
    assert.is_true(#lines > 60)
    local told = table.concat(lines, "\n")
    assert.is_nil(told:find("canary", 1, true), told:match("[^\n]*canary[^\n]*"))
  end)

  it("takes no reply that is of another user, transaction or webhook", function()
    local transaction = { txnId = "t1", info = { amount = 1 }, applicant = { externalUserId = "u" } }
    for _, case in ipairs {
      { "access_token", { token = "t", userId = "v" }, "userId", "u", LEVEL },
      { "access_token_json", { token = "t", userId = "v" }, "userId", { userId = "u", levelName = LEVEL } },
      { "applicant_exists", { exists = true, applicant = { id = "a", externalUserId = "v" } }, "applicant.externalUserId", "u" },
      { "transaction", { id = "2" }, "id", "1" },
      { "transaction_by_txn_id", { id = "2", data = { txnId = "t2" } }, "data.txnId", "t1" },
      { "submit_transaction", { id = "2", applicantId = "a", data = { txnId = "t2" } }, "data.txnId", "a", transaction },
      { "submit_transaction_for_new", { id = "2", data = { txnId = "t2" } }, "data.txnId", LEVEL, transaction },
      { "webhook", { id = "w2" }, "id", "w1" },
      { "update_webhook", { id = "w2" }, "id", { id = "w1" } },
    } do
      support.faults(server, { { endpoint = case[1], status = 200, body = case[2] } })
      local result, err = client[case[1]](client, table.unpack(case, 4))
      assert.is_nil(result, case[1])
      assert.same({ "malformed", "unknown" }, { err.kind, err.outcome })
      assert.truthy(err.message:find("its " .. case[3], 1, true), err.message)
    end
    support.faults(server, {})
  end)

  it("shows no id of a user, and no secret, that stands in a target", function()
    local CANARY = "canary;of/a%b"
    local rules = {}
    for i, name in ipairs { "applicant_by_external_id", "applicant_exists", "access_token", "websdk_link",
      "find_transactions" } do
      rules[i] = { endpoint = name, status = 400, body = { code = 400, description = "bad: " .. CANARY .. " or "
        .. idngo.escape(CANARY) } }
    end
    support.faults(server, rules)
    local escaped = idngo.escape(CANARY)
    for _, call in ipairs {
      { "applicant_by_external_id", CANARY }, { "applicant_exists", CANARY }, { "access_token", CANARY, LEVEL },
      { "websdk_link", LEVEL, { externalUserId = CANARY } },
      { "find_transactions", { ["data.applicant.paymentMethod.accountId"] = CANARY, ["data.info.paymentTxnId"] = CANARY } },
      { "call", "GET", "/resources/kyt/txns/query/-;data.counterparty.fullName=" .. escaped },
      { "call", "GET", "/resources/kyt/txns/query/-;data.props.card_holder=" .. escaped },
      { "call", "GET", "/resources/kyt/txns/query/-;data.props.card-holder=" .. escaped },
      { "call", "GET", "/resources/kyt/txns/query/-;data%2Ecounterparty.fullName=" .. escaped },
      { "call", "GET", "/resources/applicants/-;externalUserId=" .. escaped .. "/one" },
      { "call", "GET", "/resources/applicants/-/byExternalUserId/" .. escaped },
      { "call", "POST", "/resources/inspectionCallbacks/testDigest", { query = { secretKey = CANARY }, body = "x" } },
      { "call", "POST", "/resources/applicants/-/import", { query = { shareToken = CANARY } } },
    } do
      local result, err = client[call[1]](client, table.unpack(call, 2))
      assert.is_nil(result, call[1])
      local told = { tostring(err) }
      for _, value in pairs(err) do told[#told + 1] = tostring(value) end
      assert.is_nil(table.concat(told, "\n"):find("canary", 1, true), table.concat(told, "\n"))
      assert.truthy(err.path:find("^/resources/[%w/;={}.%%_-]+$"), err.path)
    end
    support.faults(server, {})
    for _, entry in ipairs(support.ledger(server).entries) do
      local target = entry.target
      assert.is_nil(target:find("secretKey=canary", 1, true) or target:find("shareToken=canary", 1, true), target)
    end
  end)

  it("is up", function() assert.same({}, client:health()) end)

  it("is refused with words and statuses", function()
    local here = create()
    local id = here.id
    refused(409, nil, client:create_applicant(LEVEL, { externalUserId = here.externalUserId }))
    refused(409, nil, client:create_applicant(LEVEL, { externalUserId = "user-000001" })) -- there from the start
    refused(400, nil, client:create_applicant("Basic-kyc-level", { externalUserId = "other-level" }))
    refused(400, nil, client:create_applicant(LEVEL, { externalUserId = "bad-dob", fixedInfo = { dob = "04.03.1992" } }))
    refused(400, nil, client:create_applicant(LEVEL, { externalUserId = ("x"):rep(513) }))
    for _, name in ipairs { "applicant", "status", "steps", "images", "request_check", "reset" } do
      refused(404, nil, client[name](client, UNKNOWN))
    end
    refused(404, nil, client:applicant_by_external_id("nobody"))
    refused(404, nil, client:applicant_image(id, "1"))
    refused(404, nil, client:document_image(here.inspectionId, "1"))
    refused(404, nil, client:document_image(here.inspectionId, "900100100")) -- another's
    refused(404, nil, client:applicant_image(id, "900100100"))
    refused(400, nil, client:update_fixed_info(id, { dob = "yesterday" }))
    refused(400, nil, client:access_token("u", "no-level"))
    refused(400, nil, client:access_token_json { userId = "u", levelName = "no-level" })
    refused(404, nil, client:websdk_link_json { userId = "u", levelName = "no-level" })
    refused(404, nil, client:websdk_link("no-level", { externalUserId = "u" }))
    refused(400, nil, client:submit_transaction(id, { txnId = "without-applicant" }))
    refused(404, nil, client:transaction("none"))
    refused(404, nil, client:transaction_by_txn_id("none"))
    refused(404, nil, client:webhook("none"))
    refused(404, nil, client:update_webhook { id = "none" })
  end)

  it("is for the sandbox environment where it says so", function()
    local production = assert(sandbox.background { limits = false, app_token = "prd:demo" })
    finally(function() production:close() end)
    local other = open { base_url = production.url, app_token = "prd:demo" }
    local id = assert(other:create_applicant(LEVEL, { externalUserId = "p" })).id
    refused(403, nil, other:complete_in_sandbox(id, { reviewAnswer = "GREEN", rejectLabels = {} }))
    other:close()
  end)

  it("throws what is wrong with a body before anything is sent", function()
    for _, case in ipairs {
      { "create_applicant", { LEVEL, {} }, "applicant has no externalUserId" },
      { "create_applicant", { LEVEL, { externalUserId = "" } }, "applicant.externalUserId is empty" },
      { "create_applicant", { LEVEL, { externalUserId = 4711 } }, "applicant.externalUserId is" },
      { "create_applicant", { LEVEL, { { externalUserId = "a" } } }, "not a list" },
      { "import_completed", { LEVEL, { externalUserId = "a", review = { reviewStatus = "completed" } } },
        "applicant.review has no reviewResult" },
      { "complete_in_sandbox", { "a", { reviewAnswer = "GREEN" } }, "result has no rejectLabels" },
      { "access_token_json", { { userId = "a" } }, "request has no levelName" },
      { "submit_transaction", { "a", { info = { amount = 1 } } }, "transaction has no txnId" },
      { "create_webhook", { { target = "https://a.example", types = { "a" }, id = "w" } }, "webhook.id must not be there" },
      { "update_webhook", { { name = "n" } }, "webhook has no id" },
      { "access_token", { "a" }, "levelName is missing" },
    } do
      local ok, why = pcall(client[case[1]], client, table.unpack(case[2]))
      assert.is_false(ok, case[1])
      assert.truthy(why:find(case[3], 1, true), why)
      assert.is_nil(why:find("4711", 1, true))
    end
  end)

  it("is the same inside tasks, 64 at once", function()
    local id = create().id
    local names = { "applicant", "status", "steps", "images" }
    local jobs = {}
    for i = 1, 64 do jobs[i] = names[i % #names + 1] end
    local told, thrown = idngo.parallel(jobs, function(name) return (assert(client[name](client, id))) end, { concurrency = 64 })
    assert.same({}, thrown)
    for i, name in ipairs(jobs) do
      if name == "applicant" then assert.equal(id, told[i].id) end
      assert.is_table(told[i])
    end
  end)
end)
