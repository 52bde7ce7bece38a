-- What replies hold: every field, its type and its meaning. The endpoint pages and the editor types are made from this
-- table; spec/generated_spec.lua holds it against the reference's example replies and against what the client refuses.
--
-- A field is {name, type, what it is}. `?` behind a name: the field may be missing; a JSON null is missing too, since the
-- client leaves nulls out. Only what the client insists on has no `?`. Types are string, integer, number, boolean, table,
-- a word (any string; the known ones are in `words`), a class, TYPE[] for a list, and A|B for either. All dates are
-- strings, in GMT.

local M = {}

--- Words that a string may be; the service may send others at any time.
---@type table<string, string[]>
M.words = {
  Answer = { "GREEN", "RED", "YELLOW", "ERROR" },
  MatchType = { "text", "image" },
  ReviewAnswer = { "GREEN", "RED" },
  ReviewStatus = { "init", "pending", "prechecked", "queued", "completed", "onHold" },
  RejectType = { "FINAL", "RETRY" },
  ApplicantType = { "individual", "company" },
}

---@class generate.Class
---@field name string
---@field doc string
---@field fields {[1]: string, [2]: string, [3]: string}[]

--- In the order of the pages.
---@type generate.Class[]
M.classes = {}

local function class(name, doc, fields)
  local made = { name = name, doc = doc, fields = {} }
  for i, field in ipairs(fields) do
    made.fields[i] = { name = field[1]:gsub("%?$", ""), optional = field[1]:sub(-1) == "?", type = field[2], doc = field[3] }
  end
  M.classes[#M.classes + 1], M.classes[name] = made, made
end

-- Checks

class("DuplicateChecks", "The duplicate checks of an applicant.", {
  { "checks", "DuplicateCheck[]", "at most the latest check; empty when there is none, which is not a GREEN" },
})

class("DuplicateCheck", "One duplicate check.", {
  { "answer?", "Answer", "GREEN: nobody alike; RED, YELLOW: somebody is" },
  { "createdAt?", "string", "when it was made, `YYYY-MM-DD hh:mm:ss`, with or without milliseconds" },
  { "similarSearchInfo?", "SimilarSearchInfo", "what was found" },
})

class("SimilarSearchInfo", "What a duplicate check found.", {
  { "answer?", "Answer", "as that of the check" },
  { "duplicateApplicantHits?", "DuplicateHit[]", "one for each applicant that looks like this one" },
})

class("DuplicateHit", "An applicant that looks like this one.", {
  { "applicantId?", "string", "the other applicant" },
  { "matchedFields?", "string[]", "paths of the fields that agree, such as `info.lastName`" },
  { "types?", "MatchType[]", "`text` when data agrees, `image` when the face does" },
})

class("TinChecks", "The checks of an applicant's taxpayer identification number.", {
  { "checks", "TinCheck[]", "at most the latest check; empty when there is none, which is not a GREEN" },
})

class("TinCheck", "One check of a taxpayer identification number.", {
  { "answer?", "Answer", "GREEN: it fits; YELLOW: no data; RED: the data differs, or sometimes was not found" },
  { "createdAt?", "string", "when it was made" },
  { "extractedDoc?", "ExtractedDoc|Address[]",
    "what the external source knows; comes in two forms, which `idngo.extracted_doc` makes one" },
})

class("ExtractedDoc", "What an external source knows about a taxpayer. The reference describes `addresses` alone.", {
  { "country?", "string", "three letters, ISO 3166-1 alpha-3" },
  { "firstName?", "string", "first name" },
  { "lastName?", "string", "last name" },
  { "dob?", "string", "date of birth, `YYYY-MM-DD`" },
  { "tin?", "string", "the number" },
  { "email?", "string", "e-mail address" },
  { "addresses?", "Address[]", "the addresses that the source has" },
})

class("Address", "An address.", {
  { "country?", "string", "three letters, ISO 3166-1 alpha-3" },
  { "postCode?", "string", "postal code" },
  { "town?", "string", "city or locality" },
  { "street?", "string", "street, or the whole address, as the source writes it" },
  { "buildingNumber?", "string", "building number" },
  { "buildingName?", "string", "building name" },
  { "flatNumber?", "string", "apartment" },
  { "subStreet?", "string", "more about the street" },
  { "state?", "string", "region, state or province" },
  { "startDate?", "string", "since when the person lived there" },
  { "endDate?", "string", "until when" },
})

class("LivenessChecks", "The face liveness checks of an applicant.", {
  { "checks", "LivenessCheck[]", "at most the latest check; empty when there is none, which is not a GREEN" },
})

class("LivenessCheck", "One face liveness check.", {
  { "answer?", "Answer", "GREEN, RED or ERROR" },
  { "id?", "string", "what `liveness_video` wants as checkId" },
  { "createdAt?", "string", "when it was made (the reference calls it the applicant's, which it is not)" },
  { "checkType?", "string", "`FACE_LIVELINESS`, spelt so on the wire" },
})

-- Links, e-mails, files

class("WebsdkLink", "A link at which a user can verify themselves.", {
  { "url", "string", "open it in the user's browser; whoever has it can use it until it expires" },
})

class("Ok", "A plain yes.", {
  { "ok", "integer", "always 1: anything else is an error" },
})

class("File", "A file. Without `to` its bytes are in `body`; with a path as `to` it is saved there, whole or not at all, and "
  .. "path, size and sha256 say what was saved; with a function as `to` the function has had the bytes.", {
  { "contentType?", "string", "its media type, as the server names it" },
  { "body?", "string", "its bytes" },
  { "path?", "string", "where it was saved" },
  { "size?", "integer", "bytes saved" },
  { "sha256?", "string", "of the bytes saved, 64 hex digits" },
})

-- Timeline

class("Timeline", "What happened to an applicant, newest first.", {
  { "applicantId?", "string", "the applicant" },
  { "items", "TimelineItem[]", "its events" },
})

class("TimelineItem", "One event. Which fields it has depends on the activity.", {
  { "id?", "string", "the event" },
  { "ts?", "string", "when it happened, `YYYY-MM-DD hh:mm:ss`" },
  { "activity?", "string", "what happened, such as `user:added:idDoc` or `moderator:completed:review`" },
  { "subjectName?", "string", "who did it" },
  { "country?", "string", "three letters, ISO 3166-1 alpha-3" },
  { "reviewAnswer?", "ReviewAnswer", "of a completed review" },
  { "status?", "ReviewStatus", "the new status, when it changed" },
  { "imageId?", "string", "the image, when one was added" },
  { "idDocType?", "string", "the kind of document, when one was added" },
  { "elapsedSincePendingMs?", "integer", "how long the review took, in milliseconds" },
  { "ipInfo?", "IpInfo", "address and location" },
  { "trackingData?", "TrackingData", "address and source" },
  { "userAgentInfo?", "UserAgentInfo", "the browser or program" },
})

class("IpInfo", "Where an address is.", {
  { "ip?", "string", "the address" },
  { "countryCode2?", "string", "two letters" },
  { "countryCode3?", "string", "three letters" },
  { "city?", "string", "city" },
  { "zipCode?", "string", "postal code" },
  { "lat?", "number", "latitude in degrees" },
  { "lon?", "number", "longitude in degrees" },
  { "asn?", "integer", "number of the network" },
  { "asnOrg?", "string", "who runs the network" },
  { "riskyAsn?", "boolean", "whether the network is known for fraud" },
})

class("TrackingData", "Where an activity came from.", {
  { "ip?", "string", "the address" },
  { "xClientId?", "string", "`WebSDK`, `MobileSDK`, `Dashboard` or `API`" },
})

class("UserAgentInfo", "A browser or program.", {
  { "uaPlatform?", "string", "operating system" },
  { "uaBrowser?", "string", "browser or library" },
  { "uaDeviceType?", "string", "kind of device" },
  { "uaBrowserVersion?", "string", "version" },
})

-- Levels

class("Levels", "The verification levels of the account. The API shows them under `list`, its table has them at the root: "
  .. "`(r.list or r).items` reads both.", {
  { "list?", "LevelList", "the levels" },
  { "items?", "Level[]", "the levels, when there is no `list`" },
  { "totalItems?", "integer", "how many there are, when there is no `list`" },
})

class("LevelList", "A list of levels.", {
  { "items", "Level[]", "one for each level" },
  { "totalItems?", "integer", "how many there are" },
})

class("Level", "One verification level.", {
  { "id?", "string", "the level" },
  { "name?", "string", "what `websdk_link` wants as levelName; never changes" },
  { "desc?", "string", "description" },
  { "type?", "string", "`standalone`, `actions` or `module`" },
  { "actionType?", "string", "of type `actions`: `paymentMethod` or `faceEnrollment`" },
  { "applicantType?", "ApplicantType", "whom it is for" },
  { "requiredIdDocs?", "RequiredIdDocs", "the steps, and what each asks for" },
  { "websdkFlowId?", "string", "customisation of the WebSDK" },
  { "msdkFlowId?", "string", "customisation of the MobileSDK" },
  { "createdAt?", "string", "when it was created" },
  { "createdBy?", "string", "who created it; `Service` stands for the vendor's support" },
  { "modifiedAt?", "string", "when it was last changed" },
  { "customPrivacyNoteText?", "string", "the consent text that the WebSDK shows" },
  { "watchListCheckSettings?", "table", "settings of anti-money-laundering checks" },
  { "useCustomWatchListCheckSettings?", "boolean", "whether these settings are the level's own" },
  { "useCustomIdDocSettings?", "boolean", "whether the supported documents are the level's own" },
  { "applicantInsightSettings?", "ApplicantInsightSettings", "further checks that are switched on" },
})

class("ApplicantInsightSettings", "Further checks of a level. The reference calls it a list; it has names.", {
  { "advancedEmailCheckEnabled?", "boolean", "of the e-mail address" },
  { "advancedPhoneCheckEnabled?", "boolean", "of the phone number" },
  { "advancedIpCheckEnabled?", "boolean", "of the IP address" },
  { "advancedIdentityEnrichmentEnabled?", "boolean", "of the identity, from further sources" },
})

class("RequiredIdDocs", "The steps of a verification.", {
  { "docSets?", "DocSet[]", "one for each step" },
  { "videoIdent?", "boolean", "whether there is a video interview" },
  { "videoIdentUploadTypes?", "string[]", "documents that are uploaded for it" },
})

class("DocSet", "One step.", {
  { "idDocSetType?", "string", "the step: `IDENTITY`, `SELFIE`, `PROOF_OF_RESIDENCE`, …" },
  { "types?", "string[]", "documents that it takes: `PASSPORT`, `ID_CARD`, `DRIVERS`, …" },
  { "subTypes?", "string[]", "sides: `FRONT_SIDE`, `BACK_SIDE`" },
  { "fields?", "DocSetField[]", "fields to be filled in" },
  { "videoRequired?", "string", "`disabled`, `photoRequired`, `passiveLiveness` or `docapture`" },
  { "captureMode?", "string", "with `docapture`: `manualAndAuto` or `manualOnly`" },
  { "uploaderMode?", "string", "`always`, `never` or `fallback`: whether a file may be chosen instead of the camera" },
  { "paymentMethods?", "table[]", "settings of payment method checks" },
  { "questionnaireDefId?", "string", "the questionnaire" },
  { "poaStepSettingsId?", "string", "settings of a proof of address" },
})

class("DocSetField", "A field that a step asks for.", {
  { "name?", "string", "the field" },
  { "required?", "boolean", "whether it must be filled in" },
})

-- Applicants

class("Info", "What is known of a person.", {
  { "firstName?", "string", "first name" },
  { "firstNameEn?", "string", "the same in Latin letters" },
  { "middleName?", "string", "middle name or patronymic" },
  { "middleNameEn?", "string", "the same in Latin letters" },
  { "lastName?", "string", "last name" },
  { "lastNameEn?", "string", "the same in Latin letters" },
  { "legalName?", "string", "name as in the passport" },
  { "gender?", "string", "`M` or `F`" },
  { "dob?", "string", "date of birth, `YYYY-MM-DD`" },
  { "placeOfBirth?", "string", "place of birth" },
  { "countryOfBirth?", "string", "three letters, ISO 3166-1 alpha-3" },
  { "stateOfBirth?", "string", "region of birth" },
  { "country?", "string", "three letters, ISO 3166-1 alpha-3" },
  { "nationality?", "string", "three letters, ISO 3166-1 alpha-3" },
  { "addresses?", "Address[]", "addresses" },
  { "tin?", "string", "taxpayer identification number" },
  { "idDocs?", "IdDoc[]", "documents" },
})

class("IdDoc", "A document of a person.", {
  { "idDocType?", "string", "`PASSPORT`, `ID_CARD`, `DRIVERS`, …" },
  { "country?", "string", "who issued it: three letters, ISO 3166-1 alpha-3" },
  { "firstName?", "string", "as the document has it, as are the next ones" },
  { "firstNameEn?", "string", "in Latin letters" },
  { "middleName?", "string", "middle name or patronymic" },
  { "middleNameEn?", "string", "in Latin letters" },
  { "lastName?", "string", "last name" },
  { "lastNameEn?", "string", "in Latin letters" },
  { "issuedDate?", "string", "`YYYY-MM-DD`" },
  { "issueAuthority?", "string", "who issued it" },
  { "validUntil?", "string", "`YYYY-MM-DD`" },
  { "number?", "string", "its number; may be empty" },
  { "dob?", "string", "date of birth, `YYYY-MM-DD`" },
  { "placeOfBirth?", "string", "place of birth" },
})

class("Similar", "Applicants that are like this one.", {
  { "similarApplicants", "SimilarApplicant[]", "one for each; empty when there is none" },
  { "totalCnt?", "integer", "how many there are" },
})

class("SimilarApplicant", "One applicant that is like this one.", {
  { "applicant?", "Applicant", "the other applicant" },
  { "matchedFields?", "string[]", "paths of the fields that agree; empty when the face alone does" },
  { "exactMatch?", "boolean", "whether the data agrees exactly" },
  { "blacklisted?", "boolean", "whether the other applicant is on your blacklist" },
  { "types?", "MatchType[]", "`text` when data agrees, `image` when the face does" },
})

class("Applicant", "A profile.", {
  { "id?", "string", "the applicant; an opaque text" },
  { "createdAt?", "string", "when it was created" },
  { "key?", "string", "internal to the vendor" },
  { "clientId?", "string", "your account" },
  { "inspectionId?", "string", "its inspection" },
  { "externalUserId?", "string", "your own id of the user" },
  { "email?", "string", "the user's e-mail address" },
  { "applicantPlatform?", "string", "where it was created, such as `API`" },
  { "info?", "Info", "what is known of the person" },
  { "requiredIdDocs?", "RequiredIdDocs", "the steps of the verification" },
  { "review?", "Review", "how far the verification is" },
  { "deleted?", "boolean", "whether it is deactivated" },
  { "lang?", "string", "the user's language" },
  { "type?", "ApplicantType", "a person or a company" },
})

class("StoredApplicant", "A profile that a call created or changed: an Applicant, whose id is always there.", {
  { "id", "string", "the applicant; an opaque text" },
  { "deleted?", "boolean", "whether it is deactivated; the client insists that it says what was asked for" },
})
M.classes.StoredApplicant.base = "Applicant"

class("Review", "How far a verification is. It is passed only when reviewStatus is `completed` and reviewAnswer `GREEN`.", {
  { "levelName?", "string", "the verification level" },
  { "reviewStatus?", "ReviewStatus", "where it stands" },
  { "reviewResult?", "ReviewResult", "what came of it; may be that of an earlier round while the status is `init`" },
  { "createDate?", "string", "`YYYY-MM-DD hh:mm:ss+0000`" },
  { "startDate?", "string", "`YYYY-MM-DD hh:mm:ss+0000`" },
  { "reviewDate?", "string", "`YYYY-MM-DD hh:mm:ss+0000`" },
  { "elapsedSincePendingMs?", "integer", "milliseconds" },
  { "elapsedSinceQueuedMs?", "integer", "milliseconds" },
  { "reprocessing?", "boolean", "whether it was checked again" },
  { "priority?", "integer", "its place in the queue" },
  { "autoChecked?", "boolean", "whether no human looked" },
})

class("ReviewResult", "What came of a verification.", {
  { "reviewAnswer?", "ReviewAnswer", "the result" },
  { "reviewRejectType?", "RejectType", "of a RED: `FINAL` ends it, after `RETRY` the user may try again" },
  { "rejectLabels?", "string[]", "why; read reviewRejectType for what it means" },
  { "moderationComment?", "string", "may be shown to the user" },
  { "clientComment?", "string", "must not be shown to the user" },
})

--- What each endpoint returns.
---@type table<string, string>
M.of = {
  duplicate_checks = "DuplicateChecks", tin_checks = "TinChecks", liveness_checks = "LivenessChecks",
  liveness_video = "File", websdk_link = "WebsdkLink", send_verification_status_email = "Ok",
  timeline = "Timeline", report = "File", levels = "Levels", update_info = "Info",
  similar_by_text_and_face = "Similar", similar_by_text = "Similar", import_applicant = "StoredApplicant",
  set_presence = "StoredApplicant",
}

return M
