return [[
{
 "list": {
  "items": [
   {
    "id": "6560a1b2c3d4e5f60718293a",
    "applicantId": "6543210fedcba9876543210f",
    "externalUserId": "reference-6",
    "clientId": "sandbox",
    "createdAt": "2026-11-20 10:15:02",
    "score": 0,
    "data": {
     "txnId": "pay-2026-0100",
     "type": "finance",
     "txnDate": "2026-11-20 10:15:00+0000",
     "info": {
      "direction": "out",
      "amount": 125.5,
      "currencyCode": "EUR",
      "type": "payout"
     },
     "applicant": {
      "externalUserId": "reference-6",
      "type": "individual",
      "fullName": "Asel Testova",
      "paymentMethod": {
       "type": "bankCard",
       "accountId": "4000********0002",
       "issuingCountry": "KAZ",
       "3dsUsed": true
      }
     },
     "counterparty": {
      "externalUserId": "shop-9",
      "type": "company",
      "fullName": "Example Shop LLP"
     },
     "props": {
      "channel": "web"
     }
    },
    "scoringResult": {
     "action": "score"
    },
    "review": {
     "reviewStatus": "completed",
     "reviewResult": {
      "reviewAnswer": "GREEN"
     }
    },
    "riskLabels": {}
   }
  ],
  "totalItems": 1
 }
}
]]
