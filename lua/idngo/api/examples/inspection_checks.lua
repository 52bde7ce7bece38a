return [[
{
 "checks": [
  {
   "answer": "GREEN",
   "checkType": "POA",
   "createdAt": "2026-11-01 09:04:00"
  }
 ]
}
]]
