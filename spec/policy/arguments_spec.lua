-- What an action cannot be carried out with is found when it is decided, by the very checks of the call: nothing of a plan breaks
-- off half-way because of a policy's mistake.

local arguments = require("idngo.policy.arguments")
local client = require("idngo.client")
local handlers = require("idngo.policy.handlers")
local jail = require("idngo.policy.jail")
local decisions = require("idngo.policy.decision")
local replay = require("idngo.policy.replay")

local A = "5f0b4e5a422965274f5b0aaa"

local function decide(body, applicant, known)
  local pool <close> = assert(jail.pool { text = "return { name = 'p', decide = function(applicant, facts)\nreturn " .. body
    .. "\nend }", chunkname = "p.lua" })
  applicant = applicant or {}
  applicant.id = A
  return replay.decide(pool, applicant, known or {})
end

--- What is wrong, behind the line of the policy.
local function reason(...)
  local verdict = decide(...)
  assert.equal("error", verdict.decision, verdict.reason)
  return (verdict.reason:gsub("^line 2: ", ""))
end

describe("An action", function()
  it("that the service or the call would not take is the applicant's error", function()
    for body, why in pairs {
      ["create_websdk_link('..')"] = 'create_websdk_link: levelName must not be ".", ".." or "-"',
      ["create_websdk_link('-')"] = 'create_websdk_link: levelName must not be ".", ".." or "-"',
      ["create_websdk_link('basic', { externalUserId = ('y'):rep(513) })"] = "externalUserId is longer than the 512 characters",
      ["create_websdk_link('basic', { externalUserId = ('ы'):rep(513) })"] = "must not be longer than 1000 bytes",
      ["create_websdk_link('basic', { externalUser = 'y' })"] = "unknown option externalUser, did you mean externalUserId?",
      ["create_websdk_link({})"] = "levelName must be a string, not table",
      ["save_report { lang = 'english' }"] = "save_report: lang must be two letters",
      ["save_report { lang = 'EN' }"] = "save_report: lang must be two letters",
      ["save_report { lang = 5 }"] = "save_report: lang must be a string, not number",
      ["update_info({ dob = '31.12.1990' })"] = "update_info: info.dob must be a day such as 1990-05-31",
      ["update_info({ dob = '1990-02-29' })"] = "update_info: info.dob must be a day such as 1990-05-31",
      ["update_info({ gender = 'male' })"] = "update_info: info.gender must be M or F",
      ["update_info({ country = 'Kazakhstan' })"] = "update_info: info.country must be a country's code of three capitals",
      ["update_info({ nationality = 'kaz' })"] = "update_info: info.nationality must be a country's code",
      ["update_info({ tin = 5 })"] = "update_info: info.tin must be a text",
      ["update_info({ lastName = { 'x' } })"] = "update_info: info.lastName must be a text",
      ["update_info({ addresses = 'x' })"] = "update_info: info.addresses must be a list",
      ["update_info({ addresses = { town = 'x' } })"] = "update_info: info.addresses must be a list",
      ["update_info({ firstname = 'x' })"] = "update_info: info has no field firstname; did you mean firstName?",
      ["update_info({ first_name = 'x' })"] = "update_info: info has no field first_name; did you mean firstName?",
      ["update_info({ tin = 'x' }, { unsetFields = { 'tin' } })"] = "update_info: tin is both changed and reset",
      ["update_info({ tin = 'x' }, { unsetFields = { 'd,b' } })"] = "update_info: unsetFields must be a list of field names",
      ["update_info({ tin = 'x' }, { unsetFields = { 'd b' } })"] = "update_info: unsetFields holds a name with a character",
      ["update_info({ tin = 'x' }, { unsetFields = { 'a', nil, 'b' } })"] = "unsetFields must be a list of names without gaps",
      ["update_info({ tin = 'x' }, { unsetFields = { 'a', of = 'b' } })"] = "unsetFields must be a list of names without gaps",
      ["update_info({ tin = 'x' }, { unsetFields = { 'dob', 'dob' } })"] = "unsetFields item 2 is there twice",
      ["update_info({ note = { 'a', nil, 'c' } })"] = "info [note] must have names alone, or be a list without gaps",
      ["update_info({ note = { 'a', [1.5] = 'c' } })"] = "info [note] must have names alone, or be a list without gaps",
    } do
      local found = reason(body)
      assert.truthy(found:find(why, 1, true), found)
    end
    local many = "(function() local t = {} for i = 1, 200 do t[i] = 'field' .. i end return t end)()"
    assert.truthy(reason("update_info({}, { unsetFields = " .. many .. " })"):find("is longer than 1024 bytes", 1, true))
  end)

  it("that can be carried out is planned, with fields that the reference does not have, too", function()
    for _, body in ipairs { "create_websdk_link('basic', { externalUserId = ('ы'):rep(500) })", "save_report { lang = 'ru' }",
      "update_info({ dob = '1990-05-31', country = 'KAZ', gender = 'M', tin = '1', addresses = { { town = 'x' } }, own = 5 },"
        .. " { unsetFields = { 'legalName' } })", "deactivate('x'), send_status_email()", "activate('x')" } do
      assert.equal("act", decide(body).decision)
    end
  end)

  it("of one kind of applicant is no other's, where the input tells what it is", function()
    for _, column in ipairs { "type", "applicantType" } do
      local company, person = { [column] = "company" }, { [column] = "individual" }
      local function args(body, applicant) return decide(body, applicant).actions[1].args end
      assert.equal('{"report":"companyReport"}', args("save_report()", company))
      assert.equal('{"report":"applicantReport"}', args("save_report()", person))
      assert.equal("[]", args("save_report()", { [column] = "retail" }))
      assert.equal("save_report: the applicant is a company, whose report is companyReport",
        reason("save_report { report = 'applicantReport' }", company))
      assert.equal("save_report: the applicant is a person, whose report is applicantReport",
        reason("save_report { report = 'companyReport' }", person))
      local liveness = { liveness = { answer = "GREEN", id = "check" } }
      assert.equal("save_liveness_video: the applicant is a company, which has no face to be seen",
        reason("save_liveness_video()", company, liveness))
      assert.equal("save_liveness_video: the applicant is a company, which has no face to be seen",
        reason("save_liveness_video()", company)) -- nothing is fetched for it
      assert.equal("act", decide("save_liveness_video()", person, liveness).decision)
      local levels = { levels = { answer = "MISSING", names = { "kyc", "kyb" }, totalItems = 2, items = {
        { name = "kyc", applicantType = "individual" }, { name = "kyb", applicantType = "company" } } } }
      assert.equal("act", decide("create_websdk_link('kyb')", company, levels).decision)
      assert.equal("create_websdk_link: the applicant is a company, and the level is for persons",
        reason("create_websdk_link('kyc')", company, levels))
      assert.equal("create_websdk_link: the account has no level of this name, did you mean kyc?",
        reason("create_websdk_link('kycc')", person, levels))
    end
  end)

  it("is asked of its call whatever it is: none is left out", function()
    for name in pairs(handlers.actions) do
      local given = { update_info = { info = { tin = "1" } }, create_websdk_link = { levelName = "l" },
        update_fixed_info = { fixedInfo = { tin = "1" } }, move_to_level = { levelName = "l" }, reset_step = { step = "SELFIE" },
        add_tags = { tags = { "a" } }, remove_tags = { tags = { "a" } }, add_note = { note = "n" },
        blocklist = { note = "n" } }
      local known = { liveness = { id = "c" }, applicant = { tags = {} } }
      local action = { name = name, args = given[name] or {} }
      local args, why = arguments.complete(action, known, { id = A })
      assert.truthy(args, why)
      args, why = arguments.complete(action, known, { id = ("x"):rep(2000) })
      if name ~= "create_websdk_link" and name ~= "add_note" then -- which have no applicant in their paths
        assert.is_nil(args)
        assert.truthy(why:find("applicantId is longer than 1024 bytes", 1, true), why)
      end
    end
    assert.is_nil(client.wrong("set_presence", A, "activated"))
    assert.equal("status is not one of the allowed values: deactivated, activated", client.wrong("set_presence", A, "gone"))
    assert.equal("unknown option timeot, did you mean timeout?",
      (client.wrong("levels", { timeot = 1 }):match("unknown option.*%?")))
  end)

  it("asks for the fact that its call needs before it is judged", function()
    local verdict = decide("save_liveness_video()")
    assert.same({ "need", "liveness" }, { verdict.decision, verdict.fact })
    assert.equal("save_liveness_video: there is no liveness check to save a video of",
      reason("save_liveness_video()", nil, { liveness = { answer = "MISSING" } }))
    assert.is_nil(decisions.need_of({ kind = "decided", actions = { { name = "pass" } } }, {}))
  end)
end)
