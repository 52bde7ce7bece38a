return [[
{
 "id": "6570a1b2c3d4e5f60718293c",
 "createdAt": "2026-11-02 09:00:00",
 "clientId": "sandbox",
 "externalActionId": "withdrawal-2026-01",
 "applicantId": "6543210fedcba9876543210f",
 "type": "individual",
 "review": {
  "levelName": "withdrawals",
  "reviewStatus": "completed",
  "reviewResult": {
   "reviewAnswer": "GREEN"
  }
 },
 "requiredIdDocs": {
  "docSets": [
   {
    "idDocSetType": "SELFIE",
    "types": [
     "SELFIE"
    ]
   }
  ]
 },
 "checks": [
  {
   "answer": "GREEN",
   "checkType": "PAYMENT_SOURCE",
   "createdAt": "2026-11-02 09:01:00"
  }
 ],
 "paymentSource": {
  "fixedInfo": {
   "fullName": "Asel Testova",
   "accountIdentifier": "KZ00TEST0000000000",
   "institutionName": "Example Bank"
  }
 },
 "images": []
}
]]
