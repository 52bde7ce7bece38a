return [[
{
 "id": "sourceOfFunds",
 "sections": {
  "income": {
   "items": {
    "yearly": {
     "value": "18000"
    }
   }
  }
 }
}
]]
