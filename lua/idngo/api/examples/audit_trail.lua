return [[
{
 "list": {
  "items": [
   {
    "id": "6574000000000000000000f1",
    "ts": "2026-11-02 09:00:00",
    "activity": "user:created:applicant",
    "subjectName": "APP-Token Api",
    "applicantId": "6543210fedcba9876543210f"
   }
  ],
  "totalItems": 1
 }
}
]]
