return [[
{
 "id": "65f0a1b2c3d4e5f601234567",
 "applicantId": "6543210fedcba9876543210f",
 "note": "Called the person back",
 "tags": [
  "callback"
 ],
 "attachments": [],
 "createdAt": "2026-11-02 09:00:00",
 "createdBy": "service"
}
]]
