return [[
{
 "exists": true,
 "applicant": {
  "id": "6543210fedcba9876543210f",
  "createdAt": "2026-11-01 09:00:00",
  "createdBy": "service",
  "key": "SANDBOX",
  "clientId": "sandbox",
  "inspectionId": "6543210fedcba98765432110",
  "externalUserId": "reference-6",
  "sourceKey": "branch-1",
  "email": "asel@example.org",
  "phone": "+77000000000",
  "applicantPlatform": "API",
  "ipCountry": "KAZ",
  "lang": "ru",
  "type": "individual",
  "tags": [
   "retail"
  ],
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
  "info": {
   "firstName": "Asel",
   "firstNameEn": "Asel",
   "lastName": "Testova",
   "lastNameEn": "Testova",
   "dob": "1992-03-04",
   "country": "KAZ",
   "tin": "920304000000",
   "addresses": [
    {
     "country": "KAZ",
     "town": "Almaty",
     "street": "Example street",
     "buildingNumber": "5",
     "postCode": "050000",
     "formattedAddress": "Example street 5, 050000 Almaty, Kazakhstan"
    }
   ],
   "idDocs": [
    {
     "idDocType": "ID_CARD",
     "country": "KAZ",
     "firstName": "Asel",
     "lastName": "Testova",
     "number": "N000000001",
     "dob": "1992-03-04",
     "validUntil": "2032-03-04"
    }
   ]
  },
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
   "levelName": "basic-kyc-level",
   "createDate": "2026-11-01 09:00:00+0000",
   "startDate": "2026-11-01 09:02:00+0000",
   "reviewDate": "2026-11-01 09:05:00+0000",
   "reviewResult": {
    "reviewAnswer": "GREEN"
   },
   "reviewStatus": "completed",
   "priority": 0,
   "reviewId": "Rv001",
   "attemptId": "At001",
   "attemptCnt": 1
  },
  "deleted": false
 }
}
]]
