-- Writes that have a natural key: what became of one whose answer was lost is looked up, and never sent again on a guess; over a
-- real sandbox that does what it was asked and answers nothing, or answers and did nothing.

local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local files = require("files")
local idngo = require("idngo")
local sandbox = require("idngo.sandbox")
local settling = require("idngo.client.settle")
local support = require("runs")

local LEVEL, JPEG = "basic-kyc-level", "\255\216\255\224"

local folder, server, client

local function open(options)
  local settings = { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false, max_attempts = 4 }
  for name, value in pairs(options or {}) do settings[name] = value end
  return assert(idngo.client(settings))
end

--- What the sandbox shall do wrong from now on.
local function faults(rules)
  support.faults(server, rules)
  support.forget_ledger(server)
end

--- How often an endpoint was asked since.
local function asked(name)
  return #support.ledger(server, "?endpoint=" .. name).entries
end

local number = 0

local function new(prefix)
  number = number + 1
  return ("%s-%d"):format(prefix or "settle", number)
end

local function applicant(fields)
  fields = fields or {}
  fields.externalUserId = new()
  return fields
end

local function reviewed()
  return applicant { review = { reviewStatus = "completed", reviewResult = { reviewAnswer = "GREEN" } } }
end

local function transaction(user)
  return { txnId = new("txn"), info = { amount = 1, direction = "in" }, applicant = { externalUserId = user or new() } }
end

local function created() return assert(client:create_applicant(LEVEL, applicant())) end

setup(function()
  folder = files.folder()
  server = assert(sandbox.background { limits = false })
  client = open()
end)

teardown(function()
  client:close()
  server:close()
  os.execute("rm -rf " .. folder)
end)

before_each(function() faults {} end)

--- For each: arguments of a call that was not made before, and how what it did is read.
local calls = {
  create_applicant = { function() return LEVEL, applicant { email = "a@example.org" } end, "applicant_by_external_id" },
  import_completed = { function() return LEVEL, reviewed() end, "applicant_by_external_id" },
  submit_transaction = { function() return created().id, transaction() end, "transaction_by_txn_id" },
  submit_transaction_for_new = { function() return LEVEL, transaction() end, "transaction_by_txn_id" },
  blocklist = { function() return created().id, "two accounts" end, "applicant" },
  add_document = { function()
    return created().id, { idDocType = "ID_CARD", country = "KAZ" }, files.write(folder .. "/" .. new() .. ".jpg", JPEG .. number)
  end, "images" },
  ["add_document of bytes"] = { function()
    return created().id, { idDocType = "ID_CARD", country = "KAZ" }, { bytes = JPEG .. new(), name = new() .. ".jpg" }
  end, "images" },
  ["add_document of a function"] = { function()
    local bytes = JPEG .. new()
    return created().id, { idDocType = "ID_CARD", country = "KAZ" },
      { size = #bytes, read = function(at, n) return bytes:sub(at + 1, at + n) end, name = new() .. ".jpg" }
  end, "images" },
}

it("every keyed call beside the archive is tried here", function()
  for _, name in ipairs(endpoints.names()) do
    local description = endpoints.description(name)
    if description.settle then assert.equal(description.settle.by, calls[name][2]) end
    assert.equal(description.retry == "keyed" and name ~= "import_applicant", description.settle ~= nil, name)
  end
end)

for what, case in pairs(calls) do
  local name, by = what:match("^%S+"), case[2]
  describe(what, function()
    local function call(...) return client[name](client, ...) end

    local function expect_found(rule)
      local arguments = table.pack(case[1]())
      faults { rule }
      local result, err = call(table.unpack(arguments, 1, arguments.n))
      assert.is_nil(err and tostring(err))
      assert.is_nil(result.created)
      assert.same({ 1, 1 }, { asked(name), asked(by) })
      assert.same(name ~= "blocklist" and {} or nil, result.differs)
      assert.is_string(name == "add_document" and result.imageId or result.id)
    end

    local function expect_unknown(...)
      local arguments = table.pack(case[1]())
      faults { ... }
      local result, err = call(table.unpack(arguments, 1, arguments.n))
      assert.is_nil(result)
      assert.same({ "unknown", by, false }, { err.outcome, err.retry_by, err.retryable }, tostring(err))
      assert.truthy(tostring(err):find(by, 1, true))
      assert.equal(1, asked(name))
    end

    it("is found when it was done and the answer lost", function() expect_found { endpoint = name, drop = "after" } end)
    it("is found when it was done and the answer cut", function() expect_found { endpoint = name, drop = "mid-body" } end)
    it("is found when it was done and the answer is 500", function()
      expect_found { endpoint = name, status = 500, after = true }
    end)
    for how, rule in pairs {
      ["empty"] = { status = 200, body = "", after = true },
      ["of another shape"] = { status = 200, body = { answer = 42 }, after = true },
      ["a stranger's page"] = { status = 200, body = "<title>x</title>", after = true,
        headers = { ["Content-Type"] = "text/html" } },
    } do
      it("is found when it was done and the answer is " .. how, function()
        expect_found { endpoint = name, status = rule.status, body = rule.body, headers = rule.headers, after = true }
      end)
    end
    it("says how to look where a page that says 200 is all there is", function()
      local arguments = table.pack(case[1]())
      faults { { endpoint = name, status = 200, body = "<title>x</title>", headers = { ["Content-Type"] = "text/html" } } }
      local result, err = call(table.unpack(arguments, 1, arguments.n))
      assert.is_nil(result)
      assert.same({ "malformed", by, false }, { err.kind, err.retry_by, err.retryable })
    end)
    it("is unknown when nothing is found: it may be under way", function()
      expect_unknown { endpoint = name, drop = "before" }
    end)
    it("is unknown when the service is overloaded", function() expect_unknown { endpoint = name, status = 503 } end)
    it("is unknown when a stranger refused it", function()
      expect_unknown { endpoint = name, status = 403, body = "<html><title>no</title>",
        headers = { ["Content-Type"] = "text/html" } }
    end)
    it("is unknown when the look fails, too", function()
      expect_unknown({ endpoint = name, drop = "after" }, { endpoint = by, status = 500 })
    end)

    it("is sent again when it was not taken, and looked for never", function()
      local arguments = table.pack(case[1]())
      faults { { endpoint = name, status = 429, headers = { ["Retry-After"] = "0" }, times = 1,
        body = { code = 429, description = "too many" } } }
      local sender = open() -- which has made no retries yet
      local err = select(2, sender[name](sender, table.unpack(arguments, 1, arguments.n)))
      sender:close()
      assert.is_nil(err)
      assert.same({ 2, 0 }, { asked(name), asked(by) })
    end)
  end)
end

describe("what was sent", function()
  it("is what is looked for, whatever the caller makes of the table meanwhile", function()
    for name, make in pairs { create_applicant = applicant, import_completed = reviewed,
      submit_transaction_for_new = transaction } do
      local other, sent = make(), make()
      assert(client[name](client, LEVEL, other)) -- somebody else is there
      faults { { endpoint = name, drop = "after", delay = 0.2 } }
      local key, before = sent.externalUserId or sent.txnId, nil
      local results = idngo.parallel({ "send", "change" }, function(what)
        if what == "send" then return (assert(client[name](client, LEVEL, sent))) end
        repeat before = client:status("0") until asked(name) > 0 or before
        for field in pairs(sent) do sent[field] = other[field] end
        return true
      end)
      local found = results[1]
      assert.equal(key, found.externalUserId == other.externalUserId and "another's" or found.data and found.data.txnId
        or found.externalUserId)
      assert.same({}, found.differs)
    end
  end)

  it("stays unknown where nobody can be asked for it", function()
    for name, key in pairs { create_applicant = "externalUserId", submit_transaction_for_new = "txnId" } do
      for _, value in ipairs { "a\nb", "a\tb", ("x"):rep(1025) } do
        local sent = name == "create_applicant" and applicant() or transaction()
        sent[key] = value
        faults { { endpoint = name, drop = "before" } }
        local ran, result, err = pcall(client[name], client, LEVEL, sent)
        assert.is_true(ran, result)
        assert.is_nil(result)
        assert.equal("unknown", err.outcome)
      end
    end
  end)
end)

describe("what a look finds in a shape of its own", function()
  local function found(by, reply)
    local id = created().id
    faults { { endpoint = "blocklist", drop = "after" }, { endpoint = "add_document", drop = "after" },
      { endpoint = by, status = 200, body = reply(id) } }
    local ran, result, err
    if by == "applicant" then
      ran, result, err = pcall(client.blocklist, client, id, "a")
    else
      ran, result, err = pcall(client.add_document, client, id, { idDocType = "ID_CARD", country = "KAZ" },
        { bytes = JPEG, name = "a.jpg" })
    end
    assert.is_true(ran, result)
    assert.is_nil(result)
    assert.same({ "unknown", by }, { err.outcome, err.retry_by })
  end

  it("settles nothing, and throws nothing", function()
    for _, labels in ipairs { "BLOCKLIST", 7, true } do
      found("applicant", function(id)
        return { id = id, review = { reviewStatus = "completed", levelName = 7, reviewResult = { rejectLabels = labels } } }
      end)
    end
    for _, date in ipairs { 7, true, { "2100-01-01 00:00:00" } } do
      found("images", function()
        return { items = { { id = "1", addedDate = date, fileMetadata = { fileName = "a.jpg", fileSize = "4" },
          idDocDef = { idDocType = "ID_CARD", country = "KAZ" } } } }
      end)
    end
  end)
end)

it("what a document says is sent again, when no file is with it", function()
  for _, rule in ipairs { { drop = "after" }, { status = 503 }, { status = 500, after = true } } do
    local id = created().id
    rule.endpoint, rule.times = "add_document", 1
    faults { rule }
    local sender = open() -- which has made no retries yet
    local added, err = sender:add_document(id, { idDocType = "ID_CARD", country = "KAZ", number = "N1" }, false)
    sender:close()
    assert.is_nil(err and tostring(err))
    assert.equal("ID_CARD", added.idDocType)
    assert.same({ 2, 0 }, { asked("add_document"), asked("images") })
    assert.equal(1, #assert(client:applicant(id)).info.idDocs)
  end
  faults { { endpoint = "add_document", status = 409, body = { code = 409, errorCode = 1000 } } }
  local err = select(2, client:add_document(created().id, { idDocType = "ID_CARD", country = "KAZ" }, false))
  assert.same({ "rejected", nil }, { err.outcome, err.retry_by })
end)

describe("sixty-four at once", function()
  it("create one applicant, whom one of them has created and the others find", function()
    local sent = applicant()
    local users = {}
    for i = 1, 64 do users[i] = { externalUserId = sent.externalUserId } end
    local results, thrown = idngo.parallel(users, function(user) return (assert(client:create_or_get(LEVEL, user))) end,
      { concurrency = 64 })
    assert.same({}, thrown)
    local made = 0
    for _, result in ipairs(results) do
      assert.equal(results[1].id, result.id)
      assert.is_boolean(result.created)
      if result.created then made = made + 1 end
    end
    assert.equal(1, made)
  end)
end)

it("no time is left for a look behind the deadline", function()
  local sender = open()
  faults { { endpoint = "create_applicant", delay = 60 } }
  local result, err = sender:create_applicant(LEVEL, applicant(), { deadline = 1 })
  sender:close()
  assert.is_nil(result)
  assert.same({ "unknown", "applicant_by_external_id" }, { err.outcome, err.retry_by })
  assert.equal(0, asked("applicant_by_external_id"))
end)

describe("what was there before", function()
  it("is no success of create_applicant, and one of create_or_get", function()
    local sent = applicant { email = "a@example.org", fixedInfo = { firstName = "Asel" } }
    local made = assert(client:create_or_get(LEVEL, sent))
    assert.is_true(made.created)
    assert.is_nil(made.differs)
    local result, err = client:create_applicant(LEVEL, sent)
    assert.is_nil(result)
    assert.same({ 409, "rejected" }, { err.status, err.outcome })
    local found = assert(client:create_or_get(LEVEL, sent))
    assert.same({ false, {}, made.id }, { found.created, found.differs, found.id })
    sent.email, sent.fixedInfo.lastName, sent.phone, sent.metadata = "b@example.org", "Testova", "+7", { { key = "a" } }
    found = assert(client:create_or_get(LEVEL, sent))
    assert.same({ "email", "fixedInfo.lastName", "metadata[1].key", "phone" }, found.differs)
    for _, e in ipairs { select(2, client:create_or_get("no-level", applicant())) } do assert.equal(400, e.status) end
  end)

  it("on another level differs in that", function()
    local sent = applicant()
    assert(client:create_applicant(LEVEL, sent))
    faults { { endpoint = "create_applicant", status = 409, body = { code = 409, description = "exists" } } }
    assert.same({ "levelName" }, assert(client:create_or_get("another-level", sent)).differs)
  end)

  it("is for the client to say, whatever fields the service has", function()
    local sent = applicant()
    faults { { endpoint = "create_applicant", status = 201, body = { id = "a", externalUserId = sent.externalUserId,
      created = false, differs = { "email" } } } }
    local made = assert(client:create_applicant(LEVEL, sent))
    assert.same({}, { made.created, made.differs })
    assert.is_true(assert(client:create_or_get(LEVEL, sent)).created)
  end)

  it("of create_or_get whose answer was lost is nobody's", function()
    local sent = applicant()
    faults { { endpoint = "create_applicant", drop = "after" } }
    local found = assert(client:create_or_get(LEVEL, sent))
    assert.is_nil(found.created)
    assert.same({}, found.differs)
    assert.equal(1, asked("create_applicant"))
  end)

  it("is a transaction that was sent, with what differs", function()
    local id, sent = created().id, transaction()
    local made = assert(client:submit_transaction(id, sent))
    assert.is_nil(made.created)
    sent.info.amount = 2
    local again = assert(client:submit_transaction(id, sent))
    assert.same({ false, { "info.amount" }, made.id }, { again.created, again.differs, again.id })
    local new_one = assert(client:submit_transaction_for_new(LEVEL, sent))
    assert.same({ false, made.id }, { new_one.created, new_one.id })
  end)

  it("is an applicant on the blocklist", function()
    local id = created().id
    assert.is_nil(assert(client:blocklist(id, "a")).created)
    assert.is_false(assert(client:blocklist(id, "a")).created)
  end)

  it("is the same file, where the pictures show it", function()
    local id, doc = created().id, { idDocType = "ID_CARD", country = "KAZ" }
    local added = assert(client:add_document(id, doc, { bytes = JPEG, name = "a.jpg" }))
    local again = assert(client:add_document(id, doc, { bytes = JPEG, name = "a.jpg" }))
    assert.same({ false, added.imageId }, { again.created, again.imageId })
    local result, err = client:add_document(id, doc, { bytes = JPEG, name = "other.jpg" })
    assert.is_nil(result)
    assert.same({ "rejected", 1000 }, { err.outcome, err.errorCode })
  end)
end)

describe("a picture that is looked for", function()
  --- What settling makes of a picture that `images` shows.
  local function found(image, date)
    local how = { operation = { settle = { by = "images", as = "image", done = 1000 } }, content = { name = "a.jpg", size = 4 },
      personal = '{"idDocType":"ID_CARD","country":"KAZ"}' }
    local images = { items = { image } }
    require("idngo.client.reply").keep_meta(images, "HTTP/1.1 200 OK\r\n" .. (date and "Date: " .. date .. "\r\n" or ""), 1, 0)
    return settling.settle(how, { outcome = "unknown" }, function() return images end, core.now() - 10)
  end

  local NOW = "Sun, 29 Nov 2026 12:00:20 GMT" -- the call began at 12:00:10

  local function image(fields)
    local made = { id = "1", addedDate = "2026-11-29 12:00:15", fileMetadata = { fileName = "a.jpg", fileSize = "4" },
      idDocDef = { idDocType = "ID_CARD", country = "KAZ" } }
    for name, value in pairs(fields or {}) do made[name] = value end
    return made
  end

  it("is one that came since, by the service's own clock, of this name, size and document", function()
    assert.equal("1", found(image(), NOW).imageId)
    assert.equal("1", found(image { addedDate = "2026-11-29 17:00:15+0500" }, NOW).imageId)
    for what, case in pairs {
      ["came before"] = { image { addedDate = "2026-11-29 12:00:05" }, NOW },
      ["without a date"] = { image { addedDate = "" }, NOW }, ["with a number for its date"] = { image { addedDate = 7 }, NOW },
      ["without an id"] = { image { id = false }, NOW },
      ["on a day alone"] = { image { addedDate = "2026-11-29" }, NOW }, ["of a service without a clock"] = { image() },
      ["of another name"] = { image { fileMetadata = { fileName = "b.jpg", fileSize = "4" } }, NOW },
      ["of another size"] = { image { fileMetadata = { fileName = "a.jpg", fileSize = "5" } }, NOW },
      ["of another document"] = { image { idDocDef = { idDocType = "PASSPORT", country = "KAZ" } }, NOW },
      ["of another side"] = { image { idDocDef = { idDocType = "ID_CARD", country = "KAZ", idDocSubType = "BACK_SIDE" } }, NOW },
      ["that counts no more"] = { image { deactivated = true }, NOW },
      ["that says nothing of its file"] = { { id = "1" }, NOW },
    } do
      local result, err = found(case[1], case[2])
      assert.is_nil(result, what)
      assert.equal("images", err.retry_by)
    end
  end)
end)
