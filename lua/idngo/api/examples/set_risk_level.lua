return [[
{
 "riskLevel": "low",
 "entries": [
  {
   "id": "risk-1",
   "createdAt": "2026-11-02 09:00:00",
   "comment": "Known for years",
   "riskLevel": "low"
  }
 ]
}
]]
