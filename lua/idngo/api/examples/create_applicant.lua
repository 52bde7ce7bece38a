return [[
{
 "id": "65a1b2c3d4e5f60718293a4b",
 "createdAt": "2026-11-01 09:00:00",
 "createdBy": "service",
 "key": "SANDBOX",
 "clientId": "sandbox",
 "inspectionId": "65a1b2c3d4e5f60718293a4c",
 "externalUserId": "user-4711",
 "sourceKey": "branch-1",
 "email": "asel@example.org",
 "phone": "+77000000000",
 "applicantPlatform": "API",
 "ipCountry": "KAZ",
 "lang": "ru",
 "type": "individual",
 "metadata": [
  {
   "key": "segment",
   "value": "retail"
  }
 ],
 "fixedInfo": {
  "firstName": "Asel",
  "lastName": "Testova",
  "dob": "1992-03-04",
  "country": "KAZ"
 },
 "info": {},
 "requiredIdDocs": {
  "docSets": [
   {
    "idDocSetType": "IDENTITY",
    "types": [
     "ID_CARD",
     "PASSPORT"
    ],
    "subTypes": [
     "FRONT_SIDE",
     "BACK_SIDE"
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
  "createDate": "2026-11-01 09:00:00+0000",
  "levelName": "basic-kyc-level",
  "reviewStatus": "init",
  "priority": 0
 },
 "deleted": false
}
]]
