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

--- A profile.
---@class idngo.Applicant
---@field id? string the applicant; an opaque text
---@field createdAt? string when it was created
---@field key? string internal to the vendor
---@field clientId? string your account
---@field inspectionId? string its inspection
---@field externalUserId? string your own id of the user
---@field email? string the user's e-mail address
---@field applicantPlatform? string where it was created, such as `API`
---@field info? idngo.Info what is known of the person
---@field requiredIdDocs? idngo.RequiredIdDocs the steps of the verification
---@field review? idngo.Review how far the verification is
---@field deleted? boolean whether it is deactivated
---@field lang? string the user's language
---@field type? idngo.ApplicantType a person or a company

--- A profile that a call created or changed: an Applicant, whose id is always there.
---@class idngo.StoredApplicant: idngo.Applicant
---@field id string the applicant; an opaque text
---@field deleted? boolean whether it is deactivated; the client insists that it says what was asked for

--- How far a verification is. It is passed only when reviewStatus is `completed` and reviewAnswer `GREEN`.
---@class idngo.Review
---@field levelName? string the verification level
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

--- A link at which a user can verify themselves.
---@class idngo.WebsdkLink
---@field url string open it in the user's browser; anybody who has it can use it until it expires

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

---@class idngo.ImportApplicantOptions: idngo.CallOptions
---@field unchecked? boolean send it without checking it first

--- POST /resources/applicants/-/applicantImport. Reference: “Import applicant from ZIP archive”. Retry class K.
---@param archive string|{bytes: string}|idngo.archive.Built a path, bytes, or what build returned
---@param options? idngo.ImportApplicantOptions
---@return idngo.StoredApplicant? result
---@return idngo.Error? err
function Client:import_applicant(archive, options) end

--- GET /resources/applicants/-/levels. Reference: “Retrieve list of available verification levels”. Retry class S.
---@param options? idngo.CallOptions
---@return idngo.Levels? result
---@return idngo.Error? err
function Client:levels(options) end

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
