--- What the calls of lua/idngo/api/aml.lua, moderation.lua and ekyc.lua do, and those of checks.lua that are about any type.
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local json = require("idngo.sandbox.json")
local told = require("idngo.sandbox.told")

--- Types of checks beside those that have calls of their own, and what of a person answers them.
local TYPES = {
  POA = "tin", EMAIL_CONFIRMATION = "email", PHONE_CONFIRMATION = "phone", IP_CHECK = "", COMPANY = "", FACE_MATCH = "liveness",
  BANK_CARD = "", NFC = "", PAYMENT_METHOD = "", PAYMENT_SOURCE = "",
}

return function(behaviour)
  local refuse = behaviour.refuse

  --- The example, where it is the reply to these arguments.
  local function example_for(name, ...)
    for i, value in ipairs { ... } do
      if endpoints.description(name).try[i] ~= value then return nil end
    end
    return { body = endpoints.example(name) }
  end

  -- Checks of any type.

  --- The answer of a check of a type, or nil where it was not made.
  local function answer_of(person, type)
    local about = TYPES[type]
    if type == "COMPANY" and person.type ~= "company" then return nil end
    if about == "email" then return person.email == "yes" and "GREEN" or nil end
    if about == "phone" then return (person.told or {}).phone and "GREEN" or nil end
    if about ~= "" then return person[about] ~= "none" and person[about] or nil end
    return person.reviewAnswer
  end

  local function check_of(person, type)
    local answer = answer_of(person, type)
    return answer and { answer = answer, checkType = type, createdAt = person.later(420) }
  end

  function behaviour.checks(_, call)
    local person, type = call.person, call.args.type
    local example = person.is_sample and example_for("checks", person.id, type)
    if example then return example end
    if not TYPES[type] then return refuse(400, "There is no such type of check") end
    return { json = { checks = json.array({ check_of(person, type) }) } }
  end

  function behaviour.inspection_checks(world, call)
    local person, checks = world.people:of_inspection(call.args.inspectionId), json.array({})
    if not person then return refuse(404, "Inspection not found") end
    local example = person.is_sample and example_for("inspection_checks", person.inspectionId)
    if example then return example end
    for _, type in ipairs { "EMAIL_CONFIRMATION", "FACE_MATCH", "POA" } do
      checks[#checks + 1] = check_of(person, type)
    end
    return { json = { checks = checks }, applicantId = person.id }
  end

  -- Screening.

  --- A person's case: only those who look like another applicant are in a list.
  local function case_of(world, person)
    local case = world.store.cases_of[person.id]
    if case then return case end
    local is_sample = person.id == endpoints.description("aml_case").try[1]
    if is_sample then
      case = json.decode(endpoints.example("aml_case"))
    else
      local hits = json.array({ person.duplicates == "RED" and { id = "HIT-1", matchStatus = "potential_match" } or nil })
      case = { id = core.sha256("case:" .. person.id):sub(1, 24), createdAt = person.later(180), targetEntityType = "applicant",
        targetEntityId = person.id, hits = hits, riskLabels = json.array({}), review = { reviewStatus = "completed" } }
    end
    world.store.cases_of[person.id], world.store.cases[case.id] = case, { case = case, person = person }
    return case
  end

  function behaviour.aml_case(world, call)
    return told("aml_case", case_of(world, call.person))
  end

  --- How many of a case's hits were found to be so.
  local function matches(case, status)
    local count = 0
    for _, hit in ipairs(case.hits) do
      if (hit.matchStatus or "potential_match") == status then count = count + 1 end
    end
    return count
  end

  --- Notes what a case comes to. The event has what all have: which fields it has beside these, no source shows.
  local function tell(world, case, person, type, review)
    case.review = review
    if world.store.events then world.store.events:note(type, person.id, {}) end
  end

  --- Ends a case, when nothing of it is open; and with it the review of a person who was on hold for it.
  local function settle(world, entry)
    local case, person = entry.case, entry.person
    if matches(case, "potential_match") > 0 then return end
    local is_match = matches(case, "true_positive") > 0
    local answer = is_match and "RED" or "GREEN"
    if (case.review.reviewResult or {}).reviewAnswer == answer then return end
    tell(world, case, person, is_match and "amlCaseRejected" or "amlCaseApproved",
      { reviewStatus = "completed", reviewResult = { reviewAnswer = answer } })
    if person.reviewStatus == "onHold" then
      behaviour.complete(person, is_match and { reviewAnswer = "RED", reviewRejectType = "FINAL",
        rejectLabels = json.array({ "COMPROMISED_PERSONS" }) } or { reviewAnswer = "GREEN" })
    end
  end

  function behaviour.review_aml_hits(world, call)
    case_of(world, world.people:get(endpoints.description("aml_case").try[1])) -- whose id is the example's
    local entry, reviews = world.store.cases[call.args.caseId], json.is_object(call.body) and call.body.hitReviews
    if not entry then return refuse(404, "Case not found") end
    if not json.is_array(reviews) then return refuse(400, "hitReviews is required") end
    local changes = {}
    for _, review in ipairs(reviews) do
      local hit
      for _, each in ipairs(entry.case.hits) do hit = json.is_object(review) and each.id == review.hitId and each or hit end
      if not hit then return refuse(404, "Hit not found") end
      changes[#changes + 1] = { hit, review }
    end
    local bytes, full = #json.encode(reviews), nil
    if entry.person.reviewStatus == "onHold" then
      full = behaviour.keep(world, entry.person, bytes) -- this may end the review
    elseif not world.store:reserve(bytes) then
      full = refuse(507, "The sandbox is full")
    end
    if full then return full end
    for _, change in ipairs(changes) do
      for _, name in ipairs { "matchStatus", "whitelisted", "note" } do
        if change[2][name] ~= json.null then change[1][name] = change[2][name] end
      end
    end
    settle(world, entry)
    return { json = #changes, applied = true, applicantId = entry.person.id }
  end

  function behaviour.recheck_aml(world, call)
    local person = call.person
    if person.reviewStatus ~= "completed" or person.reviewAnswer ~= "GREEN" then
      return refuse(409, "The applicant is not approved")
    end
    local case = case_of(world, person)
    if matches(case, "potential_match") == 0 then return { json = { ok = 1 }, applied = true } end
    local full = behaviour.keep(world, person)
    if full then return full end
    person.importedReview, person.result, person.reviewStatus = nil, nil, "onHold"
    tell(world, case, person, "amlCaseOnHold", { reviewStatus = "onHold" })
    return { json = { ok = 1 }, applied = true }
  end

  function behaviour.moderation_states(_, call)
    local person = call.person
    local example = person.is_sample and example_for("moderation_states", person.id)
    if example then return example end
    local items = json.array({})
    if person.reviewStatus == "completed" then
      local button = person.reviewAnswer == "RED" and { fraudulentPatterns_duplicate = { value = true } } or {}
      items[1] = { id = core.sha256("moderation:" .. person.id):sub(1, 24), applicantId = person.id, key = "SANDBOX",
        imagesStates = {}, applicantState = button }
    end
    return { json = { list = { items = items, totalItems = #items } } }
  end

  -- Records of the state.

  local function is_text(value) return type(value) == "string" and value ~= "" end

  function behaviour.ekyc_submit(world, call)
    local info = json.is_object(call.body) and call.body.info
    if not json.is_object(info) or not is_text(info.country) or not is_text(info.tin) then
      return refuse(400, "info.country and info.tin are required")
    end
    if not world.store:reserve(256) then return refuse(507, "The sandbox is full") end
    local check = { id = core.sha256("ekyc:" .. world.store:next_number()):sub(1, 24), status = "pending",
      createdAt = os.date("!%Y-%m-%d %H:%M:%S") }
    world.store.ekyc[check.id] = { check = check, person = call.person.id }
    return { json = check, applied = true }
  end

  function behaviour.ekyc_confirm(world, call)
    local entry, body = world.store.ekyc[call.args.checkId], call.body
    if not entry or entry.person ~= call.person.id then return refuse(404, "Check not found") end
    local otp, oauth = json.is_object(body) and body.otp, json.is_object(body) and body.oauth
    if not (json.is_object(otp) and is_text(otp.code) or json.is_object(oauth) and is_text(oauth.completeUrl)) then
      return refuse(400, "otp.code or oauth.completeUrl is required")
    end
    entry.check.status, entry.check.answer = "completed", "GREEN"
    return { json = entry.check, applied = true }
  end
end
