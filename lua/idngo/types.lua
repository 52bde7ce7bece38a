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

---@alias idngo.MatchType string
---| "text"
---| "image"

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

---@alias idngo.SignatureAlgorithm string
---| "HMAC_SHA1_HEX"
---| "HMAC_SHA256_HEX"
---| "HMAC_SHA512_HEX"

---@alias idngo.TargetType string
---| "http"
---| "email"
---| "slack"
---| "telegram"

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

--- The steps of a verification by their names, such as `IDENTITY` and `SELFIE`: for each a Step, and nothing for one that was not given yet.
---@class idngo.Steps
---@field IDENTITY? idngo.Step the identity document
---@field IDENTITY2? idngo.Step the second, on levels that ask for two
---@field SELFIE? idngo.Step the face
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

--- Options of idngo.client; what is left out comes from the environment, then from the config file.
---@class idngo.ClientOptions
---@field base_url? string where the API is, e.g. https://api.idngo.kz
---@field app_token? string the app token
---@field secret_key? string|{file: string} the secret key, or {file = path} to read it from a file's first line
---@field timeout? number seconds one attempt may take; 30 unless given
---@field connect_timeout? number seconds to reach the server; 10 unless given
---@field connection_idle? number seconds for which a connection may stand unused; 30 unless given
---@field connection_age? number seconds after which a connection carries no further call; 120 unless given
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

--- POST /resources/applicants. Create an applicant. Retry class K.
---@param levelName string the verification level, as named in the dashboard
---@param applicant idngo.NewApplicant who it is
---@param options? idngo.CallOptions
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
