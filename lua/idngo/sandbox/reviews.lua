--- What the calls of lua/idngo/api/reviews.lua do: from init to pending, to completed, and back.
local seeded = require("idngo.sandbox.seeded_random")
local json = require("idngo.sandbox.json")
local replies = require("idngo.sandbox.replies")

local UNDER_REVIEW = { pending = true, queued = true, prechecked = true }

local function now() return os.date("!%Y-%m-%d %H:%M:%S") end

return function(behaviour)
  local refuse = behaviour.refuse

  --- Ends a person's review.
  function behaviour.complete(person, result)
    person.importedReview = nil
    person.reviewStatus, person.result, person.reviewDate = "completed", result, now()
    person.reviewAnswer, person.rejectType = result.reviewAnswer, result.reviewRejectType
    person.reviews = (person.reviews or 0) + 1
  end

  behaviour.about("status", function(_, person)
    local review = {}
    for name, value in pairs(replies.review(person)) do review[name] = value end
    review.attemptCnt = person.attempts or (person.reviewStatus == "init" and 0 or 1)
    review.reviewId = seeded.hash(person.seed, person.index % 2 ^ 31, 70)
    review.attemptId = seeded.hash(person.seed, person.index % 2 ^ 31, 71 + review.attemptCnt)
    review.reprocessing = review.attemptCnt > 1
    return review
  end)

  behaviour.about("steps", function(world, person)
    local steps = { IDENTITY = json.null, SELFIE = json.null }
    for _, image in ipairs(world.store:images_for(person)) do
      if not image.deactivated then
        local name = image.doc.idDocType == "SELFIE" and "SELFIE" or "IDENTITY"
        if steps[name] == json.null then
          steps[name] = { country = image.doc.country, idDocType = image.doc.idDocType, imageIds = json.array({}),
            imageReviewResults = {}, forbidden = false, doubleSided = image.doc.idDocType == "ID_CARD",
            reviewResult = person.reviewStatus == "completed" and { reviewAnswer = person.reviewAnswer } or nil }
        end
        table.insert(steps[name].imageIds, math.floor(tonumber(image.id)))
        steps[name].imageReviewResults[image.id] = {}
      end
    end
    return steps
  end)

  local function under_review(person)
    if UNDER_REVIEW[person.reviewStatus] then
      return refuse(409, "The applicant is under review (" .. person.reviewStatus .. ")")
    end
  end

  function behaviour.request_check(world, call)
    local person = call.person
    local refused = under_review(person)
    if refused then return refused end
    if not world.store:keep(person) then return refuse(507, "The sandbox is full") end
    person.importedReview, person.result = nil, nil
    person.attempts = (person.attempts or (person.reviewStatus == "init" and 0 or 1)) + 1
    person.reviewStatus, person.startDate = "pending", now()
    return { json = { ok = 1 }, applied = true }
  end

  function behaviour.reset(world, call)
    local person = call.person
    local refused = under_review(person)
    if refused then return refused end
    for _, image in ipairs(world.store:images_for(person)) do image.deactivated = true end
    if not world.store:keep(person) then return refuse(507, "The sandbox is full") end
    person.importedReview, person.result, person.reviewStatus = nil, nil, "init"
    person.resets = (person.resets or 0) + 1
    return { json = { ok = 1 }, applied = true }
  end

  function behaviour.complete_in_sandbox(world, call)
    local body = call.body
    if world.is_production then return refuse(403, "Sandbox tokens only") end
    if not json.is_object(body) or body.reviewAnswer ~= "GREEN" and body.reviewAnswer ~= "RED" then
      return refuse(400, "reviewAnswer must be GREEN or RED")
    end
    if not json.is_array(body.rejectLabels) then return refuse(400, "rejectLabels is required") end
    if not world.store:keep(call.person) then return refuse(507, "The sandbox is full") end
    behaviour.complete(call.person, body)
    return { json = { ok = 1 }, applied = true }
  end
end
