return [[
{
 "checks": [
  {
   "answer": "GREEN",
   "checkType": "POA",
   "createdAt": "2026-11-01 09:04:00",
   "id": "800c2988-15ab-4b26-a633-9fef4b16d7b7"
  }
 ]
}
]]
