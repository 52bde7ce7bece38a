return [[
{
 "id": "6550000000000000000000a1",
 "createdAt": "2026-11-01 09:03:00",
 "targetEntityType": "applicant",
 "targetEntityId": "6543210fedcba9876543210f",
 "vendorAttribution": {
  "name": "Example Lists"
 },
 "ongoingMonitoring": {
  "enabled": false
 },
 "review": {
  "reviewStatus": "pending"
 },
 "riskLabels": [
  "pep"
 ],
 "hits": [
  {
   "id": "HIT-1",
   "matchStatus": "potential_match",
   "whitelisted": false
  }
 ]
}
]]
