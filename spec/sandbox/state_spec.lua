-- luacheck: std lua54+busted
--- What calls change, and what they must not.
local cjson = require("cjson")
local support = require("sandbox.support")

describe("the sandbox remembers", function()
  local process
  before_each(function() process = support.run("limits=false") end)
  after_each(function() process:stop() end)

  local function row_of(id)
    for line in support.control(process, "GET", "applicants").body:gmatch("[^\n]+") do
      local row = cjson.decode(line)
      if row.applicantId == id then return row end
    end
  end

  local function presence(id, status)
    return support.call(process, "PATCH", "/resources/applicants/" .. id .. "/presence/" .. status)
  end

  local function patch(id, body, query)
    return support.call(process, "PATCH", "/resources/applicants/" .. id .. "/info" .. (query or ""), {
      body = body, headers = { ["Content-Type"] = "application/json" },
    })
  end

  local function email(id)
    return support.call(process, "POST", "/resources/applicants/" .. id .. "/verificationStatusEmail")
  end

  it("presence, both ways, and says so in the applicant", function()
    local id = support.pick(process, "review=completed-GREEN")
    local reply = presence(id, "deactivated")
    assert.equal(200, reply.status)
    assert.equal(id, reply.json.id)
    assert.is_true(reply.json.deleted)
    assert.is_true(row_of(id).deleted)
    reply = presence(id, "activated")
    assert.is_false(reply.json.deleted)
    assert.is_false(row_of(id).deleted)
  end)

  it("that a repeated presence changed nothing, and answers 200 all the same", function()
    local id = support.pick(process, "review=completed-GREEN")
    for _ = 1, 2 do assert.equal(200, presence(id, "deactivated").status) end
    assert.equal(200, presence(id, "deactivated").status)
    local entries = support.ledger(process, "?endpoint=set_presence").entries
    assert.same({ true, false, false }, { entries[1].applied, entries[2].applied, entries[3].applied })
  end)

  for _, status in ipairs({ "pending", "queued", "prechecked" }) do
    it("nothing of a deactivation refused with 409 while " .. status, function()
      local id = support.pick(process, "review=" .. status)
      local reply = presence(id, "deactivated")
      assert.equal(409, reply.status)
      assert.matches(status, reply.json.description)
      assert.is_nil(reply.json.errorCode)
      assert.is_false(row_of(id).deleted)
      assert.equal(200, presence(id, "activated").status)
    end)
  end

  for _, status in ipairs({ "init", "onHold", "completed-RED-FINAL", "completed-RED-RETRY" }) do
    it("a deactivation while " .. status, function()
      assert.is_true(presence(support.pick(process, "review=" .. status), "deactivated").json.deleted)
    end)
  end

  it("info: sets fields, keeps the others", function()
    local id = support.pick(process, "name=plain")
    local before = patch(id, "{}").json
    local after = patch(id, '{"middleName":"M","dob":"1970-01-01"}').json
    before.middleName, before.dob = "M", "1970-01-01"
    assert.same(before, after)
    assert.same(before, patch(id, "{}").json)
    assert.same(before, presence(id, "activated").json.info)
  end)

  it("info: null is ignored, unsetFields resets, raw or encoded comma", function()
    local id = support.pick(process, "name=plain")
    assert.is_string(patch(id, '{"dob":null,"tin":null}').json.dob)
    local reply = patch(id, '{"middleName":"M"}', "?unsetFields=dob,tin").json
    assert.is_nil(reply.dob)
    assert.is_nil(reply.tin)
    assert.equal("M", reply.middleName)
    reply = patch(id, "{}", "?unsetFields=middleName%2Ccountry").json
    assert.is_nil(reply.middleName)
    assert.is_nil(reply.country)
    assert.is_nil(patch(id, "{}").json.dob)
  end)

  it("info: empty lists stay lists, unknown fields and odd text stay as they came", function()
    local id = support.pick(process, "name=plain")
    local reply = patch(id, '{"addresses":[],"favourite":{"n":[1.5,2]},"lastName":"<\\u0001\\"\\ud83d\\ude00>"}')
    assert.matches('"addresses":[]', reply.body, 1, true)
    assert.matches('"favourite":{"n":[1.5,2]}', reply.body, 1, true)
    assert.equal('<\1"\u{1f600}>', reply.json.lastName)
  end)

  it("that info which stays the same was not applied", function()
    local id = support.pick(process, "name=plain")
    patch(id, '{"dob":"1970-01-01"}')
    patch(id, '{"dob":"1970-01-01"}')
    local entries = support.ledger(process, "?endpoint=update_info").entries
    assert.same({ true, false }, { entries[1].applied, entries[2].applied })
  end)

  it("e-mails sent, per applicant", function()
    local id = support.pick(process, "email=yes")
    assert.equal(0, row_of(id).emails)
    for _ = 1, 3 do assert.same({ ok = 1 }, email(id).json) end
    assert.equal(3, row_of(id).emails)
    assert.equal(3, support.ledger(process).totals.emails)
  end)

  it("no e-mail to an applicant without an address: 400", function()
    local id = support.pick(process, "email=no")
    assert.equal(400, email(id).status)
    assert.equal(0, row_of(id).emails)
    assert.equal(0, support.ledger(process).totals.emails)
  end)

  it("links: each call gives another one, of the reference's form", function()
    local seen = {}
    for _ = 1, 5 do
      local url = support.call(process, "POST",
        "/resources/sdkIntegrations/levels/basic-kyc-level/websdkLink?externalUserId=auth0%7Ca%2Fb").json.url
      assert.matches("^https://api%.idngo%.kz/idensic/l/#/%a+$", url)
      assert.equal(#cjson.decode(support.fixture("websdk_link")).url, #url)
      assert.is_nil(seen[url])
      seen[url] = true
    end
    local entry = support.ledger(process).entries[1]
    assert.equal("auth0|a/b", entry.externalUserId)
    assert.is_true(entry.applied)
  end)
end)

describe("an applicant's situation shows in the replies:", function()
  local process
  setup(function() process = support.run("limits=false,report_seconds=0") end)
  teardown(function() process:stop() end)

  local function check(type, situation)
    local id = support.pick(process, situation)
    local reply = support.call(process, "GET", "/resources/checks/latest?type=" .. type .. "&applicantId=" .. id)
    assert.equal(200, reply.status)
    return reply.json.checks[1], reply.body, id
  end

  it("duplicates GREEN, without hits", function()
    local found, body = check("SIMILAR_SEARCH", "duplicates=GREEN")
    assert.equal("GREEN", found.answer)
    assert.equal("GREEN", found.similarSearchInfo.answer)
    assert.matches('"duplicateApplicantHits":[]', body, 1, true)
  end)

  for _, answer in ipairs({ "RED", "YELLOW" }) do
    it("duplicates " .. answer .. ", with hits that are applicants", function()
      local found, _, id = check("SIMILAR_SEARCH", "duplicates=" .. answer)
      assert.equal(answer, found.answer)
      local hits = found.similarSearchInfo.duplicateApplicantHits
      assert.is_true(#hits >= 1)
      for _, hit in ipairs(hits) do
        assert.not_equal(id, hit.applicantId)
        assert.equal(200, support.call(process, "GET", "/resources/applicantTimeline/" .. hit.applicantId).status)
        assert.is_table(hit.matchedFields)
        for _, type in ipairs(hit.types) do assert.is_true(type == "text" or type == "image") end
      end
      local similar = support.call(process, "GET", "/resources/applicants/" .. id .. "/similar/byTextAndFace").json
      assert.equal(#hits, similar.totalCnt)
      for i, item in ipairs(similar.similarApplicants) do
        assert.equal(hits[i].applicantId, item.applicant.id)
        assert.is_boolean(item.exactMatch)
        assert.is_false(item.blacklisted)
      end
      local by_text = support.call(process, "GET", "/resources/applicants/" .. id .. "/similar/byText").json
      for _, item in ipairs(by_text.similarApplicants) do assert.same({ "text" }, item.types) end
    end)
  end

  it("an applicant found by face alone is not found by text", function()
    local by_face = 0
    for line in support.control(process, "GET", "applicants?duplicates=RED").body:gmatch("[^\n]+") do
      local base = "/resources/applicants/" .. cjson.decode(line).applicantId .. "/similar/"
      local both = support.call(process, "GET", base .. "byTextAndFace").json.similarApplicants
      local text = support.call(process, "GET", base .. "byText").json.similarApplicants
      for _, item in ipairs(both) do
        if item.types[1] == "image" then by_face = by_face + 1 end
      end
      if by_face > 0 then
        assert.equal(#both - by_face, #text)
        return
      end
    end
    error("nobody was found by face alone")
  end)

  it("duplicates never checked: an empty list, nothing more", function()
    local _, body = check("SIMILAR_SEARCH", "duplicates=none")
    assert.equal('{"checks":[]}', body)
  end)

  it("duplicates with a null answer", function()
    local found = check("SIMILAR_SEARCH", "duplicates=nullAnswer")
    assert.equal(cjson.null, found.answer)
    assert.equal(cjson.null, found.similarSearchInfo)
  end)

  it("duplicates with null fields", function()
    local found = check("SIMILAR_SEARCH", "duplicates=nullFields")
    assert.equal("RED", found.answer)
    assert.equal(cjson.null, found.createdAt)
    assert.equal(cjson.null, found.similarSearchInfo.duplicateApplicantHits[1].applicantId)
  end)

  it("dates of duplicate checks with and without milliseconds", function()
    local forms = {}
    for line in support.control(process, "GET", "applicants?duplicates=GREEN").body:gmatch("[^\n]+") do
      local target = "/resources/checks/latest?type=SIMILAR_SEARCH&applicantId=" .. cjson.decode(line).applicantId
      local date = support.call(process, "GET", target).json.checks[1].createdAt
      assert.matches("^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d", date)
      forms[date:find("%.%d%d%d$") and "long" or "short"] = true
      if forms.long and forms.short then break end
    end
    assert.same({ long = true, short = true }, forms)
  end)

  for _, answer in ipairs({ "GREEN", "YELLOW", "RED" }) do
    it("TIN " .. answer .. ", extracted as an object and as an array", function()
      local object = check("TIN", "tinShape=object&tin=" .. answer)
      assert.equal(answer, object.answer)
      assert.is_table(object.extractedDoc.addresses)
      local array, body = check("TIN", "tinShape=array&tin=" .. answer)
      assert.equal(answer, array.answer)
      assert.matches('"extractedDoc":[', body, 1, true)
      if answer ~= "YELLOW" then
        assert.is_string(object.extractedDoc.addresses[1].postCode)
        assert.is_string(array.extractedDoc[1].postCode)
      end
    end)
  end

  for _, answer in ipairs({ "GREEN", "RED", "ERROR" }) do
    it("liveness " .. answer, function()
      local found = check("FACE_LIVELINESS", "liveness=" .. answer)
      assert.equal(answer, found.answer)
      assert.equal("FACE_LIVELINESS", found.checkType)
      assert.matches("^%x+%-%x+%-4%x+%-8%x+%-%x+$", found.id)
    end)
  end

  it("no TIN check, no liveness check", function()
    assert.is_nil((check("TIN", "tin=none")))
    assert.is_nil((check("FACE_LIVELINESS", "liveness=none")))
  end)

  for review, last in pairs({
    ["completed-GREEN"] = "moderator:completed:review", ["completed-RED-FINAL"] = "moderator:completed:review",
    init = "user:created:applicant", pending = "applicant:changed:status", onHold = "applicant:changed:status",
  }) do
    it("the timeline of one " .. review .. " ends with " .. last, function()
      local id = support.pick(process, "review=" .. review)
      local items = support.call(process, "GET", "/resources/applicantTimeline/" .. id).json.items
      assert.equal(last, items[1].activity)
      assert.equal("user:created:applicant", items[#items].activity)
      for i = 2, #items do assert.is_true(items[i - 1].ts > items[i].ts) end
      assert.equal(review:match("^completed%-(%a+)"), items[1].reviewAnswer)
    end)
  end

  it("a rejected applicant has reasons and their type", function()
    for _, type in ipairs({ "FINAL", "RETRY" }) do
      local id = support.pick(process, "review=completed-RED-" .. type)
      local reply = support.call(process, "PATCH", "/resources/applicants/" .. id .. "/presence/activated").json
      assert.equal("completed", reply.review.reviewStatus)
      assert.equal("RED", reply.review.reviewResult.reviewAnswer)
      assert.equal(type, reply.review.reviewResult.reviewRejectType)
      assert.is_string(reply.review.reviewResult.rejectLabels[1])
    end
  end)

  for name, part in pairs({
    script = "<script>", quotes = '"Bobby"', rtl = "\u{202e}", formula = "=HYPERLINK", control = "\27[31m",
    astral = "\u{1f600}",
  }) do
    it("a hostile name: " .. name, function()
      local id = support.pick(process, "name=" .. name)
      local reply = support.call(process, "PATCH", "/resources/applicants/" .. id .. "/presence/activated").json
      assert.matches(part, reply.info.lastName, 1, true)
    end)
  end

  it("a very long name", function()
    local id = support.pick(process, "name=long")
    local reply = support.call(process, "PATCH", "/resources/applicants/" .. id .. "/presence/activated").json
    assert.is_true(#reply.info.lastName > 300)
  end)

  it("same seed, same bytes; another seed, others", function()
    local function bytes(seed)
      local other = support.run("limits=false,seed=" .. seed)
      local id = support.pick(other, "duplicates=RED")
      local target = "/resources/applicants/" .. id .. "/similar/byTextAndFace"
      local body = support.call(other, "GET", target).body
      other:stop()
      return body
    end
    assert.equal(bytes(4), bytes(4))
    assert.not_equal(bytes(4), bytes(5))
  end)
end)
