return [[
{
 "id": "66f0a1b2c3d4e5f601234567",
 "name": "Lifecycle",
 "target": "https://backend.example/hooks/id",
 "targetType": "http",
 "types": [
  "applicantReviewed",
  "applicantPending"
 ],
 "signatureAlgorithm": "HMAC_SHA256_HEX",
 "createdAt": "2026-10-01 09:00:00"
}
]]
