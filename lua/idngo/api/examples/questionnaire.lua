return [[
{
 "id": "sourceOfFunds",
 "name": "Source of funds",
 "sections": {
  "income": {
   "items": {
    "yearly": {
     "type": "text",
     "required": true
    }
   }
  }
 },
 "createdAt": "2026-10-01 09:00:00"
}
]]
