-- The fields that a fact may have: those of the reference, as facts.lua arranges them. A field that an applicant's reply
-- leaves out reads as nil; one that neither stands here nor came in the reply does not exist, and is an error.
--
-- In the form of names.lua. Lists that hold no objects, such as matchedFields, have no names: true.

local requiredIdDocs = {
  docSets = { {
    idDocSetType = true, types = true, subTypes = true, fields = { { name = true, required = true } }, videoRequired = true,
    captureMode = true, uploaderMode = true, paymentMethods = true, questionnaireDefId = true, poaStepSettingsId = true,
  } },
  videoIdent = true, videoIdentUploadTypes = true,
}

local addresses = { {
  country = true, postCode = true, town = true, street = true, subStreet = true, state = true, buildingName = true,
  flatNumber = true, buildingNumber = true, startDate = true, endDate = true,
} }

local function with(fields, more)
  local made = {}
  for name, of in pairs(fields) do made[name] = of end
  for name, of in pairs(more) do made[name] = of end
  return made
end

local person = {
  firstName = true, firstNameEn = true, middleName = true, middleNameEn = true, lastName = true, lastNameEn = true,
  dob = true, placeOfBirth = true, country = true,
}

local document = with(person, {
  idDocType = true, idDocSubType = true, issuedDate = true, issueAuthority = true, validUntil = true, number = true,
})

local info = with(person, {
  legalName = true, gender = true, countryOfBirth = true, stateOfBirth = true, nationality = true, tin = true, email = true,
  phone = true, addresses = addresses, idDocs = { document },
})

local review = {
  elapsedSincePendingMs = true, elapsedSinceQueuedMs = true, reprocessing = true, createDate = true, reviewDate = true,
  startDate = true, reviewStatus = true, priority = true, autoChecked = true, levelName = true,
  reviewResult = {
    moderationComment = true, clientComment = true, reviewAnswer = true, rejectLabels = true, reviewRejectType = true,
  },
}

local applicant = {
  id = true, createdAt = true, key = true, clientId = true, inspectionId = true, externalUserId = true,
  applicantPlatform = true, info = info, requiredIdDocs = requiredIdDocs, deleted = true, review = review, lang = true,
  type = true,
}

local check = { answer = true, createdAt = true, id = true, checkType = true }

local hit = { applicantId = true, matchedFields = true, types = true }

local similar = {
  answer = true, totalCnt = true, hits = { with(hit, { exactMatch = true, blacklisted = true, applicant = applicant }) },
}

local event = {
  id = true, ts = true, activity = true, subjectName = true, country = true, reviewAnswer = true,
  elapsedSincePendingMs = true, status = true, imageId = true, idDocType = true,
  trackingData = { ip = true, xClientId = true },
  ipInfo = {
    ip = true, countryCode2 = true, countryCode3 = true, city = true, zipCode = true, lat = true, lon = true, asn = true,
    asnOrg = true, riskyAsn = true,
  },
  userAgentInfo = { uaPlatform = true, uaBrowser = true, uaDeviceType = true, uaBrowserVersion = true },
}

local level = {
  id = true, name = true, desc = true, requiredIdDocs = requiredIdDocs, websdkFlowId = true, msdkFlowId = true,
  createdAt = true, createdBy = true, modifiedAt = true, customPrivacyNoteText = true, watchListCheckSettings = "any",
  useCustomWatchListCheckSettings = true, useCustomIdDocSettings = true, applicantInsightSettings = "any", type = true,
  actionType = true, applicantType = true,
}

---@type table<string, idngo.policy.Names>
return {
  duplicates = with(check, { hits = { hit } }),
  tin = with(check, { extractedDoc = with(document, { addresses = addresses, tin = true }) }),
  liveness = check,
  check_ = check,
  similar_by_text = similar,
  similar_by_text_and_face = similar,
  timeline = { answer = true, applicantId = true, items = { event } },
  levels = { answer = true, items = { level }, totalItems = true, names = true },
}
