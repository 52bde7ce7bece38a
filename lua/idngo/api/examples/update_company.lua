return [[
{
 "companyName": "Example LLP",
 "registrationNumber": "000140000000",
 "country": "KAZ",
 "noUBOs": false,
 "beneficiaries": [
  {
   "id": "ben-1",
   "applicantId": "60f6f9ab7bbfc20001eca91d",
   "types": [
    "ubo"
   ],
   "shareSize": 42.5
  }
 ]
}
]]
