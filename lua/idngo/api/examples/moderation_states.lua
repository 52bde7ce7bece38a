return [[
{
 "list": {
  "items": [
   {
    "id": "6560000000000000000000b1",
    "applicantId": "6543210fedcba9876543210f",
    "key": "SANDBOX",
    "imagesStates": {
     "900100100": {
      "state": {
       "badPhoto_dataNotVisible": {
        "value": false
       }
      }
     }
    },
    "applicantState": {
     "dataMismatch_fullName": {
      "value": false
     }
    }
   }
  ],
  "totalItems": 1
 }
}
]]
