-- luacheck: no max line length
--- The reference's own reply examples, word for word (two had a trailing comma, which is mended).
--
-- The sandbox gives them for the applicants named there; see people.lua. Texts, not tables: what the
-- reference prints is what is served. Keyed by endpoint name.
local examples = {}

examples.duplicate_checks = [[
{
"checks": [
{
"answer": "RED",
"createdAt": "2023-01-17 13:17:38",
"similarSearchInfo": {
"answer": "RED",
"duplicateApplicantHits": [
{
"applicantId": "61badd2937955c000144613d",
"matchedFields": [
"info.lastName",
"info.firstName",
"info.idDocs.ID_CARD",
"info.dob"
],
"types": [
"text",
"image"
]
}
]
}
}
]
}
]]

examples.tin_checks = [[
{
"checks": [
{
"answer": "GREEN",
"createdAt": "2023-04-17 12:47:21",
"extractedDoc": [{
"street": "1157 BOLENS CREEC RD",
"state": "NC",
"buildingNumber": "1157",
"town": "BURNSVILLE",
"postCode": "28714-7602",
"startDate": "1996-03-01 00:00:00",
"endDate": "2016-10-07 00:00:00",
"country": "USA"
}]
}
]
}
]]

examples.websdk_link = [[
{
"url": "https://api.idngo.kz/idensic/l/#/lPDnIKwzmxPfDohk"
}
]]

examples.send_verification_status_email = [[
{
"ok": 1
}
]]

examples.timeline = [[
{
"applicantId" : "60b8ce73460647000145384e",
"items" : [ {
"id" : "60cb2bb54152840001b09b8a",
"ts" : "2021-06-17 11:02:13",
"activity" : "moderator:completed:review",
"subjectName" : "Backoffice",
"country" : "SWE",
"reviewAnswer" : "GREEN",
"elapsedSincePendingMs" : 148469
},
{
"id" : "60cb2b207bbfc20001ff8336",
"ts" : "2021-06-17 10:59:44",
"trackingData" : {
"ip" : "217.211.151.118",
"xClientId" : "WebSDK"
},
"ipInfo" : {
"ip" : "217.211.151.118",
"countryCode2" : "SE",
"countryCode3" : "SWE",
"city" : "Bromma",
"zipCode" : "168 54",
"lat" : 59.35,
"lon" : 17.9167,
"asn" : 3301,
"asnOrg" : "Telia Company AB",
"riskyAsn" : false
},
"userAgentInfo" : {
"uaPlatform" : "Android",
"uaBrowser" : "Chrome",
"uaDeviceType" : "Mobile Phone",
"uaBrowserVersion" : "0.0"
},
"activity" : "applicant:changed:status",
"subjectName" : "UserId",
"country" : "SWE",
"status" : "pending"
},
{
"id" : "60cb2b1d4152840001b0883f",
"ts" : "2021-06-17 10:59:41",
"trackingData" : {
"ip" : "217.211.151.118",
"xClientId" : "WebSDK"
},
"ipInfo" : {
"ip" : "217.211.151.118",
"countryCode2" : "SE",
"countryCode3" : "SWE",
"city" : "Bromma",
"zipCode" : "168 54",
"lat" : 59.35,
"lon" : 17.9167,
"asn" : 3301,
"asnOrg" : "Telia Company AB",
"riskyAsn" : false
},
"userAgentInfo" : {
"uaPlatform" : "Android",
"uaBrowser" : "Chrome",
"uaDeviceType" : "Mobile Phone",
"uaBrowserVersion" : "0.0"
},
"activity" : "user:added:idDoc",
"subjectName" : "UserId",
"country" : "SWE",
"imageId" : "665222684",
"idDocType" : "SELFIE"
},
{
"id" : "60cb2af46623af0001798a4c",
"ts" : "2021-06-17 10:59:00",
"trackingData" : {
"ip" : "217.211.151.118",
"xClientId" : "WebSDK"
},
"ipInfo" : {
"ip" : "217.211.151.118",
"countryCode2" : "SE",
"countryCode3" : "SWE",
"city" : "Bromma",
"zipCode" : "168 54",
"lat" : 59.35,
"lon" : 17.9167,
"asn" : 3301,
"asnOrg" : "Telia Company AB",
"riskyAsn" : false
},
"userAgentInfo" : {
"uaPlatform" : "Android",
"uaBrowser" : "Chrome",
"uaDeviceType" : "Mobile Phone",
"uaBrowserVersion" : "0.0"
},
"activity" : "user:added:idDoc",
"subjectName" : "UserId",
"country" : "SWE",
"imageId" : "750640317",
"idDocType" : "PASSPORT"
},
{
"id" : "60cb2ada44894a000169bb34",
"ts" : "2021-06-17 10:58:34",
"trackingData" : {
"ip" : "104.248.138.23",
"xClientId" : "API"
},
"ipInfo" : {
"ip" : "104.248.138.23",
"countryCode2" : "DE",
"countryCode3" : "DEU",
"city" : "Frankfurt am Main",
"zipCode" : "60313",
"lat" : 50.1188,
"lon" : 8.6843,
"asn" : 14061,
"asnOrg" : "DIGITALOCEAN-ASN",
"riskyAsn" : true
},
"userAgentInfo" : {
"uaPlatform" : "Unknown",
"uaBrowser" : "Guzzle Http Client",
"uaDeviceType" : "Unknown",
"uaBrowserVersion" : "0.0"
},
"activity" : "user:created:applicant",
"subjectName" : "APP-Token Api",
"country" : "SWE"
} ]
}
]]

examples.levels = [[
{
"list" : {
"items" : [
{
"id" : "608febf45814660009e22a14",
"name" : "basic-kyc-level",
"requiredIdDocs" : {
"docSets" : [
{
"idDocSetType" : "IDENTITY",
"types" : [ "ID_CARD", "DRIVERS", "PASSPORT", "RESIDENCE_PERMIT" ],
"subTypes" : [ "FRONT_SIDE", "BACK_SIDE" ]
},
{
"idDocSetType" : "SELFIE",
"types" : [ "SELFIE" ],
"videoRequired" : "passiveLiveness"
}
]
},
"websdkFlowId" : "608febf45814660009e22a16",
"msdkFlowId" : "608febf45814660009e22a18",
"createdAt" : "2021-05-03 12:26:28",
"createdBy" : "Service",
"modifiedAt" : "2021-09-08 09:18:53"
}
],
"totalItems" : 1
}
}
]]

examples.liveness_checks = [[
{
"checks": [
{
"answer": "GREEN",
"checkType": "FACE_LIVELINESS",
"createdAt": "2023-02-17 10:06:44",
"id": "800c2988-15ab-4b26-a633-9fef4b16d7b6"
}
]
}
]]

examples.similar_by_text_and_face = [[
{
"similarApplicants": [
{
"applicant": {
"id": "5ee8ff2453d48655913daa60",
"createdAt": "2020-06-16 17:19:32",
"key": "VMQFJZRXEVHTQWF",
"clientId": "coolclientid",
"inspectionId": "5ee8ff2453d48655913daa61",
"externalUserId": "032ebe8b-957d-48b5-8faf-5156bfc8924e",
"info": {
"firstName": "JOHN",
"firstNameEn": "JOHN",
"middleName": "SMITH",
"middleNameEn": "SMITH",
"dob": "1998-04-21",
"country": "GBR",
"idDocs": [
{
"idDocType": "PASSPORT",
"country": "PHL",
"firstName": "JOHN",
"firstNameEn": "JOHN",
"middleName": "SMITH",
"middleNameEn": "SMITH",
"issuedDate": "2018-01-15",
"validUntil": "2028-01-14",
"number": "P5614709A"
}
]
},
"requiredIdDocs": {
"docSets": [
{
"idDocSetType": "IDENTITY",
"types": [
"PASSPORT",
"DRIVERS",
"ID_CARD"
]
},
{
"idDocSetType": "SELFIE",
"types": [
"SELFIE"
]
}
]
},
"review": {
"elapsedSincePendingMs": 217181,
"elapsedSinceQueuedMs": 182368,
"reprocessing": true,
"createDate": "2020-06-18 19:09:54+0000",
"reviewDate": "2020-06-18 19:13:31+0000",
"startDate": "2020-06-18 19:10:29+0000",
"reviewResult": {
"reviewAnswer": "GREEN"
},
"reviewStatus": "completed",
"priority": 0,
"autoChecked": false
},
"type": "individual"
},
"matchedFields": [
"info.lastName",
"info.firstName",
"info.idDocs.PASSPORT"
],
"exactMatch": true,
"blacklisted": false,
"types": [
"text",
"image"
]
},
{
"applicant": {
"id": "5eebf94404f940217bdfb336",
"createdAt": "2020-06-18 23:31:16",
"key": "VMQFJZRXEVHTQWF",
"clientId": "coolclientid",
"inspectionId": "5eebf94404f940217bdfb337",
"externalUserId": "231aa876-91e2-4dbb-98c3-ce39a6aa8ace",
"info": {
"country": "GBR",
"idDocs": [
{
"idDocType": "PASSPORT",
"country": "PHL",
"firstName": "JOHN SMITH",
"firstNameEn": "JOHN SMITH",
"issuedDate": "2018-01-15",
"issueAuthority": "DFA MANILA",
"validUntil": "2028-01-14",
"number": "P5614709A",
"dob": "1998-04-21"
}
]
},
"applicantPlatform": "Unknown",
"requiredIdDocs": {
"docSets": [
{
"idDocSetType": "IDENTITY",
"types": [
"PASSPORT",
"DRIVERS",
"ID_CARD"
]
},
{
"idDocSetType": "SELFIE",
"types": [
"SELFIE"
]
}
]
},
"review": {
"elapsedSincePendingMs": 307881,
"elapsedSinceQueuedMs": 150777,
"reprocessing": true,
"createDate": "2020-06-18 23:32:16+0000",
"reviewDate": "2020-06-18 23:37:24+0000",
"startDate": "2020-06-18 23:34:53+0000",
"reviewResult": {
"moderationComment": "Your application was rejected because you have already submitted your documents on another account. Please, contact our support team: support@getbabb.com",
"clientComment": "Duplicate.",
"reviewAnswer": "RED",
"rejectLabels": [
"REGULATIONS_VIOLATIONS",
"DUPLICATE"
],
"reviewRejectType": "FINAL"
},
"reviewStatus": "completed",
"priority": 0,
"autoChecked": false
},
"type": "individual"
},
"matchedFields": [
"info.idDocs.PASSPORT"
],
"exactMatch": true,
"blacklisted": false,
"types": [
"text",
"image"
]
},
{
"applicant": {
"id": "5ed9d6a8206111453d4d3f81",
"createdAt": "2020-06-05 05:22:48",
"key": "VMQFJZRXEVHTQWF",
"clientId": "coolclientid",
"inspectionId": "5ed9d6a8206111453d4d3f82",
"externalUserId": "a6362071-456b-4b64-ae74-a12a372a14c9",
"info": {
"firstName": "John",
"firstNameEn": "John",
"lastName": "Smith",
"lastNameEn": "Smith",
"dob": "1990-12-25",
"country": "CAN",
"idDocs": [
{
"idDocType": "ID_CARD",
"country": "CAN",
"firstName": "John",
"firstNameEn": "John ",
"lastName": "Smith",
"lastNameEn": "Smith",
"issuedDate": "2018-08-18",
"validUntil": "2020-08-18",
"number": "6446244946",
"dob": "1990-12-25"
}
]
},
"requiredIdDocs": {
"docSets": [
{
"idDocSetType": "IDENTITY",
"types": [
"PASSPORT",
"DRIVERS",
"ID_CARD"
]
},
{
"idDocSetType": "SELFIE",
"types": [
"SELFIE"
]
}
]
},
"review": {
"elapsedSincePendingMs": 7442550,
"elapsedSinceQueuedMs": 1082209,
"reprocessing": true,
"createDate": "2020-06-07 07:56:57+0000",
"reviewDate": "2020-06-07 10:00:59+0000",
"startDate": "2020-06-07 09:42:57+0000",
"reviewResult": {
"reviewAnswer": "GREEN"
},
"reviewStatus": "completed",
"priority": 0,
"autoChecked": false
},
"type": "individual"
},
"matchedFields": [],
"exactMatch": false,
"blacklisted": false,
"types": [
"text",
"image"
]
}
],
"totalCnt": 3
}
]]

examples.set_presence = [[
{
"id" : "63e096c51b6b400000000000",
"createdAt" : "2023-10-16 13:34:54",
"key" : "WBFHTKYHGUTOLX",
"clientId" : "john.doe",
"inspectionId" : "652deh58gk68df29cee64d3f",
"externalUserId" : "dash-315bcbed-eadd-4f50-a5f4-csge467fht269",
"applicantPlatform" : "API",
"requiredIdDocs" : {
"videoIdent" : true,
"videoIdentUploadTypes" : [ "UTILITY_BILL" ],
"docSets" : [
{
"idDocSetType" : "IDENTITY",
"types" : [ "ID_CARD", "PASSPORT" ]
},
{
"idDocSetType" : "PROOF_OF_RESIDENCE",
"types" : [ "UTILITY_BILL" ],
"poaStepSettingsId" : "64ad4c234568fghj28f496ad"
}
]
},
"deleted" : true,
"review" : {
"levelName" : "vi_old",
"createDate" : "2023-10-16 13:39:34+0000",
"startDate" : "2023-10-16 13:39:47+0000",
"reviewStatus" : "init",
"priority" : 0
},
"lang" : "en",
"type" : "individual"
}
]]

return examples
