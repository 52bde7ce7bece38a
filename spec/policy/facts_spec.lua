-- Facts: nothing that is missing, null, odd or failed reads as clean.

local facts = require("idngo.policy.facts")
local json = require("idngo.json")

local function of(name, text)
  return facts.normalise(name, assert(json.decode(text)))
end

local fixture = require("archives").fixture

describe("a fact", function()
  it("of the reference's replies has its answer and its lists", function()
    local duplicates = of("duplicates", fixture("duplicate_checks"))
    assert.equal("RED", duplicates.answer)
    assert.equal("61badd2937955c000144613d", duplicates.hits[1].applicantId)
    assert.same({ "text", "image" }, duplicates.hits[1].types)
    local tin = of("tin", fixture("tin_checks"))
    assert.equal("GREEN", tin.answer)
    assert.equal("BURNSVILLE", tin.extractedDoc.addresses[1].town)
    local liveness = of("liveness", fixture("liveness_checks"))
    assert.equal("GREEN", liveness.answer)
    assert.equal("800c2988-15ab-4b26-a633-9fef4b16d7b6", liveness.id)
    local similar = of("similar_by_text_and_face", fixture("similar_by_text_and_face"))
    assert.equal("FOUND", similar.answer)
    assert.equal("5ee8ff2453d48655913daa60", similar.hits[1].applicantId)
    assert.equal(3, #similar.hits)
    assert.equal("GREEN", of("timeline", fixture("timeline")).answer)
    assert.same({ "basic-kyc-level" }, of("levels", fixture("levels")).names)
  end)

  it("is not made of a reply that is nested so deeply that no policy could be given it", function()
    for _, levels in ipairs { 110, 190 } do
      local fact, message = of("status", ('{"reviewStatus":"init","x":%s%s}'):format(("["):rep(levels), ("]"):rep(levels)))
      assert.same({ nil, "it is nested too deeply" }, { fact, message })
    end
    assert.equal("MISSING", of("status", '{"reviewStatus":"init","x":[[[[]]]]}').answer)
  end)

  it("of a profile and of a review has the answer of a review that is completed, and of no other", function()
    for name, wrap in pairs { status = "%s", applicant = '{"id":"a","review":%s}' } do
      for text, answer in pairs {
        ['{"reviewStatus":"completed","reviewResult":{"reviewAnswer":"GREEN"}}'] = "GREEN",
        ['{"reviewStatus":"completed","reviewResult":{"reviewAnswer":"RED","reviewRejectType":"FINAL"}}'] = "RED",
        ['{"reviewStatus":"init","reviewResult":{"reviewAnswer":"GREEN"}}'] = "MISSING", -- an older one
        ['{"reviewStatus":"onHold","reviewResult":{"reviewAnswer":"GREEN"}}'] = "MISSING",
        ['{"reviewStatus":"completed"}'] = "MISSING", ['{"reviewStatus":"pending","reviewResult":null}'] = "MISSING",
      } do
        local fact = of(name, wrap:format(text))
        assert.equal(answer, fact.answer, text)
        assert.equal(text:match('reviewStatus":"(%a+)"'), (fact.review or fact).reviewStatus)
      end
    end
    assert.same({ answer = "MISSING", id = "a", tags = {} }, of("applicant", '{"id":"a"}'))
    assert.same({ "x" }, of("applicant", '{"id":"a","tags":["x"]}').tags)
  end)

  it("of a review is the same as long as the review is, whenever it is read", function()
    local text = '{"reviewStatus":"pending","elapsedSincePendingMs":%d,"elapsedSinceQueuedMs":%d}'
    for name, wrap in pairs { status = "%s", applicant = '{"id":"a","review":%s}' } do
      assert.same(of(name, wrap:format(text:format(1, 2))), of(name, wrap:format(text:format(3, 4))))
    end
  end)

  it("of a review decides in a policy, and a name that is none is an error", function()
    local pool <close> = require("idngo.policy.jail").pool { text = [[
      return { name = "x", decide = function(_, facts)
        if facts.applicant.tags[1] == "vip" then return hold(facts.status.reviewStatus) end
        return facts.status.levlName and pass() or hold("-")
      end }]] }
    local review = of("status", '{"reviewStatus":"pending"}')
    local outcome = pool:evaluate({ id = "a" }, { applicant = of("applicant", '{"id":"a","tags":["vip"]}'), status = review })
    assert.equal("pending", outcome.actions[1].reason)
    outcome = pool:evaluate({ id = "a" }, { applicant = of("applicant", '{"id":"a"}'), status = review })
    assert.truthy(outcome.message:find("did you mean levelName?", 1, true), outcome.message)
  end)

  it("is MISSING when there is no check, or no answer in it", function()
    for _, text in ipairs { '{"checks":[]}', '{"checks":[{"answer":null}]}',
      '{"checks":[{"answer":null,"similarSearchInfo":null}]}' } do
      for _, name in ipairs { "duplicates", "tin", "liveness" } do assert.equal("MISSING", of(name, text).answer) end
      assert.same({}, of("duplicates", text).hits)
      assert.same({}, of("tin", text).extractedDoc.addresses)
    end
    assert.equal("NONE", of("similar_by_text", '{"similarApplicants":[],"totalCnt":0}').answer)
    assert.equal("MISSING", of("timeline", '{"items":[{"activity":"x"}]}').answer)
  end)

  it("has strings and lists in a hit that came with nulls", function()
    local hit = of("duplicates", '{"checks":[{"answer":"RED","similarSearchInfo":{"duplicateApplicantHits":'
      .. '[{"applicantId":null,"matchedFields":null}]}}]}').hits[1]
    assert.same({ applicantId = "MISSING", matchedFields = {}, types = {} }, hit)
    assert.equal("MISSING", of("similar_by_text", '{"similarApplicants":[{}]}').hits[1].applicantId)
  end)

  it("is none when the reply contradicts itself", function()
    for name, text in pairs {
      duplicates = '{"checks":[{"answer":"GREEN","similarSearchInfo":{"answer":"RED"}}]}',
      liveness = '{"checks":[{"answer":"GREEN"},{"answer":"RED"}]}',
      tin = '{"checks":[{"answer":"GREEN","extractedDoc":{"addresses":{"town":"x"}}}]}',
      similar_by_text = '{"similarApplicants":[],"totalCnt":2}',
    } do
      local fact, why = of(name, text)
      assert.is_nil(fact, name)
      assert.is_string(why)
    end
  end)

  it("made blank has every list that a policy may walk", function()
    for name, fact in pairs(facts.facts) do
      local blank = facts.blank(name, fact.answers[1])
      assert.equal(fact.answers[1], blank.answer)
    end
    assert.same({}, facts.blank("tin", "GREEN").extractedDoc.addresses)
    assert.same({}, facts.blank("duplicates", "RED").hits)
    assert.same({}, facts.blank("similar_by_text", "NONE").hits)
  end)

  it("comes from one call of the endpoint table each", function()
    local methods = {}
    for _, row in ipairs(require("idngo").endpoints) do methods[row.name] = row end
    local evaluated = { table.unpack(require("idngo.policy.jail").facts) }
    table.sort(evaluated)
    assert.same(evaluated, facts.names)
    for _, fact in pairs(facts.facts) do assert.equal("S", methods[fact.method].retry) end
  end)
end)
