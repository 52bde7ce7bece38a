return [[
{
 "id": "608febf45814660009e22a14",
 "name": "basic-kyc-level",
 "type": "standalone",
 "applicantType": "individual",
 "requiredIdDocs": {
  "docSets": [
   {
    "idDocSetType": "IDENTITY",
    "types": [
     "ID_CARD",
     "DRIVERS",
     "PASSPORT",
     "RESIDENCE_PERMIT"
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
    ],
    "videoRequired": "passiveLiveness"
   }
  ]
 },
 "createdAt": "2021-05-03 12:26:28",
 "createdBy": "Service",
 "modifiedAt": "2021-09-08 09:18:53"
}
]]
