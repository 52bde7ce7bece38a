-- idngo.answer and idngo.hits: what policies read, and never a guess.

local compat = require("idngo.compat")
local facts = require("idngo.policy.facts")
local idngo = require("idngo")
local json = require("idngo.json")
local endpoints = require("idngo.endpoints")
local schema = require("idngo.schema")

local hit = { applicantId = "b", matchedFields = { "info.dob" }, types = { "text" } }
local replies = {
  duplicates = { checks = { { answer = "RED", similarSearchInfo = { answer = "RED", duplicateApplicantHits = { hit, {} } } } } },
  liveness = { checks = { { answer = "GREEN", checkType = "FACE_LIVELINESS" } } },
  tin = { checks = { { answer = "GREEN", checkType = "TIN", extractedDoc = { addresses = {} } } } },
  similar_by_text = { totalCnt = 1, similarApplicants = { { applicant = { id = "c" } } } },
  timeline = { applicantId = "a", items = { { type = "x" }, { reviewAnswer = "RED", ts = "2026-01-02 00:00:00" },
    { reviewAnswer = "GREEN", ts = "2026-01-01 00:00:00" } } },
  status = { reviewStatus = "completed", reviewResult = { reviewAnswer = "GREEN" } },
  applicant = { id = "a", inspectionId = "i", review = { reviewStatus = "pending", reviewResult = { reviewAnswer = "RED" } } },
}

describe("idngo.answer and idngo.hits", function()
  it("read replies as policies do", function()
    for name, reply in pairs(replies) do
      local fact = assert(facts.normalise(name, reply))
      assert.equal(fact.answer, idngo.answer(reply), name)
      if fact.hits then assert.same(fact.hits, idngo.hits(reply), name) end
    end
    local hits = idngo.hits(replies.duplicates)
    assert.same({ "b", "MISSING" }, { hits[1].applicantId, hits[2].applicantId })
    assert.equal("MISSING", idngo.answer(replies.applicant)) -- its review is not completed
  end)

  it("read the examples of every endpoint that is a fact, as policies do", function()
    local count = 0
    for name, endpoint in pairs(endpoints.facts()) do
      local example = endpoints.example(endpoint)
      local reply = type(example) == "string" and json.decode(example) or nil
      local fact = reply and facts.normalise(name, reply)
      if fact and name ~= "levels" and name ~= "steps" and (fact.answer ~= "MISSING" or fact.hits) then
        assert.equal(fact.answer, idngo.answer(reply), name)
        count = count + 1
      end
    end
    assert.is_true(count >= 1)
  end)

  it("take the newest review of a timeline, in whatever order they come", function()
    local function answer(...)
      local items = {}
      for i, each in ipairs { ... } do items[i] = { reviewAnswer = each[1], ts = each[2] and "2026-01-0" .. each[2] } end
      local found, err = idngo.answer { applicantId = "a", items = items }
      return found or err.message
    end
    local one, half, two, none = "1 10:00:00", "1 10:00:00.5", "2 09:00:00", nil
    local torn = "the reply cannot be read: its reviews disagree, and their times do not tell which is the newest"
    for _, case in ipairs {
      { "RED", { "GREEN", one }, { "RED", two } }, { "RED", { "RED", two }, { "GREEN", one } },
      { "RED", { "GREEN", one }, { "RED", two }, { "GREEN", half } }, { "RED", { "GREEN", one }, { "RED", half } },
      { "GREEN", { "GREEN", none }, { "GREEN", none } }, { "GREEN", { "GREEN", one }, { "GREEN", one } },
      { "GREEN", { "RED", one }, { "RED", none }, { "GREEN", none }, is_torn = true },
      { "RED", { "GREEN", one }, { "RED", one }, is_torn = true }, { "RED", { "GREEN", none }, { "RED", two }, is_torn = true },
      { "GREEN", { "GREEN", two }, { "RED", none }, is_torn = true },
      { "RED", { "GREEN", one }, { "RED", one }, { "RED", two } }, { "MISSING", { nil, one } },
    } do
      assert.equal(case.is_torn and torn or case[1], answer(compat.unpack(case, 2)))
    end
  end)

  it("take no other list for a timeline", function()
    local classes, count = {}, 0
    for _, row in ipairs(endpoints.rows()) do classes[endpoints.description(row.name).returns or ""] = true end
    for class in pairs(classes) do
      local fields = class ~= "" and endpoints.class(class) and schema.fields(class) or {}
      if fields.items and class ~= "Timeline" then
        for _, item in ipairs { { applicantId = "a", activity = "x", reviewAnswer = "GREEN" }, nil } do
          local answer, err = idngo.answer { items = { item }, totalItems = 1 }
          assert.is_nil(answer, class)
          assert.equal("malformed", err.kind)
          count = count + 1
        end
        assert.is_nil(fields.applicantId, class) -- by which a timeline is told from it
      end
    end
    assert.is_true(count >= 3)
    assert.is_nil((idngo.answer { items = {} }))
    assert.equal("MISSING", idngo.answer { applicantId = "a", items = {} })
  end)

  it("read a search in a check of any kind as policies do", function()
    for _, check in ipairs {
      { answer = "GREEN", checkType = "SIMILAR_SEARCH", similarSearchInfo = { answer = "RED" } },
      { answer = "GREEN", checkType = "POA", similarSearchInfo = { answer = "RED" } },
      { answer = "GREEN", checkType = "TIN", similarSearchInfo = false },
      { checkType = "SIMILAR_SEARCH", similarSearchInfo = { answer = "GREEN", duplicateApplicantHits = { hit } } },
    } do
      local expected = idngo.answer { checks = { check } }
      for _, name in ipairs { "check_SIMILAR_SEARCH", "check_POA", "duplicates", "liveness", "tin" } do
        local fact = facts.normalise(name, { checks = { check } })
        assert.equal(expected, fact and fact.answer, name)
        if fact then assert.same(idngo.hits(check), fact.hits) end
      end
      assert.equal(check.answer == nil and "GREEN" or nil, expected)
    end
  end)

  it("read one check of a reply as the reply", function()
    for _, name in ipairs { "duplicates", "liveness", "tin" } do
      assert.equal(idngo.answer(replies[name]), idngo.answer(replies[name].checks[1]))
    end
    assert.same(idngo.hits(replies.duplicates), idngo.hits(replies.duplicates.checks[1]))
  end)

  it("are given no list of hits from which a null was left out", function()
    for text, place in pairs {
      ['{"similarApplicants":[null]}'] = ".similarApplicants",
      ['{"similarApplicants":[{"applicant":{"id":"c"}},null]}'] = ".similarApplicants",
    } do
      assert.same({ "holds null", place }, { schema.check("Similar")(json.decode(text)) })
    end
    assert.is_nil(schema.check("Similar")(json.decode('{"similarApplicants":[],"other":[null]}')))
  end)

  it("say MISSING of a check that is missing, or has no answer", function()
    for _, reply in ipairs { { checks = {} }, { checks = { { createdAt = "x" } } }, { checks = { { checkType = "TIN" } } } } do
      assert.equal("MISSING", idngo.answer(reply))
    end
    assert.same({}, idngo.hits { checks = {} })
    assert.same({}, idngo.hits { checks = { { createdAt = "x" } } })
  end)

  it("give an error for what cannot be read for certain, without a piece of it", function()
    for reply, what in pairs {
      [{ checks = { { answer = "GREEN" }, { answer = "RED" } } }] = "2 checks",
      [{ checks = { { answer = "GREEN", similarSearchInfo = { answer = "RED" } } } }] = "disagree",
      [{ totalCnt = 2, similarApplicants = {} }] = "its count is not", [{ answer = 7 }] = "no text", [{}] = "no answer",
      [{ checks = "secret" }] = "no answer", [{ checks = { "secret" } }] = "another form",
      [{ answer = "GREEN", similarSearchInfo = "secret" }] = "no object",
      [{ answer = "GREEN", similarSearchInfo = { duplicateApplicantHits = 1 } }] =
        "no object",
    } do
      local answer, err = idngo.answer(reply)
      assert.is_nil(answer, what)
      assert.equal("malformed", err.kind)
      assert.truthy(err.message:find(what, 1, true), err.message)
      assert.is_nil(err.message:find("secret", 1, true))
    end
    local hits, err = idngo.hits(replies.liveness)
    assert.is_nil(hits)
    assert.truthy(err.message:find("names no other", 1, true))
    assert.error_matches(function() idngo.answer(nil) end, "not a nil")
    assert.error_matches(function() idngo.hits("x") end, "not a string")
  end)
end)
