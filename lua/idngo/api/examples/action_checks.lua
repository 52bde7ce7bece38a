return [[
{
 "checks": [
  {
   "answer": "GREEN",
   "checkType": "PAYMENT_SOURCE",
   "createdAt": "2026-11-02 09:01:00"
  }
 ]
}
]]
