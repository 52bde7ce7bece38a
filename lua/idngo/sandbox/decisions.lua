--- What the calls of lua/idngo/api/decisions.lua do, and those of reviews.lua that ask for more: levels and steps.
local json = require("idngo.sandbox.json")
local replies = require("idngo.sandbox.replies")

local UNDER_REVIEW = { pending = true, queued = true, prechecked = true }
local UNMOVED = { pending = true, queued = true, onHold = true }

return function(behaviour)
  local refuse = behaviour.refuse

  --- Takes note and tags of a decision; a refusal where they cannot be taken.
  local function take(world, person, body)
    if body.note ~= nil and type(body.note) ~= "string" then return refuse(400, "note is not a string") end
    if body.tags ~= nil and not json.is_array(body.tags) then return refuse(400, "tags is not an array") end
    if body.tags then
      local refused = behaviour.retag(world, person, (person.told or {}).tags, body.tags)
      if refused then return refused end
    end
    if body.note and body.note ~= "" then
      local _, refused = behaviour.note_on(world, person, body.note, body.tags)
      if refused then return refused end
    end
    return behaviour.keep(world, person)
  end

  local function decided(world, person)
    return { json = replies.applicant(world.store, person), applied = true }
  end

  function behaviour.approve(world, call)
    if not json.is_object(call.body) then return refuse(400, "The body is not a JSON object") end
    if call.body.reasons ~= nil then return refuse(409, "An approval has no reasons") end
    local refused = take(world, call.person, call.body)
    if refused then return refused end
    behaviour.complete(call.person, { reviewAnswer = "GREEN" })
    return decided(world, call.person)
  end

  function behaviour.reject(world, call)
    if not json.is_object(call.body) then return refuse(400, "The body is not a JSON object") end
    local refused = take(world, call.person, call.body)
    if refused then return refused end
    behaviour.complete(call.person, { reviewAnswer = "RED", reviewRejectType = "FINAL",
      rejectLabels = json.array({ "EXTERNAL_DECISION_REJECTION" }) })
    return decided(world, call.person)
  end

  function behaviour.reopen(world, call)
    if not json.is_object(call.body) then return refuse(400, "The body is not a JSON object") end
    local person = call.person
    local before = replies.review(person).reviewResult -- an older answer stands beside `init`
    local refused = take(world, person, call.body)
    if refused then return refused end
    person.importedReview, person.reviewStatus, person.result = nil, "init", before
    return decided(world, person)
  end

  function behaviour.move_to_level(world, call)
    local person = call.person
    if UNMOVED[person.reviewStatus] then
      return refuse(409, "The applicant cannot be moved (" .. person.reviewStatus .. ")")
    end
    if not behaviour.has_level(world, call.args.name) then return refuse(400, "There is no such level") end
    local full = behaviour.keep(world, person)
    if full then return full end
    person.levelName = call.args.name
    if person.importedReview then person.importedReview.levelName = person.levelName end
    return decided(world, person)
  end

  --- What a step empties beside its pictures.
  local STEPS = {
    IDENTITY = true, IDENTITY2 = true, IDENTITY3 = true, IDENTITY4 = true, SELFIE = true, PROOF_OF_RESIDENCE = true,
    INCOME = true, COMPANY_DATA = true, COMPANY_DOCUMENTS = true, EMAIL_VERIFICATION = true,
    PHONE_VERIFICATION = function(person) person.told.phone = nil end,
    QUESTIONNAIRE = function(person) person.told.questionnaires = nil end,
    APPLICANT_DATA = function(person)
      if person.told.fixedInfo then person.told.fixedInfo.tin, person.told.fixedInfo.tins = nil, nil end
    end,
  }

  function behaviour.reset_step(world, call)
    local person, step = call.person, call.args.step
    if not STEPS[step] then return refuse(400, "There is no such step") end
    if UNDER_REVIEW[person.reviewStatus] then
      return refuse(409, "The applicant is under review (" .. person.reviewStatus .. ")")
    end
    local full = behaviour.keep(world, person)
    if full then return full end
    for _, image in ipairs(world.store:images_for(person)) do
      local of = image.doc.idDocType == "SELFIE" and "SELFIE" or "IDENTITY"
      if of == step then image.deactivated = true end
    end
    if type(STEPS[step]) == "function" then STEPS[step](person) end
    person.importedReview, person.result, person.reviewStatus = nil, nil, "init"
    return { json = { ok = 1 }, applied = true }
  end
end
