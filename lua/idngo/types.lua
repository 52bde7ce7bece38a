---@meta _
-- Types for editors: the client's methods and their replies, as lua-language-server reads them. Nothing loads this file.
-- Made by ./dev generate from lua/idngo/api: change the descriptions there.

-- luacheck: ignore

---@alias idngo.Answer string
---| "GREEN"
---| "RED"
---| "YELLOW"
---| "ERROR"

---@alias idngo.ApplicantType string
---| "individual"
---| "company"

---@alias idngo.BeneficiaryType string
---| "ubo"
---| "shareholder"
---| "representative"
---| "director"

---@alias idngo.MatchStatus string
---| "potential_match"
---| "true_positive"
---| "false_positive"

---@alias idngo.MatchType string
---| "text"
---| "image"

---@alias idngo.PaymentMethodType string
---| "bankCard"
---| "bankAccount"
---| "eWallet"
---| "cryptoWallet"
---| "other"

---@alias idngo.RejectType string
---| "FINAL"
---| "RETRY"

---@alias idngo.ReviewAnswer string
---| "GREEN"
---| "RED"

---@alias idngo.ReviewStatus string
---| "init"
---| "pending"
---| "prechecked"
---| "queued"
---| "completed"
---| "onHold"
---| "awaitingUser"
---| "awaitingService"

---@alias idngo.RiskLevel string
---| "noRisk"
---| "low"
---| "medium"
---| "high"
---| "unknown"

---@alias idngo.SignatureAlgorithm string
---| "HMAC_SHA1_HEX"
---| "HMAC_SHA256_HEX"
---| "HMAC_SHA512_HEX"

---@alias idngo.TargetType string
---| "http"
---| "email"
---| "slack"
---| "telegram"

--- An action to be begun: your own id of it, and at least one of the others.
---@class idngo.NewAction
---@field externalActionId string your own id of it
---@field email? string an e-mail address to be confirmed
---@field phone? string a phone number to be confirmed
---@field paymentSource? table where the money is from: `fixedInfo` (accountIdentifier, fullName, institutionName, …), checksum
---@field paymentMethod? table how it is paid: type, subType, data
---@field questionnaires? table[] answers to questionnaires

--- An action, and how far it is.
---@class idngo.Action
---@field id string the action
---@field applicantId? string whose it is
---@field externalActionId? string your own id of it
---@field clientId? string your account
---@field createdAt? string when it was begun
---@field type? string its type
---@field review? idngo.Review how far it is
---@field requiredIdDocs? idngo.RequiredIdDocs its steps
---@field checks? idngo.ActionCheck[] what was checked
---@field paymentSource? table as it was sent
---@field paymentMethod? table as it was sent
---@field questionnaires? table[] answers to questionnaires
---@field images? idngo.ActionImage[] its pictures
---@field email? string as it was sent
---@field phone? string as it was sent

--- One check of an action.
---@class idngo.ActionCheck
---@field answer? string what came of it
---@field checkType? string what was checked
---@field createdAt? string when
---@field id? string the check

--- The latest checks of an action.
---@class idngo.ActionChecks
---@field checks idngo.ActionCheck[] at most the latest; empty when there is none, which is not a GREEN

--- The actions of an applicant.
---@class idngo.Actions
---@field list? idngo.ActionList the actions
---@field items? idngo.Action[] the actions, when there is no `list`
---@field totalItems? integer how many there are, when there is no `list`

--- A list of actions.
---@class idngo.ActionList
---@field items idngo.Action[] one for each
---@field totalItems? integer how many there are

--- What a picture of an action is of.
---@class idngo.ActionDocument
---@field idDocType string `BANK_CARD`, `SELFIE`, …
---@field country string three letters, ISO 3166-1 alpha-3

--- A decision with reasons, which must be there.
---@class idngo.ActionRefusal: idngo.Refusal
---@field reasons table codes by their groups, such as `{ fraud = { "stolenCard" } }`

--- A picture of an action.
---@class idngo.ActionImage
---@field id? string the service's id of what was added
---@field imageId string the picture; unlike that of `add_document` it is in the reply's body
---@field resizedImageId? string a smaller one
---@field imageFileName? string what it is called
---@field imageHash? string of its bytes
---@field sigHash? string of its looks
---@field mimeType? string its media type
---@field addedDate? string when
---@field actualResolution? table how large it is
---@field answer? string what the service thinks of it
---@field idDocDef? table what it is of

--- What an applicant agreed to.
---@class idngo.NewAgreement
---@field records idngo.AgreementRecord[] one for each text
---@field acceptedAt? string when, `YYYY-MM-DD hh:mm:ss`
---@field residenceCountry? string where the person lives: three letters, ISO 3166-1 alpha-3

--- One text.
---@class idngo.AgreementRecord
---@field content? string what it says, or where it stands

--- The applicant with its agreement, or the agreement alone: which of them is not known.
---@class idngo.Agreed
---@field id? string the applicant, when it is one
---@field agreement? table what was agreed to, when it is the applicant
---@field createdAt? string when it was written down
---@field acceptedAt? string when it was agreed to
---@field source? string where
---@field records? idngo.AgreementRecord[] the texts
---@field content? string the text

--- What screening found of one applicant. Any field may be missing.
---@class idngo.AmlCase
---@field id? string the case
---@field createdAt? string when it was opened
---@field targetEntityType? string what it is about: an applicant
---@field targetEntityId? string the applicant
---@field vendorAttribution? table whose data it is
---@field ongoingMonitoring? table whether it goes on
---@field review? table how far it is
---@field riskLabels? string[] risks that were seen
---@field hits? idngo.AmlHit[] what was found

--- One person or company that may be this one.
---@class idngo.AmlHit
---@field id? string the hit
---@field matchStatus? idngo.MatchStatus what was decided about it
---@field whitelisted? boolean whether it is left out from now on
---@field note? string why

--- What is decided about hits.
---@class idngo.HitReviews
---@field hitReviews idngo.HitReview[] one for each

--- What is decided about one hit.
---@class idngo.HitReview
---@field hitId string the hit
---@field matchStatus idngo.MatchStatus whether it is the person; that `false_positive` is the word for no is inferred
---@field whitelisted? boolean whether it is left out from now on
---@field note? string why

--- What is known of a person.
---@class idngo.Info
---@field firstName? string first name
---@field firstNameEn? string the same in Latin letters
---@field middleName? string middle name or patronymic
---@field middleNameEn? string the same in Latin letters
---@field lastName? string last name
---@field lastNameEn? string the same in Latin letters
---@field legalName? string name as in the passport
---@field gender? string `M` or `F`
---@field dob? string date of birth, `YYYY-MM-DD`
---@field placeOfBirth? string place of birth
---@field countryOfBirth? string three letters, ISO 3166-1 alpha-3
---@field stateOfBirth? string region of birth
---@field country? string three letters, ISO 3166-1 alpha-3
---@field nationality? string three letters, ISO 3166-1 alpha-3
---@field addresses? idngo.Address[] addresses
---@field tin? string taxpayer identification number
---@field phone? string phone number
---@field companyInfo? table of a company: its name, number, address, beneficiaries
---@field idDocs? idngo.IdDoc[] documents

--- A document of a person.
---@class idngo.IdDoc
---@field idDocType? string `PASSPORT`, `ID_CARD`, `DRIVERS`, …
---@field country? string who issued it: three letters, ISO 3166-1 alpha-3
---@field firstName? string as the document has it, as are the next ones
---@field firstNameEn? string in Latin letters
---@field middleName? string middle name or patronymic
---@field middleNameEn? string in Latin letters
---@field lastName? string last name
---@field lastNameEn? string in Latin letters
---@field issuedDate? string `YYYY-MM-DD`
---@field issueAuthority? string who issued it
---@field validUntil? string `YYYY-MM-DD`
---@field number? string its number; may be empty
---@field dob? string date of birth, `YYYY-MM-DD`
---@field placeOfBirth? string place of birth
---@field mrzLine1? string the lines that machines read
---@field mrzLine2? string the second
---@field mrzLine3? string the third

--- An address.
---@class idngo.Address
---@field country? string three letters, ISO 3166-1 alpha-3
---@field postCode? string postal code
---@field town? string city or locality
---@field street? string street, or the whole address, as the source writes it
---@field buildingNumber? string building number
---@field buildingName? string building name
---@field flatNumber? string apartment
---@field subStreet? string more about the street
---@field state? string region, state or province
---@field startDate? string since when the person lived there
---@field endDate? string until when
---@field formattedAddress? string all of it in one line

--- A profile.
---@class idngo.Applicant
---@field id? string the applicant; an opaque text
---@field createdAt? string when it was created
---@field createdBy? string by whom
---@field key? string internal to the vendor
---@field clientId? string your account
---@field inspectionId? string its inspection
---@field externalUserId? string your own id of the user
---@field email? string the user's e-mail address
---@field phone? string the user's phone number
---@field sourceKey? string which of your branches or partners it is from
---@field ipCountry? string where the user's address is: three letters, ISO 3166-1 alpha-3
---@field applicantPlatform? string where it was created, such as `API`
---@field info? idngo.Info what is known of the person
---@field fixedInfo? idngo.Info what you declared about the person
---@field metadata? idngo.Metadata[] what you noted with it
---@field tags? string[] tags; absent when there are none
---@field agreement? table what the user agreed to, and when
---@field questionnaires? table[] answers to questionnaires
---@field riskLabels? table risks that were seen
---@field assessment? table how risky it is
---@field requiredIdDocs? idngo.RequiredIdDocs the steps of the verification
---@field review? idngo.Review how far the verification is
---@field deleted? boolean whether it is deactivated
---@field lang? string the user's language
---@field type? idngo.ApplicantType a person or a company

--- A profile that a call created or changed: an Applicant, whose id is always there.
---@class idngo.StoredApplicant: idngo.Applicant
---@field id string the applicant; an opaque text
---@field deleted? boolean whether it is deactivated; the client insists that it says what was asked for

--- A note of yours on an applicant.
---@class idngo.Metadata
---@field key? string its name
---@field value? string what it says

--- How far a verification is. It is passed only when reviewStatus is `completed` and reviewAnswer `GREEN`.
---@class idngo.Review
---@field reviewId? string the review
---@field attemptId? string this round of it
---@field attemptCnt? integer how many rounds there were
---@field levelName? string the verification level
---@field levelAutoCheckMode? string when checks start by themselves
---@field reviewReasonCode? string why it was begun
---@field reviewStatus? idngo.ReviewStatus where it stands
---@field reviewResult? idngo.ReviewResult what came of it; may be that of an earlier round while the status is `init`
---@field createDate? string `YYYY-MM-DD hh:mm:ss+0000`
---@field startDate? string `YYYY-MM-DD hh:mm:ss+0000`
---@field reviewDate? string `YYYY-MM-DD hh:mm:ss+0000`
---@field elapsedSincePendingMs? integer milliseconds
---@field elapsedSinceQueuedMs? integer milliseconds
---@field reprocessing? boolean whether it was checked again
---@field priority? integer its place in the queue
---@field autoChecked? boolean whether no human looked

--- What came of a verification.
---@class idngo.ReviewResult
---@field reviewAnswer? idngo.ReviewAnswer the result
---@field reviewRejectType? idngo.RejectType of a RED: `FINAL` ends it, after `RETRY` the user may try again
---@field rejectLabels? string[] why; read reviewRejectType for what it means
---@field moderationComment? string may be shown to the user
---@field clientComment? string must not be shown to the user
---@field buttonIds? string[] what the moderator chose

--- What was done in the account, the newest first. That it comes under `list` is inferred.
---@class idngo.AuditTrail
---@field list? idngo.AuditEvents the events
---@field items? idngo.AuditEvent[] the events, when there is no `list`
---@field totalItems? integer how many there are, when there is no `list`

--- A list of events.
---@class idngo.AuditEvents
---@field items idngo.AuditEvent[] one for each
---@field totalItems? integer how many there are

--- What was done once.
---@class idngo.AuditEvent
---@field id? string the event
---@field ts? string when
---@field activity? string what was done
---@field subjectName? string by whom
---@field applicantId? string to whom

--- What all checks have.
---@class idngo.Check
---@field answer? idngo.Answer GREEN, RED, YELLOW or ERROR
---@field createdAt? string when it was made, `YYYY-MM-DD hh:mm:ss`, with or without milliseconds
---@field id? string the check
---@field checkType? string the type that was asked for

--- The duplicate checks of an applicant.
---@class idngo.DuplicateChecks
---@field checks idngo.DuplicateCheck[] at most the latest check; empty when there is none, which is not a GREEN

--- One duplicate check.
---@class idngo.DuplicateCheck: idngo.Check
---@field answer? idngo.Answer GREEN: nobody alike; RED, YELLOW: somebody is
---@field similarSearchInfo? idngo.SimilarSearchInfo what was found

--- What a duplicate check found.
---@class idngo.SimilarSearchInfo
---@field answer? idngo.Answer as that of the check
---@field duplicateApplicantHits? idngo.DuplicateHit[] one for each applicant that looks like this one

--- An applicant that looks like this one.
---@class idngo.DuplicateHit
---@field applicantId? string the other applicant
---@field matchedFields? string[] paths of the fields that agree, such as `info.lastName`
---@field types? idngo.MatchType[] `text` when data agrees, `image` when the face does

--- The checks of an applicant's taxpayer identification number.
---@class idngo.TinChecks
---@field checks idngo.TinCheck[] at most the latest check; empty when there is none, which is not a GREEN

--- One check of a taxpayer identification number.
---@class idngo.TinCheck: idngo.Check
---@field answer? idngo.Answer GREEN: it fits; YELLOW: no data; RED: the data differs, or sometimes was not found
---@field extractedDoc? idngo.ExtractedDoc|idngo.Address[] what the external source knows; comes in two forms, which `idngo.extracted_doc` makes one

--- What an external source knows about a taxpayer. The reference describes `addresses` alone.
---@class idngo.ExtractedDoc
---@field country? string three letters, ISO 3166-1 alpha-3
---@field firstName? string first name
---@field lastName? string last name
---@field dob? string date of birth, `YYYY-MM-DD`
---@field tin? string the number
---@field email? string e-mail address
---@field addresses? idngo.Address[] the addresses that the source has

--- The face liveness checks of an applicant.
---@class idngo.LivenessChecks
---@field checks idngo.LivenessCheck[] at most the latest check; empty when there is none, which is not a GREEN

--- One face liveness check.
---@class idngo.LivenessCheck: idngo.Check
---@field answer? idngo.Answer GREEN, RED or ERROR
---@field id? string what `liveness_video` wants as checkId
---@field createdAt? string when it was made (the reference calls it the applicant's, which it is not)
---@field checkType? string `FACE_LIVELINESS`, spelt so on the wire

--- The latest checks of one type.
---@class idngo.Checks
---@field checks idngo.AnyCheck[] at most the latest check; empty when there is none, which is not a GREEN

--- A check of whatever type. What else is in it depends on the type.
---@class idngo.AnyCheck: idngo.Check
---@field answer? idngo.Answer compare with GREEN, never with RED

--- The checks of an inspection.
---@class idngo.InspectionChecks
---@field checks idngo.AnyCheck[] one for each

--- A plain yes.
---@class idngo.Ok
---@field ok integer always 1: anything else is an error

--- A file. Without `to` its bytes are in `body`; with a path as `to` it is saved there, whole or not at all, and path, size and sha256 say what was saved; with a function as `to` the function has had the bytes.
---@class idngo.File
---@field contentType? string its media type, as the server names it
---@field body? string its bytes
---@field path? string where it was saved
---@field size? integer bytes saved
---@field sha256? string of the bytes saved, 64 hex digits

--- What is known of a company.
---@class idngo.CompanyInfo
---@field companyName? string its name
---@field registrationNumber? string its number
---@field country? string three letters, ISO 3166-1 alpha-3
---@field alternativeNames? string[] other names
---@field legalAddress? string where it is registered
---@field postalAddress? string where it has its post
---@field registrationLocation? string at which office
---@field incorporatedOn? string `YYYY-MM-DD`
---@field type? string its legal form
---@field email? string e-mail address
---@field phone? string phone number
---@field website? string its pages
---@field taxId? string its taxpayer number
---@field controlScheme? string who controls it
---@field noUBOs? boolean whether nobody owns a large part of it
---@field beneficiaries? idngo.Beneficiary[] the people behind it

--- Somebody behind a company.
---@class idngo.Beneficiary
---@field id? string the link
---@field applicantId? string the applicant who it is
---@field types? string[] `ubo`, `shareholder`, `representative`, `director`
---@field type? idngo.BeneficiaryType the same in the older form
---@field positions? string[] the same in the older form
---@field shareSize? number of how much of it, in percent
---@field beneficiaryInfo? table who it is, when it is no applicant yet
---@field applicant? table the applicant, in the older form

--- Somebody behind a company, whose link is there.
---@class idngo.StoredBeneficiary: idngo.Beneficiary
---@field id string the link

--- Somebody to be linked to a company: an applicant, by `applicantId`, or somebody new, by `beneficiaryInfo`; never both.
---@class idngo.NewBeneficiary
---@field types string[] what of the company it is
---@field applicantId? string the applicant who it is
---@field beneficiaryInfo? table who it is: firstName, lastName, dob, …
---@field shareSize? number of how much of it, in percent

--- An applicant to be linked to a company, in the older form.
---@class idngo.LinkedApplicant
---@field applicantId string the applicant
---@field type idngo.BeneficiaryType what of the company it is
---@field positions? string[] what it does there
---@field applicant? table the applicant again: `{ id = … }`

--- A decision.
---@class idngo.Decision
---@field note? string why, for those who look at it later
---@field tags? string[] tags for the applicant

--- A decision with reasons.
---@class idngo.Refusal: idngo.Decision
---@field reasons? table codes by their groups, such as `{ fraud = { "multiAccounting" } }`

--- What a picture is of.
---@class idngo.NewDocument
---@field idDocType string `PASSPORT`, `ID_CARD`, `DRIVERS`, `SELFIE`, …
---@field country string who issued it: three letters, ISO 3166-1 alpha-3
---@field idDocSubType? string of a paper with two sides: `FRONT_SIDE` or `BACK_SIDE`
---@field firstName? string as the document has it, as are the next ones
---@field middleName? string middle name or patronymic
---@field lastName? string last name
---@field issuedDate? string `YYYY-MM-DD`
---@field validUntil? string `YYYY-MM-DD`
---@field number? string its number
---@field dob? string date of birth, `YYYY-MM-DD`
---@field placeOfBirth? string place of birth

--- What was sent of the document, what the service thinks of the picture, and its id.
---@class idngo.AddedDocument: idngo.NewDocument
---@field idDocType string as it was sent
---@field country? string as it was sent
---@field imageId? string the picture's id, from the head of the reply; absent when no file was sent
---@field errors? string[] why the picture does not count, though the answer is 200: `dataNotReadable`, `screenshot`, …
---@field warnings? string[] what may be wrong with it: `dataReadability`, `maybeExpiredDoc`, …
---@field created? boolean by the client: false where the service said that the picture was there before
---@field differs? string[] by the client, of a picture that was found: empty

--- The pictures of an applicant.
---@class idngo.Images
---@field items idngo.Image[] one for each
---@field totalItems? integer how many there are

--- One picture.
---@class idngo.Image
---@field id? string what `document_image` wants as imageId
---@field previewId? string a smaller one of it
---@field addedDate? string when it was added
---@field fileMetadata? idngo.FileMetadata the file
---@field idDocDef? idngo.DocumentSide of which document it is
---@field reviewResult? idngo.ReviewResult what came of it
---@field attemptId? string the round of the review
---@field source? string where it is from, such as `fileupload` or `liveness`
---@field deactivated? boolean whether it counts no more

--- A file as it was sent. Numbers come as texts, too.
---@class idngo.FileMetadata
---@field fileName? string its name
---@field fileType? string its type
---@field fileSize? string|integer its size in bytes
---@field resolution? table of a picture: width and height

--- A document, and a side of it.
---@class idngo.DocumentSide
---@field idDocType? string `PASSPORT`, `ID_CARD`, `SELFIE`, …
---@field country? string who issued it: three letters, ISO 3166-1 alpha-3
---@field idDocSubType? string `FRONT_SIDE` or `BACK_SIDE`

--- Whom to ask about.
---@class idngo.EkycRequest
---@field info idngo.EkycInfo who it is

--- Who it is.
---@class idngo.EkycInfo
---@field country string whose records: three letters, ISO 3166-1 alpha-3
---@field tin string the taxpayer number

--- What the person got: a code, or the address that the state's pages led to.
---@class idngo.EkycProof
---@field otp? table `{ code = "…" }`
---@field oauth? table `{ completeUrl = "…" }`

--- How far it is. What else is in it depends on the country.
---@class idngo.EkycCheck
---@field id? string the check, which `ekyc_confirm` wants
---@field answer? idngo.Answer what came of it
---@field status? string how far it is
---@field createdAt? string when it was begun
---@field errorCode? integer 9100 to 9107: why it failed

--- An applicant of another provider, whose review is over.
---@class idngo.ReviewedApplicant
---@field externalUserId string your own id of the user
---@field info? idngo.Info what is known of the person
---@field fixedInfo? idngo.Info the same, and of a company: companyInfo
---@field email? string the user's e-mail address
---@field phone? string the user's phone number
---@field type? idngo.ApplicantType a person, unless it says otherwise
---@field review idngo.CompletedReview what came of it

--- A review that is over.
---@class idngo.CompletedReview: idngo.Review
---@field reviewStatus idngo.ReviewStatus `completed`
---@field reviewResult idngo.CompletedResult what came of it

--- What came of it.
---@class idngo.CompletedResult: idngo.ReviewResult
---@field reviewAnswer idngo.ReviewAnswer the result: `GREEN` or `RED`

--- The verification levels of the account. The API shows them under `list`, its table has them at the root: `(r.list or r).items` reads both.
---@class idngo.Levels
---@field list? idngo.LevelList the levels
---@field items? idngo.Level[] the levels, when there is no `list`
---@field totalItems? integer how many there are, when there is no `list`

--- A list of levels.
---@class idngo.LevelList
---@field items idngo.Level[] one for each level
---@field totalItems? integer how many there are

--- One verification level.
---@class idngo.Level
---@field id? string the level
---@field name? string what `websdk_link` wants as levelName; never changes
---@field desc? string description
---@field type? string `standalone`, `actions` or `module`
---@field actionType? string of type `actions`: `paymentMethod` or `faceEnrollment`
---@field applicantType? idngo.ApplicantType whom it is for
---@field requiredIdDocs? idngo.RequiredIdDocs the steps, and what each asks for
---@field websdkFlowId? string customisation of the WebSDK
---@field msdkFlowId? string customisation of the MobileSDK
---@field createdAt? string when it was created
---@field createdBy? string who created it; `Service` stands for the vendor's support
---@field modifiedAt? string when it was last changed
---@field customPrivacyNoteText? string the consent text that the WebSDK shows
---@field watchListCheckSettings? table settings of anti-money-laundering checks
---@field useCustomWatchListCheckSettings? boolean whether these settings are the level's own
---@field useCustomIdDocSettings? boolean whether the supported documents are the level's own
---@field applicantInsightSettings? idngo.ApplicantInsightSettings further checks that are switched on

--- Further checks of a level. The reference calls it a list; it has names.
---@class idngo.ApplicantInsightSettings
---@field advancedEmailCheckEnabled? boolean of the e-mail address
---@field advancedPhoneCheckEnabled? boolean of the phone number
---@field advancedIpCheckEnabled? boolean of the IP address
---@field advancedIdentityEnrichmentEnabled? boolean of the identity, from further sources

--- The steps of a verification.
---@class idngo.RequiredIdDocs
---@field docSets? idngo.DocSet[] one for each step
---@field videoIdent? boolean whether there is a video interview
---@field videoIdentUploadTypes? string[] documents that are uploaded for it

--- One step.
---@class idngo.DocSet
---@field idDocSetType? string the step: `IDENTITY`, `SELFIE`, `PROOF_OF_RESIDENCE`, …
---@field types? string[] documents that it takes: `PASSPORT`, `ID_CARD`, `DRIVERS`, …
---@field subTypes? string[] sides: `FRONT_SIDE`, `BACK_SIDE`
---@field fields? idngo.DocSetField[] fields to be filled in
---@field videoRequired? string `disabled`, `photoRequired`, `passiveLiveness` or `docapture`
---@field captureMode? string with `docapture`: `manualAndAuto` or `manualOnly`
---@field uploaderMode? string `always`, `never` or `fallback`: whether a file may be chosen instead of the camera
---@field paymentMethods? table[] settings of payment method checks
---@field questionnaireDefId? string the questionnaire
---@field poaStepSettingsId? string settings of a proof of address

--- A field that a step asks for.
---@class idngo.DocSetField
---@field name? string the field
---@field required? boolean whether it must be filled in

--- A level whose id is there.
---@class idngo.StoredLevel: idngo.Level
---@field id string the level

--- A level to be created.
---@class idngo.NewLevel: idngo.Level
---@field name string what it is called; never changes

--- What of a level to change.
---@class idngo.LevelChange: idngo.Level
---@field id string the level

--- What moderators chose, for each round of an applicant's review.
---@class idngo.ModerationStates
---@field list? idngo.ModerationStateList the rounds
---@field items? idngo.ModerationState[] the rounds, when there is no `list`
---@field totalItems? integer how many there are, when there is no `list`

--- A list of rounds.
---@class idngo.ModerationStateList
---@field items idngo.ModerationState[] one for each
---@field totalItems? integer how many there are

--- One round.
---@class idngo.ModerationState
---@field id? string the state
---@field applicantId? string the applicant
---@field key? string internal to the vendor
---@field imagesStates? table by the id of a picture: `{ state = { BUTTON = { value = true } } }`
---@field applicantState? table of the applicant: `{ BUTTON = { value = true } }`

--- The notes on an applicant.
---@class idngo.Notes
---@field list? idngo.NoteList the notes
---@field items? idngo.Note[] the notes, when there is no `list`
---@field totalItems? integer how many there are, when there is no `list`

--- A list of notes.
---@class idngo.NoteList
---@field items idngo.Note[] one for each
---@field totalItems? integer how many there are
---@field pageInfo? table which part of them it is

--- One note.
---@class idngo.Note
---@field id? string the note
---@field applicantId? string whom it is on
---@field note? string what it says
---@field tags? string[] its tags
---@field attachments? table[] files that hang on it
---@field createdAt? string when it was written
---@field createdBy? string by whom
---@field updatedAt? string when it was last changed
---@field updatedBy? string by whom

--- A note whose id is there.
---@class idngo.StoredNote: idngo.Note
---@field id string the note

--- A note to be written.
---@class idngo.NewNote
---@field applicantId string whom it is on
---@field note string what it says
---@field tags? string[] its tags

--- A note as it shall be.
---@class idngo.NoteChange: idngo.NewNote
---@field id string the note

--- Which note.
---@class idngo.NoteName
---@field id string the note
---@field applicantId string whom it is on

--- A payment method of somebody.
---@class idngo.NewPaymentMethod
---@field externalId string your own id of it
---@field data idngo.PaymentData what it is

--- What a payment method is.
---@class idngo.PaymentData
---@field type idngo.PaymentMethodType its kind
---@field accountIdentifier string the number of the card or account, or the wallet's address
---@field fullName? string whose it is
---@field validUntil? string `YYYY-MM-DD`
---@field subType? string more about its kind
---@field currencyCode? string ISO 4217, or that of a cryptocurrency
---@field cryptoChain? string of a wallet
---@field memo? string of a wallet

--- A payment method that the service knows.
---@class idngo.PaymentMethod
---@field id string the service's id of it
---@field externalId? string your own
---@field createdAt? string when it was added
---@field review? table how far its check is
---@field data? table what it is
---@field institutionInfo? table the bank or the wallet's service

--- Somebody to be verified.
---@class idngo.NewApplicant
---@field externalUserId string your own id of the user, of at most 512 characters
---@field email? string the user's e-mail address
---@field phone? string the user's phone number
---@field lang? string the user's language, ISO 639-1
---@field sourceKey? string which of your branches or partners it is from
---@field type? idngo.ApplicantType a person, unless it says otherwise
---@field fixedInfo? idngo.Info what you know of the person
---@field info? idngo.Info of a company: companyInfo
---@field metadata? idngo.Metadata[] notes of yours
---@field structuredMetadata? table the same with names of its own

--- An applicant that was created, or that was found where the answer was lost or it was there before.
---@class idngo.CreatedApplicant: idngo.StoredApplicant
---@field created? boolean by the client: absent in an answer, and where the answer was lost and this was found; false where the service said that it was there before
---@field differs? string[] by the client, of what was found: fields that are not as they were sent, or not shown

--- The applicant that was changed, or its fixedInfo alone.
---@class idngo.ChangedInfo: idngo.Info
---@field id? string the applicant, when it is one
---@field fixedInfo? idngo.Info what you declared about it, when it is one

--- Whether there is an applicant.
---@class idngo.Existence
---@field exists boolean whether there is
---@field applicant? idngo.Applicant the applicant, when there is

--- What of a profile to change. Fields that are left out stay as they are.
---@class idngo.ProfileChange
---@field id string the applicant
---@field externalUserId? string your own id of the user
---@field email? string the user's e-mail address
---@field phone? string the user's phone number
---@field sourceKey? string which of your branches or partners it is from
---@field lang? string the user's language, ISO 639-1
---@field metadata? idngo.Metadata[] notes of yours
---@field questionnaires? table[] answers to questionnaires
---@field deleted? boolean whether it is deactivated

--- All answers of one questionnaire.
---@class idngo.Answers
---@field id string the questionnaire
---@field sections table `{ SECTION = { items = { ITEM = { value = "…" } } } }`; several answers: `values = { … }`

--- A questionnaire. More of it than its id is not described by any source.
---@class idngo.Questionnaire
---@field id string the questionnaire
---@field name? string what it is called
---@field title? string its title
---@field desc? string what it is for
---@field sections? table its sections and questions
---@field createdAt? string when it was created
---@field createdBy? string by whom
---@field modifiedAt? string when it was last changed

--- The questionnaires of the account.
---@class idngo.Questionnaires
---@field list? idngo.QuestionnaireList the questionnaires
---@field items? idngo.Questionnaire[] the questionnaires, when there is no `list`
---@field totalItems? integer how many there are, when there is no `list`

--- A list of questionnaires.
---@class idngo.QuestionnaireList
---@field items idngo.Questionnaire[] one for each
---@field totalItems? integer how many there are

--- The applicant with its answers, or the answers alone: which of them is not known.
---@class idngo.Answered
---@field id? string of the applicant, or of the questionnaire
---@field questionnaires? table[] the answers, when it is the applicant
---@field sections? table the answers, when it is the questionnaire

--- The steps of a verification by their names, such as `IDENTITY` and `SELFIE`: for each a Step, and nothing for one that was not given yet.
---@class idngo.Steps
---@field IDENTITY? idngo.Step the identity document
---@field IDENTITY2? idngo.Step the second, on levels that ask for several
---@field IDENTITY3? idngo.Step the third
---@field IDENTITY4? idngo.Step the fourth
---@field SELFIE? idngo.Step the face
---@field SELFIE2? idngo.Step the second
---@field PROOF_OF_RESIDENCE? idngo.Step the proof of address
---@field APPLICANT_DATA? idngo.Step what the user filled in
---@field PHONE_VERIFICATION? idngo.Step the phone number
---@field EMAIL_VERIFICATION? idngo.Step the e-mail address
---@field QUESTIONNAIRE? idngo.Step the questionnaire
---@field COMPANY_DATA? idngo.Step of a company: what was filled in
---@field COMPANY_DOCUMENTS? idngo.Step of a company: its papers

--- A Review by itself, whose status is always there.
---@class idngo.ReviewState: idngo.Review
---@field reviewStatus idngo.ReviewStatus where it stands

--- One step.
---@class idngo.Step
---@field reviewResult? idngo.ReviewResult what came of it
---@field country? string of the document: three letters, ISO 3166-1 alpha-3
---@field idDocType? string `PASSPORT`, `ID_CARD`, `SELFIE`, …
---@field imageIds? integer[] its pictures; these ids are numbers here, and texts everywhere else
---@field imageReviewResults? table what came of each picture, by its id
---@field forbidden? boolean whether the document is not accepted on this level
---@field doubleSided? boolean whether it has two sides
---@field stepStatuses? table[] parts of the step

--- What a verification shall come to.
---@class idngo.Result
---@field reviewAnswer idngo.ReviewAnswer the result
---@field rejectLabels string[] why; may be empty
---@field reviewRejectType? idngo.RejectType of a RED: FINAL or RETRY
---@field clientComment? string must not be shown to the user
---@field moderationComment? string may be shown to the user

--- How risky an applicant is, by your own lights.
---@class idngo.NewRisk
---@field riskLevel idngo.RiskLevel how risky
---@field comment string why

--- How risky an applicant is, and how that came about.
---@class idngo.Risk
---@field riskLevel idngo.RiskLevel how risky
---@field entries? idngo.RiskEntry[] what was said of it

--- What was said of it once.
---@class idngo.RiskEntry
---@field id? string the entry
---@field createdAt? string when
---@field comment? string why
---@field riskLevel? idngo.RiskLevel how risky

--- A link at which a user can verify themselves.
---@class idngo.WebsdkLink
---@field url string open it in the user's browser; anybody who has it can use it until it expires

--- Whom a link is for.
---@class idngo.LinkRequest
---@field levelName string the verification level
---@field userId string your own id of the user
---@field externalActionId? string your own id of an action
---@field applicantIdentifiers? idngo.Identifiers what an applicant that is created by it is known by
---@field ttlInSecs? integer how long it lives, in seconds; 1800 unless given
---@field redirect? table where the user goes afterwards: successUrl, rejectUrl, signKey, allowedQueryParams

--- Nothing: what the service says is not read.
---@class idngo.Nothing

--- Who is shared, and with whom.
---@class idngo.ShareRequest
---@field applicantId string the applicant
---@field forClientId string the account that may take it over
---@field ttlInSecs? integer how long the token lives, in seconds

--- A token with which another account takes an applicant over, once.
---@class idngo.ShareToken
---@field token string give it to that account, and to nobody else; opaque
---@field forClientId? string the account

--- Applicants that are like this one.
---@class idngo.Similar
---@field similarApplicants idngo.SimilarApplicant[] one for each; empty when there is none
---@field totalCnt? integer how many there are

--- One applicant that is like this one.
---@class idngo.SimilarApplicant
---@field applicant? idngo.Applicant the other applicant
---@field matchedFields? string[] paths of the fields that agree; empty when the face alone does
---@field exactMatch? boolean whether the data agrees exactly
---@field blacklisted? boolean whether the other applicant is on your blacklist
---@field types? idngo.MatchType[] `text` when data agrees, `image` when the face does

--- What happened to an applicant, newest first.
---@class idngo.Timeline
---@field applicantId? string the applicant
---@field items idngo.TimelineItem[] its events

--- One event. Which fields it has depends on the activity.
---@class idngo.TimelineItem
---@field id? string the event
---@field ts? string when it happened, `YYYY-MM-DD hh:mm:ss`
---@field activity? string what happened, such as `user:added:idDoc` or `moderator:completed:review`
---@field subjectName? string who did it
---@field country? string three letters, ISO 3166-1 alpha-3
---@field reviewAnswer? idngo.ReviewAnswer of a completed review
---@field status? idngo.ReviewStatus the new status, when it changed
---@field imageId? string the image, when one was added
---@field idDocType? string the kind of document, when one was added
---@field elapsedSincePendingMs? integer how long the review took, in milliseconds
---@field ipInfo? idngo.IpInfo address and location
---@field trackingData? idngo.TrackingData address and source
---@field userAgentInfo? idngo.UserAgentInfo the browser or program

--- Where an address is.
---@class idngo.IpInfo
---@field ip? string the address
---@field countryCode2? string two letters
---@field countryCode3? string three letters
---@field city? string city
---@field zipCode? string postal code
---@field lat? number latitude in degrees
---@field lon? number longitude in degrees
---@field asn? integer number of the network
---@field asnOrg? string who runs the network
---@field riskyAsn? boolean whether the network is known for fraud

--- Where an activity came from.
---@class idngo.TrackingData
---@field ip? string the address
---@field xClientId? string `WebSDK`, `MobileSDK`, `Dashboard` or `API`

--- A browser or program.
---@class idngo.UserAgentInfo
---@field uaPlatform? string operating system
---@field uaBrowser? string browser or library
---@field uaDeviceType? string kind of device
---@field uaBrowserVersion? string version

--- A token with which an SDK verifies one user.
---@class idngo.AccessToken
---@field token string give it to the SDK, and to nobody else; opaque
---@field userId? string the user it is for

--- Whom a token is for.
---@class idngo.TokenRequest
---@field userId string your own id of the user
---@field levelName string the verification level
---@field ttlInSecs? integer how long it lives, in seconds; 600 unless given
---@field externalActionId? string your own id of an action
---@field applicantIdentifiers? idngo.Identifiers what an applicant that is created by it is known by

--- How to reach a user.
---@class idngo.Identifiers
---@field email? string e-mail address
---@field phone? string phone number

--- A transaction as you know it. Which parts it needs depends on its type.
---@class idngo.NewTransaction
---@field txnId string your own id of it, used once
---@field type? string `finance` unless given; `kyc`, `travelRule`, `userPlatformEvent`, …
---@field txnDate? string `YYYY-MM-DD hh:mm:ss+0000`
---@field zoneId? string the user's time zone
---@field sourceKey? string which of your branches or partners it is from
---@field orderId? string your own id of an order
---@field props? table texts of yours, by their names
---@field info? table direction (`in` or `out`), amount, currencyCode, …
---@field applicant? table your user: externalUserId, fullName, paymentMethod, device, …
---@field counterparty? table who is on the other side, in the same form
---@field userPlatformEventInfo? table of that type

--- A transaction and what came of it.
---@class idngo.Transaction
---@field id string the service's id of it
---@field applicantId? string whose it is
---@field externalUserId? string your own id of the user
---@field clientId? string your account
---@field data? idngo.TransactionData the transaction as it was sent
---@field score? number how risky it is
---@field scoringResult? table how that came about
---@field review? idngo.Review how far it is
---@field riskLabels? table risks that were seen
---@field createdAt? string when it was sent
---@field createdBy? string by whom
---@field type? string its type

--- A transaction that was sent, or that was found where its answer was lost or it was known before.
---@class idngo.SubmittedTransaction: idngo.Transaction
---@field created? boolean by the client: absent in an answer, and where the answer was lost and this was found; false where the service said that it was there before
---@field differs? string[] by the client, of what was found: fields that are not as they were sent, or not shown

--- A transaction as it was sent.
---@class idngo.TransactionData: idngo.NewTransaction
---@field txnId? string your own id of it

--- Transactions that were looked for.
---@class idngo.Transactions
---@field list? idngo.TransactionList the transactions
---@field items? idngo.Transaction[] the transactions, when there is no `list`
---@field totalItems? integer how many there are, when there is no `list`

--- A list of transactions.
---@class idngo.TransactionList
---@field items idngo.Transaction[] one for each
---@field totalItems? integer how many there are

--- Currencies that a transaction may be in.
---@alias idngo.Currencies idngo.Currency[]

--- A currency that a transaction may be in. Of fiat money its code alone is told.
---@class idngo.Currency
---@field currencyCode string its code, such as `EUR`
---@field cryptoChain? string the chain that it lives on
---@field name? string what it is called
---@field assetType? string which sort of token it is
---@field chainId? integer the chain's number
---@field coinmarketcapId? integer its number at CoinMarketCap
---@field coingeckoId? string its name at CoinGecko
---@field chainalysisAsset? string its name at Chainalysis
---@field chainalysisNetwork? string its chain there
---@field chainalysisAssetId? string its id there
---@field ellipticAsset? string its name at Elliptic
---@field ellipticBlockchain? string its chain there
---@field merkleBlockchainId? integer its chain's number at Merkle Science
---@field crystalTokenId? integer its number at Crystal
---@field crystalCurrency? string its name there
---@field gtrTicker? string its name in GTR, of the travel rule
---@field gtrNetwork? string its chain there
---@field trmLabsAsset? string its name at TRM Labs
---@field trmLabsChain? string its chain there

--- What a transaction comes to.
---@class idngo.TransactionReview
---@field reviewAnswer idngo.ReviewAnswer the result
---@field rejectLabels? string[] why
---@field clientComment? string why, in words

--- A yes to the removal of something.
---@class idngo.Deleted
---@field deleted integer always 1: anything else is an error

--- A transaction of many that are sent at once, of an applicant, or of somebody new on a level.
---@class idngo.BulkTransaction
---@field data idngo.NewTransaction the transaction
---@field applicantId? string whose it is
---@field levelName? string the level of somebody who is not known yet

--- How many were created.
---@class idngo.Created
---@field createdCnt integer so many; those that were there before are not among them

--- The webhooks of the account: the oldest fifty, and no others.
---@class idngo.Webhooks
---@field list? idngo.WebhookList the webhooks
---@field items? idngo.Webhook[] the webhooks, when there is no `list`
---@field totalItems? integer how many there are, when there is no `list`

--- A list of webhooks.
---@class idngo.WebhookList
---@field items idngo.Webhook[] one for each
---@field totalItems? integer how many there are

--- One webhook.
---@class idngo.Webhook
---@field id? string the webhook
---@field name? string what it is called
---@field description? string what it is for
---@field target? string where it is sent
---@field targetType? idngo.TargetType how
---@field types? string[] which events
---@field applicantType? idngo.ApplicantType of whom; of all, unless given
---@field sourceKeys? string[] of which of your branches or partners
---@field secretKey? string what it is signed with: the service tells it, and the client forgets it, so that it is in no result
---@field signatureAlgorithm? idngo.SignatureAlgorithm how it is signed
---@field headers? table[] further headers: key and value
---@field notResendFailedWebhooks? boolean whether what was not taken is sent once only
---@field createdAt? string when it was created
---@field createdBy? string by whom

--- A webhook whose id is there.
---@class idngo.StoredWebhook: idngo.Webhook
---@field id string the webhook

--- A webhook to be created.
---@class idngo.NewWebhook
---@field name? string what it is called
---@field description? string what it is for
---@field target string where it is sent
---@field targetType? idngo.TargetType how; `http` unless given
---@field types string[] which events; names that are none are dropped without a word
---@field applicantType? idngo.ApplicantType of whom
---@field sourceKeys? string[] of which of your branches or partners
---@field secretKey? string what it shall be signed with
---@field signatureAlgorithm? idngo.SignatureAlgorithm how
---@field headers? table[] further headers: key and value
---@field notResendFailedWebhooks? boolean whether what was not taken is sent once only

--- What of a webhook to change.
---@class idngo.WebhookChange: idngo.NewWebhook
---@field id string the webhook
---@field target? string where it is sent
---@field types? string[] which events

--- The digest of a text.
---@class idngo.Digest
---@field digest string hex digits
---@field digestAlg? string by which algorithm

--- Options of idngo.client; what is left out comes from the environment, then from the config file.
---@class idngo.ClientOptions
---@field profile? string which profile of the config file to use, empty for none; in the file itself, the one to use where none is named
---@field base_url? string where the API is, e.g. https://api.idngo.kz
---@field app_token? string the app token
---@field secret_key? string|{file: string} the secret key, or {file = path} to read it from a file's first line
---@field timeout? number seconds one attempt may take; 30 unless given
---@field connect_timeout? number seconds to reach the server; 10 unless given
---@field connection_idle? number seconds for which a connection may stand unused; 30 unless given
---@field connection_age? number seconds after which a connection carries no further call; 120 unless given
---@field connection_pool? integer connections that a worker of nginx keeps; 64 unless given
---@field deadline? number seconds a whole call may take, waits and retries included
---@field max_attempts? integer times a call is tried; 4 unless given
---@field max_reply? integer bytes of a reply kept in memory, counted after decompression; 67108864 unless given
---@field ca_file? string certificates to trust instead of the system's (PEM)
---@field cert_file? string client certificate (PEM)
---@field key_file? string key of the client certificate (PEM)
---@field proxy? string proxy URL; empty for none
---@field limits? table<string, {[1]: integer, [2]: number}|false>|false rate-limit lanes to change or add, or false for none
---@field limits_dir? string folder, yours alone, of the slots that processes share; otherwise one of this user's in memory
---@field limits_late? number seconds after sending in which a request that was broken off may still be counted; 3 unless given
---@field limits_url? string Redis that keeps the slots for all machines, e.g. rediss://USER@redis.example:6380; none: limits_dir does
---@field limits_password? string|{file: string} the password of limits_url, or {file = path} to read it from a file's first line
---@field limits_timeout? number seconds that an attempt may take at most, the same for all that share limits_url; 30 unless given
---@field limits_rtt? number seconds within which Redis has to answer, the same for all that share limits_url; 0.02 unless given
---@field limits_unfenced? boolean true: take a Redis whose replicas may lack its last writes
---@field limits_ca_file? string certificates to trust for limits_url (PEM)
---@field limits_cert_file? string client certificate for limits_url (PEM)
---@field limits_key_file? string key of limits_cert_file (PEM)
---@field on_event? fun(event: idngo.ClientEvent) called with a record of what happens
---@field config_file? string the config file

--- Options of every call.
---@class idngo.CallOptions
---@field timeout? number seconds one attempt may take
---@field deadline? number seconds the whole call may take, waits and retries included

--- A file that is sent: one of path, bytes, and read with size.
---@class idngo.Content
---@field path? string where it is
---@field bytes? string all of it
---@field read? fun(at: integer, n: integer): string?, string? at most n bytes from byte at on; may be asked twice
---@field size? integer how many bytes read gives
---@field name? string what it is called; as the path, unless given
---@field type? string its media type; as its name tells, unless given

---@class idngo.Client
local Client = {}

--- POST /resources/applicantActions/-/forApplicant/{applicantId}. Create applicant action. Retry class N.
---@param applicantId string whose it is
---@param levelName string the level of type `actions`, as named in the dashboard
---@param action idngo.NewAction your own id of it, and what is to be checked
---@param options? idngo.CallOptions
---@return idngo.Action? result
---@return idngo.Error? err
function Client:create_action(applicantId, levelName, action, options) end

--- GET /resources/applicantActions/{actionId}/one. Get action information. Retry class S.
---@param actionId string the action to read
---@param options? idngo.CallOptions
---@return idngo.Action? result
---@return idngo.Error? err
function Client:action(actionId, options) end

---@class idngo.ActionsOptions: idngo.CallOptions
---@field limit? integer at most so many; the service gives up to 1000
---@field offset? integer from which one on

--- GET /resources/applicantActions/-;applicantId={applicantId}. List actions of an applicant. Retry class S.
---@param applicantId string whose they are
---@param options? idngo.ActionsOptions
---@return idngo.Actions? result
---@return idngo.Error? err
function Client:actions(applicantId, options) end

--- POST /resources/applicantActions/{actionId}/review/status/pending. Request action check. Retry class N.
---@param actionId string the action to check
---@param options? idngo.CallOptions
---@return idngo.Action? result
---@return idngo.Error? err
function Client:request_action_check(actionId, options) end

--- POST /resources/applicantActions/{actionId}/images. Add images to applicant actions. Retry class N.
---@param actionId string the action
---@param metadata idngo.ActionDocument what it is of
---@param content string|idngo.Content|false the file: a path, bytes or a function; false for none
---@param options? idngo.CallOptions
---@return idngo.ActionImage? result
---@return idngo.Error? err
function Client:add_action_image(actionId, metadata, content, options) end

---@class idngo.ActionImageOptions: idngo.CallOptions
---@field preview? "true"|"false" whether a small one is wanted
---@field to? string|fun(chunk: string): any, any a path to save to, or a function for each piece

--- GET /resources/applicantActions/{actionId}/images/{imageId}. Get images from applicant actions. Retry class S.
---@param actionId string the action
---@param imageId string the picture
---@param options? idngo.ActionImageOptions
---@return idngo.File? result
---@return idngo.Error? err
function Client:action_image(actionId, imageId, options) end

--- POST /resources/api/applicantActions/{actionId}/-/approve. Approve applicant action. Retry class N.
---@param actionId string the action to approve
---@param decision idngo.Decision|nil note and tags
---@param options? idngo.CallOptions
---@return idngo.Action? result
---@return idngo.Error? err
function Client:approve_action(actionId, decision, options) end

--- POST /resources/api/applicantActions/{actionId}/-/reject. Reject applicant action. Retry class N.
---@param actionId string the action to reject
---@param decision idngo.ActionRefusal reasons, note and tags
---@param options? idngo.CallOptions
---@return idngo.Action? result
---@return idngo.Error? err
function Client:reject_action(actionId, decision, options) end

--- POST /resources/applicantActions/{actionId}/questionnaires. Add applicant action questionnaire. Retry class I.
---@param actionId string the action
---@param answers idngo.Answers all answers of one questionnaire
---@param options? idngo.CallOptions
---@return idngo.Action? result
---@return idngo.Error? err
function Client:submit_action_questionnaire(actionId, answers, options) end

--- GET /resources/api/applicantActions/{actionId}/checks/latest. Get payment source check results for action. Retry class S.
---@param actionId string the action to look up
---@param options? idngo.CallOptions
---@return idngo.ActionChecks? result
---@return idngo.Error? err
function Client:action_checks(actionId, options) end

--- POST /resources/applicants/{applicantId}/agreement. Record applicant's agreement. Retry class D.
---@param applicantId string who agreed
---@param agreement idngo.NewAgreement to what, and when
---@param options? idngo.CallOptions
---@return idngo.Agreed? result
---@return idngo.Error? err
function Client:accept_agreement(applicantId, agreement, options) end

--- GET /resources/api/applicants/{applicantId}/amlCase. Get AML case data. Retry class S.
---@param applicantId string the applicant to look up
---@param options? idngo.CallOptions
---@return idngo.AmlCase? result
---@return idngo.Error? err
function Client:aml_case(applicantId, options) end

--- PATCH /resources/amlCases/{caseId}/hits. Update AML hit review. Retry class I.
---@param caseId string the case, from `aml_case`
---@param reviews idngo.HitReviews what is decided about hits
---@param options? idngo.CallOptions
---@return idngo.Nothing? result
---@return idngo.Error? err
function Client:review_aml_hits(caseId, reviews, options) end

--- POST /resources/applicants/{applicantId}/recheck/aml. Run AML check. Retry class N.
---@param applicantId string the applicant to screen
---@param options? idngo.CallOptions
---@return idngo.Ok? result
---@return idngo.Error? err
function Client:recheck_aml(applicantId, options) end

---@class idngo.UpdateInfoOptions: idngo.CallOptions
---@field unsetFields? string[] names of the info fields to reset

--- PATCH /resources/applicants/{applicantId}/info. Reference: “Update applicant data”. Retry class I.
---@param applicantId string the applicant to change
---@param info idngo.Info the fields to change
---@param options? idngo.UpdateInfoOptions
---@return idngo.Info? result
---@return idngo.Error? err
function Client:update_info(applicantId, info, options) end

--- PATCH /resources/applicants/{applicantId}/presence/{status}. Reference: “Deactivate applicant”. Retry class I.
---@param applicantId string the applicant to remove or restore
---@param status "deactivated"|"activated" deactivated removes, activated restores
---@param options? idngo.CallOptions
---@return idngo.StoredApplicant? result
---@return idngo.Error? err
function Client:set_presence(applicantId, status, options) end

--- POST /resources/applicants/{applicantId}/verificationStatusEmail. Reference: “Send verification status email to user”. Retry class N.
---@param applicantId string the applicant to write to
---@param options? idngo.CallOptions
---@return idngo.Ok? result
---@return idngo.Error? err
function Client:send_verification_status_email(applicantId, options) end

---@class idngo.ReportOptions: idngo.CallOptions
---@field report? "applicantReport"|"companyReport" applicantReport for a person, companyReport for a company; applicantReport unless given
---@field lang? string language of the report, ISO 639-1; en unless given
---@field to? string|fun(chunk: string): any, any a path to save to, or a function for each piece

--- GET /resources/applicants/{applicantId}/summary/report. Reference: “Retrieve applicant verification report in PDF”. Retry class S.
---@param applicantId string the applicant to report on
---@param options? idngo.ReportOptions
---@return idngo.File? result
---@return idngo.Error? err
function Client:report(applicantId, options) end

---@class idngo.AuditTrailOptions: idngo.CallOptions
---@field subjectName? string who did it
---@field activity? string what was done
---@field from? string from when on
---@field to? string until when
---@field limit? integer at most so many
---@field offset? integer from which one on

--- GET /resources/auditTrailEvents. Get audit trail events. Retry class S.
---@param options? idngo.AuditTrailOptions
---@return idngo.AuditTrail? result
---@return idngo.Error? err
function Client:audit_trail(options) end

--- GET /resources/checks/latest. Reference: “Retrieve duplicate check results (similar applicants)”. Retry class S.
---@param applicantId string the applicant to look up
---@param options? idngo.CallOptions
---@return idngo.DuplicateChecks? result
---@return idngo.Error? err
function Client:duplicate_checks(applicantId, options) end

--- GET /resources/checks/latest. Reference: “Retrieve TIN check result”. Retry class S.
---@param applicantId string the applicant to look up
---@param options? idngo.CallOptions
---@return idngo.TinChecks? result
---@return idngo.Error? err
function Client:tin_checks(applicantId, options) end

--- GET /resources/checks/latest. Reference: “Retrieve face Liveness check result”. Retry class S.
---@param applicantId string the applicant to look up
---@param options? idngo.CallOptions
---@return idngo.LivenessChecks? result
---@return idngo.Error? err
function Client:liveness_checks(applicantId, options) end

---@class idngo.LivenessVideoOptions: idngo.CallOptions
---@field to? string|fun(chunk: string): any, any a path to save to, or a function for each piece

--- GET /resources/applicants/{applicantId}/info/facemap/video. Reference: “Retrieve applicant Liveness”. Retry class S.
---@param applicantId string the applicant to look up
---@param checkId string the id of a check from liveness_checks
---@param options? idngo.LivenessVideoOptions
---@return idngo.File? result
---@return idngo.Error? err
function Client:liveness_video(applicantId, checkId, options) end

--- GET /resources/checks/latest. Get the latest check results. Retry class S.
---@param applicantId string the applicant to look up
---@param type string the type of check, such as `POA`
---@param options? idngo.CallOptions
---@return idngo.Checks? result
---@return idngo.Error? err
function Client:checks(applicantId, type, options) end

--- GET /resources/inspections/{inspectionId}/checks. Get the checks of an inspection. Retry class S.
---@param inspectionId string the applicant's inspection
---@param options? idngo.CallOptions
---@return idngo.InspectionChecks? result
---@return idngo.Error? err
function Client:inspection_checks(inspectionId, options) end

--- PATCH /resources/applicants/{applicantId}/fixedInfo/companyInfo. Change provided company data. Retry class I.
---@param applicantId string the company
---@param company idngo.CompanyInfo the fields to change
---@param options? idngo.CallOptions
---@return idngo.CompanyInfo? result
---@return idngo.Error? err
function Client:update_company(applicantId, company, options) end

--- PATCH /resources/applicants/{applicantId}/info/companyInfo. Change extracted company data. Retry class I.
---@param applicantId string the company
---@param company idngo.CompanyInfo all its fields
---@param options? idngo.CallOptions
---@return idngo.CompanyInfo? result
---@return idngo.Error? err
function Client:update_extracted_company(applicantId, company, options) end

--- POST /resources/applicants/{applicantId}/fixedInfo/companyInfo/beneficiaries. Link beneficiary to company (KYB 2.0). Retry class N.
---@param applicantId string the company
---@param beneficiary idngo.NewBeneficiary who it is, and what of the company
---@param options? idngo.CallOptions
---@return idngo.StoredBeneficiary? result
---@return idngo.Error? err
function Client:link_beneficiary(applicantId, beneficiary, options) end

--- POST /resources/applicants/{applicantId}/info/companyInfo/beneficiaries. Add existing individual applicant as beneficiary. Retry class N.
---@param applicantId string the company
---@param beneficiary idngo.LinkedApplicant who it is, and what of the company
---@param options? idngo.CallOptions
---@return idngo.CompanyInfo? result
---@return idngo.Error? err
function Client:link_extracted_beneficiary(applicantId, beneficiary, options) end

--- DELETE /resources/applicants/{applicantId}/info/companyInfo/beneficiaries/{beneficiaryApplicantId}. Unlink beneficiary from company. Retry class I.
---@param applicantId string the company
---@param beneficiaryApplicantId string the applicant who is linked
---@param options? idngo.CallOptions
---@return idngo.CompanyInfo? result
---@return idngo.Error? err
function Client:unlink_beneficiary(applicantId, beneficiaryApplicantId, options) end

--- POST /resources/applicants/{applicantId}/-/approve. Approve applicant. Retry class N.
---@param applicantId string the applicant to approve
---@param decision idngo.Decision|nil note and tags
---@param options? idngo.CallOptions
---@return idngo.StoredApplicant? result
---@return idngo.Error? err
function Client:approve(applicantId, decision, options) end

--- POST /resources/applicants/{applicantId}/-/reject. Reject applicant. Retry class N.
---@param applicantId string the applicant to reject
---@param decision idngo.Refusal note, tags and reasons
---@param options? idngo.CallOptions
---@return idngo.StoredApplicant? result
---@return idngo.Error? err
function Client:reject(applicantId, decision, options) end

--- POST /resources/applicants/{applicantId}/-/init. Change applicant status to init. Retry class N.
---@param applicantId string the applicant
---@param decision idngo.Refusal note, tags and reasons
---@param options? idngo.CallOptions
---@return idngo.StoredApplicant? result
---@return idngo.Error? err
function Client:reopen(applicantId, decision, options) end

--- POST /resources/applicants/{applicantId}/info/idDoc. Add an ID document. Retry class K.
---@param applicantId string the applicant whose document it is
---@param metadata idngo.NewDocument what it is of
---@param content string|idngo.Content|false the file: a path, bytes or a function; false for none
---@param options? idngo.CallOptions
---@return idngo.AddedDocument? result
---@return idngo.Error? err
function Client:add_document(applicantId, metadata, content, options) end

--- GET /resources/applicants/{applicantId}/metadata/resources. Get information about document images. Retry class S.
---@param applicantId string the applicant to look up
---@param options? idngo.CallOptions
---@return idngo.Images? result
---@return idngo.Error? err
function Client:images(applicantId, options) end

---@class idngo.DocumentImageOptions: idngo.CallOptions
---@field to? string|fun(chunk: string): any, any a path to save to, or a function for each piece

--- GET /resources/inspections/{inspectionId}/resources/{imageId}. Get document images. Retry class S.
---@param inspectionId string the applicant's inspection
---@param imageId string the picture
---@param options? idngo.DocumentImageOptions
---@return idngo.File? result
---@return idngo.Error? err
function Client:document_image(inspectionId, imageId, options) end

---@class idngo.ApplicantImageOptions: idngo.CallOptions
---@field to? string|fun(chunk: string): any, any a path to save to, or a function for each piece

--- GET /resources/applicants/{applicantId}/resources/{imageId}. Get document images by applicant. Retry class S.
---@param applicantId string the applicant
---@param imageId string the picture
---@param options? idngo.ApplicantImageOptions
---@return idngo.File? result
---@return idngo.Error? err
function Client:applicant_image(applicantId, imageId, options) end

---@class idngo.DeactivateImageOptions: idngo.CallOptions
---@field revert? "true"|"false" `true` restores it

--- DELETE /resources/inspections/{inspectionId}/resources/{imageId}. Mark image as inactive. Retry class I.
---@param inspectionId string the applicant's inspection
---@param imageId string the picture
---@param options? idngo.DeactivateImageOptions
---@return idngo.Ok? result
---@return idngo.Error? err
function Client:deactivate_image(inspectionId, imageId, options) end

--- DELETE /resources/applicants/{applicantId}/resources/{imageId}. Mark image as inactive by applicant. Retry class I.
---@param applicantId string the applicant
---@param imageId string the picture
---@param options? idngo.CallOptions
---@return idngo.Ok? result
---@return idngo.Error? err
function Client:deactivate_applicant_image(applicantId, imageId, options) end

--- POST /resources/applicants/{applicantId}/ekyc/submit. Submit eKYC data. Retry class N.
---@param applicantId string the applicant
---@param request idngo.EkycRequest who it is
---@param options? idngo.CallOptions
---@return idngo.EkycCheck? result
---@return idngo.Error? err
function Client:ekyc_submit(applicantId, request, options) end

--- POST /resources/applicants/{applicantId}/ekyc/confirm/{checkId}. Confirm eKYC data. Retry class N.
---@param applicantId string the applicant
---@param checkId string the check, from `ekyc_submit`
---@param proof idngo.EkycProof what the person got
---@param options? idngo.CallOptions
---@return idngo.EkycCheck? result
---@return idngo.Error? err
function Client:ekyc_confirm(applicantId, checkId, proof, options) end

---@class idngo.ImportApplicantOptions: idngo.CallOptions
---@field unchecked? boolean send it without checking it first

--- POST /resources/applicants/-/applicantImport. Reference: “Import applicant from ZIP archive”. Retry class K.
---@param archive string|{bytes: string}|idngo.archive.Built a path, bytes, or what build returned
---@param options? idngo.ImportApplicantOptions
---@return idngo.StoredApplicant? result
---@return idngo.Error? err
function Client:import_applicant(archive, options) end

--- POST /resources/applicants/-/ingestCompleted. Import applicant with a completed review. Retry class K.
---@param levelName string the verification level, as named in the dashboard
---@param applicant idngo.ReviewedApplicant who it is and what came of it
---@param options? idngo.CallOptions
---@return idngo.CreatedApplicant? result
---@return idngo.Error? err
function Client:import_completed(levelName, applicant, options) end

--- GET /resources/applicants/-/levels. Reference: “Retrieve list of available verification levels”. Retry class S.
---@param options? idngo.CallOptions
---@return idngo.Levels? result
---@return idngo.Error? err
function Client:levels(options) end

--- GET /resources/applicants/-/levels/{levelId}. Get level. Retry class S.
---@param levelId string the level to read
---@param options? idngo.CallOptions
---@return idngo.StoredLevel? result
---@return idngo.Error? err
function Client:level(levelId, options) end

--- POST /resources/applicants/-/levels. Create level. Retry class N.
---@param level idngo.NewLevel what it is called, and its steps
---@param options? idngo.CallOptions
---@return idngo.StoredLevel? result
---@return idngo.Error? err
function Client:create_level(level, options) end

--- PATCH /resources/applicants/-/levels. Update level. Retry class I.
---@param level idngo.LevelChange what to change, and of which level
---@param options? idngo.CallOptions
---@return idngo.StoredLevel? result
---@return idngo.Error? err
function Client:update_level(level, options) end

--- GET /resources/moderationStates/-;applicantId={applicantId}. Clarify rejection reason. Retry class S.
---@param applicantId string the applicant to look up
---@param options? idngo.CallOptions
---@return idngo.ModerationStates? result
---@return idngo.Error? err
function Client:moderation_states(applicantId, options) end

--- GET /resources/api/applicants/notes. Get applicant notes. Retry class S.
---@param applicantId string whom they are on
---@param options? idngo.CallOptions
---@return idngo.Notes? result
---@return idngo.Error? err
function Client:notes(applicantId, options) end

--- POST /resources/api/applicants/notes. Add applicant note. Retry class N.
---@param note idngo.NewNote what it says, and on whom
---@param options? idngo.CallOptions
---@return idngo.StoredNote? result
---@return idngo.Error? err
function Client:add_note(note, options) end

--- PATCH /resources/api/applicants/notes. Edit applicant note. Retry class I.
---@param note idngo.NoteChange the note as it shall be
---@param options? idngo.CallOptions
---@return idngo.StoredNote? result
---@return idngo.Error? err
function Client:edit_note(note, options) end

--- DELETE /resources/api/applicants/notes. Remove applicant note. Retry class I.
---@param note idngo.NoteName which note
---@param options? idngo.CallOptions
---@return idngo.Ok? result
---@return idngo.Error? err
function Client:remove_note(note, options) end

--- POST /resources/api/applicants/notes/attachments. Add attachment to applicant note. Retry class N.
---@param metadata idngo.NoteName which note
---@param content string|idngo.Content|false the file: a path, bytes or a function; false for none
---@param options? idngo.CallOptions
---@return idngo.StoredNote? result
---@return idngo.Error? err
function Client:attach_to_note(metadata, content, options) end

--- POST /resources/applicants/{applicantId}/payments. Add payment method. Retry class N.
---@param applicantId string whose it is
---@param method idngo.NewPaymentMethod what it is
---@param options? idngo.CallOptions
---@return idngo.PaymentMethod? result
---@return idngo.Error? err
function Client:add_payment_method(applicantId, method, options) end

---@class idngo.CreateApplicantOptions: idngo.CallOptions
---@field accessToken? string the token of the user's session for device intelligence; seen for Sumsub alone

--- POST /resources/applicants. Create an applicant. Retry class K.
---@param levelName string the verification level, as named in the dashboard
---@param applicant idngo.NewApplicant who it is
---@param options? idngo.CreateApplicantOptions
---@return idngo.CreatedApplicant? result
---@return idngo.Error? err
function Client:create_applicant(levelName, applicant, options) end

--- GET /resources/applicants/{applicantId}/one. Get applicant data. Retry class S.
---@param applicantId string the applicant to read
---@param options? idngo.CallOptions
---@return idngo.StoredApplicant? result
---@return idngo.Error? err
function Client:applicant(applicantId, options) end

--- GET /resources/applicants/-;externalUserId={externalUserId}/one. Get applicant data by externalUserId. Retry class S.
---@param externalUserId string your own id of the user
---@param options? idngo.CallOptions
---@return idngo.StoredApplicant? result
---@return idngo.Error? err
function Client:applicant_by_external_id(externalUserId, options) end

--- GET /resources/applicants/-/byExternalUserId/{externalUserId}. Check whether an applicant exists by externalUserId. Retry class S.
---@param externalUserId string your own id of the user
---@param options? idngo.CallOptions
---@return idngo.Existence? result
---@return idngo.Error? err
function Client:applicant_exists(externalUserId, options) end

--- PATCH /resources/applicants/{applicantId}/fixedInfo. Change provided info (fixedInfo). Retry class I.
---@param applicantId string the applicant to change
---@param fixedInfo idngo.Info the fields to change
---@param options? idngo.CallOptions
---@return idngo.ChangedInfo? result
---@return idngo.Error? err
function Client:update_fixed_info(applicantId, fixedInfo, options) end

--- POST /resources/applicants/{applicantId}/blacklist. Add applicant to blocklist. Retry class K.
---@param applicantId string the applicant to block
---@param note string why, for those who look at it later
---@param options? idngo.CallOptions
---@return idngo.CreatedApplicant? result
---@return idngo.Error? err
function Client:blocklist(applicantId, note, options) end

--- PATCH /resources/applicants. Change profile data details. Retry class I.
---@param profile idngo.ProfileChange the fields to change, and of whom
---@param options? idngo.CallOptions
---@return idngo.StoredApplicant? result
---@return idngo.Error? err
function Client:update_profile(profile, options) end

--- POST /resources/applicants/{applicantId}/questionnaires. Add applicant questionnaire. Retry class I.
---@param applicantId string who answers
---@param answers idngo.Answers all answers of one questionnaire
---@param options? idngo.CallOptions
---@return idngo.Answered? result
---@return idngo.Error? err
function Client:submit_questionnaire(applicantId, answers, options) end

--- GET /resources/questionnaires/-;id={questionnaireId}/one. Get questionnaire information. Retry class S.
---@param questionnaireId string the questionnaire to read
---@param options? idngo.CallOptions
---@return idngo.Questionnaire? result
---@return idngo.Error? err
function Client:questionnaire(questionnaireId, options) end

--- GET /resources/api/questionnaires/list. List questionnaires. Retry class S.
---@param options? idngo.CallOptions
---@return idngo.Questionnaires? result
---@return idngo.Error? err
function Client:questionnaires(options) end

--- GET /resources/applicants/{applicantId}/requiredIdDocsStatus. Get applicant verification steps status. Retry class S.
---@param applicantId string the applicant to look up
---@param options? idngo.CallOptions
---@return idngo.Steps? result
---@return idngo.Error? err
function Client:steps(applicantId, options) end

--- GET /resources/applicants/{applicantId}/status. Get applicant review status. Retry class S.
---@param applicantId string the applicant to look up
---@param options? idngo.CallOptions
---@return idngo.ReviewState? result
---@return idngo.Error? err
function Client:status(applicantId, options) end

---@class idngo.RequestCheckOptions: idngo.CallOptions
---@field reason? string why, in your words
---@field reasonCode? string the kind of verification; its values are not published

--- POST /resources/applicants/{applicantId}/status/pending. Request applicant check. Retry class N.
---@param applicantId string the applicant to check
---@param options? idngo.RequestCheckOptions
---@return idngo.Ok? result
---@return idngo.Error? err
function Client:request_check(applicantId, options) end

--- POST /resources/applicants/{applicantId}/reset. Reset applicant. Retry class N.
---@param applicantId string the applicant to reset
---@param options? idngo.CallOptions
---@return idngo.Ok? result
---@return idngo.Error? err
function Client:reset(applicantId, options) end

--- POST /resources/applicants/{applicantId}/status/testCompleted. Set review for applicant on sandbox. Retry class D.
---@param applicantId string the applicant whose review ends
---@param result idngo.Result what it comes to
---@param options? idngo.CallOptions
---@return idngo.Ok? result
---@return idngo.Error? err
function Client:complete_in_sandbox(applicantId, result, options) end

--- POST /resources/applicants/{applicantId}/moveToLevel. Change level and reset steps. Retry class I.
---@param applicantId string the applicant to move
---@param name string the level, as named in the dashboard
---@param options? idngo.CallOptions
---@return idngo.StoredApplicant? result
---@return idngo.Error? err
function Client:move_to_level(applicantId, name, options) end

--- POST /resources/applicants/{applicantId}/resetStep/{step}. Reset single verification step. Retry class N.
---@param applicantId string the applicant
---@param step string the step, such as `SELFIE`
---@param options? idngo.CallOptions
---@return idngo.Ok? result
---@return idngo.Error? err
function Client:reset_step(applicantId, step, options) end

--- POST /resources/applicants/{applicantId}/riskLevel/entries. Set risk level. Retry class D.
---@param applicantId string the applicant
---@param risk idngo.NewRisk how risky, and why
---@param options? idngo.CallOptions
---@return idngo.Risk? result
---@return idngo.Error? err
function Client:set_risk_level(applicantId, risk, options) end

---@class idngo.WebsdkLinkOptions: idngo.CallOptions
---@field externalUserId? string your own id of the user; needed for an applicant's link
---@field externalActionId? string your own id of the action; needed for an action's link
---@field locale? string language of the WebSDK, ISO 639-1
---@field ttlInSecs? integer how long the link lives, in seconds (the server's default is 1800)

--- POST /resources/sdkIntegrations/levels/{levelName}/websdkLink. Reference: “Generate external WebSDK link”. Retry class D.
---@param levelName string a verification level, as named in the dashboard
---@param options? idngo.WebsdkLinkOptions
---@return idngo.WebsdkLink? result
---@return idngo.Error? err
function Client:websdk_link(levelName, options) end

---@class idngo.WebsdkLinkJsonOptions: idngo.CallOptions
---@field lang? string language of the WebSDK, ISO 639-1
---@field source? string a mark of yours
---@field customizationName? string how the WebSDK looks
---@field translationName? string which translation it takes

--- POST /resources/sdkIntegrations/levels/-/websdkLink. Generate external WebSDK link by JSON. Retry class D.
---@param request idngo.LinkRequest whom it is for
---@param options? idngo.WebsdkLinkJsonOptions
---@return idngo.WebsdkLink? result
---@return idngo.Error? err
function Client:websdk_link_json(request, options) end

--- GET /resources/status/api. Review API health. Retry class S.
---@param options? idngo.CallOptions
---@return idngo.Nothing? result
---@return idngo.Error? err
function Client:health(options) end

--- POST /resources/accessTokens/shareToken. Generate share token. Retry class D.
---@param request idngo.ShareRequest who is shared with whom
---@param options? idngo.CallOptions
---@return idngo.ShareToken? result
---@return idngo.Error? err
function Client:share_token(request, options) end

---@class idngo.ShareTokenByQueryOptions: idngo.CallOptions
---@field ttlInSecs? integer how long it lives, in seconds

--- POST /resources/accessTokens/-/shareToken. Generate share token. Retry class D.
---@param applicantId string the applicant
---@param forClientId string the account that may take it over
---@param options? idngo.ShareTokenByQueryOptions
---@return idngo.ShareToken? result
---@return idngo.Error? err
function Client:share_token_by_query(applicantId, forClientId, options) end

---@class idngo.ImportSharedOptions: idngo.CallOptions
---@field resetIdDocSetTypes? string[] steps that the person has to take again

--- POST /resources/applicants/-/import. Import a shared applicant (reusable KYC). Retry class N.
---@param shareToken string the token of the account that shares
---@param options? idngo.ImportSharedOptions
---@return idngo.StoredApplicant? result
---@return idngo.Error? err
function Client:import_shared(shareToken, options) end

--- POST /resources/api/reusableIdentity/reuse. Reuse an applicant (reusable KYC). Retry class N.
---@param shareToken string the token of the account that shares
---@param levelName string the verification level, as named in the dashboard
---@param options? idngo.CallOptions
---@return idngo.StoredApplicant? result
---@return idngo.Error? err
function Client:reuse(shareToken, levelName, options) end

--- GET /resources/applicants/{applicantId}/similar/byTextAndFace. Reference: “Retrieve similar applicants (by text and face)”. Retry class S.
---@param applicantId string the applicant to compare
---@param options? idngo.CallOptions
---@return idngo.Similar? result
---@return idngo.Error? err
function Client:similar_by_text_and_face(applicantId, options) end

--- GET /resources/applicants/{applicantId}/similar/byText. Reference: “Retrieve similar applicants (by text)”. Retry class S.
---@param applicantId string the applicant to compare
---@param options? idngo.CallOptions
---@return idngo.Similar? result
---@return idngo.Error? err
function Client:similar_by_text(applicantId, options) end

--- POST /resources/applicants/{applicantId}/tags/add. Add tags to an applicant. Retry class I.
---@param applicantId string the applicant
---@param tags string[] names of tags
---@param options? idngo.CallOptions
---@return idngo.Ok? result
---@return idngo.Error? err
function Client:add_tags(applicantId, tags, options) end

--- POST /resources/applicants/{applicantId}/tags. Overwrite the tags of an applicant. Retry class I.
---@param applicantId string the applicant
---@param tags string[] names of tags
---@param options? idngo.CallOptions
---@return idngo.Ok? result
---@return idngo.Error? err
function Client:set_tags(applicantId, tags, options) end

--- DELETE /resources/applicants/{applicantId}/tags. Remove tags from an applicant. Retry class I.
---@param applicantId string the applicant
---@param tags string[] names of tags
---@param options? idngo.CallOptions
---@return idngo.Ok? result
---@return idngo.Error? err
function Client:remove_tags(applicantId, tags, options) end

--- GET /resources/applicantTimeline/{applicantId}. Reference: “Retrieve applicant activity log”. Retry class S.
---@param applicantId string the applicant to look up
---@param options? idngo.CallOptions
---@return idngo.Timeline? result
---@return idngo.Error? err
function Client:timeline(applicantId, options) end

---@class idngo.AccessTokenOptions: idngo.CallOptions
---@field ttlInSecs? integer how long it lives, in seconds (the server's default is 600)
---@field externalActionId? string your own id of an action

--- POST /resources/accessTokens. Generate access token. Retry class D.
---@param userId string your own id of the user
---@param levelName string the verification level, as named in the dashboard
---@param options? idngo.AccessTokenOptions
---@return idngo.AccessToken? result
---@return idngo.Error? err
function Client:access_token(userId, levelName, options) end

--- POST /resources/accessTokens/sdk. Generate access token for SDKs. Retry class D.
---@param request idngo.TokenRequest whom it is for
---@param options? idngo.CallOptions
---@return idngo.AccessToken? result
---@return idngo.Error? err
function Client:access_token_json(request, options) end

--- POST /resources/applicants/{applicantId}/kyt/txns/-/data. Submit transaction for existing applicant. Retry class K.
---@param applicantId string whose it is
---@param transaction idngo.NewTransaction what was done
---@param options? idngo.CallOptions
---@return idngo.SubmittedTransaction? result
---@return idngo.Error? err
function Client:submit_transaction(applicantId, transaction, options) end

--- POST /resources/applicants/-/kyt/txns/-/data. Submit transaction for non-existing applicant. Retry class K.
---@param levelName string the verification level of the applicant, as named in the dashboard
---@param transaction idngo.NewTransaction what was done
---@param options? idngo.CallOptions
---@return idngo.SubmittedTransaction? result
---@return idngo.Error? err
function Client:submit_transaction_for_new(levelName, transaction, options) end

--- GET /resources/kyt/txns/{transactionId}/one. Get transaction. Retry class S.
---@param transactionId string the service's id of it
---@param options? idngo.CallOptions
---@return idngo.Transaction? result
---@return idngo.Error? err
function Client:transaction(transactionId, options) end

--- GET /resources/kyt/txns/-;data.txnId={txnId}/one. Get transaction by txnId. Retry class S.
---@param txnId string your own id of it
---@param options? idngo.CallOptions
---@return idngo.Transaction? result
---@return idngo.Error? err
function Client:transaction_by_txn_id(txnId, options) end

---@class idngo.FindTransactionsOptions: idngo.CallOptions
---@field ["data.type"]? string of this type
---@field ["data.info.direction"]? "in"|"out" with money that comes or goes
---@field ["data.applicant.paymentMethod.accountId"]? string by this account, or card, of the applicant
---@field ["data.info.paymentTxnId"]? string with this id of the payment
---@field limit? integer at most so many
---@field order? string how they are sorted, such as `createdAt:desc`

--- GET /resources/kyt/txns/query/-. Find transactions. Retry class S.
---@param options? idngo.FindTransactionsOptions
---@return idngo.Transactions? result
---@return idngo.Error? err
function Client:find_transactions(options) end

---@class idngo.CurrenciesOptions: idngo.CallOptions
---@field type? "crypto"|"fiat" which of them

--- GET /resources/kyt/currency. Get available currencies. Retry class S.
---@param options? idngo.CurrenciesOptions
---@return idngo.Currencies? result
---@return idngo.Error? err
function Client:currencies(options) end

--- POST /resources/kyt/txns/{transactionId}/review/status/completed. Approve and reject transaction. Retry class I.
---@param transactionId string the service's id of it
---@param review idngo.TransactionReview what it comes to
---@param options? idngo.CallOptions
---@return idngo.Transaction? result
---@return idngo.Error? err
function Client:review_transaction(transactionId, review, options) end

--- DELETE /resources/kyt/txns/{transactionId}. Delete transaction. Retry class I.
---@param transactionId string the service's id of it
---@param options? idngo.CallOptions
---@return idngo.Deleted? result
---@return idngo.Error? err
function Client:delete_transaction(transactionId, options) end

---@class idngo.ImportTransactionsOptions: idngo.CallOptions
---@field ignoreErrors? "true"|"false" whether those that are wrong are left out
---@field scoreSavedTxns? "true"|"false" whether they are scored; `true` unless given

--- POST /resources/kyt/misc/txns/import. Submit transactions in bulk. Retry class I.
---@param transactions idngo.BulkTransaction[] transactions, and whose they are
---@param options? idngo.ImportTransactionsOptions
---@return idngo.Created? result
---@return idngo.Error? err
function Client:import_transactions(transactions, options) end

--- POST /resources/kyt/misc/txns/importHistory. Import transaction history. Retry class I.
---@param transactions idngo.BulkTransaction[] transactions, and whose they are
---@param options? idngo.CallOptions
---@return idngo.Created? result
---@return idngo.Error? err
function Client:import_transaction_history(transactions, options) end

--- GET /resources/api/clientWebhooks. List webhooks. Retry class S.
---@param options? idngo.CallOptions
---@return idngo.Webhooks? result
---@return idngo.Error? err
function Client:webhooks(options) end

--- GET /resources/api/clientWebhooks/{webhookId}. Get webhook. Retry class S.
---@param webhookId string the webhook to read
---@param options? idngo.CallOptions
---@return idngo.StoredWebhook? result
---@return idngo.Error? err
function Client:webhook(webhookId, options) end

--- POST /resources/api/agent/clientWebhooks. Create webhook. Retry class N.
---@param webhook idngo.NewWebhook what is sent where
---@param options? idngo.CallOptions
---@return idngo.StoredWebhook? result
---@return idngo.Error? err
function Client:create_webhook(webhook, options) end

--- PATCH /resources/api/agent/clientWebhooks. Update webhook. Retry class I.
---@param webhook idngo.WebhookChange what to change
---@param options? idngo.CallOptions
---@return idngo.StoredWebhook? result
---@return idngo.Error? err
function Client:update_webhook(webhook, options) end

---@class idngo.TestDigestOptions: idngo.CallOptions
---@field digestAlg? "HMAC_SHA1_HEX"|"HMAC_SHA256_HEX"|"HMAC_SHA512_HEX" the algorithm

--- POST /resources/inspectionCallbacks/testDigest. Verify webhook sender. Retry class S.
---@param secretKey string the secret to sign with
---@param text string the bytes to sign
---@param options? idngo.TestDigestOptions
---@return idngo.Digest? result
---@return idngo.Error? err
function Client:test_digest(secretKey, text, options) end
