--- What the API says about a person: the JSON replies of the reading endpoints, from the person's situation.
local json = require("idngo.sandbox.json")
local seeded = require("idngo.sandbox.seeded_random")

local replies = {}

local array, null = json.array, json.null

-- Duplicates.

local MATCHES = {
  { fields = { "info.lastName", "info.firstName", "info.dob" }, types = { "text" } },
  { fields = { "info.lastName", "info.idDocs.ID_CARD" }, types = { "text", "image" } },
  { fields = array({}), types = { "image" } },
}

--- The applicants that a person looks like: one to three, found by text alone when the answer is YELLOW.
local function twins(people, person)
  local matches = {}
  if (person.duplicates == "RED" or person.duplicates == "YELLOW") and people.count > 1 then
    for i = 1, seeded.one_of(3, person.seed, person.index, 200) do
      local index = seeded.one_of(people.count, person.seed, person.index, 200 + i)
      if index == person.index then index = index % people.count + 1 end
      local match = MATCHES[person.duplicates == "YELLOW" and 1 or i]
      matches[#matches + 1] = { person = people:at(index), match = match }
    end
  end
  return matches
end

--- A list with at most one check; `created` may be null.
local function checks(check)
  return { checks = check and { check } or array({}) }
end

function replies.duplicate_checks(people, person)
  local situation = person.duplicates
  if situation == "none" then return checks() end
  if situation == "nullAnswer" then
    return checks({ answer = null, createdAt = person.later(300), similarSearchInfo = null })
  end
  if situation == "nullFields" then
    local hit = { applicantId = null, matchedFields = null, types = null }
    return checks({
      answer = "RED",
      createdAt = null,
      similarSearchInfo = { answer = "RED", duplicateApplicantHits = { hit } },
    })
  end
  local hits = array({})
  for i, twin in ipairs(twins(people, person)) do
    hits[i] = { applicantId = twin.person.id, matchedFields = twin.match.fields, types = twin.match.types }
  end
  -- Both forms of the date exist: the reference's table has milliseconds, its example has none.
  local fraction = person.index % 2 == 0 and ".250" or ""
  return checks({
    answer = situation,
    createdAt = person.later(300) .. fraction,
    similarSearchInfo = { answer = situation, duplicateApplicantHits = hits },
  })
end

-- Other checks.

function replies.tin_checks(_, person)
  if person.tin == "none" then return checks() end
  local address = {
    country = person.country,
    postCode = string.format("%06d", person.created % 1000000),
    town = "Almaty",
    street = "Abay Avenue",
    buildingNumber = tostring(person.created % 200),
    startDate = "2015-03-01 00:00:00",
  }
  local extracted
  if person.tinShape == "array" then
    extracted = person.tin == "YELLOW" and array({}) or { address }
  else
    extracted = {
      country = person.country,
      firstName = person.firstName,
      lastName = person.tin == "RED" and "Someone Else" or person.lastName,
      dob = person.dob,
      tin = person.tinNumber,
      addresses = person.tin == "YELLOW" and array({}) or { address },
    }
  end
  return checks({ answer = person.tin, createdAt = person.later(360), extractedDoc = extracted })
end

function replies.liveness_checks(_, person)
  if person.liveness == "none" then return checks() end
  return checks({
    answer = person.liveness,
    checkType = "FACE_LIVELINESS",
    createdAt = person.later(240),
    id = person.checkId,
  })
end

-- The applicant.

local ID_DOCS = { individual = "ID_CARD", company = "COMPANY_DOC" }

--- The info object before any change.
function replies.info(person)
  return person.info
    or {
      firstName = person.firstName,
      lastName = person.lastName,
      dob = person.dob,
      country = person.country,
      tin = person.tinNumber,
      idDocs = {
        {
          idDocType = ID_DOCS[person.type],
          country = person.country,
          number = string.format("N%09d", person.created % 1000000000),
        },
      },
    }
end

--- The document that a person has from the start.
function replies.document_of(person) return ID_DOCS[person.type] end

--- The picture of it, as the timeline has it.
function replies.image_id(person)
  return string.format("%d", seeded.one_of(2 ^ 40, person.seed, person.index, 60))
end

--- A picture of one pixel.
local PNG = "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63680000008200"
  .. "8177cd72b60000000049454e44ae426082"
replies.PICTURE = PNG:gsub("%x%x", function(hex) return string.char(tonumber(hex, 16)) end)

--- How far a person's verification is.
local function review(person)
  local result = person.result
  if not result and person.reviewStatus == "completed" then
    result = { reviewAnswer = person.reviewAnswer }
    if person.reviewAnswer == "RED" then
      result.reviewRejectType = person.rejectType
      result.rejectLabels = { person.rejectType == "FINAL" and "DUPLICATE" or "LOW_QUALITY" }
      result.moderationComment = "Please contact support."
      result.clientComment = "Seen by the sandbox."
    end
  end
  return {
    levelName = person.levelName or "basic-kyc-level",
    createDate = person.createdAt .. "+0000",
    startDate = person.reviewStatus ~= "init" and (person.startDate or person.later(120)) .. "+0000" or nil,
    reviewDate = result and (person.reviewDate or person.later(600)) .. "+0000" or nil,
    reviewStatus = person.reviewStatus,
    reviewResult = result,
    priority = 0,
  }
end

replies.review = function(person) return person.importedReview or review(person) end

--- The applicant object, as presence, import and the similar lists have it.
---@param store table what has changed
function replies.applicant(store, person)
  local applicant = {
    id = person.id,
    createdAt = person.createdAt,
    key = "SANDBOX",
    clientId = "sandbox",
    inspectionId = person.inspectionId,
    externalUserId = person.externalUserId,
    applicantPlatform = "API",
    email = person.emailAddress,
    info = store:info(person),
    requiredIdDocs = {
      docSets = {
        { idDocSetType = "IDENTITY", types = { "ID_CARD", "PASSPORT" } },
        { idDocSetType = "SELFIE", types = { "SELFIE" } },
      },
    },
    deleted = store:is_deleted(person),
    review = replies.review(person),
    lang = "en",
    type = person.type,
  }
  for name, value in pairs(person.told or {}) do applicant[name] = value end
  return applicant
end

local function has_text(match)
  return match.types[1] == "text"
end

--- Applicants like this one; by text alone the ones found by face only are missing.
function replies.similar(people, store, person, text_only)
  local list = array({})
  for _, twin in ipairs(twins(people, person)) do
    if not text_only or has_text(twin.match) then
      list[#list + 1] = {
        applicant = replies.applicant(store, twin.person),
        matchedFields = twin.match.fields,
        exactMatch = #twin.match.fields > 2,
        blacklisted = twin.person.is_blocked or false,
        types = text_only and { "text" } or twin.match.types,
      }
    end
  end
  return { similarApplicants = list, totalCnt = #list }
end

-- The timeline, newest first.

local IP = "198.51.100." -- a network reserved for documentation

local function event(person, seconds, activity, fields)
  fields.id = string.format("%08x%s", person.created + seconds, seeded.hash(person.seed, person.index, seconds))
  fields.ts = person.later(seconds)
  fields.activity = activity
  fields.country = person.country
  if fields.subjectName ~= "Backoffice" then
    local ip = IP .. person.created % 254 + 1
    fields.trackingData = { ip = ip, xClientId = fields.subjectName == "UserId" and "WebSDK" or "API" }
    fields.ipInfo = { ip = ip, countryCode3 = person.country, lat = 43.25, lon = 76.95, asn = 64496, riskyAsn = false }
  end
  return fields
end

function replies.timeline(person)
  local items = array({})
  local function add(...)
    table.insert(items, 1, event(person, ...))
  end
  add(0, "user:created:applicant", { subjectName = "APP-Token Api" })
  if person.reviewStatus ~= "init" then
    add(60, "user:added:idDoc", {
      subjectName = "UserId",
      idDocType = ID_DOCS[person.type],
      imageId = replies.image_id(person),
    })
    add(120, "applicant:changed:status", { subjectName = "UserId", status = "pending" })
  end
  if person.reviewStatus == "completed" then
    add(600, "moderator:completed:review", {
      subjectName = "Backoffice",
      reviewAnswer = person.reviewAnswer,
      elapsedSincePendingMs = 480000,
    })
  elseif person.reviewStatus ~= "init" and person.reviewStatus ~= "pending" then
    add(180, "applicant:changed:status", { subjectName = "Backoffice", status = person.reviewStatus })
  end
  return { applicantId = person.id, items = items }
end

--- The level everyone in the sandbox is verified on.
replies.level_names = { ["basic-kyc-level"] = true }

return replies
